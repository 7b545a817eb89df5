/*
 * A task as ProgressionLIVE tells it becomes a task document of ours (rule
 * T4).  Pure: no network, no store, no clock.
 */
#ifndef PP_PROGRESSION_H
#define PP_PROGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include "err.h"
#include "task.h"

/* [progression] of the configuration, borrowed. */
struct pp_prog_rules {
	const char	*deposit_lines;		/* patterns, commas between */
	const char	*transferred_steps;	/* labels or ids, likewise */
};

/* What ProgressionLIVE calls it. */
struct pp_prog_ref {
	char	name[PP_ID_MAX];	/* its code, else its id: for errors */
	char	id[32];			/* to write to; or "" */
};

/* Reads a task, an object.  *out is the document of design.md section 6, the
 * caller's, with a member "progression" for who writes back.  ref is filled
 * as far as it goes whatever happens.  PP_DATA names the member: an id that
 * is none of ours, an amount that is no whole cent, a total that lines and
 * taxes do not make. */
enum pp_rc	pp_progression_task(struct json_object *,
		    const struct pp_prog_rules *, struct pp_prog_ref *ref,
		    struct json_object **out, struct pp_err *err);
/* What a task's code and id are; nothing else is read. */
void		pp_progression_ref(struct json_object *, struct pp_prog_ref *);
/* Which task a webhook is about: its id, else its code.  The body is that of
 * the entity, or has it in a member; its shape is not documented. */
bool		pp_progression_hint(const char *text, size_t len,
		    char task[PP_ID_MAX]);

/* The elements of a JSON array, one at a time, each a slice of the text, so
 * that one that is wrong costs only itself.  *at starts at 0; false at the
 * end.  *at is SIZE_MAX then if the text is no array or is cut short. */
bool		pp_progression_element(const char *text, size_t len,
		    size_t *at, const char **element, size_t *elen);

/* Does a list, commas between, name the word?  Blanks around its items do
 * not count; *, ? and [ are taken as in file names if glob. */
bool		pp_progression_listed(const char *list, const char *word,
		    bool glob);

/* The lines of a task and their taxes, in units of decimal.h; what
 * pp_progression_task makes the total from. */
#define PP_PROG_RATES	6
struct pp_prog_rate {
	char	name[25];
	int64_t	percent;		/* in ten thousandths: 99750 */
	bool	compound;		/* those after it are taken of it too */
	int64_t	base;			/* units taxed, deposits included */
	int64_t	kept;			/* the same without deposits */
};
struct pp_prog_sums {
	struct pp_prog_rate	rate[PP_PROG_RATES];
	size_t			nrates;
	int64_t			lines;	/* units, deposits included */
	int64_t			deposits;	/* cents */
};
/* Do they make this total (cents)?  Each tax may have been rounded up or
 * down.  *due is the total without deposits, tax[i] what each rate has of
 * it, all cents. */
bool		pp_progression_agrees(const struct pp_prog_sums *,
		    int64_t total, int64_t *due, int64_t tax[PP_PROG_RATES]);

#endif
