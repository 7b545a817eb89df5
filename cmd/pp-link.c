#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "buf.h"
#include "json.h"
#include "linking.h"
#include "money.h"
#include "record.h"
#include "status.h"
#include "time.h"
#include "walk.h"
#include "banned.h"

#define SPANS	256		/* members of one task document */

struct opts {
	const char	*integration, *percent, *purpose, *expires, *language;
	const char	*if_exists, *state, *task, *total, *email, *reason;
	int64_t		 amount, min;
	bool		 open;
};

/* What the verbs' rows share. */
struct job {
	struct pp_cmd		*cmd;
	struct opts		*o;
	struct pp_link_order	 order;
	struct pp_keys		 keys;
	bool			 ready;		/* keys loaded, store checked */
};

static pp_cmd_fn	create, url, list, show, cancel, renew;
static pp_walk_fn	list_row;
static pp_row_fn	create_one, url_one, show_one, cancel_one, renew_one;
static enum pp_rc	order(struct pp_cmd *, struct opts *, struct job *,
			    struct pp_err *);
static enum pp_rc	expiry(struct pp_cmd *, const char *,
			    struct pp_link_order *, struct pp_err *);
static enum pp_rc	prepare(struct pp_txn *, struct job *, struct pp_err *);
static char		*carried(const struct pp_item *,
			    struct json_object *);
static enum pp_rc	run(struct pp_cmd *, struct opts *, enum pp_txn_mode,
			    enum pp_row_items, pp_row_fn *, struct pp_err *);
static enum pp_rc	typed_task(struct pp_cmd *, struct pp_batch *,
			    struct opts *, struct pp_err *);
static struct json_object *row_of(const struct pp_link *,
			    const struct pp_case *, int64_t);

#define O(n, l, k, m, v) { n, l, k, offsetof(struct opts, m), v }
enum { V_CREATE, V_URL, V_LIST, V_SHOW, V_CANCEL, V_RENEW };
#define MAKING	(PP_V(V_CREATE))

static const struct pp_opt opts[] = {
	O("integration", 'i', PP_O_STR, integration, MAKING),
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
	O("reason",	'r', PP_O_STR, reason, PP_V(V_CANCEL))
};

static const struct pp_verb verbs[] = {
	{ "create",	create,	0, PP_MANY, 0 },
	{ "url",	url,	0, PP_MANY, PP_CMD_NODRY },
	{ "list",	list,	0, 0, PP_CMD_NODRY },
	{ "show",	show,	0, PP_MANY, PP_CMD_NODRY },
	{ "cancel",	cancel,	0, PP_MANY, 0 },
	{ "renew",	renew,	0, PP_MANY, 0 }
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
	"       pp-link show [ID...]\n"
	"       pp-link cancel [--reason TEXT] [ID...]\n"
	"       pp-link renew [--expires 90d|DATE|never] [ID...]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, sizeof opts / sizeof opts[0],
	verbs, sizeof verbs / sizeof verbs[0], 0
};

static const struct pp_column columns[] = {
	{ "LINK", "link", PP_LEFT }, { "TASK", "task", PP_LEFT },
	{ "PURPOSE", "purpose", PP_LEFT }, { "STATE", "state", PP_LEFT },
	{ "ASKS", "amount", PP_RIGHT }, { "PAID", "paid", PP_RIGHT },
	{ "INTEGRATION", "integration", PP_LEFT },
	{ "EXPIRES", "expires_at", PP_LEFT }
};

static enum pp_rc
expiry(struct pp_cmd *cmd, const char *s, struct pp_link_order *order,
    struct pp_err *err)
{
	int64_t at;

	if (s == NULL)
		order->expires_in = cmd->conf.link.expires;
	else if (strcmp(s, "never") == 0)
		order->expires_in = order->expires_at = 0;
	else if (pp_time_span(s, &order->expires_in, NULL) == PP_OK)
		return order->expires_in > 0 ? PP_OK : pp_err_member(err,
		    PP_USAGE, "--expires", "must be longer than nothing");
	else if (pp_time_parse(s, &at, err) == PP_OK)
		/* A date is good through its day. */
		order->expires_at = strlen(s) == 10 ? at + PP_DAY : at;
	else
		return PP_USAGE;
	return PP_OK;
}

/* The options of create and renew, checked before anything is read. */
static enum pp_rc
order(struct pp_cmd *cmd, struct opts *o, struct job *j, struct pp_err *err)
{
	struct pp_link_want *w = &j->order.want;
	int how;
	enum pp_rc rc;

	if (!!o->amount + !!o->percent + !!o->open > 1)
		pp_cmd_usage(cmd, "one of --amount, --percent and --open");
	if (o->min != 0 && !o->open)
		pp_cmd_usage(cmd, "--min goes with --open");
	w->kind = o->amount != 0 ? PP_LINK_AMOUNT : o->percent != NULL ?
	    PP_LINK_PERCENT : o->open ? PP_LINK_OPEN : PP_LINK_WHOLE;
	w->amount = o->amount;
	w->min = o->min;
	if (o->percent != NULL &&
	    pp_percent_parse(o->percent, &w->percent, err) != PP_OK)
		return PP_USAGE;
	(void)strlcpy(w->purpose, "balance", sizeof w->purpose);
	if (o->purpose != NULL) {
		if (pp_purpose_ok(o->purpose, err) != PP_OK)
			return PP_USAGE;
		(void)strlcpy(w->purpose, o->purpose, sizeof w->purpose);
	}
	if (o->integration != NULL) {
		if (pp_integration_name_ok(o->integration, err) != PP_OK)
			return PP_USAGE;
		(void)strlcpy(w->integration, o->integration,
		    sizeof w->integration);
	}
	if (o->language != NULL) {
		if (strcmp(o->language, "fr") != 0 &&
		    strcmp(o->language, "en") != 0)
			pp_cmd_usage(cmd, "--language is fr or en");
		(void)strlcpy(j->order.language, o->language,
		    sizeof j->order.language);
	}
	how = o->if_exists == NULL ? PP_IF_REUSE :
	    pp_word(pp_if_exists_words, o->if_exists);
	if (how < 0)
		pp_cmd_usage(cmd,
		    "--if-exists is reuse, renew, supersede or fail");
	j->order.how = (enum pp_if_exists)how;
	j->order.base_url = cmd->conf.page.url;
	j->order.keys = &j->keys;
	if ((rc = expiry(cmd, o->expires, &j->order, err)) != PP_OK)
		return rc;
	return PP_OK;
}

/* Once, in the first transaction: the link key, and whether a live store may
 * be used with this configuration. */
static enum pp_rc
prepare(struct pp_txn *tx, struct job *j, struct pp_err *err)
{
	enum pp_rc rc;

	if (j->ready)
		return PP_OK;
	if (pp_txn_live(tx) && (rc = pp_conf_live_ready(&j->cmd->conf,
	    err)) != PP_OK)
		return rc;
	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_LINK, &j->keys, err)) == PP_OK)
		j->ready = true;
	return rc;
}

/* The document as it came, byte for byte, with payment_link at its end. */
static char *
carried(const struct pp_item *it, struct json_object *link)
{
	struct pp_buf b = PP_BUF_INIT(2 * PP_LINE_MAX);
	struct pp_span s[SPANS];
	size_t n = SPANS, i, from, to, end = it->len;

	if (pp_json_scan(it->text, it->len, s, &n, NULL) != PP_OK)
		return NULL;
	while (end > 0 && it->text[end - 1] != '}')
		end--;
	from = to = 0;
	for (i = 0; i < n; i++) {
		if (s[i].klen != strlen("payment_link") ||
		    memcmp(it->text + s[i].key, "payment_link",
		    s[i].klen) != 0)
			continue;
		/* An earlier run's goes, with the comma before or after. */
		from = i > 0 ? s[i - 1].val + s[i - 1].vlen : s[i].key - 1;
		to = i > 0 || i + 1 == n ? s[i].val + s[i].vlen :
		    s[i + 1].key - 1;
		n--;
		break;
	}
	pp_buf_add(&b, it->text, from);
	pp_buf_add(&b, it->text + to, end - 1 - to);
	while (b.len > 0 && (b.p[b.len - 1] == ' ' || b.p[b.len - 1] == '\t'))
		b.len--;
	pp_buf_printf(&b, "%s\"payment_link\":%s}", n > 0 ? "," : "",
	    pp_json_text(link));
	return pp_buf_take(&b);
}

static enum pp_rc
create_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	struct pp_linked out;
	struct json_object *link, *person = NULL;
	struct pp_task t;
	bool doc = r->has_doc;
	enum pp_rc rc;

	if ((rc = prepare(tx, j, &r->err)) != PP_OK)
		return rc;
	if (!doc) {	/* a task that is known */
		if ((rc = pp_task_get(tx, r->item->text, &t,
		    &r->err)) != PP_OK)
			return rc == PP_NOTFOUND ? pp_err_set(&r->err, rc,
			    "no such task") : rc;
		(void)strlcpy(r->doc.task.id, t.id, sizeof r->doc.task.id);
		if (pp_person_get(tx, t.id, &person, NULL) == PP_OK) {
			const char *email;

			if (pp_json_str(person, "email", &email, NULL) == PP_OK)
				(void)strlcpy(r->doc.email, email,
				    sizeof r->doc.email);
		}
	}
	rc = pp_linking_create(tx, &j->order, &r->doc, &out, &r->err);
	if (rc != PP_OK) {
		/* Refused by state: an error of what was named, left out of a
		 * stream, or a cron job would cry every minute (rule K1). */
		r->quiet = rc == PP_STATE && r->item->line != 0;
		json_object_put(person);
		return rc;
	}
	link = pp_linked_doc(&out, true);
	if (doc && r->item->text[0] != '\0' &&
	    j->cmd->output == PP_OUT_JSON) {
		if ((r->line = carried(r->item, link)) == NULL)
			rc = pp_err_set(&r->err, PP_DATA, "too many members");
		json_object_put(link);
	} else {
		r->shown = json_object_new_object();
		if ((rc = pp_task_get(tx, r->doc.task.id, &t,
		    &r->err)) == PP_OK) {
			if (person == NULL)
				(void)pp_person_get(tx, t.id, &person, NULL);
			pp_task_show(&t, person, r->shown);
		}
		json_object_object_add(r->shown, "payment_link", link);
	}
	json_object_put(person);
	return rc;
}

static enum pp_rc
typed_task(struct pp_cmd *cmd, struct pp_batch *b, struct opts *o,
    struct pp_err *err)
{
	struct json_object *doc = json_object_new_object(), *c;
	struct pp_item item = { .text = "" };
	struct pp_row row = { .item = &item, .has_doc = true };
	enum pp_rc rc;

	if (cmd->argc > 0)
		pp_cmd_usage(cmd, "--task, or TASK operands");
	json_object_object_add(doc, "task", json_object_new_string(o->task));
	if (o->total != NULL)
		json_object_object_add(doc, "total",
		    json_object_new_string(o->total));
	if (o->email != NULL || o->language != NULL) {
		c = json_object_new_object();
		if (o->email != NULL)
			json_object_object_add(c, "email",
			    json_object_new_string(o->email));
		if (o->language != NULL)
			json_object_object_add(c, "language",
			    json_object_new_string(o->language));
		json_object_object_add(doc, "customer", c);
	}
	rc = pp_task_doc_read(doc, false, &row.doc, err);
	json_object_put(doc);
	return rc == PP_OK ? pp_batch_one(b, &row, err) : rc;
}

static enum pp_rc
create(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column made[] = {
		{ "TASK", "task", PP_LEFT }, { "TOTAL", "total", PP_RIGHT },
		{ "LINK", "payment_link.id", PP_LEFT },
		{ "ASKS", "payment_link.amount", PP_RIGHT },
		{ "STATE", "payment_link.state", PP_LEFT },
		{ "CREATED", "payment_link.created", PP_LEFT },
		{ "URL", "payment_link.url", PP_LEFT }
	};
	struct opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_WRITE,
	    .items = PP_ROW_EITHER, .need_total = true, .one = create_one,
	    .arg = &j, .columns = made,
	    .ncolumns = sizeof made / sizeof made[0] };
	enum pp_rc rc;

	if ((rc = order(cmd, o, &j, err)) != PP_OK)
		return rc;
	if (!pp_store_exists(cmd->store.dir)) {
		(void)pp_err_set(err, PP_NOTFOUND, "no store at %s, so no "
		    "integration to make links with", cmd->store.dir);
		pp_err_hint(err, "pp-integration add");
		return PP_NOTFOUND;
	}
	if (o->task != NULL)
		rc = typed_task(cmd, &b, o, err);
	else if (o->total != NULL || o->email != NULL)
		pp_cmd_usage(cmd, "--total and --email go with --task");
	else
		rc = pp_batch_run(&b, 0, err);
	pp_keys_wipe(&j.keys);
	return rc;
}

/* The verbs over link ids. */

static struct json_object *
row_of(const struct pp_link *l, const struct pp_case *c, int64_t now)
{
	struct json_object *o = json_object_new_object();

	pp_link_show(l, c, now, o);
	return o;
}

static enum pp_rc
show_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l;
	enum pp_rc rc;

	(void)arg;
	if ((rc = pp_link_get(tx, r->item->text, &l, &r->err)) == PP_OK &&
	    (rc = pp_case_load(tx, l.task, &c, &r->err)) == PP_OK)
		r->shown = row_of(&l, &c, pp_txn_now(tx));
	else if (rc == PP_NOTFOUND)
		(void)pp_err_set(&r->err, rc, "no such link");
	pp_case_release(&c);
	return rc;
}

static enum pp_rc
url_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	struct pp_link l;
	char text[PP_URL_MAX];
	enum pp_rc rc;

	if ((rc = prepare(tx, j, &r->err)) != PP_OK)
		return rc;
	if ((rc = pp_link_get(tx, r->item->text, &l, &r->err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(&r->err, rc,
		    "no such link") : rc;
	pp_linking_url(&l, &j->keys, j->cmd->conf.page.url, text, sizeof text);
	if ((r->line = strdup(text)) == NULL)
		rc = pp_err_set(&r->err, PP_IO, "out of memory");
	return rc;
}

static enum pp_rc
cancel_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
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
	struct job *j = arg;
	struct pp_linked out;
	enum pp_rc rc;

	if ((rc = prepare(tx, j, &r->err)) == PP_OK &&
	    (rc = pp_linking_renew(tx, &j->order, r->item->text, &out,
	    &r->err)) == PP_OK)
		r->shown = pp_linked_doc(&out, true);
	return rc;
}

static enum pp_rc
run(struct pp_cmd *cmd, struct opts *o, enum pp_txn_mode mode,
    enum pp_row_items items, pp_row_fn *one, struct pp_err *err)
{
	struct job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = mode, .items = items,
	    .one = one, .arg = &j, .columns = columns,
	    .ncolumns = sizeof columns / sizeof columns[0] };
	enum pp_rc rc;

	if ((rc = order(cmd, o, &j, err)) == PP_OK)
		rc = pp_batch_run(&b, 0, err);
	pp_keys_wipe(&j.keys);
	return rc;
}

static enum pp_rc
url(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_READ, PP_ROW_IDS, url_one, err);
}

static enum pp_rc
show(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_READ, PP_ROW_IDS, show_one, err);
}

static enum pp_rc
cancel(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_WRITE, PP_ROW_IDS, cancel_one, err);
}

static enum pp_rc
renew(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	return run(cmd, arg, PP_TXN_WRITE, PP_ROW_IDS, renew_one, err);
}

/* The list. */

static enum pp_rc
list_row(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;

	(void)head;
	if ((rc = pp_link_of(rec, &l, err)) != PP_OK)
		return rc;
	if (j->o->purpose != NULL && strcmp(j->o->purpose, l.purpose) != 0)
		return PP_OK;
	if (j->o->task != NULL && strcmp(j->o->task, l.task) != 0)
		return PP_OK;
	if ((rc = pp_case_load(tx, l.task, &c, err)) == PP_OK &&
	    (j->o->state == NULL || strcmp(j->o->state, pp_link_states[
	    pp_link_state(&l, &c.task, pp_case_offline(&c, l.purpose),
	    now)]) == 0))
		*row = row_of(&l, &c, now);
	pp_case_release(&c);
	return rc;
}

static enum pp_rc
list(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct job j = { .cmd = cmd, .o = arg };
	struct pp_out out;
	enum pp_rc rc;

	if (j.o->state != NULL && pp_word(pp_link_states, j.o->state) < 0)
		pp_cmd_usage(cmd, "--state is open, expired, cancelled, "
		    "superseded or completed");
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	rc = pp_walk(cmd, PP_LINK, list_row, &j, &out, err);
	pp_out_end(&out);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
