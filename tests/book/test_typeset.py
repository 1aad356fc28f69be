"""Formulas that scripts add: set in the page as when the site is built, and harmless."""

import shutil
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import formulas
import pdf
import sitespeed

LATEX = r"\frac{\partial L}{\partial w} = \left( y - t \right) x"
PAGE = r"""<!DOCTYPE html><meta charset="utf-8"><title>a</title><div id="one">
<span class="math">\(%s\)</span> <div class="math">\[x\]</div> costs \(5\)
<span class="math">\(\nosuch\)</span> <span class="math"><math><mi>s</mi></math></span></div>"""
RUN = """async () => {
  const { typeset } = await import("./web/reading/mathematics.js");
  const before = performance.getEntriesByType("resource").map((entry) => entry.name);
  await typeset(document.getElementById("one"));
  return {
    before,
    math: [...document.querySelectorAll("math")].map((m) => m.outerHTML),
    left: document.querySelectorAll(".math")[2].textContent,
    text: document.getElementById("one").textContent,
    hosts: [...new Set(performance.getEntriesByType("resource").map((e) => new URL(e.name).host))],
  };
}"""


@pytest.fixture
def tab(tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    try:
        program = pdf.browser()
    except pdf.PdfError:
        pytest.skip("no browser on this machine")
    shutil.copytree(notebooks.ROOT / "book" / "_web" / "reading", tmp_path / "web" / "reading")
    formulas.copy_mathjax(tmp_path / "_static" / "mathjax")
    (tmp_path / "a.html").write_text(PAGE % LATEX, encoding="utf-8")
    server = sitespeed.serve(tmp_path)
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=program, args=list(sitespeed.FLAGS))
        made = chromium.new_page()
        made.goto(f"http://127.0.0.1:{server.server_address[1]}/a.html")
        yield made
        chromium.close()
    server.shutdown()
    server.server_close()


def test_a_formula_looks_as_if_built(tab):
    found = tab.evaluate(RUN)
    with formulas.Setter() as setter:
        built, display = (m["html"] for m in setter.set([(LATEX, False), ("x", True)]))
    first, second, third = found["math"]
    assert first.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "") == built
    assert second == display
    assert third == "<math><mi>s</mi></math>"
    assert found["left"] == r"\(\nosuch\)"  # it stays as it was written
    assert r"costs \(5\)" in found["text"]  # no formula: not in an element of class math
    assert not [name for name in found["before"] if "mathjax" in name]  # only when it is asked for
    assert len(found["hosts"]) == 1


def test_planted_formula_that_would_run_code(tab):
    dangerous = r"\href{javascript:window.bad=1}{x} \style{color:red}{y} \text{<img src=q>}"
    made = tab.evaluate(
        """async (latex) => {
          const { formula } = await import("./web/reading/mathematics.js");
          document.body.append(await formula(latex));
          const all = [...document.querySelectorAll("body > math, body > math *")];
          return all.flatMap((e) => [e.localName, ...e.getAttributeNames()]);
        }""",
        dangerous,
    )
    assert set(made) <= {"math", "mi", "mtext", "style"}  # its style is its width
    assert not tab.query_selector_all("img, a")
    assert tab.evaluate("window.bad") is None
