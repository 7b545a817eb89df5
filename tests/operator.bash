# shellcheck shell=bash
# What the operator does, for tests/model: the store made again, other keys,
# integrations, a person forgotten, clocks that jump, and a machine that died
# and came back from a backup of some time ago (rule N6). What was lost then is
# in numbers.lost, tickets.lost, back.lost and, by task, in lost.

declare -A lost

operator_up() {
	lost=() HIGH=$CLOCK
	: >numbers.lost
	: >tickets.lost
}

operator() {
	a_task
	pick 12
	case $PICK in
	0) mend rebuild ;;
	1) mend rekey seal ;;
	2) mend rekey sign ;;
	3) mend upgrade ;;
	4) mend recover ;;
	5) integration ;;
	6) forget ;;
	7) set_back ;;
	8) back_up ;;
	9|10) restore ;;
	11) new_home ;;
	esac
}

# Nothing that is kept changes by it.
mend() {
	pp-store "$@" -q >store.out 2>&1 || wrong "$*: $? $(<store.out)" ||
	    return
	# What it replaced is looked at, and removed.
	[[ $1 != rebuild ]] || rm -rf "$PP_STORE/replaced"
	# What was backed up is sealed with a key that is no more.
	if [[ $1 == rekey ]]; then
		rm -f keys.txt backup.then
		pp-store backup-keys -q keys.txt >store.out ||
		    wrong 'backup-keys' || return
		kill_one page || return		# it has the old key
	fi
	note "$*"
}

# Disabled: no ticket is opened (rule K4); and what cannot be removed is not.
integration() {
	local i rc=0

	pp-integration rotate moneris -q --api-token-file api_token \
	    >integration.json 2>integration.err || rc=$?
	# The new one is tried first, and the processor may have trouble.
	[[ $rc == 0 || $rc == 75 || $rc == 77 ]] || wrong "rotate: $rc $(<integration.err)" ||
	    return
	pp-integration disable -q moneris >integration.json ||
	    wrong "disable: $?" || return
	if a_link; then
		click "$TOKEN" '' yes || wrong 'the page is gone' || return
		note "press, disabled: $SAW"
		for ((i = 0; i < ${#tickets[@]}; i++)); do
			[[ $SAW != ticket || ${tickets[i]} != "$TICKET "* ]] ||
			    break
		done
		[[ $SAW != ticket ]] || ((i < ${#tickets[@]})) ||
		    wrong 'disabled, and opens a ticket' || return
	fi
	pp-integration enable -q moneris >integration.json ||
	    wrong "enable: $?" || return
	pp-integration favourite -q moneris >integration.json ||
	    wrong "favourite: $?"
	note 'disabled, enabled'
}

# Its person is gone from what can be shown, its money is not (rule P1).
forget() {
	pp-store forget -q "$TASK" >store.out || wrong "forget: $?" || return
	pp-task show "$TASK" -o json >task.json || wrong "show: $?" || return
	grep -q Zoé task.json && wrong "$TASK is not forgotten"
	note "forget $TASK"
}

# All clocks: order is kept, and nothing opens or lapses while they are behind
# what was seen (rule D3). Now and then, and in the end, they are set right.
set_back() {
	local by=(60 600 3600)

	((CLOCK <= HIGH)) || HIGH=$CLOCK
	pick 3
	later "-${by[PICK]}"
	note "clock set back ${by[PICK]} s"
}

set_right() {
	((CLOCK <= HIGH)) || HIGH=$CLOCK
	((CLOCK < HIGH)) || return 0
	later $((HIGH - CLOCK))
	note 'clock set right'
}

# A backup, with what the reference model knows at its time.
back_up() {
	rm -rf backup
	pp-store backup -q backup >store.out || wrong "backup: $?" || return
	declare -p tasks total offline adjusted touched returned settled |
	    sed 's/^declare -[aA]/&g/' >backup.then
	rm -rf kept.then
	mkdir kept.then
	cp sheet.*[0-9] kept.then 2>/dev/null
	ls sent >sent.then
	numbers >numbers.then
	then=${#tickets[@]} then_tokens=${#tokens[@]}
	note 'backed up'
}

# The order numbers that the store gave.
numbers() {
	journal | jq -r 'select(.type == "attempt.opened") | .order_no' |
	    sort -u
}

# The machine is dead, and another one has the backup. What came after it is
# lost but for what the processor tells of tickets that are known.
restore() {
	local i task

	[[ -e backup.then ]] || return 0
	numbers | comm -23 - numbers.then >>numbers.lost
	for ((i = then; i < ${#tickets[@]}; i++)); do
		read -r TICKET _ _ task <<<"${tickets[i]}"
		printf '%s\n' "$TICKET" >>tickets.lost
		lost[$task]=1
	done
	backs | cut -d' ' -f1,3- >back.now
	# shellcheck source=/dev/null
	. ./backup.then || wrong 'no memory of the backup' || return
	move_home || return
	pp-ledger list -o json | back_rows >back.ledger
	unknown_refunds | cut -d' ' -f2 >back.unknown
	cut -d' ' -f1-4 back.now | sort | comm -23 - back.ledger |
	    grep -vwFf back.unknown >>back.lost
	for task in "${!lost[@]}"; do
		touched[$task]=1
	done
	tokens=("${tokens[@]:0:then_tokens}")
	rm -f sheet.*[0-9]
	cp kept.then/* . 2>/dev/null
	(cd sent && ls | grep -vxFf ../sent.then | xargs -r rm -f)
	# The field-service system still has every task as it is.
	for task in "${!total[@]}"; do
		pp-task put -q <<<"{\"task\":\"$task\",\"total_cents\":${total[$task]}}" \
		    >person.out || wrong "put: $?" || return
	done
	note 'restored from the backup'
}

# The same without a loss: a backup of this moment.
new_home() {
	back_up && move_home && note 'moved to another machine'
}

move_home() {
	kill -9 "$PAGE_PID"
	wait "$PAGE_PID" 2>/dev/null
	rm -rf old
	mv "$PP_STORE" old
	pp-store restore -q --keys keys.txt backup >store.out 2>store.err ||
	    wrong "restore: $? $(<store.err)" || return
	pp-integration enable -q moneris >store.out || wrong "enable: $?" ||
	    return
	rm -f page.out
	page_up || wrong 'the page does not start again' || return
	rm -f backup.then	# of an older incarnation from now on
}

# What the processor kept, without what was lost and not found again.
known_charges() {
	charges >kept
	[[ -s tickets.lost ]] || { cat kept; return; }
	"$HTTP" GET "$SANDBOX_URL/sandbox/charges" | sed 1d |
	    jq -r '.charges[] |
	    "\(.ticket) \(.order_no) \(.transaction_no) \(.taken_cents)"' |
	    grep -Ff tickets.lost | cut -d' ' -f2- | sort |
	    comm -23 - ledger | comm -23 kept -
}

journal() {
	"$PP_TEST_BUILDDIR/tests/journal"
}

# The journal's own promises, of every event.
check_journal() {
	local bad

	journal >events
	bad=$(jq -r -s 'def no(w; f): . as $e | select(f) | "\(w): \($e.seq)";
	    [foreach .[] as $e ({n: 0, at: ""}; {n: (.n + 1), at: $e.at,
	    back: ($e.at < .at), e: $e}; .)][] |
	    if .n != .e.seq then "\(.e.seq) is not \(.n)"
	    elif .back then "\(.n) is older than the one before (D3)"
	    elif (.e.actor // "") == "" or (.e.person // "") == "" then
	    "\(.n) was done by nobody (P3)" else empty end' events)
	[[ ! $bad ]] || wrong "journal: $bad" || return
	! grep -qE 'Zoé|zoe@|Canary' events || wrong 'a person is in the journal' ||
	    return
	! grep -qE '424242|471609' events ||
	    wrong "a card's first six are in the journal" || return
	# Rule N6: what was lost is no number of ours again.
	numbers | grep -xFf numbers.lost >again.out || return 0
	wrong "numbers from before the restore: $(xargs <again.out)"
}
