#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "link_part.h"
#include "mailing.h"
#include "record.h"
#include "status.h"
#include "time.h"
#include "walk.h"
#include "banned.h"

#define NOTES_MAX	(16 * 1024 * 1024)

static pp_walk_fn	list_row;
static bool		chosen(const struct pp_link_opts *,
			    const struct pp_link *, int64_t);
static enum pp_rc	reminder(struct pp_txn *, struct link_job *,
			    const struct pp_link *, const struct pp_case *,
			    struct json_object **, struct pp_err *);

const struct pp_column link_columns[LINK_COLUMNS] = {
	{ "LINK", "link", PP_LEFT }, { "TASK", "task", PP_LEFT },
	{ "PURPOSE", "purpose", PP_LEFT }, { "STATE", "state", PP_WORD },
	{ "ASKS", "amount", PP_RIGHT }, { "PAID", "paid", PP_RIGHT },
	{ "INTEGRATION", "integration", PP_LEFT },
	{ "EXPIRES", "expires_at", PP_WHEN }
};

struct json_object *
link_row(const struct pp_link *l, const struct pp_case *c, int64_t now)
{
	struct json_object *o = json_object_new_object();

	pp_link_show(l, c, now, o);
	return o;
}

/* The reminder that is due is told, for pp-mail. */
static enum pp_rc
reminder(struct pp_txn *tx, struct link_job *j, const struct pp_link *l,
    const struct pp_case *c, struct json_object **row, struct pp_err *err)
{
	struct json_object *o;
	enum pp_mail_hold why;
	struct pp_reminder r;
	char text[PP_TIME_STR];
	enum pp_rc rc;

	if ((rc = pp_mailing_due(tx, c, l, j->days, j->ndays,
	    j->cmd->conf.business.holidays, &why, &r, err)) != PP_OK ||
	    why != PP_MH_NONE) {
		if (rc == PP_OK && j->cmd->verbose) {
			pp_buf_puts(&j->after, "pp-link: ");
			pp_buf_printf(&j->after, _("%s: no reminder: %s\n"),
			    l->id, _(pp_mail_holds[why]));
		}
		return rc;
	}
	*row = link_row(l, c, pp_txn_now(tx));
	o = json_object_new_object();
	(void)snprintf(text, sizeof text, "%dd", r.days);
	json_object_object_add(o, "after", json_object_new_string(text));
	json_object_object_add(o, "due", json_object_new_string(
	    pp_time_day_str(r.due, text, sizeof text)));
	json_object_object_add(*row, "reminder", o);
	return PP_OK;
}

/* Do the options that need no more than the link choose it? */
static bool
chosen(const struct pp_link_opts *o, const struct pp_link *l, int64_t now)
{
	if ((o->purpose != NULL && strcmp(o->purpose, l->purpose) != 0) ||
	    (o->task != NULL && strcmp(o->task, l->task) != 0) ||
	    (o->integration != NULL &&
	    strcmp(o->integration, l->integration) != 0))
		return false;
	if (o->expiring != 0 && (l->expires_at <= now ||
	    l->expires_at > now + o->expiring))
		return false;
	return l->created_at >= o->since;
}

static enum pp_rc
list_row(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct link_job *j = arg;
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;

	(void)head;
	if ((rc = pp_link_of(rec, &l, err)) != PP_OK)
		return rc;
	if (!chosen(j->o, &l, now))
		return PP_OK;
	if ((rc = pp_case_load(tx, l.task, &c, err)) == PP_OK &&
	    (j->o->state == NULL || strcmp(j->o->state, pp_link_states[
	    pp_link_state(&l, &c.task, pp_case_offline(&c, l.purpose),
	    now)]) == 0)) {
		if (j->ndays > 0)
			rc = reminder(tx, j, &l, &c, row, err);
		else
			*row = link_row(&l, &c, now);
	}
	pp_case_release(&c);
	return rc;
}

enum pp_rc
link_list(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct link_job j = { .cmd = cmd, .o = arg,
	    .after = PP_BUF_INIT(NOTES_MAX) };
	struct pp_out out;
	enum pp_rc rc;

	if (j.o->state != NULL && pp_word(pp_link_states, j.o->state) < 0)
		pp_cmd_usage(cmd, "--state is open, expired, cancelled, "
		    "superseded or completed");
	if (j.o->due_reminder != NULL && pp_mail_schedule(j.o->due_reminder,
	    j.days, &j.ndays, err) != PP_OK)
		return PP_USAGE;
	pp_out_init(&out, cmd, link_columns, LINK_COLUMNS);
	rc = pp_walk(cmd, PP_LINK, list_row, &j, &out, err);
	pp_out_end(&out);
	if (j.after.p != NULL)
		fputs(j.after.p, stderr);
	pp_buf_release(&j.after);
	return rc;
}
