"""Statements on which the engine was wrong, slow or rude once: see ``traps``."""

import pytest
from sympy import Abs, Derivative, Function, Sum, log, sqrt, sympify

from nnbook.derive import CheckError, define, derivation, derivative, index, prove, tensor

from .fuzz.oracle import search
from .fuzz.run import LIMIT, judge
from .fuzz.words import Case
from .traps import SCOPES, TRAPS, k, n, q, u, v, x

_ALLOWED = {
    "not proved": {"refuted", "undecided", "refused"}, "refuted": {"refuted"},
    "not refuted": {"proved", "undecided", "refused"}, "proved": {"proved"},
    "refused": {"refused"}, "any": {"proved", "refuted", "undecided", "refused"},
}


def _ids(keys):
    return [": ".join(key) if isinstance(key, tuple) else key for key in keys]


@pytest.mark.parametrize("name", TRAPS, ids=_ids(TRAPS))
def test_traps(name):
    (lhs, rhs, *given), expected = TRAPS[name]
    made = judge(Case(sympify(lhs), sympify(rhs), list(given[0]) if given else []))
    assert made.kind in _ALLOWED[expected], made.told
    assert not made.failure, made.told
    assert made.seconds < LIMIT


@pytest.mark.parametrize("name", SCOPES)
def test_the_scope_claims_no_more_than_is_true(name):
    lhs, rhs, given, too_much = SCOPES[name]
    verdict = prove(lhs, rhs, given)
    assert verdict
    assert verdict.scope.strip() not in too_much


def test_no_scope_speaks_of_a_range_without_naming_it():
    verdict = prove(Sum(x[k], (k, 1, n)) + x[q], x[q] + Sum(x[k], (k, 1, n)))
    assert "in range" not in verdict.scope


def test_the_scope_names_an_index_that_only_a_slope_of_sympy_has():
    found = Sum(x[k] ** 2, (k, 1, n))
    verdict = prove(Derivative(found, x[q]), Derivative(found + 1, x[q]))
    assert "q" in verdict.scope


def test_the_scope_names_unknown_functions():
    f = Function("f", real=True)
    verdict = prove(Derivative(u * f(u), u), f(u) + u * Derivative(f(u), u))
    assert not verdict or "f" in verdict.scope.replace("for", "").replace("of", "")


@pytest.mark.parametrize("first", [2, 1])
def test_a_derivative_takes_no_range_from_a_sum(first):
    """F2 in ``derivative``: at q = 1 the sum from 2 has no term in x[q]."""
    f = v * x[q] + Sum(x[k], (k, first, n))
    found, points = search(derivative(f, x[q]), Derivative(f, x[q]))
    assert points
    assert found is None


@pytest.mark.parametrize("lines", [
    [Abs(u), 2 * u * log(u) / log(u ** 2), u], [sqrt(u ** 2), sqrt(u) * sqrt(u), u],
    [log(u ** 2), 2 * log(u), 2 * log(Abs(u)), 2 * log(u)]])
def test_a_chain_does_not_lose_its_domain(lines):
    """F7: its ends are printed as one equation."""
    try:
        with derivation("eq-x") as chain:
            chain.start(lines[0])
            for line in lines[1:]:
                chain.step(line)
    except (CheckError, ValueError, TypeError):
        return
    scopes = {line.verdict.scope.strip() for line in chain.lines[1:] if line.verdict}
    assert chain.status != "proved" or "for all real u" not in scopes


def test_two_quantities_of_one_name_are_pointed_out():
    i = index("i", n)
    z = tensor("z", n)
    one, two = define("S", i, z[i]), define("S", i, 2 * z[i])
    try:
        verdict = prove(one[i] + two[i], 3 * z[i])
    except ValueError:
        return
    assert "S" in verdict.hint


def test_all_traps_are_traps():
    """The oracle finds all that is to be refuted false, and nothing else.

    It has no way to find orthonormal rows without a witness.
    """
    for (group, name), ((lhs, rhs, *given), expected) in TRAPS.items():
        if group in ("slow", "rude, false", "orthonormal", "no means") or expected == "refused":
            continue
        found, _ = search(lhs, rhs, given[0] if given else [],
                          300 if expected == "not proved" else 10, seconds=.5)
        assert (found is not None) == (expected == "not proved"), (group, name)
