/*
 * Is the journal unbroken, and is every stored record what it says (rule
 * G2)?  On a copy, so that nobody waits: Berkeley DB's own check of every
 * file, every index against its records, the chain up to the head, and the
 * whole journal replayed and compared: each record with its header and keys,
 * sealed values and people's data aside; none may be lost and none may be
 * there of which no event tells.
 */
#ifndef PP_VERIFY_H
#define PP_VERIFY_H

#include <stdint.h>

#include "err.h"
#include "journal.h"
#include "seal.h"
#include "store.h"

/* Told now and then how far it has come. */
typedef void pp_verify_tell(const char *what, int64_t done, void *arg);

struct pp_verify {
	struct pp_head	 head;			/* out: checked up to here */
	struct pp_head	 want;			/* must be in it; seq 0: none */
	char		 signature[PP_SIGN_HEX];	/* of want, or "" */
	pp_verify_tell	*tell;			/* NULL: nobody */
	void		*arg;
};

#define PP_VERIFY_INIT	{ { 0, PP_ZERO_HASH }, { 0, PP_ZERO_HASH }, "", \
			    NULL, NULL }

/* A head that was printed earlier, "SEQ:HASH" or "SEQ:HASH:SIGNATURE", into
 * want and signature: it shows a journal that was cut, or rewritten whole.
 * PP_DATA. */
enum pp_rc	pp_verify_head(const char *text, struct pp_verify *,
		    struct pp_err *err);

/* Everything of a store that is nobody else's now, such as a copy, in one
 * transaction.  The first thing that is wrong is PP_NO, naming collection,
 * key and member.  A signature is checked first, with the key in keys/ where
 * that can be read rather than with what the store says of it. */
enum pp_rc	pp_verify_copy(const struct pp_store *, struct pp_verify *,
		    struct pp_err *err);
/* The same of a store that others work in: on a copy in DIR/verify, which is
 * made in pieces and removed.  PP_RETRY while somebody else copies it. */
enum pp_rc	pp_verify_store(const struct pp_store *, struct pp_verify *,
		    struct pp_err *err);

#endif
