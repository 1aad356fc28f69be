"""The checker's gallery: each formula has the verdict that it tells."""

import json
from pathlib import Path

import pytest

from nnbook.derive.page import checker

WEB = Path(__file__).resolve().parents[2] / "book" / "_web" / "checker"
GALLERY = json.loads((WEB / "gallery.json").read_text(encoding="utf-8"))


def asked(entry) -> dict:
    return {name: entry[name] for name in checker.FIELDS}


@pytest.mark.parametrize("entry", GALLERY, ids=lambda entry: entry["id"])
def test_the_gallery_has_the_verdicts_that_it_tells(entry):
    read = checker.preview(asked(entry))
    assert "error" not in read
    if entry["by"]:
        found = checker.derive(asked(entry))
        assert (found["status"], entry["status"]) == ("proved", "derived")
    else:
        found = checker.check(asked(entry))
        assert found["status"] == entry["status"], found
        assert bool(found["values"]) == (entry["status"] == "refuted")
    json.dumps([read, found])


def test_the_gallery_holds_true_ones_and_misprints():
    statuses = [entry["status"] for entry in GALLERY]
    assert len(GALLERY) >= 15
    assert min(statuses.count("proved"), statuses.count("refuted")) >= 8
    assert all(entry["source"] and entry["title"] for entry in GALLERY)
    assert len({entry["id"] for entry in GALLERY}) == len(GALLERY)


def test_a_planted_misprint_is_refuted():
    """Each true formula of the gallery with a number put in is no longer proved."""
    for entry in GALLERY:
        if entry["status"] == "proved":
            wrong = {**asked(entry), "right": f"{entry['right']} + 1"}
            assert checker.check(wrong)["status"] == "refuted", entry["id"]
