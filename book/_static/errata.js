// The errata of the lecture notes: choose by set, kind, way of checking, or a word.
document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("#errata-of-the-lecture-notes")) return;
  const table = [...document.querySelectorAll(".cell_output table")].find(
    (found) => found.querySelector("th").textContent.trim() === "place"
  );
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")].map((element) => {
    const { kind, checked } = element.querySelector("[data-kind]").dataset;
    return { element, kind, checked, set: element.textContent.trim().charAt(0) };
  });
  const values = (name) => [...new Set(rows.map((row) => row[name]))].sort();
  window.nnFilter({
    label: "Choose errata",
    unit: "errata",
    choices: [
      ["set", "Set", values("set")],
      ["kind", "Kind", values("kind")],
      ["checked", "Checked", values("checked")],
    ],
    rows,
    before: table.closest(".pst-scrollable-table-container") || table,
  });

  // A link to an entry opens its reasons.
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const reasons = target && target.closest("tr") && target.closest("tr").querySelector("details");
  if (reasons) {
    reasons.open = true;
    target.scrollIntoView();
  }
});
