"""The book's mutation tester: the right verdict on a small page, and on checks that look away."""

from __future__ import annotations

import bookcheck
import bookmutants
import nbformat
import notebooks
import prosecheck
import pytest
from nbformat import v4

PAGE = "book/solutions/small"
BEGIN = "from nnbook.derive import *\nu, v = reals('u v')"
TWICE = 'equation("eq-small-square", (u + v) ** 2, u**2 + 2 * u * v + v**2)'
BOTH = 'w = 3 * u\nequation("eq-small-both", w + v, v + w)'
LATER = 'equation("eq-small-later", w - w / 2, w / 2)'
MADE = "with as_written():\n    pair = 2 * u, u + u\ninline(pair)"


@pytest.fixture(scope="module")
def cells():
    """A page of a formula in its text and four cells, with the outputs that they have."""
    sources = [BEGIN, TWICE, BOTH, LATER, MADE]
    told = bookmutants.run([(source, True) for source in sources], "book/networks")
    assert [result["error"] for result in told] == [None] * 5
    code = [
        v4.new_code_cell(source, outputs=[nbformat.from_dict(o) for o in result["outputs"]])
        for source, result in zip(sources, told, strict=True)
    ]
    return [v4.new_markdown_cell(r"Always $2 u = u + u$, of 7 digits and $x_i$."), *code]


@pytest.fixture
def checks(cells, monkeypatch):
    read = prosecheck.read
    notebook = v4.new_notebook(cells=cells)
    monkeypatch.setattr(prosecheck, "read", lambda page: notebook if page == PAGE else read(page))
    checks = bookmutants.Checks()
    rows = bookmutants.rows_in([output for cell in cells[1:] for output in cell.outputs])
    checks.ledger = {**checks.ledger, "equations": [*checks.ledger["equations"], *rows.values()]}
    assert set(rows) == {"eq-small-square", "eq-small-both", "eq-small-later"}
    checks.kept["typed"][PAGE] = prosecheck.fingerprint(prosecheck.typed_of(notebook))
    assert checks.problems(PAGE, notebook) == []
    return checks


def proof(cell, before, after):
    source = {2: TWICE, 3: BOTH, 5: MADE}[cell]
    assert before in source
    return bookmutants.Mutant("proof", PAGE, cell, source, source.replace(before, after, 1), "")


def test_a_formula_made_wrong_is_refuted(checks):
    fate, by = bookmutants.judge_proof(proof(2, "2 * u", "3 * u"), checks)
    assert fate == "noticed"
    assert "refuted" in by or "does not hold" in by


def test_what_shows_the_same_is_the_same(checks):
    assert bookmutants.judge_proof(proof(2, "2 * u * v", "u * 2 * v"), checks) == ("same", "")


def test_another_true_formula_survives(checks):
    assert bookmutants.judge_proof(proof(3, "3 * u", "4 * u"), checks) == ("survived", "")


def test_what_a_later_cell_says_is_noticed(checks):
    fate, by = bookmutants.judge_proof(proof(3, "w = 3 * u\n", ""), checks)
    assert fate == "noticed"
    assert "NameError" in by


def test_a_text_that_loses_its_proof_is_noticed(checks):
    fate, by = bookmutants.judge_proof(proof(5, MADE, "pass"), checks)
    assert (fate, "nothing checks the typed formula" in by) == ("noticed", True)


def test_an_equation_that_is_gone_is_noticed(checks):
    fate, by = bookmutants.judge_proof(proof(2, TWICE, "pass"), checks)
    assert (fate, by) == ("noticed", "code cell 2: no eq-small-square any more")


def of_kind(kind):
    return bookmutants.FINDERS[kind](PAGE, prosecheck.read(PAGE))


@pytest.mark.parametrize("kind", ["display", "inline", "number"])
def test_every_slip_is_noticed(checks, kind):
    found = of_kind(kind)
    assert len(found) >= (1 if kind == "number" else 3)
    for mutant in found:
        assert checks.judge(mutant)[0] == "noticed", mutant


def test_planted_checks_that_look_away(checks, monkeypatch):
    """Without what was kept, mentions and whole numbers survive; claims do not."""
    monkeypatch.setattr(prosecheck, "kept_typed", lambda *_: [])
    fates = {mutant.after: checks.judge(mutant)[0] for mutant in of_kind("inline")}
    assert fates["$x_j$"] == "survived"
    assert fates["$3 u = u + u$"] == fates["$2 u = u - u$"] == "noticed"
    assert [checks.judge(mutant)[0] for mutant in of_kind("number")] == ["survived"]
    monkeypatch.setattr(bookcheck, "equations_recorded", lambda *_: [])
    assert {checks.judge(mutant)[0] for mutant in of_kind("display")} == {"survived"}


def test_names_of_a_changed_statement():
    before = "a = 1\nb, c = (\n    2,\n    3,\n)\nd = 4"
    mutant = bookmutants.Mutant("proof", PAGE, 2, before, before.replace("3", "5"), "")
    assert bookmutants.bound_at(mutant) == {"b", "c"}


def test_slips():
    after = {changed for changed, _ in bookmutants.slips(r"a + b_i \le \frac{1}{2}^2")}
    assert {r"a - b_i \le \frac{1}{2}^2", r"a + b_j \le \frac{1}{2}^2",
            r"a + b_i \ge \frac{1}{2}^2", r"a + b_i \le \frac{2}{1}^2",
            r"a + b_i \le \frac{1}{2}^3", r"a + b_i \le \frac{1}{2}"} <= after  # fmt: skip


def test_a_sample_is_drawn_by_its_seed():
    page = ["book/networks/losses"]
    first, again, other = (
        [str(m) for m in bookmutants.sample(page, ["inline", "proof"], 5, seed)]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(first) == 10


def test_the_glossary_has_places():
    assert len(bookmutants.glossary()) > 100


def test_one_run(capsys):
    options = ["--count=3", "--seed=4", "--kind=inline", "--kind=number"]
    code = bookmutants.main([*options, "book/networks/losses"])
    assert code == 0
    assert "seed 4\n" in capsys.readouterr().out
    assert (notebooks.ROOT / "book/networks/losses.ipynb").exists()
