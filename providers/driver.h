/*
 * What every driver does alike: requests, one a line, from descriptor 0,
 * answers to descriptor 1, and any number of HTTP calls between them, in one
 * thread (pp-provider(5)).
 *
 * A driver looks at a request and either answers it at once or says what to
 * post; the loop posts it and hands back what came.  Nothing is logged,
 * nothing is kept: a request is wiped when it has been answered.
 */
#ifndef PP_DRIVER_H
#define PP_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#define DRIVER_LINE	(1024 * 1024)	/* longest request and answer */
#define DRIVER_REPLY	(1024 * 1024)	/* longest reply of a processor */
#define DRIVER_URL	256
#define DRIVER_INFLIGHT	128		/* calls at a time; more must wait */
#define DRIVER_CONNECT	20000		/* milliseconds */
#define DRIVER_TIMEOUT	35000		/* milliseconds, the whole call */

/* An HTTP POST, or a GET if body is NULL.  body is malloc'ed; the loop wipes
 * and frees it. */
struct driver_post {
	char		 url[DRIVER_URL];
	const char	*content_type;	/* static; of a POST */
	char		*body;
	size_t		 len;
	bool		 loopback;	/* plain HTTP will do, and no proxy */
	bool		 once;		/* on a connection of its own: libcurl
					 * repeats by itself what it sent on one
					 * that had died unnoticed */
	long		 timeout_ms;	/* 0: DRIVER_TIMEOUT */
};

enum driver_result {
	DRIVER_GOT,		/* a whole reply, of whatever status */
	DRIVER_UNREACHABLE,	/* no connection, or it was lost */
	DRIVER_LATE,		/* no whole reply in time */
	DRIVER_MANGLED		/* a reply that is cut or too long */
};

struct driver_reply {
	enum driver_result	 result;
	const char		*why;	/* unless DRIVER_GOT; static */
	bool			 sent;	/* of the request a byte may have left */
	long			 status;	/* HTTP */
	const char		*body;	/* NUL-terminated; "" for none */
	size_t			 len;
	int64_t			 date;	/* its Date, milliseconds UTC; or 0 */
	int64_t			 now;	/* our clock, milliseconds UTC */
};

struct driver {
	/* Looks at a request, an object: returns its answer, which becomes
	 * the loop's, or NULL having filled in post. */
	struct json_object	*(*begin)(struct json_object *req,
				    struct driver_post *post);
	/* Makes the answer of the same request and what came. */
	struct json_object	*(*finish)(struct json_object *req,
				    const struct driver_reply *reply);
};

/* Runs until descriptor 0 ends, which ends everything: nobody is left to tell.
 * Returns the exit status, an enum pp_rc. */
int	driver_run(const struct driver *);

/* {"ok":false,"error":{...}}; reason may be NULL.  code is credentials,
 * refused, unreachable, protocol or timeout; the last three, and only they,
 * are retryable. */
struct json_object	*driver_error(const char *code, const char *reason,
			    const char *fmt, ...)
			    __attribute__((format(printf, 3, 4)));
/* The error for a reply that is not DRIVER_GOT. */
struct json_object	*driver_failed(const struct driver_reply *reply);
/* Takes the text of o as a body of its own and wipes what json-c holds of it;
 * o is freed.  NULL without memory. */
char	*driver_body(struct json_object *o, size_t *len);
/* Wipes every string in o, and its cached text. */
void	 driver_wipe(struct json_object *o);

#endif
