"""What is wrong with a wrong answer, in words, where the engine can tell.

Each guess turns the answer into what it would be without a common slip, and asks whether that is
right. The first guess that holds is told; the right answer itself never is.
"""

from collections.abc import Iterator
from time import perf_counter

from sympy import Add, Eq, Expr, Indexed, IndexedBase, Rational, Symbol

from ..engine.verdict import Verdict, prove
from ..words.language import Index, sum_over
from ..words.printing import latex_of
from ..words.statement import bound_symbols, conditions_of, unfolded

SECONDS = 2.0   # the time to look for a reason


def diagnosis(answer, expected, verdict: Verdict, given=()) -> str:
    """Why an answer is not right, or nothing if no guess holds."""
    free = [_free_indices(e) for e in (answer, expected)]
    stop = perf_counter() + SECONDS
    for words, mended, *other in _guesses(answer, expected, verdict, *free):
        if perf_counter() > stop:
            break
        if prove(mended, *other or [expected], given):
            return words
    if missing := free[1] - free[0]:
        return f"The result should depend on {_names(missing)}; yours does not."
    if extra := free[0] - free[1]:
        return f"The result should not depend on {_names(extra)}; sum over it, or use its delta."
    if perf_counter() < stop:
        return _right_at_one(answer, expected, verdict, given)
    return ""


def _right_at_one(answer, expected, verdict, given) -> str:
    """What is said if the answer is right where a size is 1, and wrong where it is larger."""
    sizes = [s for s in _sizes(answer, expected)
             if s.is_integer and verdict.counterexample.get(s, 1) > 1]
    counted = {i.size for e in (answer, expected) for i in unfolded(e).atoms(Index)}
    for size in sizes:
        at_one = prove(answer, expected, (*conditions_of(given), Eq(size, 1)))
        if at_one.status == "proved" or (at_one.status == "undecided" and at_one.points):
            more = "a second entry" if size in counted else f"${latex_of(size)} = 2$"
            return f"At ${latex_of(size)} = 1$ it is right: what does {more} change?"
    return ""


def _guesses(answer, expected, verdict, own, wanted) -> Iterator[tuple]:
    """Guesses as (words, the answer without the slip, what it then is if not what is asked)."""
    yield "It is right but for the sign.", -answer
    for index_ in sorted(own - wanted, key=str):
        yield f"A sum over {index_} is missing.", sum_over(answer, index_)
        yield f"A mean over {index_} is missing.", sum_over(answer, index_) / index_.size
        parts = Add.make_args(answer)
        inner = [t for t in parts if index_ in _free_indices(t)]
        yield f"A sum over {index_} is missing in one of your terms.", \
            Add(*(t for t in parts if t not in inner), sum_over(Add(*inner), index_))
    factor = _ratio(verdict)
    if factor and (verdict.counterexample or _positive(factor) == 2):   # numbers: any has a factor
        sign = "the sign and " if factor < 0 else ""
        yield f"It is right but for {sign}a factor of {_positive(factor)}.", answer / factor
    for size in _sizes(answer, expected):
        yield f"It is right but for a factor of {size}.", answer * size
        yield f"It is right but for a factor of {size}.", answer / size
        yield f"It is right but for a factor of {size}.", answer * size**2
    yield "Square it: it is the square root of what is asked.", answer**2
    yield "It is the square of what is asked.", answer, expected**2
    yield from _turned(answer)
    for one, other in _pairs(own | wanted | _indices(answer)):
        swapped = answer.xreplace({one: other, other: one})
        written = [i for i in (one, other) if i in own]
        if len(written) == 2:
            yield f"The indices {one} and {other} have changed places.", swapped
        elif written:
            meant = other if written == [one] else one
            yield f"You wrote {written[0]} where {meant} is meant.", swapped


def _ratio(verdict: Verdict):
    """The answer over what is right, at the counterexample, if that is a plain number."""
    try:
        value = Rational(str(float(verdict.left) / float(verdict.right))).limit_denominator(12)
        near = abs(float(verdict.left) / float(verdict.right) - float(value)) < 1e-9
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if near and value not in (0, 1, -1) else None


def _positive(factor) -> Rational:
    return abs(factor) if abs(factor) > 1 else abs(1 / factor)


def _sizes(answer, expected) -> list[Symbol]:
    found = unfolded(answer).free_symbols | unfolded(expected).free_symbols
    found |= {i.size for e in (answer, expected) for i in unfolded(e).atoms(Index)
              if isinstance(i.size, Symbol)}
    # A tensor of positive entries has a name that is positive, and is no size.
    found -= {t.label for e in (answer, expected) for t in unfolded(e).atoms(IndexedBase)}
    return sorted((s for s in found if isinstance(s, Symbol) and not isinstance(s, Index)
                   and s.is_positive), key=str)


def _turned(answer) -> Iterator[tuple[str, Expr]]:
    """The answer with the two indices of one matrix in the other order."""
    matrices = {e.base for e in answer.atoms(Indexed) if len(e.indices) == 2}
    for base in sorted(matrices, key=str):
        turned = {e: base[e.indices[::-1]] for e in answer.atoms(Indexed) if e.base == base}
        yield f"{base.label} stands turned: row and column have changed places.", \
            answer.xreplace(turned)


def _pairs(indices) -> Iterator[tuple[Index, Index]]:
    ordered = sorted(indices, key=str)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1:]:
            if one.size == other.size:
                yield one, other


def _free_indices(expression) -> set[Index]:
    bound = bound_symbols(unfolded(expression))
    return {s for s in _indices(expression) if s not in bound}


def _indices(expression) -> set[Index]:
    return {s for s in unfolded(expression).free_symbols if isinstance(s, Index)}


def _names(symbols) -> str:
    return " and ".join(sorted(map(str, symbols)))
