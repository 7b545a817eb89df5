/*
 * What a browser sends with a POST: a form or a JSON object, in fields that
 * each have their limit.  Pure.
 */
#ifndef PAGE_BODY_H
#define PAGE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "attempt.h"
#include "page_form.h"

#define PAGE_BODY_MAX	(16 * 1024)

struct page_body {
	char	form[PAGE_FORM_LEN];	/* longer than any of ours: "" */
	char	lang[PP_LANG];
	char	amount[64];		/* as typed */
	char	choice[8];		/* all, other or "" */
	char	attempt[PP_ATT_ID];
	char	hint[16];
	bool	confirmed;
};

/* Reads len bytes: a JSON object if they begin with a brace, else
 * application/x-www-form-urlencoded.  Unknown names are passed over, a name
 * given twice keeps its first value, a value that is too long or has a NUL
 * is "".  False if it is neither. */
bool	page_body_read(const char *text, size_t len, struct page_body *);
/* An amount as people type it, "1 149,75 $", "$1,149.75" or "500": cents, or 0
 * if it is none. */
int64_t	page_body_amount(const char *typed);

#endif
