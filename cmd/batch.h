/*
 * Items through one transaction a batch: read, done in order inside it,
 * printed in order after the commit.  A refused item costs that item; only a
 * failure of the store undoes a batch.  With -n the transaction is taken
 * back.
 */
#ifndef PP_BATCH_H
#define PP_BATCH_H

#include "output.h"
#include "store.h"
#include "task.h"

struct pp_row {
	const struct pp_item	*item;
	struct pp_task_doc	 doc;		/* of a task document */
	bool			 has_doc;
	/* What is printed: an object or an array of them, or a line as it
	 * is, or nothing. */
	struct json_object	*shown;
	char			*line;
	/* PP_OK and nothing to print, PP_STATE in a stream: said with -v. */
	bool			 quiet;
	enum pp_rc		 rc;
	struct pp_err		 err;
};

typedef enum pp_rc pp_row_fn(struct pp_txn *, struct pp_row *, void *arg);

enum pp_row_items {
	PP_ROW_IDS,		/* ids only */
	PP_ROW_DOCS,		/* task documents only */
	PP_ROW_EITHER		/* a document if it begins with { */
};

struct pp_batch {
	struct pp_cmd		*cmd;
	enum pp_txn_mode	 mode;
	enum pp_row_items	 items;
	bool			 need_total;	/* in documents */
	pp_batch_fn		*before;	/* each transaction, or NULL */
	pp_row_fn		*one;
	void			*arg;		/* of both */
	const struct pp_column	*columns;
	size_t			 ncolumns;
	/* Private. */
	struct pp_out		 out;
	struct pp_row		*rows;
	size_t			 n;
};

/* Operands from the first'th on, else the lines of stdin. */
enum pp_rc	pp_batch_run(struct pp_batch *, int first, struct pp_err *err);
/* One row made by the command itself; fn of pp_batch does it.  row->doc is
 * the caller's until then. */
enum pp_rc	pp_batch_one(struct pp_batch *, struct pp_row *,
		    struct pp_err *err);

#endif
