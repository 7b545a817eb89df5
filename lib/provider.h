/*
 * The client's side of a driver: a co-process that speaks to one processor,
 * one line of JSON in, one line of JSON out (pp-provider(5)).
 *
 * The driver is libexec/pp/providers/provider-NAME.  It gets a socketpair as
 * standard input and output, /dev/null as standard error, no other descriptor
 * and no environment but PATH, LANG and TZ, and ends when we do.  One thread
 * of ours does all reading and writing, so that any number of threads may
 * call; it blocks every signal.  If the driver dies, what it had not answered
 * is failed, and the next call starts it again.
 */
#ifndef PP_PROVIDER_H
#define PP_PROVIDER_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "err.h"

#define PP_PROVIDER_NAME	32	/* longest name */
#define PP_PROVIDER_INFLIGHT	64	/* at a time, unless it says fewer */

struct pp_provider;

/* Told once for each request of pp_provider_calls, in the calling thread, in
 * the order in which answers come.  i is its place in reqs; answer is
 * borrowed, NULL unless rc is PP_OK; err is what pp_provider_call gives. */
typedef void pp_provider_done(size_t i, enum pp_rc rc,
	    struct json_object *answer, struct pp_err *err, void *arg);

/* Starts dir/provider-NAME (dir NULL: the installed drivers).  name is
 * [a-z0-9-]+, as in "moneris".  PP_CONF if there is no such driver or it
 * cannot be run, PP_IO if the system refuses.  *out is the caller's
 * (pp_provider_stop).  It may be called before or after the first thread. */
enum pp_rc	pp_provider_start(const char *dir, const char *name,
		    struct pp_provider **out, struct pp_err *err);
/* Ends the driver and frees everything; no call may be under way.  NULL is
 * fine. */
void		pp_provider_stop(struct pp_provider *);

/* Sends req, whose member "id" it sets, and waits for the answer, which is
 * the caller's.  An answer {"ok":false,...} is PP_OK here; see
 * pp_provider_error.
 *	PP_RETRY	not written within 5 s (it waited in line that long, or
 *			the driver does not read), or, for every op but
 *			"refund": the driver died, or said nothing for 40 s
 *			after the write
 *	PP_UNKNOWN	the same for a "refund" that was written
 *	PP_CONF		the driver cannot be started any more
 *	PP_DATA		req is longer than a line may be (1 MiB)
 * Our copies of the request are wiped; req is the caller's to wipe. */
enum pp_rc	pp_provider_call(struct pp_provider *, struct json_object *req,
		    struct json_object **answer, struct pp_err *err);
/* The same for n requests at once, as many in flight as the driver takes.
 * PP_OK when done was told of each of them, whatever it was told. */
enum pp_rc	pp_provider_calls(struct pp_provider *,
		    struct json_object **reqs, size_t n, pp_provider_done *done,
		    void *arg, struct pp_err *err);

/* What an answer says of itself.  PP_OK if "ok" is true, else err is filled
 * from its error: PP_PERM for code credentials, PP_STATE for refused, PP_RETRY
 * for unreachable, timeout, protocol and anything else.  *reason (may be NULL)
 * is the error's "reason", such as "duplicate_order", or NULL; it is borrowed
 * from answer. */
enum pp_rc	pp_provider_error(struct json_object *answer,
		    const char **reason, struct pp_err *err);

/* Other limits than 5 s and 40 s, in milliseconds; for tests. */
void		pp_provider_limits(struct pp_provider *, int64_t write_ms,
		    int64_t answer_ms);

#endif
