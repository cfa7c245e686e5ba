// What the page does more with a script. It sends nothing by itself and keeps
// nothing; without it every step works.
"use strict";

// A page that the browser kept is of an earlier turn: the server shows the
// current one.
addEventListener("pageshow", (e) => {
	if (e.persisted) location.reload();
});

// A second press sends nothing.
for (const form of document.forms) {
	let sent = false;
	form.addEventListener("submit", (e) => {
		if (sent) e.preventDefault();
		sent = true;
	});
}

const show = document.getElementById("show");
if (show) {
	const field = document.querySelector(".secret");
	const box = show.querySelector("input");
	box.checked = false; // some browsers restore it
	show.hidden = false;
	box.addEventListener("change", () => {
		field.type = box.checked ? "text" : "password";
	});
}

const ticket = document.getElementById("ticket");
if (ticket) {
	const part = (id) => document.getElementById(id);
	// The server says how many seconds are left: a phone's clock may be wrong.
	const end = Date.now() + 1000 * Number(ticket.dataset.seconds);
	const two = (n) => String(n).padStart(2, "0");
	const tick = () => {
		const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
		part("clock").textContent = `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
		if (left > 0) return;
		clearInterval(timer);
		for (const id of ["code", "aloud", "left", "until", "copy", "copied"]) part(id).remove();
		part("ended").hidden = false;
	};
	const timer = setInterval(tick, 1000);
	part("left").hidden = false;
	const copy = part("copy");
	if (navigator.clipboard) {
		copy.hidden = false;
		copy.addEventListener("click", async () => {
			const digits = part("code").textContent.replace(/\D/g, "");
			let said = copy.dataset.copied;
			try {
				await navigator.clipboard.writeText(digits);
			} catch {
				said = copy.dataset.failed;
			}
			part("copied").textContent = said;
		});
	}
	tick();
}
