/*
 * A store made again from its journal: every record, every index, the day
 * index.  What the journal does not hold (people's data, sealed tokens and
 * tickets, schedules, hashes of addresses, facts about the store) is carried
 * over from the old files where they can be read.
 *
 * Everybody else waits at the lock meanwhile.  The old files are only read:
 * from a copy.  The new ones are verified and synced before both change
 * places in one step.
 */
#ifndef PP_REBUILD_H
#define PP_REBUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "verify.h"

struct pp_rebuild {
	bool		 dry_run;	/* all but changing places */
	pp_verify_tell	*tell;		/* NULL: nobody */
	void		*arg;
	/* Out. */
	struct pp_head	 head;
	int64_t		 records;	/* written from the journal */
	int64_t		 tokens, tickets, links;	/* whose sealed values
							 * or hashes are lost */
	bool		 people_lost;	/* person.db could not be read */
};

/* PP_STATE if the files of an earlier rebuild are still in DIR/replaced, where
 * the old ones go; PP_IO if the journal itself cannot be read or is broken:
 * then only a backup helps. */
enum pp_rc	pp_rebuild(const struct pp_store *, struct pp_rebuild *,
		    struct pp_err *err);

#endif
