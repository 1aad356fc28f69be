"""Seeded random statements; about half of them changed in one place."""

import random

from sympy import (
    Eq,
    Expr,
    Heaviside,
    Integer,
    KroneckerDelta,
    Ne,
    Product,
    S,
    Sum,
    Symbol,
)
from sympy.core.relational import Relational

from . import algebra, angles, averages, conditions, random_means, sums  # noqa: F401  (they enter the families)
from .reading import free, walk
from .words import FAMILIES, REALS, SIZES, Case, Words

_FLIP = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": ">=", "!=": ">"}


def statement(name, seed) -> Case:
    """The statement of a family and a seed."""
    rng = random.Random(f"{name} {seed}")
    for _ in range(20):
        words = Words(rng)
        try:
            case = FAMILIES[name](words)
            if rng.random() < .15:
                case.given = [*case.given, *words.aside()]
            for _ in range(rng.choice([0, 0, 0, 1, 1, 1, 2])):
                case = mutated(case, rng)
            if all(_fine(e) for e in (case.lhs, case.rhs)):
                case.family = name
                case.given = [g for g in case.given if g is not S.true and g is not True]
                return case
        except (TypeError, ValueError, AttributeError, ZeroDivisionError, RecursionError):
            continue   # SymPy cannot build it
    raise RuntimeError(f"no statement of the family {name}")


def _fine(e):
    return isinstance(e, Expr) and not e.has(S.NaN, S.ComplexInfinity, S.Infinity,
                                             S.NegativeInfinity, S.ImaginaryUnit)


def mutated(case, rng):
    """The case with one change, or the same if none was found."""
    changes = [_drop, _drop, _flip, _bound, _bound, _assume, _assume, _assume, _negate, _constant,
               _swap, _delta, _half, _side]
    for _ in range(6):
        change = rng.choice(changes)
        made = change(case, rng)
        if made is not None:
            lhs, rhs, given = made
            if (lhs, rhs, list(given)) != (case.lhs, case.rhs, list(case.given)):
                return Case(lhs, rhs, list(given), case.witness, case.family,
                            f"{case.note} {change.__name__[1:]}")
    return case


def _drop(case, rng):
    lhs, rhs, given = case.parts()
    if given:
        given.pop(rng.randrange(len(given)))
        return lhs, rhs, given
    return None


def _flip(case, rng):
    lhs, rhs, given = case.parts()
    places = [t for t, c in enumerate(given) if isinstance(c, Relational)]
    if not places:
        return None
    t = rng.choice(places)
    c = given[t]
    if isinstance(c, Eq | Ne) and rng.random() < .5:
        given[t] = (Ne if isinstance(c, Eq) else Eq)(*c.args)
    else:
        given[t] = Relational(*c.args, _FLIP[c.rel_op])
    return lhs, rhs, [g for g in given if g not in (S.true, S.false)]


def replace_one(e, old, new):
    """One expression for another, at all places of it; bases of tensors stay."""
    return e.xreplace({old: new})


def _bound(case, rng):
    which = rng.randrange(2)
    sides = [case.lhs, case.rhs]
    found = sorted((x for x in walk(sides[which]) if isinstance(x, Sum | Product)), key=str)
    if not found:
        return None
    old = rng.choice(found)
    limits = [tuple(t) for t in old.limits]
    place = rng.randrange(len(limits))
    k, low, high = limits[place]
    step = rng.choice([1, -1])
    limits[place] = (k, low + step, high) if rng.random() < .5 else (k, low, high + step)
    sides[which] = replace_one(sides[which], old, old.func(old.function, *limits))
    return *sides, case.given


def _assume(case, rng):
    """Another kind of symbol under the same name."""
    parts = [case.lhs, case.rhs, *case.given]
    indices = {s for s in free(*parts) if hasattr(s, "size")}
    symbols = sorted((s for s in free(*parts) if s not in indices
                      and not any(i.size.has(s) for i in indices)), key=str)
    if not symbols:
        return None
    s = rng.choice(symbols)
    table = SIZES if s.is_integer else REALS
    assumed = table[rng.choice(list(table))][0]
    if assumed is None:
        return None
    new = Symbol(s.name, **({"integer": True} if s.is_integer else {"real": True}), **assumed)
    lhs, rhs, *given = [e.xreplace({s: new}) for e in parts]
    return None if S.false in given else (lhs, rhs, given)


def _nodes(e, kind):
    return sorted({x for x in walk(e) if isinstance(x, kind)}, key=str)


def _on_one_side(case, rng, kind, change):
    which = rng.randrange(2)
    sides = [case.lhs, case.rhs]
    found = _nodes(sides[which], kind)
    if not found:
        return None
    old = rng.choice(found)
    new = change(old)
    if new is None:
        return None
    sides[which] = replace_one(sides[which], old, new)
    return *sides, case.given


def _negate(case, rng):
    def change(old):
        return None if old.is_Atom else -old
    return _on_one_side(case, rng, Expr, change)


def _constant(case, rng):
    return _on_one_side(case, rng, Integer, lambda old: old + rng.choice([1, -1]))


def _swap(case, rng):
    """One symbol for another of its sort, within one side."""
    names = sorted(free(case.lhs, case.rhs), key=str)

    def change(old):
        others = [s for s in names if s != old and bool(s.is_integer) == bool(old.is_integer)]
        return rng.choice(others) if others and old in names else None
    return _on_one_side(case, rng, Symbol, change)


def _delta(case, rng):
    def change(old):
        a, b, *_ = old.args
        return KroneckerDelta(a, b + rng.choice([1, -1]))
    return _on_one_side(case, rng, KroneckerDelta, change)


def _half(case, rng):
    def change(old):
        return Heaviside(old.args[0], rng.choice([S(0), S(1), S(1) / 2]))
    return _on_one_side(case, rng, Heaviside, change)


def _side(case, rng):
    """A term moved to the other side."""
    if isinstance(case.lhs, Expr) and case.lhs.is_Add:
        term = rng.choice(case.lhs.args)
        return case.lhs - term, case.rhs - term, case.given
    return case.lhs - case.rhs, S(0), case.given
