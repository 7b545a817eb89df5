#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "buf.h"
#include "json.h"
#include "sandbox_pay.h"
#include "banned.h"

#define ANSWER_MAX	(1024 * 1024)
#define TICKET_MAX	64
#define CONNECT_SECONDS	20L
#define WHOLE_SECONDS	60L
#define FRAME		"/chktv2/display/index.php"
#define EXPIRY		"1230"

struct call {
	CURL		*curl;
	struct pp_buf	 answer;
	char		 error[CURL_ERROR_SIZE];
	long		 status;
};

static size_t		collect(char *, size_t, size_t, void *);
static enum pp_rc	load(struct call *, const char *, const char *,
			    struct json_object **, struct pp_err *);
static enum pp_rc	post(struct call *, const char *, const char *,
			    struct json_object **, struct pp_err *);
static enum pp_rc	press_and_close(struct call *, const char *,
			    const char *, struct pp_err *);
static enum pp_rc	read_answer(struct call *, enum pp_rc,
			    struct json_object **, struct pp_err *);
static struct json_object	*said(const char *);
static void		target(struct call *, const char *, const char *);

static size_t
collect(char *p, size_t size, size_t n, void *arg)
{
	struct call *c = arg;

	pp_buf_add(&c->answer, p, size * n);
	return c->answer.failed ? 0 : n;
}

static struct json_object *
said(const char *result)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "result", json_object_new_string(result));
	return o;
}

static void
target(struct call *c, const char *url, const char *query)
{
	char buf[512];

	(void)snprintf(buf, sizeof buf, "%s" FRAME "%s", url, query);
	(void)curl_easy_setopt(c->curl, CURLOPT_URL, buf);
	pp_buf_reset(&c->answer);
	c->error[0] = '\0';
}

/* What the frame said, when it said JSON. */
static enum pp_rc
read_answer(struct call *c, enum pp_rc bad, struct json_object **out,
    struct pp_err *err)
{
	const char *word;

	if (c->answer.len == 0 || pp_json_parse(c->answer.p, c->answer.len,
	    out, NULL) != PP_OK ||
	    pp_json_str(*out, "result", &word, NULL) != PP_OK) {
		json_object_put(*out);
		*out = NULL;
		return pp_err_set(err, bad,
		    "the sandbox answered %ld and no JSON", c->status);
	}
	if (strcmp(word, "unusable") == 0)
		return pp_err_set(err, PP_STATE, "the ticket is not usable");
	if (strcmp(word, "declined") == 0 || strcmp(word, "refused") == 0)
		return pp_err_set(err, PP_DECLINED, "%s", word);
	return PP_OK;
}

static enum pp_rc
load(struct call *c, const char *url, const char *ticket,
    struct json_object **out, struct pp_err *err)
{
	char query[TICKET_MAX + 8];
	CURLcode r;

	(void)snprintf(query, sizeof query, "?tck=%s", ticket);
	target(c, url, query);
	explicit_bzero(query, sizeof query);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	if ((r = curl_easy_perform(c->curl)) != CURLE_OK)
		return pp_err_set(err, PP_RETRY, "%s", c->error[0] != '\0' ?
		    c->error : curl_easy_strerror(r));
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	if (c->status == 200)
		return PP_OK;
	return read_answer(c, PP_RETRY, out, err);
}

static enum pp_rc
post(struct call *c, const char *url, const char *form,
    struct json_object **out, struct pp_err *err)
{
	CURLcode r;

	target(c, url, "");
	(void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, form);
	if ((r = curl_easy_perform(c->curl)) != CURLE_OK)
		return pp_err_set(err, r == CURLE_COULDNT_CONNECT ? PP_RETRY :
		    PP_UNKNOWN, "%s", c->error[0] != '\0' ? c->error :
		    curl_easy_strerror(r));
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	return read_answer(c, PP_UNKNOWN, out, err);
}

/* Sends the form and hangs up without listening, as a closed browser does. */
static enum pp_rc
press_and_close(struct call *c, const char *url, const char *form,
    struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(4096);
	const char *host = url + strlen("http://");
	CURLcode r;
	size_t n = 0;

	target(c, url, "");
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_FORBID_REUSE, 0L);
	(void)curl_easy_setopt(c->curl, CURLOPT_FRESH_CONNECT, 1L);
	pp_buf_printf(&b, "POST " FRAME " HTTP/1.1\r\nHost: %.*s\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    (int)strcspn(host, "/"), host, strlen(form), form);
	if ((r = curl_easy_perform(c->curl)) == CURLE_OK)
		r = curl_easy_send(c->curl, b.p, b.len, &n);
	if (r == CURLE_OK && n != b.len)
		r = CURLE_SEND_ERROR;
	if (b.p != NULL)
		explicit_bzero(b.p, b.len);
	pp_buf_release(&b);
	return r == CURLE_OK ? PP_OK : pp_err_set(err, PP_RETRY, "%s",
	    curl_easy_strerror(r));
}

enum pp_rc
sandbox_pay(const char *url, const char *ticket, const char *pan,
    enum sandbox_then then, struct json_object **result, struct pp_err *err)
{
	struct call c = { .answer = PP_BUF_INIT(ANSWER_MAX) };
	struct curl_slist *headers = NULL;
	char form[256], base[256];
	const char *p;
	enum pp_rc rc;

	*result = NULL;
	for (p = ticket; isalnum((unsigned char)*p); p++)
		;
	if (p == ticket || *p != '\0' || p - ticket > TICKET_MAX)
		return pp_err_set(err, PP_DATA, "this is not a ticket");
	if (strlcpy(base, url, sizeof base) >= sizeof base)
		return pp_err_set(err, PP_USAGE, "url: too long");
	base[7 + strcspn(base + 7, "/")] = '\0';
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c.curl = curl_easy_init()) == NULL)
		return pp_err_set(err, PP_IO, "libcurl does not start");
	headers = curl_slist_append(NULL, "Accept: application/json");
	(void)curl_easy_setopt(c.curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(c.curl, CURLOPT_ERRORBUFFER, c.error);
	(void)curl_easy_setopt(c.curl, CURLOPT_PROTOCOLS_STR, "http");
	(void)curl_easy_setopt(c.curl, CURLOPT_NOPROXY, "*");
	(void)curl_easy_setopt(c.curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c.curl, CURLOPT_CONNECTTIMEOUT,
	    CONNECT_SECONDS);
	(void)curl_easy_setopt(c.curl, CURLOPT_TIMEOUT, WHOLE_SECONDS);
	/* On a used connection libcurl posts again when it is cut: a second
	 * press of "pay". */
	(void)curl_easy_setopt(c.curl, CURLOPT_FORBID_REUSE, 1L);
	(void)curl_easy_setopt(c.curl, CURLOPT_WRITEFUNCTION, collect);
	(void)curl_easy_setopt(c.curl, CURLOPT_WRITEDATA, &c);

	if ((rc = load(&c, base, ticket, result, err)) != PP_OK ||
	    then == THEN_LOAD)
		goto out;
	(void)snprintf(form, sizeof form, then == THEN_CANCEL ?
	    "action=cancel&tck=%s" : "action=pay&tck=%s&expiry=" EXPIRY
	    "&cvd=123&holder=Sandbox&pan=%s", ticket, pan);
	if (then == THEN_CLOSE)
		rc = press_and_close(&c, base, form, err);
	else
		rc = post(&c, base, form, result, err);
	explicit_bzero(form, sizeof form);
out:
	if (rc == PP_OK && *result == NULL)
		*result = said(then == THEN_LOAD ? "loaded" : "closed");
	curl_easy_cleanup(c.curl);
	curl_slist_free_all(headers);
	pp_buf_release(&c.answer);
	curl_global_cleanup();
	return rc;
}
