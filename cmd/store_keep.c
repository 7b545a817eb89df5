#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backup.h"
#include "forget.h"
#include "intl.h"
#include "store_part.h"
#include "time.h"
#include "banned.h"

static const struct pp_column backup_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "BACKUP", "backup", PP_LEFT },
	{ "BYTES", "bytes", PP_RIGHT },
	{ "EVENTS", "head.seq", PP_RIGHT },
	{ "HEAD", "head.hash", PP_LEFT }
};

static const struct pp_column keys_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "KEYS", "keys", PP_LEFT }
};

static const struct pp_column restore_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "BACKUP", "backup", PP_LEFT },
	{ "MADE", "made_at", PP_LEFT },
	{ "INCARNATION", "incarnation", PP_RIGHT },
	{ "DISABLED", "disabled", PP_RIGHT },
	{ "LOOK UP FROM", "look_up_from", PP_LEFT }
};

static const struct pp_column forget_columns[] = {
	{ "TASK", "task", PP_LEFT },
	{ "FORGOTTEN", "forgotten", PP_LEFT },
	{ "LINKS", "links", PP_RIGHT }
};

enum pp_rc
store_backup(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct json_object *row;
	struct pp_backup b;
	enum pp_rc rc;

	(void)opts;
	memset(&b, 0, sizeof b);
	if (cmd->dry_run)
		pp_cmd_note(cmd, "the store would be copied to %s",
		    cmd->argv[0]);
	else if ((rc = pp_backup_make(&cmd->store, cmd->argv[0], &b, err)) !=
	    PP_OK)
		return rc;
	row = store_row(cmd);
	store_add(row, "backup", cmd->argv[0]);
	store_add_time(row, "made_at", b.made_at);
	store_add_int(row, "bytes", b.bytes);
	store_add_head(row, &b.head);
	store_add(row, "signature", b.signature[0] != '\0' ? b.signature :
	    NULL);
	return store_print(cmd, backup_columns, STORE_N(backup_columns), row,
	    err);
}

enum pp_rc
store_backup_keys(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct json_object *row;
	enum pp_rc rc;

	(void)opts;
	if (cmd->dry_run)
		pp_cmd_note(cmd, "the keys would be written to %s",
		    cmd->argv[0]);
	else if ((rc = pp_backup_keys(&cmd->store, cmd->argv[0], err)) !=
	    PP_OK)
		return rc;
	else
		pp_cmd_note(cmd, "print %s, keep the paper in a safe, and "
		    "remove the file", cmd->argv[0]);
	row = store_row(cmd);
	store_add(row, "keys", cmd->argv[0]);
	return store_print(cmd, keys_columns, STORE_N(keys_columns), row,
	    err);
}

/* What a person must do next is told even where nobody reads the row. */
enum pp_rc
store_restore(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	const struct store_opts *o = opts;
	struct json_object *row;
	struct pp_backup b;
	char at[PP_TIME_STR];
	enum pp_rc rc;

	memset(&b, 0, sizeof b);
	b.dry_run = cmd->dry_run;
	if ((rc = pp_backup_restore(&cmd->store, cmd->argv[0], o->keys, &b,
	    err)) != PP_OK)
		return rc;
	if (cmd->dry_run)
		pp_cmd_note(cmd, "a store would be made of %s", cmd->argv[0]);
	else {
		pp_cmd_note(cmd, "payments from %s on are unknown to this "
		    "store: look them up at the processor before anybody is "
		    "asked to pay again", pp_time_str(b.look_up_from, false,
		    at, sizeof at));
		if (b.disabled != 0)
			pp_cmd_note(cmd, "no ticket is opened until "
			    "pp-integration enable NAME");
		if (!b.noted)
			pp_cmd_note(cmd, "%s could not be marked as restored: "
			    "do not restore it again", cmd->argv[0]);
	}
	row = store_row(cmd);
	store_add(row, "backup", cmd->argv[0]);
	store_add_time(row, "made_at", b.made_at);
	store_add_int(row, "incarnation", b.incarnation);
	store_add_int(row, "disabled", (int64_t)b.disabled);
	store_add_time(row, "look_up_from", b.look_up_from);
	store_add_head(row, &b.head);
	return store_print(cmd, restore_columns, STORE_N(restore_columns),
	    row, err);
}

enum pp_rc
store_forget(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct pp_forget f = { .task = cmd->argv[0],
	    .dry_run = cmd->dry_run };
	struct json_object *row;
	enum pp_rc rc;

	(void)opts;
	if ((rc = pp_forget(&cmd->store, &f, err)) != PP_OK)
		return rc;
	if (cmd->dry_run)
		pp_cmd_note(cmd, f.forgotten ?
		    N_("the data of %s would be erased") :
		    N_("there is nothing to erase of %s"), f.task);
	else if (f.forgotten)
		pp_cmd_note(cmd, "backups, mails and the field-service system "
		    "may still have the data of %s", f.task);
	row = json_object_new_object();
	store_add(row, "task", f.task);
	json_object_object_add(row, "forgotten",
	    json_object_new_boolean(f.forgotten && !cmd->dry_run));
	store_add_int(row, "links", (int64_t)f.links);
	return store_print(cmd, forget_columns, STORE_N(forget_columns), row,
	    err);
}
