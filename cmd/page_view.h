/*
 * From what is known to HTML: the link's page, whatever its state.  No
 * request, no store, no clock but the one passed in.
 */
#ifndef PAGE_VIEW_H
#define PAGE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "checkout.h"
#include "page_site.h"

#define PAGE_MAX	(4u << 20)	/* one page: a task may have 500 lines */
#define PAGE_ADDR	80		/* "/p/" and a token, below the root */

/* For whom a page is made.  All borrowed. */
struct page_ctx {
	const struct page_site	*site;
	const char		*lang;		/* "fr" or "en" */
	const char		*addr;		/* the link's own address, or
						 * "" when there is none */
	const char		*form;		/* value for its forms */
	bool			 live;		/* rule I1 */
};

/* What the page says before anything else. */
enum page_note {
	PAGE_N_NONE, PAGE_N_CANCELLED, PAGE_N_REFUSED,
	PAGE_N_AMOUNT		/* what was typed is no amount or out of
				 * range */
};

/* The link's page as things are.  typed is what the customer wrote as an
 * amount, or NULL; locked: no form (too many declines).  Each of these
 * appends a whole page to out; PP_BUG or PP_CONF if it cannot. */
enum pp_rc	page_view_link(const struct page_ctx *, const struct pp_view *,
		    enum page_note, const char *typed, bool locked,
		    struct pp_buf *out, struct pp_err *err);
/* "We are checking"; elsewhere: at another processor. */
enum pp_rc	page_view_checking(const struct page_ctx *,
		    const struct pp_view *, bool elsewhere,
		    struct pp_buf *out, struct pp_err *err);

/* A number that differs when anything that the customer could see differs. */
uint64_t	page_view_version(const struct pp_view *);
/* Is the link's card form locked: too many declines within an hour? */
bool		page_view_locked(const struct pp_view *);

#define PAGE_DECLINES	10	/* in an hour, on one link, lock it */

#endif
