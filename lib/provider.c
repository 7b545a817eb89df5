#include "config.h"

#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "intl.h"
#include "json.h"
#include "provider.h"
#include "banned.h"

#define WRITE_MS	5000
#define ANSWER_MS	40000
#define DESCRIBE_MS	5000
#define STOP_MS		1000

/* A request on its way: in line, then sent, then done. */
struct call {
	TAILQ_ENTRY(call)	 entry;
	uint64_t		 id;
	char			*line;	/* with its newline; wiped once sent */
	size_t			 len;
	int64_t			 since;	/* in line or sent since, monotonic */
	bool			 refund;
	size_t			 i;	/* place in the caller's array */
	struct waiter		*waiter;	/* NULL: our own describe */
	enum pp_rc		 rc;
	struct json_object	*answer;
	struct pp_err		 err;
};
TAILQ_HEAD(calls, call);

/* A thread that waits for what it submitted. */
struct waiter {
	pthread_cond_t	 cond;
	struct calls	 done;
};

struct pp_provider {
	char		 path[PATH_MAX];
	char		 name[PP_PROVIDER_NAME + 1];
	pthread_t	 thread;
	pthread_mutex_t	 lock;		/* over all that follows */
	int		 wakefd;
	bool		 stop;
	int64_t		 write_ms;
	int64_t		 answer_ms;

	pid_t		 pid;
	int		 fd;		/* -1: it does not run */
	bool		 described;
	int64_t		 heard;		/* when it last said anything */
	struct call	 describe;
	uint64_t	 lastid;
	size_t		 limit;		/* requests at a time */
	size_t		 nsent;
	struct calls	 queue;
	size_t		 off;		/* sent of the first in line */
	struct calls	 sent;
	char		*in;		/* PP_JSON_LINE + 1 bytes */
	size_t		 inlen;
};

static int64_t		 ticks(void);
static void		 wake(struct pp_provider *);
static void		 wipe(struct call *);
static enum pp_rc	 prepare(struct pp_provider *, struct call *,
			    struct json_object *, struct waiter *, size_t,
			    struct pp_err *);
static void		 submit(struct pp_provider *, struct call *);
static struct call	*await(struct pp_provider *, struct waiter *);
static void		 finish(struct call *, enum pp_rc);
static enum pp_rc	 spawn(struct pp_provider *, struct pp_err *);
static void		 reap(pid_t, int64_t);
static void		 fail_queue(struct pp_provider *, enum pp_rc,
			    const char *);
static void		 died(struct pp_provider *, const char *);
static void		 expire(struct pp_provider *, int64_t);
static void		 transmit(struct pp_provider *, int64_t);
static bool		 answered(struct pp_provider *, const char *, size_t);
static void		 receive(struct pp_provider *);
static int64_t		 next_deadline(struct pp_provider *);
static void		*work(void *);

static int64_t
ticks(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
wake(struct pp_provider *p)
{
	uint64_t one = 1;

	/* It fails only when the counter is full, which wakes as well. */
	if (write(p->wakefd, &one, sizeof one) == -1)
		return;
}

static void
wipe(struct call *c)
{
	if (c->line == NULL)
		return;
	explicit_bzero(c->line, c->len);
	free(c->line);
	c->line = NULL;
}

/* Writes req, with an id of its own, into c. */
static enum pp_rc
prepare(struct pp_provider *p, struct call *c, struct json_object *req,
    struct waiter *w, size_t i, struct pp_err *err)
{
	struct json_object *op, *idobj;
	const char *text;
	char id[24];
	size_t len;

	memset(c, 0, sizeof *c);
	c->waiter = w;
	c->i = i;
	(void)pthread_mutex_lock(&p->lock);
	c->id = ++p->lastid;
	(void)pthread_mutex_unlock(&p->lock);
	c->refund = json_object_object_get_ex(req, "op", &op) && op != NULL &&
	    strcmp(json_object_get_string(op), "refund") == 0;
	(void)snprintf(id, sizeof id, "%" PRIu64, c->id);
	if ((idobj = json_object_new_string(id)) == NULL ||
	    json_object_object_add(req, "id", idobj) != 0 ||
	    (text = json_object_to_json_string_length(req,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
	    &len)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	if (len <= PP_JSON_LINE && (c->line = malloc(len + 1)) != NULL) {
		memcpy(c->line, text, len);
		c->line[len] = '\n';
		c->len = len + 1;
	}
	/* The text is json-c's cache, made again whenever it is asked for. */
	explicit_bzero((void *)(uintptr_t)text, len);
	if (len > PP_JSON_LINE)
		return pp_err_set(err, PP_DATA, "the request is longer than "
		    "%d bytes", PP_JSON_LINE);
	if (c->line == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return PP_OK;
}

static void
submit(struct pp_provider *p, struct call *c)
{
	(void)pthread_mutex_lock(&p->lock);
	c->since = ticks();
	TAILQ_INSERT_TAIL(&p->queue, c, entry);
	(void)pthread_mutex_unlock(&p->lock);
	wake(p);
}

/* The next of the waiter's calls that is done. */
static struct call *
await(struct pp_provider *p, struct waiter *w)
{
	struct call *c;

	(void)pthread_mutex_lock(&p->lock);
	while ((c = TAILQ_FIRST(&w->done)) == NULL)
		(void)pthread_cond_wait(&w->cond, &p->lock);
	TAILQ_REMOVE(&w->done, c, entry);
	(void)pthread_mutex_unlock(&p->lock);
	return c;
}

/* Gives a call, which is in no list any more, back to who waits for it. */
static void
finish(struct call *c, enum pp_rc rc)
{
	wipe(c);
	c->rc = rc;
	if (c->waiter == NULL)
		return;
	TAILQ_INSERT_TAIL(&c->waiter->done, c, entry);
	(void)pthread_cond_signal(&c->waiter->cond);
}

static enum pp_rc
spawn(struct pp_provider *p, struct pp_err *err)
{
	static const char *const env[] = { "PATH=/usr/local/sbin:"
	    "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
	    "TZ=UTC", NULL };
	static const char describe[] = "{\"id\":\"0\",\"op\":\"describe\"}\n";
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	char *argv[2] = { p->path, NULL };
	sigset_t all, none;
	int sv[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		return pp_err_set(err, PP_IO, "socketpair: %s",
		    strerror(errno));
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	if ((r = posix_spawn_file_actions_init(&fa)) != 0)
		goto out;
	if ((r = posix_spawnattr_init(&attr)) != 0) {
		(void)posix_spawn_file_actions_destroy(&fa);
		goto out;
	}
	/* A process group of its own: an interrupt typed at the terminal is
	 * for us, and what is under way is told to the driver by EOF. */
	if ((r = posix_spawn_file_actions_adddup2(&fa, sv[1], 0)) == 0 &&
	    (r = posix_spawn_file_actions_adddup2(&fa, sv[1], 1)) == 0 &&
	    (r = posix_spawn_file_actions_addopen(&fa, 2, "/dev/null",
	    O_WRONLY, 0)) == 0 &&
	    (r = posix_spawn_file_actions_addclosefrom_np(&fa, 3)) == 0 &&
	    (r = posix_spawnattr_setsigmask(&attr, &none)) == 0 &&
	    (r = posix_spawnattr_setsigdefault(&attr, &all)) == 0 &&
	    (r = posix_spawnattr_setpgroup(&attr, 0)) == 0 &&
	    (r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)) == 0)
		r = posix_spawn(&p->pid, p->path, &fa, &attr, argv,
		    (char *const *)(uintptr_t)env);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&fa);
out:
	(void)close(sv[1]);
	if (r != 0) {
		(void)close(sv[0]);
		return pp_err_set(err, PP_CONF, "%s: %s", p->path,
		    strerror(r));
	}
	p->fd = sv[0];
	p->described = false;
	p->limit = 1;
	p->off = p->inlen = 0;
	p->heard = ticks();
	/* It goes first, alone: its answer says how many it takes. */
	memset(&p->describe, 0, sizeof p->describe);
	p->describe.since = p->heard;
	p->describe.len = sizeof describe - 1;
	if ((p->describe.line = malloc(sizeof describe)) == NULL) {
		died(p, "out of memory");
		return pp_err_set(err, PP_IO, "out of memory");
	}
	memcpy(p->describe.line, describe, sizeof describe);
	TAILQ_INSERT_HEAD(&p->queue, &p->describe, entry);
	return PP_OK;
}

/* Waits for the end of a child that was told EOF, then insists. */
static void
reap(pid_t pid, int64_t ms)
{
	struct timespec nap = { 0, 200000 };
	int64_t end = ticks() + ms;
	pid_t r;

	while ((r = waitpid(pid, NULL, WNOHANG)) == 0 && ticks() < end) {
		(void)nanosleep(&nap, NULL);
		if (nap.tv_nsec < 20000000)
			nap.tv_nsec *= 2;
	}
	if (r != 0)
		return;
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

static void
fail_queue(struct pp_provider *p, enum pp_rc rc, const char *why)
{
	struct call *c;

	while ((c = TAILQ_FIRST(&p->queue)) != NULL) {
		TAILQ_REMOVE(&p->queue, c, entry);
		(void)pp_err_set(&c->err, rc, "provider %s: %s", p->name,
		    _(why));
		finish(c, rc);
	}
	p->off = 0;
}

/*
 * The driver is gone or of no use.  What it was sent is unknown for a refund
 * and a failed question for all else; what it was not sent waits for the next
 * one, unless this one never came to life.
 */
static void
died(struct pp_provider *p, const char *why)
{
	struct call *c;
	enum pp_rc rc;

	(void)close(p->fd);
	p->fd = -1;
	reap(p->pid, 0);
	p->nsent = p->inlen = 0;
	/* All but the newline may have been read as a whole line. */
	if ((c = TAILQ_FIRST(&p->queue)) != NULL && p->off > 0) {
		TAILQ_REMOVE(&p->queue, c, entry);
		rc = c->refund && p->off >= c->len - 1 ? PP_UNKNOWN : PP_RETRY;
		(void)pp_err_set(&c->err, rc, "provider %s: %s", p->name,
		    _(why));
		finish(c, rc);
	}
	p->off = 0;
	while ((c = TAILQ_FIRST(&p->sent)) != NULL) {
		TAILQ_REMOVE(&p->sent, c, entry);
		rc = c->refund ? PP_UNKNOWN : PP_RETRY;
		(void)pp_err_set(&c->err, rc, "provider %s: %s", p->name,
		    _(why));
		finish(c, rc);
	}
	if (!p->described)
		fail_queue(p, PP_RETRY, why);
}

static void
expire(struct pp_provider *p, int64_t now)
{
	struct call *c, *next;
	enum pp_rc rc;
	bool deaf = false;

	for (c = TAILQ_FIRST(&p->queue); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		if (now < c->since + p->write_ms)
			continue;
		if (c == TAILQ_FIRST(&p->queue) && p->off > 0) {
			/* A line cannot be taken back in the middle. */
			died(p, N_("the driver does not read"));
			return;
		}
		TAILQ_REMOVE(&p->queue, c, entry);
		(void)pp_err_set(&c->err, PP_RETRY, "provider %s: busy: not "
		    "sent within %" PRId64 " s", p->name, p->write_ms / 1000);
		finish(c, PP_RETRY);
	}
	for (c = TAILQ_FIRST(&p->sent); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		if (now < c->since + (c == &p->describe ? DESCRIBE_MS :
		    p->answer_ms))
			continue;
		if (p->heard <= c->since)
			deaf = true;
		TAILQ_REMOVE(&p->sent, c, entry);
		p->nsent--;
		rc = c->refund ? PP_UNKNOWN : PP_RETRY;
		(void)pp_err_set(&c->err, rc, "provider %s: no answer within "
		    "%" PRId64 " s", p->name, p->answer_ms / 1000);
		finish(c, rc);
	}
	/* A driver that forgot one request may live; one that has said nothing
	 * at all in that time hangs. */
	if (deaf)
		died(p, N_("the driver does not answer"));
}

static void
transmit(struct pp_provider *p, int64_t now)
{
	struct call *c;
	ssize_t n;

	while ((c = TAILQ_FIRST(&p->queue)) != NULL &&
	    (p->off > 0 || p->nsent < p->limit)) {
		n = send(p->fd, c->line + p->off, c->len - p->off,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		/* If it is gone, reading finds that out, after the answers
		 * that it left. */
		if (n == -1)
			return;
		if ((p->off += (size_t)n) < c->len)
			continue;
		p->off = 0;
		wipe(c);
		c->since = now;
		TAILQ_REMOVE(&p->queue, c, entry);
		TAILQ_INSERT_TAIL(&p->sent, c, entry);
		p->nsent++;
	}
}

/* Takes one line; false if it is no JSON. */
static bool
answered(struct pp_provider *p, const char *line, size_t len)
{
	struct json_object *o, *v;
	const char *bad;
	struct call *c;
	uint64_t id;
	int64_t n;

	if (pp_json_parse(line, len, &o, NULL) != PP_OK)
		return false;
	if (!json_object_object_get_ex(o, "id", &v) ||
	    !json_object_is_type(v, json_type_string)) {
		json_object_put(o);
		return true;
	}
	id = (uint64_t)strtonum(json_object_get_string(v), 0, INT64_MAX, &bad);
	TAILQ_FOREACH(c, &p->sent, entry)
		if (bad == NULL && c->id == id)
			break;
	/* Nobody's: the answer to a question that was given up. */
	if (c == NULL) {
		json_object_put(o);
		return true;
	}
	TAILQ_REMOVE(&p->sent, c, entry);
	p->nsent--;
	if (c == &p->describe) {
		p->described = true;
		p->limit = PP_PROVIDER_INFLIGHT;
		if (pp_json_int(o, "max_inflight", 1, PP_PROVIDER_INFLIGHT, &n,
		    NULL) == PP_OK)
			p->limit = (size_t)n;
		json_object_put(o);
	} else
		c->answer = o;
	finish(c, PP_OK);
	return true;
}

static void
receive(struct pp_provider *p)
{
	char *nl, *line = p->in;
	ssize_t n;

	n = recv(p->fd, p->in + p->inlen, PP_JSON_LINE + 1 - p->inlen,
	    MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		died(p, N_("the driver ended"));
		return;
	}
	p->heard = ticks();
	p->inlen += (size_t)n;
	while ((nl = memchr(line, '\n', p->inlen - (size_t)(line - p->in))) !=
	    NULL) {
		if (!answered(p, line, (size_t)(nl - line))) {
			died(p, N_("the driver does not speak JSON"));
			return;
		}
		line = nl + 1;
	}
	p->inlen -= (size_t)(line - p->in);
	memmove(p->in, line, p->inlen);
	if (p->inlen > PP_JSON_LINE)
		died(p, N_("the driver's answer is too long"));
}

/* Milliseconds until something expires, -1 for never. */
static int64_t
next_deadline(struct pp_provider *p)
{
	int64_t at = INT64_MAX, now = ticks();
	struct call *c;

	TAILQ_FOREACH(c, &p->queue, entry)
		if (c->since + p->write_ms < at)
			at = c->since + p->write_ms;
	TAILQ_FOREACH(c, &p->sent, entry)
		if (c->since + (c == &p->describe ? DESCRIBE_MS :
		    p->answer_ms) < at)
			at = c->since + (c == &p->describe ? DESCRIBE_MS :
			    p->answer_ms);
	if (at == INT64_MAX)
		return -1;
	return at > now ? at - now : 0;
}

/* The thread that does all reading and writing. */
static void *
work(void *arg)
{
	struct pp_provider *p = arg;
	struct pp_err err;
	struct pollfd pfd[2];
	int64_t ms;
	uint64_t count;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		expire(p, ticks());
		if (p->fd == -1 && !TAILQ_EMPTY(&p->queue)) {
			memset(&err, 0, sizeof err);
			if (spawn(p, &err) != PP_OK)
				fail_queue(p, PP_CONF, err.msg);
		}
		if (p->fd != -1)
			transmit(p, ticks());
		ms = next_deadline(p);
		pfd[0] = (struct pollfd){ p->wakefd, POLLIN, 0 };
		pfd[1] = (struct pollfd){ p->fd, POLLIN, 0 };
		if (!TAILQ_EMPTY(&p->queue) &&
		    (p->off > 0 || p->nsent < p->limit))
			pfd[1].events |= POLLOUT;
		(void)pthread_mutex_unlock(&p->lock);
		/* A negative descriptor is passed over. */
		(void)poll(pfd, 2, ms > INT_MAX ? INT_MAX : (int)ms);
		if (pfd[0].revents != 0 &&
		    read(p->wakefd, &count, sizeof count) == -1)
			count = 0;
		(void)pthread_mutex_lock(&p->lock);
		if (p->fd != -1 &&
		    (pfd[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			receive(p);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

enum pp_rc
pp_provider_start(const char *dir, const char *name, struct pp_provider **out,
    struct pp_err *err)
{
	struct pp_provider *p;
	sigset_t all, old;
	enum pp_rc rc;
	int r;

	*out = NULL;
	if (*name == '\0' || strlen(name) > PP_PROVIDER_NAME ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return pp_err_set(err, PP_CONF, "%.40s: not the name of a "
		    "provider", name);
	if ((p = calloc(1, sizeof *p)) == NULL ||
	    (p->in = malloc(PP_JSON_LINE + 1)) == NULL) {
		free(p);
		return pp_err_set(err, PP_IO, "out of memory");
	}
	p->fd = p->wakefd = -1;
	p->write_ms = WRITE_MS;
	p->answer_ms = ANSWER_MS;
	TAILQ_INIT(&p->queue);
	TAILQ_INIT(&p->sent);
	(void)snprintf(p->name, sizeof p->name, "%s", name);
	if ((size_t)snprintf(p->path, sizeof p->path, "%s/provider-%s",
	    dir != NULL ? dir : PP_LIBEXECDIR "/providers", name) >=
	    sizeof p->path) {
		rc = pp_err_set(err, PP_CONF, "%.40s...: path too long", dir);
		goto fail;
	}
	if ((p->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) == -1) {
		rc = pp_err_set(err, PP_IO, "eventfd: %s", strerror(errno));
		goto fail;
	}
	if ((rc = spawn(p, err)) != PP_OK)
		goto fail;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&p->thread, NULL, work, p);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r != 0) {
		rc = pp_err_set(err, PP_IO, "pthread_create: %s", strerror(r));
		(void)pthread_mutex_destroy(&p->lock);
		died(p, N_("no thread"));
		goto fail;
	}
	*out = p;
	return PP_OK;
fail:
	if (p->wakefd != -1)
		(void)close(p->wakefd);
	free(p->in);
	free(p);
	return rc;
}

void
pp_provider_stop(struct pp_provider *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_mutex_unlock(&p->lock);
	wake(p);
	(void)pthread_join(p->thread, NULL);
	wipe(&p->describe);
	if (p->fd != -1) {
		(void)close(p->fd);
		reap(p->pid, STOP_MS);
	}
	(void)pthread_mutex_destroy(&p->lock);
	(void)close(p->wakefd);
	explicit_bzero(p->in, PP_JSON_LINE + 1);
	free(p->in);
	free(p);
}

void
pp_provider_limits(struct pp_provider *p, int64_t write_ms, int64_t answer_ms)
{
	(void)pthread_mutex_lock(&p->lock);
	p->write_ms = write_ms;
	p->answer_ms = answer_ms;
	(void)pthread_mutex_unlock(&p->lock);
	wake(p);
}

enum pp_rc
pp_provider_call(struct pp_provider *p, struct json_object *req,
    struct json_object **answer, struct pp_err *err)
{
	struct waiter w;
	struct call c;
	enum pp_rc rc;

	*answer = NULL;
	if ((rc = prepare(p, &c, req, &w, 0, err)) != PP_OK)
		return rc;
	TAILQ_INIT(&w.done);
	(void)pthread_cond_init(&w.cond, NULL);
	submit(p, &c);
	(void)await(p, &w);
	(void)pthread_cond_destroy(&w.cond);
	*answer = c.answer;
	if (c.rc != PP_OK)
		(void)pp_err_set(err, c.rc, "%s", c.err.msg);
	return c.rc;
}

enum pp_rc
pp_provider_calls(struct pp_provider *p, struct json_object **reqs, size_t n,
    pp_provider_done *done, void *arg, struct pp_err *err)
{
	struct json_object *ask, *answer;
	struct call *slots, *c;
	struct pp_err e = { 0 };
	struct calls idle;
	struct waiter w;
	size_t next = 0, busy = 0, room, i;
	enum pp_rc rc;

	if (n == 0)
		return PP_OK;
	/* Once it was asked anything, it has said how many it takes. */
	if ((ask = json_object_new_object()) == NULL ||
	    (slots = calloc(PP_PROVIDER_INFLIGHT, sizeof *slots)) == NULL) {
		json_object_put(ask);
		return pp_err_set(err, PP_IO, "out of memory");
	}
	(void)json_object_object_add(ask, "op",
	    json_object_new_string("describe"));
	rc = pp_provider_call(p, ask, &answer, &e);
	json_object_put(ask);
	json_object_put(answer);
	if (rc != PP_OK) {
		for (i = 0; i < n; i++)
			done(i, rc, NULL, &e, arg);
		free(slots);
		return PP_OK;
	}
	(void)pthread_mutex_lock(&p->lock);
	room = p->limit;
	(void)pthread_mutex_unlock(&p->lock);

	TAILQ_INIT(&w.done);
	TAILQ_INIT(&idle);
	(void)pthread_cond_init(&w.cond, NULL);
	for (i = 0; i < room; i++)
		TAILQ_INSERT_TAIL(&idle, &slots[i], entry);
	while (next < n || busy > 0) {
		if (next < n && (c = TAILQ_FIRST(&idle)) != NULL) {
			TAILQ_REMOVE(&idle, c, entry);
			pp_err_clear(&e);
			rc = prepare(p, c, reqs[next], &w, next, &e);
			next++;
			if (rc == PP_OK) {
				submit(p, c);
				busy++;
				continue;
			}
			done(next - 1, rc, NULL, &e, arg);
		} else {
			c = await(p, &w);
			busy--;
			done(c->i, c->rc, c->answer, &c->err, arg);
			json_object_put(c->answer);
		}
		TAILQ_INSERT_HEAD(&idle, c, entry);
	}
	(void)pthread_cond_destroy(&w.cond);
	free(slots);
	return PP_OK;
}

enum pp_rc
pp_provider_error(struct json_object *answer, const char **reason,
    struct pp_err *err)
{
	const char *code = "", *message = "", *why = NULL;
	struct json_object *e;
	enum pp_rc rc;
	bool ok;

	if (reason != NULL)
		*reason = NULL;
	if (pp_json_bool(answer, "ok", &ok, NULL) == PP_OK && ok)
		return PP_OK;
	if (!json_object_object_get_ex(answer, "error", &e) ||
	    !json_object_is_type(e, json_type_object))
		return pp_err_set(err, PP_RETRY, "the driver's answer is "
		    "neither a success nor an error");
	(void)pp_json_str(e, "code", &code, NULL);
	(void)pp_json_str(e, "message", &message, NULL);
	if (pp_json_str(e, "reason", &why, NULL) == PP_OK && reason != NULL)
		*reason = why;
	rc = strcmp(code, N_("credentials")) == 0 ? PP_PERM :
	    strcmp(code, N_("refused")) == 0 ? PP_STATE : PP_RETRY;
	if (*code == '\0' && *message == '\0')
		return pp_err_set(err, rc, "no reason given");
	/* Drivers speak English; what those of ours say is translated. */
	return pp_err_set(err, rc, *code == '\0' || *message == '\0' ?
	    "%s%s" : "%s: %s", _(code), *message != '\0' ? _(message) : "");
}
