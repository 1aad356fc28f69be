"""Families: moments, products, chains and slopes of means; slips among them."""

from sympy import Derivative, Eq, Function, Integer, KroneckerDelta, Ne, S, Sum, Symbol, exp, log

from nnbook.derive import density, expectation, gaussian, index, random_variable, variance_of

from .words import Case, family

j, k = (Symbol(name, integer=True) for name in "jk")
f = Function("f", real=True)


def _spread(w):
    v, u = w.number("v"), w.number("u")
    return w.one(v, v, v ** 2, v ** 2, S(1), u ** 2 + 1, S(0), v + 1, u * v, S(2))


def _clean(given):
    return [g for g in given if g not in (True, False)]


@family
def moments(w):
    mu, v, a, b = w.number("mu", "real"), _spread(w), w.number("a"), w.number("b")
    kind = w.one(gaussian, gaussian, random_variable)
    z, m = kind("z", mu, v), expectation
    pair = w.one(
        (m(z ** 2, z), mu ** 2 + v), (m(z ** 3, z), mu ** 3 + 3 * mu * v),
        (m((z - mu) ** 4, z), w.one(3, 2, 1) * v ** 2),
        (m((a * z + b) ** 2, z), (a * mu + b) ** 2 + a ** 2 * v),
        (variance_of(a * z + b, z), w.one(a ** 2, a) * v),
        (m(z * (z + a), z), mu ** 2 + a * mu + v),
        (m(z * z, z), m(z, z) ** 2), (m(z, z) * a, m(a * z, z)), (m(b * a, z), a * b),
        (variance_of(z, z), m(z ** 2, z) - m(z, z) ** 2), (m((z - mu) ** 3, z), S(0)),
        (m(z ** 4, z), mu ** 4 + 6 * mu ** 2 * v + 3 * v ** 2), (m(v * z, z) / v, mu),
        (m((z - mu) ** 2, z), w.one(v, mu, -v)), (m(z / a, z), mu / a), (z, m(z, z)),
        (m(z ** 5, z), mu ** 5 + 10 * mu ** 3 * v + 15 * mu * v ** 2))
    given = w.one([], [], [v > 0], [v >= 0], [Eq(mu, 0)], [Ne(a, 0)], [v < 0], [z > 0])
    return Case(*pair, _clean(given))


@family
def several_variables(w):
    mu, nu, a, b = (w.number(name, "real") for name in ("mu", "nu", "a", "b"))
    v, t = _spread(w), w.number("t") ** 2
    x = w.one(gaussian, random_variable)("x", mu, v)
    y = w.one(gaussian, random_variable)("y", nu, t)
    chain = w.one(gaussian, random_variable)("y", a * x + b, t)
    m = expectation
    pair = w.one(
        (m(x * y, x, y), mu * nu), (m(x ** 2 * y, x, y), (mu ** 2 + v) * nu),
        (m(x * chain, x, chain), w.one(mu * (a * mu + b) + a * v, mu * (a * mu + b))),
        (m(chain, x, chain), a * mu + b), (variance_of(chain, x, chain), w.one(a ** 2 * v + t, t)),
        (variance_of(a * x + b * y, x, y), a ** 2 * v + b ** 2 * t),
        (variance_of(x * y, x, y), w.one(v * t + v * nu ** 2 + t * mu ** 2, v * t)),
        (m(x * y, x, y), m(x, x) * m(y, y)), (m(x * x, x), m(x, x) * m(x, x)),
        (m(m(x * y, y), x), m(m(x * y, x), y)), (m(chain ** 2, chain), (a * x + b) ** 2 + t),
        (variance_of(x + y, x, y), variance_of(x, x) + variance_of(y, y)),
        (variance_of(x + x, x), 2 * variance_of(x, x)), (m(x * m(x, x), x), w.one(mu ** 2, v)))
    return Case(*pair, w.one([], [], [], [Eq(mu, nu)], [Ne(a, 0)]))


@family
def random_vectors(w):
    n, p = w.size("n", w.one("positive", "positive", "nonnegative", "plain")), w.whole("p")
    i, l = index("i", n), index("l", n)
    c, s = w.tensor("c", n, kind="real"), w.tensor("s", n, kind="real")
    law = w.one((c[i], s[i] ** 2), (0, 1), (c[i], 1), (0, s[i] ** 2), (0, s[i]), (c[i], 2))
    z = w.one(gaussian, gaussian, random_variable)("z", i, *law)
    mean_of, spread = (lambda x: S(law[0]).xreplace({i: x})), (lambda x: S(law[1]).xreplace({i: x}))
    total, m = Sum(z[j], (j, 1, n)), expectation
    pair = w.one(
        (m(total, z), Sum(mean_of(j), (j, 1, n))),
        (variance_of(total, z), w.one(Sum(spread(j), (j, 1, n)), n * spread(l))),
        (m(total ** 2, z), Sum(mean_of(j), (j, 1, n)) ** 2 + Sum(spread(j), (j, 1, n))),
        (m(z[i] * z[l], z),
         mean_of(i) * mean_of(l) + w.one(KroneckerDelta(i, l), 0, 1) * spread(i)),
        (m(z[i] ** 2, z), mean_of(i) ** 2 + w.one(spread(i), 0)),
        (m(Sum(z[j] ** 2, (j, 1, n)), z), Sum(mean_of(j) ** 2 + spread(j), (j, 1, n))),
        (m(Sum(c[j] * z[j], (j, 1, n)), z), Sum(c[j] * mean_of(j), (j, 1, n))),
        (variance_of(Sum(c[j] * z[j], (j, 1, n)), z), Sum(c[j] ** w.one(2, 1) * spread(j),
                                                         (j, 1, n))),
        (m(total / n, z), mean_of(l)), (variance_of(total / n, z), spread(l) / n),
        (m(total ** 4, z), w.one(3, 1) * n ** 2), (m(z[1] * z[n], z), mean_of(S(1)) * mean_of(n)),
        (m(Sum(1, (j, 1, n)), z), n), (m(p * total, z), p * m(total, z)))
    return Case(*pair, w.one([], [], [n >= 2], [n >= 1], [i < l], [Ne(i, l)]))


@family
def exponentials_of_normals(w):
    mu, a, v = w.number("mu", "real"), w.one(w.number("a"), Integer(1), Integer(-2)), _spread(w)
    z, m = gaussian("z", mu, v), expectation
    small = [mu < 2, mu > -2, a < 2, a > -2, v < 2]
    pair = w.one(
        (m(exp(a * z), z), exp(a * mu + w.one(a ** 2 * v / 2, a ** 2 * v, a * v / 2))),
        (m(z * exp(a * z), z), (mu + w.one(a * v, a, S(0))) * exp(a * mu + a ** 2 * v / 2)),
        (m(exp(z - mu), z), exp(v / 2)), (m(exp(z), z), exp(m(z, z))),
        (log(m(exp(z), z)), m(z, z) + w.one(v / 2, v)),
        (m(exp(z) * exp(-z), z), S(1)), (m(exp(2 * z), z), m(exp(z), z) ** w.one(2, 4)))
    return Case(*pair, _clean(small + w.one([], [], [v >= 0], [Eq(mu, 0)])))


@family
def slopes_of_means(w):
    mu, v, a = w.number("mu", "real"), w.number("v", "positive"), w.number("a", "real")
    z, m = gaussian("z", mu, w.one(v, v ** 2)), expectation
    spread = z.variance
    other = gaussian("y", a * mu, 1)
    pair = w.one(
        (Derivative(m(z ** 3, z), mu), 3 * mu ** 2 + w.one(3, 1) * spread),
        (Derivative(m(z ** 2, z), v), w.one(Derivative(spread, v), S(0), 2 * v)),
        (Derivative(m(a * z ** 2, z), a), mu ** 2 + spread),
        (Derivative(m(z ** 2, z), mu), m(z ** 2 * (z - mu), z) / spread),
        (Derivative(m(z ** 2, z), mu), m(w.one(2, 1) * z, z)),
        (m((z - mu) * z ** 3, z), spread * m(3 * z ** 2, z)),
        (Derivative(m(other ** 2, other), mu), w.one(2, 1) * a ** 2 * mu),
        (m(Derivative(log(density(z)), mu), z), S(0)),
        (m(Derivative(log(density(z)), mu) ** 2, z), 1 / w.one(spread, v)),
        (m((z - mu) * f(a), z), S(0)))
    return Case(*pair)
