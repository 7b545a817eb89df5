/*
 * The offline Moneris's site: which address does what.  Requests come in and
 * answers go out as plain structs; sandbox_http.h carries them.  Safe for
 * many threads.
 */
#ifndef SANDBOX_SITE_H
#define SANDBOX_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include <pthread.h>

#include "buf.h"
#include "err.h"
#include "sandbox_engine.h"

#define SANDBOX_POST_MAX	(64 * 1024)
#define SANDBOX_UNKNOWN_MAX	32

struct sandbox_site {
	struct sandbox	 sb;
	const char	*clock;		/* what PP_NOW says, or NULL */
	const char	*state;		/* the state file, or NULL */
	pthread_mutex_t	 lock;
	pthread_cond_t	 wake;
	bool		 stopping;
	char		 unknown[SANDBOX_UNKNOWN_MAX][32];
	size_t		 nunknown;
};

struct sandbox_ask {
	const char	*method;
	const char	*path;
	const char	*ticket;	/* ?tck=, or NULL */
	bool		 json;		/* asks for JSON instead of a page */
	const char	*body;
	size_t		 len;
};

struct sandbox_reply {
	unsigned	 status;
	const char	*type;		/* content type */
	bool		 frame;		/* a page of the frame */
	bool		 cut;		/* say nothing, close */
	int64_t		 date;		/* of the answer, faults included */
	struct pp_buf	 body;
};

/* The lock and the rest; sb, clock and state are set before. */
enum pp_rc	sandbox_site_init(struct sandbox_site *, struct pp_err *err);
void		sandbox_site_release(struct sandbox_site *);
/* Nobody waits any longer. */
void		sandbox_site_stop(struct sandbox_site *);
/* Never fails: what goes wrong is in the reply.  Takes as long as a bank or
 * a fault takes.  reply->body is the caller's to release. */
void		sandbox_site_answer(struct sandbox_site *,
		    const struct sandbox_ask *, struct sandbox_reply *);

#endif
