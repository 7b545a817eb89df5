# What every command promises (HACKING.md), whichever commands there are.
bats_require_minimum_version 1.5.0
load helper

setup() {
	local f

	pp_setup
	COMMANDS=()
	for f in "$PP_TEST_BUILDDIR"/cmd/pp-*; do
		[[ ! -f $f || ! -x $f ]] || COMMANDS+=("${f##*/}")
	done
	((${#COMMANDS[@]} > 0))
	FAULTS=0
}

# fault COMMAND WHAT...: told at once, counted; sound ends the test with it.
fault() {
	printf '%s: %s\n' "$1" "${*:2}"
	FAULTS=$((FAULTS + 1))
}

sound() {
	((FAULTS == 0))
}

# The SYNOPSIS that COMMAND -h prints, its blanks squeezed.
synopsis() {
	timeout 20 "$1" -h 2>/dev/null | sed '/^$/,$d; s/^usage: //' |
	    tr -s ' \n' '  ' | sed 's/ $//'
}

# That of its page.
page_synopsis() {
	mandoc -T ascii "$1" 2>/dev/null | col -bx |
	    sed -n '/^SYNOPSIS/,/^[A-Z]/{/^[A-Z]/!p;}' |
	    tr -s ' \n' '  ' | sed 's/^ //; s/ $//'
}

# Words such as --dry-run out of a text, one a line.
long_options() {
	grep -oE -- '--[a-z][a-z0-9-]+' | sort -u
}

page_of() {
	local f

	for f in "$PP_TEST_SRCDIR"/man/"$1".[18]; do
		[[ ! -e $f ]] || {
			printf '%s\n' "$f"
			return
		}
	done
	return 1
}

verbs_of() {
	timeout 20 "$1" --list-options 2>/dev/null | sed -n 's/^verb //p'
}

@test "-h is the SYNOPSIS on stdout, 0, with every verb too" {
	local c v want

	for c in "${COMMANDS[@]}"; do
		run --separate-stderr timeout 20 "$c" -h </dev/null
		((status == 0)) || fault "$c" "-h is $status"
		[[ -z $stderr ]] || fault "$c" "-h writes to stderr: $stderr"
		[[ $output == "usage: $c"* ]] ||
		    fault "$c" "-h does not begin with usage: $output"
		want=$output
		run --separate-stderr timeout 20 "$c" --help </dev/null
		[[ $output == "$want" && $status == 0 ]] ||
		    fault "$c" '--help is not -h'
		for v in $(verbs_of "$c"); do
			run --separate-stderr timeout 20 "$c" "$v" -h </dev/null
			[[ $output == "$want" && $status == 0 ]] ||
			    fault "$c" "$v -h is not -h"
			tr -s ' |[]' '\n' <<<"$want" | grep -qxF -- "$v" ||
			    fault "$c" "the SYNOPSIS lacks $v"
		done
	done
	sound
}

@test "-V names command and version" {
	local c

	for c in "${COMMANDS[@]}"; do
		run --separate-stderr timeout 20 "$c" -V </dev/null
		((status == 0)) || fault "$c" "-V is $status"
		[[ $output =~ ^$c\ [0-9]+\.[0-9]+\.[0-9]+$ && -z $stderr ]] ||
		    fault "$c" "-V says $output $stderr"
	done
	sound
}

@test "an unknown option is 2, and the SYNOPSIS on stderr" {
	local c want

	for c in "${COMMANDS[@]}"; do
		want=$(timeout 20 "$c" -h | sed '/^$/,$d')
		run --separate-stderr timeout 20 "$c" --no-such-option </dev/null
		((status == 2)) || fault "$c" "--no-such-option is $status"
		[[ -z $output ]] || fault "$c" "it prints $output"
		[[ $stderr == *"$want"* ]] ||
		    fault "$c" "no SYNOPSIS on stderr: $stderr"
		[[ $stderr == *no-such-option* ]] ||
		    fault "$c" "the option is not named: $stderr"
		[[ ! -e $PP_STORE ]] || fault "$c" 'it made a store'
	done
	sound
}

@test "the page's SYNOPSIS is that of -h" {
	local c f

	command -v mandoc >/dev/null || skip 'no mandoc'
	for c in "${COMMANDS[@]}"; do
		f=$(page_of "$c") || continue
		[[ $(synopsis "$c") == "$(page_synopsis "$f")" ]] || {
			fault "$c" 'page and -h differ'
			diff <(synopsis "$c" | fold -sw 72) \
			    <(page_synopsis "$f" | fold -sw 72) || :
		}
	done
	sound
}

@test "every page is clean to mandoc's lint" {
	local f

	command -v mandoc >/dev/null || skip 'no mandoc'
	for f in "$PP_TEST_SRCDIR"/man/*.[1-8]; do
		[[ -e $f ]] || continue
		run mandoc -T lint -W warning "$f"
		[[ -z $output ]] || fault "${f##*/}" "$output"
	done
	sound
}

@test "page, completion and command know the same options" {
	local c f o listed

	command -v mandoc >/dev/null || skip 'no mandoc'
	for c in "${COMMANDS[@]}"; do
		f=$(page_of "$c") || continue
		[[ -e $PP_TEST_SRCDIR/completions/$c ]] || continue
		# Of the page: its lists of options, not what it says of others.
		mandoc -T ascii "$f" | col -bx |
		    grep -E '^ +-(.,|-)' | long_options >page
		listed=$(timeout 20 "$c" --list-options 2>/dev/null |
		    sed -n 's/^option //p' | long_options) || :
		if [[ -n $listed ]]; then
			diff <(printf '%s\n' "$listed") page ||
			    fault "$c" 'the page knows other options'
		fi
		completed "$c" >completion ||
		    fault "$c" 'the completion does not run'
		diff page completion ||
		    fault "$c" 'the completion knows other options'
		# A value too many is no unknown option.
		while read -r o; do
			run timeout 20 "$c" "$o=1" -h </dev/null
			[[ $output != *'no such option'* &&
			    $output != *nrecognized* ]] ||
			    fault "$c" "$o is not an option"
		done <page
	done
	sound
}

# completed COMMAND: the long options that its completion offers, over all
# its verbs.
completed() {
	timeout 60 bash -c '
		c=$1
		. "$2" || exit 1
		f=$(complete -p "$c" | sed "s/.*-F \([^ ]*\).*/\1/")
		try() {
			COMP_WORDS=("$c" "$@" --)
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			COMP_LINE="${COMP_WORDS[*]}"
			COMP_POINT=${#COMP_LINE}
			COMPREPLY=()
			"$f" "$c" -- "${COMP_WORDS[COMP_CWORD - 1]}"
			printf "%s\n" "${COMPREPLY[@]}"
		}
		try
		COMP_WORDS=("$c" "")
		COMP_CWORD=1
		COMP_LINE="$c "
		COMP_POINT=${#COMP_LINE}
		COMPREPLY=()
		"$f" "$c" "" "$c"
		verbs=("${COMPREPLY[@]}")
		for v in "${verbs[@]}"; do
			[[ $v == -* ]] || try "$v"
		done' completed "$1" "$PP_TEST_SRCDIR/completions/$1" | long_options
}

@test "the completion offers every verb" {
	local c v

	for c in "${COMMANDS[@]}"; do
		[[ -e $PP_TEST_SRCDIR/completions/$c ]] || continue
		for v in $(verbs_of "$c"); do
			run -0 timeout 20 bash -c '
				. "$2" || exit 1
				f=$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")
				COMP_WORDS=("$1" "$3")
				COMP_CWORD=1
				"$f" "$1" "$3" "$1"
				printf "%s\n" "${COMPREPLY[@]}"' x "$c" \
			    "$PP_TEST_SRCDIR/completions/$c" "$v"
			[[ $'\n'$output$'\n' == *$'\n'$v$'\n'* ]] ||
			    fault "$c" "$v is not completed"
		done
	done
	sound
}

@test "what cannot be written is 74" {
	local c

	need_full
	for c in "${COMMANDS[@]}"; do
		run timeout 20 bash -c '"$0" -h >/dev/full' "$c"
		((status == 74)) || fault "$c" "-h on a full disk is $status"
		run timeout 20 bash -c '"$0" -V >/dev/full' "$c"
		((status == 74)) || fault "$c" "-V on a full disk is $status"
		run timeout 20 bash -c '"$0" -h >&-' "$c"
		((status == 74)) || fault "$c" "-h with stdout closed is $status"
	done
	sound
}

@test "a closed pipe ends a command by SIGPIPE" {
	local c

	for c in "${COMMANDS[@]}"; do
		# The reader is gone before the writer begins.
		run timeout 20 bash -c \
		    '{ sleep 0.2; "$0" -h; echo $? >status; } | :; cat status' "$c"
		[[ $output == 141 ]] || fault "$c" "-h into a closed pipe: $output"
		rm -f status
	done
	sound
}

@test "the four main commands do not link libcurl" {
	local c seen=0

	for c in pp-integration pp-link pp-status pp-ledger; do
		[[ -x $PP_TEST_BUILDDIR/cmd/$c ]] || continue
		seen=1
		run -0 ldd "$PP_TEST_BUILDDIR/cmd/$c"
		[[ $output != *libcurl* ]] || fault "$c" 'links libcurl'
	done
	((seen)) || skip 'none of them is built'
	sound
}

@test "what a store holds is its owner's alone" {
	[[ -x $PP_TEST_BUILDDIR/cmd/pp-store ]] || skip 'pp-store is not built'
	umask 000
	timeout 20 pp-store init >init.out
	[[ -d $PP_STORE ]]
	run -0 find "$PP_STORE" -perm /077
	out_is ''
	run -0 find "$PP_STORE" -type f ! -perm 600
	out_is ''
}
