// The stored conversations: searched, opened, renamed, exported, deleted and restored.
const kept = find('[data-list="conversations"]');
const searchKept = find('[data-search="conversations"]');

async function loadConversations() {
  const { conversations } = await request(`/api/conversations?q=${encodeURIComponent(searchKept.value)}`);
  kept.replaceChildren(...conversations.map(row));
  if (!conversations.length) kept.append(make("li", { class: "quiet" }, searchKept.value ? "None with these words." : "None yet."));
  markConversation();
}

function row({ id, title, updated, turns: count }) {
  const words = `${day(updated)} · ${count} question${count === 1 ? "" : "s"}`;
  const open = make("button", { type: "button", class: "row", "data-conversation": id, onclick: () => attempt(() => goTo(id)) },
    make("b", {}, title), make("span", { class: "quiet" }, words));
  const menu = make("details", { class: "menu" }, make("summary", { "aria-label": `More for ${title}` }, "⋯"),
    make("div", {},
      make("button", { type: "button", onclick: () => attempt(() => rename(id, title)) }, "Rename"),
      make("a", { href: `/api/conversations/${id}/export?format=markdown`, download: true }, "Export as Markdown"),
      make("a", { href: `/api/conversations/${id}/export?format=json`, download: true }, "Export as JSON"),
      make("button", { type: "button", onclick: () => attempt(() => remove(id, title)) }, "Delete")));
  return make("li", {}, open, menu);
}

function goTo(id) {
  root.dataset.side = "closed";
  return openConversation(id);
}

async function rename(id, title) {
  const name = make("input", { id: "box-name", maxlength: 200, value: title });
  if (!(await box("Rename the conversation", [make("label", { for: "box-name" }, "Name"), name], "Rename"))) return;
  const changed = await request(`/api/conversations/${id}`, { method: "PATCH", body: { title: name.value } });
  if (id === parts.conversation) find("[data-title]").textContent = changed.title || name.value;
  await loadConversations();
}

async function remove(id, title) {
  await request(`/api/conversations/${id}`, { method: "DELETE" });
  if (id === parts.conversation) newConversation();
  await loadConversations();
  toast(`“${title}” is deleted.`, "Undo", async () => {
    await request(`/api/conversations/${id}/restore`, { method: "POST" });
    await loadConversations();
  });
}

// Marks the open conversation in the list.
function markConversation() {
  for (const button of all("[data-conversation]")) {
    if (button.dataset.conversation === parts.conversation) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

searchKept.addEventListener("input", debounced(() => attempt(loadConversations)));
find('[data-do="new"]').addEventListener("click", () => { root.dataset.side = "closed"; newConversation(); });
root.addEventListener("click", (event) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target) || event.target.closest(".menu div")) menu.open = false;
});
