/*
 * How long an answer takes, by what is asked for: node unknown.js N PATH...
 * asks for each path N times, in turns and over one connection, and prints
 * the medians in microseconds.  PAGE_URL is the server.
 */
"use strict";
const http = require("http");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [n, ...paths] = process.argv.slice(2);

function ask(path) {
	return new Promise((done, failed) => {
		const began = process.hrtime.bigint();

		http.get(process.env.PAGE_URL + path, { agent }, (r) => {
			r.resume();
			r.on("end", () => done(Number(process.hrtime.bigint() -
			    began) / 1000));
		}).on("error", failed);
	});
}

(async () => {
	const times = paths.map(() => []);

	for (let i = 0; i < Number(n); i++)
		/* Another order each time, so that none is always second. */
		for (let j = 0; j < paths.length; j++) {
			const k = (i + j) % paths.length;

			times[k].push(await ask(paths[k]));
		}
	console.log(times.map((t) => Math.round(t.sort((a, b) => a - b)[
	    Math.floor(t.length / 2)])).join(" "));
	process.exit(0);
})().catch((e) => {
	console.error(e);
	process.exit(1);
});
