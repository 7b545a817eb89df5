/*
 * A business's colour, so that everybody can see it: contrast as WCAG 2.2
 * defines it.  Pure.
 */
#ifndef PAGE_COLOUR_H
#define PAGE_COLOUR_H

#include <stdbool.h>

#define PAGE_COLOUR_TEXT	8	/* "#1f5f99" */
#define PAGE_CONTRAST_EDGE	3.0	/* of what must be seen (1.4.11) */

struct page_colour {
	unsigned char	r, g, b;
};

/* Reads "#1f5f99"; false if it is none. */
bool		page_colour_read(const char *, struct page_colour *);
const char	*page_colour_text(struct page_colour,
		    char out[PAGE_COLOUR_TEXT]);
/* Between 1 and 21. */
double		page_colour_contrast(struct page_colour, struct page_colour);
/* The colour, darker or lighter by as little as it takes to have this
 * contrast with the ground (at most what black or white has). */
struct page_colour page_colour_on(struct page_colour c,
		    struct page_colour ground, double least);
/* Black or white, whichever reads better on it: 4.5 to 1 at least. */
struct page_colour page_colour_ink(struct page_colour);

#endif
