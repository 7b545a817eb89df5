#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "journal.h"
#include "record.h"
#include "replay.h"
#include "sheet.h"
#include "banned.h"

/* A walk over tasks. */
struct walking {
	struct pp_told		 now;		/* the task that it is at */
	struct pp_told_rest	*rest;
	pp_fold_fn		*fn;
	void			*arg;
	bool			 end;		/* fn has enough */
};

static pp_rec_fn	of_none, in_order;
static pp_event_fn	of_one;
static enum pp_rc	parse(const char *, size_t, struct json_object **,
			    const char **, struct pp_err *);
static void		*more(void **, size_t *, size_t, struct pp_err *);
static enum pp_rc	event(struct pp_told *, const char *,
			    struct json_object *, struct pp_told_rest *,
			    struct pp_err *);
static enum pp_rc	document(const struct pp_kind *, void **, size_t *,
			    const char *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	integration(struct pp_told_rest *,
			    struct json_object *, int64_t, struct pp_err *);
static enum pp_rc	sheet(struct pp_told_rest *, const char *,
			    struct json_object *, struct pp_err *);
static enum pp_rc	first_seen(struct pp_told *, struct pp_told_rest *,
			    struct pp_err *);
static enum pp_rc	finish(struct walking *, struct pp_err *);

/* Room for one more at the end of a list, zeroed. */
static void *
more(void **list, size_t *n, size_t size, struct pp_err *err)
{
	char *p;

	/* Doubled at each power of two. */
	if ((*n & (*n - 1)) == 0) {
		if ((p = reallocarray(*list, *n == 0 ? 1 : 2 * *n, size)) ==
		    NULL) {
			(void)pp_err_set(err, PP_IO, "out of memory");
			return NULL;
		}
		*list = p;
	}
	p = (char *)*list + (*n)++ * size;
	memset(p, 0, size);
	return p;
}

static enum pp_rc
parse(const char *text, size_t len, struct json_object **ev,
    const char **type, struct pp_err *err)
{
	if (pp_json_parse(text, len, ev, err) != PP_OK)
		return PP_IO;
	if (pp_json_str(*ev, "type", type, err) == PP_OK)
		return PP_OK;
	json_object_put(*ev);
	return pp_err_set(err, PP_IO, "an event has no type");
}

/* One of a list of documents, known by the member that names it. */
static enum pp_rc
document(const struct pp_kind *k, void **list, size_t *n, const char *member,
    struct json_object *ev, struct pp_err *err)
{
	char *p = *list, *doc = NULL;
	const char *id;
	size_t i;

	if (pp_json_str(ev, member, &id, err) != PP_OK)
		return PP_IO;
	for (i = 0; i < *n && doc == NULL; i++)
		if (strcmp(pp_kind_id(k, p + i * k->size), id) == 0)
			doc = p + i * k->size;
	if (doc == NULL && (doc = more(list, n, k->size, err)) == NULL)
		return PP_IO;
	return pp_doc_read(k->fields, *k->nfields, ev, doc, err);
}

/* The newest payment is one that was not there before. */
static enum pp_rc
first_seen(struct pp_told *t, struct pp_told_rest *rest, struct pp_err *err)
{
	struct pp_payment *p = &t->c.pays[t->c.npays - 1], *orphan, *first;
	void *list = t->first;
	size_t i;

	if (p->seq != 0) {
		first = more(&list, &t->nfirst, sizeof *first, err);
		t->first = list;
		if (first == NULL)
			return PP_IO;
		*first = *p;
		return PP_OK;
	}
	/* Adopted: it has the number under which it came. */
	for (i = 0; rest != NULL && i < rest->none.c.npays; i++) {
		orphan = &rest->none.c.pays[i];
		if (strcmp(orphan->id, p->id) != 0)
			continue;
		p->seq = orphan->seq;
		(void)strlcpy(orphan->task, p->task, sizeof orphan->task);
	}
	return PP_OK;
}

static enum pp_rc
event(struct pp_told *t, const char *type, struct json_object *ev,
    struct pp_told_rest *rest, struct pp_err *err)
{
	size_t npays = t->c.npays;
	void *list;
	enum pp_rc rc;

	if (strncmp(type, "mail.", 5) == 0) {
		list = t->mails;
		rc = document(&pp_kind_mail, &list, &t->nmails, "mail", ev,
		    err);
		t->mails = list;
		return rc;
	}
	if (strncmp(type, "mark.", 5) == 0) {
		list = t->marks;
		rc = document(&pp_kind_mark, &list, &t->nmarks, "mark", ev,
		    err);
		t->marks = list;
		return rc;
	}
	if (strncmp(type, "task.", 5) == 0)
		t->recorded = true;
	if ((rc = pp_replay_event(&t->c, ev, err)) == PP_OK &&
	    t->c.npays > npays)
		rc = first_seen(t, rest, err);
	return rc == PP_OK ? PP_OK : PP_IO;
}

static enum pp_rc
integration(struct pp_told_rest *r, struct json_object *ev, int64_t seq,
    struct pp_err *err)
{
	struct pp_told_integration *in = NULL;
	void *list = r->ins;
	const char *name;
	size_t i;

	if (pp_json_str(ev, "integration", &name, err) != PP_OK)
		return PP_IO;
	for (i = 0; i < r->nins && in == NULL; i++)
		if (strcmp(r->ins[i].in.name, name) == 0)
			in = &r->ins[i];
	if (in == NULL) {
		in = more(&list, &r->nins, sizeof *in, err);
		r->ins = list;
		if (in == NULL)
			return PP_IO;
		in->since = seq;
	}
	return pp_doc_read(pp_integration_fields, pp_integration_nfields, ev,
	    &in->in, err);
}

static enum pp_rc
sheet(struct pp_told_rest *r, const char *type, struct json_object *ev,
    struct pp_err *err)
{
	struct pp_told_sheet *s = NULL;
	void *list = r->sheets;
	int64_t number;
	size_t i;

	if (pp_json_int(ev, "sheet", 1, INT64_MAX, &number, err) != PP_OK)
		return PP_IO;
	/* The newest are most often meant. */
	for (i = r->nsheets; i > 0 && s == NULL; i--)
		if (r->sheets[i - 1].number == number)
			s = &r->sheets[i - 1];
	if (s == NULL) {
		s = more(&list, &r->nsheets, sizeof *s, err);
		r->sheets = list;
		if (s == NULL)
			return PP_IO;
		s->number = number;
	}
	return pp_sheet_fold(&s->text, type, ev, err);
}

static enum pp_rc
of_none(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_told_rest *r = arg;
	struct json_object *ev;
	const char *type;
	int64_t seq;
	enum pp_rc rc;

	(void)tx;
	if (rec->key[0] != NULL)
		return PP_OK;
	if ((rc = parse(rec->text, rec->len, &ev, &type, err)) != PP_OK)
		return rc;
	seq = klen == 8 ? (int64_t)pp_key_to_u64(key) : 0;
	if (strncmp(type, "integration.", 12) == 0)
		rc = integration(r, ev, seq, err);
	else if (strncmp(type, "sheet.", 6) == 0)
		rc = sheet(r, type, ev, err);
	else if (strcmp(type, "store.restored") == 0)
		rc = pp_json_int(ev, "incarnation", 1, INT32_MAX,
		    &r->incarnation, err);
	else
		rc = event(&r->none, type, ev, NULL, err);
	json_object_put(ev);
	return rc == PP_OK ? PP_OK : PP_IO;
}

enum pp_rc
pp_fold_rest(struct pp_txn *tx, struct pp_told_rest *r, struct pp_err *err)
{
	memset(r, 0, sizeof *r);
	return pp_txn_scan(tx, PP_EVENT, NULL, 0, of_none, r, err);
}

void
pp_told_rest_release(struct pp_told_rest *r)
{
	size_t i;

	pp_told_release(&r->none);
	for (i = 0; i < r->nsheets; i++)
		free(r->sheets[i].text);
	free(r->sheets);
	free(r->ins);
	memset(r, 0, sizeof *r);
}

void
pp_told_release(struct pp_told *t)
{
	pp_case_release(&t->c);
	free(t->mails);
	free(t->marks);
	free(t->first);
	memset(t, 0, sizeof *t);
}

static enum pp_rc
finish(struct walking *w, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;

	if (w->now.task[0] != '\0')
		rc = w->fn(&w->now, w->arg, err);
	pp_told_release(&w->now);
	w->end = rc == PP_NO;
	return rc;
}

/* The index holds each task's events in the order of their numbers. */
static enum pp_rc
in_order(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct walking *w = arg;
	struct json_object *ev;
	const char *type;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if (strcmp(w->now.task, rec->key[0]) != 0) {
		if ((rc = finish(w, err)) != PP_OK)
			return rc;
		(void)strlcpy(w->now.task, rec->key[0], sizeof w->now.task);
	}
	if ((rc = parse(rec->text, rec->len, &ev, &type, err)) != PP_OK)
		return rc;
	rc = event(&w->now, type, ev, w->rest, err);
	json_object_put(ev);
	return rc;
}

enum pp_rc
pp_fold_tasks(struct pp_txn *tx, const char *after, struct pp_told_rest *rest,
    pp_fold_fn *fn, void *arg, struct pp_err *err)
{
	struct walking w = { .rest = rest, .fn = fn, .arg = arg };
	size_t len = strlen(after);
	enum pp_rc rc;

	/* With its NUL it is behind every entry of itself, and before every
	 * longer id. */
	rc = pp_txn_order(tx, PP_EVENT_BY_TASK, len != 0 ? after : NULL,
	    len != 0 ? len + 1 : 0, in_order, &w, err);
	if (rc == PP_OK && !w.end && (rc = finish(&w, err)) == PP_NO)
		rc = PP_OK;
	pp_told_release(&w.now);
	return rc;
}

static enum pp_rc
of_one(struct pp_txn *tx, int64_t seq, const char *text, size_t len,
    void *arg, struct pp_err *err)
{
	struct pp_told *t = arg;
	struct json_object *ev;
	const char *type;
	enum pp_rc rc;

	(void)tx, (void)seq;
	if ((rc = parse(text, len, &ev, &type, err)) != PP_OK)
		return rc;
	t->recorded = true;	/* by any event */
	rc = event(t, type, ev, NULL, err);
	json_object_put(ev);
	return rc;
}

enum pp_rc
pp_fold_task(struct pp_txn *tx, const char *task, struct pp_told *t,
    struct pp_err *err)
{
	enum pp_rc rc;

	memset(t, 0, sizeof *t);
	(void)strlcpy(t->task, task, sizeof t->task);
	if ((rc = pp_journal_each(tx, 0, task, of_one, t, err)) == PP_OK &&
	    !t->recorded)
		rc = PP_NOTFOUND;
	return rc;
}

enum pp_rc
pp_told_each(struct pp_told *t, pp_told_fn *fn, void *arg,
    struct pp_err *err)
{
	struct pp_case *c = &t->c;
	enum pp_rc rc = PP_OK;
	size_t i;

	if (t->task[0] != '\0')
		rc = fn(&pp_kind_task, &c->task, arg, err);
	for (i = 0; i < c->nlinks && rc == PP_OK; i++)
		rc = fn(&pp_kind_link, &c->links[i], arg, err);
	for (i = 0; i < c->natts && rc == PP_OK; i++)
		rc = fn(&pp_kind_attempt, &c->atts[i], arg, err);
	for (i = 0; i < c->npays && rc == PP_OK; i++)
		if (t->task[0] != '\0' || c->pays[i].task[0] == '\0')
			rc = fn(&pp_kind_payment, &c->pays[i], arg, err);
	for (i = 0; i < c->nrefunds && rc == PP_OK; i++)
		rc = fn(&pp_kind_refund, &c->refunds[i], arg, err);
	for (i = 0; i < t->nmails && rc == PP_OK; i++)
		rc = fn(&pp_kind_mail, &t->mails[i], arg, err);
	for (i = 0; i < t->nmarks && rc == PP_OK; i++)
		rc = fn(&pp_kind_mark, &t->marks[i], arg, err);
	return rc;
}

enum pp_rc
pp_told_integrations(struct pp_told_rest *r, pp_told_fn *fn, void *arg,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	size_t i;

	for (i = 0; i < r->nins && rc == PP_OK; i++)
		rc = fn(&pp_kind_integration, &r->ins[i].in, arg, err);
	return rc;
}

/* An integration that came later was not the payment's. */
enum pp_rc
pp_told_days(const struct pp_told *t, const struct pp_told_rest *r,
    pp_day_fn *fn, void *arg, struct pp_err *err)
{
	const struct pp_payment *p;
	struct pp_day_entry day;
	enum pp_rc rc = PP_OK;
	int64_t number;
	size_t i, k;

	for (i = 0; i < t->nfirst && rc == PP_OK; i++) {
		p = &t->first[i];
		for (number = 0, k = 0; k < r->nins; k++)
			if (strcmp(r->ins[k].in.name, p->integration) == 0 &&
			    r->ins[k].since < p->seq)
				number = r->ins[k].in.number;
		pp_day_of(p, number, &day);
		rc = fn(&day, arg, err);
	}
	return rc;
}
