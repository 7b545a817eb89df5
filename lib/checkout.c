#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "checkout.h"
#include "mailing.h"
#include "linking.h"
#include "money.h"
#include "time.h"
#include "banned.h"

#define ROUNDS		6	/* of decide, ask, open, for one click */
#define SUCCESSORS	8	/* of a superseded link that are followed */

const char *const pp_view_states[] = {
	"payable", "checking", "paid", "nothing", "expired", "cancelled",
	"superseded", "refunded", NULL
};

struct viewing {
	const char	*token;
	struct pp_view	*v;
};

/* One click on pay. */
struct opening {
	struct pp_drivers	*d;
	const char		*token;
	int64_t			 amount;
	bool			 confirmed;
	const char		*lang;

	int64_t			 fresh_from;	/* answers from then on count */
	struct pp_plan		 plan;
	enum pp_open		 result;
	bool			 decided;	/* result is the answer */
	struct pp_attempt	 att;		/* opened, or to be reused */
	struct pp_attempt	*other;
	struct pp_integration	 in;
	struct json_object	*person;
	char			 cust_id[PP_ID_MAX];
	char			 ask[PP_ASK_MAX][PP_ATT_ID];
	size_t			 nask;

	/* What the driver answered to open. */
	enum pp_rc		 refused;	/* PP_OK: a ticket */
	char			 reason[PP_REASON];
	char			 ticket[PP_TICKET_MAX];
	char			 script[PP_SCRIPT_MAX];
	int64_t			 expires_at;
	int64_t			 server_time;	/* the processor's, 0 unknown */
};

struct hinting {
	const char	*token;
	const char	*attempt;
	enum pp_hint	 hint;
	bool		 ours;
};

struct polling {
	const char	*token;
	char		 id[PP_ASK_MAX][PP_ATT_ID];
	size_t		 n;
};

static pp_txn_fn	view, plan, present, give_up, hint, ask_renewal, to_poll;
static enum pp_rc	by_token(struct pp_txn *, const char *,
			    struct pp_link *, struct pp_err *);
static enum pp_rc	successor(struct pp_txn *, struct pp_link *,
			    struct pp_err *);
static enum pp_view_state judge(const struct pp_view *);
static enum pp_rc	mailed(struct pp_txn *, struct pp_view *,
			    struct pp_err *);
static enum pp_rc	open_attempt(struct pp_txn *, struct opening *,
			    const struct pp_case *, const struct pp_link *,
			    bool, struct pp_err *);
static enum pp_rc	ask_first(struct opening *, struct pp_err *);
static enum pp_rc	call_open(struct opening *, struct pp_err *);
static void		read_script(struct json_object *, char *, size_t);
static enum pp_rc	fill_ticket(struct pp_drivers *,
			    const struct pp_attempt *, struct pp_ticket *,
			    struct pp_err *);

static enum pp_rc
by_token(struct pp_txn *tx, const char *token, struct pp_link *l,
    struct pp_err *err)
{
	char hash[PP_TOKEN_HASH];

	pp_token_hash(token, strlen(token), hash);
	return pp_link_by_token(tx, hash, l, err);
}

/* Rule K2: the successor's page in place, for the same address only. */
static enum pp_rc
successor(struct pp_txn *tx, struct pp_link *l, struct pp_err *err)
{
	struct pp_link next;
	enum pp_rc rc;
	int i;

	for (i = 0; i < SUCCESSORS && l->state == PP_L_SUPERSEDED &&
	    l->successor[0] != '\0'; i++) {
		if ((rc = pp_link_get(tx, l->successor, &next, err)) != PP_OK)
			return rc == PP_NOTFOUND ? PP_OK : rc;
		if (l->address[0] == '\0' ||
		    strcmp(next.address, l->address) != 0)
			return PP_OK;
		*l = next;
	}
	return PP_OK;
}

static enum pp_view_state
judge(const struct pp_view *v)
{
	int64_t offline = pp_case_offline(&v->c, v->link.purpose);

	if (v->link.state == PP_L_CANCELLED)
		return v->sums.refunded > 0 && (v->link.paid > 0 ||
		    strcmp(v->link.reason, PP_WHY_REFUND) == 0) ?
		    PP_V_REFUNDED : PP_V_CANCELLED;
	if (v->link.state == PP_L_SUPERSEDED)
		return PP_V_SUPERSEDED;
	if (pp_case_pending(&v->c, v->now) > 0)
		return PP_V_CHECKING;
	if (v->c.natts > 0 && pp_attempt_state(&v->c.atts[v->c.natts - 1],
	    v->now) == PP_T_AUTHORIZED)
		return PP_V_CHECKING;
	switch (pp_link_state(&v->link, &v->c.task, offline, v->now)) {
	case PP_L_COMPLETED:
		if (v->sums.refunded > 0 && v->sums.net <= 0)
			return PP_V_REFUNDED;
		return v->sums.paid > 0 ? PP_V_PAID : PP_V_NOTHING;
	case PP_L_EXPIRED:
		return PP_V_EXPIRED;
	default:
		return PP_V_PAYABLE;
	}
}

/* Does the link ask something else than the customer was told? */
static enum pp_rc
mailed(struct pp_txn *tx, struct pp_view *v, struct pp_err *err)
{
	struct pp_mail *mails = NULL;
	const struct pp_mail *m, *last = NULL;
	int64_t since = 0;
	enum pp_rc rc;
	size_t i, n = 0;

	if ((rc = pp_mailing_about(tx, v->link.id, &mails, &n, err)) != PP_OK)
		return rc == PP_NOTFOUND ? PP_OK : rc;
	for (i = 0; i < n; i++) {
		m = &mails[i];
		if ((m->kind == PP_MK_REQUEST || m->kind == PP_MK_REMINDER) &&
		    m->sent_at != 0 && m->asked > 0 && (last == NULL ||
		    m->intended_at > last->intended_at))
			last = m;
	}
	for (i = 0; last != NULL && i < v->c.npays; i++)
		if (v->c.pays[i].recorded_at > last->intended_at &&
		    v->c.pays[i].type != PP_P_REFUND)
			since += pp_payment_signed(&v->c.pays[i]);
	if (last != NULL && last->asked - since != v->charge) {
		v->mailed = last->asked;
		v->mailed_at = last->sent_at;
	}
	free(mails);
	return PP_OK;
}

static enum pp_rc
view(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct viewing *w = arg;
	struct pp_view *v = w->v;
	enum pp_rc rc;
	size_t i;

	v->now = pp_txn_now(tx);
	v->live = pp_txn_live(tx);
	if ((rc = by_token(tx, w->token, &v->link, err)) != PP_OK ||
	    (rc = successor(tx, &v->link, err)) != PP_OK ||
	    (rc = pp_case_load(tx, v->link.task, &v->c, err)) != PP_OK)
		return rc;
	if ((rc = pp_person_get(tx, v->link.task, &v->person,
	    err)) != PP_OK && rc != PP_NOTFOUND)
		return rc;
	pp_task_sums(&v->c.task, &v->sums);
	v->charge = pp_link_charge(&v->link, &v->c.task,
	    pp_case_offline(&v->c, v->link.purpose));
	v->min = v->charge;
	if (v->link.kind == PP_LINK_OPEN) {
		v->min = v->link.min > 0 ? v->link.min : 1;
		if (v->min > v->charge)
			v->min = v->charge;
	}
	if (v->c.natts > 0)
		v->last = &v->c.atts[v->c.natts - 1];
	for (i = 0; i < v->c.npays; i++)
		if (strcmp(v->c.pays[i].link, v->link.id) == 0 &&
		    v->c.pays[i].type == PP_P_PAYMENT)
			v->payment = &v->c.pays[i];
	(void)strlcpy(v->language, v->link.language[0] != '\0' ?
	    v->link.language : v->c.task.language[0] != '\0' ?
	    v->c.task.language : "fr", sizeof v->language);
	v->state = judge(v);
	return v->state == PP_V_PAYABLE ? mailed(tx, v, err) : PP_OK;
}

enum pp_rc
pp_checkout_view(const struct pp_store *store, const char *token,
    struct pp_view *v, struct pp_err *err)
{
	struct viewing w = { token, v };

	memset(v, 0, sizeof *v);
	return pp_store_txn(store, PP_TXN_READ, view, &w, err);
}

void
pp_view_release(struct pp_view *v)
{
	pp_case_release(&v->c);
	json_object_put(v->person);
	memset(v, 0, sizeof *v);
}

/* Writes the attempt down before anybody is called (rule N7). */
static enum pp_rc
open_attempt(struct pp_txn *tx, struct opening *o, const struct pp_case *c,
    const struct pp_link *l, bool mint, struct pp_err *err)
{
	struct pp_attempt *a = &o->att;
	struct pp_task task = c->task;
	char inc[16];
	int64_t now = pp_txn_now(tx);
	const char *e;
	enum pp_rc rc;

	memset(a, 0, sizeof *a);
	if (mint) {
		if ((rc = pp_meta_get(tx, "incarnation", inc, sizeof inc,
		    err)) != PP_OK && rc != PP_NOTFOUND)
			return rc;
		if (task.letters[0] == '\0')
			pp_letters(task.letters, sizeof task.letters - 1);
		task.orders++;
		pp_order_no(&task, inc[0] != '\0' ? strtonum(inc, 0, 1000000, &e) :
		    0, task.orders, a->order_no);
		if ((rc = pp_task_save(tx, "task.numbered", &c->task, &task,
		    err)) != PP_OK)
			return rc;
	} else
		(void)strlcpy(a->order_no, c->atts[o->plan.i].order_no,
		    sizeof a->order_no);
	pp_id_new("att_", now, a->id, sizeof a->id);
	(void)strlcpy(a->task, task.id, sizeof a->task);
	(void)strlcpy(a->link, l->id, sizeof a->link);
	(void)strlcpy(a->integration, l->integration, sizeof a->integration);
	(void)strlcpy(a->currency, task.currency, sizeof a->currency);
	(void)strlcpy(a->language, o->lang, sizeof a->language);
	a->turn = c->natts > 0 ? c->atts[c->natts - 1].turn + 1 : 1;
	a->amount = o->amount;
	a->state = PP_T_OPENED;
	a->opened_at = now;
	a->next_check_at = pp_attempt_next(a);
	(void)strlcpy(o->cust_id, task.invoice[0] != '\0' ? task.invoice :
	    task.id, sizeof o->cust_id);
	return pp_attempt_save(tx, "attempt.opened", NULL, a, err);
}

/* Decides, in the transaction that writes the attempt down. */
static enum pp_rc
plan(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct opening *o = arg;
	struct pp_case c = { .nlinks = 0 };
	struct pp_features f;
	struct pp_link l;
	int64_t now = pp_txn_now(tx), charge, offline;
	enum pp_rc rc;
	size_t i;

	o->decided = true;
	o->nask = 0;
	if ((rc = by_token(tx, o->token, &l, err)) != PP_OK ||
	    (rc = successor(tx, &l, err)) != PP_OK ||
	    (rc = pp_case_load(tx, l.task, &c, err)) != PP_OK ||
	    (rc = pp_drivers_key(o->d, tx, err)) != PP_OK ||
	    (rc = pp_integration_get(tx, l.integration, &o->in, err)) != PP_OK)
		goto out;
	offline = pp_case_offline(&c, l.purpose);
	charge = pp_link_charge(&l, &c.task, offline);
	if (c.task.removed || pp_link_state(&l, &c.task, offline, now) !=
	    PP_L_OPEN) {
		o->result = pp_case_pending(&c, now) > 0 ? PP_OPEN_CHECKING :
		    PP_OPEN_CLOSED;
		goto out;
	}
	if (o->amount == 0)
		o->amount = charge;
	if ((rc = pp_link_amount_ok(&l, charge, o->amount, err)) != PP_OK)
		goto out;
	pp_integration_features(&o->in, &f);
	/* From the click on: a slow processor's answer is fresh as well. */
	if (o->fresh_from == 0)
		o->fresh_from = now - PP_ASK_GAP;
	pp_attempt_plan(c.atts, c.natts, l.integration, o->amount,
	    o->confirmed, &f, o->fresh_from, now, &o->plan);

	switch (o->plan.step) {
	case PP_S_NOTHING:
		o->result = PP_OPEN_CLOSED;
		break;
	case PP_S_REUSE:
		o->att = c.atts[o->plan.i];
		o->result = PP_OPEN_TICKET;
		break;
	case PP_S_ASK:
		for (i = 0; i < o->plan.nask; i++)
			(void)strlcpy(o->ask[o->nask++],
			    c.atts[o->plan.ask[i]].id, sizeof o->ask[0]);
		o->decided = false;
		break;
	case PP_S_OPEN:
	case PP_S_MINT:
		if (o->in.disabled || o->in.removed_at != 0) {
			o->result = PP_OPEN_DOWN;
			(void)pp_err_set(err, PP_STATE,
			    "integration %s is disabled", o->in.name);
			break;
		}
		if ((rc = open_attempt(tx, o, &c, &l, o->plan.step ==
		    PP_S_MINT, err)) != PP_OK)
			goto out;
		json_object_put(o->person);
		o->person = NULL;
		if ((rc = pp_person_get(tx, l.task, &o->person,
		    err)) == PP_NOTFOUND)
			rc = PP_OK;
		o->decided = false;
		break;
	case PP_S_CHECKING:
		o->result = PP_OPEN_CHECKING;
		break;
	case PP_S_OPENING:
		o->result = PP_OPEN_BUSY;
		break;
	case PP_S_OTHER:
	case PP_S_ELSEWHERE:
		*o->other = c.atts[o->plan.i];
		o->result = o->plan.step == PP_S_OTHER ? PP_OPEN_OTHER :
		    PP_OPEN_ELSEWHERE;
		break;
	}
out:
	pp_case_release(&c);
	return rc;
}

/* Rule N1: the receipts are asked first.  What cannot be answered now keeps
 * the click from opening anything. */
static enum pp_rc
ask_first(struct opening *o, struct pp_err *err)
{
	struct pp_asked out[PP_ASK_MAX];
	const char *ids[PP_ASK_MAX];
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < o->nask; i++)
		ids[i] = o->ask[i];
	if ((rc = pp_refresh_attempts(o->d, ids, o->nask, PP_ASK_GAP, out,
	    err)) != PP_OK)
		return rc;
	for (i = 0; i < o->nask; i++) {
		if (out[i].skipped) {	/* somebody asks at this moment */
			o->decided = true;
			o->result = PP_OPEN_BUSY;
		} else if (out[i].rc != PP_OK) {
			(void)pp_err_set(err, PP_RETRY, "%s", out[i].message);
			o->decided = true;
			o->result = PP_OPEN_DOWN;
			return PP_OK;
		}
	}
	return PP_OK;
}

/* The members that the page needs, as one JSON text. */
static void
read_script(struct json_object *answer, char *out, size_t size)
{
	struct json_object *s;

	out[0] = '\0';
	if (json_object_object_get_ex(answer, "script", &s) &&
	    json_object_is_type(s, json_type_object))
		(void)strlcpy(out, pp_json_text(s), size);
}

/* The call, outside any transaction. */
static enum pp_rc
call_open(struct opening *o, struct pp_err *err)
{
	struct json_object *req = NULL, *answer = NULL, *cust, *v;
	struct pp_provider *p;
	struct pp_err why = { .msg = "" };
	char amount[PP_MONEY_STR];
	static const char *const people[] = { "name", "email", "phone" };
	const char *s, *reason = NULL;
	size_t i;

	o->ticket[0] = o->script[0] = '\0';
	o->server_time = 0;
	(void)strlcpy(o->reason, "no_answer", sizeof o->reason);
	if ((o->refused = pp_drivers_get(o->d, o->in.provider, &p,
	    &why)) != PP_OK ||
	    (o->refused = pp_request_new(o->d, "open", &o->in, &req,
	    &why)) != PP_OK)
		goto out;
	json_object_object_add(req, "order_no",
	    json_object_new_string(o->att.order_no));
	json_object_object_add(req, "amount", json_object_new_string(
	    pp_money_str(o->att.amount, amount, sizeof amount)));
	json_object_object_add(req, "language",
	    json_object_new_string(o->att.language));
	json_object_object_add(req, "cust_id",
	    json_object_new_string(o->cust_id));
	/* Rule I1: stores of qa are shared with strangers. */
	if (o->in.environment != PP_ENV_QA && o->person != NULL) {
		cust = json_object_new_object();
		for (i = 0; i < sizeof people / sizeof people[0]; i++)
			if (json_object_object_get_ex(o->person, people[i],
			    &v))
				json_object_object_add(cust, people[i],
				    json_object_get(v));
		json_object_object_add(req, "customer", cust);
	}
	if ((o->refused = pp_provider_call(p, req, &answer, &why)) != PP_OK)
		goto out;
	if ((o->refused = pp_provider_error(answer, &reason, &why)) != PP_OK) {
		/* Only a refusal says something of the number (rule N2). */
		if (reason != NULL && strcmp(reason, PP_WHY_DUPLICATE) == 0)
			(void)strlcpy(o->reason, reason, sizeof o->reason);
		else if (o->refused == PP_STATE)
			(void)strlcpy(o->reason, PP_WHY_REFUSED,
			    sizeof o->reason);
		else if (o->refused == PP_PERM)
			(void)strlcpy(o->reason, "credentials",
			    sizeof o->reason);
		goto out;
	}
	if (pp_json_str(answer, "ticket", &s, NULL) != PP_OK ||
	    strlen(s) >= sizeof o->ticket || *s == '\0' ||
	    pp_json_time(answer, "expires_at", &o->expires_at, NULL) != PP_OK) {
		o->refused = pp_err_set(&why, PP_RETRY,
		    "the provider's answer cannot be used");
		goto out;
	}
	(void)strlcpy(o->ticket, s, sizeof o->ticket);
	explicit_bzero((char *)(uintptr_t)s, strlen(s));
	read_script(answer, o->script, sizeof o->script);
	if (pp_json_time(answer, "server_time", &o->server_time, NULL) != PP_OK)
		o->server_time = 0;
	else if (o->expires_at - o->server_time > 2 * PP_HOUR ||
	    o->expires_at < o->server_time)
		o->expires_at = o->server_time + PP_TICKET_LIFE;
out:
	if (o->refused != PP_OK)
		(void)pp_err_set(err, o->refused, "%s", why.msg);
	pp_request_free(req);
	json_object_put(answer);
	return PP_OK;
}

/* The ticket is kept before the browser gets it (rule N7), and only if the
 * attempt still waits for one (rule L3). */
static enum pp_rc
present(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct opening *o = arg;
	struct pp_attempt old, new;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;

	if ((rc = pp_attempt_get(tx, o->att.id, &old, err)) != PP_OK)
		return rc;
	if (pp_attempt_state(&old, now) != PP_T_OPENED ||
	    old.presented_at != 0)
		return pp_err_set(err, PP_RETRY, "the provider took too long");
	/* Rule D3. The answer is some seconds old at most. */
	if (o->server_time != 0 && (o->server_time - now > PP_SKEW_MAX ||
	    now - o->server_time > PP_SKEW_MAX)) {
		(void)strlcpy(o->reason, "clocks_differ", sizeof o->reason);
		return pp_err_set(err, PP_RETRY, "our clock and the "
		    "processor's differ by more than 2 minutes");
	}
	new = old;
	new.state = PP_T_PRESENTED;
	new.presented_at = now;
	new.expires_at = o->expires_at;
	(void)strlcpy(new.script, o->script, sizeof new.script);
	if ((rc = pp_drivers_key(o->d, tx, err)) != PP_OK ||
	    (rc = pp_drivers_seal(o->d, new.id, o->ticket, new.ticket,
	    sizeof new.ticket, err)) != PP_OK)
		return rc;
	new.next_check_at = pp_attempt_next(&new);
	if ((rc = pp_attempt_save(tx, "attempt.presented", &old, &new,
	    err)) == PP_OK)
		o->att = new;
	return rc;
}

/* No ticket came, so no browser will ever have one. */
static enum pp_rc
give_up(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct opening *o = arg;
	struct pp_attempt old, new;
	enum pp_rc rc;

	if ((rc = pp_attempt_get(tx, o->att.id, &old, err)) != PP_OK)
		return rc;
	if (old.state != PP_T_OPENED)
		return PP_OK;
	new = old;
	new.state = PP_T_LAPSED;
	new.resolved_at = pp_txn_now(tx);
	new.next_check_at = 0;
	(void)strlcpy(new.reason, o->reason, sizeof new.reason);
	return pp_attempt_save(tx, "attempt.lapsed", &old, &new, err);
}

static enum pp_rc
fill_ticket(struct pp_drivers *d, const struct pp_attempt *a,
    struct pp_ticket *t, struct pp_err *err)
{
	struct json_object *s = NULL, *origins;
	const char *text;

	memset(t, 0, sizeof *t);
	(void)strlcpy(t->attempt, a->id, sizeof t->attempt);
	t->amount = a->amount;
	t->expires_at = a->expires_at;
	(void)strlcpy(t->language, a->language, sizeof t->language);
	if (pp_json_parse(a->script, strlen(a->script), &s, err) != PP_OK)
		return PP_IO;
	if (pp_json_str(s, "url", &text, NULL) == PP_OK)
		(void)strlcpy(t->script_url, text, sizeof t->script_url);
	if (pp_json_str(s, "integrity", &text, NULL) == PP_OK)
		(void)strlcpy(t->integrity, text, sizeof t->integrity);
	if (pp_json_str(s, "mode", &text, NULL) == PP_OK)
		(void)strlcpy(t->mode, text, sizeof t->mode);
	if (json_object_object_get_ex(s, "origins", &origins) &&
	    json_object_is_type(origins, json_type_array) &&
	    json_object_array_length(origins) > 0)
		(void)strlcpy(t->origin, json_object_get_string(
		    json_object_array_get_idx(origins, 0)), sizeof t->origin);
	json_object_put(s);
	return pp_drivers_unseal(d, a->id, a->ticket, t->ticket,
	    sizeof t->ticket, err);
}

enum pp_rc
pp_checkout_open(struct pp_drivers *d, const char *token, int64_t amount,
    bool confirmed, const char *lang, enum pp_open *result,
    struct pp_ticket *ticket, struct pp_attempt *other, struct pp_err *err)
{
	struct opening o = { .d = d, .token = token, .amount = amount,
	    .confirmed = confirmed, .lang = lang, .other = other,
	    .result = PP_OPEN_CHECKING };
	enum pp_rc rc = PP_OK;
	int round;

	for (round = 0; round < ROUNDS && rc == PP_OK; round++) {
		if ((rc = pp_store_txn(d->store, PP_TXN_WRITE, plan, &o,
		    err)) != PP_OK || o.decided)
			break;
		if (o.nask > 0) {
			if ((rc = ask_first(&o, err)) != PP_OK || o.decided)
				break;
			continue;
		}
		(void)call_open(&o, err);
		if (o.refused == PP_OK) {
			rc = pp_store_txn(d->store, PP_TXN_WRITE, present, &o,
			    err);
			o.result = rc == PP_OK ? PP_OPEN_TICKET : PP_OPEN_DOWN;
			if (rc == PP_RETRY)	/* nobody has the ticket */
				rc = pp_store_txn(d->store, PP_TXN_WRITE,
				    give_up, &o, NULL);
			break;
		}
		if ((rc = pp_store_txn(d->store, PP_TXN_WRITE, give_up, &o,
		    NULL)) != PP_OK)
			break;
		if (strcmp(o.reason, PP_WHY_DUPLICATE) != 0) {
			o.result = PP_OPEN_DOWN;
			break;
		}
		/* Rule N3: the receipts of the number, then the next one or
		 * "we are checking". */
		pp_err_clear(err);
	}
	explicit_bzero(o.ticket, sizeof o.ticket);
	json_object_put(o.person);
	if (rc == PP_OK && o.result == PP_OPEN_TICKET)
		rc = fill_ticket(d, &o.att, ticket, err);
	*result = o.result;
	return rc;
}

/* Hints. */

static enum pp_rc
hint(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	static const char *const types[] = { "attempt.noted",
	    "attempt.processing", "attempt.processing", "attempt.cancelled",
	    "attempt.noted", "attempt.refused", "attempt.noted" };
	struct hinting *h = arg;
	struct pp_attempt old, new;
	struct pp_link l;
	enum pp_rc rc;

	if ((rc = by_token(tx, h->token, &l, err)) != PP_OK ||
	    (rc = pp_attempt_get(tx, h->attempt, &old, err)) != PP_OK)
		return rc;
	if (strcmp(old.task, l.task) != 0)
		return PP_NOTFOUND;
	h->ours = true;
	if (!pp_attempt_hint(&old, h->hint, pp_txn_now(tx), &new))
		return PP_OK;
	return pp_attempt_save(tx, types[h->hint], &old, &new, err);
}

enum pp_rc
pp_checkout_hint(struct pp_drivers *d, const char *token, const char *attempt,
    enum pp_hint what, bool ask, struct pp_err *err)
{
	struct hinting h = { token, attempt, what, false };
	struct pp_asked out;
	enum pp_rc rc;

	if ((rc = pp_store_txn(d->store, PP_TXN_WRITE, hint, &h,
	    err)) != PP_OK || !ask)
		return rc;
	return pp_refresh_attempts(d, &attempt, 1, PP_ASK_GAP, &out, err);
}

static enum pp_rc
ask_renewal(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct viewing *w = arg;
	struct pp_link l;
	enum pp_rc rc;

	if ((rc = by_token(tx, w->token, &l, err)) == PP_OK &&
	    (rc = successor(tx, &l, err)) == PP_OK)
		rc = pp_linking_ask_renewal(tx, &l, err);
	return rc;
}

enum pp_rc
pp_checkout_ask_renewal(const struct pp_store *store, const char *token,
    struct pp_err *err)
{
	struct viewing w = { .token = token };

	return pp_store_txn(store, PP_TXN_WRITE, ask_renewal, &w, err);
}

static enum pp_rc
to_poll(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct polling *p = arg;
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l;
	const struct pp_attempt *a;
	enum pp_rc rc;
	size_t i;

	if ((rc = by_token(tx, p->token, &l, err)) == PP_OK &&
	    (rc = successor(tx, &l, err)) == PP_OK)
		rc = pp_case_load(tx, l.task, &c, err);
	for (i = c.natts; rc == PP_OK && i > 0 && p->n < PP_ASK_MAX; i--) {
		a = &c.atts[i - 1];
		if (a->presented_at == 0 || a->resolved_at != 0 ||
		    !pp_attempt_may_ask(a, PP_ASK_PAGE, pp_txn_now(tx)))
			continue;
		(void)strlcpy(p->id[p->n++], a->id, sizeof p->id[0]);
	}
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_checkout_poll(struct pp_drivers *d, const char *token, struct pp_err *err)
{
	struct polling p = { .token = token };
	struct pp_asked out[PP_ASK_MAX];
	const char *ids[PP_ASK_MAX];
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_store_txn(d->store, PP_TXN_READ, to_poll, &p,
	    err)) != PP_OK)
		return rc;
	for (i = 0; i < p.n; i++)
		ids[i] = p.id[i];
	return pp_refresh_attempts(d, ids, p.n, PP_ASK_PAGE, out, err);
}
