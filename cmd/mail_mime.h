/*
 * A message as it travels (RFC 5322, MIME), by GMime: text first, then HTML,
 * then a picture for it if there is one.
 */
#ifndef PP_MAIL_MIME_H
#define PP_MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define MAIL_QR_ID	"qr@pp"		/* the picture's content id */
#define MAIL_RCPTS	8		/* addresses of one mail, copies too */
#define MAIL_ADDRESS	320

/* Before anything else. */
void		mail_mime_init(void);

/* The bare addresses of a list such as "Zoë <z@example.com>, b@example.org",
 * added to those in out.  PP_DATA if it is none, or there are too many. */
enum pp_rc	mail_addresses(const char *list, char out[][MAIL_ADDRESS],
		    size_t *n, struct pp_err *err);

struct mail_message {
	const char	*from, *from_name;	/* the name where from has
						 * none; may be "" */
	const char	*to, *reply_to, *bcc;	/* lists; "" for none */
	const char	*subject, *text, *html;	/* html NULL: text alone */
	const char	*lang;
	const char	*message_id;		/* without < > */
	const char	*references;		/* another's, or "" */
	int64_t		 date;			/* ms UTC */
	const void	*png;			/* or NULL */
	size_t		 png_len;
};
/* Lines end with CR LF if crlf, else LF.  *out is the caller's. */
enum pp_rc	mail_mime(const struct mail_message *, bool crlf, char **out,
		    size_t *len, struct pp_err *err);

#endif
