# The accountant's books: rules B1, B2, A4, G3 and D2, by the commands.

bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	export TZ=America/Toronto PP_NOW=$BATS_TEST_TMPDIR/now
	echo 2026-11-23T15:00:00Z >now
	printf '%s\n' \
	    '{"task":"T-1","customer":{"name":"Hélène Côté"},"total":"1149.75","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}],"invoice":{"number":"F-889"}}' \
	    '{"task":"T-2","customer":{"name":"Bob <b>&"},"total":"100.00"}' >tasks
	yields pp-task put <tasks
}

# got TASK AMOUNT [OPTION...]: cash, its id in $ID.
got() {
	yields pp-ledger record "$1" --method cash --amount "$2" "${@:3}" &&
	    ID=$(json .id <<<"$output")
}

# heaps RECEIVED ENTERED TO_ENTER WAITING: rule B1, as a new sheet or, where
# nothing may be frozen, the list would say it.
heaps() {
	yields pp-ledger to-enter --language en -o table && out_has \
	    "received $1 = entered $2 + to enter $3 + waiting for the transfer $4"
}

journal_head() {
	pp-ledger head | json .hash
}

@test "B1 money waits for the transfer, is to be entered, is entered" {
	heaps '0.00 (0)' '0.00 (0)' '0.00 (0)' '0.00 (0)'
	got T-1 500,00 --purpose deposit
	got T-2 100
	heaps '600.00 (2)' '0.00 (0)' '0.00 (0)' '600.00 (2)'
	refused 4 "pp-ledger: $ID: $ID: invoice (none) was not transferred to the accounting system yet (pp-ledger transfer T-2 --invoice N)" \
	    pp-ledger enter "$ID"
	yields pp-ledger transfer T-1
	json_is '[.invoice,.to_enter,.to_enter_count]' '["F-889","500.00",1]'
	heaps '600.00 (2)' '0.00 (0)' '500.00 (1)' '100.00 (1)'
	yields pp-ledger transfer T-2 --invoice F-900
	yields pp-ledger enter "$ID" --reference J-1
	json_is '[.accounting,.reference,.signed]' '["entered","J-1","100.00"]'
	heaps '600.00 (2)' '100.00 (1)' '500.00 (1)' '0.00 (0)'
	refused 4 "pp-ledger: T-2: payment $ID of it was entered (pp-ledger enter $ID --undo)" \
	    pp-ledger transfer T-2 --undo
	yields pp-ledger enter "$ID" --undo
	yields pp-ledger transfer T-2 --undo
	json_is '[.transferred_at,.to_enter]' '[null,"0.00"]'
	heaps '600.00 (2)' '0.00 (0)' '500.00 (1)' '100.00 (1)'
}

@test "B2 a sheet lists exactly its payments for ever" {
	local first again

	got T-1 500 --purpose deposit
	yields pp-ledger transfer T-1
	yields pp-ledger to-enter --sheet
	json_is '[.sheet,.count,.total,.created,.received,.to_enter]' \
	    '[1,1,"500.00",true,"500.00","500.00"]'
	json_is '.head_hash|length' 64
	first=$(jq -c 'del(.created)' <<<"$output")
	# Nothing new: the same sheet is told again, not another made.
	yields pp-ledger to-enter --sheet
	json_is '[.sheet,.created]' '[1,false]'
	got T-1 649.75
	yields pp-ledger to-enter --show 1
	again=$(jq -c 'del(.created)' <<<"$output")
	same 'the sheet' "$again" "$first"
	yields pp-ledger to-enter --sheet
	json_is '[.sheet,.total,(.payments|map(.amount))]' \
	    '[2,"649.75",["649.75"]]'
	yields pp-ledger to-enter --sheets
	run jq -rs 'map(.sheet)|@csv' <<<"$output"
	out_is 1,2
	yields pp-ledger to-enter --show 1 --language en -o table
	out_has 'Total 500.00, 1 payment
'
	yields pp-ledger to-enter --show 1 --language fr -o table
	out_has 'Total 500,00, 1 paiement
'
	refused 3 'pp-ledger: no sheet 9' pp-ledger to-enter --show 9
	yields pp-store verify
}

@test "B2 entering needs the accounting system's total to equal the sheet's" {
	got T-1 500
	local first=$ID
	got T-1 649.75
	yields pp-ledger transfer T-1
	yields pp-ledger to-enter --sheet
	refused 5 'pp-ledger: sheet 1 is 1149.75, the accounting system says 1149.74 (find the difference; --except leaves a payment out)' \
	    pp-ledger enter --sheet 1 --total 1149.74
	refused 3 'pp-ledger: pay_x is not on sheet 1' \
	    pp-ledger enter --sheet 1 --total 1149.75 --except pay_x
	yields pp-ledger enter --sheet 1 --total 649,75 --except "$first" \
	    --reference J-7
	json_is '[.excepted,.reference,.entered_by != null]' \
	    '["500.00","J-7",true]'
	heaps '1149.75 (2)' '649.75 (1)' '500.00 (1)' '0.00 (0)'
	# The same again is fine; otherwise is a conflict.
	local head
	head=$(journal_head)
	yields pp-ledger enter --sheet 1 --total 649.75 --except "$first"
	refused 5 'pp-ledger: sheet 1 was entered otherwise' \
	    pp-ledger enter --sheet 1 --total 1149.75
	refused 5 'pp-ledger: sheet 1 was entered otherwise' \
	    pp-ledger enter --sheet 1 --total 649.75 --except "$first" \
	    --reference J-8
	same 'the head' "$(journal_head)" "$head"
	# What was left out stays on its sheet, and is entered by itself.
	expect 0 pp-ledger to-enter --sheet
	out_is ''
	err_is 'pp-ledger: nothing may be entered now that is on no sheet'
	yields pp-ledger enter "$first"
	yields pp-ledger enter --sheet 1 --undo
	# The undo takes back what the sheet marked, nothing else.
	heaps '1149.75 (2)' '500.00 (1)' '649.75 (1)' '0.00 (0)'
	yields pp-ledger enter --sheet 1 --total 1149.75
	heaps '1149.75 (2)' '1149.75 (2)' '0.00 (0)' '0.00 (0)'
}

@test "B2 a sheet whose transfer was taken back is not entered" {
	got T-1 500
	yields pp-ledger transfer T-1
	yields pp-ledger to-enter --sheet
	yields pp-ledger transfer T-1 --undo
	refused 4 "pp-ledger: $ID: the transfer of its invoice was taken back (pp-ledger transfer T-1, or --except $ID)" \
	    pp-ledger enter --sheet 1 --total 500
	heaps '500.00 (1)' '0.00 (0)' '0.00 (0)' '500.00 (1)'
	yields pp-ledger transfer T-1
	yields pp-ledger enter --sheet 1 --total 500
}

@test "a transfer: again, replaced, in conflict, from documents" {
	local head

	got T-1 10
	refused 3 'pp-ledger: T-9: no such task' pp-ledger transfer T-9
	refused 65 'pp-ledger: T-2: invoice: task T-2 has no invoice number' \
	    pp-ledger transfer T-2
	yields pp-ledger transfer T-1 --invoice F-1
	head=$(journal_head)
	yields pp-ledger transfer T-1 --invoice F-1
	yields pp-ledger transfer T-1
	same 'the head' "$(journal_head)" "$head"
	refused 5 'pp-ledger: T-1: invoice: task T-1 was transferred with invoice F-1 (--replaces F-1)' \
	    pp-ledger transfer T-1 --invoice F-2
	refused 5 'pp-ledger: T-1: invoice: task T-1 has invoice F-1, not F-0' \
	    pp-ledger transfer T-1 --invoice F-2 --replaces F-0
	yields pp-ledger transfer T-1 --invoice F-2 --replaces F-1
	json_is .invoice F-2
	printf '%s\n' '{"task":"T-2","invoice":{"number":"F-3","transferred_at":"2026-11-22T10:00:00Z"}}' \
	    '{"task":"T-1","invoice":{"number":"F-9"}}' >docs
	expect 5 pp-ledger transfer <docs
	json_is '[.task,.invoice,.transferred_at]' \
	    '["T-2","F-3","2026-11-22T10:00:00.000Z"]'
	err_is 'pp-ledger: line 2: invoice: task T-1 was transferred with invoice F-2 (--replaces F-2)'
	yields pp-task show T-1
	json_is .invoice.number F-2
}

@test "a document older than the newest seen transfers nothing" {
	yields pp-task put <<<'{"task":"T-2","total":"100.00","updated_at":"2026-11-20T10:00:00Z"}'
	yields pp-ledger transfer <<<'{"task":"T-2","updated_at":"2026-11-19T10:00:00Z","invoice":{"number":"F-3"}}'
	json_is '[.invoice,.transferred_at]' '[null,null]'
	yields pp-ledger transfer <<<'{"task":"T-2","updated_at":"2026-11-21T10:00:00Z","invoice":{"number":"F-3"}}'
	json_is '[.invoice,.transferred_at != null]' '["F-3",true]'
}

@test "G3 money recorded twice is one payment, unless it came again" {
	got T-1 500 --number 123
	local first=$ID
	yields pp-ledger record T-1 --method cash --amount 500.00 --number 123
	json_is '[.id,.created]' "[\"$first\",false]"
	got T-1 500 --number 123 --again
	[[ $ID != "$first" ]]
	refused 5 'pp-ledger: 123: 2 payments have the number 123: name the one by its pay_... id (pp-ledger payments 123)' \
	    pp-ledger enter 123
	echo 2026-11-24T15:00:00Z >now
	got T-1 500 --number 123
	[[ $ID != "$first" ]]
	yields pp-ledger record T-1 --method cash --amount 500 --number 123 \
	    --date 2026-11-23
	json_is '[.id,.created]' "[\"$first\",false]"
	yields pp-ledger totals
	json_is '[.payments,.net]' '[3,"1500.00"]'
}

@test "money recorded: of a day, dry, and what is refused" {
	local head

	head=$(journal_head)
	yields pp-ledger record T-1 --method cheque --amount 5 -n
	json_is '[.created,.amount]' '[true,"5.00"]'
	same 'the head' "$(journal_head)" "$head"
	yields pp-ledger record T-1 --method cheque --amount 5 --date 2026-11-02
	json_is '[.business_date,.paid_at,.recorded_at]' \
	    '["2026-11-02","2026-11-02T17:00:00Z","2026-11-23T15:00:00Z"]'
	refused 65 'pp-ledger: date: 2026-11-24 is not here yet' \
	    pp-ledger record T-1 --method cheque --amount 5 --date 2026-11-24
	refused 65 'pp-ledger: method: cheque, cash, interac or other' \
	    pp-ledger record T-1 --method gold --amount 5
	refused 3 'pp-ledger: no such task' \
	    pp-ledger record T-9 --method cash --amount 5
	refused 65 'pp-ledger: purpose: 1 to 32 of a-z 0-9 _ -, not Dépôt' \
	    pp-ledger record T-1 --method cash --amount 5 --purpose Dépôt
	expect 2 pp-ledger record T-1 --method cash --amount 1,149
	err_has 'pp-ledger: --amount: 1,149 is ambiguous'
	expect 2 pp-ledger record T-1 --amount 5
	expect 2 pp-ledger record --method cash --amount 5
	expect 2 pp-ledger record --type refund --of 1
}

@test "A4 what the bank took back, and gave again" {
	got T-2 100 --number 77
	local paid=$ID
	yields pp-status T-2
	json_is .state paid
	yields pp-ledger record --type chargeback --of 77 --amount 60 --number C-1
	json_is '[.type,.amount,.refund_of,.balance_after]' \
	    "[\"chargeback\",\"60.00\",\"$paid\",\"60.00\"]"
	local back
	back=$(json .id <<<"$output")
	yields pp-status T-2
	json_is '[.state,.owed,.refunded]' '["partially_refunded","60.00","60.00"]'
	refused 4 "pp-ledger: 40.00 of $paid can be charged back" \
	    pp-ledger record --type chargeback --of "$paid" --amount 40.01
	# Said again it is the same one.
	yields pp-ledger record --type chargeback --of 77 --amount 60 --number C-1
	json_is '[.id,.created]' "[\"$back\",false]"
	yields pp-ledger record --type chargeback-reversal --of C-1
	json_is '[.type,.amount,.refund_of]' \
	    "[\"chargeback_reversal\",\"60.00\",\"$paid\"]"
	refused 4 "pp-ledger: 0.00 of $paid can be given again" \
	    pp-ledger record --type chargeback-reversal --of C-1 --again
	yields pp-status T-2
	json_is '[.state,.owed]' '["paid","0.00"]'
	yields pp-ledger totals
	json_is '[.received,.refunded,.net]' '["100.00","0.00","100.00"]'
}

@test "A4 adjust changes what is due, never a payment" {
	got T-2 99.95
	yields pp-ledger adjust T-2 --amount -0,05 --reason 'one nickel'
	json_is '[.adjusted,.due,.state,.created]' '["-0.05","99.95","paid",true]'
	yields pp-ledger adjust T-2 --amount -0.05 --reason 'one nickel'
	json_is '[.adjusted,.created]' '["-0.05",false]'
	yields pp-ledger adjust T-2 --amount -0.05 --reason 'one nickel' --again
	json_is '[.adjusted,.state]' '["-0.10","overpaid"]'
	yields pp-ledger adjust T-2 --amount +0.05 --reason 'not that one' -n
	json_is .adjusted '-0.05'
	refused 4 'pp-ledger: amount: only 99.90 is due of task T-2' \
	    pp-ledger adjust T-2 --amount -99.91 --reason x
	expect 2 pp-ledger adjust T-2 --amount -5
	expect 2 pp-ledger adjust T-2 --reason x
	yields pp-ledger totals
	json_is .net 99.95
	yields pp-status T-2
	json_is '[.total,.due,.balance]' '["100.00","99.90","-0.05"]'
}

@test "taxes: the shares of part payments add up to the task's" {
	got T-1 500 --purpose deposit
	json_is '[.stage,(.taxes|map(.amount))]' '["deposit",["21.74","43.38"]]'
	got T-1 333.33
	json_is '[.stage,(.taxes|map(.amount))]' '["instalment",["14.50","28.92"]]'
	got T-1 316.42
	json_is '[.stage,(.taxes|map(.amount))]' '["balance",["13.76","27.45"]]'
	yields pp-ledger payments T-1
	run jq -rs 'map(.taxes[])|group_by(.name)|map(map(.amount_cents)|add)|@csv' <<<"$output"
	out_is 5000,9975
}

@test "the sheet as a page: whole, escaped, in both languages" {
	got T-2 100
	yields pp-ledger transfer T-2 --invoice F-1
	yields pp-ledger to-enter --sheet --html
	out_has '<html lang="fr">'
	out_has 'Bob &lt;b&gt;&amp;'
	out_has 'ESSAI'
	out_has '<th class="n">MONTANT</th>'
	out_has '>100,00<'
	[[ ! $output =~ (<script|<link|src=|https?:) ]]
	yields pp-ledger to-enter --show 1 --html --language en
	out_has '<html lang="en">'
	out_has '>100.00<'
	out_has 'Keying sheet 1'
	yields pp-ledger to-enter --show 1 -o csv
	out_has $'DATE,LOT,FACTURE,CLIENT,TYPE,MONTANT,CARTE,TRANSACTION,RÉFÉRENCE,TÂCHE,ID\r\n'
}

@test "dry runs change nothing, wrong use is told" {
	local head

	got T-2 100
	head=$(journal_head)
	yields pp-ledger transfer T-2 --invoice F-1 -n
	json_is '[.invoice,.to_enter]' '["F-1","100.00"]'
	same 'the head' "$(journal_head)" "$head"
	yields pp-ledger transfer T-2 --invoice F-1
	head=$(journal_head)
	yields pp-ledger to-enter --sheet -n
	json_is '[.sheet,.created]' '[1,true]'
	yields pp-ledger enter "$ID" -n
	same 'the head' "$(journal_head)" "$head"
	yields pp-ledger to-enter --sheets
	out_is ''
	expect 2 pp-ledger enter --sheet 1
	expect 2 pp-ledger enter --sheet 1 --total 1 --undo
	expect 2 pp-ledger enter --total 1 "$ID"
	expect 2 pp-ledger enter --sheet 1 --total 5 "$ID"
	expect 2 pp-ledger to-enter --sheet --show 1
	expect 2 pp-ledger to-enter --show 0
	expect 2 pp-ledger to-enter --language de
	PP_STORE=$PWD/none
	for args in 'to-enter --sheet' 'enter --sheet 1 --total 5' \
	    'record T-1 --method cash --amount 5' 'enter x' \
	    'adjust T-1 --amount 1 --reason x' 'to-enter' 'to-enter --sheets'; do
		# shellcheck disable=SC2086 # words are wanted
		expect 3 pp-ledger $args
		[[ ! -e $PP_STORE ]]
	done
}
