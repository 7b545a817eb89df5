/*
 * Rows out: each a JSON object, printed as a line of JSON, or by declared
 * columns as an aligned table, CSV or TSV.
 *
 * JSON, CSV and TSV are written row by row.  A table gathers PP_TABLE_ROWS
 * rows to know its widths; what comes after is written with those widths, so
 * that memory does not grow with the output.
 */
#ifndef PP_TABLE_H
#define PP_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include <json-c/json.h>

#include "err.h"

#define PP_TABLE_ROWS	1000
#define PP_TABLE_COLUMNS	32

enum pp_output {
	PP_OUT_AUTO,	/* for a command line: not to be handed on */
	PP_OUT_JSON,	/* one object a line, whatever the columns */
	PP_OUT_TABLE,	/* UTF-8, for a terminal */
	PP_OUT_CSV,	/* RFC 4180, titles first, CRLF */
	PP_OUT_TSV,	/* titles first */
	PP_OUT_PROM	/* no table's: pp-store info writes it itself */
};

enum pp_align {
	PP_LEFT,
	PP_RIGHT,	/* amounts, counts */
	PP_WHEN,	/* an instant: in a table to the minute, in the
			 * process's zone; elsewhere as it is */
	PP_WORD		/* a word or sentence of ours, or an array of them: in
			 * a table in the language of who reads it */
};

struct pp_column {
	const char	*title;		/* translated in a table; po/extract
					 * finds it where it stands */
	/* The member shown; "card.last4" for one inside another.  An array
	 * of texts is shown with commas, anything deeper as JSON. */
	const char	*member;
	enum pp_align	 align;
};

struct pp_table;

/* Writes to fp, which stays the caller's, as the columns are (borrowed).
 * *out is ended by pp_table_end. */
enum pp_rc	pp_table_new(FILE *fp, enum pp_output,
		    const struct pp_column *, size_t n, struct pp_table **out,
		    struct pp_err *err);
/* One row; it stays the caller's.
 *	table	control characters, what is no UTF-8 and what changes the
 *		direction of writing are shown as ?
 *	CSV	a cell that a spreadsheet would take for a formula (it begins
 *		with = + - @ tab or CR and is no number) begins with '
 *	TSV	control characters are blanks
 * PP_IO without memory or if fp has failed. */
enum pp_rc	pp_table_row(struct pp_table *, struct json_object *,
		    struct pp_err *err);
/* Writes what is still held, the titles too if there was no row, and frees
 * it, also on failure.  NULL is fine. */
enum pp_rc	pp_table_end(struct pp_table *, struct pp_err *err);

#endif
