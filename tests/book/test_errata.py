"""The errata: what is called wrong is refuted, what is called right is proved, and no entry lies.

For each entry an error is planted, too: with the corrected formula, or claim, in the place of the
printed one, the check must fail.
"""

import dataclasses
import re
import sys
from pathlib import Path

import notebooks
import pytest

from tests.book.pages import has_place, printed

ROOT = notebooks.ROOT
NOTES = ROOT.parent / "shared" / "notes"
sys.path.insert(0, str(ROOT / "book"))  # the page imports the data from its own folder

import errata  # noqa: E402
from errata import page  # noqa: E402

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
        assert getattr(entry, field.name) or field.name == "remark", field.name
    assert re.fullmatch(r"[a-e]-[a-z0-9-]+", entry.id)
    assert entry.why.endswith((".", "?", "!", ".)"))
    assert "$$" not in entry.why


def test_ids_are_unique():
    ids = [entry.id for entry in ENTRIES]
    assert len(set(ids)) == len(ids)


def lines_of(entry, notes: Path = NOTES) -> list[str]:
    """The lines of the notes that an entry is about."""
    (path,) = notes.glob(f"{entry.notes}_*.txt")
    return path.read_text(encoding="utf-8").split("\n")


def quoted(entry, notes: Path = NOTES) -> bool:
    """Whether the lines that the entry names hold what it quotes."""
    lines = lines_of(entry, notes)
    if not 1 <= entry.first_line <= entry.last_line <= len(lines):
        return False
    text = " ".join(lines[entry.first_line - 1 : entry.last_line])
    return " ".join(entry.quote.split()) in " ".join(text.split())


def not_verbatim(entry, notes: Path = NOTES) -> list[str]:
    """What the entry has in quotation marks and the notes have nowhere."""
    whole = plain(" ".join(lines_of(entry, notes)))
    texts = ("said", "rather", "numbers") if isinstance(entry.check, errata.Claim) else ()
    texts = ("printed", "corrected") if isinstance(entry.check, errata.Reading) else texts
    words = " ".join([entry.why, *(getattr(entry.check, name) for name in texts)])
    spans = re.findall(r"“([^”]*)”", words)
    pieces = [piece for span in spans for piece in span.split("…")]
    return [piece for piece in pieces if plain(piece) not in whole]


def plain(text: str) -> str:
    """A text without what sets it: emphasis, and blanks around formulas and marks."""
    return re.sub(r"[\s*$`.,]", "", text).lower()


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not here")
class TestLines:
    @every
    def test_the_quoted_words_stand_there(self, entry):
        assert quoted(entry)

    @every
    def test_quotation_marks_are_for_words_that_stand_there(self, entry):
        assert not not_verbatim(entry)

    @every
    def test_planted_a_wrong_line(self, entry):
        assert not quoted(dataclasses.replace(entry, lines=10**6))
        assert not quoted(dataclasses.replace(entry, quote="no such words"))

    @claims
    def test_planted_a_paraphrase_in_quotation_marks(self, entry):
        claim = dataclasses.replace(entry.check, said="“In other words, it never trains”")
        assert not_verbatim(dataclasses.replace(entry, check=claim))


@every
def test_where_it_is_right_exists(entry):
    assert has_place(entry.where)


def test_planted_places():
    assert not has_place("networks/nowhere")
    assert not has_place("networks/losses#eq-no-such-equation")
    assert not has_place("networks/losses#no-such-section")


def shown_once(text: str, entries) -> bool:
    """Whether a table has a row for each entry, and in it the words that the entry quotes."""
    found = re.findall(r'<span id="erratum-([a-z0-9-]+)"', text)
    rows = dict(zip(found, text.split('<span id="erratum-')[1:], strict=True))
    return sorted(found) == sorted(e.id for e in entries) and all(
        page._cell(page.quoted(e.quote)) in rows[e.id] for e in entries
    )


def test_the_page_shows_every_entry_once_with_its_quote():
    assert shown_once(printed("errata-list"), ENTRIES)


def test_planted_an_entry_off_the_page_and_a_quote_that_is_not_shown():
    text = printed("errata-list")
    assert not shown_once(text, ENTRIES[1:])
    other = dataclasses.replace(ENTRIES[0], quote="other words than these")
    assert not shown_once(text, [other, *ENTRIES[1:]])


def test_quotes_are_set_where_they_can_be():
    assert page.quoted("the  rate $ a $ is") == "“the rate $a$ is”"
    assert page.quoted("$$a_b = 1$$") == "$a_b = 1$"
    assert page.quoted(r"\frac{a}{b") == r"`\frac{a}{b`"
    assert page.quoted("W_look_ahead = W_{t-1} beta") == "`W_look_ahead = W_{t-1} beta`"
    assert page.quoted("W_0 and a^b") == r"“W\_0 and a\^b”"


def test_rows_stay_on_their_line():
    for line in errata.table().text.split("\n"):
        assert len(re.findall(r"(?<!\\)\|", line)) == 3, line[:200]
    assert page._cell("a | b\nc") == r"a \| b c"
