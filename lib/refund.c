#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "intl.h"
#include "money.h"
#include "refund.h"
#include "time.h"
#include "banned.h"

#define F(m, name, type, flags) PP_FIELD(struct pp_refund, m, name, type, flags, NULL)
#define W(m, name, type, words) PP_FIELD(struct pp_refund, m, name, type, 0, words)

#define BATCHES	999

const char *const pp_refund_kinds[] = {
	N_("refund"), N_("void"), NULL
};
const char *const pp_refund_states[] = {
	N_("opened"), N_("approved"), N_("declined"), N_("unknown"),
	N_("not_done"), NULL
};
const char *const pp_refund_flags[] = {
	"settled_by_hand", "keep_links", "kind_chosen", "amount_differs", NULL
};

const struct pp_field pp_refund_fields[] = {
	F(id,		"refund",	PP_F_STR,	PP_FF_KEY),
	F(key,		"key",		PP_F_STR,	0),
	F(task,		"task",		PP_F_STR,	0),
	F(payment,	"payment",	PP_F_STR,	0),
	W(kind,		"kind",		PP_F_ENUM,	pp_refund_kinds),
	W(state,	"state",	PP_F_ENUM,	pp_refund_states),
	F(amount,	"amount",	PP_F_CENTS,	0),
	F(given,	"given",	PP_F_CENTS,	PP_FF_NONE),
	F(currency,	"currency",	PP_F_STR,	0),
	F(integration,	"integration",	PP_F_STR,	0),
	F(order_no,	"order_no",	PP_F_STR,	0),
	F(of,		"of_transaction", PP_F_STR,	0),
	F(reason,	"reason",	PP_F_STR,	0),
	F(why,		"why",		PP_F_STR,	0),
	F(note,		"note",		PP_F_STR,	0),
	W(flags,	"flags",	PP_F_FLAGS,	pp_refund_flags),
	F(attempts,	"attempts",	PP_F_INT,	0),
	F(opened_at,	"opened_at",	PP_F_TIME,	0),
	F(sent_at,	"sent_at",	PP_F_TIME,	0),
	F(resolved_at,	"resolved_at",	PP_F_TIME,	0),
	F(transaction_no, "transaction_no", PP_F_STR,	0),
	F(reference_no,	"reference_no",	PP_F_STR,	0),
	F(terminal,	"terminal",	PP_F_STR,	0),
	F(batch,	"batch",	PP_F_STR,	0),
	F(approval_code, "approval_code", PP_F_STR,	0),
	F(response_code, "response_code", PP_F_STR,	0),
	F(iso_code,	"iso_code",	PP_F_STR,	0),
	F(recorded,	"recorded",	PP_F_STR,	0)
};
const size_t pp_refund_nfields =
    sizeof pp_refund_fields / sizeof pp_refund_fields[0];

static int64_t	sunday(int, int, int);
static bool	summer(int64_t);
static void	copy_text(char *, size_t, const char *);
static void	take_numbers(struct pp_refund *, const struct pp_receipt *);
static void	fill_payment(const struct pp_refund *,
		    const struct pp_payment *, const struct pp_receipt *,
		    struct pp_payment *);

enum pp_refund_state
pp_refund_state(const struct pp_refund *r, int64_t now)
{
	if (r->state == PP_R_OPENED && now - (r->sent_at != 0 ? r->sent_at :
	    r->opened_at) >= PP_REFUND_WAIT)
		return PP_R_UNKNOWN;
	return (enum pp_refund_state)r->state;
}

bool
pp_refund_reserves(const struct pp_refund *r)
{
	return r->state == PP_R_OPENED || r->state == PP_R_UNKNOWN;
}

void
pp_refund_key(const struct pp_payment *p, int64_t amount, int32_t day,
    int nth, char out[PP_REF_KEY])
{
	char money[PP_MONEY_STR], date[PP_TIME_STR], again[16] = "";

	if (nth > 1)
		(void)snprintf(again, sizeof again, "/%d", nth);
	(void)snprintf(out, PP_REF_KEY, "%s/%s/%s/%s%s", p->integration,
	    p->transaction_no, amount == 0 ? "rest" : pp_money_str(amount,
	    money, sizeof money), pp_time_day_str(day, date, sizeof date),
	    again);
}

void
pp_refund_sums(const struct pp_payment *p, const struct pp_payment *rows,
    size_t nrows, const struct pp_refund *rs, size_t n,
    struct pp_refund_sums *s)
{
	size_t i;

	memset(s, 0, sizeof *s);
	for (i = 0; i < nrows; i++) {
		if (strcmp(rows[i].refund_of, p->id) != 0)
			continue;
		switch (rows[i].type) {
		case PP_P_REFUND:
		case PP_P_VOID:
		case PP_P_CHARGEBACK:
			s->gone += rows[i].amount;
			break;
		case PP_P_CHARGEBACK_REVERSAL:
			s->gone -= rows[i].amount;
			break;
		default:
			break;
		}
	}
	for (i = 0; i < n; i++)
		if (strcmp(rs[i].payment, p->id) == 0 &&
		    pp_refund_reserves(&rs[i]))
			s->reserved += rs[i].amount;
	s->left = p->amount - s->gone - s->reserved;
	if (s->left < 0)
		s->left = 0;
}

/* The n-th Sunday of a month, in days since 1970. */
static int64_t
sunday(int year, int month, int nth)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1,
	    .tm_mday = 1 };
	int64_t day = (int64_t)timegm(&tm) / 86400;

	/* 1970-01-01 was a Thursday. */
	return day + (7 - (day + 4) % 7) % 7 + 7 * (nth - 1);
}

/* Is it summer time in Toronto?  From 2:00 EST on the second Sunday of March
 * to 2:00 EDT on the first of November. */
static bool
summer(int64_t at)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;
	int year;

	if (gmtime_r(&t, &tm) == NULL)
		return false;
	year = tm.tm_year + 1900;
	return at >= sunday(year, 3, 2) * PP_DAY + 7 * PP_HOUR &&
	    at < sunday(year, 11, 1) * PP_DAY + 6 * PP_HOUR;
}

int64_t
pp_refund_closes_at(int64_t paid_at, int minute)
{
	int64_t wall, close;

	if (minute < 0)
		return 0;
	wall = paid_at - (summer(paid_at) ? 4 : 5) * PP_HOUR;
	close = wall / PP_DAY * PP_DAY + minute * PP_MINUTE + 5 * PP_HOUR;
	return summer(close - PP_HOUR) ? close - PP_HOUR : close;
}

bool
pp_refund_minute(const char *s, int *minute)
{
	int h, m;

	if (strcmp(s, "never") == 0) {
		*minute = -1;
		return true;
	}
	if (strlen(s) != 5 || s[2] != ':' || !isdigit((unsigned char)s[0]) ||
	    !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[3]) ||
	    !isdigit((unsigned char)s[4]))
		return false;
	h = (s[0] - '0') * 10 + s[1] - '0';
	m = (s[3] - '0') * 10 + s[4] - '0';
	if (h > 23 || m > 59)
		return false;
	*minute = h * 60 + m;
	return true;
}

bool
pp_batch_later(const char *a, const char *b)
{
	const char *e;
	long long x, y;

	x = strtonum(a, 0, BATCHES, &e);
	if (e != NULL)
		return false;
	y = strtonum(b, 0, BATCHES, &e);
	if (e != NULL || x == y)
		return false;
	return (y - x + BATCHES) % BATCHES <= BATCHES / 2;
}

enum pp_rc
pp_refund_decide(const struct pp_payment *p, const struct pp_refund_sums *s,
    int64_t amount, enum pp_refund_how how, bool batch_open,
    enum pp_refund_kind *kind, int64_t *cents, struct pp_err *err)
{
	char a[PP_MONEY_STR], b[PP_MONEY_STR];
	const char *no = NULL;

	if (p->type != PP_P_PAYMENT)
		return pp_err_set(err, PP_STATE, "%s is no card payment but "
		    "of type %s", p->id, pp_pay_types[p->type]);
	if (p->integration[0] == '\0' || p->order_no[0] == '\0' ||
	    p->transaction_no[0] == '\0')
		return pp_err_set(err, PP_STATE, "%s lacks the processor's "
		    "numbers", p->id);
	if (s->left == 0 && s->reserved > 0)
		return pp_err_set(err, PP_STATE, "nothing of %s may be "
		    "refunded: %s is in a refund whose outcome is not known",
		    p->id, pp_money_str(s->reserved, a, sizeof a));
	if (s->left == 0)
		return pp_err_set(err, PP_STATE, "nothing of %s is left: all "
		    "of %s went back", p->id, pp_money_str(p->amount, a,
		    sizeof a));
	if (amount > s->left)
		return pp_err_member(err, PP_STATE, "amount", "at most %s of "
		    "%s may still be refunded", pp_money_str(s->left, a,
		    sizeof a), pp_money_str(p->amount, b, sizeof b));
	*cents = amount != 0 ? amount : s->left;
	/* Rule F3. */
	if (s->left != p->amount)
		no = N_("some of it went back");
	else if (*cents != p->amount)
		no = N_("a void is of the whole");
	else if (!batch_open)
		no = N_("its batch is closed");
	if (how == PP_HOW_VOID && no != NULL)
		return pp_err_set(err, PP_STATE, "%s cannot be voided any "
		    "more: %s", p->id, _(no));
	*kind = how != PP_HOW_REFUND && no == NULL ? PP_K_VOID : PP_K_REFUND;
	return PP_OK;
}

enum pp_rc
pp_refund_same(const struct pp_refund *r, enum pp_refund_how how,
    const char *reason, struct pp_err *err)
{
	if (how != PP_HOW_BEST && r->kind !=
	    (how == PP_HOW_VOID ? PP_K_VOID : PP_K_REFUND))
		(void)pp_err_member(err, PP_CONFLICT, "kind", "%s of today is "
		    "a %s (%s)", r->id, pp_refund_kinds[r->kind],
		    pp_refund_states[r->state]);
	else if (strcmp(r->reason, reason) != 0)
		(void)pp_err_member(err, PP_CONFLICT, "reason", "%s of today "
		    "is of the same amount (%s), because: %s", r->id,
		    pp_refund_states[r->state], r->reason);
	else
		return PP_OK;
	pp_err_hint(err, "--again makes another one");
	return PP_CONFLICT;
}

/* As much as fits, cut between two characters. */
static void
copy_text(char *out, size_t size, const char *s)
{
	size_t n = strlcpy(out, s, size);

	if (n < size)
		return;
	for (n = size - 1; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		continue;
	out[n] = '\0';
}

static void
take_numbers(struct pp_refund *r, const struct pp_receipt *from)
{
	(void)strlcpy(r->transaction_no, from->transaction_no,
	    sizeof r->transaction_no);
	(void)strlcpy(r->reference_no, from->reference_no,
	    sizeof r->reference_no);
	(void)strlcpy(r->terminal, from->terminal, sizeof r->terminal);
	(void)strlcpy(r->batch, from->batch, sizeof r->batch);
	(void)strlcpy(r->approval_code, from->approval_code,
	    sizeof r->approval_code);
	(void)strlcpy(r->response_code, from->response_code,
	    sizeof r->response_code);
	(void)strlcpy(r->iso_code, from->iso_code, sizeof r->iso_code);
}

static void
fill_payment(const struct pp_refund *r, const struct pp_payment *of,
    const struct pp_receipt *from, struct pp_payment *p)
{
	memset(p, 0, sizeof *p);
	p->type = r->kind == PP_K_VOID ? PP_P_VOID : PP_P_REFUND;
	(void)strlcpy(p->task, of->task, sizeof p->task);
	(void)strlcpy(p->link, of->link, sizeof p->link);
	(void)strlcpy(p->purpose, of->purpose, sizeof p->purpose);
	p->amount = r->given;
	(void)strlcpy(p->currency, r->currency, sizeof p->currency);
	(void)strlcpy(p->integration, r->integration, sizeof p->integration);
	(void)strlcpy(p->order_no, r->order_no, sizeof p->order_no);
	(void)strlcpy(p->transaction_no, r->transaction_no,
	    sizeof p->transaction_no);
	(void)strlcpy(p->reference_no, r->reference_no,
	    sizeof p->reference_no);
	(void)strlcpy(p->terminal, r->terminal, sizeof p->terminal);
	(void)strlcpy(p->batch, r->batch, sizeof p->batch);
	(void)strlcpy(p->approval_code, r->approval_code,
	    sizeof p->approval_code);
	(void)strlcpy(p->response_code, r->response_code,
	    sizeof p->response_code);
	(void)strlcpy(p->iso_code, r->iso_code, sizeof p->iso_code);
	p->brand = of->brand;
	(void)strlcpy(p->last4, of->last4, sizeof p->last4);
	p->paid_at = from->paid_at;
	(void)strlcpy(p->refund_of, of->id, sizeof p->refund_of);
	copy_text(p->reason, sizeof p->reason, r->reason);
	if (r->flags & PP_RF_SETTLED)
		p->flags |= PP_PF_SETTLED;
	if (r->flags & PP_RF_DIFFERS)
		p->flags |= PP_PF_AMOUNT_DIFFERS;
	if (p->task[0] == '\0')
		p->flags |= PP_PF_ORPHAN;
}

enum pp_refund_applied
pp_refund_apply(const struct pp_refund *old, const struct pp_payment *of,
    const struct pp_refund_answer *an, int64_t now, struct pp_refund *new,
    struct pp_payment *pay)
{
	*new = *old;
	if (old->state == PP_R_APPROVED)
		return PP_REFUND_NOTHING;
	if (an->outcome == PP_O_APPROVED) {
		new->state = PP_R_APPROVED;
		new->given = an->receipt.amount;
		if (an->amount_differs || new->given != new->amount)
			new->flags |= PP_RF_DIFFERS;
		new->flags &= ~(uint32_t)PP_RF_SETTLED;
		take_numbers(new, &an->receipt);
		(void)strlcpy(new->why, an->why, sizeof new->why);
		new->resolved_at = now;
		fill_payment(new, of, &an->receipt, pay);
		return PP_REFUND_MONEY;
	}
	/* Who was not told within the time left it unknown: what comes late
	 * and says "no" still says so. */
	if (!pp_refund_reserves(old))
		return PP_REFUND_NOTHING;
	switch (an->outcome) {
	case PP_O_DECLINED:
		if (old->kind == PP_K_VOID && !(old->flags & PP_RF_CHOSEN) &&
		    old->state == PP_R_OPENED) {
			new->kind = PP_K_REFUND;
			(void)strlcpy(new->why, "void_declined",
			    sizeof new->why);
			(void)strlcpy(new->response_code,
			    an->receipt.response_code,
			    sizeof new->response_code);
			new->sent_at = now;
			new->attempts++;
			return PP_REFUND_RETRY;
		}
		new->state = PP_R_DECLINED;
		take_numbers(new, &an->receipt);
		break;
	case PP_O_NONE:
		/* Only of what is known never to have left. */
		if (old->state != PP_R_OPENED)
			return PP_REFUND_NOTHING;
		new->state = PP_R_NOT_DONE;
		break;
	default:
		if (old->state == PP_R_UNKNOWN)
			return PP_REFUND_NOTHING;
		new->state = PP_R_UNKNOWN;
		new->response_code[0] = '\0';	/* a declined void's */
		(void)strlcpy(new->why, an->why, sizeof new->why);
		return PP_REFUND_STATE;
	}
	(void)strlcpy(new->why, an->why, sizeof new->why);
	new->resolved_at = now;
	return PP_REFUND_STATE;
}

enum pp_rc
pp_refund_settle(const struct pp_refund *old, const struct pp_payment *of,
    bool done, const struct pp_receipt *from, const char *note, int64_t now,
    struct pp_refund *new, struct pp_payment *pay, struct pp_err *err)
{
	enum pp_refund_state state = pp_refund_state(old, now);
	char a[PP_MONEY_STR], b[PP_MONEY_STR];

	*new = *old;
	if (state == PP_R_OPENED)
		return pp_err_set(err, PP_STATE, "%s was begun %lld s ago and "
		    "may still be answered", old->id, (long long)
		    ((now - old->sent_at) / PP_SECOND));
	if (state != PP_R_UNKNOWN)
		return pp_err_set(err, PP_STATE, "%s is %s already", old->id,
		    pp_refund_states[state]);
	if (note[0] == '\0')
		return pp_err_member(err, PP_DATA, "reason", "missing");
	if (strlcpy(new->note, note, sizeof new->note) >= sizeof new->note)
		return pp_err_member(err, PP_DATA, "reason", "longer than %zu "
		    "bytes", sizeof new->note - 1);
	new->flags |= PP_RF_SETTLED;
	new->resolved_at = now;
	if (!done) {
		new->state = PP_R_NOT_DONE;
		(void)strlcpy(new->why, "settled", sizeof new->why);
		return PP_OK;
	}
	/* Rule F4. */
	if (from->transaction_no[0] == '\0' || from->reference_no[0] == '\0' ||
	    from->amount <= 0 || from->paid_at == 0)
		return pp_err_set(err, PP_DATA, "done needs transaction "
		    "number, reference number, amount and time, as the "
		    "processor shows them");
	if (from->amount != old->amount)
		return pp_err_member(err, PP_CONFLICT, "amount", "%s was asked "
		    "for, not %s", pp_money_str(old->amount, a, sizeof a),
		    pp_money_str(from->amount, b, sizeof b));
	if (from->paid_at > now || from->paid_at < of->paid_at)
		return pp_err_member(err, PP_DATA, "time", "not between the "
		    "payment and now");
	new->state = PP_R_APPROVED;
	new->given = from->amount;
	(void)strlcpy(new->why, "settled", sizeof new->why);
	take_numbers(new, from);
	fill_payment(new, of, from, pay);
	return PP_OK;
}

void
pp_refund_show(const struct pp_refund *r, int64_t now, struct json_object *o)
{
	struct pp_refund shown = *r;

	shown.state = pp_refund_state(r, now);
	json_object_object_add(o, "v", json_object_new_int(1));
	pp_doc_write(pp_refund_fields, pp_refund_nfields, &shown, PP_DOC_SHOW,
	    o);
	json_object_object_del(o, "key");
}
