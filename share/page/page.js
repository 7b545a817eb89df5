/*
 * What a page does by itself: follows a payment that is being checked, goes
 * on when the server was busy, prints.  Every page works without it.
 */
(function () {
	"use strict";
	var follow = document.getElementById("follow"),
	    again = document.getElementById("again"),
	    print = document.getElementById("print"),
	    asked = 0;

	function leave() {
		location.replace(follow.getAttribute("data-page"));
	}

	/* The next question only after the answer, so that a slow server is
	 * not asked faster than it answers. */
	function ask() {
		var r = new XMLHttpRequest();

		asked++;
		r.onload = function () {
			var s = null, wait = asked < 120 ? 5000 : 30000;

			if (r.status === 404)
				return leave();
			try {
				s = JSON.parse(r.responseText);
			} catch (e) {
				wait = 15000;
			}
			if (r.status === 200 && s && String(s.version) !==
			    follow.getAttribute("data-version"))
				return leave();
			setTimeout(ask, r.status === 200 ? wait : 15000);
		};
		r.onerror = r.ontimeout = function () {
			setTimeout(ask, 15000);
		};
		r.open("GET", follow.getAttribute("data-state"));
		r.timeout = 60000;
		r.send();
	}

	if (follow)
		setTimeout(ask, 2000);
	if (again)
		setTimeout(function () {
			again.submit();
		}, Number(again.getAttribute("data-after")));
	if (print) {
		print.hidden = false;
		print.onclick = function () {
			window.print();
		};
	}
	/* Typing an amount chooses it. */
	if (document.getElementById("amount"))
		document.getElementById("amount").oninput = function () {
			document.getElementById("other").checked = true;
		};
}());
