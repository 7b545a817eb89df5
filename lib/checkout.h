/*
 * What a customer does at a link: see it, pay, and learn what became of it.
 * Order number and amount are committed before the processor is called, the
 * ticket before the browser gets it (rule N7).  Thread-safe.
 */
#ifndef PP_CHECKOUT_H
#define PP_CHECKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "attempt.h"
#include "link.h"
#include "record.h"
#include "refresh.h"
#include "task.h"

/* What the page shows. */
enum pp_view_state {
	PP_V_PAYABLE,		/* may be paid */
	PP_V_CHECKING,		/* an attempt is processing or unknown: do not
				 * pay again */
	PP_V_PAID,		/* nothing is owed any more */
	PP_V_NOTHING,		/* nothing asked, nothing ever paid */
	PP_V_EXPIRED,
	PP_V_CANCELLED,
	PP_V_SUPERSEDED,	/* and its successor is not for this reader */
	PP_V_REFUNDED
};
extern const char *const	pp_view_states[];

struct pp_view {
	enum pp_view_state	 state;
	int64_t			 now;
	bool			 live;		/* real money (rule I1) */
	struct pp_case		 c;
	struct pp_link		 link;		/* shown: the successor when
						 * one is shown in place */
	int64_t			 charge;	/* what would be charged now */
	int64_t			 min;		/* least the customer may
						 * choose; = charge if none */
	struct pp_sums		 sums;
	struct json_object	*person;	/* may be NULL */
	const struct pp_attempt	*last;		/* newest of the task, or
						 * NULL; into c */
	const struct pp_payment	*payment;	/* newest payment through this
						 * link, or NULL; into c */
	char			 language[PP_LANG];	/* fr unless known */
	/* What our newest mail with this link asked, and when, if something
	 * else is asked now although nothing was paid that explains it; else
	 * 0. */
	int64_t			 mailed, mailed_at;
};
/* PP_NOTFOUND (no such token, or too long ago to know): the page says the
 * same whatever the reason. Release in any case. */
enum pp_rc	pp_checkout_view(const struct pp_store *, const char *token,
		    struct pp_view *, struct pp_err *err);
void		pp_view_release(struct pp_view *);

/* What a browser needs to start the processor's frame. */
struct pp_ticket {
	char	attempt[PP_ATT_ID];
	char	ticket[PP_TICKET_MAX];	/* secret: wipe after use */
	char	script_url[256];
	char	integrity[128];		/* "" none */
	char	mode[8];		/* qa or prod */
	char	origin[128];		/* for the content security policy */
	int64_t	amount, expires_at;
	char	language[PP_LANG];
};
enum pp_open {
	PP_OPEN_TICKET,		/* ticket is filled */
	PP_OPEN_CHECKING,	/* do not pay again */
	PP_OPEN_OTHER,		/* other is open for another amount, since
				 * other->opened_at: ask the customer */
	PP_OPEN_BUSY,		/* being opened this moment; again in 2 s */
	PP_OPEN_ELSEWHERE,	/* unresolved at another integration */
	PP_OPEN_CLOSED,		/* not payable any more: show the page */
	PP_OPEN_DOWN		/* the provider does not answer or refuses:
				 * try later; why is in err */
};
/* The customer pressed pay.  amount 0: all that is charged; confirmed: was
 * told of PP_OPEN_OTHER.  lang: "fr" or "en", what a new frame speaks.  PP_OK whatever enum it is; PP_NOTFOUND, PP_STATE
 * (amount out of range, in err), PP_IO, PP_RETRY. */
enum pp_rc	pp_checkout_open(struct pp_drivers *, const char *token,
		    int64_t amount, bool confirmed, const char *lang,
		    enum pp_open *,
		    struct pp_ticket *, struct pp_attempt *other,
		    struct pp_err *err);
/* A hint from the browser about one of the task's attempts: noted, then the
 * processor is asked at once if ask (rule G6). attempt is an att_ id that the
 * page was given. */
enum pp_rc	pp_checkout_hint(struct pp_drivers *, const char *token,
		    const char *attempt, enum pp_hint, bool ask,
		    struct pp_err *err);
/* The customer of an expired link asks the business for a new one: written
 * down, and on the attention list (kind renewal_asked) until the link is
 * renewed, cancelled, replaced, or nothing is owed.  PP_OK also if it was
 * asked within the hour (nothing is written then); PP_NOTFOUND (no such
 * token), PP_STATE (not expired: show the page), PP_IO, PP_RETRY. */
enum pp_rc	pp_checkout_ask_renewal(const struct pp_store *,
		    const char *token, struct pp_err *err);
/* Asks about the task's unresolved attempts that a page is open on, each at
 * most every 15 s (rule L1). */
enum pp_rc	pp_checkout_poll(struct pp_drivers *, const char *token,
		    struct pp_err *err);

#endif
