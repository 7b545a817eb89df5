/* Rules A1, A2, A4, A6, T1, T3 and the task documents: pure functions of
 * lib/task.c.  Each test bears its rule's name. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "tap.h"
#include "banned.h"

#define NOW	1795446000000LL

static struct pp_task	task(int64_t, int64_t);
static void		read_doc(const char *, struct pp_task_doc *);
static bool		put(struct pp_task *, const char *);
static void		sums(void);
static void		a2(void);
static void		t1(void);
static void		documents(void);
static void		ids(void);

static struct pp_task
task(int64_t total, int64_t paid)
{
	struct pp_task t = { .id = "T-1", .currency = "CAD", .total = total,
	    .paid = paid };

	return t;
}

static void
read_doc(const char *text, struct pp_task_doc *d)
{
	struct json_object *o = NULL;
	struct pp_err err = { 0 };

	if (pp_json_parse(text, strlen(text), &o, &err) != PP_OK ||
	    pp_task_doc_read(o, false, d, &err) != PP_OK) {
		printf("Bail out! %s: %s\n", text, err.msg);
		exit(1);
	}
	json_object_put(o);
}

/* The task after a document; what pp_task_apply said. */
static bool
put(struct pp_task *t, const char *text)
{
	struct pp_task_doc d;
	struct pp_task new;
	bool news;

	read_doc(text, &d);
	news = pp_task_apply(t, &d, NOW, &new);
	*t = new;
	pp_task_doc_release(&d);
	return news;
}

static void
sums(void)
{
	static const struct {
		const char	*name;
		int64_t		 total, adjusted, paid, refunded, voided, back;
		int64_t		 due, net, balance, owed;
		enum pp_money_state state;
	} tab[] = {
	{ "A1 nothing paid: all is owed",
	    1000, 0, 0, 0, 0, 0,	1000, 0, 1000, 1000, PP_UNPAID },
	{ "A1 part paid: the rest is owed",
	    1000, 0, 400, 0, 0, 0,	1000, 400, 600, 600,
	    PP_PARTIALLY_PAID },
	{ "A1 a refund lowers net, and nothing is owed again",
	    1000, 0, 1000, 400, 0, 0,	1000, 600, 400, 0,
	    PP_PARTIALLY_REFUNDED },
	{ "A1 a void undoes a payment: owed again",
	    1000, 0, 1000, 0, 1000, 0,	1000, 0, 1000, 1000, PP_REFUNDED },
	{ "A1 a chargeback undoes a payment: owed again",
	    1000, 0, 1000, 0, 0, 300,	1000, 700, 300, 300,
	    PP_PARTIALLY_REFUNDED },
	{ "A1 refund and void together",
	    1000, 0, 1500, 200, 500, 0,	1000, 800, 200, 0,
	    PP_PARTIALLY_REFUNDED },
	{ "A1 owed is never negative",
	    1000, 0, 1200, 0, 0, 0,	1000, 1200, -200, 0, PP_OVERPAID },
	{ "A4 an adjustment lowers what is due, not what was paid",
	    1000, -1, 999, 0, 0, 0,	999, 999, 0, 0, PP_PAID },
	{ "A4 an adjustment may raise it",
	    1000, 50, 1000, 0, 0, 0,	1050, 1000, 50, 50,
	    PP_PARTIALLY_PAID },
	{ "A6 due 0 and never paid: nothing_due",
	    0, 0, 0, 0, 0, 0,		0, 0, 0, 0, PP_NOTHING_DUE },
	{ "A6 written off whole: nothing_due",
	    1000, -1000, 0, 0, 0, 0,	0, 0, 0, 0, PP_NOTHING_DUE },
	{ "A6 due 0 but paid: overpaid",
	    0, 0, 100, 0, 0, 0,		0, 100, -100, 0, PP_OVERPAID },
	{ "A6 overpaid goes before refunded",
	    100, 0, 300, 100, 0, 0,	100, 200, -100, 0, PP_OVERPAID },
	{ "A6 paid back to the cent: refunded",
	    1000, 0, 1000, 1000, 0, 0,	1000, 0, 1000, 0, PP_REFUNDED },
	{ "A6 due 0, paid and refunded: refunded, not paid",
	    0, 0, 100, 100, 0, 0,	0, 0, 0, 0, PP_REFUNDED },
	{ "A6 too much was given back, the rest is the due: paid",
	    600, 0, 1000, 400, 0, 0,	600, 600, 0, 0, PP_PAID },
	{ "A6 net = due: paid",
	    1000, 0, 1000, 0, 0, 0,	1000, 1000, 0, 0, PP_PAID },
	{ "A6 one cent short: partially_paid",
	    1000, 0, 999, 0, 0, 0,	1000, 999, 1, 1, PP_PARTIALLY_PAID },
	{ "A6 one cent over: overpaid",
	    1000, 0, 1001, 0, 0, 0,	1000, 1001, -1, 0, PP_OVERPAID }
	};
	static const char *const words[] = { "nothing_due", "overpaid",
	    "refunded", "paid", "partially_refunded", "partially_paid",
	    "unpaid" };
	struct pp_task t;
	struct pp_sums s;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		t = task(tab[i].total, tab[i].paid);
		t.adjusted = tab[i].adjusted;
		t.refunded = tab[i].refunded;
		t.voided = tab[i].voided;
		t.charged_back = tab[i].back;
		pp_task_sums(&t, &s);
		if (!ok(s.due == tab[i].due && s.net == tab[i].net &&
		    s.balance == tab[i].balance && s.owed == tab[i].owed &&
		    s.paid == tab[i].paid && s.state == tab[i].state &&
		    s.refunded == tab[i].refunded + tab[i].voided +
		    tab[i].back, "%s", tab[i].name))
			printf("# due %lld net %lld balance %lld owed %lld "
			    "%s\n", (long long)s.due, (long long)s.net,
			    (long long)s.balance, (long long)s.owed,
			    pp_money_words[s.state]);
	}
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		is_str(pp_money_words[i], words[i], "A6 the money words");
}

static void
a2(void)
{
	struct pp_task t;

	t = task(100000, 40000);
	put(&t, "{\"task\":\"T-1\",\"total\":\"600.00\"}");
	ok(t.suspect, "A2 a fall by exactly what was paid is suspect");
	is_int(t.total, 60000, "A2 and it is recorded");
	is_int(t.suspect_from, 100000, "A2 and where it fell from");
	put(&t, "{\"task\":\"T-1\",\"total\":\"600.00\"}");
	ok(t.suspect, "A2 the same document again: suspect still");
	put(&t, "{\"task\":\"T-1\",\"total\":\"700.00\"}");
	ok(t.suspect, "A2 suspect until a person confirms: not by another "
	    "total");
	put(&t, "{\"task\":\"T-1\",\"total\":\"1000.00\"}");
	ok(!t.suspect && t.suspect_from == 0, "A2 undone when the total is "
	    "again what it was");

	t = task(100000, 40000);
	put(&t, "{\"task\":\"T-1\",\"total\":\"600.01\"}");
	ok(!t.suspect, "A2 a fall by a cent less is not");
	t = task(100000, 40000);
	put(&t, "{\"task\":\"T-1\",\"total\":\"1400.00\"}");
	ok(!t.suspect, "A2 a rise by what was paid is not");
	t = task(100000, 0);
	put(&t, "{\"task\":\"T-1\",\"total\":\"1000.00\"}");
	ok(!t.suspect, "A2 nothing paid and nothing fell: not");
	t = task(100000, 50000);
	t.voided = 30000;
	put(&t, "{\"task\":\"T-1\",\"total\":\"800.00\"}");
	ok(t.suspect, "A2 what was paid so far is what is left of it");
	t = task(60000, 40000);		/* as after pp-task confirm */
	put(&t, "{\"task\":\"T-1\",\"total\":\"600.00\"}");
	ok(!t.suspect, "A2 confirmed: the same total again says nothing");
}

static void
t1(void)
{
	struct pp_task_doc d;
	struct pp_task t, new;

	read_doc("{\"task\":\"T-9\",\"total\":\"12.34\",\"customer\":{"
	    "\"language\":\"en-CA\"}}", &d);
	ok(pp_task_apply(NULL, &d, NOW, &new), "T1 a new task");
	is_int(new.total, 1234, "T1 its total");
	is_str(new.currency, "CAD", "T1 the currency unless said");
	is_str(new.language, "en", "T1 the customer's language");
	is_int(new.created_at, NOW, "T1 when it came");
	pp_task_doc_release(&d);

	t = task(1000, 0);
	ok(put(&t, "{\"task\":\"T-1\",\"total\":\"20.00\",\"invoice\":"
	    "{\"number\":\"F-1\"},\"step\":\"700\",\"taxes\":[{\"name\":"
	    "\"TPS\",\"amount\":\"1.00\"}],\"customer\":{\"language\":\"fr\"},"
	    "\"updated_at\":\"2026-11-23T10:00:00Z\"}"), "T1 an update");
	is_int(t.total, 2000, "T1 total");
	is_str(t.invoice, "F-1", "T1 invoice");
	is_str(t.step, "700", "T1 step");
	is_str(t.language, "fr", "T1 language");
	is_str(t.taxes, "[{\"name\":\"TPS\",\"amount_cents\":100}]",
	    "T1 taxes");
	ok(put(&t, "{\"task\":\"T-1\",\"total\":\"20.00\",\"updated_at\":"
	    "\"2026-11-23T10:00:00Z\"}"), "T1 as old as the newest is taken");
	ok(t.transferred_at == 0 && put(&t, "{\"task\":\"T-1\",\"invoice\":{"
	    "\"transferred_at\":\"2026-11-24T00:00:00Z\"}}") &&
	    t.transferred_at != 0, "T1 the transfer");
	put(&t, "{\"task\":\"T-1\",\"invoice\":{\"number\":\"F-1\","
	    "\"transferred_at\":null}}");
	ok(t.transferred_at != 0, "T1 null says nothing: the transfer stays");
	is_int(t.total, 2000, "T1 what a document does not say stays");
	put(&t, "{\"task\":\"T-1\",\"removed\":true}");
	ok(t.removed, "T3 removed");
	put(&t, "{\"task\":\"T-1\",\"removed\":false}");
	ok(!t.removed, "T3 and back");

	new = t;
	ok(!put(&t, "{\"task\":\"T-1\",\"total\":\"99.00\",\"removed\":true,"
	    "\"customer\":{\"language\":\"en\"},\"updated_at\":"
	    "\"2026-11-23T09:59:59Z\"}"), "T1 an older document is none");
	ok(memcmp(&t, &new, sizeof t) == 0, "T1 and changes nothing at all");
	put(&t, "{\"task\":\"T-1\",\"total\":\"1.00\"}");
	is_int(t.total, 100, "T1 a document without a time is news");
	is_int(t.updated_at, new.updated_at, "T1 and keeps the newest time");
}

static void
documents(void)
{
	static const struct {
		const char	*text, *member;
	} bad[] = {
	{ "[]",						"" },
	{ "{\"total\":\"1.00\"}",			"task" },
	{ "{\"task\":7,\"total\":\"1.00\"}",		"task" },
	{ "{\"task\":\"T 1\",\"total\":\"1.00\"}",	"task" },
	{ "{\"task\":\"T-1\"}",				"total" },
	{ "{\"task\":\"T-1\",\"total\":\"-1.00\"}",	"total" },
	{ "{\"task\":\"T-1\",\"total\":\"1.005\"}",	"total" },
	{ "{\"task\":\"T-1\",\"total\":1.005}",		"total" },
	{ "{\"task\":\"T-1\",\"total\":\"10000000.00\"}", "total" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"total_cents\":101}",
	    "total" },
	{ "{\"task\":\"T-1\",\"total\":true}",		"total" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"currency\":\"cad\"}",
	    "currency" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"currency\":\"CADX\"}",
	    "currency" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"customer\":[]}",
	    "customer" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"customer\":{\"language\":"
	    "\"frog\"}}", "customer.language" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"customer\":{\"email\":"
	    "\"a@b\\r\\nBcc: c@d\"}}", "customer.email" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"customer\":{\"name\":"
	    "\"\\u001b[2J\"}}", "customer.name" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"invoice\":\"F-1\"}",
	    "invoice" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"invoice\":{\"number\":"
	    "\"F\\n1\"}}", "invoice.number" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"invoice\":{"
	    "\"transferred_at\":\"yesterday\"}}", "invoice.transferred_at" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"taxes\":{}}", "taxes" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"taxes\":[{\"name\":\"a\"}]}",
	    "taxes" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"taxes\":[1,2,3,4,5,6,7]}",
	    "taxes" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"lines\":[1]}", "lines" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"removed\":\"yes\"}",
	    "removed" },
	{ "{\"task\":\"T-1\",\"total\":\"1.00\",\"updated_at\":5}",
	    "updated_at" }
	};
	char taxes[2048];
	struct json_object *o, *v;
	struct pp_task_doc d;
	struct pp_err err;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		memset(&err, 0, sizeof err);
		o = NULL;
		if (pp_json_parse(bad[i].text, strlen(bad[i].text), &o,
		    &err) != PP_OK)
			ok(false, "not JSON: %s", bad[i].text);
		if (!ok(pp_task_doc_read(o, true, &d, &err) == PP_DATA &&
		    strcmp(err.member, bad[i].member) == 0 &&
		    err.msg[0] != '\0' && d.person == NULL,
		    "refused, naming %s: %s", bad[i].member, bad[i].text))
			printf("# member %s: %s\n", err.member, err.msg);
		json_object_put(o);
	}

	/* Six names of control characters would not fit when written out. */
	(void)strlcpy(taxes, "{\"task\":\"T-1\",\"total\":\"1.00\",\"taxes\":[",
	    sizeof taxes);
	for (i = 0; i < 6; i++) {
		(void)strlcat(taxes, i > 0 ? ",{\"name\":\"" : "{\"name\":\"",
		    sizeof taxes);
		(void)strlcat(taxes, "\\u0001\\u0001\\u0001\\u0001\\u0001"
		    "\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001"
		    "\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001",
		    sizeof taxes);
		(void)strlcat(taxes, "\",\"amount\":\"1.00\"}", sizeof taxes);
	}
	(void)strlcat(taxes, "]}", sizeof taxes);
	memset(&err, 0, sizeof err);
	o = NULL;
	(void)pp_json_parse(taxes, strlen(taxes), &o, NULL);
	ok(o != NULL && pp_task_doc_read(o, true, &d, &err) == PP_DATA &&
	    strcmp(err.member, "taxes") == 0,
	    "taxes too long to keep are refused, not cut");
	json_object_put(o);

	read_doc("{\"task\":\"T-1\",\"total\":\"1.00\",\"customer\":{\"name\":"
	    "\"\xc3\x89ric\",\"email\":\"e@x.ca\",\"address\":\"1 rue A\\nLaval\"},"
	    "\"description\":\"toit\",\"lines\":[{\"label\":\"x\",\"quantity\":2,"
	    "\"total\":\"1.00\"}]}", &d);
	is_str(d.email, "e@x.ca", "P1 the address is told apart");
	is_str(d.task.id, "T-1", "the task's name");
	ok(json_object_object_get_ex(d.person, "name", &v) &&
	    json_object_object_get_ex(d.person, "address", &v) &&
	    json_object_object_get_ex(d.person, "description", &v) &&
	    json_object_object_get_ex(d.person, "lines", &v),
	    "P1 people's data stand apart from the task");
	pp_task_doc_release(&d);
	ok(d.person == NULL, "released");
}

static void
ids(void)
{
	static const char *const good[] = { "T-1042", "settle", "a", "É-1",
	    "t.1:2@x_y", "任务1", "x-lnk_",
	    "1234567890123456789012345678901234567890123456789012345678901234" };
	static const char *const bad[] = { "", "-x", "lnk_1", "pay_1", "att_1",
	    "a b", "a\tb", "a\x7f" "b", "a\xc2\xa0" "b", "a\xe2\x80\x8b" "b",
	    "a\xe2\x80\xae" "b", "a\xe3\x80\x80" "b", "a\xef\xbb\xbf" "b",
	    "\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
	    "12345678901234567890123456789012345678901234567890123456789012345" };
	size_t i;

	for (i = 0; i < sizeof good / sizeof good[0]; i++)
		ok(pp_task_id_ok(good[i], strlen(good[i]), NULL) == PP_OK,
		    "a task id: %s", good[i]);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(pp_task_id_ok(bad[i], strlen(bad[i]), NULL) == PP_DATA,
		    "no task id: number %zu", i);
	ok(pp_task_id_ok("a\0b", 3, NULL) == PP_DATA, "no task id: a NUL");
}

int
main(void)
{
	sums();
	a2();
	t1();
	documents();
	ids();
	return done();
}
