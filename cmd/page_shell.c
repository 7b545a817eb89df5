#include "config.h"

#include <stdio.h>
#include <string.h>

#include "page_shell.h"
#include "page_words.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define W(name)	page_word(name, x->lang)

static enum pp_rc	script(const struct page_ctx *, const char *,
			    const char *, struct pp_buf *, struct pp_err *);
static enum pp_rc	scripts(const struct page_ctx *,
			    const struct page_shell *, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	contact(const struct page_ctx *, struct pp_buf *,
			    struct pp_err *);
static void		logo(const struct page_ctx *, struct pp_buf *);

static const char *const signs[PAGE_NSIGN] = {
	"info", "good", "wait", "bad", "off"
};

static enum pp_rc
script(const struct page_ctx *x, const char *src, const char *guard,
    struct pp_buf *out, struct pp_err *err)
{
	return page_fill(x, PAGE_T_SCRIPT, (const struct pp_slot[]){
	    { "src", src }, { "guard", guard } }, 2, out, err);
}

/* The processor's, if it is on the page, before our own. */
static enum pp_rc
scripts(const struct page_ctx *x, const struct page_shell *sh,
    struct pp_buf *out, struct pp_err *err)
{
	char src[PP_CONF_URL + 64], guard[256] = "";
	bool pay = sh->script_url != NULL;
	enum pp_rc rc = PP_OK;

	if (pay && sh->integrity[0] != '\0')
		(void)snprintf(guard, sizeof guard, " integrity=\"%s\""
		    " crossorigin=\"anonymous\"", sh->integrity);
	if (pay)
		rc = script(x, sh->script_url, guard, out, err);
	if (rc != PP_OK || (!pay && !sh->page_js))
		return rc;
	(void)snprintf(src, sizeof src, "%s/assets/%s", x->site->root,
	    x->site->asset[pay ? PAGE_F_PAY_JS : PAGE_F_PAGE_JS].name);
	return script(x, src, "", out, err);
}

/* Beside the name, so with no words of its own. */
static void
logo(const struct page_ctx *x, struct pp_buf *out)
{
	if (x->site->asset[PAGE_F_LOGO].data == NULL)
		return;
	pp_buf_puts(out, "<img class=\"logo\" alt=\"\" src=\"");
	pp_template_escape(out, x->site->root);
	pp_buf_printf(out, "/assets/%s\">", x->site->asset[PAGE_F_LOGO].name);
}

/* Whom to ask, and the policies. */
static enum pp_rc
contact(const struct page_ctx *x, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf ways = PP_BUF_INIT(8192), from = PP_BUF_INIT(8192);
	struct pp_buf fine = PP_BUF_INIT(32768);
	enum pp_rc rc;

	page_part_seller(x, false, &from);
	if ((rc = page_part_ways(x, &ways, err)) == PP_OK &&
	    (rc = page_part_policies(x, &fine, err)) == PP_OK &&
	    ways.len + from.len + fine.len > 0)
		rc = page_fill_lines(x, PAGE_T_CONTACT, (const struct
		    pp_slot[]){ { "ways", ways.p }, { "seller", from.p },
		    { "policies", fine.p } }, 3, out, err);
	pp_buf_release(&ways);
	pp_buf_release(&from);
	pp_buf_release(&fine);
	return rc;
}

enum pp_rc
page_wrap(const struct page_ctx *x, const struct page_shell *sh,
    const struct pp_buf *body, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf head = PP_BUF_INIT(4096), foot = PP_BUF_INIT(65536);
	struct pp_buf js = PP_BUF_INIT(4096), banner = PP_BUF_INIT(4096);
	struct pp_buf image = PP_BUF_INIT(4096);
	const char *name = x->site->conf->business.name;
	char at[PAGE_PLACE];
	enum pp_rc rc = PP_OK;

	(void)page_here(x, at, sizeof at);
	if (sh->refresh)
		rc = page_fill(x, PAGE_T_REFRESH, (const struct pp_slot[]){
		    { "page", x->addr[0] != '\0' ? at : "" },
		    { "lang", x->lang } }, 2, &head, err);
	if (rc == PP_OK && !x->live)
		rc = page_fill(x, PAGE_T_BANNER, NULL, 0, &banner, err);
	logo(x, &image);
	if (rc == PP_OK && !sh->told)
		rc = contact(x, &foot, err);
	if (rc == PP_OK && (rc = scripts(x, sh, &js, err)) == PP_OK)
		rc = page_fill(x, PAGE_T_BASE, (const struct pp_slot[]){
		    { "lang", x->lang },
		    { "title", sh->title },
		    { "business", name[0] != '\0' ? name : W("our_customer") },
		    { "css", x->site->asset[PAGE_F_CSS].name },
		    { "root", x->site->root },
		    { "head", head.p },
		    { "banner", banner.p },
		    { "logo", image.p },
		    { "width", sh->wide ? " class=\"wide\"" : "" },
		    { "here", x->addr[0] != '\0' ? at : "" },
		    { "query", sh->query != NULL ? sh->query : "" },
		    { "other_code", strcmp(x->lang, "fr") == 0 ? "en" : "fr" },
		    { "body", body->p },
		    { "foot", foot.p },
		    { "scripts", js.p } }, 15, out, err);
	pp_buf_release(&head);
	pp_buf_release(&foot);
	pp_buf_release(&js);
	pp_buf_release(&banner);
	pp_buf_release(&image);
	return rc;
}

enum pp_rc
page_tell(const struct page_ctx *x, const struct page_told *t,
    struct pp_buf *body, struct pp_err *err)
{
	return page_fill(x, PAGE_T_MESSAGE, (const struct pp_slot[]){
	    { "sign", signs[t->sign] }, { "title", t->title },
	    { "role", t->role }, { "text", t->text },
	    { "more", t->more != NULL ? t->more->p : "" } }, 5, body, err);
}

enum pp_rc
page_note(const struct page_ctx *x, enum page_sign sign, const char *title,
    const char *text, struct pp_buf *body, struct pp_err *err)
{
	return page_fill(x, PAGE_T_NOTE, (const struct pp_slot[]){
	    { "sign", signs[sign] },
	    { "role", sign == PAGE_S_BAD ? "alert" : "status" },
	    { "title", title }, { "text", text } }, 4, body, err);
}

static const struct {
	const char	*title;
	const char	*text;
	unsigned int	 status;
	enum page_sign	 sign;
	bool		 back;		/* the page itself is still there */
} messages[PAGE_NMESSAGE] = {
	[PAGE_M_UNKNOWN] = { "m_unknown_title", "m_unknown", 404, PAGE_S_OFF,
	    false },
	/* A browser that closed the frame's page and opens it again. */
	[PAGE_M_METHOD] = { "m_method_title", "m_method", 405, PAGE_S_OFF,
	    true },
	[PAGE_M_LARGE] = { "m_large_title", "m_large", 413, PAGE_S_OFF, false },
	[PAGE_M_BAD] = { "m_bad_title", "m_bad", 400, PAGE_S_OFF, true },
	[PAGE_M_STALE] = { "m_stale_title", "m_stale", 403, PAGE_S_INFO, true },
	[PAGE_M_MANY] = { "m_many_title", "m_many", 429, PAGE_S_WAIT, true },
	[PAGE_M_LOCKED] = { "m_locked_title", "m_locked", 429, PAGE_S_BAD,
	    false },
	[PAGE_M_BRAKE] = { "m_brake_title", "m_brake", 429, PAGE_S_BAD,
	    false },
	[PAGE_M_DOWN] = { "m_down_title", "m_down", 503, PAGE_S_WAIT, true },
	[PAGE_M_BUSY] = { "m_busy_title", "m_busy", 503, PAGE_S_WAIT, true },
	[PAGE_M_FAULT] = { "m_fault_title", "m_fault", 500, PAGE_S_BAD, true }
};

unsigned int
page_message_status(enum page_message m)
{
	return messages[m].status;
}

enum pp_rc
page_view_message(const struct page_ctx *x, enum page_message m,
    struct pp_buf *out, struct pp_err *err)
{
	const struct page_shell sh = { .title = W(messages[m].title) };
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX), more = PP_BUF_INIT(8192);
	const struct page_told told = { messages[m].sign, sh.title,
	    W(messages[m].text), "alert", &more };
	char at[PAGE_PLACE];
	enum pp_rc rc = PP_OK;

	if (messages[m].back && x->addr[0] != '\0')
		rc = page_fill(x, PAGE_T_AGAIN, (const struct pp_slot[]){
		    { "page", page_here(x, at, sizeof at) },
		    { "lang", x->lang } }, 2, &more, err);
	if (rc == PP_OK && (rc = page_tell(x, &told, &body, err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	pp_buf_release(&more);
	return rc;
}
