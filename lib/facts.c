#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "seal.h"
#include "store.h"
#include "time.h"
#include "banned.h"

/* Where the store keeps the fingerprints of its keys. */
static const char *const key_facts[PP_NKEYS] = {
	"key.seal", "key.link", "key.sign"
};

static void		fail_late(struct pp_facts *, enum pp_rc,
			    const struct pp_err *);
static const char	*keys_dir(const struct pp_txn *, char *, size_t);

bool
pp_store_exists(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	return snprintf(path, sizeof path, "%s/db/meta.db", dir) <
	    (int)sizeof path && (stat(path, &st) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR));
}

enum pp_rc
pp_meta_get(struct pp_txn *tx, const char *name, char *buf, size_t size,
    struct pp_err *err)
{
	struct pp_rec rec;
	enum pp_rc rc;

	*buf = '\0';
	if ((rc = pp_txn_get(tx, PP_META, name, strlen(name), &rec, err)) !=
	    PP_OK)
		return rc;
	if (rec.len >= size)
		return pp_err_set(err, PP_BUG, "no room for the fact %s",
		    name);
	memcpy(buf, rec.text, rec.len + 1);
	return PP_OK;
}

enum pp_rc
pp_meta_put(struct pp_txn *tx, const char *name, const char *value,
    struct pp_err *err)
{
	struct pp_rec rec = { .text = value, .len = strlen(value) };

	return pp_txn_put(tx, PP_META, name, strlen(name), &rec, err);
}

/* Where the keys are, in buf or borrowed. */
static const char *
keys_dir(const struct pp_txn *tx, char *buf, size_t size)
{
	const struct pp_store *s = pp_txn_store(tx);

	if (s->keys != NULL)
		return s->keys;
	(void)snprintf(buf, size, "%s/keys", s->dir);
	return buf;
}

enum pp_rc
pp_txn_keys(struct pp_txn *tx, unsigned int want, struct pp_keys *keys,
    struct pp_err *err)
{
	char buf[PATH_MAX], is[PP_KEY_PRINT], should[PP_KEY_PRINT];
	const char *dir = keys_dir(tx, buf, sizeof buf);
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_keys_load(dir, want, keys, err)) != PP_OK)
		return rc;
	for (i = 0; i < PP_NKEYS && rc == PP_OK; i++) {
		if ((want & 1u << i) == 0)
			continue;
		rc = pp_meta_get(tx, key_facts[i], should, sizeof should,
		    err);
		pp_keys_print(keys, (enum pp_key_name)i, is);
		/* A rekey that was killed before it could say so. */
		if (rc == PP_OK && strcmp(is, should) != 0 &&
		    (rc = pp_keys_adopt(dir, (enum pp_key_name)i, should, keys,
		    err)) == PP_OK)
			continue;
		if (rc == PP_NOTFOUND) {
			pp_err_hint(err, "put back the keys that this store "
			    "was made with");
			rc = pp_err_set(err, PP_CONF, "%s/%s is not the key "
			    "of the store %s", dir, key_facts[i] + 4,
			    pp_txn_store(tx)->dir);
		}
	}
	if (rc != PP_OK)
		pp_keys_wipe(keys);
	return rc;
}

enum pp_rc
pp_txn_keys_now(struct pp_txn *tx, unsigned int want, struct pp_keys *keys,
    struct pp_err *err)
{
	char is[PP_KEY_PRINT], should[PP_KEY_PRINT];
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < PP_NKEYS; i++) {
		if ((want & 1u << i) == 0)
			continue;
		if ((keys->have & 1u << i) == 0)
			break;
		if ((rc = pp_meta_get(tx, key_facts[i], should, sizeof should,
		    err)) != PP_OK)
			return rc;
		pp_keys_print(keys, (enum pp_key_name)i, is);
		if (strcmp(is, should) != 0)
			break;
	}
	return i == PP_NKEYS ? PP_OK : pp_txn_keys(tx, want, keys, err);
}

enum pp_rc
pp_facts_print(struct pp_txn *tx, enum pp_key_name name, const char *print,
    struct pp_err *err)
{
	return pp_meta_put(tx, key_facts[name], print, err);
}

enum pp_rc
pp_facts_vouch(struct pp_txn *tx, const struct pp_keys *new,
    const char *public, struct pp_err *err)
{
	char text[PP_PUBLIC_HEX + PP_SIGN_HEX], sig[PP_SIGN_HEX];
	char name[24], was[PP_PUBLIC_HEX + PP_SIGN_HEX];
	enum pp_rc rc = PP_OK;
	int i;

	/* Those before it are vouched for again, by the newest. */
	for (i = 1; rc == PP_OK; i++) {
		(void)snprintf(name, sizeof name, "sign.old.%d", i);
		if ((rc = pp_meta_get(tx, name, was, sizeof was, err)) ==
		    PP_NOTFOUND)
			(void)snprintf(was, sizeof was, "%s", public);
		else if (rc != PP_OK)
			return rc;
		was[PP_PUBLIC_HEX - 1] = '\0';
		pp_head_sign(new, i, was, sig);
		(void)strlcpy(text, was, sizeof text);
		(void)strlcat(text, " ", sizeof text);
		(void)strlcat(text, sig, sizeof text);
		if (pp_meta_put(tx, name, text, err) != PP_OK)
			return PP_IO;
	}
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

enum pp_rc
pp_txn_head_check(struct pp_txn *tx, const char *public, int64_t seq,
    const char *hash, const char *signature, struct pp_err *err)
{
	char text[PP_PUBLIC_HEX + PP_SIGN_HEX], name[24];
	enum pp_rc rc;
	int i;

	if ((rc = pp_head_check(public, seq, hash, signature, err)) != PP_NO)
		return rc;
	for (i = 1; ; i++) {
		(void)snprintf(name, sizeof name, "sign.old.%d", i);
		if (pp_meta_get(tx, name, text, sizeof text, NULL) != PP_OK ||
		    strlen(text) != sizeof text - 1)
			return PP_NO;
		text[PP_PUBLIC_HEX - 1] = '\0';
		if (pp_head_check(public, i, text, text + PP_PUBLIC_HEX,
		    NULL) == PP_OK && pp_head_check(text, seq, hash,
		    signature, NULL) == PP_OK)
			break;
	}
	pp_err_clear(err);
	return PP_OK;
}

enum pp_rc
pp_facts_birth(struct pp_txn *tx, struct pp_err *err)
{
	char buf[PATH_MAX], text[PP_PUBLIC_HEX];
	const char *dir = keys_dir(tx, buf, sizeof buf);
	struct pp_keys keys;
	enum pp_rc rc;
	size_t i;

	/* Keys that were put elsewhere on purpose are not ours to make. */
	if ((dir == buf && (rc = pp_keys_create(dir, err)) != PP_OK) ||
	    (rc = pp_keys_load(dir, (1u << PP_NKEYS) - 1, &keys, err)) !=
	    PP_OK)
		return rc;
	for (i = 0; i < PP_NKEYS && rc == PP_OK; i++) {
		pp_keys_print(&keys, (enum pp_key_name)i, text);
		rc = pp_meta_put(tx, key_facts[i], text, err);
	}
	pp_sign_public(&keys, text);
	pp_keys_wipe(&keys);
	if (rc == PP_OK)
		rc = pp_meta_put(tx, "sign.public", text, err);
	(void)snprintf(text, sizeof text, "%d", PP_STORE_FORMAT);
	if (rc == PP_OK)
		rc = pp_meta_put(tx, "format", text, err);
	return rc;
}

enum pp_rc
pp_facts_format(struct pp_txn *tx, int *format, struct pp_err *err)
{
	const char *dir = pp_txn_store(tx)->dir;
	char text[16], *end;
	enum pp_rc rc;
	long n;

	rc = pp_meta_get(tx, "format", text, sizeof text, err);
	if (rc == PP_NOTFOUND)
		return pp_err_set(err, PP_IO, "store %s: its format is not "
		    "recorded", dir);
	if (rc != PP_OK)
		return rc;
	n = strtol(text, &end, 10);
	if (end == text || *end != '\0' || n < 0 || n > INT_MAX)
		return pp_err_set(err, PP_IO, "store %s: format %s is no "
		    "number", dir, text);
	if (n > PP_STORE_FORMAT)
		return pp_err_set(err, PP_CONF, "store %s has format %ld, "
		    "this program knows %d: it is older than the store", dir,
		    n, PP_STORE_FORMAT);
	pp_engine_facts(tx)->older = n < PP_STORE_FORMAT;
	if (n < PP_STORE_FORMAT && !pp_txn_store(tx)->older) {
		pp_err_hint(err, "pp-store upgrade");
		return pp_err_set(err, PP_CONF, "store %s has format %ld, "
		    "this program needs %d", dir, n, PP_STORE_FORMAT);
	}
	if (format != NULL)
		*format = (int)n;
	return PP_OK;
}

/* pp_txn_now and pp_txn_live have no way to say that they failed; what they
 * could not read stops the commit. */
static void
fail_late(struct pp_facts *f, enum pp_rc rc, const struct pp_err *e)
{
	if (f->late == PP_OK) {
		f->late = rc;
		f->laterr = *e;
	}
}

int64_t
pp_txn_now(struct pp_txn *tx)
{
	struct pp_facts *f = pp_engine_facts(tx);
	unsigned char key[8];
	struct pp_err e = { 0 };
	struct pp_rec last;
	enum pp_rc rc;
	size_t klen;

	if (f->now != 0)
		return f->now;
	if ((rc = pp_clock_read(pp_txn_live(tx) ? NULL : pp_txn_store(tx)->clock,
	    &f->now, &e)) != PP_OK)
		fail_late(f, rc, &e);
	rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &last, &e);
	if (rc == PP_OK && last.when > f->now)
		f->now = last.when;
	else if (rc != PP_OK && rc != PP_NOTFOUND)
		fail_late(f, rc, &e);
	return f->now;
}

bool
pp_txn_live(struct pp_txn *tx)
{
	struct pp_facts *f = pp_engine_facts(tx);
	struct pp_err e = { 0 };
	char kind[16];
	enum pp_rc rc;

	if (f->live != -1)
		return f->live;
	rc = pp_meta_get(tx, "kind", kind, sizeof kind, &e);
	if (rc != PP_OK && rc != PP_NOTFOUND)
		fail_late(f, rc, &e);
	f->live = strcmp(kind, "live") == 0;
	return f->live;
}
