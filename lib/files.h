/*
 * Directories as wholes, for backup and restore: made, synced, put in place,
 * given away, removed.
 */
#ifndef PP_FILES_H
#define PP_FILES_H

#include <sys/types.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Whose files are to be; give is false where that is us. */
struct pp_files_owner {
	bool	give;
	uid_t	uid;
	gid_t	gid;
};

/* A directory that was named on a command line.  path leads to it also after
 * root has become somebody who could not walk there. */
struct pp_files_place {
	int	fd;
	bool	made;			/* it did not exist */
	char	path[PATH_MAX];
	char	dir[PATH_MAX];		/* as it was named */
};

/* Who owns dir. */
enum pp_rc	pp_files_owner_of(const char *dir, struct pp_files_owner *,
		    struct pp_err *err);
/* Gives dir and the files in it away. */
enum pp_rc	pp_files_give(const char *dir, const struct pp_files_owner *,
		    struct pp_err *err);
/* Makes dir, or takes it if it is empty but for what one who was killed left,
 * which is removed: part and, as long as last is not there, body beside it.
 * PP_STATE otherwise; PP_RETRY while somebody else has it.  Its owner will be
 * like's.  pp_files_leave must follow if it is PP_OK. */
enum pp_rc	pp_files_place(struct pp_files_place *, const char *dir,
		    const char *like, const char *part, const char *body,
		    const char *last, struct pp_err *err);
/* Renames part/name to name, durably. */
enum pp_rc	pp_files_up(struct pp_files_place *, const char *part,
		    const char *name, struct pp_err *err);
/* Removes last, body and part in it, and it if it was made. */
void		pp_files_undo(struct pp_files_place *, const char *part,
		    const char *body, const char *last);
void		pp_files_leave(struct pp_files_place *);
/* Syncs the files in dir/sub but for a Berkeley DB's regions, which are
 * removed, and both directories.  *bytes is the sum of their sizes. */
enum pp_rc	pp_files_sync(const char *dir, const char *sub,
		    int64_t *bytes, struct pp_err *err);
/* Is dir a place for a store to be restored: not there, or empty but for
 * keys, lost+found, and half, which a restore that was killed left and which
 * is removed unless dry?  PP_STATE. */
enum pp_rc	pp_files_fresh(const char *dir, const char *half, bool dry,
		    struct pp_err *err);
/* Copies the files of from/sub, or only those to whose names want (if not
 * NULL) says yes, to a new directory to, to/sub, given away, with an empty
 * to/lock. */
enum pp_rc	pp_files_copy(int from, const char *sub, const char *to,
		    bool want(const char *name),
		    const struct pp_files_owner *, struct pp_err *err);
/* Moves half/db and half/keys up to dir, and makes dir/lock last. */
enum pp_rc	pp_files_found(const char *dir, const char *half,
		    struct pp_err *err);
/* Removes dir/name and what is in it, three levels deep. */
void		pp_files_remove(const char *dir, const char *name);

#endif
