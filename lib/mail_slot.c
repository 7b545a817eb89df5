#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intl.h"
#include "mail_slot.h"
#include "workday.h"
#include "banned.h"

#define PART		"-partiel"
#define BACKOFF_MAX	60		/* minutes */

#define F(m, name, type, flags, words) \
	PP_FIELD(struct pp_mail, m, name, type, flags, words)

const char *const pp_mail_kinds[] = { "request", "reminder", "receipt",
    "refund", "alert", "daily", NULL };
const char *const pp_mail_states[] = {
	N_("intent"), N_("sent"), N_("unknown"), N_("failed"), NULL
};
const char *const pp_mail_holds[] = {
	"", N_("suspect"), N_("being_paid"), N_("unknown"), N_("nothing_owed"),
	N_("cancelled"), N_("superseded"), N_("expired"), N_("removed"),
	N_("no_request"), N_("not_due"), NULL
};

const struct pp_field pp_mail_fields[] = {
	F(id,		"mail",		PP_F_STR,	PP_FF_KEY,	NULL),
	F(about,	"about",	PP_F_STR,	PP_FF_KEY,	NULL),
	F(task,		"task",		PP_F_STR,	0,		NULL),
	F(link,		"link",		PP_F_STR,	0,		NULL),
	F(payment,	"payment",	PP_F_STR,	0,		NULL),
	F(template,	"template",	PP_F_STR,	PP_FF_KEY,	NULL),
	F(slot,		"slot",		PP_F_STR,	PP_FF_KEY,	NULL),
	F(kind,		"kind",		PP_F_ENUM,	0, pp_mail_kinds),
	F(state,	"state",	PP_F_ENUM,	0, pp_mail_states),
	F(language,	"language",	PP_F_STR,	0,		NULL),
	F(message_id,	"message_id",	PP_F_STR,	0,		NULL),
	F(asked,	"asked_cents",	PP_F_INT,	0,		NULL),
	F(intended_at,	"intended_at",	PP_F_TIME,	0,		NULL),
	F(sent_at,	"sent_at",	PP_F_TIME,	0,		NULL),
	F(settled_at,	"settled_at",	PP_F_TIME,	0,		NULL),
	F(tries,	"tries",	PP_F_INT,	0,		NULL),
	F(retry_at,	"retry_at",	PP_F_TIME,	0,		NULL),
	F(resends,	"resends",	PP_F_INT,	0,		NULL),
	F(elsewhere,	"elsewhere",	PP_F_BOOL,	0,		NULL),
	F(reason,	"reason",	PP_F_STR,	0,		NULL)
};
const size_t pp_mail_nfields = sizeof pp_mail_fields / sizeof pp_mail_fields[0];

static bool	uses(const struct pp_mail *);

/* Names. */

enum pp_rc
pp_mail_template_ok(const char *s, struct pp_err *err)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (n == 0 || s[n] != '\0' || n >= PP_MAIL_NAME || *s < 'a' ||
	    *s > 'z')
		return pp_err_set(err, PP_USAGE, "a template's name is 1 to "
		    "32 of a-z, 0-9 and -, not %.40s", s);
	return PP_OK;
}

enum pp_mail_kind
pp_mail_kind_of(const char *name)
{
	static const struct {
		const char		*begin;
		enum pp_mail_kind	 kind;
	} known[] = {
		{ "rappel", PP_MK_REMINDER }, { "reminder", PP_MK_REMINDER },
		{ "recu", PP_MK_RECEIPT }, { "receipt", PP_MK_RECEIPT },
		{ "remboursement", PP_MK_REFUND }, { "refund", PP_MK_REFUND },
		{ "attention", PP_MK_ALERT },
		{ "feuille-du-jour", PP_MK_DAILY }
	};
	size_t i, n;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		n = strlen(known[i].begin);
		if (strncmp(name, known[i].begin, n) == 0 &&
		    (name[n] == '\0' || name[n] == '-'))
			return known[i].kind;
	}
	return PP_MK_REQUEST;
}

const char *
pp_mail_family(const char *name, char out[PP_MAIL_NAME])
{
	size_t n;

	(void)strlcpy(out, name, PP_MAIL_NAME);
	n = strlen(out);
	if (pp_mail_kind_of(out) == PP_MK_RECEIPT && n > strlen(PART) &&
	    strcmp(out + n - strlen(PART), PART) == 0)
		out[n - strlen(PART)] = '\0';
	return out;
}

size_t
pp_mail_key(const struct pp_mail *m, char *out, size_t size)
{
	int n = snprintf(out, size, "%s\x1f%s\x1f%s", m->about, m->template,
	    m->slot);

	return n < 0 ? 0 : (size_t)n;
}

enum pp_mail_state
pp_mail_state(const struct pp_mail *m, int64_t now)
{
	if (m->state == PP_MS_INTENT && now - m->intended_at > PP_MAIL_HAND)
		return PP_MS_UNKNOWN;
	return (enum pp_mail_state)m->state;
}

/* What speaks against it. */

enum pp_mail_hold
pp_mail_hold(enum pp_mail_kind kind, const struct pp_case *c,
    const struct pp_link *l, int64_t now)
{
	struct pp_sums s;
	size_t i;

	/* Rule A2: nothing is mailed for the task. */
	if (c->task.suspect)
		return PP_MH_SUSPECT;
	if (kind == PP_MK_RECEIPT || kind == PP_MK_REFUND)
		return PP_MH_NONE;	/* a fact, whatever else is open */
	if (c->task.removed)
		return PP_MH_REMOVED;
	for (i = 0; i < c->natts; i++)
		if (pp_attempt_state(&c->atts[i], now) == PP_T_UNKNOWN)
			return PP_MH_UNKNOWN;
	for (i = 0; i < c->natts; i++)
		if (pp_attempt_pending(&c->atts[i], now) ||
		    c->atts[i].state == PP_T_AUTHORIZED ||
		    pp_attempt_live(&c->atts[i], now))
			return PP_MH_BEING_PAID;
	pp_task_sums(&c->task, &s);
	if (s.owed == 0 || l == NULL)
		return PP_MH_NOTHING_OWED;
	switch (pp_link_state(l, &c->task, pp_case_offline(c, l->purpose),
	    now)) {
	case PP_L_EXPIRED:
		return PP_MH_EXPIRED;
	case PP_L_CANCELLED:
		return PP_MH_CANCELLED;
	case PP_L_SUPERSEDED:
		return PP_MH_SUPERSEDED;
	case PP_L_COMPLETED:
		return PP_MH_NOTHING_OWED;
	case PP_L_OPEN:
		break;
	}
	return pp_link_charge(l, &c->task, pp_case_offline(c, l->purpose)) > 0 ?
	    PP_MH_NONE : PP_MH_NOTHING_OWED;
}

enum pp_mail_verdict
pp_mail_again(const struct pp_mail *m, bool named, int64_t now)
{
	switch (pp_mail_state(m, now)) {
	case PP_MS_SENT:
		return PP_MV_ALREADY;
	case PP_MS_INTENT:
		return PP_MV_IN_HAND;
	case PP_MS_UNKNOWN:
		return PP_MV_UNKNOWN;
	case PP_MS_FAILED:
		break;
	}
	if (named)
		return PP_MV_SEND;
	if (m->retry_at == 0)
		return PP_MV_FAILED;
	return now < m->retry_at ? PP_MV_LATER : PP_MV_SEND;
}

void
pp_mail_fail(struct pp_mail *m, bool for_good, const char *why, int64_t now)
{
	int64_t minutes = 1;
	int64_t i;

	for (i = 1; i < m->tries && minutes < BACKOFF_MAX; i++)
		minutes *= 2;
	if (minutes > BACKOFF_MAX)
		minutes = BACKOFF_MAX;
	m->state = PP_MS_FAILED;
	m->retry_at = for_good ? 0 : now + minutes * PP_MINUTE;
	(void)strlcpy(m->reason, why, sizeof m->reason);
}

/* Reminders. */

enum pp_rc
pp_mail_schedule(const char *s, int days[PP_MAIL_DAYS], size_t *n,
    struct pp_err *err)
{
	const char *p = s;
	char *end;
	long v;

	*n = 0;
	for (;;) {
		v = *p >= '0' && *p <= '9' ? strtol(p, &end, 10) : 0;
		if (v < 1 || v > PP_MAIL_DAY_MAX || *end != 'd' ||
		    *n == PP_MAIL_DAYS || (*n > 0 && v <= days[*n - 1]))
			break;
		days[(*n)++] = (int)v;
		p = end + 1;
		if (*p == '\0')
			return PP_OK;
		if (*p++ != ',')
			break;
	}
	return pp_err_set(err, PP_DATA, "not a schedule such as 3d,7d,14d: "
	    "%.40s", s);
}

void
pp_mail_slot_request(int64_t epoch, char out[PP_MAIL_SLOT])
{
	(void)snprintf(out, PP_MAIL_SLOT, "%lld", (long long)epoch);
}

void
pp_mail_slot_reminder(int64_t epoch, int days, char out[PP_MAIL_SLOT])
{
	(void)snprintf(out, PP_MAIL_SLOT, "%lld.%dd", (long long)epoch, days);
}

int
pp_mail_slot_days(const char *slot, int64_t epoch)
{
	char want[PP_MAIL_SLOT];
	long long e;
	int days;

	if (sscanf(slot, "%lld.%dd", &e, &days) != 2 || e != epoch)
		return 0;
	pp_mail_slot_reminder(epoch, days, want);
	return strcmp(slot, want) == 0 ? days : 0;
}

/* A failure leaves the slot to be tried again; one for good does not. */
static bool
uses(const struct pp_mail *m)
{
	return m->state != PP_MS_FAILED || m->retry_at == 0;
}

enum pp_mail_hold
pp_mail_may_remind(const struct pp_mail *mails, size_t n, int64_t epoch,
    int days, int32_t today, const char *holidays, struct pp_reminder *out)
{
	const struct pp_mail *first = NULL, *m;
	char slot[PP_MAIL_SLOT];
	int64_t due, now = pp_workday_number(today);
	size_t i;

	pp_mail_slot_request(epoch, slot);
	for (i = 0; i < n; i++) {
		m = &mails[i];
		if (m->kind == PP_MK_REQUEST && m->sent_at != 0 &&
		    strcmp(m->slot, slot) == 0 &&
		    (first == NULL || m->sent_at < first->sent_at))
			first = m;
	}
	if (first == NULL)
		return PP_MH_NO_REQUEST;
	due = pp_workday(holidays, pp_workday_number(pp_time_day(first->sent_at)) +
	    days);
	if (days < 1 || now < due || pp_workday(holidays, now) != now)
		return PP_MH_NOT_DUE;
	for (i = 0; i < n; i++) {
		m = &mails[i];
		if (m->kind != PP_MK_REMINDER || !uses(m))
			continue;
		if (pp_mail_slot_days(m->slot, epoch) >= days ||
		    pp_time_day(m->intended_at) == today)
			return PP_MH_NOT_DUE;
	}
	out->days = days;
	out->due = pp_workday_of(due);
	out->first = first;
	return PP_MH_NONE;
}

enum pp_mail_hold
pp_mail_remind(const struct pp_mail *mails, size_t n, int64_t epoch,
    const int *days, size_t ndays, int32_t today, const char *holidays,
    struct pp_reminder *out)
{
	enum pp_mail_hold why = PP_MH_NOT_DUE;

	while (ndays-- > 0)
		if ((why = pp_mail_may_remind(mails, n, epoch, days[ndays],
		    today, holidays, out)) == PP_MH_NONE || why == PP_MH_NO_REQUEST)
			break;
	return why;
}
