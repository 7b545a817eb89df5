# shellcheck shell=bash
# What the people in the office do, for tests/model: refunds, cheques,
# write-offs, transfers, sheets, mail, a store that was restored. What the
# reference model knows of it is in these arrays, in cents, by task; which
# mails went is by link and epoch.

declare -A offline adjusted renewed mailed touched

office_up() {
	offline=() adjusted=() renewed=() mailed=() touched=()
	mkdir sent
	cat >sendmail <<-END
	#!/bin/sh
	cat >"$PWD/sent/\$\$.eml"
	END
	chmod 755 sendmail
	cat >>"$PP_CONFIG" <<-END
	[business]
	name = Plomberie Ménard
	phone = 514 555-0100
	email = comptes@example.com
	[mail]
	transport = $PWD/sendmail
	END
	pp-store backup-keys -q keys.txt >store.out
}

money() {
	printf -v MONEY '%d.%02d' $(($1 / 100)) $(($1 % 100))
}

# a_task: one of those there are, in TASK.
a_task() {
	local all=("${!total[@]}")

	pick ${#all[@]}
	TASK=${all[PICK]}
}

office() {
	a_task
	pick 12
	case $PICK in
	[0-1]) give_back ;;
	2) cheque ;;
	3) write_off ;;
	4) transfer ;;
	5) freeze ;;
	[6-7]) enter ;;
	[8-9]) mail ;;
	10) undo ;;
	11) restore ;;
	esac
}

# A payment, whole or in part; never more than is left of it.
give_back() {
	local id cents part rc=0
	local -a all

	mapfile -t all < <(pp-ledger list -o json | jq -r 'select(.type ==
	    "payment") | "\(.id) \(.task) \(.amount_cents)"')
	((${#all[@]} > 0)) || return 0
	pick ${#all[@]}
	read -r id TASK cents <<<"${all[PICK]}"
	pick 3
	part=$((PICK == 0 ? cents : PICK == 1 ? cents / 3 : cents + 100))
	money "$part"
	pp-refund "$id" --reason model --amount "$MONEY" --again -o json \
	    >back.json 2>back.err || rc=$?
	note "refund $TASK $part of $cents: $rc"
	case $rc in
	0|6) ((part <= cents)) || wrong "$part of $cents was given back" ;;
	4|75|76) ;;
	*) wrong "refund: $rc $(<back.err)" ;;
	esac
}

cheque() {
	local cents i

	pick 50000
	cents=$((PICK + 1))
	money "$cents"
	# The same said twice is recorded once (rule G3).
	for i in 1 2; do
		pp-ledger record --method cheque --amount "$MONEY" \
		    --number "$CLOCK" -o json "$TASK" >cheque.json ||
		    wrong "record: $?" || return
		jq -e ".created == (\"$i\" == \"1\")" cheque.json >jq.out ||
		    wrong "the cheque was told $i times: $(<cheque.json)" ||
		    return
	done
	offline[$TASK]=$((${offline[$TASK]-0} + cents))
	touched[$TASK]=1
	note "cheque $TASK $cents"
}

write_off() {
	local cents

	pick 400
	cents=$((PICK + 1))
	money "$cents"
	pp-ledger adjust --amount "-$MONEY" --reason "model $CLOCK" -o json \
	    "$TASK" >adjust.json || wrong "adjust: $?" || return
	adjusted[$TASK]=$((${adjusted[$TASK]-0} - cents))
	touched[$TASK]=1
	note "adjust $TASK -$cents"
}

transfer() {
	local rc=0

	pp-ledger transfer --invoice "F-$TASK" -q "$TASK" >transfer.out || rc=$?
	note "transfer $TASK: $rc"
	((rc == 0)) || wrong "transfer: $rc"
}

# A new sheet, if there is something for one: what is on it is kept as it was
# told, and its line is right (rule B1).
freeze() {
	local n

	pp-ledger to-enter --sheet -o json >sheet.json 2>sheet.err ||
	    wrong "to-enter: $? $(<sheet.err)" || return
	[[ -s sheet.json ]] || return 0
	jq -e '.received_cents == .entered_cents + .to_enter_cents +
	    .waiting_cents and .total_cents == ([.payments[].signed_cents] |
	    add)' sheet.json >jq.out || wrong "a sheet's sum" || return
	n=$(jq -r .sheet sheet.json)
	[[ -e sheet.$n ]] || jq -r '.payments[] |
	    "\(.id) \(.signed_cents)"' sheet.json | sort >"sheet.$n"
	note "sheet $n"
}

# A sheet is entered with its own total and with no other (rule B2).
enter() {
	local sheets=(sheet.*[0-9]) cents rc=0 n sign=

	[[ -e ${sheets[0]} ]] || return 0
	pick ${#sheets[@]}
	n=${sheets[PICK]#sheet.}
	cents=$(awk '{ n += $2 } END { print n + 0 }' "sheet.$n")
	((cents >= 0)) || sign=- cents=${cents#-}
	money $((cents + 1))
	pp-ledger enter --sheet "$n" --total "$sign$MONEY" -q >enter.out \
	    2>&1 || rc=$?
	case $rc in
	4|5) ;;
	*) wrong "sheet $n entered with another total: $rc" || return ;;
	esac
	rc=0
	money "$cents"
	pp-ledger enter --sheet "$n" --total "$sign$MONEY" -q >enter.out \
	    2>&1 || rc=$?
	note "enter $n: $rc"
	case $rc in
	0|4) ;;
	*) wrong "enter $n: $rc $(<enter.out)" ;;
	esac
}

undo() {
	local sheets=(sheet.*[0-9]) rc=0

	[[ -e ${sheets[0]} ]] || return 0
	pick ${#sheets[@]}
	pp-ledger enter --sheet "${sheets[PICK]#sheet.}" --undo -q >undo.out \
	    2>&1 || rc=$?
	note "undo ${sheets[PICK]}: $rc"
	case $rc in
	0|4) ;;
	*) wrong "undo: $rc $(<undo.out)" ;;
	esac
}

# A request for a link goes once for each of its addresses (rule M1).
mail() {
	local rc=0 before after key sent

	((${#tokens[@]} > 0)) || return 0
	pick ${#tokens[@]}
	read -r TOKEN LINK TASK _ <<<"${tokens[PICK]}"
	sent=(sent/*.eml)
	[[ -e ${sent[0]} ]] && before=${#sent[@]} || before=0
	pp-mail --templates "$PP_TEST_SRCDIR/share/mail" --template \
	    demande-de-paiement --send -q "$LINK" >mail.json 2>mail.err || rc=$?
	sent=(sent/*.eml)
	[[ -e ${sent[0]} ]] && after=${#sent[@]} || after=0
	key=$LINK-${renewed[$LINK]-0}
	note "mail $key: $rc, $((after - before)) went"
	case $rc in
	0|4|75) ;;
	*) wrong "mail: $rc $(<mail.err)" || return ;;
	esac
	((after == before)) && return
	((after == before + 1)) && [[ ! ${mailed[$key]-} ]] ||
	    wrong "$key was mailed twice" || return
	mailed[$key]=1
}

# The machine is dead: a backup and the keys on another one.
restore() {
	rm -rf backup old
	pp-store backup -q backup >store.out || wrong "backup: $?" || return
	kill -9 "$PAGE_PID"
	wait "$PAGE_PID" 2>/dev/null
	mv "$PP_STORE" old
	pp-store restore -q --keys keys.txt backup >store.out 2>store.err ||
	    wrong "restore: $? $(<store.err)" || return
	pp-integration enable -q moneris >store.out || wrong "enable: $?" ||
	    return
	rm -f page.out
	page_up || wrong 'the page does not start again' || return
	note restored
}

# backs: order number, number of the payment, transaction number, cents and
# kind of all that the processor gave back.
backs() {
	"$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | sed 1d |
	    jq -r '.refunds[] | select(.result == "approved") |
	    "\(.order_no) \(.of_transaction) \(.transaction_no) \(.amount | gsub("[.]"; "")) \(.kind)"' |
	    sort
}

# What the office has done is what the books say.
check_office() {
	local task sheet

	backs >back
	pp-ledger list -o json >list.json
	cut -d' ' -f1,3- back | sort >back.charged
	jq -r 'select(.type == "refund" or .type == "void") |
	    "\(.order_no) \(.transaction_no) \(.amount_cents) \(.type)"' \
	    list.json | sort >back.ledger
	cmp -s back.charged back.ledger || wrong "given back and recorded" \
	    "differ: $(diff back.charged back.ledger | tr '\n' ' ')" || return
	# No more than the payment (rule F1).
	awk 'NR == FNR { paid[$1 " " $2] = $3; next }
	    { back[$1 " " $2] += $4 }
	    END { for (k in back) if (back[k] > paid[k]) exit 1 }' \
	    charged back || wrong 'more was given back than was paid' || return

	# All of it reaches a sheet, once, and stays there.
	for task in "${!total[@]}"; do
		TASK=$task
		transfer || return
	done
	freeze || return
	enter || return
	freeze || return
	for sheet in sheet.*[0-9]; do
		[[ -e $sheet ]] || break
		pp-ledger to-enter --show "${sheet#sheet.}" -o json |
		    jq -r '.payments[] | "\(.id) \(.signed_cents)"' |
		    sort >shown
		cmp -s shown "$sheet" || wrong "$sheet is another one now" ||
		    return
	done
	cat sheet.*[0-9] 2>/dev/null | cut -d' ' -f1 | sort | uniq -d >twice.out
	[[ ! -s twice.out ]] || wrong "on two sheets: $(<twice.out)" || return
}
