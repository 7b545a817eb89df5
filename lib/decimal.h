/*
 * Numbers of others: decimals as they were written, which were floating
 * point where they came from (rule T4).  No floating point here.  Pure.
 */
#ifndef PP_DECIMAL_H
#define PP_DECIMAL_H

#include <stdint.h>

#include "err.h"

#define PP_UNIT		100000LL	/* units in a dollar: 0.00001 each */
#define PP_UNIT_CENT	1000LL		/* units in a cent */

/* "1149.7500000001", "-3", "1.5E3": the number in units, what lies below one
 * rounded half away from zero.  PP_DATA for what is no number or beyond
 * PP_CENTS_MAX. */
enum pp_rc	pp_decimal_units(const char *text, int64_t *units,
		    struct pp_err *err);
/* Rule T4: its whole cent, if the number lies within 0.00001 of it.  PP_DATA
 * if it does not. */
enum pp_rc	pp_decimal_cents(const char *text, int64_t *cents,
		    struct pp_err *err);
/* n / d (d above 0), rounded down, up, or half away from zero. */
int64_t		pp_div_down(int64_t n, int64_t d);
int64_t		pp_div_up(int64_t n, int64_t d);
int64_t		pp_div_half(int64_t n, int64_t d);

#endif
