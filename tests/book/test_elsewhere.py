"""Errors of other works: refuted as printed, proved as corrected, planted the other way round."""

import dataclasses
import json
import re
import sys

import notebooks
import pytest

ROOT = notebooks.ROOT
sys.path.insert(0, str(ROOT / "book"))  # the page imports the data from its own folder

from errata import CheckFailed, Claim, Formula, elsewhere  # noqa: E402

FINDINGS = elsewhere.FINDINGS
PAGE = ROOT / "book" / "errors-elsewhere.ipynb"


def with_check(kind):
    found = [f for f in FINDINGS if isinstance(f.check, kind)]
    return pytest.mark.parametrize("finding", found, ids=lambda f: f.id)


every = pytest.mark.parametrize("finding", FINDINGS, ids=lambda f: f.id)


@with_check(Formula)
def test_refuted_as_printed_and_proved_as_corrected(finding):
    assert finding.check.refutation.status == "refuted"
    assert finding.check.refutation.counterexample
    assert finding.check.proof.status == "proved"


@with_check(Formula)
def test_planted_the_corrected_formula_as_printed(finding):
    planted = dataclasses.replace(finding.check, printed=finding.check.corrected)
    with pytest.raises(CheckFailed, match="as printed: proved"):
        elsewhere.block(dataclasses.replace(finding, check=planted))


@with_check(Formula)
def test_planted_the_printed_formula_as_corrected(finding):
    planted = dataclasses.replace(finding.check, corrected=finding.check.printed)
    with pytest.raises(CheckFailed, match="as corrected: refuted"):
        elsewhere.block(dataclasses.replace(finding, check=planted))


@with_check(Claim)
def test_planted_claims(finding):
    finding.check.check()
    with pytest.raises(CheckFailed, match="the claim holds"):
        dataclasses.replace(finding.check, claimed=finding.check.holds).check()
    with pytest.raises(CheckFailed, match="the corrected claim does not hold"):
        dataclasses.replace(finding.check, holds=finding.check.claimed).check()


@every
def test_report_is_in_the_bibliography_with_its_address(finding):
    entries = (ROOT / "book" / "references.bib").read_text(encoding="utf-8").split("\n@")
    keys = {finding.report, *re.findall(r"\{cite\}`([^`]+)`", finding.why)}
    cited = {e.partition("{")[2].partition(",")[0]: e for e in entries}
    assert keys <= set(cited)
    assert "url" in cited[finding.report]


@every
def test_what_is_right_has_its_place(finding):
    page, _, label = finding.where.partition("#")
    cells = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert f'"{label}"' in "\n".join("".join(c["source"]) for c in cells) if label else cells


@every
def test_finding_is_whole(finding):
    for field in ("work", "place", "about", "why"):
        assert getattr(finding, field)
    assert finding.about.endswith(".")
    assert finding.why.endswith((".", ".)"))
    assert not finding.since or finding.since < finding.until
    assert finding.days is None or finding.days > 0


def test_planted_kinds():
    with pytest.raises(ValueError, match="no such kind"):
        dataclasses.replace(FINDINGS[0], kind="slander")


def test_the_page_shows_every_finding_once():
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    outputs = [o for cell in cells for o in cell.get("outputs", [])]
    text = "\n".join("".join(o.get("data", {}).get("text/markdown", "")) for o in outputs)
    shown = re.findall(r"^\(elsewhere-([a-z0-9-]+)\)=$", text, re.MULTILINE)
    assert sorted(shown) == sorted(f.id for f in FINDINGS)


def test_parts_are_shown_in_the_order_of_the_file():
    shown = re.findall(r"^\(elsewhere-([a-z0-9-]+)\)=$", elsewhere.show("losses").text, re.M)
    assert shown == [f.id for f in FINDINGS if f.part == "losses"]
    with pytest.raises(ValueError, match="no such part"):
        elsewhere.show("loses")
