#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "money.h"
#include "template.h"
#include "time.h"
#include "banned.h"

#define CLEARING	"Assets:Clearing:Payments"
#define ACCOUNT		(PP_ID_MAX + 32)
#define FITID		(PP_PAY_ID + 4)

const char *const pp_export_formats[] = {
	"csv", "qbo-csv", "hledger", "ledger", "beancount", "ofx", NULL
};

/* A row's taxes by their two names, the rest in one. */
struct parts {
	int64_t	gst, qst, other;
};

static void		cell(const struct pp_export *, const char *, bool,
			    struct pp_buf *);
static void		money(const struct pp_export *, int64_t, bool,
			    struct pp_buf *);
static int64_t		signed_of(const struct pp_export_row *);
static void		taxes_of(const struct pp_export_row *, struct parts *);
static const char	*paid_with(const struct pp_payment *, char *, size_t);
static const char	*fitid(const struct pp_export_row *, char *, size_t);
static void		safe(const char *, struct pp_buf *);
static void		quoted(const char *, struct pp_buf *);
static const char	*account(const struct pp_payment *, char *, size_t);
static void		words(const struct pp_export_row *, struct pp_buf *);
static void		csv_row(const struct pp_export *,
			    const struct pp_export_row *, struct pp_buf *);
static void		qbo_row(const struct pp_export *,
			    const struct pp_export_row *, struct pp_buf *);
static void		ledger_row(const struct pp_export_row *,
			    struct pp_buf *);
static void		beancount_row(const struct pp_export_row *,
			    struct pp_buf *);
static void		ofx_row(const struct pp_export_row *, struct pp_buf *);
static void		postings(const struct pp_export_row *, const char *,
			    struct pp_buf *);

/* Rows from events. */

enum pp_rc
pp_export_event(struct json_object *ev,
    struct pp_export_row rows[PP_EXPORT_ROWS], size_t *n, struct pp_err *err)
{
	struct pp_export_row *r = &rows[0];
	const char *type, *task;
	int64_t cents;
	enum pp_rc rc;

	*n = 0;
	if (pp_json_str(ev, "type", &type, err) != PP_OK)
		return PP_IO;
	/* Marks of a payment say no amount. */
	if (strncmp(type, "payment.", 8) != 0 ||
	    pp_json_amount(ev, "amount", &cents, NULL) != PP_OK)
		return PP_OK;
	memset(r, 0, sizeof *r);
	if (pp_json_int(ev, "seq", 1, INT64_MAX, &r->seq, err) != PP_OK ||
	    pp_json_time(ev, "at", &r->at, err) != PP_OK ||
	    pp_doc_read(pp_payment_fields, pp_payment_nfields, ev, &r->p,
	    err) != PP_OK)
		return PP_IO;
	if ((rc = pp_json_str(ev, "task", &task, err)) == PP_OK)
		(void)strlcpy(r->p.task, task, sizeof r->p.task);
	else if (rc != PP_NOTFOUND)
		return PP_IO;
	*n = 1;
	if (strcmp(type, "payment.adopted") != 0)
		return PP_OK;
	rows[1] = rows[0];
	rows[1].again = true;
	r->reversal = true;
	/* As the row said that it takes back. */
	r->p.task[0] = r->p.billed[0] = r->p.taxes[0] = '\0';
	r->p.purpose[0] = '\0';
	r->p.balance_after = 0;
	*n = 2;
	return PP_OK;
}

static int64_t
signed_of(const struct pp_export_row *r)
{
	int64_t cents = pp_payment_signed(&r->p);

	return r->reversal ? -cents : cents;
}

enum pp_rc
pp_export_see(struct pp_export *x, const struct pp_export_row *r,
    struct pp_err *err)
{
	if (strcmp(r->p.currency, x->currency) != 0)
		return pp_err_set(err, PP_DATA, "%s is in %s: a statement has "
		    "one currency, %s", r->p.id, r->p.currency, x->currency);
	if (x->first == 0 || r->p.business_date < x->first)
		x->first = r->p.business_date;
	if (r->p.business_date > x->last)
		x->last = r->p.business_date;
	if (r->at > x->at)
		x->at = r->at;
	return pp_money_add(&x->sum, signed_of(r)) ? PP_OK :
	    pp_err_set(err, PP_BUG, "a sum is out of range");
}

static void
taxes_of(const struct pp_export_row *r, struct parts *out)
{
	struct pp_taxes t;
	int64_t *to;
	size_t i;

	memset(out, 0, sizeof *out);
	pp_taxes_read(r->p.taxes, &t);
	for (i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, "TPS") == 0 ||
		    strcmp(t.v[i].name, "GST") == 0)
			to = &out->gst;
		else if (strcmp(t.v[i].name, "TVQ") == 0 ||
		    strcmp(t.v[i].name, "QST") == 0)
			to = &out->qst;
		else
			to = &out->other;
		*to += r->reversal ? -t.v[i].cents : t.v[i].cents;
	}
}

static const char *
paid_with(const struct pp_payment *p, char *buf, size_t size)
{
	const char *what = p->method[0] != '\0' ? p->method :
	    p->brand != PP_B_NONE ? pp_brands[p->brand] : "";

	(void)snprintf(buf, size, "%s%s%s", what, p->last4[0] != '\0' ? " " :
	    "", p->last4);
	return buf;
}

/* A key that is never used again: a correction has its own. */
static const char *
fitid(const struct pp_export_row *r, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s%s", r->p.id, r->reversal ? ".r" :
	    r->again ? ".2" : "");
	return buf;
}

/* CSV. */

/* A cell; text that a spreadsheet would take for a formula begins with '. */
static void
cell(const struct pp_export *x, const char *s, bool last, struct pp_buf *b)
{
	bool guard = *s != '\0' && strchr("=+-@\t\r", *s) != NULL;
	bool quote = strpbrk(s, "\"\r\n") != NULL ||
	    strchr(s, x->separator) != NULL;

	if (quote)
		pp_buf_puts(b, "\"");
	if (guard)
		pp_buf_puts(b, "'");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			pp_buf_puts(b, "\"");
		pp_buf_add(b, s, 1);
	}
	if (quote)
		pp_buf_puts(b, "\"");
	if (last)
		pp_buf_puts(b, "\r\n");
	else
		pp_buf_add(b, &x->separator, 1);
}

static void
money(const struct pp_export *x, int64_t cents, bool last, struct pp_buf *b)
{
	char text[PP_MONEY_STR], *dot;
	bool quote = x->comma && x->separator == ',';

	(void)pp_money_str(cents, text, sizeof text);
	if (x->comma && (dot = strchr(text, '.')) != NULL)
		*dot = ',';
	pp_buf_printf(b, "%s%s%s", quote ? "\"" : "", text, quote ? "\"" : "");
	if (last)
		pp_buf_puts(b, "\r\n");
	else
		pp_buf_add(b, &x->separator, 1);
}

static void
csv_row(const struct pp_export *x, const struct pp_export_row *r,
    struct pp_buf *b)
{
	const struct pp_payment *p = &r->p;
	const char *stage = pp_payment_stage(p);
	int64_t cents = signed_of(r);
	struct parts t;
	char seq[24], at[PP_TIME_STR], day[PP_TIME_STR], id[FITID];

	taxes_of(r, &t);
	(void)snprintf(seq, sizeof seq, "%" PRId64, r->seq);
	cell(x, seq, false, b);
	cell(x, pp_time_str(r->at, true, at, sizeof at), false, b);
	cell(x, pp_time_day_str(p->business_date, day, sizeof day), false, b);
	cell(x, fitid(r, id, sizeof id), false, b);
	cell(x, r->reversal || r->again ? p->id : "", false, b);
	cell(x, p->task, false, b);
	cell(x, p->billed, false, b);
	cell(x, pp_pay_types[p->type], false, b);
	cell(x, stage != NULL ? stage : "", false, b);
	money(x, cents, false, b);
	cell(x, p->currency, false, b);
	money(x, cents - t.gst - t.qst - t.other, false, b);
	money(x, t.gst, false, b);
	money(x, t.qst, false, b);
	money(x, t.other, false, b);
	money(x, p->fee, false, b);
	cell(x, p->method[0] != '\0' ? p->method : p->brand != PP_B_NONE ?
	    pp_brands[p->brand] : "", false, b);
	cell(x, p->last4, false, b);
	cell(x, p->integration, false, b);
	cell(x, p->order_no, false, b);
	cell(x, p->transaction_no, false, b);
	cell(x, p->reference_no, false, b);
	cell(x, p->terminal, false, b);
	cell(x, p->batch, false, b);
	cell(x, p->approval_code, false, b);
	cell(x, p->refund_of, false, b);
	money(x, p->balance_after, true, b);
}

/* Task, what it is, how it was paid, the processor's number. */
static void
words(const struct pp_export_row *r, struct pp_buf *b)
{
	const struct pp_payment *p = &r->p;
	const char *stage = pp_payment_stage(p);
	char how[64];
	const char *const parts[] = {
		p->task[0] != '\0' ? p->task : "orphan", p->billed,
		stage != NULL ? stage : pp_pay_types[p->type],
		paid_with(p, how, sizeof how), p->transaction_no,
		r->reversal ? "correction" : ""
	};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (*parts[i] != '\0') {
			if (i > 0)
				pp_buf_puts(b, " ");
			safe(parts[i], b);
		}
}

static void
qbo_row(const struct pp_export *x, const struct pp_export_row *r,
    struct pp_buf *b)
{
	struct pp_buf text = PP_BUF_INIT(1024);
	int32_t d = r->p.business_date;

	pp_buf_printf(b, "%02d/%02d/%04d%c", (int)(d % 100),
	    (int)(d / 100 % 100), (int)(d / 10000), x->separator);
	words(r, &text);
	cell(x, text.p != NULL ? text.p : "", false, b);
	money(x, signed_of(r), true, b);
	pp_buf_release(&text);
}

/* Plain-text accounting. */

/* What would end a description, a code, a tag or a comment is a _. */
static void
safe(const char *s, struct pp_buf *b)
{
	for (; *s != '\0'; s++)
		pp_buf_add(b, strchr(";|,()[]{}\"\\=*!#", *s) != NULL ||
		    iscntrl((unsigned char)*s) ? "_" : s, 1);
}

static void
quoted(const char *s, struct pp_buf *b)
{
	pp_buf_puts(b, "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			pp_buf_puts(b, "\\");
		pp_buf_add(b, iscntrl((unsigned char)*s) ? "_" : s, 1);
	}
	pp_buf_puts(b, "\"");
}

/* Where the money is: by integration, else by the way it came. */
static const char *
account(const struct pp_payment *p, char *buf, size_t size)
{
	const char *name = p->integration[0] != '\0' ? p->integration :
	    p->method[0] != '\0' ? p->method : "other";
	char *c;

	(void)snprintf(buf, size, "Assets:Payments:%s", name);
	c = buf + strlen("Assets:Payments:");
	*c = (char)toupper((unsigned char)*c);
	for (; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c))
			*c = '-';
	return buf;
}

static void
postings(const struct pp_export_row *r, const char *indent, struct pp_buf *b)
{
	char name[ACCOUNT], text[PP_MONEY_STR];

	pp_buf_printf(b, "%s%-36s  %14s %s\n", indent, account(&r->p, name,
	    sizeof name), pp_money_str(signed_of(r), text, sizeof text),
	    r->p.currency);
	pp_buf_printf(b, "%s%-36s  %14s %s\n\n", indent, CLEARING,
	    pp_money_str(-signed_of(r), text, sizeof text), r->p.currency);
}

/* hledger and ledger read the same: dated when it was recorded, so that dates
 * never go back, with the business date beside it. */
static void
ledger_row(const struct pp_export_row *r, struct pp_buf *b)
{
	const struct pp_payment *p = &r->p;
	char day[PP_TIME_STR], paid[PP_TIME_STR], id[FITID];
	const struct { const char *tag, *text; } tags[] = {
		{ "id", fitid(r, id, sizeof id) }, { "task", p->task },
		{ "invoice", p->billed }, { "order", p->order_no },
		{ "reference", p->reference_no }, { "refund_of", p->refund_of }
	};
	struct pp_taxes t;
	char text[PP_MONEY_STR];
	size_t i;

	pp_buf_printf(b, "%s=%s ", pp_time_day_str(pp_time_day(r->at), day,
	    sizeof day), pp_time_day_str(p->business_date, paid,
	    sizeof paid));
	pp_buf_puts(b, "(");
	safe(p->transaction_no[0] != '\0' ? p->transaction_no : p->id, b);
	pp_buf_puts(b, ") ");
	words(r, b);
	pp_buf_puts(b, "\n");
	for (i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (*tags[i].text != '\0') {
			pp_buf_printf(b, "    ; %s: ", tags[i].tag);
			safe(tags[i].text, b);
			pp_buf_puts(b, "\n");
		}
	if (p->batch[0] != '\0')
		pp_buf_printf(b, "    ; batch: %s-%s\n", p->terminal,
		    p->batch);
	pp_taxes_read(p->taxes, &t);
	for (i = 0; i < t.n; i++) {
		pp_buf_puts(b, "    ; tax ");
		safe(t.v[i].name, b);
		pp_buf_printf(b, " %s\n", pp_money_str(t.v[i].cents, text,
		    sizeof text));
	}
	postings(r, "    ", b);
}

static void
beancount_row(const struct pp_export_row *r, struct pp_buf *b)
{
	const struct pp_payment *p = &r->p;
	struct pp_buf text = PP_BUF_INIT(1024);
	char day[PP_TIME_STR], id[FITID];
	const struct { const char *tag, *text; } tags[] = {
		{ "id", fitid(r, id, sizeof id) },
		{ "transaction", p->transaction_no },
		{ "invoice", p->billed }, { "order", p->order_no },
		{ "reference", p->reference_no }, { "taxes", p->taxes }
	};
	size_t i;

	words(r, &text);
	pp_buf_printf(b, "%s * ", pp_time_day_str(pp_time_day(r->at), day,
	    sizeof day));
	quoted(p->task[0] != '\0' ? p->task : "orphan", b);
	pp_buf_puts(b, " ");
	quoted(text.p != NULL ? text.p : "", b);
	pp_buf_printf(b, " ^%s\n  paid: %s\n", p->refund_of[0] != '\0' ?
	    p->refund_of : p->id, pp_time_day_str(p->business_date, day,
	    sizeof day));
	for (i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (*tags[i].text != '\0') {
			pp_buf_printf(b, "  %s: ", tags[i].tag);
			quoted(tags[i].text, b);
			pp_buf_puts(b, "\n");
		}
	postings(r, "  ", b);
	pp_buf_release(&text);
}

/* OFX: one statement of the clearing account. */

static void
ofx_row(const struct pp_export_row *r, struct pp_buf *b)
{
	struct pp_buf text = PP_BUF_INIT(1024);
	char id[FITID], cents[PP_MONEY_STR];
	size_t n;

	words(r, &text);
	pp_buf_printf(b, "<STMTTRN><TRNTYPE>%s</TRNTYPE><DTPOSTED>%d"
	    "</DTPOSTED><TRNAMT>%s</TRNAMT><FITID>%s</FITID><NAME>",
	    signed_of(r) < 0 ? "DEBIT" : "CREDIT", (int)r->p.business_date,
	    pp_money_str(signed_of(r), cents, sizeof cents), fitid(r, id,
	    sizeof id));
	/* A name has at most 32 bytes, and no half of a character. */
	for (n = 0; n < 32 && r->p.task[n] != '\0'; n++)
		;
	while (n > 0 && ((unsigned char)r->p.task[n] & 0xc0) == 0x80)
		n--;
	memcpy(id, r->p.task, n);
	id[n] = '\0';
	pp_template_escape(b, n > 0 ? id : "orphan");
	pp_buf_puts(b, "</NAME><MEMO>");
	pp_template_escape(b, text.p != NULL ? text.p : "");
	pp_buf_puts(b, "</MEMO></STMTTRN>\n");
	pp_buf_release(&text);
}

/* The whole. */

void
pp_export_begin(const struct pp_export *x, struct pp_buf *b)
{
	static const char *const titles[] = {
		"seq", "recorded_at", "business_date", "id", "corrects",
		"task", "invoice", "type", "stage", "amount", "currency",
		"net_of_taxes", "gst", "qst", "other_taxes", "fee", "method",
		"last4", "integration", "order_no", "transaction_no",
		"reference_no", "terminal", "batch", "approval_code",
		"refund_of", "balance_after"
	};
	char day[PP_TIME_STR];
	size_t i, n = sizeof titles / sizeof titles[0];

	switch (x->format) {
	case PP_X_CSV:
		if (x->bom)
			pp_buf_puts(b, "\xef\xbb\xbf");
		for (i = 0; i < n; i++)
			cell(x, titles[i], i + 1 == n, b);
		break;
	case PP_X_QBO:
		pp_buf_printf(b, "%sDate%cDescription%cAmount\r\n", x->bom ?
		    "\xef\xbb\xbf" : "", x->separator, x->separator);
		break;
	case PP_X_BEANCOUNT:
		pp_buf_puts(b, "plugin \"beancount.plugins.auto_accounts\"\n\n");
		break;
	case PP_X_OFX:
		(void)snprintf(day, sizeof day, "%s", x->at == 0 ?
		    "19700101" : "");
		if (x->at != 0)
			(void)snprintf(day, sizeof day, "%d",
			    (int)pp_time_day(x->at));
		pp_buf_printf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\" "
		    "standalone=\"no\"?>\n<?OFX OFXHEADER=\"200\" VERSION="
		    "\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" "
		    "NEWFILEUID=\"NONE\"?>\n<OFX><SIGNONMSGSRSV1><SONRS>"
		    "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
		    "<DTSERVER>%s</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS>"
		    "</SIGNONMSGSRSV1>\n<BANKMSGSRSV1><STMTTRNRS><TRNUID>0"
		    "</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY>"
		    "</STATUS><STMTRS><CURDEF>%s</CURDEF><BANKACCTFROM>"
		    "<BANKID>pp</BANKID><ACCTID>clearing</ACCTID><ACCTTYPE>"
		    "CHECKING</ACCTTYPE></BANKACCTFROM>\n<BANKTRANLIST>"
		    "<DTSTART>%d</DTSTART><DTEND>%d</DTEND>\n", day,
		    x->currency, x->first != 0 ? (int)x->first : 19700101,
		    x->last != 0 ? (int)x->last : 19700101);
		break;
	default:
		break;
	}
}

void
pp_export_row(const struct pp_export *x, const struct pp_export_row *r,
    struct pp_buf *b)
{
	switch (x->format) {
	case PP_X_CSV:
		csv_row(x, r, b);
		break;
	case PP_X_QBO:
		qbo_row(x, r, b);
		break;
	case PP_X_HLEDGER:
	case PP_X_LEDGER:
		ledger_row(r, b);
		break;
	case PP_X_BEANCOUNT:
		beancount_row(r, b);
		break;
	case PP_X_OFX:
		ofx_row(r, b);
		break;
	}
}

void
pp_export_end(const struct pp_export *x, struct pp_buf *b)
{
	char text[PP_MONEY_STR];

	if (x->format != PP_X_OFX)
		return;
	pp_buf_printf(b, "</BANKTRANLIST><LEDGERBAL><BALAMT>%s</BALAMT>"
	    "<DTASOF>%d</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS>"
	    "</BANKMSGSRSV1></OFX>\n", pp_money_str(x->sum, text,
	    sizeof text), x->last != 0 ? (int)x->last : 19700101);
}
