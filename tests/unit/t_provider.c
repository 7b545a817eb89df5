/*
 * The client's side of a driver.  This program is the driver as well: started
 * as provider-toy or provider-two (which takes two requests at a time) it
 * answers, or misbehaves, as the op says.
 */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "provider.h"
#include "tap.h"
#include "banned.h"

#define THREADS	200
#define MANY	20

extern char **environ;

static char dir[] = "/tmp/t_provider.XXXXXX";

static int		 toy(const char *);
static void		 toy_answer(const char *, const char *, const char *);
static void		 toy_env(const char *);
static struct pp_provider	*start(const char *);
static struct json_object	*request(const char *, const char *);
static enum pp_rc	 call(struct pp_provider *, const char *, const char *,
			    char *, size_t);
static int64_t		 ms(void);
static void		*caller(void *);
static void		*holder(void *);
static void		 start_tests(void);
static void		 life_tests(void);
static void		 limit_tests(void);
static void		 many_tests(void);
static void		 error_tests(void);
static void		 count(size_t, enum pp_rc, struct json_object *,
			    struct pp_err *, void *);

/*
 * The driver.
 */
static void
toy_answer(const char *id, const char *member, const char *value)
{
	printf("{\"id\":\"%s\",\"ok\":true,\"%s\":\"%s\"}\n", id, member,
	    value);
	(void)fflush(stdout);
}

/* What it was started with: variables, descriptors, signals. */
static void
toy_env(const char *id)
{
	char buf[1024] = "";
	struct sigaction sa;
	struct dirent *d;
	sigset_t set;
	DIR *fds;
	int sig, blocked = 0, fd;
	char **e;

	for (e = environ; *e != NULL; e++)
		(void)strlcat(buf, *e, sizeof buf),
		(void)strlcat(buf, " ", sizeof buf);
	if ((fds = opendir("/proc/self/fd")) == NULL)
		exit(1);
	for (fd = 0; (d = readdir(fds)) != NULL;)
		if (d->d_name[0] != '.' &&
		    strtol(d->d_name, NULL, 10) != dirfd(fds))
			fd++;
	(void)closedir(fds);
	(void)sigprocmask(SIG_SETMASK, NULL, &set);
	for (sig = 1; sig < 32; sig++)
		blocked += sigismember(&set, sig) == 1;
	(void)sigaction(SIGPIPE, NULL, &sa);
	(void)snprintf(buf + strlen(buf), sizeof buf - strlen(buf),
	    "fds=%d blocked=%d pipe=%s group=%s", fd, blocked,
	    sa.sa_handler == SIG_DFL ? "default" : "other",
	    getpgrp() == getpid() ? "own" : "other");
	toy_answer(id, "x", buf);
}

static int
toy(const char *name)
{
	char *line = NULL, held[64][24], pid[24], num[24];
	const char *id, *op, *x;
	struct pollfd in = { 0, POLLIN, 0 };
	struct json_object *req;
	size_t size = 0, nheld = 0, most = 0, i;
	bool slow = false;

	if (strstr(name, "dead") != NULL)
		return 0;
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	(void)snprintf(pid, sizeof pid, "%d", (int)getpid());
	for (;;) {
		/* Slow ones are answered when nothing more comes. */
		if (slow && poll(&in, 1, 30) == 0) {
			(void)snprintf(num, sizeof num, "%zu", most);
			for (i = 0; i < nheld; i++)
				toy_answer(held[i], "x", num);
			nheld = 0;
			slow = false;
		}
		if (getline(&line, &size, stdin) <= 0)
			return 0;
		if ((req = json_tokener_parse(line)) == NULL ||
		    pp_json_str(req, "id", &id, NULL) != PP_OK ||
		    pp_json_str(req, "op", &op, NULL) != PP_OK)
			return 1;
		x = "";
		(void)pp_json_str(req, "x", &x, NULL);
		if (strcmp(op, "describe") == 0) {
			printf("{\"id\":\"%s\",\"ok\":true,"
			    "\"max_inflight\":%d}\n", id,
			    strstr(name, "two") != NULL ? 2 : 64);
			(void)fflush(stdout);
		} else if (strcmp(op, "env") == 0)
			toy_env(id);
		else if (strcmp(op, "echo") == 0)
			toy_answer(id, "x", x);
		else if (strcmp(op, "pid") == 0)
			toy_answer(id, "x", pid);
		else if (strcmp(op, "hold") == 0 || strcmp(op, "slow") == 0) {
			(void)snprintf(held[nheld++], sizeof held[0], "%s",
			    id);
			most = nheld > most ? nheld : most;
			slow = strcmp(op, "slow") == 0;
		} else if (strcmp(op, "release") == 0) {
			while (nheld > 0)
				toy_answer(held[--nheld], "x", "held");
			toy_answer(id, "x", pid);
		} else if (strcmp(op, "garbage") == 0) {
			puts("Segmentation fault");
			(void)fflush(stdout);
		} else if (strcmp(op, "long") == 0) {
			printf("{\"id\":\"%s\",\"x\":\"%*d\"}\n", id,
			    PP_JSON_LINE, 0);
			(void)fflush(stdout);
		} else if (strcmp(op, "deaf") == 0) {
			toy_answer(id, "x", "");
			for (;;)
				(void)pause();
		} else if (strcmp(op, "die") == 0 ||
		    (strcmp(op, "refund") == 0 && strcmp(x, "mute") != 0))
			return 0;
		json_object_put(req);
	}
}

/*
 * The tests.
 */
static struct pp_provider *
start(const char *name)
{
	struct pp_err err = { 0 };
	struct pp_provider *p;

	if (pp_provider_start(dir, name, &p, &err) == PP_OK)
		return p;
	printf("Bail out! %s\n", err.msg);
	exit(1);
}

static struct json_object *
request(const char *op, const char *x)
{
	struct json_object *o = json_object_new_object();

	(void)json_object_object_add(o, "op", json_object_new_string(op));
	(void)json_object_object_add(o, "x", json_object_new_string(x));
	return o;
}

/* What came: the answer's x, or the words of the error. */
static enum pp_rc
call(struct pp_provider *p, const char *op, const char *x, char *out,
    size_t size)
{
	struct json_object *req = request(op, x), *ans;
	struct pp_err err = { 0 };
	const char *s = "";
	enum pp_rc rc;

	rc = pp_provider_call(p, req, &ans, &err);
	if (rc == PP_OK)
		(void)pp_json_str(ans, "x", &s, NULL);
	(void)strlcpy(out, rc == PP_OK ? s : err.msg, size);
	json_object_put(ans);
	json_object_put(req);
	return rc;
}

static int64_t
ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct job {
	struct pp_provider	*p;
	size_t			 n;
	enum pp_rc		 rc;
	char			 out[256];
};

static void *
caller(void *arg)
{
	struct job *job = arg;
	char x[24];

	(void)snprintf(x, sizeof x, "caller %zu", job->n);
	job->rc = call(job->p, "echo", x, job->out, sizeof job->out);
	if (job->rc == PP_OK && strcmp(job->out, x) != 0)
		job->rc = PP_BUG;
	return NULL;
}

static void *
holder(void *arg)
{
	struct job *job = arg;

	job->rc = call(job->p, "hold", "", job->out, sizeof job->out);
	return NULL;
}

struct tally {
	size_t		told[MANY];
	size_t		fine;
	size_t		wrong;
	size_t		most;
	enum pp_rc	last;
	char		msg[256];
};

static void
count(size_t i, enum pp_rc rc, struct json_object *answer, struct pp_err *err,
    void *arg)
{
	struct tally *t = arg;
	const char *x = "0";

	t->told[i]++;
	if (rc == PP_OK) {
		t->fine++;
		(void)pp_json_str(answer, "x", &x, NULL);
		if ((size_t)strtol(x, NULL, 10) > t->most)
			t->most = (size_t)strtol(x, NULL, 10);
	} else {
		t->wrong++;
		t->last = rc;
		(void)strlcpy(t->msg, err->msg, sizeof t->msg);
	}
}

static void
start_tests(void)
{
	static const char *const bad[] = { "", "Toy", "../toy", "to/y", "to y",
	    "toy;", "toytoytoytoytoytoytoytoytoytoytoy" };
	struct pp_err err = { 0 };
	struct pp_provider *p;
	char want[256];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		pp_err_clear(&err);
		ok(pp_provider_start(dir, bad[i], &p, &err) == PP_CONF &&
		    p == NULL && strstr(err.msg, "not the name of a provider")
		    != NULL, "start: \"%s\"", bad[i]);
	}
	pp_err_clear(&err);
	is_int(pp_provider_start(dir, "none", &p, &err), PP_CONF,
	    "start: no such driver");
	(void)snprintf(want, sizeof want, "%s/provider-none: No such file or "
	    "directory", dir);
	is_str(err.msg, want, "start: it is named");
	pp_provider_stop(NULL);
	ok(true, "stop: NULL");
}

static void
life_tests(void)
{
	char out[1024], pid[64], path[256];
	struct pp_provider *p;
	int64_t t;
	int i;

	(void)signal(SIGPIPE, SIG_IGN);
	p = start("toy");
	is_int(call(p, "env", "", out, sizeof out), PP_OK, "env: answered");
	is_str(out, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
	    "/sbin:/bin LANG=C.UTF-8 TZ=UTC fds=3 blocked=0 pipe=default "
	    "group=own", "env: three variables, three descriptors, no signal");

	(void)call(p, "pid", "", pid, sizeof pid);
	is_int(call(p, "die", "", out, sizeof out), PP_RETRY,
	    "death: what is under way is a failed question");
	is_str(out, "provider toy: the driver ended", "death: in words");
	is_int(call(p, "pid", "", out, sizeof out), PP_OK,
	    "death: the next call starts it again");
	ok(strcmp(pid, out) != 0, "death: another process");
	is_int(call(p, "refund", "", out, sizeof out), PP_UNKNOWN,
	    "death: a refund that was written is unknown");
	is_int(call(p, "garbage", "", out, sizeof out), PP_RETRY,
	    "garbage: a failed question");
	is_str(out, "provider toy: the driver does not speak JSON",
	    "garbage: in words");
	is_int(call(p, "long", "", out, sizeof out), PP_RETRY,
	    "a line over 1 MiB: a failed question");
	is_str(out, "provider toy: the driver's answer is too long",
	    "a line over 1 MiB: in words");
	is_int(call(p, "env", "", out, sizeof out), PP_OK, "and on it goes");
	ok(strstr(out, " TZ=UTC fds=3 blocked=0 pipe=default group=own") !=
	    NULL, "and it is started again as it was the first time");

	(void)call(p, "pid", "", pid, sizeof pid);
	pp_provider_stop(p);
	ok(kill((pid_t)strtol(pid, NULL, 10), 0) == -1 && errno == ESRCH,
	    "stop: the driver is gone");

	p = start("dead");
	t = ms();
	is_int(call(p, "echo", "", out, sizeof out), PP_RETRY,
	    "a driver that ends at once: a failed question");
	is_int(call(p, "echo", "", out, sizeof out), PP_RETRY,
	    "a driver that ends at once: again");
	ok(ms() - t < 2000, "a driver that ends at once: told at once");
	pp_provider_stop(p);

	p = start("brief");
	(void)snprintf(path, sizeof path, "%s/provider-brief", dir);
	(void)unlink(path);
	is_int(call(p, "echo", "x", out, sizeof out), PP_OK, "it runs");
	(void)call(p, "die", "", out, sizeof out);
	is_int(call(p, "echo", "x", out, sizeof out), PP_CONF,
	    "it cannot be started again");
	pp_provider_stop(p);

	/* Every kind of end, often, under a thread or without. */
	for (i = 0; i < 20; i++) {
		p = start("toy");
		if (i % 2 == 0)
			(void)call(p, i % 4 == 0 ? "die" : "echo", "", out,
			    sizeof out);
		pp_provider_stop(p);
	}
	ok(true, "start and stop, often");
}

static void
limit_tests(void)
{
	static char big[900000];
	struct job jobs[2];
	pthread_t t[2];
	char out[1024], pid[64];
	struct pp_provider *p;
	struct json_object *req, *ans;
	struct pp_err err = { 0 };
	int64_t began;
	size_t i;

	memset(big, 'x', sizeof big - 1);
	p = start("toy");
	(void)call(p, "pid", "", pid, sizeof pid);
	pp_provider_limits(p, 300, 300);
	began = ms();
	is_int(call(p, "hold", "", out, sizeof out), PP_RETRY,
	    "no answer: a failed question");
	is_str(out, "provider toy: no answer within 0 s", "no answer: words");
	ok(ms() - began >= 300 && ms() - began < 3000, "no answer: in time");
	(void)call(p, "pid", "", out, sizeof out);
	ok(strcmp(pid, out) != 0, "no answer: what hangs is started again");
	is_int(call(p, "refund", "mute", out, sizeof out), PP_UNKNOWN,
	    "no answer: a refund is unknown");

	is_int(call(p, "deaf", "", out, sizeof out), PP_OK, "it stops reading");
	is_int(call(p, "refund", big, out, sizeof out), PP_RETRY,
	    "a refund that was not written whole has not happened");
	is_str(out, "provider toy: the driver does not read",
	    "not written: words");
	is_int(call(p, "echo", "x", out, sizeof out), PP_OK,
	    "not written: the next call starts it again");

	/* A late answer is nobody's, and no reason to start again. */
	(void)call(p, "pid", "", pid, sizeof pid);
	pp_provider_limits(p, 5000, 500);
	jobs[0] = (struct job){ .p = p };
	(void)pthread_create(&t[0], NULL, holder, &jobs[0]);
	(void)poll(NULL, 0, 200);
	is_int(call(p, "echo", "x", out, sizeof out), PP_OK, "late: others go");
	(void)pthread_join(t[0], NULL);
	is_int(jobs[0].rc, PP_RETRY, "late: given up");
	is_int(call(p, "release", "", out, sizeof out), PP_OK,
	    "late: it comes");
	is_str(out, pid, "late: and is not taken for another's");

	pp_provider_limits(p, 5000, 40000);
	req = request("echo", "");
	(void)json_object_object_add(req, "y",
	    json_object_new_string_len(big, sizeof big - 1));
	(void)json_object_object_add(req, "z",
	    json_object_new_string_len(big, sizeof big - 1));
	is_int(pp_provider_call(p, req, &ans, &err), PP_DATA,
	    "a request over 1 MiB");
	is_str(err.msg, "the request is longer than 1048576 bytes",
	    "a request over 1 MiB: words");
	json_object_put(req);
	pp_provider_stop(p);

	/* Who comes third to a driver of two waits in line. */
	p = start("two");
	for (i = 0; i < 2; i++) {
		jobs[i] = (struct job){ .p = p };
		(void)pthread_create(&t[i], NULL, holder, &jobs[i]);
	}
	(void)poll(NULL, 0, 300);
	pp_provider_limits(p, 300, 40000);
	began = ms();
	is_int(call(p, "refund", "", out, sizeof out), PP_RETRY,
	    "in line: not sent, so nothing happened");
	is_str(out, "provider two: busy: not sent within 0 s",
	    "in line: words");
	ok(ms() - began < 3000, "in line: in time");
	pp_provider_limits(p, 5000, 300);
	for (i = 0; i < 2; i++) {
		(void)pthread_join(t[i], NULL);
		is_int(jobs[i].rc, PP_RETRY, "in line: the two held");
	}
	pp_provider_stop(p);
}

static void
many_tests(void)
{
	static struct job jobs[THREADS];
	pthread_t t[THREADS];
	struct json_object *reqs[MANY];
	struct pp_err err = { 0 };
	struct pp_provider *p;
	struct tally tally;
	size_t i, bad = 0;

	p = start("toy");
	for (i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){ .p = p, .n = i };
		(void)pthread_create(&t[i], NULL, caller, &jobs[i]);
	}
	for (i = 0; i < THREADS; i++) {
		(void)pthread_join(t[i], NULL);
		bad += jobs[i].rc != PP_OK;
	}
	is_int((int64_t)bad, 0, "200 threads: each has its own answer");
	pp_provider_stop(p);

	p = start("two");
	for (i = 0; i < MANY; i++)
		reqs[i] = request("slow", "");
	memset(&tally, 0, sizeof tally);
	is_int(pp_provider_calls(p, reqs, MANY, count, &tally, &err), PP_OK,
	    "calls: all tried");
	is_int((int64_t)tally.fine, MANY, "calls: all answered");
	is_int((int64_t)tally.most, 2, "calls: two at a time");
	for (i = 0, bad = 0; i < MANY; i++)
		bad += tally.told[i] != 1;
	is_int((int64_t)bad, 0, "calls: each told once");
	pp_provider_stop(p);

	p = start("toy");
	memset(&tally, 0, sizeof tally);
	is_int(pp_provider_calls(p, reqs, MANY, count, &tally, &err), PP_OK,
	    "calls: all at once");
	is_int((int64_t)tally.most, MANY, "calls: pipelined");

	for (i = 0; i < MANY; i++) {
		json_object_put(reqs[i]);
		reqs[i] = request(i == MANY - 1 ? "die" : "hold", "");
	}
	memset(&tally, 0, sizeof tally);
	(void)pp_provider_calls(p, reqs, MANY, count, &tally, &err);
	is_int((int64_t)tally.wrong, MANY, "calls: its death fails all");
	is_int(tally.last, PP_RETRY, "calls: as questions");
	pp_provider_stop(p);

	p = start("dead");
	memset(&tally, 0, sizeof tally);
	is_int(pp_provider_calls(p, reqs, MANY, count, &tally, &err), PP_OK,
	    "calls: to a driver that ends at once");
	is_int((int64_t)tally.wrong, MANY, "calls: each told so");
	is_str(tally.msg, "provider dead: the driver ended", "calls: words");
	is_int(pp_provider_calls(p, reqs, 0, count, &tally, &err), PP_OK,
	    "calls: none");
	pp_provider_stop(p);
	for (i = 0; i < MANY; i++)
		json_object_put(reqs[i]);
}

static void
error_tests(void)
{
	static const struct {
		const char *answer, *reason, *msg;
		enum pp_rc rc;
	} rows[] = {
		{ "{\"ok\":true}", "-", "", PP_OK },
		{ "{\"ok\":false,\"error\":{\"code\":\"credentials\","
		    "\"message\":\"bad\"}}", "-", "credentials: bad",
		    PP_PERM },
		{ "{\"ok\":false,\"error\":{\"code\":\"refused\",\"message\":"
		    "\"order\",\"reason\":\"duplicate_order\"}}",
		    "duplicate_order", "refused: order", PP_STATE },
		{ "{\"ok\":false,\"error\":{\"code\":\"unreachable\"}}", "-",
		    "unreachable", PP_RETRY },
		{ "{\"ok\":false,\"error\":{\"code\":\"timeout\"}}", "-",
		    "timeout", PP_RETRY },
		{ "{\"ok\":false,\"error\":{\"code\":\"protocol\"}}", "-",
		    "protocol", PP_RETRY },
		{ "{\"ok\":false,\"error\":{\"message\":\"hm\"}}", "-", "hm",
		    PP_RETRY },
		{ "{\"ok\":false,\"error\":{}}", "-", "no reason given",
		    PP_RETRY },
		{ "{\"ok\":false}", "-", "the driver's answer is neither a "
		    "success nor an error", PP_RETRY },
		{ "{\"ok\":\"true\"}", "-", "the driver's answer is neither a "
		    "success nor an error", PP_RETRY },
		{ "[]", "-", "the driver's answer is neither a success nor an "
		    "error", PP_RETRY },
		{ "{\"ok\":false,\"error\":{\"code\":\"refused\",\"message\":"
		    "\"\\u001b[31m\"}}", "-", "refused: ?[31m", PP_STATE }
	};
	struct json_object *o;
	struct pp_err err;
	const char *reason;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		o = json_tokener_parse(rows[i].answer);
		memset(&err, 0, sizeof err);
		is_int(pp_provider_error(o, &reason, &err), rows[i].rc,
		    rows[i].answer);
		is_str(err.msg, rows[i].msg, "error: its words");
		is_str(reason == NULL ? "-" : reason, rows[i].reason,
		    "error: its reason");
		is_int(pp_provider_error(o, NULL, NULL), rows[i].rc,
		    "error: its status alone");
		json_object_put(o);
	}
}

int
main(int argc, char *argv[])
{
	static const char *const names[] = { "toy", "two", "dead", "brief" };
	const char *base = strrchr(argv[0], '/');
	char self[1024], path[256];
	ssize_t n;
	size_t i;

	(void)argc;
	base = base == NULL ? argv[0] : base + 1;
	if (strncmp(base, "provider-", 9) == 0)
		return toy(base);
	if ((n = readlink("/proc/self/exe", self, sizeof self - 1)) == -1 ||
	    mkdtemp(dir) == NULL) {
		puts("Bail out! no place for drivers");
		return 1;
	}
	self[n] = '\0';
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/provider-%s", dir,
		    names[i]);
		if (symlink(self, path) == -1)
			return 1;
	}
	/* Nothing here may hang. */
	(void)alarm(60);
	start_tests();
	life_tests();
	limit_tests();
	many_tests();
	error_tests();
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/provider-%s", dir,
		    names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
	return done();
}
