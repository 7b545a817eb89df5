# pp-page: the customer's page, with the real driver and the offline processor.
#
# The clock is the real one, shifted by what the file now says (seconds), for
# every process at once: "later 6" passes the gap between two questions.

# shellcheck disable=SC1112 # typographic quotes are what is tested
bats_require_minimum_version 1.5.0
load helper

HTTP=$PP_TEST_BUILDDIR/tests/http
DOC='{"task":"T-1042","customer":{"name":"Marie Tremblay","email":"m@example.com","language":"fr"},"description":"Chauffe-eau <neuf>","invoice":{"number":"F-889"},"lines":[{"label":"Chauffe-eau","quantity":"2","total":"1000.00"}],"total":"1149.75","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}]}'

# One world for the tests that only look, or post what is refused.
setup_file() {
	local v BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/shared

	mkdir "$BATS_TEST_TMPDIR"
	prepare
	world || { pp_teardown; return 1; }
	for v in PP_STORE PP_CONFIG PP_NOW URL TOKEN LINK SANDBOX_URL; do
		export "SHARED_$v=${!v}"
	done
	export SHARED_PIDS="${PP_PIDS[*]}"
}

teardown_file() {
	read -ra PP_PIDS <<<"${SHARED_PIDS-}"
	pp_teardown
}

setup() {
	prepare
}

# shared: in place of "world", the one of the file.
shared() {
	local v

	for v in PP_STORE PP_CONFIG PP_NOW URL TOKEN LINK SANDBOX_URL; do
		v=SHARED_$v
		export "${v#SHARED_}=${!v}"
	done
}

prepare() {
	pp_setup
	export PP_NOW=$BATS_TEST_TMPDIR/now
	SHIFT=0
	later 0
	printf '%s\n' '[business]' 'name = Plomberie Tremblay' \
	    'phone = 418 555-0123' 'email = comptes@example.com' \
	    'gst_number = 123456789 RT0001' 'statement_name = TREMBLAY' \
	    'refund_policy = Dans les 30 jours.' >"$PP_CONFIG"
}

later() {
	SHIFT=$((SHIFT + $1))
	printf '+%d\n' "$SHIFT" >"$BATS_TEST_TMPDIR/now"
}

# world: processor, integration, a link (TOKEN), the page.
world() {
	start_sandbox --seed 1 || return
	printf 'yesguy\n' >token && chmod 600 token
	expect 0 pp-integration add moneris --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token || return
	ask_link "$DOC" || return
	serve
}

serve() {
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page" || return
	URL=$REPLY
	PAGE_PID=$STARTED
}

# ask_link DOCUMENT [OPTION...]: its token is in TOKEN.
ask_link() {
	expect 0 pp-link create "${@:2}" <<<"$1" || return
	[[ $output =~ '"payment_link":{"id":"'(lnk_[^\"]*)'","url":"'[^\"]*/p/([a-z2-7]{32})\" ]] ||
	    { echo "$output"; return 1; }
	LINK=${BASH_REMATCH[1]}
	TOKEN=${BASH_REMATCH[2]}
}

at() {
	TOKEN=$1
}

# asks STATUS METHOD PATH [BODY] [HTTP OPTION...]: the body is in $output.
# The client has a time limit of its own; no process is started but it, and so
# in what reads the answer: there are hundreds of them.
asks() {
	local want=$1 method=$2 path=$3
	if [[ $method == POST ]]; then
		printf '%s' "${4-}" >asked
		"$HTTP" -f "${@:5}" POST "$URL$path" asked >told || return
	else
		"$HTTP" "${@:5}" "$method" "$URL$path" >told || return
	fi
	output=$(<told)
	same status "${output%%$'\n'*}" "$want" || { echo "$output"; return 1; }
	output=${output#*$'\n'}
	# No-break spaces look the same in this file; see "typography".
	RAW=$output
	output=${output//$'\u00a0'/ }
}

get() {
	asks 200 GET "/p/$TOKEN${1-}"
}

# value NAME: of the first attribute of this name, in VALUE.
value() {
	[[ $output =~ $1=\"([^\"]*)\" ]] || return
	VALUE=${BASH_REMATCH[1]}
}

# The form's value of the page that was just read.
form() {
	value 'name="form" value' && FORM=$VALUE &&
	    [[ $FORM =~ ^[0-9a-f]{40}$ ]]
}

# Presses pay, with more fields if any: TICKET, ATTEMPT.
press() {
	get && form && asks 200 POST "/p/$TOKEN/pay" "form=$FORM${1-}" &&
	    frame
}

frame() {
	value data-ticket && TICKET=$VALUE &&
	    value data-attempt && ATTEMPT=$VALUE &&
	    [[ $TICKET =~ ^[0-9A-Za-z]{40}$ && $ATTEMPT == att_* ]]
}

# card STATUS [OPTION...]: what the customer does in the frame.
card() {
	expect "$1" pp-sandbox pay --url "$SANDBOX_URL" "${@:2}" - \
	    <<<"$TICKET"
}

result() {
	asks 303 POST "/p/$TOKEN/result" "form=$FORM&attempt=$ATTEMPT"
}

fault() {
	printf '%s' "$1" >fault
	yields "$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault || return
	out_is $'200\n{"ok":true}'
}

# charges FILTER VALUE: of what the processor really charged.
charges() {
	yields "$HTTP" GET "$SANDBOX_URL/sandbox/charges" || return
	output=${output#*$'\n'}
	json_is "$1" "$2"
}

# status FILTER VALUE
status_is() {
	expect 0 pp-status "${3-T-1042}" -o json && json_is "$1" "$2"
}

# until_has TEXT: the page says so within 20 s.
until_has() {
	local _n

	for _n in {1..40}; do
		get || return
		[[ $output != *"$1"* ]] || return 0
		sleep 0.5
	done
	has page "$output" "$1"
}

@test 'prints its address alone, ends on SIGTERM with 0, and its log is clean' {
	world
	[[ $URL =~ ^http://127\.0\.0\.1:[0-9]+$ ]]
	get
	asks 404 GET "/p/$TOKEN/x"
	asks 404 GET "/nothing/$TOKEN"
	kill "$PAGE_PID"
	wait "$PAGE_PID"
	same stdout "$(<page.out)" "$URL"
	same stderr "$(sed 's/[0-9]*ms$/Nms/' page.err)" \
	    "127.0.0.1 GET /p/${TOKEN:0:4}… 200 $(sed -n '1s/.* 200 \([0-9]*\) .*/\1/p' page.err) Nms
127.0.0.1 GET ? 404 $(sed -n '2s/.* 404 \([0-9]*\) .*/\1/p' page.err) Nms
127.0.0.1 GET ? 404 $(sed -n '3s/.* 404 \([0-9]*\) .*/\1/p' page.err) Nms"
}

@test 'wrong use, no store, bad templates, a taken port' {
	refused 2 'pp-page: listen nowhere: not ADDRESS:PORT' \
	    pp-page --listen nowhere --templates "$PP_TEST_SRCDIR/share/page"
	refused 78 "pp-page: there is no store in $PP_STORE (pp-integration add makes it)" \
	    pp-page --templates "$PP_TEST_SRCDIR/share/page" -l 127.0.0.1:0
	cp -r "$PP_TEST_SRCDIR/share/page" own
	sed -i '2s/^/{{bogus}}/' own/due.html
	refused 78 'pp-page: due.html: line 2: unknown placeholder {{bogus}}' \
	    pp-page --templates own -l 127.0.0.1:0
	world
	refused 74 "pp-page: listen ${URL#http://}: Address already in use" \
	    pp-page --templates "$PP_TEST_SRCDIR/share/page" \
	    --listen "${URL#http://}"
}

@test 'GET shows what is owed, in French, and changes nothing' {
	local before

	shared
	before=$(pp-status T-1042 -o json)
	get
	out_has '<html lang="fr">'
	out_has 'Boutique d’essai'
	out_has '1 149,75 $</span> <span class="unit">à payer'
	out_has 'Chauffe-eau &lt;neuf&gt;'
	out_has 'Chauffe-eau × 2</th><td>1 000,00 $'
	out_has 'TVQ</th><td>99,75 $'
	out_has 'Marie Tremblay'
	out_has 'F-889'
	out_has 'tel:4185550123'
	[[ $output != *m@example.com* ]]
	get && get '?lang=en' && get /state
	same status "$(pp-status T-1042 -o json)" "$before"
}

@test 'typography: amounts, colons and guillemets have no-break spaces' {
	shared
	get
	output=$RAW
	out_has $'Payer 1\u00a0149,75\u00a0$</button>'
	out_has $'Boutique d’essai\u00a0: aucun'
	out_has $'affichera «\u00a0TREMBLAY\u00a0»'
}

@test 'every word is used' {
	yields awk -F '"' '
		NR == FNR { if ($0 ~ /^\t{ "[a-z_]*"/) word[$2]; next }
		{ for (w in word) if ($0 ~ "[{\"]" w "[}\"]") delete word[w] }
		END { for (w in word) print w, "is not used" }
	' "$PP_TEST_SRCDIR"/cmd/page_words.c \
	    "$PP_TEST_SRCDIR"/share/page/*.html \
	    "$PP_TEST_SRCDIR"/cmd/page_{part,shell,slip,till,view}.c
	out_is ''
}

# heads KIND TYPE [HEADER...]: the answer in $output ("asks ... -i") has the
# headers of its kind and then these, and no others.  How long to wait is N.
heads() {
	local o='' wallet='' style='' frame="'none'" cache=no-store type=$2
	local coop=same-origin want got='' line

	case $1 in
	page) ;;
	kept)	# for ever: a hash of it is in its address
		cache='public, max-age=31536000, immutable' ;;
	frame)	# on this page alone: the processor's script and frame, the
		# styles that it sets, its wallets and their windows
		o=" $SANDBOX_URL" wallet="self \"$SANDBOX_URL\""
		style=" 'unsafe-inline'" frame=$SANDBOX_URL
		coop=same-origin-allow-popups ;;
	*) return 1 ;;
	esac
	[[ $type == */* ]] || type="text/$type; charset=utf-8"
	want="content-type: $type
content-security-policy: default-src 'none'; script-src 'self'$o; style-src 'self'$o$style; frame-src $frame; connect-src 'self'$o; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
permissions-policy: payment=($wallet), camera=(), microphone=(), geolocation=(), usb=()
cache-control: $cache
referrer-policy: no-referrer
x-content-type-options: nosniff
x-frame-options: DENY
x-robots-tag: noindex,nofollow
cross-origin-opener-policy: $coop
cross-origin-resource-policy: same-origin"
	for line in "${@:3}"; do
		want+=${line:+$'\n'$line}
	done
	while IFS= read -r line && [[ $line ]]; do
		case $line in
		date:* | content-length:* | connection:*) ;;
		retry-after:\ [1-9]*) got+=$'\nretry-after: N' ;;
		*) got+=$'\n'$line ;;
		esac
	done <<<"$output"
	same headers "${got#$'\n'}" "$want"
}

# answers [HEADER]: a table from stdin, a request and what heads says of its
# answer a line.  TOKENS has the links that it names; FORM is what the page's
# own forms carry, BIG too much, @ the link's token.
answers() {
	local status method link path body kind type more

	head -c 17000 /dev/zero | tr '\0' a >big
	while read -r status method link path body kind type more; do
		TOKEN=${TOKENS[$link]-}
		if [[ $body == FORM* ]]; then
			get && form || return
			body=form=$FORM${body#FORM}
		fi
		[[ $body != BIG ]] || body=$(<big)
		[[ $link == - ]] || path=/p/$TOKEN${path#-}
		asks "$status" "$method" "$path" "${body#-}" -i || return
		heads "$kind" "$type" "${1-}" "${more//@/$TOKEN}" || {
			echo "in the answer to $method $path ($link)"
			return 1
		}
	done
}

@test 'every route and state, with every header' {
	local css js logo
	local -A TOKENS

	printf 'logo = %s\n' "$FIXTURES/logo.svg" >>"$PP_CONFIG"
	world
	TOKENS[paid]=$TOKEN
	get
	[[ $output =~ page-[0-9a-f]+\.css ]] && css=${BASH_REMATCH[0]}
	[[ $output =~ page-[0-9a-f]+\.js ]] && js=${BASH_REMATCH[0]}
	[[ $output =~ logo-[0-9a-f]+\.svg ]] && logo=${BASH_REMATCH[0]}
	press
	card 0
	result
	until_has 'Payé. Merci!'
	ask_link "${DOC/T-1042/T-2}"
	TOKENS[checking]=$TOKEN
	press
	asks 204 POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=submitted" -i
	heads page plain
	ask_link "${DOC/T-1042/T-3}" --expires 1d
	TOKENS[expired]=$TOKEN
	later 90000
	ask_link "${DOC/T-1042/T-4}"
	TOKENS[cancelled]=$TOKEN
	expect 0 pp-link cancel "$LINK"
	ask_link "${DOC/T-1042/T-5}"
	TOKENS[replaced]=$TOKEN
	ask_link "$(sed 's/T-1042/T-5/; s/m@/b@/' <<<"$DOC")" --amount 5.00 \
	    --if-exists supersede
	ask_link "${DOC/T-1042/T-6}" --open --min 50
	TOKENS[choice]=$TOKEN
	ask_link "${DOC/T-1042/T-7}"
	TOKENS[due]=$TOKEN
	TOKENS[nobody]=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

	answers <<-END
	200 GET  due       -               -     page  html
	200 HEAD due       -               -     page  html
	200 GET  due       ?lang=en        -     page  html
	200 GET  due       /state          -     page  application/json
	405 POST due       -               -     page  html  allow: GET, HEAD
	405 GET  due       /pay            -     page  html  allow: POST
	403 POST due       /pay            -     page  html
	403 POST due       /result         -     page  html
	400 POST due       /event          -     page  html
	413 POST due       /pay            BIG   page  html
	200 POST due       /pay            FORM  frame html
	303 POST due       /result         FORM  page  plain location: /p/@
	200 GET  choice    ?amount=100.00  -     page  html
	422 POST choice    /review         FORM&amount=9   page  html
	303 POST choice    /review         FORM&choice=min page  plain location: /p/@?amount=50.00
	200 POST choice    /pay            FORM&amount=100 frame html
	200 POST choice    /pay            FORM&amount=200 page  html
	200 GET  paid      -               -     page  html
	200 GET  checking  -               -     page  html
	200 GET  checking  /state          -     page  application/json
	200 GET  expired   -               -     page  html
	303 POST expired   /renewal        FORM  page  plain location: /p/@
	200 GET  cancelled -               -     page  html
	200 GET  replaced  -               -     page  html
	404 GET  nobody    -               -     page  html
	404 GET  nobody    /state          -     page  html
	404 POST nobody    /pay            -     page  html
	404 GET  -         /               -     page  html
	404 GET  -         /assets/x       -     page  html
	200 GET  -         /assets/$css    -     kept  css
	200 GET  -         /assets/$js     -     kept  javascript
	200 GET  -         /assets/$logo   -     kept  image/svg+xml
	200 GET  -         /healthz        -     page  plain
	200 GET  -         /robots.txt     -     page  plain
	END

	# In trouble, and behind https: no processor, no room to write, and two
	# requests a minute for each link.
	stop "$SANDBOX_PID"
	ask_link "${DOC/T-1042/T-8}"
	TOKENS[due]=$TOKEN
	printf '%s\n' '[page]' 'url = https://pay.example.com' >>"$PP_CONFIG"
	serve
	answers 'strict-transport-security: max-age=63072000' <<-END
	503 POST due       /pay            FORM  page  html  retry-after: N
	200 GET  -         /assets/$css    -     kept  css
	404 GET  nobody    -               -     page  html
	END
	printf '%s\n' 'limit_per_link = 2' '[store]' 'reserve = 900000G' \
	    >>"$PP_CONFIG"
	serve
	answers 'strict-transport-security: max-age=63072000' <<-END
	500 POST due       /pay            FORM  page  html
	429 GET  due       -               -     page  html  retry-after: N
	END
}

@test '--verify: the digests of what is really served, and what changes shows' {
	local hash name n=0

	world
	yields pp-page --verify --templates "$PP_TEST_SRCDIR/share/page"
	printf '%s\n' "$output" >was
	same 'the digest of all' "$(sed '$d' was | sha256sum | cut -d ' ' -f 1)" \
	    "$(sed -n '$s/  all$//p' was)"
	while read -r hash name; do
		case $name in
		*-*.css | *-*.js)
			yields "$HTTP" GET "$URL/assets/$name"
			same "$name" "$(sed 1d <<<"$output" | sha256sum |
			    cut -d ' ' -f 1)" "$hash"
			n=$((n + 1)) ;;
		*.html)
			same "$name" "$(sha256sum <"$PP_TEST_SRCDIR/share/page/$name" |
			    cut -d ' ' -f 1)" "$hash" ;;
		esac
	done <was
	((n == 3))
	# One byte of a script, one word of the configuration.
	cp -R "$PP_TEST_SRCDIR/share/page" page
	echo '// more' >>page/pay.js
	pp-page --verify --templates page | diff was - >diff || :
	same changes "$(grep -c '^>' diff)" 2
	[[ $(<diff) == *pay-*.js*all* ]]
	sed -i 's/Tremblay/Gagnon/' "$PP_CONFIG"
	pp-page --verify --templates "$PP_TEST_SRCDIR/share/page" |
	    diff was - >diff || :
	[[ $(<diff) == *page-404-*page-500-*all* && $(<diff) != *.html* ]]
}

@test 'behind https the address has its path' {
	printf '[page]\nurl = https://pay.example.com/ici\n' >>"$PP_CONFIG"
	world
	get
	out_has 'href="/ici/assets/page-'
	out_has "action=\"/ici/p/$TOKEN/pay\""
}

@test 'assets are kept, and other routes answer' {
	local css

	shared
	get
	css=$(sed -n 's/.*href="\(\/assets\/[^"]*css\)".*/\1/p' <<<"$output")
	asks 200 GET "$css"
	asks 200 HEAD "/p/$TOKEN" '' -i
	[[ $output != *'<html'* ]]
	asks 200 GET /healthz
	out_is ok
	asks 200 GET /robots.txt
	out_is $'User-agent: *\nDisallow: /'
	asks 404 GET /assets/page.css
	asks 404 GET /assets/../pp.conf
	asks 404 GET /favicon.ico
}

@test 'a wrong method is 405, too much is 413, odd bodies are no crash' {
	shared
	asks 405 GET "/p/$TOKEN/pay" '' -i
	out_has 'allow: POST'
	out_has "<a class=\"go\" href=\"/p/$TOKEN?lang=fr\">"
	asks 405 POST "/p/$TOKEN" 'a=b' -i
	out_has 'allow: GET, HEAD'
	asks 405 DELETE "/p/$TOKEN"
	get && form
	head -c 17000 /dev/zero | tr '\0' a >big
	asks 413 POST "/p/$TOKEN/pay" "form=$FORM&amount=$(<big)"
	asks 413 POST "/p/$TOKEN/pay" "form=$FORM&amount=$(<big)" \
	    -H 'Transfer-Encoding: chunked'
	asks 400 POST "/p/$TOKEN/event" '{"attempt":'
	asks 400 POST "/p/$TOKEN/event" 'attempt=att_nobody&hint=complete'
	asks 400 POST "/p/$TOKEN/event" ''
	get
}

@test 'an unknown token, a malformed one and anything else get the same body' {
	local one t

	shared
	asks 404 GET "/p/$(printf 'b%.0s' {1..32})"
	one=$output
	out_has 'Page introuvable'
	for t in x "${TOKEN}a" "${TOKEN^^}" "$TOKEN/" "$TOKEN/pay/" \
	    "${TOKEN:0:31}%61" "$TOKEN%00" "${TOKEN:0:31}1" ''; do
		asks 404 GET "/p/$t"
		same "body of $t" "$output" "$one"
	done
	for t in / /p /P/$TOKEN /index.html /assets/x; do
		asks 404 GET "$t"
		same "body of $t" "$output" "$one"
	done
	asks 404 POST "/p/$(printf 'b%.0s' {1..32})/pay" 'form=x'
	same body "$output" "$one"
	asks 404 POST /p/short/pay 'form=x'
	same body "$output" "$one"
}

@test 'forms without the value, of another link, or of another site are 403' {
	local one

	shared
	ask_link "${DOC/T-1042/T-13}"
	one=$TOKEN
	get && form
	asks 403 POST "/p/$TOKEN/pay" ''
	out_has 'Cette page est trop ancienne'
	asks 403 POST "/p/$TOKEN/pay" "form=${FORM:0:39}x"
	asks 403 POST "/p/$TOKEN/result" "attempt=att_x"
	asks 403 POST "/p/$TOKEN/pay" "form=$FORM" -H 'Sec-Fetch-Site: cross-site'
	asks 403 POST "/p/$TOKEN/pay" "form=$FORM" -H 'Origin: https://evil.example'
	asks 403 POST "/p/$TOKEN/event" 'a=b' -H 'Sec-Fetch-Site: cross-site'
	ask_link '{"task":"T-2","total":"5.00"}'
	asks 403 POST "/p/$TOKEN/pay" "form=$FORM"
	status_is '.attempts | length' 0 T-13
	asks 200 POST "/p/$one/pay" "form=$FORM" -H "Origin: $URL" \
	    -H 'Sec-Fetch-Site: same-origin'
	asks 200 POST "/p/$one/pay" "form=$FORM" -H 'Origin: null'
}

@test 'a form opened before a restart still works after it' {
	world
	get && form
	stop "$PAGE_PID"
	serve
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM"
	frame
}

@test 'paid: receipt with every number, in both languages; once' {
	world
	press
	out_has "data-mode=\"qa\""
	out_has "<script src=\"$SANDBOX_URL/chktv2/js/chkt_v2.01.js\""
	card 0
	result
	get
	out_has 'Payé. Merci!'
	status_is '.state' paid
	for v in transaction_no reference_no approval_code order_no; do
		v=$(jq -r ".payments[0].$v" <<<"$output")
		[[ -n $v && $v != null ]]
		echo "$v" >>numbers
	done
	get
	while read -r v; do
		out_has "<dd>$v</dd>"
	done <numbers
	out_has 'Visa se terminant par 4242'
	out_has 'TPS 123456789 RT0001'
	get '?lang=en'
	out_has 'Paid. Thank you!'
	out_has 'Visa ending in 4242'
	# Nothing more can be paid, nothing was charged twice.
	asks 303 POST "/p/$TOKEN/pay" "form=$FORM"
	charges '.charges | map(select(.result == "approved")) | length' 1
}

@test 'tabs, one after the other or many at the same instant: one ticket' {
	local i one pids=()

	world
	get && form
	printf 'form=%s' "$FORM" >body
	for i in 1 2 3 4 5 6; do
		timeout 20 "$HTTP" -f POST "$URL/p/$TOKEN/pay" body \
		    >tab.$i 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	same tickets "$(sed -n 's/.*data-ticket="\([^"]*\)".*/\1/p' tab.* |
	    sort -u | wc -l)" 1
	same pages "$(grep -c data-ticket tab.* | grep -c ':1$')" 6
	status_is '.attempts | length' 1
	press
	one=$TICKET
	press
	same ticket "$TICKET" "$one"
	has 'the first tab' "$(<tab.1)" "data-ticket=\"$one\""
}

@test 'a result posted twice, at once, or for nobody: one payment' {
	local i pids=()

	world
	press
	card 0
	printf 'form=%s&attempt=%s' "$FORM" "$ATTEMPT" >body
	for i in 1 2 3 4 5; do
		timeout 20 "$HTTP" -f POST "$URL/p/$TOKEN/result" body \
		    >res.$i 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	same answers "$(cat res.* | grep -c 303)" 5
	result
	asks 303 POST "/p/$TOKEN/result" "form=$FORM&attempt=att_nobody"
	asks 303 POST "/p/$TOKEN/result" "form=$FORM"
	until_has 'Payé. Merci!'
	status_is '[.state, (.payments | length)]' '["paid",1]'
}

@test 'a result never posted: pp-status --refresh finds the payment' {
	world
	press
	card 0 --then close
	later 6
	expect 0 pp-status --refresh T-1042 -o json
	get
	out_has 'Payé. Merci!'
}

@test 'a result never posted: the next look at /state finds it' {
	world
	press
	card 0 --then close
	later 16
	get "/state?attempt=$ATTEMPT"
	json_is '[.state, .attempt]' '["paid","approved"]'
	get
	out_has 'Payé. Merci!'
}

@test 'declined: why, and again; the second card pays' {
	world
	press
	card 6 --card 4485621544903528
	result
	get
	out_has 'Le paiement a été refusé'
	out_has 'Raison'
	out_has 'Votre carte n’a pas été débitée'
	get '?lang=en'
	out_has 'The payment was declined'
	press
	card 0
	result
	until_has 'Payé. Merci!'
	charges '.charges | map(.result)' '["declined","approved"]'
	status_is '.paid' 1149.75
}

@test 'ten declines within an hour lock the link for an hour' {
	local _n

	printf '[page]\nother_ways = Par chèque.\n' >>"$PP_CONFIG"
	world
	for _n in {1..10}; do	# run uses i
		press
		card 6 --card 4485621544903528
		later 6
		result
		later 60
	done
	get
	out_has 'Trop de paiements refusés'
	out_has 'Par chèque.'
	[[ $output != *'/pay"'* ]]
	asks 429 POST "/p/$TOKEN/pay" "form=$FORM" -i
	out_has 'retry-after: 3600'
	out_has '418 555-0123'
	heads page html 'retry-after: N'
	later 3600
	press
}

@test 'cards tried out over several links: no new ticket, and staff is told' {
	local holder held _n

	printf '[page]\nlimit_declines = 3\n' >>"$PP_CONFIG"
	world
	press
	holder=$TOKEN held=$TICKET
	for _n in 1 2 3; do
		ask_link "${DOC/T-1042/T-200$_n}"
		press
		card 6 --card 4485621544903528
		later 6
		result
		later 60
	done
	expect 1 pp-status --attention
	json_is '[.kind, .task]' '["card_testing",null]'
	yields sh -c "$(json .next <<<"$output")"	# pasted, it counts them
	json_is 'select(.part == "declined") | .count' 3
	ask_link "${DOC/T-1042/T-2004}"
	get && form
	asks 429 POST "/p/$TOKEN/pay" "form=$FORM" -i
	[[ $output =~ retry-after:\ 3[0-9][0-9][0-9] ]]
	out_has 'Les paiements par carte sont suspendus'
	out_has '418 555-0123'
	heads page html 'retry-after: N'
	# Who has a ticket may use it, whatever others do.
	at "$holder"
	press
	same ticket "$TICKET" "$held"
	# An hour after the first, two remain.
	later 3500
	ask_link "${DOC/T-1042/T-2005}"
	press
	yields pp-status --attention
}

@test 'pressed and not answered: checking, and no second ticket' {
	local v

	world
	press
	fault '{"fault":"receipt_late","arg":"30"}'
	card 0
	asks 204 POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=submitted"
	get
	out_has 'Nous vérifions votre paiement'
	out_has 'Ne payez pas de nouveau'
	out_has '<noscript><meta http-equiv="refresh" content="10;url='
	[[ $output != *'/pay"'* ]]
	value data-version && v=$VALUE
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM"
	out_has 'Nous vérifions votre paiement'
	get '?lang=en'
	out_has 'Please do not pay again'
	get /state
	json_is '[.state, (.version | tostring)]' "[\"checking\",\"$v\"]"
	later 60
	get /state
	json_is .state paid
	[[ $(json .version <<<"$output") != "$v" ]]
	charges '.charges | length' 1
}

@test 'hints as JSON; a cancel permits another try' {
	world
	press
	asks 204 POST "/p/$TOKEN/event" \
	    "{\"attempt\":\"$ATTEMPT\",\"hint\":\"loaded\"}" -C application/json
	card 0 --then cancel
	asks 204 POST "/p/$TOKEN/event" \
	    "{\"attempt\":\"$ATTEMPT\",\"hint\":\"cancel\"}"
	get '?note=cancelled'
	out_has 'Vous avez quitté la fenêtre de paiement'
	later 6
	press
	card 0
	result
	until_has 'Payé. Merci!'
}

@test 'an open amount: choice, range, wrong amounts, part, and the rest' {
	world
	ask_link '{"task":"T-3","customer":{"language":"fr"},"total":"500.00"}' \
	    --open --min 50.00
	get
	out_has 'Combien voulez-vous payer?'
	out_has 'De 50,00 $ à 500,00 $'
	form
	for a in 49.99 500.01 abc 1,149 -60; do
		asks 422 POST "/p/$TOKEN/pay" "form=$FORM&choice=other&amount=$a"
		out_has 'Inscrivez un montant de 50,00 $ à 500,00 $'
		out_has 'aria-invalid="true" autofocus'
		out_has "value=\"$a\""
	done
	asks 422 POST "/p/$TOKEN/pay" "form=$FORM&choice=other&amount=%22%3E%3Cb%3E"
	out_has 'value="&quot;&gt;&lt;b&gt;"'
	press '&choice=other&amount=200%2C00+%24'
	out_has 'Paiement de 200,00 $'
	card 0
	result
	get
	out_has 'Paiement reçu. Merci!'
	out_has 'Il reste 300,00 $ à payer en tout'
	out_has 'Déjà payé</th><td>−200,00 $'
	press
	out_has 'Paiement de 300,00 $'
	card 0
	result
	until_has 'Payé. Merci!'
	out_has 'Paiements à ce jour'
	status_is '[.state, .paid]' '["paid","500.00"]' T-3
}

@test 'another amount is open: said, continued, or replaced' {
	local one

	world
	ask_link '{"task":"T-3","customer":{"language":"fr"},"total":"500.00"}' \
	    --open --min 50.00
	get
	[[ $output != *'Un paiement est déjà ouvert'* ]]
	press '&choice=other&amount=200.00'
	one=$TICKET
	[[ $output != *'reste en anglais'* ]]
	# It is told before anything is pressed, and may be continued.
	get && form
	out_has 'Un paiement est déjà ouvert'
	out_has 'Un paiement de 200,00 $ est ouvert depuis'
	out_has '<input type="hidden" name="amount" value="200.00">'
	out_has 'Continuer avec 200,00 $'
	get '?lang=en'
	out_has 'A payment of $200.00 has been open since'
	# The processor's form keeps the language it was opened in.
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&lang=en&amount=200.00"
	out_has 'stays in French, the language in which it was opened'
	frame
	same ticket "$TICKET" "$one"
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&choice=all"
	out_has 'Un paiement est déjà ouvert'
	out_has 'Un paiement de 200,00 $ est ouvert depuis'
	out_has 'L’annuler et payer 500,00 $'
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&amount=200.00"
	frame
	same ticket "$TICKET" "$one"
	later 6
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&amount=500.00&confirmed=1"
	frame
	[[ $TICKET != "$one" ]]
	out_has 'Paiement de 500,00 $'
	# Another link of the task may ask for so much only: it never offers to
	# continue what it would refuse.
	ask_link '{"task":"T-3","customer":{"language":"fr"},"total":"500.00"}' \
	    --purpose rest --amount 20.00
	get && form
	out_has 'Un paiement de 500,00 $ est ouvert depuis'
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM"
	out_has 'Un paiement est déjà ouvert'
	[[ $output != *'name="amount" value="500.00"'* &&
	    $output != *'Continuer avec'* ]]
	out_has 'L’annuler et payer 20,00 $'
	later 6
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&amount=20.00&confirmed=1"
	frame
	out_has 'Paiement de 20,00 $'
}

@test 'the states of a link: cancelled, expired, superseded, nothing' {
	world
	expect 0 pp-link cancel "$LINK"
	get
	out_has 'Ce lien a été annulé'
	[[ $output != *149,75* && $output != *Marie* && $output != *Chauffe* ]]
	get '?lang=en'
	out_has 'This link was cancelled'
	ask_link '{"task":"T-4","customer":{"language":"en"},"total":"10.00"}' \
	    --expires 1d
	later 90000
	get
	out_has 'This link has expired'
	[[ $output != *'/pay"'* ]]
	get '?lang=fr'
	out_has 'Ce lien est expiré'
	ask_link '{"task":"T-5","customer":{"language":"fr","email":"a@example.com"},"total":"10.00"}'
	local old=$TOKEN
	ask_link '{"task":"T-5","customer":{"language":"fr","email":"b@example.com"},"total":"10.00"}' \
	    --amount 5.00 --if-exists supersede
	at "$old"
	get
	out_has 'Ce lien a été remplacé'
	get '?lang=en'
	out_has 'This link was replaced'
	ask_link '{"task":"T-6","customer":{"language":"fr","email":"a@example.com"},"total":"10.00"}'
	old=$TOKEN
	ask_link '{"task":"T-6","customer":{"language":"fr","email":"a@example.com"},"total":"10.00"}' \
	    --amount 5.00 --if-exists supersede
	at "$old"
	get
	out_has 'Payer 5,00 $'
	ask_link '{"task":"T-7","customer":{"language":"fr"},"total":"10.00"}'
	expect 0 pp-task put <<<'{"task":"T-7","total":"0.00"}'
	get
	out_has 'Rien à payer'
	get '?lang=en'
	out_has 'Nothing to pay'
}

@test 'a killed driver: try later, not a decline; then it works again' {
	local pid

	world
	pid=$(pgrep -P "$PAGE_PID" -f provider-moneris)
	[[ -n $pid ]]
	fault '{"fault":"stall","arg":"10","at":"preload","count":1}'
	get && form
	printf 'form=%s' "$FORM" >body
	timeout 20 "$HTTP" -f POST "$URL/p/$TOKEN/pay" body >answer 3>&- &
	local ask=$!
	sleep 1
	kill -9 "$pid"
	wait "$ask"
	output=$(<answer)
	out_has 503
	out_has 'Le service de paiement ne répond pas'
	out_has 'ce n’est pas un refus'
	later 130
	press
	card 0
	result
	until_has 'Payé. Merci!'
	charges '.charges | length' 1
}

@test 'a dead processor: try later' {
	world
	stop "$SANDBOX_PID"
	get && form
	asks 503 POST "/p/$TOKEN/pay" "form=$FORM" -i
	out_has 'retry-after: 120'
	out_has 'Votre carte n’a pas été débitée'
	asks 503 POST "/p/$TOKEN/pay" "form=$FORM&lang=en"
	out_has 'not a decline'
}

@test 'a slow processor slows nobody else, nor /result beyond 3 s' {
	local t0 t1 _n

	world
	press
	card 0
	fault '{"fault":"stall","arg":"12","at":"receipt"}'
	t0=$(date +%s%N)
	result
	t1=$(date +%s%N)
	# Well below the stall: it does not wait for the processor.
	(((t1 - t0) / 1000000 < 8000)) || {
		echo "result took $(((t1 - t0) / 1000000)) ms"
		return 1
	}
	get
	out_has 'Nous vérifions' || out_has 'à payer'
	ask_link '{"task":"T-9","total":"5.00"}'
	t0=$(date +%s%N)
	for _n in {1..10}; do
		get
	done
	t1=$(date +%s%N)
	# Not a timing: stalled, one page alone would take the 12 seconds.
	(((t1 - t0) / 1000000 < 8000)) || {
		echo "ten pages took $(((t1 - t0) / 1000000)) ms"
		return 1
	}
}

@test 'limits: per link and per address, with Retry-After' {
	local _n

	printf '[page]\nlimit_per_address = 8\nlimit_per_link = 5\n' \
	    >>"$PP_CONFIG"
	world
	for _n in {1..5}; do
		get
	done
	asks 429 GET "/p/$TOKEN" '' -i
	out_has 'retry-after: '
	out_has 'Trop de demandes'
	ask_link '{"task":"T-2","total":"5.00"}'
	get
	get
	asks 429 GET "/p/$TOKEN"
	# Not believed from a stranger; health is never limited.
	asks 429 GET "/p/$TOKEN" '' -H 'X-Forwarded-For: 198.51.100.7'
	asks 200 GET /healthz
}

@test 'X-Forwarded-For counts from a trusted proxy' {
	printf '[page]\nlimit_per_address = 1\ntrusted_proxies = 127.0.0.1\n' \
	    >>"$PP_CONFIG"
	world
	asks 200 GET "/p/$TOKEN" '' -H 'X-Forwarded-For: 198.51.100.7'
	asks 429 GET "/p/$TOKEN" '' -H 'X-Forwarded-For: 198.51.100.7'
	asks 200 GET "/p/$TOKEN" '' -H 'X-Forwarded-For: 198.51.100.8'
	grep -q '^198.51.100.8 GET /p/' page.err
}

@test 'a held store is 503, with true words' {
	world
	exec 9>>"$PP_STORE/lock"
	flock 9
	asks 503 GET "/p/$TOKEN" '' -i
	out_has 'retry-after: 60'
	out_has 'Notre système est occupé'
	out_has "<a class=\"go\" href=\"/p/$TOKEN?lang=fr\">"
	heads page html 'retry-after: N'
	exec 9>&-
	get
}

@test 'a client that sends slowly is shown out' {
	local t0=$SECONDS

	world
	exec 8<>"/dev/tcp/127.0.0.1/${URL##*:}"
	( for i in {1..30}; do printf 'G' >&8 || exit 0; sleep 1; done ) \
	    2>/dev/null 3>&- &
	local feeder=$!
	# The other side closes long before the request is whole.
	timeout 25 cat <&8 >slow || return 1
	((SECONDS - t0 < 24))
	kill "$feeder" 2>/dev/null || :
	wait "$feeder" || :
	exec 8>&-
	get
}

@test 'told to end, it first finishes the answers under way' {
	local ask

	world
	fault '{"fault":"stall","arg":"3","at":"preload","count":1}'
	get && form
	printf 'form=%s' "$FORM" >body
	timeout 20 "$HTTP" -f POST "$URL/p/$TOKEN/pay" body >answer 3>&- &
	ask=$!
	sleep 1
	kill "$PAGE_PID"
	sleep 0.3
	expect 1 "$HTTP" GET "$URL/healthz"
	wait "$ask"
	wait "$PAGE_PID"
	output=$(<answer)
	frame
}

@test 'told to end, it answers who was accepted and has not asked yet' {
	local line port

	world
	port=${URL##*:}
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	printf 'GET /p/%s HTTP/1.1\r\n' "$TOKEN" >&5
	exec 6<>"/dev/tcp/127.0.0.1/$port"
	sleep 0.3
	kill "$PAGE_PID"
	sleep 0.3
	printf 'Host: x\r\n\r\n' >&5
	printf 'GET /healthz HTTP/1.0\r\n\r\n' >&6
	IFS= read -r -t 5 line <&5
	same line "${line%$'\r'}" 'HTTP/1.1 200 OK'
	IFS= read -r -t 5 line <&6
	[[ $line == 'HTTP/1.'*' 200 OK'* ]]
	exec 5>&- 6>&-
	wait "$PAGE_PID"
}

@test 'a socket from systemd is taken' {
	world
	stop "$PAGE_PID"
	command -v systemd-socket-activate >/dev/null ||
	    skip 'no systemd-socket-activate'
	local port=$((20000 + RANDOM % 20000))
	systemd-socket-activate -l "127.0.0.1:$port" -E PP_STORE -E PP_CONFIG \
	    -E PP_PROVIDERS -E PP_NOW -E PATH -E TZ "$(command -v pp-page)" \
	    --templates "$PP_TEST_SRCDIR/share/page" >act.out 2>act.err 3>&- &
	PP_PIDS+=($!)
	sleep 0.5
	URL=http://127.0.0.1:$port
	get
	same stdout "$(<act.out)" "$URL"
}

@test 'nothing secret in the log, the arguments or the answers' {
	world
	press
	card 0
	result
	get
	kill "$PAGE_PID"
	wait "$PAGE_PID"
	for secret in "$TOKEN" "$TICKET" yesguy "$FORM" 1149 4242; do
		! grep -qF -- "$secret" page.err page.out || {
			echo "$secret is in the log"
			return 1
		}
	done
}

# asked_of FIELDS: where the review of them is.
asked_of() {
	asks 303 POST "/p/$TOKEN/review" "form=$FORM&$1" -i || return
	REVIEW=$(sed -n 's/^location: //p' <<<"$output" | tr -d '\r')
	[[ $REVIEW == /p/"$TOKEN"* ]]
}

@test 'a chosen amount is reviewed before anything is opened' {
	world
	ask_link '{"task":"T-3","customer":{"name":"Marie","language":"fr"},"description":"Fournaise","total":"500.00"}' \
	    --open --min 150.00 --purpose deposit
	get && form
	out_has 'Le tout</span> <span class="num">500,00 $'
	out_has 'Le dépôt demandé</span> <span class="num">150,00 $'
	out_has 'Un autre montant'
	out_has "action=\"/p/$TOKEN/review\""
	asked_of 'choice=other&amount=200%2C00'
	same review "$REVIEW" "/p/$TOKEN?amount=200.00"
	asks 200 GET "$REVIEW"
	out_has 'Vérifiez avant de payer'
	out_has '200,00 $</span> <span class="unit">à payer maintenant'
	out_has 'Rien n’a encore été débité.'
	out_has 'Reste après ce paiement</dt><dd>300,00 $'
	out_has 'Fournaise'
	out_has "href=\"/p/$TOKEN?lang=en&amount=200.00\"" ||
	    out_has "href=\"/p/$TOKEN?lang=en&amp;amount=200.00\""
	out_has 'name="amount" value="200.00"'
	asked_of 'choice=min&lang=en'
	same review "$REVIEW" "/p/$TOKEN?lang=en&amount=150.00"
	asks 200 GET "$REVIEW"
	out_has 'Pay $150.00</button>'
	asked_of 'choice=all'
	same review "$REVIEW" "/p/$TOKEN?amount=500.00"
	# Wrong amounts are told at the choice; an address is no wish.
	asks 422 POST "/p/$TOKEN/review" "form=$FORM&choice=other&amount=149.99"
	out_has 'Inscrivez un montant de 150,00 $ à 500,00 $'
	get '?amount=149.99'
	out_has 'Combien voulez-vous payer?'
	get '?amount=x'
	asks 403 POST "/p/$TOKEN/review" 'choice=all'
	asks 405 GET "/p/$TOKEN/review"
	status_is '.attempts | length' 0 T-3
	asks 200 GET "/p/$TOKEN?amount=200.00"
	form
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&amount=200.00"
	frame
	out_has 'Paiement de 200,00 $'
	out_has 'data-left="1'
	out_has 'Cette fenêtre de paiement se ferme dans cinq minutes.'
}

@test 'left in time, the ticket is replaced under the same number' {
	local one

	world
	press
	one=$TICKET
	asks 204 POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=cancel"
	later 6
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&amount=1149.75"
	frame
	[[ $TICKET != "$one" ]]
	status_is '[.attempts[].order_no] | unique | length' 1
	card 0
	result
	until_has 'Payé. Merci!'
	charges '.charges | length' 1
}

@test 'an expired link: its customer asks for a new one, once an hour' {
	world
	ask_link '{"task":"T-4","customer":{"language":"fr"},"total":"10.00"}' \
	    --expires 1d
	later 90000
	get && form
	out_has 'Demander un nouveau lien'
	asks 403 POST "/p/$TOKEN/renewal" 'form=x'
	asks 303 POST "/p/$TOKEN/renewal" "form=$FORM"
	get
	out_has 'Votre demande nous est parvenue'
	[[ $output != *'/renewal"'* ]]
	expect 1 pp-status --attention
	json_is .kind renewal_asked
	asks 303 POST "/p/$TOKEN/renewal" "form=$FORM"
	get '?lang=en'
	out_has 'You asked for a new link on'
	later 3600
	get
	out_has '/renewal"'
	# Not of a link that can be paid.
	ask_link '{"task":"T-5","total":"10.00"}'
	get && form
	asks 303 POST "/p/$TOKEN/renewal" "form=$FORM"
	expect 1 pp-status --attention
	json_is .task T-4
}

@test 'the amount is another than our mail said' {
	printf '[mail]\ntransport = /bin/true\nfrom = c@example.com\n' \
	    >>"$PP_CONFIG"
	world
	ask_link '{"task":"T-3","customer":{"language":"fr","email":"m@example.com"},"total":"500.00"}' \
	    --open --min 50
	expect 0 pp-mail --templates "$PP_TEST_SRCDIR/share/mail" \
	    --template demande-de-paiement --send "$LINK"
	get
	[[ $output != *'Le montant a changé'* ]]
	press '&choice=other&amount=200.00'
	card 0
	result
	until_has 'Paiement reçu'
	later 90000
	get
	# What was paid explains it.
	out_has 'Payer 300,00 $' || out_has '300,00 $</span>'
	[[ $output != *'Le montant a changé'* ]]
	expect 0 pp-task put <<<'{"task":"T-3","total":"550.00"}'
	get
	out_has 'Le montant a changé'
	out_has 'demandait 500,00 $. C’est maintenant 350,00 $.'
	get '?lang=en'
	out_has 'The amount has changed'
}

@test 'each language: taxes with our numbers, our own texts' {
	printf 'qst_number = 1234567890 TQ0001\nlegal_name = Tremblay et filles inc.\naddress = 45, rue Saint-Jean\n Québec (Québec)\n[page]\nother_ways = Par chèque.\nother_ways_en = By cheque.\n' \
	    >>"$PP_CONFIG"
	world
	get
	out_has 'TPS <span class="no">123456789 RT0001</span></th><td>50,00 $'
	out_has 'TVQ <span class="no">1234567890 TQ0001</span>'
	out_has $'<span class="from">De la part de</span>Tremblay et filles inc.\n45, rue Saint-Jean\nQuébec (Québec)</p>'
	out_has 'Par chèque.'
	get '?lang=en'
	out_has 'GST <span class="no">123456789 RT0001</span></th><td>$50.00'
	# Without a translation it is ours, and said to be French.
	out_has '<span lang="fr">Dans les 30 jours.</span>'
	out_has 'By cheque.'
	[[ $output != *chèque* ]]
	press
	card 0
	result
	get
	out_has 'Dont TPS</dt><dd>50,00 $'
	out_has 'Tremblay et filles inc.'
	get '?lang=en'
	out_has 'Of which QST</dt><dd>$99.75'
}

@test 'English: the page, the frame, the receipt and its mail' {
	printf '[mail]\ntransport = /bin/true\nfrom = c@example.com\n' \
	    >>"$PP_CONFIG"
	world
	get '?lang=en'
	out_has '<html lang="en">'
	out_has '$1,149.75</span> <span class="unit">to pay'
	out_has 'Test store'
	out_has "href=\"/p/$TOKEN?lang=fr\""
	out_has 'name="lang" value="en"'
	form
	asks 200 POST "/p/$TOKEN/pay" "form=$FORM&lang=en"
	frame
	out_has 'Payment of $1,149.75'
	yields "$HTTP" GET \
	    "$SANDBOX_URL/chktv2/display/index.php?tck=$TICKET"
	out_has '<html lang="en">'
	status_is '.attempts[0].language' en
	card 0
	asks 303 POST "/p/$TOKEN/result" "form=$FORM&attempt=$ATTEMPT&lang=en" -i
	out_has "location: /p/$TOKEN?lang=en"
	get '?lang=en'
	out_has 'Paid. Thank you!'
	expect 0 pp-mail --templates "$PP_TEST_SRCDIR/share/mail" \
	    --template recu "$LINK"
	out_has 'Subject: '
	out_has 'Receipt of'
}

@test 'the logo: served by ourselves, its kind and size looked at' {
	local src

	printf 'logo = %s/logo.svg\n' "$FIXTURES" >>"$PP_CONFIG"
	world
	get
	src=$(sed -n 's/.*<img class="logo" alt="" src="\([^"]*\)".*/\1/p' \
	    <<<"$output")
	[[ $src =~ ^/assets/logo-[0-9a-f]{16}\.svg$ ]]
	asks 200 GET "$src" '' -i
	out_has 'content-type: image/svg+xml'
	out_has "content-security-policy: default-src 'none'"
	stop "$PAGE_PID"
	printf 'GIF89a' >x.gif
	sed -i "s,^logo = .*,logo = $PWD/x.gif," "$PP_CONFIG"
	refused 78 "pp-page: logo $PWD/x.gif: neither PNG, JPEG, WebP nor SVG" \
	    pp-page --templates "$PP_TEST_SRCDIR/share/page" -l 127.0.0.1:0
	{ printf '\x89PNG\r\n\x1a\n'; head -c 9000 /dev/zero; } >x.gif
	refused 78 "pp-page: logo $PWD/x.gif: 9008 bytes; at most 8192, so that the page stays small: try an SVG" \
	    pp-page --templates "$PP_TEST_SRCDIR/share/page" -l 127.0.0.1:0
	printf '<svg><SCRIPT>1</SCRIPT></svg>' >x.gif
	refused 78 "pp-page: logo $PWD/x.gif: an image has no script in it" \
	    pp-page --templates "$PP_TEST_SRCDIR/share/page" -l 127.0.0.1:0
	refused 78 "pp-page: $PWD/none.png: No such file or directory" \
	    env PP_CONFIG=/dev/stdin pp-page -l 127.0.0.1:0 --templates \
	    "$PP_TEST_SRCDIR/share/page" \
	    <<<"[business]"$'\n'"logo = $PWD/none.png"
	# What lies elsewhere is not loaded from there.
	sed -i 's,^logo = .*,logo = https://example.com/l.svg,' "$PP_CONFIG"
	serve
	get
	[[ $output != *'<img'* && $output != *example.com/l.svg* ]]
}

@test 'a colour that is pale on white: told, and edged' {
	local css

	printf 'colour = #ffee00\n' >>"$PP_CONFIG"
	world
	grep -qx 'pp-page: business.colour #ffee00 has a contrast of 1.2 to 1 with white, and WCAG asks for 3: buttons are edged in #[0-9a-f]*' \
	    page.err
	get
	value 'stylesheet" href'
	asks 200 GET "$VALUE"
	out_has '--brand: #ffee00; --on-brand: #000; --edge: #'
	[[ $output != *'--edge: #ffee00; }'$'\n'@media* ]]
}

@test 'every page with all it loads is under 30 kB, from us alone' {
	local url sum _n

	printf 'logo = %s/logo.svg\nlegal_name = Plomberie Tremblay et filles inc.\naddress = 45, rue Saint-Jean, Québec (Québec) G1R 1N8\nqst_number = 1234567890 TQ0001\nterms_url = https://example.com/a\nprivacy_url = https://example.com/b\n[page]\nother_ways = Par virement ou par chèque.\n' \
	    "$FIXTURES" >>"$PP_CONFIG"
	world
	get
	for _n in due frame paid; do
		case $_n in
		frame) press ;;
		paid) card 0; result; get '?lang=en' ;;
		esac
		printf '%s' "$RAW" >whole
		sum=$(wc -c <whole)
		# The largest logo that is taken, whatever this one is.
		((sum += 8192))
		for url in $(grep -oE '(src|rel="stylesheet" href)="[^"]*"' \
		    whole | sed 's/.*="//;s/"$//'); do
			case $url in
			*/logo-*) continue ;;
			"$SANDBOX_URL"/*) [[ $_n == frame ]]; continue ;;
			/assets/*) ;;
			*) echo "$_n loads $url"; return 1 ;;
			esac
			yields "$HTTP" GET "$URL$url"
			((sum += ${#output}))
		done
		echo "$_n: $sum bytes"
		((sum < 30000))
	done
}

@test 'a business of which nothing is known: no empty paragraph' {
	local path

	: >"$PP_CONFIG"
	world
	ask_link '{"task":"T-2","total":"10.00"}' --expires never
	for path in "/p/$TOKEN" "/p/$TOKEN?lang=en"; do
		asks 200 GET "$path"
		[[ ! $output =~ '<'(p|div|dl|footer)[^'>']*'>'[[:space:]]*'</' ]]
	done
	asks 404 GET /p/none
	[[ $output != *'<p class="seller'* && $output != *'<p class="ways'* ]]
	printf '[business]\nname = Zoé\n' >"$PP_CONFIG"
	serve
	get
	out_has '<p class="seller"><span class="from">De la part de</span>Zoé</p>'
	[[ $output != *'<p class="ways'* ]]
	asks 404 GET /p/none
	out_has '<p class="seller">Zoé</p>'
}
