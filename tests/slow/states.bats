# Every state of the customer's page, in both languages, on a phone and a desk,
# light and dark, in chromium: what axe finds, what is cut off at 400 %.
# SHOTS=directory keeps the pictures: SHOTS=/tmp/shots bats tests/slow/states.bats

bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper
load browser
load states

setup_file() {
	browser_setup
}

setup() {
	pp_setup
}

@test 'no state has a fault that axe finds; none is cut off at 400 percent' {
	world
	all_states
	[[ ! ${SHOTS-} ]] || mkdir -p "$SHOTS"
	LIMIT=2400 yields node "$PP_TEST_SRCDIR/tests/slow/states.js" \
	    <states.tsv
	out_is ''
}
