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

#include "doc.h"
#include "intl.h"
#include "language.h"
#include "io.h"
#include "listen.h"
#include "sandbox_assets.h"
#include "sandbox_card.h"
#include "sandbox_customer.h"
#include "sandbox_http.h"
#include "sandbox_pay.h"
#include "sandbox_site.h"
#include "sandbox_state.h"
#include "time.h"
#include "banned.h"

#define URL_MAX		256
#define LIFE_MAX	(365 * 86400LL)
#define CARD		"4242424242424242"
#define SETTINGS_MAX	64
#define LIST_OPTIONS	256	/* a long option without a letter */

static const char	synopsis[] =
"usage: pp-sandbox [--listen ADDRESS:PORT] [--seed N]\n"
"           [--fault NAME[=ARG]] ... [--assume NAME=VALUE,...]\n"
"           [--ticket-life SECONDS] [--state FILE]\n"
"       pp-sandbox pay TICKET|- [--card PAN] [--url URL]\n"
"           [--then submit|cancel|close|load]\n"
"       pp-sandbox pay --link URL|- [--amount A] [--card PAN]\n"
"           [--then submit|cancel|close|load]\n";

static const char	about[] =
N_("\n"
"The offline Moneris Checkout, for trying and testing. It is no bank and no\n"
"money moves. Cents decide for amounts up to 11.00 (9.05 is declined); 51.00\n"
"to 60.00 and 120.00 to 130.00 are declined; every other amount is approved,\n"
"unless the card is one that always declines. --fault pennies lets the\n"
"cents decide for every amount.\n");

struct opts {
	/* The sandbox; its settings wait for the seed, which empties it. */
	const char	*where;
	const char	*state;
	uint64_t	 seed;
	bool		 seeded;
	bool		 serving;	/* one of them was given */
	struct {
		int		 ch;
		const char	*arg;
	} set[SETTINGS_MAX];
	size_t		 nset;
	/* The customer. */
	const char	*card;
	const char	*url;
	const char	*link;
	const char	*amount;
	enum sandbox_then then;
	bool		 paying;
};

/* For the completion; "-" is the sandbox itself. */
static const char	list[] =
"verb pay\n"
"option --assume a arg -\n"
"option --fault f arg -\n"
"option --listen l arg -\n"
"option --seed r arg -\n"
"option --state S arg -\n"
"option --ticket-life t arg -\n"
"option --amount A arg pay\n"
"option --card c arg pay\n"
"option --link L arg pay\n"
"option --then T arg pay\n"
"option --url u arg pay\n"
"option --help h none *\n"
"option --version V none *\n";

static void		finish(void);
static void		options(struct opts *, int, char *[]);
static void		secret(const char *, const char *, char *, size_t);
static int		pay(const struct opts *, const char *);
static int		serve(struct sandbox_site *, const struct opts *);
static enum pp_rc	setting(struct sandbox *, int, const char *,
			    struct pp_err *);
static _Noreturn void	usage(FILE *, int);

static _Noreturn void
usage(FILE *fp, int status)
{
	(void)fputs(synopsis, fp);
	if (status == PP_OK) {
		(void)fputs(_(about), fp);
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

/* A ticket or the address of a link: both are better not in argv. */
static void
secret(const char *what, const char *where, char *buf, size_t size)
{
	struct pp_err err = { 0 };
	enum pp_rc rc;

	if (strcmp(where, "-") == 0) {
		if ((rc = pp_io_secret(NULL, buf, size, &err)) != PP_OK)
			errx(rc, "%s: %s", what, err.msg);
	} else if (strlcpy(buf, where, size) >= size)
		errx(PP_DATA, _("this is not a %s"), what);
}

static int
pay(const struct opts *o, const char *where)
{
	const char *url = o->url == NULL ? getenv("PP_SANDBOX_URL") : o->url;
	struct json_object *result = NULL;
	struct pp_err err = { 0 };
	char what[URL_MAX];
	enum pp_rc rc;

	/* What is typed here is seen by everybody on the machine. */
	if (!sandbox_card_known(o->card))
		errx(PP_USAGE, _("card: only the card numbers that Moneris "
		    "publishes for tests"));
	if (where == NULL) {
		secret("link", o->link, what, sizeof what);
		if (!sandbox_http_loopback(what))
			errx(PP_USAGE, _("link: only http on loopback"));
		rc = sandbox_customer(what, o->amount, o->card, o->then,
		    &result, &err);
	} else {
		if (url == NULL)
			errx(PP_USAGE, _("no --url and no PP_SANDBOX_URL"));
		if (!sandbox_http_loopback(url))
			errx(PP_USAGE, _("url: only http on loopback, as "
			    "pp-sandbox printed it"));
		secret("ticket", where, what, sizeof what);
		rc = sandbox_pay(url, what, o->card, o->then, &result, &err);
	}
	explicit_bzero(what, sizeof what);
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
			    "ticket-life %.40s: is %s", arg, _(e));
		sb->life = n * PP_SECOND;
		return PP_OK;
	}
}

/* Until somebody says stop. */
static int
serve(struct sandbox_site *site, const struct opts *o)
{
	struct sandbox_http *http;
	struct pp_err err = { 0 };
	char url[PP_LISTEN_URL];
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
	if ((rc = pp_listen(o->where, true, &fd, url, &err)) != PP_OK)
		errx(rc, "%s", err.msg);

	/* Blocked before the first thread, so that only sigwait sees them. */
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	if (!o->seeded)
		warnx("%s", _("no bank, no money moves; each run differs "
		    "(--seed)"));
	pp_language_plain();	/* what it answers is the processor's */
	if ((rc = sandbox_http_start(site, fd, &http, &err)) != PP_OK)
		errx(rc, "%s", err.msg);
	(void)signal(SIGPIPE, SIG_IGN);	/* browsers hang up */
	puts(url);
	finish();
	(void)sigwait(&stop, &sig);
	sandbox_http_stop(http);
	sandbox_site_release(site);
	sandbox_release(&site->sb);
	return PP_OK;
}

static void
options(struct opts *o, int argc, char *argv[])
{
	static const char *const thens[] = { "submit", "cancel", "close",
	    "load", NULL };
	static const struct option longopts[] = {
		{ "amount",	required_argument,	NULL, 'A' },
		{ "assume",	required_argument,	NULL, 'a' },
		{ "card",	required_argument,	NULL, 'c' },
		{ "fault",	required_argument,	NULL, 'f' },
		{ "link",	required_argument,	NULL, 'L' },
		{ "listen",	required_argument,	NULL, 'l' },
		{ "seed",	required_argument,	NULL, 'r' },
		{ "state",	required_argument,	NULL, 'S' },
		{ "then",	required_argument,	NULL, 'T' },
		{ "ticket-life", required_argument,	NULL, 't' },
		{ "url",	required_argument,	NULL, 'u' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ "list-options", no_argument,		NULL, LIST_OPTIONS },
		{ NULL,		0,			NULL, 0 }
	};
	static const char letters[] = "a:A:c:f:hl:L:r:S:t:T:u:V";
	const char *e = NULL;
	int ch, i;

	while ((ch = getopt_long(argc, argv, letters, longopts, NULL)) != -1) {
		if (strchr("AcLTu", ch) != NULL)
			o->paying = true;
		else
			o->serving = true;
		switch (ch) {
		case 'a':
		case 'f':
		case 't':
			if (o->nset == SETTINGS_MAX)
				errx(PP_USAGE, _("too many options"));
			o->set[o->nset].ch = ch;
			o->set[o->nset++].arg = optarg;
			break;
		case 'A':
			o->amount = optarg;
			break;
		case 'L':
			o->link = optarg;
			break;
		case 'c':
			o->card = optarg;
			break;
		case 'l':
			o->where = optarg;
			break;
		case 'r':
			o->seed = (uint64_t)strtonum(optarg, 0, INT64_MAX,
			    &e);
			if (e != NULL)
				errx(PP_USAGE, _("seed %s: is %s"), optarg, _(e));
			o->seeded = true;
			break;
		case 'S':
			o->state = optarg;
			break;
		case 'T':
			if ((i = pp_word(thens, optarg)) == -1)
				usage(stderr, PP_USAGE);
			o->then = (enum sandbox_then)i;
			break;
		case 'u':
			o->url = optarg;
			break;
		case LIST_OPTIONS:
			(void)fputs(list, stdout);
			finish();
			exit(PP_OK);
		case 'h':
			usage(stdout, PP_OK);
		case 'V':
			puts("pp-sandbox " PACKAGE_VERSION);
			finish();
			exit(PP_OK);
		default:
			usage(stderr, PP_USAGE);
		}
	}
}

int
main(int argc, char *argv[])
{
	static struct sandbox_site site;
	struct opts o = { .where = "127.0.0.1:0", .card = CARD };
	struct pp_err err = { 0 };
	enum pp_rc rc;
	size_t i;

	(void)umask(077);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);	/* whole lines, at once */
	pp_language();
	options(&o, argc, argv);
	argc -= optind;
	argv += optind;
	if (argc > 0 && strcmp(argv[0], "pay") == 0 && !o.serving) {
		if (argc == 2 && o.link == NULL && o.amount == NULL)
			return pay(&o, argv[1]);
		if (argc == 1 && o.link != NULL && o.url == NULL)
			return pay(&o, NULL);
	}
	if (argc != 0 || o.paying)
		usage(stderr, PP_USAGE);

	site.clock = getenv("PP_NOW");
	site.state = o.state;
	sandbox_init(&site.sb, o.seeded ? o.seed :
	    ((uint64_t)arc4random() << 32) | arc4random());
	for (i = 0; i < o.nset; i++)
		if ((rc = setting(&site.sb, o.set[i].ch, o.set[i].arg,
		    &err)) != PP_OK)
			errx(rc, "%s", err.msg);
	return serve(&site, &o);
}
