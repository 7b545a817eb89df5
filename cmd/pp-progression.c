#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "json.h"
#include "output.h"
#include "progression_part.h"
#include "banned.h"

static pp_cmd_fn	steps;

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define O(n, l, k, m, v) { n, l, k, offsetof(struct prog_opts, m), v }

enum { V_STEPS, V_PULL, V_NOTE, V_STEP, V_SET, V_LISTEN };

static const struct pp_opt opts[] = {
	O("key-file",	'k', PP_O_STR, key_file, 0),
	O("step",	'S', PP_O_LIST, step, PP_V(V_PULL)),
	O("since",	'f', PP_O_TIME, since, PP_V(V_PULL)),
	O("watched",	'w', PP_O_FLAG, watched, PP_V(V_PULL)),
	O("again",	'g', PP_O_FLAG, again, PP_V(V_NOTE)),
	O("list-unknown", 'u', PP_O_FLAG, list_unknown, PP_V(V_NOTE)),
	O("settle",	'e', PP_O_STR, settle, PP_V(V_NOTE)),
	O("outcome",	'O', PP_O_STR, outcome, PP_V(V_NOTE)),
	O("reason",	'r', PP_O_STR, reason, PP_V(V_NOTE)),
	O("paid",	'p', PP_O_FLAG, paid, PP_V(V_STEP)),
	O("listen",	'l', PP_O_STR, listen, PP_V(V_LISTEN)),
	O("secret-file", 'x', PP_O_STR, secret_file, PP_V(V_LISTEN))
};

static const struct pp_verb verbs[] = {
	[V_STEPS] = { "steps",	steps,	0, 0, PP_CMD_NOSTORE | PP_CMD_NODRY },
	[V_PULL] = { "pull",	prog_pull, 0, PP_MANY, PP_CMD_NODRY },
	[V_NOTE] = { "note",	prog_note, 0, PP_MANY, 0 },
	[V_STEP] = { "step",	prog_move, 1, PP_MANY, 0 },
	[V_SET] = { "set",	prog_set, 0, PP_MANY, 0 },
	[V_LISTEN] = { "listen", prog_listen, 0, 0, PP_CMD_NODRY }
};

static const struct pp_cmd_def def = {
	"pp-progression",
	"usage: pp-progression steps\n"
	"       pp-progression pull [--step LABEL|ID...] [--since TIME]\n"
	"           [--watched] [TASK...]\n"
	"       pp-progression note [--again] TEXT [TASK...]\n"
	"       pp-progression note --list-unknown\n"
	"       pp-progression note --settle MARK\n"
	"           --outcome written|not-written --reason TEXT\n"
	"       pp-progression step [--paid] LABEL|ID [TASK...]\n"
	"       pp-progression set [NAME=VALUE...] [TASK...]\n"
	"       pp-progression listen --secret-file FILE [--listen ADDRESS:PORT]\n"
	"           [--key-file FILE] [-s store] [-c config]\n"
	"           [-o json|table|csv|tsv] [-nqv]\n",
	opts, N(opts), verbs, N(verbs), PP_CMD_SECRET
};

static enum pp_rc
steps(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "STEP", "logicId", PP_RIGHT }, { "LABEL", "label", PP_LEFT }
	};
	const struct prog_opts *o = arg;
	struct json_object *list;
	struct prog_api *api;
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = prog_open(cmd, o->key_file, &api, err)) != PP_OK)
		return rc;
	if ((rc = prog_steps(api, &list, err)) == PP_OK) {
		pp_out_init(&out, cmd, columns, N(columns));
		pp_out_rows(&out, list);
		pp_out_end(&out);
	}
	prog_close(api);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct prog_opts o = { .key_file = NULL };

	return pp_cmd_main(&def, argc, argv, &o);
}
