/*
 * What the tests of the store need and no command does: writers that tell
 * what is committed, readers, a holder of the lock, kill storms, system calls
 * that fail on order.
 *
 *	storework write DIR TAG FROM TO [RESERVE]
 *					one id a transaction, told when synced
 *	storework batch DIR LINES N [LOGS]
 *					N batches of LINES links, keeping so
 *					many bytes of logs
 *	storework big DIR N		N links of random ids in one transaction
 *	storework check DIR		ids on stdin are there, each once
 *	storework has DIR ID		is that one there
 *	storework count DIR		number of links
 *	storework read DIR [N]		N reading transactions
 *	storework hold DIR MS [RESERVE]	stays inside a transaction
 *	storework try DIR WAIT RESERVE	one writing transaction
 *	storework fs DIR MAGIC		one reading transaction on such a disk
 *	storework meta DIR NAME VALUE	a fact about the store
 *	storework forge DIR SEQ		changes an event
 *	storework lie DIR TASK		changes a task's total, no event
 *	storework lose DIR TASK		removes a task's record, no event
 *	storework lame DIR TAG N	writes a link into no index
 *	storework storm DIR SECONDS SEED	children are killed at random
 *	storework faults DIR FROM TO	each system call of a commit fails in
 *					turn; passes: +1 disk full, and from
 *					then on (else one EIO), +2 recovery
 *					first, +4 a new log file is begun
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <db.h>

#include "journal.h"
#include "record.h"
#include "seal.h"
#include "store.h"
#include "banned.h"

#define CHILDREN	6	/* of a storm; the last two read */
#define WRITERS		4
#define STALL		20	/* seconds without a word: somebody hangs */
#define MAX_GAP		25000000	/* ns between two kills */
#define NCALLS		3
#define CALLS_MAX	200
#define PASSES		8
#define NTH_DENSE	16	/* up to there each call, then fewer */
#define ROLL_BYTES	60000	/* a transaction of ROLL_IDS needs more */
#define ROLL_IDS	200

/* Ids from..to of a tag, or how many of what. */
struct work {
	const char	*tag;
	long		 from, to, n;
	int64_t		 inside;	/* ns within the lock */
	bool		 exists;
};

struct child {
	pid_t	pid;
	int	fd;
	long	next;		/* first id not acknowledged */
	char	line[128];
	size_t	len;
};

static pp_txn_fn	put_ids, put_links, put_random, see_ids, see_range,
			    see_count, peek, sit, nothing, check_all, forge, lie,
			    lose, set_fact;
static enum pp_rc	put_task(struct pp_txn *, struct pp_err *);
static enum pp_rc	put_link(struct pp_txn *, const char *, const char *,
			    int64_t, struct pp_err *);
static pp_event_fn	count_link;
static pp_rec_fn	count_rec, count_own;
static int		do_write(long, long, const char *);
static int		do_storm(long, unsigned int);
static int		do_faults(int, int);
static int		do_check(void);
static int		do_lame(const char *, long);
static int		do_batches(long, long);
static int		fail_once(struct work *, int, unsigned int, bool *);
static bool		is_clean(void);
static long		log_left(void);
static void		log_to_end(void);
static void		make_dirty(void);
static _Noreturn void	child_write(struct child *, int, int);
static _Noreturn void	child_read(int, int);
static bool		end_child(struct child *);
static void		spawn(struct child *, int);
static int		hear(struct child *);
static enum pp_rc	run(enum pp_txn_mode, pp_txn_fn *, void *);
static int64_t		now_ns(void);
static int		done(const char *, enum pp_rc);

static struct pp_store st = { .command = "storework" };
static struct pp_err err_;

/* The n-th call of one kind fails, if n is not 0. */
static const char *const call_names[NCALLS] = { "write", "fdatasync",
    "fsync" };
static unsigned int call_seen[NCALLS], call_fails[NCALLS];
static int call_errno = EIO;
static bool call_sticky;	/* and all after it, as on a full disk */
static long fs_magic;

static bool	fails(int);
ssize_t		pwrite64(int, const void *, size_t, off64_t);

static bool
fails(int call)
{
	call_seen[call]++;
	if (call_fails[call] == 0 || (call_sticky ?
	    call_seen[call] < call_fails[call] :
	    call_seen[call] != call_fails[call]))
		return false;
	errno = call_errno;
	return true;
}

/* These stand before the C library's, for Berkeley DB too. */
ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t off)
{
	return fails(0) ? -1 : syscall(SYS_pwrite64, fd, buf, n, off);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	return fails(0) ? -1 : syscall(SYS_pwrite64, fd, buf, n, off);
}

/* Berkeley DB tries this when pwrite has failed. */
ssize_t
write(int fd, const void *buf, size_t n)
{
	return fd > STDERR_FILENO && fails(0) ? -1 :
	    syscall(SYS_write, fd, buf, n);
}

int
fdatasync(int fd)
{
	return fails(1) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return fails(2) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fstatfs(int fd, struct statfs *sf)
{
	int r = (int)syscall(SYS_fstatfs, fd, sf);

	if (fs_magic != 0)
		sf->f_type = fs_magic;
	return r;
}

static int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static enum pp_rc
run(enum pp_txn_mode mode, pp_txn_fn *fn, void *arg)
{
	memset(&err_, 0, sizeof err_);
	return pp_store_txn(&st, mode, fn, arg, &err_);
}

static int
done(const char *what, enum pp_rc rc)
{
	if (rc != PP_OK)
		warnx("%s: %s", what, err_.msg);
	return (int)rc;
}

/* Task T-1, once. */
static enum pp_rc
put_task(struct pp_txn *tx, struct pp_err *e)
{
	struct pp_task t = { .total = 100000, .currency = "CAD" };
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, "T-1", &t, e)) != PP_NOTFOUND)
		return rc;
	(void)strlcpy(t.id, "T-1", sizeof t.id);
	return pp_task_save(tx, "task.recorded", NULL, &t, e);
}

static enum pp_rc
put_link(struct pp_txn *tx, const char *id, const char *task, int64_t at,
    struct pp_err *e)
{
	struct pp_link l = { .amount = 1, .created_at = at };

	(void)strlcpy(l.id, id, sizeof l.id);
	(void)strlcpy(l.task, task, sizeof l.task);
	(void)strlcpy(l.purpose, "balance", sizeof l.purpose);
	(void)strlcpy(l.integration, "moneris", sizeof l.integration);
	(void)strlcpy(l.currency, "CAD", sizeof l.currency);
	pp_token_hash(id, strlen(id), l.token_hash);
	return pp_link_save(tx, "link.created", NULL, &l, e);
}

/* Each id with one event.  What exists was committed by one who was killed
 * before it could say so. */
static enum pp_rc
put_ids(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	struct pp_link there;
	enum pp_rc rc;
	char id[64];
	long i;

	rc = put_task(tx, e);
	for (i = w->from; i <= w->to && rc == PP_OK; i++) {
		(void)snprintf(id, sizeof id, "lnk_%s-%ld", w->tag, i);
		if ((rc = pp_link_get(tx, id, &there, e)) == PP_NOTFOUND)
			rc = put_link(tx, id, "T-1", i + 1, e);
	}
	return rc;
}

/* What one line of pp-link create writes, in size and place. */
static enum pp_rc
put_links(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	static const char fill[] = "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct work *w = arg;
	struct pp_task t = { .total = 100000, .currency = "CAD" };
	struct json_object *person;
	enum pp_rc rc = PP_OK;
	int64_t t0 = now_ns();
	char id[40];
	long i;

	for (i = 0; i < w->n && rc == PP_OK; i++) {
		pp_id_new("lnk_", pp_txn_now(tx), id, sizeof id);
		(void)snprintf(t.id, sizeof t.id, "B-%ld", w->from++);
		t.created_at = pp_txn_now(tx);
		if ((rc = pp_task_save(tx, "task.recorded", NULL, &t, e)) !=
		    PP_OK)
			break;
		person = json_object_new_object();
		json_object_object_add(person, "name",
		    json_object_new_string_len(fill, 120));
		rc = pp_person_save(tx, t.id, person, false, e);
		json_object_put(person);
		if (rc == PP_OK)
			rc = put_link(tx, id, t.id, t.created_at, e);
	}
	w->inside += now_ns() - t0;
	return rc;
}

static enum pp_rc
put_random(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	enum pp_rc rc;
	char id[64];
	long i;

	rc = put_task(tx, e);
	for (i = 0; i < w->n && rc == PP_OK; i++) {
		(void)snprintf(id, sizeof id, "lnk_%08lx",
		    (unsigned long)(uint32_t)(i * 2654435761L));
		rc = put_link(tx, id, "T-1", i + 1, e);
	}
	return rc;
}

/* One id. */
static enum pp_rc
see_ids(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	struct pp_rec r;
	enum pp_rc rc;

	rc = pp_txn_get(tx, PP_LINK, w->tag, strlen(w->tag), &r, e);
	w->exists = rc == PP_OK && strstr(r.text, w->tag) != NULL;
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

/* Counts those of from..to that are not there. */
static enum pp_rc
see_range(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	struct pp_rec r;
	enum pp_rc rc;
	char id[64];
	long i;

	for (i = w->from; i <= w->to; i++) {
		(void)snprintf(id, sizeof id, "lnk_%s-%ld", w->tag, i);
		rc = pp_txn_get(tx, PP_LINK, id, strlen(id), &r, e);
		if (rc != PP_OK && rc != PP_NOTFOUND)
			return rc;
		w->n += rc != PP_OK || strstr(r.text, id) == NULL;
	}
	return PP_OK;
}

static enum pp_rc
count_rec(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *e)
{
	(void)tx;
	(void)key;
	(void)klen;
	(void)rec;
	(void)e;
	((struct work *)arg)->n++;
	return PP_OK;
}

/* Those of put_ids. */
static enum pp_rc
count_own(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *e)
{
	(void)tx;
	(void)key;
	(void)klen;
	(void)e;
	((struct work *)arg)->n += strcmp(rec->key[0], "T-1") == 0;
	return PP_OK;
}

static enum pp_rc
see_count(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	((struct work *)arg)->n = 0;
	return pp_txn_scan(tx, PP_LINK, NULL, 0, count_rec, arg, e);
}

static enum pp_rc
count_link(struct pp_txn *tx, int64_t seq, const char *text, size_t len,
    void *arg, struct pp_err *e)
{
	(void)tx;
	(void)seq;
	(void)len;
	(void)e;
	if (strstr(text, "\"type\":\"link.created\"") != NULL)
		((struct work *)arg)->n++;
	return PP_OK;
}

/* The chain holds; as many links as events that made one, as by their task:
 * nothing is there twice or by half. */
static enum pp_rc
check_all(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work links = { .n = 0 }, events = { .n = 0 },
	    tasks = { .n = 0 };
	struct pp_head h = { 0, PP_ZERO_HASH };
	bool finished = false;
	enum pp_rc rc;

	(void)arg;
	while (!finished)
		if ((rc = pp_journal_verify(tx, &h, 1000, &finished, e)) !=
		    PP_OK)
			return rc;
	if ((rc = pp_txn_scan(tx, PP_LINK, NULL, 0, count_own, &links, e)) !=
	    PP_OK || (rc = pp_journal_each(tx, 0, "T-1", count_link, &events,
	    e)) != PP_OK || (rc = pp_txn_find(tx, PP_LINK_BY_TASK, "T-1", 3,
	    count_rec, &tasks, e)) != PP_OK)
		return rc;
	if (links.n != events.n || links.n != tasks.n)
		return pp_err_set(e, PP_NO, "%ld links, %ld events, %ld in "
		    "the index", links.n, events.n, tasks.n);
	return PP_OK;
}

/* What readers do: by key, by index, by order. */
static enum pp_rc
peek(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_head h;
	struct pp_rec r;
	unsigned char key[8];
	size_t klen;
	char id[64];
	enum pp_rc rc;

	(void)arg;
	if ((rc = pp_journal_head(tx, &h, e)) != PP_OK)
		return rc;
	rc = pp_txn_last(tx, PP_LINK, id, sizeof id, &klen, &r, e);
	if (rc == PP_NOTFOUND && h.seq == 0)
		return PP_OK;
	if (rc != PP_OK)
		return rc == PP_NOTFOUND ? PP_NO : rc;
	pp_key_u64((uint64_t)h.seq, key);
	if ((rc = pp_txn_get(tx, PP_LINK, id, klen, &r, e)) != PP_OK)
		return rc == PP_NOTFOUND ? PP_NO : rc;
	rc = pp_txn_get(tx, PP_EVENT, key, 8, &r, e);
	return rc == PP_NOTFOUND ? PP_NO : rc;
}

static enum pp_rc
sit(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	struct timespec t = { w->n / 1000, w->n % 1000 * 1000000 };
	struct pp_rec r = { .text = "half", .len = 4 };

	(void)pp_txn_put(tx, PP_LINK, "lnk_half", 8, &r, e);
	puts("inside");
	(void)nanosleep(&t, NULL);
	return PP_OK;
}

/* An event as somebody with another program would change it. */
static enum pp_rc
forge(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	unsigned char key[8];
	char text[1024], *p;
	struct pp_rec r;
	enum pp_rc rc;

	pp_key_u64((uint64_t)w->n, key);
	if ((rc = pp_txn_get(tx, PP_EVENT, key, 8, &r, e)) != PP_OK)
		return rc;
	(void)strlcpy(text, r.text, sizeof text);
	if ((p = strstr(text, "lnk_")) == NULL)
		return PP_BUG;
	p[4] ^= 1;
	r.text = text;
	return pp_txn_put(tx, PP_EVENT, key, 8, &r, e);
}

/* A task as somebody with another program would change it. */
static enum pp_rc
lie(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;
	char text[1024], *p;
	struct pp_rec r;
	enum pp_rc rc;

	if ((rc = pp_txn_get(tx, PP_TASK, w->tag, strlen(w->tag), &r,
	    e)) != PP_OK)
		return rc;
	(void)strlcpy(text, r.text, sizeof text);
	if ((p = strstr(text, "\"total_cents\":")) == NULL)
		return PP_BUG;
	p[14] = p[14] == '1' ? '2' : '1';
	r.text = text;
	return pp_txn_put(tx, PP_TASK, w->tag, strlen(w->tag), &r, e);
}

static enum pp_rc
lose(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct work *w = arg;

	return pp_txn_del(tx, PP_TASK, w->tag, strlen(w->tag), e);
}

static enum pp_rc
set_fact(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	const char *const *pair = arg;

	return pp_meta_put(tx, pair[0], pair[1], e);
}

static enum pp_rc
nothing(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	(void)tx;
	(void)arg;
	(void)e;
	return PP_OK;
}

static int
do_write(long from, long to, const char *tag)
{
	struct work w = { .tag = tag };
	enum pp_rc rc;

	for (; from <= to; from++) {
		w.from = w.to = from;
		if ((rc = run(PP_TXN_WRITE, put_ids, &w)) != PP_OK)
			return done("write", rc);
		printf("lnk_%s-%ld\n", tag, from);
	}
	return PP_OK;
}

static _Noreturn void
child_write(struct child *c, int slot, int fd)
{
	char tag[16], line[64];
	struct work w = { .tag = tag };
	int n;

	(void)snprintf(tag, sizeof tag, "w%d", slot);
	if (slot % 2 == 0)
		pp_store_keep(&st);
	for (w.from = c->next;; w.from = w.to + 1) {
		w.to = w.from + random() % 20;
		if (run(PP_TXN_WRITE, put_ids, &w) != PP_OK) {
			n = snprintf(line, sizeof line, "E %.60s\n", err_.msg);
			(void)write(fd, line, (size_t)n);
			_exit(1);
		}
		/* Less than PIPE_BUF: whole or not at all. */
		n = snprintf(line, sizeof line, "%ld\n", w.to);
		(void)write(fd, line, (size_t)n);
	}
}

static _Noreturn void
child_read(int slot, int fd)
{
	char line[128];
	enum pp_rc rc;
	int n;

	if (slot % 2 == 0)
		pp_store_keep(&st);
	for (;;) {
		rc = run(PP_TXN_READ, peek, NULL);
		if (rc != PP_OK && rc != PP_NOTFOUND) {
			n = snprintf(line, sizeof line, "E %d %.100s\n",
			    (int)rc, err_.msg);
			(void)write(fd, line, (size_t)n);
			_exit(1);
		}
		(void)write(fd, "r\n", 2);
	}
}

static void
spawn(struct child *c, int slot)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) == -1 || (c->pid = fork()) == -1)
		errx(99, "cannot start a child");
	c->len = 0;
	if (c->pid == 0) {
		(void)close(p[0]);
		srandom((unsigned int)getpid());
		if (slot < WRITERS)
			child_write(c, slot, p[1]);
		child_read(slot, p[1]);
	}
	(void)close(p[1]);
	c->fd = p[0];
}

/* Something that a child said: 1; that something is wrong: -1; nothing more
 * will come: 0. */
static int
hear(struct child *c)
{
	char *p, *nl;
	ssize_t n;

	if ((n = read(c->fd, c->line + c->len, sizeof c->line - c->len - 1)) <=
	    0)
		return 0;
	c->len += (size_t)n;
	c->line[c->len] = '\0';
	for (p = c->line; (nl = strchr(p, '\n')) != NULL; p = nl + 1) {
		*nl = '\0';
		if (*p == 'E') {
			warnx("storm: %s", p);
			return -1;
		}
		if (*p != 'r')
			c->next = strtol(p, NULL, 10) + 1;
	}
	c->len = strlen(p);
	memmove(c->line, p, c->len + 1);
	return 1;
}

/* What it said before it died counts. */
static bool
end_child(struct child *c)
{
	int heard;

	(void)kill(c->pid, SIGKILL);
	(void)waitpid(c->pid, NULL, 0);
	while ((heard = hear(c)) > 0)
		continue;
	(void)close(c->fd);
	return heard == 0;
}

static int
do_storm(long seconds, unsigned int seed)
{
	struct child c[CHILDREN] = { { 0 } };
	struct pollfd pfd[CHILDREN];
	int64_t end = now_ns() + seconds * 1000000000LL, heard = now_ns(),
	    next = 0, t;
	long kills[2] = { 0, 0 }, acked = 0;
	char tag[16];
	struct work w = { .tag = tag };
	enum pp_rc rc;
	bool ok = true;
	int i;

	srandom(seed);
	if (run(PP_TXN_WRITE, nothing, NULL) != PP_OK)
		return done("storm", PP_IO);
	for (i = 0; i < CHILDREN; i++)
		spawn(&c[i], i);
	while (ok && (t = now_ns()) < end) {
		for (i = 0; i < CHILDREN; i++)
			pfd[i] = (struct pollfd){ c[i].fd, POLLIN, 0 };
		if (poll(pfd, CHILDREN, 1) > 0)
			heard = t;
		else if (t - heard > STALL * 1000000000LL) {
			warnx("storm: nobody gets on");
			ok = false;
		}
		for (i = 0; i < CHILDREN; i++)
			if (pfd[i].revents != 0)
				ok = hear(&c[i]) > 0 && ok;
		if (t < next)
			continue;
		next = t + random() % MAX_GAP;
		i = (int)(random() % CHILDREN);
		ok = end_child(&c[i]) && ok;
		kills[i >= WRITERS]++;
		spawn(&c[i], i);
	}
	for (i = 0; i < CHILDREN; i++)
		ok = end_child(&c[i]) && ok;
	for (i = 0; i < WRITERS; i++) {
		(void)snprintf(tag, sizeof tag, "w%d", i);
		w.to = c[i].next - 1;
		acked += c[i].next;
		if ((rc = run(PP_TXN_READ, see_range, &w)) != PP_OK)
			return done("storm", rc);
	}
	printf("%ld writers and %ld readers killed, %ld acknowledged, %ld "
	    "lost\n", kills[0], kills[1], acked, w.n);
	if (run(PP_TXN_READ, check_all, NULL) != PP_OK)
		return done("storm", PP_NO);
	return ok && w.n == 0 && kills[0] > 0 && acked > 0 ? PP_OK : PP_NO;
}

/* The marker's first word. */
static bool
is_clean(void)
{
	char path[PATH_MAX], word[6] = "";
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", st.dir);
	if ((fd = open(path, O_RDONLY)) == -1 || read(fd, word, 5) != 5)
		errx(99, "%s", path);
	(void)close(fd);
	return strcmp(word, "clean") == 0;
}

/* As after a power cut: the regions count for nothing. */
static void
make_dirty(void)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", st.dir);
	if ((fd = open(path, O_WRONLY)) == -1 || write(fd, "dirty", 5) != 5)
		errx(99, "%s", path);
	(void)close(fd);
}

/* Bytes left in the log file that is being written. */
static long
log_left(void)
{
	char path[PATH_MAX];
	DB_LOG_STAT *ls;
	DB_ENV *env;
	long left;

	(void)snprintf(path, sizeof path, "%s/db", st.dir);
	if (run(PP_TXN_READ, nothing, NULL) != PP_OK ||
	    db_env_create(&env, 0) != 0 || env->open(env, path, DB_INIT_TXN |
	    DB_INIT_LOG | DB_INIT_MPOOL, 0) != 0 ||
	    env->log_stat(env, &ls, 0) != 0)
		errx(99, "%s", path);
	left = (long)ls->st_lg_size - (long)ls->st_cur_offset;
	free(ls);
	if (env->close(env, 0) != 0)
		errx(99, "%s", path);
	return left;
}

/* Fills the log until the next transaction must begin a new file. */
static void
log_to_end(void)
{
	struct work w = { .n = 1 };
	long left;

	while ((left = log_left()) > ROLL_BYTES || left < ROLL_BYTES / 4) {
		w.n = left < ROLL_BYTES ? 100 : (left - ROLL_BYTES) / 12000 +
		    1;
		if (run(PP_TXN_WRITE, put_links, &w) != PP_OK)
			errx(99, "%s", err_.msg);
	}
}

/* One write in a child with one call that fails.  Its status; *hit is whether
 * it came that far. */
static int
fail_once(struct work *w, int call, unsigned int nth, bool *hit)
{
	int status;
	pid_t pid;

	if ((pid = fork()) == -1)
		err(99, "fork");
	if (pid == 0) {
		memset(call_seen, 0, sizeof call_seen);
		call_fails[call] = nth;
		status = (int)run(PP_TXN_WRITE, put_ids, w);
		if (status != PP_OK && err_.msg[0] == '\0')
			status = 99;
		_exit(call_seen[call] >= nth ? status | 128 : status);
	}
	if (waitpid(pid, &status, 0) == -1 || !WIFEXITED(status))
		return 99;
	*hit = (WEXITSTATUS(status) & 128) != 0;
	return WEXITSTATUS(status) & 127;
}

/* Whatever fails: what was acknowledged is there, what closed with a fault is
 * not called clean, the next one gets on. */
static int
do_faults(int first, int last)
{
	char id[64];
	struct work w = { .tag = "f" }, see = { .tag = id };
	long acked[NCALLS * PASSES * CALLS_MAX], n = 0, i;
	unsigned int nth;
	int pass, call, rc, failed = 0;
	bool hit;

	if (run(PP_TXN_WRITE, nothing, NULL) != PP_OK)
		return done("faults", PP_IO);
	for (pass = first; pass <= last; pass++)
		for (call = 0; call < NCALLS; call++)
			for (nth = 1, hit = true; hit && nth < CALLS_MAX;
			    nth += nth / NTH_DENSE + 1) {
				call_errno = pass & 1 ? ENOSPC : EIO;
				call_sticky = pass & 1;
				if (pass & 4)
					log_to_end();
				if (pass & 2)
					make_dirty();
				w.from = w.to + 1;
				w.to += pass & 4 ? ROLL_IDS : 1;
				rc = fail_once(&w, call, nth, &hit);
				if (rc != PP_OK && rc != PP_IO)
					errx(1, "%s %u: status %d",
					    call_names[call], nth, rc);
				/* The first one is the marker's own. */
				if (rc != PP_OK && is_clean() &&
				    (call != 0 || nth > 1))
					errx(1, "%s %u: failed and clean",
					    call_names[call], nth);
				failed += rc != PP_OK;
				if (rc == PP_OK)
					acked[n++] = w.to;
				make_dirty();
				if (run(PP_TXN_WRITE, nothing, NULL) != PP_OK)
					return done("after", PP_IO);
				(void)snprintf(id, sizeof id, "lnk_f-%ld",
				    w.to);
				if (rc == PP_OK && (run(PP_TXN_READ, see_ids,
				    &see) != PP_OK || !see.exists))
					errx(1, "%s %u, pass %d: acknowledged "
					    "and lost", call_names[call], nth,
					    pass);
			}
	for (i = 0; i < n; i++) {
		(void)snprintf(id, sizeof id, "lnk_f-%ld", acked[i]);
		if (run(PP_TXN_READ, see_ids, &see) != PP_OK || !see.exists)
			errx(1, "%s was acknowledged and is lost", id);
	}
	printf("%d failed, %ld acknowledged, none lost\n", failed, n);
	return done("faults", run(PP_TXN_READ, check_all, NULL));
}

static int
do_check(void)
{
	char id[64];
	struct work see = { .tag = id };
	long n = 0, lost = 0;

	while (fgets(id, sizeof id, stdin) != NULL) {
		id[strcspn(id, "\n")] = '\0';
		if (run(PP_TXN_READ, see_ids, &see) != PP_OK)
			return done("check", PP_IO);
		if (!see.exists)
			warnx("%s was acknowledged and is lost", id);
		lost += !see.exists;
		n++;
	}
	printf("%ld acknowledged, %ld lost\n", n, lost);
	if (run(PP_TXN_READ, check_all, NULL) != PP_OK)
		return done("check", PP_NO);
	return lost == 0 ? PP_OK : PP_NO;
}

static int
do_batches(long lines, long n)
{
	struct work w = { .n = lines };
	int64_t t0 = now_ns(), longest = 0, t;
	enum pp_rc rc;
	long i;

	pp_store_keep(&st);
	for (i = 0; i < n; i++) {
		t = now_ns();
		if ((rc = run(PP_TXN_WRITE, put_links, &w)) != PP_OK)
			return done("batch", rc);
		if ((t = now_ns() - t) > longest)
			longest = t;
	}
	pp_store_unkeep(&st);
	t = now_ns() - t0;
	printf("%.0f links a second, %.1f ms a batch (%.1f at most), of which "
	    "%.1f in fn\n", (double)(lines * n) * 1e9 / (double)t,
	    (double)t / 1e6 / (double)n, (double)longest / 1e6,
	    (double)w.inside / 1e6 / (double)n);
	return PP_OK;
}

/* A copy of an id, by a tool that knows nothing of the indexes. */
static int
do_lame(const char *tag, long n)
{
	char path[PATH_MAX], id[64];
	DBT k = { 0 }, v = { 0 };
	DB_ENV *env;
	DB_TXN *txn;
	DB *db;

	(void)snprintf(path, sizeof path, "%s/db", st.dir);
	k.data = id;
	k.size = (u_int32_t)snprintf(id, sizeof id, "lnk_%s-%ld", tag, n);
	if (db_env_create(&env, 0) != 0 || env->open(env, path, DB_INIT_TXN |
	    DB_INIT_LOG | DB_INIT_MPOOL, 0) != 0 || env->txn_begin(env, NULL,
	    &txn, 0) != 0 || db_create(&db, env, 0) != 0 || db->open(db, txn,
	    "link.db", NULL, DB_BTREE, 0, 0) != 0 || db->get(db, txn, &k, &v,
	    0) != 0)
		errx(99, "%s", path);
	id[k.size++] = 'x';
	if (db->put(db, txn, &k, &v, 0) != 0 || txn->commit(txn, 0) != 0 ||
	    db->close(db, 0) != 0 || env->close(env, 0) != 0)
		errx(99, "%s", path);
	return PP_OK;
}

int
main(int argc, char *argv[])
{
	struct work w = { .n = 1 };
	const char *verb;
	long a, b;
	int rc = PP_OK;

	(void)umask(077);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3)
		errx(PP_USAGE, "see the head of its source");
	verb = argv[1];
	st.dir = argv[2];
	a = argc > 3 ? strtol(argv[3], NULL, 0) : 0;
	b = argc > 4 ? strtol(argv[4], NULL, 0) : 0;
	if (strcmp(verb, "write") == 0 && argc >= 6) {
		st.reserve = argc > 6 ? strtol(argv[6], NULL, 0) : 1;
		return do_write(b, strtol(argv[5], NULL, 10), argv[3]);
	}
	if (strcmp(verb, "batch") == 0) {
		st.reserve = 1;
		st.keep_logs = argc > 5 ? strtol(argv[5], NULL, 0) : 0;
		return do_batches(a, b);
	}
	if (strcmp(verb, "has") == 0 && argc == 4) {
		w.tag = argv[3];
		rc = done(verb, run(PP_TXN_READ, see_ids, &w));
		return rc != PP_OK ? rc : w.exists ? PP_OK : PP_NO;
	}
	if (strcmp(verb, "forge") == 0) {
		w.n = a;
		return done(verb, run(PP_TXN_WRITE, forge, &w));
	}
	if (strcmp(verb, "lie") == 0 && argc == 4) {
		w.tag = argv[3];
		return done(verb, run(PP_TXN_WRITE, lie, &w));
	}
	if (strcmp(verb, "lose") == 0 && argc == 4) {
		w.tag = argv[3];
		return done(verb, run(PP_TXN_WRITE, lose, &w));
	}
	if (strcmp(verb, "meta") == 0 && argc == 5)
		return done(verb, run(PP_TXN_WRITE, set_fact, argv + 3));
	if (strcmp(verb, "lame") == 0 && argc == 5)
		return do_lame(argv[3], b);
	if (strcmp(verb, "big") == 0) {
		w.n = a;
		return done(verb, run(PP_TXN_WRITE, put_random, &w));
	}
	if (strcmp(verb, "check") == 0)
		return do_check();
	if (strcmp(verb, "count") == 0) {
		if ((rc = done(verb, run(PP_TXN_READ, see_count, &w))) ==
		    PP_OK)
			printf("%ld\n", w.n);
		return rc;
	}
	if (strcmp(verb, "read") == 0) {
		for (b = 0; rc == PP_OK && b < (a > 0 ? a : 1); b++)
			rc = done(verb, run(PP_TXN_READ, peek, NULL));
		return rc;
	}
	if (strcmp(verb, "hold") == 0) {
		w.n = a;
		st.reserve = b;
		return done(verb, run(PP_TXN_WRITE, sit, &w));
	}
	if (strcmp(verb, "try") == 0) {
		st.wait = a;
		st.reserve = b;
		return done(verb, run(PP_TXN_WRITE, nothing, NULL));
	}
	if (strcmp(verb, "fs") == 0) {
		fs_magic = a;
		return done(verb, run(PP_TXN_READ, nothing, NULL));
	}
	if (strcmp(verb, "storm") == 0)
		return do_storm(a, (unsigned int)b);
	if (strcmp(verb, "faults") == 0)
		return do_faults((int)a, argc > 4 ? (int)b : PASSES - 1);
	errx(PP_USAGE, "%s: no such verb", verb);
}
