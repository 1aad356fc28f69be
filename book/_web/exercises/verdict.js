// A verdict as elements of the page. Words are text; formulas are what the engine printed.

import { plainLatex } from "../live/latex.js";
import { typeset } from "../reading/mathematics.js";

const MARKS = { right: "✓", wrong: "✗", undecided: "…", question: "…", unread: "…", failed: "", waits: "" };
const LONGEST = 4000; // characters of what the worker may say

function add(parent, tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  parent.append(made);
  return made;
}

/** A formula, unless it holds commands that are not for formulas: then it stays text. */
export function showFormula(parent, latex) {
  const text = String(latex).slice(0, LONGEST);
  if (!plainLatex(text)) return add(parent, "code", "", text);
  const made = add(parent, "span", "math notranslate nohighlight", `\\(${text}\\)`);
  typeset(made);
  return made;
}

/** Where a text cannot be read, and why. */
export function showPlace(parent, text, { message, span }) {
  add(parent, "p", "", String(message ?? "").slice(0, LONGEST));
  if (!Array.isArray(span) || !span.every(Number.isInteger)) return;
  const points = [...text]; // places are counted in characters, as Python does
  const line = add(parent, "code", "nn-place", points.slice(0, span[0]).join(""));
  const mark = add(line, "mark", "", points.slice(span[0], span[1]).join("") || "␣");
  mark.title = "Here";
  line.append(points.slice(span[1]).join(""));
}

/** The pieces of a line: what stands between dollars is a formula, as in Markdown; all else is text. */
export function formulas(line) {
  const made = document.createElement("p");
  line.split("$").forEach((part, at, all) => {
    if (at % 2 && at < all.length - 1) showFormula(made, part);
    else made.append(at % 2 ? `$${part}` : part);
  });
  return [...made.childNodes];
}

/** The verdict of nnbook.derive.page.live.check; the worker may have sent anything. */
export function show(parent, found, text = "") {
  const status = Object.hasOwn(MARKS, found?.status) ? found.status : "failed";
  parent.replaceChildren();
  parent.dataset.status = status;
  const message = String(found?.message ?? "").slice(0, LONGEST);
  if (status === "unread") return showPlace(parent, text, found);
  const head = add(parent, "div", "nn-verdict-words", "");
  if (MARKS[status]) add(head, "strong", "nn-mark", MARKS[status]).setAttribute("aria-hidden", "true");
  const lines = document.createElement("div");
  head.append(lines);
  for (const line of message.split("\n")) if (line.trim()) add(lines, "p", "", "").append(...formulas(line));
  for (const [key, before] of [["latex", "Your answer: "], ["form", "Another form of the same: "]]) {
    if (typeof found?.[key] === "string") showFormula(add(lines, "p", "nn-form", before), found[key]);
  }
}
