/*
 * What the files of pp-store share.
 */
#ifndef STORE_PART_H
#define STORE_PART_H

#include "common.h"
#include "journal.h"
#include "output.h"

struct store_opts {
	const char	*head;		/* verify: SEQ:HASH[:SIGNATURE] */
	const char	*keys;		/* restore: a file of keys */
	const char	*automations;	/* doctor: a directory of them */
};

#define STORE_N(columns)	(sizeof (columns) / sizeof (columns)[0])

/* Verbs: store_keep.c. */
pp_cmd_fn	store_backup, store_backup_keys, store_restore, store_forget;

/* store_mend.c */
pp_cmd_fn	store_rebuild, store_rekey, store_upgrade;
/* store_doctor.c: a row for each thing that was looked at; PP_NO if one of
 * them is wrong. */
pp_cmd_fn	store_doctor;
/* store_prom.c: info for a metrics collector. */
enum pp_rc	store_prom(struct pp_cmd *, struct pp_err *err);

/* A row that begins with the store's name. */
struct json_object	*store_row(const struct pp_cmd *);
/* value NULL: null. */
void	store_add(struct json_object *, const char *name, const char *value);
void	store_add_int(struct json_object *, const char *name, int64_t value);
void	store_add_time(struct json_object *, const char *name, int64_t at);
void	store_add_head(struct json_object *, const struct pp_head *);
/* Does anybody look on?  Then pp_verify's tell, arg being the command. */
bool	store_watched(const struct pp_cmd *);
void	store_tell(const char *what, int64_t done, void *arg);
/* The one row of a verb; it is taken. */
enum pp_rc	store_print(struct pp_cmd *, const struct pp_column *, size_t n,
		    struct json_object *row, struct pp_err *err);

#endif
