# The model test: random customers, people, faults and clocks against a tiny
# reference model.  Here six of the combinations that pp-sandbox can assume;
# tests/model-slow.bats plays all.  See tests/model, which also plays a seed
# again.

bats_require_minimum_version 1.5.0
load helper

@test 'model: six combinations' {
	LIMIT=900 expect 0 "$PP_TEST_SRCDIR/tests/model" -2 \
	    -n "${STEPS:-16}" -s "${SEED:-1}" ||
	    { printf '%s\n' "$output"; return 1; }
	same 'how many' "$(grep -c '^ok' <<<"$output")" 6
}
