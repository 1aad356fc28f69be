"""The identities of ``rules``: each is proved, none of its mutations that is false is.

The suite tries a few mutations of each; ``python -m tests.derive.test_rules 16`` tries sixteen.
That the identities themselves are true is no matter of the engine: a few points show it.
"""

import sys

import pytest
from sympy import sympify
from sympy.core.function import AppliedUndef

from nnbook.derive import prove
from nnbook.derive.words.statement import unfolded

from .fuzz.oracle import search
from .fuzz.run import judge
from .fuzz.words import Case
from .independent import compare
from .mutations import mutants
from .rules import IDENTITIES
from .test_mutations import FORMS_IN_SUITE, SECONDS_IN_SUITE, judged

PER_IDENTITY = 2
# Random points rarely fulfil these conditions
NO_POINTS = {"conditions: unit variance", "kinks: the largest of four, by order"}
# One of their mutations is true for a reason that the engine does not have
MISSED = {"conditions: no form", "conditions: length kept", "kinks: value at a tie",
          "kinks: clipped, beyond"}


MEANS = [name for name in IDENTITIES if name.startswith("expectations")]
OTHERS = [name for name in IDENTITIES if name not in MEANS]


def _has_functions(*sides):
    """Whether unknown functions occur, for which the exact moments of the oracle have no values."""
    return any(unfolded(sympify(e)).has(AppliedUndef) for e in sides)


def _is_false(lhs, rhs, given):
    """Whether a point shows that a statement on means is false; a few points, as each is a sum."""
    if _has_functions(lhs, rhs):
        return compare(sympify(lhs), sympify(rhs), given, 3)[0] == "false"
    return search(lhs, rhs, given, 4, seconds=.2)[0] is not None


@pytest.mark.parametrize("name", IDENTITIES)
def test_proved(name):
    verdict = prove(*IDENTITIES[name])
    assert verdict.status == "proved", verdict


def mistakes(name, count=PER_IDENTITY):
    """What is wrong with the verdicts on some mutations of an identity."""
    if name in MEANS:
        yield from _mistakes_of_means(name, count)
        return
    tried = mutants(IDENTITIES[name], count, seed=name)
    for o in judged(tried, FORMS_IN_SUITE, SECONDS_IN_SUITE):
        if o.false_proof or o.false_form or o.seconds > 10 or (o.missed and name not in MISSED):
            yield str(o)


def _mistakes_of_means(name, count):
    for number, (_, lhs, rhs, given) in enumerate(mutants(IDENTITIES[name], count, seed=name)):
        given = list(given) if isinstance(given, list | tuple) else [given]
        made = judge(Case(sympify(lhs), sympify(rhs), given), number, 20, .2, forms=number % 8 == 0)
        if made.failure in ("false proof", "false form", "exception"):
            yield made.told
        elif made.kind == "proved" and _has_functions(lhs, rhs) and _is_false(lhs, rhs, given):
            yield f"false proof: {lhs} = {rhs}"


@pytest.mark.parametrize("name", OTHERS)
def test_true(name):
    lhs, rhs, given = IDENTITIES[name]
    answer = compare(sympify(lhs), sympify(rhs), given, 24)[0]
    assert answer == "true" or (answer == "unknown" and name in NO_POINTS)


@pytest.mark.parametrize("name", MEANS)
def test_means_are_true(name):
    assert not _is_false(*IDENTITIES[name])


@pytest.mark.parametrize("name", IDENTITIES)
def test_mutations(name):
    assert not list(mistakes(name, 1 if name in MEANS else PER_IDENTITY))   # means are dear


if __name__ == "__main__":
    for each in IDENTITIES:
        for told in mistakes(each, int(sys.argv[1]) if sys.argv[1:] else PER_IDENTITY):
            print(each, told)
