#include "config.h"

#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "buf.h"
#include "driver.h"
#include "err.h"
#include "intl.h"
#include "json.h"
#include "banned.h"

#define OUT_HIGH	(4 * DRIVER_LINE)	/* answers that nobody reads */
#define MESSAGE		512

/* A request that is being posted. */
struct job {
	LIST_ENTRY(job)		 entry;
	struct json_object	*req;
	CURL			*easy;
	struct curl_slist	*headers;
	char			*body;
	size_t			 len;
	struct pp_buf		 reply;
	int64_t			 date;
	bool			 toolong;
};
LIST_HEAD(jobs, job);

struct loop {
	const struct driver	*driver;
	CURLM			*multi;
	struct jobs		 jobs;
	size_t			 njobs;
	char			*in;	/* DRIVER_LINE + 1 bytes */
	size_t			 inlen;
	bool			 skip;	/* in a line that is too long */
	bool			 more;	/* of in must wait for room */
	bool			 eof;
	struct pp_buf		 out;
	size_t			 sent;	/* of out */
};

static int64_t	clock_now(void);
static size_t	take_header(char *, size_t, size_t, void *);
static size_t	take_body(char *, size_t, size_t, void *);
static void	answer(struct loop *, struct json_object *,
		    struct json_object *);
static void	job_free(struct loop *, struct job *);
static bool	job_set(struct job *, const struct driver_post *);
static void	job_start(struct loop *, struct json_object *,
		    const struct driver_post *);
static void	job_done(struct loop *, struct job *, CURLcode);
static void	take_line(struct loop *, const char *, size_t);
static bool	room(const struct loop *);
static void	take_lines(struct loop *);
static void	take_input(struct loop *);
static void	give_output(struct loop *);
static bool	work(struct loop *);

static int64_t
clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct json_object *
driver_error(const char *code, const char *reason, const char *fmt, ...)
{
	struct json_object *o, *e;
	char msg[MESSAGE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof msg, fmt, ap);
	va_end(ap);
	o = json_object_new_object();
	e = json_object_new_object();
	(void)json_object_object_add(e, "code", json_object_new_string(code));
	if (reason != NULL)
		(void)json_object_object_add(e, "reason",
		    json_object_new_string(reason));
	(void)json_object_object_add(e, "message", json_object_new_string(msg));
	(void)json_object_object_add(e, "retryable", json_object_new_boolean(
	    strcmp(code, "credentials") != 0 && strcmp(code, "refused") != 0));
	(void)json_object_object_add(o, "ok", json_object_new_boolean(0));
	(void)json_object_object_add(o, "error", e);
	return o;
}

struct json_object *
driver_failed(const struct driver_reply *reply)
{
	static const char *const codes[] = {
		[DRIVER_GOT] = N_("protocol"),
		[DRIVER_UNREACHABLE] = N_("unreachable"),
		[DRIVER_LATE] = N_("timeout"),
		[DRIVER_MANGLED] = "protocol"
	};

	return driver_error(codes[reply->result], NULL, "%s", reply->why);
}

void
driver_wipe(struct json_object *o)
{
	size_t i;

	/* json-c gives its own memory as const; it is ours to empty. */
	switch (json_object_get_type(o)) {
	case json_type_string:
		explicit_bzero((void *)(uintptr_t)json_object_get_string(o),
		    (size_t)json_object_get_string_len(o));
		break;
	case json_type_array:
		for (i = 0; i < json_object_array_length(o); i++)
			driver_wipe(json_object_array_get_idx(o, i));
		break;
	case json_type_object: {
		json_object_object_foreach(o, key, val) {
			(void)key;
			driver_wipe(val);
		}
		break;
	}
	default:
		break;
	}
}

char *
driver_body(struct json_object *o, size_t *len)
{
	const char *text;
	char *body = NULL;

	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE, len);
	if (text != NULL && (body = malloc(*len + 1)) != NULL)
		memcpy(body, text, *len + 1);
	if (text != NULL)
		explicit_bzero((void *)(uintptr_t)text, *len);
	driver_wipe(o);
	json_object_put(o);
	return body;
}

static size_t
take_header(char *data, size_t size, size_t n, void *arg)
{
	struct job *job = arg;
	char date[64];
	size_t len = size * n;
	time_t t;

	if (len > 5 && strncmp(data, "HTTP/", 5) == 0)
		job->date = 0;		/* of the last response, if several */
	else if (len > 5 && len < sizeof date + 5 &&
	    strncasecmp(data, "date:", 5) == 0) {
		memcpy(date, data + 5, len - 5);
		date[len - 5] = '\0';
		if ((t = curl_getdate(date, NULL)) > 0)
			job->date = (int64_t)t * 1000;
	}
	return len;
}

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct job *job = arg;

	pp_buf_add(&job->reply, data, size * n);
	if (pp_buf_ok(&job->reply))
		return size * n;
	job->toolong = true;
	return CURL_WRITEFUNC_ERROR;
}

/* Puts the answer into the output and wipes and frees both. */
static void
answer(struct loop *l, struct json_object *req, struct json_object *ans)
{
	struct json_object *id = NULL;
	const char *text;
	size_t len;

	/* The id goes first, as its sender wrote it. */
	if (req != NULL && json_object_object_get_ex(req, "id", &id) &&
	    !json_object_is_type(id, json_type_string) &&
	    !json_object_is_type(id, json_type_int))
		id = NULL;
	text = json_object_to_json_string_length(ans, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	pp_buf_puts(&l->out, "{\"id\":");
	pp_buf_puts(&l->out, id == NULL ? "null" : pp_json_text(id));
	pp_buf_puts(&l->out, ",");
	if (text != NULL)
		pp_buf_puts(&l->out, text + 1);
	pp_buf_puts(&l->out, "\n");
	json_object_put(ans);
	if (req != NULL)
		driver_wipe(req);
	json_object_put(req);
}

static void
job_free(struct loop *l, struct job *job)
{
	LIST_REMOVE(job, entry);
	l->njobs--;
	if (job->easy != NULL) {
		(void)curl_multi_remove_handle(l->multi, job->easy);
		curl_easy_cleanup(job->easy);
	}
	curl_slist_free_all(job->headers);
	if (job->body != NULL)
		explicit_bzero(job->body, job->len);
	free(job->body);
	if (job->reply.p != NULL)
		explicit_bzero(job->reply.p, job->reply.cap);
	pp_buf_release(&job->reply);
	if (job->req != NULL)
		driver_wipe(job->req);
	json_object_put(job->req);
	free(job);
}

static bool
job_set(struct job *job, const struct driver_post *post)
{
	struct curl_slist *more;
	char type[96];
	long ms = post->timeout_ms > 0 && post->timeout_ms < DRIVER_TIMEOUT ?
	    post->timeout_ms : DRIVER_TIMEOUT;
	CURL *e;
	int r = 0;

	if ((e = job->easy = curl_easy_init()) == NULL)
		return false;
	r |= curl_easy_setopt(e, CURLOPT_URL, post->url);
	r |= curl_easy_setopt(e, CURLOPT_PRIVATE, job);
	r |= curl_easy_setopt(e, CURLOPT_USERAGENT, "pp/" PACKAGE_VERSION);
	if (job->body != NULL) {
		(void)snprintf(type, sizeof type, "Content-Type: %s",
		    post->content_type);
		if ((job->headers = curl_slist_append(NULL, type)) == NULL ||
		    (more = curl_slist_append(job->headers,
		    "Expect:")) == NULL)
			return false;
		job->headers = more;
		r |= curl_easy_setopt(e, CURLOPT_POST, 1L);
		r |= curl_easy_setopt(e, CURLOPT_POSTFIELDS, job->body);
		r |= curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)job->len);
		r |= curl_easy_setopt(e, CURLOPT_HTTPHEADER, job->headers);
	}
	r |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	r |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	r |= curl_easy_setopt(e, CURLOPT_WRITEDATA, job);
	r |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	r |= curl_easy_setopt(e, CURLOPT_HEADERDATA, job);
	r |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR,
	    post->loopback ? "http,https" : "https");
	r |= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	/* Nothing but what the request says decides where it goes. */
	r |= curl_easy_setopt(e, CURLOPT_PROXY, "");
	r |= curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
	r |= curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	r |= curl_easy_setopt(e, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	r |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	r |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    ms < DRIVER_CONNECT ? ms : (long)DRIVER_CONNECT);
	r |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, ms);
	r |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, post->once ? 1L : 0L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name server that does not answer would hold up everybody: libcurl
	 * otherwise waits for its resolver's thread when a call times out. */
	r |= curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
#endif
	return r == 0;
}

static void
job_start(struct loop *l, struct json_object *req,
    const struct driver_post *post)
{
	struct job *job;

	if ((job = calloc(1, sizeof *job)) == NULL) {
		if (post->body != NULL)
			explicit_bzero(post->body, post->len);
		free(post->body);
		answer(l, req, driver_error("unreachable", NULL,
		    "out of memory"));
		return;
	}
	LIST_INSERT_HEAD(&l->jobs, job, entry);
	l->njobs++;
	job->req = req;
	job->body = post->body;
	job->len = post->len;
	job->reply.max = DRIVER_REPLY;
	if (job_set(job, post) &&
	    curl_multi_add_handle(l->multi, job->easy) == CURLM_OK)
		return;
	job->req = NULL;
	job_free(l, job);
	answer(l, req, driver_error("unreachable", NULL,
	    "libcurl refuses the call"));
}

static void
job_done(struct loop *l, struct job *job, CURLcode code)
{
	struct driver_reply r = { .date = job->date, .now = clock_now() };
	struct json_object *ans, *req;
	curl_off_t ready = 0;
	long sent = 0;

	r.body = job->reply.p != NULL ? job->reply.p : "";
	r.len = job->reply.len;
	(void)curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &r.status);
	/* Not sent is only what surely was not: libcurl never came to the
	 * point of sending. */
	r.sent = curl_easy_getinfo(job->easy, CURLINFO_REQUEST_SIZE, &sent) !=
	    CURLE_OK || sent > 0 || curl_easy_getinfo(job->easy,
	    CURLINFO_PRETRANSFER_TIME_T, &ready) != CURLE_OK || ready > 0;
	r.why = curl_easy_strerror(code);
	switch (code) {
	case CURLE_OK:
		r.result = DRIVER_GOT;
		break;
	case CURLE_OPERATION_TIMEDOUT:
		r.result = DRIVER_LATE;
		break;
	case CURLE_WRITE_ERROR:
		r.result = DRIVER_MANGLED;
		r.why = job->toolong ? "the reply is too long" :
		    "out of memory";
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_BAD_CONTENT_ENCODING:
		r.result = DRIVER_MANGLED;
		break;
	default:
		r.result = DRIVER_UNREACHABLE;
	}
	req = job->req;
	ans = l->driver->finish(req, &r);
	job->req = NULL;
	job_free(l, job);
	answer(l, req, ans);
}

static void
take_line(struct loop *l, const char *line, size_t len)
{
	struct driver_post post = { .body = NULL };
	struct json_object *req, *ans;
	struct pp_err err = { 0 };
	char msg[PP_ERR_MSG + PP_ERR_MEMBER];

	if (len == 0)
		return;
	if (pp_json_parse(line, len, &req, &err) != PP_OK) {
		answer(l, NULL, driver_error("refused", NULL, "request: %s",
		    pp_err_str(&err, msg, sizeof msg)));
		return;
	}
	if (!json_object_is_type(req, json_type_object)) {
		driver_wipe(req);
		json_object_put(req);
		answer(l, NULL, driver_error("refused", NULL,
		    "request: not an object"));
		return;
	}
	if ((ans = l->driver->begin(req, &post)) != NULL)
		answer(l, req, ans);
	else
		job_start(l, req, &post);
}

/* May another request be begun?  Who does not read answers, or asks too much
 * at once, is not read. */
static bool
room(const struct loop *l)
{
	return l->njobs < DRIVER_INFLIGHT && l->out.len < OUT_HIGH;
}

/* Begins the requests that have been read, while there is room. */
static void
take_lines(struct loop *l)
{
	char *line = l->in, *nl;
	size_t left = l->inlen;

	while (room(l) && (nl = memchr(line, '\n', left)) != NULL) {
		*nl = '\0';
		if (!l->skip)
			take_line(l, line, (size_t)(nl - line));
		l->skip = false;
		left -= (size_t)(nl + 1 - line);
		line = nl + 1;
	}
	l->more = !room(l);
	memmove(l->in, line, left);
	explicit_bzero(l->in + left, l->inlen - left);
	l->inlen = left;
	if (l->more || (l->inlen <= DRIVER_LINE && !l->skip))
		return;
	if (!l->skip)
		answer(l, NULL, driver_error("refused", NULL,
		    "request: longer than %d bytes", DRIVER_LINE));
	l->skip = true;
	explicit_bzero(l->in, l->inlen);
	l->inlen = 0;
}

static void
take_input(struct loop *l)
{
	struct pollfd gone = { STDIN_FILENO, 0, 0 };
	ssize_t n;

	/* Even who is not read may be gone. */
	if (l->more || l->inlen > DRIVER_LINE) {
		l->eof = poll(&gone, 1, 0) == 1 &&
		    (gone.revents & (POLLHUP | POLLERR)) != 0;
		return;
	}
	n = read(STDIN_FILENO, l->in + l->inlen, DRIVER_LINE + 1 - l->inlen);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		l->eof = true;
	else
		l->inlen += (size_t)n;
}

/* Writes what can be written without waiting. */
static void
give_output(struct loop *l)
{
	ssize_t n;

	while (l->sent < l->out.len) {
		n = write(STDOUT_FILENO, l->out.p + l->sent,
		    l->out.len - l->sent);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1) {
			l->eof = true;
			return;
		}
		l->sent += (size_t)n;
	}
	if (l->sent == l->out.len) {
		pp_buf_reset(&l->out);
		l->sent = 0;
	} else if (l->sent > DRIVER_LINE) {
		l->out.len -= l->sent;
		memmove(l->out.p, l->out.p + l->sent, l->out.len);
		l->sent = 0;
	}
}

/* One turn; false at the end. */
static bool
work(struct loop *l)
{
	struct curl_waitfd fds[2];
	struct job *job;
	CURLMsg *m;
	unsigned int n = 0;
	int running, left;

	(void)curl_multi_perform(l->multi, &running);
	while ((m = curl_multi_info_read(l->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle,
		    CURLINFO_PRIVATE, &job) == CURLE_OK)
			job_done(l, job, m->data.result);
	take_lines(l);
	give_output(l);
	if (l->eof || !pp_buf_ok(&l->out))
		return false;	/* a lost answer: better to be restarted */

	memset(fds, 0, sizeof fds);
	if (!l->more)
		fds[n++] = (struct curl_waitfd){ STDIN_FILENO,
		    CURL_WAIT_POLLIN, 0 };
	if (l->sent < l->out.len)
		fds[n++] = (struct curl_waitfd){ STDOUT_FILENO,
		    CURL_WAIT_POLLOUT, 0 };
	if (curl_multi_poll(l->multi, fds, n, l->more && room(l) ? 0 : 1000,
	    NULL) != CURLM_OK)
		return false;
	/* Read whatever revents say: libcurl drops the end of a pipe. */
	take_input(l);
	return true;
}

int
driver_run(const struct driver *d)
{
	static const struct rlimit none = { 0, 0 };
	struct loop l = { .driver = d, .out = PP_BUF_INIT(16 * DRIVER_LINE) };
	struct job *job;
	int fd;

	/* Requests hold credentials. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	for (fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++)
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);

	LIST_INIT(&l.jobs);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (l.multi = curl_multi_init()) == NULL ||
	    (l.in = malloc(DRIVER_LINE + 1)) == NULL)
		return PP_IO;
	while (work(&l))
		continue;
	while ((job = LIST_FIRST(&l.jobs)) != NULL)
		job_free(&l, job);
	(void)curl_multi_cleanup(l.multi);
	curl_global_cleanup();
	explicit_bzero(l.in, DRIVER_LINE + 1);
	free(l.in);
	pp_buf_release(&l.out);
	return PP_OK;
}
