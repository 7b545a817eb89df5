# The first thing a newcomer sees.

bats_require_minimum_version 1.5.0
load helper

TELL=$PP_TEST_SRCDIR/share/story/tell.sh

@test "the story: each command as typed, each outcome" {
	LIMIT=60 expect 0 sh "$TELL" "$PP_TEST_BUILDDIR" story
	out_has '$ pp-link create --open --min 100 <tasks.jsonl >links.jsonl'
	out_has '"result":"approved","amount":"1149.75"'
	out_has '"result":"approved","amount":"2500.00"'
	out_has $'\nstatus 6\n'
	out_has $'\nnot paid: status 1\n'
	grep -Eq '^T-1042 +paid +1149.75 +1149.75 +0.00 ' <<<"$output"
	grep -Eq '^T-1043 +partially_paid +8400.00 +2500.00 ' <<<"$output"
	grep -Eq '^T-1044 +unpaid +189.95 +0.00 +189.95 ' <<<"$output"
	grep -Eq ' 2 +3649.75 +0.00 +3649.75$' <<<"$output"
	[[ $(tail -n 1 <<<"$output") == *README.md* ]]
	# Nothing but remarks of the commands on stderr.
	run grep -v '^pp-[a-z]*: ' <<<"$stderr"
	out_is ''
	# It ends what it began, and may be told again.
	run grep -ls "$PWD/story" /proc/[0-9]*/environ
	out_is ''
	LIMIT=60 expect 0 sh "$TELL" "$PP_TEST_BUILDDIR" story
}

@test "serve: left running until Ctrl-C, to pay in a browser" {
	local i url

	start serve sh "$TELL" "$PP_TEST_BUILDDIR" story serve
	for ((i = 0; i < 400; i++)); do
		! grep -q 'Ctrl-C ends it' serve.out || break
		sleep 0.1
	done
	url=$(sed -n 's/^   T-1044  //p' serve.out)
	yields "$PP_TEST_BUILDDIR/tests/http" GET "$url"
	out_has 'Mary'
	kill -TERM "$STARTED"
	for ((i = 0; i < 100; i++)); do
		kill -0 "$STARTED" 2>/dev/null || break
		sleep 0.1
	done
	run -143 wait "$STARTED"
	expect 1 "$PP_TEST_BUILDDIR/tests/http" GET "$url"
}

@test "what is missing is installed; the lists are fetched only if needed" {
	mkdir bin
	cat >bin/dpkg-query <<-'EOF'
		#!/bin/sh
		for p do :; done
		case $p in jq | pkg-config) exit 1 ;; esac
		printf 'ii '
	EOF
	cat >bin/apt-get <<-'EOF'
		#!/bin/sh
		echo "$DEBIAN_FRONTEND $*" >>apt.log
		case $* in *install*) exit 100 ;; esac
	EOF
	printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
	chmod 755 bin/*
	sed 's/^cd "\$(dirname "\$0")"$/:/' "$PP_TEST_SRCDIR/quickstart" >q
	unset DEBIAN_FRONTEND
	PATH=$PWD/bin:$PATH refused 1 'Installing jq ...
quickstart: could not install jq' sh q
	run cut -d' ' -f1,2 apt.log
	out_is 'noninteractive install
 update
noninteractive install'
	[[ $(head -n 1 apt.log) == *' jq' ]]
}

@test "wrong use is 2" {
	refused 2 'usage: ./quickstart [check | serve]' \
	    "$PP_TEST_SRCDIR/quickstart" bogus
	yields "$PP_TEST_SRCDIR/quickstart" --help
	out_is 'usage: ./quickstart [check | serve]'
}

@test "every library that configure asks for is on the list" {
	local p n=0

	for p in $(sed -n 's/^PP_NEED(.*\[\([a-z0-9.-]*\)\])$/\1/p' \
	    "$PP_TEST_SRCDIR/configure.ac"); do
		grep -Eq "(^|['	 |])$p(['	 |]|\$)" "$PP_TEST_SRCDIR/quickstart" ||
		    { echo "quickstart does not install $p" && false; }
		n=$((n + 1))
	done
	((n >= 6))
}
