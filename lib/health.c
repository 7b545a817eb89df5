#include "config.h"

#include "health.h"
#include "time.h"
#include "banned.h"

#define LATE	(10 * PP_MINUTE)

static pp_rec_fn	count_attempt;

static enum pp_rc
count_attempt(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_health *h = arg;

	(void)tx, (void)key, (void)klen, (void)err;
	h->scheduled++;
	if (rec->when <= h->now && h->due++ == 0)
		h->oldest = rec->when;
	return PP_OK;
}

enum pp_rc
pp_health_read(struct pp_txn *tx, int64_t now, struct pp_health *out,
    struct pp_err *err)
{
	struct pp_health h = { .now = now };
	char text[PP_TIME_STR];
	unsigned char key[8];
	struct pp_rec last;
	enum pp_rc rc;
	size_t klen;

	if ((rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &last,
	    err)) == PP_OK)
		h.newest = last.when;
	else if (rc != PP_NOTFOUND)
		return rc;
	if ((rc = pp_meta_get(tx, "swept_at", text, sizeof text, err)) ==
	    PP_OK)
		rc = pp_time_parse(text, &h.swept, err);
	else if (rc == PP_NOTFOUND)
		rc = PP_OK;
	if (rc != PP_OK || (rc = pp_txn_order(tx, PP_ATTEMPT_BY_DUE, NULL, 0,
	    count_attempt, &h, err)) != PP_OK)
		return rc;
	*out = h;
	return PP_OK;
}

bool
pp_health_late(const struct pp_health *h)
{
	return h->due > 0 && h->now - h->oldest > LATE;
}
