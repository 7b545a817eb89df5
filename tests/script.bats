# The scripts of pp-sandbox, in a page and a frame that are just real enough.

bats_require_minimum_version 1.5.0
load helper

@test 'the script keeps to what the real one was seen to do' {
	command -v node >/dev/null || skip 'no node'
	yields node "$PP_TEST_SRCDIR/tests/dom.js" "$PP_TEST_SRCDIR/share/sandbox"
	out_is "$(cat <<-'END'
	# start
	1 iframe pay-here-Frame Payment Details http://127.0.0.1:1/chktv2/display/index.php?tck=1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF
	stylesheet http://127.0.0.1:1/chktv2/style/loading-spinner.css
	position undefined
	# messages
	height 500px
	to the frame: {"action":"callbacks","callbacks":["payment_submit"]}
	page_loaded called: {"handler":"page_loaded","ticket":"x","response_code":"2003"}
	to the frame: {"action":"start_transaction"}
	to the frame: {"action":"set_new_shipping_rates","data":[1]}
	to the frame: {"action":"close_request"}
	# leaving
	page_closed called: {"handler":"page_closed","response_code":"001"}
	frames 0
	# full screen
	fixed 1
	height 100%
	absolute
	# frame: form
	to the page: {"handler":"get_callbacks"}
	to the page: {"handler":"page_loaded","ticket":"tck","response_code":"001"}
	to the page: {"rev_action":"height_change","outerHeight":480}
	to the page: {"handler":"validation_event","ticket":"tck","response_code":"001"}
	to the page: {"handler":"payment_submitted","ticket":"tck","response_code":"001"}
	form submitted
	# frame: the page wants to be asked
	to the page: {"handler":"get_callbacks"}
	to the page: {"handler":"page_loaded","ticket":"tck","response_code":"001"}
	to the page: {"rev_action":"height_change","outerHeight":480}
	to the page: {"handler":"payment_submit","ticket":"tck","response_code":"001"}
	to the page: {"handler":"payment_submitted","ticket":"tck","response_code":"001"}
	form submitted
	to the page: {"handler":"close_checkout"}
	# frame: callbacks lost
	to the page: {"handler":"get_callbacks"}
	to the page: {"rev_action":"height_change","outerHeight":480}
	form submitted
	# frame: the end
	to the page: {"handler":"get_callbacks"}
	to the page: {"handler":"payment_complete","ticket":"tck","response_code":"001"}
	to the page: {"rev_action":"height_change","outerHeight":480}
	END
	)"
}
