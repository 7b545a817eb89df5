#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "listen.h"
#include "sandbox_http.h"
#include "time.h"
#include "banned.h"

#define CONNECTIONS	512
#define IDLE_SECONDS	120

struct sandbox_http {
	struct MHD_Daemon	*daemon;
	struct sandbox_site	*site;
};

/* One request while it comes in. */
struct incoming {
	struct pp_buf	body;
};

static void	done(void *, struct MHD_Connection *, void **,
		    enum MHD_RequestTerminationCode);
static enum MHD_Result	handle(void *, struct MHD_Connection *, const char *,
		    const char *, const char *, const char *, size_t *,
		    void **);
static void	http_date(int64_t, char *, size_t);
static enum MHD_Result	send_reply(struct MHD_Connection *,
		    struct sandbox_reply *);

bool
sandbox_http_loopback(const char *url)
{
	const char *host, *end, *colon;

	if (strncmp(url, "http://", 7) != 0)
		return false;
	host = url + 7;
	end = host + strcspn(host, "/?#@");
	if (*end == '@')
		return false;
	colon = memrchr(host, ':', (size_t)(end - host));
	if (colon != NULL && memchr(colon, ']', (size_t)(end - colon)) ==
	    NULL)
		end = colon;
	return pp_listen_loopback(host, (size_t)(end - host));
}

static void
http_date(int64_t at, char *buf, size_t size)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed",
	    "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
	    "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	(void)snprintf(buf, size, "%s, %02d %s %04d %02d:%02d:%02d GMT",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static enum MHD_Result
send_reply(struct MHD_Connection *conn, struct sandbox_reply *reply)
{
	struct MHD_Response *r;
	char date[64];
	enum MHD_Result res;
	char *body;
	size_t len;

	if (reply->cut)
		return MHD_NO;
	len = reply->body.len;
	if ((body = pp_buf_take(&reply->body)) == NULL)
		return MHD_NO;
	if ((r = MHD_create_response_from_buffer(len, body,
	    MHD_RESPMEM_MUST_FREE)) == NULL) {
		free(body);
		return MHD_NO;
	}
	http_date(reply->date, date, sizeof date);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_DATE, date);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
	    reply->type);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
	    "no-store");
	(void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	/* The script may be loaded with crossorigin="anonymous". */
	if (!reply->frame)
		(void)MHD_add_response_header(r,
		    "Access-Control-Allow-Origin", "*");
	else
		(void)MHD_add_response_header(r, "Content-Security-Policy",
		    "default-src 'none'; script-src 'self'; style-src "
		    "'self'; form-action 'self'; base-uri 'none'");
	res = MHD_queue_response(conn, reply->status, r);
	MHD_destroy_response(r);
	return res;
}

static enum MHD_Result
handle(void *arg, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **state)
{
	struct sandbox_http *http = arg;
	struct incoming *in = *state;
	struct sandbox_ask ask = { .method = method, .path = url };
	struct sandbox_reply reply;
	enum MHD_Result res;
	const char *accept;

	(void)version;
	if (in == NULL) {
		if ((in = malloc(sizeof *in)) == NULL)
			return MHD_NO;
		in->body = (struct pp_buf)PP_BUF_INIT(SANDBOX_POST_MAX);
		*state = in;
		return MHD_YES;
	}
	if (*size > 0) {
		pp_buf_add(&in->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	ask.ticket = MHD_lookup_connection_value(conn, MHD_GET_ARGUMENT_KIND,
	    "tck");
	accept = MHD_lookup_connection_value(conn, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_ACCEPT);
	ask.json = accept != NULL && strcmp(accept, "application/json") == 0;
	/* Too long a body is passed on empty, and so no request. */
	ask.len = pp_buf_ok(&in->body) ? in->body.len : 0;
	ask.body = ask.len > 0 ? in->body.p : "";
	sandbox_site_answer(http->site, &ask, &reply);
	res = send_reply(conn, &reply);
	pp_buf_release(&reply.body);
	return res;
}

static void
done(void *arg, struct MHD_Connection *conn, void **state,
    enum MHD_RequestTerminationCode how)
{
	struct incoming *in = *state;

	(void)arg;
	(void)conn;
	(void)how;
	if (in == NULL)
		return;
	/* A card number may have been in it. */
	if (in->body.p != NULL)
		explicit_bzero(in->body.p, in->body.len);
	pp_buf_release(&in->body);
	free(in);
	*state = NULL;
}

enum pp_rc
sandbox_http_start(struct sandbox_site *site, int fd,
    struct sandbox_http **out, struct pp_err *err)
{
	struct sandbox_http *http;

	if ((http = calloc(1, sizeof *http)) == NULL) {
		(void)close(fd);
		return pp_err_set(err, PP_IO, "out of memory");
	}
	http->site = site;
	http->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC |
	    MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, NULL, NULL, handle, http,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_NOTIFY_COMPLETED, done, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_END);
	if (http->daemon == NULL) {
		free(http);
		(void)close(fd);
		return pp_err_set(err, PP_IO, "the server does not start");
	}
	*out = http;
	return PP_OK;
}

void
sandbox_http_stop(struct sandbox_http *http)
{
	sandbox_site_stop(http->site);
	MHD_stop_daemon(http->daemon);
	free(http);
}
