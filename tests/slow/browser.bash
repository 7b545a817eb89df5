# shellcheck shell=bash
# Chromium, playwright and axe for a file of tests; loaded after helper.bash.

# browser_setup: for setup_file.  MODULES=directory with node_modules saves
# the download.
browser_setup() {
	local need

	for need in chromium node npm; do
		command -v "$need" >/dev/null || {
			echo "$need is needed; on Debian: apt-get install chromium nodejs npm" >&3
			return 1
		}
	done
	if [[ ! ${MODULES-} ]]; then
		cp "$PP_TEST_SRCDIR/tests/slow/package.json" \
		    "$BATS_FILE_TMPDIR/"
		timeout 120 npm install --prefix "$BATS_FILE_TMPDIR" \
		    --no-audit --no-fund --silent --no-package-lock || return
		MODULES=$BATS_FILE_TMPDIR/node_modules
	fi
	CHROMIUM=$(command -v chromium)
	export MODULES CHROMIUM
}
