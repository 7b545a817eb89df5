/*
 * A keying sheet as text for a terminal or a printer, and as a page of HTML
 * that needs nothing beside it; French or English.  Pure: everything shown is
 * handed in.
 */
#ifndef PP_SHEET_TEXT_H
#define PP_SHEET_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "seal.h"
#include "sheet.h"
#include "table.h"

/* All borrowed. */
struct pp_sheet_view {
	const struct pp_sheet	*sheet;	/* number 0: not frozen, a preview whose
					 * heaps and head are of now */
	const struct pp_entries	*list;
	const char		*business;	/* its name, or "" */
	const char		*language;	/* "fr", else English */
	char			 signature[PP_SIGN_HEX];	/* of the head */
	bool			 live;		/* else it says that it is a
						 * test (rule I1) */
};

/* The columns: DATE LOT FACTURE CLIENT TYPE MONTANT CARTE TRANSACTION
 * RÉFÉRENCE TÂCHE ID, in the language. */
#define PP_SHEET_COLUMNS	11
void		pp_sheet_columns(const char *lang,
		    struct pp_column out[PP_SHEET_COLUMNS]);
/* A row's cells, by the members that the columns name; comma: amounts with a
 * decimal comma.  The caller's. */
struct json_object *pp_sheet_cells(const struct pp_entry *, const char *lang,
		    bool comma);

/* Adds "by_batch", "by_date", "by_card" ([{"key","count","amount"}]) and
 * "taxes" to o. */
enum pp_rc	pp_sheet_totals(const struct pp_sheet_view *,
		    struct json_object *o, struct pp_err *err);
enum pp_rc	pp_sheet_print(const struct pp_sheet_view *, FILE *,
		    struct pp_err *err);
/* A whole page. PP_IO without memory. */
enum pp_rc	pp_sheet_html(const struct pp_sheet_view *, FILE *,
		    struct pp_err *err);

#endif
