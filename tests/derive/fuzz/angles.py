"""Families: sines, cosines and tangents, of sums, multiples and halves of angles."""

from sympy import (
    Abs,
    Derivative,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    pi,
    sin,
    sqrt,
    tan,
)

from .words import Case, family

j, k = (Symbol(name, integer=True) for name in "jk")


def _angle(w):
    u, v, n = w.number("u"), w.number("v"), w.size("n")
    return w.one(u, v, u + v, u - v, 2 * u, u / 2, u * v, n * u, -u, u + pi, pi / 3 - u, n * pi / 2,
                 u ** 2, exp(u), u / 3, w.whole("q") * u, (n + 1) * u, S(0), Rational(2, 3) * v)


@family
def trigonometry(w):
    a, b, t = _angle(w), _angle(w), w.one(2, 3, 4, 5)
    pair = w.one(
        (sin(a) ** 2 + cos(a) ** 2, S(1)), (sin(a + b), sin(a) * cos(b) + cos(a) * sin(b)),
        (cos(a - b), cos(a) * cos(b) + sin(a) * sin(b)), (sin(2 * a), 2 * sin(a) * cos(a)),
        (cos(a), 1 - 2 * sin(a / 2) ** 2), (cos(3 * a), 4 * cos(a) ** 3 - 3 * cos(a)),
        (sin(a) * cos(b), (sin(a + b) + sin(a - b)) / 2), (tan(a), sin(a) / cos(a)),
        (1 + tan(a) ** 2, 1 / cos(a) ** 2), (sqrt(1 - sin(a) ** 2), cos(a)),
        (sqrt(1 - sin(a) ** 2), Abs(cos(a))), (tan(a / 2), sin(a) / (1 + cos(a))),
        (cos(a) ** t, w.one(1 - sin(a) ** 2, cos(a) * (1 - sin(a) ** 2), cos(a) ** t)),
        (sin(a) / sin(a), S(1)), (log(cos(a) ** 2), 2 * log(cos(a))),
        (log(cos(a) ** 2), log(1 - sin(a) ** 2)), (Abs(sin(a)), sin(a)), (sin(a), cos(a - pi / 2)),
        (cos(a + 2 * pi * w.whole("p")), cos(a)), (cos(pi * w.whole("p")), w.one(S(1), S(-1))),
        (sin(a) ** 2 / (1 - cos(a)), 1 + cos(a)), (tan(a) * cos(a), sin(a)))
    return Case(*pair, w.one([], [], [], [w.number("u") > 0], [cos(a) > 0] if cos(a).args else []))


@family
def slips_of_angles(w):
    a, b = _angle(w), _angle(w)
    return Case(*w.one(
        (sin(a + b), sin(a) * cos(b) - cos(a) * sin(b)), (cos(a) ** 2, 1 + sin(a) ** 2),
        (cos(a + b), cos(a) * cos(b) + sin(a) * sin(b)), (sin(2 * a), sin(a) * cos(a)),
        (cos(a - b), cos(a) * cos(b) - sin(a) * sin(b)), (sin(-a), sin(a)),
        (sin(a / 2) ** 2, (1 + cos(a)) / 2), (cos(2 * a), 1 - sin(a) ** 2)))


@family
def waves(w):
    n, K, u, v = w.size("n"), w.size("K"), w.number("u"), w.number("v")
    t = w.tensor("t", n)
    low, high = w.first(), w.last(n)
    kind = w.one(Sum, Sum, Sum, Product)
    pair = w.one(
        (kind(sin(t[k]) ** 2 + cos(t[k]) ** 2, (k, low, high)),
         w.one(high - low + 1, n, S(1))),
        (Sum(cos(t[k] + u), (k, low, high)),
         cos(u) * Sum(cos(t[k]), (k, low, high)) - sin(u) * Sum(sin(t[k]), (k, low, high))),
        (Sum(cos(t[k]), (k, 1, n)) ** 2 + Sum(sin(t[k]), (k, 1, n)) ** 2,
         Sum(cos(t[j] - t[k]), (j, 1, n), (k, 1, w.one(n, n, n, K)))),
        (Sum(cos(u * t[k]) * cos(v * t[k]) + sin(u * t[k]) * sin(v * t[k]), (k, low, high)),
         Sum(cos((u - v) * t[k]), (k, low, high))),
        (Sum(2 * sin(u) * cos(2 * k * u), (k, 1, n)), sin((2 * n + 1) * u) - sin(u)),
        (Derivative(Sum(sin(u * t[k]), (k, low, high)), u),
         Sum(t[k] * cos(u * t[k]), (k, low, high))),
        (Derivative(sin(u * v) * cos(u), u), v * cos(u * v) * cos(u) - sin(u * v) * sin(u)),
        (Derivative(tan(u * v), u), w.one(v, u) * (1 + tan(u * v) ** 2)),
        (Derivative(sin(u) ** 2, (u, 2)), 2 - 4 * sin(u) ** 2))
    return Case(*pair)
