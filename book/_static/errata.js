// The errata of the lecture notes: choose by set, kind, way of checking, or a word. Without this
// script the page is the whole list.
(function () {
  const LABELS = { set: "Set", kind: "Kind", checked: "Checked" };

  function text(cell) {
    return cell ? cell.textContent.trim() : "";
  }

  function choice(form, name, label, values) {
    const wrapper = document.createElement("label");
    wrapper.textContent = label + " ";
    const select = document.createElement("select");
    select.name = name;
    select.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
    wrapper.append(select);
    form.append(wrapper);
  }

  function begin() {
    if (!document.querySelector("#errata-of-the-lecture-notes")) return;
    const table = [...document.querySelectorAll(".cell_output table")].find(
      (found) => text(found.querySelector("th")) === "place"
    );
    if (!table) return;
    const rows = [...table.querySelectorAll("tbody tr")].map((element) => {
      const { kind, checked } = element.querySelector("[data-kind]").dataset;
      const set = text(element.querySelector("td")).charAt(0);
      return { element, kind, checked, set, words: element.textContent.toLowerCase() };
    });
    const form = document.createElement("form");
    form.className = "nn-filter";
    form.setAttribute("aria-label", "Choose errata");
    for (const [name, label] of Object.entries(LABELS))
      choice(form, name, label, [...new Set(rows.map((row) => row[name]))].sort());
    const wrapper = document.createElement("label");
    wrapper.textContent = "With the word ";
    const word = Object.assign(document.createElement("input"), { type: "search", name: "word" });
    wrapper.append(word);
    const count = document.createElement("output");
    form.append(wrapper, count);

    function update() {
      const wanted = new FormData(form);
      const needle = wanted.get("word").trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        const keep =
          Object.keys(LABELS).every((n) => !wanted.get(n) || row[n] === wanted.get(n)) &&
          row.words.includes(needle);
        row.element.hidden = !keep;
        shown += keep;
      }
      count.textContent = `${shown} of ${rows.length} errata`;
    }

    form.addEventListener("input", update);
    form.addEventListener("change", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    (table.closest(".pst-scrollable-table-container") || table).before(form);
    update();
    // A link to an entry opens its reasons.
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const entry = target && target.closest("tr");
    if (entry && entry.querySelector("details")) entry.querySelector("details").open = true;
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
