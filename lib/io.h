/*
 * Items in, lines out, files.
 */
#ifndef PP_IO_H
#define PP_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"

#define PP_LINE_MAX	(1024 * 1024)
#define PP_BATCH_LINES	250
#define PP_BATCH_BYTES	(1024 * 1024)
#define PP_SECRET_MAX	4096

/* One item of a command's input. */
struct pp_item {
	const char	*text;		/* NUL-terminated, without newline */
	size_t		 len;
	size_t		 line;		/* from 1; 0 for an argument */
	bool		 toolong;	/* over PP_LINE_MAX: text is its start */
	bool		 unfinished;	/* the last line had no newline */
};

/* Does one batch of items.  What it returns for the batch is folded into the
 * result with pp_rc_worst.  PP_IO ends the run, and so does any failure that
 * err has words for: it is the batch's, not an item's. */
typedef enum pp_rc pp_batch_fn(struct pp_item *items, size_t n, void *arg,
		    struct pp_err *err);

/* Items from argv (argc > 0), else the lines of fd, in batches: until
 * PP_BATCH_LINES or PP_BATCH_BYTES are gathered or no further byte is ready.
 * Blank lines are passed over.  Reading a terminal is PP_USAGE.  Memory is
 * that of one batch whatever the input. */
enum pp_rc	pp_io_each(int argc, char *const argv[], int fd, pp_batch_fn *,
		    void *arg, struct pp_err *err);

/* Flushes and checks: a full disk is PP_IO.  Call before exit. */
enum pp_rc	pp_io_finish(FILE *, struct pp_err *err);

/* The whole of a file of at most max bytes; *out is the caller's, NUL-
 * terminated. */
enum pp_rc	pp_io_read_file(const char *path, size_t max, char **out,
		    size_t *len, struct pp_err *err);
/* The same of an open descriptor, called name in errors. */
enum pp_rc	pp_io_read_fd(int fd, const char *name, size_t max, char **out,
		    size_t *len, struct pp_err *err);
/* A secret: the first line of path (a regular file that only its owner can
 * read, PP_PERM otherwise) or, path NULL, of standard input.  buf is wiped on
 * failure; the caller wipes it after use (explicit_bzero). */
enum pp_rc	pp_io_secret(const char *path, char *buf, size_t size,
		    struct pp_err *err);
/* Replaces path by a temporary file in the same directory, fsync, rename,
 * fsync of the directory. */
enum pp_rc	pp_io_replace(const char *path, const void *data, size_t len,
		    unsigned int mode, struct pp_err *err);

#endif
