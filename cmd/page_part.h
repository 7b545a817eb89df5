/*
 * Pieces of pages: what is owed, a receipt, the payments so far.  Each
 * appends to out, whose failure is told once, at the end.
 */
#ifndef PAGE_PART_H
#define PAGE_PART_H

#include "page_view.h"
#include "say.h"
#include "template.h"

/* Fills a template from slots and the words of the page's language. */
enum pp_rc	page_fill(const struct page_ctx *, enum page_tpl,
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

/* Task, invoice, customer, description. */
enum pp_rc	page_part_what(const struct page_ctx *, const struct pp_view *,
		    struct pp_buf *out, struct pp_err *err);
/* Lines, taxes, total, paid, what remains. */
enum pp_rc	page_part_sums(const struct page_ctx *, const struct pp_view *,
		    struct pp_buf *out, struct pp_err *err);
/* Every payment of the task; nothing if there is none. */
enum pp_rc	page_part_history(const struct page_ctx *,
		    const struct pp_view *, struct pp_buf *out,
		    struct pp_err *err);
/* The receipt of v->payment; nothing if there is none. */
enum pp_rc	page_part_receipt(const struct page_ctx *,
		    const struct pp_view *, struct pp_buf *out,
		    struct pp_err *err);
/* Whom to call or write to, in one line; nothing if the configuration does
 * not say. */
enum pp_rc	page_part_ways(const struct page_ctx *, struct pp_buf *out,
		    struct pp_err *err);
/* Name, address, tax numbers. */
enum pp_rc	page_part_contact(const struct page_ctx *, struct pp_buf *out,
		    struct pp_err *err);

#endif
