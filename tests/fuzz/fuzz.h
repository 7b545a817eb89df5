/*
 * A target of the fuzzer: one parser of bytes that come from outside.  With
 * main.c it replays its corpus, tests/fuzz/NAME/, for make check; make fuzz
 * searches for more (tests/fuzz/run).
 */
#ifndef PP_FUZZ_H
#define PP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A crash is what the fuzzer looks for. */
static inline void
insist(bool yes)
{
	if (!yes)
		abort();
}

/* The bytes as a string that ends where its memory ends, so that a read past
 * it is seen. */
static inline char *
fuzz_text(const uint8_t *data, size_t n)
{
	char *s = malloc(n + 1);

	if (s == NULL)
		abort();
	if (n > 0)
		memcpy(s, data, n);
	s[n] = '\0';
	return s;
}

#endif
