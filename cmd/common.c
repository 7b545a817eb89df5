#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "intl.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define TOKEN	32		/* characters at the end of a link's address */

/* A line of output holds a line of input and what was added to it; one that
 * is longer than the buffer would be written in two. */
#define OUT_BUFFER	(PP_JSON_LINE + 256 * 1024)

static void	process(void);
static void	three_descriptors(void);
static const char	*from_env(const char *);
static void	who_find(void);
static const char	*who(void);
static bool	service_user(void);
static enum pp_rc	path_set(char *, const char *, const char *,
			    const char *, struct pp_err *);
static enum pp_rc	conf_path(struct pp_cmd *, struct pp_err *);
static enum pp_rc	store_dir(struct pp_cmd *, struct pp_err *);
static enum pp_rc	set_up(struct pp_cmd *, void *, struct pp_err *);
static void	no_core(void);
static void	add(struct json_object *, const char *, const char *);
static void	error_json(const struct pp_cmd *, size_t, const char *,
		    enum pp_rc, const struct pp_err *);
static void	error_text(const struct pp_cmd *, size_t, const char *,
		    const struct pp_err *);
static const char	*shown(const char *, char *, size_t);
static const char	*item(const char *, char *, size_t);

/* An empty variable is none. */
static const char *
from_env(const char *name)
{
	const char *s = getenv(name);

	return s == NULL || *s == '\0' ? NULL : s;
}

/* A store opened as descriptor 1 would be written into by printf.  The
 * wrong way round, so that using what the caller closed is an error. */
static void
three_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY :
		    O_RDONLY) != fd)
			_exit(PP_IO);
}

static void
process(void)
{
	static char out[OUT_BUFFER];

	three_descriptors();
	(void)umask(077);
	/* Whole lines, at once: what is printed was committed. */
	(void)setvbuf(stdout, out, _IOLBF, sizeof out);
}

static void
no_core(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
}

/* The person behind the command (rule P3), as whom it was started: later
 * root may have become the store's owner. */
static struct {
	uid_t		uid;
	const char	*sudo;
	char		name[64];
	pthread_once_t	once;
} person = { .once = PTHREAD_ONCE_INIT };

static void
who_find(void)
{
	const struct passwd *pw;

	if (person.sudo != NULL)
		(void)shown(person.sudo, person.name, sizeof person.name);
	else if ((pw = getpwuid(person.uid)) != NULL)
		(void)shown(pw->pw_name, person.name, sizeof person.name);
	else
		(void)snprintf(person.name, sizeof person.name, "uid %lu",
		    (unsigned long)person.uid);
}

static const char *
who(void)
{
	(void)pthread_once(&person.once, who_find);
	return person.name;
}

/* Not by the name of the person, who may be another's behind sudo. */
static bool
service_user(void)
{
	const struct passwd *pw = getpwuid(geteuid());

	return geteuid() == 0 ||
	    (pw != NULL && strcmp(pw->pw_name, PP_USER) == 0);
}

/* Joins the parts (middle, tail may be ""). */
static enum pp_rc
path_set(char *out, const char *head, const char *middle, const char *tail,
    struct pp_err *err)
{
	int n = snprintf(out, PATH_MAX, "%s%s%s", head, middle, tail);

	if (n < 0 || n >= PATH_MAX) {
		*out = '\0';
		return pp_err_set(err, PP_CONF, "a path is too long");
	}
	return PP_OK;
}

static enum pp_rc
conf_path(struct pp_cmd *cmd, struct pp_err *err)
{
	const char *s, *home = from_env("HOME");
	enum pp_rc rc = PP_OK;

	if ((s = cmd->opt_conf) != NULL ||
	    (s = from_env("PP_CONFIG")) != NULL)
		return path_set(cmd->conf_path, s, "", "", err);
	if (access(PP_CONF_SYSTEM, F_OK) == 0)
		return path_set(cmd->conf_path, PP_CONF_SYSTEM, "", "", err);
	if ((s = from_env("XDG_CONFIG_HOME")) != NULL && *s == '/')
		rc = path_set(cmd->conf_path, s, "/pp/pp.conf", "", err);
	else if (home != NULL)
		rc = path_set(cmd->conf_path, home, "/.config", "/pp/pp.conf",
		    err);
	if (rc == PP_OK && cmd->conf_path[0] != '\0' &&
	    access(cmd->conf_path, F_OK) == -1)
		cmd->conf_path[0] = '\0';
	return rc;
}

static enum pp_rc
store_dir(struct pp_cmd *cmd, struct pp_err *err)
{
	const char *s;

	if ((s = cmd->opt_store) != NULL ||
	    (s = from_env("PP_STORE")) != NULL)
		return path_set(cmd->store_dir, s, "", "", err);
	if (cmd->conf.store.path[0] != '\0')
		return path_set(cmd->store_dir, cmd->conf.store.path, "", "",
		    err);
	if (service_user())
		return path_set(cmd->store_dir, PP_STORE_SYSTEM, "", "", err);
	if ((s = from_env("XDG_STATE_HOME")) != NULL && *s == '/')
		return path_set(cmd->store_dir, s, "/pp", "", err);
	if ((s = from_env("HOME")) != NULL)
		return path_set(cmd->store_dir, s, "/.local/state", "/pp",
		    err);
	return pp_err_set(err, PP_CONF,
	    "no store is named, and there is no HOME; say --store");
}

/* Everything between the command line and the verb. */
static enum pp_rc
set_up(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	unsigned int flags = cmd->def->flags | cmd->verb->flags;
	const char *s;
	enum pp_rc rc;

	if (flags & PP_CMD_SECRET)
		no_core();
	if (cmd->output == PP_OUT_AUTO)
		cmd->output = isatty(STDOUT_FILENO) ? PP_OUT_TABLE :
		    PP_OUT_JSON;
	person.uid = getuid();
	person.sudo = from_env("SUDO_USER");
	cmd->providers = person.sudo != NULL ? NULL : from_env("PP_PROVIDERS");
	if (!(flags & PP_CMD_NOCONF) &&
	    (rc = conf_path(cmd, err)) != PP_OK)
		return rc;
	if ((rc = pp_conf_load(cmd->conf_path[0] == '\0' ? NULL :
	    cmd->conf_path, &cmd->conf, err)) != PP_OK)
		return rc;
	if (!(flags & PP_CMD_NOCONF) &&
	    (rc = pp_time_zone(cmd->conf.business.time_zone, err)) != PP_OK)
		return rc;
	pp_options_times(cmd, opts);
	if (flags & PP_CMD_NOSTORE)
		return PP_OK;
	if ((rc = store_dir(cmd, err)) != PP_OK)
		return rc;
	cmd->store.dir = cmd->store_dir;
	/* systemd's place for keys, when it was given any. */
	if ((s = from_env("CREDENTIALS_DIRECTORY")) != NULL) {
		if ((rc = path_set(cmd->keys_dir, s, "/seal", "",
		    err)) != PP_OK)
			return rc;
		if (access(cmd->keys_dir, F_OK) == 0) {
			*strrchr(cmd->keys_dir, '/') = '\0';
			cmd->store.keys = cmd->keys_dir;
		}
	}
	cmd->store.command = cmd->def->name;
	cmd->store.person = who;
	cmd->store.clock = from_env("PP_NOW");
	cmd->store.reserve = cmd->conf.store.reserve;
	cmd->store.keep_logs = cmd->conf.store.keep_logs;
	return PP_OK;
}

int
pp_cmd_main(const struct pp_cmd_def *def, int argc, char *argv[], void *opts)
{
	static struct pp_cmd cmd;	/* 40 kB */
	struct pp_err err = { 0 };
	enum pp_rc rc, end;
	bool said;

	process();
	pp_language();
	pp_options_parse(&cmd, def, argc, argv, opts);
	if (cmd.json_errors)
		pp_language_plain();
	if ((rc = set_up(&cmd, opts, &err)) == PP_OK)
		rc = cmd.verb->run(&cmd, opts, &err);
	said = rc == PP_IO && err.msg[0] != '\0';
	if (err.msg[0] != '\0')
		(void)pp_cmd_error(&cmd, rc, &err);
	if ((end = pp_io_finish(stdout, &err)) != PP_OK && !said)
		(void)pp_cmd_error(&cmd, end, &err);
	pp_options_release(&cmd, opts);
	return (int)pp_rc_worst(rc, end);
}

enum pp_rc
pp_cmd_items(struct pp_cmd *cmd, int first, pp_batch_fn *fn, void *arg,
    struct pp_err *err)
{
	if (cmd->argc > first)
		return pp_io_each(cmd->argc - first, cmd->argv + first, -1, fn,
		    arg, err);
	if (isatty(STDIN_FILENO))
		pp_cmd_usage(cmd,
		    "nothing named, and standard input is a terminal");
	return pp_io_each(0, NULL, STDIN_FILENO, fn, arg, err);
}

/* A foreign text, fit for a terminal. */
static const char *
shown(const char *s, char *buf, size_t size)
{
	size_t at = 0, n;

	for (; *s != '\0' && at + 4 < size; s += n) {
		(void)pp_utf8_next(s, &n);
		if (pp_utf8_printable(s, n)) {
			memcpy(buf + at, s, n);
			at += n;
		} else
			buf[at++] = '?';
	}
	buf[at] = '\0';
	return buf;
}

/* An item as it is told in an error.  Somebody may have typed a link's
 * address for its id: its token is a secret (rule K3), and errors are
 * logged. */
static const char *
item(const char *s, char *buf, size_t size)
{
	static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
	char *p, *token;

	(void)shown(s, buf, size);
	for (p = buf; *p != '\0'; p += strcspn(p, "/")) {
		token = p += *p == '/';
		if (strspn(token, base32) == TOKEN &&
		    strchr("/?#", token[TOKEN]) != NULL)
			memmove(token + 4, token + TOKEN,
			    strlen(token + TOKEN) + 1);
	}
	return buf;
}

static void
error_text(const struct pp_cmd *cmd, size_t line, const char *id,
    const struct pp_err *err)
{
	char what[PP_ERR_MSG + PP_ERR_MEMBER], name[256];

	(void)pp_err_str(err, what, sizeof what);
	fprintf(stderr, "%s: ", cmd->def->name);
	if (line != 0)
		fprintf(stderr, _("line %zu: "), line);
	else if (id != NULL)
		fprintf(stderr, "%s: ", item(id, name, sizeof name));
	fprintf(stderr, "%s", what);
	if (err->hint[0] != '\0')
		fprintf(stderr, " (%s)", err->hint);
	fputc('\n', stderr);
}

/* Adds a text, null if it is empty. */
static void
add(struct json_object *o, const char *name, const char *s)
{
	char buf[PP_ERR_MSG];

	(void)json_object_object_add(o, name, *s == '\0' ? NULL :
	    json_object_new_string(shown(s, buf, sizeof buf)));
}

static void
error_json(const struct pp_cmd *cmd, size_t line, const char *id,
    enum pp_rc rc, const struct pp_err *err)
{
	struct json_object *o = json_object_new_object();
	char name[256];
	const char *s;

	add(o, "tool", cmd->def->name);
	(void)json_object_object_add(o, "line", line == 0 ? NULL :
	    json_object_new_int64((int64_t)line));
	add(o, "item", id == NULL ? "" : item(id, name, sizeof name));
	add(o, "member", err->member);
	(void)json_object_object_add(o, "status", json_object_new_int(rc));
	add(o, "message", err->msg);
	add(o, "hint", err->hint);
	if ((s = pp_json_text(o)) != NULL)
		fprintf(stderr, "%s\n", s);
	json_object_put(o);
}

enum pp_rc
pp_cmd_item_error(const struct pp_cmd *cmd, size_t line, const char *id,
    enum pp_rc rc, struct pp_err *err)
{
	/* A result without words still costs the item: say its number. */
	if (err->msg[0] == '\0')
		(void)pp_err_set(err, rc, rc == PP_NOTFOUND ?
		    N_("not found") : N_("failed with status %d"), rc);
	if (cmd->json_errors)
		error_json(cmd, line, id, rc, err);
	else
		error_text(cmd, line, id, err);
	pp_err_clear(err);
	return rc;
}

enum pp_rc
pp_cmd_error(const struct pp_cmd *cmd, enum pp_rc rc, struct pp_err *err)
{
	return pp_cmd_item_error(cmd, 0, NULL, rc, err);
}

void
pp_cmd_note(const struct pp_cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	if (cmd->quiet)
		return;
	fprintf(stderr, "%s: ", cmd->def->name);
	va_start(ap, fmt);
	vfprintf(stderr, gettext(fmt), ap);
	va_end(ap);
	fputc('\n', stderr);
}

void
pp_cmd_verbose(const struct pp_cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	if (!cmd->verbose)
		return;
	fprintf(stderr, "%s: ", cmd->def->name);
	va_start(ap, fmt);
	vfprintf(stderr, gettext(fmt), ap);
	va_end(ap);
	fputc('\n', stderr);
}

bool
pp_item_is_json(const struct pp_item *it)
{
	return it->text[strspn(it->text, " \t")] == '{';
}

enum pp_rc
pp_item_check(const struct pp_item *it, struct pp_err *err)
{
	if (it->toolong)
		return pp_err_set(err, PP_DATA, "longer than %d bytes",
		    PP_LINE_MAX);
	if (pp_item_is_json(it))
		return PP_OK;	/* the scan sees the rest */
	if (it->unfinished)
		return pp_err_set(err, PP_DATA,
		    "the last line has no newline: it may be cut short");
	if (strlen(it->text) != it->len)
		return pp_err_set(err, PP_DATA, "has a NUL in it");
	return PP_OK;
}
