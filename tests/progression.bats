# pp-progression, against a stand-in that follows the documented shapes.
bats_require_minimum_version 1.5.0
load helper
load progression

setup() {
	prog_setup
	{
		task T-1 1149.75 700
		task T-2 1149.7500000001 700
		task T-3 574.88 500
	} >plive/tasks
}

@test "steps: each once, by number" {
	progd
	yields pp-progression steps
	out_is '{"label":"Accepté","logicId":500}
{"label":"Demande de paiement","logicId":700}
{"label":"Payé","logicId":800}
{"label":"Facturé","logicId":900}'
	yields pp-progression steps -o tsv
	out_is $'STEP\tLABEL\n500\tAccepté\n700\tDemande de paiement\n800\tPayé\n900\tFacturé'
}

@test "pull: by label, by number, several" {
	progd
	yields pp-progression pull --step 'Demande de paiement'
	same lines "${#lines[@]}" 2
	output=${lines[0]}
	json_is '[.task,.total,.total_cents,.step,.removed]' \
	    '["T-1","1149.75",114975,"700",false]'
	json_is .customer '{"name":"Zoé T-1","email":"c1@example.org","address":"1, rue A, Laval","language":"fr"}'
	json_is .taxes '[{"name":"TPS","amount":"50.00","amount_cents":5000},{"name":"TVQ","amount":"99.75","amount_cents":9975}]'
	json_is '[.updated_at,.progression]' '["2026-11-23T14:00:00.000Z",{"id":"1","uid":"u-1","step":"x"}]'
	yields pp-progression pull --step 700
	same lines "${#lines[@]}" 2
	yields pp-progression pull --step 500,700
	same lines "${#lines[@]}" 3
	yields pp-progression pull --step Accepté --step 700
	same lines "${#lines[@]}" 3
	yields pp-progression pull T-3
	json_is .total 574.88
	refused 3 'pp-progression: no task is or was at a step "Demande"; its number will do (pp-progression steps)' \
	    pp-progression pull --step Demande
	refused 3 'pp-progression: T-9: ProgressionLIVE does not know it' \
	    pp-progression pull T-9
}

@test "pull: what comes out becomes a link, and again the same" {
	progd
	yields pp-integration add moneris -q --store-id s --checkout-id c \
	    --no-check <<<yesguy
	pp-progression pull --step 700 | pp-link create >first
	pp-progression pull --step 700 | pp-link create >second
	same made "$(jq -rc '[.task,.payment_link.created,.payment_link.amount,.progression.uid]' first second)" \
	    '["T-1",true,"1149.75","u-1"]
["T-2",true,"1149.75","u-2"]
["T-1",false,"1149.75","u-1"]
["T-2",false,"1149.75","u-2"]'
}

@test "T4: a total that is no cent, or disagrees, is refused by name; the others go on" {
	{
		task T-4 1149.754 700
		task T-5 1149.76 700
		task 'T 6' 1149.75 700
		task T-7 1149.75 700
	} >>plive/tasks
	printf '{"id":8,"code":"T-8","currentState":{"logicId":700},"x":"\\ud800"}\n' >>plive/tasks
	progd
	expect 65 pp-progression pull --step 700
	same tasks "$(jq -r .task <<<"$output")" $'T-1\nT-2\nT-7'
	err_has 'pp-progression: T-4: itemList.total: 1149.754: not a whole cent
pp-progression: T-5: itemList.total: 1149.76, which lines and taxes do not make
pp-progression: T 6: code: space, control or invisible character at byte 2'
	expect 65 pp-progression pull --step 700 -o json
	err_has '{"tool":"pp-progression","line":null,"item":"T-4","member":"itemList.total","status":65,"message":"1149.754: not a whole cent","hint":null}'
}

@test "A2: deposit lines do not count, and transferred steps tell" {
	task T-4 0 900 >>plive/tasks
	sed -i '$s/"itemList":{.*}\]},"curr/"itemList":{"subTotal":500,"total":649.75,"items":[{"label":"Visite","quantity":1,"total":1000},{"label":"Dépôt reçu","quantity":1,"total":-500,"taxable":false}]},"curr/' plive/tasks
	progd
	printf 'deposit_lines = Dépôt*, Acompte*\ntransferred_steps = Facturé, 900\n' >>"$PP_CONFIG"
	yields pp-progression pull --step 900
	json_is '[.total,(.lines|length),.invoice.transferred_at]' \
	    '["1149.75",1,"2026-11-23T14:00:00.000Z"]'
}

@test "paging: 1,203 tasks, and those that move meanwhile are not missed" {
	local i

	for i in {1001..2203}; do
		printf '{"id":%d,"code":"P-%d","itemList":{"total":5.0},"currentState":{"logicId":701},"updated":"2026-11-23T14:00:00Z"}\n' "$i" "$i"
	done >plive/tasks
	progd
	yields pp-progression pull --step 701
	same lines "${#lines[@]}" 1203
	# Two passes: nothing new in the second.
	same pages "$(grep -c 'task/list' plive/log)" 6
	grep -q 'maxResults=500&startResult=1000' plive/log
	# Seven leave after the first page: seven behind it move up.
	echo 'move 7' >plive/fault
	yields pp-progression pull --step 701
	same lines "${#lines[@]}" 1203
	same twice "$(jq -r .task <<<"$output" | sort | uniq -d)" ''
}

@test "--since asks for what changed" {
	progd
	: >plive/log
	yields pp-progression pull --since 2026-11-23T13:00:00Z
	same lines "${#lines[@]}" 3
	same request "$(asked)" $'GET\t/server/rest/task/list?expand=client,taxConfig&order=id ASC&updated=2026-11-23T13:00:00Z&maxResults=500&startResult=0'
	yields pp-progression pull --since 2026-11-24
	out_is ''
}

@test "--watched: known tasks that are not closed, whatever their step" {
	progd
	yields pp-progression pull --watched
	out_is ''
	pp-progression pull T-1 T-3 | pp-task put >/dev/null
	printf '{"task":"X-1","total":"5.00"}\n{"task":"X-2","total":"0.00"}\n' |
	    pp-task put >/dev/null
	: >plive/log
	expect 3 pp-progression pull --watched
	same tasks "$(jq -r .task <<<"$output")" $'T-1\nT-3'
	err_is 'pp-progression: X-1: ProgressionLIVE does not know it'
	same asked "$(grep -c GET plive/log)" 3
	# Together with a step each is told once.
	yields pp-progression pull --step 700 T-1
	same tasks "$(jq -r .task <<<"$output")" $'T-1\nT-2'
}

@test "errors of theirs are told, bounded, and the key is in none" {
	local f

	progd
	while IFS='|' read -r f status_ words; do
		printf '%s\n' "$f" >plive/fault
		refused "$status_" "pp-progression: $words" \
		    pp-progression pull --step 700
	done <<-'EOF'
	before|75|ProgressionLIVE: Database is locked
	500|75|ProgressionLIVE: HTTP 500
	false|4|ProgressionLIVE refuses: Not now
	html|75|what ProgressionLIVE answers is not JSON
	empty|75|what ProgressionLIVE answers is not JSON
	cut|75|ProgressionLIVE: Server returned nothing (no headers, no data)
	huge|75|ProgressionLIVE: the reply is too long
	EOF
	echo redirect >plive/fault
	refused 78 'pp-progression: ProgressionLIVE redirects (HTTP 302), which is not followed ([progression] url)' \
	    pp-progression steps
	echo half >plive/fault
	expect 75 pp-progression steps
	err_has 'pp-progression: ProgressionLIVE: '
	echo 'slow 1500' >plive/fault
	yields pp-progression steps
	rm plive/fault
	stop "$STARTED"
	expect 75 pp-progression steps
	err_has 'connect'
}

@test "the key: a file of its owner, standard input; refused it is 77" {
	progd
	yields pp-progression steps --key-file - <key
	echo wrongKEY31415926 >other && chmod 600 other
	refused 77 'pp-progression: ProgressionLIVE does not take the key (HTTP 401)' \
	    pp-progression steps -k other
	chmod 644 key
	refused 77 "pp-progression: $PWD/key: others may read it (chmod 600 $PWD/key)" \
	    pp-progression steps
	sed -i /key_file/d "$PP_CONFIG"
	refused 78 "pp-progression: no key for $PROGD ([progression] key_file, or --key-file FILE, - for standard input)" \
	    pp-progression steps
	printf '[progression]\nurl = http://plive.example.com\n' >"$PP_CONFIG"
	refused 78 'pp-progression: [progression] url: only https takes the key' \
	    pp-progression steps
	: >"$PP_CONFIG"
	refused 78 'pp-progression: no [progression] url' pp-progression steps
	expect 2 pp-progression pull
	err_has 'pp-progression: which tasks? --step, --since, --watched, or a TASK'
}
