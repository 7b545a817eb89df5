/*
 * The whole way of a customer, for scripts: opens the page of a payment link,
 * presses "pay", does in the frame what a person would, and lets the page
 * know, as the page's own script does.
 */
#ifndef SANDBOX_CUSTOMER_H
#define SANDBOX_CUSTOMER_H

#include "sandbox_pay.h"

/* link is the address of the page, http on loopback; amount is what the
 * customer types where the link leaves it open, or NULL.  Results as those of
 * sandbox_pay, and PP_STATE if the page takes no payment or no such amount,
 * PP_NOTFOUND if it is nobody's, PP_DATA if it is no page of ours. */
enum pp_rc	sandbox_customer(const char *link, const char *amount,
		    const char *pan, enum sandbox_then,
		    struct json_object **result, struct pp_err *err);

#endif
