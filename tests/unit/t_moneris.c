/*
 * The Moneris bodies: what is sent, what each reply means.  A row is a fixture
 * changed in one place and what is said of it then.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "../../providers/driver.h"
#include "../../providers/moneris_mco.h"
#include "../../providers/moneris_receipt.h"
#include "../../providers/moneris_reply.h"
#include "json.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

#define PURCHASE	"constructed-mco-receipt-response-purchase-"
#define APPROVED	PURCHASE "approved-visa"
#define DECLINED	PURCHASE "declined-visa"
#define FULL		"mco-receipt-response-doc-full"
#define VERIFICATION	"mco-receipt-response-verification-approved-jcb"
#define INCOMPLETE	"mco-receipt-response-ticket-not-complete"
#define DUPLICATE	"constructed-mco-preload-response-duplicate-order"

#define CC		"response.receipt.cc."
#define TICKET		"1757000000sImUlAtOrTiCkEt0123456789abcdeF"
#define TOKEN		"yesguy-CANARY-token1"
#define ABSENT		"\001"		/* takes the member away */

/* A fixture, one or two members changed to the given JSON, and the summary. */
struct row {
	const char	*name;
	const char	*fixture;
	const char	*path;
	const char	*json;
	const char	*path2;
	const char	*json2;
	const char	*want;
};

static char		*fixture(const char *);
static struct json_object *parse(const char *);
static void		 change(struct json_object *, const char *,
			    const char *);
static char		*changed(const struct row *);
static const char	*str(struct json_object *, const char *);
static int64_t		 at(const char *);
static struct driver_reply	reply_of(const char *);
static const char	*summary(struct json_object *, char *, size_t);
static void		 receipts(const struct row *, size_t,
			    const struct mco_asked *);
static void		 is_json(struct json_object *, const char *,
			    const char *);
static void		 account_tests(void);
static void		 body_tests(void);
static void		 preload_tests(void);
static void		 check_tests(void);
static void		 receipt_tests(void);
static void		 other_receipt_tests(void);
static void		 whole_tests(void);
static void		 mangled_tests(void);
static void		 time_tests(void);

static const struct mco_account account = { "store5", "chktSANDBOX", TOKEN,
    "qa", true, true, "http://127.0.0.1:8090" };

static char *
fixture(const char *name)
{
	const char *top = getenv("PP_TEST_SRCDIR");
	char path[512], *text = calloc(1, 65536);
	FILE *fp;

	(void)snprintf(path, sizeof path, "%s/tests/fixtures/moneris/%s.json",
	    top != NULL ? top : ".", name);
	if ((fp = fopen(path, "r")) == NULL) {
		printf("Bail out! %s\n", path);
		exit(1);
	}
	(void)!fread(text, 1, 65535, fp);
	(void)fclose(fp);
	return text;
}

static struct json_object *
parse(const char *text)
{
	struct json_object *o = json_tokener_parse(text);

	if (o == NULL && strcmp(text, "null") != 0) {
		printf("Bail out! a test's own JSON: %s\n", text);
		exit(1);
	}
	return o;
}

/* Sets what is at "a.b.0.c" to the JSON text, or takes it away. */
static void
change(struct json_object *o, const char *path, const char *json)
{
	char key[64];
	const char *dot;

	for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
		(void)snprintf(key, sizeof key, "%.*s", (int)(dot - path),
		    path);
		if (json_object_is_type(o, json_type_array))
			o = json_object_array_get_idx(o,
			    (size_t)strtol(key, NULL, 10));
		else if (!json_object_object_get_ex(o, key, &o)) {
			printf("Bail out! no %s\n", key);
			exit(1);
		}
	}
	json_object_object_del(o, path);
	if (strcmp(json, ABSENT) != 0)
		(void)json_object_object_add(o, path, parse(json));
}

static char *
changed(const struct row *r)
{
	char *text = fixture(r->fixture);
	struct json_object *o = parse(text);

	free(text);
	if (r->path != NULL)
		change(o, r->path, r->json);
	if (r->path2 != NULL)
		change(o, r->path2, r->json2);
	text = strdup(json_object_to_json_string(o));
	json_object_put(o);
	return text;
}

static const char *
str(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && v != NULL ?
	    json_object_get_string(v) : "-";
}

static int64_t
at(const char *when)
{
	int64_t t = 0;

	(void)pp_time_parse(when, &t, NULL);
	return t;
}

static struct driver_reply
reply_of(const char *body)
{
	return (struct driver_reply){ .result = DRIVER_GOT, .status = 200,
	    .body = body, .len = strlen(body),
	    .now = at("2025-09-04T15:22:00Z") };
}

/* "approved amount_differs 4.50 027", "declined by issuer 9.05 481",
 * "error refused: words".  Frees the answer. */
static const char *
summary(struct json_object *o, char *buf, size_t size)
{
	struct json_object *v, *r;
	size_t i, n;

	if (json_object_object_get_ex(o, "error", &v))
		(void)snprintf(buf, size, "error %s%s%s: %s", str(v, "code"),
		    strcmp(str(v, "reason"), "-") == 0 ? "" : " ",
		    strcmp(str(v, "reason"), "-") == 0 ? "" :
		    str(v, "reason"), str(v, "message"));
	else {
		n = (size_t)snprintf(buf, size, "%s", str(o, "outcome"));
		if (json_object_object_get_ex(o, "decline", &v))
			n += (size_t)snprintf(buf + n, size - n, " by %s",
			    str(v, "by"));
		if (json_object_object_get_ex(o, "flags", &v))
			for (i = 0; i < json_object_array_length(v); i++)
				n += (size_t)snprintf(buf + n, size - n, " %s",
				    json_object_get_string(
				    json_object_array_get_idx(v, i)));
		if (json_object_object_get_ex(o, "receipt", &r) && r != NULL)
			(void)snprintf(buf + n, size - n, " %s %s",
			    str(r, "amount"), str(r, "response_code"));
	}
	json_object_put(o);
	return buf;
}

static void
receipts(const struct row *rows, size_t n, const struct mco_asked *asked)
{
	struct driver_reply reply;
	char buf[1024], *body;
	size_t i;

	for (i = 0; i < n; i++) {
		body = changed(&rows[i]);
		reply = reply_of(body);
		is_str(summary(mco_read_receipt(&account, asked, &reply), buf,
		    sizeof buf), rows[i].want, rows[i].name);
		free(body);
	}
}

/* Compares as text, both written by json-c.  Frees o. */
static void
is_json(struct json_object *o, const char *want, const char *name)
{
	struct json_object *w = parse(want);

	is_str(json_object_to_json_string(o), json_object_to_json_string(w),
	    name);
	json_object_put(w);
	json_object_put(o);
}

static void
account_tests(void)
{
#define CREDS	"\"store_id\":\"s\",\"checkout_id\":\"c\"," \
		"\"api_token\":\"t\""
#define SANDBOX(url)	"{\"integration\":{" CREDS ",\"environment\":" \
			"\"sandbox\",\"gateway_url\":\"" url "\"}}"
#define ELSEWHERE	"error refused: gateway_url: a sandbox is at " \
			"http://127.0.0.1:PORT, and nowhere but on this machine"
	static const struct { const char *req, *want; } rows[] = {
		{ "{\"integration\":{" CREDS ",\"environment\":\"qa\"}}",
		    "qa https://gatewayt.moneris.com" },
		{ "{\"integration\":{" CREDS ",\"environment\":\"prod\","
		    "\"gateway_url\":null}}",
		    "prod people https://gateway.moneris.com" },
		{ SANDBOX("http://127.0.0.1:8090"),
		    "qa people http://127.0.0.1:8090" },
		{ SANDBOX("http://127.0.0.1:8090/"),
		    "qa people http://127.0.0.1:8090" },
		{ SANDBOX("https://[::1]:443"),
		    "qa people https://[::1]:443" },
		{ SANDBOX("http://localhost"), "qa people http://localhost" },
		{ SANDBOX("http://127.0.0.1.evil.example"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1@evil.example"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1:80@evil.example"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1:80:90"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1:0"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1:65536"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1:"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1/x"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1?x"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.1#x"), ELSEWHERE },
		{ SANDBOX("http://127.0.0.10"), ELSEWHERE },
		{ SANDBOX("http://localhost.evil.example"), ELSEWHERE },
		{ SANDBOX("http://gateway.moneris.com"), ELSEWHERE },
		{ SANDBOX("ftp://127.0.0.1"), ELSEWHERE },
		{ SANDBOX("file:///etc/passwd"), ELSEWHERE },
		{ SANDBOX(""), ELSEWHERE },
		{ "{\"integration\":{" CREDS ",\"environment\":\"qa\","
		    "\"gateway_url\":\"http://127.0.0.1\"}}", "error refused: "
		    "gateway_url: only for environment sandbox" },
		{ "{\"integration\":{" CREDS ",\"environment\":\"prod\","
		    "\"gateway_url\":\"http://127.0.0.1\"}}", "error refused: "
		    "gateway_url: only for environment sandbox" },
		{ "{\"integration\":{" CREDS ",\"environment\":\"prod\","
		    "\"gateway_url\":1}}",
		    "error refused: gateway_url: not a text" },
		{ "{\"integration\":{" CREDS ",\"environment\":\"live\"}}",
		    "error refused: environment: none of qa, prod, sandbox" },
		{ "{\"integration\":{" CREDS "}}",
		    "error refused: environment: missing" },
		{ "{}", "error refused: integration: missing" },
		{ "{\"integration\":[]}",
		    "error refused: integration: missing" },
		{ "{\"integration\":{\"checkout_id\":\"c\",\"api_token\":"
		    "\"t\",\"environment\":\"qa\"}}",
		    "error credentials: store_id: missing or malformed" },
		{ "{\"integration\":{\"store_id\":\"s\",\"api_token\":\"t\","
		    "\"checkout_id\":7,\"environment\":\"qa\"}}",
		    "error credentials: checkout_id: missing or malformed" },
		{ "{\"integration\":{\"store_id\":\"s\",\"checkout_id\":\"c\","
		    "\"api_token\":\"t t\",\"environment\":\"qa\"}}",
		    "error credentials: api_token: missing or malformed" },
		{ "{\"integration\":{\"store_id\":\"s\",\"checkout_id\":\"c\","
		    "\"api_token\":\"\",\"environment\":\"qa\"}}",
		    "error credentials: api_token: missing or malformed" }
	};
	struct json_object *req, *ans;
	struct mco_account a;
	char buf[512];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		req = parse(rows[i].req);
		if ((ans = mco_account_read(req, &a)) != NULL)
			(void)summary(ans, buf, sizeof buf);
		else
			(void)snprintf(buf, sizeof buf, "%s %s%s", a.mode,
			    a.people ? "people " : "", a.origin);
		is_str(buf, rows[i].want, rows[i].req);
		json_object_put(req);
	}
}

static void
body_tests(void)
{
#define OPEN	"\"order_no\":\"T-1.a1\",\"amount\":\"649.75\"," \
		"\"language\":\"fr\""
#define E10	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
#define HEAD	"{\"store_id\":\"store5\",\"api_token\":\"" TOKEN "\"," \
		"\"checkout_id\":\"chktSANDBOX\",\"txn_total\":\"649.75\"," \
		"\"environment\":\"qa\",\"action\":\"preload\"," \
		"\"order_no\":\"T-1.a1\","
	static const struct { const char *name, *req, *want; } rows[] = {
		{ "the least", "{" OPEN "}", HEAD "\"language\":\"fr\"}" },
		{ "cust_id", "{" OPEN ",\"cust_id\":\"F-889\"}",
		    HEAD "\"cust_id\":\"F-889\",\"language\":\"fr\"}" },
		{ "cust_id with what may not be sent", "{" OPEN ",\"cust_id\":"
		    "\"a<b>$%=?^\\\"{}[]\\\\c \xc3\xa9\xe2\x82\xac\\u0007z\"}",
		    HEAD "\"cust_id\":\"a-b------------c ---z\","
		    "\"language\":\"fr\"}" },
		{ "cust_id is cut at 50", "{" OPEN ",\"cust_id\":\"12345678901"
		    "234567890123456789012345678901234567890ABC\"}",
		    HEAD "\"cust_id\":\"1234567890123456789012345678901234567"
		    "8901234567890\",\"language\":\"fr\"}" },
		{ "a customer", "{" OPEN ",\"customer\":{\"name\":\" Ren\xc3"
		    "\xa9 de {la} Tour \",\"email\":\"r@x.ca\",\"phone\":"
		    "\"514 555-1234\"}}", HEAD "\"language\":\"fr\","
		    "\"contact_details\":{\"first_name\":\"Ren\xc3\xa9 de  la "
		    "\",\"last_name\":\"Tour\",\"email\":\"r@x.ca\","
		    "\"phone\":\"514 555-1234\",\"allow_edit\":\"Y\"}}" },
		{ "a name of one word", "{" OPEN ",\"customer\":{\"name\":"
		    "\"Cher\",\"email\":\"c@x.ca\"}}",
		    HEAD "\"language\":\"fr\"}" },
		{ "a name without e-mail", "{" OPEN ",\"customer\":{\"name\":"
		    "\"A B\"}}", HEAD "\"language\":\"fr\"}" },
		{ "an e-mail that may not be sent", "{" OPEN ",\"customer\":"
		    "{\"name\":\"A B\",\"email\":\"a=b@x.ca\"}}",
		    HEAD "\"language\":\"fr\"}" },
		{ "an e-mail that is none", "{" OPEN ",\"customer\":"
		    "{\"name\":\"A B\",\"email\":\"ax.ca\"}}",
		    HEAD "\"language\":\"fr\"}" },
		{ "a name is cut at 30 characters", "{" OPEN ",\"customer\":"
		    "{\"name\":\"A " E10 E10 E10 "\xc3\xa9\xc3\xa9\",\"email\":"
		    "\"a@x.ca\"}}", HEAD "\"language\":\"fr\","
		    "\"contact_details\":{\"first_name\":\"A\","
		    "\"last_name\":\"" E10 E10 E10 "\",\"email\":"
		    "\"a@x.ca\",\"allow_edit\":\"Y\"}}" },
		{ "order_no: none", "{\"amount\":\"1.00\",\"language\":"
		    "\"fr\"}", "order_no: not 1 to 45 of A-Z a-z 0-9 _ . : "
		    "@ -" },
		{ "order_no: a space", "{\"order_no\":\"T 1\",\"amount\":"
		    "\"1.00\",\"language\":\"fr\"}", "order_no: not 1 to 45 "
		    "of A-Z a-z 0-9 _ . : @ -" },
		{ "order_no: 46", "{\"order_no\":\"12345678901234567890123456"
		    "78901234567890123456\",\"amount\":\"1.00\",\"language\":"
		    "\"fr\"}", "order_no: not 1 to 45 of A-Z a-z 0-9 _ . : "
		    "@ -" },
		{ "amount: nothing", "{\"order_no\":\"T\",\"amount\":"
		    "\"0.00\",\"language\":\"fr\"}",
		    "amount: not 0.01 to 9999999.99" },
		{ "amount: none", "{\"order_no\":\"T\",\"language\":\"fr\"}",
		    "amount: not 0.01 to 9999999.99" },
		{ "amount: negative", "{\"order_no\":\"T\",\"amount\":"
		    "\"-1.00\",\"language\":\"fr\"}",
		    "amount: not 0.01 to 9999999.99" },
		{ "language", "{\"order_no\":\"T\",\"amount\":\"1.00\","
		    "\"language\":\"es\"}", "language: neither en nor fr" }
	};
	struct mco_account a = account;
	struct json_object *req, *body, *error, *e;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		req = parse(rows[i].req);
		body = mco_preload(&account, req, &error);
		if (body != NULL)
			is_json(body, rows[i].want, rows[i].name);
		else {
			(void)json_object_object_get_ex(error, "error", &e);
			is_str(str(e, "message"), rows[i].want, rows[i].name);
			json_object_put(error);
		}
		json_object_put(req);
	}
	a.people = false;
	req = parse("{" OPEN ",\"customer\":{\"name\":\"A B\",\"email\":"
	    "\"a@x.ca\"}}");
	is_json(mco_preload(&a, req, &error), HEAD "\"language\":\"fr\"}",
	    "I1: nobody's name is sent to QA");
	json_object_put(req);
	is_json(mco_receipt(&account, TICKET), "{\"store_id\":\"store5\","
	    "\"api_token\":\"" TOKEN "\",\"checkout_id\":\"chktSANDBOX\","
	    "\"ticket\":\"" TICKET "\",\"environment\":\"qa\",\"action\":"
	    "\"receipt\"}", "a receipt request");
	is_json(mco_preload_check(&account, "pp-check-1"), "{\"store_id\":"
	    "\"store5\",\"api_token\":\"" TOKEN "\",\"checkout_id\":"
	    "\"chktSANDBOX\",\"txn_total\":\"0.01\",\"environment\":\"qa\","
	    "\"action\":\"preload\",\"order_no\":\"pp-check-1\",\"language\":"
	    "\"en\"}", "a check is a preload of a cent");
}

/* Every shape of a refusal. */
static void
preload_tests(void)
{
#define REFUSAL(e)	"{\"response\":{\"success\":\"false\",\"error\":" e "}}"
#define SHAPELESS	"error protocol: the reply is not what the protocol " \
			"says (HTTP status 200)"
	static const struct { const char *body, *want; } rows[] = {
		{ REFUSAL("{\"order_no\":\"Duplicate orderId\"}"),
		    "error refused duplicate_order: order_no: Duplicate "
		    "orderId" },
		{ REFUSAL("{\"order_no\":{\"data\":\"Duplicate orderId\"}}"),
		    "error refused duplicate_order: order_no: Duplicate "
		    "orderId" },
		{ REFUSAL("{\"a\":{\"order_no\":{\"b\":\"duplicate\"}}}"),
		    "error refused: b: duplicate" },
		{ REFUSAL("{\"a\":{\"order_no\":{\"data\":\"duplicate\"}}}"),
		    "error refused duplicate_order: order_no: duplicate" },
		{ REFUSAL("{\"field\":\"order_no\",\"message\":\"Duplicate "
		    "order\"}"),
		    "error refused duplicate_order: order_no: Duplicate "
		    "order" },
		{ REFUSAL("[{\"field\":\"order_no\",\"message\":\"duplicate"
		    "\"}]"),
		    "error refused duplicate_order: order_no: duplicate" },
		{ REFUSAL("\"Duplicate orderId\""),
		    "error refused duplicate_order: Duplicate orderId" },
		{ REFUSAL("{\"order_no\":\"invalid characters\"}"),
		    "error refused: order_no: invalid characters" },
		{ REFUSAL("{\"cust_id\":\"duplicate\"}"),
		    "error refused: cust_id: duplicate" },
		{ REFUSAL("{\"store_id\":\"invalid\"}"),
		    "error credentials: store_id: invalid" },
		{ REFUSAL("{\"api_token\":{\"data\":\"bad\"}}"),
		    "error credentials: api_token: bad" },
		{ REFUSAL("{\"field\":\"checkout_id\",\"message\":\"none\"}"),
		    "error credentials: checkout_id: none" },
		{ REFUSAL("\"API Token mismatch\""),
		    "error credentials: API Token mismatch" },
		/* Money goes first. */
		{ REFUSAL("{\"order_no\":\"Duplicate orderId\",\"store_id\":"
		    "\"x\"}"), "error refused duplicate_order: order_no: "
		    "Duplicate orderId; store_id: x" },
		/* The processor's words do not carry our secrets. */
		{ REFUSAL("{\"api_token\":\"no " TOKEN "," TOKEN "!\"}"),
		    "error credentials: api_token: no *,*!" },
		{ REFUSAL("{\"n\":7,\"b\":false,\"z\":null}"),
		    "error refused: n: 7; b: false" },
		{ REFUSAL("{}"), "error protocol: refused without a reason" },
		{ REFUSAL("null"),
		    "error protocol: refused without a reason" },
		{ "{\"response\":{\"success\":false}}",
		    "error protocol: refused without a reason" },
		{ "{\"response\":{\"success\":\"true\"}}",
		    "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"true\",\"ticket\":\"\"}}",
		    "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"true\",\"ticket\":\"null\"}}",
		    "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"true\",\"ticket\":7}}",
		    "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"true\",\"ticket\":\"a b\"}}",
		    "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"true\",\"ticket\":\"12345678"
		    "901234567890123456789012345678901234567890123456789012345"
		    "\"}}", "error protocol: the reply has no ticket" },
		{ "{\"response\":{\"success\":\"maybe\"}}", SHAPELESS },
		{ "{\"response\":{\"success\":null}}", SHAPELESS },
		{ "{\"response\":{}}", SHAPELESS },
		{ "{\"response\":[]}", SHAPELESS },
		{ "{\"response\":null}", SHAPELESS },
		{ "[]", SHAPELESS },
		{ "null", SHAPELESS },
		{ "", "error protocol: the reply is not JSON (HTTP status "
		    "200)" },
		{ "<html>maintenance</html>", "error protocol: the reply is "
		    "not JSON (HTTP status 200)" }
	};
	struct mco_account prod = account;
	struct driver_reply reply;
	char buf[1024], *text, longer[1200];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		reply = reply_of(rows[i].body);
		is_str(summary(mco_read_preload(&account, &reply), buf,
		    sizeof buf), rows[i].want, rows[i].body);
	}
	text = fixture(DUPLICATE);
	reply = reply_of(text);
	is_str(summary(mco_read_preload(&account, &reply), buf, sizeof buf),
	    "error refused duplicate_order: order_no: Duplicate orderId",
	    DUPLICATE);
	free(text);
	text = fixture("mco-preload-response-error-avs-doc");
	reply = reply_of(text);
	is_str(summary(mco_read_preload(&account, &reply), buf, sizeof buf),
	    "error refused: billing_details: billing address must be set "
	    "when AVS is enabled", "the documented refusal");
	free(text);

	/* Long words are cut between characters. */
	(void)snprintf(longer, sizeof longer, REFUSAL("\"%0*d\xc3\xa9%0*d\""),
	    MCO_TEXT - 1, 0, 200, 0);
	reply = reply_of(longer);
	(void)summary(mco_read_preload(&account, &reply), buf, sizeof buf);
	ok(strlen(buf) == strlen("error refused: ") + MCO_TEXT - 1,
	    "long words are cut between two characters");

	text = fixture("mco-preload-response-ok");
	reply = reply_of(text);
	is_json(mco_read_preload(&account, &reply), "{\"ok\":true,\"ticket\":"
	    "\"1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF\",\"expires_at\":"
	    "\"2025-09-04T15:52:00Z\",\"script\":{\"url\":"
	    "\"http://127.0.0.1:8090/chktv2/js/chkt_v2.01.js\",\"integrity\":"
	    "null,\"crossorigin\":\"anonymous\",\"mode\":\"qa\",\"origins\":"
	    "[\"http://127.0.0.1:8090\"]},\"server_time\":null}",
	    "a ticket of the sandbox, by our clock");
	free(text);
	text = fixture("mco-preload-response-ok-doc");
	reply = reply_of(text);
	reply.date = at("2025-09-04T15:21:30Z");
	prod.sandbox = false;
	prod.mode = "prod";
	(void)snprintf(prod.origin, sizeof prod.origin, "%s",
	    "https://gateway.moneris.com");
	is_json(mco_read_preload(&prod, &reply), "{\"ok\":true,\"ticket\":"
	    "\"1585G9G9GIKKGGGIGIOG09G9OGKGJFKFJFNjuit8g9\",\"expires_at\":"
	    "\"2025-09-04T15:51:30Z\",\"script\":{\"url\":"
	    "\"https://gateway.moneris.com/chktv2/js/chkt_v2.01.js\","
	    "\"integrity\":\"" MCO_INTEGRITY "\",\"crossorigin\":"
	    "\"anonymous\",\"mode\":\"prod\",\"origins\":"
	    "[\"https://gateway.moneris.com\"]},\"server_time\":"
	    "\"2025-09-04T15:21:30Z\"}",
	    "a ticket of production, by the processor's clock");
	free(text);
}

static void
check_tests(void)
{
	static const struct { const char *body, *want; } rows[] = {
		{ REFUSAL("{\"store_id\":\"unknown\"}"),
		    "error credentials: store_id: unknown" },
		{ REFUSAL("{\"txn_total\":\"must be 0.00\"}"),
		    "error refused: txn_total: must be 0.00" },
		{ "x", "error protocol: the reply is not JSON (HTTP status "
		    "200)" }
	};
	struct json_object *o, *v;
	struct driver_reply reply;
	char buf[512], *text;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		reply = reply_of(rows[i].body);
		is_str(summary(mco_read_check(&account, &reply), buf,
		    sizeof buf), rows[i].want, rows[i].body);
	}
	text = fixture("mco-preload-response-ok");
	reply = reply_of(text);
	o = mco_read_check(&account, &reply);
	ok(strstr(json_object_to_json_string(o), "1726820807T55") == NULL,
	    "check shows no ticket");
	ok(json_object_object_get_ex(o, "ok", &v) &&
	    json_object_get_boolean(v), "check says ok");
	ok(json_object_object_get_ex(o, "verify", &v) &&
	    json_object_array_length(v) == 4 && strstr(
	    json_object_get_string(json_object_array_get_idx(v, 0)),
	    "Purchase") != NULL && strstr(json_object_get_string(
	    json_object_array_get_idx(v, 1)), "Use own page") != NULL,
	    "check tells what to verify by eye");
	json_object_put(o);
	free(text);
}

/* Rule R1: each condition failing alone, each form of "no value". */
static void
receipt_tests(void)
{
#define WRONG	"error protocol: the receipt is not what the protocol says"
#define OTHER	"error protocol: the reply is about another ticket or order " \
		"number"
#define ALL(name, path, want) \
	{ name ": null", APPROVED, path, "null", NULL, NULL, want }, \
	{ name ": \"null\"", APPROVED, path, "\"null\"", NULL, NULL, want }, \
	{ name ": empty", APPROVED, path, "\"\"", NULL, NULL, want }, \
	{ name ": absent", APPROVED, path, ABSENT, NULL, NULL, want }
#define ONE(name, path, json, want) \
	{ name, APPROVED, path, json, NULL, NULL, want }
#define TWO(name, path, json, path2, json2, want) \
	{ name, APPROVED, path, json, path2, json2, want }
	static const struct row rows[] = {
		ONE("R1 as asked", NULL, NULL, "approved 9.00 027"),
		ONE("R1 000 is an approval", CC "response_code", "\"000\"",
		    "approved 9.00 000"),
		ONE("R1 049 is one", CC "response_code", "\"049\"",
		    "approved 9.00 049"),
		ONE("R1 a with 050", CC "response_code", "\"050\"",
		    "unknown 9.00 050"),
		ONE("R1 a with 481", CC "response_code", "\"481\"",
		    "unknown 9.00 481"),
		ALL("R1 a without a code", CC "response_code",
		    "unknown 9.00 -"),
		ONE("R1 code of two digits", CC "response_code", "\"27\"",
		    "unknown 9.00 -"),
		ONE("R1 code of four digits", CC "response_code", "\"0027\"",
		    "unknown 9.00 -"),
		ONE("R1 code with a space", CC "response_code", "\" 27\"",
		    "unknown 9.00 -"),
		ONE("R1 code that is a number", CC "response_code", "27",
		    WRONG),
		ONE("R1 code that is a list", CC "response_code", "[\"027\"]",
		    WRONG),
		ONE("R1 result d, card approved", "response.receipt.result",
		    "\"d\"", "unknown 9.00 027"),
		ONE("R1 result a, card declined", CC "result", "\"d\"",
		    "unknown 9.00 027"),
		ALL("R1 no result of the card", CC "result",
		    "approved 9.00 027"),
		ALL("R1 no result", "response.receipt.result", WRONG),
		ONE("R1 another result", "response.receipt.result", "\"A\"",
		    WRONG),
		ONE("R1 success false", "response.success", "\"false\"",
		    "error protocol: refused without a reason"),
		ONE("R1 success true as boolean", "response.success", "true",
		    "approved 9.00 027"),
		ONE("R1 a pre-authorization", CC "transaction_code", "\"01\"",
		    "authorized preauth_profile 9.00 027"),
		ONE("R1 a card verification", CC "transaction_code", "\"06\"",
		    "unknown 9.00 027"),
		ALL("R1 no transaction code", CC "transaction_code",
		    "unknown 9.00 027"),
		ONE("R1 cf_status 1", CC "cf_status", "\"1\"",
		    "approved 9.00 027"),
		ONE("R1 cf_status 2", CC "cf_status", "\"2\"",
		    "approved 9.00 027"),
		ALL("R1 cf_status", CC "cf_status", "approved 9.00 027"),
		ONE("R1 cf_status 3", CC "cf_status", "\"3\"",
		    "unknown 9.00 027"),
		ONE("R1 cf_status 9", CC "cf_status", "\"9\"",
		    "unknown 9.00 027"),
		ONE("R1 cf_status 9F", CC "cf_status", "\"9F\"",
		    "unknown 9.00 027"),
		ONE("R1 cf_status 10", CC "cf_status", "\"10\"",
		    "unknown 9.00 027"),
		ONE("R1 cf_status 2F", CC "cf_status", "\"2F\"",
		    "unknown 9.00 027"),
		ONE("R1 cf_status that is a number", CC "cf_status", "3",
		    WRONG),
		ONE("R1 a fee apart", CC "cf_fee_amt", "\"0.11\"",
		    "approved fee 9.00 027"),
		TWO("R1 a fee that failed", CC "cf_fee_amt", "\"0.11\"",
		    CC "cf_success", "\"false\"", "approved 9.00 027"),
		ONE("R1 another amount", CC "amount", "\"9.11\"",
		    "approved amount_differs 9.11 027"),
		TWO("R1 a partial approval", CC "amount", "\"4.50\"",
		    CC "response_code", "\"010\"",
		    "approved amount_differs 4.50 010"),
		ALL("R1 no amount", CC "amount", "unknown - 027"),
		ONE("R1 amount with three decimals", CC "amount", "\"9.000\"",
		    "unknown - 027"),
		ONE("R1 amount below nothing", CC "amount", "\"-9.00\"",
		    "unknown - 027"),
		ONE("R1 amount that is a number", CC "amount", "9.0", WRONG),
		ALL("R1 no transaction number", CC "transaction_no",
		    "unknown 9.00 027"),
		ONE("R1 transaction number with a space",
		    CC "transaction_no", "\"8291 0_20\"", "unknown 9.00 027"),
		ONE("R1 order number with _mcp", CC "order_no",
		    "\"INV-1042.1_mcp\"", "approved 9.00 027"),
		ONE("R1 order number with _veri", CC "order_no",
		    "\"INV-1042.1_veri\"", "approved 9.00 027"),
		ONE("R1 order number with another suffix", CC "order_no",
		    "\"INV-1042.1_g1\"", "approved orphan 9.00 027"),
		ONE("R1 order number of another", CC "order_no",
		    "\"INV-1042.12\"", "approved orphan 9.00 027"),
		ONE("R1 order number of another in the echo",
		    "response.request.order_no", "\"INV-1\"",
		    "approved orphan 9.00 027"),
		ALL("R1 order number in the echo only", CC "order_no",
		    "approved 9.00 027"),
		TWO("R1 order number nowhere", CC "order_no", "null",
		    "response.request.order_no", "null",
		    "approved orphan 9.00 027"),
		ONE("R1 another ticket", "response.request.ticket",
		    "\"1757000000other\"", "approved orphan 9.00 027"),
		ALL("R1 no ticket", "response.request.ticket",
		    "approved orphan 9.00 027"),
		ONE("R1 no echo", "response.request", ABSENT,
		    "approved orphan 9.00 027"),
		TWO("R1 another ticket and another amount",
		    "response.request.ticket", "\"1757000000other\"",
		    CC "amount", "\"4.50\"",
		    "approved amount_differs orphan 4.50 027"),
		TWO("R2 another ticket, not charged",
		    "response.request.ticket", "\"1757000000other\"",
		    CC "response_code", "null", OTHER),
		TWO("R2 another ticket, authorized",
		    "response.request.ticket", "\"1757000000other\"",
		    CC "transaction_code", "\"01\"", OTHER),
		ONE("R2 ticket that is a number", "response.request.ticket",
		    "7", WRONG),
		ONE("R2 no receipt", "response.receipt", ABSENT, WRONG),
		ONE("R2 receipt null", "response.receipt", "null", WRONG),
		ONE("R2 receipt a list", "response.receipt", "[]", WRONG),
		ONE("R2 echo a text", "response.request", "\"\"", WRONG),
		ONE("R2 card a text", "response.receipt.cc", "\"x\"", WRONG),
		ONE("R2 gift an object", "response.receipt.gift", "{}", WRONG),
		ONE("a without card or gift", "response.receipt.cc", "null",
		    "unknown time_doubtful - -"),
		ONE("card and gift card", "response.receipt.gift",
		    "[{\"response_code\":\"000\",\"benefit_amount\":\"3.00\"}]",
		    "approved amount_differs 12.00 027"),
		TWO("card and gift card, together what was asked",
		    "response.receipt.gift", "[{\"response_code\":\"000\","
		    "\"benefit_amount\":\"3.00\"}]", CC "amount", "\"6.00\"",
		    "approved 9.00 027"),
		TWO("a gift card that was refused is no money",
		    "response.receipt.gift", "[{\"response_code\":\"900\","
		    "\"benefit_amount\":\"3.00\"}]", CC "amount", "\"6.00\"",
		    "approved amount_differs 6.00 027"),
		TWO("gift cards alone", "response.receipt.cc", ABSENT,
		    "response.receipt.gift", "[{\"response_code\":\"000\","
		    "\"benefit_amount\":\"4.00\",\"transaction_no\":\"7-1\"},"
		    "{\"response_code\":\"000\",\"benefit_amount\":\"5.00\"}]",
		    "approved time_doubtful 9.00 000"),
		TWO("gift cards alone, too little", "response.receipt.cc",
		    ABSENT, "response.receipt.gift", "[{\"response_code\":"
		    "\"000\",\"benefit_amount\":\"4.00\",\"transaction_no\":"
		    "\"7-1\"}]", "unknown time_doubtful 4.00 000"),
		TWO("gift cards alone, one refused", "response.receipt.cc",
		    ABSENT, "response.receipt.gift", "[{\"response_code\":"
		    "\"000\",\"benefit_amount\":\"9.00\",\"transaction_no\":"
		    "\"7-1\"},{\"response_code\":null,\"benefit_amount\":"
		    "\"9.00\"}]", "unknown time_doubtful 9.00 000"),
		ONE("gift that is no object", "response.receipt.gift", "[7]",
		    WRONG),
		ONE("gift without an amount", "response.receipt.gift",
		    "[{\"response_code\":\"000\"}]", WRONG)
	};
	struct mco_asked asked = { TICKET, "INV-1042.1", 900,
	    at("2025-09-04T15:20:00Z") };

	receipts(rows, sizeof rows / sizeof rows[0], &asked);
}

/* Declines, the one answer for an unfinished ticket, other refusals. */
static void
other_receipt_tests(void)
{
#define DEC(name, path, json, want) \
	{ name, DECLINED, path, json, NULL, NULL, want }
#define NOT(name, json, want) \
	{ name, INCOMPLETE, "response.error", json, NULL, NULL, want }
#define EXACT	"\"invalid ticket or transaction is not complete\""
	static const struct row rows[] = {
		DEC("declined by the issuer", NULL, NULL,
		    "declined by issuer 9.05 481"),
		DEC("declined with 050", CC "response_code", "\"050\"",
		    "declined by issuer 9.05 050"),
		DEC("declined with a code below 50", CC "response_code",
		    "\"027\"", "declined by profile reversal_expected 9.05 "
		    "027"),
		DEC("declined, code null", CC "response_code", "null",
		    "declined by none 9.05 -"),
		DEC("declined, code \"null\"", CC "response_code",
		    "\"null\"", "declined by none 9.05 -"),
		DEC("declined, code empty", CC "response_code", "\"\"",
		    "declined by none 9.05 -"),
		DEC("declined, code absent", CC "response_code", ABSENT,
		    "declined by none 9.05 -"),
		DEC("declined, code malformed", CC "response_code", "\"48\"",
		    "unknown 9.05 -"),
		DEC("declined, no card", "response.receipt.cc", "null",
		    "declined by none time_doubtful - -"),
		DEC("declined, card result a", CC "result", "\"a\"",
		    "unknown 9.05 481"),
		DEC("declined, cf_status 1F", CC "cf_status", "\"1F\"",
		    "declined by issuer 9.05 481"),
		DEC("declined, cf_status 3", CC "cf_status", "\"3\"",
		    "unknown 9.05 481"),
		DEC("declined, cf_status 9", CC "cf_status", "\"9\"",
		    "unknown 9.05 481"),
		DEC("declined, cf_status 10", CC "cf_status", "\"10\"",
		    "unknown 9.05 481"),
		DEC("declined, a gift card was taken",
		    "response.receipt.gift", "[{\"response_code\":\"000\","
		    "\"benefit_amount\":\"3.00\"}]", "declined by issuer "
		    "reversal_expected 12.05 481"),
		DEC("declined, no amount", CC "amount", "null",
		    "declined by issuer - 481"),
		DEC("R2 declined, another ticket", "response.request.ticket",
		    "\"x\"", OTHER),
		DEC("R2 declined, another order number", CC "order_no",
		    "\"x\"", OTHER),
		DEC("R2 declined, no ticket", "response.request.ticket",
		    "null", OTHER),
		NOT("unfinished", "{\"field\":\"ticket\",\"message\":" EXACT
		    "}", "incomplete"),
		NOT("unfinished, per field", "{\"ticket\":" EXACT "}",
		    "incomplete"),
		NOT("unfinished, data", "{\"ticket\":{\"data\":" EXACT "}}",
		    "incomplete"),
		NOT("unfinished, bare", EXACT, "incomplete"),
		NOT("of another field", "{\"field\":\"order_no\",\"message\":"
		    EXACT "}", "error refused: order_no: invalid ticket or "
		    "transaction is not complete"),
		NOT("nearly the same", "{\"field\":\"ticket\",\"message\":"
		    "\"Invalid ticket or transaction is not complete\"}",
		    "error refused: ticket: Invalid ticket or transaction is "
		    "not complete"),
		NOT("a longer one", "{\"field\":\"ticket\",\"message\":"
		    "\"invalid ticket or transaction is not complete.\"}",
		    "error refused: ticket: invalid ticket or transaction is "
		    "not complete."),
		NOT("with something else", "{\"ticket\":" EXACT
		    ",\"other\":\"x\"}", "error refused: ticket: invalid "
		    "ticket or transaction is not complete; other: x"),
		NOT("with something else before", "{\"other\":\"x\",\"ticket\":"
		    EXACT "}", "error refused: other: x; ticket: invalid "
		    "ticket or transaction is not complete"),
		NOT("credentials", "{\"field\":\"api_token\",\"message\":"
		    "\"invalid\"}", "error credentials: api_token: invalid"),
		NOT("a ticket in the words", "{\"field\":\"ticket\","
		    "\"message\":\"" TICKET " is used\"}",
		    "error refused: ticket: * is used"),
		NOT("nothing", "null",
		    "error protocol: refused without a reason")
	};
	struct mco_asked asked = { TICKET, "INV-1042.1", 905,
	    at("2025-09-04T15:20:00Z") };

	receipts(rows, sizeof rows / sizeof rows[0], &asked);
}

/* Whole answers, members and all. */
static void
whole_tests(void)
{
	struct mco_asked asked = { TICKET, "INV-1042.1", 900,
	    at("2025-09-04T15:20:00Z") };
	struct mco_asked jcb = { "1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF",
	    "cartId:64b33765-0504-4ccc-b9df-4ef1f24a2052", 1,
	    at("2024-09-20T08:26:47Z") };
	struct mco_asked full = { "1635780027iwm4IczLlO2LqHQ6xHmvDJ1xFIS2vT",
	    "20211101152026", 600, at("2021-11-01T15:20:27Z") };
	struct driver_reply reply;
	char *text;
	static const char *const secrets[] = { "424242", "1230", "Me",
	    "0211020000001000214", "bill" };
	struct json_object *o, *r;
	char buf[512];
	size_t i;

	text = fixture(APPROVED);
	reply = reply_of(text);
	reply.date = at("2025-09-04T15:21:59Z");
	o = mco_read_receipt(&account, &asked, &reply);
	for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
		ok(strstr(json_object_to_json_string(o), secrets[i]) == NULL,
		    "P2: %s is not kept", secrets[i]);
	is_json(o, "{\"ok\":true,\"outcome\":\"approved\",\"flags\":[],"
	    "\"receipt\":{\"amount\":\"9.00\",\"amount_cents\":900,\"fee\":"
	    "null,\"order_no\":\"INV-1042.1\",\"ticket\":\"" TICKET "\","
	    "\"transaction_no\":\"8291-0_20\",\"reference_no\":"
	    "\"660115340017373030\",\"terminal\":\"66011534\",\"batch\":"
	    "\"737\",\"approval_code\":\"489642\",\"response_code\":\"027\","
	    "\"iso_code\":\"01\",\"card\":{\"brand\":\"visa\",\"last4\":"
	    "\"4242\"},\"paid_at\":\"2025-09-04T15:20:53Z\"},\"server_time\":"
	    "\"2025-09-04T15:21:59Z\"}", "the constructed approval");
	free(text);

	/* What is only passed on does no harm. */
	text = changed(&(struct row){ NULL, APPROVED, CC "approval_code",
	    "\"a\\u0007b\"", CC "iso_response_code", "7", NULL });
	reply = reply_of(text);
	o = mco_read_receipt(&account, &asked, &reply);
	(void)json_object_object_get_ex(o, "receipt", &r);
	is_str(str(r, "approval_code"), "-", "an approval code that rings");
	is_str(str(r, "iso_code"), "-", "an ISO code that is a number");
	is_str(summary(o, buf, sizeof buf), "approved 9.00 027",
	    "and it is an approval all the same");
	free(text);

	text = fixture(VERIFICATION);
	reply = reply_of(text);
	reply.now = at("2024-09-20T08:30:00Z");
	is_json(mco_read_receipt(&account, &jcb, &reply), "{\"ok\":true,"
	    "\"outcome\":\"unknown\",\"flags\":[],\"receipt\":{\"amount\":"
	    "\"0.00\",\"amount_cents\":0,\"fee\":null,\"order_no\":"
	    "\"cartId:64b33765-0504-4ccc-b9df-4ef1f24a2052\",\"ticket\":"
	    "\"1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF\",\"transaction_no\":"
	    "\"125-0_902\",\"reference_no\":\"660188950010011180\","
	    "\"terminal\":\"66018895\",\"batch\":\"001\",\"approval_code\":"
	    "\"118681\",\"response_code\":\"025\",\"iso_code\":\"00\","
	    "\"card\":{\"brand\":\"jcb\",\"last4\":\"5365\"},\"paid_at\":"
	    "\"2024-09-20T08:28:27Z\"},\"server_time\":null}",
	    "the recorded card verification is no payment");
	free(text);

	text = fixture(FULL);
	reply = reply_of(text);
	reply.now = at("2021-11-01T15:25:00Z");
	is_json(mco_read_receipt(&account, &full, &reply), "{\"ok\":true,"
	    "\"outcome\":\"approved\",\"flags\":[\"amount_differs\",\"fee\"],"
	    "\"receipt\":{\"amount\":\"206.00\",\"amount_cents\":20600,"
	    "\"fee\":\"0.11\",\"order_no\":\"20211101152026\",\"ticket\":"
	    "\"1635780027iwm4IczLlO2LqHQ6xHmvDJ1xFIS2vT\",\"transaction_no\":"
	    "\"8291-0_20\",\"reference_no\":\"660115340017373030\","
	    "\"terminal\":\"66011534\",\"batch\":\"737\",\"approval_code\":"
	    "\"489642\",\"response_code\":\"027\",\"iso_code\":\"01\","
	    "\"card\":{\"brand\":\"visa\",\"last4\":\"4242\"},\"paid_at\":"
	    "\"2021-11-01T15:20:53Z\"},\"server_time\":null}",
	    "the documented receipt with everything at once");
	free(text);

	text = fixture(INCOMPLETE);
	reply = reply_of(text);
	is_json(mco_read_receipt(&account, &asked, &reply), "{\"ok\":true,"
	    "\"outcome\":\"incomplete\",\"flags\":[],\"receipt\":null,"
	    "\"server_time\":null}", "the recorded unfinished ticket");
	free(text);
}

/* A receipt cut anywhere, or with any byte spoilt, is never a decline and
 * never another amount. */
static void
mangled_tests(void)
{
	struct mco_asked asked = { TICKET, "INV-1042.1", 905,
	    at("2025-09-04T15:20:00Z") };
	struct driver_reply reply;
	char buf[1024], *text = fixture(DECLINED), *copy;
	size_t len = strlen(text), i, bad = 0;

	while (len > 0 && text[len - 1] != '}')
		len--;
	for (i = 0; i < len; i++) {
		copy = strndup(text, i);
		reply = reply_of(copy);
		(void)summary(mco_read_receipt(&account, &asked, &reply), buf,
		    sizeof buf);
		if (strncmp(buf, "error protocol", 14) != 0 && bad++ == 0)
			printf("# cut at %zu: %s\n", i, buf);
		free(copy);
	}
	ok(bad == 0, "R2 a receipt cut anywhere is no answer");
	free(text);

	text = fixture(APPROVED);
	len = strlen(text);
	for (i = 0, bad = 0; i < len; i++) {
		copy = strdup(text);
		copy[i] = copy[i] == 'x' ? 'y' : 'x';
		reply = reply_of(copy);
		(void)summary(mco_read_receipt(&account, &asked, &reply), buf,
		    sizeof buf);
		if (strncmp(buf, "declined", 8) == 0 && bad++ == 0)
			printf("# spoilt at %zu: %s\n", i, buf);
		free(copy);
	}
	ok(bad == 0, "an approval with any byte spoilt is never a decline");
	free(text);
}

static void
time_tests(void)
{
	static const struct {
		const char *name, *text, *opened, *now, *want;
		bool doubtful;
	} rows[] = {
		{ "D1 summer", "2026-07-01 12:00:00", "2026-07-01T15:50:00Z",
		    "2026-07-01T16:05:00Z", "2026-07-01T16:00:00Z", false },
		{ "D1 winter", "2026-01-15 12:00:00", "2026-01-15T16:50:00Z",
		    "2026-01-15T17:05:00Z", "2026-01-15T17:00:00Z", false },
		{ "D1 asked a day later: the calendar decides",
		    "2026-01-15 12:00:00", "2026-01-15T15:30:00Z",
		    "2026-01-16T17:05:00Z", "2026-01-15T17:00:00Z", false },
		{ "D1 asked a day later in summer",
		    "2026-07-01 12:00:00", "2026-07-01T15:30:00Z",
		    "2026-07-02T16:05:00Z", "2026-07-01T16:00:00Z", false },
		{ "D1 a processor that keeps summer time in winter",
		    "2026-01-15 12:00:00", "2026-01-15T15:50:00Z",
		    "2026-01-15T16:05:00Z", "2026-01-15T16:00:00Z", false },
		{ "D1 a processor that keeps winter time in summer",
		    "2026-07-01 12:00:00", "2026-07-01T16:50:00Z",
		    "2026-07-01T17:05:00Z", "2026-07-01T17:00:00Z", false },
		{ "D1 the hour that comes twice, first",
		    "2026-11-01 01:30:00", "2026-11-01T05:20:00Z",
		    "2026-11-01T05:40:00Z", "2026-11-01T05:30:00Z", false },
		{ "D1 the hour that comes twice, second",
		    "2026-11-01 01:30:00", "2026-11-01T06:20:00Z",
		    "2026-11-01T06:40:00Z", "2026-11-01T06:30:00Z", false },
		{ "D1 a little before the opening", "2026-07-01 11:49:00",
		    "2026-07-01T15:50:00Z", "2026-07-01T16:05:00Z",
		    "2026-07-01T15:49:00Z", false },
		{ "D1 long before the opening", "2026-07-01 11:47:59",
		    "2026-07-01T15:50:00Z", "2026-07-01T16:05:00Z",
		    "2026-07-01T16:05:00Z", true },
		{ "D1 a little ahead of us: not in the future",
		    "2026-07-01 12:06:00", "2026-07-01T15:50:00Z",
		    "2026-07-01T16:05:00Z", "2026-07-01T16:05:00Z", false },
		{ "D1 far ahead of us", "2026-07-01 12:07:01",
		    "2026-07-01T15:50:00Z", "2026-07-01T16:05:00Z",
		    "2026-07-01T16:05:00Z", true },
		{ "D1 no time", NULL, "2026-07-01T15:50:00Z",
		    "2026-07-01T16:05:00Z", "2026-07-01T16:05:00Z", true },
		{ "D1 no such day", "2026-02-30 12:00:00",
		    "2026-03-02T16:50:00Z", "2026-03-02T17:05:00Z",
		    "2026-03-02T17:05:00Z", true },
		{ "D1 nonsense", "yesterday, I think.", "2026-07-01T15:50:00Z",
		    "2026-07-01T16:05:00Z", "2026-07-01T16:05:00Z", true }
	};
	char buf[PP_TIME_STR];
	bool doubtful, zone;
	int64_t got;
	size_t i;

	for (zone = true;; zone = false) {
		for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			got = mco_paid_at(rows[i].text, at(rows[i].opened),
			    at(rows[i].now), &doubtful);
			is_str(pp_time_str(got, false, buf, sizeof buf),
			    rows[i].want, rows[i].name);
			ok(doubtful == rows[i].doubtful, "%s: %s",
			    rows[i].name, doubtful ? "doubtful" : "sure");
		}
		if (!zone)
			break;
		/* The same where the system has no zone files. */
		(void)setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
		tzset();
	}
}

int
main(void)
{
	mco_zone();
	account_tests();
	body_tests();
	preload_tests();
	check_tests();
	receipt_tests();
	other_receipt_tests();
	whole_tests();
	mangled_tests();
	time_tests();
	return done();
}
