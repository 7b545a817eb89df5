# What happens when processes are killed, power is cut, calls fail: nothing
# acknowledged is missing, nothing is there twice, nobody hangs.  E1 to E4 are
# the experiments that sank the usual ways to share a Berkeley DB environment.
# bats file_tags=crash
bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
}

# The files of a store but its logs, as a disk has them that was written back
# some time ago.  Same inodes: only the boot differs after a power cut.
keep() {
	local f

	rm -rf kept
	mkdir kept
	for f in "$PP_STORE"/db/* "$PP_STORE/lock"; do
		[[ $f == */log.* ]] || cp --sparse=always "$f" kept/
	done
}

put_back() {
	local f

	for f in kept/*; do
		case $f in
		*/lock) cat "$f" >"$PP_STORE/lock" ;;
		*) cat "$f" >"$PP_STORE/db/${f##*/}" ;;
		esac
	done
}

# Another boot: the id in the marker is not this one's any more.
reboot() {
	sed -i "1s/^\\(clean\\) [0-9a-f-]\\{36\\}/\\1 11111111-1111-1111-1111-111111111111/" \
	    kept/lock
	grep -q '^clean 11111111-' kept/lock
}

@test "storm: writers and readers killed at random" {
	local seed=${PP_TEST_SEED:-$RANDOM}

	echo "seed $seed"
	LIMIT=90 expect 0 storework storm "$PP_STORE" 10 "$seed"
	echo "$output"
	out_has 'acknowledged, 0 lost'
	LIMIT=120 expect 0 pp-store verify
}

@test "faults: every system call of a commit and of a recovery fails in turn" {
	LIMIT=120 expect 0 storework faults "$PP_STORE" 0 3
	echo "$output"
	out_has 'acknowledged, none lost'
	yields pp-store verify
}

# Berkeley DB 5.3 answers 0 here.
@test "faults: a commit that begins a log file and cannot write it" {
	LIMIT=120 expect 0 storework faults "$PP_STORE" 5 5
	echo "$output"
	out_has 'acknowledged, none lost'
	yields pp-store verify
}

@test "E1: power is cut while nobody has the store open" {
	storework write "$PP_STORE" a 1 100 >acked
	pp-store recover >/dev/null	# everything is written back
	keep
	storework write "$PP_STORE" b 1 50 >>acked
	reboot
	put_back
	storework write "$PP_STORE" c 1 10 >>acked
	run -0 storework check "$PP_STORE" <acked
	out_is '160 acknowledged, 0 lost'
	yields pp-store verify
}

@test "E1: the same, and the marker was never written back" {
	storework write "$PP_STORE" a 1 100 >acked
	pp-store recover >/dev/null
	keep
	storework write "$PP_STORE" b 1 50 >>acked
	: >kept/lock
	: >"$PP_STORE/lock"
	put_back
	storework write "$PP_STORE" c 1 10 >>acked
	run -0 storework check "$PP_STORE" <acked
	out_is '160 acknowledged, 0 lost'
}

@test "E2: the pid of a killed process comes back" {
	local i pid

	((EUID == 0)) || skip 'a pid namespace needs root'
	unshare --pid --fork true 2>/dev/null || skip 'no pid namespaces here'
	storework write "$PP_STORE" a 1 1 >acked
	for i in 1 2 3 4 5; do
		# In its own name space each is process 1.
		start holder unshare --pid --fork --kill-child \
		    storework hold "$PP_STORE" 30000
		[[ $REPLY == inside ]]
		pid=$(pgrep -P "$STARTED")
		kill -9 "$pid"
		wait "$STARTED" || :
		yields unshare --pid --fork storework write "$PP_STORE" a \
		    "$((i + 1))" "$((i + 1))"
		printf '%s\n' "$output" >>acked
	done
	run -0 storework check "$PP_STORE" <acked
	out_is '6 acknowledged, 0 lost'
}

# E3, the full disk, is in store.bats.

@test "E4: a transaction that touches more pages than any lock table holds" {
	storework batch "$PP_STORE" 250 4 >/dev/null
	LIMIT=60 yields storework big "$PP_STORE" 40000
	yields storework count "$PP_STORE"
	out_is 41000
	LIMIT=100 yields pp-store verify
}

@test "killed inside a transaction: it is undone, the next one goes on" {
	local i

	storework write "$PP_STORE" a 1 5 >acked
	for i in 1 2 3; do
		start holder storework hold "$PP_STORE" 30000
		kill -9 "$STARTED"
		wait "$STARTED" || :
		yields storework write "$PP_STORE" b "$i" "$i"
		printf '%s\n' "$output" >>acked
	done
	run -0 storework check "$PP_STORE" <acked
	out_is '8 acknowledged, 0 lost'
	yields storework count "$PP_STORE"
	out_is 8
}

@test "killed while the store is made: the next one makes it" {
	local i d

	for i in 02 04 06 08 10 15 20 25 30 40; do
		d=$PWD/s$i
		storework write "$d" a 1 1 >/dev/null 3>&- &
		sleep "0.0$i"
		kill -9 $! 2>/dev/null || :
		wait $! || :
		yields storework write "$d" b 1 2
		yields storework read "$d"
		yields pp-store -s "$d" verify
	done
}

@test "killed recoveries: the last one makes it" {
	local i

	storework batch "$PP_STORE" 250 8 >/dev/null
	storework write "$PP_STORE" a 1 20 >acked
	for i in 002 004 006 008 010 015 020 030; do
		rm -f "$PP_STORE"/db/__db.*
		storework read "$PP_STORE" 1 3>&- &
		sleep "0.$i"
		kill -9 $! 2>/dev/null || :
		wait $! || :
	done
	yields storework count "$PP_STORE"
	out_is 2020
	while read -r i; do
		yields storework has "$PP_STORE" "$i"
	done <acked
}

@test "many who make the store at once" {
	local i pids=()

	for i in 1 2 3 4 5 6; do
		storework write "$PP_STORE" "w$i" 1 5 >"acked.$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	cat acked.* >acked
	run -0 storework check "$PP_STORE" <acked
	out_is '30 acknowledged, 0 lost'
}
