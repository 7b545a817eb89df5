/*
 * An HTTP server for tests: canned replies, the exact bytes of each request
 * kept.
 *
 *	servd DIR
 *
 * prints http://127.0.0.1:PORT and serves until it is killed.  The request
 * that arrives as the Nth is written to DIR/N.request; it is answered with
 * DIR/KEY.reply, where KEY is the ticket or order_no in its JSON, else with
 * DIR/N.reply, else with DIR/reply, byte for byte, and the connection is
 * closed.  Lines at the head of a reply that begin with @ are for us:
 *
 *	@wait MS	before it is sent
 *	@fill N		after it, N bytes of x
 *	@hang		nothing is ever sent
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "banned.h"

#define REQUEST_MAX	65536

static const char	*dir;
static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned int	 count;

static void	 take(int);
static bool	 key(const char *, const char *, char *, size_t);
static FILE	*canned(const char *, unsigned int);
static void	 put(int, const char *, size_t);
static void	 answer(int, FILE *);
static void	*serve(void *);

/* The text of a member, found by its looks. */
static bool
key(const char *request, const char *member, char *out, size_t size)
{
	const char *p = strstr(request, member);
	size_t n;

	if (p == NULL)
		return false;
	p += strlen(member);
	n = strcspn(p, "\"/");
	return (size_t)snprintf(out, size, "%.*s", (int)n, p) < size;
}

static FILE *
canned(const char *request, unsigned int n)
{
	char path[512], name[128];
	FILE *fp = NULL;

	if (key(request, "\"ticket\":\"", name, sizeof name) ||
	    key(request, "\"order_no\":\"", name, sizeof name)) {
		(void)snprintf(path, sizeof path, "%s/%s.reply", dir, name);
		fp = fopen(path, "re");
	}
	(void)snprintf(path, sizeof path, "%s/%u.reply", dir, n);
	if (fp == NULL)
		fp = fopen(path, "re");
	(void)snprintf(path, sizeof path, "%s/reply", dir);
	if (fp == NULL)
		fp = fopen(path, "re");
	return fp;
}

static void
put(int fd, const char *data, size_t len)
{
	ssize_t n;

	for (; len > 0; data += n, len -= (size_t)n)
		if ((n = send(fd, data, len, MSG_NOSIGNAL)) <= 0)
			return;
}

static void
answer(int fd, FILE *fp)
{
	static const char x[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct timespec ts;
	char buf[4096];
	long ms, fill = 0;
	size_t n;
	int c;

	while ((c = getc(fp)) == '@' && fgets(buf, sizeof buf, fp) != NULL) {
		if (strncmp(buf, "wait ", 5) == 0) {
			ms = strtol(buf + 5, NULL, 10);
			ts.tv_sec = ms / 1000;
			ts.tv_nsec = ms % 1000 * 1000000;
			(void)nanosleep(&ts, NULL);
		} else if (strncmp(buf, "fill ", 5) == 0)
			fill = strtol(buf + 5, NULL, 10);
		else
			for (;;)
				(void)pause();
	}
	(void)ungetc(c, fp);
	while ((n = fread(buf, 1, sizeof buf, fp)) > 0)
		put(fd, buf, n);
	for (; fill > 0; fill -= (long)n) {
		n = (size_t)fill < sizeof x - 1 ? (size_t)fill : sizeof x - 1;
		put(fd, x, n);
	}
}

/* One request, one reply. */
static void
take(int fd)
{
	char buf[REQUEST_MAX + 1], path[512], tmp[512], *end = NULL, *p;
	size_t len = 0, want = SIZE_MAX;
	unsigned int n;
	ssize_t r;
	FILE *fp;

	while (len < want && len < REQUEST_MAX &&
	    (r = read(fd, buf + len, REQUEST_MAX - len)) > 0) {
		len += (size_t)r;
		buf[len] = '\0';
		if (buf[0] == 0x16)	/* a TLS hello: not spoken here */
			return;
		if (end == NULL && (end = strstr(buf, "\r\n\r\n")) != NULL) {
			p = strcasestr(buf, "\r\ncontent-length:");
			want = (size_t)(end + 4 - buf) + (p == NULL ? 0 :
			    (size_t)strtol(p + 17, NULL, 10));
		}
	}
	if (len < want)
		return;
	(void)pthread_mutex_lock(&lock);
	n = ++count;
	(void)pthread_mutex_unlock(&lock);
	(void)snprintf(path, sizeof path, "%s/%u.request", dir, n);
	(void)snprintf(tmp, sizeof tmp, "%s/%u.tmp", dir, n);
	if ((fp = fopen(tmp, "we")) == NULL)
		err(74, "%s", tmp);
	(void)fwrite(buf, 1, len, fp);
	(void)fclose(fp);
	(void)rename(tmp, path);
	if ((fp = canned(buf, n)) == NULL)
		return;
	answer(fd, fp);
	(void)fclose(fp);
}

static void *
serve(void *arg)
{
	int fd = (int)(intptr_t)arg;

	take(fd);
	(void)close(fd);
	return NULL;
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof sin;
	pthread_attr_t attr;
	pthread_t t;
	int s, fd;

	if (argc != 2)
		errx(2, "usage: servd DIR");
	dir = argv[1];
	(void)signal(SIGPIPE, SIG_IGN);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1 ||
	    bind(s, (struct sockaddr *)&sin, sizeof sin) == -1 ||
	    listen(s, 256) == -1 ||
	    getsockname(s, (struct sockaddr *)&sin, &len) == -1)
		err(74, "socket");
	printf("http://127.0.0.1:%d\n", ntohs(sin.sin_port));
	(void)fflush(stdout);
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (;;) {
		if ((fd = accept4(s, NULL, NULL, SOCK_CLOEXEC)) == -1)
			continue;
		if (pthread_create(&t, &attr, serve,
		    (void *)(intptr_t)fd) != 0)
			err(74, "pthread_create");
	}
}
