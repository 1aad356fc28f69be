"""No mutation of a true identity that is false may be proved; those that stay true must be.

``python -m tests.derive.test_mutations`` tries all mutations with every layer and prints the
figures; the suite asks the same of every mutation, and of a share of them by form alone.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest
from sympy import sympify

from nnbook.derive import prove
from nnbook.derive.engine.proof import proved_by_form
from nnbook.derive.words.statement import read

from .identities import IDENTITIES, parts
from .independent import compare
from .mutations import mutants

PER_IDENTITY = 21
POINTS, POINTS_OF_A_PROOF = 12, 200
FORMS_IN_SUITE = 40   # of so many mutations, one is also judged by form alone,
SECONDS_IN_SUITE = .4  # for so long: what is false takes all the time that there is


@dataclass
class Outcome:
    """One mutation, what the engine says of it, and what the independent evaluator says."""

    kind: str
    statement: tuple
    status: str
    by_form: bool
    truth: str
    seconds: float

    def __str__(self):
        lhs, rhs, given = self.statement
        return f"[{self.kind}] {lhs} = {rhs} given {given}"

    @property
    def false_proof(self):
        return self.status == "proved" and self.truth != "true"

    @property
    def false_form(self):
        return self.by_form and self.truth == "false"

    @property
    def missed(self):
        return self.status != "proved" and self.truth == "true"


@cache
def mutations(name) -> list:
    """The mutations of one identity."""
    return list(mutants(parts(IDENTITIES[name]), PER_IDENTITY, seed=name))


def outcomes(name, forms, seconds=None):
    """The outcomes of the mutations of one identity; by form alone, every ``forms``-th."""
    return judged(mutations(name), forms, seconds)


def judged(mutations_, forms, form_seconds=None):
    """The outcomes of mutations (kind, lhs, rhs, given)."""
    for number, (kind, *statement) in enumerate(mutations_):
        lhs, rhs, given = statement
        started = time.process_time()
        try:
            status = prove(lhs, rhs, given).status
        except (TypeError, ValueError):   # such as a root of a negative number
            status = "rejected"
        seconds = time.process_time() - started
        proved = status == "proved"
        by_form = proved or (status != "rejected" and number % forms == 0
                             and proved_by_form(read(lhs, rhs, given), form_seconds))
        truth = "unknown" if status == "rejected" else \
            compare(lhs, rhs, given, POINTS_OF_A_PROOF if by_form else POINTS)[0]
        if truth == "true" and not proved:   # look again, at more points
            truth = compare(lhs, rhs, given, POINTS_OF_A_PROOF)[0]
        yield Outcome(kind, tuple(statement), status, by_form, truth, seconds)


@pytest.mark.parametrize("name", IDENTITIES)
def test_mutations(name):
    found = list(outcomes(name, FORMS_IN_SUITE, SECONDS_IN_SUITE))
    assert not [str(o) for o in found if o.false_proof], "proved, but false"
    assert not [str(o) for o in found if o.false_form], "of one form, but false"
    assert not [str(o) for o in found if o.missed], "true, but not proved"
    assert max((o.seconds for o in found), default=0) < 10


@pytest.mark.parametrize("name", IDENTITIES)
def test_the_identities_are_true(name):
    lhs, rhs, given = parts(IDENTITIES[name])
    assert compare(sympify(lhs), sympify(rhs), given, 8)[0] == "true"


def test_enough_mutations():
    assert sum(len(mutations(name)) for name in IDENTITIES) >= 2000


def main():
    """Prints the figures."""
    found = []
    for name in IDENTITIES:
        for outcome in outcomes(name, forms=1):
            found.append(outcome)
            for what in ("false_proof", "false_form", "missed"):
                if getattr(outcome, what):
                    print(f"{what}: {name}: {outcome}", file=sys.stderr)
    statuses, seconds = Counter(o.status for o in found), sorted(o.seconds for o in found)
    true = [o for o in found if o.truth == "true"]
    print(f"identities                      {len(IDENTITIES)}")
    print(f"mutations tried                 {len(found)}")
    print(f"refuted                         {statuses['refuted']}")
    print(f"undecided                       {statuses['undecided']} "
          "(none has a point at which both sides are defined)"
          if all(o.truth == "unknown" for o in found if o.status == "undecided") else
          f"undecided                       {statuses['undecided']}")
    print(f"rejected (not real)             {statuses['rejected']}")
    print(f"proved                          {statuses['proved']}")
    print(f"false proofs                    {sum(o.false_proof for o in found)}")
    print(f"false by form, numbers off      {sum(o.false_form for o in found)}")
    print(f"true mutations, and proved      {len(true)}, {sum(o.status == 'proved' for o in true)}")
    print(f"seconds a verdict: median, max  {seconds[len(seconds) // 2]:.3f}, {seconds[-1]:.2f}")


if __name__ == "__main__":
    main()
