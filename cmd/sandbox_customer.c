#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sandbox_client.h"
#include "sandbox_customer.h"
#include "sandbox_http.h"
#include "banned.h"

#define URL_MAX		256
#define VALUE_MAX	128
#define FORM_MAX	512
#define SCRIPT		"/chktv2/js/"
#define VALUE		"name=\"form\" value=\""

/* What the page with the frame says. */
struct frame {
	char	ticket[VALUE_MAX];
	char	attempt[VALUE_MAX];
	char	value[VALUE_MAX];	/* of the form that ends it */
	char	processor[URL_MAX];	/* where the script comes from */
};

static bool		between(const char *, const char *, char *, size_t);
static const char	*find(const struct sandbox_client *, const char *);
static enum pp_rc	press_pay(struct sandbox_client *, const char *,
			    const char *, struct frame *, struct pp_err *);
static enum pp_rc	refused(const struct sandbox_client *, const char *,
			    struct pp_err *);
static enum pp_rc	tell(const char *, const char *, const char *,
			    struct pp_err *);
static enum pp_rc	typed_amount(const char *, char *, size_t,
			    struct pp_err *);

static const char *
find(const struct sandbox_client *c, const char *what)
{
	return c->answer.p == NULL ? NULL : strstr(c->answer.p, what);
}

/* Copies what stands between "after" and the next quotation mark. */
static bool
between(const char *text, const char *after, char *out, size_t size)
{
	const char *p = strstr(text, after);
	size_t n;

	if (p == NULL)
		return false;
	p += strlen(after);
	if ((n = strcspn(p, "\"")) >= size)
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

/* The page says why in words for people; here is only that it did. */
static enum pp_rc
refused(const struct sandbox_client *c, const char *what, struct pp_err *err)
{
	switch (c->status) {
	case 404:
		return pp_err_set(err, PP_NOTFOUND, "the link is not known");
	case 429:
	case 503:
		return pp_err_set(err, PP_RETRY, "the page is busy: it "
		    "answered %ld", c->status);
	default:
		return pp_err_set(err, PP_STATE, "%s: it answered %ld", what,
		    c->status);
	}
}

static enum pp_rc
typed_amount(const char *amount, char *out, size_t size, struct pp_err *err)
{
	if (amount == NULL)
		*out = '\0';
	else if (*amount == '\0' || strspn(amount, "0123456789.,") !=
	    strlen(amount) || strlen(amount) > 16)
		return pp_err_set(err, PP_USAGE, "amount: digits and a point, "
		    "such as 500.00");
	else
		(void)snprintf(out, size, "&choice=other&amount=%s", amount);
	return PP_OK;
}

/* From the page to the frame. */
static enum pp_rc
press_pay(struct sandbox_client *c, const char *link, const char *amount,
    struct frame *f, struct pp_err *err)
{
	char url[URL_MAX], form[FORM_MAX], value[VALUE_MAX], wish[64];
	const char *p, *q;
	enum pp_rc rc;

	if ((rc = typed_amount(amount, wish, sizeof wish, err)) != PP_OK ||
	    (rc = sandbox_client_get(c, link, err)) != PP_OK)
		return rc;
	if (c->status != 200)
		return refused(c, "the page was not shown", err);
	if ((p = find(c, "<form class=\"pay\"")) == NULL)
		return pp_err_set(err, PP_STATE,
		    "the page takes no payment now");
	if (!between(p, VALUE, value, sizeof value))
		return pp_err_set(err, PP_DATA, "this is no page of pp-page");
	(void)snprintf(url, sizeof url, "%s/pay", link);
	(void)snprintf(form, sizeof form, "form=%s%s", value, wish);
	if ((rc = sandbox_client_post(c, url, form, err)) != PP_OK)
		return rc == PP_UNKNOWN ? PP_RETRY : rc;
	if (c->status != 200)
		return refused(c, "the page takes no such payment", err);
	if ((p = find(c, "data-ticket")) == NULL)
		return pp_err_set(err, PP_STATE, "the page opens no payment "
		    "now: another one is being checked or under way");
	/* The processor's script is the one that is not ours. */
	if ((q = find(c, SCRIPT)) != NULL)
		while (q > c->answer.p && q[-1] != '"')
			q--;
	if (q == NULL || (size_t)(strstr(q, SCRIPT) - q) >=
	    sizeof f->processor ||
	    !between(p, "data-ticket=\"", f->ticket, sizeof f->ticket) ||
	    !between(p, "data-attempt=\"", f->attempt, sizeof f->attempt) ||
	    !between(p, VALUE, f->value, sizeof f->value))
		return pp_err_set(err, PP_DATA, "this is no page of pp-page");
	(void)snprintf(f->processor, sizeof f->processor, "%.*s",
	    (int)(strstr(q, SCRIPT) - q), q);
	if (!sandbox_http_loopback(f->processor))
		return pp_err_set(err, PP_USAGE,
		    "the page's processor is not on this machine");
	return PP_OK;
}

/* What the page's script would: nobody depends on it (rule G6). */
static enum pp_rc
tell(const char *link, const char *where, const char *form,
    struct pp_err *err)
{
	struct sandbox_client c;
	char url[URL_MAX];
	enum pp_rc rc;

	(void)snprintf(url, sizeof url, "%s/%s", link, where);
	if ((rc = sandbox_client_init(&c, "*/*", err)) == PP_OK)
		rc = sandbox_client_post(&c, url, form, err);
	sandbox_client_release(&c);
	return rc;
}

enum pp_rc
sandbox_customer(const char *link, const char *amount, const char *pan,
    enum sandbox_then then, struct json_object **result, struct pp_err *err)
{
	static const char *const hints[] = { [THEN_SUBMIT] = "submitted",
	    [THEN_CANCEL] = "cancel", [THEN_LOAD] = "loaded" };
	struct frame f = { .ticket = "" };
	struct pp_err ignored = { 0 };
	struct sandbox_client c;
	char form[FORM_MAX];
	enum pp_rc rc;

	*result = NULL;
	if (strlen(link) + sizeof "/result" > URL_MAX)
		return pp_err_set(err, PP_USAGE, "link: too long");
	if ((rc = sandbox_client_init(&c, "text/html", err)) == PP_OK)
		rc = press_pay(&c, link, amount, &f, err);
	sandbox_client_release(&c);
	if (rc != PP_OK)
		goto out;
	rc = sandbox_pay(f.processor, f.ticket, pan, then, result, err);
	/* A browser that was closed tells nothing. */
	if (then == THEN_CLOSE)
		goto out;
	(void)snprintf(form, sizeof form, "attempt=%s&hint=%s", f.attempt,
	    hints[then]);
	(void)tell(link, "event", form, &ignored);
	if (then == THEN_SUBMIT) {
		(void)snprintf(form, sizeof form, "form=%s&attempt=%s",
		    f.value, f.attempt);
		(void)tell(link, "result", form, &ignored);
	}
out:
	explicit_bzero(&f, sizeof f);
	return rc;
}
