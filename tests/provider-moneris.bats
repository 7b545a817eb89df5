# The driver itself, against a server of canned replies on loopback.

bats_require_minimum_version 1.5.0
load helper

TOKEN=CANARYtoken0123456789
TICKET=1757000000sImUlAtOrTiCkEt0123456789abcdeF

# driver: starts it; say and hear speak to it.
driver() {
	coproc DRIVER { exec "$PP_PROVIDERS/provider-moneris" 2>driver.err 3>&-; }
	PP_PIDS+=("$DRIVER_PID")
	exec {TO}>&"${DRIVER[1]}" {FROM}<&"${DRIVER[0]}"
}

say() {
	printf '%s\n' "$@" >&"$TO"
}

# hear: the next answer, in $output.
hear() {
	IFS= read -r -t 15 -u "$FROM" output || {
		echo "no answer"
		return 1
	}
}

ask() {
	say "$1" && hear
}

# server: canned replies from ./web; its address is in $URL.
server() {
	mkdir -p web
	start server "$PP_TEST_BUILDDIR/tests/servd" web
	URL=$REPLY
}

# reply NAME: a whole answer around the body on stdin.
reply() {
	local body
	body=$(cat)
	printf 'HTTP/1.1 200 OK\r\nDate: Thu, 04 Sep 2025 15:21:59 GMT\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
	    "$(LC_ALL=C; printf %s "${#body}")" "$body" >"web/$1"
}

integration() {
	printf '"integration":{"name":"moneris","environment":"sandbox","store_id":"store5","checkout_id":"chktSANDBOX","api_token":"%s","gateway_url":"%s"}' \
	    "$TOKEN" "${1-$URL}"
}

query() { # ID [MEMBERS]
	printf '{"id":"%s","op":"query",%s,"ticket":"%s","order_no":"INV-1042.1","amount":"9.00","opened_at":"2025-09-04T15:20:00Z"%s}' \
	    "$1" "$(integration)" "$TICKET" "${2-}"
}

open_() { # ID [MEMBERS]
	printf '{"id":"%s","op":"open",%s,"order_no":"T-1042-k7qx.a1","amount":"649.75","language":"fr"%s}' \
	    "$1" "$(integration)" "${2-}"
}

# error_is CODE MESSAGE RETRYABLE: the last answer is this error, and names
# neither token nor ticket.
error_is() {
	json_is .ok false
	json_is .error.code "$1"
	json_is .error.message "$2"
	json_is .error.retryable "$3"
	[[ $output != *"$TOKEN"* && $output != *"$TICKET"* ]]
}

@test "describe" {
	driver
	ask '{"id":"1","op":"describe"}'
	out_is '{"id":"1","ok":true,"name":"moneris","title":"Moneris Checkout","credentials":[{"name":"store_id","secret":false},{"name":"checkout_id","secret":false},{"name":"api_token","secret":true}],"environments":["qa","prod","sandbox"],"currencies":["CAD"],"max_inflight":64,"features":{"order_number":{"unique":"at_charge","spent_by_decline":"unknown","ticket_reload":"unknown","retry_in_frame":"unknown"},"refund":{"void_until":"22:00"}}}'
}

@test "unknown ops are refused" {
	driver
	ask '{"id":"x","op":"explode"}'
	out_is '{"id":"x","ok":false,"error":{"code":"refused","message":"op: none of describe, check, script, open, query, refund","retryable":false}}'
	ask '{"id":"y"}'
	out_is '{"id":"y","ok":false,"error":{"code":"refused","message":"op: none of describe, check, script, open, query, refund","retryable":false}}'
}

@test "open: the exact request, and the answer" {
	server
	reply reply <"$FIXTURES/moneris/mco-preload-response-ok.json"
	driver
	ask "$(open_ o1 ',"cust_id":"F-889","customer":{"name":"Jeanne Tremblay","email":"j@example.com"}')"
	out_is '{"id":"o1","ok":true,"ticket":"1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF","expires_at":"2025-09-04T15:51:59Z","script":{"url":"'"$URL"'/chktv2/js/chkt_v2.01.js","integrity":null,"crossorigin":"anonymous","mode":"qa","origins":["'"$URL"'"]},"server_time":"2025-09-04T15:21:59Z"}'
	body='{"store_id":"store5","api_token":"'$TOKEN'","checkout_id":"chktSANDBOX","txn_total":"649.75","environment":"qa","action":"preload","order_no":"T-1042-k7qx.a1","cust_id":"F-889","language":"fr","contact_details":{"first_name":"Jeanne","last_name":"Tremblay","email":"j@example.com","allow_edit":"Y"}}'
	printf 'POST /chktv2/request/request.php HTTP/1.1\r\nHost: %s\r\nUser-Agent: pp/0.1.0\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
	    "${URL#http://}" "${#body}" "$body" >want
	cmp want web/1.request
}

@test "query: the exact request, and the answer" {
	server
	reply reply <"$FIXTURES/moneris/constructed-mco-receipt-response-purchase-approved-visa.json"
	driver
	ask "$(query q1)"
	out_is '{"id":"q1","ok":true,"outcome":"approved","flags":[],"receipt":{"amount":"9.00","amount_cents":900,"fee":null,"order_no":"INV-1042.1","ticket":"'$TICKET'","transaction_no":"8291-0_20","reference_no":"660115340017373030","terminal":"66011534","batch":"737","approval_code":"489642","response_code":"027","iso_code":"01","card":{"brand":"visa","last4":"4242"},"paid_at":"2025-09-04T15:20:53Z"},"server_time":"2025-09-04T15:21:59Z"}'
	body='{"store_id":"store5","api_token":"'$TOKEN'","checkout_id":"chktSANDBOX","ticket":"'$TICKET'","environment":"qa","action":"receipt"}'
	printf 'POST /chktv2/request/request.php HTTP/1.1\r\nHost: %s\r\nUser-Agent: pp/0.1.0\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
	    "${URL#http://}" "${#body}" "$body" >want
	cmp want web/1.request
}

back() { # ID [MEMBERS]
	printf '{"id":"%s","op":"refund",%s,"order_no":"1419381921","transaction_no":"360246-0_8","amount":"10.00","opened_at":"2013-01-11T12:09:00Z"%s}' \
	    "$1" "$(integration)" "${2-}"
}

@test "refund: the exact request, and the answer" {
	server
	reply reply <"$FIXTURES/moneris/mpg-response-refund-approved.xml"
	driver
	ask "$(back r1)"
	out_is '{"id":"r1","ok":true,"outcome":"approved","flags":[],"reason":null,"message":"APPROVED * =","receipt":{"amount":"10.00","amount_cents":1000,"fee":null,"order_no":"1419381921","transaction_no":"360349-1_8","reference_no":"660021630010013580","terminal":"66002163","batch":"001","approval_code":"002144","response_code":"027","iso_code":"01","card":null,"paid_at":"2013-01-11T12:09:31Z"},"server_time":"2025-09-04T15:21:59Z"}'
	body=$(sed "s/store1/store5/; s/yesguy/$TOKEN/" "$FIXTURES/moneris/mpg-request-refund.xml")
	printf 'POST /gateway2/servlet/MpgRequest HTTP/1.1\r\nHost: %s\r\nUser-Agent: pp/0.1.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s' \
	    "${URL#http://}" "${#body}" "$body" >want
	cmp want web/1.request
}

@test "void: a purchase correction, without an amount" {
	server
	reply reply <"$FIXTURES/moneris/mpg-response-correction-no-preauth.xml"
	driver
	ask "$(back v1 ',"kind":"void"')"
	json_is '[.ok,.outcome,.reason,.receipt]' '[true,"declined","no_original",null]'
	tail -n 1 web/1.request >body
	[[ $(<body) == *'<purchasecorrection><order_id>1419381921</order_id><txn_number>360246-0_8</txn_number><crypt_type>7</crypt_type></purchasecorrection></request>' ]]
}

@test "refund: once a byte may have left, no answer is unknown; sent once" {
	server
	driver
	printf '' >web/reply	# the connection is closed
	ask "$(back r1)"
	json_is '[.ok,.outcome,.reason]' '[true,"unknown","lost"]'
	printf '@hang\n' >web/reply
	ask "$(back r2 ',"timeout_ms":300')"
	json_is '[.ok,.outcome,.reason]' '[true,"unknown","timeout"]'
	reply reply <<<'<html></html>'
	ask "$(back r3)"
	json_is '[.ok,.outcome,.reason]' '[true,"unknown","protocol"]'
	[[ $output != *"$TOKEN"* ]]
	[[ -e web/3.request && ! -e web/4.request ]]
	# Nobody there: nothing left.
	URL=http://127.0.0.1:1 ask "$(URL=http://127.0.0.1:1 back r4)"
	json_is '[.ok,.error.code,.error.retryable]' '[false,"unreachable",true]'
}

@test "check: a preload of a cent under a number of its own" {
	server
	reply reply <"$FIXTURES/moneris/mco-preload-response-ok.json"
	driver
	ask '{"id":"c","op":"check",'"$(integration)"'}'
	json_is .ok true
	json_is '.verify|length' 4
	[[ $output != *1726820807T55* ]]
	ask '{"id":"c","op":"check",'"$(integration)"'}'
	for n in 1 2; do
		tail -n 1 web/$n.request >body.$n
		[[ $(jq -r .txn_total body.$n) == 0.01 ]]
		[[ $(jq -r .action body.$n) == preload ]]
		[[ $(jq -r .order_no body.$n) =~ ^pp-check-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$ ]]
	done
	run ! cmp -s body.1 body.2
	reply reply <<<'{"response":{"success":"false","error":{"api_token":"invalid '$TOKEN'"}}}'
	ask '{"id":"c","op":"check",'"$(integration)"'}'
	error_is credentials 'api_token: invalid *' false
}

@test "a duplicate order number has its reason" {
	server
	reply reply <"$FIXTURES/moneris/constructed-mco-preload-response-duplicate-order.json"
	driver
	ask "$(open_ d)"
	out_is '{"id":"d","ok":false,"error":{"code":"refused","reason":"duplicate_order","message":"order_no: Duplicate orderId","retryable":false}}'
}

@test "R2: what is no answer is an error that may be asked again, and no crash" {
	server
	driver
	printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>We will be back soon</html>' >web/reply
	ask "$(query html)"
	error_is protocol 'the reply is not JSON (HTTP status 200)' true

	printf 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\noops' >web/reply
	ask "$(query status)"
	error_is protocol 'the reply is not JSON (HTTP status 502)' true

	printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' >web/reply
	ask "$(query empty)"
	error_is protocol 'the reply is not JSON (HTTP status 200)' true

	: >web/reply
	ask "$(query nothing)"
	error_is unreachable 'Server returned nothing (no headers, no data)' true

	{
		printf 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n'
		cat "$FIXTURES/moneris/constructed-mco-receipt-response-purchase-declined-visa.json"
	} >web/reply
	ask "$(query cut)"
	error_is protocol 'Transferred a partial file' true

	printf 'HTTP/1.1 200 OK\r\n\r\n{"response":{"success":"true","receipt":{"result":"d"' >web/reply
	ask "$(query cut2)"
	error_is protocol 'the reply is not JSON (HTTP status 200)' true

	printf '@fill 3000000\nHTTP/1.1 200 OK\r\n\r\n{"response":"' >web/reply
	ask "$(query huge)"
	error_is protocol 'the reply is too long' true

	printf '@fill 3000000\nHTTP/1.1 200 OK\r\nX-Long: ' >web/reply
	ask "$(query header)"
	json_is .error.retryable true

	printf 'SSH-2.0-OpenSSH_9.2\r\n' >web/reply
	ask "$(query garbage)"
	json_is .error.retryable true

	printf 'HTTP/1.1 302 Found\r\nLocation: %s/elsewhere\r\nContent-Length: 0\r\n\r\n' "$URL" >web/reply
	ask "$(query redirect)"
	error_is protocol 'the reply is not JSON (HTTP status 302)' true
	run ! grep -l elsewhere web/*.request

	jq '.response.request.ticket = "1757000000another"' \
	    "$FIXTURES/moneris/constructed-mco-receipt-response-purchase-declined-visa.json" | reply reply
	ask "$(query other)"
	error_is protocol 'the reply is about another ticket or order number' true

	# It still works.
	reply reply <"$FIXTURES/moneris/mco-receipt-response-ticket-not-complete.json"
	ask "$(query after)"
	out_is '{"id":"after","ok":true,"outcome":"incomplete","flags":[],"receipt":null,"server_time":"2025-09-04T15:21:59Z"}'
}

@test "the body decides, not the HTTP status" {
	server
	driver
	{
		printf 'HTTP/1.1 500 Internal Server Error\r\n\r\n'
		cat "$FIXTURES/moneris/constructed-mco-receipt-response-purchase-approved-visa.json"
	} >web/reply
	ask "$(query q)"
	json_is .outcome approved
	json_is .server_time null
}

@test "nobody there, and no TLS where it was promised" {
	server
	driver
	stop "$STARTED"
	ask "$(query q)"
	error_is unreachable "Couldn't connect to server" true
	server
	ask "$(URL=https://${URL#http://} query q)"
	json_is .error.code unreachable
	run ! grep -l chktSANDBOX web/*.request
}

@test "a late reply is a timeout" {
	server
	driver
	echo '@hang' >web/reply
	SECONDS=0
	ask "$(query late ',"timeout_ms":300')"
	error_is timeout 'Timeout was reached' true
	((SECONDS < 5))
	ask "$(query late ',"timeout_ms":0')"
	error_is refused 'timeout_ms: not 1 to 35000' false
	ask "$(query late ',"timeout_ms":35001')"
	error_is refused 'timeout_ms: not 1 to 35000' false
}

@test "a sandbox is on loopback, and only a sandbox is told where" {
	driver
	for url in http://gateway.moneris.com http://127.0.0.1@evil.example \
	    http://10.0.0.1:80 http://localhost.evil.example ''; do
		ask '{"id":"c","op":"check",'"$(integration "$url")"'}'
		error_is refused 'gateway_url: a sandbox is at http://127.0.0.1:PORT, and nowhere but on this machine' false
	done
	for env in qa prod; do
		ask "$(integration http://127.0.0.1:1 |
		    sed 's/.*/{"id":"c","op":"check",&}/; s/"sandbox"/"'$env'"/')"
		error_is refused 'gateway_url: only for environment sandbox' false
	done
}

@test "a proxy of the environment is not used" {
	server
	reply reply <"$FIXTURES/moneris/mco-receipt-response-ticket-not-complete.json"
	export http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1
	driver
	ask "$(query q)"
	json_is .outcome incomplete
}

@test "bad lines are answered without an id, and the next one counts" {
	driver
	ask 'this is no JSON'
	json_is .id null
	error_is refused 'request: byte 1: not a JSON value' false
	ask '["describe"]'
	json_is .id null
	error_is refused 'request: not an object' false
	ask '{"id":"1","id":"2","op":"describe"}'
	json_is .id null
	json_is .error.code refused
	ask "{\"id\":\"x\",\"api_token\":\"$TOKEN"
	json_is .id null
	[[ $output != *"$TOKEN"* ]]
	ask '{"id":{"a":1},"op":"describe"}'
	json_is .id null
	json_is .name moneris
	ask '{"id":7,"op":"describe"}'
	json_is .id 7
	say '' '' '{"id":"a\"b","op":"describe"}'
	hear
	json_is .id 'a"b'
}

@test "a line over 1 MiB costs that line" {
	driver
	{
		printf '{"id":"long","op":"'
		head -c 3000000 /dev/zero | tr '\0' x
		printf '"}\n{"id":"next","op":"describe"}\n'
	} >&"$TO"
	hear
	json_is .id null
	error_is refused 'request: longer than 1048576 bytes' false
	hear
	json_is .id next
	# The longest that may be.
	{
		printf '{"id":"full","op":"describe","x":"'
		head -c $((1048576 - 36)) /dev/zero | tr '\0' x
		printf '"}\n'
	} >line
	[[ $(stat -c %s line) == 1048577 ]]
	cat line >&"$TO"
	hear
	json_is .id full
}

@test "lines may come in pieces, and many at once" {
	driver
	for part in '{"id":"1",' '"op":"desc' 'ribe"}' $'\n{"id":"2","op":"describe"}\n{"id":"3"' ',"op":"describe"}' $'\n'; do
		printf %s "$part" >&"$TO"
		sleep 0.05
	done
	for id in 1 2 3; do
		hear
		json_is .id $id
	done
}

@test "a slow reader loses nothing" {
	driver
	# Answers of some 10 MB: more than pipe and buffer hold.
	seq -f '{"id":"%.0f","op":"describe"}' 25000 >many
	cat many >&"$TO" &
	writer=$!
	sleep 0.5
	timeout 60 head -n 25000 <&"$FROM" >answers
	wait $writer
	[[ $(jq -r .id answers | sort -n | uniq | wc -l) == 25000 ]]
	[[ $(jq -r .name answers | sort | uniq -c) == *' 25000 moneris' ]]
}

@test "it ends at once with its parent, whatever is under way" {
	server
	driver
	echo '@hang' >web/reply
	for i in 1 2 3; do
		say "$(query $i)"
	done
	for ((i = 0; i < 100; i++)); do
		[[ -e web/3.request ]] && break
		sleep 0.05
	done
	[[ -e web/3.request ]]
	pid=$DRIVER_PID
	in=${DRIVER[1]} out=${DRIVER[0]}
	exec {TO}>&- {in}>&-
	for ((i = 0; i < 40; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	run ! kill -0 "$pid"
	wait "$pid"	# 0, from a sanitizer's leak check too
	exec {FROM}<&- {out}<&- 2>/dev/null || :
}

@test "64 slow requests do not stall a quick one" {
	server
	driver
	reply INV-1042.1.reply <"$FIXTURES/moneris/mco-preload-response-ok.json"
	{
		echo '@wait 4000'
		printf 'HTTP/1.1 200 OK\r\n\r\n'
		cat "$FIXTURES/moneris/mco-receipt-response-ticket-not-complete.json"
	} >web/$TICKET.reply
	{
		query ID
		echo
	} >one
	for i in {1..64}; do
		sed "s/ID/$i/" one
	done >requests
	{
		open_ quick | sed s/T-1042-k7qx.a1/INV-1042.1/
		echo
	} >>requests
	SECONDS=0
	cat requests >&"$TO"
	hear
	json_is .id quick
	json_is .ok true
	((SECONDS < 4))
	for ((i = 1; i <= 64; i++)); do
		hear
		json_is .outcome incomplete
		echo "$output" >>slow
	done
	((SECONDS < 15))
	[[ $(jq -r .id slow | sort -n | uniq | wc -l) == 64 ]]
}

@test "it dumps no core and keeps no secret in view" {
	server
	echo '@hang' >web/reply
	driver
	say "$(query q)"
	for ((i = 0; i < 100; i++)); do
		[[ -e web/1.request ]] && break
		sleep 0.05
	done
	grep -q "$TOKEN" web/1.request
	grep -Eq '^Max core file size +0 +0 ' "/proc/$DRIVER_PID/limits"
	run ! grep -q "$TOKEN" "/proc/$DRIVER_PID/cmdline"
	# Nothing is logged.
	[[ ! -s driver.err ]]
}

@test "the whole way with pp-sandbox: open, pay, query" {
	start_sandbox
	driver
	TOKEN=yesguy URL=$SANDBOX_URL
	opened=$(date -u +%FT%TZ)
	ask "$(open_ o)"
	json_is .ok true
	ticket=$(json .ticket <<<"$output")
	q=$(query q | sed "s/$TICKET/$ticket/; s/INV-1042.1/T-1042-k7qx.a1/; s/9\.00/649.75/; s/2025-09-04T15:20:00Z/$opened/")
	ask "$q"
	json_is .outcome incomplete
	pp-sandbox pay "$ticket" --url "$SANDBOX_URL"
	ask "$q"
	json_is '[.outcome,.flags,.receipt.amount,.receipt.card.last4]' '["approved",[],"649.75","4242"]'
	ask "$(open_ o)"
	json_is .error.reason duplicate_order
}

@test "the examples of pp-provider(5)" {
	page=$PP_TEST_SRCDIR/man/pp-provider.5
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$page" | sed 's/\\e/\\/g' >all
	sed '/^\.Ed/q' all | sed '/^\./d' >provider-none
	chmod +x provider-none
	[[ $(head -n 1 provider-none) == '#!/bin/sh' ]]
	printf '%s\n' '{"id":"1","op":"describe"}' '{"id":"2","op":"query"}' |
	    timeout 20 ./provider-none >answers
	[[ $(jq -r '.name // .error.code' answers | tr '\n' ' ') == 'none refused ' ]]
	[[ $(jq -r .id answers | tr '\n' ' ') == '1 2 ' ]]

	# As it stands there, but for the place.
	sed '1,/^\.Ed/d; /^\./d; s/^[$>] *//' all |
	    sed "s,/usr/local/libexec/pp/providers,$PP_PROVIDERS," >example
	yields bash example
	json_is .name moneris
}
