#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "entering.h"
#include "intl.h"
#include "money.h"
#include "time.h"
#include "banned.h"

struct opening {
	struct pp_entries	*list;
	bool			 waiting, to_enter, unsheeted;
};

/* What has a number, while it is searched. */
struct search {
	struct pp_payment	*p;
	size_t			 n;
};

static pp_rec_fn	open_one, heap_open, heap_entered, take_payment;
static pp_day_fn	day_one;
static enum pp_rc	add_up(int64_t *, int64_t *, int, int64_t,
			    struct pp_err *);
static int		by_batch(const void *, const void *);

/* Heaps. */

static enum pp_rc
add_up(int64_t *sum, int64_t *n, int type, int64_t cents, struct pp_err *err)
{
	struct pp_payment p = { .type = type, .amount = cents };

	++*n;
	return pp_money_add(sum, pp_payment_signed(&p)) ? PP_OK :
	    pp_err_set(err, PP_BUG, "a sum is out of range");
}

static enum pp_rc
day_one(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct pp_heaps *h = arg;

	return add_up(&h->received, &h->n_received, e->type, e->cents, err);
}

static enum pp_rc
heap_entered(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_heaps *h = arg;

	(void)tx, (void)key, (void)klen;
	if (rec->key[PP_PAYMENT_OPEN_KEY] != NULL)
		return PP_OK;
	return add_up(&h->entered, &h->n_entered, rec->state, rec->cents, err);
}

static enum pp_rc
heap_open(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_heaps *h = arg;
	const char *task = rec->key[0];
	struct pp_rec t = { .flags = 0 };
	enum pp_rc rc;

	(void)key, (void)klen;
	if (task != NULL && (rc = pp_txn_get(tx, PP_TASK, task, strlen(task),
	    &t, err)) != PP_OK)
		return rc;
	return t.flags & PP_TASK_TRANSFERRED ?
	    add_up(&h->to_enter, &h->n_to_enter, rec->state, rec->cents, err) :
	    add_up(&h->waiting, &h->n_waiting, rec->state, rec->cents, err);
}

enum pp_rc
pp_heaps_read(struct pp_txn *tx, struct pp_heaps *h, struct pp_err *err)
{
	enum pp_rc rc;

	memset(h, 0, sizeof *h);
	if ((rc = pp_day_each(tx, 0, day_one, h, err)) != PP_OK ||
	    (rc = pp_txn_scan(tx, PP_PAYMENT, NULL, 0, heap_entered, h,
	    err)) != PP_OK ||
	    (rc = pp_txn_order(tx, PP_PAYMENT_OPEN, NULL, 0, heap_open, h,
	    err)) != PP_OK)
		return rc;
	if (h->received == h->entered + h->to_enter + h->waiting &&
	    h->n_received == h->n_entered + h->n_to_enter + h->n_waiting)
		return PP_OK;
	(void)pp_err_set(err, PP_BUG, "the heaps do not add up to what was "
	    "received");
	pp_err_hint(err, "pp-store verify");
	return PP_BUG;
}

void
pp_heaps_show(const struct pp_heaps *h, struct json_object *o)
{
	const struct { const char *name, *cents, *count; int64_t v, n; } a[] = {
		{ "received", "received_cents", "received_count", h->received,
		    h->n_received },
		{ "entered", "entered_cents", "entered_count", h->entered,
		    h->n_entered },
		{ "to_enter", "to_enter_cents", "to_enter_count", h->to_enter,
		    h->n_to_enter },
		{ "waiting", "waiting_cents", "waiting_count", h->waiting,
		    h->n_waiting }
	};
	char text[PP_MONEY_STR];
	size_t i;

	for (i = 0; i < sizeof a / sizeof a[0]; i++) {
		json_object_object_add(o, a[i].name, json_object_new_string(
		    pp_money_str(a[i].v, text, sizeof text)));
		json_object_object_add(o, a[i].cents,
		    json_object_new_int64(a[i].v));
		json_object_object_add(o, a[i].count,
		    json_object_new_int64(a[i].n));
	}
}

/* The work-list. */

void
pp_entries_release(struct pp_entries *e)
{
	free(e->v);
	memset(e, 0, sizeof *e);
}

enum pp_rc
pp_entries_add(struct pp_entries *list, const struct pp_entry *e,
    struct pp_err *err)
{
	struct pp_entry *v;
	size_t cap;

	if (list->n == list->cap) {
		cap = list->cap == 0 ? 64 : list->cap * 2;
		if ((v = reallocarray(list->v, cap, sizeof v[0])) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		list->v = v;
		list->cap = cap;
	}
	list->v[list->n++] = *e;
	return PP_OK;
}

enum pp_rc
pp_entry_fill(struct pp_txn *tx, struct pp_entry *e, struct pp_err *err)
{
	struct json_object *person;
	struct pp_task t;
	const char *name;
	enum pp_rc rc;

	e->invoice[0] = e->client[0] = '\0';
	e->accounting = pp_payment_accounting(&e->p, NULL);
	if (e->p.task[0] == '\0')
		return PP_OK;
	if ((rc = pp_task_get(tx, e->p.task, &t, err)) != PP_OK)
		return rc;
	e->accounting = pp_payment_accounting(&e->p, &t);
	(void)strlcpy(e->invoice, t.invoice, sizeof e->invoice);
	rc = pp_person_get(tx, e->p.task, &person, err);
	if (rc == PP_OK && pp_json_str(person, "name", &name, NULL) == PP_OK)
		(void)strlcpy(e->client, name, sizeof e->client);
	json_object_put(person);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

static enum pp_rc
open_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct opening *o = arg;
	struct pp_entry e;
	enum pp_rc rc;

	(void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &e.p, err)) != PP_OK)
		return rc;
	if (o->unsheeted && e.p.sheet[0] != '\0')
		return PP_OK;
	if ((rc = pp_entry_fill(tx, &e, err)) != PP_OK)
		return rc;
	if ((e.accounting == PP_A_WAITING && !o->waiting) ||
	    (e.accounting == PP_A_TO_ENTER && !o->to_enter))
		return PP_OK;
	return pp_entries_add(o->list, &e, err);
}

static int
by_batch(const void *a, const void *b)
{
	const struct pp_entry *x = a, *y = b;
	int c;

	if ((c = strcmp(x->p.terminal, y->p.terminal)) != 0 ||
	    (c = strcmp(x->p.batch, y->p.batch)) != 0 ||
	    (c = strcmp(x->client, y->client)) != 0 ||
	    (c = strcmp(x->invoice, y->invoice)) != 0)
		return c;
	return (x->p.seq > y->p.seq) - (x->p.seq < y->p.seq);
}

enum pp_rc
pp_entering_open(struct pp_txn *tx, bool waiting, bool to_enter,
    bool unsheeted, struct pp_entries *list, struct pp_err *err)
{
	struct opening o = { list, waiting, to_enter, unsheeted };
	enum pp_rc rc;

	if ((rc = pp_txn_order(tx, PP_PAYMENT_OPEN, NULL, 0, open_one, &o,
	    err)) == PP_OK && list->n > 0)
		qsort(list->v, list->n, sizeof list->v[0], by_batch);
	return rc;
}

struct json_object *
pp_entry_doc(const struct pp_entry *e, bool live)
{
	struct json_object *o = json_object_new_object();
	char text[PP_MONEY_STR];

	pp_payment_show(&e->p, NULL, live, o);
	json_object_object_add(o, "invoice", e->invoice[0] != '\0' ?
	    json_object_new_string(e->invoice) : NULL);
	json_object_object_add(o, "client", e->client[0] != '\0' ?
	    json_object_new_string(e->client) : NULL);
	json_object_object_add(o, "accounting", json_object_new_string(
	    pp_accounting_words[e->accounting]));
	json_object_object_add(o, "signed", json_object_new_string(
	    pp_money_str(pp_payment_signed(&e->p), text, sizeof text)));
	json_object_object_add(o, "signed_cents",
	    json_object_new_int64(pp_payment_signed(&e->p)));
	return o;
}

/* Marks. */

static enum pp_rc
take_payment(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct search *s = arg;

	(void)tx, (void)key, (void)klen;
	s->n++;
	return pp_payment_of(rec, s->p, err);
}

enum pp_rc
pp_payment_find(struct pp_txn *tx, const char *id, struct pp_payment *p,
    struct pp_err *err)
{
	bool ours = strncmp(id, "pay_", 4) == 0;
	struct search s = { p, 0 };
	size_t n = strlen(id);
	enum pp_rc rc;

	if (n == 0 || n >= PP_ID_MAX)
		return pp_err_set(err, PP_NOTFOUND, "no payment %.64s", id);
	if ((rc = pp_txn_find(tx, ours ? PP_PAYMENT_BY_ID : PP_PAYMENT_BY_TXN,
	    id, n, take_payment, &s, err)) != PP_OK)
		return rc;
	if (s.n == 0)
		return pp_err_set(err, PP_NOTFOUND, "no payment %s", id);
	if (s.n == 1)
		return PP_OK;
	(void)pp_err_set(err, PP_CONFLICT, "%zu payments have the number %s: "
	    "name the one by its pay_... id", s.n, id);
	pp_err_hint(err, "pp-ledger payments %s", id);
	return PP_CONFLICT;
}

enum pp_rc
pp_entry_mark(struct pp_txn *tx, const struct pp_payment *old, int64_t at,
    const char *sheet, const char *reference, struct pp_err *err)
{
	struct pp_payment new = *old;

	new.entered_at = at;
	if (sheet != NULL)
		(void)strlcpy(new.sheet, sheet, sizeof new.sheet);
	(void)strlcpy(new.reference, reference != NULL ? reference : "",
	    sizeof new.reference);
	return pp_payment_mark(tx, sheet != NULL ? "payment.sheeted" : at != 0 ?
	    "payment.entered" : "payment.unentered", old, &new, err);
}

enum pp_rc
pp_entering_one(struct pp_txn *tx, const char *id, const char *reference,
    bool undo, struct pp_entry *e, struct pp_err *err)
{
	struct pp_payment old;
	enum pp_rc rc;

	if ((rc = pp_payment_find(tx, id, &old, err)) != PP_OK)
		return rc;
	e->p = old;
	if ((rc = pp_entry_fill(tx, e, err)) != PP_OK)
		return rc;
	if (undo && e->accounting != PP_A_ENTERED)
		return PP_OK;
	if (!undo && e->accounting == PP_A_ENTERED)
		return reference == NULL || strcmp(reference,
		    old.reference) == 0 ? PP_OK : pp_err_set(err, PP_CONFLICT,
		    old.reference[0] != '\0' ? N_("%s was entered under %s") :
		    N_("%s was entered under no reference"), old.id,
		    old.reference);
	if (!undo && e->accounting == PP_A_WAITING) {
		if (old.task[0] == '\0')
			return pp_err_set(err, PP_STATE, "%s belongs to no "
			    "task: nothing to enter it for yet", old.id);
		(void)pp_err_set(err, PP_STATE, "%s: invoice %s was not "
		    "transferred to the accounting system yet", old.id,
		    e->invoice[0] != '\0' ? e->invoice : _("(none)"));
		pp_err_hint(err, "pp-ledger transfer %s --invoice %s",
		    old.task, e->invoice[0] != '\0' ? e->invoice : "N");
		return PP_STATE;
	}
	if ((rc = pp_entry_mark(tx, &old, undo ? 0 : pp_txn_now(tx), NULL,
	    reference, err)) != PP_OK ||
	    (rc = pp_payment_get(tx, &old, &e->p, err)) != PP_OK)
		return rc;
	return pp_entry_fill(tx, e, err);
}

/* The transfer. */

enum pp_rc
pp_entering_transfer(struct pp_txn *tx, const char *task, const char *invoice,
    const char *replaces, int64_t at, struct pp_task *after,
    struct pp_err *err)
{
	struct pp_task old;
	const char *number;
	bool same;
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, task, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc, "no such task") :
		    rc;
	*after = old;
	number = invoice != NULL ? invoice : old.invoice;
	same = strcmp(old.invoice, number) == 0;
	if (*number == '\0')
		return pp_err_member(err, PP_DATA, "invoice", "task %s has no "
		    "invoice number", old.id);
	if (strlen(number) >= sizeof after->invoice)
		return pp_err_member(err, PP_DATA, "invoice", "longer than %zu "
		    "bytes", sizeof after->invoice - 1);
	if (same && old.transferred_at != 0)
		return PP_OK;		/* the same again */
	if (replaces != NULL && !same && strcmp(old.invoice, replaces) != 0)
		return old.invoice[0] != '\0' ? pp_err_member(err, PP_CONFLICT,
		    "invoice", "task %s has invoice %s, not %s", old.id,
		    old.invoice, replaces) : pp_err_member(err, PP_CONFLICT,
		    "invoice", "task %s has no invoice, not %s", old.id,
		    replaces);
	if (replaces == NULL && !same && old.transferred_at != 0) {
		(void)pp_err_member(err, PP_CONFLICT, "invoice", "task %s was "
		    "transferred with invoice %s", old.id, old.invoice);
		pp_err_hint(err, "--replaces %s", old.invoice);
		return PP_CONFLICT;
	}
	(void)strlcpy(after->invoice, number, sizeof after->invoice);
	after->transferred_at = at != 0 ? at : pp_txn_now(tx);
	return pp_task_save(tx, "invoice.transferred", &old, after, err);
}

enum pp_rc
pp_entering_untransfer(struct pp_txn *tx, const char *task,
    const char *invoice, struct pp_task *after, struct pp_err *err)
{
	struct pp_case c;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, task, &c, err)) != PP_OK) {
		if (rc == PP_NOTFOUND)
			(void)pp_err_set(err, rc, "no such task");
		goto out;
	}
	*after = c.task;
	if (invoice != NULL && strcmp(invoice, c.task.invoice) != 0) {
		rc = pp_err_member(err, PP_CONFLICT, "invoice",
		    c.task.invoice[0] != '\0' ? N_("task %s has invoice %s") :
		    N_("task %s has no invoice"), task, c.task.invoice);
		goto out;
	}
	if (c.task.transferred_at == 0)
		goto out;
	for (i = 0; i < c.npays; i++)
		if (c.pays[i].entered_at != 0) {
			rc = pp_err_set(err, PP_STATE, "payment %s of it was "
			    "entered", c.pays[i].id);
			if (c.pays[i].sheet[0] != '\0')
				pp_err_hint(err, "pp-ledger enter --sheet %s "
				    "--undo", c.pays[i].sheet);
			else
				pp_err_hint(err, "pp-ledger enter %s --undo",
				    c.pays[i].id);
			goto out;
		}
	after->transferred_at = 0;
	rc = pp_task_save(tx, "invoice.transfer_undone", &c.task, after, err);
out:
	pp_case_release(&c);
	return rc;
}
