/*
 * The part of pp-status that changes something: the processor is asked, or a
 * named person decides.
 */
#ifndef PP_STATUS_ASK_H
#define PP_STATUS_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "refresh.h"

struct pp_status_opts {
	bool		 refresh, due, pending, attention, say, health;
	bool		 find, why, watch;
	const char	*is, *state, *settle, *outcome, *reason, *language;
	const char	*transaction_no, *reference_no;
	int64_t		 since, amount, time, at;
};

struct pp_status_job {
	struct pp_cmd		*cmd;
	struct pp_status_opts	*o;
	bool			 no;		/* the answer to --is */
	struct pp_drivers	 drivers;	/* with --refresh */
	struct pp_out		*out;		/* private */
	enum pp_rc		 worst;		/* of the questions */
};

/* pp-status --refresh without items: the sweep that cron runs, a row for each
 * attempt asked about (of a dry run, that would be). */
enum pp_rc	pp_ask_sweep(struct pp_status_job *, struct pp_err *err);
/* Asks about the attempts of these items, before they are shown (pp_batch's
 * before; arg is a struct pp_status_job). */
pp_batch_fn	pp_ask_items;
/* pp-status --settle; wrong use ends the process. */
enum pp_rc	pp_ask_settle(struct pp_status_job *, struct pp_err *err);

#endif
