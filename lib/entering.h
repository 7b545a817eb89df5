/*
 * The accountant's work-list: what may be keyed into the accounting system
 * now, and what was keyed (rules B).
 *
 * Three heaps, always: received = entered + to enter + waiting for the
 * invoice's transfer.  Amounts are signed: money that left is below zero.
 */
#ifndef PP_ENTERING_H
#define PP_ENTERING_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"
#include "record.h"

struct pp_heaps {
	int64_t	received, entered, to_enter, waiting;	/* cents */
	int64_t	n_received, n_entered, n_to_enter, n_waiting;
};
/* Received from the day index, to enter and waiting from the index of what is
 * open, entered from the payments' own marks: three readings that must agree
 * (PP_BUG if not).  Reads every payment's header, no document. */
enum pp_rc	pp_heaps_read(struct pp_txn *, struct pp_heaps *,
		    struct pp_err *err);
/* Adds "received", "received_cents", "received_count", and so on. */
void		pp_heaps_show(const struct pp_heaps *,
		    struct json_object *o);

/* One row of the work-list. */
struct pp_entry {
	struct pp_payment	p;
	char			invoice[PP_ID_MAX];
	char			client[201];
	enum pp_accounting	accounting;
};
struct pp_entries {
	struct pp_entry	*v;
	size_t		 n, cap;
};
void		pp_entries_release(struct pp_entries *);
enum pp_rc	pp_entries_add(struct pp_entries *, const struct pp_entry *,
		    struct pp_err *err);
/* What is not entered yet: waiting, to be entered, or both; sorted by batch,
 * client, invoice, recording.  unsheeted: without what is on a sheet. */
enum pp_rc	pp_entering_open(struct pp_txn *, bool waiting, bool to_enter,
		    bool unsheeted, struct pp_entries *, struct pp_err *err);
/* A row for people and scripts; the caller's. */
struct json_object *pp_entry_doc(const struct pp_entry *, bool live);

/* The payment of an id (pay_...) or a transaction number; PP_NOTFOUND with
 * words, PP_CONFLICT if several have that number. */
enum pp_rc	pp_payment_find(struct pp_txn *, const char *id,
		    struct pp_payment *, struct pp_err *err);
/* Invoice, client and heap of e->p, from the task as it is now. */
enum pp_rc	pp_entry_fill(struct pp_txn *, struct pp_entry *e,
		    struct pp_err *err);
/* Writes the accountant's marks of one payment: entered at (0: not), on a
 * sheet (NULL: as it was), under a reference of the accounting system (NULL:
 * none). */
enum pp_rc	pp_entry_mark(struct pp_txn *, const struct pp_payment *old,
		    int64_t at, const char *sheet, const char *reference,
		    struct pp_err *err);
/* Marks one payment: PP_STATE before the transfer; PP_CONFLICT if it was
 * entered under another reference.  undo takes the mark back. Again is
 * fine. */
enum pp_rc	pp_entering_one(struct pp_txn *, const char *id,
		    const char *reference, bool undo, struct pp_entry *,
		    struct pp_err *err);

/* The invoice went to the accounting system at an instant (0: now).  invoice
 * may be NULL for the one that the task has; replaces NULL, or the number that
 * it replaces, which the task must have (PP_CONFLICT). */
enum pp_rc	pp_entering_transfer(struct pp_txn *, const char *task,
		    const char *invoice, const char *replaces, int64_t at,
		    struct pp_task *after, struct pp_err *err);
/* Takes the transfer back: PP_STATE if a payment of the task was entered. */
enum pp_rc	pp_entering_untransfer(struct pp_txn *, const char *task,
		    const char *invoice, struct pp_task *after,
		    struct pp_err *err);

#endif
