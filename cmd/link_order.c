#include "config.h"

#include <string.h>

#include "link_order.h"
#include "time.h"
#include "banned.h"

static enum pp_rc	expiry(struct pp_cmd *, const char *,
			    struct pp_link_order *, struct pp_err *);
static enum pp_rc	want(struct pp_cmd *, const struct pp_link_opts *,
			    struct pp_link_want *, struct pp_err *);
static void		add(struct json_object *, const char *, const char *);

static enum pp_rc
expiry(struct pp_cmd *cmd, const char *s, struct pp_link_order *order,
    struct pp_err *err)
{
	int64_t at;

	if (s == NULL)
		order->expires_in = cmd->conf.link.expires;
	else if (strcmp(s, "never") == 0)
		order->expires_in = order->expires_at = 0;
	else if (pp_time_span(s, &order->expires_in, NULL) == PP_OK)
		return order->expires_in > 0 ? PP_OK : pp_err_member(err,
		    PP_USAGE, "--expires", "must be longer than nothing");
	else if (pp_time_parse(s, &at, NULL) == PP_OK)
		/* A date is good through its day. */
		order->expires_at = strlen(s) == 10 ? at + PP_DAY : at;
	else
		return pp_err_member(err, PP_USAGE, "--expires", "90d, a date "
		    "or never, not %.40s", s);
	return PP_OK;
}

static enum pp_rc
want(struct pp_cmd *cmd, const struct pp_link_opts *o, struct pp_link_want *w,
    struct pp_err *err)
{
	if ((o->amount != 0) + (o->percent != NULL) + o->open > 1)
		pp_cmd_usage(cmd, "one of --amount, --percent and --open");
	if (o->min != 0 && !o->open)
		pp_cmd_usage(cmd, "--min goes with --open");
	w->kind = o->amount != 0 ? PP_LINK_AMOUNT : o->percent != NULL ?
	    PP_LINK_PERCENT : o->open ? PP_LINK_OPEN : PP_LINK_WHOLE;
	w->amount = o->amount;
	w->min = o->min;
	if (o->percent != NULL &&
	    pp_percent_parse(o->percent, &w->percent, err) != PP_OK)
		return PP_USAGE;
	(void)strlcpy(w->purpose, "balance", sizeof w->purpose);
	if (o->purpose != NULL) {
		if (pp_purpose_ok(o->purpose, err) != PP_OK)
			return PP_USAGE;
		(void)strlcpy(w->purpose, o->purpose, sizeof w->purpose);
	}
	if (o->integration != NULL) {
		if (pp_integration_name_ok(o->integration, err) != PP_OK)
			return PP_USAGE;
		(void)strlcpy(w->integration, o->integration,
		    sizeof w->integration);
	}
	return PP_OK;
}

enum pp_rc
pp_link_order_read(struct pp_cmd *cmd, const struct pp_link_opts *o,
    const struct pp_keys *keys, struct pp_link_order *order,
    struct pp_err *err)
{
	int how;
	enum pp_rc rc;

	if ((rc = want(cmd, o, &order->want, err)) != PP_OK)
		return rc;
	if (o->language != NULL) {
		if (strcmp(o->language, "fr") != 0 &&
		    strcmp(o->language, "en") != 0)
			pp_cmd_usage(cmd, "--language is fr or en");
		(void)strlcpy(order->language, o->language,
		    sizeof order->language);
	}
	how = o->if_exists == NULL ? PP_IF_REUSE :
	    pp_word(pp_if_exists_words, o->if_exists);
	if (how < 0)
		pp_cmd_usage(cmd,
		    "--if-exists is reuse, renew, supersede or fail");
	order->how = (enum pp_if_exists)how;
	order->base_url = cmd->conf.page.url;
	order->keys = keys;
	order->dry_run = cmd->dry_run;
	return expiry(cmd, o->expires, order, err);
}

static void
add(struct json_object *o, const char *name, const char *s)
{
	if (s != NULL)
		json_object_object_add(o, name, json_object_new_string(s));
}

enum pp_rc
pp_link_order_doc(const struct pp_link_opts *o, struct pp_task_doc *out,
    struct pp_err *err)
{
	struct json_object *doc = json_object_new_object(), *c;
	enum pp_rc rc;

	add(doc, "task", o->task);
	add(doc, "total", o->total);
	c = json_object_new_object();
	add(c, "email", o->email);
	add(c, "language", o->language);
	if (json_object_object_length(c) > 0)
		json_object_object_add(doc, "customer", c);
	else
		json_object_put(c);
	rc = pp_task_doc_read(doc, false, out, err);
	json_object_put(doc);
	return rc;
}
