# The storm: for STORM seconds writers, readers, customers at the page and the
# sweep work on one store, while commands and the page are killed (SIGKILL) or
# held (SIGSTOP) at random. After it the store verifies, nothing that was
# acknowledged is lost, nothing is there twice, and nobody hangs.
#
#	STORM=120 SEED=4711 bats tests/slow/storm.bats
#
# The seed, which is printed, chooses who is hit and how; where in his work does
# not follow from it. Somebody killed knows nothing and does the same again, as
# a person or cron would (rules G3 and G4).

bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper
load ../customer

: "${STORM:=20}"	# seconds
PATIENCE=40		# seconds: the door gives up after 30, so who is
			# there after that hangs
LONGEST=3000		# ms that a command or a view may take

# job WORDS...: one command of the worker $ME, which may be killed or stopped
# while it runs. Its status is in STATUS, its output in $ME.out; a line of
# when it ran is in $ME.ran. What it reads is $ME.in.
job() {
	local from=${EPOCHREALTIME/./}

	"$@" <"$ME.in" >"$ME.out" 2>"$ME.err" 3>&- &
	printf '%d\n' $! >"$ME.pid"
	STATUS=0
	wait $! || STATUS=$?
	printf '%d %d %d %s\n' "$from" "${EPOCHREALTIME/./}" "$STATUS" \
	    "$1 ${2-}" >>"$ME.ran"
}

# surely STATUS|STATUS WORDS...: until nobody kills it; another status is
# noted.  One in four is told and does not hear it, as if he were killed just
# then, and does it once more.
surely() {
	local good=$1 deaf=$((RANDOM % 4 == 0))
	shift
	while :; do
		job "$@"
		((STATUS == 137)) && continue
		((deaf)) || break
		deaf=0
	done
	[[ $STATUS == @($good) ]] || {
		printf '%s: %d: %s\n' "$*" "$STATUS" "$(<"$ME.err")" >>"$ME.bad"
		return 1
	}
}

# Each worker goes on until there is a file named over.
# What was told is in $ME.told, one id a line.
links() {
	local i

	for ((i = 1; ; i++)); do
		[[ ! -e over ]] || return 0
		surely 0 pp-link create --task "$ME-$i" --total 200.00 ||
		    continue
		echo "$ME-$i" >>"$ME.told"
		jq -r '.payment_link.url | sub(".*/p/"; "")' "$ME.out" \
		    >>"$ME.tokens"
	done
}

tasks() {
	local i

	for ((i = 1; ; i++)); do
		[[ ! -e over ]] || return 0
		printf '{"task":"%s","total":"9.00"}\n' "$ME-$i" >"$ME.in"
		surely 0 pp-task put || continue
		echo "$ME-$i" >>"$ME.told"
	done
}

cheques() {
	local i

	surely 0 pp-link create --task "$ME" --total 900000.00
	for ((i = 1; ; i++)); do
		[[ ! -e over ]] || return 0
		surely 0 pp-ledger record --method cheque --amount 1.25 \
		    --number "$ME-$i" "$ME" || continue
		echo "$ME-$i" >>"$ME.told"
	done
}

readers() {
	while [[ ! -e over ]]; do
		surely 0 pp-status --pending
		surely 0 pp-ledger totals
		surely '0|1' pp-status --attention
		surely 0 pp-link list
	done
}

sweeps() {
	while [[ ! -e over ]]; do
		surely '0|75' pp-status --refresh --due
	done
}

# A customer looks at a link and pays; who is cut off does so again, later.
customers() {
	local -a tokens
	local i=$1 token

	while [[ ! -e over ]]; do
		mapfile -t tokens < <(cat links?.tokens 2>/dev/null)
		((${#tokens[@]} > i)) || {
			sleep 0.2
			continue
		}
		token=${tokens[i]}
		job "$HTTP" -t 40 GET "$(<page.url)/p/$token"
		job pp-sandbox pay --link "$(<page.url)/p/$token"
		((STATUS != 0)) || printf '%s\n' "$token" >>"$ME.told"
		i=$((i + $2))
	done
}

work() {
	ME=$1
	shift
	: >"$ME.in"
	(
		set +e	# here alone: the test itself must be able to fail
		"$@"
	) 3>&- &
	WHO+=($!)
}

# One of the commands that run now, or the page, is killed or held a while.
trouble() {
	local pids pid from tries

	round=$((round + 1))
	if ((round % 10 == 0)); then
		kill -9 "$PAGE_PID"
		wait "$PAGE_PID" 2>/dev/null || :
		rm -f page.out
		page_up || return
		printf '%s\n' "$PAGE_URL" >page.url
		kills=$((kills + 1))
		return
	fi
	pids=(*.pid)
	for tries in {1..20}; do	# one that runs
		pid=
		read -r pid <"${pids[RANDOM % ${#pids[@]}]}" || :
		[[ ! $pid ]] || ! ours "$pid" || break
	done
	((tries < 20)) || return 0
	if ((round % 4 > 0)); then
		! kill -9 "$pid" 2>/dev/null || kills=$((kills + 1))
	else
		((RANDOM % 3 > 0)) || pid=$PAGE_PID
		from=${EPOCHREALTIME/./}
		kill -STOP "$pid" 2>/dev/null || return 0
		sleep "0.$((RANDOM % 9 + 1))"
		kill -CONT "$pid" 2>/dev/null || :
		printf '%d %d\n' "$from" "${EPOCHREALTIME/./}" >>stops
	fi
}

# Not somebody else who was given the number since.
ours() {
	local cmd

	{ IFS= read -r -d '' cmd <"/proc/$1/cmdline"; } 2>/dev/null || return
	[[ $cmd == pp-* || $cmd == "$HTTP" ]] &&
	    [[ /proc/$1/cwd -ef . ]]
}

# The longest that a command, a view of the page and a customer's whole way
# through it took, in milliseconds, of those who were not killed and without the
# time in which somebody was held: who is held may hold the lock.
longest() {
	sort -n stops | awk '
		FILENAME == "-" { from[n] = $1; to[n++] = $2; next }
		$3 == 137 { next }
		{
			t = $2 - $1
			for (i = 0; i < n; i++) {
				a = from[i] > $1 ? from[i] : $1
				b = to[i] < $2 ? to[i] : $2
				if (b > a)
					t -= b - a
			}
			what = $4 == "pp-sandbox" ? "pay" : \
			    $4 ~ /^pp-/ ? "command" : "view"
			if (t > most[what])
				most[what] = t
		}
		END {
			printf "%d %d %d\n", most["command"] / 1000,
			    most["view"] / 1000, most["pay"] / 1000
		}' - ./*.ran
}

# told_is_there WHAT: each line of the .told files of such workers is in the
# file WHAT.have, and none is there twice.
told_is_there() {
	same "$1 lost" "$(cat "$1"?.told | sort | comm -23 - <(sort -u \
	    "$1.have"))" '' &&
	    same "$1 doubled" "$(sort "$1.have" | uniq -d)" ''
}

@test 'a storm: nothing is lost, nothing is there twice, nobody hangs' {
	local seed=${SEED:-$RANDOM} kills=0 round=0 end i view pay load
	local -a WHO=()

	echo "# seed $seed" >&3
	# How long a command takes says something only of a machine that does
	# nothing else.
	read -r load _ </proc/loadavg
	((${load%.*} <= $(nproc))) || LONGEST=30000
	world_up --seed "$seed"
	printf '+0\n' >"$PP_NOW"
	printf '%s\n' "$PAGE_URL" >page.url
	: >stops
	for i in 1 2; do
		work "links$i" links
		work "tasks$i" tasks
		work "cheques$i" cheques
		work "readers$i" readers
	done
	work sweeps1 sweeps
	for i in 0 1 2; do
		work "customers$i" customers "$i" 3
	done
	sleep 1
	RANDOM=$seed
	end=$((SECONDS + STORM))
	while ((SECONDS < end)); do
		trouble
		sleep "0.0$((RANDOM % 9 + 1))"
	done
	: >over

	# Nobody hangs.
	end=$((SECONDS + PATIENCE))
	for i in "${WHO[@]}"; do
		while kill -0 "$i" 2>/dev/null && ((SECONDS < end)); do
			sleep 0.1
		done
		! kill -0 "$i" 2>/dev/null || { ps -ef; kill -9 "$i"; false; }
	done
	# Nobody met anything but what was done to him.
	same bad "$(cat ./*.bad 2>/dev/null)" ''

	# What was told is there.
	LIMIT=120 expect 0 pp-store verify
	pp-link list | jq -r .task >links.have
	told_is_there links
	pp-ledger list | jq -r 'select(.method == "cheque") | .transaction_no' \
	    >cheques.have
	told_is_there cheques
	cat tasks?.told | pp-task show -o json | jq -r .task >tasks.have
	told_is_there tasks

	# One refresh, when what got no ticket has lapsed (rule L3): what was
	# charged is what is recorded.
	printf '+180\n' >"$PP_NOW"
	LIMIT=120 expect 0 pp-status --refresh
	charges >charged
	recorded >ledger
	diff charged ledger
	same 'charged twice' "$(cut -d- -f1-2 charged | sort | uniq -d)" ''
	same 'other amounts' "$(grep -v ' 20000$' charged)" ''
	(($(wc -l <charged) >= $(cat customers?.told | wc -l)))
	LIMIT=120 expect 0 pp-store verify

	# And it was a storm.
	read -r i view pay <<<"$(longest)"
	echo "# $kills killed, $(wc -l <stops) held; told" \
	    "$(wc -l <links.have) links, $(wc -l <tasks.have) tasks," \
	    "$(wc -l <cheques.have) cheques, $(wc -l <charged) payments;" \
	    "longest command $i ms, view $view ms, payment $pay ms" >&3
	((kills > STORM && $(wc -l <stops) > 0 && $(wc -l <charged) > 0))
	((i < LONGEST && view < LONGEST))
}
