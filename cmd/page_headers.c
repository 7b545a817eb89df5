#include "config.h"

#include <stdio.h>

#include "page_headers.h"
#include "banned.h"

#define CSP_MAX		1024

void
page_headers(const struct page_site *s, const struct page_reply *p,
    page_header_fn *add, void *r)
{
	char csp[CSP_MAX], policy[256], wait[16];
	const char *o = p->frame ? p->origin : "";
	const char *sp = p->frame ? " " : "";

	/* The processor's script sets styles of its own: on its page alone,
	 * and nowhere else, may a style stand in an element. */
	(void)snprintf(csp, sizeof csp, "default-src 'none'; script-src 'self'"
	    "%s%s; style-src 'self'%s%s%s; frame-src %s; connect-src 'self'"
	    "%s%s; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
	    "frame-ancestors 'none'", sp, o, sp, o,
	    p->frame ? " 'unsafe-inline'" : "", p->frame ? o : "'none'", sp,
	    o);
	(void)snprintf(policy, sizeof policy, "payment=(%s%s%s), camera=(), "
	    "microphone=(), geolocation=(), usb=()",
	    p->frame ? "self \"" : "", o, p->frame ? "\"" : "");
	add(r, "Content-Type", p->type);
	add(r, "Content-Security-Policy", csp);
	add(r, "Permissions-Policy", policy);
	add(r, "Cache-Control", p->keep ?
	    "public, max-age=31536000, immutable" : "no-store");
	add(r, "Referrer-Policy", "no-referrer");
	add(r, "X-Content-Type-Options", "nosniff");
	add(r, "X-Frame-Options", "DENY");
	add(r, "X-Robots-Tag", "noindex,nofollow");
	/* A wallet opens a window of its own from the processor's frame. */
	add(r, "Cross-Origin-Opener-Policy", p->frame ?
	    "same-origin-allow-popups" : "same-origin");
	add(r, "Cross-Origin-Resource-Policy", "same-origin");
	if (s->https)
		add(r, "Strict-Transport-Security", "max-age=63072000");
	if (p->location[0] != '\0')
		add(r, "Location", p->location);
	if (p->retry_after > 0) {
		(void)snprintf(wait, sizeof wait, "%d", p->retry_after);
		add(r, "Retry-After", wait);
	}
}
