#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "kind.h"
#include "record.h"
#include "rekey.h"
#include "banned.h"

#define ALL_KEYS	((1u << PP_NKEYS) - 1)
#define SOME		500	/* records read, then written */

struct work {
	struct pp_rekey	*r;
	struct pp_keys	 old, new;
	/* Some records of a kind. */
	const struct pp_kind *kind;
	char		*some;
	size_t		 n;
	char		 last[PP_KIND_KEY];
	size_t		 len;
};

typedef enum pp_rc each_fn(struct pp_txn *, struct work *, void *,
		    struct pp_err *);

static pp_txn_fn	settle, change;
static pp_rec_fn	gather;
static each_fn		reseal_integration, reseal_attempt, readdress;
static enum pp_rc	each(struct pp_txn *, struct work *,
			    const struct pp_kind *, each_fn *,
			    struct pp_err *);
static enum pp_rc	reseal(struct work *, const char *, char *, size_t,
			    struct pp_err *);
static enum pp_rc	vouch(struct pp_txn *, struct work *,
			    struct pp_err *);

/* What one who was killed left is finished by who loads the keys. */
static enum pp_rc
settle(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_keys *keys = arg;

	return pp_txn_keys(tx, ALL_KEYS, keys, err);
}

static enum pp_rc
gather(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	(void)tx;
	if (w->n == SOME)
		return PP_NO;
	memcpy(w->last, key, w->len = klen);
	return pp_kind_read(w->kind, rec, w->some + w->n++ * w->kind->size,
	    err);
}

/* All records of a kind; what is walked is not written meanwhile. */
static enum pp_rc
each(struct pp_txn *tx, struct work *w, const struct pp_kind *k, each_fn *fn,
    struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	w->kind = k;
	w->len = 0;
	if ((w->some = calloc(SOME, k->size)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	do {
		w->n = 0;
		rc = pp_txn_scan(tx, k->coll, w->len != 0 ? w->last : NULL,
		    w->len, gather, w, err);
		for (i = 0; i < w->n && rc == PP_OK; i++)
			rc = fn(tx, w, w->some + i * k->size, err);
	} while (rc == PP_OK && w->n == SOME);
	free(w->some);
	return rc;
}

static enum pp_rc
reseal(struct work *w, const char *ad, char *sealed, size_t size,
    struct pp_err *err)
{
	char plain[4096];
	enum pp_rc rc;

	if ((rc = pp_unseal(&w->old, ad, sealed, plain, sizeof plain,
	    err)) == PP_OK)
		rc = pp_seal(&w->new, ad, plain, sealed, size, err);
	explicit_bzero(plain, sizeof plain);
	return rc;
}

static enum pp_rc
reseal_integration(struct pp_txn *tx, struct work *w, void *s,
    struct pp_err *err)
{
	struct pp_integration *in = s;
	char ad[PP_ID_MAX + 16];
	enum pp_rc rc;

	if (in->token[0] == '\0')
		return PP_OK;
	w->r->tokens++;
	(void)snprintf(ad, sizeof ad, "integration/%s", in->name);
	if ((rc = reseal(w, ad, in->token, sizeof in->token, err)) != PP_OK)
		return rc;
	return pp_record_put(tx, w->kind, in, err);
}

static enum pp_rc
reseal_attempt(struct pp_txn *tx, struct work *w, void *s,
    struct pp_err *err)
{
	struct pp_attempt *a = s;
	enum pp_rc rc;

	if (a->ticket[0] == '\0')
		return PP_OK;
	w->r->tickets++;
	if ((rc = reseal(w, a->id, a->ticket, sizeof a->ticket, err)) !=
	    PP_OK)
		return rc;
	return pp_record_put(tx, w->kind, a, err);
}

/* The new address's hash is told to the journal.  That of the mail address
 * cannot be made again without the address, and "" matches none: a page that
 * was superseded then asks to call (rule K2). */
static enum pp_rc
readdress(struct pp_txn *tx, struct work *w, void *s, struct pp_err *err)
{
	const struct pp_link *old = s;
	struct pp_link new = *old;
	char token[PP_TOKEN_LEN + 1];

	pp_link_token(&w->new, old->id, old->epoch, token);
	pp_token_hash(token, PP_TOKEN_LEN, new.token_hash);
	explicit_bzero(token, sizeof token);
	new.address[0] = '\0';
	w->r->links++;
	return pp_link_save(tx, "link.rekeyed", old, &new, err);
}

/* Heads that were signed with the old key: the new one says which public keys
 * were this store's, so nobody who has only the store can add one. */
static enum pp_rc
vouch(struct pp_txn *tx, struct work *w, struct pp_err *err)
{
	char public[PP_PUBLIC_HEX];
	enum pp_rc rc;

	pp_sign_public(&w->old, public);
	if ((rc = pp_facts_vouch(tx, &w->new, public, err)) != PP_OK)
		return rc;
	pp_sign_public(&w->new, public);
	return pp_meta_put(tx, "sign.public", public, err);
}

static enum pp_rc
change(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	struct json_object *o;
	char print[PP_KEY_PRINT];
	enum pp_rc rc;

	if (w->r->key == PP_KEY_SEAL) {
		if ((rc = each(tx, w, &pp_kind_integration,
		    reseal_integration, err)) == PP_OK)
			rc = each(tx, w, &pp_kind_attempt, reseal_attempt,
			    err);
	} else if (w->r->key == PP_KEY_LINK)
		rc = each(tx, w, &pp_kind_link, readdress, err);
	else
		rc = vouch(tx, w, err);
	if (rc != PP_OK || w->r->dry_run)
		return rc != PP_OK ? rc : PP_NO;
	pp_keys_print(&w->new, w->r->key, print);
	o = json_object_new_object();
	json_object_object_add(o, "key", json_object_new_string(
	    pp_key_words[w->r->key]));
	json_object_object_add(o, "print", json_object_new_string(print));
	if ((rc = pp_journal_append(tx, "store.rekeyed", NULL, o, NULL,
	    err)) == PP_OK)
		rc = pp_facts_print(tx, w->r->key, print, err);
	json_object_put(o);
	return rc;
}

enum pp_rc
pp_rekey(const struct pp_store *s, struct pp_rekey *r, struct pp_err *err)
{
	struct pp_keys after = { .have = 0 };
	struct pp_store held = *s;
	char dir[PATH_MAX];
	struct work *w;
	enum pp_rc rc;

	if (!pp_store_exists(s->dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    s->dir);
	if (s->keys != NULL) {
		pp_err_hint(err, "run it without $CREDENTIALS_DIRECTORY, with "
		    "the keys in %s/keys, and give the new ones to systemd "
		    "then", s->dir);
		return pp_err_set(err, PP_CONF, "the keys are in %s, where "
		    "they cannot be changed", s->keys);
	}
	if (snprintf(dir, sizeof dir, "%s/keys", s->dir) >= (int)sizeof dir)
		return pp_err_set(err, PP_CONF, "store %s: name too long",
		    s->dir);
	if ((w = calloc(1, sizeof *w)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	w->r = r;
	if ((rc = pp_store_txn(s, PP_TXN_READ, settle, &w->old, err)) ==
	    PP_OK && (rc = pp_keys_next(dir, r->key, &w->old, &w->new,
	    err)) == PP_OK) {
		held.doing = "rekey";
		rc = pp_store_txn(&held, PP_TXN_WRITE, change, w, err);
		if (rc == PP_OK)
			rc = pp_store_txn(s, PP_TXN_READ, settle, &after, err);
		else if (r->dry_run)
			pp_keys_forget_next(dir, r->key);
		if (rc == PP_NO)
			rc = PP_OK;
	}
	pp_keys_wipe(&after);
	pp_keys_wipe(&w->old);
	pp_keys_wipe(&w->new);
	free(w);
	return rc;
}
