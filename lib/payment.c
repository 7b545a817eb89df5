#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "money.h"
#include "payment.h"
#include "banned.h"

#define F(m, name, type, flags) PP_FIELD(struct pp_payment, m, name, type, flags, NULL)
#define W(m, name, type, words) PP_FIELD(struct pp_payment, m, name, type, 0, words)

const char *const pp_pay_types[] = {
	N_("payment"), N_("refund"), N_("void"), N_("offline"),
	N_("chargeback"), N_("chargeback_reversal"), NULL
};
const char *const pp_brands[] = {
	"none", "visa", "mastercard", "amex", "discover", "diners", "jcb",
	"unionpay", "interac", "giftcard", "other", NULL
};
const char *const pp_pay_flags[] = {
	N_("amount_differs"), N_("orphan"), N_("time_doubtful"), N_("fee"),
	N_("second_success"), N_("late"), N_("settled_by_hand"),
	N_("confirmed"), NULL
};
const char *const pp_accounting_words[] = {
	N_("waiting"), N_("to_enter"), N_("entered"), NULL
};

const struct pp_field pp_payment_fields[] = {
	F(seq,		"seq",		PP_F_INT,	PP_FF_CALC),
	F(id,		"id",		PP_F_STR,	PP_FF_KEY),
	F(task,		"task",		PP_F_STR,	0),
	F(link,		"link",		PP_F_STR,	0),
	F(attempt,	"attempt",	PP_F_STR,	0),
	F(purpose,	"purpose",	PP_F_STR,	0),
	/* "type" in an event is the event's; shown as "type". */
	W(type,		"kind",		PP_F_ENUM,	pp_pay_types),
	F(amount,	"amount",	PP_F_CENTS,	0),
	F(fee,		"fee",		PP_F_CENTS,	0),
	F(currency,	"currency",	PP_F_STR,	0),
	F(integration,	"integration",	PP_F_STR,	PP_FF_KEY),
	F(order_no,	"order_no",	PP_F_STR,	PP_FF_KEY),
	F(transaction_no, "transaction_no", PP_F_STR,	PP_FF_KEY),
	F(reference_no,	"reference_no",	PP_F_STR,	0),
	F(terminal,	"terminal",	PP_F_STR,	0),
	F(batch,	"batch",	PP_F_STR,	0),
	F(approval_code, "approval_code", PP_F_STR,	0),
	F(response_code, "response_code", PP_F_STR,	0),
	F(iso_code,	"iso_code",	PP_F_STR,	0),
	W(brand,	"brand",	PP_F_ENUM,	pp_brands),
	F(last4,	"last4",	PP_F_STR,	0),
	F(paid_at,	"paid_at",	PP_F_TIME,	0),
	F(recorded_at,	"recorded_at",	PP_F_TIME,	0),
	F(business_date, "business_date", PP_F_DAY,	0),
	F(step,		"step",		PP_F_STR,	0),
	F(refund_of,	"refund_of",	PP_F_STR,	0),
	F(sheet,	"sheet",	PP_F_STR,	0),
	F(entered_at,	"entered",	PP_F_TIME,	0),
	W(flags,	"flags",	PP_F_FLAGS,	pp_pay_flags),
	F(balance_after, "balance_after", PP_F_CENTS,	0),
	F(reason,	"reason",	PP_F_STR,	0),
	F(method,	"method",	PP_F_STR,	0),
	F(reference,	"reference",	PP_F_STR,	0),
	F(billed,	"billed",	PP_F_STR,	PP_FF_HIDDEN),
	F(taxes,	"taxes",	PP_F_RAW,	0)
};
const size_t pp_payment_nfields =
    sizeof pp_payment_fields / sizeof pp_payment_fields[0];

static void	add_str(struct json_object *, const char *, const char *);

size_t
pp_payment_key(const struct pp_payment *p, char *out, size_t size)
{
	int n = snprintf(out, size, "%s\x1f%s\x1f%s", p->integration,
	    p->order_no, p->transaction_no);

	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

bool
pp_task_take(struct pp_task *t, const struct pp_payment *p)
{
	switch (p->type) {
	case PP_P_PAYMENT:
	case PP_P_OFFLINE:
		return pp_money_add(&t->paid, p->amount);
	case PP_P_REFUND:
		return pp_money_add(&t->refunded, p->amount);
	case PP_P_VOID:
		return pp_money_add(&t->voided, p->amount);
	case PP_P_CHARGEBACK:
		return pp_money_add(&t->charged_back, p->amount);
	case PP_P_CHARGEBACK_REVERSAL:
		return p->amount <= t->charged_back &&
		    pp_money_add(&t->charged_back, -p->amount);
	default:
		return false;
	}
}

int64_t
pp_payment_signed(const struct pp_payment *p)
{
	switch (p->type) {
	case PP_P_PAYMENT:
	case PP_P_OFFLINE:
	case PP_P_CHARGEBACK_REVERSAL:
		return p->amount;
	default:
		return -p->amount;
	}
}

const char *
pp_payment_stage(const struct pp_payment *p)
{
	static const char *const deposits[] = {
		"deposit", "acompte", "depot", NULL
	};

	if (p->type != PP_P_PAYMENT && p->type != PP_P_OFFLINE)
		return NULL;
	if (pp_word(deposits, p->purpose) >= 0)
		return "deposit";
	return p->task[0] != '\0' && p->balance_after <= 0 ? "balance" :
	    "instalment";
}

enum pp_accounting
pp_payment_accounting(const struct pp_payment *p, const struct pp_task *t)
{
	if (p->entered_at != 0)
		return PP_A_ENTERED;
	if (t != NULL && t->transferred_at != 0)
		return PP_A_TO_ENTER;
	return PP_A_WAITING;
}

static void
add_str(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key,
	    *s != '\0' ? json_object_new_string(s) : NULL);
}

void
pp_payment_show(const struct pp_payment *p, const struct pp_task *t, bool live,
    struct json_object *o)
{
	struct json_object *card = NULL, *list, *one;
	struct pp_taxes taxes;

	pp_doc_write(pp_payment_fields, pp_payment_nfields, p, PP_DOC_SHOW, o);
	json_object_object_del(o, "kind");
	json_object_object_add(o, "type",
	    json_object_new_string(pp_pay_types[p->type]));
	/* The card is one member with two, or null. */
	json_object_object_del(o, "brand");
	json_object_object_del(o, "last4");
	if (p->fee == 0) {
		json_object_object_del(o, "fee_cents");
		json_object_object_add(o, "fee", NULL);
	}
	if (p->brand != PP_B_NONE || p->last4[0] != '\0') {
		card = json_object_new_object();
		json_object_object_add(card, "brand",
		    json_object_new_string(pp_brands[p->brand]));
		add_str(card, "last4", p->last4);
	}
	json_object_object_add(o, "card", card);

	add_str(o, "stage", pp_payment_stage(p) != NULL ?
	    pp_payment_stage(p) : "");
	pp_taxes_read(p->taxes, &taxes);
	json_object_object_add(o, "taxes", pp_taxes_doc(&taxes));

	list = json_object_new_array();
	if (p->task[0] != '\0') {
		one = json_object_new_object();
		json_object_object_add(one, "task",
		    json_object_new_string(p->task));
		json_object_object_add(one, "amount_cents",
		    json_object_new_int64(p->amount));
		json_object_array_add(list, one);
	}
	json_object_object_add(o, "allocations", list);
	json_object_object_add(o, "environment",
	    json_object_new_string(live ? "live" : "test"));
	add_str(o, "invoice", t != NULL ? t->invoice : "");
	json_object_object_add(o, "accounting", json_object_new_string(
	    pp_accounting_words[pp_payment_accounting(p, t)]));
}
