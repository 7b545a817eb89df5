/*
 * Questions to the processor that a browser does not wait for to the end:
 * each runs in a thread of its own, so many at a time, and is finished
 * whether or not somebody still waits.  Thread-safe.
 */
#ifndef PAGE_WORK_H
#define PAGE_WORK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "checkout.h"
#include "seal.h"

#define PAGE_WORKERS	64

struct page_job {
	char		token[PP_TOKEN_LEN + 1];
	char		attempt[PP_ATT_ID];	/* "": ask about all (poll) */
	enum pp_hint	hint;
};

struct page_work;

/* drivers is borrowed.  NULL without memory. */
struct page_work	*page_work_new(struct pp_drivers *);
/* Starts the job unless the same one is under way or PAGE_WORKERS are, and
 * waits at most wait ms for its first answer.  What a browser calls complete
 * is asked about again, as far apart as rule L1 says, while the processor
 * says that it is not.  False if it was not started because
 * there are too many: nothing was asked or noted. */
bool	page_work_ask(struct page_work *, const struct page_job *, int wait);
/* Waits at most wait ms for all jobs and frees; what still runs then is left
 * to the end of the process (false). */
bool	page_work_end(struct page_work *, int wait);

#endif
