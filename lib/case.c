#include "config.h"

#include <string.h>

#include "case.h"
#include "banned.h"

int64_t
pp_case_offline(const struct pp_case *c, const char *purpose)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < c->npays; i++)
		if (c->pays[i].type == PP_P_OFFLINE &&
		    strcmp(c->pays[i].purpose, purpose) == 0)
			sum += c->pays[i].amount;
	return sum;
}

int64_t
pp_case_requested(const struct pp_case *c, const struct pp_link *l)
{
	return l->kind == PP_LINK_AMOUNT ? l->amount : l->paid +
	    pp_link_asks(l, &c->task, pp_case_offline(c, l->purpose));
}

int64_t
pp_case_pending(const struct pp_case *c, int64_t now)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < c->natts; i++)
		if (pp_attempt_pending(&c->atts[i], now))
			sum += c->atts[i].amount;
	return sum;
}

int64_t
pp_case_payable_until(const struct pp_case *c, const char *link, int64_t now)
{
	int64_t until = 0;
	size_t i;

	for (i = 0; i < c->natts; i++)
		if (c->atts[i].state == PP_T_PRESENTED &&
		    now < c->atts[i].expires_at &&
		    c->atts[i].expires_at > until &&
		    (link == NULL || strcmp(c->atts[i].link, link) == 0))
			until = c->atts[i].expires_at;
	return until;
}
