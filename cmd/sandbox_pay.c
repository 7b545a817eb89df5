#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "sandbox_client.h"
#include "sandbox_pay.h"
#include "banned.h"

#define TICKET_MAX	64
#define FRAME		"/chktv2/display/index.php"
#define EXPIRY		"1230"

static enum pp_rc	load(struct sandbox_client *, const char *,
			    const char *, struct json_object **,
			    struct pp_err *);
static enum pp_rc	read_answer(struct sandbox_client *, enum pp_rc,
			    struct json_object **, struct pp_err *);
static struct json_object	*said(const char *);

static struct json_object *
said(const char *result)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "result", json_object_new_string(result));
	return o;
}

/* What the frame said, when it said JSON. */
static enum pp_rc
read_answer(struct sandbox_client *c, enum pp_rc bad, struct json_object **out,
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
load(struct sandbox_client *c, const char *frame, const char *ticket,
    struct json_object **out, struct pp_err *err)
{
	char url[512];
	enum pp_rc rc;

	(void)snprintf(url, sizeof url, "%s?tck=%s", frame, ticket);
	rc = sandbox_client_get(c, url, err);
	explicit_bzero(url, sizeof url);
	if (rc != PP_OK || c->status == 200)
		return rc;
	return read_answer(c, PP_RETRY, out, err);
}

enum pp_rc
sandbox_pay(const char *url, const char *ticket, const char *pan,
    enum sandbox_then then, struct json_object **result, struct pp_err *err)
{
	struct sandbox_client c;
	char form[256], frame[256];
	const char *p;
	size_t n;
	enum pp_rc rc;

	*result = NULL;
	for (p = ticket; isalnum((unsigned char)*p); p++)
		;
	if (p == ticket || *p != '\0' || p - ticket > TICKET_MAX)
		return pp_err_set(err, PP_DATA, "this is not a ticket");
	n = strlen("http://") + strcspn(url + strlen("http://"), "/");
	if (n + sizeof FRAME > sizeof frame)
		return pp_err_set(err, PP_USAGE, "url: too long");
	(void)snprintf(frame, sizeof frame, "%.*s" FRAME, (int)n, url);
	if ((rc = sandbox_client_init(&c, "application/json", err)) != PP_OK ||
	    (rc = load(&c, frame, ticket, result, err)) != PP_OK ||
	    then == THEN_LOAD)
		goto out;
	(void)snprintf(form, sizeof form, then == THEN_CANCEL ?
	    "action=cancel&tck=%s" : "action=pay&tck=%s&expiry=" EXPIRY
	    "&cvd=123&holder=Sandbox&pan=%s", ticket, pan);
	if (then == THEN_CLOSE)
		rc = sandbox_client_post_and_close(&c, frame, form, err);
	else if ((rc = sandbox_client_post(&c, frame, form, err)) == PP_OK)
		rc = read_answer(&c, PP_UNKNOWN, result, err);
	explicit_bzero(form, sizeof form);
out:
	if (rc == PP_OK && *result == NULL)
		*result = said(then == THEN_LOAD ? "loaded" : "closed");
	sandbox_client_release(&c);
	return rc;
}
