# shellcheck shell=bash
# What the people in the office do, for tests/model: refunds, cheques,
# write-offs, transfers, sheets, mail, decisions about what is unknown. What the
# reference model knows of it is in these arrays, in cents, by task.

declare -A offline adjusted touched returned settled

office_up() {
	offline=() adjusted=() touched=() returned=() settled=() serial=0
	mkdir sent
	: >back.lost
	cat >sendmail <<-END
	#!/bin/sh
	exec cat >"$PWD/sent/\$\$.eml"
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

office() {
	a_task
	pick 15
	case $PICK in
	[0-2]) give_back ;;
	3) cheque ;;
	4) write_off ;;
	5) transfer ;;
	6) freeze ;;
	[7-8]) enter ;;
	9|10) mail ;;
	11) undo ;;
	12) bank ;;
	13) decide ;;
	14) confirm ;;
	esac
}

# a_payment: one by card, in PAYMENT: its id, task and cents.
a_payment() {
	local -a all

	mapfile -t all < <(pp-ledger list -o json | jq -r 'select(.type ==
	    "payment" and .task) | "\(.id) \(.task) \(.amount_cents)"')
	((${#all[@]} > 0)) || return
	pick ${#all[@]}
	PAYMENT=${all[PICK]}
}

# A payment, whole or in part; never more than is left of it (rule F1). The
# gateway's answer may get lost: then nobody knows (rule G5).
give_back() {
	local id cents part rc=0

	a_payment || return 0
	read -r id TASK cents <<<"$PAYMENT"
	pick 4
	part=$((PICK == 0 ? cents : PICK == 1 ? cents / 3 + 1 : PICK == 2 ?
	    cents * 2 / 3 : cents + 100))
	money "$part"
	pick 4
	case $PICK in
	0) fault cut '' gateway ;;
	1) fault refund_declined ;;
	esac || wrong 'fault gateway' || return
	pp-refund "$id" --reason model --amount "$MONEY" --again -o json \
	    >back.json 2>back.err || rc=$?
	note "refund $TASK $part of $cents: $rc"
	touched[$TASK]=1 returned[$TASK]=1
	case $rc in
	0|6|76) ((part <= cents)) || wrong "$part of $cents was given back" ;;
	4|75) ;;
	*) wrong "refund: $rc $(<back.err)" ;;
	esac
}

cheque() {
	local cents i

	pick 50000
	cents=$((PICK + 1))
	serial=$((serial + 1))
	money "$cents"
	# The same said twice is recorded once (rule G3).
	for i in 1 2; do
		pp-ledger record --method cheque --amount "$MONEY" \
		    --number "$serial" -o json "$TASK" >cheque.json ||
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
	serial=$((serial + 1))
	money "$cents"
	pp-ledger adjust --amount "-$MONEY" --reason "model $serial" -o json \
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

# A request for a link goes once for each of its addresses (rule M1): what was
# sent is counted at the end.
mail() {
	local rc=0

	a_link || return 0
	pp-mail --templates "$PP_TEST_SRCDIR/share/mail" --template \
	    demande-de-paiement --send -q "$LINK" >mail.json 2>mail.err || rc=$?
	note "mail $LINK: $rc"
	case $rc in
	0|4|75) ;;
	65) grep -q 'no mail address' mail.err ;;	# forgotten
	*) wrong "mail: $rc $(<mail.err)" ;;
	esac
}

# The bank takes a payment back, and may give it again (rule A4).
bank() {
	local id cents rc=0 type

	a_payment || return 0
	read -r id TASK cents <<<"$PAYMENT"
	for type in chargeback chargeback-reversal; do
		serial=$((serial + 1))
		rc=0
		pp-ledger record --type $type --of "$id" --number "b$serial" \
		    -q >bank.out 2>&1 || rc=$?
		note "$type $TASK $cents: $rc"
		case $rc in
		0) touched[$TASK]=1 returned[$TASK]=1 ;;
		4) ;;
		*) wrong "$type: $rc $(<bank.out)" || return ;;
		esac
		[[ $type == chargeback ]] || break
		pick 2
		((PICK == 0)) || return 0
	done
}

# A named person says of what is unknown that it was not paid (rule G5): what
# the processor says later stands.
decide() {
	local id rc

	for id in $(pp-status "$TASK" -o json |
	    jq -r '.attempts[] | select(.state == "unknown") | .attempt'); do
		rc=0
		pp-status --settle "$id" --outcome lapsed --reason model -q \
		    >decide.out 2>&1 || rc=$?
		note "settle ${id: -4}: $rc"
		touched[$TASK]=1 settled[$TASK]=1
		case $rc in
		0|4) ;;
		*) wrong "settle: $rc $(<decide.out)" || return ;;
		esac
	done
}

# A total that falls by what was paid is suspect until somebody confirms it,
# and is not mailed for (rule A2).
confirm() {
	local fell rc=0

	fell=$(pp-status "$TASK" -o json | jq .paid_cents)
	((fell > 0 && fell < ${total[$TASK]})) || return 0
	total[$TASK]=$((${total[$TASK]} - fell))
	touched[$TASK]=1
	pp-task put -q <<<"{\"task\":\"$TASK\",\"total_cents\":${total[$TASK]}}" \
	    >person.out || wrong "put: $?" || return
	pp-task show "$TASK" -o json | jq -e .suspect >jq.out ||
	    wrong "$TASK fell by what was paid, and is not suspect" || return
	pp-task confirm -q "$TASK" >person.out || rc=$?
	note "$TASK fell by $fell, confirmed: $rc"
	((rc == 0)) || wrong "confirm: $rc"
}

# backs: order number, number of the payment, transaction number, cents,
# kind and time of all that the processor gave back.
backs() {
	"$HTTP" GET "$SANDBOX_URL/sandbox/refunds" | sed 1d |
	    jq -r '.refunds[] | select(.result == "approved") |
	    "\(.order_no) \(.of_transaction) \(.transaction_no) \(.amount | gsub("[.]"; "") | tonumber) \(.kind) \(.at)"' |
	    sort
}

# unknown_refunds: id, order number, number of the payment and cents of those
# whose outcome the store does not know.
unknown_refunds() {
	local task

	for task in "${!total[@]}"; do
		pp-status "$task" -o json | jq -r '.refunds[] |
		    select(.state == "unknown" or .state == "opened") |
		    "\(.refund) \(.order_no) \(.of_transaction) \(.amount_cents)"'
	done
}

# What is unknown at the end is looked up at the processor, by a person.
settle_refunds() {
	local id no of cents row out

	unknown_refunds >unknown
	while read -r id no of cents; do
		backs >back
		pp-ledger list -o json | back_rows >back.ledger
		row=$(grep "^$no $of [^ ]* $cents " back | while read -r row; do
			read -r -a out <<<"$row"
			grep -q "^$no ${out[2]} " back.ledger || echo "$row"
		done | sed 1q)
		if [[ $row ]]; then
			read -r -a out <<<"$row"
			money "$cents"
			pp-refund settle "$id" --outcome done --reason seen \
			    --transaction-no "${out[2]}" --reference-no 1 \
			    --amount "$MONEY" --time "${out[5]}" -q
		else
			pp-refund settle "$id" --outcome not-done \
			    --reason 'not seen' -q
		fi >settle.out 2>&1 || wrong "settle $id: $? $(<settle.out)" ||
		    return
	done <unknown
}

back_rows() {
	jq -r 'select(.type == "refund" or .type == "void") |
	    "\(.order_no) \(.transaction_no) \(.amount_cents) \(.type)"' | sort
}

# What the office has done is what the books say.
check_office() {
	local task sheet mail

	settle_refunds || return
	backs | awk 'FILENAME == "back.lost" { lost[$1 " " $2] = 1; next }
	    !(($1 " " $3) in lost)' back.lost - >back
	pp-ledger list -o json | back_rows >back.ledger
	cut -d' ' -f1,3-5 back | sort >back.charged
	cmp -s back.charged back.ledger || wrong "given back and recorded" \
	    "differ: $(diff back.charged back.ledger | tr '\n' ' ')" || return
	# No more than the payment (rule F1).
	awk 'NR == FNR { paid[$1 " " $2] = $3; next }
	    { back[$1 " " $2] += $4 }
	    END { for (k in back) if (back[k] > paid[k]) exit 1 }' \
	    kept back || wrong 'more was given back than was paid' || return

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

	# An address is asked once to pay (rule M1).
	for mail in sent/*.eml; do
		[[ -e $mail ]] || break
		sed -n ':a; /=$/ { N; s/=\n//; ta; }; p' "$mail" |
		    grep -oE '/p/[a-z2-7]{32}' | sort -u
	done | sort | uniq -d >twice.out
	[[ ! -s twice.out ]] || wrong "mailed twice: $(<twice.out)"
}
