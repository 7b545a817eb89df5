# pp-store, and the store as every command meets it: who owns it, where it
# lies, its keys, a disk that is full or read-only, a lock that is held.
# shellcheck disable=SC2030,SC2031 # each test has its own PP_PIDS
bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
	MOUNTS=()
	ZERO=$(printf '0%.0s' {1..64})
}

teardown() {
	local m

	pp_teardown
	for m in "${MOUNTS[@]}"; do
		umount -l "$m"
	done
}

# A small disk of its own at $1, of so many MiB; skips where that needs rights.
disk() {
	((EUID == 0)) || skip 'mounting needs root'
	mkdir -p "$1"
	mount -t tmpfs -o "size=$2m,mode=0755" pptest "$1" 2>/dev/null ||
	    skip 'no mount here'
	MOUNTS+=("$1")
}

# nobody CMD...: as another user, whom the test's directory lets through.
nobody() {
	timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups \
	    env HOME=/nonexistent "$@"
}

need_nobody() {
	local d=$BATS_TEST_TMPDIR

	((EUID == 0)) || skip 'another user needs root'
	nobody true 2>/dev/null || skip 'no setpriv here'
	while [[ $d != / ]]; do
		nobody test -x "$d" || chmod o+x "$d"
		d=$(dirname "$d")
	done
	nobody test -x "$PP_TEST_BUILDDIR/cmd/pp-store" ||
	    skip 'the build is not for others to read'
}

@test "init makes a store, once" {
	yields pp-store init
	out_is "{\"store\":\"$PP_STORE\",\"created\":true}"
	yields pp-store init
	out_is "{\"store\":\"$PP_STORE\",\"created\":false}"
	run -0 ls "$PP_STORE" "$PP_STORE/keys"
	out_is "$PP_STORE:
db
keys
lock

$PP_STORE/keys:
link
seal
sign"
}

@test "init --dry-run makes nothing" {
	expect 0 pp-store init -n
	err_is 'pp-store: a store would be made'
	[[ ! -e $PP_STORE ]]
}

@test "the directories on the way are made" {
	yields pp-store -s "$PWD/a/b/c" init
	out_is "{\"store\":\"$PWD/a/b/c\",\"created\":true}"
}

@test "a directory that holds something else is no store" {
	mkdir "$PP_STORE"
	echo mine >"$PP_STORE/file"
	refused 78 "pp-store: $PP_STORE is not empty and not a store (name an empty directory, or one that does not exist yet)" \
	    pp-store init
	run -0 ls "$PP_STORE"
	out_is file
}

@test "reading makes no store" {
	local v

	for v in info verify recover; do
		refused 3 "pp-store: there is no store in $PP_STORE" \
		    pp-store "$v"
	done
	[[ ! -e $PP_STORE ]]
}

@test "info tells what is in it" {
	storework write "$PP_STORE" a 1 3 >acked
	yields pp-store info
	json_is '[.store,.kind,.format,.records.link,.records.event]' \
	    "[\"$PP_STORE\",null,1,3,4]"
	json_is .keys '{"seal":"ok","link":"ok","sign":"ok"}'
	json_is .head.seq 4
	yields pp-store info -o table
	out_has 'STORE * KIND  FORMAT  TASKS  LINKS  ATTEMPTS  PAYMENTS  EVENTS'
}

@test "verify: a sound store" {
	storework write "$PP_STORE" a 1 30 >acked
	yields pp-store verify
	json_is '[.sound,.head.seq]' '[true,31]'
	[[ ! -e $PP_STORE/verify ]]
}

@test "verify: an empty store" {
	pp-store init
	yields pp-store verify
	out_is "{\"store\":\"$PP_STORE\",\"sound\":true,\"head\":{\"seq\":0,\"hash\":\"$ZERO\"}}"
}

@test "verify finds a damaged file" {
	storework write "$PP_STORE" a 1 300 >acked
	yields pp-store recover
	# The second page, whole; the pages of the regions do not count.
	printf 'garbage%.0s' {1..500} | dd of="$PP_STORE/db/link.db" bs=4096 \
	    seek=3 conv=notrunc status=none
	rm "$PP_STORE"/db/__db.*
	expect 1 pp-store verify
	out_is ''
	err_has 'link.db is damaged'
	[[ ! -e $PP_STORE/verify ]]
}

@test "verify finds an index that falls short" {
	storework write "$PP_STORE" a 1 30 >acked
	storework lame "$PP_STORE" a 15
	expect 1 pp-store verify
	out_is ''
	err_is 'pp-store: link.task.idx has 30 entries and should have 31'
}

@test "verify finds an event that was changed" {
	storework write "$PP_STORE" a 1 30 >acked
	storework forge "$PP_STORE" 15
	refused 1 'pp-store: journal: event 15 is not what was written' \
	    pp-store verify
}

@test "verify finds a task that is not what its events say (G2)" {
	pp-task put <<<'{"task":"T-9","total":"13.00"}' >/dev/null
	yields pp-store verify
	storework lie "$PP_STORE" T-9
	expect 1 pp-store verify
	err_is 'pp-store: total_cents: task T-9 is stored as 2300, its events say 1300'
}

@test "verify works while others write, and keeps nobody waiting" {
	local i
	for ((i = 0; i < 2000; i++)); do
		printf '{"task":"T-%d","total":"10.00"}\n' "$i"
	done | pp-task put >/dev/null
	storework write "$PP_STORE" b 1 1000000 >acked 2>/dev/null 3>&- &
	PP_PIDS+=($!)
	yields pp-store verify
	json_is .sound true
	kill -9 "${PP_PIDS[0]}"
	(($(wc -l <acked) > 10))
}

@test "verify finds a task that is lost" {
	storework batch "$PP_STORE" 2 1 >/dev/null
	storework lose "$PP_STORE" B-1
	refused 1 'pp-store: task B-1 is lost: the journal tells of it' pp-store verify
}

@test "what a killed verify left is removed by the next" {
	pp-store init
	mkdir -p "$PP_STORE/verify/db"
	echo x >"$PP_STORE/verify/db/link.db"
	yields pp-store verify
	[[ ! -e $PP_STORE/verify ]]
}

@test "two may not copy at the same time: 75" {
	pp-store init
	yields pp-store verify
	flock "$PP_STORE/hold" sleep 60 3>&- &
	PP_PIDS+=($!)
	sleep 0.3
	refused 75 "pp-store: somebody else is copying or verifying the store $PP_STORE" \
	    pp-store verify
}

@test "logs that recovery does not need go, but not while somebody copies" {
	local first

	storework batch "$PP_STORE" 250 20 100 >/dev/null
	run bash -c 'ls "$PP_STORE"/db/log.* | wc -l'
	first=$output
	((first <= 6))
	flock "$PP_STORE/hold" sleep 60 3>&- &
	PP_PIDS+=($!)
	sleep 0.3
	storework batch "$PP_STORE" 250 20 100 >/dev/null
	run bash -c 'ls "$PP_STORE"/db/log.* | wc -l'
	((output >= first + 4))
}

@test "recover" {
	storework write "$PP_STORE" a 1 3 >acked
	yields pp-store recover
	out_is "{\"store\":\"$PP_STORE\",\"recovered\":true}"
	expect 0 pp-store recover -n
	out_is "{\"store\":\"$PP_STORE\",\"recovered\":false}"
	err_is 'pp-store: the store would be recovered'
	run -0 storework check "$PP_STORE" <acked
	out_is '3 acknowledged, 0 lost'
}

@test "a held lock: 75 after the wait, with the holder's name" {
	start holder storework hold "$PP_STORE" 30000
	expect 75 storework try "$PP_STORE" 300 0
	err_is "storework: try: the store $PP_STORE is in use by storework (process $STARTED); gave up after 0 s"
	# As it is while a store is rebuilt, or gets another key.
	printf '%d pp-store/rebuild 2026-11-23T15:04:05Z' "$STARTED" |
	    dd of="$PP_STORE/lock" bs=1 seek=256 conv=notrunc status=none
	expect 75 storework try "$PP_STORE" 300 0
	err_has "is in use by pp-store rebuild (process $STARTED)"
}

@test "who holds the lock is let go when it dies" {
	start holder storework hold "$PP_STORE" 30000
	kill -9 "$STARTED"
	yields storework count "$PP_STORE"
	out_is 0
}

@test "a bulk writer starves nobody" {
	local t

	storework write "$PP_STORE" a 1 1 >/dev/null
	storework batch "$PP_STORE" 250 100000 >/dev/null 2>&1 3>&- &
	PP_PIDS+=($!)
	sleep 0.5
	t=${EPOCHREALTIME/./}
	for _ in {1..20}; do
		yields storework read "$PP_STORE"
	done
	t=$((${EPOCHREALTIME/./} - t))
	kill -9 "${PP_PIDS[0]}"
	# Each at most some batches; starved it would be minutes.
	((t < 15000000))
}

@test "a network file system is refused: 78" {
	pp-store init
	expect 78 storework fs "$PP_STORE" 0x6969
	err_is "storework: fs: store $PP_STORE: on nfs, where a lock does not hold and commits get lost"
	expect 78 storework fs "$PP_STORE" 0x65735546
	expect 0 storework fs "$PP_STORE" 0xef53
}

@test "too little room: a write is 74 and touches nothing, reading works" {
	storework write "$PP_STORE" a 1 3 >acked
	find "$PP_STORE" -type f -exec sha256sum {} + | sort >before
	expect 74 storework try "$PP_STORE" 1000 0x7fffffffffffffff
	err_has 'MiB free and a write needs'
	err_has 'nothing was written'
	find "$PP_STORE" -type f -exec sha256sum {} + | sort >after
	run -0 diff before after
	yields storework count "$PP_STORE"
	out_is 3
}

@test "a full disk: reading works, also after a kill; writing is 74" {
	local how

	disk small 60
	storework batch small/store 50 20 >/dev/null
	for how in clean killed fresh; do
		case $how in
		killed)
			# The holder needs no reserve of 64 MiB to get in.
			start holder storework hold small/store 30000 1
			kill -9 "$STARTED"
			wait "$STARTED" || :
			;;
		fresh)
			# New regions: sparse files, which grow when used.
			pp-store -s small/store recover >/dev/null
			;;
		esac
		dd if=/dev/zero of=small/fill bs=64k status=none 2>/dev/null || :
		dd if=/dev/zero of=small/fill2 bs=512 status=none 2>/dev/null || :
		run -0 --separate-stderr stat -f -c %a small
		out_is 0
		yields storework count small/store
		out_is 1000
		yields storework read small/store 20
		yields pp-store -s small/store info
		expect 74 pp-store -s small/store init
		err_has 'MiB free and a write needs 64 MiB'
		rm -f small/fill small/fill2
	done
	yields storework count small/store
	out_is 1000
	storework try small/store 1000 1
}

@test "a disk that fills up during a write: 74, nothing acknowledged is lost" {
	local n

	disk small 60
	for n in 1 2 3; do
		storework write small/store "a$n" 1 20 >>acked
		# With a reserve of one byte nothing warns, and i MiB are left.
		fallocate -l "$(($(stat -f -c '%a * %S' small) - (n << 20)))" \
		    small/fill
		# Berkeley DB in a panic does not free all it has.
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 \
		    expect 74 storework batch small/store 50 100000
		[[ $stderr == *'No space left on device'* ||
		    $stderr == *'MiB free and a write needs'* ]]
		rm small/fill
		run -0 storework check small/store <acked
		out_is "$((20 * n)) acknowledged, 0 lost"
	done
}

@test "a read-only disk: 74 and a plain sentence" {
	disk small 200
	storework write small/store a 1 3 >acked
	mount -o remount,ro small
	refused 74 'pp-store: small/store/lock: Read-only file system' \
	    pp-store -s small/store info
	refused 74 'pp-store: small/store/lock: Read-only file system' \
	    pp-store -s small/store init
	mount -o remount,rw small
	run -0 storework check small/store <acked
}

@test "a store that its owner may not write: 77" {
	need_nobody
	mkdir theirs
	chown 65534 theirs
	nobody pp-store -s "$PWD/theirs" init >/dev/null
	chmod 500 theirs/db
	chmod 400 theirs/lock
	expect 77 nobody pp-store -s "$PWD/theirs" info
	out_is ''
	err_is "pp-store: $PWD/theirs/lock: Permission denied"
}

@test "another user's store: 77" {
	need_nobody
	yields pp-store init
	expect 77 nobody pp-store info
	out_is ''
	err_is "pp-store: the store $PP_STORE belongs to root (run it as that user: sudo -u root ...)"
}

@test "root becomes the owner of the store" {
	need_nobody
	mkdir theirs
	chown 65534:65534 theirs
	yields pp-store -s theirs init
	yields storework write "$PWD/theirs" a 1 3
	yields pp-store -s theirs recover
	yields pp-store -s theirs verify
	run -0 find theirs ! -user 65534
	out_is ''
	expect 0 nobody pp-store -s "$PWD/theirs" info
	json_is .records.link 3
}

@test "a missing, wrong or open key is told; the store still opens" {
	pp-store init
	rm "$PP_STORE/keys/link"
	chmod 640 "$PP_STORE/keys/seal"
	printf '%064d\n' 0 >"$PP_STORE/keys/sign"
	yields pp-store info
	json_is .keys '{"seal":"not readable by its owner alone","link":"missing or wrong","sign":"missing or wrong"}'
}

@test "init never makes a key anew in a store that has lost one" {
	pp-store init
	rm "$PP_STORE/keys/seal"
	yields pp-store init
	[[ ! -e $PP_STORE/keys/seal ]]
}

@test "a newer format is refused: 78" {
	pp-store init
	storework meta "$PP_STORE" format 2
	rm "$PP_STORE"/db/__db.*
	refused 78 "pp-store: store $PP_STORE has format 2, this program knows 1: it is older than the store" \
	    pp-store info
}

@test "a store copied by hand, regions and all, is recovered" {
	storework write "$PP_STORE" a 1 30 >acked
	cp -a "$PP_STORE" copy
	run -0 storework check copy <acked
	out_is '30 acknowledged, 0 lost'
	cmp -s copy/lock "$PP_STORE/lock" && false
	yields pp-store -s copy verify
}

@test "only store.c includes <db.h>" {
	run -0 grep -lr '<db\.h>' "$PP_TEST_SRCDIR"/{lib,cmd,providers}
	out_is "$PP_TEST_SRCDIR/lib/store.c"
}
