"""Families: domains, ties, derivatives, magnitudes, and random expressions rewritten."""

from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Eq,
    Float,
    Heaviside,
    KroneckerDelta,
    Max,
    Min,
    Mul,
    Ne,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cosh,
    exp,
    expand,
    log,
    sign,
    sinh,
    sqrt,
    tanh,
)

from nnbook.derive import index, partial, sizes, sum_over, tensor

from ..random_expressions import expression
from .words import Case, family

j, k = (Symbol(name, integer=True) for name in "jk")


def _somewhere(w, *symbols):
    s = w.one(*symbols)
    return w.one([], [], [], [s > 0], [s >= 0], [s < 0], [Ne(s, 0)], [s > -1], [s > 1],
                 [s ** 2 > 0], [And(s > 0, s < 1)], [Abs(s) < 1], [s <= 1])


def _true(given):
    return [g for g in given if g not in (True, False)]


@family
def domains(w):
    u, v, n = w.number("u"), w.number("v"), w.size("n")
    c = w.number("c", w.one("positive", "real", "nonnegative"))
    pair = w.one(
        (log(u ** 2), 2 * log(u)), (log(u ** 2), 2 * log(Abs(u))), (sqrt(u ** 2), u),
        (sqrt(u) * sqrt(v), sqrt(u * v)), (log(u * v), log(u) + log(v)), (u / u, S(1)),
        (u * v / v, u), (exp(log(u)), u), (log(exp(u)), u), ((c ** u) ** v, c ** (u * v)),
        ((u ** 2) ** v, u ** (2 * v)), (u ** n * u ** v, u ** (n + v)), (sqrt(u ** 4), u ** 2),
        ((u ** 3) ** Rational(1, 3), u), (u ** n / u, u ** (n - 1)), (sqrt(u) ** 2, u),
        (u ** v * u ** -v, S(1)), ((u * v) ** n, u ** n * v ** n), ((u * v) ** c, u ** c * v ** c),
        (log(u / v), log(u) - log(v)), (log(1 / u), -log(u)), (sqrt(1 / u), 1 / sqrt(u)),
        (sqrt(u / v), sqrt(u) / sqrt(v)), ((u - v) / (u ** 2 - v ** 2), 1 / (u + v)),
        (u ** (2 * n), (u ** n) ** 2), (Abs(u) ** 2, u ** 2), (sqrt(u ** 2 * v), u * sqrt(v)),
        (log(u ** n), n * log(u)), (exp(u + v), exp(u) * exp(v)), (u ** (n + 1), u * u ** n))
    return Case(*pair, _true(_somewhere(w, u, v)))


@family
def ties(w):
    u, v, c = w.number("u"), w.number("v"), w.number("c")
    h = w.one(S(0), S(1), Rational(1, 2))
    pair = w.one(
        (Max(u, v) + Min(u, v), u + v), (Max(u, v), (u + v + Abs(u - v)) / 2),
        (sign(u) * Abs(u), u), (Abs(u) * sign(v), u * sign(v)), (sign(u) ** 2, S(1)),
        (Heaviside(u, h) + Heaviside(-u, h), S(1)), (u * Heaviside(u, h), Max(u, 0)),
        (2 * Heaviside(u, h) - 1, sign(u)), (Piecewise((1, u > 0), (0, True)), Heaviside(u, h)),
        (Piecewise((u, u > v), (v, True)), Max(u, v)), (Heaviside(u, h) ** 2, Heaviside(u, h)),
        (Piecewise((1, u > 0), (0, True)) + Piecewise((1, u <= 0), (0, True)), S(1)),
        (Piecewise((1, u > 0), (0, True)) + Piecewise((1, u < 0), (0, True)), S(1)),
        (Max(u, v, c), Max(u, Max(v, c))), (Max(u, v, c), Max(u, v)), (Max(u, -u), Abs(u)),
        (Max(c * u, c * v), c * Max(u, v)), (Abs(u * v), Abs(u) * Abs(v)), (Abs(u + v), Abs(u) +
                                                                            Abs(v)),
        (sign(u * v), sign(u) * sign(v)), (u / Abs(u), sign(u)), (Max(u + c, v + c), c + Max(u, v)),
        (Heaviside(u * c, h), Heaviside(u, h)), (Max(u, 0) - Max(-u, 0), u), (Max(u, 0) * Min(u, 0),
                                                                             S(0)),
        (Piecewise((u, Ne(u, 0)), (w.one(S(0), S(5)), True)), u), (Heaviside(-u, h), 1 -
                                                                  Heaviside(u, h)),
        (KroneckerDelta(u, v) * u, KroneckerDelta(u, v) * v), (Max(u, v) ** 2, Max(u ** 2, v ** 2)),
        (sign(Max(u, 0)), Heaviside(u, h)), (Abs(Max(u, v)), Max(Abs(u), Abs(v))))
    return Case(*pair, _true(_somewhere(w, u, v, c)))


@family
def derivatives(w):
    n, q, v = w.size("n"), w.whole("q"), w.number("v")
    x = w.tensor("x", n, kind="real")
    low, high = w.first(), w.last(n)
    d = w.one(Derivative, partial)
    given = w.between(q, w.one(S(1), low), w.one(n, high))
    f, df = w.one((x[k] ** 2, 2 * x[q]), (v * x[k], v), (exp(x[k]), exp(x[q])),
                  (Max(x[k], 0), Heaviside(x[q])), (Abs(x[k]), sign(x[q])), (k * x[k], q),
                  (x[k] * x[k + 1], x[q + 1] + x[q - 1]), (x[k], S(1)))
    total = Sum(f, (k, low, high))
    form = w.rng.randint(0, 4)
    if form == 0:
        return Case(d(total, x[q]), df, given)
    if form == 1:
        return Case(d(v * x[q] + total, x[q]), v + df, given)
    if form == 2:
        return Case(d(x[q] * total, x[q]), total + x[q] * df, given)
    if form == 3:
        return Case(d(log(Sum(exp(x[k]), (k, low, high))), x[q]),
                    exp(x[q]) / Sum(exp(x[k]), (k, low, high)), given)
    return Case(d(total, x[q]), df * Sum(KroneckerDelta(k, q), (k, low, high)), given)


@family
def derivatives_of_symbols(w):
    u, v, n = w.number("u", w.one("real", "positive", "nonzero")), w.number("v"), w.size("n")
    d = w.one(Derivative, partial)
    x = w.tensor("x")
    pair = w.one(
        (d(u ** n, u), n * u ** (n - 1)), (d(Abs(u), u), sign(u)), (d(log(u), u), 1 / u),
        (d(Max(u, v), u), Heaviside(u - v)), (d(sqrt(u), u), 1 / (2 * sqrt(u))),
        (d(Max(u, 0) ** 2, u), 2 * Max(u, 0)), (d(tanh(u), u), 1 - tanh(u) ** 2),
        (d(u * Sum(x[k], (k, 1, n)), u), Sum(x[k], (k, 1, n))),
        (d(Sum(u ** k, (k, 1, n)), u), Sum(k * u ** (k - 1), (k, 1, n))),
        (d(d(u ** 3 * v, u), v), 3 * u ** 2), (d(Piecewise((u, u > v), (v, True)), v),
                                               Heaviside(v - u)),
        (d(Product(u, (k, 1, n)), u), n * u ** (n - 1)), (d(exp(u * v), v), u * exp(u * v)),
        (d(u / v, v), -u / v ** 2), (d(log(Abs(u)), u), 1 / u), (d(u ** v, v), log(u) * u ** v))
    return Case(*pair, _true(_somewhere(w, u, v) if w.chance(.4) else
                             w.one([], [Eq(u, v ** 2)], [Eq(u, v)])))


@family
def magnitudes(w):
    u, v = w.number("u"), w.number("v")
    c = w.one(3, 20, 50, 100)
    big = S(10) ** w.one(6, 20, 50)
    pair = w.one(
        (cosh(c * u) ** 2 - sinh(c * u) ** 2, S(1)),
        ((u + big) ** 2 - big ** 2 - 2 * big * u, u ** 2),
        ((u + big) ** 3 - big ** 3 - 3 * big ** 2 * u - 3 * big * u ** 2, u ** 3),
        (Float("0.1") * u, u / 10), (Float("0.1", 20) * u, u / 10),
        (exp(c * u) * exp(-c * u), S(1)), (u + 1 / big, u), (u * (1 + 1 / big), u),
        (log(exp(c * u)), c * u), (tanh(c * u), sign(u)), (exp(-c * Abs(u)) + u, u),
        (cosh(c * u), (exp(c * u) + exp(-c * u)) / 2), (u * v + Float("1e-12"), u * v))
    return Case(*pair)


@family
def declared_indices(w):
    """Index(), shapes and sum_over, as the book writes."""
    n, K = sizes("n K")
    i, m = index("i m", n)
    a = index("a", K)
    x, z, y = tensor("x", n), tensor("z", n, K), w.tensor("y")
    t = Symbol("t", integer=True)
    pair = w.one(
        (sum_over(KroneckerDelta(i, m) * x[i], i), x[m]), (sum_over(KroneckerDelta(i, a) * y[i], i),
                                                           y[a]),
        (sum_over(KroneckerDelta(i, t) * x[i], i), x[t]), (sum_over(KroneckerDelta(i, t) * y[i], i),
                                                           y[t]),
        (sum_over(KroneckerDelta(i, m + 1) * y[i], i), y[m + 1]),
        (Sum(y[k], (k, 1, m)), Sum(y[k], (k, 1, m - 1)) + y[m]),
        (Sum(y[k], (k, 1, m)) + Sum(y[k], (k, m + 1, n)), Sum(y[k], (k, 1, n))),
        (Sum(y[k], (k, 1, a)) + Sum(y[k], (k, a + 1, n)), Sum(y[k], (k, 1, n))),
        (sum_over(z[i, a], i, a), sum_over(sum_over(z[i, a], a), i)),
        (sum_over(z[i, a] * KroneckerDelta(a, i), i, a), sum_over(z[i, i], i)),
        (Abs(m - 1), m - 1), (Abs(n - m), n - m), (Abs(K - m), K - m), (Max(m, n), n),
        (sum_over(KroneckerDelta(i, n), i), S(1)), (sum_over(KroneckerDelta(i, K), i), S(1)),
        (partial(sum_over(x[i] ** 2, i), x[m]), 2 * x[m]),
        (partial(sum_over(y[i] ** 2, i), y[t]), 2 * y[t]),
        (partial(sum_over(x[i] ** 2, i), x[t]), 2 * x[t]))
    given = w.one([], [], [a <= n], [n >= K], [t >= 1, t <= n], [t >= 1], [m > 1], [Ne(m, 1)])
    return Case(*pair, given)


@family
def soup(w):
    """A random expression, and the same rewritten."""
    e = expression(w.rng, w.rng.randint(1, 3))
    return Case(e, _rewritten(e, w))


def _rewritten(e, w):
    ways = [expand, lambda e: expand(e * (1 + w.number("v") ** 2)) / (1 + w.number("v") ** 2),
            lambda e: _everywhere(e, w)]
    return w.one(*ways)(e)


def _everywhere(e, w):
    """Each node rewritten by an identity, at random."""
    if not e.args or e.is_Indexed:
        return e
    e = e.func(*(a if isinstance(e, Sum | Product) and i else _everywhere(a, w)
                 for i, a in enumerate(e.args))) if not e.has(Piecewise) else e
    if w.chance(.5):
        return e
    if isinstance(e, Max) and len(e.args) == 2:
        a, b = e.args
        return (a + b + Abs(a - b)) / 2
    if isinstance(e, Min):
        return -Max(*(-a for a in e.args))
    if isinstance(e, Sum) and isinstance(e.function, Add):
        return Add(*(Sum(t, *e.limits) for t in e.function.args))
    if isinstance(e, Sum) and len(e.limits) == 1:
        s, low, high = e.limits[0]
        return w.one(Sum(e.function.xreplace({s: low + high - s}), (s, low, high)),
                     Sum(e.function, (s, low, high - 1)) + e.function.xreplace({s: high}))
    if isinstance(e, exp) and isinstance(e.args[0], Add):
        return Mul(*(exp(a) for a in e.args[0].args))
    if isinstance(e, log) and isinstance(e.args[0], Mul):
        return Add(*(log(a) for a in e.args[0].args))
    if isinstance(e, Abs):
        return w.one(e.args[0] * sign(e.args[0]), sqrt(e.args[0] ** 2), Max(e.args[0], -e.args[0]))
    return expand(e)
