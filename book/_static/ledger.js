// The ledger page: choose by chapter, status, or a word. Without this script the
// page is the whole list.
(function () {
  const HEADS = { equation: 0, status: 1 };

  function text(cell) {
    return cell ? cell.textContent.trim() : "";
  }

  // The tables of equations, each with the line above it that names the chapter, and its rows.
  function read() {
    const found = [];
    document.querySelectorAll(".cell_output table").forEach((table) => {
      if (text(table.querySelector("th")) !== "equation") return;
      const box = table.closest(".pst-scrollable-table-container") || table;
      const head = box.previousElementSibling;
      const rows = [...table.querySelectorAll("tbody tr")].map((element) => {
        const cells = element.querySelectorAll("td");
        return {
          element,
          status: text(cells[HEADS.status]),
          words: element.textContent.toLowerCase(),
        };
      });
      const link = head && head.querySelector("a");
      found.push({ chapter: text(link), head, box, rows });
    });
    return found;
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
    const tables = read();
    if (!tables.length || !tables[0].rows.length || !document.querySelector("#the-ledger")) return;
    const all = tables.flatMap((table) => table.rows);
    const form = document.createElement("form");
    form.className = "nn-filter";
    form.setAttribute("aria-label", "Choose equations");
    choice(form, "chapter", "Chapter", tables.map((table) => table.chapter));
    choice(form, "status", "Status", [...new Set(all.map((row) => row.status))]);
    const wrapper = document.createElement("label");
    wrapper.textContent = "With the word ";
    const word = Object.assign(document.createElement("input"), { type: "search", name: "word" });
    wrapper.append(word);
    const count = document.createElement("output");
    form.append(wrapper, count);

    function update() {
      const wanted = new FormData(form);
      const [chapter, status] = ["chapter", "status"].map((n) => wanted.get(n));
      const needle = wanted.get("word").trim().toLowerCase();
      let shown = 0;
      for (const table of tables) {
        let own = 0;
        for (const row of table.rows) {
          const keep =
            (!chapter || table.chapter === chapter) &&
            (!status || row.status === status) &&
            row.words.includes(needle);
          row.element.hidden = !keep;
          own += keep;
        }
        table.box.hidden = !own;
        if (table.head) table.head.hidden = !own;
        shown += own;
      }
      count.textContent = `${shown} of ${all.length} equations`;
    }

    form.addEventListener("input", update);
    form.addEventListener("change", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    (tables[0].head || tables[0].box).before(form);
    update();
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
