// Suggests people after "@": only those who may see the topic, so the server decides.
export function suggestPeople() {
  for (const expander of document.querySelectorAll("text-expander")) {
    expander.addEventListener("text-expander-change", (event) => {
      const { key, text, provide } = event.detail;
      if (key === "@" && text.length) provide(suggest(expander, text));
    });
    expander.addEventListener("text-expander-value", (event) => {
      event.detail.value = event.detail.item.dataset.value;
    });
  }
}

const asked = new WeakMap();

async function suggest(expander, text) {
  asked.get(expander)?.abort();
  const question = new AbortController();
  asked.set(expander, question);
  const answer = await ask(new URLSearchParams({ q: text, ...expander.dataset }), question.signal);
  // The expander would close the list of the newer question: this one is never answered.
  return question.signal.aborted ? new Promise(() => {}) : answer;
}

async function ask(query, signal) {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(`/mentions?${query}`, { headers, signal });
    const { people = [] } = answer.ok ? await answer.json() : {};
    return { matched: people.length > 0, fragment: list(people) };
  } catch {
    return { matched: false };
  }
}

function list(people) {
  const box = document.createElement("ul");
  box.className = "suggest";
  box.setAttribute("role", "listbox");
  people.forEach(({ handle, name, line }, at) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `suggest-${at}`;
    item.dataset.value = `@${handle}`;
    item.textContent = line ? `${name} (${line})` : name;
    box.append(item);
  });
  return box;
}
