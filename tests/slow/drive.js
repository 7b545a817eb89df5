/*
 * Chromium at the customer's page: node drive.js SCENARIO, the links' tokens
 * in the environment.  Prints what it saw, one fact a line; anything that
 * fails ends it with 1.
 */
"use strict";
const { chromium } = require(process.env.MODULES + "/playwright-core");
const fs = require("fs");
const axe = fs.readFileSync(process.env.MODULES + "/axe-core/axe.min.js",
    "utf8");

const URL_ = process.env.PAGE_URL;
const GOOD = "4242424242424242";
const BAD = "4485621544903528";
const SHOTS = process.env.SHOTS;	/* keeps pictures there, for people */
const at = (t) => URL_ + "/p/" + t;
const say = (what) => console.log(what);

let browser, shots = 0;

async function tab(options) {
	const context = await browser.newContext({
		viewport: { width: 390, height: 844 }, ...options });
	const page = await context.newPage();

	page.on("pageerror", (e) => say("script error: " + e.message));
	page.on("console", (m) => {
		if (m.type() === "error" &&
		    !/status of (404|422)/.test(m.text()))
			say("console: " + m.text());
	});
	return page;
}

/* Opens the processor's frame from the page that is shown. */
async function press(page, button) {
	await page.click(button || "button.go");
	return frame(page);
}

async function frame(page) {
	const handle = await page.waitForSelector("#monerisCheckout iframe");
	const f = await handle.contentFrame();

	await f.waitForSelector("#submit");
	return f;
}

async function card(f, pan) {
	await f.fill("[name=holder]", "Luc Roy");
	await f.fill("[name=pan]", pan);
	await f.fill("[name=expiry]", "12/30");
	await f.fill("[name=cvd]", "123");
	await f.click("#submit");
}

async function heading(page, wanted) {
	await page.waitForFunction((w) => document.querySelector("h1") &&
	    document.body.innerText.includes(w), wanted, { timeout: 40000 });
	say(wanted);
}

/* What axe finds on what is shown, in a copy without our strict policy, which
 * would keep axe itself out. */
async function check(page, name) {
	const copy = await (await browser.newContext({ bypassCSP: true,
		viewport: page.viewportSize() })).newPage();
	const html = (await page.content())
	    .replace(/<script[^>]*><\/script>/g, "")
	    .replace(/<noscript>.*?<\/noscript>/gs, "");

	await copy.route("**/*", (r) => r.request().resourceType() ===
	    "document" ? r.fulfill({ contentType: "text/html; charset=utf-8",
		body: html }) : r.continue());
	await copy.goto(page.url());
	await copy.evaluate(axe);
	for (const v of (await copy.evaluate(() => axe.run(
	    { exclude: ["iframe"] }))).violations)
		say("axe: " + name + ": " + v.id + ": " +
		    v.nodes.map((n) => n.target).join(" "));
	const wide = await page.evaluate(() =>
	    document.documentElement.scrollWidth > innerWidth);
	if (wide)
		say("wider than the window: " + name);
	if (SHOTS)
		await page.screenshot({ fullPage: true,
			path: SHOTS + "/" + ++shots + "-" + name + ".png" });
	await copy.context().close();
}

const scenarios = {
	async pay() {
		const page = await tab();

		await page.goto(at(process.env.T1));
		await check(page, "due");
		const f = await press(page);
		await check(page, "frame");
		await card(f, GOOD);
		await heading(page, "Payé. Merci!");
		await check(page, "paid");
	},

	async decline() {
		const page = await tab({ colorScheme: "dark" });

		await page.goto(at(process.env.T1) + "?lang=en");
		await card(await press(page), BAD);
		await heading(page, "The payment was declined");
		await check(page, "declined");
		await card(await press(page), GOOD);
		await heading(page, "Paid. Thank you!");
		await check(page, "paid-dark");
	},

	async cancel() {
		const page = await tab();

		await page.goto(at(process.env.T1));
		const f = await press(page);
		await f.click(".cancel button");
		await heading(page, "Vous avez quitté la fenêtre de paiement");
		await check(page, "cancelled");
		await card(await press(page), GOOD);
		await heading(page, "Payé. Merci!");
	},

	/* Two tabs at one link, the same amount: one ticket; the second one
	 * learns from the server that the first has paid. */
	async tabs() {
		const one = await tab(), two = await tab();

		await one.goto(at(process.env.T1));
		await two.goto(at(process.env.T1));
		const f = await press(one);
		await press(two);
		const ticket = (p) => p.getAttribute("#monerisCheckout",
		    "data-ticket");
		say(await ticket(one) === await ticket(two) ?
		    "the same ticket" : "two tickets");
		await card(f, GOOD);
		await heading(one, "Payé. Merci!");
		await heading(two, "Payé. Merci!");
	},

	/* The frame tells nothing (fault callback_lost): the page finds out
	 * by asking. */
	async lost() {
		const page = await tab();

		await page.goto(at(process.env.T1));
		await card(await press(page), GOOD);
		await heading(page, "Payé. Merci!");
	},

	/* The receipt comes late: the page says that it checks, and follows. */
	async late() {
		const page = await tab();

		await page.goto(at(process.env.T1));
		await card(await press(page), GOOD);
		await heading(page, "Nous vérifions votre paiement");
		await check(page, "checking");
		await heading(page, "Payé. Merci!");
	},

	async parts() {
		const page = await tab({ viewport: { width: 320, height: 640 } });
		const other = await tab();

		await page.goto(at(process.env.T2));
		await check(page, "choice");
		await page.fill("#amount", "9");
		await page.click("button.go");
		await heading(page, "Inscrivez un montant de");
		await check(page, "wrong-amount");
		await page.fill("#amount", "200,00");
		await page.click("button.go");
		await heading(page, "Vérifiez avant de payer");
		await check(page, "review");
		const f = await press(page);
		await other.goto(at(process.env.T2));
		await other.click("[action$='/review'] .go");
		await heading(other, "Vérifiez avant de payer");
		await other.click("button.go");
		await heading(other, "Un paiement est déjà ouvert");
		await check(other, "other");
		await card(f, GOOD);
		await heading(page, "Paiement reçu. Merci!");
		await check(page, "part");
		await page.click("button.go:not(#print)");
		await heading(page, "Vérifiez avant de payer");
		await card(await press(page), GOOD);
		await heading(page, "Payé. Merci!");
		await check(page, "both");
	},

	/* The time is nearly over: told in words, and continued in another
	 * window under the same number. */
	async ending() {
		const page = await tab();

		await page.clock.install();
		await page.goto(at(process.env.T1));
		await press(page);
		const ticket = () => page.getAttribute("#monerisCheckout",
		    "data-ticket");
		const one = await ticket();
		await page.clock.fastForward(24 * 60 * 1000);
		say(await page.isVisible("#ending") ? "too soon" : "not yet");
		await page.clock.fastForward(90 * 1000);
		await page.waitForSelector("#ending:visible");
		say(await page.locator("#ending strong").innerText());
		await check(page, "ending");
		/* The receipt is asked at most every 5 seconds (rule L1). */
		await new Promise((r) => setTimeout(r, 6000));
		await page.click("#more button");
		await page.waitForFunction((t) => document.getElementById(
		    "monerisCheckout") && document.getElementById(
		    "monerisCheckout").getAttribute("data-ticket") !== t, one,
		    { timeout: 40000 });
		await card(await frame(page), GOOD);
		await heading(page, "Payé. Merci!");
	},

	/* The processor's script cannot be had: said, and no card is typed. */
	async blocked() {
		const page = await tab();

		await page.route("**/chktv2/js/*", (r) => r.abort());
		await page.goto(at(process.env.T1));
		await page.click("button.go");
		await page.waitForSelector("#failed:visible");
		say("said");
	},

	/* Everything that is not the card works without script. */
	async noscript() {
		const page = await tab({ javaScriptEnabled: false });

		await page.goto(at(process.env.T1));
		await page.click("button.go");
		say(await page.locator("noscript").innerText());
		await page.click("text=Revenir sans payer");
		say(await page.locator("h1 .unit").innerText());
	},

	/* Keys alone, from the top of the page to the receipt, on a desk's
	 * window at 400 %: 1280 by 1024 pixels are 320 by 256 then.  What has
	 * the focus is seen. */
	async keys() {
		const page = await tab({ viewport: { width: 320, height: 256 } });
		const at_ = () => page.evaluate(() => {
			const e = document.activeElement;
			const r = e.getBoundingClientRect();
			const what = e.id || e.className || e.tagName;

			if (e.tagName !== "IFRAME" && (r.bottom < 1 ||
			    r.top > innerHeight - 1 || r.right < 1 ||
			    r.left > innerWidth - 1))
				return what + " is out of sight";
			if (!e.matches(":focus-visible"))
				return what + " has no ring";
			return what;
		});
		const to = async (wanted) => {
			let seen = [];

			for (let i = 0; i < 40; i++) {
				await page.keyboard.press("Tab");
				const what = await at_();
				seen.push(what);
				if (/out of sight|no ring/.test(what))
					say(what);
				if (what === wanted)
					return;
			}
			throw new Error("no way to " + wanted + ": " + seen);
		};

		await page.goto(at(process.env.T2));
		await to("skip");
		say("skip");
		await page.keyboard.press("Enter");
		/* The radios are one stop; arrows choose among them. */
		for (let i = 0; !await page.evaluate(() =>
		    document.activeElement.name === "choice"); i++) {
			if (i === 40)
				throw new Error("no way to the choice");
			await page.keyboard.press("Tab");
		}
		while (!await page.isChecked("#other"))
			await page.keyboard.press("ArrowDown");
		await to("amount");
		await page.keyboard.type("200,00");
		await page.keyboard.press("Enter");
		await heading(page, "Vérifiez avant de payer");
		await to("go");
		await page.keyboard.press("Enter");
		const f = await frame(page);
		const field = () => f.evaluate(() => document.activeElement.name ||
		    document.activeElement.id);
		for (const [name, text] of [["holder", "Luc Roy"],
		    ["pan", GOOD], ["expiry", "12/30"], ["cvd", "123"]]) {
			for (let i = 0; await field() !== name; i++) {
				if (i === 40)
					throw new Error("no way to " + name);
				await page.keyboard.press("Tab");
			}
			await page.keyboard.type(text);
		}
		await page.keyboard.press("Tab");
		say(await field());
		await page.keyboard.press("Enter");
		await heading(page, "Paiement reçu. Merci!");
	},

	async ends() {
		const page = await tab();

		for (const t of process.env.ENDS.split(" "))
			for (const lang of ["fr", "en"]) {
				await page.goto(at(t) + "?lang=" + lang);
				await check(page, "end-" + lang);
				say(await page.locator("h1").innerText());
			}
	},
};

(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync"] });
	try {
		await scenarios[process.argv[2]]();
	} finally {
		await browser.close();
	}
})().catch((e) => {
	console.error(e);
	process.exit(1);
});
