/*
 * A customer for scripts: does in the offline Moneris's frame what a person
 * would, over HTTP.
 */
#ifndef SANDBOX_PAY_H
#define SANDBOX_PAY_H

#include <json-c/json.h>

#include "err.h"

enum sandbox_then {
	THEN_SUBMIT,	/* type the card, press pay, wait */
	THEN_CANCEL,	/* press cancel */
	THEN_CLOSE,	/* press pay and close the browser at once */
	THEN_LOAD	/* only look */
};

/* Opens the ticket's frame at url (http://127.0.0.1:PORT) and does that.
 * *result is the caller's: {"result":"approved"...}.  PP_DECLINED if the card
 * was, PP_STATE if the ticket cannot be used; PP_RETRY if the sandbox was not
 * reached, PP_UNKNOWN if no answer came after pressing pay. */
enum pp_rc	sandbox_pay(const char *url, const char *ticket,
		    const char *pan, enum sandbox_then,
		    struct json_object **result, struct pp_err *err);

#endif
