/*
 * Rows of a command: lib/table with the command's format on stdout, and one
 * error for all of them.
 */
#ifndef PP_OUTPUT_H
#define PP_OUTPUT_H

#include "common.h"
#include "table.h"

struct pp_out {
	const struct pp_cmd	*cmd;
	struct pp_table		*table;
	enum pp_rc		 rc;	/* PP_IO once stdout has failed */
	struct pp_err		 err;
};

void	pp_out_init(struct pp_out *, const struct pp_cmd *,
	    const struct pp_column *, size_t n);
/* The row is taken. */
void	pp_out_row(struct pp_out *, struct json_object *row);
/* The same; an array stands for several rows. */
void	pp_out_rows(struct pp_out *, struct json_object *rows);
/* What is still held, and under a table of a test store's rows that they are
 * (rule I1); failures show at pp_io_finish too. */
void	pp_out_end(struct pp_out *);

#endif
