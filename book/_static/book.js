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
    const all = (what) => part.flatMap((box) => [
      ...(box.matches(what) ? [box] : []),
      ...box.querySelectorAll(what),
    ]);
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
  const soon = (act) =>
    window.requestIdleCallback ? requestIdleCallback(act, { timeout: 1000 }) : setTimeout(act, 50);
  let turn = 0;
  let settle = null;
  const nnbook = (window.nnbook ??= {});
  nnbook.settled = new Promise((done) => (settle = done)); // until all sections are measured
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
      .map(([, part]) => [part]);
    // What stands before the first section, or the whole of a page that has none.
    const before = [...document.querySelectorAll(".bd-article > section > :not(section)")];
    parts.unshift(before.length ? before : [document.body]);
    (function next() {
      if (mine !== turn) return;
      if (!parts.length) {
        settle();
        return;
      }
      update(parts.shift());
      soon(next);
    })();
  }
  // The text changes its width with the window, and when the contents beside it come or go.
  const article = document.querySelector(".bd-article") ?? document.body;
  let width = 0;
  function resized() {
    if (width === (width = article.clientWidth)) return; // it became longer
    const before = settle;
    nnbook.settled = new Promise((done) => (settle = () => (before(), done())));
    updateAll();
  }
  window.addEventListener("load", () => {
    width = article.clientWidth;
    document.fonts.ready.then(() => soon(updateAll));
    new ResizeObserver(resized).observe(article);
    document.addEventListener("nn-typeset", updateAll);
    document.addEventListener("toggle", (event) => event.target.open && update([event.target]), true);
  });
})();
