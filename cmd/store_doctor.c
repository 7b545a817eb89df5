#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attempt.h"
#include "integrating.h"
#include "intl.h"
#include "record.h"
#include "store_doctor.h"
#include "time.h"
#include "banned.h"

#define WAIT		3000		/* ms at the lock; it tells who has it */
#define ASKING_MAX	60		/* s for all gateways together */
#define INS_MAX		32
#define AUTOMATIONS	"/etc/pp/automations.d"

static pp_txn_fn	look;
static pp_rec_fn	add_integration;
static void	check_store(struct doctor *);
static void	check_keys(struct doctor *);
static void	check_clock(struct doctor *);
static void	check_providers(struct doctor *);
static void	check_page(struct doctor *);
static void	check_zone(struct doctor *);
static void	check_sweep(struct doctor *);

void
finding(struct doctor *d, const char *check, enum state st,
    const char *todo, const char *fmt, ...)
{
	static const char *const words[] = { "ok", "warn", "wrong" };
	struct json_object *o = json_object_new_object();
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, gettext(fmt), ap);
	va_end(ap);
	d->wrong |= st == WRONG;
	store_add(o, "check", check);
	store_add(o, "state", words[st]);
	store_add(o, "what", what);
	store_add(o, "do", st == OK || todo == NULL ? NULL :
	    gettext(todo));
	pp_out_row(&d->out, o);
}

/* The store itself. */

static enum pp_rc
add_integration(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct doctor *d = arg;
	struct pp_integration *p;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if (d->nins == INS_MAX)
		return PP_NO;
	if ((p = reallocarray(d->ins, d->nins + 1, sizeof *p)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	d->ins = p;
	if ((rc = pp_integration_of(rec, &p[d->nins], err)) == PP_OK &&
	    p[d->nins].removed_at == 0)
		d->nins++;
	return rc;
}

static enum pp_rc
look(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct doctor *d = arg;
	struct pp_keys keys;
	enum pp_rc rc;
	int64_t now;
	size_t i;

	d->live = pp_txn_live(tx);
	if ((rc = pp_txn_whole(tx, err)) != PP_OK ||
	    (rc = pp_clock_read(d->live ? NULL : d->cmd->store.clock, &now,
	    err)) != PP_OK || (rc = pp_health_read(tx, now, &d->health,
	    err)) != PP_OK)
		return rc;
	for (i = 0; i < PP_NKEYS; i++) {
		rc = pp_txn_keys(tx, 1u << i, &keys, NULL);
		d->keys[i] = rc == PP_OK ? NULL : rc == PP_PERM ?
		    N_("not readable by its owner alone") :
		    N_("missing or wrong");
		pp_keys_wipe(&keys);
	}
	return pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, add_integration, d,
	    err);
}

static void
check_store(struct doctor *d)
{
	struct pp_store s = d->cmd->store;
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	s.wait = WAIT;
	if ((rc = pp_store_txn(&s, PP_TXN_READ, look, d, &err)) != PP_OK) {
		finding(d, "store", rc == PP_RETRY ? WARN : WRONG, err.hint[0] !=
		    '\0' ? err.hint : rc == PP_RETRY ? N_("look again") :
		    N_("pp-store(5), recovery"), "%s", err.msg);
		return;
	}
	d->read = true;
	finding(d, "store", OK, NULL, "%s, %s", s.dir, d->nins == 0 ?
	    _("neither live nor test yet") : d->live ? _("live") :
	    _("test"));
}

static void
check_keys(struct doctor *d)
{
	static const char *const names[PP_NKEYS] = { "seal", "link", "sign" };
	const char *dir = d->cmd->store.keys;
	size_t i, bad = 0;

	for (i = 0; i < PP_NKEYS; i++)
		if (d->keys[i] != NULL) {
			bad++;
			finding(d, "keys", WRONG, N_("put back the keys that this "
			    "store was made with, mode 600 (pp-store(5))"),
			    "%s: %s", names[i], gettext(d->keys[i]));
		}
	if (bad == 0)
		finding(d, "keys", OK, NULL, "all three, in %s", dir != NULL ?
		    dir : "keys/");
}

static void
check_clock(struct doctor *d)
{
	const struct pp_health *h = &d->health;
	char at[PP_TIME_STR];

	if (h->newest > h->now + PP_SKEW_MAX)
		finding(d, "clock", WRONG, N_("set the clock (timedatectl)"), "it is "
		    "behind the newest event by %lld s", (long long)(h->newest -
		    h->now) / 1000);
	else
		finding(d, "clock", OK, NULL, "%s", pp_time_str(h->now, false, at,
		    sizeof at));
}

/* Integrations and their processors. */

static void
check_providers(struct doctor *d)
{
	struct pp_integrating w;
	struct json_object *o;
	struct timespec t0, t;
	struct pp_err err;
	char todo[128];
	int64_t now;
	enum pp_rc rc;
	size_t i;

	if (d->nins == 0)
		finding(d, "providers", WARN, N_("pp-integration add"), "no "
		    "integration yet");
	(void)clock_gettime(CLOCK_MONOTONIC, &t0);
	for (i = 0; i < d->nins; i++) {
		if (!pp_integrating_known(d->cmd->providers,
		    d->ins[i].provider)) {
			finding(d, "providers", WRONG, N_("install the driver"),
			    "%s: there is no executable provider-%s",
			    d->ins[i].name, d->ins[i].provider);
			continue;
		}
		finding(d, "providers", OK, NULL, "%s: provider-%s",
		    d->ins[i].name, d->ins[i].provider);
		(void)snprintf(todo, sizeof todo, "pp-integration check %s",
		    d->ins[i].name);
		if (d->ins[i].disabled) {
			(void)snprintf(todo, sizeof todo, "pp-integration "
			    "enable %s", d->ins[i].name);
			finding(d, "gateway", WARN, todo, "%s is disabled: it "
			    "opens no tickets", d->ins[i].name);
			continue;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &t);
		if (t.tv_sec - t0.tv_sec > ASKING_MAX || d->keys[PP_KEY_SEAL] !=
		    NULL) {
			finding(d, "gateway", WARN, todo, "%s was not asked: %s",
			    d->ins[i].name, d->keys[PP_KEY_SEAL] != NULL ?
			    _("its token cannot be read") :
			    _("the others took too long"));
			continue;
		}
		memset(&w, 0, sizeof w);
		memset(&err, 0, sizeof err);
		w.store = &d->cmd->store;
		w.conf = &d->cmd->conf;
		w.cmd_dir = d->cmd->providers;
		w.dry_run = true;	/* the doctor writes nothing */
		(void)strlcpy(w.in.name, d->ins[i].name, sizeof w.in.name);
		rc = pp_integrating_check(&w, &o, &err);
		json_object_put(o);
		if (rc == PP_OK)
			finding(d, "gateway", OK, NULL, "%s: it answers and takes "
			    "the credentials", d->ins[i].name);
		else
			finding(d, "gateway", WRONG, todo, "%s: %s",
			    d->ins[i].name, err.msg);
		if (w.server_time == 0)
			continue;
		(void)pp_clock_read(NULL, &now, NULL);
		if (llabs(w.server_time - now) > PP_SKEW_MAX)
			finding(d, "clock", WRONG, N_("set the clock (timedatectl): "
			    "no ticket is opened meanwhile"), "%s says that it "
			    "is off by %lld s", d->ins[i].name,
			    (long long)(now - w.server_time) / 1000);
		else
			finding(d, "clock", OK, NULL, "%s has the same",
			    d->ins[i].name);
	}
}

/* Configuration. */

static void
check_page(struct doctor *d)
{
	const char *url = d->cmd->conf.page.url;
	struct pp_err err = { .msg = "" };

	if (d->live && pp_conf_live_ready(&d->cmd->conf, &err) != PP_OK)
		finding(d, "page", WRONG, err.hint[0] != '\0' ? err.hint :
		    N_("set it in the configuration"), "%s", err.msg);
	else if (*url == '\0')
		finding(d, "page", WARN, N_("set page.url in the configuration"),
		    "links begin with http://127.0.0.1:8080");
	else if (strncmp(url, "https://", 8) != 0)
		finding(d, "page", WARN, N_("customers need https"), "%s", url);
	else
		finding(d, "page", OK, NULL, "%s", url);
}

static void
check_zone(struct doctor *d)
{
	const char *zone = d->cmd->conf.business.time_zone;

	/* One that does not exist was refused before we came here. */
	finding(d, "time_zone", OK, NULL, "%s", *zone != '\0' ? zone :
	    _("the system's"));
}

static void
check_sweep(struct doctor *d)
{
	const struct pp_health *h = &d->health;
	char at[PP_TIME_STR];

	(void)pp_time_str(h->swept, false, at, sizeof at);
	if (pp_health_late(h))
		finding(d, "sweep", WRONG, N_("systemctl enable --now "
		    "pp-refresh.timer"), ngettext("%" PRId64 " attempt waits "
		    "to be asked about; the last sweep was %s",
		    "%" PRId64 " attempts wait to be asked about; the last "
		    "sweep was %s", (unsigned long)h->due), h->due,
		    h->swept != 0 ? at : _("never"));
	else if (h->swept == 0)
		finding(d, "sweep", WARN, N_("systemctl enable --now "
		    "pp-refresh.timer"), "there was none yet");
	else
		finding(d, "sweep", OK, NULL, "the last was %s", at);
}

enum pp_rc
store_doctor(struct pp_cmd *cmd, void *opts, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "CHECK", "check", PP_LEFT }, { "STATE", "state", PP_LEFT },
		{ "WHAT", "what", PP_LEFT }, { "DO", "do", PP_LEFT }
	};
	const struct store_opts *o = opts;
	struct doctor d = { .cmd = cmd };
	enum pp_rc rc;

	pp_out_init(&d.out, cmd, columns, STORE_N(columns));
	if (!pp_store_exists(cmd->store.dir))
		finding(&d, "store", WRONG, N_("pp-integration add makes one; or "
		    "name it with --store"), "there is no store in %s",
		    cmd->store.dir);
	else {
		check_modes(&d);
		check_lock(&d);
		check_store(&d);
	}
	if (d.read) {
		check_keys(&d);
		check_clock(&d);
		check_disk(&d);
		check_sweep(&d);
		check_providers(&d);
	}
	check_page(&d);
	check_zone(&d);
	check_automations(&d, o->automations != NULL ? o->automations :
	    AUTOMATIONS);
	pp_out_end(&d.out);
	free(d.ins);
	if ((rc = d.out.rc) != PP_OK)
		*err = d.out.err;
	return rc != PP_OK ? rc : d.wrong ? PP_NO : PP_OK;
}
