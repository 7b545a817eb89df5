/*
 * What tests/crashstory needs many thousand times, in one process that it
 * talks to: a request a line on stdin, an answer a line on stdout.
 *
 *	crashcase WORLD SNAP SCRATCH CALLS
 *
 *	copy FROM TO	the directory TO is what FROM is: "copied"
 *	put		WORLD is what SNAP is, its store as clean as then: "put"
 *	calls		every call that is in CALLS (crashcall.h), which is
 *			empty then: SEEN HIT NAME...
 *	tally N		the same of the n-th alone: SEEN HIT NAME
 *	sound DIR	is the store there sound?  Looked at in a copy, SCRATCH,
 *			so that DIR stays as it was left.  The types of its
 *			events, or what is wrong; then the status.  Files that
 *			are, byte for byte, what was sound before are sound
 *
 * Files are copied in place, and only what differs of them: an inode stays
 * where the file stays.
 */
#include "config.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crashcall.h"
#include "door.h"
#include "journal.h"
#include "store.h"
#include "verify.h"
#include "banned.h"

#define PIECE	(256 * 1024)
#define DIGEST	32

static char	 piece[2][PIECE];
/* Of what was sound. */
static unsigned char	(*known)[DIGEST];
static size_t		 nknown;

static pp_txn_fn	types;
static pp_event_fn	type;
static int		dir_at(int, const char *);
static DIR		*list(int);
static bool		next(DIR *, struct dirent **);
static bool		like(int, int, const char *);
static void		clear(int, int);
static void		fill_file(int, int, const char *);
static void		fill(int, int);
static void		copy(const char *, const char *);
static void		clean(const char *);
static void		digest(const char *, unsigned char [DIGEST]);
static int		by_name(const void *, const void *);
static int		child(const struct pp_store *, bool);
static void		sound(const char *, const char *);
static void		told(struct tally *, size_t);

static int
dir_at(int at, const char *name)
{
	int fd;

	if ((fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		err(1, "%s", name);
	return fd;
}

static DIR *
list(int at)
{
	DIR *d;

	if ((d = fdopendir(dir_at(at, "."))) == NULL)
		err(1, "fdopendir");
	return d;
}

static bool
next(DIR *d, struct dirent **de)
{
	do {
		if ((*de = readdir(d)) == NULL)
			return false;
	} while (strcmp((*de)->d_name, ".") == 0 ||
	    strcmp((*de)->d_name, "..") == 0);
	return true;
}

/* Are both there, and both directories, or both not? */
static bool
like(int a, int b, const char *name)
{
	struct stat sa, sb;

	return fstatat(a, name, &sa, AT_SYMLINK_NOFOLLOW) == 0 &&
	    b != -1 && fstatat(b, name, &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (sa.st_mode & S_IFMT) == (sb.st_mode & S_IFMT);
}

/* Removes what is in at and not in model. */
static void
clear(int at, int model)
{
	struct dirent *de;
	DIR *d = list(at);
	int a, b;
	bool keep;

	while (next(d, &de)) {
		keep = like(at, model, de->d_name);
		if (de->d_type == DT_DIR) {
			a = dir_at(at, de->d_name);
			b = keep ? dir_at(model, de->d_name) : -1;
			clear(a, b);
			(void)close(a);
			if (b != -1)
				(void)close(b);
		}
		if (!keep && unlinkat(at, de->d_name, de->d_type == DT_DIR ?
		    AT_REMOVEDIR : 0) == -1)
			err(1, "%s", de->d_name);
	}
	(void)closedir(d);
}

static void
fill_file(int at, int model, const char *name)
{
	ssize_t n, have;
	struct stat st;
	off_t off = 0;
	int from, to;

	if ((from = openat(model, name, O_RDONLY | O_CLOEXEC)) == -1 ||
	    fstat(from, &st) == -1 || (to = openat(at, name, O_RDWR | O_CREAT |
	    O_CLOEXEC, 0600)) == -1 || ftruncate(to, st.st_size) == -1 ||
	    fchmod(to, st.st_mode & 07777) == -1)
		err(1, "%s", name);
	while ((n = pread(from, piece[0], PIECE, off)) > 0) {
		have = pread(to, piece[1], (size_t)n, off);
		if ((have != n || memcmp(piece[0], piece[1], (size_t)n) !=
		    0) && pwrite(to, piece[0], (size_t)n, off) != n)
			err(1, "%s", name);
		off += n;
	}
	if (n == -1)
		err(1, "%s", name);
	(void)close(from);
	(void)close(to);
}

static void
fill(int at, int model)
{
	struct dirent *de;
	DIR *d = list(model);
	struct stat st;
	int a, b;

	while (next(d, &de)) {
		if (de->d_type != DT_DIR) {
			fill_file(at, model, de->d_name);
			continue;
		}
		if (mkdirat(at, de->d_name, 0700) == -1 && errno != EEXIST)
			err(1, "%s", de->d_name);
		a = dir_at(at, de->d_name);
		b = dir_at(model, de->d_name);
		fill(a, b);
		if (fstat(b, &st) == -1 || fchmod(a, st.st_mode & 07777) ==
		    -1)
			err(1, "%s", de->d_name);
		(void)close(a);
		(void)close(b);
	}
	(void)closedir(d);
}

/* To is what from is. */
static void
copy(const char *from, const char *to)
{
	int a, b;

	if (mkdir(to, 0700) == -1 && errno != EEXIST)
		err(1, "%s", to);
	a = dir_at(AT_FDCWD, to);
	b = dir_at(AT_FDCWD, from);
	clear(a, b);
	fill(a, b);
	(void)close(a);
	(void)close(b);
}

/* A marker that was clean has the inodes of the directory and of a region,
 * which may be new ones: lib/door.c's marker(), "clean BOOT DEV:INO.REG ...".
 * Without this every case would begin with a recovery. */
static void
clean(const char *world)
{
	char path[4096], line[PP_DOOR_LINE + 1], out[PP_DOOR_LINE + 1];
	struct stat db, region;
	char boot[64], rest[64];
	int fd, len;

	(void)snprintf(path, sizeof path, "%s/store/db/__db.001", world);
	if (stat(path, &region) == -1)
		return;
	*strrchr(path, '/') = '\0';
	if (stat(path, &db) == -1)
		return;
	(void)snprintf(path, sizeof path, "%s/store/lock", world);
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		return;
	memset(line, 0, sizeof line);
	if (pread(fd, line, PP_DOOR_LINE, 0) == PP_DOOR_LINE &&
	    sscanf(line, "clean %63s %*s %63[^\n]", boot, rest) == 2) {
		rest[strcspn(rest, " ")] = '\0';
		len = snprintf(out, sizeof out, "clean %s %llx:%llx.%llx %s",
		    boot, (unsigned long long)db.st_dev,
		    (unsigned long long)db.st_ino,
		    (unsigned long long)region.st_ino, rest);
		if (len > 0 && len < PP_DOOR_LINE) {
			memset(out + len, ' ', (size_t)(PP_DOOR_LINE - len));
			out[PP_DOOR_LINE - 1] = '\n';
			if (pwrite(fd, out, PP_DOOR_LINE, 0) != PP_DOOR_LINE)
				err(1, "%s", path);
		}
	}
	(void)close(fd);
}

static enum pp_rc
type(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	const char *s;

	(void)tx, (void)seq, (void)arg, (void)len, (void)err;
	if ((s = strstr(text, "\"type\":\"")) != NULL)
		printf(" %.*s", (int)strcspn(s + 8, "\""), s + 8);
	return PP_OK;
}

static enum pp_rc
types(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	return pp_journal_each(tx, 0, NULL, type, arg, err);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Of the databases in dir: not of logs and regions. */
static void
digest(const char *dir, unsigned char out[DIGEST])
{
	crypto_generichash_state st;
	char *names[64];
	struct dirent *de;
	size_t i, n = 0;
	ssize_t got;
	off_t off;
	DIR *d;
	int at, fd;

	crypto_generichash_init(&st, NULL, 0, DIGEST);
	at = dir_at(AT_FDCWD, dir);
	d = list(at);
	while (next(d, &de) && n < sizeof names / sizeof names[0])
		if (strncmp(de->d_name, "log.", 4) != 0 &&
		    strncmp(de->d_name, "__db.", 5) != 0 &&
		    (names[n++] = strdup(de->d_name)) == NULL)
			err(1, "strdup");
	(void)closedir(d);
	qsort(names, n, sizeof names[0], by_name);
	for (i = 0; i < n; i++) {
		crypto_generichash_update(&st, (unsigned char *)names[i],
		    strlen(names[i]) + 1);
		if ((fd = openat(at, names[i], O_RDONLY | O_CLOEXEC)) == -1)
			err(1, "%s", names[i]);
		for (off = 0; (got = pread(fd, piece[0], PIECE, off)) > 0;
		    off += got)
			crypto_generichash_update(&st,
			    (unsigned char *)piece[0],
			    (unsigned long long)got);
		(void)close(fd);
		free(names[i]);
	}
	(void)close(at);
	crypto_generichash_final(&st, out, DIGEST);
}

/* In a child: what it does to the process is not ours. */
static int
child(const struct pp_store *store, bool whole)
{
	struct pp_verify v = PP_VERIFY_INIT;
	struct pp_err e = { 0 };
	int status = 0;
	enum pp_rc rc;
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		(void)alarm(60);
		rc = whole ? pp_verify_copy(store, &v, &e) :
		    pp_store_txn(store, PP_TXN_READ, types, NULL, &e);
		if (rc != PP_OK)
			printf(" %s", e.msg);
		(void)fflush(stdout);
		_exit((int)rc);
	}
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static void
sound(const char *dir, const char *scratch)
{
	struct pp_store store = { .dir = scratch, .command = "crashcase",
	    .clock = getenv("PP_NOW"), .reserve = 1 };
	char path[4096 + sizeof "/lock"];
	unsigned char d[DIGEST];
	size_t i;
	int rc;

	(void)snprintf(path, sizeof path, "%s/lock", dir);
	if (access(path, F_OK) == -1) {
		puts("0");
		return;
	}
	copy(dir, scratch);
	/* First what the next command would do to it, and find in it. */
	if ((rc = child(&store, false)) == 0) {
		(void)snprintf(path, sizeof path, "%s/db", scratch);
		digest(path, d);
		for (i = 0; i < nknown; i++)
			if (memcmp(known[i], d, DIGEST) == 0)
				break;
		if (i == nknown && (rc = child(&store, true)) == 0) {
			if ((known = reallocarray(known, nknown + 1,
			    DIGEST)) == NULL)
				err(1, "out of memory");
			memcpy(known[nknown++], d, DIGEST);
		}
	}
	printf(" %d\n", rc);
}

/* Of the n-th call, or of all if n is 0. */
static void
told(struct tally *t, size_t n)
{
	uint32_t seen = atomic_load(&t->seen);
	size_t i;

	printf("%u %u", seen, t->hit);
	for (i = n != 0 ? n - 1 : 0; i < (n != 0 ? n : seen) &&
	    i < TALLY_CALLS; i++)
		printf(" %s", t->call[i]);
	putchar('\n');
	memset(t, 0, sizeof *t);
}

int
main(int argc, char *argv[])
{
	char line[9000], path[4096], to[4096];
	struct tally *t;
	int fd;

	if (argc != 5)
		errx(2, "usage: crashcase world snap scratch calls");
	if ((fd = open(argv[4], O_RDWR | O_CREAT | O_CLOEXEC, 0600)) == -1 ||
	    ftruncate(fd, sizeof *t) == -1 || (t = mmap(NULL, sizeof *t,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
		err(1, "%s", argv[4]);
	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "copy %4095s %4095s", path, to) == 2) {
			copy(path, to);
			puts("copied");
		} else if (strcmp(line, "put") == 0) {
			copy(argv[2], argv[1]);
			clean(argv[1]);
			puts("put");
		} else if (strcmp(line, "calls") == 0)
			told(t, 0);
		else if (strncmp(line, "tally ", 6) == 0)
			told(t, strtoul(line + 6, NULL, 10));
		else if (sscanf(line, "sound %4095s", path) == 1)
			sound(path, argv[3]);
		else
			errx(1, "what is '%s'?", line);
		(void)fflush(stdout);
	}
	return 0;
}
