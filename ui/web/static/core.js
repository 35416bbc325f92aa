// Shared by all scripts of the page: elements, requests, messages, dialogs, dates and ids. The page's state is in `parts`.
const root = element.querySelector(".dateline");
const find = (selector, from = root) => from.querySelector(selector);
const all = (selector, from = root) => [...from.querySelectorAll(selector)];
const parts = { filters: { since: "", until: "", publisher: "" }, conversation: "", running: "", replaces: "", replaced: "" };

// A new element; properties named on... are event listeners.
function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// Sends a request and returns the JSON of its response. Throws an Error with a message for the user, and its `status`.
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
  const reply = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(reply.error || reply.detail || `the server said ${answer.status}`), { status: answer.status });
  return reply;
}

// Runs the work of an event; an error is shown as a message, and the result is undefined then.
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}

// Shows a message for a few seconds, with a button for an action if one is given.
function toast(words, action, work) {
  const shown = make("div", { class: "toast" }, make("span", {}, words));
  const timer = setTimeout(() => shown.remove(), action ? 15000 : 8000);
  if (action) {
    const act = () => { clearTimeout(timer); shown.remove(); attempt(work); };
    shown.append(make("button", { type: "button", onclick: act }, action));
  }
  shown.append(make("button", { type: "button", class: "icon", "aria-label": "Close this message", onclick: () => shown.remove() }, "✕"));
  find("[data-toasts]").append(shown);
}

// Opens the dialog; resolves to true for OK and false for Cancel. Without a label for Cancel there is no such button.
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

// 32 random hexadecimal digits.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function remember(name, value) {
  try { localStorage.setItem(`dateline-${name}`, value); } catch (error) { /* storage is turned off */ }
}

function remembered(name) {
  try { return localStorage.getItem(`dateline-${name}`); } catch (error) { return null; }
}

// Debounces a function: it runs once no further call has come for so long.
function debounced(work, milliseconds = 250) {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), milliseconds); };
}
