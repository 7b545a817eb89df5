/*
 * A command that does nothing, for the tests of what commands share.
 */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "json.h"
#include "banned.h"

struct opts {
	bool		all;
	const char	*reason;
	struct pp_list	except;
	int64_t		count;
	int64_t		amount;
	int64_t		by;
	int64_t		life;
	int64_t		since;
	int32_t		day;
};

static pp_cmd_fn	echo;
static pp_cmd_fn	env;
static pp_cmd_fn	show;
static pp_cmd_fn	fail;
static pp_batch_fn	each;

enum { ECHO, ENV, SHOW, FAIL };

static const struct pp_verb verbs[] = {
	{ "echo",	echo,	0,	PP_MANY,	0 },
	{ "env",	env,	0,	0,		0 },
	{ "show",	show,	1,	2,		0 },
	{ "fail",	fail,	0,	0,		PP_CMD_NOSTORE },
};

#define OPT(name, letter, kind, m, verbs) \
	{ name, letter, kind, offsetof(struct opts, m), verbs }

static const struct pp_opt options[] = {
	OPT("all",	'a',	PP_O_FLAG,	all,	0),
	OPT("reason",	'r',	PP_O_STR,	reason,	0),
	OPT("except",	0,	PP_O_LIST,	except,	PP_V(SHOW)),
	OPT("count",	0,	PP_O_INT,	count,	PP_V(SHOW)),
	OPT("amount",	0,	PP_O_CENTS,	amount,	PP_V(SHOW)),
	OPT("by",	0,	PP_O_SIGNED,	by,	PP_V(SHOW)),
	OPT("life",	0,	PP_O_SPAN,	life,	PP_V(SHOW)),
	OPT("since",	0,	PP_O_TIME,	since,	PP_V(SHOW)),
	OPT("day",	0,	PP_O_DAY,	day,	PP_V(SHOW)),
};

static const struct pp_cmd_def def = {
	.name = "toy",
	.synopsis = "usage: toy echo [-hVanqv] [ITEM ...]\n"
	    "       toy env | show | fail\n",
	.opts = options,
	.nopts = sizeof options / sizeof options[0],
	.verbs = verbs,
	.nverbs = sizeof verbs / sizeof verbs[0],
};

/* Each item is printed; the documents are parsed first. */
static enum pp_rc
each(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	const struct pp_cmd *cmd = arg;
	struct json_object *o;
	enum pp_rc rc, worst = PP_OK;
	size_t i;

	for (i = 0; i < n; i++) {
		rc = pp_item_check(&items[i], err);
		if (rc == PP_OK && pp_item_is_json(&items[i]) &&
		    (rc = pp_json_parse(items[i].text, items[i].len, &o,
		    err)) == PP_OK)
			json_object_put(o);
		if (rc == PP_OK)
			puts(items[i].text);
		else
			worst = pp_rc_worst(worst, pp_cmd_item_error(cmd,
			    items[i].line, items[i].line == 0 ?
			    items[i].text : NULL, rc, err));
	}
	return worst;
}

static enum pp_rc
echo(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	const struct opts *o = opts;

	if (o->all)
		pp_cmd_note(cmd, "all");
	pp_cmd_verbose(cmd, "dry run: %s", cmd->dry_run ? "yes" : "no");
	return pp_cmd_items(cmd, 0, each, cmd, err);
}

static enum pp_rc
env(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	(void)opts;
	(void)err;
	printf("store %s\nconfig %s\nproviders %s\nclock %s\nperson %s\n"
	    "output %d\n", cmd->store.dir, cmd->conf_path,
	    cmd->providers == NULL ? "-" : cmd->providers,
	    cmd->store.clock == NULL ? "-" : cmd->store.clock,
	    cmd->store.person(), (int)cmd->output);
	return PP_OK;
}

static enum pp_rc
show(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	const struct opts *o = opts;
	size_t i;

	(void)err;
	printf("%d %s %s %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    " %" PRId64 " %" PRId32, cmd->argc, cmd->argv[0],
	    o->reason == NULL ? "-" : o->reason,
	    pp_options_given(cmd, "reason"), o->count, o->amount, o->by,
	    o->life, o->since, o->day);
	for (i = 0; i < o->except.n; i++)
		printf(" %s", o->except.v[i]);
	putchar('\n');
	return PP_OK;
}

static enum pp_rc
fail(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	(void)cmd;
	(void)opts;
	pp_err_hint(err, "try again");
	return pp_err_member(err, PP_STATE, "link", "already paid");
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
