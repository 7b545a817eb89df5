/*
 * Secrets at rest.  Three keys lie in <store>/keys/ (or in another directory
 * given, such as systemd's credentials): seal (XChaCha20-Poly1305, for API
 * tokens and tickets), link (keyed BLAKE2b, for link tokens), sign (Ed25519,
 * for journal heads).  They are never in the database or in a backup; the
 * store's meta record holds a fingerprint of each, so that a wrong key is
 * told at once.
 */
#ifndef PP_SEAL_H
#define PP_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define PP_TOKEN_LEN	32	/* base32 of 160 bits, lower case (rule K3) */
#define PP_TOKEN_HASH	65	/* BLAKE2b-256 of a token, hex and NUL */
#define PP_SEAL_KEY	32
#define PP_SIGN_HEX	129
#define PP_KEY_PRINT	17	/* a key's fingerprint, hex and NUL */
#define PP_PUBLIC_HEX	65	/* public half of the signing key, hex */
#define PP_ID_TAIL	26	/* characters of an id after its prefix */

enum pp_key_name { PP_KEY_SEAL, PP_KEY_LINK, PP_KEY_SIGN, PP_NKEYS };

/* Keys that are loaded; wipe with pp_keys_wipe on every path. */
struct pp_keys {
	unsigned char	key[PP_NKEYS][64];
	unsigned int	have;		/* bit per pp_key_name */
};

/* Makes the three keys in dir (created 0700, files 0600, synced) unless they
 * are there already. */
enum pp_rc	pp_keys_create(const char *dir, struct pp_err *err);
/* Loads the keys whose bits are in want.  A missing, short or too widely
 * readable file: PP_CONF or PP_PERM, naming it. */
enum pp_rc	pp_keys_load(const char *dir, unsigned int want,
		    struct pp_keys *, struct pp_err *err);
void		pp_keys_wipe(struct pp_keys *);
/* For a safe: the three keys as a text of lines "NAME HEX", and back.  The
 * caller wipes both.  All keys must be loaded; PP_DATA if text is not such a
 * text. */
#define PP_KEYS_TEXT	320
void		pp_keys_write(const struct pp_keys *, char out[PP_KEYS_TEXT]);
enum pp_rc	pp_keys_read(const char *text, struct pp_keys *,
		    struct pp_err *err);
/* Puts loaded keys into dir as pp_keys_create would have made them; one that
 * is there is never replaced. */
enum pp_rc	pp_keys_put(const char *dir, const struct pp_keys *,
		    struct pp_err *err);
/* The keys' names, such as "seal". */
extern const char *const	pp_key_words[PP_NKEYS];
/* Makes a new key of that name in dir/NAME.next, synced; an older one there,
 * which was never the store's, goes.  *next is old with the new key in it. */
enum pp_rc	pp_keys_next(const char *dir, enum pp_key_name,
		    const struct pp_keys *old, struct pp_keys *next,
		    struct pp_err *err);
/* If dir/NAME.next is the key of that fingerprint it becomes dir/NAME and is
 * loaded into keys; else PP_NOTFOUND without words. */
enum pp_rc	pp_keys_adopt(const char *dir, enum pp_key_name,
		    const char *print, struct pp_keys *, struct pp_err *err);
void		pp_keys_forget_next(const char *dir, enum pp_key_name);
/* Fingerprint of a loaded key, to compare with the store's. */
void		pp_keys_print(const struct pp_keys *, enum pp_key_name,
		    char out[PP_KEY_PRINT]);

/* Seals plain for the place named by ad (such as "integration/moneris" or an
 * attempt's id: a sealed value moved elsewhere does not open).  out gets
 * base64, at most size bytes (PP_BUG if it does not fit). */
enum pp_rc	pp_seal(const struct pp_keys *, const char *ad,
		    const char *plain, char *out, size_t size,
		    struct pp_err *err);
/* Opens it; PP_CONF if the key is not the one that sealed it or the value was
 * changed.  The caller wipes out (explicit_bzero). */
enum pp_rc	pp_unseal(const struct pp_keys *, const char *ad,
		    const char *sealed, char *out, size_t size,
		    struct pp_err *err);

/* The token of a link's epoch (rule K3). */
void		pp_link_token(const struct pp_keys *, const char *link,
		    int64_t epoch, char out[PP_TOKEN_LEN + 1]);
/* The hash by which the store finds it; needs no key. */
void		pp_token_hash(const char *token, size_t len,
		    char out[PP_TOKEN_HASH]);
/* A keyed short hash of a mail address (folded to lower case), so that two
 * can be compared without being kept (rule K2). */
void		pp_address_hash(const struct pp_keys *, const char *address,
		    char out[17]);

/* The public half of the signing key, to be kept where heads are checked. */
void		pp_sign_public(const struct pp_keys *,
		    char out[PP_PUBLIC_HEX]);
/* Signature of "SEQ:HASH", hex. */
void		pp_head_sign(const struct pp_keys *, int64_t seq,
		    const char *hash, char out[PP_SIGN_HEX]);
/* Verifies with the public half in hex. */
enum pp_rc	pp_head_check(const char *public_hex, int64_t seq,
		    const char *hash, const char *signature,
		    struct pp_err *err);

struct pp_txn;
/* For who keeps keys from one transaction to the next: loads them, unless they
 * are loaded and still the store's.  In each transaction that reads or writes
 * what is made with them, since a rekey may have come between. */
enum pp_rc	pp_txn_keys_now(struct pp_txn *, unsigned int want,
		    struct pp_keys *, struct pp_err *err);
/* As pp_head_check with the newest public key, or with an older one that it
 * vouches for. */
enum pp_rc	pp_txn_head_check(struct pp_txn *, const char *public_hex,
		    int64_t seq, const char *hash, const char *signature,
		    struct pp_err *err);

/* A new id: prefix, 48 bits of time and 80 random ones in base32, so that ids
 * sort by time.  out must hold strlen(prefix) + 27. */
void		pp_id_new(const char *prefix, int64_t now, char *out,
		    size_t size);
/* n random lower-case letters and a NUL. */
void		pp_letters(char *out, size_t n);

#endif
