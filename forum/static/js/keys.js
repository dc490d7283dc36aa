// j and k walk through posts or cards, r answers, / searches. Off by a member's setting (body data-keys).
const STEPS = "article.post, .feed > .card, .list > li";

export function listenToKeys() {
  if (document.body.dataset.keys === "off") return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], markdown-toolbar")) return;
    const act = { j: () => step(1), k: () => step(-1), r: reply, "/": search }[event.key];
    if (act?.()) event.preventDefault();
  });
}

function step(by) {
  const all = [...document.querySelectorAll(STEPS)].filter((part) => part.offsetParent);
  const at = all.indexOf(document.activeElement?.closest(STEPS));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (!next) return false;
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function reply() {
  const link = document.activeElement?.closest("article.post")?.querySelector("[data-reply]");
  link?.click();
  return Boolean(link);
}

function search() {
  const field = document.querySelector(".find input");
  if (!field?.offsetParent) return false;
  field.focus();
  return true;
}
