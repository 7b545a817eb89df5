# shellcheck shell=bash disable=SC1112 # typographic quotes are wanted
# Every state that the customer's page knows, all at once in one store, for the
# tests that look at each of them in chromium.  Loaded after helper.bash.

HTTP=$PP_TEST_BUILDDIR/tests/http
GOOD=4242424242424242
BAD=4485621544903528
LINES='"lines":[{"label":"Chauffe-eau 60 gallons, 12 ans","quantity":"1","total":"749.00"},{"label":"Main-d’œuvre","quantity":"2.5","total":"212.50"},{"label":"Disposition de l’ancien appareil","quantity":"1","total":"38.50"}],"taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}]'
WHO='"customer":{"name":"Marie Tremblay","email":"m@example.com","address":"123, rue des Érables, app. 4, Québec (Québec) G1R 2S5","language":"fr"},"description":"Remplacement du chauffe-eau, y compris le raccordement"'

# later SECONDS: everybody's clock.
SHIFT=0
later() {
	SHIFT=$((SHIFT + $1))
	printf '+%d\n' "$SHIFT" >"$BATS_TEST_TMPDIR/now"
}

# link NAME DOCUMENT [OPTION...]: its token is in TOKEN, and in states.tsv.
link() {
	pp-link create "${@:3}" <<<"$2" >link.json || return
	LINK=$(jq -r .payment_link.id <link.json)
	TOKEN=$(jq -r '.payment_link.url | sub(".*/"; "")' <link.json)
	[[ $1 == - ]] || state "$1"
}

# state NAME [WHAT [URL]]: WHAT is what states.js does there beyond looking;
# URL is another page of the same store.
state() {
	printf '%s\t%s\t%s\n' "$1" "${3-$URL}/p/$TOKEN" "${2-}" >>states.tsv
}

# page_with NAME SECTION KEY VALUE: one more page of the store, with this in
# its configuration; its address is in REPLY.
page_with() {
	{
		sed "/^$3 =/d" "$PP_CONFIG"
		printf '[%s]\n%s = %s\n' "${@:2}"
	} >"$1.conf"
	start "$1" pp-page -c "$1.conf" --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
}

task() {
	printf '{"task":"%s",%s,"total":"1149.75",%s}' "$1" "$WHO" "$LINES"
}

ask() {
	printf '%s' "${3-}" >body
	"$HTTP" -f "$1" "$URL$2" ${3+body} >answer
}

# form: what the page that was answered is asked back with.
form() {
	sed -n 's/.*name="form" value="\([0-9a-f]*\)".*/\1/p' answer |
	    head -n 1
}

# press [FIELDS]: TICKET, ATTEMPT.
press() {
	ask GET "/p/$TOKEN" || return
	FORM=$(form)
	ask POST "/p/$TOKEN/pay" "form=$FORM${1-}" || return
	TICKET=$(sed -n 's/.*data-ticket="\([^"]*\)".*/\1/p' answer)
	ATTEMPT=$(sed -n 's/.*data-attempt="\([^"]*\)".*/\1/p' answer)
	[[ $TICKET ]] || { cat answer; return 1; }
}

# pay PAN [FIELDS]: the whole of it.
pay() {
	press "${2-}" || return
	pp-sandbox pay --url "$SANDBOX_URL" --card "$1" - <<<"$TICKET" \
	    >card.json 2>card.err || [[ $? == 6 ]] || return
	ask POST "/p/$TOKEN/result" "form=$FORM&attempt=$ATTEMPT" || return
	later 6
	pp-status --refresh -q >/dev/null
}

# world: processor, integration, page.
world() {
	export PP_NOW=$BATS_TEST_TMPDIR/now
	later 0
	cat >"$PP_CONFIG" <<-END
	[business]
	name = Plomberie Tremblay
	legal_name = Plomberie Tremblay et filles inc.
	address = 45, rue Saint-Jean
	 Québec (Québec) G1R 1N8
	phone = 418 555-0123
	email = comptes@example.com
	gst_number = 123456789 RT0001
	qst_number = 1234567890 TQ0001
	statement_name = PLOMB TREMBLAY
	terms_url = https://example.com/conditions
	privacy_url = https://example.com/vie-privee
	refund_policy = Remboursement par la même carte dans les 30 jours.
	refund_policy_en = Refunds go back to the same card, within 30 days.
	logo = $PP_TEST_SRCDIR/tests/fixtures/logo.svg
	colour = #1f5f99
	[mail]
	transport = /bin/true
	[page]
	limit_per_address = 0
	limit_per_link = 0
	other_ways = Par virement Interac à comptes@example.com, ou par chèque.
	other_ways_en = By Interac transfer to comptes@example.com, or by cheque.
	END
	start_sandbox --seed 1 || return
	printf 'yesguy\n' >token && chmod 600 token
	pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token >/dev/null ||
	    return
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page" || return
	URL=$REPLY
	: >states.tsv
}

# all_states: one link each.
all_states() {
	local i many

	link expired "$(task T-101)" --expires 1d || return
	link - "$(task T-103)" --expires 1d || return
	RENEW=$TOKEN
	link - "$(task T-102)" --open --min 100 --expires 1d || return
	pay "$GOOD" '&choice=other&amount=500.00' || return
	state expired-part
	later 90000

	# Its customer has asked for a new link already.
	TOKEN=$RENEW
	ask GET "/p/$TOKEN" || return
	ask POST "/p/$TOKEN/renewal" "form=$(form)" || return
	state renewal-asked

	link due "$(task T-1042)" || return
	many=$(jq -cn '[range(1; 24) | {label: "Pièce n° \(.)",
	    quantity: "1", total: "10.00"}]')
	link due-many "{\"task\":\"T-104\",$WHO,\"total\":\"230.00\",\"lines\":$many}" ||
	    return
	link choice "$(task T-105)" --open --min 344.93 --purpose deposit ||
	    return
	state review review
	state wrong-amount wrong
	link - "$(task T-107)" --open --min 50 || return
	pay "$GOOD" '&choice=other&amount=500.00' || return
	state part-paid
	link paid "$(task T-108)" || return
	pay "$GOOD" || return
	link - "$(task T-109)" --open --min 50 || return
	pay "$GOOD" '&choice=other&amount=500.00' || return
	pay "$GOOD" '&choice=all' || return
	state paid-twice
	link declined "$(task T-110)" || return
	pay "$BAD" || return
	link - "$(task T-113)" || return
	pp-link cancel -q "$LINK" >/dev/null || return
	state cancelled
	link superseded "$(task T-114)" || return
	link - "$(task T-114 | sed s/m@example/b@example/)" --amount 5.00 \
	    --if-exists supersede || return
	link - "$(task T-115)" || return
	pay "$GOOD" || return
	pp-refund --reason essai "$(pp-status T-115 -o json |
	    jq -r '.payments[0].id')" >refund.json 2>refund.err ||
	    { cat refund.err; return 1; }
	state refunded
	link nothing "$(task T-116)" || return
	pp-task put -q <<<'{"task":"T-116","total":"0.00"}' >/dev/null ||
	    return
	link - "$(task T-117)" || return
	pay "$GOOD" || return
	pp-task put -q <<<'{"task":"T-117","total":"1000.00"}' >/dev/null ||
	    return
	state overpaid
	link - "$(task T-118)" || return
	for i in {1..10}; do
		pay "$BAD" || return
		later 60
	done
	state locked
	link checking "$(task T-111)" || return
	press || return
	ask POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=submitted" || return
	link - "$(task T-112)" --open --min 50 || return
	press '&choice=other&amount=200.00' || return
	state other other
	link - "$(task T-106)" || return
	state frame pay
	state frame-ending ending
	state frame-ended ended
	state frame-again reopen
	link - "$(task T-119)" || return
	state stale stale
	link - "$(task T-120)" || return
	pp-mail --templates "$PP_TEST_SRCDIR/share/mail" -q \
	    --template demande-de-paiement --send "$LINK" >/dev/null || return
	pp-task put -q <<<'{"task":"T-120","total":"1249.75"}' >/dev/null ||
	    return
	state changed
	link - "$(task T-121)" || return
	press || return
	state open
	state frame-old-language pay

	# Left at one processor's account, wanted at another's.
	pp-integration add second -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token >/dev/null ||
	    return
	link - "$(task T-122)" || return
	press || return
	ask POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=cancel" || return
	link - "$(task T-122)" --integration second --purpose rest \
	    --amount 20.00 || return
	later 60
	state elsewhere elsewhere

	# What goes wrong is told by pages of their own.
	link - "$(task T-123)" || return
	state down down
	link - "$(task T-124)" --open --min 50 || return
	state busy busy
	link - "$(task T-125)" || return
	page_with brake page limit_declines 1 || return
	state brake press "$REPLY"
	page_with full store reserve 900000G || return
	state fault press "$REPLY"
	page_with few page limit_per_link 1 || return
	state many many "$REPLY"
	TOKEN=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
	state unknown
}
