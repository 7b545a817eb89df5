#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "io.h"
#include "mail_fill.h"
#include "mail_values.h"
#include "mail_wrap.h"
#include "banned.h"

#define FILE_MAX	(64 * 1024)
#define SUBJECT		512		/* of a subject's template */
#define LINK		"{{payment_link.url}}"
#define N(a)		(sizeof (a) / sizeof (a)[0])

static enum pp_rc	read_one(const char *, const char *, const char *,
			    const char *, char **, struct pp_err *);
static enum pp_rc	load_form(struct mail_templates *, const char *,
			    const char *, int, struct pp_err *);
static void		one_blank(char *);
static const char	*wanted(const struct pp_conf *, const char *);
static enum pp_rc	check(const struct mail_templates *, const char *, int,
			    int, struct pp_err *);
static enum pp_rc	subject(const char *, const struct pp_fill *, bool,
			    int, char **, struct pp_err *);
static enum pp_rc	plain(const char *, const struct pp_fill *,
			    const char *, const char *, int, char **,
			    struct pp_err *);
static enum pp_rc	hypertext(const struct mail_templates *, const char *,
			    struct mail_values *, const char *, const char *, int,
			    char **, struct pp_err *);
static enum pp_rc	compose(const struct mail_templates *, int, int,
			    const struct pp_mailing *, struct json_object *,
			    const char *, struct mail_text *,
			    struct pp_err *);

/* Files. */

/* PP_NOTFOUND, without words, if the file is not there. */
static enum pp_rc
read_one(const char *dir, const char *name, const char *lang,
    const char *suffix, char **out, struct pp_err *err)
{
	char path[PATH_MAX];
	size_t len;

	if ((size_t)snprintf(path, sizeof path, "%s/%s%s%s%s", dir, name,
	    *lang != '\0' ? "." : "", lang, suffix) >= sizeof path)
		return pp_err_set(err, PP_CONF, "a path is too long");
	if (access(path, F_OK) == -1)
		return PP_NOTFOUND;
	return pp_io_read_file(path, FILE_MAX, out, &len, err) == PP_OK ?
	    PP_OK : PP_CONF;
}

static enum pp_rc
load_form(struct mail_templates *t, const char *dir, const char *name, int form,
    struct pp_err *err)
{
	const char *const dirs[] = { t->conf->mail.template_dir, dir };
	enum pp_rc rc;
	size_t d;
	int l;

	for (l = 0; l < MAIL_LANGS; l++)
		for (d = 0; d < N(dirs) && t->txt[form][l] == NULL; d++) {
			if (*dirs[d] == '\0')
				continue;
			if ((rc = read_one(dirs[d], name, mail_langs[l], ".txt",
			    &t->txt[form][l], err)) == PP_NOTFOUND)
				continue;
			/* The HTML is of the same hand, or there is none. */
			if (rc == PP_OK)
				rc = read_one(dirs[d], name, mail_langs[l], ".html",
				    &t->html[form][l], err);
			if (rc != PP_OK && rc != PP_NOTFOUND)
				return rc;
		}
	return PP_OK;
}

enum pp_rc
mail_templates_load(struct mail_templates *t, const struct pp_conf *conf,
    const char *dir, const char *name, enum pp_mail_kind kind,
    struct pp_err *err)
{
	char family[PP_MAIL_NAME], part[PP_MAIL_NAME + 16];
	int form, l;
	enum pp_rc rc;

	memset(t, 0, sizeof *t);
	t->conf = conf;
	t->kind = kind;
	(void)pp_mail_family(name, family);
	(void)snprintf(part, sizeof part, "%s-partiel", family);
	if ((rc = load_form(t, dir, family, 0, err)) != PP_OK ||
	    (kind == PP_MK_RECEIPT &&
	    (rc = load_form(t, dir, part, 1, err)) != PP_OK))
		return rc;
	if (t->txt[0][0] == NULL && t->txt[0][1] == NULL) {
		return conf->mail.template_dir[0] != '\0' ?
		    pp_err_set(err, PP_CONF, "no template %s: neither "
		    "%s.fr.txt nor %s.en.txt in %s or %s", family, family,
		    family, conf->mail.template_dir, dir) :
		    pp_err_set(err, PP_CONF, "no template %s: neither "
		    "%s.fr.txt nor %s.en.txt in %s", family, family, family,
		    dir);
	}
	if ((rc = read_one(conf->mail.template_dir, "enveloppe", "", ".html",
	    &t->envelope, err)) == PP_NOTFOUND)
		rc = read_one(dir, "enveloppe", "", ".html", &t->envelope, err);
	if (rc == PP_NOTFOUND)
		rc = pp_err_set(err, PP_CONF, "no enveloppe.html in %s", dir);
	/* A mistake in a template shows before the first mail. */
	for (form = 0; form < MAIL_FORMS && rc == PP_OK; form++)
		for (l = 0; l < MAIL_LANGS && rc == PP_OK; l++)
			rc = check(t, family, form, l, err);
	return rc;
}

void
mail_templates_release(struct mail_templates *t)
{
	int form, l;

	for (form = 0; form < MAIL_FORMS; form++)
		for (l = 0; l < MAIL_LANGS; l++) {
			free(t->txt[form][l]);
			free(t->html[form][l]);
		}
	free(t->envelope);
	memset(t, 0, sizeof *t);
}

/* Composing. */

/* At most one blank line in a row, none at the end: lines were dropped. */
static void
one_blank(char *s)
{
	char *to = s;
	size_t run = 2;		/* none at the beginning either */

	for (; *s != '\0'; s++) {
		run = *s == '\n' ? run + 1 : 0;
		if (run <= 2)
			*to++ = *s;
	}
	while (run > 1 && to[-1] == '\n' && to[-2] == '\n')
		to--;
	*to = '\0';
}

/* Whatever the values: is every placeholder known? */
static enum pp_rc
check(const struct mail_templates *t, const char *name, int form, int l,
    struct pp_err *err)
{
	const struct pp_mailing none = { .verdict = PP_MV_SEND };
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	struct mail_values v = { .n = 0 };
	struct pp_fill fill = { v.slot, 0, mail_style, t->conf->business.colour };
	char file[PP_MAIL_NAME + 32];
	const char *txt = t->txt[form][l], *html = t->html[form][l];
	enum pp_rc rc = PP_OK;

	if (txt == NULL)
		return PP_OK;
	mail_put_all(&v, t, &none, NULL, l);
	mail_put(&v, "subject", "");
	mail_put(&v, "test", "");
	fill.n = v.n;
	(void)snprintf(file, sizeof file, "%s%s.%s.txt", name, form == 1 ?
	    "-partiel" : "", mail_langs[l]);
	if (strcspn(txt, "\n") >= SUBJECT || strchr(txt, '\n') == NULL)
		rc = pp_err_set(err, PP_CONF, "%s: its first line is the "
		    "subject, of less than %d bytes", file, SUBJECT);
	if (rc == PP_OK)
		rc = pp_template_fill(file, txt, &fill, &b, err);
	(void)snprintf(file, sizeof file, "%s%s.%s.html", name, form == 1 ?
	    "-partiel" : "", mail_langs[l]);
	if (rc == PP_OK && html != NULL)
		rc = pp_template_fill(file, html, &fill, &b, err);
	mail_put(&v, "body", "");
	mail_put(&v, "qr", "");
	fill.n = v.n;
	if (rc == PP_OK)
		rc = pp_template_fill("enveloppe.html", t->envelope, &fill, &b,
		    err);
	if (rc == PP_OK && v.failed)
		rc = pp_err_set(err, PP_IO, "out of memory");
	mail_values_release(&v);
	pp_buf_release(&b);
	return rc;
}

/* The first line of the text template. */
static enum pp_rc
subject(const char *txt, const struct pp_fill *fill, bool live, int l,
    char **out, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	char first[SUBJECT];
	size_t n = strcspn(txt, "\n");
	enum pp_rc rc;

	memcpy(first, txt, n);
	first[n] = '\0';
	pp_buf_puts(&b, live ? "" : mail_words[W_TEST_SUBJECT][l]);
	if ((rc = pp_template_lines("subject", first, fill, true, &b,
	    err)) == PP_OK && (*out = pp_buf_take(&b)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	pp_buf_release(&b);
	return rc;
}

static enum pp_rc
plain(const char *body, const struct pp_fill *fill, const char *test,
    const char *url, int l, char **out, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(MAIL_MAX);
	struct pp_buf wrapped = PP_BUF_INIT(2 * MAIL_MAX);
	enum pp_rc rc;

	if (*test != '\0')
		pp_buf_printf(&b, "%s\n\n", test);
	rc = pp_template_lines("text", body, fill, true, &b, err);
	if (*url != '\0' && strstr(body, LINK) == NULL)
		pp_buf_printf(&b, "\n%s%s: %s\n", mail_words[W_PAY][l],
		    l == 0 ? "\u00a0" : "", url);
	if (rc == PP_OK && pp_buf_ok(&b))
		one_blank(b.p);
	mail_wrap(b.p, &wrapped);
	if (rc == PP_OK && (!pp_buf_ok(&b) ||
	    (*out = pp_buf_take(&wrapped)) == NULL))
		rc = pp_err_set(err, PP_IO, "out of memory");
	pp_buf_release(&b);
	pp_buf_release(&wrapped);
	return rc;
}

static enum pp_rc
hypertext(const struct mail_templates *t, const char *html, struct mail_values *v,
    const char *url, const char *qr, int l, char **out, struct pp_err *err)
{
	struct pp_fill fill = { v->slot, v->n, mail_style,
	    t->conf->business.colour };
	struct pp_buf body = PP_BUF_INIT(MAIL_MAX);
	struct pp_buf page = PP_BUF_INIT(2 * MAIL_MAX);
	char picture[512] = "";
	enum pp_rc rc;

	rc = pp_template_lines("html", html, &fill, false, &body, err);
	if (rc == PP_OK && *url != '\0' && strstr(html, LINK) == NULL) {
		rc = pp_template_fill("link", "<p><a href=\"" LINK "\" "
		    "style=\"{{s.button}}\">", &fill, &body, err);
		pp_buf_printf(&body, "%s</a></p>\n", mail_words[W_PAY][l]);
	}
	if (qr != NULL && *url != '\0')
		(void)snprintf(picture, sizeof picture, "<img src=\"cid:%s\" "
		    "width=\"200\" height=\"200\" alt=\"%s\">", qr,
		    mail_words[W_QR][l]);
	mail_put(v, "body", body.p);
	mail_put(v, "qr", picture);
	fill.n = v->n;
	if (rc == PP_OK)
		rc = pp_template_lines("enveloppe.html", t->envelope, &fill,
		    false, &page, err);
	if (rc == PP_OK && (!pp_buf_ok(&body) ||
	    (*out = pp_buf_take(&page)) == NULL))
		rc = pp_err_set(err, PP_IO, "a mail is too long");
	pp_buf_release(&body);
	pp_buf_release(&page);
	return rc;
}

static enum pp_rc
compose(const struct mail_templates *t, int form, int l,
    const struct pp_mailing *m, struct json_object *rows, const char *qr,
    struct mail_text *out, struct pp_err *err)
{
	const char *txt = t->txt[form][l], *html = t->html[form][l];
	const char *test = m->live ? "" : mail_words[W_TEST][l];
	const char *url = t->no_link || t->kind == PP_MK_REFUND ? "" : m->url;
	struct mail_values v = { .n = 0 };
	struct pp_fill fill = { v.slot, 0, mail_style, t->conf->business.colour };
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	out->lang = mail_langs[l];
	mail_put_all(&v, t, m, rows, l);
	fill.n = v.n;
	if ((rc = subject(txt, &fill, m->live, l, &out->subject,
	    err)) != PP_OK ||
	    (rc = plain(txt + strcspn(txt, "\n") + 1, &fill, test, url, l,
	    &out->text, err)) != PP_OK)
		goto out;
	mail_put(&v, "subject", out->subject);
	mail_put(&v, "test", test);
	if (html != NULL)
		rc = hypertext(t, html, &v, url, qr, l, &out->html, err);
	if (rc == PP_OK && v.failed)
		rc = pp_err_set(err, PP_IO, "out of memory");
out:
	mail_values_release(&v);
	if (rc != PP_OK)
		mail_text_release(out);
	return rc;
}

static const char *
wanted(const struct pp_conf *c, const char *lang)
{
	return *lang != '\0' ? lang : c->business.language;
}

enum pp_rc
mail_fill(const struct mail_templates *t, const struct pp_mailing *m,
    struct json_object *rows, const char *qr, struct mail_text *out,
    struct pp_err *err)
{
	int l = strcmp(wanted(t->conf, m->mail.language), "en") == 0;
	int form = m->pay != NULL && t->kind == PP_MK_RECEIPT &&
	    m->pay->balance_after > 0;

	/* In the customer's language; else in the other, rather than not. */
	if (t->txt[form][l] == NULL && t->txt[form][!l] == NULL)
		form = 0;
	if (t->txt[form][l] == NULL)
		l = !l;
	return compose(t, form, l, m, rows, qr, out, err);
}

void
mail_text_release(struct mail_text *t)
{
	free(t->subject);
	free(t->text);
	free(t->html);
	memset(t, 0, sizeof *t);
}
