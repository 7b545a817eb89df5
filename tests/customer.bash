# shellcheck shell=bash
# A world to pay in, for the tests of rules that need one: the offline
# processor, an integration, the customer's page, one clock for all of them,
# and what customers do.  Loaded after helper.bash.  Nothing here runs in a
# subshell: results are in variables.

HTTP=$PP_TEST_BUILDDIR/tests/http
GOOD=4242424242424242
BAD=4716091243227333	# always declined by its issuer, code 481

# world_up [SANDBOX OPTION...]: all of it, at 15:00 on a Monday.
world_up() {
	export PP_NOW=$BATS_TEST_TMPDIR/now
	CLOCK=1795446000	# 2026-11-23T15:00:00Z
	later 0
	cat >"$PP_CONFIG" <<-'END'
	[page]
	limit_per_address = 0
	limit_per_link = 0
	END
	start_sandbox --seed "${SEED:-1}" "$@" || return
	printf 'yesguy\n' >api_token
	chmod 600 api_token
	pp-integration add moneris -q --environment sandbox --gateway-url \
	    "$SANDBOX_URL" --store-id store5 --checkout-id chktSANDBOX \
	    --api-token-file api_token >integration.json || return
	page_up
}

page_up() {
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page" || return
	PAGE_URL=$REPLY
	PAGE_PID=$STARTED
}

# later SECONDS: everybody's clock goes on; it stands still otherwise.
later() {
	CLOCK=$((CLOCK + $1))
	printf '%(%Y-%m-%dT%H:%M:%SZ)T\n' "$CLOCK" >"$BATS_TEST_TMPDIR/now.new"
	mv "$BATS_TEST_TMPDIR/now.new" "$BATS_TEST_TMPDIR/now"
}

# fault NAME [ARG [PLACE [COUNT]]]: of the processor, once unless said; none:
# no more of any.
fault() {
	printf '{"fault":"%s"%s%s,"count":%d}' "$1" \
	    "${2:+,\"arg\":\"$2\"}" "${3:+,\"at\":\"$3\"}" "${4:-1}" \
	    >fault.json
	"$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault.json >fault.out &&
	    [[ $(<fault.out) == *'"ok":true'* ]]
}

# link DOCUMENT [OPTION...]: makes or finds one; its id and token are in LINK
# and TOKEN, what was printed in link.json.
link() {
	local doc=$1 text
	shift
	pp-link create "$@" <<<"$doc" >link.json || return
	text=$(<link.json)
	if [[ $text =~ \"id\":\"(lnk_[a-z0-9]+)\" ]]; then
		LINK=${BASH_REMATCH[1]}
	fi
	if [[ $text =~ /p/([a-z2-7]{32})\" ]]; then
		TOKEN=${BASH_REMATCH[1]}
	fi
}

# page METHOD PATH [BODY]: STATUS and BODY.
page() {
	local out

	if [[ $1 == POST ]]; then
		printf '%s' "$3" >page.body
		"$HTTP" -f POST "$PAGE_URL$2" page.body >page.out || return
	else
		"$HTTP" "$1" "$PAGE_URL$2" >page.out || return
	fi
	out=$(<page.out)
	STATUS=${out%%$'\n'*}
	BODY=${out#*$'\n'}
}

# form TOKEN: the value that this link's forms need is in FORM, and in FORMS for
# the page that stays open.
declare -gA FORMS=()	# load is a function
form() {
	FORM=
	page GET "/p/$1" || return
	[[ $BODY =~ name=\"form\"\ value=\"([0-9a-f]+)\" ]] || return 0
	FORM=${BASH_REMATCH[1]}
	FORMS[$1]=$FORM
}

# click TOKEN [AMOUNT [yes]]: presses pay; yes: also after being told that
# another amount is open.  SAW is what came: ticket (TICKET, ATTEMPT), other,
# checking ("do not pay again"), none (nothing to press), or the HTTP status.
click() {
	local what='choice=all'

	TICKET='' ATTEMPT='' SAW=none
	form "$1" || return
	# What an expired link has is a form that asks for a new one.
	[[ $FORM && $BODY == *'class="card till"'* ]] || return 0
	[[ ${2-} ]] && what="choice=part&amount=$2"
	page POST "/p/$1/pay" "form=$FORM&$what${3:+&confirmed=1}" || return
	SAW=$STATUS
	if [[ $BODY =~ data-ticket=\"([A-Za-z0-9]+)\" ]]; then
		TICKET=${BASH_REMATCH[1]}
		[[ $BODY =~ data-attempt=\"(att_[a-z0-9]+)\" ]]
		ATTEMPT=${BASH_REMATCH[1]}
		SAW=ticket
	elif [[ $BODY == *'name="confirmed"'* && $STATUS == 200 ]]; then
		SAW=other
	elif [[ $STATUS == 200 ]]; then
		SAW=checking
	fi
}

# card PAN [OPTION...]: typed into the frame of $TICKET.  PAID is the exit
# status: 0 approved, 6 declined, 4 not usable, 76 nobody knows.
card() {
	PAID=0
	pp-sandbox pay --url "$SANDBOX_URL" --card "$1" "${@:2}" - \
	    <<<"$TICKET" >card.json 2>card.err || PAID=$?
}

# hint WORD: the browser says so of $ATTEMPT.
hint() {
	page POST "/p/$TOKEN/event" "attempt=$ATTEMPT&hint=$1"
}

# result: the frame is done with $ATTEMPT.
result() {
	page POST "/p/$TOKEN/result" "form=${FORMS[$TOKEN]-}&attempt=$ATTEMPT"
}

# sweep: what cron does every minute.
sweep() {
	pp-status --refresh --due -v >sweep.out
}

# die: to the end of all questions, nobody doing anything but the sweep.
die() {
	local s

	for s in 60 1800 960 2700 79200 7200; do
		later "$s"
		sweep || return
	done
}

# charges: order number, transaction number and cents of every charge that the
# processor kept, one a line.
charges() {
	"$HTTP" GET "$SANDBOX_URL/sandbox/charges" | sed 1d |
	    jq -r '.charges[] | select(.taken_cents > 0) |
	    "\(.order_no) \(.transaction_no) \(.taken_cents)"' | sort
}

# recorded: the same of what the ledger has.
recorded() {
	pp-ledger list -o json | jq -r 'select(.type == "payment") |
	    "\(.order_no) \(.transaction_no) \(.amount_cents)"' | sort
}
