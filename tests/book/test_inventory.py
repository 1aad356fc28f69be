"""Every formula, technique and term of the notes has its place in the chapters written so far.

The inventory of the notes is not part of the book. Where it lies beside the repository, each of its
entries under a heading of CHAPTERS must stand in the ledger: on an equation, or in words.
"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INVENTORY = ROOT.parent / "shared" / "inventory.json"
CHAPTERS = [
    "foundations",
    "architectures",
    "activations",
    "losses",
    "backprop",
    "optimizers",
    "initialization",
    "normalization",
    "regularization",
    "cnn",
    "data",
    "validation",
    "models",
]

pytestmark = pytest.mark.skipif(not INVENTORY.is_file(), reason="the inventory is not here")


def missing(chapter: str, ledger: dict) -> set[str]:
    """The entries of the inventory that have no place."""
    entries = json.loads(INVENTORY.read_text(encoding="utf-8"))
    wanted = {entry["id"] for entry in entries if entry["chapter"] == chapter}
    placed = {slug for row in ledger["equations"] for slug in row["slugs"]}
    return wanted - placed - set(ledger["words"])


@pytest.fixture(scope="module")
def ledger():
    return json.loads((ROOT / "book" / "ledger.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_everything_has_a_place(chapter, ledger):
    assert missing(chapter, ledger) == set()


def test_a_lost_entry_is_found(ledger):
    without = [
        {**row, "slugs": [s for s in row["slugs"] if s != "mse-gradient"]}
        for row in ledger["equations"]
    ]
    assert missing("losses", {**ledger, "equations": without}) == {"mse-gradient"}


def test_slugs_are_those_of_the_inventory(ledger):
    known = {entry["id"] for entry in json.loads(INVENTORY.read_text(encoding="utf-8"))}
    assert {slug for row in ledger["equations"] for slug in row["slugs"]} <= known
    assert set(ledger["words"]) <= known
