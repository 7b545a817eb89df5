/*
 * Payments as other programs read them (rule B3): rows in the order in which
 * they were recorded, made from the journal alone, so that an export of today
 * begins with the bytes of yesterday's and only grows.  What is corrected is
 * a new row.  Pure: an event in, text out.
 *
 * Postings go to a clearing account, never to the receivable account, which
 * accounting systems keep for themselves.  No person's name is exported.
 */
#ifndef PP_EXPORT_H
#define PP_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "payment.h"

#define PP_EXPORT_ROWS	2	/* of one event, at most */

enum pp_export_format {
	PP_X_CSV,		/* every field, titles first, CRLF */
	PP_X_QBO,		/* QuickBooks Online: Date,Description,Amount */
	PP_X_HLEDGER,
	PP_X_LEDGER,
	PP_X_BEANCOUNT,
	PP_X_OFX		/* 2.2; its end holds totals, so only its rows
				 * grow */
};
extern const char *const	pp_export_formats[];

struct pp_export {
	enum pp_export_format	 format;
	char			 separator;	/* of csv and qbo-csv */
	bool			 comma;		/* decimal comma, the same */
	bool			 bom;		/* the same */
	const char		*currency;	/* of an OFX statement */
	/* Filled by pp_export_see over every row before the first is written,
	 * which OFX alone needs. */
	int32_t			 first, last;	/* business dates */
	int64_t			 at;		/* of the newest row, ms UTC */
	int64_t			 sum;		/* cents */
};

/* One row.  reversal: it takes back what an earlier row said of the same
 * payment. */
struct pp_export_row {
	struct pp_payment	p;
	int64_t			seq;		/* of the event */
	int64_t			at;
	bool			reversal, again;
};

/* The rows that an event (parsed) makes: none, one, or for a payment that was
 * nobody's and was found to be a task's, one that takes it back and one that
 * says it again.  PP_IO if it cannot be read. */
enum pp_rc	pp_export_event(struct json_object *event,
		    struct pp_export_row rows[PP_EXPORT_ROWS], size_t *n,
		    struct pp_err *err);
/* PP_DATA if a statement would need two currencies. */
enum pp_rc	pp_export_see(struct pp_export *,
		    const struct pp_export_row *, struct pp_err *err);

/* Text appended to out. */
void		pp_export_begin(const struct pp_export *, struct pp_buf *out);
void		pp_export_row(const struct pp_export *,
		    const struct pp_export_row *, struct pp_buf *out);
void		pp_export_end(const struct pp_export *, struct pp_buf *out);

#endif
