# No secret in argv, environment, log, error text or store: API token, link
# tokens, tickets, card numbers. And no person in the journal (rule P1).
bats_require_minimum_version 1.5.0
load helper
load cmds

PAN=4242424242424242
DOC='{"task":"T-1","customer":{"name":"Zoé Canari-Tremblay","email":"canari@example.com","phone":"418 555-7788","address":"77, rue du Canari","language":"fr"},"description":"Réparation du canari","lines":[{"label":"Cage du canari","total":"1000.00"}],"invoice":{"number":"F-1"},"total":"1149.75"}'

setup() {
	cmds_setup
	: >said
}

teardown() {
	cmds_teardown
}

# do_ STATUS CMD...: its words are kept in said.
do_() {
	run --separate-stderr timeout 20 "${@:2}"
	printf '%s\n%s\n' "$output" "$stderr" >>said
	same "status of ${*:2}" "$status" "$1"
}

# watched CMD...: while it runs, argv and environment of every process of ours
# are copied into seen.
watched() {
	local watcher rc=0
	: >seen
	(
		while [[ ! -e enough ]]; do
			for p in /proc/[0-9]*; do
				read -r comm <"$p/comm" || continue
				case $comm in
				pp-* | provider-*)
					cat "$p/cmdline" "$p/environ" || :
					;;
				esac
			done 2>/dev/null
		done >seen
	) 3>&- &
	watcher=$!
	PP_PIDS+=("$watcher")
	"$@" || rc=$?
	: >enough
	wait "$watcher" || :
	return "$rc"
}

# nowhere SECRET FILE...: in none of these, directories included.
nowhere() {
	local found
	printf '%s\n' "$1" >pattern
	[[ ${#1} -gt 5 ]] || return
	shift
	found=$(grep -rlaF -f pattern -- "$@" | grep -vx pattern) || :
	same "places of a secret" "$found" ''
}

# The whole story, with everything that may go wrong on the way.
story() {
	world || return
	link "$DOC" --percent 30 --purpose deposit || return
	FIRST=$URL_OF
	paid "$URL_OF" --card "$PAN" || return
	link "$DOC" || return
	SECOND=$URL_OF
	expect 0 pp-sandbox pay --link - --then load <<<"$URL_OF" || return
	printf '{"fault":"html"}' >fault
	"$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault >/dev/null || return
	later 7
	do_ 75 pp-status --refresh -v T-1 || return
	later 7
	do_ 75 pp-status --refresh -v -o json T-1 || return
	printf '{"fault":"none"}' >fault
	"$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault >/dev/null || return
	later 7
	do_ 0 pp-status --refresh -v T-1 || return
	do_ 0 pp-integration check moneris || return
	do_ 0 pp-integration show moneris || return
	do_ 0 pp-integration list -o csv || return
	do_ 0 pp-link list || return
	do_ 0 pp-link show "$LINK" || return
	do_ 0 pp-status --pending || return
	do_ 0 pp-status -o table T-1 || return
	do_ 0 pp-ledger list || return
	do_ 0 pp-ledger payments T-1 -o csv || return
	do_ 0 pp-task show T-1 || return
	do_ 3 pp-link show "$SECOND" || return
	do_ 3 pp-link show -o json "$SECOND?lang=fr" || return
	do_ 3 pp-status "${SECOND##*/}" || return
}

@test "token, link tokens, tickets, card numbers: nowhere" {
	local ticket
	watched story
	[[ -s seen && -s said ]]
	# That it sees: the store's path is in every environment.
	grep -qaF "$PP_STORE" seen
	"$HTTP" GET "$SANDBOX_URL/sandbox/charges" >charges
	ticket=$(sed 1d charges | jq -r '.. | .ticket? // empty' | head -n 1)
	[[ $ticket =~ ^[0-9A-Za-z]{40}$ ]]
	# But what the customer types, and what was asked for by name.
	tr '\0' '\n' <seen | grep -vxF -e "$PAN" -e "${SECOND##*/}" \
	    -e "$SECOND" -e "$SECOND?lang=fr" | sort -u >seen.ours
	for secret in yesguy "${FIRST##*/}" "${SECOND##*/}" "$ticket" "$PAN"; do
		nowhere "$secret" "$PP_STORE" page.out page.err said \
		    seen.ours
	done
}

@test "a token that is wrong is in no error" {
	local canary=canaryTOKEN31415926
	start_sandbox
	printf '%s\n' "$canary" >token && chmod 600 token
	do_ 77 pp-integration add --environment sandbox --gateway-url \
	    "$SANDBOX_URL" --store-id store5 --checkout-id chktX \
	    --api-token-file token
	do_ 77 pp-integration add --environment sandbox --gateway-url \
	    "$SANDBOX_URL" --store-id store5 --checkout-id chktX \
	    --api-token-file token -o json -v
	do_ 0 pp-integration add --environment sandbox --gateway-url \
	    "$SANDBOX_URL" --store-id store5 --checkout-id chktX \
	    --api-token-file token --no-check -v
	do_ 1 pp-integration check moneris
	do_ 77 pp-integration rotate moneris --api-token-file token
	do_ 2 pp-integration rotate moneris "--api-token=$canary"
	rm token
	nowhere "$canary" "$PP_STORE" said
	nowhere anaryTOKEN31415926 said
	grep -q '\*\*\*\*5926' said
}

@test "a token in a file that others may read is refused, and not told" {
	printf 'canaryTOKEN\n' >token
	chmod 644 token
	do_ 77 pp-integration add --store-id s --checkout-id c --no-check \
	    --api-token-file token
	head -c 5000 /dev/zero | tr '\0' y >token
	chmod 600 token
	do_ 65 pp-integration add --store-id s --checkout-id c --no-check \
	    --api-token-file token
	nowhere canaryTOKEN said
	nowhere yyyyyyyyyyyy said
}

@test "P1: events hold no name, mail, phone, address, description or label" {
	local word
	world
	link "$DOC"
	paid "$URL_OF"
	expect 0 pp-task put <<<"${DOC/1149.75/1200.00}"
	journal >events
	(($(wc -l <events) > 8))
	for word in Canari canari 555-7788 'rue du' Réparation Cage Zoé; do
		run grep -F "$word" events
		same "$word" "$output" ''
	done
	# They are known all the same.
	expect 0 pp-task show T-1
	out_has Canari-Tremblay
}

@test "P2: kept of a card are brand and last four" {
	world
	link "$DOC"
	paid "$URL_OF" --card 5454545454545454
	expect 0 pp-ledger list
	json_is .card '{"brand":"mastercard","last4":"5454"}'
	journal | jq -c 'del(.prev, .token_hash, .hash)' >events
	grep -q 5454 events
	for part in 545454 54545454 5454545454545454; do
		run grep -F "$part" events
		same "$part" "$output" ''
	done
}

@test "P3: the person behind sudo is in every event, and it is a safe text" {
	((EUID == 0)) || skip 'not root'
	SUDO_USER=marie expect 0 pp-task put <<<"$DOC"
	SUDO_USER=$'ma\e[2Jrie"' expect 0 pp-task put <<<"${DOC/1149.75/5.00}"
	same who "$(journal | jq -c '[.actor, .person]')" \
	    '["pp-task","marie"]
["pp-task","ma?[2Jrie\""]'
	# Under sudo nobody chooses the drivers.
	added
	mkdir evil
	printf '#!/bin/sh\ntouch "%s/owned"\n' "$PWD" >evil/provider-moneris
	chmod 755 evil/provider-moneris
	PP_PROVIDERS=$PWD/evil SUDO_USER=marie \
	    run timeout 20 pp-integration check moneris
	[[ ! -e owned ]]
	PP_PROVIDERS=$PWD/evil run timeout 20 pp-integration check moneris
	[[ -e owned ]]
}
