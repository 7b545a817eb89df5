/*
 * How each kind of document lies in the store: its collection, its table of
 * fields, its key, its header and its index keys.  The one place that decides
 * them: record.c writes by it, verify and rebuild compare and write by it.
 */
#ifndef PP_KIND_H
#define PP_KIND_H

#include <stddef.h>

#include "attempt.h"
#include "buf.h"
#include "doc.h"
#include "err.h"
#include "integration.h"
#include "link.h"
#include "mail_slot.h"
#include "mark.h"
#include "payment.h"
#include "refund.h"
#include "store.h"
#include "task.h"
#include "time.h"

struct pp_kind {
	enum pp_coll		 coll;
	const struct pp_field	*fields;
	const size_t		*nfields;
	size_t			 size;		/* of its struct */
};
extern const struct pp_kind	pp_kind_task, pp_kind_link, pp_kind_attempt,
				pp_kind_payment, pp_kind_mail,
				pp_kind_integration, pp_kind_refund,
				pp_kind_mark;

/* Room for any of them. */
union pp_kind_any {
	struct pp_task t; struct pp_link l; struct pp_attempt a;
	struct pp_payment p; struct pp_integration i; struct pp_mail m;
	struct pp_refund r; struct pp_mark k;
};

#define PP_KIND_KEY	PP_PAY_KEY	/* the longest of all */

/* Room for what a record borrows. */
struct pp_kind_room {
	struct pp_buf	text;		/* released by pp_kind_done */
	char		day[PP_TIME_STR];
};

/* NULL for a collection that holds no documents of this sort. */
const struct pp_kind *pp_kind_of(enum pp_coll);
/* A record's text into its struct. PP_IO. */
enum pp_rc	pp_kind_read(const struct pp_kind *, const struct pp_rec *,
		    void *out, struct pp_err *err);
/* The record of a struct, whole; it borrows from the struct and from room,
 * whatever it returns.  pp_kind_done must follow. */
enum pp_rc	pp_kind_write(const struct pp_kind *, const void *s,
		    struct pp_rec *, struct pp_kind_room *,
		    struct pp_err *err);
void		pp_kind_done(struct pp_kind_room *);
/* Its key; returns the length. */
size_t		pp_kind_key(const struct pp_kind *, const void *s,
		    char out[PP_KIND_KEY]);
/* The task that its events are told under; NULL: none. */
const char	*pp_kind_task_of(const struct pp_kind *, const void *s);
/* Its id for people; borrowed from s. */
const char	*pp_kind_id(const struct pp_kind *, const void *s);
/* Copies the members that the journal does not tell. */
void		pp_kind_carry(const struct pp_kind *, const void *from,
		    void *to);

#endif
