/*
 * The configuration.
 */
#include "config.h"

#include <sys/mman.h>

#include <stdio.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct pp_conf c;
	struct pp_err err;
	char path[64];
	int fd;

	memset(&err, 0, sizeof err);
	if ((fd = memfd_create("conf", MFD_CLOEXEC)) == -1 ||
	    write(fd, data, n) != (ssize_t)n)
		abort();
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (pp_conf_load(path, &c, &err) == PP_OK)
		(void)pp_conf_live_ready(&c, &err);
	else
		insist(err.msg[0] != '\0');
	(void)close(fd);
	return 0;
}
