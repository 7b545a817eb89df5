#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "sheet.h"
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
	F(heaps.received, "received",	PP_F_CENTS,	0),
	F(heaps.n_received, "received_count", PP_F_INT,	0),
	F(heaps.entered, "entered",	PP_F_CENTS,	0),
	F(heaps.n_entered, "entered_count", PP_F_INT,	0),
	F(heaps.to_enter, "to_enter",	PP_F_CENTS,	0),
	F(heaps.n_to_enter, "to_enter_count", PP_F_INT,	0),
	F(heaps.waiting, "waiting",	PP_F_CENTS,	0),
	F(heaps.n_waiting, "waiting_count", PP_F_INT,	0),
	F(entered_at,	"entered_at",	PP_F_TIME,	0),
	F(entered_by,	"entered_by",	PP_F_STR,	0),
	F(reference,	"reference",	PP_F_STR,	0),
	F(excepted,	"excepted",	PP_F_CENTS,	0)
};
const size_t pp_sheet_nfields =
    sizeof pp_sheet_fields / sizeof pp_sheet_fields[0];

/* A sheet as stored: lists of payments' ids beside the fields. */
struct page {
	struct pp_sheet		 s;
	struct json_object	*payments;	/* frozen */
	struct json_object	*except;	/* left out when entered */
	struct json_object	*marked;	/* by entering it */
};

static pp_rec_fn	list_sheet;
static enum pp_rc	page_of(const struct pp_rec *, struct page *,
			    struct pp_err *);
static enum pp_rc	page_parse(const char *, size_t, struct page *,
			    struct pp_err *);
static void		page_lists(struct page *, struct json_object *);
static enum pp_rc	page_text(const struct page *, struct json_object **,
			    struct pp_rec *, struct pp_err *);
static void		page_release(struct page *);
static enum pp_rc	page_get(struct pp_txn *, int64_t, struct page *,
			    struct pp_err *);
static enum pp_rc	page_save(struct pp_txn *, const char *,
			    const struct pp_sheet *, const struct page *,
			    struct pp_err *);
static void		add_lists(const struct page *, bool,
			    struct json_object *);
static enum pp_rc	rows_of(struct pp_txn *, const struct page *,
			    struct pp_entries *, struct pp_err *);
static enum pp_rc	newest(struct pp_txn *, int64_t *, struct pp_err *);
static void		person(struct pp_txn *, char *, size_t);
static bool		is_one_of(const struct pp_payment *,
			    const char *const *, size_t);
static enum pp_rc	split(const struct pp_entries *, const char *const *,
			    size_t, struct page *, int64_t *,
			    struct pp_err *);
static enum pp_rc	mark_all(struct pp_txn *, const struct pp_entries *,
			    const char *const *, size_t, const char *,
			    struct page *, struct pp_err *);

static void
page_lists(struct page *g, struct json_object *doc)
{
	struct json_object *v;

	if (json_object_object_get_ex(doc, "payments", &v))
		g->payments = json_object_get(v);
	if (json_object_object_get_ex(doc, "except", &v))
		g->except = json_object_get(v);
	if (json_object_object_get_ex(doc, "marked", &v))
		g->marked = json_object_get(v);
}

static enum pp_rc
page_parse(const char *text, size_t len, struct page *g, struct pp_err *err)
{
	struct json_object *doc;
	enum pp_rc rc;

	memset(g, 0, sizeof *g);
	if (pp_json_parse(text, len, &doc, err) != PP_OK)
		return PP_IO;
	if ((rc = pp_doc_read(pp_sheet_fields, pp_sheet_nfields, doc, &g->s,
	    err)) == PP_OK)
		page_lists(g, doc);
	json_object_put(doc);
	return rc == PP_OK ? PP_OK : PP_IO;
}

static enum pp_rc
page_of(const struct pp_rec *rec, struct page *g, struct pp_err *err)
{
	return page_parse(rec->text, rec->len, g, err);
}

static void
page_release(struct page *g)
{
	json_object_put(g->payments);
	json_object_put(g->except);
	json_object_put(g->marked);
	g->payments = g->except = g->marked = NULL;
}

static enum pp_rc
page_get(struct pp_txn *tx, int64_t number, struct page *g,
    struct pp_err *err)
{
	unsigned char key[8];
	struct pp_rec rec;
	enum pp_rc rc;

	memset(g, 0, sizeof *g);
	pp_key_u64((uint64_t)number, key);
	if ((rc = pp_txn_get(tx, PP_SHEET, key, sizeof key, &rec,
	    err)) == PP_NOTFOUND)
		return pp_err_set(err, rc, "no sheet %" PRId64, number);
	return rc != PP_OK ? rc : page_of(&rec, g, err);
}

static void
add_lists(const struct page *g, bool payments, struct json_object *o)
{
	if (payments)
		json_object_object_add(o, "payments",
		    json_object_get(g->payments));
	if (g->except != NULL)
		json_object_object_add(o, "except",
		    json_object_get(g->except));
	if (g->marked != NULL)
		json_object_object_add(o, "marked",
		    json_object_get(g->marked));
}

/* The record; *o, which holds its text, is the caller's. */
static enum pp_rc
page_text(const struct page *g, struct json_object **o, struct pp_rec *rec,
    struct pp_err *err)
{
	*o = json_object_new_object();
	pp_doc_write(pp_sheet_fields, pp_sheet_nfields, &g->s, PP_DOC_STORE,
	    *o);
	add_lists(g, true, *o);
	memset(rec, 0, sizeof *rec);
	rec->cents = g->s.total;
	rec->when = g->s.frozen_at;
	rec->state = g->s.entered_at != 0;
	if ((rec->text = pp_json_text(*o)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	rec->len = strlen(rec->text);
	return PP_OK;
}

/* The event, which names the payments once, when the sheet is frozen, and
 * those left out or marked when it is entered; then the record. */
static enum pp_rc
page_save(struct pp_txn *tx, const char *type, const struct pp_sheet *old,
    const struct page *g, struct pp_err *err)
{
	static const struct pp_sheet empty;
	struct json_object *o = json_object_new_object();
	struct pp_buf b = PP_BUF_INIT(PP_EVENT_MAX);
	unsigned char key[8];
	struct pp_rec rec;
	enum pp_rc rc;

	(void)pp_doc_diff(pp_sheet_fields, pp_sheet_nfields, old != NULL ?
	    old : &empty, &g->s, NULL, &b);
	add_lists(g, old == NULL, o);
	pp_json_members(&b, o);
	rc = pp_journal_tell(tx, type, NULL, &b, NULL, err);
	pp_buf_release(&b);
	json_object_put(o);
	if (rc != PP_OK)
		return rc;
	if ((rc = page_text(g, &o, &rec, err)) == PP_OK) {
		pp_key_u64((uint64_t)g->s.number, key);
		rc = pp_txn_put(tx, PP_SHEET, key, sizeof key, &rec, err);
	}
	json_object_put(o);
	return rc;
}

static enum pp_rc
rows_of(struct pp_txn *tx, const struct page *g, struct pp_entries *list,
    struct pp_err *err)
{
	struct pp_entry e;
	enum pp_rc rc = PP_OK;
	size_t i, n = g->payments == NULL ? 0 :
	    json_object_array_length(g->payments);

	for (i = 0; i < n && rc == PP_OK; i++)
		if ((rc = pp_payment_find(tx, json_object_get_string(
		    json_object_array_get_idx(g->payments, i)), &e.p,
		    err)) == PP_OK &&
		    (rc = pp_entry_fill(tx, &e, err)) == PP_OK)
			rc = pp_entries_add(list, &e, err);
	return rc;
}

static enum pp_rc
newest(struct pp_txn *tx, int64_t *number, struct pp_err *err)
{
	unsigned char key[8];
	struct pp_rec rec;
	size_t klen;
	enum pp_rc rc;

	*number = 0;
	if ((rc = pp_txn_last(tx, PP_SHEET, key, sizeof key, &klen, &rec,
	    err)) == PP_OK)
		*number = (int64_t)pp_key_to_u64(key);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

static void
person(struct pp_txn *tx, char *out, size_t size)
{
	const char *who = pp_txn_person(tx);

	(void)strlcpy(out, who != NULL ? who : "", size);
}

enum pp_rc
pp_sheet_freeze(struct pp_txn *tx, struct pp_sheet *s,
    struct pp_entries *list, bool *created, struct pp_err *err)
{
	struct page g;
	struct pp_head head;
	char number[17];
	int64_t last;
	enum pp_rc rc;
	size_t i;

	*created = false;
	memset(&g, 0, sizeof g);
	if ((rc = newest(tx, &last, err)) != PP_OK ||
	    (rc = pp_entering_open(tx, false, true, true, list,
	    err)) != PP_OK)
		return rc;
	if (list->n == 0) {
		if (last > 0 && ((rc = pp_sheet_read(tx, last, s, list,
		    err)) != PP_OK || s->entered_at == 0))
			return rc;
		pp_entries_release(list);
		return pp_err_set(err, PP_NOTFOUND, "nothing may be entered "
		    "now that is on no sheet");
	}
	if (list->n > PP_SHEET_MAX)
		list->n = PP_SHEET_MAX;
	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK ||
	    (rc = pp_heaps_read(tx, &g.s.heaps, err)) != PP_OK)
		return rc;
	g.s.number = last + 1;
	g.s.head_seq = head.seq;
	(void)strlcpy(g.s.head_hash, head.hash, sizeof g.s.head_hash);
	g.s.frozen_at = pp_txn_now(tx);
	person(tx, g.s.frozen_by, sizeof g.s.frozen_by);
	g.s.count = (int64_t)list->n;
	g.payments = json_object_new_array();
	for (i = 0; i < list->n; i++) {
		g.s.total += pp_payment_signed(&list->v[i].p);
		json_object_array_add(g.payments,
		    json_object_new_string(list->v[i].p.id));
	}
	rc = page_save(tx, "sheet.frozen", NULL, &g, err);
	(void)snprintf(number, sizeof number, "%" PRId64, g.s.number);
	for (i = 0; i < list->n && rc == PP_OK; i++) {
		rc = pp_entry_mark(tx, &list->v[i].p, 0, number,
		    list->v[i].p.reference, err);
		(void)strlcpy(list->v[i].p.sheet, number,
		    sizeof list->v[i].p.sheet);
	}
	page_release(&g);
	*s = g.s;
	*created = true;
	return rc;
}

enum pp_rc
pp_sheet_read(struct pp_txn *tx, int64_t number, struct pp_sheet *s,
    struct pp_entries *list, struct pp_err *err)
{
	struct page g;
	enum pp_rc rc;

	if ((rc = page_get(tx, number, &g, err)) == PP_OK &&
	    (rc = rows_of(tx, &g, list, err)) == PP_OK)
		*s = g.s;
	page_release(&g);
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
	struct json_object *o;
	struct page g;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = page_of(rec, &g, err)) == PP_OK) {
		o = json_object_new_object();
		pp_sheet_show(&g.s, o);
		json_object_array_add(arg, o);
	}
	page_release(&g);
	return rc;
}

enum pp_rc
pp_sheet_list(struct pp_txn *tx, struct json_object *rows, struct pp_err *err)
{
	return pp_txn_scan(tx, PP_SHEET, NULL, 0, list_sheet, rows, err);
}

/* From the journal. */

enum pp_rc
pp_sheet_fold(char **text, const char *type, struct json_object *ev,
    struct pp_err *err)
{
	struct page g = { .payments = NULL };
	struct json_object *o = NULL;
	struct pp_rec rec;
	enum pp_rc rc = PP_OK;
	char *new;

	if (*text != NULL && (rc = page_parse(*text, strlen(*text), &g,
	    err)) != PP_OK)
		return rc;
	/* What was left out and marked belongs to one entering. */
	if (strcmp(type, "sheet.frozen") != 0) {
		json_object_put(g.except);
		json_object_put(g.marked);
		g.except = g.marked = NULL;
	}
	if ((rc = pp_doc_read(pp_sheet_fields, pp_sheet_nfields, ev, &g.s,
	    err)) == PP_OK) {
		page_lists(&g, ev);
		rc = page_text(&g, &o, &rec, err);
	}
	if (rc == PP_OK && (new = strdup(rec.text)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	else if (rc == PP_OK) {
		free(*text);
		*text = new;
	}
	json_object_put(o);
	page_release(&g);
	return rc;
}

enum pp_rc
pp_sheet_record(const char *text, pp_sheet_fn *fn, void *arg,
    struct pp_err *err)
{
	struct json_object *o = NULL;
	unsigned char key[8];
	struct pp_rec rec;
	struct page g;
	enum pp_rc rc;

	if ((rc = page_parse(text, strlen(text), &g, err)) != PP_OK)
		return rc;
	pp_key_u64((uint64_t)g.s.number, key);
	if ((rc = page_text(&g, &o, &rec, err)) == PP_OK)
		rc = fn(key, g.s.number, &rec, arg, err);
	json_object_put(o);
	page_release(&g);
	return rc;
}

/* Entering. */

static bool
is_one_of(const struct pp_payment *p, const char *const ids[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(p->id, ids[i]) == 0 ||
		    strcmp(p->transaction_no, ids[i]) == 0)
			return true;
	return false;
}

/* Those left out, in the sheet's order, and the sum of the others. */
static enum pp_rc
split(const struct pp_entries *list, const char *const except[],
    size_t nexcept, struct page *g, int64_t *sum, struct pp_err *err)
{
	const struct pp_payment *p;
	size_t i, k;

	for (k = 0; k < nexcept; k++) {
		for (i = 0; i < list->n; i++)
			if (is_one_of(&list->v[i].p, &except[k], 1))
				break;
		if (i == list->n)
			return pp_err_set(err, PP_NOTFOUND, "%s is not on "
			    "sheet %" PRId64, except[k], g->s.number);
	}
	g->except = json_object_new_array();
	for (*sum = 0, i = 0; i < list->n; i++) {
		p = &list->v[i].p;
		if (is_one_of(p, except, nexcept))
			json_object_array_add(g->except,
			    json_object_new_string(p->id));
		else
			*sum += pp_payment_signed(p);
	}
	return PP_OK;
}

/* Nothing is marked unless all may be. */
static enum pp_rc
mark_all(struct pp_txn *tx, const struct pp_entries *list,
    const char *const except[], size_t nexcept, const char *reference,
    struct page *g, struct pp_err *err)
{
	const struct pp_payment *p;
	enum pp_rc rc = PP_OK;
	size_t i;

	for (i = 0; i < list->n; i++) {
		p = &list->v[i].p;
		if (list->v[i].accounting != PP_A_WAITING ||
		    is_one_of(p, except, nexcept))
			continue;
		(void)pp_err_set(err, PP_STATE, "%s: the transfer of its "
		    "invoice was taken back", p->id);
		pp_err_hint(err, "pp-ledger transfer %s, or --except %s",
		    p->task, p->id);
		return PP_STATE;
	}
	g->marked = json_object_new_array();
	for (i = 0; i < list->n && rc == PP_OK; i++) {
		p = &list->v[i].p;
		if (p->entered_at != 0 || is_one_of(p, except, nexcept))
			continue;
		json_object_array_add(g->marked,
		    json_object_new_string(p->id));
		rc = pp_entry_mark(tx, p, g->s.entered_at, NULL, reference,
		    err);
	}
	return rc;
}

enum pp_rc
pp_sheet_enter(struct pp_txn *tx, int64_t number, int64_t total,
    const char *const except[], size_t nexcept, const char *reference,
    struct pp_sheet *s, struct pp_err *err)
{
	struct pp_entries list = { NULL, 0, 0 };
	struct page was, new = { .payments = NULL };
	char a[PP_MONEY_STR], b[PP_MONEY_STR];
	int64_t sum = 0;
	enum pp_rc rc;

	if ((rc = page_get(tx, number, &was, err)) != PP_OK ||
	    (rc = rows_of(tx, &was, &list, err)) != PP_OK)
		goto out;
	new.s = was.s;
	new.payments = json_object_get(was.payments);
	if ((rc = split(&list, except, nexcept, &new, &sum, err)) != PP_OK)
		goto out;
	if (sum != total) {
		rc = pp_err_set(err, PP_CONFLICT, "sheet %" PRId64 " is %s, "
		    "the accounting system says %s", number, pp_money_str(sum,
		    a, sizeof a), pp_money_str(total, b, sizeof b));
		pp_err_hint(err, "find the difference; --except leaves a "
		    "payment out");
		goto out;
	}
	if (was.s.entered_at != 0) {
		if (!json_object_equal(was.except, new.except) ||
		    (reference != NULL && strcmp(reference,
		    was.s.reference) != 0))
			rc = pp_err_set(err, PP_CONFLICT, "sheet %" PRId64
			    " was entered otherwise", number);
		*s = was.s;
		goto out;		/* the same again */
	}
	new.s.entered_at = pp_txn_now(tx);
	new.s.excepted = new.s.total - sum;
	person(tx, new.s.entered_by, sizeof new.s.entered_by);
	(void)strlcpy(new.s.reference, reference != NULL ? reference : "",
	    sizeof new.s.reference);
	if ((rc = mark_all(tx, &list, except, nexcept, reference, &new,
	    err)) == PP_OK)
		rc = page_save(tx, "sheet.entered", &was.s, &new, err);
	*s = new.s;
out:
	page_release(&was);
	page_release(&new);
	pp_entries_release(&list);
	return rc;
}

enum pp_rc
pp_sheet_unenter(struct pp_txn *tx, int64_t number, struct pp_sheet *s,
    struct pp_err *err)
{
	struct page was, new = { .payments = NULL };
	struct pp_payment p;
	enum pp_rc rc;
	size_t i, n;

	if ((rc = page_get(tx, number, &was, err)) != PP_OK)
		return rc;
	*s = was.s;
	if (was.s.entered_at == 0)
		goto out;
	new.s = was.s;
	new.payments = json_object_get(was.payments);
	n = was.marked == NULL ? 0 : json_object_array_length(was.marked);
	for (i = 0; i < n; i++) {
		if ((rc = pp_payment_find(tx, json_object_get_string(
		    json_object_array_get_idx(was.marked, i)), &p,
		    err)) != PP_OK)
			goto out;
		/* Taken back and entered by itself since: not ours. */
		if (p.entered_at == was.s.entered_at && (rc = pp_entry_mark(tx,
		    &p, 0, NULL, NULL, err)) != PP_OK)
			goto out;
	}
	new.s.entered_at = new.s.excepted = 0;
	new.s.entered_by[0] = new.s.reference[0] = '\0';
	rc = page_save(tx, "sheet.unentered", &was.s, &new, err);
	*s = new.s;
out:
	page_release(&was);
	page_release(&new);
	return rc;
}
