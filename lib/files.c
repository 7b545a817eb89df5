#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "banned.h"

#define DEPTH		3
#define PIECE		(1U << 20)

static enum pp_rc	fail(const char *, const char *, struct pp_err *);
static DIR		*list_at(int, const char *);
static bool		next(DIR *, struct dirent **);
static void		remove_at(int, const char *, int);
static enum pp_rc	give(int, const struct pp_files_owner *,
			    const char *, struct pp_err *);
static enum pp_rc	copy_one(int, int, const char *,
			    const struct pp_files_owner *, char *,
			    struct pp_err *);
static bool		is_there(int, const char *);

static enum pp_rc
fail(const char *dir, const char *name, struct pp_err *err)
{
	int code = errno;

	if (code == ENOSPC || code == EDQUOT)
		pp_err_hint(err, "make room on the disk and run it again");
	return pp_err_set(err, code == EACCES || code == EPERM ? PP_PERM :
	    PP_IO, "%s%s%s: %s", dir, *name != '\0' ? "/" : "", name,
	    strerror(code));
}

static DIR *
list_at(int at, const char *name)
{
	DIR *d;
	int fd;

	if ((fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1)
		return NULL;
	if ((d = fdopendir(fd)) == NULL)
		(void)close(fd);
	return d;
}

static bool
next(DIR *d, struct dirent **de)
{
	do
		*de = readdir(d);
	while (*de != NULL && (strcmp((*de)->d_name, ".") == 0 ||
	    strcmp((*de)->d_name, "..") == 0));
	return *de != NULL;
}

static bool
is_there(int at, const char *name)
{
	struct stat st;

	return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
remove_at(int at, const char *name, int depth)
{
	struct dirent *de;
	DIR *d;

	if (unlinkat(at, name, 0) == 0 || depth == 0 ||
	    (d = list_at(at, name)) == NULL)
		return;
	while (next(d, &de))
		remove_at(dirfd(d), de->d_name, depth - 1);
	(void)closedir(d);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

void
pp_files_remove(const char *dir, const char *name)
{
	int fd;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return;
	remove_at(fd, name, DEPTH);
	(void)close(fd);
}

enum pp_rc
pp_files_owner_of(const char *dir, struct pp_files_owner *owner,
    struct pp_err *err)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return fail(dir, "", err);
	owner->give = geteuid() == 0 && st.st_uid != 0;
	owner->uid = st.st_uid;
	owner->gid = st.st_gid;
	return PP_OK;
}

static enum pp_rc
give(int fd, const struct pp_files_owner *owner, const char *name,
    struct pp_err *err)
{
	if (owner->give && fchown(fd, owner->uid, owner->gid) == -1)
		return fail(name, "", err);
	return PP_OK;
}

enum pp_rc
pp_files_give(const char *dir, const struct pp_files_owner *owner,
    struct pp_err *err)
{
	enum pp_rc rc;
	struct dirent *de;
	DIR *d;

	if ((d = list_at(AT_FDCWD, dir)) == NULL)
		return fail(dir, "", err);
	rc = give(dirfd(d), owner, dir, err);
	while (rc == PP_OK && owner->give && next(d, &de))
		if (fchownat(dirfd(d), de->d_name, owner->uid, owner->gid,
		    AT_SYMLINK_NOFOLLOW) == -1)
			rc = fail(dir, de->d_name, err);
	(void)closedir(d);
	return rc;
}

enum pp_rc
pp_files_place(struct pp_files_place *p, const char *dir, const char *like,
    const char *part, const char *body, const char *last, struct pp_err *err)
{
	struct pp_files_owner owner;
	bool empty = true;
	struct dirent *de;
	enum pp_rc rc;
	DIR *d;

	memset(p, 0, sizeof *p);
	p->fd = -1;
	if (strlen(dir) >= sizeof p->dir)
		return pp_err_set(err, PP_CONF, "%.40s...: name too long",
		    dir);
	(void)snprintf(p->dir, sizeof p->dir, "%s", dir);
	if ((rc = pp_files_owner_of(like, &owner, err)) != PP_OK)
		return rc;
	p->made = mkdir(dir, 0700) == 0;
	if ((!p->made && errno != EEXIST) || (p->fd = open(dir, O_RDONLY |
	    O_DIRECTORY | O_CLOEXEC)) == -1) {
		rc = fail(dir, "", err);
		goto out;
	}
	if (flock(p->fd, LOCK_EX | LOCK_NB) == -1) {
		rc = errno == EWOULDBLOCK ? pp_err_set(err, PP_RETRY,
		    "somebody else is writing to %s", dir) :
		    fail(dir, "", err);
		goto out;
	}
	if (is_there(p->fd, part) && !is_there(p->fd, last))
		remove_at(p->fd, body, DEPTH);
	remove_at(p->fd, part, DEPTH);
	if ((d = list_at(p->fd, ".")) == NULL) {
		rc = fail(dir, "", err);
		goto out;
	}
	empty = !next(d, &de);
	(void)closedir(d);
	if (!empty) {
		rc = pp_err_set(err, PP_STATE, "%s is not empty", dir);
		pp_err_hint(err, "name a directory that does not exist yet");
		goto out;
	}
	rc = give(p->fd, &owner, dir, err);
	if (owner.give)
		(void)snprintf(p->path, sizeof p->path, "/proc/self/fd/%d",
		    p->fd);
	else
		(void)snprintf(p->path, sizeof p->path, "%s", dir);
out:
	if (rc != PP_OK) {
		if (p->made)
			(void)rmdir(dir);
		pp_files_leave(p);
	}
	return rc;
}

enum pp_rc
pp_files_up(struct pp_files_place *p, const char *part, const char *name,
    struct pp_err *err)
{
	char from[NAME_MAX];

	(void)snprintf(from, sizeof from, "%s/%s", part, name);
	if (renameat(p->fd, from, p->fd, name) == -1 || fsync(p->fd) == -1)
		return fail(p->dir, name, err);
	return PP_OK;
}

void
pp_files_undo(struct pp_files_place *p, const char *part, const char *body,
    const char *last)
{
	remove_at(p->fd, last, DEPTH);
	remove_at(p->fd, body, DEPTH);
	remove_at(p->fd, part, DEPTH);
	if (p->made)
		(void)rmdir(p->dir);
}

void
pp_files_leave(struct pp_files_place *p)
{
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

enum pp_rc
pp_files_sync(const char *dir, const char *sub, int64_t *bytes,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	struct dirent *de;
	struct stat st;
	int top, fd = -1;
	DIR *d = NULL;

	*bytes = 0;
	if ((top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (d = list_at(top, sub)) == NULL) {
		rc = fail(dir, sub, err);
		goto out;
	}
	while (rc == PP_OK && next(d, &de)) {
		if (strncmp(de->d_name, "__db.", 5) == 0) {
			(void)unlinkat(dirfd(d), de->d_name, 0);
			continue;
		}
		if ((fd = openat(dirfd(d), de->d_name, O_RDONLY | O_CLOEXEC |
		    O_NOFOLLOW)) == -1 || fstat(fd, &st) == -1 ||
		    fsync(fd) == -1)
			rc = fail(dir, de->d_name, err);
		else
			*bytes += st.st_size;
		if (fd != -1)
			(void)close(fd);
	}
	if (rc == PP_OK && (fsync(dirfd(d)) == -1 || fsync(top) == -1))
		rc = fail(dir, sub, err);
out:
	if (d != NULL)
		(void)closedir(d);
	if (top != -1)
		(void)close(top);
	return rc;
}

enum pp_rc
pp_files_fresh(const char *dir, const char *half, bool dry,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	struct dirent *de;
	bool killed;
	DIR *d;

	if ((d = list_at(AT_FDCWD, dir)) == NULL)
		return errno == ENOENT ? PP_OK : fail(dir, "", err);
	killed = is_there(dirfd(d), half);
	if (is_there(dirfd(d), "lock")) {
		pp_err_hint(err, "move it away, or name another with "
		    "--store");
		rc = pp_err_set(err, PP_STATE, "there is a store in %s, and "
		    "nothing is restored over one", dir);
	}
	while (rc == PP_OK && next(d, &de))
		if (strcmp(de->d_name, "keys") != 0 &&
		    strcmp(de->d_name, "lost+found") != 0 &&
		    !(killed && (strcmp(de->d_name, half) == 0 ||
		    strcmp(de->d_name, "db") == 0)))
			rc = pp_err_set(err, PP_STATE, "%s is not empty: %s",
			    dir, de->d_name);
	if (rc == PP_OK && killed && !dry) {
		remove_at(dirfd(d), "db", DEPTH);
		remove_at(dirfd(d), half, DEPTH);
	}
	(void)closedir(d);
	return rc;
}

static enum pp_rc
copy_one(int from, int to, const char *name,
    const struct pp_files_owner *owner, char *buf, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	int in, out = -1;
	ssize_t n, w, at;

	if ((in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) ==
	    -1 || (out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0600)) == -1)
		rc = fail(name, "", err);
	else
		rc = give(out, owner, name, err);
	while (rc == PP_OK && (n = read(in, buf, PIECE)) != 0) {
		for (at = w = 0; at < n && w != -1; at += w)
			w = write(out, buf + at, (size_t)(n - at));
		if (n == -1 || w == -1)
			rc = fail(name, "", err);
	}
	if (in != -1)
		(void)close(in);
	if (out != -1 && close(out) == -1 && rc == PP_OK)
		rc = fail(name, "", err);
	return rc;
}

enum pp_rc
pp_files_copy(int from, const char *sub, const char *to,
    bool want(const char *), const struct pp_files_owner *owner,
    struct pp_err *err)
{
	int top = -1, in = -1, lock = -1;
	enum pp_rc rc = PP_OK;
	char *buf = NULL;
	struct dirent *de;
	DIR *d = NULL;

	if ((buf = malloc(PIECE)) == NULL || mkdir(to, 0700) == -1 ||
	    (top = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (lock = openat(top, "lock", O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0600)) == -1 || mkdirat(top, sub, 0700) == -1 ||
	    (in = openat(top, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1) {
		rc = fail(to, "", err);
		goto out;
	}
	if ((d = list_at(from, sub)) == NULL) {
		rc = fail("backup", sub, err);
		goto out;
	}
	if ((rc = give(top, owner, to, err)) == PP_OK &&
	    (rc = give(lock, owner, to, err)) == PP_OK)
		rc = give(in, owner, to, err);
	while (rc == PP_OK && next(d, &de))
		if (want == NULL || want(de->d_name))
			rc = copy_one(dirfd(d), in, de->d_name, owner, buf,
			    err);
out:
	if (d != NULL)
		(void)closedir(d);
	if (lock != -1)
		(void)close(lock);
	if (in != -1)
		(void)close(in);
	if (top != -1)
		(void)close(top);
	free(buf);
	return rc;
}

enum pp_rc
pp_files_found(const char *dir, const char *half, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	int top, in = -1, fd = -1;

	if ((top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (in = openat(top, half, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1 || renameat(in, "db", top, "db") == -1 ||
	    (renameat(in, "keys", top, "keys") == -1 && errno != ENOENT) ||
	    fsync(top) == -1 || (fd = openat(top, "lock", O_WRONLY |
	    O_CREAT | O_EXCL | O_CLOEXEC, 0600)) == -1 || fsync(fd) == -1 ||
	    fsync(top) == -1)
		rc = fail(dir, "", err);
	if (rc == PP_OK)
		remove_at(top, half, DEPTH);
	if (fd != -1)
		(void)close(fd);
	if (in != -1)
		(void)close(in);
	if (top != -1)
		(void)close(top);
	return rc;
}
