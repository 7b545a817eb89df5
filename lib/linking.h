/*
 * Making links: the operation behind pp-link create, and behind whatever else
 * records task documents.
 */
#ifndef PP_LINKING_H
#define PP_LINKING_H

#include "link.h"
#include "record.h"
#include "seal.h"

#define PP_URL_MAX	512

/* What one run of create was asked for.  Borrowed while in use. */
struct pp_link_order {
	struct pp_link_want	 want;		/* integration "": favourite */
	const struct pp_integration *in;	/* picked in this transaction;
						 * NULL: for each link */
	enum pp_if_exists	 how;
	int64_t			 expires_in;	/* ms; 0: see expires_at */
	int64_t			 expires_at;	/* both 0: never */
	char			 language[PP_LANG];	/* "" the customer's */
	const struct pp_keys	*keys;		/* link key loaded */
	const char		*base_url;	/* page.url, no final slash */
	bool			 dry_run;	/* no address of what is not */
};

struct pp_linked {
	enum pp_link_verdict	verdict;
	struct pp_link		link;		/* unless REFUSE, NOTHING with
						 * none */
	enum pp_link_state	state;
	int64_t			charge;		/* cents asked now */
	bool			created;
	char			url[PP_URL_MAX];
	int64_t			may_still_be_paid_until;	/* rule T2 */
};

/* Records what a task document says (rules T1, A2, T3), people's data apart.
 * *t is the task after it. */
enum pp_rc	pp_linking_task(struct pp_txn *, const struct pp_task_doc *,
		    struct pp_task *t, struct pp_err *err);
/* Records the document and makes, finds or renews its link (rules K1 to K4,
 * A5).  PP_STATE and PP_CONFLICT as rule K1 says, with out filled as far as it
 * goes: the document is recorded all the same.  Of PP_DATA, PP_NOTFOUND,
 * PP_CONF nothing is written. */
enum pp_rc	pp_linking_create(struct pp_txn *, const struct pp_link_order *,
		    const struct pp_task_doc *, struct pp_linked *out,
		    struct pp_err *err);
/* A document that only names a task which is known, with its customer's
 * address, for pp_linking_create.  PP_NOTFOUND. */
enum pp_rc	pp_linking_known(struct pp_txn *, const char *id,
		    struct pp_task_doc *, struct pp_err *err);
/* A link by its id; PP_NOTFOUND with words. */
enum pp_rc	pp_linking_get(struct pp_txn *, const char *id,
		    struct pp_link *, struct pp_err *err);
/* A new address and a new end for a link (expired, cancelled or open): the
 * old address dies. */
enum pp_rc	pp_linking_renew(struct pp_txn *, const struct pp_link_order *,
		    const char *id, struct pp_linked *out, struct pp_err *err);
/* The customer of a link that has expired asks for a new address.  That it was
 * asked is told to the journal, at most every PP_ASK_AGAIN; in between nothing
 * is written, and it is PP_OK all the same (rule G3).  PP_STATE if the link is
 * not expired. */
enum pp_rc	pp_linking_ask_renewal(struct pp_txn *, const struct pp_link *,
		    struct pp_err *err);
enum pp_rc	pp_linking_cancel(struct pp_txn *, const char *id,
		    const char *reason, struct pp_linked *out,
		    struct pp_err *err);
/* The address of a link's present epoch. */
void		pp_linking_url(const struct pp_link *, const struct pp_keys *,
		    const char *base_url, char *out, size_t size);
/* The member payment_link of design.md section 6, as text of at most
 * PP_LINKED_MAX bytes, and as a tree (NULL without memory). */
#define PP_LINKED_MAX	4096
void		pp_linked_print(const struct pp_linked *, struct pp_buf *);
struct json_object *pp_linked_doc(const struct pp_linked *);

#endif
