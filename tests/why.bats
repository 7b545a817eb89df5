# pp-status looks back: --why, --at, --watch, --find; and the journal, folded,
# is what is stored (rule G2).

bats_require_minimum_version 1.5.0
load helper

DOC='{"task":"T-1042","customer":{"name":"Éloïse Gagné","email":"e@example.com","language":"fr"},"description":"Chauffe-eau","invoice":{"number":"F-889"},"total":"1149.75"}'

setup() {
	pp_setup
	export PP_NOW=$BATS_TEST_TMPDIR/now
	at 12:00:00
	start_sandbox --seed 1
	printf 'yesguy\n' >token && chmod 600 token
	expect 0 pp-integration add moneris --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	printf '[page]\nurl = %s\n' "$REPLY" >"$PP_CONFIG"
}

# at TIME: what the clock of every process says, standing still.
at() {
	printf '2026-11-23T%sZ\n' "$1" >"$BATS_TEST_TMPDIR/now"
}

# part: a deposit of 30 % is asked at 13:00 and paid at 14:00.
part() {
	at 13:00:00
	expect 0 pp-link create --purpose deposit --percent 30 <<<"$DOC"
	URL=$(json .payment_link.url <<<"$output")
	at 14:00:00
	expect 0 pp-sandbox pay --link "$URL"
}

@test "G2 --why: facts in order, each with its rule, then what would change it" {
	part
	yields pp-status --why T-1042
	run -0 jq -sc 'map(select(.seq)) | [(map(.seq) == (map(.seq) | sort)),
	    all(.rule != null), all(.what | length > 10)]' <<<"$output"
	out_is '[true,true,true]'
	yields pp-status --why F-889
	run -0 jq -sc 'map(select(.type).type)' <<<"$output"
	has "$output" '"task.recorded","link.created"'
	has "$output" '"attempt.presented"'
	has "$output" '"payment.received"'
	yields pp-status --why T-1042
	run -0 jq -rs 'map(select(.next) | .command) | map(select(.)) | join("; ")' \
	    <<<"$output"
	out_is 'pp-status --refresh T-1042; pp-link create T-1042; pp-ledger transfer T-1042 --invoice F-889'
	refused 3 'pp-status: nothing has this number' pp-status --why NOPE
}

@test "every event type of a task has a sentence in both languages" {
	local t types
	types=$(grep -rhoE '"(task|link|attempt|payment|invoice|refund|mail)\.[a-z_]+"' \
	    "$PP_TEST_SRCDIR"/lib/*.c | grep -vE '\.(h|task|token|order|due|txn|id|open|payment|key|invoice|number|transferred_at|about)"$' |
	    sort -u)
	[[ $(wc -l <<<"$types") -gt 20 ]]
	for t in $types; do
		case $t in
		# These change no member of an event of their own.
		'"task.paid"'|'"link.paid"'|'"attempt.asked"') continue ;;
		esac
		grep -qF "{ $t," "$PP_TEST_SRCDIR/lib/why.c" ||
			{ echo "no sentence for $t"; return 1; }
	done
}

@test "G2 --at: what was known then" {
	part
	at 15:00:00
	yields pp-status --at 2026-11-23T13:30:00Z T-1042
	run -0 jq -c '[.state, .paid, (.payments | length), .links[0].state]' \
	    <<<"$output"
	out_is '["unpaid","0.00",0,"open"]'
	yields pp-status --at 2026-11-23T14:30:00Z T-1042
	run -0 jq -c '[.state, .paid, .payments[0].type, .attempts[0].state]' \
	    <<<"$output"
	out_is '["partially_paid","344.93","payment","approved"]'
	refused 3 'pp-status: task T-1042 was not known then' \
	    pp-status --at 2026-11-23T12:30:00Z T-1042
	refused 3 'pp-status: nothing has this number' \
	    pp-status --at 2026-11-23T12:30:00Z NOPE
}

@test "--watch: each fact as it comes" {
	at 13:00:00
	expect 0 pp-link create <<<"$DOC"
	URL=$(json .payment_link.url <<<"$output")
	pp-status --watch T-1042 >watched 3>&- &
	local pid=$! i
	for ((i = 0; i < 50; i++)); do
		grep -q link.created watched && break
		sleep 0.1
	done
	grep -q link.created watched
	run ! grep -q payment.received watched
	expect 0 pp-sandbox pay --link "$URL"
	for ((i = 0; i < 80; i++)); do
		grep -q payment.received watched && break
		sleep 0.1
	done
	kill "$pid"
	grep -q payment.received watched
	run -0 jq -sc 'map(.seq) == (map(.seq) | unique)' watched
	out_is true
}

@test "--find: every word somewhere, accents and case folded, a comma taken" {
	part
	expect 0 pp-link create <<<'{"task":"T-2","total":"10.00","customer":{"name":"Paul Roy"}}'
	local w
	for w in 'ÉLOÏSE' 'gagné 344,93' '4242' 'F-889 Gagné' 'e@example.com' \
	    '1149.75'; do
		# shellcheck disable=SC2086 # words
		yields pp-status --find $w
		run -0 json .task <<<"$output"
		out_is T-1042
	done
	yields pp-status --find roy
	run -0 json .task <<<"$output"
	out_is T-2
	yields pp-status --find gagné roy
	out_is ''
	expect 2 pp-status --find
	err_has 'pp-status: --find needs a WORD'
}
