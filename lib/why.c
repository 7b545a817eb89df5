#include "config.h"

#include <stdio.h>
#include <string.h>

#include "money.h"
#include "say.h"
#include "status.h"
#include "time.h"
#include "why.h"
#include "banned.h"

/* {x} is the event's member x. */
static const struct fact {
	const char	*type, *rule, *en, *fr;
} facts[] = {
	{ "task.recorded", "T1", "The task was recorded, total {total}.",
	  "La t\xc3\xa2" "che a \xc3\xa9t\xc3\xa9 enregistr\xc3\xa9" "e, total {total}." },
	{ "task.changed", "T1", "The task's document changed{total?: total }{total}.",
	  "Le document de la t\xc3\xa2" "che a chang\xc3\xa9{total?\u00a0: total }{total}." },
	{ "task.confirmed", "A2", "A person confirmed the total.",
	  "Une personne a confirm\xc3\xa9 le total." },
	{ "task.forgotten", "P1", "The customer's name, address and description were erased.",
	  "Le nom, l\xe2\x80\x99" "adresse du client et la description ont \xc3\xa9t\xc3\xa9 effac\xc3\xa9s." },
	{ "task.numbered", "N2", "The next order number was taken.",
	  "Le num\xc3\xa9ro de commande suivant a \xc3\xa9t\xc3\xa9 pris." },
	{ "task.adjusted", "A4", "What is due was adjusted: {reason}.",
	  "Le montant d\xc3\xbb a \xc3\xa9t\xc3\xa9 ajust\xc3\xa9\u00a0: {reason}." },
	{ "invoice.transferred", "B1", "The invoice{invoice? }{invoice} was transferred to the accounting system.",
	  "La facture{invoice? }{invoice} a \xc3\xa9t\xc3\xa9 transf\xc3\xa9r\xc3\xa9" "e \xc3\xa0 la comptabilit\xc3\xa9." },
	{ "invoice.transfer_undone", "B1", "The transfer of the invoice was taken back.",
	  "Le transfert de la facture a \xc3\xa9t\xc3\xa9 annul\xc3\xa9." },
	{ "link.created", "K1", "A payment link was made ({purpose}).",
	  "Un lien de paiement a \xc3\xa9t\xc3\xa9 cr\xc3\xa9\xc3\xa9 ({purpose})." },
	{ "link.renewed", "K3", "The link got a new address; the old one died.",
	  "Le lien a re\xc3\xa7u une nouvelle adresse; l\xe2\x80\x99" "ancienne ne vaut plus." },
	{ "link.rekeyed", "K3", "The store's link key was changed; the link's "
	  "old address died.", "La cl\xc3\xa9 des liens du magasin a \xc3\xa9t\xc3\xa9 "
	  "chang\xc3\xa9" "e; l\xe2\x80\x99" "ancienne adresse du lien ne vaut plus." },
	{ "link.cancelled", "K2", "The link was cancelled{reason?: }{reason}.",
	  "Le lien a \xc3\xa9t\xc3\xa9 annul\xc3\xa9{reason?\u00a0: }{reason}." },
	{ "link.superseded", "K2", "The link was replaced by {successor}.",
	  "Le lien a \xc3\xa9t\xc3\xa9 remplac\xc3\xa9 par {successor}." },
	{ "link.renewal_asked", "K2", "The customer asked for a new link: this one has expired.",
	  "Le client a demand\xc3\xa9 un nouveau lien : celui-ci est expir\xc3\xa9." },
	{ "attempt.opened", "N7", "The customer pressed pay: {amount} under order number {order_no}.",
	  "Le client a voulu payer\u00a0: {amount}, num\xc3\xa9ro de commande {order_no}." },
	{ "attempt.presented", "N7", "The processor gave a ticket; the card form was shown.",
	  "Le processeur a donn\xc3\xa9 un billet; le formulaire de carte a \xc3\xa9t\xc3\xa9 affich\xc3\xa9." },
	{ "attempt.processing", "G6", "The browser said that the card was submitted; the processor is asked.",
	  "Le navigateur a dit que la carte a \xc3\xa9t\xc3\xa9 soumise; le processeur est interrog\xc3\xa9." },
	{ "attempt.approved", "R1", "The processor said: approved, code {response_code}.",
	  "Le processeur a r\xc3\xa9pondu\u00a0: approuv\xc3\xa9, code {response_code}." },
	{ "attempt.authorized", "R1", "The processor said: authorized only, which is not money.",
	  "Le processeur a r\xc3\xa9pondu\u00a0: autoris\xc3\xa9 seulement, ce qui n\xe2\x80\x99" "est pas un paiement." },
	{ "attempt.declined", "R1", "The processor said: declined, code {response_code}.",
	  "Le processeur a r\xc3\xa9pondu\u00a0: refus\xc3\xa9, code {response_code}." },
	{ "attempt.cancelled", "N1", "The customer left the card form.",
	  "Le client a quitt\xc3\xa9 le formulaire de carte." },
	{ "attempt.refused", "N1", "The card form would not take the ticket.",
	  "Le formulaire de carte n\xe2\x80\x99" "a pas accept\xc3\xa9 le billet." },
	{ "attempt.lapsed", "L2", "Nothing was paid with this ticket ({reason}).",
	  "Rien n\xe2\x80\x99" "a \xc3\xa9t\xc3\xa9 pay\xc3\xa9 avec ce billet ({reason})." },
	{ "attempt.unknown", "L2", "The processor gave no answer that settles it ({reason}).",
	  "Le processeur n\xe2\x80\x99" "a donn\xc3\xa9 aucune r\xc3\xa9ponse qui tranche ({reason})." },
	{ "attempt.settled", "G5", "A person decided: {state}, because: {reason}.",
	  "Une personne a d\xc3\xa9" "cid\xc3\xa9\u00a0: {state}, parce que\u00a0: {reason}." },
	{ "attempt.noted", "L1", "Something about the attempt was noted.",
	  "Quelque chose a \xc3\xa9t\xc3\xa9 not\xc3\xa9 au sujet de la tentative." },
	{ "payment.received", "G7", "{amount} was received, transaction {transaction_no}.",
	  "{amount} re\xc3\xa7u, transaction {transaction_no}." },
	{ "payment.settled", "F4", "{amount} was entered by hand, transaction {transaction_no}.",
	  "{amount} inscrit \xc3\xa0 la main, transaction {transaction_no}." },
	{ "payment.confirmed", "G5", "The processor confirmed what was entered by hand.",
	  "Le processeur a confirm\xc3\xa9 ce qui avait \xc3\xa9t\xc3\xa9 inscrit \xc3\xa0 la main." },
	{ "payment.adopted", "G7", "{amount} that belonged to nobody was found to be this task's.",
	  "{amount} sans propri\xc3\xa9taire appartient \xc3\xa0 cette t\xc3\xa2" "che." },
	{ "payment.orphan", "R1", "{amount} arrived that belongs to no task.",
	  "{amount} re\xc3\xa7u qui n\xe2\x80\x99" "appartient \xc3\xa0 aucune t\xc3\xa2" "che." },
	{ "payment.recorded", "B1", "{amount} received outside was entered ({method}).",
	  "{amount} re\xc3\xa7u autrement a \xc3\xa9t\xc3\xa9 inscrit ({method})." },
	{ "payment.charged_back", "A4", "The bank took {amount} back.",
	  "La banque a repris {amount}." },
	{ "payment.charged_again", "A4", "The bank gave {amount} again.",
	  "La banque a redonn\xc3\xa9 {amount}." },
	{ "payment.refunded", "F1", "{amount} was given back.",
	  "{amount} a \xc3\xa9t\xc3\xa9 rembours\xc3\xa9." },
	{ "payment.sheeted", "B2", "The payment was put on keying sheet {sheet}.",
	  "Le paiement a \xc3\xa9t\xc3\xa9 mis sur la feuille de saisie {sheet}." },
	{ "payment.entered", "B1", "The accountant entered the payment.",
	  "Le paiement a \xc3\xa9t\xc3\xa9 saisi en comptabilit\xc3\xa9." },
	{ "payment.unentered", "B1", "The mark that it was entered was taken back.",
	  "La marque de saisie a \xc3\xa9t\xc3\xa9 retir\xc3\xa9" "e." },
	{ "refund.opened", "F2", "A refund of {amount} was begun.",
	  "Un remboursement de {amount} a \xc3\xa9t\xc3\xa9 entrepris." },
	{ "refund.approved", "F1", "The refund was approved.",
	  "Le remboursement a \xc3\xa9t\xc3\xa9 approuv\xc3\xa9." },
	{ "refund.declined", "F1", "The refund was declined.",
	  "Le remboursement a \xc3\xa9t\xc3\xa9 refus\xc3\xa9." },
	{ "refund.unknown", "F2", "It is unknown whether the refund was made; it is not repeated.",
	  "On ne sait pas si le remboursement a \xc3\xa9t\xc3\xa9 fait; il n\xe2\x80\x99" "est pas r\xc3\xa9p\xc3\xa9t\xc3\xa9." },
	{ "refund.not_done", "G5", "The refund never came to the processor.",
	  "Le remboursement n\xe2\x80\x99" "est jamais parvenu au processeur." },
	{ "refund.retried", "F3", "A {kind} was asked for instead, or once more.",
	  "Un autre essai a \xc3\xa9t\xc3\xa9 fait ({kind})." },
	{ "refund.settled", "F2", "A person settled the refund.",
	  "Une personne a r\xc3\xa9gl\xc3\xa9 le remboursement." },
	{ "mail.intended", "M1", "A mail was about to be handed over ({template}).",
	  "Un courriel allait \xc3\xaatre remis au serveur ({template})." },
	{ "mail.sent", "M1", "The mail was sent ({template}).",
	  "Le courriel a \xc3\xa9t\xc3\xa9 envoy\xc3\xa9 ({template})." },
	{ "mail.failed", "M1", "The mail could not be sent ({template}): {reason}.",
	  "Le courriel n\xe2\x80\x99" "a pas pu \xc3\xaatre envoy\xc3\xa9 ({template})\u00a0: {reason}." },
	{ "mail.unknown", "M1", "It is unknown whether the mail was sent ({template}): {reason}.",
	  "On ne sait pas si le courriel a \xc3\xa9t\xc3\xa9 envoy\xc3\xa9 ({template})\u00a0: {reason}." },
	{ "mail.resent", "M1", "A person had the mail sent once more ({template}).",
	  "Une personne a fait envoyer le courriel de nouveau ({template})." },
	{ "mail.settled", "M1", "A person decided about the mail ({template}): {reason}.",
	  "Une personne a d\xc3\xa9" "cid\xc3\xa9 au sujet du courriel ({template})\u00a0: {reason}." },
	{ "mark.intended", "G5", "The field-service system was about to be told ({kind}).",
	  "Le syst\xc3\xa8me de gestion des t\xc3\xa2" "ches allait \xc3\xaatre avis\xc3\xa9 ({kind})." },
	{ "mark.written", "G3", "The field-service system was told ({kind}).",
	  "Le syst\xc3\xa8me de gestion des t\xc3\xa2" "ches a \xc3\xa9t\xc3\xa9 avis\xc3\xa9 ({kind})." },
	{ "mark.failed", "G5", "The field-service system did not take it ({kind}): {reason}.",
	  "Le syst\xc3\xa8me de gestion des t\xc3\xa2" "ches a refus\xc3\xa9 ({kind})\u00a0: {reason}." },
	{ "mark.unknown", "G5", "It is unknown whether the field-service system took it ({kind}).",
	  "On ne sait pas si le syst\xc3\xa8me de gestion des t\xc3\xa2" "ches l\xe2\x80\x99" "a re\xc3\xa7u ({kind})." },
	{ "mark.settled", "G5", "A person decided about it ({kind}): {reason}.",
	  "Une personne a d\xc3\xa9" "cid\xc3\xa9 \xc3\xa0 ce sujet ({kind})\u00a0: {reason}." }
};

static const char	*text_of(struct json_object *, const char *, size_t,
			    const char *, char *, size_t);
static void		sentence(const char *, struct json_object *,
			    const char *, char *, size_t);
static void		next(struct json_object *, const char *, const char *);

const char *
pp_why_type(size_t i)
{
	return i < sizeof facts / sizeof facts[0] ? facts[i].type : NULL;
}

/* A member of an event for people: amounts in their form. */
static const char *
text_of(struct json_object *ev, const char *name, size_t len, const char *lang,
    char *out, size_t size)
{
	struct json_object *v;
	char key[64];

	out[0] = '\0';
	if (len + sizeof "_cents" > sizeof key)
		return out;
	(void)snprintf(key, sizeof key, "%.*s_cents", (int)len, name);
	if (json_object_object_get_ex(ev, key, &v))
		return pp_money_human(json_object_get_int64(v), "CAD", lang,
		    out, size);
	key[len] = '\0';
	if (json_object_object_get_ex(ev, key, &v) && v != NULL)
		(void)strlcpy(out, json_object_get_string(v), size);
	return out;
}

/* {x} and {x?text if there is x}. */
static void
sentence(const char *s, struct json_object *ev, const char *lang, char *out,
    size_t size)
{
	char value[256];
	const char *end, *mark;
	size_t at = 0, len;

	for (; *s != '\0' && at + 1 < size; s++) {
		if (*s != '{' || (end = strchr(s, '}')) == NULL) {
			out[at++] = *s;
			continue;
		}
		mark = memchr(s, '?', (size_t)(end - s));
		len = (size_t)((mark != NULL ? mark : end) - s) - 1;
		(void)text_of(ev, s + 1, len, lang, value, sizeof value);
		out[at] = '\0';
		if (mark == NULL)
			at = strlcat(out, value, size);
		else if (value[0] != '\0' && at + (size_t)(end - mark) < size) {
			memcpy(out + at, mark + 1, (size_t)(end - mark) - 1);
			at += (size_t)(end - mark) - 1;
		}
		if (at >= size)
			at = size - 1;
		s = end;
	}
	out[at] = '\0';
}

struct json_object *
pp_why_fact(struct json_object *ev, const char *lang)
{
	static const char *const carried[] = { "seq", "at", "type", "actor",
	    "person", "link", "attempt", "id", "order_no", "transaction_no",
	    "amount_cents", "state", "reason", "response_code" };
	struct json_object *o = json_object_new_object(), *v;
	const char *type = "";
	char text[512];
	size_t i;

	(void)pp_json_str(ev, "type", &type, NULL);
	for (i = 0; i < sizeof carried / sizeof carried[0]; i++)
		if (json_object_object_get_ex(ev, carried[i], &v))
			json_object_object_add(o, carried[i],
			    json_object_get(v));
	(void)strlcpy(text, type, sizeof text);
	for (i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (strcmp(facts[i].type, type) == 0) {
			sentence(strncmp(lang, "fr", 2) == 0 ? facts[i].fr :
			    facts[i].en, ev, lang, text, sizeof text);
			json_object_object_add(o, "rule",
			    json_object_new_string(facts[i].rule));
		}
	json_object_object_add(o, "what", json_object_new_string(text));
	return o;
}

static void
next(struct json_object *list, const char *what, const char *command)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "next", json_object_new_string(what));
	json_object_object_add(o, "command", *command != '\0' ?
	    json_object_new_string(command) : NULL);
	json_object_array_add(list, o);
}

void
pp_why_next(const struct pp_case *c, const char *lang, int64_t now,
    struct json_object *list)
{
	bool fr = strncmp(lang, "fr", 2) == 0, open = false;
	struct json_object *items = json_object_new_array(), *o;
	struct pp_sums s;
	char text[256], command[256], at[64];
	const char *what, *cmd;
	int64_t when = 0;
	size_t i;

	pp_task_sums(&c->task, &s);
	for (i = 0; i < c->natts; i++)
		if (c->atts[i].next_check_at != 0 && (when == 0 ||
		    c->atts[i].next_check_at < when))
			when = c->atts[i].next_check_at;
	if (when != 0) {
		(void)snprintf(text, sizeof text, fr ?
		    "La r\xc3\xa9ponse du processeur, demand\xc3\xa9" "e de nouveau le %s." :
		    "The processor's answer, asked again on %s.",
		    pp_time_human(when > now ? when : now, lang, at,
		    sizeof at));
		(void)snprintf(command, sizeof command, "pp-status --refresh "
		    "%s", c->task.id);
		next(list, text, command);
	}
	for (i = 0; i < c->nlinks; i++)
		open |= pp_link_state(&c->links[i], &c->task,
		    pp_case_offline(c, c->links[i].purpose), now) == PP_L_OPEN;
	if (s.owed > 0 && open)
		next(list, fr ? "Un paiement du client par son lien." :
		    "A payment by the customer through the link.", "");
	else if (s.owed > 0) {
		(void)snprintf(command, sizeof command, "pp-link create %s",
		    c->task.id);
		next(list, fr ? "Un nouveau lien\u00a0: aucun n\xe2\x80\x99" "est ouvert." :
		    "A new link: none is open.", command);
	}
	if (s.net > 0 && c->task.transferred_at == 0) {
		(void)snprintf(command, sizeof command, "pp-ledger transfer "
		    "%s --invoice %s", c->task.id, c->task.invoice[0] != '\0' ?
		    c->task.invoice : "N");
		next(list, fr ? "Le transfert de la facture, qui permet la saisie." :
		    "The invoice's transfer, after which it may be entered.",
		    command);
	}
	(void)pp_status_attention(c, lang, now, items);
	for (i = 0; i < json_object_array_length(items); i++) {
		o = json_object_array_get_idx(items, i);
		if (pp_json_str(o, "what", &what, NULL) == PP_OK &&
		    pp_json_str(o, "next", &cmd, NULL) == PP_OK)
			next(list, what, cmd);
	}
	json_object_put(items);
}
