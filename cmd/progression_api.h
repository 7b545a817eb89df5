/*
 * The REST API of ProgressionLIVE: one call at a time over one connection.
 * 20 seconds to connect, 35 for the whole call, TLS verified, https only but
 * on loopback, no redirects, no proxy, replies capped.  The key is in no
 * error text.
 */
#ifndef PP_PROGRESSION_API_H
#define PP_PROGRESSION_API_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "common.h"
#include "progression.h"

#define PROG_PAGE	500		/* tasks of one list; their maximum */

struct prog_api;

/* key_file: NULL is [progression] key_file, "-" the first line of standard
 * input.  PP_CONF without an address or a key, PP_PERM for a file that others
 * may read. */
enum pp_rc	prog_open(const struct pp_cmd *, const char *key_file,
		    struct prog_api **, struct pp_err *err);
void		prog_close(struct prog_api *);

/* One call.  path begins with / and is put behind .../server/rest; body NULL
 * is a GET, else a POST of it ("" for none).  reply, if not NULL, is the text
 * of the answer, borrowed until the next call.
 *
 *   PP_OK	done
 *   PP_NOTFOUND	there is no such thing
 *   PP_PERM	the key is not taken
 *   PP_STATE	refused ({"success":false})
 *   PP_CONF	a redirect, or an address that is not the API's
 *   PP_RETRY	surely not done: not sent, or a documented error
 *   PP_UNKNOWN	a byte may have left, and what came is no answer; of a GET
 *		it is PP_RETRY */
enum pp_rc	prog_call(struct prog_api *, const char *path,
		    const char *body, const char **reply, size_t *len,
		    struct pp_err *err);
/* Appends text to b, escaped for a URL. */
void		prog_escape(struct pp_buf *b, const char *text);

/* One task by its id or code, parsed; *out is the caller's. */
enum pp_rc	prog_task(struct prog_api *, const char *which,
		    struct json_object **out, struct pp_err *err);

/* The steps that tasks are or were in: label and logicId, each once, by
 * logicId.  *out is the caller's, an array. */
enum pp_rc	prog_steps(struct prog_api *, struct json_object **out,
		    struct pp_err *err);
/* The ids, commas between, of a step named by label or id ("100,200" are
 * two); appended to b.  steps may be NULL, then it is fetched when needed.
 * PP_NOTFOUND with words. */
enum pp_rc	prog_step_ids(struct prog_api *, const char *step,
		    struct json_object **steps, struct pp_buf *b,
		    struct pp_err *err);

#endif
