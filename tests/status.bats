# pp-status: what was paid, what is under way, what needs a person.

# shellcheck disable=SC1112 # typographic quotes are what is tested
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

DOC='{"task":"T-1042","customer":{"name":"Zoé","email":"z@example.com","language":"fr"},"invoice":{"number":"F-889"},"total":"1149.75"}'
DAY=86400

# lost: a customer has paid, and nothing but the processor knows it.
lost() {
	link "$DOC" "$@" &&
	    expect 0 pp-sandbox pay --link - --then close <<<"$URL_OF"
}

# pending: the same, but pay was seen pressed, and the processor gives no
# answer that can be used.
pending() {
	lost "$@" && fault '{"fault":"html","at":"receipt"}' || return
	ATT=$(timeout 20 pp-status T-1042 | json '.attempts[0].attempt')
	printf 'attempt=%s&hint=submitted' "$ATT" >hint
	yields "$HTTP" -f POST "$URL_OF/event" hint || return
	out_is 204
}

fault() {
	printf '%s' "$1" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault || return
	out_is $'200\n{"ok":true}'
}

# says ITEM FILTER VALUE
says() {
	expect 0 pp-status "$1" && err_is '' && json_is "$2" "$3"
}

@test "nothing paid: every member of the document" {
	added
	link "$DOC"
	yields pp-status T-1042
	json_is 'del(.links, .headline)' '{"task":"T-1042","state":"unpaid","total":"1149.75","total_cents":114975,"due":"1149.75","due_cents":114975,"paid":"0.00","paid_cents":0,"refunded":"0.00","refunded_cents":0,"balance":"1149.75","balance_cents":114975,"owed":"1149.75","owed_cents":114975,"pending":"0.00","pending_cents":0,"currency":"CAD","invoice":"F-889","transferred_at":null,"removed":false,"environment":"test","overpaid_why":[],"attention":[],"attempts":[],"payments":[],"refunds":[],"next_check_at":null}'
	json_is '.links[] | [.link, .state, .amount, .kind, .paid]' \
	    "[\"$LINK\",\"open\",\"1149.75\",\"whole\",\"0.00\"]"
	json_is .headline $'Nous n’avons pas encore reçu de paiement. Il reste 1\u00a0149,75\u00a0$ à payer.'
}

@test "A6: part payments add up; nothing due is a word of its own" {
	world
	link "$DOC" --percent 30 --purpose deposit
	json_is .payment_link.amount 344.93
	paid "$URL_OF"
	says T-1042 '[.state, .paid, .balance, .owed, .pending]' \
	    '["partially_paid","344.93","804.82","804.82","0.00"]'
	link "$DOC"
	json_is .payment_link.amount 804.82
	paid "$URL_OF"
	says T-1042 '[.state, .paid, .balance, .owed]' \
	    '["paid","1149.75","0.00","0.00"]'
	json_is '[.payments[] | [.amount, .balance_after, .type, .environment]]' \
	    '[["344.93","804.82","payment","test"],["804.82","0.00","payment","test"]]'
	json_is '[.links[].state]' '["completed","completed"]'
	# The percentage is frozen, whatever the total does (A1).
	expect 0 pp-task put <<<"${DOC/1149.75/2000.00}"
	says T-1042 '[.state, .balance, (.links[] | select(.purpose ==
	    "deposit") | .state, .frozen)]' \
	    '["partially_paid","850.25","completed","344.93"]'
	expect 0 pp-task put <<<"${DOC/1149.75/1000.00}"
	says T-1042 '[.state, .balance, .owed, .overpaid_why]' \
	    '["overpaid","-149.75","0.00",["total_lowered"]]'
	expect 0 pp-task put <<<'{"task":"T-0","total":"0.00"}'
	says T-0 .state nothing_due
}

@test "found by every number that a person has in hand" {
	local n numbers doc
	world
	link '{"task":"T-7","invoice":{"number":"F-889"},"total":"5.00"}'
	link "$DOC"
	paid "$URL_OF"
	says T-1042 '.task' T-1042
	doc=$output
	readarray -t numbers < <(jq -r '(.links[], .attempts[], .payments[]) |
	    .link, .attempt, .order_no, .id, .transaction_no' <<<"$doc" |
	    grep -v null | sort -u)
	[[ ${#numbers[@]} == 5 ]]
	for n in "${numbers[@]}"; do
		yields pp-status "$n"
		same "$n" "$output" "$doc"
		yields pp-status <<<"$n"
		same "$n" "$output" "$doc"
	done
	# A document, as another command printed it.
	yields pp-status <<<"$DOC"
	same document "$output" "$doc"
	# An invoice may stand for several tasks.
	yields pp-status F-889
	json_is '[.task, (.others[].task)]' '["T-1042","T-7"]'
	on_tty 0 'pp-status F-889'
	out_has 'T-1042: paid (test store: no real money)'
	out_has 'T-7: unpaid (test store: no real money)'
}

@test "of what is not there: 3, the rest is told" {
	added
	link "$DOC"
	expect 3 pp-status T-1 T-1042 lnk_x
	json_is .task T-1042
	err_is 'pp-status: T-1: nothing has this number
pp-status: lnk_x: nothing has this number'
	refused 3 'pp-status: line 2: nothing has this number' \
	    pp-status <<<$'\nT-1'
	refused 3 '{"tool":"pp-status","line":null,"item":"T-1","member":null,"status":3,"message":"nothing has this number","hint":null}' \
	    pp-status -o json T-1
	refused 3 'pp-status: there is no store in none' pp-status -s none T-1
	yields pp-status </dev/null
	out_is ''
	expect 2 script -qec 'pp-status 2>err' /dev/null
	grep -qx 'pp-status: nothing named, and standard input is a terminal' err
}

@test "--refresh with items: the processor is asked first" {
	world
	lost
	says T-1042 '[.state, .attempts[0].state]' '["unpaid","presented"]'
	later 6
	# -n asks nobody and changes nothing.
	unchanged 0 pp-status --refresh -n T-1042
	json_is .state unpaid
	yields pp-status --refresh T-1042
	json_is '[.state, .pending, .payments[0].amount]' \
	    '["paid","0.00","1149.75"]'
	# Again: nothing new (G3).
	later 6
	expect 0 pp-status --refresh T-1042
	json_is '.payments | length' 1
	refused 3 'pp-status: T-1: nothing has this number' \
	    pp-status --refresh T-1
	expect 3 pp-status --refresh --is settled T-1 T-1042
}

@test "--refresh asks for items that come on stdin only with a question" {
	world
	lost
	later 6
	yields pp-status --refresh --is paid <<<T-1042
	json_is .state paid
}

@test "--refresh without items: the sweep, a row for each that was asked" {
	local att
	world
	lost
	att=$(timeout 20 pp-status T-1042 | json '.attempts[0].attempt')
	# Its question is due at its end.
	yields pp-status --refresh --due
	out_is ''
	later 6
	unchanged 0 pp-status --refresh -n
	out_is "{\"attempt\":\"$att\"}"
	expect 0 pp-status --refresh
	json_is '[.outcome, .before, .state, (.payment | type), .message]' \
	    '["approved","presented","approved","string",null]'
	says T-1042 .state paid
	yields pp-status --health
	json_is '[.due, .oldest_due, .late, (.swept_at | type)]' \
	    '[0,null,false,"string"]'
}

@test "--refresh: a processor that cannot be reached is 75, nothing changes" {
	world
	lost
	stop "$SANDBOX_PID"
	later 60
	expect 75 pp-status --refresh T-1042
	json_is '[.state, .attempts[0].state]' '["unpaid","presented"]'
	[[ $stderr == 'pp-status: att_'* ]]
	later 60
	expect 75 pp-status --refresh
	expect 0 pp-status T-1042
	json_is .state unpaid
}

@test "--refresh: a page instead of an answer is no answer (R2)" {
	world
	pending
	later 60
	expect 75 pp-status --refresh T-1042
	says T-1042 '[.state, .pending]' '["unpaid","1149.75"]'
	fault '{"fault":"none"}'
	later 3600
	yields pp-status --refresh T-1042
	json_is .state paid
}

@test "--due, --pending, --state, --since: lists, 0 when empty" {
	local o
	world
	for o in --due --pending '--state paid' '--since 2020-01-01'; do
		# shellcheck disable=SC2086 # words
		yields pp-status $o <<<garbage
		out_is ''
	done
	link '{"task":"T-1","total":"5.00"}'
	pending
	listed() {
		yields pp-status "${@:2}" </dev/null
		same "$*" "$(json .task <<<"$output" | tr '\n' ' ')" "$1"
	}
	listed 'T-1042 ' --pending
	listed 'T-1 T-1042 ' --state unpaid
	listed '' --state paid
	listed 'T-1 T-1042 ' --since 2020-01-01
	later $((3 * 3600))
	listed 'T-1042 ' --due
	expect 1 pp-status --health
	json_is '[.due, .late]' '[1,true]'
	fault '{"fault":"none"}'
	expect 0 pp-status --refresh --due
	listed '' --pending
	listed 'T-1042 ' --state paid
	later "$DAY"
	expect 0 pp-task put <<<'{"task":"T-9","total":"5.00"}'
	later 1
	listed 'T-9 ' --since "$(date -u -d "+$((SHIFT - 60)) seconds" +%FT%TZ)"
	on_tty 0 'pp-status --state paid'
	same title "${output%%$'\n'*}" \
	    'TASK    STATE    TOTAL     PAID  BALANCE  PENDING  INVOICE  NEXT QUESTION'
	out_has '(test store: no real money)'
}

@test "--is: yes 0, no 1, the greatest of many" {
	world
	link '{"task":"T-1","total":"5.00"}'
	link "$DOC"
	paid "$URL_OF"
	expect 0 pp-status --is paid T-1042
	expect 0 pp-status --is settled T-1042
	expect 1 pp-status --is paid T-1
	err_is ''
	expect 0 pp-status --is settled T-1
	expect 1 pp-status --is paid T-1042 T-1
	expect 3 pp-status --is paid T-1042 T-1 T-9
	expect 1 pp-status --is paid <<<$'T-1042\nT-1'
	expect 2 pp-status --is open T-1
	err_has 'pp-status: --is paid or --is settled
usage: '
}

@test "--is settled: not while money is pending" {
	world
	pending
	expect 1 pp-status --is settled T-1042
	fault '{"fault":"none"}'
	later 6
	expect 0 pp-status --refresh --is settled T-1042
}

@test "--say: the sentence, in the customer's language or another" {
	added
	link "$DOC"
	nbsp() {
		output=${output//[$'\u00a0\u202f']/ }
	}
	yields pp-status --say T-1042
	nbsp
	out_is 'Nous n’avons pas encore reçu de paiement. Il reste 1 149,75 $ à payer.'
	yields pp-status --say en T-1042
	nbsp
	out_is 'We have not received a payment yet. $1,149.75 is due.'
	yields pp-status --say en <<<"$DOC"
	nbsp
	out_is 'We have not received a payment yet. $1,149.75 is due.'
	refused 3 'pp-status: T-9: nothing has this number' pp-status --say fr T-9
}

@test "--attention: nothing is 0; what needs a person is 1, with a command" {
	world
	yields pp-status --attention
	out_is ''
	pending
	yields pp-status --attention
	out_is ''
	later $((2 * 3600))
	expect 1 pp-status --attention
	json_is '[.kind, .task, .amount]' '["processing","T-1042","1149.75"]'
	json_is .next 'pp-status --refresh T-1042'
	[[ $(json .what <<<"$output") == *' hour'* ]]
	on_tty 1 'pp-status --attention'
	same title "${output%%$'\n'*}" \
	    'SINCE             KIND        TASK     AMOUNT  WHAT                                            NEXT'
	out_has '(test store: no real money)'
}

# unknown: nobody ever answers for the attempt ATT; a day after its end.
unknown() {
	pending || return
	stop "$STARTED"		# the page, which asks when it likes
	later $((2 * DAY))
}

settle() {
	expect "$1" pp-status --settle "$ATT" "${@:2}"
}

@test "F4: --settle approved, with the processor's numbers and a name" {
	world
	unknown
	says T-1042 '.attempts[0].state' unknown
	# What is missing is wrong use.
	settle 2 --outcome approved --reason 'seen at the processor'
	err_has 'pp-status: approved needs --transaction-no, --reference-no, --amount and --time, as the processor shows them
usage: '
	settle 2 --outcome paid --reason x
	settle 2 --outcome lapsed
	settle 2 --outcome declined --reason ''
	expect 2 pp-status --outcome lapsed T-1042
	unchanged 0 pp-status --settle "$ATT" -n --outcome lapsed --reason x
	json_is .state lapsed
	says T-1042 '[.state, .pending]' '["unpaid","1149.75"]'
	SUDO_USER=marie settle 0 --outcome approved --reason 'seen' \
	    --transaction-no 777-0_1 --reference-no 660123450690011230 \
	    --amount 1149.75 --time 2026-11-23T15:04:05Z
	json_is '[.attempt, .state]' "[\"$ATT\",\"approved\"]"
	says T-1042 '[.state, .pending, .payments[0].transaction_no,
	    .payments[0].reason]' '["paid","0.00","777-0_1","seen"]'
	same who "$(journal | jq -c 'select(.type | test("settled")) |
	    [.type, .actor, .person]')" \
	    '["payment.settled","pp-status","marie"]
["attempt.settled","pp-status","marie"]'
	# The processor's own answer comes on top, and is not lost (N5).
	fault '{"fault":"none"}'
	settle 4 --outcome lapsed --reason x
	err_is "pp-status: attempt $ATT is approved already"
}

@test "F4: --settle lapsed or declined; not while somebody may still pay" {
	world
	lost
	ATT=$(timeout 20 pp-status T-1042 | json '.attempts[0].attempt')
	settle 4 --outcome lapsed --reason x
	[[ $stderr == "pp-status: attempt $ATT may still be paid until "* ]]
	fault '{"fault":"html"}'
	later $((2 * DAY))
	settle 0 --outcome lapsed --reason 'never paid'
	json_is .state lapsed
	says T-1042 '[.state, .pending]' '["unpaid","0.00"]'
	expect 0 pp-status --attention
	out_is ''
	refused 3 'pp-status: no attempt att_x' pp-status --settle att_x \
	    --outcome lapsed --reason x
	refused 3 'pp-status: there is no store in none' pp-status -s none \
	    --settle att_x --outcome lapsed --reason x
	[[ ! -e none ]]
}

@test "options that do not go together" {
	local text
	wrong() {
		text=$1
		shift
		expect 2 pp-status "$@" </dev/null
		out_is ''
		[[ $stderr == "pp-status: $text"$'\n'usage:* ]] ||
		    { echo "$stderr"; return 1; }
	}
	wrong 'these options do not go together' --pending --attention
	wrong 'these options do not go together' --is paid --say
	wrong 'this option selects by itself' --pending T-1
	wrong 'this option selects by itself' --due T-1
	wrong 'these options go with --settle' --reason x T-1
	wrong '--state is nothing_due, unpaid, partially_paid, paid, overpaid, partially_refunded or refunded' \
	    --state open
	wrong '--since: not a date or time: soon' --since soon
}

@test "one task on a terminal: the sentence, the sums, the history" {
	world
	link "$DOC"
	paid "$URL_OF"
	SUDO_USER=marie expect 0 pp-ledger record --method cheque \
	    --amount 20,00 --number 4512 T-1042
	SUDO_USER=marie expect 0 pp-ledger adjust --amount 20 \
	    --reason 'travel' T-1042
	on_tty 0 'pp-status T-1042'
	local n=0
	for text in 'Tout est payé*Merci.' 'T-1042: paid (test store: no real money)' \
	    'due 1169.75  paid 1169.75  balance 0.00  pending 0.00  CAD  invoice F-889' \
	    'WHEN               AMOUNT  STATE      NUMBER                          WHO * WHAT' \
	    "1149.75  completed  $LINK  *, pp-link *  link, balance" \
	    'approved   T-1042-*, pp-page *  attempt, code 027' \
	    '  waiting    719-0_* *, pp-page *  payment, visa 4242' \
	    '  20.00  waiting    4512 *  marie, pp-ledger  offline, cheque' \
	    '  20.00 *  marie, pp-ledger  What is due was adjusted: travel.'; do
		out_has "$text"
		n=$((n + 1))
	done
	((n == 9))
}

# asks: the customer presses the button of the expired page.
asks() {
	"$PP_TEST_BUILDDIR/tests/asklink" "${URL_OF##*/p/}"
}

# Four times at once.  A bare wait would wait for bats's own timer too.
at_once() {
	local pids=() _

	for _ in 1 2 3 4; do
		asks 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
}

@test "renewal asked for: once an hour, on the attention list until it is done" {
	added
	link "$DOC" --expires 1d
	refused 4 "asklink: link $LINK has not expired" asks
	expect 0 pp-status --attention
	now 2026-11-25T09:00:00Z
	expect 0 asks
	expect 1 pp-status -o json --attention
	json_is . "$(printf '{"since":"2026-11-25T09:00:00.000Z","kind":"renewal_asked","task":"T-1042","amount":"1149.75","amount_cents":114975,"what":"the link has expired and the customer asks for a new one","next":"pp-link renew %s"}' "$LINK")"
	# Within the hour nothing is written, whoever presses (G3).
	head=$(pp-ledger head | jq .seq)
	now 2026-11-25T09:59:59Z
	at_once
	expect 0 asks
	same head "$(pp-ledger head | jq .seq)" "$head"
	# At the hour it is one event more, and the list says since when.
	now 2026-11-25T10:00:00Z
	at_once
	same head "$(pp-ledger head | jq .seq)" "$((head + 1))"
	expect 1 pp-status -o json --attention
	json_is .since 2026-11-25T09:00:00.000Z
	says T-1042 '.links[0] | [.renewal_asked_at, .renewal_asked_last_at]' \
	    '["2026-11-25T09:00:00Z","2026-11-25T10:00:00Z"]'
	yields pp-status --why T-1042
	json_is 'select(.type == "link.renewal_asked") | [.rule, .what]' \
	    '["K2","Le client a demandé un nouveau lien : celui-ci est expiré."]
["K2","Le client a demandé un nouveau lien : celui-ci est expiré."]'
	on_tty 0 'pp-status T-1042'
	out_has 'the customer asked for a new link'
	# The journal folded is what is stored (G2).
	expect 0 pp-store verify
	# The command of the list, pasted, ends it.
	expect 0 sh -c "$(pp-status -o json --attention | json .next)"
	expect 0 pp-status --attention
	out_is ''
	says T-1042 '.links[0] | [.state, .renewal_asked_at]' '["open",null]'
}

@test "renewal asked for: gone when cancelled, replaced, or nothing is owed" {
	local way
	added
	for way in 'pp-link cancel $LINK' \
	    'pp-link create --task T-1 --if-exists supersede --amount 3' \
	    'pp-ledger record T-1 --amount 5.00 --method cheque' \
	    'pp-task put <<<"{\"task\":\"T-1\",\"removed\":true}"'; do
		now 2026-11-23T15:04:05Z
		rm -rf "$PP_STORE"
		added
		link '{"task":"T-1","total":"5.00"}' --expires 1d
		now 2026-11-25T09:00:00Z
		expect 0 asks
		expect 1 pp-status --attention
		LINK=$LINK expect 0 bash -c "$way"
		run -0 pp-status -o json --attention
		[[ $output != *renewal_asked* ]]
	done
}

@test "the history says what people did, and what needs one" {
	world
	link "$DOC"
	yields pp-link cancel -q -o json --reason 'changed her mind' "$LINK"
	yields pp-ledger transfer T-1042 -q -o json
	yields pp-ledger transfer --undo T-1042 -q -o json
	yields pp-task put -q <<<'{"task":"T-1042","removed":true}'
	expect 0 pp-ledger record --method cash --amount 10 T-1042
	yields pp-status T-1042 -o table
	out_has '1139.75  cancelled  lnk_'
	out_has "$LINK * pp-link *  The link was cancelled: changed her mind."
	out_has ', pp-ledger  The invoice was transferred to'
	out_has ', pp-ledger  The transfer of the invoice was taken back.'
	out_has $'Needs a person: the task was removed and money was received\n    pp-status T-1042'
	# At one instant what was asked for comes before what came of it.
	[[ $output == *'link, balance'*'offline, cash'* ]]
}

@test "attention: more than was due, by a cheque or a lower total" {
	world
	expect 0 pp-link create <<<"$DOC"
	expect 0 pp-ledger record T-1042 --method cheque --amount 1200.00 -q
	expect 1 pp-status --attention
	json_is '[.kind, .task, .amount, .next]' \
	    '["overpaid","T-1042","50.25","pp-status T-1042"]'
	yields pp-ledger adjust T-1042 --amount +50.25 --reason 'kept' -q
	yields pp-status --attention
	expect 0 pp-task put -q <<<'{"task":"T-1042","total":"1000.00"}'
	expect 1 pp-status --attention
	json_is '[.kind, .amount]' '["overpaid","149.75"]'
	yields pp-store verify
}
