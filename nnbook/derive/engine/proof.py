"""The proof of a statement: by canonical forms, by cases, by induction on a size."""



from ..limits import Budget, GaveUp
from ..words.statement import (
    Statement,
)
from .canonical import canonical
from .cases import zero_by_cases
from .facts import Facts, facts_of
from .given import read_conditions, read_domain
from .induction import by_induction, sizes_to_induce_on


def proved_by_form(statement: Statement) -> bool:
    """Whether the canonical forms of the sides agree, without a look at any number."""
    try:
        return proof_by_form(statement, Budget()) is not None
    except (GaveUp, RecursionError):
        return False


def proof_by_form(statement: Statement, budget: Budget) -> Facts | None:
    """The facts with which the canonical forms of the sides agree; None if they do not.

    Raises GaveUp with the reason where the work is too much.
    """
    facts = facts_of(statement, budget)
    read_conditions(facts)
    read_domain(facts, statement.lhs, statement.rhs)
    if zero_by_cases(canonical(statement.lhs - statement.rhs, facts), facts):
        return facts
    for t, first in sizes_to_induce_on(statement):
        if inducted := by_induction(statement, t, first, budget):
            return inducted
    return None
