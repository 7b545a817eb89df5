/*
 * The configuration: one INI file, every key with a default that works.
 *
 * A long text may go on in the next line, which then begins with a blank; a
 * line has at most 198 bytes (libinih).  " ;" begins a comment.  Texts are
 * UTF-8 without control characters, so that they may go into a header, a page
 * or a terminal.
 */
#ifndef PP_CONF_H
#define PP_CONF_H

#include <limits.h>
#include <stdint.h>

#include "err.h"

#define PP_CONF_FILE_MAX	(64 * 1024)
#define PP_CONF_SHORT		128
#define PP_CONF_TEXT		1024
#define PP_CONF_URL		256

struct pp_conf_store {
	char	path[PATH_MAX];		/* "": see cmd/common.h */
	int64_t	reserve;		/* bytes that must stay free */
	int64_t	keep_logs;		/* bytes */
};

struct pp_conf_business {
	char	name[PP_CONF_SHORT];
	char	legal_name[PP_CONF_SHORT];
	char	address[PP_CONF_TEXT];
	char	country[4];		/* two capital letters; CA */
	char	phone[PP_CONF_SHORT];
	char	email[PP_CONF_SHORT];
	char	website[PP_CONF_URL];
	char	gst_number[PP_CONF_SHORT];
	char	qst_number[PP_CONF_SHORT];
	char	statement_name[PP_CONF_SHORT];	/* on the card's statement */
	char	terms_url[PP_CONF_URL];
	char	terms_url_fr[PP_CONF_URL], terms_url_en[PP_CONF_URL];
	char	refund_policy[PP_CONF_TEXT];
	char	refund_policy_fr[PP_CONF_TEXT], refund_policy_en[PP_CONF_TEXT];
	char	privacy_url[PP_CONF_URL];
	char	privacy_url_fr[PP_CONF_URL], privacy_url_en[PP_CONF_URL];
	char	logo[PATH_MAX];		/* a file or an https address */
	char	colour[8];		/* #rrggbb */
	char	time_zone[64];		/* America/Toronto */
	char	language[4];		/* fr, en; fr */
	char	currency[4];		/* three capital letters; CAD */
	char	holidays[PP_CONF_TEXT];	/* lib/workday.h; quebec */
};

struct pp_conf_page {
	char	url[PP_CONF_URL];	/* http://127.0.0.1:8080; no / at the
					 * end */
	char	listen[PP_CONF_SHORT];	/* 127.0.0.1:8080 */
	char	trusted_proxies[PP_CONF_TEXT];	/* addresses, blanks between */
	int64_t	limit_per_address;	/* requests a minute, 0: no limit */
	int64_t	limit_per_link;
	int64_t	limit_declines;		/* an hour, over all links, before no
					 * new ticket is opened; 0: no limit */
	char	other_ways[PP_CONF_TEXT];	/* to pay */
	char	other_ways_fr[PP_CONF_TEXT], other_ways_en[PP_CONF_TEXT];
};

struct pp_conf_link {
	int64_t	expires;		/* milliseconds, 0: never; 90 days */
};

struct pp_conf_refund {
	char	void_until[8];	/* "22:00", an hour of the processor's day,
				 * "never", or "": as its driver says */
};

struct pp_conf_mail {
	char	from[PP_CONF_URL];
	char	reply_to[PP_CONF_URL];
	char	bcc[PP_CONF_URL];
	char	transport[PP_CONF_URL];	/* sendmail, a program, a URL */
	char	user[PP_CONF_SHORT];	/* at an SMTP server */
	char	password_file[PATH_MAX];
	char	ca_file[PATH_MAX];	/* "": the system's authorities */
	char	template_dir[PATH_MAX];
};

struct pp_conf_progression {
	char	url[PP_CONF_URL];
	char	key_file[PATH_MAX];
	char	transferred_steps[PP_CONF_TEXT];	/* as given */
	char	deposit_lines[PP_CONF_TEXT];		/* as given */
};

/* Some 20 kB: keep it where it is filled. */
struct pp_conf {
	struct pp_conf_store		store;
	struct pp_conf_business		business;
	struct pp_conf_page		page;
	struct pp_conf_link		link;
	struct pp_conf_refund		refund;
	struct pp_conf_mail		mail;
	struct pp_conf_progression	progression;
};

/* Fills in the defaults, then what the file at path says (NULL: no file).
 * PP_CONF naming file and line for a file that is not there or cannot be
 * read, an unknown section or key, a key given twice, a bad value. */
enum pp_rc	pp_conf_load(const char *path, struct pp_conf *,
		    struct pp_err *err);
/* A text as the language ("fr", else English) has it, NAME_fr or NAME_en, or
 * else as it is, which is in [business] language. */
#define PP_CONF_SAID(c, name, lang) \
	pp_conf_said((c)->name, (c)->name##_fr, (c)->name##_en, lang)
const char	*pp_conf_said(const char *any, const char *fr, const char *en,
		    const char *lang);
/* May real money be taken with it (design.md section 6)?  PP_CONF naming what
 * lacks: page.url is https; name, address, phone or email, and refund_policy
 * of [business] are given. */
enum pp_rc	pp_conf_live_ready(const struct pp_conf *, struct pp_err *err);

#endif
