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
	same tasks "$(json .task <<<"$output")" $'T-1\nT-2\nT-7'
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
	same twice "$(json .task <<<"$output" | sort | uniq -d)" ''
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
	same tasks "$(json .task <<<"$output")" $'T-1\nT-3'
	err_is 'pp-progression: X-1: ProgressionLIVE does not know it'
	same asked "$(grep -c GET plive/log)" 3
	# Together with a step each is told once.
	yields pp-progression pull --step 700 T-1
	same tasks "$(json .task <<<"$output")" $'T-1\nT-2'
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

# with_links: the store knows T-1 and T-2, each with a link.
with_links() {
	progd
	yields pp-integration add moneris -q --store-id s --checkout-id c \
	    --no-check <<<yesguy
	pp-progression pull --step 700 | pp-link create >linked
	: >plive/log
}

# metas CODE: the task's metas there.
metas() {
	"$PP_TEST_BUILDDIR/tests/http" GET "$PROGD/dump" | sed 1d |
	    jq -cS --arg c "$1" '.[] | select(.code == $c) | .metas'
}

@test "note: once for a task, text and epoch of its link; the documents go on" {
	with_links
	yields pp-progression note 'Lien de paiement envoyé' <linked
	out_is "$(cat linked)"
	same notes "$(cat plive/events)" 'T-1 INFO Lien de paiement envoyé
T-2 INFO Lien de paiement envoyé'
	same requests "$(asked)" $'GET\t/server/rest/task/1?expand=client,taxConfig
POST\t/server/rest/task/1/event?type=INFO&msg=Lien de paiement envoyé
GET\t/server/rest/task/2?expand=client,taxConfig
POST\t/server/rest/task/2/event?type=INFO&msg=Lien de paiement envoyé'
	yields pp-progression note 'Lien de paiement envoyé' <linked
	out_is "$(cat linked)"
	same requests "$(asked)" ''
	yields pp-progression note 'Autre chose' T-1
	same notes "$(wc -l <plive/events)" 3
	# A new address is another occasion.
	yields pp-link renew "$(sed -n 1p linked | json .payment_link.id)"
	yields pp-progression note 'Lien de paiement envoyé' <linked
	same notes "$(sed -n '4,$p' plive/events)" 'T-1 INFO Lien de paiement envoyé'
}

@test "note: values of the document; one that lacks them is refused" {
	with_links
	yields pp-progression note 'Lien de {{payment_link.amount}} $ & plus' <linked
	same notes "$(cat plive/events)" 'T-1 INFO Lien de 1149.75 $ & plus
T-2 INFO Lien de 1149.75 $ & plus'
	refused 65 'pp-progression: T-1: the text: line 1: unknown placeholder {{x}}' \
	    pp-progression note '{{x}}' T-1
	expect 2 pp-progression note ''
	expect 2 pp-progression note --again x <linked
}

@test "a mail that was not sent is no reason to say so" {
	with_links
	jq -c '.mail.state = (if .task == "T-1" then "already" else "held" end)' \
	    linked >mailed
	yields pp-progression note 'Envoyé' <mailed
	out_is "$(sed -n 1p mailed)"
	same notes "$(cat plive/events)" 'T-1 INFO Envoyé'
}

@test "G5: a note whose outcome is unknown is told, and not repeated by itself" {
	local f

	with_links
	sed -n 1p linked >one
	for f in cut half 500 html; do
		rm -f plive/events
		echo "in event $f" >plive/fault
		expect 76 pp-progression note "Note $f" <one
		out_is "$(cat one)"
		err_has 'look there; pp-progression note --again TEXT T-1'
		rm plive/fault
		yields pp-progression note "Note $f" <one
		out_is "$(cat one)"
		same notes "$(cat plive/events)" "T-1 INFO Note $f"
	done
	refused 76 'pp-progression: T-1: it is unknown whether it was written (look there; --again)' \
	    pp-progression note 'Note cut' T-1
	# Each needs a person; what is pasted shows them, and decides nothing.
	expect 1 pp-status --attention
	same attention "$(json '[.kind,.task,.next]' <<<"$output" | uniq -c)" \
	    '      4 ["mark_unknown","T-1","pp-progression note --list-unknown"]'
	yields sh -c "$(jq -rs '.[0].next' <<<"$output")"
	same unknown "$(json '[.kind,.state]' <<<"$output" | uniq -c)" \
	    '      4 ["note","unknown"]'
	# They decide one by one: it stands there, or it does not.
	mapfile -t marks < <(json .mark <<<"$output")
	yields pp-progression note -n --settle "${marks[0]}" \
	    --outcome written --reason 'seen there'
	yields pp-progression note --list-unknown
	same lines "${#lines[@]}" 4
	yields pp-progression note --settle "${marks[0]}" \
	    --outcome written --reason 'seen there'
	json_is '[.state,.reason]' '["written","seen there"]'
	refused 4 'pp-progression: it was written' pp-progression note \
	    --settle "${marks[0]}" --outcome not-written --reason oh
	yields pp-progression note --settle "${marks[1]}" \
	    --outcome not-written --reason 'not there'
	json_is '[.state,.reason]' '["failed","not there"]'
	refused 3 'pp-progression: no such mark' pp-progression note \
	    --settle mark_x --outcome written --reason no
	expect 1 pp-status --attention
	same lines "${#lines[@]}" 2
	# What does not stand there is written by the next run, the other not.
	rm -f plive/events
	for f in cut half 500 html; do
		yields pp-progression note "Note $f" <one
	done
	same notes "$(wc -l <plive/events)" 1
	for words in '--list-unknown x' '--settle m' '--list-unknown --again' \
	    '--settle m --outcome sent --reason x' '--outcome written'; do
		# shellcheck disable=SC2086 # words
		expect 2 pp-progression note $words </dev/null
	done
	yields pp-progression note --again 'Note cut' T-1
	same notes "$(tail -n 1 plive/events)" "T-1 INFO Note cut"
	yields pp-progression note 'Note cut' T-1
	yields pp-status --why T-1
	out_has mark.unknown
	out_has mark.settled
	yields pp-store verify
}

@test "G5: what was surely not written is tried again" {
	local f

	with_links
	sed -n 1p linked >one
	while IFS='|' read -r f status_ words; do
		echo "$f" >plive/fault
		refused "$status_" "pp-progression: line 1: $words" \
		    pp-progression note Reçu <one
	done <<-'EOF'
	in event before|75|ProgressionLIVE: Database is locked
	in event false|4|ProgressionLIVE refuses: Not now
	before|75|ProgressionLIVE: Database is locked
	500|75|ProgressionLIVE: HTTP 500
	EOF
	rm plive/fault
	yields pp-progression note Reçu <one
	same notes "$(cat plive/events)" 'T-1 INFO Reçu'
}

@test "G3: two at once write one note" {
	local i pids=()

	with_links
	echo 'in event slow 1000' >plive/fault
	for i in 1 2 3; do
		timeout 60 pp-progression note 'Une fois' <linked >"out.$i" \
		    2>"err.$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	same notes "$(sort plive/events)" 'T-1 INFO Une fois
T-2 INFO Une fois'
	yields pp-progression note 'Une fois' <linked
	same notes "$(wc -l <plive/events)" 2
}

@test "G5: killed in the middle of a note: unknown, not repeated; a step is" {
	local pid

	with_links
	sed -n 1p linked >one
	export PP_NOW=$PWD/now
	date -u +%Y-%m-%dT%H:%M:%SZ >now
	for verb in 'note Mort' 'step Payé'; do
		case $verb in
		note*) echo 'in /event slow 8000' >plive/fault ;;
		*) echo 'in /1/state slow 8000' >plive/fault ;;
		esac
		# shellcheck disable=SC2086 # two words
		timeout 60 pp-progression $verb <one >out 2>err 3>&- &
		for _ in {1..100}; do
			! grep -q POST plive/log || break
			sleep 0.1
		done
		pid=$(pgrep -P $!)
		kill -9 "$pid"
		wait $! || :
		: >plive/log
		rm plive/fault
	done
	expect 0 pp-status --attention
	# At once it may still be somebody's.
	yields pp-progression note Mort <one
	out_is ''
	date -u -d '+3 minutes' +%Y-%m-%dT%H:%M:%SZ >now
	yields pp-progression note Mort <one
	out_is "$(cat one)"
	refused 76 'pp-progression: T-1: it is unknown whether it was written (look there; --again)' \
	    pp-progression note Mort T-1
	same posts "$(grep -c POST plive/log)" 0
	# The step is written again by itself; only if nothing does it, told.
	expect 1 pp-status --attention
	json_is .next 'pp-progression note --list-unknown'
	date -u -d '+63 minutes' +%Y-%m-%dT%H:%M:%SZ >now
	expect 1 pp-status --attention
	same next "$(json .next <<<"$output" | sort)" \
	    $'pp-progression note --list-unknown\npp-progression step Payé T-1'
	yields pp-progression step Payé <one
	out_is "$(cat one)"
	expect 1 pp-status --attention
	json_is '[.kind,.next]' \
	    '["mark_unknown","pp-progression note --list-unknown"]'
	# What was written down of it, with every outcome, is what the journal
	# tells, and comes back from it.
	yields pp-store verify
	yields pp-store rebuild -q
	yields pp-store info
	json_is '.records.mark > 1' true
}

@test "step: by label or number, once; not a task that is there" {
	with_links
	yields pp-progression step Payé <linked
	out_is "$(cat linked)"
	same moves "$(cat plive/moves)" 'T-1 800
T-2 800'
	yields pp-progression step Payé <linked
	yields pp-progression step 800 T-1
	same moves "$(wc -l <plive/moves)" 2
	refused 3 'pp-progression: no task is or was at a step "Nulle part"; its number will do (pp-progression steps)' \
	    pp-progression step 'Nulle part' T-1
	refused 4 'pp-progression: T-1: ProgressionLIVE refuses: No such state' \
	    pp-progression step 12345 T-1
}

@test "step --paid: only tasks that are paid in full; the others go on" {
	with_links
	yields pp-ledger record --method cheque --amount 1149.75 T-1
	yields pp-ledger record --method cheque --amount 5.00 T-2
	yields pp-progression step --paid Payé <linked
	out_is "$(cat linked)"
	same moves "$(cat plive/moves)" 'T-1 800'
}

@test "set: read, merged, written; only ours change, and only when they do" {
	with_links
	yields pp-progression set <linked
	out_is "$(cat linked)"
	same metas "$(metas T-1)" '{"autre":"garde","pp_balance":"1149.75","pp_paid":"0.00","pp_pending":"0.00","pp_state":"unpaid"}'
	: >plive/log
	yields pp-progression set <linked
	same requests "$(asked)" ''
	yields pp-ledger record --method cheque --amount 500.00 T-1
	yields pp-progression set 'lien={{payment_link.id}}' autre= <linked
	same metas "$(metas T-1)" "{\"lien\":\"$(sed -n 1p linked | json .payment_link.id)\",\"pp_balance\":\"649.75\",\"pp_paid\":\"500.00\",\"pp_pending\":\"0.00\",\"pp_state\":\"partially_paid\"}"
	grep -q '"autre":null' plive/log
	# Nobody knows whether it was written: it is written again.
	yields pp-ledger record --method cheque --amount 1.00 T-1
	: >plive/log
	echo 'in update cut' >plive/fault
	expect 76 pp-progression set T-1
	out_is ''
	rm plive/fault
	yields pp-progression set T-1
	# It had arrived, as reading shows.
	same updates "$(grep -c /update plive/log)" 1
	metas T-1 | grep -q '"pp_paid":"501.00"'
	refused 3 'pp-progression: T-9: no such task' pp-progression set T-9
}

@test "a code that is another task's id is not written to" {
	task T-9 1149.75 700 >plive/tasks
	sed -i 's/"id":9.0/"id":1042/' plive/tasks
	progd
	printf '{"task":"1042","total":"5.00"}\n' | pp-task put >/dev/null
	refused 3 'pp-progression: 1042: ProgressionLIVE answers with another task, T-9' \
	    pp-progression note Reçu 1042
	[[ ! -e plive/events ]]
}

@test "-n writes nothing" {
	with_links
	expect 0 pp-progression note -n Bonjour <linked
	out_is "$(cat linked)"
	err_is 'pp-progression: would write to T-1: Bonjour
pp-progression: would write to T-2: Bonjour'
	expect 0 pp-progression step -n Payé T-1
	err_is 'pp-progression: would write to T-1: Payé'
	expect 0 pp-progression set -n T-1
	err_has 'would write to T-1: {"pp_state":"unpaid"'
	same requests "$(asked)" ''
}

@test "the key is in no error, output or file of ours" {
	with_links
	: >said
	{
		pp-progression steps -v
		pp-progression pull --step 700 -v
		pp-progression note Canari -v <linked
		pp-progression set -v <linked
		pp-status --why T-1
		# It comes back in an error of theirs.
		echo otherKEY >plive/key
		pp-progression steps --key-file - <<<wrongKEY27182818
		pp-progression note Autre -o json -v <linked
	} >>said 2>&1 || :
	(($(wc -l <said) > 8))
	run grep -rla -e "$KEY" -e wrongKEY "$PP_STORE" said
	out_is ''
}

# hook STATUS BODY [PATH [HEADER]]: a webhook.
hook() {
	run -0 timeout 20 "$PP_TEST_BUILDDIR/tests/http" \
	    -H "${4:-X-Other: 1}" POST "$HOOK${3-/hookSECRET0123456789}" - <<<"$2"
	same "answer to $2" "${lines[0]}" "$1"
}

@test "listen: a hint makes the task be read; without the secret it is 404 (G6)" {
	with_links
	(umask 077 && echo hookSECRET0123456789 >secret && echo short >other)
	start hook pp-progression listen --secret-file secret \
	    --listen 127.0.0.1:0 -v
	HOOK=$REPLY
	"$PP_TEST_BUILDDIR/tests/http" -H "Authorization: Bearer $KEY" POST \
	    "$PROGD/server/rest/task/T-1/update" - >/dev/null \
	    <<<'{"itemList":{"subTotal":2000,"total":2299.5}}'
	hook 404 '{"id":1}' /
	hook 404 '{"id":1}' /wrongSECRET0123456789
	hook 400 'x'
	hook 400 '{"other":1}'
	hook 413 "\"$(head -c 1200000 /dev/zero | tr '\0' y)\""
	run -0 "$PP_TEST_BUILDDIR/tests/http" GET "$HOOK/hookSECRET0123456789"
	same get "${lines[0]}" 405
	yields pp-task show T-1
	json_is .total 1149.75
	hook 202 '{"id":1,"total":5}'
	for _ in {1..100}; do
		! grep -q 'T-1: read' hook.err || break
		sleep 0.1
	done
	yields pp-task show T-1
	json_is .total 2299.50
	# A task that is not ours is not made one; a header will do.
	hook 202 '{"eventType":"UPDATE","entity":{"code":"T-3"}}' / \
	    'X-PP-Secret: hookSECRET0123456789'
	for _ in {1..100}; do
		! grep -q 'T-3: read' hook.err || break
		sleep 0.1
	done
	expect 3 pp-task show T-3
	hook 202 '{"id":77}'
	for _ in {1..100}; do
		! grep -q 77 hook.err || break
		sleep 0.1
	done
	grep -q '77: ProgressionLIVE does not know it' hook.err
	run grep -rl -e hookSECRET -e "$KEY" hook.err hook.out "$PP_STORE"
	out_is ''
	refused 65 'pp-progression: the secret has 16 or more of A-Z, a-z, 0-9, _ and -' \
	    pp-progression listen --secret-file other
	expect 2 pp-progression listen
	# shellcheck disable=SC2016 # the shell's own
	refused 2 'pp-progression: LISTEN_FDS: descriptor 3 is no listening socket' \
	    bash -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec pp-progression listen \
	    --secret-file secret' 3</dev/null
	kill "$STARTED"
	wait "$STARTED"
}

# hints FROM TO: so many webhooks over one connection, each about another task;
# prints with which status they were answered, and how often.
hints() {
	local i s end=

	exec {s}<>"/dev/tcp/127.0.0.1/${HOOK##*:}"
	for ((i = $1; i <= $2; i++)); do
		((i < $2)) || end=$'Connection: close\r\n'
		printf 'POST /hookSECRET0123456789 HTTP/1.1\r\nHost: x\r\n%s%s\r\n\r\n{"id":%d}' \
		    "$end" 'Content-Length: 11' "$i"
	done >&"$s"
	timeout 20 cat <&"$s" | tr -d '\r' >answers
	exec {s}>&-
	sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' answers | sort | uniq -c
	same retry "$(grep -c '^Retry-After: 60$' answers)" \
	    "$(grep -c '^HTTP[^ ]* 429' answers)"
}

listening() {
	(umask 077 && echo hookSECRET0123456789 >secret)
	start hook pp-progression listen --secret-file secret \
	    --listen 127.0.0.1:0
	HOOK=$REPLY
}

@test "listen: more than 256 tasks waiting is 429; what waits already is not" {
	with_links
	echo hang >plive/fault
	listening
	hook 202 '{"id":1000}'
	for _ in {1..200}; do
		! grep -q /task/1000 plive/log || break
		nap
	done
	run -0 hints 1001 1300
	same answers "$(tr -s ' ' <<<"$output")" $' 256 202\n 44 429'
	hook 202 '{"id":1100}'
	hook 429 '{"id":1301}'
	kill -9 "$STARTED"
}

@test "listen: more than 600 tasks a minute is 429" {
	local took=0

	with_links
	listening
	# The minute may end meanwhile, once.
	while ((took < 1400)); do
		run -0 hints $((1001 + took)) $((1200 + took))
		[[ $output != *429* ]] || break
		took=$((took + 200))
		for _ in {1..200}; do
			(($(grep -c 'GET.*/task/[0-9]' plive/log) < took)) || break
			nap
		done
	done
	echo "$took, then $output"
	((took >= 600 && took <= 1200))
	kill "$STARTED"
	wait "$STARTED"
}
