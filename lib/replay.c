#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "replay.h"
#include "banned.h"

struct folding {
	struct pp_case	*c;
	int64_t		 until;
	size_t		 events;
};

static pp_event_fn	fold;
static void		*slot(void **, size_t *, size_t, const char *,
			    bool *);
static enum pp_rc	fold_link(struct pp_case *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	fold_attempt(struct pp_case *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	fold_payment(struct pp_case *, const char *,
			    struct json_object *, struct pp_err *);
static enum pp_rc	fold_refund(struct pp_case *, struct json_object *,
			    struct pp_err *);

/* The element of a list whose id (its first member) this is, or a new zeroed
 * one at the end; NULL without memory. */
static void *
slot(void **list, size_t *n, size_t size, const char *id, bool *fresh)
{
	char *p = *list;
	size_t i;

	*fresh = false;
	for (i = 0; i < *n; i++)
		if (strcmp(p + i * size, id) == 0)
			return p + i * size;
	if ((p = reallocarray(*list, *n + 1, size)) == NULL)
		return NULL;
	*list = p;
	*fresh = true;
	memset(p + *n * size, 0, size);
	return p + (*n)++ * size;
}

static enum pp_rc
fold_link(struct pp_case *c, struct json_object *ev, struct pp_err *err)
{
	void *list = c->links, *l;
	const char *id;
	bool fresh;

	if (pp_json_str(ev, "link", &id, err) != PP_OK)
		return PP_IO;
	l = slot(&list, &c->nlinks, sizeof c->links[0], id, &fresh);
	c->links = list;
	if (l == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return pp_doc_read(pp_link_fields, pp_link_nfields, ev, l, err);
}

static enum pp_rc
fold_attempt(struct pp_case *c, struct json_object *ev, struct pp_err *err)
{
	void *list = c->atts, *a;
	const char *id;
	bool fresh;

	if (pp_json_str(ev, "attempt", &id, err) != PP_OK)
		return PP_IO;
	a = slot(&list, &c->natts, sizeof c->atts[0], id, &fresh);
	c->atts = list;
	if (a == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return pp_doc_read(pp_attempt_fields, pp_attempt_nfields, ev, a, err);
}

/* A payment's id is not its first member, so it has its own search.  A new
 * one moves the sums of task and link (rule A1). */
static enum pp_rc
fold_payment(struct pp_case *c, const char *type, struct json_object *ev,
    struct pp_err *err)
{
	struct pp_payment *p = NULL, *list;
	struct pp_task before = c->task;
	const char *id;
	int64_t seq, first;
	size_t i;
	bool fresh = false;
	enum pp_rc rc;

	if (pp_json_str(ev, "id", &id, err) != PP_OK ||
	    pp_json_int(ev, "seq", 1, INT64_MAX, &seq, err) != PP_OK)
		return PP_IO;
	for (i = 0; i < c->npays; i++)
		if (strcmp(c->pays[i].id, id) == 0)
			p = &c->pays[i];
	if (p == NULL) {
		if ((list = reallocarray(c->pays, c->npays + 1,
		    sizeof list[0])) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		c->pays = list;
		p = &list[c->npays++];
		memset(p, 0, sizeof *p);
		fresh = true;
	}
	first = p->seq;
	if ((rc = pp_doc_read(pp_payment_fields, pp_payment_nfields, ev, p,
	    err)) != PP_OK)
		return rc;
	if (!fresh) {	/* it keeps the number of its first event */
		p->seq = first;
		return PP_OK;
	}
	/* An orphan that was adopted keeps the number of its first event,
	 * which was nobody's. */
	p->seq = strcmp(type, "payment.adopted") == 0 ? 0 : seq;
	if (!pp_task_take(&c->task, p))
		return pp_err_set(err, PP_IO, "event %lld: a sum is out of "
		    "range", (long long)seq);
	for (i = 0; i < c->nlinks; i++)
		if (strcmp(c->links[i].id, p->link) == 0)
			pp_link_take(&c->links[i], &before, p);
	return PP_OK;
}

static enum pp_rc
fold_refund(struct pp_case *c, struct json_object *ev, struct pp_err *err)
{
	void *list = c->refunds, *r;
	const char *id;
	bool fresh;

	if (pp_json_str(ev, "refund", &id, err) != PP_OK)
		return PP_IO;
	r = slot(&list, &c->nrefunds, sizeof c->refunds[0], id, &fresh);
	c->refunds = list;
	if (r == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return pp_doc_read(pp_refund_fields, pp_refund_nfields, ev, r, err);
}

enum pp_rc
pp_replay_event(struct pp_case *c, struct json_object *ev, struct pp_err *err)
{
	const char *type;

	if (pp_json_str(ev, "type", &type, err) != PP_OK)
		return PP_IO;
	if (strncmp(type, "task.", 5) == 0 || strncmp(type, "invoice.", 8) == 0)
		return pp_doc_read(pp_task_fields, pp_task_nfields, ev,
		    &c->task, err);
	if (strncmp(type, "link.", 5) == 0)
		return fold_link(c, ev, err);
	if (strncmp(type, "attempt.", 8) == 0)
		return fold_attempt(c, ev, err);
	if (strncmp(type, "payment.", 8) == 0)
		return fold_payment(c, type, ev, err);
	if (strncmp(type, "refund.", 7) == 0)
		return fold_refund(c, ev, err);
	return PP_OK;
}

static enum pp_rc
fold(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct folding *f = arg;
	struct json_object *ev;
	int64_t at;
	enum pp_rc rc;

	(void)tx, (void)seq;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	if ((rc = pp_json_time(ev, "at", &at, err)) != PP_OK)
		rc = PP_IO;
	else if (f->until != 0 && at > f->until)
		rc = PP_NO;
	else {
		f->events++;
		rc = pp_replay_event(f->c, ev, err);
	}
	json_object_put(ev);
	return rc;
}

enum pp_rc
pp_replay_task(struct pp_txn *tx, const char *task, int64_t until,
    struct pp_case *c, struct pp_err *err)
{
	struct folding f = { c, until, 0 };
	enum pp_rc rc;

	memset(c, 0, sizeof *c);
	if ((rc = pp_journal_each(tx, 0, task, fold, &f, err)) != PP_OK)
		return rc;
	return f.events > 0 ? PP_OK : PP_NOTFOUND;
}
