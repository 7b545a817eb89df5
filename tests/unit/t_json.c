#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "json.h"
#include "json_scan.h"
#include "money.h"
#include "tap.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

struct doc {
	char		id[16];
	char		raw[40];
	int64_t		paid;
	int64_t		fee;
	int64_t		count;
	bool		done;
	int64_t		at;
	int32_t		day;
	int		state;
	int		kind;
	uint32_t	flags;
	char		seal[16];
	int64_t		next;
};

static const char *const states[] = { "open", "cancelled", NULL };
static const char *const kinds[] = { "", "visa", "mastercard", NULL };
static const char *const flag_words[] = { "late", "twice", NULL };

static const struct pp_field fields[] = {
	PP_FIELD(struct doc, id, "id", PP_F_STR, PP_FF_KEY, NULL),
	PP_FIELD(struct doc, raw, "raw", PP_F_RAW, 0, NULL),
	PP_FIELD(struct doc, paid, "paid", PP_F_CENTS, 0, NULL),
	PP_FIELD(struct doc, fee, "fee", PP_F_CENTS, PP_FF_NONE, NULL),
	PP_FIELD(struct doc, count, "count", PP_F_INT, PP_FF_CALC, NULL),
	PP_FIELD(struct doc, done, "done", PP_F_BOOL, 0, NULL),
	PP_FIELD(struct doc, at, "at", PP_F_TIME, 0, NULL),
	PP_FIELD(struct doc, day, "day", PP_F_DAY, 0, NULL),
	PP_FIELD(struct doc, state, "state", PP_F_ENUM, 0, states),
	PP_FIELD(struct doc, kind, "kind", PP_F_ENUM, 0, kinds),
	PP_FIELD(struct doc, flags, "flags", PP_F_FLAGS, 0, flag_words),
	PP_FIELD(struct doc, seal, "seal", PP_F_STR, PP_FF_HIDDEN, NULL),
	PP_FIELD(struct doc, next, "next", PP_F_TIME, PP_FF_ASIDE, NULL),
};

#define T(s)	s, sizeof s - 1

static const struct {
	const char	*text;
	size_t		 len;
	const char	*why;	/* NULL: well-formed */
} scans[] = {
	{ T("{}"), NULL },
	{ T(" \t\r\n{ \"a\" : [ ] , \"b\":{ } } \n"), NULL },
	{ T("[-0,0.5,1e5,1E-5,1.25e+3,12345678901234567890123]"), NULL },
	{ T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\""), NULL },
	{ T("\"\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""), NULL },
	{ T("null"), NULL },
	{ T("12"), NULL },
	{ T("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}"), NULL },
	{ T("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"), NULL },
	{ T("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"),
	    "byte 17: nested too deeply" },
	{ T("{\"a\":1,\"b\":2,\"a\":3}"),
	    "byte 14: a second member of this name" },
	{ T("{\"a\":1,\"\\u0061\":3}"),
	    "byte 8: a second member of this name" },
	{ T("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":3}"),
	    "byte 19: a second member of this name" },
	{ T("{\"\\n\":1,\"\\u000A\":3}"),
	    "byte 9: a second member of this name" },
	{ T("{\"x\":[{\"\":1,\"\":3}]}"),
	    "byte 13: a second member of this name" },
	{ T("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":"
	    "1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":"
	    "1,\"q\":1,\"b\":1}"), "byte 104: a second member of this name" },
	{ T(""), "byte 1: ends too early" },
	{ T("  "), "byte 3: ends too early" },
	{ T("{"), "byte 2: ends too early" },
	{ T("{\"a\""), "byte 5: ends too early" },
	{ T("{\"a\":"), "byte 6: ends too early" },
	{ T("{\"a\":1"), "byte 7: ends too early" },
	{ T("[1"), "byte 3: ends too early" },
	{ T("[1,]"), "byte 4: not a JSON value" },
	{ T("{\"a\":1,}"), "byte 8: not the name of a member" },
	{ T("{a:1}"), "byte 2: not the name of a member" },
	{ T("{\"a\" 1}"), "byte 6: no colon" },
	{ T("{\"a\":1 \"b\":2}"), "byte 8: neither comma nor brace" },
	{ T("[1 2]"), "byte 4: neither comma nor bracket" },
	{ T("{'a':1}"), "byte 2: not the name of a member" },
	{ T("{\"a\":'b'}"), "byte 6: a single quote" },
	{ T("{\"a\":NaN}"), "byte 6: not a JSON value" },
	{ T("-Infinity"), "byte 1: not a number" },
	{ T("True"), "byte 1: not a JSON value" },
	{ T("nul"), "byte 1: not a JSON value" },
	{ T("nullx"), "byte 5: text after the JSON value" },
	{ T("{} {}"), "byte 4: text after the JSON value" },
	{ T("// c\n1"), "byte 1: not a JSON value" },
	{ T("01"), "byte 1: a number with a leading zero" },
	{ T("-01"), "byte 1: a number with a leading zero" },
	{ T("1."), "byte 1: not a number" },
	{ T(".5"), "byte 1: not a JSON value" },
	{ T("+5"), "byte 1: not a JSON value" },
	{ T("-"), "byte 1: not a number" },
	{ T("1e"), "byte 1: not a number" },
	{ T("0x10"), "byte 2: text after the JSON value" },
	{ T("\"a"), "byte 3: ends within a string" },
	{ T("\"a\\"), "byte 4: ends within a string" },
	{ T("\"a\tb\""), "byte 3: a control byte in a string" },
	{ T("\"a\0b\""), "byte 3: a control byte in a string" },
	{ T("{}\0"), "byte 3: text after the JSON value" },
	{ T("\x01"), "byte 1: a control byte" },
	{ T("\"\\x41\""), "byte 2: no such escape" },
	{ T("\"\\\0\""), "byte 2: no such escape" },
	{ T("\"\\u12g4\""), "byte 2: no such escape" },
	{ T("\"\\u12"), "byte 2: no such escape" },
	{ T("\"ab\\u0000\""), "byte 4: a NUL in a string" },
	{ T("\"\\ud800\""), "byte 2: half of a surrogate pair" },
	{ T("\"\\ud800\\u0041\""), "byte 2: half of a surrogate pair" },
	{ T("\"\\udc00\\ud800\""), "byte 2: half of a surrogate pair" },
	{ T("\"\x80\""), "byte 2: not UTF-8" },
	{ T("\"\xc0\x80\""), "byte 2: not UTF-8" },
	{ T("\"\xc3\""), "byte 2: not UTF-8" },
	{ T("\"\xe0\x9f\xbf\""), "byte 2: not UTF-8" },
	{ T("\"\xed\xa0\x80\""), "byte 2: not UTF-8" },
	{ T("\"\xf0\x8f\xbf\xbf\""), "byte 2: not UTF-8" },
	{ T("\"\xf4\x90\x80\x80\""), "byte 2: not UTF-8" },
	{ T("\"\xf5\x80\x80\x80\""), "byte 2: not UTF-8" },
	{ T("\"\xe2\x82"), "byte 2: not UTF-8" },
	{ T("\xef\xbb\xbf{}"), "byte 1: not a JSON value" },
};

static const struct {
	const char	*text;
	int64_t		 cents;		/* BAD if refused */
	const char	*why;
} amounts[] = {
#define BAD	INT64_MIN
	{ "{\"x\":\"1149.75\"}", 114975, NULL },
	{ "{\"x\":1149.75}", 114975, NULL },
	{ "{\"x\":0.1}", 10, NULL },
	{ "{\"x\":4.35}", 435, NULL },
	{ "{\"x\":9999999.99}", PP_CENTS_MAX, NULL },
	{ "{\"x\":500}", 50000, NULL },
	{ "{\"x\":-3.50}", -350, NULL },
	{ "{\"x_cents\":5}", 5, NULL },
	{ "{\"x\":\"0.05\",\"x_cents\":5}", 5, NULL },
	{ "{\"x\":null,\"x_cents\":5}", 5, NULL },
	{ "{\"x\":\"0.05\",\"x_cents\":6}", BAD, "x: 0.05, but x_cents is 6" },
	{ "{\"x\":1.005}", BAD, "x: 1.005: more than two decimals" },
	{ "{\"x\":1.000000000000000000001}", BAD,
	    "x: 1.000000000000000000001: more than two decimals" },
	{ "{\"x\":1e2}", BAD, "x: not an amount: 1e2" },
	{ "{\"x\":100E-2}", BAD, "x: not an amount: 100E-2" },
	{ "{\"x\":1e400}", BAD, "x: not an amount: 1e400" },
	{ "{\"x\":18446744073709551617}", BAD, "x: amount too large" },
	{ "{\"x\":9223372036854775808}", BAD, "x: amount too large" },
	{ "{\"x\":-99999999999999999999}", BAD, "x: amount too large" },
	{ "{\"x\":10000000}", BAD, "x: amount too large" },
	{ "{\"x_cents\":1000000000}", BAD, "x_cents: out of range" },
	{ "{\"x_cents\":5.0}", BAD, "x_cents: not an integer" },
	{ "{\"x_cents\":\"5\"}", BAD, "x_cents: not an integer" },
	{ "{\"x\":true}", BAD, "x: not an amount" },
	{ "{\"x\":[]}", BAD, "x: not an amount" },
	{ "{\"x\":\"\"}", BAD, "x: not an amount: " },
};

static const struct {
	const char	*text;
	int64_t		 n;
	const char	*why;
} ints[] = {
	{ "{\"x\":17}", 17, NULL },
	{ "{\"x\":9223372036854775807}", INT64_MAX, NULL },
	{ "{\"x\":-9223372036854775807}", -INT64_MAX, NULL },
	{ "{\"x\":9223372036854775808}", BAD, "x: out of range" },
	{ "{\"x\":18446744073709551616}", BAD, "x: out of range" },
	{ "{\"x\":-9223372036854775809}", BAD, "x: out of range" },
	{ "{\"x\":1.0}", BAD, "x: not an integer" },
	{ "{\"x\":1e1}", BAD, "x: not an integer" },
	{ "{\"x\":\"1\"}", BAD, "x: not an integer" },
	{ "{\"x\":true}", BAD, "x: not an integer" },
};

static const struct {
	const char	*text;
	const char	*why;
} docs[] = {
	{ "{\"id\":\"0123456789abcdef\"}", "id: longer than 15 bytes" },
	{ "{\"id\":5}", "id: not a string" },
	{ "{\"raw\":\"123456789012345678901234567890123456789\"}",
	    "raw: longer than 39 bytes" },
	{ "{\"done\":1}", "done: neither true nor false" },
	{ "{\"at\":\"noon\"}", "at: not a date or time: noon" },
	{ "{\"at\":5}", "at: not a string" },
	{ "{\"day\":\"2026-02-29\"}", "day: not a date: 2026-02-29" },
	{ "{\"day\":\"2026-1-1\"}", "day: not a date: 2026-1-1" },
	{ "{\"day\":\"2026-11-23T00:00:00Z\"}",
	    "day: not a date: 2026-11-23T00:00:00Z" },
	{ "{\"state\":\"shut\"}", "state: unknown word shut" },
	{ "{\"flags\":\"late\"}", "flags: not an array" },
	{ "{\"flags\":[\"early\"]}", "flags: unknown word early" },
	{ "{\"flags\":[null]}", "flags: unknown word null" },
	{ "{\"paid_cents\":1000000000000001}", "paid_cents: out of range" },
};

static void	t_scan(void);
static void	t_many(void);
static void	t_spans(void);
static void	t_getters(void);
static void	t_docs(void);
static struct json_object	*tree(const char *);
static const char		*why(const struct pp_err *);

static struct json_object *
tree(const char *text)
{
	struct json_object *o = NULL;

	if (pp_json_parse(text, strlen(text), &o, NULL) != PP_OK)
		ok(false, "well-formed: %s", text);
	return o;
}

static const char *
why(const struct pp_err *err)
{
	static char buf[PP_ERR_MSG + PP_ERR_MEMBER];

	return pp_err_str(err, buf, sizeof buf);
}

static void
t_scan(void)
{
	struct json_object *o;
	struct pp_err err;
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < N(scans); i++) {
		pp_err_clear(&err);
		rc = pp_json_scan(scans[i].text, scans[i].len, NULL, NULL,
		    &err);
		ok(rc == (scans[i].why == NULL ? PP_OK : PP_DATA), "scan %s",
		    scans[i].text);
		is_str(why(&err), scans[i].why == NULL ? "" : scans[i].why,
		    "and what is said");
		/* What the scan lets pass json-c must read. */
		o = NULL;
		pp_err_clear(&err);
		ok(pp_json_parse(scans[i].text, scans[i].len, &o, &err) == rc,
		    "and the parse agrees");
		json_object_put(o);
	}
}

/* A megabyte of names: told at once, and the one that comes twice found. */
static void
t_many(void)
{
	char *text = malloc(PP_JSON_LINE + 32);
	struct pp_err err = { 0 };
	struct json_object *o = NULL;
	size_t n = 0, at;
	int i;

	if (text == NULL)
		return;
	text[n++] = '{';
	for (i = 0; n < PP_JSON_LINE - 64; i++)
		n += (size_t)snprintf(text + n, 32, "\"%x\":1,", i);
	at = n + 1;
	n += (size_t)snprintf(text + n, 32, "\"z\":1}");
	ok(pp_json_scan(text, n, NULL, NULL, NULL) == PP_OK,
	    "%d different members", i + 1);
	text[at] = '7';
	ok(pp_json_scan(text, n, NULL, NULL, &err) == PP_DATA,
	    "one of them twice");
	ok(strtoull(err.member + strlen("byte "), NULL, 10) == at,
	    "the second one is named");
	memset(text, ' ', PP_JSON_LINE + 1);
	text[0] = '1';
	ok(pp_json_parse(text, PP_JSON_LINE, &o, NULL) == PP_OK,
	    "a line of the greatest length");
	json_object_put(o);
	pp_err_clear(&err);
	ok(pp_json_parse(text, PP_JSON_LINE + 1, &o, &err) == PP_DATA,
	    "a line too long");
	is_str(why(&err), "longer than 1048576 bytes", "and why");
	free(text);
}

static void
t_spans(void)
{
	static const char t[] = " {\"a\": {\"x\":1} ,\"b\\n\":[1, 2],\"c\":3}";
	struct pp_span sp[3];
	struct pp_err err = { 0 };
	size_t n = N(sp);

	ok(pp_json_scan(t, strlen(t), sp, &n, NULL) == PP_OK && n == 3,
	    "three top-level members");
	ok(sp[0].klen == 1 && t[sp[0].key] == 'a' && sp[0].vlen == 7 &&
	    memcmp(t + sp[0].val, "{\"x\":1}", 7) == 0, "the first");
	ok(sp[1].klen == 3 && memcmp(t + sp[1].key, "b\\n", 3) == 0 &&
	    sp[1].vlen == 6 && memcmp(t + sp[1].val, "[1, 2]", 6) == 0,
	    "the second");
	ok(sp[2].vlen == 1 && t[sp[2].val] == '3', "the third");
	n = 2;
	ok(pp_json_scan(t, strlen(t), sp, &n, &err) == PP_DATA && n == 3,
	    "more than room was given for");
	is_str(why(&err), "more than 2 members", "and why");
	n = N(sp);
	ok(pp_json_scan("[{\"a\":1}]", 9, sp, &n, NULL) == PP_OK && n == 0,
	    "no object, no members");
}

static void
t_getters(void)
{
	struct json_object *o;
	struct pp_err err;
	const char *s = "before";
	int64_t n;
	enum pp_rc rc;
	size_t i;
	bool b = true;

	for (i = 0; i < N(amounts); i++) {
		o = tree(amounts[i].text);
		pp_err_clear(&err);
		n = 77;
		rc = pp_json_amount(o, "x", &n, &err);
		ok(amounts[i].why == NULL ? rc == PP_OK && n ==
		    amounts[i].cents : rc == PP_DATA && n == 77, "amount %s",
		    amounts[i].text);
		is_str(why(&err), amounts[i].why == NULL ? "" :
		    amounts[i].why, "and what is said");
		json_object_put(o);
	}
	for (i = 0; i < N(ints); i++) {
		o = tree(ints[i].text);
		pp_err_clear(&err);
		n = 77;
		rc = pp_json_int(o, "x", INT64_MIN, INT64_MAX, &n, &err);
		ok(ints[i].why == NULL ? rc == PP_OK && n == ints[i].n :
		    rc == PP_DATA && n == 77, "integer %s", ints[i].text);
		is_str(why(&err), ints[i].why == NULL ? "" : ints[i].why,
		    "and what is said");
		json_object_put(o);
	}
	o = tree("{\"s\":\"\xc3\xa9\",\"nil\":null,\"b\":false,\"n\":5,"
	    "\"t\":\"2026-11-23T15:04:05.123Z\"}");
	pp_err_clear(&err);
	ok(pp_json_str(o, "s", &s, &err) == PP_OK, "a string");
	is_str(s, "\xc3\xa9", "as it is");
	ok(pp_json_str(o, "nil", &s, &err) == PP_NOTFOUND &&
	    err.msg[0] == '\0', "null is not there, without a word");
	ok(pp_json_amount(o, "none", &n, &err) == PP_NOTFOUND &&
	    err.msg[0] == '\0', "an absent amount neither");
	ok(pp_json_bool(o, "b", &b, &err) == PP_OK && !b, "a boolean");
	ok(pp_json_time(o, "t", &n, &err) == PP_OK && n == 1795446245123,
	    "an instant");
	ok(pp_json_int(o, "n", 6, 9, &n, &err) == PP_DATA, "below the least");
	is_str(why(&err), "n: out of range", "and why");
	json_object_put(o);
}

static void
t_docs(void)
{
	static const char full[] = "{\"id\":\"lnk_1\",\"raw\":{\"u\":\"a/b\","
	    "\"q\":1.50},\"paid_cents\":-350,\"fee_cents\":25,\"count\":3,"
	    "\"done\":true,\"at\":\"2026-11-23T15:04:05.123Z\","
	    "\"day\":\"2024-02-29\",\"state\":\"cancelled\",\"kind\":\"visa\","
	    "\"flags\":[\"late\",\"twice\"],\"seal\":\"secret\","
	    "\"next\":\"2026-11-23T15:04:06Z\"}";
	struct pp_buf b = PP_BUF_INIT(1000);
	struct json_object *o;
	struct doc d, e;
	struct pp_err err = { 0 };
	size_t i;

	memset(&d, 0, sizeof d);
	memset(&e, 0, sizeof e);
	o = tree(full);
	ok(pp_doc_read(fields, N(fields), o, &d, &err) == PP_OK, "read");
	json_object_put(o);
	o = json_object_new_object();
	pp_doc_write(fields, N(fields), &d, PP_DOC_STORE, o);
	is_str(pp_json_text(o), full, "and written as it was");
	json_object_put(o);
	pp_buf_puts(&b, "{");
	pp_doc_print(fields, N(fields), &d, &b);
	pp_buf_puts(&b, "}");
	is_str(b.p, full, "and printed as it was written");
	pp_buf_reset(&b);

	o = json_object_new_object();
	pp_doc_write(fields, N(fields), &d, PP_DOC_EVENT, o);
	ok(!json_object_object_get_ex(o, "next", NULL) &&
	    !json_object_object_get_ex(o, "count", NULL) &&
	    json_object_object_length(o) == (int)N(fields) - 2,
	    "an event has neither what is aside nor what is calculated");
	json_object_put(o);

	o = json_object_new_object();
	pp_doc_write(fields, N(fields), &d, PP_DOC_SHOW, o);
	is_str(pp_json_text(o), "{\"id\":\"lnk_1\",\"raw\":{\"u\":\"a/b\","
	    "\"q\":1.50},\"paid\":\"-3.50\",\"paid_cents\":-350,"
	    "\"fee\":\"0.25\",\"fee_cents\":25,\"count\":3,\"done\":true,"
	    "\"at\":\"2026-11-23T15:04:05.123Z\",\"day\":\"2024-02-29\","
	    "\"state\":\"cancelled\",\"kind\":\"visa\","
	    "\"flags\":[\"late\",\"twice\"],"
	    "\"next\":\"2026-11-23T15:04:06Z\"}", "shown");
	json_object_put(o);

	o = json_object_new_object();
	pp_doc_write(fields, N(fields), &e, PP_DOC_STORE, o);
	is_str(pp_json_text(o), "{\"state\":\"open\"}", "empty, stored");
	json_object_put(o);
	o = json_object_new_object();
	pp_doc_write(fields, N(fields), &e, PP_DOC_SHOW, o);
	is_str(pp_json_text(o), "{\"id\":null,\"raw\":null,"
	    "\"paid\":\"0.00\",\"paid_cents\":0,\"fee\":null,\"count\":0,"
	    "\"done\":false,\"at\":null,\"day\":null,\"state\":\"open\","
	    "\"kind\":null,\"flags\":[],\"next\":null}", "empty, shown");
	json_object_put(o);

	e = d;
	e.paid = 0;
	e.at = 0;
	e.flags = 2;
	e.next = 5;	/* aside: no difference to tell */
	e.count = 9;
	ok(pp_doc_diff(fields, N(fields), &d, &e, NULL, &b) == 3,
	    "three differ");
	is_str(b.p, "\"id\":\"lnk_1\",\"paid_cents\":0,"
	    "\"at\":null,\"flags\":[\"twice\"]", "and are told");
	pp_buf_reset(&b);
	pp_buf_puts(&b, "{");
	ok(pp_doc_diff(fields, N(fields), &d, &e, "at", &b) == 3,
	    "three differ, two are told");
	pp_buf_puts(&b, "}");
	is_str(b.p, "{\"id\":\"lnk_1\",\"paid_cents\":0,"
	    "\"flags\":[\"twice\"]}", "after an opening brace");
	o = tree("{\"id\":\"lnk_1\",\"paid_cents\":0,\"at\":null,"
	    "\"flags\":[\"twice\"]}");
	ok(pp_doc_read(fields, N(fields), o, &d, &err) == PP_OK && d.paid == 0
	    && d.at == 0 && d.flags == 2 && d.fee == 25,
	    "a diff read over the old gives the new");
	json_object_put(o);
	pp_buf_reset(&b);
	ok(pp_doc_diff(fields, N(fields), &e, &e, NULL, &b) == 0,
	    "nothing differs");
	is_str(b.p, "\"id\":\"lnk_1\"", "but the key is told");
	pp_buf_release(&b);

	d.fee = 25;
	o = tree("{\"fee_cents\":null,\"raw\":null}");
	ok(pp_doc_read(fields, N(fields), o, &d, &err) == PP_OK && d.fee == 0
	    && d.raw[0] == '\0', "null empties, as cents too");
	json_object_put(o);
	for (i = 0; i < N(docs); i++) {
		o = tree(docs[i].text);
		pp_err_clear(&err);
		ok(pp_doc_read(fields, N(fields), o, &d, &err) == PP_DATA,
		    "refuse %s", docs[i].text);
		is_str(why(&err), docs[i].why, "and say why");
		json_object_put(o);
	}
	is_int(pp_word(states, "cancelled"), 1, "a word's place");
	is_int(pp_word(states, "cancel"), -1, "no place");
}

int
main(void)
{
	t_scan();
	t_many();
	t_spans();
	t_getters();
	t_docs();
	return done();
}
