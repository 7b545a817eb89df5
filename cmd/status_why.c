#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "buf.h"
#include "journal.h"
#include "lookup.h"
#include "money.h"
#include "replay.h"
#include "status.h"
#include "status_view.h"
#include "status_why.h"
#include "time.h"
#include "utf8.h"
#include "walk.h"
#include "why.h"
#include "banned.h"

#define WATCH_EVERY	2		/* seconds */
#define FACTS_BATCH	PP_BATCH_LINES
#define HAY_MAX		(256 * 1024)

struct why {
	struct pp_cmd		*cmd;
	const char		*number;
	int64_t			 at;
	char			 task[PP_TASK_ID];
	char			 lang[PP_LANG];
	int64_t			 after;		/* events shown so far */
	struct json_object	*rows;
	bool			 ended;		/* no more events now */
};

struct words {
	struct pp_cmd		*cmd;
	const char *const	*v;
	size_t			 n;
};

static const struct pp_column fact_columns[] = {
	{ "SEQ", "seq", PP_RIGHT }, { "WHEN", "at", PP_WHEN },
	{ "WHO", "person", PP_LEFT }, { "BY", "actor", PP_LEFT },
	{ "RULE", "rule", PP_LEFT }, { "WHAT", "what", PP_LEFT }
};

static const struct pp_column next_columns[] = {
	{ "WHAT WOULD CHANGE IT", "next", PP_LEFT },
	{ "COMMAND", "command", PP_LEFT }
};

static pp_txn_fn	find_task, facts, whats_next, then;
static pp_event_fn	fact;
static pp_walk_fn	match;
static void		hay_money(struct pp_buf *, int64_t);
static void		fold_case(char *);

static enum pp_rc
find_task(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct why *w = arg;
	struct pp_found f;
	struct pp_case c = { .nlinks = 0 };
	enum pp_rc rc;

	if ((rc = pp_lookup(tx, w->number, &f, err)) != PP_OK)
		return rc;
	if (f.n == 0)
		return pp_err_set(err, PP_NOTFOUND, "a payment of no task");
	(void)strlcpy(w->task, f.task[0], sizeof w->task);
	if ((rc = pp_task_get(tx, w->task, &c.task, err)) == PP_OK)
		(void)strlcpy(w->lang, w->cmd->output == PP_OUT_TABLE ?
		    pp_view_reader(w->cmd) : pp_view_language(w->cmd, &c),
		    sizeof w->lang);
	return rc;
}

static enum pp_rc
fact(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct why *w = arg;
	struct json_object *ev;

	(void)tx;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	w->after = seq;
	json_object_array_add(w->rows, pp_why_fact(ev, w->lang));
	json_object_put(ev);
	return json_object_array_length(w->rows) == FACTS_BATCH ? PP_NO :
	    PP_OK;
}

static enum pp_rc
facts(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct why *w = arg;
	enum pp_rc rc;

	w->rows = json_object_new_array();
	rc = pp_journal_each(tx, w->after, w->task, fact, w, err);
	w->ended = json_object_array_length(w->rows) < FACTS_BATCH;
	return rc;
}

static enum pp_rc
whats_next(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct why *w = arg;
	struct pp_case c;
	enum pp_rc rc;

	w->rows = json_object_new_array();
	if ((rc = pp_case_load(tx, w->task, &c, err)) == PP_OK)
		pp_why_next(&c, w->lang, pp_txn_now(tx), w->rows);
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_why_task(struct pp_cmd *cmd, const char *number, struct pp_err *err)
{
	struct why w = { .cmd = cmd, .number = number };
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, find_task, &w,
	    err)) != PP_OK)
		return rc;
	pp_out_init(&out, cmd, fact_columns,
	    sizeof fact_columns / sizeof fact_columns[0]);
	do {
		if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, facts, &w,
		    err)) == PP_OK)
			pp_out_rows(&out, w.rows);
		else
			json_object_put(w.rows);
	} while (rc == PP_OK && !w.ended);
	pp_out_end(&out);
	if (rc != PP_OK)
		return rc;
	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, whats_next, &w,
	    err)) == PP_OK && json_object_array_length(w.rows) > 0) {
		if (cmd->output == PP_OUT_TABLE)
			putchar('\n');
		if (cmd->output == PP_OUT_TABLE || cmd->output == PP_OUT_JSON) {
			pp_out_init(&out, cmd, next_columns,
			    sizeof next_columns / sizeof next_columns[0]);
			pp_out_rows(&out, json_object_get(w.rows));
			pp_out_end(&out);
		}
	}
	json_object_put(w.rows);
	return rc;
}

static enum pp_rc
then(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct why *w = arg;
	struct pp_case c;
	enum pp_rc rc;

	if ((rc = pp_replay_task(tx, w->task, w->at, &c, err)) == PP_OK) {
		w->rows = pp_status_doc(&c, pp_txn_live(tx), w->lang, w->at);
		/* Schedules are not told by the journal. */
		json_object_object_del(w->rows, "next_check_at");
	} else if (rc == PP_NOTFOUND)
		(void)pp_err_set(err, rc, "task %s was not known then",
		    w->task);
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_why_at(struct pp_cmd *cmd, const char *number, int64_t at,
    struct pp_err *err)
{
	struct why w = { .cmd = cmd, .number = number, .at = at };
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, find_task, &w,
	    err)) != PP_OK || (rc = pp_store_txn(&cmd->store, PP_TXN_READ,
	    then, &w, err)) != PP_OK)
		return rc;
	pp_out_init(&out, cmd, pp_view_columns, pp_view_ncolumns);
	pp_out_row(&out, w.rows);
	pp_out_end(&out);
	return PP_OK;
}

enum pp_rc
pp_why_watch(struct pp_cmd *cmd, const char *number, struct pp_err *err)
{
	struct why w = { .cmd = cmd, .number = number };
	struct json_object *o;
	const char *at, *what;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, find_task, &w,
	    err)) != PP_OK)
		return rc;
	for (;;) {
		if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, facts, &w,
		    err)) != PP_OK)
			break;
		/* A table would wait for its widths: a line a fact. */
		for (i = 0; i < json_object_array_length(w.rows); i++) {
			o = json_object_array_get_idx(w.rows, i);
			if (cmd->output != PP_OUT_TABLE)
				puts(pp_json_text(o));
			else if (pp_json_str(o, "at", &at, NULL) == PP_OK &&
			    pp_json_str(o, "what", &what, NULL) == PP_OK)
				printf("%.19sZ  %s\n", at, what);
		}
		json_object_put(w.rows);
		if (fflush(stdout) == EOF)
			return pp_err_set(err, PP_IO, "cannot write");
		if (w.ended)
			(void)sleep(WATCH_EVERY);
	}
	json_object_put(w.rows);
	return rc;
}

/* Words. */

/* ASCII letters, and the two-byte letters that French has, to lower case. */
static void
fold_case(char *s)
{
	unsigned char *p = (unsigned char *)s;

	for (; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (unsigned char)(*p - 'A' + 'a');
		else if (*p == 0xc3 && p[1] >= 0x80 && p[1] <= 0x9e &&
		    p[1] != 0x97)
			p[1] = (unsigned char)(p[1] + 0x20);
}

static void
hay_money(struct pp_buf *b, int64_t cents)
{
	char text[PP_MONEY_STR];

	pp_buf_printf(b, " %s", pp_money_str(cents, text, sizeof text));
}

static enum pp_rc
match(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct words *w = arg;
	struct pp_buf hay = PP_BUF_INIT(HAY_MAX);
	struct json_object *person = NULL;
	struct pp_case c = { .nlinks = 0 };
	struct pp_task t;
	char at[PP_TIME_STR];
	bool all = true;
	size_t i;
	enum pp_rc rc;

	(void)head;
	if ((rc = pp_task_of(rec, &t, err)) != PP_OK ||
	    (rc = pp_case_load(tx, t.id, &c, err)) != PP_OK)
		goto out;
	pp_buf_printf(&hay, "%s %s", t.id, t.invoice);
	hay_money(&hay, t.total);
	if (pp_person_get(tx, t.id, &person, NULL) == PP_OK) {
		json_object_object_foreach(person, key, val) {
			(void)key;
			pp_buf_printf(&hay, " %s", json_object_get_string(val));
		}
	}
	for (i = 0; i < c.nlinks; i++)
		pp_buf_printf(&hay, " %s", c.links[i].id);
	for (i = 0; i < c.natts; i++) {
		pp_buf_printf(&hay, " %s %s %s", c.atts[i].id,
		    c.atts[i].order_no, c.atts[i].transaction_no);
		hay_money(&hay, c.atts[i].amount);
	}
	for (i = 0; i < c.npays; i++) {
		pp_buf_printf(&hay, " %s %s %s %s %s", c.pays[i].id,
		    c.pays[i].transaction_no, c.pays[i].reference_no,
		    c.pays[i].last4, pp_time_day_str(c.pays[i].business_date,
		    at, sizeof at));
		hay_money(&hay, c.pays[i].amount);
	}
	if (!pp_buf_ok(&hay)) {
		rc = pp_err_set(err, PP_IO, "out of memory");
		goto out;
	}
	fold_case(hay.p);
	for (i = 0; i < w->n && all; i++)
		all = strstr(hay.p, w->v[i]) != NULL;
	if (all)
		*row = pp_status_doc(&c, pp_txn_live(tx),
		    pp_view_language(w->cmd, &c), pp_txn_now(tx));
out:
	json_object_put(person);
	pp_buf_release(&hay);
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_why_find(struct pp_cmd *cmd, const char *const words[], size_t n,
    struct pp_err *err)
{
	struct words w = { cmd, NULL, n };
	struct pp_out out;
	char **folded;
	enum pp_rc rc = PP_OK;
	size_t i, k;

	if ((folded = calloc(n + 1, sizeof folded[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	for (i = 0; i < n; i++) {
		if ((folded[i] = strdup(words[i])) == NULL) {
			rc = pp_err_set(err, PP_IO, "out of memory");
			goto out;
		}
		fold_case(folded[i]);
		/* An amount typed with a comma is stored with a point. */
		for (k = 1; folded[i][k] != '\0' && folded[i][k + 1] != '\0';
		    k++)
			if (folded[i][k] == ',' && folded[i][k - 1] >= '0' &&
			    folded[i][k - 1] <= '9')
				folded[i][k] = '.';
	}
	w.v = (const char *const *)folded;
	pp_out_init(&out, cmd, pp_view_columns, pp_view_ncolumns);
	rc = pp_walk(cmd, PP_TASK, match, &w, &out, err);
	pp_out_end(&out);
out:
	for (i = 0; i < n; i++)
		free(folded[i]);
	free(folded);
	return rc;
}
