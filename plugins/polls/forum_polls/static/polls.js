// Ranks: giving a rank to one option takes it from the other that had it. Works without, too.
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("select[data-rank]") || !target.value) return;
  for (const other of target.form.querySelectorAll("select[data-rank]")) {
    if (other !== target && other.value === target.value) other.value = "";
  }
});
