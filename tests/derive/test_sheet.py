"""What the formula sheet prints: the ends of a chain, shapes, and the names that are used."""

import json

import pytest
from sympy import exp

from nnbook.derive import (
    define,
    definition,
    derivation,
    equation,
    formula_sheet,
    in_words,
    index,
    sizes,
    sum_over,
    tensor,
)

n, K = sizes("n K")
i, j = index("i j", n)
k = index("k", K)
x, W, v = tensor("x", n), tensor("W", n, K), tensor("v", n)
z = define("z", k, sum_over(x[i] * W[i, k], i))
Z = define("Z", sum_over(exp(z[k]), k))


def chain():
    with derivation("eq-chain") as d:
        d.start(Z + Z)
        d.step(3 * Z - Z, "a detour")
        d.step(2 * Z)
    return d.row()


def test_a_chain_is_told_by_its_ends():
    assert chain()["results"] == [["Z + Z", "= 2 Z"]]


def test_every_left_side_begins_a_formula():
    row = definition("eq-two", z, ("a", "b"), "c").row()
    assert [formula[0] for formula in row["results"][:2]] == ["z_{k}", "a"]
    assert len(row["results"]) == 2 or row["results"][2] == ["c"]


def test_shapes_of_arrays_and_of_named_quantities():
    row = equation("eq-shapes", z[k] * v[j], v[j] * z[k]).row()
    assert set(row["shapes"]) == {r"z\,(K)", r"v\,(n)"}
    assert chain()["shapes"] == []   # those within a definition are told with it


def test_names_are_told_with_what_they_use_in_turn():
    assert chain()["names"] == {"Z": "Z = \\sum_{k=1}^{K} e^{z_{k}}",
                                "z": "z_{k} = \\sum_{i=1}^{n} x_{i} W_{ik}"}
    own = definition("eq-z", z).row()
    assert (own["names"], own["defines"]) == ({}, ["z"])


@pytest.fixture
def ledger(tmp_path):
    def make(*rows, words=None):
        path = tmp_path / "ledger.json"
        path.write_text(json.dumps({"equations": list(rows), "words": words or {}}))
        return path

    return make


def placed(display, slugs=("a-slug",), page="part/page"):
    row = display if isinstance(display, dict) else display.row()
    return {**row, "slugs": list(slugs), "place": f"{page}#{row['id']}"}


def test_sheet_of_a_page(ledger):
    other = placed(definition("eq-elsewhere", ("a", x[i])), page="part/other")
    step = placed(definition("eq-step", ("b", x[i])), slugs=())
    text = formula_sheet("part/page", ledger(placed(chain()), other, step)).text
    assert r"$\displaystyle Z + Z = 2 Z$" in text
    assert "{eq}`eq-chain` chain" in text
    assert "where $Z = " in text
    assert "elsewhere" not in text
    assert "eq-step" not in text


def test_a_definition_on_the_page_is_not_told_again(ledger):
    rows = placed(definition("eq-z", z, Z)), placed(chain())
    assert "where" not in formula_sheet("part/page", ledger(*rows)).text
    again = placed({**chain(), "names": {"Z": "Z = 0"}})   # the letter now stands for another thing
    assert "where $Z = 0$" in formula_sheet("part/page", ledger(rows[0], again)).text


def test_two_derivations_of_one_formula_are_one_entry(ledger):
    twin = {**chain(), "id": "eq-twin"}
    text = formula_sheet("part/page", ledger(placed(chain()), placed(twin))).text
    assert "{eq}`eq-chain`, {eq}`eq-twin` chain" in text
    assert text.count("Z + Z") == 1


def test_a_wide_formula_is_set_in_two_lines(ledger):
    whole = placed({**chain(), "results": [["a" * 30, "= b"]]})
    broken = {**whole, "results": [["a" * 40, "= b"]]}
    assert rf"$\displaystyle {'a' * 30} = b$" in sheet(ledger, whole)
    assert rf"{'a' * 40}$<br>$\displaystyle = b$" in sheet(ledger, broken)


def sheet(ledger, *rows):
    return formula_sheet("part/page", ledger(*rows)).text


def test_a_page_without_formulas_is_an_error(ledger):
    with pytest.raises(ValueError, match="no formula of 'part/none' is for the sheet; pages with "
                                         "equations are part/page"):
        formula_sheet("part/none", ledger(placed(chain())))


def test_in_words(ledger):
    words = {"a-slug": "p/q#there", "dead-unit": "p/q#dead"}
    path = ledger(placed(chain()), words=words)
    assert in_words(path).text == "[dead unit](#dead)"   # the other one has an equation


def test_code_on_the_sheet_goes_by_its_name_within_the_package(ledger):
    text = sheet(ledger, placed({**chain(), "code": "nnbook.Dense.forward"}))
    assert "`Dense.forward`" in text
    assert "nnbook" not in text
