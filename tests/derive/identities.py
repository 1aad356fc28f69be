"""True identities, as the book uses them: the engine must prove each, and none of their mutants."""

from sympy import (
    Abs,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Sum,
    Symbol,
    erf,
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
r, r_, h = IndexedBase("r", real=True), tensor("r", n, positive=True), tensor("h", K)
C, H, P, Y = IndexedBase("C", real=True), tensor("H", n, n), tensor("P", n, n), tensor("Y", n, K)
row_mu = define("m", i, sum_over(z[i, m], m) / K)
row_v = define("v", i, sum_over((z[i, m] - row_mu[i]) ** 2, m) / K)
layer = define("h", i, k, (z[i, k] - row_mu[i]) / sqrt(row_v[i] + epsilon))
# a network of two layers, with any activation f
f, e_ = Function("f"), index("e'", M)
l, l_in = index("l l'", K)
X, U, V, B1 = tensor("X", n, K), tensor("U", M, K), tensor("V", M), tensor("c", M)
Q = define("Q", i, d, sum_over(X[i, l_in] * U[d, l_in], l_in) + B1[d])
O = define("O", i, sum_over(V[d] * f(Q[i, d]), d))
half_error = sum_over((O[i] - t[i]) ** 2, i) / 2

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
        [Eq(Sum(Y0[k_], (k_, 1, K_)), 1), j_ >= 1, j_ <= K_]),
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
    "backward": (sum_over(x[i] * t[n + 1 - i], i), sum_over(x[n + 1 - i] * t[i], i)),
    "turned by 180°": (sum_over(z[n + 1 - i, K + 1 - k] * y[i, k], k, i),
                       sum_over(z[i, k] * y[n + 1 - i, K + 1 - k], i, k)),
    "mirrored": (sum_over(z[i, K + 1 - k] * y[i, k], k, i),
                 sum_over(z[i, k] * y[i, K + 1 - k], k, i)),
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
    # optimizers
    "adam bias": (Sum((1 - beta) * beta ** (T - q) * u, (q, 1, T)), (1 - beta ** T) * u),
    "momentum unrolled, step": (
        Sum(beta ** (T + 1 - q) * r[q], (q, 1, T + 1)),
        beta * Sum(beta ** (T - q) * r[q], (q, 1, T)) + r[T + 1]),
    "momentum, constant gradient": (
        Sum(beta ** (T - q) * u, (q, 1, T)), u * (1 - beta ** T) / (1 - beta), Ne(beta, 1)),
    "odd numbers": (Sum(2 * q - 1, (q, 1, T)), T ** 2),
    "squares": (Sum(q ** 2, (q, 1, T)), T * (T + 1) * (2 * T + 1) / 6),
    "telescope": (Sum(1 / (q * (q + 1)), (q, 1, T)), T / (T + 1)),
    "nesterov, two forms": (
        u + beta * (beta * v - w * s) - w * s, u + beta ** 2 * v - (1 + beta) * w * s),
    "running mean": (sum_over(x[i], i) / n, (n - 1) / n * (Sum(x[q], (q, 1, n - 1)) / (n - 1))
                     + x[n] / n),
    # penalties and norms
    "ridge": (partial(rmse ** 2 + w / 2 * sum_over(x[i] ** 2, i), x[a]),
              2 / n * (x[a] - t[a]) + w * x[a]),
    "elastic net": (
        partial(sigma * sum_over(Abs(x[i]), i) + w * sum_over(x[i] ** 2, i), x[a]),
        sigma * sign(x[a]) + 2 * w * x[a]),
    "norm": (partial(sqrt(sum_over(x[i] ** 2, i)), x[a]), x[a] / sqrt(sum_over(x[i] ** 2, i))),
    "power penalty": (partial(sum_over(Abs(x[i]) ** w, i), x[a]),
                      w * Abs(x[a]) ** (w - 1) * sign(x[a])),
    "p-norm": (partial(sum_over(Abs(x[i]) ** w, i) ** (1 / w), x[a]),
               Abs(x[a]) ** (w - 1) * sign(x[a]) * sum_over(Abs(x[i]) ** w, i) ** (1 / w - 1)),
    "weights on a simplex": (sum_over(p[i] / sum_over(p[b], b), i), 1, p[i] > 0),
    # information
    "gini": (1 - sum_over(p[i] ** 2, i), sum_over(p[i] * (1 - p[i]), i),
             Eq(sum_over(p[i], i), 1)),
    "cross-entropy by divergence": (
        -sum_over(p[i] * log(r_[i]), i),
        -sum_over(p[i] * log(p[i]), i) + sum_over(p[i] * log(p[i] / r_[i]), i),
        [p[i] > 0, r_[i] > 0]),
    "cross-entropy of a class": (-sum_over(h[k] * log(S[i, k]), k), -log(S[i, j]),
                                 Eq(h[k], delta(k, j))),
    "log-sum-exp gradient": (partial(log(sum_over(exp(z[i, k]), k)), z[i, m]), S[i, m]),
    "log-softmax": (log(S[i, k]), z[i, k] - log(sum_over(exp(z[i, m]), m))),
    "temperature": (partial(exp(u / w) / (exp(u / w) + exp(v / w)), u),
                    exp(u / w) * exp(v / w) / (w * (exp(u / w) + exp(v / w)) ** 2)),
    # activations
    "softplus derivative": (partial(log(1 + exp(u)), u), 1 / (1 + exp(-u))),
    "softplus, stable": (Max(0, u) + log(1 + exp(-Abs(u))), log(1 + exp(u))),
    "bce on logits": (
        -v * log(1 / (1 + exp(-u))) - (1 - v) * log(1 - 1 / (1 + exp(-u))),
        log(1 + exp(u)) - v * u),
    "bce on logits, stable": (
        -v * log(1 / (1 + exp(-u))) - (1 - v) * log(1 - 1 / (1 + exp(-u))),
        Max(0, u) - v * u + log(1 + exp(-Abs(u)))),
    "swish": (partial(u / (1 + exp(-u)), u),
              1 / (1 + exp(-u)) + u / (1 + exp(-u)) * (1 - 1 / (1 + exp(-u)))),
    "gelu": (partial(u * (1 + erf(u / sqrt(2))) / 2, u),
             (1 + erf(u / sqrt(2))) / 2 + u * exp(-u ** 2 / 2) / sqrt(2 * pi)),
    "elu": (partial(Piecewise((u, u > 0), (w * (exp(u) - 1), True)), u),
            Piecewise((1, u > 0), (w * exp(u), True)), Ne(u, 0)),
    "huber": (partial(Piecewise((u ** 2 / 2, Abs(u) <= w), (w * (Abs(u) - w / 2), True)), u),
              Piecewise((u, Abs(u) <= w), (w * sign(u), True))),
    "huber, clipped": (Piecewise((u, Abs(u) <= w), (w * sign(u), True)), Max(-w, Min(u, w))),
    "max of three": (Max(u, v, s), Max(u, Max(v, s))),
    "root of a square": (sqrt(u ** 2), Abs(u)),
    "sign times size": (sign(u) * Abs(u), u),
    # networks
    "two layers, last weights": (
        partial(half_error, V[e]), sum_over((O[i] - t[i]) * f(Q[i, e]), i)),
    "two layers, bias": (
        partial(half_error, B1[e_]),
        sum_over((O[i] - t[i]) * V[e_] * derivative(f(u), u).subs(u, Q[i, e_]), i)),
    "two layers, first weights": (
        partial(half_error, U[e, l]),
        sum_over((O[i] - t[i]) * V[e] * derivative(f(u), u).subs(u, Q[i, e]) * X[i, l], i)),
    "attention, values": (
        partial(sum_over(G[i, k] * sum_over(P[i, b] * Y[b, k], b), i, k), Y[a, m]),
        sum_over(P[i, a] * G[i, m], i)),
    "layer normalization vjp": (
        partial(sum_over(G[i, k] * layer[i, k], k), z[i, m]),
        (K * G[i, m] - sum_over(G[i, k], k)
         - layer[i, m] * sum_over(G[i, k] * layer[i, k], k)) / (K * sqrt(row_v[i] + epsilon))),
    "convolution, kernel": (
        partial(sum_over(g[i] * sum_over(C[i + d] * V[d], d), i), V[e]),
        sum_over(g[i] * C[i + e], i)),
    "convolution, input": (
        partial(sum_over(g[i] * sum_over(C[i + d] * V[d], d), i), C[q]),
        sum_over(g[i] * V[d] * delta(i + d, q), d, i)),
    "gradient of a quadratic": (
        partial(sum_over(H[i, a] * x[i] * x[a], i, a) / 2, x[c]),
        sum_over((H[c, i] + H[i, c]) * x[i], i) / 2),
    "sample variance": (
        sum_over((x[i] - mean) ** 2, i) / (n - 1),
        (sum_over(x[i] ** 2, i) - n * mean ** 2) / (n - 1)),
    "pairs and variance": (sum_over((x[i] - x[a]) ** 2, i, a), 2 * n ** 2 * variance),
    "bias and variance": (
        sum_over((x[i] - u) ** 2, i) / n, variance + (mean - u) ** 2),
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
