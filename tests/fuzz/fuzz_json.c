/*
 * What the scan lets pass json-c reads, and what is written is read again.
 * Alone it replays the corpus, for make check; make fuzz searches.
 */
#include "config.h"

#include <err.h>
#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "json.h"
#include "json_scan.h"
#include "money.h"
#include "tap.h"
#include "banned.h"

#define SPANS	8

int		LLVMFuzzerTestOneInput(const uint8_t *, size_t);
static void	insist(bool);

/* A crash is what the fuzzer looks for. */
static void
insist(bool yes)
{
	if (!yes)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct json_object *o = NULL, *again = NULL;
	struct pp_span spans[SPANS];
	size_t i, nspans = SPANS;
	enum pp_rc scanned, parsed;
	char *text = malloc(n + 1);	/* its end is the heap's end, but one */
	const char *s;
	int64_t cents;

	if (text == NULL)
		return 0;
	memcpy(text, data, n);
	scanned = pp_json_scan(text, n, spans, &nspans, NULL);
	parsed = pp_json_parse(text, n, &o, NULL);
	insist(scanned == parsed || (parsed == PP_OK && nspans > SPANS));
	if (parsed == PP_OK && o != NULL) {
		s = pp_json_text(o);
		insist(s != NULL && pp_json_parse(s, strlen(s), &again,
		    NULL) == PP_OK);
		insist(strcmp(pp_json_text(again), pp_json_text(o)) == 0);
	}
	for (i = 0; scanned == PP_OK && i < nspans; i++)
		insist(pp_json_scan(text + spans[i].val, spans[i].vlen, NULL,
		    NULL, NULL) == PP_OK);
	if (json_object_is_type(o, json_type_object) &&
	    pp_json_amount(o, "x", &cents, NULL) == PP_OK)
		insist(cents >= -PP_CENTS_MAX && cents <= PP_CENTS_MAX);
	json_object_put(again);
	json_object_put(o);
	free(text);
	return 0;
}

#ifndef PP_FUZZ
int
main(void)
{
	const char *src = getenv("PP_TEST_SRCDIR");
	char pattern[1024], *text;
	glob_t g;
	size_t i, n;

	(void)snprintf(pattern, sizeof pattern, "%s/tests/fuzz/json/*",
	    src == NULL ? "." : src);
	if (glob(pattern, 0, NULL, &g) != 0)
		errx(1, "no corpus: %s", pattern);
	for (i = 0; i < g.gl_pathc; i++) {
		if (pp_io_read_file(g.gl_pathv[i], PP_JSON_LINE, &text, &n,
		    NULL) != PP_OK)
			errx(1, "%s", g.gl_pathv[i]);
		ok(LLVMFuzzerTestOneInput((const uint8_t *)text, n) == 0, "%s",
		    strrchr(g.gl_pathv[i], '/') + 1);
		free(text);
	}
	globfree(&g);
	return done();
}
#endif
