/*
 * The door of the store: who may enter, one at a time, and whether the last
 * one left everything in order.  Used by the store alone.
 *
 * DIR/lock holds two lines:
 *
 *   clean BOOT_ID DEV:INO.INO LAYOUT
 *   PID COMMAND INSTANT
 *
 * Who gets the lock overwrites "clean" by "dirty" first.  The environment's
 * shared regions may be joined only if the first line was exactly what this
 * boot, this directory and this build expect.  Everything else (a kill, a
 * power cut, a copied directory, another version) means recovery.
 */
#ifndef PP_DOOR_H
#define PP_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "store.h"

#define PP_DOOR_LINE	256
#define PP_DOOR_LAYOUT	96

struct pp_door {
	int		 dirfd;
	int		 dbfd;
	int		 lockfd;
	const char	*dir;		/* borrowed from the store */
	const char	*layout;	/* borrowed from whoever entered */
	bool		 clean;		/* the marker was exactly right */
	bool		 born;		/* DIR/db was made just now */
};

#define PP_DOOR_INIT	{ -1, -1, -1, NULL, NULL, false, false }

/* Finds the directory (PP_TXN_WRITE makes one), becomes its owner if root,
 * refuses network file systems and a disk without reserve, waits for the
 * lock, and marks it dirty.  Whatever it returns, pp_door_leave must follow. */
enum pp_rc	pp_door_enter(struct pp_door *, const struct pp_store *,
		    enum pp_txn_mode, const char *layout, struct pp_err *err);
/* Makes an empty directory, or takes one, for a store to be put into, as
 * entering to write does; root gives it to the user pp if there is one. */
enum pp_rc	pp_door_place(const char *dir, struct pp_err *err);
/* Marks it clean if that is so, and lets the next one in. */
void		pp_door_leave(struct pp_door *, bool clean);
/* Removes the environment's shared regions; recovery makes them anew. */
enum pp_rc	pp_door_clear(struct pp_door *, struct pp_err *err);
/* Bytes that are free for this user; -1 if that cannot be told. */
int64_t		pp_door_free(const struct pp_door *);
/* Bytes in DIR/db: of the collections and indexes, and of the logs. */
void		pp_door_sizes(const struct pp_door *, int64_t *data,
		    int64_t *logs);
/* Makes the store's own names outlive a power cut. */
enum pp_rc	pp_door_sync(const struct pp_door *, struct pp_err *err);
/* Gives a log file its blocks while there is room: Berkeley DB leaves it
 * sparse, and a recovery on a full disk, for somebody who only wants to read,
 * writes zeros to its end.  If this fails, that may fail. */
void		pp_door_fill(const struct pp_door *, unsigned int file,
		    int64_t size);
/* Kind of file system, such as "ext4". */
void		pp_door_fstype(const struct pp_door *, char *, size_t);
/* Opens DIR/hold and locks it, without waiting: nobody but its holder copies
 * the store, and no log is removed meanwhile.  -1 with errno EWOULDBLOCK if
 * somebody has it. */
int		pp_door_hold(const struct pp_door *);

#endif
