/*
 * What a driver answers.  Only an approval with an amount and a number is
 * money; the sums hold whatever it says.
 */
#include "config.h"

#include "attempt.h"
#include "fuzz.h"
#include "json.h"
#include "time.h"
#include "banned.h"

#define NOW	1795446000000

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct pp_attempt blank = { .id = "att_x",
	    .order_no = "T-1.a1", .currency = "CAD", .amount = 1000,
	    .state = PP_T_PRESENTED, .opened_at = NOW, .presented_at = NOW,
	    .expires_at = NOW + PP_TICKET_LIFE };
	char *text = fuzz_text(data, n);
	struct json_object *o = NULL;
	struct pp_attempt new;
	struct pp_payment pay;
	struct pp_answer an;

	if (pp_json_parse(text, n, &o, NULL) == PP_OK) {
		pp_answer_read(o, &an);
		insist(an.outcome != PP_O_APPROVED ||
		    (an.receipt.amount > 0 &&
		    an.receipt.transaction_no[0] != '\0'));
		if (pp_attempt_apply(&blank, &an, NOW + 1000, NOW + 1000, &new,
		    &pay) == PP_APPLIED_MONEY)
			insist(pay.amount == an.receipt.amount);
		insist((new.state == PP_T_APPROVED) ==
		    (an.outcome == PP_O_APPROVED && !an.orphan));
		insist(new.state != PP_T_LAPSED);
		json_object_put(o);
	}
	free(text);
	return 0;
}
