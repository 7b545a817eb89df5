#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "buf.h"
#include "io.h"
#include "page_colour.h"
#include "page_site.h"
#include "page_words.h"
#include "template.h"
#include "banned.h"

#define FILE_MAX	(64 * 1024)
#define LOGO_READ	(1024 * 1024)	/* to say how large it is */
#define HASH		8	/* bytes of it in an asset's name */
/* As page.css has them. */
#define CARD_LIGHT	"#ffffff"
#define CARD_DARK	"#171d25"

/* Every template and the names that are filled in it, beside words. */
static const struct {
	const char	*file;
	const char	*slots;
} templates[PAGE_NTPL] = {
	[PAGE_T_AGAIN] = { "again.html", "page lang" },
	[PAGE_T_BANNER] = { "banner.html", "" },
	[PAGE_T_BASE] = { "base.html", "lang title business css head banner "
	    "logo width here query other_code body foot scripts root" },
	[PAGE_T_BUSY] = { "busy.html", "page value lang wish confirmed" },
	[PAGE_T_CHECKING] = { "checking.html", "title text page lang "
	    "version" },
	[PAGE_T_CHOICE] = { "choice.html", "options other described invalid "
	    "typed range error" },
	[PAGE_T_CONTACT] = { "contact.html", "ways seller policies" },
	[PAGE_T_DUE] = { "due.html", "note charge jump what table terms "
	    "form" },
	[PAGE_T_FACT] = { "fact.html", "label value" },
	[PAGE_T_FORM] = { "form.html", "open page step value lang choice button "
	    "after" },
	[PAGE_T_FRAME] = { "frame.html", "task_id title speaks ticket mode "
	    "attempt page lang until_text value left amount" },
	[PAGE_T_HISTORY] = { "history.html", "items" },
	[PAGE_T_LINES] = { "lines.html", "summary table" },
	[PAGE_T_LINK] = { "link.html", "href label" },
	[PAGE_T_MESSAGE] = { "message.html", "sign title role text more" },
	[PAGE_T_NOTE] = { "note.html", "sign role title text" },
	[PAGE_T_OPEN] = { "open.html", "text go_on" },
	[PAGE_T_OPTION] = { "option.html", "value label sum checked" },
	[PAGE_T_OTHER] = { "other.html", "lead page value lang go_on "
	    "want_amount replace" },
	[PAGE_T_PAID] = { "paid.html", "title text receipt what table form" },
	[PAGE_T_PAST] = { "past.html", "date how sum" },
	[PAGE_T_RECEIPT] = { "receipt.html", "seller facts sum" },
	[PAGE_T_REFRESH] = { "refresh.html", "page lang" },
	[PAGE_T_RENEW] = { "renew.html", "page value lang" },
	[PAGE_T_RESUME] = { "resume.html", "page value lang look amount "
	    "button" },
	[PAGE_T_REVIEW] = { "review.html", "page value lang money amount "
	    "facts terms button" },
	[PAGE_T_ROW] = { "row.html", "class label number value" },
	[PAGE_T_SCRIPT] = { "script.html", "src guard" },
	[PAGE_T_TABLE] = { "table.html", "caption rows" },
	[PAGE_T_TERMS] = { "terms.html", "seller ways fine" },
	[PAGE_T_WHAT] = { "what.html", "description facts" }
};

static const struct {
	const char	*stem;
	const char	*suffix;
	const char	*type;
} files[PAGE_NFILE] = {
	[PAGE_F_CSS] = { "page", "css", "text/css; charset=utf-8" },
	[PAGE_F_PAGE_JS] = { "page", "js", "text/javascript; charset=utf-8" },
	[PAGE_F_PAY_JS] = { "pay", "js", "text/javascript; charset=utf-8" },
	[PAGE_F_LOGO] = { NULL, NULL, NULL }
};

static enum pp_rc	read_in(const char *, const char *, char **, size_t *,
			    struct pp_err *);
static const char	*known(const char *, const void *);
static enum pp_rc	brand(struct page_site *, struct page_asset *,
			    struct pp_err *);
static const char	*ink(struct page_colour);
static const char	*image_type(const struct page_asset *, const char **);
static enum pp_rc	load_logo(struct page_site *, struct pp_err *);
static void		squeeze(struct page_asset *);
static void		name_asset(struct page_asset *, const char *,
			    const char *);
static enum pp_rc	load_asset(struct page_site *, const char *,
			    enum page_file, struct pp_err *);
static void		find_root(struct page_site *);

static enum pp_rc
read_in(const char *dir, const char *name, char **out, size_t *len,
    struct pp_err *err)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >=
	    sizeof path)
		return pp_err_set(err, PP_CONF, "a path is too long");
	if (pp_io_read_file(path, FILE_MAX, out, len, err) != PP_OK)
		return PP_CONF;
	return PP_OK;
}

/* Is a placeholder one of the words in arg, or of the table's? */
static const char *
known(const char *name, const void *arg)
{
	const char *p = arg;
	size_t n = strlen(name);

	for (; p != NULL && *p != '\0'; p += strcspn(p, " "), p += *p == ' ')
		if (strncmp(p, name, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return "";
	return page_word(name, "en");
}

/* The business's colour: the lettering on it that reads better, and an edge
 * that is seen on the page's cards. */
static enum pp_rc
brand(struct page_site *s, struct page_asset *a, struct pp_err *err)
{
	const char *colour = s->conf->business.colour;
	struct pp_buf b = PP_BUF_INIT(2 * FILE_MAX);
	struct page_colour c, light, dark, edge, night;
	char t[4][PAGE_COLOUR_TEXT];

	if (!page_colour_read(colour, &c) ||
	    !page_colour_read(CARD_LIGHT, &light) ||
	    !page_colour_read(CARD_DARK, &dark))
		return PP_OK;
	edge = page_colour_on(c, light, PAGE_CONTRAST_EDGE);
	night = page_colour_on(c, dark, PAGE_CONTRAST_EDGE);
	if (page_colour_contrast(c, light) < PAGE_CONTRAST_EDGE)
		(void)snprintf(s->remark, sizeof s->remark, "business.colour "
		    "%.8s has a contrast of %.1f to 1 with white, and WCAG "
		    "asks for 3: buttons are edged in %s", colour,
		    page_colour_contrast(c, light), page_colour_text(edge,
		    t[0]));
	pp_buf_add(&b, a->data, a->len);
	pp_buf_printf(&b, ":root { --brand: %s; --on-brand: %s; --edge: %s; "
	    "}\n@media (prefers-color-scheme: dark) { :root { --brand: %s; "
	    "--on-brand: %s; --edge: %s; } }\n",
	    page_colour_text(c, t[0]), ink(c), page_colour_text(edge, t[1]),
	    page_colour_text(night, t[2]), ink(night),
	    page_colour_text(night, t[3]));
	free(a->data);
	a->len = b.len;
	if ((a->data = pp_buf_take(&b)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return PP_OK;
}

static const char *
ink(struct page_colour c)
{
	return page_colour_ink(c).r == 0 ? "#000" : "#fff";
}

/* By what it begins with, not by its name. */
static const char *
image_type(const struct page_asset *a, const char **suffix)
{
	static const struct { const char *magic; size_t n, at;
	    const char *suffix, *type; } known[] = {
		{ "\x89PNG\r\n\x1a\n", 8, 0, "png", "image/png" },
		{ "\xff\xd8\xff", 3, 0, "jpg", "image/jpeg" },
		{ "WEBP", 4, 8, "webp", "image/webp" }
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (a->len > known[i].at + known[i].n && memcmp(a->data +
		    known[i].at, known[i].magic, known[i].n) == 0) {
			*suffix = known[i].suffix;
			return known[i].type;
		}
	if (a->data[0] == '<' && strstr(a->data, "<svg") != NULL) {
		*suffix = "svg";
		return "image/svg+xml";
	}
	return NULL;
}

/* The configured file, served by ourselves: a page loads nothing from
 * anybody but the processor, so what lies at an address is not shown. */
static enum pp_rc
load_logo(struct page_site *s, struct pp_err *err)
{
	const char *path = s->conf->business.logo, *suffix = "";
	struct page_asset *a = &s->asset[PAGE_F_LOGO];

	if (*path == '\0' || strncmp(path, "http", 4) == 0)
		return PP_OK;
	if (pp_io_read_file(path, LOGO_READ, &a->data, &a->len, err) != PP_OK)
		return PP_CONF;
	if (a->len > PAGE_LOGO_MAX)
		return pp_err_set(err, PP_CONF, "logo %s: %zu bytes; at most "
		    "%d, so that the page stays small: try an SVG", path,
		    a->len, PAGE_LOGO_MAX);
	if ((a->type = image_type(a, &suffix)) == NULL)
		return pp_err_set(err, PP_CONF,
		    "logo %s: neither PNG, JPEG, WebP nor SVG", path);
	if (strcmp(suffix, "svg") == 0 && (strcasestr(a->data, "<script") !=
	    NULL || strcasestr(a->data, "<foreignObject") != NULL))
		return pp_err_set(err, PP_CONF,
		    "logo %s: an image has no script in it", path);
	name_asset(a, "logo", suffix);
	return PP_OK;
}

/* Leaves out indentation, empty lines and the comments that begin a line:
 * nobody needs them on the way. */
static void
squeeze(struct page_asset *a)
{
	char *in = a->data, *out = a->data, *end;
	size_t n;

	while (*in != '\0') {
		in += strspn(in, " \t\n");
		if (strncmp(in, "/*", 2) == 0 &&
		    (end = strstr(in, "*/")) != NULL) {
			in = end + 2;
			continue;
		}
		n = strcspn(in, "\n");
		memmove(out, in, n);
		out += n;
		in += n;
		if (n > 0)
			*out++ = '\n';
	}
	*out = '\0';
	a->len = (size_t)(out - a->data);
}

/* The name has a hash of the bytes, so that it may be kept for ever. */
static void
name_asset(struct page_asset *a, const char *stem, const char *suffix)
{
	unsigned char hash[crypto_generichash_BYTES];
	char hex[2 * HASH + 1];

	(void)crypto_generichash(hash, sizeof hash,
	    (const unsigned char *)a->data, a->len, NULL, 0);
	(void)snprintf(a->name, sizeof a->name, "%s-%s.%s", stem,
	    sodium_bin2hex(hex, sizeof hex, hash, HASH), suffix);
}

static enum pp_rc
load_asset(struct page_site *s, const char *dir, enum page_file f,
    struct pp_err *err)
{
	struct page_asset *a = &s->asset[f];
	char name[32];
	enum pp_rc rc;

	if (f == PAGE_F_LOGO)
		return load_logo(s, err);
	(void)snprintf(name, sizeof name, "%s.%s", files[f].stem,
	    files[f].suffix);
	if ((rc = read_in(dir, name, &a->data, &a->len, err)) != PP_OK)
		return rc;
	squeeze(a);
	if (f == PAGE_F_CSS && (rc = brand(s, a, err)) != PP_OK)
		return rc;
	name_asset(a, files[f].stem, files[f].suffix);
	a->type = files[f].type;
	return PP_OK;
}

/* The proxy may serve us below a path: addresses in pages begin with it. */
static void
find_root(struct page_site *s)
{
	const char *p = strstr(s->conf->page.url, "://");
	size_t n;

	s->https = strncmp(s->conf->page.url, "https:", 6) == 0;
	if (p != NULL && (p = strchr(p + 3, '/')) != NULL)
		(void)strlcpy(s->root, p, sizeof s->root);
	while ((n = strlen(s->root)) > 0 && s->root[n - 1] == '/')
		s->root[n - 1] = '\0';
}

enum pp_rc
page_site_load(struct page_site *s, const char *dir,
    const struct pp_conf *conf, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(FILE_MAX);
	struct pp_fill fill = { NULL, 0, known, NULL };
	enum pp_rc rc = PP_OK;
	size_t i, len;

	memset(s, 0, sizeof *s);
	s->conf = conf;
	find_root(s);
	if (sodium_init() == -1)
		return pp_err_set(err, PP_BUG, "libsodium does not start");
	for (i = 0; i < PAGE_NTPL && rc == PP_OK; i++) {
		if ((rc = read_in(dir, templates[i].file, &s->tpl[i], &len,
		    err)) != PP_OK)
			break;
		fill.arg = templates[i].slots;
		pp_buf_reset(&b);
		rc = pp_template_fill(templates[i].file, s->tpl[i], &fill, &b,
		    err);
	}
	for (i = 0; i < PAGE_NFILE && rc == PP_OK; i++)
		rc = load_asset(s, dir, (enum page_file)i, err);
	pp_buf_release(&b);
	return rc;
}

void
page_site_release(struct page_site *s)
{
	size_t i;

	for (i = 0; i < PAGE_NTPL; i++)
		free(s->tpl[i]);
	for (i = 0; i < PAGE_NFILE; i++)
		free(s->asset[i].data);
	memset(s, 0, sizeof *s);
}

const char *
page_site_name(enum page_tpl t)
{
	return templates[t].file;
}

const struct page_asset *
page_site_asset(const struct page_site *s, const char *name)
{
	size_t i;

	for (i = 0; i < PAGE_NFILE; i++)
		if (s->asset[i].data != NULL &&
		    strcmp(s->asset[i].name, name) == 0)
			return &s->asset[i];
	return NULL;
}
