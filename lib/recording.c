#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "books.h"
#include "entering.h"
#include "intl.h"
#include "money.h"
#include "recording.h"
#include "seal.h"
#include "time.h"
#include "banned.h"

#define KEY_DIGITS	16	/* of a hash, in the order number's place */
#define AGAIN_MAX	1000

const char *const pp_methods[] = {
	N_("cheque"), N_("cash"), N_("interac"), N_("other"), NULL
};

/* An adjustment made before, while it is searched. */
struct adjusted {
	int64_t		 amount;
	const char	*reason;
	int32_t		 day;
	bool		 found;
};

static enum pp_rc	day_of(struct pp_txn *, int32_t, int64_t *,
			    struct pp_err *);
static enum pp_rc	offline(struct pp_txn *, const struct pp_recording *,
			    struct pp_payment *, struct pp_err *);
static enum pp_rc	taken_back(struct pp_txn *,
			    const struct pp_recording *, struct pp_payment *,
			    int64_t *, struct pp_err *);
static enum pp_rc	known(struct pp_txn *, const struct pp_recording *,
			    struct pp_payment *, bool *, struct pp_err *);
static pp_event_fn	adjusted_before;

/* The instant that stands for a business date: now if it is today's, else
 * its noon. */
static enum pp_rc
day_of(struct pp_txn *tx, int32_t day, int64_t *at, struct pp_err *err)
{
	int64_t now = pp_txn_now(tx);
	char text[PP_TIME_STR];
	enum pp_rc rc;

	*at = now;
	if (day == 0 || day == pp_time_day(now))
		return PP_OK;
	if (day > pp_time_day(now))
		return pp_err_member(err, PP_DATA, "date", "%s is not here "
		    "yet", pp_time_day_str(day, text, sizeof text));
	if ((rc = pp_time_parse(pp_time_day_str(day, text, sizeof text), at,
	    err)) == PP_OK)
		*at += 12 * PP_HOUR;
	return rc;
}

static enum pp_rc
offline(struct pp_txn *tx, const struct pp_recording *r, struct pp_payment *p,
    struct pp_err *err)
{
	const char *purpose = r->purpose != NULL ? r->purpose : "balance";
	struct pp_task t;
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, r->task, &t, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc, "no such task") :
		    rc;
	if (r->amount <= 0)
		return pp_err_member(err, PP_DATA, "amount", "missing");
	if (r->method == NULL || pp_word(pp_methods, r->method) < 0)
		return pp_err_member(err, PP_DATA, "method", "cheque, cash, "
		    "interac or other");
	if ((rc = pp_purpose_ok(purpose, err)) != PP_OK)
		return rc;
	p->amount = r->amount;
	(void)strlcpy(p->task, t.id, sizeof p->task);
	(void)strlcpy(p->currency, t.currency, sizeof p->currency);
	(void)strlcpy(p->purpose, purpose, sizeof p->purpose);
	(void)strlcpy(p->method, r->method, sizeof p->method);
	return PP_OK;
}

/* From the payment that it is of.  *left is how much of it may still be taken
 * back, or given again. */
static enum pp_rc
taken_back(struct pp_txn *tx, const struct pp_recording *r,
    struct pp_payment *p, int64_t *left, struct pp_err *err)
{
	struct pp_payment of;
	struct pp_case c;
	int64_t back = 0;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_payment_find(tx, r->of, &of, err)) != PP_OK)
		return rc;
	if (of.refund_of[0] != '\0' && of.type == PP_P_CHARGEBACK) {
		char id[PP_PAY_ID];

		(void)strlcpy(id, of.refund_of, sizeof id);
		if ((rc = pp_payment_find(tx, id, &of, err)) != PP_OK)
			return rc;
	}
	if (of.type != PP_P_PAYMENT && of.type != PP_P_OFFLINE)
		return pp_err_set(err, PP_STATE, "%s is a %s: only a payment "
		    "is charged back", of.id, pp_pay_types[of.type]);
	if (of.task[0] == '\0')
		return pp_err_set(err, PP_STATE, "%s belongs to no task yet",
		    of.id);
	rc = pp_case_load(tx, of.task, &c, err);
	for (i = 0; i < c.npays; i++) {
		if (strcmp(c.pays[i].refund_of, of.id) != 0)
			continue;
		if (c.pays[i].type == PP_P_CHARGEBACK)
			back += c.pays[i].amount;
		else if (c.pays[i].type == PP_P_CHARGEBACK_REVERSAL)
			back -= c.pays[i].amount;
	}
	pp_case_release(&c);
	if (rc != PP_OK)
		return rc;
	*left = r->type == PP_P_CHARGEBACK ? of.amount - back : back;

	p->amount = r->amount != 0 ? r->amount : *left;
	p->brand = of.brand;
	(void)strlcpy(p->refund_of, of.id, sizeof p->refund_of);
	(void)strlcpy(p->task, of.task, sizeof p->task);
	(void)strlcpy(p->link, of.link, sizeof p->link);
	(void)strlcpy(p->purpose, of.purpose, sizeof p->purpose);
	(void)strlcpy(p->currency, of.currency, sizeof p->currency);
	(void)strlcpy(p->integration, of.integration, sizeof p->integration);
	(void)strlcpy(p->last4, of.last4, sizeof p->last4);
	(void)strlcpy(p->method, of.method, sizeof p->method);
	return PP_OK;
}

/* Gives p the key by which it is known, and looks whether it is there; with
 * again, the first key that is free. */
static enum pp_rc
known(struct pp_txn *tx, const struct pp_recording *r, struct pp_payment *p,
    bool *there, struct pp_err *err)
{
	struct pp_payment seen;
	char text[6 * PP_ID_MAX], hash[PP_TOKEN_HASH];
	int n, i;
	enum pp_rc rc;

	/* An amount that was left to us is no part of the key: said again,
	 * nothing would be left. */
	n = snprintf(text, sizeof text, "%s\x1f%s\x1f%s\x1f%" PRId64
	    "\x1f%s\x1f%" PRId32, pp_pay_types[p->type], r->type ==
	    PP_P_OFFLINE ? p->task : p->refund_of, p->method, r->amount,
	    p->transaction_no, pp_time_day(p->paid_at));
	if (n < 0 || (size_t)n >= sizeof text)
		return pp_err_set(err, PP_BUG, "key too long");
	pp_token_hash(text, (size_t)n, hash);
	for (i = 1; i < AGAIN_MAX; i++) {
		if (i == 1)
			(void)snprintf(p->order_no, sizeof p->order_no,
			    "off-%.*s", KEY_DIGITS, hash);
		else
			(void)snprintf(p->order_no, sizeof p->order_no,
			    "off-%.*s-%d", KEY_DIGITS, hash, i);
		rc = pp_payment_get(tx, p, &seen, err);
		if (rc == PP_NOTFOUND) {
			*there = false;
			return PP_OK;
		}
		if (rc != PP_OK)
			return rc;
		if (!r->again) {
			*p = seen;
			*there = true;
			return PP_OK;
		}
	}
	return pp_err_set(err, PP_STATE, "recorded %d times already",
	    AGAIN_MAX - 1);
}

enum pp_rc
pp_recording_take(struct pp_txn *tx, const struct pp_recording *r,
    struct pp_payment *p, bool *created, struct pp_err *err)
{
	static const char *const events[] = {
		[PP_P_OFFLINE] = "payment.recorded",
		[PP_P_CHARGEBACK] = "payment.charged_back",
		[PP_P_CHARGEBACK_REVERSAL] = "payment.charged_again"
	};
	char text[PP_MONEY_STR];
	int64_t left = 0;
	bool there;
	enum pp_rc rc;

	*created = false;
	memset(p, 0, sizeof *p);
	p->type = r->type;
	if ((r->number != NULL && strlcpy(p->transaction_no, r->number,
	    sizeof p->transaction_no) >= sizeof p->transaction_no) ||
	    strncmp(p->transaction_no, "pay_", 4) == 0)
		return pp_err_member(err, PP_DATA, "number", "1 to %zu bytes, "
		    "not beginning with pay_", sizeof p->transaction_no - 1);
	if (r->reason != NULL && strlcpy(p->reason, r->reason,
	    sizeof p->reason) >= sizeof p->reason)
		return pp_err_member(err, PP_DATA, "reason", "longer than %zu "
		    "bytes", sizeof p->reason - 1);
	if ((rc = day_of(tx, r->day, &p->paid_at, err)) != PP_OK ||
	    (rc = r->type == PP_P_OFFLINE ? offline(tx, r, p, err) :
	    taken_back(tx, r, p, &left, err)) != PP_OK ||
	    (rc = known(tx, r, p, &there, err)) != PP_OK || there)
		return rc;
	if (r->type != PP_P_OFFLINE && (p->amount > left || p->amount == 0))
		return pp_err_set(err, PP_STATE, r->type == PP_P_CHARGEBACK ?
		    N_("%s of %s can be charged back") :
		    N_("%s of %s can be given again"),
		    pp_money_str(left, text, sizeof text), p->refund_of);
	if ((rc = pp_books_receive(tx, events[r->type], p, created,
	    err)) == PP_OK && r->type == PP_P_CHARGEBACK && !r->keep_links)
		/* Who was charged back is not asked again by an old mail. */
		rc = pp_books_stop_links(tx, p->task, "chargeback", NULL, err);
	return rc;
}

/* What is due. */

static enum pp_rc
adjusted_before(struct pp_txn *tx, int64_t seq, const char *text, size_t len,
    void *arg, struct pp_err *err)
{
	struct adjusted *a = arg;
	struct json_object *ev;
	const char *type, *reason;
	int64_t at, amount;

	(void)tx, (void)seq;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	a->found = pp_json_str(ev, "type", &type, NULL) == PP_OK &&
	    strcmp(type, "task.adjusted") == 0 &&
	    pp_json_time(ev, "at", &at, NULL) == PP_OK &&
	    pp_time_day(at) == a->day &&
	    pp_json_amount(ev, "amount", &amount, NULL) == PP_OK &&
	    amount == a->amount &&
	    pp_json_str(ev, "reason", &reason, NULL) == PP_OK &&
	    strcmp(reason, a->reason) == 0;
	json_object_put(ev);
	return a->found ? PP_NO : PP_OK;
}

enum pp_rc
pp_recording_adjust(struct pp_txn *tx, const char *task, int64_t amount,
    const char *reason, bool again, struct pp_task *after, bool *created,
    struct pp_err *err)
{
	struct adjusted a = { amount, reason, pp_time_day(pp_txn_now(tx)),
	    false };
	struct json_object *o;
	struct pp_task old;
	char text[PP_MONEY_STR];
	enum pp_rc rc;

	*created = false;
	if (amount == 0)
		return pp_err_member(err, PP_DATA, "amount", "nothing");
	if (*reason == '\0' || strlen(reason) >= PP_ID_MAX)
		return pp_err_member(err, PP_DATA, "reason", "1 to %d bytes",
		    PP_ID_MAX - 1);
	if ((rc = pp_task_get(tx, task, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc, "no such task") :
		    rc;
	*after = old;
	if (!again && ((rc = pp_journal_each(tx, 0, task, adjusted_before, &a,
	    err)) != PP_OK || a.found))
		return rc;
	if (!pp_money_add(&after->adjusted, amount) ||
	    after->total + after->adjusted < 0)
		return pp_err_member(err, PP_STATE, "amount", "only %s is due "
		    "of task %s", pp_money_str(old.total + old.adjusted, text,
		    sizeof text), task);
	/* The sum is no fact of the task's documents, so saving it tells the
	 * journal nothing; the event says both, the step and the sum. */
	o = json_object_new_object();
	json_object_object_add(o, "amount_cents",
	    json_object_new_int64(amount));
	json_object_object_add(o, "adjusted_cents",
	    json_object_new_int64(after->adjusted));
	json_object_object_add(o, "reason", json_object_new_string(reason));
	rc = pp_journal_append(tx, "task.adjusted", task, o, NULL, err);
	json_object_put(o);
	if (rc == PP_OK)
		rc = pp_task_save(tx, "task.adjusted", &old, after, err);
	*created = rc == PP_OK;
	return rc;
}
