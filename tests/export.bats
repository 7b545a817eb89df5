# Exports: rule B3, the formats and what they must not do.

bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	export TZ=America/Toronto PP_NOW=$BATS_TEST_TMPDIR/now
	echo 2026-11-23T15:00:00Z >now
	printf '%s\n' \
	    '{"task":"=T;1","customer":{"name":"Hélène Côté"},"total":"1149.75","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}],"invoice":{"number":"F-889"}}' \
	    '{"task":"T-2","total":"100.00"}' >tasks
	yields pp-task put <tasks
	yields pp-ledger record '=T;1' --method cheque --amount 500 \
	    --number 'a"b' --purpose deposit
	yields pp-ledger record T-2 --method cash --amount 100 --date 2026-11-20
}

more() {
	echo 2026-11-25T15:00:00Z >now
	yields pp-ledger record --type chargeback --of 'a"b' --amount 10
	yields pp-ledger record '=T;1' --method interac --amount 649.75
}

# Without ids, which are never the same.
plain() {
	sed -E 's/(pay|off)[_-][0-9a-z]+/\1/g'
}

@test "B3 byte-identical on re-run, and only growing" {
	local f

	for f in csv qbo-csv hledger ledger beancount; do
		yields pp-ledger export --format "$f"
		pp-ledger export --format "$f" >"$f.1"
		pp-ledger export --format "$f" | cmp - "$f.1"
	done
	# Marks, transfers, another invoice and another name change nothing.
	yields pp-ledger transfer '=T;1' --invoice F-900
	yields pp-ledger to-enter --sheet
	yields pp-ledger enter --sheet 1 --total 500
	yields pp-task put <<<'{"task":"=T;1","total":"1200.00","customer":{"name":"Other"}}'
	for f in csv qbo-csv hledger ledger beancount; do
		pp-ledger export --format "$f" | cmp - "$f.1"
	done
	more
	for f in csv qbo-csv hledger ledger beancount; do
		pp-ledger export --format "$f" >"$f.2"
		(($(stat -c %s "$f.2") > $(stat -c %s "$f.1")))
		head -c "$(stat -c %s "$f.1")" "$f.2" | cmp - "$f.1"
	done
}

@test "csv: every field, nothing that a spreadsheet would run" {
	more
	pp-ledger export | plain >got
	sed 's/$/\r/' >want <<'END'
seq,recorded_at,business_date,id,corrects,task,invoice,type,stage,amount,currency,net_of_taxes,gst,qst,other_taxes,fee,method,last4,integration,order_no,transaction_no,reference_no,terminal,batch,approval_code,refund_of,balance_after
3,2026-11-23T15:00:00.000Z,2026-11-23,pay,,'=T;1,F-889,offline,deposit,500.00,CAD,434.88,21.74,43.38,0.00,0.00,cheque,,,off,"a""b",,,,,,649.75
5,2026-11-23T15:00:00.000Z,2026-11-20,pay,,T-2,,offline,balance,100.00,CAD,100.00,0.00,0.00,0.00,0.00,cash,,,off,,,,,,,0.00
7,2026-11-25T15:00:00.000Z,2026-11-25,pay,,'=T;1,F-889,chargeback,,-10.00,CAD,-8.70,-0.43,-0.87,0.00,0.00,cheque,,,off,,,,,,pay,659.75
9,2026-11-25T15:00:00.000Z,2026-11-25,pay,,'=T;1,F-889,offline,instalment,649.75,CAD,565.12,28.26,56.37,0.00,0.00,interac,,,off,,,,,,,10.00
END
	sed -E 's/^[0-9]+,/N,/' got >got.n
	sed -E 's/^[0-9]+,/N,/' want >want.n
	diff want.n got.n
	yields pp-ledger totals
	json_is .net "$(pp-ledger export | awk -F, 'NR > 1 { gsub(/"[^"]*"/, "x"); s += $10 } END { printf "%.2f\n", s }')"
}

@test "csv: separator, decimal comma and mark of byte order" {
	pp-ledger export --separator ';' --decimal-comma --bom | plain >got
	same 'its first bytes' "$(head -c 3 got | od -An -tx1)" ' ef bb bf'
	grep -qF ";\"'=T;1\";F-889;offline;deposit;500,00;CAD;434,88;" got
	pp-ledger export --decimal-comma | grep -qF ',"500,00",CAD,"434,88",'
	pp-ledger export --separator '\t' | grep -qF $'\tT-2\t'
}

@test "QuickBooks Online: three columns, signed" {
	more
	pp-ledger export --format qbo-csv >got
	sed 's/$/\r/' >want <<'END'
Date,Description,Amount
23/11/2026,'_T_1 F-889 deposit cheque a_b,500.00
20/11/2026,T-2 balance cash,100.00
25/11/2026,_T_1 F-889 chargeback cheque,-10.00
25/11/2026,_T_1 F-889 instalment interac,649.75
END
	sed -i "2s/'_T/_T/" want
	diff want got
}

@test "hledger: dated when recorded, to a clearing account" {
	pp-ledger export --format hledger | plain >got
	cat >want <<'END'
2026-11-23=2026-11-23 (a_b) _T_1 F-889 deposit cheque a_b
    ; id: pay
    ; task: _T_1
    ; invoice: F-889
    ; order: off
    ; tax TPS 21.74
    ; tax TVQ 43.38
    Assets:Payments:Cheque                        500.00 CAD
    Assets:Clearing:Payments                     -500.00 CAD

2026-11-23=2026-11-20 (pay) T-2 balance cash
    ; id: pay
    ; task: T-2
    ; order: off
    Assets:Payments:Cash                          100.00 CAD
    Assets:Clearing:Payments                     -100.00 CAD

END
	diff want got
}

@test "ofx: one statement, its sum is what was received" {
	more
	pp-ledger export --format ofx >got
	same transactions "$(grep -c '<STMTTRN>' got)" 4
	grep -qF '<DTSTART>20261120</DTSTART><DTEND>20261125</DTEND>' got
	grep -qF '<BALAMT>1239.75</BALAMT>' got
	same 'different keys' \
	    "$(grep -o '<FITID>[^<]*' got | sort -u | wc -l)" 4
	grep -qF '<NAME>=T;1</NAME>' got
	pp-ledger export --format ofx | cmp - got
	yields pp-task put <<<'{"task":"T-3","total":"5.00","currency":"USD"}'
	yields pp-ledger record T-3 --method cash --amount 5
	expect 65 pp-ledger export --format ofx
	out_is ''
	err_has 'is in USD: a statement has one currency, CAD'
}

@test "since: what was recorded from an instant on" {
	more
	pp-ledger export --since 2026-11-24 | plain | tail -n +2 >got
	pp-ledger export | plain | tail -n 2 >want
	cmp want got
	pp-ledger export --since 2026-11-26 | tail -n +2 >got
	[[ ! -s got ]]
	pp-ledger export --since 2026-01-01 >got
	pp-ledger export | cmp - got
	pp-ledger export --since 2026-11-25T15:00:00Z | plain | tail -n +2 >got
	cmp want got
}

@test "no name is exported, and wrong use is told" {
	local f

	for f in csv qbo-csv hledger ledger beancount ofx; do
		pp-ledger export --format "$f" >got
		run ! grep -q Côté got
		run ! grep -qi receivable got
	done
	expect 2 pp-ledger export --format xls
	expect 2 pp-ledger export --format hledger --bom
	expect 2 pp-ledger export --separator ab
	PP_STORE=$PWD/none expect 3 pp-ledger export
	need_full
	run -74 --separate-stderr timeout 20 bash -c 'pp-ledger export >/dev/full'
}
