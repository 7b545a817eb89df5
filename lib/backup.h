/*
 * Copies of a store for the day on which it is lost, and back.
 *
 * A backup is a directory that holds db/, recovered, checked and synced, and
 * last of all backup.json, without which it is none.  It has no lock file, so
 * nobody works in it by mistake, and no keys: those are written apart, once,
 * for a safe.
 */
#ifndef PP_BACKUP_H
#define PP_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"
#include "seal.h"
#include "store.h"

struct pp_backup {
	struct pp_head	head;		/* of the journal in the backup */
	char		signature[PP_SIGN_HEX];	/* of it; "" without the key */
	int64_t		made_at;
	int64_t		bytes;
	/* Of a restore. */
	bool		dry_run;
	int64_t		incarnation;	/* rule N6 */
	int64_t		look_up_from;	/* payments from here on are unknown
					 * to the store */
	size_t		disabled;	/* integrations */
	bool		noted;		/* the incarnation, in the backup */
};

/* Copies the store into dir, which must not exist or be empty (PP_STATE),
 * while others work in it; then recovers, checks and syncs the copy.  On
 * failure nothing is left but an empty dir that was there before; what a
 * killed one left is taken up again.  PP_RETRY while another is made there.
 * PP_IO if the copy is not sound: then the store is not. */
enum pp_rc	pp_backup_make(const struct pp_store *, const char *dir,
		    struct pp_backup *, struct pp_err *err);
/* Writes the store's keys into a new file, 0600, synced; never over another
 * (PP_STATE). */
enum pp_rc	pp_backup_keys(const struct pp_store *, const char *file,
		    struct pp_err *err);
/* Makes a store of a backup where there is none (PP_STATE).  The keys are
 * those that are where the store looks for them, else those in file (NULL:
 * none, PP_CONF), which are put there.  The incarnation is raised and every
 * integration disabled (rule N6), in the journal too.  PP_CONF if dir is no
 * backup or the keys are another store's. */
enum pp_rc	pp_backup_restore(const struct pp_store *, const char *dir,
		    const char *file, struct pp_backup *,
		    struct pp_err *err);

#endif
