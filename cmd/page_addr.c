#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>

#include "page_addr.h"
#include "banned.h"

static const unsigned char mapped[12] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};

static bool	is_trusted(const char *, const unsigned char *);

bool
page_addr_parse(const char *text, unsigned char out[PAGE_ADDR_LEN])
{
	char buf[PAGE_ADDR_TEXT + 2];
	size_t n;

	if (*text == '[')
		text++;
	n = strlcpy(buf, text, sizeof buf);
	if (n >= sizeof buf || n == 0)
		return false;
	if (buf[n - 1] == ']')
		buf[n - 1] = '\0';
	if (inet_pton(AF_INET, buf, out + sizeof mapped) == 1) {
		memcpy(out, mapped, sizeof mapped);
		return true;
	}
	return inet_pton(AF_INET6, buf, out) == 1;
}

void
page_addr_text(const unsigned char a[PAGE_ADDR_LEN], char out[PAGE_ADDR_TEXT])
{
	bool v4 = memcmp(a, mapped, sizeof mapped) == 0;

	if (inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a + sizeof mapped : a, out,
	    PAGE_ADDR_TEXT) == NULL)
		(void)strlcpy(out, "-", PAGE_ADDR_TEXT);
}

static bool
is_trusted(const char *trusted, const unsigned char *a)
{
	unsigned char b[PAGE_ADDR_LEN];
	char one[PAGE_ADDR_TEXT + 2];
	size_t n;

	for (;;) {
		trusted += strspn(trusted, " \t\n,");
		if ((n = strcspn(trusted, " \t\n,")) == 0)
			return false;
		if (n < sizeof one) {
			memcpy(one, trusted, n);
			one[n] = '\0';
			if (page_addr_parse(one, b) &&
			    memcmp(a, b, sizeof b) == 0)
				return true;
		}
		trusted += n;
	}
}

void
page_addr_client(const char *trusted, const unsigned char peer[PAGE_ADDR_LEN],
    const char *forwarded, unsigned char out[PAGE_ADDR_LEN])
{
	unsigned char a[PAGE_ADDR_LEN];
	char one[PAGE_ADDR_TEXT + 2];
	const char *end, *p;
	size_t n;

	memcpy(out, peer, PAGE_ADDR_LEN);
	if (forwarded == NULL)
		return;
	for (end = forwarded + strlen(forwarded);
	    is_trusted(trusted, out) && end > forwarded; end = p - 1) {
		for (p = end; p > forwarded && p[-1] != ','; p--)
			continue;
		n = (size_t)(end - p);
		while (n > 0 && (*p == ' ' || *p == '\t')) {
			p++;
			n--;
		}
		while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			n--;
		if (n == 0 || n >= sizeof one)
			return;
		memcpy(one, p, n);
		one[n] = '\0';
		if (!page_addr_parse(one, a))
			return;
		memcpy(out, a, sizeof a);
		while (p > forwarded && p[-1] != ',')
			p--;
		if (p == forwarded)
			return;
	}
}

size_t
page_addr_whole(const unsigned char a[PAGE_ADDR_LEN])
{
	return memcmp(a, mapped, sizeof mapped) == 0 ? PAGE_ADDR_LEN : 8;
}
