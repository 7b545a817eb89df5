/*
 * A write transaction, and its commit alone, against an append of the same
 * bytes to a file and an fdatasync:
 *
 *	commit DIR N		N of each in turns; prints medians in
 *				microseconds: append transaction commit
 *
 * The transaction records one task with its event, as one command that writes
 * does.  The bytes are those that its commit wrote; its commit is the time
 * from when the work is done until the last sync of it returns.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record.h"
#include "banned.h"

static int64_t	now_ns(void);
static int	cmp(const void *, const void *);
static int64_t	median(int64_t *, size_t);
static pp_txn_fn	one;
ssize_t		pwrite64(int, const void *, size_t, off64_t);

static int64_t worked;		/* when the work was done */
static int64_t synced;		/* when its first sync after that returned */
static size_t bytes;		/* written in between */

static int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* These stand before the C library's, for Berkeley DB too. */
ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t off)
{
	if (worked != 0 && synced == 0)
		bytes += n;
	return syscall(SYS_pwrite64, fd, buf, n, off);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	return pwrite64(fd, buf, n, off);
}

int
fdatasync(int fd)
{
	int r = (int)syscall(SYS_fdatasync, fd);

	if (worked != 0 && synced == 0)
		synced = now_ns();
	return r;
}

static int
cmp(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t
median(int64_t *v, size_t n)
{
	qsort(v, n, sizeof *v, cmp);
	return v[n / 2] / 1000;
}

static enum pp_rc
one(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_task t;
	enum pp_rc rc;

	memset(&t, 0, sizeof t);
	(void)snprintf(t.id, sizeof t.id, "C-%zu", *(size_t *)arg);
	(void)strlcpy(t.currency, "CAD", sizeof t.currency);
	t.total = 114975;
	t.created_at = pp_txn_now(tx);
	rc = pp_task_save(tx, "task.recorded", NULL, &t, e);
	worked = now_ns();
	return rc;
}

int
main(int argc, char *argv[])
{
	struct pp_store st = { .command = "commit" };
	static char fill[64 * 1024];
	int64_t *append, *txn, *commit, t0;
	struct pp_err e = { 0 };
	char path[PATH_MAX];
	size_t n, i;
	int fd;

	if (argc != 3 || (n = (size_t)strtonum(argv[2], 1, 1000000,
	    NULL)) == 0) {
		fputs("usage: commit dir n\n", stderr);
		return 2;
	}
	st.dir = argv[1];
	(void)snprintf(path, sizeof path, "%s.append", argv[1]);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600)) == -1)
		err(1, "%s", path);
	append = calloc(n, sizeof *append);
	txn = calloc(n, sizeof *txn);
	commit = calloc(n, sizeof *commit);
	if (append == NULL || txn == NULL || commit == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++) {
		worked = synced = 0;
		bytes = 0;
		t0 = now_ns();
		if (pp_store_txn(&st, PP_TXN_WRITE, one, &i, &e) != PP_OK)
			errx(1, "%s", e.msg);
		txn[i] = now_ns() - t0;
		commit[i] = synced - worked;
		if (synced == 0 || bytes == 0 || bytes > sizeof fill)
			errx(1, "no commit was seen");
		t0 = now_ns();
		if (write(fd, fill, bytes) != (ssize_t)bytes ||
		    fdatasync(fd) == -1)
			err(1, "%s", path);
		append[i] = now_ns() - t0;
	}
	printf("%lld %lld %lld\n", (long long)median(append, n),
	    (long long)median(txn, n), (long long)median(commit, n));
	return 0;
}
