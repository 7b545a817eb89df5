# Every case of tests/crashstory: an hour on a quiet machine at the most.
# EVERY=10: a tenth of them, which SEED chooses.
# bats file_tags=crash, slow
bats_require_minimum_version 1.5.0
load helper

@test 'a story stopped at each of its calls' {
	LIMIT=5000 expect 0 "$PP_TEST_SRCDIR/tests/crashstory" \
	    -k "${EVERY:-1}" -s "${SEED:-0}" ||
	    { printf '%s\n' "$output" "$stderr"; return 1; }
	grep '^#' <<<"$output" >&3
}
