#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "door.h"
#include "engine.h"
#include "files.h"
#include "fold.h"
#include "rebuild.h"
#include "rec.h"
#include "record.h"
#include "sheet.h"
#include "banned.h"

#define WORK		"rebuild"	/* in the store: old/ and new/ */
#define REPLACED	"replaced"
#define EVENTS_A_TURN	20000
#define TASKS_A_TURN	20000

struct work {
	struct pp_rebuild	*r;
	struct pp_store		 old, new;
	bool			 have[PP_NCOLL];	/* of old's files */
	struct pp_txn		*from, *to;
	struct pp_told_rest	 rest;
	/* A turn. */
	enum pp_coll		 coll;
	unsigned char		 last[PP_REC_KEY];
	size_t			 len;
	char			 task[PP_TASK_ID];
	size_t			 left;
	bool			 more;
};

/* What is read of the old store; those after the second may be missing. */
static const enum pp_coll sources[] = { PP_META, PP_EVENT, PP_PERSON,
    PP_INTEGRATION, PP_LINK, PP_ATTEMPT };
#define NSOURCES	(sizeof sources / sizeof sources[0])
#define NEEDED		2

static pp_txn_fn	copy_turn, copy_from, none_turn, none_from,
			    tasks_turn, tasks_from;
static pp_rec_fn	copy_rec;
static pp_told_fn	write_one;
static pp_day_fn	write_day;
static pp_sheet_fn	write_sheet;
static pp_fold_fn	write_task;
static enum pp_rc	drop_damaged(struct work *, const char *, bool,
			    struct pp_err *);
static enum pp_rc	take_old(struct work *, const struct pp_door *,
			    const char *, struct pp_err *);
static enum pp_rc	turns(struct work *, pp_txn_fn *, struct pp_err *);
static enum pp_rc	fill(struct work *, struct pp_err *);
static enum pp_rc	change_places(const struct pp_store *,
			    const struct pp_door *, struct pp_err *);
static enum pp_rc	room(const struct pp_store *, const struct pp_door *,
			    struct pp_err *);
static bool		is_source(const char *);

/* The old files. */

static bool
is_source(const char *name)
{
	char file[64];
	size_t i;

	for (i = 0; i < NSOURCES; i++) {
		(void)snprintf(file, sizeof file, "%s.db",
		    pp_coll_name(sources[i]));
		if (strcmp(name, file) == 0)
			return true;
	}
	return strncmp(name, "log.", 4) == 0;
}

/* Only a file that Berkeley DB calls sound is read: it trusts what is in its
 * pages. */
static enum pp_rc
drop_damaged(struct work *w, const char *dir, bool final, struct pp_err *err)
{
	char path[PATH_MAX];
	struct pp_err why;
	size_t i;

	for (i = 0; i < NSOURCES; i++) {
		memset(&why, 0, sizeof why);
		(void)snprintf(path, sizeof path, "%s/db/%s.db", dir,
		    pp_coll_name(sources[i]));
		w->have[sources[i]] = pp_engine_sound(path, &why) == PP_OK;
		if (w->have[sources[i]])
			continue;
		if (i < NEEDED && final) {
			pp_err_hint(err, "pp-store restore, of the newest "
			    "backup");
			return pp_err_set(err, PP_IO, "%s.db cannot be made "
			    "again: %s", pp_coll_name(sources[i]), why.msg);
		}
		if (i >= NEEDED)
			(void)unlink(path);
	}
	return PP_OK;
}

/* The copy is recovered by itself; a file that hinders that is left out. */
static enum pp_rc
take_old(struct work *w, const struct pp_door *door, const char *dir,
    struct pp_err *err)
{
	struct pp_files_owner owner = { false, 0, 0 };
	struct pp_err why = { .msg = "" };
	enum pp_rc rc;

	if ((rc = pp_files_copy(door->dirfd, "db", dir, is_source, &owner,
	    err)) != PP_OK)
		return rc;
	if (pp_engine_settle(&w->old, &why) != PP_OK &&
	    ((rc = drop_damaged(w, dir, false, err)) != PP_OK ||
	    (rc = pp_engine_settle(&w->old, err)) != PP_OK)) {
		pp_err_hint(err, "pp-store restore, of the newest backup");
		return PP_IO;
	}
	return drop_damaged(w, dir, true, err);
}

/* As they are: events, people, facts. */

static enum pp_rc
copy_rec(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	(void)tx;
	if (w->left-- == 0) {
		w->more = true;
		return PP_NO;
	}
	memcpy(w->last, key, w->len = klen);
	return pp_txn_put(w->to, w->coll, key, klen, rec, err);
}

static enum pp_rc
copy_from(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	return pp_txn_scan(tx, w->coll, w->len != 0 ? w->last : NULL, w->len,
	    copy_rec, w, err);
}

static enum pp_rc
copy_turn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	w->to = tx;
	w->left = EVENTS_A_TURN;
	return pp_store_txn(&w->old, PP_TXN_READ, copy_from, w, err);
}

/* From the journal, which is in the new store by now. */

/* With what the journal does not tell. */
static enum pp_rc
write_one(const struct pp_kind *k, void *s, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	union pp_kind_any old;
	char key[PP_KIND_KEY];
	struct pp_attempt *a;
	struct pp_rec rec;
	bool aside = k->coll == PP_INTEGRATION || k->coll == PP_LINK ||
	    k->coll == PP_ATTEMPT;

	w->r->records++;
	if (aside && w->have[k->coll] && pp_txn_get(w->from, k->coll, key,
	    pp_kind_key(k, s, key), &rec, NULL) == PP_OK &&
	    pp_kind_read(k, &rec, &old, NULL) == PP_OK)
		pp_kind_carry(k, &old, s);
	else if (k->coll == PP_ATTEMPT) {
		/* It cannot be asked about without its ticket; but it must
		 * not be forgotten. */
		a = s;
		a->next_check_at = pp_attempt_next(a);
		w->r->tickets += a->presented_at != 0;
	} else if (k->coll == PP_LINK)
		w->r->links++;
	else if (k->coll == PP_INTEGRATION)
		w->r->tokens += ((struct pp_integration *)s)->removed_at == 0;
	return pp_record_put(w->to, k, s, err);
}

static enum pp_rc
write_day(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	return pp_day_put(w->to, e, err);
}

static enum pp_rc
write_sheet(const unsigned char *key, int64_t number,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	(void)number;
	w->r->records++;
	return pp_txn_put(w->to, PP_SHEET, key, 8, rec, err);
}

/* What belongs to no task; of orphans the adopted ones are written with their
 * tasks, later. */
static enum pp_rc
none_from(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;
	size_t i;

	w->from = tx;
	if ((rc = pp_fold_rest(w->to, &w->rest, err)) == PP_OK &&
	    (rc = pp_told_integrations(&w->rest, write_one, w, err)) ==
	    PP_OK && (rc = pp_told_each(&w->rest.none, write_one, w, err)) ==
	    PP_OK)
		rc = pp_told_days(&w->rest.none, &w->rest, write_day, w, err);
	for (i = 0; i < w->rest.nsheets && rc == PP_OK; i++)
		rc = pp_sheet_record(w->rest.sheets[i].text, write_sheet, w,
		    err);
	return rc;
}

static enum pp_rc
none_turn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	w->to = tx;
	return pp_store_txn(&w->old, PP_TXN_READ, none_from, w, err);
}

static enum pp_rc
write_task(struct pp_told *t, void *arg, struct pp_err *err)
{
	struct work *w = arg;
	enum pp_rc rc;

	if (w->left-- == 0) {
		w->more = true;
		return PP_NO;
	}
	(void)strlcpy(w->task, t->task, sizeof w->task);
	if ((rc = pp_told_each(t, write_one, w, err)) != PP_OK)
		return rc;
	return pp_told_days(t, &w->rest, write_day, w, err);
}

static enum pp_rc
tasks_from(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	w->from = tx;
	return pp_fold_tasks(w->to, w->task, &w->rest, write_task, w, err);
}

static enum pp_rc
tasks_turn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct work *w = arg;

	w->to = tx;
	w->left = TASKS_A_TURN;
	return pp_store_txn(&w->old, PP_TXN_READ, tasks_from, w, err);
}

static enum pp_rc
turns(struct work *w, pp_txn_fn *fn, struct pp_err *err)
{
	enum pp_rc rc;

	w->len = 0;
	do {
		w->more = false;
		rc = pp_store_txn(&w->new, PP_TXN_WRITE, fn, w, err);
	} while (rc == PP_OK && w->more);
	return rc;
}

static enum pp_rc
fill(struct work *w, struct pp_err *err)
{
	static const enum pp_coll whole[] = { PP_META, PP_EVENT, PP_PERSON };
	struct pp_verify v = PP_VERIFY_INIT;
	enum pp_rc rc = PP_OK;
	int64_t bytes;
	size_t i;

	for (i = 0; i < sizeof whole / sizeof whole[0] && rc == PP_OK; i++) {
		w->coll = whole[i];
		if (w->have[w->coll])
			rc = turns(w, copy_turn, err);
		else
			w->r->people_lost = true;
	}
	if (rc != PP_OK || (rc = turns(w, none_turn, err)) != PP_OK ||
	    (rc = turns(w, tasks_turn, err)) != PP_OK)
		return rc;
	v.tell = w->r->tell;
	v.arg = w->r->arg;
	if ((rc = pp_verify_copy(&w->new, &v, err)) == PP_NO) {
		pp_err_hint(err, "nothing was changed; pp-store restore, of "
		    "the newest backup");
		return PP_IO;
	}
	w->r->head = v.head;
	if (rc != PP_OK || (rc = pp_engine_settle(&w->new, err)) != PP_OK)
		return rc;
	pp_store_unkeep(&w->new);
	return pp_files_sync(w->new.dir, "db", &bytes, err);
}

/* In one step: at any instant there is one store. */
static enum pp_rc
change_places(const struct pp_store *s, const struct pp_door *door,
    struct pp_err *err)
{
	if (renameat2(door->dirfd, "db", door->dirfd, WORK "/new/db",
	    RENAME_EXCHANGE) == -1)
		return pp_err_set(err, errno == EINVAL || errno == ENOSYS ?
		    PP_CONF : PP_IO, "%s: the new files cannot take the place "
		    "of the old ones: %s", s->dir, strerror(errno));
	if (fsync(door->dirfd) == -1 || renameat(door->dirfd, WORK "/new/db",
	    door->dirfd, REPLACED) == -1 || fsync(door->dirfd) == -1)
		return pp_err_set(err, PP_IO, "%s: %s", s->dir,
		    strerror(errno));
	return PP_OK;
}

static enum pp_rc
room(const struct pp_store *s, const struct pp_door *door,
    struct pp_err *err)
{
	int64_t keep = s->reserve != 0 ? s->reserve : PP_STORE_RESERVE;
	int64_t data, logs, need, have = pp_door_free(door);

	pp_door_sizes(door, &data, &logs);
	need = 3 * data + logs;	/* the copy; the new files and their log */
	if (have >= 0 && have - keep < need)
		return pp_err_set(err, PP_IO, "a rebuild needs %lld MiB and "
		    "the disk of %s has %lld MiB free beside its reserve",
		    (long long)(need >> 20), s->dir,
		    (long long)(have > keep ? (have - keep) >> 20 : 0));
	return PP_OK;
}

enum pp_rc
pp_rebuild(const struct pp_store *s, struct pp_rebuild *r,
    struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	struct pp_store held = *s;
	char layout[PP_DOOR_LAYOUT], old[PATH_MAX], new[PATH_MAX];
	char keys[PATH_MAX], work[PATH_MAX];
	struct stat st;
	struct work *w;
	enum pp_rc rc;

	if ((w = calloc(1, sizeof *w)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	w->r = r;
	(void)snprintf(work, sizeof work, "%s/" WORK, s->dir);
	(void)snprintf(keys, sizeof keys, "%s/keys", s->dir);
	if (snprintf(old, sizeof old, "%s/" WORK "/old", s->dir) >=
	    (int)sizeof old || snprintf(new, sizeof new, "%s/" WORK "/new",
	    s->dir) >= (int)sizeof new) {
		rc = pp_err_set(err, PP_CONF, "store %s: name too long",
		    s->dir);
		goto out;
	}
	w->old = w->new = *s;
	w->old.draft = w->new.draft = true;
	w->old.kept = w->new.kept = NULL;
	w->old.dir = old;
	w->old.reserve = 1;
	w->old.keep_logs = INT64_MAX;
	w->new.dir = new;
	w->new.keep_logs = 1;
	w->new.keys = s->keys != NULL ? s->keys : keys;
	held.doing = "rebuild";
	if ((rc = pp_door_enter(&door, &held, PP_TXN_READ, pp_engine_layout(layout,
	    sizeof layout), err)) != PP_OK)
		goto leave;
	if (!r->dry_run && fstatat(door.dirfd, REPLACED, &st,
	    AT_SYMLINK_NOFOLLOW) == 0) {
		pp_err_hint(err, "look whether they are still wanted, and "
		    "remove them");
		rc = pp_err_set(err, PP_STATE, "the files that an earlier "
		    "rebuild replaced are in %s/%s", s->dir, REPLACED);
		goto leave;
	}
	pp_files_remove(s->dir, WORK);
	if ((rc = room(s, &door, err)) != PP_OK)
		goto leave;
	if (mkdirat(door.dirfd, WORK, 0700) == -1) {
		rc = pp_err_set(err, PP_IO, "%s: %s", work, strerror(errno));
		goto leave;
	}
	if ((rc = take_old(w, &door, old, err)) == PP_OK) {
		pp_store_keep(&w->old);
		pp_store_keep(&w->new);
		rc = fill(w, err);
		pp_store_unkeep(&w->new);
		pp_store_unkeep(&w->old);
	}
	if (rc == PP_OK && !r->dry_run)
		rc = change_places(s, &door, err);
	pp_files_remove(s->dir, WORK);
leave:
	pp_door_leave(&door, false);
out:
	pp_told_rest_release(&w->rest);
	free(w);
	return rc;
}
