#include "config.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "progression_call.h"
#include "banned.h"

#define PATH_MAX_CALL	4096

static enum pp_rc	post(struct prog_api *, struct json_object *,
			    const char *, const char *, const char *,
			    struct pp_err *);

enum pp_rc
prog_target(struct prog_api *a, const char *code, const char *id,
    struct json_object **task, struct pp_err *err)
{
	struct pp_prog_ref ref;
	enum pp_rc rc;

	if ((rc = prog_task(a, id != NULL ? id : code, task, err)) != PP_OK)
		return rc;
	pp_progression_ref(*task, &ref);
	if (strcmp(ref.name, code) == 0)
		return PP_OK;
	json_object_put(*task);
	*task = NULL;
	return pp_err_set(err, PP_NOTFOUND, "ProgressionLIVE answers with "
	    "another task, %.64s", ref.name);
}

/* To /task/ID/what, tail appended escaped. */
static enum pp_rc
post(struct prog_api *a, struct json_object *task, const char *what,
    const char *tail, const char *body, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(PATH_MAX_CALL);
	struct pp_prog_ref ref;
	enum pp_rc rc;

	pp_progression_ref(task, &ref);
	pp_buf_puts(&b, "/task/");
	prog_escape(&b, ref.id[0] != '\0' ? ref.id : ref.name);
	pp_buf_puts(&b, what);
	prog_escape(&b, tail);
	rc = pp_buf_ok(&b) ? prog_call(a, b.p, body, NULL, NULL, err) :
	    pp_err_set(err, PP_DATA, "too long for a call of "
	    "ProgressionLIVE");
	pp_buf_release(&b);
	return rc;
}

enum pp_rc
prog_write_note(struct prog_api *a, struct json_object *task,
    const char *text, struct pp_err *err)
{
	return post(a, task, "/event?type=INFO&msg=", text, "", err);
}

enum pp_rc
prog_write_step(struct prog_api *a, struct json_object *task,
    const char *logic_id, struct pp_err *err)
{
	struct json_object *state, *now;

	if (json_object_object_get_ex(task, "currentState", &state) &&
	    json_object_is_type(state, json_type_object) &&
	    json_object_object_get_ex(state, "logicId", &now) &&
	    now != NULL && strcmp(json_object_get_string(now), logic_id) == 0)
		return PP_OK;
	return post(a, task, "/state?logicId=", logic_id, "{}", err);
}

enum pp_rc
prog_write_metas(struct prog_api *a, struct json_object *task,
    struct json_object *metas, struct pp_err *err)
{
	struct json_object *old, *all = json_object_new_object(), *body, *was;
	bool same = true;
	enum pp_rc rc = PP_OK;

	/* Whether the whole map is replaced or merged is not documented: all
	 * of it, with null where one of ours goes, is right either way. */
	if (json_object_object_get_ex(task, "metas", &old) &&
	    json_object_is_type(old, json_type_object)) {
		json_object_object_foreach(old, name, v)
			json_object_object_add(all, name, json_object_get(v));
	}
	json_object_object_foreach(metas, key, value) {
		was = json_object_object_get(all, key);
		if (value == NULL && was == NULL)
			continue;
		if (was == NULL || value == NULL ||
		    strcmp(json_object_get_string(was),
		    json_object_get_string(value)) != 0)
			same = false;
		json_object_object_add(all, key, json_object_get(value));
	}
	if (same) {
		json_object_put(all);
		return PP_OK;
	}
	body = json_object_new_object();
	json_object_object_add(body, "metas", all);
	rc = post(a, task, "/update", "", pp_json_text(body), err);
	json_object_put(body);
	return rc;
}
