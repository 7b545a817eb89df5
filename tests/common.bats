# What every command shares, shown by one that does nothing.
bats_require_minimum_version 1.5.0
load helper

SYNOPSIS='usage: toy echo [-hVanqv] [ITEM ...]
       toy env | show | fail'

setup() {
	pp_setup
	PATH=$PP_TEST_BUILDDIR/tests:$PATH
	unset PP_PROVIDERS
}

# wrong TEXT CMD...: wrong use, this sentence, the SYNOPSIS, nothing done.
wrong() {
	local text=$1
	shift
	refused 2 "toy: $text
$SYNOPSIS" "$@"
}

@test "-h prints the SYNOPSIS and is fine, with a verb too" {
	yields toy -h
	out_is "$SYNOPSIS"
	yields toy echo --help
	out_is "$SYNOPSIS"
}

@test "-V prints name and version" {
	yields toy --version
	[[ $output =~ ^toy\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "wrong use is one sentence and the SYNOPSIS on stderr, 2" {
	wrong 'say what to do' toy
	wrong 'bogus: no such verb' toy bogus
	wrong '--bogus: no such option' toy env --bogus
	wrong '-z: no such option' toy env -qz
	wrong '--quiet: takes no argument' toy env --quiet=yes
	wrong '--reason: needs an argument' toy env --reason
	wrong '-r: needs an argument' toy env -r
	wrong '--count: not with env' toy env --count 5
	wrong 'show: too few operands' toy show
	wrong 'c: one operand too many' toy show a b c
	wrong '--output: json, table, csv or tsv, not xml' toy env -o xml
}

@test "a bad value of an option is wrong use" {
	wrong '--amount: 1.234: more than two decimals' toy show x --amount 1.234
	wrong '--amount: not an amount: -5' toy show x --amount -5
	wrong '--amount: nothing' toy show x --amount 0.00
	wrong '--count: 1.5 is invalid' toy show x --count 1.5
	wrong '--life: not a length of time: 3 (such as 90d, 12h, 30m)' \
	    toy show x --life 3
	wrong '--since: not a date or time: yesterday' toy show x --since yesterday
	wrong '--day: not a date: 2026-02-30' toy show x --day 2026-02-30
}

@test "values of options arrive, dates in the business's zone" {
	yields toy show x --count 5 --amount 12.5 --by -3 --life 2d \
	    --since 2026-11-23 --day 2026-01-31 --except a --except=b -r why
	out_is '1 x why 1 5 1250 -300 172800000 1795410000000 20260131 a b'
	printf '[business]\ntime_zone = UTC\n' >pp.conf
	yields toy show x --since 2026-11-23
	out_is '1 x - 0 0 0 0 0 1795392000000 0'
}

@test "options and operands in any order, operands alone after --" {
	POSIXLY_CORRECT=1 yields toy -q echo a -a b -- -c --bogus
	out_is 'a
b
-c
--bogus'
}

@test "remarks: quiet, verbose" {
	expect 0 toy echo -a x
	err_is 'toy: all'
	expect 0 toy echo -aq x
	err_is ''
	expect 0 toy echo -vn x
	err_is 'toy: dry run: yes'
}

@test "store: --store, PP_STORE, [store] path, then the system's or home's" {
	yields toy env -s /a/b
	out_has "store /a/b
"
	yields toy env
	out_has "store $PP_STORE
"
	printf '[store]\npath = /srv/pp\n' >pp.conf
	PP_STORE='' yields toy env
	out_has "store /srv/pp
"
	: >pp.conf
	unset PP_STORE
	if ((EUID == 0)); then
		yields toy env
		out_has "store /var/lib/pp
"
	fi
}

# nobody VAR=VALUE... CMD...: as a user who is nobody in particular.
nobody() {
	local drop=()
	((EUID != 0)) ||
	    drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	timeout 20 "${drop[@]}" env "$@"
}

@test "store: of somebody else, in the home" {
	((EUID != 0)) || command -v setpriv >/dev/null || skip 'no setpriv'
	# Nobody can look into the test's own directory.
	local dir
	dir=$(mktemp -d /tmp/pp-test.XXXXXX)
	cp "$PP_TEST_BUILDDIR/tests/toy" "$dir/toy"
	chmod 755 "$dir" "$dir/toy"
	cd /
	unset PP_STORE
	run -0 --separate-stderr nobody PP_CONFIG=/dev/null \
	    XDG_STATE_HOME=/x HOME=/h "$dir/toy" env
	out_has "store /x/pp
"
	run -0 --separate-stderr nobody PP_CONFIG=/dev/null HOME=/h \
	    "$dir/toy" env
	out_has "store /h/.local/state/pp
"
	run -78 --separate-stderr nobody PP_CONFIG=/dev/null HOME= \
	    "$dir/toy" env
	err_is 'toy: no store is named, and there is no HOME; say --store'
	rm -r "$dir"
}

@test "configuration: --config, PP_CONFIG, then home's; a named one must be there" {
	printf '[store]\npath = /one\n' >one.conf
	yields toy env -c one.conf
	out_has 'config one.conf'
	yields toy env
	out_has "config $PP_CONFIG"
	refused 78 'toy: nowhere.conf: No such file or directory' \
	    toy env -c nowhere.conf
	PP_CONFIG=nowhere.conf refused 78 \
	    'toy: nowhere.conf: No such file or directory' toy env
	[[ ! -e /etc/pp/pp.conf ]] || skip '/etc/pp/pp.conf exists'
	unset PP_CONFIG
	yields toy env
	out_has 'config 
'
	mkdir -p home/.config/pp xdg/pp
	: >home/.config/pp/pp.conf
	: >xdg/pp/pp.conf
	yields toy env
	out_has "config $HOME/.config/pp/pp.conf"
	XDG_CONFIG_HOME=$PWD/xdg yields toy env
	out_has "config $PWD/xdg/pp/pp.conf"
}

@test "a wrong configuration names file and line, 78; -h works all the same" {
	printf '[page]\n\nurll = x\n' >pp.conf
	refused 78 "toy: $PP_CONFIG: line 3: [page] has no key urll" toy env
	yields toy -h
	printf '[business]\ntime_zone = Mars/Olympus\n' >pp.conf
	refused 78 'toy: time_zone: unknown zone Mars/Olympus (Debian package tzdata)' \
	    toy env
}

@test "the sample is fine as it is, and with every example taken" {
	local key

	yields toy env -c "$PP_TEST_SRCDIR/share/pp.conf"
	sed -E 's/^;([a-z_]+ = )/\1/; s/^;(\t)/\1/' \
	    "$PP_TEST_SRCDIR/share/pp.conf" >all.conf
	yields toy env -c all.conf
	out_has 'store '
	# Nothing that the configuration knows is left out.
	for key in $(sed -n 's/^\tKEY([a-z]*, \([a-z_]*\),.*/\1/p' \
	    "$PP_TEST_SRCDIR/lib/conf.c"); do
		grep -q "^$key = " all.conf || {
			echo "share/pp.conf lacks $key"
			return 1
		}
	done
}

@test "PP_PROVIDERS is taken, but not under sudo" {
	PP_PROVIDERS=/drivers yields toy env
	out_has 'providers /drivers'
	PP_PROVIDERS=/drivers SUDO_USER=alice yields toy env
	out_has 'providers -'
	out_has 'person alice'
}

@test "who did it: the user behind sudo, else the user" {
	yields toy env
	out_has "person $(id -un)"
	SUDO_USER=$'mal\nlory' yields toy env
	out_has 'person mal?lory'
}

@test "the clock of the tests is handed on" {
	PP_NOW=+60 yields toy env
	out_has 'clock +60'
}

@test "items from arguments, else one a line from stdin" {
	yields toy echo T-1 '{"task":"T-2"}'
	out_is 'T-1
{"task":"T-2"}'
	yields toy echo <<<$'T-1\n\n{"task":"T-2"}'
	out_is 'T-1
{"task":"T-2"}'
	yields toy echo </dev/null
	out_is ''
}

@test "a bad line costs that line and is named on stderr" {
	expect 65 toy echo < <(printf 'T-1\n\n{"a":1,"a":2}\n%01048577d\nT\0x\n{}\nT-9' 0)
	out_is 'T-1
{}'
	err_is 'toy: line 3: byte 8: a second member of this name
toy: line 4: longer than 1048576 bytes
toy: line 5: has a NUL in it
toy: line 7: the last line has no newline: it may be cut short'
}

@test "a bad argument is named by itself" {
	expect 65 toy echo T-1 '{"a":01}' T-2
	out_is 'T-1
T-2'
	err_is 'toy: {"a":01}: byte 6: a number with a leading zero'
}

@test "with -o json errors are documents" {
	expect 65 toy echo -o json <<<$'T-1\n{"a":NaN}'
	out_is T-1
	err_is '{"tool":"toy","line":2,"item":null,"member":"byte 6","status":65,"message":"not a JSON value","hint":null}'
	expect 4 toy fail -o json
	err_is '{"tool":"toy","line":null,"item":null,"member":"link","status":4,"message":"already paid","hint":"try again"}'
	expect 65 toy echo -o json '{"a":NaN}'
	[[ $(json .item <<<"$stderr") == '{"a":NaN}' ]]
}

@test "an error is one line, with what to do next" {
	refused 4 'toy: link: already paid (try again)' toy fail
}

@test "a document as its last line needs no newline" {
	expect 0 toy echo < <(printf '{"a":1}')
	out_is '{"a":1}'
}

@test "items are never read from a terminal" {
	run command -v script
	((status == 0)) || skip 'no script(1)'
	run timeout 20 script -qec "toy echo; echo status \$?" /dev/null </dev/null
	[[ $output == *'standard input is a terminal'*'status 2'* ]]
}

@test "output is a table on a terminal and JSON otherwise" {
	yields toy env
	out_has 'output 1'
	run command -v script
	((status == 0)) || skip 'no script(1)'
	run timeout 20 script -qec 'toy env' /dev/null </dev/null
	[[ $output == *'output 2'* ]]
}

@test "a full disk is 74, and said" {
	need_full
	run -74 --separate-stderr bash -c 'toy echo a >/dev/full'
	err_has 'cannot write the output'
	run -74 bash -c 'toy -h >/dev/full'
	run -74 bash -c 'toy -V >/dev/full'
}

@test "a closed stdout is 74, a closed stdin and stderr hurt nothing" {
	run -74 --separate-stderr bash -c 'toy echo a >&-'
	run -0 --separate-stderr bash -c 'toy echo a <&-'
	out_is a
	run -74 --separate-stderr bash -c 'toy echo <&-'
	run -2 bash -c 'toy bogus 2>&-'
	out_is ''
}

@test "a closed pipe ends it by SIGPIPE" {
	run -0 bash -c 'yes T-1 | timeout 20 toy echo | head -n 1; echo "${PIPESTATUS[1]}"'
	out_is 'T-1
141'
}

@test "lines are handed on as they come, not when the input ends" {
	run -0 timeout 20 bash -c '
		coproc toy echo
		echo one >&"${COPROC[1]}"
		read -r x <&"${COPROC[0]}"
		echo "got $x"'
	out_is 'got one'
}

@test "lines of a megabyte are printed whole, memory does not grow" {
	run -0 timeout 60 bash -c '
		for i in 1 2 3 4 5 6 7 8; do printf "{\"a\":\"%01000000d\"}\n" 0; done |
		    toy echo | wc -c'
	out_is 8000072
}

@test "json, of the tests, says what jq does, and within ends what hangs" {
	local filter filters=(. .a .a.b '.a.b[1]' '.a,.s' '[.a.b,.s]' '.s|length'
	    '[.s, (.a.b | length), .n != null]' '.a|type' '[.a == null]'
	    '[(.n|type),.s]' '.l[].x' '[.l[].x[]]' '[.l[].x | length]' '.o'
	    '.l | map(.y)' '"x"')
	printf '%s\n' '{"a":{"b":[1,"é/\"x",null,{"c":true}]},"s":"héllo","l":[]}' \
	    '{"a":null,"s":"","o":{},"n":-3,"l":[]}' \
	    '{"n":null,"s":"\u0007","l":[{"x":[1,2],"y":0},{"x":[]}]}' >docs
	for filter in "${filters[@]}"; do
		jq -cr "$filter" <docs >jq.out 2>/dev/null || :
		json "$filter" <docs >json.out 2>/dev/null || :
		same "$filter" "$(<json.out)" "$(<jq.out)"
	done
	expect 2 json .a <<<'{"a":1'
	expect 5 json .a <<<'{"a":1.5}'
	LIMIT=1 expect 142 sleep 20
	expect 127 no-such-command
	err_is 'within: no-such-command: No such file or directory'
	expect 126 /
}
