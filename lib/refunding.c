#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "day.h"
#include "integration.h"
#include "intl.h"
#include "money.h"
#include "refunding.h"
#include "seal.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define RECORD_TRIES	3	/* each waits for the lock */

/* A refund under way. */
struct work {
	struct pp_drivers		*d;
	const struct pp_refund_order	*o;
	struct pp_refunded		*out;
	struct pp_payment		 of;
	struct pp_integration		 in;
	struct pp_refund_answer		 an;
	enum pp_refund_applied		 applied;
};

/* Looks for a later batch of a terminal. */
struct later {
	const struct pp_payment	*of;
	bool			 found;
};

/* The payments of a transaction number. */
struct found {
	struct pp_payment	 p;
	size_t			 n, others;
};

static pp_rec_fn	take_payment;
static pp_day_fn	look_later;
static pp_txn_fn	open_txn, apply_txn;
static enum pp_rc	find_payment(struct pp_txn *, const char *,
			    struct pp_payment *, struct pp_err *);
static enum pp_rc	batch_open(struct pp_txn *, const struct work *,
			    bool *, struct pp_err *);
static enum pp_rc	pick(struct pp_txn *, struct work *,
			    struct pp_refund *, bool *, struct pp_err *);
static enum pp_rc	known(const struct work *, struct pp_refund *, bool *,
			    struct pp_err *);
static enum pp_rc	record(struct pp_txn *, const struct pp_refund *,
			    struct pp_payment *, const char *,
			    struct pp_refund *, struct pp_refunded *,
			    struct pp_err *);
static enum pp_rc	call(struct work *, struct pp_err *);
static void		read_answer(struct json_object *,
			    struct pp_refund_answer *, struct pp_err *,
			    enum pp_rc *);
static enum pp_rc	lost(const struct work *, enum pp_rc, struct pp_err *);
static enum pp_rc	verdict(const struct pp_refunded *, enum pp_rc,
			    struct pp_err *);
static bool		plain(const char *);

void
pp_refunded_release(struct pp_refunded *r)
{
	json_object_put(r->links);
	r->links = NULL;
}

struct json_object *
pp_refunded_doc(const struct pp_refunded *r)
{
	struct json_object *o = json_object_new_object();

	pp_refund_show(&r->refund, r->now, o);
	json_object_object_add(o, "created",
	    json_object_new_boolean(r->created));
	json_object_object_add(o, "links_cancelled", r->links != NULL ?
	    json_object_get(r->links) : json_object_new_array());
	return o;
}

/* A line of text that may go into the journal. */
static bool
plain(const char *s)
{
	return *s != '\0' && pp_utf8_printable(s, strlen(s));
}

static enum pp_rc
take_payment(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct found *f = arg;
	struct pp_payment p;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.type == PP_P_PAYMENT || f->n + f->others == 0)
		f->p = p;
	if (p.type == PP_P_PAYMENT)
		f->n++;
	else
		f->others++;
	return PP_OK;
}

static enum pp_rc
find_payment(struct pp_txn *tx, const char *number, struct pp_payment *p,
    struct pp_err *err)
{
	struct found f = { .n = 0 };
	size_t len = strlen(number);
	enum pp_rc rc;

	if (len == 0 || len > 255)
		return pp_err_set(err, PP_NOTFOUND, "no payment has this "
		    "number");
	if ((rc = pp_txn_find(tx, strncmp(number, "pay_", 4) == 0 ?
	    PP_PAYMENT_BY_ID : PP_PAYMENT_BY_TXN, number, len, take_payment,
	    &f, err)) != PP_OK)
		return rc;
	if (f.n + f.others == 0)
		return pp_err_set(err, PP_NOTFOUND, "no payment has the "
		    "number %.64s", number);
	if (f.n > 1) {
		(void)pp_err_set(err, PP_CONFLICT, "%zu payments have the "
		    "transaction number %.64s", f.n, number);
		pp_err_hint(err, "name one by its id, pay_...; pp-status %.64s "
		    "shows them", number);
		return PP_CONFLICT;
	}
	*p = f.p;
	return PP_OK;
}

static enum pp_rc
look_later(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct later *l = arg;

	(void)err;
	if (strcmp(e->terminal, l->of->terminal) != 0 ||
	    !pp_batch_later(l->of->batch, e->batch))
		return PP_OK;
	l->found = true;
	return PP_NO;
}

/* Rule F3: by the hour at which batches close, and by what was seen since. */
static enum pp_rc
batch_open(struct pp_txn *tx, const struct work *w, bool *open,
    struct pp_err *err)
{
	struct later l = { &w->of, false };
	char until[PP_TIME_STR] = "";
	enum pp_rc rc;
	int minute;

	*open = false;
	(void)strlcpy(until, w->o->void_until, sizeof until);
	if (until[0] == '\0')
		pp_integration_void_until(&w->in, until, sizeof until);
	if (!pp_refund_minute(until, &minute))
		return pp_err_member(err, PP_CONF, "void_until", "neither an "
		    "hour such as 22:00 nor never: %s", until);
	if (minute < 0 || pp_txn_now(tx) >= pp_refund_closes_at(w->of.paid_at,
	    minute))
		return PP_OK;
	if (w->of.terminal[0] != '\0' && w->of.batch[0] != '\0' &&
	    (rc = pp_day_each(tx, w->of.business_date, look_later, &l,
	    err)) != PP_OK && rc != PP_NO)
		return rc;
	*open = !l.found;
	return PP_OK;
}

/* What there is under the key already.  *again: it may be asked for anew, as
 * it never left us. */
static enum pp_rc
known(const struct work *w, struct pp_refund *old, bool *again,
    struct pp_err *err)
{
	*again = false;
	if (old->state == PP_R_NOT_DONE && !(old->flags & PP_RF_SETTLED)) {
		*again = true;
		return PP_OK;
	}
	return pp_refund_same(old, w->o->how, w->o->reason, err);
}

/* The key, and the refund that has it (*there) or room for one. */
static enum pp_rc
pick(struct pp_txn *tx, struct work *w, struct pp_refund *r, bool *there,
    struct pp_err *err)
{
	char key[PP_REF_KEY];
	int32_t day = pp_time_day(pp_txn_now(tx));
	enum pp_rc rc;
	int nth;

	for (nth = 1; nth <= PP_REF_AGAINS; nth++) {
		pp_refund_key(&w->of, w->o->amount, day, nth, key);
		if ((rc = pp_refund_by_key(tx, key, r, err)) == PP_NOTFOUND) {
			memset(r, 0, sizeof *r);
			(void)strlcpy(r->key, key, sizeof r->key);
			*there = false;
			return PP_OK;
		}
		if (rc != PP_OK || !w->o->again) {
			*there = true;
			return rc;
		}
	}
	return pp_err_set(err, PP_STATE, "too many refunds of the same amount "
	    "on one day");
}

/* Transaction 1: the intent. */
static enum pp_rc
open_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	struct pp_refunded *out = w->out;
	struct pp_refund old, *r = &out->refund;
	struct pp_refunds all;
	enum pp_refund_kind kind;
	int64_t now = pp_txn_now(tx);
	bool there, again = false, open;
	enum pp_rc rc;

	out->now = now;
	if ((rc = find_payment(tx, w->o->number, &w->of, err)) != PP_OK ||
	    (rc = pick(tx, w, &old, &there, err)) != PP_OK)
		return rc;
	if (there && (rc = known(w, &old, &again, err)) != PP_OK)
		return rc;
	if (there && !again) {
		*r = old;
		return PP_OK;
	}
	if ((rc = pp_integration_get(tx, w->of.integration, &w->in, err)) ==
	    PP_NOTFOUND || (rc == PP_OK && w->in.removed_at != 0))
		return pp_err_set(err, PP_STATE, "integration %s of %s is "
		    "gone", w->of.integration, w->of.id);
	if (rc != PP_OK || (rc = pp_drivers_key(w->d, tx, err)) != PP_OK ||
	    (rc = batch_open(tx, w, &open, err)) != PP_OK)
		return rc;
	*r = old;
	if ((rc = pp_refunds_load(tx, &w->of, &all, err)) == PP_OK)
		rc = pp_refund_decide(&w->of, &all.sums, w->o->amount,
		    w->o->how, open, &kind, &r->amount, err);
	pp_refunds_release(&all);
	if (rc != PP_OK) {
		memset(r, 0, sizeof *r);
		return rc;
	}
	if (!there) {
		pp_id_new("ref_", now, r->id, sizeof r->id);
		(void)strlcpy(r->task, w->of.task, sizeof r->task);
		(void)strlcpy(r->payment, w->of.id, sizeof r->payment);
		(void)strlcpy(r->currency, w->of.currency,
		    sizeof r->currency);
		(void)strlcpy(r->integration, w->of.integration,
		    sizeof r->integration);
		(void)strlcpy(r->order_no, w->of.order_no,
		    sizeof r->order_no);
		(void)strlcpy(r->of, w->of.transaction_no, sizeof r->of);
		r->opened_at = now;
	}
	(void)strlcpy(r->reason, w->o->reason, sizeof r->reason);
	r->kind = kind;
	r->state = PP_R_OPENED;
	r->why[0] = r->response_code[0] = '\0';
	r->flags = (w->o->keep_links ? PP_RF_KEEP : 0) |
	    (w->o->how != PP_HOW_BEST ? PP_RF_CHOSEN : 0);
	r->sent_at = now;
	r->resolved_at = 0;
	r->attempts++;
	out->created = true;
	if ((rc = pp_refund_save(tx, there ? "refund.retried" :
	    "refund.opened", there ? &old : NULL, r, err)) != PP_OK)
		return rc;
	return w->o->dry_run ? PP_NO : PP_OK;
}

/* Money that went back: its payment, the sums, the links (rule A3). */
static enum pp_rc
record(struct pp_txn *tx, const struct pp_refund *old, struct pp_payment *pay,
    const char *type, struct pp_refund *new, struct pp_refunded *out,
    struct pp_err *err)
{
	struct pp_payment seen;
	bool created;
	enum pp_rc rc;

	/* One number, one payment: whoever gives it twice is wrong once. */
	if ((rc = pp_payment_get(tx, pay, &seen, err)) == PP_OK)
		return pp_err_set(err, PP_CONFLICT, "transaction number %s is "
		    "that of %s already", pay->transaction_no, seen.id);
	if (rc != PP_NOTFOUND || (rc = pp_books_receive(tx, type, pay,
	    &created, err)) != PP_OK)
		return rc;
	(void)strlcpy(new->recorded, pay->id, sizeof new->recorded);
	if (old->task[0] == '\0' || (old->flags & PP_RF_KEEP))
		return PP_OK;
	if (out->links == NULL)
		out->links = json_object_new_array();
	return pp_books_stop_links(tx, old->task, PP_WHY_REFUND, out->links, err);
}

/* Transaction 2: the outcome meets the refund as it stands. */
static enum pp_rc
apply_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	static const char *const types[] = { "refund.opened",
	    "refund.approved", "refund.declined", "refund.unknown",
	    "refund.not_done" };
	struct work *w = arg;
	struct pp_refund old, new;
	struct pp_payment pay, seen;
	enum pp_rc rc;

	w->out->now = pp_txn_now(tx);
	if ((rc = pp_refund_get(tx, w->out->refund.id, &old, err)) != PP_OK)
		return rc;
	w->applied = pp_refund_apply(&old, &w->of, &w->an, w->out->now, &new,
	    &pay);
	/* An approval by a number that is known cannot be this one's. */
	if (w->applied == PP_REFUND_MONEY &&
	    pp_payment_get(tx, &pay, &seen, NULL) == PP_OK) {
		w->an.outcome = PP_O_UNKNOWN;
		(void)strlcpy(w->an.why, "known_number", sizeof w->an.why);
		w->applied = pp_refund_apply(&old, &w->of, &w->an,
		    w->out->now, &new, &pay);
	}
	if (w->applied == PP_REFUND_MONEY && (rc = record(tx, &old, &pay,
	    "payment.refunded", &new, w->out, err)) != PP_OK)
		return rc;
	if (w->applied != PP_REFUND_NOTHING && (rc = pp_refund_save(tx,
	    w->applied == PP_REFUND_RETRY ? "refund.retried" :
	    types[new.state], &old, &new, err)) != PP_OK)
		return rc;
	w->out->refund = new;
	return PP_OK;
}

/* What the driver says.  Only what cannot have left us is "nothing happened"
 * (rule G5); *rc says how that is told. */
static void
read_answer(struct json_object *answer, struct pp_refund_answer *an,
    struct pp_err *err, enum pp_rc *rc)
{
	struct pp_answer a;
	const char *reason;

	memset(an, 0, sizeof *an);
	an->outcome = PP_O_UNKNOWN;
	*rc = pp_provider_error(answer, NULL, err);
	pp_answer_read(answer, &a);
	(void)strlcpy(an->why, a.reason, sizeof an->why);
	if (*rc != PP_OK) {
		if (strcmp(a.reason, "credentials") == 0 ||
		    strcmp(a.reason, "refused") == 0 ||
		    strcmp(a.reason, "unreachable") == 0)
			an->outcome = PP_O_NONE;
		return;
	}
	if (a.outcome == PP_O_APPROVED || a.outcome == PP_O_DECLINED)
		an->outcome = a.outcome;
	an->receipt = a.receipt;
	an->amount_differs = a.amount_differs;
	if (pp_json_str(answer, "reason", &reason, NULL) == PP_OK)
		(void)strlcpy(an->why, reason, sizeof an->why);
}

/* Asks the driver once; w->an is what came of it. */
static enum pp_rc
call(struct work *w, struct pp_err *err)
{
	const struct pp_refund *r = &w->out->refund;
	struct json_object *req = NULL, *answer = NULL;
	struct pp_provider *p;
	char amount[PP_MONEY_STR], at[PP_TIME_STR];
	const char *said;
	enum pp_rc rc;

	memset(&w->an, 0, sizeof w->an);
	w->out->said[0] = '\0';
	if ((rc = pp_drivers_get(w->d, w->in.provider, &p, err)) != PP_OK ||
	    (rc = pp_request_new(w->d, "refund", &w->in, &req, err)) != PP_OK)
		goto none;
	json_object_object_add(req, "kind",
	    json_object_new_string(pp_refund_kinds[r->kind]));
	json_object_object_add(req, "order_no",
	    json_object_new_string(r->order_no));
	json_object_object_add(req, "transaction_no",
	    json_object_new_string(r->of));
	json_object_object_add(req, "amount", json_object_new_string(
	    pp_money_str(r->amount, amount, sizeof amount)));
	json_object_object_add(req, "opened_at", json_object_new_string(
	    pp_time_str(r->sent_at, true, at, sizeof at)));
	rc = pp_provider_call(p, req, &answer, err);
	pp_request_free(req);
	if (rc == PP_OK) {
		read_answer(answer, &w->an, err, &rc);
		if (pp_json_str(answer, "message", &said, NULL) == PP_OK &&
		    plain(said) && strlen(said) < sizeof w->out->said)
			(void)strlcpy(w->out->said, said,
			    sizeof w->out->said);
		json_object_put(answer);
		return rc;
	}
	if (rc == PP_RETRY || rc == PP_CONF || rc == PP_DATA)
		goto none;
	w->an.outcome = PP_O_UNKNOWN;
	(void)strlcpy(w->an.why, "no_answer", sizeof w->an.why);
	return rc;
none:
	w->an.outcome = PP_O_NONE;
	(void)strlcpy(w->an.why, "not_sent", sizeof w->an.why);
	return rc;
}

/* The outcome could not be recorded: what is known of it is told, so that a
 * person can. */
static enum pp_rc
lost(const struct work *w, enum pp_rc rc, struct pp_err *err)
{
	const struct pp_refund *r = &w->out->refund;
	struct pp_err why = *err;
	char a[PP_MONEY_STR], at[PP_TIME_STR];

	pp_err_clear(err);
	if (w->an.outcome == PP_O_NONE)
		return pp_err_set(err, rc, "%s was not sent, and that could "
		    "not be recorded: %.200s", r->id, why.msg);
	(void)pp_err_set(err, PP_UNKNOWN, "the processor answered %s for %s, "
	    "and that could not be recorded: %.200s",
	    pp_outcomes[w->an.outcome], r->id, why.msg);
	if (w->an.outcome == PP_O_APPROVED)
		pp_err_hint(err, "pp-refund settle %s --outcome done "
		    "--transaction-no %s --reference-no %s --amount %s "
		    "--time %s --reason WHY", r->id,
		    w->an.receipt.transaction_no,
		    w->an.receipt.reference_no,
		    pp_money_str(w->an.receipt.amount, a, sizeof a),
		    pp_time_str(w->an.receipt.paid_at != 0 ?
		    w->an.receipt.paid_at : w->out->now, false, at,
		    sizeof at));
	return PP_UNKNOWN;
}

/* The status for what has become of it; none is how it failed to leave. */
static enum pp_rc
verdict(const struct pp_refunded *out, enum pp_rc none, struct pp_err *err)
{
	const struct pp_refund *r = &out->refund;
	bool is_void = r->kind == PP_K_VOID, said = out->said[0] != '\0';
	char why[sizeof r->why + sizeof r->response_code + 8];

	switch (pp_refund_state(r, out->now)) {
	case PP_R_APPROVED:
		return PP_OK;
	case PP_R_DECLINED:
		(void)snprintf(why, sizeof why, r->response_code[0] != '\0' ?
		    "%s, code %s" : "%s", r->why, r->response_code);
		return pp_err_set(err, PP_DECLINED, is_void ? said ?
		    N_("the processor declined the void (%s): %s") :
		    N_("the processor declined the void (%s)") : said ?
		    N_("the processor declined the refund (%s): %s") :
		    N_("the processor declined the refund (%s)"), why,
		    out->said);
	case PP_R_NOT_DONE:
		if (r->flags & PP_RF_SETTLED) {
			(void)pp_err_set(err, PP_STATE, "%s was settled as not "
			    "done: %s", r->id, r->note);
			pp_err_hint(err, "--again makes another one");
			return PP_STATE;
		}
		return pp_err_set(err, none, "nothing was sent (%s)", r->why);
	case PP_R_OPENED:
		(void)pp_err_set(err, PP_UNKNOWN, "%s is being made this "
		    "moment", r->id);
		pp_err_hint(err, "the same command tells what became of it");
		return PP_UNKNOWN;
	default:
		/* What the driver said comes first, then what to do. */
		(void)pp_err_set(err, PP_UNKNOWN, is_void ? said ?
		    N_("it is not known whether the void was made: %s") :
		    N_("it is not known whether the void was made") : said ?
		    N_("it is not known whether the refund was made: %s") :
		    N_("it is not known whether the refund was made"),
		    out->said);
		pp_err_hint(err, "look %s up at the processor, then pp-refund "
		    "settle %s", r->order_no, r->id);
		return PP_UNKNOWN;
	}
}

enum pp_rc
pp_refunding_run(struct pp_drivers *d, const struct pp_refund_order *o,
    struct pp_refunded *out, struct pp_err *err)
{
	struct work w = { .d = d, .o = o, .out = out };
	struct pp_err why = { .msg = "" };
	enum pp_rc rc, none = PP_OK;
	int tries;

	memset(out, 0, sizeof *out);
	if (o->reason == NULL || !plain(o->reason) ||
	    strlen(o->reason) >= sizeof out->refund.reason)
		return pp_err_member(err, PP_DATA, "reason", "one line of text "
		    "of 1 to %zu bytes", sizeof out->refund.reason - 1);
	rc = pp_store_txn(d->store, PP_TXN_WRITE, open_txn, &w, err);
	if (rc == PP_NO) {	/* a dry run: nothing has this id */
		out->refund.id[0] = '\0';
		return PP_OK;
	}
	if (rc != PP_OK)
		return rc;
	while (out->created) {
		pp_err_clear(&why);
		none = call(&w, &why);
		for (tries = 0; tries < RECORD_TRIES; tries++) {
			pp_err_clear(err);
			if ((rc = pp_store_txn(d->store, PP_TXN_WRITE,
			    apply_txn, &w, err)) != PP_RETRY)
				break;
		}
		if (rc != PP_OK)
			return lost(&w, rc, err);
		if (w.applied != PP_REFUND_RETRY)
			break;
	}
	if (out->refund.state == PP_R_NOT_DONE && why.msg[0] != '\0')
		*err = why;
	if (out->refund.state == PP_R_UNKNOWN && why.msg[0] != '\0' &&
	    out->said[0] == '\0')
		(void)strlcpy(out->said, why.msg, sizeof out->said);
	return verdict(out, none, err);
}

enum pp_rc
pp_refunding_settle(struct pp_txn *tx, const struct pp_refund_decision *s,
    struct pp_refunded *out, struct pp_err *err)
{
	struct pp_refund old, new;
	struct pp_payment of, pay;
	struct found f = { .n = 0 };
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	out->now = pp_txn_now(tx);
	if (s->reason == NULL || !plain(s->reason))
		return pp_err_member(err, PP_DATA, "reason", "not a line of "
		    "text");
	if ((rc = pp_refund_get(tx, s->refund, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc,
		    "no refund %.40s", s->refund) : rc;
	if ((rc = pp_txn_find(tx, PP_PAYMENT_BY_ID, old.payment,
	    strlen(old.payment), take_payment, &f, err)) != PP_OK)
		return rc;
	if (f.n != 1)
		return pp_err_set(err, PP_BUG, "%s: no payment %s", old.id,
		    old.payment);
	of = f.p;
	if ((rc = pp_refund_settle(&old, &of, s->done, &s->receipt, s->reason,
	    out->now, &new, &pay, err)) != PP_OK)
		return rc;
	if (s->done && (rc = record(tx, &old, &pay, "payment.settled", &new,
	    out, err)) != PP_OK)
		return rc;
	if ((rc = pp_refund_save(tx, "refund.settled", &old, &new,
	    err)) != PP_OK)
		return rc;
	out->refund = new;
	out->created = false;
	return PP_OK;
}
