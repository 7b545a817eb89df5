#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "integrating.h"
#include "intl.h"
#include "provider.h"
#include "record.h"
#include "refresh.h"
#include "seal.h"
#include "time.h"
#include "banned.h"

struct naming {
	const char		*name;
	struct pp_integration	 in;
	struct json_object	*rows;
	struct pp_integration	 favourite;
	char			 token[PP_API_TOKEN];
};

struct changing {
	struct pp_integrating	*w;
	pp_integrating_fn	*change;
};

/* Is anything of this integration still open (rule K4)? */
struct in_use {
	const char	*name;
	int64_t		 now;
	const char	*what;		/* why it cannot be removed */
	char		 id[PP_PAY_ID];
};

static pp_txn_fn	add, lookup, list, change, rotate, can_add, look;
static pp_rec_fn	list_one, unresolved, unsettled, refundable, highest;
static enum pp_rc	seal_token(struct pp_txn *, struct pp_integrating *,
			    struct pp_err *);
static enum pp_rc	same(struct pp_txn *, struct pp_integrating *,
			    const struct pp_integration *, struct pp_err *);
static enum pp_rc	ask(struct pp_provider *, const char *,
			    const struct pp_integration *, const char *,
			    struct json_object **, struct pp_err *);
static enum pp_rc	ask_provider(const char *,
			    const struct pp_integration *, const char *,
			    struct json_object **, struct json_object **,
			    struct pp_err *);
static enum pp_rc	look_at(struct pp_integrating *, struct json_object *,
			    struct json_object **, struct pp_err *);
static bool		on_loopback(const char *);
static void		set_last4(struct pp_integrating *);
static void		ad_of(const struct pp_integration *, char *, size_t);

bool
pp_integrating_known(const char *dir, const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/provider-%s", dir != NULL ? dir :
	    PP_LIBEXECDIR "/providers", name);
	return access(path, X_OK) == 0;
}

enum pp_rc
pp_integrating_describe(const char *dir, const char *name,
    struct json_object **answer, struct pp_err *err)
{
	struct json_object *req;
	struct pp_provider *p;
	enum pp_rc rc;

	*answer = NULL;
	if ((rc = pp_provider_start(dir, name, &p, err)) != PP_OK)
		return rc;
	req = json_object_new_object();
	json_object_object_add(req, "op", json_object_new_string("describe"));
	if ((rc = pp_provider_call(p, req, answer, err)) == PP_OK)
		rc = pp_provider_error(*answer, NULL, err);
	json_object_put(req);
	pp_provider_stop(p);
	if (rc != PP_OK) {
		json_object_put(*answer);
		*answer = NULL;
	}
	return rc;
}

static bool
on_loopback(const char *url)
{
	static const char start[] = "http://127.0.0.1:";
	size_t n = sizeof start - 1, digits;

	if (strncmp(url, start, n) != 0)
		return false;
	digits = strspn(url + n, "0123456789");
	return digits > 0 && digits <= 5 && (url[n + digits] == '\0' ||
	    strcmp(url + n + digits, "/") == 0);
}

enum pp_rc
pp_integrating_ok(struct pp_integrating *w, struct pp_err *err)
{
	struct pp_integration *in = &w->in;
	struct json_object *o, *v;
	enum pp_rc rc;

	if ((rc = pp_integration_name_ok(in->name, err)) != PP_OK)
		return rc;
	if ((in->environment == PP_ENV_SANDBOX) != (in->gateway_url[0] != '\0'))
		return pp_err_member(err, PP_DATA, "gateway_url",
		    in->gateway_url[0] != '\0' ?
		    N_("only an integration of environment sandbox has one") :
		    N_("missing: an integration of environment sandbox has "
		    "one"));
	/* Nothing but the machine itself is trusted to be no bank. */
	if (in->gateway_url[0] != '\0' && !on_loopback(in->gateway_url))
		return pp_err_member(err, PP_DATA, "gateway_url", "a sandbox "
		    "is at http://127.0.0.1:PORT, and nowhere but on this "
		    "machine");
	if (pp_integration_live(in) &&
	    (rc = pp_conf_live_ready(w->conf, err)) != PP_OK)
		return rc;
	if ((rc = pp_integrating_describe(w->cmd_dir, in->provider, &o,
	    err)) != PP_OK)
		return rc;
	if (json_object_object_get_ex(o, "features", &v))
		(void)strlcpy(in->features, pp_json_text(v),
		    sizeof in->features);
	if (json_object_object_get_ex(o, "currencies", &v))
		(void)strlcpy(in->currencies, pp_json_text(v),
		    sizeof in->currencies);
	json_object_put(o);
	return PP_OK;
}

static enum pp_rc
ask(struct pp_provider *p, const char *op, const struct pp_integration *in,
    const char *token, struct json_object **answer, struct pp_err *err)
{
	struct json_object *req = pp_request_of(op, in, token);
	enum pp_rc rc;

	if ((rc = pp_provider_call(p, req, answer, err)) == PP_OK)
		rc = pp_provider_error(*answer, NULL, err);
	pp_request_free(req);
	return rc;
}

/* op check with a token in clear; and op script, unless script is NULL:
 * *script is NULL if the driver has no such op. */
static enum pp_rc
ask_provider(const char *dir, const struct pp_integration *in,
    const char *token, struct json_object **answer,
    struct json_object **script, struct pp_err *err)
{
	struct pp_err none = { .msg = "" };
	struct pp_provider *p;
	enum pp_rc rc;

	*answer = NULL;
	if ((rc = pp_provider_start(dir, in->provider, &p, err)) != PP_OK)
		return rc;
	rc = ask(p, "check", in, token, answer, err);
	if (rc == PP_OK && script != NULL &&
	    (rc = ask(p, "script", in, token, script, &none)) != PP_OK) {
		json_object_put(*script);
		*script = NULL;
		if (rc == PP_STATE)
			rc = PP_OK;
		else
			*err = none;
	}
	pp_provider_stop(p);
	return rc;
}

static void
ad_of(const struct pp_integration *in, char *ad, size_t size)
{
	(void)snprintf(ad, size, "integration/%s", in->name);
}

/* All of it that is ever shown. */
static void
set_last4(struct pp_integrating *w)
{
	size_t n = strlen(w->token);

	(void)strlcpy(w->in.token_last4, n > 4 ? w->token + n - 4 : "",
	    sizeof w->in.token_last4);
}

static enum pp_rc
seal_token(struct pp_txn *tx, struct pp_integrating *w, struct pp_err *err)
{
	struct pp_keys keys;
	char ad[PP_ID_MAX + 16];
	enum pp_rc rc;

	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_SEAL, &keys, err)) != PP_OK)
		return rc;
	ad_of(&w->in, ad, sizeof ad);
	rc = pp_seal(&keys, ad, w->token, w->in.token, sizeof w->in.token,
	    err);
	pp_keys_wipe(&keys);
	set_last4(w);
	return rc;
}

/* The same credentials again are the same integration. */
static enum pp_rc
same(struct pp_txn *tx, struct pp_integrating *w,
    const struct pp_integration *old, struct pp_err *err)
{
	char was[PP_API_TOKEN], ad[PP_ID_MAX + 16];
	struct pp_keys keys;
	const char *what = NULL;
	enum pp_rc rc;

	ad_of(old, ad, sizeof ad);
	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_SEAL, &keys, err)) != PP_OK)
		return rc;
	rc = pp_unseal(&keys, ad, old->token, was, sizeof was, err);
	pp_keys_wipe(&keys);
	if (rc != PP_OK)
		return rc;
	if (strcmp(old->provider, w->in.provider) != 0)
		what = "provider";
	else if (old->environment != w->in.environment)
		what = "environment";
	else if (strcmp(old->store_id, w->in.store_id) != 0)
		what = "store_id";
	else if (strcmp(old->checkout_id, w->in.checkout_id) != 0)
		what = "checkout_id";
	else if (strcmp(old->gateway_url, w->in.gateway_url) != 0)
		what = "gateway_url";
	else if (strcmp(was, w->token) != 0)
		what = "api_token";
	explicit_bzero(was, sizeof was);
	if (what == NULL) {
		w->in = *old;
		return PP_OK;
	}
	(void)pp_err_member(err, PP_CONFLICT, what, "integration %s exists "
	    "with another", old->name);
	pp_err_hint(err, strcmp(what, "api_token") == 0 ?
	    N_("pp-integration rotate %s") :
	    N_("another NAME, or pp-integration remove %s"), old->name);
	return PP_CONFLICT;
}

static enum pp_rc
highest(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_integration one, *best = arg;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_integration_of(rec, &one, err)) == PP_OK &&
	    one.number > best->number)
		best->number = one.number;
	return rc;
}

/* Rule I1, and whether the name is free; before the provider is asked. */
static enum pp_rc
can_add(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_integrating *w = arg;
	const char *want = pp_integration_live(&w->in) ? "live" : "test";
	char kind[16];
	enum pp_rc rc;

	if ((rc = pp_meta_get(tx, "kind", kind, sizeof kind, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	if (kind[0] != '\0' && strcmp(kind, want) != 0) {
		(void)pp_err_set(err, PP_CONF, "this is a %s store, and %s is "
		    "%s: they are never mixed", kind,
		    pp_environments[w->in.environment], want);
		pp_err_hint(err, "use another store: --store DIR");
		return PP_CONF;
	}
	return PP_OK;
}

static enum pp_rc
add(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_integrating *w = arg;
	struct pp_integration old, other = { .number = 0 };
	bool known;
	enum pp_rc rc;

	if ((rc = can_add(tx, w, err)) != PP_OK)
		return rc;
	if ((rc = pp_integration_get(tx, w->in.name, &old, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	known = rc == PP_OK;
	if (known && old.removed_at == 0) {
		w->favourite = pp_integration_pick(tx, NULL, &other, NULL) ==
		    PP_OK && strcmp(other.name, old.name) == 0;
		return same(tx, w, &old, err);
	}
	if ((rc = seal_token(tx, w, err)) != PP_OK ||
	    (rc = pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, highest, &other,
	    err)) != PP_OK)
		return rc;
	w->created = true;
	w->in.number = known ? old.number : other.number + 1;
	w->in.created_at = pp_txn_now(tx);
	if ((rc = pp_integration_pick(tx, NULL, &other, NULL)) == PP_NOTFOUND) {
		w->favourite = true;
		w->in.favourite_at = pp_txn_now(tx);
	} else if (rc != PP_OK)
		return rc;
	if ((rc = pp_meta_put(tx, "kind", pp_integration_live(&w->in) ?
	    "live" : "test", err)) != PP_OK ||
	    (rc = pp_integration_save(tx, "integration.added", known ? &old :
	    NULL, &w->in, err)) != PP_OK)
		return rc;
	return w->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_integrating_add(struct pp_integrating *w, struct pp_err *err)
{
	struct json_object *answer = NULL;
	struct pp_store store = *w->store;
	enum pp_rc rc;

	/* From here on it is a live store: no tests' clock. */
	if (pp_integration_live(&w->in))
		store.clock = NULL;
	if (pp_store_exists(w->store->dir) && (rc = pp_store_txn(w->store,
	    PP_TXN_READ, can_add, w, err)) != PP_OK)
		return rc;
	if (w->check) {
		rc = ask_provider(w->cmd_dir, &w->in, w->token, &answer, NULL,
		    err);
		json_object_put(answer);
		if (rc != PP_OK) {
			if (rc == PP_STATE)
				rc = PP_PERM;
			pp_err_hint(err, "--no-check saves it unchecked");
			return rc;
		}
		w->checked = true;
	}
	if (w->dry_run && !pp_store_exists(w->store->dir)) {
		w->created = w->favourite = true;
		set_last4(w);
		return PP_OK;
	}
	rc = pp_store_txn(&store, PP_TXN_WRITE, add, w, err);
	return rc == PP_NO ? PP_OK : rc;
}

static enum pp_rc
lookup(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct naming *n = arg;
	struct pp_keys keys;
	char ad[PP_ID_MAX + 16];
	enum pp_rc rc;

	if ((rc = pp_integration_pick(tx, n->name, &n->in, err)) != PP_OK ||
	    (rc = pp_txn_keys(tx, 1u << PP_KEY_SEAL, &keys, err)) != PP_OK)
		return rc;
	ad_of(&n->in, ad, sizeof ad);
	rc = pp_unseal(&keys, ad, n->in.token, n->token, sizeof n->token, err);
	pp_keys_wipe(&keys);
	return rc;
}

/* Remembers the script's digest: the first, or one that is accepted. */
static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_integrating *w = arg;
	struct pp_integration old, new;
	enum pp_rc rc;

	if ((rc = pp_integration_pick(tx, w->in.name, &old, err)) != PP_OK)
		return rc;
	new = old;
	(void)strlcpy(new.script, w->in.script, sizeof new.script);
	new.script_at = pp_txn_now(tx);
	rc = pp_integration_save(tx, "integration.script_seen", &old, &new,
	    err);
	w->in = new;
	return rc == PP_OK && w->dry_run ? PP_NO : rc;
}

/* Is what browsers are given what was looked at?  *script, of the answer, is
 * told more. */
static enum pp_rc
look_at(struct pp_integrating *w, struct json_object *answer,
    struct json_object **script, struct pp_err *err)
{
	struct json_object *s = NULL;
	const char *now, *published = NULL;
	char was[sizeof w->in.script], when[PP_TIME_STR];
	bool changed;
	enum pp_rc rc = PP_OK;

	if (!json_object_object_get_ex(answer, "script", &s) ||
	    !json_object_is_type(s, json_type_object) ||
	    pp_json_str(s, "integrity", &now, NULL) != PP_OK ||
	    strlen(now) >= sizeof w->in.script)
		return pp_err_set(err, PP_RETRY, "the driver does not tell "
		    "the script's digest");
	*script = s;
	(void)pp_json_str(s, "published", &published, NULL);
	(void)strlcpy(was, w->in.script, sizeof was);
	(void)pp_time_str(w->in.script_at, false, when, sizeof when);
	changed = was[0] != '\0' && strcmp(was, now) != 0;
	if (was[0] == '\0' || (changed && w->accept)) {
		(void)strlcpy(w->in.script, now, sizeof w->in.script);
		if ((rc = pp_store_txn(w->store, PP_TXN_WRITE, look, w,
		    err)) != PP_OK && rc != PP_NO)
			return rc;
		rc = PP_OK;
	}
	json_object_object_add(s, "changed", json_object_new_boolean(changed));
	json_object_object_add(s, "previous", changed ?
	    json_object_new_string(was) : NULL);
	json_object_object_add(s, "seen_at", json_object_new_string(
	    pp_time_str(w->in.script_at, false, when, sizeof when)));
	if (published != NULL && strcmp(published, now) != 0)
		return pp_err_set(err, PP_NO, "the processor's script is not "
		    "the one it published: browsers refuse it, and nobody can "
		    "pay");
	if (changed && !w->accept) {
		rc = pp_err_set(err, PP_NO, "the processor's script is not "
		    "the one that was looked at on %.10s", when);
		pp_err_hint(err, "look at it, then pp-integration check "
		    "--accept-script %s", w->in.name);
	}
	return rc;
}

enum pp_rc
pp_integrating_check(struct pp_integrating *w, struct json_object **out,
    struct pp_err *err)
{
	struct naming n = { .name = w->in.name };
	struct json_object *answer = NULL, *told = NULL, *script = NULL;
	struct json_object *o, *verify = NULL;
	struct pp_err why = { .msg = "" };
	enum pp_rc rc;

	*out = NULL;
	if ((rc = pp_store_txn(w->store, PP_TXN_READ, lookup, &n,
	    err)) != PP_OK)
		return rc;
	w->in = n.in;
	rc = ask_provider(w->cmd_dir, &n.in, n.token, &answer, &told, &why);
	explicit_bzero(n.token, sizeof n.token);
	if (answer != NULL)
		(void)json_object_object_get_ex(answer, "verify", &verify);
	if (answer == NULL || pp_json_time(answer, "server_time",
	    &w->server_time, NULL) != PP_OK)
		w->server_time = 0;
	if (rc == PP_OK && told != NULL)
		rc = look_at(w, told, &script, &why);
	o = json_object_new_object();
	json_object_object_add(o, "integration",
	    json_object_new_string(w->in.name));
	json_object_object_add(o, "ok", json_object_new_boolean(rc == PP_OK));
	json_object_object_add(o, "message", rc == PP_OK ? NULL :
	    json_object_new_string(why.msg));
	if (verify != NULL)
		json_object_object_add(o, "verify", json_object_get(verify));
	if (script != NULL)
		json_object_object_add(o, "script", json_object_get(script));
	json_object_put(answer);
	json_object_put(told);
	*out = o;
	if (rc == PP_OK)
		return PP_OK;
	/* A question was asked, and the answer is no. */
	if (rc == PP_PERM || rc == PP_STATE)
		rc = PP_NO;
	*err = why;
	return rc;
}

static enum pp_rc
list_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct naming *n = arg;
	struct pp_integration in;
	struct json_object *o;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_integration_of(rec, &in, err)) != PP_OK)
		return rc;
	if (in.removed_at != 0 || (n->name != NULL &&
	    strcmp(n->name, in.name) != 0))
		return PP_OK;
	o = json_object_new_object();
	pp_integration_show(&in, strcmp(in.name, n->favourite.name) == 0, o);
	json_object_array_add(n->rows, o);
	return PP_OK;
}

static enum pp_rc
list(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct naming *n = arg;
	enum pp_rc rc;

	if ((rc = pp_integration_pick(tx, NULL, &n->favourite, NULL)) !=
	    PP_OK && rc != PP_NOTFOUND)
		return rc;
	if (n->name != NULL && (rc = pp_integration_pick(tx, n->name, &n->in,
	    err)) != PP_OK)
		return rc;
	return pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, list_one, n, err);
}

enum pp_rc
pp_integrating_list(const struct pp_store *store, const char *name,
    struct json_object **rows, struct pp_err *err)
{
	struct naming n = { .name = name };
	enum pp_rc rc;

	n.rows = json_object_new_array();
	if ((rc = pp_store_txn(store, PP_TXN_READ, list, &n, err)) != PP_OK) {
		json_object_put(n.rows);
		n.rows = NULL;
	}
	*rows = n.rows;
	return rc;
}

/* Changes. */

static enum pp_rc
change(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct changing *c = arg;
	struct pp_integration old, new, best;
	const char *type = NULL;
	enum pp_rc rc;

	if ((rc = pp_integration_pick(tx, c->w->in.name, &old, err)) != PP_OK)
		return rc;
	new = old;
	if ((rc = c->change(tx, &old, &new, &type, err)) != PP_OK ||
	    (rc = pp_integration_save(tx, type, &old, &new, err)) != PP_OK)
		return rc;
	c->w->in = new;
	if ((rc = pp_integration_pick(tx, NULL, &best, NULL)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	c->w->favourite = strcmp(best.name, new.name) == 0;
	return c->w->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_integrating_change(struct pp_integrating *w, pp_integrating_fn *fn,
    struct pp_err *err)
{
	struct changing c = { w, fn };
	enum pp_rc rc;

	if (!pp_store_exists(w->store->dir))
		return pp_err_set(err, PP_NOTFOUND, "no integration %.40s",
		    w->in.name);
	rc = pp_store_txn(w->store, PP_TXN_WRITE, change, &c, err);
	return rc == PP_NO ? PP_OK : rc;
}

enum pp_rc
pp_integrating_favourite(struct pp_txn *tx, const struct pp_integration *old,
    struct pp_integration *new, const char **type, struct pp_err *err)
{
	struct pp_integration best;
	enum pp_rc rc;

	*type = "integration.favourite";
	if ((rc = pp_integration_pick(tx, NULL, &best, NULL)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return pp_err_set(err, rc, "cannot read the favourite");
	if (rc == PP_NOTFOUND || strcmp(best.name, old->name) != 0) {
		new->favourite_at = pp_txn_now(tx);
		if (rc == PP_OK && new->favourite_at <= best.favourite_at)
			new->favourite_at = best.favourite_at + 1;
	}
	return PP_OK;
}

enum pp_rc
pp_integrating_disable(struct pp_txn *tx, const struct pp_integration *old,
    struct pp_integration *new, const char **type, struct pp_err *err)
{
	(void)tx, (void)old, (void)err;
	*type = "integration.disabled";
	new->disabled = true;
	return PP_OK;
}

enum pp_rc
pp_integrating_enable(struct pp_txn *tx, const struct pp_integration *old,
    struct pp_integration *new, const char **type, struct pp_err *err)
{
	(void)tx, (void)old, (void)err;
	*type = "integration.enabled";
	new->disabled = false;
	return PP_OK;
}

static enum pp_rc
unresolved(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct in_use *u = arg;
	struct pp_attempt a;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_attempt_of(rec, &a, err)) != PP_OK)
		return rc;
	if (strcmp(a.integration, u->name) != 0 || (a.next_check_at == 0 &&
	    (a.presented_at == 0 || pp_attempt_resolved(&a, u->now))))
		return PP_OK;
	u->what = N_("ticket unresolved");
	(void)strlcpy(u->id, a.id, sizeof u->id);
	return PP_NO;
}

/* A refund that is open or unknown needs its credentials still. */
static enum pp_rc
unsettled(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct in_use *u = arg;
	struct pp_refund r;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_refund_of(rec, &r, err)) != PP_OK)
		return rc;
	if (strcmp(r.integration, u->name) != 0 || !pp_refund_reserves(&r))
		return PP_OK;
	u->what = N_("refund unsettled");
	(void)strlcpy(u->id, r.id, sizeof u->id);
	return PP_NO;
}

static enum pp_rc
refundable(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct in_use *u = arg;
	struct pp_payment p;
	struct pp_task t;
	struct pp_refunds all;
	int64_t left = 0;
	enum pp_rc rc;

	(void)key, (void)klen;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.type != PP_P_PAYMENT || strcmp(p.integration, u->name) != 0)
		return PP_OK;
	if (p.task[0] != '\0' && (rc = pp_task_get(tx, p.task, &t,
	    err)) != PP_OK)
		return rc;
	if (p.task[0] != '\0' && t.paid - t.refunded - t.voided -
	    t.charged_back <= 0)
		return PP_OK;
	if ((rc = pp_refunds_load(tx, &p, &all, err)) == PP_OK)
		left = all.sums.left;
	pp_refunds_release(&all);
	if (rc != PP_OK || left == 0)
		return rc;
	u->what = N_("payment may still be refunded");
	(void)strlcpy(u->id, p.id, sizeof u->id);
	return PP_NO;
}

enum pp_rc
pp_integrating_remove(struct pp_txn *tx, const struct pp_integration *old,
    struct pp_integration *new, const char **type, struct pp_err *err)
{
	struct in_use u = { .name = old->name, .now = pp_txn_now(tx) };
	enum pp_rc rc;

	*type = "integration.removed";
	if ((rc = pp_txn_scan(tx, PP_ATTEMPT, NULL, 0, unresolved, &u,
	    err)) != PP_OK)
		return rc;
	if (u.what == NULL && (rc = pp_txn_scan(tx, PP_REFUND, NULL, 0,
	    unsettled, &u, err)) != PP_OK)
		return rc;
	if (u.what == NULL && (rc = pp_txn_scan(tx, PP_PAYMENT, NULL, 0,
	    refundable, &u, err)) != PP_OK)
		return rc;
	if (u.what != NULL) {
		(void)pp_err_set(err, PP_STATE, "%s: %s (%s)", old->name,
		    _(u.what), u.id);
		pp_err_hint(err, "pp-integration disable %s stops new tickets",
		    old->name);
		return PP_STATE;
	}
	new->removed_at = pp_txn_now(tx);
	new->favourite_at = 0;
	new->token[0] = '\0';
	return PP_OK;
}

static enum pp_rc
rotate(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_integrating *w = arg;
	struct pp_integration old;
	enum pp_rc rc;

	if ((rc = pp_integration_pick(tx, w->in.name, &old, err)) != PP_OK)
		return rc;
	w->in = old;
	if ((rc = seal_token(tx, w, err)) != PP_OK)
		return rc;
	w->in.rotated_at = pp_txn_now(tx);
	if ((rc = pp_integration_save(tx, "integration.rotated", &old, &w->in,
	    err)) != PP_OK)
		return rc;
	return w->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_integrating_rotate(struct pp_integrating *w, struct pp_err *err)
{
	struct naming n = { .name = w->in.name };
	struct json_object *answer = NULL;
	enum pp_rc rc;

	if ((rc = pp_store_txn(w->store, PP_TXN_READ, lookup, &n,
	    err)) != PP_OK)
		return rc;
	explicit_bzero(n.token, sizeof n.token);
	if (w->check) {	/* the new one works before the old one goes */
		rc = ask_provider(w->cmd_dir, &n.in, w->token, &answer, NULL,
		    err);
		json_object_put(answer);
		/* Only the token is new: what is refused for another reason
		 * than that was no answer about it. */
		if (rc != PP_OK)
			return rc == PP_STATE ? PP_RETRY : rc;
		w->checked = true;
	}
	rc = pp_store_txn(w->store, PP_TXN_WRITE, rotate, w, err);
	return rc == PP_NO ? PP_OK : rc;
}

struct json_object *
pp_integrating_doc(const struct pp_integrating *w)
{
	struct json_object *o = json_object_new_object();

	pp_integration_show(&w->in, w->favourite, o);
	return o;
}
