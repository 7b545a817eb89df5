#include "config.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "driver.h"
#include "err.h"
#include "json.h"
#include "moneris_mco.h"
#include "money.h"
#include "banned.h"

#define ORDER_NO_SENT	45	/* the most that every place takes [I] */
#define CUST_ID_SENT	50	/* [D] */
#define NAME_SENT	30	/* [D] */
#define EMAIL_SENT	255	/* [D] */
#define PHONE_SENT	30	/* [D] */

/* No text that is sent may hold any of these [D]. */
#define FORBIDDEN	"<>$%=?^\"{}[]\\"

static bool		 printable(const char *, size_t);
static bool		 loopback(const char *, char *, size_t);
static void		 put(struct json_object *, const char *, const char *);
static struct json_object	*base(const struct mco_account *);
static void		 clean(const char *, char, size_t, char *, size_t);
static void		 add_contact(struct json_object *,
			    struct json_object *);

/* 1 to max printable ASCII characters, no space. */
static bool
printable(const char *s, size_t max)
{
	size_t len = strlen(s), i;

	for (i = 0; i < len; i++)
		if (!isgraph((unsigned char)s[i]))
			return false;
	return len > 0 && len <= max;
}

static void
put(struct json_object *o, const char *key, const char *value)
{
	(void)json_object_object_add(o, key, json_object_new_string(value));
}

struct json_object *
mco_describe(void)
{
	static const char text[] = "{\"ok\":true,\"name\":\"moneris\","
	    "\"title\":\"Moneris Checkout\",\"credentials\":["
	    "{\"name\":\"store_id\",\"secret\":false},"
	    "{\"name\":\"checkout_id\",\"secret\":false},"
	    "{\"name\":\"api_token\",\"secret\":true}],"
	    "\"environments\":[\"qa\",\"prod\",\"sandbox\"],"
	    "\"currencies\":[\"CAD\"],\"max_inflight\":64,"
	    /* What the public record leaves open is said to be so. */
	    "\"features\":{\"order_number\":{\"unique\":\"at_charge\","
	    "\"spent_by_decline\":\"unknown\",\"ticket_reload\":\"unknown\","
	    "\"retry_in_frame\":\"unknown\"},"
	    /* Batches close by themselves from 22:00 Eastern on [D]. */
	    "\"refund\":{\"void_until\":\"22:00\"}}}";

	return json_tokener_parse(text);
}

/*
 * Is url on this machine?  Only http(s)://127.0.0.1, [::1] or localhost, a
 * port and a slash at the end: so little that there is nothing in it that two
 * parsers could read differently.  Writes it without the slash.
 */
static bool
loopback(const char *url, char *origin, size_t size)
{
	static const char *const starts[] = { "http://127.0.0.1",
	    "http://[::1]", "http://localhost", "https://127.0.0.1",
	    "https://[::1]", "https://localhost" };
	const char *p = NULL;
	long port = 0;
	size_t i, n;

	for (i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (strncmp(url, starts[i], n = strlen(starts[i])) == 0)
			p = url + n;
	if (p == NULL)
		return false;
	if (*p == ':') {
		for (n = 0, p++; n < 5 && isdigit((unsigned char)*p); n++)
			port = port * 10 + (*p++ - '0');
		if (port < 1 || port > 65535)
			return false;
	}
	n = (size_t)(p - url);
	if ((*p == '/' ? p[1] : *p) != '\0' || n >= size)
		return false;
	memcpy(origin, url, n);
	origin[n] = '\0';
	return true;
}

struct json_object *
mco_account_read(struct json_object *req, struct mco_account *a)
{
	struct json_object *o;
	const struct {
		const char	 *name;
		const char	**text;
		size_t		  max;
	} credentials[] = {
		{ "store_id", &a->store_id, 64 },
		{ "checkout_id", &a->checkout_id, 64 },
		{ "api_token", &a->api_token, 128 }
	};
	const char *env, *url = "";
	enum pp_rc rc;
	size_t i;

	memset(a, 0, sizeof *a);
	if (!json_object_object_get_ex(req, "integration", &o) ||
	    !json_object_is_type(o, json_type_object))
		return driver_error("refused", NULL, "integration: missing");
	for (i = 0; i < sizeof credentials / sizeof credentials[0]; i++)
		if (pp_json_str(o, credentials[i].name, credentials[i].text,
		    NULL) != PP_OK ||
		    !printable(*credentials[i].text, credentials[i].max))
			return driver_error("credentials", NULL, "%s: missing "
			    "or malformed", credentials[i].name);
	if ((rc = pp_json_str(o, "gateway_url", &url, NULL)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return driver_error("refused", NULL, "gateway_url: not a text");
	if (pp_json_str(o, "environment", &env, NULL) != PP_OK)
		return driver_error("refused", NULL, "environment: missing");
	a->sandbox = strcmp(env, "sandbox") == 0;
	a->people = strcmp(env, "qa") != 0;
	a->mode = strcmp(env, "prod") == 0 ? "prod" : "qa";
	if (a->sandbox) {
		if (!loopback(url, a->origin, sizeof a->origin))
			return driver_error("refused", NULL, "gateway_url: a "
			    "sandbox is at http://127.0.0.1:PORT, and nowhere "
			    "but on this machine");
		return NULL;
	}
	if (*url != '\0')
		return driver_error("refused", NULL, "gateway_url: only for "
		    "environment sandbox");
	if (strcmp(env, "qa") != 0 && strcmp(env, "prod") != 0)
		return driver_error("refused", NULL, "environment: none of "
		    "qa, prod, sandbox");
	(void)snprintf(a->origin, sizeof a->origin, "https://%s.moneris.com",
	    strcmp(env, "qa") == 0 ? "gatewayt" : "gateway");
	return NULL;
}

/* What every body begins with; all values are strings [D]. */
static struct json_object *
base(const struct mco_account *a)
{
	struct json_object *o = json_object_new_object();

	put(o, "store_id", a->store_id);
	put(o, "api_token", a->api_token);
	put(o, "checkout_id", a->checkout_id);
	return o;
}

/*
 * Copies at most max characters of UTF-8, sub standing for what may not be
 * sent.  With sub '-' everything outside ASCII is replaced too: the number is
 * typed into search forms.
 */
static void
clean(const char *s, char sub, size_t max, char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t at = 0, len, n;

	for (n = 0; *p != '\0' && n < max; n++, p += len) {
		for (len = 1; (p[len] & 0xc0) == 0x80; len++)
			continue;
		if (at + len >= size)
			break;
		if (*p < 0x20 || *p == 0x7f || strchr(FORBIDDEN, *p) != NULL ||
		    (sub == '-' && *p >= 0x80)) {
			out[at++] = sub;
			continue;
		}
		memcpy(out + at, p, len);
		at += len;
	}
	out[at] = '\0';
}

/*
 * Name and e-mail, so that the customer need not type them.  It is a mere
 * convenience, and an incomplete block may get the preload refused [D]: so it
 * is the whole block, to be edited, or none.
 */
static void
add_contact(struct json_object *body, struct json_object *req)
{
	char name[256], mail[EMAIL_SENT + 2], first[4 * NAME_SENT + 1];
	char last[4 * NAME_SENT + 1], phone[PHONE_SENT + 1];
	struct json_object *c, *o;
	const char *given, *email, *number;
	char *space;

	if (!json_object_object_get_ex(req, "customer", &c) ||
	    !json_object_is_type(c, json_type_object) ||
	    pp_json_str(c, "name", &given, NULL) != PP_OK ||
	    pp_json_str(c, "email", &email, NULL) != PP_OK)
		return;
	clean(email, ' ', sizeof mail, mail, sizeof mail);
	if (!printable(mail, EMAIL_SENT) || strcmp(mail, email) != 0 ||
	    strchr(mail, '@') == NULL)
		return;
	clean(given, ' ', sizeof name, name, sizeof name);
	while ((space = strrchr(name, ' ')) != NULL && space[1] == '\0')
		*space = '\0';
	if (space == NULL)
		return;
	*space = '\0';
	clean(name + strspn(name, " "), ' ', NAME_SENT, first, sizeof first);
	clean(space + 1, ' ', NAME_SENT, last, sizeof last);
	if (*first == '\0')
		return;
	o = json_object_new_object();
	put(o, "first_name", first);
	put(o, "last_name", last);
	put(o, "email", mail);
	if (pp_json_str(c, "phone", &number, NULL) == PP_OK) {
		clean(number, ' ', PHONE_SENT, phone, sizeof phone);
		if (*phone != '\0')
			put(o, "phone", phone);
	}
	put(o, "allow_edit", "Y");
	(void)json_object_object_add(body, "contact_details", o);
}

struct json_object *
mco_preload(const struct mco_account *a, struct json_object *req,
    struct json_object **error)
{
	const char *order_no, *language, *cust_id = "";
	char total[PP_MONEY_STR], id[CUST_ID_SENT + 1];
	struct json_object *body;
	struct pp_err err = { 0 };
	int64_t cents;
	enum pp_rc rc;

	*error = NULL;
	if (pp_json_str(req, "order_no", &order_no, NULL) != PP_OK ||
	    !printable(order_no, ORDER_NO_SENT) ||
	    order_no[strspn(order_no, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_.:@-")] != '\0')
		*error = driver_error("refused", NULL, "order_no: not 1 to %d "
		    "of A-Z a-z 0-9 _ . : @ -", ORDER_NO_SENT);
	else if ((rc = pp_json_amount(req, "amount", &cents, &err)) != PP_OK ||
	    cents < 1 || cents > PP_CENTS_MAX)
		*error = driver_error("refused", NULL, "amount: %s",
		    rc == PP_OK || rc == PP_NOTFOUND ? "not 0.01 to 9999999.99"
		    : err.msg);
	else if (pp_json_str(req, "language", &language, NULL) != PP_OK ||
	    (strcmp(language, "en") != 0 && strcmp(language, "fr") != 0))
		*error = driver_error("refused", NULL, "language: neither en "
		    "nor fr");
	else if ((rc = pp_json_str(req, "cust_id", &cust_id, NULL)) != PP_OK &&
	    rc != PP_NOTFOUND)
		*error = driver_error("refused", NULL, "cust_id: not a text");
	if (*error != NULL)
		return NULL;

	body = base(a);
	put(body, "txn_total", pp_money_str(cents, total, sizeof total));
	put(body, "environment", a->mode);
	put(body, "action", "preload");
	put(body, "order_no", order_no);
	clean(cust_id, '-', CUST_ID_SENT, id, sizeof id);
	if (*id != '\0')
		put(body, "cust_id", id);
	put(body, "language", language);
	/* QA stores are shared with strangers (rule I1). */
	if (a->people)
		add_contact(body, req);
	return body;
}

struct json_object *
mco_preload_check(const struct mco_account *a, const char *order_no)
{
	struct json_object *body = base(a);

	/* A preload moves no money, and a ticket that nobody is shown dies
	 * after 30 minutes [D].  A receipt would not do: whether it looks at
	 * the credentials before the ticket is not known. */
	put(body, "txn_total", "0.01");
	put(body, "environment", a->mode);
	put(body, "action", "preload");
	put(body, "order_no", order_no);
	put(body, "language", "en");
	return body;
}

struct json_object *
mco_receipt(const struct mco_account *a, const char *ticket)
{
	struct json_object *body = base(a);

	put(body, "ticket", ticket);
	put(body, "environment", a->mode);
	put(body, "action", "receipt");
	return body;
}

bool
mco_ticket_ok(const char *s)
{
	size_t n;

	for (n = 0; s[n] != '\0'; n++)
		if (n == MCO_TICKET || !isalnum((unsigned char)s[n]))
			return false;
	return n > 0;
}
