/*
 * A report as one page of HTML that needs nothing beside it, no script
 * either; French or English, light or dark, for a screen or for paper.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "entering.h"
#include "journal.h"
#include "report.h"

/* All borrowed. */
struct report_view {
	const struct pp_report	*report;
	const struct pp_heaps	*heaps;		/* of now */
	const struct pp_head	*head;
	const char		*business;	/* its name, or "" */
	const char		*currency;
	const char		*zone;		/* of the dates */
	const char		*language;	/* "fr", else English */
	int64_t			 now;
	bool			 live;		/* else it says that it is a
						 * test (rule I1) */
};

/* PP_IO without memory. */
enum pp_rc	report_html(const struct report_view *, FILE *,
		    struct pp_err *err);

#endif
