"""``prove``: the verdict on an equation, one of three."""

from dataclasses import dataclass, field
from textwrap import fill

from sympy import (
    Dummy,
    Float,
    Ge,
    Gt,
    Indexed,
    Le,
    Lt,
    Product,
    Sum,
    Symbol,
    evaluate,
    false,
    sympify,
)

from ..words.assumptions import Assumptions
from ..words.scope import describe, relation
from ..words.statement import (
    Statement,
    bound_symbols,
    double_quantities,
    put_in,
    read,
    read_lines,
)
from .canonical import canonical, times
from .cases import zero_by_cases
from .domains import left_open, needs
from .facts import Budget, Facts, GaveUp, assumed_in, facts_of
from .given import read_conditions, read_domain
from .limits import QUICK, THOROUGH
from .points import Search
from .rational import quotient
from .zero import is_zero


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
            text = (f"refuted: at {where or 'every point'}, the left side is {short(self.left)} "
                    f"and the right side is {short(self.right)}")
        else:
            text = "undecided"
            if self.reason:
                text += f" ({self.reason})"
            text += f": no proof found, and the sides agree at {self.points} random points" \
                if self.points else (": no point was found at which both sides are defined and the "
                                     "conditions hold")
        text = fill(text, width=76, subsequent_indent="  ")   # as wide as the column of the site
        return text + (f"\n{self.hint}" if self.hint else "")


def short(value) -> str:
    """A number in at most six digits, however large it is."""
    try:
        return f"{float(value):.6g}"
    except OverflowError:
        return str(Float(str(int(value)), 6))


def prove(lhs, rhs, given=()) -> Verdict:
    """Decides whether ``lhs`` equals ``rhs``, for all values of every symbol and every size.

    Parameters
    ----------
    lhs, rhs
        SymPy expressions over symbols, tensor entries (``IndexedBase``), sums over symbolic
        ranges, ``KroneckerDelta``, ``Piecewise``, ``Max``, ``Abs``, ``sign``, ``exp``, ``log``,
        powers, and unknown functions. A float stands for its shortest decimal: 0.1 is 1/10.
    given
        Conditions taken for granted: ``Eq(Sum(y[k], (k, 1, K)), 1)``, ``p > 0``, ``j <= K``.
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
    scope, hint = _scope(assumed, statement), _hint(assumed, statement)
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
        return Verdict("undecided", scope, points=search.points, hint=hint, reason=reason)
    point, left, right = found
    where = {s.xreplace(statement.names): value for s, value in point.items()}
    return Verdict("refuted", scope, where, left, right, search.points, hint)


def _scope(assumed, statement) -> str:
    return describe(assumed, lambda thing: _text(thing, statement.names))


def _text(thing, names) -> str:
    return relation(_named(thing, names))


def _named(thing, names):
    """With the author's symbols."""
    return thing.xreplace(names) if hasattr(thing, "xreplace") else thing


def _proved(statement, scope, points, assumed, facts) -> Verdict:
    domain = open_domain(statement, assumed, facts.budget)
    return Verdict("proved", scope + where_defined(statement, domain), points=points,
                   hint="\n".join(h for h in (_same_names(assumed), _doubles(statement)) if h),
                   domain=domain, used=frozenset(facts.used))


# Where it is claimed


def open_domain(statement: Statement, assumed: Assumptions, budget: Budget) -> tuple:
    """(need, sides that need it) for what the facts leave open of where the sides are defined."""
    facts = Facts(assumed, budget)
    found: dict = {}
    _read_what_can_be_read(facts)
    for place, side in enumerate(statement.written):
        for need in left_open(needs(side), facts):
            found.setdefault(need, []).append(place)
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
        for number, line in enumerate(statement.written[1:], start=1):
            if narrower := left_open(needs(line), facts, known):
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
        domain = open_domain(statement, assumed, Budget())
        if len(expressions) > 2:   # a chain: its lines are defined where the first one is
            domain = tuple((need, (0, 1)) for need, places in domain if 0 in places)
        return text + where_defined(statement, domain, show)


# The proof


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
    for t, first in _sizes_to_induce_on(statement):
        if inducted := _by_induction(statement, t, first, budget):
            return inducted
    return None


def _by_induction(statement, t, first, budget) -> Facts | None:
    """Induction on a size: true at the first, and at t + 1 the difference is that at t times r."""
    difference, facts = statement.lhs - statement.rhs, facts_of(statement, budget)
    read_conditions(facts)
    if not is_zero(canonical(put_in(difference, {t: first}), facts), facts):
        return None
    now, then = (canonical(put_in(difference, {t: t + step}), facts) for step in (0, 1))
    proved = any(is_zero(then - times(facts, ratio, now), facts)
                 for ratio in _ratios(then, now, facts))
    return facts if proved else None


def _ratios(then, now, facts):
    """1, and by what the coefficient of each sum grows, where that is defined for all values."""
    yield sympify(1)
    for s in sorted(now.atoms(Sum), key=str):
        a, b = then.coeff(s), now.coeff(s)
        if a != 0 and b != 0:
            ratio = quotient(a, b, facts)
            if ratio is not None and ratio != 1:
                yield ratio


def _sizes_to_induce_on(statement) -> list[tuple]:
    """(size, its first value) for sizes in bounds that take every integer from the first on.

    A size that is declared even, or otherwise more than an integer above or from 0, is not followed
    by t + 1; a free index up to t, or a condition on all entries up to t, says other things at
    t + 1. A condition t ≥ 3 moves the first value.
    """
    assumed = assumed_in(statement)
    difference = statement.lhs - statement.rhs
    bounds = set().union(*(x.free_symbols for s in difference.atoms(Sum, Product)
                           for _, *ends in s.limits for x in ends), set())
    spoken = set()
    for c in statement.given:
        if not (c.free_symbols & bounds and _lower_end(c)):
            spoken |= c.free_symbols
        spoken |= {x for entry in c.atoms(Indexed) for size in entry.base.shape or ()
                   for x in size.free_symbols}
    for r in assumed.ranges:
        spoken |= r.last.free_symbols | r.first.free_symbols
    found = []
    for t in sorted(bounds - spoken - bound_symbols(difference), key=str):
        ends = [end for c in statement.given if c.has(t) for _, end in [_lower_end(c)]]
        declared = next((least for least, kind in _STEPPED if t.assumptions0 == kind), None)
        if declared is not None:
            ends.append(declared)
        if ends and t.assumptions0 in (_INTEGER, *(kind for _, kind in _STEPPED)):
            found.append((t, max(ends)))
    return found


def _lower_end(c) -> tuple | None:
    """(t, number) for a condition t ≥ number, or t > number, of an integer symbol."""
    if isinstance(c, Lt | Le):
        c = c.reversed
    if isinstance(c, Gt | Ge) and isinstance(c.lhs, Symbol) and c.rhs.is_Integer:
        return c.lhs, c.rhs + (1 if isinstance(c, Gt) else 0)
    return None


_INTEGER = Dummy(integer=True).assumptions0
_STEPPED = [(sympify(1), Dummy(integer=True, positive=True).assumptions0),
            (sympify(0), Dummy(integer=True, nonnegative=True).assumptions0)]


# Hints


def _hint(assumed: Assumptions, statement) -> str:
    """What may be the reason if no proof is found."""
    hints, mentioned = [_same_names(assumed), _doubles(statement)], set(assumed.symbols)
    for c in assumed.conditions:
        named = {i for x in c.relation.atoms(Indexed) for i in x.indices if i in mentioned}
        if named:
            hints.append(f"{_text(c.relation, statement.names)} is taken to hold at this "
                         f"{', '.join(sorted(map(str, named)))} alone, which the equation "
                         "mentions; to state it for all, use another index.")
    return "\n".join(h for h in hints if h)


def _same_names(assumed) -> str:
    """A warning of different symbols that look the same."""
    names = [str(s) for s in assumed.symbols]
    double = sorted({name for name in names if names.count(name) > 1})
    return f"There are different symbols with the name {', '.join(double)}." if double else ""
