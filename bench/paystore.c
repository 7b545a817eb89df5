/*
 * A store with many payments, written through the library as fast as it goes:
 *
 *	paystore DIR N		N payments, ten of each task, over three years
 *
 * The store must have an integration (pp-integration add --no-check).  What is
 * written is what receiving such payments writes, links and tickets left out:
 * pp-store verify finds nothing to say against it.
 */
#include "config.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "seal.h"
#include "time.h"
#include "banned.h"

#define EACH	10		/* payments of a task */
#define BATCH	250		/* tasks in a transaction */
#define FIRST	1672574400000LL	/* 2023-01-01, noon in UTC */
#define DAYS	1095

struct work {
	long	done, n;		/* payments */
};

static pp_txn_fn	some;
static void		payment(const struct pp_task *,
			    const struct pp_integration *, long, long,
			    int64_t, struct pp_payment *);

static void
payment(const struct pp_task *t, const struct pp_integration *in, long i,
    long n, int64_t now, struct pp_payment *p)
{
	memset(p, 0, sizeof *p);
	pp_id_new("pay_", now, p->id, sizeof p->id);
	(void)strlcpy(p->task, t->id, sizeof p->task);
	(void)strlcpy(p->purpose, "balance", sizeof p->purpose);
	(void)strlcpy(p->currency, t->currency, sizeof p->currency);
	(void)strlcpy(p->integration, in->name, sizeof p->integration);
	(void)strlcpy(p->billed, t->invoice, sizeof p->billed);
	(void)snprintf(p->order_no, sizeof p->order_no, "%.32s-abcd.a%u", t->id,
	    (unsigned int)(i % EACH) + 1U);
	(void)snprintf(p->transaction_no, sizeof p->transaction_no,
	    "%ld-0_%ld", 1000000 + i, i % 1000);
	(void)snprintf(p->terminal, sizeof p->terminal, "66012345");
	(void)snprintf(p->batch, sizeof p->batch, "%03ld", i * DAYS / n % 1000);
	(void)snprintf(p->reference_no, sizeof p->reference_no,
	    "%s001%s%03ld0", p->terminal, p->batch, i % 1000);
	(void)snprintf(p->approval_code, sizeof p->approval_code, "%06ld",
	    i * 7919 % 1000000);
	(void)strlcpy(p->response_code, "027", sizeof p->response_code);
	(void)snprintf(p->last4, sizeof p->last4, "%04u",
	    (unsigned int)i * 7U % 10000U);
	p->brand = PP_B_VISA + (int)(i % 3);
	p->type = PP_P_PAYMENT;
	p->amount = 1000 + i * 37 % 50000;
	p->paid_at = FIRST + i * DAYS / n * PP_DAY + i % 7200 * PP_SECOND;
	p->business_date = pp_time_day(p->paid_at);
	p->recorded_at = now;
}

static enum pp_rc
some(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_task t, paid;
	struct pp_integration in;
	struct work *w = arg;
	int64_t now = pp_txn_now(tx);
	struct pp_payment p;
	struct pp_sums s;
	enum pp_rc rc;
	long i, end = w->done + EACH * BATCH;

	if ((rc = pp_integration_pick(tx, NULL, &in, e)) != PP_OK)
		return rc;
	for (i = w->done; i < end && i < w->n && rc == PP_OK; i++) {
		if (i % EACH == 0) {
			memset(&t, 0, sizeof t);
			(void)snprintf(t.id, sizeof t.id, "T-%ld", i / EACH);
			(void)snprintf(t.invoice, sizeof t.invoice, "F-%ld",
			    i / EACH);
			(void)strlcpy(t.currency, "CAD", sizeof t.currency);
			t.total = EACH * 51000;
			t.created_at = now;
			if ((rc = pp_task_save(tx, "task.recorded", NULL, &t,
			    e)) != PP_OK)
				break;
			paid = t;
		}
		payment(&t, &in, i, w->n, now, &p);
		if (!pp_task_take(&paid, &p))
			return pp_err_set(e, PP_BUG, "a sum");
		pp_task_sums(&paid, &s);
		p.balance_after = s.balance;
		rc = pp_payment_new(tx, "payment.received", &p, in.number, e);
		if (rc == PP_OK && (i % EACH == EACH - 1 || i == w->n - 1))
			rc = pp_task_save(tx, "task.changed", &t, &paid, e);
	}
	w->done = i;
	return rc;
}

int
main(int argc, char *argv[])
{
	struct pp_store st = { .command = "paystore" };
	struct pp_err e = { 0 };
	struct work w = { 0, 0 };

	if (argc != 3 || (w.n = (long)strtonum(argv[2], 1, 100000000, NULL)) == 0) {
		fputs("usage: paystore dir n\n", stderr);
		return 2;
	}
	st.dir = argv[1];
	pp_store_keep(&st);
	while (w.done < w.n)
		if (pp_store_txn(&st, PP_TXN_WRITE, some, &w, &e) != PP_OK)
			errx(1, "%s", e.msg);
	pp_store_unkeep(&st);
	return 0;
}
