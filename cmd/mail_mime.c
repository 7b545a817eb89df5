#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "mail_mime.h"
#include "time.h"
#include "banned.h"

static void		add_all(InternetAddressList *, const char *,
			    const char *);
static GMimeObject	*text_part(const char *, const char *);
static GMimeObject	*picture(const struct mail_message *);
static GMimeObject	*body(const struct mail_message *);

void
mail_mime_init(void)
{
	g_mime_init();
}

enum pp_rc
mail_addresses(const char *list, char out[][MAIL_ADDRESS], size_t *n,
    struct pp_err *err)
{
	InternetAddressList *l = internet_address_list_parse(NULL, list);
	InternetAddress *a;
	const char *s, *at;
	enum pp_rc rc = PP_OK;
	int i, len = l != NULL ? internet_address_list_length(l) : 0;

	if (len == 0)
		rc = pp_err_set(err, PP_DATA, "not a mail address");
	for (i = 0; i < len && rc == PP_OK; i++) {
		a = internet_address_list_get_address(l, i);
		s = INTERNET_ADDRESS_IS_MAILBOX(a) ?
		    internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(a)) : NULL;
		at = s != NULL ? strchr(s, '@') : NULL;
		/* What goes into a command of SMTP holds nothing else. */
		if (at == NULL || at == s || at[1] == '\0' ||
		    strpbrk(s, " \t\r\n<>\"\\,;:()") != NULL || *s == '-')
			rc = pp_err_set(err, PP_DATA, "not a mail address");
		else if (*n == MAIL_RCPTS || strlen(s) >= MAIL_ADDRESS)
			rc = pp_err_set(err, PP_DATA, "more than %d mail "
			    "addresses, or one that is too long", MAIL_RCPTS);
		else
			(void)strlcpy(out[(*n)++], s, MAIL_ADDRESS);
	}
	if (l != NULL)
		g_object_unref(l);
	return rc;
}

/* name: for a single address without one, or NULL. */
static void
add_all(InternetAddressList *to, const char *list, const char *name)
{
	InternetAddressList *l;
	InternetAddress *a;

	if (*list == '\0' ||
	    (l = internet_address_list_parse(NULL, list)) == NULL)
		return;
	a = internet_address_list_get_address(l, 0);
	if (name != NULL && *name != '\0' && a != NULL) {
		if (internet_address_get_name(a) == NULL ||
		    *internet_address_get_name(a) == '\0')
			internet_address_set_name(a, name);
		internet_address_set_charset(a, "utf-8");
	}
	internet_address_list_append(to, l);
	g_object_unref(l);
}

static GMimeObject *
text_part(const char *subtype, const char *text)
{
	GMimeTextPart *p = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(p, "utf-8");
	g_mime_text_part_set_text(p, text);
	g_mime_part_set_content_encoding(GMIME_PART(p),
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(p);
}

static GMimeObject *
picture(const struct mail_message *m)
{
	GMimePart *p = g_mime_part_new_with_type("image", "png");
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(m->png,
	    m->png_len);
	GMimeDataWrapper *w = g_mime_data_wrapper_new_with_stream(s,
	    GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(p, w);
	g_mime_part_set_content_encoding(p, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_content_id(p, MAIL_QR_ID);
	g_mime_object_set_disposition(GMIME_OBJECT(p), "inline");
	g_mime_part_set_filename(p, "qr.png");
	g_object_unref(w);
	g_object_unref(s);
	return GMIME_OBJECT(p);
}

/* alternative(text, related(html, picture)), or what of it there is. */
static GMimeObject *
body(const struct mail_message *m)
{
	GMimeObject *text = text_part("plain", m->text), *html, *png;
	GMimeMultipart *alt, *rel;

	if (m->html == NULL)
		return text;
	html = text_part("html", m->html);
	if (m->png != NULL) {
		rel = g_mime_multipart_new_with_subtype("related");
		png = picture(m);
		g_mime_multipart_add(rel, html);
		g_mime_multipart_add(rel, png);
		g_object_unref(html);
		g_object_unref(png);
		html = GMIME_OBJECT(rel);
	}
	alt = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_add(alt, text);
	g_mime_multipart_add(alt, html);
	g_object_unref(text);
	g_object_unref(html);
	return GMIME_OBJECT(alt);
}

enum pp_rc
mail_mime(const struct mail_message *m, bool crlf, char **out, size_t *len,
    struct pp_err *err)
{
	GMimeMessage *msg = g_mime_message_new(TRUE);
	GMimeObject *o = GMIME_OBJECT(msg), *part = body(m);
	GMimeFormatOptions *f = g_mime_format_options_new();
	GDateTime *date = g_date_time_new_from_unix_local(m->date / PP_SECOND);
	char refs[MAIL_ADDRESS], *text;

	add_all(g_mime_message_get_from(msg), m->from, m->from_name);
	add_all(g_mime_message_get_to(msg), m->to, NULL);
	add_all(g_mime_message_get_reply_to(msg), m->reply_to, NULL);
	add_all(g_mime_message_get_bcc(msg), m->bcc, NULL);
	g_mime_message_set_subject(msg, m->subject, "utf-8");
	g_mime_message_set_date(msg, date);
	g_mime_message_set_message_id(msg, m->message_id);
	if (*m->references != '\0') {
		(void)g_snprintf(refs, sizeof refs, "<%s>", m->references);
		g_mime_object_set_header(o, "In-Reply-To", refs, NULL);
		g_mime_object_set_header(o, "References", refs, NULL);
	}
	g_mime_object_set_header(part, "Content-Language", m->lang, NULL);
	/* RFC 3834: nobody's holidays are to be answered here. */
	g_mime_object_set_header(o, "Auto-Submitted", "auto-generated", NULL);
	g_mime_object_set_header(o, "X-Auto-Response-Suppress", "All", NULL);
	g_mime_message_set_mime_part(msg, part);
	g_mime_format_options_set_newline_format(f, crlf ?
	    GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
	text = g_mime_object_to_string(o, f);
	*out = text != NULL ? strdup(text) : NULL;
	*len = *out != NULL ? strlen(*out) : 0;
	g_free(text);
	g_date_time_unref(date);
	g_mime_format_options_free(f);
	g_object_unref(part);
	g_object_unref(msg);
	return *out != NULL ? PP_OK : pp_err_set(err, PP_IO, "out of memory");
}
