/*
 * What every page has around its body, and the pages that are no more than a
 * message.
 */
#ifndef PAGE_SHELL_H
#define PAGE_SHELL_H

#include "page_part.h"

/* What a page has beside its body. */
struct page_shell {
	const char	*title;
	const char	*query;		/* what the other language keeps of the
					 * address: "&amount=5.00", or NULL */
	bool		 refresh;	/* looks again without script */
	bool		 page_js;
	bool		 wide;		/* two columns where there is room */
	bool		 told;		/* the body says whom to call */
	const char	*script_url;	/* of the processor, or NULL */
	const char	*integrity;
};

/* Puts a body into its page. */
enum pp_rc	page_wrap(const struct page_ctx *, const struct page_shell *,
		    const struct pp_buf *body, struct pp_buf *out,
		    struct pp_err *err);

/* How a message looks; its sign is beside words, never instead. */
enum page_sign {
	PAGE_S_INFO, PAGE_S_GOOD, PAGE_S_WAIT, PAGE_S_BAD, PAGE_S_OFF,
	PAGE_NSIGN
};
/* A message that is the whole body; more comes after it, or NULL. */
struct page_told {
	enum page_sign		 sign;
	const char		*title;
	const char		*text;
	const char		*role;	/* status or alert */
	const struct pp_buf	*more;
};
enum pp_rc	page_tell(const struct page_ctx *, const struct page_told *,
		    struct pp_buf *body, struct pp_err *err);
/* A message inside a body. */
enum pp_rc	page_note(const struct page_ctx *, enum page_sign,
		    const char *title, const char *text, struct pp_buf *body,
		    struct pp_err *err);

/* The short pages, each with its HTTP status. */
enum page_message {
	PAGE_M_UNKNOWN, PAGE_M_METHOD, PAGE_M_LARGE, PAGE_M_BAD, PAGE_M_STALE,
	PAGE_M_MANY, PAGE_M_LOCKED, PAGE_M_BRAKE, PAGE_M_DOWN, PAGE_M_BUSY,
	PAGE_M_FAULT, PAGE_NMESSAGE
};
unsigned int	page_message_status(enum page_message);
enum pp_rc	page_view_message(const struct page_ctx *, enum page_message,
		    struct pp_buf *out, struct pp_err *err);

#endif
