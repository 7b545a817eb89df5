/*
 * What pp-status shows of many tasks, and of one on a terminal.
 */
#ifndef PP_STATUS_VIEW_H
#define PP_STATUS_VIEW_H

#include "batch.h"
#include "record.h"

extern const struct pp_column	pp_view_columns[];
extern const size_t		pp_view_ncolumns;

/* The language of sentences about a task: its customer's, else ours. */
const char	*pp_view_language(const struct pp_cmd *,
		    const struct pp_case *);
/* That of who reads what is printed: of the process in a table, English in
 * what a program reads. */
const char	*pp_view_reader(const struct pp_cmd *);
/* One task for a person's eyes: sentence, totals, history. arg is the
 * command. */
pp_row_fn	pp_view_one;
/* Tasks with an attempt whose question is due, or which is pending, or all
 * of a money state, since an instant. */
enum pp_rc	pp_view_list(struct pp_cmd *, bool due, bool pending,
		    const char *state, int64_t since, struct pp_err *err);
/* Everything that needs a person; PP_NO if there is something. */
enum pp_rc	pp_view_attention(struct pp_cmd *, struct pp_err *err);
/* When the sweep last ran, how much is due; PP_NO if it is late. */
enum pp_rc	pp_view_health(struct pp_cmd *, struct pp_err *err);

#endif
