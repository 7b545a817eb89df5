#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "doc.h"
#include "money.h"
#include "sandbox_body.h"
#include "time.h"
#include "banned.h"

#define FORBIDDEN	"<>$%=?^\"{}[]\\"
#define TOKEN_MAX	64
#define TXN_TOTAL_MAX	10

/* The test credentials that Moneris publishes. */
static const struct {
	const char	*store;
	const char	*token;
} stores[] = {
	{ "store1", "yesguy" },
	{ "store2", "yesguy" },
	{ "store3", "yesguy" },
	{ "store4", "yesguy" },
	{ "store5", "yesguy" },
	{ "moneris", "hurgle" }
};

/* Every member of a preload that the guide names. */
static const char *const members[] = { "store_id", "api_token",
	"checkout_id", "txn_total", "environment", "action", "order_no",
	"cust_id", "dynamic_descriptor", "language", "shipping_amount",
	"ask_cvv", "data_key", "data_key_format", "recur", "cart",
	"contact_details", "shipping_details", "billing_details", "token",
	NULL };

static const char *const contact[] = { "first_name", "last_name", "phone",
	"email", NULL };
static const char *const address[] = { "address_1", "address_2", "city",
	"country", "province", "postal_code", NULL };

static void	add(struct json_object *, const char *, const char *);
static void	add_amount(struct json_object *, const char *, int64_t);
static struct json_object	*answer(bool, struct json_object **);
static void	cut(char *, const char *, size_t);
static struct json_object	*echo_part(struct json_object *, const char *,
				    const char *const *);
static struct json_object	*fraud(const char *, const char *,
				    const char *, const char *);
static enum pp_rc	member(struct json_object *, const char *, size_t,
			    const char **, struct pp_err *);
static enum pp_rc	text(struct json_object *, const char *, char *,
			    size_t, struct pp_err *);
static enum pp_rc	total(struct json_object *, int64_t *,
			    struct pp_err *);

/* A string member of at most max bytes; *out NULL if absent or null. */
static enum pp_rc
member(struct json_object *o, const char *key, size_t max, const char **out,
    struct pp_err *err)
{
	enum pp_rc rc;

	*out = NULL;
	if ((rc = pp_json_str(o, key, out, err)) == PP_NOTFOUND)
		return PP_OK;
	if (rc == PP_OK && strlen(*out) > max)
		return pp_err_member(err, PP_DATA, key,
		    "is longer than %zu characters", max);
	return rc;
}

/* The same, copied, without the characters that Moneris forbids. */
static enum pp_rc
text(struct json_object *o, const char *key, char *out, size_t size,
    struct pp_err *err)
{
	const char *s, *p;
	enum pp_rc rc;

	if ((rc = member(o, key, size - 1, &s, err)) != PP_OK || s == NULL)
		return rc;
	for (p = s; *p != '\0'; p++)
		if (strchr(FORBIDDEN, *p) != NULL || iscntrl((unsigned char)*p))
			return pp_err_member(err, PP_DATA, key,
			    "contains a forbidden character");
	(void)strlcpy(out, s, size);
	return PP_OK;
}

enum pp_rc
sandbox_body_credentials(const char *store, const char *token,
    struct pp_err *err)
{
	size_t i;

	for (i = 0; i < sizeof stores / sizeof stores[0]; i++)
		if (strcmp(stores[i].store, store) == 0)
			break;
	if (i == sizeof stores / sizeof stores[0])
		return pp_err_member(err, PP_PERM, "store_id",
		    "Invalid store id");
	if (strcmp(stores[i].token, token) != 0)
		return pp_err_member(err, PP_PERM, "api_token",
		    "API Token mismatch");
	return PP_OK;
}

enum pp_rc
sandbox_body_request(struct json_object *o, struct sandbox_request *rq,
    struct pp_err *err)
{
	const char *token, *env, *action, *p;
	enum pp_rc rc;

	memset(rq, 0, sizeof *rq);
	if (!json_object_is_type(o, json_type_object))
		return pp_err_member(err, PP_DATA, "request",
		    "is not a JSON object");
	if ((rc = member(o, "action", 16, &action, err)) != PP_OK ||
	    (rc = member(o, "environment", 16, &env, err)) != PP_OK ||
	    (rc = member(o, "store_id", 10, &rq->store, err)) != PP_OK ||
	    (rc = member(o, "api_token", TOKEN_MAX, &token, err)) != PP_OK ||
	    (rc = member(o, "checkout_id", 30, &rq->checkout, err)) !=
	    PP_OK ||
	    (rc = member(o, "ticket", TOKEN_MAX, &rq->ticket, err)) != PP_OK)
		return rc;
	if (action == NULL || (strcmp(action, "preload") != 0 &&
	    strcmp(action, "receipt") != 0))
		return pp_err_member(err, PP_DATA, "action",
		    "must be preload or receipt");
	rq->preload = *action == 'p';
	if (rq->store == NULL)
		return pp_err_member(err, PP_DATA, "store_id", "is required");
	if (token == NULL)
		return pp_err_member(err, PP_DATA, "api_token",
		    "is required");
	if (rq->checkout == NULL)
		return pp_err_member(err, PP_DATA, "checkout_id",
		    "is required");
	if (env == NULL || strcmp(env, "qa") != 0)
		return pp_err_member(err, PP_DATA, "environment",
		    "must be qa on this host");
	if ((rc = sandbox_body_credentials(rq->store, token, err)) != PP_OK)
		return rc;
	for (p = rq->checkout; isalnum((unsigned char)*p); p++)
		;
	if (strncmp(rq->checkout, "chkt", 4) != 0 || *p != '\0' ||
	    p == rq->checkout + 4)
		return pp_err_member(err, PP_PERM, "checkout_id",
		    "Invalid checkout id");
	return PP_OK;
}

/* "1234567.89": digits with exactly two decimals. */
static enum pp_rc
total(struct json_object *o, int64_t *cents, struct pp_err *err)
{
	const char *s, *p;
	enum pp_rc rc;
	size_t n;

	if ((rc = member(o, "txn_total", TXN_TOTAL_MAX, &s, err)) != PP_OK)
		return rc;
	if (s == NULL)
		return pp_err_member(err, PP_DATA, "txn_total",
		    "is required");
	n = strspn(s, "0123456789");
	p = s + n;
	if (n == 0 || *p != '.' || strspn(p + 1, "0123456789") != 2 ||
	    p[3] != '\0' || pp_money_parse(s, false, cents, NULL) != PP_OK)
		return pp_err_member(err, PP_DATA, "txn_total",
		    "is not an amount with two decimals");
	if (*cents == 0)
		return pp_err_member(err, PP_DATA, "txn_total",
		    "may be 0.00 only with a card verification profile");
	return PP_OK;
}

/* The named strings of one object, null where they are missing. */
static struct json_object *
echo_part(struct json_object *o, const char *key, const char *const *names)
{
	struct json_object *from, *to, *v;
	size_t i;

	if (!json_object_object_get_ex(o, key, &from) ||
	    !json_object_is_type(from, json_type_object))
		from = NULL;
	to = json_object_new_object();
	for (i = 0; names[i] != NULL; i++) {
		v = NULL;
		if (from != NULL && json_object_object_get_ex(from, names[i],
		    &v))
			v = json_object_get(v);
		json_object_object_add(to, names[i], v);
	}
	return to;
}

/* What is longer is cut, but not inside a character. */
static void
cut(char *out, const char *s, size_t size)
{
	size_t n = strlcpy(out, s, size);

	if (n < size)
		return;
	for (n = size - 1; n > 0 && (s[n] & 0xc0) == 0x80; n--)
		;
	out[n] = '\0';
}

enum pp_rc
sandbox_body_order(struct json_object *o, struct sandbox_order *out,
    sandbox_unknown_fn *unknown, void *arg, struct pp_err *err)
{
	struct json_object *echo;
	const char *s, *language;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	json_object_object_foreach(o, key, val) {
		(void)val;
		if (pp_word(members, key) == -1)
			unknown(key, arg);
	}
	if ((rc = total(o, &out->cents, err)) != PP_OK ||
	    (rc = text(o, "store_id", out->store, sizeof out->store, err)) !=
	    PP_OK ||
	    (rc = text(o, "checkout_id", out->checkout, sizeof out->checkout,
	    err)) != PP_OK ||
	    (rc = text(o, "order_no", out->order_no, sizeof out->order_no,
	    err)) != PP_OK ||
	    (rc = text(o, "cust_id", out->cust_id, sizeof out->cust_id,
	    err)) != PP_OK ||
	    (rc = member(o, "dynamic_descriptor", 255, &s, err)) != PP_OK ||
	    (rc = member(o, "language", 8, &language, err)) != PP_OK)
		return rc;
	if (s != NULL)
		cut(out->descriptor, s, sizeof out->descriptor);
	if (language != NULL && strcmp(language, "en") != 0 &&
	    strcmp(language, "fr") != 0)
		return pp_err_member(err, PP_DATA, "language",
		    "must be en or fr");
	(void)strlcpy(out->language, language == NULL ? "en" : language,
	    sizeof out->language);
	echo = json_object_new_object();
	json_object_object_add(echo, "cust_info",
	    echo_part(o, "contact_details", contact));
	json_object_object_add(echo, "shipping",
	    echo_part(o, "shipping_details", address));
	json_object_object_add(echo, "billing",
	    json_object_object_get_ex(o, "billing_details", NULL) ?
	    echo_part(o, "billing_details", address) : NULL);
	out->echo = strdup(pp_json_text(echo));
	json_object_put(echo);
	return out->echo != NULL ? PP_OK :
	    pp_err_set(err, PP_IO, "out of memory");
}

static void
add(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, s == NULL ? NULL :
	    json_object_new_string(s));
}

static void
add_amount(struct json_object *o, const char *key, int64_t cents)
{
	char buf[PP_MONEY_STR];

	add(o, key, pp_money_str(cents, buf, sizeof buf));
}

/* {"response":{"success":...}}; *in is the inner object. */
static struct json_object *
answer(bool success, struct json_object **in)
{
	struct json_object *o = json_object_new_object();

	*in = json_object_new_object();
	add(*in, "success", success ? "true" : "false");
	json_object_object_add(o, "response", *in);
	return o;
}

struct json_object *
sandbox_body_ticket(const char *ticket)
{
	struct json_object *in, *o = answer(true, &in);

	add(in, "ticket", ticket);
	return o;
}

struct json_object *
sandbox_body_error(const char *name, const char *words, const char *shape)
{
	struct json_object *in, *e, *part, *o = answer(false, &in);

	e = json_object_new_object();
	json_object_object_add(in, "error", e);
	if (shape != NULL && strcmp(shape, "field") == 0) {
		add(e, "field", name);
		add(e, "message", words);
	} else if (shape != NULL && strcmp(shape, "data") == 0) {
		part = json_object_new_object();
		add(part, "data", words);
		json_object_object_add(e, name, part);
	} else if (shape != NULL && strcmp(shape, "nested") == 0) {
		part = json_object_new_object();
		json_object_object_add(e, "preload", part);
		json_object_object_add(part, name, json_object_new_object());
		(void)json_object_object_get_ex(part, name, &part);
		add(part, "data", words);
	} else
		add(e, name, words);
	return o;
}

struct json_object *
sandbox_body_incomplete(void)
{
	return sandbox_body_error("ticket",
	    "invalid ticket or transaction is not complete", "field");
}

static struct json_object *
fraud(const char *origin, const char *result, const char *condition,
    const char *status)
{
	struct json_object *o = json_object_new_object();

	add(o, "decision_origin", origin);
	add(o, "result", result);
	add(o, "condition", condition);
	add(o, "status", status);
	add(o, "code", strcmp(status, "success") == 0 ? "1M" : "");
	add(o, "details", "");
	return o;
}

struct json_object *
sandbox_body_receipt(const struct sandbox_ticket *t,
    const struct sandbox_charge *c)
{
	/* JCB and UnionPay were recorded with the text "null" for the CVD
	 * and without a result of the check. */
	bool nocvd = strcmp(c->type, "C1") == 0 || strcmp(c->type, "UP") == 0;
	const char *cust = t->order.cust_id[0] == '\0' ? NULL :
	    t->order.cust_id;
	const char *desc = t->order.descriptor[0] == '\0' ? NULL :
	    t->order.descriptor;
	struct json_object *in, *rq, *part, *cc, *rcpt, *o;
	int64_t wall = sandbox_eastern(c->at);
	char buf[PP_TIME_STR], first6last4[11], ref[19];

	o = answer(true, &in);
	(void)snprintf(first6last4, sizeof first6last4, "%s%s", c->first6,
	    c->last4);
	(void)snprintf(ref, sizeof ref, "%.8s001%.3s%.3s0", c->ecr, c->batch,
	    c->sequence);
	(void)pp_time_str(wall, false, buf, sizeof buf);
	buf[10] = ' ';
	buf[19] = '\0';

	rq = json_object_new_object();
	json_object_object_add(in, "request", rq);
	add_amount(rq, "txn_total", t->order.cents);
	part = t->order.echo == NULL ? NULL :
	    json_tokener_parse(t->order.echo);
	if (part != NULL) {
		json_object_object_foreach(part, key, val)
			json_object_object_add(rq, key, json_object_get(val));
	}
	json_object_put(part);
	add_amount(rq, "cc_total", t->order.cents);
	add(rq, "pay_by_token", "0");
	part = json_object_new_object();
	add(part, "first6last4", first6last4);
	add(part, "expiry", c->expiry);
	add(part, "cardholder", c->holder);
	json_object_object_add(rq, "cc", part);
	add(rq, "ticket", t->id);
	add(rq, "cust_id", cust);
	add(rq, "dynamic_descriptor", desc);
	add(rq, "order_no", t->order.order_no);
	add(rq, "eci", "7");

	rcpt = json_object_new_object();
	json_object_object_add(in, "receipt", rcpt);
	add(rcpt, "result", c->accepted ? "a" : "d");
	cc = json_object_new_object();
	json_object_object_add(rcpt, "cc", cc);
	add(cc, "result", c->accepted ? "a" : "d");
	add(cc, "order_no", c->order_no);
	add(cc, "cust_id", cust);
	add(cc, "transaction_no", c->transaction_no);
	add(cc, "reference_no", ref);
	add(cc, "transaction_code", c->result == CHARGE_AUTHORIZED ? "01" :
	    "00");
	add(cc, "transaction_type", "200");
	add(cc, "transaction_date_time", buf);
	add(cc, "corporate_card", NULL);
	add_amount(cc, "amount", c->cents);
	add(cc, "response_code", c->code[0] == '\0' ? NULL : c->code);
	add(cc, "iso_response_code", c->iso[0] == '\0' ? NULL : c->iso);
	add(cc, "approval_code", c->approval);
	add(cc, "card_type", c->type);
	add(cc, "dynamic_descriptor", desc);
	add(cc, "invoice_number", NULL);
	add(cc, "customer_code", NULL);
	add(cc, "eci", "7");
	add(cc, "cvd_result_code", nocvd ? "null" : "1M");
	add(cc, "avs_result_code", NULL);
	add(cc, "cavv_result_code", NULL);
	add(cc, "first6last4", first6last4);
	add(cc, "expiry_date", c->expiry);
	add(cc, "recur_success", NULL);
	add(cc, "issuer_id", "null");
	add(cc, "is_debit", "false");
	add(cc, "ecr_no", c->ecr);
	add(cc, "batch_no", c->batch);
	add(cc, "sequence_no", c->sequence);
	if (c->cf_status[0] != '\0') {
		add(cc, "cf_success", strncmp(c->cf_status, "10", 2) != 0 &&
		    strchr("12", c->cf_status[0]) != NULL ? "true" : "false");
		add_amount(cc, "cf_fee_amt", c->fee);
		add(cc, "cf_fee_rate", "0.00");
		add(cc, "cf_fee_type", "AMT");
		add(cc, "cf_status", c->cf_status);
	}
	part = json_object_new_object();
	json_object_object_add(cc, "fraud", part);
	json_object_object_add(part, "cvd", nocvd ?
	    fraud("Moneris", "4", "0", "ineligible") :
	    fraud("Moneris", "1", "0", "success"));
	json_object_object_add(part, "avs",
	    fraud("Moneris", "3", "0", "disabled"));
	json_object_object_add(part, "3d_secure",
	    fraud("Moneris", "3", "1", "disabled"));
	json_object_object_add(part, "kount",
	    fraud("Moneris", "3", NULL, "disabled"));
	return o;
}

const char *
sandbox_body_result(enum sandbox_result r)
{
	static const char *const words[] = { "approved", "authorized",
	    "declined", "refused" };

	return words[r];
}

struct json_object *
sandbox_body_open(const struct sandbox_ticket *t)
{
	struct json_object *o = json_object_new_object();
	char buf[PP_TIME_STR];

	add(o, "ticket", t->id);
	add(o, "store_id", t->order.store);
	add(o, "order_no", t->order.order_no);
	add_amount(o, "amount", t->order.cents);
	json_object_object_add(o, "amount_cents",
	    json_object_new_int64(t->order.cents));
	add(o, "minted_at", pp_time_str(t->minted_at, true, buf, sizeof buf));
	add(o, "expires_at", pp_time_str(t->dies_at, true, buf, sizeof buf));
	return o;
}

struct json_object *
sandbox_body_charge(const struct sandbox_charge *c)
{
	struct json_object *o = json_object_new_object();
	char buf[PP_TIME_STR];

	add(o, "ticket", c->ticket);
	add(o, "store_id", c->store);
	add(o, "order_no", c->order_no);
	add(o, "result", sandbox_body_result(c->result));
	add_amount(o, "amount", c->cents);
	json_object_object_add(o, "amount_cents",
	    json_object_new_int64(c->cents));
	json_object_object_add(o, "fee_cents", json_object_new_int64(c->fee));
	json_object_object_add(o, "taken_cents",
	    json_object_new_int64(c->taken));
	add(o, "response_code", c->code[0] == '\0' ? NULL : c->code);
	add(o, "transaction_no", c->transaction_no);
	add(o, "last4", c->last4);
	add(o, "at", pp_time_str(c->at, true, buf, sizeof buf));
	return o;
}

struct json_object *
sandbox_body_back(const struct sandbox_back *b)
{
	struct json_object *o = json_object_new_object();
	char buf[PP_TIME_STR];

	add(o, "store_id", b->store);
	add(o, "order_no", b->order_no);
	add(o, "of_transaction", b->of);
	add(o, "kind", b->is_void ? "void" : "refund");
	add(o, "result", b->done ? "approved" : "declined");
	add_amount(o, "amount", b->cents);
	add(o, "response_code", b->code);
	add(o, "transaction_no", b->transaction_no);
	add(o, "at", pp_time_str(b->at, true, buf, sizeof buf));
	return o;
}
