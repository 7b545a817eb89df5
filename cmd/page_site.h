/*
 * What every page is made of, loaded at the start and never changed:
 * templates, style, scripts, and what the configuration says of the business.
 */
#ifndef PAGE_SITE_H
#define PAGE_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "err.h"

enum page_tpl {
	PAGE_T_AGAIN, PAGE_T_BANNER, PAGE_T_BASE, PAGE_T_BUSY,
	PAGE_T_CHECKING, PAGE_T_CHOICE, PAGE_T_CONTACT, PAGE_T_DUE,
	PAGE_T_FACT, PAGE_T_FORM, PAGE_T_FRAME, PAGE_T_HISTORY, PAGE_T_LINES,
	PAGE_T_LINK, PAGE_T_MESSAGE, PAGE_T_NOTE, PAGE_T_OPEN, PAGE_T_OPTION,
	PAGE_T_OTHER, PAGE_T_PAID, PAGE_T_PAST, PAGE_T_RECEIPT,
	PAGE_T_REFRESH, PAGE_T_RENEW, PAGE_T_RESUME, PAGE_T_REVIEW, PAGE_T_ROW, PAGE_T_SCRIPT, PAGE_T_TABLE, PAGE_T_TERMS,
	PAGE_T_WHAT, PAGE_NTPL
};

enum page_file {
	PAGE_F_CSS, PAGE_F_PAGE_JS, PAGE_F_PAY_JS,
	PAGE_F_LOGO,		/* no data if there is none */
	PAGE_NFILE
};

#define PAGE_LOGO_MAX	(8 * 1024)	/* the whole page stays small */


/* A file as it is served: its name has a hash of its bytes, so that it may be
 * kept for ever. */
struct page_asset {
	char		 name[48];
	const char	*type;
	char		*data;
	size_t		 len;
};

struct page_site {
	const struct pp_conf	*conf;
	char			 root[PP_CONF_URL];	/* path of page.url, "" */
	bool			 https;			/* page.url is */
	char			*tpl[PAGE_NTPL];
	struct page_asset	 asset[PAGE_NFILE];
	char			 remark[256];	/* about the configuration, for
						 * its writer; or "" */
};

/* Loads everything from dir, and the business's logo; conf is borrowed.
 * PP_CONF names the file, and the line of a placeholder that nobody fills, or
 * says why the logo cannot be served.  Release in any case. */
enum pp_rc	page_site_load(struct page_site *, const char *dir,
		    const struct pp_conf *conf, struct pp_err *err);
void		page_site_release(struct page_site *);
/* A template's file name. */
const char	*page_site_name(enum page_tpl);
/* The asset of this name, or NULL. */
const struct page_asset	*page_site_asset(const struct page_site *,
		    const char *name);

#endif
