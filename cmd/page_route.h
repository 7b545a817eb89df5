/*
 * The paths of the page, and what each is.
 */
#ifndef PAGE_ROUTE_H
#define PAGE_ROUTE_H

#include <stdbool.h>

#include "seal.h"

enum page_route {
	PAGE_R_UNKNOWN,
	PAGE_R_SHOW, PAGE_R_REVIEW, PAGE_R_PAY, PAGE_R_RESULT, PAGE_R_STATE,
	PAGE_R_EVENT, PAGE_R_RENEWAL,
	PAGE_R_HEALTH, PAGE_R_ASSET, PAGE_R_ROBOTS
};

/* Which route a path is (before the question mark, as it came).  True if it
 * has a token, which is in token then; else nobody's is.  *asset, a part of
 * path, is set if it is one. */
bool		page_route(const char *path, enum page_route *,
		    char token[PP_TOKEN_LEN + 1], const char **asset);
/* May it be asked with this method?  allow gets what may. */
bool		page_route_takes(enum page_route, const char *method,
		    const char **allow);
/* What follows the token, such as "/pay"; "" of another. */
const char	*page_route_tail(enum page_route);

#endif
