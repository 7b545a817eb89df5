#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "output.h"
#include "banned.h"

void
pp_out_init(struct pp_out *o, const struct pp_cmd *cmd,
    const struct pp_column *columns, size_t n)
{
	memset(o, 0, sizeof *o);
	o->cmd = cmd;
	o->rc = pp_table_new(stdout, cmd->output, columns, n, &o->table,
	    &o->err);
}

void
pp_out_row(struct pp_out *o, struct json_object *row)
{
	if (o->rc == PP_OK)
		o->rc = pp_table_row(o->table, row, &o->err);
	json_object_put(row);
}

void
pp_out_rows(struct pp_out *o, struct json_object *rows)
{
	size_t i;

	if (!json_object_is_type(rows, json_type_array)) {
		pp_out_row(o, rows);
		return;
	}
	for (i = 0; i < json_object_array_length(rows); i++)
		pp_out_row(o, json_object_get(json_object_array_get_idx(rows,
		    i)));
	json_object_put(rows);
}

void
pp_out_end(struct pp_out *o)
{
	enum pp_rc rc = pp_table_end(o->table, &o->err);

	if (o->table != NULL && o->cmd->test &&
	    o->cmd->output == PP_OUT_TABLE)
		puts(_("(test store: no real money)"));
	o->table = NULL;
	if (o->rc == PP_OK)
		o->rc = rc;
}
