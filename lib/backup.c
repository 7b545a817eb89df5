#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "door.h"
#include "engine.h"
#include "files.h"
#include "io.h"
#include "json.h"
#include "record.h"
#include "time.h"
#include "verify.h"
#include "banned.h"

#define NOTE		"backup.json"
#define NOTE_MAX	4096
#define PART		"part"		/* in a backup, while it is made */
#define HALF		"restore"	/* in a store, while it is made */
#define ALL_KEYS	((1u << PP_NKEYS) - 1)

/* What is asked of the store that is copied, or of the copy. */
struct asking {
	struct pp_backup	*b;
	struct pp_keys		 keys;
	unsigned int		 want;
	int64_t			 least;	/* the incarnation is above this */
	struct pp_integration	*ins;
	size_t			 n;
};

static pp_txn_fn	stamp, take_keys, come_back, try_keys;
static pp_rec_fn	integration;
static enum pp_rc	finish(const char *, const struct pp_store *,
			    struct pp_backup *, struct pp_err *);
static enum pp_rc	note_write(const char *, const struct pp_store *,
			    const struct pp_backup *, struct pp_err *);
static enum pp_rc	note_read(int, const char *, struct pp_backup *,
			    struct pp_err *);
static enum pp_rc	keys_place(const char *, int *, struct pp_err *);
static enum pp_rc	keys_file(const char *, struct pp_keys *,
			    struct pp_err *);
static enum pp_rc	keys_settle(const struct pp_store *, const char *,
			    const char *, struct pp_err *);
static enum pp_rc	fill(const struct pp_store *, const char *,
			    struct pp_backup *, struct pp_err *);
static enum pp_rc	path_of(char [PATH_MAX], const char *, const char *,
			    struct pp_err *);

static enum pp_rc
path_of(char out[PATH_MAX], const char *dir, const char *name,
    struct pp_err *err)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return pp_err_set(err, PP_CONF, "%s: name too long", dir);
	return PP_OK;
}

/* Making one. */

static enum pp_rc
stamp(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *k = arg;

	(void)err;
	k->b->made_at = pp_txn_now(tx);
	/* A backup without a signed head is better than none. */
	if (pp_txn_keys(tx, 1u << PP_KEY_SIGN, &k->keys, NULL) != PP_OK)
		k->keys.have = 0;
	return PP_OK;
}

/* The copy at part becomes sound and settled, or it is none. */
static enum pp_rc
finish(const char *part, const struct pp_store *s, struct pp_backup *b,
    struct pp_err *err)
{
	struct pp_store copy = { .dir = part, .command = s->command,
	    .reserve = 1, .keep_logs = INT64_MAX, .wait = s->wait,
	    .draft = true };
	struct pp_verify v = PP_VERIFY_INIT;
	enum pp_rc rc;

	pp_store_keep(&copy);
	rc = pp_verify_copy(&copy, &v, err);
	if (rc == PP_NO) {
		pp_err_hint(err, "what was copied is not sound: pp-store "
		    "verify");
		rc = PP_IO;
	}
	b->head = v.head;
	/* Logs that the files do not need any more make a backup large. */
	copy.keep_logs = 1;
	if (rc == PP_OK)
		rc = pp_engine_settle(&copy, err);
	pp_store_unkeep(&copy);
	return rc;
}

static enum pp_rc
note_write(const char *path, const struct pp_store *s,
    const struct pp_backup *b, struct pp_err *err)
{
	struct json_object *o = json_object_new_object();
	char at[PP_TIME_STR], file[PATH_MAX];
	const char *text;
	enum pp_rc rc;

	json_object_object_add(o, "v", json_object_new_int(1));
	json_object_object_add(o, "format",
	    json_object_new_int(PP_STORE_FORMAT));
	json_object_object_add(o, "store", json_object_new_string(s->dir));
	json_object_object_add(o, "made_at", json_object_new_string(
	    pp_time_str(b->made_at, true, at, sizeof at)));
	json_object_object_add(o, "bytes", json_object_new_int64(b->bytes));
	json_object_object_add(o, "incarnation",
	    json_object_new_int64(b->incarnation));
	json_object_object_add(o, "seq", json_object_new_int64(b->head.seq));
	json_object_object_add(o, "hash",
	    json_object_new_string(b->head.hash));
	json_object_object_add(o, "signature", b->signature[0] == '\0' ?
	    NULL : json_object_new_string(b->signature));
	if ((text = pp_json_text(o)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	else if ((rc = path_of(file, path, NOTE, err)) == PP_OK)
		rc = pp_io_replace(file, text, strlen(text), 0600, err);
	json_object_put(o);
	return rc;
}

enum pp_rc
pp_backup_make(const struct pp_store *s, const char *dir, struct pp_backup *b,
    struct pp_err *err)
{
	struct asking k = { .b = b };
	struct pp_files_place to;
	char part[PATH_MAX];
	enum pp_rc rc;

	memset(b, 0, sizeof *b);
	if (!pp_store_exists(s->dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    s->dir);
	if ((rc = pp_files_place(&to, dir, s->dir, PART, "db", NOTE, err)) !=
	    PP_OK)
		return rc;
	if ((rc = path_of(part, to.path, PART, err)) != PP_OK ||
	    (rc = pp_store_txn(s, PP_TXN_READ, stamp, &k, err)) != PP_OK ||
	    (rc = pp_copy_make(s, part, err)) != PP_OK ||
	    (rc = finish(part, s, b, err)) != PP_OK ||
	    (rc = pp_files_sync(part, "db", &b->bytes, err)) != PP_OK)
		goto out;
	if (k.keys.have != 0)
		pp_head_sign(&k.keys, b->head.seq, b->head.hash,
		    b->signature);
	/* Until part is removed, what is there is known to be ours. */
	if ((rc = note_write(part, s, b, err)) == PP_OK &&
	    (rc = pp_files_up(&to, PART, "db", err)) == PP_OK &&
	    (rc = pp_files_up(&to, PART, NOTE, err)) == PP_OK)
		(void)pp_copy_remove(part, NULL);
out:
	if (rc != PP_OK)
		pp_files_undo(&to, PART, "db", NOTE);
	pp_files_leave(&to);
	pp_keys_wipe(&k.keys);
	return rc;
}

static enum pp_rc
take_keys(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *k = arg;

	return pp_txn_keys(tx, ALL_KEYS, &k->keys, err);
}

/* A new file, or an empty one that we left when we were killed, which nobody
 * else is about to fill or has removed.  It is locked until it is closed. */
static enum pp_rc
keys_place(const char *file, int *fd, struct pp_err *err)
{
	struct stat st;
	enum pp_rc rc;

	if ((*fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY, 0600)) != -1 &&
	    flock(*fd, LOCK_EX | LOCK_NB) == 0 && fstat(*fd, &st) == 0) {
		if (S_ISREG(st.st_mode) && st.st_size == 0 &&
		    st.st_nlink == 1 && st.st_uid == geteuid() &&
		    (st.st_mode & 077) == 0)
			return PP_OK;
		errno = EEXIST;
	}
	switch (errno) {
	case EEXIST:
	case EISDIR:
	case ELOOP:		/* a symbolic link */
	case ENXIO:		/* a FIFO */
	case EWOULDBLOCK:	/* somebody has it locked */
		rc = pp_err_set(err, PP_STATE, "%s is there already; keys are "
		    "never written over anything", file);
		break;
	default:
		rc = pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
		    "%s: %s", file, strerror(errno));
	}
	if (*fd != -1)
		(void)close(*fd);
	return rc;
}

enum pp_rc
pp_backup_keys(const struct pp_store *s, const char *file, struct pp_err *err)
{
	struct asking k = { .n = 0 };
	char text[PP_KEYS_TEXT] = "";
	enum pp_rc rc;
	size_t len;
	int fd;

	if (!pp_store_exists(s->dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    s->dir);
	/* Before root becomes the store's owner, who may not reach the
	 * directory: so there is no other name to rename from. */
	if ((rc = keys_place(file, &fd, err)) != PP_OK)
		return rc;
	if ((rc = pp_store_txn(s, PP_TXN_READ, take_keys, &k, err)) == PP_OK) {
		pp_keys_write(&k.keys, text);
		len = strlen(text);
		if (write(fd, text, len) != (ssize_t)len || fsync(fd) == -1)
			rc = pp_err_set(err, PP_IO, "%s: %s", file,
			    strerror(errno));
	}
	pp_keys_wipe(&k.keys);
	explicit_bzero(text, sizeof text);
	/* Where it cannot be removed any more, it is empty. */
	if (rc != PP_OK) {
		(void)!ftruncate(fd, 0);
		(void)unlink(file);
	}
	if (close(fd) == -1 && rc == PP_OK)
		rc = pp_err_set(err, PP_IO, "%s: %s", file, strerror(errno));
	return rc;
}

/* And back. */

static enum pp_rc
note_read(int dfd, const char *dir, struct pp_backup *b, struct pp_err *err)
{
	char buf[NOTE_MAX];
	struct json_object *o = NULL;
	const char *hash, *sig = "";
	int64_t format;
	ssize_t n = -1;
	enum pp_rc rc;
	int fd;

	if ((fd = openat(dfd, NOTE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) !=
	    -1) {
		n = read(fd, buf, sizeof buf);
		(void)close(fd);
	}
	if (n == -1) {
		pp_err_hint(err, "a backup ends with its %s", NOTE);
		return pp_err_set(err, errno == EACCES ? PP_PERM : PP_CONF,
		    "%s is no finished backup: %s: %s", dir, NOTE,
		    strerror(errno));
	}
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	if (pp_json_parse(buf, (size_t)n, &o, NULL) != PP_OK ||
	    pp_json_int(o, "format", 1, INT32_MAX, &format, NULL) != PP_OK ||
	    pp_json_time(o, "made_at", &b->made_at, NULL) != PP_OK ||
	    pp_json_int(o, "bytes", 0, INT64_MAX, &b->bytes, NULL) != PP_OK ||
	    pp_json_int(o, "incarnation", 0, INT32_MAX, &b->incarnation,
	    NULL) != PP_OK ||
	    pp_json_int(o, "seq", 0, INT64_MAX, &b->head.seq, NULL) != PP_OK ||
	    pp_json_str(o, "hash", &hash, NULL) != PP_OK ||
	    strlen(hash) != PP_HASH_HEX - 1)
		rc = pp_err_set(err, PP_CONF, "%s/%s is damaged", dir, NOTE);
	else if (format != PP_STORE_FORMAT)
		rc = pp_err_set(err, PP_CONF, "%s has format %lld, this "
		    "program knows %d", dir, (long long)format,
		    PP_STORE_FORMAT);
	else {
		memcpy(b->head.hash, hash, PP_HASH_HEX);
		(void)pp_json_str(o, "signature", &sig, NULL);
		(void)snprintf(b->signature, sizeof b->signature, "%s", sig);
		rc = PP_OK;
	}
	json_object_put(o);
	return rc;
}

static enum pp_rc
keys_file(const char *file, struct pp_keys *keys, struct pp_err *err)
{
	struct stat st;
	char *text;
	size_t len;
	enum pp_rc rc;

	if (stat(file, &st) == 0 && (st.st_mode & 077) != 0)
		return pp_err_set(err, PP_PERM, "%s: others than its owner "
		    "may use it (mode %03o)", file, (unsigned int)st.st_mode &
		    0777);
	if ((rc = pp_io_read_file(file, PP_KEYS_TEXT, &text, &len, err)) !=
	    PP_OK)
		return rc;
	if ((rc = pp_keys_read(text, keys, err)) != PP_OK)
		pp_err_hint(err, "%s is not what pp-store backup-keys wrote",
		    file);
	explicit_bzero(text, len);
	free(text);
	return rc;
}

/* The keys lie where the store will look for them, or can be put into half
 * (NULL: not yet), to be tried before they are put there. */
static enum pp_rc
keys_settle(const struct pp_store *s, const char *file, const char *half,
    struct pp_err *err)
{
	struct pp_keys keys, there;
	char dir[PATH_MAX];
	enum pp_rc rc;

	if (s->keys != NULL)
		return PP_OK;	/* another's to put there */
	if ((rc = path_of(dir, s->dir, "keys", err)) != PP_OK)
		return rc;
	if (file == NULL) {
		if (access(dir, F_OK) == 0)
			return PP_OK;
		pp_err_hint(err, "--keys FILE, which pp-store backup-keys "
		    "wrote, or put the old keys/ there");
		return pp_err_set(err, PP_CONF, "a backup holds no keys, and "
		    "there are none in %s", dir);
	}
	if ((rc = keys_file(file, &keys, err)) != PP_OK)
		return rc;
	if (access(dir, F_OK) == 0) {
		if ((rc = pp_keys_load(dir, ALL_KEYS, &there, err)) == PP_OK &&
		    memcmp(&there, &keys, sizeof keys) != 0)
			rc = pp_err_set(err, PP_STATE, "%s holds other keys "
			    "than %s, and keys are never written over", dir,
			    file);
		pp_keys_wipe(&there);
	} else if (half != NULL && (rc = path_of(dir, half, "keys", err)) ==
	    PP_OK)
		rc = pp_keys_put(dir, &keys, err);
	pp_keys_wipe(&keys);
	return rc;
}

static enum pp_rc
integration(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_integration *p;
	struct asking *k = arg;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((p = reallocarray(k->ins, k->n + 1, sizeof *p)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	k->ins = p;
	if ((rc = pp_integration_of(rec, &p[k->n], err)) == PP_OK &&
	    p[k->n].removed_at == 0)
		k->n++;
	return rc;
}

static enum pp_rc
try_keys(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct asking *k = arg;
	enum pp_rc rc;

	rc = pp_txn_keys(tx, ALL_KEYS, &k->keys, err);
	pp_keys_wipe(&k->keys);
	return rc;
}

/* Rule N6.  The last event's instant may lie before the backup was made, or,
 * where a clock was wrong, after it: whatever is earlier is safe. */
static enum pp_rc
come_back(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct json_object *o = json_object_new_object();
	struct pp_integration new;
	struct asking *k = arg;
	unsigned char key[8];
	struct pp_rec last;
	char text[24];
	size_t klen, i;
	enum pp_rc rc;

	k->b->look_up_from = k->b->made_at;
	if ((rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &last,
	    err)) == PP_OK && last.when < k->b->made_at)
		k->b->look_up_from = last.when;
	if ((rc != PP_OK && rc != PP_NOTFOUND) || ((rc = pp_meta_get(tx,
	    "incarnation", text, sizeof text, err)) != PP_OK &&
	    rc != PP_NOTFOUND))
		goto out;
	k->b->incarnation = rc == PP_OK ? strtoll(text, NULL, 10) : 0;
	if (k->b->incarnation < k->least)
		k->b->incarnation = k->least;
	k->b->incarnation++;
	(void)snprintf(text, sizeof text, "%lld",
	    (long long)k->b->incarnation);
	json_object_object_add(o, "incarnation",
	    json_object_new_int64(k->b->incarnation));
	if ((rc = pp_meta_put(tx, "incarnation", text, err)) != PP_OK ||
	    (rc = pp_journal_append(tx, "store.restored", NULL, o, NULL,
	    err)) != PP_OK ||
	    (rc = pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, integration, k,
	    err)) != PP_OK)
		goto out;
	for (i = 0; i < k->n && rc == PP_OK; i++) {
		new = k->ins[i];
		new.disabled = true;
		if (k->ins[i].disabled)
			continue;
		rc = pp_integration_save(tx, "integration.disabled",
		    &k->ins[i], &new, err);
		k->b->disabled++;
	}
	if (rc == PP_OK)
		rc = pp_journal_head(tx, &k->b->head, err);
out:
	json_object_put(o);
	return rc;
}

/* The copy in half, until it may be called a store. */
static enum pp_rc
fill(const struct pp_store *s, const char *half, struct pp_backup *b,
    struct pp_err *err)
{
	struct pp_store copy = *s;
	struct pp_verify v = PP_VERIFY_INIT;
	struct asking k = { .b = b, .least = b->incarnation };
	char keys[PATH_MAX];
	enum pp_rc rc;

	copy.dir = half;
	if (s->keys == NULL) {
		if ((rc = path_of(keys, half, "keys", err)) != PP_OK ||
		    (access(keys, F_OK) == -1 && (rc = path_of(keys, s->dir,
		    "keys", err)) != PP_OK))
			return rc;
		copy.keys = keys;
	}
	if ((rc = pp_store_txn(&copy, PP_TXN_READ, try_keys, &k, err)) !=
	    PP_OK)
		return rc;
	v.want = b->head;
	pp_store_keep(&copy);
	rc = pp_verify_copy(&copy, &v, err);
	if (rc == PP_NO) {
		pp_err_hint(err, "take an older backup");
		rc = PP_IO;
	}
	if (rc == PP_OK)
		rc = pp_store_txn(&copy, PP_TXN_WRITE, come_back, &k, err);
	if (rc == PP_OK)
		rc = pp_engine_settle(&copy, err);
	pp_store_unkeep(&copy);
	free(k.ins);
	return rc;
}

enum pp_rc
pp_backup_restore(const struct pp_store *s, const char *dir, const char *file,
    struct pp_backup *b, struct pp_err *err)
{
	struct pp_files_owner owner;
	char half[PATH_MAX], keys[PATH_MAX];
	bool dry = b->dry_run;
	struct pp_backup note;
	enum pp_rc rc;
	int from;

	memset(b, 0, sizeof *b);
	b->dry_run = dry;
	if ((from = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return pp_err_set(err, errno == ENOENT ? PP_NOTFOUND :
		    errno == EACCES ? PP_PERM : PP_IO, "%s: %s", dir,
		    strerror(errno));
	if ((rc = note_read(from, dir, b, err)) != PP_OK ||
	    (rc = path_of(half, s->dir, HALF, err)) != PP_OK ||
	    (rc = path_of(keys, half, "keys", err)) != PP_OK ||
	    (rc = pp_files_fresh(s->dir, HALF, dry, err)) != PP_OK ||
	    (rc = keys_settle(s, file, NULL, err)) != PP_OK || dry)
		goto out;
	note = *b;
	if ((rc = pp_door_place(s->dir, err)) != PP_OK ||
	    (rc = pp_files_owner_of(s->dir, &owner, err)) != PP_OK)
		goto out;
	if ((rc = pp_files_copy(from, "db", half, NULL, &owner, err)) == PP_OK &&
	    (rc = keys_settle(s, file, half, err)) == PP_OK &&
	    (access(keys, F_OK) == -1 || (rc = pp_files_give(keys, &owner,
	    err)) == PP_OK) &&
	    (rc = fill(s, half, b, err)) == PP_OK &&
	    (rc = pp_files_sync(half, "db", &b->bytes, err)) == PP_OK) {
		/* Should this backup be restored once more, its numbers must
		 * not come again.  A medium that cannot be written cannot
		 * tell. */
		note.incarnation = b->incarnation;
		b->noted = note_write(dir, s, &note, NULL) == PP_OK;
		/* It is a store from the moment it has its lock. */
		rc = pp_files_found(s->dir, HALF, err);
	}
	if (rc != PP_OK)
		pp_files_remove(s->dir, HALF);
out:
	(void)close(from);
	return rc;
}
