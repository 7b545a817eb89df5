/*
 * What every command shares: its environment, its store and configuration,
 * how it prints errors, how it ends.  Only here is the environment read.
 *
 *	int
 *	main(int argc, char *argv[])
 *	{
 *		struct opts o = { 0 };
 *
 *		return pp_cmd_main(&def, argc, argv, &o);
 *	}
 *
 * Store: --store, else $PP_STORE, else [store] path, else /var/lib/pp for
 * root and the user pp, else $XDG_STATE_HOME/pp, else ~/.local/state/pp.
 * Configuration: --config, else $PP_CONFIG, else /etc/pp/pp.conf, else
 * $XDG_CONFIG_HOME/pp/pp.conf (~/.config); one that was named must be there.
 * Drivers: $PP_PROVIDERS, but not under sudo, else those installed.
 */
#ifndef PP_COMMON_H
#define PP_COMMON_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "err.h"
#include "io.h"
#include "options.h"
#include "store.h"
#include "table.h"

#define PP_CONF_SYSTEM	"/etc/pp/pp.conf"
#define PP_STORE_SYSTEM	"/var/lib/pp"
#define PP_USER		"pp"

struct pp_cmd {
	const struct pp_cmd_def	*def;
	const struct pp_verb	*verb;
	int			 argc;		/* operands, after the verb */
	char			**argv;
	struct pp_conf		 conf;
	struct pp_store		 store;		/* for pp_store_txn */
	char			 store_dir[PATH_MAX];
	char			 keys_dir[PATH_MAX];	/* systemd's, if used */
	char			 conf_path[PATH_MAX];	/* "": none is read */
	const char		*providers;	/* pp_provider_start's dir */
	enum pp_output		 output;	/* never PP_OUT_AUTO */
	bool			 json_errors;	/* -o json was said */
	bool			 quiet;		/* -q */
	bool			 dry_run;	/* -n */
	bool			 verbose;	/* -v */
	bool			 test;		/* rows of a test store */
	/* The command line, for options.c. */
	const char		*opt_store;
	const char		*opt_conf;
	char			**args;		/* of which argv is the end */
	unsigned long long	 given;		/* bit: place in def->opts */
	const char		**later;	/* texts of PP_O_TIME */
};

/* Sets the process up (umask, descriptors, buffer of stdout), reads argv,
 * environment and configuration, runs the verb, prints its error, checks
 * stdout.  Returns the exit status. */
int	pp_cmd_main(const struct pp_cmd_def *, int argc, char *argv[],
	    void *opts);

/* The items: operands from the first'th on, else the lines of stdin, each
 * batch to fn (pp_io_each). */
enum pp_rc	pp_cmd_items(struct pp_cmd *, int first, pp_batch_fn *fn,
		    void *arg, struct pp_err *err);

/* Says on stderr what is wrong with one item: "tool: line N: member: what is
 * wrong (hint)", "tool: ITEM: ..." for an operand, or the JSON object of
 * design.md section 6 with -o json.  line 0: not from stdin; id NULL: not
 * known.  Returns rc, and clears err for the next item. */
enum pp_rc	pp_cmd_item_error(const struct pp_cmd *, size_t line,
		    const char *id, enum pp_rc rc, struct pp_err *err);
/* The same for what concerns no item. */
enum pp_rc	pp_cmd_error(const struct pp_cmd *, enum pp_rc rc,
		    struct pp_err *err);
/* A remark for people, on stderr, unless -q. */
void	pp_cmd_note(const struct pp_cmd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The same only with -v. */
void	pp_cmd_verbose(const struct pp_cmd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* What no item may be, as pp_io_each hands it on: too long (PP_DATA), an id
 * whose line has no newline (it may be cut), a NUL inside.  A JSON document
 * (first byte a brace) needs no newline. */
enum pp_rc	pp_item_check(const struct pp_item *, struct pp_err *err);
bool		pp_item_is_json(const struct pp_item *);

#endif
