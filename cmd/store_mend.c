#include "config.h"

#include <stdio.h>
#include <string.h>

#include "rebuild.h"
#include "rekey.h"
#include "store_part.h"
#include "upgrade.h"
#include "banned.h"

static const struct pp_column rebuild_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "REBUILT", "rebuilt", PP_LEFT },
	{ "RECORDS", "records", PP_RIGHT },
	{ "EVENTS", "head.seq", PP_RIGHT },
	{ "HEAD", "head.hash", PP_LEFT }
};

static const struct pp_column rekey_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "KEY", "key", PP_LEFT },
	{ "CHANGED", "changed", PP_LEFT },
	{ "TOKENS", "tokens", PP_RIGHT },
	{ "TICKETS", "tickets", PP_RIGHT },
	{ "LINKS", "links", PP_RIGHT }
};

static const struct pp_column upgrade_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "FORMAT", "format", PP_RIGHT },
	{ "UPGRADED", "upgraded", PP_LEFT }
};

/* What could not be carried over, and what a person does about it. */
enum pp_rc
store_rebuild(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct pp_rebuild r = { .dry_run = cmd->dry_run };
	struct json_object *row, *lost;
	enum pp_rc rc;

	(void)opts;
	if (store_watched(cmd)) {
		r.tell = store_tell;
		r.arg = cmd;
	}
	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	if ((rc = pp_rebuild(&cmd->store, &r, err)) != PP_OK)
		return rc;
	if (cmd->dry_run)
		pp_cmd_note(cmd, "the store would be rebuilt; what it would "
		    "become was made, and is sound");
	else
		pp_cmd_note(cmd, "the old files are in %s/replaced: remove "
		    "them when all is well", cmd->store.dir);
	if (r.people_lost)
		pp_cmd_note(cmd, "names and addresses could not be read: they "
		    "come back with each task's next document");
	if (r.tokens != 0)
		pp_cmd_note(cmd, "API tokens could not be read: "
		    "pp-integration rotate NAME");
	if (r.tickets != 0)
		pp_cmd_note(cmd, "tickets could not be read: attempts without "
		    "an end need pp-status --settle");
	row = store_row(cmd);
	json_object_object_add(row, "rebuilt",
	    json_object_new_boolean(!cmd->dry_run));
	store_add_int(row, "records", r.records);
	lost = json_object_new_object();
	json_object_object_add(lost, "people",
	    json_object_new_boolean(r.people_lost));
	store_add_int(lost, "tokens", r.tokens);
	store_add_int(lost, "tickets", r.tickets);
	store_add_int(lost, "address_hashes", r.links);
	json_object_object_add(row, "lost", lost);
	store_add_head(row, &r.head);
	return store_print(cmd, rebuild_columns, STORE_N(rebuild_columns),
	    row, err);
}

/* What it means for people is said before it is done, with -n, and after. */
enum pp_rc
store_rekey(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct pp_rekey r = { .key = PP_KEY_SEAL, .dry_run = cmd->dry_run };
	struct json_object *row;
	enum pp_rc rc;
	int i;

	(void)opts;
	if (cmd->argc > 0) {
		for (i = 0; i < PP_NKEYS; i++)
			if (strcmp(cmd->argv[0], pp_key_words[i]) == 0)
				break;
		if (i == PP_NKEYS)
			pp_cmd_usage(cmd, "rekey: seal, link or sign, not %s",
			    cmd->argv[0]);
		r.key = (enum pp_key_name)i;
	}
	if ((rc = pp_rekey(&cmd->store, &r, err)) != PP_OK)
		return rc;
	if (r.key == PP_KEY_LINK && cmd->dry_run)
		pp_cmd_note(cmd, "the addresses of all links would change: "
		    "none that was sent would work any more");
	else if (r.key == PP_KEY_LINK)
		pp_cmd_note(cmd, "the addresses of all links have changed: "
		    "none that was sent works any more; send them again "
		    "(pp-link url)");
	if (!cmd->dry_run) {
		pp_cmd_note(cmd, "start pp-page again, and write the keys "
		    "down anew: pp-store backup-keys FILE");
		pp_cmd_note(cmd, "backups made before need the old keys: make "
		    "a new one now");
	}
	row = store_row(cmd);
	store_add(row, "key", pp_key_words[r.key]);
	json_object_object_add(row, "changed",
	    json_object_new_boolean(!cmd->dry_run));
	store_add_int(row, "tokens", r.tokens);
	store_add_int(row, "tickets", r.tickets);
	store_add_int(row, "links", r.links);
	return store_print(cmd, rekey_columns, STORE_N(rekey_columns), row,
	    err);
}

enum pp_rc
store_upgrade(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct pp_upgrade u = { .table = pp_migrations,
	    .dry_run = cmd->dry_run };
	struct json_object *row;
	enum pp_rc rc;
	bool old;

	(void)opts;
	if ((rc = pp_upgrade(&cmd->store, &u, err)) != PP_OK)
		return rc;
	old = u.from != PP_STORE_FORMAT;
	if (!old)
		pp_cmd_note(cmd, "nothing is to be done: the store has the "
		    "format that this program writes");
	else if (cmd->dry_run)
		pp_cmd_note(cmd, "the store would get format %d, it has %d",
		    PP_STORE_FORMAT, u.from);
	else
		pp_cmd_note(cmd, "what it was is in %s/%s: remove it when all "
		    "is well", cmd->store.dir, u.copy);
	row = store_row(cmd);
	store_add_int(row, "format", old && cmd->dry_run ? u.from :
	    PP_STORE_FORMAT);
	json_object_object_add(row, "upgraded",
	    json_object_new_boolean(old && !cmd->dry_run));
	return store_print(cmd, upgrade_columns, STORE_N(upgrade_columns),
	    row, err);
}
