"""For what a verdict is claimed: everything assumed, and where a side has no value."""


from sympy import (
    evaluate,
)

from ..limits import Budget, GaveUp
from ..words.assumptions import Assumptions
from ..words.scope import describe, relation
from ..words.statement import (
    Statement,
    read_lines,
)
from .domains import left_open, needs
from .facts import Facts, assumed_in, facts_of
from .given import read_conditions


def scope_of(assumed, statement) -> str:
    return describe(assumed, lambda thing: text_of(thing, statement.names))


def text_of(thing, names) -> str:
    return relation(_named(thing, names))


def _named(thing, names):
    """With the author's symbols."""
    return thing.xreplace(names) if hasattr(thing, "xreplace") else thing


def open_domain(statement: Statement, assumed: Assumptions, budget: Budget, sides=None) -> tuple:
    """(need, sides that need it) for what the facts leave open of where the sides are defined.

    ``sides`` is how many of them, from the first, are looked at.
    """
    facts = Facts(assumed, budget)
    wanted: dict = {}
    _read_what_can_be_read(facts)
    for place, side in enumerate(statement.written[:sides]):
        for need in needs(side):
            wanted.setdefault(need, []).append(place)
    found = {need: wanted[need] for need in left_open(list(wanted), facts)}
    for need in list(found):   # log(u²) needs u² > 0, which log(u) beside it says
        if not left_open([need], facts, [other for other in found if other != need]):
            del found[need]
    return tuple((need, tuple(places)) for need, places in found.items())


def _read_what_can_be_read(facts: Facts):
    try:
        read_conditions(facts)
    except GaveUp:   # then less is known, and more of the domain is left open
        pass


def where_defined(statement: Statement, domain, show=str) -> str:
    """Words for an open domain: ``, where u > 0 (elsewhere the right side is not defined)``."""
    if not domain:
        return ""
    sides = {place for _, places in domain for place in places}
    which = "a side" if len(sides) > 1 else ("the left side", "the right side")[sides.pop()]
    texts = list(dict.fromkeys(_need(need, statement.names, show) for need, _ in domain))
    return f", where {', '.join(texts)} (elsewhere {which} is not defined)"


def _need(need, names, show) -> str:
    def told(c):
        return relation(_named(c, names), show)

    text = told(need.relation)
    if need.limits:
        text += " for all " + ", ".join(show(k) for k, *_ in need.limits)
    if need.cases:
        text += " if " + " and ".join(told(c) for c in need.cases)
    return text


def chain_domain(lines, given=()) -> tuple[int, str] | None:
    """(number of the line, what it needs) if a line has a value in fewer places than the first.

    Steps hold where both of their lines have a value, so that from the first line to the last only
    what all lines between allow is proved.
    """
    with evaluate(True):
        statement = read_lines(lines, given)
        facts = facts_of(statement)
        _read_what_can_be_read(facts)
        known = needs(statement.written[0])
        met = set(known)
        for number, line in enumerate(statement.written[1:], start=1):
            wanted = [need for need in needs(line) if need not in met]
            met.update(wanted)
            if narrower := left_open(wanted, facts, known):
                return number, ", ".join(_need(n, statement.names, str) for n in narrower)
    return None


def scope_in(expressions, given=(), proved=False, show=str) -> str:
    """The scope of expressions that are claimed to be equal, and where they are defined."""
    with evaluate(True):
        statement = read_lines(expressions, given)
        assumed = assumed_in(statement)
        text = describe(assumed, lambda thing: show(_named(thing, statement.names)))
        if not proved:
            return text
        if len(expressions) > 2:   # a chain: its lines are defined where the first one is
            first = open_domain(statement, assumed, Budget(), sides=1)
            domain = tuple((need, (0, 1)) for need, _ in first)
        else:
            domain = open_domain(statement, assumed, Budget())
        return text + where_defined(statement, domain, show)
