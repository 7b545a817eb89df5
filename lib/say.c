#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "say.h"
#include "time.h"
#include "banned.h"

#define NB	"\xc2\xa0"	/* no-break space */

static const struct sentence {
	const char	*name, *en, *fr;
} sentences[] = {
	{ "nothing_due",
	  "Nothing is due for this task.",
	  "Rien n\xe2\x80\x99" "est d\xc3\xbb pour cette t\xc3\xa2" "che." },
	{ "unpaid",
	  "We have not received a payment yet. {balance} is due.",
	  "Nous n\xe2\x80\x99" "avons pas encore re\xc3\xa7u de paiement. Il reste {balance} \xc3\xa0 payer." },
	{ "partially_paid",
	  "We received {paid} on {date}. {balance} remains due.",
	  "Nous avons re\xc3\xa7u {paid} le {date}. Il reste {balance} \xc3\xa0 payer." },
	{ "paid",
	  "Everything is paid: we received {paid}, the last payment on {date}. Thank you.",
	  "Tout est pay\xc3\xa9" NB ": nous avons re\xc3\xa7u {paid}, le dernier paiement le {date}. Merci." },
	{ "overpaid",
	  "We received {paid}, which is {over} more than was due. We will be in touch about it.",
	  "Nous avons re\xc3\xa7u {paid}, soit {over} de trop. Nous communiquerons avec vous \xc3\xa0 ce sujet." },
	{ "partially_refunded",
	  "We received {paid} and refunded {refunded}.",
	  "Nous avons re\xc3\xa7u {paid} et rembours\xc3\xa9 {refunded}." },
	{ "refunded",
	  "Your payment of {paid} was refunded.",
	  "Votre paiement de {paid} a \xc3\xa9t\xc3\xa9 rembours\xc3\xa9." },
	{ "processing",
	  "A payment of {amount} is still being processed by the payment provider. We ask again by ourselves; please do not pay again.",
	  "Un paiement de {amount} est encore en traitement chez le fournisseur de paiement. Nous v\xc3\xa9rifions nous-m\xc3\xaames de nouveau; veuillez ne pas payer une deuxi\xc3\xa8me fois." },
	{ "unknown",
	  "We could not learn yet what became of a payment of {amount}. Someone here is looking into it; please do not pay again.",
	  "Nous n\xe2\x80\x99" "avons pas encore pu savoir ce qu\xe2\x80\x99il est advenu d\xe2\x80\x99un paiement de {amount}. Quelqu\xe2\x80\x99un s\xe2\x80\x99" "en occupe; veuillez ne pas payer une deuxi\xc3\xa8me fois." },
	{ "authorized",
	  "Your card was authorized for {amount}, but the payment is not complete. Someone here is looking into it; please do not pay again.",
	  "Votre carte a \xc3\xa9t\xc3\xa9 autoris\xc3\xa9" "e pour {amount}, mais le paiement n\xe2\x80\x99" "est pas termin\xc3\xa9. Quelqu\xe2\x80\x99un s\xe2\x80\x99" "en occupe; veuillez ne pas payer une deuxi\xc3\xa8me fois." },
	{ "declined",
	  "Your payment of {amount} was declined: {why} {balance} remains due.",
	  "Votre paiement de {amount} a \xc3\xa9t\xc3\xa9 refus\xc3\xa9" NB ": {why} Il reste {balance} \xc3\xa0 payer." },

	{ "decline_funds",
	  "the card has insufficient funds.",
	  "la provision de la carte est insuffisante." },
	{ "decline_expired",
	  "the card is expired, or its expiry date was not right.",
	  "la carte est expir\xc3\xa9" "e, ou sa date d\xe2\x80\x99" "expiration n\xe2\x80\x99" "est pas la bonne." },
	{ "decline_lost",
	  "the card was reported lost or stolen.",
	  "la carte a \xc3\xa9t\xc3\xa9 d\xc3\xa9" "clar\xc3\xa9" "e perdue ou vol\xc3\xa9" "e." },
	{ "decline_number",
	  "the card number was not right.",
	  "le num\xc3\xa9ro de la carte n\xe2\x80\x99" "est pas le bon." },
	{ "decline_cvv",
	  "the security code on the card was not right.",
	  "le code de s\xc3\xa9" "curit\xc3\xa9 de la carte n\xe2\x80\x99" "est pas le bon." },
	{ "decline_call",
	  "the bank asks you to call it.",
	  "la banque vous demande de l\xe2\x80\x99" "appeler." },
	{ "decline_system",
	  "the bank did not answer in time.",
	  "la banque n\xe2\x80\x99" "a pas r\xc3\xa9pondu \xc3\xa0 temps." },
	{ "decline_other",
	  "the bank did not say why.",
	  "la banque n’a pas dit pourquoi." },
	{ "decline_never",
	  "the payment could not be sent to the bank.",
	  "le paiement n\xe2\x80\x99" "a pas pu \xc3\xaatre transmis \xc3\xa0 la banque." },

	/* What needs a person, by its kind. */
	{ "attention_suspect_total",
	  "the total fell by exactly what was paid: a deposit typed as a line?",
	  "le total a baissé exactement de ce qui a été payé\u00a0: un acompte saisi comme ligne?" },
	{ "attention_unknown",
	  "the processor gave no answer: look order number {order_no} up there, then pp-status --settle {attempt}",
	  "le processeur n’a pas donné de réponse\u00a0: cherchez-y le numéro de commande {order_no}, puis pp-status --settle {attempt}" },
	{ "attention_processing",
	  "pay was pressed and no answer came for an hour",
	  "le client a soumis sa carte et aucune réponse n’est venue depuis une heure" },
	{ "attention_preauth_profile",
	  "authorized, not paid: the checkout profile makes pre-authorizations; once {order_no} is cancelled there, pp-status --settle {attempt}",
	  "autorisé, pas payé\u00a0: le profil de paiement fait des préautorisations; une fois {order_no} annulé là-bas, pp-status --settle {attempt}" },
	{ "attention_reversal_expected",
	  "approved by the bank, refused by a rule: see at the processor that {order_no} was reversed, then say so",
	  "approuvé par la banque, refusé par une règle\u00a0: vérifiez chez le processeur que {order_no} a été renversé, puis dites-le" },
	{ "attention_duplicate_order",
	  "the processor takes order number {order_no} no more, and this ticket of it has no clear end: look it up, then pp-status --settle {attempt}",
	  "le processeur n’accepte plus le numéro de commande {order_no}, et ce billet n’a pas de fin claire\u00a0: cherchez-le chez le processeur, puis pp-status --settle {attempt}" },
	{ "attention_amount_differs",
	  "the receipt's amount is not what was asked",
	  "le montant du reçu n’est pas celui qui était demandé" },
	{ "attention_second_success",
	  "paid again, more than was owed then",
	  "payé une deuxième fois, plus que ce qui était dû" },
	{ "attention_overpaid",
	  "more was received than is due",
	  "on a reçu plus que ce qui est dû" },
	{ "attention_late",
	  "paid after the link had ended",
	  "payé après la fin du lien" },
	{ "attention_removed_with_money",
	  "the task was removed and money was received",
	  "la tâche a été supprimée alors que de l’argent a été reçu" },
	{ "attention_orphan",
	  "money whose order number or ticket is not ours",
	  "de l’argent dont le numéro de commande ou le billet n’est pas à nous" },
	{ "attention_renewal_asked",
	  "the link has expired and the customer asks for a new one",
	  "le lien est échu et le client en demande un nouveau" },
	{ "attention_card_testing",
	  "cards are tried out: {count} or more declined within an hour; no new payment is begun until {date}",
	  "des cartes sont essayées\u00a0: au moins {count} refus en une heure; aucun nouveau paiement n’est entrepris avant {date}" },
	{ "attention_refund_unknown",
	  "a {kind} of transaction {transaction_no} may have been made: look order number {order_no} up at the processor, then pp-refund settle {refund}; it is not repeated",
	  "il se peut que la transaction {transaction_no} ait été remboursée ou annulée ({kind})\u00a0: cherchez le numéro de commande {order_no} chez le processeur, puis pp-refund settle {refund}; ce n’est pas répété" },
	{ "attention_mail_unknown",
	  "a mail ({template}) may have been sent: if the mail server’s log does not have it, say so, and it is sent again",
	  "il se peut qu’un courriel ({template}) ait été envoyé\u00a0: si le journal du serveur de courriel ne l’a pas, dites-le, et il sera renvoyé" },
	{ "attention_mark_unknown",
	  "what we wrote to the task in ProgressionLIVE may not have arrived: look there",
	  "ce que nous avons écrit dans la tâche de ProgressionLIVE n’y est peut-être pas arrivé\u00a0: regardez-y" }
};

/* Families of response codes, from protocol.md section 3.3. */
static const struct {
	int		 from, to;
	const char	*name;
} declines[] = {
	{ 51, 51, "decline_expired" }, { 57, 57, "decline_lost" },
	{ 76, 76, "decline_funds" }, { 78, 78, "decline_system" },
	{ 100, 112, "decline_call" }, { 113, 113, "decline_system" },
	{ 114, 122, "decline_call" }, { 150, 252, "decline_system" },
	{ 421, 421, "decline_lost" }, { 430, 430, "decline_expired" },
	{ 434, 434, "decline_cvv" }, { 475, 475, "decline_expired" },
	{ 477, 477, "decline_number" }, { 481, 481, "decline_other" },
	{ 482, 482, "decline_expired" }, { 483, 485, "decline_call" },
	{ 486, 487, "decline_cvv" }, { 489, 490, "decline_cvv" },
	{ 800, 899, "decline_system" }, { 900, 909, "decline_lost" }
};

const char *
pp_say(const char *name, const char *lang)
{
	size_t i;

	for (i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if (strcmp(sentences[i].name, name) == 0)
			return strncmp(lang, "fr", 2) == 0 ? sentences[i].fr :
			    sentences[i].en;
	return NULL;
}

const char *
pp_say_name(size_t i)
{
	return i < sizeof sentences / sizeof sentences[0] ?
	    sentences[i].name : NULL;
}

const char *
pp_say_fill(const char *s, const struct pp_said *said, size_t n, char *out,
    size_t size)
{
	size_t at = 0, i, len;
	const char *end;

	if (size == 0)
		return out;
	while (*s != '\0' && at < size - 1) {
		if (*s == '{' && (end = strchr(s, '}')) != NULL) {
			len = (size_t)(end - s) - 1;
			for (i = 0; i < n; i++)
				if (strlen(said[i].key) == len &&
				    memcmp(said[i].key, s + 1, len) == 0)
					break;
			if (i < n) {
				len = strlen(said[i].text);
				if (len > size - 1 - at)
					len = size - 1 - at;
				memcpy(out + at, said[i].text, len);
				at += len;
				s = end + 1;
				/* "2:23 p.m." ends the sentence itself. */
				if (*s == '.' && at > 0 && out[at - 1] == '.')
					s++;
				continue;
			}
		}
		out[at++] = *s++;
	}
	out[at] = '\0';
	return out;
}

const char *
pp_say_reason(const char *code)
{
	const char *e;
	int n;
	size_t i;

	if (strlen(code) != 3)
		return "decline_never";
	n = (int)strtonum(code, 0, 999, &e);
	if (e != NULL)
		return "decline_never";
	for (i = 0; i < sizeof declines / sizeof declines[0]; i++)
		if (n >= declines[i].from && n <= declines[i].to)
			return declines[i].name;
	return "decline_other";
}

const char *
pp_say_decline(const char *code, const char *lang)
{
	return pp_say(pp_say_reason(code), lang);
}

const char *
pp_say_task(const struct pp_case *c, const char *lang, int64_t now, char *out,
    size_t size)
{
	const struct pp_attempt *last = NULL, *open = NULL;
	char amount[PP_MONEY_STR], paid[PP_MONEY_STR], balance[PP_MONEY_STR];
	char over[PP_MONEY_STR], refunded[PP_MONEY_STR], date[64];
	const char *name, *cur = c->task.currency, *why = "";
	struct pp_sums s;
	int64_t at = 0, pending = pp_case_pending(c, now);
	size_t i;

	pp_task_sums(&c->task, &s);
	for (i = 0; i < c->npays; i++)
		if (c->pays[i].type == PP_P_PAYMENT ||
		    c->pays[i].type == PP_P_OFFLINE)
			at = c->pays[i].paid_at;
	for (i = 0; i < c->natts; i++) {
		last = &c->atts[i];
		if (pp_attempt_pending(last, now) ||
		    last->state == PP_T_AUTHORIZED)
			open = last;
	}
	name = pp_money_words[s.state];
	if (open != NULL) {
		switch (pp_attempt_state(open, now)) {
		case PP_T_UNKNOWN:
			name = "unknown";
			break;
		case PP_T_AUTHORIZED:
			name = "authorized";
			break;
		default:
			name = "processing";
			break;
		}
		if (pending == 0)
			pending = open->amount;
	} else if (s.owed > 0 && last != NULL &&
	    last->state == PP_T_DECLINED && last->resolved_at > at) {
		name = "declined";
		pending = last->amount;
		why = pp_say_decline(last->response_code, lang);
	}
	{
		const struct pp_said said[] = {
			{ "amount", pp_money_human(pending, cur, lang, amount,
			    sizeof amount) },
			{ "paid", pp_money_human(s.paid, cur, lang, paid,
			    sizeof paid) },
			{ "balance", pp_money_human(s.owed, cur, lang, balance,
			    sizeof balance) },
			{ "over", pp_money_human(s.net - s.due, cur, lang,
			    over, sizeof over) },
			{ "refunded", pp_money_human(s.refunded, cur, lang,
			    refunded, sizeof refunded) },
			{ "date", pp_time_human(at, lang, date, sizeof date) },
			{ "why", why }
		};

		return pp_say_fill(pp_say(name, lang), said,
		    sizeof said / sizeof said[0], out, size);
	}
}
