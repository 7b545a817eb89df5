/*
 * Which mail is due, once (rule M1).  A mail is keyed by what it is about (a
 * link, else a task), its template and its slot: of a request the link's
 * epoch, of a reminder its day counted from the first request of that epoch
 * that was really sent, of a receipt or a refund the payment, of the mails to
 * the house the content or the business day.  Pure: no store, no clock but
 * the one passed in.
 */
#ifndef PP_MAIL_SLOT_H
#define PP_MAIL_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "case.h"
#include "err.h"
#include "doc.h"
#include "time.h"

#define PP_MAIL_ID	32	/* mail_ and 26 characters */
#define PP_MAIL_NAME	33	/* a template's, with its NUL */
#define PP_MAIL_SLOT	40
#define PP_MAIL_MSGID	200
#define PP_MAIL_KEY	(PP_TASK_ID + PP_MAIL_NAME + PP_MAIL_SLOT)
#define PP_MAIL_DAYS	16	/* reminders of one schedule */
#define PP_MAIL_DAY_MAX	366
/* A hand-over takes two minutes at most; an intent that is older has lost its
 * process, and nobody knows what became of the mail. */
#define PP_MAIL_HAND	(5 * PP_MINUTE)

enum pp_mail_kind {
	PP_MK_REQUEST, PP_MK_REMINDER, PP_MK_RECEIPT, PP_MK_REFUND,
	PP_MK_ALERT,	/* to the house, when its content changes */
	PP_MK_DAILY	/* to the house, once a business day */
};
extern const char *const	pp_mail_kinds[];

/* What is stored.  A mail that was held back is not stored at all: its slot
 * is not used, and a script that runs every minute would fill the journal. */
enum pp_mail_state {
	PP_MS_INTENT,	/* about to be handed over */
	PP_MS_SENT,	/* the transport took it */
	PP_MS_UNKNOWN,	/* it may have taken it */
	PP_MS_FAILED	/* it certainly did not take it */
};
extern const char *const	pp_mail_states[];

/* No address is in it (rule P1). */
struct pp_mail {
	char	id[PP_MAIL_ID];
	char	about[PP_TASK_ID];
	char	task[PP_TASK_ID];	/* "" for mails to the house */
	char	link[PP_LNK_ID];
	char	payment[PP_PAY_ID];
	char	template[PP_MAIL_NAME];
	char	slot[PP_MAIL_SLOT];
	int	kind;			/* enum pp_mail_kind */
	int	state;			/* enum pp_mail_state */
	char	language[PP_LANG];
	char	message_id[PP_MAIL_MSGID];	/* without < > */
	int64_t	asked;			/* cents that the link asked in it */
	int64_t	intended_at;		/* the newest intent */
	int64_t	sent_at;		/* the first time; 0: never */
	int64_t	settled_at;		/* a person's decision */
	int64_t	tries;
	int64_t	retry_at;		/* failed: not by itself before;
					 * 0: never again */
	int64_t	resends;		/* asked for by a person */
	bool	elsewhere;		/* the last one went to an address
					 * that the person gave */
	char	reason[PP_ID_MAX];	/* a word, or the person's */
};

extern const struct pp_field	pp_mail_fields[];
extern const size_t		pp_mail_nfields;

/* A template's name is 1 to 32 of a-z 0-9 - and begins with a letter.
 * PP_USAGE if not. */
enum pp_rc	pp_mail_template_ok(const char *, struct pp_err *err);
/* What kind a template is by its name: the shipped ones and those that begin
 * like them; anything else is a request. */
enum pp_mail_kind pp_mail_kind_of(const char *template);
/* The name under which it is counted: a receipt of a part payment is the
 * receipt of that payment ("recu-partiel" is "recu").  Returns out. */
const char	*pp_mail_family(const char *template,
		    char out[PP_MAIL_NAME]);
/* The record's key; returns its length. */
size_t		pp_mail_key(const struct pp_mail *, char *out, size_t size);
/* Its state at an instant: an old intent is unknown. */
enum pp_mail_state pp_mail_state(const struct pp_mail *, int64_t now);

/* Why a mail is not sent now; the words are shown. */
enum pp_mail_hold {
	PP_MH_NONE, PP_MH_SUSPECT, PP_MH_BEING_PAID, PP_MH_UNKNOWN,
	PP_MH_NOTHING_OWED, PP_MH_CANCELLED, PP_MH_SUPERSEDED, PP_MH_EXPIRED,
	PP_MH_REMOVED, PP_MH_NO_REQUEST, PP_MH_NOT_DUE
};
extern const char *const	pp_mail_holds[];
/* Rule M1: what speaks against a mail of this kind to a task, as it is now.
 * link may be NULL for receipts and refunds (money without a link). */
enum pp_mail_hold pp_mail_hold(enum pp_mail_kind, const struct pp_case *,
		    const struct pp_link *, int64_t now);

/* What becomes of a slot. */
enum pp_mail_verdict {
	PP_MV_SEND,
	PP_MV_ALREADY,		/* sent */
	PP_MV_IN_HAND,		/* another process is at it */
	PP_MV_UNKNOWN,		/* a person has to settle it */
	PP_MV_LATER,		/* failed; not before retry_at */
	PP_MV_FAILED,		/* failed for good */
	PP_MV_HELD
};
/* Of a mail that is there already.  named: a person named it, so that a
 * failure does not wait. */
enum pp_mail_verdict pp_mail_again(const struct pp_mail *, bool named,
		    int64_t now);
/* Notes a failure: the next try 1, 2, 4 ... 60 minutes later, or never. */
void		pp_mail_fail(struct pp_mail *, bool for_good, const char *why,
		    int64_t now);

/* A schedule: "3d,7d,14d", rising.  PP_DATA if it is none. */
enum pp_rc	pp_mail_schedule(const char *, int days[PP_MAIL_DAYS],
		    size_t *n, struct pp_err *err);
/* The slots "2" (request of epoch 2) and "2.7d" (its reminder of 7 days). */
void		pp_mail_slot_request(int64_t epoch, char out[PP_MAIL_SLOT]);
void		pp_mail_slot_reminder(int64_t epoch, int days,
		    char out[PP_MAIL_SLOT]);
/* Days from a slot of this epoch, 0 if it is no reminder's. */
int		pp_mail_slot_days(const char *slot, int64_t epoch);

struct pp_reminder {
	int		 days;
	int32_t		 due;		/* yyyymmdd, a business day */
	const struct pp_mail *first;	/* the request it counts from */
};
/* May this link be reminded today (yyyymmdd in the business's zone) in the
 * slot of so many days?  Not before the request was sent, not before the day,
 * which moves to the next business day (lib/workday.h), on business days
 * only, not when this slot or a later one is used, not twice on a day.  mails: every one of the link;
 * out is filled on PP_MH_NONE. */
enum pp_mail_hold pp_mail_may_remind(const struct pp_mail *mails, size_t n,
		    int64_t epoch, int days, int32_t today,
		    const char *holidays, struct pp_reminder *out);
/* The one reminder of a schedule that is due: of several that were missed
 * only the last, the others are never sent. */
enum pp_mail_hold pp_mail_remind(const struct pp_mail *mails, size_t n,
		    int64_t epoch, const int *days, size_t ndays,
		    int32_t today, const char *holidays,
		    struct pp_reminder *out);

#endif
