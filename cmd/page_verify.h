/*
 * pp-page --verify: a digest of everything that a customer's browser is given,
 * for a daily comparison (SAQ A; PCI DSS 11.6.1).
 */
#ifndef PAGE_VERIFY_H
#define PAGE_VERIFY_H

#include "page_site.h"

/* Prints a line for each template, style and script, for the headers of a
 * page and of the one with the processor's frame, and for each short page in
 * both languages: its SHA-256 in hex, two blanks, its name, as sha256sum(1)
 * prints them; last of all that of these lines, "all". */
enum pp_rc	page_verify(const struct page_site *, struct pp_err *err);

#endif
