# pp-ledger report: the figures, and the page to look at.

bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

# lived: two paid by card on two days, one in part by cheque, one declined,
# one never asked; a refund.
lived() {
	SHIFT=0
	world || return
	link '{"task":"T-1","invoice":{"number":"F-1"},"total":"1149.75"}' &&
	    paid "$URL_OF" || return
	link '{"task":"T-2","total":"80.00"}' || return
	later 7300
	paid "$URL_OF" --card 5454545454545454 || return
	link '{"task":"T<&3","total":"55.00"}' || return
	expect 6 pp-sandbox pay --link - <<<"$URL_OF"
	expect 0 pp-task put <<<'{"task":"T-4","total":"25.00"}'
	expect 0 pp-ledger record T-4 --method cheque --amount 5,00
	later 86400
	yields pp-ledger payments T-1
	expect 0 pp-refund "$(json .transaction_no <<<"$output")" \
	    --amount 100 --keep-links --reason rabais
}

# part NAME FILTER VALUE: of the rows of a part of the report.
part() {
	same "$1" "$(jq -sc "map(select(.part == \"$1\")) | $2" rows)" "$3"
}

@test "the figures are those of totals, of the tasks and of the attempts" {
	local sums day
	lived
	yields pp-ledger report
	printf '%s\n' "$output" >rows
	yields pp-ledger totals --by day
	sums=$(jq -sc 'map([.day, .payments, .received_cents, .refunded_cents])' \
	    <<<"$output")
	part day 'map([.key, .count, .amount_cents, .back_cents])' "$sums"
	part owed 'map(select(.count > 0) | [.key, .count, .amount])' \
	    '[["0-7",1,"55.00"],["not_asked",1,"20.00"]]'
	part delay 'map(select(.count > 0) | [.key, .count, .amount])' \
	    '[["1h",1,"1149.75"],["24h",1,"80.00"]]'
	part declined 'map([.count, .amount])' '[[1,"55.00"]]'
	part card 'map([.key, .count, .amount]) | sort' \
	    '[[null,1,"5.00"],["mastercard",1,"80.00"],["visa",1,"1149.75"]]'
	# A period: the refund's day alone, of which nothing else is told.
	day=$(pp-ledger list | jq -r 'select(.type == "refund").business_date')
	yields pp-ledger report --since "$day" --until "$day"
	printf '%s\n' "$output" >rows
	part day 'map([.key, .count, .back])' "[[\"$day\",0,\"100.00\"]]"
	part declined . '[]'
	part delay 'map(.count) | add' 0
	part owed 'map(.count) | add' 2
	on_tty 0 'pp-ledger report'
	out_has 'GIVEN BACK'
	out_has '(test store: no real money)'
}

# whole: a page that is closed, asks for nothing, and runs nothing.
whole() {
	same end "${output: -7}" '</html>'
	same foreign "$(grep -inE '<script|<link|<img|<iframe|https?:|url\(|@import|src=|href=| on[a-z]+=' \
	    <<<"$output")" ''
	same tags "$(grep -o '<[a-z0-9]*' <<<"$output" |
	    grep -vE '<(meta|path|rect)?$|<h[tr]' | tr -d '<' | sort |
	    uniq -c)" "$(grep -o '</[a-z0-9]*>' <<<"$output" | tr -d '</>' |
	    grep -vE '^(html|rect)$' | sort | uniq -c)"
}

@test "--html: one page that needs nothing beside it, in both languages" {
	lived
	printf '[business]\nname = Plomberie <Tremblay>\n' >>"$PP_CONFIG"
	yields pp-ledger report --html --language fr
	whole
	out_has '<html lang="fr">'
	out_has 'Plomberie &lt;Tremblay&gt;'
	out_has 'ESSAI'
	out_has $'1\u00a0234,75\u00a0$</b> 3\u00a0paiements'
	out_has $'remboursé ou repris 100,00\u00a0$'
	out_has 'T&lt;&amp;3'
	out_has 'America/Toronto'
	out_has "$(pp-ledger head | json .hash)"
	# The heaps of rule B1.
	out_has $'<dt>En attente du transfert</dt><dd><i>+</i><b>1\u00a0134,75\u00a0$'
	# A drawing has its words, and a table that says the same.
	[[ $(grep -c 'role="img" aria-labelledby' <<<"$output") == 1 ]]
	[[ $(grep -c 'scope="row"' <<<"$output") -gt 15 ]]
	yields pp-ledger report --html --language en
	whole
	out_has 'Payments report'
	out_has '$1,234.75</b> 3'
	# The same facts, the same bytes.
	first=$output
	yields pp-ledger report --html --language en
	same again "${output/Made on*}" "${first/Made on*}"
}

@test "--html of an empty store, and wrong use" {
	refused 3 "pp-ledger: there is no store in $PP_STORE" \
	    pp-ledger report --html
	expect 0 pp-store init
	yields pp-ledger report --html
	whole
	same numbers "$(grep -oE '"-?(nan|inf)' <<<"$output")" ''
	yields pp-ledger report --html --since 2026-12-01 --until 2026-11-01
	whole
	yields pp-ledger report --since 2026-11-01
	jq -se 'map(.count) | add == 0' <<<"$output" >/dev/null
	wrong() {
		expect 2 pp-ledger report "$@"
	}
	wrong --language de
	wrong --since soon
	wrong T-1
	need_full
	expect 74 sh -c 'pp-ledger report --html >/dev/full'
}
