// A link to a term, an equation or a reference shows what it leads to while the pointer or the
// keyboard is on it. Escape puts it away; the pointer may go into it; it stays until one leaves. On a
// touch screen the first tap shows it, the second follows the link.
//
// The definitions of terms stand on the page (_ext/glossary.py). Equations and references are taken
// from their own page of this site, which is fetched when a preview is first wanted; where that fails,
// as from a file, the link is just a link.
(function () {
  const GAP = 8;
  const TERM = "a.nn-term";
  const EQUATION = '.bd-article a.internal[href*="#equation-eq-"]';
  const REFERENCE = '.bd-article .bibtex-citation a.internal[href*="#"]';
  const ANY = `${TERM}, ${EQUATION}, ${REFERENCE}`;
  const made = new Map(); // address → promise of its box
  let link = null; // whose preview is open or wanted
  let box = null;
  let timer = 0;
  let touch = false;

  function hide() {
    clearTimeout(timer);
    if (box) box.hidden = true;
    if (link && !link.matches(TERM)) link.removeAttribute("aria-describedby");
    link = box = null;
  }

  // Below the word, or above it where there is no room; within the window in any case.
  function place() {
    const word = link.getClientRects()[0];
    const size = box.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(GAP, Math.min(word.left, width - size.width - GAP));
    const below = link.getBoundingClientRect().bottom + GAP;
    const above = word.top - GAP - size.height;
    const fits = below + size.height <= window.innerHeight || above < 64;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${(fits ? below : above) + window.scrollY}px`;
  }

  // What a link to an equation or a reference leads to, in a box of its own.
  async function copied(address) {
    const page = await window.nnPages.read(address);
    const target = page.getElementById(decodeURIComponent(new URL(address).hash.slice(1)));
    const part = target && target.closest(".nn-eq, .citation");
    if (!part) throw new Error("nothing to show");
    const shown = document.createElement("div");
    shown.className = "nn-definition";
    shown.id = `preview-${made.size}`;
    shown.setAttribute("role", "tooltip");
    shown.hidden = true;
    shown.append(window.nnPages.copy(part, address));
    if (part.matches(".nn-eq")) shown.classList.add("nn-preview");
    // No link in a box that the keyboard does not reach.
    shown.querySelectorAll("a").forEach((a) => a.replaceWith(...a.childNodes));
    document.body.append(shown);
    return shown;
  }

  function boxOf(wanted) {
    if (wanted.matches(TERM)) {
      return document.getElementById(wanted.getAttribute("aria-describedby"));
    }
    if (!made.has(wanted.href)) {
      const promise = copied(wanted.href);
      promise.catch(() => made.delete(wanted.href));
      made.set(wanted.href, promise);
    }
    return made.get(wanted.href);
  }

  async function show(wanted) {
    clearTimeout(timer);
    if (wanted === link) return;
    hide();
    link = wanted;
    let found = null;
    try {
      found = await boxOf(wanted);
    } catch {
      found = null;
    }
    if (link !== wanted) return; // one has gone on meanwhile
    if (!found) {
      link = null;
      return;
    }
    box = found;
    box.classList.toggle("nn-tapped", touch);
    box.hidden = false;
    wanted.setAttribute("aria-describedby", box.id);
    place();
    if (link === wanted) place();
  }

  function later(act, milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  }

  const linkAt = (target) => target.closest && target.closest(ANY);
  const within = (target) => box && target.closest && box.contains(target);

  window.addEventListener("DOMContentLoaded", () => {
    // Beside the article, no box of the page can cut a definition off.
    const definitions = document.querySelector(".nn-definitions");
    if (definitions) document.body.append(definitions);
    if (!document.querySelector(ANY)) return;
    document.addEventListener("pointerdown", (event) => {
      touch = event.pointerType === "touch";
      if (!linkAt(event.target) && !within(event.target)) hide();
    });
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      touch = false;
      const found = linkAt(event.target);
      if (found) later(() => show(found), 120);
      else if (within(event.target)) clearTimeout(timer);
      else if (link !== document.activeElement) later(hide, 250);
    });
    document.addEventListener("focusin", (event) => {
      const found = linkAt(event.target);
      if (found && found.matches(":focus-visible")) show(found);
      else if (!touch) hide();
    });
    document.addEventListener("click", (event) => {
      const found = linkAt(event.target);
      if (!found || !touch || found === link) return;
      event.preventDefault();
      show(found);
    });
    document.addEventListener("keydown", (event) => {
      touch = false;
      if (event.key === "Escape") hide();
    });
    window.addEventListener("resize", hide);
  });
})();
