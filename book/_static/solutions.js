// A solution opens in place: the link to it fetches its page and puts the section below the exercise.
// A second click puts it away. Without this script, or where fetching fails (from a file), the link
// leads to the page.
(function () {
  async function solution(link) {
    const page = await window.nnPages.read(link.href);
    const place = page.getElementById(decodeURIComponent(new URL(link.href).hash.slice(1)));
    const section = place && (place.matches("section") ? place : place.closest("section"));
    if (!section) throw new Error("no such solution");
    const box = document.createElement("div");
    box.className = "nn-solution";
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Solution");
    const copy = window.nnPages.copy(section, link.href);
    copy.querySelectorAll("h1, h2, h3").forEach((element) => element.remove());
    box.append(copy);
    return box;
  }

  function ready() {
    document.querySelectorAll('.bd-article a[href*="solutions/"][href*="#"]').forEach((link) => {
      let box = null;
      link.addEventListener("click", async (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (box) {
          box.hidden = !box.hidden;
        } else {
          try {
            box = await solution(link);
          } catch {
            location.href = link.href;
            return;
          }
          link.closest("p, li").after(box);
          document.dispatchEvent(new Event("nn-typeset")); // wide formulas scroll
        }
        link.setAttribute("aria-expanded", String(!box.hidden));
      });
    });
  }

  if (!location.pathname.includes("/solutions/")) window.addEventListener("DOMContentLoaded", ready);
})();
