#include "config.h"

#include <string.h>

#include "marking.h"
#include "banned.h"

enum pp_rc
pp_marking_link(struct pp_txn *tx, struct pp_mark *m, struct pp_err *err)
{
	const struct pp_link *l = NULL;
	struct pp_case c;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, m->task, &c, err)) == PP_OK) {
		for (i = 0; i < c.nlinks; i++)
			if (m->link[0] == '\0' || strcmp(c.links[i].id,
			    m->link) == 0)
				l = &c.links[i];
		if (l != NULL) {
			(void)strlcpy(m->link, l->id, sizeof m->link);
			m->epoch = l->epoch;
		}
	}
	pp_case_release(&c);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

enum pp_rc
pp_marking_look(struct pp_txn *tx, const struct pp_mark *m, bool again,
    enum pp_mark_verdict *v, struct pp_err *err)
{
	struct pp_mark old;
	enum pp_rc rc;

	if ((rc = pp_mark_get(tx, m->id, &old, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	*v = pp_mark_decide(rc == PP_OK ? &old : NULL, m, again,
	    pp_txn_now(tx));
	return PP_OK;
}

enum pp_rc
pp_marking_intend(struct pp_txn *tx, struct pp_mark *m, bool again,
    enum pp_mark_verdict *v, struct pp_err *err)
{
	struct pp_mark old;
	bool known;
	enum pp_rc rc;

	if ((rc = pp_mark_get(tx, m->id, &old, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	known = rc == PP_OK;
	*v = pp_mark_decide(known ? &old : NULL, m, again, pp_txn_now(tx));
	if (*v != PP_MARK_DO)
		return PP_OK;
	m->state = PP_MARK_INTENT;
	m->intended_at = pp_txn_now(tx);
	m->done_at = 0;
	m->tries = known ? old.tries + 1 : 1;
	m->reason[0] = '\0';
	return pp_mark_save(tx, "mark.intended", known ? &old : NULL, m, err);
}

enum pp_rc
pp_marking_outcome(struct pp_txn *tx, const struct pp_mark *m,
    enum pp_mark_state state, const char *why, struct pp_err *err)
{
	static const char *const types[] = { "mark.intended", "mark.written",
	    "mark.failed", "mark.unknown" };
	struct pp_mark old, after;
	enum pp_rc rc;

	if ((rc = pp_mark_get(tx, m->id, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, PP_BUG,
		    "a mark's intent is gone") : rc;
	if (old.state != PP_MARK_INTENT || old.tries != m->tries)
		return PP_OK;
	after = old;
	after.state = (int)state;
	if (state == PP_MARK_WRITTEN)
		after.done_at = pp_txn_now(tx);
	(void)strlcpy(after.reason, why, sizeof after.reason);
	return pp_mark_save(tx, types[state], &old, &after, err);
}

enum pp_rc
pp_marking_settle(struct pp_txn *tx, const char *id, bool written,
    const char *reason, struct pp_mark *after, struct pp_err *err)
{
	struct pp_mark old;
	enum pp_rc rc;

	if ((rc = pp_mark_get(tx, id, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc,
		    "no such mark") : rc;
	*after = old;
	switch (pp_mark_state(&old, pp_txn_now(tx))) {
	case PP_MARK_WRITTEN:
		return written ? PP_OK : pp_err_set(err, PP_STATE,
		    "it was written");
	case PP_MARK_INTENT:
		return pp_err_set(err, PP_STATE, "it is being written this "
		    "moment");
	case PP_MARK_LOST:
	case PP_MARK_FAILED:
		break;
	}
	after->state = written ? PP_MARK_WRITTEN : PP_MARK_FAILED;
	after->done_at = written ? old.intended_at : 0;
	(void)strlcpy(after->reason, reason, sizeof after->reason);
	return pp_mark_save(tx, "mark.settled", &old, after, err);
}
