// Boxes wider than the column scroll by themselves. With the keyboard one reaches such a box with
// Tab and scrolls it with the arrow keys; boxes that fit are no stop on the way.
(function () {
  function stop(box, wide) {
    if (wide) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
  function update() {
    document
      .querySelectorAll('mjx-container[display="true"], .cell_output pre, .highlight pre, .bd-article table')
      .forEach((box) => stop(box, box.scrollWidth > box.clientWidth + 1));
    document.querySelectorAll("span.math").forEach((box) => {
      const formula = box.querySelector("mjx-math");
      const wide = formula && formula.getBoundingClientRect().width > box.clientWidth + 2;
      box.classList.toggle("nn-wide", Boolean(wide));
      stop(box, wide);
    });
  }
  window.addEventListener("load", () => {
    const ready = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    (ready || Promise.resolve()).then(update);
    window.addEventListener("resize", update);
  });
})();
