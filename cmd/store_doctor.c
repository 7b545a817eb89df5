#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"
#include "integrating.h"
#include "intl.h"
#include "record.h"
#include "seal.h"
#include "store_part.h"
#include "time.h"
#include "banned.h"

#define WAIT		3000		/* ms at the lock; it tells who has it */
#define ASKING_MAX	60		/* s for all gateways together */
#define LATE		(10 * PP_MINUTE)
#define MODES_TOLD	5		/* files with a wrong mode, by name */
#define INS_MAX		32
#define LOCK_LINE	256		/* door.h: the second line begins here */
#define AUTOMATIONS	"/etc/pp/automations.d"

/* A check's answer: fine; to be looked at; wrong, which is status 1. */
enum state { OK, WARN, WRONG };
static const char *const words[] = { "ok", "warn", "wrong" };

struct doctor {
	struct pp_cmd		*cmd;
	struct pp_out		 out;
	bool			 wrong;
	/* Of the store, if it could be read. */
	bool			 read;
	bool			 live;
	int64_t			 now, last, swept, oldest, due;
	const char		*keys[PP_NKEYS];
	struct pp_integration	*ins;
	size_t			 nins;
};

static void	finding(struct doctor *, const char *, enum state, const char *,
		    const char *, ...) __attribute__((format(printf, 5, 6)));
static pp_txn_fn	look;
static pp_rec_fn	add_integration, count_due;
static void	check_modes(struct doctor *);
static void	mode_of(struct doctor *, int, const char *, const char *,
		    uid_t, int *);
static void	modes_in(struct doctor *, int, const char *, uid_t, int *);
static void	check_lock(struct doctor *);
static void	check_store(struct doctor *);
static void	check_keys(struct doctor *);
static void	check_clock(struct doctor *);
static void	check_disk(struct doctor *);
static void	check_providers(struct doctor *);
static void	check_page(struct doctor *);
static void	check_zone(struct doctor *);
static void	check_sweep(struct doctor *);
static void	check_automations(struct doctor *, const char *);

static void
finding(struct doctor *d, const char *check, enum state st, const char *todo,
    const char *fmt, ...)
{
	struct json_object *o = json_object_new_object();
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, gettext(fmt), ap);
	va_end(ap);
	d->wrong |= st == WRONG;
	store_add(o, "check", check);
	store_add(o, "state", words[st]);
	store_add(o, "what", what);
	store_add(o, "do", st == OK || todo == NULL ? NULL : gettext(todo));
	pp_out_row(&d->out, o);
}

/* Modes and owners. */

static void
mode_of(struct doctor *d, int at, const char *dir, const char *name,
    uid_t owner, int *told)
{
	char todo[600];
	struct stat st;
	bool isdir;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    *told >= MODES_TOLD)
		return;
	isdir = S_ISDIR(st.st_mode);
	if ((st.st_mode & 077) != 0) {
		(*told)++;
		(void)snprintf(todo, sizeof todo, "chmod %s %s/%s", isdir ?
		    "700" : "600", dir, name);
		finding(d, "modes", WRONG, todo, "others may use %s/%s (mode %03o)",
		    dir, name, (unsigned int)st.st_mode & 0777);
	}
	if (st.st_uid != owner) {
		(*told)++;
		(void)snprintf(todo, sizeof todo, "chown %lu %s/%s",
		    (unsigned long)owner, dir, name);
		finding(d, "modes", WRONG, todo, "%s/%s belongs to another user "
		    "than the store", dir, name);
	}
}

static void
modes_in(struct doctor *d, int at, const char *sub, uid_t owner, int *told)
{
	char dir[PATH_MAX];
	struct dirent *de;
	DIR *l;
	int fd;

	(void)snprintf(dir, sizeof dir, "%s/%s", d->cmd->store.dir, sub);
	if ((fd = openat(at, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1)
		return;
	if ((l = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return;
	}
	while ((de = readdir(l)) != NULL)
		if (strcmp(de->d_name, ".") != 0 &&
		    strcmp(de->d_name, "..") != 0)
			mode_of(d, dirfd(l), dir, de->d_name, owner, told);
	(void)closedir(l);
}

static void
check_modes(struct doctor *d)
{
	const char *dir = d->cmd->store.dir;
	struct stat st;
	int fd, told = 0;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) == -1) {
		finding(d, "modes", WRONG, N_("become its owner, or root"), "%s: %s",
		    dir, strerror(errno));
		goto out;
	}
	mode_of(d, fd, dir, ".", st.st_uid, &told);
	mode_of(d, fd, dir, "lock", st.st_uid, &told);
	mode_of(d, fd, dir, "db", st.st_uid, &told);
	mode_of(d, fd, dir, "keys", st.st_uid, &told);
	modes_in(d, fd, "db", st.st_uid, &told);
	modes_in(d, fd, "keys", st.st_uid, &told);
	if (told == 0)
		finding(d, "modes", OK, NULL, "nobody but its owner may use it");
out:
	if (fd != -1)
		(void)close(fd);
}

/* Without waiting; the line is what its holder wrote. */
static void
check_lock(struct doctor *d)
{
	char path[PATH_MAX], line[LOCK_LINE + 1], *slash;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", d->cmd->store.dir);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1) {
		finding(d, "lock", WRONG, N_("pp-store init"), "%s: %s", path,
		    strerror(errno));
		return;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		(void)flock(fd, LOCK_UN);
		finding(d, "lock", OK, NULL, "nobody has it");
	} else if ((n = pread(fd, line, LOCK_LINE, LOCK_LINE)) > 0) {
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		if ((slash = strchr(line, '/')) != NULL)
			*slash = ' ';
		while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\0'))
			line[--n] = '\0';
		finding(d, "lock", WARN, N_("a transaction takes less than a second: "
		    "look again, and at that process"), "held by process %s",
		    line);
	} else
		finding(d, "lock", WARN, N_("look again"), "somebody has it");
	(void)close(fd);
}

/* The store itself. */

static enum pp_rc
add_integration(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct doctor *d = arg;
	struct pp_integration *p;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if (d->nins == INS_MAX)
		return PP_NO;
	if ((p = reallocarray(d->ins, d->nins + 1, sizeof *p)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	d->ins = p;
	if ((rc = pp_integration_of(rec, &p[d->nins], err)) == PP_OK &&
	    p[d->nins].removed_at == 0)
		d->nins++;
	return rc;
}

static enum pp_rc
count_due(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct doctor *d = arg;

	(void)tx, (void)key, (void)klen, (void)err;
	if (rec->when > d->now)
		return PP_NO;
	if (d->due++ == 0)
		d->oldest = rec->when;
	return PP_OK;
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct doctor *d = arg;
	char text[PP_TIME_STR];
	unsigned char key[8];
	struct pp_keys keys;
	struct pp_rec last;
	enum pp_rc rc;
	size_t klen, i;

	d->live = pp_txn_live(tx);
	if ((rc = pp_txn_whole(tx, err)) != PP_OK ||
	    (rc = pp_clock_read(d->live ? NULL : d->cmd->store.clock, &d->now,
	    err)) != PP_OK)
		return rc;
	if ((rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &last,
	    err)) == PP_OK)
		d->last = last.when;
	else if (rc != PP_NOTFOUND)
		return rc;
	for (i = 0; i < PP_NKEYS; i++) {
		rc = pp_txn_keys(tx, 1u << i, &keys, NULL);
		d->keys[i] = rc == PP_OK ? NULL : rc == PP_PERM ?
		    N_("not readable by its owner alone") :
		    N_("missing or wrong");
		pp_keys_wipe(&keys);
	}
	if ((rc = pp_meta_get(tx, "swept_at", text, sizeof text, err)) ==
	    PP_OK)
		(void)pp_time_parse(text, &d->swept, NULL);
	else if (rc != PP_NOTFOUND)
		return rc;
	if ((rc = pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, add_integration, d,
	    err)) != PP_OK)
		return rc;
	return pp_txn_order(tx, PP_ATTEMPT_BY_DUE, NULL, 0, count_due, d,
	    err);
}

static void
check_store(struct doctor *d)
{
	struct pp_store s = d->cmd->store;
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	s.wait = WAIT;
	if ((rc = pp_store_txn(&s, PP_TXN_READ, look, d, &err)) != PP_OK) {
		finding(d, "store", rc == PP_RETRY ? WARN : WRONG, err.hint[0] !=
		    '\0' ? err.hint : rc == PP_RETRY ? N_("look again") :
		    N_("pp-store(5), recovery"), "%s", err.msg);
		return;
	}
	d->read = true;
	finding(d, "store", OK, NULL, "%s, %s", s.dir, d->nins == 0 ?
	    _("neither live nor test yet") : d->live ? _("live") :
	    _("test"));
}

static void
check_keys(struct doctor *d)
{
	static const char *const names[PP_NKEYS] = { "seal", "link", "sign" };
	const char *dir = d->cmd->store.keys;
	size_t i, bad = 0;

	for (i = 0; i < PP_NKEYS; i++)
		if (d->keys[i] != NULL) {
			bad++;
			finding(d, "keys", WRONG, N_("put back the keys that this "
			    "store was made with, mode 600 (pp-store(5))"),
			    "%s: %s", names[i], gettext(d->keys[i]));
		}
	if (bad == 0)
		finding(d, "keys", OK, NULL, "all three, in %s", dir != NULL ?
		    dir : "keys/");
}

static void
check_clock(struct doctor *d)
{
	char at[PP_TIME_STR];

	if (d->last > d->now + PP_SKEW_MAX)
		finding(d, "clock", WRONG, N_("set the clock (timedatectl)"), "it is "
		    "behind the newest event by %lld s", (long long)(d->last -
		    d->now) / 1000);
	else
		finding(d, "clock", OK, NULL, "%s", pp_time_str(d->now, false, at,
		    sizeof at));
}

static void
check_disk(struct doctor *d)
{
	const struct pp_store *s = &d->cmd->store;
	int64_t need = s->reserve != 0 ? s->reserve : PP_STORE_RESERVE;
	struct pp_store_info si;
	struct pp_err err = { .msg = "" };

	if (pp_store_sizes(s, &si, &err) != PP_OK) {
		finding(d, "disk", WARN, N_("look again"), "%s", err.msg);
		return;
	}
	finding(d, "disk", si.free_bytes < need ? WRONG : si.free_bytes < 4 *
	    need ? WARN : OK, N_("make room"), "%" PRId64 " MiB free, %" PRId64
	    " MiB are kept in reserve", si.free_bytes >> 20, need >> 20);
	finding(d, "file_system", OK, NULL, "%s", si.fstype);
}

/* Integrations and their processors. */

static void
check_providers(struct doctor *d)
{
	struct pp_integrating w;
	struct json_object *o;
	struct timespec t0, t;
	struct pp_err err;
	char todo[128];
	enum pp_rc rc;
	size_t i;

	if (d->nins == 0)
		finding(d, "providers", WARN, N_("pp-integration add"), "no "
		    "integration yet");
	(void)clock_gettime(CLOCK_MONOTONIC, &t0);
	for (i = 0; i < d->nins; i++) {
		if (!pp_integrating_known(d->cmd->providers,
		    d->ins[i].provider)) {
			finding(d, "providers", WRONG, N_("install the driver"),
			    "%s: there is no executable provider-%s",
			    d->ins[i].name, d->ins[i].provider);
			continue;
		}
		finding(d, "providers", OK, NULL, "%s: provider-%s",
		    d->ins[i].name, d->ins[i].provider);
		(void)snprintf(todo, sizeof todo, "pp-integration check %s",
		    d->ins[i].name);
		if (d->ins[i].disabled) {
			(void)snprintf(todo, sizeof todo, "pp-integration "
			    "enable %s", d->ins[i].name);
			finding(d, "gateway", WARN, todo, "%s is disabled: it "
			    "opens no tickets", d->ins[i].name);
			continue;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &t);
		if (t.tv_sec - t0.tv_sec > ASKING_MAX || d->keys[PP_KEY_SEAL] !=
		    NULL) {
			finding(d, "gateway", WARN, todo, "%s was not asked: %s",
			    d->ins[i].name, d->keys[PP_KEY_SEAL] != NULL ?
			    _("its token cannot be read") :
			    _("the others took too long"));
			continue;
		}
		memset(&w, 0, sizeof w);
		memset(&err, 0, sizeof err);
		w.store = &d->cmd->store;
		w.conf = &d->cmd->conf;
		w.cmd_dir = d->cmd->providers;
		w.dry_run = true;	/* the doctor writes nothing */
		(void)strlcpy(w.in.name, d->ins[i].name, sizeof w.in.name);
		rc = pp_integrating_check(&w, &o, &err);
		json_object_put(o);
		if (rc == PP_OK)
			finding(d, "gateway", OK, NULL, "%s: it answers and takes "
			    "the credentials", d->ins[i].name);
		else
			finding(d, "gateway", WRONG, todo, "%s: %s",
			    d->ins[i].name, err.msg);
		if (w.server_time == 0)
			continue;
		(void)pp_clock_read(NULL, &d->now, NULL);
		if (llabs(w.server_time - d->now) > PP_SKEW_MAX)
			finding(d, "clock", WRONG, N_("set the clock (timedatectl): "
			    "no ticket is opened meanwhile"), "%s says that it "
			    "is off by %lld s", d->ins[i].name,
			    (long long)(d->now - w.server_time) / 1000);
		else
			finding(d, "clock", OK, NULL, "%s has the same",
			    d->ins[i].name);
	}
}

/* Configuration. */

static void
check_page(struct doctor *d)
{
	const char *url = d->cmd->conf.page.url;
	struct pp_err err = { .msg = "" };

	if (d->live && pp_conf_live_ready(&d->cmd->conf, &err) != PP_OK)
		finding(d, "page", WRONG, err.hint[0] != '\0' ? err.hint :
		    N_("set it in the configuration"), "%s", err.msg);
	else if (*url == '\0')
		finding(d, "page", WARN, N_("set page.url in the configuration"),
		    "links begin with http://127.0.0.1:8080");
	else if (strncmp(url, "https://", 8) != 0)
		finding(d, "page", WARN, N_("customers need https"), "%s", url);
	else
		finding(d, "page", OK, NULL, "%s", url);
}

static void
check_zone(struct doctor *d)
{
	const char *zone = d->cmd->conf.business.time_zone;

	/* One that does not exist was refused before we came here. */
	finding(d, "time_zone", OK, NULL, "%s", *zone != '\0' ? zone :
	    _("the system's"));
}

static void
check_sweep(struct doctor *d)
{
	char at[PP_TIME_STR];

	(void)pp_time_str(d->swept, false, at, sizeof at);
	if (d->due > 0 && d->now - d->oldest > LATE)
		finding(d, "sweep", WRONG, N_("systemctl enable --now "
		    "pp-refresh.timer"), ngettext("%" PRId64 " attempt waits "
		    "to be asked about; the last sweep was %s",
		    "%" PRId64 " attempts wait to be asked about; the last "
		    "sweep was %s", (unsigned long)d->due), d->due,
		    d->swept != 0 ? at : _("never"));
	else if (d->swept == 0)
		finding(d, "sweep", WARN, N_("systemctl enable --now "
		    "pp-refresh.timer"), "there was none yet");
	else
		finding(d, "sweep", OK, NULL, "the last was %s", at);
}

/* run-parts passes over, without a word, what it does not like. */
static void
check_automations(struct doctor *d, const char *dir)
{
	char todo[PATH_MAX + 64];
	struct dirent *de;
	struct stat st;
	size_t bad = 0, n = 0;
	DIR *l;

	if ((l = opendir(dir)) == NULL) {
		finding(d, "automations", errno == ENOENT ? OK : WARN,
		    N_("look at its mode"), "%s: %s", dir, strerror(errno));
		return;
	}
	while ((de = readdir(l)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0 ||
		    fstatat(dirfd(l), de->d_name, &st, 0) == -1 ||
		    S_ISDIR(st.st_mode))
			continue;
		n++;
		if (de->d_name[strspn(de->d_name, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] != '\0')
			finding(d, "automations", WRONG, N_("rename it: letters, "
			    "digits, _ and - only"), "run-parts passes over "
			    "%s/%s", dir, de->d_name);
		else if ((st.st_mode & 0111) == 0) {
			(void)snprintf(todo, sizeof todo, "chmod 755 %s/%s",
			    dir, de->d_name);
			finding(d, "automations", WRONG, todo, "%s/%s is not "
			    "executable: run-parts passes over it", dir,
			    de->d_name);
		} else if ((st.st_mode & 022) != 0) {
			(void)snprintf(todo, sizeof todo, "chmod go-w %s/%s",
			    dir, de->d_name);
			finding(d, "automations", WRONG, todo, "others may change "
			    "%s/%s", dir, de->d_name);
		} else
			continue;
		bad++;
	}
	(void)closedir(l);
	if (bad == 0)
		finding(d, "automations", OK, NULL, "%zu in %s", n, dir);
}

enum pp_rc
store_doctor(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "CHECK", "check", PP_LEFT }, { "STATE", "state", PP_LEFT },
		{ "WHAT", "what", PP_LEFT }, { "DO", "do", PP_LEFT }
	};
	const struct store_opts *o = opts;
	struct doctor d = { .cmd = cmd };
	enum pp_rc rc;

	pp_out_init(&d.out, cmd, columns, STORE_N(columns));
	if (!pp_store_exists(cmd->store.dir))
		finding(&d, "store", WRONG, N_("pp-integration add makes one; or "
		    "name it with --store"), "there is no store in %s",
		    cmd->store.dir);
	else {
		check_modes(&d);
		check_lock(&d);
		check_store(&d);
	}
	if (d.read) {
		check_keys(&d);
		check_clock(&d);
		check_disk(&d);
		check_sweep(&d);
		check_providers(&d);
	}
	check_page(&d);
	check_zone(&d);
	check_automations(&d, o->automations != NULL ? o->automations :
	    AUTOMATIONS);
	pp_out_end(&d.out);
	free(d.ins);
	if ((rc = d.out.rc) != PP_OK)
		*err = d.out.err;
	return rc != PP_OK ? rc : d.wrong ? PP_NO : PP_OK;
}
