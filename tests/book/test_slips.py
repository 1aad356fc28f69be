"""Ways to get it wrong: every slip is checked, teaches, and does not tell where it is from."""

import dataclasses
import re
import sys

import notebooks
import pytest

from tests.book.pages import has_place, printed

sys.path.insert(0, str(notebooks.ROOT / "book"))  # the page imports the data from its own folder

from errata import BadEntry, CheckFailed, Claim, Formula, loading, slip

SLIPS = slip.SLIPS
every = pytest.mark.parametrize("one", SLIPS, ids=lambda s: s.id)
ROWS = (loading.HERE / "slips" / "slips.yml").read_text(encoding="utf-8")


@every
def test_slip_is_right(one):
    one.check.check()
    assert has_place(one.where)
    assert one.lesson.endswith(".")
    assert not one.title.endswith(".")
    assert len(one.lesson.split()) <= 45


@every
def test_planted_what_is_right_as_the_slip_and_the_slip_as_right(one):
    false, true = ("printed", "corrected") if isinstance(one.check, Formula) else FALSE_AND_TRUE
    for here, there in ((false, true), (true, false)):
        planted = dataclasses.replace(one.check, **{here: getattr(one.check, there)})
        with pytest.raises(CheckFailed):
            planted.check()


FALSE_AND_TRUE = "claimed", "holds"


@every
def test_the_card_shows_what_tempts_and_the_evidence(one):
    card = slip.card(one)
    assert card.count("✗") == card.count("✓") == 1
    assert ("Refuted: at" in card or "Refuted: the" in card) == isinstance(one.check, Formula)
    assert ("Counterexample: " in card) == isinstance(one.check, Claim)
    assert "{" not in re.sub(r"\$.*?\$|^.*\{card\}|\{eq\}", "", card, flags=re.MULTILINE)


def test_the_page_shows_every_slip_once_in_the_order_of_its_groups():
    shown = re.findall(r"^\(slip-([a-z0-9-]+)\)=$", printed("ways-to-get-it-wrong"), re.MULTILINE)
    assert shown == [s.id for group in slip.GROUPS for s in SLIPS if s.group == group]
    assert sorted(shown) == sorted(s.id for s in SLIPS)
    with pytest.raises(ValueError, match="no such group: 'signs'"):
        slip.show("signs")


@pytest.fixture
def read(tmp_path):
    """Reads a text as a file of slips that may take the computations of the entries."""

    def read(text):
        path = tmp_path / "slips.yml"
        path.write_text(text, encoding="utf-8")
        lent = {}
        for module in ("c3_networks", "c1_optimizers"):
            lent |= loading.computations(sys.modules[f"errata.entries.{module}"])
        return loading.read(path, {}, slip.Slip, lent)

    return read


FORMULA = """\
- id: some-sign
  group: sign
  entry: c-mse-sign
  title: A sign
  lesson: Try one number.
  where: networks/losses#eq-mse-gradient
"""
CLAIM = """\
- id: some-steps
  group: sign
  entry: c-along-the-gradient
  title: Steps
  said: Along it
  rather: Against it
  numbers: from {here:.2f} to {along:.2f}
  lesson: It points uphill.
  where: training/optimizers#eq-gd-descent
"""
FAULTS = {
    "no lesson": (FORMULA, "  lesson: Try one number.\n", "", "missing lesson"),
    "empty lesson": (FORMULA, "Try one number.", "", "lesson: expected a text"),
    "no title": (CLAIM, "  title: Steps\n", "", "missing title"),
    "unknown group": (FORMULA, "group: sign", "group: signs", "no such group: 'signs'"),
    "unknown entry": (FORMULA, "c-mse-sign", "c-no-such", "a function named c_no_such"),
    "claim of a formula": (CLAIM, "c-along-the-gradient", "c-mse-sign", "an example named c_mse_s"),
    "reading": (FORMULA, "  title", "  printed: x\n  corrected: y\n  title", "unknown printed"),
    "about": (FORMULA, "  lesson", "  about: The loss of §2.\n  lesson", "anonymous, and '§'"),
    "section": (FORMULA, "one number", "§1.8", "a slip is anonymous, and '§'"),
    "quote": (CLAIM, "Along it", "“Along it”", "a slip is anonymous, and '“'"),
    "set": (CLAIM, "uphill", "uphill, not as in set C", "a slip is anonymous, and 'set C'"),
    "notes": (CLAIM, "Steps", "Steps of the notes", "a slip is anonymous, and 'notes'"),
    "line": (CLAIM, "Against it", "Against it, in line 7", "a slip is anonymous, and 'line 7'"),
}


@pytest.mark.parametrize(("text", "old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_planted_fault_of_a_slip(read, text, old, new, message):
    (whole,) = read(text)
    whole.check.check()
    assert old in text
    with pytest.raises(BadEntry, match=message):
        read(text.replace(old, new, 1))


def test_planted_a_false_rather(read):
    (claim,) = read(CLAIM)
    with pytest.raises(CheckFailed, match="the corrected claim does not hold"):
        dataclasses.replace(claim.check, holds=lambda e: e.along < e.here).check()


def test_no_two_slips_take_the_same_entry():
    taken = re.findall(r"^  entry: (\S+)$", ROWS, re.MULTILINE)
    assert len(set(taken)) == len(taken)
