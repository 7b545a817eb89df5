/*
 * What the files of the store share among themselves and nobody else uses:
 * store.c (Berkeley DB), facts.c (what the store knows of itself), copy.c,
 * check.c, backup.c.
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
/* What a transaction found out about its store. */
struct pp_facts {
	int64_t		now;		/* 0: not asked yet */
	int		live;		/* -1: not asked yet */
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
/* Is the store's format this program's? */
enum pp_rc	pp_facts_format(struct pp_txn *, struct pp_err *err);

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
