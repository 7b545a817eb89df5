/*
 * The offline Moneris kept in a JSON file, so that it can be stopped and
 * started again: tickets, charges, counters.  Of a card only what
 * sandbox_engine.h does not call "in memory only"; faults and assumptions are
 * the command line's.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include "err.h"
#include "sandbox_engine.h"

#define SANDBOX_STATE_MAX	(256 * 1024 * 1024)

/* A file that is not there leaves sb as it is.  A payment that was in flight
 * when the file was written was never charged: its ticket is cancelled. */
enum pp_rc	sandbox_state_load(struct sandbox *sb, const char *path,
		    struct pp_err *err);
/* Replaces the file. */
enum pp_rc	sandbox_state_save(const struct sandbox *, const char *path,
		    struct pp_err *err);

#endif
