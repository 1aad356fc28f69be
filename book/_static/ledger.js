// The ledger page: choose by chapter, status, or a word.
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
      const chapter = text(head && head.querySelector("a"));
      const rows = [...table.querySelectorAll("tbody tr")].map((element) => {
        const cells = element.querySelectorAll("td");
        return { element, chapter, status: text(cells[HEADS.status]) };
      });
      found.push({ chapter, head, box, rows });
    });
    return found;
  }

  function begin() {
    const tables = read();
    if (!tables.length || !tables[0].rows.length || !document.querySelector("#the-ledger")) return;
    const rows = tables.flatMap((table) => table.rows);
    window.nnFilter({
      label: "Choose equations",
      unit: "equations",
      choices: [
        ["chapter", "Chapter", tables.map((table) => table.chapter)],
        ["status", "Status", [...new Set(rows.map((row) => row.status))]],
      ],
      rows,
      before: tables[0].head || tables[0].box,
      after() {
        for (const { head, box, rows: own } of tables) {
          box.hidden = own.every((row) => row.element.hidden);
          if (head) head.hidden = box.hidden;
        }
      },
    });
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
