#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "money.h"
#include "time.h"
#include "totals.h"
#include "banned.h"

#define KEY	(PP_ID_MAX + 16)

const char *const pp_totals_words[] = {
	"all", "day", "month", "batch", "integration", "card", "step", NULL
};

struct line {
	char	key[KEY];
	int64_t	payments, received, refunded;
};

struct pp_totals {
	enum pp_totals_by	 by;
	int32_t			 since, until;
	struct line		*lines;
	size_t			 n, cap, last;
	char			(*names)[PP_ID_MAX];	/* by number */
	size_t			 nnames;
};

static pp_day_fn	add;
static pp_rec_fn	name_of;
static void		key_of(const struct pp_totals *,
			    const struct pp_day_entry *, char *, size_t);
static struct line	*find(struct pp_totals *, const char *);
static int		by_key(const void *, const void *);

enum pp_rc
pp_totals_new(enum pp_totals_by by, int32_t since, int32_t until,
    struct pp_totals **out, struct pp_err *err)
{
	struct pp_totals *t;

	if ((t = calloc(1, sizeof *t)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	t->by = by;
	t->since = since;
	t->until = until;
	*out = t;
	return PP_OK;
}

void
pp_totals_free(struct pp_totals *t)
{
	if (t == NULL)
		return;
	free(t->lines);
	free(t->names);
	free(t);
}

static void
key_of(const struct pp_totals *t, const struct pp_day_entry *e, char *out,
    size_t size)
{
	char day[16];

	switch (t->by) {
	case PP_BY_NOTHING:
		(void)strlcpy(out, "all", size);
		break;
	case PP_BY_THE_DAY:
		(void)pp_time_day_str(e->day, out, size);
		break;
	case PP_BY_MONTH:
		(void)pp_time_day_str(e->day, day, sizeof day);
		(void)snprintf(out, size, "%.7s", day);
		break;
	case PP_BY_BATCH:
		if (e->terminal[0] == '\0' && e->batch[0] == '\0')
			out[0] = '\0';
		else
			(void)snprintf(out, size, "%s-%s", e->terminal,
			    e->batch);
		break;
	case PP_BY_INTEGRATION:
		(void)strlcpy(out, e->integration < t->nnames ?
		    t->names[e->integration] : "", size);
		break;
	case PP_BY_CARD:
		(void)strlcpy(out, pp_brands[e->brand <= PP_B_OTHER ?
		    e->brand : PP_B_OTHER], size);
		break;
	case PP_BY_STEP:
		(void)strlcpy(out, e->step, size);
		break;
	}
}

/* Days come in order, so the line of the entry before is mostly the one. */
static struct line *
find(struct pp_totals *t, const char *key)
{
	struct line *p;
	size_t i, cap;

	if (t->last < t->n && strcmp(t->lines[t->last].key, key) == 0)
		return &t->lines[t->last];
	for (i = t->n; i > 0; i--)
		if (strcmp(t->lines[i - 1].key, key) == 0) {
			t->last = i - 1;
			return &t->lines[i - 1];
		}
	if (t->n == t->cap) {
		cap = t->cap == 0 ? 64 : t->cap * 2;
		if ((p = reallocarray(t->lines, cap, sizeof p[0])) == NULL)
			return NULL;
		t->lines = p;
		t->cap = cap;
	}
	t->last = t->n;
	p = &t->lines[t->n++];
	memset(p, 0, sizeof *p);
	(void)strlcpy(p->key, key, sizeof p->key);
	return p;
}

static enum pp_rc
add(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct pp_totals *t = arg;
	struct line *l;
	char key[KEY];
	bool ok;

	if (t->until != 0 && e->day > t->until)
		return PP_NO;
	key_of(t, e, key, sizeof key);
	if ((l = find(t, key)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	switch (e->type) {
	case PP_P_PAYMENT:
	case PP_P_OFFLINE:
		l->payments++;
		ok = pp_money_add(&l->received, e->cents);
		break;
	case PP_P_CHARGEBACK_REVERSAL:
		ok = pp_money_add(&l->refunded, -e->cents);
		break;
	default:
		ok = pp_money_add(&l->refunded, e->cents);
		break;
	}
	return ok ? PP_OK : pp_err_set(err, PP_BUG, "a sum is out of range");
}

static enum pp_rc
name_of(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_totals *t = arg;
	struct pp_integration in;
	char (*p)[PP_ID_MAX];
	size_t n;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_integration_of(rec, &in, err)) != PP_OK)
		return rc;
	n = (size_t)in.number + 1;
	if (n > t->nnames) {
		if ((p = reallocarray(t->names, n, sizeof p[0])) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		memset(p + t->nnames, 0, (n - t->nnames) * sizeof p[0]);
		t->names = p;
		t->nnames = n;
	}
	(void)strlcpy(t->names[in.number], in.name, sizeof t->names[0]);
	return PP_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->key, y->key);
}

enum pp_rc
pp_totals_read(struct pp_txn *tx, struct pp_totals *t, struct pp_err *err)
{
	enum pp_rc rc;

	if (t->by == PP_BY_INTEGRATION && (rc = pp_txn_scan(tx,
	    PP_INTEGRATION, NULL, 0, name_of, t, err)) != PP_OK)
		return rc;
	if ((rc = pp_day_each(tx, t->since, add, t, err)) == PP_OK && t->n > 0)
		qsort(t->lines, t->n, sizeof t->lines[0], by_key);
	return rc;
}

size_t
pp_totals_count(const struct pp_totals *t)
{
	return t->n;
}

struct json_object *
pp_totals_row(struct pp_totals *t, size_t i)
{
	const struct line *l = &t->lines[i];
	struct json_object *o = json_object_new_object();
	const struct { const char *name, *cents; int64_t v; } sums[] = {
		{ "received", "received_cents", l->received },
		{ "refunded", "refunded_cents", l->refunded },
		{ "net", "net_cents", l->received - l->refunded }
	};
	char text[PP_MONEY_STR];
	size_t k;

	json_object_object_add(o, pp_totals_words[t->by], l->key[0] != '\0' ?
	    json_object_new_string(l->key) : NULL);
	json_object_object_add(o, "payments",
	    json_object_new_int64(l->payments));
	for (k = 0; k < sizeof sums / sizeof sums[0]; k++) {
		json_object_object_add(o, sums[k].name, json_object_new_string(
		    pp_money_str(sums[k].v, text, sizeof text)));
		json_object_object_add(o, sums[k].cents,
		    json_object_new_int64(sums[k].v));
	}
	return o;
}
