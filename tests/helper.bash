# What every bats file loads: a private home, store and configuration for each
# test, no setting of the caller's, the commands of this build, and words that
# assert status, stdout and stderr together.
#
#	bats_require_minimum_version 1.5.0
#	load helper
#
# A file that needs a setup or teardown of its own calls pp_setup, pp_teardown.
# By hand: PP_TEST_BUILDDIR=$PWD/build bats tests/NAME.bats

: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/.." && pwd)}"
: "${PP_TEST_BUILDDIR:=$PP_TEST_SRCDIR/build}"
export PP_TEST_SRCDIR PP_TEST_BUILDDIR

FIXTURES=$PP_TEST_SRCDIR/tests/fixtures

pp_setup() {
	local v

	# bats notes each line, for it to name the one that fails: those of a
	# test, not of what it calls, which costs more than the commands do.
	if declare -F bats_error_trap >/dev/null; then
		set +T
		trap 'set -T; bats_error_trap' ERR
	fi
	umask 022	# the commands make what is private private themselves
	for v in "${!PP_@}"; do
		case $v in
		PP_TEST_*) ;;
		*) unset "$v" ;;
		esac
	done
	unset SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND XDG_STATE_HOME \
	    XDG_CONFIG_HOME XDG_RUNTIME_DIR CREDENTIALS_DIRECTORY \
	    LISTEN_FDS LISTEN_PID NOTIFY_SOCKET http_proxy https_proxy \
	    HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy LANGUAGE COLUMNS
	export TZ=UTC LC_ALL=C.UTF-8 TERM=dumb
	export HOME=$BATS_TEST_TMPDIR/home
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	export PP_STORE=$BATS_TEST_TMPDIR/store
	export PP_CONFIG=$BATS_TEST_TMPDIR/pp.conf
	export PP_PROVIDERS=$PP_TEST_BUILDDIR/providers
	export PATH=$PP_TEST_BUILDDIR/cmd:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	mkdir -p "$HOME" "$TMPDIR"
	: >"$PP_CONFIG"
	PP_PIDS=()
	cd "$BATS_TEST_TMPDIR" || return 1
}

pp_teardown() {
	stop_all
}

setup() {
	pp_setup
}

teardown() {
	pp_teardown
}

# expect STATUS CMD...: runs it with a time limit of $LIMIT (20) seconds, past
# which SIGALRM ends it (142); the status must be this one.  Sets $output,
# $stderr and their lines arrays.  Standard input is what expect has; where
# nothing is given it, /dev/null.  A name of a shell function is run as it is, in
# a subshell, without the limit.  It is what run -STATUS --separate-stderr timeout
# does, without five processes around each command: there are thousands of them.
# shellcheck disable=SC2034 # bats prints BATS_*, the tests read the others
expect() {
	local want=$1 flags=$- to=$BATS_TEST_TMPDIR/.$BASHPID
	shift
	set +eET
	if declare -F "$1" >/dev/null; then
		("$@") >"$to.out" 2>"$to.err"
	else
		"$PP_TEST_BUILDDIR/tests/within" "${LIMIT:-20}" "$@" \
		    >"$to.out" 2>"$to.err"
	fi
	status=$?
	output=$(<"$to.out")
	stderr=$(<"$to.err")
	IFS=$'\n' read -d '' -r -a lines <<<"$output"
	IFS=$'\n' read -d '' -r -a stderr_lines <<<"$stderr"
	BATS_RUN_COMMAND=$*
	set "-$flags"
	((status == want)) || {
		BATS_ERROR_SUFFIX=", expected exit code $want, got $status"
		return 1
	}
}

# yields CMD...: 0, and nothing on stderr.
yields() {
	expect 0 "$@" || return
	err_is ''
}

# refused STATUS TEXT CMD...: this status, nothing on stdout, and stderr is
# exactly TEXT.
refused() {
	local status_=$1 text=$2
	shift 2
	expect "$status_" "$@" || return
	out_is '' && err_is "$text"
}

# Exactly this, but for the last newline.
out_is() {
	same stdout "$output" "$1"
}

err_is() {
	same stderr "$stderr" "$1"
}

# A part of it; a glob if it holds * or ?.
out_has() {
	has stdout "$output" "$1"
}

err_has() {
	has stderr "$stderr" "$1"
}

# json FILTER: what jq -cr FILTER says of standard input.
json() {
	"$PP_TEST_BUILDDIR/tests/json" "$1"
}

# json_is FILTER VALUE: what jq -cr FILTER says of $output, exactly.
json_is() {
	local to=$BATS_TEST_TMPDIR/.$BASHPID

	# Written to a file: a $() of a function forks twice.
	json "$1" <<<"$output" >"$to.out" || return
	same "jq $1" "$(<"$to.out")" "$2"
}

same() {
	[[ $2 == "$3" ]] && return
	printf '%s is\n%s\nand should be\n%s\n' "$1" "$2" "$3"
	diff <(printf '%s\n' "$3") <(printf '%s\n' "$2")
	return 1
}

# shellcheck disable=SC2053 # the glob is wanted
has() {
	[[ $2 == *$3* ]] && return
	printf '%s is\n%s\nand should have in it\n%s\n' "$1" "$2" "$3"
	return 1
}

# nap: a twentieth of a second, without starting a process for it; nobody ever
# writes to this socket.
nap() {
	[[ ${PP_NAP-} ]] || exec {PP_NAP}<>/dev/udp/127.0.0.1/9
	read -rt 0.05 -u "$PP_NAP" || :
}

# start NAME CMD...: runs a server in the background, its output in NAME.out
# and NAME.err, and waits for the first line it prints, which is in $REPLY
# then; its pid is in $STARTED.
start() {
	local name=$1 i
	shift
	# Not what one that had the name before has printed.
	[[ ! -e $name.out ]] || rm -f "$name.out"
	"$@" </dev/null >"$name.out" 2>"$name.err" 3>&- &
	STARTED=$!
	PP_PIDS+=("$STARTED")
	for ((i = 0; i < 200; i++)); do
		if [[ -s $name.out ]]; then
			IFS= read -r REPLY <"$name.out" && return
		fi
		kill -0 "$STARTED" 2>/dev/null || break
		nap
	done
	printf '%s did not start:\n' "$name"
	cat "$name.err"
	return 1
}

# stop PID: ends what start began, and waits for it.
stop() {
	local i

	kill "$1" 2>/dev/null || :
	for ((i = 0; i < 100; i++)); do
		kill -0 "$1" 2>/dev/null || break
		nap
	done
	kill -9 "$1" 2>/dev/null || :
	wait "$1" 2>/dev/null || :
}

stop_all() {
	local pid

	for pid in "${PP_PIDS[@]}"; do
		stop "$pid"
	done
	PP_PIDS=()
}

# start_sandbox [OPTION...]: the offline processor; its address is in
# $SANDBOX_URL, its pid in $SANDBOX_PID.
start_sandbox() {
	start sandbox pp-sandbox --listen 127.0.0.1:0 "$@" || return
	SANDBOX_URL=$REPLY
	SANDBOX_PID=$STARTED
	export SANDBOX_URL SANDBOX_PID
}

# Full disks are played by /dev/full; skip where there is none.
need_full() {
	[[ -c /dev/full ]] || skip 'no /dev/full'
}
