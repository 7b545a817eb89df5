# What tests/crash.bats and tests/store.bats do, for as long as it takes.
# bats file_tags=crash, slow
bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
}

@test "storm: three minutes of kills" {
	local seed=${PP_TEST_SEED:-$RANDOM}

	echo "seed $seed"
	LIMIT=280 expect 0 storework storm "$PP_STORE" 180 "$seed"
	echo "$output"
	out_has 'acknowledged, 0 lost'
	LIMIT=120 expect 0 pp-store verify
}

@test "nobody waits longer than 30 s" {
	start holder storework hold "$PP_STORE" 60000
	SECONDS=0
	LIMIT=40 refused 75 "pp-store: the store $PP_STORE is in use by storework (process $STARTED); gave up after 30 s" \
	    pp-store info
	((SECONDS >= 30 && SECONDS <= 32))
}

@test "faults: all of them, at the end of a log file too" {
	LIMIT=280 expect 0 storework faults "$PP_STORE" 0 7
	echo "$output"
	out_has 'acknowledged, none lost'
}
