#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "page_addr.h"
#include "page_headers.h"
#include "page_http.h"
#include "time.h"
#include "banned.h"

#define STACK		((size_t)512 * 1024)
#define MEMORY		((size_t)32 * 1024)	/* one request's head */
#define PATH_MOST	256
#define STOP_MOST	45000	/* ms for the answers under way at the end */
#define STOP_READ	2000	/* ms for requests that are coming in then */
#define STOP_LEAST	100	/* ms until the last one is accepted */
#define STOP_STEP	20

/* A connection is about to send its first request from the start. */
enum doing { IDLE, READING, WORKING };

/* A connection, and since when it makes us wait (ms, 0: we work). */
struct conn {
	struct page_http	*h;
	struct conn		*next, **prev;
	int			 fd;
	int64_t			 since;
	int64_t			 allowed;
	enum doing		 doing;
};

struct page_http {
	struct MHD_Daemon	*daemon;
	struct page		*page;
	pthread_mutex_t		 lock;		/* of the list of connections */
	struct conn		*conns;
};

/* A request while it comes in. */
struct incoming {
	struct conn	*conn;
	struct page_ask	 ask;
	struct pp_buf	 body;
	char		 path[PATH_MOST];
	char		 method[8];
	unsigned char	 client[PAGE_ADDR_LEN];
	int64_t		 began;
	unsigned int	 status;
	size_t		 sent;
	bool		 large;
	bool		 seen;		/* its head was read */
};

static int64_t	tick(void);
static bool	busy(struct page_http *, bool);
static void	on_connection(void *, struct MHD_Connection *, void **,
		    enum MHD_ConnectionNotificationCode);
static void	*on_uri(void *, const char *, struct MHD_Connection *);
static void	on_done(void *, struct MHD_Connection *, void **,
		    enum MHD_RequestTerminationCode);
static enum MHD_Result	on_request(void *, struct MHD_Connection *,
		    const char *, const char *, const char *, const char *,
		    size_t *, void **);
static enum MHD_Result	first(struct page_http *, struct MHD_Connection *,
		    struct incoming *, const char *, bool *);
static void	await(struct conn *, int64_t, int64_t, enum doing);
static void	peer_of(struct MHD_Connection *, unsigned char *);
static bool	foreign(struct page_http *, struct MHD_Connection *);
static enum MHD_Result	answer(struct page_http *, struct MHD_Connection *,
		    struct incoming *, enum page_message, bool,
		    const char *);
static page_header_fn	add;
static void	log_line(const struct incoming *);
static const char	*header(struct MHD_Connection *, const char *);
static size_t	no_unescape(void *, struct MHD_Connection *, char *);

static int64_t
tick(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Since now the connection has so many ms; 0: as many as we need. */
static void
await(struct conn *c, int64_t now, int64_t allowed, enum doing doing)
{
	if (c == NULL)
		return;
	(void)pthread_mutex_lock(&c->h->lock);
	c->doing = doing;
	c->since = now;
	c->allowed = allowed;
	(void)pthread_mutex_unlock(&c->h->lock);
}

static void
on_connection(void *arg, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct page_http *h = arg;
	struct conn *c = *ctx;

	(void)pthread_mutex_lock(&h->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(mc,
		    MHD_CONNECTION_INFO_CONNECTION_FD);
		if (info != NULL && (c = calloc(1, sizeof *c)) != NULL) {
			c->h = h;
			c->fd = info->connect_fd;
			c->doing = READING;
			c->since = tick();
			c->allowed = PAGE_READ_SECONDS * 1000;
			if ((c->next = h->conns) != NULL)
				c->next->prev = &c->next;
			c->prev = &h->conns;
			h->conns = c;
		}
		*ctx = c;
	} else if (c != NULL) {
		if ((*c->prev = c->next) != NULL)
			c->next->prev = c->prev;
		free(c);
		*ctx = NULL;
	}
	(void)pthread_mutex_unlock(&h->lock);
}

void
page_http_reap(struct page_http *h)
{
	struct conn *c;
	int64_t now = tick(), most;
	size_t n = 0;

	/* The descriptor is closed only after the connection left the list:
	 * it cannot be somebody else's by now. */
	(void)pthread_mutex_lock(&h->lock);
	for (c = h->conns; c != NULL; c = c->next)
		n++;
	for (c = h->conns; c != NULL; c = c->next) {
		most = c->allowed;
		if (n > PAGE_CROWDED && c->doing != WORKING &&
		    most > PAGE_CROWDED_SECONDS * 1000)
			most = PAGE_CROWDED_SECONDS * 1000;
		if (most != 0 && now - c->since > most)
			(void)shutdown(c->fd, SHUT_RDWR);
	}
	(void)pthread_mutex_unlock(&h->lock);
}

/* What comes as an escape is none of our addresses; leave it as it is. */
static size_t
no_unescape(void *arg, struct MHD_Connection *mc, char *s)
{
	(void)arg;
	(void)mc;
	return strlen(s);
}

/* The request line is there. */
static void *
on_uri(void *arg, const char *uri, struct MHD_Connection *mc)
{
	const union MHD_ConnectionInfo *info;
	struct incoming *in;
	size_t n;

	(void)arg;
	if ((in = calloc(1, sizeof *in)) == NULL)
		return NULL;
	info = MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	in->conn = info != NULL ? info->socket_context : NULL;
	in->body = (struct pp_buf)PP_BUF_INIT(PAGE_BODY_MAX);
	in->began = tick();
	if (in->conn != NULL) {
		(void)pthread_mutex_lock(&in->conn->h->lock);
		in->conn->doing = READING;
		(void)pthread_mutex_unlock(&in->conn->h->lock);
	}
	n = strcspn(uri, "?");
	if (n < sizeof in->path) {
		memcpy(in->path, uri, n);
		in->path[n] = '\0';
	}
	return in;
}

static void
on_done(void *arg, struct MHD_Connection *mc, void **ctx,
    enum MHD_RequestTerminationCode code)
{
	struct incoming *in = *ctx;

	(void)arg;
	(void)mc;
	(void)code;
	if (in == NULL)
		return;
	await(in->conn, tick(), PAGE_READ_SECONDS * 1000, IDLE);
	if (in->seen)
		log_line(in);
	pp_buf_release(&in->body);
	free(in);
	*ctx = NULL;
}

static const char *
header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}

static void
peer_of(struct MHD_Connection *mc, unsigned char *out)
{
	const union MHD_ConnectionInfo *info;
	const struct sockaddr_in6 *six;
	const struct sockaddr_in *four;
	const struct sockaddr *sa;

	memset(out, 0, PAGE_ADDR_LEN);
	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info == NULL || (sa = info->client_addr) == NULL)
		return;
	if (sa->sa_family == AF_INET6) {
		six = (const struct sockaddr_in6 *)(const void *)sa;
		memcpy(out, &six->sin6_addr, PAGE_ADDR_LEN);
	} else if (sa->sa_family == AF_INET) {
		four = (const struct sockaddr_in *)(const void *)sa;
		out[10] = out[11] = 0xff;
		memcpy(out + 12, &four->sin_addr, 4);
	}
}

/* Was it sent by a page of another site?  Our pages have no referrer, so
 * their Origin is often "null", which says nothing. */
static bool
foreign(struct page_http *h, struct MHD_Connection *mc)
{
	const char *site = header(mc, "Sec-Fetch-Site");
	const char *origin = header(mc, "Origin"), *host = header(mc, "Host");
	const char *url = h->page->site->conf->page.url, *p, *end;

	if (site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return true;
	if (origin == NULL || strcmp(origin, "null") == 0)
		return false;
	if ((p = strstr(url, "://")) != NULL) {
		end = p + 3 + strcspn(p + 3, "/");
		if (strlen(origin) == (size_t)(end - url) &&
		    strncasecmp(origin, url, (size_t)(end - url)) == 0)
			return false;
	}
	return (p = strstr(origin, "://")) == NULL || host == NULL ||
	    strcasecmp(p + 3, host) != 0;
}

/* The head of a request is there: understands it, and answers at once what
 * needs no body. */
static enum MHD_Result
first(struct page_http *h, struct MHD_Connection *mc, struct incoming *in,
    const char *method, bool *answered)
{
	struct page_ask *q = &in->ask;
	unsigned char peer[PAGE_ADDR_LEN];
	const char *s, *e, *allow;

	in->seen = true;
	(void)strlcpy(in->method, method, sizeof in->method);
	q->token_ok = page_route(in->path, &q->route, q->token, &q->asset);
	peer_of(mc, peer);
	page_addr_client(h->page->site->conf->page.trusted_proxies, peer,
	    header(mc, "X-Forwarded-For"), in->client);
	q->who = in->client;
	q->wholen = page_addr_whole(in->client);
	q->foreign = foreign(h, mc);
	s = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "lang");
	if (s != NULL && (strcmp(s, "fr") == 0 || strcmp(s, "en") == 0))
		(void)strlcpy(q->lang, s, sizeof q->lang);
	s = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "note");
	if (s != NULL)
		q->note = strcmp(s, "cancelled") == 0 ? PAGE_N_CANCELLED :
		    strcmp(s, "refused") == 0 ? PAGE_N_REFUSED : PAGE_N_NONE;
	s = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "attempt");
	if (s != NULL && strlcpy(q->attempt, s, sizeof q->attempt) >=
	    sizeof q->attempt)
		q->attempt[0] = '\0';
	s = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "amount");
	if (s != NULL && strlcpy(q->amount, s, sizeof q->amount) >=
	    sizeof q->amount)
		q->amount[0] = '\0';

	*answered = true;
	if (!page_route_takes(q->route, method, &allow))
		return answer(h, mc, in, PAGE_M_METHOD, true, allow);
	s = header(mc, "Content-Length");
	if (s != NULL && (strtonum(s, 0, PAGE_BODY_MAX, &e), e != NULL))
		return answer(h, mc, in, PAGE_M_LARGE, true, NULL);
	*answered = false;
	return MHD_YES;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *mc, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **ctx)
{
	struct page_http *h = arg;
	struct incoming *in = *ctx;
	enum MHD_Result r;
	bool answered;

	(void)url;
	(void)version;
	if (in == NULL)
		return MHD_NO;
	if (!in->seen) {
		r = first(h, mc, in, method, &answered);
		/* A GET is done when its body would begin. */
		return r;
	}
	if (*len > 0) {
		pp_buf_add(&in->body, data, *len);
		in->large |= !pp_buf_ok(&in->body);
		*len = 0;
		return MHD_YES;
	}
	await(in->conn, 0, 0, WORKING);
	if (in->large)
		return answer(h, mc, in, PAGE_M_LARGE, true, NULL);
	if (!page_body_read(in->body.p != NULL ? in->body.p : "",
	    in->body.len, &in->ask.body))
		return answer(h, mc, in, PAGE_M_BAD, true, NULL);
	if (in->ask.lang[0] == '\0' &&
	    (strcmp(in->ask.body.lang, "fr") == 0 ||
	    strcmp(in->ask.body.lang, "en") == 0))
		(void)strlcpy(in->ask.lang, in->ask.body.lang,
		    sizeof in->ask.lang);
	return answer(h, mc, in, PAGE_M_UNKNOWN, false, NULL);
}

static void
add(void *r, const char *name, const char *value)
{
	(void)MHD_add_response_header(r, name, value);
}

/* Answers with a short page (early), or by doing what is asked. */
static enum MHD_Result
answer(struct page_http *h, struct MHD_Connection *mc, struct incoming *in,
    enum page_message m, bool early, const char *allow)
{
	struct page_reply p = { .body = PP_BUF_INIT(PAGE_MAX) };
	struct timespec ts;
	struct MHD_Response *r;
	enum MHD_Result done;
	char *text;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	in->ask.wall = (int64_t)ts.tv_sec * PP_SECOND;
	in->ask.tick = tick();
	if (early)
		page_do_message(h->page, &in->ask, m, &p);
	else
		page_do(h->page, &in->ask, &p);
	in->status = p.status;
	in->sent = p.body.len;
	text = pp_buf_take(&p.body);
	r = MHD_create_response_from_buffer(in->sent, text,
	    MHD_RESPMEM_MUST_FREE);
	if (r == NULL) {
		free(text);
		page_reply_release(&p);
		return MHD_NO;
	}
	page_headers(h->page->site, &p, add, r);
	if (allow != NULL)
		add(r, "Allow", allow);
	await(in->conn, tick(), PAGE_WRITE_SECONDS * 1000, WORKING);
	done = MHD_queue_response(mc, p.status, r);
	MHD_destroy_response(r);
	page_reply_release(&p);
	return done;
}

/* One line a request; of a token no more than its beginning, of an address
 * that is none of ours nothing. */
static void
log_line(const struct incoming *in)
{
	const struct page_ask *q = &in->ask;
	char client[PAGE_ADDR_TEXT], what[80];

	page_addr_text(in->client, client);
	if (q->token_ok && q->route != PAGE_R_UNKNOWN)
		(void)snprintf(what, sizeof what, "/p/%.4s…%s", q->token,
		    page_route_tail(q->route));
	else if (q->route == PAGE_R_ASSET)
		(void)strlcpy(what, "/assets/", sizeof what);
	else if (q->route == PAGE_R_HEALTH || q->route == PAGE_R_ROBOTS)
		(void)strlcpy(what, in->path, sizeof what);
	else
		(void)strlcpy(what, "?", sizeof what);
	fprintf(stderr, "%s %s %s %u %zu %lldms\n", client, in->method, what,
	    in->status, in->sent, (long long)(tick() - in->began));
}

enum pp_rc
page_http_start(struct page *page, int fd, struct page_http **out,
    struct pp_err *err)
{
	struct page_http *h;

	if ((h = calloc(1, sizeof *h)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	h->page = page;
	(void)pthread_mutex_init(&h->lock, NULL);
	h->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0,
	    NULL, NULL, on_request, h,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned int)PAGE_CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)PAGE_READ_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY,
	    MHD_OPTION_THREAD_STACK_SIZE, STACK,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, h,
	    MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, h,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_END);
	if (h->daemon == NULL) {
		(void)pthread_mutex_destroy(&h->lock);
		free(h);
		return pp_err_set(err, PP_IO, "the server does not start");
	}
	*out = h;
	return PP_OK;
}

/* Does anybody wait for an answer, or, reading, is about to? */
static bool
busy(struct page_http *h, bool reading)
{
	const struct conn *c;

	(void)pthread_mutex_lock(&h->lock);
	for (c = h->conns; c != NULL; c = c->next)
		if (c->doing == WORKING || (reading && c->doing == READING))
			break;
	(void)pthread_mutex_unlock(&h->lock);
	return c != NULL;
}

void
page_http_stop(struct page_http *h)
{
	const struct timespec step = { 0, STOP_STEP * 1000000L };
	int fd, ms;

	if (h == NULL)
		return;
	/* Whoever is not accepted yet waits at systemd's socket, if it is
	 * one; who was accepted is answered, because stopping cuts every
	 * connection. */
	fd = MHD_quiesce_daemon(h->daemon);
	for (ms = 0; ms < STOP_LEAST || (ms < STOP_MOST &&
	    busy(h, ms < STOP_READ)); ms += STOP_STEP) {
		if (ms >= STOP_LEAST && fd != -1) {
			(void)close(fd);
			fd = -1;
		}
		page_http_reap(h);
		(void)nanosleep(&step, NULL);
	}
	if (fd != -1)
		(void)close(fd);
	MHD_stop_daemon(h->daemon);
	(void)pthread_mutex_destroy(&h->lock);
	free(h);
}
