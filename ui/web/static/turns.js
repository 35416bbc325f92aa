// The conversation: asking, showing answers while they are written, and the actions on an answer.
const question = find("#question");
const turns = find("[data-turns]");

// Sends a question; `replaces` is the turn whose place it takes.
function ask(text, replaces = "") {
  const turn = newId();
  if (replaces) removeFrom(replaces);
  parts.replaced = replaces;
  lastHtml = "";
  noteUpdate();
  if (!parts.conversation) inConversation(newId(), text);
  running(turn);
  turns.append(make("article", { class: "turn", id: `turn-${turn}`, "data-turn": turn, "data-state": "waiting" },
    make("h2", { class: "question" }, text), make("p", { class: "stage" }, "Searching…")));
  toEnd(true);
  trigger("ask", { turn, question: text, conversation: parts.conversation, replaces, filters: parts.filters, browser: browser() });
}

// An id for all tabs of this browser, by which the server's fair queue counts questions where nobody signs in.
function browser() {
  const known = remembered("browser");
  const id = /^[0-9a-f]{32}$/.test(known) ? known : newId();
  if (id !== known) remember("browser", id);
  return id;
}

// Shows what the server sends for a turn: {conversation, title, turn, state, html, back} or {turn, error}.
function take(shown) {
  if (!shown || !shown.turn) return;
  noteUpdate();
  if (shown.title && shown.turn === parts.running) inConversation(shown.conversation, shown.title);
  if (shown.turn === parts.running) {
    if (shown.back || (shown.error && parts.replaced)) return attempt(() => restoreReplaced(shown));
    lastHtml = shown.html;
  }
  const old = find(`#turn-${shown.turn}`);
  if (!old) return over(shown);
  const near = atEnd();
  if (shown.error) {
    old.querySelector(".stage")?.remove();
    old.append(make("p", { class: "failed", role: "alert" }, shown.error));
    if (!question.value) { question.value = questionOf(shown.turn); grow(); }
  } else old.outerHTML = shown.html;
  if (near) toEnd();
  over(shown);
}

// A question that should have replaced another ended without an answer: the server has restored the old one.
async function restoreReplaced(shown) {
  const asked = questionOf(shown.turn);
  const replaced = parts.replaced;
  running("");
  toast(`${shown.error || shown.back} The conversation is as it was.`);
  await openConversation(parts.conversation);
  if (question.value || all(".question", turns).some((one) => one.textContent === asked)) return;
  question.value = asked;
  parts.replaces = find(`#turn-${replaced}`) ? replaced : "";
  grow();
}

// After the last update of the running turn: enable asking, and announce the answer to screen readers.
function over(shown) {
  if (!shown.error && !ended(shown.state)) return;
  if (shown.turn === parts.running) {
    running("");
    const text = all(`#turn-${shown.turn} .statement, #turn-${shown.turn} .failed, #turn-${shown.turn} .unsaved`).map(plain).join(" ");
    find("[data-announce]").textContent = text || "Stopped.";
    attempt(loadConversations);
  }
}

// Updates may be lost: a turn without one for a while is requested. Waiting and searching may take long without any.
let lastUpdate = Date.now();
let lastHtml = "";
let unknown = 0;
function noteUpdate() { lastUpdate = Date.now(); unknown = 0; }
setInterval(() => {
  if (parts.running && Date.now() - lastUpdate > 4000) { lastUpdate = Date.now(); lookUp().catch(() => {}); }
}, 1000);

async function lookUp() {
  const turn = parts.running;
  let shown;
  try {
    shown = await request(`/api/turns/${turn}`);
  } catch (error) {
    if (error.status === 404 && turn === parts.running) await notArrived(turn);
    return;
  }
  if (turn !== parts.running || shown.html === lastHtml) return;
  take(shown);
  // The stream missed an update: another stream continues from here.
  if (parts.running) trigger("watch", { turn, conversation: parts.conversation });
}

// The server does not know the turn: its question may still be on its way. After some tries it is given back to the
// user, and stopped should it arrive.
async function notArrived(turn) {
  unknown += 1;
  if (unknown < 6) return;
  await request(`/api/turns/${turn}/stop`, { method: "POST" });
  take({ turn, error: "The question did not reach Dateline, which may have too much to do: ask again in a minute." });
}

const ended = (state) => ["done", "stopped", "failed"].includes(state);

function running(turn) {
  parts.running = turn;
  find("[data-ask]").hidden = Boolean(turn);
  find('[data-do="stop"]').hidden = !turn;
  turns.setAttribute("aria-busy", String(Boolean(turn)));
  start();
}

function start() {
  find("[data-start]").hidden = turns.childElementCount > 0 || Boolean(parts.running);
}

function inConversation(id, title) {
  if (title) find("[data-title]").textContent = title;
  if (parts.conversation === id) return;
  parts.conversation = id;
  history.replaceState(null, "", id ? `#${id}` : location.pathname);
}

async function openConversation(id) {
  const kept = await request(`/api/conversations/${id}`);
  inConversation(kept.id, kept.title);
  parts.replaces = parts.replaced = "";
  turns.innerHTML = kept.turns.map((turn) => turn.html).join("");
  const unfinished = kept.turns.find((turn) => !ended(turn.state));
  running(unfinished ? unfinished.id : "");
  lastHtml = unfinished ? unfinished.html : "";
  if (unfinished) trigger("watch", { turn: unfinished.id, conversation: id });
  start();
  toEnd(true);
  markConversation();
}

function newConversation() {
  parts.replaces = parts.replaced = "";
  inConversation("", "Ask your articles");
  turns.replaceChildren();
  running("");
  markConversation();
  question.focus();
}

// Removes a turn and all after it from the page.
function removeFrom(turn) {
  for (let at = find(`#turn-${turn}`); at;) { const next = at.nextElementSibling; at.remove(); at = next; }
}

// The text of an element, its citations as [1], without cards and buttons.
function plain(part) {
  const copy = part.cloneNode(true);
  for (const extra of copy.querySelectorAll('[role="tooltip"], .card, .ways')) extra.remove();
  for (const chip of copy.querySelectorAll(".cite")) chip.replaceWith(` [${chip.dataset.marker}]`);
  return copy.textContent.replace(/\s+/g, " ").trim();
}

// What the buttons of a turn do, by their data-do.
const actions = {
  retry: (turn) => ask(questionOf(turn), turn),
  edit: (turn) => {
    question.value = questionOf(turn);
    parts.replaces = turn;
    grow();
    question.focus();
    toast("Ask the question as it should be: it takes the place of this one and what follows.");
  },
  undo: async (turn) => {
    await request(`/api/conversations/${parts.conversation}/cut`, { method: "POST", body: { turn } });
    removeFrom(turn);
    start();
  },
  up: async (turn) => {
    await report(turn, { kind: "up" }, "Noted as right.");
    find(`#turn-${turn} [data-do="up"]`).setAttribute("aria-pressed", "true");
  },
  down: (turn) => complain(turn, "down", "What is wrong with this answer?"),
  wrong: (turn) => complain(turn, "wrong_evidence", "Which evidence is wrong?"),
  copy: async (turn) => {
    const lines = all(`#turn-${turn} .statement, #turn-${turn} .warning, #turn-${turn} .sources > li`).map(plain);
    await navigator.clipboard.writeText([questionOf(turn), ...lines].join("\n"));
    toast("Copied.");
  },
};

// Asks for the details of a report in a dialog, and sends it.
async function complain(turn, kind, title) {
  const note = make("textarea", { rows: 3, maxlength: 2000, id: "box-note" });
  const right = make("textarea", { rows: 2, maxlength: 2000, id: "box-right" });
  const content = [make("label", { for: "box-note" }, "What is wrong?"), note,
    make("label", { for: "box-right" }, "The right answer, if you know it (it becomes a test question)"), right];
  if (!(await box(title, content, "Report"))) return;
  const at = cited?.closest("[data-turn]")?.dataset.turn === turn ? Number(cited.dataset.marker) : undefined;
  const marker = kind === "wrong_evidence" && at ? { marker: at } : {};
  await report(turn, { kind, note: note.value, right_answer: right.value, ...marker }, "Reported.");
}

async function report(turn, body, words) {
  await request(`/api/turns/${turn}/feedback`, { method: "POST", body });
  toast(`${words} 'dateline feedback' lists the reports and makes test questions of them.`);
}

function questionOf(turn) {
  return find(`#turn-${turn} .question`).textContent;
}

function atEnd() {
  const talk = find(".talk");
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 160;
}

function toEnd(now = false) {
  const last = turns.lastElementChild;
  const talk = find(".talk");
  if (!last) return;
  // A long answer is read from its question on: never scroll the question out of view.
  const top = last.getBoundingClientRect().top - talk.getBoundingClientRect().top + talk.scrollTop - 12;
  const bottom = talk.scrollHeight - talk.clientHeight;
  talk.scrollTo({ top: Math.min(bottom, now ? top : Math.max(top, talk.scrollTop)) });
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${Math.min(question.scrollHeight + 2, innerHeight / 3)}px`;
}

function submit() {
  const text = question.value.trim();
  if (!text || parts.running) return;
  const replaces = parts.replaces;
  parts.replaces = "";
  question.value = "";
  grow();
  ask(text, replaces);
}

find("[data-asking]").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});
turns.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && actions[button.dataset.do]) attempt(() => actions[button.dataset.do](button.closest("[data-turn]").dataset.turn));
});
find('[data-do="stop"]').addEventListener("click", () => attempt(stop));

// If the question is still on its way, the server stops it when it arrives.
async function stop() {
  if (parts.running) await request(`/api/turns/${parts.running}/stop`, { method: "POST" });
}

watch("value", () => take(props.value));
