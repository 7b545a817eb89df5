#include "config.h"

#include <string.h>

#include "books.h"
#include "seal.h"
#include "time.h"
#include "banned.h"

static enum pp_rc	seen_again(struct pp_txn *, const struct pp_payment *,
			    bool *, struct pp_err *);
static pp_rec_fn	add_taxes;
static enum pp_rc	tax(struct pp_txn *, const struct pp_task *, int64_t,
			    struct pp_payment *, struct pp_err *);
static void		mark(const struct pp_task *, const struct pp_link *,
			    int64_t, struct pp_payment *);

/* Known already.  The processor may now say of a payment that was entered by
 * hand what the person said; or an orphan, seen in another ticket's receipt,
 * is found to be the task's: *adopted, and its sums are to follow. */
static enum pp_rc
seen_again(struct pp_txn *tx, const struct pp_payment *p, bool *adopted,
    struct pp_err *err)
{
	struct pp_payment old, new;
	enum pp_rc rc;

	if ((rc = pp_payment_get(tx, p, &old, err)) != PP_OK)
		return rc;
	new = old;
	if (old.task[0] == '\0' && p->task[0] != '\0' &&
	    old.amount == p->amount) {
		*adopted = true;
		(void)strlcpy(new.task, p->task, sizeof new.task);
		(void)strlcpy(new.link, p->link, sizeof new.link);
		(void)strlcpy(new.attempt, p->attempt, sizeof new.attempt);
		(void)strlcpy(new.purpose, p->purpose, sizeof new.purpose);
		(void)strlcpy(new.step, p->step, sizeof new.step);
		(void)strlcpy(new.billed, p->billed, sizeof new.billed);
		(void)strlcpy(new.taxes, p->taxes, sizeof new.taxes);
		new.balance_after = p->balance_after;
		new.flags = p->flags;
		/* Told whole: the task's own events must be enough to replay
		 * it. */
		return pp_payment_mark(tx, "payment.adopted", NULL, &new, err);
	}
	if (!(old.flags & PP_PF_SETTLED) || (old.flags & PP_PF_CONFIRMED) ||
	    (p->flags & PP_PF_SETTLED))
		return PP_OK;
	new.flags |= old.amount == p->amount ? PP_PF_CONFIRMED :
	    PP_PF_AMOUNT_DIFFERS;
	return pp_payment_mark(tx, "payment.confirmed", &old, &new, err);
}

static enum pp_rc
add_taxes(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_payment p;
	struct pp_taxes t;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	pp_taxes_read(p.taxes, &t);
	pp_taxes_add(arg, &t);
	return PP_OK;
}

/* Its share of the task's taxes: kept with it, for the total may change. */
static enum pp_rc
tax(struct pp_txn *tx, const struct pp_task *t, int64_t net,
    struct pp_payment *p, struct pp_err *err)
{
	struct pp_taxes before = { .n = 0 }, task, share;
	enum pp_rc rc;

	if ((rc = pp_txn_find(tx, PP_PAYMENT_BY_TASK, t->id, strlen(t->id),
	    add_taxes, &before, err)) != PP_OK)
		return rc;
	pp_taxes_read(t->taxes, &task);
	pp_taxes_share(&task, t->total, net, &before, &share);
	(void)pp_taxes_write(&share, p->taxes, sizeof p->taxes);
	return PP_OK;
}

/* What is odd about money that arrives now. */
static void
mark(const struct pp_task *t, const struct pp_link *l, int64_t now,
    struct pp_payment *p)
{
	struct pp_sums s;

	pp_task_sums(t, &s);
	if (p->type != PP_P_PAYMENT)
		return;		/* money that goes back is neither */
	if (t->paid > 0 && p->amount > s.owed)
		p->flags |= PP_PF_SECOND;
	if (l->state != PP_L_OPEN || t->removed ||
	    (l->expires_at != 0 && p->paid_at >= l->expires_at &&
	    now >= l->expires_at))
		p->flags |= PP_PF_LATE;
}

enum pp_rc
pp_books_receive(struct pp_txn *tx, const char *type, struct pp_payment *p,
    bool *created, struct pp_err *err)
{
	struct pp_integration in;
	struct pp_task task, paid;
	struct pp_link link, taken;
	struct pp_sums sums;
	int64_t now = pp_txn_now(tx);
	bool has_link = false, adopted = false;
	enum pp_rc rc;

	*created = false;
	pp_id_new("pay_", now, p->id, sizeof p->id);
	p->recorded_at = now;
	if (p->paid_at == 0) {
		p->paid_at = now;
		p->flags |= PP_PF_TIME_DOUBTFUL;
	}
	p->business_date = pp_time_day(p->paid_at);

	if (p->task[0] != '\0') {
		if ((rc = pp_task_get(tx, p->task, &task, err)) != PP_OK)
			return rc == PP_NOTFOUND ? pp_err_set(err, PP_BUG,
			    "payment of a task that is not there: %s",
			    p->task) : rc;
		paid = task;
		if (!pp_task_take(&paid, p))
			return pp_err_set(err, PP_BUG,
			    "task %s: sum out of range", p->task);
		(void)strlcpy(p->step, task.step, sizeof p->step);
		pp_task_sums(&paid, &sums);
		p->balance_after = sums.balance;
		(void)strlcpy(p->billed, task.invoice, sizeof p->billed);
		if ((rc = tax(tx, &task, sums.net, p, err)) != PP_OK)
			return rc;
		if (p->link[0] != '\0') {
			if ((rc = pp_link_get(tx, p->link, &link,
			    err)) != PP_OK)
				return rc;
			has_link = true;
			taken = link;
			pp_link_take(&taken, &task, p);
			(void)strlcpy(p->purpose, link.purpose,
			    sizeof p->purpose);
			if (p->type == PP_P_PAYMENT)
				mark(&task, &link, now, p);
		}
	}
	if ((rc = pp_integration_get(tx, p->integration, &in, err)) ==
	    PP_NOTFOUND)
		in.number = 0;
	else if (rc != PP_OK)
		return rc;
	if ((rc = pp_payment_new(tx, type, p, in.number, err)) == PP_CONFLICT) {
		if ((rc = seen_again(tx, p, &adopted, err)) != PP_OK ||
		    !adopted)
			return rc;
	} else if (rc != PP_OK)
		return rc;
	*created = !adopted;
	if (p->task[0] != '\0' && (rc = pp_task_save(tx, "task.paid", &task,
	    &paid, err)) != PP_OK)
		return rc;
	if (has_link)
		rc = pp_link_save(tx, "link.paid", &link, &taken, err);
	return rc;
}

enum pp_rc
pp_books_stop_links(struct pp_txn *tx, const char *task, const char *reason,
    struct json_object *ids, struct pp_err *err)
{
	struct pp_case c;
	struct pp_link after;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, task, &c, err)) == PP_OK)
		for (i = 0; i < c.nlinks && rc == PP_OK; i++) {
			after = c.links[i];
			/* One that has expired might be renewed by a script;
			 * one that asks nothing is at its end. */
			if (after.state != PP_L_OPEN ||
			    pp_link_charge(&after, &c.task,
			    pp_case_offline(&c, after.purpose)) == 0)
				continue;
			after.state = PP_L_CANCELLED;
			(void)strlcpy(after.reason, reason,
			    sizeof after.reason);
			rc = pp_link_save(tx, "link.cancelled", &c.links[i],
			    &after, err);
			if (rc == PP_OK && ids != NULL)
				json_object_array_add(ids,
				    json_object_new_string(after.id));
		}
	pp_case_release(&c);
	return rc;
}
