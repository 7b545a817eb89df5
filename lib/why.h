/*
 * Why a task is in the state it is in: the recorded facts in order, the rule
 * that each one triggers, and what would change the state.
 */
#ifndef PP_WHY_H
#define PP_WHY_H

#include "case.h"
#include "json.h"

/* One event of the journal (parsed) as a fact: {"seq","at","type","actor",
 * "person","what","rule","amount"...}; the caller's. */
struct json_object *pp_why_fact(struct json_object *event, const char *lang);
/* What would change the state, each a sentence with a command where there is
 * one, added to list as {"next","command"}. */
void		pp_why_next(const struct pp_case *, const char *lang,
		    int64_t now, struct json_object *list);
/* Every event type that has a sentence, in order, for the test. */
const char	*pp_why_type(size_t i);

#endif
