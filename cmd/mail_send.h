/*
 * Handing a message over: to a program like sendmail(8), or to a server by
 * SMTP.  One call, at most two minutes, and what came of it: only what
 * certainly did not get through is a failure.
 */
#ifndef PP_MAIL_SEND_H
#define PP_MAIL_SEND_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "mail_mime.h"
#include "mailing.h"

#define MAIL_TIMEOUT	120		/* seconds; below PP_MAIL_HAND */
#define MAIL_SENDMAIL	"/usr/sbin/sendmail"
#define MAIL_PASSWORD	256

struct mail_transport {
	const struct pp_conf_mail	*conf;
	const char	*program;		/* or NULL: SMTP */
	bool		 local;			/* SMTP on loopback */
	char		 password[MAIL_PASSWORD];
};

/* [mail] transport: "sendmail", the absolute path of such a program, or
 * smtp://host[:port] (STARTTLS, but on loopback) or smtps://host[:port], with
 * user and password_file if the server asks.  conf is borrowed.  PP_CONF,
 * PP_PERM. */
enum pp_rc	mail_transport_init(struct mail_transport *,
		    const struct pp_conf_mail *, struct pp_err *err);
void		mail_transport_release(struct mail_transport *);

/* Hands over.  to: the n addresses, copies included, the first sender's
 * apart.  A program reads them from the message.  why gets a short word
 * without any address. */
enum pp_mail_outcome mail_send(const struct mail_transport *,
		    const char *from, char to[][MAIL_ADDRESS], size_t n,
		    const char *msg, size_t len, char *why, size_t size);

#endif
