#include "config.h"

#include <stdio.h>
#include <string.h>

#include "money.h"
#include "sandbox_assets.h"
#include "sandbox_page.h"
#include "banned.h"

struct value {
	const char	*name;
	const char	*text;
	bool		 html;	/* ours, not to be escaped */
};

enum word {
	WORD_APPROVED,
	WORD_BACK,
	WORD_CANCELLED,
	WORD_DECLINED,
	WORD_EXPIRED,
	WORD_INVALID,
	WORD_REUSED,
	WORD_TRY_AGAIN
};

/* English, French. */
static const char *const words[][2] = {
	[WORD_APPROVED] = { "Approved", "Approuvé" },
	[WORD_BACK] = { "<button id=\"back\" type=\"button\">Back to the "
	    "merchant</button>", "<button id=\"back\" type=\"button\">Retour "
	    "au marchand</button>" },
	[WORD_CANCELLED] = { "Cancelled", "Annulé" },
	[WORD_DECLINED] = { "Declined", "Refusé" },
	[WORD_EXPIRED] = { "This ticket has expired",
	    "Ce billet est expiré" },
	[WORD_INVALID] = { "Invalid ticket", "Billet non valide" },
	[WORD_REUSED] = { "This ticket was used already",
	    "Ce billet a déjà servi" },
	[WORD_TRY_AGAIN] = { "<p class=\"error\">Declined. Try again.</p>",
	    "<p class=\"error\">Refusé. Essayez de nouveau.</p>" }
};

static void		end(struct pp_buf *, const struct sandbox_ticket *,
			    const char *, enum word, enum sandbox_code,
			    const char *, const char *);
static void		escape(struct pp_buf *, const char *);
static void		fill(struct pp_buf *, const char *,
			    const struct value *, size_t);
static bool		french(const struct sandbox_ticket *);

static bool
french(const struct sandbox_ticket *t)
{
	return t != NULL && strcmp(t->order.language, "fr") == 0;
}

static void
escape(struct pp_buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			pp_buf_puts(b, "&amp;");
			break;
		case '<':
			pp_buf_puts(b, "&lt;");
			break;
		case '>':
			pp_buf_puts(b, "&gt;");
			break;
		case '"':
			pp_buf_puts(b, "&quot;");
			break;
		case '\'':
			pp_buf_puts(b, "&#39;");
			break;
		default:
			pp_buf_add(b, s, 1);
		}
}

/* Copies a template; @NAME@ becomes its value. */
static void
fill(struct pp_buf *b, const char *template, const struct value *v, size_t n)
{
	const char *p = template, *at, *stop;
	size_t i;

	while ((at = strchr(p, '@')) != NULL &&
	    (stop = strchr(at + 1, '@')) != NULL) {
		pp_buf_add(b, p, (size_t)(at - p));
		for (i = 0; i < n; i++)
			if (strlen(v[i].name) == (size_t)(stop - at - 1) &&
			    strncmp(v[i].name, at + 1,
			    (size_t)(stop - at - 1)) == 0)
				break;
		if (i < n && v[i].html)
			pp_buf_puts(b, v[i].text);
		else if (i < n)
			escape(b, v[i].text);
		p = stop + 1;
	}
	pp_buf_puts(b, p);
}

void
sandbox_page_form(struct pp_buf *b, const struct sandbox_ticket *t,
    bool declined)
{
	char amount[PP_MONEY_STR];
	const struct value v[] = {
		{ "TICKET", t->id, false },
		{ "MUTE", t->mute ? "true" : "false", false },
		{ "CALLBACKS", declined ? "" : "page_loaded", false },
		{ "AMOUNT", pp_money_human(t->order.cents, "CAD",
		    t->order.language, amount, sizeof amount), false },
		{ "ORDER", t->order.order_no, false },
		{ "NOTICE", declined ? words[WORD_TRY_AGAIN][french(t)] : "",
		    true }
	};

	fill(b, french(t) ? sandbox_asset_form_fr_html :
	    sandbox_asset_form_en_html, v, sizeof v / sizeof v[0]);
}

static void
end(struct pp_buf *b, const struct sandbox_ticket *t, const char *id,
    enum word heading, enum sandbox_code code, const char *callbacks,
    const char *notice)
{
	char digits[16];
	const struct value v[] = {
		{ "TICKET", id, false },
		{ "MUTE", t != NULL && t->mute ? "true" : "false", false },
		{ "CALLBACKS", callbacks, false },
		{ "CODE", digits, false },
		{ "HEADING", words[heading][french(t)], false },
		{ "NOTICE", notice, true }
	};

	(void)snprintf(digits, sizeof digits, "%03u", (unsigned)code);
	fill(b, french(t) ? sandbox_asset_end_fr_html :
	    sandbox_asset_end_en_html, v, sizeof v / sizeof v[0]);
}

const char *
sandbox_page_callback(const struct sandbox_ticket *t)
{
	if (t->mute)
		return "";
	return t->receipt_page ? "payment_receipt" : "payment_complete";
}

void
sandbox_page_paid(struct pp_buf *b, const struct sandbox_ticket *t,
    const struct sandbox_charge *c)
{
	end(b, t, t->id, c->accepted ? WORD_APPROVED : WORD_DECLINED,
	    SANDBOX_GOOD, sandbox_page_callback(t),
	    t->receipt_page ? words[WORD_BACK][french(t)] : "");
}

void
sandbox_page_cancelled(struct pp_buf *b, const struct sandbox_ticket *t)
{
	end(b, t, t->id, WORD_CANCELLED, SANDBOX_GOOD, "cancel_transaction",
	    "");
}

void
sandbox_page_bad(struct pp_buf *b, const struct sandbox_ticket *t,
    const char *id, enum sandbox_code code)
{
	end(b, t, id, code == SANDBOX_EXPIRED ? WORD_EXPIRED :
	    code == SANDBOX_REUSED ? WORD_REUSED : WORD_INVALID, code,
	    "page_loaded", "");
}
