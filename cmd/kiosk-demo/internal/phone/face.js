// The camera of the face step: what it sees is drawn, sent to this page's own server, and
// wiped. Nothing is kept, and nothing leaves before the person has pressed the button.
"use strict";

const box = document.getElementById("camera");
const part = (id) => document.getElementById(id);
const video = part("video");
const canvas = document.createElement("canvas"); // on no page
let stream;

const hide = (id, is) => part(id) && (part(id).hidden = is);
const say = (id, text) => {
	if (part(id).textContent !== text) part(id).textContent = text;
};

// stop ends the camera, so that its light goes out.
const stop = () => {
	for (const track of stream?.getTracks() ?? []) track.stop();
	stream = undefined;
	hide("video", true);
};

// A refused camera, or none: the page says so, and the office is a press away.
const refused = () => {
	stop();
	say("asked", "");
	hide("hint", true);
	hide("far", true);
	hide("shot", true);
	hide("refused", false);
	hide("start", false);
	part("start").focus();
};

const open = async () => {
	hide("refused", true);
	hide("start", true);
	try {
		stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } } });
		video.srcObject = stream;
		hide("video", false);
		await video.play();
	} catch {
		refused();
		return false;
	}
	stream.getVideoTracks()[0].addEventListener("ended", refused);
	part("asked").focus();
	return true;
};

// shot is what the camera sees, as a JPEG of at most so many pixels and bytes.
const shot = async (side, most) => {
	const scale = Math.min(1, side / Math.max(video.videoWidth, video.videoHeight));
	canvas.width = Math.round(video.videoWidth * scale);
	canvas.height = Math.round(video.videoHeight * scale);
	canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
	let jpeg;
	for (const quality of [0.85, 0.7, 0.5, 0.3]) {
		jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
		if (jpeg.size <= most) break;
	}
	canvas.width = 0; // wipes it
	return jpeg;
};

// send answers what the server says; undefined where the page is left for another.
const send = async (path, jpeg) => {
	const r = await fetch(path, { method: "POST", body: jpeg, headers: { Turn: box.dataset.turn, "Content-Type": "image/jpeg" } });
	if (r.redirected || !r.ok) throw new Error(path);
	const said = await r.json();
	say("hint", said.hint);
	hide("hint", said.hint === "");
	if (said.to === "") return said;
	stop();
	location.assign(said.to);
	return undefined;
};

const lost = () => {
	stop();
	say("hint", box.dataset.lost);
	hide("hint", false);
	hide("start", false);
};

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// look sends frames until the server leads elsewhere. Each answer says what is to be done next.
const look = async () => {
	if (!(await open())) return;
	say("asked", part("start").dataset.asked);
	hide("far", false);
	try {
		for (let said; stream; await pause(200)) {
			said = await send("/frame", await shot(480, 96 << 10));
			if (!said) return;
			say("asked", said.say);
			part("done").value = said.step;
			part("start").dataset.asked = said.say;
			for (const way of document.querySelectorAll("[data-way]")) way.toggleAttribute("hidden", way.dataset.way !== said.wanted);
		}
	} catch {
		lost();
	}
};

// take sends one picture, for the test card.
const take = async () => {
	hide("shot", true);
	try {
		if (await send("/taken", await shot(640, 120 << 10))) hide("shot", false);
	} catch {
		lost();
	}
};

if (part("shot")) {
	part("start").addEventListener("click", async () => (await open()) && hide("shot", false));
	part("shot").addEventListener("click", take);
} else {
	part("start").addEventListener("click", look);
}
hide("start", false);
addEventListener("pagehide", stop);
