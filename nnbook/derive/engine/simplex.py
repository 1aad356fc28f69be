"""Nested ranges: Σₜ Σₛ≤ₜ, Σₛ Σₜ≥ₛ and Σₛ Σᵣ≤ₙ₋ₛ are one sum over a triangle.

The indices k₁, …, kₘ of nested sums run over the integers at which linear forms are at least 0:
kⱼ - 1 and (last of kⱼ) - kⱼ. Where m + 1 of these say it all and add up to a number N of no index,
they are coordinates of a simplex, and each order of them gives the same sum in other words: as
1 ≤ κ₁ ≤ κ₂ ≤ … ≤ κₘ ≤ N + 1, where the forms are κ₁ - 1, κ₂ - κ₁, …, N + 1 - κₘ. For m = 1 this is
the sum backward. The canonical sum is the one whose summand is the simplest, read as text.

Where N + 1 is a size and a small number, as for Σₛ<ₜ, the simplex of the size alone is taken and a
face of it subtracted or added, if the summand has a value there.
"""

from itertools import combinations, permutations

from sympy import Add, Dummy, Indexed, Matrix, Mul

from ..limits import SIMPLEX_INDICES
from .canonical import canonical, times
from .domains import certainly_defined


def turnings(factors, limits, facts):
    """A nested sum in its simplest form: a list of parts (done, sign, summand, limits), or None.

    None where the ranges are no simplex, or where the sum is in this form already. The limits are
    (k, last), innermost first; a part that is not done is to be brought to its own form.
    """
    if not 1 <= len(limits) <= SIMPLEX_INDICES:
        return None
    ks = [k for k, _ in limits]
    if len(ks) == 1 and any(x.has(*ks) for f in factors for x in f.atoms(Indexed)):
        return None   # it counts as in its entries
    forms = _simplex(limits, facts)
    if forms is None:
        return None
    total = Add(*forms).expand()
    if any(facts.runs(s) for s in total.free_symbols):   # sums around it belong to it
        return None
    sum_ = _Nested(Mul(*factors), ks, forms, total, facts)
    if counted := sum_.counted():
        return counted
    rank, order, move, summand, own = sum_.simplest()
    names = dict(zip(ks, (k for k, _ in own), strict=True))
    if swapped := _swapped(summand, own, rank, facts):
        return swapped + sum_.face(order, move)
    if move is None and summand == sum_.body.xreplace(names) \
            and all(last.xreplace(names) == end
                    for (_, last), (_, end) in zip(limits, own, strict=True)):
        return None
    return [(True, 1, summand, own), *sum_.face(order, move)]


def _swapped(summand, own, rank, facts):
    """Σ over s ≤ t as the sum over all pairs without that over t ≤ s, where this is simpler."""
    if len(own) != 2:
        return None
    (k, _), (l, size) = own
    other = summand.xreplace({k: l, l: k})
    if not _rank(other, own) < rank:
        return None
    pair = {j: Dummy(j.name, integer=True) for j in (k, l)}
    for j in pair.values():
        facts.bound(j, 1, size)
    if not certainly_defined(everywhere := summand.xreplace(pair), facts):
        return None
    diagonal = canonical(everywhere.xreplace({pair[k]: pair[l]}), facts)
    return [(True, -1, other, own), (False, 1, everywhere, [(j, size) for j in pair.values()]),
            (False, 1, diagonal, [(pair[l], size)])]


def _simplex(limits, facts):
    """The linear forms that are the coordinates of the ranges, if these are a simplex."""
    forms = [f.expand() for k, last in limits for f in (k - 1, last - k)]
    again = True
    while again and len(forms) > len(limits) + 1:
        again = False
        for f in forms:
            if _implied(f, [g for g in forms if g is not f], facts):
                forms.remove(f)
                again = True
                break
    ks = [k for k, _ in limits]
    if len(forms) != len(limits) + 1:
        return None
    return forms if abs(_slopes(forms, ks).det()) == 1 else None


def _slopes(forms, ks):
    """The slopes of all forms but the last, which the others determine."""
    return Matrix([[f.coeff(k) for k in ks] for f in forms[:-1]])


def _implied(form, others, facts) -> bool:
    """Whether a form is a sum of other forms and of something that is certainly at least 0."""
    return any(facts.at_least_zero(form - Add(*some))
               for count in range(1, 4) for some in combinations(others, count)
               if _no_index_left(form, some, facts))


def _no_index_left(form, some, facts) -> bool:
    return not any(facts.runs(s) for s in (form - Add(*some)).expand().free_symbols)


class _Nested:
    """A sum over a simplex: its summand, its indices and its forms, which add up to ``total``."""

    def __init__(self, body, ks, forms, total, facts):
        self.body, self.ks, self.forms, self.facts = body, ks, forms, facts
        self.offset, self.core = (total + 1).as_coeff_Add()
        self.inverse = _slopes(forms, ks).inv()
        self.rest = [f - Add(*(f.coeff(k) * k for k in ks)) for f in forms[:-1]]

    def counted(self):
        """The sum without an index on which its summand does not depend, times the values of it."""
        for order in permutations(range(len(self.forms))) if len(self.ks) > 1 else ():
            at, limits = self._at(order, None)
            (k, last), *outer = limits
            if k not in (summand := self._summand(at, limits)).free_symbols:
                return [(False, 1, times(self.facts, last, summand), outer)]
        return None

    def simplest(self):
        """(rank, order, move, summand, limits) of the simplest way to write the sum."""
        choices = {}
        for move in self._moves():
            for order in permutations(range(len(self.forms))):
                at, limits = self._at(order, move)
                choices.setdefault(_long(self.body, at, limits), []).append((order, move))
        for long in sorted(choices):
            made = [m for order, move in choices[long]
                    if (m := self._in_order(order, move)) is not None]
            if made:
                return min(made, key=lambda m: m[0])
        raise AssertionError   # the order in which it was written always does

    def _moves(self):
        """Which form is counted from elsewhere, so that the simplex is that of the size alone."""
        if len(self.ks) > 1 and abs(self.offset) == 1 and self.core.is_Symbol \
                and self.facts.at_least_zero(self.core):
            return [*range(len(self.forms)), None]
        return [None]

    def _in_order(self, order, move):
        """The sum with the forms as steps of a chain, in an order; None if it leaves its domain."""
        at, limits = self._at(order, move)
        summand = self._summand(at, limits)
        if move is not None and self.offset < 0 and not certainly_defined(summand, self.facts):
            return None
        return _rank(summand, limits), order, move, summand, limits

    def _at(self, order, move):
        """{index: its value}, limits of the chain of the size, or of the size that was moved to."""
        return self._chain(order, self.core + (self.offset if move is None else 0),
                           {} if move is None else {move: self.offset})

    def _chain(self, order, size, added):
        """The indices, and the limits, where the steps of a chain are the forms in an order.

        ``added`` is what a form is more than its step; one that is in no step is that alone.
        """
        own = [Dummy(f"k{j}", integer=True) for j in range(1, len(order))]
        steps = [b - a for a, b in zip([1, *own], [*own, size], strict=True)]
        values = dict(zip(order, steps, strict=True))
        right = Matrix([values.get(j, 0) + added.get(j, 0) - r for j, r in enumerate(self.rest)])
        at = dict(zip(self.ks, (x.expand() for x in self.inverse * right), strict=True))
        return at, list(zip(own, [*own[1:], size], strict=True)) if own else []

    def _summand(self, at, limits):
        """The canonical summand at these values of the indices."""
        for k, last in reversed(limits):
            self.facts.bound(k, 1, last)
        return canonical(self.body.xreplace(at), self.facts)

    def face(self, order, move):
        """What the simplex of the size alone has too much, or too little: one face of it."""
        if move is None:
            return []
        others = [j for j in order if j != move]
        below = self.offset < 0
        at, limits = self._chain(others, self.core if below else self.core + self.offset,
                                 {move: self.offset} if below else {})
        return [(False, -1 if below else 1, self._summand(at, limits), limits)]


def _long(body, at, limits):
    """How simple the indices of entries are: few symbols beside those of the sum, few terms."""
    own = {k for k, _ in limits}
    indices = [i.xreplace(at) for x in body.atoms(Indexed) for i in x.indices]
    return (sum(len(i.free_symbols - own) for i in indices),
            sum(len(Add.make_args(i)) for i in indices))


def _rank(summand, limits):
    """How simple a summand is: as to its entries, then as to the rest, and last by the text."""
    names = {k: Dummy(f"ι{j}") for j, (k, _) in enumerate(limits, 1)}
    texts = []
    for term in Add.make_args(summand):
        inside = [f for f in Mul.make_args(term) if f.free_symbols & set(names)]
        texts.append("*".join(sorted(str(f.xreplace(names)) for f in inside)))
    entries = sorted({str(x.xreplace(names)) for x in summand.atoms(Indexed)})
    return _long(summand, {}, limits), entries, len(texts), sum(map(len, texts)), sorted(texts)
