/*
 * The driver for Moneris: which call each op makes.  The bodies are made in
 * moneris_mco.c and read in moneris_reply.c and moneris_receipt.c, those of
 * the older gateway in moneris_mpg.c; what any driver does is in driver.c.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"
#include "json.h"
#include "moneris_mco.h"
#include "moneris_mpg.h"
#include "moneris_receipt.h"
#include "moneris_reply.h"
#include "moneris_script.h"
#include "banned.h"

static const char		*op_of(struct json_object *);
static struct json_object	*check_body(const struct mco_account *);
static struct json_object	*begin(struct json_object *,
				    struct driver_post *);
static struct json_object	*finish(struct json_object *,
				    const struct driver_reply *);

static const char *
op_of(struct json_object *req)
{
	const char *op;

	return pp_json_str(req, "op", &op, NULL) == PP_OK ? op : "";
}

/* Each check has an order number of its own, so that none is a duplicate. */
static struct json_object *
check_body(const struct mco_account *a)
{
	char no[48], when[24];
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	(void)strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", &tm);
	(void)snprintf(no, sizeof no, "pp-check-%s-%08x", when, arc4random());
	return mco_preload_check(a, no);
}

static struct json_object *
begin(struct json_object *req, struct driver_post *post)
{
	const char *op = op_of(req);
	struct json_object *ans, *body;
	struct mco_account a;
	struct mco_asked asked;
	struct mpg_asked back;
	int64_t ms;
	enum pp_rc rc;

	if (strcmp(op, "describe") == 0)
		return mco_describe();
	if (strcmp(op, "check") != 0 && strcmp(op, "script") != 0 &&
	    strcmp(op, "open") != 0 && strcmp(op, "query") != 0 &&
	    strcmp(op, "refund") != 0)
		return driver_error("refused", NULL, "op: none of describe, "
		    "check, script, open, query, refund");
	if ((rc = pp_json_int(req, "timeout_ms", 1, DRIVER_TIMEOUT, &ms,
	    NULL)) == PP_OK)
		post->timeout_ms = (long)ms;
	else if (rc != PP_NOTFOUND)
		return driver_error("refused", NULL, "timeout_ms: not 1 to %d",
		    DRIVER_TIMEOUT);
	if ((ans = mco_account_read(req, &a)) != NULL)
		return ans;

	post->loopback = a.sandbox;
	/* A preload that arrives twice may be a duplicate of itself; a refund
	 * is a second one. */
	post->once = strcmp(op, "query") != 0;
	if (strcmp(op, "script") == 0) {
		(void)snprintf(post->url, sizeof post->url, "%s%s", a.origin,
		    MCO_SCRIPT);
		return NULL;
	}
	if (strcmp(op, "refund") == 0) {
		if ((ans = mpg_asked_read(req, &back)) != NULL)
			return ans;
		(void)snprintf(post->url, sizeof post->url, "%s%s",
		    mpg_origin(&a), MPG_PATH);
		post->content_type = "text/xml";
		if ((post->body = mpg_body(&a, &back, &post->len)) == NULL)
			return driver_error("unreachable", NULL,
			    "out of memory");
		return NULL;
	}
	if (strcmp(op, "open") == 0) {
		if ((body = mco_preload(&a, req, &ans)) == NULL)
			return ans;
	} else if (strcmp(op, "query") == 0) {
		if ((ans = mco_asked_read(req, &asked)) != NULL)
			return ans;
		body = mco_receipt(&a, asked.ticket);
	} else
		body = check_body(&a);

	(void)snprintf(post->url, sizeof post->url, "%s%s", a.origin, MCO_PATH);
	post->content_type = "application/json";
	if ((post->body = driver_body(body, &post->len)) == NULL)
		return driver_error("unreachable", NULL, "out of memory");
	return NULL;
}

static struct json_object *
finish(struct json_object *req, const struct driver_reply *reply)
{
	const char *op = op_of(req);
	struct json_object *ans;
	struct mco_account a;
	struct mco_asked asked;
	struct mpg_asked back;

	/* begin has read the same without an error. */
	if ((ans = mco_account_read(req, &a)) != NULL)
		return ans;
	if (strcmp(op, "open") == 0)
		return mco_read_preload(&a, reply);
	if (strcmp(op, "check") == 0)
		return mco_read_check(&a, reply);
	if (strcmp(op, "script") == 0)
		return mco_read_script(&a, reply);
	if (strcmp(op, "refund") == 0)
		return (ans = mpg_asked_read(req, &back)) != NULL ? ans :
		    mpg_read(&a, &back, reply);
	if ((ans = mco_asked_read(req, &asked)) != NULL)
		return ans;
	return mco_read_receipt(&a, &asked, reply);
}

int
main(void)
{
	static const struct driver moneris = { begin, finish };

	mco_zone();
	return driver_run(&moneris);
}
