# shellcheck shell=bash
# A machine of its own for tests that need root, real users or systemd: this
# machine's files with a layer above them that is thrown away, pp installed
# there by "make install", in namespaces of its own.  Nothing is changed
# outside.  Loaded after helper.bash.

# machine_make: in setup_file; MACHINE is exported.
machine_make() {
	local why=

	((EUID == 0)) || why='not root'
	command -v systemd-nspawn >/dev/null ||
	    why=${why:-'no systemd-nspawn (systemd-container)'}
	MACHINE=$BATS_FILE_TMPDIR/machine
	export MACHINE
	mkdir -p "$MACHINE/top"
	[[ -n $why ]] || unshare -m mount -t tmpfs tmpfs "$MACHINE/top" \
	    2>/dev/null || why='no mounts here'
	if [[ -n $why ]]; then
		printf '%s\n' "$why" >"$MACHINE/why"
		return
	fi
	make -s -C "$PP_TEST_BUILDDIR" install \
	    DESTDIR="$MACHINE/installed" >/dev/null 2>&1
}

machine_need() {
	[[ ! -e $MACHINE/why ]] || skip "$(<"$MACHINE/why")"
}

# machine [-b] [NAME=VALUE...] <SCRIPT: runs it by bash, as the machine's root,
# with -b after systemd has started it.  Its output and status are the script's.
machine() {
	local boot=chroot

	[[ $1 != -b ]] || { boot=systemd && shift; }
	{
		printf 'export %q\n' "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		printf 'export %q\n' LC_ALL=C.UTF-8 TZ=UTC HOME=/root \
		    "HTTP=$PP_TEST_BUILDDIR/tests/http" \
		    "JOURNAL=$PP_TEST_BUILDDIR/tests/journal" "$@"
		printf '%s\n' 'cd /root' 'ip link set lo up || :'
		cat "$BATS_TEST_DIRNAME/machine-in.bash" -
	} >"$MACHINE/script"
	timeout "${MACHINE_LIMIT:-240}" unshare -m -p -f --kill-child \
	    bash "$BATS_TEST_DIRNAME/machine.sh" "$boot" "$MACHINE"
}

# does [MACHINE ARGUMENT...] <SCRIPT: it ends with 0; what it said is shown
# otherwise.
does() {
	expect 0 machine "$@" || {
		printf '%s\n' "$output" "$stderr"
		return 1
	}
}
