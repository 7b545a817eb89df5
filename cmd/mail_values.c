#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mail_rows.h"
#include "mail_values.h"
#include "money.h"
#include "name.h"
#include "say.h"
#include "tax.h"
#include "time.h"
#include "banned.h"

#define SHORT	PP_CONF_TEXT	/* bytes of most values */
#define N(a)	(sizeof (a) / sizeof (a)[0])

const char *const mail_words[NWORDS][MAIL_LANGS] = {
	[W_HELLO] = { "Bonjour,", "Hello," },
	[W_HELLO_NAME] = { "Bonjour {name},", "Hello {name}," },
	[W_TEST] = { "Essai\u00a0: aucun argent réel ne circule.",
	    "Test: no real money moves." },
	[W_TEST_SUBJECT] = { "[ESSAI] ", "[TEST] " },
	[W_CONTACT_BOTH] = { "Des questions? Appelez le {phone} ou écrivez à "
	    "{email}.", "Questions? Call {phone} or write to {email}." },
	[W_CONTACT_PHONE] = { "Des questions? Appelez le {phone}.",
	    "Questions? Call {phone}." },
	[W_CONTACT_MAIL] = { "Des questions? Écrivez à {email}.",
	    "Questions? Write to {email}." },
	[W_HOUSE] = { "notre entreprise", "our company" },
	[W_CARD] = { "{brand}, se termine par {last4}",
	    "{brand} ending in {last4}" },
	[W_PAY] = { "Pour payer en ligne", "Pay online" },
	[W_QR] = { "Code QR de votre lien de paiement",
	    "QR code of your payment link" }
};

const char *const mail_langs[MAIL_LANGS] = { "fr", "en" };

static void		put_money(struct mail_values *, const char *, int64_t,
			    const char *, const char *);
static void		put_time(struct mail_values *, const char *, int64_t,
			    const char *);
static void		put_place(struct mail_values *, const char *);
static void		put_business(struct mail_values *,
			    const struct pp_conf *, int);
static void		put_task(struct mail_values *,
			    const struct pp_mailing *, int, bool);
static void		put_taxes(struct mail_values *,
			    const struct pp_payment *, const char *,
			    const char *);
static void		put_payment(struct mail_values *,
			    const struct pp_mailing *, int);
static const char	*member(struct json_object *, const char *);

void
mail_put(struct mail_values *v, const char *name, const char *text)
{
	if (v->n == MAIL_SLOTS || (v->own[v->n] = strdup(text != NULL ? text :
	    "")) == NULL) {
		v->failed = true;
		return;
	}
	v->slot[v->n].name = name;
	v->slot[v->n].text = v->own[v->n];
	v->n++;
}

/* Nothing is left out; a template drops the line. */
static void
put_money(struct mail_values *v, const char *name, int64_t cents, const char *cur,
    const char *lang)
{
	char text[PP_MONEY_STR];

	mail_put(v, name, cents != 0 ? pp_money_human(cents, cur, lang, text,
	    sizeof text) : "");
}

static void
put_time(struct mail_values *v, const char *name, int64_t at, const char *lang)
{
	char text[64];

	mail_put(v, name, at != 0 ? pp_time_human(at, lang, text, sizeof text) :
	    "");
}

static const char *
member(struct json_object *o, const char *name)
{
	const char *s;

	if (o == NULL || pp_json_str(o, name, &s, NULL) != PP_OK)
		return "";
	return s;
}

/* The address for the HTML: a line of it is a line there. */
static void
put_place(struct mail_values *v, const char *p)
{
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	char line[PP_CONF_TEXT];
	size_t n;

	for (; *p != '\0'; p += n + (p[n] != '\0')) {
		n = strcspn(p, "\n");
		(void)strlcpy(line, p, sizeof line < n + 1 ? sizeof line :
		    n + 1);
		pp_template_escape(&b, line);
		pp_buf_puts(&b, p[n] != '\0' ? "<br>" : "");
	}
	mail_put(v, "place", b.p);
	v->failed |= b.failed;
	pp_buf_release(&b);
}

static void
put_business(struct mail_values *v, const struct pp_conf *c, int l)
{
	const struct pp_conf_business *b = &c->business;
	const struct pp_said said[] = { { "phone", b->phone },
	    { "email", b->email } };
	char text[SHORT];

	mail_put(v, "business.name", b->name[0] != '\0' ? b->name :
	    mail_words[W_HOUSE][l]);
	mail_put(v, "business.legal_name", strcmp(b->legal_name, b->name) != 0 ?
	    b->legal_name : "");
	mail_put(v, "business.address", b->address);
	put_place(v, b->address);
	mail_put(v, "business.phone", b->phone);
	mail_put(v, "business.email", b->email);
	mail_put(v, "business.website", b->website);
	mail_put(v, "business.gst_number", b->gst_number);
	mail_put(v, "business.qst_number", b->qst_number);
	mail_put(v, "business.statement_name", b->statement_name);
	mail_put(v, "business.refund_policy", PP_CONF_SAID(b, refund_policy,
	    l ? "en" : "fr"));
	mail_put(v, "other_ways", PP_CONF_SAID(&c->page, other_ways,
	    l ? "en" : "fr"));
	mail_put(v, "contact", b->phone[0] == '\0' && b->email[0] == '\0' ? "" :
	    pp_say_fill(mail_words[b->email[0] == '\0' ? W_CONTACT_PHONE :
	    b->phone[0] == '\0' ? W_CONTACT_MAIL : W_CONTACT_BOTH][l], said,
	    N(said), text, sizeof text));
}

static void
put_task(struct mail_values *v, const struct pp_mailing *m, int l, bool no_link)
{
	const char *cur = m->c.task.currency, *name, *lang = mail_langs[l];
	struct pp_said said[1];
	struct pp_sums s;
	char text[SHORT];

	pp_task_sums(&m->c.task, &s);
	name = member(m->person, "name");
	said[0].key = "name";
	said[0].text = name;
	mail_put(v, "greeting", *name == '\0' ? mail_words[W_HELLO][l] : pp_say_fill(
	    mail_words[W_HELLO_NAME][l], said, 1, text, sizeof text));
	mail_put(v, "customer.name", name);
	mail_put(v, "task", m->c.task.id);
	mail_put(v, "description", member(m->person, "description"));
	mail_put(v, "invoice.number", m->c.task.invoice);
	put_money(v, "total", s.due, cur, lang);
	put_money(v, "paid", s.net, cur, lang);
	if (m->pay != NULL) {
		put_money(v, "balance", m->pay->balance_after > 0 ?
		    m->pay->balance_after : 0, cur, lang);
		put_money(v, "amount", m->pay->amount, cur, lang);
	} else {
		put_money(v, "balance", s.owed, cur, lang);
		put_money(v, "amount", m->charge, cur, lang);
	}
	mail_put(v, "payment_link.url", no_link ? "" : m->url);
	put_time(v, "payment_link.expires_at", m->link != NULL && !no_link &&
	    m->url[0] != '\0' ? m->link->expires_at : 0, lang);
	put_time(v, "request.date", m->first.sent_at, lang);
}

/* What of the payment, or of what was given back, is tax. */
static void
put_taxes(struct mail_values *v, const struct pp_payment *p, const char *cur,
    const char *lang)
{
	struct pp_buf b = PP_BUF_INIT(SHORT);
	char text[PP_MONEY_STR];
	struct pp_taxes t;
	size_t i;

	pp_taxes_read(p->taxes, &t);
	for (i = 0; i < t.n; i++)
		pp_buf_printf(&b, "%s%s\u00a0%s", i > 0 ? ", " : "",
		    pp_name(t.v[i].name, lang), pp_money_human(t.v[i].cents < 0 ?
		    -t.v[i].cents : t.v[i].cents, cur, lang, text,
		    sizeof text));
	mail_put(v, "payment.taxes", b.p);
	v->failed |= b.failed;
	pp_buf_release(&b);
}

static void
put_payment(struct mail_values *v, const struct pp_mailing *m, int l)
{
	static const struct pp_payment none;
	const struct pp_payment *p = m->pay != NULL ? m->pay : &none;
	struct pp_said said[2];
	char text[SHORT];

	said[0].key = "brand";
	said[0].text = p->brand == PP_B_NONE ? "" : pp_name(p->brand ==
	    PP_B_OTHER ? "card" : pp_brands[p->brand], mail_langs[l]);
	said[1].key = "last4";
	said[1].text = p->last4;
	put_time(v, "payment.date", p->paid_at, mail_langs[l]);
	mail_put(v, "payment.card", p->last4[0] != '\0' ? pp_say_fill(
	    mail_words[W_CARD][l], said, 2, text, sizeof text) : said[0].text);
	mail_put(v, "payment.method", pp_name(p->method, mail_langs[l]));
	mail_put(v, "payment.transaction_no", p->transaction_no);
	mail_put(v, "payment.reference_no", p->reference_no);
	mail_put(v, "payment.approval_code", p->approval_code);
	mail_put(v, "payment.order_no", p->order_no);
	put_taxes(v, p, m->c.task.currency, mail_langs[l]);
}

/* Styles stand in the elements: many programs read no others.  arg is the
 * business's colour. */
const char *
mail_style(const char *name, const void *arg)
{
#define FONT "font-family:system-ui,-apple-system,'Segoe UI',Roboto," \
	    "Helvetica,Arial,sans-serif;color:#1f2430;"
	static char button[512], head[512];
	static const struct { const char *name, *css; } s[] = {
		{ "s.page", "margin:0;padding:0;background:#eef0f3;" FONT },
		{ "s.card", "max-width:600px;background:#ffffff;"
		    "border-radius:8px;" FONT },
		{ "s.test", "padding:10px 20px;background:#fff3cd;"
		    "border-radius:8px 8px 0 0;font-size:14px;"
		    "font-weight:600;color:#5f4700" },
		{ "s.para", "margin:0 0 16px;font-size:16px;line-height:1.5" },
		{ "s.small", "margin:0 0 10px;font-size:14px;line-height:1.5;"
		    "color:#4b5263;overflow-wrap:anywhere" },
		{ "s.amount", "margin:0 0 16px;font-size:32px;"
		    "line-height:1.2;font-weight:700" },
		{ "s.facts", "margin:8px 0 20px;border-collapse:collapse" },
		{ "s.label", "padding:8px 16px 8px 0;width:40%;border-bottom:"
		    "1px solid #e3e6eb;font-size:15px;line-height:1.4;color:#4b5263;"
		    "vertical-align:top" },
		{ "s.value", "padding:8px 0;border-bottom:1px solid #e3e6eb;"
		    "font-size:15px;line-height:1.4;vertical-align:top;"
		    "text-align:right;overflow-wrap:anywhere" },
		{ "s.foot", "padding:16px 20px 24px;border-top:1px solid "
		    "#e3e6eb;font-size:14px;line-height:1.5;color:#4b5263" },
		{ "s.link", "color:#1f4f7f;overflow-wrap:anywhere" }
	};
#undef FONT
	unsigned int r = 31, g = 95, b = 153;
	size_t i;

	for (i = 0; i < N(s); i++)
		if (strcmp(s[i].name, name) == 0)
			return s[i].css;
	if (strcmp(name, "s.button") != 0 && strcmp(name, "s.head") != 0)
		return NULL;
	(void)sscanf(arg, "#%2x%2x%2x", &r, &g, &b);
	if (strcmp(name, "s.head") == 0) {
		(void)snprintf(head, sizeof head, "padding:20px;"
		    "border-bottom:4px solid #%02x%02x%02x;font-size:18px;"
		    "font-weight:700", r, g, b);
		return head;
	}
	/* The lettering that reads better on the colour. */
	(void)snprintf(button, sizeof button, "display:inline-block;"
	    "padding:14px 28px;background:#%02x%02x%02x;color:%s;"
	    "border-radius:6px;font-size:17px;font-weight:600;"
	    "text-decoration:none", r, g, b, 2126ul * r * r + 7152ul * g * g +
	    722ul * b * b > 117000000ul ? "#000000" : "#ffffff");
	return button;
}

/* Everything that templates may name; rows and table are the house's. */
void
mail_put_all(struct mail_values *v, const struct mail_templates *t,
    const struct pp_mailing *m, struct json_object *rows, int l)
{
	struct pp_buf list = PP_BUF_INIT(MAIL_MAX);
	struct pp_buf grid = PP_BUF_INIT(MAIL_MAX);
	char count[24], day[64], *end;
	int64_t sum;

	mail_put(v, "lang", mail_langs[l]);
	put_business(v, t->conf, l);
	if (t->kind == PP_MK_ALERT || t->kind == PP_MK_DAILY) {
		sum = mail_rows(rows, mail_langs[l], &list, &grid);
		(void)snprintf(count, sizeof count, "%zu", rows != NULL ?
		    json_object_array_length(rows) : 0);
		/* The day alone, without the hour. */
		(void)pp_time_human(m->now, mail_langs[l], day, sizeof day);
		if ((end = strstr(day, l == 0 ? " à " : " at ")) != NULL)
			*end = '\0';
		mail_put(v, "count", count);
		mail_put(v, "today", day);
		put_money(v, "total", sum, t->conf->business.currency,
		    mail_langs[l]);
		mail_put(v, "rows", list.p);
		mail_put(v, "table", grid.p);
		v->failed |= list.failed || grid.failed;
	}
	put_task(v, m, l, t->no_link);
	put_payment(v, m, l);
	pp_buf_release(&list);
	pp_buf_release(&grid);
}

void
mail_values_release(struct mail_values *v)
{
	while (v->n > 0)
		free(v->own[--v->n]);
}
