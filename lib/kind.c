#include "config.h"

#include <string.h>

#include "attempt.h"
#include "integration.h"
#include "kind.h"
#include "link.h"
#include "rec.h"
#include "record.h"
#include "refund.h"
#include "task.h"
#include "banned.h"

#define KIND(name, coll)						\
	const struct pp_kind pp_kind_##name = { coll,			\
	    pp_##name##_fields, &pp_##name##_nfields,			\
	    sizeof(struct pp_##name) }

KIND(task, PP_TASK);
KIND(link, PP_LINK);
KIND(attempt, PP_ATTEMPT);
KIND(payment, PP_PAYMENT);
KIND(mail, PP_MAIL);
KIND(integration, PP_INTEGRATION);
KIND(refund, PP_REFUND);
KIND(mark, PP_MARK);

static void	header(enum pp_coll, const void *, struct pp_rec *,
		    char [PP_TIME_STR]);

const struct pp_kind *
pp_kind_of(enum pp_coll c)
{
	static const struct pp_kind *const all[] = {
		&pp_kind_task, &pp_kind_link, &pp_kind_attempt,
		&pp_kind_payment, &pp_kind_mail, &pp_kind_integration,
		&pp_kind_refund, &pp_kind_mark
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i]->coll == c)
			return all[i];
	return NULL;
}

enum pp_rc
pp_kind_read(const struct pp_kind *k, const struct pp_rec *rec, void *out,
    struct pp_err *err)
{
	struct json_object *o;
	enum pp_rc rc;

	memset(out, 0, k->size);
	if (pp_json_parse(rec->text, rec->len, &o, err) != PP_OK)
		return PP_IO;
	rc = pp_doc_read(k->fields, *k->nfields, o, out, err);
	json_object_put(o);
	return rc == PP_OK ? PP_OK : PP_IO;
}

/* Header and index keys from the struct: the only place that decides them.
 * day is room for a key that is made here. */
static void
header(enum pp_coll coll, const void *s, struct pp_rec *rec,
    char day[PP_TIME_STR])
{
	struct pp_sums sums;
	const struct pp_task *t = s;
	const struct pp_link *l = s;
	const struct pp_attempt *a = s;
	const struct pp_payment *p = s;
	const struct pp_mail *m = s;
	const struct pp_refund *r = s;

	memset(rec, 0, sizeof *rec);
	switch (coll) {
	case PP_TASK:
		pp_task_sums(t, &sums);
		rec->cents = t->total;
		rec->when = t->created_at;
		rec->flags = (uint16_t)((t->suspect ? PP_TASK_SUSPECT : 0) |
		    (t->removed ? PP_TASK_REMOVED : 0) |
		    (t->transferred_at != 0 ? PP_TASK_TRANSFERRED : 0) |
		    (sums.state == PP_OVERPAID ? PP_TASK_OVERPAID : 0));
		if (t->invoice[0] != '\0')
			rec->key[0] = t->invoice;
		break;
	case PP_LINK:
		rec->state = (uint8_t)l->state;
		rec->cents = l->amount;
		rec->when = l->created_at;
		rec->flags = l->asked_at != 0 ? PP_LINK_ASKED : 0;
		rec->key[0] = l->task;
		rec->key[1] = l->token_hash;
		break;
	case PP_ATTEMPT:
		rec->state = (uint8_t)a->state;
		rec->flags = (uint16_t)a->flags;
		rec->cents = a->amount;
		rec->when = a->next_check_at;
		rec->key[0] = a->task;
		rec->key[1] = a->order_no;
		break;
	case PP_PAYMENT:
		rec->state = (uint8_t)p->type;
		rec->flags = (uint16_t)p->flags;
		rec->cents = p->amount;
		rec->day = p->business_date;
		rec->when = p->paid_at;
		if (p->task[0] != '\0')
			rec->key[0] = p->task;
		if (p->transaction_no[0] != '\0')
			rec->key[1] = p->transaction_no;
		rec->key[2] = p->id;
		if (p->order_no[0] != '\0')
			rec->key[3] = p->order_no;
		if (p->entered_at == 0)
			rec->key[PP_PAYMENT_OPEN_KEY] = pp_time_day_str(
			    p->business_date, day, PP_TIME_STR);
		break;
	case PP_MAIL:
		rec->state = (uint8_t)m->state;
		rec->when = m->intended_at;
		rec->key[0] = m->about;
		if (m->task[0] != '\0')
			rec->key[1] = m->task;
		if (m->state != PP_MS_SENT)
			rec->key[2] = "1";
		rec->key[3] = m->id;
		break;
	case PP_MARK:
		rec->state = (uint8_t)((const struct pp_mark *)s)->state;
		rec->when = ((const struct pp_mark *)s)->intended_at;
		break;
	case PP_REFUND:
		rec->state = (uint8_t)r->state;
		rec->flags = (uint16_t)r->flags;
		rec->cents = r->amount;
		rec->when = r->opened_at;
		if (r->task[0] != '\0')
			rec->key[0] = r->task;
		rec->key[1] = r->payment;
		rec->key[2] = r->key;
		break;
	default:
		break;
	}
}

enum pp_rc
pp_kind_write(const struct pp_kind *k, const void *s, struct pp_rec *rec,
    struct pp_kind_room *room, struct pp_err *err)
{
	static const struct pp_buf empty = PP_BUF_INIT(PP_REC_TEXT);

	room->text = empty;
	pp_buf_add(&room->text, "{", 1);
	pp_doc_print(k->fields, *k->nfields, s, &room->text);
	pp_buf_add(&room->text, "}", 1);
	header(k->coll, s, rec, room->day);
	if (!pp_buf_ok(&room->text))
		return pp_err_set(err, PP_IO, "out of memory");
	rec->text = room->text.p;
	rec->len = room->text.len;
	return PP_OK;
}

void
pp_kind_done(struct pp_kind_room *room)
{
	pp_buf_release(&room->text);
}

/* The structs of tasks, links, attempts and so on begin with their id. */
size_t
pp_kind_key(const struct pp_kind *k, const void *s, char out[PP_KIND_KEY])
{
	switch (k->coll) {
	case PP_PAYMENT:
		return pp_payment_key(s, out, PP_KIND_KEY);
	case PP_MAIL:
		return pp_mail_key(s, out, PP_KIND_KEY);
	default:
		return strlcpy(out, s, PP_KIND_KEY);
	}
}

const char *
pp_kind_task_of(const struct pp_kind *k, const void *s)
{
	const char *task = NULL;

	switch (k->coll) {
	case PP_TASK:
		task = ((const struct pp_task *)s)->id;
		break;
	case PP_LINK:
		task = ((const struct pp_link *)s)->task;
		break;
	case PP_ATTEMPT:
		task = ((const struct pp_attempt *)s)->task;
		break;
	case PP_PAYMENT:
		task = ((const struct pp_payment *)s)->task;
		break;
	case PP_MAIL:
		task = ((const struct pp_mail *)s)->task;
		break;
	case PP_MARK:
		task = ((const struct pp_mark *)s)->task;
		break;
	case PP_REFUND:
		task = ((const struct pp_refund *)s)->task;
		break;
	default:
		break;
	}
	return task != NULL && *task != '\0' ? task : NULL;
}

const char *
pp_kind_id(const struct pp_kind *k, const void *s)
{
	switch (k->coll) {
	case PP_PAYMENT:
		return ((const struct pp_payment *)s)->id;
	case PP_MAIL:
		return ((const struct pp_mail *)s)->id;
	default:
		return s;
	}
}

void
pp_kind_carry(const struct pp_kind *k, const void *from, void *to)
{
	const struct pp_field *f = k->fields;
	size_t i;

	for (i = 0; i < *k->nfields; i++, f++)
		if (f->flags & PP_FF_ASIDE)
			memcpy((char *)to + f->off, (const char *)from +
			    f->off, f->size);
}
