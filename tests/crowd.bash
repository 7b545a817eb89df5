# shellcheck shell=bash
# Several processes at once on one task, for tests/model, and now and then one
# of them is killed; and everything that only reads.

crowd() {
	a_task
	pick 6
	case $PICK in
	0) two_creates ;;
	1) refresh_and_pay ;;
	2) enter_and_transfer ;;
	3) two_refunds ;;
	4) two_mails ;;
	5) two_cheques ;;
	esac
}

# at_once COMMAND...: each a line of shell, started together; one in three times
# one of them is killed by -9 at some instant. Their statuses are in DID, what
# they printed in at_once.N; 137 is the one that was killed.
at_once() {
	local i=0 c pids=() victim

	DID=()
	for c; do
		eval "exec $c" >"at_once.$i" 2>"at_once.$i.err" </dev/null 3>&- &
		pids+=($!)
		i=$((i + 1))
	done
	pick 3
	if ((PICK == 0)); then
		pick ${#pids[@]}
		victim=$PICK
		pick 60
		printf -v REPLY '0.%03d' "$PICK"
		sleep "$REPLY"
		kill -9 "${pids[victim]}" 2>/dev/null
	fi
	for i in "${!pids[@]}"; do
		wait "${pids[i]}" 2>/dev/null
		DID[i]=$?
	done
}

# each of DID is one of these, or was killed
did() {
	local s

	for s in "${DID[@]}"; do
		[[ " $* 137 " == *" $s "* ]] || wrong "at once: ${DID[*]}," \
		    "not of $* $(cat at_once.*.err)" || return
	done
}

# One link, told by both (rules G3, K1); the same again tells it (rule G4).
two_creates() {
	local doc n

	pick 6
	doc="{\"task\":\"$TASK\",\"total_cents\":${total[$TASK]},$WHO}"
	printf '%s\n' "$doc" >at_once.doc
	set -- "pp-link create -q --purpose p$PICK <at_once.doc"
	at_once "$1" "$1" "$1"
	note "three creates of $TASK p$PICK: ${DID[*]}"
	did 0 || return
	n=$(cat at_once.[0-2] | json '.payment_link.id' | sort -u | wc -l)
	((n <= 1)) || wrong "$n links of one purpose" || return
	n=$(cat at_once.[0-2] | jq -r 'select(.payment_link.created) | 1' |
	    wc -l)
	((n <= 1)) || wrong "$n made one link" || return
	TOKEN=
	link "$doc" -q --purpose "p$PICK" || wrong "create again: $?" || return
	[[ ! $TOKEN ]] || tokens+=("$TOKEN $LINK $TASK")
}

# The card is charged while everybody asks.
refresh_and_pay() {
	take || return 0
	printf '%s\n' "$TICKET" >at_once.ticket
	at_once "pp-sandbox pay --url $SANDBOX_URL --card $GOOD - <at_once.ticket" \
	    "pp-status --refresh -q $TASK" "pp-status --refresh --due -q" \
	    "pp-status --refresh -q $TASK"
	note "card and three refreshes of $TASK: ${DID[*]}"
	# The customer's browser cannot be killed by us: who knows what it did.
	[[ ${DID[0]} != 0 && ${DID[0]} != 76 && ${DID[0]} != 137 ]] || good_card
	did 0 3 4 6 75 76
}

enter_and_transfer() {
	local sheets=(sheet.*[0-9]) n=1 cents=0 sign=

	if [[ -e ${sheets[0]} ]]; then
		pick ${#sheets[@]}
		n=${sheets[PICK]#sheet.}
		cents=$(awk '{ n += $2 } END { print n + 0 }' "sheet.$n")
	fi
	((cents >= 0)) || sign=- cents=${cents#-}
	money "$cents"
	at_once "pp-ledger enter --sheet $n --total $sign$MONEY -q" \
	    "pp-ledger transfer --undo -q $TASK" \
	    "pp-ledger transfer --invoice F-$TASK -q $TASK" \
	    "pp-ledger enter --sheet $n --total $sign$MONEY -q"
	note "enter $n and transfer $TASK: ${DID[*]}"
	did 0 3 4 5 || return
	freeze
}

# One key, one refund (rule F2); the sums are checked at the end.
two_refunds() {
	local id cents n

	a_payment || return 0
	read -r id TASK cents <<<"$PAYMENT"
	money $((cents / 4 + 1))
	serial=$((serial + 1))
	set -- "pp-refund $id --reason crowd --amount $MONEY -o json"
	at_once "$1" "$1" "$1"
	note "three refunds of $TASK $MONEY: ${DID[*]}"
	did 0 4 5 6 75 76 || return
	touched[$TASK]=1 returned[$TASK]=1
	n=$(cat at_once.[0-2] | jq -r 'select(.created) | .refund' | sort -u |
	    wc -l)
	((n <= 1)) || wrong "$n refunds under one key"
}

# What went is counted at the end: once for each address (rule M1).
two_mails() {
	a_link || return 0
	set -- "pp-mail --templates $PP_TEST_SRCDIR/share/mail --template demande-de-paiement --send -q $LINK"
	at_once "$1" "$1" "$1"
	note "three mails of $LINK: ${DID[*]}"
	did 0 4 65 75
}

two_cheques() {
	local cents n

	pick 900
	cents=$((PICK + 1))
	money "$cents"
	serial=$((serial + 1))
	set -- "pp-ledger record --method cash --amount $MONEY --number c$serial -o json $TASK"
	at_once "$1" "$1" "$1"
	note "three times the same cash c$serial of $TASK, $cents: ${DID[*]}"
	did 0 || return
	n=$(cat at_once.[0-2] | jq -r 'select(.created) | .id' | wc -l)
	((n <= 1)) || wrong "$n payments of one" || return
	# Who was killed is asked again.
	eval "$1" >at_once.0 || wrong "record: $?" || return
	offline[$TASK]=$((${offline[$TASK]-0} + cents))
	touched[$TASK]=1
}

# What only reads, or only would: each of them changes nothing (rule G2).
READERS=(
	'pp-integration list' 'pp-integration show moneris'
	'pp-integration providers' 'pp-integration check -n moneris'
	'pp-task show $TASK' 'pp-link list' 'pp-link list --state open'
	'pp-link show $LINK' 'pp-link url $LINK' 'pp-link cancel -n $LINK'
	'pp-link renew -n $LINK' 'pp-link qr --format svg $LINK'
	'pp-status $TASK' 'pp-status --find Zoé' 'pp-status --due'
	'pp-status --pending' 'pp-status --state paid' 'pp-status --why $TASK'
	'pp-status --say fr $TASK' 'pp-status --attention'
	'pp-status --at 2026-11-23T15:10:00Z $TASK' 'pp-status --health'
	'pp-status --is settled $TASK' 'pp-status --refresh -n $TASK'
	'pp-ledger list --waiting' 'pp-ledger payments $TASK'
	'pp-ledger totals --by month' 'pp-ledger totals --by batch'
	'pp-ledger head' 'pp-ledger to-enter' 'pp-ledger to-enter --sheets'
	'pp-ledger transfer -n --invoice X $TASK' 'pp-ledger report'
	'pp-ledger adjust -n --amount -0.01 --reason x $TASK'
	'pp-ledger export --format csv' 'pp-ledger export --format hledger'
	'pp-mail --list-unknown' 'pp-store info' 'pp-store verify'
	'pp-store doctor' 'pp-store forget -n $TASK' 'pp-store rebuild -n'
	'pp-mail --templates $PP_TEST_SRCDIR/share/mail --template demande-de-paiement $LINK'
)

# The page writes when it likes.
not_page() {
	journal | grep -v '"actor":"pp-page"'
}

read_some() {
	local cmd rc=0

	a_link || return 0
	pick ${#READERS[@]}
	cmd=${READERS[PICK]}
	not_page >reader.before
	eval "timeout 60 $cmd" >reader.out 2>reader.err </dev/null || rc=$?
	note "$cmd: $rc"
	case $rc in
	0|1|3|4|5|75) ;;
	65) grep -q 'no mail address' reader.err ;;	# forgotten
	*) wrong "$cmd: $rc $(<reader.err)" || return ;;
	esac
	not_page >reader.after
	cmp -s reader.before reader.after || wrong "$cmd wrote" \
	    "$(diff reader.before reader.after)"
}
