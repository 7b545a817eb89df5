#include "config.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "buf.h"
#include "engine.h"
#include "journal.h"
#include "time.h"
#include "banned.h"

/* Members that the journal writes itself. */
static const char *const reserved[] = {
	"v", "seq", "at", "type", "actor", "person", "task", "prev"
};

/* What pp_journal_each hands on, and pp_journal_verify keeps. */
struct each {
	int64_t		 after;
	pp_event_fn	*fn;
	void		*arg;
};

struct chain {
	struct pp_head	*head;
	size_t		 left;
	int64_t		 doubt;		/* its prev is not that hash */
	bool		 more;
};

static void		hash_of(const char *, size_t, char [PP_HASH_HEX]);
static void		add_string(struct pp_buf *, const char *,
			    const char *);
static bool		header_says(const char *, size_t,
			    const struct pp_rec *, int64_t,
			    char [PP_HASH_HEX]);
static enum pp_rc	bad_event(int64_t, struct pp_err *);
static pp_rec_fn	hand_on;
static pp_rec_fn	check_one;

static void
hash_of(const char *text, size_t len, char out[PP_HASH_HEX])
{
	unsigned char h[32];

	(void)crypto_generichash(h, sizeof h, (const unsigned char *)text,
	    len, NULL, 0);
	(void)sodium_bin2hex(out, PP_HASH_HEX, h, sizeof h);
}

/* ,"name":"value" */
static void
add_string(struct pp_buf *b, const char *name, const char *value)
{
	pp_buf_puts(b, ",\"");
	pp_buf_puts(b, name);
	pp_buf_puts(b, "\":");
	pp_json_quote(b, value);
}

/* Only this file writes events, so it need look only once a transaction. */
enum pp_rc
pp_journal_head(struct pp_txn *tx, struct pp_head *head, struct pp_err *err)
{
	struct pp_head *known = &pp_engine_facts(tx)->head;
	unsigned char key[8];
	struct pp_rec rec;
	enum pp_rc rc;
	size_t klen;

	if (known->seq == -1) {
		rc = pp_txn_last(tx, PP_EVENT, key, sizeof key, &klen, &rec,
		    err);
		if (rc == PP_OK) {
			hash_of(rec.text, rec.len, known->hash);
			known->seq = (int64_t)pp_key_to_u64(key);
		} else if (rc == PP_NOTFOUND) {
			memcpy(known->hash, PP_ZERO_HASH, PP_HASH_HEX);
			known->seq = 0;
		} else
			return rc;
	}
	*head = *known;
	return PP_OK;
}

enum pp_rc
pp_journal_append(struct pp_txn *tx, const char *type, const char *task,
    struct json_object *body, int64_t *seq, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(PP_EVENT_MAX);
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (json_object_object_get_ex(body, reserved[i], NULL))
			return pp_err_set(err, PP_BUG, "event %s: member %s "
			    "is the journal's own", type, reserved[i]);
	if (body != NULL)
		pp_json_members(&b, body);
	rc = pp_journal_tell(tx, type, task, &b, seq, err);
	pp_buf_release(&b);
	return rc;
}

enum pp_rc
pp_journal_tell(struct pp_txn *tx, const char *type, const char *task,
    const struct pp_buf *members, int64_t *seq, struct pp_err *err)
{
	const struct pp_store *s = pp_txn_store(tx);
	const char *person = pp_txn_person(tx);
	struct pp_buf b = PP_BUF_INIT(PP_EVENT_MAX);
	struct pp_rec rec = { .when = pp_txn_now(tx) };
	char at[PP_TIME_STR];
	unsigned char key[8];
	struct pp_head head;
	enum pp_rc rc;

	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	pp_buf_puts(&b, "{\"v\":1,\"seq\":");
	pp_buf_int(&b, head.seq + 1);
	add_string(&b, "at", pp_time_str(rec.when, true, at, sizeof at));
	add_string(&b, "type", type);
	add_string(&b, "actor", s->command != NULL ? s->command : "pp");
	if (person != NULL)
		add_string(&b, "person", person);
	if (task != NULL)
		add_string(&b, "task", task);
	if (members->len > 0) {
		pp_buf_add(&b, ",", 1);
		pp_buf_add(&b, members->p, members->len);
	}
	add_string(&b, "prev", head.hash);
	pp_buf_add(&b, "}", 1);
	if (!pp_buf_ok(&b) || !pp_buf_ok(members)) {
		pp_buf_release(&b);
		return pp_err_set(err, PP_DATA, "event %s: over %d bytes",
		    type, PP_EVENT_MAX);
	}

	rec.key[0] = task;
	rec.text = b.p;
	rec.len = b.len;
	pp_key_u64((uint64_t)head.seq + 1, key);
	rc = pp_txn_new(tx, PP_EVENT, key, sizeof key, &rec, err);
	if (rc == PP_OK) {
		head.seq++;
		hash_of(b.p, b.len, head.hash);
		pp_engine_facts(tx)->head = head;
	}
	pp_buf_release(&b);
	if (rc == PP_CONFLICT)
		return pp_err_set(err, PP_BUG, "event %lld exists",
		    (long long)head.seq + 1);
	if (rc == PP_OK && seq != NULL)
		*seq = head.seq;
	return rc;
}

static enum pp_rc
hand_on(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct each *e = arg;
	int64_t seq;

	if (klen != 8)
		return pp_err_set(err, PP_IO, "an event's key is damaged");
	if ((seq = (int64_t)pp_key_to_u64(key)) <= e->after)
		return PP_OK;
	return e->fn(tx, seq, rec->text, rec->len, e->arg, err);
}

enum pp_rc
pp_journal_each(struct pp_txn *tx, int64_t after, const char *task,
    pp_event_fn *fn, void *arg, struct pp_err *err)
{
	struct each e = { after, fn, arg };
	unsigned char key[8];

	if (task != NULL)
		return pp_txn_find(tx, PP_EVENT_BY_TASK, task, strlen(task),
		    hand_on, &e, err);
	pp_key_u64((uint64_t)after, key);
	return pp_txn_scan(tx, PP_EVENT, key, sizeof key, hand_on, &e, err);
}

/* Do number, instant and task stand in the text as the header and the key
 * have them?  Only the text is hashed; what is not must agree with it.  Its
 * prev is copied. */
static bool
header_says(const char *text, size_t len, const struct pp_rec *rec,
    int64_t seq, char prev[PP_HASH_HEX])
{
	const char *at = NULL, *task = NULL, *was = NULL;
	struct json_object *o = NULL;
	int64_t n = 0;
	char when[PP_TIME_STR];
	bool ok;

	ok = pp_json_parse(text, len, &o, NULL) == PP_OK &&
	    pp_json_int(o, "seq", 1, INT64_MAX, &n, NULL) == PP_OK &&
	    pp_json_str(o, "at", &at, NULL) == PP_OK &&
	    pp_json_str(o, "prev", &was, NULL) == PP_OK && n == seq &&
	    strlcpy(prev, was, PP_HASH_HEX) == PP_HASH_HEX - 1 &&
	    strcmp(at, pp_time_str(rec->when, true, when, sizeof when)) == 0;
	if (ok) {
		(void)pp_json_str(o, "task", &task, NULL);
		ok = task == NULL ? rec->key[0] == NULL :
		    rec->key[0] != NULL && strcmp(task, rec->key[0]) == 0;
	}
	json_object_put(o);
	return ok;
}

static enum pp_rc
bad_event(int64_t seq, struct pp_err *err)
{
	return pp_err_set(err, PP_DATA, "journal: event %lld is not what was "
	    "written", (long long)seq);
}

/* When an event's prev is not the hash of the one before, either may have
 * been changed: the one after tells, whose prev is the hash of what was
 * written. */
static enum pp_rc
check_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct chain *c = arg;
	char prev[PP_HASH_HEX];
	int64_t seq;

	(void)tx;
	if (c->left == 0 && c->doubt == 0) {
		c->more = true;
		return PP_NO;
	}
	if (c->left > 0)
		c->left--;
	seq = klen == 8 ? (int64_t)pp_key_to_u64(key) : -1;
	if (seq != c->head->seq + 1)
		return pp_err_set(err, PP_DATA, "journal: event %lld is "
		    "missing", (long long)c->head->seq + 1);
	if (!header_says(rec->text, rec->len, rec, seq, prev))
		return bad_event(c->doubt != 0 ? c->doubt - 1 : seq, err);
	if (c->doubt != 0)
		return bad_event(strcmp(prev, c->head->hash) == 0 ?
		    c->doubt - 1 : c->doubt, err);
	if (strcmp(prev, c->head->hash) != 0) {
		if (seq == 1)
			return bad_event(seq, err);
		c->doubt = seq;
	}
	c->head->seq = seq;
	hash_of(rec->text, rec->len, c->head->hash);
	return PP_OK;
}

enum pp_rc
pp_journal_verify(struct pp_txn *tx, struct pp_head *head, size_t max,
    bool *done, struct pp_err *err)
{
	struct chain c = { head, max, 0, false };
	unsigned char key[8];
	enum pp_rc rc;

	pp_key_u64((uint64_t)head->seq, key);
	rc = pp_txn_scan(tx, PP_EVENT, key, sizeof key, check_one, &c, err);
	if (rc == PP_OK && c.doubt != 0)
		rc = pp_err_set(err, PP_DATA, "journal: event %lld, or the "
		    "last one, is not what was written",
		    (long long)c.doubt - 1);
	*done = rc == PP_OK && !c.more;
	/* PP_NO from a walk's function only ends the walk. */
	return rc == PP_DATA ? PP_NO : rc;
}
