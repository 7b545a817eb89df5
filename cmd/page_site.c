#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "buf.h"
#include "io.h"
#include "page_site.h"
#include "page_words.h"
#include "template.h"
#include "banned.h"

#define FILE_MAX	(64 * 1024)
#define HASH		8	/* bytes of it in an asset's name */

/* Every template and the names that are filled in it, beside words. */
static const struct {
	const char	*file;
	const char	*slots;
} templates[PAGE_NTPL] = {
	[PAGE_T_AGAIN] = { "again.html", "page lang" },
	[PAGE_T_BANNER] = { "banner.html", "" },
	[PAGE_T_BASE] = { "base.html", "lang title business css head banner "
	    "here other_code body contact policies scripts root" },
	[PAGE_T_BUSY] = { "busy.html", "page value lang wish confirmed" },
	[PAGE_T_CHECKING] = { "checking.html", "title text page lang "
	    "version" },
	[PAGE_T_CHOICE] = { "choice.html", "all all_label other described "
	    "invalid typed range error" },
	[PAGE_T_CONTACT] = { "contact.html", "ways name place" },
	[PAGE_T_DUE] = { "due.html", "note charge what table form" },
	[PAGE_T_FACT] = { "fact.html", "label value" },
	[PAGE_T_FORM] = { "form.html", "page value lang choice button after" },
	[PAGE_T_FRAME] = { "frame.html", "task_id title ticket mode attempt "
	    "page lang until_text value" },
	[PAGE_T_HISTORY] = { "history.html", "items" },
	[PAGE_T_LINES] = { "lines.html", "summary table" },
	[PAGE_T_LINK] = { "link.html", "href label" },
	[PAGE_T_MESSAGE] = { "message.html", "title role text more" },
	[PAGE_T_NOTE] = { "note.html", "kind role title text" },
	[PAGE_T_OTHER] = { "other.html", "lead page value lang open_amount "
	    "continue want_amount replace" },
	[PAGE_T_PAID] = { "paid.html", "kind title text receipt what table "
	    "history form" },
	[PAGE_T_PAST] = { "past.html", "date how sum" },
	[PAGE_T_RECEIPT] = { "receipt.html", "seller facts" },
	[PAGE_T_REFRESH] = { "refresh.html", "page lang" },
	[PAGE_T_ROW] = { "row.html", "class label value" },
	[PAGE_T_SCRIPT] = { "script.html", "src guard" },
	[PAGE_T_TABLE] = { "table.html", "caption rows" },
	[PAGE_T_WHAT] = { "what.html", "description facts" }
};

static const struct {
	const char	*stem;
	const char	*suffix;
	const char	*type;
} files[PAGE_NFILE] = {
	[PAGE_F_CSS] = { "page", "css", "text/css; charset=utf-8" },
	[PAGE_F_PAGE_JS] = { "page", "js", "text/javascript; charset=utf-8" },
	[PAGE_F_PAY_JS] = { "pay", "js", "text/javascript; charset=utf-8" }
};

static enum pp_rc	read_in(const char *, const char *, char **, size_t *,
			    struct pp_err *);
static const char	*known(const char *, const void *);
static enum pp_rc	brand(struct page_asset *, const char *,
			    struct pp_err *);
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

/* The business's colour, with the lettering on it that reads better. */
static enum pp_rc
brand(struct page_asset *a, const char *colour, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(2 * FILE_MAX);
	unsigned int r, g, bl;
	unsigned long light;

	if (sscanf(colour, "#%2x%2x%2x", &r, &g, &bl) != 3)
		return PP_OK;
	/* Relative luminance, the gamma taken for 2, in 0..650250000; black
	 * letters are the stronger contrast above 0.18 of it. */
	light = 2126ul * r * r + 7152ul * g * g + 722ul * bl * bl;
	pp_buf_add(&b, a->data, a->len);
	pp_buf_printf(&b, ":root { --brand: #%02x%02x%02x; --on-brand: %s; "
	    "}\n", r, g, bl, light > 117000000ul ? "#000" : "#fff");
	free(a->data);
	a->len = b.len;
	if ((a->data = pp_buf_take(&b)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return PP_OK;
}

static enum pp_rc
load_asset(struct page_site *s, const char *dir, enum page_file f,
    struct pp_err *err)
{
	struct page_asset *a = &s->asset[f];
	unsigned char hash[crypto_generichash_BYTES];
	char name[32], hex[2 * HASH + 1];
	enum pp_rc rc;

	(void)snprintf(name, sizeof name, "%s.%s", files[f].stem,
	    files[f].suffix);
	if ((rc = read_in(dir, name, &a->data, &a->len, err)) != PP_OK)
		return rc;
	if (f == PAGE_F_CSS && (rc = brand(a, s->conf->business.colour,
	    err)) != PP_OK)
		return rc;
	(void)crypto_generichash(hash, sizeof hash,
	    (const unsigned char *)a->data, a->len, NULL, 0);
	(void)snprintf(a->name, sizeof a->name, "%s-%s.%s", files[f].stem,
	    sodium_bin2hex(hex, sizeof hex, hash, HASH), files[f].suffix);
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
		if (strcmp(s->asset[i].name, name) == 0)
			return &s->asset[i];
	return NULL;
}
