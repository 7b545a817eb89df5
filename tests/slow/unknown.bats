# Nobody learns from the clock whether a link ever existed: medians of 1,000
# answers each, of an address that is no token, of one that never was, and of
# one that was, lie within 5 %.

bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper
load states

setup_file() {
	command -v node >/dev/null || {
		echo 'node is needed; on Debian: apt-get install nodejs' >&3
		return 1
	}
}

setup() {
	pp_setup
}

@test 'unknown, malformed and renewed addresses: the same words and time' {
	local old i one two low high t

	world
	for ((i = 0; i < 500; i++)); do
		printf '{"task":"T-%d","total":"10.00"}\n' "$i"
	done | pp-link create -q >/dev/null
	link - '{"task":"T-7","total":"10.00"}'
	old=$TOKEN
	pp-link renew -q "$LINK" >/dev/null
	ask GET "/p/$old" && one=$(<answer)
	ask GET "/p/${old//?/b}" && two=$(<answer)
	same 'the words' "$one" "$two"
	has 'the answer' "$one" 'Page introuvable'
	export PAGE_URL=$URL
	# Whatever else runs here: three tries.
	for i in 1 2 3; do
		LIMIT=250 yields node "$PP_TEST_SRCDIR/tests/slow/unknown.js" \
		    1000 "/p/$old" "/p/${old//?/b}" "/p/${old}x" /p/
		low=999999999 high=0
		for t in $output; do
			((t < low)) && low=$t
			((t > high)) && high=$t
		done
		echo "medians: $output us" >&3
		((high * 100 > low * 105)) || return 0
	done
	echo "they differ: $output"
	return 1
}
