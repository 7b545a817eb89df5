#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "books.h"
#include "intl.h"
#include "money.h"
#include "reconciling.h"
#include "time.h"
#include "banned.h"

#define LINES		250	/* a transaction */
#define RECORDS		20000	/* headers looked at under one lock */
#define KEY		(PP_ID_MAX * 2)

/* The payment of a line, while it is looked for. */
struct search {
	struct pp_reconciling		*rc;
	const struct pp_stated_line	*l;
	bool				 by_amount;
	struct pp_payment		 p;
	size_t				 n;
};

static pp_rec_fn	candidate, only_here;
static enum pp_rc	find(struct pp_txn *, struct search *,
			    struct pp_err *);
static enum pp_rc	line(struct pp_txn *, struct pp_reconciling *,
			    const struct pp_stated_line *, struct pp_err *);
static enum pp_rc	take_in(struct pp_txn *, struct pp_reconciling *,
			    const struct pp_stated_line *, const char **,
			    struct pp_err *);
static void		row(struct pp_reconciling *, const char *,
			    const struct pp_stated_line *,
			    const struct pp_payment *, const char *);
static void		money(struct json_object *, const char *, int64_t);
static void		group(struct pp_reconciling *, const char *, int64_t,
			    int64_t);
static const char	*key_of(const struct pp_reconciling *, const char *,
			    const char *, int32_t, char *, size_t);
static bool		by_line(const struct pp_reconciling *);

void
pp_reconciling_release(struct pp_reconciling *r)
{
	json_object_put(r->rows);
	json_object_put(r->seen);
	json_object_put(r->groups);
	r->rows = r->seen = r->groups = NULL;
}

/* Does the file name payments, or only batches? */
static bool
by_line(const struct pp_reconciling *r)
{
	return r->stated->has[PP_S_TRANSACTION] || r->stated->has[PP_S_ORDER];
}

static void
money(struct json_object *o, const char *name, int64_t cents)
{
	char text[PP_MONEY_STR], name_cents[32];

	json_object_object_add(o, name, json_object_new_string(
	    pp_money_str(cents, text, sizeof text)));
	(void)snprintf(name_cents, sizeof name_cents, "%s_cents", name);
	json_object_object_add(o, name_cents, json_object_new_int64(cents));
}

static void
str(struct json_object *o, const char *name, const char *s)
{
	json_object_object_add(o, name, s != NULL && *s != '\0' ?
	    json_object_new_string(s) : NULL);
}

static void
row(struct pp_reconciling *r, const char *status,
    const struct pp_stated_line *l, const struct pp_payment *p,
    const char *what)
{
	struct json_object *o = json_object_new_object();

	str(o, "kind", "payment");
	str(o, "status", status);
	json_object_object_add(o, "line", l == NULL ? NULL :
	    json_object_new_int64((int64_t)l->line));
	str(o, "order_no", l != NULL ? l->order_no : p->order_no);
	str(o, "transaction_no", l != NULL && l->transaction_no[0] != '\0' ?
	    l->transaction_no : p != NULL ? p->transaction_no : "");
	str(o, "task", p != NULL ? p->task : "");
	str(o, "id", p != NULL ? p->id : "");
	if (p != NULL)
		money(o, "here", pp_payment_signed(p));
	else
		str(o, "here", "");
	if (l != NULL)
		money(o, "there", l->cents);
	else
		str(o, "there", "");
	str(o, "what", what);
	json_object_array_add(r->rows, o);
	r->differ++;
}

/* Batches are known as the file names them, days otherwise. */
static const char *
key_of(const struct pp_reconciling *r, const char *terminal,
    const char *batch, int32_t day, char *buf, size_t size)
{
	if (!r->stated->has[PP_S_BATCH])
		(void)pp_time_day_str(day, buf, size);
	else if (r->stated->has[PP_S_TERMINAL])
		(void)snprintf(buf, size, "%s-%s", terminal, batch);
	else
		(void)strlcpy(buf, batch, size);
	return buf;
}

static void
group(struct pp_reconciling *r, const char *key, int64_t here, int64_t there)
{
	struct json_object *o, *v;

	if (!json_object_object_get_ex(r->groups, key, &o)) {
		o = json_object_new_object();
		json_object_object_add(o, "here", json_object_new_int64(0));
		json_object_object_add(o, "there", json_object_new_int64(0));
		json_object_object_add(r->groups, key, o);
	}
	if (json_object_object_get_ex(o, "here", &v))
		json_object_set_int64(v, json_object_get_int64(v) + here);
	if (json_object_object_get_ex(o, "there", &v))
		json_object_set_int64(v, json_object_get_int64(v) + there);
	r->here += here;
	r->there += there;
}

static enum pp_rc
candidate(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct search *s = arg;
	const struct pp_stated_line *l = s->l;
	struct pp_payment p;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.integration[0] == '\0' || (s->rc->integration != NULL &&
	    strcmp(s->rc->integration, p.integration) != 0) ||
	    (l->order_no[0] != '\0' && strcmp(l->order_no,
	    p.order_no) != 0) || p.type == PP_P_CHARGEBACK ||
	    p.type == PP_P_CHARGEBACK_REVERSAL ||
	    (s->by_amount && (pp_payment_signed(&p) != l->cents ||
	    json_object_object_get_ex(s->rc->seen, p.id, NULL))))
		return PP_OK;
	if (s->n++ == 0)
		s->p = p;
	return PP_OK;
}

/* By its transaction number; by order number and amount where the file has
 * no other. */
static enum pp_rc
find(struct pp_txn *tx, struct search *s, struct pp_err *err)
{
	const struct pp_stated_line *l = s->l;

	s->by_amount = l->transaction_no[0] == '\0';
	if (!s->by_amount)
		return pp_txn_find(tx, PP_PAYMENT_BY_TXN, l->transaction_no,
		    strlen(l->transaction_no), candidate, s, err);
	if (l->order_no[0] == '\0')
		return PP_OK;
	return pp_txn_find(tx, PP_PAYMENT_BY_ORDER, l->order_no,
	    strlen(l->order_no), candidate, s, err);
}

/* Money that only they have is nobody's until an answer of the processor says
 * whose it is; then it is adopted. */
static enum pp_rc
take_in(struct pp_txn *tx, struct pp_reconciling *r,
    const struct pp_stated_line *l, const char **what, struct pp_err *err)
{
	struct pp_integration in;
	struct pp_payment p;
	char day[PP_TIME_STR];
	bool created;
	enum pp_rc rc;

	if (l->transaction_no[0] == '\0' || l->cents == 0 ||
	    strlen(l->order_no) >= sizeof p.order_no) {
		*what = N_("cannot be taken in without transaction number "
		    "and amount");
		return PP_OK;
	}
	if ((rc = pp_integration_pick(tx, r->integration, &in, err)) != PP_OK)
		return rc;
	memset(&p, 0, sizeof p);
	p.type = l->cents > 0 ? PP_P_PAYMENT : PP_P_REFUND;
	p.amount = l->cents > 0 ? l->cents : -l->cents;
	p.flags = PP_PF_ORPHAN;
	if (l->day != 0 && pp_time_parse(pp_time_day_str(l->day, day,
	    sizeof day), &p.paid_at, NULL) == PP_OK) {
		p.paid_at += 12 * PP_HOUR;
		p.flags |= PP_PF_TIME_DOUBTFUL;
	}
	(void)strlcpy(p.currency, r->currency, sizeof p.currency);
	(void)strlcpy(p.integration, in.name, sizeof p.integration);
	(void)strlcpy(p.order_no, l->order_no, sizeof p.order_no);
	(void)strlcpy(p.transaction_no, l->transaction_no,
	    sizeof p.transaction_no);
	(void)strlcpy(p.reference_no, l->reference_no, sizeof p.reference_no);
	(void)strlcpy(p.batch, l->batch, sizeof p.batch);
	(void)strlcpy(p.terminal, l->terminal, sizeof p.terminal);
	(void)strlcpy(p.last4, l->last4, sizeof p.last4);
	if ((rc = pp_books_receive(tx, "payment.orphan", &p, &created,
	    err)) != PP_OK)
		return rc;
	json_object_object_add(r->seen, p.id, json_object_new_boolean(true));
	*what = N_("taken in as nobody's");
	r->recorded++;
	return PP_OK;
}

static enum pp_rc
line(struct pp_txn *tx, struct pp_reconciling *r,
    const struct pp_stated_line *l, struct pp_err *err)
{
	struct search s = { .rc = r, .l = l };
	const char *what = NULL;
	char key[KEY];
	int64_t here;
	enum pp_rc rc;

	(void)key_of(r, l->terminal, l->batch, l->day, key, sizeof key);
	if (!by_line(r)) {
		group(r, key, 0, l->cents);
		return PP_OK;
	}
	if ((rc = find(tx, &s, err)) != PP_OK)
		return rc;
	if (s.n == 0) {
		group(r, key, 0, l->cents);
		if (r->record && (rc = take_in(tx, r, l, &what, err)) != PP_OK)
			return rc;
		row(r, N_("only_there"), l, NULL, what);
		return PP_OK;
	}
	if (s.n > 1 && !s.by_amount) {
		group(r, key, 0, l->cents);
		row(r, N_("different"), l, NULL, N_("several payments have this "
		    "number"));
		return PP_OK;
	}
	if (json_object_object_get_ex(r->seen, s.p.id, NULL)) {
		group(r, key, 0, l->cents);
		row(r, N_("twice"), l, &s.p, N_("a line before said the same"));
		return PP_OK;
	}
	json_object_object_add(r->seen, s.p.id, json_object_new_boolean(true));
	here = pp_payment_signed(&s.p);
	group(r, key_of(r, s.p.terminal, s.p.batch, r->stated->has[PP_S_DATE] ?
	    l->day : s.p.business_date, key, sizeof key), here, 0);
	group(r, key_of(r, l->terminal, l->batch, r->stated->has[PP_S_DATE] ?
	    l->day : s.p.business_date, key, sizeof key), 0, l->cents);
	if (here != l->cents)
		row(r, N_("different"), l, &s.p, N_("amount"));
	else if (r->stated->has[PP_S_BATCH] && strcmp(l->batch,
	    s.p.batch) != 0)
		row(r, N_("different"), l, &s.p, N_("batch"));
	else
		r->same++;
	return PP_OK;
}

enum pp_rc
pp_reconciling_lines(struct pp_txn *tx, struct pp_reconciling *r,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	size_t i;

	if (r->rows == NULL) {
		r->rows = json_object_new_array();
		r->seen = json_object_new_object();
		r->groups = json_object_new_object();
	}
	for (i = 0; i < LINES && r->next < r->stated->n && rc == PP_OK; i++)
		rc = line(tx, r, &r->stated->v[r->next++], err);
	r->done = r->next == r->stated->n;
	return rc;
}

/* Of the days that the file is about. */
static enum pp_rc
only_here(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_reconciling *r = arg;
	const struct pp_stated *s = r->stated;
	struct pp_payment p;
	char text[KEY];
	enum pp_rc rc;

	(void)tx;
	if (klen > sizeof r->after)
		return pp_err_set(err, PP_BUG, "a key is too long");
	memcpy(r->after, key, klen);
	r->alen = klen;
	if (--r->next == 0)
		r->done = false;
	if (rec->day >= s->first && rec->day <= s->last) {
		if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
			return rc;
		if (p.integration[0] != '\0' && (r->integration == NULL ||
		    strcmp(r->integration, p.integration) == 0) &&
		    p.type != PP_P_CHARGEBACK &&
		    p.type != PP_P_CHARGEBACK_REVERSAL &&
		    !json_object_object_get_ex(r->seen, p.id, NULL)) {
			group(r, key_of(r, p.terminal, p.batch,
			    p.business_date, text, sizeof text),
			    pp_payment_signed(&p), 0);
			if (by_line(r))
				row(r, N_("only_here"), NULL, &p, NULL);
		}
	}
	return r->next == 0 ? PP_NO : PP_OK;
}

enum pp_rc
pp_reconciling_payments(struct pp_txn *tx, struct pp_reconciling *r,
    struct pp_err *err)
{
	r->next = RECORDS;
	r->done = true;
	return pp_txn_scan(tx, PP_PAYMENT, r->alen > 0 ? r->after : NULL,
	    r->alen, only_here, r, err);
}

void
pp_reconciling_sum(struct pp_reconciling *r)
{
	struct json_object *o, *v;
	int64_t here, there;

	json_object_object_foreach(r->groups, key, g) {
		here = json_object_object_get_ex(g, "here", &v) ?
		    json_object_get_int64(v) : 0;
		there = json_object_object_get_ex(g, "there", &v) ?
		    json_object_get_int64(v) : 0;
		o = json_object_new_object();
		str(o, "kind", r->stated->has[PP_S_BATCH] ? N_("batch") : N_("day"));
		str(o, "status", here == there ? N_("same") : N_("different"));
		str(o, "key", key);
		money(o, "here", here);
		money(o, "there", there);
		money(o, "difference", here - there);
		json_object_array_add(r->rows, o);
		if (here != there && !by_line(r))
			r->differ++;
	}
	o = json_object_new_object();
	str(o, "kind", N_("total"));
	str(o, "status", r->differ == 0 && r->here == r->there ? N_("same") :
	    N_("different"));
	money(o, "here", r->here);
	money(o, "there", r->there);
	money(o, "difference", r->here - r->there);
	json_object_object_add(o, "lines",
	    json_object_new_int64((int64_t)r->stated->n));
	json_object_object_add(o, "left_out",
	    json_object_new_int64((int64_t)r->stated->left_out));
	json_object_object_add(o, "same",
	    json_object_new_int64((int64_t)r->same));
	json_object_object_add(o, "different",
	    json_object_new_int64((int64_t)r->differ));
	json_object_object_add(o, "recorded",
	    json_object_new_int64((int64_t)r->recorded));
	json_object_array_add(r->rows, o);
	if (r->here != r->there && r->differ == 0)
		r->differ++;
}
