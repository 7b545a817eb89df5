/*
 * within SECONDS COMMAND [ARGUMENT...]: becomes the command, which SIGALRM
 * ends after that time: an alarm outlives exec.  timeout(1) would fork, wait
 * and cost as much as the command itself; the tests run thousands.
 */
#include "config.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>


#include "banned.h"

int
main(int argc, char **argv)
{
	const char *wrong = NULL;
	unsigned int seconds;

	if (argc < 3)
		errx(125, "usage: within seconds command [argument ...]");
	seconds = (unsigned int)strtonum(argv[1], 1, 86400, &wrong);
	if (wrong != NULL)
		errx(125, "%s seconds: %s", argv[1], wrong);
	(void)alarm(seconds);
	(void)execvp(argv[2], argv + 2);
	err(errno == ENOENT ? 127 : 126, "%s", argv[2]);
}
