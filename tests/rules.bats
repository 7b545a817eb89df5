# The rules of the money that are transactions, one named test each, through
# the real commands, the real driver, the customer's page and the offline
# processor.  Those that are pure functions are in tests/unit/t_*.c.
# shellcheck disable=SC2030,SC2031,SC2153,SC2314 # tests are subshells

bats_require_minimum_version 1.5.0
load helper
load customer

DOC='{"task":"T-1","total":"1000.00"}'

# bill [OPTION...]: a world, a task of 1000.00 and its link.
bill() {
	world_up "$@" && link "$DOC" -q
}

# pay [PAN]: the whole way, in one go.
pay() {
	click "$TOKEN" && same saw "$SAW" ticket && card "${1:-$GOOD}" &&
	    result && same result "$STATUS" 303
}

# task FILTER VALUE: of T-1's status.
task() {
	expect 0 pp-status T-1 -o json && json_is "$1" "$2"
}

att() {
	task "[.attempts[] | $1]" "$2"
}

# books WORDS: amounts, cents, in the ledger, oldest first.
books() {
	yields pp-ledger list -o json || return
	same books "$(json .amount_cents <<<"$output" | xargs)" "$1"
}

# taken WORDS: what the processor kept, in cents.
taken() {
	charges >charges.txt
	same taken "$(cut -d' ' -f3 charges.txt | xargs)" "$1"
}

# told KIND: pp-status --attention names it for T-1, with what to paste.
told() {
	expect 1 pp-status --attention -o json || return
	jq -e --arg k "$1" 'select(.kind == $k and .task == "T-1")' \
	    <<<"$output" >told.json || { echo "$output"; return 1; }
	# The command that it names, pasted into a shell, is done (on a copy).
	rm -rf pasted && cp -a "$PP_STORE" pasted || return
	PP_STORE=pasted expect 0 sh -c "$(jq -r .next told.json)"
}

head_of() {
	pp-ledger head -o json | json .seq
}

@test 'G1 more than two decimals are refused, not rounded' {
	refused 65 'pp-task: line 1: total: 1.005: more than two decimals' \
	    pp-task put <<<'{"task":"T-1","total":1.005}'
	expect 3 pp-status T-1
}

@test 'G2 every step is an event, and the chain holds' {
	bill
	fault partial
	pay
	later 6
	pay
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"1200.00"}'
	"$PP_TEST_BUILDDIR/tests/journal" >events
	same numbered "$(jq -s 'map(.seq) == [range(1; length + 1)]' events)" \
	    true
	expect 0 pp-store verify
	cp events before
	later 1801
	click "$TOKEN"
	"$PP_TEST_BUILDDIR/tests/journal" | head -n "$(wc -l <before)" >after
	cmp before after
	# What people do is an event as well: the journal replayed is the store.
	link "$DOC" -q --purpose more
	expect 0 pp-link cancel -q "$LINK"
	expect 0 pp-store verify -q
}

@test 'G3 the same document twice: one link, nothing new in the journal' {
	bill
	local first=$LINK token=$TOKEN seq
	seq=$(head_of)
	link "$DOC" -q
	same link "$LINK" "$first"
	same token "$TOKEN" "$token"
	grep -q '"created":false' link.json
	same head "$(head_of)" "$seq"
}

@test 'G3 created by eight at once: one link' {
	world_up
	local i pids=()
	for i in 1 2 3 4 5 6 7 8; do
		timeout 20 pp-link create -q <<<"$DOC" >c.$i 2>e.$i 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	same created "$(cat c.* | json .payment_link.created | sort | uniq -c |
	    xargs)" '7 false 1 true'
	same links "$(cat c.* | json .payment_link.id | sort -u | wc -l)" 1
}

@test 'G3 refreshed by six at once: one payment' {
	bill
	click "$TOKEN"
	card "$GOOD"
	local i pids=()
	later 6
	for i in 1 2 3 4 5 6; do
		timeout 20 pp-status --refresh T-1 -q >r.$i 2>e.$i 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || :; done
	books 100000
	task .state paid
}

@test 'G3 a result posted twice, and at once: one payment' {
	bill
	pay
	result
	result
	books 100000
}

@test 'G4 what was committed but not told is told by doing the same again' {
	need_full
	world_up
	expect 74 bash -c 'pp-link create -q <<<"$1" >/dev/full' _ "$DOC"
	link "$DOC" -q
	same created "$(jq .payment_link.created link.json)" false
	[[ $TOKEN ]]
}

@test 'G4 a page killed after the card was typed: recorded all the same' {
	bill
	click "$TOKEN"
	card "$GOOD"
	kill -9 "$PAGE_PID"
	later 1801
	sweep
	books 100000
}

@test 'G5 R2 no readable answer is never a decline' {
	bill
	click "$TOKEN"
	card "$GOOD"
	local f
	for f in html blank cut http500; do
		later 6
		fault "$f" '' receipt
		expect 75 pp-status --refresh T-1 -o json
		att .state '["presented"]'
		att .answered_at '[null]'
	done
	later 6
	expect 0 pp-status --refresh T-1 -o json
	json_is .state paid
	books 100000
}

@test 'G5 a named person ends unknown, and is shown until an answer agrees' {
	bill
	click "$TOKEN"
	hint submitted
	later $((1800 + 25 * 3600))
	sweep
	att .state '["unknown"]'
	told unknown
	click "$TOKEN"
	same saw "$SAW" none
	local id
	id=$(pp-status T-1 -o json | json '.attempts[0].attempt')
	expect 0 pp-status --settle "$id" --outcome lapsed --reason 'bank: no' -q
	att .state '["lapsed"]'
	att '.flags | index("settled_by_hand") != null' '[true]'
	click "$TOKEN"
	same saw "$SAW" ticket
}

@test 'G5 a live ticket is not settled as unpaid' {
	bill
	click "$TOKEN"
	expect 4 pp-status --settle "$ATTEMPT" --outcome lapsed --reason x -q
	err_has 'may still be paid until 2026-11-23T15:30:00Z'
	att .state '["presented"]'
}

@test 'G6 a browser that says complete has paid nothing' {
	bill
	click "$TOKEN"
	hint complete
	result
	task .state unpaid
	att .state '["processing"]'
	task .pending 1000.00
	books ''
}

@test 'G7 paid after the link was cancelled: recorded, marked late' {
	bill
	click "$TOKEN"
	expect 0 pp-link cancel -q "$LINK"
	card "$GOOD"
	later 1801
	sweep
	books 100000
	task '[.payments[].flags[]]' '["late"]'
	task .state paid
}

@test 'G7 paid twice: both are recorded, and a person is told' {
	bill --assume unique=no
	click "$TOKEN"
	local first=$TICKET
	hint cancel
	later 6
	click "$TOKEN"
	card "$GOOD"
	TICKET=$first
	card "$GOOD"
	later 6
	sweep
	later 1801
	sweep
	books '100000 100000'
	task '[.state, .paid, .balance, .overpaid_why]' \
	    '["overpaid","2000.00","-1000.00",["paid_twice"]]'
	told second_success
}

@test 'G7 N4 two charges under one number: two payments, and a person is told' {
	bill
	fault two_charges
	pay
	later 1801
	sweep
	later 1000
	sweep
	charges >charges.txt
	recorded >ledger.txt
	same recorded "$(sort -u ledger.txt)" "$(sort -u charges.txt)"
}

@test 'A1 part payments: each link asks what is left' {
	bill
	local whole=$TOKEN
	link "$DOC" -q --percent 30 --purpose deposit
	same asked "$(jq -r .payment_link.amount link.json)" 300.00
	pay
	task '[.state, .paid, .balance, .owed]' \
	    '["partially_paid","300.00","700.00","700.00"]'
	link '{"task":"T-1","total":"2000.00"}' -q --percent 30 --purpose deposit \
	    || true
	task '[.links[] | select(.purpose == "deposit") | .state]' \
	    '["completed"]'
	TOKEN=$whole
	later 6
	pay
	books '30000 170000'
	task '[.state, .balance]' '["paid","0.00"]'
	taken '30000 170000'
}

@test 'A1 what is charged is computed again when pay is pressed' {
	bill
	local first=$TOKEN
	link "$DOC" -q --amount 800 --purpose part
	pay
	TOKEN=$first
	later 6
	click "$TOKEN"
	card "$GOOD"
	result
	books '80000 20000'
	click "$first"
	same saw "$SAW" none
	taken '80000 20000'
}

@test 'A2 a total that falls by what was paid is suspect until confirmed' {
	bill
	link "$DOC" -q --amount 400 --purpose deposit
	pay
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"600.00"}'
	told suspect_total
	task .total 600.00
	yields pp-task confirm -q T-1
	expect 0 pp-status --attention -o json
	out_is ''
}

@test 'A3 a completed link opens again when the total rises' {
	bill
	pay
	task '[.links[].state]' '["completed"]'
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"1200.00"}'
	task '[.links[].state]' '["open"]'
	later 6
	pay
	books '100000 20000'
}

@test 'A5 amount and currency are checked when the link is made' {
	world_up
	expect 65 pp-link create -q <<<'{"task":"T-1","total":"9.00","currency":"USD"}'
	err_is 'pp-link: line 1: currency: integration moneris does not take USD'
	expect 65 pp-link create -q <<<'{"task":"T-1","total":"10000000.00"}'
	err_has 'total: '
	expect 3 pp-status T-1
}

@test 'A6 the words: overpaid, and why' {
	bill
	pay
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"900.00"}'
	task '[.state, .overpaid_why]' '["overpaid",["total_lowered"]]'
}

@test 'N1 a second tab, a reload, another link: the same ticket' {
	bill
	click "$TOKEN"
	local first=$TICKET
	click "$TOKEN"
	same ticket "$TICKET" "$first"
	link "$DOC" -q --amount 1000 --purpose other
	click "$TOKEN"
	same ticket "$TICKET" "$first"
	att .state '["presented"]'
}

@test 'N1 another amount: said first, then the same number' {
	bill
	click "$TOKEN"
	link "$DOC" -q --amount 400 --purpose other
	click "$TOKEN"
	same saw "$SAW" other
	later 6
	click "$TOKEN" '' yes
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | unique | length' 1
	att .amount '["1000.00","400.00"]'
}

@test 'N1 cancelled or expired: the same number, asked first' {
	bill
	click "$TOKEN"
	hint cancel
	att .state '["cancelled"]'
	later 6
	click "$TOKEN"
	same saw "$SAW" ticket
	later 1801
	click "$TOKEN"
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | unique | length' 1
	att '.answered_at != null' '[true,true,false]'
}

@test 'N1 cancelled, but paid in another tab: found before a new ticket' {
	bill
	click "$TOKEN"
	hint cancel
	card "$GOOD"
	later 6
	click "$TOKEN"
	same saw "$SAW" 303
	books 100000
	taken 100000
}

@test 'N1 while pay is being processed there is no other ticket' {
	bill
	click "$TOKEN"
	hint submitted
	later 6
	click "$TOKEN"
	same saw "$SAW" none
	att .state '["processing"]'
}

@test 'N2 an approved receipt ends its number' {
	bill
	link "$DOC" -q --open --purpose any
	click "$TOKEN" 300.00
	card "$GOOD"
	result
	later 6
	click "$TOKEN" 200.00
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | map(.[-3:])' '[".a1",".a2"]'
}

@test 'N2 after a decline the same number, where it is not used up' {
	bill
	pay "$BAD"
	att .state '["declined"]'
	later 6
	pay
	task '[.attempts[].order_no] | map(.[-3:])' '[".a1",".a1"]'
	books 100000
}

@test 'N2 after a decline the next number, where it is used up' {
	bill --assume spent_by_decline=true
	pay "$BAD"
	later 6
	pay
	task '[.attempts[] | select(.state != "lapsed").order_no] |
	    map(.[-3:])' '[".a1",".a2"]'
	books 100000
	taken 100000
}

# The frame of the first number, declined, takes a second card after all.
second_card() {
	local ticket attempt

	bill --assume spent_by_decline=true,retry_in_frame=true &&
	    pay "$BAD" || return
	ticket=$TICKET attempt=$ATTEMPT
	later 6
	pay "$BAD" || return
	task '[.attempts[] | select(.state != "lapsed").order_no] |
	    map(.[-3:])' '[".a1",".a2"]' || return
	later 6
	TICKET=$ticket ATTEMPT=$attempt
	card "$GOOD" && books ''
}

@test 'N2 a second card in the frame of an older number: found, no other ticket' {
	second_card
	later 6
	click "$TOKEN"
	same saw "$SAW" 303
	books 100000
	task '[.state, (.attempts | length)]' '["paid",3]'
}

@test 'G6 a second card in a declined frame: its word is a reason to ask' {
	second_card
	result
	books 100000
	task .state paid
}

@test 'N2 a null code resolves nothing: no new number' {
	bill
	fault null_code
	pay
	ATT=$ATTEMPT
	att .state '["declined"]'
	later 6
	fault duplicate
	click "$TOKEN"
	same saw "$SAW" checking
	task '[.attempts[].order_no] | unique | length' 1
	later $((1800 + 901))
	sweep
	told duplicate_order
	expect 0 pp-status --settle "$ATT" --outcome lapsed --reason x -q
	click "$TOKEN"
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | map(.[-3:])' '[".a1",".a1",".a2"]'
}

@test 'N3 refused as duplicate: every receipt is asked, and the payment found' {
	bill
	click "$TOKEN"
	hint refused
	card "$GOOD"
	fault duplicate
	later 6
	click "$TOKEN"
	same saw "$SAW" 303
	books 100000
	task .state paid
}

@test 'N3 refused as duplicate, one ticket unresolved: we are checking' {
	bill --assume unique=at_preload
	click "$TOKEN"
	hint cancel
	later 6
	click "$TOKEN"
	same saw "$SAW" checking
	att .state '["cancelled","lapsed"]'
	# Never a new number, until the first is dead and the answer says so.
	later $((1800 + 901))
	click "$TOKEN"
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | map(.[-3:])' '[".a1",".a1",".a2"]'
}

@test 'N3 refused as duplicate with no ticket of ours: the next number' {
	bill
	fault duplicate
	click "$TOKEN"
	same saw "$SAW" ticket
	task '[.attempts[].order_no] | map(.[-3:])' '[".a1",".a2"]'
	att .reason '["duplicate_order",null]'
	pay
	books 100000
}

@test 'N5 approved after it lapsed: recorded' {
	bill
	click "$TOKEN"
	fault receipt_late 10000
	card "$GOOD"
	later $((1800 + 901))
	sweep
	att .state '["lapsed"]'
	later $((24 * 3600))
	sweep
	att .state '["approved"]'
	books 100000
}

@test 'N5 every ticket is asked once more after its death' {
	bill
	pay
	task .next_check_at 2026-11-23T15:45:00.000Z
	later $((1800 + 900))
	sweep
	task .next_check_at null
	att '.flags | index("asked_after_end") != null' '[true]'
}

@test 'N6 the order number' {
	world_up
	link '{"task":"É#1042","total":"5000.00"}' -q
	pay
	charges >charges.txt
	[[ $(<charges.txt) =~ ^1042-[a-z0-9]{4}\.a1\  ]] || {
		cat charges.txt
		return 1
	}
}

@test 'N7 order number and amount are written before the processor is called' {
	bill
	fault stall 10 preload
	click "$TOKEN" 3>&- &
	local clicking=$! i
	for ((i = 0; i < 80; i++)); do
		pp-status T-1 -o json >now.json
		! grep -q att_ now.json || break
		sleep 0.1
	done
	att '[.state, .amount, (.order_no | test("^T-1-.{4}[.]a1$"))]' \
	    '[["opened","1000.00",true]]'
	kill -9 "$PAGE_PID"
	wait "$clicking" || :
	# L3: nobody ever had that ticket.
	later 121
	page_up
	click "$TOKEN"
	same saw "$SAW" ticket
	att .state '["lapsed","presented"]'
}

@test 'N7 no ticket reaches a browser before it is written' {
	bill
	click "$TOKEN"
	same saw "$SAW" ticket
	att '[.attempt, .state]' "[[\"$ATTEMPT\",\"presented\"]]"
}

@test 'R1 another amount is recorded as the receipt says, and flagged' {
	bill
	fault partial
	pay
	books 50000
	task '[.state, .balance]' '["partially_paid","500.00"]'
	task '[.payments[].flags[]]' '["amount_differs"]'
	told amount_differs
}

@test 'R1 a fee stands apart' {
	bill
	fault fee 1.25
	pay
	task '[.state, (.payments[] | .amount, .fee)]' \
	    '["paid","1000.00","1.25"]'
}

@test 'R1 authorized is not money' {
	bill
	fault preauth
	pay
	task '[.state, .paid]' '["unpaid","0.00"]'
	att .state '["authorized"]'
	books ''
	told preauth_profile
	later 6
	click "$TOKEN"
	same saw "$SAW" none
}

@test 'R1 declined below 50: a reversal is expected' {
	bill
	fault declined_low
	pay
	att '[.state, .flags[0]]' '[["declined","reversal_expected"]]'
	told reversal_expected
	books ''
	# Who has seen that it was reversed says so, and is asked no more.
	later 3600
	expect 0 sh -c "$(jq -r .next told.json)"
	expect 0 pp-status --attention
	sweep
	expect 0 pp-status --attention
}

@test 'R1 cf_status 9 is unknown' {
	bill
	fault cf_status 9
	pay
	att .state '["unknown"]'
	task .pending 1000.00
	later 6
	click "$TOKEN"
	same saw "$SAW" none
}

@test 'L1 after pay was pressed it is asked at 1 minute' {
	bill
	click "$TOKEN"
	fault receipt_late 50
	card "$GOOD"
	hint submitted
	att .state '["processing"]'
	task .next_check_at 2026-11-23T15:01:00.000Z
	later 59
	sweep
	books ''
	later 1
	sweep
	books 100000
}

@test 'L1 never twice in five seconds' {
	bill
	click "$TOKEN"
	later 6
	expect 0 pp-status --refresh T-1 -q -o json
	later 4
	card "$GOOD"
	expect 0 pp-status --refresh T-1 -q -o json
	books ''
	later 1
	expect 0 pp-status --refresh T-1 -q -o json
	books 100000
}

@test 'L2 lapsed by the exact answer 15 minutes after expiry, not before' {
	bill
	click "$TOKEN"
	later 1800
	sweep
	att .state '["presented"]'
	later 900
	sweep
	att .state '["lapsed"]'
}

@test 'L2 without an answer for a day: unknown, and a person is told' {
	bill
	click "$TOKEN"
	later $((1800 + 86401))
	att .state '["unknown"]'
	told unknown
}

@test 'T1 an older document changes nothing' {
	world_up
	pp-task put -q <<<'{"task":"T-1","total":"9.00","updated_at":"2026-11-23T10:00:00Z"}'
	local seq
	seq=$(head_of)
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"8.00","updated_at":"2026-11-23T09:00:00Z"}'
	task .total 9.00
	same head "$(head_of)" "$seq"
}

@test 'T2 a live ticket that cannot be called back is named' {
	bill
	click "$TOKEN"
	yields pp-link cancel -q -o json "$LINK"
	out_has '"may_still_be_paid_until":"2026-11-23T15:30:00.000Z"'
}

@test 'T3 removed: links cancelled, money stays, a person is told' {
	bill
	link "$DOC" -q --amount 400 --purpose deposit
	pay
	expect 0 pp-task put -q <<<'{"task":"T-1","removed":true}'
	task '[.links[].state] | unique' '["cancelled"]'
	task .paid 400.00
	told removed_with_money
	click "$TOKEN"
	same saw "$SAW" none
}

@test 'K1 completed and nothing owed: 4 by name, left out of a stream' {
	bill
	pay
	expect 4 pp-link create T-1
	out_is ''
	expect 0 pp-link create -q <<<"$DOC"
	out_is ''
	err_is ''
}

@test 'K1 cancelled: a script never undoes a person' {
	bill
	expect 0 pp-link cancel -q "$LINK"
	expect 4 pp-link create --if-exists renew T-1
	expect 0 pp-link create -q --if-exists renew <<<"$DOC"
	out_is ''
	task '[.links[].state]' '["cancelled"]'
}

@test 'K1 another request under the same purpose: 5, the difference named' {
	bill
	expect 5 pp-link create -q --amount 5 <<<"$DOC"
	err_has 'asks for whole, not amount'
	expect 0 pp-link create -q --amount 5 --if-exists supersede <<<"$DOC"
	task '[.links[].state] | sort' '["open","superseded"]'
}

@test 'K1 expired: refused but for renew' {
	world_up
	link "$DOC" -q --expires 1d
	later 86400
	task '[.links[].state]' '["expired"]'
	expect 4 pp-link create T-1
	link "$DOC" -q --if-exists renew --expires 1d
	task '[.links[].state]' '["open"]'
	pay
	books 100000
}

@test 'K2 expiry stops new attempts, never money' {
	world_up
	link "$DOC" -q --expires 10m
	click "$TOKEN"
	later 700
	card "$GOOD"
	later 1200
	sweep
	books 100000
	link '{"task":"T-2","total":"5.00"}' -q --expires 10m
	later 700
	click "$TOKEN"
	same saw "$SAW" none
}

@test 'K2 a superseded link shows its successor to the same address only' {
	world_up
	link '{"task":"T-1","total":"1000.00","customer":{"email":"a@x.ca"}}' -q
	local first=$TOKEN
	link '{"task":"T-1","total":"1000.00","customer":{"email":"a@x.ca"}}' \
	    -q --amount 400 --if-exists supersede
	click "$first"
	same saw "$SAW" ticket
	att .amount '["400.00"]'
	link '{"task":"T-1","total":"1000.00","customer":{"email":"b@x.ca"}}' \
	    -q --amount 300 --if-exists supersede
	later 6
	click "$first"
	same saw "$SAW" none
}

@test 'K3 a token is nowhere but in what create, renew and url print' {
	bill
	local token=$TOKEN
	pay
	same url "$(pp-link url "$LINK" | grep -c "$token")" 1
	{
		pp-link list -o json
		pp-link show -o json "$LINK"
		pp-status T-1 -o json
		pp-ledger list -o json
		cat page.err sandbox.err
		cat "$PP_STORE"/db/* "$PP_STORE"/lock
	} >everything
	! grep -aq "$token" everything
}

@test 'K3 renew: the old address dies' {
	bill
	local old=$TOKEN
	pp-link renew -q "$LINK" >renewed.json
	page GET "/p/$old"
	same old "$STATUS" 404
	[[ $(<renewed.json) =~ /p/([a-z2-7]{32}) ]]
	page GET "/p/${BASH_REMATCH[1]}"
	same new "$STATUS" 200
}

@test 'K4 disable stops new tickets only' {
	bill
	click "$TOKEN"
	yields pp-integration disable -q moneris
	card "$GOOD"
	result
	books 100000
	link '{"task":"T-2","total":"5.00"}' -q
	click "$TOKEN"
	same saw "$SAW" 503
	link "$DOC" -q || :
	expect 0 pp-task put -q <<<'{"task":"T-1","total":"1200.00"}'
	later 6
	click "$TOKEN"
	same saw "$SAW" 503
}

@test 'K4 remove is refused while a ticket is unresolved' {
	bill
	click "$TOKEN"
	expect 4 pp-integration remove moneris
	err_has "$ATTEMPT"
	yields pp-integration list -o json
	json_is .integration moneris
}

@test 'I1 a store is of one kind for ever, and test money says so' {
	bill
	cat >>"$PP_CONFIG" <<-'END'
	url = https://pay.example.com
	[business]
	name = X
	address = Y
	phone = 1
	refund_policy = Z
	END
	expect 78 pp-integration add real --environment prod --store-id s \
	    --checkout-id c --api-token-file api_token --no-check
	out_is ''
	task .environment test
	page GET "/p/$TOKEN"
	[[ ${BODY,,} == *essai* ]]
	pay
	yields pp-ledger list -o json
	json_is .environment test
}

@test 'D1 D2 the business day, the terminal and the batch' {
	bill
	later $((12 * 3600))	# 03:00 UTC is yesterday evening in Toronto
	click "$TOKEN"
	card "$GOOD"
	later $((9 * 3600))	# seen today only
	sweep
	yields pp-ledger list -o json
	json_is '[.paid_at, .business_date]' \
	    '["2026-11-24T03:00:00Z","2026-11-23"]'
	json_is '.reference_no[0:8] == .terminal' true
	json_is '.batch | length' 3
	local lot
	lot=$(jq -r '"\(.terminal)-\(.batch)"' <<<"$output")
	yields pp-ledger totals --by batch -o json
	json_is '[.batch, .received]' "[\"$lot\",\"1000.00\"]"
}

@test 'D3 nothing opens while the clocks differ by more than two minutes' {
	bill
	fault clock_skew 600
	click "$TOKEN"
	same saw "$SAW" 503
	att '[.state, .reason]' '[["lapsed","clocks_differ"]]'
	click "$TOKEN"
	same saw "$SAW" ticket
}

@test 'D3 nor does anything lapse' {
	bill
	click "$TOKEN"
	later 2700
	fault clock_skew 600
	expect 0 pp-status --refresh T-1 -q
	att .state '["presented"]'
	later 6
	expect 0 pp-status --refresh T-1 -q
	att .state '["lapsed"]'
}

@test 'D3 a clock that was set back: order is kept, and one ticket is live' {
	bill
	# Five numbers of one instant: the newest is the last that was taken.
	fault duplicate '' '' 4
	click "$TOKEN"
	local first=$TICKET i
	later -3600
	for i in 1 2 3 4; do
		click "$TOKEN"
		same ticket "$TICKET" "$first"
	done
	expect 0 pp-task put -q <<<'{"task":"T-2","total":"9.00"}'
	later 3606
	card "$GOOD"
	result
	books 100000
	"$PP_TEST_BUILDDIR/tests/journal" | jq -r .at >instants
	sort -c instants
}

@test 'B3 what is found to be ours takes back its row and says it again' {
	bill
	click "$TOKEN"
	same saw "$SAW" ticket
	card "$GOOD"
	# The processor's report has it before we asked.
	charges >charges.txt
	read -r order txn cents <charges.txt
	same cents "$cents" 100000
	printf 'Order ID,Transaction Number,Amount,Date,Type,Result\n%s,%s,1000.00,2026-11-23,Purchase,Approved\n' \
	    "$order" "$txn" >report.csv
	expect 1 pp-ledger reconcile --record report.csv
	pp-ledger export --format csv >before.csv
	expect 0 pp-status --refresh T-1
	books 100000
	task .paid_cents 100000
	pp-ledger export --format csv >after.csv
	head -c "$(stat -c %s before.csv)" after.csv | cmp - before.csv
	# An export by amount still adds up to what was received.
	run -0 awk -F, 'NR > 1 { n++; sum += $10 } END { print n, sum }' after.csv
	out_is '3 1000'
	run -0 awk -F, 'NR > 1 { print $6 "," $10 }' after.csv
	out_is $',1000.00\n,-1000.00\nT-1,1000.00'
}

@test 'P1 no person is in the journal, and people are apart' {
	world_up
	link '{"task":"T-1","total":"9.00","customer":{"name":"Zoe Canary","email":"zoe@canary.example","address":"9 rue Canary"},"description":"canary cage"}' -q
	pay
	expect 0 pp-status --find Canary -o json
	out_has T-1
	"$PP_TEST_BUILDDIR/tests/journal" >events
	same events "$(grep -c '"prev":' events)" "$(head_of)"
	same 'in the journal' "$(grep -cE '[Cc]anary' events)" 0
	yields pp-ledger list -o json
	same 'in the ledger' "$(grep -cE '[Cc]anary' <<<"$output")" 0
}

@test 'P2 of a card: brand and last four' {
	bill
	pay
	yields pp-ledger list -o json
	json_is .card '{"brand":"visa","last4":"4242"}'
	! grep -aq 424242 "$PP_STORE"/db/* page.err
}

@test 'P3 who did it is in every event' {
	bill
	pay
	SUDO_USER=marie expect 0 pp-link cancel -q "$LINK"
	"$PP_TEST_BUILDDIR/tests/journal" >events
	same 'without an actor or a person' "$(jq -c 'select((.actor // "") ==
	    "" or (.person // "") == "")' events)" ''
	same cancelled "$(jq -r 'select(.type == "link.cancelled") |
	    .actor + " " + .person' events)" 'pp-link marie'
	same received "$(jq -r 'select(.type == "payment.received") |
	    .actor' events)" pp-page
}
