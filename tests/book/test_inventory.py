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
# Networks of which the notes have the heading alone, and the book no chapter yet.
WITHOUT_CHAPTER = {
    *("zoo-rbm", "zoo-dbn", "zoo-rnn", "zoo-autoencoder", "zoo-vae", "zoo-gan", "zoo-ddpm"),
    *("zoo-transformer", "zoo-clustering", "zoo-anomaly-detection"),
}

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


def formulas_without_a_place(sheet: str, ledger: dict) -> set[str]:
    """Formulas of the inventory that are neither on the formula sheet nor listed below it."""
    entries = json.loads(INVENTORY.read_text(encoding="utf-8"))
    formulas = {entry["id"] for entry in entries if entry["latex"]}
    on_sheet = {
        slug
        for row in ledger["equations"]
        if f"{{eq}}`{row['id']}`" in sheet
        for slug in row["slugs"]
    }
    in_words = {
        slug for slug, place in ledger["words"].items() if f"](#{place.partition('#')[2]})" in sheet
    }
    return formulas - on_sheet - in_words - WITHOUT_CHAPTER


@pytest.fixture(scope="module")
def sheet():
    page = json.loads((ROOT / "book" / "formula-sheet.ipynb").read_text(encoding="utf-8"))
    outputs = (output for cell in page["cells"] for output in cell.get("outputs", []))
    return "\n".join("".join(output["data"]["text/markdown"]) for output in outputs)


def test_every_formula_is_on_the_sheet(sheet, ledger):
    assert formulas_without_a_place(sheet, ledger) == set()


def test_a_formula_that_is_not_on_the_sheet_is_found(sheet, ledger):
    lost = formulas_without_a_place(sheet.replace("{eq}`eq-mse-gradient`", ""), ledger)
    assert "mse-gradient" in lost


def test_the_sheet_names_what_has_no_chapter():
    page = json.loads((ROOT / "book" / "formula-sheet.ipynb").read_text(encoding="utf-8"))
    text = "".join(page["cells"][-1]["source"]).lower()
    for words in ("boltzmann", "belief", "recurrent", "variational", "adversarial", "diffusion",
                  "transformer", "clustering", "anomaly"):
        assert words in text
