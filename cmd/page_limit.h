/*
 * How often somebody may come: so many requests a minute, evenly after a
 * first burst.  A table of fixed size; whoever has been quiet longest makes
 * room.  Keeps keyed hashes, no addresses.  Thread-safe.
 */
#ifndef PAGE_LIMIT_H
#define PAGE_LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_LIMIT_SETS	1024
#define PAGE_LIMIT_WAYS	8

struct page_limit {
	pthread_mutex_t	lock;
	unsigned char	key[16];
	int64_t		per_minute;	/* 0: no limit */
	struct {
		uint64_t	id;
		int64_t		until;	/* ms: all it took is paid off */
	} slot[PAGE_LIMIT_SETS][PAGE_LIMIT_WAYS];
};

void	page_limit_init(struct page_limit *, int64_t per_minute);
/* Counts one request at now (ms of a clock that does not step).  0, or in
 * how many seconds the next may come. */
int	page_limit_take(struct page_limit *, const void *who, size_t len,
	    int64_t now);

#endif
