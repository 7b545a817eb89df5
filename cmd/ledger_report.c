#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "money.h"
#include "report_html.h"
#include "say.h"
#include "time.h"
#include "totals.h"
#include "walk.h"
#include "banned.h"

struct job {
	struct pp_cmd		*cmd;
	struct pp_ledger_opts	*o;
	struct pp_report	*report;
	struct pp_totals	*days, *cards;
	struct pp_heaps		 heaps;
	struct pp_head		 head;
	int64_t			 now;
	bool			 live;
};

static pp_txn_fn	begin;
static pp_walk_fn	one_task, one_payment, one_attempt;
static pp_rec_fn	first_link;
static void		add_days(struct job *);
static void		add_cards(struct job *);
static void		rows(struct job *);
static void		row(struct pp_out *, const char *, const char *,
			    const struct pp_report_sum *, int64_t);

/* One reading of the day index: the same sums as pp-ledger totals. */
static enum pp_rc
begin(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	enum pp_rc rc;

	j->live = pp_txn_live(tx);
	j->cmd->test = !j->live;
	j->now = pp_txn_now(tx);
	if ((rc = pp_journal_head(tx, &j->head, err)) != PP_OK ||
	    (rc = pp_totals_read(tx, j->days, err)) != PP_OK ||
	    (rc = pp_totals_read(tx, j->cards, err)) != PP_OK)
		return rc;
	return pp_heaps_read(tx, &j->heaps, err);
}

static void
add_days(struct job *j)
{
	struct json_object *o;
	const char *text;
	int64_t n, received, back;
	int32_t day, first = 0;
	size_t i, count = pp_totals_count(j->days);

	for (i = 0; i < count; i++) {
		o = pp_totals_row(j->days, i);
		if (pp_json_str(o, "day", &text, NULL) == PP_OK &&
		    pp_time_day_parse(text, &day, NULL) == PP_OK &&
		    pp_json_int(o, "payments", 0, INT64_MAX, &n,
		    NULL) == PP_OK && pp_json_int(o, "received_cents",
		    -PP_SUM_MAX, PP_SUM_MAX, &received, NULL) == PP_OK &&
		    pp_json_int(o, "refunded_cents", -PP_SUM_MAX, PP_SUM_MAX,
		    &back, NULL) == PP_OK) {
			if (first == 0)
				pp_report_begin(j->report, j->o->since,
				    j->o->until, first = day,
				    pp_time_day(j->now));
			pp_report_day(j->report, day, n, received, back);
		}
		json_object_put(o);
	}
	if (first == 0)
		pp_report_begin(j->report, j->o->since, j->o->until, 0,
		    pp_time_day(j->now));
}

static void
add_cards(struct job *j)
{
	struct json_object *o;
	const char *name;
	int64_t n, received;
	size_t i;

	for (i = 0; i < pp_totals_count(j->cards); i++) {
		o = pp_totals_row(j->cards, i);
		if (pp_json_str(o, "card", &name, NULL) != PP_OK ||
		    strcmp(name, pp_brands[PP_B_NONE]) == 0)
			name = "";
		if (pp_json_int(o, "payments", 1, INT64_MAX, &n,
		    NULL) == PP_OK && pp_json_int(o, "received_cents", 0,
		    PP_SUM_MAX, &received, NULL) == PP_OK)
			pp_report_card(j->report, name, n, received);
		json_object_put(o);
	}
}

/* The first of a task's links: their ids begin with the time. */
static enum pp_rc
first_link(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	(void)tx, (void)key, (void)klen, (void)err;
	*(int64_t *)arg = rec->when;
	return PP_NO;
}

static enum pp_rc
one_task(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_task t;
	struct pp_sums s;
	int64_t asked = 0;
	enum pp_rc rc;

	(void)head, (void)row;
	if ((rc = pp_task_of(rec, &t, err)) != PP_OK)
		return rc;
	pp_task_sums(&t, &s);
	if (s.owed == 0)
		return PP_OK;
	if ((rc = pp_txn_find(tx, PP_LINK_BY_TASK, t.id, strlen(t.id),
	    first_link, &asked, err)) == PP_OK)
		pp_report_owed(j->report, &t, asked, j->now);
	return rc;
}

static enum pp_rc
one_payment(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_payment p;
	struct pp_link l;
	enum pp_rc rc;

	(void)head, (void)row;
	if (rec->state != PP_P_PAYMENT || !pp_report_has(j->report, rec->day))
		return PP_OK;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.link[0] == '\0' || p.seq > j->head.seq)
		return PP_OK;
	if ((rc = pp_link_get(tx, p.link, &l, err)) == PP_OK)
		pp_report_paid(j->report, p.paid_at - l.created_at, p.amount);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

static enum pp_rc
one_attempt(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_attempt a;
	enum pp_rc rc;

	(void)tx, (void)head, (void)row;
	if (rec->state != PP_T_DECLINED)
		return PP_OK;
	if ((rc = pp_attempt_of(rec, &a, err)) == PP_OK &&
	    a.resolved_at <= j->now &&
	    pp_report_has(j->report, pp_time_day(a.resolved_at)))
		pp_report_declined(j->report, pp_say_reason(a.response_code),
		    a.amount);
	return rc;
}

static void
row(struct pp_out *out, const char *part, const char *key,
    const struct pp_report_sum *s, int64_t back)
{
	struct json_object *o = json_object_new_object();
	char text[PP_MONEY_STR];

	json_object_object_add(o, "part", json_object_new_string(part));
	json_object_object_add(o, "key", *key != '\0' ?
	    json_object_new_string(key) : NULL);
	json_object_object_add(o, "count", json_object_new_int64(s->n));
	json_object_object_add(o, "amount", json_object_new_string(
	    pp_money_str(s->cents, text, sizeof text)));
	json_object_object_add(o, "amount_cents",
	    json_object_new_int64(s->cents));
	json_object_object_add(o, "back", json_object_new_string(
	    pp_money_str(back, text, sizeof text)));
	json_object_object_add(o, "back_cents", json_object_new_int64(back));
	pp_out_row(out, o);
}

/* The same figures for another program. */
static void
rows(struct job *j)
{
	static const struct pp_column cols[] = {
		{ "PART", "part", PP_LEFT }, { "KEY", "key", PP_LEFT },
		{ "COUNT", "count", PP_RIGHT },
		{ "AMOUNT", "amount", PP_RIGHT },
		{ "GIVEN BACK", "back", PP_RIGHT }
	};
	const struct pp_report *r = j->report;
	struct pp_report_sum s;
	struct pp_out out;
	char day[PP_TIME_STR];
	size_t i;

	pp_out_init(&out, j->cmd, cols, sizeof cols / sizeof cols[0]);
	for (i = 0; i < r->nbars; i++) {
		s.n = r->bars[i].n;
		s.cents = r->bars[i].received;
		if (s.n != 0 || s.cents != 0 || r->bars[i].back != 0)
			row(&out, pp_report_units[r->unit], pp_time_day_str(
			    r->bars[i].day, day, sizeof day), &s,
			    r->bars[i].back);
	}
	for (i = 0; i < PP_AGE_N; i++)
		row(&out, "owed", pp_report_ages[i], &r->ages[i], 0);
	for (i = 0; i < PP_DELAY_N; i++)
		row(&out, "delay", pp_report_delays[i], &r->delays[i], 0);
	for (i = 0; i < r->nreasons; i++)
		row(&out, "declined", r->reasons[i].name, &r->reasons[i].sum,
		    0);
	for (i = 0; i < r->ncards; i++)
		row(&out, "card", r->cards[i].name, &r->cards[i].sum, 0);
	pp_out_end(&out);
}

enum pp_rc
pp_ledger_report(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_out none = { .rc = PP_OK };
	struct report_view v;
	enum pp_rc rc;

	if (o->language != NULL && strcmp(o->language, "fr") != 0 &&
	    strcmp(o->language, "en") != 0)
		pp_cmd_usage(cmd, "--language fr or en");
	if ((j.report = malloc(sizeof *j.report)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	if ((rc = pp_totals_new(PP_BY_THE_DAY, o->since, o->until, &j.days,
	    err)) != PP_OK || (rc = pp_totals_new(PP_BY_CARD, o->since,
	    o->until, &j.cards, err)) != PP_OK ||
	    (rc = pp_store_txn(&cmd->store, PP_TXN_READ, begin, &j,
	    err)) != PP_OK)
		goto out;
	add_days(&j);
	add_cards(&j);
	if ((rc = pp_walk_payments(cmd, one_payment, &j, &none,
	    err)) != PP_OK || (rc = pp_walk(cmd, PP_ATTEMPT, one_attempt, &j,
	    &none, err)) != PP_OK || (rc = pp_walk(cmd, PP_TASK, one_task, &j,
	    &none, err)) != PP_OK)
		goto out;
	pp_report_end(j.report);
	if (!o->html) {
		rows(&j);
		goto out;
	}
	v = (struct report_view){ .report = j.report, .heaps = &j.heaps,
	    .head = &j.head, .business = cmd->conf.business.name,
	    .currency = cmd->conf.business.currency,
	    .zone = cmd->conf.business.time_zone,
	    .language = o->language != NULL ? o->language :
	    cmd->conf.business.language, .now = j.now, .live = j.live };
	rc = report_html(&v, stdout, err);
out:
	pp_totals_free(j.days);
	pp_totals_free(j.cards);
	free(j.report);
	return rc;
}
