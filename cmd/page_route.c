#include "config.h"

#include <string.h>

#include "page_route.h"
#include "banned.h"

#define NOBODY		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static bool	is_token(const char *, size_t);
static bool	of_link(enum page_route);

/* Those of a link. */
static const struct {
	const char	*tail;
	bool		 post;
} routes[] = {
	[PAGE_R_SHOW] = { "", false },
	[PAGE_R_REVIEW] = { "/review", true },
	[PAGE_R_PAY] = { "/pay", true },
	[PAGE_R_RESULT] = { "/result", true },
	[PAGE_R_STATE] = { "/state", false },
	[PAGE_R_EVENT] = { "/event", true },
	[PAGE_R_RENEWAL] = { "/renewal", true }
};

static bool
is_token(const char *s, size_t len)
{
	return len == PP_TOKEN_LEN && strspn(s,
	    "abcdefghijklmnopqrstuvwxyz234567") >= PP_TOKEN_LEN;
}

static bool
of_link(enum page_route r)
{
	return r >= PAGE_R_SHOW && r <= PAGE_R_RENEWAL;
}

bool
page_route(const char *path, enum page_route *route,
    char token[PP_TOKEN_LEN + 1], const char **asset)
{
	size_t i, len;

	*route = PAGE_R_UNKNOWN;
	/* What is no token is looked up all the same, as nobody's, so that
	 * the answer comes no sooner. */
	(void)strlcpy(token, NOBODY, PP_TOKEN_LEN + 1);
	if (strcmp(path, "/healthz") == 0)
		*route = PAGE_R_HEALTH;
	else if (strcmp(path, "/robots.txt") == 0)
		*route = PAGE_R_ROBOTS;
	else if (strncmp(path, "/assets/", 8) == 0) {
		*route = PAGE_R_ASSET;
		*asset = path + 8;
	} else if (strncmp(path, "/p/", 3) == 0) {
		path += 3;
		len = strcspn(path, "/");
		for (i = PAGE_R_SHOW; i <= PAGE_R_RENEWAL; i++)
			if (strcmp(path + len, routes[i].tail) == 0)
				*route = (enum page_route)i;
		if (!is_token(path, len))
			return false;
		memcpy(token, path, len);
		token[len] = '\0';
		return true;
	}
	return false;
}

bool
page_route_takes(enum page_route r, const char *method, const char **allow)
{
	if (of_link(r) && routes[r].post) {
		*allow = "POST";
		return strcmp(method, "POST") == 0;
	}
	*allow = "GET, HEAD";
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	    r == PAGE_R_UNKNOWN;
}

const char *
page_route_tail(enum page_route r)
{
	return of_link(r) ? routes[r].tail : "";
}
