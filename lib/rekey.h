/*
 * A new key in the place of an old one.
 *
 * The new key is written to keys/NAME.next and synced; then one transaction
 * seals everything again (or computes each link's hash again, or vouches for
 * the old signing key) and notes the new key's fingerprint; then the file
 * takes its name.  Who is killed in between leaves either the old state or
 * one in which the fingerprint says that NAME.next is the key, and the next
 * who needs it gives it its name.
 */
#ifndef PP_REKEY_H
#define PP_REKEY_H

#include <stdbool.h>
#include <stdint.h>

#include "seal.h"
#include "store.h"

struct pp_rekey {
	enum pp_key_name key;
	bool		 dry_run;
	int64_t		 tokens, tickets;	/* sealed again */
	int64_t		 links;			/* with another address */
};

/* PP_CONF if the keys lie outside the store, where they are not ours to
 * change, or if the old one is missing. */
enum pp_rc	pp_rekey(const struct pp_store *, struct pp_rekey *,
		    struct pp_err *err);

#endif
