/*
 * The verbs of pp-progression, a file each.
 */
#ifndef PP_PROGRESSION_PART_H
#define PP_PROGRESSION_PART_H

#include "common.h"
#include "progression_api.h"

struct prog_opts {
	struct pp_list	 step;
	const char	*key_file;
	const char	*listen;
	const char	*secret_file;
	int64_t		 since;
	const char	*settle, *outcome, *reason;	/* of note */
	bool		 list_unknown;
	bool		 watched;
	bool		 again;
	bool		 paid;
};

pp_cmd_fn	prog_pull, prog_note, prog_move, prog_set, prog_listen;
pp_cmd_fn	prog_unknown;	/* note --list-unknown, --settle */

/* The rules of the configuration. */
struct pp_prog_rules prog_rules(const struct pp_cmd *);

#endif
