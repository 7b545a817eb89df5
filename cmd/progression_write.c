#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "intl.h"
#include "json.h"
#include "marking.h"
#include "money.h"
#include "progression_call.h"
#include "progression_part.h"
#include "template.h"
#include "utf8.h"
#include "banned.h"

#define TEXT_MAX	1000		/* of a note, of a meta */
#define NAMES_MAX	32		/* metas of one task */
#define CALLS_FAILED	3		/* in a row, then no more is tried */

/* A run of note, step or set. */
struct run {
	struct pp_cmd		*cmd;
	const struct prog_opts	*o;
	struct prog_api		*api;
	enum pp_mark_kind	 kind;
	const char		*text;		/* of a note; the step */
	char			*const *names;	/* NAME=VALUE */
	size_t			 nnames;
	char			 logic_id[24];	/* of the step, once known */
	size_t			 failed;	/* calls, in a row */
};

/* One item on its way. */
struct piece {
	const struct pp_item	*item;
	struct json_object	*doc;		/* NULL for an id */
	struct pp_mark		 mark;
	enum pp_mark_verdict	 verdict;
	char			*text;		/* note, filled in */
	struct json_object	*metas;		/* to be set; null erases */
	bool			 skip;		/* not sent, not handed on */
	bool			 leave;		/* handed on as it is */
	enum pp_rc		 rc;
	struct pp_err		 err;
};

/* A transaction over pieces. */
struct turn {
	struct run		*run;
	struct piece		*v;
	size_t			 n;
	enum pp_mark_state	 state;
	char			 why[PP_ID_MAX];
};

static pp_batch_fn	do_batch;
static pp_txn_fn	look, intend, settle;
static pp_word_fn	value_of;
static void		read_item(struct piece *, const struct pp_item *);
static enum pp_rc	fill(const char *, struct json_object *, char **,
			    struct pp_err *);
static enum pp_rc	metas_of(struct run *, struct pp_txn *,
			    struct piece *);
static enum pp_rc	prepare(struct run *, struct pp_txn *,
			    struct piece *);
static enum pp_rc	call(struct run *, struct piece *, struct pp_err *);
static enum pp_rc	deliver(struct run *, struct piece *,
			    struct pp_err *);
static enum pp_rc	finish(struct run *, struct piece *);
static enum pp_rc	run(struct pp_cmd *, struct run *, int,
			    struct pp_err *);

/* Items. */

static void
read_item(struct piece *p, const struct pp_item *item)
{
	struct json_object *in;
	const char *s = item->text;

	p->item = item;
	if ((p->rc = pp_item_check(item, &p->err)) != PP_OK)
		return;
	if (pp_item_is_json(item)) {
		if ((p->rc = pp_json_parse(item->text, item->len, &p->doc,
		    &p->err)) != PP_OK)
			return;
		if (pp_json_str(p->doc, "task", &s, NULL) != PP_OK) {
			p->rc = pp_err_member(&p->err, PP_DATA, "task",
			    "missing");
			return;
		}
	}
	if ((p->rc = pp_task_id_ok(s, strlen(s), &p->err)) != PP_OK)
		return;
	(void)strlcpy(p->mark.task, s, sizeof p->mark.task);
	if (p->doc == NULL)
		return;
	/* A mail that was not sent is no reason to say that it was. */
	if (json_object_object_get_ex(p->doc, "mail", &in) &&
	    json_object_is_type(in, json_type_object) &&
	    pp_json_str(in, "state", &s, NULL) == PP_OK)
		p->skip = strcmp(s, "sent") != 0 && strcmp(s, "already") != 0;
	if ((json_object_object_get_ex(p->doc, "payment_link", &in) &&
	    json_object_is_type(in, json_type_object) &&
	    pp_json_str(in, "id", &s, NULL) == PP_OK) ||
	    pp_json_str(p->doc, "link", &s, NULL) == PP_OK)
		(void)strlcpy(p->mark.link, s, sizeof p->mark.link);
}

/* {{member}} and {{member.member}} of the document. */
static const char *
value_of(const char *name, const void *arg)
{
	struct json_object *o = (struct json_object *)(uintptr_t)arg;
	char part[PP_SLOT_NAME];
	size_t n;

	for (; o != NULL; name += n + 1) {
		n = strcspn(name, ".");
		(void)snprintf(part, sizeof part, "%.*s", (int)n, name);
		if (!json_object_is_type(o, json_type_object) ||
		    !json_object_object_get_ex(o, part, &o))
			return NULL;
		if (name[n] == '\0')
			break;
	}
	return o == NULL || json_object_is_type(o, json_type_object) ||
	    json_object_is_type(o, json_type_array) ? NULL :
	    json_object_get_string(o);
}

static enum pp_rc
fill(const char *text, struct json_object *doc, char **out,
    struct pp_err *err)
{
	struct pp_fill f = { .word = value_of, .arg = doc };
	struct pp_buf b = PP_BUF_INIT(TEXT_MAX);
	struct pp_err e = { 0 };

	if (pp_template_lines("the text", text, &f, true, &b, &e) == PP_OK &&
	    (b.len == 0 || pp_utf8_printable(b.p, b.len)) &&
	    (*out = b.len == 0 ? strdup("") : pp_buf_take(&b)) != NULL)
		return PP_OK;
	pp_buf_release(&b);
	return pp_err_set(err, PP_DATA, "%s", e.msg[0] != '\0' ? e.msg :
	    _("the text has a control character, or is no UTF-8"));
}

/* What the store knows, and what was named. */
static enum pp_rc
metas_of(struct run *r, struct pp_txn *tx, struct piece *p)
{
	const struct pp_payment *pay = NULL;
	char text[PP_MONEY_STR], name[PP_ID_MAX], *value;
	const char *eq;
	struct pp_sums s;
	struct pp_case c;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, p->mark.task, &c, &p->err)) != PP_OK) {
		pp_case_release(&c);
		return rc == PP_NOTFOUND ? pp_err_set(&p->err, rc,
		    "no such task") : rc;
	}
	pp_task_sums(&c.task, &s);
	for (i = 0; i < c.npays; i++)
		if (c.pays[i].transaction_no[0] != '\0')
			pay = &c.pays[i];
	p->metas = json_object_new_object();
#define S(name, value) json_object_object_add(p->metas, name, \
	    json_object_new_string(value))
	S("pp_state", pp_money_words[s.state]);
	S("pp_paid", pp_money_str(s.net, text, sizeof text));
	S("pp_balance", pp_money_str(s.balance, text, sizeof text));
	S("pp_pending", pp_money_str(pp_case_pending(&c, pp_txn_now(tx)),
	    text, sizeof text));
	if (pay != NULL)
		S("pp_transaction", pay->transaction_no);
	else
		json_object_object_add(p->metas, "pp_transaction", NULL);
#undef S
	pp_case_release(&c);
	for (i = 0; i < r->nnames && rc == PP_OK; i++) {
		eq = strchr(r->names[i], '=');
		(void)snprintf(name, sizeof name, "%.*s",
		    (int)(eq - r->names[i]), r->names[i]);
		if (eq[1] == '\0')
			json_object_object_add(p->metas, name, NULL);
		else if ((rc = fill(eq + 1, p->doc, &value, &p->err)) ==
		    PP_OK) {
			json_object_object_add(p->metas, name,
			    json_object_new_string(value));
			free(value);
		}
	}
	return rc;
}

/* Everything about it that the store decides. */
static enum pp_rc
prepare(struct run *r, struct pp_txn *tx, struct piece *p)
{
	const char *content = r->text;
	struct pp_sums s;
	struct pp_task t;
	enum pp_rc rc;

	p->mark.kind = (int)r->kind;
	if (r->o->paid) {
		if ((rc = pp_task_get(tx, p->mark.task, &t, &p->err)) !=
		    PP_OK)
			return rc == PP_NOTFOUND ? pp_err_set(&p->err, rc,
			    "no such task") : rc;
		pp_task_sums(&t, &s);
		p->leave = s.state != PP_PAID && s.state != PP_OVERPAID;
	}
	if (r->kind == PP_MARK_METAS) {
		if ((rc = metas_of(r, tx, p)) != PP_OK)
			return rc;
		content = pp_json_text(p->metas);
	} else if ((rc = pp_marking_link(tx, &p->mark, &p->err)) != PP_OK)
		return rc;
	if (r->kind == PP_MARK_NOTE) {
		if ((rc = fill(r->text, p->doc, &p->text, &p->err)) != PP_OK)
			return rc;
		content = p->text;
	} else if (r->kind == PP_MARK_STEP)
		(void)strlcpy(p->mark.step, r->text, sizeof p->mark.step);
	pp_mark_name(&p->mark, content, strlen(content));
	return pp_marking_look(tx, &p->mark, r->o->again, &p->verdict,
	    &p->err);
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct turn *t = arg;
	struct piece *p;
	size_t i;

	for (i = 0; i < t->n; i++) {
		p = &t->v[i];
		if (p->rc == PP_OK && !p->skip)
			p->rc = prepare(t->run, tx, p);
		if (p->rc == PP_IO || p->rc == PP_BUG || p->rc == PP_CONF) {
			*err = p->err;
			return p->rc;
		}
	}
	return PP_OK;
}

static enum pp_rc
intend(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct turn *t = arg;

	return pp_marking_intend(tx, &t->v->mark, t->run->o->again,
	    &t->v->verdict, err);
}

static enum pp_rc
settle(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct turn *t = arg;

	return pp_marking_outcome(tx, &t->v->mark, t->state, t->why, err);
}

/* Writing. */

static enum pp_rc
call(struct run *r, struct piece *p, struct pp_err *err)
{
	struct json_object *task = NULL, *in;
	struct pp_buf b = PP_BUF_INIT(sizeof r->logic_id);
	const char *id = NULL;
	enum pp_rc rc = PP_OK;

	/* Which step, once for all. */
	if (r->kind == PP_MARK_STEP && r->logic_id[0] == '\0') {
		rc = prog_step_ids(r->api, r->text, &task, &b, err);
		json_object_put(task);
		if (rc == PP_OK && (!pp_buf_ok(&b) || strchr(b.p, ',') != NULL))
			rc = pp_err_set(err, PP_CONFLICT, "more than one step "
			    "is called \"%.60s\"; say its number", r->text);
		else if (rc == PP_OK)
			(void)strlcpy(r->logic_id, b.p, sizeof r->logic_id);
		pp_buf_release(&b);
		task = NULL;
	}
	if (p->doc != NULL && json_object_object_get_ex(p->doc, "progression",
	    &in) && json_object_is_type(in, json_type_object))
		(void)pp_json_str(in, "id", &id, NULL);
	if (rc != PP_OK || (rc = prog_target(r->api, p->mark.task, id, &task,
	    err)) != PP_OK)
		return rc;
	rc = r->kind == PP_MARK_NOTE ? prog_write_note(r->api, task, p->text,
	    err) : r->kind == PP_MARK_STEP ? prog_write_step(r->api, task,
	    r->logic_id, err) : prog_write_metas(r->api, task, p->metas, err);
	json_object_put(task);
	return rc;
}

/* Intent, call, outcome. */
static enum pp_rc
deliver(struct run *r, struct piece *p, struct pp_err *err)
{
	struct turn t = { .run = r, .v = p, .n = 1, .state = PP_MARK_WRITTEN };
	enum pp_rc rc;

	if (r->failed == CALLS_FAILED) {
		p->rc = pp_err_set(&p->err, PP_RETRY, "not tried: the %d calls "
		    "before failed", CALLS_FAILED);
		return PP_OK;
	}
	if ((rc = pp_store_txn(&r->cmd->store, PP_TXN_WRITE, intend, &t,
	    err)) != PP_OK || p->verdict != PP_MARK_DO)
		return rc;
	p->rc = call(r, p, &p->err);
	r->failed = p->rc == PP_RETRY || p->rc == PP_UNKNOWN ? r->failed + 1 :
	    0;
	if (p->rc != PP_OK) {
		t.state = p->rc == PP_UNKNOWN ? PP_MARK_LOST : PP_MARK_FAILED;
		(void)snprintf(t.why, sizeof t.why, "status %d", p->rc);
	}
	rc = pp_store_txn(&r->cmd->store, PP_TXN_WRITE, settle, &t, err);
	if (p->rc == PP_UNKNOWN && r->kind == PP_MARK_NOTE)
		pp_err_hint(&p->err, "look there; pp-progression note --again "
		    "TEXT %s", p->mark.task);
	/* What no item can help would meet the next one too. */
	if (rc == PP_OK && (p->rc == PP_PERM || p->rc == PP_CONF ||
	    p->rc == PP_IO || p->rc == PP_BUG || (p->rc != PP_OK &&
	    r->kind == PP_MARK_STEP && r->logic_id[0] == '\0'))) {
		*err = p->err;
		rc = p->rc;
	}
	return rc;
}

/* What is told, and who goes on. */
static enum pp_rc
finish(struct run *r, struct piece *p)
{
	const struct pp_cmd *cmd = r->cmd;
	bool named = p->item->line == 0, on = p->rc == PP_OK && !p->skip;

	if (on && !p->leave)
		switch (p->verdict) {
		case PP_MARK_DO:
			if (cmd->dry_run)
				pp_cmd_note(cmd, "would write to %s: %s",
				    p->mark.task, p->text != NULL ? p->text :
				    p->metas != NULL ? pp_json_text(p->metas) :
				    r->text);
			break;
		case PP_MARK_DONE:
			pp_cmd_verbose(cmd, "%s: was written before",
			    p->mark.task);
			break;
		case PP_MARK_IN_HAND:
			on = false;
			if (named)
				p->rc = pp_err_set(&p->err, PP_RETRY,
				    "another process is writing it");
			break;
		case PP_MARK_UNKNOWN:
			/* Told when it happened: a script that runs every
			 * minute would cry. */
			if (named) {
				p->rc = pp_err_set(&p->err, PP_UNKNOWN,
				    "it is unknown whether it was written");
				pp_err_hint(&p->err, "look there; --again");
			} else
				pp_cmd_verbose(cmd, "%s: it is unknown whether "
				    "it was written", p->mark.task);
			break;
		}
	on = on && p->rc == PP_OK;
	/* A lost note keeps nobody from what follows. */
	on |= p->rc == PP_UNKNOWN && r->kind == PP_MARK_NOTE && !named;
	if (on && puts(p->item->text) == EOF)
		on = false;	/* said at the end */
	return p->rc == PP_OK ? PP_OK : pp_cmd_item_error(cmd, p->item->line,
	    p->mark.task[0] != '\0' ? p->mark.task : NULL, p->rc, &p->err);
}

static enum pp_rc
do_batch(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct run *r = arg;
	struct turn t = { .run = r, .n = n };
	enum pp_rc rc, worst = PP_OK;
	struct piece *p;
	size_t i;

	if ((t.v = calloc(n, sizeof t.v[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	for (i = 0; i < n; i++)
		read_item(&t.v[i], &items[i]);
	/* A store is made by who writes to it first. */
	rc = pp_store_txn(&r->cmd->store, r->cmd->dry_run ||
	    pp_store_exists(r->cmd->store.dir) ?
	    PP_TXN_READ : PP_TXN_WRITE, look, &t, err);
	for (i = 0; i < n; i++) {
		p = &t.v[i];
		if (rc == PP_OK && p->rc == PP_OK && !p->skip && !p->leave &&
		    p->verdict == PP_MARK_DO && !r->cmd->dry_run)
			rc = deliver(r, p, err);
		if (rc == PP_OK)
			worst = pp_rc_worst(worst, finish(r, p));
		if (rc == PP_OK && fflush(stdout) == EOF)
			rc = PP_IO;	/* said at the end */
		json_object_put(p->doc);
		json_object_put(p->metas);
		free(p->text);
	}
	free(t.v);
	return rc != PP_OK ? rc : worst;
}

static enum pp_rc
run(struct pp_cmd *cmd, struct run *r, int first, struct pp_err *err)
{
	enum pp_rc rc;

	r->cmd = cmd;
	if (r->o->again && cmd->argc <= first)
		pp_cmd_usage(cmd, "--again goes with a TASK that is named");
	if ((rc = prog_open(cmd, r->o->key_file, &r->api, err)) == PP_OK)
		rc = pp_cmd_items(cmd, first, do_batch, r, err);
	prog_close(r->api);
	return rc;
}

enum pp_rc
prog_note(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct run r = { .o = arg, .kind = PP_MARK_NOTE };

	if (r.o->list_unknown || r.o->settle != NULL || r.o->outcome != NULL ||
	    r.o->reason != NULL)
		return prog_unknown(cmd, arg, err);
	if (cmd->argc == 0)
		pp_cmd_usage(cmd, "note what?");
	r.text = cmd->argv[0];
	if (*r.text == '\0' || strlen(r.text) >= TEXT_MAX)
		pp_cmd_usage(cmd, "a note has 1 to %d bytes", TEXT_MAX - 1);
	return run(cmd, &r, 1, err);
}

enum pp_rc
prog_move(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct run r = { .o = arg, .kind = PP_MARK_STEP,
	    .text = cmd->argv[0] };

	if (*r.text == '\0' || strlen(r.text) >= PP_ID_MAX)
		pp_cmd_usage(cmd, "a step has 1 to %d bytes", PP_ID_MAX - 1);
	return run(cmd, &r, 1, err);
}

enum pp_rc
prog_set(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct run r = { .o = arg, .kind = PP_MARK_METAS, .text = "",
	    .names = cmd->argv };
	const char *eq;

	for (; r.nnames < (size_t)cmd->argc &&
	    (eq = strchr(cmd->argv[r.nnames], '=')) != NULL; r.nnames++)
		if (eq == cmd->argv[r.nnames] || r.nnames == NAMES_MAX ||
		    (size_t)(eq - cmd->argv[r.nnames]) >= PP_ID_MAX)
			pp_cmd_usage(cmd, "NAME=VALUE, at most %d", NAMES_MAX);
	return run(cmd, &r, (int)r.nnames, err);
}
