/*
 * A mark: what we write back to a task in the field-service system, each
 * once (rule G3): a note for its text, a step for its name, both for a link
 * and its epoch; the task's metas whenever what is in them changes.
 * Pure: no store, no clock but the one passed in.
 */
#ifndef PP_MARK_H
#define PP_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "doc.h"
#include "err.h"
#include "link.h"
#include "task.h"
#include "time.h"

#define PP_MARK_ID	38	/* mark_ and 32 digits */
#define PP_MARK_HASH	33
/* Two calls of 35 seconds; an intent that is older has lost its process. */
#define PP_MARK_HAND	(2 * PP_MINUTE)

enum pp_mark_kind { PP_MARK_NOTE, PP_MARK_STEP, PP_MARK_METAS };
extern const char *const	pp_mark_kinds[];
enum pp_mark_state { PP_MARK_INTENT, PP_MARK_WRITTEN, PP_MARK_FAILED,
	PP_MARK_LOST };
extern const char *const	pp_mark_states[];

/* How long a step or metas may wait to be written again by themselves. */
#define PP_MARK_PATIENCE (60 * PP_MINUTE)

/* No text of a note is in it, which may name people (rule P1). */
struct pp_mark {
	char	id[PP_MARK_ID];		/* from what it is keyed by */
	char	task[PP_TASK_ID];
	char	link[PP_LNK_ID];	/* or "" */
	int64_t	epoch;			/* the link's */
	int	kind;			/* enum pp_mark_kind */
	char	what[PP_MARK_HASH];	/* hash of a note's text, of metas */
	char	step[PP_ID_MAX];	/* as it was named */
	int	state;			/* enum pp_mark_state */
	int64_t	intended_at;
	int64_t	done_at;
	int64_t	tries;
	char	reason[PP_ID_MAX];	/* a word, or the person's */
};
extern const struct pp_field	pp_mark_fields[];
extern const size_t		pp_mark_nfields;

/* Sets what the content hashes to, and the id. */
void		pp_mark_name(struct pp_mark *, const char *content,
		    size_t len);

/* Its state at an instant: an old intent is unknown. */
enum pp_mark_state pp_mark_state(const struct pp_mark *, int64_t now);
/* Does it need a person?  A note of which nobody knows; a step or metas only
 * if nothing has written them again for an hour. */
bool		pp_mark_waits(const struct pp_mark *, int64_t now);

enum pp_mark_verdict {
	PP_MARK_DO,
	PP_MARK_DONE,
	PP_MARK_IN_HAND,	/* another process is at it */
	PP_MARK_UNKNOWN		/* of a note: a person says --again */
};
/* What is to be done where old (NULL: none) is stored; again: a person wants
 * it once more.  Notes alone are not repeated when nobody knows: a step and
 * metas are the same written twice.  Pure. */
enum pp_mark_verdict pp_mark_decide(const struct pp_mark *old,
		    const struct pp_mark *want, bool again, int64_t now);

#endif
