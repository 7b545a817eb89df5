/*
 * The books: money that moved becomes a payment, and the sums of its task and
 * link follow, in one transaction.
 */
#ifndef PP_BOOKS_H
#define PP_BOOKS_H

#include <stdbool.h>

#include "record.h"

/* Records a payment that pp_attempt_apply filled in: id, dates, purpose,
 * flags and balance_after are set here (rules G7, D1).  *created false: it was
 * there already (rule N4), which is success; if a person had entered it by
 * hand and the processor now says the same, it is marked confirmed; if it was
 * an orphan and is found to be the task's, it becomes the task's.  from is
 * how the money became known, an event type such as "payment.received". */
enum pp_rc	pp_books_receive(struct pp_txn *, const char *type,
		    struct pp_payment *, bool *created, struct pp_err *err);

/* The reason of a link that is cancelled because money went back. */
#define PP_WHY_REFUND	"refund"

/* Rule A3: after money of a task went back, its links that would ask for
 * money now are cancelled; a person may renew them.  Their ids are added to
 * the list (may be NULL). */
enum pp_rc	pp_books_stop_links(struct pp_txn *, const char *task,
		    const char *reason, struct json_object *ids,
		    struct pp_err *err);

#endif
