#include "config.h"

#include <string.h>
#include <time.h>

#include "page_look.h"
#include "banned.h"

/* After somebody else's crash nothing is kept: that ends after so many. */
#define RENEW	128

static int64_t	left(const struct timespec *);

void
page_look_init(struct page_look *l, const struct pp_store *s)
{
	memset(l, 0, sizeof *l);
	(void)pthread_mutex_init(&l->lock, NULL);
	l->store = *s;
	pp_store_keep(&l->store);
}

void
page_look_release(struct page_look *l)
{
	if (l->store.dir == NULL)
		return;
	pp_store_unkeep(&l->store);
	(void)pthread_mutex_destroy(&l->lock);
}

/* Milliseconds until then, at least 1. */
static int64_t
left(const struct timespec *until)
{
	struct timespec now;
	int64_t ms;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(until->tv_sec - now.tv_sec) * 1000 +
	    (until->tv_nsec - now.tv_nsec) / 1000000;
	return ms > 1 ? ms : 1;
}

enum pp_rc
page_look(struct page_look *l, const char *token, struct pp_view *v,
    struct pp_err *err)
{
	struct timespec until;
	enum pp_rc rc;

	memset(v, 0, sizeof *v);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PAGE_LOOK_WAIT / 1000;
	if (pthread_mutex_clocklock(&l->lock, CLOCK_MONOTONIC, &until) != 0)
		return pp_err_set(err, PP_RETRY, "too many requests wait for "
		    "the store");
	l->store.wait = left(&until);
	rc = pp_checkout_view(&l->store, token, v, err);
	if (++l->n % RENEW == 0) {
		pp_store_unkeep(&l->store);
		pp_store_keep(&l->store);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return rc;
}
