#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "money.h"
#include "task.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define LINES_MIN	500

#define F(m, name, type, flags) PP_FIELD(struct pp_task, m, name, type, flags, NULL)

const struct pp_field pp_task_fields[] = {
	F(id,		"task",		PP_F_STR,	PP_FF_KEY),
	F(total,	"total",	PP_F_CENTS,	0),
	F(currency,	"currency",	PP_F_STR,	0),
	F(language,	"language",	PP_F_STR,	0),
	F(invoice,	"invoice",	PP_F_STR,	0),
	F(transferred_at, "transferred_at", PP_F_TIME,	0),
	F(step,		"step",		PP_F_STR,	0),
	F(taxes,	"taxes",	PP_F_RAW,	0),
	F(updated_at,	"updated_at",	PP_F_TIME,	0),
	F(created_at,	"created_at",	PP_F_TIME,	0),
	F(removed,	"removed",	PP_F_BOOL,	0),
	F(suspect,	"suspect",	PP_F_BOOL,	0),
	F(suspect_from,	"suspect_from",	PP_F_CENTS,	PP_FF_HIDDEN),
	F(letters,	"letters",	PP_F_STR,	PP_FF_HIDDEN),
	F(orders,	"orders",	PP_F_INT,	PP_FF_HIDDEN),
	F(adjusted,	"adjusted",	PP_F_CENTS,	PP_FF_CALC),
	F(paid,		"paid",		PP_F_CENTS,	PP_FF_CALC),
	F(refunded,	"refunds",	PP_F_CENTS,	PP_FF_CALC),
	F(voided,	"voids",	PP_F_CENTS,	PP_FF_CALC),
	F(charged_back,	"chargebacks",	PP_F_CENTS,	PP_FF_CALC)
};
const size_t pp_task_nfields = sizeof pp_task_fields / sizeof pp_task_fields[0];

const char *const pp_money_words[] = {
	N_("nothing_due"), N_("overpaid"), N_("refunded"), N_("paid"),
	N_("partially_refunded"), N_("partially_paid"), N_("unpaid"), NULL
};

static bool		invisible(uint32_t);
static enum pp_rc	read_members(struct json_object *, bool,
			    struct pp_task_doc *, struct pp_err *);
static void		move(struct json_object *, const char *,
			    struct json_object *);
static struct json_object *with_amounts(struct json_object *, const char *);
static enum pp_rc	copy_str(struct json_object *, const char *, char *,
			    size_t, bool *, struct pp_err *);
static enum pp_rc	read_taxes(struct json_object *, struct pp_task_doc *,
			    struct pp_err *);
static enum pp_rc	read_lines(struct json_object *, struct pp_task_doc *,
			    struct pp_err *);
static enum pp_rc	read_customer(struct json_object *, struct pp_task_doc *,
			    struct pp_err *);
static enum pp_rc	read_invoice(struct json_object *, struct pp_task_doc *,
			    struct pp_err *);

void
pp_task_sums(const struct pp_task *t, struct pp_sums *s)
{
	s->due = t->total + t->adjusted;
	s->paid = t->paid;
	s->refunded = t->refunded + t->voided + t->charged_back;
	s->net = s->paid - s->refunded;
	s->balance = s->due - s->net;
	/* A void or chargeback undoes a payment; a refund does not make the
	 * customer owe again. */
	s->owed = s->due - t->paid + t->voided + t->charged_back;
	if (s->owed < 0)
		s->owed = 0;

	if (s->due == 0 && t->paid == 0)
		s->state = PP_NOTHING_DUE;
	else if (s->net > s->due)
		s->state = PP_OVERPAID;
	else if (s->refunded > 0 && s->net == 0)
		s->state = PP_REFUNDED;
	else if (s->net == s->due)
		s->state = PP_PAID;
	else if (s->refunded > 0)
		s->state = PP_PARTIALLY_REFUNDED;
	else if (s->net > 0)
		s->state = PP_PARTIALLY_PAID;
	else
		s->state = PP_UNPAID;
}

/* Two ids that look the same must be the same. */
static bool
invisible(uint32_t c)
{
	static const struct { uint32_t from, to; } none[] = {
		{ 0x00, 0x20 }, { 0x7f, 0xa0 }, { 0xad, 0xad },
		{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
		{ 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f },
		{ 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xfdd0, 0xfdef },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe0fff }
	};
	size_t i;

	for (i = 0; i < sizeof none / sizeof none[0]; i++)
		if (c >= none[i].from && c <= none[i].to)
			return true;
	return false;
}

enum pp_rc
pp_task_id_ok(const char *id, size_t len, struct pp_err *err)
{
	static const char *const ours[] = { "-", "lnk_", "pay_", "att_" };
	size_t i, n;

	if (len == 0 || len >= PP_TASK_ID)
		return pp_err_member(err, PP_DATA, "task", "a task id has 1 to "
		    "%d bytes, not %zu", PP_TASK_ID - 1, len);
	for (i = 0; i < sizeof ours / sizeof ours[0]; i++) {
		n = strlen(ours[i]);
		if (len >= n && memcmp(id, ours[i], n) == 0)
			return pp_err_member(err, PP_DATA, "task", "a task id "
			    "does not begin with %s", ours[i]);
	}
	for (i = 0; i < len; i += n) {
		if (pp_utf8_len((const unsigned char *)id + i,
		    (const unsigned char *)id + len) == 0)
			return pp_err_member(err, PP_DATA, "task",
			    "not UTF-8 at byte %zu", i + 1);
		if (id[i] == '\0' || invisible(pp_utf8_next(id + i, &n)))
			return pp_err_member(err, PP_DATA, "task", "space, "
			    "control or invisible character at byte %zu",
			    i + 1);
	}
	return PP_OK;
}

/* *has says whether the member was there.  What has room for LINES_MIN bytes
 * (address, description) may have several lines. */
static enum pp_rc
copy_str(struct json_object *o, const char *key, char *out, size_t size,
    bool *has, struct pp_err *err)
{
	const char *s, *p;
	enum pp_rc rc;

	*has = false;
	if ((rc = pp_json_str(o, key, &s, err)) == PP_NOTFOUND)
		return PP_OK;
	if (rc != PP_OK)
		return rc;
	if (strlen(s) >= size)
		return pp_err_member(err, PP_DATA, key, "longer than %zu bytes",
		    size - 1);
	for (p = s; *p != '\0'; p++)
		if (((unsigned char)*p < 0x20 || *p == 0x7f) &&
		    (size < LINES_MIN || strchr("\n\r\t", *p) == NULL))
			return pp_err_member(err, PP_DATA, key,
			    "control byte in it");
	(void)strlcpy(out, s, size);
	*has = true;
	return PP_OK;
}

static enum pp_rc
read_taxes(struct json_object *o, struct pp_task_doc *d, struct pp_err *err)
{
	struct json_object *a, *t, *out, *one;
	const char *name;
	int64_t cents;
	size_t i, n;
	enum pp_rc rc = PP_OK;

	if (!json_object_object_get_ex(o, "taxes", &a) || a == NULL)
		return PP_OK;
	if (!json_object_is_type(a, json_type_array) ||
	    (n = json_object_array_length(a)) > 6)
		return pp_err_member(err, PP_DATA, "taxes",
		    "not an array of at most 6 taxes");
	out = json_object_new_array();
	for (i = 0; i < n && rc == PP_OK; i++) {
		t = json_object_array_get_idx(a, i);
		if (!json_object_is_type(t, json_type_object) ||
		    pp_json_str(t, "name", &name, NULL) != PP_OK ||
		    strlen(name) > 24) {
			rc = pp_err_member(err, PP_DATA, "taxes", "tax %zu has "
			    "no name of at most 24 bytes", i + 1);
			break;
		}
		if ((rc = pp_json_amount(t, "amount", &cents, NULL)) != PP_OK) {
			rc = pp_err_member(err, PP_DATA, "taxes",
			    "tax %zu has no amount", i + 1);
			break;
		}
		one = json_object_new_object();
		json_object_object_add(one, "name",
		    json_object_new_string(name));
		json_object_object_add(one, "amount_cents",
		    json_object_new_int64(cents));
		json_object_array_add(out, one);
	}
	if (rc == PP_OK && strlcpy(d->task.taxes, n > 0 ? pp_json_text(out) :
	    "", sizeof d->task.taxes) >= sizeof d->task.taxes)
		rc = pp_err_member(err, PP_DATA, "taxes", "too long");
	if (rc == PP_OK)
		d->has |= PP_HAS_TAXES;
	json_object_put(out);
	return rc;
}

/* Lines are people's data (a label may name anything): kept with them. */
static enum pp_rc
read_lines(struct json_object *o, struct pp_task_doc *d, struct pp_err *err)
{
	struct json_object *a, *l, *out, *one;
	const char *s;
	int64_t cents;
	size_t i, n;
	enum pp_rc rc;

	if (!json_object_object_get_ex(o, "lines", &a) || a == NULL)
		return PP_OK;
	if (!json_object_is_type(a, json_type_array) ||
	    (n = json_object_array_length(a)) > 500)
		return pp_err_member(err, PP_DATA, "lines",
		    "not an array of at most 500 lines");
	out = json_object_new_array();
	for (i = 0; i < n; i++) {
		l = json_object_array_get_idx(a, i);
		one = json_object_new_object();
		json_object_array_add(out, one);
		if (!json_object_is_type(l, json_type_object))
			goto bad;
		if ((rc = pp_json_str(l, "label", &s, NULL)) == PP_OK)
			json_object_object_add(one, "label",
			    json_object_new_string(s));
		else if (rc != PP_NOTFOUND)
			goto bad;
		if ((rc = pp_json_str(l, "quantity", &s, NULL)) == PP_OK)
			json_object_object_add(one, "quantity",
			    json_object_new_string(s));
		else if (rc != PP_NOTFOUND)	/* a number: as it was written */
			json_object_object_add(one, "quantity",
			    json_object_new_string(json_object_get_string(
			    json_object_object_get(l, "quantity"))));
		if ((rc = pp_json_amount(l, "total", &cents, NULL)) == PP_OK)
			json_object_object_add(one, "total_cents",
			    json_object_new_int64(cents));
		else if (rc != PP_NOTFOUND)
			goto bad;
	}
	json_object_object_add(d->person, "lines", out);
	d->has |= PP_HAS_PERSON;
	return PP_OK;
bad:
	json_object_put(out);
	return pp_err_member(err, PP_DATA, "lines", "line %zu is not a label, "
	    "a quantity and a total", i + 1);
}

static enum pp_rc
read_customer(struct json_object *o, struct pp_task_doc *d, struct pp_err *err)
{
	static const struct { const char *name; size_t max; } texts[] = {
		{ "name", 200 }, { "email", 254 }, { "phone", 60 },
		{ "address", 500 }
	};
	struct json_object *c;
	char text[512], name[32];
	struct pp_err e = { 0 };
	enum pp_rc rc;
	size_t i;
	bool has;

	if (!json_object_object_get_ex(o, "customer", &c) || c == NULL)
		return PP_OK;
	if (!json_object_is_type(c, json_type_object))
		return pp_err_member(err, PP_DATA, "customer", "not an object");
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if ((rc = copy_str(c, texts[i].name, text, texts[i].max + 1,
		    &has, &e)) != PP_OK) {
			(void)snprintf(name, sizeof name, "customer.%s",
			    texts[i].name);
			return pp_err_member(err, rc, name, "%s", e.msg);
		}
		if (!has)
			continue;
		json_object_object_add(d->person, texts[i].name,
		    json_object_new_string(text));
		d->has |= PP_HAS_PERSON;
		if (strcmp(texts[i].name, "email") == 0)
			(void)strlcpy(d->email, text, sizeof d->email);
	}
	if ((rc = copy_str(c, "language", text, sizeof text, &has,
	    &e)) != PP_OK)
		return pp_err_member(err, rc, "customer.language", "%s",
		    e.msg);
	if (has) {
		/* "fr", and "fr-CA" for it. */
		if ((strncmp(text, "fr", 2) != 0 &&
		    strncmp(text, "en", 2) != 0) ||
		    (text[2] != '\0' && text[2] != '-' && text[2] != '_'))
			return pp_err_member(err, PP_DATA, "customer.language",
			    "fr or en, not %.20s", text);
		(void)strlcpy(d->task.language, text, sizeof d->task.language);
		d->has |= PP_HAS_LANGUAGE;
	}
	return PP_OK;
}

static enum pp_rc
read_invoice(struct json_object *o, struct pp_task_doc *d, struct pp_err *err)
{
	struct pp_err e = { 0 };
	struct json_object *v;
	enum pp_rc rc;
	bool has;

	if (!json_object_object_get_ex(o, "invoice", &v) || v == NULL)
		return PP_OK;
	if (!json_object_is_type(v, json_type_object))
		return pp_err_member(err, PP_DATA, "invoice", "not an object");
	if ((rc = copy_str(v, "number", d->task.invoice,
	    sizeof d->task.invoice, &has, &e)) != PP_OK)
		return pp_err_member(err, rc, "invoice.number", "%s", e.msg);
	if (has)
		d->has |= PP_HAS_INVOICE;
	if ((rc = pp_json_time(v, "transferred_at", &d->task.transferred_at,
	    &e)) == PP_OK)
		d->has |= PP_HAS_TRANSFER;
	else if (rc != PP_NOTFOUND)
		return pp_err_member(err, rc, "invoice.transferred_at", "%s",
		    e.msg);
	return PP_OK;
}

enum pp_rc
pp_task_doc_read(struct json_object *o, bool need_total, struct pp_task_doc *d,
    struct pp_err *err)
{
	enum pp_rc rc;

	memset(d, 0, sizeof *d);
	if ((rc = read_members(o, need_total, d, err)) != PP_OK)
		pp_task_doc_release(d);
	return rc;
}

static enum pp_rc
read_members(struct json_object *o, bool need_total, struct pp_task_doc *d,
    struct pp_err *err)
{
	const char *s;
	char text[2001];
	enum pp_rc rc;
	bool has;

	if (!json_object_is_type(o, json_type_object))
		return pp_err_set(err, PP_DATA, "not a JSON object");
	if ((rc = pp_json_str(o, "task", &s, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_member(err, PP_DATA, "task",
		    "missing") : rc;
	if ((rc = pp_task_id_ok(s, strlen(s), err)) != PP_OK)
		return rc;
	(void)strlcpy(d->task.id, s, sizeof d->task.id);
	d->person = json_object_new_object();

	if ((rc = pp_json_amount(o, "total", &d->task.total, err)) == PP_OK) {
		if (d->task.total < 0)
			return pp_err_member(err, PP_DATA, "total",
			    "negative");
		d->has |= PP_HAS_TOTAL;
	} else if (rc != PP_NOTFOUND)
		return rc;
	else if (need_total)
		return pp_err_member(err, PP_DATA, "total", "missing");

	if ((rc = copy_str(o, "currency", d->task.currency,
	    sizeof d->task.currency, &has, err)) != PP_OK)
		return rc;
	if (has) {
		if (strspn(d->task.currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
			return pp_err_member(err, PP_DATA, "currency",
			    "not a three-letter code");
		d->has |= PP_HAS_CURRENCY;
	}
	if ((rc = copy_str(o, "description", text, sizeof text, &has,
	    err)) != PP_OK)
		return rc;
	if (has) {
		json_object_object_add(d->person, "description",
		    json_object_new_string(text));
		d->has |= PP_HAS_PERSON;
	}
	if ((rc = copy_str(o, "step", d->task.step, sizeof d->task.step, &has,
	    err)) != PP_OK)
		return rc;
	if (has)
		d->has |= PP_HAS_STEP;
	if ((rc = pp_json_bool(o, "removed", &d->task.removed, err)) == PP_OK)
		d->has |= PP_HAS_REMOVED;
	else if (rc != PP_NOTFOUND)
		return rc;
	if ((rc = pp_json_time(o, "updated_at", &d->task.updated_at,
	    err)) == PP_OK)
		d->has |= PP_HAS_UPDATED;
	else if (rc != PP_NOTFOUND)
		return rc;
	if ((rc = read_customer(o, d, err)) != PP_OK ||
	    (rc = read_invoice(o, d, err)) != PP_OK ||
	    (rc = read_taxes(o, d, err)) != PP_OK)
		return rc;
	return read_lines(o, d, err);
}

void
pp_task_doc_release(struct pp_task_doc *d)
{
	json_object_put(d->person);
	d->person = NULL;
}

bool
pp_task_apply(const struct pp_task *old, const struct pp_task_doc *d,
    int64_t now, struct pp_task *new)
{
	const struct pp_task *t = &d->task;
	struct pp_sums s;
	int64_t fell;

	if (old != NULL)
		*new = *old;
	else {
		memset(new, 0, sizeof *new);
		(void)strlcpy(new->id, t->id, sizeof new->id);
		(void)strlcpy(new->currency, "CAD", sizeof new->currency);
		new->created_at = now;
	}
	if ((d->has & PP_HAS_UPDATED) && old != NULL &&
	    t->updated_at < old->updated_at)
		return false;

	if (d->has & PP_HAS_TOTAL) {
		/* Rule A2: a deposit typed as a line makes the total fall by
		 * exactly what was paid. */
		pp_task_sums(new, &s);
		fell = new->total - t->total;
		if (new->suspect) {
			if (t->total == new->suspect_from)
				new->suspect = false;
		} else if (fell > 0 && (fell == s.paid || fell == s.net)) {
			new->suspect = true;
			new->suspect_from = new->total;
		}
		if (!new->suspect)
			new->suspect_from = 0;
		new->total = t->total;
	}
	if (d->has & PP_HAS_CURRENCY)
		(void)strlcpy(new->currency, t->currency, sizeof new->currency);
	if (d->has & PP_HAS_LANGUAGE)
		(void)strlcpy(new->language, t->language, sizeof new->language);
	if (d->has & PP_HAS_INVOICE)
		(void)strlcpy(new->invoice, t->invoice, sizeof new->invoice);
	if (d->has & PP_HAS_TRANSFER)
		new->transferred_at = t->transferred_at;
	if (d->has & PP_HAS_STEP)
		(void)strlcpy(new->step, t->step, sizeof new->step);
	if (d->has & PP_HAS_TAXES)
		(void)strlcpy(new->taxes, t->taxes, sizeof new->taxes);
	if (d->has & PP_HAS_REMOVED)
		new->removed = t->removed;
	if (d->has & PP_HAS_UPDATED)
		new->updated_at = t->updated_at;
	return true;
}

/* Adds member of from, if it is there, under the same name. */
static void
move(struct json_object *from, const char *name, struct json_object *to)
{
	struct json_object *v;

	if (json_object_object_get_ex(from, name, &v))
		json_object_object_add(to, name, json_object_get(v));
}

/* Cents beside the decimal string, in each element of a list. */
static struct json_object *
with_amounts(struct json_object *list, const char *name)
{
	struct json_object *out = json_object_new_array(), *one, *v;
	char cents[32], text[PP_MONEY_STR];
	size_t i;

	(void)snprintf(cents, sizeof cents, "%s_cents", name);
	for (i = 0; i < json_object_array_length(list); i++) {
		one = json_object_new_object();
		json_object_object_foreach(json_object_array_get_idx(list, i),
		    key, val)
			json_object_object_add(one, key,
			    json_object_get(val));
		if (json_object_object_get_ex(one, cents, &v))
			json_object_object_add(one, name,
			    json_object_new_string(pp_money_str(
			    json_object_get_int64(v), text, sizeof text)));
		json_object_array_add(out, one);
	}
	return out;
}

void
pp_task_show(const struct pp_task *t, struct json_object *person,
    struct json_object *o)
{
	static const char *const whose[] = { "name", "email", "phone",
	    "address" };
	struct json_object *c = json_object_new_object(), *list;
	struct json_object *inv = json_object_new_object();
	char text[PP_TIME_STR > PP_MONEY_STR ? PP_TIME_STR : PP_MONEY_STR];
	size_t i;

#define S(to, key, value) json_object_object_add(to, key, \
	    *(value) != '\0' ? json_object_new_string(value) : NULL)
	S(o, "task", t->id);
	for (i = 0; person != NULL && i < sizeof whose / sizeof whose[0]; i++)
		move(person, whose[i], c);
	S(c, "language", t->language);
	json_object_object_add(o, "customer", c);
	if (person != NULL)
		move(person, "description", o);
	S(inv, "number", t->invoice);
	json_object_object_add(inv, "transferred_at", t->transferred_at == 0 ?
	    NULL : json_object_new_string(pp_time_str(t->transferred_at, true,
	    text, sizeof text)));
	json_object_object_add(o, "invoice", inv);
	if (person != NULL && json_object_object_get_ex(person, "lines",
	    &list))
		json_object_object_add(o, "lines", with_amounts(list,
		    "total"));
	S(o, "total", pp_money_str(t->total, text, sizeof text));
	json_object_object_add(o, "total_cents",
	    json_object_new_int64(t->total));
	S(o, "currency", t->currency);
	if (t->taxes[0] != '\0' && pp_json_parse(t->taxes, strlen(t->taxes),
	    &list, NULL) == PP_OK) {
		json_object_object_add(o, "taxes", with_amounts(list,
		    "amount"));
		json_object_put(list);
	}
	S(o, "step", t->step);
	json_object_object_add(o, "updated_at", t->updated_at == 0 ? NULL :
	    json_object_new_string(pp_time_str(t->updated_at, true, text,
	    sizeof text)));
	json_object_object_add(o, "removed",
	    json_object_new_boolean(t->removed));
	json_object_object_add(o, "suspect",
	    json_object_new_boolean(t->suspect));
#undef S
}
