/*
 * A field-service system for tests, on loopback: what is documented of
 * ProgressionLIVE's REST interface, and its errors.
 *
 *	progd DIR
 *
 * prints http://127.0.0.1:PORT and serves until it is killed.  DIR/tasks has
 * its tasks, one a line, DIR/states the history of their steps, DIR/key the
 * key it takes.  Each request is a line of DIR/log: method, path and query,
 * body, with tabs between.  Notes are lines of DIR/events, "code type text".  Tasks live
 * in memory; GET /dump gives them all.  DIR/fault, read at each request:
 *
 *	[in PART] slow MS | cut | half | stall | 500 | false | html | huge
 *	    | redirect | empty | hang | before | move N
 *
 * PART is found in the path; half ends in the middle of a body, stall stays
 * there; before is a 500 and, unlike the others, nothing is done; move: after a
 * page of a list its first N tasks leave their step.
 */
#include "config.h"

#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "buf.h"
#include "json.h"
#include "listen.h"
#include "time.h"
#include "banned.h"

#define BODY_MAX	(1024 * 1024)
#define PATH_MOST	512

/* One request. */
struct ask {
	struct MHD_Connection	*mc;
	const char		*path;
	const char		*method;
	const char		*body;
	char			 id[128];	/* of /task/ID/VERB */
	char			 verb[64];
};

static const char		*dir;
static char			 key[256];
static struct json_object	*tasks, *states, *hooks;
static pthread_mutex_t		 lock = PTHREAD_MUTEX_INITIALIZER;
static char			 query[4096];

static enum MHD_Result	on_request(void *, struct MHD_Connection *,
			    const char *, const char *, const char *,
			    const char *, size_t *, void **);
static enum MHD_Result	note_arg(void *, enum MHD_ValueKind, const char *,
			    const char *);
static unsigned int	work(const struct ask *, struct pp_buf *);
static const char	*arg(const struct ask *, const char *);
static const char	*text(struct json_object *, const char *);
static FILE		*in_dir(const char *, const char *);
static struct json_object *load(const char *);
static struct json_object *find(const char *);
static bool		wanted(const struct ask *, struct json_object *);
static void		shown(const struct ask *, struct json_object *,
			    struct pp_buf *);
static void		list(const struct ask *, struct pp_buf *);
static void		update(struct json_object *, const char *);
static unsigned int	on_task(const struct ask *, struct pp_buf *);

static FILE *
in_dir(const char *name, const char *mode)
{
	char path[PATH_MOST];

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	return fopen(path, mode);
}

static struct json_object *
load(const char *name)
{
	struct json_object *a = json_object_new_array(), *o;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *fp;

	if ((fp = in_dir(name, "re")) == NULL)
		return a;
	while ((n = getline(&line, &cap, fp)) > 0) {
		if ((o = json_tokener_parse(line)) == NULL)
			errx(65, "%s: not JSON: %s", name, line);
		json_object_array_add(a, o);
	}
	free(line);
	(void)fclose(fp);
	return a;
}

static const char *
arg(const struct ask *q, const char *name)
{
	return MHD_lookup_connection_value(q->mc, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
text(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) && v != NULL ?
	    json_object_get_string(v) : "";
}

/* By id, uid, externalId or code. */
static struct json_object *
find(const char *id)
{
	static const char *const by[] = { "uid", "externalId", "code" };
	struct json_object *t;
	size_t i, k;

	for (i = 0; i < json_object_array_length(tasks); i++) {
		t = json_object_array_get_idx(tasks, i);
		/* A number, which some write as 1.0. */
		if (id[strspn(id, "0123456789")] == '\0' &&
		    strtol(text(t, "id"), NULL, 10) == strtol(id, NULL, 10))
			return t;
		for (k = 0; k < 3; k++)
			if (strcmp(text(t, by[k]), id) == 0)
				return t;
	}
	return NULL;
}

/* The filters logicId ("100,200", ">100,<600") and updated. */
static bool
wanted(const struct ask *q, struct json_object *t)
{
	const char *s = arg(q, "logicId"), *since = arg(q, "updated");
	long id = strtol(text(json_object_object_get(t, "currentState"),
	    "logicId"), NULL, 10), n;
	bool yes = s == NULL, range = s != NULL && strpbrk(s, "<>") != NULL;
	int64_t at, from;
	char *end;

	if (since != NULL && (pp_time_parse(since, &from, NULL) != PP_OK ||
	    pp_time_parse(text(t, "updated"), &at, NULL) != PP_OK ||
	    at < from))
		return false;
	if (range)
		yes = true;
	for (; s != NULL && *s != '\0'; s = end + (*end == ',')) {
		n = strtol(s + (*s == '<' || *s == '>'), &end, 10);
		if (range)
			yes = yes && (*s == '<' ? id < n : *s == '>' ?
			    id > n : id == n);
		else if (id == n)
			yes = true;
	}
	return yes;
}

/* Without "expand" of a client no more than id and label. */
static void
shown(const struct ask *q, struct json_object *t, struct pp_buf *out)
{
	static const char *const refs[] = { "client", "taxConfig" };
	struct json_object *o = NULL, *v, *ref;
	const char *expand = arg(q, "expand");
	size_t i;

	(void)json_object_deep_copy(t, &o, NULL);
	for (i = 0; i < 2; i++) {
		if (expand != NULL && strstr(expand, refs[i]) != NULL)
			continue;
		if (!json_object_object_get_ex(o, refs[i], &v) || v == NULL)
			continue;
		ref = json_object_new_object();
		json_object_object_add(ref, "label",
		    json_object_new_string(text(v, "label")));
		json_object_object_add(o, refs[i], ref);
	}
	pp_buf_puts(out, json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void
list(const struct ask *q, struct pp_buf *out)
{
	struct json_object *t;
	long most = arg(q, "maxResults") == NULL ? 500 :
	    strtol(arg(q, "maxResults"), NULL, 10);
	long from = arg(q, "startResult") == NULL ? 0 :
	    strtol(arg(q, "startResult"), NULL, 10), at = 0, n = 0;
	size_t i;

	if (most > 500)
		most = 500;
	pp_buf_puts(out, "[");
	for (i = 0; i < json_object_array_length(tasks) && n < most; i++) {
		t = json_object_array_get_idx(tasks, i);
		if (!wanted(q, t) || at++ < from)
			continue;
		pp_buf_puts(out, n++ > 0 ? "," : "");
		shown(q, t, out);
	}
	pp_buf_puts(out, "]");
}

/* Only given fields change; null erases. */
static void
update(struct json_object *t, const char *body)
{
	struct json_object *o = json_tokener_parse(body), *metas;

	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_foreach(o, name, v) {
		if (strcmp(name, "metas") != 0) {
			json_object_object_add(t, name, json_object_get(v));
			continue;
		}
		/* The map as a whole; null in it erases. */
		metas = json_object_new_object();
		json_object_object_foreach(v, k, m)
			if (m != NULL)
				json_object_object_add(metas, k,
				    json_object_get(m));
		json_object_object_add(t, name, metas);
	}
	json_object_put(o);
}

static unsigned int
on_task(const struct ask *q, struct pp_buf *out)
{
	struct json_object *t = find(q->id), *s, *v;
	const char *label = "";
	char now[32];
	size_t i;
	time_t at = time(NULL);
	struct tm tm;
	FILE *fp;

	if (t == NULL) {
		pp_buf_puts(out, "{\"error\":\"Task not found\"}");
		return 404;
	}
	if (q->verb[0] == '\0') {
		shown(q, t, out);
		return 200;
	}
	if (strcmp(q->method, "POST") != 0)
		return 405;
	(void)strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S.000+0000",
	    gmtime_r(&at, &tm));
	if (strcmp(q->verb, "event") == 0) {
		if ((fp = in_dir("events", "ae")) == NULL)
			err(74, "events");
		fprintf(fp, "%s %s %s\n", text(t, "code"), arg(q, "type"),
		    arg(q, "msg"));
		(void)fclose(fp);
		return 200;	/* no body is documented */
	}
	if (strcmp(q->verb, "update") == 0) {
		update(t, q->body);
		json_object_object_add(t, "updated",
		    json_object_new_string(now));
		return 200;
	}
	if (strcmp(q->verb, "state") != 0 || arg(q, "logicId") == NULL)
		return 404;
	for (i = 0; i < json_object_array_length(states); i++) {
		v = json_object_array_get_idx(states, i);
		if (strcmp(text(v, "logicId"), arg(q, "logicId")) == 0)
			label = text(v, "label");
	}
	if (*label == '\0') {
		pp_buf_puts(out, "{\"success\":false,\"error\":"
		    "\"No such state\"}");
		return 200;
	}
	s = json_object_new_object();
	json_object_object_add(s, "label", json_object_new_string(label));
	json_object_object_add(s, "logicId", json_object_new_int64(strtol(
	    arg(q, "logicId"), NULL, 10)));
	json_object_object_add(s, "datetime", json_object_new_string(now));
	json_object_object_add(t, "currentState", s);
	json_object_object_add(t, "updated", json_object_new_string(now));
	if ((fp = in_dir("moves", "ae")) != NULL) {
		fprintf(fp, "%s %s\n", text(t, "code"), arg(q, "logicId"));
		(void)fclose(fp);
	}
	pp_buf_puts(out, "{\"success\":true,\"error\":null}");
	return 200;
}

static unsigned int
work(const struct ask *q, struct pp_buf *out)
{
	struct json_object *o;

	if (strcmp(q->path, "/dump") == 0)
		pp_buf_puts(out, json_object_to_json_string_ext(tasks,
		    JSON_C_TO_STRING_PLAIN));
	else if (strcmp(q->path, "/server/rest/task/list") == 0)
		list(q, out);
	else if (strcmp(q->path, "/server/rest/task/state/list") == 0)
		pp_buf_puts(out, arg(q, "startResult") != NULL &&
		    strcmp(arg(q, "startResult"), "0") != 0 ? "[]" :
		    json_object_to_json_string_ext(states,
		    JSON_C_TO_STRING_PLAIN));
	else if (strcmp(q->path, "/server/rest/webhook/list") == 0)
		pp_buf_puts(out, json_object_to_json_string_ext(hooks,
		    JSON_C_TO_STRING_PLAIN));
	else if (strcmp(q->path, "/server/rest/webhook/create") == 0 &&
	    (o = json_tokener_parse(q->body)) != NULL) {
		json_object_array_add(hooks, o);
		pp_buf_printf(out, "{\"id\":%zu}",
		    json_object_array_length(hooks));
	} else if (q->id[0] != '\0')
		return on_task(q, out);
	else
		return 404;
	return 200;
}

/* What was asked for, as it was understood. */
static enum MHD_Result
note_arg(void *unused, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	(void)unused;
	(void)kind;
	(void)snprintf(query + strlen(query), sizeof query - strlen(query),
	    "%c%s=%s", query[0] == '\0' ? '?' : '&', name,
	    value != NULL ? value : "");
	return MHD_YES;
}

/* A reply that ends too early. */
static ssize_t
half(void *unused, uint64_t pos, char *buf, size_t max)
{
	(void)unused;
	(void)max;
	if (pos > 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	*buf = '[';
	return 1;
}

/* One that does not even end. */
static ssize_t
stall(void *unused, uint64_t pos, char *buf, size_t max)
{
	while (pos > 0)
		(void)pause();
	return half(unused, pos, buf, max);
}

static enum MHD_Result
on_request(void *unused, struct MHD_Connection *mc, const char *path,
    const char *method, const char *version, const char *data, size_t *len,
    void **ctx)
{
	struct ask q = { .mc = mc, .path = path, .method = method };
	struct pp_buf *body = *ctx, out = PP_BUF_INIT(64 * BODY_MAX);
	char fault[128] = "", part[64] = "", auth[300], *f = fault;
	const char *got, *type = "application/json";
	struct MHD_Response *r;
	enum MHD_Result done;
	unsigned int status;
	struct timespec ts;
	size_t i, n;
	MHD_ContentReaderCallback part_of;
	long ms;
	FILE *fp;

	(void)unused;
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
	q.body = body->p != NULL ? body->p : "";
	if (strncmp(path, "/server/rest/task/", 18) == 0)
		(void)sscanf(path + 18, "%127[^/]/%63s", q.id, q.verb);

	(void)pthread_mutex_lock(&lock);
	query[0] = '\0';
	(void)MHD_get_connection_values(mc, MHD_GET_ARGUMENT_KIND, note_arg,
	    NULL);
	if ((fp = in_dir("log", "ae")) == NULL)
		err(74, "log");
	fprintf(fp, "%s\t%s%s\t%s\n", method, path, query, q.body);
	(void)fclose(fp);
	if ((fp = in_dir("fault", "re")) != NULL) {
		if (fgets(fault, sizeof fault, fp) == NULL)
			fault[0] = '\0';
		fault[strcspn(fault, "\n")] = '\0';
		(void)fclose(fp);
	}
	if (sscanf(fault, "in %63s", part) == 1) {
		n = 3 + strlen(part);
		f = fault + n + strspn(fault + n, " ");
		if (strstr(path, part) == NULL)
			f = fault + strlen(fault);
	}
	(void)snprintf(auth, sizeof auth, "Bearer %s", key);
	got = MHD_lookup_connection_value(mc, MHD_HEADER_KIND,
	    "Authorization");
	if (strcmp(path, "/dump") != 0 && (got == NULL ||
	    strcmp(got, auth) != 0)) {
		status = 401;
		pp_buf_printf(&out, "{\"error\":\"%s\"}", got != NULL ? got :
		    "no key");
	} else if (strcmp(f, "before") == 0) {
		status = 500;
		pp_buf_puts(&out, "{\"error\":\"Database is locked\"}");
	} else if (strcmp(f, "false") == 0) {
		status = 200;
		pp_buf_puts(&out, "{\"success\":false,\"error\":\"Not now\"}");
	} else
		status = work(&q, &out);
	if (strncmp(f, "move ", 5) == 0 && strcmp(path,
	    "/server/rest/task/list") == 0) {
		for (n = (size_t)strtol(f + 5, NULL, 10), i = 0; n > 0 && i <
		    json_object_array_length(tasks); i++)
			if (wanted(&q, json_object_array_get_idx(tasks, i))) {
				json_object_object_add(json_object_object_get(
				    json_object_array_get_idx(tasks, i),
				    "currentState"), "logicId",
				    json_object_new_int64(9999));
				n--;
			}
		if ((fp = in_dir("fault", "we")) != NULL)
			(void)fclose(fp);
	}
	(void)pthread_mutex_unlock(&lock);

	if (strncmp(f, "slow ", 5) == 0) {
		ms = strtol(f + 5, NULL, 10);
		ts.tv_sec = ms / 1000;
		ts.tv_nsec = ms % 1000 * 1000000;
		(void)nanosleep(&ts, NULL);
	}
	while (strcmp(f, "hang") == 0)
		(void)pause();
	if (strcmp(f, "500") == 0 || strcmp(f, "html") == 0) {
		status = strcmp(f, "500") == 0 ? 500 : 200;
		type = "text/html";
		pp_buf_reset(&out);
		pp_buf_puts(&out, "<html>Service</html>");
	} else if (strcmp(f, "empty") == 0)
		pp_buf_reset(&out);
	else if (strcmp(f, "huge") == 0)
		for (i = 0; i < 40 * 1024; i++)
			pp_buf_printf(&out, "%1024s", "");
	pp_buf_release(body);
	free(body);
	*ctx = NULL;
	if (strcmp(f, "cut") == 0) {
		pp_buf_release(&out);
		return MHD_NO;
	}
	n = out.len;
	part_of = strcmp(f, "half") == 0 ? half :
	    strcmp(f, "stall") == 0 ? stall : NULL;
	r = part_of != NULL ? MHD_create_response_from_callback(4096, 1024,
	    part_of, NULL, NULL) : MHD_create_response_from_buffer(n,
	    n > 0 ? out.p : (char *)(uintptr_t)"", n > 0 ?
	    MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
	pp_buf_release(&out);
	(void)MHD_add_response_header(r, "Content-Type", type);
	if (strcmp(f, "redirect") == 0) {
		status = 302;
		(void)MHD_add_response_header(r, "Location",
		    "http://127.0.0.1:1/");
	}
	done = MHD_queue_response(mc, status, r);
	MHD_destroy_response(r);
	return done;
}

int
main(int argc, char *argv[])
{
	char url[PP_LISTEN_URL];
	struct pp_err e = { 0 };
	FILE *fp;
	int fd;

	if (argc != 2)
		errx(2, "usage: progd DIR");
	dir = argv[1];
	(void)signal(SIGPIPE, SIG_IGN);
	tasks = load("tasks");
	states = load("states");
	hooks = json_object_new_array();
	if ((fp = in_dir("key", "re")) == NULL ||
	    fgets(key, sizeof key, fp) == NULL)
		err(74, "key");
	(void)fclose(fp);
	key[strcspn(key, "\n")] = '\0';
	if (pp_listen("127.0.0.1:0", true, &fd, url, &e) != PP_OK)
		errx(74, "%s", e.msg);
	if (MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL,
	    on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_END) == NULL)
		errx(74, "no daemon");
	puts(url);
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}
