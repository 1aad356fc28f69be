"""Means: moments, variances, divergences, reparametrization, diffusion, the scale of attention."""

from sympy import Eq, Function, Symbol, cos, exp, log, sin, sqrt

from nnbook.derive import (
    delta,
    density,
    expectation,
    gaussian,
    index,
    partial,
    random_variable,
    reals,
    sizes,
    sum_over,
    tensor,
    variance_of,
)

n, K = sizes("n K")
i, j, a_, b_ = index("i j a b", n)
k, l = index("k l", K)
mu, nu, a, b, c, x, u = reals("mu nu a b c x u")
s, t, v, beta = reals("sigma tau v beta", positive=True)
m, w, g = tensor("m", n), tensor("w", n), tensor("g", n)
sd, vs = tensor("s", n, positive=True), tensor("v", n, positive=True)
W = tensor("W", K, n)
y = tensor("y", n)
f, h, f1, f2 = (Function(name, real=True) for name in ("f", "h", "f'", "f''"))
p_ = Symbol("p", integer=True)

z, other = gaussian("z", mu, v), gaussian("y", nu, t ** 2)
e = gaussian("epsilon", 0, 1)
Z, E = gaussian("z", i, m[i], sd[i] ** 2), gaussian("epsilon", i, 0, 1)
q, key = random_variable("q", i, 0, 1), random_variable("k", i, 0, 1)
X, Y = random_variable("x", mu, v), random_variable("y", nu, t)
xs = random_variable("x", i, m[i], vs[i])
chained = gaussian("w", a * z + b, t)
sample = random_variable("g", i, mu, v)

# two normal densities, by their logarithms
first, second = gaussian("z", mu, s ** 2), gaussian("z", nu, t ** 2)
log_first, log_second = log(density(first)), log(density(second, first))
prior = gaussian("p", i, 0, 1)
kl = expectation(log_first - log_second, first)
elbo = expectation(f(first) + log(density(e, first)) - log_first, first)

# one step of diffusion: y is x_{t-1} and x is x_t, alpha = 1 - beta
A, al = reals("A alpha", positive=True)
step = gaussian("x", sqrt(al) * other, 1 - al)
noise = gaussian("e", 0, 1)
post_v = (1 - A) * (1 - al) / (1 - A * al)
post_m = (sqrt(A) * (1 - al) * c + sqrt(al) * (1 - A) * x) / (1 - A * al)
below = [A < 1, al < 1]


def normal(at, mean, variance):
    """The exponent of a normal density, with the logarithm of its factor."""
    return -(at - mean) ** 2 / (2 * variance) - log(2 * variance) / 2


IDENTITIES = {
    # one normal variable
    "mean": (expectation(z, z), mu),
    "second moment": (expectation(z ** 2, z), mu ** 2 + v),
    "third moment": (expectation(z ** 3, z), mu ** 3 + 3 * mu * v),
    "fourth central moment": (expectation((z - mu) ** 4, z), 3 * v ** 2),
    "sixth central moment": (expectation((z - mu) ** 6, z), 15 * v ** 3),
    "an odd moment": (expectation((z - mu) ** 5, z), 0),
    "variance": (variance_of(z, z), v),
    "variance, two forms": (variance_of(z, z), expectation(z ** 2, z) - expectation(z, z) ** 2),
    "of an affine function": (expectation((a * z + b) ** 2, z), (a * mu + b) ** 2 + a ** 2 * v),
    "variance of an affine function": (variance_of(a * z + b, z), a ** 2 * v),
    "a constant": (expectation(a * x, z), a * x),
    "linear": (expectation(a * f(z) + b * h(z), z),
               a * expectation(f(z), z) + b * expectation(h(z), z)),
    "exponential": (expectation(exp(a * z + b), z), exp(a * mu + b + a ** 2 * v / 2)),
    "log-normal variance": (
        variance_of(exp(z), z), (exp(v) - 1) * exp(2 * mu + v)),
    "a moment, tilted": (
        expectation(z * exp(a * z), z), (mu + a * v) * exp(a * mu + a ** 2 * v / 2)),
    "two moments, tilted": (
        expectation(z ** 2 * exp(a * z), z),
        ((mu + a * v) ** 2 + v) * exp(a * mu + a ** 2 * v / 2)),
    "cosh": (expectation((exp(a * e) + exp(-a * e)) / 2, e), exp(a ** 2 / 2)),
    "by parts": (expectation((z - mu) * f(z), z), v * expectation(f1(z), z)),
    "by parts, twice": (
        expectation(((z - mu) ** 2 - v) * f(z), z), v ** 2 * expectation(f2(z), z)),
    "by parts, a sine": (expectation(e * sin(a * e), e), a * expectation(cos(a * e), e)),
    "standardized": (expectation(f(first), first), expectation(f(mu + s * e), e)),
    "a mean within a mean": (
        expectation(expectation(z * other ** 2, other), z), mu * (nu ** 2 + t ** 2)),
    "given conditions": (expectation(z ** 2, z), a + v, Eq(mu ** 2, a)),
    # slopes
    "score function": (
        partial(expectation(f(z), z), mu), expectation(f(z) * (z - mu) / v, z)),
    "score function, by the density": (
        partial(expectation(f(first), first), mu),
        expectation(f(first) * partial(log_first, mu), first)),
    "score has mean 0": (expectation(partial(log_first, mu), first), 0),
    "score by the deviation has mean 0": (expectation(partial(log_first, s), first), 0),
    "fisher information": (expectation(partial(log_first, mu) ** 2, first), 1 / s ** 2),
    "fisher information, deviation": (
        expectation(partial(log_first, s) ** 2, first), 2 / s ** 2),
    "score function by the deviation": (
        partial(expectation(f(first), first), s),
        expectation(f(first) * partial(log_first, s), first)),
    "reparametrized, by the mean": (
        partial(expectation(f(mu + s * e), e), mu), expectation(f1(mu + s * e), e)),
    "reparametrized, by the deviation": (
        partial(expectation(f(mu + s * e), e), s), expectation(f1(mu + s * e) * e, e)),
    "both gradients": (
        partial(expectation(f(first), first), s), expectation(f1(mu + s * e) * e, e)),
    "slope of a moment": (partial(expectation(z ** 4, z), v), 6 * mu ** 2 + 6 * v),
    "slope in the body": (partial(expectation((a * z - b) ** 2, z), a),
                          2 * expectation((a * z - b) * z, z)),
    "score of a density": (partial(log_first, first), -(first - mu) / s ** 2),
    "tweedie, one point": (
        first + s ** 2 * partial(log_first, first), mu),
    # independent variables
    "product": (expectation(z * other, z, other), mu * nu),
    "sum": (variance_of(a * z + b * other, z, other), a ** 2 * v + b ** 2 * t ** 2),
    "product, variance": (
        variance_of(X * Y, X, Y), v * t + v * nu ** 2 + t * mu ** 2),
    "covariance": (expectation((X - mu) * (Y - nu), X, Y), 0),
    "order of means": (expectation(X ** 2 * Y, X, Y), expectation(X ** 2 * Y, Y, X)),
    "two moments": (expectation((a * X + b) ** 2, X), (a * mu + b) ** 2 + a ** 2 * v),
    # one variable whose law names another
    "a chain, mean": (expectation(chained, z, chained), a * mu + b),
    "a chain, variance": (variance_of(chained, z, chained), a ** 2 * v + t),
    "a chain, covariance": (expectation((z - mu) * chained, z, chained), a * v),
    # vectors
    "a weighted sum": (expectation(sum_over(w[i] * Z[i], i), Z), sum_over(w[i] * m[i], i)),
    "variance of a weighted sum": (
        variance_of(sum_over(w[i] * Z[i], i), Z), sum_over(w[i] ** 2 * sd[i] ** 2, i)),
    "covariance of entries": (
        expectation((Z[i] - m[i]) * (Z[j] - m[j]), Z), delta(i, j) * sd[i] ** 2),
    "length": (expectation(sum_over(Z[i] ** 2, i), Z), sum_over(m[i] ** 2 + sd[i] ** 2, i)),
    "chi squared": (variance_of(sum_over(E[i] ** 2, i), E), 2 * n),
    "fourth power of a sum": (expectation(sum_over(E[i], i) ** 4, E), 3 * n ** 2),
    "layer": (variance_of(sum_over(W[k, i] * xs[i], i), xs), sum_over(W[k, i] ** 2 * vs[i], i)),
    "exponential of a sum": (
        expectation(exp(sum_over(w[i] * Z[i], i)), Z),
        exp(sum_over(w[i] * m[i] + w[i] ** 2 * sd[i] ** 2 / 2, i))),
    "entry, tilted": (
        expectation(E[a_] * exp(sum_over(w[i] * E[i], i)), E),
        w[a_] * exp(sum_over(w[i] ** 2, i) / 2)),
    "by parts, a vector": (
        expectation(E[a_] * f(sum_over(w[i] * E[i], i)), E),
        w[a_] * expectation(f1(sum_over(w[i] * E[i], i)), E)),
    "average of draws": (expectation(sum_over(sample[i], i) / n, sample), mu),
    "standard error": (variance_of(sum_over(sample[i], i) / n, sample), v / n),
    "slope by a mean": (
        partial(expectation(sum_over(w[i] * Z[i] ** 2, i), Z), m[j]), 2 * w[j] * m[j]),
    "slope by a deviation": (
        partial(expectation(sum_over(w[i] * Z[i] ** 2, i), Z), sd[j]), 2 * w[j] * sd[j]),
    # attention: the scale of a score
    "mean of a score": (expectation(sum_over(q[i] * key[i], i), q, key), 0),
    "variance of a score": (variance_of(sum_over(q[i] * key[i], i), q, key), n),
    "scaled score": (variance_of(sum_over(q[i] * key[i], i) / sqrt(n), q, key), 1),
    # divergences
    "divergence of two normals": (
        kl, log(t / s) + (s ** 2 + (mu - nu) ** 2) / (2 * t ** 2) - expectation(e ** 2, e) / 2),
    "divergence of equal normals": (kl, 0, [Eq(mu, nu), Eq(s, t)]),
    "divergence, diagonal": (
        expectation(log(density(Z)) - log(density(prior, Z)), Z),
        sum_over(m[i] ** 2 + sd[i] ** 2 - log(sd[i] ** 2) - 1, i) / 2),
    "entropy of a normal": (
        -expectation(log_first, first), log(s) + log(2 * exp(1)) / 2
        + (log(density(e, 0)) * -1) - log(2) / 2),
    "evidence bound": (
        elbo, expectation(f(first), first)
        - expectation(log_first - log(density(e, first)), first)),
    "evidence and divergence": (
        expectation(x - (log_first - h(first)), first),
        x - expectation(log_first - h(first), first)),
    "gradient of a divergence": (partial(kl, mu), (mu - nu) / t ** 2),
    "gradient of a divergence, deviation": (partial(kl, s), s / t ** 2 - 1 / s),
    # diffusion
    "a step, mean": (expectation(step, other, step), sqrt(al) * nu, al < 1),
    "a step, variance": (
        variance_of(step, other, step), al * t ** 2 + 1 - al, al < 1),
    "unit variance stays": (variance_of(step, other, step), 1, [al < 1, Eq(t, 1)]),
    "two steps": (
        variance_of(sqrt(al) * (sqrt(A) * c + sqrt(1 - A) * e) + sqrt(1 - al) * noise, e, noise),
        1 - al * A, below),
    "posterior by completing the square": (
        normal(x, sqrt(al) * u, 1 - al) + normal(u, sqrt(A) * c, 1 - A)
        - normal(x, sqrt(al) * sqrt(A) * c, 1 - A * al), normal(u, post_m, post_v),
        [*below, al * A < 1]),
    "posterior mean by the noise": (
        post_m.subs(c, (x - sqrt(1 - A * al) * u) / sqrt(A * al)),
        (x - (1 - al) / sqrt(1 - A * al) * u) / sqrt(al), [*below, al * A < 1]),
    "loss of the noise": (
        expectation(sum_over((E[i] - g[i]) ** 2, i), E), n + sum_over(g[i] ** 2, i)),
}
