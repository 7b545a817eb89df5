/*
 * One table of sentences, French and English, for everybody who is told
 * something: the page, pp-status, the mails.
 */
#ifndef PP_SAY_H
#define PP_SAY_H

#include <stddef.h>

#include "case.h"

/* The sentence with this name in a language ("fr", else English); NULL if
 * there is none.  Placeholders {amount} {paid} {balance} {date} {reference}
 * are filled by pp_say_fill. */
const char	*pp_say(const char *name, const char *lang);
/* Names, in order, for the test that every sentence has both languages. */
const char	*pp_say_name(size_t i);

struct pp_said {
	const char	*key;	/* "amount" */
	const char	*text;
};
/* Fills placeholders into out; an unknown one stays as it is. */
const char	*pp_say_fill(const char *sentence, const struct pp_said *,
		    size_t n, char *out, size_t size);

/* Why a card was declined, in our own words, from the response code. */
const char	*pp_say_decline(const char *response_code, const char *lang);
/* The name of that sentence: which family of reasons the code is of. */
const char	*pp_say_reason(const char *response_code);
/* The sentence to read to the customer about a task, in out. */
const char	*pp_say_task(const struct pp_case *, const char *lang,
		    int64_t now, char *out, size_t size);

#endif
