/*
 * The command line as data.  A command declares its options, its verbs and
 * its SYNOPSIS; parsing, -h, -V, wrong use and the common options are here,
 * once.
 *
 * Options and operands may stand in any order, whatever POSIXLY_CORRECT says;
 * after -- all are operands.  The first operand is the verb, if there are
 * verbs.  Wrong use prints one sentence and the SYNOPSIS to stderr and exits
 * with 2; -h prints the SYNOPSIS to stdout and exits with 0.  --list-options,
 * which no page tells, is for completions/pp-complete.
 */
#ifndef PP_OPTIONS_H
#define PP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct pp_cmd;

enum pp_opt_kind {
	PP_O_FLAG,	/* bool */
	PP_O_STR,	/* const char *, NULL if not given, of argv */
	PP_O_LIST,	/* struct pp_list: may be given again and again */
	PP_O_INT,	/* int64_t, 0 to 10^15 */
	PP_O_CENTS,	/* int64_t, an amount above 0 */
	PP_O_SIGNED,	/* int64_t, an amount, with a sign or without */
	PP_O_SPAN,	/* int64_t milliseconds, such as 90d */
	PP_O_TIME,	/* int64_t milliseconds: an instant or a date, in the
			 * business's time zone */
	PP_O_DAY	/* int32_t yyyymmdd */
};

struct pp_list {
	const char	**v;
	size_t		  n;
};

/* An option of one command.  off is where in the command's own struct of
 * options its value goes (0-filled by the caller before). */
struct pp_opt {
	const char		*name;		/* long, without -- */
	int			 letter;	/* 0: none */
	enum pp_opt_kind	 kind;
	size_t			 off;
	/* PP_V() | ..., 0: every one.  Two options may have the same name
	 * and letter if no verb has both. */
	unsigned int		 verbs;
};

#define PP_V(i)		(1u << (i))
#define PP_MANY		(-1)

typedef enum pp_rc pp_cmd_fn(struct pp_cmd *, void *opts, struct pp_err *err);

struct pp_verb {
	const char	*name;
	pp_cmd_fn	*run;
	int		 min;		/* operands after it */
	int		 max;		/* or PP_MANY */
	unsigned int	 flags;		/* PP_CMD_..., beside the command's */
};

#define PP_CMD_NOSTORE	0x01u	/* no -s, no store */
#define PP_CMD_NOCONF	0x02u	/* no -c, no configuration is read */
#define PP_CMD_NOOUTPUT	0x04u	/* no -o */
#define PP_CMD_NODRY	0x08u	/* no -n: it changes nothing */
#define PP_CMD_PROM	0x20u	/* it can be asked for -o prom */
#define PP_CMD_SECRET	0x10u	/* it will hold a credential: no core dump */

struct pp_cmd_def {
	const char		*name;		/* "pp-link" */
	/* What -h prints, lines with their newlines, "usage: " first, as the
	 * page's SYNOPSIS renders; an empty line ends it, and more may
	 * follow. */
	const char		*synopsis;
	const struct pp_opt	*opts;
	size_t			 nopts;
	/* A command without verbs has one with the name NULL; one that stands
	 * last is what is done when the first operand is no verb. */
	const struct pp_verb	*verbs;
	size_t			 nverbs;
	unsigned int		 flags;		/* PP_CMD_... */
};

/* Reads argv into cmd (the common options, verb, operands) and opts.  Exits
 * for -h, -V and wrong use. */
void	pp_options_parse(struct pp_cmd *, const struct pp_cmd_def *, int argc,
	    char *argv[], void *opts);
/* Sets those values that need the business's time zone (PP_O_TIME). */
void	pp_options_times(struct pp_cmd *, void *opts);
/* Frees the lists in opts and what cmd holds of the command line. */
void	pp_options_release(struct pp_cmd *, void *opts);
/* Was this option given? */
bool	pp_options_given(const struct pp_cmd *, const char *name);
/* Wrong use, said in a sentence; the SYNOPSIS follows. */
_Noreturn void	pp_cmd_usage(const struct pp_cmd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
