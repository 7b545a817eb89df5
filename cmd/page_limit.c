#include "config.h"

#include <string.h>

#include <sodium.h>

#include "page_limit.h"
#include "banned.h"

#define MINUTE	60000

void
page_limit_init(struct page_limit *l, int64_t per_minute)
{
	memset(l, 0, sizeof *l);
	(void)pthread_mutex_init(&l->lock, NULL);
	randombytes_buf(l->key, sizeof l->key);
	l->per_minute = per_minute;
}

int
page_limit_take(struct page_limit *l, const void *who, size_t len,
    int64_t now)
{
	unsigned char hash[crypto_shorthash_BYTES];
	int64_t step, until;
	uint64_t id;
	size_t set, i, way = 0;
	int wait = 0;

	if (l->per_minute <= 0)
		return 0;
	step = MINUTE / l->per_minute;
	(void)crypto_shorthash(hash, who, len, l->key);
	memcpy(&id, hash, sizeof id);
	set = id % PAGE_LIMIT_SETS;

	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < PAGE_LIMIT_WAYS; i++) {
		if (l->slot[set][i].id == id) {
			way = i;
			break;
		}
		if (l->slot[set][i].until < l->slot[set][way].until)
			way = i;
	}
	if (l->slot[set][way].id != id) {
		l->slot[set][way].id = id;
		l->slot[set][way].until = 0;
	}
	until = l->slot[set][way].until;
	if (until < now)
		until = now;
	if (until - now + step > MINUTE)
		wait = (int)((until - now + step - MINUTE + 999) / 1000);
	else
		l->slot[set][way].until = until + step;
	(void)pthread_mutex_unlock(&l->lock);
	return wait;
}
