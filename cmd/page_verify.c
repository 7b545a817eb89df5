#include "config.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "page_do.h"
#include "page_headers.h"
#include "page_verify.h"
#include "banned.h"

#define HEX	(2 * crypto_hash_sha256_BYTES + 1)
#define NAME	64

static void		digest(const void *, size_t, char *);
static void		tell(struct pp_buf *, const char *, const void *,
			    size_t);
static page_header_fn	add;
static void		heads(const struct page_site *, struct pp_buf *);
static enum pp_rc	messages(const struct page_site *, struct pp_buf *,
			    struct pp_err *);

static void
digest(const void *data, size_t len, char *hex)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, data, len);
	(void)sodium_bin2hex(hex, HEX, hash, sizeof hash);
}

static void
tell(struct pp_buf *lines, const char *name, const void *data, size_t len)
{
	char hex[HEX];

	digest(data, len, hex);
	pp_buf_printf(lines, "%s  %s\n", hex, name);
}

static void
add(void *arg, const char *name, const char *value)
{
	pp_buf_printf(arg, "%s: %s\n", name, value);
}

/* Of a page, and of one with a frame of some processor's. */
static void
heads(const struct page_site *s, struct pp_buf *lines)
{
	static const char *const names[] = { "headers", "headers.frame" };
	struct page_reply r = { .type = "text/html; charset=utf-8" };
	struct pp_buf b = PP_BUF_INIT(PAGE_MAX);
	int i;

	for (i = 0; i < 2; i++) {
		pp_buf_reset(&b);
		page_headers(s, &r, add, &b);
		tell(lines, names[i], b.p, b.len);
		r.frame = true;
		(void)strlcpy(r.origin, "https://processor.example",
		    sizeof r.origin);
	}
	pp_buf_release(&b);
}

static enum pp_rc
messages(const struct page_site *s, struct pp_buf *lines, struct pp_err *err)
{
	static const char *const langs[] = { "en", "fr" };
	struct page_ctx x = { .site = s, .addr = "", .form = "",
	    .live = true };
	struct pp_buf b = PP_BUF_INIT(PAGE_MAX);
	char name[NAME];
	enum pp_rc rc = PP_OK;
	int i, m;

	for (m = 0; m < PAGE_NMESSAGE && rc == PP_OK; m++)
		for (i = 0; i < 2 && rc == PP_OK; i++) {
			x.lang = langs[i];
			pp_buf_reset(&b);
			rc = page_view_message(&x, (enum page_message)m, &b,
			    err);
			(void)snprintf(name, sizeof name, "page-%u-%d.%s",
			    page_message_status((enum page_message)m), m,
			    langs[i]);
			tell(lines, name, b.p, b.len);
		}
	pp_buf_release(&b);
	return rc;
}

enum pp_rc
page_verify(const struct page_site *s, struct pp_err *err)
{
	struct pp_buf lines = PP_BUF_INIT(PAGE_MAX);
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < PAGE_NTPL; i++)
		tell(&lines, page_site_name((enum page_tpl)i), s->tpl[i],
		    strlen(s->tpl[i]));
	for (i = 0; i < PAGE_NFILE; i++)
		if (s->asset[i].data != NULL)	/* there may be no logo */
			tell(&lines, s->asset[i].name, s->asset[i].data,
			    s->asset[i].len);
	heads(s, &lines);
	if ((rc = messages(s, &lines, err)) == PP_OK && !pp_buf_ok(&lines))
		rc = pp_err_set(err, PP_IO, "out of memory");
	if (rc == PP_OK) {
		tell(&lines, "all", lines.p, lines.len);
		(void)fwrite(lines.p, 1, lines.len, stdout);
	}
	pp_buf_release(&lines);
	return rc;
}
