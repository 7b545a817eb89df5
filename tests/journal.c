/*
 * Prints the journal of the store $PP_STORE, an event a line, for tests that
 * look for what must or must not be in it.
 */
#include "config.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "journal.h"
#include "store.h"
#include "banned.h"

static pp_txn_fn	dump;
static pp_event_fn	print;

static enum pp_rc
print(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	(void)tx, (void)seq, (void)arg, (void)err;
	printf("%.*s\n", (int)len, text);
	return PP_OK;
}

static enum pp_rc
dump(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	return pp_journal_each(tx, 0, NULL, print, arg, err);
}

int
main(void)
{
	struct pp_store store = { .dir = getenv("PP_STORE"),
	    .command = "journal", .clock = getenv("PP_NOW") };
	struct pp_err err = { 0 };
	enum pp_rc rc;

	if (store.dir == NULL)
		errx(PP_USAGE, "no PP_STORE");
	if ((rc = pp_store_txn(&store, PP_TXN_READ, dump, NULL,
	    &err)) != PP_OK)
		errx(rc, "%s", err.msg);
	return PP_OK;
}
