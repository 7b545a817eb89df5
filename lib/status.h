/*
 * The status of a task, as a document, and what of it needs a person.  Pure.
 */
#ifndef PP_STATUS_H
#define PP_STATUS_H

#include "case.h"
#include "mail_slot.h"
#include "mark.h"

/* The document of design.md section 6; live says which kind of store.  The
 * caller's. */
struct json_object *pp_status_doc(const struct pp_case *, bool live,
		    const char *lang, int64_t now);
/* Each thing about the task that needs a person is added to list as
 * {"since","kind","task","amount","amount_cents","what","next"}: what is a
 * sentence in the language, next a command to paste.  Returns how many. */
size_t		pp_status_attention(const struct pp_case *, const char *lang,
		    int64_t now, struct json_object *list);
/* The same for a refund whose outcome is unknown.  False if it is not. */
bool		pp_refund_attention(const struct pp_refund *, const char *lang,
		    int64_t now, struct json_object *list);
/* The same for a mail of which it is unknown whether it was sent. */
bool		pp_mail_attention(const struct pp_mail *, const char *lang,
		    int64_t now, struct json_object *list);
/* The same for what we wrote to the field-service system. */
bool		pp_mark_attention(const struct pp_mark *, const char *lang,
		    int64_t now, struct json_object *list);
/* The same for a payment that is no task's. */
void		pp_orphan_attention(const struct pp_payment *,
		    const char *lang, struct json_object *list);
/* Is everything about it final: no attempt that will be asked again? */
bool		pp_status_settled(const struct pp_case *, int64_t now);
/* One link as shown: no token, no address hash. */
void		pp_link_show(const struct pp_link *, const struct pp_case *,
		    int64_t now, struct json_object *o);
/* One attempt as shown: no ticket. */
void		pp_attempt_show(const struct pp_attempt *, int64_t now,
		    struct json_object *o);

#endif
