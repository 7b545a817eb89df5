#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "tap.h"
#include "banned.h"

int
main(void)
{
	struct pp_buf b = PP_BUF_INIT(10);
	char *p;

	pp_buf_puts(&b, "12345");
	pp_buf_printf(&b, "%d", 67890);
	ok(pp_buf_ok(&b) && b.len == 10, "fills up to its maximum");
	is_str(b.p, "1234567890", "is NUL-terminated");
	pp_buf_puts(&b, "");
	ok(pp_buf_ok(&b), "nothing more fits");
	pp_buf_puts(&b, "x");
	ok(!pp_buf_ok(&b), "a byte past the maximum fails");
	pp_buf_reset(&b);
	pp_buf_puts(&b, "a");
	is_str(b.p, "a", "reset forgets the failure");
	pp_buf_printf(&b, "%s", "1234567890");
	pp_buf_puts(&b, "b");
	ok(!pp_buf_ok(&b) && b.len == 1, "nothing is added once it failed");
	ok(pp_buf_take(&b) == NULL, "a failed text is not given away");

	pp_buf_add(&b, "x\0y", 3);
	ok(pp_buf_ok(&b) && b.len == 3 && memcmp(b.p, "x\0y", 4) == 0,
	    "holds any byte");
	p = pp_buf_take(&b);
	ok(p != NULL && b.p == NULL && b.len == 0, "take empties it");
	free(p);
	p = pp_buf_take(&b);
	is_str(p, "", "an empty one gives an empty text");
	free(p);
	pp_buf_release(&b);
	pp_buf_release(&b);
	return done();
}
