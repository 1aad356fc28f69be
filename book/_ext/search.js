// The search's ranking and its results, in place of Sphinx's own. (Sphinx puts this file into
// language_data.js, as `html_search_scorer`.)
//
// What has a name comes before pages that only mention the words: terms, sections, equations and
// names of code, which are objects of Sphinx (_ext/objects.py), and chapters. A name is a hit if it
// has all words of the question, one of four or more may be missing. Then come the pages in whose
// text all words occur, as Sphinx finds them.

// eslint-disable-next-line no-unused-vars
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

window.nnSearch = (function () {
  const KINDS = { term: 7, page: 6, section: 5, equation: 4, code: 3 }; // what each adds
  const ASIDE = 15; // what pages lose that explain nothing, such as solutions
  const AT_ONCE = 20;
  const stemmer = new Stemmer();
  const inChapters = (page) => /^book\/(?!solutions).+\//.test(page);
  let entries = null;

  // Words in small letters without accents, stemmed; SoftmaxCrossEntropy is three as well as one.
  function words(text) {
    const parts = text.replace(/([a-z])([A-Z])/g, "$1 $2");
    const found = `${text} ${parts === text ? "" : parts}`
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
    return [...new Set(found.map((word) => stemmer.stemWord(word)))];
  }

  function asked(query) {
    const all = words(query.replace(/\beq-/g, "")); // a label is a question too
    const telling = all.filter((word) => !stopwords.includes(word));
    return telling.length ? telling : all;
  }

  function plain(text) {
    return new DOMParser().parseFromString(text, "text/html").body.textContent;
  }

  // A chapter's title without its number.
  function headless(title) {
    return plain(title).replace(/^\d+\. (?=\p{L})/u, "");
  }

  function entry(name, kind, page, anchor, aside = false) {
    // The name is what stands before the colon in "Optimizers: what to remember of the steps before",
    // and before the bracket in "SGD (stochastic gradient descent)".
    // An equation can be asked for by the words of its label as well.
    const label = kind === "equation" ? [anchor.replace("#equation-eq-", "")] : [];
    const heads = [name, name.split(/: | \(/)[0], ...label].map((part) => words(part));
    const context = words(`${kind} ${kind === "equation" ? "formula" : ""} ${page.title}`);
    return { name, kind, page, anchor, heads, context, aside };
  }

  function readEntries(index) {
    const pages = index.docnames.map((name, number) => ({
      name,
      title: headless(index.titles[number]),
      aside: !inChapters(name),
    }));
    const found = [];
    for (const [title, places] of Object.entries(index.alltitles)) {
      for (const [page, id] of places) {
        const kind = id === null ? "page" : "section";
        const name = id === null ? headless(title) : title;
        found.push(entry(name, kind, pages[page], id === null ? "" : `#${id}`, pages[page].aside));
      }
    }
    for (const [prefix, things] of Object.entries(index.objects)) {
      for (const [page, type, priority, anchor, last] of things) {
        const [domain, sort] = index.objnames[type];
        if (domain !== "nn") continue;
        const kind = sort === "formula" ? "equation" : sort;
        const name = plain(prefix ? `${prefix}.${last}` : last);
        const id = anchor || name;
        found.push(entry(name, kind, pages[page], `#${id}`, priority > 1));
      }
    }
    return found;
  }

  // How well a word of the question fits a list of words: 1 the word itself, less for a part of one.
  function fit(word, list) {
    if (list.includes(word)) return 1;
    if (word.length > 1 && list.some((other) => other.startsWith(word))) return 0.7;
    if (word.length > 3 && list.some((other) => other.includes(word))) return 0.4;
    return 0;
  }

  function score(question, { kind, heads, context, aside }) {
    const best = heads.map((name) => {
      const fits = question.map((word) => fit(word, name));
      const named = fits.reduce((sum, value) => sum + value, 0);
      const missing = question.filter((word, i) => !fits[i] && !context.includes(word)).length;
      if (!named || missing > (question.length > 3 ? 1 : 0)) return 0;
      const covered = name.filter((word) => question.some((part) => fit(part, [word]))).length;
      const coverage = covered / name.length;
      const exact = coverage === 1 && named === question.length ? 20 : 0;
      return (60 * named) / question.length + 40 * coverage + exact;
    });
    const most = Math.max(...best);
    return most && most + KINDS[kind] - (aside ? ASIDE : 0);
  }

  // All hits, the best first.
  function find(query) {
    const index = Search._index;
    entries = entries || readEntries(index);
    const question = asked(query);
    if (!question.length) return [];
    const named = entries
      .map((found) => ({ ...found, score: score(question, found) }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score || a.name.length - b.name.length);
    const seen = new Set();
    const hits = named.filter(({ page, anchor, kind }) => {
      const key = `${page.name}${anchor}${kind}`;
      return !seen.has(key) && seen.add(key);
    });
    const whole = new Set(hits.filter((hit) => hit.kind === "page").map((hit) => hit.page.name));
    const mentions = Search.performTermsSearch(new Set(question), new Set())
      .filter(([name]) => !whole.has(name))
      .sort((a, b) => inChapters(b[0]) - inChapters(a[0]) || b[4] - a[4])
      .map(([name, title]) => ({ name: headless(title), kind: "text", page: { name, title }, anchor: "" }));
    return [...hits, ...mentions];
  }

  // -- An excerpt ----------------------------------------------------------------------------------

  const TEXT = ":scope > p, :scope > ul > li > p, :scope > ol > li > p, :scope > section > p";
  const isText = (p) =>
    p.textContent.trim().length > 20 && !p.closest(".nn-line, .nn-overview, .cell, details");

  function lead(article, question) {
    const paragraphs = [...article.querySelectorAll("section p, section li")].filter(isText);
    const many = (p) => asked(p.textContent).filter((word) => question.includes(word)).length;
    let [best, most] = [paragraphs[0], 0];
    for (const p of paragraphs) {
      const count = many(p);
      if (count > most) [best, most] = [p, count];
    }
    return best;
  }

  // The part of a page that shows what a hit is about.
  function part(document_, { kind, anchor }, question) {
    const article = document_.querySelector("article");
    const target = anchor && document_.getElementById(decodeURIComponent(anchor.slice(1)));
    if (kind === "term" && target) return target.nextElementSibling.querySelector("p");
    if (kind === "equation" && target) return target.querySelector(".nn-rows") || target;
    if (kind === "text") return lead(article, question);
    const section = target ? target.closest("section") || target : article.querySelector("section");
    if (kind === "code") {
      const uses = [...section.querySelectorAll("p")].filter(isText);
      const name = question[0] || "";
      const found = uses.find((p) => p.querySelector("code") && words(p.textContent).includes(name));
      if (found) return found;
    }
    return [...section.querySelectorAll(TEXT)].find(isText);
  }

  async function excerpt(hit, address, question) {
    const found = part(await nnPages.read(address), hit, question);
    if (!found) return;
    const number = hit.kind === "equation" && found.parentElement.querySelector(".eqno");
    if (number) {
      const kind = hit.item.querySelector(".nn-kind");
      kind.textContent = kind.textContent.replace(" in", ` ${number.firstChild.textContent.trim()} in`);
    }
    const shown = document.createElement("div");
    shown.className = `nn-excerpt nn-excerpt-${hit.kind}`;
    const copy = nnPages.copy(found, address);
    copy.querySelectorAll("a").forEach((a) => a.replaceWith(...a.childNodes));
    shown.append(...(hit.kind === "equation" ? [copy] : copy.childNodes));
    hit.item.append(shown);
  }

  // -- The list ------------------------------------------------------------------------------------

  function show(hit, question) {
    const address = `${document.documentElement.dataset.content_root}${hit.page.name}.html`;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address + hit.anchor;
    const name = hit.name.replace(/^nnbook\./, "");
    link.append(
      hit.kind === "code" ? Object.assign(document.createElement("code"), { textContent: name }) : name
    );
    const kind = document.createElement("span");
    kind.className = "nn-kind";
    const where = {
      page: inChapters(hit.page.name) ? "chapter" : "page",
      text: "mentions it",
      term: "term of the glossary",
    };
    kind.textContent = where[hit.kind] || `${hit.kind} in ${hit.page.title.split(": ")[0]}`;
    item.append(link, " ", kind);
    item.dataset.kind = hit.kind;
    Search.output.append(item);
    excerpt({ ...hit, item }, address, question).catch(() => {});
    return link;
  }

  function showSome(hits, question) {
    const links = hits.splice(0, AT_ONCE).map((hit) => show(hit, question));
    if (!hits.length) return links;
    const more = document.createElement("button");
    more.className = "nn-more";
    more.textContent = `Show ${Math.min(AT_ONCE, hits.length)} more`;
    more.addEventListener("click", () => {
      more.remove();
      showSome(hits, question)[0].focus();
    });
    Search.output.after(more);
    return links;
  }

  Search.query = (query) => {
    const hits = find(query);
    Search.stopPulse();
    Search.title.textContent = hits.length ? "Found" : "Nothing found";
    Search.status.setAttribute("role", "status");
    Search.status.textContent = hits.length
      ? `${hits.length} ${hits.length === 1 ? "hit" : "hits"} for “${query}”, the likeliest first.`
      : `Nothing is called so, and no page has all the words of “${query}”. Try fewer words, or the index.`;
    showSome(hits, asked(query));
  };

  return { find, words };
})();
