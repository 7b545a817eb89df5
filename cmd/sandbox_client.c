#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox_client.h"
#include "banned.h"

#define ANSWER_MAX	(1024 * 1024)
#define CONNECT_SECONDS	20L
#define WHOLE_SECONDS	60L

static size_t		collect(char *, size_t, size_t, void *);
static void		target(struct sandbox_client *, const char *);
static enum pp_rc	failed(const struct sandbox_client *, CURLcode,
			    enum pp_rc, struct pp_err *);

static size_t
collect(char *p, size_t size, size_t n, void *arg)
{
	struct pp_buf *b = arg;

	pp_buf_add(b, p, size * n);
	return b->failed ? 0 : n;
}

enum pp_rc
sandbox_client_init(struct sandbox_client *c, const char *accept,
    struct pp_err *err)
{
	char line[128];

	*c = (struct sandbox_client){ .answer = PP_BUF_INIT(ANSWER_MAX) };
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c->curl = curl_easy_init()) == NULL)
		return pp_err_set(err, PP_IO, "libcurl does not start");
	(void)snprintf(line, sizeof line, "Accept: %s", accept);
	c->headers = curl_slist_append(NULL, line);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	(void)curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->error);
	(void)curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http");
	(void)curl_easy_setopt(c->curl, CURLOPT_NOPROXY, "*");
	(void)curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT,
	    CONNECT_SECONDS);
	(void)curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, WHOLE_SECONDS);
	/* On a used connection libcurl posts again when it is cut: a second
	 * press of "pay". */
	(void)curl_easy_setopt(c->curl, CURLOPT_FORBID_REUSE, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, collect);
	(void)curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &c->answer);
	return PP_OK;
}

void
sandbox_client_release(struct sandbox_client *c)
{
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	pp_buf_release(&c->answer);
	curl_global_cleanup();
}

static void
target(struct sandbox_client *c, const char *url)
{
	(void)curl_easy_setopt(c->curl, CURLOPT_URL, url);
	pp_buf_reset(&c->answer);
	c->error[0] = '\0';
	c->status = 0;
}

static enum pp_rc
failed(const struct sandbox_client *c, CURLcode r, enum pp_rc rc,
    struct pp_err *err)
{
	return pp_err_set(err, rc, "%s", c->error[0] != '\0' ? c->error :
	    curl_easy_strerror(r));
}

enum pp_rc
sandbox_client_get(struct sandbox_client *c, const char *url,
    struct pp_err *err)
{
	CURLcode r;

	target(c, url);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	if ((r = curl_easy_perform(c->curl)) != CURLE_OK)
		return failed(c, r, PP_RETRY, err);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	return PP_OK;
}

enum pp_rc
sandbox_client_post(struct sandbox_client *c, const char *url,
    const char *form, struct pp_err *err)
{
	CURLcode r;

	target(c, url);
	(void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, form);
	if ((r = curl_easy_perform(c->curl)) != CURLE_OK)
		return failed(c, r, r == CURLE_COULDNT_CONNECT ? PP_RETRY :
		    PP_UNKNOWN, err);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	return PP_OK;
}

enum pp_rc
sandbox_client_post_and_close(struct sandbox_client *c, const char *url,
    const char *form, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(4096);
	const char *host = url + strlen("http://");
	size_t n = 0, len = strcspn(host, "/");
	CURLcode r;

	target(c, url);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_FORBID_REUSE, 0L);
	(void)curl_easy_setopt(c->curl, CURLOPT_FRESH_CONNECT, 1L);
	pp_buf_printf(&b, "POST %s HTTP/1.1\r\nHost: %.*s\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    host + len, (int)len, host, strlen(form), form);
	if (!pp_buf_ok(&b))
		r = CURLE_OUT_OF_MEMORY;
	else if ((r = curl_easy_perform(c->curl)) == CURLE_OK)
		r = curl_easy_send(c->curl, b.p, b.len, &n);
	if (r == CURLE_OK && n != b.len)
		r = CURLE_SEND_ERROR;
	if (b.p != NULL)
		explicit_bzero(b.p, b.len);
	pp_buf_release(&b);
	return r == CURLE_OK ? PP_OK : failed(c, r, PP_RETRY, err);
}
