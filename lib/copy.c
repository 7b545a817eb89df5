#include "config.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "door.h"
#include "engine.h"
#include "store.h"
#include "banned.h"

#define PIECE		(8U << 20)	/* bytes read under one lock */
#define FILES_MAX	4096
#define NAME_BYTES	64

/* A copy under way. */
struct copy {
	const struct pp_store	*store;
	char			 layout[PP_DOOR_LAYOUT];
	int			 to;		/* its db/ */
	char			*buf;
	char			(*names)[NAME_BYTES];
	size_t			 n;
};

static enum pp_rc	enter(struct copy *, struct pp_door *,
			    struct pp_err *);
static enum pp_rc	list(struct copy *, bool, struct pp_err *);
static enum pp_rc	piece(struct copy *, const char *, off_t, ssize_t *,
			    struct pp_err *);
static enum pp_rc	copy_file(struct copy *, const char *,
			    struct pp_err *);
static enum pp_rc	copy_all(struct copy *, struct pp_err *);
static enum pp_rc	place(struct copy *, const char *, struct pp_err *);
static enum pp_rc	room(const struct pp_door *, const struct pp_store *,
			    const char *, struct pp_err *);
static int		by_name(const void *, const void *);
static bool		empty_dir(int);

/* The door without the environment.  Who leaves it must give back the marker
 * as it was: nothing was changed. */
static enum pp_rc
enter(struct copy *c, struct pp_door *door, struct pp_err *err)
{
	enum pp_rc rc;

	rc = pp_door_enter(door, c->store, PP_TXN_READ, c->layout, err);
	if (rc != PP_OK)
		pp_door_leave(door, false);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The names of the logs, or of all but them, in order. */
static enum pp_rc
list(struct copy *c, bool logs, struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	enum pp_rc rc;
	struct dirent *de;
	DIR *d = NULL;
	int fd;

	c->n = 0;
	if ((rc = enter(c, &door, err)) != PP_OK)
		return rc;
	if ((fd = openat(door.dbfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
	    == -1 || (d = fdopendir(fd)) == NULL) {
		rc = pp_err_set(err, PP_IO, "%s/db: %s", c->store->dir,
		    strerror(errno));
		if (fd != -1)
			(void)close(fd);
	}
	while (d != NULL && rc == PP_OK && (de = readdir(d)) != NULL) {
		if (de->d_name[0] == '.' ||
		    strncmp(de->d_name, "__db.", 5) == 0 ||
		    (strncmp(de->d_name, "log.", 4) == 0) != logs)
			continue;
		if (c->n == FILES_MAX ||
		    strlen(de->d_name) >= sizeof c->names[0])
			rc = pp_err_set(err, PP_IO, "%s/db/%s: not a file of "
			    "a store, or one too many", c->store->dir,
			    de->d_name);
		else
			(void)strlcpy(c->names[c->n++], de->d_name,
			    sizeof c->names[0]);
	}
	if (d != NULL)
		(void)closedir(d);
	pp_door_leave(&door, door.clean);
	qsort(c->names, c->n, sizeof c->names[0], by_name);
	return rc;
}

static enum pp_rc
piece(struct copy *c, const char *name, off_t off, ssize_t *n,
    struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	enum pp_rc rc;
	ssize_t got;
	int fd;

	if ((rc = enter(c, &door, err)) != PP_OK)
		return rc;
	*n = 0;
	if ((fd = openat(door.dbfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
	    == -1)
		rc = pp_err_set(err, PP_IO, "%s/db/%s: %s", c->store->dir,
		    name, strerror(errno));
	while (rc == PP_OK && *n < (ssize_t)PIECE) {
		got = pread(fd, c->buf + *n, (size_t)(PIECE - *n), off + *n);
		if (got == 0)
			break;
		if (got > 0)
			*n += got;
		else if (errno != EINTR)
			rc = pp_err_set(err, PP_IO, "%s/db/%s: %s",
			    c->store->dir, name, strerror(errno));
	}
	if (fd != -1)
		(void)close(fd);
	pp_door_leave(&door, door.clean);
	return rc;
}

/* Others change the file between two pieces; the logs, copied last, tell
 * recovery how. */
static enum pp_rc
copy_file(struct copy *c, const char *name, struct pp_err *err)
{
	enum pp_rc rc;
	off_t off = 0;
	ssize_t n, done, w;
	int fd;

	if ((fd = openat(c->to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600)) == -1)
		return pp_err_set(err, PP_IO, "copy of %s: %s", name,
		    strerror(errno));
	while ((rc = piece(c, name, off, &n, err)) == PP_OK && n > 0) {
		for (done = 0; done < n; done += w)
			if ((w = pwrite(fd, c->buf + done, (size_t)(n - done),
			    off + done)) == -1) {
				rc = pp_err_set(err, PP_IO, "copy of %s: %s",
				    name, strerror(errno));
				goto out;
			}
		off += n;
	}
out:
	if (close(fd) == -1 && rc == PP_OK)
		rc = pp_err_set(err, PP_IO, "copy of %s: %s", name,
		    strerror(errno));
	return rc;
}

static enum pp_rc
copy_all(struct copy *c, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;
	int pass;

	for (pass = 0; pass < 2; pass++) {
		if ((rc = list(c, pass == 1, err)) != PP_OK)
			return rc;
		for (i = 0; i < c->n; i++)
			if ((rc = copy_file(c, c->names[i], err)) != PP_OK)
				return rc;
	}
	return PP_OK;
}

/* DIR, DIR/db and an empty DIR/lock: a store that must be recovered. */
static enum pp_rc
place(struct copy *c, const char *to, struct pp_err *err)
{
	int dirfd = -1, fd = -1;
	enum pp_rc rc = PP_OK;

	if (mkdir(to, 0700) == -1 ||
	    (dirfd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (fd = openat(dirfd, "lock", O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0600)) == -1 || mkdirat(dirfd, "db", 0700) == -1 ||
	    (c->to = openat(dirfd, "db", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
	    == -1)
		rc = pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
		    "%s: %s", to, strerror(errno));
	if (fd != -1)
		(void)close(fd);
	if (dirfd != -1)
		(void)close(dirfd);
	return rc;
}

/* A copy on the store's own disk must not take the reserve that payments need
 * meanwhile. */
static enum pp_rc
room(const struct pp_door *door, const struct pp_store *s, const char *to,
    struct pp_err *err)
{
	int64_t keep = s->reserve != 0 ? s->reserve : PP_STORE_RESERVE;
	int64_t data, logs, have = pp_door_free(door);
	const char *slash = strrchr(to, '/');
	char parent[PATH_MAX];
	struct stat here, there;
	struct statvfs sv;

	(void)snprintf(parent, sizeof parent, "%.*s", slash == NULL ? 1 :
	    (int)(slash - to + 1), slash == NULL ? "." : to);
	if (stat(parent, &there) == 0 && fstat(door->dirfd, &here) == 0 &&
	    here.st_dev != there.st_dev && statvfs(parent, &sv) == 0) {
		keep = 0;
		have = (int64_t)sv.f_bavail * (int64_t)sv.f_frsize;
	}
	pp_door_sizes(door, &data, &logs);
	if (have >= 0 && have - keep < data + logs)
		return pp_err_set(err, PP_IO, "a copy of the store needs %lld "
		    "MiB and the disk of %s has %lld MiB free beside its "
		    "reserve", (long long)((data + logs) >> 20), parent,
		    (long long)(have > keep ? (have - keep) >> 20 : 0));
	return PP_OK;
}

enum pp_rc
pp_copy_make(const struct pp_store *s, const char *to, struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	struct copy c = { .store = s, .to = -1 };
	enum pp_rc rc;
	int hold;

	(void)pp_engine_layout(c.layout, sizeof c.layout);
	if ((rc = enter(&c, &door, err)) != PP_OK)
		return rc;
	hold = pp_door_hold(&door);
	if (hold == -1)
		rc = errno == EWOULDBLOCK ? pp_err_set(err, PP_RETRY,
		    "somebody else is copying or verifying the store %s",
		    s->dir) : pp_err_set(err, errno == EACCES ? PP_PERM :
		    PP_IO, "%s/hold: %s", s->dir, strerror(errno));
	else
		rc = room(&door, s, to, err);
	pp_door_leave(&door, door.clean);
	if (rc != PP_OK)
		goto out;

	if ((c.buf = malloc(PIECE)) == NULL ||
	    (c.names = calloc(FILES_MAX, sizeof c.names[0])) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
	/* What a killed process left is recovered here rather than in the
	 * copy; and less log is to be gone through. */
	if (rc == PP_OK && (rc = pp_engine_settle(s, err)) == PP_OK &&
	    (rc = pp_copy_remove(to, err)) == PP_OK &&
	    (rc = place(&c, to, err)) == PP_OK)
		rc = copy_all(&c, err);
	if (rc != PP_OK)
		(void)pp_copy_remove(to, NULL);
out:
	if (hold != -1)
		(void)close(hold);
	if (c.to != -1)
		(void)close(c.to);
	free(c.names);
	free(c.buf);
	return rc;
}

/* Removes the files in a directory; false if something else is in it. */
static bool
empty_dir(int dirfd)
{
	bool ok = true;
	struct dirent *de;
	DIR *d;
	int fd;

	if ((fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1)
		return false;
	if ((d = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return false;
	}
	while ((de = readdir(d)) != NULL)
		if (strcmp(de->d_name, ".") != 0 &&
		    strcmp(de->d_name, "..") != 0 &&
		    unlinkat(dirfd, de->d_name, 0) == -1)
			ok = false;
	(void)closedir(d);
	return ok;
}

enum pp_rc
pp_copy_remove(const char *to, struct pp_err *err)
{
	int dirfd, dbfd;

	if ((dirfd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1)
		return errno == ENOENT ? PP_OK : pp_err_set(err, PP_IO,
		    "%s: %s", to, strerror(errno));
	if ((dbfd = openat(dirfd, "db", O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) != -1) {
		(void)empty_dir(dbfd);
		(void)close(dbfd);
		(void)unlinkat(dirfd, "db", AT_REMOVEDIR);
	}
	(void)empty_dir(dirfd);
	(void)close(dirfd);
	if (rmdir(to) == -1)
		return pp_err_set(err, PP_IO, "%s: %s", to, strerror(errno));
	return PP_OK;
}
