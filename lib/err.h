/*
 * Results and the words that go with them.
 *
 * Every function that can fail returns an enum pp_rc, whose numbers are the
 * exit statuses of every command, and says why in a caller-owned struct
 * pp_err, always the last argument.  The first error is the one that stays.
 * Formats are literals: they are translated here, and found by po/extract.
 */
#ifndef PP_ERR_H
#define PP_ERR_H

#include <stddef.h>

enum pp_rc {
	PP_OK		= 0,	/* yes, done */
	PP_NO		= 1,	/* a plain no, only to a question */
	PP_USAGE	= 2,	/* wrong use */
	PP_NOTFOUND	= 3,
	PP_STATE	= 4,	/* refused by state */
	PP_CONFLICT	= 5,	/* same key, other content */
	PP_DECLINED	= 6,	/* declined by the processor */
	PP_DATA		= 65,	/* bad input data */
	PP_BUG		= 70,
	PP_IO		= 74,	/* store or stream failed */
	PP_RETRY	= 75,	/* nothing happened, a retry is safe */
	PP_UNKNOWN	= 76,	/* outcome at the processor unknown */
	PP_PERM		= 77,	/* credentials or permission */
	PP_CONF		= 78	/* configuration */
};

#define PP_ERR_MSG	512
#define PP_ERR_MEMBER	96
#define PP_ERR_HINT	256

/* Start with { 0 }.  msg never holds a secret; foreign text in it is safe to
 * print (control bytes are shown as ?). */
struct pp_err {
	char	msg[PP_ERR_MSG];	/* what is wrong, without the member */
	char	member[PP_ERR_MEMBER];	/* JSON member or "byte 12", or "" */
	char	hint[PP_ERR_HINT];	/* what to do next, or "" */
};

/* Sets the message unless one is set already; returns rc, so that
 * "return pp_err_set(err, PP_DATA, ...)" is the idiom.  err may be NULL. */
enum pp_rc	pp_err_set(struct pp_err *err, enum pp_rc rc, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));
/* The same, naming the JSON member (or place) that is wrong. */
enum pp_rc	pp_err_member(struct pp_err *err, enum pp_rc rc,
		    const char *member, const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));
/* Adds what to do next; keeps the first. */
void		pp_err_hint(struct pp_err *err, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
/* The message as printed: "member: msg", or msg alone.  Fills buf, which it
 * returns. */
const char	*pp_err_str(const struct pp_err *err, char *buf, size_t size);
/* Forgets everything, for the next item. */
void		pp_err_clear(struct pp_err *err);

/* Of two results the one that a command returns for both: the greater, but
 * PP_UNKNOWN goes before all. */
enum pp_rc	pp_rc_worst(enum pp_rc a, enum pp_rc b);

#endif
