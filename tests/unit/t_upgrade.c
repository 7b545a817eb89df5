/*
 * An older format: format 0, which no store ever had, and which only this
 * test knows the way from.
 */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "store.h"
#include "tap.h"
#include "upgrade.h"
#include "banned.h"

static char dir[PATH_MAX];
static struct pp_store st = { .command = "t_upgrade", .dir = dir };
static struct pp_err err;
static char fact[16];

static pp_txn_fn	age, see, one, fails;

static const struct pp_migration way[] = { { 0, one }, { 0, NULL } };
static const struct pp_migration blocked[] = { { 0, fails }, { 0, NULL } };

static enum pp_rc
age(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	(void)arg;
	return pp_meta_put(tx, "format", "0", e);
}

static enum pp_rc
see(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	enum pp_rc rc = pp_meta_get(tx, "fact", fact, sizeof fact, e);

	return rc == PP_NOTFOUND ? PP_OK : rc != PP_OK || arg == NULL ? rc :
	    pp_journal_head(tx, arg, e);
}

static enum pp_rc
one(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	(void)arg;
	return pp_meta_put(tx, "fact", "new", e);
}

static enum pp_rc
fails(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	enum pp_rc rc;

	if ((rc = one(tx, arg, e)) != PP_OK)
		return rc;
	return pp_err_set(e, PP_IO, "no");
}

static enum pp_rc
run(enum pp_txn_mode mode, pp_txn_fn *fn, void *arg)
{
	pp_err_clear(&err);
	return pp_store_txn(&st, mode, fn, arg, &err);
}

static enum pp_rc
upgrade(struct pp_upgrade *u, const struct pp_migration *table, bool dry)
{
	struct pp_upgrade fresh = { .table = table, .dry_run = dry };

	*u = fresh;
	pp_err_clear(&err);
	return pp_upgrade(&st, u, &err);
}

/* The root of an empty tree becomes a page of no known kind. */
static bool
damage(const char *name)
{
	char path[PATH_MAX + 32];
	unsigned char meta[24];
	uint32_t size;
	int fd;
	bool did;

	(void)snprintf(path, sizeof path, "%s/db/%s", dir, name);
	if ((fd = open(path, O_RDWR)) == -1)
		return false;
	did = pread(fd, meta, sizeof meta, 0) == sizeof meta;
	memcpy(&size, meta + 20, sizeof size);
	did = did && pwrite(fd, "\143", 1, (off_t)size + 25) == 1;
	(void)close(fd);
	return did;
}

int
main(void)
{
	char path[PATH_MAX + 32];
	struct pp_store copy = st;
	struct pp_head h = { 0, "" };
	struct pp_upgrade u;
	const char *tmp = getenv("TMPDIR");

	(void)umask(077);
	(void)snprintf(dir, sizeof dir, "%s/t_upgrade.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 99;
	(void)strlcat(dir, "/store", sizeof dir);

	ok(run(PP_TXN_WRITE, age, NULL) == PP_OK, "a store: %s", err.msg);
	/* As after a boot: who joins the regions was let in before. */
	(void)snprintf(path, sizeof path, "%s/db/__db.001", dir);
	ok(unlink(path) == 0, "nobody in it");
	ok(run(PP_TXN_READ, see, NULL) == PP_CONF &&
	    strcmp(err.hint, "pp-store upgrade") == 0,
	    "older: refused, with the way out: %s", err.msg);
	ok(run(PP_TXN_WRITE, one, NULL) == PP_CONF, "to write, too");

	ok(upgrade(&u, pp_migrations, false) == PP_CONF,
	    "no way from format 0: %s", err.msg);
	ok(run(PP_TXN_READ, see, NULL) == PP_CONF,
	    "who was refused has let nobody in");
	ok(upgrade(&u, way, true) == PP_OK && u.from == 0 &&
	    u.copy[0] == '\0', "a dry run: %s", err.msg);
	ok(run(PP_TXN_READ, see, NULL) == PP_CONF, "changes nothing");
	ok(upgrade(&u, blocked, false) == PP_IO, "a step fails: %s", err.msg);
	ok(run(PP_TXN_READ, see, NULL) == PP_CONF, "the format is as it was");

	ok(upgrade(&u, way, false) == PP_OK && u.from == 0, "upgraded: %s",
	    err.msg);
	ok(run(PP_TXN_READ, see, &h) == PP_OK, "everybody comes in: %s",
	    err.msg);
	is_str(fact, "new", "the step was taken");
	is_int(h.seq, 1, "the journal tells");
	is_str(u.copy, "format-0", "what was before is kept");
	(void)snprintf(path, sizeof path, "%s/%s", dir, u.copy);
	copy.dir = path;
	copy.older = true;
	fact[0] = '\0';
	pp_err_clear(&err);
	ok(pp_store_txn(&copy, PP_TXN_READ, see, NULL, &err) == PP_OK,
	    "whole: %s", err.msg);
	is_str(fact, "", "before the step");
	ok(upgrade(&u, way, false) == PP_OK && u.from == PP_STORE_FORMAT &&
	    u.copy[0] == '\0', "again: nothing is to be done");

	ok(run(PP_TXN_WRITE, age, NULL) == PP_OK, "older again: %s", err.msg);
	ok(damage("link.db"), "a page is damaged");
	ok(upgrade(&u, way, false) == PP_IO, "no sound copy: %s", err.msg);
	ok(access(path, F_OK) == -1, "none is left");
	ok(run(PP_TXN_READ, see, NULL) == PP_CONF, "the format is as it was");
	return done();
}
