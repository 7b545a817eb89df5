/*
 * Looks at every state of the customer's page: node states.js reads lines
 * NAME, ADDRESS, WHAT TO DO THERE (tabs between) from stdin and visits each in
 * both languages, on a phone and a desk, light and dark.  Prints what is wrong
 * (axe, reflow, the other language, a receipt on two sheets), nothing if all is
 * well.
 * SHOTS=directory keeps pictures; ONLY=name visits one state, or some;
 * AXE=no leaves axe out.
 */
"use strict";
const { chromium } = require(process.env.MODULES + "/playwright-core");
const fs = require("fs");
const axe = fs.readFileSync(process.env.MODULES + "/axe-core/axe.min.js",
    "utf8");

const SHOTS = process.env.SHOTS;
const SIZES = {
	phone: { width: 390, height: 844 },
	desk: { width: 1280, height: 900 },
};
const say = (what) => console.log(what);

/* A fault of the processor. */
const fault = (what) => fetch(process.env.SANDBOX_URL + "/sandbox/fault",
    { method: "POST", body: JSON.stringify(what) });

/* What a customer does to come from the link's page to the state. */
const acts = {
	async pay(page) {
		await page.click("button.go");
		const handle = await page.waitForSelector(
		    "#monerisCheckout iframe");
		await (await handle.contentFrame()).waitForSelector("#submit");
	},

	async review(page) {
		await page.check("#other");
		await page.fill("#amount", "500");
		await page.click("[action$='/review'] .go");
		await page.waitForSelector(".review");
	},

	async wrong(page) {
		await page.check("#other");
		await page.fill("#amount", "9");
		await page.click("[action$='/review'] .go");
		await page.waitForSelector("#wrong");
	},

	async other(page) {
		await page.click("[action$='/review'] .go");
		await page.waitForSelector(".review");
		await page.click("button.go");
		await page.waitForSelector("[name=confirmed]",
		    { state: "attached" });
	},

	/* 26 minutes later, as this page's clock has it. */
	async ending(page) {
		await page.clock.install();
		await acts.pay(page);
		await page.clock.fastForward(26 * 60 * 1000);
		await page.waitForSelector("#ending:visible");
	},

	async ended(page) {
		await page.clock.install();
		await acts.pay(page);
		await page.clock.fastForward(31 * 60 * 1000);
		await page.waitForSelector("#ending.over:visible");
	},

	async stale(page) {
		await page.$eval("[name=form]", (e) => { e.value = "x"; });
		await page.click("button.go");
		await page.waitForSelector("[role=alert]");
	},

	/* The browser closed the frame's page and opens it once more. */
	async reopen(page) {
		await page.goto(page.url().replace("?", "/pay?"));
		await page.waitForSelector(".told");
	},

	async press(page) {
		await page.click("button.go");
		await page.waitForSelector(".told");
	},

	/* The same as a customer who waits until there is an answer. */
	async elsewhere(page) {
		await page.click("button.go", { timeout: 60000 });
		await page.waitForSelector("#follow", { timeout: 60000,
			state: "attached" });
	},

	async down(page) {
		await fault({ fault: "http500", at: "preload", count: 1 });
		await acts.press(page);
	},

	/* Somebody's click is at the processor, which takes its time: this
	 * one waits as long as it may. */
	async busy(page) {
		const value = await page.getAttribute("[name=form]", "value");
		const lang = await page.getAttribute("html", "lang");
		const fields = { form: value, lang, confirmed: "1",
			amount: lang === "fr" ? "100.00" : "200.00" };

		await fault({ fault: "stall", arg: "14", at: "preload",
			count: 1 });
		const first = fetch(page.url().replace(/\?.*/, "/pay"), {
			method: "POST", body: new URLSearchParams(fields) });

		await new Promise((done) => setTimeout(done, 1000));
		await page.evaluate((all) => {
			const form = document.createElement("form");

			form.method = "post";
			form.action = location.pathname + "/pay";
			for (const name in all) {
				const e = document.createElement("input");

				e.type = "hidden";
				e.name = name;
				e.value = all[name];
				form.append(e);
			}
			document.body.append(form);
			form.submit();
		}, fields);
		await page.waitForSelector("#again");
		await page.evaluate(() => {
			document.getElementById("again").submit = () => {};
		});
		await first;
	},

	/* Somebody looks at it again and again. */
	async many(page) {
		for (let i = 0; i < 100; i++) {
			const answer = await page.reload();

			if (answer.status() === 429)
				return;
		}
		say("many: nobody was told to wait");
	},
};

async function look(page, name, lang) {
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme });
		for (const size in SIZES) {
			const what = [name, size, scheme, lang].join("-");

			await page.setViewportSize(SIZES[size]);
			/* The frame tells its new height. */
			if (SHOTS && /^frame/.test(name))
				await new Promise((done) =>
				    setTimeout(done, 300));
			if (SHOTS)
				await page.screenshot({ fullPage: true,
					path: SHOTS + "/" + what + ".png" });
		}
		if (process.env.AXE === "no")
			continue;
		await page.evaluate(axe);
		const found = await page.evaluate(() =>
		    axe.run({ exclude: ["iframe"] }));
		for (const v of found.violations)
			say([name, lang, scheme, v.id, v.nodes.map((n) =>
			    n.target).join(" ")].join(": "));
	}
	await reflow(page, name, lang);
}

/* Nothing is cut off or covers the rest: on a small phone, on a desk at 400 %
 * (1280 by 1024 pixels are 320 by 256 then), with text twice as large. */
async function reflow(page, name, lang) {
	for (const [width, height, text] of [[320, 640, 100], [320, 256, 100],
	    [640, 480, 200], [1280, 900, 200], [1280, 360, 100]]) {
		await page.setViewportSize({ width, height });
		await page.evaluate((t) => {
			document.documentElement.style.fontSize = t + "%";
		}, text);
		const bad = await page.evaluate((t) => {
			const out = [];

			if (document.documentElement.scrollWidth > innerWidth)
				out.push("scrolls sideways");
			for (const e of document.querySelectorAll(
			    "main *, header *, footer *")) {
				const r = e.getBoundingClientRect();
				const p = getComputedStyle(e).position;
				const what = e.tagName + "." + e.className;

				if (r.right > innerWidth + 1 || r.left < -1 &&
				    e.className !== "skip")
					out.push(what + " is cut off");
				/* The size in the media query is the
				 * browser's, which stays as it is here. */
				if (p === "fixed" || p === "sticky" &&
				    t === 100 && r.height > innerHeight)
					out.push(what + " covers the page");
			}
			return out.slice(-1)[0];
		}, text);
		if (bad)
			say([name, lang, width + "x" + height, text + " %",
				bad].join(": "));
	}
	await page.evaluate(() => {
		document.documentElement.style.fontSize = "";
	});
}

/* A receipt is one sheet of paper. */
async function print(page, name, lang) {
	const pdf = await page.pdf({ format: "Letter" });
	const sheets = pdf.toString("latin1").match(/\/Type \/Page\b/g).length;

	if (sheets !== 1)
		say([name, lang, sheets + " sheets of paper"].join(": "));
	if (SHOTS)
		fs.writeFileSync(SHOTS + "/" + name + "-print-" + lang +
		    ".pdf", pdf);
}

async function visit(browser, [name, address, what]) {
	for (const lang of ["fr", "en"]) {
		const context = await browser.newContext({ bypassCSP: true,
			deviceScaleFactor: 2, viewport: SIZES.phone });
		const page = await context.newPage();

		page.on("pageerror", (e) => say(name + ": script error: " +
		    e.message));
		await page.goto(address + "?lang=" + lang);
		if (what)
			await acts[what](page);
		if (await page.getAttribute("html", "lang") !== lang)
			say(name + ": not in " + lang);
		await look(page, name, lang);
		if (/^(paid|part|expired-part|refunded|overpaid)/.test(name))
			await print(page, name, lang);
		await context.close();
	}
}

(async () => {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync"] });
	const only = process.env.ONLY;

	try {
		for (const line of fs.readFileSync(0, "utf8").split("\n"))
			if (line !== "" && (!only ||
			    only.split(" ").includes(line.split("\t")[0])))
				await visit(browser, line.split("\t"))
				    .catch((e) => say(line.split("\t")[0] +
				    ": " + e.message));
	} finally {
		await browser.close();
	}
})().catch((e) => {
	console.error(e);
	process.exit(1);
});
