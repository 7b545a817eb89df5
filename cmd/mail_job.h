/*
 * One mail from item to outcome: the intent committed, the message handed
 * over outside of any transaction, the outcome committed (rule M1).
 */
#ifndef PP_MAIL_JOB_H
#define PP_MAIL_JOB_H

#include <stdbool.h>

#include "common.h"
#include "mail_fill.h"
#include "mail_mime.h"
#include "mail_send.h"
#include "mailing.h"
#include "seal.h"

/* What all mails of a run share. */
struct mail_run {
	struct pp_cmd		*cmd;
	struct mail_templates	 tpl;
	struct mail_transport	 transport;
	struct pp_keys		 keys;
	bool			 send, resend, qr, all;
	const char		*to;		/* --to */
	char			 family[PP_MAIL_NAME];
	enum pp_mail_kind	 kind;
	char			 from[MAIL_ADDRESS];	/* bare */
	char			 domain[PP_CONF_SHORT];
	int			 refusals;	/* of the transport, in a row */
};

/* One item: what it names. */
struct mail_item {
	const struct pp_item	*item;		/* NULL: the house's */
	char			 link[PP_LNK_ID];
	char			 payment[PP_PAY_ID];
	int			 days;
	const char		*slot;		/* the house's */
	struct json_object	*rows;		/* the house's, borrowed */
	/* What came of it. */
	enum pp_mail_verdict	 verdict;
	bool			 sent;		/* in this run */
	const char		*why;
	struct pp_mail		 mail;
	char			 task[PP_TASK_ID];
	char			*mbox;		/* without --send; owned */
	enum pp_rc		 rc;
	struct pp_err		 err;
};

/* Sender, transport and password, where they are needed. */
enum pp_rc	mail_run_init(struct mail_run *, struct pp_err *err);
void		mail_run_release(struct mail_run *);
/* Reads an item into it->link, payment, days. */
void		mail_item_read(struct mail_item *, const struct pp_item *);
/* Decides all n in one transaction; without send, composes too. */
enum pp_rc	mail_decide(struct mail_run *, struct mail_item *, size_t n,
		    struct pp_err *err);
/* Sends one that is to be sent.  A failure of the store is returned, what
 * became of the mail is in the item. */
enum pp_rc	mail_deliver(struct mail_run *, struct mail_item *,
		    struct pp_err *err);
void		mail_item_release(struct mail_item *);

#endif
