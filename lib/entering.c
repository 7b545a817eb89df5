#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entering.h"
#include "money.h"
#include "time.h"
#include "banned.h"

#define F(m, name, type, flags) \
	PP_FIELD(struct pp_sheet, m, name, type, flags, NULL)

const struct pp_field pp_sheet_fields[] = {
	F(number,	"sheet",	PP_F_INT,	PP_FF_KEY),
	F(frozen_at,	"frozen_at",	PP_F_TIME,	0),
	F(frozen_by,	"frozen_by",	PP_F_STR,	0),
	F(count,	"count",	PP_F_INT,	0),
	F(total,	"total",	PP_F_CENTS,	0),
	F(head_seq,	"head_seq",	PP_F_INT,	0),
	F(head_hash,	"head_hash",	PP_F_STR,	0),
	F(entered_at,	"entered_at",	PP_F_TIME,	0),
	F(entered_by,	"entered_by",	PP_F_STR,	0),
	F(reference,	"reference",	PP_F_STR,	0),
	F(excepted,	"excepted",	PP_F_CENTS,	0)
};
const size_t pp_sheet_nfields =
    sizeof pp_sheet_fields / sizeof pp_sheet_fields[0];

struct opening {
	struct pp_entries	*list;
	bool			 waiting, to_enter, unsheeted;
};

struct marks {
	int64_t	sum, n;
};

static pp_rec_fn	open_one, entered_one, take_payment, list_sheet;
static pp_day_fn	day_one;
static enum pp_rc	fill(struct pp_txn *, struct pp_entry *,
			    struct pp_err *);
static enum pp_rc	append(struct pp_entries *, const struct pp_entry *,
			    struct pp_err *);
static int		by_batch(const void *, const void *);
static enum pp_rc	payment_by_id(struct pp_txn *, const char *,
			    struct pp_payment *, struct pp_err *);
static enum pp_rc	mark(struct pp_txn *, const struct pp_payment *,
			    int64_t, const char *, const char *,
			    struct pp_err *);
static enum pp_rc	sheet_save(struct pp_txn *, const char *,
			    const struct pp_sheet *, const struct pp_sheet *,
			    struct json_object *, struct pp_err *);
static enum pp_rc	sheet_text(const struct pp_rec *, struct pp_sheet *,
			    struct json_object **, struct pp_err *);
static enum pp_rc	enter_sheet(struct pp_txn *, int64_t, bool, int64_t,
			    const char *const *, size_t, const char *,
			    struct pp_sheet *, struct pp_err *);
static bool		is_excepted(const struct pp_payment *,
			    const char *const *, size_t);

/* Heaps. */

static enum pp_rc
day_one(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct pp_heaps *h = arg;
	struct pp_payment p = { .type = e->type, .amount = e->cents };

	h->n_received++;
	return pp_money_add(&h->received, pp_payment_signed(&p)) ? PP_OK :
	    pp_err_set(err, PP_BUG, "a sum is out of range");
}

static enum pp_rc
entered_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct marks *m = arg;
	struct pp_payment p = { .type = rec->state, .amount = rec->cents };

	(void)tx, (void)key, (void)klen;
	if (rec->key[4] != NULL)	/* in the index of what is open */
		return PP_OK;
	m->n++;
	return pp_money_add(&m->sum, pp_payment_signed(&p)) ? PP_OK :
	    pp_err_set(err, PP_BUG, "a sum is out of range");
}

enum pp_rc
pp_heaps_read(struct pp_txn *tx, struct pp_heaps *h, struct pp_err *err)
{
	struct pp_entries open = { NULL, 0, 0 };
	struct marks m = { 0, 0 };
	enum pp_rc rc;
	size_t i;

	memset(h, 0, sizeof *h);
	if ((rc = pp_day_each(tx, 0, day_one, h, err)) != PP_OK ||
	    (rc = pp_txn_scan(tx, PP_PAYMENT, NULL, 0, entered_one, &m,
	    err)) != PP_OK ||
	    (rc = pp_entering_open(tx, true, true, false, &open,
	    err)) != PP_OK)
		goto out;
	h->entered = m.sum;
	h->n_entered = m.n;
	for (i = 0; i < open.n; i++)
		if (open.v[i].accounting == PP_A_TO_ENTER) {
			h->to_enter += pp_payment_signed(&open.v[i].p);
			h->n_to_enter++;
		} else {
			h->waiting += pp_payment_signed(&open.v[i].p);
			h->n_waiting++;
		}
	if (h->received != h->entered + h->to_enter + h->waiting ||
	    h->n_received != h->n_entered + h->n_to_enter + h->n_waiting)
		rc = pp_err_set(err, PP_BUG, "the heaps do not add up to what "
		    "was received: pp-store verify");
out:
	pp_entries_release(&open);
	return rc;
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

static enum pp_rc
append(struct pp_entries *list, const struct pp_entry *e, struct pp_err *err)
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

/* Invoice, client and heap, from the task as it is now. */
static enum pp_rc
fill(struct pp_txn *tx, struct pp_entry *e, struct pp_err *err)
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
	if (pp_person_get(tx, e->p.task, &person, NULL) == PP_OK &&
	    pp_json_str(person, "name", &name, NULL) == PP_OK)
		(void)strlcpy(e->client, name, sizeof e->client);
	json_object_put(person);
	return PP_OK;
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
	if ((rc = fill(tx, &e, err)) != PP_OK)
		return rc;
	if ((e.accounting == PP_A_WAITING && !o->waiting) ||
	    (e.accounting == PP_A_TO_ENTER && !o->to_enter))
		return PP_OK;
	return append(o->list, &e, err);
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
	(void)tx, (void)key, (void)klen;
	return pp_payment_of(rec, arg, err) == PP_OK ? PP_NO : PP_IO;
}

static enum pp_rc
payment_by_id(struct pp_txn *tx, const char *id, struct pp_payment *p,
    struct pp_err *err)
{
	enum pp_rc rc;

	memset(p, 0, sizeof *p);
	if ((rc = pp_txn_find(tx, strncmp(id, "pay_", 4) == 0 ?
	    PP_PAYMENT_BY_ID : PP_PAYMENT_BY_TXN, id, strlen(id), take_payment,
	    p, err)) != PP_OK)
		return rc;
	return p->id[0] != '\0' ? PP_OK : pp_err_set(err, PP_NOTFOUND,
	    "no payment %.64s", id);
}

/* at 0 takes the mark back; sheet NULL leaves the sheet's number. */
static enum pp_rc
mark(struct pp_txn *tx, const struct pp_payment *old, int64_t at,
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

	if ((rc = payment_by_id(tx, id, &old, err)) != PP_OK)
		return rc;
	e->p = old;
	if ((rc = fill(tx, e, err)) != PP_OK)
		return rc;
	if (undo ? e->accounting != PP_A_ENTERED :
	    e->accounting == PP_A_ENTERED)
		return PP_OK;
	if (!undo && e->accounting == PP_A_WAITING) {
		(void)pp_err_set(err, PP_STATE, "%s: invoice %s was not "
		    "transferred to the accounting system yet", old.id,
		    e->invoice[0] != '\0' ? e->invoice : "(none)");
		pp_err_hint(err, "pp-ledger transfer %s --invoice N",
		    old.task);
		return PP_STATE;
	}
	if ((rc = mark(tx, &old, undo ? 0 : pp_txn_now(tx), NULL, reference,
	    err)) != PP_OK || (rc = payment_by_id(tx, old.id, &e->p,
	    err)) != PP_OK)
		return rc;
	return fill(tx, e, err);
}

/* Sheets. */

static enum pp_rc
sheet_text(const struct pp_rec *rec, struct pp_sheet *s,
    struct json_object **doc, struct pp_err *err)
{
	enum pp_rc rc;

	memset(s, 0, sizeof *s);
	if ((rc = pp_json_parse(rec->text, rec->len, doc, err)) != PP_OK)
		return PP_IO;
	if ((rc = pp_doc_read(pp_sheet_fields, pp_sheet_nfields, *doc, s,
	    err)) != PP_OK) {
		json_object_put(*doc);
		*doc = NULL;
		rc = PP_IO;
	}
	return rc;
}

/* ids: the payments' ids, told once, when it is frozen. */
static enum pp_rc
sheet_save(struct pp_txn *tx, const char *type, const struct pp_sheet *old,
    const struct pp_sheet *new, struct json_object *ids, struct pp_err *err)
{
	static const struct pp_sheet empty;
	struct json_object *o = json_object_new_object();
	unsigned char key[8];
	struct pp_rec rec;
	enum pp_rc rc;

	(void)pp_doc_diff(pp_sheet_fields, pp_sheet_nfields, old != NULL ?
	    old : &empty, new, o);
	if (old == NULL)
		json_object_object_add(o, "payments", json_object_get(ids));
	rc = pp_journal_append(tx, type, NULL, o, NULL, err);
	json_object_put(o);
	if (rc != PP_OK)
		return rc;
	o = json_object_new_object();
	pp_doc_write(pp_sheet_fields, pp_sheet_nfields, new, PP_DOC_STORE, o);
	json_object_object_add(o, "payments", json_object_get(ids));
	memset(&rec, 0, sizeof rec);
	rec.cents = new->total;
	rec.when = new->frozen_at;
	rec.state = new->entered_at != 0;
	rec.text = pp_json_text(o);
	rec.len = strlen(rec.text);
	pp_key_u64((uint64_t)new->number, key);
	rc = pp_txn_put(tx, PP_SHEET, key, sizeof key, &rec, err);
	json_object_put(o);
	return rc;
}

enum pp_rc
pp_sheet_freeze(struct pp_txn *tx, struct pp_sheet *s,
    struct pp_entries *list, struct pp_err *err)
{
	struct json_object *ids;
	struct pp_head head;
	struct pp_rec rec;
	unsigned char key[8];
	char number[17];
	size_t klen, i;
	enum pp_rc rc;

	memset(s, 0, sizeof *s);
	if ((rc = pp_entering_open(tx, false, true, true, list, err)) != PP_OK)
		return rc;
	if (list->n == 0)
		return pp_err_set(err, PP_NOTFOUND, "nothing may be entered "
		    "now that is on no sheet");
	if ((rc = pp_txn_last(tx, PP_SHEET, key, sizeof key, &klen, &rec,
	    err)) == PP_OK)
		s->number = (int64_t)pp_key_to_u64(key);
	else if (rc != PP_NOTFOUND)
		return rc;
	s->number++;
	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	s->head_seq = head.seq;
	(void)strlcpy(s->head_hash, head.hash, sizeof s->head_hash);
	s->frozen_at = pp_txn_now(tx);
	(void)strlcpy(s->frozen_by, pp_txn_store(tx)->person != NULL ?
	    pp_txn_store(tx)->person : "", sizeof s->frozen_by);
	s->count = (int64_t)list->n;
	ids = json_object_new_array();
	for (i = 0; i < list->n; i++) {
		s->total += pp_payment_signed(&list->v[i].p);
		json_object_array_add(ids,
		    json_object_new_string(list->v[i].p.id));
	}
	rc = sheet_save(tx, "sheet.frozen", NULL, s, ids, err);
	json_object_put(ids);
	(void)snprintf(number, sizeof number, "%" PRId64, s->number);
	for (i = 0; i < list->n && rc == PP_OK; i++) {
		rc = mark(tx, &list->v[i].p, 0, number,
		    list->v[i].p.reference, err);
		(void)strlcpy(list->v[i].p.sheet, number,
		    sizeof list->v[i].p.sheet);
	}
	return rc;
}

enum pp_rc
pp_sheet_read(struct pp_txn *tx, int64_t number, struct pp_sheet *s,
    struct pp_entries *list, struct pp_err *err)
{
	struct json_object *doc, *ids;
	struct pp_rec rec;
	struct pp_entry e;
	unsigned char key[8];
	enum pp_rc rc;
	size_t i;

	pp_key_u64((uint64_t)number, key);
	if ((rc = pp_txn_get(tx, PP_SHEET, key, sizeof key, &rec,
	    err)) == PP_NOTFOUND)
		return pp_err_set(err, rc, "no sheet %" PRId64, number);
	if (rc != PP_OK || (rc = sheet_text(&rec, s, &doc, err)) != PP_OK)
		return rc;
	if (!json_object_object_get_ex(doc, "payments", &ids))
		ids = NULL;
	for (i = 0; ids != NULL && rc == PP_OK &&
	    i < json_object_array_length(ids); i++)
		if ((rc = payment_by_id(tx, json_object_get_string(
		    json_object_array_get_idx(ids, i)), &e.p, err)) == PP_OK &&
		    (rc = fill(tx, &e, err)) == PP_OK)
			rc = append(list, &e, err);
	json_object_put(doc);
	return rc;
}

void
pp_sheet_show(const struct pp_sheet *s, struct json_object *o)
{
	pp_doc_write(pp_sheet_fields, pp_sheet_nfields, s, PP_DOC_SHOW, o);
}

static enum pp_rc
list_sheet(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct json_object *doc, *o;
	struct pp_sheet s;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = sheet_text(rec, &s, &doc, err)) != PP_OK)
		return rc;
	o = json_object_new_object();
	pp_sheet_show(&s, o);
	json_object_array_add(arg, o);
	json_object_put(doc);
	return PP_OK;
}

enum pp_rc
pp_sheet_list(struct pp_txn *tx, struct json_object *rows, struct pp_err *err)
{
	return pp_txn_scan(tx, PP_SHEET, NULL, 0, list_sheet, rows, err);
}

static bool
is_excepted(const struct pp_payment *p, const char *const except[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(p->id, except[i]) == 0 ||
		    strcmp(p->transaction_no, except[i]) == 0)
			return true;
	return false;
}

/* Entering, and taking it back: total and except of the first only. */
static enum pp_rc
enter_sheet(struct pp_txn *tx, int64_t number, bool undo, int64_t total,
    const char *const except[], size_t nexcept, const char *reference,
    struct pp_sheet *s, struct pp_err *err)
{
	struct pp_entries list = { NULL, 0, 0 };
	struct json_object *ids = NULL;
	struct pp_sheet new;
	char a[PP_MONEY_STR], b[PP_MONEY_STR];
	int64_t sum = 0, now = pp_txn_now(tx);
	size_t i, left = 0;
	enum pp_rc rc;

	if ((rc = pp_sheet_read(tx, number, s, &list, err)) != PP_OK)
		goto out;
	new = *s;
	for (i = 0; i < list.n; i++)
		if (is_excepted(&list.v[i].p, except, nexcept))
			left++;
		else
			sum += pp_payment_signed(&list.v[i].p);
	if (!undo && left != nexcept) {
		rc = pp_err_set(err, PP_NOTFOUND, "--except names what is not "
		    "on sheet %" PRId64, number);
		goto out;
	}
	if (!undo && sum != total) {
		rc = pp_err_set(err, PP_CONFLICT, "sheet %" PRId64 " is %s, "
		    "the accounting system says %s", number, pp_money_str(sum,
		    a, sizeof a), pp_money_str(total, b, sizeof b));
		pp_err_hint(err, "find the difference; --except leaves a "
		    "payment out");
		goto out;
	}
	if (!undo && s->entered_at != 0) {
		if (s->excepted != s->total - sum)
			rc = pp_err_set(err, PP_CONFLICT, "sheet %" PRId64
			    " was entered otherwise", number);
		goto out;	/* the same again */
	}
	if (undo && s->entered_at == 0)
		goto out;
	/* Nothing of it may have gone back to waiting meanwhile. */
	for (i = 0; i < list.n && rc == PP_OK; i++)
		if (!undo && list.v[i].accounting == PP_A_WAITING &&
		    !is_excepted(&list.v[i].p, except, nexcept))
			rc = pp_err_set(err, PP_STATE, "%s: the transfer of "
			    "its invoice was taken back", list.v[i].p.id);
	for (i = 0; i < list.n && rc == PP_OK; i++) {
		const struct pp_payment *p = &list.v[i].p;

		if (undo ? p->entered_at == 0 || p->entered_at !=
		    s->entered_at : p->entered_at != 0 ||
		    is_excepted(p, except, nexcept))
			continue;
		rc = mark(tx, p, undo ? 0 : now, NULL, reference, err);
	}
	if (rc != PP_OK)
		goto out;
	new.entered_at = undo ? 0 : now;
	new.excepted = undo ? 0 : s->total - sum;
	(void)strlcpy(new.entered_by, undo ||
	    pp_txn_store(tx)->person == NULL ? "" : pp_txn_store(tx)->person,
	    sizeof new.entered_by);
	(void)strlcpy(new.reference, reference != NULL ? reference : "",
	    sizeof new.reference);
	ids = json_object_new_array();
	for (i = 0; i < list.n; i++)
		json_object_array_add(ids,
		    json_object_new_string(list.v[i].p.id));
	rc = sheet_save(tx, undo ? "sheet.unentered" : "sheet.entered", s,
	    &new, ids, err);
	*s = new;
out:
	json_object_put(ids);
	pp_entries_release(&list);
	return rc;
}

enum pp_rc
pp_entering_sheet(struct pp_txn *tx, int64_t number, int64_t total,
    const char *const except[], size_t nexcept, const char *reference,
    struct pp_sheet *s, struct pp_err *err)
{
	return enter_sheet(tx, number, false, total, except, nexcept,
	    reference, s, err);
}

enum pp_rc
pp_entering_undo_sheet(struct pp_txn *tx, int64_t number, struct pp_sheet *s,
    struct pp_err *err)
{
	return enter_sheet(tx, number, true, 0, NULL, 0, NULL, s, err);
}

/* The transfer. */

enum pp_rc
pp_entering_transfer(struct pp_txn *tx, const char *task, const char *invoice,
    const char *replaces, bool undo, struct pp_task *after,
    struct pp_err *err)
{
	struct pp_task old;
	const char *number;
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, task, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc, "no such task") :
		    rc;
	*after = old;
	number = invoice != NULL ? invoice : old.invoice;
	if (undo) {
		if (invoice != NULL && strcmp(invoice, old.invoice) != 0)
			return pp_err_member(err, PP_CONFLICT, "invoice",
			    "task %s has invoice %s", old.id, old.invoice);
		after->transferred_at = 0;
		return pp_task_save(tx, "invoice.transfer_undone", &old, after,
		    err);
	}
	if (*number == '\0')
		return pp_err_member(err, PP_DATA, "invoice", "task %s has no "
		    "invoice number", old.id);
	if (strlen(number) >= sizeof after->invoice)
		return pp_err_member(err, PP_DATA, "invoice", "longer than %zu "
		    "bytes", sizeof after->invoice - 1);
	if (replaces != NULL && strcmp(old.invoice, replaces) != 0 &&
	    strcmp(old.invoice, number) != 0)
		return pp_err_member(err, PP_CONFLICT, "invoice", "task %s has "
		    "invoice %s, not %s", old.id, old.invoice, replaces);
	if (replaces == NULL && old.transferred_at != 0 &&
	    strcmp(old.invoice, number) != 0) {
		(void)pp_err_member(err, PP_CONFLICT, "invoice", "task %s was "
		    "transferred with invoice %s", old.id, old.invoice);
		pp_err_hint(err, "--replaces %s", old.invoice);
		return PP_CONFLICT;
	}
	(void)strlcpy(after->invoice, number, sizeof after->invoice);
	if (old.transferred_at == 0 || replaces != NULL)
		after->transferred_at = old.transferred_at != 0 &&
		    strcmp(old.invoice, number) == 0 ? old.transferred_at :
		    pp_txn_now(tx);
	return pp_task_save(tx, "invoice.transferred", &old, after, err);
}
