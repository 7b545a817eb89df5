#include "config.h"

#include "batch.h"
#include "linking.h"
#include "record.h"
#include "banned.h"

static pp_cmd_fn	put, show, confirm;
static pp_row_fn	put_one, show_one, confirm_one;
static enum pp_rc	run(struct pp_cmd *, enum pp_txn_mode,
			    enum pp_row_items, pp_row_fn *, struct pp_err *);
static enum pp_rc	known(struct pp_txn *, struct pp_row *,
			    struct pp_task *);
static void		shown(struct pp_txn *, struct pp_row *,
			    const struct pp_task *);

static const struct pp_verb verbs[] = {
	{ "put",	put,		0, 0, 0 },
	{ "show",	show,		0, PP_MANY, PP_CMD_NODRY },
	{ "confirm",	confirm,	0, PP_MANY, 0 }
};

static const struct pp_cmd_def def = {
	"pp-task",
	"usage: pp-task put [-nqv]\n"
	"       pp-task show [TASK...]\n"
	"       pp-task confirm [-nqv] [TASK...]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv]\n",
	NULL, 0, verbs, sizeof verbs / sizeof verbs[0], 0
};

static const struct pp_column columns[] = {
	{ "TASK", "task", PP_LEFT }, { "TOTAL", "total", PP_RIGHT },
	{ "CURRENCY", "currency", PP_LEFT },
	{ "INVOICE", "invoice.number", PP_LEFT },
	{ "CUSTOMER", "customer.name", PP_LEFT },
	{ "STEP", "step", PP_LEFT }, { "REMOVED", "removed", PP_LEFT },
	{ "SUSPECT", "suspect", PP_LEFT }
};

static void
shown(struct pp_txn *tx, struct pp_row *r, const struct pp_task *t)
{
	struct json_object *person = NULL;

	(void)pp_person_get(tx, t->id, &person, NULL);
	r->shown = json_object_new_object();
	pp_task_show(t, person, r->shown);
	json_object_put(person);
}

static enum pp_rc
put_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_task t;
	enum pp_rc rc;

	(void)arg;
	if ((rc = pp_linking_task(tx, &r->doc, &t, &r->err)) == PP_OK)
		shown(tx, r, &t);
	return rc;
}

static enum pp_rc
known(struct pp_txn *tx, struct pp_row *r, struct pp_task *t)
{
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, r->item->text, t, &r->err)) == PP_NOTFOUND)
		(void)pp_err_set(&r->err, rc, "no such task");
	return rc;
}

static enum pp_rc
show_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_task t;
	enum pp_rc rc;

	(void)arg;
	if ((rc = known(tx, r, &t)) == PP_OK)
		shown(tx, r, &t);
	return rc;
}

/* A person says that the total is right (rule A2). */
static enum pp_rc
confirm_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_task old, new;
	enum pp_rc rc;

	(void)arg;
	if ((rc = known(tx, r, &old)) != PP_OK)
		return rc;
	new = old;
	new.suspect = false;
	new.suspect_from = 0;
	if (old.suspect && (rc = pp_task_save(tx, "task.confirmed", &old, &new,
	    &r->err)) != PP_OK)
		return rc;
	shown(tx, r, &new);
	return PP_OK;
}

static enum pp_rc
run(struct pp_cmd *cmd, enum pp_txn_mode mode, enum pp_row_items items,
    pp_row_fn *one, struct pp_err *err)
{
	struct pp_batch b = { .cmd = cmd, .mode = mode, .items = items,
	    .one = one, .columns = columns,
	    .ncolumns = sizeof columns / sizeof columns[0] };

	return pp_batch_run(&b, 0, err);
}

static enum pp_rc
put(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return run(cmd, PP_TXN_WRITE, PP_ROW_DOCS, put_one, err);
}

static enum pp_rc
show(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return run(cmd, PP_TXN_READ, PP_ROW_IDS, show_one, err);
}

static enum pp_rc
confirm(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return run(cmd, PP_TXN_WRITE, PP_ROW_IDS, confirm_one, err);
}

int
main(int argc, char *argv[])
{
	return pp_cmd_main(&def, argc, argv, NULL);
}
