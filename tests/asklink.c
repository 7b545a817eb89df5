/*
 * asklink TOKEN: its customer asks for a new link, as the page's button does.
 */
#include "config.h"

#include <err.h>
#include <stdlib.h>

#include "checkout.h"
#include "banned.h"

int
main(int argc, char *argv[])
{
	struct pp_store store = { .dir = getenv("PP_STORE"),
	    .clock = getenv("PP_NOW"), .command = "pp-page" };
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	if (argc != 2)
		errx(PP_USAGE, "usage: asklink TOKEN");
	if ((rc = pp_checkout_ask_renewal(&store, argv[1], &err)) != PP_OK)
		warnx("%s", err.msg);
	return rc;
}
