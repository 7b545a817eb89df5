/*
 * The XML gateway's bodies: the recorded requests byte for byte, and what each
 * answer means.  A row is a recorded answer changed in one place.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "../../providers/driver.h"
#include "../../providers/moneris_mco.h"
#include "../../providers/moneris_mpg.h"
#include "../../providers/moneris_receipt.h"
#include "json.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

#define TOKEN	"yesguy"
#define REFUND	"mpg-response-refund-approved"
#define PLAIN	"\"op\":\"refund\",\"order_no\":\"1419381921\"," \
		"\"transaction_no\":\"360246-0_8\",\"amount\":\"10.00\"," \
		"\"opened_at\":\"2013-01-11T12:09:00Z\""

static char		*fixture(const char *);
static char		*change(const char *, const char *, const char *);
static const char	*str(struct json_object *, const char *);
static const char	*summary(struct json_object *, char *, size_t);
static struct driver_reply	reply_of(const char *);
static struct json_object	*read_one(const char *);
static void		 request_tests(void);
static void		 asked_tests(void);
static void		 answer_tests(void);
static void		 shape_tests(void);
static void		 transport_tests(void);
static void		 numbers_test(void);

static const struct mco_account account = { "store1", "chktSANDBOX", TOKEN,
    "qa", false, false, "https://gatewayt.moneris.com" };
static const struct mpg_asked asked = { false, "1419381921", "360246-0_8",
    1000, 1357906140000LL };

static char *
fixture(const char *name)
{
	const char *top = getenv("PP_TEST_SRCDIR");
	char path[512], *text = calloc(1, 65536);
	size_t n;
	FILE *fp;

	(void)snprintf(path, sizeof path, "%s/tests/fixtures/moneris/%s.xml",
	    top != NULL ? top : ".", name);
	if ((fp = fopen(path, "r")) == NULL) {
		printf("Bail out! %s\n", path);
		exit(1);
	}
	n = fread(text, 1, 65535, fp);
	(void)fclose(fp);
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	return text;
}

/* The first from becomes to; it must be there. */
static char *
change(const char *text, const char *from, const char *to)
{
	const char *p = strstr(text, from);
	char *out = NULL;

	if (p == NULL || asprintf(&out, "%.*s%s%s", (int)(p - text), text, to,
	    p + strlen(from)) == -1) {
		printf("Bail out! no %s\n", from);
		exit(1);
	}
	return out;
}

static const char *
str(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) || v == NULL)
		return "-";
	return json_object_get_string(v);
}

/* "approved - 10.00 360349-1_8 []", "error unreachable".  Frees the
 * answer. */
static const char *
summary(struct json_object *o, char *buf, size_t size)
{
	struct json_object *v, *r = NULL;

	if (json_object_object_get_ex(o, "error", &v))
		(void)snprintf(buf, size, "error %s", str(v, "code"));
	else {
		(void)json_object_object_get_ex(o, "receipt", &r);
		(void)snprintf(buf, size, "%s %s", str(o, "outcome"),
		    str(o, "reason"));
		if (r != NULL)
			(void)snprintf(buf + strlen(buf), size - strlen(buf),
			    " %s %s %s", str(r, "amount"),
			    str(r, "transaction_no"), str(o, "flags"));
	}
	json_object_put(o);
	return buf;
}

static struct driver_reply
reply_of(const char *body)
{
	return (struct driver_reply){ .result = DRIVER_GOT, .status = 200,
	    .sent = true, .body = body, .len = strlen(body),
	    .now = 1357906200000LL };
}

static struct json_object *
read_one(const char *body)
{
	struct driver_reply reply = reply_of(body);

	return mpg_read(&account, &asked, &reply);
}

static void
request_tests(void)
{
	struct mco_account odd = account;
	struct mpg_asked v = { true, "8915641235", "359029-1_8", 1000, 1 };
	char *want, *got;
	size_t len;

	want = fixture("mpg-request-refund");
	got = mpg_body(&account, &asked, &len);
	is_str(got, want, "the recorded refund, byte for byte");
	is_int((int64_t)len, (int64_t)strlen(want), "and its length");
	free(want);
	free(got);
	want = fixture("mpg-request-purchasecorrection");
	got = mpg_body(&account, &v, &len);
	is_str(got, want, "the recorded purchase correction");
	free(want);
	free(got);

	odd.api_token = "a&b<c>d\"e'f";
	got = mpg_body(&odd, &asked, &len);
	ok(strstr(got, "<api_token>a&amp;b&lt;c&gt;d&quot;e&apos;f"
	    "</api_token>") != NULL, "what is markup is escaped");
	free(got);

	is_str(mpg_origin(&account), "https://mpg1t.moneris.io", "qa");
	odd.mode = "prod";
	is_str(mpg_origin(&odd), "https://mpg1.moneris.io", "prod");
	odd.sandbox = true;
	is_str(mpg_origin(&odd), account.origin, "sandbox");
}

static void
asked_tests(void)
{
	static const struct {
		const char	*add;		/* later members win here */
		const char	*want;
	} tab[] = {
		{ "",				NULL },
		{ "order_no\":\"1&2",		"order_no: not 1 to 50 of "
		    "A-Z a-z 0-9 _ - : . @ and space" },
		{ "order_no\":\"",		"order_no: not 1 to 50 of "
		    "A-Z a-z 0-9 _ - : . @ and space" },
		{ "transaction_no\":\"1 2",	"transaction_no: not 1 to 64 "
		    "of A-Z a-z 0-9 _ -" },
		{ "transaction_no\":\"<x/>",	"transaction_no: not 1 to 64 "
		    "of A-Z a-z 0-9 _ -" },
		{ "amount\":\"0.00",		"amount: not 0.01 to "
		    "9999999.99" },
		{ "amount\":\"-1.00",		"amount: not 0.01 to "
		    "9999999.99" },
		{ "kind\":\"gift",		"kind: neither refund nor "
		    "void" },
		{ "opened_at\":\"today",	"opened_at: not an instant" }
	};
	struct json_object *req, *ans, *e;
	struct mpg_asked a;
	char text[512], key[32];
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		req = json_tokener_parse("{" PLAIN "}");
		(void)snprintf(key, sizeof key, "%.*s",
		    (int)strcspn(tab[i].add, "\""), tab[i].add);
		if (*key != '\0')
			json_object_object_add(req, key,
			    json_object_new_string(tab[i].add + strlen(key) +
			    3));
		ans = mpg_asked_read(req, &a);
		(void)snprintf(text, sizeof text, "asked: %s", tab[i].add);
		if (tab[i].want == NULL)
			ok(ans == NULL && !a.is_void && a.cents == 1000 &&
			    a.opened == asked.opened, "a good request");
		else if (ok(ans != NULL && json_object_object_get_ex(ans,
		    "error", &e), "%s", text)) {
			is_str(str(e, "message"), tab[i].want, text);
			is_str(str(e, "code"), "refused", text);
		}
		json_object_put(ans);
		json_object_put(req);
	}
}

static void
answer_tests(void)
{
	static const struct {
		const char	*name, *fixture, *from, *to, *want;
	} tab[] = {
		{ "the recorded approval", REFUND, "", "",
		    "approved - 10.00 360349-1_8 [ ]" },
		{ "000 is an approval", REFUND, ">027<", ">000<",
		    "approved - 10.00 360349-1_8 [ ]" },
		{ "049", REFUND, ">027<", ">049<",
		    "approved - 10.00 360349-1_8 [ ]" },
		{ "050", REFUND, ">027<", ">050<",
		    "declined declined 10.00 360349-1_8 [ ]" },
		{ "481", REFUND, ">027<", ">481<",
		    "declined declined 10.00 360349-1_8 [ ]" },
		{ "a null code is not 0", REFUND, ">027<", ">null<",
		    "unknown incomplete" },
		{ "nor is an empty one", REFUND, ">027<", "><",
		    "unknown incomplete" },
		{ "two digits are no code", REFUND, ">027<", ">27<",
		    "unknown incomplete" },
		{ "nor are four", REFUND, ">027<", ">0027<",
		    "unknown incomplete" },
		{ "nor a sign", REFUND, ">027<", ">-27<",
		    "unknown incomplete" },
		{ "not complete, and a code", REFUND, "<Complete>true",
		    "<Complete>false", "unknown incomplete" },
		{ "complete is not True", REFUND, "<Complete>true",
		    "<Complete>True", "unknown incomplete" },
		{ "timed out", REFUND, "<TimedOut>false", "<TimedOut>true",
		    "unknown timeout" },
		{ "without Complete", REFUND, "<Complete>true</Complete>", "",
		    "unknown incomplete" },
		{ "another's order number", REFUND, "1419381921", "1419381922",
		    "unknown other_order" },
		{ "no order number", REFUND, "1419381921", "null",
		    "unknown other_order" },
		{ "no number of its own", REFUND, "360349-1_8", "null",
		    "unknown no_number" },
		{ "the payment's number", REFUND, "360349-1_8", "360246-0_8",
		    "unknown no_number" },
		{ "another amount is told", REFUND, ">10.00<", ">9.00<",
		    "approved - 9.00 360349-1_8 [ \"amount_differs\" ]" },
		{ "no amount: as asked", REFUND, ">10.00<", ">null<",
		    "approved - 10.00 360349-1_8 [ ]" },
		{ "an amount of three decimals", REFUND, ">10.00<",
		    ">10.000<", "unknown protocol" },
		{ "declined, as recorded",
		    "mpg-response-purchase-declined-481", "1026.1",
		    "1419381921", "declined declined 1.00 97-2-0 [ ]" },
		{ "no such original",
		    "mpg-response-correction-no-preauth", "", "",
		    "declined no_original" },
		{ "duplicate", "mpg-response-duplicate-order-id", "", "",
		    "declined duplicate_order" },
		{ "the same words with a number are no answer",
		    "mpg-response-correction-no-preauth",
		    "<TransID>null", "<TransID>1-1_1",
		    "unknown incomplete" },
		{ "nor when it timed out",
		    "mpg-response-correction-no-preauth",
		    "<TimedOut>false", "<TimedOut>true", "unknown timeout" },
		{ "Global Error Receipt",
		    "mpg-response-global-error-receipt", "", "",
		    "unknown incomplete" },
		{ "Input/Output Error", "mpg-response-correction-no-preauth",
		    "No Pre-auth corresponds", "Input/Output Error: ",
		    "unknown incomplete" },
		{ "XML Parse Error in Response",
		    "mpg-response-correction-no-preauth",
		    "No Pre-auth corresponds", "XML Parse Error in Response: ",
		    "unknown incomplete" },
		{ "XML Parse Error in Request",
		    "mpg-response-correction-no-preauth",
		    "No Pre-auth corresponds", "XML Parse Error in Request: ",
		    "declined refused" },
		{ "the token is wrong",
		    "mpg-response-correction-no-preauth",
		    "No Pre-auth corresponds", "API Token mismatch",
		    "error credentials" }
	};
	char buf[256], *text, *body;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		text = fixture(tab[i].fixture);
		body = change(text, tab[i].from, tab[i].to);
		is_str(summary(read_one(body), buf, sizeof buf), tab[i].want,
		    tab[i].name);
		free(text);
		free(body);
	}
}

static void
shape_tests(void)
{
	static const char *const bad[] = {
		"", " ", "null", "{}", "<html><body>down</body></html>",
		"<response/>", "<response><receipt/>",
		"<response><receipt></receipt><receipt></receipt></response>",
		"<!DOCTYPE response [<!ENTITY a \"true\">]><response><receipt>"
		    "<ReceiptId>1419381921</ReceiptId><Complete>&a;</Complete>"
		    "<ResponseCode>027</ResponseCode><TransID>1-1_1</TransID>"
		    "</receipt></response>",
		"<response><receipt><Complete>true</Complete>"
		    "<Complete>false</Complete></receipt></response>",
		"<response><receipt><ResponseCode><b>027</b></ResponseCode>"
		    "</receipt></response>"
	};
	struct driver_reply reply;
	char buf[256], name[64], *text, *nul, *token;
	struct json_object *o;
	size_t i, n, cut;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		(void)snprintf(name, sizeof name, "shape: %.40s", bad[i]);
		is_str(summary(read_one(bad[i]), buf, sizeof buf),
		    "unknown protocol", name);
	}
	/* Cut anywhere, it is never an approval, nor a decline. */
	text = fixture(REFUND);
	n = strlen(text);
	for (cut = 0, i = 0; i < n; i++) {
		reply = reply_of(text);
		reply.len = i;
		nul = strndup(text, i);
		reply.body = nul;
		if (strcmp(summary(mpg_read(&account, &asked, &reply), buf,
		    sizeof buf), "unknown protocol") != 0)
			cut++;
		free(nul);
	}
	is_int((int64_t)cut, 0, "cut after any byte: unknown");
	token = change(text, "<response>", "<!DOCTYPE response><response>");
	is_str(summary(read_one(token), buf, sizeof buf), "unknown protocol",
	    "a document type, which no answer has");
	free(token);
	token = change(text, "APPROVED ", "x" TOKEN "x");
	o = read_one(token);
	is_str(str(o, "message"), "-", "words with the token are not told");
	json_object_put(o);
	free(token);
	free(text);
}

static void
transport_tests(void)
{
	static const struct {
		const char		*name;
		enum driver_result	 result;
		bool			 sent;
		const char		*want;
	} tab[] = {
		{ "refused before a byte left", DRIVER_UNREACHABLE, false,
		    "error unreachable" },
		{ "late before a byte left", DRIVER_LATE, false,
		    "error unreachable" },
		{ "lost after a byte left", DRIVER_UNREACHABLE, true,
		    "unknown lost" },
		{ "late after a byte left", DRIVER_LATE, true,
		    "unknown timeout" },
		{ "mangled", DRIVER_MANGLED, true, "unknown lost" }
	};
	struct driver_reply reply;
	char buf[256];
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		reply = reply_of("");
		reply.result = tab[i].result;
		reply.sent = tab[i].sent;
		reply.why = "why";
		is_str(summary(mpg_read(&account, &asked, &reply), buf,
		    sizeof buf), tab[i].want, tab[i].name);
	}
}

static void
numbers_test(void)
{
	char *text = fixture(REFUND), *odd;
	struct json_object *o = read_one(text), *r;

	(void)json_object_object_get_ex(o, "receipt", &r);
	is_str(json_object_to_json_string_ext(r, JSON_C_TO_STRING_PLAIN),
	    "{\"amount\":\"10.00\",\"amount_cents\":1000,\"fee\":null,"
	    "\"order_no\":\"1419381921\",\"transaction_no\":\"360349-1_8\","
	    "\"reference_no\":\"660021630010013580\",\"terminal\":"
	    "\"66002163\",\"batch\":\"001\",\"approval_code\":\"002144\","
	    "\"response_code\":\"027\",\"iso_code\":\"01\",\"card\":null,"
	    "\"paid_at\":\"2013-01-11T12:09:31Z\"}", "the refund's numbers");
	is_str(str(o, "message"), "APPROVED * =", "the words, tamed");
	json_object_put(o);
	odd = change(text, "2013-01-11", "2013-01-13");
	o = read_one(odd);
	(void)json_object_object_get_ex(o, "receipt", &r);
	is_str(str(r, "paid_at"), "-", "a time that cannot be is not told");
	json_object_put(o);
	free(odd);
	free(text);
}

int
main(void)
{
	mco_zone();
	request_tests();
	asked_tests();
	answer_tests();
	shape_tests();
	transport_tests();
	numbers_test();
	return done();
}
