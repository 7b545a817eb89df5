#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "lookup.h"
#include "status.h"
#include "status_ask.h"
#include "banned.h"

struct tasks {
	const struct pp_item	*items;
	size_t			 n;
	struct pp_found		*found;
};

static enum pp_rc	item_id(const struct pp_item *, char *, size_t);
static pp_txn_fn	find_tasks, settle_txn;
static pp_refresh_fn	asked;

static void
asked(const struct pp_asked *a, void *arg)
{
	struct pp_status_job *j = arg;
	struct json_object *o;

	if (j->cmd->dry_run) {
		if (j->out != NULL) {
			o = json_object_new_object();
			json_object_object_add(o, "attempt",
			    json_object_new_string(a->id));
			pp_out_row(j->out, o);
		}
		return;
	}
	if (a->skipped && a->before == a->after)
		return;
	if (a->rc != PP_OK && a->message[0] != '\0')
		pp_cmd_note(j->cmd, "%s: %s", a->id, a->message);
	if (!a->skipped && a->rc != PP_OK)
		j->worst = pp_rc_worst(j->worst, a->rc);
	if (j->out == NULL)
		return;
	o = json_object_new_object();
	json_object_object_add(o, "attempt", json_object_new_string(a->id));
	json_object_object_add(o, "outcome",
	    json_object_new_string(pp_outcomes[a->outcome]));
	json_object_object_add(o, "before",
	    json_object_new_string(pp_att_states[a->before]));
	json_object_object_add(o, "state",
	    json_object_new_string(pp_att_states[a->after]));
	json_object_object_add(o, "payment", a->payment[0] != '\0' ?
	    json_object_new_string(a->payment) : NULL);
	json_object_object_add(o, "message", a->message[0] != '\0' ?
	    json_object_new_string(a->message) : NULL);
	pp_out_row(j->out, o);
}

enum pp_rc
pp_ask_sweep(struct pp_status_job *j, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "ATTEMPT", "attempt", PP_LEFT },
		{ "OUTCOME", "outcome", PP_WORD },
		{ "BEFORE", "before", PP_WORD }, { "STATE", "state", PP_WORD },
		{ "PAYMENT", "payment", PP_LEFT },
		{ "MESSAGE", "message", PP_WORD }
	};
	struct pp_out out;
	enum pp_rc rc;

	pp_out_init(&out, j->cmd, cols, sizeof cols / sizeof cols[0]);
	j->out = &out;
	rc = pp_refresh(&j->drivers, j->o->due ? PP_REFRESH_DUE :
	    PP_REFRESH_ALL, NULL, asked, j, err);
	pp_out_end(&out);
	return rc == PP_OK ? j->worst : rc;
}

/* What is no item is told when the items are shown. */
static enum pp_rc
item_id(const struct pp_item *it, char *id, size_t size)
{
	struct pp_task_doc doc;
	struct json_object *o;
	enum pp_rc rc;

	if ((rc = pp_item_check(it, NULL)) != PP_OK)
		return rc;
	if (!pp_item_is_json(it))
		return strlcpy(id, it->text, size) < size ? PP_OK : PP_DATA;
	if ((rc = pp_json_parse(it->text, it->len, &o, NULL)) != PP_OK)
		return rc;
	if ((rc = pp_task_doc_read(o, false, &doc, NULL)) == PP_OK) {
		(void)strlcpy(id, doc.task.id, size);
		pp_task_doc_release(&doc);
	}
	json_object_put(o);
	return rc;
}

static enum pp_rc
find_tasks(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct tasks *t = arg;
	char id[256];
	size_t i;
	enum pp_rc rc;

	for (i = 0; i < t->n; i++) {
		if (item_id(&t->items[i], id, sizeof id) != PP_OK)
			continue;
		rc = pp_lookup(tx, id, &t->found[i], NULL);
		if (rc != PP_OK && rc != PP_NOTFOUND)
			return pp_err_set(err, rc, "the look-up failed");
	}
	return PP_OK;
}

enum pp_rc
pp_ask_items(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct pp_status_job *j = arg;
	struct tasks t = { items, n, NULL };
	enum pp_rc rc;
	size_t i, k;

	if (j->cmd->dry_run)
		return PP_OK;
	if ((t.found = calloc(n, sizeof t.found[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	rc = pp_store_txn(&j->cmd->store, PP_TXN_READ, find_tasks, &t, err);
	for (i = 0; i < n && rc == PP_OK; i++)
		for (k = 0; k < t.found[i].n && rc == PP_OK; k++)
			rc = pp_refresh(&j->drivers, PP_REFRESH_ALL,
			    t.found[i].task[k], asked, j, err);
	free(t.found);
	return rc;
}

static enum pp_rc
settle_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_status_job *j = arg;
	struct pp_status_opts *o = j->o;
	struct pp_settle s = { .attempt = o->settle, .reason = o->reason };
	struct pp_attempt after;
	struct json_object *doc;
	enum pp_rc rc;

	s.outcome = strcmp(o->outcome, "approved") == 0 ? PP_O_APPROVED :
	    strcmp(o->outcome, "declined") == 0 ? PP_O_DECLINED :
	    PP_O_INCOMPLETE;
	s.receipt.amount = o->amount;
	s.receipt.paid_at = o->time;
	if (o->transaction_no != NULL && strlcpy(s.receipt.transaction_no,
	    o->transaction_no, sizeof s.receipt.transaction_no) >=
	    sizeof s.receipt.transaction_no)
		return pp_err_member(err, PP_DATA, "--transaction-no",
		    "too long");
	if (o->reference_no != NULL && strlcpy(s.receipt.reference_no,
	    o->reference_no, sizeof s.receipt.reference_no) >=
	    sizeof s.receipt.reference_no)
		return pp_err_member(err, PP_DATA, "--reference-no",
		    "too long");
	if ((rc = pp_refresh_settle(tx, &s, &after, err)) != PP_OK)
		return rc;
	doc = json_object_new_object();
	pp_attempt_show(&after, pp_txn_now(tx), doc);
	pp_out_row(j->out, doc);
	return j->cmd->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_ask_settle(struct pp_status_job *j, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "ATTEMPT", "attempt", PP_LEFT }, { "TASK", "task", PP_LEFT },
		{ "ORDER NUMBER", "order_no", PP_LEFT },
		{ "STATE", "state", PP_WORD }, { "AMOUNT", "amount", PP_RIGHT }
	};
	static const char *const words[] = { "approved", "declined", "lapsed",
	    NULL };
	struct pp_status_opts *o = j->o;
	struct pp_cmd *cmd = j->cmd;
	struct pp_out out;
	enum pp_rc rc;

	if (o->outcome == NULL || pp_word(words, o->outcome) < 0)
		pp_cmd_usage(cmd, "--settle needs --outcome approved, declined "
		    "or lapsed");
	if (o->reason == NULL || *o->reason == '\0')
		pp_cmd_usage(cmd, "--settle needs --reason");
	/* Rule F4. */
	if (strcmp(o->outcome, "approved") == 0 && (o->transaction_no == NULL ||
	    o->reference_no == NULL || o->amount == 0 || o->time == 0))
		pp_cmd_usage(cmd, "approved needs --transaction-no, "
		    "--reference-no, --amount and --time, as the processor "
		    "shows them");
	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	j->out = &out;
	rc = pp_store_txn(&cmd->store, PP_TXN_WRITE, settle_txn, j, err);
	pp_out_end(&out);
	return rc == PP_NO ? PP_OK : rc;
}
