// Answers of nnbook.derive.page.checker as elements of the page.

import { make, math, paragraph } from "./elements.js";

/** A formula that scrolls in its own box if it is wide. */
const scrolling = (latex) =>
  make("div", { className: "nn-formula", "data-scrolls": "", role: "group", "aria-label": "Formula" },
    math(latex, true));

/** Words with \( … \) in them, as the engine gives scopes. */
function worded(text) {
  const parts = text.split(/(\\\(.*?\\\))/s);
  return parts.map((part) => (part.startsWith("\\(") ? math(part.slice(2, -2)) : part));
}

/** How a question was understood; for what it is claimed, unless a verdict is to say so. */
export function understood(found, claimed = true) {
  const rows = [paragraph("Read as:")];
  if (found.by) rows.push(scrolling(`\\frac{\\partial}{\\partial ${found.by}} \\left[ ${found.sides[0]} \\right]`));
  else rows.push(scrolling(found.sides.join(" = ")));
  for (const [words, list] of [["where ", found.definitions], ["given ", found.given]]) {
    if (list.length) {
      rows.push(paragraph(words, ...list.flatMap((latex, place) => [place ? ", " : "", math(latex)])));
    }
  }
  for (const note of found.notes) rows.push(make("p", { className: "nn-note", textContent: note }));
  if (claimed && found.scope) rows.push(make("p", { className: "nn-note" }, "Asked ", ...worded(found.scope)));
  return rows;
}

const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.?!]$/.test(words) ? "" : ".");

/** What cannot be read, with its place marked in the text. */
export function trouble(error) {
  const head = error.defines ? "" : "Cannot read this. ";
  const rows = [paragraph(make("strong", { textContent: head }), sentence(error.expected))];
  const line = error.text;
  if (error.at >= 0 && line) {
    const end = error.at + Math.max(error.piece.length, 1);
    const rest = line.slice(error.at, end) || "␣";
    rows.push(make("pre", {}, line.slice(0, error.at), make("mark", { textContent: rest }), line.slice(end)));
  }
  return rows;
}

export function verdict(found) {
  const said = {
    proved: "✓ Proved ",
    refuted: "✗ Refuted",
    undecided: "? Not decided",
  }[found.status];
  const head = make("p", { className: `nn-verdict nn-${found.status}` }, make("strong", { textContent: said }));
  const rows = [head];
  if (found.link) head.append(` (link ${found.link} of the chain)`);
  if (found.status === "proved") {
    head.append(...worded(found.scope || "by calculation"), ".");
  } else if (found.status === "refuted" && found.functions.length) {
    head.append(` for some ${found.functions.join(", ")}: it does not hold for every function. Give a definition to ask it of one.`);
  } else if (found.status === "refuted") {
    head.append(" at ");
    if (!found.values.length) head.append("every point");
    found.values.forEach(([name, value], place) => head.append(place ? ", " : "", math(`${name} = ${value}`)));
    if (found.more) head.append(` and ${found.more} more values`);
    head.append(": the left side is ", make("strong", { textContent: found.left }),
      " and the right side is ", make("strong", { textContent: found.right }), ".");
  } else {
    head.append(found.reason ? ` (${found.reason})` : "");
    if (found.points) {
      head.append(`: no proof was found, and the sides agree at ${found.points} random point${found.points === 1 ? "" : "s"}.`);
    } else {
      head.append(found.too_long ? "." : ": no point was found at which both sides are defined and the conditions hold.");
    }
  }
  rows.push(scrolling(found.pair.join(found.status === "refuted" ? " \\neq " : " = ")));
  if (found.hint) rows.push(make("p", { className: "nn-note", textContent: found.hint }));
  return rows;
}

const MARKS = { proved: "✓", refuted: "✗", undecided: "?" };

/** A derivation, a line a step, with its reason and its mark. */
export function steps(found) {
  const said = found.status === "proved" ? "✓ Each line is proved from the one above it."
    : "Lines without ✓ could not be proved from the one above.";
  const lines = found.lines.map(({ latex, reason, status }) =>
    make("li", {},
      make("span", { className: "nn-note" }, `${MARKS[status]} ${reason}`),
      scrolling(`= ${latex}`)));
  return [make("p", { className: `nn-verdict nn-${found.status}` }, make("strong", { textContent: said })),
    scrolling(found.question), make("ol", { className: "nn-steps" }, ...lines)];
}
