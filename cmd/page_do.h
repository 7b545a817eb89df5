/*
 * What a request asks for, and what is answered: no HTTP library here.
 */
#ifndef PAGE_DO_H
#define PAGE_DO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "page_body.h"
#include "page_form.h"
#include "page_limit.h"
#include "page_look.h"
#include "page_route.h"
#include "page_shell.h"
#include "page_site.h"
#include "page_work.h"
#include "store.h"

/* Everything that serves; made before the first thread. */
struct page {
	const struct page_site	*site;
	struct pp_store		 store;		/* waits less than others */
	struct page_look	 look;
	struct pp_drivers	*drivers;
	struct page_work	*work;
	struct page_limit	 by_addr, by_link;
	unsigned char		 form_key[PAGE_FORM_KEY];
	atomic_bool		 live;		/* rule I1, as last seen */
};

/* One request, understood. */
struct page_ask {
	enum page_route		 route;
	char			 token[PP_TOKEN_LEN + 1];
	bool			 token_ok;	/* else token is nobody's */
	const char		*asset;		/* its name */
	char			 lang[PP_LANG];	/* asked for, or "" */
	enum page_note		 note;
	char			 attempt[PP_ATT_ID];	/* of the query */
	char			 amount[64];		/* of the query */
	bool			 foreign;	/* sent by another site */
	struct page_body	 body;
	const void		*who;		/* the address that counts */
	size_t			 wholen;
	int64_t			 tick;		/* ms, never steps back */
	int64_t			 wall;		/* ms UTC, not the tests' */
};

/* One answer; page_reply_release when it is sent. */
struct page_reply {
	unsigned int	 status;
	const char	*type;
	struct pp_buf	 body;
	char		 location[PP_CONF_URL + PAGE_ADDR];	/* or "" */
	int		 retry_after;	/* seconds, or 0 */
	bool		 keep;		/* an asset: may be kept for ever */
	bool		 frame;		/* starts the processor's frame */
	char		 origin[128];	/* of the processor, if so */
};

/* Does it.  There is always an answer. */
void	page_do(struct page *, const struct page_ask *, struct page_reply *);
/* A short page, for what never comes to page_do. */
void	page_do_message(struct page *, const struct page_ask *,
	    enum page_message, struct page_reply *);
void	page_reply_release(struct page_reply *);

#endif
