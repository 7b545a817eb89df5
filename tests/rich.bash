# A store in which every collection has something, made once a file: for the
# tests of what verifies, rebuilds and rekeys one.  A file loads helper, cmds,
# then this; setup_file calls rich_make, setup calls rich.

rich_make() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	cmds_setup
	# A program like sendmail(8).
	printf '#!/bin/sh\nexec cat >/dev/null\n' >sendmail
	chmod 755 sendmail
	printf '[mail]\ntransport = %s\n[business]\nname = Test\nemail = t@example.com\nphone = 514 555-0100\n' \
	    "$PWD/sendmail" >"$PP_CONFIG"
	world || return
	printf '%s\n' \
	    '{"task":"T-1","customer":{"name":"Ann Canary","email":"ann@example.com","language":"en"},"invoice":{"number":"F-1"},"description":"a roof","total":"500.00","taxes":[{"name":"TPS","amount":"21.75"}],"step":"700"}' \
	    '{"task":"T-2","customer":{"email":"bob@example.com","language":"fr"},"invoice":{"number":"F-2"},"total":"300.00"}' \
	    '{"task":"T-3","customer":{"email":"zoe@example.com","language":"fr"},"total":"80.00"}' \
	    '{"task":"T-4","customer":{"email":"eve@example.com","language":"fr"},"total":"40.00"}' >tasks
	pp-link create --open <tasks >links || return
	pp-mail --templates "$PP_TEST_SRCDIR/share/mail" --send \
	    --template demande-de-paiement <links >mailed || return
	sed -n 1p links | jq -r .payment_link.url >url
	pp-sandbox pay --link - <url >/dev/null || return
	sed -n 2p links | jq -r .payment_link.url >url
	pp-sandbox pay --amount 100.00 --link - <url >/dev/null || return
	# Declined, and one that is left open.
	sed -n 4p links | jq -r .payment_link.url >url
	pp-sandbox pay --card 4485621544903528 --link - <url >/dev/null || :
	curl -s -d "$(curl -s "$(<url)" | tr '>' '\n' |
	    sed -n 's/.*name="\([a-z_]*\)" value="\([^"]*\)".*/\1=\2/p' |
	    paste -sd '&')" "$(<url)/pay" >/dev/null
	pp-refund --amount 50.00 --reason test \
	    "$(pp-ledger payments T-1 | json .id)" >/dev/null || return
	pp-ledger adjust --amount=-5.00 --reason rounding T-2 >/dev/null
	pp-ledger record --method cheque --amount 30.00 --number 17 T-3 \
	    >/dev/null || return
	printf '%s\n' 'Order ID,Transaction Number,Amount,Date,Type,Result,Batch,Terminal ID' \
	    'X-1.a1,66-1,12.00,2026-11-02,Purchase,Approved,069,66012345' >csv
	pp-ledger reconcile --record csv >/dev/null || :
	pp-ledger transfer T-1 >/dev/null && pp-ledger transfer T-2 >/dev/null
	pp-ledger to-enter --sheet -o json >/dev/null || return
	pp-ledger enter --sheet 1 --reference B-1 \
	    --total "$(pp-ledger to-enter --sheets -o json | json .total)" \
	    >/dev/null || return
	pp-link cancel "$(sed -n 3p links | json .payment_link.id)" >/dev/null
	pp-store forget -q T-3 >/dev/null || return
	cmds_teardown
}

# Each test its own copy.
rich() {
	cmds_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
	cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
	cp "$BATS_FILE_TMPDIR/pp.conf" "$PP_CONFIG"
	cp "$BATS_FILE_TMPDIR/now" "$PP_NOW"
	cp "$BATS_FILE_TMPDIR/links" .
}

# What people and programs are shown of it.
shown() {
	pp-status T-1 T-2 T-3 T-4 && pp-status --why T-1 && pp-link list &&
	    pp-ledger list && pp-ledger totals --by batch && pp-ledger head &&
	    pp-ledger to-enter --show 1 && pp-ledger export &&
	    pp-task show T-1 T-2 T-3 T-4 && pp-integration list
}
