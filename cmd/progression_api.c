#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "buf.h"
#include "intl.h"
#include "json.h"
#include "listen.h"
#include "progression_api.h"
#include "utf8.h"
#include "banned.h"

#define CONNECT_MS	20000L
#define CALL_MS		35000L
#define REPLY_MAX	((size_t)32 * 1024 * 1024)
#define KEY_MAX		512
#define URL_MAX		2048
#define WHY_MAX		200		/* of what their errors say */
#define STEP_PAGES	20		/* of states, newest first */
#define REST		"/server/rest"

struct prog_api {
	CURL			*easy;
	struct curl_slist	*get, *post;
	struct pp_buf		 reply;
	bool			 toolong;
	bool			 loopback;
	char			 base[PP_CONF_URL + sizeof REST];
	char			 key[KEY_MAX];
};

static size_t		take(char *, size_t, size_t, void *);
static enum pp_rc	address(struct prog_api *, const char *,
			    struct pp_err *);
static bool		set(struct prog_api *);
static const char	*theirs(const struct prog_api *, struct json_object *,
			    char [WHY_MAX]);
static enum pp_rc	judge(struct prog_api *, bool, long,
			    struct pp_err *);
static enum pp_rc	not_sent(struct prog_api *, CURLcode, bool,
			    struct pp_err *);
static void		step_add(struct json_object *, struct json_object *);
static int		by_id(const void *, const void *);
static int64_t		id_of(struct json_object *);

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct prog_api *a = arg;

	pp_buf_add(&a->reply, data, size * n);
	if (pp_buf_ok(&a->reply))
		return size * n;
	a->toolong = true;
	return CURL_WRITEFUNC_ERROR;
}

/* The key goes over TLS, or stays on this machine. */
static enum pp_rc
address(struct prog_api *a, const char *url, struct pp_err *err)
{
	const char *host, *end;
	size_t n = strlen(url);

	if (n == 0)
		return pp_err_set(err, PP_CONF, "no [progression] url");
	host = strstr(url, "://") + 3;
	end = host + strcspn(host, "/");
	if (memchr(host, '@', (size_t)(end - host)) != NULL)
		return pp_err_set(err, PP_CONF, "[progression] url: the key "
		    "goes into key_file");
	n = strcspn(host, *host == '[' ? "]" : ":/");
	a->loopback = pp_listen_loopback(host, n + (*host == '['));
	if (strncmp(url, "https://", 8) != 0 && !a->loopback)
		return pp_err_set(err, PP_CONF,
		    "[progression] url: only https takes the key");
	n = strlen(url);
	(void)snprintf(a->base, sizeof a->base, "%s%s", url,
	    n >= strlen(REST) && strcmp(url + n - strlen(REST), REST) == 0 ?
	    "" : REST);
	return PP_OK;
}

static bool
set(struct prog_api *a)
{
	struct curl_slist *more;
	char auth[KEY_MAX + 32];
	CURL *e = a->easy;
	int r = 0;

	(void)snprintf(auth, sizeof auth, "Authorization: Bearer %s", a->key);
	if ((more = curl_slist_append(NULL, auth)) != NULL)
		a->get = more;
	if (more != NULL && (more = curl_slist_append(NULL, auth)) != NULL)
		a->post = more;
	explicit_bzero(auth, sizeof auth);
	if (more == NULL || curl_slist_append(a->get,
	    "Accept: application/json") == NULL || curl_slist_append(a->post,
	    "Accept: application/json") == NULL || curl_slist_append(a->post,
	    "Content-Type: application/json") == NULL ||
	    curl_slist_append(a->post, "Expect:") == NULL)
		return false;
	r |= curl_easy_setopt(e, CURLOPT_USERAGENT, "pp/" PACKAGE_VERSION);
	r |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	r |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take);
	r |= curl_easy_setopt(e, CURLOPT_WRITEDATA, a);
	r |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR,
	    a->loopback ? "http,https" : "https");
	r |= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	r |= curl_easy_setopt(e, CURLOPT_PROXY, "");
	r |= curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
	r |= curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	r |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	r |= curl_easy_setopt(e, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	r |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	r |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	r |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, CALL_MS);
	return r == 0;
}

enum pp_rc
prog_open(const struct pp_cmd *cmd, const char *key_file,
    struct prog_api **out, struct pp_err *err)
{
	const struct pp_conf_progression *c = &cmd->conf.progression;
	const char *path = key_file != NULL ? key_file : c->key_file;
	struct prog_api *a;
	enum pp_rc rc;

	if ((a = calloc(1, sizeof *a)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	a->reply = (struct pp_buf)PP_BUF_INIT(REPLY_MAX);
	if ((rc = address(a, c->url, err)) != PP_OK)
		goto out;
	if (*path == '\0') {
		pp_err_hint(err, "[progression] key_file, or --key-file FILE, "
		    "- for standard input");
		rc = pp_err_set(err, PP_CONF, "no key for %s", c->url);
		goto out;
	}
	if ((rc = pp_io_secret(strcmp(path, "-") == 0 ? NULL : path, a->key,
	    sizeof a->key, err)) != PP_OK)
		goto out;
	if (!pp_utf8_printable(a->key, strlen(a->key)) ||
	    strpbrk(a->key, " \t") != NULL) {
		rc = pp_err_set(err, PP_DATA, "the key has a blank or a "
		    "control character");
		goto out;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (a->easy = curl_easy_init()) == NULL || !set(a))
		rc = pp_err_set(err, PP_IO, "libcurl does not start");
out:
	if (rc != PP_OK)
		prog_close(a);
	else
		*out = a;
	return rc;
}

void
prog_close(struct prog_api *a)
{
	struct curl_slist *l;

	if (a == NULL)
		return;
	for (l = a->get; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	for (l = a->post; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(a->get);
	curl_slist_free_all(a->post);
	curl_easy_cleanup(a->easy);
	pp_buf_release(&a->reply);
	explicit_bzero(a->key, sizeof a->key);
	free(a);
}

/* What an error of theirs says, fit to be told; never with our key in it. */
static const char *
theirs(const struct prog_api *a, struct json_object *o, char why[WHY_MAX])
{
	const char *s;

	*why = '\0';
	if (json_object_is_type(o, json_type_object) &&
	    pp_json_str(o, "error", &s, NULL) == PP_OK &&
	    strstr(s, a->key) == NULL)
		(void)snprintf(why, WHY_MAX, "%s", s);
	return *why != '\0' ? why : "no reason given";
}

/* The call did not come to an end. */
static enum pp_rc
not_sent(struct prog_api *a, CURLcode r, bool write, struct pp_err *err)
{
	curl_off_t ready = 0;
	long sent = 0;
	bool maybe = write && (curl_easy_getinfo(a->easy,
	    CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK || sent > 0 ||
	    curl_easy_getinfo(a->easy, CURLINFO_PRETRANSFER_TIME_T,
	    &ready) != CURLE_OK || ready > 0);

	return pp_err_set(err, maybe ? PP_UNKNOWN : PP_RETRY,
	    "ProgressionLIVE: %s", a->toolong ? _("the reply is too long") :
	    curl_easy_strerror(r));
}

/* An HTTP answer of whatever status. */
static enum pp_rc
judge(struct prog_api *a, bool write, long status, struct pp_err *err)
{
	const char *text = a->reply.p != NULL ? a->reply.p : "";
	struct json_object *o = NULL;
	char why[WHY_MAX];
	bool json, no = false, yes = false;
	enum pp_rc rc = PP_OK;

	/* A long reply is no error of theirs. */
	json = a->reply.len < PP_JSON_LINE && pp_json_parse(text,
	    a->reply.len, &o, NULL) == PP_OK;
	if (json && json_object_is_type(o, json_type_object)) {
		no = pp_json_bool(o, "success", &yes, NULL) == PP_OK && !yes;
		no |= !yes && json_object_object_get_ex(o, "error", NULL) &&
		    !json_object_object_get_ex(o, "code", NULL);
	}
	if (status == 401 || status == 403)
		rc = pp_err_set(err, PP_PERM, "ProgressionLIVE does not take "
		    "the key (HTTP %ld)", status);
	else if (status == 404)
		rc = pp_err_set(err, PP_NOTFOUND,
		    "ProgressionLIVE does not know it");
	else if (status >= 300 && status < 400) {
		pp_err_hint(err, "[progression] url");
		rc = pp_err_set(err, PP_CONF, "ProgressionLIVE redirects "
		    "(HTTP %ld), which is not followed", status);
	} else if (status >= 200 && status < 300 && no)
		rc = pp_err_set(err, PP_STATE, "ProgressionLIVE refuses: %s",
		    theirs(a, o, why));
	else if (status >= 200 && status < 300 && (write ?
	    a->reply.len > 0 && !json : a->reply.len == 0 ||
	    (!json && a->reply.len < PP_JSON_LINE)))
		rc = pp_err_set(err, write ? PP_UNKNOWN : PP_RETRY,
		    "what ProgressionLIVE answers is not JSON");
	else if (status >= 400 && no)
		rc = pp_err_set(err, PP_RETRY, "ProgressionLIVE: %s",
		    theirs(a, o, why));
	else if (status >= 500 || status < 200)
		rc = pp_err_set(err, write ? PP_UNKNOWN : PP_RETRY,
		    "ProgressionLIVE: HTTP %ld", status);
	else if (status >= 400)
		rc = pp_err_set(err, PP_RETRY, "ProgressionLIVE: HTTP %ld",
		    status);
	json_object_put(o);
	return rc;
}

enum pp_rc
prog_call(struct prog_api *a, const char *path, const char *body,
    const char **reply, size_t *len, struct pp_err *err)
{
	char url[URL_MAX];
	long status = 0;
	CURLcode c;
	enum pp_rc rc;
	int n, r = 0;

	n = snprintf(url, sizeof url, "%s%s", a->base, path);
	if (n < 0 || (size_t)n >= sizeof url)
		return pp_err_set(err, PP_DATA, "too long for a call of "
		    "ProgressionLIVE");
	pp_buf_reset(&a->reply);
	a->toolong = false;
	r |= curl_easy_setopt(a->easy, CURLOPT_URL, url);
	r |= curl_easy_setopt(a->easy, CURLOPT_HTTPHEADER, body != NULL ?
	    a->post : a->get);
	if (body != NULL) {
		r |= curl_easy_setopt(a->easy, CURLOPT_POST, 1L);
		r |= curl_easy_setopt(a->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)strlen(body));
		r |= curl_easy_setopt(a->easy, CURLOPT_POSTFIELDS, body);
	} else
		r |= curl_easy_setopt(a->easy, CURLOPT_HTTPGET, 1L);
	/* libcurl repeats by itself what it sent on a connection that had
	 * died unnoticed: not what changes something. */
	r |= curl_easy_setopt(a->easy, CURLOPT_FRESH_CONNECT, body != NULL ?
	    1L : 0L);
	if (r != 0)
		return pp_err_set(err, PP_IO, "libcurl refuses the call");
	if ((c = curl_easy_perform(a->easy)) != CURLE_OK)
		return not_sent(a, c, body != NULL, err);
	(void)curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &status);
	rc = judge(a, body != NULL, status, err);
	if (rc == PP_OK && reply != NULL) {
		*reply = a->reply.p != NULL ? a->reply.p : "";
		*len = a->reply.len;
	}
	return rc;
}

void
prog_escape(struct pp_buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			pp_buf_add(b, s, 1);
		else
			pp_buf_printf(b, "%%%02X", (unsigned char)*s);
}

enum pp_rc
prog_task(struct prog_api *a, const char *which, struct json_object **out,
    struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(URL_MAX);
	struct pp_err e = { 0 };
	const char *text;
	size_t len;
	enum pp_rc rc;

	pp_buf_puts(&b, "/task/");
	prog_escape(&b, which);
	pp_buf_puts(&b, "?expand=client,taxConfig");
	if (!pp_buf_ok(&b))
		rc = pp_err_set(err, PP_DATA, "too long");
	else if ((rc = prog_call(a, b.p, NULL, &text, &len, err)) == PP_OK &&
	    (pp_json_parse(text, len, out, &e) != PP_OK ||
	    !json_object_is_type(*out, json_type_object)))
		rc = pp_err_set(err, PP_RETRY, "what ProgressionLIVE answers "
		    "is no task");
	pp_buf_release(&b);
	return rc;
}

/* Steps. */

static int64_t
id_of(struct json_object *o)
{
	return json_object_get_int64(json_object_object_get(o, "logicId"));
}

static int
by_id(const void *a, const void *b)
{
	struct json_object *const *x = a, *const *y = b;
	int64_t i = id_of(*x), k = id_of(*y);

	return (i > k) - (i < k);
}

static void
step_add(struct json_object *list, struct json_object *state)
{
	struct json_object *o, *known;
	const char *label;
	int64_t id;
	size_t i;

	if (!json_object_is_type(state, json_type_object) ||
	    pp_json_int(state, "logicId", INT32_MIN, INT32_MAX, &id,
	    NULL) != PP_OK)
		return;
	if (pp_json_str(state, "label", &label, NULL) != PP_OK)
		label = "";
	for (i = 0; i < json_object_array_length(list); i++) {
		known = json_object_array_get_idx(list, i);
		if (id_of(known) == id && strcmp(json_object_get_string(
		    json_object_object_get(known, "label")), label) == 0)
			return;
	}
	o = json_object_new_object();
	json_object_object_add(o, "label", json_object_new_string(label));
	json_object_object_add(o, "logicId", json_object_new_int64(id));
	json_object_array_add(list, o);
}

/* Theirs is the history of all tasks' steps, which may be long. */
enum pp_rc
prog_steps(struct prog_api *a, struct json_object **out, struct pp_err *err)
{
	struct json_object *list = json_object_new_array(), *o;
	const char *text, *el;
	size_t len, at, elen, n, page;
	char path[96];
	enum pp_rc rc = PP_OK;

	for (page = 0, n = PROG_PAGE; rc == PP_OK && n >= PROG_PAGE &&
	    page < STEP_PAGES; page++) {
		(void)snprintf(path, sizeof path, "/task/state/list?"
		    "maxResults=%d&startResult=%zu", PROG_PAGE,
		    page * PROG_PAGE);
		if ((rc = prog_call(a, path, NULL, &text, &len, err)) != PP_OK)
			break;
		for (n = at = 0; pp_progression_element(text, len, &at, &el,
		    &elen); n++)
			if (pp_json_parse(el, elen, &o, NULL) == PP_OK) {
				step_add(list, o);
				json_object_put(o);
			}
		if (at == SIZE_MAX)
			rc = pp_err_set(err, PP_RETRY, "what ProgressionLIVE "
			    "answers is no list");
	}
	if (rc != PP_OK) {
		json_object_put(list);
		return rc;
	}
	json_object_array_sort(list, by_id);
	*out = list;
	return PP_OK;
}

enum pp_rc
prog_step_ids(struct prog_api *a, const char *step,
    struct json_object **steps, struct pp_buf *b, struct pp_err *err)
{
	struct json_object *o;
	enum pp_rc rc;
	size_t i, found = 0;

	if (*step != '\0' && step[strspn(step, "0123456789,")] == '\0') {
		pp_buf_printf(b, "%s%s", b->len > 0 ? "," : "", step);
		return PP_OK;
	}
	if (*steps == NULL && (rc = prog_steps(a, steps, err)) != PP_OK)
		return rc;
	for (i = 0; i < json_object_array_length(*steps); i++) {
		o = json_object_array_get_idx(*steps, i);
		if (strcmp(json_object_get_string(json_object_object_get(o,
		    "label")), step) != 0)
			continue;
		pp_buf_printf(b, "%s%lld", b->len > 0 ? "," : "",
		    (long long)id_of(o));
		found++;
	}
	if (found > 0)
		return PP_OK;
	pp_err_hint(err, "pp-progression steps");
	return pp_err_set(err, PP_NOTFOUND, "no task is or was at a step "
	    "\"%.60s\"; its number will do", step);
}
