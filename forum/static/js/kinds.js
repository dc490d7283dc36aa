// Shows the fields of the chosen kind of topic only; without this file all of them are there.
export function showChosenKind() {
  const kinds = document.querySelectorAll("fieldset[data-kind]");
  if (!kinds.length) return;
  const show = () => {
    const chosen = document.querySelector('input[name="kind"]:checked')?.value;
    for (const kind of kinds) {
      kind.hidden = kind.dataset.kind !== chosen;
      // What is hidden must not be sent, nor keep the form from being sent.
      kind.disabled = kind.hidden;
    }
  };
  document.addEventListener("change", (event) => event.target.name === "kind" && show());
  addEventListener("pageshow", show);
  show();
}
