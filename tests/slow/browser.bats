# The customer's page in chromium, with the processor's real script interface
# and frame: what the scripts do, and what axe finds.  Needs chromium, node and
# npm; SHOTS=directory keeps pictures.

# shellcheck disable=SC1112
bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper
load browser

HTTP=$PP_TEST_BUILDDIR/tests/http
DOC='{"task":"T-1042","customer":{"name":"Marie Tremblay","language":"fr"},"description":"Chauffe-eau neuf","lines":[{"label":"Chauffe-eau","quantity":"1","total":"1000.00"}],"total":"1149.75","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}]}'

setup_file() {
	browser_setup
}

setup() {
	pp_setup
	printf '[business]\nname = Plomberie Tremblay\nphone = 418 555-0123\nlogo = %s/logo.svg\n' \
	    "$FIXTURES" >"$PP_CONFIG"
	start_sandbox --seed 1
	printf 'yesguy\n' >token && chmod 600 token
	expect 0 pp-integration add moneris --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	export PAGE_URL=$REPLY
	make_link T1 "$DOC"
}

# make_link VARIABLE DOCUMENT [OPTION...]
make_link() {
	expect 0 pp-link create "${@:3}" <<<"$2" || return
	printf -v "$1" %s "$(jq -r '.payment_link.url | sub(".*/"; "")' \
	    <<<"$output")"
	export "${1?}"
}

# sees SCENARIO LINE...: and nothing else, no script error, nothing of axe's.
sees() {
	LIMIT=300 yields node "$PP_TEST_SRCDIR/tests/slow/drive.js" "$1" ||
	    return
	out_is "$(printf '%s\n' "${@:2}")"
}

fault() {
	printf '%s' "$1" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault
}

# charged FILTER VALUE
charged() {
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges" || return
	output=${output#*$'\n'}
	json_is "[.charges[] | .result]" "$1"
}

@test 'a card is typed into the frame and the receipt follows' {
	sees pay 'Payé. Merci!'
	charged '["approved"]'
	expect 0 pp-status --is paid T-1042
}

@test 'declined, then another card' {
	sees decline 'The payment was declined' 'Paid. Thank you!'
	charged '["declined","approved"]'
}

@test 'cancelled, then paid' {
	sees cancel 'Vous avez quitté la fenêtre de paiement' 'Payé. Merci!'
	charged '["approved"]'
}

@test 'two tabs: one ticket, and both learn that it is paid' {
	sees tabs 'the same ticket' 'Payé. Merci!' 'Payé. Merci!'
	charged '["approved"]'
}

@test 'no callback ever: the page finds out by itself' {
	fault '{"fault":"callback_lost"}'
	sees lost 'Payé. Merci!'
	charged '["approved"]'
}

@test 'a late receipt: checking, then paid, without a key pressed' {
	fault '{"fault":"receipt_late","arg":"12"}'
	sees late 'Nous vérifions votre paiement' 'Payé. Merci!'
	charged '["approved"]'
}

@test 'parts, at 320 pixels: choice, wrong amount, another window, the rest' {
	make_link T2 '{"task":"T-2","customer":{"language":"fr"},"total":"862.31"}' \
	    --open --min 50
	sees parts 'Inscrivez un montant de' 'Vérifiez avant de payer' \
	    'Vérifiez avant de payer' 'Un paiement est déjà ouvert' \
	    'Paiement reçu. Merci!' 'Vérifiez avant de payer' 'Payé. Merci!'
	charged '["approved","approved"]'
}

@test 'the window ends: told in words, and continued in another' {
	sees ending 'not yet' \
	    'Cette fenêtre de paiement se ferme dans cinq minutes.' \
	    'Payé. Merci!'
	charged '["approved"]'
	expect 0 pp-status T-1042 -o json
	json_is '[(.attempts | length), ([.attempts[].order_no] | unique | length)]' \
	    '[2,1]'
}

@test 'the processor has no script for us: said' {
	LIMIT=300 expect 0 node "$PP_TEST_SRCDIR/tests/slow/drive.js" blocked
	same 'last line' "${lines[-1]}" said
}

@test 'without JavaScript: told, and the way back' {
	sees noscript 'Le formulaire de carte a besoin de JavaScript. Activez-le et revenez en arrière, ou appelez-nous pour payer autrement.' \
	    'à payer'
}

@test 'by keyboard alone, at 400 percent, from the link to the receipt' {
	make_link T2 '{"task":"T-2","customer":{"language":"fr"},"total":"862.31"}' \
	    --open --min 50
	sees keys skip 'Vérifiez avant de payer' submit \
	    'Paiement reçu. Merci!'
	charged '["approved"]'
}

@test 'pages of links that have ended, in both languages' {
	local cancelled unknown

	make_link cancelled '{"task":"T-3","total":"5.00"}'
	expect 0 pp-link cancel "$(pp-status T-3 -o json |
	    jq -r '.links[0].id // .links[0].link')"
	unknown=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
	export ENDS="$cancelled $unknown"
	sees ends 'Ce lien a été annulé' 'This link was cancelled' \
	    'Page introuvable' 'Page not found'
}
