# pp-task: task documents recorded (rules T1, T3, A2), nothing else created.
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

DOC='{"task":"T-1","total":"1149.75"}'

# The whole of what show says of a task with only that.
shown() {
	printf '{"task":"T-1","customer":{"language":null},"invoice":{"number":null,"transferred_at":null},"total":"%s","total_cents":%s,"currency":"CAD","step":null,"updated_at":null,"removed":false,"suspect":%s}' \
	    "$1" "${1//./}" "${2-false}"
}

@test "put records the task, makes the store, and creates nothing else" {
	yields pp-task put <<<"$DOC"
	out_is "$(shown 1149.75)"
	yields pp-task show T-1
	out_is "$(shown 1149.75)"
	same events "$(journal | json .type)" task.recorded
	yields pp-link list
	out_is ''
	# The same again is the same (G3).
	grown 0 pp-task put <<<"$DOC"
	out_is "$(shown 1149.75)"
}

@test "put takes every member of the document, and shows it again" {
	cat >in <<-'END'
	{"task":"T-1042","customer":{"name":"Zoé Tremblay","email":"zoe@example.com","phone":"418 555-0123","address":"1, rue Principale\nQuébec","language":"fr-CA"},"description":"Chauffe-eau","invoice":{"number":"F-889","transferred_at":"2026-11-22T10:00:00Z"},"lines":[{"label":"Pièce","quantity":"1","total":"1000.00"}],"total":"1149.75","currency":"CAD","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":99.75}],"step":"700","updated_at":"2026-11-22T12:00:00Z","removed":false,"other":[1]}
	END
	yields pp-task put <in
	json_is .task T-1042
	yields pp-task show T-1042
	json_is '.customer | [.name, .email, .phone, .address, .language]' \
	    '["Zoé Tremblay","zoe@example.com","418 555-0123","1, rue Principale\nQuébec","fr"]'
	json_is .invoice \
	    '{"number":"F-889","transferred_at":"2026-11-22T10:00:00.000Z"}'
	json_is '[.description, .step, .updated_at, .removed, .currency]' \
	    '["Chauffe-eau","700","2026-11-22T12:00:00.000Z",false,"CAD"]'
	json_is '.lines[0] | [.label, .quantity, .total, .total_cents]' \
	    '["Pièce","1","1000.00",100000]'
	json_is '[.taxes[] | [.name, .amount, .amount_cents]]' \
	    '[["TPS","50.00",5000],["TVQ","99.75",9975]]'
	json_is 'has("other")' false
}

@test "an amount: a string, a number, or cents, if they agree" {
	local in want
	while read -r in want; do
		yields pp-task put <<<"{\"task\":\"T-1\",$in}"
		json_is '[.total, .total_cents]' "$want"
	done <<-'END'
	"total":"12.5" ["12.50",1250]
	"total":12.5 ["12.50",1250]
	"total":12 ["12.00",1200]
	"total_cents":1250 ["12.50",1250]
	"total":"12.50","total_cents":1250 ["12.50",1250]
	"total":0.1 ["0.10",10]
	"total":9999999.99 ["9999999.99",999999999]
	"total":"0.00" ["0.00",0]
	END
}

@test "T1: a changed total, customer, language, invoice is an update" {
	expect 0 pp-task put <<<"$DOC"
	grown 1 pp-task put <<<'{"task":"T-1","total":"1200.00"}'
	out_is "$(shown 1200.00)"
	grown 1 pp-task put <<<'{"task":"T-1","total":"1200.00","invoice":{"number":"F-1"}}'
	# People's data are no events (P1), and are merged.
	grown 0 pp-task put <<<'{"task":"T-1","total":"1200.00","customer":{"name":"Zoé"}}'
	grown 1 pp-task put <<<'{"task":"T-1","total":"1200.00","customer":{"email":"z@example.com","language":"en"}}'
	json_is .customer '{"name":"Zoé","email":"z@example.com","language":"en"}'
	# Absent is not empty.
	grown 0 pp-task put <<<'{"task":"T-1","total":"1200.00"}'
	json_is '[.invoice.number, .customer.email]' '["F-1","z@example.com"]'
}

@test "T1: what is older than the newest seen changes nothing" {
	expect 0 pp-task put <<<'{"task":"T-1","total":"5.00","updated_at":"2026-11-20T00:00:00Z"}'
	grown 0 pp-task put <<<'{"task":"T-1","total":"4.00","updated_at":"2026-11-19T00:00:00Z"}'
	json_is .total 5.00
	grown 1 pp-task put <<<'{"task":"T-1","total":"6.00","updated_at":"2026-11-21T00:00:00Z"}'
	json_is .total 6.00
	# pp-link create records by the same rule.
	added
	link '{"task":"T-1","total":"4.00","updated_at":"2026-11-19T00:00:00Z"}'
	json_is .payment_link.amount 6.00
	link '{"task":"T-1","total":"7.00","updated_at":"2026-11-22T00:00:00Z"}'
	json_is '[.payment_link.amount, .payment_link.created]' '["7.00",false]'
}

@test "T3: removed: its open links are cancelled" {
	added
	link "$DOC"
	grown 2 pp-task put <<<'{"task":"T-1","total":"1149.75","removed":true}'
	json_is .removed true
	expect 0 pp-link show "$LINK"
	json_is '[.state, .reason]' '["cancelled","task removed"]'
	refused 4 'pp-link: T-1: task T-1 was removed' pp-link create T-1
	refused 4 "pp-link: $LINK: task T-1 was removed" pp-link renew "$LINK"
}

@test "T3: money of a removed task is told" {
	world
	link "$DOC" --amount 5
	paid "$URL_OF"
	expect 0 pp-task put <<<'{"task":"T-1","total":"1149.75","removed":true}'
	expect 1 pp-status --attention
	json_is '[.kind, .task, .amount]' '["removed_with_money","T-1","5.00"]'
}

@test "A2: a total that falls by exactly what was paid is suspect" {
	world
	link '{"task":"T-1","total":"1000.00"}' --amount 300
	paid "$URL_OF"
	expect 0 pp-task put <<<'{"task":"T-1","total":"700.00"}'
	json_is '[.total, .suspect]' '["700.00",true]'
	expect 1 pp-status --attention
	json_is '[.kind, .task, .amount, .next]' \
	    '["suspect_total","T-1","300.00","pp-task confirm T-1"]'
	# It stays so, whatever document comes, until a person says so.
	expect 0 pp-task put <<<'{"task":"T-1","total":"700.00"}'
	json_is .suspect true
	unchanged 0 pp-task confirm -n T-1
	json_is .suspect false
	expect 0 pp-task show T-1
	json_is .suspect true
	grown 1 pp-task confirm T-1
	json_is .suspect false
	same event "$(journal | tail -n 1 | jq -c '[.type, .task, .suspect]')" \
	    '["task.confirmed","T-1",false]'
	grown 0 pp-task confirm T-1
	yields pp-status --attention
	out_is ''
}

@test "show and confirm: ids from arguments, from stdin; 3 for what is not" {
	local v
	expect 0 pp-task put <<<"$DOC"
	for v in show confirm; do
		yields pp-task "$v" T-1 T-1
		out_is "$(shown 1149.75)
$(shown 1149.75)"
		yields pp-task "$v" <<<$'T-1\n\nT-1'
		out_is "$(shown 1149.75)
$(shown 1149.75)"
		expect 3 pp-task "$v" T-9 T-1
		out_is "$(shown 1149.75)"
		err_is 'pp-task: T-9: no such task'
		refused 3 'pp-task: line 1: no such task' pp-task "$v" <<<T-9
		refused 65 'pp-task: line 1: an id is wanted here, not a document' \
		    pp-task "$v" <<<"$DOC"
		yields pp-task "$v" </dev/null
		out_is ''
		expect 2 script -qec "pp-task $v 2>err" /dev/null
		grep -qx 'pp-task: nothing named, and standard input is a terminal' err
		refused 3 'pp-task: there is no store in none' \
		    pp-task "$v" -s none T-1
	done
	refused 3 '{"tool":"pp-task","line":null,"item":"T-9","member":null,"status":3,"message":"no such task","hint":null}' \
	    pp-task show -o json T-9
}

@test "put: documents only, from stdin only" {
	expect 2 pp-task put T-1
	err_has 'pp-task: T-1: one operand too many
usage: '
	expect 65 pp-task put <<<T-1
	err_is 'pp-task: line 1: byte 1: not a JSON value'
	yields pp-task put </dev/null
	# Nothing to write makes no store.
	[[ ! -e $PP_STORE ]]
	expect 2 script -qec 'pp-task put' /dev/null
}

@test "put -n: told, not done" {
	refused 3 "pp-task: there is no store in $PP_STORE" \
	    pp-task put -n <<<"$DOC"
	[[ ! -e $PP_STORE ]]
	expect 0 pp-task put <<<"$DOC"
	unchanged 0 pp-task put -n <<<'{"task":"T-1","total":"5.00","customer":{"name":"X"}}'
	json_is '[.total, .customer.name]' '["5.00","X"]'
	yields pp-task show T-1
	out_is "$(shown 1149.75)"
}

@test "ids: what may be one" {
	local id
	for id in T-1 é '日本' "$(printf 'x%.0s' {1..64})" 'a/b:c.d' '#1' "O'Neil"; do
		yields pp-task put <<<"$(jq -nc --arg t "$id" '{task: $t, total: 1}')"
		yields pp-task show -- "$id"
		json_is .task "$id"
	done
	for id in '' 'a b' -x lnk_1 pay_1 att_1 "$(printf 'x%.0s' {1..65})" \
	    $'a\u200bb' $'a\u00a0b' $'a\u202eb'; do
		expect 65 pp-task put <<<"$(jq -nc --arg t "$id" '{task: $t, total: 1}')"
		out_is ''
		[[ $stderr == 'pp-task: line 1: task: '* ]]
	done
	same events "$(journal | jq -s length)" 7
}

@test "bad input: each line named, nothing of it stored, the rest done" {
	local n=0 text want
	: >in
	: >want
	while IFS='|' read -r text want; do
		n=$((n + 1))
		printf '%b\n' "$text" >>in
		printf 'pp-task: line %d: %s\n' "$n" "$want" >>want
	done <<-'END'
	x|byte 1: not a JSON value
	{"task":"B"|byte 12: ends too early
	[]|not a JSON object
	{}|task: missing
	{"task":"B"}|total: missing
	{"total":"5.00"}|task: missing
	{"task":5,"total":5}|task: not a string
	{"task":"B","total":true}|total: not an amount
	{"task":"B","total":null}|total: missing
	{"task":"B","total":"-5.00"}|total: negative
	{"task":"B","total":"1.234"}|total: 1.234: more than two decimals
	{"task":"B","total":1.234}|total: 1.234: more than two decimals
	{"task":"B","total":1e3}|total: not an amount: 1e3
	{"task":"B","total":NaN}|byte 21: not a JSON value
	{"task":"B","total":"99999999999999999999"}|total: amount too large
	{"task":"B","total":99999999999999999999}|total: amount too large
	{"task":"B","total":"10000000"}|total: amount too large
	{"task":"B","total":"5","total":"6"}|byte 25: a second member of this name
	{"task":"B","total":"5","tot\\u0061l":"6"}|byte 25: a second member of this name
	{"task":"B\x01","total":"5"}|byte 11: a control byte in a string
	{"task":"B\\u0001","total":"5"}|task: space, control or invisible character at byte 2
	{"task":"B\xff","total":"5"}|byte 11: not UTF-8
	{"task":"B","total":"5","customer":[]}|customer: not an object
	{"task":"B","total":"5","customer":{"email":5}}|customer.email: not a string
	{"task":"B","total":"5","customer":{"name":"a\\nb"}}|customer.name: control byte in it
	{"task":"B","total":"5","customer":{"language":"de"}}|customer.language: fr or en, not de
	{"task":"B","total":"5","invoice":"F"}|invoice: not an object
	{"task":"B","total":"5","invoice":{"number":5}}|invoice.number: not a string
	{"task":"B","total":"5","currency":"cad"}|currency: not a three-letter code
	{"task":"B","total":"5","updated_at":"soon"}|updated_at: not a date or time: soon
	{"task":"B","total":"5","lines":{}}|lines: not an array of at most 500 lines
	{"task":"B","total":"5","taxes":[{"name":"a"}]}|taxes: tax 1 has no amount
	{"task":"B","total":"5","removed":"no"}|removed: neither true nor false
	{'task':'B','total':'5'}|byte 2: not the name of a member
	{"task":"B","total":"5",}|byte 25: not the name of a member
	{"task":"B","total":05}|byte 21: a number with a leading zero
	{"task":"B","total":"5"} x|byte 26: text after the JSON value
	{"task":"B","total":"5","total_cents":501}|total: 5, but total_cents is 501
	{"task":"B","total_cents":501.5}|total_cents: not an integer
	{"task":"B","total":"5","x":"\\ud800"}|byte 30: half of a surrogate pair
	{"task":"B","total":"5","x":"\0000"}|byte 30: a control byte in a string
	END
	printf '{"task":"B","total":"5","x":"%s"}\n' \
	    "$(head -c 10000000 /dev/zero | tr '\0' y)" >>in
	printf '{"task":"B","total":"5","x":%s%s}\n' "$(printf '[%.0s' {1..20})" \
	    "$(printf ']%.0s' {1..20})" >>in
	printf '%s\n' "$DOC" >>in
	printf '{"task":"B","total":"5"' >>in
	n=$((n + 1))
	printf 'pp-task: line %d: longer than 1048576 bytes\n' "$n" >>want
	printf 'pp-task: line %d: byte 44: nested too deeply\n' "$((n + 1))" >>want
	printf 'pp-task: line %d: byte 24: ends too early\n' "$((n + 3))" >>want
	expect 65 pp-task put <in
	err_is "$(cat want)"
	out_is "$(shown 1149.75)"
	same stored "$(journal | jq -c '[.type, .task]')" '["task.recorded","T-1"]'
}
