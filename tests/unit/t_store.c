/*
 * Store, journal and seals, in a private directory.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "seal.h"
#include "store.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

#define EVENTS	20

#ifdef __SANITIZE_ADDRESS__
/* What another process recovered is left alone, and its memory with it. */
const char	*__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libdb";
}
#endif

static char dir[PATH_MAX];
static const char *
marie(void)
{
	return "marie";
}

static struct pp_store st = { .command = "t_store", .person = marie };

/* What walks gather. */
struct seen {
	char	text[1024];
	int	n;
	int	most;
};

static pp_txn_fn	fill, look, refuse, lose, head_of, tamper, cut,
			    clocks, bulky, wrong_mode, change, empty;
static pp_rec_fn	gather;
static pp_raw_fn	gather_raw;
static pp_event_fn	count_event;
static pp_txn_fn	check_chain, drop_last, key_check;
static pp_txn_fn	die, head_now;
static void		meanwhile(void (*)(void));
static void		one_more(void);
static void		recovers(void);
static void		dies(void);
static void		kept(void);
static void		seals(void);
static void		ids(void);
static enum pp_rc	run(enum pp_txn_mode, pp_txn_fn *, void *);
static void		scribble(const char *, const char *);

static struct pp_err err;

static enum pp_rc
run(enum pp_txn_mode mode, pp_txn_fn *fn, void *arg)
{
	pp_err_clear(&err);
	return pp_store_txn(&st, mode, fn, arg, &err);
}

static enum pp_rc
gather(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *e)
{
	struct seen *s = arg;

	(void)tx;
	(void)e;
	(void)snprintf(s->text + strlen(s->text),
	    sizeof s->text - strlen(s->text), "%.*s=%s ", (int)klen,
	    (const char *)key, rec->text);
	return ++s->n == s->most ? PP_NO : PP_OK;
}

static enum pp_rc
fill(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	static const struct {
		const char	*key, *task, *order;
		int64_t		 when;
	} rows[] = {
		{ "att_1", "T-1", "T-1-a", 300 },
		{ "att_2", "T-2", "T-2-a", 100 },
		{ "att_3", "T-1", NULL, 0 },
		{ "att_4", "T-10", "T-10-a", 200 },
	};
	struct pp_rec r = { .state = 7, .flags = 0x8001, .cents = -123456789,
	    .day = 20261123 };
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		r.key[0] = rows[i].task;
		r.key[1] = rows[i].order;
		r.when = rows[i].when;
		r.text = rows[i].key + 4;
		r.len = 1;
		if (pp_txn_new(tx, PP_ATTEMPT, rows[i].key, 5, &r, e) != PP_OK)
			return PP_BUG;
	}
	ok(pp_txn_new(tx, PP_ATTEMPT, "att_2", 5, &r, e) == PP_CONFLICT &&
	    e->msg[0] == '\0', "new refuses what exists, without words");
	return PP_OK;
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct seen s = { "", 0, 0 };
	unsigned char from[8];
	struct pp_rec r, l;
	char key[16];
	size_t klen;

	(void)arg;
	ok(pp_txn_get(tx, PP_ATTEMPT, "att_1", 5, &r, e) == PP_OK, "get");
	ok(r.state == 7 && r.flags == 0x8001 && r.cents == -123456789 &&
	    r.day == 20261123 && r.when == 300 && r.len == 1,
	    "the header comes back");
	is_str(r.key[0], "T-1", "key 0");
	is_str(r.key[1], "T-1-a", "key 1");
	ok(r.key[2] == NULL && r.key[3] == NULL, "keys that are not there");
	ok(pp_txn_get(tx, PP_TASK, "T-1", 3, &l, e) == PP_NOTFOUND,
	    "not found");
	is_str(r.text, "1", "text, still there after a get elsewhere");

	(void)pp_txn_find(tx, PP_ATTEMPT_BY_TASK, "T-1", 3, gather, &s, e);
	is_str(s.text, "att_1=1 att_3=3 ", "find gives exactly that key");
	s = (struct seen){ "", 0, 0 };
	(void)pp_txn_find(tx, PP_ATTEMPT_BY_TASK, "T-3", 3, gather, &s, e);
	is_int(s.n, 0, "find of nothing");
	pp_key_u64(150, from);
	(void)pp_txn_order(tx, PP_ATTEMPT_BY_DUE, from, 8, gather, &s, e);
	is_str(s.text, "att_4=4 att_1=1 ", "order begins where it is told");
	s = (struct seen){ "", 0, 0 };
	(void)pp_txn_order(tx, PP_ATTEMPT_BY_DUE, NULL, 0, gather, &s, e);
	is_str(s.text, "att_2=2 att_4=4 att_1=1 ", "0 is not in the index");
	s = (struct seen){ "", 0, 0 };
	(void)pp_txn_scan(tx, PP_ATTEMPT, NULL, 0, gather, &s, e);
	is_int(s.n, 4, "scan from the first");
	s = (struct seen){ "", 0, 2 };
	(void)pp_txn_scan(tx, PP_ATTEMPT, "att_1", 5, gather, &s, e);
	is_str(s.text, "att_2=2 att_3=3 ", "scan after a key, ended by PP_NO");
	s = (struct seen){ "", 0, 0 };
	(void)pp_txn_scan(tx, PP_ATTEMPT, "att_2x", 6, gather, &s, e);
	is_str(s.text, "att_3=3 att_4=4 ", "scan after a key that is not");
	ok(pp_txn_last(tx, PP_ATTEMPT, key, sizeof key, &klen, &l, e) ==
	    PP_OK && klen == 5 && memcmp(key, "att_4", 5) == 0, "last");
	ok(pp_txn_last(tx, PP_TASK, key, sizeof key, &klen, &l, e) ==
	    PP_NOTFOUND, "last of nothing");
	return PP_OK;
}

/* Index entries follow their record. */
static enum pp_rc
change(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_rec r = { .key = { "T-9" }, .when = 5, .text = "x", .len = 1
	    };
	struct seen s = { "", 0, 0 };

	(void)arg;
	if (pp_txn_put(tx, PP_ATTEMPT, "att_1", 5, &r, e) != PP_OK)
		return PP_BUG;
	(void)pp_txn_find(tx, PP_ATTEMPT_BY_TASK, "T-1", 3, gather, &s, e);
	(void)pp_txn_find(tx, PP_ATTEMPT_BY_TASK, "T-9", 3, gather, &s, e);
	is_str(s.text, "att_3=3 att_1=x ", "an index follows a put");
	ok(pp_txn_del(tx, PP_ATTEMPT, "att_1", 5, e) == PP_OK, "delete");
	ok(pp_txn_del(tx, PP_ATTEMPT, "att_1", 5, e) == PP_NOTFOUND,
	    "delete of nothing");
	s = (struct seen){ "", 0, 0 };
	(void)pp_txn_find(tx, PP_ATTEMPT_BY_TASK, "T-9", 3, gather, &s, e);
	is_int(s.n, 0, "an index follows a delete");
	return PP_STATE;
}

static enum pp_rc
refuse(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_rec r = { .text = "lost", .len = 4 };

	(void)arg;
	(void)pp_txn_put(tx, PP_TASK, "T-1", 3, &r, e);
	return pp_err_set(e, PP_STATE, "no");
}

static enum pp_rc
lose(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_rec r;

	(void)arg;
	return pp_txn_get(tx, PP_TASK, "T-1", 3, &r, e);
}

static enum pp_rc
wrong_mode(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_rec r = { .text = "", .len = 0 };

	(void)arg;
	return pp_txn_put(tx, PP_TASK, "T-1", 3, &r, e);
}

static enum pp_rc
empty(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	(void)tx;
	(void)arg;
	(void)e;
	return PP_OK;
}

static enum pp_rc
count_event(struct pp_txn *tx, int64_t seq, const char *text, size_t len,
    void *arg, struct pp_err *e)
{
	int64_t *sum = arg;

	(void)tx;
	(void)text;
	(void)len;
	(void)e;
	*sum += seq;
	return PP_OK;
}

static enum pp_rc
head_of(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct json_object *body = json_object_new_object();
	struct pp_head h;
	int64_t seq = 0, sum = 0;
	enum pp_rc rc = PP_OK;
	int i;

	(void)arg;
	(void)pp_journal_head(tx, &h, e);
	is_int(h.seq, 0, "an empty journal has head 0");
	is_str(h.hash, PP_ZERO_HASH, "of zeros");
	json_object_object_add(body, "amount_cents",
	    json_object_new_int64(5));
	for (i = 0; i < EVENTS && rc == PP_OK; i++)
		rc = pp_journal_append(tx, "test.done", i % 4 == 0 ?
		    "T-\"1" : NULL, i % 2 == 0 ? body : NULL, &seq, e);
	is_int(seq, EVENTS, "events are numbered from 1");
	(void)pp_journal_each(tx, 18, NULL, count_event, &sum, e);
	is_int(sum, 19 + 20, "each after 18");
	sum = 0;
	(void)pp_journal_each(tx, 1, "T-\"1", count_event, &sum, e);
	is_int(sum, 5 + 9 + 13 + 17, "each of one task");
	json_object_object_add(body, "seq", json_object_new_int64(5));
	ok(pp_journal_append(tx, "x", NULL, body, NULL, NULL) == PP_BUG,
	    "a body must not name the journal's members");
	json_object_put(body);
	return rc;
}

static enum pp_rc
check_chain(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_head h = { 0, PP_ZERO_HASH }, now;
	bool finished = false;
	enum pp_rc rc;
	int *pieces = arg;

	for (*pieces = 0; !finished; (*pieces)++)
		if ((rc = pp_journal_verify(tx, &h, 7, &finished, e)) != PP_OK)
			return rc;
	(void)pp_journal_head(tx, &now, e);
	return now.seq == h.seq && strcmp(now.hash, h.hash) == 0 ? PP_OK :
	    PP_BUG;
}

/* Rewrites event 5 as somebody with db_load would. */
static enum pp_rc
tamper(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	char text[1024], *p;
	unsigned char key[8];
	struct pp_rec r;

	pp_key_u64(5, key);
	if (pp_txn_get(tx, PP_EVENT, key, 8, &r, e) != PP_OK)
		return PP_BUG;
	(void)snprintf(text, sizeof text, "%s", r.text);
	if ((p = strstr(text, arg)) == NULL)
		return PP_BUG;
	p[strlen(arg) - 1] ^= 1;
	r.text = text;
	return pp_txn_put(tx, PP_EVENT, key, 8, &r, e);
}

static enum pp_rc
cut(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	unsigned char key[8];

	(void)arg;
	pp_key_u64(7, key);
	return pp_txn_del(tx, PP_EVENT, key, 8, e);
}

/* The event that stands last, for its instant. */
static enum pp_rc
drop_last(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	unsigned char key[8];
	struct pp_rec r;
	size_t klen;
	enum pp_rc rc;

	rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &r, e);
	*(int64_t *)arg = r.when;
	return rc;
}

static enum pp_rc
clocks(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	*(int64_t *)arg = pp_txn_now(tx);
	return pp_journal_append(tx, "clock", NULL, NULL, NULL, e);
}

static enum pp_rc
key_check(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	struct pp_keys keys;
	enum pp_rc rc;

	(void)arg;
	rc = pp_txn_keys(tx, 7, &keys, e);
	pp_keys_wipe(&keys);
	return rc;
}

static enum pp_rc
gather_raw(const void *key, size_t klen, const void *val, size_t vlen,
    void *arg, struct pp_err *e)
{
	int64_t *sum = arg;

	(void)e;
	if (klen != 8 || vlen != 4)
		return PP_BUG;
	sum[0]++;
	sum[1] += (int64_t)pp_key_to_u64(key);
	sum[2] += ((const unsigned char *)val)[0];
	return sum[0] == sum[3] ? PP_NO : PP_OK;
}

static enum pp_rc
bulky(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	unsigned char key[8], val[4] = { 3, 0, 0, 0 };
	int64_t sum[4] = { 0 };
	enum pp_rc rc = PP_OK;
	uint64_t i;

	(void)arg;
	for (i = 0; i < 30000 && rc == PP_OK; i++) {
		pp_key_u64(i, key);
		rc = pp_txn_put_raw(tx, PP_BY_DAY, key, 8, val, 4, e);
	}
	(void)pp_txn_bulk(tx, PP_BY_DAY, NULL, 0, gather_raw, sum, e);
	ok(sum[0] == 30000 && sum[1] == 30000LL * 29999 / 2 &&
	    sum[2] == 90000, "bulk gives every pair");
	memset(sum, 0, sizeof sum);
	sum[3] = 2;
	pp_key_u64(29000, key);
	(void)pp_txn_bulk(tx, PP_BY_DAY, key, 8, gather_raw, sum, e);
	ok(sum[0] == 2 && sum[1] == 58001, "bulk from a key, ended by PP_NO");
	return rc;
}

/* One who dies inside its transaction. */
static enum pp_rc
die(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	int64_t at;

	(void)arg;
	(void)clocks(tx, &at, e);
	_exit(0);
}

/* What another process does meanwhile. */
static void
meanwhile(void (*what)(void))
{
	pid_t pid;
	int status;

	if ((pid = fork()) == 0) {
		st.kept = NULL;
		what();
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
}

static void
one_more(void)
{
	int64_t at;

	(void)run(PP_TXN_WRITE, clocks, &at);
}

static void
recovers(void)
{
	(void)pp_store_recover(&st, &err);
	one_more();
}

static void
dies(void)
{
	(void)run(PP_TXN_WRITE, die, NULL);
}

/* The environment is kept between transactions while others write, recover
 * and die. */
static void
kept(void)
{
	static void (*const all[])(void) = { one_more, recovers, one_more,
	    dies, one_more };
	struct pp_head h = { 0, "" };
	int64_t at, from;
	size_t i, rounds;
	int pieces;

	(void)run(PP_TXN_READ, head_now, &h);
	from = h.seq;
	for (rounds = 0; rounds < 2; rounds++) {
		pp_store_keep(&st);
		for (i = 0; i < sizeof all / sizeof all[0]; i++) {
			ok(run(PP_TXN_WRITE, clocks, &at) == PP_OK,
			    "kept, before %zu: %s", i, err.msg);
			meanwhile(all[i]);
			ok(run(PP_TXN_WRITE, clocks, &at) == PP_OK,
			    "kept, after %zu: %s", i, err.msg);
		}
		pp_store_unkeep(&st);
		ok(st.kept == NULL, "and left");
	}
	(void)run(PP_TXN_READ, head_now, &h);
	is_int(h.seq, from + 2 * (10 + 4), "each event of each, and none of "
	    "the dead");
	ok(run(PP_TXN_READ, check_chain, &pieces) == PP_OK, "chain: %s",
	    err.msg);
}

static enum pp_rc
head_now(struct pp_txn *tx, void *arg, struct pp_err *e)
{
	return pp_journal_head(tx, arg, e);
}

static void
seals(void)
{
	char sealed[256], plain[64], token[PP_TOKEN_LEN + 1],
	    again[PP_TOKEN_LEN + 1], sig[PP_SIGN_HEX], pub[PP_PUBLIC_HEX],
	    path[PATH_MAX + 16], a[17], b[17];
	struct pp_keys k, other;

	(void)snprintf(path, sizeof path, "%s/keys", dir);
	ok(pp_keys_load(path, 7, &k, &err) == PP_OK && k.have == 7,
	    "the three keys load");
	ok(pp_seal(&k, "integration/moneris", "canary", sealed, sizeof sealed,
	    &err) == PP_OK && strstr(sealed, "canary") == NULL, "seal");
	ok(pp_unseal(&k, "integration/moneris", sealed, plain, sizeof plain,
	    &err) == PP_OK && strcmp(plain, "canary") == 0, "unseal");
	ok(pp_unseal(&k, "integration/other", sealed, plain, sizeof plain,
	    NULL) == PP_CONF, "a sealed value moved elsewhere does not open");
	other = k;
	other.key[PP_KEY_SEAL][0] ^= 1;
	ok(pp_unseal(&other, "integration/moneris", sealed, plain,
	    sizeof plain, NULL) == PP_CONF, "another key does not open it");
	ok(pp_seal(&k, "x", "canary", sealed, 20, NULL) == PP_BUG,
	    "no room to seal");
	ok(pp_unseal(&k, "x", "AAAA", plain, sizeof plain, NULL) == PP_CONF &&
	    pp_unseal(&k, "x", "!", plain, sizeof plain, NULL) == PP_CONF,
	    "what is not sealed is told");

	pp_link_token(&k, "lnk_1", 1, token);
	ok(strspn(token, "abcdefghijklmnopqrstuvwxyz234567") == PP_TOKEN_LEN,
	    "a token is 32 characters of base32");
	pp_link_token(&k, "lnk_1", 1, again);
	ok(strcmp(token, again) == 0, "the same link, the same token");
	pp_link_token(&k, "lnk_1", 2, again);
	ok(strcmp(token, again) != 0, "another epoch, another token");
	pp_address_hash(&k, "Marie@Example.COM", a);
	pp_address_hash(&k, "marie@example.com", b);
	ok(strcmp(a, b) == 0 && strlen(a) == 16, "an address is folded");

	pp_sign_public(&k, pub);
	pp_head_sign(&k, 17, PP_ZERO_HASH, sig);
	ok(pp_head_check(pub, 17, PP_ZERO_HASH, sig, NULL) == PP_OK &&
	    pp_head_check(pub, 18, PP_ZERO_HASH, sig, NULL) == PP_NO,
	    "a head's signature");
	pp_keys_wipe(&k);
	pp_keys_wipe(&other);

	ok(run(PP_TXN_READ, key_check, NULL) == PP_OK, "the store's keys");
	(void)snprintf(path, sizeof path, "%s/keys/link", dir);
	(void)chmod(path, 0640);
	ok(run(PP_TXN_READ, key_check, NULL) == PP_PERM,
	    "a key that others may read");
	(void)chmod(path, 0600);
	scribble(path, "00");
	ok(run(PP_TXN_READ, key_check, NULL) == PP_CONF, "a wrong key");
	ok(strstr(err.msg, "keys/link is not the key of") != NULL,
	    "is called so");
	(void)unlink(path);
	ok(run(PP_TXN_READ, key_check, NULL) == PP_CONF, "a missing key");
	ok(strstr(err.msg, "keys/link: No such file") != NULL,
	    "is called so");
}

/* Overwrites the start of a file. */
static void
scribble(const char *path, const char *text)
{
	int fd;

	if ((fd = open(path, O_WRONLY)) == -1 ||
	    write(fd, text, strlen(text)) == -1)
		perror(path);
	(void)close(fd);
}

static void
ids(void)
{
	char a[40], b[40], c[5];

	pp_id_new("lnk_", 1000, a, sizeof a);
	pp_id_new("lnk_", 1001, b, sizeof b);
	ok(strlen(a) == 30 && strncmp(a, "lnk_", 4) == 0, "an id: %s", a);
	ok(strcmp(a, b) < 0, "ids sort by time");
	pp_letters(c, 4);
	ok(strspn(c, "abcdefghijklmnopqrstuvwxyz") == 4 && c[4] == '\0',
	    "four letters");
}

int
main(void)
{
	char path[PATH_MAX + 32];
	int64_t at = 0, last = 0;
	const char *tmp;
	int pieces;

	(void)umask(077);
	tmp = getenv("TMPDIR");
	(void)snprintf(dir, sizeof dir, "%s/t_store.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 99;
	(void)strlcat(dir, "/a/store", sizeof dir);
	st.dir = dir;

	ok(run(PP_TXN_READ, look, NULL) == PP_NOTFOUND,
	    "reading makes no store");
	ok(!pp_store_exists(dir), "there is none");
	ok(run(PP_TXN_WRITE, fill, NULL) == PP_OK, "writing makes one: %s",
	    err.msg);
	ok(pp_store_exists(dir), "there is one");
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "read: %s", err.msg);
	ok(run(PP_TXN_WRITE, change, NULL) == PP_STATE, "refused by state");
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "and nothing changed");
	ok(run(PP_TXN_WRITE, refuse, NULL) == PP_STATE &&
	    strcmp(err.msg, "no") == 0, "what fn says is returned");
	ok(run(PP_TXN_READ, lose, NULL) == PP_NOTFOUND, "and undone");
	ok(run(PP_TXN_READ, wrong_mode, NULL) == PP_BUG,
	    "no put when reading");

	ok(run(PP_TXN_WRITE, head_of, NULL) == PP_OK, "journal: %s", err.msg);
	ok(run(PP_TXN_READ, check_chain, &pieces) == PP_OK, "chain: %s",
	    err.msg);
	is_int(pieces, 3, "in pieces of 7");

	st.clock = "2001-01-01T00:00:00Z";
	(void)run(PP_TXN_READ, drop_last, &last);
	ok(run(PP_TXN_WRITE, clocks, &at) == PP_OK, "append: %s", err.msg);
	is_int(at, last, "D3: a clock that steps back does not take the "
	    "journal along");
	st.clock = "2101-01-01T00:00:00Z";
	(void)run(PP_TXN_WRITE, clocks, &at);
	ok(at == 4133980800000, "a test store has the clock it is given");
	st.clock = "nonsense";
	ok(run(PP_TXN_WRITE, clocks, &at) == PP_CONF,
	    "a bad clock stops the commit: %s", err.msg);
	st.clock = NULL;
	ok(run(PP_TXN_READ, check_chain, &pieces) == PP_OK, "chain: %s",
	    err.msg);

	kept();
	ok(run(PP_TXN_WRITE, tamper, (void *)(uintptr_t)"t_stor") == PP_OK,
	    "an event is rewritten");
	ok(run(PP_TXN_READ, check_chain, &pieces) == PP_NO, "it shows: %s",
	    err.msg);
	is_str(err.msg, "journal: event 5 is not what was written",
	    "and is named");
	(void)run(PP_TXN_WRITE, tamper, (void *)(uintptr_t)"t_stos");
	pp_err_clear(&err);
	ok(run(PP_TXN_WRITE, cut, NULL) == PP_OK &&
	    run(PP_TXN_READ, check_chain, &pieces) == PP_NO,
	    "an event is cut out");
	is_str(err.msg, "journal: event 7 is missing", "it shows");

	ok(run(PP_TXN_WRITE, bulky, NULL) == PP_OK, "bulk: %s", err.msg);

	/* Every way in which the marker is not exactly right. */
	(void)snprintf(path, sizeof path, "%s/lock", dir);
	scribble(path, "clean 0");
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "after another boot: %s",
	    err.msg);
	scribble(path, "dirty");
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "after a kill: %s", err.msg);
	(void)truncate(path, 0);
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "without a marker: %s",
	    err.msg);
	(void)snprintf(path, sizeof path, "%s/db/__db.002", dir);
	(void)truncate(path, 0);
	(void)snprintf(path, sizeof path, "%s/lock", dir);
	scribble(path, "dirty");
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "with a broken region: %s",
	    err.msg);
	(void)snprintf(path, sizeof path, "%s/db/__db.001", dir);
	(void)unlink(path);
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "with a region gone: %s",
	    err.msg);
	ok(pp_store_recover(&st, &err) == PP_OK, "recover: %s", err.msg);

	st.reserve = INT64_MAX;
	ok(run(PP_TXN_WRITE, empty, NULL) == PP_IO, "no reserve: %s",
	    err.msg);
	ok(run(PP_TXN_READ, look, NULL) == PP_OK, "reading needs none");
	st.reserve = 0;

	(void)snprintf(path, sizeof path, "%s/db/task.db", dir);
	(void)unlink(path);
	ok(run(PP_TXN_READ, lose, NULL) == PP_IO, "a lost file: %s", err.msg);
	ok(run(PP_TXN_WRITE, refuse, NULL) != PP_OK &&
	    access(path, F_OK) == -1, "is not made anew");

	seals();
	ids();
	return done();
}
