#include "config.h"

#include <string.h>

#include "lookup.h"
#include "banned.h"

static pp_rec_fn	by_invoice, by_payment, by_attempt;
static enum pp_rc	by_refund(struct pp_txn *, const char *,
			    struct pp_found *, struct pp_err *);
static void		add(struct pp_found *, const char *);

static void
add(struct pp_found *f, const char *task)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->task[i], task) == 0)
			return;
	if (f->n < PP_LOOKUP_MAX)
		(void)strlcpy(f->task[f->n++], task, sizeof f->task[0]);
}

static enum pp_rc
by_invoice(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_task t;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_task_of(rec, &t, err)) == PP_OK)
		add(arg, t.id);
	return rc;
}

static enum pp_rc
by_payment(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_found *f = arg;
	struct pp_payment p;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.task[0] != '\0')
		add(f, p.task);
	else {
		f->orphan = true;
		f->payment = p;
	}
	return PP_OK;
}

static enum pp_rc
by_attempt(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_attempt a;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_attempt_of(rec, &a, err)) == PP_OK)
		add(arg, a.task);
	return rc;
}

/* A refund is its payment's. */
static enum pp_rc
by_refund(struct pp_txn *tx, const char *id, struct pp_found *f,
    struct pp_err *err)
{
	struct pp_refund r;
	enum pp_rc rc;

	if ((rc = pp_refund_get(tx, id, &r, err)) != PP_OK)
		return rc == PP_NOTFOUND ? PP_OK : rc;
	return pp_txn_find(tx, PP_PAYMENT_BY_ID, r.payment, strlen(r.payment),
	    by_payment, f, err);
}

enum pp_rc
pp_lookup(struct pp_txn *tx, const char *s, struct pp_found *f,
    struct pp_err *err)
{
	static const struct { enum pp_index index; pp_rec_fn *fn; } by[] = {
		{ PP_TASK_BY_INVOICE, by_invoice },
		{ PP_PAYMENT_BY_ID, by_payment },
		{ PP_PAYMENT_BY_TXN, by_payment },
		{ PP_PAYMENT_BY_ORDER, by_payment },
		{ PP_ATTEMPT_BY_ORDER, by_attempt }
	};
	struct pp_attempt a;
	struct pp_link l;
	struct pp_task t;
	size_t n = strlen(s), i;
	enum pp_rc rc = PP_NOTFOUND;

	memset(f, 0, sizeof *f);
	if (n == 0 || n > 255)
		return pp_err_set(err, PP_NOTFOUND, "nothing has this number");
	if (strncmp(s, "lnk_", 4) == 0) {
		if ((rc = pp_link_get(tx, s, &l, err)) == PP_OK)
			add(f, l.task);
	} else if (strncmp(s, "att_", 4) == 0) {
		if ((rc = pp_attempt_get(tx, s, &a, err)) == PP_OK)
			add(f, a.task);
	} else if (strncmp(s, "pay_", 4) != 0) {
		if ((rc = pp_task_get(tx, s, &t, err)) == PP_OK)
			add(f, t.id);
	}
	if (rc != PP_OK && rc != PP_NOTFOUND)
		return rc;
	if (f->n == 0 && strncmp(s, "ref_", 4) == 0 &&
	    (rc = by_refund(tx, s, f, err)) != PP_OK)
		return rc;
	for (i = 0; i < sizeof by / sizeof by[0] && f->n == 0 && !f->orphan;
	    i++)
		if ((rc = pp_txn_find(tx, by[i].index, s, n, by[i].fn, f,
		    err)) != PP_OK)
			return rc;
	if (f->n == 0 && !f->orphan)
		return pp_err_set(err, PP_NOTFOUND, "nothing has this number");
	return PP_OK;
}
