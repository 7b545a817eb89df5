#include "config.h"

#include <sys/signalfd.h>

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "listen.h"
#include "page_do.h"
#include "page_http.h"
#include "page_verify.h"
#include "record.h"
#include "banned.h"

#define END_WAIT	45000	/* ms for questions under way at the end */

struct opts {
	const char	*listen;
	const char	*templates;
	bool		 verify;
};

/* The providers of integrations that may still be asked. */
struct needs {
	char	name[PP_DRIVERS_MAX][PP_ID_MAX];
	size_t	n;
	bool	live;
};

static pp_cmd_fn	serve;
static pp_txn_fn	look;
static pp_rec_fn	need;
static enum pp_rc	drivers(struct pp_cmd *, struct pp_drivers *,
			    struct page *, struct pp_err *);
static enum pp_rc	signals(int *, struct pp_err *);
static void		until_signal(int, struct page_http *);

static const struct pp_verb verbs[] = {
	{ NULL, serve, 0, 0, PP_CMD_SECRET | PP_CMD_NOOUTPUT | PP_CMD_NODRY }
};

static const struct pp_opt options[] = {
	{ "listen", 'l', PP_O_STR, offsetof(struct opts, listen), 0 },
	{ "templates", 't', PP_O_STR, offsetof(struct opts, templates), 0 },
	{ "verify", 'y', PP_O_FLAG, offsetof(struct opts, verify), 0 }
};

static const struct pp_cmd_def def = {
	.name = "pp-page",
	.synopsis =
	    "usage: pp-page [-hVqv] [-c file] [-l address:port] [-s store] "
	    "[-t directory]\n"
	    "       pp-page --verify [-c file] [-t directory]\n",
	.opts = options,
	.nopts = sizeof options / sizeof options[0],
	.verbs = verbs,
	.nverbs = sizeof verbs / sizeof verbs[0],
	.flags = PP_CMD_SECRET | PP_CMD_NOOUTPUT | PP_CMD_NODRY
};

static enum pp_rc
need(struct pp_txn *tx, const void *key, size_t klen, const struct pp_rec *rec,
    void *arg, struct pp_err *err)
{
	struct needs *n = arg;
	struct pp_integration in;
	enum pp_rc rc;
	size_t i;

	(void)tx;
	(void)key;
	(void)klen;
	if ((rc = pp_integration_of(rec, &in, err)) != PP_OK)
		return rc;
	if (in.removed_at != 0)
		return PP_OK;
	for (i = 0; i < n->n; i++)
		if (strcmp(n->name[i], in.provider) == 0)
			return PP_OK;
	if (n->n < PP_DRIVERS_MAX)
		(void)strlcpy(n->name[n->n++], in.provider, PP_ID_MAX);
	return PP_OK;
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct needs *n = arg;
	struct pp_keys keys;
	enum pp_rc rc;

	n->live = pp_txn_live(tx);
	/* The right key now, not when the first customer pays. */
	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_SEAL, &keys, err)) != PP_OK)
		return rc;
	pp_keys_wipe(&keys);
	return pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, need, n, err);
}

/* Starts every driver that may be needed, before the first thread. */
static enum pp_rc
drivers(struct pp_cmd *cmd, struct pp_drivers *d, struct page *pg,
    struct pp_err *err)
{
	struct needs n = { .n = 0 };
	struct pp_provider *p;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, look, &n,
	    err)) == PP_NOTFOUND) {
		(void)pp_err_set(err, PP_CONF, "there is no store in %s",
		    cmd->store.dir);
		pp_err_hint(err, "pp-integration add makes it");
		return PP_CONF;
	} else if (rc != PP_OK)
		return rc;
	if (n.live && (rc = pp_conf_live_ready(&cmd->conf, err)) != PP_OK)
		return rc;
	atomic_store(&pg->live, n.live);
	if ((rc = pp_drivers_init(d, &cmd->store, cmd->providers,
	    err)) != PP_OK)
		return rc;
	for (i = 0; i < n.n && rc == PP_OK; i++)
		rc = pp_drivers_get(d, n.name[i], &p, err);
	return rc;
}

static enum pp_rc
signals(int *fd, struct pp_err *err)
{
	sigset_t set;

	/* A customer who leaves is no reason to die. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 ||
	    (*fd = signalfd(-1, &set, SFD_CLOEXEC)) == -1)
		return pp_err_set(err, PP_IO, "signals cannot be read");
	return PP_OK;
}

static void
until_signal(int fd, struct page_http *h)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, 1000) <= 0)
		page_http_reap(h);
}

static enum pp_rc
serve(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static struct pp_drivers d;
	static struct page_site site;
	static struct page pg;
	const struct opts *o = arg;
	struct page_http *http = NULL;
	char url[PP_LISTEN_URL];
	int sfd = -1, fd = -1;
	enum pp_rc rc;

	pg.site = &site;
	pg.store = cmd->store;
	pg.store.wait = PAGE_LOOK_WAIT;
	pg.drivers = &d;
	if (o->verify) {
		if ((rc = page_site_load(&site, o->templates != NULL ?
		    o->templates : PP_DATADIR "/page", &cmd->conf,
		    err)) == PP_OK)
			rc = page_verify(&site, err);
		page_site_release(&site);
		return rc;
	}
	/* The signals first: drivers and threads begin with them blocked. */
	if ((rc = page_site_load(&site, o->templates != NULL ? o->templates :
	    PP_DATADIR "/page", &cmd->conf, err)) != PP_OK ||
	    (rc = pp_listen_handed(getenv("LISTEN_PID"),
	    getenv("LISTEN_FDS"), &fd, err)) != PP_OK ||
	    (rc = signals(&sfd, err)) != PP_OK)
		goto out;
	rc = fd != -1 ? pp_listen_url(fd, url, err) :
	    pp_listen(o->listen != NULL ? o->listen : cmd->conf.page.listen,
	    false, &fd, url, err);
	if (rc != PP_OK || (rc = drivers(cmd, &d, &pg, err)) != PP_OK)
		goto out;
	page_look_init(&pg.look, &cmd->store);
	page_form_key(d.k.key[PP_KEY_SEAL], pg.form_key);
	page_limit_init(&pg.by_addr, cmd->conf.page.limit_per_address);
	page_limit_init(&pg.by_link, cmd->conf.page.limit_per_link);
	if ((pg.work = page_work_new(&d)) == NULL) {
		rc = pp_err_set(err, PP_IO, "out of memory");
		goto out;
	}
	if ((rc = page_http_start(&pg, fd, &http, err)) != PP_OK)
		goto out;
	if (site.remark[0] != '\0')
		pp_cmd_note(cmd, "%s", site.remark);
	puts(url);
	if ((rc = pp_io_finish(stdout, err)) == PP_OK)
		until_signal(sfd, http);
out:
	page_http_stop(http);
	page_look_release(&pg.look);
	if (page_work_end(pg.work, END_WAIT)) {
		pp_drivers_release(&d);
		page_site_release(&site);
	}
	explicit_bzero(pg.form_key, sizeof pg.form_key);
	if (sfd != -1)
		(void)close(sfd);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
