# The customer's page under load and in trouble: what counts is that everything
# charged is recorded once, and that every customer reads a true sentence.
#
# CUSTOMERS=60 pay at once; WAITING=200 wait for a slow processor; IMPORT=100000
# lines are imported meanwhile.

# shellcheck disable=SC1112 # typographic quotes are what is tested
bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper

HTTP=$PP_TEST_BUILDDIR/tests/http
: "${CUSTOMERS:=60}" "${WAITING:=200}" "${IMPORT:=100000}"

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

teardown() {
	pp_teardown
	! mountpoint -q disk || umount disk
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

# comes LINK FILE: a customer reads the page; what it is asked back with is in
# FILE.form.
comes() {
	"$HTTP" -t 60 GET "$1" >"$2" || return
	printf 'form=%s' "$(sed -n \
	    's/.*name="form" value="\([^"]*\)".*/\1/p' "$2" | sed -n 1p)" \
	    >"$2.form"
}

# press LINK FILE: and presses pay; the page that is answered is in FILE.
press() {
	"$HTTP" -t 120 -f POST "$1/pay" "$2.form" >"$2"
}

# views N LINK: so many, one after the other; their median in ms is in REPLY.
views() {
	local i t0

	for ((i = 0; i < $1; i++)); do
		t0=${EPOCHREALTIME/./}
		"$HTTP" -t 30 GET "$2" >view || return
		echo $(((${EPOCHREALTIME/./} - t0) / 1000))
		[[ $(head -n 1 view) == 200 ]] || { cat view >&2; return 1; }
	done | sort -n | sed -n "$((($1 + 1) / 2))p" >median
	REPLY=$(<median)
	[[ $REPLY ]]
}

@test 'two hundred wait ten seconds for the processor, and the others do not' {
	local i=0
	local -a who=()

	links $((WAITING + 1))
	while read -r link; do
		comes "$link" answer.$((++i))
	done < <(sed 1d links)
	fault '{"fault":"stall","arg":"10","at":"preload"}'
	i=0
	while read -r link; do
		i=$((i + 1))
		press "$link" answer.$i 3>&- &
		who+=($!)
	done < <(sed 1d links)
	sleep 4
	views 11 "$(sed -n 1p links)"
	echo "$WAITING waiting: a view in $REPLY ms, its client included" >&3
	((REPLY < 2000))
	wait "${who[@]}" || :
	fault '{"fault":"stall","count":0}'
	# Each has a ticket, or was told a true sentence and what comes next.
	for ((i = 1; i <= WAITING; i++)); do
		case $(head -n 1 answer.$i) in
		200) grep -q 'data-ticket="[0-9A-Za-z]\{40\}"' answer.$i ;;
		503) grep -qE 'La fenêtre de paiement se prépare|ce n’est pas un refus|rien n’a été fait' \
		    answer.$i ;;
		*) false ;;
		esac || { cat answer.$i; return 1; }
	done
	echo "$(grep -l data-ticket answer.* | wc -l) of them got a ticket" >&3
	expect 0 pp-status --refresh
	yields pp-store verify
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges"
	output=${output#*$'\n'}
	json_is '.charges | length' 0
	# Those with a ticket may pay, all of them.
	sed -n 's/.*data-ticket="\([^"]*\)".*/\1/p' answer.* | head -n 20 |
	    while read -r ticket; do
		printf '%s\n' "$ticket" | timeout 60 pp-sandbox pay \
		    --url "$SANDBOX_URL" - >/dev/null || return
	done
	printf '+6\n' >"$PP_NOW"
	expect 0 pp-status --refresh
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges"
	same payments "$(pp-ledger list | wc -l)" \
	    "$(sed 1d <<<"$output" | jq '.charges | length')"
}

@test 'a long import holds nobody up' {
	local import

	links 1
	seq "$IMPORT" | sed 's/.*/{"task":"I-&","total":"&.00"}/' >tasks
	LIMIT=500
	timeout "$LIMIT" pp-link create <tasks 2>import.err 3>&- |
	    wc -l >imported 3>&- &
	import=$!
	sleep 1
	views 21 "$(sed -n 1p links)"
	kill -0 "$import"	# or nothing was shown
	echo "during an import: a view in $REPLY ms, its client included" >&3
	((REPLY < 2000))
	# And one who pays meanwhile gets the window.
	comes "$(sed -n 1p links)" answer
	press "$(sed -n 1p links)" answer
	grep -q data-ticket answer
	wait "$import"
	same 'lines imported' "$(<imported)" "$IMPORT"
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
	output=${output#*$'\n'}
	json_is '.charges | length' 0
}

@test 'a disk that is really full: shown still, then paid when there is room' {
	local link

	mkdir disk
	mount -t tmpfs -o size=112m none disk 2>/dev/null ||
	    skip 'only root may mount a small disk'
	links 1
	link=$(sed -n 1p links)
	stop "$PAGE_PID"
	cp -R "$PP_STORE" disk/store
	PP_STORE=$PWD/disk/store
	serve "$WHERE"
	dd if=/dev/zero of=disk/filler bs=64k >dd.out 2>&1 || :
	same 'room left' "$(df --output=avail disk | tail -n 1 | tr -d ' ')" 0
	yields "$HTTP" GET "$link"
	[[ $output == 200* ]]
	comes "$link" answer
	press "$link" answer
	output=$(<answer)
	[[ $output == 500* ]]
	out_has 'Un problème est survenu de notre côté'
	yields "$HTTP" GET "$link"
	[[ $output == 200* ]]
	rm disk/filler
	comes "$link" answer
	press "$link" answer
	sed -n 's/.*data-ticket="\([^"]*\)".*/\1/p' answer |
	    pp-sandbox pay --url "$SANDBOX_URL" - >/dev/null
	printf '+6\n' >"$PP_NOW"
	expect 0 pp-status --refresh
	all_is_recorded
	(($(wc -l <recorded) == 1))
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
