/*
 * Rule T4 and what else is read of a task of ProgressionLIVE.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "json.h"
#include "progression.h"
#include "tap.h"
#include "banned.h"

#define QUEBEC	"\"taxConfig\":{\"label\":\"TPS-TVQ\",\"taxes\":[" \
	"{\"label\":\"TPS\",\"percent\":5.0,\"taxable\":false}," \
	"{\"label\":\"TVQ\",\"percent\":9.975,\"taxable\":false}]}"

static const struct pp_prog_rules rules = { "D\xc3\xa9p\xc3\xb4t*, Acompte",
    "900, Factur\xc3\xa9" };

static void	decimals(void);
static void	totals(void);
static void	elements(void);
static void	lists(void);
static void	documents(void);
static void	hostile(void);
static char	*read_one(const char *, const char *);

static void
decimals(void)
{
	static const struct { const char *text; int64_t cents; } rows[] = {
		{ "1149.75", 114975 }, { "1149.7500000001", 114975 },
		{ "1149.7499999999998", 114975 }, { "0", 0 }, { "-0.0", 0 },
		{ "5", 500 }, { "5.1", 510 }, { "-500.00", -50000 },
		{ "1.14975E3", 114975 }, { "1.0E-9", 0 },
		{ "0.30000000000000004", 30 }, { "9999999.99", 999999999 },
		{ "1149.75001", 114975 }, { "1149.74999", 114975 },
		{ "1149.750011", -1 }, { "1149.749989", -1 },
		{ "1149.754", -1 }, { "10000000", -1 }, { "1e30", -1 },
		{ "1e999", -1 }, { "", -1 }, { "x", -1 }, { "1.2.3", -1 },
		{ ".", -1 }, { "-", -1 }, { "1e", -1 }, { "NaN", -1 },
		{ "99999999999999999999999", -1 }
	};
	struct pp_err err = { 0 };
	int64_t cents;
	size_t i;
	bool good;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cents = -1;
		good = pp_decimal_cents(rows[i].text, &cents, &err) == PP_OK;
		ok(cents == rows[i].cents && good == (cents != -1),
		    "T4: %s is %" PRId64, rows[i].text, rows[i].cents);
	}
	ok(pp_div_down(-7, 2) == -4 && pp_div_up(-7, 2) == -3 &&
	    pp_div_half(-7, 2) == -4 && pp_div_down(7, 2) == 3 &&
	    pp_div_up(7, 2) == 4 && pp_div_half(7, 2) == 4,
	    "divisions below zero");
}

/* What reading a task gives: its amounts, or the words of the refusal. */
static char *
read_one(const char *more, const char *member)
{
	static char out[4096];
	struct pp_prog_ref ref;
	struct json_object *o, *doc = NULL, *v;
	struct pp_err err = { 0 };
	char text[8192], why[1024];

	(void)snprintf(text, sizeof text, "{\"code\":\"T-1\",\"id\":7%s%s}",
	    *more != '\0' ? "," : "", more);
	if (pp_json_parse(text, strlen(text), &o, &err) != PP_OK)
		return (char *)(uintptr_t)"the test is not JSON";
	if (pp_progression_task(o, &rules, &ref, &doc, &err) != PP_OK)
		(void)snprintf(out, sizeof out, "%s", pp_err_str(&err, why,
		    sizeof why));
	else if (*member == '\0')
		(void)snprintf(out, sizeof out, "%s %s",
		    json_object_get_string(json_object_object_get(doc,
		    "total")), pp_json_text(json_object_object_get(doc,
		    "taxes")));
	else
		(void)snprintf(out, sizeof out, "%s",
		    json_object_object_get_ex(doc, member, &v) ?
		    pp_json_text(v) : "none");
	json_object_put(doc);
	json_object_put(o);
	return out;
}

#define TAXES(tps, ctps, tvq, ctvq) "[{\"name\":\"TPS\",\"amount\":\"" tps \
	"\",\"amount_cents\":" ctps "},{\"name\":\"TVQ\",\"amount\":\"" tvq \
	"\",\"amount_cents\":" ctvq "}]"

static void
totals(void)
{
	static const struct { const char *name, *task, *want; } rows[] = {
		{ "lines and taxes make it", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":1000.0,\"total\":1149.7500000000002,\"items\":"
		    "[{\"label\":\"A\",\"quantity\":1.0,\"total\":1000.0}]}",
		    "1149.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "not a whole cent", QUEBEC ",\"itemList\":{\"subTotal\":"
		    "1000.0,\"total\":1149.754,\"items\":[{\"label\":\"A\","
		    "\"quantity\":1,\"total\":1000.0}]}",
		    "itemList.total: 1149.754: not a whole cent" },
		{ "a cent too much", QUEBEC ",\"itemList\":{\"subTotal\":"
		    "1000.0,\"total\":1149.76,\"items\":[{\"label\":\"A\","
		    "\"quantity\":1,\"total\":1000.0}]}",
		    "itemList.total: 1149.76, which lines and taxes do not "
		    "make" },
		{ "the subtotal is another", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":1000.0,\"total\":1149.75,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":900.0}]}",
		    "itemList.subTotal: 1000.00, but the lines make 900.00" },
		{ "a tax rounded down there", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":300.0,\"total\":344.92,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":300.0}]}",
		    "344.92 " TAXES("15.00", "1500", "29.92", "2992") },
		{ "and up", QUEBEC ",\"itemList\":{\"subTotal\":300.0,"
		    "\"total\":344.93,\"items\":[{\"label\":\"A\",\"quantity\":"
		    "1,\"total\":300.0}]}",
		    "344.93 " TAXES("15.00", "1500", "29.93", "2993") },
		{ "an untaxed line", QUEBEC ",\"itemList\":{\"subTotal\":"
		    "1100.0,\"total\":1249.75,\"items\":[{\"label\":\"A\","
		    "\"quantity\":1,\"total\":1000.0},{\"label\":\"B\","
		    "\"quantity\":1,\"total\":100.0,\"taxable\":false}]}",
		    "1249.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "lines below a cent", QUEBEC ",\"itemList\":{\"subTotal\":"
		    "99.999,\"total\":114.98,\"items\":[{\"label\":\"A\","
		    "\"quantity\":3,\"total\":99.999}]}",
		    "114.98 " TAXES("5.00", "500", "9.98", "998") },
		{ "A2: a deposit line is left out", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":500.0,\"total\":649.75,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":1000.0},"
		    "{\"label\":\"D\xc3\xa9p\xc3\xb4t du 3 mai\",\"quantity\":1,"
		    "\"total\":-500.0,\"taxable\":false}]}",
		    "1149.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "a deposit line that is taxed", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":500.0,\"total\":574.88,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":1000.0},"
		    "{\"label\":\"Acompte\",\"quantity\":1,\"total\":-500.0}]}",
		    "1149.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "one tax on the other", "\"taxConfig\":{\"taxes\":["
		    "{\"label\":\"TPS\",\"percent\":5,\"taxable\":true},"
		    "{\"label\":\"TVQ\",\"percent\":9.5}]},\"itemList\":{"
		    "\"subTotal\":100.0,\"total\":114.98,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":100.0}]}",
		    "114.98 " TAXES("5.00", "500", "9.98", "998") },
		{ "rates that are not told", "\"itemList\":{\"subTotal\":"
		    "1000.0,\"total\":1149.75,\"items\":[{\"label\":\"A\","
		    "\"quantity\":1,\"total\":1000.0}]}",
		    "1149.75 [{\"name\":\"Taxes\",\"amount\":\"149.75\","
		    "\"amount_cents\":14975}]" },
		{ "too much to be taxes", "\"itemList\":{\"subTotal\":1000.0,"
		    "\"total\":1200.0,\"items\":[{\"label\":\"A\",\"quantity\":"
		    "1,\"total\":1000.0}]}",
		    "itemList.total: 1200.00, which lines and taxes do not "
		    "make" },
		{ "less than its lines", "\"itemList\":{\"subTotal\":1000.0,"
		    "\"total\":900.0,\"items\":[{\"label\":\"A\",\"quantity\":"
		    "1,\"total\":1000.0}]}",
		    "itemList.total: 900.00, which lines and taxes do not "
		    "make" },
		{ "no lines told", QUEBEC ",\"itemList\":{\"subTotal\":1000.0,"
		    "\"total\":1149.75}",
		    "1149.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "a line that was removed", QUEBEC ",\"itemList\":{"
		    "\"subTotal\":1000.0,\"total\":1149.75,\"items\":["
		    "{\"label\":\"A\",\"quantity\":1,\"total\":1000.0},"
		    "{\"label\":\"B\",\"quantity\":1,\"total\":5.0,\"removed\":"
		    "\"2026-11-01T00:00:00.000-0500\"}]}",
		    "1149.75 " TAXES("50.00", "5000", "99.75", "9975") },
		{ "below zero", "\"itemList\":{\"total\":-5.0}",
		    "itemList.total: -5.00 is no amount to pay" },
		{ "none", "", "itemList.total: missing" },
		{ "none of a removed task", "\"removed\":"
		    "\"2026-11-01T00:00:00Z\"", "(null) null" },
		{ "a text is no number", "\"itemList\":{\"total\":\"x\"}",
		    "itemList.total: not a number: x" }
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		is_str(read_one(rows[i].task, ""), rows[i].want,
		    rows[i].name);
}

static void
elements(void)
{
	static const struct { const char *text; size_t n; bool whole; }
	    rows[] = {
		{ "[]", 0, true }, { " [ ] \n", 0, true },
		{ "[1]", 1, true }, { "[{\"a\":[1,2]},\"],\\\"\"] ", 2, true },
		{ "[1,2,3", 2, false }, { "{\"error\":1}", 0, false },
		{ "", 0, false }, { "[\"a", 0, false }, { "[1] x", 1, false },
		{ "[\"\\", 0, false }
	};
	const char *el;
	size_t i, at, n, len;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (at = n = 0; pp_progression_element(rows[i].text,
		    strlen(rows[i].text), &at, &el, &len); n++)
			continue;
		ok(n == rows[i].n && (at != SIZE_MAX) == rows[i].whole,
		    "elements of %s", rows[i].text);
	}
}

static void
lists(void)
{
	static const char list[] = "900, Factur\xc3\xa9 , , D*t";

	ok(pp_progression_listed(list, "900", false) &&
	    pp_progression_listed(list, "Factur\xc3\xa9", false) &&
	    !pp_progression_listed(list, "90", false) &&
	    !pp_progression_listed(list, "", false) &&
	    !pp_progression_listed("", "", false) &&
	    !pp_progression_listed(list, "Dot", false), "lists of words");
	ok(pp_progression_listed(list, "D\xc3\xa9p\xc3\xb4t", true) &&
	    !pp_progression_listed(list, "xD\xc3\xa9p\xc3\xb4t", true),
	    "lists of patterns");
}

#define MONEY	"\"itemList\":{\"subTotal\":5,\"total\":5.0,\"items\":[" \
	"{\"label\":\"Visite\\n\",\"quantity\":1.50,\"total\":5.0}]}"

static void
documents(void)
{
	static const struct { const char *name, *more, *member, *want; }
	    rows[] = {
		{ "lines", MONEY, "lines", "[{\"label\":\"Visite\","
		    "\"quantity\":\"1.5\",\"total\":\"5.00\","
		    "\"total_cents\":500}]" },
		{ "its client", MONEY ",\"client\":{\"label\":\"H\xc3\xa9l\xc3"
		    "\xa8ne\",\"lang\":\"fr\",\"address\":{\"address\":\"1, rue "
		    "A\",\"city\":\"Qu\xc3\xa9" "bec\",\"email\":\"h@example.org\","
		    "\"phone\":\"418 555-0100\"}}", "customer",
		    "{\"name\":\"H\xc3\xa9l\xc3\xa8ne\",\"email\":"
		    "\"h@example.org\",\"phone\":\"418 555-0100\",\"address\":"
		    "\"1, rue A, Qu\xc3\xa9" "bec\",\"language\":\"fr\"}" },
		{ "the task's own address and language go before", MONEY
		    ",\"lang\":\"EN_CA\",\"clientAddress\":{\"city\":\"Laval\","
		    "\"email\":\"\"},\"client\":{\"label\":\"B\",\"lang\":\"fr\","
		    "\"address\":{\"city\":\"Gasp\xc3\xa9\",\"email\":"
		    "\"b@example.org\"}}", "customer",
		    "{\"name\":\"B\",\"email\":\"b@example.org\","
		    "\"address\":\"Laval\",\"language\":\"en\"}" },
		{ "no client", MONEY, "customer", "{}" },
		{ "another language is none", MONEY ",\"lang\":\"de\"",
		    "customer", "{}" },
		{ "its step", MONEY ",\"currentState\":{\"label\":\"A\","
		    "\"logicId\":700}", "step", "\"700\"" },
		{ "not transferred", MONEY ",\"currentState\":{\"label\":\"A\","
		    "\"logicId\":700,\"datetime\":\"2026-11-23T10:00:00-05\"}",
		    "invoice", "none" },
		{ "transferred, by its id", MONEY ",\"currentState\":{"
		    "\"logicId\":900,\"datetime\":"
		    "\"2026-11-23T10:00:00.000-0500\"}", "invoice",
		    "{\"transferred_at\":\"2026-11-23T15:00:00.000Z\"}" },
		{ "transferred, by its label", MONEY ",\"updated\":"
		    "\"2026-11-23T15:00:00Z\",\"currentState\":{\"label\":"
		    "\"Factur\xc3\xa9\",\"logicId\":950}", "invoice",
		    "{\"transferred_at\":\"2026-11-23T15:00:00.000Z\"}" },
		{ "removed", MONEY ",\"removed\":\"2026-11-01T00:00:00Z\"",
		    "removed", "true" },
		{ "not removed", MONEY ",\"removed\":null", "removed",
		    "false" },
		{ "updated", MONEY ",\"updated\":\"2026-11-23T10:00:00.5"
		    "-0500\"", "updated_at", "\"2026-11-23T15:00:00.500Z\"" },
		{ "what writing back needs", MONEY ",\"uid\":\"u-1\"",
		    "progression", "{\"id\":\"7\",\"uid\":\"u-1\"}" },
		{ "description, else summary", MONEY ",\"summary\":\"a\\u0007b"
		    "\",\"description\":\"\"", "description", "\"a b\"" }
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		is_str(read_one(rows[i].more, rows[i].member), rows[i].want,
		    rows[i].name);
}

/* Whatever they send, it is refused or it is a document. */
static void
hostile(void)
{
	static const struct { const char *task, *want; } rows[] = {
		{ "{\"code\":\"lnk_x\",\"id\":3.0}", "code: a task id does not "
		    "begin with lnk_" },
		{ "{\"id\":3.0,\"code\":\"a b\"}", "code: space, control or "
		    "invisible character at byte 2" },
		{ "{\"id\":3}", "code: a task id has 1 to 64 bytes, not 0" },
		{ "{\"code\":[],\"id\":3}", "code: a task id has 1 to 64 bytes, "
		    "not 0" },
		{ "{\"id\":3,\"code\":\"A\",\"itemList\":[],\"client\":5,"
		    "\"currentState\":\"x\",\"taxConfig\":[1]}",
		    "itemList.total: missing" },
		{ "{\"id\":3,\"code\":\"A\",\"itemList\":{\"total\":5,\"items\":"
		    "[1,null,{\"total\":5}]}}", "" }
	};
	struct pp_prog_ref ref;
	struct json_object *o, *doc;
	struct pp_err err;
	char why[1024];
	size_t i;
	enum pp_rc rc;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&err, 0, sizeof err);
		doc = NULL;
		(void)pp_json_parse(rows[i].task, strlen(rows[i].task), &o,
		    NULL);
		rc = pp_progression_task(o, &rules, &ref, &doc, &err);
		is_str(pp_err_str(&err, why, sizeof why), rows[i].want,
		    rows[i].task);
		ok((rc == PP_OK) == (doc != NULL) && strcmp(ref.id, "3") == 0,
		    "its id is known: %s", ref.id);
		json_object_put(doc);
		json_object_put(o);
	}
}

int
main(void)
{
	decimals();
	totals();
	elements();
	lists();
	documents();
	hostile();
	return done();
}
