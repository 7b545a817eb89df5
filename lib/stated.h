/*
 * What somebody else says was paid: the processor's transaction export or the
 * bank's deposits, a CSV file whose columns are known by name.
 *
 * Column names are looked for as reports give them, capitals aside; a map
 * ("amount=Total paid") names them otherwise.  The separator (comma,
 * semicolon or tab) is the one that the first line has most of.
 */
#ifndef PP_STATED_H
#define PP_STATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "task.h"

#define PP_STATED_FILE	(64 * 1024 * 1024)

enum pp_stated_field {
	PP_S_ORDER, PP_S_TRANSACTION, PP_S_REFERENCE, PP_S_AMOUNT, PP_S_DATE,
	PP_S_TYPE, PP_S_RESULT, PP_S_BATCH, PP_S_TERMINAL, PP_S_LAST4,
	PP_S_N
};
extern const char *const	pp_stated_fields[];	/* "order_no", ... */

struct pp_stated_line {
	size_t	line;			/* row of the file, titles are 1 */
	char	order_no[PP_ID_MAX];
	char	transaction_no[PP_ID_MAX];
	char	reference_no[PP_ID_MAX];
	char	batch[PP_ID_MAX];
	char	terminal[PP_ID_MAX];
	char	last4[5];
	int64_t	cents;			/* below 0: money that went back */
	int32_t	day;			/* yyyymmdd, 0 unknown */
};
struct pp_stated {
	struct pp_stated_line	*v;
	size_t			 n, cap;
	size_t			 left_out;	/* not approved */
	bool			 has[PP_S_N];	/* columns that are there */
	int32_t			 first, last;	/* days, 0 unknown */
};

/* Reads text.  map is nmap times "field=Column".  Rows whose result says that
 * they were not approved are left out.  PP_DATA naming row and column: a
 * column that is missing (amount always), an amount or a date that cannot be
 * read or may be read in two ways, quotes that do not end. */
enum pp_rc	pp_stated_read(const char *text, size_t len,
		    const char *const map[], size_t nmap,
		    struct pp_stated *, struct pp_err *err);
void		pp_stated_release(struct pp_stated *);

/* An amount as reports write it: "$1,149.75", "1 149,75 $", "(10.00)",
 * "10.00-".  PP_DATA if it is none, or may be two. */
enum pp_rc	pp_stated_amount(const char *, int64_t *cents,
		    struct pp_err *err);

#endif
