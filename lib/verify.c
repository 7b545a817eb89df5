#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "verify.h"
#include "banned.h"

#define EVENTS_A_TURN	2000
#define TASKS_A_TURN	100

enum { CHAIN, TASKS, LOST };

struct turn {
	struct pp_verify	*at;
	size_t			 left;
	bool			 more;
	enum pp_rc		 rc;	/* PP_NO of a walk's function is lost */
};

static pp_txn_fn	run, signature;
static enum pp_rc	chain(struct pp_txn *, struct pp_verify *, bool *,
			    struct pp_err *);
static pp_event_fn	look;

/* A task whose record is lost would be missed by who goes through records. */
static enum pp_rc
look(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct json_object *o;
	struct turn *t = arg;
	const char *task, *type;
	struct pp_rec rec;

	if (t->left-- == 0) {
		t->more = true;
		return PP_NO;
	}
	t->at->seq = seq;
	if ((t->rc = pp_json_parse(text, len, &o, err)) != PP_OK)
		return t->rc;
	if (pp_json_str(o, "task", &task, NULL) == PP_OK &&
	    pp_json_str(o, "type", &type, NULL) == PP_OK &&
	    strncmp(type, "task.", 5) == 0 && (t->rc = pp_txn_get(tx, PP_TASK,
	    task, strlen(task), &rec, err)) == PP_NOTFOUND)
		t->rc = pp_err_set(err, PP_NO, "task %s of event %lld is "
		    "lost", task, (long long)seq);
	json_object_put(o);
	return t->rc;
}

/* A turn ends at the event that is looked for. */
static enum pp_rc
chain(struct pp_txn *tx, struct pp_verify *at, bool *end, struct pp_err *err)
{
	int64_t ahead = at->want.seq - at->head.seq;
	enum pp_rc rc;

	if ((rc = pp_journal_verify(tx, &at->head, ahead > 0 &&
	    ahead < EVENTS_A_TURN ? (size_t)ahead : EVENTS_A_TURN, end,
	    err)) != PP_OK)
		return rc;
	if (at->want.seq != 0 && at->head.seq == at->want.seq &&
	    strcmp(at->head.hash, at->want.hash) != 0)
		return pp_err_set(err, PP_NO, "journal: event %lld has "
		    "another hash than was printed: it, or one before it, "
		    "was rewritten", (long long)at->want.seq);
	if (*end && at->head.seq < at->want.seq)
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
	return pp_head_check(public, at->want.seq, at->want.hash,
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

enum pp_rc
pp_verify_turn(struct pp_txn *tx, struct pp_verify *at, struct pp_err *err)
{
	struct turn t = { .at = at, .left = EVENTS_A_TURN };
	bool end = false;
	enum pp_rc rc;

	switch (at->pass) {
	case CHAIN:
		rc = chain(tx, at, &end, err);
		t.more = !end;
		break;
	case TASKS:
		rc = pp_replay_check_some(tx, at->task, TASKS_A_TURN, &end,
		    err);
		t.more = !end;
		break;
	default:
		rc = pp_journal_each(tx, at->seq, NULL, look, &t, err);
		break;
	}
	if (rc == PP_OK)
		rc = t.rc;
	if (rc == PP_OK && !t.more)
		at->done = at->pass++ == LOST;
	return rc;
}

static enum pp_rc
run(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	return pp_verify_turn(tx, arg, err);
}

enum pp_rc
pp_verify_all(const struct pp_store *s, struct pp_verify *at,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;

	if (at->signature[0] != '\0')
		rc = pp_store_txn(s, PP_TXN_READ, signature, at, err);
	while (rc == PP_OK && !at->done)
		rc = pp_store_txn(s, PP_TXN_READ, run, at, err);
	return rc;
}
