/*
 * The whole journal folded: every record that it tells, of tasks one after
 * the other and of what belongs to none (integrations, sheets, orphan
 * payments, mails to the house, the store's own facts).  verify compares it
 * with what is stored; rebuild stores it (rule G2).
 */
#ifndef PP_FOLD_H
#define PP_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "case.h"
#include "day.h"
#include "integration.h"
#include "kind.h"
#include "mail_slot.h"
#include "store.h"

/* What the events of one task tell; task "": those of none. */
struct pp_told {
	char			 task[PP_TASK_ID];
	bool			 recorded;	/* an event of the task itself */
	struct pp_case		 c;
	struct pp_mail		*mails;
	size_t			 nmails;
	struct pp_mark		*marks;
	size_t			 nmarks;
	struct pp_payment	*first;		/* payments as they were
						 * recorded, for the day
						 * index */
	size_t			 nfirst;
};

struct pp_told_integration {
	struct pp_integration	 in;
	int64_t			 since;		/* number of its first event */
};

struct pp_told_sheet {
	int64_t	 number;
	char	*text;			/* the whole document */
};

/* What belongs to no task.  Kept in memory: it grows by the payments that are
 * listed on sheets, some 35 bytes each, and by orphans. */
struct pp_told_rest {
	struct pp_told			 none;
	struct pp_told_integration	*ins;
	size_t				 nins;
	struct pp_told_sheet		*sheets;
	size_t				 nsheets;
	int64_t				 incarnation;	/* rule N6 */
};

enum pp_rc	pp_fold_rest(struct pp_txn *, struct pp_told_rest *,
		    struct pp_err *err);
void		pp_told_rest_release(struct pp_told_rest *);

/* Told of each task that has events, in the order of their ids; told may be
 * changed.  An orphan that the task adopted gets its number from rest, where
 * it is marked with the task.  PP_NO ends the walk, which is then PP_OK. */
typedef enum pp_rc pp_fold_fn(struct pp_told *, void *arg,
		    struct pp_err *err);
/* The tasks after the one named ("": all).  rest may be NULL: then adopted
 * payments have the number 0. */
enum pp_rc	pp_fold_tasks(struct pp_txn *, const char *after,
		    struct pp_told_rest *rest, pp_fold_fn *, void *arg,
		    struct pp_err *err);
/* One task; PP_NOTFOUND, without words, if it has no events.  To be
 * released. */
enum pp_rc	pp_fold_task(struct pp_txn *, const char *task,
		    struct pp_told *, struct pp_err *err);
void		pp_told_release(struct pp_told *);

/* Each record that it tells but the day index's.  An orphan that was adopted
 * is not among them. */
typedef enum pp_rc pp_told_fn(const struct pp_kind *, void *s, void *arg,
		    struct pp_err *err);
enum pp_rc	pp_told_each(struct pp_told *, pp_told_fn *, void *arg,
		    struct pp_err *err);
/* The same of integrations. */
enum pp_rc	pp_told_integrations(struct pp_told_rest *, pp_told_fn *,
		    void *arg, struct pp_err *err);
/* The day index's entries of its payments. */
enum pp_rc	pp_told_days(const struct pp_told *,
		    const struct pp_told_rest *, pp_day_fn *, void *arg,
		    struct pp_err *err);

#endif
