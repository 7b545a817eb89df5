/*
 * What the files of pp-ledger share: its options and its verbs.
 */
#ifndef PP_LEDGER_H
#define PP_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "common.h"

struct pp_ledger_opts {
	bool		 waiting;
	const char	*by, *integration;
	int32_t		 since, until, date;
	bool		 html;				/* to-enter, report */
	bool		 freeze, sheets;		/* to-enter */
	int64_t		 show;
	const char	*language;
	int64_t		 sheet, total;			/* enter */
	struct pp_list	 except;
	const char	*reference;
	bool		 undo;
	const char	*invoice, *replaces;		/* transfer */
	const char	*type, *of, *method, *number;	/* record */
	const char	*purpose, *reason;
	int64_t		 amount, change;
	bool		 again, keep_links;
	const char	*format, *separator;		/* export */
	bool		 decimal_comma, bom;
	int64_t		 export_since;
	struct pp_list	 map;				/* reconcile */
	bool		 record;
};

/* ledger_enter.c */
enum pp_rc	pp_ledger_to_enter(struct pp_cmd *, void *opts,
		    struct pp_err *err);
enum pp_rc	pp_ledger_enter(struct pp_cmd *, void *opts,
		    struct pp_err *err);
enum pp_rc	pp_ledger_transfer(struct pp_cmd *, void *opts,
		    struct pp_err *err);
/* ledger_record.c */
enum pp_rc	pp_ledger_record(struct pp_cmd *, void *opts,
		    struct pp_err *err);
enum pp_rc	pp_ledger_adjust(struct pp_cmd *, void *opts,
		    struct pp_err *err);
/* ledger_reconcile.c */
enum pp_rc	pp_ledger_reconcile(struct pp_cmd *, void *opts,
		    struct pp_err *err);
/* ledger_report.c */
enum pp_rc	pp_ledger_report(struct pp_cmd *, void *opts,
		    struct pp_err *err);
/* ledger_export.c */
enum pp_rc	pp_ledger_export(struct pp_cmd *, void *opts,
		    struct pp_err *err);

#endif
