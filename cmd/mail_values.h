/*
 * What templates may name: the values of one mail, in its language, and the
 * styles of its HTML, which stand in the elements.
 */
#ifndef PP_MAIL_VALUES_H
#define PP_MAIL_VALUES_H

#include "mail_fill.h"
#include "template.h"

#define MAIL_SLOTS	48

/* The values of one mail; each slot's text is in own. */
struct mail_values {
	struct pp_slot	 slot[MAIL_SLOTS];
	char		*own[MAIL_SLOTS];
	size_t		 n;
	bool		 failed;	/* no room, or no memory */
};

/* What a language says where no template can. */
enum mail_word {
	W_HELLO, W_HELLO_NAME, W_TEST, W_TEST_SUBJECT, W_CONTACT_BOTH,
	W_CONTACT_PHONE, W_CONTACT_MAIL, W_HOUSE, W_CARD, W_PAY, W_QR, NWORDS
};
extern const char *const	mail_words[NWORDS][MAIL_LANGS];
extern const char *const	mail_langs[MAIL_LANGS];

/* Copies text (NULL: "") under a name, which is borrowed. */
void		mail_put(struct mail_values *, const char *name,
		    const char *text);
/* Everything about a mail; rows: of one to the house, else NULL. */
void		mail_put_all(struct mail_values *,
		    const struct mail_templates *, const struct pp_mailing *,
		    struct json_object *rows, int lang);
void		mail_values_release(struct mail_values *);
/* The words of a template's pp_fill: {{s.NAME}} is a style.  arg is the
 * business's colour. */
pp_word_fn	mail_style;

#endif
