# The model tests at length.  That of the commands with another seed each time:
# it is printed.  STEPS is for each of the 24 combinations.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	export SEED=${SEED:-$RANDOM}
	echo "# seed $SEED" >&3
}

# model UNIQUE: the eight combinations of one word.
model() {
	LIMIT=3000 expect 0 "$PP_TEST_SRCDIR/tests/model" \
	    -c -n "${STEPS:-420}" -s "$SEED" -u "$1" ||
	    { printf '%s\n' "$output"; return 1; }
	same 'how many' "$(grep -c '^ok' <<<"$output")" 8
}

@test 'model: order numbers are unique per charge' {
	model at_charge
}

@test 'model: order numbers are unique per preload' {
	model at_preload
}

@test 'model: order numbers are not unique' {
	model no
}

@test 'model of the rules: every order of seven steps, walks of a new seed' {
	LIMIT=280 expect 0 "$PP_TEST_BUILDDIR/tests/unit/t_model" -d 7 \
	    -w 20000 -s "$((SEED + 1))" ||
	    { printf '%s\n' "$output"; return 1; }
}
