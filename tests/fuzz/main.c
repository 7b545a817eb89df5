/*
 * Replays the corpus of the target whose name this program has.
 */
#include "config.h"

#include <err.h>
#include <glob.h>

#include "fuzz.h"
#include "io.h"
#include "tap.h"
#include "banned.h"

#define BYTES	(1024 * 1024)

int
main(int argc, char *argv[])
{
	const char *src = getenv("PP_TEST_SRCDIR");
	const char *name = strrchr(argv[0], '/');
	char pattern[1024], *text;
	glob_t g;
	size_t i, n;

	(void)argc;
	name = strstr(name == NULL ? argv[0] : name, "fuzz_");
	if (name == NULL)
		errx(1, "%s: not the name of a target", argv[0]);
	(void)snprintf(pattern, sizeof pattern, "%s/tests/fuzz/%s/*",
	    src == NULL ? "." : src, name + 5);
	if (glob(pattern, 0, NULL, &g) != 0)
		errx(1, "no corpus: %s", pattern);
	for (i = 0; i < g.gl_pathc; i++) {
		if (pp_io_read_file(g.gl_pathv[i], BYTES, &text, &n,
		    NULL) != PP_OK)
			errx(1, "%s", g.gl_pathv[i]);
		ok(LLVMFuzzerTestOneInput((const uint8_t *)text, n) == 0, "%s",
		    strrchr(g.gl_pathv[i], '/') + 1);
		free(text);
	}
	globfree(&g);
	return done();
}
