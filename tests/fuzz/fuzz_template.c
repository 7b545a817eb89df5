/*
 * Templates of mails and pages.  What is filled in is escaped.
 */
#include "config.h"

#include "fuzz.h"
#include "template.h"
#include "banned.h"

#define OUT	(256 * 1024)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct pp_slot slots[] = {
		{ "name", "<script>\"&'" }, { "none", NULL }, { "url", "x" }
	};
	const struct pp_fill fill = { slots, 3, NULL, NULL };
	char *text = fuzz_text(data, n);
	struct pp_buf out = PP_BUF_INIT(OUT);
	struct pp_err err;

	memset(&err, 0, sizeof err);
	if (pp_template_fill("t", text, &fill, &out, &err) == PP_OK)
		insist(out.p == NULL || strstr(text, "{{&") != NULL ||
		    strstr(text, "<script>") != NULL ||
		    strstr(out.p, "<script>") == NULL);
	else
		insist(err.msg[0] != '\0');
	pp_buf_reset(&out);
	(void)pp_template_lines("t", text, &fill, false, &out, &err);
	pp_buf_reset(&out);
	(void)pp_template_lines("t", text, &fill, true, &out, &err);
	pp_buf_release(&out);
	free(text);
	return 0;
}
