#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "forget.h"
#include "record.h"
#include "banned.h"

static pp_txn_fn	erase;
static enum pp_rc	person(struct pp_txn *, struct pp_forget *,
			    struct pp_err *);

/* Written over with as many blanks before it goes, or its bytes would stay
 * in the page. */
static enum pp_rc
person(struct pp_txn *tx, struct pp_forget *f, struct pp_err *err)
{
	size_t klen = strlen(f->task);
	struct pp_rec rec, blank;
	char *text;
	enum pp_rc rc;

	memset(&blank, 0, sizeof blank);
	if ((rc = pp_txn_get(tx, PP_PERSON, f->task, klen, &rec, err)) !=
	    PP_OK)
		return rc == PP_NOTFOUND ? PP_OK : rc;
	f->forgotten = true;
	if ((text = malloc(rec.len + 1)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	memset(text, ' ', rec.len);
	text[rec.len] = '\0';
	blank.text = text;
	blank.len = rec.len;
	if ((rc = pp_txn_put(tx, PP_PERSON, f->task, klen, &blank, err)) ==
	    PP_OK)
		rc = pp_txn_del(tx, PP_PERSON, f->task, klen, err);
	free(text);
	return rc;
}

static enum pp_rc
erase(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_forget *f = arg;
	struct pp_link old;
	struct pp_case c;
	enum pp_rc rc;
	size_t i;

	f->forgotten = false;
	f->links = 0;
	if ((rc = pp_case_load(tx, f->task, &c, err)) != PP_OK) {
		if (rc == PP_NOTFOUND)
			rc = pp_err_set(err, rc, "no task %.64s", f->task);
		goto out;
	}
	rc = person(tx, f, err);
	for (i = 0; i < c.nlinks && rc == PP_OK; i++) {
		if (c.links[i].address[0] == '\0')
			continue;
		old = c.links[i];
		c.links[i].address[0] = '\0';
		/* The journal does not tell the hash, so this is no event. */
		rc = pp_link_save(tx, "task.forgotten", &old, &c.links[i],
		    err);
		f->links++;
	}
	if (rc == PP_OK && (f->forgotten || f->links != 0)) {
		f->forgotten = true;
		rc = pp_journal_append(tx, "task.forgotten", f->task, NULL,
		    NULL, err);
	}
	if (rc == PP_OK && f->dry_run)
		rc = PP_NO;
out:
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_forget(const struct pp_store *s, struct pp_forget *f, struct pp_err *err)
{
	enum pp_rc rc;

	if (!pp_store_exists(s->dir))	/* nothing is made to be forgotten */
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    s->dir);
	rc = pp_store_txn(s, PP_TXN_WRITE, erase, f, err);
	if (rc == PP_NO)
		return PP_OK;
	if (rc == PP_OK && f->forgotten)
		rc = pp_store_shed(s, err);
	return rc;
}
