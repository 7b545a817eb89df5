#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "door.h"
#include "intl.h"
#include "time.h"
#include "banned.h"

#define STORE_USER	"pp"
#define BOOT_ID		"/proc/sys/kernel/random/boot_id"
#define LOCK_SIZE	(2 * PP_DOOR_LINE)
#define POLL_FIRST	(200 * 1000L)		/* ns */
#define POLL_LAST	(5 * 1000 * 1000L)
#define SWAPS_MAX	8
#define PW_BUF		4096

/* Locks and shared memory do not hold across machines. */
static const struct fs {
	unsigned int	 magic;
	const char	*name;
	bool		 network;
} filesystems[] = {
	{ 0x0000ef53,	"ext4",		false },
	{ 0x58465342,	"xfs",		false },
	{ 0x9123683e,	"btrfs",	false },
	{ 0x01021994,	"tmpfs",	false },
	{ 0x794c7630,	"overlay",	false },
	{ 0x2fc12fc1,	"zfs",		false },
	{ 0xf2f52010,	"f2fs",		false },
	{ 0xca451a4e,	"bcachefs",	false },
	{ 0x00006969,	"nfs",		true },
	{ 0x0000517b,	"smb",		true },
	{ 0xff534d42,	"cifs",		true },
	{ 0xfe534d42,	"smb2",		true },
	{ 0x01021997,	"9p",		true },
	{ 0x73757245,	"coda",		true },
	{ 0x5346414f,	"afs",		true },
	{ 0x6b414653,	"afs",		true },
	{ 0x00c36400,	"ceph",		true },
	{ 0x0bd00bd0,	"lustre",	true },
	{ 0x01161970,	"gfs2",		true },
	{ 0x7461636f,	"ocfs2",	true },
	{ 0x0000564c,	"ncp",		true },
	{ 0x786f4256,	"vboxsf",	true },
	{ 0x65735546,	"fuse",		true },
};

static const struct fs	*fs_of(int, unsigned int *);
static enum pp_rc	dir_make(const char *, struct pp_err *);
static enum pp_rc	dir_new(struct pp_door *, struct pp_err *);
static bool		dir_empty(int);
static enum pp_rc	dir_open(struct pp_door *, enum pp_txn_mode,
			    struct pp_err *);
static enum pp_rc	owner_become(const struct stat *, const char *,
			    struct pp_err *);
static bool		lock_exists(int);
static enum pp_rc	lock_open(struct pp_door *, enum pp_txn_mode,
			    struct pp_err *);
static enum pp_rc	lock_wait(struct pp_door *, const struct pp_store *,
			    struct pp_err *);
static bool		lock_try(int, bool);
static bool		lock_holder(const struct pp_door *, char *, size_t);
static bool		lock_stale(const struct pp_door *);
static bool		marker(const struct pp_door *, char *);
static void		marker_pad(char *, int);
static enum pp_rc	marker_dirty(struct pp_door *, const struct pp_store *,
			    struct pp_err *);
static bool		region_name(const char *);

static const struct fs *
fs_of(int fd, unsigned int *magic)
{
	struct statfs sf;
	size_t i;

	*magic = 0;
	if (fstatfs(fd, &sf) == -1)
		return NULL;
	*magic = (unsigned int)sf.f_type;
	for (i = 0; i < sizeof filesystems / sizeof filesystems[0]; i++)
		if (filesystems[i].magic == *magic)
			return &filesystems[i];
	return NULL;
}

/* mkdir -p.  What root makes on the way to a store that is given away must
 * let its new owner through. */
static enum pp_rc
dir_make(const char *dir, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	char *path, *p;

	if ((path = strdup(dir)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	for (p = path + 1; *p != '\0' && rc == PP_OK; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) == 0) {
			if (geteuid() == 0)
				(void)chmod(path, 0755);
		} else if (errno != EEXIST && errno != EROFS)
			rc = pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
			    "%s: %s", path, strerror(errno));
		*p = '/';
	}
	if (rc == PP_OK && mkdir(dir, 0700) == -1 && errno != EEXIST)
		rc = pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
		    "%s: %s", dir, strerror(errno));
	free(path);
	return rc;
}

static bool
dir_empty(int dirfd)
{
	bool empty = true;
	struct dirent *de;
	DIR *d;
	int fd;

	if ((fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1 || (d = fdopendir(fd)) == NULL) {
		if (fd != -1)
			(void)close(fd);
		return false;
	}
	while (empty && (de = readdir(d)) != NULL)
		empty = strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0 ||
		    strcmp(de->d_name, "keys") == 0 ||
		    strcmp(de->d_name, "lost+found") == 0;
	(void)closedir(d);
	return empty;
}

/* A directory that is no store yet: only an empty one becomes a store, and
 * root gives it to the user pp if there is one. */
static enum pp_rc
dir_new(struct pp_door *door, struct pp_err *err)
{
	struct passwd pw, *found = NULL;
	char buf[PW_BUF];
	struct stat st;

	/* The lock is the first file of a store: another may have made it
	 * since we looked. */
	if (!dir_empty(door->dirfd)) {
		if (lock_exists(door->dirfd))
			return PP_OK;
		pp_err_hint(err, "name an empty directory, or one that does "
		    "not exist yet");
		return pp_err_set(err, PP_CONF, "%s is not empty and not a "
		    "store", door->dir);
	}
	if (fstat(door->dirfd, &st) == -1)
		return pp_err_set(err, PP_IO, "%s: %s", door->dir,
		    strerror(errno));
	if (geteuid() == 0 && st.st_uid == 0 &&
	    getpwnam_r(STORE_USER, &pw, buf, sizeof buf, &found) == 0 &&
	    found != NULL &&
	    fchown(door->dirfd, pw.pw_uid, pw.pw_gid) == -1)
		return pp_err_set(err, PP_IO, "%s: chown %s: %s", door->dir,
		    STORE_USER, strerror(errno));
	if ((st.st_mode & 077) != 0 && (geteuid() == 0 ||
	    st.st_uid == geteuid()) && fchmod(door->dirfd, 0700) == -1)
		return pp_err_set(err, PP_IO, "%s: chmod: %s", door->dir,
		    strerror(errno));
	return PP_OK;
}

/* Files in the store must all belong to its owner, or he is locked out by
 * what root did. */
static enum pp_rc
owner_become(const struct stat *st, const char *dir, struct pp_err *err)
{
	struct passwd pw, *found = NULL;
	char buf[PW_BUF], name[64];
	gid_t gid = st->st_gid;

	if (st->st_uid == geteuid())
		return PP_OK;
	(void)snprintf(name, sizeof name, "#%u", (unsigned int)st->st_uid);
	if (getpwuid_r(st->st_uid, &pw, buf, sizeof buf, &found) == 0 &&
	    found != NULL) {
		(void)snprintf(name, sizeof name, "%s", pw.pw_name);
		gid = pw.pw_gid;
	}
	if (geteuid() != 0) {
		pp_err_hint(err, found != NULL ?
		    N_("run it as that user: sudo -u %s ...") :
		    N_("run it as that user: sudo -u '%s' ..."), name);
		return pp_err_set(err, PP_PERM, "the store %s belongs to %s",
		    dir, name);
	}
	if ((found != NULL ? initgroups(pw.pw_name, gid) : setgroups(0, NULL))
	    == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(st->st_uid, st->st_uid, st->st_uid) == -1)
		return pp_err_set(err, PP_PERM, "the store %s belongs to %s, "
		    "who root cannot become here: %s", dir, name,
		    strerror(errno));
	return PP_OK;
}

static enum pp_rc
dir_open(struct pp_door *door, enum pp_txn_mode mode, struct pp_err *err)
{
	const struct fs *fs;
	unsigned int magic;
	struct stat st;
	enum pp_rc rc;
	int code;

	door->dirfd = open(door->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (door->dirfd == -1 && errno == ENOENT) {
		if (mode == PP_TXN_READ)
			return pp_err_set(err, PP_NOTFOUND,
			    "there is no store in %s", door->dir);
		if ((rc = dir_make(door->dir, err)) != PP_OK)
			return rc;
		door->dirfd = open(door->dir,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (door->dirfd == -1) {
		code = errno;
		/* Whose it is says more than that it is closed to us. */
		if (code == EACCES && stat(door->dir, &st) == 0 &&
		    (rc = owner_become(&st, door->dir, err)) != PP_OK)
			return rc;
		return pp_err_set(err, code == EACCES ? PP_PERM : PP_IO,
		    "store %s: %s", door->dir, strerror(code));
	}

	if ((fs = fs_of(door->dirfd, &magic)) != NULL && fs->network) {
		pp_err_hint(err, "put the store on a local disk");
		return pp_err_set(err, PP_CONF, "store %s: on %s, where a "
		    "lock does not hold and commits get lost", door->dir,
		    fs->name);
	}
	if (!lock_exists(door->dirfd)) {
		if (mode == PP_TXN_READ)
			return pp_err_set(err, PP_NOTFOUND,
			    "there is no store in %s", door->dir);
		if ((rc = dir_new(door, err)) != PP_OK)
			return rc;
	}
	if (fstat(door->dirfd, &st) == -1)
		return pp_err_set(err, PP_IO, "store %s: %s", door->dir,
		    strerror(errno));
	return owner_become(&st, door->dir, err);
}

static bool
lock_exists(int dirfd)
{
	struct stat st;

	return fstatat(dirfd, "lock", &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENOENT;
}

static enum pp_rc
lock_open(struct pp_door *door, enum pp_txn_mode mode, struct pp_err *err)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

	if (mode == PP_TXN_WRITE)
		flags |= O_CREAT;
	if ((door->lockfd = openat(door->dirfd, "lock", flags, 0600)) != -1)
		return PP_OK;
	if (errno == ENOENT)
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    door->dir);
	return pp_err_set(err, errno == EACCES || errno == EPERM ? PP_PERM :
	    PP_IO, "%s/lock: %s", door->dir, strerror(errno));
}

/* The gate is a record lock on the same file: only who has it waits at the
 * door, so that a bulk writer who comes back at once must queue like all
 * others and cannot starve them. */
static bool
lock_try(int fd, bool gate)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = 0, .l_len = 1 };

	if (gate)
		return fcntl(fd, F_OFD_SETLK, &fl) == 0;
	return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* Polling, because a blocking flock can be timed out only by a signal, and
 * signals are the process's, not the library's. */
static enum pp_rc
lock_wait(struct pp_door *door, const struct pp_store *s, struct pp_err *err)
{
	struct timespec nap = { 0, POLL_FIRST }, t0, t;
	struct flock gate = { .l_type = F_UNLCK, .l_whence = SEEK_SET,
	    .l_start = 0, .l_len = 1 };
	int64_t waited, most;
	char holder[128];
	int stage = 0;

	most = s->wait != 0 ? s->wait : PP_STORE_WAIT * PP_SECOND;
	(void)clock_gettime(CLOCK_MONOTONIC, &t0);
	while (stage < 2) {
		if (lock_try(door->lockfd, stage == 0)) {
			nap.tv_nsec = POLL_FIRST;
			stage++;
			continue;
		}
		if (errno != EWOULDBLOCK && errno != EAGAIN &&
		    errno != EACCES && errno != EINTR)
			return pp_err_set(err, PP_IO, "%s/lock: %s", door->dir,
			    strerror(errno));
		(void)clock_gettime(CLOCK_MONOTONIC, &t);
		waited = (t.tv_sec - t0.tv_sec) * PP_SECOND +
		    (t.tv_nsec - t0.tv_nsec) / 1000000;
		if (waited >= most) {
			if (lock_holder(door, holder, sizeof holder))
				pp_err_hint(err, "it holds the store until it "
				    "is done, some minutes if the store is "
				    "large; nothing was written, so do it "
				    "again then");
			return pp_err_set(err, PP_RETRY, "the store %s is in "
			    "use by %s; gave up after %lld s", door->dir,
			    holder, (long long)(waited / PP_SECOND));
		}
		(void)nanosleep(&nap, NULL);
		nap.tv_nsec += nap.tv_nsec / 2;
		if (nap.tv_nsec > POLL_LAST)
			nap.tv_nsec = POLL_LAST;
	}
	if (fcntl(door->lockfd, F_OFD_SETLK, &gate) == -1)
		return pp_err_set(err, PP_IO, "%s/lock: %s", door->dir,
		    strerror(errno));
	return PP_OK;
}

/* "pp-link (process 4711)", from the second line; true if it is at something
 * that takes long, "pp-store rebuild (process 4711)". */
static bool
lock_holder(const struct pp_door *door, char *out, size_t size)
{
	char line[PP_DOOR_LINE + 1], *cmd, *doing;
	ssize_t len;
	size_t n;

	(void)snprintf(out, size, "%s", _("another process"));
	if ((len = pread(door->lockfd, line, PP_DOOR_LINE, PP_DOOR_LINE)) <= 0)
		return false;
	line[len] = '\0';
	n = strspn(line, "0123456789");
	if (n == 0 || line[n] != ' ')
		return false;
	line[n] = '\0';
	cmd = line + n + 1;
	cmd[strcspn(cmd, " \n")] = '\0';
	if ((doing = strchr(cmd, '/')) != NULL)
		*doing = ' ';
	(void)snprintf(out, size, "%.96s (process %.16s)", cmd, line);
	return doing != NULL;
}

/* Was the store replaced under its name while we waited? */
static bool
lock_stale(const struct pp_door *door)
{
	struct stat a, b;

	if (stat(door->dir, &a) == -1 || fstat(door->dirfd, &b) == -1 ||
	    a.st_ino != b.st_ino || a.st_dev != b.st_dev)
		return true;
	return fstatat(door->dirfd, "lock", &a, AT_SYMLINK_NOFOLLOW) == -1 ||
	    fstat(door->lockfd, &b) == -1 || a.st_ino != b.st_ino ||
	    a.st_dev != b.st_dev;
}

/* Both lines have a fixed length: one is written over without the other, in
 * place, which needs no room on a full disk. */
static void
marker_pad(char *line, int len)
{
	memset(line + len, ' ', (size_t)(PP_DOOR_LINE - 1 - len));
	line[PP_DOOR_LINE - 1] = '\n';
}

/* The line that a clean store has here and now.  The first region's inode is
 * in it, so that a copy put in place by hand is noticed even where the
 * directory's inode number comes back.  No boot id: never clean. */
static bool
marker(const struct pp_door *door, char *line)
{
	struct stat db, reg;
	char boot[64];
	ssize_t n;
	int fd, w;

	if (fstat(door->dbfd, &db) == -1 ||
	    fstatat(door->dbfd, "__db.001", &reg, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	n = read(fd, boot, sizeof boot - 1);
	(void)close(fd);
	if (n < 32)
		return false;
	boot[n] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	w = snprintf(line, PP_DOOR_LINE, "clean %s %llx:%llx.%llx %s", boot,
	    (unsigned long long)db.st_dev, (unsigned long long)db.st_ino,
	    (unsigned long long)reg.st_ino, door->layout);
	if (w < 0 || w >= PP_DOOR_LINE)
		return false;
	marker_pad(line, w);
	return true;
}

static enum pp_rc
marker_dirty(struct pp_door *door, const struct pp_store *s,
    struct pp_err *err)
{
	char text[LOCK_SIZE + 1], line[PP_DOOR_LINE], at[PP_TIME_STR];
	int64_t now = 0;
	int n;

	door->clean = marker(door, line) &&
	    pread(door->lockfd, text, PP_DOOR_LINE, 0) == PP_DOOR_LINE &&
	    memcmp(text, line, PP_DOOR_LINE) == 0;

	marker_pad(text, snprintf(text, PP_DOOR_LINE, "dirty"));
	(void)pp_clock_read(NULL, &now, NULL);
	n = snprintf(text + PP_DOOR_LINE, PP_DOOR_LINE, "%ld %.64s%s%.64s %s",
	    (long)getpid(), s->command != NULL ? s->command : "-",
	    s->doing != NULL ? "/" : "", s->doing != NULL ? s->doing : "",
	    pp_time_str(now, false, at, sizeof at));
	marker_pad(text + PP_DOOR_LINE, n);
	if (pwrite(door->lockfd, text, LOCK_SIZE, 0) != LOCK_SIZE)
		return pp_err_set(err, PP_IO, "%s/lock: %s", door->dir,
		    strerror(errno));
	return PP_OK;
}

enum pp_rc
pp_door_enter(struct pp_door *door, const struct pp_store *s,
    enum pp_txn_mode mode, const char *layout, struct pp_err *err)
{
	int64_t need = s->reserve != 0 ? s->reserve : PP_STORE_RESERVE, room;
	enum pp_rc rc;
	int swaps = 0;

	door->dir = s->dir;
	door->layout = layout;
again:
	if ((rc = dir_open(door, mode, err)) != PP_OK)
		return rc;
	if (mode == PP_TXN_WRITE && (room = pp_door_free(door)) < need) {
		pp_err_hint(err, "make room; reading still works");
		return pp_err_set(err, PP_IO, "the disk of %s has %lld MiB "
		    "free and a write needs %lld MiB in reserve; nothing was "
		    "written", door->dir, (long long)(room >> 20),
		    (long long)(need >> 20));
	}
	if ((rc = lock_open(door, mode, err)) != PP_OK ||
	    (rc = lock_wait(door, s, err)) != PP_OK)
		return rc;
	if (lock_stale(door)) {
		pp_door_leave(door, false);
		if (++swaps < SWAPS_MAX)
			goto again;
		return pp_err_set(err, PP_RETRY, "the store %s keeps being "
		    "replaced", door->dir);
	}

	door->dbfd = openat(door->dirfd, "db",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (door->dbfd == -1 && errno == ENOENT) {
		if (mode == PP_TXN_READ)
			return pp_err_set(err, PP_NOTFOUND,
			    "there is no store in %s", door->dir);
		if (mkdirat(door->dirfd, "db", 0700) == 0) {
			door->born = true;
			door->dbfd = openat(door->dirfd, "db", O_RDONLY |
			    O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		}
	}
	if (door->dbfd == -1)
		return pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
		    "%s/db: %s", door->dir, strerror(errno));
	return marker_dirty(door, s, err);
}

enum pp_rc
pp_door_place(const char *dir, struct pp_err *err)
{
	struct pp_door door = PP_DOOR_INIT;
	enum pp_rc rc;

	door.dir = dir;
	if ((rc = dir_make(dir, err)) != PP_OK)
		return rc;
	if ((door.dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1)
		return pp_err_set(err, errno == EACCES ? PP_PERM : PP_IO,
		    "%s: %s", dir, strerror(errno));
	rc = dir_new(&door, err);
	(void)close(door.dirfd);
	return rc;
}

void
pp_door_leave(struct pp_door *door, bool clean)
{
	struct flock gate = { .l_type = F_UNLCK, .l_whence = SEEK_SET,
	    .l_start = 0, .l_len = 1 };
	char line[PP_DOOR_LINE];

	/* If this write fails the line stays dirty, which is only slow. */
	if (clean && door->lockfd != -1 && door->dbfd != -1 &&
	    marker(door, line) &&
	    pwrite(door->lockfd, line, sizeof line, 0) == -1)
		clean = false;
	if (door->lockfd != -1) {
		/* Not by close alone: a child that is being started may have
		 * a copy of the descriptor. */
		(void)fcntl(door->lockfd, F_OFD_SETLK, &gate);
		(void)flock(door->lockfd, LOCK_UN);
		(void)close(door->lockfd);
	}
	if (door->dbfd != -1)
		(void)close(door->dbfd);
	if (door->dirfd != -1)
		(void)close(door->dirfd);
	door->lockfd = door->dbfd = door->dirfd = -1;
}

/* __db.001 and the like.  Not __db.80000001.7: those are files that a
 * transaction was making, and recovery knows what to do with them. */
static bool
region_name(const char *name)
{
	return strncmp(name, "__db.", 5) == 0 && strlen(name) == 8 &&
	    isdigit((unsigned char)name[5]) &&
	    isdigit((unsigned char)name[6]) && isdigit((unsigned char)name[7]);
}

enum pp_rc
pp_door_clear(struct pp_door *door, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	struct dirent *de;
	DIR *d = NULL;
	int fd;

	if ((fd = openat(door->dbfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
	    == -1 || (d = fdopendir(fd)) == NULL) {
		rc = pp_err_set(err, PP_IO, "%s/db: %s", door->dir,
		    strerror(errno));
		if (fd != -1)
			(void)close(fd);
		return rc;
	}
	while (rc == PP_OK && (de = readdir(d)) != NULL)
		if (region_name(de->d_name) &&
		    unlinkat(door->dbfd, de->d_name, 0) == -1)
			rc = pp_err_set(err, errno == EACCES ||
			    errno == EPERM ? PP_PERM : PP_IO, "%s/db/%s: %s",
			    door->dir, de->d_name, strerror(errno));
	(void)closedir(d);
	return rc;
}

int64_t
pp_door_free(const struct pp_door *door)
{
	struct statvfs sv;

	if (fstatvfs(door->dirfd, &sv) == -1)
		return -1;
	return (int64_t)sv.f_bavail * (int64_t)sv.f_frsize;
}

void
pp_door_sizes(const struct pp_door *door, int64_t *data, int64_t *logs)
{
	struct dirent *de;
	struct stat st;
	DIR *d = NULL;
	int fd;

	*data = *logs = 0;
	if ((fd = openat(door->dbfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
	    == -1 || (d = fdopendir(fd)) == NULL) {
		if (fd != -1)
			(void)close(fd);
		return;
	}
	while ((de = readdir(d)) != NULL) {
		if (region_name(de->d_name) || fstatat(door->dbfd, de->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) == -1 || !S_ISREG(st.st_mode))
			continue;
		*(strncmp(de->d_name, "log.", 4) == 0 ? logs : data) +=
		    st.st_size;
	}
	(void)closedir(d);
}

enum pp_rc
pp_door_sync(const struct pp_door *door, struct pp_err *err)
{
	int fd;

	if (fsync(door->dbfd) == -1 || fsync(door->dirfd) == -1)
		return pp_err_set(err, PP_IO, "store %s: fsync: %s",
		    door->dir, strerror(errno));
	/* The directory above may be another's, who need not let us. */
	if ((fd = openat(door->dirfd, "..", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC)) != -1) {
		(void)fsync(fd);
		(void)close(fd);
	}
	return PP_OK;
}

void
pp_door_fill(const struct pp_door *door, unsigned int file, int64_t size)
{
	char name[32];
	int fd;

	(void)snprintf(name, sizeof name, "log.%010u", file);
	if ((fd = openat(door->dbfd, name, O_WRONLY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1)
		return;
	(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, size);
	(void)close(fd);
}

void
pp_door_fstype(const struct pp_door *door, char *buf, size_t size)
{
	const struct fs *fs;
	unsigned int magic;

	if ((fs = fs_of(door->dirfd, &magic)) != NULL)
		(void)snprintf(buf, size, "%s", fs->name);
	else
		(void)snprintf(buf, size, "0x%x", magic);
}

int
pp_door_hold(const struct pp_door *door)
{
	int fd;

	if ((fd = openat(door->dirfd, "hold", O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600)) == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}
