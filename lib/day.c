#include "config.h"

#include <string.h>

#include "day.h"
#include "banned.h"

/* An entry's value as it lies on disk; its key is day and seq. */
struct value {
	unsigned char	cents[8];
	unsigned char	type, brand;
	unsigned char	integration[2];
	char		terminal[8];
	char		batch[4];
	/* and the step's name */
};

struct walk {
	pp_day_fn	*fn;
	void		*arg;
};

static void	key_of(int32_t, int64_t, unsigned char [16]);
static enum pp_rc	decode(const void *, size_t, const void *, size_t,
			    struct pp_day_entry *, struct pp_err *);
static pp_raw_fn	read_one;

static void
key_of(int32_t day, int64_t seq, unsigned char out[16])
{
	pp_key_u64((uint64_t)day, out);
	pp_key_u64((uint64_t)seq, out + 8);
}

void
pp_day_of(const struct pp_payment *p, int64_t number, struct pp_day_entry *e)
{
	memset(e, 0, sizeof *e);
	e->day = p->business_date;
	e->seq = p->seq;
	e->cents = p->amount;
	e->type = (uint8_t)p->type;
	e->brand = (uint8_t)p->brand;
	e->integration = (uint16_t)number;
	(void)strlcpy(e->terminal, p->terminal, sizeof e->terminal);
	(void)strlcpy(e->batch, p->batch, sizeof e->batch);
	(void)strlcpy(e->step, p->step, sizeof e->step);
}

enum pp_rc
pp_day_put(struct pp_txn *tx, const struct pp_day_entry *e,
    struct pp_err *err)
{
	unsigned char key[16], val[sizeof(struct value) + PP_ID_MAX];
	size_t n = strlen(e->step);
	struct value v;

	memset(&v, 0, sizeof v);
	key_of(e->day, e->seq, key);
	pp_key_u64((uint64_t)e->cents, v.cents);
	v.type = e->type;
	v.brand = e->brand;
	v.integration[0] = (unsigned char)(e->integration >> 8);
	v.integration[1] = (unsigned char)e->integration;
	memcpy(v.terminal, e->terminal, sizeof v.terminal);
	memcpy(v.batch, e->batch, sizeof v.batch);
	memcpy(val, &v, sizeof v);
	memcpy(val + sizeof v, e->step, n);
	return pp_txn_put_raw(tx, PP_BY_DAY, key, sizeof key, val,
	    sizeof v + n, err);
}

static enum pp_rc
decode(const void *key, size_t klen, const void *val, size_t vlen,
    struct pp_day_entry *e, struct pp_err *err)
{
	struct value v;
	size_t n;

	if (klen != 16 || vlen < sizeof v)
		return pp_err_set(err, PP_IO, "day index: bad entry");
	memset(e, 0, sizeof *e);
	memcpy(&v, val, sizeof v);
	e->day = (int32_t)pp_key_to_u64(key);
	e->seq = (int64_t)pp_key_to_u64((const unsigned char *)key + 8);
	e->cents = (int64_t)pp_key_to_u64(v.cents);
	e->type = v.type;
	e->brand = v.brand;
	e->integration = (uint16_t)(v.integration[0] << 8 | v.integration[1]);
	memcpy(e->terminal, v.terminal, sizeof v.terminal);
	memcpy(e->batch, v.batch, sizeof v.batch);
	if ((n = vlen - sizeof v) >= sizeof e->step)
		n = sizeof e->step - 1;
	memcpy(e->step, (const char *)val + sizeof v, n);
	return PP_OK;
}

enum pp_rc
pp_day_get(struct pp_txn *tx, int32_t day, int64_t seq,
    struct pp_day_entry *e, struct pp_err *err)
{
	unsigned char key[16];
	const void *val;
	enum pp_rc rc;
	size_t vlen;

	key_of(day, seq, key);
	if ((rc = pp_txn_get_raw(tx, PP_BY_DAY, key, sizeof key, &val, &vlen,
	    err)) != PP_OK)
		return rc;
	return decode(key, sizeof key, val, vlen, e, err);
}

static enum pp_rc
read_one(const void *key, size_t klen, const void *val, size_t vlen,
    void *arg, struct pp_err *err)
{
	const struct walk *w = arg;
	struct pp_day_entry e;
	enum pp_rc rc;

	if ((rc = decode(key, klen, val, vlen, &e, err)) != PP_OK)
		return rc;
	return w->fn(&e, w->arg, err);
}

enum pp_rc
pp_day_each(struct pp_txn *tx, int32_t from, pp_day_fn *fn, void *arg,
    struct pp_err *err)
{
	struct walk w = { fn, arg };
	unsigned char key[16];

	key_of(from, 0, key);
	return pp_txn_bulk(tx, PP_BY_DAY, key, sizeof key, read_one, &w, err);
}
