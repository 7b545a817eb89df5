/*
 * The HTTP side: connections, requests in, answers out, the access log.
 * A thread per connection, so that a slow customer, or a slow processor,
 * holds nobody else.
 */
#ifndef PAGE_HTTP_H
#define PAGE_HTTP_H

#include "err.h"
#include "page_do.h"

#define PAGE_CONNECTIONS	512
#define PAGE_READ_SECONDS	15	/* to send a whole request, and idle */
#define PAGE_CROWDED		(PAGE_CONNECTIONS / 2)
#define PAGE_CROWDED_SECONDS	2	/* the same, when there are more */
#define PAGE_WRITE_SECONDS	60	/* to take a whole answer */

struct page_http;

/* Serves on fd, which it takes over. */
enum pp_rc	page_http_start(struct page *, int fd, struct page_http **,
		    struct pp_err *err);
/* Closes connections that have been sending or taking for too long; to be
 * called about once a second. */
void		page_http_reap(struct page_http *);
/* Stops accepting, waits for the answers under way. */
void		page_http_stop(struct page_http *);

#endif
