"""Positions by sines and cosines: rotary, sinusoidal; and the trigonometry that they need."""

from sympy import Abs, IndexedBase, Sum, Symbol, cos, log, pi, sin, sqrt, tan

from nnbook.derive import define, delta, index, partial, reals, sizes, sum_over, tensor

K, n, T = sizes("K n T")
k, m = index("k m", K)
i = index("i", n)
u, v, w, t, s, h = reals("u v w t s h")
a, b, c, d = reals("a b c d")
r_ = reals("r", positive=True)
omega, theta = tensor("omega", K), tensor("theta", K)
Q, Y, R = tensor("q", K, 2), tensor("k", K, 2), tensor("r", n, K)
p, q = Symbol("p", integer=True), Symbol("q", integer=True)
x = IndexedBase("x", real=True)

base = define("b", k, 10000 ** (-2 * k / K))


def turned(x, angle, axis):
    """An entry of the pair (x[k, 1], x[k, 2]), turned by an angle."""
    if axis == 1:
        return x[k, 1] * cos(angle) - x[k, 2] * sin(angle)
    return x[k, 1] * sin(angle) + x[k, 2] * cos(angle)


def inner(one, other):
    """The inner product of queries at a position and keys at another."""
    return sum_over(sum(turned(Q, one * omega[k], j) * turned(Y, other * omega[k], j)
                        for j in (1, 2)), k)


code, shifted = (define(name, k, sin(at * base[k])) for name, at in (("S", t), ("U", t + h)))
code_c = define("C", k, cos(t * base[k]))

IDENTITIES = {
    # trigonometry
    "squares": (sin(u) ** 2 + cos(u) ** 2, 1),
    "squares, of a long angle": (sin(u * v - w / 3) ** 2 + cos(u * v - w / 3) ** 2, 1),
    "sine of a sum": (sin(u + v), sin(u) * cos(v) + cos(u) * sin(v)),
    "cosine of a difference": (cos(u - v), cos(u) * cos(v) + sin(u) * sin(v)),
    "three angles": (cos(u + v + w), cos(u) * cos(v + w) - sin(u) * sin(v + w)),
    "double angle": (sin(2 * u), 2 * sin(u) * cos(u)),
    "double angle, cosine": (cos(2 * u), cos(u) ** 2 - sin(u) ** 2),
    "triple angle": (sin(3 * u), 3 * sin(u) - 4 * sin(u) ** 3),
    "half angle": (sin(u / 2) ** 2, (1 - cos(u)) / 2),
    "a half and a third": (cos(u / 2), 4 * cos(u / 6) ** 3 - 3 * cos(u / 6)),
    "products to sums": (sin(u) * cos(v), (sin(u + v) + sin(u - v)) / 2),
    "sums to products": (cos(u) - cos(v), -2 * sin((u + v) / 2) * sin((u - v) / 2)),
    "parity": (sin(u - v) * cos(v - u), -sin(v - u) * cos(u - v)),
    "a quarter turn": (cos(u - pi / 2), sin(u)),
    "a sixth of a turn": (cos(u - pi / 3), (cos(u) + sqrt(3) * sin(u)) / 2),
    "whole turns": (cos(u + 2 * pi * p), cos(u)),
    "fourth power": (cos(u) ** 4 - sin(u) ** 4, cos(2 * u)),
    "a root of a square": (sqrt(1 - sin(u) ** 2), Abs(cos(u))),
    "a root of a square, scaled": (sqrt(r_ ** 2 - r_ ** 2 * sin(u) ** 2), r_ * Abs(cos(u))),
    "logarithm of a square": (log(1 - sin(u) ** 2), 2 * log(Abs(cos(u)))),
    "tangent": (1 + tan(u) ** 2, 1 / cos(u) ** 2),
    "tangent of a sum": (tan(u + v), (tan(u) + tan(v)) / (1 - tan(u) * tan(v))),
    "slope of a sine": (partial(sin(w * u), u), w * cos(w * u)),
    "slope of a tangent": (partial(tan(u), u), 1 / cos(u) ** 2),
    "curvature": (partial(partial(cos(w * u), u), u), -w ** 2 * cos(w * u)),
    "chords": (2 - 2 * cos(u - v), (cos(u) - cos(v)) ** 2 + (sin(u) - sin(v)) ** 2),
    "sum of cosines": (2 * sin(u) * Sum(cos(2 * q * u), (q, 1, T)), sin((2 * T + 1) * u) - sin(u)),
    "sum of odd sines": (Sum(sin((2 * q - 1) * u) * sin(u), (q, 1, T)), sin(T * u) ** 2),
    # rotary positions
    "a rotation keeps lengths": (
        (a * cos(u) - b * sin(u)) ** 2 + (a * sin(u) + b * cos(u)) ** 2, a ** 2 + b ** 2),
    "inner product of two rotated": (
        (a * cos(t * w) - b * sin(t * w)) * (c * cos(s * w) - d * sin(s * w))
        + (a * sin(t * w) + b * cos(t * w)) * (c * sin(s * w) + d * cos(s * w)),
        (a * c + b * d) * cos((t - s) * w) + (a * d - b * c) * sin((t - s) * w)),
    "positions shifted alike": (inner(t + h, s + h), inner(t, s)),
    "one turned by the difference": (inner(t, s), inner(t - s, 0)),
    "rotated, norm": (
        sqrt(sum_over(turned(Q, t * omega[k], 1) ** 2 + turned(Q, t * omega[k], 2) ** 2, k)),
        sqrt(sum_over(Q[k, 1] ** 2 + Q[k, 2] ** 2, k))),
    "rotations add": (
        turned(Q, u + v, 1),
        cos(v) * turned(Q, u, 1) - sin(v) * turned(Q, u, 2)),
    "turned back": (cos(u) * turned(Q, u, 1) + sin(u) * turned(Q, u, 2), Q[k, 1]),
    "a rotation's slope": (partial(turned(Q, u, 1), u), -turned(Q, u, 2)),
    "vjp of a rotation": (
        partial(sum_over(Y[k, 1] * turned(Q, t * omega[k], 1)
                         + Y[k, 2] * turned(Q, t * omega[k], 2), k), Q[m, 1]),
        Y[m, 1] * cos(t * omega[m]) + Y[m, 2] * sin(t * omega[m])),
    "slope by a frequency": (
        partial(sum_over(cos(t * omega[k]), k), omega[m]), -t * sin(t * omega[m])),
    # sinusoidal positions
    "a shift is a rotation": (
        shifted[k], sin(t * base[k]) * cos(h * base[k]) + cos(t * base[k]) * sin(h * base[k])),
    "a shift is a rotation, frequencies": (
        cos((t + h) * omega[k]),
        cos(h * omega[k]) * cos(t * omega[k]) - sin(h * omega[k]) * sin(t * omega[k])),
    "norm of a code": (sqrt(sum_over(code[k] ** 2 + code_c[k] ** 2, k)), sqrt(K)),
    "inner product of codes": (
        sum_over(sin(t * omega[k]) * sin(s * omega[k]) + cos(t * omega[k]) * cos(s * omega[k]), k),
        sum_over(cos((t - s) * omega[k]), k)),
    "distance of codes": (
        sum_over((sin(t * omega[k]) - sin(s * omega[k])) ** 2
                 + (cos(t * omega[k]) - cos(s * omega[k])) ** 2, k),
        4 * sum_over(sin((t - s) * omega[k] / 2) ** 2, k)),
    "power of a sum of waves": (
        sum_over(cos(theta[k]), k) ** 2 + sum_over(sin(theta[k]), k) ** 2,
        sum_over(cos(theta[k] - theta[m]), k, m)),
    "a phase out of a sum": (
        sum_over(cos(theta[k] + u), k),
        cos(u) * sum_over(cos(theta[k]), k) - sin(u) * sum_over(sin(theta[k]), k)),
    "one frequency picked": (
        sum_over(delta(k, m) * sin(t * omega[k]) * sin(s * omega[m]), k),
        (cos((t - s) * omega[m]) - cos((t + s) * omega[m])) / 2),
    "waves with amplitudes": (
        sum_over(R[i, k] * sin(t * omega[k] + theta[k]), k),
        sum_over(R[i, k] * cos(theta[k]) * sin(t * omega[k]), k)
        + sum_over(R[i, k] * sin(theta[k]) * cos(t * omega[k]), k)),
}
