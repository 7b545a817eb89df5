/*
 * The text of a mail: templates of both languages, filled from what was
 * decided.  Files: NAME.LANG.txt, whose first line is the subject, and beside
 * it NAME.LANG.html, the body that enveloppe.html goes around; without it the
 * mail is text alone.  A folder of one's own goes before ours.
 */
#ifndef PP_MAIL_FILL_H
#define PP_MAIL_FILL_H

#include <stdbool.h>

#include "conf.h"
#include "mailing.h"

#define MAIL_MAX	(1024 * 1024)	/* bytes of one filled text */
#define MAIL_LANGS	2
#define MAIL_FORMS	2	/* of a receipt: in full, in part */

struct mail_templates {
	const struct pp_conf	*conf;
	enum pp_mail_kind	 kind;
	bool			 no_link;	/* leave the link out */
	char			*txt[MAIL_FORMS][MAIL_LANGS];
	char			*html[MAIL_FORMS][MAIL_LANGS];
	char			*envelope;
};

/* Reads what there is of a template's name; dir is ours.  PP_CONF if there is
 * none of that name, or a placeholder in it is unknown.  conf is borrowed. */
enum pp_rc	mail_templates_load(struct mail_templates *,
		    const struct pp_conf *, const char *dir, const char *name,
		    enum pp_mail_kind, struct pp_err *err);
void		mail_templates_release(struct mail_templates *);

/* One mail's text; all the caller's. */
struct mail_text {
	char		*subject;
	char		*text;
	char		*html;		/* NULL: there is none */
	const char	*lang;		/* which it became */
};
/* rows: of a mail to the house, an array of documents, else NULL.  qr: the
 * content id of a picture for the HTML, or NULL. */
enum pp_rc	mail_fill(const struct mail_templates *,
		    const struct pp_mailing *, struct json_object *rows,
		    const char *qr, struct mail_text *, struct pp_err *err);
void		mail_text_release(struct mail_text *);

#endif
