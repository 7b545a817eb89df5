/*
 * What every answer tells the browser about itself: no HTTP library here.
 */
#ifndef PAGE_HEADERS_H
#define PAGE_HEADERS_H

#include "page_do.h"

typedef void	page_header_fn(void *arg, const char *name, const char *value);

/* Calls add for each header of an answer, in order; name and value are
 * borrowed. */
void	page_headers(const struct page_site *, const struct page_reply *,
	    page_header_fn *add, void *arg);

#endif
