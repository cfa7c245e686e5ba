// Walks through the page about a phone's certificates in a browser, by the keyboard alone, in each language and width,
// and holds every step against the rules of this tree's pages. What to walk through comes as JSON on standard input:
// {"url", "browser", "pictures", "runs": [{"lang", "width", "resident", "pin", "password", "agreed", "also"}]}: each page of a
// run is looked at in the languages "also" too. The last line says how many checks there were; certs_test.go starts it.
import { axe, check, end, launch, listen, measure, order, patience, same } from "./walking.mjs";

const browser = await launch();

class Walk {
	constructor(run) {
		Object.assign(this, run);
		this.shots = 0;
		this.seen = new Set();
	}

	async start() {
		this.context = await browser.newContext({ locale: { ja: "ja-JP", en: "en-GB" }[this.lang], viewport: { width: this.width, height: 800 }, reducedMotion: "reduce" });
		this.context.setDefaultTimeout(patience);
		this.page = await this.context.newPage();
		listen(this.page, `${this.lang} ${this.width}`);
	}

	// look holds the page that is shown against the rules of every page.
	async look(step, act = "", trouble = false) {
		const { page } = this;
		const name = `${step || "who"}${act && "-" + act}${trouble ? "-trouble" : ""}`;
		const where = `${this.lang} ${this.width} ${name}`;
		await page.waitForLoadState("load");
		same(where, "the step is", await page.locator("main").getAttribute("data-step"), step);
		same(where, "the act is", await page.locator("main").getAttribute("data-act"), act);
		same(where, "the language is", await page.locator("html").getAttribute("lang"), this.lang);
		const heading = await page.locator("h1").innerText();
		check(where, "the title names the step", heading !== "" && (await page.title()).includes(heading), await page.title());
		await page.waitForFunction((id) => document.activeElement.id === id, trouble ? "trouble" : "title", { timeout: patience }).catch(() => {});
		same(where, "the focus is on", await page.evaluate(() => document.activeElement.id), trouble ? "trouble" : "title");
		const text = await page.locator("main").innerText();
		check(where, "no placeholder is left", !/[{}]/.test(text.replace(/\{"v":.*\}/s, "")), text);
		if (order.pictures) await page.screenshot({ path: `${order.pictures}/${this.lang}-${this.width}-${String(++this.shots).padStart(2, "0")}-${name}.png`, fullPage: true });
		const plain = await page.evaluate(measure);
		check(where, "nothing is wider than the screen", plain.wide <= 0, `${plain.wide} px`);
		same(where, "too small to be touched", plain.small.join(), "");
		await axe(page, where);
		await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
		const large = await page.evaluate(measure);
		check(where, "nothing is wider than the screen with text of 200 %", large.wide <= 0, `${large.wide} px`);
		await page.evaluate(() => (document.documentElement.style.fontSize = ""));
		await this.others(name, trouble);
	}

	// others looks at the page in each of the other languages: its words alone differ, so that what does not
	// depend on them is looked at once a language.
	async others(name, trouble) {
		const { page } = this;
		const state = `${name} ${await page.locator("#state").allInnerTexts()}`;
		if (!this.also?.length || this.seen.has(state)) return;
		this.seen.add(state);
		const titles = new Set([await page.locator("h1").innerText()]);
		for (const lang of this.also) {
			const where = `${lang} ${this.width} ${name}`;
			await this.language(lang);
			same(where, "the language is", await page.locator("html").getAttribute("lang"), lang);
			same(where, "the page is", await page.locator("main").getAttribute("data-step"), name.split("-")[0].replace("who", ""));
			same(where, "troubles", await page.locator("#trouble").count(), trouble ? 1 : 0);
			titles.add(await page.locator("h1").innerText());
			const text = await page.locator("main").innerText();
			check(where, "no placeholder is left", !/[{}]/.test(text.replace(/\{"v":.*\}/s, "")), text);
			same(where, "readings over kanji", (await page.locator("main rt").count()) > 0, lang === "ja-x-yasashii");
			if (order.pictures) await page.screenshot({ path: `${order.pictures}/${lang}-${this.width}-${String(this.shots).padStart(2, "0")}-${name}.png`, fullPage: true });
			for (const size of ["", "200%"]) {
				await page.evaluate((size) => (document.documentElement.style.fontSize = size), size);
				const found = await page.evaluate(measure);
				check(where, "nothing is wider than the screen", found.wide <= 0, `${found.wide} px ${size} ${found.what}`);
				if (!size) same(where, "too small to be touched", found.small.join(), "");
			}
			if (this.seen.has(lang)) continue;
			this.seen.add(lang);
			await axe(page, where);
		}
		check(`${this.width} ${name}`, "each has its title", titles.size >= this.also.length, [...titles].join()); // one may be alike in both writings of Chinese
		await this.language(this.lang);
	}

	// language is chosen in the list at the head of the page.
	async language(lang) {
		await this.reach("header summary", "Shift+Tab");
		await this.page.keyboard.press("Enter");
		await this.press(`.languages [value=${lang}]`);
	}

	// press goes to what is pressed by the tab key, from wherever the focus is, and presses Enter.
	async press(selector) {
		const { page } = this;
		await this.reach(selector);
		await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
	}

	async reach(selector, key = "Tab") {
		const { page } = this;
		for (let i = 0; i < 300; i++) {
			if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
			await page.keyboard.press(key);
		}
		throw new Error(`the tab key does not lead to ${selector}`);
	}

	async type(selector, value) {
		await this.reach(selector);
		await this.page.keyboard.press("Control+A");
		await this.page.keyboard.type(value);
	}

	async secret(value) {
		await this.type("#secret", value);
		await Promise.all([this.page.waitForEvent("load"), this.page.keyboard.press("Enter")]);
	}

	async choose(pin, pin2, password) {
		for (const [field, value] of [["#pin", pin], ["#pin2", pin2], ["#password", password], ["#password2", password]]) await this.type(field, value);
		await Promise.all([this.page.waitForEvent("load"), this.page.keyboard.press("Enter")]);
	}

	async act(name) {
		await this.press(`button[value="${name}"]`);
	}

	async told(where) {
		check(`${this.lang} ${where}`, "what was done is told", (await this.page.locator("#told").innerText()).length > 3);
	}
}

async function all(run) {
	const w = new Walk(run);
	await w.start();
	const { page } = w;
	await page.goto(order.url);
	await w.press('a[href="/certificates/"]');
	await w.look("");
	await w.act(run.resident);
	await w.look("phones");
	await w.act("android");
	await w.look("home");
	await w.act("Apply");
	await w.look("ask", "Apply");
	same(w.lang, "the control codes", await page.locator("#own").innerText(), await page.locator("#theirs").innerText());
	await w.reach("main summary");
	await page.keyboard.press("Enter");
	check(w.lang, "what is signed is shown word for word", (await page.locator(".exact").innerText()).startsWith('{"v":"phone-application/1"'));
	const wide = await page.evaluate(measure);
	check(w.lang, "nothing is wider than the screen with it", wide.wide <= 0, `${wide.wide} px`);
	await w.secret("nothing");
	await w.look("ask", "Apply", true);
	await w.secret("WRONG111");
	await w.look("ask", "Apply", true);
	await w.secret(run.password);
	await w.look("choose");
	await w.choose("4826", "4827", "PHONE123");
	await w.look("choose", "", true);
	await w.choose("4826", "4826", "PHONE123");
	await w.look("ask", "Activate");
	await w.secret(run.password);
	await w.look("home");
	await w.told("Activate");
	for (const [act, secret] of [["LogIn", "4826"], ["Hold", run.pin], ["Release", run.password], ["GiveUp", "PHONE123"]]) {
		await w.act(act);
		await w.look("ask", act);
		await w.secret(secret);
		await w.look("home");
		await w.told(act);
	}
	await w.press('button[value="other"]');
	await w.act("plain");
	await w.look("home");
	await w.act("Private");
	await w.look("ask", "Private");
	await w.secret(run.password);
	await w.look("home");
	await w.act("Weak");
	await w.look("home");
	await w.told("Weak");
	await w.act("CardConsents");
	await w.look("ask", "CardConsents");
	await w.secret(run.pin);
	await w.look("consents");
	if (run.agreed) {
		await w.press('form:has(input[value="withdraw"]) button');
		await w.look("ask", "CardWithdraw");
		await w.secret(run.password);
		await w.look("consents");
		await w.told("Withdraw");
		same(w.lang, "withdrawn are", await page.locator('.agreement[data-state="cancelled"]').count(), 1);
	} else same(w.lang, "consents", await page.locator(".agreement").count(), 0);
	await w.press('button[value="over"]');
	await w.look("");
	await page.goBack();
	same(w.lang, "the way back is", new URL(page.url()).pathname, "/certificates/");
	await w.context.close();
}

try {
	for (const run of order.runs) await all(run).catch((e) => check(`${run.lang} ${run.width}`, "it stopped", false, e.message));
} finally {
	await end(browser, "e2e-certs");
}
