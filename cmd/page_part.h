/*
 * Pieces of pages: words, amounts, what is owed.  Each appends to out, whose
 * failure is told once, at the end.
 */
#ifndef PAGE_PART_H
#define PAGE_PART_H

#include "page_view.h"
#include "say.h"
#include "template.h"

#define PAGE_SENTENCE	512	/* room for one, filled */

/* Fills a template from slots and the words of the page's language. */
enum pp_rc	page_fill(const struct page_ctx *, enum page_tpl,
		    const struct pp_slot *, size_t n, struct pp_buf *out,
		    struct pp_err *err);
/* The same; a line that has slots, all of them empty, is left out. */
enum pp_rc	page_fill_lines(const struct page_ctx *, enum page_tpl,
		    const struct pp_slot *, size_t n, struct pp_buf *out,
		    struct pp_err *err);
/* A sentence of page_words with its placeholders filled. */
const char	*page_say(const struct page_ctx *, const char *name,
		    const struct pp_said *, size_t n, char *out, size_t size);
/* An amount for people. */
const char	*page_money(const struct page_ctx *, const struct pp_view *,
		    int64_t cents, char *out, size_t size);
/* The time of day for people: "15 h 04", "3:04 p.m.". */
const char	*page_time(const struct page_ctx *, int64_t at, char *out,
		    size_t size);
/* The link's page, as an address, in the page's language; "" if there is
 * none. */
#define PAGE_PLACE	(PP_CONF_URL + PAGE_ADDR)
const char	*page_here(const struct page_ctx *, char *out, size_t size);
/* A tax as the page's language calls it ("TPS" is "GST"), and the business's
 * number for it, or "". */
const char	*page_tax(const struct page_ctx *, const char *name,
		    const char **number);
/* A member of the customer's record, or "". */
const char	*page_person(const struct pp_view *, const char *member);

/* A term and its value; nothing if the value is "". */
enum pp_rc	page_part_fact(const struct page_ctx *, const char *label,
		    const char *value, struct pp_buf *out,
		    struct pp_err *err);
/* What the business wrote: text, for the page's language or any (== text);
 * then it is marked with the business's own language, so that it is read
 * aloud as what it is. */
void		page_part_own(const struct page_ctx *, const char *text,
		    const char *any, struct pp_buf *out);
/* Name and address of the business, in lines; full: all that a buyer needs to
 * claim taxes. */
void		page_part_seller(const struct page_ctx *, bool full,
		    struct pp_buf *out);
/* A line in small print: the sentence of a name, filled. */
void		page_part_small(const struct page_ctx *, const char *name,
		    const struct pp_said *, size_t n, struct pp_buf *out);
/* Task, invoice, customer, description. */
enum pp_rc	page_part_what(const struct page_ctx *, const struct pp_view *,
		    struct pp_buf *out, struct pp_err *err);
/* Lines, taxes, total, paid, what remains. */
enum pp_rc	page_part_sums(const struct page_ctx *, const struct pp_view *,
		    struct pp_buf *out, struct pp_err *err);
/* Who asks, what the statement will show, until when, and the policies: to be
 * known before anything is chosen. */
enum pp_rc	page_part_terms(const struct page_ctx *,
		    const struct pp_view *, struct pp_buf *out,
		    struct pp_err *err);
/* Links to terms, privacy and refund policy, and its text. */
enum pp_rc	page_part_policies(const struct page_ctx *, struct pp_buf *out,
		    struct pp_err *err);
/* <a href="tel:...">, <a href="mailto:...">: whom to call or write to, in one
 * line; nothing if the configuration does not say. */
enum pp_rc	page_part_ways(const struct page_ctx *, struct pp_buf *out,
		    struct pp_err *err);

#endif
