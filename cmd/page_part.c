#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "money.h"
#include "page_part.h"
#include "page_words.h"
#include "time.h"
#include "banned.h"

#define LINES_SHOWN	8	/* more are folded */
#define SENTENCE	512

#define N(a)	(sizeof (a) / sizeof (a)[0])

static const char	*word(const char *, const void *);
static enum pp_rc	fact(const struct page_ctx *, const char *,
			    const char *, struct pp_buf *, struct pp_err *);
static enum pp_rc	row(const struct page_ctx *, const struct pp_view *,
			    const char *, const char *, int64_t,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	table(const struct page_ctx *, const char *,
			    struct pp_buf *, struct pp_buf *, struct pp_err *);
static enum pp_rc	lines(const struct page_ctx *, const struct pp_view *,
			    struct pp_buf *, struct pp_buf *, struct pp_err *);
static enum pp_rc	taxes(const struct page_ctx *, const struct pp_view *,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	link_to(const struct page_ctx *, const char *,
			    const char *, const char *, const char *,
			    struct pp_buf *, struct pp_err *);
static const char	*card(const struct page_ctx *,
			    const struct pp_payment *, char *, size_t);
static const char	*person(const struct pp_view *, const char *);

static const char *
word(const char *name, const void *lang)
{
	return page_word(name, lang);
}

enum pp_rc
page_fill(const struct page_ctx *x, enum page_tpl t, const struct pp_slot *s,
    size_t n, struct pp_buf *out, struct pp_err *err)
{
	struct pp_fill f = { s, n, word, x->lang };

	return pp_template_fill(page_site_name(t), x->site->tpl[t], &f, out,
	    err);
}

const char *
page_say(const struct page_ctx *x, const char *name, const struct pp_said *said,
    size_t n, char *out, size_t size)
{
	return pp_say_fill(page_word(name, x->lang), said, n, out, size);
}

const char *
page_money(const struct page_ctx *x, const struct pp_view *v, int64_t cents,
    char *out, size_t size)
{
	return pp_money_human(cents, v->c.task.currency, x->lang, out, size);
}

const char *
page_time(const struct page_ctx *x, int64_t at, char *out, size_t size)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	if (strcmp(x->lang, "fr") == 0)
		(void)snprintf(out, size, "%d\u00a0h\u00a0%02d", tm.tm_hour,
		    tm.tm_min);
	else
		(void)snprintf(out, size, "%d:%02d\u00a0%s",
		    tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12, tm.tm_min,
		    tm.tm_hour < 12 ? "a.m." : "p.m.");
	return out;
}

static const char *
person(const struct pp_view *v, const char *member)
{
	const char *s;

	if (v->person == NULL || pp_json_str(v->person, member, &s, NULL) !=
	    PP_OK)
		return "";
	return s;
}

static enum pp_rc
fact(const struct page_ctx *x, const char *label, const char *value,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_slot s[] = {
		{ "label", page_word(label, x->lang) }, { "value", value }
	};

	return *value == '\0' ? PP_OK : page_fill(x, PAGE_T_FACT, s, N(s), out,
	    err);
}

/* label is a word's name or the label itself. */
static enum pp_rc
row(const struct page_ctx *x, const struct pp_view *v, const char *class,
    const char *label, int64_t cents, struct pp_buf *out, struct pp_err *err)
{
	char money[PP_MONEY_STR];
	const struct pp_slot s[] = {
		{ "class", class }, { "label", label },
		{ "value", page_money(x, v, cents, money, sizeof money) }
	};

	return page_fill(x, PAGE_T_ROW, s, N(s), out, err);
}

static enum pp_rc
table(const struct page_ctx *x, const char *caption, struct pp_buf *rows,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_slot s[] = {
		{ "caption", page_word(caption, x->lang) }, { "rows", rows->p }
	};

	if (rows->len == 0)
		return PP_OK;
	return page_fill(x, PAGE_T_TABLE, s, N(s), out, err);
}

enum pp_rc
page_part_what(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf facts = PP_BUF_INIT(PAGE_MAX);
	struct pp_slot s[] = {
		{ "description", person(v, "description") }, { "facts", NULL }
	};
	enum pp_rc rc;

	if ((rc = fact(x, "task", v->c.task.id, &facts, err)) == PP_OK &&
	    (rc = fact(x, "invoice", v->c.task.invoice, &facts,
	    err)) == PP_OK &&
	    (rc = fact(x, "customer", person(v, "name"), &facts,
	    err)) == PP_OK &&
	    (rc = fact(x, "place", person(v, "address"), &facts,
	    err)) == PP_OK) {
		s[1].text = facts.p;
		rc = page_fill(x, PAGE_T_WHAT, s, N(s), out, err);
	}
	pp_buf_release(&facts);
	return rc;
}

/* The task's lines: into rows, or folded into out if there are many. */
static enum pp_rc
lines(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *rows,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf many = PP_BUF_INIT(PAGE_MAX), in = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf *to = rows;
	struct pp_slot s[] = { { "summary", NULL }, { "table", NULL } };
	struct json_object *a, *l;
	char label[300], text[SENTENCE], count[16];
	const struct pp_said said[] = { { "count", count } };
	const char *name, *quantity;
	enum pp_rc rc = PP_OK;
	int64_t cents;
	size_t i, n;

	if (v->person == NULL || !json_object_object_get_ex(v->person, "lines",
	    &a) || !json_object_is_type(a, json_type_array))
		return PP_OK;
	n = json_object_array_length(a);
	(void)snprintf(count, sizeof count, "%zu", n);
	if (n > LINES_SHOWN)
		to = &many;
	for (i = 0; i < n && rc == PP_OK; i++) {
		l = json_object_array_get_idx(a, i);
		if (!json_object_is_type(l, json_type_object) ||
		    pp_json_str(l, "label", &name, NULL) != PP_OK ||
		    pp_json_amount(l, "total", &cents, NULL) != PP_OK)
			continue;
		if (pp_json_str(l, "quantity", &quantity, NULL) == PP_OK &&
		    strcmp(quantity, "1") != 0)
			(void)snprintf(label, sizeof label, "%.200s × %.20s",
			    name, quantity);
		else
			(void)snprintf(label, sizeof label, "%.250s", name);
		rc = row(x, v, "", label, cents, to, err);
	}
	if (rc == PP_OK && n > LINES_SHOWN &&
	    (rc = table(x, "details", &many, &in, err)) == PP_OK) {
		s[0].text = page_say(x, "all_lines", said, 1, text,
		    sizeof text);
		s[1].text = in.p;
		rc = page_fill(x, PAGE_T_LINES, s, N(s), out, err);
	}
	pp_buf_release(&many);
	pp_buf_release(&in);
	return rc;
}

static enum pp_rc
taxes(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *rows,
    struct pp_err *err)
{
	struct json_object *a = NULL, *t;
	const char *name;
	enum pp_rc rc = PP_OK;
	int64_t cents;
	size_t i;

	if (v->c.task.taxes[0] == '\0' || pp_json_parse(v->c.task.taxes,
	    strlen(v->c.task.taxes), &a, NULL) != PP_OK)
		return PP_OK;
	if (json_object_is_type(a, json_type_array))
		for (i = 0; i < json_object_array_length(a) && rc == PP_OK;
		    i++) {
			t = json_object_array_get_idx(a, i);
			if (pp_json_str(t, "name", &name, NULL) == PP_OK &&
			    pp_json_amount(t, "amount", &cents, NULL) == PP_OK)
				rc = row(x, v, " class=\"soft\"", name, cents,
				    rows, err);
		}
	json_object_put(a);
	return rc;
}

enum pp_rc
page_part_sums(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	static const char total[] = " class=\"total\"";
	struct pp_buf rows = PP_BUF_INIT(PAGE_MAX);
	const struct pp_sums *s = &v->sums;
	enum pp_rc rc;

#define ROW(when, class, name, cents) do { \
	if (rc == PP_OK && (when)) \
		rc = row(x, v, class, page_word(name, x->lang), cents, &rows, \
		    err); \
} while (0)
	if ((rc = lines(x, v, &rows, out, err)) == PP_OK)
		rc = taxes(x, v, &rows, err);
	ROW(v->c.task.adjusted != 0, "", "adjusted", v->c.task.adjusted);
	ROW(true, total, "total", s->due);
	ROW(s->paid > 0, "", "paid_so_far", -s->paid);
	ROW(s->refunded > 0, "", "refunded_so_far", s->refunded);
	ROW(s->net != 0 && s->balance >= 0, total, "remaining", s->balance);
	ROW(s->balance < 0, total, "overpaid", -s->balance);
	ROW(v->state == PP_V_PAYABLE && v->charge != s->balance, total,
	    "asked_now", v->charge);
#undef ROW
	if (rc == PP_OK)
		rc = table(x, "details", &rows, out, err);
	pp_buf_release(&rows);
	return rc;
}

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
page_part_history(const struct page_ctx *x, const struct pp_view *v,
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
	struct pp_slot s[] = { { "items", NULL } };
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
	if (rc == PP_OK && items.len > 0) {
		s[0].text = items.p;
		rc = page_fill(x, PAGE_T_HISTORY, s, N(s), out, err);
	}
	pp_buf_release(&items);
	return rc;
}

enum pp_rc
page_part_receipt(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	const struct pp_payment *p = v->payment;
	struct pp_buf facts = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf seller = PP_BUF_INIT(8192);
	char money[PP_MONEY_STR], fee[PP_MONEY_STR], left[PP_MONEY_STR];
	char date[80], which[100];
	enum pp_rc rc;

	if (p == NULL)
		return PP_OK;
	pp_buf_puts(&seller, b->legal_name[0] != '\0' ? b->legal_name :
	    b->name);
	if (b->gst_number[0] != '\0')
		pp_buf_printf(&seller, "\n%s %s", page_word("gst_no", x->lang),
		    b->gst_number);
	if (b->qst_number[0] != '\0')
		pp_buf_printf(&seller, "\n%s %s", page_word("qst_no", x->lang),
		    b->qst_number);
	{
		const struct { const char *label, *value; } rows[] = {
			{ "r_amount", page_money(x, v, p->amount, money,
			    sizeof money) },
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
		size_t i;

		for (i = 0, rc = PP_OK; i < N(rows) && rc == PP_OK; i++)
			rc = fact(x, rows[i].label, rows[i].value, &facts,
			    err);
	}
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_RECEIPT, (const struct pp_slot[]){
		    { "seller", seller.p }, { "facts", facts.p } }, 2, out,
		    err);
	pp_buf_release(&facts);
	pp_buf_release(&seller);
	return rc;
}

/* <a href="SCHEME VALUE">, the words of name with {key} being the value. */
static enum pp_rc
link_to(const struct page_ctx *x, const char *scheme, const char *value,
    const char *name, const char *key, struct pp_buf *out, struct pp_err *err)
{
	const struct pp_said said[] = { { key, value } };
	char href[PP_CONF_URL + 16], label[SENTENCE];
	size_t n;

	n = strlcpy(href, scheme, sizeof href);
	for (; *value != '\0' && n + 1 < sizeof href; value++)
		if (strcmp(scheme, "tel:") != 0 || *value == '+' ||
		    isdigit((unsigned char)*value)) {
			href[n++] = *value;
			href[n] = '\0';
		}
	return page_fill(x, PAGE_T_LINK, (const struct pp_slot[]){
	    { "href", href }, { "label", page_say(x, name, said, 1, label,
	    sizeof label) } }, 2, out, err);
}

enum pp_rc
page_part_ways(const struct page_ctx *x, struct pp_buf *out,
    struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	enum pp_rc rc = PP_OK;

	if (b->phone[0] != '\0')
		rc = link_to(x, "tel:", b->phone, "call", "phone", out, err);
	if (rc == PP_OK && b->email[0] != '\0')
		rc = link_to(x, "mailto:", b->email, "write", "email", out,
		    err);
	return rc;
}

enum pp_rc
page_part_contact(const struct page_ctx *x, struct pp_buf *out,
    struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	struct pp_buf ways = PP_BUF_INIT(8192), place = PP_BUF_INIT(8192);
	enum pp_rc rc;

	if ((rc = page_part_ways(x, &ways, err)) == PP_OK && ways.len > 0) {
		if (b->address[0] != '\0') {
			pp_buf_puts(&place, "\n");
			pp_template_escape(&place, b->address);
		}
		rc = page_fill(x, PAGE_T_CONTACT, (const struct pp_slot[]){
		    { "ways", ways.p },
		    { "name", b->legal_name[0] != '\0' ? b->legal_name :
		    b->name },
		    { "place", place.p } }, 3, out, err);
	}
	pp_buf_release(&ways);
	pp_buf_release(&place);
	return rc;
}
