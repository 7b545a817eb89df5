#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intl.h"
#include "money.h"
#include "sandbox_fault.h"
#include "banned.h"

#define FAULT_TEXT_MAX	96
#define SECONDS_MAX	100000000LL

enum arg {
	ARG_NONE,
	ARG_AMOUNT,
	ARG_AMOUNT_OR_NONE,
	ARG_SECONDS,
	ARG_SIGNED,
	ARG_SHAPE,
	ARG_STATUS,
	ARG_CODE_OR_NONE
};

static const struct {
	const char	*name;
	enum arg	 arg;
	bool		 transport;	/* may be told where to strike */
} kinds[FAULT_COUNT] = {
	[FAULT_AMOUNT_DIFFERS] = { "amount_differs", ARG_AMOUNT_OR_NONE,
	    false },
	[FAULT_BLANK] = { "blank", ARG_NONE, true },
	[FAULT_CALLBACK_LOST] = { "callback_lost", ARG_NONE, false },
	[FAULT_CF_STATUS] = { "cf_status", ARG_STATUS, false },
	[FAULT_CLOCK_SKEW] = { "clock_skew", ARG_SIGNED, false },
	[FAULT_CUT] = { "cut", ARG_NONE, true },
	[FAULT_DECLINED_LOW] = { "declined_low", ARG_NONE, false },
	[FAULT_DUPLICATE] = { "duplicate", ARG_NONE, false },
	[FAULT_DUPLICATE_SHAPE] = { "duplicate_shape", ARG_SHAPE, false },
	[FAULT_FEE] = { "fee", ARG_AMOUNT, false },
	[FAULT_FULLSCREEN] = { "fullscreen", ARG_NONE, false },
	[FAULT_HTML] = { "html", ARG_NONE, true },
	[FAULT_HTTP500] = { "http500", ARG_NONE, true },
	[FAULT_NULL_CODE] = { "null_code", ARG_NONE, false },
	[FAULT_PARTIAL] = { "partial", ARG_NONE, false },
	[FAULT_PENNIES] = { "pennies", ARG_NONE, false },
	[FAULT_PREAUTH] = { "preauth", ARG_NONE, false },
	[FAULT_RECEIPT_LATE] = { "receipt_late", ARG_SECONDS, false },
	[FAULT_RECEIPT_PAGE] = { "receipt_page", ARG_NONE, false },
	[FAULT_REFUND_DECLINED] = { "refund_declined", ARG_CODE_OR_NONE,
	    false },
	[FAULT_STALL] = { "stall", ARG_SECONDS, true },
	[FAULT_TWO_CHARGES] = { "two_charges", ARG_NONE, false }
};

static const char *const places[] = { "preload", "receipt", "display",
	"submit", "gateway", NULL };
static const char *const shapes[] = { "string", "data", "nested", "field",
	NULL };
static const char *const statuses[] = { "1", "1F", "2", "2F", "3", "9", "9F",
	"10", "10F", NULL };

static bool		arg_good(enum arg, const char *);
static int		word(const char *const *, const char *);

uint64_t
sandbox_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static int
word(const char *const *words, const char *w)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], w) == 0)
			return i;
	return -1;
}

static bool
arg_good(enum arg kind, const char *arg)
{
	const char *e = NULL;
	int64_t cents;

	switch (kind) {
	case ARG_NONE:
		return *arg == '\0';
	case ARG_AMOUNT_OR_NONE:
	case ARG_AMOUNT:
		if (*arg == '\0')
			return kind == ARG_AMOUNT_OR_NONE;
		return pp_money_parse(arg, false, &cents, NULL) == PP_OK &&
		    cents > 0;
	case ARG_SECONDS:
	case ARG_SIGNED:
		(void)strtonum(arg + (*arg == '+'),
		    kind == ARG_SIGNED ? -SECONDS_MAX : 0, SECONDS_MAX, &e);
		return e == NULL;
	case ARG_SHAPE:
		return word(shapes, arg) != -1;
	case ARG_STATUS:
		return word(statuses, arg) != -1;
	case ARG_CODE_OR_NONE:
		return *arg == '\0' || (strlen(arg) == 3 &&
		    strspn(arg, "0123456789") == 3 &&
		    strncmp(arg, "050", 3) >= 0);
	}
	return false;
}

enum pp_rc
sandbox_fault_switch(struct sandbox_fault_set *set, const char *name,
    const char *arg, const char *where, unsigned chance, int64_t left,
    struct pp_err *err)
{
	int i, place = WHERE_ANY;

	if (strcmp(name, "none") == 0) {
		memset(set, 0, sizeof *set);
		return PP_OK;
	}
	for (i = 0; i < FAULT_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			break;
	if (i == FAULT_COUNT)
		return pp_err_set(err, PP_USAGE, "fault %.40s: unknown", name);
	if (left == 0) {
		set->fault[i].on = false;
		return PP_OK;
	}
	if (arg == NULL)
		arg = "";
	if (strlen(arg) >= SANDBOX_FAULT_ARG || !arg_good(kinds[i].arg, arg))
		return pp_err_set(err, PP_USAGE, kinds[i].arg == ARG_NONE ?
		    N_("fault %s: takes no argument: %.40s") :
		    N_("fault %s: wrong or missing argument: %.40s"), name,
		    arg);
	if (where != NULL && (!kinds[i].transport ||
	    (place = word(places, where)) == -1))
		return pp_err_set(err, PP_USAGE, "fault %s: cannot strike at "
		    "%.40s", name, where);
	if (chance < 1 || chance > 100)
		return pp_err_set(err, PP_USAGE, "fault %s: the chance is 1 "
		    "to 100 percent", name);
	set->fault[i].on = true;
	set->fault[i].left = left;
	set->fault[i].chance = chance;
	set->fault[i].where = (enum sandbox_where)place;
	(void)strlcpy(set->fault[i].arg, arg, sizeof set->fault[i].arg);
	return PP_OK;
}

enum pp_rc
sandbox_fault_parse(struct sandbox_fault_set *set, const char *text,
    struct pp_err *err)
{
	char buf[FAULT_TEXT_MAX], *arg, *where, *percent;
	const char *e = NULL;
	unsigned chance = 100;

	if (strlcpy(buf, text, sizeof buf) >= sizeof buf)
		return pp_err_set(err, PP_USAGE, "fault %.40s...: too long",
		    text);
	if ((percent = strchr(buf, '%')) != NULL) {
		*percent++ = '\0';
		chance = (unsigned)strtonum(percent, 1, 100, &e);
		if (e != NULL)
			return pp_err_set(err, PP_USAGE,
			    "fault %.40s: chance %.10s is %s", buf, percent,
			    _(e));
	}
	if ((where = strchr(buf, '@')) != NULL)
		*where++ = '\0';
	if ((arg = strchr(buf, '=')) != NULL)
		*arg++ = '\0';
	return sandbox_fault_switch(set, buf, arg, where, chance, -1, err);
}

bool
sandbox_fault_take(struct sandbox_fault_set *set, enum sandbox_fault f,
    enum sandbox_where where, uint64_t *random, const char **arg)
{
	if (!set->fault[f].on)
		return false;
	if (kinds[f].transport && set->fault[f].where != where &&
	    (set->fault[f].where != WHERE_ANY ||
	    (where != WHERE_PRELOAD && where != WHERE_RECEIPT)))
		return false;
	if (set->fault[f].chance < 100 &&
	    sandbox_random(random) % 100 >= set->fault[f].chance)
		return false;
	if (set->fault[f].left > 0 && --set->fault[f].left == 0)
		set->fault[f].on = false;
	if (arg != NULL)
		*arg = set->fault[f].arg;
	return true;
}

int64_t
sandbox_fault_number(const char *arg)
{
	const char *e;

	return strtonum(arg + (*arg == '+'), -SECONDS_MAX, SECONDS_MAX, &e);
}

int64_t
sandbox_fault_cents(const char *arg)
{
	int64_t cents = 0;

	(void)pp_money_parse(arg, false, &cents, NULL);
	return cents;
}

const char *
sandbox_fault_name(enum sandbox_fault f)
{
	return kinds[f].name;
}
