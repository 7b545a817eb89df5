# What goes wrong around the commands: the right status, a plain sentence,
# nothing lost.
bats_require_minimum_version 1.5.0
load helper
load cmds

DOC='{"task":"T-1","total":"1149.75"}'

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

# lines N: so many on stderr.
lines() {
	same 'lines of stderr' "${#stderr_lines[@]}" "$1"
}

@test "no room: 74, nothing written; reading works; later it is done" {
	added
	link "$DOC"
	printf '[store]\nreserve = 900000G\n' >"$PP_CONFIG"
	local before
	before=$(timeout 20 pp-ledger head)
	expect 74 pp-link create <<<'{"task":"T-2","total":"5.00"}'
	out_is ''
	lines 1
	[[ $stderr == 'pp-link: '*'MiB free and a write needs'*'nothing was written'* ]]
	expect 74 pp-task put <<<'{"task":"T-2","total":"5.00"}'
	expect 74 pp-link cancel "$LINK"
	expect 74 pp-integration disable moneris
	out_is ''
	expect 74 pp-status --refresh
	yields pp-link url "$LINK"
	out_is "$URL_OF"
	yields pp-ledger head
	out_is "$before"
	: >"$PP_CONFIG"
	expect 0 pp-link create <<<'{"task":"T-2","total":"5.00"}'
	json_is .payment_link.created true
}

@test "a stream ends where there is no room, one sentence, what came before told" {
	added
	mkfifo in
	timeout 20 pp-link create <in >out 2>err 3>&- &
	local pid=$!
	exec 8>in
	tasks 1 1 >&8
	for ((i = 0; i < 200 && $(wc -l <out) < 1; i++)); do
		sleep 0.05
	done
	same told "$(jq -r .task out)" S-1
	# The store goes away beneath it.
	mv "$PP_STORE" elsewhere
	: >"$PP_STORE"
	tasks 2 600 >&8 || :	# nobody may be there any more
	exec 8>&-
	local status=0
	wait "$pid" || status=$?
	same status "$status" 74
	same told "$(jq -r .task out)" S-1
	same sentences "$(wc -l <err)" 1
	rm "$PP_STORE"
	mv elsewhere "$PP_STORE"
	tasks 1 600 >docs
	expect 0 pp-link create <docs
	same created "$(json .payment_link.created <<<"$output" | uniq -c |
	    tr -s ' ')" ' 1 false
 599 true'
}

@test "the keys: missing, wrong, open to others: 78 or 77, the rest works" {
	local k c
	world
	link "$DOC"
	for k in link seal sign; do
		case $k in
		link) c="pp-link url $LINK" ;;
		seal) c='pp-integration check moneris' ;;
		sign) c='pp-ledger head' ;;
		esac
		key() {
			# shellcheck disable=SC2086 # words
			expect "$1" $c
			out_is ''
			lines 1
			err_has "$k"
			[[ $stderr != *"$(head -c 40 saved.key)"* ]]
		}
		cp "$PP_STORE/keys/$k" saved.key
		rm "$PP_STORE/keys/$k"
		key 78
		printf '%064d\n' 0 >"$PP_STORE/keys/$k"
		chmod 600 "$PP_STORE/keys/$k"
		key 78
		printf 'short\n' >"$PP_STORE/keys/$k"
		key 78
		cp saved.key "$PP_STORE/keys/$k"
		chmod 644 "$PP_STORE/keys/$k"
		key 77
		yields pp-status T-1
		json_is .state unpaid
		chmod 600 "$PP_STORE/keys/$k"
		# shellcheck disable=SC2086 # words
		expect 0 $c
	done
}

@test "keys in systemd's directory are taken from there" {
	added
	link "$DOC"
	mv "$PP_STORE/keys" cred
	expect 78 pp-link url "$LINK"
	CREDENTIALS_DIRECTORY=$PWD/cred yields pp-link url "$LINK"
	out_is "$URL_OF"
	CREDENTIALS_DIRECTORY=$PWD/nothing expect 78 pp-link url "$LINK"
}

@test "a store of another user: 77 for each command" {
	local c
	((EUID == 0)) && command -v setpriv >/dev/null || skip 'not root'
	local dir
	dir=$(mktemp -d /tmp/pp-test.XXXXXX)
	PP_STORE=$dir/store
	added
	link "$DOC"
	chmod 755 "$dir"
	mkdir "$dir/bin"
	for c in pp-link pp-task pp-status pp-ledger pp-integration; do
		cp "$PP_TEST_BUILDDIR/cmd/$c" "$dir/bin/"
	done
	cd /
	for c in 'pp-link list' "pp-link cancel $LINK" 'pp-task show T-1' \
	    'pp-status T-1' 'pp-ledger list' 'pp-integration list'; do
		# shellcheck disable=SC2086 # words
		expect 77 env PP_CONFIG=/dev/null PATH="$dir/bin:$PATH" \
		    setpriv --reuid=65534 --regid=65534 --clear-groups $c
		out_is ''
		lines 1
		[[ $stderr == "${c%% *}: the store $dir/store belongs to root"* ]]
	done
	cd "$BATS_TEST_TMPDIR"
	rm -rf "$dir"
}

@test "the configuration: one that was named must be there and be sound" {
	local c
	for c in 'pp-link list' 'pp-task show T' 'pp-status T' 'pp-ledger list' \
	    'pp-integration list'; do
		# shellcheck disable=SC2086 # words
		refused 78 "${c%% *}: none.conf: No such file or directory" \
		    $c -c none.conf
	done
	printf '[store\n' >bad.conf
	refused 78 'pp-link: bad.conf: line 1: neither [section] nor key = value' \
	    pp-link list -c bad.conf
	printf '[store]\nfoo = 1\n' >bad.conf
	refused 78 'pp-link: bad.conf: line 2: [store] has no key foo' \
	    pp-link list -c bad.conf
	PP_NOW=garbage refused 78 'pp-task: not a date or time: garbage' \
	    pp-task put <<<"$DOC"
}

@test "a store that is none" {
	expect 3 pp-link list -s /etc
	err_is 'pp-link: there is no store in /etc'
	expect 74 pp-link list -s /etc/passwd
	err_is 'pp-link: store /etc/passwd: Not a directory'
	mkdir full
	touch full/file
	expect 78 pp-task put -s full <<<"$DOC"
	out_is ''
	[[ $stderr == 'pp-task: full is not empty and not a store'* ]]
	same files "$(ls -A full)" file
}

@test "stdin that cannot be read is 74" {
	added
	run --separate-stderr timeout 20 bash -c 'pp-link create <&-'
	same status "$status" 74
	err_is 'pp-link: cannot read the input: Bad file descriptor'
	refused 74 'pp-link: cannot read the input: Is a directory' \
	    pp-link create </
}

@test "what cannot be told is 74, for every list" {
	local c
	need_full
	added
	link "$DOC"
	for c in 'pp-link list' "pp-link show $LINK" "pp-link url $LINK" \
	    'pp-link list -o csv' 'pp-task show T-1' 'pp-status T-1' \
	    'pp-status --state unpaid' 'pp-status --health' 'pp-ledger head' \
	    'pp-integration list' 'pp-integration providers'; do
		run --separate-stderr timeout 20 bash -c "$c >/dev/full"
		same "$c" "$status" 74
		lines 1
		[[ $stderr == "${c%% *}: cannot write the output"* ]]
	done
}

@test "drivers: none, one that dies, one that babbles: no answer, 75 or 78" {
	world
	link "$DOC"
	expect 0 pp-sandbox pay --link - --then close <<<"$URL_OF"
	kill -9 "$PAGE_PID"
	mkdir bad
	driver() {
		printf '#!/bin/sh\n%s\n' "$1" >bad/provider-moneris
		chmod 755 bad/provider-moneris
		later 120
		PP_PROVIDERS=$PWD/bad run --separate-stderr timeout 60 \
		    pp-status --refresh T-1
		((status == 75 || status == 78)) ||
		    { echo "status $status $stderr"; return 1; }
		[[ $stderr == 'pp-status: att_'*': '* ]] || return
		json_is '[.state, .attempts[0].state]' '["unpaid","presented"]'
	}
	driver 'exit 0'
	driver 'read -r x; exit 1'
	driver 'read -r x; echo babble; cat >/dev/null'
	driver 'read -r x; echo "{}"; cat >/dev/null'
	PP_PROVIDERS=$PWD/none run --separate-stderr timeout 20 \
	    pp-status --refresh
	((status == 75 || status == 78))
	# Nothing is lost by it.
	later 120
	expect 0 pp-status --refresh T-1
	json_is '[.state, (.payments | length)]' '["paid",1]'
}

@test "killed while the processor is asked: the next one asks again" {
	world
	link "$DOC"
	expect 0 pp-sandbox pay --link - --then close <<<"$URL_OF"
	printf '{"fault":"stall","arg":"5","count":1}' >fault
	"$HTTP" POST "$SANDBOX_URL/sandbox/fault" fault >/dev/null
	later 10
	pp-status --refresh T-1 >out 2>&1 3>&- &
	local pid=$!
	sleep 1
	kill -9 "$pid"
	wait "$pid" || true
	# Whoever asks holds it for a minute; nobody asks in between.
	yields pp-status --refresh T-1
	json_is .state unpaid
	later 61
	yields pp-status --refresh T-1
	json_is '[.state, (.payments | length)]' '["paid",1]'
}

@test "asked by many at the same time: one payment" {
	local i
	world
	link "$DOC"
	expect 0 pp-sandbox pay --link - --then close <<<"$URL_OF"
	later 10
	for i in 1 2 3 4; do
		timeout 30 pp-status --refresh >"out$i" 2>"err$i" 3>&- &
		PIDS[i]=$!
	done
	wait "${PIDS[@]}"
	expect 0 pp-ledger list
	same payments "${#lines[@]}" 1
	same events "$(journal | json .type | grep -c payment.received)" 1
	cat err?
	[[ ! -s err1 && ! -s err2 && ! -s err3 && ! -s err4 ]]
}
