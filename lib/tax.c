#include "config.h"

#include <string.h>

#include "json.h"
#include "money.h"
#include "tax.h"
#include "banned.h"

static struct pp_tax	*named(struct pp_taxes *, const char *);
static int64_t		fraction(int64_t, int64_t, int64_t);

/* The tax of that name, made if need be; NULL if there is no room. */
static struct pp_tax *
named(struct pp_taxes *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return &t->v[i];
	if (t->n == PP_TAXES)
		return NULL;
	(void)strlcpy(t->v[t->n].name, name, sizeof t->v[0].name);
	t->v[t->n].cents = 0;
	return &t->v[t->n++];
}

void
pp_taxes_read(const char *text, struct pp_taxes *out)
{
	struct json_object *list, *one;
	struct pp_tax *t;
	const char *name;
	int64_t cents;
	size_t i;

	memset(out, 0, sizeof *out);
	if (*text == '\0' || pp_json_parse(text, strlen(text), &list,
	    NULL) != PP_OK)
		return;
	if (json_object_is_type(list, json_type_array))
		for (i = 0; i < json_object_array_length(list); i++) {
			one = json_object_array_get_idx(list, i);
			if (json_object_is_type(one, json_type_object) &&
			    pp_json_str(one, "name", &name, NULL) == PP_OK &&
			    pp_json_amount(one, "amount", &cents, NULL) ==
			    PP_OK && (t = named(out, name)) != NULL)
				t->cents += cents;
		}
	json_object_put(list);
}

const char *
pp_taxes_write(const struct pp_taxes *t, char *out, size_t size)
{
	struct json_object *list = json_object_new_array(), *one;
	const char *text;
	size_t i;

	for (i = 0; i < t->n; i++) {
		one = json_object_new_object();
		json_object_object_add(one, "name",
		    json_object_new_string(t->v[i].name));
		json_object_object_add(one, "amount_cents",
		    json_object_new_int64(t->v[i].cents));
		json_object_array_add(list, one);
	}
	if (t->n == 0 || (text = pp_json_text(list)) == NULL ||
	    strlcpy(out, text, size) >= size)
		out[0] = '\0';
	json_object_put(list);
	return out;
}

struct json_object *
pp_taxes_doc(const struct pp_taxes *t)
{
	struct json_object *list = json_object_new_array(), *one;
	char text[PP_MONEY_STR];
	size_t i;

	for (i = 0; i < t->n; i++) {
		one = json_object_new_object();
		json_object_object_add(one, "name",
		    json_object_new_string(t->v[i].name));
		json_object_object_add(one, "amount", json_object_new_string(
		    pp_money_str(t->v[i].cents, text, sizeof text)));
		json_object_object_add(one, "amount_cents",
		    json_object_new_int64(t->v[i].cents));
		json_object_array_add(list, one);
	}
	return list;
}

void
pp_taxes_add(struct pp_taxes *sum, const struct pp_taxes *more)
{
	struct pp_tax *t;
	size_t i;

	for (i = 0; i < more->n; i++)
		if ((t = named(sum, more->v[i].name)) != NULL)
			t->cents += more->v[i].cents;
}

/* part / whole of n, to the nearest, a half up: of two that share n the one
 * with the larger remainder has the cent.  All within 0..PP_CENTS_MAX, so that
 * nothing overflows. */
static int64_t
fraction(int64_t n, int64_t part, int64_t whole)
{
	return whole == 0 ? 0 : (2 * n * part + whole) / (2 * whole);
}

void
pp_taxes_part(const struct pp_taxes *task, int64_t total, int64_t cents,
    struct pp_taxes *part)
{
	int64_t sum = 0, left;
	size_t i;

	memset(part, 0, sizeof *part);
	for (i = 0; i < task->n; i++) {
		if (task->v[i].cents < 0 || task->v[i].cents > PP_CENTS_MAX)
			return;
		sum += task->v[i].cents;
	}
	if (sum > total || total <= 0 || total > PP_CENTS_MAX)
		return;
	*part = *task;
	if (cents < 0)
		cents = 0;
	if (cents > total)
		cents = total;
	left = fraction(cents, sum, total);
	for (i = 0; i < part->n; i++) {
		part->v[i].cents = fraction(left, task->v[i].cents, sum);
		left -= part->v[i].cents;
		sum -= task->v[i].cents;
	}
}

void
pp_taxes_share(const struct pp_taxes *task, int64_t total, int64_t net,
    const struct pp_taxes *before, struct pp_taxes *share)
{
	struct pp_tax *t;
	size_t i;

	pp_taxes_part(task, total, net, share);
	for (i = 0; i < before->n; i++)
		if ((t = named(share, before->v[i].name)) != NULL)
			t->cents -= before->v[i].cents;
}
