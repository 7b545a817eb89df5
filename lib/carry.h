/*
 * A document handed on as it came, with one member more: what stands in a
 * pipe carries members that it does not know.
 */
#ifndef PP_CARRY_H
#define PP_CARRY_H

#include <stddef.h>

#include "err.h"

/* The object text (len bytes, one that pp_json_scan passes) with the member
 * name: value, a JSON text.  Where the member is there already its value is
 * put in the old one's place, however its name is written; else it follows
 * the last member.  Every other byte is as it was.  *out is the caller's.
 * PP_DATA if text is no object, PP_IO without memory. */
enum pp_rc	pp_carry(const char *text, size_t len, const char *name,
		    const char *value, char **out, struct pp_err *err);

#endif
