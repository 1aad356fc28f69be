"""Pages that are light: scripts wait, pictures have sizes; and the tool that measures it."""

import struct
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import sitespeed
import weight

HEAD = """<link rel="stylesheet" type="text/css" href="../_static/mathematics.css?v=1" />
<script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
<script src="../_static/documentation_options.js?v=9"></script>
<script src="../_static/doctools.js?v=9"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
<script type="module" src="../web/live/cells.js"></script>
<script src="../searchindex.js"></script>"""


def test_scripts_wait_and_those_nobody_needs_are_gone():
    made = weight.light(HEAD, "const DOCUMENTATION_OPTIONS = {};\n")
    assert "fontawesome" not in made
    assert "searchindex" not in made
    assert "searchindex" in weight.light(HEAD, "", search=True)
    assert '<script defer src="../_static/doctools.js?v=9">' in made
    assert '<script type="module" src="../web/live/cells.js">' in made
    # What a script within the page asks for stands before it.
    assert made.index("const DOCUMENTATION_OPTIONS") < made.index("OPTIONS.pagename")


def test_fonts_come_with_the_page():
    made = weight.light(HEAD, "")
    for name in weight.FONTS:
        assert (notebooks.ROOT / "book" / "_static" / "fonts" / name).is_file()
        assert f'href="../_static/fonts/{name}"' in made
    assert weight.light(made, "") == made  # a page that was not written anew stays as it is


def png(path, width, height):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    path.write_bytes(head)


def test_pictures_have_their_size(tmp_path):
    png(tmp_path / "a.png", 640, 480)
    page = (
        '<img src="a.png" alt="A"><img alt="B" src="a.png" style="width: 9px;" />'
        '<img src="none.png" alt="C">'
    )
    first, second, third = weight.with_sizes(page, tmp_path).split("><")
    assert 'width="640" height="480"' in first
    assert "lazy" not in first  # it may be in sight
    assert 'width="640" height="480"' in second
    assert 'loading="lazy"' in second
    assert "width" not in third
    done = weight.with_sizes(page, tmp_path)
    assert weight.with_sizes(done, tmp_path).count("width=") == 2


def speed(**changed):
    values = {
        "page": "a", "requests": 1, "kb": 100.0, "img": 0.0, "paint": 0.1, "math": 0.2,
        "busy": 0.1, "work": 0.3, "nodes": 10, "formulas": 1, "cls": 0.0, "jumps": [],
    }
    return sitespeed.Speed(**values | changed)


@pytest.mark.parametrize("slip", [{"kb": 701.0}, {"busy": 1.6}, {"cls": 0.11}])
def test_planted_page_over_a_limit(slip):
    assert speed().exceeds() == []
    assert len(speed(**slip).exceeds()) == 1


# The book's pages have a policy too, under which no text becomes code.
BODY = """<!DOCTYPE html><html><head><title>a</title>
<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">%s</head><body>
<p>Text.</p><span class="math">%s</span><p style="height:3000px">More.</p></body></html>"""


@pytest.fixture
def measured(tmp_path):
    pytest.importorskip("playwright")
    try:
        sitespeed.browser()
    except sitespeed.PdfError:
        pytest.skip("no browser on this machine")

    def one(head, formula):
        (tmp_path / "a.html").write_text(BODY % (head, formula), encoding="utf-8")
        (found,) = sitespeed.survey(tmp_path, ["a.html"])
        return found

    return one


MATH = "<math><mi>x</mi></math>"


def test_planted_weight_jump_and_late_formula(measured):
    good = measured("", MATH)
    assert good.exceeds() == []
    assert good.formulas == 1
    heavy = measured(f"<!-- {''.join(map(str, range(400_000)))} -->", MATH)
    assert heavy.kb > 700
    late = (
        "<script>setTimeout(() => {document.querySelector('.math').innerHTML = '%s'}, 2000)"
        "</script>"
    )
    assert measured(late % MATH, "x").math > 2
    jump = (
        "<script>setTimeout(() => document.body.prepend(Object.assign("
        "document.createElement('div'), {style: 'height:400px'})), 300)</script>"
    )
    assert measured(jump, MATH).cls > 0.1
