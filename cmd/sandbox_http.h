/*
 * The offline Moneris on the wire: libmicrohttpd, a thread per connection,
 * loopback only.
 */
#ifndef SANDBOX_HTTP_H
#define SANDBOX_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "sandbox_site.h"

struct sandbox_http;

/* Is the URL "http://HOST:PORT" with a host on loopback? */
bool		sandbox_http_loopback(const char *url);
/* Serves until stopped; takes fd.  The site must outlive it. */
enum pp_rc	sandbox_http_start(struct sandbox_site *, int fd,
		    struct sandbox_http **, struct pp_err *err);
void		sandbox_http_stop(struct sandbox_http *);

#endif
