/*
 * A store of an older format becomes one of this program's: copied first,
 * then changed in one transaction, step by step, with the number.  Who is
 * killed leaves the old format or the new one.
 */
#ifndef PP_UPGRADE_H
#define PP_UPGRADE_H

#include <stdbool.h>

#include "store.h"

/* Makes format from + 1 of format from.  fn is given no arg; what it writes
 * must be what the journal then tells (rule G2). */
struct pp_migration {
	int		 from;
	pp_txn_fn	*fn;		/* NULL ends a table */
};

/* Those to PP_STORE_FORMAT. */
extern const struct pp_migration pp_migrations[];

struct pp_upgrade {
	const struct pp_migration *table;
	bool	 dry_run;
	/* Out. */
	int	 from;			/* PP_STORE_FORMAT: nothing was done */
	char	 copy[32];		/* in the store: what was before, or "" */
};

/* PP_CONF: a newer format, or one from which no way leads here.  PP_IO: a
 * collection's file is missing or damaged. */
enum pp_rc	pp_upgrade(const struct pp_store *, struct pp_upgrade *,
		    struct pp_err *err);

#endif
