"""Ranges: where a sum or product is cut, from where it counts, and what a mask leaves of it.

Canonical sums run from 1, which is enough as long as all ranges are whole. Parts of a range, such
as 1 … q and q + 1 … n, are compared in a second round, by *finer* facts, for which this module is:

- the index of a sum is counted as in the entries of its summand, Σₖ x[k + 1] up to n as Σₖ x[k]
  from 2 to n + 1 (*anchored*);
- every range is cut wherever another range of the statement ends, if the facts say that the end
  lies within it (*cut*). An empty part is no harm: from a to b with a ≤ c + 1 and c ≤ b, the parts
  up to c and from c + 1 on are the whole;
- an indicator [k > c] of the index itself is no factor but a shorter range (*narrowed*).

The summand is never looked at outside the range that it was written for.
"""

from itertools import pairwise

from sympy import Add, Dummy, Indexed, Mul, S

from ..limits import CUTS
from .canonical import Bound, IsPositive, canonical


def is_free(e, facts) -> bool:
    """Whether an expression has no index of a sum or product around it."""
    return not any(isinstance(s, Bound) or facts.runs(s) for s in e.free_symbols)


def pieces(body, k, first, last, facts):
    """(summand, index, first, last) of sums that add up to Σ body over k from first to last."""
    for term in Add.make_args(body):
        term, j, low, high = narrowed(*anchored(term, k, first, last, facts), facts)
        facts.ends |= {end for end in (low - 1, high) if is_free(end, facts)}
        if not is_free(high, facts):
            yield term, j, low, high
            continue
        if not is_free(low, facts):   # only so that a last term or two is apart
            parts = cut(low - 1, high, facts, near=True)
        else:
            parts = cut(low - 1, high, facts)
        yield from ((term, j, start + 1, end) for start, end in parts)


def cut(start, end, facts, more=(), near=False):
    """The parts (start, end] of a range, from one cut to the next; of those ``near`` the end."""
    points = [start]
    inside = [c for c in sorted({*facts.cuts, *more}, key=str) if c not in (start, end)
              and (not near or (end - c).is_Integer)
              and facts.at_least_zero(c - start) and facts.at_least_zero(end - c)]
    for c in inside[:CUTS]:
        place = next((j for j, p in enumerate(points[1:], 1) if not facts.at_least_zero(c - p)),
                     len(points))
        if place == len(points) or facts.at_least_zero(points[place] - c):
            points.insert(place, c)   # else it is not known on which side of that point it lies
    points.append(end)
    return list(pairwise(points))


# Anchors


def anchored(term, k, first, last, facts):
    """The sum with its index counted as in an entry, such that the entries are least, as text."""
    entries = [x for x in term.atoms(Indexed) if k in x.free_symbols]
    choices = dict.fromkeys(i for x in sorted(entries, key=str) for i in x.indices
                            if _is_anchor(i, k))
    best = min(choices, key=lambda i: _rank(entries, k, i), default=k)
    if best == k:
        return term, k, first, last
    turned, rest = best.coeff(k), best - best.coeff(k) * k
    j = Dummy(k.name, integer=True)
    ends = (first + rest, last + rest) if turned == 1 else (rest - last, rest - first)
    facts.bound(j, *ends)
    return canonical(term.xreplace({k: turned * (j - rest)}), facts), j, *ends


def _is_anchor(i, k) -> bool:
    """Whether an index expression is ± k and something without k, and of no sum inside."""
    return abs(i.coeff(k)) == 1 and not (i - i.coeff(k) * k).has(k) and not i.atoms(Bound)


_HERE = Dummy("index", integer=True)


def _rank(entries, k, anchor):
    """How simple the indices of entries are when they are counted from an anchor."""
    put = {k: anchor.coeff(k) * (_HERE - anchor + anchor.coeff(k) * k)}
    indices = [i.xreplace(put) for x in entries for i in x.indices if k in i.free_symbols]
    return (sum(len(i.free_symbols) for i in indices), sum(len(Add.make_args(i)) for i in indices),
            sorted(str(x.xreplace(put)) for x in entries))


# Masks


def narrowed(term, k, first, last, facts):
    """The sum without the indicators of its index that only say where to begin or to end."""
    factors, kept = list(Mul.make_args(term)), []
    for factor in factors:
        ends = _ends_of(factor, k, first, last, facts)
        if ends is None:
            kept.append(factor)
        else:
            first, last = ends
    return Mul(*kept), k, first, last


def _ends_of(factor, k, first, last, facts):
    """The range on which [± k + c > 0] is 1; None if that is none that can be told."""
    if not isinstance(factor, IsPositive) or not factor.args[0].is_integer:
        return None
    slope = factor.args[0].coeff(k)
    rest = factor.args[0] - slope * k
    if abs(slope) != 1 or rest.has(k):
        return None
    if slope == 1:   # k > -rest
        low = 1 - rest
        if facts.at_least_zero(first - low):
            return first, last
        return (low, last) if facts.at_least_zero(low - first) else None
    high = rest - 1   # k < rest
    if facts.at_least_zero(high - last):
        return first, last
    return (first, high) if facts.at_least_zero(last - high) else None


def within(bounds, limits, facts):
    """(limits, {index: its value by a new one}) that are narrowed to where the bounds are ≥ 0.

    None if a bound is not the end of the range of some index.
    """
    put = {}
    for bound in bounds:
        made = _within(bound.xreplace(put), limits, facts)
        if made is None:
            return None
        limits, moved = made
        put = {**{k: value.xreplace(moved) for k, value in put.items()}, **moved}
    return limits, put


def _within(bound, limits, facts):
    """The limits at which one bound is ≥ 0: it ends the range of one of their indices."""
    for k, last in limits:
        slope = bound.coeff(k)
        rest = (bound - slope * k).expand()
        if abs(slope) != 1 or rest.free_symbols & {k, *(j for j, end in limits if end.has(k))}:
            continue
        if slope == -1 and facts.at_least_zero(last - rest):   # k ≤ rest
            return [(j, rest if j is k else end) for j, end in limits], {}
        if slope == 1 and facts.at_least_zero(-rest - 1):      # k ≥ -rest
            j, put = Dummy(k.name, integer=True), -rest - 1
            facts.bound(j, S.One, last - put)
            moved = {k: j + put}
            return [(j, last - put) if i is k else (i, end.xreplace(moved))
                    for i, end in limits], moved
    return None
