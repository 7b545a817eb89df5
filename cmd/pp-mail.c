#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "batch.h"
#include "carry.h"
#include "intl.h"
#include "mail_job.h"
#include "output.h"
#include "time.h"
#include "banned.h"

#define ROWS_MAX	5000		/* of one mail to the house */
#define HASH		16

struct opts {
	const char	*template, *templates, *to, *settle, *outcome;
	const char	*reason;
	bool		 send, all, no_link, qr, resend, list_unknown;
};

struct job {
	struct mail_run		 run;
	struct pp_out		 out;
	bool			 table;		/* out is in use */
	struct json_object	*rows;		/* of a mail to the house */
	crypto_generichash_state hash;		/* of what they are about */
};

/* A transaction of --list-unknown and --settle. */
struct asking {
	const struct opts	*o;
	struct json_object	*rows;
};

static pp_cmd_fn	mail;
static pp_batch_fn	do_batch, gather;
static pp_txn_fn	list_open, settle;
static enum pp_rc	check(struct pp_cmd *, const struct opts *);
static enum pp_rc	by_person(struct pp_cmd *, const struct opts *,
			    struct pp_err *);
static enum pp_rc	house(struct pp_cmd *, struct job *, struct pp_err *);
static enum pp_rc	finish(struct job *, struct mail_item *);
static void		show(struct job *, struct mail_item *);
static struct json_object *mail_member(const struct mail_item *);
static bool		told(const struct mail_item *);

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define O(n, l, k, m) { n, l, k, offsetof(struct opts, m), 0 }

static const struct pp_opt opts[] = {
	O("template",	't', PP_O_STR, template),
	O("send",	'S', PP_O_FLAG, send),
	O("all",	'a', PP_O_FLAG, all),
	O("no-link",	'L', PP_O_FLAG, no_link),
	O("qr",		'Q', PP_O_FLAG, qr),
	O("to",		'T', PP_O_STR, to),
	O("templates",	'd', PP_O_STR, templates),
	O("resend",	'R', PP_O_FLAG, resend),
	O("list-unknown", 'u', PP_O_FLAG, list_unknown),
	O("settle",	'x', PP_O_STR, settle),
	O("outcome",	'O', PP_O_STR, outcome),
	O("reason",	'r', PP_O_STR, reason)
};

static const struct pp_verb verbs[] = {
	{ NULL, mail, 0, PP_MANY, 0 }
};

static const struct pp_cmd_def def = {
	"pp-mail",
	"usage: pp-mail --template NAME [--send [--all]] [--no-link] [--qr]\n"
	"           [--to ADDRESS] [--templates DIR] [ITEM...]\n"
	"       pp-mail --template NAME --resend [--to ADDRESS] [--no-link]\n"
	"           [--qr] [--templates DIR] ITEM...\n"
	"       pp-mail --list-unknown\n"
	"       pp-mail --settle MAIL --outcome sent|not-sent --reason TEXT\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, N(opts), verbs, N(verbs), PP_CMD_SECRET
};

static const struct pp_column columns[] = {
	{ "TASK", "task", PP_LEFT }, { "LINK", "link", PP_LEFT },
	{ "TEMPLATE", "mail.template", PP_LEFT },
	{ "SLOT", "mail.slot", PP_LEFT }, { "STATE", "mail.state", PP_WORD },
	{ "REASON", "mail.reason", PP_WORD }, { "MAIL", "mail.id", PP_LEFT }
};

static const struct pp_column open_columns[] = {
	{ "MAIL", "mail", PP_LEFT }, { "STATE", "state", PP_WORD },
	{ "TASK", "task", PP_LEFT }, { "TEMPLATE", "template", PP_LEFT },
	{ "SLOT", "slot", PP_LEFT }, { "SINCE", "intended_at", PP_LEFT },
	{ "REASON", "reason", PP_WORD }
};

static enum pp_rc
check(struct pp_cmd *cmd, const struct opts *o)
{
	if ((o->template != NULL) + o->list_unknown + (o->settle != NULL) != 1)
		pp_cmd_usage(cmd, "one of --template, --list-unknown and "
		    "--settle");
	if (o->template == NULL && (o->send || o->all || o->no_link || o->qr ||
	    o->to != NULL || o->templates != NULL || o->resend))
		pp_cmd_usage(cmd, "that goes with --template");
	if (o->settle != NULL && (o->outcome == NULL || o->reason == NULL ||
	    *o->reason == '\0'))
		pp_cmd_usage(cmd, "--settle goes with --outcome and --reason");
	if (o->settle == NULL && (o->outcome != NULL || o->reason != NULL))
		pp_cmd_usage(cmd, "--outcome and --reason go with --settle");
	if (o->outcome != NULL && strcmp(o->outcome, "sent") != 0 &&
	    strcmp(o->outcome, "not-sent") != 0)
		pp_cmd_usage(cmd, "--outcome is sent or not-sent");
	if (o->template == NULL && cmd->argc > 0)
		pp_cmd_usage(cmd, "no operand goes with that");
	if (o->all && !o->send)
		pp_cmd_usage(cmd, "--all goes with --send");
	if (o->resend && (o->send || cmd->argc == 0))
		pp_cmd_usage(cmd, "--resend sends what is named as an "
		    "operand, and goes without --send");
	return PP_OK;
}

/* What a person asks or decides. */

static enum pp_rc
list_open(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *a = arg;

	return pp_mailing_open(tx, a->rows, err);
}

static enum pp_rc
settle(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *a = arg;
	struct json_object *row;
	struct pp_mail after;
	enum pp_rc rc;

	if ((rc = pp_mailing_settle(tx, a->o->settle, strcmp(a->o->outcome,
	    "sent") == 0, a->o->reason, &after, err)) != PP_OK)
		return rc;
	row = json_object_new_object();
	pp_mail_show(&after, pp_txn_now(tx), row);
	json_object_array_add(a->rows, row);
	return PP_OK;
}

static enum pp_rc
by_person(struct pp_cmd *cmd, const struct opts *o, struct pp_err *err)
{
	struct asking a = { o, json_object_new_array() };
	struct pp_out out;
	enum pp_rc rc;

	rc = pp_store_txn(&cmd->store, o->settle != NULL && !cmd->dry_run ?
	    PP_TXN_WRITE : PP_TXN_READ, o->settle != NULL && !cmd->dry_run ?
	    settle : list_open, &a, err);
	if (rc != PP_OK) {
		json_object_put(a.rows);
		return rc == PP_NOTFOUND && err->msg[0] == '\0' ?
		    pp_err_set(err, rc, "there is no store in %s",
		    cmd->store.dir) : rc;
	}
	pp_out_init(&out, cmd, open_columns, N(open_columns));
	pp_out_rows(&out, a.rows);
	pp_out_end(&out);
	return PP_OK;
}

/* What came of each. */

/* The member "mail" of what is handed on. */
static struct json_object *
mail_member(const struct mail_item *it)
{
	static const char *const states[] = {
		[PP_MV_SEND] = N_("failed"), [PP_MV_ALREADY] = N_("already"),
		[PP_MV_IN_HAND] = "unknown", [PP_MV_UNKNOWN] = "unknown",
		[PP_MV_LATER] = "failed", [PP_MV_FAILED] = "failed",
		[PP_MV_HELD] = N_("held")
	};
	struct json_object *o = json_object_new_object();
	const char *state = it->sent ? "sent" : it->verdict == PP_MV_SEND &&
	    it->mail.state == PP_MS_UNKNOWN ? "unknown" : states[it->verdict];
	/* Without an id no intent was written: it could not be
	 * composed, as without an address. */
	const char *reason = it->verdict == PP_MV_ALREADY ? "" :
	    it->verdict != PP_MV_SEND ? it->why : it->mail.id[0] != '\0' ?
	    it->mail.reason : N_("not_composed");

#define S(name, s) json_object_object_add(o, name, *(s) == '\0' ? NULL : \
	    json_object_new_string(s))
	S("state", state);
	S("template", it->mail.template);
	S("slot", it->mail.slot);
	S("id", it->mail.id);
	S("message_id", it->mail.message_id);
	S("reason", reason);
#undef S
	return o;
}

/* The document as it came, with what became of its mail. */
static void
show(struct job *j, struct mail_item *it)
{
	struct json_object *m = mail_member(it), *row;
	const struct pp_cmd *cmd = j->run.cmd;
	char *line;

	if (it->item != NULL && pp_item_is_json(it->item) &&
	    cmd->output == PP_OUT_JSON) {
		if (pp_carry(it->item->text, it->item->len, "mail",
		    pp_json_text(m), &line, &it->err) == PP_OK) {
			puts(line);
			free(line);
		}
		json_object_put(m);
		return;
	}
	if (!j->table)
		pp_out_init(&j->out, cmd, columns, N(columns));
	j->table = true;
	row = json_object_new_object();
	json_object_object_add(row, "task", it->task[0] != '\0' ?
	    json_object_new_string(it->task) : NULL);
	json_object_object_add(row, "link", it->link[0] != '\0' ?
	    json_object_new_string(it->link) : NULL);
	if (it->mail.payment[0] != '\0')
		json_object_object_add(row, "payment",
		    json_object_new_string(it->mail.payment));
	json_object_object_add(row, "mail", m);
	pp_out_row(&j->out, row);
}

/* Is what was not sent an error?  Only of what was named; a script that runs
 * every minute would cry. */
static bool
told(const struct mail_item *it)
{
	return it->item != NULL && it->item->line == 0;
}

static enum pp_rc
finish(struct job *j, struct mail_item *it)
{
	const struct pp_cmd *cmd = j->run.cmd;
	size_t line = it->item != NULL ? it->item->line : 0;
	const char *id = it->link[0] != '\0' ? it->link : it->payment;
	const char *why = "";
	enum pp_rc rc = it->rc;

	if (rc == PP_OK && it->verdict != PP_MV_SEND)
		why = it->verdict == PP_MV_ALREADY ? _("it was sent") :
		    _(it->why);
	if (rc == PP_OK && it->mbox != NULL)
		fputs(it->mbox, stdout);
	if (rc == PP_OK && it->verdict != PP_MV_SEND) {
		if (told(it) && !j->run.all) {
			rc = it->verdict == PP_MV_UNKNOWN ? PP_UNKNOWN :
			    it->verdict == PP_MV_IN_HAND ? PP_RETRY : PP_STATE;
			(void)pp_err_set(&it->err, rc, "not sent: %s", why);
		} else if (line != 0)
			pp_cmd_verbose(cmd, "line %zu: %s: not sent: %s", line,
			    id, why);
		else
			pp_cmd_verbose(cmd, "not sent: %s", why);
	}
	if (rc != PP_OK)
		(void)pp_cmd_item_error(cmd, line, line == 0 && id[0] != '\0' ?
		    id : NULL, rc, &it->err);
	/* One that was not even decided has nothing to say of its mail. */
	if (it->sent || (j->run.all && it->mail.template[0] != '\0'))
		show(j, it);
	return rc;
}

static enum pp_rc
do_batch(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct mail_item *v;
	enum pp_rc rc, worst = PP_OK;
	size_t i;

	if ((v = calloc(n, sizeof v[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	for (i = 0; i < n; i++)
		mail_item_read(&v[i], &items[i]);
	rc = mail_decide(&j->run, v, n, err);
	/* Each is told as soon as it is done: a later one may take long. */
	for (i = 0; i < n && rc == PP_OK; i++) {
		if (j->run.send && v[i].rc == PP_OK &&
		    v[i].verdict == PP_MV_SEND)
			rc = mail_deliver(&j->run, &v[i], err);
		if (rc != PP_OK && !v[i].sent)
			break;
		worst = pp_rc_worst(worst, finish(j, &v[i]));
		if (fflush(stdout) == EOF)
			rc = PP_IO;	/* said at the end */
	}
	for (i = 0; i < n; i++)
		mail_item_release(&v[i]);
	free(v);
	return rc != PP_OK ? rc : worst;
}

/* One mail about many documents. */

static enum pp_rc
gather(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	static const char *const about[] = { "kind", "task", "amount", "id",
	    "attempt", "payment" };
	struct job *j = arg;
	struct json_object *o, *v;
	const char *s;
	enum pp_rc rc;
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (json_object_array_length(j->rows) == ROWS_MAX)
			return pp_err_set(err, PP_DATA, "more than %d "
			    "documents for one mail", ROWS_MAX);
		if ((rc = pp_item_check(&items[i], err)) != PP_OK ||
		    (rc = pp_json_parse(items[i].text, items[i].len, &o,
		    err)) != PP_OK)
			return rc;
		if (!json_object_is_type(o, json_type_object)) {
			json_object_put(o);
			return pp_err_set(err, PP_DATA, "line %zu: not a "
			    "document", items[i].line);
		}
		for (k = 0; k < N(about); k++) {
			s = json_object_object_get_ex(o, about[k], &v) ?
			    json_object_get_string(v) : "";
			s = s != NULL ? s : "";
			(void)crypto_generichash_update(&j->hash,
			    (const unsigned char *)s, strlen(s) + 1);
		}
		json_object_array_add(j->rows, o);
	}
	return PP_OK;
}

static enum pp_rc
house(struct pp_cmd *cmd, struct job *j, struct pp_err *err)
{
	struct mail_item it = { .rows = NULL };
	unsigned char sum[HASH];
	char slot[PP_MAIL_SLOT];
	int64_t now;
	enum pp_rc rc;

	if (j->run.to == NULL && cmd->conf.business.email[0] == '\0')
		return pp_err_set(err, PP_CONF, "for whom? --to, or "
		    "[business] email");
	if (j->run.to == NULL)
		j->run.to = cmd->conf.business.email;
	j->rows = json_object_new_array();
	(void)crypto_generichash_init(&j->hash, NULL, 0, sizeof sum);
	rc = pp_cmd_items(cmd, 0, gather, j, err);
	(void)crypto_generichash_final(&j->hash, sum, sizeof sum);
	if (rc != PP_OK || json_object_array_length(j->rows) == 0)
		goto out;
	if (j->run.kind == PP_MK_ALERT)
		(void)sodium_bin2hex(slot, sizeof slot, sum, sizeof sum);
	else if ((rc = pp_clock_read(cmd->store.clock, &now, err)) == PP_OK)
		(void)pp_time_day_str(pp_time_day(now), slot, sizeof slot);
	it.slot = slot;
	it.rows = j->rows;
	if (rc == PP_OK && (rc = mail_decide(&j->run, &it, 1, err)) == PP_OK) {
		if (j->run.send && it.rc == PP_OK &&
		    it.verdict == PP_MV_SEND)
			rc = mail_deliver(&j->run, &it, err);
		if (rc == PP_OK || it.sent)
			rc = pp_rc_worst(rc, finish(j, &it));
	}
	mail_item_release(&it);
out:
	json_object_put(j->rows);
	return rc;
}

static enum pp_rc
mail(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	const struct opts *o = arg;
	struct job *j;
	struct mail_run *r;
	enum pp_rc rc;

	(void)check(cmd, o);
	if (o->template == NULL)
		return by_person(cmd, o, err);
	if ((rc = pp_mail_template_ok(o->template, err)) != PP_OK)
		return rc;
	if ((j = calloc(1, sizeof *j)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	r = &j->run;
	r->cmd = cmd;
	r->send = (o->send || o->resend) && !cmd->dry_run;
	r->resend = o->resend;
	r->qr = o->qr;
	r->all = o->all;
	r->to = o->to;
	r->kind = pp_mail_kind_of(o->template);
	(void)pp_mail_family(o->template, r->family);
	if (o->to != NULL && !o->resend && r->kind != PP_MK_ALERT &&
	    r->kind != PP_MK_DAILY)
		pp_cmd_usage(cmd, "--to goes with --resend, or with a mail "
		    "to the house");
	if (o->resend && (r->kind == PP_MK_ALERT || r->kind == PP_MK_DAILY))
		pp_cmd_usage(cmd, "a mail to the house is not sent again");
	mail_mime_init();
	rc = mail_templates_load(&r->tpl, &cmd->conf, o->templates != NULL ?
	    o->templates : PP_DATADIR "/mail", o->template, r->kind, err);
	r->tpl.no_link = o->no_link;
	if (rc == PP_OK)
		rc = mail_run_init(r, err);
	if (rc == PP_OK && !pp_store_exists(cmd->store.dir))
		rc = pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	if (rc == PP_OK && (r->kind == PP_MK_ALERT || r->kind == PP_MK_DAILY))
		rc = house(cmd, j, err);
	else if (rc == PP_OK)
		rc = pp_cmd_items(cmd, 0, do_batch, j, err);
	if (j->table)
		pp_out_end(&j->out);
	mail_run_release(r);
	free(j);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
