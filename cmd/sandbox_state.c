#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doc.h"
#include "io.h"
#include "sandbox_state.h"
#include "banned.h"

#define T(m, name, type, words) \
	PP_FIELD(struct sandbox_ticket, m, name, type, 0, words)
#define C(m, name, type, words) \
	PP_FIELD(struct sandbox_charge, m, name, type, 0, words)
#define B(m, name, type) \
	PP_FIELD(struct sandbox_back, m, name, type, 0, NULL)
#define S(m, name, type) \
	PP_FIELD(struct sandbox, m, name, type, 0, NULL)
#define NFIELDS(a)	(sizeof(a) / sizeof((a)[0]))

static const char *const states[] = { "minted", "presented", "submitted",
	"cancelled", "approved", "declined", NULL };
static const char *const results[] = { "approved", "authorized", "declined",
	"refused", NULL };

static const struct pp_field counters[] = {
	S(ecr, "ecr", PP_F_STR),
	S(transactions, "transactions", PP_F_INT),
	S(batch_day, "batch_day", PP_F_INT),
	S(batch, "batch", PP_F_INT),
	S(sequence, "sequence", PP_F_INT)
};

static const struct pp_field ticket_fields[] = {
	T(id, "ticket", PP_F_STR, NULL),
	T(order.store, "store_id", PP_F_STR, NULL),
	T(order.checkout, "checkout_id", PP_F_STR, NULL),
	T(order.order_no, "order_no", PP_F_STR, NULL),
	T(order.cust_id, "cust_id", PP_F_STR, NULL),
	T(order.descriptor, "dynamic_descriptor", PP_F_STR, NULL),
	T(order.language, "language", PP_F_STR, NULL),
	T(order.cents, "amount", PP_F_CENTS, NULL),
	T(minted_at, "minted_at", PP_F_TIME, NULL),
	T(dies_at, "dies_at", PP_F_TIME, NULL),
	T(state, "state", PP_F_ENUM, states),
	T(mute, "mute", PP_F_BOOL, NULL),
	T(receipt_page, "receipt_page", PP_F_BOOL, NULL)
};

static const struct pp_field charge_fields[] = {
	C(ticket, "ticket", PP_F_STR, NULL),
	C(store, "store_id", PP_F_STR, NULL),
	C(order_no, "order_no", PP_F_STR, NULL),
	C(result, "result", PP_F_ENUM, results),
	C(accepted, "accepted", PP_F_BOOL, NULL),
	C(cents, "amount", PP_F_CENTS, NULL),
	C(fee, "fee", PP_F_CENTS, NULL),
	C(taken, "taken", PP_F_CENTS, NULL),
	C(at, "at", PP_F_TIME, NULL),
	C(visible_at, "visible_at", PP_F_TIME, NULL),
	C(code, "response_code", PP_F_STR, NULL),
	C(iso, "iso_response_code", PP_F_STR, NULL),
	C(approval, "approval_code", PP_F_STR, NULL),
	C(cf_status, "cf_status", PP_F_STR, NULL),
	C(transaction_no, "transaction_no", PP_F_STR, NULL),
	C(ecr, "ecr_no", PP_F_STR, NULL),
	C(batch, "batch_no", PP_F_STR, NULL),
	C(sequence, "sequence_no", PP_F_STR, NULL),
	C(type, "card_type", PP_F_STR, NULL),
	C(last4, "last4", PP_F_STR, NULL)
};

static const struct pp_field back_fields[] = {
	B(store, "store_id", PP_F_STR),
	B(order_no, "order_no", PP_F_STR),
	B(of, "of_transaction", PP_F_STR),
	B(is_void, "void", PP_F_BOOL),
	B(done, "done", PP_F_BOOL),
	B(cents, "amount", PP_F_CENTS),
	B(at, "at", PP_F_TIME),
	B(code, "response_code", PP_F_STR),
	B(iso, "iso_response_code", PP_F_STR),
	B(approval, "approval_code", PP_F_STR),
	B(transaction_no, "transaction_no", PP_F_STR),
	B(ecr, "ecr_no", PP_F_STR),
	B(batch, "batch_no", PP_F_STR),
	B(sequence, "sequence_no", PP_F_STR),
	B(type, "card_type", PP_F_STR)
};

static enum pp_rc	load_back(struct sandbox *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	load_charge(struct sandbox *, struct json_object *,
			    struct pp_err *);
static enum pp_rc	load_list(struct sandbox *, struct json_object *,
			    const char *, enum pp_rc (*)(struct sandbox *,
			    struct json_object *, struct pp_err *),
			    struct pp_err *);
static enum pp_rc	load_ticket(struct sandbox *, struct json_object *,
			    struct pp_err *);

static enum pp_rc
load_ticket(struct sandbox *sb, struct json_object *o, struct pp_err *err)
{
	struct sandbox_ticket *t;
	const char *echo;
	enum pp_rc rc;

	if ((t = sandbox_ticket_add(sb)) == NULL)
		goto memory;
	if ((rc = pp_doc_read(ticket_fields, NFIELDS(ticket_fields), o, t,
	    err)) != PP_OK)
		return rc;
	if (t->state == TICKET_SUBMITTED)
		t->state = TICKET_CANCELLED;
	if ((rc = pp_json_str(o, "echo", &echo, err)) == PP_NOTFOUND)
		return PP_OK;
	if (rc == PP_OK && (t->order.echo = strdup(echo)) == NULL)
		goto memory;
	return rc;
memory:
	return pp_err_set(err, PP_IO, "out of memory");
}

static enum pp_rc
load_charge(struct sandbox *sb, struct json_object *o, struct pp_err *err)
{
	struct sandbox_charge *c;
	struct sandbox_ticket *t;
	enum pp_rc rc;

	if ((c = sandbox_charge_add(sb)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	/* The card's start and expiry were never written: what stands in a
	 * receipt from now on has their form. */
	(void)strlcpy(c->first6, "000000", sizeof c->first6);
	(void)strlcpy(c->expiry, "1299", sizeof c->expiry);
	if ((rc = pp_doc_read(charge_fields, NFIELDS(charge_fields), o, c,
	    err)) != PP_OK)
		return rc;
	if ((t = sandbox_ticket_find(sb, c->ticket)) == NULL)
		return pp_err_member(err, PP_DATA, "ticket",
		    "a charge without its ticket");
	t->charge = (int64_t)sb->ncharges - 1;
	return PP_OK;
}

static enum pp_rc
load_back(struct sandbox *sb, struct json_object *o, struct pp_err *err)
{
	struct sandbox_back *b;

	if ((b = sandbox_back_add(sb)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return pp_doc_read(back_fields, NFIELDS(back_fields), o, b, err);
}

static enum pp_rc
load_list(struct sandbox *sb, struct json_object *o, const char *key,
    enum pp_rc (*load)(struct sandbox *, struct json_object *,
    struct pp_err *), struct pp_err *err)
{
	struct json_object *list, *e;
	enum pp_rc rc = PP_OK;
	size_t i;

	if (!json_object_object_get_ex(o, key, &list) ||
	    !json_object_is_type(list, json_type_array))
		return pp_err_member(err, PP_DATA, key, "is not a list");
	for (i = 0; rc == PP_OK && i < json_object_array_length(list); i++) {
		e = json_object_array_get_idx(list, i);
		if (!json_object_is_type(e, json_type_object))
			return pp_err_member(err, PP_DATA, key,
			    "holds something else than objects");
		rc = load(sb, e, err);
	}
	return rc;
}

enum pp_rc
sandbox_state_load(struct sandbox *sb, const char *path, struct pp_err *err)
{
	struct json_object *o = NULL;
	const char *random, *e;
	char *text = NULL, *stop;
	enum pp_rc rc;
	size_t len;

	if (access(path, F_OK) == -1 && errno == ENOENT)
		return PP_OK;
	if ((rc = pp_io_read_file(path, SANDBOX_STATE_MAX, &text, &len,
	    err)) != PP_OK ||
	    (rc = pp_json_parse(text, len, &o, err)) != PP_OK ||
	    (rc = pp_doc_read(counters, NFIELDS(counters), o, sb, err)) !=
	    PP_OK ||
	    (rc = pp_json_str(o, "random", &random, err)) != PP_OK ||
	    (rc = load_list(sb, o, "tickets", load_ticket, err)) != PP_OK ||
	    (rc = load_list(sb, o, "charges", load_charge, err)) != PP_OK ||
	    (json_object_object_get_ex(o, "refunds", NULL) &&
	    (rc = load_list(sb, o, "refunds", load_back, err)) != PP_OK))
		goto out;
	sb->random = strtoull(random, &stop, 16);
	e = stop;
	if (*random == '\0' || *e != '\0')
		rc = pp_err_member(err, PP_DATA, "random",
		    "is not a hexadecimal number");
out:
	if (rc == PP_NOTFOUND)
		rc = pp_err_set(err, PP_DATA, "a member is missing");
	json_object_put(o);
	free(text);
	return rc;
}

enum pp_rc
sandbox_state_save(const struct sandbox *sb, const char *path,
    struct pp_err *err)
{
	struct json_object *o, *list, *e;
	char random[24];
	const char *text;
	enum pp_rc rc;
	size_t i;

	o = json_object_new_object();
	json_object_object_add(o, "v", json_object_new_int(1));
	pp_doc_write(counters, NFIELDS(counters), sb, PP_DOC_STORE, o);
	(void)snprintf(random, sizeof random, "%016llx",
	    (unsigned long long)sb->random);
	json_object_object_add(o, "random", json_object_new_string(random));
	list = json_object_new_array();
	json_object_object_add(o, "tickets", list);
	for (i = 0; i < sb->ntickets; i++) {
		e = json_object_new_object();
		pp_doc_write(ticket_fields, NFIELDS(ticket_fields),
		    sb->tickets[i], PP_DOC_STORE, e);
		if (sb->tickets[i]->order.echo != NULL)
			json_object_object_add(e, "echo",
			    json_object_new_string(
			    sb->tickets[i]->order.echo));
		json_object_array_add(list, e);
	}
	list = json_object_new_array();
	json_object_object_add(o, "charges", list);
	for (i = 0; i < sb->ncharges; i++) {
		e = json_object_new_object();
		pp_doc_write(charge_fields, NFIELDS(charge_fields),
		    &sb->charges[i], PP_DOC_STORE, e);
		json_object_array_add(list, e);
	}
	list = json_object_new_array();
	json_object_object_add(o, "refunds", list);
	for (i = 0; i < sb->nbacks; i++) {
		e = json_object_new_object();
		pp_doc_write(back_fields, NFIELDS(back_fields), &sb->backs[i],
		    PP_DOC_STORE, e);
		json_object_array_add(list, e);
	}
	text = pp_json_text(o);
	rc = pp_io_replace(path, text, strlen(text), 0600, err);
	json_object_put(o);
	return rc;
}
