/*
 * Rules B1, B2 and B3 over random histories: whatever is recorded, transferred,
 * frozen, entered and taken back, in any order, the heaps add up, no payment
 * is on two sheets, a sheet never changes, and an export only grows.
 *
 *	t_entering [SEED [STEPS]]	one history of at most 150 steps
 */
#include "config.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "export.h"
#include "money.h"
#include "recording.h"
#include "sheet.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

#define TASKS	6
#define SHEETS	200
#define HISTORIES 6
#define STEPS	150

/* What the test itself knows of a payment. */
struct known {
	char	id[PP_PAY_ID];
	int	task;			/* -1: nobody's */
	int64_t	cents;			/* signed */
	int64_t	sheet;
	bool	entered;
};

struct world {
	uint32_t	 rnd;
	bool		 transferred[TASKS];
	struct known	 pay[STEPS * 2];
	size_t		 n;
	struct { int64_t total; size_t count; bool entered; char ids[8192]; }
			 sheet[SHEETS];
	size_t		 nsheets;
	struct pp_buf	 csv, before;
	int		 op;
	size_t		 bad;
	const char	*what;		/* the first thing that was wrong */
};

static char dir[PATH_MAX], clock_text[PP_TIME_STR];
static const char *
marie(void)
{
	return "marie";
}

static struct pp_store st = { .command = "t_entering", .person = marie,
    .clock = clock_text };
static struct world w;
static int64_t now;

static uint32_t	rnd(uint32_t);
static void	wrong(const char *);
static pp_txn_fn step, check, make_tasks;
static pp_event_fn exported;
static enum pp_rc record(struct pp_txn *, struct pp_err *);
static enum pp_rc orphan(struct pp_txn *, struct pp_err *);
static enum pp_rc adopt(struct pp_txn *, struct pp_err *);
static enum pp_rc back(struct pp_txn *, struct pp_err *);
static enum pp_rc transfer(struct pp_txn *, struct pp_err *);
static enum pp_rc freeze(struct pp_txn *, struct pp_err *);
static enum pp_rc enter_sheet(struct pp_txn *, struct pp_err *);
static enum pp_rc unenter_sheet(struct pp_txn *, struct pp_err *);
static enum pp_rc one(struct pp_txn *, struct pp_err *);
static void	history(uint32_t, int);
static int	rm(const char *, const struct stat *, int, struct FTW *);

static uint32_t
rnd(uint32_t below)
{
	w.rnd = w.rnd * 1664525u + 1013904223u;
	return (w.rnd >> 8) % below;
}

static void
wrong(const char *what)
{
	if (w.bad++ == 0)
		w.what = what;
}

static enum pp_rc
make_tasks(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_task t;
	enum pp_rc rc = PP_OK;
	int i;

	(void)arg;
	for (i = 0; i < TASKS && rc == PP_OK; i++) {
		memset(&t, 0, sizeof t);
		(void)snprintf(t.id, sizeof t.id, "T-%d", i);
		(void)snprintf(t.invoice, sizeof t.invoice, "F-%d", i);
		(void)strlcpy(t.currency, "CAD", sizeof t.currency);
		(void)strlcpy(t.taxes, "[{\"name\":\"TPS\",\"amount_cents\":"
		    "500},{\"name\":\"TVQ\",\"amount_cents\":998}]",
		    sizeof t.taxes);
		t.total = 11498;
		rc = pp_task_save(tx, "task.recorded", NULL, &t, err);
	}
	return rc;
}

static void
learn(const struct pp_payment *p, int task)
{
	struct known *k = &w.pay[w.n++];

	memset(k, 0, sizeof *k);
	(void)strlcpy(k->id, p->id, sizeof k->id);
	k->task = task;
	k->cents = pp_payment_signed(p);
}

static enum pp_rc
record(struct pp_txn *tx, struct pp_err *err)
{
	int task = (int)rnd(TASKS);
	char id[16], number[16];
	struct pp_recording r = { .type = PP_P_OFFLINE, .task = id,
	    .method = "cheque", .number = number, .amount = 1 + rnd(9000),
	    .again = rnd(2) == 0 };
	struct pp_payment p;
	bool created;
	enum pp_rc rc;

	(void)snprintf(id, sizeof id, "T-%d", task);
	(void)snprintf(number, sizeof number, "%u", rnd(1000));
	if ((rc = pp_recording_take(tx, &r, &p, &created, err)) == PP_OK &&
	    created)
		learn(&p, task);
	return rc;
}

/* Money of nobody's, as reconciliation takes it in. */
static enum pp_rc
orphan(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_payment p;
	bool created;
	enum pp_rc rc;

	memset(&p, 0, sizeof p);
	p.type = PP_P_PAYMENT;
	p.amount = 1 + rnd(9000);
	p.flags = PP_PF_ORPHAN;
	p.paid_at = now;
	(void)strlcpy(p.currency, "CAD", sizeof p.currency);
	(void)strlcpy(p.integration, "moneris", sizeof p.integration);
	(void)snprintf(p.transaction_no, sizeof p.transaction_no, "o%zu", w.n);
	if ((rc = pp_books_receive(tx, "payment.orphan", &p, &created,
	    err)) == PP_OK && created)
		learn(&p, -1);
	return rc;
}

/* It is found to be a task's. */
static enum pp_rc
adopt(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_payment p;
	bool created;
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < w.n; i++)
		if (w.pay[i].task == -1)
			break;
	if (i == w.n)
		return PP_OK;
	if ((rc = pp_payment_find(tx, w.pay[i].id, &p, err)) != PP_OK)
		return rc;
	w.pay[i].task = (int)rnd(TASKS);
	(void)snprintf(p.task, sizeof p.task, "T-%d", w.pay[i].task);
	p.flags = 0;
	return pp_books_receive(tx, "payment.received", &p, &created, err);
}

static enum pp_rc
back(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_recording r = { .type = rnd(3) == 0 ?
	    PP_P_CHARGEBACK_REVERSAL : PP_P_CHARGEBACK, .again = true,
	    .keep_links = true };
	struct pp_payment p;
	struct known *k;
	bool created;
	enum pp_rc rc;

	if (w.n == 0)
		return PP_OK;
	k = &w.pay[rnd((uint32_t)w.n)];
	r.of = k->id;
	r.amount = 1 + rnd(3000);
	if ((rc = pp_recording_take(tx, &r, &p, &created, err)) == PP_OK &&
	    created)
		learn(&p, k->task);
	return rc;
}

static enum pp_rc
transfer(struct pp_txn *tx, struct pp_err *err)
{
	int task = (int)rnd(TASKS);
	bool undo = rnd(3) == 0;
	char id[16], number[16];
	struct pp_task t;
	enum pp_rc rc;
	size_t i;

	(void)snprintf(id, sizeof id, "T-%d", task);
	(void)snprintf(number, sizeof number, "F-%u", rnd(100));
	rc = undo ? pp_entering_untransfer(tx, id, NULL, &t, err) :
	    pp_entering_transfer(tx, id, rnd(2) == 0 ? number : NULL, NULL, 0,
	    &t, err);
	if (undo)
		for (i = 0; i < w.n; i++)
			if (rc == PP_OK && w.transferred[task] &&
			    w.pay[i].task == task && w.pay[i].entered)
				wrong("untransferred what was entered");
	if (rc == PP_OK)
		w.transferred[task] = !undo;
	return rc;
}

/* The ids of a list, as one text. */
static void
ids_of(const struct pp_entries *list, char *out, size_t size)
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < list->n; i++) {
		(void)strlcat(out, list->v[i].p.id, size);
		(void)strlcat(out, " ", size);
	}
}

static enum pp_rc
freeze(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_entries list = { NULL, 0, 0 };
	struct pp_sheet s;
	bool created;
	enum pp_rc rc;
	size_t i, k;

	rc = pp_sheet_freeze(tx, &s, &list, &created, err);
	if (rc == PP_OK && created) {
		if ((size_t)s.number != w.nsheets + 1)
			wrong("a sheet's number");
		w.sheet[w.nsheets].total = s.total;
		w.sheet[w.nsheets].count = list.n;
		w.sheet[w.nsheets].entered = false;
		ids_of(&list, w.sheet[w.nsheets].ids,
		    sizeof w.sheet[0].ids);
		w.nsheets++;
		for (i = 0; i < list.n; i++)
			for (k = 0; k < w.n; k++) {
				if (strcmp(w.pay[k].id, list.v[i].p.id) != 0)
					continue;
				if (w.pay[k].sheet != 0)
					wrong("a payment on two sheets");
				if (w.pay[k].entered)
					wrong("a sheet of what was entered");
				w.pay[k].sheet = s.number;
			}
	}
	pp_entries_release(&list);
	return rc;
}

static enum pp_rc
enter_sheet(struct pp_txn *tx, struct pp_err *err)
{
	const char *except[1];
	struct pp_sheet s;
	int64_t n, total;
	size_t i, nexcept = 0;
	bool lie = rnd(4) == 0;
	enum pp_rc rc;

	if (w.nsheets == 0)
		return PP_OK;
	n = 1 + rnd((uint32_t)w.nsheets);
	total = w.sheet[n - 1].total;
	if (rnd(3) == 0)
		for (i = 0; i < w.n; i++)
			if (w.pay[i].sheet == n) {
				except[nexcept++] = w.pay[i].id;
				total -= w.pay[i].cents;
				break;
			}
	rc = pp_sheet_enter(tx, n, lie ? total + 1 : total, except, nexcept,
	    NULL, &s, err);
	if (rc == PP_OK && lie)
		wrong("entered with another total");
	if (rc != PP_OK || w.sheet[n - 1].entered)
		return rc;
	w.sheet[n - 1].entered = true;
	for (i = 0; i < w.n; i++)
		if (w.pay[i].sheet == n && (nexcept == 0 ||
		    strcmp(w.pay[i].id, except[0]) != 0)) {
			if (!w.transferred[w.pay[i].task] &&
			    !w.pay[i].entered)
				wrong("entered before the transfer");
			w.pay[i].entered = true;
		}
	return rc;
}

static enum pp_rc
unenter_sheet(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_entries list = { NULL, 0, 0 };
	struct pp_sheet s;
	int64_t n;
	enum pp_rc rc;
	size_t i, k;

	if (w.nsheets == 0)
		return PP_OK;
	n = 1 + rnd((uint32_t)w.nsheets);
	if ((rc = pp_sheet_unenter(tx, n, &s, err)) != PP_OK)
		return rc;
	w.sheet[n - 1].entered = false;
	/* Which marks stay is the sheet's to know; none may appear. */
	rc = pp_sheet_read(tx, n, &s, &list, err);
	for (i = 0; i < list.n; i++)
		for (k = 0; k < w.n; k++) {
			if (strcmp(w.pay[k].id, list.v[i].p.id) != 0)
				continue;
			if (list.v[i].p.entered_at != 0 && !w.pay[k].entered)
				wrong("an undo that entered");
			w.pay[k].entered = list.v[i].p.entered_at != 0;
		}
	pp_entries_release(&list);
	return rc;
}

static enum pp_rc
one(struct pp_txn *tx, struct pp_err *err)
{
	struct pp_entry e;
	struct known *k;
	bool undo = rnd(3) == 0;
	enum pp_rc rc;

	if (w.n == 0)
		return PP_OK;
	k = &w.pay[rnd((uint32_t)w.n)];
	rc = pp_entering_one(tx, k->id, NULL, undo, &e, err);
	if (rc == PP_OK && !undo && !k->entered && (k->task < 0 ||
	    !w.transferred[k->task]))
		wrong("one entered before the transfer");
	if (rc == PP_OK)
		k->entered = !undo;
	return rc;
}

/* One thing that may be refused, but never fails. */
static enum pp_rc
step(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	static enum pp_rc (*const ops[])(struct pp_txn *, struct pp_err *) = {
		record, record, record, orphan, adopt, back, transfer,
		transfer, freeze, enter_sheet, unenter_sheet, one
	};
	static struct world was;
	enum pp_rc rc;

	(void)arg;
	was = w;
	w.op = (int)rnd(sizeof ops / sizeof ops[0]);
	rc = ops[w.op](tx, err);
	if (rc != PP_OK) {		/* the store takes it back too */
		was.rnd = w.rnd;
		was.bad = w.bad;
		was.what = w.what;
		was.op = w.op;
		w = was;
	}
	return rc;
}

static enum pp_rc
exported(struct pp_txn *tx, int64_t seq, const char *text, size_t len,
    void *arg, struct pp_err *err)
{
	struct pp_export x = { .format = PP_X_CSV, .separator = ',' };
	struct pp_export_row rows[PP_EXPORT_ROWS];
	struct json_object *ev;
	int64_t *sum = arg;
	size_t i, n;
	enum pp_rc rc;

	(void)tx, (void)seq;
	if ((rc = pp_json_parse(text, len, &ev, err)) != PP_OK)
		return rc;
	rc = pp_export_event(ev, rows, &n, err);
	json_object_put(ev);
	for (i = 0; rc == PP_OK && i < n; i++) {
		pp_export_row(&x, &rows[i], &w.csv);
		*sum += rows[i].reversal ? -pp_payment_signed(&rows[i].p) :
		    pp_payment_signed(&rows[i].p);
	}
	return rc;
}

static enum pp_rc
check(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_entries list = { NULL, 0, 0 };
	struct pp_heaps h, mine;
	struct pp_buf swap;
	struct pp_sheet s;
	char ids[sizeof w.sheet[0].ids];
	int64_t sum = 0;
	enum pp_rc rc;
	size_t i;

	(void)arg;
	if ((rc = pp_heaps_read(tx, &h, err)) != PP_OK)
		return rc;
	memset(&mine, 0, sizeof mine);
	for (i = 0; i < w.n; i++) {
		mine.received += w.pay[i].cents;
		mine.n_received++;
		if (w.pay[i].entered) {
			mine.entered += w.pay[i].cents;
			mine.n_entered++;
		} else if (w.pay[i].task >= 0 &&
		    w.transferred[w.pay[i].task]) {
			mine.to_enter += w.pay[i].cents;
			mine.n_to_enter++;
		} else {
			mine.waiting += w.pay[i].cents;
			mine.n_waiting++;
		}
	}
	if (memcmp(&mine, &h, sizeof h) != 0)
		wrong("B1 the heaps are not what happened");
	for (i = 0; i < w.nsheets; i++) {
		if ((rc = pp_sheet_read(tx, (int64_t)i + 1, &s, &list,
		    err)) != PP_OK)
			return rc;
		ids_of(&list, ids, sizeof ids);
		if (strcmp(ids, w.sheet[i].ids) != 0 ||
		    s.total != w.sheet[i].total)
			wrong("B2 a sheet has changed");
		if (s.heaps.received != s.heaps.entered + s.heaps.to_enter +
		    s.heaps.waiting)
			wrong("B1 a sheet's heaps do not add up");
		pp_entries_release(&list);
	}
	swap = w.before;
	w.before = w.csv;
	w.csv = swap;
	pp_buf_reset(&w.csv);
	if ((rc = pp_journal_each(tx, 0, NULL, exported, &sum, err)) != PP_OK)
		return rc;
	if (w.before.len > w.csv.len || (w.before.len > 0 &&
	    memcmp(w.before.p, w.csv.p, w.before.len) != 0))
		wrong("B3 an export did not only grow");
	if (sum != h.received)
		wrong("B3 the export is not what was received");
	return PP_OK;
}

static int
rm(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb, (void)type, (void)ftw;
	return remove(path);
}

static void
history(uint32_t seed, int steps)
{
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;
	int i;

	memset(&w, 0, sizeof w);
	w.rnd = seed;
	w.csv.max = w.before.max = 4 * 1024 * 1024;
	now = 1795446000000;
	(void)pp_time_str(now, true, clock_text, sizeof clock_text);
	rc = pp_store_txn(&st, PP_TXN_WRITE, make_tasks, NULL, &err);
	for (i = 0; i < steps && rc == PP_OK && w.bad == 0; i++) {
		/* The clock mostly stands, goes on, and now and then back. */
		switch (rnd(6)) {
		case 0:
			now += rnd(40) * PP_HOUR;
			break;
		case 1:
			now -= rnd(3) * PP_HOUR;
			break;
		default:
			break;
		}
		(void)pp_time_str(now, true, clock_text, sizeof clock_text);
		pp_err_clear(&err);
		rc = pp_store_txn(&st, PP_TXN_WRITE, step, NULL, &err);
		if (rc == PP_STATE || rc == PP_CONFLICT || rc == PP_NOTFOUND)
			rc = PP_OK;
		if (rc == PP_OK) {
			pp_err_clear(&err);
			rc = pp_store_txn(&st, PP_TXN_READ, check, NULL, &err);
		}
	}
	ok(rc == PP_OK && w.bad == 0, "B1 B2 B3 seed %u: %zu payments, %zu "
	    "sheets, %zu bytes exported", seed, w.n, w.nsheets, w.csv.len);
	if (rc != PP_OK || w.bad > 0)
		printf("# step %d, op %d: %s\n", i, w.op, w.bad > 0 ? w.what :
		    err.msg);
	pp_buf_release(&w.csv);
	pp_buf_release(&w.before);
	(void)nftw(dir, rm, 16, FTW_DEPTH | FTW_PHYS);
}

int
main(int argc, char *argv[])
{
	const char *tmp = getenv("TMPDIR");
	char top[PATH_MAX];
	uint32_t seed;

	(void)snprintf(top, sizeof top, "%s/t_entering.XXXXXX", tmp != NULL ?
	    tmp : "/tmp");
	if (mkdtemp(top) == NULL || snprintf(dir, sizeof dir, "%s/store",
	    top) >= (int)sizeof dir || pp_time_zone("America/Toronto",
	    NULL) != PP_OK) {
		perror(top);
		return 1;
	}
	st.dir = dir;
	if (argc > 1)
		history((uint32_t)strtoul(argv[1], NULL, 10), argc > 2 ?
		    (int)strtonum(argv[2], 1, STEPS, NULL) : STEPS);
	else
		for (seed = 1; seed <= HISTORIES; seed++)
			history(seed, STEPS);
	(void)rmdir(top);
	return done();
}
