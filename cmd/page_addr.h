/*
 * Whose request is it?  Addresses are 16 bytes, IPv4 ones mapped (::ffff:).
 * Pure.
 */
#ifndef PAGE_ADDR_H
#define PAGE_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_ADDR_LEN	16
#define PAGE_ADDR_TEXT	46

/* Reads "192.0.2.1", "2001:db8::1" (also in brackets). */
bool	page_addr_parse(const char *text, unsigned char out[PAGE_ADDR_LEN]);
void	page_addr_text(const unsigned char a[PAGE_ADDR_LEN],
	    char out[PAGE_ADDR_TEXT]);
/* The client: peer, unless it is one of the trusted proxies (addresses with
 * blanks between); then the right-most address of forwarded (the header
 * X-Forwarded-For, or NULL) that is not one of them.  What is not an address
 * ends the search. */
void	page_addr_client(const char *trusted,
	    const unsigned char peer[PAGE_ADDR_LEN], const char *forwarded,
	    unsigned char out[PAGE_ADDR_LEN]);
/* How many leading bytes name one customer: an IPv6 customer has a /64. */
size_t	page_addr_whole(const unsigned char a[PAGE_ADDR_LEN]);

#endif
