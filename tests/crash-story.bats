# A story of some thirty commands, each stopped at the calls by which it
# changes files: tests/crashstory says how.  Here some of the cases; more in
# crash-story-slow.bats, all of them in make crash-story.
# bats file_tags=crash
bats_require_minimum_version 1.5.0
load helper

@test 'what writes to files is caught, in Berkeley DB and in every command' {
	local f lib caught all
	lib=$(ldd "$PP_TEST_BUILDDIR/cmd/pp-link" | awk '/libdb/ { print $3 }')
	[[ -f $lib ]]
	nm -D --defined-only "$PP_TEST_BUILDDIR/tests/crashcall.so" |
	    awk '$2 == "T" { print $3 }' | sort -u >caught
	# All that POSIX and Linux have for it, that is not for sockets.
	cat >known <<-'END'
	copy_file_range
	fallocate
	fallocate64
	fdatasync
	flock
	fsync
	ftruncate
	ftruncate64
	link
	linkat
	mkdir
	mkdirat
	posix_fallocate
	posix_fallocate64
	pwrite
	pwrite64
	pwritev
	pwritev2
	pwritev64
	remove
	rename
	renameat
	renameat2
	rmdir
	sendfile
	sendfile64
	symlink
	sync
	sync_file_range
	syncfs
	truncate
	truncate64
	unlink
	unlinkat
	write
	writev
	END
	for f in "$lib" "$PP_TEST_BUILDDIR"/cmd/pp-*; do
		[[ -x $f && ! -d $f && $f != *.o ]] || continue
		nm -D --undefined-only "$f" | sed 's/.* U //; s/@.*//' |
		    sort -u | comm -12 - <(sort known) | comm -23 - caught >missed
		same "not caught of ${f##*/}" "$(xargs <missed)" ''
	done
	# And they are called: Berkeley DB writes through these.
	nm -D --undefined-only "$lib" >calls
	grep -q ' pwrite' calls
	grep -q ' fdatasync' calls
}

@test 'a story stopped at some of its calls' {
	! nm -D "$PP_TEST_BUILDDIR/cmd/pp-link" | grep -q __asan_init ||
	    skip 'a sanitizer has to be loaded first'
	LIMIT=280 expect 0 "$PP_TEST_SRCDIR/tests/crashstory" -f \
	    -k "${EVERY:-47}" -s "${SEED:-7}" ||
	    { printf '%s\n' "$output" "$stderr"; return 1; }
	[[ $output =~ '# '([0-9]+)' of '[0-9]+' cases played,'.*' 0 failed' ]]
	((BASH_REMATCH[1] > 10))
}
