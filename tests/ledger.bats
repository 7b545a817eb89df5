# pp-ledger: the list, the payments of a task, the totals, the head.
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

# Three payments on two days, two cards, two integrations, two tasks of one
# invoice; a declined one that is in no book.
books() {
	SHIFT=0
	world || return
	expect 0 pp-integration add second --provider moneris \
	    --environment sandbox --gateway-url "$SANDBOX_URL" \
	    --store-id store1 --checkout-id chktSECOND \
	    --api-token-file token || return
	link '{"task":"T-1","step":"700","invoice":{"number":"F-1"},"total":"1149.75"}' \
	    --percent 30 && paid "$URL_OF" || return
	link '{"task":"T-2","step":"800","invoice":{"number":"F-1"},"total":"80.00"}' \
	    --integration second && paid "$URL_OF" --card 5454545454545454 ||
	    return
	link '{"task":"T-3","total":"55.00"}' || return
	expect 6 pp-sandbox pay --link - <<<"$URL_OF"
	later 86400
	link '{"task":"T-4","total":"25.00"}' && paid "$URL_OF"
}

@test "an empty store: lists are empty, 0; the head is that of its events" {
	local v
	refused 3 "pp-ledger: there is no store in $PP_STORE" pp-ledger list
	expect 0 pp-task put <<<'{"task":"T-1","total":"5.00"}'
	for v in list 'list --waiting' 'totals --by day' 'payments T-1'; do
		# shellcheck disable=SC2086 # words
		yields pp-ledger $v <<<garbage
		out_is ''
	done
	yields pp-ledger head
	json_is '[.seq, (.hash | test("^[0-9a-f]{64}$")), (.signature |
	    test("^[0-9a-f]{128}$"))]' '[1,true,true]'
	refused 3 'pp-ledger: T-9: nothing has this number' \
	    pp-ledger payments T-9
	refused 3 'pp-ledger: line 1: nothing has this number' \
	    pp-ledger payments <<<T-9
}

@test "a payment: every member of the document" {
	world
	link '{"task":"T-1","invoice":{"number":"F-1"},"total":"1149.75"}'
	paid "$URL_OF"
	local charge=$output
	yields pp-ledger list
	for m in id link attempt order_no transaction_no reference_no \
	    approval_code paid_at recorded_at business_date batch terminal seq; do
		json_is ".$m != null" true
	done
	json_is '{task, purpose, type, amount, amount_cents, fee, currency,
	    allocations, environment, integration, response_code, card,
	    invoice, accounting, sheet, entered, refund_of, flags,
	    balance_after}' '{"task":"T-1","purpose":"balance","type":"payment","amount":"1149.75","amount_cents":114975,"fee":null,"currency":"CAD","allocations":[{"task":"T-1","amount_cents":114975}],"environment":"test","integration":"moneris","response_code":"027","card":{"brand":"visa","last4":"4242"},"invoice":"F-1","accounting":"waiting","sheet":null,"entered":null,"refund_of":null,"flags":[],"balance_after":"0.00"}'
	# The processor's own numbers.
	same numbers "$(jq -c '[.order_no, .transaction_no]' <<<"$output")" \
	    "$(jq -c '[.order_no, .transaction_no]' <<<"$charge")"
	# D2: terminal and batch are of the reference number.
	json_is '.reference_no[0:8] == .terminal and
	    .reference_no[11:14] == .batch' true
	# Rule P2: of a card, brand and last four.
	[[ $output != *424242* ]]
}

@test "list, payments, totals: three payments, and the same sums everywhere" {
	local by key
	books
	yields pp-ledger list
	printf '%s\n' "$output" >list
	same amounts "$(jq -r '.task + " " + .amount' list)" 'T-1 344.93
T-2 80.00
T-4 25.00'
	# In the order in which they were recorded.
	jq -se 'map(.seq) == (map(.seq) | sort)' list >/dev/null
	for by in day month batch integration card step; do
		yields pp-ledger totals --by "$by"
		printf '%s\n' "$output" >totals
		case $by in
		day) key=.business_date ;;
		month) key='.business_date[0:7]' ;;
		batch) key='.terminal + "-" + .batch' ;;
		integration) key=.integration ;;
		card) key=.card.brand ;;
		step) key=.step ;;
		esac
		same "$by" "$(jq -c ". | [.$by, .payments, .received_cents,
		    .refunded_cents, .net_cents]" totals)" "$(jq -sc "
		    group_by($key)[] | [(.[0] | $key), length,
		    (map(.amount_cents) | add), 0, (map(.amount_cents) | add)]" list)"
	done
	yields pp-ledger totals
	out_is '{"all":"all","payments":3,"received":"449.93","received_cents":44993,"refunded":"0.00","refunded_cents":0,"net":"449.93","net_cents":44993}'
	yields pp-ledger payments T-1
	same T-1 "$output" "$(sed -n 1p list)"
	yields pp-ledger payments F-1
	same F-1 "$output" "$(sed -n 1,2p list)"
	yields pp-ledger payments <<<$'T-4\nF-1'
	same stdin "$output" "$(sed -n 3p list; sed -n 1,2p list)"
	yields pp-ledger payments "$(sed -n 2p list | json .transaction_no)"
	same transaction "$output" "$(sed -n 2p list)"
	yields pp-ledger payments T-3
	out_is ''
}

@test "list and totals: from a day, to a day, of an integration" {
	local first second
	books
	first=$(timeout 20 pp-ledger list | sed -n 1p | json .business_date)
	second=$(timeout 20 pp-ledger list | sed -n 3p | json .business_date)
	[[ $first != "$second" ]]
	listed() {
		yields pp-ledger list "${@:2}"
		same "$*" "$(json .task <<<"$output" | tr '\n' ' ')" "$1"
	}
	listed 'T-1 T-2 ' --until "$first"
	listed 'T-4 ' --since "$second"
	listed 'T-1 T-2 T-4 ' --since "$first" --until "$second"
	listed 'T-2 ' --integration second
	listed 'T-1 T-2 T-4 ' --waiting
	yields pp-ledger totals --since "$second"
	json_is '[.payments, .net]' '[1,"25.00"]'
	yields pp-ledger totals --until "$first"
	json_is '[.payments, .net]' '[2,"424.93"]'
	# Once its invoice is transferred it waits no longer (B1).
	expect 0 pp-task put <<<'{"task":"T-4","total":"25.00","invoice":{"number":"F-4","transferred_at":"2026-11-23T00:00:00Z"}}'
	listed 'T-1 T-2 ' --waiting
	yields pp-ledger payments T-4
	json_is '[.invoice, .accounting]' '["F-4","to_enter"]'
}

@test "head: seq and hash of the newest event, signed; each event moves it" {
	local before
	expect 0 pp-task put <<<'{"task":"T-1","total":"5.00"}'
	yields pp-ledger head
	before=$output
	yields pp-ledger head
	out_is "$before"
	expect 0 pp-task put <<<'{"task":"T-1","total":"6.00"}'
	yields pp-ledger head
	json_is .seq 2
	# The next event holds this one's hash.
	local hash
	hash=$(json .hash <<<"$output")
	expect 0 pp-task put <<<'{"task":"T-1","total":"7.00"}'
	same prev "$(journal | tail -n 1 | json .prev)" "$hash"
	same first "$(journal | head -n 1 | json .prev)" "$(printf '0%.0s' {1..64})"
	# Without its key there is no signature, and no head.
	rm "$PP_STORE/keys/sign"
	expect 78 pp-ledger head
	out_is ''
	[[ $stderr == "pp-ledger: "*sign* ]]
}

@test "wrong use" {
	local text
	expect 0 pp-task put <<<'{"task":"T-1","total":"5.00"}'
	wrong() {
		text=$1
		shift
		expect 2 pp-ledger "$@" </dev/null
		out_is ''
		[[ $stderr == "pp-ledger: $text"* ]] || { echo "$stderr"; return 1; }
	}
	wrong 'say what to do'
	wrong '--by ' totals --by year
	wrong '--since: not a date: 2026-02-30' list --since 2026-02-30
	wrong '--waiting: not with totals' totals --waiting
	wrong 'x: one operand too many' list x
	expect 2 script -qec 'pp-ledger payments' /dev/null
}

@test "tables and CSV" {
	world
	link '{"task":"T-1","invoice":{"number":"F-1"},"total":"25.00"}'
	paid "$URL_OF"
	on_tty 0 'pp-ledger totals --by card'
	out_is 'CARD  PAYMENTS  RECEIVED  REFUNDED    NET
visa         1     25.00      0.00  25.00
(test store: no real money)'
	on_tty 0 'pp-ledger list'
	out_has 'T-1   F-1      payment   25.00  visa  4242 '
	out_has '(test store: no real money)'
	yields pp-ledger list -o csv
	output=${output//$'\r'/}
	same lines "${#lines[@]}" 2
	out_has ',T-1,F-1,payment,25.00,visa,4242,'
	[[ $output != *'(test store'* ]]
}
