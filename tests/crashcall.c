/*
 * To be preloaded: counts the calls by which a process changes files or takes
 * the lock, its libraries' too, and at the n-th one ends the process or lets
 * the call fail.  tests/crashstory uses it.
 *
 *	PP_CRASH_LOG	a file of sizeof(struct tally) bytes at least, where
 *			what was called stands, whatever becomes of the process
 *	PP_CRASH_AT	n; 0 or unset: counts only
 *	PP_CRASH_HOW	KILL; ENOSPC, EIO or EROFS: once; FULL (ENOSPC) or DEAD
 *			(EIO): from there on, whatever writes
 *	PP_CRASH_LIMIT	seconds, after which it is ended (SIGALRM); unset: none
 *
 * Children are let alone.  What is in calls[] is what is caught: crash-story
 * .bats holds it to what the library of Berkeley DB and the commands call.
 */
#include "config.h"

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crashcall.h"

static struct tally	*tally;
static uint32_t		 at;
static int		 how;			/* errno; 0: kill */
static bool		 on;			/* from there on */

static bool	lasts(const char *);
static bool	stop(const char *, int);
static bool	is_file(int);

static __attribute__((constructor)) void
begin(void)
{
	static struct tally own;
	const char *s;
	void *p;
	int fd;

	tally = &own;
	if ((s = getenv("PP_CRASH_LOG")) != NULL &&
	    (fd = open(s, O_RDWR | O_CLOEXEC)) != -1) {
		p = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
		if (p != MAP_FAILED)
			tally = p;
		(void)close(fd);
	}
	if ((s = getenv("PP_CRASH_LIMIT")) != NULL)
		(void)alarm((unsigned int)strtoul(s, NULL, 10));
	if ((s = getenv("PP_CRASH_AT")) != NULL)
		at = (uint32_t)strtoul(s, NULL, 10);
	if ((s = getenv("PP_CRASH_HOW")) != NULL) {
		on = strcmp(s, "FULL") == 0 || strcmp(s, "DEAD") == 0;
		how = strcmp(s, "ENOSPC") == 0 || strcmp(s, "FULL") == 0 ?
		    ENOSPC : strcmp(s, "EIO") == 0 || strcmp(s, "DEAD") == 0 ?
		    EIO : strcmp(s, "EROFS") == 0 ? EROFS : 0;
	}
	(void)unsetenv("LD_PRELOAD");
	(void)unsetenv("PP_CRASH_LOG");
	(void)unsetenv("PP_CRASH_AT");
	(void)unsetenv("PP_CRASH_HOW");
	(void)unsetenv("PP_CRASH_LIMIT");
}

/* A disk that is full gives no room, but renames, removes and syncs; of one
 * that is dead only the locks are left. */
static bool
lasts(const char *call)
{
	static const char *const freely[] = { "fdatasync", "fsync",
	    "ftruncate", "rename", "renameat", "renameat2", "unlink",
	    "unlinkat", "rmdir" };
	size_t i;

	if (strcmp(call, "flock") == 0)
		return false;
	for (i = 0; how == ENOSPC && i < sizeof freely / sizeof freely[0]; i++)
		if (strcmp(call, freely[i]) == 0)
			return false;
	return true;
}

/* One more call, on the file fd or, -1, on a name: true if it is to fail. */
static bool
stop(const char *call, int fd)
{
	struct stat st;
	uint32_t n;

	if (tally == NULL)	/* another library's constructor */
		return false;
	n = atomic_fetch_add(&tally->seen, 1);
	if (n < TALLY_CALLS)
		(void)snprintf(tally->call[n], TALLY_NAME, "%s", call);
	if (n < TALLY_CALLS && fd != -1 && fstat(fd, &st) == 0)
		(void)snprintf(tally->call[n], TALLY_NAME, "%s#%ju", call,
		    (uintmax_t)st.st_ino);
	if (n + 1 != at && !(on && at != 0 && n + 1 > at && lasts(call)))
		return false;
	tally->hit = 1;
	if (how == 0)
		(void)kill(getpid(), SIGKILL);
	errno = how;
	return true;
}

/* Pipes and sockets are not what this is about, nor is what is said. */
static bool
is_file(int fd)
{
	struct stat st;
	int saved = errno;
	bool yes = fd > STDERR_FILENO && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode);

	errno = saved;
	return yes;
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	return is_file(fd) && stop("write", fd) ? -1 :
	    syscall(SYS_write, fd, buf, n);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	return is_file(fd) && stop("writev", fd) ? -1 :
	    syscall(SYS_writev, fd, v, n);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	return stop("pwrite", fd) ? -1 : syscall(SYS_pwrite64, fd, buf, n, off);
}

ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t off)
{
	return stop("pwrite", fd) ? -1 : syscall(SYS_pwrite64, fd, buf, n, off);
}

int
fdatasync(int fd)
{
	return stop("fdatasync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return stop("fsync", fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t n)
{
	return stop("ftruncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	return stop("ftruncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int
fallocate(int fd, int mode, off_t from, off_t n)
{
	return stop("fallocate", fd) ? -1 :
	    (int)syscall(SYS_fallocate, fd, mode, from, n);
}

int
rename(const char *from, const char *to)
{
	return stop("rename", -1) ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from,
	    AT_FDCWD, to);
}

int
renameat(int fd, const char *from, int tofd, const char *to)
{
	return stop("renameat", -1) ? -1 :
	    (int)syscall(SYS_renameat, fd, from, tofd, to);
}

int
renameat2(int fd, const char *from, int tofd, const char *to,
    unsigned int flags)
{
	return stop("renameat2", -1) ? -1 :
	    (int)syscall(SYS_renameat2, fd, from, tofd, to, flags);
}

int
linkat(int fd, const char *from, int tofd, const char *to, int flags)
{
	return stop("linkat", -1) ? -1 :
	    (int)syscall(SYS_linkat, fd, from, tofd, to, flags);
}

int
unlink(const char *path)
{
	return stop("unlink", -1) ? -1 :
	    (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int
unlinkat(int fd, const char *path, int flags)
{
	return stop("unlinkat", -1) ? -1 :
	    (int)syscall(SYS_unlinkat, fd, path, flags);
}

int
rmdir(const char *path)
{
	return stop("rmdir", -1) ? -1 :
	    (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int
mkdir(const char *path, mode_t mode)
{
	return stop("mkdir", -1) ? -1 :
	    (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int
mkdirat(int fd, const char *path, mode_t mode)
{
	return stop("mkdirat", -1) ? -1 :
	    (int)syscall(SYS_mkdirat, fd, path, mode);
}

int
flock(int fd, int op)
{
	return stop("flock", fd) ? -1 : (int)syscall(SYS_flock, fd, op);
}
