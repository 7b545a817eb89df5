/*
 * Looking a link up, which every request begins with: one thread at a time,
 * and with the shared memory of the store kept mapped, which otherwise takes
 * longer than the look itself.  Threads wait for each other here, woken in
 * turn, and only one of them waits at the store's door.
 */
#ifndef PAGE_LOOK_H
#define PAGE_LOOK_H

#include <pthread.h>

#include "checkout.h"
#include "store.h"

#define PAGE_LOOK_WAIT	10000	/* ms that a request waits, in all */

struct page_look {
	pthread_mutex_t	lock;
	struct pp_store	store;
	unsigned int	n;
};

void		page_look_init(struct page_look *, const struct pp_store *);
/* Leaves the store; nobody may look any more. */
void		page_look_release(struct page_look *);
/* pp_checkout_view; PP_RETRY after PAGE_LOOK_WAIT. */
enum pp_rc	page_look(struct page_look *, const char *token,
		    struct pp_view *, struct pp_err *err);

#endif
