"""Conditions on all indices: symmetric, antisymmetric, orthonormal, a mean, no diagonal."""

from sympy import Eq, Ne, Sum, Symbol, cos, exp, log, sqrt, tanh

from nnbook.derive import define, delta, index, mean_over, partial, reals, sizes, sum_over, tensor

n, K, N = sizes("n K N")
i, j, a, b, f, q, r = index("i j a b f q r", n)
k, m, c, d = index("k m c d", K)
s, e = index("s e", N)
u, v, R = reals("u v R")
w = reals("w", positive=True)
W, H, A = tensor("W", n, n), tensor("H", n, n), tensor("A", n, n)
x, y, h = tensor("x", n), tensor("y", n), tensor("h", n)
U, V = tensor("U", K, n), tensor("V", n, K)
z, t = tensor("z", K), tensor("t", N)
X, mean = tensor("X", N, n), tensor("m", n)
T = tensor("T", n, n, n)
p = Symbol("p", integer=True)

symmetric, skew = Eq(W[a, b], W[b, a]), Eq(A[a, b], -A[b, a])
hollow = Eq(W[a, a], 0)
rows = Eq(sum_over(U[c, i] * U[d, i], i), delta(c, d))
columns = Eq(sum_over(V[i, c] * V[i, d], i), delta(c, d))
average = Eq(mean_over(t[s], s), R)
form = sum_over(W[i, j] * x[i] * x[j], i, j)
energy = -form / 2 - sum_over(h[i] * x[i], i)
flipped = define("y", i, x[i] * (1 - 2 * delta(i, q)))

IDENTITIES = {
    # symmetric
    "row and column": (sum_over(W[i, q] * x[i], i), sum_over(W[q, i] * x[i], i), symmetric),
    "gradient of a form": (partial(form / 2, x[q]), sum_over(W[q, i] * x[i], i), symmetric),
    "curvature of a form": (partial(partial(form / 2, x[q]), x[r]), W[q, r], symmetric),
    "either way round": (
        sum_over(W[i, j] * x[i] * y[j], i, j), sum_over(W[j, i] * x[i] * y[j], i, j), symmetric),
    "within a function": (
        sum_over(x[i] * tanh(sum_over(W[i, j] * y[j], j)), i),
        sum_over(x[i] * tanh(sum_over(W[j, i] * y[j], j)), i), symmetric),
    "a sum of functions": (
        log(sum_over(exp(sum_over(W[i, j] * x[j], j)), i)),
        log(sum_over(exp(sum_over(W[j, i] * x[j], j)), i)), symmetric),
    "squared": (
        sum_over(W[i, j] * W[j, i], i, j), sum_over(W[i, j] ** 2, i, j), symmetric),
    "a product of two is symmetric with its transpose": (
        sum_over(W[q, j] * H[j, r], j), sum_over(H[j, r] * W[j, q], j), symmetric),
    "two symmetric": (
        sum_over(W[i, j] * H[j, i], i, j), sum_over(W[i, j] * H[i, j], i, j),
        [symmetric, Eq(H[a, b], H[b, a])]),
    "symmetric in two of three": (
        sum_over(T[q, i, j] * x[i] * y[j], i, j), sum_over(T[q, j, i] * x[i] * y[j], i, j),
        Eq(T[f, a, b], T[f, b, a])),
    "difference under a square": (
        sum_over((W[i, j] - W[j, i]) ** 2, i, j), 0, symmetric),
    # antisymmetric
    "no form": (sum_over(A[i, j] * x[i] * x[j], i, j), 0, skew),
    "no diagonal of an antisymmetric one": (sum_over(A[i, i] * x[i], i), 0, skew),
    "turned around": (
        sum_over(A[i, q] * x[i], i), -sum_over(A[q, i] * x[i], i), skew),
    "symmetric and not": (
        sum_over((W[i, j] + A[i, j]) * x[i] * x[j], i, j), form, [symmetric, skew]),
    "length kept": (
        sum_over(x[i] * sum_over(A[i, j] * x[j], j), i), 0, skew),
    # Hopfield: symmetric, no diagonal
    "zero diagonal": (sum_over(W[i, i], i), 0, hollow),
    "field of an energy": (
        partial(energy, x[q]), -sum_over(W[q, i] * x[i], i) - h[q], [symmetric, hollow]),
    "a unit flipped": (
        -sum_over(W[i, j] * flipped[i] * flipped[j], i, j) / 2 - sum_over(h[i] * flipped[i], i)
        - energy, 2 * x[q] * (sum_over(W[q, i] * x[i], i) + h[q]), [symmetric, hollow]),
    "a unit moved": (
        sum_over(W[i, j] * (x[i] + u * delta(i, q)) * (x[j] + u * delta(j, q)), i, j),
        form + 2 * u * sum_over(W[q, i] * x[i], i), [symmetric, hollow]),
    "a unit moved, with a diagonal": (
        sum_over(W[i, j] * (x[i] + u * delta(i, q)) * (x[j] + u * delta(j, q)), i, j),
        form + 2 * u * sum_over(W[q, i] * x[i], i) + u ** 2 * W[q, q], symmetric),
    "no unit feels itself": (
        sum_over(W[q, j] * x[j] * (1 - delta(j, q)), j), sum_over(W[q, j] * x[j], j), hollow),
    # orthonormal
    "orthonormal rows": (sum_over(U[k, i] * U[m, i], i), delta(k, m), rows),
    "a row has length 1": (sum_over(U[k, i] ** 2, i), 1, rows),
    "lengths of codes": (
        sum_over(sum_over(U[k, i] * z[k], k) ** 2, i), sum_over(z[k] ** 2, k), rows),
    "codes come back": (
        sum_over(U[k, i] * sum_over(U[m, i] * z[m], m), i), z[k], rows),
    "orthonormal columns": (
        sum_over(sum_over(V[i, k] * z[k], k) ** 2, i), sum_over(z[k] ** 2, k), columns),
    "residual is orthogonal": (
        sum_over(U[m, i] * (x[i] - sum_over(U[k, i] * sum_over(U[k, j] * x[j], j), k)), i), 0,
        rows),
    "pythagoras": (
        sum_over((x[i] - sum_over(U[k, i] * sum_over(U[k, j] * x[j], j), k)) ** 2, i),
        sum_over(x[i] ** 2, i) - sum_over(sum_over(U[k, i] * x[i], i) ** 2, k), rows),
    "trace of a projection": (sum_over(U[k, i] ** 2, i, k), K, rows),
    # a mean that is given
    "sum by the mean": (sum_over(t[s], s), N * R, average),
    "deviations": (sum_over(t[s] - R, s), 0, average),
    "variance about the mean": (
        mean_over((t[s] - R) ** 2, s), mean_over(t[s] ** 2, s) - R ** 2, average),
    "a mean that is a number": (sum_over(t[s] * u, s), N * u, Eq(mean_over(t[s], s), 1)),
    "centred": (
        sum_over((t[s] + v) ** 2, s), sum_over(t[s] ** 2, s) + N * v ** 2,
        Eq(mean_over(t[s], s), 0)),
    "means of columns": (
        sum_over((X[s, q] - mean[q]) * (X[s, r] - mean[r]), s),
        sum_over(X[s, q] * X[s, r], s) - N * mean[q] * mean[r],
        Eq(mean_over(X[s, a], s), mean[a])),
    "a mean over a weight": (sum_over(t[s], s), w * v, Eq(sum_over(t[s], s) / w, v)),
    "a mean times what is not zero": (sum_over(t[s], s), v / u,
                                      [Eq(u * sum_over(t[s], s), v), Ne(u, 0)]),
    "unit variance": (
        sum_over((2 * t[s] + u) ** 2, s), 4 * N + N * u ** 2,
        [Eq(mean_over(t[s], s), 0), Eq(mean_over(t[s] ** 2, s), 1)]),
    "a baseline": (
        sum_over((t[s] - R) * u, s) + Sum(v, (p, 1, N)), N * v, average),
    "rotated and centred": (
        sum_over((t[s] - R) * cos(u), s), 0, average),
    "norm by the mean square": (
        sqrt(sum_over(t[s] ** 2, s)), sqrt(N) * w, Eq(mean_over(t[s] ** 2, s), w ** 2)),
}
