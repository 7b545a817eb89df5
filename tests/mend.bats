# pp-store rebuild, rekey, upgrade, doctor, info -o prom.
bats_require_minimum_version 1.5.0
load helper
load cmds
load rich

setup_file() {
	rich_make
}

setup() {
	rich
}

teardown() {
	cmds_teardown
}

# harm FILE: garbage over its beginning.
harm() {
	yes garbage | head -c 20000 |
	    dd of="$PP_STORE/db/$1" conv=notrunc status=none
}

fresh() {
	rm -rf "$PP_STORE"
	cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
}

@test "rebuild: a sound store stays what it was" {
	shown >before
	expect 0 pp-store rebuild
	err_is "pp-store: the old files are in $PP_STORE/replaced: remove them when all is well"
	json_is '[.rebuilt,.lost.people,.lost.tokens,.lost.tickets,.lost.address_hashes]' \
	    '[true,false,0,0,0]'
	json_is .head.seq "$(pp-ledger head | jq .seq)"
	yields pp-store verify
	shown >after
	cmp before after
	# Private as ever, and nothing left over.
	run -0 find "$PP_STORE" -perm /077
	out_is ''
	[[ ! -e $PP_STORE/rebuild ]]
	# The links that were sent, and the tickets, still work.
	yields pp-link url "$(sed -n 1p links | json .payment_link.id)"
	out_is "$(sed -n 1p links | json .payment_link.url)"
	# The evidence of the first is not thrown away by a second.
	refused 4 "pp-store: the files that an earlier rebuild replaced are in $PP_STORE/replaced (look whether they are still wanted, and remove them)" \
	    pp-store rebuild
}

@test "rebuild: each damaged index is made again" {
	local f

	shown >before
	for f in "$PP_STORE"/db/*.idx; do
		harm "${f##*/}"
	done
	expect 1 pp-store verify
	expect 0 pp-store rebuild -q
	yields pp-store verify
	shown >after
	cmp before after
}

@test "rebuild: each damaged collection is made again" {
	local c

	shown >before
	for c in task payment refund mail sheet by_day mark; do
		harm $c.db
	done
	expect 1 pp-store verify
	expect 0 pp-store rebuild -q
	yields pp-store verify
	shown >after
	cmp before after
}

@test "rebuild: a record that somebody changed is what its events say again" {
	shown >before
	tamper edit "$PP_STORE" task T-2 '"paid_cents":10000' '"paid_cents":90000'
	tamper drop "$PP_STORE" payment '"T-1"'
	tamper day "$PP_STORE" edit
	expect 0 pp-store rebuild -q
	yields pp-store verify
	shown >after
	cmp before after
}

@test "rebuild: what the journal does not hold and cannot be read is said" {
	harm person.db
	harm integration.db
	harm attempt.db
	harm link.db
	expect 0 pp-store rebuild
	err_is "pp-store: the old files are in $PP_STORE/replaced: remove them when all is well
pp-store: names and addresses could not be read: they come back with each task's next document
pp-store: API tokens could not be read: pp-integration rotate NAME
pp-store: tickets could not be read: attempts without an end need pp-status --settle"
	json_is .lost '{"people":true,"tokens":1,"tickets":4,"address_hashes":4}'
	yields pp-store verify
	# Money is where it was; an attempt without its ticket is not forgotten.
	yields pp-status T-1 T-2
	run json .paid <<<"$output"
	out_is '500.00
100.00'
	yields pp-status T-4
	json_is '[.attempts[] | select(.state == "presented")] | length' 1
}

@test "rebuild: a damaged journal is not made up: 74, and nothing is changed" {
	harm event.db
	expect 74 pp-store rebuild
	err_has 'event.db cannot be made again'
	err_has 'pp-store restore, of the newest backup'
	[[ ! -e $PP_STORE/replaced && ! -e $PP_STORE/rebuild ]]
	fresh
	tamper event "$PP_STORE" 9 '"type":"' '"type":"x'
	expect 74 pp-store rebuild
	err_has 'journal: event 9 is not what was written (nothing was changed; pp-store restore, of the newest backup)'
	[[ ! -e $PP_STORE/replaced && ! -e $PP_STORE/rebuild ]]
	expect 1 pp-store verify
}

@test "rebuild --dry-run makes it, and changes nothing" {
	tamper edit "$PP_STORE" task T-2 '"paid_cents":10000' '"paid_cents":90000'
	expect 0 pp-store rebuild -n
	err_is 'pp-store: the store would be rebuilt; what it would become was made, and is sound'
	json_is .rebuilt false
	expect 1 pp-store verify
	[[ ! -e $PP_STORE/replaced && ! -e $PP_STORE/rebuild ]]
}

@test "rebuild: killed at any instant there is a store, the old or the new one" {
	local i n=0

	shown >before
	for i in 0.01 0.05 0.1 0.2 0.3 0.5 0.8; do
		timeout -s KILL $i pp-store rebuild -q >/dev/null 2>&1 || n=1
		rm -rf "$PP_STORE/replaced"
		shown >after
		cmp before after
	done
	((n == 1))
	expect 0 pp-store rebuild -q
	yields pp-store verify
}

@test "rebuild of no store is 3" {
	refused 3 'pp-store: there is no store in none' pp-store -s none rebuild
	[[ ! -e none ]]
}

head_of() {
	pp-ledger head | jq -r '"\(.seq):\(.hash):\(.signature)"'
}

@test "rekey: tokens and tickets are sealed again" {
	local was
	was=$(<"$PP_STORE/keys/seal")
	shown | grep -v '"hash"' >before
	expect 0 pp-store rekey
	json_is '[.key,.changed,.tokens,.tickets,.links]' \
	    '["seal",true,1,4,0]'
	err_has 'backups made before need the old keys'
	[[ $(<"$PP_STORE/keys/seal") != "$was" ]]
	[[ ! -e $PP_STORE/keys/seal.next ]]
	run -0 stat -c %a "$PP_STORE/keys/seal"
	out_is 600
	yields pp-store verify
	shown | grep -v '"hash"' >after
	cmp before after
	# With the old key nothing opens any more.
	printf '%s\n' "$was" >"$PP_STORE/keys/seal"
	expect 78 pp-integration check moneris
	err_has 'is not the key of the store'
}

@test "rekey: a new token can still be used at the processor" {
	start_sandbox --seed 1
	expect 0 pp-integration add second --provider moneris \
	    --environment sandbox --gateway-url "$SANDBOX_URL" \
	    --store-id store5 --checkout-id chktSANDBOX <<<yesguy
	expect 0 pp-store rekey -q
	yields pp-integration check second
	json_is .ok true
}

@test "rekey: killed before the key has its name, the next one gives it that" {
	local new
	cp "$PP_STORE/keys/seal" old
	expect 0 pp-store rekey -q
	# As it is between the commit and the name.
	mv "$PP_STORE/keys/seal" "$PP_STORE/keys/seal.next"
	cp old "$PP_STORE/keys/seal"
	new=$(<"$PP_STORE/keys/seal.next")
	yields pp-store info
	json_is .keys.seal ok
	[[ $(<"$PP_STORE/keys/seal") == "$new" && ! -e $PP_STORE/keys/seal.next ]]
	yields pp-store verify
	# As it is before the commit: the old one stays.
	printf '%064d\n' 7 >"$PP_STORE/keys/seal.next"
	chmod 600 "$PP_STORE/keys/seal.next"
	yields pp-store info
	json_is .keys.seal ok
	[[ $(<"$PP_STORE/keys/seal") == "$new" ]]
}

@test "rekey, killed at random: all keys work" {
	local i

	for i in 0.005 0.01 0.02 0.03 0.05 0.08 0.2; do
		timeout -s KILL $i pp-store rekey -q >/dev/null 2>&1 || :
		yields pp-store info
		json_is .keys '{"seal":"ok","link":"ok","sign":"ok"}'
	done
	expect 0 pp-store rekey -q
	json_is .tickets 4
}

@test "rekey link: every address changes, and it is said" {
	local id url

	id=$(sed -n 2p links | json .payment_link.id)
	url=$(sed -n 2p links | json .payment_link.url)
	expect 0 pp-store rekey -n link
	err_is 'pp-store: the addresses of all links would change: none that was sent would work any more'
	json_is '[.changed,.links]' '[false,4]'
	yields pp-link url "$id"
	out_is "$url"
	[[ ! -e $PP_STORE/keys/link.next ]]
	expect 0 pp-store rekey link
	err_has 'the addresses of all links have changed'
	yields pp-link url "$id"
	[[ $output == http*/p/* && $output != "$url" ]]
	url=$output
	yields pp-store verify
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	yields "$HTTP" GET "$REPLY/p/${url##*/p/}"
	out_has 200
}

# told N FILE: waits until it has N lines.
told() {
	local i

	for ((i = 0; i < 400; i++)); do
		(($(wc -l <"$2") < $1)) || return 0
		sleep 0.05
	done
	return 1
}

@test "rekey link: a stream that began before prints addresses that work" {
	local maker id url line

	mkfifo in
	pp-link create <in >out 2>err 3>&- &
	maker=$!
	exec {line}>in
	printf '{"task":"T-8","total":"10.00"}\n' >&"$line"
	told 1 out
	expect 0 pp-store rekey -q link
	printf '{"task":"T-9","total":"10.00"}\n' >&"$line"
	exec {line}>&-
	wait "$maker"
	read -r id url < <(sed -n 2p out |
	    jq -r '.payment_link | "\(.id) \(.url)"')
	yields pp-link url "$id"
	out_is "$url"
	# That of the first died with the old key.
	read -r id url < <(sed -n 1p out |
	    jq -r '.payment_link | "\(.id) \(.url)"')
	yields pp-link url "$id"
	[[ $output != "$url" ]]
}

@test "rekey: a page that began before goes on taking and recording money" {
	local url ticket

	PP_STORE=$PWD/new
	: >"$PP_CONFIG"
	world
	link '{"task":"T-7","total":"10.00"}'
	url=$URL_OF
	# A ticket that was sealed with the old key, and not paid yet.
	curl -s -d "$(curl -s "$url" | tr '>' '\n' |
	    sed -n 's/.*name="\([a-z_]*\)" value="\([^"]*\)".*/\1=\2/p' |
	    paste -sd '&')" "$url/pay" >till
	ticket=$(sed -n 's/.*data-ticket="\([A-Za-z0-9]*\)".*/\1/p' till)
	[[ $ticket ]]
	expect 0 pp-store rekey -q
	# The same ticket again, and its receipt.
	paid "$url"
	# A new one, sealed with the new key: anybody can ask for it.
	link '{"task":"T-8","total":"20.00"}'
	paid "$URL_OF"
	pp-ledger list | jq -r '"\(.task) \(.amount)"' >ledger
	same ledger "$(<ledger)" $'T-7 10.00\nT-8 20.00'
	# And twice.
	expect 0 pp-store rekey -q
	link '{"task":"T-9","total":"30.00"}'
	paid "$URL_OF"
	later 700
	yields pp-status --refresh T-9
	yields pp-store verify
}

@test "rekey sign: heads that were printed before still verify" {
	local first second

	first=$(head_of)
	expect 0 pp-store rekey -q sign
	second=$(head_of)
	expect 0 pp-store rekey -q sign
	yields pp-store verify --head "$first"
	yields pp-store verify --head "$second"
	yields pp-store verify --head "$(head_of)"
	# An old key that only the store speaks of is nobody's.
	storework meta "$PP_STORE" sign.old.1 \
	    "$(printf '%064d' 1) $(printf '%0128d' 1)"
	expect 1 pp-store verify --head "$first"
	err_has "is not by this store's key"
	yields pp-store verify --head "$second"
}

@test "rekey: wrong words, keys that are elsewhere, no store" {
	expect 2 pp-store rekey all
	err_has 'rekey: seal, link or sign, not all'
	cp -a "$PP_STORE/keys" creds
	CREDENTIALS_DIRECTORY=$PWD/creds expect 78 pp-store rekey
	err_has "the keys are in $PWD/creds, where they cannot be changed"
	refused 3 'pp-store: there is no store in none' pp-store -s none rekey
}

@test "upgrade: there has been one format; a newer one is refused: 78" {
	expect 0 pp-store upgrade
	json_is '[.format,.upgraded]' '[1,false]'
	err_is 'pp-store: nothing is to be done: the store has the format that this program writes'
	storework meta "$PP_STORE" format 2
	rm "$PP_STORE"/db/__db.*
	refused 78 "pp-store: store $PP_STORE has format 2, this program knows 1: it is older than the store" \
	    pp-store upgrade
}

@test "a store of a build that did not know a collection: named; rebuild mends it" {
	local words="store $PP_STORE: mark.db: No such file or directory"

	rm "$PP_STORE/db/mark.db"
	refused 74 "pp-store: $words (pp-store rebuild)" pp-store upgrade
	expect 1 pp-store doctor
	same finding "$(finding store)" "[\"wrong\",\"$words\",\"pp-store rebuild\"]"
	expect 74 pp-status --attention
	expect 0 pp-store rebuild -q
	expect 0 pp-store upgrade
	expect 0 pp-store verify
	expect 1 pp-store doctor
	same finding "$(finding store | jq -r '.[0]')" ok
}

# finding CHECK: its first line, in short.
finding() {
	jq -rc "select(.check == \"$1\") | [.state,.what,.do]" <<<"$output" |
	    head -n 1
}

@test "doctor: what is well, and that the gateway does not answer" {
	mkdir auto
	expect 1 pp-store doctor --automations auto
	err_is ''
	same lock "$(finding lock)" '["ok","nobody has it",null]'
	same modes "$(finding modes)" \
	    '["ok","nobody but its owner may use it",null]'
	same store "$(finding store)" "[\"ok\",\"$PP_STORE, test\",null]"
	same keys "$(finding keys)" '["ok","all three, in keys/",null]'
	same automations "$(finding automations)" '["ok","0 in auto",null]'
	if [[ $(stat -f -c %T "$PP_STORE") == tmpfs ]]; then
		same file_system "$(finding file_system)" \
		    '["warn","tmpfs, which is memory: the store is gone when the machine stops","put the store on a disk"]'
	else
		same file_system "$(finding file_system | jq -c '.[0,2]' |
		    xargs)" 'ok null'
	fi
	same providers "$(finding providers)" \
	    '["ok","moneris: provider-moneris",null]'
	out_has '"gateway","state":"wrong","what":"moneris: '
	out_has '"do":"pp-integration check moneris"'
	expect 1 pp-store doctor -o table
	out_has 'CHECK * STATE  WHAT'
}

@test "doctor: a gateway that answers, and its clock" {
	start_sandbox --seed 1
	expect 0 pp-integration add second --provider moneris \
	    --environment sandbox --gateway-url "$SANDBOX_URL" \
	    --store-id store5 --checkout-id chktSANDBOX <<<yesguy
	pp-integration disable moneris >/dev/null
	mkdir auto
	later 0
	seq=$(pp-ledger head | jq .seq)
	expect 0 pp-store doctor --automations auto
	out_has '"check":"gateway","state":"ok","what":"second: it answers and takes the credentials"'
	out_has '"check":"gateway","state":"warn","what":"moneris is disabled: it opens no tickets","do":"pp-integration enable moneris"'
	out_has '"check":"clock","state":"ok","what":"second has the same"'
	same 'events, of which it writes none' "$(pp-ledger head | jq .seq)" \
	    "$seq"
}

@test "doctor: what is wrong, each with what to do" {
	mkdir auto
	printf '#!/bin/sh\n' >auto/good
	cp auto/good auto/bad.sh
	cp auto/good auto/dead
	cp auto/good auto/open
	chmod 755 auto/good auto/bad.sh
	chmod 777 auto/open
	chmod 640 "$PP_STORE/keys/sign"
	chmod 755 "$PP_STORE"
	later -864000
	expect 1 pp-store doctor --automations auto
	out_has "\"state\":\"wrong\",\"what\":\"run-parts passes over auto/bad.sh\",\"do\":\"rename it: letters, digits, _ and - only\""
	out_has '"what":"auto/dead is not executable: run-parts passes over it","do":"chmod 755 auto/dead"'
	out_has '"what":"others may change auto/open","do":"chmod go-w auto/open"'
	out_has "\"do\":\"chmod 600 $PP_STORE/keys/sign\""
	out_has "\"do\":\"chmod 700 $PP_STORE/.\""
	out_has '"check":"keys","state":"wrong","what":"sign: not readable by its owner alone"'
	out_has '"check":"clock","state":"wrong","what":"it is behind the newest event by'
}

@test "doctor: a driver that is not there" {
	mkdir none
	PP_PROVIDERS=$PWD/none expect 1 pp-store doctor
	out_has '"state":"wrong","what":"moneris: there is no executable provider-moneris","do":"install the driver"'
}

@test "doctor: attempts that nobody asks about" {
	later 7200
	expect 1 pp-store doctor
	out_has '"check":"sweep","state":"wrong","what":"4 attempts wait to be asked about'
	out_has 'pp-refresh.timer'
}

@test "doctor waits for nobody, makes no store, and works without one" {
	start holder storework hold "$PP_STORE" 60000
	SECONDS=0
	expect 0 pp-store doctor
	((SECONDS < 15))
	same lock "$(finding lock)" "[\"warn\",\"held by process $(jq -r 'select(.check == "lock") | .what' <<<"$output" | sed 's/held by process //')\",\"a transaction takes less than a second: look again, and at that process\"]"
	out_has "held by process $STARTED storework"
	out_has 'is in use by storework'
	expect 1 pp-store -s none doctor
	out_has '"state":"wrong","what":"there is no store in none"'
	[[ ! -e none ]]
}

@test "info -o prom: what a collector reads" {
	yields pp-store info -o prom
	out_has 'pp_payments_total{type="payment"} 3'
	out_has 'pp_payments_cents_total{type="payment"} 61200'
	out_has 'pp_payments_total{type="refund"} 1'
	out_has 'pp_payments_total{type="offline"} 1'
	out_has "pp_journal_events_total $(pp-ledger head | jq .seq)"
	out_has 'pp_attempts_scheduled 4'
	out_has 'pp_integrations{state="enabled"} 1'
	out_has 'pp_store_key_ok{key="seal"} 1'
	# By the format: HELP, TYPE, then samples of that name.
	awk '
	/^# HELP [a-z_]+ ./ { name = $3; next }
	/^# TYPE [a-z_]+ (gauge|counter)$/ { if ($3 != name) exit 1; n++; next }
	/^[a-z_]+(\{[a-z_]+="([^"\\\n]|\\.)*"(,[a-z_]+="([^"\\\n]|\\.)*")*\})? -?[0-9]+(\.[0-9]+)?$/ {
		split($0, a, /[{ ]/)
		if (a[1] != name) exit 1
		next
	}
	{ exit 1 }
	END { if (n < 12) exit 1 }' <<<"$output"
	refused 2 "$(printf '%s\n' 'pp-task: --output: json, table, csv or tsv, not prom' && pp-task -h)" \
	    pp-task show -o prom T-1
	expect 2 pp-store verify -o prom
}

@test "info -o prom escapes what a label holds" {
	local odd=$PWD/$'a"b\\c\nd'
	mv "$PP_STORE" "$odd"
	yields pp-store -s "$odd" info -o prom
	# Not out_has, for which a backslash is a glob's.
	grep -qxF "pp_store_info{store=\"$PWD/a\\\"b\\\\c\\nd\",kind=\"test\",version=\"$(pp-store -V | cut -d ' ' -f 2)\",format=\"1\"} 1" \
	    <<<"$output"
}
