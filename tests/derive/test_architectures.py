"""The identities of the architectures: each is proved or listed as not yet proved, none is false.

The suite tries a mutation of each. ``python -m tests.derive.test_architectures 5`` tries five, and
prints how many are proved, by field.
"""

import sys
from collections import Counter
from functools import cache

import pytest
from sympy import sympify

from nnbook.derive import prove

from .architectures import FIELDS, IDENTITIES, NOT_YET
from .fuzz.oracle import search
from .independent import compare
from .mutations import mutants

PER_IDENTITY = 1


def false_at(lhs, rhs, given, points):
    """What shows a statement false, as text; empty if nothing does.

    The oracle of the fuzzer judges; where it finds no point, as with unknown functions, the second
    evaluator does.
    """
    given = list(given) if isinstance(given, list | tuple) else [given]
    found, compared = search(sympify(lhs), sympify(rhs), given, points)
    if found or compared:
        return str(found or "")
    truth, _ = compare(sympify(lhs), sympify(rhs), given, points)
    return truth if truth == "false" else ""


@cache
def mutations(name, count=PER_IDENTITY) -> list:
    """Some mutations of an identity."""
    return list(mutants(IDENTITIES[name], count, seed=name))


def false_proofs(name, count=PER_IDENTITY):
    """The mutations of an identity that are proved though they are false."""
    for kind, lhs, rhs, given in mutations(name, count):
        try:
            proved = bool(prove(lhs, rhs, given))
        except (TypeError, ValueError):   # such as a root of a negative number
            continue
        if proved and (where := false_at(lhs, rhs, given, 60)):
            yield f"[{kind}] {lhs} = {rhs} given {given}: {where}"


def test_there_are_enough():
    assert len(IDENTITIES) >= 150
    assert len(FIELDS) >= 6
    assert set(IDENTITIES) >= NOT_YET


@pytest.mark.parametrize("name", IDENTITIES)
def test_it_is_true(name):
    assert not false_at(*IDENTITIES[name], 5)


@pytest.mark.parametrize("name", IDENTITIES)
def test_it_is_proved_or_listed(name):
    assert bool(prove(*IDENTITIES[name])) == (name not in NOT_YET)


@pytest.mark.parametrize("name", IDENTITIES)
def test_no_false_mutation_is_proved(name):
    assert not list(false_proofs(name))


def main(count):
    """Prints the figures."""
    proved, all_ = Counter(), Counter()
    for name, identity in IDENTITIES.items():
        field = name.split(":")[0]
        all_[field] += 1
        proved[field] += bool(prove(*identity))
        for told in false_proofs(name, count) if count else ():
            print("false proof:", name, told, file=sys.stderr)
    for field in FIELDS:
        print(f"{field:12} {proved[field]:4} of {all_[field]}")
    print(f"{'all':12} {proved.total():4} of {all_.total()}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 0)
