/*
 * What the scan lets pass json-c reads, and what is written is read again.
 */
#include "config.h"

#include "fuzz.h"
#include "json.h"
#include "json_scan.h"
#include "money.h"
#include "banned.h"

#define SPANS	8

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct json_object *o = NULL, *again = NULL;
	struct pp_span spans[SPANS];
	size_t i, nspans = SPANS;
	enum pp_rc scanned, parsed;
	char *text = fuzz_text(data, n);
	const char *s;
	int64_t cents;

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
