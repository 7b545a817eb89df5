#include "config.h"

#include <sys/signalfd.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>
#include <sodium.h>

#include "buf.h"
#include "json.h"
#include "linking.h"
#include "listen.h"
#include "progression_part.h"
#include "banned.h"

/*
 * Webhooks.  What they say is a hint (rule G6): which task it is about, and
 * that task is read from ProgressionLIVE and recorded.  No signature of them
 * is documented, so a secret stands in the address or in a header.
 */

#define SECRET_MIN	16
#define SECRET_MAX	128
#define BODY_MAX	((size_t)1024 * 1024)
#define QUEUE		256		/* tasks; more are learned by pull */
#define PER_MINUTE	600		/* hints, from all */
#define CONNECTIONS	32
#define IDLE_SECONDS	15
#define HEADER		"X-PP-Secret"

struct hint {
	char	task[PP_ID_MAX];
};

struct listener {
	struct pp_cmd		*cmd;
	struct prog_api		*api;
	struct pp_prog_rules	 rules;
	char			 secret[SECRET_MAX];
	pthread_mutex_t		 lock;		/* of what follows */
	struct hint		 queue[QUEUE];
	size_t			 n;
	int64_t			 minute;
	int			 count;
	int			 pipe[2];	/* wakes the reader */
};

static bool		knows(const struct listener *, const char *);
static enum MHD_Result	on_request(void *, struct MHD_Connection *,
			    const char *, const char *, const char *,
			    const char *, size_t *, void **);
static void		on_done(void *, struct MHD_Connection *, void **,
			    enum MHD_RequestTerminationCode);
static unsigned int	take(struct listener *, const char *, size_t);
static pp_txn_fn	record;
static void		learn(struct listener *, const char *);
static bool		next(struct listener *, struct hint *);
static enum pp_rc	serve(struct listener *, int, const char *, int,
			    struct pp_err *);

/* In the same time whatever is given. */
static bool
knows(const struct listener *l, const char *given)
{
	unsigned char a[crypto_generichash_BYTES], b[sizeof a];

	if (given == NULL)
		return false;
	(void)crypto_generichash(a, sizeof a, (const unsigned char *)given,
	    strlen(given), NULL, 0);
	(void)crypto_generichash(b, sizeof b,
	    (const unsigned char *)l->secret, strlen(l->secret), NULL, 0);
	return sodium_memcmp(a, b, sizeof a) == 0;
}

/* The status of the answer. */
static unsigned int
take(struct listener *l, const char *text, size_t len)
{
	struct timespec ts;
	struct hint h;
	unsigned int status = 202;
	size_t i;

	if (!pp_progression_hint(text, len, h.task))
		return 400;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	(void)pthread_mutex_lock(&l->lock);
	if (ts.tv_sec / 60 != l->minute) {
		l->minute = ts.tv_sec / 60;
		l->count = 0;
	}
	for (i = 0; i < l->n && strcmp(l->queue[i].task, h.task) != 0; i++)
		continue;
	if (i == l->n && (l->n == QUEUE || l->count++ >= PER_MINUTE))
		status = 429;
	else if (i == l->n) {
		l->queue[l->n++] = h;
		(void)!write(l->pipe[1], "", 1);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return status;
}

static void
on_done(void *arg, struct MHD_Connection *mc, void **ctx,
    enum MHD_RequestTerminationCode how)
{
	struct pp_buf *body = *ctx;

	(void)arg, (void)mc, (void)how;
	if (body != NULL)
		pp_buf_release(body);
	free(body);
	*ctx = NULL;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *mc, const char *path,
    const char *method, const char *version, const char *data, size_t *len,
    void **ctx)
{
	struct listener *l = arg;
	struct pp_buf *body = *ctx;
	struct MHD_Response *r;
	enum MHD_Result done;
	unsigned int status;

	(void)version;
	if (body == NULL) {
		if ((body = calloc(1, sizeof *body)) == NULL)
			return MHD_NO;
		*body = (struct pp_buf)PP_BUF_INIT(BODY_MAX);
		*ctx = body;
		return MHD_YES;
	}
	if (*len > 0) {
		pp_buf_add(body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (!knows(l, path + (*path == '/')) && !knows(l,
	    MHD_lookup_connection_value(mc, MHD_HEADER_KIND, HEADER)))
		status = 404;	/* not even that there is something */
	else if (strcmp(method, "POST") != 0)
		status = 405;
	else if (!pp_buf_ok(body))
		status = 413;
	else
		status = take(l, body->p != NULL ? body->p : "", body->len);
	r = MHD_create_response_from_buffer(0, (char *)(uintptr_t)"",
	    MHD_RESPMEM_PERSISTENT);
	if (status == 429)
		(void)MHD_add_response_header(r, "Retry-After", "60");
	if (status == 405)
		(void)MHD_add_response_header(r, "Allow", "POST");
	done = MHD_queue_response(mc, status, r);
	MHD_destroy_response(r);
	return done;
}

static enum pp_rc
record(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	const struct pp_task_doc *d = arg;
	struct pp_task t;

	/* Only what is ours already: a hint makes no task. */
	if (pp_task_get(tx, d->task.id, &t, err) != PP_OK)
		return PP_OK;
	return pp_linking_task(tx, d, &t, err);
}

/* Reads the task and records it, as pull and pp-task put do. */
static void
learn(struct listener *l, const char *which)
{
	struct json_object *task = NULL, *doc = NULL;
	struct pp_task_doc d = { .person = NULL };
	struct pp_prog_ref ref = { .name = "" };
	struct pp_err e = { 0 };
	enum pp_rc rc;

	if ((rc = prog_task(l->api, which, &task, &e)) == PP_OK &&
	    (rc = pp_progression_task(task, &l->rules, &ref, &doc,
	    &e)) == PP_OK &&
	    (rc = pp_task_doc_read(doc, false, &d, &e)) == PP_OK)
		rc = pp_store_txn(&l->cmd->store, PP_TXN_WRITE, record, &d,
		    &e);
	if (rc != PP_OK)
		(void)pp_cmd_item_error(l->cmd, 0, ref.name[0] != '\0' ?
		    ref.name : which, rc, &e);
	else
		pp_cmd_verbose(l->cmd, "%s: read", ref.name);
	pp_task_doc_release(&d);
	json_object_put(doc);
	json_object_put(task);
}

static bool
next(struct listener *l, struct hint *h)
{
	bool any;

	(void)pthread_mutex_lock(&l->lock);
	if ((any = l->n > 0)) {
		*h = l->queue[0];
		memmove(&l->queue[0], &l->queue[1],
		    --l->n * sizeof l->queue[0]);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return any;
}

static enum pp_rc
serve(struct listener *l, int fd, const char *url, int sfd,
    struct pp_err *err)
{
	struct pollfd p[2] = { { .fd = sfd, .events = POLLIN },
	    { .fd = l->pipe[0], .events = POLLIN } };
	struct MHD_Daemon *d;
	struct hint h;
	char drain[64];
	enum pp_rc rc;

	if ((d = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD |
	    MHD_USE_POLL | MHD_USE_ITC, 0, NULL, NULL, on_request, l,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, l,
	    MHD_OPTION_END)) == NULL)
		return pp_err_set(err, PP_IO, "the server does not start");
	puts(url);
	rc = pp_io_finish(stdout, err);
	while (rc == PP_OK && (poll(p, 2, -1) <= 0 || p[0].revents == 0)) {
		if (p[1].revents != 0)
			(void)!read(l->pipe[0], drain, sizeof drain);
		while (next(l, &h) && poll(p, 1, 0) == 0)
			learn(l, h.task);
	}
	MHD_stop_daemon(d);
	return rc;
}

enum pp_rc
prog_listen(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static struct listener l;
	const struct prog_opts *o = arg;
	char url[PP_LISTEN_URL];
	int fd = -1, sfd = -1;
	sigset_t set;
	enum pp_rc rc;

	if (o->secret_file == NULL)
		pp_cmd_usage(cmd, "--secret-file names the file with the "
		    "secret of the webhook's address");
	l.cmd = cmd;
	l.rules = prog_rules(cmd);
	(void)pthread_mutex_init(&l.lock, NULL);
	if ((rc = pp_io_secret(o->secret_file, l.secret, sizeof l.secret,
	    err)) != PP_OK)
		return rc;
	if (strlen(l.secret) < SECRET_MIN || strspn(l.secret,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_-") != strlen(l.secret))
		return pp_err_set(err, PP_DATA, "the secret has %d or more of "
		    "A-Z, a-z, 0-9, _ and -", SECRET_MIN);
	if ((rc = prog_open(cmd, o->key_file, &l.api, err)) != PP_OK)
		return rc;
	/* Before the first thread. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 ||
	    (sfd = signalfd(-1, &set, SFD_CLOEXEC)) == -1 ||
	    pipe2(l.pipe, O_CLOEXEC | O_NONBLOCK) == -1)
		rc = pp_err_set(err, PP_IO, "signals cannot be read");
	else if ((rc = pp_listen_handed(getenv("LISTEN_PID"),
	    getenv("LISTEN_FDS"), &fd, err)) == PP_OK &&
	    (rc = fd != -1 ? pp_listen_url(fd, url, err) :
	    pp_listen(o->listen != NULL ? o->listen : "127.0.0.1:8081", false,
	    &fd, url, err)) == PP_OK)
		rc = serve(&l, fd, url, sfd, err);
	prog_close(l.api);
	explicit_bzero(l.secret, sizeof l.secret);
	return rc;
}
