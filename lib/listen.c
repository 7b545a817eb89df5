#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intl.h"
#include "listen.h"
#include "banned.h"

#define BACKLOG		256
#define HOST_MAX	64
#define HANDED_FD	3

static enum pp_rc	split(const char *, bool, char *, size_t,
			    const char **, struct pp_err *);

bool
pp_listen_loopback(const char *host, size_t len)
{
	struct in_addr a;
	char buf[HOST_MAX];

	if (len >= sizeof buf)
		return false;
	(void)snprintf(buf, sizeof buf, "%.*s", (int)len, host);
	return strcmp(buf, "localhost") == 0 || strcmp(buf, "[::1]") == 0 ||
	    (inet_pton(AF_INET, buf, &a) == 1 &&
	    ntohl(a.s_addr) >> 24 == 127);
}

/* "HOST:PORT", "[V6]:PORT" in two. */
static enum pp_rc
split(const char *where, bool loopback, char *host, size_t size,
    const char **port, struct pp_err *err)
{
	const char *colon = strrchr(where, ':'), *e = NULL;
	size_t n;

	if (colon == NULL || (n = (size_t)(colon - where)) == 0 || n >= size)
		return pp_err_set(err, PP_USAGE,
		    "listen %.60s: not ADDRESS:PORT", where);
	(void)strtonum(colon + 1, 0, 65535, &e);
	if (e != NULL)
		return pp_err_set(err, PP_USAGE,
		    "listen %.60s: the port is %s", where, _(e));
	if (loopback && !pp_listen_loopback(where, n))
		return pp_err_set(err, PP_USAGE,
		    "listen %.60s: only loopback is allowed (127.0.0.1)",
		    where);
	if (*where == '[' && where[n - 1] == ']')
		(void)snprintf(host, size, "%.*s", (int)n - 2, where + 1);
	else
		(void)snprintf(host, size, "%.*s", (int)n, where);
	if (strcmp(host, "localhost") == 0)
		(void)strlcpy(host, "127.0.0.1", size);
	*port = colon + 1;
	return PP_OK;
}

enum pp_rc
pp_listen_handed(const char *pid, const char *n, int *fd, struct pp_err *err)
{
	const char *e;
	int is = 0;
	socklen_t len = sizeof is;

	*fd = -1;
	if (pid == NULL || n == NULL ||
	    strtonum(pid, 1, INT_MAX, &e) != getpid() ||
	    strtonum(n, 0, INT_MAX, &e) == 0)
		return PP_OK;
	if (strtonum(n, 0, INT_MAX, &e) != 1)
		return pp_err_set(err, PP_USAGE, "LISTEN_FDS: one socket, not "
		    "%.20s", n);
	if (getsockopt(HANDED_FD, SOL_SOCKET, SO_ACCEPTCONN, &is, &len) == -1
	    || is == 0)
		return pp_err_set(err, PP_USAGE,
		    "LISTEN_FDS: descriptor %d is no listening socket",
		    HANDED_FD);
	*fd = HANDED_FD;
	(void)fcntl(HANDED_FD, F_SETFD, FD_CLOEXEC);
	return PP_OK;
}

enum pp_rc
pp_listen_url(int fd, char url[PP_LISTEN_URL], struct pp_err *err)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	char name[HOST_MAX], serv[8];
	int r;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		return pp_err_set(err, PP_IO, "the socket: %s",
		    strerror(errno));
	if ((r = getnameinfo((struct sockaddr *)&ss, len, name, sizeof name,
	    serv, sizeof serv, NI_NUMERICHOST | NI_NUMERICSERV)) != 0)
		return pp_err_set(err, PP_IO, "the socket: %s",
		    gai_strerror(r));
	(void)snprintf(url, PP_LISTEN_URL, ss.ss_family == AF_INET6 ?
	    "http://[%s]:%s" : "http://%s:%s", name, serv);
	return PP_OK;
}

enum pp_rc
pp_listen(const char *where, bool loopback, int *fd, char url[PP_LISTEN_URL],
    struct pp_err *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST |
	    AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *ai;
	char host[HOST_MAX];
	const char *port = NULL;
	enum pp_rc rc;
	int r, s, one = 1;

	if ((rc = split(where, loopback, host, sizeof host, &port,
	    err)) != PP_OK)
		return rc;
	if ((r = getaddrinfo(host, port, &hints, &ai)) != 0)
		return pp_err_set(err, PP_USAGE, "listen %.60s: %s", where,
		    gai_strerror(r));
	s = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, 0);
	if (s == -1 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof one) == -1 || bind(s, ai->ai_addr, ai->ai_addrlen) == -1 ||
	    listen(s, BACKLOG) == -1)
		rc = pp_err_set(err, PP_IO, "listen %.60s: %s", where,
		    strerror(errno));
	else
		rc = pp_listen_url(s, url, err);
	freeaddrinfo(ai);
	if (rc == PP_OK)
		*fd = s;
	else if (s != -1)
		(void)close(s);
	return rc;
}
