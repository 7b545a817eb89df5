/*
 * QR codes of an address: for a terminal, as PNG, as SVG.
 */
#ifndef PP_QR_H
#define PP_QR_H

#include <stddef.h>

#include "buf.h"
#include "err.h"

#define PP_QR_TEXT	1024	/* bytes of the text */
#define PP_QR_QUIET	4	/* cells of white around it, as the standard
				 * asks */
#define PP_QR_SCALE	8	/* pixels of a cell in a PNG */

/* Appends text's code as lines for a terminal, two rows of cells each, black
 * on white by escape sequences whatever the terminal's colours.  PP_DATA if
 * text is empty or too long; so below. */
enum pp_rc	pp_qr_terminal(const char *text, struct pp_buf *out,
		    struct pp_err *err);
/* As an SVG document, a cell being one unit. */
enum pp_rc	pp_qr_svg(const char *text, struct pp_buf *out,
		    struct pp_err *err);
/* As a PNG file of two colours. */
enum pp_rc	pp_qr_png(const char *text, struct pp_buf *out,
		    struct pp_err *err);

#endif
