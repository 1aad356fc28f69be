// A form above a long list that chooses what is shown; the ledger and the errata use it. Without
// scripts a page is the whole list.
//
// label: of the form; unit: what is counted; choices: [name, label, values], as selects; rows: the
// list, each with its element and the value of each choice; before: where the form goes; after: what
// is to be done when rows were hidden or shown.
window.nnFilter = function ({ label, unit, choices, rows, before, after = () => {} }) {
  const form = document.createElement("form");
  form.className = "nn-filter";
  form.setAttribute("aria-label", label);

  function labelled(text, control) {
    const wrapper = document.createElement("label");
    wrapper.append(text + " ", control);
    form.append(wrapper);
  }

  for (const [name, text, values] of choices) {
    const select = Object.assign(document.createElement("select"), { name });
    select.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
    labelled(text, select);
  }
  const word = Object.assign(document.createElement("input"), { type: "search", name: "word" });
  labelled("With the word", word);
  const count = document.createElement("output");
  form.append(count);
  const words = new Map(rows.map((row) => [row, row.element.textContent.toLowerCase()]));

  function update() {
    const wanted = new FormData(form);
    const needle = wanted.get("word").trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const chosen = choices.every(([name]) => !wanted.get(name) || row[name] === wanted.get(name));
      row.element.hidden = !(chosen && words.get(row).includes(needle));
      shown += !row.element.hidden;
    }
    after();
    count.textContent = `${shown} of ${rows.length} ${unit}`;
  }

  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  before.before(form);
  update();
};
