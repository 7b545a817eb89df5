#include "config.h"

#include <csv.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "intl.h"
#include "money.h"
#include "stated.h"
#include "time.h"
#include "banned.h"

#define COLUMNS		200
#define CELL		256
#define DATE_ORDER	"date_order"

const char *const pp_stated_fields[] = {
	"order_no", "transaction_no", "reference_no", "amount", "date", "type",
	"result", "batch", "terminal", "last4", NULL
};

/* What reports call them. */
static const struct name {
	enum pp_stated_field	 field;
	const char		*name;
} names[] = {
	{ PP_S_ORDER, "order id" }, { PP_S_ORDER, "order number" },
	{ PP_S_ORDER, "order no" }, { PP_S_ORDER, "order_no" },
	{ PP_S_ORDER, "order" }, { PP_S_ORDER, "num\xc3\xa9ro de commande" },
	{ PP_S_TRANSACTION, "transaction number" },
	{ PP_S_TRANSACTION, "txn number" },
	{ PP_S_TRANSACTION, "transaction id" },
	{ PP_S_TRANSACTION, "transaction_no" },
	{ PP_S_TRANSACTION, "trans. no." },
	{ PP_S_TRANSACTION, "num\xc3\xa9ro de transaction" },
	{ PP_S_REFERENCE, "reference number" },
	{ PP_S_REFERENCE, "reference_no" }, { PP_S_REFERENCE, "reference" },
	{ PP_S_REFERENCE, "num\xc3\xa9ro de r\xc3\xa9" "f\xc3\xa9rence" },
	{ PP_S_AMOUNT, "amount" }, { PP_S_AMOUNT, "transaction amount" },
	{ PP_S_AMOUNT, "montant" }, { PP_S_AMOUNT, "total" },
	{ PP_S_DATE, "date" }, { PP_S_DATE, "date/time" },
	{ PP_S_DATE, "transaction date" }, { PP_S_DATE, "business_date" },
	{ PP_S_DATE, "date de transaction" },
	{ PP_S_TYPE, "type" }, { PP_S_TYPE, "transaction type" },
	{ PP_S_TYPE, "type de transaction" },
	{ PP_S_RESULT, "result" }, { PP_S_RESULT, "status" },
	{ PP_S_RESULT, "r\xc3\xa9sultat" }, { PP_S_RESULT, "statut" },
	{ PP_S_BATCH, "batch" }, { PP_S_BATCH, "batch number" },
	{ PP_S_BATCH, "batch no" }, { PP_S_BATCH, "lot" },
	{ PP_S_TERMINAL, "terminal" }, { PP_S_TERMINAL, "terminal id" },
	{ PP_S_TERMINAL, "ecr number" }, { PP_S_LAST4, "last4" },
	{ PP_S_LAST4, "last 4" }
};

/* How a date of three numbers without its year first is read. */
enum order { ANY, DAY_FIRST, MONTH_FIRST };

struct reading {
	struct pp_stated	*out;
	const char *const	*map;
	size_t			 nmap;
	int			 column[PP_S_N];	/* -1: not there */
	char			 cell[COLUMNS][CELL];
	size_t			 ncells, row;
	enum order		 order;
	bool			 orders;	/* the first of two passes */
	bool			 cut;		/* a cell was too long */
	enum pp_rc		 rc;
	struct pp_err		*err;
};

static void		take_cell(void *, size_t, void *);
static void		take_row(int, void *);
static enum pp_rc	titles(struct reading *);
static enum pp_rc	line(struct reading *);
static enum pp_rc	date(struct reading *, const char *, int32_t *);
static enum pp_rc	pass(struct reading *, const char *, size_t, char);
static char		separator(const char *, size_t);
static bool		has_word(const char *, const char *const *);
static const char	*get(const struct reading *, enum pp_stated_field);
static enum pp_rc	bad(struct reading *, enum pp_stated_field,
			    const char *);

static enum pp_rc
bad(struct reading *r, enum pp_stated_field f, const char *what)
{
	return pp_err_set(r->err, PP_DATA, "row %zu: %s: %s", r->row,
	    pp_stated_fields[f], _(what));
}

static const char *
get(const struct reading *r, enum pp_stated_field f)
{
	int c = r->column[f];

	return c < 0 || (size_t)c >= r->ncells ? "" : r->cell[c];
}

/* Is one of the words in s, capitals aside? */
static bool
has_word(const char *s, const char *const words[])
{
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strcasestr(s, words[i]) != NULL)
			return true;
	return false;
}

enum pp_rc
pp_stated_amount(const char *s, int64_t *cents, struct pp_err *err)
{
	char text[64];
	const char *dot, *comma, *p;
	size_t n = 0;
	bool minus = false, grouped;
	enum pp_rc rc;

	dot = strrchr(s, '.');
	comma = strrchr(s, ',');
	grouped = dot != NULL && comma != NULL && comma < dot;
	for (p = s; *p != '\0'; p++) {
		/* Blanks (also the no-break one) and the currency. */
		if (*p == ' ' || *p == '$' || (unsigned char)*p == 0xa0 ||
		    (unsigned char)*p == 0xc2)
			continue;
		if (*p == '(' || *p == '-') {
			minus = true;
			continue;
		}
		if (*p == ')' || *p == '+')
			continue;
		if (*p == ',' && grouped) {
			if (strspn(p + 1, "0123456789") != 3)
				return pp_err_set(err, PP_DATA,
				    "not an amount: %.40s", s);
			continue;
		}
		if (n + 1 >= sizeof text)
			return pp_err_set(err, PP_DATA, "not an amount: %.40s",
			    s);
		text[n++] = *p;
	}
	text[n] = '\0';
	if ((rc = pp_money_parse(text, false, cents, err)) == PP_OK && minus)
		*cents = -*cents;
	return rc;
}

/* 2026-11-23, 2026/11/23, 20261123, and with the year last if which of the
 * other two is the month is known. */
static enum pp_rc
date(struct reading *r, const char *s, int32_t *day)
{
	unsigned int a, b, c;
	char text[16];
	int n = 0;

	*day = 0;
	if (*s == '\0')
		return PP_OK;
	if (sscanf(s, "%4u-%2u-%2u%n", &a, &b, &c, &n) == 3 && n >= 8)
		;
	else if (sscanf(s, "%4u/%2u/%2u%n", &a, &b, &c, &n) == 3 && a > 999)
		;
	else if (strspn(s, "0123456789") == 8 &&
	    sscanf(s, "%4u%2u%2u", &a, &b, &c) == 3)
		;
	else if (sscanf(s, "%2u/%2u/%4u", &a, &b, &c) == 3 ||
	    sscanf(s, "%2u-%2u-%4u", &a, &b, &c) == 3) {
		if (r->orders) {
			if ((a > 12 && r->order == MONTH_FIRST) ||
			    (b > 12 && r->order == DAY_FIRST))
				return bad(r, PP_S_DATE, "days and months "
				    "change places in this file");
			if (a > 12)
				r->order = DAY_FIRST;
			else if (b > 12)
				r->order = MONTH_FIRST;
			return PP_OK;
		}
		if (r->order == ANY)
			return bad(r, PP_S_DATE, "which is the month? say "
			    "--map date_order=dmy or mdy");
		n = (int)c;
		if (r->order == DAY_FIRST) {
			c = a;
		} else {
			c = b;
			b = a;
		}
		a = (unsigned int)n;
	} else
		return bad(r, PP_S_DATE, "not a date");
	(void)snprintf(text, sizeof text, "%04u-%02u-%02u", a % 10000, b % 100,
	    c % 100);
	return pp_time_day_parse(text, day, NULL) == PP_OK ? PP_OK :
	    bad(r, PP_S_DATE, "no such day");
}

/* The first row. */
static enum pp_rc
titles(struct reading *r)
{
	const char *to;
	size_t i, k, f, n;
	bool known;

	for (f = 0; f < PP_S_N; f++)
		r->column[f] = -1;
	for (k = 0; k < r->nmap; k++) {
		if ((to = strchr(r->map[k], '=')) == NULL)
			return pp_err_set(r->err, PP_DATA, "map %s: not "
			    "FIELD=COLUMN", r->map[k]);
		n = (size_t)(to++ - r->map[k]);
		if (n == strlen(DATE_ORDER) &&
		    strncmp(r->map[k], DATE_ORDER, n) == 0) {
			if (strcmp(to, "dmy") != 0 && strcmp(to, "mdy") != 0)
				return pp_err_set(r->err, PP_DATA,
				    "date_order is dmy or mdy");
			r->order = *to == 'd' ? DAY_FIRST : MONTH_FIRST;
			continue;
		}
		for (f = 0; f < PP_S_N; f++)
			if (strlen(pp_stated_fields[f]) == n && strncmp(
			    pp_stated_fields[f], r->map[k], n) == 0)
				break;
		if (f == PP_S_N)
			return pp_err_set(r->err, PP_DATA, "map %s: no such "
			    "field", r->map[k]);
		for (i = 0; i < r->ncells; i++)
			if (strcasecmp(r->cell[i], to) == 0)
				r->column[f] = (int)i;
		if (r->column[f] < 0)
			return pp_err_set(r->err, PP_DATA, "there is no "
			    "column %s", to);
	}
	for (i = 0; i < r->ncells; i++)
		for (k = 0; k < sizeof names / sizeof names[0]; k++) {
			known = r->column[names[k].field] >= 0;
			if (!known && strcasecmp(r->cell[i],
			    names[k].name) == 0)
				r->column[names[k].field] = (int)i;
		}
	if (r->column[PP_S_AMOUNT] < 0)
		return pp_err_set(r->err, PP_DATA, "there is no column of "
		    "amounts: say --map amount=COLUMN");
	for (f = 0; f < PP_S_N; f++)
		r->out->has[f] = r->column[f] >= 0;
	return PP_OK;
}

static enum pp_rc
line(struct reading *r)
{
	static const char *const back[] = {
		"refund", "remb", "void", "annul", "correction", "chargeback",
		NULL
	};
	static const char *const no[] = {
		"declin", "refus", "cancel", "fail", "error", "incomplete",
		NULL
	};
	struct pp_stated *out = r->out;
	struct pp_stated_line *l, *v;
	struct pp_err why = { .msg = "" };
	const struct { enum pp_stated_field f; size_t off; } ids[] = {
		{ PP_S_ORDER, offsetof(struct pp_stated_line, order_no) },
		{ PP_S_TRANSACTION, offsetof(struct pp_stated_line,
		    transaction_no) },
		{ PP_S_REFERENCE, offsetof(struct pp_stated_line,
		    reference_no) },
		{ PP_S_BATCH, offsetof(struct pp_stated_line, batch) },
		{ PP_S_TERMINAL, offsetof(struct pp_stated_line, terminal) }
	};
	const char *s;
	size_t cap, i;
	int32_t day;
	enum pp_rc rc;

	if (has_word(get(r, PP_S_RESULT), no)) {
		out->left_out += !r->orders;
		return PP_OK;
	}
	if ((rc = date(r, get(r, PP_S_DATE), &day)) != PP_OK || r->orders)
		return rc;
	if (out->n == out->cap) {
		cap = out->cap == 0 ? 256 : out->cap * 2;
		if ((v = reallocarray(out->v, cap, sizeof v[0])) == NULL)
			return pp_err_set(r->err, PP_IO, "out of memory");
		out->v = v;
		out->cap = cap;
	}
	l = &out->v[out->n];
	memset(l, 0, sizeof *l);
	l->line = r->row;
	l->day = day;
	for (i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (strlcpy((char *)l + ids[i].off, get(r, ids[i].f),
		    PP_ID_MAX) >= PP_ID_MAX)
			return bad(r, ids[i].f, "too long");
	s = get(r, PP_S_LAST4);
	(void)strlcpy(l->last4, strlen(s) > 4 ? s + strlen(s) - 4 : s,
	    sizeof l->last4);
	if (pp_stated_amount(get(r, PP_S_AMOUNT), &l->cents, &why) != PP_OK)
		return bad(r, PP_S_AMOUNT, why.msg);
	if (l->cents > 0 && has_word(get(r, PP_S_TYPE), back))
		l->cents = -l->cents;
	if (day != 0 && (out->first == 0 || day < out->first))
		out->first = day;
	if (day > out->last)
		out->last = day;
	out->n++;
	return PP_OK;
}

static void
take_cell(void *s, size_t len, void *arg)
{
	struct reading *r = arg;

	if (r->ncells < COLUMNS) {
		r->cut |= strlcpy(r->cell[r->ncells], s != NULL ? s : "",
		    CELL) >= CELL || memchr(s != NULL ? s : "", '\0', len) !=
		    NULL;
		r->ncells++;
	} else
		r->cut = true;
}

static void
take_row(int c, void *arg)
{
	struct reading *r = arg;

	(void)c;
	r->row++;
	if (r->rc == PP_OK && r->cut)
		r->rc = pp_err_set(r->err, PP_DATA, "row %zu: a cell of more "
		    "than %d bytes, or more than %d cells", r->row, CELL - 1,
		    COLUMNS);
	if (r->rc == PP_OK)
		r->rc = r->row == 1 ? titles(r) : line(r);
	r->ncells = 0;
	r->cut = false;
}

static char
separator(const char *text, size_t len)
{
	static const char all[] = ",;\t";
	size_t count[3] = { 0, 0, 0 }, i, k, best = 0;

	for (i = 0; i < len && text[i] != '\n'; i++)
		for (k = 0; k < 3; k++)
			count[k] += text[i] == all[k];
	for (k = 1; k < 3; k++)
		if (count[k] > count[best])
			best = k;
	return all[best];
}

static enum pp_rc
pass(struct reading *r, const char *text, size_t len, char sep)
{
	struct csv_parser p;

	r->row = r->ncells = 0;
	r->rc = PP_OK;
	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		return pp_err_set(r->err, PP_IO, "out of memory");
	csv_set_delim(&p, (unsigned char)sep);
	if (csv_parse(&p, text, len, take_cell, take_row, r) != len ||
	    csv_fini(&p, take_cell, take_row, r) != 0)
		if (r->rc == PP_OK)
			r->rc = pp_err_set(r->err, PP_DATA, "after row %zu: "
			    "%s", r->row, csv_strerror(csv_error(&p)));
	csv_free(&p);
	if (r->rc == PP_OK && r->row == 0)
		r->rc = pp_err_set(r->err, PP_DATA, "an empty file");
	return r->rc;
}

enum pp_rc
pp_stated_read(const char *text, size_t len, const char *const map[],
    size_t nmap, struct pp_stated *out, struct pp_err *err)
{
	struct reading *r;
	enum pp_rc rc;
	char sep;

	memset(out, 0, sizeof *out);
	if ((r = calloc(1, sizeof *r)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	r->out = out;
	r->map = map;
	r->nmap = nmap;
	r->err = err;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	sep = separator(text, len);
	/* Which of two numbers is the month, one row may say for all. */
	r->orders = true;
	if ((rc = pass(r, text, len, sep)) == PP_OK) {
		enum order told = r->order;

		r->orders = false;
		r->order = told;
		rc = pass(r, text, len, sep);
	}
	free(r);
	if (rc != PP_OK)
		pp_stated_release(out);
	return rc;
}

void
pp_stated_release(struct pp_stated *s)
{
	free(s->v);
	s->v = NULL;
	s->n = s->cap = 0;
}
