/*
 * What a browser or a proxy sends to the customer's page: forms, JSON of
 * hints and callbacks, amounts as customers type them, addresses, the value
 * that a form carries.
 */
#include "config.h"

#include "fuzz.h"
#include "money.h"
#include "page_addr.h"
#include "page_body.h"
#include "page_form.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const unsigned char key[PAGE_FORM_KEY], peer[PAGE_ADDR_LEN];
	char *text = fuzz_text(data, n), words[PAGE_ADDR_TEXT];
	unsigned char a[PAGE_ADDR_LEN], b[PAGE_ADDR_LEN];
	struct page_body body;
	int64_t cents;

	if (page_body_read(text, n, &body)) {
		insist(memchr(body.form, '\0', sizeof body.form) != NULL);
		insist(memchr(body.amount, '\0', sizeof body.amount) != NULL);
		insist(memchr(body.attempt, '\0', sizeof body.attempt) !=
		    NULL);
		insist(memchr(body.hint, '\0', sizeof body.hint) != NULL);
		insist(!page_form_ok(key, "hash", 1795446000000, body.form));
		cents = page_body_amount(body.amount);
		insist(cents >= 0 && cents <= PP_CENTS_MAX);
	}
	cents = page_body_amount(text);
	insist(cents >= 0 && cents <= PP_CENTS_MAX);
	if (page_addr_parse(text, a)) {
		page_addr_text(a, words);
		insist(page_addr_parse(words, b) &&
		    memcmp(a, b, sizeof a) == 0);
	}
	page_addr_client("127.0.0.1 ::1", peer, text, a);
	page_addr_client(text, peer, "192.0.2.1", a);
	free(text);
	return 0;
}
