/*
 * Paths that browsers and scanners ask the page for: only what has the form
 * of a token is one, and what is logged of a path is what we made it of.
 */
#include "config.h"

#include "fuzz.h"
#include "page_route.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = fuzz_text(data, n), token[PP_TOKEN_LEN + 1];
	const char *asset = NULL, *allow = NULL, *tail;
	enum page_route r;
	bool has;

	memset(token, 'x', sizeof token);
	has = page_route(text, &r, token, &asset);
	insist(strlen(token) == PP_TOKEN_LEN);
	tail = page_route_tail(r);
	if (has && r != PAGE_R_UNKNOWN) {
		insist(strncmp(text, "/p/", 3) == 0);
		insist(strncmp(text + 3, token, PP_TOKEN_LEN) == 0);
		insist(strcmp(text + 3 + PP_TOKEN_LEN, tail) == 0);
	}
	insist(!has || strspn(token, "abcdefghijklmnopqrstuvwxyz234567") ==
	    PP_TOKEN_LEN);
	insist((asset != NULL) == (r == PAGE_R_ASSET));
	if (asset != NULL)
		insist(asset == text + strlen("/assets/"));
	(void)page_route_takes(r, "GET", &allow);
	insist(allow != NULL);
	insist(page_route_takes(r, "BREW", &allow) == (r == PAGE_R_UNKNOWN));
	free(text);
	return 0;
}
