#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "page_form.h"
#include "seal.h"
#include "time.h"
#include "banned.h"

#define MAC	16
#define HOURHEX	8	/* digits of the hour before the MAC */

static void	make(const unsigned char *, const char *, uint32_t, char *);

void
page_form_key(const unsigned char *seal, unsigned char out[PAGE_FORM_KEY])
{
	static const char what[] = "pp-page form 1";

	(void)crypto_generichash(out, PAGE_FORM_KEY,
	    (const unsigned char *)what, sizeof what, seal, PP_SEAL_KEY);
}

static void
make(const unsigned char *key, const char *token_hash, uint32_t hour,
    char *out)
{
	unsigned char mac[MAC];
	char what[PP_TOKEN_HASH + 16];
	int n;

	n = snprintf(what, sizeof what, "%s %08" PRIx32, token_hash, hour);
	(void)crypto_generichash(mac, sizeof mac, (unsigned char *)what,
	    (unsigned long long)n, key, PAGE_FORM_KEY);
	(void)snprintf(out, PAGE_FORM_LEN, "%08" PRIx32, hour);
	(void)sodium_bin2hex(out + HOURHEX, PAGE_FORM_LEN - HOURHEX, mac,
	    sizeof mac);
}

void
page_form_make(const unsigned char key[PAGE_FORM_KEY], const char *token_hash,
    int64_t now, char out[PAGE_FORM_LEN])
{
	make(key, token_hash, (uint32_t)(now / PP_HOUR), out);
}

bool
page_form_ok(const unsigned char key[PAGE_FORM_KEY], const char *token_hash,
    int64_t now, const char *value)
{
	char want[PAGE_FORM_LEN] = "", got[PAGE_FORM_LEN] = "";
	uint32_t hour = (uint32_t)(now / PP_HOUR), i;
	unsigned int ok = 0;

	(void)strlcpy(got, value, sizeof got);
	for (i = 0; i <= PAGE_FORM_HOURS; i++) {
		make(key, token_hash, hour - i, want);
		ok |= sodium_memcmp(want, got, sizeof want) == 0;
	}
	return ok == 1 && strlen(value) == HOURHEX + 2 * MAC;
}
