// The articles: adding, searching, filtering, removing and restoring them; example questions.
const shelf = find('[data-list="articles"]');
const searchArticles = find('[data-search="articles"]');
const adding = find("[data-adding]");
let shown = 0;

async function loadArticles(more = false) {
  const { since, until, publisher } = parts.filters;
  const search = new URLSearchParams({ q: searchArticles.value, since, until, publisher, offset: more ? shown : 0, limit: 50 });
  const page = await request(`/api/articles?${search}`);
  if (!more) { shelf.replaceChildren(); shown = 0; }
  shelf.append(...page.articles.map(articleRow));
  shown += page.articles.length;
  const [matching, total] = [page.total, page.stats.articles];
  find("[data-count]").textContent = matching === total ? `${total} article${total === 1 ? "" : "s"}` : `${matching} of ${total} articles`;
  find('[data-do="more-articles"]').hidden = shown >= matching;
  find("[data-empty]").hidden = total > 0;
  publishers(page.publishers);
  scope(matching);
}

function articleRow({ id, title, publisher, published }) {
  const words = [publisher, published ? day(published.slice(0, 10)) : "undated"].filter(Boolean).join(" · ");
  return make("li", {},
    make("button", { type: "button", class: "row", "data-article": id }, make("b", {}, title || "Untitled"), make("span", { class: "quiet" }, words)),
    make("button", { type: "button", class: "icon", "aria-label": `Remove ${title}`, onclick: () => attempt(() => removeArticle(id, title)) }, "✕"));
}

// Removes an article after a question, and offers to undo it.
async function removeArticle(id, title) {
  if (!(await box("Remove the article?", [make("p", {}, `“${title}” is taken out of the collection, for everyone. The file it came from stays.`)], "Remove"))) return;
  const gone = await request(`/api/articles/${id}`, { method: "DELETE" });
  await changed();
  toast(`“${title}” is removed.`, "Undo", async () => {
    await request(`/api/articles/undo/${gone.undo}`, { method: "POST" });
    await changed();
  });
}

// Fills the list of publishers, keeping the chosen one.
function publishers(counts) {
  const select = find('[data-filter="publisher"]');
  const names = counts.map((each) => each.name);
  if (parts.filters.publisher && !names.includes(parts.filters.publisher)) names.push(parts.filters.publisher);
  select.replaceChildren(make("option", { value: "" }, "all"), ...names.map((name) => make("option", { value: name }, name)));
  select.value = parts.filters.publisher;
}

// Shows which articles questions are limited to, if they are.
function scope(matching) {
  const { since, until, publisher } = parts.filters;
  const limits = [publisher, since && `since ${since}`, until && `until ${until}`].filter(Boolean);
  find("[data-scope]").textContent = limits.length ? `asks ${matching} article${matching === 1 ? "" : "s"}: ${limits.join(", ")}` : "";
  find('[data-do="all-articles"]').hidden = !limits.length;
}

// Uploads files and shows the progress that the server streams.
async function add(files) {
  if (!files.length) return;
  tab("articles");
  if (find('[data-open="side"]').checkVisibility()) side(true);
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  adding.replaceChildren(make("p", {}, `Sending ${files.length} file${files.length === 1 ? "" : "s"}…`));
  const answer = await fetch("/api/articles", { method: "POST", body: form });
  if (!answer.ok) {
    adding.replaceChildren();
    throw new Error((await answer.json().catch(() => ({}))).error || `the server said ${answer.status}`);
  }
  for await (const line of lines(answer.body)) progress(JSON.parse(line));
  await changed();
}

// The lines of a streamed response as they arrive.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const cut = (rest + read.value).split("\n");
    rest = cut.pop();
    yield* cut.filter(Boolean);
  }
  if (rest) yield rest;
}

// Shows one update of an upload: see collection/progress.py.
function progress(update) {
  if (update.error) adding.replaceChildren(make("p", { role: "alert" }, update.error));
  else if (update.waiting) adding.replaceChildren(make("p", {}, "Waiting: other articles are being added."));
  else if (update.report) adding.replaceChildren(results(update.report));
  else {
    const left = update.seconds_left === null || update.seconds_left === undefined ? "" : `, about ${Math.ceil(update.seconds_left)} s left`;
    adding.replaceChildren(make("progress", { max: update.total || 1, value: update.done, "aria-label": "Reading the articles" }),
      make("p", {}, `Reading ${update.reading || "…"}${left}`));
  }
}

// The results of an upload, failures first; more than a few are collapsed under their counts.
function results(report) {
  const first = (what) => (what === "failed" ? 0 : 1);
  const sorted = report.toSorted((one, other) => first(one.result) - first(other.result));
  const counts = [...new Set(sorted.map((each) => each.result))].map((what) => `${report.filter((each) => each.result === what).length} ${what}`);
  return make("details", { open: report.length <= 6 || sorted[0].result === "failed" }, make("summary", {}, counts.join(", ")), make("ul", { class: "report" }, ...sorted.map(result)));
}

function result({ name, result: what, reason }) {
  const sign = { added: "✓", changed: "✓", unchanged: "=", failed: "✕" }[what] || "";
  return make("li", { class: what }, `${sign} ${name}: ${what}${reason ? ` — ${reason}` : ""}`);
}

async function changed() {
  await loadArticles();
  await loadExamples();
}

async function loadExamples() {
  const { examples } = await request("/api/examples");
  find("[data-examples]").replaceChildren(...examples.map((text) =>
    make("li", {}, make("button", { type: "button", onclick: () => parts.running || ask(text) }, text))));
}

for (const input of all("[data-filter]")) {
  input.addEventListener("change", () => attempt(() => {
    parts.filters[input.dataset.filter] = input.value;
    return loadArticles();
  }));
}
find('[data-do="all-articles"]').addEventListener("click", () => attempt(() => {
  for (const input of all("[data-filter]")) { input.value = ""; parts.filters[input.dataset.filter] = ""; }
  return loadArticles();
}));
find('[data-do="more-articles"]').addEventListener("click", () => attempt(() => loadArticles(true)));
searchArticles.addEventListener("input", debounced(() => attempt(loadArticles)));
find('[data-do="first-articles"]').addEventListener("click", () => find("[data-files]").click());
find("[data-files]").addEventListener("change", (event) => { const files = [...event.target.files]; event.target.value = ""; attempt(() => add(files)); });
for (const kind of ["dragover", "dragleave", "drop"]) {
  root.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    find("[data-drop]").classList.toggle("over", kind === "dragover");
    if (kind === "drop") attempt(() => add([...event.dataTransfer.files]));
  });
}
