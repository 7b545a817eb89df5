# pp-integration: credentials in, checked before they are saved, never shown
# (rules I1, K4).
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
	printf 'yesguy\n' >token
	chmod 600 token
}

teardown() {
	cmds_teardown
}

SYNOPSIS='usage: pp-integration add '

# What the driver says of itself is what is kept.
features() {
	[[ -n ${FEATURES-} ]] || FEATURES=$(timeout 20 pp-integration providers |
	    jq -cr '{currencies, script_integrity: null,
	    script_seen_at: null, features} | tojson | .[1:-1]')
}

# shown NAME ENVIRONMENT FAVOURITE [DISABLED [ROTATED [REMOVED]]]
shown() {
	features
	printf '{"integration":"%s","provider":"moneris","environment":"%s","store_id":"store5","checkout_id":"chktTEST","gateway_url":null,"token_last4":"sguy","disabled":%s,"created_at":"2026-11-23T15:04:05Z","rotated_at":%s,"removed_at":%s,%s,"favourite":%s,"api_token":"****sguy"}' \
	    "$1" "$2" "${4-false}" "${5-null}" "${6-null}" "$FEATURES" "$3"
}

add() {
	expect "$1" pp-integration add "${@:2}" --store-id store5 \
	    --checkout-id chktTEST --no-check <token
}

# sandboxed STATUS [OPTION...]: with a processor behind it.
sandboxed() {
	expect "$1" pp-integration add "${@:2}" --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktTEST
}

live_conf() {
	cat >"$PP_CONFIG" <<-'END'
	[page]
	url = https://pay.example.com
	[business]
	name = Plomberie Tremblay
	address = 1, rue Principale, Québec
	phone = 418 555-0123
	refund_policy = 30 jours
	END
}

@test "providers: what drivers there are, without a store" {
	yields pp-integration providers
	json_is '[.name, .title, .environments, .currencies, .max_inflight]' \
	    '["moneris","Moneris Checkout",["qa","prod","sandbox"],["CAD"],64]'
	json_is '[.credentials[] | [.name, .secret]]' \
	    '[["store_id",false],["checkout_id",false],["api_token",true]]'
	[[ ! -e $PP_STORE ]]
	PP_PROVIDERS=none refused 78 \
	    'pp-integration: none: No such file or directory' \
	    pp-integration providers
}

@test "add: qa by default; NAME from the provider and the reverse; first is favourite" {
	add 0
	err_is 'pp-integration: moneris added, the favourite'
	out_is "$(shown moneris qa true)"
	add 0 second -q
	err_is ''
	out_is "$(shown second qa false)"
	add 0 --provider moneris
	err_is ''	# the same again is the same
	out_is "$(shown moneris qa true)"
	yields pp-integration list
	out_is "$(shown moneris qa true)
$(shown second qa false)"
	yields pp-integration show second
	out_is "$(shown second qa false)"
	same events "$(journal | jq -c '[.type, .integration]')" \
	    '["integration.added","moneris"]
["integration.added","second"]'
}

@test "add: the same name with other credentials is 5, the difference named" {
	local hint='(another NAME, or pp-integration remove moneris)'
	add 0 -q
	differs() {
		refused 5 "pp-integration: $1: integration moneris exists with another $2" \
		    pp-integration add -q --no-check "${@:3}" <token
	}
	differs store_id "$hint" --store-id store4 --checkout-id chktTEST
	differs checkout_id "$hint" --store-id store5 --checkout-id chktX
	printf 'other-token\n' >token
	differs api_token '(pp-integration rotate moneris)' \
	    --store-id store5 --checkout-id chktTEST
}

@test "add: checked with the provider before it is saved" {
	start_sandbox
	sandboxed 0 --api-token-file token
	err_is 'pp-integration: moneris added, the favourite, checked with the provider'
	printf 'wrong-token\n' >bad
	chmod 600 bad
	refused 77 'pp-integration: credentials: api_token: API Token mismatch (--no-check saves it unchecked)' \
	    pp-integration add second --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktTEST --api-token-file bad
	refused 3 'pp-integration: no integration second (pp-integration list)' \
	    pp-integration show second
	# Nobody there: nothing happened, a retry is safe.
	stop "$SANDBOX_PID"
	sandboxed 75 third --api-token-file token
	out_is ''
	err_has '--no-check saves it unchecked'
	expect 3 pp-integration show third
}

@test "add: the token from a private file or stdin, never argv or environment" {
	add 0 -q one
	expect 0 pp-integration add -q two --store-id store5 \
	    --checkout-id chktTEST --no-check --api-token-file token </dev/null
	json_is .token_last4 sguy
	chmod 640 token
	refused 77 'pp-integration: token: others may read it (chmod 600 token)' \
	    pp-integration add -q three --store-id store5 \
	    --checkout-id chktTEST --no-check --api-token-file token
	refused 3 'pp-integration: nofile: No such file or directory' \
	    pp-integration add -q three --store-id store5 \
	    --checkout-id chktTEST --no-check --api-token-file nofile
	refused 65 'pp-integration: the secret is empty' \
	    pp-integration add -q three --store-id store5 \
	    --checkout-id chktTEST --no-check </dev/null
	# No option is shortened: this one would have its value taken for a
	# file, and told.
	for o in '--api-token yesguy' --api-token=yesguy; do
		# shellcheck disable=SC2086 # words
		expect 2 pp-integration add three $o --store-id s --checkout-id c
		err_has 'pp-integration: --api-token: no such option'
		[[ $stderr != *yesguy* ]]
	done
}

@test "add: what is missing is asked for on a terminal, the token unseen" {
	cat >typed <<-'END'
	store5
	chktTEST
	yesguy
	END
	(
		sleep 0.5
		while read -r line; do
			sleep 0.3
			printf '%s\n' "$line"
		done <typed
		sleep 0.5
	) | expect 0 script -qec 'pp-integration add --no-check -o json' out \
	    >/dev/null
	grep -q '^Store id: ' out
	grep -q 'Checkout id: ' out
	grep -q 'API token: ' out
	run ! grep -q yesguy out
	yields pp-integration list
	json_is '[.store_id, .checkout_id, .token_last4]' \
	    '["store5","chktTEST","sguy"]'
	refused_use() {
		expect 2 pp-integration add "$@" <token
		out_is ''
		err_has "$SYNOPSIS"
	}
	refused_use --checkout-id c
	err_has 'pp-integration: --store-id is missing'
	refused_use --store-id s
	err_has 'pp-integration: --checkout-id is missing'
	refused_use --environment test --store-id s --checkout-id c
	err_has 'pp-integration: --environment is qa, prod or sandbox'
}

@test "add: names, ids and addresses that are none" {
	local long
	printf -v long 'x%.0s' {1..300}
	bad() {
		refused "$1" "pp-integration: $2" pp-integration add -q \
		    --no-check "${@:3}" <token
	}
	bad 65 'integration: a name is 1 to 32 of a-z 0-9 - _, beginning with a letter, not X Y' \
	    'X Y' --store-id s --checkout-id c
	bad 65 'name: longer than 64 bytes' "$long" --store-id s --checkout-id c
	bad 65 'store_id: longer than 64 bytes' --store-id "$long" \
	    --checkout-id c
	bad 65 'checkout_id: longer than 64 bytes' --store-id s \
	    --checkout-id "$long"
	bad 65 'gateway_url: missing: an integration of environment sandbox has one' \
	    --environment sandbox --store-id s --checkout-id c
	bad 65 'gateway_url: only an integration of environment sandbox has one' \
	    --gateway-url http://127.0.0.1:1 --store-id s --checkout-id c
	for u in http://10.0.0.1:80 http://127.0.0.1.example.com:80 \
	    https://127.0.0.1:80 http://127.0.0.1:80@example.com http://127.0.0.1 \
	    http://localhost:80; do
		bad 65 'gateway_url: a sandbox is at http://127.0.0.1:PORT, and nowhere but on this machine' \
		    --environment sandbox --gateway-url "$u" --store-id s \
		    --checkout-id c
	done
	expect 78 pp-integration add x --provider nope --no-check \
	    --store-id s --checkout-id c <token
	out_is ''
	[[ $stderr == 'pp-integration: '*provider-nope* ]]
	[[ ! -e $PP_STORE ]]
}

@test "I1: a store is test or live from its first integration on" {
	live_conf
	add 0 -q
	refused 78 'pp-integration: this is a test store, and prod is live: they are never mixed (use another store: --store DIR)' \
	    pp-integration add -q live --environment prod --no-check \
	    --store-id s --checkout-id c <token
	PP_STORE=live add 0 -q real --environment prod
	json_is .environment prod
	refused 78 'pp-integration: this is a live store, and qa is test: they are never mixed (use another store: --store DIR)' \
	    pp-integration add -q --store live --no-check \
	    --store-id s --checkout-id c <token
	# For ever, also when the first one has gone.
	expect 0 pp-integration remove moneris
	expect 78 pp-integration add -q live --environment prod --no-check \
	    --store-id s --checkout-id c <token
}

@test "I1: real money needs a configuration" {
	local key
	for key in 'page url, which must begin with https://' 'business name' \
	    'business address' 'business phone or email' \
	    'business refund_policy'; do
		live_conf
		local name=${key#* }
		name=${name%% *}
		name=${name%,}
		sed -i "/^$name /d" "$PP_CONFIG"
		refused 78 "pp-integration: real money needs a configuration with [${key%% *}] ${key#* }" \
		    pp-integration add -q --environment prod --no-check \
		    --store-id s --checkout-id c <token
		[[ ! -e $PP_STORE ]]
	done
	live_conf
	add 0 -q --environment prod
	expect 0 pp-link create <<<'{"task":"T-1","total":"5.00"}'
	json_is '.payment_link.url | test("^https://pay.example.com/p/[a-z2-7]{32}$")' true
	# And later on: no link is made without it.
	: >"$PP_CONFIG"
	expect 78 pp-link create <<<'{"task":"T-2","total":"5.00"}'
	out_is ''
	err_is 'pp-link: real money needs a configuration with [page] url, which must begin with https://'
	expect 3 pp-task show T-2
	# The tests' clock is none in a live store.
	[[ $(timeout 20 pp-task show T-1 | json .task) == T-1 ]]
	[[ $(journal | head -n 1 | json .at) != 2026-11-23T15:04:05* ]]
}

@test "favourite, disable, enable: each an event, told by the whole row" {
	add 0 -q
	add 0 -q second
	grown 1 pp-integration favourite second
	out_is "$(shown second qa true)"
	grown 0 pp-integration favourite second
	yields pp-integration show moneris
	json_is .favourite false
	grown 1 pp-integration disable second
	out_is "$(shown second qa true true)"
	grown 0 pp-integration disable second
	grown 1 pp-integration enable second
	out_is "$(shown second qa true)"
	same events "$(journal | tail -n 3 | json .type | tr '\n' ' ')" \
	    'integration.favourite integration.disabled integration.enabled '
}

@test "of what is not there: 3; operands too few and too many: 2" {
	local v
	add 0 -q
	for v in show favourite disable enable remove; do
		refused 3 'pp-integration: no integration nope (pp-integration list)' \
		    pp-integration "$v" nope
		expect 2 pp-integration "$v"
		err_has "pp-integration: $v: too few operands"
		expect 2 pp-integration "$v" a b
		err_has 'pp-integration: b: one operand too many'
	done
	expect 3 pp-integration rotate nope --no-check <token
	err_is 'pp-integration: no integration nope (pp-integration list)'
	refused 3 'pp-integration: there is no store in none' \
	    pp-integration show moneris -s none
	refused 3 'pp-integration: no integration moneris' \
	    pp-integration disable moneris -s none
	[[ ! -e none ]]
	# A name that would be one if it were cut.
	local name
	printf -v name 'x%.0s' {1..80}
	refused 65 'pp-integration: name: longer than 64 bytes' \
	    pp-integration disable "$name"
}

@test "check: yes 0, no 1, and what no program can see, to verify by eye" {
	start_sandbox
	sandboxed 0 -q --api-token-file token
	printf 'wrong-token\n' >bad && chmod 600 bad
	sandboxed 0 -q second --no-check --api-token-file bad
	yields pp-integration check moneris
	json_is '[.integration, .ok, .message, (.verify | length > 2)]' \
	    '["moneris",true,null,true]'
	expect 1 pp-integration check moneris second
	same rows "$(jq -c '[.integration, .ok]' <<<"$output")" \
	    '["moneris",true]
["second",false]'
	err_is 'pp-integration: second: credentials: api_token: API Token mismatch'
	expect 3 pp-integration check nope moneris
	json_is .integration moneris
	stop "$SANDBOX_PID"
	expect 75 pp-integration check moneris
	json_is .ok false
}

# A driver whose script is what the file script.js holds, and which knows the
# digest in the file published, if there is one.
scripted() {
	mkdir drivers
	cat >drivers/provider-toy <<-'END'
	#!/bin/bash
	digest() { printf 'sha384-'; openssl dgst -sha384 -binary "$1" | base64; }
	while read -r line; do
		id=$(jq -c .id <<<"$line")
		case $line in
		*'"op":"describe"'*)
			echo "{\"id\":$id,\"ok\":true,\"name\":\"toy\",\"currencies\":[\"CAD\"],\"features\":{}}" ;;
		*'"op":"check"'*)
			if [[ -e no ]]; then
				echo "{\"id\":$id,\"ok\":false,\"error\":{\"code\":\"$(<no)\",\"message\":\"m\",\"retryable\":false}}"
			else
				echo "{\"id\":$id,\"ok\":true,\"verify\":[]}"
			fi ;;
		*'"op":"script"'*)
			p=null
			[[ ! -e published ]] || p="\"$(digest published)\""
			if [[ -e script.js ]]; then
				echo "{\"id\":$id,\"ok\":true,\"script\":{\"url\":\"https://p.example/s.js\",\"integrity\":\"$(digest script.js)\",\"published\":$p}}"
			elif [[ -e old ]]; then
				echo "{\"id\":$id,\"ok\":false,\"error\":{\"code\":\"refused\",\"message\":\"op\",\"retryable\":false}}"
			else
				echo "{\"id\":$id,\"ok\":false,\"error\":{\"code\":\"unreachable\",\"message\":\"no script\",\"retryable\":true}}"
			fi ;;
		esac
	done
	END
	sed -i "2i cd '$PWD'" drivers/provider-toy
	chmod +x drivers/provider-toy
	export PP_PROVIDERS=$PWD/drivers
	expect 0 pp-integration add toy --provider toy -q --store-id s \
	    --checkout-id c --api-token-file token
}

@test "check: says that the processor's script changed, until it is accepted" {
	scripted
	echo 'one' >script.js
	yields pp-integration check toy
	json_is '[.ok, .script.changed, .script.published, .script.seen_at]' \
	    '[true,false,null,"2026-11-23T15:04:05Z"]'
	json_is .script.integrity \
	    "sha384-$(openssl dgst -sha384 -binary script.js | base64)"
	local first
	first=$(json .script.integrity <<<"$output")
	grown 0 pp-integration check toy
	echo 'two' >script.js
	unchanged 1 pp-integration check toy
	json_is '[.ok, .script.changed, .script.previous]' \
	    "[false,true,\"$first\"]"
	err_is "pp-integration: toy: the processor's script is not the one that was looked at on 2026-11-23 (look at it, then pp-integration check --accept-script toy)"
	unchanged 1 pp-integration check toy
	unchanged 0 pp-integration check -n --accept-script toy
	unchanged 1 pp-integration check toy
	grown 1 pp-integration check --accept-script toy
	json_is '[.ok, .script.changed]' '[true,true]'
	grown 0 pp-integration check toy
	json_is '[.ok, .script.changed, .script.previous]' '[true,false,null]'
}

@test "check: a script that browsers would refuse, none at all, an older driver" {
	scripted
	echo 'one' | tee script.js >published
	yields pp-integration check toy
	echo 'two' >script.js
	expect 1 pp-integration check --accept-script toy
	err_has 'is not the one it published'
	rm script.js
	expect 75 pp-integration check toy
	json_is '[.ok, .script]' '[false,null]'
	err_has 'unreachable: no script'
	: >old
	yields pp-integration check toy
	json_is '[.ok, .script]' '[true,null]'
}

@test "check: the digest of what the processor really serves" {
	local want
	start_sandbox
	sandboxed 0 -q --api-token-file token
	want=$("$PP_TEST_BUILDDIR/tests/http" GET \
	    "$SANDBOX_URL/chktv2/js/chkt_v2.01.js" | sed 1d |
	    openssl dgst -sha384 -binary | base64)
	yields pp-integration check moneris
	json_is '[.script.integrity, .script.published]' \
	    "[\"sha384-$want\",null]"
}

@test "rotate: only a no about the token is 77, any other is 75" {
	scripted
	echo credentials >no
	unchanged 77 pp-integration rotate toy --api-token-file token
	err_is 'pp-integration: credentials: m'
	for code in refused unreachable timeout protocol; do
		echo "$code" >no
		unchanged 75 pp-integration rotate toy --api-token-file token
		err_is "pp-integration: $code: m"
	done
}

@test "rotate: the new token works before the old one goes" {
	start_sandbox
	sandboxed 0 -q --api-token-file token
	printf 'wrong-token\n' >bad && chmod 600 bad
	unchanged 77 pp-integration rotate moneris --api-token-file bad
	out_is ''
	yields pp-integration check moneris
	json_is .ok true
	grown 1 pp-integration rotate moneris --no-check --api-token-file bad
	json_is .token_last4 oken
	expect 1 pp-integration check moneris
	expect 0 pp-integration rotate moneris <token
	json_is '[.token_last4, .rotated_at]' \
	    '["sguy","2026-11-23T15:04:05Z"]'
	yields pp-integration check moneris
	json_is .ok true
}

@test "K4: remove: not while a ticket is unresolved or a payment may be refunded" {
	world
	expect 0 pp-integration add second --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktTWO --api-token-file token
	link '{"task":"T-1","total":"25.00"}' --integration second
	expect 0 pp-sandbox pay --link - --then load <<<"$URL_OF"
	local att
	att=$(timeout 20 pp-status T-1 | json '.attempts[0].attempt')
	refused 4 "pp-integration: second: ticket unresolved ($att) (pp-integration disable second stops new tickets)" \
	    pp-integration remove second
	paid "$URL_OF"
	later $((3 * 86400))
	expect 0 pp-status --refresh
	local pay
	pay=$(timeout 20 pp-ledger list | json .id)
	refused 4 "pp-integration: second: payment may still be refunded ($pay) (pp-integration disable second stops new tickets)" \
	    pp-integration remove second
	# Disabled it takes no new ticket, and its links stay.
	expect 0 pp-integration disable second
	link '{"task":"T-2","total":"25.00"}' --integration second
	run timeout 20 pp-sandbox pay --link - <<<"$URL_OF"
	((status != 0))
	says=$(timeout 20 pp-status T-2 | jq -c '[.state, (.attempts | length)]')
	same T-2 "$says" '["unpaid",0]'
	grown 1 pp-integration remove moneris
	json_is '.removed_at | type' string
	expect 3 pp-integration show moneris
}

@test "-n: told, not done" {
	add 0 -n
	out_is "$(shown moneris qa true | jq -c '.created_at = null')"
	err_is 'pp-integration: would be: moneris added, the favourite'
	[[ ! -e $PP_STORE ]]
	add 0 -q
	unchanged 0 pp-integration add -n second --store-id store5 \
	    --checkout-id chktTEST --no-check <token
	unchanged 0 pp-integration disable -n moneris
	json_is .disabled true
	unchanged 0 pp-integration remove -n moneris
	unchanged 0 pp-integration rotate -n moneris --no-check <token
	yields pp-integration list
	out_is "$(shown moneris qa true)"
}

@test "P3: who did it, in every event" {
	add 0 -q
	same actor "$(journal | json .actor)" pp-integration
	same person "$(journal | json .person)" "$(id -un)"
	if ((EUID == 0)); then
		SUDO_USER=marie expect 0 pp-integration disable moneris
		same person "$(journal | tail -n 1 | json .person)" marie
	fi
}

@test "a table, and errors as objects" {
	add 0 -q
	on_tty 0 'pp-integration list'
	out_is 'INTEGRATION  PROVIDER  ENVIRONMENT  STORE   CHECKOUT  TOKEN     FAVOURITE  DISABLED
moneris      moneris   qa           store5  chktTEST  ****sguy  yes        no'
	refused 3 '{"tool":"pp-integration","line":null,"item":null,"member":null,"status":3,"message":"no integration nope","hint":"pp-integration list"}' \
	    pp-integration show -o json nope
}
