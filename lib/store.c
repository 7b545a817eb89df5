#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <db.h>

#include "door.h"
#include "engine.h"
#include "intl.h"
#include "rec.h"
#include "store.h"
#include "banned.h"

#define CACHE_BYTES	(8U << 20)
#define CACHE_DRAFT	(64U << 20)
#define LOG_BUFFER	(1U << 20)
#define LOG_FILE	(4U << 20)	/* recovery fills the last with zeros */
#define CHECKPOINT_MB	16U
/* Mutexes beside one a cached page.  What Berkeley DB reckons leaves hardly
 * any over, and its verify caches pages of 512 bytes. */
#define MUTEX_SPARE	1024U
#define MUTEX_VERIFY	32768U
#define PAGE_BYTES	4096		/* a file system block: never torn */
/* As many as pages: each that is passed over is a page fault. */
#define CACHE_CHAINS(cache)	((cache) / PAGE_BYTES)
#define REGION_ROOM	(16LL << 20)	/* what the regions take, and more */
#define BULK_BYTES	(256U << 10)
#define ENV_FLAGS	(DB_INIT_TXN | DB_INIT_LOG | DB_INIT_MPOOL)

struct pp_txn {
	const struct pp_store	*store;
	const char		*person;
	enum pp_txn_mode	 mode;
	struct pp_door		 door;
	char			 layout[PP_DOOR_LAYOUT];
	char			 home[PATH_MAX];
	DB_ENV			*env;
	DB_TXN			*txn;		/* NULL when reading */
	DB			*coll[PP_NCOLL];
	DB			*index[PP_NINDEX];
	DBT			 got[PP_NCOLL];	/* what get gave, ours */
	struct pp_recbuf	 rec;		/* what put encodes */
	bool			 indexed[PP_NCOLL];
	bool			 making;	/* files are to be made */
	bool			 private;	/* regions in memory only */
	bool			 fault;		/* never call it clean */
	char			 words[PP_ERR_MSG];	/* Berkeley DB's own */
	struct pp_facts		 facts;
};

/* An environment that is joined between transactions. */
struct pp_kept {
	DB_ENV	*env;		/* NULL while a transaction has it */
	dev_t	 dev;		/* of its first region */
	ino_t	 ino;
	bool	 no;		/* not any more */
};

/* What walk needs. */
struct walk {
	bool		 indexed;	/* else in a collection's own order */
	u_int32_t	 first, next;
	DBT		 key;
	const void	*skip;		/* a first key to pass over */
	size_t		 sklen;
};

static void		words_keep(const DB_ENV *, const char *, const char *);
static enum pp_rc	db_fail(struct pp_txn *, int, const char *,
			    struct pp_err *);
static DBT		dbt_of(const void *, size_t);
static enum pp_rc	env_try(struct pp_txn *, u_int32_t, int *,
			    struct pp_err *);
static enum pp_rc	env_open(struct pp_txn *, u_int32_t, struct pp_err *);
static bool		region_stat(const struct pp_txn *, struct stat *);
static bool		env_kept(struct pp_txn *, bool);
static bool		env_keep(struct pp_txn *);
static pp_txn_fn	nothing;
static void		env_close(struct pp_txn *);
static enum pp_rc	txn_enter(const struct pp_store *, enum pp_txn_mode,
			    u_int32_t, struct pp_txn **, struct pp_err *);
static void		txn_leave(struct pp_txn *);
static enum pp_rc	txn_begin(struct pp_txn *, struct pp_err *);
static enum pp_rc	txn_end(struct pp_txn *, bool, struct pp_err *);
static enum pp_rc	log_at(struct pp_txn *, u_int32_t *, u_int32_t *,
			    struct pp_err *);
static enum pp_rc	checkpoint(struct pp_txn *, struct pp_err *);
static enum pp_rc	format_check(struct pp_txn *, struct pp_err *);
static enum pp_rc	store_fill(struct pp_txn *, struct pp_err *);
static enum pp_rc	store_make(struct pp_txn *, struct pp_err *);
static enum pp_rc	file_open(struct pp_txn *, const char *, const char *,
			    u_int32_t, u_int32_t, void *, DB **,
			    struct pp_err *);
static enum pp_rc	coll_open(struct pp_txn *, enum pp_coll, bool,
			    struct pp_err *);
static enum pp_rc	index_open(struct pp_txn *, enum pp_index,
			    struct pp_err *);
static void		handles_close(struct pp_txn *);
static int		index_key(DB *, const DBT *, const DBT *, DBT *);
static enum pp_rc	settle(const struct pp_store *, u_int32_t,
			    struct pp_err *);
static enum pp_rc	file_check(struct pp_txn *, const char *,
			    const char *, struct pp_err *);
static enum pp_rc	walk(struct pp_txn *, enum pp_coll, DBC *,
			    struct walk *, pp_pair_fn *, void *,
			    struct pp_err *);
static enum pp_rc	walk_over(struct pp_txn *, enum pp_coll, DB *,
			    struct walk *, pp_pair_fn *, void *,
			    struct pp_err *);
static enum pp_rc	bulk(struct pp_txn *, enum pp_coll, DBC *, DBT *,
			    DBT *, pp_raw_fn *, void *, struct pp_err *);

/* The first words are the cause; those after it the consequence. */
static void
words_keep(const DB_ENV *env, const char *prefix, const char *msg)
{
	struct pp_txn *tx = env->app_private;

	(void)prefix;
	if (tx->words[0] == '\0')
		(void)snprintf(tx->words, sizeof tx->words, "%s", msg);
}

static enum pp_rc
db_fail(struct pp_txn *tx, int r, const char *what, struct pp_err *err)
{
	enum pp_rc rc = r == EACCES || r == EPERM ? PP_PERM : PP_IO;

	tx->fault = true;
	if (r == ENOSPC || r == EDQUOT)
		pp_err_hint(err, "make room on the disk and run it again");
	else if (r == DB_RUNRECOVERY)
		pp_err_hint(err, "run it again; if that fails, "
		    "pp-store recover");
	return pp_err_set(err, rc, tx->words[0] != '\0' ?
	    N_("store %s: %s: %s: %s") : N_("store %s: %s: %s"),
	    tx->store->dir, what, db_strerror(r), tx->words);
}

static DBT
dbt_of(const void *data, size_t len)
{
	DBT d;

	memset(&d, 0, sizeof d);
	d.data = (void *)(uintptr_t)data;
	d.size = (u_int32_t)len;
	return d;
}

/* One try to open the environment.  *r is Berkeley DB's answer; if it is not
 * 0 there is no environment.
 *
 * DB_NOLOCKING: who is through the door is alone, so that mutexes protect
 * nothing; each costs a page fault in a short process, and one whose holder
 * was killed would be waited for.  Who makes the regions makes and tries the
 * mutexes too. */
static enum pp_rc
env_try(struct pp_txn *tx, u_int32_t flags, int *r, struct pp_err *err)
{
	u_int32_t cache = tx->store->draft ? CACHE_DRAFT : CACHE_BYTES;
	DB_ENV *env;

	tx->words[0] = '\0';
	if ((*r = db_env_create(&env, 0)) != 0)
		return db_fail(tx, *r, "environment", err);
	env->app_private = tx;
	env->set_errcall(env, words_keep);
	if ((*r = env->set_cachesize(env, 0, cache, 1)) == 0 &&
	    (*r = env->mutex_set_increment(env, (flags & DB_RECOVER_FATAL) !=
	    0 ? MUTEX_VERIFY : MUTEX_SPARE)) == 0 &&
	    (*r = env->set_mp_tablesize(env, CACHE_CHAINS(cache))) == 0 &&
	    (*r = env->set_lg_bsize(env, LOG_BUFFER)) == 0 &&
	    (*r = env->set_lg_max(env, LOG_FILE)) == 0 &&
	    (*r = env->set_flags(env, DB_REGION_INIT | DB_NOMMAP |
	    ((flags & DB_CREATE) == 0 ? DB_NOLOCKING : 0), 1)) == 0)
		*r = env->open(env, tx->home, flags, 0600);
	if (*r != 0) {
		(void)env->close(env, 0);
		return PP_OK;
	}
	tx->env = env;
	return PP_OK;
}

/* Joins the regions if the door says that they are in order and recover is
 * 0, else throws them away and recovers.  Region files are sparse and grow as they are used;
 * on a disk too full for that a page fault in them would be SIGBUS, so there
 * they are made in memory, whose price is a recovery each time. */
static enum pp_rc
env_open(struct pp_txn *tx, u_int32_t recover, struct pp_err *err)
{
	int64_t room = pp_door_free(&tx->door);
	u_int32_t file, mb;
	enum pp_rc rc;
	int r;

	if (snprintf(tx->home, sizeof tx->home, "%s/db", tx->store->dir) >=
	    (int)sizeof tx->home)
		return pp_err_set(err, PP_CONF, "store %s: name too long",
		    tx->store->dir);
	tx->private = tx->store->draft || (room >= 0 && room < REGION_ROOM);
	if (env_kept(tx, recover == 0 && (tx->store->draft || !tx->private)))
		return PP_OK;
	if (tx->door.clean && recover == 0 && !tx->private) {
		if ((rc = env_try(tx, ENV_FLAGS, &r, err)) != PP_OK)
			return rc;
		if (r == 0)
			return PP_OK;
	}
	if ((rc = pp_door_clear(&tx->door, err)) != PP_OK ||
	    (rc = env_try(tx, ENV_FLAGS | DB_CREATE |
	    (recover != 0 ? recover : DB_RECOVER) |
	    (tx->private ? DB_PRIVATE : 0), &r, err)) != PP_OK)
		return rc;
	if (r != 0)
		return db_fail(tx, r, "recovery", err);
	/* What is no store must not be called clean: who joins does not come
	 * by here. */
	if ((rc = format_check(tx, err)) != PP_OK)
		tx->fault = true;
	else if (!tx->private && (rc = log_at(tx, &file, &mb, err)) == PP_OK)
		pp_door_fill(&tx->door, file, LOG_FILE);
	return rc;
}

static void
handles_close(struct pp_txn *tx)
{
	size_t i;

	for (i = 0; i < PP_NINDEX; i++) {
		if (tx->index[i] != NULL &&
		    tx->index[i]->close(tx->index[i], DB_NOSYNC) != 0)
			tx->fault = true;
		tx->index[i] = NULL;
	}
	for (i = 0; i < PP_NCOLL; i++) {
		if (tx->coll[i] != NULL &&
		    tx->coll[i]->close(tx->coll[i], DB_NOSYNC) != 0)
			tx->fault = true;
		tx->coll[i] = NULL;
		tx->indexed[i] = false;
	}
}

static bool
region_stat(const struct pp_txn *tx, struct stat *st)
{
	return fstatat(tx->door.dbfd, "__db.001", st, AT_SYMLINK_NOFOLLOW) ==
	    0;
}

/* Takes back what was kept, if it may be used: the marker is clean, and the
 * first region is the one that we have mapped, whose inode number no other
 * file can have meanwhile.  Otherwise somebody died in those regions, perhaps
 * with a mutex of theirs, and closing could wait for ever.  In a draft nobody
 * else can have been. */
static bool
env_kept(struct pp_txn *tx, bool may)
{
	struct pp_kept *k = tx->store->kept;
	struct stat st;
	DB_ENV *env;
	bool ours;

	if (k == NULL || (env = k->env) == NULL)
		return false;
	k->env = NULL;
	ours = tx->store->draft || (tx->door.clean && region_stat(tx, &st) &&
	    st.st_dev == k->dev && st.st_ino == k->ino);
	if (ours && may) {
		env->app_private = tx;
		tx->env = env;
		return true;
	}
	k->no = !tx->store->draft;
	if (ours)
		(void)env->close(env, 0);
	return false;
}

/* Keeps it for the next transaction, if all is well. */
static bool
env_keep(struct pp_txn *tx)
{
	struct pp_kept *k = tx->store->kept;
	struct stat st = { .st_ino = 0 };

	if (k == NULL || k->no || tx->fault || (!tx->store->draft &&
	    (tx->private || !region_stat(tx, &st))))
		return false;
	k->env = tx->env;
	k->dev = st.st_dev;
	k->ino = st.st_ino;
	return true;
}

void
pp_store_keep(struct pp_store *s)
{
	if (s->kept == NULL)
		s->kept = calloc(1, sizeof *s->kept);
}

static enum pp_rc
nothing(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	(void)tx, (void)arg, (void)err;
	return PP_OK;
}

void
pp_store_unkeep(struct pp_store *s)
{
	if (s->kept != NULL && s->kept->env != NULL) {
		s->kept->no = true;
		(void)pp_store_txn(s, PP_TXN_READ, nothing, NULL, NULL);
	}
	free(s->kept);
	s->kept = NULL;
}

static void
env_close(struct pp_txn *tx)
{
	size_t i;

	/* After a fault nothing more may reach the disk.  Regions that are
	 * shared are thrown away with what is in them; but closing an
	 * environment in memory writes its pages, even if the log that they
	 * need could not be written.  In a panic it does not (and does not
	 * free all it has). */
	if (tx->env != NULL && tx->fault && tx->private)
		(void)tx->env->set_flags(tx->env, DB_PANIC_ENVIRONMENT, 1);
	handles_close(tx);
	if (tx->env == NULL || (!env_keep(tx) &&
	    tx->env->close(tx->env, 0) != 0))
		tx->fault = true;
	tx->env = NULL;
	for (i = 0; i < PP_NCOLL; i++)
		free(tx->got[i].data);
	free(tx->rec.p);
}

static enum pp_rc
txn_begin(struct pp_txn *tx, struct pp_err *err)
{
	int r;

	if ((r = tx->env->txn_begin(tx->env, NULL, &tx->txn, 0)) != 0)
		return db_fail(tx, r, "begin", err);
	return PP_OK;
}

/* Commit and abort free the handle even when they fail.
 *
 * A commit that begins a new log file and cannot write it is answered by 0
 * (__log_flush_commit takes a file other than that of the last sync for an
 * older one).  So success is believed only if nothing was complained of and
 * everything is flushed. */
static enum pp_rc
txn_end(struct pp_txn *tx, bool commit, struct pp_err *err)
{
	DB_TXN *txn = tx->txn;
	int r;

	tx->txn = NULL;
	if (commit) {
		tx->words[0] = '\0';
		r = txn->commit(txn, tx->store->draft ? DB_TXN_NOSYNC :
		    DB_TXN_SYNC);
		if (r == 0 && tx->words[0] != '\0')
			r = EIO;
		if (r == 0 && !tx->store->draft)
			r = tx->env->log_flush(tx->env, NULL);
	} else
		r = txn->abort(txn);
	if (r != 0)
		return db_fail(tx, r, commit ? "commit" : "abort", err);
	return PP_OK;
}

static enum pp_rc
log_at(struct pp_txn *tx, u_int32_t *file, u_int32_t *mb, struct pp_err *err)
{
	DB_LOG_STAT *ls;
	int r;

	if ((r = tx->env->log_stat(tx->env, &ls, 0)) != 0)
		return db_fail(tx, r, "log", err);
	*file = ls->st_cur_file;
	*mb = ls->st_wc_mbytes;
	free(ls);
	return PP_OK;
}

/* Pages to the files, so that recovery is short; then logs that recovery can
 * do without go, once there are many and nobody is copying the store. */
static enum pp_rc
checkpoint(struct pp_txn *tx, struct pp_err *err)
{
	int64_t data, logs, keep;
	int r, hold;

	tx->words[0] = '\0';
	r = tx->env->txn_checkpoint(tx->env, 0, 0, 0);
	if (r != 0 || tx->words[0] != '\0')
		return db_fail(tx, r != 0 ? r : EIO, "checkpoint", err);
	keep = tx->store->keep_logs != 0 ? tx->store->keep_logs :
	    PP_STORE_KEEP_LOGS;
	pp_door_sizes(&tx->door, &data, &logs);
	if (logs <= keep || (hold = pp_door_hold(&tx->door)) == -1)
		return PP_OK;
	r = tx->env->log_archive(tx->env, NULL, DB_ARCH_REMOVE);
	(void)close(hold);
	if (r != 0)
		return db_fail(tx, r, "removing old logs", err);
	return PP_OK;
}

/* Only after recovery: a clean marker of our layout was written by one who
 * had checked, and the layout names the format. */
static enum pp_rc
format_check(struct pp_txn *tx, struct pp_err *err)
{
	struct stat st;
	enum pp_rc rc;

	if (fstatat(tx->door.dbfd, "meta.db", &st, AT_SYMLINK_NOFOLLOW) ==
	    -1 && errno == ENOENT) {
		if (tx->mode == PP_TXN_WRITE)
			return store_make(tx, err);
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    tx->store->dir);
	}
	rc = pp_facts_format(tx, NULL, err);
	handles_close(tx);
	return rc;
}

/* All files at once, so that one that is missing later is known to be lost
 * rather than silently made anew. */
static enum pp_rc
store_fill(struct pp_txn *tx, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < PP_NCOLL; i++)
		if ((rc = coll_open(tx, (enum pp_coll)i, true, err)) != PP_OK)
			return rc;
	return pp_facts_birth(tx, err);
}

static enum pp_rc
store_make(struct pp_txn *tx, struct pp_err *err)
{
	enum pp_rc rc, end;

	tx->making = true;
	if ((rc = txn_begin(tx, err)) != PP_OK)
		return rc;
	rc = store_fill(tx, err);
	end = txn_end(tx, rc == PP_OK, err);
	handles_close(tx);
	tx->making = false;
	if (rc == PP_OK && (rc = end) == PP_OK &&
	    (rc = pp_door_sync(&tx->door, err)) != PP_OK)
		tx->fault = true;
	return rc;
}

static enum pp_rc
file_open(struct pp_txn *tx, const char *name, const char *suffix,
    u_int32_t dbflags, u_int32_t flags, void *private, DB **out,
    struct pp_err *err)
{
	char file[64];
	DB *db;
	int r;

	(void)snprintf(file, sizeof file, "%s%s", name, suffix);
	if ((r = db_create(&db, tx->env, 0)) != 0)
		return db_fail(tx, r, file, err);
	db->app_private = private;
	if ((r = db->set_pagesize(db, PAGE_BYTES)) == 0 &&
	    (dbflags == 0 || (r = db->set_flags(db, dbflags)) == 0))
		r = db->open(db, tx->txn, file, NULL, DB_BTREE, flags, 0600);
	if (r != 0) {
		(void)db->close(db, DB_NOSYNC);
		/* Lost, or the store is older than the collection. */
		if (r == ENOENT)
			pp_err_hint(err, "pp-store rebuild");
		return db_fail(tx, r, file, err);
	}
	*out = db;
	return PP_OK;
}

/* The one place where a collection is opened: before the first write with
 * all its indexes, or they would fall short without anybody noticing. */
static enum pp_rc
coll_open(struct pp_txn *tx, enum pp_coll c, bool write, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	if (tx->coll[c] == NULL && (rc = file_open(tx, pp_coll_names[c], ".db",
	    0, tx->making ? DB_CREATE | DB_EXCL : 0, NULL, &tx->coll[c],
	    err)) != PP_OK)
		return rc;
	if (!write || tx->indexed[c])
		return PP_OK;
	for (i = 0; i < PP_NINDEX; i++)
		if (pp_indexes[i].coll == c && (rc = index_open(tx,
		    (enum pp_index)i, err)) != PP_OK)
			return rc;
	tx->indexed[c] = true;
	return PP_OK;
}

static enum pp_rc
index_open(struct pp_txn *tx, enum pp_index x, struct pp_err *err)
{
	const struct pp_index_def *ix = &pp_indexes[x];
	enum pp_rc rc;
	int r;

	if (tx->index[x] != NULL)
		return PP_OK;
	if ((rc = coll_open(tx, ix->coll, false, err)) != PP_OK ||
	    (rc = file_open(tx, ix->name, ".idx", DB_DUPSORT,
	    tx->making ? DB_CREATE | DB_EXCL : 0,
	    (void *)(uintptr_t)&pp_indexes[x], &tx->index[x], err)) != PP_OK)
		return rc;
	if ((r = tx->coll[ix->coll]->associate(tx->coll[ix->coll], tx->txn,
	    tx->index[x], index_key, 0)) != 0)
		return db_fail(tx, r, ix->name, err);
	return PP_OK;
}

/* Called by Berkeley DB for each record written: points into the header,
 * copies nothing. */
static int
index_key(DB *sdb, const DBT *key, const DBT *data, DBT *result)
{
	const struct pp_index_def *ix = sdb->app_private;
	size_t off, len;
	int in;

	(void)key;
	if ((in = pp_rec_index(data->data, data->size, ix->slot, &off,
	    &len)) <= 0)
		return in == 0 ? DB_DONOTINDEX : EINVAL;
	*result = dbt_of((char *)data->data + off, len);
	return 0;
}

/* Through the door and into the environment.  txn_leave must follow whatever
 * is returned, unless *out is NULL. */
static enum pp_rc
txn_enter(const struct pp_store *s, enum pp_txn_mode mode, u_int32_t recover,
    struct pp_txn **out, struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	struct pp_txn *tx;
	enum pp_rc rc;

	if ((*out = tx = calloc(1, sizeof *tx)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	tx->store = s;
	tx->mode = mode;
	if (mode == PP_TXN_WRITE && s->person != NULL)
		tx->person = s->person();
	tx->door = door;
	tx->facts.live = -1;
	tx->facts.head.seq = -1;
	for (size_t i = 0; i < PP_NCOLL; i++)
		tx->got[i].flags = DB_DBT_REALLOC;
	if ((rc = pp_door_enter(&tx->door, s, mode,
	    pp_engine_layout(tx->layout, sizeof tx->layout), err)) != PP_OK)
		return rc;
	return env_open(tx, recover, err);
}

/* Only what closed without a fault may be called clean; and of an older
 * format nothing, or who comes next would not look at the format. */
static void
txn_leave(struct pp_txn *tx)
{
	if (tx == NULL)
		return;
	if (tx->env != NULL && tx->txn != NULL)
		(void)txn_end(tx, false, NULL);
	env_close(tx);
	pp_door_leave(&tx->door, !tx->fault && !tx->private &&
	    !tx->facts.older);
	free(tx);
}

enum pp_rc
pp_store_txn(const struct pp_store *s, enum pp_txn_mode mode, pp_txn_fn *fn,
    void *arg, struct pp_err *err)
{
	struct pp_txn *tx;
	u_int32_t file = 0, mb = 0, newfile = 0;
	enum pp_rc rc, end;

	if ((rc = txn_enter(s, mode, 0, &tx, err)) != PP_OK)
		goto out;
	if (mode == PP_TXN_WRITE && ((rc = log_at(tx, &file, &mb, err)) !=
	    PP_OK || (rc = txn_begin(tx, err)) != PP_OK))
		goto out;
	rc = fn(tx, arg, err);
	if (rc == PP_OK && (rc = tx->facts.late) != PP_OK && err != NULL)
		*err = tx->facts.laterr;
	if (mode == PP_TXN_READ)
		goto out;
	if ((end = txn_end(tx, rc == PP_OK, err)) != PP_OK && rc == PP_OK)
		rc = end;
	if (rc != PP_OK || (rc = log_at(tx, &newfile, &mb, err)) != PP_OK)
		goto out;
	/* A log file's name must be as durable as what is in it. */
	if (newfile != file && fsync(tx->door.dbfd) == -1) {
		rc = db_fail(tx, errno, "fsync", err);
		goto out;
	}
	if (newfile != file)
		pp_door_fill(&tx->door, newfile, LOG_FILE);
	if (mb >= CHECKPOINT_MB)
		rc = checkpoint(tx, err);
out:
	txn_leave(tx);
	return rc;
}

static enum pp_rc
settle(const struct pp_store *s, u_int32_t recover, struct pp_err *err)
{
	struct pp_txn *tx;
	enum pp_rc rc;

	if ((rc = txn_enter(s, PP_TXN_READ, recover, &tx, err)) == PP_OK)
		rc = checkpoint(tx, err);
	txn_leave(tx);
	return rc;
}

enum pp_rc
pp_store_recover(const struct pp_store *s, struct pp_err *err)
{
	return settle(s, DB_RECOVER, err);
}

enum pp_rc
pp_engine_settle(const struct pp_store *s, struct pp_err *err)
{
	return settle(s, 0, err);
}

const char *
pp_engine_layout(char *buf, size_t size)
{
	(void)snprintf(buf, size, "format%d-bdb%d.%d.%d-cache%u.%u-log%u-"
	    "word%zu", PP_STORE_FORMAT, DB_VERSION_MAJOR, DB_VERSION_MINOR,
	    DB_VERSION_PATCH, CACHE_BYTES, CACHE_CHAINS(CACHE_BYTES), LOG_BUFFER,
	    8 * sizeof(void *));
	return buf;
}

static enum pp_rc
file_check(struct pp_txn *tx, const char *name, const char *suffix,
    struct pp_err *err)
{
	char file[64];
	DB *db;
	int r;

	(void)snprintf(file, sizeof file, "%s%s", name, suffix);
	tx->words[0] = '\0';
	if ((r = db_create(&db, tx->env, 0)) != 0)
		return db_fail(tx, r, file, err);
	/* This frees the handle, whatever it says. */
	if ((r = db->verify(db, file, NULL, NULL, 0)) == 0)
		return PP_OK;
	return pp_err_set(err, PP_NO, tx->words[0] != '\0' ?
	    N_("%s is damaged: %s: %s") : N_("%s is damaged: %s"), file,
	    db_strerror(r), tx->words);
}

enum pp_rc
pp_engine_sound(const char *path, struct pp_err *err)
{
	DB *db;
	int r;

	if ((r = db_create(&db, NULL, 0)) == 0) {
		db->set_errcall(db, NULL);
		db->set_errfile(db, NULL);
		r = db->verify(db, path, NULL, NULL, 0);
	}
	return r == 0 ? PP_OK : pp_err_set(err, PP_NO, "%s: %s", path,
	    db_strerror(r));
}

enum pp_rc
pp_engine_verify(const struct pp_store *copy, struct pp_err *err)
{
	struct pp_txn *tx;
	enum pp_rc rc;
	size_t i;

	rc = txn_enter(copy, PP_TXN_READ, DB_RECOVER_FATAL, &tx, err);
	for (i = 0; i < PP_NCOLL && rc == PP_OK; i++)
		rc = file_check(tx, pp_coll_names[i], ".db", err);
	for (i = 0; i < PP_NINDEX && rc == PP_OK; i++)
		rc = file_check(tx, pp_indexes[i].name, ".idx", err);
	txn_leave(tx);
	return rc;
}

const struct pp_store *
pp_txn_store(const struct pp_txn *tx)
{
	return tx->store;
}

const char *
pp_txn_person(const struct pp_txn *tx)
{
	return tx->person;
}

struct pp_recbuf *
pp_engine_rec(struct pp_txn *tx)
{
	return &tx->rec;
}

struct pp_facts *
pp_engine_facts(struct pp_txn *tx)
{
	return &tx->facts;
}

enum pp_rc
pp_txn_get_raw(struct pp_txn *tx, enum pp_coll c, const void *key,
    size_t klen, const void **val, size_t *vlen, struct pp_err *err)
{
	DBT k = dbt_of(key, klen);
	enum pp_rc rc;
	int r;

	if ((rc = coll_open(tx, c, false, err)) != PP_OK)
		return rc;
	r = tx->coll[c]->get(tx->coll[c], tx->txn, &k, &tx->got[c], 0);
	if (r == DB_NOTFOUND)
		return PP_NOTFOUND;
	if (r != 0)
		return db_fail(tx, r, pp_coll_names[c], err);
	*val = tx->got[c].data;
	*vlen = tx->got[c].size;
	return PP_OK;
}

enum pp_rc
pp_engine_put(struct pp_txn *tx, enum pp_coll c, bool new, const void *key,
    size_t klen, const void *val, size_t vlen, struct pp_err *err)
{
	DBT k = dbt_of(key, klen), v = dbt_of(val, vlen);
	enum pp_rc rc;
	int r;

	if (tx->mode != PP_TXN_WRITE || klen == 0 || klen > PP_REC_KEY)
		return pp_err_set(err, PP_BUG, tx->mode != PP_TXN_WRITE ?
		    N_("store: put into %s in a reading transaction") :
		    N_("store: put into %s: bad length of key"),
		    pp_coll_names[c]);
	if ((rc = coll_open(tx, c, true, err)) != PP_OK)
		return rc;
	r = tx->coll[c]->put(tx->coll[c], tx->txn, &k, &v,
	    new ? DB_NOOVERWRITE : 0);
	if (r == DB_KEYEXIST)
		return PP_CONFLICT;
	if (r != 0)
		return db_fail(tx, r, pp_coll_names[c], err);
	return PP_OK;
}

enum pp_rc
pp_txn_put_raw(struct pp_txn *tx, enum pp_coll c, const void *key,
    size_t klen, const void *val, size_t vlen, struct pp_err *err)
{
	return pp_engine_put(tx, c, false, key, klen, val, vlen, err);
}

enum pp_rc
pp_txn_del(struct pp_txn *tx, enum pp_coll c, const void *key, size_t klen,
    struct pp_err *err)
{
	DBT k = dbt_of(key, klen);
	enum pp_rc rc;
	int r;

	if (tx->mode != PP_TXN_WRITE)
		return pp_err_set(err, PP_BUG, "store: delete from %s in a "
		    "reading transaction", pp_coll_names[c]);
	if ((rc = coll_open(tx, c, true, err)) != PP_OK)
		return rc;
	r = tx->coll[c]->del(tx->coll[c], tx->txn, &k, 0);
	if (r == DB_NOTFOUND)
		return PP_NOTFOUND;
	if (r != 0)
		return db_fail(tx, r, pp_coll_names[c], err);
	return PP_OK;
}

/* From w->key by flag first, then next, until fn has enough.  With an index
 * the cursor is the index's and fn gets the record's own key. */
static enum pp_rc
walk(struct pp_txn *tx, enum pp_coll c, DBC *dbc, struct walk *w,
    pp_pair_fn *fn, void *arg, struct pp_err *err)
{
	DBT pkey = dbt_of(NULL, 0), data = dbt_of(NULL, 0);
	u_int32_t flag = w->first;
	struct pp_pair p;
	enum pp_rc rc;
	int r;

	for (;; flag = w->next) {
		r = w->indexed ? dbc->pget(dbc, &w->key, &pkey, &data, flag) :
		    dbc->get(dbc, &w->key, &data, flag);
		if (r == DB_NOTFOUND)
			return PP_OK;
		if (r != 0)
			return db_fail(tx, r, pp_coll_names[c], err);
		p = (struct pp_pair){ .val = data.data, .vlen = data.size,
		    .ikey = w->key.data, .iklen = w->key.size,
		    .key = w->indexed ? pkey.data : w->key.data,
		    .klen = w->indexed ? pkey.size : w->key.size };
		if (flag == w->first && w->skip != NULL && p.klen == w->sklen &&
		    memcmp(p.key, w->skip, p.klen) == 0)
			continue;
		if ((rc = fn(tx, &p, arg, err)) != PP_OK)
			return rc == PP_NO ? PP_OK : rc;
	}
}

/* A walk over db, with a cursor of its own. */
static enum pp_rc
walk_over(struct pp_txn *tx, enum pp_coll c, DB *db, struct walk *w,
    pp_pair_fn *fn, void *arg, struct pp_err *err)
{
	enum pp_rc rc;
	DBC *dbc;
	int r;

	if ((r = db->cursor(db, tx->txn, &dbc, 0)) != 0)
		return db_fail(tx, r, pp_coll_names[c], err);
	rc = walk(tx, c, dbc, w, fn, arg, err);
	if ((r = dbc->close(dbc)) != 0 && rc == PP_OK)
		rc = db_fail(tx, r, pp_coll_names[c], err);
	return rc;
}

enum pp_rc
pp_engine_scan(struct pp_txn *tx, enum pp_coll c, const void *after,
    size_t alen, pp_pair_fn *fn, void *arg, struct pp_err *err)
{
	struct walk w = { .first = after != NULL ? DB_SET_RANGE : DB_FIRST,
	    .next = DB_NEXT, .key = dbt_of(after, alen), .skip = after,
	    .sklen = alen };
	enum pp_rc rc;

	if ((rc = coll_open(tx, c, false, err)) != PP_OK)
		return rc;
	return walk_over(tx, c, tx->coll[c], &w, fn, arg, err);
}

enum pp_rc
pp_engine_follow(struct pp_txn *tx, enum pp_index x, bool exact,
    const void *from, size_t flen, pp_pair_fn *fn, void *arg,
    struct pp_err *err)
{
	struct walk w = { .indexed = true, .first = exact ? DB_SET :
	    from != NULL ? DB_SET_RANGE : DB_FIRST,
	    .next = exact ? DB_NEXT_DUP : DB_NEXT,
	    .key = dbt_of(from, flen) };
	enum pp_rc rc;

	if ((rc = index_open(tx, x, err)) != PP_OK)
		return rc;
	return walk_over(tx, pp_indexes[x].coll, tx->index[x], &w, fn, arg,
	    err);
}

enum pp_rc
pp_engine_last(struct pp_txn *tx, enum pp_coll c, void *key, size_t ksize,
    size_t *klen, const void **val, size_t *vlen, struct pp_err *err)
{
	DBT k = dbt_of(key, 0);
	enum pp_rc rc;
	DBC *dbc;
	int r, end;

	if ((rc = coll_open(tx, c, false, err)) != PP_OK)
		return rc;
	k.ulen = (u_int32_t)ksize;
	k.flags = DB_DBT_USERMEM;
	if ((r = tx->coll[c]->cursor(tx->coll[c], tx->txn, &dbc, 0)) != 0)
		return db_fail(tx, r, pp_coll_names[c], err);
	r = dbc->get(dbc, &k, &tx->got[c], DB_LAST);
	end = dbc->close(dbc);
	if (r == DB_NOTFOUND && end == 0)
		return PP_NOTFOUND;
	if (r != 0 || end != 0)
		return db_fail(tx, r != 0 ? r : end, pp_coll_names[c], err);
	*klen = k.size;
	*val = tx->got[c].data;
	*vlen = tx->got[c].size;
	return PP_OK;
}

/* Each block that the cursor gives, pair by pair. */
static enum pp_rc
bulk(struct pp_txn *tx, enum pp_coll c, DBC *dbc, DBT *key, DBT *data,
    pp_raw_fn *fn, void *arg, struct pp_err *err)
{
	u_int32_t flag = key->data != NULL ? DB_SET_RANGE : DB_FIRST;
	void *p, *k, *v;
	size_t kl, vl;
	enum pp_rc rc;
	int r;

	for (;; flag = DB_NEXT) {
		r = dbc->get(dbc, key, data, flag | DB_MULTIPLE_KEY);
		if (r == DB_NOTFOUND)
			return PP_OK;
		if (r != 0)
			return db_fail(tx, r, pp_coll_names[c], err);
		DB_MULTIPLE_INIT(p, data);
		for (;;) {
			DB_MULTIPLE_KEY_NEXT(p, data, k, kl, v, vl);
			if (p == NULL)
				break;
			if ((rc = fn(k, kl, v, vl, arg, err)) != PP_OK)
				return rc == PP_NO ? PP_OK : rc;
		}
	}
}

enum pp_rc
pp_txn_bulk(struct pp_txn *tx, enum pp_coll c, const void *from, size_t flen,
    pp_raw_fn *fn, void *arg, struct pp_err *err)
{
	DBT key = dbt_of(from, flen), data = dbt_of(NULL, 0);
	enum pp_rc rc;
	DBC *dbc;
	int r;

	if ((rc = coll_open(tx, c, false, err)) != PP_OK)
		return rc;
	data.ulen = BULK_BYTES;
	data.flags = DB_DBT_USERMEM;
	if ((data.data = malloc(BULK_BYTES)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	if ((r = tx->coll[c]->cursor(tx->coll[c], tx->txn, &dbc,
	    DB_CURSOR_BULK)) != 0) {
		rc = db_fail(tx, r, pp_coll_names[c], err);
		goto out;
	}
	rc = bulk(tx, c, dbc, &key, &data, fn, arg, err);
	if ((r = dbc->close(dbc)) != 0 && rc == PP_OK)
		rc = db_fail(tx, r, pp_coll_names[c], err);
out:
	free(data.data);
	return rc;
}
