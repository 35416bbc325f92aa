// What every part of the page needs: elements, requests, words for people.
const root = element.querySelector(".dateline");
const find = (selector, from = root) => from.querySelector(selector);
const all = (selector, from = root) => [...from.querySelectorAll(selector)];
const parts = { filters: { since: "", until: "", publisher: "" }, conversation: "", running: "", replaces: "", replaced: "" };

function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

async function request(path, { method = "GET", body } = {}) {
  let answer;
  try {
    answer = await fetch(new URL(path, location.origin), {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch (error) {
    lost();
    throw new Error("Dateline does not answer: its server was stopped or restarts.");
  }
  if (answer.status === 401) location.assign("/sign-in");
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.error || said.detail || `the server said ${answer.status}`), { status: answer.status });
  return said;
}

// Does what a button asked for; what goes wrong is one line for people.
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}

function toast(words, action, doing) {
  const shown = make("div", { class: "toast" }, make("span", {}, words));
  const gone = setTimeout(() => shown.remove(), action ? 15000 : 8000);
  if (action) {
    const act = () => { clearTimeout(gone); shown.remove(); attempt(doing); };
    shown.append(make("button", { type: "button", onclick: act }, action));
  }
  shown.append(make("button", { type: "button", class: "icon", "aria-label": "Close this message", onclick: () => shown.remove() }, "✕"));
  find("[data-toasts]").append(shown);
}

// A question to the person in a dialog; resolves to true, or to false when it is cancelled.
function box(title, content, ok, cancel = "Cancel") {
  const dialog = find("[data-box]");
  find("#box-title").textContent = title;
  find("[data-box-body]").replaceChildren(...content);
  find("[data-box-ok]").textContent = ok;
  find("[data-box-cancel]").textContent = cancel;
  find("[data-box-cancel]").hidden = !cancel;
  find("[data-box-cancel]").onclick = () => dialog.close("cancel");
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "ok"), { once: true }));
}

// "22 November 2026", as the answers write it.
function day(date) {
  return new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: date.length > 10 ? undefined : "UTC" });
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function remember(name, value) {
  try { localStorage.setItem(`dateline-${name}`, value); } catch (error) { /* a browser that keeps nothing */ }
}

function remembered(name) {
  try { return localStorage.getItem(`dateline-${name}`); } catch (error) { return null; }
}

function soon(work, milliseconds = 250) {
  let waiting;
  return (...given) => { clearTimeout(waiting); waiting = setTimeout(() => work(...given), milliseconds); };
}
