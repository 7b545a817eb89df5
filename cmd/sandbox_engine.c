#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "sandbox_engine.h"
#include "time.h"
#include "banned.h"

#define ASSUME_MAX	160
#define BATCH_CLOSES	(23 * PP_HOUR)	/* Eastern */
#define BATCHES		999
#define SEQUENCES	999
/* transaction_no ends in a day counter, 902 on 2024-09-20 [recorded]. */
#define DAY_ZERO	(19986 - 902)

static bool	alive(const struct sandbox *, const struct sandbox_ticket *);
static void	apply_faults(struct sandbox *, struct sandbox_charge *,
		    const struct sandbox_ticket *);
static enum sandbox_code	check(const struct sandbox *,
		    const struct sandbox_ticket *, int64_t);
static int64_t	sunday(int, int);
static void	number(struct sandbox *, int64_t, int, char[9], char[4],
		    char[4], char[24]);
static void	roll_batch(struct sandbox *, int64_t);
static void	random_text(struct sandbox *, char *, size_t);
static bool	spent(const struct sandbox *, const struct sandbox_order *,
		    const char *);

void
sandbox_init(struct sandbox *sb, uint64_t seed)
{
	memset(sb, 0, sizeof *sb);
	sb->assume.unique = UNIQUE_AT_CHARGE;
	sb->assume.ticket_reload = true;
	sb->life = SANDBOX_TICKET_LIFE * PP_SECOND;
	sb->random = seed;
	(void)snprintf(sb->ecr, sizeof sb->ecr, "66%06u",
	    (unsigned)(sandbox_random(&sb->random) % 1000000));
	sb->transactions = 100 + (int64_t)(sandbox_random(&sb->random) % 900);
	sb->batch = 1 + (int64_t)(sandbox_random(&sb->random) % BATCHES);
}

void
sandbox_release(struct sandbox *sb)
{
	size_t i;

	for (i = 0; i < sb->ntickets; i++) {
		free(sb->tickets[i]->order.echo);
		free(sb->tickets[i]);
	}
	free(sb->tickets);
	free(sb->charges);
	free(sb->backs);
	sb->tickets = NULL;
	sb->charges = NULL;
	sb->backs = NULL;
	sb->ntickets = sb->ncharges = sb->nbacks = 0;
}

enum pp_rc
sandbox_assume_parse(struct sandbox_assume *as, const char *text,
    struct pp_err *err)
{
	const struct {
		const char	*name;
		bool		*value;
	} flags[] = {
		{ "spent_by_decline", &as->spent_by_decline },
		{ "ticket_reload", &as->ticket_reload },
		{ "retry_in_frame", &as->retry_in_frame }
	};
	char buf[ASSUME_MAX], *word, *value, *next = buf;
	size_t i;

	if (strlcpy(buf, text, sizeof buf) >= sizeof buf)
		return pp_err_set(err, PP_USAGE, "assume: too long");
	while ((word = strsep(&next, ",")) != NULL) {
		if ((value = strchr(word, '=')) == NULL)
			return pp_err_set(err, PP_USAGE,
			    "assume %.40s: no value", word);
		*value++ = '\0';
		if (strcmp(word, "unique") == 0) {
			if (strcmp(value, "at_charge") == 0)
				as->unique = UNIQUE_AT_CHARGE;
			else if (strcmp(value, "at_preload") == 0)
				as->unique = UNIQUE_AT_PRELOAD;
			else if (strcmp(value, "no") == 0)
				as->unique = UNIQUE_NO;
			else
				return pp_err_set(err, PP_USAGE, "assume "
				    "unique: at_charge, at_preload or no, "
				    "not %.40s", value);
			continue;
		}
		for (i = 0; i < sizeof flags / sizeof flags[0]; i++)
			if (strcmp(word, flags[i].name) == 0)
				break;
		if (i == sizeof flags / sizeof flags[0])
			return pp_err_set(err, PP_USAGE,
			    "assume %.40s: unknown", word);
		if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
			return pp_err_set(err, PP_USAGE,
			    "assume %s: true or false, not %.40s", word,
			    value);
		*flags[i].value = *value == 't';
	}
	return PP_OK;
}

struct sandbox_ticket *
sandbox_ticket_add(struct sandbox *sb)
{
	struct sandbox_ticket **p, *t;

	if ((p = reallocarray(sb->tickets, sb->ntickets + 1, sizeof *p)) ==
	    NULL)
		return NULL;
	sb->tickets = p;
	if ((t = calloc(1, sizeof *t)) == NULL)
		return NULL;
	t->charge = -1;
	return p[sb->ntickets++] = t;
}

struct sandbox_charge *
sandbox_charge_add(struct sandbox *sb)
{
	struct sandbox_charge *p;

	if ((p = reallocarray(sb->charges, sb->ncharges + 1, sizeof *p)) ==
	    NULL)
		return NULL;
	sb->charges = p;
	p += sb->ncharges++;
	memset(p, 0, sizeof *p);
	return p;
}

struct sandbox_back *
sandbox_back_add(struct sandbox *sb)
{
	struct sandbox_back *p;

	if ((p = reallocarray(sb->backs, sb->nbacks + 1, sizeof *p)) == NULL)
		return NULL;
	sb->backs = p;
	p += sb->nbacks++;
	memset(p, 0, sizeof *p);
	return p;
}

/* Newest first: that is the one asked about. */
struct sandbox_ticket *
sandbox_ticket_find(struct sandbox *sb, const char *id)
{
	size_t i;

	for (i = sb->ntickets; i-- > 0;)
		if (strcmp(sb->tickets[i]->id, id) == 0)
			return sb->tickets[i];
	return NULL;
}

/* May this ticket still be paid, its age apart? */
static bool
alive(const struct sandbox *sb, const struct sandbox_ticket *t)
{
	return t->state == TICKET_MINTED || t->state == TICKET_PRESENTED ||
	    (t->state == TICKET_DECLINED && sb->assume.retry_in_frame);
}

static enum sandbox_code
check(const struct sandbox *sb, const struct sandbox_ticket *t, int64_t now)
{
	if (t == NULL)
		return SANDBOX_INVALID;
	if (!alive(sb, t))
		return SANDBOX_REUSED;
	return now >= t->dies_at ? SANDBOX_EXPIRED : SANDBOX_GOOD;
}

/* Is the order number used up for this ticket ("" for a new one)? */
static bool
spent(const struct sandbox *sb, const struct sandbox_order *o,
    const char *ticket)
{
	const struct sandbox_charge *c;
	size_t i;

	if (sb->assume.unique == UNIQUE_NO)
		return false;
	for (i = 0; i < sb->ncharges; i++) {
		c = &sb->charges[i];
		if (strcmp(c->order_no, o->order_no) != 0 ||
		    strcmp(c->store, o->store) != 0)
			continue;
		if (c->result == CHARGE_APPROVED ||
		    c->result == CHARGE_AUTHORIZED)
			return true;
		/* A decline by the bank was a transaction; one without a
		 * code was none. */
		if (sb->assume.spent_by_decline && c->code[0] != '\0' &&
		    strcmp(c->ticket, ticket) != 0)
			return true;
	}
	return false;
}

static void
random_text(struct sandbox *sb, char *p, size_t n)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";

	for (; n > 0; n--)
		*p++ = set[sandbox_random(&sb->random) % (sizeof set - 1)];
	*p = '\0';
}

enum pp_rc
sandbox_preload(struct sandbox *sb, struct sandbox_order *o, int64_t now,
    const struct sandbox_ticket **out, struct pp_err *err)
{
	struct sandbox_ticket *t;
	bool dup, full;
	size_t i;

	if (o->order_no[0] == '\0') {
		(void)snprintf(o->order_no, sizeof o->order_no, "%010lld",
		    (long long)(now / PP_SECOND));
		random_text(sb, o->order_no + strlen(o->order_no), 14);
	}
	dup = sandbox_fault_take(&sb->faults, FAULT_DUPLICATE, WHERE_PRELOAD,
	    &sb->random, NULL) || spent(sb, o, "");
	for (i = 0; !dup && sb->assume.unique == UNIQUE_AT_PRELOAD &&
	    i < sb->ntickets; i++)
		dup = strcmp(sb->tickets[i]->order.order_no, o->order_no) ==
		    0 && strcmp(sb->tickets[i]->order.store, o->store) == 0;
	if (dup)
		return pp_err_member(err, PP_CONFLICT, "order_no",
		    "Duplicate orderId");
	full = sandbox_fault_take(&sb->faults, FAULT_FULLSCREEN,
	    WHERE_PRELOAD, &sb->random, NULL);
	if ((t = sandbox_ticket_add(sb)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	(void)snprintf(t->id, sizeof t->id, "%010lld",
	    (long long)(now / PP_SECOND % 10000000000));
	random_text(sb, t->id + 10, 29);
	t->id[39] = full ? 'T' : 'F';
	t->id[40] = '\0';
	t->order = *o;
	o->echo = NULL;
	t->minted_at = now;
	t->dies_at = now + sb->life;
	*out = t;
	return PP_OK;
}

enum sandbox_code
sandbox_present(struct sandbox *sb, const char *id, int64_t now,
    const struct sandbox_ticket **out)
{
	struct sandbox_ticket *t = sandbox_ticket_find(sb, id);
	enum sandbox_code code = check(sb, t, now);

	if (out != NULL)
		*out = t;
	if (code != SANDBOX_GOOD)
		return code;
	if (t->state == TICKET_MINTED) {
		t->state = TICKET_PRESENTED;
		t->mute = sandbox_fault_take(&sb->faults, FAULT_CALLBACK_LOST,
		    WHERE_DISPLAY, &sb->random, NULL);
		t->receipt_page = sandbox_fault_take(&sb->faults,
		    FAULT_RECEIPT_PAGE, WHERE_DISPLAY, &sb->random, NULL);
	} else if (!sb->assume.ticket_reload)
		return SANDBOX_REUSED;
	return SANDBOX_GOOD;
}

enum sandbox_code
sandbox_submit(struct sandbox *sb, const char *id,
    const struct sandbox_card *card, int64_t now, unsigned *delay)
{
	struct sandbox_ticket *t = sandbox_ticket_find(sb, id);
	enum sandbox_code code = check(sb, t, now);
	struct sandbox_answer a;

	if (code != SANDBOX_GOOD)
		return code;
	sandbox_card_decide(&sb->penny, card->pan, t->order.cents,
	    sb->faults.fault[FAULT_PENNIES].on, &a);
	*delay = a.delay;
	t->state = TICKET_SUBMITTED;
	return SANDBOX_GOOD;
}

/* A batch closes once a day, or when it is full. */
static void
roll_batch(struct sandbox *sb, int64_t at)
{
	int64_t day = (sandbox_eastern(at) + PP_DAY - BATCH_CLOSES) / PP_DAY;

	if (sb->sequence == SEQUENCES ||
	    (sb->batch_day != 0 && day > sb->batch_day)) {
		sb->batch = sb->batch % BATCHES + 1;
		sb->sequence = 0;
	}
	if (day > sb->batch_day)
		sb->batch_day = day;
}

/* A number from the open batch; level 0 is a charge's, 1 a follow-up's. */
static void
number(struct sandbox *sb, int64_t at, int level, char ecr[9], char batch[4],
    char sequence[4], char txn[24])
{
	roll_batch(sb, at);
	(void)strlcpy(ecr, sb->ecr, 9);
	(void)snprintf(batch, 4, "%03u", (unsigned)(sb->batch % 1000));
	(void)snprintf(sequence, 4, "%03u",
	    (unsigned)(++sb->sequence % 1000));
	(void)snprintf(txn, 24, "%lld-%d_%lld",
	    (long long)sb->transactions++, level,
	    (long long)(sandbox_eastern(at) / PP_DAY - DAY_ZERO));
}

const struct sandbox_back *
sandbox_give_back(struct sandbox *sb, const char *store, const char *order_no,
    const char *txn, bool is_void, int64_t cents, int64_t now)
{
	const struct sandbox_charge *c = NULL;
	struct sandbox_back *b;
	const char *code = "027", *arg;
	char open[4];
	int64_t gone = 0;
	size_t i;

	for (i = 0; i < sb->ncharges; i++)
		if (strcmp(sb->charges[i].store, store) == 0 &&
		    strcmp(sb->charges[i].order_no, order_no) == 0 &&
		    strcmp(sb->charges[i].transaction_no, txn) == 0 &&
		    sb->charges[i].taken > 0)
			c = &sb->charges[i];
	if (c == NULL)
		return NULL;
	for (i = 0; i < sb->nbacks; i++)
		if (sb->backs[i].done && strcmp(sb->backs[i].of, txn) == 0 &&
		    strcmp(sb->backs[i].order_no, order_no) == 0)
			gone += sb->backs[i].cents;
	if ((b = sandbox_back_add(sb)) == NULL)
		return NULL;
	roll_batch(sb, now);
	(void)snprintf(open, sizeof open, "%03u",
	    (unsigned)(sb->batch % 1000));
	/* What the codes are is inferred: nobody recorded one. */
	if (is_void && gone > 0)
		code = "084";		/* already corrected */
	else if (is_void && strcmp(c->batch, open) != 0)
		code = "055";		/* invalid transaction */
	else if (!is_void && cents > c->taken - gone)
		code = "087";		/* refund limit */
	if (sandbox_fault_take(&sb->faults, FAULT_REFUND_DECLINED,
	    WHERE_GATEWAY, &sb->random, &arg))
		code = *arg != '\0' ? arg : "481";
	(void)strlcpy(b->store, store, sizeof b->store);
	(void)strlcpy(b->order_no, order_no, sizeof b->order_no);
	(void)strlcpy(b->of, txn, sizeof b->of);
	b->is_void = is_void;
	b->cents = is_void ? c->taken : cents;
	b->at = now;
	(void)strlcpy(b->code, code, sizeof b->code);
	b->done = sandbox_code_approves(b->code);
	(void)strlcpy(b->iso, b->done ? "01" : "05", sizeof b->iso);
	(void)strlcpy(b->type, c->type, sizeof b->type);
	number(sb, now, 1, b->ecr, b->batch, b->sequence, b->transaction_no);
	if (b->done)
		(void)snprintf(b->approval, sizeof b->approval, "%06u",
		    1 + (unsigned)(sandbox_random(&sb->random) % 999999));
	else
		(void)strlcpy(b->approval, "000000", sizeof b->approval);
	return b;
}

static void
apply_faults(struct sandbox *sb, struct sandbox_charge *c,
    const struct sandbox_ticket *t)
{
	struct sandbox_fault_set *f = &sb->faults;
	const char *arg;

	if (c->accepted) {
		if (sandbox_fault_take(f, FAULT_PREAUTH, WHERE_SUBMIT,
		    &sb->random, NULL)) {
			c->result = CHARGE_AUTHORIZED;
			c->taken = 0;
		}
		if (sandbox_fault_take(f, FAULT_PARTIAL, WHERE_SUBMIT,
		    &sb->random, NULL)) {
			(void)strlcpy(c->code, "010", sizeof c->code);
			c->cents = (t->order.cents + 1) / 2;
		}
		if (sandbox_fault_take(f, FAULT_AMOUNT_DIFFERS, WHERE_SUBMIT,
		    &sb->random, &arg))
			c->cents = *arg == '\0' ? t->order.cents + 100 :
			    sandbox_fault_cents(arg);
		if (sandbox_fault_take(f, FAULT_FEE, WHERE_SUBMIT,
		    &sb->random, &arg)) {
			c->fee = sandbox_fault_cents(arg);
			(void)strlcpy(c->cf_status, "2", sizeof c->cf_status);
		}
		if (sandbox_fault_take(f, FAULT_CF_STATUS, WHERE_SUBMIT,
		    &sb->random, &arg))
			(void)strlcpy(c->cf_status, arg, sizeof c->cf_status);
		if (c->result == CHARGE_APPROVED)
			c->taken = c->cents;
		/* 3, 9 and 10 mean that the charge was voided. */
		if (c->cf_status[0] == '3' || c->cf_status[0] == '9' ||
		    strncmp(c->cf_status, "10", 2) == 0)
			c->taken = 0;
		if (sandbox_fault_take(f, FAULT_DECLINED_LOW, WHERE_SUBMIT,
		    &sb->random, NULL)) {
			c->accepted = false;
			c->result = CHARGE_DECLINED;
			c->taken = 0;
		}
	}
	if (sandbox_fault_take(f, FAULT_NULL_CODE, WHERE_SUBMIT, &sb->random,
	    NULL)) {
		c->accepted = false;
		c->result = CHARGE_DECLINED;
		c->taken = 0;
		c->code[0] = c->iso[0] = '\0';
	}
	if (sandbox_fault_take(f, FAULT_RECEIPT_LATE, WHERE_SUBMIT,
	    &sb->random, &arg))
		c->visible_at += sandbox_fault_number(arg) * PP_SECOND;
}

const struct sandbox_charge *
sandbox_settle(struct sandbox *sb, const char *id,
    const struct sandbox_card *card, int64_t now)
{
	struct sandbox_ticket *t = sandbox_ticket_find(sb, id);
	struct sandbox_charge *c;
	struct sandbox_answer a = { "", "", 0 };
	size_t len = strlen(card->pan);
	bool dup;

	if (t == NULL || t->state != TICKET_SUBMITTED)
		return NULL;
	dup = spent(sb, &t->order, t->id);
	if (dup && sandbox_fault_take(&sb->faults, FAULT_TWO_CHARGES,
	    WHERE_SUBMIT, &sb->random, NULL))
		dup = false;
	if ((c = sandbox_charge_add(sb)) == NULL)
		return NULL;
	(void)strlcpy(c->ticket, t->id, sizeof c->ticket);
	(void)strlcpy(c->store, t->order.store, sizeof c->store);
	(void)strlcpy(c->order_no, t->order.order_no, sizeof c->order_no);
	(void)strlcpy(c->type, sandbox_card_type(card->pan), sizeof c->type);
	(void)snprintf(c->first6, sizeof c->first6, "%.6s", card->pan);
	(void)snprintf(c->last4, sizeof c->last4, "%s",
	    card->pan + (len > 4 ? len - 4 : 0));
	(void)strlcpy(c->expiry, card->expiry, sizeof c->expiry);
	(void)strlcpy(c->holder, card->holder, sizeof c->holder);
	c->cents = t->order.cents;
	c->at = c->visible_at = now;
	number(sb, now, 0, c->ecr, c->batch, c->sequence, c->transaction_no);
	if (dup)
		c->result = CHARGE_REFUSED;
	else {
		sandbox_card_decide(&sb->penny, card->pan, t->order.cents,
		    sandbox_fault_take(&sb->faults, FAULT_PENNIES,
		    WHERE_SUBMIT, &sb->random, NULL), &a);
		c->accepted = sandbox_code_approves(a.code);
		c->result = c->accepted ? CHARGE_APPROVED : CHARGE_DECLINED;
		(void)strlcpy(c->code, a.code, sizeof c->code);
		(void)strlcpy(c->iso, a.iso, sizeof c->iso);
		apply_faults(sb, c, t);
	}
	if (sandbox_code_approves(c->code))
		(void)snprintf(c->approval, sizeof c->approval, "%06u",
		    1 + (unsigned)(sandbox_random(&sb->random) % 999999));
	else
		(void)strlcpy(c->approval, "000000", sizeof c->approval);
	t->charge = (int64_t)sb->ncharges - 1;
	t->state = c->accepted ? TICKET_APPROVED : TICKET_DECLINED;
	return c;
}

enum sandbox_code
sandbox_peek(struct sandbox *sb, const char *id, int64_t now)
{
	return check(sb, sandbox_ticket_find(sb, id), now);
}

bool
sandbox_payable(const struct sandbox *sb, const struct sandbox_ticket *t,
    int64_t now)
{
	return check(sb, t, now) == SANDBOX_GOOD &&
	    !spent(sb, &t->order, t->id);
}

enum sandbox_code
sandbox_cancel(struct sandbox *sb, const char *id, int64_t now)
{
	struct sandbox_ticket *t = sandbox_ticket_find(sb, id);
	enum sandbox_code code = check(sb, t, now);

	if (code == SANDBOX_GOOD)
		t->state = TICKET_CANCELLED;
	return code;
}

const struct sandbox_charge *
sandbox_receipt(struct sandbox *sb, const char *store, const char *checkout,
    const char *id, int64_t now, const struct sandbox_ticket **out)
{
	struct sandbox_ticket *t = sandbox_ticket_find(sb, id);

	*out = t;
	if (t == NULL || t->charge < 0 || t->state == TICKET_SUBMITTED ||
	    strcmp(t->order.store, store) != 0 ||
	    strcmp(t->order.checkout, checkout) != 0 ||
	    now < sb->charges[t->charge].visible_at)
		return NULL;
	return &sb->charges[t->charge];
}

/* Midnight, in days since 1970, of the n-th Sunday of a month. */
static int64_t
sunday(int year_month, int nth)
{
	struct tm tm = { .tm_year = year_month / 100 - 1900,
	    .tm_mon = year_month % 100 - 1, .tm_mday = 1 };
	int64_t day = (int64_t)timegm(&tm) / 86400;

	/* 1970-01-01 was a Thursday. */
	return day + (7 - (day + 4) % 7) % 7 + 7 * (nth - 1);
}

int64_t
sandbox_eastern(int64_t at)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;
	int year;

	if (gmtime_r(&t, &tm) == NULL)
		return at - 5 * PP_HOUR;
	year = tm.tm_year + 1900;
	/* From 2:00 EST (7:00 UTC) on the second Sunday of March to 2:00 EDT
	 * (6:00 UTC) on the first of November. */
	if (at >= sunday(year * 100 + 3, 2) * PP_DAY + 7 * PP_HOUR &&
	    at < sunday(year * 100 + 11, 1) * PP_DAY + 6 * PP_HOUR)
		return at - 4 * PP_HOUR;
	return at - 5 * PP_HOUR;
}
