/*
 * One HTTP request, for tests that speak to our servers on loopback:
 *
 *	http [-i] [-f] [-A type] [-C type] [-H header] [-t seconds] METHOD URL
 *	    [FILE|-]
 *
 * Prints the status, then the body; -i puts the headers, lower-cased names,
 * and an empty line between.  The body to send comes from FILE or standard
 * input.  No redirects are followed.  Exits 0 with any answer, 1 without, and
 * says why on stderr.
 */
#include "config.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "buf.h"
#include "banned.h"

#define BODY_MAX	(64 * 1024 * 1024)

static size_t	collect(char *, size_t, size_t, void *);
static size_t	header(char *, size_t, size_t, void *);
static void	read_body(const char *, struct pp_buf *);

static size_t
collect(char *p, size_t size, size_t n, void *arg)
{
	struct pp_buf *b = arg;

	pp_buf_add(b, p, size * n);
	return b->failed ? 0 : n;
}

static size_t
header(char *p, size_t size, size_t n, void *arg)
{
	struct pp_buf *b = arg;
	size_t i, len = size * n;
	bool name = true;
	char c;

	if (len > 5 && strncmp(p, "HTTP/", 5) == 0) {
		pp_buf_reset(b);	/* of a 100 Continue */
		return n;
	}
	for (i = 0; i < len; i++) {
		if ((c = p[i]) == '\r')
			continue;
		if (c == ':')
			name = false;
		if (name)
			c = (char)tolower((unsigned char)c);
		pp_buf_add(b, &c, 1);
	}
	return n;
}

static void
read_body(const char *path, struct pp_buf *b)
{
	char chunk[65536];
	FILE *fp = stdin;
	size_t n;

	if (strcmp(path, "-") != 0 && (fp = fopen(path, "r")) == NULL)
		err(2, "%s", path);
	while ((n = fread(chunk, 1, sizeof chunk, fp)) > 0)
		pp_buf_add(b, chunk, n);
	if (ferror(fp))
		err(2, "%s", path);
	if (fp != stdin)
		(void)fclose(fp);
}

int
main(int argc, char *argv[])
{
	struct pp_buf in = PP_BUF_INIT(BODY_MAX);
	struct pp_buf out = PP_BUF_INIT(BODY_MAX);
	struct pp_buf head = PP_BUF_INIT(BODY_MAX);
	struct curl_slist *headers = NULL;
	char why[CURL_ERROR_SIZE] = "", line[256];
	bool with_headers = false;
	long status, seconds = 30;
	CURLcode r;
	CURL *curl;
	int ch;

	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	/* Without this a body of more than 1 kB waits for 100 Continue. */
	headers = curl_slist_append(NULL, "Expect:");
	while ((ch = getopt(argc, argv, "A:C:H:fit:")) != -1)
		switch (ch) {
		case 'A':
			(void)snprintf(line, sizeof line, "Accept: %s",
			    optarg);
			headers = curl_slist_append(headers, line);
			break;
		case 'C':
			(void)snprintf(line, sizeof line, "Content-Type: %s",
			    optarg);
			headers = curl_slist_append(headers, line);
			break;
		case 'H':
			headers = curl_slist_append(headers, optarg);
			break;
		case 'f':	/* a form, as browsers post them */
			headers = curl_slist_append(headers, "Content-Type: "
			    "application/x-www-form-urlencoded");
			break;
		case 'i':
			with_headers = true;
			break;
		case 't':
			seconds = strtol(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	argc -= optind;
	argv += optind;
	if (argc < 2 || argc > 3 || (curl = curl_easy_init()) == NULL)
		errx(2, "METHOD URL [FILE|-]");
	(void)curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
	if (argc == 3) {
		read_body(argv[2], &in);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
		    (long)in.len);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
		    in.p == NULL ? "" : in.p);
	}
	if (strcmp(argv[0], "HEAD") == 0)
		(void)curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		(void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, argv[0]);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	(void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &out);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, header);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
	if ((r = curl_easy_perform(curl)) != CURLE_OK)
		errx(1, "%s", why[0] != '\0' ? why : curl_easy_strerror(r));
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	printf("%ld\n", status);
	if (with_headers && head.p != NULL)
		(void)fwrite(head.p, 1, head.len, stdout);
	if (out.p != NULL)
		(void)fwrite(out.p, 1, out.len, stdout);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	curl_global_cleanup();
	pp_buf_release(&in);
	pp_buf_release(&out);
	pp_buf_release(&head);
	return fflush(stdout) == 0 ? 0 : 2;
}
