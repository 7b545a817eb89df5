/*
 * Rules N1 to N3, N5, G5 and G7 in an exhaustive small model: a processor in
 * memory under every hypothesis about order numbers, customers who type cards
 * into any ticket they were ever handed, cancel, wait, and press pay again;
 * three tickets, every order of so many steps (one less where we are told all
 * of the hypothesis, to save time), and then longer walks at random: make
 * check takes six steps and walks on, make check-slow seven.  Our side is the
 * real pp_attempt_plan, _apply, _hint, _tick and _next.
 *
 * What must hold, whatever happens:
 *   nothing is charged above what is owed, unless two cards were typed into
 *   two frames and numbers are not unique, or the frame of a declined ticket
 *   took a second card and the driver did not say that it can (rule N2)
 *   everything charged is recorded exactly once when all due questions are put
 *   unknown ends by an answer or a person, never by time or a browser
 *   who was not charged can pay in the end, or a person can make it so
 *
 * For scale the same model is run with a naive rule, "a new number after any
 * decline": it must charge twice, or this model could not see it.
 *
 * usage: t_model [-d steps] [-s seed] [-t tickets] [-w walks]
 */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

#define TICKETS		3
#define ATTS		8		/* with those that got no ticket */
#define STEPS		6
#define WALKS		1500	/* for each hypothesis */
#define WALK		14	/* steps of one */
#define NAIVE		7	/* steps until the naive rule charges twice */
#define OWED		1000
#define PART		400
#define START		1795446000000LL
#define GOOD_CODE	"027"
#define BAD_CODE	"481"
#define WHY		65536		/* of one path, in words */

enum unique { AT_CHARGE, AT_PRELOAD, NO };
static const char *const uniques[] = { "at_charge", "at_preload", "no" };

struct world;

/* A hypothesis about the processor, and what we believe of it. */
struct hypo {
	enum unique		 unique;
	bool			 spent;		/* a decline uses it up */
	bool			 early;		/* a preload sees used numbers */
	bool			 retry;		/* a second card in the frame */
	struct pp_features	 f;
	bool			 naive;
};

enum result { OPEN, APPROVED, DECLINED, NULLED };
struct ticket {			/* at the processor */
	uint8_t	order;
	uint8_t	result;		/* of the newest card */
	uint8_t	slow;		/* the charge stands, no receipt tells yet */
	uint8_t	typed;		/* a good card */
	uint8_t	again;		/* after a decline */
};
struct world {
	int64_t			now;
	struct ticket		t[TICKETS];
	size_t			nt;
	size_t			na;
	int			of[ATTS];	/* ticket, -1 none */
	int			orders;
	int64_t			recorded[TICKETS];	/* cents */
	struct pp_attempt	a[ATTS];	/* last: na of them are copied */
};

/* What one run over a hypothesis counted. */
struct count {
	size_t	states, over, over_ok, lost, twice, ended, stuck, person;
};

enum act {
	WANT, WANT_PART, WANT_DEAF, WANT_LOST,	/* press pay: answers, for a
						 * part, no receipts, no
						 * ticket */
	SWEEP, EXPIRE, DEATH, DAY,		/* ask what is due; time */
	GOOD, GOOD_QUIET, GOOD_SLOW,		/* cards; quiet: no hint */
	BAD, BAD_QUIET, PRESS,			/* press: nothing arrives */
	CANCEL, REFUSED, ASK,
	ACTS
};
static const char *const acts[] = { "want", "want a part", "want, no receipts",
    "want, no ticket", "sweep", "31 min", "16 min", "25 h", "good",
    "good unseen", "good slow unseen", "bad", "bad unseen", "press", "cancel",
    "refused", "ask" };

static struct hypo	 hy;
static struct count	 n;
static int		 maxsteps, maxtickets = TICKETS, walks = WALKS;
static uint64_t		 seed = 1;
static int		 path[16][2];
static char		 why[512];	/* of the first that went wrong */

/* States seen, with how many steps were left then. */
struct seen {
	unsigned char	key[16];
	int8_t		left;		/* 0: free */
};
static struct seen	*seen;
static size_t		 nseen, capseen;

static void	copy(struct world *, const struct world *);
static bool	dead(const struct world *, int);
static int64_t	charged(const struct world *);
static bool	retried(const struct world *);
static int64_t	owed(const struct world *);
static bool	used(const struct world *, int, int);
static int	preload(struct world *, int);
static enum result card(struct world *, int, bool);
static struct pp_answer receipt(const struct world *, int, size_t);
static void	set(struct world *, size_t, const struct pp_attempt *, bool);
static void	ask(struct world *, size_t);
static void	tell(struct world *, int, enum pp_hint);
static void	tick(struct world *);
static void	sweep(struct world *);
static void	plan(const struct world *, int64_t, bool, int64_t,
		    struct pp_plan *);
static int	want(struct world *, int64_t, bool, bool);
static bool	act(struct world *, enum act, int);
static void	wrong(const char *, int);
static void	check(const struct world *, int);
static bool	fresh(const struct world *, int);
static void	explore(const struct world *, int);
static uint64_t	chance(void);
static void	walk(const struct world *);
static void	hash(const struct world *, unsigned char[16]);
static void	run(const char *);

static void
copy(struct world *to, const struct world *w)
{
	memcpy(to, w, offsetof(struct world, a) + w->na * sizeof w->a[0]);
}

/* The processor. */

/* The attempt that a ticket belongs to. */
static size_t
att_of(const struct world *w, int t)
{
	size_t i;

	for (i = 0; i < w->na && w->of[i] != t; i++)
		continue;
	return i;
}

static bool
dead(const struct world *w, int t)
{
	return w->now >= w->a[att_of(w, t)].expires_at;
}

static int64_t
charged(const struct world *w)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < w->nt; i++)
		if (w->t[i].result == APPROVED)
			sum += w->a[att_of(w, (int)i)].amount;
	return sum;
}

/* Was a ticket charged after it had been declined? */
static bool
retried(const struct world *w)
{
	size_t i;

	for (i = 0; i < w->nt; i++)
		if (w->t[i].result == APPROVED && w->t[i].again)
			return true;
	return false;
}

static int64_t
owed(const struct world *w)
{
	int64_t sum = OWED;
	size_t i;

	for (i = 0; i < w->nt; i++)
		sum -= w->recorded[i];
	return sum > 0 ? sum : 0;
}

/* Is the number used up, for anybody but this ticket? */
static bool
used(const struct world *w, int order, int but)
{
	int i;

	if (hy.unique == NO)
		return false;
	for (i = 0; i < (int)w->nt; i++)
		if (i != but && w->t[i].order == order &&
		    (w->t[i].result == APPROVED ||
		    (hy.spent && w->t[i].result == DECLINED)))
			return true;
	return false;
}

/* A ticket, or -1: duplicate. */
static int
preload(struct world *w, int order)
{
	size_t i;

	if (hy.early && used(w, order, -1))
		return -1;
	if (hy.unique == AT_PRELOAD)
		for (i = 0; i < w->nt; i++)
			if (w->t[i].order == order)
				return -1;
	w->t[w->nt].order = (uint8_t)order;
	return (int)w->nt++;
}

static enum result
card(struct world *w, int t, bool good)
{
	struct ticket *k = &w->t[t];

	k->typed |= good;
	k->again |= k->result == DECLINED;
	if (used(w, k->order, t) || (hy.spent && hy.unique != NO &&
	    k->result == DECLINED && !hy.retry))
		k->result = NULLED;
	else
		k->result = good ? APPROVED : DECLINED;
	return (enum result)k->result;
}

/* What its receipt says of attempt i's ticket. */
static struct pp_answer
receipt(const struct world *w, int t, size_t i)
{
	struct pp_answer an = { .outcome = PP_O_INCOMPLETE,
	    .server_time = w->now };
	const struct ticket *k = &w->t[t];

	(void)strlcpy(an.reason, "model", sizeof an.reason);
	if (k->result == OPEN || k->slow)
		return an;
	an.outcome = k->result == APPROVED ? PP_O_APPROVED : PP_O_DECLINED;
	an.receipt.amount = w->a[i].amount;
	an.receipt.paid_at = w->now;
	(void)snprintf(an.receipt.transaction_no,
	    sizeof an.receipt.transaction_no, "%d", t);
	(void)strlcpy(an.receipt.response_code, k->result == APPROVED ?
	    GOOD_CODE : k->result == DECLINED ? BAD_CODE : "",
	    sizeof an.receipt.response_code);
	return an;
}

/* Our side. */

/* Every change of an attempt goes through here. */
static void
set(struct world *w, size_t i, const struct pp_attempt *new, bool answer)
{
	if (w->a[i].state == PP_T_UNKNOWN && new->state != PP_T_UNKNOWN &&
	    !answer) {
		n.ended++;
		wrong("unknown ended without an answer", -1);
	}
	w->a[i] = *new;
}

static void
ask(struct world *w, size_t i)
{
	struct pp_answer an = receipt(w, w->of[i], i);
	struct pp_attempt new;
	struct pp_payment p;

	if (pp_attempt_apply(&w->a[i], &an, w->now, w->now, &new, &p) ==
	    PP_APPLIED_MONEY) {
		/* The store's key: the same once more is not recorded. */
		if (strcmp(p.transaction_no, an.receipt.transaction_no) != 0 ||
		    (w->recorded[w->of[i]] != 0 &&
		    w->recorded[w->of[i]] != p.amount))
			n.twice++;
		w->recorded[w->of[i]] = p.amount;
	}
	set(w, i, &new, true);
}

static void
tell(struct world *w, int t, enum pp_hint h)
{
	struct pp_attempt new;
	size_t i = att_of(w, t);

	if (pp_attempt_hint(&w->a[i], h, w->now, &new))
		set(w, i, &new, false);
}

/* What time alone does is computed, and written down at any time. */
static void
tick(struct world *w)
{
	struct pp_attempt new;
	size_t i;

	for (i = 0; i < w->na; i++)
		if (pp_attempt_tick(&w->a[i], w->now, &new))
			set(w, i, &new, false);
}

static void
sweep(struct world *w)
{
	size_t i;

	for (i = 0; i < w->na; i++)
		if (w->of[i] >= 0 && w->a[i].next_check_at != 0 &&
		    w->a[i].next_check_at <= w->now)
			ask(w, i);
}

/* The rule under test, or the naive one. */
static void
plan(const struct world *w, int64_t amount, bool confirmed, int64_t from,
    struct pp_plan *p)
{
	const struct pp_attempt *last = &w->a[w->na - 1];

	pp_attempt_plan(w->a, w->na, "m", amount, confirmed, &hy.f, from,
	    w->now, p);
	if (hy.naive && w->na > 0 && last->state == PP_T_DECLINED &&
	    p->step != PP_S_NOTHING && p->step != PP_S_OPENING)
		p->step = PP_S_MINT;
}

/* The customer presses pay.  The ticket they get, -1 none, -2 the model has no
 * room for it. */
static int
want(struct world *w, int64_t amount, bool deaf, bool lost)
{
	struct pp_plan p;
	struct pp_attempt *a;
	size_t i;
	int rounds, t = -1;

	/* Answers of before are stale. */
	for (i = 0; i < w->na; i++)
		w->a[i].answered_at = 0;
	for (rounds = 0; rounds < 8; rounds++) {
		if (owed(w) < amount)
			amount = owed(w);
		plan(w, amount, true, w->now, &p);
		switch (p.step) {
		case PP_S_REUSE:
			return w->of[p.i];
		case PP_S_ASK:
			if (deaf)
				return -1;
			for (i = 0; i < p.nask; i++)
				ask(w, p.ask[i]);
			continue;
		case PP_S_OPEN:
		case PP_S_MINT:
			break;
		default:
			return -1;
		}
		if (w->na == ATTS || (int)w->nt == maxtickets)
			return -2;
		a = &w->a[w->na];
		memset(a, 0, sizeof *a);
		if (p.step == PP_S_MINT)
			w->orders++;
		(void)snprintf(a->order_no, sizeof a->order_no, "%d",
		    w->orders);
		(void)strlcpy(a->integration, "m", sizeof a->integration);
		a->amount = amount;
		a->state = PP_T_OPENED;
		a->opened_at = w->now;
		a->next_check_at = pp_attempt_next(a);
		w->of[w->na++] = -1;
		if (lost) {	/* killed; two minutes go by */
			w->now += PP_NO_TICKET;
			tick(w);
			return -1;
		}
		if ((t = preload(w, w->orders)) < 0) {
			a->state = PP_T_LAPSED;
			a->next_check_at = 0;
			(void)strlcpy(a->reason, PP_WHY_DUPLICATE,
			    sizeof a->reason);
			continue;
		}
		a->state = PP_T_PRESENTED;
		a->presented_at = w->now;
		a->expires_at = w->now + PP_TICKET_LIFE;
		a->next_check_at = pp_attempt_next(a);
		w->of[w->na - 1] = t;
		return t;
	}
	return -1;
}

/* One step; false if it cannot happen now. */
static bool
act(struct world *w, enum act what, int t)
{
	const struct ticket *k = &w->t[t];
	size_t i;
	int r;

	switch (what) {
	case WANT:
	case WANT_PART:
	case WANT_DEAF:
	case WANT_LOST:
		r = want(w, what == WANT_PART ? PART : OWED,
		    what == WANT_DEAF, what == WANT_LOST);
		return r != -2;
	case SWEEP:
		sweep(w);
		return true;
	case EXPIRE:
	case DEATH:
	case DAY:
		w->now += what == EXPIRE ? 31 * PP_MINUTE : what == DEATH ?
		    16 * PP_MINUTE : 25 * PP_HOUR;
		/* Charges in flight arrive within a quarter of an hour. */
		for (i = 0; i < w->nt; i++)
			w->t[i].slow = 0;
		tick(w);
		return true;
	case GOOD:
	case GOOD_QUIET:
	case GOOD_SLOW:
	case BAD:
	case BAD_QUIET:
		if (dead(w, t) || k->result == APPROVED ||
		    (k->result != OPEN && !hy.retry))
			return false;
		if (what == GOOD || what == BAD)
			tell(w, t, PP_H_SUBMITTED);
		(void)card(w, t, what < BAD);
		w->t[t].slow = what == GOOD_SLOW;
		return true;
	case PRESS:		/* and the network fails */
		if (dead(w, t) || k->result == APPROVED)
			return false;
		tell(w, t, PP_H_SUBMITTED);
		return true;
	case CANCEL:
		tell(w, t, PP_H_CANCEL);
		return true;
	case REFUSED:
		/* Shown twice, where it may not be.  A frame that lets it
		 * be shown again does nothing that is not here too. */
		tell(w, t, PP_H_REFUSED);
		return true;
	case ASK:
		ask(w, att_of(w, t));
		return true;
	case ACTS:
		break;
	}
	return false;
}

/* Remembers how the first wrong state was reached. */
static void
wrong(const char *what, int left)
{
	char step[40];
	int i;

	if (why[0] != '\0')
		return;
	(void)strlcpy(why, what, sizeof why);
	for (i = 0; i < maxsteps - (left < 0 ? 0 : left); i++) {
		if (path[i][0] < GOOD)
			(void)snprintf(step, sizeof step, "; %s",
			    acts[path[i][0]]);
		else
			(void)snprintf(step, sizeof step, "; %s %d",
			    acts[path[i][0]], path[i][1] + 1);
		(void)strlcat(why, step, sizeof why);
	}
}

/* What must hold of a state, and of where it ends when nobody does anything
 * more but the sweep. */
static void
check(const struct world *start, int left)
{
	struct world w;
	struct pp_answer hand = { .outcome = PP_O_INCOMPLETE,
	    .by_hand = true };
	struct pp_attempt new;
	struct pp_payment p;
	int64_t next;
	int rounds, t, typed = 0;
	size_t i;

	copy(&w, start);
	if (charged(&w) > OWED) {
		n.over++;
		for (i = 0; i < w.nt; i++)
			typed += w.t[i].typed;
		/* As shipped, N2 trusts a decline though the frame might
		 * take a second card: the driver's setting ends that. */
		if (typed > 1 && (hy.unique == NO || (hy.retry &&
		    hy.f.retry_in_frame == PP_TRI_UNKNOWN && retried(&w))))
			n.over_ok++;
		else
			wrong("charged above what is owed", left);
	}

	for (rounds = 0; rounds < 64; rounds++) {
		next = 0;
		for (i = 0; i < w.na; i++)
			if (w.a[i].next_check_at != 0 && w.of[i] >= 0 &&
			    (next == 0 || w.a[i].next_check_at < next))
				next = w.a[i].next_check_at;
		if (next == 0 || next > start->now + 4 * PP_DAY)
			break;
		if (next > w.now)
			w.now = next;
		if (w.now > start->now)
			for (i = 0; i < w.nt; i++)
				w.t[i].slow = 0;
		tick(&w);
		sweep(&w);
	}
	for (i = 0; i < w.nt; i++)
		if ((w.t[i].result == APPROVED ?
		    w.a[att_of(&w, (int)i)].amount : 0) != w.recorded[i]) {
			n.lost++;
			wrong("charged is not what is recorded", left);
		}
	if (charged(&w) > 0 || hy.naive)
		return;

	/* Nothing was charged: they can pay, or a person makes it so. */
	w.nt = start->nt;
	if ((int)w.nt == maxtickets || w.na > ATTS - 2)
		return;
	if ((t = want(&w, OWED, false, false)) >= 0 &&
	    card(&w, t, true) == APPROVED)
		return;
	n.person++;
	for (i = 0; i < w.na; i++)
		if (w.of[i] >= 0 && !pp_attempt_resolved(&w.a[i], w.now)) {
			(void)pp_attempt_apply(&w.a[i], &hand, w.now, w.now,
			    &new, &p);
			set(&w, i, &new, true);
		}
	w.now += PP_MINUTE;
	if (w.na > ATTS - 2 || (int)w.nt == maxtickets)
		return;
	/* Used up by a decline, and no preload says so: only the setting of
	 * the driver can tell. */
	if (hy.spent && !hy.early && hy.f.spent_by_decline != PP_TRI_YES)
		return;
	if ((t = want(&w, OWED, false, false)) < 0 ||
	    card(&w, t, true) != APPROVED) {
		n.stuck++;
		wrong("locked out, a person cannot help", left);
	}
}

static void
mix(uint64_t h[2], uint64_t v)
{
	h[0] = (h[0] ^ v) * 0x9e3779b97f4a7c15u;
	h[0] ^= h[0] >> 29;
	h[1] = (h[1] + v) * 0xc2b2ae3d27d4eb4fu;
	h[1] ^= h[1] >> 31;
}

/* Everything that what follows depends on: times as they lie to now. */
static void
hash(const struct world *w, unsigned char out[16])
{
	uint64_t h[2] = { 1, 2 };
	const struct pp_attempt *a;
	size_t i;

#define T(t)	((uint64_t)((t) == 0 ? -1 : (w->now - (t)) / 1000))
	mix(h, w->na);
	for (i = 0; i < w->na; i++) {
		a = &w->a[i];
		mix(h, (uint64_t)(a->order_no[0] - '0') << 40 |
		    (uint64_t)a->state << 32 | (uint64_t)a->flags << 16 |
		    (uint64_t)a->amount);
		mix(h, (uint64_t)(w->of[i] + 1) << 16 |
		    (uint64_t)(unsigned char)a->response_code[0] << 8 |
		    (uint64_t)(strcmp(a->reason, PP_WHY_DUPLICATE) == 0));
		mix(h, T(a->opened_at));
		mix(h, T(a->expires_at));
		mix(h, T(a->submitted_at));
		mix(h, T(a->asked_at));
		mix(h, T(a->next_check_at));
	}
#undef T
	for (i = 0; i < w->nt; i++) {
		mix(h, (uint64_t)w->t[i].order << 32 |
		    (uint64_t)w->t[i].result << 24 |
		    (uint64_t)w->t[i].slow << 8 |
		    (uint64_t)w->t[i].again << 1 | w->t[i].typed);
		mix(h, (uint64_t)w->recorded[i]);
	}
	memcpy(out, h, 16);
}

/* Is there more to explore from here than was? */
static bool
fresh(const struct world *w, int left)
{
	struct seen *old = seen, *s;
	unsigned char key[16];
	size_t i, j, at, oldcap = capseen;

	if (nseen * 2 >= capseen) {
		capseen = capseen == 0 ? 1 << 16 : capseen * 2;
		if ((seen = calloc(capseen, sizeof seen[0])) == NULL)
			abort();
		for (i = 0; i < oldcap; i++) {
			if (old[i].left == 0)
				continue;
			memcpy(&at, old[i].key, sizeof at);
			for (j = at & (capseen - 1); seen[j].left != 0;
			    j = (j + 1) & (capseen - 1))
				continue;
			seen[j] = old[i];
		}
		free(old);
	}
	hash(w, key);
	memcpy(&at, key, sizeof at);
	for (j = at & (capseen - 1); seen[j].left != 0;
	    j = (j + 1) & (capseen - 1))
		if (memcmp(seen[j].key, key, sizeof key) == 0)
			break;
	s = &seen[j];
	if (s->left == 0) {
		memcpy(s->key, key, sizeof key);
		nseen++;
		n.states++;
		s->left = (int8_t)(left + 1);
		check(w, left);
		return true;
	}
	if (s->left >= left + 1)
		return false;
	s->left = (int8_t)(left + 1);
	return true;
}

static void
explore(const struct world *w, int left)
{
	struct world next;
	int what, t;

	if (!fresh(w, left) || left == 0)
		return;
	for (what = 0; what < ACTS; what++)
		for (t = 0; t < (what < GOOD ? 1 : (int)w->nt); t++) {
			copy(&next, w);
			path[maxsteps - left][0] = what;
			path[maxsteps - left][1] = t;
			if (act(&next, (enum act)what, t))
				explore(&next, left - 1);
		}
}

/* xorshift64*: the same walks everywhere. */
static uint64_t
chance(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1du) >> 33;
}

/* Deeper than every order can go: one order of many steps. */
static void
walk(const struct world *start)
{
	struct world w, next;
	int left, what, t;

	copy(&w, start);
	for (left = WALK; left > 0;) {
		what = (int)(chance() % ACTS);
		t = what < GOOD ? 0 : (int)(chance() % TICKETS);
		if (what >= GOOD && t >= (int)w.nt)
			continue;
		copy(&next, &w);
		path[WALK - left][0] = what;
		path[WALK - left][1] = t;
		left--;
		if (!act(&next, (enum act)what, t))
			continue;
		copy(&w, &next);
		n.states++;
		check(&w, left);
	}
}

static void
run(const char *told)
{
	struct world w;
	char name[160];
	int i, steps = maxsteps;

	memset(&w, 0, sizeof w);
	memset(&n, 0, sizeof n);
	w.now = START;
	why[0] = '\0';
	nseen = 0;
	memset(seen, 0, capseen * sizeof seen[0]);
	explore(&w, maxsteps);
	maxsteps = WALK;
	for (i = 0; i < walks; i++)
		walk(&w);
	maxsteps = steps;
	(void)snprintf(name, sizeof name, "unique %s spent %d early %d retry "
	    "%d, %s: %zu states", uniques[hy.unique], hy.spent, hy.early,
	    hy.retry, told, n.states);
	if (hy.naive) {
		ok(n.over > 0, "naive rule charges twice, %s: %zu", name,
		    n.over);
		return;
	}
	ok(n.over == n.over_ok, "N1-N3 nothing charged twice, %s", name);
	ok(n.lost == 0 && n.twice == 0, "G7 N5 charged is recorded once, %s",
	    name);
	ok(n.ended == 0, "G5 unknown ends by an answer, %s", name);
	ok(n.stuck == 0, "N3 nobody is locked out, %s (%zu by a person)", name,
	    n.person);
	if (why[0] != '\0')
		printf("# %s\n", why);
	if (n.over > 0)
		printf("# charged twice%s, two cards typed into two frames: "
		    "%zu\n", hy.unique == NO ? "" : " after a second try in "
		    "one of them", n.over_ok);
}

int
main(int argc, char *argv[])
{
	static const struct pp_features nothing;
	const char *e;
	int ch, i, steps = STEPS;

	while ((ch = getopt(argc, argv, "d:s:t:w:")) != -1)
		switch (ch) {
		case 'd':
			steps = (int)strtonum(optarg, 1, WALK, &e);
			break;
		case 's':
			seed = (uint64_t)strtonum(optarg, 1, INT64_MAX, &e);
			break;
		case 'w':
			walks = (int)strtonum(optarg, 0, 1000000, &e);
			break;
		case 't':
			maxtickets = (int)strtonum(optarg, 1, TICKETS, &e);
			break;
		default:
			return 2;
		}
	if ((seen = calloc(capseen = 1 << 16, sizeof seen[0])) == NULL)
		return 1;
	printf("# seed %" PRIu64 "\n", seed);

	for (i = 0; i < 3 * 8; i++) {
		memset(&hy, 0, sizeof hy);
		hy.unique = (enum unique)(i % 3);
		hy.spent = i / 3 & 1;
		hy.early = i / 6 & 1;
		hy.retry = i / 12 & 1;
		if (hy.unique == NO && (hy.spent || hy.early))
			continue;	/* nothing uses a number up */
		hy.f = nothing;		/* as the driver is shipped */
		maxsteps = steps;
		run("told nothing");
		hy.f.unique = hy.unique == NO ? PP_U_NO : hy.unique ==
		    AT_CHARGE ? PP_U_AT_CHARGE : PP_U_AT_PRELOAD;
		hy.f.spent_by_decline = hy.spent ? PP_TRI_YES : PP_TRI_NO;
		hy.f.retry_in_frame = hy.retry ? PP_TRI_YES : PP_TRI_NO;
		maxsteps = steps - 1;
		run("told all");
	}
	for (i = 0; i < 2; i++) {
		memset(&hy, 0, sizeof hy);
		hy.unique = AT_CHARGE;
		hy.spent = i == 1;
		hy.early = true;
		hy.naive = true;
		maxsteps = NAIVE;
		run("told nothing");
	}
	free(seen);
	return done();
}
