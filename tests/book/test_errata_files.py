"""The files of the errata: what is written right is read, and each planted fault is named."""

import sys
from types import ModuleType

import notebooks
import pytest
from sympy.abc import x

sys.path.insert(0, str(notebooks.ROOT / "book"))  # the page imports the data from its own folder

import errata
from errata import BadEntry, elsewhere, loading, slip
from errata.entry import example

FOLDERS = {"entries": errata.Erratum, "findings": elsewhere.Finding, "slips": slip.Slip}
DATA = {"entries": errata.ENTRIES, "findings": elsewhere.FINDINGS, "slips": slip.SLIPS}
FILES = [p for folder in FOLDERS for p in sorted((loading.HERE / folder).glob("*.yml"))]
files = pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")

READING = """\
- id: c-slip
  section: 1.10
  lines: [3, 4]
  quote: a neuron network
  kind: misprint
  source: ocr
  printed: A neuron network
  corrected: A neural network
  why: >-
    Networks are “neural”: the word is an
    adjective.
  where: networks/losses
"""
CLAIM = """\
- id: c-primes
  section: 1.2
  lines: 7
  quote: every prime is odd
  kind: false claim
  said: Every prime is odd
  rather: Every prime but 2 is odd
  numbers: "{p} is a prime and even"
  why: It is even.
  where: networks/losses
"""
FORMULA = """\
- id: c-square
  section: 1.3
  lines: 9
  quote: (x - 1)^2
  kind: exponent
  why: The other sign.
  where: networks/losses#eq-mse-gradient
"""
FINDING = """\
- id: some-book
  part: losses
  work: Some Book
  place: page 3
  report: report-some
  kind: exponent
  about: A square.
  why: The other sign.
  where: networks/losses#eq-mse-gradient
  since: 2017-10-21
  until: 2018-10-21
"""


@example(claimed=lambda e: e.odd, holds=lambda e: e.odd or e.p == 2)
def c_primes():
    return {"p": 2, "odd": False}


def c_square():
    return errata.formula(x**2 - 1, (x - 1) ** 2, (x - 1) * (x + 1))


FUNCTIONS = {"c_primes": c_primes, "c_square": c_square}


@pytest.fixture
def read(tmp_path):
    """Reads a text as a file of entries."""

    def read(text, functions=None, make=errata.Erratum):
        path = tmp_path / "c1.yml"
        path.write_text(text, encoding="utf-8")
        return loading.read(path, FUNCTIONS if functions is None else functions, make)

    return read


def test_entries_are_read(read):
    reading, claim, formula = read(READING + CLAIM + FORMULA)
    assert reading.check == errata.Reading("A neuron network", "A neural network")
    assert (reading.section, reading.lines, reading.source) == ("1.10", (3, 4), "ocr")
    assert reading.why == "Networks are “neural”: the word is an adjective."
    assert (claim.lines, claim.source, claim.notes, claim.letter) == (7, "author", "002", "C")
    claim.check.check()
    assert claim.check.shown == "2 is a prime and even"
    formula.check.check()
    (finding,) = read(FINDING, {"some_book": c_square}, elsewhere.Finding)
    assert (finding.days, finding.end, finding.code) == (365, "corrected", "none")


FAULTS = {
    "unknown key": (READING, "  why", "  because", "missing why, unknown because"),
    "key that is none": (CLAIM, "  why", "  note: x\n  why", "for a claim: unknown note"),
    "missing key": (READING, "  kind: misprint\n", "", "c-slip: for a reading: missing kind"),
    "missing text of a claim": (CLAIM, "  rather: Every", "  why2: Every", "missing rather"),
    "missing text of a reading": (READING, "  printed: A neuron network\n", "", "missing printed"),
    "two sorts": (READING, "  why", "  said: x\n  why", "keys of a claim and of a reading"),
    "no id": (READING, "id: c-slip", "name: c-slip", "c1.yml, entry 1: expected an id"),
    "bad id": (READING, "c-slip", "c_slip!", "c1.yml, entry 1: expected an id"),
    "other notes": (READING, "c-slip", "f-slip", "no such notes: 'F'"),
    "unknown kind": (READING, "misprint", "mispront", "no such kind: 'mispront'"),
    "unknown source": (READING, "ocr", "scan", "no such source: 'scan'"),
    "key twice": (READING, "  why", "  kind: sign\n  why", "the key kind stands twice"),
    "id twice": (READING, "- id", READING + "- id", "c1.yml: twice: c-slip"),
    "no YAML": (READING, "quote: a", "quote: a: b", "c1.yml: mapping values are not allowed"),
    "no list": (READING, "- id", "  id", "expected a list of entries"),
    "list of texts": (READING, READING, "- c-slip\n", "expected a list of entries"),
    "empty file": (READING, READING, "", "expected a list of entries"),
    "empty text": (READING, "kind: misprint", "kind:", "kind: expected a text, got ''"),
    "list for a text": (READING, "misprint", "[a, b]", "kind: expected a text, got .'a', 'b'"),
    "lines in words": (CLAIM, "lines: 7", "lines: seven", "lines: expected a number"),
    "three lines": (CLAIM, "lines: 7", "lines: [7, 8, 9]", "lines: expected a number"),
    "no lines": (CLAIM, "lines: 7", "lines: []", "lines: expected a number"),
    "remark granted": (READING, "  why", "  remark: true\n  why", "remark: expected false"),
    "lines backwards": (CLAIM, "lines: 7", "lines: [8, 7]", "run backwards"),
    "claim without its example": (CLAIM, "c-primes", "c-prime", "an example named c_prime in"),
    "formula without its function": (FORMULA, "c-square", "c-squares", "a function named c_squa"),
    "claim with a function": (CLAIM, "c-primes", "c-square", "an example named c_square"),
    "formula with an example": (FORMULA, "c-square", "c-primes", "a function named c_primes"),
}


@pytest.mark.parametrize(("text", "old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_planted_fault_of_an_entry(read, text, old, new, message):
    read(text, {k: f for k, f in FUNCTIONS.items() if k.replace("_", "-") in text})  # whole before
    assert old in text
    with pytest.raises(BadEntry, match=message) as raised:
        read(text.replace(old, new, 1))
    assert str(raised.value).startswith("c1.yml")


FINDING_FAULTS = {
    "unknown part": ("part: losses", "part: loses", "no such part: 'loses'"),
    "unknown kind": ("exponent", "exponents", "no such kind"),
    "unknown end": ("  until", "  end: forgotten\n  until", "no such end: 'forgotten'"),
    "unknown code": ("  until", "  code: some\n  until", "no such code: 'some'"),
    "no date": ("2017-10-21", "2017-13-21", "c1.yml, some-book: "),
    "date in words": ("until: 2018-10-21", "until: long ago", "long ago"),
    "missing date": ("  until: 2018-10-21\n", "", "missing until"),
    "reading": ("  why", "  printed: x\n  corrected: y\n  why", "unknown printed, unknown correct"),
}


@pytest.mark.parametrize(("old", "new", "message"), FINDING_FAULTS.values(), ids=FINDING_FAULTS)
def test_planted_fault_of_a_finding(read, old, new, message):
    assert old in FINDING
    with pytest.raises(BadEntry, match=message):
        read(FINDING.replace(old, new, 1), {"some_book": c_square}, elsewhere.Finding)


def test_planted_function_without_an_entry(read):
    with pytest.raises(BadEntry, match=r"c1\.py: no entry of c1\.yml needs c_square"):
        read(READING + CLAIM)
    with pytest.raises(BadEntry, match=r"no entry of .* needs c_slip"):  # a reading needs none
        read(READING, {"c_slip": c_square})


def test_planted_function_that_returns_no_formula(read):
    with pytest.raises(BadEntry, match="c-square: c_square returns no formula but 3"):
        read(FORMULA, {"c_square": lambda: 3})


def test_planted_number_that_the_example_lacks(read):
    (claim,) = read(CLAIM.replace("{p}", "{q}"), {"c_primes": c_primes})
    with pytest.raises(errata.CheckFailed, match="the example lacks a number, 'q'"):
        claim.check.check()


def test_computations_of_a_module():
    module = ModuleType("c1")
    exec("def c_square(): ...\ndef _helper(): ...", vars(module))
    module.c_primes, module._shared, module.formula = c_primes, c_primes, errata.formula
    assert set(loading.computations(module)) == {"c_square", "c_primes"}


def test_planted_files(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "HERE", tmp_path)
    folder = tmp_path / "entries"
    folder.mkdir()
    (folder / "c1.yml").write_text(READING, encoding="utf-8")
    (entry,) = loading.load("entries", errata.Erratum)
    assert entry.id == "c-slip"
    (folder / "c2.yml").write_text(READING, encoding="utf-8")
    with pytest.raises(BadEntry, match="entries: twice: c-slip"):
        loading.load("entries", errata.Erratum)
    (folder / "c3.py").write_text("", encoding="utf-8")
    with pytest.raises(BadEntry, match=r"entries: no \.yml beside c3\.py"):
        loading.load("entries", errata.Erratum)


@files
def test_planted_computations_lost(path):
    """Without its module a file is refused, if it has anything but readings."""
    entries = DATA[path.parent.name]
    ids = {entry.id for entry in entries if not isinstance(entry.check, errata.Reading)}
    assert any(f"id: {id}\n" in path.read_text(encoding="utf-8") for id in ids)
    with pytest.raises(BadEntry, match=f"{path.name}, .* in the module beside"):
        loading.read(path, {}, FOLDERS[path.parent.name])


@files
def test_head_says_how_to_add_an_entry(path):
    head = path.read_text(encoding="utf-8").partition("\n- id")[0]
    assert all(not line or line.startswith("#") for line in head.split("\n"))
    words = " ".join(head.replace("#", " ").split())
    assert "To add" in words
    assert f"{path.stem}.py" in words
    assert "make notebooks FILES=" in words


def test_no_file_of_python_is_long():
    for path in loading.HERE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").split("\n")) <= 301, path
