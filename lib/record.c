#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "time.h"
#include "banned.h"

/* What there is to know about a kind of document. */
struct kind {
	enum pp_coll		 coll;
	const struct pp_field	*fields;
	const size_t		*nfields;
	size_t			 size;
};

static const struct kind tasks = { PP_TASK, pp_task_fields, &pp_task_nfields,
    sizeof(struct pp_task) };
static const struct kind links = { PP_LINK, pp_link_fields, &pp_link_nfields,
    sizeof(struct pp_link) };
static const struct kind attempts = { PP_ATTEMPT, pp_attempt_fields,
    &pp_attempt_nfields, sizeof(struct pp_attempt) };
static const struct kind payments = { PP_PAYMENT, pp_payment_fields,
    &pp_payment_nfields, sizeof(struct pp_payment) };
static const struct kind mails = { PP_MAIL, pp_mail_fields, &pp_mail_nfields,
    sizeof(struct pp_mail) };
static const struct kind integrations = { PP_INTEGRATION,
    pp_integration_fields, &pp_integration_nfields,
    sizeof(struct pp_integration) };
static const struct kind refunds = { PP_REFUND, pp_refund_fields,
    &pp_refund_nfields, sizeof(struct pp_refund) };

/* The day index's value, as it lies on disk; the key is day and seq. */
struct day_value {
	unsigned char	cents[8];
	unsigned char	type, brand;
	unsigned char	integration[2];
	char		terminal[8];
	char		batch[4];
	/* and the step's name */
};

/* A growing array of equal things, filled by a walk. */
struct gather {
	const struct kind	*kind;
	char			*p;
	size_t			 n, cap;
};

static enum pp_rc	read_text(const struct kind *, const struct pp_rec *,
			    void *, struct pp_err *);
static enum pp_rc	get(struct pp_txn *, const struct kind *, const void *,
			    size_t, void *, struct pp_err *);
static enum pp_rc	save(struct pp_txn *, const struct kind *,
			    const char *, const char *, const void *, size_t,
			    const void *, const void *, struct pp_err *);
static void		header(const struct kind *, const void *,
			    struct pp_rec *, char [PP_TIME_STR]);
static pp_rec_fn	take_first, take_all, favourite;
static enum pp_rc	gather(struct pp_txn *, enum pp_index, const char *,
			    struct gather *, struct pp_err *);
static int		by_seq(const void *, const void *);
static int		by_turn(const void *, const void *);
static enum pp_rc	day_put(struct pp_txn *, const struct pp_payment *,
			    int64_t, struct pp_err *);
static pp_raw_fn	day_read;

static enum pp_rc
read_text(const struct kind *k, const struct pp_rec *rec, void *out,
    struct pp_err *err)
{
	struct json_object *o;
	enum pp_rc rc;

	memset(out, 0, k->size);
	if ((rc = pp_json_parse(rec->text, rec->len, &o, err)) != PP_OK)
		return PP_IO;
	rc = pp_doc_read(k->fields, *k->nfields, o, out, err);
	json_object_put(o);
	return rc == PP_OK ? PP_OK : PP_IO;
}

static enum pp_rc
get(struct pp_txn *tx, const struct kind *k, const void *key, size_t klen,
    void *out, struct pp_err *err)
{
	struct pp_rec rec;
	enum pp_rc rc;

	if ((rc = pp_txn_get(tx, k->coll, key, klen, &rec, err)) != PP_OK)
		return rc;
	return read_text(k, &rec, out, err);
}

/* Header and index keys from the struct: the only place that decides them.
 * day is room for a key that is made here. */
static void
header(const struct kind *k, const void *s, struct pp_rec *rec,
    char day[PP_TIME_STR])
{
	const struct pp_task *t = s;
	const struct pp_link *l = s;
	const struct pp_attempt *a = s;
	const struct pp_payment *p = s;
	const struct pp_mail *m = s;
	const struct pp_refund *r = s;

	memset(rec, 0, sizeof *rec);
	switch (k->coll) {
	case PP_TASK:
		rec->cents = t->total;
		rec->when = t->created_at;
		rec->flags = (uint16_t)((t->suspect ? PP_TASK_SUSPECT : 0) |
		    (t->removed ? PP_TASK_REMOVED : 0) |
		    (t->transferred_at != 0 ? PP_TASK_TRANSFERRED : 0));
		if (t->invoice[0] != '\0')
			rec->key[0] = t->invoice;
		break;
	case PP_LINK:
		rec->state = (uint8_t)l->state;
		rec->cents = l->amount;
		rec->when = l->created_at;
		rec->flags = l->asked_at != 0 ? PP_LINK_ASKED : 0;
		rec->key[0] = l->task;
		rec->key[1] = l->token_hash;
		break;
	case PP_ATTEMPT:
		rec->state = (uint8_t)a->state;
		rec->flags = (uint16_t)a->flags;
		rec->cents = a->amount;
		rec->when = a->next_check_at;
		rec->key[0] = a->task;
		rec->key[1] = a->order_no;
		break;
	case PP_PAYMENT:
		rec->state = (uint8_t)p->type;
		rec->flags = (uint16_t)p->flags;
		rec->cents = p->amount;
		rec->day = p->business_date;
		rec->when = p->paid_at;
		if (p->task[0] != '\0')
			rec->key[0] = p->task;
		if (p->transaction_no[0] != '\0')
			rec->key[1] = p->transaction_no;
		rec->key[2] = p->id;
		if (p->order_no[0] != '\0')
			rec->key[3] = p->order_no;
		if (p->entered_at == 0)
			rec->key[PP_PAYMENT_OPEN_KEY] = pp_time_day_str(
			    p->business_date, day, PP_TIME_STR);
		break;
	case PP_MAIL:
		rec->state = (uint8_t)m->state;
		rec->when = m->intended_at;
		rec->key[0] = m->about;
		if (m->task[0] != '\0')
			rec->key[1] = m->task;
		if (m->state != PP_MS_SENT)
			rec->key[2] = "1";
		rec->key[3] = m->id;
		break;
	case PP_REFUND:
		rec->state = (uint8_t)r->state;
		rec->flags = (uint16_t)r->flags;
		rec->cents = r->amount;
		rec->when = r->opened_at;
		if (r->task[0] != '\0')
			rec->key[0] = r->task;
		rec->key[1] = r->payment;
		rec->key[2] = r->key;
		break;
	default:
		break;
	}
}

/* One step: the event with what differs, then the record. */
static enum pp_rc
save(struct pp_txn *tx, const struct kind *k, const char *type,
    const char *task, const void *key, size_t klen, const void *old,
    const void *new, struct pp_err *err)
{
	static const union {
		struct pp_task t; struct pp_link l; struct pp_attempt a;
		struct pp_payment p; struct pp_integration i;
		struct pp_mail m;
		struct pp_refund r;
	} empty;
	struct json_object *o = json_object_new_object();
	char day[PP_TIME_STR];
	struct pp_rec rec;
	enum pp_rc rc = PP_OK;

	if (o == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	if (pp_doc_diff(k->fields, *k->nfields, old != NULL ? old : &empty,
	    new, o) > 0 || old == NULL) {
		json_object_object_del(o, "task");
		rc = pp_journal_append(tx, type, task, o, NULL, err);
	}
	json_object_put(o);
	if (rc != PP_OK)
		return rc;

	o = json_object_new_object();
	pp_doc_write(k->fields, *k->nfields, new, PP_DOC_STORE, o);
	header(k, new, &rec, day);
	rec.text = pp_json_text(o);
	rec.len = strlen(rec.text);
	rc = pp_txn_put(tx, k->coll, key, klen, &rec, err);
	json_object_put(o);
	return rc;
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
	return read_text(&kind, rec, out, err);				\
}

GETTER(task, pp_task, tasks)
GETTER(link, pp_link, links)
GETTER(attempt, pp_attempt, attempts)
GETTER(integration, pp_integration, integrations)
GETTER(refund, pp_refund, refunds)

enum pp_rc
pp_payment_get(struct pp_txn *tx, const struct pp_payment *p,
    struct pp_payment *out, struct pp_err *err)
{
	char key[PP_PAY_KEY];

	return get(tx, &payments, key, pp_payment_key(p, key, sizeof key), out,
	    err);
}

enum pp_rc
pp_payment_of(const struct pp_rec *rec, struct pp_payment *out,
    struct pp_err *err)
{
	return read_text(&payments, rec, out, err);
}

static enum pp_rc
take_first(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct gather *g = arg;

	(void)tx, (void)key, (void)klen;
	g->n = 1;
	return read_text(g->kind, rec, g->p, err) == PP_OK ? PP_NO : PP_IO;
}

enum pp_rc
pp_link_by_token(struct pp_txn *tx, const char *hash, struct pp_link *out,
    struct pp_err *err)
{
	struct gather g = { &links, (char *)out, 0, 0 };
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
	struct gather g = { &refunds, (char *)out, 0, 0 };
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
	if ((rc = read_text(&integrations, rec, &one, err)) != PP_OK)
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
	return save(tx, &tasks, type, new->id, new->id, strlen(new->id),
	    old, new, err);
}

enum pp_rc
pp_link_save(struct pp_txn *tx, const char *type, const struct pp_link *old,
    const struct pp_link *new, struct pp_err *err)
{
	return save(tx, &links, type, new->task, new->id, strlen(new->id),
	    old, new, err);
}

enum pp_rc
pp_attempt_save(struct pp_txn *tx, const char *type,
    const struct pp_attempt *old, const struct pp_attempt *new,
    struct pp_err *err)
{
	return save(tx, &attempts, type, new->task, new->id, strlen(new->id),
	    old, new, err);
}

enum pp_rc
pp_mail_get(struct pp_txn *tx, const struct pp_mail *m, struct pp_mail *out,
    struct pp_err *err)
{
	char key[PP_MAIL_KEY];

	return get(tx, &mails, key, pp_mail_key(m, key, sizeof key), out,
	    err);
}

enum pp_rc
pp_mail_of(const struct pp_rec *rec, struct pp_mail *out, struct pp_err *err)
{
	return read_text(&mails, rec, out, err);
}

enum pp_rc
pp_mail_save(struct pp_txn *tx, const char *type, const struct pp_mail *old,
    const struct pp_mail *new, struct pp_err *err)
{
	char key[PP_MAIL_KEY];
	size_t klen = pp_mail_key(new, key, sizeof key);

	return save(tx, &mails, type, new->task[0] != '\0' ? new->task : NULL,
	    key, klen, old, new, err);
}

enum pp_rc
pp_refund_save(struct pp_txn *tx, const char *type,
    const struct pp_refund *old, const struct pp_refund *new,
    struct pp_err *err)
{
	return save(tx, &refunds, type, new->task[0] != '\0' ? new->task :
	    NULL, new->id, strlen(new->id), old, new, err);
}

enum pp_rc
pp_integration_save(struct pp_txn *tx, const char *type,
    const struct pp_integration *old, const struct pp_integration *new,
    struct pp_err *err)
{
	return save(tx, &integrations, type, NULL, new->name,
	    strlen(new->name), old, new, err);
}

static enum pp_rc
day_put(struct pp_txn *tx, const struct pp_payment *p, int64_t number,
    struct pp_err *err)
{
	unsigned char key[16], val[sizeof(struct day_value) + PP_ID_MAX];
	struct day_value v;
	size_t n = strlen(p->step);

	memset(&v, 0, sizeof v);
	pp_key_u64((uint64_t)p->business_date, key);
	pp_key_u64((uint64_t)p->seq, key + 8);
	pp_key_u64((uint64_t)p->amount, v.cents);
	v.type = (unsigned char)p->type;
	v.brand = (unsigned char)p->brand;
	v.integration[0] = (unsigned char)(number >> 8);
	v.integration[1] = (unsigned char)number;
	memcpy(v.terminal, p->terminal, strnlen(p->terminal,
	    sizeof v.terminal));
	memcpy(v.batch, p->batch, strnlen(p->batch, sizeof v.batch));
	memcpy(val, &v, sizeof v);
	memcpy(val + sizeof v, p->step, n);
	return pp_txn_put_raw(tx, PP_BY_DAY, key, sizeof key, val,
	    sizeof v + n, err);
}

enum pp_rc
pp_payment_new(struct pp_txn *tx, const char *type, struct pp_payment *p,
    int64_t number, struct pp_err *err)
{
	struct pp_payment seen;
	char key[PP_PAY_KEY];
	size_t klen = pp_payment_key(p, key, sizeof key);
	struct pp_head head;
	enum pp_rc rc;

	if ((rc = get(tx, &payments, key, klen, &seen, err)) != PP_NOTFOUND)
		return rc == PP_OK ? PP_CONFLICT : rc;
	/* The number of the event about to be written is in the record. */
	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	p->seq = head.seq + 1;
	if ((rc = save(tx, &payments, type, p->task[0] != '\0' ? p->task :
	    NULL, key, klen, NULL, p, err)) != PP_OK)
		return rc;
	return day_put(tx, p, number, err);
}

enum pp_rc
pp_payment_mark(struct pp_txn *tx, const char *type,
    const struct pp_payment *old, const struct pp_payment *new,
    struct pp_err *err)
{
	char key[PP_PAY_KEY];
	size_t klen = pp_payment_key(new, key, sizeof key);

	return save(tx, &payments, type, new->task[0] != '\0' ? new->task :
	    NULL, key, klen, old, new, err);
}

enum pp_rc
pp_person_save(struct pp_txn *tx, const char *task, struct json_object *person,
    bool known, struct pp_err *err)
{
	struct json_object *all;
	struct pp_rec rec;
	enum pp_rc rc;

	if (!known)
		all = json_object_new_object();
	else if ((rc = pp_person_get(tx, task, &all, err)) == PP_NOTFOUND)
		all = json_object_new_object();
	else if (rc != PP_OK)
		return rc;
	json_object_object_foreach(person, key, val)
		json_object_object_add(all, key, json_object_get(val));
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
	return read_text(g->kind, rec, g->p + g->n++ * g->kind->size, err);
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
	struct gather l = { &links, NULL, 0, 0 };
	struct gather a = { &attempts, NULL, 0, 0 };
	struct gather p = { &payments, NULL, 0, 0 };
	struct gather r = { &refunds, NULL, 0, 0 };
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
	struct gather p = { &payments, NULL, 0, 0 };
	struct gather r = { &refunds, NULL, 0, 0 };
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

/* The day index. */

struct day_walk {
	pp_day_fn	*fn;
	void		*arg;
};

static enum pp_rc
day_read(const void *key, size_t klen, const void *val, size_t vlen,
    void *arg, struct pp_err *err)
{
	const struct day_walk *w = arg;
	struct pp_day_entry e;
	struct day_value v;
	size_t n;

	if (klen != 16 || vlen < sizeof v)
		return pp_err_set(err, PP_IO, "day index: bad entry");
	memcpy(&v, val, sizeof v);
	e.day = (int32_t)pp_key_to_u64(key);
	e.seq = (int64_t)pp_key_to_u64((const unsigned char *)key + 8);
	e.cents = (int64_t)pp_key_to_u64(v.cents);
	e.type = v.type;
	e.brand = v.brand;
	e.integration = (uint16_t)(v.integration[0] << 8 | v.integration[1]);
	memcpy(e.terminal, v.terminal, sizeof v.terminal);
	e.terminal[sizeof v.terminal] = '\0';
	memcpy(e.batch, v.batch, sizeof v.batch);
	e.batch[sizeof v.batch] = '\0';
	if ((n = vlen - sizeof v) >= sizeof e.step)
		n = sizeof e.step - 1;
	memcpy(e.step, (const char *)val + sizeof v, n);
	e.step[n] = '\0';
	return w->fn(&e, w->arg, err);
}

enum pp_rc
pp_day_each(struct pp_txn *tx, int32_t from, pp_day_fn *fn, void *arg,
    struct pp_err *err)
{
	struct day_walk w = { fn, arg };
	unsigned char key[16];

	pp_key_u64((uint64_t)from, key);
	pp_key_u64(0, key + 8);
	return pp_txn_bulk(tx, PP_BY_DAY, key, sizeof key, day_read, &w, err);
}
