# pp-sandbox: the offline Moneris, as a client and as a customer see it.
# shellcheck disable=SC1112,SC2030,SC2031

bats_require_minimum_version 1.5.0
load helper

HTTP=$PP_TEST_BUILDDIR/tests/http
MCO=$FIXTURES/moneris
PHP=/chktv2/request/request.php
FRAME=/chktv2/display/index.php

setup() {
	pp_setup
	export PP_NOW=$BATS_TEST_TMPDIR/now
	now 2026-11-23T18:49:22Z
}

now() {
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/now"
}

# ask FILTER: the minimal recorded preload, changed by a jq filter, is sent;
# the answer is in $output, its status before it is asserted to be 200.
ask() {
	jq '.store_id = "store5" | .api_token = "yesguy" |
	    .checkout_id = "chktSANDBOX" | .txn_total = "9.00"' \
	    "$MCO/mco-preload-request-minimal.json" | jq "$1" >request
	send
}

send() {
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request || return
	same status "${lines[0]}" 200 || return
	output=${output#*$'\n'}
}

# ticket ORDER AMOUNT: preloads; the ticket is in $TICKET.
ticket() {
	ask ".order_no = \"$1\" | .txn_total = \"$2\"" || return
	TICKET=$(json .response.ticket <<<"$output")
	[[ $TICKET =~ ^[0-9]{10}[A-Za-z0-9]{29}[TF]$ ]]
}

receipt() {
	jq -n --arg t "$TICKET" '{store_id: "store5",
	    api_token: "yesguy", checkout_id: "chktSANDBOX", ticket: $t,
	    environment: "qa", action: "receipt"}' >request
	send
}

incomplete() {
	receipt && json_is . "$(jq -c . \
	    "$MCO/mco-receipt-response-ticket-not-complete.json")"
}

# pay STATUS [OPTION...]: of $TICKET, handed over on stdin.
pay() {
	local want=$1
	shift
	expect "$want" pp-sandbox pay --url "$SANDBOX_URL" "$@" - \
	    <<<"$TICKET"
}

# code CODE ISO RESULT: what the receipt says.
code() {
	receipt && json_is '.response.receipt.cc |
	    [.response_code, .iso_response_code, .result]' "$1"
}

fault() {
	printf '%s' "$1" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault || return
	out_is $'200\n{"ok":true}'
}

# charges FILTER VALUE
charges() {
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges" || return
	output=${output#*$'\n'}
	json_is "$1" "$2"
}

# shape FILE: names and kinds of all members, strings and nulls told apart.
shape() {
	jq -c '[paths as $p | [($p | join(".")), (getpath($p) | type)]] |
	    sort[]' "$1"
}

@test 'it prints its address alone on stdout and stops on SIGTERM' {
	start_sandbox --seed 1
	[[ $SANDBOX_URL =~ ^http://127\.0\.0\.1:[0-9]+$ ]]
	kill "$SANDBOX_PID"
	wait "$SANDBOX_PID"
	same stdout "$(<sandbox.out)" "$SANDBOX_URL"
	same stderr "$(<sandbox.err)" ''
}

@test 'without a seed it says so' {
	start_sandbox
	same stderr "$(<sandbox.err)" \
	    'pp-sandbox: no bank, no money moves; each run differs (--seed)'
}

@test 'only loopback' {
	local a

	for a in 0.0.0.0:0 192.0.2.1:0 '[::]:0' example.com:80; do
		refused 2 "pp-sandbox: listen $a: only loopback is allowed (127.0.0.1)" \
		    pp-sandbox --listen "$a"
	done
	refused 2 'pp-sandbox: listen 127.0.0.1: not ADDRESS:PORT' \
	    pp-sandbox --listen 127.0.0.1
	refused 2 'pp-sandbox: listen 127.0.0.1:x: the port is invalid' \
	    pp-sandbox --listen 127.0.0.1:x
	for a in http://192.0.2.1:80 http://localhost.example.com \
	    http://127.0.0.1@192.0.2.1 https://127.0.0.1; do
		refused 2 'pp-sandbox: url: only http on loopback, as pp-sandbox printed it' \
		    pp-sandbox pay --url "$a" abc
	done
}

@test 'wrong use' {
	refused 2 'pp-sandbox: fault nonsense: unknown' \
	    pp-sandbox --fault nonsense
	refused 2 'pp-sandbox: assume x: unknown' pp-sandbox --assume x=true
	refused 2 'pp-sandbox: ticket-life 0: is too small' \
	    pp-sandbox --ticket-life 0
	refused 2 'pp-sandbox: seed -1: is too small' pp-sandbox --seed=-1
	refused 2 'pp-sandbox: no --url and no PP_SANDBOX_URL' \
	    pp-sandbox pay abc
	refused 2 'pp-sandbox: card: only the card numbers that Moneris publishes for tests' \
	    pp-sandbox pay --card 4111111111111111 --url http://127.0.0.1:1 abc
	refused 65 'pp-sandbox: this is not a ticket' \
	    pp-sandbox pay --url http://127.0.0.1:1 'a&b'
	expect 2 pp-sandbox extra
	out_is ''
	err_has 'usage: pp-sandbox'
	expect 75 pp-sandbox pay --url http://127.0.0.1:1 abc
	out_is ''
}

@test 'preload: a ticket as recorded' {
	start_sandbox --seed 1
	ask .
	shape <(echo "$output") >got
	shape "$MCO/mco-preload-response-ok.json" >want
	diff want got
	json_is '.response.ticket | [.[0:10], length, .[39:]]' \
	    '["1795459762",40,"F"]'
	same stderr "$(<sandbox.err)" ''
}

@test 'preload: every member of the guide, others told once' {
	start_sandbox --seed 1
	jq '.store_id = "moneris" | .txn_total = "452.00"' \
	    "$MCO/mco-preload-request-doc-full.json" >request
	send
	json_is .response.success true
	same stderr "$(<sandbox.err)" ''
	ask '.integrator = "x" | ."bad\u0007one" = 1'
	json_is .response.success true
	ask '.integrator = "y"'
	json_is .response.success true
	same stderr "$(<sandbox.err)" \
'pp-sandbox: preload: member integrator is not in the guide
pp-sandbox: preload: member bad?one is not in the guide'
}

@test 'preload: what is refused, and how' {
	local filter want

	start_sandbox --seed 1
	while IFS='|' read -r filter want; do
		ask "$filter"
		json_is .response.success false
		json_is '.response.error | to_entries[0] |
		    .key + ": " + .value.data' "$want"
	done <<-'END'
	.store_id = "nobody"|store_id: Invalid store id
	.api_token = "wrong"|api_token: API Token mismatch
	.checkout_id = "chkt"|checkout_id: Invalid checkout id
	.checkout_id = "other"|checkout_id: Invalid checkout id
	del(.store_id)|store_id: is required
	del(.api_token)|api_token: is required
	del(.checkout_id)|checkout_id: is required
	del(.txn_total)|txn_total: is required
	.txn_total = "9.0"|txn_total: is not an amount with two decimals
	.txn_total = "9"|txn_total: is not an amount with two decimals
	.txn_total = "-9.00"|txn_total: is not an amount with two decimals
	.txn_total = "9.00 "|txn_total: is not an amount with two decimals
	.txn_total = "10000000.00"|txn_total: is longer than 10 characters
	.txn_total = 9|txn_total: not a string
	.txn_total = "0.00"|txn_total: may be 0.00 only with a card verification profile
	.environment = "prod"|environment: must be qa on this host
	del(.environment)|environment: must be qa on this host
	.action = "Preload"|action: must be preload or receipt
	.order_no = "a<b"|order_no: contains a forbidden character
	.order_no = "a\\b"|order_no: contains a forbidden character
	.order_no = "x" * 51|order_no: is longer than 50 characters
	.cust_id = "a\"b"|cust_id: contains a forbidden character
	.language = "de"|language: must be en or fr
	END
	ask '.txn_total = "9999999.99"'
	json_is .response.success true
	printf 'not json' >request
	send
	json_is . '{"response":{"success":"false","error":{"request":{"data":"is not JSON"}}}}'
	charges .charges '[]'
}

@test 'pay: an approval, its receipt as recorded' {
	start_sandbox --seed 1
	ticket INV-1042.1 9.00
	incomplete
	pay 0
	err_is ''
	json_is '[.result, .order_no, .amount, .response_code, .callbacks]' \
	    '["approved","INV-1042.1","9.00","027",["payment_submitted","payment_complete"]]'
	receipt
	shape <(echo "$output") >got
	shape "$MCO/constructed-mco-receipt-response-purchase-approved-visa.json" >want
	diff want got
	json_is '.response | [.request.ticket, .receipt.result]' \
	    "[\"$TICKET\",\"a\"]"
	json_is '.response.receipt.cc | [.order_no, .amount, .response_code,
	    .iso_response_code, .transaction_code, .transaction_date_time,
	    .first6last4, .card_type]' \
	    '["INV-1042.1","9.00","027","00","00","2026-11-23 13:49:22","4242424242","V"]'
	json_is '.response.receipt.cc | .reference_no ==
	    .ecr_no + "001" + .batch_no + .sequence_no + "0"' true
	json_is '.response.receipt.cc.transaction_no |
	    test("^[0-9]+-0_1696$")' true
	charges '[.charges[] | [.order_no, .amount, .last4, .result,
	    .taken_cents]]' '[["INV-1042.1","9.00","4242","approved",900]]'
}

@test 'pay: a decline' {
	start_sandbox --seed 1
	ticket INV-1 9.05
	pay 6
	err_is 'pp-sandbox: declined'
	json_is '[.result, .response_code]' '["declined","481"]'
	receipt
	shape <(echo "$output") >got
	shape "$MCO/constructed-mco-receipt-response-purchase-declined-visa.json" >want
	diff want got
	json_is '.response.receipt | [.result, .cc.result, .cc.response_code,
	    .cc.iso_response_code, .cc.approval_code]' \
	    '["d","d","481","05","000000"]'
	charges '[.charges[].taken_cents]' '[0]'
}

@test 'pay: JCB has the text null where Visa has none' {
	start_sandbox --seed 1
	ticket J-1 9.00
	pay 0 --card 3566007770015365
	receipt
	jq 'del(.response.receipt.cc.tokenize)' \
	    "$MCO/mco-receipt-response-verification-approved-jcb.json" >recorded
	shape <(echo "$output") >got
	shape recorded >want
	diff want got
	json_is '.response.receipt.cc | [.card_type, .response_code,
	    .iso_response_code, .cvd_result_code, .issuer_id,
	    .avs_result_code]' '["C1","025","00","null","null",null]'
}

@test 'pay: realistic totals are approved, pennies decide if told' {
	start_sandbox --seed 1
	ticket R-1 1149.75
	pay 0
	ticket R-2 55.00
	pay 6
	ticket R-3 1149.75
	pay 6 --card 4485621544903528
	fault '{"fault":"pennies"}'
	ticket R-4 1149.75
	pay 6
	json_is .response_code 481
}

@test 'pay: a ticket is used once, and not after its death' {
	start_sandbox --seed 1 --ticket-life 1800
	ticket N-1 9.00
	pay 0
	pay 4
	err_is 'pp-sandbox: the ticket is not usable'
	json_is . '{"result":"unusable","callback_code":"2002"}'
	ticket N-2 9.00
	now 2026-11-23T19:19:21Z
	pay 0 --then load
	json_is . '{"result":"loaded"}'
	now 2026-11-23T19:19:22Z
	pay 4
	json_is .callback_code 2003
	incomplete
	yields "$HTTP" HEAD "$SANDBOX_URL$FRAME?tck=$TICKET"
	out_is 410
	TICKET=1795459762neverminted
	pay 4
	json_is .callback_code 2001
	incomplete
}

@test 'pay: cancel, and a browser closed at once' {
	start_sandbox --seed 1
	ticket N-1 9.00
	pay 0 --then cancel
	json_is . '{"result":"cancelled"}'
	incomplete
	pay 4
	ticket N-2 9.00
	pay 0 --then close
	json_is . '{"result":"closed"}'
	for i in {1..50}; do
		charges '[.charges[].order_no]' '["N-2"]' && break
		sleep 0.1
	done
	code '["027","00","a"]'
}

@test 'pay: with .91 the bank takes five seconds, and hanging up stops nothing' {
	start_sandbox --seed 1
	ticket N-1 9.91
	pay 0 --then close
	sleep 1
	incomplete
	charges .charges '[]'
	pay 4
	sleep 5
	code '["027","01","a"]'
	charges '.charges | length' 1
}

@test 'the frame: a form in the language of the preload, a strict policy' {
	start_sandbox --seed 1
	ask '.language = "fr" | .order_no = "A&B" | .txn_total = "1149.75"'
	TICKET=$(json .response.ticket <<<"$output")
	yields "$HTTP" -i GET "$SANDBOX_URL$FRAME?tck=$TICKET"
	out_has $'200\n'
	out_has "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'"
	out_has 'cache-control: no-store'
	out_has 'date: Mon, 23 Nov 2026 18:49:22 GMT'
	out_has '<html lang="fr">'
	out_has 'ceci n’est pas une banque et aucun argent ne'
	out_has '<dd>A&amp;B</dd>'
	out_has $'1\u00a0149,75\u00a0$'
	out_has "<body data-ticket=\"$TICKET\" data-code=\"001\" data-mute=\"false\" data-callbacks=\"page_loaded\">"
	[[ $output != *'<script>'* && $output != *style=* && $output != *' on'[a-z]*=* ]]
	ask '.language = "en"'
	TICKET=$(json .response.ticket <<<"$output")
	yields "$HTTP" GET "$SANDBOX_URL$FRAME?tck=$TICKET"
	out_has '<html lang="en">'
	out_has 'this is no bank and no money moves'
}

@test 'the frame: posted by a browser, with every page saying what it is' {
	local where wanted

	start_sandbox --seed 1
	ticket N-1 9.00
	printf 'tck=%s&action=pay&pan=4242+4242-42424242&expiry=12%%2F30&cvd=123&holder=M%%C3%%A9' \
	    "$TICKET" >form
	yields "$HTTP" -f POST "$SANDBOX_URL$FRAME" form
	out_has $'200\n<!DOCTYPE html>'
	out_has 'this is no bank and no money moves'
	out_has 'data-callbacks="payment_complete"'
	out_has '<h1>Approved</h1>'
	receipt
	json_is .response.request.cc \
	    '{"first6last4":"4242424242","expiry":"1230","cardholder":"Mé"}'
	while read -r wanted where; do
		yields "$HTTP" GET "$SANDBOX_URL$where"
		same "$where" "${lines[0]}" "$wanted"
		out_has 'no bank and no money moves'
	done <<-END
	409 $FRAME?tck=$TICKET
	404 $FRAME?tck=nothing
	404 $FRAME
	200 /
	END
	ticket N-2 9.00
	printf 'tck=%s&action=cancel' "$TICKET" >form
	yields "$HTTP" -f POST "$SANDBOX_URL$FRAME" form
	out_has 'data-callbacks="cancel_transaction"'
	out_has 'no bank and no money moves'
	ticket N-3 9.00
	printf 'tck=%s&action=pay&pan=42&expiry=1230' "$TICKET" >form
	yields "$HTTP" -f POST "$SANDBOX_URL$FRAME" form
	out_is $'400\nnot a card'
	printf 'tck=%s&action=pay&pan=4111111111111111&expiry=1230' "$TICKET" >form
	yields "$HTTP" -f POST "$SANDBOX_URL$FRAME" form
	out_has '<h1>Declined</h1>'
	code '["477","14","d"]'
}

@test 'the files: script, styles, unknown addresses' {
	local where type

	start_sandbox --seed 1
	while read -r where type; do
		yields "$HTTP" -i GET "$SANDBOX_URL$where"
		out_has $'200\n'
		out_has "content-type: $type"
		out_has 'access-control-allow-origin: *'
	done <<-'END'
	/chktv2/js/chkt_v2.01.js application/javascript
	/chktv2/display/frame.js application/javascript
	/chktv2/display/frame.css text/css; charset=utf-8
	/chktv2/style/loading-spinner.css text/css; charset=utf-8
	END
	yields "$HTTP" GET "$SANDBOX_URL/nothing"
	out_is $'404\nnot found'
	yields "$HTTP" GET "$SANDBOX_URL$PHP"
	out_is $'405\nwrong method'
	yields "$HTTP" GET "$SANDBOX_URL/chktv2/js/chkt_v2.01.js"
	for name in setMode setCheckoutDiv setCallback startCheckout \
	    closeCheckout startTransaction setNewShippingRates logConfig; do
		out_has "self.$name = function"
	done
}

@test 'assume: an order number, by each hypothesis' {
	local first

	start_sandbox --seed 1
	ticket N-1 9.00
	first=$TICKET
	ticket N-1 9.00
	pay 0
	TICKET=$first
	pay 6
	err_is 'pp-sandbox: refused'
	json_is '[.result, .response_code, .taken_cents]' '["refused",null,0]'
	code '[null,null,"d"]'
	ask '.order_no = "N-1"'
	json_is . "$(jq -c . \
	    "$MCO/constructed-mco-preload-response-duplicate-order.json")"
	stop "$SANDBOX_PID"

	start_sandbox --seed 1 --assume unique=at_preload
	ticket N-1 9.00
	ask '.order_no = "N-1"'
	json_is .response.error.order_no 'Duplicate orderId'
	stop "$SANDBOX_PID"

	start_sandbox --seed 1 --assume unique=no
	ticket N-1 9.00
	pay 0
	ticket N-1 9.00
	pay 0
	charges '[.charges[].taken_cents]' '[900,900]'
}

# payable ORDER...: of which numbers a good card would be charged now.
payable() {
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/tickets" || return
	output=${output#*$'\n'}
	json_is '[.tickets[].order_no]' "$(jq -nc '$ARGS.positional' --args "$@")"
}

@test 'tickets: those by which a card would be charged now, by each hypothesis' {
	local first

	start_sandbox --seed 1 --assume retry_in_frame=true
	payable
	ticket N-1 9.00
	ticket N-2 9.05
	first=$TICKET
	ticket N-1 8.00
	payable N-1 N-2 N-1
	json_is '.tickets[0] | [.amount, .amount_cents, .store_id,
	    (.ticket | length)]' '["9.00",900,"store5",40]'
	pay 0			# the number is used up
	TICKET=$first
	pay 6			# and this frame takes another card
	payable N-2
	stop "$SANDBOX_PID"

	start_sandbox --seed 1 --assume unique=no
	ticket N-1 9.05
	pay 6
	ticket N-2 9.00
	ticket N-2 9.00
	pay 0
	payable N-2
	stop "$SANDBOX_PID"

	echo 2026-11-23T12:00:00Z >clock
	PP_NOW=$PWD/clock start_sandbox --seed 1
	ticket N-1 9.00
	echo 2026-11-23T12:30:00Z >clock
	payable
}

@test 'assume: declines, reloads and second tries' {
	local first

	start_sandbox --seed 1
	ticket N-1 9.05
	pay 6
	ticket N-1 9.00
	pay 0 --then load
	pay 0
	stop "$SANDBOX_PID"

	start_sandbox --seed 1 \
	    --assume spent_by_decline=true,ticket_reload=false
	ticket N-1 9.05
	first=$TICKET
	ticket N-1 9.00
	pay 0 --then load
	pay 4 --then load
	json_is .callback_code 2002
	TICKET=$first
	pay 6
	ask '.order_no = "N-1"'
	json_is .response.error.order_no 'Duplicate orderId'
	stop "$SANDBOX_PID"

	start_sandbox --seed 1 --assume retry_in_frame=true
	ticket N-1 9.00
	pay 6 --card 4485621544903528
	json_is .callbacks '["payment_submitted"]'
	code '["481","51","d"]'
	pay 0
	code '["027","00","a"]'
}

@test 'faults of the transport: after the work is done' {
	start_sandbox --seed 1
	ticket N-1 9.00
	fault '{"fault":"html","at":"receipt","count":1}'
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request
	[[ $output == *'"ticket"'* ]]	# the preload is untouched
	jq -n --arg t "$TICKET" '{store_id: "store5", api_token: "yesguy",
	    checkout_id: "chktSANDBOX", ticket: $t, environment: "qa",
	    action: "receipt"}' >request
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request
	out_has $'200\n<html><body>We are down'
	fault '{"fault":"blank","count":1}'
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request
	out_is 200
	fault '{"fault":"http500","count":1}'
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request
	out_has $'500\n<html>'
	fault '{"fault":"cut","count":1}'
	expect 1 "$HTTP" POST "$SANDBOX_URL$PHP" request
	err_is 'http: Empty reply from server'
	fault '{"fault":"cut","at":"submit","count":1}'
	pay 76
	out_is ''
	err_is 'pp-sandbox: Empty reply from server'
	code '["027","00","a"]'
	fault '{"fault":"stall","arg":"2","count":1}'
	SECONDS=0
	receipt
	((SECONDS >= 1))
	fault '{"fault":"clock_skew","arg":"-300","count":1}'
	yields "$HTTP" -i POST "$SANDBOX_URL$PHP" request
	out_has 'date: Mon, 23 Nov 2026 18:44:22 GMT'
	yields "$HTTP" -i POST "$SANDBOX_URL$PHP" request
	out_has 'date: Mon, 23 Nov 2026 18:49:22 GMT'
}

@test 'a stall delays nobody else, and not the end' {
	start_sandbox --seed 1 --fault stall=60@receipt
	ticket N-1 9.00
	jq -n --arg t "$TICKET" '{store_id: "store5", api_token: "yesguy",
	    checkout_id: "chktSANDBOX", ticket: $t, environment: "qa",
	    action: "receipt"}' >receipt.json
	"$HTTP" POST "$SANDBOX_URL$PHP" receipt.json >late 2>&1 3>&- &
	sleep 0.5
	SECONDS=0
	pay 0
	((SECONDS < 5))
	kill "$SANDBOX_PID"
	wait "$SANDBOX_PID"
	((SECONDS < 10))
}

@test 'faults of the charge' {
	start_sandbox --seed 1
	fault '{"fault":"partial","count":1}'
	ticket F-1 9.01
	pay 0 --card 373599005095005
	code '["010","00","a"]'
	json_is .response.receipt.cc.amount 4.51
	fault '{"fault":"fee","arg":"0.11","count":1}'
	ticket F-2 9.00
	pay 0
	receipt
	json_is '.response.receipt.cc | [.amount, .cf_success, .cf_fee_amt,
	    .cf_fee_type, .cf_status]' '["9.00","true","0.11","AMT","2"]'
	fault '{"fault":"preauth","count":1}'
	ticket F-3 9.00
	pay 0
	json_is '[.result, .taken_cents]' '["authorized",0]'
	receipt
	json_is .response.receipt.cc.transaction_code 01
	fault '{"fault":"declined_low","count":1}'
	ticket F-4 9.00
	pay 6
	code '["027","00","d"]'
	fault '{"fault":"null_code","count":1}'
	ticket F-5 9.00
	pay 6
	code '[null,null,"d"]'
	fault '{"fault":"amount_differs","arg":"8.00","count":1}'
	ticket F-6 9.00
	pay 0
	receipt
	json_is '.response | [.request.txn_total, .receipt.cc.amount]' \
	    '["9.00","8.00"]'
	fault '{"fault":"cf_status","arg":"10","count":1}'
	ticket F-7 9.00
	pay 0
	receipt
	json_is '.response.receipt.cc | [.cf_success, .cf_status]' \
	    '["false","10"]'
	charges '[.charges[].taken_cents]' '[451,900,0,0,0,800,0]'
}

@test 'faults of time, callbacks and order numbers' {
	local first shape want

	start_sandbox --seed 1
	fault '{"fault":"receipt_late","arg":"60","count":1}'
	ticket F-1 9.00
	pay 0
	incomplete
	now 2026-11-23T18:50:21Z
	incomplete
	now 2026-11-23T18:50:22Z
	code '["027","00","a"]'
	fault '{"fault":"callback_lost","count":1}'
	ticket F-2 9.00
	yields "$HTTP" GET "$SANDBOX_URL$FRAME?tck=$TICKET"
	out_has 'data-mute="true"'
	pay 0
	json_is .callbacks '[]'
	fault '{"fault":"receipt_page","count":1}'
	ticket F-3 9.00
	pay 0
	json_is .callbacks '["payment_submitted","payment_receipt"]'
	fault '{"fault":"fullscreen","count":1}'
	ticket F-4 9.00
	same 'last letter' "${TICKET: -1}" T
	fault '{"fault":"two_charges","count":1}'
	ticket F-5 9.00
	first=$TICKET
	ticket F-5 9.00
	pay 0
	TICKET=$first
	pay 0
	charges '[.charges[-2:][].transaction_no] | .[0] != .[1]' true
	while read -r shape want; do
		fault '{"fault":"duplicate","count":1}'
		fault "{\"fault\":\"duplicate_shape\",\"arg\":\"$shape\"}"
		ask '.order_no = "F-6"'
		json_is .response.success false
		json_is .response.error "$want"
	done <<-'END'
	string {"order_no":"Duplicate orderId"}
	data {"order_no":{"data":"Duplicate orderId"}}
	nested {"preload":{"order_no":{"data":"Duplicate orderId"}}}
	field {"field":"order_no","message":"Duplicate orderId"}
	END
	ask '.order_no = "F-6"'
	json_is .response.success true
}

@test 'faults: switched on by the command line, shown, switched off' {
	start_sandbox --seed 1 --fault fee=1.00 --fault cut@submit%50
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/fault"
	out_is $'200\n{"cut":{"arg":"","left":null},"fee":{"arg":"1.00","left":null}}'
	fault '{"fault":"fee","count":0}'
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/fault"
	out_is $'200\n{"cut":{"arg":"","left":null}}'
	fault '{"fault":"none"}'
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/fault"
	out_is $'200\n{}'
	printf '{"fault":"fee"}' >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault
	out_is $'400\n{"error":"fault fee: wrong or missing argument: "}'
	printf '{"arg":"1"}' >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault
	out_is $'400\n{"error":"fault: missing"}'
}

@test 'the same seed gives the same run' {
	local turn

	for turn in 1 2 3; do
		start_sandbox --seed $((42 + turn / 3))
		ticket N-1 9.00
		pay 0
		yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges"
		echo "$output" >run$turn
		stop "$SANDBOX_PID"
	done
	cmp run1 run2
	run ! cmp -s run1 run3
}

@test 'state: stopped and started, nothing is forgotten but the card' {
	local first

	start_sandbox --seed 1 --state state.json
	ask '.contact_details = {first_name: "Zoé"} | .order_no = "N-1"'
	TICKET=$(json .response.ticket <<<"$output")
	pay 0
	first=$TICKET
	ticket N-2 9.00
	pay 0 --then load
	same mode "$(stat -c %a state.json)" 600
	run ! grep -q 424242 state.json
	stop "$SANDBOX_PID"
	start_sandbox --seed 1 --state state.json
	pay 0
	TICKET=$first
	pay 4
	receipt
	json_is '.response | [.request.cust_info.first_name,
	    .receipt.cc.first6last4, .receipt.cc.sequence_no]' \
	    '["Zoé","0000004242","001"]'
	ask '.order_no = "N-1"'
	json_is .response.error.order_no 'Duplicate orderId'
	charges '[.charges[] | [.order_no, .taken_cents]]' \
	    '[["N-1",900],["N-2",900]]'
	printf '{"v":1}' >bad.json
	refused 65 'pp-sandbox: bad.json: a member is missing' \
	    pp-sandbox --state bad.json
	printf '{' >bad.json
	expect 65 pp-sandbox --state bad.json
	out_is ''
}

@test 'state: what cannot be saved is not told as done' {
	mkdir -m 700 dir
	start_sandbox --seed 1 --state dir/state.json
	rm -rf dir	# nobody can write there any longer, not even root
	jq '.store_id = "store5" | .api_token = "yesguy" |
	    .txn_total = "9.00" | .checkout_id = "chktX"' \
	    "$MCO/mco-preload-request-minimal.json" >request
	yields "$HTTP" POST "$SANDBOX_URL$PHP" request
	out_is $'500\nstate not saved'
}

@test 'the clock: a bad one is refused, the tests move it' {
	export PP_NOW=yesterday
	refused 78 'pp-sandbox: not a date or time: yesterday' pp-sandbox
}

@test 'the card number and the token are in no output, log or list' {
	start_sandbox --seed 1 --state state.json
	ask '.api_token = "canary-token"'
	ticket N-1 9.00
	pay 0 --card 5454545454545454
	run ! grep -rqE '5454545454545454|canary-token' sandbox.out \
	    sandbox.err state.json
	charges '[.charges[] | tostring | test("54545454")]' '[false]'
	run ! grep -q "$TICKET" sandbox.err
}

@test 'many customers at once: each is charged once' {
	local turn pids=()

	start_sandbox --seed 1
	ticket N-1 9.00
	for turn in {1..8}; do
		pp-sandbox pay --url "$SANDBOX_URL" "$TICKET" \
		    >out$turn 2>&1 3>&- &
		pids+=("$!")
	done
	wait "${pids[@]}" || :
	charges '[.charges[].result]' '["approved"]'
	same 'approvals' "$(cat out? | grep -c '"approved"')" 1
	same 'refusals' "$(cat out? | grep -c '"unusable"')" 7
}

@test 'help and version; a full disk is an error' {
	yields pp-sandbox -h
	out_has 'usage: pp-sandbox'
	out_has 'It is no bank and no'
	yields pp-sandbox pay --help
	out_has 'pp-sandbox pay'
	yields pp-sandbox --version
	out_has 'pp-sandbox '
	need_full
	run -74 bash -c 'pp-sandbox -h >/dev/full 2>/dev/null'
	run -74 bash -c 'timeout 10 pp-sandbox --seed 1 >/dev/full 2>/dev/null'
}
