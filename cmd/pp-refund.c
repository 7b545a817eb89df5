#include "config.h"

#include <stdio.h>
#include <string.h>

#include "output.h"
#include "refunding.h"
#include "banned.h"

struct opts {
	const char	*reason, *outcome, *transaction_no, *reference_no;
	bool		 again, keep_links, as_void, as_refund;
	int64_t		 amount, time;
};

struct settling {
	struct pp_refund_decision	 decision;
	struct pp_refunded		*out;
	bool				 dry_run;
};

static pp_cmd_fn	refund, settle;
static pp_txn_fn	settle_txn;
static void		show(struct pp_cmd *, const struct pp_refunded *);
static void		copy(struct pp_cmd *, const char *, const char *,
			    char *, size_t);

#define O(n, l, k, m, v) { n, l, k, offsetof(struct opts, m), v }
enum { V_SETTLE, V_REFUND };

static const struct pp_opt opts[] = {
	O("amount",	'a', PP_O_CENTS, amount, 0),
	O("reason",	'r', PP_O_STR, reason, 0),
	O("again",	'A', PP_O_FLAG, again, PP_V(V_REFUND)),
	O("keep-links",	'k', PP_O_FLAG, keep_links, PP_V(V_REFUND)),
	O("void",	'W', PP_O_FLAG, as_void, PP_V(V_REFUND)),
	O("refund",	'R', PP_O_FLAG, as_refund, PP_V(V_REFUND)),
	O("outcome",	'O', PP_O_STR, outcome, PP_V(V_SETTLE)),
	O("transaction-no", 'T', PP_O_STR, transaction_no, PP_V(V_SETTLE)),
	O("reference-no", 'N', PP_O_STR, reference_no, PP_V(V_SETTLE)),
	O("time",	't', PP_O_TIME, time, PP_V(V_SETTLE))
};

static const struct pp_verb verbs[] = {
	{ "settle",	settle,		1, 1, 0 },
	{ NULL,		refund,		1, 1, 0 }
};

static const struct pp_cmd_def def = {
	"pp-refund",
	"usage: pp-refund PAYMENT|TRANSACTION --reason TEXT [--amount A]\n"
	"           [--void | --refund] [--again] [--keep-links]\n"
	"       pp-refund settle REFUND --outcome done|not-done --reason TEXT\n"
	"           [--transaction-no T --reference-no R --amount A\n"
	"           --time TIME]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, sizeof opts / sizeof opts[0],
	verbs, sizeof verbs / sizeof verbs[0], PP_CMD_SECRET
};

static void
show(struct pp_cmd *cmd, const struct pp_refunded *r)
{
	static const struct pp_column cols[] = {
		{ "REFUND", "refund", PP_LEFT }, { "TASK", "task", PP_LEFT },
		{ "KIND", "kind", PP_WORD }, { "STATE", "state", PP_WORD },
		{ "AMOUNT", "amount", PP_RIGHT },
		{ "OF", "of_transaction", PP_LEFT },
		{ "TRANSACTION", "transaction_no", PP_LEFT },
		{ "REFERENCE", "reference_no", PP_LEFT },
		{ "CREATED", "created", PP_LEFT }
	};
	struct pp_out out;

	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	pp_out_row(&out, pp_refunded_doc(r));
	pp_out_end(&out);
}

static enum pp_rc
refund(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct opts *o = arg;
	struct pp_refund_order order = { .number = cmd->argv[0],
	    .amount = o->amount, .reason = o->reason, .again = o->again,
	    .keep_links = o->keep_links, .dry_run = cmd->dry_run,
	    .void_until = cmd->conf.refund.void_until,
	    .how = o->as_void ? PP_HOW_VOID : o->as_refund ? PP_HOW_REFUND :
	    PP_HOW_BEST };
	struct pp_drivers drivers;
	struct pp_refunded out;
	enum pp_rc rc;

	if (o->reason == NULL)
		pp_cmd_usage(cmd, "--reason is missing: why the money goes "
		    "back");
	if (o->as_void && o->as_refund)
		pp_cmd_usage(cmd, "--void or --refund, not both");
	if ((rc = pp_drivers_init(&drivers, &cmd->store, cmd->providers,
	    err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc, "there is no "
		    "store in %s", cmd->store.dir) : rc;
	rc = pp_refunding_run(&drivers, &order, &out, err);
	/* There is something to tell, also of one that failed. */
	if (out.refund.payment[0] != '\0')
		show(cmd, &out);
	pp_refunded_release(&out);
	pp_drivers_release(&drivers);
	return rc;
}

static enum pp_rc
settle_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct settling *s = arg;
	enum pp_rc rc;

	if ((rc = pp_refunding_settle(tx, &s->decision, s->out,
	    err)) != PP_OK)
		return rc;
	return s->dry_run ? PP_NO : PP_OK;
}

static void
copy(struct pp_cmd *cmd, const char *option, const char *s, char *out,
    size_t size)
{
	if (s != NULL && (strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.") != strlen(s) ||
	    strlcpy(out, s, size) >= size))
		pp_cmd_usage(cmd, "%s: not a number that a processor gives",
		    option);
}

static enum pp_rc
settle(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct opts *o = arg;
	struct pp_refunded out = { .created = false };
	struct settling s = { .out = &out, .dry_run = cmd->dry_run };
	struct pp_refund_decision *d = &s.decision;
	enum pp_rc rc;

	d->refund = cmd->argv[0];
	d->reason = o->reason;
	if (o->outcome == NULL || (strcmp(o->outcome, "done") != 0 &&
	    strcmp(o->outcome, "not-done") != 0))
		pp_cmd_usage(cmd, "--outcome done or --outcome not-done");
	d->done = o->outcome[0] == 'd';
	if (o->reason == NULL || *o->reason == '\0')
		pp_cmd_usage(cmd, "--reason is missing: how it is known");
	/* Rule F4. */
	if (d->done && (o->transaction_no == NULL || o->reference_no == NULL ||
	    o->amount == 0 || o->time == 0))
		pp_cmd_usage(cmd, "done needs --transaction-no, "
		    "--reference-no, --amount and --time, as the processor "
		    "shows them");
	if (!d->done && (o->transaction_no != NULL || o->reference_no != NULL ||
	    o->amount != 0 || o->time != 0))
		pp_cmd_usage(cmd, "what was not done has no numbers");
	copy(cmd, "--transaction-no", o->transaction_no,
	    d->receipt.transaction_no, sizeof d->receipt.transaction_no);
	copy(cmd, "--reference-no", o->reference_no,
	    d->receipt.reference_no, sizeof d->receipt.reference_no);
	d->receipt.amount = o->amount;
	d->receipt.paid_at = o->time;
	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	rc = pp_store_txn(&cmd->store, PP_TXN_WRITE, settle_txn, &s, err);
	if (rc == PP_NO)
		rc = PP_OK;
	if (rc == PP_OK)
		show(cmd, &out);
	pp_refunded_release(&out);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}
