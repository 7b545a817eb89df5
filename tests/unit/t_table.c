#include "config.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "table.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

static const struct pp_column cols[] = {
	{ "TASK",	"task",		PP_LEFT },
	{ "MONTANT",	"amount",	PP_RIGHT },
	{ "CARTE",	"card.last4",	PP_LEFT },
	{ "FLAGS",	"flags",	PP_LEFT },
};

static const char *const rows[] = {
	"{\"task\":\"T-1\",\"amount\":\"1149.75\",\"card\":{\"last4\":"
	    "\"4242\"},\"flags\":[\"late\",\"twice\"],\"x\":1}",
	"{\"task\":\"\xc3\x89t\xc3\xa9\",\"amount\":\"-5.00\",\"card\":null,"
	    "\"flags\":[]}",
	"{\"task\":\"\xe6\x97\xa5\xe6\x9c\xac\",\"amount\":7,\"card\":"
	    "{\"last4\":null},\"flags\":true}",
	"{\"task\":\"a\\u001b[2J\\tb\\n\",\"amount\":null,\"flags\":"
	    "[{\"a\":1}]}",
	"{\"task\":\"=1+1\",\"amount\":\"+5\",\"flags\":[\"\\u202ex\"]}",
	"{\"task\":\"a, \\\"b\\\"\",\"amount\":\"-x\",\"flags\":\"@y\"}",
	"{}",
};

static const struct pp_column when[] = {
	{ "WHEN",	"at",		PP_WHEN },
	{ "NEXT",	"next",		PP_WHEN },
};

static void	t_when(void);
static char	*printed(enum pp_output, const char *const *, size_t);
static void	t_widths(void);

/* What comes out; the caller's. */
static char *
printed(enum pp_output form, const char *const *in, size_t n)
{
	struct pp_table *t = NULL;
	struct pp_err e = { 0 };
	struct json_object *o;
	char *text = NULL;
	size_t i, size;
	FILE *fp;

	if ((fp = open_memstream(&text, &size)) == NULL ||
	    pp_table_new(fp, form, cols, 4, &t, &e) != PP_OK)
		errx(1, "%s", e.msg);
	for (i = 0; i < n; i++) {
		if (pp_json_parse(in[i], strlen(in[i]), &o, &e) != PP_OK ||
		    pp_table_row(t, o, &e) != PP_OK)
			errx(1, "row %zu: %s", i, e.msg);
		json_object_put(o);
	}
	if (pp_table_end(t, &e) != PP_OK || fclose(fp) == EOF)
		errx(1, "%s", e.msg);
	return text;
}

/* Instants: for people in their zone, for programs as they are. */
static void
t_when(void)
{
	static const enum pp_output forms[] = { PP_OUT_TABLE, PP_OUT_TSV };
	static const char *const want[] = {
	    "WHEN              NEXT\n"
	    "2026-11-23 10:04\n"
	    "soon              5\n",
	    "WHEN\tNEXT\n"
	    "2026-11-23T15:04:05.123Z\t\n"
	    "soon\t5\n"
	};
	static const char *const in[] = {
	    "{\"at\":\"2026-11-23T15:04:05.123Z\",\"next\":null}",
	    "{\"at\":\"soon\",\"next\":5}"
	};
	struct json_object *o;
	struct pp_table *t;
	char *text;
	size_t size, i, k;
	FILE *fp;

	if (pp_time_zone("America/Toronto", NULL) != PP_OK)
		errx(1, "no time zones");
	for (i = 0; i < 2; i++) {
		if ((fp = open_memstream(&text, &size)) == NULL ||
		    pp_table_new(fp, forms[i], when, 2, &t, NULL) != PP_OK)
			errx(1, "cannot start");
		for (k = 0; k < 2; k++) {
			if (pp_json_parse(in[k], strlen(in[k]), &o, NULL) !=
			    PP_OK)
				errx(1, "row %zu", k);
			(void)pp_table_row(t, o, NULL);
			json_object_put(o);
		}
		(void)pp_table_end(t, NULL);
		(void)fclose(fp);
		is_str(text, want[i], i == 0 ? "instants in a table" :
		    "instants in TSV");
		free(text);
	}
}

/* Beyond the rows held the widths stand, and every row is there. */
static void
t_widths(void)
{
	struct pp_table *t = NULL;
	struct json_object *o = json_object_new_object();
	char *text = NULL, *p;
	size_t size, lines = 0;
	FILE *fp;
	int i;

	if ((fp = open_memstream(&text, &size)) == NULL ||
	    pp_table_new(fp, PP_OUT_TABLE, cols, 2, &t, NULL) != PP_OK)
		errx(1, "cannot start");
	for (i = 0; i < PP_TABLE_ROWS + 2; i++) {
		(void)json_object_object_add(o, "task",
		    json_object_new_string(i < PP_TABLE_ROWS ? "T" :
		    "T-longer"));
		(void)json_object_object_add(o, "amount",
		    json_object_new_string("1.00"));
		(void)pp_table_row(t, o, NULL);
	}
	(void)pp_table_end(t, NULL);
	(void)fclose(fp);
	for (p = text; *p != '\0'; p++)
		lines += *p == '\n';
	is_int((int64_t)lines, PP_TABLE_ROWS + 3, "a title and every row");
	ok(strncmp(text, "TASK  MONTANT\nT        1.00\n", 28) == 0, "aligned");
	is_str(strstr(text, "T-longer"), "T-longer     1.00\nT-longer     1.00\n",
	    "a later, longer one is whole");
	json_object_put(o);
	free(text);
}

int
main(void)
{
	char *s;
	FILE *fp;
	struct pp_table *t;
	struct pp_err e = { 0 };
	struct json_object *o;

	s = printed(PP_OUT_JSON, rows, 2);
	is_str(s, "{\"task\":\"T-1\",\"amount\":\"1149.75\",\"card\":"
	    "{\"last4\":\"4242\"},\"flags\":[\"late\",\"twice\"],\"x\":1}\n"
	    "{\"task\":\"\xc3\x89t\xc3\xa9\",\"amount\":\"-5.00\",\"card\":"
	    "null,\"flags\":[]}\n", "JSON is the whole document");
	free(s);
	s = printed(PP_OUT_TABLE, rows, 5);
	is_str(s,
	    "TASK      MONTANT  CARTE  FLAGS\n"
	    "T-1       1149.75  4242   late,twice\n"
	    "\xc3\x89t\xc3\xa9         -5.00\n"
	    "\xe6\x97\xa5\xe6\x9c\xac            7         yes\n"
	    "a?[2J?b?" "                  [{\"a\":1}]\n"
	    "=1+1           +5         ?x\n",
	    "a table by places, nothing that moves the cursor");
	free(s);
	s = printed(PP_OUT_TABLE, NULL, 0);
	is_str(s, "TASK  MONTANT  CARTE  FLAGS\n", "an empty one has titles");
	free(s);
	s = printed(PP_OUT_CSV, rows, 7);
	is_str(s, "TASK,MONTANT,CARTE,FLAGS\r\n"
	    "T-1,1149.75,4242,\"late,twice\"\r\n"
	    "\xc3\x89t\xc3\xa9,-5.00,,\r\n"
	    "\xe6\x97\xa5\xe6\x9c\xac,7,,true\r\n"
	    "\"a\x1b[2J\tb\n\",,,\"[{\"\"a\"\":1}]\"\r\n"
	    "\"'=1+1\",+5,,\xe2\x80\xaex\r\n"
	    "\"a, \"\"b\"\"\",\"'-x\",,\"'@y\"\r\n"
	    ",,,\r\n", "CSV, quoted and guarded");
	free(s);
	s = printed(PP_OUT_CSV, NULL, 0);
	is_str(s, "TASK,MONTANT,CARTE,FLAGS\r\n", "an empty one has titles");
	free(s);
	s = printed(PP_OUT_TSV, rows + 3, 2);
	is_str(s, "TASK\tMONTANT\tCARTE\tFLAGS\n"
	    "a [2J b \t\t\t[{\"a\":1}]\n"
	    "=1+1\t+5\t\t\xe2\x80\xaex\n", "TSV, one line a row");
	free(s);
	t_widths();
	t_when();

	if ((fp = fopen("/dev/full", "w")) != NULL) {
		(void)setvbuf(fp, NULL, _IONBF, 0);
		o = json_object_new_object();
		if (pp_table_new(fp, PP_OUT_CSV, cols, 4, &t, &e) == PP_OK) {
			ok(pp_table_row(t, o, &e) == PP_IO, "a full disk");
			ok(pp_table_end(t, &e) == PP_IO, "stays full");
		}
		json_object_put(o);
		(void)fclose(fp);
	}
	return done();
}
