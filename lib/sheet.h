/*
 * Keying sheets: numbered lists of payments, frozen for ever, that an
 * accountant types into the accounting system and then enters as a whole
 * (rule B2).  A sheet also keeps the three heaps and the journal's head as
 * they were when it was frozen, so that it prints the same at any time.
 */
#ifndef PP_SHEET_H
#define PP_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "entering.h"

#define PP_SHEET_MAX	1000	/* payments on one sheet: what is more waits
				 * for the next */

struct pp_sheet {
	int64_t		number;			/* from 1 */
	int64_t		frozen_at;
	char		frozen_by[64];
	int64_t		count;
	int64_t		total;			/* cents, signed */
	int64_t		head_seq;		/* the journal when frozen */
	char		head_hash[PP_HASH_HEX];
	struct pp_heaps	heaps;			/* when frozen */
	int64_t		entered_at;		/* 0: not entered */
	char		entered_by[64];
	char		reference[PP_ID_MAX];	/* the accounting system's */
	int64_t		excepted;		/* cents left out by --except */
};
extern const struct pp_field	pp_sheet_fields[];
extern const size_t		pp_sheet_nfields;

/* Freezes what may be entered and is on no sheet, at most PP_SHEET_MAX.  If
 * there is nothing such, the newest sheet again unless it was entered
 * (*created false, rule G4); else PP_NOTFOUND with words. */
enum pp_rc	pp_sheet_freeze(struct pp_txn *, struct pp_sheet *,
		    struct pp_entries *, bool *created, struct pp_err *err);
/* A sheet again, exactly its payments, in its order. PP_NOTFOUND with
 * words. */
enum pp_rc	pp_sheet_read(struct pp_txn *, int64_t number,
		    struct pp_sheet *, struct pp_entries *,
		    struct pp_err *err);
/* Every sheet, oldest first, added to rows as documents. */
enum pp_rc	pp_sheet_list(struct pp_txn *, struct json_object *rows,
		    struct pp_err *err);
void		pp_sheet_show(const struct pp_sheet *, struct json_object *o);

/* Adds one event of a sheet, of that type, to its document *text (NULL: none
 * yet), which is replaced. */
enum pp_rc	pp_sheet_fold(char **text, const char *type,
		    struct json_object *event, struct pp_err *err);
/* The record of such a document, given to fn with its key of 8 bytes. */
typedef enum pp_rc pp_sheet_fn(const unsigned char *key, int64_t number,
		    const struct pp_rec *, void *arg, struct pp_err *err);
enum pp_rc	pp_sheet_record(const char *text, pp_sheet_fn *, void *arg,
		    struct pp_err *err);

/* Marks exactly that sheet's payments but those in except (ids or transaction
 * numbers), whose sum must be total: PP_CONFLICT otherwise, naming both.  The
 * same again is fine (G3); otherwise than before is PP_CONFLICT. */
enum pp_rc	pp_sheet_enter(struct pp_txn *, int64_t number,
		    int64_t total, const char *const except[], size_t nexcept,
		    const char *reference, struct pp_sheet *,
		    struct pp_err *err);
/* Takes back the marks that entering the sheet made, no other. */
enum pp_rc	pp_sheet_unenter(struct pp_txn *, int64_t number,
		    struct pp_sheet *, struct pp_err *err);

#endif
