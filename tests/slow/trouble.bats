# The customer's page under load and in trouble: what counts is that everything
# charged is recorded once, and that every customer reads a true sentence.
#
# CUSTOMERS=60 pay at once.

bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper

HTTP=$PP_TEST_BUILDDIR/tests/http
: "${CUSTOMERS:=60}"

setup() {
	pp_setup
	export PP_NOW=$BATS_TEST_TMPDIR/now
	printf '+0\n' >"$PP_NOW"
	printf '[page]\nlimit_per_address = 0\nlimit_per_link = 0\nlimit_declines = 0\n[business]\nphone = 418 555-0123\n' \
	    >"$PP_CONFIG"
	start_sandbox --seed 1
	printf 'yesguy\n' >token && chmod 600 token
	expect 0 pp-integration add moneris --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token
	serve 127.0.0.1:0
	WHERE=${URL#http://}
}

serve() {
	start page pp-page --listen "$1" \
	    --templates "$PP_TEST_SRCDIR/share/page" || return
	URL=$REPLY
	PAGE_PID=$STARTED
}

# links N: their addresses, at this page, in the file links.
links() {
	local i

	printf '[page]\nurl = %s\n' "$URL" >url.conf
	sed 1d "$PP_CONFIG" >>url.conf
	for ((i = 1; i <= $1; i++)); do
		printf '{"task":"T-%d","total":"%d.00","customer":{"language":"fr"}}\n' \
		    "$i" $((i + 150))
	done | pp-link create -c url.conf | jq -r .payment_link.url >links
	[[ $(wc -l <links) == "$1" ]]
}

fault() {
	printf '%s' "$1" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault
}

# Everything that the processor charged is a payment here, once, and nothing
# else is; every attempt has its event; the store verifies.
all_is_recorded() {
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges"
	sed 1d <<<"$output" | jq -r '.charges[] |
	    select(.result == "approved") | [.order_no, .amount] | @tsv' |
	    sort >charged
	pp-ledger list | jq -r '[.order_no, .amount] | @tsv' | sort >recorded
	diff charged recorded
	same 'numbers charged twice' "$(cut -f 1 charged | uniq -d)" ''
	yields pp-store verify
	pp-status --pending | jq -r .task >pending
	[[ ! -s pending ]]
}

@test 'everybody pays at once, and the server is killed in the midst of it' {
	local i killed=0
	local -a who=()

	links "$CUSTOMERS"
	fault '{"fault":"stall","arg":"1","at":"preload"}'
	while read -r link; do
		printf '%s\n' "$link" | timeout 90 pp-sandbox pay --link - \
		    >/dev/null 2>&1 3>&- &
		who+=($!)
	done <links
	for i in 1 2 3; do
		sleep 2
		kill -9 "$PAGE_PID"
		killed=$((killed + 1))
		wait "$PAGE_PID" || :
		serve "$WHERE"
	done
	wait "${who[@]}" || :
	fault '{"fault":"stall","count":0}'
	expect 0 pp-status --refresh
	# Those who never got to the end try once more, when an attempt without
	# a ticket has lapsed (rule L3).
	printf '+180\n' >"$PP_NOW"
	expect 0 pp-status --refresh
	while read -r link; do
		printf '%s\n' "$link" | timeout 60 pp-sandbox pay --link - \
		    >>second 2>&1 3>&- || echo "status $?" >>second
	done <links
	expect 0 pp-status --refresh
	all_is_recorded
	(($(wc -l <recorded) == CUSTOMERS))
	echo "$killed kills, $(wc -l <recorded) payments of $CUSTOMERS links" >&3
}

@test 'while customers wait ten seconds for the processor the others do not' {
	local token form
	local -a who=()

	links "$CUSTOMERS"
	fault '{"fault":"stall","arg":"10","at":"preload"}'
	while read -r link; do
		printf '%s\n' "$link" | timeout 90 pp-sandbox pay --link - \
		    >/dev/null 2>&1 3>&- &
		who+=($!)
	done < <(sed 1d links)
	sleep 4
	local t0=${EPOCHREALTIME/./}
	for i in {1..10}; do
		yields "$HTTP" -t 20 GET "$(sed -n 1p links)"
		[[ $output == 200* ]]
	done
	local took=$(((${EPOCHREALTIME/./} - t0) / 10000))
	echo "ten views: $took ms each" >&3
	((took < 2000))
	wait "${who[@]}" || :
	fault '{"fault":"stall","count":0}'
	expect 0 pp-status --refresh
	all_is_recorded
}

@test 'no room for a write: the page still shows, and says the truth' {
	links 1
	local link form
	link=$(sed -n 1p links)
	kill "$PAGE_PID"
	wait "$PAGE_PID" || :
	printf '[store]\nreserve = 900000G\n' >>"$PP_CONFIG"
	serve "$WHERE"
	yields "$HTTP" GET "$link"
	[[ $output == 200* ]]
	form=$(sed -n 's/.*name="form" value="\([^"]*\)".*/\1/p' \
	    <<<"$output" | sed -n 1p)
	printf 'form=%s' "$form" >body
	yields "$HTTP" -f POST "$link/pay" body
	[[ $output == 500* ]]
	out_has 'Un problème est survenu de notre côté'
	out_has '418 555-0123'
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges"
	json_is '.charges | length' 0 <<<"$(sed 1d <<<"$output")"
}

@test 'six hundred clients that send slowly do not hold the server' {
	links 1
	ulimit -n 4096
	(
		declare -a fds=()
		for _ in {1..600}; do
			exec {fd}<>"/dev/tcp/${WHERE/://}" && fds+=("$fd") ||
			    break
			printf 'GET /p/' >&"$fd"
		done
		: >all_there
		for _ in {1..30}; do
			for fd in "${fds[@]}"; do
				printf x >&"$fd" || :
			done 2>/dev/null
			sleep 0.5
		done
	) 2>/dev/null 3>&- &
	local slow=$! i
	for _ in {1..100}; do
		[[ ! -e all_there ]] || break
		sleep 0.1
	done
	for i in {1..5}; do
		yields "$HTTP" -t 15 GET "$(sed -n 1p links)"
		[[ $output == 200* ]]
	done
	kill "$slow" 2>/dev/null || :
	wait "$slow" || :
}
