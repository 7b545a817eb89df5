# What the tests of the shipped automations share; after helper, progression
# and cmds.

# auto_setup: three tasks, a sendmail that keeps what it is given, templates
# that are not installed.  sent/*.eml are whole mails.
auto_setup() {
	prog_setup
	export PP_NOW=$PWD/now HEURE=0
	now 2026-11-23T15:04:05Z
	mkdir sent bin d
	# A program like sendmail(8), on which two may write at once.
	cat >sendmail <<-EOF
	#!/bin/bash
	m=\$(mktemp "$PWD/sent/XXXXXX") && cat >"\$m" && mv "\$m" "\$m.eml"
	[ ! -e "$PWD/slow" ] || sleep 0.2
	EOF
	# pp-mail with templates that are not installed.
	cat >bin/pp-mail <<-EOF
	#!/bin/sh
	exec "$PP_TEST_BUILDDIR/cmd/pp-mail" --templates "$PP_TEST_SRCDIR/share/mail" "\$@"
	EOF
	chmod 755 sendmail bin/pp-mail
	PATH=$PWD/bin:$PP_TEST_BUILDDIR/tests:$PATH
	{
		task T-1 1149.75 700
		task T-2 574.88 700
		task T-3 2299.50 500
	} >plive/tasks
	printf '%s\n' '[business]' 'name = Plomberie' 'email = c@example.com' \
	    '[mail]' "transport = $PWD/sendmail" >"$PP_CONFIG"
}

# processor URL [OPTION...]
processor() {
	(umask 077 && echo yesguy >token)
	pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$1" --store-id store5 \
	    --checkout-id chktAUTO --api-token-file token "${@:2}" >/dev/null
}

# auto NAME...: enables them and no other.
auto() {
	rm -f d/*
	for name; do
		ln -s "$PP_TEST_SRCDIR/share/automations/$name" d/
	done
}

# once: what is enabled, by run-parts.
once() {
	LIMIT=60 yields run-parts --exit-on-error d
	out_is ''
}

mails() {
	find sent -name '*.eml' | wc -l
}

# events: the notes there, sorted, links and numbers made alike.
notes() {
	sort plive/events | sed -E 's/transaction [0-9]+-0_[0-9]+/transaction N/'
}

# customer TASK [OPTION...]: pays through the task's newest link.
customer() {
	pp-link list --task "$1" | tail -n 1 | json .link | pp-link url |
	    timeout 60 pp-sandbox pay --link - "${@:2}"
}

# page: a store whose links can be paid, and where.
page() {
	rm -Rf store
	start_sandbox --seed 1
	processor "$SANDBOX_URL"
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	printf '[page]\nurl = %s\n' "$REPLY" >>"$PP_CONFIG"
}
