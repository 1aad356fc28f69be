"""Formulas set at build time: what MathML they become; nothing of a page is lost or let in."""

import html
import json
import re
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import formulas

LEDGER = json.loads((notebooks.ROOT / "book" / "ledger.json").read_text("utf-8"))["equations"]
CSS = (notebooks.ROOT / "book" / "_static" / "mathematics.css").read_text("utf-8")


@pytest.fixture(scope="module")
def setter():
    with formulas.Setter() as made:
        yield made


@pytest.fixture
def mathml(setter):
    def one(latex, display=False):
        (made,) = setter.set([(latex, display)])
        assert "error" not in made, made
        return made["html"]

    return one


def words(made: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", made))


def test_letters_keep_their_alphabet(mathml):
    assert words(mathml(r"\mathbf{W} x \mathcal{L} \mathbb{R} \mathcal{N} h")) == "𝐖xℒℝ𝒩h"
    assert words(mathml(r"\boldsymbol{\theta}")) == "𝜽"
    assert '<mi mathvariant="normal">Γ</mi>' in mathml(r"\Gamma")
    assert "<mi>softmax</mi>" in mathml(r"\operatorname{softmax}")


def test_spaces_are_those_of_tex(mathml):
    assert mathml("a + b = c") == (
        "<math><mi>a</mi><mo>+</mo><mi>b</mi><mo>=</mo><mi>c</mi></math>"
    )
    assert '<mo lspace="0" rspace="0">−</mo><mi>a</mi>' in mathml("-a")  # a sign, no subtraction
    assert '<mi>log</mi><mspace width="0.1667em"></mspace><mi>x</mi>' in mathml(r"\log x")
    assert "<mi>log</mi><mo" in mathml(r"\log(x)")
    assert '<mo lspace="0" rspace="0">=</mo>' in mathml("x_{i=1}")  # tight below


@pytest.mark.parametrize(
    ("inner", "size"),
    [("x", ""), (r"\frac{a}{b}", "nn-d2"), (r"\sum_{i=1}^{n} x_i", "nn-d4")],
)
def test_brackets_are_as_large_as_what_they_hold(mathml, inner, size):
    made = mathml(rf"\displaystyle \left( {inner} \right)")
    assert re.findall(r'<mo stretchy="false"(?: class="([^"]*)")?', made) == [size, size]


def test_a_display_is_a_block_and_says_how_wide_it_is(mathml):
    assert mathml("x", display=True) == '<math display="block"><mi>x</mi></math>'
    assert "--w" not in mathml("x + y")
    wide = mathml("+".join("abcdefghijklmn"))
    assert 20 < float(re.search(r"--w:([\d.]+)", wide)[1]) < 26


def test_the_check_mark_keeps_its_class(mathml):
    assert '<mi class="nn-check">✓</mi>' in mathml(r"\overset{\class{nn-check}{\checkmark}}{=}")


def test_nothing_else_comes_in(mathml):
    made = mathml(
        r"\href{javascript:alert(1)}{x} \style{background:url(//a)}{y} "
        r"\class{other}{z} \cssId{a}{b}"
    )
    assert made == "<math><mi>x</mi><mi>y</mi><mi>z</mi><mi>b</mi></math>"
    assert words(mathml(r"\text{<script>}")) == "<script>"
    assert "<script>" not in mathml(r"\text{<script>}")


@pytest.mark.parametrize("latex", [r"\frac{a", r"\nosuchname", r"x^a^b"])
def test_planted_formula_that_cannot_be_set(setter, latex):
    (made,) = setter.set([(latex, False)])
    assert made.get("error")


@pytest.fixture(scope="module")
def ledger(setter):
    return setter.set([(row["latex"], True) for row in LEDGER])


def test_every_equation_of_the_ledger_is_set(ledger):
    assert [row["id"] for row, m in zip(LEDGER, ledger, strict=True) if "error" in m] == []


def test_the_font_has_every_sign_of_the_ledger(ledger):
    ttLib = pytest.importorskip("fontTools.ttLib")
    pytest.importorskip("brotli")
    folder = notebooks.ROOT / "book" / "_static" / "fonts"
    fonts = [ttLib.TTFont(folder / f"{name}.woff2") for name in ("math", "math-alphabets")]
    has = set().union(*(font.getBestCmap() for font in fonts))
    signs = {ord(sign) for m in ledger for sign in words(m["html"])}
    assert "".join(map(chr, sorted(signs - has))) == ""
    # Signs of the second font are named in the style sheet, or it would not be asked for them.
    ranges = re.search(r"unicode-range:([^;]*);", CSS)[1].replace("U+", "").split(",")
    listed = {
        code
        for span in map(str.strip, ranges)
        for code in range(int(span.split("-")[0], 16), int(span.split("-")[-1], 16) + 1)
    }
    assert set(fonts[1].getBestCmap()) - {32} <= listed


PAGE = r"""<p><span class="math notranslate nohighlight">\(a &lt; b\)</span> costs \(5\).</p>
<div class="math notranslate nohighlight" id="equation-x">
\[x = 1\]</div><code>\(no\)</code>"""


def test_a_page_is_changed_in_its_formulas_alone():
    assert formulas.waiting(PAGE) == {("a < b", False), ("x = 1", True)}
    done = formulas.with_formulas(PAGE, {("a < b", False): "<math>1</math>"})
    assert done == PAGE.replace(r"\(a &lt; b\)", "<math>1</math>")
    assert formulas.waiting(done) == {("x = 1", True)}


def test_a_formula_keeps_the_sign_behind_it():
    page = r'if (<span class="math">\(x\)</span>), then <span class="math">\(x\)</span> more'
    assert formulas.with_formulas(page, {("x", False): "<math/>"}) == (
        'if <span class="nn-tied">(<span class="math"><math/></span>),</span> then '
        '<span class="math"><math/></span> more'
    )


def test_what_was_set_is_kept_until_the_writer_changes(tmp_path, monkeypatch):
    path = tmp_path / "formulas.json"
    store = formulas.Store(path)
    assert store.add({("x", False), (r"\bad", False)}).keys() == {(r"\bad", False)}
    monkeypatch.setattr(formulas, "Setter", lambda: pytest.fail("it is known"))
    assert formulas.Store(path).add({("x", False)}) == {}
    kept = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(kept | {"digest": "of another writer"}), "utf-8")
    assert formulas.Store(path).known == {}


def test_the_files_of_mathjax_are_there(tmp_path):
    formulas.copy_mathjax(tmp_path)
    assert (tmp_path / "core.js").is_file()
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.js")) < 1_000_000
