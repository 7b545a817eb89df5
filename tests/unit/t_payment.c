/* Rules N4, A1 (sums), B1 and P2: pure functions of lib/payment.c. */
#include "config.h"

#include <string.h>

#include "money.h"
#include "payment.h"
#include "tap.h"
#include "banned.h"

static void	keys(void);
static void	take(void);
static void	books(void);
static void	show(void);

static void
keys(void)
{
	struct pp_payment p = { .integration = "moneris", .order_no = "T-1.a1",
	    .transaction_no = "1-0_1" };
	char a[PP_PAY_KEY], b[PP_PAY_KEY];

	size_t n = pp_payment_key(&p, a, sizeof a);

	is_int((int64_t)n, (int64_t)strlen(a), "N4 the key's length");
	is_str(a, "moneris\x1fT-1.a1\x1f" "1-0_1", "N4 the key");
	(void)strlcpy(p.transaction_no, "1-0_2", sizeof p.transaction_no);
	(void)pp_payment_key(&p, b, sizeof b);
	ok(strcmp(a, b) != 0, "N4 another transaction number under one order "
	    "number is another payment");
	(void)strlcpy(p.transaction_no, "1-0_1", sizeof p.transaction_no);
	(void)strlcpy(p.integration, "other", sizeof p.integration);
	(void)pp_payment_key(&p, b, sizeof b);
	ok(strcmp(a, b) != 0, "N4 so is the same at another integration");
	(void)strlcpy(p.integration, "moneris", sizeof p.integration);
	(void)strlcpy(p.order_no, "T-1.a2", sizeof p.order_no);
	(void)pp_payment_key(&p, b, sizeof b);
	ok(strcmp(a, b) != 0, "N4 and under another order number");
	(void)strlcpy(p.order_no, "T-1.a1", sizeof p.order_no);
	p.amount = 5;
	p.task[0] = 'x';
	(void)pp_payment_key(&p, b, sizeof b);
	is_str(b, a, "N4 and nothing else is part of it");

	memset(p.integration, 'i', sizeof p.integration - 1);
	memset(p.order_no, 'o', sizeof p.order_no - 1);
	memset(p.transaction_no, 't', sizeof p.transaction_no - 1);
	ok(pp_payment_key(&p, a, sizeof a) == sizeof p.integration +
	    sizeof p.order_no + sizeof p.transaction_no - 1,
	    "N4 the longest key is not cut");
}

static void
take(void)
{
	static const struct {
		const char	*name;
		int		 type;
		int64_t		 paid, refunded, voided, back;
	} tab[] = {
	{ "A1 a payment is paid", PP_P_PAYMENT, 1100, 200, 300, 400 },
	{ "A1 offline money is paid", PP_P_OFFLINE, 1100, 200, 300, 400 },
	{ "A1 a refund is refunded", PP_P_REFUND, 1000, 300, 300, 400 },
	{ "A1 a void is voided", PP_P_VOID, 1000, 200, 400, 400 },
	{ "A1 a chargeback", PP_P_CHARGEBACK, 1000, 200, 300, 500 },
	{ "A4 and its reversal", PP_P_CHARGEBACK_REVERSAL, 1000, 200, 300,
	    300 }
	};
	const struct pp_task start = { .paid = 1000, .refunded = 200,
	    .voided = 300, .charged_back = 400 };
	struct pp_payment p = { .amount = 100 };
	struct pp_task t;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		t = start;
		p.type = tab[i].type;
		ok(pp_task_take(&t, &p) && t.paid == tab[i].paid &&
		    t.refunded == tab[i].refunded && t.voided ==
		    tab[i].voided && t.charged_back == tab[i].back, "%s",
		    tab[i].name);
	}
	t = start;
	p.type = PP_P_CHARGEBACK_REVERSAL;
	p.amount = 401;
	ok(!pp_task_take(&t, &p) && t.charged_back == 400,
	    "A4 no more is reversed than was charged back");
	t.paid = PP_SUM_MAX;
	p.type = PP_P_PAYMENT;
	p.amount = 1;
	ok(!pp_task_take(&t, &p) && t.paid == PP_SUM_MAX,
	    "G1 a sum beyond the cap is refused, not wrapped");
	p.type = 99;
	ok(!pp_task_take(&t, &p), "no such type");
}

static void
books(void)
{
	struct pp_payment p = { .amount = 1 };
	struct pp_task t = { .id = "T-1" };

	is_int(pp_payment_accounting(&p, &t), PP_A_WAITING,
	    "B1 before the transfer: waiting");
	(void)strlcpy(t.invoice, "F-1", sizeof t.invoice);
	is_int(pp_payment_accounting(&p, &t), PP_A_WAITING,
	    "B1 an invoice number is no transfer");
	t.transferred_at = 1;
	is_int(pp_payment_accounting(&p, &t), PP_A_TO_ENTER,
	    "B1 after it: to enter");
	p.entered_at = 1;
	is_int(pp_payment_accounting(&p, &t), PP_A_ENTERED, "B1 entered");
	p.entered_at = 0;
	is_int(pp_payment_accounting(&p, NULL), PP_A_WAITING,
	    "B1 an orphan waits");
}

static void
show(void)
{
	static const char *const members[] = { "seq", "id", "task", "link",
	    "purpose", "type", "amount", "amount_cents", "fee", "currency",
	    "allocations", "environment", "integration", "order_no",
	    "transaction_no", "reference_no", "terminal", "batch",
	    "approval_code", "response_code", "card", "paid_at",
	    "recorded_at", "business_date", "invoice", "accounting", "sheet",
	    "entered", "refund_of", "flags", "balance_after" };
	struct pp_payment p = { .seq = 17, .id = "pay_1", .task = "T-1",
	    .amount = 50000, .brand = PP_B_VISA, .last4 = "4242",
	    .business_date = 20261123, .flags = PP_PF_LATE };
	struct json_object *o = json_object_new_object(), *v, *m;
	size_t i;

	pp_payment_show(&p, NULL, false, o);
	for (i = 0; i < sizeof members / sizeof members[0]; i++)
		ok(json_object_object_get_ex(o, members[i], NULL),
		    "the document has %s", members[i]);
	(void)json_object_object_get_ex(o, "card", &v);
	is_str(pp_json_text(v), "{\"brand\":\"visa\",\"last4\":\"4242\"}",
	    "P2 of a card: brand and last four, no more");
	(void)json_object_object_get_ex(o, "environment", &m);
	is_str(json_object_get_string(m), "test", "I1 test money says so");
	json_object_put(o);

	o = json_object_new_object();
	p.task[0] = '\0';
	p.brand = PP_B_NONE;
	p.last4[0] = '\0';
	pp_payment_show(&p, NULL, true, o);
	(void)json_object_object_get_ex(o, "allocations", &v);
	is_str(pp_json_text(v), "[]", "G7 an orphan is of no task");
	(void)json_object_object_get_ex(o, "card", &v);
	ok(v == NULL, "no card: null");
	(void)json_object_object_get_ex(o, "environment", &m);
	is_str(json_object_get_string(m), "live", "I1 real money says so");
	json_object_put(o);
}

int
main(void)
{
	keys();
	take();
	books();
	show();
	return done();
}
