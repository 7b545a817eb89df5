#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "link_part.h"
#include "qr.h"
#include "record.h"
#include "banned.h"

#define QR_MAX		(1024 * 1024)

static pp_row_fn	qr_one;

/* One address as a picture; a PNG is bytes, not lines. */
static enum pp_rc
qr_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct link_job *j = arg;
	const char *how = j->o->format;
	char text[PP_URL_MAX];
	struct pp_link l;
	enum pp_rc rc;

	if ((rc = link_prepare(tx, j, &r->err)) != PP_OK ||
	    (rc = pp_linking_get(tx, r->item->text, &l, &r->err)) != PP_OK)
		return rc;
	pp_linking_url(&l, &j->keys, j->cmd->conf.page.url, text, sizeof text);
	rc = how == NULL || strcmp(how, "terminal") == 0 ? pp_qr_terminal(
	    text, &j->after, &r->err) : strcmp(how, "png") == 0 ? pp_qr_png(
	    text, &j->after, &r->err) : pp_qr_svg(text, &j->after, &r->err);
	explicit_bzero(text, sizeof text);
	return rc;
}

enum pp_rc
link_qr(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_link_opts *o = arg;
	struct link_job j = { .cmd = cmd, .o = o, .after = PP_BUF_INIT(QR_MAX) };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_READ,
	    .items = PP_ROW_IDS, .before = link_new_batch, .one = qr_one,
	    .arg = &j };
	enum pp_rc rc;

	if (o->format != NULL && strcmp(o->format, "terminal") != 0 &&
	    strcmp(o->format, "png") != 0 && strcmp(o->format, "svg") != 0)
		pp_cmd_usage(cmd, "--format is terminal, png or svg");
	if (o->format != NULL && strcmp(o->format, "png") == 0 &&
	    isatty(STDOUT_FILENO))
		pp_cmd_usage(cmd, "a PNG is not for a terminal");
	if ((rc = pp_batch_run(&b, 0, err)) == PP_OK && j.after.len > 0)
		(void)fwrite(j.after.p, 1, j.after.len, stdout);
	pp_buf_release(&j.after);
	pp_keys_wipe(&j.keys);
	return rc;
}
