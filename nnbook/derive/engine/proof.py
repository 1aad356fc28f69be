"""The proof of a statement: by canonical forms, by cases, by induction on a size."""



from ..limits import INDUCTIONS, ROUNDS, Budget, GaveUp
from ..words.statement import (
    Statement,
)
from .canonical import canonical
from .cases import zero_by_cases
from .facts import Facts, facts_of
from .given import read_conditions, read_domain
from .induction import by_induction
from .steps import sizes_to_induce_on


def proved_by_form(statement: Statement, seconds: float | None = None) -> bool:
    """Whether the canonical forms of the sides agree, without a look at any number."""
    try:
        return proof_by_form(statement, Budget(seconds)) is not None
    except (GaveUp, RecursionError):
        return False


def proof_by_form(statement: Statement, budget: Budget) -> Facts | None:
    """The facts with which the canonical forms of the sides agree; None if they do not.

    First as they stand, then with their ranges cut where others end. Raises GaveUp with the reason
    where the work is too much.
    """
    facts = facts_of(statement, budget)
    if _agree(statement, facts):
        return facts
    for _ in range(ROUNDS):   # the cuts of one round may show more ends
        ends = facts.ends
        facts = facts.finer(ends)
        if _agree(statement, facts):
            return facts
        if facts.ends <= ends:
            break
    for stepped in sizes_to_induce_on(statement)[:INDUCTIONS]:
        if inducted := by_induction(statement, stepped, budget):
            return inducted
    return None


def _agree(statement, facts) -> bool:
    """Whether the difference of the sides is zero by these facts."""
    read_conditions(facts)
    read_domain(facts, statement.lhs, statement.rhs)
    return zero_by_cases(canonical(statement.lhs - statement.rhs, facts), facts)
