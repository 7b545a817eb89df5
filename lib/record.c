#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "kind.h"
#include "record.h"
#include "banned.h"

/* A growing array of equal things, filled by a walk. */
struct gather {
	const struct pp_kind	*kind;
	char			*p;
	size_t			 n, cap;
};

static enum pp_rc	get(struct pp_txn *, const struct pp_kind *, const void *,
			    size_t, void *, struct pp_err *);
static enum pp_rc	save(struct pp_txn *, const struct pp_kind *,
			    const char *, const void *, const void *,
			    struct pp_err *);
static pp_rec_fn	take_first, take_all, favourite;
static enum pp_rc	gather(struct pp_txn *, enum pp_index, const char *,
			    struct gather *, struct pp_err *);
static int		by_seq(const void *, const void *);
static int		by_turn(const void *, const void *);

static enum pp_rc
get(struct pp_txn *tx, const struct pp_kind *k, const void *key, size_t klen,
    void *out, struct pp_err *err)
{
	struct pp_rec rec;
	enum pp_rc rc;

	if ((rc = pp_txn_get(tx, k->coll, key, klen, &rec, err)) != PP_OK)
		return rc;
	return pp_kind_read(k, &rec, out, err);
}

enum pp_rc
pp_record_put(struct pp_txn *tx, const struct pp_kind *k, const void *s,
    struct pp_err *err)
{
	struct pp_kind_room room;
	char key[PP_KIND_KEY];
	struct pp_rec rec;
	enum pp_rc rc;

	if ((rc = pp_kind_write(k, s, &rec, &room, err)) == PP_OK)
		rc = pp_txn_put(tx, k->coll, key, pp_kind_key(k, s, key), &rec,
		    err);
	pp_kind_done(&room);
	return rc;
}

/* One step: the event with what differs, then the record. */
static enum pp_rc
save(struct pp_txn *tx, const struct pp_kind *k, const char *type,
    const void *old, const void *new, struct pp_err *err)
{
	static const union pp_kind_any empty;
	struct pp_buf b = PP_BUF_INIT(PP_EVENT_MAX);
	enum pp_rc rc = PP_OK;

	/* The task is the journal's to tell. */
	if (pp_doc_diff(k->fields, *k->nfields, old != NULL ? old : &empty,
	    new, "task", &b) > 0 || old == NULL)
		rc = pp_journal_tell(tx, type, pp_kind_task_of(k, new), &b,
		    NULL, err);
	pp_buf_release(&b);
	return rc == PP_OK ? pp_record_put(tx, k, new, err) : rc;
}

/* Getters and savers by kind. */

#define GETTER(name, type, kind)					\
enum pp_rc								\
pp_##name##_get(struct pp_txn *tx, const char *id, struct type *out,	\
    struct pp_err *err)							\
{									\
	return get(tx, &kind, id, strlen(id), out, err);		\
}									\
									\
enum pp_rc								\
pp_##name##_of(const struct pp_rec *rec, struct type *out,		\
    struct pp_err *err)							\
{									\
	return pp_kind_read(&kind, rec, out, err);				\
}

GETTER(task, pp_task, pp_kind_task)
GETTER(link, pp_link, pp_kind_link)
GETTER(attempt, pp_attempt, pp_kind_attempt)
GETTER(integration, pp_integration, pp_kind_integration)
GETTER(refund, pp_refund, pp_kind_refund)
GETTER(mark, pp_mark, pp_kind_mark)

enum pp_rc
pp_payment_get(struct pp_txn *tx, const struct pp_payment *p,
    struct pp_payment *out, struct pp_err *err)
{
	char key[PP_PAY_KEY];

	return get(tx, &pp_kind_payment, key, pp_payment_key(p, key, sizeof key), out,
	    err);
}

enum pp_rc
pp_payment_of(const struct pp_rec *rec, struct pp_payment *out,
    struct pp_err *err)
{
	return pp_kind_read(&pp_kind_payment, rec, out, err);
}

static enum pp_rc
take_first(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct gather *g = arg;

	(void)tx, (void)key, (void)klen;
	g->n = 1;
	return pp_kind_read(g->kind, rec, g->p, err) == PP_OK ? PP_NO : PP_IO;
}

enum pp_rc
pp_link_by_token(struct pp_txn *tx, const char *hash, struct pp_link *out,
    struct pp_err *err)
{
	struct gather g = { &pp_kind_link, (char *)out, 0, 0 };
	enum pp_rc rc;

	if ((rc = pp_txn_find(tx, PP_LINK_BY_TOKEN, hash, strlen(hash),
	    take_first, &g, err)) != PP_OK)
		return rc;
	return g.n == 1 ? PP_OK : PP_NOTFOUND;
}

enum pp_rc
pp_refund_by_key(struct pp_txn *tx, const char *key, struct pp_refund *out,
    struct pp_err *err)
{
	struct gather g = { &pp_kind_refund, (char *)out, 0, 0 };
	enum pp_rc rc;

	if ((rc = pp_txn_find(tx, PP_REFUND_BY_KEY, key, strlen(key),
	    take_first, &g, err)) != PP_OK)
		return rc;
	return g.n == 1 ? PP_OK : PP_NOTFOUND;
}

static enum pp_rc
favourite(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_integration *best = arg, one;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_kind_read(&pp_kind_integration, rec, &one, err)) != PP_OK)
		return rc;
	if (one.removed_at == 0 && one.favourite_at > best->favourite_at)
		*best = one;
	return PP_OK;
}

enum pp_rc
pp_integration_pick(struct pp_txn *tx, const char *name,
    struct pp_integration *out, struct pp_err *err)
{
	enum pp_rc rc;

	if (name != NULL) {
		if ((rc = pp_integration_get(tx, name, out, err)) == PP_OK &&
		    out->removed_at != 0)
			rc = PP_NOTFOUND;
		if (rc == PP_NOTFOUND) {
			(void)pp_err_set(err, rc, "no integration %.40s", name);
			pp_err_hint(err, "pp-integration list");
		}
		return rc;
	}
	memset(out, 0, sizeof *out);
	if ((rc = pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, favourite, out,
	    err)) != PP_OK)
		return rc;
	if (out->name[0] != '\0')
		return PP_OK;
	(void)pp_err_set(err, PP_NOTFOUND, "no integration is the favourite");
	pp_err_hint(err, "pp-integration add, or pp-integration favourite "
	    "NAME");
	return PP_NOTFOUND;
}

enum pp_rc
pp_person_get(struct pp_txn *tx, const char *task, struct json_object **out,
    struct pp_err *err)
{
	struct pp_rec rec;
	enum pp_rc rc;

	*out = NULL;
	if ((rc = pp_txn_get(tx, PP_PERSON, task, strlen(task), &rec,
	    err)) != PP_OK)
		return rc;
	return pp_json_parse(rec.text, rec.len, out, err) == PP_OK ? PP_OK :
	    PP_IO;
}

enum pp_rc
pp_task_save(struct pp_txn *tx, const char *type, const struct pp_task *old,
    const struct pp_task *new, struct pp_err *err)
{
	return save(tx, &pp_kind_task, type, old, new, err);
}

enum pp_rc
pp_link_save(struct pp_txn *tx, const char *type, const struct pp_link *old,
    const struct pp_link *new, struct pp_err *err)
{
	return save(tx, &pp_kind_link, type, old, new, err);
}

enum pp_rc
pp_attempt_save(struct pp_txn *tx, const char *type,
    const struct pp_attempt *old, const struct pp_attempt *new,
    struct pp_err *err)
{
	return save(tx, &pp_kind_attempt, type, old, new, err);
}

enum pp_rc
pp_mail_get(struct pp_txn *tx, const struct pp_mail *m, struct pp_mail *out,
    struct pp_err *err)
{
	char key[PP_MAIL_KEY];

	return get(tx, &pp_kind_mail, key, pp_mail_key(m, key, sizeof key), out,
	    err);
}

enum pp_rc
pp_mail_of(const struct pp_rec *rec, struct pp_mail *out, struct pp_err *err)
{
	return pp_kind_read(&pp_kind_mail, rec, out, err);
}

enum pp_rc
pp_mail_save(struct pp_txn *tx, const char *type, const struct pp_mail *old,
    const struct pp_mail *new, struct pp_err *err)
{
	return save(tx, &pp_kind_mail, type, old, new, err);
}

enum pp_rc
pp_mark_save(struct pp_txn *tx, const char *type, const struct pp_mark *old,
    const struct pp_mark *new, struct pp_err *err)
{
	return save(tx, &pp_kind_mark, type, old, new, err);
}

enum pp_rc
pp_refund_save(struct pp_txn *tx, const char *type,
    const struct pp_refund *old, const struct pp_refund *new,
    struct pp_err *err)
{
	return save(tx, &pp_kind_refund, type, old, new, err);
}

enum pp_rc
pp_integration_save(struct pp_txn *tx, const char *type,
    const struct pp_integration *old, const struct pp_integration *new,
    struct pp_err *err)
{
	return save(tx, &pp_kind_integration, type, old, new, err);
}

enum pp_rc
pp_payment_new(struct pp_txn *tx, const char *type, struct pp_payment *p,
    int64_t number, struct pp_err *err)
{
	struct pp_payment seen;
	struct pp_day_entry day;
	struct pp_head head;
	enum pp_rc rc;

	if ((rc = pp_payment_get(tx, p, &seen, err)) != PP_NOTFOUND)
		return rc == PP_OK ? PP_CONFLICT : rc;
	/* The number of the event about to be written is in the record. */
	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	p->seq = head.seq + 1;
	if ((rc = save(tx, &pp_kind_payment, type, NULL, p, err)) != PP_OK)
		return rc;
	pp_day_of(p, number, &day);
	return pp_day_put(tx, &day, err);
}

enum pp_rc
pp_payment_mark(struct pp_txn *tx, const char *type,
    const struct pp_payment *old, const struct pp_payment *new,
    struct pp_err *err)
{
	return save(tx, &pp_kind_payment, type, old, new, err);
}

enum pp_rc
pp_person_save(struct pp_txn *tx, const char *task, struct json_object *person,
    bool known, struct pp_err *err)
{
	struct json_object *all = NULL;
	struct pp_rec rec;
	enum pp_rc rc;

	if (known && (rc = pp_person_get(tx, task, &all, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	if (all == NULL)
		all = json_object_get(person);
	else {
		json_object_object_foreach(person, key, val)
			json_object_object_add(all, key,
			    json_object_get(val));
	}
	memset(&rec, 0, sizeof rec);
	rec.text = pp_json_text(all);
	rec.len = strlen(rec.text);
	rc = pp_txn_put(tx, PP_PERSON, task, strlen(task), &rec, err);
	json_object_put(all);
	return rc;
}

/* A case. */

static enum pp_rc
take_all(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct gather *g = arg;
	size_t cap;
	char *p;

	(void)tx, (void)key, (void)klen;
	if (g->n == g->cap) {
		cap = g->cap == 0 ? 4 : g->cap * 2;
		if ((p = reallocarray(g->p, cap, g->kind->size)) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		g->p = p;
		g->cap = cap;
	}
	return pp_kind_read(g->kind, rec, g->p + g->n++ * g->kind->size, err);
}

static enum pp_rc
gather(struct pp_txn *tx, enum pp_index index, const char *key,
    struct gather *g, struct pp_err *err)
{
	return pp_txn_find(tx, index, key, strlen(key), take_all, g, err);
}

static int
by_seq(const void *a, const void *b)
{
	const struct pp_payment *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

static int
by_turn(const void *a, const void *b)
{
	const struct pp_attempt *x = a, *y = b;

	return (x->turn > y->turn) - (x->turn < y->turn);
}

enum pp_rc
pp_case_load(struct pp_txn *tx, const char *task, struct pp_case *c,
    struct pp_err *err)
{
	struct gather l = { &pp_kind_link, NULL, 0, 0 };
	struct gather a = { &pp_kind_attempt, NULL, 0, 0 };
	struct gather p = { &pp_kind_payment, NULL, 0, 0 };
	struct gather r = { &pp_kind_refund, NULL, 0, 0 };
	enum pp_rc rc;

	memset(c, 0, sizeof *c);
	if ((rc = pp_task_get(tx, task, &c->task, err)) == PP_OK &&
	    (rc = gather(tx, PP_LINK_BY_TASK, task, &l, err)) == PP_OK &&
	    (rc = gather(tx, PP_ATTEMPT_BY_TASK, task, &a, err)) == PP_OK)
		rc = gather(tx, PP_PAYMENT_BY_TASK, task, &p, err);
	if (rc == PP_OK && p.n > 0)	/* nothing else is given back */
		rc = gather(tx, PP_REFUND_BY_TASK, task, &r, err);
	c->links = (struct pp_link *)(void *)l.p;
	c->nlinks = l.n;
	c->atts = (struct pp_attempt *)(void *)a.p;
	c->natts = a.n;
	c->pays = (struct pp_payment *)(void *)p.p;
	c->npays = p.n;
	/* While the clock stands, as it does after it was set back, ids do not
	 * sort by time, and a task's newest attempt has its order number. */
	if (c->natts > 1)
		qsort(c->atts, c->natts, sizeof c->atts[0], by_turn);
	c->refunds = (struct pp_refund *)(void *)r.p;
	c->nrefunds = r.n;
	if (c->npays > 1)	/* their keys do not sort by time */
		qsort(c->pays, c->npays, sizeof c->pays[0], by_seq);
	return rc;
}

enum pp_rc
pp_refunds_load(struct pp_txn *tx, const struct pp_payment *of,
    struct pp_refunds *out, struct pp_err *err)
{
	struct gather p = { &pp_kind_payment, NULL, 0, 0 };
	struct gather r = { &pp_kind_refund, NULL, 0, 0 };
	size_t first, i;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	/* What the processor gave back has the payment's order number, also
	 * of an orphan that found its task since; what the bank took is the
	 * task's, under numbers of its own. */
	rc = gather(tx, PP_PAYMENT_BY_ORDER, of->order_no, &p, err);
	first = p.n;
	if (rc == PP_OK && of->task[0] != '\0')
		rc = gather(tx, PP_PAYMENT_BY_TASK, of->task, &p, err);
	if (rc == PP_OK)
		rc = gather(tx, PP_REFUND_BY_PAYMENT, of->id, &r, err);
	out->rows = (struct pp_payment *)(void *)p.p;
	for (out->nrows = i = first; i < p.n; i++)
		if (strcmp(out->rows[i].order_no, of->order_no) != 0)
			out->rows[out->nrows++] = out->rows[i];
	out->refunds = (struct pp_refund *)(void *)r.p;
	out->nrefunds = r.n;
	pp_refund_sums(of, out->rows, out->nrows, out->refunds, out->nrefunds,
	    &out->sums);
	return rc;
}

void
pp_refunds_release(struct pp_refunds *r)
{
	free(r->rows);
	free(r->refunds);
	memset(r, 0, sizeof *r);
}

void
pp_case_release(struct pp_case *c)
{
	free(c->links);
	free(c->atts);
	free(c->pays);
	free(c->refunds);
	memset(c, 0, sizeof *c);
}
