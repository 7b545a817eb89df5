# pp-progression against a ProgressionLIVE that hangs: its time limits, and what
# is known afterwards.
bats_require_minimum_version 1.5.0
load helper
load progression

setup() {
	prog_setup
	{
		task T-1 1149.75 700
		task T-2 574.88 700
	} >plive/tasks
	progd
	pp-integration add moneris -q --store-id s --checkout-id c \
	    --no-check <<<yesguy
	pp-progression pull --step 700 | pp-link create >linked
	sed -n 1p linked >one
	: >plive/log
}

teardown() {
	kill -CONT "${PP_PIDS[@]}" 2>/dev/null || :
	pp_teardown
}

# late SECONDS STATUS CMD...: ends with STATUS after SECONDS, as others load the
# machine.
late() {
	local from=$SECONDS

	LIMIT=$(($1 + 30)) expect "$2" "${@:3}" || return
	echo "$((SECONDS - from)) s"
	((SECONDS - from >= $1 - 1 && SECONDS - from <= $1 + 15))
}

@test "reading: 35 s, before the answer and in the middle of it" {
	local f

	for f in hang stall; do
		echo "$f" >plive/fault
		late 35 75 pp-progression steps
		out_is ''
		err_is 'pp-progression: ProgressionLIVE: Timeout was reached'
	done
	rm plive/fault
	yields pp-progression steps
}

@test "a note: 35 s, then it is unknown, listed, and not repeated" {
	local f

	for f in hang stall; do
		echo "in /event $f" >plive/fault
		late 35 76 pp-progression note "Note $f" <one
		err_has 'ProgressionLIVE: Timeout was reached'
		rm plive/fault
		: >plive/log
		yields pp-progression note "Note $f" <one
		same requests "$(asked)" ''
	done
	same notes "$(cat plive/events)" 'T-1 INFO Note hang
T-1 INFO Note stall'
	yields pp-progression note --list-unknown
	same unknown "$(json .state <<<"$output")" $'unknown\nunknown'
}

@test "what hangs before the note is surely not one, and is tried again" {
	echo 'in /task/1 hang' >plive/fault
	late 35 75 pp-progression note Reçu <one
	[[ ! -e plive/events ]]
	rm plive/fault
	yields pp-progression note Reçu <one
	same notes "$(cat plive/events)" 'T-1 INFO Reçu'
}

@test "connecting: 20 s, of which TLS is a part" {
	kill -STOP "$STARTED"
	sed -i 's,^url = http:,url = https:,' "$PP_CONFIG"
	late 20 75 pp-progression steps
	err_has 'pp-progression: ProgressionLIVE: '
	# Nothing was sent, so nothing can have been written.
	late 20 75 pp-progression note Reçu <one
	yields pp-progression note --list-unknown
	out_is ''
}
