/*
 * The script of the offline Moneris Checkout: the same interface as the real
 * chkt_v2.01.js, written for tests.  This is no bank and no money moves.
 *
 * Like the real one it believes any message that reaches the page, whatever
 * its origin: a callback is only a hint, and the page that uses it has to ask
 * its own server for the receipt.
 */
(function () {
	"use strict";

	var base = document.currentScript.src.replace(/\/js\/[^\/]*$/, "");
	var GOOD = "001";

	function monerisCheckout() {
		var self = this;
		var mode = "";
		var callbacks = {};
		var updates = ["payment_submit", "remove_back_button"];
		var divId = "monerisCheckout";
		var frame = null;
		var ticket = "";
		var log = [];

		function note(what) {
			log.push(what);
		}

		function tell(message) {
			if (frame !== null && frame.contentWindow !== null)
				frame.contentWindow.postMessage(
				    JSON.stringify(message), "*");
		}

		function call(name, text) {
			note("callback " + name);
			if (typeof callbacks[name] === "function")
				callbacks[name](text);
		}

		function removeFrame() {
			if (frame !== null && frame.parentNode !== null)
				frame.parentNode.removeChild(frame);
			frame = null;
		}

		function loadSpinner() {
			var link;

			if (document.getElementById("moneris-spinner-css"))
				return;
			link = document.createElement("link");
			link.id = "moneris-spinner-css";
			link.rel = "stylesheet";
			link.href = base + "/style/loading-spinner.css";
			document.head.appendChild(link);
		}

		function receive(event) {
			var message;

			if (typeof event.data !== "string")
				return;
			try {
				message = JSON.parse(event.data);
			} catch (e) {
				return;
			}
			if (message === null || typeof message !== "object")
				return;
			if (message.rev_action === "height_change") {
				if (frame !== null && !fullscreen())
					frame.style.height =
					    Number(message.outerHeight) + "px";
				return;
			}
			if (typeof message.handler !== "string")
				return;
			if (message.handler === "close_checkout")
				removeFrame();
			else if (message.handler === "get_callbacks")
				tell({ action: "callbacks",
				    callbacks: updates.filter(function (n) {
					return n in callbacks;
				    }) });
			else if (message.handler.slice(0, 3) !== "ap_")
				call(message.handler, event.data);
		}

		/* The ticket's last letter says how it wants to be shown. */
		function fullscreen() {
			return ticket.slice(-1) === "T";
		}

		function fill() {
			var ios = /iPad|iPhone|iPod/.test(navigator.userAgent);

			frame.style.position = ios ? "absolute" : "fixed";
			frame.style.top = "0";
			frame.style.left = "0";
			frame.style.width = "100%";
			frame.style.height = "100%";
			frame.style.zIndex = "2147483647";
		}

		self.setMode = function (m) {
			mode = m;
			if (m !== "qa" && window.console)
				console.warn("monerisCheckout: the sandbox " +
				    "plays only the mode qa, not " + m);
			note("mode " + mode);
		};

		self.setCheckoutDiv = function (id) {
			divId = id;
		};

		self.setCallback = function (name, f) {
			callbacks[name] = f;
		};

		self.startCheckout = function (t) {
			var div = document.getElementById(divId);

			if (div === null) {
				note("no element " + divId);
				return;
			}
			ticket = String(t);
			loadSpinner();
			while (div.firstChild !== null)
				div.removeChild(div.firstChild);
			frame = document.createElement("iframe");
			frame.id = divId + "-Frame";
			frame.title = "Payment Details";
			frame.setAttribute("allowpaymentrequest", "true");
			frame.className = "moneris-loading";
			frame.style.border = "0";
			frame.style.width = "100%";
			frame.style.height = "640px";
			if (fullscreen())
				fill();
			frame.addEventListener("load", function () {
				this.className = "";
			});
			frame.src = base + "/display/index.php?tck=" +
			    encodeURIComponent(ticket);
			div.appendChild(frame);
			note("start");
		};

		/* The argument of the manual is ignored by the real one too. */
		self.closeCheckout = function () {
			tell({ action: "close_request" });
		};

		self.startTransaction = function () {
			tell({ action: "start_transaction" });
		};

		self.setNewShippingRates = function (rates) {
			tell({ action: "set_new_shipping_rates",
			    data: rates });
		};

		self.logConfig = function () {
			if (window.console)
				console.log(JSON.stringify({ mode: mode,
				    div: divId, url: base + "/display/index.php",
				    callbacks: Object.keys(callbacks),
				    log: log }));
		};

		window.addEventListener("message", receive);
		window.addEventListener("beforeunload", function () {
			if (frame !== null)
				call("page_closed", JSON.stringify({
				    handler: "page_closed",
				    response_code: GOOD }));
		});
	}

	window.monerisCheckout = monerisCheckout;
})();
