/*
 * What people type: amounts, times, days, lengths of time, ids.  What is read
 * is written and read again as the same.
 */
#include "config.h"

#include "fuzz.h"
#include "money.h"
#include "task.h"
#include "time.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *s = fuzz_text(data, n), buf[64];
	int64_t v, again;
	int32_t day, day2;
	bool neg;

	for (neg = false;; neg = true) {
		if (pp_money_parse(s, neg, &v, NULL) == PP_OK) {
			insist(v <= PP_CENTS_MAX && v >= (neg ?
			    -PP_CENTS_MAX : 0));
			insist(pp_money_parse(pp_money_str(v, buf, sizeof buf),
			    true, &again, NULL) == PP_OK && again == v);
		}
		if (neg)
			break;
	}
	if (pp_time_parse(s, &v, NULL) == PP_OK)
		insist(pp_time_parse(pp_time_str(v, true, buf, sizeof buf),
		    &again, NULL) == PP_OK && again == v);
	if (pp_time_day_parse(s, &day, NULL) == PP_OK)
		insist(pp_time_day_parse(pp_time_day_str(day, buf, sizeof buf),
		    &day2, NULL) == PP_OK && day2 == day);
	if (pp_time_span(s, &v, NULL) == PP_OK)
		insist(v >= 0);
	if (pp_task_id_ok(s, n, NULL) == PP_OK)
		insist(n >= 1 && n <= 64 && strlen(s) == n && s[0] != '-');
	free(s);
	return 0;
}
