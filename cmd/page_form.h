/*
 * The value that every form carries: made by us, for one link, not long ago.
 * A page of another site cannot make one.  Pure but for the key given.
 */
#ifndef PAGE_FORM_H
#define PAGE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_FORM_KEY	32
#define PAGE_FORM_LEN	48	/* room for a value and its NUL */
#define PAGE_FORM_HOURS	12	/* how long one is taken */

/* A key of our own derived from the sealing key, so that a page opened before
 * a restart still works after it. */
void	page_form_key(const unsigned char *seal, unsigned char out[
	    PAGE_FORM_KEY]);
/* The value for a link (the hash of its token) at an instant. */
void	page_form_make(const unsigned char key[PAGE_FORM_KEY],
	    const char *token_hash, int64_t now, char out[PAGE_FORM_LEN]);
/* Is it one of ours, for this link, of this hour or of the PAGE_FORM_HOURS
 * before?  Takes the same time whatever it is. */
bool	page_form_ok(const unsigned char key[PAGE_FORM_KEY],
	    const char *token_hash, int64_t now, const char *value);

#endif
