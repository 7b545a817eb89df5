/*
 * What tests/crashcall.c counts, in a file that outlives the process.
 */
#ifndef CRASHCALL_H
#define CRASHCALL_H

#include <stdatomic.h>
#include <stdint.h>

#define TALLY_CALLS	65536
#define TALLY_NAME	32

struct tally {
	_Atomic uint32_t	seen;
	uint32_t		hit;	/* the n-th was reached */
	/* pwrite#4711: on the file of that inode; rename: of names */
	char			call[TALLY_CALLS][TALLY_NAME];
};

#endif
