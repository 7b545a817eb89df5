/*
 * Sending a mail once (rule M1): the intent is committed, the mail handed
 * over, the outcome committed.  What happened in between to a process that
 * died is unknown, and only a person says that such a mail is sent again.
 */
#ifndef PP_MAILING_H
#define PP_MAILING_H

#include "linking.h"
#include "mail_slot.h"
#include "record.h"

/* What one mail is asked to be.  Borrowed while in use. */
struct pp_mail_ask {
	enum pp_mail_kind	 kind;
	const char		*family;	/* pp_mail_family of the
						 * template */
	const char		*link;		/* lnk_... or NULL */
	const char		*payment;	/* pay_..., or NULL: the newest
						 * of the link */
	int			 days;		/* of a reminder; 0: the newest
						 * that there is */
	const char		*slot;		/* ALERT, DAILY */
	const char		*to;		/* instead of the customer's */
	bool			 named;		/* not out of a stream */
	bool			 resend;	/* a person wants it again */
	const char		*holidays;	/* REMINDER: [business] */
	const char		*domain;	/* of message ids */
	const char		*base_url;	/* page.url */
	const struct pp_keys	*keys;		/* link key loaded */
};

/* A mail as decided, with all that its text needs. */
struct pp_mailing {
	enum pp_mail_verdict	 verdict;
	const char		*why;		/* a word: of a mail not sent */
	struct pp_mail		 mail;		/* as it is, or would be */
	bool			 known;		/* stored already */
	struct pp_case		 c;		/* empty for the house's */
	const struct pp_link	*link;		/* into c, or NULL */
	const struct pp_payment	*pay;		/* into c, or NULL */
	struct json_object	*person;	/* or NULL */
	char			 to[256];	/* "" if none is known */
	char			 url[PP_URL_MAX];	/* "" if nothing can
						 * be paid there */
	int64_t			 charge;	/* what the link asks, cents */
	struct pp_mail		 first;		/* REMINDER: the request */
	bool			 live;
	int64_t			 now;
};

/* Decides inside a transaction; writes nothing.  PP_NOTFOUND with words for
 * an unknown link or payment, PP_DATA for a payment that is no receipt's.
 * Release it in any case. */
enum pp_rc	pp_mailing_decide(struct pp_txn *, const struct pp_mail_ask *,
		    struct pp_mailing *, struct pp_err *err);
void		pp_mailing_release(struct pp_mailing *);
/* Of a mail that is to be sent (PP_MV_SEND): writes the intent in the same
 * transaction.  m->mail is it. */
enum pp_rc	pp_mailing_intend(struct pp_txn *, const struct pp_mail_ask *,
		    struct pp_mailing *, struct pp_err *err);

/* Sets the message id, as the intent does. */
void		pp_mailing_message_id(struct pp_mail *, const char *domain);

/* What handing over came to. */
enum pp_mail_outcome {
	PP_MO_SENT, PP_MO_LATER, PP_MO_NEVER, PP_MO_UNKNOWN
};
/* Writes the outcome of an intent; why is a short word without any address.
 * PP_STATE if a person settled it meanwhile. */
enum pp_rc	pp_mailing_outcome(struct pp_txn *, const struct pp_mail *intent,
		    enum pp_mail_outcome, const char *why,
		    struct pp_mail *after, struct pp_err *err);
/* A person's decision about a mail (mail_...) whose outcome is unknown:
 * sent, or not sent and to be sent again. PP_NOTFOUND, PP_STATE. */
enum pp_rc	pp_mailing_settle(struct pp_txn *, const char *id, bool sent,
		    const char *reason, struct pp_mail *after,
		    struct pp_err *err);

/* Every mail about a link or task; *out is the caller's to free. */
enum pp_rc	pp_mailing_about(struct pp_txn *, const char *about,
		    struct pp_mail **out, size_t *n, struct pp_err *err);
/* Which reminder of the schedule this link is due, if none is held back. */
enum pp_rc	pp_mailing_due(struct pp_txn *, const struct pp_case *,
		    const struct pp_link *, const int *days, size_t ndays,
		    const char *holidays, enum pp_mail_hold *why, struct pp_reminder *out,
		    struct pp_err *err);
/* Mails that need a person, each as an object added to list: unknown, and
 * failed for good. */
enum pp_rc	pp_mailing_open(struct pp_txn *, struct json_object *list,
		    struct pp_err *err);
/* A mail as shown. */
void		pp_mail_show(const struct pp_mail *, int64_t now,
		    struct json_object *o);

#endif
