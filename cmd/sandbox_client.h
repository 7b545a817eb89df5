/*
 * A small HTTP client for the customers whom pp-sandbox plays: one request
 * after the other, no redirects followed, no proxy, plain http.
 */
#ifndef SANDBOX_CLIENT_H
#define SANDBOX_CLIENT_H

#include <curl/curl.h>

#include "buf.h"
#include "err.h"

struct sandbox_client {
	CURL			*curl;
	struct curl_slist	*headers;
	struct pp_buf		 answer;	/* body of the last answer */
	char			 error[CURL_ERROR_SIZE];
	long			 status;	/* of the last answer */
};

/* accept is the Accept header's value.  Once a process at a time: it starts
 * libcurl and release ends it.  PP_IO if libcurl does not start. */
enum pp_rc	sandbox_client_init(struct sandbox_client *,
		    const char *accept, struct pp_err *err);
void		sandbox_client_release(struct sandbox_client *);

/* PP_RETRY if no answer came; status and answer otherwise. */
enum pp_rc	sandbox_client_get(struct sandbox_client *, const char *url,
		    struct pp_err *err);
/* The same with a form.  PP_UNKNOWN if no answer came although the request
 * may have arrived, PP_RETRY if there was no connection. */
enum pp_rc	sandbox_client_post(struct sandbox_client *, const char *url,
		    const char *form, struct pp_err *err);
/* Sends the form and hangs up without listening, as a closed browser does.
 * url must have a path. */
enum pp_rc	sandbox_client_post_and_close(struct sandbox_client *,
		    const char *url, const char *form, struct pp_err *err);

#endif
