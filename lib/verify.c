#include "config.h"

#include <stdio.h>
#include <string.h>

#include "replay.h"
#include "verify.h"
#include "banned.h"

#define EVENTS_A_TURN	2000
#define TASKS_A_TURN	100

enum { CHAIN, TASKS, LOST };

struct turn {
	struct pp_verify	*at;
	size_t			 left;
	bool			 more;
	enum pp_rc		 rc;	/* PP_NO of a walk's function is lost */
};

static pp_txn_fn	run;
static pp_event_fn	look;

/* A task whose record is lost would be missed by who goes through records. */
static enum pp_rc
look(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct json_object *o;
	struct turn *t = arg;
	const char *task, *type;
	struct pp_rec rec;

	if (t->left-- == 0) {
		t->more = true;
		return PP_NO;
	}
	t->at->seq = seq;
	if ((t->rc = pp_json_parse(text, len, &o, err)) != PP_OK)
		return t->rc;
	if (pp_json_str(o, "task", &task, NULL) == PP_OK &&
	    pp_json_str(o, "type", &type, NULL) == PP_OK &&
	    strncmp(type, "task.", 5) == 0 && (t->rc = pp_txn_get(tx, PP_TASK,
	    task, strlen(task), &rec, err)) == PP_NOTFOUND)
		t->rc = pp_err_set(err, PP_NO, "task %s of event %lld is "
		    "lost", task, (long long)seq);
	json_object_put(o);
	return t->rc;
}

enum pp_rc
pp_verify_turn(struct pp_txn *tx, struct pp_verify *at, struct pp_err *err)
{
	struct turn t = { .at = at, .left = EVENTS_A_TURN };
	bool end = false;
	enum pp_rc rc;

	switch (at->pass) {
	case CHAIN:
		rc = pp_journal_verify(tx, &at->head, EVENTS_A_TURN, &end,
		    err);
		t.more = !end;
		break;
	case TASKS:
		rc = pp_replay_check_some(tx, at->task, TASKS_A_TURN, &end,
		    err);
		t.more = !end;
		break;
	default:
		rc = pp_journal_each(tx, at->seq, NULL, look, &t, err);
		break;
	}
	if (rc == PP_OK)
		rc = t.rc;
	if (rc == PP_OK && !t.more)
		at->done = at->pass++ == LOST;
	return rc;
}

static enum pp_rc
run(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	return pp_verify_turn(tx, arg, err);
}

enum pp_rc
pp_verify_all(const struct pp_store *s, struct pp_verify *at,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;

	while (rc == PP_OK && !at->done)
		rc = pp_store_txn(s, PP_TXN_READ, run, at, err);
	return rc;
}
