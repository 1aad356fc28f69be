// The gallery: a link at each formula of the page that puts it into the fields.

import { make } from "./elements.js";
import { link } from "./link.js";

function tryIt(entry, choose) {
  const made = make("a", { href: link(entry).hash, className: "nn-try", textContent: "Try it" });
  made.setAttribute("aria-label", `Try it: ${entry.title}`);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    choose(entry);
  });
  return made;
}

export async function gallery(choose) {
  const response = await fetch(new URL("./gallery.json", import.meta.url));
  if (!response.ok) return;
  for (const entry of await response.json()) {
    document.querySelector(`#try-${entry.id} .nn-title`)?.append(" ", tryIt(entry, choose));
  }
  for (const box of document.querySelectorAll("#nn-gallery .nn-formula")) {
    box.tabIndex = 0; // it may scroll
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Formula");
  }
}
