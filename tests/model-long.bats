# The model test at length, with another seed each time: it is printed.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	export SEED=${SEED:-$RANDOM}
	echo "# seed $SEED" >&3
}

@test 'model: sixty steps, a new seed' {
	LIMIT=280 expect 0 "$PP_TEST_SRCDIR/tests/model" -n 60 -s "$SEED" ||
	    { printf '%s\n' "$output"; return 1; }
}
