// Menus close as one expects; a post's menu is fetched when it is opened.
import { fetchPage } from "./page.js";

function close(menu) {
  if (menu.matches("details")) {
    menu.open = false;
    return;
  }
  menu.previousElementSibling.setAttribute("aria-expanded", "false");
  menu.remove();
}

export function closeMenus() {
  const open = () => document.querySelectorAll("details.menu[open], .drop.loaded");
  document.addEventListener("click", (event) => {
    const knob = event.target.closest("[data-menu]");
    for (const menu of open()) {
      if (!menu.contains(event.target) && menu.previousElementSibling !== knob) close(menu);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const knob = menu.querySelector("summary") ?? menu.previousElementSibling;
      close(menu);
      knob?.focus();
    }
  });
}

// The sheet of areas is a target: it closes when one leaves it, and gives the focus back.
export function closeSheet() {
  const sheet = document.querySelector("#areas .sheet");
  const knob = document.querySelector('.dock a[href="#areas"]');
  const isOpen = () => location.hash === "#areas" && knob?.offsetParent;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    location.hash = "#content";
    knob.focus();
  });
  document.addEventListener("focusin", (event) => {
    if (isOpen() && !sheet.parentElement.contains(event.target)) location.hash = "#content";
  });
}

// On a phone a row of tabs is wider than the screen.
export function showCurrentTab() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

export function loadMenus() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-menu]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.nextElementSibling?.matches(".loaded")) return close(link.nextElementSibling);
    try {
      const page = await fetchPage(link.href, { headers: { "X-Fragment": "menu" } });
      const entries = page.querySelector('[data-fragment="menu"]');
      if (!entries) throw new Error("no menu");
      const box = document.createElement("div");
      box.className = "drop loaded";
      box.append(...document.importNode(entries, true).childNodes);
      link.after(box);
      link.setAttribute("aria-expanded", "true");
      box.querySelector("a, button")?.focus();
    } catch {
      location.assign(link.href);
    }
  });
}
