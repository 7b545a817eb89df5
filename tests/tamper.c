/*
 * Changes a store behind the tools' back, for tests that verify must find it:
 * records without an event, events without their successors.
 *
 *	tamper edit STORE COLL TEXT FROM TO	in the first record of a
 *						collection whose document has
 *						TEXT in it, FROM becomes TO
 *	tamper head STORE COLL TEXT		its header's amount, a cent more
 *	tamper drop STORE COLL TEXT		it goes
 *	tamper twin STORE COLL TEXT KEY		a second one, under KEY
 *	tamper day STORE edit|drop|twin		the first entry of the day index
 *	tamper event STORE SEQ FROM TO		in that event
 *	tamper swap STORE SEQ			with the next
 *	tamper cut STORE SEQ			it and all after it
 *	tamper chain STORE SEQ FROM TO		in that event, and all after it
 *						get the hashes that belong there
 */
#include "config.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "journal.h"
#include "rec.h"
#include "store.h"
#include "banned.h"

#define TEXT_MAX	65536

struct work {
	char		**argv;
	enum pp_coll	  coll;
	char		  key[PP_REC_KEY];
	size_t		  klen;
	char		  text[TEXT_MAX];
	char		  keys[PP_REC_KEYS][PP_REC_KEY + 1];
	struct pp_rec	  rec;
	bool		  found;
};

static pp_txn_fn	edit, header, drop, twin, day, event, swap, cut, chain;
static pp_rec_fn	pick, last_of;
static pp_raw_fn	first_day;
static enum pp_rc	choose(struct pp_txn *, struct work *,
			    struct pp_err *);
static enum pp_rc	get_event(struct pp_txn *, long, struct work *,
			    struct pp_err *);
static void		keep(struct work *, const void *, size_t,
			    const struct pp_rec *);
static void		put_in(struct work *, const char *, const char *);

static void
keep(struct work *w, const void *key, size_t klen, const struct pp_rec *rec)
{
	size_t i;

	if (rec->len >= sizeof w->text)
		errx(99, "too long");
	memcpy(w->key, key, w->klen = klen);
	w->rec = *rec;
	memcpy(w->text, rec->text, rec->len + 1);
	w->rec.text = w->text;
	for (i = 0; i < PP_REC_KEYS; i++)
		if (rec->key[i] != NULL) {
			(void)strlcpy(w->keys[i], rec->key[i],
			    sizeof w->keys[i]);
			w->rec.key[i] = w->keys[i];
		}
	w->found = true;
}

static void
put_in(struct work *w, const char *from, const char *to)
{
	char *p = strstr(w->text, from), *rest;

	if (p == NULL || (rest = strdup(p + strlen(from))) == NULL)
		errx(99, "no %s in %s", from, w->text);
	(void)snprintf(p, sizeof w->text - (size_t)(p - w->text), "%s%s", to,
	    rest);
	w->rec.len = strlen(w->text);
	free(rest);
}

static enum pp_rc
pick(struct pp_txn *tx, const void *key, size_t klen, const struct pp_rec *rec,
    void *arg, struct pp_err *err)
{
	struct work *w = arg;

	(void)tx, (void)err;
	if (strstr(rec->text, w->argv[4]) == NULL)
		return PP_OK;
	keep(w, key, klen, rec);
	return PP_NO;
}

static enum pp_rc
choose(struct pp_txn *tx, struct work *w, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < PP_NCOLL; i++)
		if (strcmp(pp_coll_name((enum pp_coll)i), w->argv[3]) == 0)
			w->coll = (enum pp_coll)i;
	if ((rc = pp_txn_scan(tx, w->coll, NULL, 0, pick, w, err)) == PP_OK &&
	    !w->found)
		errx(99, "no %s with %s", w->argv[3], w->argv[4]);
	return rc;
}

static enum pp_rc
edit(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = choose(tx, w, err)) != PP_OK)
		return rc;
	put_in(w, w->argv[5], w->argv[6]);
	return pp_txn_put(tx, w->coll, w->key, w->klen, &w->rec, err);
}

static enum pp_rc
header(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = choose(tx, w, err)) != PP_OK)
		return rc;
	w->rec.cents++;
	return pp_txn_put(tx, w->coll, w->key, w->klen, &w->rec, err);
}

static enum pp_rc
drop(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = choose(tx, w, err)) != PP_OK)
		return rc;
	return pp_txn_del(tx, w->coll, w->key, w->klen, err);
}

static enum pp_rc
twin(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = choose(tx, w, err)) != PP_OK)
		return rc;
	put_in(w, w->argv[4], w->argv[5]);
	return pp_txn_new(tx, w->coll, w->argv[5], strlen(w->argv[5]),
	    &w->rec, err);
}

static enum pp_rc
first_day(const void *key, size_t klen, const void *val, size_t vlen,
    void *arg, struct pp_err *err)
{
	struct work *w = arg;

	(void)err;
	memcpy(w->key, key, w->klen = klen);
	memcpy(w->text, val, w->rec.len = vlen);
	w->found = true;
	return PP_NO;
}

static enum pp_rc
day(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = pp_txn_bulk(tx, PP_BY_DAY, NULL, 0, first_day, w, err)) !=
	    PP_OK)
		return rc;
	if (!w->found)
		errx(99, "no payment");
	if (strcmp(w->argv[3], "drop") == 0)
		return pp_txn_del(tx, PP_BY_DAY, w->key, w->klen, err);
	if (strcmp(w->argv[3], "edit") == 0)
		w->text[7]++;
	else
		w->key[15]--;
	return pp_txn_put_raw(tx, PP_BY_DAY, w->key, w->klen, w->text,
	    w->rec.len, err);
}

static enum pp_rc
get_event(struct pp_txn *tx, long seq, struct work *w, struct pp_err *err)
{
	unsigned char key[8];
	struct pp_rec rec;
	enum pp_rc rc;

	pp_key_u64((uint64_t)seq, key);
	if ((rc = pp_txn_get(tx, PP_EVENT, key, sizeof key, &rec, err)) ==
	    PP_OK)
		keep(w, key, sizeof key, &rec);
	return rc;
}

static enum pp_rc
event(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if ((rc = get_event(tx, strtol(w->argv[3], NULL, 10), w, err)) !=
	    PP_OK)
		return rc;
	put_in(w, w->argv[4], w->argv[5]);
	return pp_txn_put(tx, PP_EVENT, w->key, 8, &w->rec, err);
}

static enum pp_rc
swap(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	static struct work other;
	struct work *w = arg;
	long seq = strtol(w->argv[3], NULL, 10);
	enum pp_rc rc;

	if ((rc = get_event(tx, seq, w, err)) != PP_OK ||
	    (rc = get_event(tx, seq + 1, &other, err)) != PP_OK ||
	    (rc = pp_txn_put(tx, PP_EVENT, w->key, 8, &other.rec, err)) !=
	    PP_OK)
		return rc;
	return pp_txn_put(tx, PP_EVENT, other.key, 8, &w->rec, err);
}

static enum pp_rc
last_of(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	(void)tx, (void)klen, (void)rec, (void)err;
	*(long *)arg = (long)pp_key_to_u64(key);
	return PP_OK;
}

static enum pp_rc
cut(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	long seq = strtol(w->argv[3], NULL, 10), last = 0;
	unsigned char key[8];
	enum pp_rc rc;

	rc = pp_txn_scan(tx, PP_EVENT, NULL, 0, last_of, &last, err);
	for (; seq <= last && rc == PP_OK; seq++) {
		pp_key_u64((uint64_t)seq, key);
		rc = pp_txn_del(tx, PP_EVENT, key, sizeof key, err);
	}
	return rc;
}

static enum pp_rc
chain(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	long seq = strtol(w->argv[3], NULL, 10), last = 0;
	unsigned char h[32];
	char hex[PP_HASH_HEX], *p;
	enum pp_rc rc;

	if ((rc = event(tx, w, err)) != PP_OK || (rc = pp_txn_scan(tx,
	    PP_EVENT, NULL, 0, last_of, &last, err)) != PP_OK)
		return rc;
	while (rc == PP_OK && seq++ < last) {
		(void)crypto_generichash(h, sizeof h,
		    (const unsigned char *)w->text, w->rec.len, NULL, 0);
		(void)sodium_bin2hex(hex, sizeof hex, h, sizeof h);
		if ((rc = get_event(tx, seq, w, err)) != PP_OK)
			break;
		if ((p = strstr(w->text, "\"prev\":\"")) == NULL)
			errx(99, "event %ld has no prev", seq);
		memcpy(p + 8, hex, sizeof hex - 1);
		rc = pp_txn_put(tx, PP_EVENT, w->key, 8, &w->rec, err);
	}
	return rc;
}

int
main(int argc, char *argv[])
{
	static const struct { const char *name; pp_txn_fn *fn; int argc; }
	    verbs[] = {
		{ "edit", edit, 7 }, { "head", header, 5 },
		{ "drop", drop, 5 }, { "twin", twin, 6 },
		{ "day", day, 4 }, { "event", event, 6 },
		{ "swap", swap, 4 }, { "cut", cut, 4 }, { "chain", chain, 6 }
	};
	static struct work w;
	struct pp_store store = { .command = "tamper" };
	struct pp_err err = { 0 };
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (argc == verbs[i].argc &&
		    strcmp(argv[1], verbs[i].name) == 0)
			break;
	if (i == sizeof verbs / sizeof verbs[0])
		errx(PP_USAGE, "see the head of its source");
	w.argv = argv;
	store.dir = argv[2];
	if ((rc = pp_store_txn(&store, PP_TXN_WRITE, verbs[i].fn, &w, &err)) !=
	    PP_OK)
		errx(rc, "%s", err.msg);
	return PP_OK;
}
