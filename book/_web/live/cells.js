// Puts "Run" and "Edit" at the code of a page. Everything else is loaded when one is pressed.

import { button } from "./button.js";

const script = document.querySelector("script[data-cells]");
const page = () => import("./page.js").then((module) => module.page(script.dataset));

/** A running time as one says it: "about 20 s". Nothing for what is quick. */
export function duration(seconds) {
  if (seconds < 5) return "";
  return seconds < 90 ? `about ${Math.round(seconds / 5) * 5} s` : `about ${Math.round(seconds / 60)} min`;
}

function bar(cell, first) {
  const at = Number(cell.id.slice("cell-".length));
  const made = document.createElement("div");
  made.className = "nn-run";
  const asked = (method) => async (event) => {
    event.currentTarget.disabled = true;
    const { cells } = await page();
    cells.get(at)[method]();
  };
  const slow = duration(seconds[at] ?? 0);
  made.append(
    button("Run", `Run this code in your browser. ${script.dataset.versions}`, asked("run")),
    button("Edit", "Change this code", asked("edit")),
  );
  if (slow || first) {
    const note = document.createElement("small");
    note.textContent = first ? `In your browser: ${script.dataset.versions}` : slow;
    made.append(note);
  }
  return made;
}

const seconds = JSON.parse(script.dataset.seconds);
const cells = document.querySelectorAll('.cell[id^="cell-"]');
let first = true;
for (const cell of cells) {
  const input = cell.querySelector(".cell_input");
  if (!input) continue;
  input.append(bar(cell, first && !input.closest("details") && !cell.dataset.exercise));
  if (!input.closest("details") && !cell.dataset.exercise) first = false;
}
