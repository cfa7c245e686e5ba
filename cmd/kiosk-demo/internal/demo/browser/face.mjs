// Sits before the camera of the phone page as residents do, and does what the page asks for. Chromium's camera of tests
// reads its film again and again, so that the frames that are written into it are what it sees next. What to walk through
// comes as JSON on standard input: {"url", "browser", "pictures", "films", "camera", "sittings": [{"name", "resident", "pin",
// "photo", "shows", "hint", "ends"}]}. The last line says how many checks there were; face_browser_test.go starts it.
import { openSync, readFileSync, writeSync } from "node:fs";
import { check, end, launch, listen, order, patience } from "./walking.mjs";

const film = openSync(order.camera, "r+");
const head = readFileSync(order.camera).indexOf("FRAME\n");
const sees = (name) => {
	const frame = readFileSync(`${order.films}/${name}.yuv`);
	for (let n = 0; n < 2; n++) writeSync(film, frame, 0, frame.length, head + 6 + n * (6 + frame.length));
};

const browser = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${order.camera}`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const sit = async (s) => {
	const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 800 }, reducedMotion: "reduce" });
	context.setDefaultTimeout(patience);
	const page = await context.newPage();
	listen(page, s.name);
	const press = (selector) => Promise.all([page.waitForEvent("load"), page.locator(selector).click()]);
	const shot = (name) => order.pictures && page.screenshot({ path: `${order.pictures}/face-${s.name.replaceAll(" ", "-")}-${name}.png`, fullPage: true });
	await page.goto(order.url);
	await press(`[value=${s.resident}]`);
	await press("[value=P]");
	await page.locator("#pin").fill(s.pin);
	await press("main .go");
	if (s.photo) {
		const there = page.locator("[href='/take']");
		if (await there.count()) {
			await press("[href='/take']");
			sees(s.photo);
			await page.locator("#start").click();
			await page.locator("#shot").waitFor();
			await pause(500); // frames of the film before are on their way
			await page.locator("#shot").click();
			await page.waitForURL("**/photo");
			check(s.name, "the card has a photo", (await there.count()) === 0);
		}
	}
	const printed = await page.locator(".printed dd").allInnerTexts();
	for (const [i, id] of ["birth", "year", "printed"].entries()) await page.locator("#" + id).fill(printed[i]);
	let turn = "";
	if (s.photo) {
		await press("main .go");
		turn = await page.locator("#camera").getAttribute("data-turn");
		sees(s.shows.ahead);
		await page.locator("#start").click();
		let asked = "ahead";
		const end = Date.now() + 180_000;
		for (let hint = ""; Date.now() < end && new URL(page.url()).pathname === "/face"; await pause(50)) {
			const now = await page.evaluate(() => [document.querySelector("[data-way]:not([hidden])")?.dataset.way, document.getElementById("hint")?.textContent]).catch(() => [asked, ""]);
			if (now[0] && now[0] !== asked) {
				sees(s.shows[(asked = now[0])]);
				await shot(asked);
			}
			if (s.hint && (hint = now[1] ?? "").includes(s.hint)) break;
		}
	} else await press("main .go");
	await page.waitForLoadState("load");
	await shot("end");
	const text = await page.locator("main").innerText();
	if (s.hint) check(s.name, "the hint is", text.includes(s.hint), text);
	else if (s.ends === "code") {
		check(s.name, "there is a one-time password", /\d{4}\s+\d{4}/.test(text), text);
		const again = await page.evaluate(async (turn) => (await fetch("/frame", { method: "POST", body: "again", headers: { Turn: turn } })).json(), turn);
		check(s.name, "a frame of a try that is over leads on", again.to === "/code", JSON.stringify(again));
	} else check(s.name, "it ends with", text.includes(s.ends), text);
	if (s.ends?.startsWith("E-")) check(s.name, "the office is offered", (await page.locator("[href='/desk']").count()) === 1);
	check(s.name, "the camera is the page's alone", (await page.locator("iframe, img").count()) === 0);
	await context.close();
};

try {
	for (const s of order.sittings) {
		await sit(s).catch((e) => check(s.name, "it stopped", false, e.message));
	}
} finally {
	await end(browser, "e2e-face");
}
