// Boxes wider than the column scroll by themselves. With the keyboard one reaches such a box with
// Tab and scrolls it with the arrow keys; boxes that fit are no stop on the way.
(function () {
  function stop(box, wide) {
    if (wide) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
  // A piece of a display is as wide as it likes, up to its line.
  function isWide(box) {
    const formula = box.querySelector("math");
    const room = (box.closest(".nn-right, .nn-left, .nn-one") || box).clientWidth;
    return Boolean(formula) && formula.getBoundingClientRect().width > room + 2;
  }
  // First everything is measured, then everything is changed: in turns, the browser would lay the
  // page out again for each box.
  function mark(boxes, test, change) {
    const all = [...boxes];
    const found = all.map(test);
    all.forEach((box, at) => change(box, found[at]));
  }
  function update(part) {
    const all = (what) => part.querySelectorAll(what);
    mark(
      all("div.math:not(.nn-eq), .cell_output pre, .highlight pre, .bd-article table"),
      (box) => box.scrollWidth > box.clientWidth + 1,
      stop,
    );
    // Where a left side takes the room of what stands beside it, it stands above.
    all(".nn-chain.nn-stacked").forEach((rows) => rows.classList.remove("nn-stacked"));
    mark(
      all(".nn-chain"),
      (rows) => [...rows.querySelectorAll(":is(.nn-left, .nn-right) span.math")].some(isWide),
      (rows, wide) => rows.classList.toggle("nn-stacked", wide),
    );
    mark(all("span.math:not(td *)"), isWide, (box, wide) => {
      box.classList.toggle("nn-wide", wide);
      stop(box, wide);
    });
  }

  // What is out of sight is not laid out (book.css); measuring does that. So a page is measured a
  // section at a time, whenever the browser has nothing else to do, beginning with those in sight.
  const soon = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));
  let turn = 0;
  function updateAll() {
    const mine = ++turn;
    const far = (part) => Math.abs(part.getBoundingClientRect().top);
    const parts = [...document.querySelectorAll(".bd-article > section > section")]
      .flatMap((part) => {
        const tables = part.querySelectorAll(".pst-scrollable-table-container");
        return tables.length > 3 ? [...tables] : [part];
      })
      .map((part) => [far(part), part])
      .sort(([one], [other]) => one - other)
      .map(([, part]) => part);
    if (!parts.length) parts.push(document.body);
    (function next() {
      if (mine !== turn || !parts.length) return;
      update(parts.shift());
      soon(next);
    })();
  }
  let width = 0;
  function resized() {
    if (width === (width = window.innerWidth)) return; // the bars of a phone's browser came or went
    updateAll();
  }
  window.addEventListener("load", () => {
    width = window.innerWidth;
    document.fonts.ready.then(() => soon(updateAll));
    window.addEventListener("resize", resized);
    document.addEventListener("nn-typeset", updateAll);
  });
})();

// A term of the glossary shows its definition while the pointer or the keyboard is on it. Escape puts
// it away. On a touch screen the first tap shows it, the second follows the link.
(function () {
  const GAP = 8;
  let link = null; // whose definition is open
  let box = null;
  let timer = 0;
  let touch = false;

  function hide() {
    clearTimeout(timer);
    if (box) box.hidden = true;
    link = box = null;
  }

  function show(term) {
    clearTimeout(timer);
    if (term === link) return;
    hide();
    box = document.getElementById(term.getAttribute("aria-describedby"));
    if (!box) return;
    link = term;
    box.classList.toggle("nn-tapped", touch);
    box.hidden = false;
    // Below the word, or above it where there is no room; within the window in any case.
    const word = term.getClientRects()[0];
    const size = box.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(GAP, Math.min(word.left, width - size.width - GAP));
    const below = term.getBoundingClientRect().bottom + GAP;
    const above = word.top - GAP - size.height;
    const fits = below + size.height <= window.innerHeight || above < 64;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${(fits ? below : above) + window.scrollY}px`;
  }

  function later(act, milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  }

  const termAt = (target) => target.closest && target.closest("a.nn-term");
  const within = (target) => box && target.closest && box.contains(target);

  window.addEventListener("DOMContentLoaded", () => {
    const definitions = document.querySelector(".nn-definitions");
    if (!definitions) return;
    // Beside the article, no box of the page can cut a definition off.
    document.body.append(definitions);
    document.addEventListener("pointerdown", (event) => {
      touch = event.pointerType === "touch";
      if (!termAt(event.target) && !within(event.target)) hide();
    });
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      touch = false;
      const term = termAt(event.target);
      if (term) later(() => show(term), 120);
      else if (within(event.target)) clearTimeout(timer);
      else if (link !== document.activeElement) later(hide, 250);
    });
    document.addEventListener("focusin", (event) => {
      const term = termAt(event.target);
      if (term && term.matches(":focus-visible")) show(term);
      else if (!touch) hide();
    });
    document.addEventListener("click", (event) => {
      const term = termAt(event.target);
      if (!term || !touch || term === link) return;
      event.preventDefault();
      show(term);
    });
    document.addEventListener("keydown", (event) => {
      touch = false;
      if (event.key === "Escape") hide();
    });
    window.addEventListener("resize", hide);
  });
})();
