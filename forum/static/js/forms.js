// Sends a form once, and replaces only the part of the page that a one-button post changed.
import { fetchPage, tell, tellFrom, word } from "./page.js";

const SENT = "data-sent";

export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.hasAttribute(SENT)) return event.preventDefault();
    form.setAttribute(SENT, "");
    form.setAttribute("aria-busy", "true");
  });
  // Coming back by the back button must find a form that can be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll(`[${SENT}]`)) {
      form.removeAttribute(SENT);
      form.removeAttribute("aria-busy");
    }
  });
}

const around = (element) => element?.closest("[data-fragment], article.post[id]");
const nameOf = (part) => part.dataset.fragment ?? part.id;
const find = (page, name) =>
  page.querySelector(`[data-fragment="${CSS.escape(name)}"], article#${CSS.escape(name)}`);

export function replaceFragments() {
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const part = event.target.id === "act" && around(button);
    if (!part) return;
    event.preventDefault();
    if (part.getAttribute("aria-busy") === "true") return;
    part.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(event.target, button));
    try {
      const headers = { "X-Fragment": nameOf(part) };
      const page = await fetchPage(button.formAction, { method: "POST", body, headers });
      put(page, part, button);
    } catch {
      part.removeAttribute("aria-busy");
      tell(navigator.onLine ? word("failed") : word("offline"));
    }
  });
}

function put(page, part, button) {
  const fresh = find(page, nameOf(part));
  if (!fresh) return location.reload();
  const { formAction, name, value } = button;
  const buttons = (within) => [...within.querySelectorAll("button[formaction]")];
  const place = buttons(part).indexOf(button);
  const imported = document.importNode(fresh, true);
  part.replaceWith(imported);
  const again = buttons(imported);
  const same = again.find((b) => b.formAction === formAction && b.name === name && b.value === value);
  const alike = same ?? again.find((b) => b.formAction === formAction);
  // A button that has done its work may be gone: the one in its place has the focus then.
  (alike ?? again[Math.min(place, again.length - 1)] ?? imported.querySelector("a"))?.focus();
  updateBells(page);
  tellFrom(page);
}

function updateBells(page) {
  const fresh = [...page.querySelectorAll(".bell")];
  document.querySelectorAll(".bell").forEach((bell, at) => {
    if (fresh[at]) bell.replaceWith(document.importNode(fresh[at], true));
  });
}
