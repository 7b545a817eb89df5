# pp-install(7), typed in a machine of its own (machine.bash) from nothing.
bats_require_minimum_version 1.5.0
: "${PP_TEST_SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
load ../helper
load machine

setup_file() {
	machine_make
}

setup() {
	pp_setup
	machine_need
	command -v mandoc >/dev/null || skip 'no mandoc'
	export LIMIT=300
	mandoc -T utf8 "$PP_TEST_SRCDIR/man/pp-install.7" | col -bx >page
}

@test "every command, in order, with systemd" {
	awk -v section=DESCRIPTION -f "$PP_TEST_SRCDIR/tests/examples.awk" \
	    page >typed
	(($(grep -c '^+\|^printf' typed) > 18))
	{
		printf 'set -e\necho "127.0.0.1 localhost $(uname -n)" >/etc/hosts\n'
		# The processor of the test, before the page is started.
		sed '/^systemctl enable --now pp-page.socket/i\
pp-sandbox --listen 127.0.0.1:9000 >sandbox.url & until_ok test -s sandbox.url\
(umask 077; echo yesguy >token)\
pp-integration add moneris -q --environment sandbox --gateway-url http://127.0.0.1:9000 --store-id store5 --checkout-id chktSANDBOX --api-token-file token' typed
	} >script
	does -b <script
	out_has '"task":"ESSAI-1","state":"unpaid"'
	out_has '/etc/sudoers.d/pp: parsed OK'
	out_has '0 loaded units listed'
}

@test "the crontab, line by line, as pp" {
	sed -n 's/^ *[*0-9/,]* [*0-9]* \* \* \* pp \(.*\)/\1/p' page >lines
	# One for each timer.
	same lines "$(wc -l <lines)" \
	    "$(find "$PP_TEST_SRCDIR/share/systemd" -name '*.timer' | wc -l)"
	{
		printf 'set -e\nworld\n'
		printf 'sed "s/^;email =/email =/; s,^;transport = .*,transport = smtp://127.0.0.1:25," /usr/local/share/pp/pp.conf >/etc/pp/pp.conf\n'
		printf 'printf "#!/bin/sh\\nid -un >/var/lib/pp/ran\\n" >/etc/pp/automations.d/x\nchmod 755 /etc/pp/automations.d/x\n'
		while IFS= read -r line; do
			printf 'su pp -s /bin/sh -c %q\n' \
			    "PATH=/usr/local/bin:/usr/bin:/bin; $line"
		done <lines
		printf 'cat /var/lib/pp/ran; ls /var/backups/pp | wc -l\n'
	} >script
	does <script
	out_has $'pp\n1'
}
