/*
 * The bodies of Moneris's XML gateway: what MpgRequest is asked, and its
 * answers.  XML in and out by libxml2; no state.
 */
#ifndef SANDBOX_MPG_H
#define SANDBOX_MPG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "sandbox_engine.h"

/* A refund or a purchase correction, checked. */
struct sandbox_mpg {
	char	store[11];
	char	order_no[51];
	char	txn[65];
	bool	is_void;
	int64_t	cents;		/* of a refund */
};

/* PP_DATA, PP_PERM with the gateway's words for what is wrong. */
enum pp_rc	sandbox_mpg_read(const char *body, size_t len,
		    struct sandbox_mpg *, struct pp_err *err);
/* The answers, appended. */
void		sandbox_mpg_receipt(struct pp_buf *,
		    const struct sandbox_back *);
/* Nothing was sent to the bank: every field null, and why. */
void		sandbox_mpg_nothing(struct pp_buf *, const char *why);

#endif
