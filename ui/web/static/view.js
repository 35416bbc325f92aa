// Colours, text size, tabs, drawers, keys, a server that does not answer; and the start of the page.
const themes = [["", "as the system"], ["light", "light"], ["dark", "dark"]];

function theme(name) {
  document.documentElement.dataset.theme = name;
  remember("theme", name);
  find("[data-theme-next]").setAttribute("aria-label", `Colours: ${themes.find(([each]) => each === name)[1]}`);
}

function size(step) {
  const now = Math.min(160, Math.max(80, Number(remembered("size") || 100) + 10 * step));
  root.style.setProperty("--size", String(now / 100));
  remember("size", String(now));
}

function tab(name) {
  for (const each of all('[role="tab"]')) {
    const chosen = each.getAttribute("aria-controls") === name;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    find(`#${each.getAttribute("aria-controls")}`).hidden = !chosen;
  }
}

function side(open) {
  root.dataset.side = open ? "open" : "closed";
  find('[data-open="side"]').setAttribute("aria-expanded", String(open));
  if (open) find('[role="tab"][aria-selected="true"]').focus();
}

function keys() {
  const rows = [["/", "to the question"], ["Enter", "ask (Shift and Enter: a new line)"], ["Escape", "stop, or close the article"],
    ["n, p", "the next, the previous citation"], ["c", "a new conversation"], ["a", "conversations and articles"]];
  box("Keys", [make("table", {}, ...rows.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, key), make("td", {}, what))))], "Close", "");
}

// The server does not answer: show a banner, and reload the page once it does.
let waiting = null;
function lost() {
  if (waiting) return;
  const banner = find(".banner");
  banner.hidden = false;
  banner.textContent = "Dateline does not answer: its server was stopped or restarts. This page goes on by itself when it is back.";
  waiting = setInterval(async () => {
    const healthy = await fetch("/health").then((answer) => answer.ok, () => false);
    if (!healthy) return;
    clearInterval(waiting);
    saveDraft();
    location.reload();
  }, 2000);
}
// Keeps the question being written, or one that the server may not have received, across the reload.
function saveDraft() {
  const asked = parts.running ? questionOf(parts.running) : "";
  try { sessionStorage.setItem("dateline-draft", question.value || asked); } catch (error) { /* storage is turned off */ }
}

function takeDraft() {
  let draft = "";
  try {
    draft = sessionStorage.getItem("dateline-draft") || "";
    sessionStorage.removeItem("dateline-draft");
  } catch (error) { /* storage is turned off */ }
  if (draft && !question.value && !all(".question", turns).some((asked) => asked.textContent === draft)) {
    question.value = draft;
    grow();
    question.focus();
  }
}

// Is the server still there? Asked while an answer is awaited, and after one that failed: a server that ends says so last.
setInterval(() => {
  const unsure = parts.running || find('.turn:last-of-type[data-state="failed"]');
  if (unsure && !waiting) fetch("/health").then((answer) => answer.ok || lost(), lost);
}, 2500);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !find("[data-box]").open) {
    if (parts.running) attempt(stop);
    else if (root.dataset.side === "open") { side(false); find('[data-open="side"]').focus(); }
    else closePanel();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const act = { "/": () => question.focus(), n: () => step(1), p: () => step(-1), c: newConversation, a: () => side(root.dataset.side !== "open"), "?": keys }[event.key];
  if (act) { event.preventDefault(); act(); }
});
for (const each of all('[role="tab"]')) {
  each.addEventListener("click", () => tab(each.getAttribute("aria-controls")));
  each.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = all('[role="tab"]').find((one) => one !== each);
    other.click();
    other.focus();
  });
}
find('[data-open="side"]').addEventListener("click", () => side(root.dataset.side !== "open"));
find('[data-open="keys"]').addEventListener("click", keys);
find("[data-theme-next]").addEventListener("click", () => {
  const at = themes.findIndex(([name]) => name === (document.documentElement.dataset.theme || ""));
  theme(themes[(at + 1) % themes.length][0]);
});
for (const button of all("[data-size]")) button.addEventListener("click", () => size(Number(button.dataset.size)));

// The id of the conversation in the page's address, "" for none.
const named = () => (/^#[0-9a-f]{32}$/.test(location.hash) ? location.hash.slice(1) : "");
window.addEventListener("hashchange", () => { if (named() && named() !== parts.conversation) attempt(() => openConversation(named())); });

document.documentElement.lang = "en";
theme(themes.some(([name]) => name === remembered("theme")) ? remembered("theme") : "");
size(0);
attempt(loadConversations);
attempt(loadArticles);
attempt(loadExamples);
attempt(async () => { if (named()) await openConversation(named()); }).then(takeDraft);
