#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "driver.h"
#include "err.h"
#include "intl.h"
#include "json.h"
#include "moneris_mco.h"
#include "moneris_reply.h"
#include "time.h"
#include "banned.h"

#define INCOMPLETE	"invalid ticket or transaction is not complete"

/* Gathers the words of a refusal. */
struct words {
	struct mco_refusal	*r;
	struct pp_buf		 text;
	size_t			 n;
	bool			 incomplete;
};

static void	word(struct words *, const char *, const char *);
static void	walk(struct words *, const char *, struct json_object *);
static void	cut(struct pp_buf *, const char *);
static void	put(struct json_object *, const char *, const char *);

static void
put(struct json_object *o, const char *key, const char *value)
{
	(void)json_object_object_add(o, key,
	    value == NULL ? NULL : json_object_new_string(value));
}

bool
mco_text(struct json_object *o, const char *key, const char **text)
{
	struct json_object *v;
	const char *s;

	*text = NULL;
	if (!json_object_object_get_ex(o, key, &v) || v == NULL)
		return true;
	if (!json_object_is_type(v, json_type_string))
		return false;
	s = json_object_get_string(v);
	if (*s != '\0' && strcmp(s, "null") != 0)
		*text = s;
	return true;
}

struct json_object *
mco_reply(const struct driver_reply *reply, struct json_object **root,
    bool *success, struct json_object **error)
{
	struct json_object *response, *v;
	const char *s = "";

	*root = NULL;
	*error = NULL;
	if (reply->result != DRIVER_GOT) {
		*error = driver_failed(reply);
		return NULL;
	}
	if (pp_json_parse(reply->body, reply->len, root, NULL) != PP_OK) {
		*error = driver_error("protocol", NULL, "the reply is not "
		    "JSON (HTTP status %ld)", reply->status);
		return NULL;
	}
	if (json_object_is_type(*root, json_type_object) &&
	    json_object_object_get_ex(*root, "response", &response) &&
	    json_object_is_type(response, json_type_object) &&
	    json_object_object_get_ex(response, "success", &v)) {
		if (json_object_is_type(v, json_type_string))
			s = json_object_get_string(v);
		else if (json_object_is_type(v, json_type_boolean))
			s = json_object_get_boolean(v) ? "true" : "false";
		*success = strcmp(s, "true") == 0;
		if (*success || strcmp(s, "false") == 0)
			return response;
	}
	*error = driver_error("protocol", NULL, "the reply is not what the "
	    "protocol says (HTTP status %ld)", reply->status);
	json_object_put(*root);
	*root = NULL;
	return NULL;
}

/* One word of a refusal: text, said of name. */
static void
word(struct words *w, const char *name, const char *text)
{
	static const char *const fields[] = { "store_id", "api_token",
	    "checkout_id" };
	static const char *const phrases[] = { "store_id", "api_token",
	    "checkout_id", "store id", "api token", "checkout id",
	    "token mismatch", "store mismatch", "credential", "unauthorized",
	    "not authorized" };
	size_t i;

	if (strcasestr(text, "duplicate") != NULL &&
	    (strcasestr(name, "order") != NULL ||
	    strcasestr(text, "order") != NULL))
		w->r->duplicate = true;
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (strcmp(name, fields[i]) == 0)
			w->r->credentials = true;
	for (i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
		if (strcasestr(text, phrases[i]) != NULL)
			w->r->credentials = true;
	w->incomplete = strcmp(text, INCOMPLETE) == 0 &&
	    (*name == '\0' || strcmp(name, "ticket") == 0);
	pp_buf_printf(&w->text, "%s%s%s%s", w->n++ == 0 ? "" : "; ", name,
	    *name == '\0' ? "" : ": ", text);
}

/*
 * Every shape of "error" that is told of: a text; per field a text, {"data":
 * text} or a nest of these; {"field": name, "message": text}.
 */
static void
walk(struct words *w, const char *name, struct json_object *o)
{
	const char *field, *message;
	size_t i;

	switch (json_object_get_type(o)) {
	case json_type_null:
		break;
	case json_type_array:
		for (i = 0; i < json_object_array_length(o); i++)
			walk(w, name, json_object_array_get_idx(o, i));
		break;
	case json_type_object: {
		if (mco_text(o, "field", &field) && field != NULL &&
		    mco_text(o, "message", &message) && message != NULL) {
			word(w, field, message);
			break;
		}
		json_object_object_foreach(o, key, val)
			walk(w, strcmp(key, "data") == 0 ||
			    strcmp(key, "message") == 0 ? name : key, val);
		break;
	}
	default:
		/* Numbers and booleans have a text as well. */
		if (*json_object_get_string(o) != '\0')
			word(w, name, json_object_get_string(o));
	}
}

/* Cuts every occurrence of secret out. */
static void
cut(struct pp_buf *b, const char *secret)
{
	size_t len;
	char *p = b->p;

	if (secret == NULL || *secret == '\0' || p == NULL)
		return;
	len = strlen(secret);
	while ((p = strstr(p, secret)) != NULL) {
		*p++ = '*';
		memmove(p, p + len - 1, strlen(p + len - 1) + 1);
	}
}

bool
mco_refusal_read(struct json_object *response, const struct mco_account *a,
    const char *secret, struct mco_refusal *r)
{
	struct words w = { .r = r, .text = PP_BUF_INIT(2 * DRIVER_REPLY) };
	struct json_object *e;
	size_t n;

	memset(r, 0, sizeof *r);
	if (json_object_object_get_ex(response, "error", &e))
		walk(&w, "", e);
	r->incomplete = w.n == 1 && w.incomplete;
	cut(&w.text, a->api_token);
	cut(&w.text, secret);
	if (w.text.p != NULL) {
		n = strlcpy(r->text, w.text.p, sizeof r->text);
		/* Not in the middle of a character. */
		if (n >= sizeof r->text)
			for (n = MCO_TEXT; n > 0 &&
			    (w.text.p[n] & 0xc0) == 0x80; n--)
				r->text[n - 1] = '\0';
	}
	pp_buf_release(&w.text);
	return w.n > 0;
}

struct json_object *
mco_refused(struct json_object *response, const struct mco_account *a,
    const char *secret)
{
	struct mco_refusal r;

	if (!mco_refusal_read(response, a, secret, &r))
		return driver_error("protocol", NULL, N_("refused without a "
		    "reason"));
	/* A duplicate is about money and goes before all else. */
	if (r.duplicate)
		return driver_error("refused", "duplicate_order", "%s",
		    r.text);
	return driver_error(r.credentials ? "credentials" : "refused", NULL,
	    "%s", r.text);
}

void
mco_add_server_time(struct json_object *o, const struct driver_reply *reply)
{
	char buf[PP_TIME_STR];

	put(o, "server_time", reply->date == 0 ? NULL :
	    pp_time_str(reply->date, false, buf, sizeof buf));
}

struct json_object *
mco_read_preload(const struct mco_account *a, const struct driver_reply *reply)
{
	struct json_object *root, *response, *ans, *script, *origins;
	char buf[PP_TIME_STR], url[MCO_ORIGIN + sizeof MCO_SCRIPT];
	const char *ticket;
	bool success;

	if ((response = mco_reply(reply, &root, &success, &ans)) == NULL)
		return ans;
	if (!success) {
		ans = mco_refused(response, a, NULL);
		json_object_put(root);
		return ans;
	}
	if (!mco_text(response, "ticket", &ticket) || ticket == NULL ||
	    !mco_ticket_ok(ticket)) {
		json_object_put(root);
		return driver_error("protocol", NULL, N_("the reply has no "
		    "ticket"));
	}
	ans = json_object_new_object();
	(void)json_object_object_add(ans, "ok", json_object_new_boolean(1));
	put(ans, "ticket", ticket);
	put(ans, "expires_at", pp_time_str((reply->date != 0 ? reply->date :
	    reply->now) + MCO_LIFE, false, buf, sizeof buf));
	script = json_object_new_object();
	(void)snprintf(url, sizeof url, "%s%s", a->origin, MCO_SCRIPT);
	put(script, "url", url);
	put(script, "integrity", a->sandbox ? NULL : MCO_INTEGRITY);
	put(script, "crossorigin", "anonymous");
	put(script, "mode", a->mode);
	origins = json_object_new_array();
	(void)json_object_array_add(origins, json_object_new_string(a->origin));
	(void)json_object_object_add(script, "origins", origins);
	(void)json_object_object_add(ans, "script", script);
	mco_add_server_time(ans, reply);
	json_object_put(root);
	return ans;
}

struct json_object *
mco_read_check(const struct mco_account *a, const struct driver_reply *reply)
{
	static const char *const verify[] = {
		N_("The checkout profile's transaction type is Purchase, not "
		    "Preauthorization and not Card Verification."),
		N_("The profile's order confirmation is \"Use own page\": "
		    "otherwise the page learns of a payment only when the "
		    "customer leaves the processor's receipt."),
		N_("The profile requires no billing or shipping address that "
		    "the customer cannot type."),
		N_("A convenience fee, if the profile has one, is wanted: it "
		    "is charged on top of the amount, as a transaction of "
		    "its own.")
	};
	struct json_object *root, *response, *ans, *list;
	const char *ticket;
	bool success;
	size_t i;

	if ((response = mco_reply(reply, &root, &success, &ans)) == NULL)
		return ans;
	if (!success)
		ans = mco_refused(response, a, NULL);
	else if (!mco_text(response, "ticket", &ticket) || ticket == NULL ||
	    !mco_ticket_ok(ticket))
		ans = driver_error("protocol", NULL, N_("the reply has no "
		    "ticket"));
	else {
		/* The ticket is shown to nobody. */
		list = json_object_new_array();
		for (i = 0; i < sizeof verify / sizeof verify[0]; i++)
			(void)json_object_array_add(list,
			    json_object_new_string(verify[i]));
		ans = json_object_new_object();
		(void)json_object_object_add(ans, "ok",
		    json_object_new_boolean(1));
		(void)json_object_object_add(ans, "verify", list);
		mco_add_server_time(ans, reply);
	}
	json_object_put(root);
	return ans;
}
