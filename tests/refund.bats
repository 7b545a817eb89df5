# Money that goes back (rules F, A3, G5): refunds and voids through the driver
# and the offline gateway, whatever becomes of the answer.

bats_require_minimum_version 1.5.0
load helper

HTTP=$PP_TEST_BUILDDIR/tests/http

# at TIME: the clock of everything, running on from there.  Long past, so that
# the driver, whose clock is the real one, is never behind.
at() {
	echo "-$(($(date +%s) - $(date -d "$1" +%s)))" >clock
}

setup() {
	pp_setup
	export PP_NOW=$PWD/clock
	at 2024-01-15T18:00:00Z		# 13:00 in Toronto
	start_sandbox --seed 1 --state "$PWD/sandbox.json"
	printf 'yesguy\n' >token
	chmod 600 token
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktREFUND --api-token-file token
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	PAGE=$REPLY
	conf
	task T-1 500.00
	pay
	P=$ID
	TXN=$NUMBER
}

conf() { # [LINE...]
	printf '[page]\nurl = %s\n' "$PAGE" >"$PP_CONFIG"
	(($# == 0)) || printf '%s\n' "$@" >>"$PP_CONFIG"
}

# task ID TOTAL: with an open link, which is in $LINK, its id in $LNK.
task() {
	printf '{"task":"%s","customer":{"language":"en"},"total":"%s"}\n' \
	    "$1" "$2" >task
	yields pp-link create --open <task
	LINK=$(json .payment_link.url <<<"$output")
	LNK=$(json .payment_link.id <<<"$output")
	TASK=$1
}

# pay [AMOUNT]: through $LINK; the payment is $ID, its number $NUMBER.
pay() {
	yields pp-sandbox pay --link - ${1+--amount "$1"} <<<"$LINK"
	yields pp-ledger payments "$TASK"
	ID=$(json .id <<<"${lines[-1]}")
	NUMBER=$(json .transaction_no <<<"${lines[-1]}")
}

# fault NAME [ARG [COUNT]]: at the gateway.
fault() {
	local at='"at":"gateway",'

	[[ $1 != refund_declined ]] || at=
	printf '{"fault":"%s",%s%s"count":%s}' "$1" "$at" \
	    "${2:+\"arg\":\"$2\",}" "${3:-1}" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault
}

# gateway FILTER VALUE: of what the processor did, a list.
gateway() {
	run -0 --separate-stderr "$HTTP" GET "$SANDBOX_URL/sandbox/refunds"
	same "gateway $1" "$(tail -n +2 <<<"$output" | jq -c ".refunds|$1")" \
	    "$2"
}

# state FILTER VALUE: of the task.
state() {
	yields pp-status "$TASK" && json_is "$1" "$2"
}

# known FILTER VALUE: of its only refund.
known() {
	state ".refunds|map($1)" "[$2]"
}

# verified: the projections are what the journal says.
verified() {
	expect 0 pp-store verify
}

@test "F3: the whole, on its day, is a void: taken off the statement, owed again" {
	yields pp-refund "$TXN" --reason 'wrong client'
	json_is '[.kind,.state,.amount,.given,.of_transaction,.created]' \
	    "[\"void\",\"approved\",\"500.00\",\"500.00\",\"$TXN\",true]"
	json_is '.links_cancelled' "[\"$LNK\"]"
	local no
	no=$(json .transaction_no <<<"$output")
	gateway 'map([.kind,.result,.amount,.transaction_no])' \
	    "[[\"void\",\"approved\",\"500.00\",\"$no\"]]"
	state '[.state,.paid,.refunded,.balance,.owed,.links[0].state]' \
	    '["refunded","500.00","500.00","500.00","500.00","cancelled"]'
	state '.payments[1]|[.type,.amount,.refund_of,.transaction_no,.flags,.card.last4,.reason]' \
	    "[\"void\",\"500.00\",\"$P\",\"$no\",[],\"4242\",\"wrong client\"]"
	yields pp-ledger totals
	json_is '[.payments,.received,.refunded,.net]' \
	    '[1,"500.00","500.00","0.00"]'
	# And nothing more can go back.
	expect 4 pp-refund "$P" --reason 'wrong client' --again
	err_is "pp-refund: nothing of $P is left: all of 500.00 went back"
	expect 4 pp-refund "$P" --amount 0.01 --reason more
	gateway length 1
	verified
}

@test "F2: the same again is the same refund" {
	yields pp-refund "$P" --amount 200 --reason 'a part'
	local first
	first=$(jq -c 'del(.created,.links_cancelled)' <<<"$output")
	json_is '[.kind,.state,.created]' '["refund","approved",true]'
	yields pp-refund "$TXN" --amount 200,00 --reason 'a part'
	json_is .created false
	json_is 'del(.created,.links_cancelled)' "$first"
	gateway length 1
	# Another reason is another wish: said, not guessed.
	refused 5 "pp-refund: reason: $(json .refund <<<"$first") of today is of the same amount (approved), because: a part (--again makes another one)" \
	    pp-refund "$P" --amount 200 --reason 'another part'
	expect 5 pp-refund "$P" --amount 200 --reason 'a part' --void
	gateway length 1
	yields pp-refund "$P" --amount 200 --reason 'another part' --again
	json_is .created true
	gateway 'map(.amount)' '["200.00","200.00"]'
	# The next day it is another one.
	at 2024-01-16T18:00:00Z
	expect 4 pp-refund "$P" --amount 200 --reason 'a part'
	err_is 'pp-refund: amount: at most 100.00 of 500.00 may still be refunded'
	gateway length 2
	verified
}

@test "F1: a part, then the rest, and not a cent more" {
	yields pp-refund "$P" --amount 0.01 --reason cent
	state '[.state,.refunded,.owed,.balance]' \
	    '["partially_refunded","0.01","0.00","0.01"]'
	refused 4 'pp-refund: amount: at most 499.99 of 500.00 may still be refunded' \
	    pp-refund "$P" --amount 500 --reason all
	refused 4 "pp-refund: $P cannot be voided any more: some of it went back" \
	    pp-refund "$P" --void --reason all
	yields pp-refund "$P" --reason rest
	json_is '[.kind,.amount,.state]' '["refund","499.99","approved"]'
	yields pp-refund "$P" --reason rest
	json_is .created false
	state '[.state,.refunded,.owed]' '["refunded","500.00","0.00"]'
	gateway 'map(.amount)' '["0.01","499.99"]'
	verified
}

@test "F1: what the bank took back is gone too" {
	yields pp-ledger record --type chargeback --of "$TXN" --amount 400 \
	    --reason 'not me'
	refused 4 'pp-refund: amount: at most 100.00 of 500.00 may still be refunded' \
	    pp-refund "$P" --amount 100.01 --reason r
	yields pp-refund "$P" --reason r
	json_is '[.kind,.amount]' '["refund","100.00"]'
	expect 4 pp-refund "$P" --amount 0.01 --reason r
	gateway 'map(.amount)' '["100.00"]'
	verified
}

@test "F3: a void only of the whole, before the batch closes" {
	refused 4 "pp-refund: $P cannot be voided any more: a void is of the whole" \
	    pp-refund "$P" --void --amount 499.99 --reason r
	at 2024-01-16T03:00:00Z		# 22:00
	refused 4 "pp-refund: $P cannot be voided any more: its batch is closed" \
	    pp-refund "$P" --void --reason r
	yields pp-refund "$P" -n --reason r
	json_is .kind refund
	at 2024-01-16T02:59:00Z		# 21:59
	yields pp-refund "$P" -n --reason r
	json_is .kind void
	yields pp-refund "$P" -n --refund --reason r
	json_is .kind refund
	conf '[refund]' 'void_until = 12:00'
	yields pp-refund "$P" -n --reason r
	json_is .kind refund
	conf '[refund]' 'void_until = never'
	yields pp-refund "$P" -n --reason r
	json_is .kind refund
	conf '[refund]' 'void_until = 25:00'
	expect 78 pp-refund "$P" -n --reason r
	conf
	gateway length 0
	known .state ''
}

@test "F3: a later batch seen at the terminal closes the one before" {
	conf '[refund]' 'void_until = 23:59'
	at 2024-01-16T03:50:00Z		# 22:50
	task T-2 61.00
	pay
	local second=$ID
	yields pp-refund "$second" -n --reason r
	json_is .kind void
	at 2024-01-16T04:10:00Z		# 23:10, the next batch
	task T-3 70.00
	pay
	yields pp-refund "$second" -n --reason r
	json_is .kind refund
	yields pp-refund "$ID" -n --reason r
	json_is .kind void
	gateway length 0
}

@test "a dry run changes nothing and asks nobody" {
	local before
	before=$(pp-ledger head)
	yields pp-refund "$P" -n --reason r
	json_is '[.refund,.kind,.amount,.created]' '[null,"void","500.00",true]'
	same head "$(pp-ledger head)" "$before"
	gateway length 0
}

@test "G5: whatever is no clear answer is unknown, and is never repeated" {
	local f n=0 ref said

	for f in cut blank html http500; do
		task "T-$f" 80.00
		pay
		fault "$f"
		expect 76 pp-refund "$ID" --amount 30 --reason r
		json_is '[.state,.created,.attempts]' '["unknown",true,1]'
		ref=$(json .refund <<<"$output")
		case $f in
		cut) said='no whole answer: *' ;;
		http500) said='the reply is not what the protocol says (HTTP status 500)' ;;
		*) said='the reply is not what the protocol says (HTTP status 200)' ;;
		esac
		err_has "pp-refund: it is not known whether the refund was made: "
		# shellcheck disable=SC2053 # the glob is wanted
		[[ $stderr == *": "$said" (look T-$f-"*" up at the processor, then pp-refund settle $ref)" ]]
		# The processor did it, once, and that stays so.
		gateway length $((n += 1))
		expect 76 pp-refund "$ID" --amount 30 --reason r
		json_is '[.refund,.state,.created]' "[\"$ref\",\"unknown\",false]"
		expect 4 pp-refund "$ID" --amount 60 --reason more
		err_is 'pp-refund: amount: at most 50.00 of 80.00 may still be refunded'
		gateway length "$n"
		state '[.state,.refunded]' '["paid","0.00"]'
		known '.state' '"unknown"'
		state '.attention|map([.kind,.amount])' \
		    '[["refund_unknown","30.00"]]'
	done
	LIMIT=30 expect 1 pp-status --attention
	run json '[.kind,.task,.next]' <<<"${lines[0]}"
	[[ $output == '["refund_unknown","T-cut","pp-status '*'"]' ]]
	yields sh -c "$(jq -r '.[2]' <<<"$output")"	# pasted, it shows it
	json_is '.refunds[0].state' unknown
	# Nobody asks about it by himself.
	expect 0 pp-status --refresh
	gateway length 4
	verified
}

@test "G5: an answer that does not come in time is unknown" {
	fault stall 37
	LIMIT=60 expect 76 pp-refund "$P" --amount 20 --reason r
	json_is '[.state,.why]' '["unknown","timeout"]'
	gateway length 1
}

@test "F3: a void whose outcome is unknown: no refund follows" {
	fault cut
	expect 76 pp-refund "$P" --reason r
	json_is '[.kind,.state]' '["void","unknown"]'
	gateway 'map(.kind)' '["void"]'
	refused 4 "pp-refund: nothing of $P may be refunded: 500.00 is in a refund whose outcome is not known" \
	    pp-refund "$P" --refund --reason r --again
	expect 4 pp-refund "$P" --amount 1 --reason other
	gateway length 1
}

@test "F4: settled by hand with the processor's numbers" {
	local ref no
	fault cut
	expect 76 pp-refund "$P" --amount 30 --reason r
	ref=$(json .refund <<<"$output")
	no=$("$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | tail -n +2 |
	    json .refunds[0].transaction_no)
	local numbers=(--transaction-no "$no" --reference-no 661234560018230020
	    --amount 30.00 --time 2024-01-15T13:00:30-05:00)
	expect 2 pp-refund settle "$ref" --outcome done --reason seen
	err_has 'pp-refund: done needs --transaction-no, --reference-no, --amount and --time'
	expect 2 pp-refund settle "$ref" --outcome done "${numbers[@]}"
	expect 2 pp-refund settle "$ref" --outcome perhaps --reason seen
	expect 2 pp-refund settle "$ref" --outcome not-done --reason seen --amount 30
	at 2024-01-15T18:30:00Z
	refused 5 'pp-refund: amount: 30.00 was asked for, not 31.00' \
	    pp-refund settle "$ref" --outcome done --reason seen "${numbers[@]}" --amount 31
	refused 65 'pp-refund: time: not between the payment and now' \
	    pp-refund settle "$ref" --outcome done --reason seen "${numbers[@]}" --time 2024-01-15T19:00:00Z
	refused 5 "pp-refund: transaction number $TXN is that of $P already" \
	    pp-refund settle "$ref" --outcome done --reason seen "${numbers[@]}" \
	    --transaction-no "$TXN"
	refused 3 'pp-refund: no refund ref_x' \
	    pp-refund settle ref_x --outcome not-done --reason seen
	yields pp-refund settle "$ref" --outcome done --reason 'seen in the reports' "${numbers[@]}" -n
	known .state '"unknown"'
	yields pp-refund settle "$ref" --outcome done --reason 'seen in the reports' "${numbers[@]}"
	json_is '[.state,.why,.note,.flags,.transaction_no,.given]' \
	    "[\"approved\",\"settled\",\"seen in the reports\",[\"settled_by_hand\"],\"$no\",\"30.00\"]"
	state '[.state,.refunded,.attention]' '["partially_refunded","30.00",[]]'
	state '.payments[1]|[.type,.flags,.paid_at]' \
	    '["refund",["settled_by_hand"],"2024-01-15T18:00:30Z"]'
	refused 4 "pp-refund: $ref is approved already" \
	    pp-refund settle "$ref" --outcome not-done --reason seen
	yields pp-refund "$P" --amount 30 --reason r
	json_is '[.state,.created]' '["approved",false]'
	gateway length 1
	verified
}

@test "F2: settled as not done: not by itself again, but on purpose" {
	local ref
	fault cut
	expect 76 pp-refund "$P" --amount 30 --reason r
	ref=$(json .refund <<<"$output")
	yields pp-refund settle "$ref" --outcome not-done --reason 'not there'
	json_is '[.state,.note,.flags]' \
	    '["not_done","not there",["settled_by_hand"]]'
	state '[.state,.attention]' '["paid",[]]'
	expect 4 pp-refund "$P" --amount 30 --reason r
	json_is '[.refund,.state,.created]' "[\"$ref\",\"not_done\",false]"
	err_is "pp-refund: $ref was settled as not done: not there (--again makes another one)"
	gateway length 1
	yields pp-refund "$P" --amount 30 --reason r --again
	json_is '[.state,.created]' '["approved",true]'
	gateway length 2
	verified
}

@test "declined: nothing moved; the same again says so, --again asks" {
	fault refund_declined 051
	expect 6 pp-refund "$P" --amount 30 --reason r
	err_is 'pp-refund: the processor declined the refund (declined, code 051): DECLINED * ='
	json_is '[.state,.response_code,.given,.recorded]' \
	    '["declined","051",null,null]'
	expect 6 pp-refund "$P" --amount 30 --reason r
	json_is .created false
	state '[.state,.refunded,.attention,.links[0].state]' \
	    '["paid","0.00",[],"completed"]'
	gateway length 1
	yields pp-refund "$P" --amount 30 --reason r --again
	gateway 'map(.result)' '["declined","approved"]'
	verified
}

@test "F3: a void that is declined becomes a refund, unless it was asked for" {
	fault refund_declined
	expect 6 pp-refund "$P" --void --reason r
	json_is '[.kind,.state,.attempts]' '["void","declined",1]'
	gateway 'map(.kind)' '["void"]'
	fault refund_declined
	yields pp-refund "$P" --reason r --again
	json_is '[.kind,.state,.attempts]' '["refund","approved",2]'
	gateway 'map([.kind,.result])' \
	    '[["void","declined"],["void","declined"],["refund","approved"]]'
	state '[.refunded,.owed]' '["500.00","0.00"]'
	verified
}

@test "the gateway refuses what is not there: declined, not unknown" {
	# A sandbox that has forgotten everything.
	stop "$SANDBOX_PID"
	rm sandbox.json
	start_sandbox --seed 2 --listen "${SANDBOX_URL#http://}"
	expect 6 pp-refund "$P" --amount 30 --reason r
	err_is 'pp-refund: the processor declined the refund (no_original): No Pre-auth corresponds to the store Id and order Id and transaction Id entered'
	state '[.state,.refunded]' '["paid","0.00"]'
}

@test "nothing sent is nothing done: 75, and the same again is safe" {
	local where=${SANDBOX_URL#http://}
	stop "$SANDBOX_PID"
	expect 75 pp-refund "$P" --amount 30 --reason r
	json_is '[.state,.why,.attempts]' '["not_done","unreachable",1]'
	state '[.attention,.refunded]' '[[],"0.00"]'
	expect 75 pp-refund "$P" --amount 30 --reason r
	json_is '[.state,.attempts]' '["not_done",2]'
	start_sandbox --seed 1 --state "$PWD/sandbox.json" --listen "$where"
	yields pp-refund "$P" --amount 30 --reason r
	json_is '[.state,.attempts,.created]' '["approved",3,true]'
	gateway length 1
	verified
}

@test "credentials that are refused: 77, nothing done" {
	printf 'CANARYtoken\n' >wrong
	chmod 600 wrong
	yields pp-integration rotate moneris -q --no-check --api-token-file wrong
	expect 77 pp-refund "$P" --amount 30 --reason r
	err_is 'pp-refund: credentials: API Token mismatch'
	json_is '[.state,.why]' '["not_done","credentials"]'
	gateway length 0
	yields pp-integration rotate moneris -q --api-token-file token
	yields pp-refund "$P" --amount 30 --reason r
	gateway length 1
}

@test "killed between intent and outcome: unknown, listed, never repeated" {
	local pid i ref
	fault stall 30
	pp-refund "$P" --amount 30 --reason r >killed.out 2>&1 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		"$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | grep -q 30.00 && break
		sleep 0.05
	done
	# While it waits: no credential in any list of processes.
	cat /proc/[0-9]*/{cmdline,environ} 2>/dev/null | tr '\0' ' ' >seen || :
	run -1 grep -o '.\{40\}[y]esguy' seen
	kill -9 "$pid"
	wait "$pid" || :
	[[ ! -s killed.out ]]
	known .state '"opened"'
	ref=$(pp-status "$TASK" | json .refunds[0].refund)
	expect 76 pp-refund "$P" --amount 30 --reason r
	json_is '[.refund,.created]' "[\"$ref\",false]"
	err_is "pp-refund: $ref is being made this moment (the same command tells what became of it)"
	expect 4 pp-refund settle "$ref" --outcome not-done --reason impatient
	err_has 'and may still be answered'
	at 2024-01-15T18:03:00Z
	known .state '"unknown"'
	expect 1 pp-status --attention
	[[ $output == *'"kind":"refund_unknown"'*"$ref"* ]]
	expect 76 pp-refund "$P" --amount 30 --reason r
	json_is '[.state,.created]' '["unknown",false]'
	expect 1 pp-status --is settled "$TASK"
	gateway length 1
	yields pp-refund settle "$ref" --outcome not-done --reason 'not there'
	verified
}

@test "G5: a driver that dies with the request: unknown" {
	local pid i driver
	fault stall 10
	pp-refund "$P" --amount 30 --reason r >out 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		"$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | grep -q 30.00 && break
		sleep 0.05
	done
	driver=$(pgrep -P "$pid")
	kill -9 "$driver"
	i=0
	wait "$pid" || i=$?
	same status "$i" 76
	same state "$(jq -c '[.state,.why]' out)" '["unknown","no_answer"]'
	gateway length 1
}

@test "two at once under one key: one refund" {
	local pids=() i
	fault stall 1 2
	for i in 1 2 3; do
		timeout 30 pp-refund "$P" --amount 30 --reason r >"o$i" 2>"e$i" 3>&- &
		pids+=($!)
	done
	for i in 0 1 2; do
		wait "${pids[i]}" || (($? == 76))
	done
	same created "$(cat o? | jq -c .created | sort | tr '\n' ' ')" \
	    'false false true '
	gateway length 1
	known '[.state,.attempts]' '["approved",1]'
	verified
}

@test "two at once for more than there is: one refund" {
	local a b one=0 two=0
	timeout 30 pp-refund "$P" --amount 300 --reason a >oa 2>ea 3>&- &
	a=$!
	timeout 30 pp-refund "$P" --amount 301 --reason b >ob 2>eb 3>&- &
	b=$!
	wait "$a" || one=$?
	wait "$b" || two=$?
	same statuses "$((one + two))" 4
	gateway length 1
	verified
}

@test "A3: open links are cancelled, unless they are to be kept" {
	task T-9 400.00
	local lnk=$LNK
	pay 100
	yields pp-refund "$ID" --amount 10 --keep-links --reason r
	json_is .links_cancelled '[]'
	state '.links[0].state' open
	yields pp-refund "$ID" --amount 20 --reason r
	json_is .links_cancelled "[\"$lnk\"]"
	state '[.links[0]|.state,.reason]' '["cancelled","refund"]'
	# A script does not undo that; a person may.
	expect 0 pp-link create --open <task
	out_is ''
	expect 0 pp-link renew "$lnk"
	state '.links[0].state' open
	verified
}

@test "A3: the page says that it was refunded, and takes no payment" {
	yields pp-refund "$P" --reason r
	run -0 --separate-stderr "$HTTP" GET "$LINK"
	out_has refunded
	expect 4 pp-sandbox pay --link - <<<"$LINK"
	verified
}

@test "what may not go back" {
	local no
	refused 3 'pp-refund: no payment has the number 9-9_9' \
	    pp-refund 9-9_9 --reason r
	refused 3 'pp-refund: no payment has the number pay_x' \
	    pp-refund pay_x --reason r
	yields pp-refund "$P" --amount 1 --reason r
	no=$(json .transaction_no <<<"$output")
	expect 4 pp-refund "$no" --reason r
	err_has ' is no card payment but of type refund'
	expect 65 pp-refund "$P" --reason $'two\nlines'
	expect 65 pp-refund "$P" --reason $'\xff'
	expect 2 pp-refund "$P"
	expect 2 pp-refund --reason r
	expect 2 pp-refund "$P" "$P" --reason r
	expect 2 pp-refund "$P" --reason r --void --refund
	expect 2 pp-refund "$P" --reason r --amount 0
	expect 2 pp-refund "$P" --reason r --outcome done
	expect 2 pp-refund settle "$P" --outcome done --again --reason r
	PP_STORE=$PWD/none expect 3 pp-refund "$P" --reason r
	[[ ! -e none ]]
	gateway length 1
}

@test "a disk that is full before: nothing is asked" {
	conf '[store]' 'reserve = 1000T'
	expect 74 pp-refund "$P" --amount 30 --reason r
	gateway length 0
}

@test "an outcome that cannot be recorded is told with its numbers" {
	local pid i ref hint
	fault stall 3
	pp-refund "$P" --amount 30 --reason r >out 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		"$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | grep -q 30.00 && break
		sleep 0.05
	done
	mv "$PP_STORE" away
	i=0
	wait "$pid" || i=$?
	rm -rf "$PP_STORE"	# a new one, in which nothing is known
	mv away "$PP_STORE"
	same status "$i" 76
	ref=$(jq -r .refund out)
	[[ $(<err) == "pp-refund: the processor answered approved for $ref, and that could not be recorded: "* ]]
	hint=$(sed -n 's/.*(\(pp-refund settle .*\) --reason WHY)$/\1/p' err)
	at 2024-01-15T18:30:00Z
	# shellcheck disable=SC2086 # as it would be pasted
	yields $hint --reason 'told by pp-refund'
	state '[.refunded,.refunds[0].state]' '["30.00","approved"]'
	gateway length 1
	verified
}

@test "K4: an integration is not removed while a refund is unknown" {
	local ref
	at 2024-01-17T18:00:00Z
	expect 0 pp-status --refresh -q "$TASK"
	fault cut
	expect 76 pp-refund "$P" --amount 30 --reason r
	ref=$(json .refund <<<"$output")
	expect 4 pp-integration remove moneris
	err_has "moneris: refund unsettled ($ref)"
	expect 0 pp-integration disable moneris -q
	at 2024-01-17T18:30:00Z
	yields pp-refund settle "$ref" --outcome done --reason seen \
	    --transaction-no 1-1_1 --reference-no 661234560018230020 \
	    --amount 30 --time 2024-01-17T13:00:10-05:00
	expect 4 pp-integration remove moneris
	err_has "moneris: payment may still be refunded ($P)"
	# Disabled stops new tickets only.
	yields pp-refund "$P" --reason rest
	expect 0 pp-integration remove moneris -q
	refused 4 "pp-refund: integration moneris of $P is gone" \
	    pp-refund "$P" --amount 1 --reason other
}

@test "every event is told, and nothing holds the token" {
	fault cut
	expect 76 pp-refund "$P" --amount 30 --reason r
	yields pp-refund settle "$(json .refund <<<"$output")" \
	    --outcome not-done --reason 'not there'
	yields pp-refund "$P" --amount 31 --reason r
	yields pp-status --why "$TASK"
	run -0 jq -r 'select(.type)|select(.type|test("refund"))|"\(.type) \(.rule)"' <<<"$output"
	out_is 'refund.opened F2
refund.unknown F2
refund.settled F2
refund.opened F2
payment.refunded F1
refund.approved F1'
	run -1 grep -rl yesguy "$PP_STORE"
	out_is ''
	run -0 ldd "$PP_TEST_BUILDDIR/cmd/pp-refund"
	[[ $output != *libcurl* && $output != *libxml2* ]]
}
