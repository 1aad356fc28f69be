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
    index,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.page.sheet import conditions

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
def sheet(tmp_path):
    """The text of a sheet of one part that shows these rows, titled by their ids."""
    def make(*rows, part="Part"):
        ledger, chosen = tmp_path / "ledger.json", tmp_path / "sheet.toml"
        ledger.write_text(json.dumps({"equations": list(rows)}))
        chosen.write_text("[Part]\n" + "".join(f'"On {r["id"]}" = "{r["id"]}"\n' for r in rows))
        return formula_sheet(part, chosen, ledger).text

    return make


def test_an_entry_has_title_number_mark_and_formula(sheet):
    text = sheet(chain())
    assert "**On eq-chain** {eq}`eq-chain` ✓" in text
    assert r"$\displaystyle Z + Z = 2 Z$" in text
    assert "$Z = " in text   # what the name stands for
    assert "✓" not in sheet(definition("eq-z", z).row())


def test_a_definition_of_the_part_is_not_told_again(sheet):
    assert "<small>$Z" not in sheet(definition("eq-z", z, Z).row(), chain())
    again = {**chain(), "names": {"Z": "Z = 0"}}   # the letter now stands for another thing
    assert "<small>$Z = 0$" in sheet(definition("eq-z", z, Z).row(), again)


def test_a_wide_formula_is_set_in_two_lines(sheet):
    whole = {**chain(), "results": [["a" * 30, "= b"]]}
    assert rf"$\displaystyle {'a' * 30} = b$" in sheet(whole)
    broken = {**whole, "results": [["a" * 40, "= b"]]}
    assert rf"{'a' * 40}$<br>$\displaystyle = b$" in sheet(broken)


def test_code_goes_by_its_name_within_the_package(sheet):
    text = sheet({**chain(), "code": "nnbook.Dense.forward"})
    assert "`Dense.forward`" in text
    assert "nnbook" not in text


def test_unknown_parts_and_equations_are_errors(sheet, tmp_path):
    with pytest.raises(ValueError, match="no part 'Else'; its parts are Part"):
        sheet(chain(), part="Else")
    (tmp_path / "other.toml").write_text('[Part]\n"A" = "eq-lost"')
    with pytest.raises(ValueError, match="not in the ledger: eq-lost"):
        formula_sheet("Part", tmp_path / "other.toml", tmp_path / "ledger.json")


@pytest.mark.parametrize(("scope", "left"), [
    ("for all sizes $n$, $m$ ≥ 1, all $i$, $j$ from $1$ to $n$, all real $b$", ""),
    ("for all sizes $n$ ≥ 1, all smooth functions $c$, $\\varphi$", ""),
    ("for all sizes $n$ ≥ 1, given $n > 1$", "given $n > 1$"),
    ("for all positive $s$, all real $u$", "for all positive $s$"),
    ("for all real $u$, all positive entries of $p$", "for all positive entries of $p$"),
    ("for all integer $k$, away from kinks", "for all integer $k$, away from kinks"),
    ("for all real $z$, where $z \\neq 0$ (elsewhere a side is not defined)",
     "where $z \\neq 0$ (elsewhere a side is not defined)"),
    ("for all $i$ from $1$ to $n$, given $q_{i} > 0$ for all $i$ from $1$ to $n$",
     "given $q_{i} > 0$ for all $i$ from $1$ to $n$"),
    ("for all $i$ from $2$ to $n$", "for all $i$ from $2$ to $n$"),   # a range of its own
    ("", ""),
])
def test_no_condition_is_dropped(sheet, scope, left):
    text = sheet({**chain(), "scope": scope})
    assert conditions(scope) == left
    assert f"<small>{left}</small>" in text or not left
