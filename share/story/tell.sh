#!/bin/sh
# shellcheck disable=SC2016,SC1112	# what is typed, and French
#
# The whole story, offline: tell.sh BUILD DIR [serve].
#
# Each command is printed as typed and then run as printed, in DIR, which is
# removed and made again.  With serve the servers are left running at the end.
set -eu

build=$(cd "$1" && pwd)
share=$(cd "$(dirname "$0")/.." && pwd)
rm -rf "$2"
umask 077
mkdir -p "$2"
cd "$2"

# The story is nobody's but its own: no store, configuration or driver of
# this machine.  Under sudo the drivers of a build would not be taken.
unset PP_CONFIG PP_NOW PP_SANDBOX_URL CREDENTIALS_DIRECTORY LISTEN_FDS \
    SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND
PATH=$build/cmd:$PATH
PP_PROVIDERS=$build/providers
PP_STORE=$PWD/store
PP_CONFIG=$PWD/pp.conf
export PATH PP_PROVIDERS PP_STORE PP_CONFIG

pids=
trap 'stop' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

stop() {
	[ -n "$pids" ] || return 0
	# shellcheck disable=SC2086 # words
	kill $pids 2>/dev/null || :
	# shellcheck disable=SC2086
	wait $pids 2>/dev/null || :
}

say() {
	printf '\n%s\n' "$*"
}

# type_ CMD: shows it and does it.
type_() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

# The same, in the background; waits until its address stands in a file.
start() {
	printf '\n$ %s &\n' "$1"
	# exec, so that $! is the server's own.
	eval "exec $1" &
	pids="$pids $!"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -s "$2" ] || return 0
		kill -0 $! 2>/dev/null || break
		sleep 0.25
	done
	cat ./*.log >&2
	printf 'story: this did not start: %s\n' "$1" >&2
	exit 1
}

# The first port from 8080 on that nobody listens on.
free_port() {
	port=8080
	set -- /proc/net/tcp
	[ ! -r /proc/net/tcp6 ] || set -- "$@" /proc/net/tcp6
	while awk -v p=":$(printf %04X "$port")\$" \
	    '$2 ~ p && $4 == "0A" { found = 1 } END { exit !found }' \
	    "$@"
	do
		port=$((port + 1))
	done
	echo "$port"
}

url=http://127.0.0.1:$(free_port)
printf '[business]\nname = Plomberie Exemple\n\n[page]\nurl = %s\nlisten = %s\n' \
    "$url" "${url#http://}" >pp.conf
cp "$share/story/tasks.jsonl" tasks.jsonl
printf 'yesguy\n' >token
ln -s "$share/page" page

say '1. The processor: pp-sandbox plays it. It is no bank, and no money moves.'
start 'pp-sandbox --seed 1 >sandbox.url 2>sandbox.log' sandbox.url

say '2. The sysadmin adds the credentials. They are checked with the processor;
   the token is sealed, and nothing ever shows it again.'
type_ 'pp-integration add moneris --environment sandbox \
    --gateway-url "$(cat sandbox.url)" --store-id store5 \
    --checkout-id chktSTORY --api-token-file token -o table'

say '3. Tasks become payment links. They come out as they went in, each with
   its payment_link: what follows in the pipe can mail it.'
type_ 'cat tasks.jsonl'
type_ 'pp-link create --open --min 100 <tasks.jsonl >links.jsonl'
type_ 'head -n 1 links.jsonl | jq .payment_link'
type_ 'pp-link list -o table'

say '4. The customers open their links. pp-page is what they see; pp-sandbox
   pay is a customer for scripts, who opens the page and types a card.'
start 'pp-page --templates page >page.url 2>page.log' page.url
type_ 'link() { jq -r "select(.task == \"$1\").payment_link.url" links.jsonl; }'

say '   Hélène Côté pays everything.'
type_ 'link T-1042 | pp-sandbox pay --link - | jq -c "{result, amount, order_no, transaction_no}"'

say '   François L’Écuyer pays a part.'
type_ 'link T-1043 | pp-sandbox pay --link - --amount 2500 | jq -c "{result, amount, order_no, transaction_no}"'

say '   Mary O’Brien’s card is declined, which the exit status says: 6.'
type_ 'link T-1044 | pp-sandbox pay --link - --card 4485621544903528 >mary.json ||
    echo "status $?"'

say '5. Support: what happened, and what to tell the customer.'
type_ 'pp-status T-1042 T-1043 T-1044 -o table'
type_ 'pp-status T-1043 -o table'
type_ 'pp-status --say en T-1044'
type_ 'pp-status --is paid T-1043 >/dev/null || echo "not paid: status $?"'

say '6. The accountant: every payment with its transaction number, and totals.'
type_ 'pp-ledger list -o table'
type_ 'pp-ledger totals --by day -o table'

say '   The head of the journal. Kept outside, it shows whether anything was
   ever changed or cut.'
type_ 'pp-ledger head'

if [ "${3-}" = serve ]; then
	say '7. Your turn. Open a link in a browser and pay. The card number
   4242 4242 4242 4242 is approved, 4485 6215 4490 3528 declined; any expiry.'
	printf '\n'
	jq -r '"   \(.task)  \(.payment_link.url)"' links.jsonl
	cat <<-EOF

	   In another terminal, to look at it from the other side:

	   export PATH=$build/cmd:\$PATH PP_STORE=$PP_STORE \\
	       PP_CONFIG=$PP_CONFIG PP_PROVIDERS=$PP_PROVIDERS
	   pp-status T-1044
	   pp-ledger list

	   Ctrl-C ends it.
	EOF
	wait
fi
cat <<-EOF

	That was all of it, offline. The story's store is in $PWD.

	   ./quickstart serve    the same left running: open a page in a browser and
	                         pay yourself
	   ./quickstart check    the tests
	   man ./man/pp.7        the tour, with what each step is for
	   README.md             where to read on
EOF
