/*
 * Words in data (types, stages, methods, brands) and what people call them.
 * Pure.
 */
#ifndef PP_NAME_H
#define PP_NAME_H

/* In the language; the word itself if it has no name. */
const char	*pp_name(const char *word, const char *lang);

#endif
