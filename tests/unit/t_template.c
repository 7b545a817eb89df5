/* Templates: places filled, escaped, or named when nobody fills them. */
#include "config.h"

#include <string.h>

#include "template.h"
#include "tap.h"
#include "banned.h"

static const char	*words(const char *, const void *);
static void		fills(const char *, const char *, const char *);
static void		refuses(const char *, const char *);

static const struct pp_slot slots[] = {
	{ "name", "Zo\xc3\xab & <\"'>" }, { "none", NULL },
	{ "word", "a slot goes first" }, { "nest", "{{name}}" },
	{ "time", "2:23 p.m." }
};

static const char *
words(const char *name, const void *lang)
{
	if (strcmp(name, "word") == 0)
		return "never";
	return strcmp(name, "hello") == 0 ? lang : NULL;
}

static void
fills(const char *text, const char *want, const char *what)
{
	const struct pp_fill f = { slots, 5, words, "bonjour" };
	struct pp_buf b = PP_BUF_INIT(200);
	struct pp_err err = { .msg = "" };

	ok(pp_template_fill("t", text, &f, &b, &err) == PP_OK, "%s: filled",
	    what);
	is_str(b.p != NULL ? b.p : "", want, what);
	pp_buf_release(&b);
}

static void
refuses(const char *text, const char *why)
{
	const struct pp_fill f = { slots, 5, words, "bonjour" };
	struct pp_buf b = PP_BUF_INIT(200);
	struct pp_err err = { .msg = "" };

	is_int(pp_template_fill("page.html", text, &f, &b, &err), PP_CONF,
	    why);
	is_str(err.msg, why, "and it says why");
	pp_buf_release(&b);
}

int
main(void)
{
	const struct pp_fill f = { slots, 5, NULL, NULL };
	struct pp_buf b = PP_BUF_INIT(16);
	struct pp_err err = { .msg = "" };

	fills("", "", "nothing");
	fills("no places", "no places", "no place");
	fills("<b>{{name}}</b>",
	    "<b>Zo\xc3\xab &amp; &lt;&quot;&#39;&gt;</b>", "escaped");
	fills("{{&name}}", "Zo\xc3\xab & <\"'>", "as it is");
	fills("[{{none}}][{{&none}}]", "[][]", "empty");
	fills("{{hello}} {{word}}", "bonjour a slot goes first",
	    "words after slots");
	fills("{{&nest}}", "{{name}}", "what was filled in is not filled");
	fills("until {{time}}. {{time}}, {{none}}.\n",
	    "until 2:23 p.m. 2:23 p.m., .\n", "a stop is not said twice");
	fills("{ {x} }", "{ {x} }", "single braces");

	refuses("one\n{{nobody}}",
	    "page.html: line 2: unknown placeholder {{nobody}}");
	refuses("{{ name }}",
	    "page.html: line 1: unknown placeholder {{ name }}");
	refuses("\n\n{{name",
	    "page.html: line 3: {{ without a name and }}");
	refuses("{{}}", "page.html: line 1: {{ without a name and }}");
	refuses("{{&}}", "page.html: line 1: {{ without a name and }}");
	refuses("{{na\nme}}", "page.html: line 1: {{ without a name and }}");
	refuses("{{a234567890123456789012345678901234567890}}",
	    "page.html: line 1: {{ without a name and }}");

	is_int(pp_template_fill("t", "this is longer than it may be", &f, &b,
	    &err), PP_BUG, "longer than the buffer's maximum");
	is_int(pp_template_fill("t", "{{hello}}", &f, &b, NULL), PP_CONF,
	    "no words at all");
	pp_buf_release(&b);
	return done();
}
