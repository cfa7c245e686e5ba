// Walks through the phone page in a browser, in each language and width, and
// holds every step against its rules. What to walk through comes as JSON on
// standard input: {"runs": [{"lang", "width", "full", "url"}], "browser", "pictures"}.
// The last line says how many checks there were; browser_test.go starts it.
import { axe, check, end, launch, listen, measure, order, patience, same } from "./walking.mjs";

const shots = {}; // pictures so far, by run
const held = new Set(); // pages that axe has seen, by language and words
const browser = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream");

// Languages in which a browser asks; the others are chosen on the page.
const locales = { ja: "ja-JP", en: "en-GB", ko: "ko-KR", vi: "vi-VN" };

class Walk {
	constructor(run) {
		Object.assign(this, run);
	}

	async start(options = {}) {
		this.context = await browser.newContext({
			locale: locales[this.lang] ?? "de-AT", viewport: { width: this.width, height: 800 }, isMobile: true, hasTouch: true,
			reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write", "camera"], ...options,
		});
		this.context.setDefaultTimeout(patience);
		await this.tab();
		if (!(this.lang in locales)) await this.choose(this.lang);
	}

	// choose takes a language from the list at the top of the page.
	async choose(lang) {
		await this.page.locator("summary").click();
		await this.press(`.languages [value=${lang}]`);
	}

	async tab() {
		this.page = await this.context.newPage();
		const where = `${this.lang} ${this.width}`;
		listen(this.page, where);
		this.page.on("dialog", (d) => check(where, "the browser asks something", false, d.message()));
		await this.page.goto(this.url);
	}

	async end() {
		await this.context.close();
	}

	// look holds the page that is shown against the rules of every page.
	async look(path, name = path.slice(1) || "who", trouble = false) {
		const { page } = this;
		const where = `${this.lang} ${this.width} ${name}`;
		await page.waitForLoadState("load");
		const address = new URL(page.url());
		same(where, "the address is", address.pathname + address.search + address.hash, path);
		same(where, "the language is", await page.locator("html").getAttribute("lang"), this.lang);
		const heading = await page.locator("h1").evaluate((e) => {
			const copy = e.cloneNode(true);
			for (const reading of copy.querySelectorAll("rt, rp")) reading.remove();
			return copy.textContent;
		});
		check(where, "the title names the step", heading !== "" && (await page.title()).includes(heading), await page.title());
		// The focus is given when the page is first painted, which may be after it was loaded.
		await page.waitForFunction((id) => document.activeElement.id === id, trouble ? "trouble" : "title", { timeout: patience }).catch(() => {});
		same(where, "the focus is on", await page.evaluate(() => document.activeElement.id), trouble ? "trouble" : "title");
		if (order.pictures) await page.screenshot({ path: `${order.pictures}/${this.lang}-${this.width}-${String((shots[this.url] = (shots[this.url] ?? 0) + 1)).padStart(2, "0")}-${name}.png`, fullPage: true });

		const plain = await page.evaluate(measure);
		check(where, "nothing is wider than the screen", plain.wide <= 0, `${plain.wide} px`);
		same(where, "too small to be touched", plain.small.join(), "");
		same(where, "moving parts", plain.moves, 0);
		// Of what axe reads a width changes sizes alone, which measure holds: once in each language is enough.
		const words = `${this.lang} ${trouble} ${(await this.text()).replace(/\d/g, "")}`;
		if (!held.has(words)) await axe(page, where);
		held.add(words);

		// 200 %: of the text alone, then of everything.
		await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
		const large = await page.evaluate(measure);
		check(where, "nothing is wider than the screen with text of 200 %", large.wide <= 0, `${large.wide} px`);
		if (order.pictures && this.width === 320 && name === "code") await page.screenshot({ path: `${order.pictures}/${this.lang}-large-${name}.png`, fullPage: true });
		await page.evaluate(() => (document.documentElement.style.fontSize = ""));
		await page.setViewportSize({ width: this.width / 2, height: 400 });
		const zoomed = await page.evaluate(measure);
		check(where, "nothing is wider than the screen at a zoom of 200 %", zoomed.wide <= 0, `${zoomed.wide} px`);
		await page.setViewportSize({ width: this.width, height: 800 });
	}

	async press(selector) {
		await Promise.all([this.page.waitForEvent("load"), this.page.locator(selector).click()]);
	}

	async type(field, value) {
		await this.page.locator("#" + field).fill(value);
		await this.press("main .go");
	}

	async text() {
		return this.page.locator("main").innerText();
	}

	// photo types what is printed on the card, as a person reads it off.
	async photo() {
		const printed = await this.page.locator(".printed dd").allInnerTexts();
		for (const [i, id] of ["birth", "year", "printed"].entries()) await this.page.locator("#" + id).fill(printed[i]);
		await this.press("main .go");
	}

	// face is the whole face step; the camera is Chromium's own, and the hand calls it right.
	async face() {
		await this.photo();
		await this.page.locator("#start").click();
		await this.page.waitForURL("**/code");
	}

	async pick(resident, what) {
		await this.page.goto(this.url);
		await this.press(`[value=${resident}]`);
		if (what) await this.press(`[value=${what}]`);
	}
}

// usual: a reservation from the first page to the check after the visit.
async function usual(w) {
	const { page } = w;
	await w.look("/");
	await w.press("[value=usual]");
	await w.look("/what");
	await w.press("[value=P]");
	await w.look("/proof");
	await w.type("pin", "12");
	await w.look("/proof", "proof-form", true);
	await page.locator("#trouble a").click();
	same("form", "the summary leads to", await page.evaluate(() => document.activeElement.id), "pin");
	const described = await page.evaluate(() => document.activeElement.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.innerText));
	check("form", "the field is described by its problem", described.length === 3 && described.every(Boolean), String(described));
	await page.locator("#show").click();
	same("show", "the field is", await page.locator("#pin").getAttribute("type"), "text");
	await page.locator("#show").click();
	same("show", "the field is", await page.locator("#pin").getAttribute("type"), "password");
	await page.locator("#pin").fill("1111");
	await Promise.all([page.waitForEvent("load"), page.locator("main .go").dblclick({ noWaitAfter: true })]);
	await w.look("/proof", "proof-wrong", true);
	check("wrong", "two presses are one entry", /2/.test(await page.locator("#tries").innerText()), await page.locator("#tries").innerText());
	await w.type("pin", "2580");
	await w.look("/photo");
	await page.goBack();
	await w.look("/proof", "proof-done");
	same("back", "fields", await page.locator("input:not([type=hidden])").count(), 0);
	await page.goForward();
	await (w.width === 320 ? camera : (w) => w.face())(w);
	await w.look("/code");
	await code(w);
	await w.press("[action='/later'] button");
	await w.look("/check");
	await w.type("password", "SAKURA88");
	await w.look("/right");
	await w.press("footer .plain");
	await w.look("/", "who-again");
	await page.goBack(); // nothing of a visit that has ended comes back
	await page.waitForURL(w.url + "/");
	check("end", "the one-time password is gone", !(await page.content()).includes("4071"));
}

// camera: the office beside it, a photo for the test card, and a face, by the keyboard alone.
async function camera(w) {
	const { page } = w;
	await w.press("[href='/desk']");
	await w.look("/desk");
	await w.press("main .go");
	await w.press("[href='/take']");
	await w.look("/take");
	await page.locator("#start").click();
	await page.locator("#shot").waitFor();
	check("take", "the camera is seen", await page.locator("#video").isVisible());
	await page.locator("#shot").click();
	await page.waitForURL("**/photo");
	await w.look("/photo", "photo-taken");
	await page.locator("#birth").fill("1");
	await w.press("main .go");
	await w.look("/photo", "photo-form", true);
	await w.photo();
	await w.look("/face");
	same("face", "pictures shown", await page.locator("[data-way]:not([hidden])").count(), 1);
	for (let i = 0; i < 20 && (await page.evaluate(() => document.activeElement.id)) !== "start"; i++) await page.keyboard.press("Tab");
	const said = page.evaluate(() => new Promise((done) => {
		const all = [];
		new MutationObserver(() => all.push([document.getElementById("asked").textContent, document.getElementById("done").value, document.querySelector("[data-way]:not([hidden])")?.dataset.way]))
			.observe(document.getElementById("asked"), { childList: true });
		addEventListener("pagehide", () => sessionStorage.setItem("said", JSON.stringify(all)));
		done();
	}));
	await said;
	await page.keyboard.press("Enter");
	await page.waitForURL("**/code");
	const all = JSON.parse(await page.evaluate(() => sessionStorage.getItem("said")));
	same("face", "asked for by pictures", all.filter((a) => a[0]).map((a) => a[2]).join(), "ahead,left,ahead,right,ahead");
	check("face", "each has a sentence", new Set(all.map((a) => a[0]).filter(Boolean)).size === 3, JSON.stringify(all));
}

// cameraless: a refused camera leaves the office, and nothing is reserved.
async function cameraless(w) {
	const { page } = w;
	await w.pick("usual", "P");
	await w.type("pin", "2580");
	await w.photo();
	await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))));
	await page.locator("#start").click();
	await page.locator("#refused").waitFor();
	same("refused", "the focus is on", await page.evaluate(() => document.activeElement.id), "start");
	check("refused", "it has a code", (await page.locator("#refused").innerText()).includes("E-FACA"));
	if (order.pictures) await page.screenshot({ path: `${order.pictures}/${w.lang}-${w.width}-refused.png`, fullPage: true });
	await w.press("[href='/desk']");
	await w.look("/desk", "desk-refused");
	await w.press("main .go");
	await w.look("/face", "face-refused");
}

// missed: each end and each hint, as the hand gives them.
async function missed(w) {
	const { page } = w;
	await w.pick("missed", "P");
	await w.type("pin", "2580");
	await w.photo();
	await w.look("/missed");
	await w.press("main .go");
	await w.look("/proof", "proof-retry");
}

// All runs have one clipboard: it is used by one at a time.
let clipboard = Promise.resolve();
const alone = (use) => (clipboard = clipboard.then(use));

// code: copy, countdown, language and the way back on the last page.
async function code(w) {
	const { page } = w;
	await alone(async () => {
		await page.evaluate(() => navigator.clipboard.writeText(""));
		await page.locator("#copy").click();
		await page.locator("#copied:not(:empty)").waitFor();
		same("copy", "copied is", await page.evaluate(() => navigator.clipboard.readText()), "40719263");
	});
	const clock = page.locator("#clock");
	const first = await clock.innerText();
	check("countdown", "it is h:mm:ss", /^2[0-3](:[0-5]\d){2}$/.test(first), first);
	await page.waitForFunction((was) => document.getElementById("clock").textContent < was, first, { timeout: patience });
	const other = w.lang === "en" ? "ja" : "en";
	await page.locator("summary").click();
	const offered = await page.evaluate(measure);
	check("language", "the list is no wider than the screen", offered.wide <= 0, `${offered.wide} px`);
	same("language", "too small to be touched", offered.small.join(), "");
	await page.locator("summary").click();
	await w.choose(other);
	same("language", "the page is", await page.locator("html").getAttribute("lang"), other);
	check("language", "the one-time password stays", (await page.content()).includes("4071"));
	await w.choose(w.lang);
	// Back through every step, without a question of the browser, and forward by the page's own link.
	for (let path = "/code"; path === "/code"; path = new URL(page.url()).pathname) await page.goBack();
	await w.look("/face", "face-done");
	for (let path = "/face"; path !== "/proof"; path = new URL(page.url()).pathname) await page.goBack();
	await w.look("/proof", "proof-behind");
	await w.press("main .go");
	await w.look("/code", "code-again");
	await page.reload();
	check("reload", "the one-time password stays", (await page.content()).includes("4071"));
}

// last: the stop page before a last try, then a locked secret and its way out.
async function last(w) {
	const { page } = w;
	await w.pick("last", "P");
	await w.look("/last");
	const filled = await page.locator("main button").evaluateAll((all) => all.map((b) => [b.form.action.split("/").pop(), getComputedStyle(b).backgroundColor]));
	same("last", "the buttons are", JSON.stringify(filled), '[["stop","rgb(0, 23, 193)"],["sure","rgb(255, 255, 255)"]]');
	await w.press("main .go");
	await w.look("/stopped");
	await page.goBack();
	await w.look("/last", "last-back");
	await w.press("[action='/sure'] button");
	await w.look("/proof", "proof-last");
	await w.type("pin", "1111");
	await w.look("/locked");
	same("locked", "fields", await page.locator("input:not([type=hidden])").count(), 0);
	await w.press("main .quiet");
	await w.look("/proof", "proof-password");
	await w.type("password", "nothing");
	await w.look("/proof", "password-form", true);
	await w.type("password", "sakura77");
	await w.face();
	await w.look("/code", "code-pin");
	const chains = await page.locator(".chains li").count();
	same("chains", "those that renew the PIN", chains, 1);
}

async function locked(w) {
	await w.pick("both");
	await w.look("/office", "office-both");
	same("both", "ways on", await w.page.locator("main form, main input, main a:not(.tel)").count(), 0);
	for (const [resident, flow] of [["nopin", "U"], ["nopassword", "P"]]) {
		await w.pick(resident);
		await w.look("/what", "what-" + resident);
		same(resident, "offered is", (await w.page.locator(".row").evaluateAll((all) => all.map((b) => b.value))).join(), flow);
	}
	await w.press("[value=neither]");
	await w.look("/office", "office-neither");
	await w.press("main .quiet");
	await w.look("/what", "what-again");
	await w.pick("away", "P");
	await w.look("/proof", "proof-away", true);
}

// brief: a one-time password ends while it is looked at.
async function brief(w) {
	const { page } = w;
	await w.pick("brief", "P");
	await w.type("pin", "2580");
	await w.face();
	await page.locator("#ended").waitFor();
	check("ended", "the one-time password is gone", !(await page.content()).includes("4071"));
	if (order.pictures) await page.screenshot({ path: `${order.pictures}/${w.lang}-${w.width}-ended.png`, fullPage: true });
	await w.press("#ended a");
	await w.look("/proof", "proof-expired", true);
}

// tabs: what is sent from a page that was left reaches no card.
async function tabs(w) {
	await w.pick("usual", "P");
	const old = w.page;
	await w.tab();
	await w.page.goto(w.url + "/proof");
	await w.type("pin", "2580");
	await w.look("/photo", "photo-tab");
	await old.locator("#pin").fill("1111");
	await Promise.all([old.waitForEvent("load"), old.locator("main .go").click()]);
	w.page = old;
	await w.look("/photo", "photo-stale", true);
}

async function scriptless(w) {
	await w.pick("usual", "P");
	await w.type("pin", "2580");
	await w.photo();
	check("no script", "the way to the office is shown", await w.page.locator("[href='/desk']").isVisible());
	check("no script", "what needs a script is not", !(await w.page.locator("#start").isVisible()));
}

async function all(run) {
	// The pages of a translation differ in their words alone: these five walks show each of them.
	const narrow = run.width === 320 ? [[cameraless], [missed]] : [];
	const rest = run.full ? [[brief], [tabs], ...narrow, [scriptless, { javaScriptEnabled: false }]] : narrow;
	for (const [walk, options] of [[usual], [last], [locked], ...rest]) {
		const w = new Walk(run);
		await w.start(options);
		try {
			await walk(w);
		} catch (e) {
			const shown = await w.page.locator("main").innerText({ timeout: 5000 }).catch(() => "nothing");
			check(`${w.lang} ${w.width} ${walk.name}`, `it stopped at ${w.page.url()}`, false, `${e.message}\nwhich shows ${shown}`);
		}
		await w.end();
	}
}

try {
	const waiting = [...order.runs];
	const walkers = Array.from({ length: 4 }, async () => {
		for (let run; (run = waiting.shift()); ) await all(run);
	});
	await Promise.all(walkers);
} finally {
	await end(browser, "e2e-phone");
}
