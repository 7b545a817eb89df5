#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intl.h"
#include "io.h"
#include "banned.h"

#define CHUNK		(64 * 1024)	/* a pipe's buffer */
#define TOOLONG_HEAD	64		/* what is kept of a line too long */

/* Lines of fd on their way into a batch.  Offsets, not pointers, until the
 * batch is complete: the buffer moves as it grows. */
struct lines {
	int		 fd;
	char		*buf;
	size_t		 cap;
	size_t		 len;		/* bytes read into buf */
	size_t		 start;		/* of the line not yet complete */
	size_t		 seen;		/* bytes searched for its newline */
	size_t		 line;		/* its number, from 1 */
	bool		 skipping;	/* it is too long */
	bool		 eof;
	struct pp_item	 items[PP_BATCH_LINES];
	size_t		 at[PP_BATCH_LINES];	/* their offsets */
	size_t		 n;
	size_t		 bytes;
};

static bool		ends(enum pp_rc, const struct pp_err *);
static enum pp_rc	each_arg(int, char *const [], pp_batch_fn *, void *,
			    struct pp_err *);
static void		compact(struct lines *);
static enum pp_rc	fill(struct lines *, struct pp_err *);
static bool		ready(int);
static void		gather(struct lines *);
static void		take(struct lines *, size_t, bool);
static void		skip(struct lines *);
static enum pp_rc	deliver(struct lines *, pp_batch_fn *, void *,
			    struct pp_err *);
static bool		blank(const char *, size_t);
static ssize_t		read_again(int, void *, size_t);
static enum pp_rc	open_rc(void);
static enum pp_rc	secret_read(int, char *, size_t, struct pp_err *);
static bool		write_all(int, const char *, size_t);

static ssize_t
read_again(int fd, void *p, size_t n)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t r;

	while ((r = read(fd, p, n)) == -1)
		if (errno == EAGAIN)	/* whoever shares it made it so */
			(void)poll(&pfd, 1, -1);
		else if (errno != EINTR)
			break;
	return r;
}

static bool
blank(const char *s, size_t n)
{
	for (; n > 0; n--, s++)
		if (*s != ' ' && *s != '\t' && *s != '\r')
			return false;
	return true;
}

/* Is a byte, or the end, there to be read at once? */
static bool
ready(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int r;

	while ((r = poll(&pfd, 1, 0)) == -1 && errno == EINTR)
		continue;
	return r != 0;
}

/* A batch that failed as a whole, not some of its items. */
static bool
ends(enum pp_rc rc, const struct pp_err *err)
{
	return rc == PP_IO ||
	    (rc != PP_OK && err != NULL && err->msg[0] != '\0');
}

static enum pp_rc
each_arg(int argc, char *const argv[], pp_batch_fn *fn, void *arg,
    struct pp_err *err)
{
	struct pp_item items[PP_BATCH_LINES];
	enum pp_rc rc, worst = PP_OK;
	size_t n;

	while (argc > 0) {
		for (n = 0; n < PP_BATCH_LINES && argc > 0; n++, argc--) {
			memset(&items[n], 0, sizeof items[n]);
			items[n].text = *argv++;
			items[n].len = strlen(items[n].text);
		}
		rc = fn(items, n, arg, err);
		worst = pp_rc_worst(worst, rc);
		if (ends(rc, err))
			break;
	}
	return worst;
}

/* Moves what is not yet taken to the front; no item points there now. */
static void
compact(struct lines *l)
{
	if (l->start == 0 || l->start > l->len)
		return;
	memmove(l->buf, l->buf + l->start, l->len - l->start);
	l->len -= l->start;
	l->seen -= l->start;
	l->start = 0;
}

/* Reads what is there, at least a byte unless it is the end. */
static enum pp_rc
fill(struct lines *l, struct pp_err *err)
{
	ssize_t r;
	size_t cap;
	char *p;

	if (l->n == 0)
		compact(l);
	/* A batch, a line and a chunk at most: gather and skip see to it. */
	if (l->cap - l->len <= CHUNK) {
		cap = l->cap == 0 ? 2 * CHUNK : l->cap * 2;
		if ((p = realloc(l->buf, cap)) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		l->buf = p;
		l->cap = cap;
	}
	/* One byte stays free: the last line may need its NUL. */
	if ((r = read_again(l->fd, l->buf + l->len, CHUNK)) == -1)
		return pp_err_set(err, PP_IO, "cannot read the input: %s",
		    strerror(errno));
	l->len += (size_t)r;
	l->eof = r == 0;
	return PP_OK;
}

/* The line from start to end becomes an item. */
static void
take(struct lines *l, size_t end, bool unfinished)
{
	struct pp_item *it = &l->items[l->n];
	size_t len = end - l->start;

	l->buf[end] = '\0';
	if (l->skipping || !blank(l->buf + l->start, len)) {
		it->len = len;
		it->line = l->line;
		it->toolong = l->skipping || len > PP_LINE_MAX;
		it->unfinished = unfinished;
		if (it->toolong && len > TOOLONG_HEAD) {
			it->len = TOOLONG_HEAD;
			l->buf[l->start + it->len] = '\0';
		}
		l->at[l->n++] = l->start;
	}
	if (l->n > 0)	/* a blank line takes room too */
		l->bytes += end + 1 - l->start;
	l->skipping = false;
	l->line++;
	l->start = l->seen = end + 1;
}

/* Of a line that is too long only the head stays in memory. */
static void
skip(struct lines *l)
{
	if (!l->skipping && l->len - l->start <= PP_LINE_MAX)
		return;
	l->skipping = true;
	if (l->len > l->start + TOOLONG_HEAD)
		l->len = l->start + TOOLONG_HEAD;
	l->seen = l->len;
}

/* Takes complete lines out of the buffer until the batch is full. */
static void
gather(struct lines *l)
{
	char *nl;

	while (l->n < PP_BATCH_LINES && l->bytes < PP_BATCH_BYTES) {
		if (l->seen < l->len && (nl = memchr(l->buf + l->seen, '\n',
		    l->len - l->seen)) != NULL) {
			take(l, (size_t)(nl - l->buf), false);
			continue;
		}
		l->seen = l->len;
		skip(l);
		if (l->eof && l->len > l->start)
			take(l, l->len, true);
		return;
	}
}

static enum pp_rc
deliver(struct lines *l, pp_batch_fn *fn, void *arg, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < l->n; i++)
		l->items[i].text = l->buf + l->at[i];
	rc = fn(l->items, l->n, arg, err);
	l->n = l->bytes = 0;
	if (l->start >= CHUNK)
		compact(l);
	return rc;
}

enum pp_rc
pp_io_each(int argc, char *const argv[], int fd, pp_batch_fn *fn, void *arg,
    struct pp_err *err)
{
	struct lines *l;
	enum pp_rc rc, worst = PP_OK;
	bool full;

	if (argc > 0)
		return each_arg(argc, argv, fn, arg, err);
	if (isatty(fd))
		return pp_err_set(err, PP_USAGE,
		    "nothing named, and the input is a terminal");
	if ((l = calloc(1, sizeof *l)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	l->fd = fd;
	l->line = 1;
	for (;;) {
		gather(l);
		full = l->n == PP_BATCH_LINES || l->bytes >= PP_BATCH_BYTES;
		if (l->n > 0 && (full || l->eof || !ready(fd))) {
			rc = deliver(l, fn, arg, err);
			worst = pp_rc_worst(worst, rc);
			if (ends(rc, err))
				break;
		} else if (l->eof)
			break;
		else if ((rc = fill(l, err)) != PP_OK) {
			worst = pp_rc_worst(worst, rc);
			break;
		}
	}
	free(l->buf);
	free(l);
	return worst;
}

enum pp_rc
pp_io_finish(FILE *fp, struct pp_err *err)
{
	int failed = ferror(fp);

	errno = 0;
	if (fflush(fp) == 0 && !failed)
		return PP_OK;
	return pp_err_set(err, PP_IO, errno != 0 ?
	    N_("cannot write the output: %s") : N_("cannot write the output"),
	    strerror(errno));
}

/* What a failed open says. */
static enum pp_rc
open_rc(void)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return PP_NOTFOUND;
	if (errno == EACCES || errno == EPERM || errno == ELOOP)
		return PP_PERM;
	return PP_IO;
}

enum pp_rc
pp_io_read_fd(int fd, const char *name, size_t max, char **out, size_t *len,
    struct pp_err *err)
{
	enum pp_rc rc = PP_OK;
	char *buf = NULL, *p;
	size_t n = 0, cap = 0;
	ssize_t r;

	do {
		if (cap - n < 2) {
			cap = cap == 0 ? 4096 : cap * 2;
			if ((p = realloc(buf, cap)) == NULL) {
				rc = pp_err_set(err, PP_IO, "out of memory");
				goto out;
			}
			buf = p;
		}
		if ((r = read_again(fd, buf + n, cap - n - 1)) == -1) {
			rc = pp_err_set(err, PP_IO, "%s: %s", name,
			    strerror(errno));
			goto out;
		}
		n += (size_t)r;
		if (n > max) {
			rc = pp_err_set(err, PP_DATA,
			    "%s: longer than %zu bytes", name, max);
			goto out;
		}
	} while (r > 0);
	buf[n] = '\0';
	*out = buf;
	*len = n;
	buf = NULL;
out:
	free(buf);
	return rc;
}

enum pp_rc
pp_io_read_file(const char *path, size_t max, char **out, size_t *len,
    struct pp_err *err)
{
	enum pp_rc rc;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) == -1)
		return pp_err_set(err, open_rc(), "%s: %s", path,
		    strerror(errno));
	rc = pp_io_read_fd(fd, path, max, out, len, err);
	(void)close(fd);
	return rc;
}

/* The first line of fd, a byte at a time: what follows is somebody else's. */
static enum pp_rc
secret_read(int fd, char *buf, size_t size, struct pp_err *err)
{
	size_t n = 0;
	ssize_t r;

	while ((r = read_again(fd, buf + n, 1)) == 1 && buf[n] != '\n') {
		if (buf[n] == '\0')
			return pp_err_set(err, PP_DATA, "the secret has a NUL");
		if (++n == size)
			return pp_err_set(err, PP_DATA,
			    "the secret is longer than %zu bytes", size - 1);
	}
	if (r == -1)
		return pp_err_set(err, PP_IO, "cannot read the secret: %s",
		    strerror(errno));
	if (n > 0 && buf[n - 1] == '\r')
		n--;
	buf[n] = '\0';
	if (n == 0)
		return pp_err_set(err, PP_DATA, "the secret is empty");
	return PP_OK;
}

enum pp_rc
pp_io_secret(const char *path, char *buf, size_t size, struct pp_err *err)
{
	struct stat st;
	enum pp_rc rc;
	int fd = STDIN_FILENO;

	/* O_NONBLOCK: a FIFO is refused below, not waited for here. */
	if (path != NULL) {
		if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK)) == -1)
			return pp_err_set(err, open_rc(), "%s: %s", path,
			    strerror(errno));
		if (fstat(fd, &st) == -1)
			rc = pp_err_set(err, PP_IO, "%s: %s", path,
			    strerror(errno));
		else if (!S_ISREG(st.st_mode))
			rc = pp_err_set(err, PP_PERM, "%s: not a regular file",
			    path);
		else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
			rc = pp_err_set(err, PP_PERM,
			    "%s: others may read it", path);
			pp_err_hint(err, "chmod 600 %s", path);
		} else
			rc = secret_read(fd, buf, size, err);
		(void)close(fd);
	} else
		rc = secret_read(fd, buf, size, err);
	if (rc != PP_OK)
		explicit_bzero(buf, size);
	return rc;
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t r;

	for (; n > 0; n -= (size_t)r, p += r)
		if ((r = write(fd, p, n)) == -1) {
			if (errno != EINTR)
				return false;
			r = 0;
		}
	return true;
}

enum pp_rc
pp_io_replace(const char *path, const void *data, size_t len,
    unsigned int mode, struct pp_err *err)
{
	const char *slash = strrchr(path, '/');
	enum pp_rc rc = PP_OK;
	char *tmp = NULL, *dir = NULL;
	int fd = -1, dfd = -1, e;
	bool made = false;

	if (asprintf(&tmp, "%s.XXXXXX", path) == -1) {
		tmp = NULL;
		goto fail;
	}
	if ((dir = slash == NULL ? strdup(".") : slash == path ?
	    strdup("/") : strndup(path, (size_t)(slash - path))) == NULL ||
	    (dfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (fd = mkostemp(tmp, O_CLOEXEC)) == -1)
		goto fail;
	made = true;
	if (fchmod(fd, (mode_t)mode) == -1 || !write_all(fd, data, len) ||
	    fsync(fd) == -1)
		goto fail;
	e = close(fd);
	fd = -1;
	if (e == -1 || rename(tmp, path) == -1)
		goto fail;
	made = false;
	if (fsync(dfd) == -1)
		goto fail;
	goto out;
fail:
	rc = errno == EACCES || errno == EPERM ? PP_PERM : PP_IO;
	rc = pp_err_set(err, rc, "%s: %s", path, strerror(errno));
out:
	if (fd != -1)
		(void)close(fd);
	if (made)
		(void)unlink(tmp);
	if (dfd != -1)
		(void)close(dfd);
	free(dir);
	free(tmp);
	return rc;
}
