/*
 * Functions that nobody here may call: they overflow, keep hidden state or
 * hide errors.  Included by err.h, so by everything.
 */
#ifndef PP_BANNED_H
#define PP_BANNED_H

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi \
    atol atoll gmtime localtime ctime asctime mktemp tmpnam

#endif
