/*
 * A listening TCP socket, and the address it can be reached at: what every
 * server of ours begins with.
 */
#ifndef PP_LISTEN_H
#define PP_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define PP_LISTEN_URL	128	/* "http://[ADDRESS]:PORT" */

/* Opens one at "127.0.0.1:8080", "[::1]:0", "0.0.0.0:80" or
 * "localhost:8080" (numbers only, port 0: the system chooses) and writes
 * "http://ADDRESS:PORT".  loopback: no other host is taken.  PP_USAGE for what
 * is no such address, PP_IO.  *fd is the caller's, and close-on-exec. */
enum pp_rc	pp_listen(const char *where, bool loopback, int *fd,
		    char url[PP_LISTEN_URL], struct pp_err *err);
/* systemd's socket, given what the environment has in LISTEN_PID and
 * LISTEN_FDS (or NULL); *fd is -1 if there is none for us.  PP_USAGE: more
 * than one, or none that listens. */
enum pp_rc	pp_listen_handed(const char *pid, const char *n, int *fd,
		    struct pp_err *err);
/* The address of a socket that was handed over.  PP_IO. */
enum pp_rc	pp_listen_url(int fd, char url[PP_LISTEN_URL],
		    struct pp_err *err);
/* Is this host (len bytes) on loopback: 127.x.x.x, [::1], localhost? */
bool		pp_listen_loopback(const char *host, size_t len);

#endif
