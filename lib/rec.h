/*
 * How a record lies in the store: a header (big endian), the keys each with
 * a NUL, the text with a NUL.  The indexes are kept from header and keys
 * alone; nothing parses the text for them.
 */
#ifndef PP_REC_H
#define PP_REC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "store.h"

#define PP_REC_VERSION	1
#define PP_REC_KEY	255			/* bytes of a key */
#define PP_REC_TEXT	(2 * 1024 * 1024)	/* bytes of a text */
#define PP_REC_WHEN	PP_REC_KEYS		/* in place of a key's number */

/* Files are named after these. */
extern const char *const pp_coll_names[PP_NCOLL];

/* Which key of which collection's records an index is kept by. */
struct pp_index_def {
	enum pp_coll	 coll;
	unsigned int	 slot;		/* a key's number, or PP_REC_WHEN */
	const char	*name;
};
extern const struct pp_index_def pp_indexes[PP_NINDEX];

/* A growing piece of memory that records are encoded into. */
struct pp_recbuf {
	unsigned char	*p;
	size_t		 len, cap;
};

/* PP_DATA if a key or the text is too long. */
enum pp_rc	pp_rec_encode(const struct pp_rec *, struct pp_recbuf *,
		    struct pp_err *err);
/* rec borrows from data.  False if data is no record. */
bool		pp_rec_decode(const void *data, size_t len, struct pp_rec *);
/* Is a record in that index? */
bool		pp_rec_in(const struct pp_rec *, enum pp_index);
/* Where in data the index key of that number lies (PP_REC_WHEN: the instant):
 * 1 and its place, 0 if the record is not in that index, -1 if data is no
 * record. */
int		pp_rec_index(const void *data, size_t len, unsigned int slot,
		    size_t *off, size_t *klen);

#endif
