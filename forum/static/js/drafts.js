// Keeps what is being written on this device until the server has it.
import { tell, word } from "./page.js";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const WAIT_MS = 1200;
const WRITTEN = "textarea, input[type=text], input[type=radio]";
// Two members may share one browser.
const PREFIX = `draft:${document.body.dataset.me ?? ""}:`;

const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  },
  put(key, kept) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ ...kept, at: Date.now() }));
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
  const fields = [...form.elements].filter((field) => field.matches(WRITTEN));
  const base = JSON.stringify(valuesOf(fields, "defaultValue", "defaultChecked"));
  const status = form.querySelector("[data-saved]");
  let timer;
  if (restore(fields, store.get(key), base) && status) status.textContent = word("restored");
  const save = (event) => {
    clearTimeout(timer);
    const texts = valuesOf(fields, "value", "checked");
    if (JSON.stringify(texts) === base && event?.type !== "submit") return store.drop(key);
    if (store.put(key, { texts, base }) && status) status.textContent = word("saved");
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
    addEventListener("pagehide", save);
  });
  // Sent is not yet arrived: the draft goes only when the next page says so.
  form.addEventListener("submit", (event) => {
    save(event);
    if (!navigator.onLine) {
      event.preventDefault();
      tell(word("offline"));
      if (status) status.textContent = word("offline");
    }
  });
}

const isChoice = (field) => field.type === "radio";

function valuesOf(fields, value, checked) {
  const given = fields.filter((field) => !isChoice(field) || field[checked]);
  return Object.fromEntries(given.map((field) => [field.name, field[value]]));
}

// What is on the page wins, unless it is what the draft began with or nothing at all.
function restore(fields, kept, base) {
  const isEmpty = fields.every((field) => isChoice(field) || !field.value.trim());
  if (!kept?.texts || Date.now() - kept.at > KEEP_MS) return false;
  if (kept.base !== base && !isEmpty) return false;
  for (const field of fields) {
    const text = kept.texts[field.name];
    if (isChoice(field)) field.checked = text === undefined ? field.checked : text === field.value;
    else field.value = text ?? field.value;
  }
  return true;
}

// The page after a success carries data-draft-done="key".
function clearSent() {
  for (const mark of document.querySelectorAll("[data-draft-done]")) store.drop(mark.dataset.draftDone);
}
