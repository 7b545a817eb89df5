# pp-link: documents in, links out (rules A1, A5, K1, K3, K4, T2, I1).
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

DOC='{"task":"T-1","customer":{"email":"m@example.com"},"total":"1149.75"}'

# The link of DOC as create prints it at setup's time: state, amount, created.
made_link() {
	printf '"payment_link":{"id":"lnk_ID","url":%s,"state":"open","purpose":"balance","amount":"%s","amount_cents":%s,"currency":"CAD","integration":"moneris","created_at":"2026-11-23T15:04:05.000Z","expires_at":"2027-02-21T15:04:05.000Z","created":%s,"may_still_be_paid_until":null}' \
	    "${4-\"http://127.0.0.1:8080/p/TOKEN\"}" "$1" "${1//./}" "$2"
}

@test "create: a document in, the same document with payment_link out" {
	added
	grown 2 pp-link create <<<"$DOC"
	err_is ''
	masked
	out_is "${DOC%\}},$(made_link 1149.75 true)}"
	# Again: the same one, and nothing new (G3).
	grown 0 pp-link create <<<"$DOC"
	masked
	out_is "${DOC%\}},$(made_link 1149.75 false)}"
}

@test "create: its own output goes through it again, the link in place" {
	added
	expect 0 pp-link create <<<"$DOC"
	printf '%s\n' "$output" >once
	grown 0 pp-link create <once
	same again "$output" "$(sed 's/"created":true/"created":false/' once)"
}

@test "create: what it does not know is carried byte for byte" {
	local n=0 text want
	added
	cat >in <<-'END'
	{"task":"T-1","total":5,"x":1.50e3}
	 { "task" : "T-2" , "total" : "5.00" , "x" : [ 1 , { "payment_link" : 2 } ] }
	{"task":"T-3","\u0078":"\u00e9\/\"}{","total":5.5,"é":"日本 😀"}
	{"t":{"a":{"b":{"c":[[[]]]}}},"task":"T-4","total":"5.00"  }
	{	"task":"T-5",	"total":"5.00",	"n":123456789012345678901234567890}
	END
	expect 0 pp-link create <in
	err_is ''
	sed -E 's/,"payment_link":\{"id":"lnk_[^}]*\}//' <<<"$output" >carried
	cmp in carried
	# The member that is there is replaced where it stands.
	for text in '{"payment_link":{"id":"lnk_old","url":"x"},"task":"T-6","total":5}' \
	    '{"task":"T-6", "payment_link" : null , "total":5}' \
	    '{"task":"T-6","total":5,"payment\u005flink":[1]}'; do
		expect 0 pp-link create <<<"$text"
		masked
		text=${text/'{"id":"lnk_old","url":"x"}'/LINK}
		text=${text/null/LINK}
		text=${text/'[1]'/LINK}
		want=$(made_link 5.00 "$([[ $n == 0 ]] && echo true || echo false)")
		same "form $n" "$output" "${text/LINK/"${want#*:}"}"
		n=$((n + 1))
	done
}

@test "create: a thousand members are carried" {
	added
	jq -nc '[range(1000) | {"key": "k\(.)", "value": .}] | from_entries +
	    {"task": "T-1", "total": "5.00"}' >in
	expect 0 pp-link create <in
	jq -c 'del(.payment_link)' <<<"$output" | cmp - in
	json_is '.payment_link.created' true
}

@test "create: of a task that is known, by its id" {
	added
	expect 0 pp-task put <<<"$DOC"
	expect 0 pp-link create T-1
	masked
	out_is '{"task":"T-1","customer":{"email":"m@example.com","language":null},"invoice":{"number":null,"transferred_at":null},"total":"1149.75","total_cents":114975,"currency":"CAD","step":null,"updated_at":null,"removed":false,"suspect":false,'"$(made_link 1149.75 true)}"
	refused 3 'pp-link: T-9: no such task' pp-link create T-9
	refused 3 'pp-link: line 2: no such task' pp-link create <<<$'\nT-9'
}

@test "create: the greatest status of many items, the others done" {
	added
	expect 0 pp-task put <<<"$DOC"
	expect 65 pp-link create <<-END
	T-9
	{"task":"T-2","total":"x"}
	$DOC
	{"task":"T-3","total":"3.00"}
	END
	err_is 'pp-link: line 1: no such task
pp-link: line 2: total: not an amount: x'
	same tasks "$(json .task <<<"$output")" $'T-1\nT-3'
	expect 3 pp-link create T-9 T-1 T-8
	err_is 'pp-link: T-9: no such task
pp-link: T-8: no such task'
	json_is .task T-1
}

@test "create: an empty stream is 0, a terminal 2, an id without newline 65" {
	added
	yields pp-link create </dev/null
	out_is ''
	yields pp-link create <<<$'\n  \n'
	out_is ''
	printf 'T-1' >in
	refused 65 'pp-link: line 1: the last line has no newline: it may be cut short' \
	    pp-link create <in
	# A document tells itself where it ends.
	printf '%s' "$DOC" >in
	expect 0 pp-link create <in
	json_is .payment_link.created true
	expect 2 script -qec 'pp-link create 2>err' /dev/null
	grep -qx 'pp-link: nothing named, and standard input is a terminal' err
}

@test "create: --task, --total, --email, without stdin" {
	added
	yields pp-link create --task T-7 --total 12.5 --email m@example.com \
	    --language en </dev/null
	masked
	json_is '[.task, .total, .customer.email, .customer.language]' \
	    '["T-7","12.50","m@example.com","en"]'
	json_is .payment_link.amount 12.50
	expect 65 pp-link create --task T-8
	err_is 'pp-link: T-8: total: missing'
	expect 65 pp-link create --task 'T 8' --total 5
	err_is 'pp-link: task: space, control or invisible character at byte 2'
	expect 2 pp-link create --total 5 </dev/null
	err_has 'pp-link: --total and --email go with --task
usage: '
	expect 2 pp-link create --task T-7 T-8
	err_has 'pp-link: --task, or TASK operands
usage: '
}

@test "create: without a store or an integration there is nothing to make links with" {
	refused 3 "pp-link: there is no store in $PP_STORE, so no integration to make links with (pp-integration add)" \
	    pp-link create <<<"$DOC"
	[[ ! -e $PP_STORE ]]
	expect 0 pp-task put <<<"$DOC"
	expect 3 pp-link create <<<"$DOC"
	err_has 'pp-link: line 1: no integration is the favourite (pp-integration add'
	out_is ''
	added
	refused 3 'pp-link: line 1: no integration other (pp-integration list)' \
	    pp-link create --integration other <<<"$DOC"
}

@test "create: the favourite unless named (K4), fixed when it is made" {
	added moneris
	added second --provider moneris
	link "$DOC"
	json_is .payment_link.integration moneris
	link '{"task":"T-2","total":"5.00"}' --integration second
	json_is .payment_link.integration second
	expect 0 pp-integration favourite second
	link "$DOC" -i moneris
	json_is '[.payment_link.integration, .payment_link.created]' \
	    '["moneris",false]'
	# Disabling stops tickets only.
	expect 0 pp-integration disable second
	link '{"task":"T-3","total":"5.00"}'
	json_is '[.payment_link.integration, .payment_link.state]' \
	    '["second","open"]'
}

@test "create: amounts (A1): --amount, --percent rounded half up, --open" {
	local n=0 args total want
	added
	while read -r args total want; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words
		link "{\"task\":\"P-$n\",\"total\":\"$total\"}" ${args//,/ }
		json_is .payment_link.amount "$want" || return 1
	done <<-'END'
	--amount,500 1149.75 500.00
	--amount,9999999.99 1149.75 1149.75
	--percent,30 1149.75 344.93
	--percent,50 0.01 0.01
	--percent,33.33 100.00 33.33
	--percent,12.5 0.04 0.01
	--percent,12.5 0.04 0.01
	--percent,100 9999999.99 9999999.99
	--percent,0.01 50.00 0.01
	--open 1149.75 1149.75
	--open,--min,20 1149.75 1149.75
	END
	# A percentage that rounds to nothing is nothing to ask for (A5).
	refused 65 'pp-link: line 1: percent: 12.50 % of 0.03 is nothing' \
	    pp-link create --percent 12.5 <<<'{"task":"P-X","total":"0.03"}'
	expect 3 pp-task show P-X
}

@test "create: a percentage follows the total until it is paid" {
	added
	link '{"task":"T-1","total":"1000.00"}' --percent 30 --purpose deposit
	json_is .payment_link.amount 300.00
	link '{"task":"T-1","total":"2000.00"}' --percent 30 --purpose deposit
	json_is '[.payment_link.amount, .payment_link.created]' \
	    '["600.00",false]'
}

@test "create: what an amount may be (A5)" {
	local a
	added
	for a in 0 0.00 -1 1.234 10000000 1e3 x ''; do
		expect 2 pp-link create --amount="$a" </dev/null
		out_is ''
		[[ $stderr == 'pp-link: --amount: '* ]]
	done
	for a in 0 101 x -5 1.234; do
		expect 2 pp-link create --percent="$a" </dev/null
		err_is "pp-link: percent: above 0, at most 100, two decimals, not $a"
	done
	refused 65 'pp-link: line 1: total: 0.00: a link asks for 0.01 at least' \
	    pp-link create <<<'{"task":"T-1","total":"0.00"}'
	refused 65 'pp-link: line 1: total: amount too large' \
	    pp-link create <<<'{"task":"T-1","total":"10000000.00"}'
	refused 65 'pp-link: line 1: currency: integration moneris does not take USD' \
	    pp-link create <<<'{"task":"T-1","total":"5.00","currency":"USD"}'
	expect 3 pp-task show T-1
}

@test "create: options that do not go together, and values that are none" {
	local text
	added
	wrong() {
		text=$1
		shift
		expect 2 pp-link "$@" </dev/null
		out_is ''
		[[ $stderr == "pp-link: $text"* ]] || { echo "$stderr"; return 1; }
	}
	wrong 'one of --amount, --percent and --open' create --amount 5 --open
	wrong 'one of --amount, --percent and --open' create --amount 5 --percent 5
	wrong '--min goes with --open' create --min 5
	wrong 'purpose: 1 to 32 of a-z 0-9 _ -, not Deposit' create --purpose Deposit
	wrong 'integration: a name is' create --integration 'A B'
	wrong '--language is fr or en' create --language de
	wrong '--if-exists is reuse, renew, supersede or fail' create --if-exists x
	wrong '--expires: 90d, a date or never, not soon' create --expires soon
	wrong '--expires: must be longer than nothing' create --expires 0d
	wrong '--state is open, expired, cancelled, superseded or completed' \
	    list --state paid
	wrong '--amount: not with list' list --amount 5
	wrong 'x: one operand too many' list x
	wrong 'say what to do' -q
	refused 2 'pp-link: --expires: is in the past' pp-link create \
	    --expires 2026-11-22 <<<"$DOC"
	expect 3 pp-task show T-1
}

@test "create: --expires, a span, a day that is good to its end, never" {
	added
	link '{"task":"T-1","total":"5"}' --expires 2d
	json_is .payment_link.expires_at 2026-11-25T15:04:05.000Z
	link '{"task":"T-2","total":"5"}' --expires 2026-12-01
	json_is .payment_link.expires_at 2026-12-02T05:00:00.000Z
	link '{"task":"T-3","total":"5"}' --expires never
	json_is .payment_link.expires_at null
	printf '[link]\nexpires = 10d\n' >>"$PP_CONFIG"
	link '{"task":"T-4","total":"5"}'
	json_is .payment_link.expires_at 2026-12-03T15:04:05.000Z
}

# cell STATUS EFFECT HOW REQUEST: DOC's link, in the state it is in now, asked
# for again by argument, and in a stream.  EFFECT: same, new, renewed, none.
# The request is the same (--amount 500) or other (--amount 600).
cell() {
	local want=$1 effect=$2 how=$3 amount=500 id url in_stream=$1 before
	[[ $4 != other ]] || amount=600
	[[ $want != 4 ]] || in_stream=0
	rm -rf saved
	case $effect in
	new | renewed) cp -a "$PP_STORE" saved ;;
	esac
	for _way in argument stream; do
		echo "cell $* $_way"
		if [[ $_way == argument ]]; then
			before=$want
			expect "$want" pp-link create --amount "$amount" \
			    --if-exists "$how" -o json T-1 || return
		else
			before=$in_stream
			expect "$in_stream" pp-link create --amount "$amount" \
			    --if-exists "$how" <<<"$DOC" || return
		fi
		id=$(json .payment_link.id <<<"$output")
		url=$(json .payment_link.url <<<"$output")
		case $effect in
		none)
			out_is '' || return
			if ((before == 0)); then
				err_is '' || return
			elif ((want != 0)); then
				[[ -n $stderr ]] || return
			fi
			;;
		same)
			same id "$id" "$LINK" && same url "$url" "$URL_OF" &&
			    json_is .payment_link.created false || return
			;;
		renewed)
			same id "$id" "$LINK" && [[ $url != "$URL_OF" ]] &&
			    json_is .payment_link.created true || return
			;;
		new)
			[[ $id != "$LINK" && $id == lnk_* ]] &&
			    json_is .payment_link.created true || return
			expect 0 pp-link show "$LINK" || return
			json_is '[.state, .successor]' \
			    "[\"superseded\",\"$id\"]" || return
			;;
		esac
		[[ ! -d saved ]] || {
			rm -rf "$PP_STORE"
			cp -a saved "$PP_STORE"
		}
	done
}

@test "K1: an open link" {
	added
	link "$DOC" --amount 500
	cell 0 same reuse same
	cell 5 none reuse other
	cell 0 same renew same
	cell 5 none renew other
	cell 0 same supersede same
	cell 0 new supersede other
	cell 4 none fail same
	cell 4 none fail other
}

@test "K1: an expired link" {
	added
	link "$DOC" --amount 500 --expires 1d
	now 2026-11-25T00:00:00Z
	expect 0 pp-link show "$LINK"
	json_is .state expired
	cell 4 none reuse same
	cell 5 none reuse other
	cell 0 renewed renew same
	cell 5 none renew other
	cell 4 none supersede same
	cell 0 new supersede other
	cell 4 none fail same
	cell 4 none fail other
}

@test "K1: a cancelled link: a script never undoes a person" {
	local how req
	added
	link "$DOC" --amount 500
	expect 0 pp-link cancel "$LINK"
	for how in reuse renew supersede fail; do
		for req in same other; do
			cell 4 none "$how" "$req"
		done
	done
}

@test "K1: a superseded link: its successor" {
	added
	link "$DOC" --amount 400
	link "$DOC" --amount 500 --if-exists supersede
	cell 0 same reuse same
	cell 5 none reuse other
	cell 0 same renew same
	cell 0 same supersede same
	cell 0 new supersede other
	cell 4 none fail same
}

@test "K1: a completed link, with and without something owed" {
	local how req
	world
	link "$DOC" --amount 500
	paid "$URL_OF"
	expect 0 pp-link show "$LINK"
	json_is .state completed
	cell 4 none reuse same
	cell 5 none reuse other
	cell 4 none renew same
	cell 5 none renew other
	cell 4 none supersede same
	cell 0 new supersede other
	cell 4 none fail same
	cell 4 none fail other
	# The rest under a purpose of its own, and then nothing is owed.
	link "$DOC" --purpose rest
	json_is .payment_link.amount 649.75
	paid "$URL_OF"
	for how in reuse renew supersede fail; do
		for req in same other; do
			cell 4 none "$how" "$req"
		done
	done
	# The total rises: it opens again.
	link "${DOC/1149.75/1200.00}" --purpose rest
	json_is '[.payment_link.state, .payment_link.amount, .payment_link.created]' \
	    '["open","50.25",false]'
}

@test "K1: the words of each refusal, the difference named" {
	added
	added second --provider moneris
	link "$DOC" --amount 500
	says() {
		local want=$1 text=$2
		shift 2
		refused "$want" "pp-link: T-1: $text" pp-link create "$@" T-1
	}
	local hint=' (--if-exists supersede replaces it, --purpose WORD makes another)'
	says 5 "amount: link $LINK asks for 500.00, not 600.00$hint" --amount 600
	says 5 "amount: link $LINK asks for amount, not whole$hint"
	says 5 "amount: link $LINK asks for amount, not percent$hint" --percent 30
	says 5 "amount: link $LINK asks for amount, not open$hint" --open
	says 5 "integration: link $LINK uses moneris, not second$hint" \
	    --amount 500 --integration second
	says 4 "task T-1 has link $LINK for purpose balance already" \
	    --amount 500 --if-exists fail
	link "$DOC" --percent 30 --purpose p
	says 5 "percent: link $LINK asks for 30.00 %, not 40.00 %$hint" \
	    --percent 40 --purpose p
	link "$DOC" --open --min 5 --purpose o
	says 5 "min: link $LINK takes at least 5.00, not 6.00$hint" \
	    --open --min 6 --purpose o
	expect 0 pp-link cancel "$LINK"
	says 4 "link $LINK of task T-1 was cancelled (pp-link renew $LINK)" \
	    --open --min 5 --purpose o
	link "$DOC" --expires 1d --purpose e
	now 2026-11-25T00:00:00Z
	says 4 "link $LINK of task T-1 has expired (--if-exists renew, or pp-link renew $LINK)" \
	    --purpose e
	# In a stream only -v tells.
	expect 0 pp-link create -v --purpose e <<<"$DOC"
	out_is ''
	err_is "pp-link: line 1: link $LINK of task T-1 has expired"
}

@test "K1: a link for each purpose; whole ones ask what is owed" {
	added
	link "$DOC" --percent 30 --purpose deposit
	local first=$LINK
	now 2026-11-23T15:04:06Z
	link "$DOC"
	[[ $LINK != "$first" ]]
	json_is .payment_link.amount 1149.75
	expect 0 pp-link list --task T-1
	same purposes "$(json .purpose <<<"$output")" $'deposit\nbalance'
}

@test "K3: url prints it again; renew kills the old one; never in lists" {
	added
	link "$DOC"
	yields pp-link url "$LINK"
	out_is "$URL_OF"
	yields pp-link url <<<"$LINK"
	out_is "$URL_OF"
	expect 0 pp-link url -o json "$LINK"
	out_is "{\"link\":\"$LINK\",\"url\":\"$URL_OF\"}"
	grown 1 pp-link renew "$LINK"
	json_is '[.task, .payment_link.id, .payment_link.created]' \
	    "[\"T-1\",\"$LINK\",true]"
	local new
	new=$(json .payment_link.url <<<"$output")
	[[ $new == http://127.0.0.1:8080/p/* && $new != "$URL_OF" ]]
	yields pp-link url "$LINK"
	out_is "$new"
	local token f
	for token in "${URL_OF##*/}" "${new##*/}"; do
		for f in 'pp-link list' "pp-link show $LINK" 'pp-status T-1' \
		    'pp-ledger list'; do
			# shellcheck disable=SC2086 # words
			expect 0 $f
			[[ $output$stderr != *"$token"* ]]
		done
		run grep -raF "$token" "$PP_STORE"
		same found "$output" ''
	done
}

@test "K3: a copy of the store without its keys cannot print addresses" {
	added
	link "$DOC"
	cp -a "$PP_STORE" copy
	rm -r copy/keys
	expect 78 pp-link url --store copy "$LINK"
	out_is ''
	err_is 'pp-link: keys copy/keys: No such file or directory'
	expect 78 pp-link create --store copy <<<"$DOC"
	out_is ''
	# What needs no key works, and a copy with another store's key does not.
	expect 0 pp-link show --store copy "$LINK"
	PP_STORE=other added
	cp -a other/keys copy/keys
	refused 78 'pp-link: copy/keys/link is not the key of the store copy (put back the keys that this store was made with)' \
	    pp-link url --store copy "$LINK"
	expect 78 pp-link renew --store copy "$LINK"
	out_is ''
}

@test "T2: the output names a ticket that may still be paid" {
	world
	link "$DOC"
	expect 0 pp-sandbox pay --link - --then load <<<"$URL_OF"
	expect 0 pp-link create <<<"$DOC"
	json_is '.payment_link.may_still_be_paid_until | type' string
	expect 0 pp-link cancel "$LINK"
	json_is '[.state, (.may_still_be_paid_until | type)]' \
	    '["cancelled","string"]'
	later 1900
	expect 0 pp-link show "$LINK"
	json_is .may_still_be_paid_until null
}

@test "list: by state, purpose, task; never reads stdin; 0 when empty" {
	added
	yields pp-link list <<<'garbage'
	out_is ''
	link '{"task":"T-1","total":"5"}'
	local first=$LINK
	now 2026-11-23T15:04:06Z
	link '{"task":"T-2","total":"6"}' --purpose deposit --expires 1d
	expect 0 pp-link cancel --reason 'typed twice' "$first"
	json_is '[.link, .state, .reason]' \
	    "[\"$first\",\"cancelled\",\"typed twice\"]"
	now 2026-11-25T00:00:00Z
	listed() {
		expect 0 pp-link list "${@:2}" <<<garbage
		err_is ''
		same links "$(json .task <<<"$output" | tr '\n' ' ')" "$1"
	}
	listed 'T-1 T-2 '
	listed 'T-1 ' --state cancelled
	listed 'T-2 ' --state expired
	listed '' --state open
	listed 'T-2 ' --purpose deposit
	listed 'T-1 ' --task T-1
	listed '' --task T-1 --purpose deposit
	expect 0 pp-link list -o csv
	output=${output//$'\r'/}
	out_is "LINK,TASK,PURPOSE,STATE,ASKS,PAID,INTEGRATION,EXPIRES
$first,T-1,balance,cancelled,5.00,0.00,moneris,2027-02-21T15:04:05Z
$LINK,T-2,deposit,expired,6.00,0.00,moneris,2026-11-24T15:04:06Z"
}

@test "show, cancel, renew: of what is not there, 3; of the wrong kind, 65 or 4" {
	local v
	added
	for v in url show cancel renew; do
		refused 3 'pp-link: lnk_x: no such link' pp-link "$v" lnk_x
		refused 3 'pp-link: line 1: no such link' pp-link "$v" <<<T-1
		refused 65 'pp-link: line 1: an id is wanted here, not a document' \
		    pp-link "$v" <<<"$DOC"
		yields pp-link "$v" </dev/null
		out_is ''
		refused 3 'pp-link: there is no store in none' \
		    pp-link "$v" -s none lnk_x
		[[ ! -e none ]]
	done
	link "$DOC" --amount 5
	local old=$LINK
	link "$DOC" --amount 6 --if-exists supersede
	refused 4 "pp-link: $old: link $old was superseded by $LINK" \
	    pp-link renew "$old"
	refused 4 "pp-link: $old: link $old was superseded by $LINK" \
	    pp-link cancel "$old"
	# Cancelled twice is cancelled; renewing is a person's word.
	grown 1 pp-link cancel "$LINK"
	grown 0 pp-link cancel "$LINK"
	json_is .state cancelled
	grown 1 pp-link renew "$LINK"
	json_is .payment_link.state open
	expect 0 pp-link show "$LINK"
	json_is '[.state, .reason]' '["open",null]'
}

@test "-n: nothing is done, and no address of what is not" {
	added
	unchanged 0 pp-link create -n <<<"$DOC"
	err_is ''
	masked
	out_is "${DOC%\}},$(made_link 1149.75 true '' null)}"
	expect 3 pp-task show T-1
	link "$DOC" --expires 1d
	unchanged 0 pp-link create -n <<<"${DOC/1149.75/99.00}"
	json_is '[.payment_link.amount, .payment_link.url]' \
	    "[\"99.00\",\"$URL_OF\"]"
	unchanged 0 pp-link cancel -n "$LINK"
	json_is .state cancelled
	unchanged 0 pp-link renew -n "$LINK"
	json_is '[.payment_link.state, .payment_link.url]' '["open",null]'
	unchanged 0 pp-link create -n --amount 7 --if-exists supersede T-1
	json_is '[.payment_link.created, .payment_link.url]' '[true,null]'
	unchanged 5 pp-link create -n --amount 7 T-1
	expect 0 pp-link list
	same links "${#lines[@]}" 1
	expect 3 pp-link create -n -s none <<<"$DOC"
	[[ ! -e none ]]
}

@test "-o json: an error is an object with line, item, member, hint" {
	added
	expect 65 pp-link create -o json <<-'END'
	{"task":"T-1","total":"x"}
	{"task":"T-2"
	T-9
	END
	out_is ''
	err_is '{"tool":"pp-link","line":1,"item":"T-1","member":"total","status":65,"message":"not an amount: x","hint":null}
{"tool":"pp-link","line":2,"item":null,"member":"byte 14","status":65,"message":"ends too early","hint":null}
{"tool":"pp-link","line":3,"item":"T-9","member":null,"status":3,"message":"no such task","hint":null}'
	link "$DOC" --amount 5
	refused 5 '{"tool":"pp-link","line":null,"item":"T-1","member":"amount","status":5,"message":"link '"$LINK"' asks for 5.00, not 6.00","hint":"--if-exists supersede replaces it, --purpose WORD makes another"}' \
	    pp-link create -o json --amount 6 T-1
	refused 3 '{"tool":"pp-link","line":null,"item":"lnk_x","member":null,"status":3,"message":"no such link","hint":null}' \
	    pp-link show -o json lnk_x
}

@test "a terminal is given a table, which says that the store is a test" {
	added
	link "$DOC"
	on_tty 0 "pp-link list"
	out_is "LINK                            TASK  PURPOSE  STATE     ASKS  PAID  INTEGRATION  EXPIRES
$LINK  T-1   balance  open   1149.75  0.00  moneris      2027-02-21 10:04
(test store: no real money)"
}
