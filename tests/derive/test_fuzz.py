"""Random statements, judged by an oracle that shares no code with the engine.

``python -m tests.derive.fuzz.run --count 20000`` does the same at length. Planted defects show
that the fuzzer would notice.
"""

import mpmath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Integer, Mul, Symbol

import nnbook.derive  # noqa: F401  (enters all rules)
from nnbook.derive.engine import (
    expectations,
    proof,
    rules,
    sums,
    symmetries,
    trigonometry,
)
from nnbook.derive.engine import facts as facts_
from nnbook.derive.engine.canonical import IsZero, canonical
from nnbook.derive.engine.facts import Facts, facts_of
from nnbook.derive.engine.steps import Stepped
from nnbook.derive.limits import GaveUp
from nnbook.derive.words.statement import read

from . import independent
from .fuzz.generator import statement
from .fuzz.oracle import search
from .fuzz.run import fuzz
from .fuzz.words import FAMILIES
from .random_expressions import expression

_TINY = mpmath.mpf("1e-40")
_SEEDS = (42, 43, 45, 46, 47, 48)   # in 44 and 49 most of the time goes until it gives up


@pytest.mark.parametrize("family", FAMILIES)
def test_no_verdict_is_false(family):
    counts, failures = fuzz([family], _SEEDS, points=25, forms=4)
    assert not failures, [(seed, made.failure, made.told) for _, seed, made in failures]
    assert counts[family]["statements"] == len(_SEEDS)


def test_families_hold_true_and_false_statements():
    """By the oracle's count: neither kind is rare."""
    false = 0
    for family in FAMILIES:
        for seed in range(2):
            case = statement(family, seed)
            found, _ = search(*case.parts(), 12, seed, case.witness, .2)
            false += found is not None
    assert .25 < false / (2 * len(FAMILIES)) < .75


# Planted defects: each is a rule that the engine must not have


def _least_of_sizes_from_one(x):
    """Every integer is taken to be at least 1."""
    least = 0
    for term in x.as_ordered_terms():
        coefficient, symbol = term.as_coeff_Mul()
        if term.is_Rational:
            least += term
        elif coefficient > 0 and symbol.is_integer:
            least += coefficient
        else:
            return -1
    return least


def _collapse_anywhere(factors, limits, facts):
    """Σₖ [k = e] f(k) = f(e), wherever e is."""
    for zero in factors:
        if isinstance(zero, IsZero):
            for k, _ in limits:
                if abs(coefficient := zero.args[0].coeff(k)) == 1:
                    value = k - zero.args[0] / coefficient
                    rest = Mul(*(f for f in factors if f is not zero)).xreplace({k: value})
                    return sums._again(canonical(rest, facts),
                                       [limit for limit in limits if limit[0] is not k], facts)
    return None


def _induct_on_every_size(statement):
    """A step of one, also over sizes that are even."""
    return [Stepped(s, Integer(2 if s.is_even else 1))
            for s in sorted(statement.lhs.free_symbols, key=str)
            if isinstance(s, Symbol) and s.is_integer]


def _sum_of_cosines(one, other, facts):
    """cos(a + b) = cos a cos b + sin a sin b."""
    (c, s), (d, t) = one, other
    return c * d + s * t, s * d + c * t


def _no_sign(entry, facts):
    """Entries as if antisymmetric ones were symmetric."""
    return dict.fromkeys(_EQUAL_TO(entry, facts), 1)


def _mean_of_each(entries, law, facts, known):
    """E[x y] = E[x] E[y], whether they are one or not."""
    return Mul(*(canonical(law.at(law.mean, entry), facts) for entry in entries))


def _mean_not_moved(u, law, facts):
    """E[z exp(a z)] = E[z] E[exp(a z)]."""
    return _SHIFTED(u, law, facts)[0], law


_SHIFTED = expectations._shifted
_EQUAL_TO = symmetries._equal_to
PLANTED = {
    "no sign in a symmetry": (symmetries, "_equal_to", _no_sign, ["symmetric forms"]),
    "all entries are independent": (expectations, "_paired", _mean_of_each,
                                    ["moments", "several variables"], 8),
    "a mean that does not move": (expectations, "_shifted", _mean_not_moved,
                                  ["exponentials of normals"], 24),
    "more than two moments": (expectations, "_moment", lambda entries, law, facts:
                              expectations._paired(entries, law, facts, {}), ["moments"]),
    "a weight is never zero": (rules, "_never_zero", lambda factor, facts: True, ["means given"],
                              23),
    "a sign in an addition formula": (trigonometry, "_turned", _sum_of_cosines,
                                      ["slips of angles"]),
    "sizes from 1": (facts_, "_least", _least_of_sizes_from_one,
                     ["one term apart", "count", "split a sum"]),
    "deltas out of range": (sums, "_collapse", _collapse_anywhere,
                            ["delta in a sum", "range from a sum"]),
    "all comparisons hold": (Facts, "holds", lambda self, relation: True,
                             ["zero off the diagonal", "zero at all but one"]),
    "induction over even sizes": (proof, "sizes_to_induce_on", _induct_on_every_size,
                                  ["induction over parity"]),
    "no sum is empty": (sums, "_filled", lambda limits, facts: True, ["count that cancels"]),
}


@pytest.mark.parametrize("defect", PLANTED)
def test_a_planted_defect_is_noticed(defect, monkeypatch):
    owner, name, unsound, families, *first = PLANTED[defect]   # seeds before it tell nothing
    monkeypatch.setattr(owner, name, unsound)
    for seed in range(first[0] if first else 0, 120):
        _, failures = fuzz(families, [seed], points=25)
        if any(made.failure in ("false proof", "false form") for _, _, made in failures):
            return
    pytest.fail("not noticed")


# Canonical forms


@pytest.fixture(scope="module")
def _atoms():
    """The independent evaluator learns the atoms of canonical forms, by their definitions."""
    def argument(e, world, env):
        return independent.value(e.args[0], world, env)
    added = {"E": independent._exp,
             "IsPositive": lambda e, world, env: int(argument(e, world, env) > 0),
             "IsZero": lambda e, world, env: int(abs(argument(e, world, env)) < _TINY)}
    independent._BY_NAME.update(added)
    yield
    for name in added:
        del independent._BY_NAME[name]


@pytest.mark.usefixtures("_atoms")
@settings(max_examples=120, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_canonical_form_is_equal(rng, depth):
    try:
        statement = read(expression(rng, depth), 0)
    except (TypeError, ValueError, ZeroDivisionError):
        return   # not real, or not defined
    try:
        form = canonical(statement.lhs, facts_of(statement))
    except (GaveUp, RecursionError):
        return
    assert independent.compare(statement.lhs, form, (), 20)[0] != "false", form
