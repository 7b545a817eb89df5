/*
 * The sandbox's two scripts in a page and a frame that are just real enough:
 *
 *	node dom.js SCRIPTS-DIRECTORY
 *
 * Prints what happened, one line each; tests/script.bats knows what should.
 */
"use strict";

const fs = require("fs");
const vm = require("vm");
const dir = process.argv[2];

function Element(tag) {
	this.tag = tag;
	this.style = {};
	this.children = [];
	this.attributes = {};
	this.listeners = {};
	this.parentNode = null;
}

Element.prototype = {
	appendChild(child) {
		this.children.push(child);
		child.parentNode = this;
	},
	removeChild(child) {
		this.children = this.children.filter((c) => c !== child);
		child.parentNode = null;
	},
	get firstChild() {
		return this.children[0] || null;
	},
	setAttribute(name, value) {
		this.attributes[name] = value;
	},
	addEventListener(name, f) {
		this.listeners[name] = f;
	},
	submit() {
		console.log("form submitted");
	}
};

function listeners() {
	const all = {};

	return {
		addEventListener(name, f) {
			(all[name] = all[name] || []).push(f);
		},
		fire(name, event) {
			(all[name] || []).forEach((f) => f(event));
		}
	};
}

/* The merchant's page with the script in it. */
function page(agent) {
	const div = new Element("div"), head = new Element("head");
	const window = listeners();

	div.appendChild(new Element("p"));
	vm.runInNewContext(fs.readFileSync(dir + "/chkt.js", "utf8"), {
		window,
		navigator: { userAgent: agent },
		document: {
			currentScript: {
				src: "http://127.0.0.1:1/chktv2/js/chkt_v2.01.js"
			},
			head,
			getElementById: (id) => id === "pay-here" ? div :
			    head.children.find((c) => c.id === id) || null,
			createElement(tag) {
				const e = new Element(tag);

				e.contentWindow = {
					postMessage: (m) =>
					    console.log("to the frame: " + m)
				};
				return e;
			}
		}
	});
	return { window, div, head,
	    say: (data) => window.fire("message", { data }) };
}

/* The frame's page: what stands on its body, with a form or without. */
function frame(data, withForm) {
	const form = withForm ? new Element("form") : null;
	const window = listeners();
	const parent = {
		postMessage: (m) => console.log("to the page: " + m)
	};

	window.parent = parent;
	vm.runInNewContext(fs.readFileSync(dir + "/frame.js", "utf8"), {
		window,
		HTMLFormElement: { prototype: { submit() {
			console.log("form submitted");
		} } },
		document: {
			body: { dataset: data, offsetHeight: 480 },
			getElementById: (id) => id === "pay" ? form :
			    id === "submit" ? new Element("button") : null
		}
	});
	return { form,
	    say: (text) => window.fire("message",
		{ data: text, source: parent }),
	    forge: (text) => window.fire("message",
		{ data: text, source: {} }) };
}

function title(text) {
	console.log("# " + text);
}

title("start");
let p = page("Mozilla/5.0");
let c = new p.window.monerisCheckout();
c.setMode("qa");
c.setCheckoutDiv("pay-here");
["page_loaded", "payment_complete", "page_closed",
    "payment_submit"].forEach((name) =>
    c.setCallback(name, (text) => console.log(name + " called: " + text)));
c.startCheckout("1726820807T55AZxCjC3wAPkKrym0NB8yfd9UvoF");
let f = p.div.children[0];
console.log(p.div.children.length, f.tag, f.id, f.title, f.src);
console.log(p.head.children[0].rel, p.head.children[0].href);
console.log("position " + f.style.position);

title("messages");
["not json", "null", "7", "{}", 7,
    '{"handler":"payment_receipt"}', '{"handler":"ap_begin"}'].forEach(p.say);
p.say('{"rev_action":"height_change","outerHeight":500}');
console.log("height " + f.style.height);
p.say('{"handler":"get_callbacks"}');
p.say('{"handler":"page_loaded","ticket":"x","response_code":"2003"}');
c.startTransaction();
c.setNewShippingRates([1]);
c.closeCheckout("x");

title("leaving");
p.window.fire("beforeunload");
p.say('{"handler":"close_checkout"}');
console.log("frames " + p.div.children.length);
p.window.fire("beforeunload");

title("full screen");
c.startCheckout("1T");
console.log(p.div.children[0].style.position, p.head.children.length);
p.say('{"rev_action":"height_change","outerHeight":500}');
console.log("height " + p.div.children[0].style.height);
p = page("iPhone");
c = new p.window.monerisCheckout();
c.setCheckoutDiv("pay-here");
c.startCheckout("1T");
console.log(p.div.children[0].style.position);

title("frame: form");
let t = { ticket: "tck", code: "001", mute: "false",
    callbacks: "page_loaded" };
let fr = frame(t, true);
fr.form.listeners.invalid();
fr.forge('{"action":"start_transaction"}');
fr.form.listeners.submit({ preventDefault() {} });

title("frame: the page wants to be asked");
fr = frame(t, true);
fr.say('{"action":"callbacks","callbacks":["payment_submit"]}');
fr.form.listeners.submit({ preventDefault() {} });
fr.say('{"action":"start_transaction"}');
fr.say('{"action":"start_transaction"}');
fr.say('{"action":"close_request"}');

title("frame: callbacks lost");
fr = frame({ ticket: "tck", code: "001", mute: "true",
    callbacks: "page_loaded" }, true);
fr.form.listeners.submit({ preventDefault() {} });

title("frame: the end");
frame({ ticket: "tck", code: "001", mute: "false",
    callbacks: "payment_complete" }, false);
