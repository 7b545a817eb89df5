/*
 * What Berkeley DB alone can do, to compare with: the same bytes into the same
 * files, without lock, journal, JSON or hashes.
 *
 *	storeloop copy FROM TO		writes the links of the store FROM, with
 *					their tasks, people and events, into a
 *					bare environment TO; prints links a
 *					second
 *	storeloop run COMMAND...	runs it; says on stderr how many seconds
 *					and how many kB of memory it took
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <db.h>

#include "rec.h"
#include "store.h"
#include "banned.h"

#define BATCH		250
#define CACHE_BYTES	(8U << 20)
#define LOG_BUFFER	(1U << 20)
#define LOG_FILE	(4U << 20)
#define CHECKPOINT_KB	(16U << 10)
#define PAGE_BYTES	4096

/* A record in memory. */
struct item {
	unsigned char	*key, *val;
	u_int32_t	 klen, vlen;
};

struct list {
	struct item	*v;
	size_t		 n, cap;
};

static const enum pp_coll used[] = { PP_EVENT, PP_TASK, PP_PERSON, PP_LINK };

#define NUSED		(sizeof used / sizeof used[0])

static DB_ENV *env;
static DB *colls[PP_NCOLL], *idx[PP_NINDEX];
static struct list lists[PP_NCOLL];

static void	need(int, const char *);
static double	seconds(void);
static void	load(const char *, enum pp_coll);
static DB	*make(const char *, const char *, u_int32_t);
static void	put(DB *, DB_TXN *, const void *, u_int32_t, const void *,
		    u_int32_t);
static void	write_item(DB_TXN *, enum pp_coll, const struct item *);
static struct item	*find(enum pp_coll, const char *);
static void	open_bare(const char *);
static void	close_bare(void);
static int	copy(const char *, const char *);
static int	measure(char **);

static void
need(int r, const char *what)
{
	if (r != 0)
		errx(1, "%s: %s", what, db_strerror(r));
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A whole collection, in key order, out of a store that nobody is in. */
static void
load(const char *dir, enum pp_coll c)
{
	struct list *l = &lists[c];
	char path[PATH_MAX];
	DBT k, v;
	DBC *cur;
	DB *db;

	(void)snprintf(path, sizeof path, "%s/db/%s.db", dir,
	    pp_coll_names[c]);
	memset(&k, 0, sizeof k);
	memset(&v, 0, sizeof v);
	k.flags = v.flags = DB_DBT_MALLOC;
	need(db_create(&db, NULL, 0), "create");
	need(db->open(db, NULL, path, NULL, DB_BTREE, DB_RDONLY, 0), path);
	need(db->cursor(db, NULL, &cur, 0), path);
	while (cur->get(cur, &k, &v, DB_NEXT) == 0) {
		if (l->n == l->cap) {
			l->cap = l->cap == 0 ? 1024 : l->cap * 2;
			if ((l->v = reallocarray(l->v, l->cap,
			    sizeof l->v[0])) == NULL)
				err(1, NULL);
		}
		l->v[l->n++] = (struct item){ k.data, v.data, k.size, v.size };
	}
	need(cur->close(cur), path);
	need(db->close(db, 0), path);
}

static DB *
make(const char *name, const char *suffix, u_int32_t flags)
{
	char file[64];
	DB *db;

	(void)snprintf(file, sizeof file, "%s%s", name, suffix);
	need(db_create(&db, env, 0), file);
	need(db->set_pagesize(db, PAGE_BYTES), file);
	if (flags != 0)
		need(db->set_flags(db, flags), file);
	need(db->open(db, NULL, file, NULL, DB_BTREE, DB_CREATE | DB_EXCL |
	    DB_AUTO_COMMIT, 0600), file);
	return db;
}

static void
put(DB *db, DB_TXN *txn, const void *key, u_int32_t klen, const void *val,
    u_int32_t vlen)
{
	DBT k, v;

	memset(&k, 0, sizeof k);
	memset(&v, 0, sizeof v);
	k.data = (void *)(uintptr_t)key;
	k.size = klen;
	v.data = (void *)(uintptr_t)val;
	v.size = vlen;
	need(db->put(db, txn, &k, &v, 0), "put");
}

static void
write_item(DB_TXN *txn, enum pp_coll c, const struct item *it)
{
	size_t i, off, len;

	put(colls[c], txn, it->key, it->klen, it->val, it->vlen);
	for (i = 0; i < PP_NINDEX; i++)
		if (pp_indexes[i].coll == c && pp_rec_index(it->val, it->vlen,
		    pp_indexes[i].slot, &off, &len) == 1)
			put(idx[i], txn, it->val + off, (u_int32_t)len,
			    it->key, it->klen);
}

static struct item *
find(enum pp_coll c, const char *key)
{
	size_t lo = 0, hi = lists[c].n, mid, klen = strlen(key), n;
	struct item *it;
	int r;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		it = &lists[c].v[mid];
		n = it->klen < klen ? it->klen : klen;
		if ((r = memcmp(it->key, key, n)) == 0)
			r = it->klen < klen ? -1 : it->klen > klen;
		if (r == 0)
			return it;
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
open_bare(const char *dir)
{
	size_t i;

	if (mkdir(dir, 0700) == -1)
		err(1, "%s", dir);
	need(db_env_create(&env, 0), "environment");
	need(env->set_cachesize(env, 0, CACHE_BYTES, 1), "cache");
	need(env->set_lg_bsize(env, LOG_BUFFER), "log");
	need(env->set_lg_max(env, LOG_FILE), "log");
	need(env->open(env, dir, DB_CREATE | DB_INIT_TXN | DB_INIT_LOG |
	    DB_INIT_MPOOL, 0600), dir);
	for (i = 0; i < NUSED; i++)
		colls[used[i]] = make(pp_coll_names[used[i]], ".db", 0);
	for (i = 0; i < PP_NINDEX; i++)
		idx[i] = make(pp_indexes[i].name, ".idx", DB_DUPSORT);
}

static void
close_bare(void)
{
	size_t i;

	for (i = 0; i < PP_NINDEX; i++)
		need(idx[i]->close(idx[i], 0), "close");
	for (i = 0; i < NUSED; i++)
		need(colls[used[i]]->close(colls[used[i]], 0), "close");
	need(env->close(env, 0), "close");
}

/* In the order of the links, whose ids sort by time; everything is in memory
 * before the clock starts. */
static int
copy(const char *from, const char *to)
{
	const struct list *links = &lists[PP_LINK],
	    *events = &lists[PP_EVENT];
	struct item **task, **person;
	size_t i, k, e = 0;
	struct pp_rec rec;
	DB_TXN *txn = NULL;
	double t;

	for (i = 0; i < NUSED; i++)
		load(from, used[i]);
	if (links->n == 0)
		errx(1, "%s: no links", from);
	if ((task = calloc(links->n, sizeof *task)) == NULL ||
	    (person = calloc(links->n, sizeof *person)) == NULL)
		err(1, NULL);
	for (i = 0; i < links->n; i++)
		if (pp_rec_decode(links->v[i].val, links->v[i].vlen, &rec) &&
		    rec.key[0] != NULL) {
			task[i] = find(PP_TASK, rec.key[0]);
			person[i] = find(PP_PERSON, rec.key[0]);
		}
	open_bare(to);

	t = seconds();
	for (i = 0; i < links->n; i++) {
		if (i % BATCH == 0)
			need(env->txn_begin(env, NULL, &txn, 0), "begin");
		for (k = (i + 1) * events->n / links->n; e < k; e++)
			write_item(txn, PP_EVENT, &events->v[e]);
		if (task[i] != NULL)
			write_item(txn, PP_TASK, task[i]);
		if (person[i] != NULL)
			write_item(txn, PP_PERSON, person[i]);
		write_item(txn, PP_LINK, &links->v[i]);
		if (i % BATCH == BATCH - 1 || i == links->n - 1) {
			need(txn->commit(txn, DB_TXN_SYNC), "commit");
			need(env->txn_checkpoint(env, CHECKPOINT_KB, 0, 0),
			    "checkpoint");
		}
	}
	t = seconds() - t;
	close_bare();
	printf("%.0f\n", (double)links->n / t);
	return 0;
}

static int
measure(char **argv)
{
	struct rusage ru;
	double t = seconds();
	int status;
	pid_t pid;

	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		(void)execvp(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	if (wait4(pid, &status, 0, &ru) == -1)
		err(1, "wait");
	fprintf(stderr, "%.3f %ld\n", seconds() - t, ru.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char *argv[])
{
	if (argc == 4 && strcmp(argv[1], "copy") == 0)
		return copy(argv[2], argv[3]);
	if (argc > 2 && strcmp(argv[1], "run") == 0)
		return measure(argv + 2);
	fputs("usage: storeloop copy from to | run command ...\n", stderr);
	return 2;
}
