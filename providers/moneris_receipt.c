#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"
#include "err.h"
#include "intl.h"
#include "json.h"
#include "moneris_mco.h"
#include "moneris_receipt.h"
#include "moneris_reply.h"
#include "money.h"
#include "time.h"
#include "banned.h"

#define ZONE		"America/Toronto"
#define ZONE_RULE	"EST5EDT,M3.2.0,M11.1.0"	/* since 2007 */
#define SUMMER		(4 * PP_HOUR)	/* behind UTC */
#define WINTER		(5 * PP_HOUR)
#define TEXT_MAX	64		/* longest text that is passed on */
#define CODE_NONE	(-1)		/* no code: never authorised */
#define CODE_BAD	(-2)		/* not three digits */
#define APPROVED(code)	((code) >= 0 && (code) < 50)	/* [D] */

enum outcome {
	OUT_UNKNOWN,
	OUT_APPROVED,
	OUT_AUTHORIZED,
	OUT_DECLINED
};

/* The parts of a receipt; texts are borrowed from it, NULL for no value. */
struct receipt {
	const char	*result;
	bool		 has_cc;
	const char	*cc_result;
	int		 code;
	const char	*code_text;	/* three digits or NULL */
	const char	*transaction_code;
	const char	*transaction_no;
	const char	*cf_status;
	const char	*ticket;
	const char	*order_no;	/* with its suffix */
	const char	*asked_no;	/* order number in the echo */
	int64_t		 cents;		/* card and gifts; -1: not told */
	int64_t		 gifts;
	int64_t		 total;		/* txn_total in the echo, or -1 */
	bool		 gift_approved;
	bool		 gift_refused;
	int64_t		 fee;

	/* What is only passed on. */
	const char	*reference_no;
	const char	*terminal;
	const char	*batch;
	const char	*approval_code;
	const char	*iso_code;
	const char	*time;
	const char	*brand;
	const char	*digits;	/* first six and last four */
};

static void		 put(struct json_object *, const char *, const char *);
static const char	*tame(struct json_object *, const char *);
static int		 code_of(const char *);
static int64_t		 cents_of(const char *);
static bool		 in(const char *, const char *const *);
static bool		 read_gifts(struct json_object *, struct receipt *);
static bool		 read_parts(struct json_object *, struct receipt *);
static enum outcome	 decide(const struct receipt *);
static bool		 same_order(const char *, const char *);
static const char	*brand_of(const char *);
static struct json_object	*receipt_json(const struct receipt *,
				    int64_t);
static bool		 about(const struct receipt *,
			    const struct mco_asked *);
static void		 flag(struct json_object *, const char *, bool);
static struct json_object	*tell(const struct receipt *,
				    const struct mco_asked *,
				    const struct driver_reply *);

static void
put(struct json_object *o, const char *key, const char *value)
{
	(void)json_object_object_add(o, key,
	    value == NULL ? NULL : json_object_new_string(value));
}

void
mco_zone(void)
{
	if (pp_time_zone(ZONE, NULL) == PP_OK)
		return;
	(void)setenv("TZ", ZONE_RULE, 1);
	tzset();
}

int64_t
mco_paid_at(const char *text, int64_t opened, int64_t now, bool *doubtful)
{
	int64_t wall, behind, at[2];
	char buf[PP_TIME_STR];
	struct tm tm;
	time_t t;
	size_t i;

	*doubtful = true;
	/* Read as UTC first, which checks it as well. */
	if (text == NULL || strlen(text) != strlen("2026-11-23 15:04:05") ||
	    (size_t)snprintf(buf, sizeof buf, "%sZ", text) >= sizeof buf ||
	    pp_time_parse(buf, &wall, NULL) != PP_OK)
		return now;
	t = (time_t)(wall / PP_SECOND);
	if (gmtime_r(&t, &tm) == NULL)
		return now;
	tm.tm_isdst = -1;
	behind = (int64_t)mktime(&tm) * PP_SECOND - wall == SUMMER ? SUMMER :
	    WINTER;
	at[0] = wall + behind;
	at[1] = wall + SUMMER + WINTER - behind;
	for (i = 0; i < 2; i++)
		if (at[i] >= opened - MCO_SLACK && at[i] <= now + MCO_SLACK) {
			*doubtful = false;
			return at[i] < now ? at[i] : now;
		}
	return now;
}

struct json_object *
mco_asked_read(struct json_object *req, struct mco_asked *a)
{
	struct pp_err err = { 0 };

	if (pp_json_str(req, "ticket", &a->ticket, NULL) != PP_OK ||
	    !mco_ticket_ok(a->ticket))
		return driver_error("refused", NULL, "ticket: not 1 to %d "
		    "letters and digits", MCO_TICKET);
	if (pp_json_str(req, "order_no", &a->order_no, NULL) != PP_OK ||
	    *a->order_no == '\0' || strlen(a->order_no) > MCO_ORDER_NO)
		return driver_error("refused", NULL, "order_no: missing or "
		    "too long");
	if (pp_json_amount(req, "amount", &a->cents, &err) != PP_OK ||
	    a->cents < 1)
		return driver_error("refused", NULL, "amount: %s",
		    *err.msg != '\0' ? err.msg : "missing");
	if (pp_json_time(req, "opened_at", &a->opened, &err) != PP_OK)
		return driver_error("refused", NULL, "opened_at: %s",
		    *err.msg != '\0' ? err.msg : "missing");
	return NULL;
}

/* A text that is only passed on: what is of another type, too long or not
 * printable is no value. */
static const char *
tame(struct json_object *o, const char *key)
{
	const char *s, *p;

	if (!mco_text(o, key, &s) || s == NULL)
		return NULL;
	for (p = s; *p != '\0'; p++)
		if (p - s >= TEXT_MAX || !isprint((unsigned char)*p))
			return NULL;
	return s;
}

static int
code_of(const char *s)
{
	if (s == NULL)
		return CODE_NONE;
	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) ||
	    !isdigit((unsigned char)s[2]) || s[3] != '\0')
		return CODE_BAD;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

static int64_t
cents_of(const char *s)
{
	int64_t cents;

	return s != NULL && pp_money_parse(s, false, &cents, NULL) == PP_OK ?
	    cents : -1;
}

/* Is s in the list?  NULL, no value, is in every list. */
static bool
in(const char *s, const char *const *list)
{
	if (s == NULL)
		return true;
	for (; *list != NULL; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

/* Gift cards pay before the card does, each with a code of its own. */
static bool
read_gifts(struct json_object *gift, struct receipt *r)
{
	struct json_object *g;
	const char *code, *amount;
	int64_t cents;
	size_t i;

	if (gift == NULL)
		return true;
	if (!json_object_is_type(gift, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(gift); i++) {
		g = json_object_array_get_idx(gift, i);
		if (!json_object_is_type(g, json_type_object) ||
		    !mco_text(g, "response_code", &code) ||
		    !mco_text(g, "benefit_amount", &amount))
			return false;
		if (!APPROVED(code_of(code))) {
			r->gift_refused = true;
			continue;
		}
		if ((cents = cents_of(amount)) < 0 ||
		    !pp_money_add(&r->gifts, cents))
			return false;
		if (!r->gift_approved && !r->has_cc) {
			if (!mco_text(g, "transaction_no", &r->transaction_no))
				return false;
			r->reference_no = tame(g, "reference_no");
			r->digits = tame(g, "first6last4");
			r->brand = "giftcard";
			r->code = code_of(code);
			r->code_text = code;
		}
		r->gift_approved = true;
	}
	return true;
}

/* Reads what decides strictly, the rest as it comes; false if it is not what
 * the protocol says. */
static bool
read_parts(struct json_object *response, struct receipt *r)
{
	struct json_object *receipt, *request = NULL, *cc = NULL, *gift = NULL;
	const char *amount, *fee, *cf, *total;

	memset(r, 0, sizeof *r);
	r->code = CODE_NONE;
	r->cents = r->total = -1;
	if (!json_object_object_get_ex(response, "receipt", &receipt) ||
	    !json_object_is_type(receipt, json_type_object))
		return false;
	if (json_object_object_get_ex(response, "request", &request) &&
	    request != NULL && !json_object_is_type(request, json_type_object))
		return false;
	if (json_object_object_get_ex(receipt, "cc", &cc) && cc != NULL &&
	    !json_object_is_type(cc, json_type_object))
		return false;
	(void)json_object_object_get_ex(receipt, "gift", &gift);
	r->has_cc = cc != NULL;
	if (!mco_text(receipt, "result", &r->result) ||
	    !mco_text(request, "ticket", &r->ticket) ||
	    !mco_text(request, "order_no", &r->asked_no) ||
	    !mco_text(request, "txn_total", &total) ||
	    !mco_text(cc, "result", &r->cc_result) ||
	    !mco_text(cc, "response_code", &r->code_text) ||
	    !mco_text(cc, "transaction_code", &r->transaction_code) ||
	    !mco_text(cc, "transaction_no", &r->transaction_no) ||
	    !mco_text(cc, "order_no", &r->order_no) ||
	    !mco_text(cc, "amount", &amount) ||
	    !mco_text(cc, "cf_status", &r->cf_status) ||
	    r->result == NULL ||
	    (strcmp(r->result, "a") != 0 && strcmp(r->result, "d") != 0))
		return false;
	r->code = code_of(r->code_text);
	r->cents = cents_of(amount);
	r->total = cents_of(total);
	r->reference_no = tame(cc, "reference_no");
	r->terminal = tame(cc, "ecr_no");
	r->batch = tame(cc, "batch_no");
	r->approval_code = tame(cc, "approval_code");
	r->iso_code = tame(cc, "iso_response_code");
	r->time = tame(cc, "transaction_date_time");
	r->brand = brand_of(tame(cc, "card_type"));
	r->digits = tame(cc, "first6last4");
	fee = tame(cc, "cf_fee_amt");
	cf = tame(cc, "cf_success");
	if ((cf == NULL || strcmp(cf, "false") != 0) && cents_of(fee) > 0)
		r->fee = cents_of(fee);

	if (!read_gifts(gift, r))
		return false;
	if (!r->has_cc && r->gift_approved)
		r->cents = r->gifts;
	else if (r->cents >= 0 && !pp_money_add(&r->cents, r->gifts))
		return false;
	if (r->cents > PP_CENTS_MAX)
		r->cents = -1;
	if (r->code < 0)
		r->code_text = NULL;
	/* It is a key and part of later requests: 193-0_920 [R]. */
	if (r->transaction_no != NULL &&
	    (strlen(r->transaction_no) > TEXT_MAX ||
	    r->transaction_no[strspn(r->transaction_no, "0123456789-_"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] != '\0'))
		r->transaction_no = NULL;
	if (r->ticket != NULL && !mco_ticket_ok(r->ticket))
		r->ticket = NULL;
	return true;
}

/*
 * The first question of rule R1.  A second transaction for a convenience fee
 * makes states of its own: 1 and 2 went well; 3, 9 and 10 are voids; what an
 * F behind the number means is not told, but nothing was charged before a
 * first transaction that was declined.
 */
static enum outcome
decide(const struct receipt *r)
{
	static const char *const cf_charged[] = { "1", "2", NULL };
	static const char *const cf_declined[] = { "1", "1F", NULL };

	if (strcmp(r->result, "d") == 0)
		return (r->cc_result == NULL ||
		    strcmp(r->cc_result, "d") == 0) && r->code != CODE_BAD &&
		    in(r->cf_status, cf_declined) ? OUT_DECLINED : OUT_UNKNOWN;

	if ((r->cc_result != NULL && strcmp(r->cc_result, "a") != 0) ||
	    !APPROVED(r->code) || !in(r->cf_status, cf_charged) ||
	    r->transaction_no == NULL || r->cents < 0)
		return OUT_UNKNOWN;
	if (!r->has_cc)
		return !r->gift_refused && r->total >= 0 &&
		    r->gifts >= r->total ? OUT_APPROVED : OUT_UNKNOWN;
	if (r->transaction_code == NULL)
		return OUT_UNKNOWN;
	if (strcmp(r->transaction_code, "00") == 0)
		return OUT_APPROVED;
	/* 06 is a card verification: no money, and no decline either. */
	return strcmp(r->transaction_code, "01") == 0 ? OUT_AUTHORIZED :
	    OUT_UNKNOWN;
}

/* Is told the number that was asked, itself or with a suffix [D]? */
static bool
same_order(const char *told, const char *asked)
{
	size_t len = strlen(asked);

	return told != NULL && strncmp(told, asked, len) == 0 &&
	    (told[len] == '\0' || strcmp(told + len, "_veri") == 0 ||
	    strcmp(told + len, "_mcp") == 0);
}

static const char *
brand_of(const char *type)
{
	static const struct { const char *type, *brand; } brands[] = {
		{ "V", "visa" }, { "M", "mastercard" }, { "AX", "amex" },
		{ "NO", "discover" }, { "DC", "diners" }, { "C1", "jcb" },
		{ "UP", "unionpay" }, { "P", "interac" }, { "D", "interac" }
	};
	size_t i;

	for (i = 0; type != NULL && i < sizeof brands / sizeof brands[0]; i++)
		if (strcmp(type, brands[i].type) == 0)
			return brands[i].brand;
	return "other";
}

/* Brand and last four are all that is kept of a card (rule P2). */
static struct json_object *
receipt_json(const struct receipt *r, int64_t paid)
{
	struct json_object *o = json_object_new_object(), *card;
	char money[PP_MONEY_STR], at[PP_TIME_STR], order[MCO_ORDER_NO + 8];
	const char *no = r->order_no != NULL ? r->order_no : r->asked_no;
	const char *ref = r->reference_no, *last4 = NULL;
	size_t n;
	char *p;

	put(o, "amount", r->cents < 0 ? NULL :
	    pp_money_str(r->cents, money, sizeof money));
	(void)json_object_object_add(o, "amount_cents", r->cents < 0 ? NULL :
	    json_object_new_int64(r->cents));
	put(o, "fee", r->fee == 0 ? NULL :
	    pp_money_str(r->fee, money, sizeof money));
	if (no != NULL && strlcpy(order, no, sizeof order) < sizeof order) {
		if ((p = strrchr(order, '_')) != NULL &&
		    (strcmp(p, "_veri") == 0 || strcmp(p, "_mcp") == 0))
			*p = '\0';
		put(o, "order_no", order);
	} else
		put(o, "order_no", NULL);
	put(o, "ticket", r->ticket);
	put(o, "transaction_no", r->transaction_no);
	put(o, "reference_no", ref);
	/* Terminal 8, shift 3, batch 3, sequence 3, one digit [D]. */
	if (ref != NULL && strlen(ref) == 18 &&
	    ref[strspn(ref, "0123456789")] == '\0') {
		(void)json_object_object_add(o, "terminal",
		    json_object_new_string_len(ref, 8));
		(void)json_object_object_add(o, "batch",
		    json_object_new_string_len(ref + 11, 3));
	} else {
		put(o, "terminal", r->terminal);
		put(o, "batch", r->batch);
	}
	put(o, "approval_code", r->approval_code);
	put(o, "response_code", r->code_text);
	put(o, "iso_code", r->iso_code);
	if (r->digits != NULL && (n = strlen(r->digits)) >= 4 &&
	    strspn(r->digits + n - 4, "0123456789") == 4)
		last4 = r->digits + n - 4;
	card = json_object_new_object();
	put(card, "brand", r->brand);
	put(card, "last4", last4);
	(void)json_object_object_add(o, "card", card);
	put(o, "paid_at", pp_time_str(paid, false, at, sizeof at));
	return o;
}

/* Is it about what was asked?  Both the echo and the receipt say so. */
static bool
about(const struct receipt *r, const struct mco_asked *a)
{
	if (r->ticket == NULL || strcmp(r->ticket, a->ticket) != 0)
		return false;
	if (r->asked_no != NULL && !same_order(r->asked_no, a->order_no))
		return false;
	return r->order_no != NULL ? same_order(r->order_no, a->order_no) :
	    r->asked_no != NULL;
}

static void
flag(struct json_object *flags, const char *word, bool set)
{
	if (set)
		(void)json_object_array_add(flags,
		    json_object_new_string(word));
}

/* The second question of rule R1, and all that is told. */
static struct json_object *
tell(const struct receipt *r, const struct mco_asked *a,
    const struct driver_reply *reply)
{
	static const char *const words[] = {
		[OUT_UNKNOWN] = "unknown", [OUT_APPROVED] = "approved",
		[OUT_AUTHORIZED] = "authorized", [OUT_DECLINED] = "declined"
	};
	enum outcome out = decide(r);
	bool ours = about(r, a), charged = out == OUT_APPROVED, doubtful;
	struct json_object *ans, *flags, *decline;
	int64_t paid;

	/* Money is told whosever it is, nothing else. */
	if (!ours && !charged)
		return driver_error("protocol", NULL, N_("the reply is about "
		    "another ticket or order number"));
	paid = mco_paid_at(r->time, a->opened, reply->now > reply->date ?
	    reply->now : reply->date, &doubtful);
	flags = json_object_new_array();
	flag(flags, "amount_differs", charged && r->cents != a->cents);
	flag(flags, "orphan", !ours);
	flag(flags, "reversal_expected", out == OUT_DECLINED &&
	    (APPROVED(r->code) || r->gift_approved));
	flag(flags, "preauth_profile", out == OUT_AUTHORIZED);
	flag(flags, "time_doubtful", doubtful);
	flag(flags, "fee", charged && r->fee > 0);

	ans = json_object_new_object();
	(void)json_object_object_add(ans, "ok", json_object_new_boolean(1));
	put(ans, "outcome", words[out]);
	(void)json_object_object_add(ans, "flags", flags);
	if (out == OUT_DECLINED) {
		/* Without a code it never came to the issuer. */
		decline = json_object_new_object();
		put(decline, "by", r->code == CODE_NONE ? "none" :
		    APPROVED(r->code) ? "profile" : "issuer");
		(void)json_object_object_add(ans, "decline", decline);
	}
	(void)json_object_object_add(ans, "receipt", receipt_json(r, paid));
	mco_add_server_time(ans, reply);
	return ans;
}

struct json_object *
mco_read_receipt(const struct mco_account *acct, const struct mco_asked *a,
    const struct driver_reply *reply)
{
	struct json_object *root, *response, *ans;
	struct mco_refusal refusal;
	struct receipt r;
	bool success;

	if ((response = mco_reply(reply, &root, &success, &ans)) == NULL)
		return ans;
	if (success)
		ans = read_parts(response, &r) ? tell(&r, a, reply) :
		    driver_error("protocol", NULL, N_("the receipt is not what "
		    "the protocol says"));
	else if (mco_refusal_read(response, acct, a->ticket, &refusal) &&
	    refusal.incomplete) {
		ans = json_object_new_object();
		(void)json_object_object_add(ans, "ok",
		    json_object_new_boolean(1));
		put(ans, "outcome", "incomplete");
		(void)json_object_object_add(ans, "flags",
		    json_object_new_array());
		put(ans, "receipt", NULL);
		mco_add_server_time(ans, reply);
	} else
		ans = mco_refused(response, acct, a->ticket);
	json_object_put(root);
	return ans;
}
