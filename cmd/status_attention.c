#include "config.h"

#include <stdio.h>
#include <string.h>

#include "brake.h"
#include "intl.h"
#include "money.h"
#include "record.h"
#include "say.h"
#include "status.h"
#include "status_view.h"
#include "time.h"
#include "walk.h"
#include "banned.h"

/* Everything that needs a person. */
struct looking {
	struct pp_cmd		*cmd;
	const char		*lang;
	struct json_object	*seen;		/* tasks looked at already */
	struct json_object	*house;		/* rows of no task */
	size_t			 count;
};

static pp_walk_fn	attend_attempt, attend_payment, attend_refund;
static pp_walk_fn	attend_link, attend_task, attend_mark;
static pp_txn_fn	attend_brake, attend_house;
static pp_rec_fn	attend_mail;
static void		tell(struct looking *, size_t, struct json_object *,
			    struct json_object **);
static enum pp_rc	attention_of(struct pp_txn *, struct looking *,
			    const char *, struct json_object **,
			    struct pp_err *);

/* What was put on the list, n things, becomes a row; of none it is freed. */
static void
tell(struct looking *f, size_t n, struct json_object *list,
    struct json_object **row)
{
	f->count += n;
	if (n > 0)
		*row = list;
	else
		json_object_put(list);
}

static enum pp_rc
attention_of(struct pp_txn *tx, struct looking *f, const char *task,
    struct json_object **row, struct pp_err *err)
{
	struct json_object *list;
	struct pp_case c;
	enum pp_rc rc;

	if (json_object_object_get_ex(f->seen, task, NULL))
		return PP_OK;
	json_object_object_add(f->seen, task, NULL);
	if ((rc = pp_case_load(tx, task, &c, err)) == PP_OK) {
		list = json_object_new_array();
		tell(f, pp_status_attention(&c, f->lang, pp_txn_now(tx), list),
		    list, row);
	}
	pp_case_release(&c);
	return rc;
}

static enum pp_rc
attend_attempt(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	(void)head;
	if ((rec->state == PP_T_APPROVED || rec->state == PP_T_LAPSED ||
	    rec->state == PP_T_DECLINED) &&
	    !(rec->flags & (PP_TF_REVERSAL | PP_TF_UNCLEAR)))
		return PP_OK;
	return rec->key[0] == NULL ? PP_OK :
	    attention_of(tx, arg, rec->key[0], row, err);
}

static enum pp_rc
attend_payment(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct looking *f = arg;
	struct pp_payment p;
	struct pp_refunds back;
	int64_t left;
	struct json_object *list;
	enum pp_rc rc;

	(void)head;
	if (!(rec->flags & (PP_PF_AMOUNT_DIFFERS | PP_PF_ORPHAN |
	    PP_PF_SECOND | PP_PF_LATE)))
		return PP_OK;
	if (rec->key[0] != NULL)
		return attention_of(tx, f, rec->key[0], row, err);
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	rc = pp_refunds_load(tx, &p, &back, err);
	left = back.sums.left;
	pp_refunds_release(&back);
	if (rc != PP_OK || left == 0)
		return rc;
	f->count++;
	list = json_object_new_array();
	pp_orphan_attention(&p, f->lang, list);
	*row = list;
	return PP_OK;
}

static enum pp_rc
attend_refund(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct looking *f = arg;
	struct pp_refund r;
	struct json_object *list;
	enum pp_rc rc;

	(void)head;
	if (rec->state != PP_R_OPENED && rec->state != PP_R_UNKNOWN)
		return PP_OK;
	if (rec->key[0] != NULL)
		return attention_of(tx, f, rec->key[0], row, err);
	/* Of a payment that is no task's. */
	if ((rc = pp_refund_of(rec, &r, err)) != PP_OK)
		return rc;
	list = json_object_new_array();
	tell(f, pp_refund_attention(&r, f->lang, pp_txn_now(tx), list), list,
	    row);
	return PP_OK;
}

static enum pp_rc
attend_link(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	(void)head;
	return rec->flags & PP_LINK_ASKED ?
	    attention_of(tx, arg, rec->key[0], row, err) : PP_OK;
}

static enum pp_rc
attend_task(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct pp_task t;
	enum pp_rc rc;

	(void)head;
	if (rec->flags == 0)
		return PP_OK;
	if ((rc = pp_task_of(rec, &t, err)) != PP_OK)
		return rc;
	return attention_of(tx, arg, t.id, row, err);
}

/* What we wrote to the field-service system. */
static enum pp_rc
attend_mark(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct looking *f = arg;
	struct json_object *list;
	struct pp_mark m;
	enum pp_rc rc;

	(void)head;
	if (rec->state != PP_MARK_INTENT && rec->state != PP_MARK_LOST)
		return PP_OK;
	if ((rc = pp_mark_of(rec, &m, err)) != PP_OK)
		return rc;
	list = json_object_new_array();
	tell(f, pp_mark_attention(&m, f->lang, pp_txn_now(tx), list), list,
	    row);
	return PP_OK;
}

/* Cards are tried out on our pages: no task's affair, but a person's. */
static enum pp_rc
attend_brake(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct looking *f = arg;
	struct json_object *o;
	int64_t most = f->cmd->conf.page.limit_declines, since, until;
	char at[PP_TIME_STR], end[PP_TIME_STR], n[24], next[96], what[256];
	const struct pp_said said[] = { { "count", n }, { "date", end } };
	int32_t day;
	enum pp_rc rc;

	if ((rc = pp_brake_read(tx, most, &since, &until, err)) != PP_OK ||
	    until == 0)
		return rc;
	(void)snprintf(n, sizeof n, "%lld", (long long)most);
	(void)pp_time_str(until, false, end, sizeof end);
	(void)pp_time_str(since, false, at, sizeof at);
	day = pp_time_day(since);
	(void)snprintf(next, sizeof next, "pp-ledger report --since "
	    "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
	o = json_object_new_object();
	json_object_object_add(o, "since", json_object_new_string(at));
	json_object_object_add(o, "kind",
	    json_object_new_string(N_("card_testing")));
	json_object_object_add(o, "task", NULL);
	json_object_object_add(o, "amount", NULL);
	json_object_object_add(o, "amount_cents", NULL);
	json_object_object_add(o, "what", json_object_new_string(pp_say_fill(
	    pp_say("attention_card_testing", f->lang), said,
	    sizeof said / sizeof said[0], what, sizeof what)));
	json_object_object_add(o, "next", json_object_new_string(next));
	json_object_array_add(f->house, o);
	f->count++;
	return PP_OK;
}

/* A mail of which nobody knows whether it was sent. */
static enum pp_rc
attend_mail(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct looking *f = arg;
	struct pp_mail m;
	enum pp_rc rc;

	(void)key, (void)klen;
	if ((rc = pp_mail_of(rec, &m, err)) == PP_OK &&
	    pp_mail_attention(&m, f->lang, pp_txn_now(tx), f->house))
		f->count++;
	return rc;
}

/* What is no task's affair. */
static enum pp_rc
attend_house(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct looking *f = arg;
	enum pp_rc rc;

	f->cmd->test = !pp_txn_live(tx);
	if ((rc = attend_brake(tx, f, err)) != PP_OK)
		return rc;
	return pp_txn_find(tx, PP_MAIL_OPEN, "1", 1, attend_mail, f, err);
}

enum pp_rc
pp_view_attention(struct pp_cmd *cmd, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "SINCE", "since", PP_WHEN }, { "KIND", "kind", PP_WORD },
		{ "TASK", "task", PP_LEFT }, { "AMOUNT", "amount", PP_RIGHT },
		{ "WHAT", "what", PP_WORD }, { "NEXT", "next", PP_LEFT }
	};
	static const struct {
		enum pp_coll	 coll;
		pp_walk_fn	*fn;
	} walks[] = {
		{ PP_ATTEMPT, attend_attempt }, { PP_PAYMENT, attend_payment },
		{ PP_REFUND, attend_refund }, { PP_LINK, attend_link },
		{ PP_TASK, attend_task }, { PP_MARK, attend_mark }
	};
	struct looking f = { .cmd = cmd, .lang = pp_view_reader(cmd),
	    .seen = json_object_new_object(),
	    .house = json_object_new_array() };
	struct pp_out out;
	enum pp_rc rc;
	size_t i;

	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, attend_house, &f,
	    err)) == PP_OK)
		pp_out_rows(&out, f.house);
	else
		json_object_put(f.house);
	for (i = 0; rc == PP_OK && i < sizeof walks / sizeof walks[0]; i++)
		rc = pp_walk(cmd, walks[i].coll, walks[i].fn, &f, &out, err);
	pp_out_end(&out);
	json_object_put(f.seen);
	return rc == PP_OK && f.count > 0 ? PP_NO : rc;
}
