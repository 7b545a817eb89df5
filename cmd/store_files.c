#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "intl.h"
#include "store_doctor.h"
#include "banned.h"

#define MODES_TOLD	5		/* files with a wrong mode, by name */
#define LOCK_LINE	256		/* door.h: the second line begins here */

static void	mode_of(struct doctor *, int, const char *, const char *,
		    uid_t, int *);
static void	modes_in(struct doctor *, int, const char *, uid_t, int *);

/* Modes and owners. */

static void
mode_of(struct doctor *d, int at, const char *dir, const char *name,
    uid_t owner, int *told)
{
	char todo[600];
	struct stat st;
	bool isdir;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    *told >= MODES_TOLD)
		return;
	isdir = S_ISDIR(st.st_mode);
	if ((st.st_mode & 077) != 0) {
		(*told)++;
		(void)snprintf(todo, sizeof todo, "chmod %s %s/%s", isdir ?
		    "700" : "600", dir, name);
		finding(d, "modes", WRONG, todo, "others may use %s/%s (mode %03o)",
		    dir, name, (unsigned int)st.st_mode & 0777);
	}
	if (st.st_uid != owner) {
		(*told)++;
		(void)snprintf(todo, sizeof todo, "chown %lu %s/%s",
		    (unsigned long)owner, dir, name);
		finding(d, "modes", WRONG, todo, "%s/%s belongs to another user "
		    "than the store", dir, name);
	}
}

static void
modes_in(struct doctor *d, int at, const char *sub, uid_t owner, int *told)
{
	char dir[PATH_MAX];
	struct dirent *de;
	DIR *l;
	int fd;

	(void)snprintf(dir, sizeof dir, "%s/%s", d->cmd->store.dir, sub);
	if ((fd = openat(at, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW)) == -1)
		return;
	if ((l = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return;
	}
	while ((de = readdir(l)) != NULL)
		if (strcmp(de->d_name, ".") != 0 &&
		    strcmp(de->d_name, "..") != 0)
			mode_of(d, dirfd(l), dir, de->d_name, owner, told);
	(void)closedir(l);
}

void
check_modes(struct doctor *d)
{
	const char *dir = d->cmd->store.dir;
	struct stat st;
	int fd, told = 0;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) == -1) {
		finding(d, "modes", WRONG, N_("become its owner, or root"), "%s: %s",
		    dir, strerror(errno));
		goto out;
	}
	mode_of(d, fd, dir, ".", st.st_uid, &told);
	mode_of(d, fd, dir, "lock", st.st_uid, &told);
	mode_of(d, fd, dir, "db", st.st_uid, &told);
	mode_of(d, fd, dir, "keys", st.st_uid, &told);
	modes_in(d, fd, "db", st.st_uid, &told);
	modes_in(d, fd, "keys", st.st_uid, &told);
	if (told == 0)
		finding(d, "modes", OK, NULL, "nobody but its owner may use it");
out:
	if (fd != -1)
		(void)close(fd);
}

/* Without waiting; the line is what its holder wrote. */
void
check_lock(struct doctor *d)
{
	char path[PATH_MAX], line[LOCK_LINE + 1], *slash;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", d->cmd->store.dir);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1) {
		finding(d, "lock", WRONG, N_("pp-store init"), "%s: %s", path,
		    strerror(errno));
		return;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		(void)flock(fd, LOCK_UN);
		finding(d, "lock", OK, NULL, "nobody has it");
	} else if ((n = pread(fd, line, LOCK_LINE, LOCK_LINE)) > 0) {
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		if ((slash = strchr(line, '/')) != NULL)
			*slash = ' ';
		while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\0'))
			line[--n] = '\0';
		finding(d, "lock", WARN, N_("a transaction takes less than a second: "
		    "look again, and at that process"), "held by process %s",
		    line);
	} else
		finding(d, "lock", WARN, N_("look again"), "somebody has it");
	(void)close(fd);
}

void
check_disk(struct doctor *d)
{
	const struct pp_store *s = &d->cmd->store;
	int64_t need = s->reserve != 0 ? s->reserve : PP_STORE_RESERVE;
	struct pp_store_info si;
	struct pp_err err = { .msg = "" };

	if (pp_store_sizes(s, &si, &err) != PP_OK) {
		finding(d, "disk", WARN, N_("look again"), "%s", err.msg);
		return;
	}
	finding(d, "disk", si.free_bytes < need ? WRONG : si.free_bytes < 4 *
	    need ? WARN : OK, N_("make room"), "%" PRId64 " MiB free, %" PRId64
	    " MiB are kept in reserve", si.free_bytes >> 20, need >> 20);
	if (strcmp(si.fstype, "tmpfs") == 0)
		finding(d, "file_system", WARN, N_("put the store on a disk"),
		    N_("tmpfs, which is memory: the store is gone when the "
		    "machine stops"));
	else
		finding(d, "file_system", OK, NULL, "%s", si.fstype);
}

/* run-parts passes over, without a word, what it does not like. */
void
check_automations(struct doctor *d, const char *dir)
{
	char todo[PATH_MAX + 64];
	struct dirent *de;
	struct stat st;
	size_t bad = 0, n = 0;
	DIR *l;

	if ((l = opendir(dir)) == NULL) {
		finding(d, "automations", errno == ENOENT ? OK : WARN,
		    N_("look at its mode"), "%s: %s", dir, strerror(errno));
		return;
	}
	while ((de = readdir(l)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0 ||
		    fstatat(dirfd(l), de->d_name, &st, 0) == -1 ||
		    S_ISDIR(st.st_mode))
			continue;
		n++;
		if (de->d_name[strspn(de->d_name, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] != '\0')
			finding(d, "automations", WRONG, N_("rename it: letters, "
			    "digits, _ and - only"), "run-parts passes over "
			    "%s/%s", dir, de->d_name);
		else if ((st.st_mode & 0111) == 0) {
			(void)snprintf(todo, sizeof todo, "chmod 755 %s/%s",
			    dir, de->d_name);
			finding(d, "automations", WRONG, todo, "%s/%s is not "
			    "executable: run-parts passes over it", dir,
			    de->d_name);
		} else if ((st.st_mode & 022) != 0) {
			(void)snprintf(todo, sizeof todo, "chmod go-w %s/%s",
			    dir, de->d_name);
			finding(d, "automations", WRONG, todo, "others may change "
			    "%s/%s", dir, de->d_name);
		} else
			continue;
		bad++;
	}
	(void)closedir(l);
	if (bad == 0)
		finding(d, "automations", OK, NULL, "%zu in %s", n, dir);
}
