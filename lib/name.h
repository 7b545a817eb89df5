/*
 * Words in data (types, stages, methods, brands, taxes) and what people call them.
 * Pure.
 */
#ifndef PP_NAME_H
#define PP_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* In the language, whatever its case; the word itself if it has no name. */
const char	*pp_name(const char *word, const char *lang);
/* Is so much said in the plural?  In French none is singular, as one is. */
bool		pp_name_many(int64_t n, const char *lang);

#endif
