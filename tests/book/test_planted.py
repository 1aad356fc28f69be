"""Errors planted on purpose: a check that finds none of them is no check.

Each test makes a small notebook that is in order, spoils one thing, and sees that it is found.
"""

import copy
import subprocess
import sys
import textwrap

import bookcheck
import nbformat
import notebooks
import pytest
import sitecheck
from nbformat import v4

LATEX = r"\bar z_k = s_k - y_k"
ROW = {
    "id": "eq-test",
    "status": "proved",
    "scope": "any K",
    "place": "book/test",
    "slugs": [],
    "notes": [],
    "code": "nnbook.ops.losses.SoftmaxCrossEntropy",
    "difference": None,
    "latex": LATEX,
}
ALT = "A curve that rises from the left to the right and then stays level."
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def equation(latex=LATEX, label=" (eq-test)", row=ROW):
    return v4.new_output(
        "display_data",
        {"text/markdown": f"$$\n{latex}\n$${label}", "text/plain": "equation"},
        metadata={"nnbook": row} if row else {},
    )


def picture(alt=ALT):
    data = {"image/png": PIXEL, "text/plain": "<Figure size 640x480 with 1 Axes>"}
    return v4.new_output("display_data", data, metadata={"image/png": {"alt": alt, "width": 320}})


def code(source, *outputs):
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=1)


@pytest.fixture
def notebook():
    cells = [
        v4.new_markdown_cell("# A test\n\nThe gradient is {eq}`eq-test`, with $s$ the softmax."),
        code("print(6 * 7)", v4.new_output("stream", name="stdout", text="42\n")),
        code("derivation", equation()),
        code("show(figure)", picture()),
    ]
    return notebooks.canonical(v4.new_notebook(cells=cells))


@pytest.fixture
def ledger():
    return {"equations": [copy.deepcopy(ROW)]}


def problems(notebook, ledger):
    found = [text for check in bookcheck.CHECKS for text in check(notebook)]
    found += bookcheck.equations_recorded(notebook, ledger)
    found += bookcheck.ledger_rows(ledger)
    return found + bookcheck.ledger_places(ledger, {"test": notebook})


def test_nothing_planted_nothing_found(notebook, ledger):
    assert problems(notebook, ledger) == []


def test_printed_equation_with_another_sign(notebook, ledger):
    data = notebook.cells[2].outputs[0].data
    data["text/markdown"] = data["text/markdown"].replace("s_k - y_k", "s_k + y_k")
    assert problems(notebook, ledger) == ["cell 3, eq-test: printed is not what the ledger has"]


def test_printed_equation_and_ledger_with_another_sign(notebook, ledger):
    data, row = notebook.cells[2].outputs[0].data, ledger["equations"][0]
    data["text/markdown"] = data["text/markdown"].replace("s_k - y_k", "s_k + y_k")
    row["latex"] = row["latex"].replace("s_k - y_k", "s_k + y_k")
    assert problems(notebook, ledger) == [
        "cell 3, eq-test: the object that printed it says otherwise"
    ]


def test_unlabelled_equation(notebook, ledger):
    notebook.cells[2].outputs.append(equation(r"a = b", label="", row=None))
    assert "without a label" in str(problems(notebook, ledger))


def test_sympy_object_shown_as_it_is(notebook, ledger):
    shown = v4.new_output("display_data", {"text/latex": r"$\displaystyle x^{2}$"})
    notebook.cells[2].outputs.append(shown)
    assert "without a label" in str(problems(notebook, ledger))


def test_equation_that_no_object_printed(notebook, ledger):
    notebook.cells[2].outputs[0].metadata = nbformat.from_dict({})
    assert "no checked object printed it" in str(problems(notebook, ledger))


def test_equation_that_is_not_in_the_ledger(notebook, ledger):
    ledger["equations"].clear()
    assert "not in the ledger" in str(problems(notebook, ledger))


def test_row_that_is_on_no_page(notebook, ledger):
    ledger["equations"].append(ROW | {"id": "eq-other"})
    assert "on no page" in str(problems(notebook, ledger))


def test_row_on_another_page(notebook, ledger):
    ledger["equations"][0]["place"] = "book/other"
    assert "the ledger says book/other" in str(problems(notebook, ledger))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "certain"}, "no such status"),
        ({"status": "matched", "difference": None}, "how closely"),
        ({"scope": ""}, "which sizes"),
    ],
)
def test_row_that_claims_too_much(notebook, ledger, change, told):
    ledger["equations"][0].update(change)
    assert told in str(bookcheck.ledger_rows(ledger))


@pytest.mark.parametrize(
    "text",
    [
        "$$x = y$$",
        "$$\nx = y\n$$ (eq-x)",
        "We see $$x = y$$ at once.",
        r"\[ x = y \]",
        "```{math}\n:label: eq-x\nx = y\n```",
        ":::{note}\nHere:\n\n$$x = y$$\n:::",
        "\\begin{align}\nx &= y\n\\end{align}",
        "$x = y$",
        r"Here is $\displaystyle x = y$ again.",
    ],
)
def test_typed_display_equation(notebook, ledger, text):
    notebook.cells[0].source += f"\n\n{text}\n"
    assert len(problems(notebook, ledger)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "We see that $x = y$ at once.",
        "The marker is `$$`, and `\\[` another.",
        "```python\ntext = '$$x = y$$'\n```",
        "| symbol | meaning |\n|---|---|\n| $x$ | input |",
        "- $x$",
    ],
)
def test_text_that_is_no_display_equation(text):
    assert bookcheck.typed_equations(text) == []


def test_code_cell_never_run(notebook, ledger):
    notebook.cells[1].execution_count = None
    notebook.cells[1].outputs = []
    assert "cell 2 was never run" in problems(notebook, ledger)


def test_cells_run_out_of_order(notebook, ledger):
    notebook.cells[1].execution_count, notebook.cells[2].execution_count = 2, 1
    assert "cell 2 ran as number 2, not 1" in problems(notebook, ledger)


def test_error_output(notebook, ledger):
    error = v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    notebook.cells[1].outputs.append(error)
    assert problems(notebook, ledger) == ["cell 2 shows an error: ValueError"]
    notebook.cells[1].metadata["tags"] = ["raises-exception"]
    assert problems(notebook, ledger) == []


def test_figure_without_alt_text(notebook, ledger):
    notebook.cells[3] = notebooks.canonical(
        v4.new_notebook(cells=[code("show(figure)", picture(alt=""))])
    ).cells[0]
    notebook.cells[3].execution_count = 3
    assert problems(notebook, ledger) == ["cell 4 shows a picture whose alt text is ''"]


def test_alt_text_that_the_site_does_not_get(notebook, ledger):
    del notebook.cells[3].metadata["mystnb"]
    assert "alt text that the site does not get" in str(problems(notebook, ledger))


def test_page_with_a_picture_without_alt_text():
    page = sitecheck.Page()
    page.feed('<img src="a.png" alt="A curve"><img src="b.png"><img src="c.png" alt=" ">')
    assert sitecheck.pictures_described({"a.html": page}) == [
        "a.html: no alt text: b.png",
        "a.html: no alt text: c.png",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "/home/reader/nnbook/book",
        r"C:\Users\reader",
        "lib/python3.13/site-packages/numpy",
        "<function f at 0x7f3a5c0b2f20>",
        str(notebooks.ROOT / "nnbook"),
    ],
)
def test_machine_path_in_an_output(notebook, ledger, text):
    notebook.cells[1].outputs[0].text = f"{text}\n"
    assert "names something of one machine" in str(problems(notebook, ledger))
    with pytest.raises(notebooks.NotebookError, match="cell 2"):
        notebooks.canonical(notebook)


def test_progress_bar_in_an_output(notebook):
    notebook.cells[1].outputs[0].text = "\r 50%|#####     | 1/2"
    with pytest.raises(notebooks.NotebookError, match="progress bar"):
        notebooks.canonical(notebook)


def test_notebook_out_of_canonical_form(notebook, tmp_path):
    path = tmp_path / "test.ipynb"
    path.write_text(notebooks.dumps(notebook), encoding="utf-8")
    assert notebooks.problem(path) is None
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00"}
    path.write_text(notebooks.dumps(notebook), encoding="utf-8")
    assert "not in canonical form" in notebooks.problem(path)


def test_cell_hidden_from_nbval(notebook, ledger):
    notebook.cells[1].source = "# NBVAL_SKIP\n" + notebook.cells[1].source
    assert problems(notebook, ledger) == ["cell 2 is hidden from nbval"]


def test_page_that_is_not_in_the_table_of_contents(tmp_path):
    (tmp_path / "book").mkdir()
    toc = "format: jb-book\nroot: book/index\nchapters:\n- file: book/a\n"
    (tmp_path / "_toc.yml").write_text(toc)
    for name in ("index", "b"):
        (tmp_path / "book" / f"{name}.ipynb").write_text("{}")
    assert bookcheck.table_of_contents(tmp_path) == [
        "book/b: not in _toc.yml",
        "book/a: in _toc.yml, but no such page",
    ]


def test_links_that_lead_nowhere(tmp_path):
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="b.html#there">b</a><a href="#top">a</a>'
        '<a href="b.html#nowhere">b</a><a href="c.html">c</a>'
    )
    (tmp_path / "b.html").write_text('<h1 id="there">B</h1>')
    assert sitecheck.links_resolve(tmp_path, sitecheck.read_site(tmp_path)) == [
        "a.html: link to a missing place: b.html#nowhere",
        "a.html: link to a missing file: c.html",
    ]


def test_page_that_opens_another_notebook(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_text(
            '<a href="lite/lab/index.html?path=a.ipynb">lab</a><a href="lite/files/a.ipynb">get</a>'
        )
    (tmp_path / "lite" / "files").mkdir(parents=True)
    for name in ("a", "b", "d"):
        (tmp_path / "lite" / "files" / f"{name}.ipynb").write_text("{}")
    assert sitecheck.lab_opens(tmp_path, sitecheck.read_site(tmp_path)) == [
        "b.html: no link to lite/lab/index.html?path=b.ipynb",
        "b.html: no link to lite/files/b.ipynb",
        "c.html: lite/lab/index.html?path=a.ipynb",
        "c.html: lite/files/a.ipynb",
        "d.html: in the lab, but no page",
    ]


def test_page_that_asks_another_host(tmp_path):
    (tmp_path / "a.html").write_text(
        '<script src="https://example.org/a.js"></script><a href="https://example.org">fine</a>'
        '<link rel="stylesheet" href="//example.org/a.css"><link rel="canonical" href="https://a.org">'
    )
    (tmp_path / "a.css").write_text("@font-face { src: url('https://example.org/a.woff2') }")
    assert sitecheck.own_files_only(tmp_path, sitecheck.read_site(tmp_path)) == [
        "a.html: asks another host: https://example.org/a.js",
        "a.html: asks another host: //example.org/a.css",
        "a.css: asks another host: https://example.org/a.woff2",
    ]


# -- The same with the tools themselves ------------------------------------------------------------

ORDER = """\
    import warnings
    warnings.warn("mind the gap")
    print([n * n for n in range(4)])
"""


def run_nbval(path):
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider"),
        *("--nbval", "--nbval-current-env", path.name, "--nbval-sanitize-with"),
        str(notebooks.ROOT / "tests" / "nbval_sanitize.cfg"),
    ]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True)


def test_output_changed_in_a_notebook(tmp_path):
    path = tmp_path / "test.ipynb"
    cells = [v4.new_code_cell(textwrap.dedent(ORDER))]
    path.write_text(notebooks.dumps(v4.new_notebook(cells=cells)), encoding="utf-8")
    notebooks.execute(path, timeout=60)
    text = path.read_text(encoding="utf-8")
    assert "<cell>:2: UserWarning" in text
    run = run_nbval(path)
    assert run.returncode == 0, run.stdout
    path.write_text(text.replace("[0, 1, 4, 9]", "[0, 1, 4, 8]"), encoding="utf-8")
    run = run_nbval(path)
    assert run.returncode == 1
    assert "[0, 1, 4, 8]" in run.stdout


# -- The line below an equation, on the site -------------------------------------------------------

LINED = """<div class="cell tag_hide-input container"><div class="nn-eq" id="equation-eq-test">
<div class="nn-line"><p>✓ any K · <a href="ledger.html#row-eq-test">ledger</a></p>
<details class="nn-how"><summary>how</summary></details></div></div>
<div class="nn-eq" id="equation-eq-next"></div>"""


def lined(text, status="proved"):
    page = sitecheck.Page()
    page.text = text
    row = {"id": "eq-test", "status": status, "place": "a/b#eq-test"}
    return sitecheck.quiet_lines({"book/a/b.html": page}, {"equations": [row]})


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('<div class="nn-line">', "<div>", "no line below a proved"),
        ("#row-eq-test", "#row-eq-other", "no line below a proved"),
        ('<details class="nn-how">', "<details>", "nothing unfolds the code"),
        ("nn-eq", "nn-eq", None),
        (
            '<div class="nn-eq" id="equation-eq-test">',
            '<details class="hide above-input"><div class="nn-eq" id="equation-eq-test">',
            "a bar above code",
        ),
    ],
)
def test_planted_line_below_an_equation(old, new, problem):
    found = lined(LINED.replace(old, new, 1))
    assert found == [] if problem is None else any(problem in text for text in found)


def test_planted_line_below_a_definition():
    assert lined(LINED, status="definition") == ["eq-test: a line below a definition"]
    assert lined(LINED.replace("tag_hide-input", "tag_show-input").replace("nn-how", "x")) == []
    named = LINED.replace("<p>✓ any K", "<p><small>with <span>K</span></small>")
    assert lined(named, status="definition") == []


def test_planted_second_number_of_a_heading():
    page = sitecheck.Page()
    page.text = '<h3><span class="section-number">5.2. </span>Losses</h3>'
    assert sitecheck.one_number({"a.html": page}) == []
    page.text = page.text.replace("Losses", "3. A layer")
    assert len(sitecheck.one_number({"a.html": page})) == 1
