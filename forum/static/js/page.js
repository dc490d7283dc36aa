// What the other parts share: the words from the server, the live region, fetching a page.
const words = document.getElementById("words")?.dataset ?? {};

export const word = (name) => words[name] ?? "";

export function tell(text) {
  const region = document.getElementById("status");
  if (!region || !text) return;
  const line = document.createElement("p");
  line.className = "sr";
  line.textContent = text;
  region.replaceChildren(line);
}

// What the answer's page says of what was done: seen and heard, over the page that stays.
export function tellFrom(page) {
  const region = document.getElementById("status");
  const said = [...page.querySelectorAll("#status > *")];
  if (!region || !said.length) return tell(word("done"));
  region.classList.add("over");
  region.replaceChildren(...said.map((line) => document.importNode(line, true)));
}

export async function fetchPage(url, options = {}) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || !type.startsWith("text/html")) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
