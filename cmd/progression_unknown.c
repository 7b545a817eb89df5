#include "config.h"

#include <string.h>

#include "intl.h"
#include "marking.h"
#include "output.h"
#include "progression_part.h"
#include "walk.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

/* What a person decides. */
struct deciding {
	const struct prog_opts	*o;
	bool			 dry_run;
	struct pp_mark		 after;
	int64_t			 now;
};

static pp_walk_fn		 unknown;
static pp_txn_fn		 settle;
static struct json_object	*shown(const struct pp_mark *, int64_t);

static const struct pp_column columns[] = {
	{ "MARK", "mark", PP_LEFT }, { "KIND", "kind", PP_WORD },
	{ "STATE", "state", PP_WORD }, { "TASK", "task", PP_LEFT },
	{ "STEP", "step", PP_LEFT }, { "SINCE", "intended_at", PP_WHEN },
	{ "REASON", "reason", PP_LEFT }
};

static struct json_object *
shown(const struct pp_mark *m, int64_t now)
{
	struct json_object *o = json_object_new_object();
	struct pp_mark as = *m;

	as.state = (int)pp_mark_state(m, now);
	pp_doc_write(pp_mark_fields, pp_mark_nfields, &as, PP_DOC_SHOW, o);
	return o;
}

static enum pp_rc
unknown(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct pp_mark m;
	enum pp_rc rc;

	(void)head, (void)arg;
	if (rec->state != PP_MARK_INTENT && rec->state != PP_MARK_LOST)
		return PP_OK;
	if ((rc = pp_mark_of(rec, &m, err)) == PP_OK &&
	    pp_mark_state(&m, pp_txn_now(tx)) == PP_MARK_LOST)
		*row = shown(&m, pp_txn_now(tx));
	return rc;
}

static enum pp_rc
settle(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct deciding *d = arg;
	enum pp_rc rc;

	d->now = pp_txn_now(tx);
	rc = pp_marking_settle(tx, d->o->settle, strcmp(d->o->outcome,
	    "written") == 0, d->o->reason, &d->after, err);
	return rc == PP_OK && d->dry_run ? PP_NO : rc;
}

enum pp_rc
prog_unknown(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct deciding d = { .o = arg, .dry_run = cmd->dry_run };
	const struct prog_opts *o = arg;
	struct pp_out out;
	enum pp_rc rc = PP_OK;

	if (o->list_unknown + (o->settle != NULL) != 1 || o->again ||
	    cmd->argc > 0)
		pp_cmd_usage(cmd, "--list-unknown or --settle, and no operand");
	if (o->settle != NULL && (o->outcome == NULL || o->reason == NULL ||
	    *o->reason == '\0'))
		pp_cmd_usage(cmd, "--settle goes with --outcome and --reason");
	if (o->settle == NULL && (o->outcome != NULL || o->reason != NULL))
		pp_cmd_usage(cmd, "--outcome and --reason go with --settle");
	if (o->outcome != NULL && strcmp(o->outcome, "written") != 0 &&
	    strcmp(o->outcome, "not-written") != 0)
		pp_cmd_usage(cmd, "--outcome is written or not-written");
	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	if (o->settle != NULL && (rc = pp_store_txn(&cmd->store, PP_TXN_WRITE,
	    settle, &d, err)) != PP_OK && !(rc == PP_NO && cmd->dry_run))
		return rc;
	pp_out_init(&out, cmd, columns, N(columns));
	rc = PP_OK;
	if (o->settle != NULL)
		pp_out_row(&out, shown(&d.after, d.now));
	else
		rc = pp_walk(cmd, PP_MARK, unknown, NULL, &out, err);
	pp_out_end(&out);
	return rc;
}
