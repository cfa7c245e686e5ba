// What every walk in a browser begins and ends with; it lies beside the walk that imports it. The order comes as JSON on
// standard input, and the last line says how many checks there were.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const order = JSON.parse(readFileSync(0, "utf8"));

// patience is the longest, in ms, that a walk waits for any condition. It ends a page that stands still: on a busy machine
// the frames of one face took more than twenty seconds, and Chromium gives a script at the back of its queue one turn a second.
export const patience = 120_000;

let checks = 0;
let failed = 0;
export const check = (where, what, ok, detail = "") => {
	checks++;
	if (ok) return;
	failed++;
	console.log(`${where}: ${what}${detail && ": " + detail}`);
};
export const same = (where, what, got, want) => check(where, what, got === want, `${JSON.stringify(got)}, not ${JSON.stringify(want)}`);

// launch starts the browser; it asks nothing of the network but what a walk asks.
export const launch = (...args) => chromium.launch({
	executablePath: order.browser,
	args: [...args, "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// listen makes a failed check of what a page's console or script complains of.
export const listen = (page, where) => {
	page.on("console", (m) => m.type() === "error" && check(where, "the console has an error", false, m.text()));
	page.on("pageerror", (e) => check(where, "the script fails", false, String(e)));
};

// measure, in the page, says what is too wide, what is too small to be touched, and how much moves. A phone widens
// innerWidth for what is too wide.
export const measure = () => {
	const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
	const touched = [...document.querySelectorAll("a, button, input, summary")].filter(shown).map((e) => (e.type === "checkbox" ? e.closest("label") : e));
	return {
		wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		what: [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth).map((e) => e.outerHTML.slice(0, 60)).join(" "),
		small: touched.filter((e) => ["width", "height"].some((d) => e.getBoundingClientRect()[d] < 44)).map((e) => e.outerHTML.slice(0, 80)),
		moves: document.getAnimations().length,
	};
};

// axe holds the page against the rules of accessibility. It lists no element that holds, and fetches no style sheet a second
// time: no rule of these reads one.
export const axe = async (page, where, rules = { rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } } }) => {
	await page.evaluate(source);
	const found = await page.evaluate((rules) => window.axe.run({ ...rules, resultTypes: ["violations"], preload: false }), rules);
	same(where, "axe finds", found.violations.map((v) => `${v.id} (${v.nodes.map((n) => n.html.slice(0, 90)).join("; ")})`).join(" | "), "");
};

// end closes the browser and says how it went.
export const end = async (browser, name) => {
	await browser.close();
	console.log(`${name}: ${checks} checks, ${failed} failed`);
	process.exitCode = failed ? 1 : 0;
};
