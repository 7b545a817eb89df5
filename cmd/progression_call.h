/*
 * What is written to a task of ProgressionLIVE: one call each, and what it
 * says as prog_call does.  task is it as it was just read.
 */
#ifndef PP_PROGRESSION_CALL_H
#define PP_PROGRESSION_CALL_H

#include "progression_api.h"

/* Reads the task of ours named code, by the id if it is not NULL, and makes
 * sure that it is that one: a code may be another task's id.  *task is the
 * caller's. */
enum pp_rc	prog_target(struct prog_api *, const char *code,
		    const char *id, struct json_object **task,
		    struct pp_err *err);
/* A line in its log. */
enum pp_rc	prog_write_note(struct prog_api *, struct json_object *task,
		    const char *text, struct pp_err *err);
/* Moves it, unless it is there. */
enum pp_rc	prog_write_step(struct prog_api *, struct json_object *task,
		    const char *logic_id, struct pp_err *err);
/* Merges metas into its own (null erases), unless they are so. */
enum pp_rc	prog_write_metas(struct prog_api *, struct json_object *task,
		    struct json_object *metas, struct pp_err *err);

#endif
