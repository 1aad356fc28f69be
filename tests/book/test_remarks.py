"""Remarks below equations: set from the errata where an entry wants one, in whole sentences."""

import sys

import notebooks
import yaml

EXT = notebooks.ROOT / "book" / "_ext"
sys.path[:0] = [str(EXT), str(EXT.parent)]
import remarks  # noqa: E402


def test_entries_that_decline_make_no_remark(tmp_path):
    entries = [
        {"id": "a", "where": "p/q#eq-a", "quote": "x"},
        {"id": "b", "where": "p/q#eq-a", "quote": "y", "remark": False},
        {"id": "c", "where": "p/q#a-section", "quote": "z"},
    ]
    (tmp_path / "a.yml").write_text(yaml.safe_dump(entries), encoding="utf-8")
    found = remarks.read_entries(tmp_path)
    assert {where: [e["id"] for e in own] for where, own in found.items()} == {"p/q#eq-a": ["a"]}


def test_a_remark_has_the_quote_what_is_right_and_why():
    entry = {"quote": "All swans are white.", "rather": "most are white", "why": "Some are not."}
    assert remarks.words_of(entry) == (
        "They have “All swans are white.” Right is: most are white. Some are not."
    )
    assert remarks.words_of({"quote": "x = y", "why": "No"}).endswith(" No.")


def test_the_book_has_remarks_at_its_equations():
    found = remarks.read_entries(notebooks.ROOT / remarks.ENTRIES)
    assert sum(map(len, found.values())) > 80
    assert all(where.partition("#")[2].startswith("eq-") for where in found)
    for own in found.values():
        for entry in own:
            assert remarks.words_of(entry).count("$") % 2 == 0, entry["id"]
