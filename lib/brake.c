#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "brake.h"
#include "record.h"
#include "seal.h"
#include "banned.h"

struct count {
	int64_t	most;
	int64_t	*when;		/* a ring: the newest declines' openings */
	int64_t	 n;		/* that there are in all */
	int64_t	 from;
};

struct looking {
	int64_t	 most;
	int64_t	*until;
};

static pp_rec_fn	declined;
static pp_txn_fn	look;

static enum pp_rc
declined(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct count *c = arg;
	struct pp_attempt a;
	enum pp_rc rc;

	(void)tx;
	(void)key;
	(void)klen;
	if (rec->state != PP_T_DECLINED)
		return PP_OK;
	if ((rc = pp_attempt_of(rec, &a, err)) != PP_OK)
		return rc;
	if (a.opened_at > c->from)
		c->when[c->n++ % c->most] = a.opened_at;
	return PP_OK;
}

enum pp_rc
pp_brake_read(struct pp_txn *tx, int64_t most, int64_t *since, int64_t *until,
    struct pp_err *err)
{
	struct count c = { .most = most };
	char from[PP_ATT_ID];
	enum pp_rc rc;

	*since = *until = 0;
	if (most <= 0)
		return PP_OK;
	c.from = pp_txn_now(tx) - PP_BRAKE_SPAN;
	if ((c.when = calloc((size_t)most, sizeof *c.when)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	/* Ids begin with the time; one of the same instant may be either side
	 * of this one, which is why opened_at decides. */
	pp_id_new("att_", c.from - 1, from, sizeof from);
	rc = pp_txn_scan(tx, PP_ATTEMPT, from, strlen(from), declined, &c,
	    err);
	if (rc == PP_OK && c.n >= most) {
		*since = c.when[c.n % most];
		*until = *since + PP_BRAKE_SPAN;
	}
	free(c.when);
	return rc;
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct looking *l = arg;
	int64_t since;

	return pp_brake_read(tx, l->most, &since, l->until, err);
}

enum pp_rc
pp_brake_look(const struct pp_store *store, int64_t most, int64_t *until,
    struct pp_err *err)
{
	struct looking l = { most, until };

	*until = 0;
	return most <= 0 ? PP_OK : pp_store_txn(store, PP_TXN_READ, look, &l,
	    err);
}
