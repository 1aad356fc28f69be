"""The identities of ``rules``: each is proved, none of its mutations that is false is."""

import pytest
from sympy import sympify

from nnbook.derive import prove

from .independent import compare
from .mutations import mutants
from .rules import IDENTITIES
from .test_mutations import FORMS_IN_SUITE, judged

PER_IDENTITY = 16


@pytest.mark.parametrize("name", IDENTITIES)
def test_proved(name):
    verdict = prove(*IDENTITIES[name])
    assert verdict.status == "proved", verdict


@pytest.mark.parametrize("name", IDENTITIES)
def test_true(name):
    lhs, rhs, given = IDENTITIES[name]
    assert compare(sympify(lhs), sympify(rhs), given, 24)[0] == "true"


@pytest.mark.parametrize("name", IDENTITIES)
def test_mutations(name):
    found = list(judged(mutants(IDENTITIES[name], PER_IDENTITY, seed=name), FORMS_IN_SUITE))
    assert not [str(o) for o in found if o.false_proof], "proved, but false"
    assert not [str(o) for o in found if o.false_form], "of one form, but false"
    assert not [str(o) for o in found if o.missed], "true, but not proved"
    assert max((o.seconds for o in found), default=0) < 10
