#include "config.h"

#include <stddef.h>
#include <string.h>

#include "name.h"
#include "banned.h"

static const struct {
	const char	*is, *en, *fr;
} names[] = {
	{ "payment", "Payment", "Paiement" },
	{ "offline", "Other means", "Autre mode" },
	{ "deposit", "Deposit", "Acompte" },
	{ "instalment", "Instalment", "Versement" },
	{ "balance", "Balance", "Solde" },
	{ "refund", "Refund", "Remboursement" },
	{ "void", "Void", "Annulation" },
	{ "chargeback", "Chargeback", "R\xc3\xa9trofacturation" },
	{ "chargeback_reversal", "Chargeback reversed", "R\xc3\xa9trofacturation renvers\xc3\xa9" "e" },
	{ "cheque", "Cheque", "Ch\xc3\xa8que" },
	{ "cash", "Cash", "Comptant" },
	{ "interac", "Interac", "Interac" },
	{ "other", "Other", "Autre" },
	{ "card", "Card", "Carte" },
	{ "visa", "Visa", "Visa" },
	{ "mastercard", "Mastercard", "Mastercard" },
	{ "amex", "Amex", "Amex" },
	{ "discover", "Discover", "Discover" },
	{ "diners", "Diners", "Diners" },
	{ "jcb", "JCB", "JCB" },
	{ "unionpay", "UnionPay", "UnionPay" },
	{ "giftcard", "Gift card", "Carte-cadeau" },
	{ "TPS", "GST", "TPS" }, { "GST", "GST", "TPS" },
	{ "TVQ", "QST", "TVQ" }, { "QST", "QST", "TVQ" },
	{ "TVH", "HST", "TVH" }, { "HST", "HST", "TVH" },
	{ "TVP", "PST", "TVP" }, { "PST", "PST", "TVP" }
};

const char *
pp_name(const char *is, const char *lang)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcasecmp(names[i].is, is) == 0)
			return strncmp(lang, "fr", 2) == 0 ? names[i].fr :
			    names[i].en;
	return is;
}

bool
pp_name_many(int64_t n, const char *lang)
{
	return strncmp(lang, "fr", 2) == 0 ? n > 1 : n != 1;
}
