// Walks through the bank's pages in a browser as a person does who gives a consent and withdraws it, in each language
// and width, and holds every page against the rules of this tree's pages. What to walk through comes as JSON on
// standard input: {"bank", "knows", "browser", "pictures", "runs": [{"lang", "width", "account", "password"}]}.
// The last line says how many checks there were; browser_test.go starts it.
import { axe, check, end, launch, listen, measure, order, patience } from "./walking.mjs";

const browser = await launch();

const look = async (page, where) => {
	await page.waitForLoadState("load");
	const m = await page.evaluate(measure);
	check(where, "it fits the width", m.wide <= 0, `${m.wide} px too wide`);
	check(where, "it can be touched", m.small.length === 0, m.small.join(" "));
	await axe(page, where, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] });
	if (order.pictures) await page.screenshot({ path: `${order.pictures}/${where.replaceAll(" ", "-")}.png`, fullPage: true });
};

// alike: neither answer is larger, bolder, of another colour, or marked.
const alike = async (page, where) => {
	const all = await page.locator(".answers button").evaluateAll((list) =>
		list.map((e) => {
			const s = getComputedStyle(e);
			const r = e.getBoundingClientRect();
			return { look: [r.width, r.height, s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize, s.fontWeight].join(" "), top: r.top, focus: e === document.activeElement };
		}));
	check(where, "there are two answers, side by side and alike", all.length === 2 && all[0].look === all[1].look && all[0].top === all[1].top && !all[0].focus && !all[1].focus, JSON.stringify(all));
};

const sign = async (page, where, password) => {
	await look(page, `${where} card`);
	await page.fill("#password", password);
	await page.click(".go");
	await look(page, `${where} signed`);
	await page.click(".go");
	await page.waitForSelector("#consent");
};

{
	const context = await browser.newContext({ viewport: { width: 1280, height: 480 }, reducedMotion: "reduce" });
	const page = await context.newPage();
	await page.goto(order.knows);
	await look(page, "who-knows-what");
	const tops = await page.locator("section").evaluateAll((all) => all.map((e) => e.getBoundingClientRect().top));
	check("who-knows-what", "the three stand beside each other", tops.length === 3 && tops.every((t) => t === tops[0]));
	await context.close();
}

for (const run of order.runs) {
	const where = `${run.lang} ${run.width}`;
	const context = await browser.newContext({ viewport: { width: run.width, height: 800 }, reducedMotion: "reduce" });
	context.setDefaultTimeout(patience);
	const page = await context.newPage();
	listen(page, where);
	await page.goto(`${order.bank}/${run.lang}/`);
	await look(page, `${where} customers`);
	await page.click(`a[href$="${run.account}"]`);
	await look(page, `${where} account`);
	await page.click(".act");
	await look(page, `${where} consent`);
	await alike(page, where);
	const text = await page.locator(".text").innerText();
	check(where, "the full text is there", text.length > 300 && /11\. /.test(text));
	check(where, "the language is", (await page.locator("html").getAttribute("lang")) === run.lang);
	await page.click('button[value="no"]');
	await page.waitForSelector("#consent");
	check(where, "no is no", (await page.locator("#consent").getAttribute("data-state")) === "none");
	await page.click(".act");
	await page.click('button[value="yes"]');
	await sign(page, `${where} give`, run.password);
	await look(page, `${where} agreed`);
	check(where, "the consent begins tomorrow", (await page.locator("#consent").getAttribute("data-state")) === "pending");
	check(where, "the receipt is there", (await page.locator(".receipt").count()) === 1);
	await page.click(".act");
	await look(page, `${where} withdraw`);
	await alike(page, `${where} withdraw`);
	await page.click('button[value="yes"]');
	await sign(page, `${where} withdraw`, run.password);
	await look(page, `${where} withdrawn`);
	check(where, "the consent is withdrawn", (await page.locator("#consent").getAttribute("data-state")) === "cancelled");
	check(where, "both receipts are there", (await page.locator(".receipt").count()) === 2);
	await page.goto(order.knows);
	await look(page, `${where} knows`);
	check(where, "the three are there", (await page.locator("section").count()) === 3);
	await context.close();
}
await end(browser, "e2e-bank");
