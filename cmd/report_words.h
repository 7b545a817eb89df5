/*
 * What the report's page says, in both languages, and how it looks.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

enum report_word {
	RW_TITLE, RW_TEST, RW_FROM, RW_TO, RW_MADE, RW_COLON, RW_D,
	RW_RECEIVED, RW_BACK, RW_BACK_LONG, RW_GIVEN_BACK, RW_NET,
	RW_NET_TITLE, RW_OWED_NOW, RW_MEDIAN, RW_MEDIAN_SMALL, RW_DECLINED,
	/* Each with its plural after it. */
	RW_PAYMENT, RW_PAYMENT_N, RW_TASK, RW_TASK_N, RW_TRY, RW_TRY_N,
	RW_ENTRY, RW_ENTRY_N,
	RW_PAY_TITLE,
	/* In the order of enum pp_report_unit. */
	RW_PAY_LEAD_DAY, RW_PAY_LEAD_WEEK, RW_PAY_LEAD_MONTH, RW_PAY_LEAD_YEAR,
	RW_DAY, RW_WEEK, RW_MONTH, RW_YEAR,
	RW_CHART_ALT, RW_NO_PAYMENT, RW_FIGURES, RW_PAYMENTS, RW_TOTAL,
	RW_AMOUNT,
	RW_OWED_TITLE, RW_OWED_LEAD, RW_NOTHING_OWED, RW_AGE, RW_TASKS_TITLE,
	/* In the order of enum pp_report_age. */
	RW_AGE_7, RW_AGE_30, RW_AGE_60, RW_AGE_90, RW_AGE_MORE, RW_AGE_UNASKED,
	RW_TOP, RW_TASK_TITLE, RW_INVOICE, RW_ASKED, RW_NEVER, RW_OWED,
	RW_DELAY_TITLE, RW_DELAY_LEAD, RW_NO_DELAY, RW_DELAY,
	/* In the order of enum pp_report_delay. */
	RW_DELAY_HOUR, RW_DELAY_DAY, RW_DELAY_3, RW_DELAY_7, RW_DELAY_30,
	RW_DELAY_MORE,
	RW_DECLINE_TITLE, RW_DECLINE_LEAD, RW_NO_DECLINE, RW_REASON, RW_TRIES,
	RW_CARD_TITLE, RW_CARD_LEAD, RW_CARD,
	RW_BOOKS_TITLE, RW_BOOKS_LEAD, RW_ALL_RECEIVED, RW_ENTERED,
	RW_TO_ENTER, RW_WAITING,
	RW_DATES, RW_JOURNAL,
	RW_N
};

/* English, French. */
extern const char *const	report_words[RW_N][2];
extern const char *const	report_months[2][12];
/* Names of cards in data, and what people call them; is NULL ends them. */
extern const struct report_card {
	const char	*is, *word[2];
} report_cards[];
extern const char		report_style[];

#endif
