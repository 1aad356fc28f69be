"""Families: means and weighted sums given; symmetric forms; the largest of several."""

from itertools import pairwise

from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    S,
    Sum,
    Symbol,
    exp,
)

from .words import Case, family

a, b = (Symbol(name, integer=True) for name in "ab")
i, j, k, q = (Symbol(name, integer=True) for name in "ijkq")
f = Function("f", real=True)


def _clean(given):
    return [g for g in given if g not in (True, False)]


@family
def means_given(w):
    n, u, v = w.size("n"), w.number("u"), w.number("v")
    x, y = w.tensor("x", n), w.tensor("y", n)
    weight = w.one(1 / n, 1 / n, u, u, 2, 1 / u, n, exp(u), u ** 2)
    value = w.one(v, v, S(1), S(0), S(0), S(0), v + 1, v ** 2)
    total = Sum(x[k], (k, 1, n))
    squares = Sum(x[k] ** 2, (k, 1, n))
    given = [Eq(weight * total, value)]
    if w.chance(.3):
        given.append(Eq(weight * squares, w.one(S(1), v ** 2, v)))
    pair = w.one((total, value / weight), (total, n * value), (Sum(x[k] - value, (k, 1, n)), S(0)),
                 (total, S(0)), (Sum((x[k] - value) ** 2, (k, 1, n)), squares - n * value ** 2),
                 (Sum(y[j] * x[k], (k, 1, n), (j, 1, n)), value / weight * Sum(y[j], (j, 1, n))),
                 (u * total, u * value / weight), (squares, n * value), (total * weight, value))
    more = w.one([], [], [u > 0], [Ne(u, 0)], [n >= 1], [Ne(n, 0)], [u >= 0])
    return Case(*pair, _clean(given + more))


@family
def symmetric_forms(w):
    n = w.size("n")
    W, x, y = w.tensor("W", n, n, kind="real"), w.tensor("x", n), w.tensor("y", n)
    sign = w.one(1, 1, 1, -1)
    given = [Eq(W[a, b], sign * W[b, a]), *w.one([], [], [a >= 1, a <= n, b >= 1, b <= n], [a < b],
                                                 [a >= 1, a < n, b >= 1, b <= n])]
    if w.chance(.3):
        given.append(Eq(W[a, a], 0))
    nn = (i, 1, n), (j, 1, n)
    pair = w.one(
        (Sum(W[i, j] * x[i] * y[j], *nn), sign * Sum(W[i, j] * x[j] * y[i], *nn)),
        (Sum(W[i, j] * x[i] * y[j], *nn), Sum(W[i, j] * x[j] * y[i], *nn)),
        (Sum(W[i, j] * x[i] * x[j], *nn), S(0)), (Sum(W[i, i] * x[i], (i, 1, n)), S(0)),
        (Sum(exp(Sum(W[i, j], (j, 1, n))), (i, 1, n)),
         Sum(exp(Sum(W[j, i], (j, 1, n))), (i, 1, n))),
        (Derivative(Sum(W[i, j] * x[i] * x[j], *nn), x[q]), 2 * Sum(W[q, j] * x[j], (j, 1, n))),
        (Sum(W[i, j] * W[j, i], *nn), sign * Sum(W[i, j] ** 2, *nn)),
        (Sum(W[i, j] * W[j, i], *nn), Sum(W[i, j] ** 2, *nn)),
        (Sum(W[q, j] * W[j, k], (j, 1, n)), Sum(W[k, j] * W[j, q], (j, 1, n))),
        (Sum(W[q, j] * x[j] * (1 - KroneckerDelta(j, q)), (j, 1, n)),
         Sum(W[q, j] * x[j], (j, 1, n))))
    more = []
    for s in (q, k):
        if pair[0].free_symbols & {s}:
            more += w.between(s, S(1), n)
    return Case(*pair, _clean(given + more))


@family
def largest_of_several(w):
    u, v, c, d = (w.number(name, "real") for name in "uvcd")
    several = w.one((u, v, c), (u, v, c), (u, v, c, d), (u, 2 * v, c), (u, v, S(0)), (u, v))
    kind, ahead = w.one((Max, lambda x, y: x > y), (Min, lambda x, y: x < y))
    order = list(several)
    w.rng.shuffle(order)
    first, *others = order
    given = w.one([ahead(first, x) for x in others],
                  [ahead(x, y) for x, y in pairwise(order)],
                  [w.one(ahead(first, x), Ne(first, x)) for x in others[:-1]],
                  [], [~ahead(x, first) for x in others])
    by = w.one(u, u, v)
    whole = kind(*several)
    pair = w.one((Derivative(whole, by), Derivative(first, by)), (whole, first),
                 (Derivative(whole, by), S(0)), (Derivative(whole ** 2, by), 2 * whole),
                 (Derivative(f(whole), by), Derivative(f(first), by)),
                 (sum(Derivative(whole, x) for x in (u, v, c)), S(1)),
                 (Max(u, v) + Min(u, v), u + v), (Max(u, v) - Min(u, v), Abs(u - v)),
                 (Derivative(Abs(whole), by), Derivative(Abs(first), by)))
    return Case(*pair, _clean(given))
