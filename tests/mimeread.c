/*
 * Reads a message from stdin as a mail program does (GMime's parser, which is
 * not what composed it) and prints it as one JSON object: headers decoded,
 * the first text and HTML, and every part's type.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gmime/gmime.h>
#include <json-c/json.h>

#include "banned.h"

static struct json_object *out, *parts;

static void	add(const char *, const char *);
static void	part(GMimeObject *, GMimeObject *, gpointer);

static void
add(const char *name, const char *s)
{
	json_object_object_add(out, name, s != NULL ?
	    json_object_new_string(s) : NULL);
}

static void
part(GMimeObject *parent, GMimeObject *o, gpointer arg)
{
	GMimeContentType *t = g_mime_object_get_content_type(o);
	char *type = g_mime_content_type_get_mime_type(t), *text;

	(void)parent, (void)arg;
	json_object_array_add(parts, json_object_new_string(type));
	if (GMIME_IS_TEXT_PART(o) &&
	    (text = g_mime_text_part_get_text(GMIME_TEXT_PART(o))) != NULL) {
		add(g_mime_content_type_is_type(t, "text", "html") ? "html" :
		    "text", text);
		g_free(text);
	}
	if (g_mime_object_get_content_id(o) != NULL)
		add("content_id", g_mime_object_get_content_id(o));
	g_free(type);
}

int
main(void)
{
	static const char *const raw[] = { "Message-Id", "In-Reply-To",
	    "References", "Auto-Submitted", "Date" };
	GMimeStream *in;
	GMimeParser *p;
	GMimeMessage *m;
	GMimeObject *top;
	InternetAddressList *l;
	GMimeAddressType type;
	char *s;
	size_t i;

	g_mime_init();
	in = g_mime_stream_fs_new(dup(STDIN_FILENO));
	p = g_mime_parser_new_with_stream(in);
	if ((m = g_mime_parser_construct_message(p, NULL)) == NULL) {
		fputs("mimeread: no message\n", stderr);
		return 1;
	}
	out = json_object_new_object();
	parts = json_object_new_array();
	add("subject", g_mime_message_get_subject(m));
	for (type = GMIME_ADDRESS_TYPE_SENDER; type <= GMIME_ADDRESS_TYPE_BCC;
	    type++) {
		l = g_mime_message_get_addresses(m, type);
		s = l != NULL && internet_address_list_length(l) > 0 ?
		    internet_address_list_to_string(l, NULL, FALSE) : NULL;
		add(type == GMIME_ADDRESS_TYPE_FROM ? "from" :
		    type == GMIME_ADDRESS_TYPE_TO ? "to" :
		    type == GMIME_ADDRESS_TYPE_REPLY_TO ? "reply_to" :
		    type == GMIME_ADDRESS_TYPE_BCC ? "bcc" : "other", s);
		g_free(s);
	}
	for (i = 0; i < sizeof raw / sizeof raw[0]; i++)
		add(raw[i], g_mime_object_get_header(GMIME_OBJECT(m),
		    raw[i]));
	top = g_mime_message_get_mime_part(m);
	add("Content-Language", g_mime_object_get_header(top,
	    "Content-Language"));
	part(NULL, top, NULL);
	if (GMIME_IS_MULTIPART(top))
		g_mime_multipart_foreach(GMIME_MULTIPART(top), part, NULL);
	json_object_object_add(out, "parts", parts);
	puts(json_object_to_json_string_ext(out, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(out);
	g_object_unref(m);
	g_object_unref(p);
	g_object_unref(in);
	return 0;
}
