#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "engine.h"
#include "verify.h"
#include "banned.h"

#define EVENTS_A_TURN	20000

static pp_txn_fn	everything, signature;
static pp_compare_tell	tell_tasks;
static enum pp_rc	chain(struct pp_txn *, struct pp_verify *,
			    struct pp_err *);
static enum pp_rc	wanted(const struct pp_verify *, bool,
			    struct pp_err *);

/* A turn ends at the event that is looked for. */
static enum pp_rc
chain(struct pp_txn *tx, struct pp_verify *at, struct pp_err *err)
{
	bool end = false;
	enum pp_rc rc;
	int64_t ahead;

	while (!end) {
		ahead = at->want.seq - at->head.seq;
		if ((rc = pp_journal_verify(tx, &at->head, ahead > 0 &&
		    ahead < EVENTS_A_TURN ? (size_t)ahead : EVENTS_A_TURN,
		    &end, err)) != PP_OK ||
		    (rc = wanted(at, end, err)) != PP_OK)
			return rc;
		if (at->tell != NULL)
			at->tell("events", at->head.seq, at->arg);
	}
	return PP_OK;
}

static enum pp_rc
wanted(const struct pp_verify *at, bool end, struct pp_err *err)
{
	if (at->want.seq != 0 && at->head.seq == at->want.seq &&
	    strcmp(at->head.hash, at->want.hash) != 0)
		return pp_err_set(err, PP_NO, "journal: event %lld has "
		    "another hash than was printed: it, or one before it, "
		    "was rewritten", (long long)at->want.seq);
	if (end && at->head.seq < at->want.seq)
		return pp_err_set(err, PP_NO, "journal: it ends with event "
		    "%lld, and head %lld was printed: its end was cut off, "
		    "or an older copy put in its place",
		    (long long)at->head.seq, (long long)at->want.seq);
	return PP_OK;
}

/* Who rewrites the store can rewrite the public key in it, but not the file
 * in keys/. */
static enum pp_rc
signature(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	const struct pp_verify *at = arg;
	char public[PP_PUBLIC_HEX];
	struct pp_keys keys;
	enum pp_rc rc;

	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_SIGN, &keys, NULL)) == PP_OK)
		pp_sign_public(&keys, public);
	else
		rc = pp_meta_get(tx, "sign.public", public, sizeof public,
		    err);
	pp_keys_wipe(&keys);
	if (rc != PP_OK)
		return rc;
	return pp_txn_head_check(tx, public, at->want.seq, at->want.hash,
	    at->signature, err);
}

enum pp_rc
pp_verify_head(const char *text, struct pp_verify *at, struct pp_err *err)
{
	static const char hex[] = "0123456789abcdef";
	const char *hash, *sig;
	long long seq;
	char *end;
	size_t n;

	seq = strtoll(text, &end, 10);
	if (*text < '1' || *text > '9' || *end != ':')
		goto bad;
	hash = end + 1;
	n = strspn(hash, hex);
	sig = hash[n] == ':' ? hash + n + 1 : "";
	if (n != PP_HASH_HEX - 1 || (hash[n] != '\0' && (hash[n] != ':' ||
	    strspn(sig, hex) != PP_SIGN_HEX - 1 ||
	    strlen(sig) != PP_SIGN_HEX - 1)))
		goto bad;
	at->want.seq = seq;
	memcpy(at->want.hash, hash, n);
	at->want.hash[n] = '\0';
	(void)snprintf(at->signature, sizeof at->signature, "%s", sig);
	return PP_OK;
bad:
	pp_err_hint(err, "SEQ:HASH or SEQ:HASH:SIGNATURE, as pp-ledger head "
	    "prints them");
	return pp_err_set(err, PP_DATA, "%.40s is no head", text);
}

static void
tell_tasks(int64_t tasks, void *arg)
{
	struct pp_verify *at = arg;

	if (at->tell != NULL)
		at->tell("tasks", tasks, at->arg);
}

static enum pp_rc
everything(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_verify *at = arg;
	enum pp_rc rc;

	if ((at->signature[0] != '\0' && (rc = signature(tx, at, err)) !=
	    PP_OK) || (rc = chain(tx, at, err)) != PP_OK)
		return rc;
	rc = pp_compare(tx, tell_tasks, at, err);
	/* What cannot be read is wrong, too. */
	return rc == PP_CONFLICT || rc == PP_IO ? PP_NO : rc;
}

enum pp_rc
pp_verify_copy(const struct pp_store *s, struct pp_verify *at,
    struct pp_err *err)
{
	enum pp_rc rc;

	if (at->tell != NULL)
		at->tell("files", 0, at->arg);
	if ((rc = pp_check_copy(s, err)) != PP_OK)
		return rc;
	return pp_store_txn(s, PP_TXN_READ, everything, at, err);
}

enum pp_rc
pp_verify_store(const struct pp_store *s, struct pp_verify *at,
    struct pp_err *err)
{
	struct pp_store copy = { .command = s->command, .reserve = 1,
	    .keep_logs = INT64_MAX, .wait = s->wait, .draft = true };
	char to[PATH_MAX], keys[PATH_MAX];
	enum pp_rc rc;

	if (snprintf(to, sizeof to, "%s/verify", s->dir) >= (int)sizeof to ||
	    snprintf(keys, sizeof keys, "%s/keys", s->dir) >=
	    (int)sizeof keys)
		return pp_err_set(err, PP_CONF, "store %s: name too long",
		    s->dir);
	copy.dir = to;
	copy.keys = s->keys != NULL ? s->keys : keys;
	if ((rc = pp_copy_make(s, to, err)) != PP_OK)
		return rc;
	pp_store_keep(&copy);
	rc = pp_verify_copy(&copy, at, err);
	pp_store_unkeep(&copy);
	(void)pp_copy_remove(to, NULL);
	return rc;
}
