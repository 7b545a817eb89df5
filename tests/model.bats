# The model test: random customers, people, faults and clocks against a tiny
# reference model, under every combination that pp-sandbox can assume.  See
# tests/model, which also plays a seed again.

bats_require_minimum_version 1.5.0
load helper

# model UNIQUE: the eight combinations of one word.
model() {
	LIMIT=200 expect 0 "$PP_TEST_SRCDIR/tests/model" -n "${STEPS:-40}" \
	    -s "${SEED:-1}" -u "$1" || { printf '%s\n' "$output"; return 1; }
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
