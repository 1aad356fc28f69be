// Before a page is printed its folds open and it is light; afterwards all is as it was.
(function () {
  const root = document.documentElement;
  let opened = [];
  let theme = null;

  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.nn-how)")];
    opened.forEach((fold) => fold.setAttribute("open", ""));
    document.querySelectorAll('img[loading="lazy"]').forEach((img) => (img.loading = "eager"));
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((fold) => fold.removeAttribute("open"));
    if (theme !== null) root.dataset.theme = theme;
  });
})();
