#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "moneris_mpg.h"
#include "moneris_receipt.h"
#include "moneris_reply.h"
#include "money.h"
#include "time.h"
#include "banned.h"

#define BODY_MAX	4096
#define ORDER_NO	50	/* [D] */
#define TXN_NUMBER	64	/* 255 [D]; 20 in MCO's receipts [D] */
#define VALUE		128	/* longest that is read of an answer */
#define SAID		160	/* bytes kept of the gateway's words */

/* What is read of an answer; "" for none, as the text null. */
struct receipt {
	char	id[VALUE];		/* ReceiptId: the order number */
	char	reference[VALUE];
	char	code[VALUE];
	char	iso[VALUE];
	char	auth[VALUE];
	char	date[VALUE], time[VALUE];
	char	type[VALUE];
	char	complete[VALUE];
	char	message[VALUE];
	char	amount[VALUE];
	char	txn[VALUE];
	char	timed_out[VALUE];
};

static void	element(struct pp_buf *, const char *, const char *);
static bool	member(xmlNode *, char *);
static bool	parse(const struct driver_reply *, struct receipt *);
static bool	fixed(const char *, size_t, const char *);
static struct json_object	*unknown(const char *,
			    const struct driver_reply *, const char *, ...)
			    __attribute__((format(printf, 3, 4)));
static struct json_object	*outcome(const char *, const char *,
			    const struct driver_reply *);
static void	put(struct json_object *, const char *, const char *);
static bool	nothing(const struct receipt *);
static void	tame(const struct mco_account *, const char *, char *,
		    size_t);
static struct json_object	*receipt_of(const struct mpg_asked *,
			    const struct receipt *,
			    const struct driver_reply *, int64_t);

struct json_object *
mpg_asked_read(struct json_object *req, struct mpg_asked *a)
{
	const char *kind = "refund", *opened;
	struct pp_err err = { 0 };
	enum pp_rc rc;

	memset(a, 0, sizeof *a);
	if ((rc = pp_json_str(req, "kind", &kind, NULL)) != PP_OK &&
	    rc != PP_NOTFOUND)
		kind = "";
	a->is_void = strcmp(kind, "void") == 0;
	if (!a->is_void && strcmp(kind, "refund") != 0)
		return driver_error("refused", NULL, "kind: neither refund "
		    "nor void");
	if (pp_json_str(req, "order_no", &a->order_no, NULL) != PP_OK ||
	    *a->order_no == '\0' || strlen(a->order_no) > ORDER_NO ||
	    a->order_no[strspn(a->order_no, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-:.@ ")] != '\0')
		return driver_error("refused", NULL, "order_no: not 1 to %d "
		    "of A-Z a-z 0-9 _ - : . @ and space", ORDER_NO);
	if (pp_json_str(req, "transaction_no", &a->transaction_no, NULL) !=
	    PP_OK || *a->transaction_no == '\0' ||
	    strlen(a->transaction_no) > TXN_NUMBER ||
	    a->transaction_no[strspn(a->transaction_no,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "_-")] != '\0')
		return driver_error("refused", NULL, "transaction_no: not 1 "
		    "to %d of A-Z a-z 0-9 _ -", TXN_NUMBER);
	if ((rc = pp_json_amount(req, "amount", &a->cents, &err)) != PP_OK ||
	    a->cents < 1 || a->cents > PP_CENTS_MAX)
		return driver_error("refused", NULL, "amount: %s",
		    rc == PP_OK || rc == PP_NOTFOUND ?
		    "not 0.01 to 9999999.99" : err.msg);
	if ((rc = pp_json_str(req, "opened_at", &opened, NULL)) != PP_OK ||
	    pp_time_parse(opened, &a->opened, NULL) != PP_OK)
		return driver_error("refused", NULL, "opened_at: not an "
		    "instant");
	return NULL;
}

const char *
mpg_origin(const struct mco_account *a)
{
	return a->sandbox ? a->origin : strcmp(a->mode, "prod") == 0 ?
	    MPG_PROD : MPG_QA;
}

/* All values were checked to be ASCII without control characters. */
static void
element(struct pp_buf *b, const char *name, const char *value)
{
	xmlChar *safe = xmlEncodeSpecialChars(NULL,
	    (const xmlChar *)value), *p;

	pp_buf_printf(b, "<%s>", name);
	if (safe == NULL) {
		b->failed = true;
		return;
	}
	for (p = safe; *p != '\0'; p++)	/* which leaves this one */
		if (*p == '\'')
			pp_buf_puts(b, "&apos;");
		else
			pp_buf_add(b, p, 1);
	explicit_bzero(safe, strlen((const char *)safe));
	xmlFree(safe);
	pp_buf_printf(b, "</%s>", name);
}

char *
mpg_body(const struct mco_account *a, const struct mpg_asked *asked,
    size_t *len)
{
	struct pp_buf b = PP_BUF_INIT(BODY_MAX);
	const char *name = asked->is_void ? "purchasecorrection" : "refund";
	char amount[PP_MONEY_STR], *body;

	/* Room for all of it at once: a buffer that moves leaves a copy. */
	pp_buf_printf(&b, "%*s", BODY_MAX - 1, "");
	pp_buf_reset(&b);
	/* Order as Moneris's own kit writes it [D], recorded [R]. */
	pp_buf_puts(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><request>");
	element(&b, "store_id", a->store_id);
	element(&b, "api_token", a->api_token);
	pp_buf_printf(&b, "<%s>", name);
	element(&b, "order_id", asked->order_no);
	if (!asked->is_void)
		element(&b, "amount", pp_money_str(asked->cents, amount,
		    sizeof amount));
	element(&b, "txn_number", asked->transaction_no);
	element(&b, "crypt_type", "7");
	pp_buf_printf(&b, "</%s></request>", name);
	*len = b.len;
	if (!pp_buf_ok(&b) || (body = malloc(b.len + 1)) == NULL)
		body = NULL;
	else {
		memcpy(body, b.p, b.len);
		body[b.len] = '\0';
	}
	if (b.p != NULL)
		explicit_bzero(b.p, b.cap);
	pp_buf_release(&b);
	return body;
}

/* The text of an element into out; the text null is none.  False if it has
 * more in it than a text, or too much. */
static bool
member(xmlNode *node, char *out)
{
	const xmlNode *n;
	size_t len = 0, more;

	for (n = node->children; n != NULL; n = n->next) {
		if (n->type != XML_TEXT_NODE && n->type !=
		    XML_CDATA_SECTION_NODE)
			return false;
		more = strlen((const char *)n->content);
		if (len + more >= VALUE)
			return false;
		memcpy(out + len, n->content, more);
		len += more;
	}
	out[len] = '\0';
	if (strcmp(out, "null") == 0)
		out[0] = '\0';
	return true;
}

/* Reads <response><receipt>...; false if that is not what the body is.  A
 * second element of one name makes it contradict itself. */
static bool
parse(const struct driver_reply *reply, struct receipt *r)
{
	const struct { const char *name; char *out; } known[] = {
		{ "ReceiptId", r->id }, { "ReferenceNum", r->reference },
		{ "ResponseCode", r->code }, { "ISO", r->iso },
		{ "AuthCode", r->auth }, { "TransDate", r->date },
		{ "TransTime", r->time }, { "TransType", r->type },
		{ "Complete", r->complete }, { "Message", r->message },
		{ "TransAmount", r->amount }, { "TransID", r->txn },
		{ "TimedOut", r->timed_out }
	};
	unsigned int seen = 0;
	xmlNode *n, *top;
	xmlDoc *doc;
	bool good = false;
	size_t i;

	memset(r, 0, sizeof *r);
	/* No network, no entity of its own, the library's limits. */
	if (reply->len == 0 || reply->len > DRIVER_REPLY ||
	    (doc = xmlReadMemory(reply->body, (int)reply->len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	    XML_PARSE_NOCDATA)) == NULL)
		return false;
	top = xmlDocGetRootElement(doc);
	if (doc->intSubset != NULL || top == NULL ||
	    strcmp((const char *)top->name, "response") != 0 ||
	    (top = xmlFirstElementChild(top)) == NULL ||
	    strcmp((const char *)top->name, "receipt") != 0 ||
	    xmlNextElementSibling(top) != NULL)
		goto out;
	for (n = xmlFirstElementChild(top); n != NULL;
	    n = xmlNextElementSibling(n))
		for (i = 0; i < sizeof known / sizeof known[0]; i++) {
			if (strcmp((const char *)n->name, known[i].name) != 0)
				continue;
			if ((seen & 1u << i) || !member(n, known[i].out))
				goto out;
			seen |= 1u << i;
		}
	good = true;
out:
	xmlFreeDoc(doc);
	return good;
}

/* Exactly n characters of a set. */
static bool
fixed(const char *s, size_t n, const char *set)
{
	return strlen(s) == n && strspn(s, set) == n;
}

static void
put(struct json_object *o, const char *key, const char *value)
{
	(void)json_object_object_add(o, key, value == NULL || *value == '\0' ?
	    NULL : json_object_new_string(value));
}

static struct json_object *
outcome(const char *word, const char *reason, const struct driver_reply *reply)
{
	struct json_object *o = json_object_new_object();

	(void)json_object_object_add(o, "ok", json_object_new_boolean(1));
	put(o, "outcome", word);
	(void)json_object_object_add(o, "flags", json_object_new_array());
	put(o, "reason", reason);
	put(o, "message", NULL);
	(void)json_object_object_add(o, "receipt", NULL);
	mco_add_server_time(o, reply);
	return o;
}

static struct json_object *
unknown(const char *reason, const struct driver_reply *reply, const char *fmt,
    ...)
{
	struct json_object *o = outcome("unknown", reason, reply);
	char text[SAID];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	put(o, "message", text);
	return o;
}

/* Does it say of itself that nothing was done: not complete, not timed out,
 * and no number of a transaction? */
static bool
nothing(const struct receipt *r)
{
	return strcmp(r->complete, "false") == 0 &&
	    strcmp(r->timed_out, "false") == 0 && r->code[0] == '\0' &&
	    r->txn[0] == '\0' && r->reference[0] == '\0' &&
	    r->auth[0] == '\0' && r->date[0] == '\0';
}

/* The gateway's words without control characters or runs of blanks; none at
 * all if the token is among them. */
static void
tame(const struct mco_account *a, const char *s, char *out, size_t size)
{
	size_t n = 0;

	if (strstr(s, a->api_token) == NULL)
		for (; *s != '\0' && n + 1 < size; s++) {
			if (*s == ' ' && (n == 0 || out[n - 1] == ' '))
				continue;
			out[n++] = isprint((unsigned char)*s) ? *s : '?';
		}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static struct json_object *
receipt_of(const struct mpg_asked *asked, const struct receipt *r,
    const struct driver_reply *reply, int64_t cents)
{
	struct json_object *o = json_object_new_object();
	char text[PP_TIME_STR], terminal[9] = "", batch[4] = "";
	char stamp[2 * VALUE + 2];
	bool doubtful;
	int64_t at;

	(void)snprintf(stamp, sizeof stamp, "%s %s", r->date, r->time);
	at = mco_paid_at(stamp, asked->opened, reply->now, &doubtful);
	/* Terminal 8, shift 3, batch 3, sequence 3, one more [R]. */
	if (fixed(r->reference, 18, "0123456789")) {
		(void)snprintf(terminal, sizeof terminal, "%.8s",
		    r->reference);
		(void)snprintf(batch, sizeof batch, "%.3s",
		    r->reference + 11);
	}
	put(o, "amount", cents == 0 ? NULL : pp_money_str(cents, text,
	    sizeof text));
	(void)json_object_object_add(o, "amount_cents", cents == 0 ? NULL :
	    json_object_new_int64(cents));
	put(o, "fee", NULL);
	put(o, "order_no", r->id);
	put(o, "transaction_no", r->txn);
	put(o, "reference_no", r->reference);
	put(o, "terminal", terminal);
	put(o, "batch", batch);
	put(o, "approval_code", r->auth);
	put(o, "response_code", r->code);
	put(o, "iso_code", r->iso);
	(void)json_object_object_add(o, "card", NULL);
	put(o, "paid_at", doubtful ? NULL : pp_time_str(at, false, text,
	    sizeof text));
	return o;
}

struct json_object *
mpg_read(const struct mco_account *a, const struct mpg_asked *asked,
    const struct driver_reply *reply)
{
	struct json_object *o;
	struct receipt r;
	char said[SAID];
	int64_t cents = 0;
	bool code;

	if (reply->result != DRIVER_GOT && !reply->sent)
		return driver_error("unreachable", NULL, "%s", reply->why);
	if (reply->result != DRIVER_GOT)
		return unknown(reply->result == DRIVER_LATE ? "timeout" :
		    "lost", reply, "no whole answer: %s", reply->why);
	if (!parse(reply, &r))
		return unknown("protocol", reply, "the reply is not what the "
		    "protocol says (HTTP status %ld)", reply->status);
	tame(a, r.message, said, sizeof said);
	code = fixed(r.code, 3, "0123456789");

	if (nothing(&r)) {
		/* Words that say so, as recorded [R] or quoted [C]. */
		if (strstr(r.message, "No Pre-auth corresponds") != NULL)
			o = outcome("declined", "no_original", reply);
		else if (strstr(r.message, "was not sent to the host because "
		    "of a duplicate order id") != NULL)
			o = outcome("declined", "duplicate_order", reply);
		else if (strncmp(r.message, "XML Parse Error in Request",
		    26) == 0)
			o = outcome("declined", "refused", reply);
		else if (strcasestr(r.message, "API Token mismatch") != NULL ||
		    strcasestr(r.message, "Invalid store id") != NULL)
			return driver_error("credentials", NULL, "%s", said);
		else
			o = outcome("unknown", "incomplete", reply);
		put(o, "message", said);
		return o;
	}
	if (strcmp(r.complete, "true") != 0 || !code ||
	    strcmp(r.timed_out, "true") == 0) {
		o = outcome("unknown", strcmp(r.timed_out, "true") == 0 ?
		    "timeout" : "incomplete", reply);
		put(o, "message", said);
		return o;
	}
	/* Another's answer says nothing about ours. */
	if (strcmp(r.id, asked->order_no) != 0)
		return unknown("other_order", reply, "the answer is about "
		    "another order number");
	if (r.amount[0] != '\0' && (pp_money_parse(r.amount, false, &cents,
	    NULL) != PP_OK || cents <= 0))
		return unknown("protocol", reply, "the answer's amount cannot "
		    "be read");
	if (strncmp(r.code, "050", 3) >= 0)
		o = outcome("declined", "declined", reply);
	else if (r.txn[0] == '\0' || strcmp(r.txn, asked->transaction_no) == 0)
		return unknown("no_number", reply, "approved, and without a "
		    "transaction number of its own");
	else
		o = outcome("approved", NULL, reply);
	if (cents == 0)
		cents = asked->cents;
	if (strncmp(r.code, "050", 3) < 0 && cents != asked->cents) {
		struct json_object *flags;

		if (json_object_object_get_ex(o, "flags", &flags))
			(void)json_object_array_add(flags,
			    json_object_new_string("amount_differs"));
	}
	put(o, "message", said);
	(void)json_object_object_add(o, "receipt", receipt_of(asked, &r,
	    reply, cents));
	return o;
}
