/*
 * pp-status looks back: why a task is as it is, what was known at a time,
 * what happens now, and which task a few words mean.
 */
#ifndef PP_STATUS_WHY_H
#define PP_STATUS_WHY_H

#include <stdint.h>

#include "batch.h"

/* Facts in order, the rule of each, then what would change the state. */
enum pp_rc	pp_why_task(struct pp_cmd *, const char *number,
		    struct pp_err *err);
/* The status document of what was known at an instant. */
enum pp_rc	pp_why_at(struct pp_cmd *, const char *number, int64_t at,
		    struct pp_err *err);
/* Each fact as it comes, until interrupted. */
enum pp_rc	pp_why_watch(struct pp_cmd *, const char *number,
		    struct pp_err *err);
/* Tasks in which every word is found: name, mail, phone, description, task,
 * invoice, amounts, dates, last four, transaction and order numbers. */
enum pp_rc	pp_why_find(struct pp_cmd *, const char *const words[],
		    size_t n, struct pp_err *err);

#endif
