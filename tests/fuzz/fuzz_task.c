/*
 * Task documents: what is taken is within the limits of a task.
 */
#include "config.h"

#include "fuzz.h"
#include "json.h"
#include "money.h"
#include "task.h"
#include "banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = fuzz_text(data, n);
	struct pp_task old = { .id = "T-1" }, new;
	struct json_object *o = NULL;
	struct pp_task_doc d;
	struct pp_err err;
	bool total;

	memset(&err, 0, sizeof err);
	for (total = false;; total = true) {
		if (pp_json_parse(text, n, &o, NULL) != PP_OK)
			break;
		if (pp_task_doc_read(o, total, &d, &err) == PP_OK) {
			insist(pp_task_id_ok(d.task.id, strlen(d.task.id),
			    NULL) == PP_OK);
			insist(d.task.total >= 0 &&
			    d.task.total <= PP_CENTS_MAX);
			(void)pp_task_apply(&old, &d, 1, &new);
			insist(new.total >= 0 && new.total <= PP_CENTS_MAX);
			pp_task_doc_release(&d);
		} else
			insist(err.msg[0] != '\0');
		json_object_put(o);
		o = NULL;
		if (total)
			break;
	}
	free(text);
	return 0;
}
