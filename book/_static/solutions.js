// A solution opens in place: the link to it fetches its page and puts the section below the exercise.
// A second click puts it away. Without this script, or where fetching fails (from a file), the link
// leads to the page.
(function () {
  // Addresses within the section are relative to its page, not to this one.
  function resolved(section, page) {
    for (const name of ["href", "src"]) {
      section.querySelectorAll(`[${name}]`).forEach((element) => {
        element.setAttribute(name, new URL(element.getAttribute(name), page).href);
      });
    }
    section.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    section.removeAttribute("id");
    section.querySelectorAll("h1, h2, h3, .headerlink").forEach((element) => element.remove());
    return section;
  }

  async function solution(link) {
    const page = new URL(link.href);
    const answer = await fetch(page.pathname);
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    const found = new DOMParser().parseFromString(text, "text/html");
    const place = found.getElementById(decodeURIComponent(page.hash.slice(1)));
    const section = place && (place.matches("section") ? place : place.closest("section"));
    if (!section) throw new Error("no such solution");
    const box = document.createElement("div");
    box.className = "nn-solution";
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Solution");
    box.append(resolved(document.importNode(section, true), page));
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
