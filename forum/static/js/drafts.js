// Keeps what is being written on this device until the server has it.
import { tell, word } from "./page.js";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const WAIT_MS = 1200;
// Two members may share one browser.
const PREFIX = `draft:${document.body.dataset.me ?? ""}:`;

const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  },
  put(key, text) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ text, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try { localStorage.removeItem(PREFIX + key); } catch { /* private mode */ }
  },
  empty() {
    try {
      const drafts = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
      drafts.forEach((key) => localStorage.removeItem(key));
    } catch { /* private mode */ }
  },
};

export function keepDrafts() {
  clearSent();
  document.querySelector('form[action="/logout"]')?.addEventListener("submit", store.empty);
  for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
}

function watch(form) {
  const key = form.dataset.draft;
  const area = form.querySelector("textarea");
  const status = form.querySelector("[data-saved]");
  const kept = store.get(key);
  let timer;
  if (kept && kept.text && !area.value.trim() && Date.now() - kept.at < KEEP_MS) {
    area.value = kept.text;
    if (status) status.textContent = word("restored");
  }
  const save = () => {
    clearTimeout(timer);
    if (!area.value.trim()) return store.drop(key);
    if (store.put(key, area.value) && status) status.textContent = word("saved");
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  });
  addEventListener("pagehide", save);
  // Sent is not yet arrived: the draft goes only when the next page says so.
  form.addEventListener("submit", (event) => {
    save();
    if (!navigator.onLine) {
      event.preventDefault();
      form.removeAttribute("data-sent");
      tell(word("offline"));
      if (status) status.textContent = word("offline");
    }
  });
}

// The page after a success carries data-draft-done="key".
function clearSent() {
  for (const mark of document.querySelectorAll("[data-draft-done]")) store.drop(mark.dataset.draftDone);
}
