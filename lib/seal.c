#include "config.h"

#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "seal.h"
#include "banned.h"

#define KEY_FILE_MAX	128	/* more than a key, to notice it */
#define SEAL_VERSION	1
#define SEAL_HEAD	(1 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define SEAL_BIN_MAX	(SEAL_HEAD + 4096 + \
			    crypto_aead_xchacha20poly1305_ietf_ABYTES)

const char *const pp_key_words[PP_NKEYS] = { "seal", "link", "sign" };

/* Ids sort by time only if their alphabet is in the order of its bytes. */
static const char base32_sorted[] = "0123456789abcdefghijklmnopqrstuv";
static const char base32_lower[] = "abcdefghijklmnopqrstuvwxyz234567";

static enum pp_rc	sodium_ready(struct pp_err *);
static enum pp_rc	key_make(int, const char *, const char *,
			    const unsigned char *, struct pp_err *);
static enum pp_rc	keys_place(const char *, const struct pp_keys *,
			    struct pp_err *);
static enum pp_rc	key_read(int, const char *, const char *,
			    unsigned char *, struct pp_err *);
static void		key_set(struct pp_keys *, enum pp_key_name,
			    const unsigned char *);
static void		next_name(enum pp_key_name, char [16]);
static void		base32(const char *, const unsigned char *, size_t,
			    unsigned int, char *);

static enum pp_rc
sodium_ready(struct pp_err *err)
{
	if (sodium_init() < 0)
		return pp_err_set(err, PP_BUG, "libsodium does not start");
	return PP_OK;
}

/* A key file is 64 hexadecimal digits: it can be printed for a safe.  given
 * NULL: a new key. */
static enum pp_rc
key_make(int dfd, const char *dir, const char *name,
    const unsigned char *given, struct pp_err *err)
{
	unsigned char key[PP_SEAL_KEY];
	char hex[2 * PP_SEAL_KEY + 1], tmp[32];
	enum pp_rc rc = PP_OK;
	int fd = -1;

	(void)snprintf(tmp, sizeof tmp, ".%s.new", name);
	if (given != NULL)
		memcpy(key, given, sizeof key);
	else
		randombytes_buf(key, sizeof key);
	(void)sodium_bin2hex(hex, sizeof hex, key, sizeof key);
	hex[2 * PP_SEAL_KEY] = '\n';

	/* What a killed predecessor left was never anybody's key. */
	(void)unlinkat(dfd, tmp, 0);
	if ((fd = openat(dfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600)) == -1 ||
	    write(fd, hex, sizeof hex) != (ssize_t)sizeof hex ||
	    fsync(fd) == -1)
		rc = pp_err_set(err, PP_IO, "%s/%s: %s", dir, tmp,
		    strerror(errno));
	/* link, not rename: a key that is there is never replaced. */
	else if (linkat(dfd, tmp, dfd, name, 0) == -1 && errno != EEXIST)
		rc = pp_err_set(err, PP_IO, "%s/%s: %s", dir, name,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	(void)unlinkat(dfd, tmp, 0);
	explicit_bzero(key, sizeof key);
	explicit_bzero(hex, sizeof hex);
	return rc;
}

enum pp_rc
pp_keys_create(const char *dir, struct pp_err *err)
{
	return keys_place(dir, NULL, err);
}

enum pp_rc
pp_keys_put(const char *dir, const struct pp_keys *keys, struct pp_err *err)
{
	return keys_place(dir, keys, err);
}

static enum pp_rc
keys_place(const char *dir, const struct pp_keys *keys, struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;
	int dfd;

	if ((rc = sodium_ready(err)) != PP_OK)
		return rc;
	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		return pp_err_set(err, PP_IO, "%s: %s", dir, strerror(errno));
	if ((dfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return pp_err_set(err, PP_IO, "%s: %s", dir, strerror(errno));
	for (i = 0; i < PP_NKEYS && rc == PP_OK; i++)
		if (faccessat(dfd, pp_key_words[i], F_OK, 0) == -1)
			rc = key_make(dfd, dir, pp_key_words[i],
			    keys != NULL ? keys->key[i] : NULL, err);
	if (rc == PP_OK && fsync(dfd) == -1)
		rc = pp_err_set(err, PP_IO, "%s: %s", dir, strerror(errno));
	(void)close(dfd);
	return rc;
}

static enum pp_rc
key_read(int dfd, const char *dir, const char *name, unsigned char *key,
    struct pp_err *err)
{
	char buf[KEY_FILE_MAX];
	enum pp_rc rc = PP_OK;
	struct stat st;
	size_t len = 0;
	ssize_t n;
	int fd;

	if ((fd = openat(dfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK)) == -1)
		return pp_err_set(err, errno == EACCES ? PP_PERM : PP_CONF,
		    "key %s/%s: %s", dir, name, strerror(errno));
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = pp_err_set(err, PP_CONF, "key %s/%s: not a file", dir,
		    name);
	else if ((st.st_mode & 077) != 0)
		rc = pp_err_set(err, PP_PERM,
		    "key %s/%s: others than its owner may use it (mode %03o)",
		    dir, name, (unsigned int)st.st_mode & 0777);
	if (rc != PP_OK)
		goto out;

	while (len < sizeof buf &&
	    (n = read(fd, buf + len, sizeof buf - len)) > 0)
		len += (size_t)n;
	while (len > 0 && isspace((unsigned char)buf[len - 1]))
		len--;
	/* A size_t that sodium could not fill would mean a short key. */
	if (len != 2 * (size_t)PP_SEAL_KEY || sodium_hex2bin(key, PP_SEAL_KEY,
	    buf, len, NULL, &len, NULL) != 0 || len != PP_SEAL_KEY)
		rc = pp_err_set(err, PP_CONF,
		    "key %s/%s: not 64 hexadecimal digits", dir, name);
out:
	explicit_bzero(buf, sizeof buf);
	(void)close(fd);
	return rc;
}

enum pp_rc
pp_keys_load(const char *dir, unsigned int want, struct pp_keys *keys,
    struct pp_err *err)
{
	unsigned char seed[PP_SEAL_KEY], pk[crypto_sign_PUBLICKEYBYTES];
	enum pp_rc rc;
	size_t i;
	int dfd;

	memset(keys, 0, sizeof *keys);
	if ((rc = sodium_ready(err)) != PP_OK)
		return rc;
	if ((dfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return pp_err_set(err, errno == EACCES ? PP_PERM : PP_CONF,
		    "keys %s: %s", dir, strerror(errno));
	for (i = 0; i < PP_NKEYS && rc == PP_OK; i++) {
		if ((want & 1u << i) == 0)
			continue;
		rc = key_read(dfd, dir, pp_key_words[i],
		    i == PP_KEY_SIGN ? seed : keys->key[i], err);
		if (rc == PP_OK && i == PP_KEY_SIGN)
			(void)crypto_sign_seed_keypair(pk, keys->key[i], seed);
		if (rc == PP_OK)
			keys->have |= 1u << i;
	}
	(void)close(dfd);
	explicit_bzero(seed, sizeof seed);
	if (rc != PP_OK)
		pp_keys_wipe(keys);
	return rc;
}

/* A key's own form of the bytes in its file. */
static void
key_set(struct pp_keys *keys, enum pp_key_name name,
    const unsigned char *bytes)
{
	unsigned char pk[crypto_sign_PUBLICKEYBYTES];

	if (name == PP_KEY_SIGN)
		(void)crypto_sign_seed_keypair(pk, keys->key[name], bytes);
	else
		memcpy(keys->key[name], bytes, PP_SEAL_KEY);
	keys->have |= 1u << name;
}

static void
next_name(enum pp_key_name name, char out[16])
{
	(void)snprintf(out, 16, "%s.next", pp_key_words[name]);
}

void
pp_keys_forget_next(const char *dir, enum pp_key_name name)
{
	char path[PATH_MAX], next[16];

	next_name(name, next);
	if (snprintf(path, sizeof path, "%s/%s", dir, next) <
	    (int)sizeof path)
		(void)unlink(path);
}

enum pp_rc
pp_keys_next(const char *dir, enum pp_key_name name,
    const struct pp_keys *old, struct pp_keys *next, struct pp_err *err)
{
	unsigned char bytes[PP_SEAL_KEY];
	char file[16];
	enum pp_rc rc;
	int dfd;

	pp_keys_forget_next(dir, name);
	next_name(name, file);
	if ((dfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return pp_err_set(err, PP_IO, "%s: %s", dir, strerror(errno));
	if ((rc = key_make(dfd, dir, file, NULL, err)) == PP_OK &&
	    fsync(dfd) == -1)
		rc = pp_err_set(err, PP_IO, "%s: %s", dir, strerror(errno));
	if (rc == PP_OK && (rc = key_read(dfd, dir, file, bytes, err)) ==
	    PP_OK) {
		*next = *old;
		key_set(next, name, bytes);
	}
	(void)close(dfd);
	explicit_bzero(bytes, sizeof bytes);
	return rc;
}

enum pp_rc
pp_keys_adopt(const char *dir, enum pp_key_name name, const char *print,
    struct pp_keys *keys, struct pp_err *err)
{
	unsigned char bytes[PP_SEAL_KEY];
	char file[16], is[PP_KEY_PRINT];
	struct pp_keys next = { .have = 0 };
	enum pp_rc rc = PP_NOTFOUND;
	int dfd;

	next_name(name, file);
	if ((dfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return PP_NOTFOUND;
	if (key_read(dfd, dir, file, bytes, NULL) == PP_OK) {
		key_set(&next, name, bytes);
		pp_keys_print(&next, name, is);
		if (strcmp(is, print) == 0)
			rc = PP_OK;
	}
	if (rc == PP_OK && (renameat(dfd, file, dfd, pp_key_words[name]) ==
	    -1 || fsync(dfd) == -1))
		rc = pp_err_set(err, PP_IO, "%s/%s: %s", dir, file,
		    strerror(errno));
	if (rc == PP_OK)
		key_set(keys, name, bytes);
	(void)close(dfd);
	pp_keys_wipe(&next);
	explicit_bzero(bytes, sizeof bytes);
	return rc;
}

/* The first half of a signing key is its seed. */
void
pp_keys_write(const struct pp_keys *keys, char out[PP_KEYS_TEXT])
{
	char hex[2 * PP_SEAL_KEY + 1];
	size_t i, at = 0;

	for (i = 0; i < PP_NKEYS; i++) {
		(void)sodium_bin2hex(hex, sizeof hex, keys->key[i],
		    PP_SEAL_KEY);
		at += (size_t)snprintf(out + at, PP_KEYS_TEXT - at, "%s %s\n",
		    pp_key_words[i], hex);
	}
	explicit_bzero(hex, sizeof hex);
}

enum pp_rc
pp_keys_read(const char *text, struct pp_keys *keys, struct pp_err *err)
{
	unsigned char seed[PP_SEAL_KEY], pk[crypto_sign_PUBLICKEYBYTES];
	enum pp_rc rc;
	size_t i, len, n;

	memset(keys, 0, sizeof *keys);
	if ((rc = sodium_ready(err)) != PP_OK)
		return rc;
	for (i = 0; i < PP_NKEYS && rc == PP_OK; i++) {
		n = strlen(pp_key_words[i]);
		if (strncmp(text, pp_key_words[i], n) != 0 || text[n] != ' ' ||
		    strcspn(text + n + 1, "\n") != 2 * (size_t)PP_SEAL_KEY ||
		    sodium_hex2bin(seed, sizeof seed, text + n + 1,
		    2 * (size_t)PP_SEAL_KEY, NULL, &len, NULL) != 0 ||
		    len != sizeof seed) {
			rc = pp_err_set(err, PP_DATA, "the key %s is missing "
			    "or not 64 hexadecimal digits", pp_key_words[i]);
			break;
		}
		if (i == PP_KEY_SIGN)
			(void)crypto_sign_seed_keypair(pk, keys->key[i], seed);
		else
			memcpy(keys->key[i], seed, sizeof seed);
		keys->have |= 1u << i;
		text += n + 1 + 2 * (size_t)PP_SEAL_KEY;
		text += *text == '\n';
	}
	explicit_bzero(seed, sizeof seed);
	if (rc != PP_OK)
		pp_keys_wipe(keys);
	return rc;
}

void
pp_keys_wipe(struct pp_keys *keys)
{
	explicit_bzero(keys, sizeof *keys);
}

void
pp_keys_print(const struct pp_keys *keys, enum pp_key_name name,
    char out[PP_KEY_PRINT])
{
	static const unsigned char what[] = "pp key fingerprint";
	unsigned char h[crypto_generichash_BYTES];

	(void)crypto_generichash(h, sizeof h, what, sizeof what,
	    keys->key[name], PP_SEAL_KEY);
	(void)sodium_bin2hex(out, PP_KEY_PRINT, h, (PP_KEY_PRINT - 1) / 2);
	explicit_bzero(h, sizeof h);
}

void
pp_sign_public(const struct pp_keys *keys, char out[PP_PUBLIC_HEX])
{
	unsigned char pk[crypto_sign_PUBLICKEYBYTES];

	(void)crypto_sign_ed25519_sk_to_pk(pk, keys->key[PP_KEY_SIGN]);
	(void)sodium_bin2hex(out, PP_PUBLIC_HEX, pk, sizeof pk);
}

enum pp_rc
pp_seal(const struct pp_keys *keys, const char *ad, const char *plain,
    char *out, size_t size, struct pp_err *err)
{
	unsigned char bin[SEAL_BIN_MAX];
	unsigned long long clen;
	size_t len = strlen(plain);

	if ((keys->have & 1u << PP_KEY_SEAL) == 0)
		return pp_err_set(err, PP_BUG, "sealing without the key");
	if (len > sizeof bin - SEAL_HEAD -
	    crypto_aead_xchacha20poly1305_ietf_ABYTES ||
	    sodium_base64_encoded_len(SEAL_HEAD + len +
	    crypto_aead_xchacha20poly1305_ietf_ABYTES,
	    sodium_base64_VARIANT_ORIGINAL) > size)
		return pp_err_set(err, PP_BUG, "a secret of %zu bytes does "
		    "not fit sealed in %zu", len, size);
	bin[0] = SEAL_VERSION;
	randombytes_buf(bin + 1, SEAL_HEAD - 1);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(bin + SEAL_HEAD,
	    &clen, (const unsigned char *)plain, len,
	    (const unsigned char *)ad, strlen(ad), NULL, bin + 1,
	    keys->key[PP_KEY_SEAL]);
	(void)sodium_bin2base64(out, size, bin, SEAL_HEAD + (size_t)clen,
	    sodium_base64_VARIANT_ORIGINAL);
	return PP_OK;
}

enum pp_rc
pp_unseal(const struct pp_keys *keys, const char *ad, const char *sealed,
    char *out, size_t size, struct pp_err *err)
{
	unsigned char bin[SEAL_BIN_MAX];
	unsigned long long plen;
	size_t len;

	if ((keys->have & 1u << PP_KEY_SEAL) == 0)
		return pp_err_set(err, PP_BUG, "unsealing without the key");
	if (sodium_base642bin(bin, sizeof bin, sealed, strlen(sealed), NULL,
	    &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len < SEAL_HEAD + crypto_aead_xchacha20poly1305_ietf_ABYTES ||
	    bin[0] != SEAL_VERSION)
		return pp_err_set(err, PP_CONF, "%s: what is stored is not a "
		    "sealed value", ad);
	if (len - SEAL_HEAD - crypto_aead_xchacha20poly1305_ietf_ABYTES >=
	    size)
		return pp_err_set(err, PP_BUG, "%s: no room to unseal", ad);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)out,
	    &plen, NULL, bin + SEAL_HEAD, len - SEAL_HEAD,
	    (const unsigned char *)ad, strlen(ad), bin + 1,
	    keys->key[PP_KEY_SEAL]) != 0) {
		explicit_bzero(out, size);
		return pp_err_set(err, PP_CONF, "%s: the sealing key is not "
		    "the one that sealed this, or it was changed", ad);
	}
	out[plen] = '\0';
	return PP_OK;
}

/* Base 32 of n bytes after skip zero bits, most significant bit first. */
static void
base32(const char *alphabet, const unsigned char *in, size_t n,
    unsigned int skip, char *out)
{
	unsigned int acc = 0, bits = skip;
	size_t i;

	for (i = 0; i < n; i++) {
		acc = (acc << 8 | in[i]) & 0xffff;
		for (bits += 8; bits >= 5; bits -= 5)
			*out++ = alphabet[acc >> (bits - 5) & 31];
	}
	*out = '\0';
}

void
pp_link_token(const struct pp_keys *keys, const char *link, int64_t epoch,
    char out[PP_TOKEN_LEN + 1])
{
	unsigned char h[20], e[8];
	crypto_generichash_state st;
	size_t i;

	for (i = 0; i < 8; i++)
		e[i] = (unsigned char)((uint64_t)epoch >> (56 - 8 * i));
	(void)crypto_generichash_init(&st, keys->key[PP_KEY_LINK],
	    PP_SEAL_KEY, sizeof h);
	(void)crypto_generichash_update(&st, e, sizeof e);
	(void)crypto_generichash_update(&st, (const unsigned char *)link,
	    strlen(link));
	(void)crypto_generichash_final(&st, h, sizeof h);
	base32(base32_lower, h, sizeof h, 0, out);
	explicit_bzero(h, sizeof h);
	explicit_bzero(&st, sizeof st);
}

void
pp_token_hash(const char *token, size_t len, char out[PP_TOKEN_HASH])
{
	unsigned char h[32];

	(void)crypto_generichash(h, sizeof h, (const unsigned char *)token,
	    len, NULL, 0);
	(void)sodium_bin2hex(out, PP_TOKEN_HASH, h, sizeof h);
}

void
pp_address_hash(const struct pp_keys *keys, const char *address, char out[17])
{
	static const unsigned char what[] = "address";
	crypto_generichash_state st;
	unsigned char h[16], c;

	(void)crypto_generichash_init(&st, keys->key[PP_KEY_LINK],
	    PP_SEAL_KEY, sizeof h);
	(void)crypto_generichash_update(&st, what, sizeof what);
	for (; *address != '\0'; address++) {
		c = (unsigned char)(*address >= 'A' && *address <= 'Z' ?
		    *address - 'A' + 'a' : *address);
		(void)crypto_generichash_update(&st, &c, 1);
	}
	(void)crypto_generichash_final(&st, h, sizeof h);
	(void)sodium_bin2hex(out, 17, h, 8);
	explicit_bzero(&st, sizeof st);
}

void
pp_head_sign(const struct pp_keys *keys, int64_t seq, const char *hash,
    char out[PP_SIGN_HEX])
{
	unsigned char sig[crypto_sign_BYTES];
	char text[128];
	int n;

	n = snprintf(text, sizeof text, "%lld:%s", (long long)seq, hash);
	(void)crypto_sign_detached(sig, NULL, (unsigned char *)text,
	    (unsigned long long)n, keys->key[PP_KEY_SIGN]);
	(void)sodium_bin2hex(out, PP_SIGN_HEX, sig, sizeof sig);
}

enum pp_rc
pp_head_check(const char *public_hex, int64_t seq, const char *hash,
    const char *signature, struct pp_err *err)
{
	unsigned char sig[crypto_sign_BYTES], pk[crypto_sign_PUBLICKEYBYTES];
	char text[128];
	enum pp_rc rc;
	size_t len;
	int n;

	if ((rc = sodium_ready(err)) != PP_OK)
		return rc;
	if (sodium_hex2bin(pk, sizeof pk, public_hex, strlen(public_hex),
	    NULL, &len, NULL) != 0 || len != sizeof pk)
		return pp_err_set(err, PP_DATA, "not a public key");
	if (sodium_hex2bin(sig, sizeof sig, signature, strlen(signature),
	    NULL, &len, NULL) != 0 || len != sizeof sig)
		return pp_err_set(err, PP_DATA, "not a signature");
	n = snprintf(text, sizeof text, "%lld:%s", (long long)seq, hash);
	if (n < 0 || (size_t)n >= sizeof text ||
	    crypto_sign_verify_detached(sig, (unsigned char *)text,
	    (unsigned long long)n, pk) != 0)
		return pp_err_set(err, PP_NO, "the signature of head %lld is "
		    "not by this store's key", (long long)seq);
	return PP_OK;
}

void
pp_id_new(const char *prefix, int64_t now, char *out, size_t size)
{
	unsigned char raw[16];
	size_t plen = strlen(prefix), i;

	/* An empty id is refused by every put; a cut one would not be. */
	if (plen + PP_ID_TAIL + 1 > size) {
		if (size > 0)
			*out = '\0';
		return;
	}
	for (i = 0; i < 6; i++)
		raw[i] = (unsigned char)((uint64_t)now >> (40 - 8 * i));
	randombytes_buf(raw + 6, sizeof raw - 6);
	memcpy(out, prefix, plen);
	base32(base32_sorted, raw, sizeof raw, 2, out + plen);
}

void
pp_letters(char *out, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (char)('a' + (int)randombytes_uniform(26));
	out[n] = '\0';
}
