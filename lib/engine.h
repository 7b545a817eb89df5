/*
 * What the files of the store share among themselves and nobody else uses:
 * store.c (Berkeley DB: keys and values), txn.c (records in them),
 * facts.c (what the store knows of itself), copy.c, check.c, backup.c.
 */
#ifndef PP_ENGINE_H
#define PP_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "journal.h"
#include "seal.h"
#include "store.h"

/* What joining the shared regions depends on, for the door's marker.  buf is
 * filled and returned. */
const char	*pp_engine_layout(char *buf, size_t size);
/* Opens the environment, which recovers if it must, and makes a checkpoint. */
enum pp_rc	pp_engine_settle(const struct pp_store *, struct pp_err *err);
/* Rolls a copy forward through all its logs, then lets Berkeley DB check each
 * file.  PP_NO names the first that is not sound. */
enum pp_rc	pp_engine_verify(const struct pp_store *copy,
		    struct pp_err *err);
/* Berkeley DB's check of one file in which nobody works, without its logs.
 * PP_NO if it is damaged or not there. */
enum pp_rc	pp_engine_sound(const char *path, struct pp_err *err);
/* Keys and values as they lie in the files; of an index also its own key. */
struct pp_pair {
	const void	*ikey, *key, *val;
	size_t		 iklen, klen, vlen;
};
/* As pp_rec_fn. */
typedef enum pp_rc pp_pair_fn(struct pp_txn *, const struct pp_pair *,
		    void *arg, struct pp_err *err);
/* pp_txn_put and, if new, pp_txn_new; pp_txn_scan; pp_txn_find if exact, else
 * pp_txn_order; pp_txn_last: of pairs. */
enum pp_rc	pp_engine_put(struct pp_txn *, enum pp_coll, bool new,
		    const void *key, size_t klen, const void *val,
		    size_t vlen, struct pp_err *err);
enum pp_rc	pp_engine_scan(struct pp_txn *, enum pp_coll,
		    const void *after, size_t alen, pp_pair_fn *, void *arg,
		    struct pp_err *err);
enum pp_rc	pp_engine_follow(struct pp_txn *, enum pp_index, bool exact,
		    const void *from, size_t flen, pp_pair_fn *, void *arg,
		    struct pp_err *err);
enum pp_rc	pp_engine_last(struct pp_txn *, enum pp_coll, void *key,
		    size_t ksize, size_t *klen, const void **val,
		    size_t *vlen, struct pp_err *err);
/* Where this transaction encodes what it writes. */
struct pp_recbuf;
struct pp_recbuf	*pp_engine_rec(struct pp_txn *);

/* What a transaction found out about its store. */
struct pp_facts {
	int64_t		now;		/* 0: not asked yet */
	int		live;		/* -1: not asked yet */
	bool		older;		/* the format was not this program's */
	struct pp_head	head;		/* seq -1: not asked yet */
	enum pp_rc	late;		/* failed where there was no err: */
	struct pp_err	laterr;		/* it stops the commit */
};
struct pp_facts	*pp_engine_facts(struct pp_txn *);

/* Makes the keys and writes the first facts into a new store. */
enum pp_rc	pp_facts_birth(struct pp_txn *, struct pp_err *err);
/* Notes a key's fingerprint. */
enum pp_rc	pp_facts_print(struct pp_txn *, enum pp_key_name,
		    const char *print, struct pp_err *err);
/* Keeps a public signing key that new, the newest, vouches for, as it does
 * again for those kept before. */
enum pp_rc	pp_facts_vouch(struct pp_txn *, const struct pp_keys *new,
		    const char *public, struct pp_err *err);
/* Is the store's format this program's, or an older one where that may come
 * in?  PP_CONF; *format (if not NULL) is it. */
enum pp_rc	pp_facts_format(struct pp_txn *, int *format,
		    struct pp_err *err);

/* Copies the store while others work in it: the databases first, in pieces
 * under the lock, the logs last.  to is made and must not exist; keys are not
 * copied.  Nothing in the copy is synced.  PP_RETRY while somebody else
 * copies. */
enum pp_rc	pp_copy_make(const struct pp_store *, const char *to,
		    struct pp_err *err);
/* Berkeley DB's own check of a copy that is nobody else's, and every record
 * against every index.  PP_NO names the first difference. */
enum pp_rc	pp_check_copy(const struct pp_store *copy, struct pp_err *err);
/* Removes a copy, also one that was left behind; PP_OK if there is none. */
enum pp_rc	pp_copy_remove(const char *to, struct pp_err *err);

#endif
