#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "rec.h"
#include "banned.h"

#define H_VERSION	0
#define H_STATE		1
#define H_FLAGS		2
#define H_DAY		4
#define H_CENTS		8
#define H_WHEN		16
#define H_KLEN		24
#define H_SIZE		(H_KLEN + PP_REC_KEYS)

const char *const pp_coll_names[PP_NCOLL] = {
	"meta", "event", "task", "person", "link", "attempt", "payment",
	"integration", "by_day", "sheet", "refund", "mail",
	"mark"
};

const struct pp_index_def pp_indexes[PP_NINDEX] = {
	{ PP_EVENT,	0,		"event.task" },
	{ PP_TASK,	0,		"task.invoice" },
	{ PP_LINK,	0,		"link.task" },
	{ PP_LINK,	1,		"link.token" },
	{ PP_ATTEMPT,	0,		"attempt.task" },
	{ PP_ATTEMPT,	1,		"attempt.order" },
	{ PP_ATTEMPT,	PP_REC_WHEN,	"attempt.due" },
	{ PP_PAYMENT,	0,		"payment.task" },
	{ PP_PAYMENT,	1,		"payment.txn" },
	{ PP_PAYMENT,	2,		"payment.id" },
	{ PP_PAYMENT,	3,		"payment.order" },
	{ PP_PAYMENT,	4,		"payment.open" },
	{ PP_REFUND,	0,		"refund.task" },
	{ PP_REFUND,	1,		"refund.payment" },
	{ PP_REFUND,	2,		"refund.key" },
	{ PP_MAIL,	0,		"mail.about" },
	{ PP_MAIL,	1,		"mail.task" },
	{ PP_MAIL,	2,		"mail.open" },
	{ PP_MAIL,	3,		"mail.id" },
};

static uint64_t	get_be(const unsigned char *, unsigned int);
static void	put_be(unsigned char *, uint64_t, unsigned int);

static uint64_t
get_be(const unsigned char *p, unsigned int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static void
put_be(unsigned char *p, uint64_t v, unsigned int n)
{
	for (; n > 0; v >>= 8)
		p[--n] = (unsigned char)v;
}

void
pp_key_u64(uint64_t n, unsigned char out[8])
{
	put_be(out, n, 8);
}

uint64_t
pp_key_to_u64(const unsigned char in[8])
{
	return get_be(in, 8);
}

const char *
pp_coll_name(enum pp_coll c)
{
	return pp_coll_names[c];
}

enum pp_rc
pp_rec_encode(const struct pp_rec *rec, struct pp_recbuf *b,
    struct pp_err *err)
{
	size_t klen[PP_REC_KEYS], need = H_SIZE + rec->len + 1;
	unsigned char *p;
	unsigned int i;

	for (i = 0; i < PP_REC_KEYS; i++) {
		klen[i] = rec->key[i] != NULL ? strlen(rec->key[i]) : 0;
		if (klen[i] > PP_REC_KEY)
			return pp_err_set(err, PP_DATA, "a key of %zu bytes; "
			    "at most %d", klen[i], PP_REC_KEY);
		need += klen[i] != 0 ? klen[i] + 1 : 0;
	}
	if (rec->len > PP_REC_TEXT)
		return pp_err_set(err, PP_DATA, "a document of %zu bytes; at "
		    "most %d", rec->len, PP_REC_TEXT);
	if (need > b->cap) {
		if ((p = realloc(b->p, need + need / 2)) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		b->p = p;
		b->cap = need + need / 2;
	}

	p = b->p;
	p[H_VERSION] = PP_REC_VERSION;
	p[H_STATE] = rec->state;
	put_be(p + H_FLAGS, rec->flags, 2);
	put_be(p + H_DAY, (uint32_t)rec->day, 4);
	put_be(p + H_CENTS, (uint64_t)rec->cents, 8);
	put_be(p + H_WHEN, (uint64_t)rec->when, 8);
	for (i = 0; i < PP_REC_KEYS; i++)
		p[H_KLEN + i] = (unsigned char)klen[i];
	p += H_SIZE;
	for (i = 0; i < PP_REC_KEYS; i++)
		if (klen[i] != 0) {
			memcpy(p, rec->key[i], klen[i] + 1);
			p += klen[i] + 1;
		}
	if (rec->len > 0)
		memcpy(p, rec->text, rec->len);
	p[rec->len] = '\0';
	b->len = need;
	return PP_OK;
}

bool
pp_rec_decode(const void *data, size_t len, struct pp_rec *rec)
{
	const unsigned char *p = data;
	size_t off = H_SIZE;
	unsigned int i;

	memset(rec, 0, sizeof *rec);
	if (len < H_SIZE + 1 || p[H_VERSION] != PP_REC_VERSION ||
	    p[len - 1] != '\0')
		return false;
	rec->state = p[H_STATE];
	rec->flags = (uint16_t)get_be(p + H_FLAGS, 2);
	rec->day = (int32_t)get_be(p + H_DAY, 4);
	rec->cents = (int64_t)get_be(p + H_CENTS, 8);
	rec->when = (int64_t)get_be(p + H_WHEN, 8);
	for (i = 0; i < PP_REC_KEYS; i++) {
		if (p[H_KLEN + i] == 0)
			continue;
		rec->key[i] = (const char *)p + off;
		off += (size_t)p[H_KLEN + i] + 1;
		if (off >= len || p[off - 1] != '\0')
			return false;
	}
	rec->text = (const char *)p + off;
	rec->len = len - off - 1;
	return true;
}

int
pp_rec_index(const void *data, size_t len, unsigned int slot, size_t *off,
    size_t *klen)
{
	const unsigned char *p = data;
	unsigned int i;

	if (len < H_SIZE)
		return -1;
	if (slot == PP_REC_WHEN) {
		*off = H_WHEN;
		*klen = 8;
		return get_be(p + H_WHEN, 8) != 0;
	}
	for (i = 0, *off = H_SIZE; i < slot; i++)
		if (p[H_KLEN + i] != 0)
			*off += (size_t)p[H_KLEN + i] + 1;
	*klen = p[H_KLEN + slot];
	if (*klen == 0)
		return 0;
	return *off + *klen < len ? 1 : -1;
}

bool
pp_rec_in(const struct pp_rec *rec, enum pp_index x)
{
	return pp_indexes[x].slot == PP_REC_WHEN ? rec->when != 0 :
	    rec->key[pp_indexes[x].slot] != NULL;
}
