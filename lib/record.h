/*
 * Typed documents over the store: what changes is told to the journal and
 * kept in the projection in one step, so that the projections are what the
 * journal says.  An event holds its record's key and the members that
 * changed; replaying it is merging them.
 */
#ifndef PP_RECORD_H
#define PP_RECORD_H

#include "attempt.h"
#include "case.h"
#include "integration.h"
#include "journal.h"
#include "link.h"
#include "mail_slot.h"
#include "mark.h"
#include "payment.h"
#include "refund.h"
#include "store.h"
#include "task.h"

/* What a record's header says, to be read without its text: flags of a task,
 * and which key of a payment is there while it is not entered yet. */
enum { PP_TASK_SUSPECT = 1, PP_TASK_REMOVED = 2, PP_TASK_TRANSFERRED = 4,
	PP_TASK_OVERPAID = 8 };
enum { PP_LINK_ASKED = 1 };	/* for a new address */
#define PP_PAYMENT_OPEN_KEY	4

/* Each getter: PP_NOTFOUND without words if there is none. */
enum pp_rc	pp_task_get(struct pp_txn *, const char *id, struct pp_task *,
		    struct pp_err *err);
enum pp_rc	pp_link_get(struct pp_txn *, const char *id, struct pp_link *,
		    struct pp_err *err);
enum pp_rc	pp_attempt_get(struct pp_txn *, const char *id,
		    struct pp_attempt *, struct pp_err *err);
enum pp_rc	pp_payment_get(struct pp_txn *, const struct pp_payment *key,
		    struct pp_payment *, struct pp_err *err);
/* By what it is about, template and slot. */
enum pp_rc	pp_mail_get(struct pp_txn *, const struct pp_mail *key,
		    struct pp_mail *, struct pp_err *err);
enum pp_rc	pp_integration_get(struct pp_txn *, const char *name,
		    struct pp_integration *, struct pp_err *err);
/* The link of a token's hash. */
enum pp_rc	pp_link_by_token(struct pp_txn *, const char *hash,
		    struct pp_link *, struct pp_err *err);
/* name NULL: the favourite.  Removed ones are not found. PP_NOTFOUND with
 * words. */
enum pp_rc	pp_integration_pick(struct pp_txn *, const char *name,
		    struct pp_integration *, struct pp_err *err);
enum pp_rc	pp_mark_get(struct pp_txn *, const char *id, struct pp_mark *,
		    struct pp_err *err);
enum pp_rc	pp_refund_get(struct pp_txn *, const char *id,
		    struct pp_refund *, struct pp_err *err);
/* The refund of an idempotency key (rule F2). */
enum pp_rc	pp_refund_by_key(struct pp_txn *, const char *key,
		    struct pp_refund *, struct pp_err *err);
/* People's data of a task; *out is the caller's; PP_NOTFOUND. */
enum pp_rc	pp_person_get(struct pp_txn *, const char *task,
		    struct json_object **out, struct pp_err *err);

/* Each saver appends an event of this type if anything that the journal tells
 * differs from old (NULL: a new record), and writes the record.  *seq may be
 * NULL. */
enum pp_rc	pp_task_save(struct pp_txn *, const char *type,
		    const struct pp_task *old, const struct pp_task *new,
		    struct pp_err *err);
enum pp_rc	pp_link_save(struct pp_txn *, const char *type,
		    const struct pp_link *old, const struct pp_link *new,
		    struct pp_err *err);
enum pp_rc	pp_attempt_save(struct pp_txn *, const char *type,
		    const struct pp_attempt *old, const struct pp_attempt *new,
		    struct pp_err *err);
/* A payment is new or PP_CONFLICT, without words (rule N4: seen before); seq
 * is filled in.  Also writes the day index. */
enum pp_rc	pp_payment_new(struct pp_txn *, const char *type,
		    struct pp_payment *, int64_t integration_number,
		    struct pp_err *err);
/* Changes marks of one (flags, sheet, entered), never money. */
enum pp_rc	pp_payment_mark(struct pp_txn *, const char *type,
		    const struct pp_payment *old, const struct pp_payment *new,
		    struct pp_err *err);
enum pp_rc	pp_mail_save(struct pp_txn *, const char *type,
		    const struct pp_mail *old, const struct pp_mail *new,
		    struct pp_err *err);
enum pp_rc	pp_mark_save(struct pp_txn *, const char *type,
		    const struct pp_mark *old, const struct pp_mark *new,
		    struct pp_err *err);
enum pp_rc	pp_integration_save(struct pp_txn *, const char *type,
		    const struct pp_integration *old,
		    const struct pp_integration *new, struct pp_err *err);
enum pp_rc	pp_refund_save(struct pp_txn *, const char *type,
		    const struct pp_refund *old, const struct pp_refund *new,
		    struct pp_err *err);
/* Writes the record of a struct as it is, without an event: for a rebuild. */
struct pp_kind;
enum pp_rc	pp_record_put(struct pp_txn *, const struct pp_kind *,
		    const void *s, struct pp_err *err);
/* Merges person's members into what is known (known false: nothing is); no
 * event (rule P1). */
enum pp_rc	pp_person_save(struct pp_txn *, const char *task,
		    struct json_object *person, bool known,
		    struct pp_err *err);

/* Reads a stored record's text. */
enum pp_rc	pp_task_of(const struct pp_rec *, struct pp_task *,
		    struct pp_err *err);
enum pp_rc	pp_link_of(const struct pp_rec *, struct pp_link *,
		    struct pp_err *err);
enum pp_rc	pp_attempt_of(const struct pp_rec *, struct pp_attempt *,
		    struct pp_err *err);
enum pp_rc	pp_payment_of(const struct pp_rec *, struct pp_payment *,
		    struct pp_err *err);
enum pp_rc	pp_mail_of(const struct pp_rec *, struct pp_mail *,
		    struct pp_err *err);
enum pp_rc	pp_mark_of(const struct pp_rec *, struct pp_mark *,
		    struct pp_err *err);
enum pp_rc	pp_refund_of(const struct pp_rec *, struct pp_refund *,
		    struct pp_err *err);
enum pp_rc	pp_integration_of(const struct pp_rec *,
		    struct pp_integration *, struct pp_err *err);

/* PP_NOTFOUND without words if there is no such task; the case may be
 * released in any case. */
enum pp_rc	pp_case_load(struct pp_txn *, const char *task,
		    struct pp_case *, struct pp_err *err);
void		pp_case_release(struct pp_case *);

/* The rows under a payment's order number and of its task (all of them, also
 * those of other payments), its refunds, and their sums (rule F1); may be
 * released in any case. */
struct pp_refunds {
	struct pp_payment	*rows;
	size_t			 nrows;
	struct pp_refund	*refunds;
	size_t			 nrefunds;
	struct pp_refund_sums	 sums;
};
enum pp_rc	pp_refunds_load(struct pp_txn *, const struct pp_payment *,
		    struct pp_refunds *, struct pp_err *err);
void		pp_refunds_release(struct pp_refunds *);

#endif
