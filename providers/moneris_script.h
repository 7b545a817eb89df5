/*
 * The script that the customer's browser loads from Moneris: its digest as it
 * is now, so that a change is noticed.
 */
#ifndef PP_MONERIS_SCRIPT_H
#define PP_MONERIS_SCRIPT_H

#include "driver.h"
#include "moneris_mco.h"

/* The answer to script. */
struct json_object	*mco_read_script(const struct mco_account *,
			    const struct driver_reply *);

#endif
