#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "progression_part.h"
#include "record.h"
#include "time.h"
#include "banned.h"

#define PASSES	5		/* over a list that moves under us */
#define GATHER	1000		/* tasks of one transaction */

struct pull {
	struct pp_cmd		*cmd;
	const struct prog_opts	*o;
	struct prog_api		*api;
	struct pp_prog_rules	 rules;
	struct json_object	*seen;		/* " ID" and codes, each once */
	size_t			 fresh;		/* how many were new */
	enum pp_rc		 worst;
};

/* Tasks of the store that are still to be watched. */
struct watch {
	struct json_object	*list;
	char			 after[PP_TASK_ID];
	size_t			 left;
	bool			 transfers;	/* the transfer will be told */
	bool			 more;
};

static bool		first_time(struct pull *, const struct pp_prog_ref *);
static enum pp_rc	print(struct pull *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	page(struct pull *, const char *, size_t *,
			    struct pp_err *);
static enum pp_rc	query(struct pull *, struct pp_buf *, struct pp_err *);
static enum pp_rc	listed(struct pull *, struct pp_err *);
static enum pp_rc	one(struct pull *, const char *, struct pp_err *);
static pp_rec_fn	watch_one;
static pp_txn_fn	watch_some;
static enum pp_rc	watched(struct pull *, struct pp_err *);

struct pp_prog_rules
prog_rules(const struct pp_cmd *cmd)
{
	struct pp_prog_rules r = { cmd->conf.progression.deposit_lines,
	    cmd->conf.progression.transferred_steps };

	return r;
}

/* A task may stand on two pages when others moved. */
static bool
first_time(struct pull *p, const struct pp_prog_ref *ref)
{
	char key[PP_ID_MAX + 8];

	/* A code never begins with a blank. */
	(void)snprintf(key, sizeof key, " %s", ref->id[0] != '\0' ? ref->id :
	    ref->name);
	if (json_object_object_get_ex(p->seen, key, NULL))
		return false;
	json_object_object_add(p->seen, key, NULL);
	json_object_object_add(p->seen, ref->name, NULL);
	p->fresh++;
	return true;
}

/* One task, already parsed; the others go on whatever becomes of it. */
static enum pp_rc
print(struct pull *p, struct json_object *task, struct pp_err *err)
{
	struct pp_prog_ref ref;
	struct json_object *doc;
	struct pp_err e = { 0 };
	enum pp_rc rc;

	pp_progression_ref(task, &ref);
	if (!first_time(p, &ref))
		return PP_OK;
	if ((rc = pp_progression_task(task, &p->rules, &ref, &doc,
	    &e)) != PP_OK) {
		rc = pp_cmd_item_error(p->cmd, 0, ref.name, rc, &e);
		p->worst = pp_rc_worst(p->worst, rc);
		return PP_OK;
	}
	puts(pp_json_text(doc));
	json_object_put(doc);
	/* What cannot be written need not be asked for. */
	return fflush(stdout) == EOF ? pp_io_finish(stdout, err) : PP_OK;
}

/* One page of a list; *n is how many it had. */
static enum pp_rc
page(struct pull *p, const char *path, size_t *n, struct pp_err *err)
{
	struct json_object *task;
	const char *text, *el;
	size_t len, elen, at = 0;
	struct pp_err e = { 0 };
	enum pp_rc rc;
	char *copy;

	*n = 0;
	if ((rc = prog_call(p->api, path, NULL, &text, &len, err)) != PP_OK)
		return rc;
	if ((copy = malloc(len + 1)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (; rc == PP_OK && pp_progression_element(copy, len, &at, &el,
	    &elen); (*n)++) {
		if (pp_json_parse(el, elen, &task, &e) == PP_OK &&
		    json_object_is_type(task, json_type_object))
			rc = print(p, task, err);
		else {
			(void)pp_err_set(&e, PP_DATA, "not a task");
			p->worst = pp_rc_worst(p->worst, pp_cmd_item_error(
			    p->cmd, 0, NULL, PP_DATA, &e));
			task = NULL;
		}
		json_object_put(task);
	}
	if (rc == PP_OK && at == SIZE_MAX)
		rc = pp_err_set(err, PP_RETRY, "what ProgressionLIVE answers "
		    "is no list of tasks");
	free(copy);
	return rc;
}

/* What the list is asked for. */
static enum pp_rc
query(struct pull *p, struct pp_buf *b, struct pp_err *err)
{
	struct pp_buf ids = PP_BUF_INIT(1024);
	struct json_object *steps = NULL;
	char at[PP_TIME_STR];
	enum pp_rc rc = PP_OK;
	size_t i;

	pp_buf_puts(b, "/task/list?expand=client,taxConfig&order=id%20ASC");
	for (i = 0; i < p->o->step.n && rc == PP_OK; i++)
		rc = prog_step_ids(p->api, p->o->step.v[i], &steps, &ids,
		    err);
	if (rc == PP_OK && ids.len > 0) {
		pp_buf_puts(b, "&logicId=");
		prog_escape(b, ids.p);
	}
	if (p->o->since != 0) {
		pp_buf_puts(b, "&updated=");
		prog_escape(b, pp_time_str(p->o->since, false, at,
		    sizeof at));
	}
	if (rc == PP_OK && (!pp_buf_ok(b) || ids.failed))
		rc = pp_err_set(err, PP_USAGE, "too many steps");
	json_object_put(steps);
	pp_buf_release(&ids);
	return rc;
}

/* A task that leaves the list moves the others up, and one of them may be
 * skipped at the edge of a page: where there are several pages they are read
 * again until a pass shows nothing new. */
static enum pp_rc
listed(struct pull *p, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(1536);
	char path[1600];
	enum pp_rc rc;
	size_t start, n, pass, before, last;

	rc = query(p, &b, err);
	for (pass = 0; rc == PP_OK && pass < PASSES; pass++) {
		before = p->fresh;
		for (start = 0, n = PROG_PAGE; rc == PP_OK && n >= PROG_PAGE;
		    start += n) {
			(void)snprintf(path, sizeof path,
			    "%s&maxResults=%d&startResult=%zu", b.p,
			    PROG_PAGE, start);
			last = p->fresh;
			rc = page(p, path, &n, err);
			/* A server that does not know startResult. */
			if (pass == 0 && p->fresh == last)
				break;
		}
		if (start <= PROG_PAGE || p->fresh == before)
			break;
	}
	pp_buf_release(&b);
	return rc;
}

/* A task by name. */
static enum pp_rc
one(struct pull *p, const char *code, struct pp_err *err)
{
	struct json_object *task = NULL;
	struct pp_err e = { 0 };
	enum pp_rc rc;

	if (json_object_object_get_ex(p->seen, code, NULL))
		return PP_OK;
	rc = prog_task(p->api, code, &task, &e);
	if (rc == PP_OK && strcmp(json_object_get_string(
	    json_object_object_get(task, "code")) != NULL ?
	    json_object_get_string(json_object_object_get(task, "code")) : "",
	    code) != 0)
		rc = pp_err_set(&e, PP_NOTFOUND, "ProgressionLIVE answers "
		    "with another task");
	if (rc == PP_OK)
		rc = print(p, task, err);
	else if (rc == PP_PERM || rc == PP_CONF || rc == PP_IO) {
		*err = e;	/* the next would meet it too */
		return rc;
	} else {
		rc = pp_cmd_item_error(p->cmd, 0, code, rc, &e);
		p->worst = pp_rc_worst(p->worst, rc);
		rc = PP_OK;
	}
	json_object_put(task);
	return rc;
}

/* What may still change for us: not removed, and owing, or waiting for the
 * transfer of its invoice where we learn of that. */
static enum pp_rc
watch_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct watch *w = arg;
	struct pp_task t;
	struct pp_sums s;
	enum pp_rc rc;

	(void)tx;
	if (w->left-- == 0) {
		w->more = true;
		return PP_NO;
	}
	(void)snprintf(w->after, sizeof w->after, "%.*s", (int)klen,
	    (const char *)key);
	if (rec->flags & PP_TASK_REMOVED)
		return PP_OK;
	if ((rc = pp_task_of(rec, &t, err)) != PP_OK)
		return rc;
	pp_task_sums(&t, &s);
	if (s.balance != 0 || t.suspect || (w->transfers &&
	    t.transferred_at == 0 && s.paid != 0))
		json_object_array_add(w->list, json_object_new_string(t.id));
	return PP_OK;
}

static enum pp_rc
watch_some(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct watch *w = arg;

	w->more = false;
	w->left = GATHER;
	return pp_txn_scan(tx, PP_TASK, w->after[0] != '\0' ? w->after : NULL,
	    strlen(w->after), watch_one, w, err);
}

static enum pp_rc
watched(struct pull *p, struct pp_err *err)
{
	/* Where there is no store, nothing is watched. */
	struct watch w = { .list = json_object_new_array(),
	    .more = pp_store_exists(p->cmd->store.dir), .transfers = *p->rules.transferred_steps != '\0' };
	enum pp_rc rc = PP_OK;
	size_t i;

	/* All at once: nobody waits while the network is asked. */
	while (rc == PP_OK && w.more)
		rc = pp_store_txn(&p->cmd->store, PP_TXN_READ, watch_some, &w,
		    err);
	for (i = 0; rc == PP_OK && i < json_object_array_length(w.list); i++)
		rc = one(p, json_object_get_string(json_object_array_get_idx(
		    w.list, i)), err);
	json_object_put(w.list);
	return rc;
}

enum pp_rc
prog_pull(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pull p = { .cmd = cmd, .o = arg, .rules = prog_rules(cmd) };
	enum pp_rc rc;
	int i;

	if (p.o->step.n == 0 && p.o->since == 0 && !p.o->watched &&
	    cmd->argc == 0)
		pp_cmd_usage(cmd, "which tasks? --step, --since, --watched, "
		    "or a TASK");
	if ((rc = prog_open(cmd, p.o->key_file, &p.api, err)) != PP_OK)
		return rc;
	p.seen = json_object_new_object();
	if (p.o->step.n > 0 || (p.o->since != 0 && !p.o->watched))
		rc = listed(&p, err);
	for (i = 0; rc == PP_OK && i < cmd->argc; i++)
		rc = one(&p, cmd->argv[i], err);
	if (rc == PP_OK && p.o->watched)
		rc = watched(&p, err);
	json_object_put(p.seen);
	prog_close(p.api);
	return pp_rc_worst(rc, p.worst);
}
