// Boxes wider than the column scroll by themselves. With the keyboard one reaches such a box with
// Tab and scrolls it with the arrow keys; boxes that fit are no stop on the way.
(function () {
  function stop(box, wide) {
    if (wide) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
  // A piece of a display is as wide as it likes, up to its line.
  function isWide(box) {
    const formula = box.querySelector("mjx-math");
    const room = (box.closest(".nn-right, .nn-left, .nn-one") || box).clientWidth;
    return Boolean(formula) && formula.getBoundingClientRect().width > room + 2;
  }
  function update() {
    document
      .querySelectorAll('mjx-container[display="true"], .cell_output pre, .highlight pre, .bd-article table')
      .forEach((box) => stop(box, box.scrollWidth > box.clientWidth + 1));
    // Where a left side takes the room of what stands beside it, it stands above.
    document.querySelectorAll(".nn-chain").forEach((rows) => {
      rows.classList.remove("nn-stacked");
      const sides = [...rows.querySelectorAll(":is(.nn-left, .nn-right) span.math")];
      rows.classList.toggle("nn-stacked", sides.some(isWide));
    });
    document.querySelectorAll("span.math").forEach((box) => {
      const wide = isWide(box);
      box.classList.toggle("nn-wide", wide);
      stop(box, wide);
    });
  }
  window.addEventListener("load", () => {
    const ready = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    (ready || Promise.resolve()).then(update);
    window.addEventListener("resize", update);
  });
})();
