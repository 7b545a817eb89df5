# Reconciliation with what the processor or the bank says.

bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	export TZ=America/Toronto
	printf 'yesguy\n' >token
	chmod 600 token
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url http://127.0.0.1:1 --store-id store5 \
	    --checkout-id chktX --api-token-file token --no-check
	cat >report.csv <<'END'
Order ID,Transaction Number,Amount,Date,Type,Result,Batch,Terminal ID
T-1.a1,66-1,500.00,2026-11-02,Purchase,Approved,069,66012345
T-2.a1,66-2,"1,149.75",2026-11-02,Purchase,Approved,069,66012345
T-3.a1,66-3,20.00,2026-11-03,Purchase,Approved,070,66012345
T-3.a1,66-4,20.00,2026-11-03,Purchase,Declined,070,66012345
T-2.a1,66-5,49.75,2026-11-03,Refund,Approved,070,66012345
END
}

recorded() {
	expect 1 pp-ledger reconcile --record report.csv && err_is ''
}

@test "what only they have is told, and taken in as nobody's on request" {
	local head

	head=$(pp-ledger head | json .hash)
	expect 1 pp-ledger reconcile - <report.csv
	run jq -rsc '[.[]|select(.kind=="payment")|[.status,.line,.there]]' <<<"$output"
	out_is '[["only_there",2,"500.00"],["only_there",3,"1149.75"],["only_there",4,"20.00"],["only_there",6,"-49.75"]]'
	expect 1 pp-ledger reconcile --record -n report.csv
	same 'the head' "$(pp-ledger head | json .hash)" "$head"
	recorded
	run jq -rsc '.[-1]|[.kind,.there,.here,.lines,.left_out,.recorded]' <<<"$output"
	out_is '["total","1620.00","0.00",4,1,4]'
	yields pp-ledger list
	run jq -rsc 'sort_by(.transaction_no)|map([.type,.amount,.transaction_no,.batch,.flags[0],.task])' <<<"$output"
	out_is '[["payment","500.00","66-1","069","orphan",null],["payment","1149.75","66-2","069","orphan",null],["payment","20.00","66-3","070","orphan",null],["refund","49.75","66-5","070","orphan",null]]'
	# Again: nothing differs any more, and nothing is recorded twice.
	head=$(pp-ledger head | json .hash)
	yields pp-ledger reconcile --record report.csv
	run jq -rsc 'map([.kind,.status,.key,.here])' <<<"$output"
	out_is '[["batch","same","66012345-069","1649.75"],["batch","same","66012345-070","-29.75"],["total","same",null,"1620.00"]]'
	same 'the head' "$(pp-ledger head | json .hash)" "$head"
	yields pp-ledger totals --by batch
	run jq -rsc 'map([.batch,.net])' <<<"$output"
	out_is '[["66012345-069","1649.75"],["66012345-070","-29.75"]]'
}

@test "line by line: another amount, another batch, twice, only here" {
	recorded
	cat >other.csv <<'END'
Order ID;Transaction Number;Montant;Date;Lot;Terminal
T-1.a1;66-1;500,01;2026-11-02;069;66012345
T-2.a1;66-2;1 149,75;2026-11-02;070;66012345
T-2.a1;66-2;1 149,75;2026-11-02;069;66012345
T-9.a1;66-9;1,00;2026-11-03;070;66012345
END
	expect 1 pp-ledger reconcile other.csv
	err_is ''
	run jq -rsc '.[]|[.kind,.status,.line,.key//.transaction_no,.here,.there,.what]|@csv' <<<"$output"
	out_is '"payment","different",2,"66-1","500.00","500.01","amount"
"payment","different",3,"66-2","1149.75","1149.75","batch"
"payment","twice",4,"66-2","1149.75","1149.75","a line before said the same"
"payment","only_there",5,"66-9",,"1.00",
"payment","only_here",,"66-5","-49.75",,
"payment","only_here",,"66-3","20.00",,
"batch","different",,"66012345-069","1649.75","1649.76",
"batch","different",,"66012345-070","-29.75","1150.75",
"total","different",,,"1620.00","2800.51",'
}

@test "the bank's deposits: by batch, or by day" {
	recorded
	printf 'Batch,Amount,Date\n069,1649.75,2026-11-02\n070,-29.75,2026-11-03\n' >bank.csv
	yields pp-ledger reconcile bank.csv
	run jq -rsc 'map([.kind,.status,.key])' <<<"$output"
	out_is '[["batch","same","069"],["batch","same","070"],["total","same",null]]'
	printf 'Le,Dépôt\n2026-11-02,1649.75\n2026-11-03,-29.00\n' >bank.csv
	expect 1 pp-ledger reconcile --map date=Le --map amount=Dépôt bank.csv
	run jq -rsc 'map([.kind,.status,.key,.difference])' <<<"$output"
	out_is '[["day","same","2026-11-02","0.00"],["day","different","2026-11-03","-0.75"],["total","different",null,"-0.75"]]'
}

@test "what cannot be read is refused whole" {
	printf 'Amount,Order ID\n1,149,x\n' >bad.csv
	refused 65 'pp-ledger: there is no column of amounts: say --map amount=COLUMN' \
	    pp-ledger reconcile --record <(printf 'a,b\n1,2\n')
	printf 'Amount,Transaction Number,Date\n5,66-1,2026-11-02\nx,66-2,2026-11-02\n' >bad.csv
	refused 65 'pp-ledger: row 3: amount: not an amount: x' \
	    pp-ledger reconcile --record bad.csv
	yields pp-ledger list
	out_is ''
	expect 2 pp-ledger reconcile
	PP_STORE=$PWD/none expect 3 pp-ledger reconcile report.csv
	[[ ! -e none ]]
}

@test "what was taken in as nobody's is on the attention list, with what shows it" {
	recorded
	expect 1 pp-status --attention -o json
	run -0 jq -rsc 'map(select(.kind == "orphan") | [.amount,.task,.next])[0]' \
	    <<<"$output"
	out_is '["500.00",null,"pp-status 66-1"]'
	yields sh -c "$(jq -r '.[2]' <<<"$output")"
	json_is '.payments[0] | [.amount,.flags[0]]' '["500.00","orphan"]'
}
