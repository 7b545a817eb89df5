#include "config.h"

#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "money.h"
#include "sandbox_body.h"
#include "sandbox_mpg.h"
#include "time.h"
#include "banned.h"

#define VALUE		128
#define AMOUNT_MAX	10	/* characters of an amount */

#define ORDER_SET	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz0123456789_-:.@ "
#define TXN_SET		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz0123456789_-"

/* What stands in a request. */
struct parts {
	char	store[VALUE], token[VALUE], order[VALUE], amount[VALUE];
	char	txn[VALUE], crypt[VALUE], cust[VALUE], descriptor[VALUE];
};

static bool	text(xmlNode *, char *);
static bool	is(const xmlNode *, const char *);
static bool	take(xmlNode *, struct parts *);
static enum pp_rc	check(const struct parts *, struct sandbox_mpg *,
			    struct pp_err *);
static void	field(struct pp_buf *, const char *, const char *);

static bool
is(const xmlNode *n, const char *name)
{
	return n != NULL && strcmp((const char *)n->name, name) == 0;
}

/* The text of an element that has nothing else in it. */
static bool
text(xmlNode *node, char *out)
{
	const xmlNode *n = node->children;

	out[0] = '\0';
	if (n == NULL)
		return true;
	return n->type == XML_TEXT_NODE && n->next == NULL &&
	    strlcpy(out, (const char *)n->content, VALUE) < VALUE;
}

static bool
take(xmlNode *op, struct parts *p)
{
	const struct { const char *name; char *out; } known[] = {
		{ "order_id", p->order }, { "amount", p->amount },
		{ "txn_number", p->txn }, { "crypt_type", p->crypt },
		{ "cust_id", p->cust },
		{ "dynamic_descriptor", p->descriptor }
	};
	xmlNode *n;
	size_t i;

	for (n = xmlFirstElementChild(op); n != NULL;
	    n = xmlNextElementSibling(n)) {
		for (i = 0; i < sizeof known / sizeof known[0]; i++)
			if (is(n, known[i].name))
				break;
		if (i == sizeof known / sizeof known[0] ||
		    known[i].out[0] != '\0' || !text(n, known[i].out))
			return false;
	}
	return true;
}

static enum pp_rc
check(const struct parts *p, struct sandbox_mpg *m, struct pp_err *err)
{
	const char *dot = strchr(p->amount, '.');

	if (p->order[0] == '\0' || strlen(p->order) >= sizeof m->order_no ||
	    strspn(p->order, ORDER_SET) != strlen(p->order))
		return pp_err_set(err, PP_DATA, "Invalid order id");
	if (p->txn[0] == '\0' || strlen(p->txn) >= sizeof m->txn ||
	    strspn(p->txn, TXN_SET) != strlen(p->txn))
		return pp_err_set(err, PP_DATA, "Invalid transaction number");
	if (strcmp(p->crypt, "7") != 0)
		return pp_err_set(err, PP_DATA, "Invalid crypt type");
	if (m->is_void ? p->amount[0] != '\0' : dot == NULL ||
	    strlen(dot) != 3 || strlen(p->amount) > AMOUNT_MAX ||
	    strspn(p->amount, "0123456789.") != strlen(p->amount) ||
	    pp_money_parse(p->amount, false, &m->cents, NULL) != PP_OK ||
	    m->cents == 0)
		return pp_err_set(err, PP_DATA, "Invalid amount");
	(void)strlcpy(m->order_no, p->order, sizeof m->order_no);
	(void)strlcpy(m->txn, p->txn, sizeof m->txn);
	(void)strlcpy(m->store, p->store, sizeof m->store);
	return PP_OK;
}

enum pp_rc
sandbox_mpg_read(const char *body, size_t len, struct sandbox_mpg *m,
    struct pp_err *err)
{
	struct parts p;
	xmlNode *top, *store, *token, *op = NULL;
	xmlDoc *doc;
	enum pp_rc rc;

	memset(m, 0, sizeof *m);
	memset(&p, 0, sizeof p);
	if (len == 0 || len > SANDBOX_BODY_MAX ||
	    (doc = xmlReadMemory(body, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)) ==
	    NULL)
		return pp_err_set(err, PP_DATA, "XML Parse Error in Request: "
		    "not well-formed");
	top = xmlDocGetRootElement(doc);
	store = top == NULL ? NULL : xmlFirstElementChild(top);
	token = store == NULL ? NULL : xmlNextElementSibling(store);
	op = token == NULL ? NULL : xmlNextElementSibling(token);
	if (doc->intSubset != NULL || !is(top, "request") ||
	    !is(store, "store_id") || !text(store, p.store) ||
	    !is(token, "api_token") || !text(token, p.token) ||
	    op == NULL || xmlNextElementSibling(op) != NULL ||
	    (!is(op, "refund") && !is(op, "purchasecorrection")) ||
	    !take(op, &p))
		rc = pp_err_set(err, PP_DATA, "XML Parse Error in Request: "
		    "unexpected element");
	else {
		m->is_void = is(op, "purchasecorrection");
		if ((rc = sandbox_body_credentials(p.store, p.token,
		    err)) == PP_OK)
			rc = check(&p, m, err);
	}
	explicit_bzero(p.token, sizeof p.token);
	xmlFreeDoc(doc);
	return rc;
}

/* An empty value is the text null. */
static void
field(struct pp_buf *b, const char *name, const char *value)
{
	xmlChar *safe = xmlEncodeSpecialChars(NULL, (const xmlChar *)
	    (value == NULL || *value == '\0' ? "null" : value));

	pp_buf_printf(b, "<%s>%s</%s>", name, safe == NULL ? "null" :
	    (const char *)safe, name);
	xmlFree(safe);
}

void
sandbox_mpg_receipt(struct pp_buf *b, const struct sandbox_back *k)
{
	char reference[32], amount[PP_MONEY_STR], stamp[PP_TIME_STR];

	/* Terminal 8, shift 3, batch 3, sequence 3, one more. */
	(void)snprintf(reference, sizeof reference, "%s001%s%s0", k->ecr,
	    k->batch, k->sequence);
	(void)pp_time_str(sandbox_eastern(k->at), false, stamp, sizeof stamp);
	stamp[10] = stamp[19] = '\0';	/* 2026-11-23T15:04:05Z */
	pp_buf_puts(b, "<?xml version=\"1.0\" standalone=\"yes\"?><response>"
	    "<receipt>");
	field(b, "ReceiptId", k->order_no);
	field(b, "ReferenceNum", reference);
	field(b, "ResponseCode", k->code);
	field(b, "ISO", k->iso);
	field(b, "AuthCode", k->approval);
	field(b, "TransTime", stamp + 11);
	field(b, "TransDate", stamp);
	field(b, "TransType", k->is_void ? "11" : "04");
	field(b, "Complete", "true");
	field(b, "Message", k->done ?
	    "APPROVED           *                    =" :
	    "DECLINED           *                    =");
	field(b, "TransAmount", pp_money_str(k->cents, amount,
	    sizeof amount));
	field(b, "CardType", k->type);
	field(b, "TransID", k->transaction_no);
	field(b, "TimedOut", "false");
	field(b, "BankTotals", NULL);
	field(b, "Ticket", NULL);
	field(b, "CorporateCard", "false");
	pp_buf_puts(b, "</receipt></response>");
}

void
sandbox_mpg_nothing(struct pp_buf *b, const char *why)
{
	static const char *const nulls[] = { "ReceiptId", "ReferenceNum",
		"ResponseCode", "ISO", "AuthCode", "TransTime", "TransDate",
		"TransType" };
	static const char *const more[] = { "TransAmount", "CardType",
		"TransID" };
	size_t i;

	pp_buf_puts(b, "<?xml version=\"1.0\"?><response><receipt>");
	for (i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
		field(b, nulls[i], NULL);
	field(b, "Complete", "false");
	field(b, "Message", why);
	for (i = 0; i < sizeof more / sizeof more[0]; i++)
		field(b, more[i], NULL);
	field(b, "TimedOut", "false");
	field(b, "BankTotals", NULL);
	field(b, "Ticket", NULL);
	field(b, "IsVisaDebit", "false");
	pp_buf_puts(b, "</receipt></response>");
}
