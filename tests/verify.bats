# pp-store verify: whatever is changed behind the tools' back is found, and the
# first difference is named (rule G2); the journal's bytes, its end, its whole.
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

# tampered WORDS ARG...: after tamper ARG... verify says WORDS.
tampered() {
	local want=$1
	shift
	expect 0 tamper "$1" "$PP_STORE" "${@:2}"
	refused 1 "pp-store: $want" pp-store verify
}

@test "a store with something in every collection is sound" {
	yields pp-store verify
	json_is .sound true
	yields pp-store info
	# What pp-progression writes down is verified in progression.bats.
	json_is '[.records | del(.mark)[] == 0] | any' false
	json_is '.records | [.integration,.task,.sheet,.refund,.by_day,.person]' \
	    '[1,4,1,1,5,3]'
	# One is nobody's, one attempt has no end yet.
	yields pp-ledger list
	run jq -rsc '[.[] | select(.task == null)] | length' <<<"$output"
	out_is 1
	yields pp-status T-4
	json_is '[.attempts[].state] | sort' '["declined","presented"]'
}

@test "verify: a member of each kind of record, named with its key" {
	local id

	tampered 'total_cents: task T-2 is stored as 30001, its events say 30000' \
	    edit task T-2 '"total_cents":30000' '"total_cents":30001'
}

@test "verify: a sum, which is no event of the task's own" {
	tampered 'paid_cents: task T-2 is stored as 10001, its events say 10000' \
	    edit task T-2 '"paid_cents":10000' '"paid_cents":10001'
}

@test "verify: an adjustment" {
	tampered 'adjusted_cents: task T-2 is stored as -600, its events say -500' \
	    edit task T-2 '"adjusted_cents":-500' '"adjusted_cents":-600'
}

@test "verify: a link's state" {
	local id
	id=$(sed -n 3p links | json .payment_link.id)
	tampered "state: link $id is stored as \"open\", its events say \"cancelled\"" \
	    edit link "$id" '"cancelled"' '"open"'
}

@test "verify: an attempt" {
	local id
	id=$(pp-status T-4 | jq -r '.attempts[] | select(.state == "declined") | .attempt')
	tampered "response_code: attempt $id is stored as \"027\", its events say \"$(pp-status T-4 | jq -r '.attempts[] | select(.state == "declined") | .response_code')\"" \
	    edit attempt "$id" "\"response_code\":\"$(pp-status T-4 | jq -r '.attempts[] | select(.state == "declined") | .response_code')\"" '"response_code":"027"'
}

@test "verify: a payment's amount, and its mark" {
	local id
	id=$(pp-ledger payments T-2 | json .id)
	tampered "amount_cents: payment $id is stored as 10001, its events say 10000" \
	    edit payment "$id" '"amount_cents":10000' '"amount_cents":10001'
	expect 0 tamper edit "$PP_STORE" payment "$id" '"amount_cents":10001' \
	    '"amount_cents":10000'
	yields pp-store verify
	tampered "entered: payment $id is stored as null, its events say *" \
	    edit payment "$id" '"entered":' '"entre":' || :
	err_has "entered: payment $id is stored as null, its events say \"20"
}

@test "verify: an orphan" {
	local id
	id=$(pp-ledger list | jq -r 'select(.task == null) | .id')
	tampered "amount_cents: payment $id is stored as 1300, its events say 1200" \
	    edit payment "$id" '"amount_cents":1200' '"amount_cents":1300'
}

@test "verify: a refund, a mail, an integration, a sheet" {
	expect 0 tamper edit "$PP_STORE" refund '"refund"' \
	    '"amount_cents":5000' '"amount_cents":4000'
	expect 1 pp-store verify
	err_has 'amount_cents: refund ref_*is stored as 4000, its events say 5000'
	expect 0 tamper edit "$PP_STORE" refund '"refund"' \
	    '"amount_cents":4000' '"amount_cents":5000'
	expect 0 tamper edit "$PP_STORE" mail '"task":"T-1"' '"sent"' '"failed"'
	expect 1 pp-store verify
	err_has 'state: mail mail_*is stored as "failed", its events say "sent"'
	expect 0 tamper edit "$PP_STORE" mail '"task":"T-1"' '"failed"' '"sent"'
	tampered 'store_id: integration moneris is stored as "store6", its events say "store5"' \
	    edit integration moneris store5 store6
	expect 0 tamper edit "$PP_STORE" integration moneris store6 store5
	tampered 'reference: sheet 1 is stored as "B-2", its events say "B-1"' \
	    edit sheet B-1 B-1 B-2
}

@test "verify: a record that is gone" {
	local coll

	for coll in link attempt payment refund mail integration sheet; do
		rm -rf "$PP_STORE"
		cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
		expect 0 tamper drop "$PP_STORE" $coll '{'
		expect 1 pp-store verify
		err_has "pp-store: $coll *is lost: the journal tells of it"
	done
}

@test "verify: a record of which no event tells" {
	tampered 'link lnk_x is stored and no event tells of it' \
	    twin link "$(json .payment_link.id < <(sed -n 1p links))" lnk_x
}

@test "verify: an integration, a task's data of which no event tells" {
	tampered 'integration other is stored and no event tells of it' \
	    twin integration moneris other || :
	expect 1 pp-store verify
	err_has 'is stored and no event tells of it'
	rm -rf "$PP_STORE"
	cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
	tampered 'person T-9 is stored and there is no such task' \
	    twin person 'Ann' T-9
}

@test "verify: a header that is not the document's" {
	tampered 'task T-1 has a header that is not its document'"'"'s' \
	    head task T-1
}

@test "verify: the day index" {
	expect 0 tamper day "$PP_STORE" edit
	expect 1 pp-store verify
	err_has 'by_day 20*is stored as 12*cents*its event says 1200'
	rm -rf "$PP_STORE" && cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
	expect 0 tamper day "$PP_STORE" drop
	expect 1 pp-store verify
	err_has 'by_day 20*is lost: the journal tells of it'
	rm -rf "$PP_STORE" && cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
	expect 0 tamper day "$PP_STORE" twin
	expect 1 pp-store verify
	err_has 'by_day 20*is stored and no event tells of it'
}

@test "verify: the facts that the journal tells" {
	expect 0 storework meta "$PP_STORE" incarnation 7
	refused 1 'pp-store: meta incarnation is stored as 7, its events say 0' \
	    pp-store verify
	expect 0 storework meta "$PP_STORE" incarnation 0
	expect 0 storework meta "$PP_STORE" kind live
	refused 1 'pp-store: meta kind is stored as "live", its events say "test"' \
	    pp-store verify
}

@test "tampering: an event changed, wherever it is, is the one that is named" {
	tampered 'journal: event 9 is not what was written' \
	    event 9 '"type":"' '"type":"x'
}

@test "tampering: the first event, and a number" {
	tampered 'journal: event 1 is not what was written' \
	    event 1 '"v":1' '"v":2'
	rm -rf "$PP_STORE" && cp -a "$BATS_FILE_TMPDIR/store" "$PP_STORE"
	tampered 'journal: event 5 is not what was written' \
	    event 5 '"seq":5' '"seq":6'
}

@test "tampering: a hash that was changed is where it stands" {
	local prev
	prev=$(journal | sed -n 7p | json .prev)
	tampered 'journal: event 7 is not what was written' \
	    event 7 "$prev" "${prev:1}${prev:0:1}"
}

@test "tampering: two events in another order" {
	tampered 'journal: event 8 is not what was written' swap 8
}

@test "tampering: an event taken out" {
	expect 0 tamper drop "$PP_STORE" event '"seq":8,'
	refused 1 'pp-store: journal: event 8 is missing' pp-store verify
}

@test "tampering: the last event, of which no later one tells" {
	local n
	n=$(pp-ledger head | jq .seq)
	expect 0 pp-store verify --head "$(head_of)"
	expect 0 tamper event "$PP_STORE" "$n" '"actor":"pp-' '"actor":"px-'
	# Alone it is as good as any; a head that was printed shows it.
	refused 1 "pp-store: journal: event $n has another hash than was printed: it, or one before it, was rewritten" \
	    pp-store verify --head "$(pp-ledger head -s "$BATS_FILE_TMPDIR/store" | jq -r '"\(.seq):\(.hash)"')"
}

head_of() {
	pp-ledger head | jq -r '"\(.seq):\(.hash)"'
}

signed_head() {
	pp-ledger head | jq -r '"\(.seq):\(.hash):\(.signature)"'
}

@test "tampering: a journal that was cut is shown by a head printed before" {
	local head n

	head=$(head_of)
	n=$(pp-ledger head | jq .seq)
	yields pp-store verify --head "$head"
	expect 0 pp-store backup -q older
	pp-task put <<<'{"task":"T-5","total":"1.00"}' >/dev/null
	head=$(head_of)
	# An older copy in its place is sound in itself.
	pp-store backup-keys -q keys.txt >/dev/null
	expect 0 pp-store -q -s old restore --keys keys.txt older
	yields pp-store -s old verify
	expect 0 tamper cut "$PP_STORE" $((n + 1))
	refused 1 "pp-store: journal: it ends with event $n, and head $((n + 1)) was printed: its end was cut off, or an older copy put in its place" \
	    pp-store verify --head "$head"
}

@test "tampering: a chain rewritten whole is shown by the head's signature" {
	local head n

	head=$(signed_head)
	n=$(pp-ledger head | jq .seq)
	yields pp-store verify --head "$head"
	# Somebody who has the store, but not keys/, and is thorough.
	expect 0 tamper chain "$PP_STORE" 6 '"actor":"pp-' '"actor":"px-'
	yields pp-store verify
	refused 1 "pp-store: journal: event $n has another hash than was printed: it, or one before it, was rewritten" \
	    pp-store verify --head "$head"
	# Nor can a head be made for it.
	head="$n:$(pp-ledger head | json .hash):${head##*:}"
	refused 1 "pp-store: the signature of head $n is not by this store's key" \
	    pp-store verify --head "$head"
}

@test "verify tells how far it is on a terminal only" {
	on_tty 0 'pp-store verify -o json 2>/dev/tty'
	out_has 'replaying'
	yields pp-store verify
}

@test "verify needs as little memory for a large store as for a small one" {
	local small large i

	measure() {
		command time -f %M -o rss pp-store verify -q >/dev/null &&
		    cat rss
	}
	command -v time >/dev/null || skip 'no time(1)'
	small=$(measure)
	for ((i = 0; i < 6000; i++)); do
		printf '{"task":"M-%d","total":"10.00"}\n' "$i"
	done | pp-task put >/dev/null
	large=$(measure)
	echo "$small kB, $large kB"
	((large < small + 8192))
}
