/*
 * What pp-link create and renew were asked for, out of their options.
 */
#ifndef PP_LINK_ORDER_H
#define PP_LINK_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "common.h"
#include "linking.h"

struct pp_link_opts {
	const char	*integration, *percent, *purpose, *expires, *language;
	const char	*if_exists, *state, *task, *total, *email, *reason;
	const char	*due_reminder, *format;
	int64_t		 amount, min, since, expiring;
	bool		 open;
};

/* Wrong use ends the process; PP_USAGE with words for a value that is none.
 * The order borrows from cmd and keys. */
enum pp_rc	pp_link_order_read(struct pp_cmd *, const struct pp_link_opts *,
		    const struct pp_keys *, struct pp_link_order *,
		    struct pp_err *err);
/* The document that --task, --total, --email and --language stand for. */
enum pp_rc	pp_link_order_doc(const struct pp_link_opts *,
		    struct pp_task_doc *, struct pp_err *err);

#endif
