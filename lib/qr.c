#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#include "qr.h"
#include "banned.h"

#define STORED_MAX	65535		/* bytes of a stored deflate block */

static enum pp_rc	encode(const char *, QRcode **, struct pp_err *);
static bool		dark(const QRcode *, int, int);
static uint32_t		crc(const unsigned char *, size_t);
static void		be32(struct pp_buf *, uint32_t);
static void		chunk(struct pp_buf *, const char *,
			    const struct pp_buf *);
static void		zlib_stored(struct pp_buf *, const struct pp_buf *);
static enum pp_rc	done(struct pp_buf *, struct pp_err *);

static enum pp_rc
encode(const char *text, QRcode **out, struct pp_err *err)
{
	if (*text == '\0' || strlen(text) > PP_QR_TEXT)
		return pp_err_set(err, PP_DATA, "no text for a QR code, or "
		    "more than %d bytes", PP_QR_TEXT);
	if ((*out = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M)) == NULL)
		return pp_err_set(err, PP_IO, "no QR code could be made");
	return PP_OK;
}

/* The cell at a place that counts from the corner of the white border. */
static bool
dark(const QRcode *q, int x, int y)
{
	x -= PP_QR_QUIET;
	y -= PP_QR_QUIET;
	return x >= 0 && y >= 0 && x < q->width && y < q->width &&
	    (q->data[y * q->width + x] & 1) != 0;
}

static enum pp_rc
done(struct pp_buf *b, struct pp_err *err)
{
	return pp_buf_ok(b) ? PP_OK : pp_err_set(err, PP_BUG,
	    "a QR code is longer than its buffer");
}

enum pp_rc
pp_qr_terminal(const char *text, struct pp_buf *b, struct pp_err *err)
{
	static const char *const cell[] = { " ", "\xe2\x96\x84",
	    "\xe2\x96\x80", "\xe2\x96\x88" };	/* none, lower, upper, both */
	QRcode *q;
	int x, y, n;
	enum pp_rc rc;

	if ((rc = encode(text, &q, err)) != PP_OK)
		return rc;
	n = q->width + 2 * PP_QR_QUIET;
	for (y = 0; y < n; y += 2) {
		pp_buf_puts(b, "\033[30;47m");
		for (x = 0; x < n; x++)
			pp_buf_puts(b, cell[2 * dark(q, x, y) +
			    dark(q, x, y + 1)]);
		pp_buf_puts(b, "\033[0m\n");
	}
	QRcode_free(q);
	return done(b, err);
}

enum pp_rc
pp_qr_svg(const char *text, struct pp_buf *b, struct pp_err *err)
{
	QRcode *q;
	int x, y, n, run;
	enum pp_rc rc;

	if ((rc = encode(text, &q, err)) != PP_OK)
		return rc;
	n = q->width + 2 * PP_QR_QUIET;
	pp_buf_printf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">\n"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>\n<path d=\"", n, n, n,
	    n);
	for (y = 0; y < n; y++)
		for (x = 0; x < n; x += run) {
			for (run = 1; dark(q, x, y) && dark(q, x + run, y);)
				run++;
			if (dark(q, x, y))
				pp_buf_printf(b, "M%d %dh%dv1h-%dz", x, y,
				    run, run);
		}
	pp_buf_puts(b, "\"/>\n</svg>\n");
	QRcode_free(q);
	return done(b, err);
}

/* PNG (ISO 15948): signature, IHDR, IDAT, IEND.  The pixels are stored, not
 * compressed: some twenty kilobytes, and no library. */

static uint32_t
crc(const unsigned char *p, size_t n)
{
	uint32_t c = 0xffffffff;
	int i;

	for (; n > 0; n--)
		for (c ^= *p++, i = 0; i < 8; i++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
	return ~c;
}

static void
be32(struct pp_buf *b, uint32_t v)
{
	const unsigned char p[4] = { (unsigned char)(v >> 24),
	    (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	    (unsigned char)v };

	pp_buf_add(b, p, sizeof p);
}

static void
chunk(struct pp_buf *b, const char *type, const struct pp_buf *data)
{
	size_t at;

	be32(b, (uint32_t)data->len);
	at = b->len;
	pp_buf_puts(b, type);
	if (data->len > 0)
		pp_buf_add(b, data->p, data->len);
	if (!b->failed)
		be32(b, crc((const unsigned char *)b->p + at, b->len - at));
}

/* RFC 1950 around RFC 1951's stored blocks. */
static void
zlib_stored(struct pp_buf *b, const struct pp_buf *raw)
{
	unsigned char head[5];
	uint32_t s1 = 1, s2 = 0;
	size_t i, n;

	pp_buf_add(b, "\x78\x01", 2);
	for (i = 0; i < raw->len; i += n) {
		n = raw->len - i < STORED_MAX ? raw->len - i : STORED_MAX;
		head[0] = i + n == raw->len;
		head[1] = (unsigned char)n;
		head[2] = (unsigned char)(n >> 8);
		head[3] = (unsigned char)~n;
		head[4] = (unsigned char)(~n >> 8);
		pp_buf_add(b, head, sizeof head);
		pp_buf_add(b, raw->p + i, n);
	}
	for (i = 0; i < raw->len; i++) {
		s1 = (s1 + (unsigned char)raw->p[i]) % 65521;
		s2 = (s2 + s1) % 65521;
	}
	be32(b, s2 << 16 | s1);
}

enum pp_rc
pp_qr_png(const char *text, struct pp_buf *b, struct pp_err *err)
{
	struct pp_buf raw = PP_BUF_INIT(1024 * 1024);
	struct pp_buf data = PP_BUF_INIT(1024 * 1024);
	unsigned char byte;
	QRcode *q;
	int x, y, bit, n, pixels;
	enum pp_rc rc;

	if ((rc = encode(text, &q, err)) != PP_OK)
		return rc;
	n = q->width + 2 * PP_QR_QUIET;
	pixels = n * PP_QR_SCALE;
	for (y = 0; y < pixels; y++) {
		pp_buf_add(&raw, "\0", 1);	/* no filter */
		for (x = 0; x < pixels; x += 8) {
			for (byte = 0, bit = 0; bit < 8; bit++)
				byte = (unsigned char)(byte << 1 | !dark(q,
				    (x + bit) / PP_QR_SCALE,
				    y / PP_QR_SCALE));
			pp_buf_add(&raw, &byte, 1);
		}
	}
	QRcode_free(q);
	pp_buf_add(b, "\x89PNG\r\n\x1a\n", 8);
	be32(&data, (uint32_t)pixels);
	be32(&data, (uint32_t)pixels);
	pp_buf_add(&data, "\1\0\0\0\0", 5);	/* one bit, grey */
	chunk(b, "IHDR", &data);
	pp_buf_reset(&data);
	if (!raw.failed)
		zlib_stored(&data, &raw);
	if (raw.failed || data.failed)
		b->failed = true;
	else
		chunk(b, "IDAT", &data);
	pp_buf_reset(&data);
	chunk(b, "IEND", &data);
	pp_buf_release(&raw);
	pp_buf_release(&data);
	return done(b, err);
}
