"""What a page is examined for: its width, what is cut off, axe-core's rules of WCAG 2.x."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.site import chromium

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Rules that depend on the colours or the width; the others need one look at a page.
VARYING = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]


@dataclass(frozen=True)
class Theirs:
    """A violation that we leave, as it is not ours to mend."""

    rule: str
    selector: str
    page: str  # where it can be seen, so that the test notices when it is gone
    reason: str


# What is not ours, with the reason; short, and empty at best.
EXCEPTIONS: list[Theirs] = []

# Waits until fonts are there, ends what is on its way from one place or colour to another, and
# waits until the page's script has measured what is wide, section by section.
SETTLE = """async () => {
  const finish = async () => {
    for (const change of document.getAnimations())
      if (change instanceof CSSTransition) change.finish();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
  await document.fonts.ready;
  await finish();
  await window.nnbook?.settled;
  await finish();
}"""

# Layout jumps from the first paint until now; more than 0.1 is a bad page by the Web Vitals.
JUMPS = """() => new Promise((done) => {
  let sum = 0;
  const add = (jumps) => jumps.forEach((jump) => { sum += jump.hadRecentInput ? 0 : jump.value; });
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({type: "layout-shift", buffered: true});
  setTimeout(() => {
    add(observer.takeRecords());
    done(sum > 0.1 ? [`what is on the screen jumps by ${sum.toFixed(2)}, more than 0.1`] : []);
  }, 50);
})"""

# All folds, and the sections that the browser would not lay out as long as they are out of sight.
UNFOLD = """() => {
  const visible = new CSSStyleSheet();
  visible.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets.push(visible);
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
}"""

OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  // Which box sticks out: the innermost one that no scrolling box holds.
  const sticks = (box) => box.getBoundingClientRect().right > root.clientWidth + 1;
  const held = (box) => {
    for (let up = box.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const boxes = [...document.body.querySelectorAll("*")].filter((b) => sticks(b) && !held(b));
  const name = (b) => b.tagName.toLowerCase() + (b.id ? "#" + b.id : "")
    + (b.className && b.className.split ? "." + b.className.split(" ").join(".") : "");
  return [`${root.scrollWidth} pixels wide in a window of ${root.clientWidth}: `
    + boxes.slice(-3).map(name).join(" ")];
}"""

# A box that scrolls can be reached with Tab: by itself, or by something in it.
TAB_STOPS = """() => {
  const wide = [...document.querySelectorAll("main *")].filter((box) =>
    box.scrollWidth > box.clientWidth + 2 && box.clientWidth > 0
    && ["auto", "scroll"].includes(getComputedStyle(box).overflowX));
  const reached = (box) => box.tabIndex >= 0
    || box.querySelector("a[href], button, input, select, textarea, [tabindex='0']");
  const lost = wide.filter((box) => !reached(box));
  return lost.slice(0, 3).map((box) =>
    `a box that scrolls is no tab stop (1 of ${lost.length}): ${box.outerHTML.slice(0, 120)}`);
}"""

# Text in a box that neither scrolls nor grows. Boxes of a pixel hold words for screen readers.
CUT_OFF = """() => {
  const boxes = [...document.body.querySelectorAll("*")].filter((box) =>
    box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1 && box.offsetParent
    && ["hidden", "clip"].includes(getComputedStyle(box).overflowX) && box.innerText.trim());
  return boxes.slice(0, 3).map((box) =>
    `text is cut off (1 of ${boxes.length}): ${box.outerHTML.slice(0, 120)}`);
}"""

# The ledger has more than a thousand rows that are all alike, in a table a chapter.
SHORTEN = """({many, rows}) => {
  const bodies = [...document.querySelectorAll("tbody")];
  if (bodies.reduce((sum, body) => sum + body.rows.length, 0) <= many) return;
  for (const body of bodies) [...body.rows].slice(rows).forEach((row) => row.remove());
}"""

# axe measures every line of text, and most of a page is formulas, coloured words of code, and
# paragraphs and links that are made alike. Formulas become empty boxes of their size. Of code, of
# paragraphs, of links and of buttons the first ones of a kind stay, in each kind of place.
THIN = """(most) => {
  const formulas = [...document.querySelectorAll("mjx-container, math")];
  const sizes = formulas.map((box) => box.getBoundingClientRect());
  formulas.forEach((box, i) => {
    const {width, height} = sizes[i];
    box.style.cssText += `;display:inline-block;width:${width}px;height:${height}px`;
    box.replaceChildren();
  });
  const seen = new Map();
  const often = (kind) => seen.set(kind, (seen.get(kind) ?? 0) + 1).get(kind) > most;
  // What an element is, and where: tags and classes up to the section that holds it.
  const place = (element) => {
    const steps = [];
    for (let up = element; up && !up.matches("section, main, nav, body"); up = up.parentElement)
      steps.push(up.tagName + "." + [...up.classList].join("."));
    return steps.join(" ");
  };
  for (const code of document.querySelectorAll("pre")) {
    for (const word of code.querySelectorAll("span"))
      if (!word.id && !word.children.length && often(word.className + place(code)))
        word.replaceWith(...word.childNodes);
    code.normalize();
    if (often(place(code)) && !code.querySelector("span")) code.textContent = "…";
  }
  for (const item of document.querySelectorAll("p, li, dt, dd, .copybtn, .nn-run")) {
    const rare = item.querySelector(
      "button, input, select, summary, img, pre, form, [role], [tabindex]");
    if (item.isConnected && (!rare || item.matches(".copybtn, .nn-run")) && often(place(item)))
      item.remove();
  }
}"""

AXE = """async ({tags, only, exceptions}) => {
  const rules = {"label-content-name-mismatch": {enabled: true}, "target-size": {enabled: true}};
  const runOnly = only ? {type: "rule", values: only} : {type: "tag", values: tags};
  const {violations} = await axe.run(document, {
    runOnly, resultTypes: ["violations"], elementRef: true, ...(only ? {} : {rules}),
    preload: false,  // which would fetch style sheets anew, some at wrong addresses
  });
  const left = [];
  for (const {id, impact, nodes} of violations) {
    const selectors = exceptions.filter((e) => e.rule === id).map((e) => e.selector);
    const ours = nodes.filter((n) => !selectors.some((s) => n.element?.matches(s)));
    if (ours.length)
      left.push(`axe ${id} (${impact}): ${ours.length} times, the first: `
        + `${ours[0].target.join(" ")} ${ours[0].html.slice(0, 160)} `
        + `${(ours[0].any[0] ?? ours[0].all[0] ?? ours[0].none[0])?.message ?? ""}`);
  }
  return left;
}"""


def resize(page, size) -> None:
    """Another window; the page has been told when this returns."""
    if page.viewport_size != size:
        page.evaluate(
            "() => { window.told = new Promise((done) => addEventListener('resize',"
            " () => requestAnimationFrame(done), {once: true})) }"
        )
        page.set_viewport_size(size)
        page.evaluate("() => window.told")


def unfold(page) -> None:
    page.evaluate(UNFOLD)
    page.evaluate(SETTLE)


def width(page) -> list[str]:
    """Nothing is cut off; only boxes scroll sideways, and each can be reached with Tab."""
    return [text for look in (OVERFLOW, TAB_STOPS, CUT_OFF) for text in page.evaluate(look)]


def await_tab_stops(page, seconds=2) -> None:
    """The theme sets them a while after the window's last change of size."""
    deadline = time.monotonic() + seconds
    while page.evaluate(TAB_STOPS) and time.monotonic() < deadline:
        page.wait_for_timeout(50)


def shorten(page, many=300, rows=3) -> None:
    """Of a page with many rows leave the first of each table; before formulas are waited for."""
    page.evaluate(SHORTEN, {"many": many, "rows": rows})


def thin(page, most=4) -> None:
    """Leave of formulas their boxes, and of what is made alike the first ones."""
    page.evaluate(THIN, most)


def axe(page, only=None, exceptions=None) -> list[str]:
    """Violations of WCAG 2.0 to 2.2, A and AA, but for the exceptions."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    known = EXCEPTIONS if exceptions is None else exceptions
    chosen = [{"rule": e.rule, "selector": e.selector} for e in known]
    return page.evaluate(AXE, {"tags": TAGS, "only": only, "exceptions": chosen})


def problems(page, address: str, narrow_first: bool, whole: bool = False) -> list[str]:
    """What is wrong with a page, seen once wide in light colours and once narrow in dark ones.

    axe examines it as it is seen last; `whole`, as it was seen first as well.
    """
    looks = [("wide", chromium.WIDE, "light"), ("narrow", chromium.NARROW, "dark")]
    if narrow_first:
        looks.reverse()
    found = []

    def look(number: int) -> None:
        _, size, colours = looks[number]
        resize(page, size)
        page.emulate_media(color_scheme=colours)

    def note(number: int, problems: list[str]) -> None:
        found.extend(f"{looks[number][0]}: {text}" for text in problems)

    look(0)
    page.goto(address)
    page.evaluate(SETTLE)
    note(0, page.evaluate(JUMPS))
    shorten(page)
    unfold(page)
    note(0, width(page))
    look(1)
    page.evaluate(SETTLE)
    note(1, width(page))
    thin(page)
    note(1, axe(page))
    if whole:
        look(0)
        page.evaluate(SETTLE)
        await_tab_stops(page)
        note(0, axe(page, only=VARYING))
    return found
