/*
 * A task: what the field-service system says is due, and the sums of what
 * was paid.  Pure: no store, no clock but the one passed in.
 */
#ifndef PP_TASK_H
#define PP_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "doc.h"

#define PP_ID_MAX	65	/* any id, name or number, with its NUL */
#define PP_TASK_ID	65	/* 1 to 64 bytes and NUL */
#define PP_TAXES_MAX	512
#define PP_CURRENCY	4
#define PP_LANG		3

struct pp_task {
	char	id[PP_TASK_ID];
	char	currency[PP_CURRENCY];
	char	language[PP_LANG];	/* the customer's, "" unknown */
	char	invoice[PP_ID_MAX];	/* number, "" none */
	char	step[PP_ID_MAX];
	char	taxes[PP_TAXES_MAX];	/* JSON array, amounts in cents */
	int64_t	total;			/* cents */
	int64_t	transferred_at;		/* invoice to the accounting system */
	int64_t	updated_at;		/* of the newest document seen */
	int64_t	created_at;
	bool	removed;
	bool	suspect;		/* rule A2 */
	int64_t	suspect_from;		/* the total before it fell */
	char	letters[5];		/* of its order numbers (rule N6) */
	int64_t	orders;			/* how many numbers were minted */

	/* Sums over its payments, cents, each zero or more. */
	int64_t	adjusted;		/* may be negative */
	int64_t	paid;			/* payments and offline money */
	int64_t	refunded;		/* refunds alone */
	int64_t	voided;
	int64_t	charged_back;		/* less reversals */
};

extern const struct pp_field	pp_task_fields[];
extern const size_t		pp_task_nfields;

/* The money words, in the order of rule A6. */
enum pp_money_state {
	PP_NOTHING_DUE, PP_OVERPAID, PP_REFUNDED, PP_PAID,
	PP_PARTIALLY_REFUNDED, PP_PARTIALLY_PAID, PP_UNPAID
};
extern const char *const	pp_money_words[];

/* Everything that rule A1 derives, cents. */
struct pp_sums {
	int64_t			due;		/* total + adjustments */
	int64_t			paid;
	int64_t			refunded;	/* refunds, voids, chargebacks */
	int64_t			net;		/* paid - refunded */
	int64_t			balance;	/* due - net: shown */
	int64_t			owed;		/* charged; never negative */
	enum pp_money_state	state;		/* rule A6 */
};
void		pp_task_sums(const struct pp_task *, struct pp_sums *);

/* Is id a task id: 1 to 64 bytes of printable UTF-8 without space (nor
 * anything that shows nothing), not beginning with - lnk_ pay_ att_?  PP_DATA
 * if not. */
enum pp_rc	pp_task_id_ok(const char *id, size_t len, struct pp_err *err);

/* What a task document says.  Members that were absent are not in has. */
enum pp_task_has {
	PP_HAS_TOTAL = 1, PP_HAS_CURRENCY = 2, PP_HAS_LANGUAGE = 4,
	PP_HAS_INVOICE = 8, PP_HAS_TRANSFER = 16, PP_HAS_STEP = 32,
	PP_HAS_TAXES = 64, PP_HAS_REMOVED = 128, PP_HAS_UPDATED = 256,
	PP_HAS_PERSON = 512
};
struct pp_task_doc {
	struct pp_task		 task;		/* only members in has */
	unsigned int		 has;
	char			 email[256];
	struct json_object	*person;	/* owned: name email phone address
						 * description lines */
};
/* Reads a parsed document; need_total false for documents that only name a
 * task (pp-ledger transfer).  PP_DATA names the member, and nothing is left
 * to release. */
enum pp_rc	pp_task_doc_read(struct json_object *, bool need_total,
		    struct pp_task_doc *, struct pp_err *err);
void		pp_task_doc_release(struct pp_task_doc *);

/* Rules T1 and A2: the task after this document.  old is NULL for a new
 * task.  Returns false, new being old, if the document is older than the
 * newest seen.  A suspect total stays suspect, whatever follows, until a
 * person confirms it or the total is again what it was. */
bool		pp_task_apply(const struct pp_task *old,
		    const struct pp_task_doc *, int64_t now,
		    struct pp_task *new);

/* The document of design.md section 6 from what is known: o's members added;
 * person may be NULL. */
void		pp_task_show(const struct pp_task *, struct json_object *person,
		    struct json_object *o);

#endif
