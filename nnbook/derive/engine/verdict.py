"""``prove``: the verdict on an equation, one of three."""

from dataclasses import dataclass, field
from textwrap import fill

from sympy import (
    Float,
    Indexed,
    evaluate,
    false,
)

from ..limits import QUICK, THOROUGH, Budget, GaveUp
from ..numbers.search import Search
from ..words.assumptions import Assumptions
from ..words.quantities import double_quantities
from ..words.statement import Statement, read
from .claims import open_domain, scope_of, text_of, where_defined
from .facts import Facts, assumed_in
from .proof import proof_by_form

TOO_LONG = "a sum is too long to add up"


@dataclass(frozen=True)
class Verdict:
    """What is known of an equation.

    ``status`` is ``"proved"``, ``"refuted"`` or ``"undecided"``. A refuted equation has a
    ``counterexample``, a mapping of symbols, sizes and entries to numbers, at which the sides
    have the values ``left`` and ``right``. ``scope`` says for what the equation is claimed:
    everything that is assumed, and where a side has no value. ``reason`` says why an equation is
    undecided. ``used`` holds the conditions and ranges that the proof looked up.
    """

    status: str
    scope: str = ""
    counterexample: dict | None = None
    left: float | None = None
    right: float | None = None
    points: int = 0
    hint: str = field(default="", compare=False)
    reason: str = field(default="", compare=False)
    domain: tuple = field(default=(), compare=False)
    used: frozenset = field(default=frozenset(), compare=False)

    def __bool__(self):
        return self.status == "proved"

    def __repr__(self):
        if self.status == "proved":
            text = f"proved {self.scope}".rstrip()
        elif self.status == "refuted":
            where = ", ".join(f"{s} = {short(v)}" for s, v in self.counterexample.items())
            left, right = told_apart(self.left, self.right)
            text = (f"refuted: at {where or 'every point'}, the left side is {left} "
                    f"and the right side is {right}")
        else:
            text = "undecided" + (f" ({self.reason})" if self.reason else "")
            if self.points:
                points = "1 random point" if self.points == 1 else f"{self.points} random points"
                text += f": no proof found, and the sides agree at {points}"
            elif self.reason != TOO_LONG:
                text += (": no point was found at which both sides are defined and the "
                         "conditions hold")
        text = fill(text, width=76, subsequent_indent="  ")   # as wide as the column of the site
        return text + (f"\n{self.hint}" if self.hint else "")


def short(value) -> str:
    """A number in at most six digits, however large it is."""
    try:
        return f"{float(value):.6g}"
    except OverflowError:
        return str(Float(str(int(value)), 6))


def told_apart(left, right) -> tuple[str, str]:
    """Two numbers that differ, as :func:`short` has them or with as many digits as show it.

    >>> told_apart(3.14159265, 3.14159), told_apart(1, 2.5)
    (('3.141593', '3.14159'), ('1', '2.5'))
    """
    shown = short(left), short(right)
    for digits in range(7, 18):
        if shown[0] != shown[1]:
            break
        try:
            shown = f"{float(left):.{digits}g}", f"{float(right):.{digits}g}"
        except OverflowError:
            break
    return shown


def prove(lhs, rhs, given=()) -> Verdict:
    """Decides whether ``lhs`` equals ``rhs``, for all values of every symbol and every size.

    Parameters
    ----------
    lhs, rhs
        SymPy expressions over symbols, tensor entries (``IndexedBase``), sums over symbolic
        ranges, ``KroneckerDelta``, ``Piecewise``, ``Max``, ``Abs``, ``sign``, ``exp``, ``log``,
        powers, and unknown functions. A float stands for its shortest decimal: 0.1 is 1/10.
    given
        Conditions that are assumed: ``Eq(Sum(y[k], (k, 1, K)), 1)``, ``p > 0``, ``j <= K``.
        A condition with a tensor entry at an index that ``lhs`` and ``rhs`` do not mention holds
        for every value of the index, narrowed by the comparisons given that name it; all others
        hold of the values that they name. See :mod:`nnbook.derive.words.assumptions`.

    Returns
    -------
    Verdict
        ``proved``: the canonical forms agree, and so do the values at random points;
        ``refuted``: with a point at which the sides differ; ``undecided``: neither, within some
        seconds. Equality is claimed wherever both sides are defined, and for derivatives away from
        the kinks of ``Abs``, ``Max`` and ``Piecewise``. Symbols are real unless they say otherwise
        and integers where they count; a sum whose last index is below its first is empty; a free
        index of a tensor that has a shape lies in the range of that axis.

    Raises
    ------
    TypeError, ValueError
        If a side is not a real expression of this kind; text is never read as an expression.

    >>> from sympy.abc import x
    >>> from sympy import exp
    >>> prove(exp(x) / (1 + exp(x)), 1 / (1 + exp(-x)))
    proved for all real x
    >>> prove(x ** 2, x)
    refuted: at x = 2.4, the left side is 5.76 and the right side is 2.4
    """
    return verdict_on(lhs, rhs, given)


def verdict_on(lhs, rhs, given=(), mentions=()) -> Verdict:
    """As :func:`prove`, of two lines of a chain whose other lines are ``mentions``."""
    with evaluate(True):   # also inside `as_written`
        return _decide(read(lhs, rhs, given, mentions))


def _doubles(statement) -> str:
    """A warning of different quantities that look the same."""
    double = ", ".join(double_quantities(statement.written))
    return f"There are different quantities with the name {double}." if double else ""


def _decide(statement: Statement) -> Verdict:
    assumed = assumed_in(statement)
    scope, hint = scope_of(assumed, statement), _hint(assumed, statement)
    if false in statement.given:
        return Verdict("undecided", scope, hint="The conditions given contradict each other.")
    budget, search, reason, facts = Budget(), Search(statement), "", Facts(assumed)
    try:
        found = search.run(QUICK, budget)
        if found is None and search.points:
            facts = proof_by_form(statement, budget)
            if facts is not None:
                return _proved(statement, scope, search.points, assumed, facts)
    except GaveUp as gave_up:
        found, reason = None, str(gave_up)
    except RecursionError:
        found, reason = None, "too deeply nested"
    if found is None:
        try:
            found = search.run(THOROUGH, budget)
        except (GaveUp, RecursionError) as gave_up:
            reason = reason or str(gave_up)
    if found is None:
        if not search.points and search.too_long:
            reason = TOO_LONG
        return Verdict("undecided", scope, points=search.points, hint=hint, reason=reason)
    point, left, right = found
    where = {s.xreplace(statement.names): value for s, value in point.items()}
    return Verdict("refuted", scope, where, left, right, search.points, hint)


def _proved(statement, scope, points, assumed, facts) -> Verdict:
    domain = open_domain(statement, assumed, facts.budget)
    return Verdict("proved", scope + where_defined(statement, domain), points=points,
                   hint="\n".join(h for h in (_same_names(assumed), _doubles(statement)) if h),
                   domain=domain, used=frozenset(facts.used))


# Hints


def _hint(assumed: Assumptions, statement) -> str:
    """What may be the reason if no proof is found."""
    hints, mentioned = [_same_names(assumed), _doubles(statement)], set(assumed.symbols)
    for c in assumed.conditions:
        named = {i for x in c.relation.atoms(Indexed) for i in x.indices if i in mentioned}
        if named:
            hints.append(f"{text_of(c.relation, statement.names)} is taken to hold at this "
                         f"{', '.join(sorted(map(str, named)))} alone, which the equation "
                         "mentions; to state it for all, use another index.")
    return "\n".join(h for h in hints if h)


def _same_names(assumed) -> str:
    """A warning of different symbols that look the same."""
    names = [str(s) for s in assumed.symbols]
    double = sorted({name for name in names if names.count(name) > 1})
    return f"There are different symbols with the name {', '.join(double)}." if double else ""
