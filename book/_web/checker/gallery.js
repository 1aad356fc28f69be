// The gallery: formulas to try, each with where it stood. The verdict is not told beforehand.

import { make, math } from "./elements.js";
import { link } from "./link.js";
import { typeset } from "../reading/mathematics.js";

function card(entry, choose) {
  const tryIt = make("a", { href: link(entry).hash, className: "nn-try", textContent: "Try it" });
  tryIt.setAttribute("aria-label", `Try it: ${entry.title}`);
  tryIt.addEventListener("click", (event) => {
    event.preventDefault();
    choose(entry);
  });
  const said = make("details", {},
    make("summary", { textContent: "What the engine says" }),
    make("p", { textContent: `${entry.status}. ${entry.note}`.replace(/^./, (c) => c.toUpperCase()) }));
  return make("li", {},
    make("p", { className: "nn-title" }, make("strong", { textContent: entry.title }), " ", tryIt),
    make("div", { className: "nn-formula", tabIndex: 0, role: "group", "aria-label": entry.title },
      math(entry.latex, true)),
    make("p", { className: "nn-note", textContent: entry.source }), said);
}

export async function gallery(place, choose) {
  const response = await fetch(new URL("./gallery.json", import.meta.url));
  if (!response.ok) return;
  const entries = await response.json();
  const list = make("ul", {}, ...entries.map((entry) => card(entry, choose)));
  place.replaceChildren(list);
  await typeset(list);
}
