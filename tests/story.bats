# The whole story, from credentials to the ledger: a sysadmin, a script, two
# customers, support and an accountant, against the offline processor.

bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	start_sandbox --seed 1
	printf 'yesguy\n' >token
	chmod 600 token
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSTORY --api-token-file token
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	printf '[page]\nurl = %s\n' "$REPLY" >"$PP_CONFIG"
	printf '%s\n' \
	    '{"task":"T-1042","customer":{"name":"Hélène Côté","language":"fr"},"total":"1149.75"}' \
	    '{"task":"T-1043","customer":{"language":"en"},"total":"420.00"}' \
	    >tasks
	yields pp-link create --open <tasks
	FIRST=$(json .payment_link.url <<<"${lines[0]}")
	SECOND=$(json .payment_link.url <<<"${lines[1]}")
}

# pay STATUS LINK [OPTION...]: as a customer would.
pay() {
	local want=$1 link=$2
	shift 2
	expect "$want" pp-sandbox pay --link - "$@" <<<"$link"
}

# status TASK FILTER VALUE
status() {
	yields pp-status "$1" && json_is "$2" "$3"
}

@test "a part, then the rest, in two payments with their own numbers" {
	pay 0 "$FIRST" --amount 500
	json_is '[.result,.amount,.callbacks]' \
	    '["approved","500.00",["payment_submitted","payment_complete"]]'
	status T-1042 '[.state,.paid,.balance,.pending]' \
	    '["partially_paid","500.00","649.75","0.00"]'
	pay 0 "$FIRST"
	json_is .amount 649.75
	status T-1042 '[.state,.balance,(.payments|length)]' '["paid","0.00",2]'
	yields pp-ledger totals
	json_is '[.payments,.net]' '[2,"1149.75"]'
	yields pp-ledger payments T-1042
	run jq -rs 'map(.transaction_no) | unique | length' <<<"$output"
	out_is 2
}

@test "in full, and not once more" {
	pay 0 "$SECOND"
	status T-1043 '[.state,.attempts[0].submitted_at != null]' '["paid",true]'
	pay 4 "$SECOND"
	out_is ''
	err_is 'pp-sandbox: the page takes no payment now'
	yields pp-ledger totals
	json_is '[.payments,.net]' '[1,"420.00"]'
}

@test "declined, cancelled, only looked at: nothing is taken, and again works" {
	pay 6 "$SECOND" --card 4485621544903528
	status T-1043 '[.state,.attempts[-1].state]' '["unpaid","declined"]'
	pay 0 "$SECOND" --then load
	status T-1043 '[.state,.attempts[-1].state]' '["unpaid","presented"]'
	pay 0 "$SECOND" --then cancel
	status T-1043 '[.state,.attempts[-1].state]' '["unpaid","cancelled"]'
	pay 0 "$SECOND"
	status T-1043 .state paid
	yields pp-ledger list
	((${#lines[@]} == 1))
}

@test "a browser closed after paying: the question finds the money" {
	local i

	pay 0 "$SECOND" --then close
	out_is '{"result":"closed"}'
	for ((i = 0; i < 100; i++)); do	# the sandbox may still be at it
		yields pp-status --refresh T-1043
		[[ $output != *'"state":"paid"'* ]] || break
		sleep 0.2
	done
	json_is '[.state,.payments[0].amount]' '["paid","420.00"]'
}

@test "what is typed wrong is told, and costs nothing" {
	pay 4 "$FIRST" --amount 2000
	err_is 'pp-sandbox: the page takes no such payment: it answered 422'
	pay 2 "$FIRST" --amount -5
	err_is 'pp-sandbox: amount: digits and a point, such as 500.00'
	pay 3 "${FIRST%/*}/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	err_is 'pp-sandbox: the link is not known'
	pay 2 https://pay.example.com/p/x
	err_is 'pp-sandbox: link: only http on loopback'
	pay 75 http://127.0.0.1:1/p/x
	expect 2 pp-sandbox pay --link "$FIRST" --url "$SANDBOX_URL"
	expect 2 pp-sandbox pay --amount 5 x
	expect 2 pp-sandbox pay
	status T-1042 '[.state,(.attempts|length)]' '["unpaid",0]'
}
