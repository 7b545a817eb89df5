/*
 * pp-store doctor: what the files of its checks share.  store_doctor.c asks
 * the store, its gateways and the configuration; store_files.c looks at what
 * lies on the disk.
 */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include "health.h"
#include "integration.h"
#include "seal.h"
#include "store_part.h"

/* A check's answer: fine; to be looked at; wrong, which is status 1. */
enum state { OK, WARN, WRONG };

struct doctor {
	struct pp_cmd		*cmd;
	struct pp_out		 out;
	bool			 wrong;
	/* Of the store, if it could be read. */
	bool			 read;
	bool			 live;
	struct pp_health	 health;
	/* What is wrong with each, or NULL. */
	const char		*keys[PP_NKEYS];
	struct pp_integration	*ins;
	size_t			 nins;
};

/* A row: the check's name, its answer, what to do (translated here; NULL for
 * nothing), and what was found. */
void	finding(struct doctor *, const char *check, enum state,
	    const char *todo, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));

/* Modes and owners of the store's files. */
void	check_modes(struct doctor *);
/* Who has the lock, without waiting for it. */
void	check_lock(struct doctor *);
/* Free space, kind of file system. */
void	check_disk(struct doctor *);
/* Files in dir that run-parts passes over, or that others may change. */
void	check_automations(struct doctor *, const char *dir);

#endif
