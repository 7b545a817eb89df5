#include "config.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "intl.h"
#include "page_work.h"
#include "time.h"
#include "banned.h"

#define STACK	(512 * 1024)
#define ROUNDS	3	/* questions about what is said to be complete */
#define PRESSED	4000	/* ms after "pay" before there can be an answer */
#define MARGIN	50	/* ms after the end of a gap */

enum slot_state { FREE, RUNS, ENDED };

struct slot {
	struct page_work	*work;
	struct page_job		 job;
	enum slot_state		 state;
	bool			 answered;	/* nobody need wait longer */
	unsigned int		 waiting;	/* threads that look at it */
};

struct page_work {
	struct pp_drivers	*drivers;
	pthread_mutex_t		 lock;
	pthread_cond_t		 ended;
	pthread_attr_t		 attr;
	size_t			 running;
	struct slot		 slot[PAGE_WORKERS];
};

static void	*run(void *);
static enum pp_rc	ask(struct slot *, struct pp_err *);
static bool	wait_gap(struct page_work *, const struct page_job *,
		    int);
static void	answered(struct slot *);
static void	pause_ms(int64_t);
static struct slot	*begin(struct page_work *, const struct page_job *);
static void	deadline(int, struct timespec *);

struct page_work *
page_work_new(struct pp_drivers *d)
{
	pthread_condattr_t ca;
	struct page_work *w;

	if ((w = calloc(1, sizeof *w)) == NULL)
		return NULL;
	w->drivers = d;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_condattr_init(&ca);
	(void)pthread_condattr_setclock(&ca, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->ended, &ca);
	(void)pthread_condattr_destroy(&ca);
	(void)pthread_attr_init(&w->attr);
	(void)pthread_attr_setstacksize(&w->attr, STACK);
	(void)pthread_attr_setdetachstate(&w->attr, PTHREAD_CREATE_DETACHED);
	return w;
}

static void
pause_ms(int64_t ms)
{
	struct timespec ts = { (time_t)(ms / 1000),
	    (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		continue;
}

static void
answered(struct slot *s)
{
	(void)pthread_mutex_lock(&s->work->lock);
	s->answered = true;
	(void)pthread_cond_broadcast(&s->work->ended);
	(void)pthread_mutex_unlock(&s->work->lock);
}

/* Waits until the attempt may be asked about again (rule L1).  False if
 * there is nothing to ask any more.  One that was declined or has lapsed is
 * asked about once, and not waited for: its frame may have taken a second card
 * (rules G6, N5). */
static bool
wait_gap(struct page_work *w, const struct page_job *j, int round)
{
	const struct pp_attempt *a = NULL;
	struct pp_view v;
	int64_t left = 0;
	size_t i;

	if (pp_checkout_view(w->drivers->store, j->token, &v, NULL) == PP_OK)
		for (i = 0; i < v.c.natts; i++)
			if (strcmp(v.c.atts[i].id, j->attempt) == 0)
				a = &v.c.atts[i];
	if (a != NULL && a->resolved_at == 0 && a->asked_at != 0)
		left = a->asked_at + PP_ASK_GAP - v.now;
	if (a != NULL && a->resolved_at != 0 && (round > 0 ||
	    a->state == PP_T_APPROVED))
		a = NULL;
	pp_view_release(&v);
	if (a != NULL && left > 0)
		pause_ms((left < PP_ASK_GAP ? left : PP_ASK_GAP) + MARGIN);
	return a != NULL;
}

/* A hint is a reason to ask at once, but a question that is put before there
 * can be an answer would keep the next one waiting. */
static enum pp_rc
ask(struct slot *s, struct pp_err *err)
{
	struct page_job *j = &s->job;
	struct page_work *w = s->work;
	enum pp_rc rc;
	int i, rounds = j->hint == PP_H_COMPLETE ? ROUNDS : 1;

	if (j->attempt[0] == '\0')
		return pp_checkout_poll(w->drivers, j->token, err);
	if ((rc = pp_checkout_hint(w->drivers, j->token, j->attempt, j->hint,
	    false, err)) != PP_OK)
		return rc;
	if (j->hint == PP_H_SUBMITTED)
		pause_ms(PRESSED);
	for (i = 0; i < rounds && rc == PP_OK && wait_gap(w, j, i);
	    i++) {
		rc = pp_checkout_hint(w->drivers, j->token, j->attempt,
		    j->hint, true, err);
		answered(s);
	}
	return rc;
}

static void *
run(void *arg)
{
	struct slot *s = arg;
	struct page_work *w = s->work;
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	/* The slot's job does not change while it runs. */
	rc = ask(s, &err);
	if (rc != PP_OK && rc != PP_NOTFOUND && err.msg[0] != '\0')
		warnx(_("asking the processor: %s"), err.msg);

	(void)pthread_mutex_lock(&w->lock);
	s->state = s->waiting > 0 ? ENDED : FREE;
	w->running--;
	(void)pthread_cond_broadcast(&w->ended);
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* A slot with the job running in it; NULL if there is no room. */
static struct slot *
begin(struct page_work *w, const struct page_job *j)
{
	struct slot *s, *spare = NULL;
	pthread_t t;

	for (s = w->slot; s < w->slot + PAGE_WORKERS; s++) {
		if (s->state == RUNS && s->job.hint == j->hint &&
		    strcmp(s->job.token, j->token) == 0 &&
		    strcmp(s->job.attempt, j->attempt) == 0)
			return s;
		if (s->state == FREE && spare == NULL)
			spare = s;
	}
	if ((s = spare) == NULL)
		return NULL;
	s->work = w;
	s->job = *j;
	s->state = RUNS;
	s->answered = false;
	s->waiting = 0;
	w->running++;
	if (pthread_create(&t, &w->attr, run, s) != 0) {
		s->state = FREE;
		w->running--;
		return NULL;
	}
	return s;
}

static void
deadline(int wait, struct timespec *ts)
{
	(void)clock_gettime(CLOCK_MONOTONIC, ts);
	ts->tv_sec += wait / 1000;
	ts->tv_nsec += (long)(wait % 1000) * 1000000;
	if (ts->tv_nsec >= 1000000000) {
		ts->tv_nsec -= 1000000000;
		ts->tv_sec++;
	}
}

bool
page_work_ask(struct page_work *w, const struct page_job *j, int wait)
{
	struct timespec until;
	struct slot *s;

	deadline(wait, &until);
	(void)pthread_mutex_lock(&w->lock);
	if ((s = begin(w, j)) != NULL) {
		s->waiting++;
		while (s->state == RUNS && !s->answered &&
		    pthread_cond_timedwait(&w->ended, &w->lock, &until) !=
		    ETIMEDOUT)
			continue;
		if (--s->waiting == 0 && s->state == ENDED)
			s->state = FREE;
	}
	(void)pthread_mutex_unlock(&w->lock);
	return s != NULL;
}

bool
page_work_end(struct page_work *w, int wait)
{
	struct timespec until;
	bool all;

	if (w == NULL)
		return true;
	deadline(wait, &until);
	(void)pthread_mutex_lock(&w->lock);
	while (w->running > 0 && pthread_cond_timedwait(&w->ended, &w->lock,
	    &until) != ETIMEDOUT)
		continue;
	all = w->running == 0;
	(void)pthread_mutex_unlock(&w->lock);
	if (all) {
		(void)pthread_cond_destroy(&w->ended);
		(void)pthread_mutex_destroy(&w->lock);
		(void)pthread_attr_destroy(&w->attr);
		free(w);
	}
	return all;
}
