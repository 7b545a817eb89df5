#include "config.h"

#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <curl/curl.h>

#include "io.h"
#include "mail_send.h"
#include "banned.h"

#define CONNECT_TIMEOUT	20L

/* The message on its way to the server. */
struct reading {
	const char	*p;
	size_t		 left;
	bool		 begun;
};

static bool		on_loopback(const char *);
static enum pp_mail_outcome run_program(const struct mail_transport *,
			    const char *, size_t, char *, size_t);
static int		start(const char *, int, pid_t *);
static enum pp_mail_outcome of_status(int, char *, size_t);
static size_t		give(char *, size_t, size_t, void *);
static enum pp_mail_outcome smtp(const struct mail_transport *, const char *,
			    char [][MAIL_ADDRESS], size_t, const char *,
			    size_t, char *, size_t);
static enum pp_mail_outcome of_curl(CURLcode, long, bool, char *, size_t);

static bool
on_loopback(const char *url)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost",
	    "[::1]" };
	const char *host = strstr(url, "://") + 3;
	size_t i, n;

	for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		n = strlen(hosts[i]);
		if (strncmp(host, hosts[i], n) == 0 &&
		    (host[n] == '\0' || host[n] == ':' || host[n] == '/'))
			return true;
	}
	return false;
}

enum pp_rc
mail_transport_init(struct mail_transport *t, const struct pp_conf_mail *c,
    struct pp_err *err)
{
	const char *s = c->transport;

	memset(t, 0, sizeof *t);
	t->conf = c;
	if (strcmp(s, "sendmail") == 0)
		t->program = MAIL_SENDMAIL;
	else if (*s == '/')
		t->program = s;
	else if (strncmp(s, "smtp://", 7) != 0 &&
	    strncmp(s, "smtps://", 8) != 0)
		return pp_err_set(err, PP_CONF, "[mail] transport: sendmail, "
		    "the path of a program, smtp://host or smtps://host");
	else if (strpbrk(s, "@?#") != NULL)
		return pp_err_set(err, PP_CONF, "[mail] transport: the name "
		    "and the password go into user and password_file");
	if (t->program != NULL)
		return access(t->program, X_OK) == 0 ? PP_OK : pp_err_set(err,
		    PP_CONF, "[mail] transport: %s: %s", t->program,
		    strerror(errno));
	t->local = on_loopback(s);
	if (c->user[0] != '\0' && c->password_file[0] == '\0')
		return pp_err_set(err, PP_CONF,
		    "[mail] user goes with password_file");
	if (c->user[0] == '\0')
		return PP_OK;
	return pp_io_secret(c->password_file, t->password, sizeof t->password,
	    err);
}

void
mail_transport_release(struct mail_transport *t)
{
	explicit_bzero(t->password, sizeof t->password);
}

/* A program.  Its standard input is a file in memory, not a pipe: it has all
 * of the message or, if it was not started, nothing. */

/* Returns 0 or an errno. */
static int
start(const char *path, int fd, pid_t *pid)
{
	char *const argv[] = { (char *)(uintptr_t)path, (char *)(uintptr_t)"-t",
	    (char *)(uintptr_t)"-i", NULL };
	char *const envp[] = { (char *)(uintptr_t)"PATH=/usr/sbin:/usr/bin:"
	    "/sbin:/bin", (char *)(uintptr_t)"LC_ALL=C", NULL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none;
	int r;

	(void)sigemptyset(&none);
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawnattr_init(&at);
	r = posix_spawn_file_actions_adddup2(&fa, fd, STDIN_FILENO);
	/* stdout is for data only. */
	r |= posix_spawn_file_actions_adddup2(&fa, STDERR_FILENO,
	    STDOUT_FILENO);
	r |= posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	r |= posix_spawnattr_setsigmask(&at, &none);
	/* Its own group, so that all of it can be ended. */
	r |= posix_spawnattr_setpgroup(&at, 0);
	r |= posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETPGROUP);
	if (r == 0)
		r = posix_spawn(pid, path, &fa, &at, argv, envp);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)posix_spawnattr_destroy(&at);
	return r;
}

/* By sysexits(3).  EX_TEMPFAIL means "queued" to some programs and "try
 * again" to others, so nobody knows. */
static enum pp_mail_outcome
of_status(int status, char *why, size_t size)
{
	int code;

	if (!WIFEXITED(status)) {
		(void)snprintf(why, size, "sendmail signal %d",
		    WTERMSIG(status));
		return PP_MO_UNKNOWN;
	}
	code = WEXITSTATUS(status);
	(void)snprintf(why, size, "sendmail status %d", code);
	switch (code) {
	case EX_OK:
		return PP_MO_SENT;
	case EX_DATAERR:
	case EX_NOUSER:
	case EX_NOHOST:
		return PP_MO_NEVER;
	case EX_USAGE:
	case EX_NOINPUT:
	case EX_UNAVAILABLE:
	case EX_OSFILE:
	case EX_CANTCREAT:
	case EX_NOPERM:
	case EX_CONFIG:
		return PP_MO_LATER;
	default:
		return PP_MO_UNKNOWN;
	}
}

static enum pp_mail_outcome
run_program(const struct mail_transport *t, const char *msg, size_t len,
    char *why, size_t size)
{
	int fd, pidfd, status = 0, r;
	struct pollfd p;
	ssize_t n;
	size_t at;
	pid_t pid;

	if ((fd = memfd_create("mail", MFD_CLOEXEC)) == -1)
		goto failed;
	for (at = 0; at < len; at += (size_t)n)
		if ((n = write(fd, msg + at, len - at)) == -1)
			goto failed;
	if (lseek(fd, 0, SEEK_SET) == -1)
		goto failed;
	if ((errno = start(t->program, fd, &pid)) != 0)
		goto failed;
	(void)close(fd);

	/* Without a descriptor of it there is no waiting with an end. */
	if ((pidfd = pidfd_open(pid, 0)) != -1) {
		p.fd = pidfd;
		p.events = POLLIN;
		while ((r = poll(&p, 1, MAIL_TIMEOUT * 1000)) == -1 &&
		    errno == EINTR)
			continue;
		(void)close(pidfd);
		if (r != 1) {
			(void)kill(-pid, SIGKILL);
			while (waitpid(pid, &status, 0) == -1 &&
			    errno == EINTR)
				continue;
			(void)snprintf(why, size, "sendmail took too long");
			return PP_MO_UNKNOWN;
		}
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR) {
			(void)snprintf(why, size, "sendmail is not our child");
			return PP_MO_UNKNOWN;
		}
	return of_status(status, why, size);
failed:
	(void)snprintf(why, size, "sendmail not started (%s)",
	    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return PP_MO_LATER;
}

/* A server. */

static size_t
give(char *buf, size_t one, size_t n, void *arg)
{
	struct reading *r = arg;

	r->begun = true;
	n *= one;
	if (n > r->left)
		n = r->left;
	memcpy(buf, r->p, n);
	r->p += n;
	r->left -= n;
	return n;
}

/* code is the server's last answer.  Once the first byte of the message was
 * asked for only a refusal says that it did not get through. */
static enum pp_mail_outcome
of_curl(CURLcode r, long code, bool begun, char *why, size_t size)
{
	if (r == CURLE_OK) {
		*why = '\0';
		return PP_MO_SENT;
	}
	if (code >= 400) {
		(void)snprintf(why, size, "smtp %ld", code);
		/* What concerns us, not the mail, is mended by a person; the
		 * mail waits. */
		return code >= 500 && r != CURLE_LOGIN_DENIED &&
		    r != CURLE_USE_SSL_FAILED && code != 530 && code != 535 &&
		    code != 538 ? PP_MO_NEVER : PP_MO_LATER;
	}
	(void)snprintf(why, size, "smtp: %s", curl_easy_strerror(r));
	return begun ? PP_MO_UNKNOWN : PP_MO_LATER;
}

static enum pp_mail_outcome
smtp(const struct mail_transport *t, const char *from, char to[][MAIL_ADDRESS],
    size_t n, const char *msg, size_t len, char *why, size_t size)
{
	struct reading rd = { msg, len, false };
	struct curl_slist *list = NULL, *more;
	char sender[MAIL_ADDRESS + 2], rcpt[MAIL_ADDRESS + 2];
	CURL *e = NULL;
	CURLcode r = CURLE_OUT_OF_MEMORY;
	long code = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		(void)snprintf(rcpt, sizeof rcpt, "<%s>", to[i]);
		if ((more = curl_slist_append(list, rcpt)) == NULL)
			goto out;
		list = more;
	}
	if ((e = curl_easy_init()) == NULL)
		goto out;
	(void)snprintf(sender, sizeof sender, "<%s>", from);
	r = curl_easy_setopt(e, CURLOPT_URL, t->conf->transport);
	r |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	r |= curl_easy_setopt(e, CURLOPT_PROXY, "");
	r |= curl_easy_setopt(e, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	r |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	r |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
	r |= curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)MAIL_TIMEOUT);
	r |= curl_easy_setopt(e, CURLOPT_USE_SSL, t->local ? CURLUSESSL_TRY :
	    CURLUSESSL_ALL);
	r |= curl_easy_setopt(e, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (t->conf->ca_file[0] != '\0')
		r |= curl_easy_setopt(e, CURLOPT_CAINFO, t->conf->ca_file);
	if (t->conf->user[0] != '\0') {
		r |= curl_easy_setopt(e, CURLOPT_USERNAME, t->conf->user);
		r |= curl_easy_setopt(e, CURLOPT_PASSWORD, t->password);
	}
	r |= curl_easy_setopt(e, CURLOPT_MAIL_FROM, sender);
	r |= curl_easy_setopt(e, CURLOPT_MAIL_RCPT, list);
	r |= curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	r |= curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len);
	r |= curl_easy_setopt(e, CURLOPT_READFUNCTION, give);
	r |= curl_easy_setopt(e, CURLOPT_READDATA, &rd);
	if (r == CURLE_OK) {
		r = curl_easy_perform(e);
		(void)curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &code);
	}
out:
	curl_slist_free_all(list);
	curl_easy_cleanup(e);
	return of_curl(r, code, rd.begun, why, size);
}

enum pp_mail_outcome
mail_send(const struct mail_transport *t, const char *from,
    char to[][MAIL_ADDRESS], size_t n, const char *msg, size_t len, char *why,
    size_t size)
{
	if (t->program != NULL)
		return run_program(t, msg, len, why, size);
	return smtp(t, from, to, n, msg, len, why, size);
}
