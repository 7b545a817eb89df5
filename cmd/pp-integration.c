#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <readpassphrase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "integrating.h"
#include "intl.h"
#include "output.h"
#include "provider.h"
#include "banned.h"

#define PROVIDER_PREFIX	"provider-"

struct opts {
	const char	*provider, *store_id, *checkout_id, *environment;
	const char	*gateway_url, *token_file;
	bool		 no_check, accept_script;
};

static pp_cmd_fn	providers, add, list, show, check, favourite, rotate;
static pp_cmd_fn	disable, enable, forget;
static enum pp_rc	take(char *, size_t, const char *, const char *,
			    struct pp_err *);
static enum pp_rc	ask(struct pp_cmd *, const char *, const char *, char *,
			    size_t, struct pp_err *);
static void		to_see(const struct pp_cmd *, struct json_object *);
static void		note_added(const struct pp_cmd *,
			    const struct pp_integrating *);
static enum pp_rc	read_token(struct pp_cmd *, const char *, char *,
			    size_t, struct pp_err *);
static enum pp_rc	print_named(struct pp_cmd *, pp_integrating_fn *,
			    struct pp_err *);
static enum pp_rc	one_provider(struct pp_cmd *, const char *,
			    struct pp_out *, struct pp_err *);
static int		drivers_only(const struct dirent *);

#define O(n, l, k, m, v) { n, l, k, offsetof(struct opts, m), v }
enum { V_PROVIDERS, V_ADD, V_LIST, V_SHOW, V_CHECK, V_FAV, V_ROTATE };

static const struct pp_opt opts[] = {
	O("provider",	'p', PP_O_STR, provider, PP_V(V_ADD)),
	O("store-id",	'S', PP_O_STR, store_id, PP_V(V_ADD)),
	O("checkout-id", 'C', PP_O_STR, checkout_id, PP_V(V_ADD)),
	O("environment", 'e', PP_O_STR, environment, PP_V(V_ADD)),
	O("gateway-url", 'g', PP_O_STR, gateway_url, PP_V(V_ADD)),
	O("api-token-file", 't', PP_O_STR, token_file,
	    PP_V(V_ADD) | PP_V(V_ROTATE)),
	O("no-check",	'N', PP_O_FLAG, no_check,
	    PP_V(V_ADD) | PP_V(V_ROTATE)),
	O("accept-script", 'A', PP_O_FLAG, accept_script, PP_V(V_CHECK))
};

static const struct pp_verb verbs[] = {
	{ "providers",	providers,	0, 0, PP_CMD_NOSTORE },
	{ "add",	add,		0, 1, PP_CMD_SECRET },
	{ "list",	list,		0, 0, 0 },
	{ "show",	show,		1, 1, 0 },
	{ "check",	check,		1, PP_MANY, PP_CMD_SECRET },
	{ "favourite",	favourite,	1, 1, 0 },
	{ "rotate",	rotate,		1, 1, PP_CMD_SECRET },
	{ "disable",	disable,	1, 1, 0 },
	{ "enable",	enable,		1, 1, 0 },
	{ "remove",	forget,		1, 1, 0 }
};

static const struct pp_cmd_def def = {
	"pp-integration",
	"usage: pp-integration add [NAME] --store-id S --checkout-id C\n"
	"           [--provider P] [--environment qa|prod|sandbox]\n"
	"           [--gateway-url URL] [--api-token-file FILE] [--no-check]\n"
	"       pp-integration list\n"
	"       pp-integration show NAME\n"
	"       pp-integration check [--accept-script] NAME...\n"
	"       pp-integration favourite|disable|enable|remove NAME\n"
	"       pp-integration rotate NAME [--api-token-file FILE] [--no-check]\n"
	"       pp-integration providers\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, sizeof opts / sizeof opts[0],
	verbs, sizeof verbs / sizeof verbs[0], 0
};

static const struct pp_column columns[] = {
	{ "INTEGRATION", "integration", PP_LEFT },
	{ "PROVIDER", "provider", PP_LEFT },
	{ "ENVIRONMENT", "environment", PP_LEFT },
	{ "STORE", "store_id", PP_LEFT },
	{ "CHECKOUT", "checkout_id", PP_LEFT },
	{ "TOKEN", "api_token", PP_LEFT },
	{ "FAVOURITE", "favourite", PP_LEFT },
	{ "DISABLED", "disabled", PP_LEFT }
};

/* Whole, or not at all. */
static enum pp_rc
take(char *out, size_t size, const char *s, const char *member,
    struct pp_err *err)
{
	if (strlcpy(out, s, size) < size)
		return PP_OK;
	*out = '\0';
	return pp_err_member(err, PP_DATA, member, "longer than %zu bytes",
	    size - 1);
}

/* A line from the terminal, when there is one. */
static enum pp_rc
ask(struct pp_cmd *cmd, const char *prompt, const char *option, char *out,
    size_t size, struct pp_err *err)
{
	if (!isatty(STDIN_FILENO) || cmd->dry_run)
		pp_cmd_usage(cmd, "--%s is missing", option);
	if (readpassphrase(prompt, out, size, RPP_ECHO_ON | RPP_REQUIRE_TTY) ==
	    NULL || *out == '\0')
		return pp_err_member(err, PP_DATA, option, "missing");
	return PP_OK;
}

/* From the file, the terminal (without echo) or standard input; never from
 * argv or the environment. */
static enum pp_rc
read_token(struct pp_cmd *cmd, const char *file, char *out, size_t size,
    struct pp_err *err)
{
	(void)cmd;
	if (file == NULL && isatty(STDIN_FILENO)) {
		if (readpassphrase(_("API token: "), out, size,
		    RPP_ECHO_OFF | RPP_REQUIRE_TTY) == NULL || *out == '\0')
			return pp_err_set(err, PP_DATA, "no API token");
		return PP_OK;
	}
	return pp_io_secret(file, out, size, err);
}

static void
note_added(const struct pp_cmd *cmd, const struct pp_integrating *w)
{
	if (cmd->dry_run)
		pp_cmd_note(cmd, w->favourite ? w->checked ?
		    N_("would be: %s added, the favourite, checked with the "
		    "provider") :
		    N_("would be: %s added, the favourite") : w->checked ?
		    N_("would be: %s added, checked with the provider") :
		    N_("would be: %s added"), w->in.name);
	else
		pp_cmd_note(cmd, w->favourite ? w->checked ?
		    N_("%s added, the favourite, checked with the provider") :
		    N_("%s added, the favourite") : w->checked ?
		    N_("%s added, checked with the provider") :
		    N_("%s added"), w->in.name);
}

static enum pp_rc
add(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct opts *o = arg;
	struct pp_integrating w = { .cmd_dir = cmd->providers,
	    .conf = &cmd->conf, .store = &cmd->store,
	    .check = !o->no_check, .dry_run = cmd->dry_run };
	struct pp_integration *in = &w.in;
	const char *name = cmd->argc > 0 ? cmd->argv[0] : o->provider;
	const char *provider = o->provider != NULL ? o->provider : name;
	struct pp_out out;
	enum pp_rc rc;
	int env;

	if (name == NULL)
		name = provider = "moneris";
	/* Another name than a provider's is a name for the one there is. */
	if (o->provider == NULL && strcmp(name, "moneris") != 0)
		provider = pp_integrating_known(cmd->providers, name) ? name :
		    "moneris";
	if ((rc = take(in->name, sizeof in->name, name, "name",
	    err)) != PP_OK || (rc = take(in->provider, sizeof in->provider,
	    provider, "provider", err)) != PP_OK)
		return rc;
	if ((env = pp_word(pp_environments, o->environment != NULL ?
	    o->environment : "qa")) < 0)
		pp_cmd_usage(cmd, "--environment is qa, prod or sandbox");
	in->environment = env;
	rc = o->store_id != NULL ? take(in->store_id, sizeof in->store_id,
	    o->store_id, "store_id", err) : ask(cmd, _("Store id: "),
	    "store-id", in->store_id, sizeof in->store_id, err);
	if (rc != PP_OK)
		return rc;
	rc = o->checkout_id != NULL ? take(in->checkout_id,
	    sizeof in->checkout_id, o->checkout_id, "checkout_id", err) :
	    ask(cmd, _("Checkout id: "), "checkout-id", in->checkout_id,
	    sizeof in->checkout_id, err);
	if (rc != PP_OK)
		return rc;
	if (o->gateway_url != NULL && (rc = take(in->gateway_url,
	    sizeof in->gateway_url, o->gateway_url, "gateway_url",
	    err)) != PP_OK)
		return rc;
	if ((rc = pp_integrating_ok(&w, err)) == PP_OK &&
	    (rc = read_token(cmd, o->token_file, w.token, sizeof w.token,
	    err)) == PP_OK)
		rc = pp_integrating_add(&w, err);
	explicit_bzero(w.token, sizeof w.token);
	if (rc != PP_OK)
		return rc;
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	pp_out_row(&out, pp_integrating_doc(&w));
	pp_out_end(&out);
	if (w.created)
		note_added(cmd, &w);
	return PP_OK;
}

static enum pp_rc
list(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct json_object *rows = NULL;
	struct pp_out out;
	enum pp_rc rc;
	size_t i;

	(void)arg;
	if ((rc = pp_integrating_list(&cmd->store, NULL, &rows, err)) != PP_OK)
		return rc;
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	for (i = 0; i < json_object_array_length(rows); i++)
		pp_out_row(&out, json_object_get(
		    json_object_array_get_idx(rows, i)));
	pp_out_end(&out);
	json_object_put(rows);
	return PP_OK;
}

static enum pp_rc
show(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct json_object *rows = NULL;
	struct pp_out out;
	enum pp_rc rc;

	(void)arg;
	if ((rc = pp_integrating_list(&cmd->store, cmd->argv[0], &rows,
	    err)) != PP_OK)
		return rc;
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	pp_out_row(&out, json_object_get(json_object_array_get_idx(rows, 0)));
	pp_out_end(&out);
	json_object_put(rows);
	return PP_OK;
}

/* What no program can see, for whom a table is printed. */
static void
to_see(const struct pp_cmd *cmd, struct json_object *o)
{
	struct json_object *list;
	size_t i;

	if (cmd->output != PP_OUT_TABLE ||
	    !json_object_object_get_ex(o, "verify", &list))
		return;
	for (i = 0; i < json_object_array_length(list); i++)
		pp_cmd_note(cmd, "to verify by eye: %s",
		    _(json_object_get_string(json_object_array_get_idx(list,
		    i))));
}

/* Asks the provider; what no program can see is printed to be looked at. */
static enum pp_rc
check(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "INTEGRATION", "integration", PP_LEFT },
		{ "OK", "ok", PP_LEFT }, { "MESSAGE", "message", PP_WORD }
	};
	const struct opts *op = arg;
	struct pp_integrating w;
	struct json_object *o;
	struct pp_out out;
	enum pp_rc rc, worst = PP_OK;
	int i;

	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	for (i = 0; i < cmd->argc; i++) {
		memset(&w, 0, sizeof w);
		w.store = &cmd->store;
		w.conf = &cmd->conf;
		w.cmd_dir = cmd->providers;
		w.dry_run = cmd->dry_run;
		w.accept = op->accept_script;
		o = NULL;
		if ((rc = take(w.in.name, sizeof w.in.name, cmd->argv[i],
		    "name", err)) == PP_OK)
			rc = pp_integrating_check(&w, &o, err);
		if (o != NULL) {
			to_see(cmd, o);
			pp_out_row(&out, o);
		}
		if (rc != PP_OK)
			worst = pp_rc_worst(worst, pp_cmd_item_error(cmd, 0,
			    cmd->argv[i], rc, err));
	}
	pp_out_end(&out);
	return worst;
}

/* The verbs that change one integration and print it. */
static enum pp_rc
print_named(struct pp_cmd *cmd, pp_integrating_fn *change, struct pp_err *err)
{
	struct pp_integrating w = { .store = &cmd->store, .conf = &cmd->conf,
	    .dry_run = cmd->dry_run };
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = take(w.in.name, sizeof w.in.name, cmd->argv[0], "name",
	    err)) != PP_OK || (rc = pp_integrating_change(&w, change, err)) != PP_OK)
		return rc;
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	pp_out_row(&out, pp_integrating_doc(&w));
	pp_out_end(&out);
	return PP_OK;
}

static enum pp_rc
favourite(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return print_named(cmd, pp_integrating_favourite, err);
}

static enum pp_rc
disable(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return print_named(cmd, pp_integrating_disable, err);
}

static enum pp_rc
enable(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return print_named(cmd, pp_integrating_enable, err);
}

static enum pp_rc
forget(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	(void)arg;
	return print_named(cmd, pp_integrating_remove, err);
}

static enum pp_rc
rotate(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct opts *o = arg;
	struct pp_integrating w = { .cmd_dir = cmd->providers,
	    .store = &cmd->store, .conf = &cmd->conf,
	    .check = !o->no_check, .dry_run = cmd->dry_run };
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = take(w.in.name, sizeof w.in.name, cmd->argv[0], "name",
	    err)) != PP_OK || (rc = read_token(cmd, o->token_file, w.token, sizeof w.token,
	    err)) == PP_OK)
		rc = pp_integrating_rotate(&w, err);
	explicit_bzero(w.token, sizeof w.token);
	if (rc != PP_OK)
		return rc;
	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	pp_out_row(&out, pp_integrating_doc(&w));
	pp_out_end(&out);
	return PP_OK;
}

static int
drivers_only(const struct dirent *d)
{
	return strncmp(d->d_name, PROVIDER_PREFIX,
	    sizeof PROVIDER_PREFIX - 1) == 0 &&
	    strchr(d->d_name, '.') == NULL;
}

static enum pp_rc
one_provider(struct pp_cmd *cmd, const char *name, struct pp_out *out,
    struct pp_err *err)
{
	struct json_object *o;
	enum pp_rc rc;

	if ((rc = pp_integrating_describe(cmd->providers, name, &o,
	    err)) != PP_OK)
		return pp_cmd_item_error(cmd, 0, name, rc, err);
	json_object_object_del(o, "id");
	json_object_object_del(o, "ok");
	pp_out_row(out, o);
	return PP_OK;
}

static enum pp_rc
providers(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "PROVIDER", "name", PP_LEFT }, { "TITLE", "title", PP_LEFT },
		{ "ENVIRONMENTS", "environments", PP_LEFT },
		{ "CURRENCIES", "currencies", PP_LEFT }
	};
	const char *dir = cmd->providers != NULL ? cmd->providers :
	    PP_LIBEXECDIR "/providers";
	struct dirent **found;
	struct pp_out out;
	enum pp_rc worst = PP_OK;
	int i, n;

	(void)arg;
	if ((n = scandir(dir, &found, drivers_only, alphasort)) == -1)
		return pp_err_set(err, PP_CONF, "%s: %s", dir,
		    strerror(errno));
	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	for (i = 0; i < n; i++) {
		worst = pp_rc_worst(worst, one_provider(cmd,
		    found[i]->d_name + sizeof PROVIDER_PREFIX - 1, &out, err));
		free(found[i]);
	}
	free(found);
	pp_out_end(&out);
	return worst;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
