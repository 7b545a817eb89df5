# What the benches share: sourced with the build directory as $1.
set -euo pipefail
build=$1
PATH=$build/cmd:$build/tests:$build/bench:$PATH
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/pp-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PP_STORE=$dir/store PP_CONFIG=/dev/null HOME=$dir
export PP_PROVIDERS=$build/providers
unset PP_NOW

# want PROGRAM...: ends the bench, saying so, where one is not installed.
want() {
	local p
	for p; do
		command -v "$p" >/dev/null && continue
		echo "  left out: there is no $p to compare with"
		exit 0
	done
}

# ratio WHAT OURS THEIRS [BOUND]: BOUND is as promised, "<= 1.5".
ratio() {
	awk -v w="$1" -v a="$2" -v b="$3" -v bound="${4:-}" 'BEGIN {
		r = b > 0 ? a / b : 0
		split(bound, p, " ")
		ok = p[1] == "<=" ? r <= p[2] : r >= p[2]
		ok = bound == "" ? "" : ok ? "yes" : "NO"
		printf "  %-36s %11.6g %11.6g %8.2g  %-7s %s\n", w, a, b, r,
		    bound, ok }'
}

# bound WHAT VALUE BOUND: an absolute one, "<= 50".
bound() {
	awk -v w="$1" -v a="$2" -v bound="$3" 'BEGIN {
		split(bound, p, " ")
		printf "  %-36s %11.6g %11s %8s  %-7s %s\n", w, a, "", "",
		    bound, a <= p[2] ? "yes" : "NO" }'
}

# title WHAT OURS THEIRS
title() {
	printf '%-38s %11s %11s %8s  %s\n' "$1" "$2" "$3" RATIO PROMISED
}

# median FILE: of the numbers in it, one a line.
median() {
	sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# clock FILE CMD...: adds the microseconds that it takes to FILE; what it
# prints is in $dir/out.
clock() {
	local file=$1 from=${EPOCHREALTIME/./}
	shift
	"$@" >"$dir/out"
	printf '%d\n' "$((${EPOCHREALTIME/./} - from))" >>"$file"
}

# A store with an integration, test money.
integration() {
	printf 'not-a-token\n' | pp-integration add moneris -q --store-id s \
	    --checkout-id c --no-check >/dev/null
}

# tasks N [LETTER]: N task documents.
tasks() {
	awk -v n="$1" -v t="${2:-T}" 'BEGIN { for (i = 1; i <= n; i++)
	    printf("{\"task\":\"%s-%d\",\"total\":\"%d.%02d\",\"customer\":" \
	    "{\"name\":\"Client %d\",\"email\":\"c%d@example.com\"," \
	    "\"language\":\"fr\"},\"invoice\":{\"number\":\"F-%d\"}}\n",
	    t, i, i % 5000 + 1, i % 100, i, i, i) }'
}
