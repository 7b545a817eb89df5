#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "io.h"
#include "record.h"
#include "refresh.h"
#include "time.h"
#include "banned.h"

#define BATCH	64

/* One attempt that is being asked about. */
struct question {
	struct pp_asked		*out;
	struct pp_attempt	 att;
	struct pp_integration	 in;
	struct json_object	*req;
	int64_t			 asked;
};

struct asking {
	struct pp_drivers	*d;
	const char *const	*ids;
	size_t			 n;
	int64_t			 gap;
	struct pp_asked		*out;
	struct question		*q;		/* those to be asked */
	size_t			 nq;
	size_t			*order;		/* requests to questions */
	enum pp_rc		 rc;		/* of the store, for all */
	struct pp_err		*err;
};

/* One answer and the question that it belongs to. */
struct outcome {
	struct question		*q;
	struct pp_answer	 an;
};

struct ids {
	char	(*id)[PP_ATT_ID];
	size_t	  n, cap;
	int64_t	  until;		/* those due by then; 0: all */
};

static pp_txn_fn	load_key, lease, apply, collect, swept;
static pp_rec_fn	add_id;
static pp_provider_done	answered;
static const char	*event_of(enum pp_att_state);
static enum pp_rc	build(struct pp_drivers *, struct question *,
			    struct pp_err *);
static void		ask_driver(struct asking *, const char *);

static enum pp_rc
load_key(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_drivers *d = arg;

	return pp_drivers_key(d, tx, err);
}

enum pp_rc
pp_drivers_key(struct pp_drivers *d, struct pp_txn *tx, struct pp_err *err)
{
	enum pp_rc rc;

	(void)pthread_mutex_lock(&d->lock);
	rc = pp_txn_keys_now(tx, 1u << PP_KEY_SEAL, &d->k, err);
	(void)pthread_mutex_unlock(&d->lock);
	return rc;
}

enum pp_rc
pp_drivers_seal(struct pp_drivers *d, const char *ad, const char *plain,
    char *out, size_t size, struct pp_err *err)
{
	enum pp_rc rc;

	(void)pthread_mutex_lock(&d->lock);
	rc = pp_seal(&d->k, ad, plain, out, size, err);
	(void)pthread_mutex_unlock(&d->lock);
	return rc;
}

enum pp_rc
pp_drivers_unseal(struct pp_drivers *d, const char *ad, const char *sealed,
    char *out, size_t size, struct pp_err *err)
{
	enum pp_rc rc;

	(void)pthread_mutex_lock(&d->lock);
	rc = pp_unseal(&d->k, ad, sealed, out, size, err);
	(void)pthread_mutex_unlock(&d->lock);
	return rc;
}

enum pp_rc
pp_drivers_init(struct pp_drivers *d, const struct pp_store *store,
    const char *dir, struct pp_err *err)
{
	memset(d, 0, sizeof *d);
	d->store = store;
	d->dir = dir;
	(void)pthread_mutex_init(&d->lock, NULL);
	return pp_store_txn(store, PP_TXN_READ, load_key, d, err);
}

void
pp_drivers_release(struct pp_drivers *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		pp_provider_stop(d->driver[i]);
	pp_keys_wipe(&d->k);
	(void)pthread_mutex_destroy(&d->lock);
	d->n = 0;
}

enum pp_rc
pp_drivers_get(struct pp_drivers *d, const char *provider,
    struct pp_provider **out, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	size_t i;

	(void)pthread_mutex_lock(&d->lock);
	for (i = 0; i < d->n; i++)
		if (strcmp(d->name[i], provider) == 0)
			break;
	if (i == d->n) {
		if (i == PP_DRIVERS_MAX)
			rc = pp_err_set(err, PP_CONF, "more than %d providers",
			    PP_DRIVERS_MAX);
		else if ((rc = pp_provider_start(d->dir, provider,
		    &d->driver[i], err)) == PP_OK) {
			(void)strlcpy(d->name[i], provider,
			    sizeof d->name[i]);
			d->n++;
		}
	}
	if (rc == PP_OK)
		*out = d->driver[i];
	(void)pthread_mutex_unlock(&d->lock);
	return rc;
}

struct json_object *
pp_request_of(const char *op, const struct pp_integration *in,
    const char *token)
{
	struct json_object *o = json_object_new_object();
	struct json_object *i = json_object_new_object();

	json_object_object_add(o, "op", json_object_new_string(op));
	json_object_object_add(o, "integration", i);
	json_object_object_add(i, "name", json_object_new_string(in->name));
	json_object_object_add(i, "environment",
	    json_object_new_string(pp_environments[in->environment]));
	json_object_object_add(i, "store_id",
	    json_object_new_string(in->store_id));
	json_object_object_add(i, "checkout_id",
	    json_object_new_string(in->checkout_id));
	json_object_object_add(i, "api_token", json_object_new_string(token));
	if (in->gateway_url[0] != '\0')
		json_object_object_add(i, "gateway_url",
		    json_object_new_string(in->gateway_url));
	return o;
}

enum pp_rc
pp_request_new(struct pp_drivers *d, const char *op,
    const struct pp_integration *in, struct json_object **req,
    struct pp_err *err)
{
	char token[PP_SECRET_MAX], ad[PP_ID_MAX + 16];
	enum pp_rc rc;

	(void)snprintf(ad, sizeof ad, "integration/%s", in->name);
	if ((rc = pp_drivers_unseal(d, ad, in->token, token, sizeof token,
	    err)) == PP_OK)
		*req = pp_request_of(op, in, token);
	explicit_bzero(token, sizeof token);
	return rc;
}

void
pp_request_free(struct json_object *req)
{
	struct json_object *in, *token, *ticket;

	/* json-c frees without wiping; these two lie in its own buffers. */
	if (json_object_object_get_ex(req, "integration", &in) &&
	    json_object_object_get_ex(in, "api_token", &token))
		explicit_bzero((char *)(uintptr_t)json_object_get_string(token),
		    (size_t)json_object_get_string_len(token));
	if (json_object_object_get_ex(req, "ticket", &ticket) &&
	    ticket != NULL)
		explicit_bzero((char *)(uintptr_t)json_object_get_string(
		    ticket), (size_t)json_object_get_string_len(ticket));
	json_object_put(req);
}

static const char *
event_of(enum pp_att_state s)
{
	static const char *const types[] = {
		"attempt.opened", "attempt.presented", "attempt.processing",
		"attempt.approved", "attempt.authorized", "attempt.declined",
		"attempt.cancelled", "attempt.lapsed", "attempt.unknown"
	};

	return types[s];
}

/* Notes that the question is about to be put, so that nobody puts it twice;
 * what time alone decides is written down on the way. */
static enum pp_rc
lease(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *a = arg;
	struct pp_attempt old, new;
	struct pp_asked *out;
	struct question *q;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_drivers_key(a->d, tx, err)) != PP_OK)
		return rc;
	for (i = 0; i < a->n; i++) {
		out = &a->out[i];
		memset(out, 0, sizeof *out);
		(void)strlcpy(out->id, a->ids[i], sizeof out->id);
		out->skipped = true;
		if ((rc = pp_attempt_get(tx, a->ids[i], &old, err)) ==
		    PP_NOTFOUND) {
			out->rc = PP_NOTFOUND;
			continue;
		} else if (rc != PP_OK)
			return rc;
		out->before = out->after = (enum pp_att_state)old.state;
		new = old;
		if (old.presented_at == 0) {
			if (pp_attempt_tick(&old, now, &new)) {
				out->after = (enum pp_att_state)new.state;
				new.next_check_at = 0;
				if ((rc = pp_attempt_save(tx, event_of(
				    out->after), &old, &new, err)) != PP_OK)
					return rc;
			}
			continue;
		}
		if (a->gap == PP_ASK_DUE ? old.next_check_at == 0 ||
		    old.next_check_at > now :
		    !pp_attempt_may_ask(&old, a->gap, now))
			continue;
		q = &a->q[a->nq];
		if ((rc = pp_integration_get(tx, old.integration, &q->in,
		    err)) != PP_OK)
			return rc == PP_NOTFOUND ? pp_err_set(err, PP_BUG,
			    "attempt %s: no integration %s", old.id,
			    old.integration) : rc;
		new.asked_at = now;
		new.next_check_at = now + PP_ASK_LEASE;
		if ((rc = pp_attempt_save(tx, "attempt.asked", &old, &new,
		    err)) != PP_OK)
			return rc;
		out->skipped = false;
		out->rc = PP_RETRY;	/* until there is an answer */
		q->att = old;
		q->asked = now;
		q->out = out;
		a->nq++;
	}
	return PP_OK;
}

/* The answer meets the attempt as it stands now. */
static enum pp_rc
apply(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct outcome *o = arg;
	struct pp_asked *out = o->q->out;
	struct pp_attempt old, new;
	struct pp_payment pay;
	enum pp_applied applied;
	bool created;
	enum pp_rc rc;

	if ((rc = pp_attempt_get(tx, o->q->att.id, &old, err)) != PP_OK)
		return rc;
	applied = pp_attempt_apply(&old, &o->an, o->q->asked, pp_txn_now(tx),
	    &new, &pay);
	out->before = (enum pp_att_state)old.state;
	out->after = (enum pp_att_state)new.state;
	out->outcome = o->an.outcome;
	if (applied == PP_APPLIED_MONEY) {
		if ((rc = pp_books_receive(tx, o->an.orphan ?
		    "payment.orphan" : "payment.received", &pay, &created,
		    err)) != PP_OK)
			return rc;
		if (created)
			(void)strlcpy(out->payment, pay.id,
			    sizeof out->payment);
	}
	return pp_attempt_save(tx, new.state != old.state ?
	    event_of((enum pp_att_state)new.state) : "attempt.noted", &old,
	    &new, err);
}

static enum pp_rc
build(struct pp_drivers *d, struct question *q, struct pp_err *err)
{
	char ticket[PP_TICKET_MAX], amount[PP_MONEY_STR], at[PP_TIME_STR];
	enum pp_rc rc;

	if ((rc = pp_drivers_unseal(d, q->att.id, q->att.ticket, ticket,
	    sizeof ticket, err)) != PP_OK)
		return rc;
	if ((rc = pp_request_new(d, "query", &q->in, &q->req, err)) == PP_OK) {
		json_object_object_add(q->req, "ticket",
		    json_object_new_string(ticket));
		json_object_object_add(q->req, "order_no",
		    json_object_new_string(q->att.order_no));
		json_object_object_add(q->req, "amount",
		    json_object_new_string(pp_money_str(q->att.amount, amount,
		    sizeof amount)));
		json_object_object_add(q->req, "opened_at",
		    json_object_new_string(pp_time_str(q->att.opened_at, true,
		    at, sizeof at)));
	}
	explicit_bzero(ticket, sizeof ticket);
	return rc;
}

static void
answered(size_t i, enum pp_rc rc, struct json_object *answer,
    struct pp_err *err, void *arg)
{
	struct asking *a = arg;
	struct question *q = &a->q[a->order[i]];
	struct outcome o = { .q = q };
	struct pp_err why = { .msg = "" };
	char text[sizeof q->out->message];

	if (rc == PP_OK) {
		rc = pp_provider_error(answer, NULL, &why);
		pp_answer_read(answer, &o.an);
		if (rc == PP_OK && o.an.outcome == PP_O_NONE)
			rc = pp_err_set(&why, PP_RETRY,
			    "the provider's answer cannot be used");
	} else {
		(void)strlcpy(o.an.reason, "no_answer", sizeof o.an.reason);
		if (err != NULL)
			why = *err;
	}
	q->out->rc = rc;
	(void)strlcpy(q->out->message, pp_err_str(&why, text, sizeof text),
	    sizeof q->out->message);
	/* An answer that did not reach the store is asked for again when the
	 * lease ends: nothing is lost. */
	if ((rc = pp_store_txn(a->d->store, PP_TXN_WRITE, apply, &o,
	    a->err)) != PP_OK && a->rc == PP_OK)
		a->rc = rc;
}

/* All questions for one provider's driver, at once. */
static void
ask_driver(struct asking *a, const char *provider)
{
	struct pp_provider *p;
	struct json_object **reqs;
	struct pp_err why = { .msg = "" };
	size_t i, n = 0;
	enum pp_rc rc;

	if ((reqs = calloc(a->nq, sizeof reqs[0])) == NULL) {
		a->rc = pp_err_set(a->err, PP_IO, "out of memory");
		return;
	}
	rc = pp_drivers_get(a->d, provider, &p, &why);
	for (i = 0; i < a->nq; i++) {
		if (strcmp(a->q[i].in.provider, provider) != 0)
			continue;
		if (rc != PP_OK || (rc = build(a->d, &a->q[i],
		    &why)) != PP_OK) {
			a->q[i].out->rc = rc;
			(void)strlcpy(a->q[i].out->message, why.msg,
			    sizeof a->q[i].out->message);
			continue;
		}
		a->order[n] = i;
		reqs[n++] = a->q[i].req;
	}
	if (n > 0)
		(void)pp_provider_calls(p, reqs, n, answered, a, &why);
	for (i = 0; i < n; i++)
		pp_request_free(reqs[i]);
	free(reqs);
}

enum pp_rc
pp_refresh_attempts(struct pp_drivers *d, const char *const ids[], size_t n,
    int64_t gap, struct pp_asked *out, struct pp_err *err)
{
	struct asking a = { .d = d, .ids = ids, .n = n, .gap = gap,
	    .out = out, .rc = PP_OK, .err = err };
	size_t i, j;

	if (n == 0)
		return PP_OK;
	a.q = calloc(n, sizeof a.q[0]);
	a.order = calloc(n, sizeof a.order[0]);
	if (a.q == NULL || a.order == NULL)
		a.rc = pp_err_set(err, PP_IO, "out of memory");
	else
		a.rc = pp_store_txn(d->store, PP_TXN_WRITE, lease, &a, err);
	for (i = 0; i < a.nq && a.rc == PP_OK; i++) {
		for (j = 0; j < i; j++)
			if (strcmp(a.q[j].in.provider,
			    a.q[i].in.provider) == 0)
				break;
		if (j == i)
			ask_driver(&a, a.q[i].in.provider);
	}
	free(a.q);
	free(a.order);
	return a.rc;
}

/* The sweep. */

static enum pp_rc
add_id(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct ids *ids = arg;
	char (*p)[PP_ATT_ID];
	size_t cap;

	(void)tx;
	if (ids->until != 0 && rec->when > ids->until)
		return PP_NO;
	if (rec->when == 0 || klen >= PP_ATT_ID)
		return PP_OK;
	if (ids->n == ids->cap) {
		cap = ids->cap == 0 ? BATCH : ids->cap * 2;
		if ((p = reallocarray(ids->id, cap, sizeof p[0])) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		ids->id = p;
		ids->cap = cap;
	}
	memcpy(ids->id[ids->n], key, klen);
	ids->id[ids->n++][klen] = '\0';
	return PP_OK;
}

struct sweep {
	struct ids		ids;
	enum pp_refresh_which	which;
	const char		*task;
};

static enum pp_rc
collect(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct sweep *s = arg;

	s->ids.until = s->which == PP_REFRESH_DUE ? pp_txn_now(tx) : 0;
	if (s->task != NULL)
		return pp_txn_find(tx, PP_ATTEMPT_BY_TASK, s->task,
		    strlen(s->task), add_id, &s->ids, err);
	return pp_txn_order(tx, PP_ATTEMPT_BY_DUE, NULL, 0, add_id, &s->ids,
	    err);
}

static enum pp_rc
swept(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	char at[PP_TIME_STR];

	(void)arg;
	return pp_meta_put(tx, "swept_at", pp_time_str(pp_txn_now(tx), true,
	    at, sizeof at), err);
}

enum pp_rc
pp_refresh(struct pp_drivers *d, enum pp_refresh_which which, const char *task,
    pp_refresh_fn *fn, void *arg, struct pp_err *err)
{
	struct sweep s = { .which = which, .task = task };
	struct pp_asked out[BATCH];
	const char *ids[BATCH];
	enum pp_rc rc;
	size_t i, j, n;

	rc = pp_store_txn(d->store, PP_TXN_READ, collect, &s, err);
	for (i = 0; i < s.ids.n && rc == PP_OK && d->dry_run; i++) {
		memset(&out[0], 0, sizeof out[0]);
		memcpy(out[0].id, s.ids.id[i], sizeof out[0].id);
		out[0].skipped = true;
		fn(&out[0], arg);
	}
	for (i = 0; i < s.ids.n && rc == PP_OK && !d->dry_run; i += n) {
		n = s.ids.n - i < BATCH ? s.ids.n - i : BATCH;
		for (j = 0; j < n; j++)
			ids[j] = s.ids.id[i + j];
		rc = pp_refresh_attempts(d, ids, n, which == PP_REFRESH_DUE ?
		    PP_ASK_DUE : PP_ASK_GAP, out, err);
		for (j = 0; j < n && rc == PP_OK; j++)
			fn(&out[j], arg);
	}
	free(s.ids.id);
	if (rc == PP_OK && task == NULL && !d->dry_run)
		rc = pp_store_txn(d->store, PP_TXN_WRITE, swept, NULL, err);
	return rc;
}

enum pp_rc
pp_refresh_settle(struct pp_txn *tx, const struct pp_settle *s,
    struct pp_attempt *after, struct pp_err *err)
{
	struct pp_answer an = { .outcome = s->outcome, .by_hand = true };
	struct pp_attempt old;
	struct pp_payment pay;
	int64_t now = pp_txn_now(tx);
	enum pp_applied applied;
	char at[PP_TIME_STR];
	bool created;
	enum pp_rc rc;

	if ((rc = pp_attempt_get(tx, s->attempt, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc,
		    "no attempt %.40s", s->attempt) : rc;
	/* A decline that is not the issuer's is no end (rule N2). */
	if (pp_attempt_resolved(&old, now))
		return pp_err_set(err, PP_STATE, "attempt %s is %s already",
		    old.id, pp_att_states[pp_attempt_state(&old, now)]);
	/* Whoever has it in a browser may still pay. */
	if (s->outcome != PP_O_APPROVED && pp_attempt_live(&old, now))
		return pp_err_set(err, PP_STATE, "attempt %s may still be paid "
		    "until %s", old.id, pp_time_str(old.expires_at, false, at,
		    sizeof at));
	an.receipt = s->receipt;
	(void)strlcpy(an.reason, s->reason, sizeof an.reason);
	applied = pp_attempt_apply(&old, &an, now, now, after, &pay);
	if (applied == PP_APPLIED_MONEY) {
		(void)strlcpy(pay.reason, s->reason, sizeof pay.reason);
		if ((rc = pp_books_receive(tx, "payment.settled", &pay,
		    &created, err)) != PP_OK)
			return rc;
	}
	return pp_attempt_save(tx, "attempt.settled", &old, after, err);
}
