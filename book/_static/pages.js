// Parts of the site's own pages, for whatever shows them in place: solutions, previews, the search.
window.nnPages = (function () {
  const known = new Map(); // address of a page → promise of its document

  // The document at an address of this site; fetched once.
  function read(address) {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin) return Promise.reject(new Error("another site"));
    if (!known.has(url.pathname)) {
      const page = fetch(url.pathname).then(async (answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      });
      page.catch(() => known.delete(url.pathname));
      known.set(url.pathname, page);
    }
    return known.get(url.pathname);
  }

  // A copy of a part of another page, to stand in this one: no ids, addresses that still hold.
  function copy(part, address) {
    const made = document.importNode(part, true);
    const page = new URL(address, document.baseURI);
    for (const name of ["href", "src"]) {
      made.querySelectorAll(`[${name}]`).forEach((element) => {
        element.setAttribute(name, new URL(element.getAttribute(name), page).href);
      });
    }
    made.querySelectorAll(".headerlink, script").forEach((element) => element.remove());
    for (const element of [made, ...made.querySelectorAll("*")]) {
      for (const name of ["id", "aria-describedby", "tabindex"]) element.removeAttribute(name);
    }
    return made;
  }

  return { read, copy };
})();
