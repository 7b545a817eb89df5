#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "io.h"
#include "tap.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

/* What came, told in one text: each batch ends with "|". */
struct seen {
	struct pp_buf	 buf;
	size_t		 items;
	size_t		 batches;
	size_t		 largest;	/* most items in one batch */
	enum pp_rc	 answer;
	int		 hear;		/* if not -1: told of every batch */
};

static pp_batch_fn	see;
static int	feed(const char *, size_t);
static void	each(const char *, size_t, struct seen *);
static void	t_each(void);
static void	t_batches(void);
static void	t_promptly(void);
static void	t_args(void);
static void	t_stops(void);
static void	t_files(void);
static void	t_secret(const char *);
static void	t_replace(const char *);

static enum pp_rc
see(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct seen *s = arg;
	size_t i;

	(void)err;
	for (i = 0; i < n && s->items + i < 20; i++)
		pp_buf_printf(&s->buf, "%zu:%s%s%s,", items[i].line,
		    items[i].len == strlen(items[i].text) && items[i].len < 40
		    ? items[i].text : "...",
		    items[i].toolong ? "(toolong)" : "",
		    items[i].unfinished ? "(unfinished)" : "");
	pp_buf_puts(&s->buf, "|");
	s->items += n;
	s->batches++;
	if (n > s->largest)
		s->largest = n;
	if (s->hear != -1 && write(s->hear, "x", 1) != 1)
		return PP_BUG;
	return s->answer;
}

/* A pipe out of which the bytes come, from a child of ours. */
static int
feed(const char *text, size_t n)
{
	int fd[2];
	ssize_t r;

	if (pipe(fd) == -1)
		err(1, "pipe");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		(void)close(fd[0]);
		for (; n > 0; text += r, n -= (size_t)r)
			if ((r = write(fd[1], text, n)) == -1)
				_exit(1);
		_exit(0);
	default:
		(void)close(fd[1]);
	}
	return fd[0];
}

static void
each(const char *text, size_t n, struct seen *s)
{
	struct pp_err e = { 0 };
	int fd = feed(text, n);

	memset(s, 0, sizeof *s);
	s->buf.max = 4096;
	s->hear = -1;
	ok(pp_io_each(0, NULL, fd, see, s, &e) == PP_OK, "read to the end");
	(void)close(fd);
	(void)wait(NULL);
	/* How it is cut into batches is the kernel's affair here. */
	if (s->buf.p != NULL) {
		char *from, *to;

		for (from = to = s->buf.p; *from != '\0'; from++)
			if (*from != '|')
				*to++ = *from;
		*to = '\0';
	}
}

static void
t_each(void)
{
	static const struct {
		const char	*in;
		size_t		 len;
		const char	*want;
	} t[] = {
#define T(s)	s, sizeof s - 1
		{ T("a\nb\nc\n"), "1:a,2:b,3:c," },
		{ T("a\n\n \t\r\nb\n"), "1:a,4:b," },
		{ T("a\nb"), "1:a,2:b(unfinished)," },
		{ T("a\n  "), "1:a," },
		{ T("a\0b\nc\n"), "1:...,2:c," },
		{ T(" a \r\n"), "1: a \r," },
	};
	struct seen s;
	char *big;
	size_t i;

	for (i = 0; i < N(t); i++) {
		each(t[i].in, t[i].len, &s);
		is_str(s.buf.p, t[i].want, "as lines");
		pp_buf_release(&s.buf);
	}
	each("", 0, &s);
	ok(s.batches == 0, "nothing in, nothing done");
	pp_buf_release(&s.buf);

	if ((big = malloc(3 * PP_LINE_MAX + 16)) == NULL)
		err(1, NULL);
	memset(big, 'x', 3 * PP_LINE_MAX + 16);
	big[PP_LINE_MAX] = '\n';
	memcpy(big + PP_LINE_MAX + 1, "b\n", 2);
	each(big, PP_LINE_MAX + 3, &s);
	is_str(s.buf.p, "1:...,2:b,", "the longest line");
	pp_buf_release(&s.buf);

	memset(big, 'x', PP_LINE_MAX + 16);
	memcpy(big, "a\n", 2);
	memcpy(big + PP_LINE_MAX + 3, "\nb\n", 3);
	each(big, PP_LINE_MAX + 6, &s);
	is_str(s.buf.p, "1:a,2:...(toolong),3:b,", "a line too long by one");
	pp_buf_release(&s.buf);

	memset(big, 'x', 3 * PP_LINE_MAX);
	memcpy(big, "a\n", 2);
	memcpy(big + 3 * PP_LINE_MAX, "\nb\n", 3);
	each(big, 3 * PP_LINE_MAX + 3, &s);
	is_str(s.buf.p, "1:a,2:...(toolong),3:b,", "a line far too long");
	pp_buf_release(&s.buf);

	memset(big, 'x', 3 * PP_LINE_MAX);
	each(big, 3 * PP_LINE_MAX, &s);
	is_str(s.buf.p, "1:...(toolong)(unfinished),", "without end");
	pp_buf_release(&s.buf);

	memset(big, '\n', 3 * PP_LINE_MAX);
	big[0] = 'a';
	big[3 * PP_LINE_MAX - 2] = 'b';
	each(big, 3 * PP_LINE_MAX, &s);
	is_str(s.buf.p, "1:a,3145726:b,", "megabytes of blank lines");
	pp_buf_release(&s.buf);
	free(big);
}

/* A file is cut at 250 lines and at a megabyte. */
static void
t_batches(void)
{
	struct seen s = { .buf = PP_BUF_INIT(4096), .hear = -1 };
	struct pp_err e = { 0 };
	FILE *fp = tmpfile();
	char *line;
	int i;

	if (fp == NULL || (line = malloc(300001)) == NULL)
		err(1, NULL);
	for (i = 0; i < 1001; i++)
		(void)fprintf(fp, "line %d\n", i);
	rewind(fp);
	ok(pp_io_each(0, NULL, fileno(fp), see, &s, &e) == PP_OK, "lines");
	ok(s.items == 1001 && s.batches == 5 && s.largest == PP_BATCH_LINES,
	    "in batches of 250 (%zu in %zu)", s.items, s.batches);
	(void)fclose(fp);

	if ((fp = tmpfile()) == NULL)
		err(1, NULL);
	memset(line, 'y', 300000);
	line[300000] = '\0';
	for (i = 0; i < 40; i++)
		(void)fprintf(fp, "%s\n", line);
	rewind(fp);
	s.items = s.batches = s.largest = 0;
	ok(pp_io_each(0, NULL, fileno(fp), see, &s, &e) == PP_OK, "long ones");
	ok(s.items == 40 && s.batches == 10 && s.largest == 4,
	    "in batches of a megabyte (%zu in %zu)", s.items, s.batches);
	(void)fclose(fp);
	free(line);
	pp_buf_release(&s.buf);
}

/* A line is handed on when nothing follows it, not when the writer ends. */
static void
t_promptly(void)
{
	struct seen s = { .buf = PP_BUF_INIT(4096) };
	struct pp_err e = { 0 };
	int in[2], heard[2], status;
	enum pp_rc rc;
	char c;

	if (pipe(in) == -1 || pipe(heard) == -1)
		err(1, "pipe");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		(void)alarm(20);
		(void)close(in[0]);
		(void)close(heard[1]);
		if (write(in[1], "one\ntw", 6) != 6 ||
		    read(heard[0], &c, 1) != 1 ||
		    write(in[1], "o\nthree\n", 8) != 8 ||
		    read(heard[0], &c, 1) != 1)
			_exit(1);
		_exit(0);
	default:
		(void)close(in[1]);
		(void)close(heard[0]);
	}
	(void)fcntl(in[0], F_SETFL, O_NONBLOCK);	/* by another's doing */
	s.hear = heard[1];
	rc = pp_io_each(0, NULL, in[0], see, &s, &e);
	(void)close(in[0]);
	(void)close(heard[1]);
	(void)wait(&status);
	ok(rc == PP_OK && status == 0, "the writer is not waited for");
	is_str(s.buf.p, "1:one,|2:two,3:three,|", "two batches");
	pp_buf_release(&s.buf);
}

static void
t_args(void)
{
	struct seen s = { .buf = PP_BUF_INIT(4096), .hear = -1 };
	struct pp_err e = { 0 };
	char *argv[501];
	char item[] = "T-1";
	size_t i;

	for (i = 0; i < N(argv); i++)
		argv[i] = item;
	ok(pp_io_each(2, argv, -1, see, &s, &e) == PP_OK, "two arguments");
	is_str(s.buf.p, "0:T-1,0:T-1,|", "no line, one batch");
	s.items = s.batches = 0;
	ok(pp_io_each(501, argv, -1, see, &s, &e) == PP_OK &&
	    s.items == 501 && s.batches == 3, "many, in batches");
	pp_buf_release(&s.buf);
}

static void
t_stops(void)
{
	struct seen s = { .buf = PP_BUF_INIT(4096), .hear = -1 };
	struct pp_err e = { 0 };
	char *argv[501];
	char item[] = "x";
	size_t i;
	int m, t;

	for (i = 0; i < N(argv); i++)
		argv[i] = item;
	s.answer = PP_DATA;
	ok(pp_io_each(501, argv, -1, see, &s, &e) == PP_DATA &&
	    s.batches == 3, "bad items cost themselves only");
	s.batches = 0;
	s.answer = PP_IO;
	ok(pp_io_each(501, argv, -1, see, &s, &e) == PP_IO && s.batches == 1,
	    "a failed store ends the run");
	ok(pp_io_each(0, NULL, -1, see, &s, &e) == PP_IO, "no such stream");
	is_str(e.msg, "cannot read the input: Bad file descriptor", "and why");
	if (openpty(&m, &t, NULL, NULL, NULL) == 0) {
		pp_err_clear(&e);
		ok(pp_io_each(0, NULL, t, see, &s, &e) == PP_USAGE,
		    "never from a terminal");
		(void)close(m);
		(void)close(t);
	}
	pp_buf_release(&s.buf);
}

static void
t_secret(const char *path)
{
	struct pp_err e = { 0 };
	char buf[9];
	int fd, saved;

	ok(pp_io_replace(path, "token\r\nnext\n", 12, 0600, &e) == PP_OK,
	    "a file of a secret");
	ok(pp_io_secret(path, buf, sizeof buf, &e) == PP_OK, "read");
	is_str(buf, "token", "its first line");
	(void)chmod(path, 0640);
	ok(pp_io_secret(path, buf, sizeof buf, &e) == PP_PERM,
	    "not if others may read it");
	ok(buf[0] == '\0', "and nothing is left in the buffer");
	(void)chmod(path, 0600);
	(void)pp_io_replace(path, "12345678\n", 9, 0600, NULL);
	ok(pp_io_secret(path, buf, sizeof buf, NULL) == PP_OK, "just fits");
	(void)pp_io_replace(path, "123456789\n", 10, 0600, NULL);
	pp_err_clear(&e);
	ok(pp_io_secret(path, buf, sizeof buf, &e) == PP_DATA, "too long");
	ok(memcmp(buf, "\0\0\0\0\0\0\0\0\0", 9) == 0, "wiped");
	ok(strstr(e.msg, "1234") == NULL, "and not told");
	(void)pp_io_replace(path, "\n", 1, 0600, NULL);
	ok(pp_io_secret(path, buf, sizeof buf, NULL) == PP_DATA, "empty");
	(void)unlink(path);
	ok(pp_io_secret(path, buf, sizeof buf, NULL) == PP_NOTFOUND, "none");
	if (mkfifo(path, 0600) == 0)
		ok(pp_io_secret(path, buf, sizeof buf, NULL) == PP_PERM,
		    "a FIFO is refused, not waited for");
	(void)unlink(path);

	/* What follows the first line is left to others. */
	fd = feed("secret\nrest", 11);
	saved = dup(STDIN_FILENO);
	(void)dup2(fd, STDIN_FILENO);
	ok(pp_io_secret(NULL, buf, sizeof buf, NULL) == PP_OK &&
	    strcmp(buf, "secret") == 0, "from standard input");
	(void)wait(NULL);
	ok(read(STDIN_FILENO, buf, 4) == 4 && memcmp(buf, "rest", 4) == 0,
	    "no byte more than its line");
	(void)dup2(saved, STDIN_FILENO);
	(void)close(fd);
	(void)close(saved);
}

static void
t_replace(const char *path)
{
	struct pp_err e = { 0 };
	struct stat st;
	char *text = NULL;
	size_t n;

	(void)umask(0);
	ok(pp_io_replace(path, "old", 3, 0644, &e) == PP_OK, "made");
	ok(pp_io_replace(path, "newer", 5, 0600, &e) == PP_OK, "replaced");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "its mode");
	ok(pp_io_read_file(path, 5, &text, &n, &e) == PP_OK && n == 5 &&
	    strcmp(text, "newer") == 0, "read again");
	free(text);
	text = NULL;
	ok(pp_io_read_file(path, 4, &text, &n, &e) == PP_DATA && text == NULL,
	    "not if it is longer than said");
	(void)unlink(path);
	ok(pp_io_read_file(path, 5, &text, &n, NULL) == PP_NOTFOUND,
	    "not there");
	ok(pp_io_read_file("/proc/self/mem", 5, &text, &n, NULL) == PP_IO,
	    "cannot be read");
	pp_err_clear(&e);
	ok(pp_io_replace("/nowhere/at/all", "x", 1, 0600, &e) == PP_IO,
	    "no such directory");
	is_str(e.msg, "/nowhere/at/all: No such file or directory", "and why");
}

static void
t_files(void)
{
	char dir[] = "/tmp/t_io.XXXXXX", path[64];
	struct pp_err e = { 0 };
	FILE *fp;

	if (mkdtemp(dir) == NULL)
		err(1, "mkdtemp");
	(void)snprintf(path, sizeof path, "%s/file", dir);
	t_secret(path);
	t_replace(path);
	ok(rmdir(dir) == 0, "no temporary file is left");
	if ((fp = fopen("/dev/full", "w")) != NULL) {
		(void)fputs("x\n", fp);
		ok(pp_io_finish(fp, &e) == PP_IO, "a full disk");
		is_str(e.msg,
		    "cannot write the output: No space left on device", "told");
		(void)fclose(fp);
	}
	ok(pp_io_finish(stdout, NULL) == PP_OK, "all is written");
}

int
main(void)
{
	(void)alarm(120);
	t_each();
	t_batches();
	t_promptly();
	t_args();
	t_stops();
	t_files();
	return done();
}
