"""The errata: what is called wrong is refuted, what is called right is proved, and no entry lies.

For each entry an error is planted, too: with the corrected formula, or claim, in the place of the
printed one, the check must fail.
"""

import dataclasses
import json
import re
import sys
from pathlib import Path

import notebooks
import pytest

ROOT = notebooks.ROOT
NOTES = ROOT.parent / "shared" / "notes"
sys.path.insert(0, str(ROOT / "book"))  # the page imports the data from its own folder

import errata  # noqa: E402

ENTRIES = errata.ENTRIES
every = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
formulas = pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if isinstance(e.check, errata.Formula)], ids=lambda e: e.id
)
claims = pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if isinstance(e.check, errata.Claim)], ids=lambda e: e.id
)
readings = pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if isinstance(e.check, errata.Reading)], ids=lambda e: e.id
)


@formulas
def test_refuted_as_printed_and_proved_as_corrected(entry):
    assert entry.check.refutation.status == "refuted"
    assert entry.check.refutation.left != entry.check.refutation.right
    assert entry.check.proof.status == "proved"


@formulas
def test_planted_the_corrected_formula_as_printed(entry):
    planted = dataclasses.replace(entry.check, printed=entry.check.corrected)
    with pytest.raises(errata.CheckFailed, match="as printed: proved"):
        planted.check()


@formulas
def test_planted_the_printed_formula_as_corrected(entry):
    planted = dataclasses.replace(entry.check, corrected=entry.check.printed)
    with pytest.raises(errata.CheckFailed, match="as corrected: refuted"):
        planted.check()


@claims
def test_claim_is_false_of_the_example(entry):
    entry.check.check()
    shown = entry.check.shown
    assert re.search(r"\d", shown)
    assert "{" not in re.sub(r"\$.*?\$", "", shown)


@claims
def test_planted_the_corrected_claim_as_said(entry):
    with pytest.raises(errata.CheckFailed, match="the claim holds"):
        dataclasses.replace(entry.check, claimed=entry.check.holds).check()


@claims
def test_planted_the_said_claim_as_corrected(entry):
    with pytest.raises(errata.CheckFailed, match="the corrected claim does not hold"):
        dataclasses.replace(entry.check, holds=entry.check.claimed).check()


@readings
def test_planted_nothing_corrected(entry):
    entry.check.check()
    with pytest.raises(errata.CheckFailed):
        dataclasses.replace(entry.check, corrected=entry.check.printed).check()


@every
def test_entry_is_whole(entry):
    for field in dataclasses.fields(entry):
        assert getattr(entry, field.name), field.name
    assert re.fullmatch(r"[a-e]-[a-z0-9-]+", entry.id)
    assert entry.why.endswith((".", "?", "!", ".)"))
    assert "$$" not in entry.why


def test_ids_are_unique():
    ids = [entry.id for entry in ENTRIES]
    assert len(set(ids)) == len(ids)


def quoted(entry, notes: Path = NOTES) -> bool:
    """Whether the lines that the entry names hold what it quotes."""
    (path,) = notes.glob(f"{entry.notes}_*.txt")
    lines = path.read_text(encoding="utf-8").split("\n")
    if not 1 <= entry.first_line <= entry.last_line <= len(lines):
        return False
    text = " ".join(lines[entry.first_line - 1 : entry.last_line])
    return " ".join(entry.quote.split()) in " ".join(text.split())


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not here")
class TestLines:
    @every
    def test_the_quoted_words_stand_there(self, entry):
        assert quoted(entry)

    @every
    def test_planted_a_wrong_line(self, entry):
        assert not quoted(dataclasses.replace(entry, lines=10**6))
        assert not quoted(dataclasses.replace(entry, quote="no such words"))


def has_place(where: str) -> bool:
    """Whether a page exists and has the label."""
    page, _, label = where.partition("#")
    path = ROOT / "book" / f"{page}.ipynb"
    if not path.is_file():
        return False
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    if label.startswith("eq-"):
        return f'"{label}"' in text
    return not label or f"({label})=\n" in text


@every
def test_where_it_is_right_exists(entry):
    assert has_place(entry.where)


def test_planted_places():
    assert not has_place("networks/nowhere")
    assert not has_place("networks/losses#eq-no-such-equation")
    assert not has_place("networks/losses#no-such-section")


def on_the_page(page: Path = ROOT / "book" / "errata.ipynb") -> list[str]:
    """The ids of the entries that the page shows."""
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    outputs = [o for cell in cells for o in cell.get("outputs", [])]
    text = "\n".join("".join(o.get("data", {}).get("text/markdown", "")) for o in outputs)
    return re.findall(r"^\(erratum-([a-z0-9-]+)\)=$", text, re.MULTILINE)


def test_the_page_shows_every_entry_once():
    shown = on_the_page()
    assert sorted(shown) == sorted(entry.id for entry in ENTRIES)
