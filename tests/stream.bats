# Streams: constant memory, printed after the commit, at once, in order; any
# death in between loses nothing (design: the store; rules G3, G4).
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
	added
}

teardown() {
	cmds_teardown
}

# How many links there are.
count() {
	timeout 60 pp-link list | wc -l
}

@test "20,000 tasks become links in less than 30 MB" {
	constant_memory 20000
}

@test "killed in mid-stream: what was printed is there, the rest comes by a rerun" {
	local n pid told=0
	tasks 1 3000 >in
	for n in 1 240 251 700 1300; do
		pp-link create <in >out 2>/dev/null 3>&- &
		pid=$!
		PP_PIDS+=("$pid")
		for ((i = 0; i < 2000 && $(wc -l <out) < told + n; i++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.005
		done
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
		# A line is whole or not there at all.
		[[ ! -s out || $(tail -c 1 out | od -An -c) == *'\n'* ]]
		jq -r .payment_link.id out >ids
		expect 0 pp-link show <ids
		err_is ''
		json .link <<<"$output" | cmp - ids
	done
	expect 0 pp-link create <in
	err_is ''
	same lines "${#lines[@]}" 3000
	same links "$(count)" 3000
	same tasks "$(timeout 60 pp-link list | json .task | sort -u | wc -l)" 3000
}

@test "a slow producer has each answer at once" {
	local line i
	mkfifo in out
	pp-link create <in >out 2>err 3>&- &
	PP_PIDS+=("$!")
	exec 8>in 9<out
	for i in 1 2 3; do
		tasks "$i" "$i" >&8
		IFS= read -r -t 10 line <&9
		same task "$(json .task <<<"$line")" "S-$i"
		# It is committed: somebody else finds it.
		expect 0 pp-link show "$(json .payment_link.id <<<"$line")"
	done
	# Half a line is no reason to wait for the other half with the first.
	tasks 4 4 >&8
	printf '{"task":"S-5",' >&8
	IFS= read -r -t 10 line <&9
	same task "$(json .task <<<"$line")" S-4
	printf '"total":"5.00"}\n' >&8
	IFS= read -r -t 10 line <&9
	same task "$(json .task <<<"$line")" S-5
	exec 8>&- 9<&-
	wait "${PP_PIDS[-1]}"
	[[ ! -s err ]]
}

@test "nobody waits for a command that waits for its input" {
	mkfifo in
	pp-link create <in >out 2>err 3>&- &
	PP_PIDS+=("$!")
	exec 8>in
	tasks 1 1 >&8
	LIMIT=10 expect 0 pp-task put <<<'{"task":"T-1","total":"5.00"}'
	exec 8>&-
}

@test "two commands in one pipe do not wait for each other" {
	tasks 1 3000 >in
	expect 0 bash -c 'pp-link create <in | pp-link create | pp-link create >out'
	err_is ''
	same lines "$(wc -l <out)" 3000
	same links "$(count)" 3000
	same created "$(jq -r .payment_link.created out | sort | uniq -c | tr -s ' ')" \
	    ' 3000 false'
}

@test "at the same time: one link for each task" {
	local i
	tasks 1 600 >in
	for i in 1 2 3; do
		timeout 60 pp-link create <in >"out$i" 2>"err$i" 3>&- &
		PP_PIDS+=("$!")
	done
	wait "${PP_PIDS[@]}"
	cat err? && [[ ! -s err1 && ! -s err2 && ! -s err3 ]]
	same links "$(count)" 600
	cmp <(jq -r .payment_link.url out1) <(jq -r .payment_link.url out2)
	cmp <(jq -r .payment_link.url out1) <(jq -r .payment_link.url out3)
	same created "$(cat out? | json .payment_link.created | sort | uniq -c |
	    tr -s ' ')" ' 1200 false
 600 true'
}

@test "lines are numbered through all batches; a bad one costs itself" {
	{
		tasks 1 299
		echo '{"task":"B"}'
		echo
		tasks 300 700
		echo '{"task":'
		tasks 701 800
	} >in
	expect 65 pp-link create <in
	err_is 'pp-link: line 300: total: missing
pp-link: line 703: byte 9: ends too early'
	same lines "${#lines[@]}" 800
	same tasks "$(json .task <<<"$output" | tr '\n' ' ')" \
	    "$(seq 800 | sed 's/^/S-/' | tr '\n' ' ')"
}

@test "a batch of few long lines" {
	local pad
	pad=$(head -c 300000 /dev/zero | tr '\0' x)
	for i in 1 2 3 4 5 6 7; do
		printf '{"task":"S-%d","total":"5.00","pad":"%s"}\n' "$i" "$pad"
	done >in
	timeout 20 pp-link create <in >out
	jq -c 'del(.payment_link)' out | cmp - in
}

@test "a full disk behind stdout is 74; nothing is lost, a rerun tells" {
	need_full
	tasks 1 2000 >in
	run --separate-stderr timeout 20 bash -c 'pp-link create <in >/dev/full'
	same status "$status" 74
	err_is 'pp-link: cannot write the output: No space left on device'
	# It stopped after the batch that nobody could be told of.
	local n
	n=$(count)
	((n > 0 && n <= 500))
	expect 0 pp-link create <in
	same lines "${#lines[@]}" 2000
	same links "$(count)" 2000
	same created "$(json .payment_link.created <<<"$output" | grep -c false)" \
	    "$n"
}

@test "stdout that is closed is 74" {
	tasks 1 10 >in
	run --separate-stderr timeout 20 bash -c 'pp-link create <in >&-'
	same status "$status" 74
	[[ $stderr == 'pp-link: cannot write the output'* ]]
	expect 0 pp-link create <in
	same lines "${#lines[@]}" 10
	# The store was not written into.
	expect 0 pp-store verify
}

@test "a reader that has gone ends it by SIGPIPE" {
	tasks 1 20000 >in
	run timeout 60 bash -c 'pp-link create <in | head -n 1 >first
	    echo "${PIPESTATUS[0]}"'
	same status "$output" 141
	same first "$(jq -r .task first)" S-1
	(($(count) < 20000))
}

@test "other streams: ids in, rows out" {
	tasks 1 1000 | timeout 60 pp-link create >made
	jq -r .task made >tasks
	jq -r .payment_link.id made >ids
	for c in 'pp-task show' 'pp-status'; do
		# shellcheck disable=SC2086 # words
		timeout 60 $c <tasks >out
		jq -r .task out | cmp - tasks
	done
	timeout 60 pp-link url <ids | cmp - <(jq -r .payment_link.url made)
	timeout 60 pp-link cancel --reason test <ids | json .link | cmp - ids
	same cancelled "$(timeout 60 pp-link list --state cancelled | wc -l)" 1000
	timeout 60 pp-link renew <ids | json .payment_link.id | cmp - ids
	timeout 60 pp-ledger payments <tasks >out
	[[ ! -s out ]]
}
