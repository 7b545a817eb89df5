/*
 * Rule P1: people's data of a task are erased once they are needed no more;
 * the chain of events, which never held them, still verifies.
 */
#ifndef PP_FORGET_H
#define PP_FORGET_H

#include <stdbool.h>
#include <stddef.h>

#include "store.h"

struct pp_forget {
	const char	*task;
	bool		 dry_run;	/* find out only */
	bool		 forgotten;	/* there was something to erase */
	size_t		 links;		/* whose address hash was erased */
};

/* Erases the record of people's data and the links' hashes of the mail
 * address, in one transaction with an event that names the task alone, and
 * then what is left of them in the logs.  Once more is PP_OK and nothing.
 * PP_NOTFOUND if there is no such task. */
enum pp_rc	pp_forget(const struct pp_store *, struct pp_forget *,
		    struct pp_err *err);

#endif
