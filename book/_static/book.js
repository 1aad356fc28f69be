// Equations wider than the column scroll in their own box. With the keyboard one reaches such a box
// with Tab and scrolls it with the arrow keys; the others are no stop on the way.
(function () {
  function update() {
    document.querySelectorAll('mjx-container[display="true"], .cell_output pre').forEach((box) => {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.setAttribute("tabindex", "0");
      } else {
        box.removeAttribute("tabindex");
      }
    });
  }
  window.addEventListener("load", () => {
    const ready = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    (ready || Promise.resolve()).then(update);
    window.addEventListener("resize", update);
  });
})();
