/*
 * The words of the customer's page, French and English.  Sentences that
 * others say too are in say.h.  Placeholders such as {amount} are filled by
 * pp_say_fill.
 */
#ifndef PAGE_WORDS_H
#define PAGE_WORDS_H

#include <stddef.h>

struct page_word {
	const char	*name;
	const char	*en;
	const char	*fr;
};

/* The whole table, in the order of the source; ends with a NULL name. */
extern const struct page_word	page_words[];

/* The words of this name in lang ("fr", else English); NULL if there are
 * none. */
const char	*page_word(const char *name, const char *lang);

#endif
