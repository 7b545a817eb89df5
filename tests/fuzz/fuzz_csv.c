/*
 * What the bank or the processor says was paid: CSV.  Rows are taken with an
 * amount and a day that are some, or the file is refused with words.
 */
#include "config.h"

#include "fuzz.h"
#include "stated.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const map[] = { "amount=Montant payé" };
	char *text = fuzz_text(data, n);
	struct pp_err err;
	struct pp_stated s;
	int64_t cents;
	size_t i, nmap;

	memset(&err, 0, sizeof err);
	for (nmap = 0; nmap < 2; nmap++) {
		memset(&s, 0, sizeof s);
		if (pp_stated_read(text, n, map, nmap, &s, &err) == PP_OK) {
			for (i = 0; i < s.n; i++)
				insist(s.v[i].day == 0 || (s.v[i].day >=
				    s.first && s.v[i].day <= s.last));
			pp_stated_release(&s);
		} else
			insist(err.msg[0] != '\0');
	}
	(void)pp_stated_amount(text, &cents, NULL);
	free(text);
	return 0;
}
