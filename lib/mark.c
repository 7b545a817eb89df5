#include "config.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "intl.h"
#include "mark.h"
#include "banned.h"

#define F(m, name, type, flags, words) \
	PP_FIELD(struct pp_mark, m, name, type, flags, words)

const char *const pp_mark_kinds[] = {
	N_("note"), N_("step"), N_("metas"), NULL
};
const char *const pp_mark_states[] = {
	N_("intent"), N_("written"), N_("failed"), N_("unknown"), NULL
};

const struct pp_field pp_mark_fields[] = {
	F(id,		"mark",		PP_F_STR,	PP_FF_KEY,	NULL),
	F(task,		"task",		PP_F_STR,	0,		NULL),
	F(link,		"link",		PP_F_STR,	0,		NULL),
	F(epoch,	"epoch",	PP_F_INT,	0,		NULL),
	F(kind,		"kind",		PP_F_ENUM, PP_FF_KEY, pp_mark_kinds),
	F(what,		"what",		PP_F_STR,	0,		NULL),
	F(step,		"step",		PP_F_STR,	0,		NULL),
	F(state,	"state",	PP_F_ENUM,	0, pp_mark_states),
	F(intended_at,	"intended_at",	PP_F_TIME,	0,		NULL),
	F(done_at,	"done_at",	PP_F_TIME,	0,		NULL),
	F(tries,	"tries",	PP_F_INT,	0,		NULL),
	F(reason,	"reason",	PP_F_STR,	0,		NULL)
};
const size_t pp_mark_nfields = sizeof pp_mark_fields /
    sizeof pp_mark_fields[0];

void
pp_mark_name(struct pp_mark *m, const char *content, size_t len)
{
	unsigned char h[(PP_MARK_HASH - 1) / 2];
	char key[PP_TASK_ID + PP_LNK_ID + PP_ID_MAX + PP_MARK_HASH + 64];
	int n;

	(void)crypto_generichash(h, sizeof h, (const unsigned char *)content,
	    len, NULL, 0);
	(void)sodium_bin2hex(m->what, sizeof m->what, h, sizeof h);
	/* Metas are one mark a task, whatever is in them. */
	n = m->kind == PP_MARK_METAS ? snprintf(key, sizeof key,
	    "metas\x1f%s", m->task) : snprintf(key, sizeof key,
	    "%s\x1f%s\x1f%s\x1f%s\x1f%lld", pp_mark_kinds[m->kind], m->task,
	    m->what, m->link, (long long)m->epoch);
	(void)crypto_generichash(h, sizeof h, (const unsigned char *)key,
	    (size_t)n, NULL, 0);
	memcpy(m->id, "mark_", 5);
	(void)sodium_bin2hex(m->id + 5, sizeof m->id - 5, h, sizeof h);
}

enum pp_mark_state
pp_mark_state(const struct pp_mark *m, int64_t now)
{
	if (m->state == PP_MARK_INTENT && now - m->intended_at >= PP_MARK_HAND)
		return PP_MARK_LOST;
	return (enum pp_mark_state)m->state;
}

bool
pp_mark_waits(const struct pp_mark *m, int64_t now)
{
	return pp_mark_state(m, now) == PP_MARK_LOST &&
	    (m->kind == PP_MARK_NOTE ||
	    now - m->intended_at >= PP_MARK_PATIENCE);
}

enum pp_mark_verdict
pp_mark_decide(const struct pp_mark *old, const struct pp_mark *want,
    bool again, int64_t now)
{
	if (old == NULL)
		return PP_MARK_DO;
	switch (pp_mark_state(old, now)) {
	case PP_MARK_INTENT:
		return PP_MARK_IN_HAND;
	case PP_MARK_FAILED:
		return PP_MARK_DO;
	case PP_MARK_WRITTEN:
		return again || (want->kind == PP_MARK_METAS &&
		    strcmp(old->what, want->what) != 0) ? PP_MARK_DO :
		    PP_MARK_DONE;
	case PP_MARK_LOST:
		break;
	}
	return again || want->kind != PP_MARK_NOTE ? PP_MARK_DO :
	    PP_MARK_UNKNOWN;
}
