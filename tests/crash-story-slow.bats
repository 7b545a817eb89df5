# A bounded part of tests/crashstory: of each command the first and the last
# call of each kind, stopped in each way; ten minutes on a quiet machine.
# make crash-story plays the whole.
# bats file_tags=crash, slow
bats_require_minimum_version 1.5.0
load helper

@test 'a story stopped at the first and the last call of each kind' {
	LIMIT=5000 expect 0 "$PP_TEST_SRCDIR/tests/crashstory" -f \
	    -k "${EVERY:-1}" -s "${SEED:-0}" ||
	    { printf '%s\n' "$output" "$stderr"; return 1; }
	grep '^#' <<<"$output" >&3
}
