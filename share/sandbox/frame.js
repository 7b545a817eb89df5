/*
 * Inside the frame of the offline Moneris: tells the page around it what
 * happens, by the messages of the real one.  Without it the form still works.
 */
(function () {
	"use strict";

	var data = document.body.dataset;
	var form = document.getElementById("pay");
	var asks = [];		/* what the page wants to be asked before */
	var mute = data.mute === "true";
	var paying = false;

	function post(message) {
		if (window.parent !== window)
			window.parent.postMessage(JSON.stringify(message),
			    "*");
	}

	function callback(name, code) {
		if (!mute)
			post({ handler: name, ticket: data.ticket,
			    response_code: code });
	}

	function height() {
		post({ rev_action: "height_change",
		    outerHeight: document.body.offsetHeight });
	}

	function pay() {
		var button = document.getElementById("submit");

		if (paying)
			return;
		paying = true;
		callback("payment_submitted", "001");
		button.disabled = true;
		/* form.submit would be the button of that name. */
		HTMLFormElement.prototype.submit.call(form);
	}

	window.addEventListener("message", function (event) {
		var message;

		if (event.source !== window.parent ||
		    typeof event.data !== "string")
			return;
		try {
			message = JSON.parse(event.data);
		} catch (e) {
			return;
		}
		if (message === null || typeof message !== "object")
			return;
		if (message.action === "callbacks")
			asks = message.callbacks;
		else if (message.action === "close_request")
			post({ handler: "close_checkout" });
		else if (message.action === "start_transaction" &&
		    form !== null)
			pay();
	});

	if (form !== null) {
		form.addEventListener("invalid", function () {
			callback("validation_event", "001");
		}, true);
		form.addEventListener("submit", function (event) {
			event.preventDefault();
			if (asks.indexOf("payment_submit") !== -1)
				callback("payment_submit", "001");
			else
				pay();
		});
	}
	post({ handler: "get_callbacks" });
	(data.callbacks || "").split(" ").forEach(function (name) {
		if (name !== "")
			callback(name, data.code);
	});
	/* After Moneris's own receipt the customer goes back by a button. */
	(function () {
		var back = document.getElementById("back");

		if (back !== null)
			back.addEventListener("click", function () {
				callback("payment_complete", "001");
			});
	})();
	height();
	window.addEventListener("resize", height);
})();
