# pp-store backup, backup-keys, restore, forget; a head printed earlier.
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
}

teardown() {
	cmds_teardown
}

# A store with an integration, a task and a link.
filled() {
	added && link '{"task":"T-1","total":"100.00","customer":{"name":"Ann Canary","email":"ann@example.com"},"description":"a new roof"}'
}

head_of() {
	pp-ledger head -s "$1" | jq -r '"\(.seq):\(.hash)"'
}

@test "a backup: the store, recovered and checked, without keys" {
	filled
	yields pp-store backup there
	json_is '[.store,.backup,.made_at,.head.seq]' \
	    "[\"$PP_STORE\",\"there\",\"2026-11-23T15:04:05Z\",$(pp-ledger head | jq .seq)]"
	json_is .head.hash "$(pp-ledger head | json .hash)"
	json_is .signature "$(pp-ledger head | json .signature)"
	run -0 ls there
	out_is 'backup.json
db'
	run -0 find there -perm /077
	out_is ''
	run -0 find there -name '__db.*'
	out_is ''
	run -1 grep -raf <(cat "$PP_STORE"/keys/*) there
}

@test "backup takes an empty directory, and refuses one with something in it: 4" {
	filled
	mkdir empty full
	echo precious >full/file
	yields pp-store backup empty
	refused 4 'pp-store: full is not empty (name a directory that does not exist yet)' \
	    pp-store backup full
	run -0 cat full/file
	out_is precious
	refused 4 'pp-store: empty is not empty (name a directory that does not exist yet)' \
	    pp-store backup empty
}

@test "backup of no store is 3, into a place that cannot be made 74, and nothing is left" {
	refused 3 "pp-store: there is no store in $PP_STORE" pp-store backup there
	[[ ! -e there ]]
	filled
	refused 74 'pp-store: no/such: No such file or directory' \
	    pp-store backup no/such
}

@test "backup --dry-run makes nothing" {
	filled
	expect 0 pp-store backup -n there
	err_is 'pp-store: the store would be copied to there'
	[[ ! -e there ]]
}

@test "a backup is no store to work in" {
	filled
	pp-store backup there
	refused 3 'pp-store: there is no store in there' pp-store -s there info
	expect 78 pp-store -s there init
	err_has 'there is not empty and not a store'
}

@test "backup is consistent while others write" {
	local n
	storework write "$PP_STORE" a 1 200 >acked
	storework write "$PP_STORE" b 1 1000000 >more 2>/dev/null 3>&- &
	PP_PIDS+=($!)
	yields pp-store backup there
	n=$(wc -l <more)
	kill -9 "${PP_PIDS[0]}"
	((n > 10))
	pp-store backup-keys -q keys.txt >/dev/null
	expect 0 pp-store -s back restore --keys keys.txt there
	yields pp-store -s back verify
	run -0 storework check back <acked
	out_is '200 acknowledged, 0 lost'
}

@test "a store that is not sound gives no backup: 74" {
	storework write "$PP_STORE" a 1 1 >/dev/null
	pp-task put <<<'{"task":"T-9","total":"13.00"}' >/dev/null
	storework lie "$PP_STORE" T-9
	expect 74 pp-store backup there
	err_has 'what was copied is not sound'
	[[ ! -e there ]]
}

@test "what a killed backup left is no backup, and gives way to the next" {
	filled
	mkdir -p there/part/db
	echo x >there/part/db/link.db
	expect 78 pp-store -s back restore there
	err_is 'pp-store: there is no finished backup: backup.json: No such file or directory (a backup ends with its backup.json)'
	yields pp-store backup there
	run -0 ls there
	out_is 'backup.json
db'

	# One that is being made is no left-over.
	mkdir -p busy/part/db
	exec {fd}<busy
	flock "$fd"
	refused 75 'pp-store: somebody else is writing to busy' \
	    pp-store backup busy
	[[ -e busy/part/db ]]
	exec {fd}<&-
	# Killed between its last two steps; and what is no left-over stays.
	mkdir there/part
	mv there/backup.json there/part
	expect 78 pp-store -s back restore there
	yields pp-store backup there
	run -0 ls there
	out_is 'backup.json
db'
	yields pp-store backup-keys -q keys.txt
	yields pp-store -s back restore -q --keys keys.txt there
	rm there/backup.json
	refused 4 'pp-store: there is not empty (name a directory that does not exist yet)' \
	    pp-store backup there
	[[ -e there/db/event.db ]]
}

@test "backup-keys writes the keys, once, for their owner alone" {
	filled
	expect 0 pp-store backup-keys keys.txt
	out_is "{\"store\":\"$PP_STORE\",\"keys\":\"keys.txt\"}"
	err_is 'pp-store: print keys.txt, keep the paper in a safe, and remove the file'
	run -0 cat keys.txt
	out_is "seal $(cat "$PP_STORE/keys/seal")
link $(cat "$PP_STORE/keys/link")
sign $(cat "$PP_STORE/keys/sign")"
	run -0 stat -c %a keys.txt
	out_is 600
	refused 4 'pp-store: keys.txt is there already; keys are never written over anything' \
	    pp-store backup-keys keys.txt
	expect 0 pp-store backup-keys -n other.txt
	[[ ! -e other.txt ]]
}

@test "backup-keys: what it left empty when killed is taken again, and nothing else" {
	filled
	(umask 077 && : >left)
	expect 0 pp-store backup-keys -q left
	run -0 wc -l <left
	out_is 3
	# Another's, in use, linked or not a file: never.
	install -m 644 /dev/null open
	install -m 600 /dev/null used
	install -m 600 /dev/null linked
	ln linked linked2
	ln -s nowhere sym
	mkfifo -m 600 fifo
	for f in open linked sym fifo .; do
		refused 4 "pp-store: $f is there already; keys are never written over anything" \
		    pp-store backup-keys "$f"
	done
	refused 4 'pp-store: used is there already; keys are never written over anything' \
	    flock used pp-store backup-keys used
	[[ ! -s open && ! -s used && ! -s linked && ! -e nowhere ]]
}

@test "backup-keys with a key missing leaves no file" {
	filled
	rm "$PP_STORE/keys/link"
	expect 78 pp-store backup-keys keys.txt
	[[ ! -e keys.txt ]]
}

@test "N6 restore: another incarnation, integrations disabled, from when to look up" {
	filled
	pp-store backup there >/dev/null
	pp-store backup-keys -q keys.txt >/dev/null
	now 2026-11-23T18:00:00Z
	pp-task put <<<'{"task":"T-2","total":"1.00"}' >/dev/null
	mv "$PP_STORE" lost
	expect 0 pp-store restore --keys keys.txt there
	json_is '[.made_at,.incarnation,.disabled,.look_up_from]' \
	    '["2026-11-23T15:04:05Z",1,1,"2026-11-23T15:04:05Z"]'
	err_is 'pp-store: payments from 2026-11-23T15:04:05Z on are unknown to this store: look them up at the processor before anybody is asked to pay again
pp-store: no ticket is opened until pp-integration enable NAME'
	json_is .head.hash "$(pp-ledger head | json .hash)"
	yields pp-store verify
	yields pp-link list
	json_is .id "$LINK"
	# The link's address and the token are as they were: the keys are.
	yields pp-link url "$LINK"
	expect 0 pp-integration list
	json_is .disabled true
	run -0 bash -c "'$PP_TEST_BUILDDIR/tests/journal' | tail -2 | jq -c '[.type,.incarnation,.disabled]'"
	out_is '["store.restored",1,null]
["integration.disabled",null,true]'
	yields pp-integration enable moneris
	run -0 find "$PP_STORE" -perm /077
	out_is ''
	[[ ! -e $PP_STORE/restore ]]
}

@test "N6 the same backup restored twice never gives the same numbers" {
	filled
	pp-store backup there >/dev/null
	pp-store backup-keys -q keys.txt >/dev/null
	expect 0 pp-store -s one restore --keys keys.txt there
	json_is .incarnation 1
	expect 0 pp-store -s two restore --keys keys.txt there
	json_is .incarnation 2
	yields pp-store -s two verify
}

@test "N6 order numbers after a restore are none that were before" {
	world
	link '{"task":"T-1","total":"100.00"}' --open
	paid "$URL_OF" --amount 30.00
	pp-store backup there >/dev/null
	cp -a "$PP_STORE/keys" keys
	kill "$PAGE_PID"
	mv "$PP_STORE" lost
	mkdir -p "$PP_STORE"
	mv keys "$PP_STORE/keys"
	expect 0 pp-store restore there
	start page pp-page --listen "${URL#http://}" \
	    --templates "$PP_TEST_SRCDIR/share/page"
	pp-integration enable moneris
	paid "$URL_OF" --amount 20.00
	expect 0 pp-status T-1
	json_is '[.attempts[].order_no | sub(".*\\.";"")]' '["a1","b2"]'
	yields pp-store verify
}

@test "restore overwrites nothing: 4" {
	filled
	pp-store backup there >/dev/null
	refused 4 "pp-store: there is a store in $PP_STORE, and nothing is restored over one (move it away, or name another with --store)" \
	    pp-store restore there
	mkdir other
	echo precious >other/file
	refused 4 'pp-store: other is not empty: file' \
	    pp-store -s other restore there
	run -0 cat other/file
	out_is precious
}

@test "restore without keys, or with another store's, makes nothing: 78" {
	filled
	pp-store backup there >/dev/null
	refused 78 "pp-store: a backup holds no keys, and there are none in back/keys (--keys FILE, which pp-store backup-keys wrote, or put the old keys/ there)" \
	    pp-store -s back restore there
	[[ ! -e back ]]
	pp-store -s other init >/dev/null
	pp-store -s other backup-keys -q wrong >/dev/null
	expect 78 pp-store -s back restore --keys wrong there
	err_has 'seal is not the key of the store'
	run -0 ls -A back
	out_is ''
	pp-store backup-keys -q right >/dev/null
	expect 0 pp-store -s back restore --keys right there
	chmod 644 right
	expect 77 pp-store -s back2 restore --keys right there
	err_has 'others than its owner may use it'
}

@test "restore takes keys that are in place, and never writes over them" {
	filled
	pp-store backup there >/dev/null
	mkdir back
	cp -a "$PP_STORE/keys" back/keys
	pp-store -s other init >/dev/null
	pp-store -s other backup-keys -q wrong >/dev/null
	refused 4 'pp-store: back/keys holds other keys than wrong, and keys are never written over' \
	    pp-store -s back restore --keys wrong there
	expect 0 pp-store -s back restore there
	yields pp-store -s back verify
}

@test "restore --dry-run makes nothing" {
	filled
	pp-store backup there >/dev/null
	pp-store backup-keys -q keys >/dev/null
	expect 0 pp-store -s back restore -n --keys keys there
	err_is 'pp-store: a store would be made of there'
	[[ ! -e back ]]
}

@test "a backup whose journal was changed is refused: 74" {
	filled
	pp-store backup there >/dev/null
	pp-store backup-keys -q keys >/dev/null
	jq -c '.hash|=("0"*64)' there/backup.json >x && cat x >there/backup.json
	expect 74 pp-store -s back restore --keys keys there
	err_has 'another hash than was printed'
	run -0 ls -A back
	out_is ''
}

@test "what a killed restore left gives way to the next" {
	filled
	pp-store backup there >/dev/null
	pp-store backup-keys -q keys >/dev/null
	mkdir -p back/restore/db back/db
	echo x >back/db/meta.db
	expect 0 pp-store -s back restore --keys keys there
	yields pp-store -s back verify
}

@test "root: the backup and what is restored belong to the store's owner" {
	((EUID == 0)) || skip 'another user needs root'
	setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null ||
	    skip 'no setpriv here'
	unset PP_NOW	# a file that only root can reach
	chmod o+x .
	mkdir -m 755 theirs closed
	chown 65534:65534 theirs
	chmod 700 closed
	pp-store -s theirs init >/dev/null
	yields pp-store -s theirs backup closed/backup
	expect 0 pp-store -s theirs backup-keys -q closed/keys
	run -0 find closed/backup ! -user 65534
	out_is ''
	mkdir -m 755 again
	chown 65534:65534 again
	expect 0 pp-store -s again restore -q --keys closed/keys closed/backup
	run -0 find again ! -user 65534
	out_is ''
}

@test "a head printed earlier shows a journal that was cut or replaced" {
	local head signed
	filled
	cp -a "$PP_STORE" before
	yields pp-store verify --head "$(head_of "$PP_STORE")"
	pp-task put <<<'{"task":"T-2","total":"1.00"}' >/dev/null
	head=$(head_of "$PP_STORE")
	yields pp-store verify --head "$head"
	signed=$head:$(pp-ledger head | json .signature)
	yields pp-store verify --head "$signed"
	refused 1 "pp-store: journal: it ends with event $((${head%%:*} - 1)), and head ${head%%:*} was printed: its end was cut off, or an older copy put in its place" \
	    pp-store -s before verify --head "$head"
	pp-task put -s before <<<'{"task":"T-3","total":"1.00"}' >/dev/null
	refused 1 "pp-store: journal: event ${head%%:*} has another hash than was printed: it, or one before it, was rewritten" \
	    pp-store -s before verify --head "$head"
	signed=$(head_of before):$(pp-ledger head | json .signature)
	refused 1 "pp-store: the signature of head ${head%%:*} is not by this store's key" \
	    pp-store -s before verify --head "$signed"
	refused 65 'pp-store: 17 is no head (SEQ:HASH or SEQ:HASH:SIGNATURE, as pp-ledger head prints them)' \
	    pp-store verify --head 17
}

@test "P1 forget erases the person, from page, lists and files; the chain verifies" {
	filled
	run -0 grep -rlaE 'Ann Canary|ann@example|a new roof' "$PP_STORE/db"
	expect 0 pp-store forget T-1
	out_is '{"task":"T-1","forgotten":true,"links":1}'
	err_is 'pp-store: backups, mails and the field-service system may still have the data of T-1'
	yields pp-store verify
	run -1 grep -rlaE 'Ann Canary|ann@example|a new roof' "$PP_STORE" \
	    --include='*.db' --include='*.idx' --include='log.*'
	yields pp-task show T-1
	json_is '[.task,.total,.customer.name,.description]' \
	    '["T-1","100.00",null,null]'
	yields pp-link show "$LINK"
	json_is '.state' open
	run -0 bash -c "'$PP_TEST_BUILDDIR/tests/journal' | tail -1 | jq -c '[.type,.task,.name]'"
	out_is '["task.forgotten","T-1",null]'
	expect 0 pp-status --why T-1
	out_has 'Le nom, l’adresse du client et la description ont été effacés.'
}

@test "P1 forget once more is nothing, and of no task 3" {
	filled
	grown 1 pp-store forget T-1
	grown 0 pp-store forget T-1
	out_is '{"task":"T-1","forgotten":false,"links":0}'
	refused 3 'pp-store: no task T-2' pp-store forget T-2
	refused 3 'pp-store: there is no store in none' pp-store -s none forget T-1
	[[ ! -e none ]]
}

@test "P1 forget --dry-run changes nothing" {
	filled
	unchanged 0 pp-store forget -n T-1
	yields pp-task show T-1
	json_is .customer.name 'Ann Canary'
}

@test "P1 the page of a task that was forgotten still works" {
	world
	link '{"task":"T-1","total":"100.00","customer":{"name":"Ann Canary","email":"ann@example.com"},"description":"a new roof"}'
	pp-store forget -q T-1 >/dev/null
	expect 0 "$HTTP" GET "$URL_OF"
	out_has 'Payer 100,00'
	[[ $output != *Canary* && $output != *roof* ]]
	paid "$URL_OF"
	expect 0 pp-status T-1
	json_is .state paid
	yields pp-store verify
}
