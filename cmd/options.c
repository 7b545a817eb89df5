#include "config.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "intl.h"
#include "money.h"
#include "options.h"
#include "time.h"
#include "banned.h"

#define OPTS_MAX	64	/* of one command: bits of given */
#define COMMON_MAX	9
#define LIST_OPTIONS	0x80	/* getopt's value, no letter */
#define LONG_ONLY	0x100	/* getopt's value of the i'th own option */
#define INT_MOST	1000000000000000LL

struct common {
	const char	*name;
	int		 letter;
	int		 has_arg;
	unsigned int	 unless;	/* not with these PP_CMD_... */
};

static const struct common commons[COMMON_MAX] = {
	{ "help",	'h',	no_argument,		0 },
	{ "version",	'V',	no_argument,		0 },
	{ "store",	's',	required_argument,	PP_CMD_NOSTORE },
	{ "config",	'c',	required_argument,	PP_CMD_NOCONF },
	{ "output",	'o',	required_argument,	PP_CMD_NOOUTPUT },
	{ "dry-run",	'n',	no_argument,		PP_CMD_NODRY },
	{ "quiet",	'q',	no_argument,		0 },
	{ "verbose",	'v',	no_argument,		0 },
	{ "list-options", LIST_OPTIONS, no_argument,	0 },
};

static unsigned long long others(const struct pp_cmd_def *, int, char *[]);
static void	tables(const struct pp_cmd_def *, unsigned long long,
		    struct option *, char *);
static bool	common(struct pp_cmd *, int, const char *);
static void	output(struct pp_cmd *, const char *);
static void	list_options(const struct pp_cmd_def *);
static void	own(struct pp_cmd *, size_t, const char *, void *);
static void	bad_option(const struct pp_cmd *, int, char *[]);
static void	in_full(const struct pp_cmd *, const char *, const char *);
static void	find_verb(struct pp_cmd *);
static void	check_verb(const struct pp_cmd *);
static void	list_add(struct pp_list *, const char *);
static void	ask(const struct pp_cmd *, enum pp_rc, const struct pp_opt *,
		    const struct pp_err *);
static void	*need(void *);

/* The command is starting: without memory there is nothing it could do. */
static void *
need(void *p)
{
	if (p == NULL) {
		fputs(_("out of memory"), stderr);
		fputc('\n', stderr);
		exit(PP_IO);
	}
	return p;
}

void
pp_cmd_usage(const struct pp_cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", cmd->def->name);
	va_start(ap, fmt);
	vfprintf(stderr, gettext(fmt), ap);
	va_end(ap);
	fprintf(stderr, "\n%s", cmd->def->synopsis);
	exit(PP_USAGE);
}

/* Two verbs may have an option of one name and different kinds: which of
 * them is meant is the verb's to say, the first word that is one.  Returns
 * the bits of those that are not. */
static unsigned long long
others(const struct pp_cmd_def *def, int argc, char *argv[])
{
	unsigned long long hidden = 0;
	size_t i, k, v = 0;
	int n;

	for (n = 1; n < argc; n++) {
		for (v = 0; v < def->nverbs && (def->verbs[v].name == NULL ||
		    strcmp(def->verbs[v].name, argv[n]) != 0); v++)
			;
		if (v < def->nverbs)
			break;
	}
	for (i = 0; i < def->nopts; i++)
		for (k = 0; k < def->nopts; k++)
			if (k != i && strcmp(def->opts[i].name,
			    def->opts[k].name) == 0 &&
			    (n < argc ? !(def->opts[i].verbs & PP_V(v)) &&
			    (def->opts[k].verbs & PP_V(v)) : k < i))
				hidden |= 1ull << i;
	return hidden;
}

/* getopt's tables.  The short ones begin with "-", operands in their place,
 * and ":", errors are ours to print. */
static void
tables(const struct pp_cmd_def *def, unsigned long long hidden,
    struct option *lo, char *so)
{
	const struct pp_opt *o;
	size_t i, n = 0;

	*so++ = '-';
	*so++ = ':';
	for (i = 0; i < COMMON_MAX; i++) {
		if (commons[i].unless & def->flags)
			continue;
		lo[n].name = commons[i].name;
		lo[n].has_arg = commons[i].has_arg;
		lo[n++].val = commons[i].letter;
		if (commons[i].letter == LIST_OPTIONS)
			continue;
		*so++ = (char)commons[i].letter;
		if (commons[i].has_arg == required_argument)
			*so++ = ':';
	}
	for (i = 0; i < def->nopts; i++) {
		o = &def->opts[i];
		if (hidden & 1ull << i)
			continue;
		lo[n].name = o->name;
		lo[n].has_arg = o->kind == PP_O_FLAG ? no_argument :
		    required_argument;
		lo[n++].val = LONG_ONLY + (int)i;
		if (o->letter == 0)
			continue;
		*so++ = (char)o->letter;
		if (o->kind != PP_O_FLAG)
			*so++ = ':';
	}
	*so = '\0';
}

void
pp_options_parse(struct pp_cmd *cmd, const struct pp_cmd_def *def, int argc,
    char *argv[], void *opts)
{
	struct option lo[OPTS_MAX + COMMON_MAX + 1] = { { NULL, 0, NULL, 0 } };
	char so[2 * (OPTS_MAX + COMMON_MAX) + 3];
	unsigned long long hidden;
	size_t i;
	int ch, at = -1;

	cmd->def = def;
	if (def->nopts > OPTS_MAX)
		abort();
	cmd->args = need(calloc((size_t)argc + 1, sizeof *cmd->args));
	cmd->argv = cmd->args;
	cmd->later = need(calloc(def->nopts + 1, sizeof *cmd->later));
	hidden = others(def, argc, argv);
	tables(def, hidden, lo, so);
	opterr = 0;
	for (; (ch = getopt_long(argc, argv, so, lo, &at)) != -1; at = -1) {
		if (at != -1)
			in_full(cmd, lo[at].name, argv[optind -
			    (optarg == argv[optind - 1] ? 2 : 1)]);
		if (ch == 1)
			cmd->argv[cmd->argc++] = optarg;
		else if (ch == '?' || ch == ':')
			bad_option(cmd, ch, argv);
		else if (ch >= LONG_ONLY)
			own(cmd, (size_t)(ch - LONG_ONLY), optarg, opts);
		else {
			for (i = 0; i < def->nopts; i++)
				if (def->opts[i].letter == ch &&
				    !(hidden & 1ull << i))
					break;
			if (i < def->nopts)
				own(cmd, i, optarg, opts);
			else if (!common(cmd, ch, optarg))
				bad_option(cmd, '?', argv);
		}
	}
	for (; optind < argc; optind++)
		cmd->argv[cmd->argc++] = argv[optind];
	find_verb(cmd);
	check_verb(cmd);
}

static bool
common(struct pp_cmd *cmd, int letter, const char *arg)
{
	switch (letter) {
	case 'h':
		fputs(cmd->def->synopsis, stdout);
		break;
	case 'V':
		printf("%s %s\n", cmd->def->name, PACKAGE_VERSION);
		break;
	case LIST_OPTIONS:
		list_options(cmd->def);
		break;
	case 's':
		cmd->opt_store = arg;
		return true;
	case 'c':
		cmd->opt_conf = arg;
		return true;
	case 'o':
		output(cmd, arg);
		return true;
	case 'n':
		cmd->dry_run = true;
		return true;
	case 'q':
		cmd->quiet = true;
		return true;
	case 'v':
		cmd->verbose = true;
		return true;
	default:
		return false;
	}
	if (pp_io_finish(stdout, NULL) != PP_OK)
		exit(PP_IO);
	exit(PP_OK);
}

/*
 * For completion, and for the test that it and the pages know every option:
 * "verb NAME" and "option --NAME LETTER|- arg|- VERB,...|*" lines.
 */
static void
list_options(const struct pp_cmd_def *def)
{
	const struct pp_opt *o;
	const char *comma;
	size_t i, v;

	for (v = 0; v < def->nverbs && def->verbs[v].name != NULL; v++)
		printf("verb %s\n", def->verbs[v].name);
	for (i = 0; i < COMMON_MAX; i++)
		if (!(commons[i].unless & def->flags) &&
		    commons[i].letter != LIST_OPTIONS)
			printf("option --%s %c %s *\n", commons[i].name,
			    commons[i].letter, commons[i].has_arg ==
			    required_argument ? "arg" : "-");
	for (i = 0; i < def->nopts; i++) {
		o = &def->opts[i];
		printf("option --%s %c %s ", o->name, o->letter == 0 ? '-' :
		    o->letter, o->kind == PP_O_FLAG ? "-" : "arg");
		comma = "";
		for (v = 0; v < def->nverbs && o->verbs != 0; v++)
			if (o->verbs & PP_V(v)) {
				printf("%s%s", comma,
				    def->verbs[v].name == NULL ? "-" :
				    def->verbs[v].name);
				comma = ",";
			}
		puts(o->verbs == 0 ? "*" : "");
	}
}

static void
output(struct pp_cmd *cmd, const char *arg)
{
	static const struct {
		const char	*name;
		enum pp_output	 is;
	} outputs[] = {
		{ "json", PP_OUT_JSON }, { "table", PP_OUT_TABLE },
		{ "csv", PP_OUT_CSV }, { "tsv", PP_OUT_TSV },
		{ "prom", PP_OUT_PROM }
	};
	size_t i;

	for (i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
		if (strcmp(outputs[i].name, arg) == 0) {
			cmd->output = outputs[i].is;
			cmd->json_errors = cmd->output == PP_OUT_JSON;
			return;
		}
	pp_cmd_usage(cmd, "--output: json, table, csv or tsv, not %s", arg);
}

static void
list_add(struct pp_list *l, const char *s)
{
	l->v = need(reallocarray(l->v, l->n + 1, sizeof *l->v));
	l->v[l->n++] = s;
}

/* A value that is not what the option takes is wrong use. */
static void
ask(const struct pp_cmd *cmd, enum pp_rc rc, const struct pp_opt *o,
    const struct pp_err *err)
{
	if (rc != PP_OK)
		pp_cmd_usage(cmd, "--%s: %s", o->name, err->msg);
}

/* Sets the i'th of the command's own options. */
static void
own(struct pp_cmd *cmd, size_t i, const char *arg, void *opts)
{
	const struct pp_opt *o = &cmd->def->opts[i];
	struct pp_err err = { 0 };
	void *p = (char *)opts + o->off;
	const char *e = NULL;

	cmd->given |= 1ull << i;
	switch (o->kind) {
	case PP_O_FLAG:
		*(bool *)p = true;
		break;
	case PP_O_STR:
		*(const char **)p = arg;
		break;
	case PP_O_LIST:
		list_add(p, arg);
		break;
	case PP_O_INT:
		*(int64_t *)p = strtonum(arg, 0, INT_MOST, &e);
		if (e != NULL)
			pp_cmd_usage(cmd, "--%s: %s is %s", o->name, arg, _(e));
		break;
	case PP_O_CENTS:
		ask(cmd, pp_money_parse(arg, false, p, &err), o, &err);
		if (*(int64_t *)p == 0)
			pp_cmd_usage(cmd, "--%s: nothing", o->name);
		break;
	case PP_O_SIGNED:
		ask(cmd, pp_money_parse(arg, true, p, &err), o, &err);
		break;
	case PP_O_SPAN:
		ask(cmd, pp_time_span(arg, p, &err), o, &err);
		break;
	case PP_O_TIME:
		cmd->later[i] = arg;
		break;
	case PP_O_DAY:
		ask(cmd, pp_time_day_parse(arg, p, &err), o, &err);
		break;
	}
}

void
pp_options_times(struct pp_cmd *cmd, void *opts)
{
	const struct pp_opt *o = cmd->def->opts;
	struct pp_err err = { 0 };
	size_t i;

	for (i = 0; i < cmd->def->nopts; i++, o++)
		if (cmd->later[i] != NULL)
			ask(cmd, pp_time_parse(cmd->later[i],
			    (int64_t *)(void *)((char *)opts + o->off), &err),
			    o, &err);
}

void
pp_options_release(struct pp_cmd *cmd, void *opts)
{
	const struct pp_opt *o = cmd->def->opts;
	struct pp_list *l;
	size_t i;

	for (i = 0; i < cmd->def->nopts; i++, o++)
		if (o->kind == PP_O_LIST) {
			l = (struct pp_list *)(void *)((char *)opts + o->off);
			free(l->v);
			l->v = NULL;
			l->n = 0;
		}
	free(cmd->args);
	free(cmd->later);
	cmd->args = cmd->argv = NULL;
	cmd->later = NULL;
	cmd->argc = 0;
}

bool
pp_options_given(const struct pp_cmd *cmd, const char *name)
{
	size_t i;

	for (i = 0; i < cmd->def->nopts; i++)
		if (strcmp(cmd->def->opts[i].name, name) == 0 &&
		    (cmd->given & 1ull << i))
			return true;
	return false;
}

static void
bad_option(const struct pp_cmd *cmd, int ch, char *argv[])
{
	const char *word = argv[optind - 1];
	int n = (int)strcspn(word, "=");

	/* A long option is the word; a letter may stand within one. */
	if (strncmp(word, "--", 2) != 0)
		pp_cmd_usage(cmd, ch == ':' ? N_("-%c: needs an argument") :
		    N_("-%c: no such option"), optopt);
	if (ch == ':')
		pp_cmd_usage(cmd, "%.*s: needs an argument", n, word);
	pp_cmd_usage(cmd, optopt != 0 ? N_("%.*s: takes no argument") :
	    N_("%.*s: no such option"), n, word);
}

/* getopt takes a beginning for the whole: --api-token SECRET would be
 * --api-token-file SECRET, and the secret in the error. */
static void
in_full(const struct pp_cmd *cmd, const char *name, const char *word)
{
	size_t n = strcspn(word, "=");

	if (n != strlen(name) + 2 || strncmp(word + 2, name, n - 2) != 0)
		pp_cmd_usage(cmd, "%.*s: no such option", (int)n, word);
}

static void
find_verb(struct pp_cmd *cmd)
{
	const struct pp_cmd_def *def = cmd->def;
	size_t i;

	if (cmd->argc == 0 && def->verbs[def->nverbs - 1].name != NULL)
		pp_cmd_usage(cmd, "say what to do");
	for (i = 0; i < def->nverbs; i++)
		if (def->verbs[i].name == NULL) {
			cmd->verb = &def->verbs[i];
			return;
		} else if (cmd->argc > 0 && strcmp(def->verbs[i].name, cmd->argv[0]) == 0) {
			cmd->verb = &def->verbs[i];
			cmd->argc--;
			cmd->argv++;
			return;
		}
	pp_cmd_usage(cmd, "%s: no such verb", cmd->argv[0]);
}

/* Does the verb take these operands and these options? */
static void
check_verb(const struct pp_cmd *cmd)
{
	const struct pp_verb *v = cmd->verb;
	unsigned int bit = PP_V(v - cmd->def->verbs);
	const struct pp_opt *o;
	size_t i;

	for (i = 0; i < cmd->def->nopts; i++) {
		o = &cmd->def->opts[i];
		if ((cmd->given & 1ull << i) && o->verbs != 0 &&
		    !(o->verbs & bit))
			pp_cmd_usage(cmd, v->name == NULL ? N_("--%s: not so") :
			    N_("--%s: not with %s"), o->name, v->name);
	}
	if (cmd->output == PP_OUT_PROM && !(v->flags & PP_CMD_PROM))
		pp_cmd_usage(cmd, "--output: json, table, csv or tsv, "
		    "not prom");
	if (cmd->argc < v->min)
		pp_cmd_usage(cmd, v->name == NULL ? N_("too few operands") :
		    N_("%s: too few operands"), v->name);
	if (v->max != PP_MANY && cmd->argc > v->max)
		pp_cmd_usage(cmd, "%s: one operand too many",
		    cmd->argv[v->max]);
}
