#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "door.h"
#include "engine.h"
#include "intl.h"
#include "rec.h"
#include "store.h"
#include "banned.h"

#define PIECE	4000	/* records counted under one lock */
/* More than a log file has, as records that are taken back. */
#define SHED_RECORDS	6
#define SHED_BYTES	(1024 * 1024)

/* Records of a collection, and which of its indexes they should be in. */
struct tally {
	int64_t	records;
	int64_t	in[PP_NINDEX];
	enum pp_coll coll;
};

/* Counting in pieces. */
struct count {
	enum pp_coll	coll;
	unsigned char	last[PP_REC_KEY];
	size_t		len;
	int64_t		n;
	size_t		left;
	bool		more;
};

static pp_rec_fn	tally_rec, count_rec;
static pp_raw_fn	count_raw;
static pp_txn_fn	compare, count_piece, fill_log;
static enum pp_rc	count_coll(const struct pp_store *, enum pp_coll,
			    int64_t *, struct pp_err *);

static enum pp_rc
tally_rec(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct tally *t = arg;
	size_t i;

	(void)tx;
	(void)key;
	(void)klen;
	(void)err;
	t->records++;
	for (i = 0; i < PP_NINDEX; i++)
		if (pp_indexes[i].coll == t->coll &&
		    pp_rec_in(rec, (enum pp_index)i))
			t->in[i]++;
	return PP_OK;
}

static enum pp_rc
count_rec(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct count *c = arg;

	(void)tx;
	(void)rec;
	(void)err;
	if (c->left == 0) {
		c->more = true;
		return PP_NO;
	}
	c->left--;
	c->n++;
	if (klen <= sizeof c->last) {
		memcpy(c->last, key, klen);
		c->len = klen;
	}
	return PP_OK;
}

/* Every entry of an index leads to a record that has its key: the walk itself
 * sees to that.  So if there are as many entries as records that should be
 * in it, index and records agree. */
static enum pp_rc
compare(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct count entries;
	struct tally t;
	enum pp_rc rc;
	size_t c, i;

	(void)arg;
	for (c = 0; c < PP_NCOLL; c++) {
		if (c == PP_BY_DAY)
			continue;
		memset(&t, 0, sizeof t);
		t.coll = (enum pp_coll)c;
		if ((rc = pp_txn_scan(tx, t.coll, NULL, 0, tally_rec, &t,
		    err)) != PP_OK)
			return rc;
		for (i = 0; i < PP_NINDEX; i++) {
			if (pp_indexes[i].coll != t.coll)
				continue;
			memset(&entries, 0, sizeof entries);
			entries.left = SIZE_MAX;
			if ((rc = pp_txn_order(tx, (enum pp_index)i, NULL, 0,
			    count_rec, &entries, err)) != PP_OK)
				return rc;
			if (entries.n != t.in[i])
				return pp_err_set(err, PP_STATE, ngettext(
				    "%s.idx has %lld entry and should have %lld",
				    "%s.idx has %lld entries and should have "
				    "%lld", (unsigned long)entries.n),
				    pp_indexes[i].name, (long long)entries.n,
				    (long long)t.in[i]);
		}
	}
	return PP_OK;
}

enum pp_rc
pp_check_copy(const struct pp_store *copy, struct pp_err *err)
{
	enum pp_rc rc;

	if ((rc = pp_engine_verify(copy, err)) == PP_OK &&
	    ((rc = pp_store_txn(copy, PP_TXN_READ, compare, NULL, err)) ==
	    PP_STATE || rc == PP_IO))
		rc = PP_NO;
	return rc;
}

static enum pp_rc
count_raw(const void *key, size_t klen, const void *val, size_t vlen,
    void *arg, struct pp_err *err)
{
	int64_t *n = arg;

	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	(void)err;
	(*n)++;
	return PP_OK;
}

static enum pp_rc
count_piece(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct count *c = arg;

	c->more = false;
	c->left = PIECE;
	/* Small entries, read in bulk: a million in 30 ms. */
	if (c->coll == PP_BY_DAY)
		return pp_txn_bulk(tx, c->coll, NULL, 0, count_raw, &c->n,
		    err);
	return pp_txn_scan(tx, c->coll, c->len != 0 ? c->last : NULL, c->len,
	    count_rec, c, err);
}

static enum pp_rc
count_coll(const struct pp_store *s, enum pp_coll coll, int64_t *n,
    struct pp_err *err)
{
	struct count c = { .coll = coll };
	enum pp_rc rc;

	do {
		rc = pp_store_txn(s, PP_TXN_READ, count_piece, &c, err);
	} while (rc == PP_OK && c.more);
	*n = c.n;
	return rc;
}

/* Always undone, but the log has had it. */
static enum pp_rc
fill_log(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_rec rec = { .text = arg, .len = SHED_BYTES };
	char key[] = "shed.0";
	enum pp_rc rc = PP_OK;
	size_t i;

	for (i = 0; i < SHED_RECORDS && rc == PP_OK; i++) {
		key[sizeof key - 2] = (char)('0' + i);
		rc = pp_txn_put(tx, PP_META, key, sizeof key - 1, &rec, err);
	}
	return rc == PP_OK ? PP_NO : rc;
}

enum pp_rc
pp_store_shed(const struct pp_store *s, struct pp_err *err)
{
	struct pp_store tidy = *s;
	enum pp_rc rc;
	char *text;

	if ((text = malloc(SHED_BYTES + 1)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	memset(text, ' ', SHED_BYTES);
	text[SHED_BYTES] = '\0';
	rc = pp_store_txn(s, PP_TXN_WRITE, fill_log, text, err);
	free(text);
	if (rc != PP_NO)
		return rc;
	tidy.keep_logs = 1;
	return pp_engine_settle(&tidy, err);
}

enum pp_rc
pp_store_sizes(const struct pp_store *s, struct pp_store_info *info,
    struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	char layout[PP_DOOR_LAYOUT];
	enum pp_rc rc;

	memset(info, 0, sizeof *info);
	/* Who came in knows the format: it is checked at the door. */
	info->format = PP_STORE_FORMAT;
	rc = pp_door_enter(&door, s, PP_TXN_READ, pp_engine_layout(layout,
	    sizeof layout), err);
	if (rc == PP_OK) {
		pp_door_sizes(&door, &info->data_bytes, &info->log_bytes);
		info->free_bytes = pp_door_free(&door);
		pp_door_fstype(&door, info->fstype, sizeof info->fstype);
	}
	pp_door_leave(&door, rc == PP_OK && door.clean);
	return rc;
}

enum pp_rc
pp_store_info(const struct pp_store *s, struct pp_store_info *info,
    struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_store_sizes(s, info, err)) != PP_OK)
		return rc;
	for (i = 0; i < PP_NCOLL && rc == PP_OK; i++)
		rc = count_coll(s, (enum pp_coll)i, &info->records[i], err);
	return rc;
}

static enum pp_rc
first_rec(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	(void)tx, (void)key, (void)klen, (void)rec, (void)arg, (void)err;
	return PP_NO;
}

enum pp_rc
pp_txn_whole(struct pp_txn *tx, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	size_t i;

	for (i = 0; i < PP_NCOLL && rc == PP_OK; i++)
		if (i != PP_META && i != PP_BY_DAY)
			rc = pp_txn_scan(tx, (enum pp_coll)i, NULL, 0,
			    first_rec, NULL, err);
	for (i = 0; i < PP_NINDEX && rc == PP_OK; i++)
		rc = pp_txn_order(tx, (enum pp_index)i, NULL, 0, first_rec,
		    NULL, err);
	return rc;
}
