/*
 * Starts the processor's frame and tells our server what the frame says.
 * What it says is a hint: the server asks the processor itself.  The frame
 * may also say nothing at all, so the server is asked every 5 seconds too.
 */
(function () {
	"use strict";
	var div = document.getElementById("monerisCheckout"),
	    form = document.getElementById("result"),
	    ending = document.getElementById("ending"),
	    more = document.getElementById("more"),
	    end = Date.now() +
	    1000 * Number(ending ? ending.getAttribute("data-left") : 0),
	    checkout = null, left = false, submitted = 0;

	function data(name) {
		return div.getAttribute("data-" + name);
	}

	function show(id, on) {
		document.getElementById(id).hidden = !on;
	}

	/* Must arrive although the page may be closing. */
	function tell(hint) {
		var body = "attempt=" + encodeURIComponent(data("attempt")) +
		    "&hint=" + hint, r;

		if (navigator.sendBeacon && typeof Blob === "function" &&
		    navigator.sendBeacon(data("event"), new Blob([body],
		    { type: "application/x-www-form-urlencoded" })))
			return;
		r = new XMLHttpRequest();
		r.open("POST", data("event"));
		r.setRequestHeader("Content-Type",
		    "application/x-www-form-urlencoded");
		r.send(body);
	}

	function close() {
		if (checkout)
			try {
				checkout.closeCheckout(data("ticket"));
			} catch (e) {
				/* The page is left anyway. */
			}
	}

	function leave(note) {
		if (left)
			return;
		left = true;
		close();
		location.replace(data("page") + (note ? "&note=" + note : ""));
	}

	function result() {
		if (left)
			return;
		left = true;
		show("working", true);
		form.submit();
	}

	/* A callback's argument is a JSON string. */
	function code(arg) {
		var o = arg;

		if (typeof arg === "string")
			try {
				o = JSON.parse(arg);
			} catch (e) {
				o = null;
			}
		return o && o.response_code ? String(o.response_code) : "";
	}

	function loaded(arg) {
		show("loading", false);
		if (code(arg) === "001" || code(arg) === "")
			return tell("loaded");
		tell("refused");
		leave("refused");
	}

	function failed(arg) {
		var c = code(arg);

		/* 2001 to 2004: the ticket cannot be shown.  Anything else
		 * may come in the middle of a payment that goes on. */
		if (/^200[1-4]$/.test(c)) {
			tell("refused");
			return leave("refused");
		}
		tell("error");
	}

	function cancelled() {
		tell("cancel");
		leave("cancelled");
	}

	function pressed() {
		submitted = Date.now();
		show("working", false);
		tell("submitted");
	}

	/* Also fired when this page itself is closing: then the timer never
	 * runs, and the hint was sent all the same. */
	function closed() {
		tell("closed");
		setTimeout(result, 1000);
	}

	function complete() {
		tell("complete");
		close();
		result();
	}

	function decided(s) {
		if (s.attempt === "approved" || s.attempt === "authorized" ||
		    s.attempt === "lapsed")
			return true;
		/* The frame may give a second try by itself: what was just
		 * submitted is not interrupted. */
		return s.attempt === "declined" &&
		    Date.now() - submitted > 30000;
	}

	function ask() {
		var r = new XMLHttpRequest();

		r.onload = function () {
			var s = null;

			if (left)
				return;
			try {
				s = JSON.parse(r.responseText);
			} catch (e) {
				s = null;
			}
			if (r.status === 200 && s && decided(s))
				return leave("");
			setTimeout(ask, r.status === 200 ? 5000 : 15000);
		};
		r.onerror = r.ontimeout = function () {
			setTimeout(ask, 15000);
		};
		r.open("GET", data("state"));
		r.timeout = 60000;
		r.send();
	}

	/* From five minutes before the ticket's end on it is told in words how
	 * long there is; not while a payment is on its way. */
	function countdown() {
		var minutes = Math.ceil((end - Date.now()) / 60000),
		    words = ending.querySelectorAll("[data-at]"), i;

		if (left)
			return;
		minutes = minutes < 0 ? 0 : minutes;
		ending.hidden = minutes > 5 || Date.now() - submitted < 60000;
		ending.classList.toggle("over", minutes === 0 &&
		    !ending.hidden);
		for (i = 0; i < words.length; i++)
			words[i].hidden = words[i].getAttribute("data-at") !==
			    String(minutes);
		setTimeout(countdown, 1000);
	}

	/* A new ticket is opened only after the server knows that this one
	 * was left (rule N1). */
	function another(event) {
		var r = new XMLHttpRequest();

		event.preventDefault();
		if (left)
			return;
		left = true;
		close();
		r.onloadend = function () {
			more.submit();
		};
		r.open("POST", data("event"));
		r.setRequestHeader("Content-Type",
		    "application/x-www-form-urlencoded");
		r.send("attempt=" + encodeURIComponent(data("attempt")) +
		    "&hint=cancel");
	}

	function start() {
		if (typeof window.monerisCheckout !== "function") {
			show("failed", true);
			return tell("refused");
		}
		show("loading", true);
		checkout = new window.monerisCheckout();
		checkout.setMode(data("mode"));
		checkout.setCheckoutDiv("monerisCheckout");
		checkout.setCallback("page_loaded", loaded);
		checkout.setCallback("cancel_transaction", cancelled);
		checkout.setCallback("payment_submitted", pressed);
		checkout.setCallback("page_closed", closed);
		checkout.setCallback("payment_receipt", complete);
		checkout.setCallback("payment_complete", complete);
		checkout.setCallback("error_event", failed);
		checkout.startCheckout(data("ticket"));
		more.onsubmit = another;
		countdown();
		setTimeout(ask, 5000);
	}

	if (div)
		start();
}());
