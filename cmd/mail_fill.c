#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "io.h"
#include "mail_fill.h"
#include "mail_rows.h"
#include "money.h"
#include "say.h"
#include "template.h"
#include "time.h"
#include "banned.h"

#define FILE_MAX	(64 * 1024)
#define SLOTS		48
#define SHORT		PP_CONF_TEXT	/* bytes of most values */
#define SUBJECT		512		/* of a subject's template */
#define LINK		"{{payment_link.url}}"
#define N(a)		(sizeof (a) / sizeof (a)[0])

/* The values of one mail; text grows as it is needed. */
struct values {
	struct pp_slot	 slot[SLOTS];
	char		*own[SLOTS];
	size_t		 n;
	bool		 failed;
};

/* What a language says where no template can. */
enum word {
	W_HELLO, W_HELLO_NAME, W_TEST, W_TEST_SUBJECT, W_CONTACT_BOTH,
	W_CONTACT_PHONE, W_CONTACT_MAIL, W_HOUSE, W_CARD, W_PAY, W_QR, NWORDS
};
static const char *const words[NWORDS][MAIL_LANGS] = {
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

static const char *const langs[MAIL_LANGS] = { "fr", "en" };

static enum pp_rc	read_one(const char *, const char *, const char *,
			    const char *, char **, struct pp_err *);
static enum pp_rc	load_form(struct mail_templates *, const char *,
			    const char *, int, struct pp_err *);
static void		put(struct values *, const char *, const char *);
static void		put_money(struct values *, const char *, int64_t,
			    const char *, const char *);
static void		put_time(struct values *, const char *, int64_t,
			    const char *);
static void		put_business(struct values *,
			    const struct pp_conf *, int);
static void		put_task(struct values *, const struct pp_mailing *,
			    int, bool);
static void		put_payment(struct values *, const struct pp_mailing *,
			    int);
static const char	*member(struct json_object *, const char *);
static const char	*style(const char *, const void *);
static void		one_blank(char *);
static const char	*wanted(const struct pp_conf *, const char *);
static void		put_all(struct values *, const struct mail_templates *,
			    const struct pp_mailing *, struct json_object *,
			    int);
static void		values_release(struct values *);
static enum pp_rc	check(const struct mail_templates *, const char *, int,
			    int, struct pp_err *);
static enum pp_rc	subject(const char *, const struct pp_fill *, bool,
			    int, char **, struct pp_err *);
static enum pp_rc	plain(const char *, const struct pp_fill *,
			    const char *, const char *, int, char **,
			    struct pp_err *);
static enum pp_rc	hypertext(const struct mail_templates *, const char *,
			    struct values *, const char *, const char *, int,
			    char **, struct pp_err *);
static enum pp_rc	compose(const struct mail_templates *, int, int,
			    const struct pp_mailing *, struct json_object *,
			    const char *, struct mail_text *,
			    struct pp_err *);

/* Files. */

/* PP_NOTFOUND, without words, if the file is not there. */
static enum pp_rc
read_one(const char *dir, const char *name, const char *lang,
    const char *suffix, char **out, struct pp_err *err)
{
	char path[PATH_MAX];
	size_t len;

	if ((size_t)snprintf(path, sizeof path, "%s/%s%s%s%s", dir, name,
	    *lang != '\0' ? "." : "", lang, suffix) >= sizeof path)
		return pp_err_set(err, PP_CONF, "a path is too long");
	if (access(path, F_OK) == -1)
		return PP_NOTFOUND;
	return pp_io_read_file(path, FILE_MAX, out, &len, err) == PP_OK ?
	    PP_OK : PP_CONF;
}

static enum pp_rc
load_form(struct mail_templates *t, const char *dir, const char *name, int form,
    struct pp_err *err)
{
	const char *const dirs[] = { t->conf->mail.template_dir, dir };
	enum pp_rc rc;
	size_t d;
	int l;

	for (l = 0; l < MAIL_LANGS; l++)
		for (d = 0; d < N(dirs) && t->txt[form][l] == NULL; d++) {
			if (*dirs[d] == '\0')
				continue;
			if ((rc = read_one(dirs[d], name, langs[l], ".txt",
			    &t->txt[form][l], err)) == PP_NOTFOUND)
				continue;
			/* The HTML is of the same hand, or there is none. */
			if (rc == PP_OK)
				rc = read_one(dirs[d], name, langs[l], ".html",
				    &t->html[form][l], err);
			if (rc != PP_OK && rc != PP_NOTFOUND)
				return rc;
		}
	return PP_OK;
}

enum pp_rc
mail_templates_load(struct mail_templates *t, const struct pp_conf *conf,
    const char *dir, const char *name, enum pp_mail_kind kind,
    struct pp_err *err)
{
	char family[PP_MAIL_NAME], part[PP_MAIL_NAME + 16];
	int form, l;
	enum pp_rc rc;

	memset(t, 0, sizeof *t);
	t->conf = conf;
	t->kind = kind;
	(void)pp_mail_family(name, family);
	(void)snprintf(part, sizeof part, "%s-partiel", family);
	if ((rc = load_form(t, dir, family, 0, err)) != PP_OK ||
	    (kind == PP_MK_RECEIPT &&
	    (rc = load_form(t, dir, part, 1, err)) != PP_OK))
		return rc;
	if (t->txt[0][0] == NULL && t->txt[0][1] == NULL) {
		return conf->mail.template_dir[0] != '\0' ?
		    pp_err_set(err, PP_CONF, "no template %s: neither "
		    "%s.fr.txt nor %s.en.txt in %s or %s", family, family,
		    family, conf->mail.template_dir, dir) :
		    pp_err_set(err, PP_CONF, "no template %s: neither "
		    "%s.fr.txt nor %s.en.txt in %s", family, family, family,
		    dir);
	}
	if ((rc = read_one(conf->mail.template_dir, "enveloppe", "", ".html",
	    &t->envelope, err)) == PP_NOTFOUND)
		rc = read_one(dir, "enveloppe", "", ".html", &t->envelope, err);
	if (rc == PP_NOTFOUND)
		rc = pp_err_set(err, PP_CONF, "no enveloppe.html in %s", dir);
	/* A mistake in a template shows before the first mail. */
	for (form = 0; form < MAIL_FORMS && rc == PP_OK; form++)
		for (l = 0; l < MAIL_LANGS && rc == PP_OK; l++)
			rc = check(t, family, form, l, err);
	return rc;
}

void
mail_templates_release(struct mail_templates *t)
{
	int form, l;

	for (form = 0; form < MAIL_FORMS; form++)
		for (l = 0; l < MAIL_LANGS; l++) {
			free(t->txt[form][l]);
			free(t->html[form][l]);
		}
	free(t->envelope);
	memset(t, 0, sizeof *t);
}

/* Values. */

static void
put(struct values *v, const char *name, const char *text)
{
	if (v->n == SLOTS || (v->own[v->n] = strdup(text != NULL ? text :
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
put_money(struct values *v, const char *name, int64_t cents, const char *cur,
    const char *lang)
{
	char text[PP_MONEY_STR];

	put(v, name, cents != 0 ? pp_money_human(cents, cur, lang, text,
	    sizeof text) : "");
}

static void
put_time(struct values *v, const char *name, int64_t at, const char *lang)
{
	char text[64];

	put(v, name, at != 0 ? pp_time_human(at, lang, text, sizeof text) :
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

static void
put_business(struct values *v, const struct pp_conf *c, int l)
{
	const struct pp_conf_business *b = &c->business;
	const struct pp_said said[] = { { "phone", b->phone },
	    { "email", b->email } };
	char text[SHORT];

	put(v, "business.name", b->name[0] != '\0' ? b->name :
	    words[W_HOUSE][l]);
	put(v, "business.legal_name", strcmp(b->legal_name, b->name) != 0 ?
	    b->legal_name : "");
	put(v, "business.address", b->address);
	put(v, "business.phone", b->phone);
	put(v, "business.email", b->email);
	put(v, "business.website", b->website);
	put(v, "business.gst_number", b->gst_number);
	put(v, "business.qst_number", b->qst_number);
	put(v, "business.statement_name", b->statement_name);
	put(v, "business.refund_policy", PP_CONF_SAID(b, refund_policy,
	    l ? "en" : "fr"));
	put(v, "other_ways", PP_CONF_SAID(&c->page, other_ways,
	    l ? "en" : "fr"));
	put(v, "contact", b->phone[0] == '\0' && b->email[0] == '\0' ? "" :
	    pp_say_fill(words[b->email[0] == '\0' ? W_CONTACT_PHONE :
	    b->phone[0] == '\0' ? W_CONTACT_MAIL : W_CONTACT_BOTH][l], said,
	    N(said), text, sizeof text));
}

static void
put_task(struct values *v, const struct pp_mailing *m, int l, bool no_link)
{
	const char *cur = m->c.task.currency, *name, *lang = langs[l];
	struct pp_said said[1];
	struct pp_sums s;
	char text[SHORT];

	pp_task_sums(&m->c.task, &s);
	name = member(m->person, "name");
	said[0].key = "name";
	said[0].text = name;
	put(v, "greeting", *name == '\0' ? words[W_HELLO][l] : pp_say_fill(
	    words[W_HELLO_NAME][l], said, 1, text, sizeof text));
	put(v, "customer.name", name);
	put(v, "task", m->c.task.id);
	put(v, "description", member(m->person, "description"));
	put(v, "invoice.number", m->c.task.invoice);
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
	put(v, "payment_link.url", no_link ? "" : m->url);
	put_time(v, "payment_link.expires_at", m->link != NULL && !no_link &&
	    m->url[0] != '\0' ? m->link->expires_at : 0, lang);
	put_time(v, "request.date", m->first.sent_at, lang);
}

static void
put_payment(struct values *v, const struct pp_mailing *m, int l)
{
	static const struct pp_payment none;
	static const char *const brands[] = { "", "Visa", "Mastercard",
	    "American Express", "Discover", "Diners Club", "JCB", "UnionPay",
	    "Interac" };
	static const char *const others[2][MAIL_LANGS] = {
	    { "Carte-cadeau", "Gift card" }, { "Carte", "Card" } };
	const struct pp_payment *p = m->pay != NULL ? m->pay : &none;
	struct pp_said said[2];
	char text[SHORT];

	said[0].key = "brand";
	said[0].text = p->brand >= PP_B_GIFTCARD ?
	    others[p->brand != PP_B_GIFTCARD][l] : brands[p->brand];
	said[1].key = "last4";
	said[1].text = p->last4;
	put_time(v, "payment.date", p->paid_at, langs[l]);
	put(v, "payment.card", p->last4[0] != '\0' ? pp_say_fill(
	    words[W_CARD][l], said, 2, text, sizeof text) : said[0].text);
	put(v, "payment.method", p->method);
	put(v, "payment.transaction_no", p->transaction_no);
	put(v, "payment.reference_no", p->reference_no);
	put(v, "payment.approval_code", p->approval_code);
	put(v, "payment.order_no", p->order_no);
}

/* Styles stand in the elements: many programs read no others.  arg is the
 * business's colour. */
static const char *
style(const char *name, const void *arg)
{
#define FONT "font-family:system-ui,-apple-system,'Segoe UI',Roboto," \
	    "Helvetica,Arial,sans-serif;color:#1f2430;"
	static char button[512], head[512];
	static const struct { const char *name, *css; } s[] = {
		{ "s.page", "margin:0;padding:0;background:#eef0f3;" FONT },
		{ "s.card", "max-width:600px;background:#ffffff;"
		    "border-radius:8px;" FONT },
		{ "s.test", "padding:10px 28px;background:#fff3cd;"
		    "border-radius:8px 8px 0 0;font-size:14px;"
		    "font-weight:600;color:#5f4700" },
		{ "s.para", "margin:0 0 16px;font-size:16px;line-height:1.5" },
		{ "s.small", "margin:0 0 10px;font-size:14px;line-height:1.5;"
		    "color:#4b5263;overflow-wrap:anywhere" },
		{ "s.amount", "margin:0 0 16px;font-size:32px;"
		    "line-height:1.2;font-weight:700" },
		{ "s.facts", "margin:8px 0 20px;border-collapse:collapse" },
		{ "s.label", "padding:8px 16px 8px 0;border-bottom:1px solid "
		    "#e3e6eb;font-size:15px;line-height:1.4;color:#4b5263;"
		    "vertical-align:top" },
		{ "s.value", "padding:8px 0;border-bottom:1px solid #e3e6eb;"
		    "font-size:15px;line-height:1.4;vertical-align:top;"
		    "text-align:right;overflow-wrap:anywhere" },
		{ "s.foot", "padding:16px 28px 24px;border-top:1px solid "
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
		(void)snprintf(head, sizeof head, "padding:20px 28px;"
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

/* Composing. */

/* At most one blank line in a row, none at the end: lines were dropped. */
static void
one_blank(char *s)
{
	char *to = s;
	size_t run = 2;		/* none at the beginning either */

	for (; *s != '\0'; s++) {
		run = *s == '\n' ? run + 1 : 0;
		if (run <= 2)
			*to++ = *s;
	}
	while (run > 1 && to[-1] == '\n' && to[-2] == '\n')
		to--;
	*to = '\0';
}

/* Everything that templates may name; rows and table are the house's. */
static void
put_all(struct values *v, const struct mail_templates *t,
    const struct pp_mailing *m, struct json_object *rows, int l)
{
	struct pp_buf list = PP_BUF_INIT(MAIL_MAX);
	struct pp_buf grid = PP_BUF_INIT(MAIL_MAX);
	char count[24], day[64], *end;
	int64_t sum;

	put(v, "lang", langs[l]);
	put_business(v, t->conf, l);
	if (t->kind == PP_MK_ALERT || t->kind == PP_MK_DAILY) {
		sum = mail_rows(rows, langs[l], &list, &grid);
		(void)snprintf(count, sizeof count, "%zu", rows != NULL ?
		    json_object_array_length(rows) : 0);
		/* The day alone, without the hour. */
		(void)pp_time_human(m->now, langs[l], day, sizeof day);
		if ((end = strstr(day, l == 0 ? " à " : " at ")) != NULL)
			*end = '\0';
		put(v, "count", count);
		put(v, "today", day);
		put_money(v, "total", sum, t->conf->business.currency,
		    langs[l]);
		put(v, "rows", list.p);
		put(v, "table", grid.p);
		v->failed |= list.failed || grid.failed;
	}
	put_task(v, m, l, t->no_link);
	put_payment(v, m, l);
	pp_buf_release(&list);
	pp_buf_release(&grid);
}

static void
values_release(struct values *v)
{
	while (v->n > 0)
		free(v->own[--v->n]);
}

/* Whatever the values: is every placeholder known? */
static enum pp_rc
check(const struct mail_templates *t, const char *name, int form, int l,
    struct pp_err *err)
{
	const struct pp_mailing none = { .verdict = PP_MV_SEND };
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	struct values v = { .n = 0 };
	struct pp_fill fill = { v.slot, 0, style, t->conf->business.colour };
	char file[PP_MAIL_NAME + 32];
	const char *txt = t->txt[form][l], *html = t->html[form][l];
	enum pp_rc rc = PP_OK;

	if (txt == NULL)
		return PP_OK;
	put_all(&v, t, &none, NULL, l);
	put(&v, "subject", "");
	put(&v, "test", "");
	fill.n = v.n;
	(void)snprintf(file, sizeof file, "%s%s.%s.txt", name, form == 1 ?
	    "-partiel" : "", langs[l]);
	if (strcspn(txt, "\n") >= SUBJECT || strchr(txt, '\n') == NULL)
		rc = pp_err_set(err, PP_CONF, "%s: its first line is the "
		    "subject, of less than %d bytes", file, SUBJECT);
	if (rc == PP_OK)
		rc = pp_template_fill(file, txt, &fill, &b, err);
	(void)snprintf(file, sizeof file, "%s%s.%s.html", name, form == 1 ?
	    "-partiel" : "", langs[l]);
	if (rc == PP_OK && html != NULL)
		rc = pp_template_fill(file, html, &fill, &b, err);
	put(&v, "body", "");
	put(&v, "qr", "");
	put(&v, "place", "");
	fill.n = v.n;
	if (rc == PP_OK)
		rc = pp_template_fill("enveloppe.html", t->envelope, &fill, &b,
		    err);
	if (rc == PP_OK && v.failed)
		rc = pp_err_set(err, PP_IO, "out of memory");
	values_release(&v);
	pp_buf_release(&b);
	return rc;
}

/* The first line of the text template. */
static enum pp_rc
subject(const char *txt, const struct pp_fill *fill, bool live, int l,
    char **out, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	char first[SUBJECT];
	size_t n = strcspn(txt, "\n");
	enum pp_rc rc;

	memcpy(first, txt, n);
	first[n] = '\0';
	pp_buf_puts(&b, live ? "" : words[W_TEST_SUBJECT][l]);
	if ((rc = pp_template_lines("subject", first, fill, true, &b,
	    err)) == PP_OK && (*out = pp_buf_take(&b)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	pp_buf_release(&b);
	return rc;
}

static enum pp_rc
plain(const char *body, const struct pp_fill *fill, const char *test,
    const char *url, int l, char **out, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	enum pp_rc rc;

	if (*test != '\0')
		pp_buf_printf(&b, "%s\n\n", test);
	rc = pp_template_lines("text", body, fill, true, &b, err);
	if (*url != '\0' && strstr(body, LINK) == NULL)
		pp_buf_printf(&b, "\n%s%s: %s\n", words[W_PAY][l],
		    l == 0 ? "\u00a0" : "", url);
	if (rc == PP_OK && (*out = pp_buf_take(&b)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	if (rc == PP_OK)
		one_blank(*out);
	pp_buf_release(&b);
	return rc;
}

static enum pp_rc
hypertext(const struct mail_templates *t, const char *html, struct values *v,
    const char *url, const char *qr, int l, char **out, struct pp_err *err)
{
	struct pp_fill fill = { v->slot, v->n, style,
	    t->conf->business.colour };
	struct pp_buf body = PP_BUF_INIT(MAIL_MAX);
	struct pp_buf page = PP_BUF_INIT(2 * MAIL_MAX);
	struct pp_buf place = PP_BUF_INIT(16384);
	char picture[512] = "", line[PP_CONF_TEXT];
	const char *p;
	enum pp_rc rc;
	size_t n;

	rc = pp_template_lines("html", html, &fill, false, &body, err);
	if (rc == PP_OK && *url != '\0' && strstr(html, LINK) == NULL) {
		rc = pp_template_fill("link", "<p><a href=\"" LINK "\" "
		    "style=\"{{s.button}}\">", &fill, &body, err);
		pp_buf_printf(&body, "%s</a></p>\n", words[W_PAY][l]);
	}
	if (qr != NULL && *url != '\0')
		(void)snprintf(picture, sizeof picture, "<img src=\"cid:%s\" "
		    "width=\"200\" height=\"200\" alt=\"%s\">", qr,
		    words[W_QR][l]);
	for (p = t->conf->business.address; *p != '\0'; p += n + (p[n] != '\0')) {
		n = strcspn(p, "\n");
		(void)strlcpy(line, p, sizeof line < n + 1 ? sizeof line :
		    n + 1);
		pp_template_escape(&place, line);
		pp_buf_puts(&place, p[n] != '\0' ? "<br>" : "");
	}
	put(v, "body", body.p);
	put(v, "qr", picture);
	put(v, "place", place.p);
	fill.n = v->n;
	if (rc == PP_OK)
		rc = pp_template_lines("enveloppe.html", t->envelope, &fill,
		    false, &page, err);
	if (rc == PP_OK && (!pp_buf_ok(&body) ||
	    (*out = pp_buf_take(&page)) == NULL))
		rc = pp_err_set(err, PP_IO, "a mail is too long");
	pp_buf_release(&body);
	pp_buf_release(&page);
	pp_buf_release(&place);
	return rc;
}

static enum pp_rc
compose(const struct mail_templates *t, int form, int l,
    const struct pp_mailing *m, struct json_object *rows, const char *qr,
    struct mail_text *out, struct pp_err *err)
{
	const char *txt = t->txt[form][l], *html = t->html[form][l];
	const char *test = m->live ? "" : words[W_TEST][l];
	const char *url = t->no_link || t->kind == PP_MK_REFUND ? "" : m->url;
	struct values v = { .n = 0 };
	struct pp_fill fill = { v.slot, 0, style, t->conf->business.colour };
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	out->lang = langs[l];
	put_all(&v, t, m, rows, l);
	fill.n = v.n;
	if ((rc = subject(txt, &fill, m->live, l, &out->subject,
	    err)) != PP_OK ||
	    (rc = plain(txt + strcspn(txt, "\n") + 1, &fill, test, url, l,
	    &out->text, err)) != PP_OK)
		goto out;
	put(&v, "subject", out->subject);
	put(&v, "test", test);
	if (html != NULL)
		rc = hypertext(t, html, &v, url, qr, l, &out->html, err);
	if (rc == PP_OK && v.failed)
		rc = pp_err_set(err, PP_IO, "out of memory");
out:
	values_release(&v);
	if (rc != PP_OK)
		mail_text_release(out);
	return rc;
}

static const char *
wanted(const struct pp_conf *c, const char *lang)
{
	return *lang != '\0' ? lang : c->business.language;
}

enum pp_rc
mail_fill(const struct mail_templates *t, const struct pp_mailing *m,
    struct json_object *rows, const char *qr, struct mail_text *out,
    struct pp_err *err)
{
	int l = strcmp(wanted(t->conf, m->mail.language), "en") == 0;
	int form = m->pay != NULL && t->kind == PP_MK_RECEIPT &&
	    m->pay->balance_after > 0;

	/* In the customer's language; else in the other, rather than not. */
	if (t->txt[form][l] == NULL && t->txt[form][!l] == NULL)
		form = 0;
	if (t->txt[form][l] == NULL)
		l = !l;
	return compose(t, form, l, m, rows, qr, out, err);
}

void
mail_text_release(struct mail_text *t)
{
	free(t->subject);
	free(t->text);
	free(t->html);
	memset(t, 0, sizeof *t);
}
