#include "config.h"

#include <stdio.h>

#include <glib.h>

#include "moneris_reply.h"
#include "moneris_script.h"
#include "banned.h"

#define PREFIX	"sha384-"
#define SHA384	48

/* In the form of Subresource Integrity; sha384, as Moneris publishes it [D]. */
struct json_object *
mco_read_script(const struct mco_account *a, const struct driver_reply *reply)
{
	guint8 hash[SHA384];
	gsize size = sizeof hash;
	struct json_object *ans, *script;
	char url[MCO_ORIGIN + sizeof MCO_SCRIPT];
	char integrity[sizeof PREFIX + SHA384 / 3 * 4];
	GChecksum *sum;
	gchar *b64;

	if (reply->result != DRIVER_GOT)
		return driver_failed(reply);
	if (reply->status != 200 || reply->len == 0)
		return driver_error("protocol", NULL, "the script: HTTP status "
		    "%ld, %zu bytes", reply->status, reply->len);
	sum = g_checksum_new(G_CHECKSUM_SHA384);
	g_checksum_update(sum, (const guchar *)reply->body,
	    (gssize)reply->len);
	g_checksum_get_digest(sum, hash, &size);
	g_checksum_free(sum);
	b64 = g_base64_encode(hash, size);
	(void)snprintf(integrity, sizeof integrity, PREFIX "%s", b64);
	g_free(b64);
	(void)snprintf(url, sizeof url, "%s%s", a->origin, MCO_SCRIPT);
	script = json_object_new_object();
	(void)json_object_object_add(script, "url",
	    json_object_new_string(url));
	(void)json_object_object_add(script, "integrity",
	    json_object_new_string(integrity));
	(void)json_object_object_add(script, "published", a->sandbox ? NULL :
	    json_object_new_string(MCO_INTEGRITY));
	ans = json_object_new_object();
	(void)json_object_object_add(ans, "ok", json_object_new_boolean(1));
	(void)json_object_object_add(ans, "script", script);
	mco_add_server_time(ans, reply);
	return ans;
}
