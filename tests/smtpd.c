/*
 * An SMTP server of loopback for tests: prints its address, takes one client
 * after the other, writes each message to NUMBER.eml (envelope to NUMBER.env)
 * in the current directory.  Its argument says how it fails, for every
 * client:
 *
 *	ok		it does not
 *	rcpt=CODE	the recipient is answered with CODE
 *	data=CODE	the whole message is answered with CODE
 *	cut		the connection is closed when the message has come,
 *			without an answer
 *	greet=CODE	the greeting is CODE
 *	slow		the message is answered after three seconds
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "banned.h"

static const char	*how;

static bool	fails(const char *, int *);
static void	serve(FILE *, FILE *, int);

static bool
fails(const char *what, int *code)
{
	size_t n = strlen(what);
	const char *e;

	if (strncmp(how, what, n) != 0 || how[n] != '=')
		return false;
	*code = (int)strtonum(how + n + 1, 100, 999, &e);
	return e == NULL;
}

static void
serve(FILE *in, FILE *out, int number)
{
	char line[2048], name[32];
	FILE *env = NULL, *eml;
	int code;

	if (fails("greet", &code)) {
		fprintf(out, "%d no\r\n", code);
		return;
	}
	fprintf(out, "220 test ESMTP\r\n");
	while (fgets(line, sizeof line, in) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		code = 250;
		if (strncasecmp(line, "MAIL", 4) == 0) {
			(void)snprintf(name, sizeof name, "%d.env", number);
			if ((env = fopen(name, "w")) == NULL)
				err(1, "%s", name);
		}
		if (env != NULL && strncasecmp(line, "DATA", 4) != 0 &&
		    strncasecmp(line, "QUIT", 4) != 0)
			fprintf(env, "%s\n", line);
		if (strncasecmp(line, "RCPT", 4) == 0)
			(void)fails("rcpt", &code);
		if (strncasecmp(line, "QUIT", 4) == 0) {
			fprintf(out, "221 bye\r\n");
			break;
		}
		if (strncasecmp(line, "DATA", 4) != 0) {
			fprintf(out, "%d answer\r\n", code);
			continue;
		}
		fprintf(out, "354 go on\r\n");
		(void)snprintf(name, sizeof name, "%d.eml", number);
		if ((eml = fopen(name, "w")) == NULL)
			err(1, "%s", name);
		while (fgets(line, sizeof line, in) != NULL &&
		    strcmp(line, ".\r\n") != 0)
			fputs(line[0] == '.' ? line + 1 : line, eml);
		(void)fclose(eml);
		if (strcmp(how, "cut") == 0)
			break;
		if (strcmp(how, "slow") == 0)
			(void)sleep(3);
		(void)fails("data", &code);
		fprintf(out, "%d answer\r\n", code);
	}
	if (env != NULL)
		(void)fclose(env);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	FILE *in, *out;
	int fd, c, number;

	how = argc > 1 ? argv[1] : "ok";
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(120);
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) == -1)
		err(1, "listen");
	printf("smtp://127.0.0.1:%d\n", ntohs(a.sin_port));
	(void)fflush(stdout);
	for (number = 1; (c = accept(fd, NULL, NULL)) != -1; number++) {
		if ((in = fdopen(c, "r")) == NULL ||
		    (out = fdopen(dup(c), "w")) == NULL)
			err(1, "fdopen");
		(void)setvbuf(out, NULL, _IOLBF, 0);
		serve(in, out, number);
		(void)fclose(out);
		(void)fclose(in);
	}
	err(1, "accept");
}
