#include "config.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "sandbox_assets.h"
#include "sandbox_page.h"
#include "template.h"
#include "banned.h"

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
static void		fill(struct pp_buf *, const char *,
			    const struct pp_slot *, size_t);
static bool		french(const struct sandbox_ticket *);

static bool
french(const struct sandbox_ticket *t)
{
	return t != NULL && strcmp(t->order.language, "fr") == 0;
}

/* Both are ours and built in: what they lack, nobody can mend by then. */
static void
fill(struct pp_buf *b, const char *template, const struct pp_slot *v, size_t n)
{
	const struct pp_fill f = { v, n, NULL, NULL };
	struct pp_err err = { .msg = "" };

	if (pp_template_fill("the form", template, &f, b, &err) != PP_OK)
		errx(PP_BUG, "%s", err.msg);
}

void
sandbox_page_form(struct pp_buf *b, const struct sandbox_ticket *t,
    bool declined)
{
	char amount[PP_MONEY_STR];
	const struct pp_slot v[] = {
		{ "ticket", t->id },
		{ "mute", t->mute ? "true" : "false" },
		{ "callbacks", declined ? "" : "page_loaded" },
		{ "amount", pp_money_human(t->order.cents, "CAD",
		    t->order.language, amount, sizeof amount) },
		{ "order", t->order.order_no },
		{ "notice", declined ? words[WORD_TRY_AGAIN][french(t)] : "" }
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
	const struct pp_slot v[] = {
		{ "ticket", id },
		{ "mute", t != NULL && t->mute ? "true" : "false" },
		{ "callbacks", callbacks },
		{ "code", digits },
		{ "heading", words[heading][french(t)] },
		{ "notice", notice }
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
