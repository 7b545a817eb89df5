#include "config.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "decimal.h"
#include "json.h"
#include "money.h"
#include "progression.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define PERCENT_UNITS	1000000LL	/* a percentage of one, in its unit */
#define PERCENT_MAX	(100 * 10000LL)
/* Taxes whose rates are not told: the difference, if it can be taxes. */
#define UNTOLD		"Taxes"
#define UNTOLD_MAX	150000LL	/* 15 % */
#define LINES_MAX	500
#define PATTERN_MAX	256

static struct json_object *member(struct json_object *, const char *);
static const char	*word(struct json_object *, const char *);
static void		put(struct json_object *, const char *, const char *,
			    size_t, bool);
static void		cents_add(struct json_object *, const char *, int64_t);
static bool		gone(struct json_object *);
static enum pp_rc	number(struct json_object *, const char *, bool,
			    int64_t *, struct pp_err *);
static enum pp_rc	rates_of(struct json_object *, struct pp_prog_sums *,
			    size_t *, size_t *, struct pp_err *);
static enum pp_rc	one_line(struct json_object *, struct json_object *,
			    const struct pp_prog_rules *,
			    struct pp_prog_sums *, struct json_object *,
			    struct pp_err *);
static int64_t		tax_of(const struct pp_prog_rate *, int64_t);
static bool		agrees(const struct pp_prog_sums *, bool, int64_t,
			    int64_t *, int64_t [PP_PROG_RATES]);
static enum pp_rc	money(struct json_object *,
			    const struct pp_prog_rules *,
			    struct json_object *, struct pp_err *);
static void		customer(struct json_object *, struct json_object *);
static void		where_it_is(struct json_object *,
			    const struct pp_prog_rules *,
			    struct json_object *);

/* Looking into foreign JSON: what is not there, null or of another type is
 * none. */

static struct json_object *
member(struct json_object *o, const char *name)
{
	struct json_object *v;

	return o != NULL && json_object_is_type(o, json_type_object) &&
	    json_object_object_get_ex(o, name, &v) ? v : NULL;
}

/* A text, or a number as it was written. */
static const char *
word(struct json_object *o, const char *name)
{
	struct json_object *v = member(o, name);

	switch (json_object_get_type(v)) {
	case json_type_string:
	case json_type_int:
	case json_type_double:
		return json_object_get_string(v);
	default:
		return "";
	}
}

/* A date, or true. */
static bool
gone(struct json_object *o)
{
	struct json_object *v = member(o, "removed");

	return json_object_is_type(v, json_type_boolean) ?
	    json_object_get_boolean(v) : *word(o, "removed") != '\0';
}

/* Adds a text of people, at most max bytes of it, its control characters made
 * blanks (but for line ends, if lines). */
static void
put(struct json_object *o, const char *name, const char *s, size_t max,
    bool lines)
{
	char text[2048];
	size_t at = 0, n;

	s += strspn(s, " \t\r\n");
	for (; *s != '\0' && at + 4 < sizeof text; s += n) {
		(void)pp_utf8_next(s, &n);
		if (at + n > max)
			break;
		if (lines && *s == '\n')
			text[at++] = '\n';
		else if (pp_utf8_printable(s, n)) {
			memcpy(text + at, s, n);
			at += n;
		} else
			text[at++] = ' ';
	}
	while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n'))
		at--;
	text[at] = '\0';
	if (at > 0)
		json_object_object_add(o, name, json_object_new_string(text));
}

static void
cents_add(struct json_object *o, const char *name, int64_t cents)
{
	char text[PP_MONEY_STR], twice[32];

	(void)snprintf(twice, sizeof twice, "%s_cents", name);
	json_object_object_add(o, name, json_object_new_string(
	    pp_money_str(cents, text, sizeof text)));
	json_object_object_add(o, twice, json_object_new_int64(cents));
}

/* The last member of the path told, a number: in units, or (whole) a whole
 * cent in cents.  PP_NOTFOUND without words if there is none. */
static enum pp_rc
number(struct json_object *o, const char *told, bool whole, int64_t *out,
    struct pp_err *err)
{
	const char *dot = strrchr(told, '.');
	const char *s = word(o, dot != NULL ? dot + 1 : told);
	struct pp_err e = { 0 };
	enum pp_rc rc;

	if (*s == '\0')
		return PP_NOTFOUND;
	rc = whole ? pp_decimal_cents(s, out, &e) : pp_decimal_units(s, out,
	    &e);
	return rc == PP_OK ? rc : pp_err_member(err, rc, told, "%s", e.msg);
}

/* Lists. */

bool
pp_progression_listed(const char *list, const char *w, bool glob)
{
	char item[PATTERN_MAX];
	size_t n, len;

	for (; *list != '\0'; list += n + (list[n] == ',')) {
		list += strspn(list, " \t");
		len = n = strcspn(list, ",");
		while (len > 0 && (list[len - 1] == ' ' ||
		    list[len - 1] == '\t'))
			len--;
		if (len == 0 || len >= sizeof item)
			continue;
		memcpy(item, list, len);
		item[len] = '\0';
		if (glob ? fnmatch(item, w, 0) == 0 : strcmp(item, w) == 0)
			return true;
	}
	return false;
}

bool
pp_progression_element(const char *text, size_t len, size_t *at,
    const char **element, size_t *elen)
{
	static const char blank[] = " \t\r\n";
	size_t i = *at, depth = 0, from;
	bool quoted = false;

	while (i < len && strchr(blank, text[i]) != NULL && text[i] != '\0')
		i++;
	if (i >= len || text[i] != (*at == 0 ? '[' : ',')) {
		/* Nothing but blanks may follow the last bracket. */
		if (i < len && *at != 0 && text[i] == ']') {
			for (i++; i < len && strchr(blank, text[i]) != NULL &&
			    text[i] != '\0'; i++)
				continue;
			if (i == len) {
				*at = len;
				return false;
			}
		}
		*at = SIZE_MAX;
		return false;
	}
	for (i++; i < len && strchr(blank, text[i]) != NULL; i++)
		continue;
	if (*at == 0 && i < len && text[i] == ']') {
		*at = i;
		return pp_progression_element(text, len, at, element, elen);
	}
	for (from = i; i < len; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = false;
		} else if (text[i] == '"')
			quoted = true;
		else if (text[i] == '{' || text[i] == '[')
			depth++;
		else if (depth > 0 && (text[i] == '}' || text[i] == ']'))
			depth--;
		else if (depth == 0 && (text[i] == ',' || text[i] == ']')) {
			*element = text + from;
			*elen = i - from;
			*at = i;
			return true;
		}
	}
	*at = SIZE_MAX;
	return false;
}

/* Money. */

/* Adds the rates of a tax configuration to those known; those of it are
 * first to first + n.  A task has one configuration, or its lines have. */
static enum pp_rc
rates_of(struct json_object *config, struct pp_prog_sums *s, size_t *first,
    size_t *n, struct pp_err *err)
{
	struct json_object *list = member(config, "taxes"), *t, *v;
	struct pp_prog_rate r[PP_PROG_RATES];
	int64_t percent;
	size_t i, k;
	enum pp_rc rc;

	*n = 0;
	if (!json_object_is_type(list, json_type_array))
		return PP_OK;
	memset(r, 0, sizeof r);
	for (i = 0; i < json_object_array_length(list); i++) {
		t = json_object_array_get_idx(list, i);
		if ((rc = number(t, "taxConfig.taxes.percent", false, &percent,
		    err)) == PP_NOTFOUND || gone(t))
			continue;
		if (rc != PP_OK)
			return rc;
		percent /= PP_UNIT / 10000;
		if (percent < 0 || percent > PERCENT_MAX || *n ==
		    PP_PROG_RATES)
			return pp_err_member(err, PP_DATA, "taxConfig",
			    "more taxes than there can be");
		r[*n].percent = percent;
		v = member(t, "taxable");
		r[*n].compound = json_object_is_type(v, json_type_boolean) &&
		    json_object_get_boolean(v);
		(void)snprintf(r[*n].name, sizeof r[*n].name, "%.24s",
		    *word(t, "label") != '\0' ? word(t, "label") : "Taxe");
		/* Not in the middle of a character. */
		for (k = strlen(r[*n].name); k > 0 && !pp_utf8_printable(
		    r[*n].name, strlen(r[*n].name)); k--)
			r[*n].name[k - 1] = '\0';
		(*n)++;
	}
	for (*first = 0; *first + *n <= s->nrates; (*first)++) {
		for (k = 0; k < *n && s->rate[*first + k].percent ==
		    r[k].percent && strcmp(s->rate[*first + k].name,
		    r[k].name) == 0; k++)
			continue;
		if (k == *n)
			return PP_OK;
	}
	if (s->nrates + *n > PP_PROG_RATES)
		return pp_err_member(err, PP_DATA, "taxConfig",
		    "more than %d taxes", PP_PROG_RATES);
	*first = s->nrates;
	memcpy(&s->rate[s->nrates], r, *n * sizeof r[0]);
	s->nrates += *n;
	return PP_OK;
}

static enum pp_rc
one_line(struct json_object *line, struct json_object *config,
    const struct pp_prog_rules *rules, struct pp_prog_sums *s,
    struct json_object *out, struct pp_err *err)
{
	struct json_object *v = member(line, "taxable"), *o;
	const char *label = word(line, "label");
	bool taxed = !json_object_is_type(v, json_type_boolean) ||
	    json_object_get_boolean(v);
	bool deposit = pp_progression_listed(rules->deposit_lines, label,
	    true);
	int64_t units = 0, cents;
	size_t first, n = 0, i;
	char quantity[40];
	enum pp_rc rc;

	if ((rc = number(line, "itemList.items.total", false, &units, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	if (taxed && (rc = rates_of(json_object_is_type(member(member(line,
	    "taxConfig"), "taxes"), json_type_array) ? member(line,
	    "taxConfig") : config, s, &first, &n, err)) != PP_OK)
		return rc;
	for (i = 0; i < n; i++) {
		s->rate[first + i].base += units;
		if (!deposit)
			s->rate[first + i].kept += units;
	}
	s->lines += units;
	if (deposit) {
		if ((rc = number(line, "itemList.items.total", true, &cents, err)) == PP_OK)
			s->deposits += cents;
		return rc == PP_NOTFOUND ? PP_OK : rc;
	}
	o = json_object_new_object();
	put(o, "label", label, 300, false);
	/* 1.0 of a floating point number is 1. */
	(void)snprintf(quantity, sizeof quantity, "%s", word(line,
	    "quantity"));
	if (strchr(quantity, '.') != NULL) {
		i = strlen(quantity);
		while (quantity[i - 1] == '0')
			quantity[--i] = '\0';
		if (quantity[i - 1] == '.')
			quantity[i - 1] = '\0';
	}
	put(o, "quantity", quantity, sizeof quantity, false);
	cents_add(o, "total", pp_div_half(units, PP_UNIT_CENT));
	json_object_array_add(out, o);
	return PP_OK;
}

/* In millionths of a unit, of a base in units: below 10^18. */
static int64_t
tax_of(const struct pp_prog_rate *r, int64_t base)
{
	return base * r->percent;
}

static bool
agrees(const struct pp_prog_sums *s, bool compound, int64_t total,
    int64_t *due, int64_t tax[PP_PROG_RATES])
{
	const int64_t cent = PP_UNIT_CENT * PERCENT_UNITS;
	int64_t low, high, sum, all, on = 0, onkept = 0, gave = 0;
	int64_t up[PP_PROG_RATES], down[PP_PROG_RATES];
	size_t i;

	/* The noise of a sum of lines is no cent. */
	low = pp_div_down(s->lines + 1, PP_UNIT_CENT);
	high = pp_div_up(s->lines - 1, PP_UNIT_CENT);
	sum = pp_div_half(s->lines, PP_UNIT_CENT) - s->deposits;
	for (i = 0; i < s->nrates; i++) {
		all = tax_of(&s->rate[i], s->rate[i].base + (compound ? on :
		    0));
		low += pp_div_down(all, cent);
		high += pp_div_up(all, cent);
		gave += pp_div_half(all, cent);
		if (s->rate[i].compound)
			on += pp_div_half(all, cent) * PP_UNIT_CENT;
		all = tax_of(&s->rate[i], s->rate[i].kept + (compound ?
		    onkept : 0));
		down[i] = pp_div_down(all, cent);
		up[i] = pp_div_up(all, cent);
		tax[i] = pp_div_half(all, cent);
		gave -= tax[i];		/* at the end: the deposits' taxes */
		if (s->rate[i].compound)
			onkept += tax[i] * PP_UNIT_CENT;
		sum += tax[i];
	}
	if (total < low || total > high)
		return false;
	*due = total - s->deposits - gave;
	/* A cent that was rounded otherwise there than here. */
	for (i = s->nrates; i-- > 0; ) {
		while (sum < *due && tax[i] < up[i])
			tax[i]++, sum++;
		while (sum > *due && tax[i] > down[i])
			tax[i]--, sum--;
	}
	return true;
}

bool
pp_progression_agrees(const struct pp_prog_sums *s, int64_t total,
    int64_t *due, int64_t tax[PP_PROG_RATES])
{
	/* Whether one tax is taken of the other is not documented. */
	return agrees(s, false, total, due, tax) ||
	    agrees(s, true, total, due, tax);
}

static enum pp_rc
money(struct json_object *task, const struct pp_prog_rules *rules,
    struct json_object *out, struct pp_err *err)
{
	struct json_object *list = member(task, "itemList"), *lines, *one;
	struct json_object *items = member(list, "items"), *taxes, *l;
	struct pp_prog_sums s = { .nrates = 0 };
	int64_t total, sub, due = 0, tax[PP_PROG_RATES] = { 0 };
	char is[PP_MONEY_STR], made[PP_MONEY_STR];
	size_t i, n, first, nrates;
	enum pp_rc rc, has_sub;

	if ((rc = number(list, "itemList.total", true, &total, err)) != PP_OK) {
		if (rc == PP_NOTFOUND && gone(task))
			return PP_OK;
		return rc == PP_NOTFOUND ? pp_err_member(err, PP_DATA,
		    "itemList.total", "missing") : rc;
	}
	has_sub = number(list, "itemList.subTotal", false, &sub, err);
	if (has_sub != PP_OK && has_sub != PP_NOTFOUND)
		return has_sub;
	n = json_object_is_type(items, json_type_array) ?
	    json_object_array_length(items) : 0;
	if (n > LINES_MAX)
		return pp_err_member(err, PP_DATA, "itemList.items",
		    "more than %d lines", LINES_MAX);
	lines = json_object_new_array();
	json_object_object_add(out, "lines", lines);
	for (i = 0; i < n; i++) {
		l = json_object_array_get_idx(items, i);
		if (!gone(l) && (rc = one_line(l, member(task, "taxConfig"),
		    rules, &s, lines, err)) != PP_OK)
			return rc;
	}
	/* No lines told: what there is of them is their sum. */
	if (n == 0 && (rc = rates_of(member(task, "taxConfig"), &s, &first,
	    &nrates, err)) != PP_OK)
		return rc;
	if (n == 0 && has_sub == PP_OK) {
		s.lines = sub;
		for (i = 0; i < s.nrates; i++)
			s.rate[i].base = s.rate[i].kept = sub;
	} else if (n == 0) {
		s.lines = total * PP_UNIT_CENT;
		s.nrates = 0;
	} else if (has_sub == PP_OK && llabs(sub - s.lines) >
	    PP_UNIT_CENT / 2 + (int64_t)n)
		return pp_err_member(err, PP_DATA, "itemList.subTotal",
		    "%s, but the lines make %s", pp_money_str(pp_div_half(sub,
		    PP_UNIT_CENT), is, sizeof is), pp_money_str(pp_div_half(
		    s.lines, PP_UNIT_CENT), made, sizeof made));

	taxes = json_object_new_array();
	json_object_object_add(out, "taxes", taxes);
	sub = pp_div_half(s.lines, PP_UNIT_CENT);
	if (s.nrates == 0 && total > sub && (total - sub) * PERCENT_UNITS <=
	    (sub - s.deposits) * UNTOLD_MAX + PERCENT_UNITS) {
		(void)strlcpy(s.rate[0].name, UNTOLD, sizeof s.rate[0].name);
		s.nrates = 1;
		tax[0] = total - sub;
		due = total - s.deposits;
	} else if (!pp_progression_agrees(&s, total, &due, tax))
		return pp_err_member(err, PP_DATA, "itemList.total",
		    "%s, which lines and taxes do not make", pp_money_str(
		    total, is, sizeof is));
	if (due < 0 || due > PP_CENTS_MAX)
		return pp_err_member(err, PP_DATA, "itemList.total",
		    "%s is no amount to pay", pp_money_str(due, is,
		    sizeof is));
	for (i = 0; i < s.nrates; i++) {
		if (tax[i] == 0)
			continue;
		one = json_object_new_object();
		json_object_object_add(one, "name",
		    json_object_new_string(s.rate[i].name));
		cents_add(one, "amount", tax[i]);
		json_object_array_add(taxes, one);
	}
	cents_add(out, "total", due);
	return PP_OK;
}

/* People. */

static void
customer(struct json_object *task, struct json_object *out)
{
	static const char *const parts[] = { "address", "app", "city",
	    "province", "postalCode" };
	struct json_object *client = member(task, "client");
	struct json_object *where[] = { member(task, "clientAddress"),
	    member(client, "address"), member(member(client,
	    "primaryContact"), "address") };
	struct json_object *c = json_object_new_object();
	struct pp_buf b = PP_BUF_INIT(1024);
	const char *s, *lang = word(task, "lang");
	size_t i, k;
	bool known;

	json_object_object_add(out, "customer", c);
	put(c, "name", word(client, "label"), 200, false);
	for (i = 0; i < 3; i++) {
		s = word(where[i], "email");
		/* One that does not fit is none. */
		if (member(c, "email") == NULL && strlen(s) <= 254)
			put(c, "email", s, 254, false);
		if (member(c, "phone") == NULL)
			put(c, "phone", word(where[i], "phone"), 60, false);
		/* All of one address. */
		known = b.len > 0;
		for (k = 0; !known && k < sizeof parts / sizeof parts[0]; k++)
			if (*(s = word(where[i], parts[k])) != '\0') {
				pp_buf_puts(&b, b.len > 0 ? ", " : "");
				pp_buf_puts(&b, s);
			}
	}
	if (pp_buf_ok(&b) && b.len > 0)
		put(c, "address", b.p, 500, false);
	pp_buf_release(&b);
	if (*lang == '\0')
		lang = word(client, "lang");
	if (strncasecmp(lang, "fr", 2) == 0 || strncasecmp(lang, "en", 2) == 0)
		json_object_object_add(c, "language", json_object_new_string(
		    strncasecmp(lang, "fr", 2) == 0 ? "fr" : "en"));
}

static void
where_it_is(struct json_object *task, const struct pp_prog_rules *rules,
    struct json_object *out)
{
	struct json_object *state = member(task, "currentState"), *v;
	const char *step = word(state, "logicId");
	const char *label = word(state, "label");
	char at[PP_TIME_STR];
	int64_t when;

	put(out, "step", *step != '\0' ? step : label, PP_ID_MAX - 1, false);
	if (pp_progression_listed(rules->transferred_steps, step, false) ||
	    (*label != '\0' && pp_progression_listed(rules->transferred_steps,
	    label, false))) {
		if (pp_time_parse(word(state, "datetime"), &when,
		    NULL) != PP_OK && pp_time_parse(word(task, "updated"),
		    &when, NULL) != PP_OK)
			return;
		v = json_object_new_object();
		json_object_object_add(v, "transferred_at",
		    json_object_new_string(pp_time_str(when, true, at,
		    sizeof at)));
		json_object_object_add(out, "invoice", v);
	}
}

void
pp_progression_ref(struct json_object *task, struct pp_prog_ref *ref)
{
	const char *id = word(task, "id");

	memset(ref, 0, sizeof *ref);
	/* A number there, with a fraction for some: 1234.0. */
	(void)snprintf(ref->id, sizeof ref->id, "%.*s", (int)strspn(id,
	    "0123456789"), id);
	(void)snprintf(ref->name, sizeof ref->name, "%s", *word(task,
	    "code") != '\0' ? word(task, "code") : *id != '\0' ? id :
	    word(task, "uid"));
}

bool
pp_progression_hint(const char *text, size_t len, char task[PP_ID_MAX])
{
	static const char *const in[] = { "task", "entity", "data", "object" };
	struct json_object *whole = NULL, *o, *v;
	struct pp_prog_ref ref = { .name = "" };
	size_t i;

	if (pp_json_parse(text, len, &whole, NULL) == PP_OK &&
	    json_object_is_type(whole, json_type_object)) {
		o = whole;
		for (i = 0; i < sizeof in / sizeof in[0]; i++)
			if (json_object_object_get_ex(o, in[i], &v) &&
			    json_object_is_type(v, json_type_object))
				o = v;
		pp_progression_ref(o, &ref);
	}
	json_object_put(whole);
	(void)strlcpy(task, ref.id[0] != '\0' ? ref.id : ref.name, PP_ID_MAX);
	return task[0] != '\0';
}

enum pp_rc
pp_progression_task(struct json_object *task,
    const struct pp_prog_rules *rules, struct pp_prog_ref *ref,
    struct json_object **out, struct pp_err *err)
{
	struct json_object *o = json_object_new_object(), *p;
	const char *code = word(task, "code");
	struct pp_err e = { 0 };
	char at[PP_TIME_STR];
	int64_t when;
	enum pp_rc rc;

	pp_progression_ref(task, ref);
	if ((rc = pp_task_id_ok(code, strlen(code), &e)) != PP_OK) {
		json_object_put(o);
		return pp_err_member(err, rc, "code", "%s", e.msg);
	}
	json_object_object_add(o, "task", json_object_new_string(code));
	customer(task, o);
	put(o, "description", *word(task, "description") != '\0' ?
	    word(task, "description") : word(task, "summary"), 2000, true);
	where_it_is(task, rules, o);
	if ((rc = money(task, rules, o, err)) != PP_OK) {
		json_object_put(o);
		return rc;
	}
	if (pp_time_parse(word(task, "updated"), &when, NULL) == PP_OK)
		json_object_object_add(o, "updated_at",
		    json_object_new_string(pp_time_str(when, true, at,
		    sizeof at)));
	json_object_object_add(o, "removed",
	    json_object_new_boolean(gone(task)));
	p = json_object_new_object();
	if (ref->id[0] != '\0')
		json_object_object_add(p, "id",
		    json_object_new_string(ref->id));
	if (*word(task, "uid") != '\0')
		json_object_object_add(p, "uid", json_object_new_string(
		    word(task, "uid")));
	put(p, "step", word(member(task, "currentState"), "label"), 200,
	    false);
	json_object_object_add(o, "progression", p);
	*out = o;
	return PP_OK;
}
