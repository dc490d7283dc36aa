// Opens the composer under the post one answers, and quotes what is selected.
import { fetchPage, tell, word } from "./page.js";

export function openInPlace() {
  const form = document.getElementById("write");
  const parent = form?.querySelector('input[name="parent"]');
  if (!form || !parent) return;
  const area = form.querySelector("textarea");
  const label = form.querySelector("label");
  const home = document.createComment("composer");
  const words = label.textContent;
  form.before(home);

  const back = () => {
    const from = parent.value;
    home.after(form);
    parent.value = "";
    label.textContent = words;
    close.remove();
    document.querySelector(`[data-reply="${CSS.escape(from)}"]`)?.focus();
  };
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn quiet";
  close.textContent = "×";
  close.setAttribute("aria-label", word("cancel"));
  close.addEventListener("click", back);

  const open = (post, seq) => {
    post.after(form);
    parent.value = seq;
    label.textContent = `${word("answering")} ${post.querySelector(".by h2")?.textContent ?? ""} `;
    label.after(close);
    area.focus();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-reply], [data-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const post = link.closest("article.post");
    event.preventDefault();
    const { quote, reply } = link.dataset;
    const text = quote ? selectedIn(post) : "";
    open(post, quote ?? reply);
    if (quote) await insertQuote(link.href, text, area);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && parent.value) back();
  });
}

function selectedIn(post) {
  const chosen = getSelection();
  const body = post.querySelector(".text");
  const inside = body && chosen.rangeCount && body.contains(chosen.getRangeAt(0).commonAncestorContainer);
  return inside ? chosen.toString().trim().slice(0, 1500) : "";
}

// The server knows how a quote is written; it fills the text field of its own reply page.
async function insertQuote(href, text, area) {
  try {
    const page = await fetchPage(href + encodeURIComponent(text));
    const quote = page.querySelector("#write textarea")?.value.trim();
    if (!quote) return;
    const start = area.value.trim() ? `${area.value.trimEnd()}\n\n` : "";
    area.value = `${start}${quote}\n\n`;
    area.setSelectionRange(area.value.length, area.value.length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    tell(word("failed"));
  }
}
