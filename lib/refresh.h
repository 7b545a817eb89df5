/*
 * Asking the processor what became of attempts: note the intent, ask, apply
 * the answer to the attempt as it then stands.  Safe to run every minute and
 * in several processes at once (rules G3, L1).
 */
#ifndef PP_REFRESH_H
#define PP_REFRESH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "attempt.h"
#include "integration.h"
#include "money.h"
#include "provider.h"
#include "seal.h"
#include "store.h"

#define PP_DRIVERS_MAX	8

/* The drivers that a process speaks to, started before its first thread (in
 * pp-page) or when first needed (elsewhere).  Thread-safe. */
struct pp_drivers {
	const struct pp_store	*store;
	const char		*dir;		/* of providers; NULL: ours */
	bool			 dry_run;	/* pp_refresh only tells whom */
	pthread_mutex_t		 lock;
	size_t			 n;
	char			 name[PP_DRIVERS_MAX][PP_ID_MAX];
	struct pp_provider	*driver[PP_DRIVERS_MAX];
	struct pp_keys		 k;		/* the sealing key */
};
/* All borrowed.  PP_CONF, PP_PERM if the sealing key cannot be read. */
enum pp_rc	pp_drivers_init(struct pp_drivers *, const struct pp_store *,
		    const char *dir, struct pp_err *err);
void		pp_drivers_release(struct pp_drivers *);
/* The driver of a provider, started if need be. */
enum pp_rc	pp_drivers_get(struct pp_drivers *, const char *provider,
		    struct pp_provider **, struct pp_err *err);
/* The same with a token in clear, for what is not saved yet. */
struct json_object *pp_request_of(const char *op,
		    const struct pp_integration *, const char *token);
/* In each transaction that reads or writes what is sealed: the sealing key is
 * the store's of now, although the process may be older than that. */
enum pp_rc	pp_drivers_key(struct pp_drivers *, struct pp_txn *,
		    struct pp_err *err);
/* With that key, as pp_seal and pp_unseal. */
enum pp_rc	pp_drivers_seal(struct pp_drivers *, const char *ad,
		    const char *plain, char *out, size_t size,
		    struct pp_err *err);
enum pp_rc	pp_drivers_unseal(struct pp_drivers *, const char *ad,
		    const char *sealed, char *out, size_t size,
		    struct pp_err *err);
/* A request {"op":op,"integration":{...,"api_token":...}}; wipe it with
 * pp_request_free. */
enum pp_rc	pp_request_new(struct pp_drivers *, const char *op,
		    const struct pp_integration *, struct json_object **req,
		    struct pp_err *err);
void		pp_request_free(struct json_object *req);

/* What came of asking one attempt. */
struct pp_asked {
	char			id[PP_ATT_ID];
	bool			skipped;	/* somebody asked just now */
	enum pp_rc		rc;		/* PP_OK: there was an answer */
	enum pp_outcome		outcome;
	enum pp_att_state	before, after;
	char			payment[PP_PAY_ID];	/* recorded, or "" */
	char			message[200];
};

/* Instead of a gap: only whose next question is due. */
#define PP_ASK_DUE	(-1)

/* Asks about these attempts (ids), all at once, each only if gap has passed
 * since its last question.  out has n entries.  PP_OK unless the store
 * failed: each entry has its own result. */
enum pp_rc	pp_refresh_attempts(struct pp_drivers *, const char *const ids[],
		    size_t n, int64_t gap, struct pp_asked *out,
		    struct pp_err *err);

/* Which to ask. */
enum pp_refresh_which {
	PP_REFRESH_DUE,		/* whose next question is due */
	PP_REFRESH_ALL		/* every one that has a next question */
};
/* Asks them in batches and gives each result to fn, outside any
 * transaction (of a dry run their ids, skipped); notes when the sweep ran
 * (meta "swept_at").  task NULL: all. */
typedef void	pp_refresh_fn(const struct pp_asked *, void *arg);
enum pp_rc	pp_refresh(struct pp_drivers *, enum pp_refresh_which,
		    const char *task, pp_refresh_fn *, void *arg,
		    struct pp_err *err);

/* A named person's decision about an attempt (rules G5, F4). */
struct pp_settle {
	const char		*attempt;
	enum pp_outcome		 outcome;	/* APPROVED, DECLINED, or
						 * INCOMPLETE for "not paid" */
	const char		*reason;
	struct pp_receipt	 receipt;	/* APPROVED: transaction,
						 * reference, amount, time */
};
enum pp_rc	pp_refresh_settle(struct pp_txn *, const struct pp_settle *,
		    struct pp_attempt *after, struct pp_err *err);

#endif
