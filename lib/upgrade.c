#include "config.h"

#include <limits.h>
#include <stdio.h>

#include "engine.h"
#include "files.h"
#include "json.h"
#include "upgrade.h"
#include "banned.h"

/* There has been one format. */
const struct pp_migration pp_migrations[] = { { 0, NULL } };

static pp_txn_fn	look, migrate;
static const struct pp_migration	*step(const struct pp_upgrade *, int);
static enum pp_rc	keep(const struct pp_store *, struct pp_upgrade *,
			    struct pp_err *);

static const struct pp_migration *
step(const struct pp_upgrade *u, int from)
{
	const struct pp_migration *m;

	for (m = u->table; m->fn != NULL; m++)
		if (m->from == from)
			return m;
	return NULL;
}

/* What there is, and is there a way? */
static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_upgrade *u = arg;
	enum pp_rc rc;
	int n;

	if ((rc = pp_facts_format(tx, &u->from, err)) != PP_OK)
		return rc;
	for (n = u->from; n < PP_STORE_FORMAT; n++)
		if (step(u, n) == NULL)
			return pp_err_set(err, PP_CONF, "store %s: no way leads "
			    "from format %d to %d", pp_txn_store(tx)->dir, n,
			    n + 1);
	return u->from == PP_STORE_FORMAT ? pp_txn_whole(tx, err) : PP_OK;
}

static enum pp_rc
migrate(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_upgrade *u = arg;
	struct json_object *o;
	char text[16];
	enum pp_rc rc;
	int n;

	/* Somebody else may have done it meanwhile. */
	if ((rc = look(tx, u, err)) != PP_OK || u->from == PP_STORE_FORMAT)
		return rc;
	for (n = u->from; n < PP_STORE_FORMAT; n++)
		if ((rc = step(u, n)->fn(tx, NULL, err)) != PP_OK)
			return rc;
	(void)snprintf(text, sizeof text, "%d", PP_STORE_FORMAT);
	if ((rc = pp_meta_put(tx, "format", text, err)) != PP_OK)
		return rc;
	o = json_object_new_object();
	json_object_object_add(o, "from", json_object_new_int(u->from));
	json_object_object_add(o, "to", json_object_new_int(PP_STORE_FORMAT));
	rc = pp_journal_append(tx, "store.upgraded", NULL, o, NULL, err);
	json_object_put(o);
	return rc;
}

/* The files as they are, for a program that knows their format; Berkeley DB
 * checks them, which knows none. */
static enum pp_rc
keep(const struct pp_store *s, struct pp_upgrade *u, struct pp_err *err)
{
	char to[PATH_MAX];
	struct pp_store copy = { .dir = to, .command = s->command,
	    .reserve = 1, .keep_logs = INT64_MAX, .wait = s->wait,
	    .older = true, .draft = true };
	enum pp_rc rc;
	int64_t bytes;

	(void)snprintf(u->copy, sizeof u->copy, "format-%d", u->from);
	if (snprintf(to, sizeof to, "%s/%s", s->dir, u->copy) >=
	    (int)sizeof to)
		return pp_err_set(err, PP_CONF, "store %s: name too long",
		    s->dir);
	if ((rc = pp_copy_make(s, to, err)) != PP_OK)
		return rc;
	if ((rc = pp_engine_verify(&copy, err)) == PP_NO)
		rc = PP_IO;
	if (rc == PP_OK)
		rc = pp_files_sync(to, "db", &bytes, err);
	if (rc != PP_OK)
		(void)pp_copy_remove(to, NULL);
	return rc;
}

enum pp_rc
pp_upgrade(const struct pp_store *s, struct pp_upgrade *u, struct pp_err *err)
{
	struct pp_store older = *s;
	enum pp_rc rc;

	older.older = true;
	older.doing = "upgrade";
	u->copy[0] = '\0';
	if ((rc = pp_store_txn(&older, PP_TXN_READ, look, u, err)) != PP_OK ||
	    u->from == PP_STORE_FORMAT || u->dry_run)
		return rc;
	if ((rc = keep(&older, u, err)) != PP_OK)
		return rc;
	return pp_store_txn(&older, PP_TXN_WRITE, migrate, u, err);
}
