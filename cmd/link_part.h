/*
 * What the files of pp-link share.
 */
#ifndef LINK_PART_H
#define LINK_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "case.h"
#include "link_order.h"
#include "mail_slot.h"
#include "output.h"

/* What the verbs' rows share. */
struct link_job {
	struct pp_cmd		*cmd;
	struct pp_link_opts	*o;
	struct pp_link_order	 order;
	struct pp_integration	 in;		/* create: of this batch */
	struct pp_keys		 keys;
	bool			 ready;		/* of this batch: store and keys
						 * checked */
	int			 days[PP_MAIL_DAYS];	/* list: reminders */
	size_t			 ndays;
	struct pp_buf		 after;		/* printed when the store is
						 * left */
};

/* Verbs: link_list.c, link_qr.c. */
pp_cmd_fn	link_list, link_qr;

/* Of a link, and its row as it is at now. */
#define LINK_COLUMNS	8
extern const struct pp_column link_columns[LINK_COLUMNS];
struct json_object	*link_row(const struct pp_link *,
			    const struct pp_case *, int64_t now);
/* Before each transaction and once in it: the link key, which a rekey may have
 * changed since the last one, whether a live store may be used with this
 * configuration, and what only its clock can tell. */
pp_batch_fn	link_new_batch;
enum pp_rc	link_prepare(struct pp_txn *, struct link_job *,
		    struct pp_err *);

#endif
