#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "carry.h"
#include "json.h"
#include "tap.h"
#include "banned.h"

/* The member is called "m", its value 1. */
static const struct {
	const char	*text;
	const char	*want;
} t[] = {
	{ "{}",			"{\"m\":1}" },
	{ "{ }",		"{\"m\":1 }" },
	{ "{\"a\":2}",		"{\"a\":2,\"m\":1}" },
	{ " { \"a\" : 2 } ",	" { \"a\" : 2,\"m\":1 } " },
	{ "{\"a\":2}\r",	"{\"a\":2,\"m\":1}\r" },
	/* Nothing of what is carried is read, rounded or escaped anew. */
	{ "{\"a\":1.50e3,\"b\":\"\\u00e9\\/\"}",
	    "{\"a\":1.50e3,\"b\":\"\\u00e9\\/\",\"m\":1}" },
	{ "{\"a\":\"\xc3\xa9\",\"b\":[1 ,{\"m\":2}]}",
	    "{\"a\":\"\xc3\xa9\",\"b\":[1 ,{\"m\":2}],\"m\":1}" },
	/* Braces and the name inside of texts. */
	{ "{\"a\":\"}\\\"m\\\":{\"}", "{\"a\":\"}\\\"m\\\":{\",\"m\":1}" },
	/* What was there is replaced, where it stands. */
	{ "{\"m\":2}",		"{\"m\":1}" },
	{ "{\"m\" : {\"x\":[2]} , \"a\":2}", "{\"m\" : 1 , \"a\":2}" },
	{ "{\"a\":2,\"m\":null,\"b\":3}", "{\"a\":2,\"m\":1,\"b\":3}" },
	{ "{\"a\":2, \"m\":\"x\" }", "{\"a\":2, \"m\":1 }" },
	{ "{\"\\u006d\":2}",	"{\"\\u006d\":1}" },
	{ "{\"\\u006d\\u006d\":2}", "{\"\\u006d\\u006d\":2,\"m\":1}" },
	{ "{\"mm\":2,\"M\":3}",	"{\"mm\":2,\"M\":3,\"m\":1}" },
	/* No object. */
	{ "[]",			NULL },
	{ "\"{\"",		NULL },
	{ "null",		NULL },
	{ "{\"a\":1",		NULL },
	{ "",			NULL },
};

int
main(void)
{
	struct pp_buf b = PP_BUF_INIT(PP_JSON_LINE);
	struct pp_err err;
	char *out, *want;
	enum pp_rc rc;
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		pp_err_clear(&err);
		out = NULL;
		rc = pp_carry(t[i].text, strlen(t[i].text), "m", "1", &out,
		    &err);
		is_int(rc, t[i].want == NULL ? PP_DATA : PP_OK, t[i].text);
		if (t[i].want != NULL)
			is_str(out, t[i].want, "its bytes");
		else
			ok(out == NULL && err.msg[0] != '\0', "its error");
		free(out);
	}

	/* Around the number of members that need no memory, and far above. */
	for (n = 62; n < 2000; n += n < 67 ? 1 : 1900) {
		pp_buf_reset(&b);
		for (i = 0; i < n; i++)
			pp_buf_printf(&b, "%s\"k%zu\":%zu", i > 0 ? ", " : "{",
			    i, i);
		pp_buf_puts(&b, ",\"m\":1 }");
		want = strdup(b.p);
		memcpy(b.p + b.len - 4, ":2 }", 4);
		rc = pp_carry(b.p, b.len, "m", "1", &out, NULL);
		is_int(rc, PP_OK, "many members");
		is_str(out, want, "the last of them replaced");
		free(out);
		b.len -= strlen(",\"m\":1 }");
		pp_buf_puts(&b, " }");
		want[strlen(want) - 2] = '\0';
		pp_buf_puts(&b, "");
		rc = pp_carry(b.p, b.len, "m", "1", &out, NULL);
		is_int(rc, PP_OK, "many members");
		ok(strncmp(out, want, strlen(want)) == 0 &&
		    strcmp(out + strlen(want), " }") == 0,
		    "one more after the last");
		free(out);
		free(want);
	}
	pp_buf_release(&b);
	return done();
}
