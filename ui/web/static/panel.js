// The panel with the article of a citation, scrolled to the cited sentence, and steps between citations.
const panel = find(".panel");
let cited = null;

const citations = () => all(".statement .cite[data-article]", turns);

// Opens the article that a chip, a source or a list entry names; all its quotes in the answer are marked.
async function openArticle(from) {
  const { article, quote } = from.dataset;
  const others = all(`.cite[data-article="${CSS.escape(article)}"]`, from.closest("[data-turn]") || turns).map((c) => c.dataset.quote);
  const quotes = [quote, ...others.filter((other) => other !== quote)].filter(Boolean);
  const search = [...new Set(quotes)].map((q) => `quote=${encodeURIComponent(q)}`).join("&");
  const opened = await request(`/api/articles/${encodeURIComponent(article)}?${search}`);
  cited = from;
  for (const chip of all('.cite[aria-current="true"]')) chip.removeAttribute("aria-current");
  if (from.matches(".cite")) from.setAttribute("aria-current", "true");
  find("[data-article-body]").innerHTML = opened.html;
  find("[data-article-body]").scrollTop = 0;
  panel.hidden = false;
  root.dataset.panel = "open";
  root.dataset.side = "closed";
  showPlace();
  const mark = find("[data-article-body] mark.focus") || find("[data-article-body]");
  mark.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  (find("[data-article-body] mark.focus") || find("[data-article-body]")).focus({ preventScroll: true });
}

// Shows which citation of how many is open.
function showPlace() {
  const chips = citations();
  const at = chips.indexOf(cited);
  find("[data-place]").textContent = at < 0 ? "" : `${at + 1} of ${chips.length}`;
  find('[data-do="previous-citation"]').disabled = chips.length === 0 || at === 0;
  find('[data-do="next-citation"]').disabled = chips.length === 0 || at === chips.length - 1;
}

function step(by) {
  const chips = citations();
  if (!chips.length) return;
  const at = cited && chips.includes(cited) ? chips.indexOf(cited) + by : by > 0 ? 0 : chips.length - 1;
  if (chips[at]) attempt(() => openArticle(chips[at]));
}

function closePanel() {
  if (panel.hidden) return false;
  panel.hidden = true;
  root.dataset.panel = "closed";
  for (const chip of all('.cite[aria-current="true"]')) chip.removeAttribute("aria-current");
  if (cited?.isConnected) cited.focus();
  return true;
}

root.addEventListener("click", (event) => {
  const from = event.target.closest("[data-article]");
  if (from) attempt(() => openArticle(from));
});
find('[data-do="close-panel"]').addEventListener("click", closePanel);
find('[data-do="next-citation"]').addEventListener("click", () => step(1));
find('[data-do="previous-citation"]').addEventListener("click", () => step(-1));
