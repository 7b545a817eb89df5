/*
 * The pages inside the offline Moneris's frame: templates of share/sandbox
 * filled in, in the language of the preload.
 */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "buf.h"
#include "sandbox_engine.h"

#define SANDBOX_PAGE_MAX	(64 * 1024)

/* The card form.  declined: the last try was, and this is the next. */
void	sandbox_page_form(struct pp_buf *, const struct sandbox_ticket *,
	    bool declined);
/* After paying; the callbacks to send are in it. */
void	sandbox_page_paid(struct pp_buf *, const struct sandbox_ticket *,
	    const struct sandbox_charge *);
void	sandbox_page_cancelled(struct pp_buf *,
	    const struct sandbox_ticket *);
/* The ticket cannot be used; t may be NULL, id is what was asked for. */
void	sandbox_page_bad(struct pp_buf *, const struct sandbox_ticket *t,
	    const char *id, enum sandbox_code);
/* The callbacks that the page after paying sends: "" if they are lost. */
const char	*sandbox_page_callback(const struct sandbox_ticket *);

#endif
