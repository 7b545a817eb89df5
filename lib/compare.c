#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "fold.h"
#include "intl.h"
#include "record.h"
#include "sheet.h"
#include "time.h"
#include "banned.h"

#define TELL_EVERY	1000	/* tasks */

struct comparing {
	struct pp_txn		*tx;
	struct pp_told_rest	 rest;
	int64_t			 told[PP_NCOLL];
	int64_t			 stored;
	int64_t			 tasks;
	pp_compare_tell		*tell;
	void			*arg;
	/* What is looked for among what a task tells. */
	const struct pp_kind	*kind;
	const void		*key;
	size_t			 klen;
	bool			 found;
};

static pp_fold_fn	task;
static pp_told_fn	record, look;
static pp_day_fn	day, count_day, day_extra;
static pp_sheet_fn	sheet;
static pp_rec_fn	count, extra, sheet_extra, person;
static enum pp_rc	same(enum pp_coll, const char *, const struct pp_rec *,
			    const struct pp_rec *, struct pp_err *);
static enum pp_rc	members(enum pp_coll, const char *,
			    const struct pp_rec *, const struct pp_rec *,
			    struct pp_err *);
static bool		same_keys(const struct pp_rec *,
			    const struct pp_rec *);
static enum pp_rc	lost(enum pp_coll, const char *, struct pp_err *);
static enum pp_rc	told_of(struct comparing *, const char *,
			    struct pp_err *);
static enum pp_rc	no_more(struct comparing *, enum pp_coll,
			    struct pp_err *);
static enum pp_rc	facts(struct comparing *, struct pp_err *);

static enum pp_rc
lost(enum pp_coll c, const char *id, struct pp_err *err)
{
	return pp_err_set(err, PP_CONFLICT, "%s %s is lost: the journal tells "
	    "of it", pp_coll_name(c), id);
}

/* The first member in which two documents differ. */
static enum pp_rc
members(enum pp_coll c, const char *id, const struct pp_rec *is,
    const struct pp_rec *told, struct pp_err *err)
{
	struct json_object *a = NULL, *b = NULL, *v;
	const char *name = NULL;
	enum pp_rc rc = PP_OK;

	if (pp_json_parse(is->text, is->len, &a, err) != PP_OK ||
	    pp_json_parse(told->text, told->len, &b, err) != PP_OK) {
		rc = PP_IO;
		goto out;
	}
	json_object_object_foreach(b, key, val)
		if (name == NULL && (!json_object_object_get_ex(a, key, &v) ||
		    json_object_equal(v, val) == 0))
			name = key;
	json_object_object_foreach(a, also, other) {
		(void)other;
		if (name == NULL && !json_object_object_get_ex(b, also, &v))
			name = also;
	}
	if (name == NULL)
		goto out;	/* written by another version: as good */
	rc = pp_err_member(err, PP_CONFLICT, name, "%s %s is stored as %s, its "
	    "events say %s", pp_coll_name(c), id,
	    json_object_to_json_string(json_object_object_get(a, name)),
	    json_object_to_json_string(json_object_object_get(b, name)));
out:
	json_object_put(a);
	json_object_put(b);
	return rc;
}

static bool
same_keys(const struct pp_rec *a, const struct pp_rec *b)
{
	const char *x, *y;
	size_t i;

	for (i = 0; i < PP_REC_KEYS; i++) {
		x = a->key[i] != NULL ? a->key[i] : "";
		y = b->key[i] != NULL ? b->key[i] : "";
		if (strcmp(x, y) != 0)
			return false;
	}
	return true;
}

static enum pp_rc
same(enum pp_coll c, const char *id, const struct pp_rec *is,
    const struct pp_rec *told, struct pp_err *err)
{
	enum pp_rc rc;

	if ((is->len != told->len || memcmp(is->text, told->text, is->len) !=
	    0) && (rc = members(c, id, is, told, err)) != PP_OK)
		return rc;
	if (is->state != told->state || is->flags != told->flags ||
	    is->cents != told->cents || is->day != told->day ||
	    is->when != told->when || !same_keys(is, told))
		return pp_err_set(err, PP_CONFLICT, "%s %s has a header that "
		    "is not its document's", pp_coll_name(c), id);
	return PP_OK;
}

static enum pp_rc
record(const struct pp_kind *k, void *s, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	struct pp_kind_room room;
	struct pp_rec is, told;
	char key[PP_KIND_KEY];
	size_t klen = pp_kind_key(k, s, key);
	union pp_kind_any stored;
	enum pp_rc rc;

	w->told[k->coll]++;
	if ((rc = pp_txn_get(w->tx, k->coll, key, klen, &is, err)) ==
	    PP_NOTFOUND)
		return lost(k->coll, pp_kind_id(k, s), err);
	if (rc != PP_OK || (rc = pp_kind_read(k, &is, &stored, err)) != PP_OK)
		return rc;
	pp_kind_carry(k, &stored, s);
	if ((rc = pp_kind_write(k, s, &told, &room, err)) == PP_OK)
		rc = same(k->coll, pp_kind_id(k, s), &is, &told, err);
	pp_kind_done(&room);
	return rc;
}

static enum pp_rc
day(const struct pp_day_entry *told, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	char id[64], at[PP_TIME_STR];
	struct pp_day_entry is;
	enum pp_rc rc;

	w->told[PP_BY_DAY]++;
	(void)snprintf(id, sizeof id, "%s/%" PRId64, pp_time_day_str(told->day,
	    at, sizeof at), told->seq);
	if ((rc = pp_day_get(w->tx, told->day, told->seq, &is, err)) ==
	    PP_NOTFOUND)
		return lost(PP_BY_DAY, id, err);
	if (rc != PP_OK)
		return rc;
	if (is.cents == told->cents && is.type == told->type &&
	    is.brand == told->brand && is.integration == told->integration &&
	    strcmp(is.terminal, told->terminal) == 0 &&
	    strcmp(is.batch, told->batch) == 0 &&
	    strcmp(is.step, told->step) == 0)
		return PP_OK;
	return pp_err_set(err, PP_CONFLICT, "by_day %s is stored as %" PRId64
	    " cents of kind %u, card %u, integration %u, batch %s-%s, step "
	    "%s; its event says %" PRId64 ", %u, %u, %u, %s-%s, %s", id,
	    is.cents, is.type, is.brand, is.integration, is.terminal,
	    is.batch, is.step, told->cents, told->type, told->brand,
	    told->integration, told->terminal, told->batch, told->step);
}

static enum pp_rc
sheet(const unsigned char *key, int64_t number, const struct pp_rec *told,
    void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	struct pp_rec is;
	char id[24];
	enum pp_rc rc;

	w->told[PP_SHEET]++;
	(void)snprintf(id, sizeof id, "%" PRId64, number);
	if ((rc = pp_txn_get(w->tx, PP_SHEET, key, 8, &is, err)) ==
	    PP_NOTFOUND)
		return lost(PP_SHEET, id, err);
	return rc != PP_OK ? rc : same(PP_SHEET, id, &is, told, err);
}

static enum pp_rc
task(struct pp_told *t, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	enum pp_rc rc;

	if ((rc = pp_told_each(t, record, w, err)) == PP_OK)
		rc = pp_told_days(t, &w->rest, day, w, err);
	if (++w->tasks % TELL_EVERY == 0 && w->tell != NULL)
		w->tell(w->tasks, w->arg);
	return rc;
}

/* What is stored beyond that. */

static enum pp_rc
count(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;

	(void)tx, (void)key, (void)klen, (void)rec, (void)err;
	w->stored++;
	return PP_OK;
}

static enum pp_rc
count_day(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;

	(void)e, (void)err;
	w->stored++;
	return PP_OK;
}

static enum pp_rc
look(const struct pp_kind *k, void *s, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	char key[PP_KIND_KEY];

	(void)err;
	if (k == w->kind && pp_kind_key(k, s, key) == w->klen &&
	    memcmp(key, w->key, w->klen) == 0)
		w->found = true;
	return PP_OK;
}

/* Is w->key among what the events of a task (NULL: of none) tell? */
static enum pp_rc
told_of(struct comparing *w, const char *id, struct pp_err *err)
{
	struct pp_told t = { .nmails = 0 };
	enum pp_rc rc;

	w->found = false;
	if (w->kind->coll == PP_INTEGRATION)
		return pp_told_integrations(&w->rest, look, w, err);
	if (id == NULL)
		return pp_told_each(&w->rest.none, look, w, err);
	if ((rc = pp_fold_task(w->tx, id, &t, err)) == PP_OK)
		rc = pp_told_each(&t, look, w, err);
	pp_told_release(&t);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

static enum pp_rc
extra(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	union pp_kind_any s;
	enum pp_rc rc;

	(void)tx;
	w->key = key;
	w->klen = klen;
	if ((rc = pp_kind_read(w->kind, rec, &s, err)) != PP_OK ||
	    (rc = told_of(w, pp_kind_task_of(w->kind, &s), err)) != PP_OK ||
	    w->found)
		return rc;
	return pp_err_set(err, PP_CONFLICT, "%s %s is stored and no event "
	    "tells of it", pp_coll_name(w->kind->coll),
	    pp_kind_id(w->kind, &s));
}

static enum pp_rc
sheet_extra(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	int64_t number = klen == 8 ? (int64_t)pp_key_to_u64(key) : 0;
	size_t i;

	(void)tx, (void)rec;
	for (i = 0; i < w->rest.nsheets; i++)
		if (w->rest.sheets[i].number == number)
			return PP_OK;
	return pp_err_set(err, PP_CONFLICT, "sheet %" PRId64 " is stored and "
	    "no event tells of it", number);
}

/* Of an entry that is one too many no event of a payment has the number and
 * the day. */
static enum pp_rc
day_extra(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct comparing *w = arg;
	struct json_object *ev = NULL;
	char at[PP_TIME_STR];
	unsigned char key[8];
	const char *date;
	struct pp_rec rec;
	enum pp_rc rc;
	bool told;

	(void)pp_time_day_str(e->day, at, sizeof at);
	pp_key_u64((uint64_t)e->seq, key);
	if ((rc = pp_txn_get(w->tx, PP_EVENT, key, sizeof key, &rec, err)) !=
	    PP_OK && rc != PP_NOTFOUND)
		return rc;
	told = rc == PP_OK && pp_json_parse(rec.text, rec.len, &ev, NULL) ==
	    PP_OK && pp_json_str(ev, "business_date", &date, NULL) == PP_OK &&
	    strcmp(date, at) == 0;
	json_object_put(ev);
	return told ? PP_OK : pp_err_set(err, PP_CONFLICT, "by_day %s/%" PRId64
	    " is stored and no event tells of it", at, e->seq);
}

/* Everything that the journal tells was found; so if there is no more of it
 * than that, there is nothing else. */
static enum pp_rc
no_more(struct comparing *w, enum pp_coll c, struct pp_err *err)
{
	enum pp_rc rc;

	w->stored = 0;
	rc = c == PP_BY_DAY ? pp_day_each(w->tx, 0, count_day, w, err) :
	    pp_txn_scan(w->tx, c, NULL, 0, count, w, err);
	if (rc != PP_OK || w->stored == w->told[c])
		return rc;
	if ((w->kind = pp_kind_of(c)) == NULL && c != PP_BY_DAY &&
	    c != PP_SHEET)
		return pp_err_set(err, PP_BUG, "%s: no kind of documents",
		    pp_coll_name(c));
	if (c == PP_BY_DAY)
		rc = pp_day_each(w->tx, 0, day_extra, w, err);
	else
		rc = pp_txn_scan(w->tx, c, NULL, 0, c == PP_SHEET ?
		    sheet_extra : extra, w, err);
	return rc != PP_OK ? rc : pp_err_set(err, PP_CONFLICT, ngettext(
	    "%s has %" PRId64 " record, the journal tells of %" PRId64,
	    "%s has %" PRId64 " records, the journal tells of %" PRId64,
	    (unsigned long)w->stored), pp_coll_name(c), w->stored, w->told[c]);
}

static enum pp_rc
person(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_rec of;
	enum pp_rc rc;

	(void)rec, (void)arg;
	if ((rc = pp_txn_get(tx, PP_TASK, key, klen, &of, err)) != PP_NOTFOUND)
		return rc;
	return pp_err_set(err, PP_CONFLICT, "person %.*s is stored and there "
	    "is no such task", (int)klen, (const char *)key);
}

/* The facts that the journal tells, too. */
static enum pp_rc
facts(struct comparing *w, struct pp_err *err)
{
	char is[24], told[24] = "";
	enum pp_rc rc;

	if (w->rest.nins > 0)
		(void)strlcpy(told, pp_integration_live(&w->rest.ins[0].in) ?
		    "live" : "test", sizeof told);
	if ((rc = pp_meta_get(w->tx, "kind", is, sizeof is, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	if (strcmp(is, told) != 0)
		return pp_err_set(err, PP_CONFLICT, "meta kind is stored as "
		    "\"%s\", its events say \"%s\"", is, told);
	(void)snprintf(told, sizeof told, "%" PRId64, w->rest.incarnation);
	if ((rc = pp_meta_get(w->tx, "incarnation", is, sizeof is, err)) !=
	    PP_OK && rc != PP_NOTFOUND)
		return rc;
	if (strcmp(rc == PP_OK ? is : "0", told) != 0)
		return pp_err_set(err, PP_CONFLICT, "meta incarnation is "
		    "stored as %s, its events say %s", is, told);
	return PP_OK;
}

enum pp_rc
pp_compare(struct pp_txn *tx, pp_compare_tell *tell, void *arg,
    struct pp_err *err)
{
	struct comparing *w;
	enum pp_rc rc;
	size_t i;

	if ((w = calloc(1, sizeof *w)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	w->tx = tx;
	w->tell = tell;
	w->arg = arg;
	if ((rc = pp_fold_rest(tx, &w->rest, err)) != PP_OK ||
	    (rc = pp_told_integrations(&w->rest, record, w, err)) != PP_OK ||
	    (rc = pp_fold_tasks(tx, "", &w->rest, task, w, err)) != PP_OK ||
	    (rc = pp_told_each(&w->rest.none, record, w, err)) != PP_OK ||
	    (rc = pp_told_days(&w->rest.none, &w->rest, day, w, err)) !=
	    PP_OK)
		goto out;
	for (i = 0; i < w->rest.nsheets && rc == PP_OK; i++)
		rc = pp_sheet_record(w->rest.sheets[i].text, sheet, w, err);
	for (i = 0; i < PP_NCOLL && rc == PP_OK; i++)
		if (i != PP_META && i != PP_EVENT && i != PP_PERSON)
			rc = no_more(w, (enum pp_coll)i, err);
	if (rc == PP_OK)
		rc = pp_txn_scan(tx, PP_PERSON, NULL, 0, person, w, err);
	if (rc == PP_OK)
		rc = facts(w, err);
out:
	pp_told_rest_release(&w->rest);
	free(w);
	return rc;
}
