"""Random expressions equal their canonical forms, by the independent evaluator."""

import mpmath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnbook.derive  # noqa: F401  (enters all rules)
from nnbook.derive.engine.canonical import canonical
from nnbook.derive.engine.facts import GaveUp, facts_of
from nnbook.derive.words.statement import read

from . import independent
from .random_expressions import expression

_TINY = mpmath.mpf("1e-40")


@pytest.fixture(autouse=True, scope="module")
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
