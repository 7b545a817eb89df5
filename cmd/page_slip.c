#include "config.h"

#include <stdio.h>
#include <string.h>

#include "money.h"
#include "page_slip.h"
#include "page_words.h"
#include "tax.h"
#include "time.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

static const char	*card(const struct page_ctx *,
			    const struct pp_payment *, char *, size_t);
static enum pp_rc	taxes(const struct page_ctx *, const struct pp_view *,
			    struct pp_buf *, struct pp_err *);

/* "Visa ending in 4242". */
static const char *
card(const struct page_ctx *x, const struct pp_payment *p, char *out,
    size_t size)
{
	static const char *const names[] = {
		[PP_B_VISA] = "Visa", [PP_B_MASTERCARD] = "Mastercard",
		[PP_B_AMEX] = "American Express", [PP_B_DISCOVER] = "Discover",
		[PP_B_DINERS] = "Diners Club", [PP_B_JCB] = "JCB",
		[PP_B_UNIONPAY] = "UnionPay", [PP_B_INTERAC] = "Interac",
		[PP_B_OTHER] = NULL
	};
	const char *name = NULL;

	if (p->brand == PP_B_GIFTCARD)
		name = page_word("card_gift", x->lang);
	else if (p->brand >= 0 && p->brand < (int)N(names))
		name = names[p->brand];
	if (name == NULL)
		name = page_word("card_other", x->lang);
	if (p->last4[0] == '\0') {
		(void)strlcpy(out, p->brand == PP_B_NONE ? "" : name, size);
		return out;
	}
	return page_say(x, "card_ending", (const struct pp_said[]){
	    { "brand", name }, { "last4", p->last4 } }, 2, out, size);
}

enum pp_rc
page_slip_history(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	static const char *const types[] = {
		[PP_P_PAYMENT] = "p_payment", [PP_P_REFUND] = "p_refund",
		[PP_P_VOID] = "p_void", [PP_P_OFFLINE] = "p_offline",
		[PP_P_CHARGEBACK] = "p_chargeback",
		[PP_P_CHARGEBACK_REVERSAL] = "p_reversal"
	};
	struct pp_buf items = PP_BUF_INIT(PAGE_MAX);
	char date[80], money[PP_MONEY_STR], how[160], which[100];
	const struct pp_payment *p;
	enum pp_rc rc = PP_OK;
	bool back;
	size_t i;

	for (i = 0; i < v->c.npays && rc == PP_OK; i++) {
		p = &v->c.pays[i];
		back = p->type == PP_P_REFUND || p->type == PP_P_VOID ||
		    p->type == PP_P_CHARGEBACK;
		(void)card(x, p, which, sizeof which);
		(void)snprintf(how, sizeof how, "%s%s%s",
		    page_word(types[p->type], x->lang),
		    which[0] != '\0' ? ", " : "", which);
		rc = page_fill(x, PAGE_T_PAST, (const struct pp_slot[]){
		    { "date", pp_time_human(p->paid_at, x->lang, date,
		    sizeof date) },
		    { "how", how },
		    { "sum", page_money(x, v, back ? -p->amount : p->amount,
		    money, sizeof money) } }, 3, &items, err);
	}
	if (rc == PP_OK && items.len > 0)
		rc = page_fill(x, PAGE_T_HISTORY, (const struct pp_slot[]){
		    { "items", items.p } }, 1, out, err);
	pp_buf_release(&items);
	return rc;
}

/* The taxes that the payment holds. */
static enum pp_rc
taxes(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *out,
    struct pp_err *err)
{
	char money[PP_MONEY_STR], label[PAGE_SENTENCE];
	const char *number;
	struct pp_taxes t;
	enum pp_rc rc = PP_OK;
	size_t i;

	pp_taxes_read(v->payment->taxes, &t);
	for (i = 0; i < t.n && rc == PP_OK; i++)
		rc = page_fill(x, PAGE_T_FACT, (const struct pp_slot[]){
		    { "label", page_say(x, "r_tax", (const struct pp_said[]){
		    { "tax", page_tax(x, t.v[i].name, &number) } }, 1, label,
		    sizeof label) },
		    { "value", page_money(x, v, t.v[i].cents, money,
		    sizeof money) } }, 2, out, err);
	return rc;
}

enum pp_rc
page_slip_receipt(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_payment *p = v->payment;
	struct pp_buf facts = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf from = PP_BUF_INIT(8192);
	char money[PP_MONEY_STR], fee[PP_MONEY_STR], left[PP_MONEY_STR];
	char date[80], which[100];
	enum pp_rc rc;
	size_t i;

	if (p == NULL)
		return PP_OK;
	page_part_seller(x, true, &from);
	rc = taxes(x, v, &facts, err);
	{
		const struct { const char *label, *value; } rows[] = {
			{ "r_fee", p->fee != 0 ? page_money(x, v, p->fee, fee,
			    sizeof fee) : "" },
			{ "r_date", pp_time_human(p->paid_at, x->lang, date,
			    sizeof date) },
			{ "r_card", card(x, p, which, sizeof which) },
			{ "r_reference", p->reference_no },
			{ "r_transaction", p->transaction_no },
			{ "r_approval", p->approval_code },
			{ "r_order", p->order_no },
			{ "r_remains", page_money(x, v, p->balance_after > 0 ?
			    p->balance_after : 0, left, sizeof left) }
		};

		for (i = 0; i < N(rows) && rc == PP_OK; i++)
			rc = page_part_fact(x, rows[i].label, rows[i].value,
			    &facts, err);
	}
	if (rc == PP_OK)
		rc = page_fill_lines(x, PAGE_T_RECEIPT, (const struct
		    pp_slot[]){
		    { "seller", from.p }, { "facts", facts.p },
		    { "sum", page_money(x, v, p->amount, money,
		    sizeof money) } }, 3, out, err);
	pp_buf_release(&facts);
	pp_buf_release(&from);
	return rc;
}
