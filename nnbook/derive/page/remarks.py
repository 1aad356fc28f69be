"""What is said of a question beside its verdict: how it was read, what it defines, what to try."""

import re

from sympy import E, Indexed, IndexedBase, Mul, Symbol, evaluate, log
from sympy.core.function import AppliedUndef

from ..words.latex import NothingToCheck
from ..words.printing import latex_of
from ..words.statement import unfolded


def read_as(thing) -> str:
    """LaTeX in which a name of several letters is upright, so that it differs from a product.

    >>> from sympy import Symbol
    >>> read_as(Symbol("ab") * Symbol("x")), read_as(Symbol("x_max"))
    ('\\\\mathrm{ab} x', 'x_{max}')
    """
    return _WORDS_IN_LATEX.sub(
        lambda found: rf"\mathrm{{{found['name']}}}" if found["name"] else found[0],
        latex_of(thing))


# Commands, words in their braces and indices are left as they are.
_WORDS_IN_LATEX = re.compile(r"\\(?:text|operatorname|mathrm|begin|end)\{[^{}]*\}|\\[A-Za-z]+"
                             r"|_\{[^{}]*\}|(?P<name>[A-Za-z]{2,})")


def no_definition(found, text, right=None):
    """Refuses ``\\bar x = …`` where nothing else says what the name is: it is a definition."""
    left, *others = found.sides
    if left == E and any(side.free_symbols for side in others):   # an error e, and no number
        raise NothingToCheck(text, -1, "", "e is the number 2.718… unless it is defined: put this "
                             "under Definitions to give the letter another meaning.")
    for one, rest in ((left, others), (found.sides[-1], found.sides[:-1])):
        name = _name_of(one)
        if name is None or name in _names_of(*found.given):
            continue
        met = [other for other in rest for other in _met(other, name)]
        if all(_is_shifted(one, other) for other in met):
            shown = _first(text, right, one is left)
            more = "put it under Definitions, and check the rest of the chain." if rest[1:] else \
                "there is nothing to check. Put it under Definitions to check another formula " \
                "with it."
            raise NothingToCheck(text, -1, "", f"This defines {shown}; {more}")


def _first(left, right, first) -> str:
    """The first or last side as it was typed."""
    text = left if first or not right else right
    return text.split("=")[0 if first else -1].strip(" :.")


def _name_of(side):
    """The symbol, tensor or unknown function of a side that is nothing else; None of others."""
    if side.is_Symbol and not side.is_integer:
        return side
    if isinstance(side, Indexed):
        return side.base
    if isinstance(side, AppliedUndef) and all(a.is_Symbol for a in side.args) \
            and len(set(side.args)) == len(side.args):
        return side.func
    return None


def _names_of(*things) -> set:
    return {name for thing in things for name in (
        *thing.free_symbols, *(e.base for e in thing.atoms(Indexed)),
        *(e.func for e in thing.atoms(AppliedUndef)))}


def _met(side, name) -> list:
    """Where a name stands in the other side, with all its definitions put in."""
    side = unfolded(side)
    if isinstance(name, IndexedBase):
        return [e for e in side.atoms(Indexed) if e.base == name]
    if isinstance(name, Symbol):
        return [name] if name in side.free_symbols else []
    return [e for e in side.atoms(AppliedUndef) if e.func.__name__.rstrip("'") == name.__name__]


def _is_shifted(one, other) -> bool:
    """Whether two entries are those of a recurrence: their indices differ by whole numbers."""
    if not isinstance(one, Indexed) or not isinstance(other, Indexed) or one == other:
        return False
    with evaluate(True):
        return all((a - b).expand().is_Integer
                   for a, b in zip(one.indices, other.indices, strict=True))


def unknown_functions(sides, given) -> list[str]:
    """The functions that have no definition."""
    return sorted({f.func.__name__.split("'")[0] for side in (*sides, *given)
                   for f in unfolded(side).atoms(AppliedUndef)})


def advice(sides, given) -> list[str]:
    """What could be asked instead, where nothing was decided."""
    known = {x for c in given for x in c.args if hasattr(c, "args")}
    taken = {a for side in sides for found in unfolded(side).atoms(log)
             for factor in Mul.make_args(found.args[0]) for a in (factor, *factor.args[:1])
             if (a.is_Symbol or isinstance(a, Indexed)) and not a.is_positive}
    wanted = sorted(f"{read_as(a)} > 0" for a in taken if not any(
        a == x or (isinstance(x, Indexed) and getattr(a, "base", 0) == x.base) for x in known))
    return [f"There are logarithms: try the conditions {', '.join(wanted)}."] if wanted else []


def plural(scope: str) -> str:
    """A scope with its integers in the plural.

    >>> plural("for all positive integer i, j, all integer t")
    'for all positive integers i, j, all integers t'
    """
    return re.sub(r"(\ball (?:\w+ )?integer)(?= )", r"\1s", scope)
