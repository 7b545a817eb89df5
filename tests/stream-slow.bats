# What tests/stream.bats shows of 20,000 lines, of 100,000.
bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
}

teardown() {
	cmds_teardown
}

@test "100,000 tasks become links in less than 30 MB" {
	added
	constant_memory 100000
}
