/*
 * What was paid: the receipt, and the payments so far.
 */
#ifndef PAGE_SLIP_H
#define PAGE_SLIP_H

#include "page_part.h"

/* The receipt of v->payment; nothing if there is none. */
enum pp_rc	page_slip_receipt(const struct page_ctx *,
		    const struct pp_view *, struct pp_buf *out,
		    struct pp_err *err);
/* Every payment of the task; nothing if there is none. */
enum pp_rc	page_slip_history(const struct page_ctx *,
		    const struct pp_view *, struct pp_buf *out,
		    struct pp_err *err);

#endif
