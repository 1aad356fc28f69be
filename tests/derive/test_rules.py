"""The identities of ``rules``: each is proved, none of its mutations that is false is."""

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
from .test_mutations import FORMS_IN_SUITE, judged

PER_IDENTITY = 16
# Random points rarely fulfil these conditions
NO_POINTS = {"conditions: unit variance", "kinks: the largest of four, by order"}
# One of their mutations is true for a reason that the engine does not have
MISSED = {"conditions: no form", "conditions: length kept", "kinks: value at a tie",
          "kinks: clipped, beyond"}


def _is_mean(name):
    """Of means, those without unknown functions are judged by exact moments: it is faster."""
    lhs, rhs, _ = IDENTITIES[name]
    unknown = any(unfolded(sympify(e)).has(AppliedUndef) for e in (lhs, rhs))
    return name.startswith("expectations") and (not unknown or "vector" in name)


@pytest.mark.parametrize("name", IDENTITIES)
def test_proved(name):
    verdict = prove(*IDENTITIES[name])
    assert verdict.status == "proved", verdict


@pytest.mark.parametrize("name", IDENTITIES)
def test_true(name):
    lhs, rhs, given = IDENTITIES[name]
    if _is_mean(name):
        assert search(lhs, rhs, given, 20, seconds=1)[0] is None
        return
    answer = compare(sympify(lhs), sympify(rhs), given, 24)[0]
    assert answer == "true" or (answer == "unknown" and name in NO_POINTS)


@pytest.mark.parametrize("name", [name for name in IDENTITIES if not _is_mean(name)])
def test_mutations(name):
    found = list(judged(mutants(IDENTITIES[name], PER_IDENTITY, seed=name), FORMS_IN_SUITE))
    assert not [str(o) for o in found if o.false_proof], "proved, but false"
    assert not [str(o) for o in found if o.false_form], "of one form, but false"
    assert name in MISSED or name.startswith("expectations") \
        or not [str(o) for o in found if o.missed], "true, but not proved"
    assert max((o.seconds for o in found), default=0) < 10


@pytest.mark.parametrize("name", [name for name in IDENTITIES if _is_mean(name)])
def test_mutations_of_means(name):
    for number, (_, lhs, rhs, given) in enumerate(
            mutants(IDENTITIES[name], PER_IDENTITY, seed=name)):
        given = list(given) if isinstance(given, list | tuple) else [given]
        made = judge(Case(sympify(lhs), sympify(rhs), given), number, 30, .6,
                     forms=number % 8 == 0)
        assert made.failure not in ("false proof", "false form", "exception"), (lhs, rhs, made.told)
