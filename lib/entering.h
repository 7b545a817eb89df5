/*
 * The accountant's work-list: what may be keyed into the accounting system
 * now, on numbered sheets that never change, and what was keyed (rules B).
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
/* Received from the day index, the two others from what is open, entered from
 * the marks: three readings that must agree (PP_BUG if not). */
enum pp_rc	pp_heaps_read(struct pp_txn *, struct pp_heaps *,
		    struct pp_err *err);
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
/* What is not entered yet: waiting, to be entered, or both; sorted by batch,
 * client, invoice, recording.  unsheeted: without what is on a sheet. */
enum pp_rc	pp_entering_open(struct pp_txn *, bool waiting, bool to_enter,
		    bool unsheeted, struct pp_entries *, struct pp_err *err);
/* A row for people and scripts; the caller's. */
struct json_object *pp_entry_doc(const struct pp_entry *, bool live);

/* A frozen sheet (rule B2). */
struct pp_sheet {
	int64_t	number;
	int64_t	frozen_at;
	char	frozen_by[64];
	int64_t	count;
	int64_t	total;				/* cents, signed */
	int64_t	head_seq;			/* the journal when frozen */
	char	head_hash[PP_HASH_HEX];
	int64_t	entered_at;
	char	entered_by[64];
	char	reference[PP_ID_MAX];		/* the accounting system's */
	int64_t	excepted;			/* cents left out by --except */
};
extern const struct pp_field	pp_sheet_fields[];
extern const size_t		pp_sheet_nfields;

/* Freezes what may be entered and is on no sheet.  PP_NOTFOUND with words if
 * there is nothing. */
enum pp_rc	pp_sheet_freeze(struct pp_txn *, struct pp_sheet *,
		    struct pp_entries *, struct pp_err *err);
/* A sheet again, exactly its payments. PP_NOTFOUND with words. */
enum pp_rc	pp_sheet_read(struct pp_txn *, int64_t number,
		    struct pp_sheet *, struct pp_entries *,
		    struct pp_err *err);
/* Every sheet, oldest first, as an array of documents. */
enum pp_rc	pp_sheet_list(struct pp_txn *, struct json_object *rows,
		    struct pp_err *err);
void		pp_sheet_show(const struct pp_sheet *, struct json_object *o);

/* Marks exactly that sheet's payments but those in except, whose sum must be
 * total: PP_CONFLICT otherwise, naming both.  Again is fine (G3). */
enum pp_rc	pp_entering_sheet(struct pp_txn *, int64_t number,
		    int64_t total, const char *const except[], size_t nexcept,
		    const char *reference, struct pp_sheet *,
		    struct pp_err *err);
enum pp_rc	pp_entering_undo_sheet(struct pp_txn *, int64_t number,
		    struct pp_sheet *, struct pp_err *err);
/* Marks one payment (pay_..., or its transaction number): PP_STATE before the
 * transfer.  undo takes the mark back. */
enum pp_rc	pp_entering_one(struct pp_txn *, const char *id,
		    const char *reference, bool undo, struct pp_entry *,
		    struct pp_err *err);

/* The invoice went to the accounting system.  invoice may be NULL for the one
 * that the task has; replaces NULL, or the number that it replaces, which the
 * task must have (PP_CONFLICT).  undo takes the transfer back. */
enum pp_rc	pp_entering_transfer(struct pp_txn *, const char *task,
		    const char *invoice, const char *replaces, bool undo,
		    struct pp_task *after, struct pp_err *err);

#endif
