#include "config.h"

#include <string.h>

#include "page_words.h"
#include "banned.h"

/*
 * French as Quebec sets it: a no-break space (\u00a0) before a colon and a
 * dollar sign and inside guillemets, none before ; ! ?, and ’ for '.
 */
const struct page_word page_words[] = {
	/* Every page. */
	{ "skip", "Skip to the content", "Aller au contenu" },
	{ "other_lang", "Français", "English" },
	{ "test_store", "Test store: no real money moves here.",
	    "Boutique d’essai\u00a0: aucun argent réel ne circule ici." },
	{ "questions", "Questions?", "Des questions?" },
	{ "call", "Call {phone}", "Appelez le {phone}" },
	{ "write", "Write to {email}", "Écrivez à {email}" },
	{ "terms", "Terms", "Conditions" },
	{ "privacy", "Privacy", "Vie privée" },
	{ "refunds", "Refund policy", "Politique de remboursement" },
	{ "our_customer", "our company", "notre entreprise" },

	/* What is owed. */
	{ "request", "Payment request", "Demande de paiement" },
	{ "payable_title", "Pay {amount}", "Payer {amount}" },
	{ "to_pay", "to pay", "à payer" },
	{ "task", "Task", "Tâche" },
	{ "invoice", "Invoice", "Facture" },
	{ "customer", "Customer", "Client" },
	{ "place", "Address", "Adresse" },
	{ "details", "Details", "Détails" },
	{ "all_lines", "All {count} lines", "Les {count} lignes" },
	{ "amount", "Amount", "Montant" },
	{ "total", "Total", "Total" },
	{ "adjusted", "Adjustment", "Ajustement" },
	{ "paid_so_far", "Paid so far", "Déjà payé" },
	{ "refunded_so_far", "Refunded", "Remboursé" },
	{ "remaining", "Remaining", "Reste à payer" },
	{ "overpaid", "Paid in excess", "Payé en trop" },
	{ "asked_now", "Asked now", "Demandé maintenant" },
	{ "changed_title", "The amount has changed",
	    "Le montant a changé" },
	{ "changed", "Our message of {date} asked for {was}. It is now {is}.",
	    "Notre message du {date} demandait {was}. C’est maintenant "
	    "{is}." },
	{ "to_payment", "Go to payment", "Aller au paiement" },
	{ "from", "From", "De la part de" },
	{ "until", "This link is valid until {date}.",
	    "Ce lien est valable jusqu’au {date}." },
	{ "statement", "Your card statement will show “{name}”.",
	    "Votre relevé de carte affichera «\u00a0{name}\u00a0»." },
	{ "other_ways", "Other ways to pay", "Autres façons de payer" },

	/* The form. */
	{ "choose", "How much do you want to pay?",
	    "Combien voulez-vous payer?" },
	{ "choose_all", "The whole", "Le tout" },
	{ "choose_rest", "All that remains", "Tout ce qui reste" },
	{ "choose_deposit", "The deposit asked", "Le dépôt demandé" },
	{ "choose_min", "The minimum", "Le minimum" },
	{ "choose_other", "Another amount", "Un autre montant" },
	{ "choose_range", "From {min} to {max}", "De {min} à {max}" },
	{ "pay_by_card", "Pay by card", "Payer par carte" },
	{ "pay_button", "Pay {amount}", "Payer {amount}" },
	{ "go_on_button", "Continue", "Continuer" },
	{ "pay_rest_button", "Pay the remaining {amount}",
	    "Payer le reste, {amount}" },
	{ "secure", "Your card is typed into the secure window of our payment "
	    "processor. Its number never reaches us.",
	    "Votre carte s’inscrit dans la fenêtre sécurisée de notre "
	    "processeur de paiement. Son numéro ne nous parvient jamais." },
	{ "amount_bad", "Type an amount from {min} to {max}, for example "
	    "{example}.", "Inscrivez un montant de {min} à {max}, par exemple "
	    "{example}." },

	/* The review. */
	{ "review_title", "Check before you pay", "Vérifiez avant de payer" },
	{ "review_lead", "Nothing has been charged yet.",
	    "Rien n’a encore été débité." },
	{ "to_pay_now", "to pay now", "à payer maintenant" },
	{ "to", "To", "À" },
	{ "description", "For", "Pour" },
	{ "change_amount", "Change the amount", "Changer le montant" },

	/* The frame. */
	{ "frame_title", "Payment of {amount}", "Paiement de {amount}" },
	{ "frame_lead", "Type your card below.",
	    "Inscrivez votre carte ci-dessous." },
	{ "frame_speaks", "The card form below stays in French, the language in "
	    "which it was opened.", "Le formulaire ci-dessous reste en "
	    "anglais, la langue dans laquelle il a été ouvert." },
	{ "frame_until", "This payment window stays open until {time}. After "
	    "that, simply start again: nothing is lost.",
	    "Cette fenêtre de paiement reste ouverte jusqu’à {time}. Ensuite, "
	    "il suffit de recommencer\u00a0: rien n’est perdu." },
	{ "ending_5", "This payment window closes in five minutes.",
	    "Cette fenêtre de paiement se ferme dans cinq minutes." },
	{ "ending_4", "This payment window closes in four minutes.",
	    "Cette fenêtre de paiement se ferme dans quatre minutes." },
	{ "ending_3", "This payment window closes in three minutes.",
	    "Cette fenêtre de paiement se ferme dans trois minutes." },
	{ "ending_2", "This payment window closes in two minutes.",
	    "Cette fenêtre de paiement se ferme dans deux minutes." },
	{ "ending_1", "This payment window closes in one minute.",
	    "Cette fenêtre de paiement se ferme dans une minute." },
	{ "ending_0", "This payment window has closed.",
	    "Cette fenêtre de paiement s’est fermée." },
	{ "ending_more", "Need more time? Continue in a new window: nothing "
	    "is charged until you press the button to pay in it.",
	    "Il vous faut plus de temps? Continuez dans une nouvelle fenêtre"
	    "\u00a0: rien n’est débité tant que vous n’y avez pas appuyé sur "
	    "le bouton pour payer." },
	{ "ending_button", "Continue", "Continuer" },
	{ "frame_label", "Card payment form of our processor",
	    "Formulaire de paiement par carte de notre processeur" },
	{ "frame_loading", "Opening the secure payment window…",
	    "Ouverture de la fenêtre de paiement sécurisée…" },
	{ "frame_failed", "The secure payment window could not be opened. "
	    "Your card was not charged. Go back and try again.",
	    "La fenêtre de paiement sécurisée n’a pas pu s’ouvrir. Votre carte "
	    "n’a pas été débitée. Revenez en arrière et réessayez." },
	{ "frame_noscript", "The card form needs JavaScript. Turn it on and "
	    "go back, or call us to pay another way.",
	    "Le formulaire de carte a besoin de JavaScript. Activez-le et "
	    "revenez en arrière, ou appelez-nous pour payer autrement." },
	{ "frame_done", "I have paid: show me the result",
	    "J’ai payé\u00a0: montrez-moi le résultat" },
	{ "back", "Go back without paying", "Revenir sans payer" },
	{ "working", "We are asking for the result. Please wait.",
	    "Nous demandons le résultat. Veuillez patienter." },

	/* Receipt. */
	{ "paid_title", "Paid. Thank you!", "Payé. Merci!" },
	{ "part_title", "Payment received. Thank you!",
	    "Paiement reçu. Merci!" },
	{ "paid_lead", "Your payment of {amount} was approved. Nothing "
	    "remains to be paid.", "Votre paiement de {amount} a été approuvé. "
	    "Il ne reste rien à payer." },
	{ "part_lead", "Your payment of {amount} was approved. {balance} "
	    "remains to be paid in all.", "Votre paiement de {amount} a été "
	    "approuvé. Il reste {balance} à payer en tout." },
	{ "paid_other_lead", "Nothing remains to be paid.",
	    "Il ne reste rien à payer." },
	{ "asked_done_lead", "What this link asked for is paid. {balance} "
	    "remains to be paid in all; we will write to you for it.",
	    "Ce que ce lien demandait est payé. Il reste {balance} à payer en "
	    "tout; nous vous écrirons à ce sujet." },
	{ "overpaid_lead", "You have paid {amount} more than the total. We "
	    "see it too and will get back to you.",
	    "Vous avez payé {amount} de plus que le total. Nous le voyons "
	    "aussi et communiquerons avec vous." },
	{ "receipt", "Receipt", "Reçu" },
	{ "r_amount", "Amount paid", "Montant payé" },
	{ "r_tax", "Of which {tax}", "Dont {tax}" },
	{ "r_fee", "Processing fee", "Frais de traitement" },
	{ "r_date", "Date", "Date" },
	{ "r_reference", "Reference number", "Numéro de référence" },
	{ "r_transaction", "Transaction number", "Numéro de transaction" },
	{ "r_approval", "Approval code", "Code d’approbation" },
	{ "r_order", "Order number", "Numéro de commande" },
	{ "r_card", "Card", "Carte" },
	{ "r_remains", "Remains after this payment",
	    "Reste après ce paiement" },
	{ "print", "Print", "Imprimer" },
	{ "card_ending", "{brand} ending in\u00a0{last4}",
	    "{brand} se terminant par\u00a0{last4}" },
	{ "card_other", "Card", "Carte" },
	{ "card_gift", "Gift card", "Carte-cadeau" },

	/* History. */
	{ "history", "Payments so far", "Paiements à ce jour" },
	{ "p_payment", "Card payment", "Paiement par carte" },
	{ "p_refund", "Refund", "Remboursement" },
	{ "p_void", "Cancelled payment", "Paiement annulé" },
	{ "p_offline", "Payment received at our office",
	    "Paiement reçu à notre bureau" },
	{ "p_chargeback", "Taken back by the bank", "Repris par la banque" },
	{ "p_reversal", "Given back by the bank", "Rendu par la banque" },

	/* What went wrong, or waits. */
	{ "declined_title", "The payment was declined",
	    "Le paiement a été refusé" },
	{ "declined_why", "Reason: {why} Your card was not charged. You may "
	    "try again, with this card or another.",
	    "Raison\u00a0: {why} Votre carte n’a pas été débitée. Vous pouvez "
	    "réessayer, avec cette carte ou une autre." },
	{ "declined_reversal", "Reason: {why} If your bank shows an amount on "
	    "hold, it will let it go by itself. You may try again.",
	    "Raison\u00a0: {why} Si votre banque montre un montant retenu, "
	    "elle le libérera d’elle-même. Vous pouvez réessayer." },
	{ "note_cancelled_title", "You left the payment window",
	    "Vous avez quitté la fenêtre de paiement" },
	{ "note_cancelled", "You may start again when you like.",
	    "Recommencez quand vous voulez." },
	{ "note_refused_title", "The payment window could not be opened",
	    "La fenêtre de paiement n’a pas pu s’ouvrir" },
	{ "note_refused", "Press the button again for a new one.",
	    "Appuyez de nouveau sur le bouton pour en obtenir une autre." },
	{ "checking_title", "We are checking your payment",
	    "Nous vérifions votre paiement" },
	{ "checking_lead", "Please do not pay again. The answer of the payment "
	    "processor has not arrived yet. This page follows by itself.",
	    "Ne payez pas de nouveau. La réponse du processeur de paiement ne "
	    "nous est pas encore parvenue. Cette page se met à jour "
	    "d’elle-même." },
	{ "checking_close", "You may close this page: we keep checking, "
	    "and your payment will not be lost.", "Vous pouvez fermer cette "
	    "page\u00a0: nous continuons de vérifier, et votre paiement ne sera "
	    "pas perdu." },
	{ "check_now", "Look again", "Vérifier de nouveau" },
	{ "elsewhere_title", "A payment is already under way",
	    "Un paiement est déjà en cours" },
	{ "elsewhere_lead", "A payment was started with another payment "
	    "service and its end is not known yet. Please do not pay again: "
	    "we are checking.", "Un paiement a été commencé auprès d’un autre "
	    "service et son issue n’est pas encore connue. Ne payez pas de "
	    "nouveau\u00a0: nous vérifions." },
	{ "busy_title", "One moment…", "Un instant…" },
	{ "busy_lead", "The payment window is being prepared. This page goes "
	    "on by itself.", "La fenêtre de paiement se prépare. Cette page "
	    "continue d’elle-même." },
	{ "busy_again", "Continue", "Continuer" },
	{ "other_title", "A payment is already open",
	    "Un paiement est déjà ouvert" },
	{ "other_lead", "A payment of {amount} has been open since {time} in "
	    "another window. What do you want to do?",
	    "Un paiement de {amount} est ouvert depuis {time} dans une autre "
	    "fenêtre. Que voulez-vous faire?" },
	{ "open_lead", "A payment of {amount} has been open since {time}, "
	    "perhaps in another window. You may continue it here.",
	    "Un paiement de {amount} est ouvert depuis {time}, peut-être dans "
	    "une autre fenêtre. Vous pouvez le continuer ici." },
	{ "other_continue", "Continue with {amount}",
	    "Continuer avec {amount}" },
	{ "other_replace", "Cancel it and pay {amount}",
	    "L’annuler et payer {amount}" },
	{ "other_warn", "If you already typed your card there, do not pay "
	    "again here.", "Si vous y avez déjà inscrit votre carte, ne "
	    "payez pas de nouveau ici." },
	{ "nothing_title", "Nothing to pay", "Rien à payer" },
	{ "nothing_lead", "Nothing is asked for this task at the moment.",
	    "Rien n’est demandé pour cette tâche en ce moment." },
	{ "expired_title", "This link has expired", "Ce lien est expiré" },
	{ "expired_lead", "It can no longer be used to pay.",
	    "Il ne permet plus de payer." },
	{ "ask_new", "Ask for a new link", "Demander un nouveau lien" },
	{ "ask_new_lead", "We will send it to the address that we know.",
	    "Nous l’enverrons à l’adresse que nous connaissons." },
	{ "asked_title", "Your request has reached us",
	    "Votre demande nous est parvenue" },
	{ "asked", "You asked for a new link on {date}. We will write to you.",
	    "Vous avez demandé un nouveau lien le {date}. Nous vous "
	    "écrirons." },
	{ "cancelled_title", "This link was cancelled",
	    "Ce lien a été annulé" },
	{ "cancelled_lead", "It can no longer be used to pay. If you think "
	    "that this is a mistake, get in touch with us.",
	    "Il ne permet plus de payer. Si vous croyez que c’est une erreur, "
	    "communiquez avec nous." },
	{ "superseded_title", "This link was replaced",
	    "Ce lien a été remplacé" },
	{ "superseded_lead", "A newer link was sent. Use the one in our latest "
	    "message, or get in touch with us.",
	    "Un lien plus récent a été envoyé. Utilisez celui de notre dernier "
	    "message, ou communiquez avec nous." },
	{ "refunded_title", "Your payment was refunded",
	    "Votre paiement a été remboursé" },
	{ "refunded_lead", "Nothing is asked. It may take a few days before "
	    "the money shows on your card statement.",
	    "Rien n’est demandé. Il peut s’écouler quelques jours avant que la "
	    "somme paraisse sur votre relevé de carte." },

	/* Answers to requests that cannot be served. */
	{ "m_unknown_title", "Page not found", "Page introuvable" },
	{ "m_unknown", "There is nothing at this address. Check that the whole "
	    "link was copied from our message.",
	    "Il n’y a rien à cette adresse. Vérifiez que le lien de notre "
	    "message a été copié en entier." },
	{ "m_method_title", "This page cannot be opened again",
	    "Cette page ne peut pas être rouverte" },
	{ "m_method", "If you were paying, look first what became of it: go "
	    "back to the page of your link.", "Si vous étiez en train de "
	    "payer, voyez d’abord ce qu’il en est\u00a0: revenez à la page de "
	    "votre lien." },
	{ "m_large_title", "Too large", "Trop volumineux" },
	{ "m_large", "What was sent is too large.",
	    "Ce qui a été envoyé est trop volumineux." },
	{ "m_bad_title", "Not understood", "Incompris" },
	{ "m_bad", "What was sent could not be understood. Go back to the page "
	    "and try again.", "Ce qui a été envoyé n’a pas été compris. "
	    "Revenez à la page et réessayez." },
	{ "m_stale_title", "This page is too old",
	    "Cette page est trop ancienne" },
	{ "m_stale", "The form was not sent from a fresh page of ours. Nothing "
	    "was charged. Open the page again and press the button there.",
	    "Le formulaire n’a pas été envoyé depuis une page récente de chez "
	    "nous. Rien n’a été débité. Ouvrez la page de nouveau et appuyez "
	    "sur le bouton." },
	{ "m_many_title", "Too many requests", "Trop de demandes" },
	{ "m_many", "Please wait a minute, then try again.",
	    "Veuillez patienter une minute, puis réessayer." },
	{ "m_locked_title", "Too many declined payments",
	    "Trop de paiements refusés" },
	{ "m_locked", "To protect cards, this link takes no further try for an "
	    "hour. Get in touch with us to pay another way.",
	    "Pour protéger les cartes, ce lien n’accepte plus d’essai pendant "
	    "une heure. Communiquez avec nous pour payer autrement." },
	{ "m_brake_title", "Card payments are paused",
	    "Les paiements par carte sont suspendus" },
	{ "m_brake", "Too many cards were declined on our site within the "
	    "hour. To protect cards we take no new one for a while. Nothing "
	    "was charged. Try again later, or get in touch with us to pay "
	    "another way.",
	    "Trop de cartes ont été refusées sur notre site en une heure. Pour "
	    "protéger les cartes, nous n’en acceptons pas de nouvelle pour "
	    "l’instant. Rien n’a été débité. Réessayez plus tard, ou "
	    "communiquez avec nous pour payer autrement." },
	{ "m_down_title", "The payment service does not answer",
	    "Le service de paiement ne répond pas" },
	{ "m_down", "Your card was not charged, and this is not a decline. "
	    "Try again in a few minutes.", "Votre carte n’a pas été débitée, "
	    "et ce n’est pas un refus. Réessayez dans quelques minutes." },
	{ "m_busy_title", "We are busy", "Nous sommes occupés" },
	{ "m_busy", "Our system is busy at the moment; nothing was done. Try "
	    "again in a minute.", "Notre système est occupé en ce moment; rien "
	    "n’a été fait. Réessayez dans une minute." },
	{ "m_fault_title", "Something is wrong on our side",
	    "Un problème est survenu de notre côté" },
	{ "m_fault", "We could not look up or keep what is needed. If you were "
	    "paying, do not pay again before you have looked here once more "
	    "or called us.", "Nous n’avons pas pu lire ou conserver ce qu’il "
	    "faut. Si vous étiez en train de payer, ne payez pas de nouveau "
	    "avant d’avoir consulté cette page encore une fois ou de nous "
	    "avoir appelés." },
	{ "to_page", "Back to the page", "Revenir à la page" },
	{ NULL, NULL, NULL }
};

const char *
page_word(const char *name, const char *lang)
{
	const struct page_word *w;

	for (w = page_words; w->name != NULL; w++)
		if (strcmp(w->name, name) == 0)
			return strcmp(lang, "fr") == 0 ? w->fr : w->en;
	return NULL;
}
