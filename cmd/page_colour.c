#include "config.h"

#include <math.h>
#include <stdio.h>

#include "page_colour.h"
#include "banned.h"

#define STEPS	100	/* from a colour to black or white */

static double	channel(unsigned char);
static double	luminance(struct page_colour);
static struct page_colour mix(struct page_colour, struct page_colour, int);

static const struct page_colour black = { 0, 0, 0 };
static const struct page_colour white = { 255, 255, 255 };

bool
page_colour_read(const char *s, struct page_colour *c)
{
	return sscanf(s, "#%2hhx%2hhx%2hhx", &c->r, &c->g, &c->b) == 3;
}

const char *
page_colour_text(struct page_colour c, char out[PAGE_COLOUR_TEXT])
{
	(void)snprintf(out, PAGE_COLOUR_TEXT, "#%02x%02x%02x", c.r, c.g, c.b);
	return out;
}

/* https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
static double
channel(unsigned char c)
{
	double v = c / 255.0;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double
luminance(struct page_colour c)
{
	return 0.2126 * channel(c.r) + 0.7152 * channel(c.g) +
	    0.0722 * channel(c.b);
}

double
page_colour_contrast(struct page_colour a, struct page_colour b)
{
	double x = luminance(a), y = luminance(b);

	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* n hundredths of the way from a to b. */
static struct page_colour
mix(struct page_colour a, struct page_colour b, int n)
{
	struct page_colour c;

	c.r = (unsigned char)((a.r * (STEPS - n) + b.r * n) / STEPS);
	c.g = (unsigned char)((a.g * (STEPS - n) + b.g * n) / STEPS);
	c.b = (unsigned char)((a.b * (STEPS - n) + b.b * n) / STEPS);
	return c;
}

struct page_colour
page_colour_on(struct page_colour c, struct page_colour ground, double least)
{
	struct page_colour end = page_colour_ink(ground), d = c;
	int n;

	for (n = 1; n <= STEPS && page_colour_contrast(d, ground) < least; n++)
		d = mix(c, end, n);
	return d;
}

struct page_colour
page_colour_ink(struct page_colour c)
{
	return page_colour_contrast(c, black) > page_colour_contrast(c, white) ?
	    black : white;
}
