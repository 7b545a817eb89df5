#include "config.h"

#include <stddef.h>

#include "report_words.h"
#include "banned.h"

#define NB	"\xc2\xa0"	/* no-break space */

const char *const report_words[RW_N][2] = {
	[RW_TITLE] = { "Payments report", "Rapport des paiements" },
	[RW_TEST] = { "TEST: no real money", "ESSAI" NB ": aucun argent réel" },
	[RW_FROM] = { "From", "Du" },
	[RW_TO] = { "to", "au" },
	[RW_MADE] = { "Made on", "Produit le" },
	[RW_COLON] = { ":", NB ":" },
	[RW_D] = { "d", "j" },
	[RW_RECEIVED] = { "Received", "Reçu" },
	[RW_BACK] = { "Given or taken back", "Remboursé ou repris" },
	[RW_BACK_LONG] = { "Given or taken back: refunds, voids, chargebacks",
	    "Remboursé ou repris" NB ": remboursements, annulations, rétrofacturations" },
	[RW_GIVEN_BACK] = { "given or taken back", "remboursé ou repris" },
	[RW_NET] = { "net", "net" },
	[RW_NET_TITLE] = { "Net", "Net" },
	[RW_OWED_NOW] = { "Owed today", "Dû aujourd’hui" },
	[RW_MEDIAN] = { "From link to payment", "Du lien au paiement" },
	[RW_MEDIAN_SMALL] = { "median", "médiane" },
	[RW_DECLINED] = { "Declined", "Refusés" },
	[RW_PAYMENT] = { "payment", "paiement" },
	[RW_PAYMENT_N] = { "payments", "paiements" },
	[RW_TASK] = { "task", "tâche" },
	[RW_TASK_N] = { "tasks", "tâches" },
	[RW_TRY] = { "attempt by card", "tentative par carte" },
	[RW_TRY_N] = { "attempts by card", "tentatives par carte" },
	[RW_ENTRY] = { "entry", "écriture" },
	[RW_ENTRY_N] = { "entries", "écritures" },
	[RW_PAY_TITLE] = { "Payments over time", "Les paiements dans le temps" },
	[RW_PAY_LEAD_DAY] = { "One bar a day, by business date.",
	    "Une barre par jour, selon la date d’affaires." },
	[RW_PAY_LEAD_WEEK] = { "One bar a week, beginning on Monday, by business date.",
	    "Une barre par semaine à partir du lundi, selon la date d’affaires." },
	[RW_PAY_LEAD_MONTH] = { "One bar a month, by business date.",
	    "Une barre par mois, selon la date d’affaires." },
	[RW_PAY_LEAD_YEAR] = { "One bar a year, by business date.",
	    "Une barre par année, selon la date d’affaires." },
	[RW_DAY] = { "Day", "Jour" },
	[RW_WEEK] = { "Week of", "Semaine du" },
	[RW_MONTH] = { "Month", "Mois" },
	[RW_YEAR] = { "Year", "Année" },
	[RW_CHART_ALT] = { "Bar chart, its figures in the table below: in all",
	    "Diagramme à barres, ses chiffres dans le tableau qui suit" NB ": en tout" },
	[RW_NO_PAYMENT] = { "No payment in this period.",
	    "Aucun paiement dans cette période." },
	[RW_FIGURES] = { "The figures", "Les chiffres" },
	[RW_PAYMENTS] = { "Payments", "Paiements" },
	[RW_TOTAL] = { "Total", "Total" },
	[RW_AMOUNT] = { "Amount", "Montant" },
	[RW_OWED_TITLE] = { "What is owed, by age", "Ce qui est dû, selon l’âge" },
	[RW_OWED_LEAD] = { "Today, whatever the period: days since the customer was first sent a link.",
	    "Aujourd’hui, quelle que soit la période" NB ": jours depuis le premier lien envoyé au client." },
	[RW_NOTHING_OWED] = { "Nothing is owed.", "Rien n’est dû." },
	[RW_AGE] = { "Days", "Jours" },
	[RW_TASKS_TITLE] = { "Tasks", "Tâches" },
	[RW_AGE_7] = { "0 to 7", "0 à 7" },
	[RW_AGE_30] = { "8 to 30", "8 à 30" },
	[RW_AGE_60] = { "31 to 60", "31 à 60" },
	[RW_AGE_90] = { "61 to 90", "61 à 90" },
	[RW_AGE_MORE] = { "More than 90", "Plus de 90" },
	[RW_AGE_UNASKED] = { "No link yet", "Aucun lien encore" },
	[RW_TOP] = { "Largest amounts owed", "Les plus gros montants dus" },
	[RW_TASK_TITLE] = { "Task", "Tâche" },
	[RW_INVOICE] = { "Invoice", "Facture" },
	[RW_ASKED] = { "First link", "Premier lien" },
	[RW_NEVER] = { "none", "aucun" },
	[RW_OWED] = { "Owed", "Dû" },
	[RW_DELAY_TITLE] = { "From link to payment", "Du lien au paiement" },
	[RW_DELAY_LEAD] = { "Payments of the period, by how long before the link was made.",
	    "Paiements de la période, selon le temps écoulé depuis la création du lien." },
	[RW_NO_DELAY] = { "No payment through a link in this period.",
	    "Aucun paiement par lien dans cette période." },
	[RW_DELAY] = { "After", "Après" },
	[RW_DELAY_HOUR] = { "Less than 1 hour", "Moins de 1" NB "heure" },
	[RW_DELAY_DAY] = { "1 to 24 hours", "1 à 24" NB "heures" },
	[RW_DELAY_3] = { "1 to 3 days", "1 à 3" NB "jours" },
	[RW_DELAY_7] = { "3 to 7 days", "3 à 7" NB "jours" },
	[RW_DELAY_30] = { "7 to 30 days", "7 à 30" NB "jours" },
	[RW_DELAY_MORE] = { "More than 30 days", "Plus de 30" NB "jours" },
	[RW_DECLINE_TITLE] = { "Declines, by reason", "Les refus, selon la raison" },
	[RW_DECLINE_LEAD] = { "Attempts of the period that ended with a decline.",
	    "Tentatives de la période qui se sont terminées par un refus." },
	[RW_NO_DECLINE] = { "No decline in this period.",
	    "Aucun refus dans cette période." },
	[RW_REASON] = { "Reason", "Raison" },
	[RW_TRIES] = { "Attempts", "Tentatives" },
	[RW_CARD_TITLE] = { "By card", "Par carte" },
	[RW_CARD_LEAD] = { "Payments of the period; what was given back is not subtracted.",
	    "Paiements de la période, sans soustraire ce qui a été remboursé." },
	[RW_CARD] = { "Card", "Carte" },
	[RW_BOOKS_TITLE] = { "With the accountant", "À la comptabilité" },
	[RW_BOOKS_LEAD] = { "All that ever moved, today; what was given or taken back is subtracted.",
	    "Tous les mouvements à ce jour, moins ce qui a été remboursé ou repris." },
	[RW_ALL_RECEIVED] = { "Received", "Reçu" },
	[RW_ENTERED] = { "Entered", "Saisi" },
	[RW_TO_ENTER] = { "To enter", "À saisir" },
	[RW_WAITING] = { "Waiting for the transfer", "En attente du transfert" },
	[RW_DATES] = { "Dates are business dates: the day on which the processor says it was paid, in the time zone",
	    "Les dates sont les dates d’affaires" NB ": le jour du paiement selon le processeur, dans le fuseau" },
	[RW_JOURNAL] = { "Journal", "Journal" }
};

const char *const report_months[2][12] = {
	{ "Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.",
	    "Sept.", "Oct.", "Nov.", "Dec." },
	{ "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août",
	    "sept.", "oct.", "nov.", "déc." }
};

const struct report_card report_cards[] = {
	{ "", { "None: cheque, cash, Interac", "Aucune" NB ": chèque, comptant, Interac" } },
	{ "visa", { "Visa", "Visa" } },
	{ "mastercard", { "Mastercard", "Mastercard" } },
	{ "amex", { "American Express", "American Express" } },
	{ "discover", { "Discover", "Discover" } },
	{ "diners", { "Diners Club", "Diners Club" } },
	{ "jcb", { "JCB", "JCB" } },
	{ "unionpay", { "UnionPay", "UnionPay" } },
	{ "interac", { "Interac", "Interac" } },
	{ "giftcard", { "Gift card", "Carte-cadeau" } },
	{ "other", { "Other", "Autre" } },
	{ NULL, { NULL, NULL } }
};

/* Colours by name, so that dark and paper change a few lines.  What a colour
 * says is said in words too. */
const char report_style[] =
    ":root{color-scheme:light dark;--bg:#f4f5f1;--card:#fff;--ink:#1a211e;"
    "--soft:#59635e;--line:#dde1db;--in:#12715d;--back:#b5502a;"
    "--s1:#3b8f6f;--s2:#a08a1c;--s3:#c46a1f;--s4:#b23a2e;--s5:#8a4b7d;"
    "--s9:#7d8782}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#121614;--card:#1b211e;"
    "--ink:#e7ebe8;--soft:#a0aca6;--line:#333c37;--in:#4cc2a5;"
    "--back:#f0925f;--s1:#76c99a;--s2:#d9c04d;--s3:#f0a050;--s4:#f07c6c;"
    "--s5:#cf93c3;--s9:#95a09a}}\n"
    "*{box-sizing:border-box}\n"
    "body{font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "sans-serif;color:var(--ink);background:var(--bg);margin:0 auto;"
    "padding:1.5rem 1rem;max-width:66rem}\n"
    "header{margin:0 .25rem 1.25rem}h1{font-size:1.75rem;line-height:1.2;"
    "margin:0 0 .3rem;letter-spacing:-.01em}header p{margin:0;"
    "color:var(--soft)}header p b{color:var(--ink);font-weight:600}"
    "header .who{font-weight:600;color:var(--in)}\n"
    ".test{display:inline-block;border:2px solid var(--s4);"
    "color:var(--s4);padding:.1rem .6rem;border-radius:.3rem;"
    "font-weight:700;margin-bottom:.8rem}header .test{color:var(--s4)}\n"
    "section,.tiles>div{background:var(--card);border:1px solid "
    "var(--line);border-radius:.75rem}\n"
    "section{padding:1.1rem 1.25rem;margin-top:1rem;min-width:0}"
    "h2{font-size:1.15rem;margin:0}h3{font-size:.95rem;margin:1.4rem 0 0}"
    ".lead,.none{color:var(--soft);margin:.1rem 0 .9rem;font-size:.9rem}"
    ".none{margin:1rem 0}\n"
    "dl,dd,dt{margin:0}.tiles{display:grid;gap:.75rem;"
    "grid-template-columns:repeat(auto-fit,minmax(10rem,1fr))}"
    ".tiles>div{padding:.8rem 1rem}dt{font-size:.85rem;color:var(--soft)}"
    "dd{font-size:.85rem;color:var(--soft)}dd b{display:block;"
    "font-size:1.35rem;line-height:1.3;color:var(--ink);font-weight:650;"
    "font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".two{display:grid;gap:0 1rem;grid-template-columns:"
    "repeat(auto-fit,minmax(min(100%,26rem),1fr))}\n"
    ".chart{display:grid;grid-template:17rem 1.6rem/5.2rem 1fr;"
    "margin-top:1.2rem}.chart svg{width:100%;height:17rem;display:block;"
    "overflow:visible}.y,.x{position:relative;font-size:.75rem;"
    "color:var(--soft);font-variant-numeric:tabular-nums}"
    ".y span{position:absolute;right:.6rem;transform:translateY(-50%);"
    "white-space:nowrap}.x{grid-column:2}.x span{position:absolute;"
    "top:.35rem;white-space:nowrap}\n"
    ".grid,.zero{stroke:var(--line);stroke-width:1;fill:none;"
    "vector-effect:non-scaling-stroke}.zero{stroke:var(--soft)}"
    ".hit{fill:transparent}g:hover .hit{fill:var(--line)}"
    "rect.in{fill:var(--in)}rect.back{fill:var(--back)}"
    ".key{display:flex;flex-wrap:wrap;gap:.2rem 1.25rem;margin:.6rem 0 0 "
    "5.2rem;font-size:.8rem;color:var(--soft)}.key span{display:flex;"
    "align-items:baseline;gap:.4rem}.key i{display:inline-block;"
    "width:.7rem;height:.7rem;flex:none;border-radius:.15rem}"
    "i.in{background:var(--in)}i.back{background:var(--back)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem;"
    "font-variant-numeric:tabular-nums}th,td{padding:.35rem .5rem;"
    "text-align:left;border-bottom:1px solid var(--line);"
    "vertical-align:middle}th{font-weight:400}thead th{font-size:.75rem;"
    "color:var(--soft);font-weight:600;vertical-align:bottom}"
    "tbody tr:last-child>*{border-bottom:0}"
    "tfoot>tr>*{border-top:2px solid var(--line);border-bottom:0;"
    "font-weight:650}"
    "th:first-child,td:first-child{padding-left:0}"
    "th:last-child,td:last-child{padding-right:0}"
    ".n{text-align:right;white-space:nowrap}"
    ".bars th[scope=row]{width:36%}td.bar{width:34%;min-width:3rem}"
    ".bar svg{display:block;width:100%;height:.8rem}"
    ".s0{fill:var(--in)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}"
    ".s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}"
    ".s9{fill:var(--s9)}\n"
    "details{margin-top:1rem}summary{cursor:pointer;color:var(--in);"
    "font-size:.9rem;font-weight:600;padding:.3rem 0}"
    "summary:focus-visible{outline:2px solid var(--in);"
    "outline-offset:2px}\n"
    ".sum{display:flex;flex-wrap:wrap;gap:.75rem 2.2rem}.sum dd{"
    "position:relative}.sum i{position:absolute;left:-1.4rem;top:.15rem;"
    "font-style:normal;font-size:1.1rem;color:var(--soft)}\n"
    "footer{color:var(--soft);font-size:.8rem;margin:1.25rem .25rem 0}"
    "footer p{margin:.2rem 0}code{font-size:.75rem;"
    "overflow-wrap:anywhere}\n"
    "@media(max-width:34rem){body{padding:1rem .6rem}section{padding:1rem "
    ".9rem}.chart{grid-template-columns:4.4rem 1fr}.key{margin-left:0}"
    ".tiles{grid-template-columns:1fr 1fr;gap:.5rem}"
    ".tiles>div:first-child{grid-column:1/-1}.tiles>div{padding:.6rem "
    ".8rem}dd b{font-size:1.15rem}table{font-size:.82rem}th,td{"
    "padding:.3rem .3rem}.bars th[scope=row]{width:38%}td.bar{width:20%;"
    "min-width:2rem}.sum{display:grid;gap:.6rem}.sum dd{"
    "padding-left:1.4rem}.sum i{left:0}.sum dt{padding-left:1.4rem}}\n"
    "@media print{@page{size:letter;margin:14mm}:root{color-scheme:light;"
    "--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;"
    "--in:#12715d;--back:#b5502a;--s1:#3b8f6f;--s2:#a08a1c;--s3:#c46a1f;"
    "--s4:#b23a2e;--s5:#8a4b7d;--s9:#7d8782}*{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}body{font-size:11px;padding:0;"
    "max-width:none}section{padding:.7rem 0;border:0;border-top:1px solid "
    "var(--line);border-radius:0}.tiles>div{border-radius:0}tr,.chart,"
    ".tiles,.sum{break-inside:avoid}h2,h3,.lead{break-after:avoid}"
    "section{break-inside:avoid}tfoot{display:table-row-group}"
    ".tiles{grid-template-columns:repeat(5,auto)}dd b{font-size:1.2rem}"
    "thead{display:table-header-group}.chart,.chart svg{"
    "height:auto}.chart{grid-template-rows:12rem 1.6rem}.chart svg{"
    "height:12rem}summary{display:none}"
    "details::details-content{content-visibility:visible;"
    "display:block;block-size:auto}}\n";
