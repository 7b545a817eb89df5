# What the tests of the commands share; a file loads helper, then this.

HTTP=$PP_TEST_BUILDDIR/tests/http

# setup of such a file: a clock that only now moves.
cmds_setup() {
	pp_setup
	export PP_NOW=$BATS_TEST_TMPDIR/now
	now 2026-11-23T15:04:05Z
}

now() {
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/now"
}

# added [NAME [OPTION...]]: an integration that no processor stands behind.
added() {
	local name=${1-moneris}
	expect 0 pp-integration add -q "$name" --store-id store5 \
	    --checkout-id chktTEST --no-check "${@:2}" <<<yesguy &&
	    err_is ''
}

# world: processor, integration, page; the clock is the real one, shifted by
# "later SECONDS".
world() {
	SHIFT=0
	later 0
	start_sandbox --seed 1 "$@" || return
	printf 'yesguy\n' >token && chmod 600 token
	expect 0 pp-integration add moneris --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token || return
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page" || return
	URL=$REPLY
	PAGE_PID=$STARTED
	printf '[page]\nurl = %s\n' "$URL" >>"$PP_CONFIG"
}

later() {
	SHIFT=$((SHIFT + $1))
	printf '+%d\n' "$SHIFT" >"$BATS_TEST_TMPDIR/now"
}

# link DOCUMENT|TASK [OPTION...]: creates; LINK and URL_OF are what came out.
link() {
	if [[ $1 == '{'* ]]; then
		expect 0 pp-link create -o json "${@:2}" <<<"$1" || return
	else
		expect 0 pp-link create -o json "${@:2}" "$1" || return
	fi
	LINK=$(json .payment_link.id <<<"$output")
	URL_OF=$(json .payment_link.url <<<"$output")
}

# paid URL [OPTION...]: a customer goes the whole way.
paid() {
	expect 0 pp-sandbox pay --link - "${@:2}" <<<"$1"
}

# masked: in $output and $stderr what chance and the clock chose is replaced.
masked() {
	output=$(mask <<<"$output")
	stderr=$(mask <<<"$stderr")
}

mask() {
	sed -E 's/(lnk|att|pay)_[0-9a-z]{26}/\1_ID/g
	    s,/p/[a-z2-7]{32},/p/TOKEN,g'
}

# What the journal says, an event a line.
journal() {
	timeout 20 "$PP_TEST_BUILDDIR/tests/journal"
}

# unchanged CMD...: the command with -n leaves the journal's head where it was.
# The first word is the status that is expected.
unchanged() {
	local before after
	before=$(timeout 20 pp-ledger head) || return
	expect "$@" || return
	after=$(timeout 20 pp-ledger head) || return
	same head "$after" "$before"
}

# grown N CMD...: what it does is N events.
grown() {
	local n=$1 before after
	before=$(timeout 20 pp-ledger head | jq .seq) || return
	expect 0 "${@:2}" || return
	after=$(timeout 20 pp-ledger head | jq .seq) || return
	same 'events' "$((after - before))" "$n"
}

# on_tty ROWS_OUT CMD...: its output on a terminal, into $output.
on_tty() {
	expect "$1" script -qec "$2" /dev/null </dev/null
	output=${output//$'\r'/}
}

# Everything here may be killed at any instant, so nothing waits for its end.
cmds_teardown() {
	local pid

	for pid in "${PP_PIDS[@]}"; do
		kill -9 "$pid" 2>/dev/null || :
	done
	stop_all
}

# tasks FROM TO: documents.
tasks() {
	seq "$1" "$2" |
	    sed 's/.*/{"task":"S-&","customer":{"email":"c&@example.com","language":"fr"},"invoice":{"number":"F-&"},"total":"&.25"}/'
}

# constant_memory N: so many tasks become links in less than 30 MB.
constant_memory() {
	local pid hwm=0 now
	tasks 1 "$1" >in
	pp-link create <in >out 2>err 3>&- &
	pid=$!
	PP_PIDS+=("$pid")
	while kill -0 "$pid" 2>/dev/null; do
		now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' \
		    "/proc/$pid/status" 2>/dev/null) || :
		((${now:-0} <= hwm)) || hwm=$now
		sleep 0.02
	done
	wait "$pid" || return
	same stderr "$(cat err)" ''
	echo "$hwm kB"
	((hwm > 1000 && hwm < 30 * 1024)) || return
	# In the order of the input, each its own.
	jq -r '.task + " " + .payment_link.amount' out |
	    cmp - <(seq "$1" | sed 's/.*/S-& &.25/') || return
	same ids "$(jq -r .payment_link.id out | sort -u | wc -l)" "$1"
}
