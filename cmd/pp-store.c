#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "intl.h"
#include "seal.h"
#include "store.h"
#include "store_part.h"
#include "time.h"
#include "verify.h"
#include "banned.h"

/* What the store says of itself. */
struct facts {
	char		kind[16];
	struct pp_head	head;
	const char	*keys[PP_NKEYS];
};

static pp_cmd_fn	init, info, verify, recover;
static pp_txn_fn	nothing, look;
static const struct pp_verb verbs[] = {
	{ "init",	init,		0, 0, 0 },
	{ "info",	info,		0, 0, PP_CMD_SECRET | PP_CMD_PROM },
	{ "verify",	verify,		0, 0, PP_CMD_SECRET },
	{ "recover",	recover,	0, 0, 0 },
	{ "backup",	store_backup,	1, 1, PP_CMD_SECRET },
	{ "backup-keys", store_backup_keys, 1, 1, PP_CMD_SECRET },
	{ "restore",	store_restore,	1, 1, PP_CMD_SECRET },
	{ "forget",	store_forget,	1, 1, 0 },
	{ "rebuild",	store_rebuild,	0, 0, PP_CMD_SECRET },
	{ "doctor",	store_doctor,	0, 0, PP_CMD_SECRET | PP_CMD_NODRY },
	{ "rekey",	store_rekey,	0, 1, PP_CMD_SECRET },
	{ "upgrade",	store_upgrade,	0, 0, 0 }
};

enum { INIT, INFO, VERIFY, RECOVER, BACKUP, BACKUP_KEYS, RESTORE, FORGET,
	REBUILD, DOCTOR, REKEY, UPGRADE };

static const struct pp_opt options[] = {
	{ "head", 0, PP_O_STR, offsetof(struct store_opts, head),
	    PP_V(VERIFY) },
	{ "keys", 0, PP_O_STR, offsetof(struct store_opts, keys),
	    PP_V(RESTORE) },
	{ "automations", 0, PP_O_STR, offsetof(struct store_opts,
	    automations), PP_V(DOCTOR) }
};

static const struct pp_cmd_def def = {
	"pp-store",
	"usage: pp-store init | info | verify | recover | backup dir |\n"
	"           backup-keys file | restore dir | forget task | rebuild |\n"
	"           rekey [seal|link|sign] | upgrade | doctor [-hVnqv]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv|prom]\n"
	"           [--head seq:hash] [--keys file] [--automations dir]\n",
	options, sizeof options / sizeof options[0],
	verbs, sizeof verbs / sizeof verbs[0], 0
};

static const struct pp_column init_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "CREATED", "created", PP_LEFT }
};

static const struct pp_column info_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "KIND", "kind", PP_LEFT },
	{ "FORMAT", "format", PP_RIGHT },
	{ "TASKS", "records.task", PP_RIGHT },
	{ "LINKS", "records.link", PP_RIGHT },
	{ "ATTEMPTS", "records.attempt", PP_RIGHT },
	{ "PAYMENTS", "records.payment", PP_RIGHT },
	{ "EVENTS", "records.event", PP_RIGHT },
	{ "DATA", "data_bytes", PP_RIGHT },
	{ "LOGS", "log_bytes", PP_RIGHT },
	{ "FREE", "free_bytes", PP_RIGHT },
	{ "DISK", "file_system", PP_LEFT }
};

static const struct pp_column verify_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "SOUND", "sound", PP_LEFT },
	{ "EVENTS", "head.seq", PP_RIGHT },
	{ "HEAD", "head.hash", PP_LEFT }
};

static const struct pp_column recover_columns[] = {
	{ "STORE", "store", PP_LEFT },
	{ "RECOVERED", "recovered", PP_LEFT }
};

struct json_object *
store_row(const struct pp_cmd *cmd)
{
	struct json_object *o = json_object_new_object();

	store_add(o, "store", cmd->store.dir);
	return o;
}

void
store_add(struct json_object *o, const char *name, const char *value)
{
	json_object_object_add(o, name,
	    value != NULL ? json_object_new_string(value) : NULL);
}

void
store_add_int(struct json_object *o, const char *name, int64_t value)
{
	json_object_object_add(o, name, json_object_new_int64(value));
}

void
store_add_time(struct json_object *o, const char *name, int64_t at)
{
	char text[PP_TIME_STR];

	store_add(o, name, at == 0 ? NULL : pp_time_str(at, false, text,
	    sizeof text));
}

void
store_add_head(struct json_object *o, const struct pp_head *head)
{
	struct json_object *h = json_object_new_object();

	store_add_int(h, "seq", head->seq);
	store_add(h, "hash", head->hash);
	json_object_object_add(o, "head", h);
}

enum pp_rc
store_print(struct pp_cmd *cmd, const struct pp_column *columns, size_t n,
    struct json_object *row, struct pp_err *err)
{
	struct pp_out out;

	pp_out_init(&out, cmd, columns, n);
	pp_out_row(&out, row);
	pp_out_end(&out);
	if (out.rc != PP_OK)
		*err = out.err;
	return out.rc;
}

static enum pp_rc
nothing(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	(void)tx, (void)arg, (void)err;
	return PP_OK;
}

static enum pp_rc
init(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	bool created = !pp_store_exists(cmd->store.dir);
	struct json_object *row;
	enum pp_rc rc;

	(void)opts;
	if (!cmd->dry_run && (rc = pp_store_txn(&cmd->store, PP_TXN_WRITE,
	    nothing, NULL, err)) != PP_OK)
		return rc;
	if (cmd->dry_run)
		pp_cmd_note(cmd, created ? N_("a store would be made") :
		    N_("there is a store"));
	row = store_row(cmd);
	json_object_object_add(row, "created",
	    json_object_new_boolean(created));
	return store_print(cmd, init_columns, STORE_N(init_columns), row, err);
}

/* A key that is missing or another's is a fact to be shown, not a failure to
 * show the others. */
static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct facts *f = arg;
	struct pp_keys keys;
	enum pp_rc rc;
	size_t i;

	rc = pp_meta_get(tx, "kind", f->kind, sizeof f->kind, err);
	if (rc != PP_OK && rc != PP_NOTFOUND)
		return rc;
	for (i = 0; i < PP_NKEYS; i++) {
		rc = pp_txn_keys(tx, 1u << i, &keys, NULL);
		f->keys[i] = rc == PP_OK ? "ok" : rc == PP_PERM ?
		    "not readable by its owner alone" : "missing or wrong";
		pp_keys_wipe(&keys);
	}
	return pp_journal_head(tx, &f->head, err);
}

static enum pp_rc
info(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	static const char *const names[PP_NKEYS] = { "seal", "link", "sign" };
	struct pp_store_info si;
	struct json_object *row, *o;
	struct facts f;
	enum pp_rc rc;
	size_t i;

	(void)opts;
	if (cmd->output == PP_OUT_PROM)
		return store_prom(cmd, err);
	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, look, &f, err)) !=
	    PP_OK || (rc = pp_store_info(&cmd->store, &si, err)) != PP_OK)
		return rc;
	row = store_row(cmd);
	store_add(row, "kind", f.kind[0] != '\0' ? f.kind : NULL);
	json_object_object_add(row, "format", json_object_new_int(si.format));
	store_add(row, "file_system", si.fstype);
	json_object_object_add(row, "data_bytes",
	    json_object_new_int64(si.data_bytes));
	json_object_object_add(row, "log_bytes",
	    json_object_new_int64(si.log_bytes));
	json_object_object_add(row, "free_bytes",
	    json_object_new_int64(si.free_bytes));
	o = json_object_new_object();
	for (i = 0; i < PP_NCOLL; i++)
		json_object_object_add(o, pp_coll_name((enum pp_coll)i),
		    json_object_new_int64(si.records[i]));
	json_object_object_add(row, "records", o);
	o = json_object_new_object();
	for (i = 0; i < PP_NKEYS; i++)
		store_add(o, names[i], f.keys[i]);
	json_object_object_add(row, "keys", o);
	store_add_head(row, &f.head);
	return store_print(cmd, info_columns, STORE_N(info_columns), row, err);
}

/* For who looks on; a log has no use for it. */
void
store_tell(const char *what, int64_t done, void *arg)
{
	const struct pp_cmd *cmd = arg;

	if (strcmp(what, "files") == 0)
		fprintf(stderr, _("%s: checking the files\n"), cmd->def->name);
	else if (strcmp(what, "events") == 0)
		fprintf(stderr, ngettext("%s: %lld event checked, replaying "
		    "it\n", "%s: %lld events checked, replaying them\n",
		    (unsigned long)done), cmd->def->name, (long long)done);
	else
		fprintf(stderr, ngettext("%s: %lld task replayed\n",
		    "%s: %lld tasks replayed\n", (unsigned long)done),
		    cmd->def->name, (long long)done);
}

bool
store_watched(const struct pp_cmd *cmd)
{
	return !cmd->quiet && isatty(STDERR_FILENO);
}

static enum pp_rc
verify(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	const struct store_opts *o = opts;
	struct pp_verify v = PP_VERIFY_INIT;
	struct json_object *row;
	enum pp_rc rc;

	if (store_watched(cmd)) {
		v.tell = store_tell;
		v.arg = cmd;
	}
	if ((o->head != NULL && (rc = pp_verify_head(o->head, &v, err)) !=
	    PP_OK) || (rc = pp_verify_store(&cmd->store, &v, err)) != PP_OK)
		return rc;
	row = store_row(cmd);
	json_object_object_add(row, "sound", json_object_new_boolean(true));
	store_add_head(row, &v.head);
	return store_print(cmd, verify_columns, STORE_N(verify_columns), row,
	    err);
}

static enum pp_rc
recover(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	struct json_object *row;
	enum pp_rc rc;

	(void)opts;
	if (cmd->dry_run)
		pp_cmd_note(cmd, "the store would be recovered");
	else if ((rc = pp_store_recover(&cmd->store, err)) != PP_OK)
		return rc;
	row = store_row(cmd);
	json_object_object_add(row, "recovered",
	    json_object_new_boolean(!cmd->dry_run));
	return store_print(cmd, recover_columns, STORE_N(recover_columns), row, err);
}

int
main(int argc, char *argv[])
{
	struct store_opts opts = { NULL, NULL, NULL };

	return pp_cmd_main(&def, argc, argv, &opts);
}
