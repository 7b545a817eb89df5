/*
 * The way from the link's page to the processor's frame: how much, the review
 * of it, the frame, and what may stand between.
 */
#ifndef PAGE_TILL_H
#define PAGE_TILL_H

#include "page_part.h"

/* What is asked of the customer: an amount, if the link leaves it open, and
 * the button.  typed: what was written as an amount; wrong: and is none. */
enum pp_rc	page_till_form(const struct page_ctx *, const struct pp_view *,
		    const char *typed, bool wrong, struct pp_buf *out,
		    struct pp_err *err);

/* How else to pay; nothing if the configuration does not say. */
void		page_till_ways(const struct page_ctx *, struct pp_buf *out);

/* Each of these appends a whole page. */

/* What was chosen, before the frame: nothing is opened yet. */
enum pp_rc	page_view_review(const struct page_ctx *,
		    const struct pp_view *, int64_t cents, struct pp_buf *out,
		    struct pp_err *err);
/* The page that starts the processor's frame. */
enum pp_rc	page_view_frame(const struct page_ctx *, const struct pp_view *,
		    const struct pp_ticket *, struct pp_buf *out,
		    struct pp_err *err);
/* Another amount is open: continue with it, or replace it by want cents. */
enum pp_rc	page_view_other(const struct page_ctx *, const struct pp_view *,
		    const struct pp_attempt *, int64_t want,
		    struct pp_buf *out, struct pp_err *err);
/* Goes on by itself with the same wish. */
enum pp_rc	page_view_busy(const struct page_ctx *, int64_t cents,
		    bool confirmed, struct pp_buf *out, struct pp_err *err);

#endif
