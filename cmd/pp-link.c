#include "config.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "carry.h"
#include "link_part.h"
#include "record.h"
#include "banned.h"

static pp_cmd_fn	create, url, show, cancel, renew;
static enum pp_rc	picked(struct pp_txn *, struct link_job *,
			    struct pp_err *);
static pp_row_fn	create_one, url_one, show_one, cancel_one, renew_one;
static enum pp_rc	whole(struct pp_txn *, struct pp_row *,
			    const struct pp_linked *);
static enum pp_rc	run(struct pp_cmd *, struct pp_link_opts *,
			    enum pp_txn_mode, pp_row_fn *,
			    const struct pp_column *, size_t, struct pp_err *);

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define O(n, l, k, m, v) { n, l, k, offsetof(struct pp_link_opts, m), v }
enum { V_CREATE, V_URL, V_LIST, V_SHOW, V_CANCEL, V_RENEW, V_QR };
#define MAKING	(PP_V(V_CREATE))

static const struct pp_opt opts[] = {
	O("integration", 'i', PP_O_STR, integration, MAKING | PP_V(V_LIST)),
	O("amount",	'a', PP_O_CENTS, amount, MAKING),
	O("percent",	'p', PP_O_STR, percent, MAKING),
	O("open",	'O', PP_O_FLAG, open, MAKING),
	O("min",	'm', PP_O_CENTS, min, MAKING),
	O("purpose",	'P', PP_O_STR, purpose, MAKING | PP_V(V_LIST)),
	O("expires",	'x', PP_O_STR, expires, MAKING | PP_V(V_RENEW)),
	O("language",	'l', PP_O_STR, language, MAKING),
	O("if-exists",	'f', PP_O_STR, if_exists, MAKING),
	O("task",	't', PP_O_STR, task, MAKING | PP_V(V_LIST)),
	O("total",	'T', PP_O_STR, total, MAKING),
	O("email",	'E', PP_O_STR, email, MAKING),
	O("state",	'S', PP_O_STR, state, PP_V(V_LIST)),
	O("reason",	'r', PP_O_STR, reason, PP_V(V_CANCEL)),
	O("due-reminder", 'd', PP_O_STR, due_reminder, PP_V(V_LIST)),
	O("since",	'b', PP_O_TIME, since, PP_V(V_LIST)),
	O("expiring",	'e', PP_O_SPAN, expiring, PP_V(V_LIST)),
	O("format",	'F', PP_O_STR, format, PP_V(V_QR))
};

static const struct pp_verb verbs[] = {
	{ "create",	create,	0, PP_MANY, 0 },
	{ "url",	url,	0, PP_MANY, PP_CMD_NODRY },
	{ "list",	link_list,	0, 0, PP_CMD_NODRY },
	{ "show",	show,	0, PP_MANY, PP_CMD_NODRY },
	{ "cancel",	cancel,	0, PP_MANY, 0 },
	{ "renew",	renew,	0, PP_MANY, 0 },
	{ "qr",		link_qr,	1, 1, PP_CMD_NODRY }
};

static const struct pp_cmd_def def = {
	"pp-link",
	"usage: pp-link create [--integration NAME]\n"
	"           [--amount A | --percent P | --open [--min A]]\n"
	"           [--purpose WORD] [--expires 90d|DATE|never]\n"
	"           [--language fr|en] [--if-exists reuse|renew|supersede|fail]\n"
	"           [TASK... | --task T --total A [--email E]]\n"
	"       pp-link url [ID...]\n"
	"       pp-link list [--state WORD] [--purpose WORD] [--task T]\n"
	"           [--integration NAME] [--since TIME] [--expiring 7d]\n"
	"           [--due-reminder 3d,7d,14d]\n"
	"       pp-link show [ID...]\n"
	"       pp-link cancel [--reason TEXT] [ID...]\n"
	"       pp-link renew [--expires 90d|DATE|never] [ID...]\n"
	"       pp-link qr [--format terminal|png|svg] ID\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, N(opts), verbs, N(verbs), 0
};

/* Of what create and renew print. */
static const struct pp_column made[] = {
	{ "TASK", "task", PP_LEFT }, { "TOTAL", "total", PP_RIGHT },
	{ "LINK", "payment_link.id", PP_LEFT },
	{ "ASKS", "payment_link.amount", PP_RIGHT },
	{ "STATE", "payment_link.state", PP_WORD },
	{ "CREATED", "payment_link.created", PP_LEFT },
	{ "URL", "payment_link.url", PP_LEFT }
};

enum pp_rc
link_prepare(struct pp_txn *tx, struct link_job *j, struct pp_err *err)
{
	enum pp_rc rc;

	if (j->ready)
		return PP_OK;
	if (pp_txn_live(tx) && (rc = pp_conf_live_ready(&j->cmd->conf,
	    err)) != PP_OK)
		return rc;
	if (j->order.expires_at != 0 && j->order.expires_at <= pp_txn_now(tx))
		return pp_err_member(err, PP_USAGE, "--expires",
		    "is in the past");
	if ((rc = pp_txn_keys_now(tx, 1u << PP_KEY_LINK, &j->keys,
	    err)) == PP_OK)
		j->ready = true;
	return rc;
}

/* Everything that is known of the task, with its link: what the commands
 * after this one in a pipe want. */
static enum pp_rc
whole(struct pp_txn *tx, struct pp_row *r, const struct pp_linked *out)
{
	struct json_object *person = NULL;
	struct pp_task t;
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, out->link.task, &t, &r->err)) != PP_OK)
		return rc;
	(void)pp_person_get(tx, t.id, &person, NULL);
	r->shown = json_object_new_object();
	pp_task_show(&t, person, r->shown);
	json_object_object_add(r->shown, "payment_link", pp_linked_doc(
	    out));
	json_object_put(person);
	return PP_OK;
}

/* Once a transaction, not for each line: the integration is looked up, and the
 * key is held against the store's. */
enum pp_rc
link_new_batch(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct link_job *j = arg;

	(void)items, (void)n, (void)err;
	j->order.in = NULL;
	j->ready = false;
	return PP_OK;
}

static enum pp_rc
picked(struct pp_txn *tx, struct link_job *j, struct pp_err *err)
{
	const char *name = j->order.want.integration;
	enum pp_rc rc;

	if (j->order.in != NULL)
		return PP_OK;
	if ((rc = pp_integration_pick(tx, *name != '\0' ? name : NULL, &j->in,
	    err)) == PP_OK)
		j->order.in = &j->in;
	return rc;
}

static enum pp_rc
create_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_buf link = PP_BUF_INIT(PP_LINKED_MAX);
	struct link_job *j = arg;
	struct pp_linked out;
	enum pp_rc rc;

	if ((rc = link_prepare(tx, j, &r->err)) != PP_OK ||
	    (rc = picked(tx, j, &r->err)) != PP_OK)
		return rc;
	if (!r->has_doc && (rc = pp_linking_known(tx, r->item->text, &r->doc,
	    &r->err)) != PP_OK)
		return rc;
	rc = pp_linking_create(tx, &j->order, &r->doc, &out, &r->err);
	if (rc != PP_OK) {
		/* Refused by state: an error of what was named, left out of a
		 * stream, or a cron job would cry every minute (rule K1). */
		r->quiet = rc == PP_STATE && r->item->line != 0;
		return rc;
	}
	if (!r->has_doc || r->item->len == 0 || j->cmd->output != PP_OUT_JSON)
		return whole(tx, r, &out);
	pp_linked_print(&out, &link);
	rc = !pp_buf_ok(&link) ? pp_err_set(&r->err, PP_IO, "out of memory") :
	    pp_carry(r->item->text, r->item->len, "payment_link", link.p,
	    &r->line, &r->err);
	pp_buf_release(&link);
	return rc;
}

static enum pp_rc
create(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_link_opts *o = arg;
	struct link_job j = { .cmd = cmd, .o = o };
	struct pp_item typed = { .text = "" };
	struct pp_row row = { .item = &typed, .has_doc = true };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_WRITE,
	    .items = PP_ROW_EITHER, .need_total = true,
	    .before = link_new_batch, .one = create_one, .arg = &j,
	    .columns = made, .ncolumns = N(made) };
	enum pp_rc rc;

	if (o->task == NULL && (o->total != NULL || o->email != NULL))
		pp_cmd_usage(cmd, "--total and --email go with --task");
	if (o->task != NULL && cmd->argc > 0)
		pp_cmd_usage(cmd, "--task, or TASK operands");
	if ((rc = pp_link_order_read(cmd, o, &j.keys, &j.order, err)) != PP_OK)
		return rc;
	if (!pp_store_exists(cmd->store.dir)) {
		(void)pp_err_set(err, PP_NOTFOUND, "there is no store in %s, "
		    "so no integration to make links with", cmd->store.dir);
		pp_err_hint(err, "pp-integration add");
		return PP_NOTFOUND;
	}
	if (o->task == NULL)
		rc = pp_batch_run(&b, 0, err);
	else if ((rc = pp_link_order_doc(o, &row.doc, err)) == PP_OK)
		rc = pp_batch_one(&b, &row, err);
	pp_keys_wipe(&j.keys);
	return rc;
}

/* The verbs over link ids. */

static enum pp_rc
show_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l;
	enum pp_rc rc;

	(void)arg;
	if ((rc = pp_linking_get(tx, r->item->text, &l, &r->err)) == PP_OK &&
	    (rc = pp_case_load(tx, l.task, &c, &r->err)) == PP_OK)
		r->shown = link_row(&l, &c, pp_txn_now(tx));
	pp_case_release(&c);
	return rc;
}

/* Bare lines, for the shell; objects when they are asked for. */
static enum pp_rc
url_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct link_job *j = arg;
	struct pp_link l;
	char text[PP_URL_MAX];
	enum pp_rc rc;

	if ((rc = link_prepare(tx, j, &r->err)) != PP_OK ||
	    (rc = pp_linking_get(tx, r->item->text, &l, &r->err)) != PP_OK)
		return rc;
	pp_linking_url(&l, &j->keys, j->cmd->conf.page.url, text, sizeof text);
	if (j->cmd->json_errors) {
		r->shown = json_object_new_object();
		json_object_object_add(r->shown, "link",
		    json_object_new_string(l.id));
		json_object_object_add(r->shown, "url",
		    json_object_new_string(text));
	} else if ((r->line = strdup(text)) == NULL)
		rc = pp_err_set(&r->err, PP_IO, "out of memory");
	return rc;
}

static enum pp_rc
cancel_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct link_job *j = arg;
	struct pp_linked out;
	enum pp_rc rc;

	if ((rc = pp_linking_cancel(tx, r->item->text, j->o->reason != NULL ?
	    j->o->reason : "", &out, &r->err)) == PP_OK)
		rc = show_one(tx, r, arg);
	return rc;
}

static enum pp_rc
renew_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct link_job *j = arg;
	struct pp_linked out;
	enum pp_rc rc;

	if ((rc = link_prepare(tx, j, &r->err)) == PP_OK &&
	    (rc = pp_linking_renew(tx, &j->order, r->item->text, &out,
	    &r->err)) == PP_OK)
		rc = whole(tx, r, &out);
	return rc;
}

static enum pp_rc
run(struct pp_cmd *cmd, struct pp_link_opts *o, enum pp_txn_mode mode,
    pp_row_fn *one, const struct pp_column *cols, size_t ncols,
    struct pp_err *err)
{
	struct link_job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = mode, .items = PP_ROW_IDS,
	    .before = link_new_batch, .one = one, .arg = &j, .columns = cols,
	    .ncolumns = ncols };
	enum pp_rc rc;

	if ((rc = pp_link_order_read(cmd, o, &j.keys, &j.order, err)) == PP_OK)
		rc = pp_batch_run(&b, 0, err);
	pp_keys_wipe(&j.keys);
	return rc;
}

static enum pp_rc
url(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_READ, url_one, link_columns,
	    LINK_COLUMNS, err);
}

static enum pp_rc
show(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_READ, show_one, link_columns,
	    LINK_COLUMNS, err);
}

static enum pp_rc
cancel(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_WRITE, cancel_one, link_columns,
	    LINK_COLUMNS, err);
}

static enum pp_rc
renew(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_WRITE, renew_one, made, N(made), err);
}

int
main(int argc, char *argv[])
{
	struct pp_link_opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
