/*
 * The language of what a command says to people: that of the process's
 * locale, as with every Unix command (LC_ALL, LC_MESSAGES, LANG; then
 * LANGUAGE).  Amounts, dates and the order of things never change with it;
 * nor does what programs read: JSON, CSV, TSV, ids, SYNOPSIS.
 *
 * Texts are UTF-8, whatever the locale's charset, as are the documents that
 * they stand beside.  LC_CTYPE is left alone.
 */
#ifndef PP_LANGUAGE_H
#define PP_LANGUAGE_H

/* Before the first text, and before the first thread.  Without a language
 * other than English, which is that of the sources, nothing is opened.  A
 * locale that is named but not made on this machine (as when ssh hands on
 * LANG) gives its language all the same. */
void	pp_language(void);
/* The code of the language that texts are in: "en", "fr".  For what has its
 * own table of sentences (lib/say.c). */
const char	*pp_language_code(void);
/* English from here on: what is said is for a program. */
void	pp_language_plain(void);

#endif
