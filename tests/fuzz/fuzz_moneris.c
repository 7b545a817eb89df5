/*
 * What Moneris Checkout and its XML gateway reply.  Whatever it is there is an
 * answer, and "approved" is never said of a body without the words for it
 * (rules R1, G5).
 */
#include "config.h"

#include "fuzz.h"
#include "json.h"
#include "../../providers/moneris_mco.h"
#include "../../providers/moneris_mpg.h"
#include "../../providers/moneris_receipt.h"
#include "../../providers/moneris_reply.h"
#include "banned.h"

static const char	*outcome(struct json_object *);

/* Nothing is no answer; not ok has an error; ok says an outcome. */
static const char *
outcome(struct json_object *o)
{
	struct json_object *v;
	const char *s = "";
	bool ok;

	insist(json_object_is_type(o, json_type_object));
	insist(pp_json_bool(o, "ok", &ok, NULL) == PP_OK);
	if (!ok)
		insist(json_object_object_get_ex(o, "error", &v));
	else
		(void)pp_json_str(o, "outcome", &s, NULL);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct mco_account account = { "store5", "chktSANDBOX",
	    "yesguy", "qa", true, true, "http://127.0.0.1:8090" };
	static const struct mco_asked asked = { "1756999254ABCDEF", "T-1.a1",
	    900, 1756999254000 };
	static const struct mpg_asked back = { false, "T-1.a1", "719-0_1696",
	    900, 1756999254000 };
	char *text = fuzz_text(data, n);
	struct driver_reply reply = { .result = DRIVER_GOT, .sent = true,
	    .status = 200, .body = text, .len = strlen(text),
	    .now = 1756999320000 };
	struct json_object *o;

	o = mco_read_preload(&account, &reply);
	(void)outcome(o);
	json_object_put(o);
	o = mco_read_check(&account, &reply);
	(void)outcome(o);
	json_object_put(o);
	o = mco_read_receipt(&account, &asked, &reply);
	if (strcmp(outcome(o), "approved") == 0)
		insist(strchr(text, 'a') != NULL || strstr(text, "\\u"));
	json_object_put(o);
	o = mpg_read(&account, &back, &reply);
	if (strcmp(outcome(o), "approved") == 0)
		insist(strstr(text, "Complete") != NULL);
	json_object_put(o);
	free(text);
	return 0;
}
