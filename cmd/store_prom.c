#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "day.h"
#include "health.h"
#include "record.h"
#include "seal.h"
#include "store_part.h"
#include "time.h"
#include "banned.h"

#define TYPES	(PP_P_CHARGEBACK_REVERSAL + 1)

/* What it reads is small or read in bulk: a million payments are 30 ms. */
struct gauges {
	struct pp_head	head;
	struct pp_health health;
	char		kind[16];
	int64_t		count[TYPES], cents[TYPES];
	int64_t		mails;
	int64_t		enabled, disabled;
	bool		keys[PP_NKEYS];
};

static pp_txn_fn	measure;
static pp_day_fn	add_payment;
static pp_rec_fn	count_mail, count_integration;
static void	head_of(const char *, const char *, const char *);
static void	label(const char *, const char *);
static void	gauge(const char *, const char *, int64_t);
static void	gauge_time(const char *, const char *, int64_t);

static enum pp_rc
add_payment(const struct pp_day_entry *e, void *arg, struct pp_err *err)
{
	struct gauges *g = arg;

	(void)err;
	if (e->type < TYPES) {
		g->count[e->type]++;
		g->cents[e->type] += e->cents;
	}
	return PP_OK;
}

static enum pp_rc
count_mail(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct gauges *g = arg;

	(void)tx, (void)key, (void)klen, (void)rec, (void)err;
	g->mails++;
	return PP_OK;
}

static enum pp_rc
count_integration(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct pp_integration in;
	struct gauges *g = arg;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_integration_of(rec, &in, err)) == PP_OK &&
	    in.removed_at == 0)
		(*(in.disabled ? &g->disabled : &g->enabled))++;
	return rc;
}

static enum pp_rc
measure(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct gauges *g = arg;
	struct pp_keys keys;
	enum pp_rc rc;
	size_t i;

	if (((rc = pp_meta_get(tx, "kind", g->kind, sizeof g->kind, err)) !=
	    PP_OK && rc != PP_NOTFOUND) ||
	    (rc = pp_journal_head(tx, &g->head, err)) != PP_OK ||
	    (rc = pp_health_read(tx, pp_txn_now(tx), &g->health, err)) !=
	    PP_OK)
		return rc;
	for (i = 0; i < PP_NKEYS; i++) {
		g->keys[i] = pp_txn_keys(tx, 1u << i, &keys, NULL) == PP_OK;
		pp_keys_wipe(&keys);
	}
	if ((rc = pp_day_each(tx, 0, add_payment, g, err)) != PP_OK ||
	    (rc = pp_txn_order(tx, PP_MAIL_OPEN, NULL, 0, count_mail, g,
	    err)) != PP_OK)
		return rc;
	return pp_txn_scan(tx, PP_INTEGRATION, NULL, 0, count_integration, g,
	    err);
}

static void
head_of(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and newline are escaped. */
static void
label(const char *name, const char *value)
{
	printf("%s=\"", name);
	for (; *value != '\0'; value++)
		if (*value == '\n')
			fputs("\\n", stdout);
		else {
			if (*value == '\\' || *value == '"')
				putchar('\\');
			putchar(*value);
		}
	putchar('"');
}

static void
gauge(const char *name, const char *help, int64_t value)
{
	head_of(name, "gauge", help);
	printf("%s %" PRId64 "\n", name, value);
}

/* Seconds; an instant that never was is left out. */
static void
gauge_time(const char *name, const char *help, int64_t at)
{
	if (at == 0)
		return;
	head_of(name, "gauge", help);
	printf("%s %" PRId64 ".%03d\n", name, at / 1000, (int)(at % 1000));
}

enum pp_rc
store_prom(struct pp_cmd *cmd, struct pp_err *err)
{
	static const char *const names[PP_NKEYS] = { "seal", "link", "sign" };
	struct gauges g = { .mails = 0 };
	const struct pp_health *h = &g.health;
	struct pp_store_info si;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, measure, &g, err)) !=
	    PP_OK || (rc = pp_store_sizes(&cmd->store, &si, err)) != PP_OK)
		return rc;
	head_of("pp_store_info", "gauge", "What store this is; always 1.");
	fputs("pp_store_info{", stdout);
	label("store", cmd->store.dir);
	putchar(',');
	label("kind", g.kind);
	printf(",version=\"%s\",format=\"%d\"} 1\n", PACKAGE_VERSION,
	    si.format);
	head_of("pp_journal_events_total", "counter",
	    "Events in the journal.");
	printf("pp_journal_events_total %" PRId64 "\n", g.head.seq);
	gauge_time("pp_journal_last_event_timestamp_seconds",
	    "When the newest event was written.", h->newest);
	gauge_time("pp_sweep_timestamp_seconds",
	    "When the processor was last asked about what is due.", h->swept);
	gauge("pp_attempts_scheduled",
	    "Attempts with a question to the processor ahead.", h->scheduled);
	gauge("pp_attempts_due",
	    "Attempts whose question is due now.", h->due);
	gauge("pp_attempts_due_oldest_seconds",
	    "For how long the oldest of them has been due.", h->due > 0 ?
	    (h->now - h->oldest) / 1000 : 0);
	gauge("pp_mails_open",
	    "Mails that are not known to be sent.", g.mails);
	head_of("pp_payments_total", "counter", "Payments recorded.");
	for (i = 0; i < TYPES; i++)
		printf("pp_payments_total{type=\"%s\"} %" PRId64 "\n",
		    pp_pay_types[i], g.count[i]);
	head_of("pp_payments_cents_total", "counter",
	    "Their amounts, in cents.");
	for (i = 0; i < TYPES; i++)
		printf("pp_payments_cents_total{type=\"%s\"} %" PRId64 "\n",
		    pp_pay_types[i], g.cents[i]);
	head_of("pp_integrations", "gauge", "Integrations.");
	printf("pp_integrations{state=\"enabled\"} %" PRId64 "\n"
	    "pp_integrations{state=\"disabled\"} %" PRId64 "\n", g.enabled,
	    g.disabled);
	head_of("pp_store_key_ok", "gauge",
	    "Is the key there, private, and the store's?");
	for (i = 0; i < PP_NKEYS; i++)
		printf("pp_store_key_ok{key=\"%s\"} %d\n", names[i],
		    g.keys[i]);
	gauge("pp_store_data_bytes", "Collections and indexes.",
	    si.data_bytes);
	gauge("pp_store_log_bytes", "Logs.", si.log_bytes);
	gauge("pp_store_free_bytes", "Free on its disk.", si.free_bytes);
	gauge("pp_store_reserve_bytes", "What a write needs to be free.",
	    cmd->store.reserve != 0 ? cmd->store.reserve : PP_STORE_RESERVE);
	return PP_OK;
}
