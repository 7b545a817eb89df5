/*
 * What comes from ProgressionLIVE: tasks (rule T4), of which a document is
 * made that we take; lists of them; the bodies of webhooks.
 */
#include "config.h"

#include "fuzz.h"
#include "json.h"
#include "progression.h"
#include "task.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct pp_prog_rules rules = { "Dépôt*", "Facturé" };
	char *text = fuzz_text(data, n);
	struct json_object *o = NULL, *doc = NULL;
	struct pp_err err;
	struct pp_task_doc d;
	struct pp_prog_ref ref;
	const char *el;
	char task[PP_ID_MAX];
	size_t at = 0, len;

	memset(task, 'x', sizeof task);
	if (pp_progression_hint(text, n, task))
		insist(task[0] != '\0');
	insist(memchr(task, '\0', sizeof task) != NULL);
	memset(&err, 0, sizeof err);
	while (pp_progression_element(text, n, &at, &el, &len))
		insist(el >= text && el + len <= text + n);
	if (pp_json_parse(text, n, &o, NULL) == PP_OK &&
	    json_object_is_type(o, json_type_object)) {
		pp_progression_ref(o, &ref);
		if (pp_progression_task(o, &rules, &ref, &doc, &err) ==
		    PP_OK) {
			insist(pp_task_doc_read(doc, false, &d, &err) ==
			    PP_OK);
			pp_task_doc_release(&d);
			json_object_put(doc);
		} else
			insist(err.msg[0] != '\0');
	}
	json_object_put(o);
	(void)pp_progression_listed(text, "a,b*", true);
	free(text);
	return 0;
}
