/*
 * pp-sandbox: the offline Moneris, and a customer who pays in it.
 */
#include "config.h"

#include <sys/stat.h>

#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "json.h"
#include "sandbox_assets.h"
#include "sandbox_card.h"
#include "sandbox_http.h"
#include "sandbox_pay.h"
#include "sandbox_site.h"
#include "sandbox_state.h"
#include "time.h"
#include "banned.h"

#define URL_MAX		256
#define TICKET_SIZE	128
#define LIFE_MAX	(365 * 86400LL)
#define CARD		"4242424242424242"

static const char	synopsis[] =
"usage: pp-sandbox [-hV] [-l address:port] [-r seed] [-f name[=arg]] ...\n"
"                  [-a name=value[,...]] [-t seconds] [-S file]\n"
"       pp-sandbox pay [-hV] [-c pan] [-u url] [-T submit|cancel|close|load]\n"
"                  ticket|-\n";

static const char	about[] =
"\n"
"The offline Moneris Checkout, for trying and testing. It is no bank and no\n"
"money moves. Cents decide for amounts up to 11.00 (9.05 is declined); 51.00\n"
"to 60.00 and 120.00 to 130.00 are declined; every other amount is approved,\n"
"unless the card is one that always declines. -f pennies lets the cents\n"
"decide for every amount.\n";

static void		finish(void);
static int		pay(int, char *[]);
static int		serve(struct sandbox_site *, const char *, bool);
static enum pp_rc	setting(struct sandbox *, int, const char *,
			    struct pp_err *);
static _Noreturn void	usage(FILE *, int);

static _Noreturn void
usage(FILE *fp, int status)
{
	(void)fputs(synopsis, fp);
	if (status == PP_OK) {
		(void)fputs(about, fp);
		finish();
	}
	exit(status);
}

static void
finish(void)
{
	struct pp_err err = { 0 };
	enum pp_rc rc;

	if ((rc = pp_io_finish(stdout, &err)) != PP_OK)
		errx(rc, "%s", err.msg);
}

static int
pay(int argc, char *argv[])
{
	static const char *const words[] = { "submit", "cancel", "close",
	    "load", NULL };
	static const struct option longopts[] = {
		{ "card",	required_argument,	NULL, 'c' },
		{ "then",	required_argument,	NULL, 'T' },
		{ "url",	required_argument,	NULL, 'u' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ NULL,		0,			NULL, 0 }
	};
	const char *pan = CARD, *url = getenv("PP_SANDBOX_URL");
	struct json_object *result = NULL;
	struct pp_err err = { 0 };
	char ticket[TICKET_SIZE];
	int ch, then = THEN_SUBMIT;
	enum pp_rc rc;

	while ((ch = getopt_long(argc, argv, "c:T:u:hV", longopts, NULL)) !=
	    -1)
		switch (ch) {
		case 'c':
			pan = optarg;
			break;
		case 'T':
			if ((then = pp_word(words, optarg)) == -1)
				usage(stderr, PP_USAGE);
			break;
		case 'u':
			url = optarg;
			break;
		case 'h':
			usage(stdout, PP_OK);
		case 'V':
			puts("pp-sandbox " PACKAGE_VERSION);
			finish();
			return PP_OK;
		default:
			usage(stderr, PP_USAGE);
		}
	if (argc - optind != 1)
		usage(stderr, PP_USAGE);
	/* What is typed here is seen by everybody on the machine. */
	if (!sandbox_card_known(pan))
		errx(PP_USAGE, "card: only the card numbers that Moneris "
		    "publishes for tests");
	if (url == NULL)
		errx(PP_USAGE, "no --url and no PP_SANDBOX_URL");
	if (!sandbox_http_loopback(url))
		errx(PP_USAGE, "url: only http on loopback, as pp-sandbox "
		    "printed it");
	if (strcmp(argv[optind], "-") == 0) {
		if ((rc = pp_io_secret(NULL, ticket, sizeof ticket, &err)) !=
		    PP_OK)
			errx(rc, "ticket: %s", err.msg);
	} else if (strlcpy(ticket, argv[optind], sizeof ticket) >=
	    sizeof ticket)
		errx(PP_DATA, "this is not a ticket");

	rc = sandbox_pay(url, ticket, pan, (enum sandbox_then)then, &result,
	    &err);
	explicit_bzero(ticket, sizeof ticket);
	if (result != NULL)
		puts(pp_json_text(result));
	json_object_put(result);
	finish();
	if (rc != PP_OK)
		warnx("%s", err.msg);
	return rc;
}

static enum pp_rc
setting(struct sandbox *sb, int ch, const char *arg, struct pp_err *err)
{
	const char *e;
	long long n;

	switch (ch) {
	case 'a':
		return sandbox_assume_parse(&sb->assume, arg, err);
	case 'f':
		return sandbox_fault_parse(&sb->faults, arg, err);
	default:
		n = strtonum(arg, 1, LIFE_MAX, &e);
		if (e != NULL)
			return pp_err_set(err, PP_USAGE,
			    "ticket-life %.40s: is %s", arg, e);
		sb->life = n * PP_SECOND;
		return PP_OK;
	}
}

/* Until somebody says stop. */
static int
serve(struct sandbox_site *site, const char *where, bool seeded)
{
	struct sandbox_http *http;
	struct pp_err err = { 0 };
	char url[URL_MAX];
	int64_t now;
	sigset_t stop;
	enum pp_rc rc;
	int fd, sig;

	if ((rc = pp_clock_read(site->clock, &now, &err)) != PP_OK ||
	    (rc = sandbox_penny_read(sandbox_asset_penny_table_visa_tsv,
	    &site->sb.penny, &err)) != PP_OK ||
	    (rc = sandbox_site_init(site, &err)) != PP_OK)
		errx(rc, "%s", err.msg);
	if (site->state != NULL && (rc = sandbox_state_load(&site->sb,
	    site->state, &err)) != PP_OK)
		errx(rc, "%s: %s", site->state, err.msg);
	if ((rc = sandbox_http_listen(where, &fd, url, sizeof url, &err)) !=
	    PP_OK)
		errx(rc, "%s", err.msg);

	/* Blocked before the first thread, so that only sigwait sees them. */
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	if ((rc = sandbox_http_start(site, fd, &http, &err)) != PP_OK)
		errx(rc, "%s", err.msg);
	(void)signal(SIGPIPE, SIG_IGN);	/* browsers hang up */
	if (!seeded)
		warnx("no bank, no money moves; each run differs (--seed)");
	puts(url);
	finish();
	(void)sigwait(&stop, &sig);
	sandbox_http_stop(http);
	sandbox_site_release(site);
	sandbox_release(&site->sb);
	return PP_OK;
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "assume",	required_argument,	NULL, 'a' },
		{ "fault",	required_argument,	NULL, 'f' },
		{ "listen",	required_argument,	NULL, 'l' },
		{ "seed",	required_argument,	NULL, 'r' },
		{ "state",	required_argument,	NULL, 'S' },
		{ "ticket-life", required_argument,	NULL, 't' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ NULL,		0,			NULL, 0 }
	};
	static struct sandbox_site site;
	struct { int ch; const char *arg; } set[64];
	const char *where = "127.0.0.1:0", *e = NULL;
	struct pp_err err = { 0 };
	size_t i, nset = 0;
	bool seeded = false;
	uint64_t seed = ((uint64_t)arc4random() << 32) | arc4random();
	enum pp_rc rc;
	int ch;

	(void)umask(077);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);	/* whole lines, at once */
	if (argc > 1 && strcmp(argv[1], "pay") == 0)
		return pay(argc - 1, argv + 1);

	site.clock = getenv("PP_NOW");
	while ((ch = getopt_long(argc, argv, "a:f:l:r:S:t:hV", longopts,
	    NULL)) != -1)
		switch (ch) {
		case 'a':
		case 'f':
		case 't':
			/* After the seed, which empties everything. */
			if (nset == sizeof set / sizeof set[0])
				errx(PP_USAGE, "too many options");
			set[nset].ch = ch;
			set[nset++].arg = optarg;
			break;
		case 'l':
			where = optarg;
			break;
		case 'r':
			seed = (uint64_t)strtonum(optarg, 0, INT64_MAX, &e);
			if (e != NULL)
				errx(PP_USAGE, "seed %s: is %s", optarg, e);
			seeded = true;
			break;
		case 'S':
			site.state = optarg;
			break;
		case 'h':
			usage(stdout, PP_OK);
		case 'V':
			puts("pp-sandbox " PACKAGE_VERSION);
			finish();
			return PP_OK;
		default:
			usage(stderr, PP_USAGE);
		}
	if (optind != argc)
		usage(stderr, PP_USAGE);
	sandbox_init(&site.sb, seed);
	for (i = 0; i < nset; i++)
		if ((rc = setting(&site.sb, set[i].ch, set[i].arg, &err)) !=
		    PP_OK)
			errx(rc, "%s", err.msg);
	return serve(&site, where, seeded);
}
