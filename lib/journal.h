/*
 * The journal: numbered events, never changed, never deleted (rule G2).
 *
 *   {"v":1,"seq":17,"at":"...","type":"attempt.approved","actor":"pp-page",
 *    "person":"marie","task":"T-1042", ...,"prev":"<hash>"}
 *
 * prev is the BLAKE2b-256 (hexadecimal) of the previous event's stored bytes;
 * event 1 has 64 zeros.  No event holds a name, address, mail or description
 * (rule P1) or a secret.
 */
#ifndef PP_JOURNAL_H
#define PP_JOURNAL_H

#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "store.h"

#define PP_EVENT_MAX	(256 * 1024)	/* bytes of an event */
#define PP_HASH_HEX	65	/* 64 digits and NUL */
#define PP_ZERO_HASH	"0000000000000000000000000000000000000000000000000000000000000000"

struct pp_head {
	int64_t	seq;			/* 0: empty journal */
	char	hash[PP_HASH_HEX];	/* of event seq; zeros when empty */
};

/* Appends an event at pp_txn_now with body's members (body stays the
 * caller's and may be NULL; it must not name v, seq, at, type, actor, person,
 * prev, nor "task", which has its own argument and may be NULL).  *seq, if
 * not NULL, is its number. */
enum pp_rc	pp_journal_append(struct pp_txn *, const char *type,
		    const char *task, struct json_object *body, int64_t *seq,
		    struct pp_err *err);
/* The same with the members as text, commas between them and no braces, as
 * pp_doc_diff prints them. */
enum pp_rc	pp_journal_tell(struct pp_txn *, const char *type,
		    const char *task, const struct pp_buf *members,
		    int64_t *seq, struct pp_err *err);
/* The newest event's number and hash. */
enum pp_rc	pp_journal_head(struct pp_txn *, struct pp_head *,
		    struct pp_err *err);
/* One event as stored. */
typedef enum pp_rc pp_event_fn(struct pp_txn *, int64_t seq, const char *text,
		    size_t len, void *arg, struct pp_err *err);
/* The events after seq, in order; of one task only if task is not NULL.  fn
 * ends the walk with PP_NO. */
enum pp_rc	pp_journal_each(struct pp_txn *, int64_t after,
		    const char *task, pp_event_fn *, void *arg,
		    struct pp_err *err);
/* Is the chain unbroken up to the head?  Checks events after head->seq
 * against head->hash and moves *head on, at most max events a call, so that
 * a long journal is checked in pieces; *done when the end is reached.  A
 * break: PP_NO, naming the first bad event. */
enum pp_rc	pp_journal_verify(struct pp_txn *, struct pp_head *head,
		    size_t max, bool *done, struct pp_err *err);

#endif
