"""True identities, as the book uses them: the engine must prove each, and none of their mutants."""

from sympy import (
    Abs,
    Eq,
    IndexedBase,
    KroneckerDelta,
    Max,
    Ne,
    Piecewise,
    Sum,
    Symbol,
    exp,
    log,
    pi,
    sign,
    sqrt,
    symbols,
    tanh,
)

from nnbook.derive import (
    define,
    delta,
    derivative,
    index,
    partial,
    product_over,
    reals,
    sizes,
    sum_over,
    tensor,
)

n, K, M = sizes("n K M")
i, a, b, c = index("i a b c", n)
k, m, j = index("k m j", K)
u, v, s = reals("u v s")
w = reals("w", positive=True)
sigma, epsilon, beta = reals("sigma epsilon beta", positive=True)
z, y = tensor("z", n, K), tensor("y", n, K)
x, t, g = tensor("x", n), tensor("t", n), tensor("g", n)
p = tensor("p", n)

S = define("S", i, k, exp(z[i, k]) / sum_over(exp(z[i, m]), m))
L = define("L", -1 / n * sum_over(y[i, k] * log(S[i, k]), k, i))
one_hot = Eq(sum_over(y[i, k], k), 1)
mean = define("mu", sum_over(x[i], i) / n)
variance = define("v", sum_over((x[i] - mean) ** 2, i) / n)
standard = define("h", i, (x[i] - mean) / sqrt(variance + epsilon))
logistic = define("q", i, 1 / (1 + exp(-x[i])))
bce = -1 / n * sum_over(t[i] * log(logistic[i]) + (1 - t[i]) * log(1 - logistic[i]), i)
rmse = sqrt(1 / n * sum_over((t[i] - x[i]) ** 2, i))
W, B = tensor("W", M, K), tensor("b", K)
A, G = tensor("A", n, M), tensor("G", n, K)
d, e = index("d e", M)
Z = define("Z", i, k, sum_over(A[i, d] * W[d, k], d) + B[k])
q = Symbol("q", integer=True)
T = sizes("T")
k_, K_, l_, j_ = symbols("k K l j", integer=True)
Y0, Z0 = IndexedBase("y"), IndexedBase("z")

IDENTITIES = {
    # derivatives of losses, for arbitrary sizes
    "softmax jacobian": (partial(S[i, k], z[i, m]), S[i, k] * (delta(k, m) - S[i, m])),
    "softmax jacobian, batch": (partial(S[i, k], z[a, m]),
                                S[i, k] * delta(i, a) * (delta(k, m) - S[i, m])),
    "cross-entropy gradient": (partial(L, z[i, m]), (S[i, m] - y[i, m]) / n, one_hot),
    "cross-entropy gradient, any targets": (
        partial(L, z[i, m]), (S[i, m] * sum_over(y[i, k], k) - y[i, m]) / n),
    "cross-entropy gradient, plain symbols": (
        derivative(-Sum(Y0[k_] * log(exp(Z0[k_]) / Sum(exp(Z0[l_]), (l_, 1, K_))), (k_, 1, K_)),
                   Z0[j_]),
        exp(Z0[j_]) / Sum(exp(Z0[l_]), (l_, 1, K_)) - Y0[j_],
        Eq(Sum(Y0[k_], (k_, 1, K_)), 1)),
    "probabilities sum to 1": (sum_over(S[i, k], k), 1),
    "gradient sums to 0": (sum_over(S[i, m] - y[i, m], m), 0, one_hot),
    "mse": (derivative(sum_over((t[i] - x[i]) ** 2, i) / n, x[a]), 2 / n * (x[a] - t[a])),
    "half mse": (partial(sum_over((t[i] - x[i]) ** 2, i) / (2 * n), x[a]), (x[a] - t[a]) / n),
    "mae": (partial(sum_over(Abs(t[i] - x[i]), i) / n, x[a]), sign(x[a] - t[a]) / n),
    "mae, cases": (partial(sum_over(Abs(t[i] - x[i]), i) / n, x[a]),
                   Piecewise((1 / n, x[a] > t[a]), (-1 / n, x[a] < t[a]), (0, True))),
    "rmse": (derivative(rmse, x[a]), (x[a] - t[a]) / (n * rmse)),
    "bce": (derivative(bce, x[a]), (logistic[a] - t[a]) / n),
    "bce on probabilities": (
        partial(-sum_over(t[i] * log(p[i]) + (1 - t[i]) * log(1 - p[i]), i) / n, p[a]),
        (p[a] - t[a]) / (n * p[a] * (1 - p[a])), [p[i] > 0, p[i] < 1]),
    # likelihoods
    "bernoulli": (log(product_over(p[i] ** t[i] * (1 - p[i]) ** (1 - t[i]), i)),
                  sum_over(t[i] * log(p[i]) + (1 - t[i]) * log(1 - p[i]), i),
                  [p[i] > 0, p[i] < 1]),
    "gauss": (-log(product_over(exp(-(t[i] - x[i]) ** 2 / (2 * sigma ** 2))
                                / sqrt(2 * pi * sigma ** 2), i)),
              sum_over((t[i] - x[i]) ** 2, i) / (2 * sigma ** 2)
              + n / 2 * log(2 * pi * sigma ** 2)),
    "categorical": (-log(product_over(product_over(S[i, k] ** y[i, k], k), i)),
                    -sum_over(y[i, k] * log(S[i, k]), k, i)),
    # normalization
    "mean of the standardized": (sum_over(standard[i], i), 0),
    "variance, two forms": (variance, sum_over(x[i] ** 2, i) / n - mean ** 2),
    "mean gradient": (partial(mean, x[c]), 1 / n),
    "variance gradient": (partial(variance, x[c]), 2 / n * (x[c] - mean)),
    "normalization vjp": (
        partial(sum_over(g[b] * standard[b], b), x[c]),
        (n * g[c] - sum_over(g[b], b) - standard[c] * sum_over(g[b] * standard[b], b))
        / (n * sqrt(variance + epsilon))),
    # dense layers
    "dense, input": (partial(sum_over(G[i, k] * Z[i, k], i, k), A[a, e]),
                     sum_over(G[a, k] * W[e, k], k)),
    "dense, weights": (partial(sum_over(G[i, k] * Z[i, k], i, k), W[e, m]),
                       sum_over(A[i, e] * G[i, m], i)),
    "dense, bias": (partial(sum_over(G[i, k] * Z[i, k], i, k), B[m]), sum_over(G[i, m], i)),
    # activations
    "sigmoid derivative": (partial(1 / (1 + exp(-u)), u),
                           1 / (1 + exp(-u)) * (1 - 1 / (1 + exp(-u)))),
    "tanh by exponentials": (tanh(u), (exp(u) - exp(-u)) / (exp(u) + exp(-u))),
    "tanh by sigmoid": (tanh(u), 2 / (1 + exp(-2 * u)) - 1),
    "tanh derivative": (partial(tanh(u), u), 1 - tanh(u) ** 2),
    "relu": (Max(0, u), Piecewise((u, u > 0), (0, True))),
    "relu derivative": (partial(Max(0, u), u), Piecewise((1, u > 0), (0, True)), Ne(u, 0)),
    "abs by relus": (Abs(u), Max(0, u) + Max(0, -u)),
    "abs squared": (Abs(u) ** 2, u ** 2),
    "max by abs": (Max(u, v), (u + v + Abs(u - v)) / 2),
    "leaky relu": (Max(u / 100, u), Piecewise((u / 100, u < 0), (u, True))),
    "softmax shift": (exp(z[i, k] - s) / sum_over(exp(z[i, m] - s), m), S[i, k]),
    "log-sum-exp shift": (log(sum_over(exp(z[i, m] - s), m)) + s, log(sum_over(exp(z[i, m]), m))),
    "two classes": (exp(u) / (exp(u) + exp(v)), 1 / (1 + exp(-(u - v)))),
    "sigmoid symmetry": (1 - 1 / (1 + exp(-u)), 1 / (1 + exp(u))),
    # sums
    "delta": (sum_over(delta(k, m) * z[i, k], k), z[i, m]),
    "two deltas": (sum_over(delta(k, m) * delta(k, j), k), delta(m, j)),
    "order of sums": (sum_over(z[i, k] * y[i, k], k, i), sum_over(z[i, k] * y[i, k], i, k)),
    "product of sums": (sum_over(x[i], i) * sum_over(t[a], a), sum_over(x[i] * t[a], i, a)),
    "square of a sum": (sum_over(x[i], i) ** 2, sum_over(x[i] * x[a], i, a)),
    "fractions in a sum": (sum_over(p[i] / (p[i] + w), i) + sum_over(w / (p[i] + w), i), n,
                           p[i] > 0),
    "shifted bounds": (Sum(x[q + 1], (q, 0, n - 1)), sum_over(x[i], i)),
    "last term": (Sum(x[q], (q, 1, n - 1)) + x[n], sum_over(x[i], i)),
    "triangular numbers": (Sum(q, (q, 1, T)), T * (T + 1) / 2),
    "geometric sum": (Sum(beta ** q, (q, 0, T - 1)), (1 - beta ** T) / (1 - beta), Ne(beta, 1)),
    "centred cross moment": (sum_over((x[i] - mean) * t[i], i),
                             sum_over(x[i] * t[i], i) - mean * sum_over(t[i], i)),
    # algebra
    "fractions": (u / (u + v) + v / (u + v), 1),
    "roots": (w / sqrt(w + sigma) + sigma / sqrt(w + sigma), sqrt(w + sigma)),
    "powers": (beta ** (T + 1), beta * beta ** T),
    "logs": (log(w ** 2 * sigma / 6), 2 * log(w) + log(sigma) - log(2) - log(3)),
    "heavy ball": (beta * (beta * u + s) + s, beta ** 2 * u + (1 + beta) * s),
}


def parts(identity):
    """(lhs, rhs, given) of an entry of IDENTITIES."""
    return (*identity, ())[:3]


__all__ = ["IDENTITIES", "KroneckerDelta", "parts"]
