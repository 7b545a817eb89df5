/*
 * The store: collections of documents in a Berkeley DB environment, behind
 * one door.
 *
 * Each transaction takes an exclusive lock of our own, opens the environment
 * (recovered unless the marker in the lock file was exactly right), works,
 * commits synced, closes, and releases the lock.  Nothing is open between
 * transactions (a stream keeps the shared memory mapped, see pp_store_keep),
 * so a process may be killed at any instant.  Inside a
 * transaction nothing may touch stdin, stdout or the network.
 *
 * A record is a small binary header and a JSON text.  Indexes are kept from
 * the header alone.  Only store.c knows Berkeley DB.
 */
#ifndef PP_STORE_H
#define PP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define PP_STORE_FORMAT		1
#define PP_STORE_RESERVE	(64LL << 20)	/* free bytes that a write needs */
#define PP_STORE_KEEP_LOGS	(256LL << 20)
#define PP_STORE_WAIT		30		/* seconds for the lock */

struct pp_kept;

/* Where, who, and which clock.  All borrowed; fill and keep while in use. */
struct pp_store {
	const char	*dir;
	const char	*command;	/* "pp-link": actor of events, lock holder */
	const char	*doing;		/* what holds the lock long, such as
					 * "rebuild"; NULL: nothing does */
	/* Who is behind it (rule P3), or NULL.  Asked before each transaction
	 * that writes, never under the lock: users may be kept far away. */
	const char	*(*person)(void);
	const char	*clock;		/* PP_NOW or NULL; ignored by a live store */
	int64_t		 reserve;	/* 0: PP_STORE_RESERVE */
	int64_t		 keep_logs;	/* 0: PP_STORE_KEEP_LOGS */
	const char	*keys;		/* directory of the keys; NULL: DIR/keys */
	int64_t		 wait;		/* ms for the lock; 0: PP_STORE_WAIT */
	struct pp_kept	*kept;		/* pp_store_keep; NULL: nothing */
	/* A copy, or a store in the making, that nobody else has and that is
	 * thrown away if we are killed: commits are not synced, and a large
	 * cache lies in our own memory. */
	bool		 draft;
	bool		 older;		/* an older format may come in, too */
};

enum pp_coll {
	PP_META,	/* facts about the store itself, by name */
	PP_EVENT,	/* the journal, by seq (8 bytes, big endian) */
	PP_TASK,	/* by task id */
	PP_PERSON,	/* people's data, by task id (rule P1) */
	PP_LINK,	/* by lnk_... */
	PP_ATTEMPT,	/* by att_... */
	PP_PAYMENT,	/* by integration, order number, transaction number */
	PP_INTEGRATION,	/* by name */
	PP_BY_DAY,	/* covering: business day, seq -> payment in short */
	PP_SHEET,	/* frozen keying sheets, by number (8 bytes) */
	PP_REFUND,	/* by ref_... */
	PP_MAIL,	/* by what it is about, template, slot (rule M1) */
	PP_MARK,	/* written back to a task, by mark_... */
	PP_NCOLL
};

enum pp_index {
	PP_EVENT_BY_TASK,	/* key[0] */
	PP_TASK_BY_INVOICE,	/* key[0] */
	PP_LINK_BY_TASK,	/* key[0] */
	PP_LINK_BY_TOKEN,	/* key[1], the token's hash */
	PP_ATTEMPT_BY_TASK,	/* key[0] */
	PP_ATTEMPT_BY_ORDER,	/* key[1] */
	PP_ATTEMPT_BY_DUE,	/* when, 8 bytes big endian; 0 is not in it */
	PP_PAYMENT_BY_TASK,	/* key[0] */
	PP_PAYMENT_BY_TXN,	/* key[1], transaction number */
	PP_PAYMENT_BY_ID,	/* key[2], pay_... */
	PP_PAYMENT_BY_ORDER,	/* key[3], order number */
	PP_PAYMENT_OPEN,	/* key[4], business day: not entered yet */
	PP_REFUND_BY_TASK,	/* key[0] */
	PP_REFUND_BY_PAYMENT,	/* key[1], pay_... */
	PP_REFUND_BY_KEY,	/* key[2], its idempotency key */
	PP_MAIL_BY_ABOUT,	/* key[0], link or task */
	PP_MAIL_BY_TASK,	/* key[1] */
	PP_MAIL_OPEN,	/* key[2], "1": not known to be sent */
	PP_MAIL_BY_ID,	/* key[3], mail_... */
	PP_NINDEX
};

#define PP_REC_KEYS	5

/* A record.  Strings are borrowed from whoever filled it: of one that was
 * read by get or last, from the transaction, until the next get or last of
 * the same collection; of one in a walk, until fn returns.  Keys are at most
 * 255 bytes, a text 2 MiB; both end with a NUL. */
struct pp_rec {
	uint8_t		 state;
	uint16_t	 flags;
	int64_t		 cents;
	int32_t		 day;		/* yyyymmdd */
	int64_t		 when;		/* ms UTC */
	const char	*key[PP_REC_KEYS];	/* NULL: not in that index */
	const char	*text;
	size_t		 len;
};

enum pp_txn_mode {
	PP_TXN_READ,	/* no store: PP_NOTFOUND */
	PP_TXN_WRITE	/* no store: it is created, keys included */
};

struct pp_txn;
typedef enum pp_rc pp_txn_fn(struct pp_txn *, void *arg, struct pp_err *err);
/* Given each record of a walk; PP_NO ends the walk (which is then PP_OK),
 * another result ends it and is the walk's. */
typedef enum pp_rc pp_rec_fn(struct pp_txn *, const void *key, size_t klen,
		    const struct pp_rec *, void *arg, struct pp_err *err);

/* Runs fn in one transaction; fn's PP_OK commits, synced to disk, anything
 * else aborts and is returned.  PP_RETRY after PP_STORE_WAIT seconds without
 * the lock (naming the holder) and PP_IO when the disk has no reserve left
 * (fn was not called); PP_PERM, PP_CONF (format, keys, network file
 * system). */
enum pp_rc	pp_store_txn(const struct pp_store *, enum pp_txn_mode,
		    pp_txn_fn *fn, void *arg, struct pp_err *err);
/* Begins a new log file, writes everything back and removes the old logs, so
 * that what was erased is not in them any more; while somebody copies the
 * store they stay. */
enum pp_rc	pp_store_shed(const struct pp_store *, struct pp_err *err);
/* For one thread that does many transactions one after another: from now on
 * the environment stays joined between them, because to map its regions anew,
 * and to fault in each page of them, takes longer than a batch of work.  The
 * next transaction uses it only if the marker is clean and the regions are
 * still these; else they are left alone, whoever holds a lock in them is
 * dead, and nothing is kept any more.  Of a draft, which is nobody else's,
 * also what is in its cache is kept.  Until pp_store_unkeep; without memory
 * nothing is kept. */
void		pp_store_keep(struct pp_store *);
/* Leaves the environment, within the lock. */
void		pp_store_unkeep(struct pp_store *);
/* Is there a store in dir?  True also where it cannot be seen: a transaction
 * tells why. */
bool		pp_store_exists(const char *dir);
/* Takes the lock, removes the regions and runs recovery; what every command
 * does by itself after a crash, on request. */
enum pp_rc	pp_store_recover(const struct pp_store *, struct pp_err *err);

/* Inside a transaction. */

const struct pp_store *pp_txn_store(const struct pp_txn *);
/* Who is behind it; NULL if that is not known, or when reading. */
const char	*pp_txn_person(const struct pp_txn *);
/* The instant of this transaction: the clock read once, not before the
 * newest event's (rule D3). */
int64_t		pp_txn_now(struct pp_txn *);
/* Is real money in this store (rule I1)? */
bool		pp_txn_live(struct pp_txn *);

/* Loads the keys whose bits are in want (seal.h) and compares them with the
 * fingerprints that the store was made with: another key is PP_CONF.  The
 * caller wipes them. */
struct pp_keys;
enum pp_rc	pp_txn_keys(struct pp_txn *, unsigned int want,
		    struct pp_keys *, struct pp_err *err);

/* PP_NOTFOUND, without words, if there is none. */
enum pp_rc	pp_txn_get(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, struct pp_rec *, struct pp_err *err);
/* Writes over what was there. */
enum pp_rc	pp_txn_put(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, const struct pp_rec *, struct pp_err *err);
/* Writes only what is new: PP_CONFLICT, without words, if the key exists. */
enum pp_rc	pp_txn_new(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, const struct pp_rec *, struct pp_err *err);
enum pp_rc	pp_txn_del(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, struct pp_err *err);
/* The records after a key (NULL: from the first), in key order.  fn may read
 * but not write the collection that is walked; so in all walks. */
enum pp_rc	pp_txn_scan(struct pp_txn *, enum pp_coll, const void *after,
		    size_t alen, pp_rec_fn *, void *arg, struct pp_err *err);
/* The last record; PP_NOTFOUND in an empty collection. */
enum pp_rc	pp_txn_last(struct pp_txn *, enum pp_coll, void *key,
		    size_t ksize, size_t *klen, struct pp_rec *,
		    struct pp_err *err);
/* The records that an index holds under exactly this key, in the order of
 * their own keys. */
enum pp_rc	pp_txn_find(struct pp_txn *, enum pp_index, const void *key,
		    size_t klen, pp_rec_fn *, void *arg, struct pp_err *err);
/* The records from an index key on, in the index's order; fn is given their
 * own keys. */
enum pp_rc	pp_txn_order(struct pp_txn *, enum pp_index, const void *from,
		    size_t flen, pp_rec_fn *, void *arg, struct pp_err *err);

/* The covering index has values of its own, no header, no JSON; read in
 * bulk.  fn gets key and value as they lie in memory. */
typedef enum pp_rc pp_raw_fn(const void *key, size_t klen, const void *val,
		    size_t vlen, void *arg, struct pp_err *err);
enum pp_rc	pp_txn_put_raw(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, const void *val, size_t vlen,
		    struct pp_err *err);
/* One value, borrowed until the next get of the same collection;
 * PP_NOTFOUND. */
enum pp_rc	pp_txn_get_raw(struct pp_txn *, enum pp_coll, const void *key,
		    size_t klen, const void **val, size_t *vlen,
		    struct pp_err *err);
enum pp_rc	pp_txn_bulk(struct pp_txn *, enum pp_coll, const void *from,
		    size_t flen, pp_raw_fn *, void *arg, struct pp_err *err);

/* Facts about the store: short texts by name (collection PP_META).  Getting
 * one that is not there gives PP_NOTFOUND and "" in buf. */
enum pp_rc	pp_meta_get(struct pp_txn *, const char *name, char *buf,
		    size_t size, struct pp_err *err);
enum pp_rc	pp_meta_put(struct pp_txn *, const char *name,
		    const char *value, struct pp_err *err);

/* Big endian, so that byte order is number order. */
void		pp_key_u64(uint64_t n, unsigned char out[8]);
uint64_t	pp_key_to_u64(const unsigned char in[8]);

/* What pp-store info and verify need. */
struct pp_store_info {
	int		 format;
	int64_t		 records[PP_NCOLL];
	int64_t		 data_bytes, log_bytes, free_bytes;
	char		 fstype[32];
};
enum pp_rc	pp_store_info(const struct pp_store *, struct pp_store_info *,
		    struct pp_err *err);
/* The same without counting records. */
enum pp_rc	pp_store_sizes(const struct pp_store *, struct pp_store_info *,
		    struct pp_err *err);
/* Is every file of it there?  One that an older build did not know is not:
 * PP_IO, and the hint says how it is made. */
enum pp_rc	pp_txn_whole(struct pp_txn *, struct pp_err *err);
const char	*pp_coll_name(enum pp_coll);

#endif
