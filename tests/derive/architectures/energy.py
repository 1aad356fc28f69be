"""Energies: Boltzmann machines, Hopfield; principal components, autoencoders, clusters."""

from sympy import Abs, Eq, Function, IndexedBase, Ne, Product, Sum, Symbol, exp, log, sqrt, tanh

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

n, m, N, K = sizes("n m N K")
i, a, l = index("i a l", n)
j, c = index("j c", m)
s, r = index("s r", N)
k, q = index("k q", K)
u, w = reals("u w")
beta, lam = reals("beta lambda", positive=True)
v, b, x = tensor("v", n), tensor("b", n), tensor("x", n)
h, d = tensor("h", m), tensor("c", m)
W, J = tensor("W", n, m), tensor("J", n, n)
E, F, p = tensor("E", N), tensor("f", N), tensor("p", N)
X, Z, mu = tensor("X", N, n), tensor("R", N, K), tensor("mu", K, n)
U, D = tensor("U", m, n), tensor("D", n, m)
phi, T = Function("f", real=True), IndexedBase("T", real=True)
k_ = Symbol("k", integer=True)


def sigma(e):
    """The logistic function."""
    return 1 / (1 + exp(-e))


energy = define("E", -sum_over(b[i] * v[i], i) - sum_over(d[j] * h[j], j)
                - sum_over(v[i] * W[i, j] * h[j], i, j))
act = define("a", j, d[j] + sum_over(v[i] * W[i, j], i))
free = define("F", -sum_over(b[i] * v[i], i) - sum_over(log(1 + exp(act[j])), j))
Z_all = define("Z", sum_over(exp(-E[s]), s))
boltzmann = define("p", s, exp(-E[s]) / Z_all)
hopfield = define("E", -sum_over(J[i, a] * x[i] * x[a], i, a) / 2 - sum_over(b[i] * x[i], i))
code = define("z", s, j, sum_over(U[j, i] * X[s, i], i))
rebuilt = define("y", s, i, sum_over(D[i, j] * code[s, j], j))
error = define("L", sum_over((rebuilt[s, i] - X[s, i]) ** 2, i, s) / 2)
center = define("m", k, i, sum_over(Z[s, k] * X[s, i], s) / sum_over(Z[s, k], s))
average = define("m", i, sum_over(X[s, i], s) / N)

IDENTITIES = {
    # restricted Boltzmann machines
    "energy by a weight": (partial(energy, W[a, c]), -v[a] * h[c]),
    "energy by a visible bias": (partial(energy, b[a]), -v[a]),
    "energy by a hidden bias": (partial(energy, d[c]), -h[c]),
    "energy by the activations": (
        energy, -sum_over(b[i] * v[i], i) - sum_over(act[j] * h[j], j)),
    "hidden units are independent": (
        exp(-energy),
        exp(sum_over(b[i] * v[i], i)) * product_over(exp(act[j] * h[j]), j)),
    "conditional of a hidden unit": (
        exp(act[c]) / (1 + exp(act[c])), sigma(act[c])),
    "free energy by a weight": (partial(free, W[a, c]), -v[a] * sigma(act[c])),
    "free energy by a visible bias": (partial(free, b[a]), -v[a]),
    "free energy by a hidden bias": (partial(free, d[c]), -sigma(act[c])),
    "free energy as a product": (
        exp(-free), exp(sum_over(b[i] * v[i], i)) * product_over(1 + exp(act[j]), j)),
    "log-likelihood by the energy": (
        partial(-E[r] - log(Z_all), E[r]), boltzmann[r] - 1),
    "log of the partition function": (
        partial(log(sum_over(exp(-u * F[s]), s)), u),
        -sum_over(F[s] * exp(-u * F[s]), s) / sum_over(exp(-u * F[s]), s)),
    "variance of the energy": (
        partial(partial(log(sum_over(exp(-u * F[s]), s)), u), u),
        sum_over(F[s] ** 2 * exp(-u * F[s]), s) / sum_over(exp(-u * F[s]), s)
        - (sum_over(F[s] * exp(-u * F[s]), s) / sum_over(exp(-u * F[s]), s)) ** 2),
    "gradient of the log-likelihood of the data": (
        partial(sum_over(p[s] * (-u * F[s]), s) - log(sum_over(exp(-u * F[s]), s)), u),
        sum_over(exp(-u * F[s]) * F[s], s) / sum_over(exp(-u * F[s]), s)
        - sum_over(p[s] * F[s], s)),
    "free energy, energy and entropy": (
        sum_over(boltzmann[s] * E[s], s) + sum_over(boltzmann[s] * log(boltzmann[s]), s),
        -log(Z_all)),
    "annealed weights telescope": (
        product_over(exp((u - w) * F[s]), s), exp((u - w) * sum_over(F[s], s))),
    "annealing between two energies": (
        exp(-(1 - u) * E[r] - u * F[r]), exp(-E[r]) * exp(u * (E[r] - F[r]))),
    "temperatures telescope": (
        sum_over((T[s] - T[s - 1]) * u, s), u * (T[N] - T[0])),
    "ratio of partition functions": (
        sum_over(exp(-F[s]), s) / Z_all, sum_over(boltzmann[s] * exp(E[s] - F[s]), s)),
    # Hopfield
    "hopfield, gradient": (
        partial(hopfield, x[l]),
        -sum_over((J[l, i] + J[i, l]) * x[i], i) / 2 - b[l]),
    "hopfield, stored patterns": (
        sum_over(sum_over(X[s, i] * X[s, a], s) * x[i] * x[a], i, a),
        sum_over(sum_over(X[s, i] * x[i], i) ** 2, s)),
    "hopfield, signal and crosstalk": (
        sum_over(sum_over(X[s, i] * X[s, a], s) * X[r, a], a),
        sum_over(X[s, i] * sum_over(X[s, a] * X[r, a], a), s)),
    "hopfield, modern, gradient": (
        partial(-log(sum_over(exp(beta * sum_over(X[s, i] * x[i], i)), s)) / beta, x[l]),
        -sum_over(X[s, l] * exp(beta * sum_over(X[s, i] * x[i], i)), s)
        / sum_over(exp(beta * sum_over(X[s, i] * x[i], i)), s)),
    "mean field": (tanh(u), 2 * sigma(2 * u) - 1),
    # principal components and autoencoders
    "decoder's gradient": (
        partial(error, D[l, c]), sum_over((rebuilt[s, l] - X[s, l]) * code[s, c], s)),
    "encoder's gradient": (
        partial(error, U[c, l]),
        sum_over(sum_over((rebuilt[s, i] - X[s, i]) * D[i, c], i) * X[s, l], s)),
    "error of one component": (
        sum_over((X[r, i] - u * x[i]) ** 2, i),
        sum_over(X[r, i] ** 2, i) - 2 * u * sum_over(X[r, i] * x[i], i) + u ** 2,
        Eq(sum_over(x[i] ** 2, i), 1)),
    "variance along a direction": (
        sum_over(sum_over(X[s, i] * x[i], i) ** 2, s) / N,
        sum_over(x[i] * x[a] * sum_over(X[s, i] * X[s, a], s) / N, i, a)),
    "rayleigh quotient": (
        partial(sum_over(x[i] ** 2, i) / sum_over(v[i] ** 2, i), v[a]),
        -2 * v[a] * sum_over(x[i] ** 2, i) / sum_over(v[i] ** 2, i) ** 2),
    "centred": (sum_over(X[s, a] - average[a], s), 0),
    "spread by pairs": (
        sum_over((X[s, a] - X[r, a]) ** 2, s, r),
        2 * N * sum_over((X[s, a] - average[a]) ** 2, s)),
    "denoising, one weight": (
        partial(sum_over((w * (E[s] + F[s]) - E[s]) ** 2, s) / 2, w),
        w * sum_over((E[s] + F[s]) ** 2, s) - sum_over((E[s] + F[s]) * E[s], s)),
    "sparse penalty": (
        partial(sum_over((u * E[s] - F[s]) ** 2, s) + lam * Abs(u), u),
        2 * sum_over((u * E[s] - F[s]) * E[s], s) + lam * u / Abs(u), Ne(u, 0)),
    "contractive": (
        partial(tanh(sum_over(x[i] * v[i], i)), v[a]) ** 2,
        (1 - tanh(sum_over(x[i] * v[i], i)) ** 2) ** 2 * x[a] ** 2),
    "sparsity by divergence": (
        partial(u * log(u / w) + (1 - u) * log((1 - u) / (1 - w)), w),
        (w - u) / (w * (1 - w)), [u > 0, u < 1, w > 0, w < 1]),
    # k-means and mixtures
    "center is a stationary point": (
        sum_over(Z[s, k] * (X[s, a] - center[k, a]), s), 0,
        Ne(sum_over(Z[s, k], s), 0)),
    "gradient by a center": (
        partial(sum_over(Z[s, k] * (X[s, i] - mu[k, i]) ** 2, i, k, s) / 2, mu[q, a]),
        sum_over(Z[s, q] * (mu[q, a] - X[s, a]), s)),
    "moving a center to the mean": (
        sum_over(Z[s, k] * (X[s, a] - u) ** 2, s)
        - sum_over(Z[s, k] * (X[s, a] - center[k, a]) ** 2, s),
        sum_over(Z[s, k], s) * (u - center[k, a]) ** 2, Ne(sum_over(Z[s, k], s), 0)),
    "within and between": (
        sum_over((X[s, a] - u) ** 2, s),
        sum_over((X[s, a] - average[a]) ** 2, s) + N * (average[a] - u) ** 2),
    "running center": (
        Sum(E[k_], (k_, 1, s)) / s,
        Sum(E[k_], (k_, 1, s - 1)) / s + E[s] / s),
    "responsibilities": (
        partial(log(sum_over(exp(Z[s, k]), k)), Z[s, q]),
        exp(Z[s, q]) / sum_over(exp(Z[s, k]), k)),
    "hidden sums factor": (
        product_over(1 + exp(d[j]), j), exp(sum_over(log(1 + exp(d[j])), j))),
    "stacked, one factor more": (
        Product(1 + exp(d[k_]), (k_, 1, j)),
        Product(1 + exp(d[k_]), (k_, 1, j - 1)) * (1 + exp(d[j]))),
    "equal energies": (boltzmann[r], 1 / N, Eq(E[s], u)),
    "error of a subspace": (
        sum_over((v[i] - sum_over(delta(i, a) * v[a], a)) ** 2, i), 0),
    "whitened": (sum_over((x[i] / sqrt(lam)) ** 2, i), sum_over(x[i] ** 2, i) / lam),
    "score of an energy": (
        partial(log(exp(-phi(u)) / lam), u), -derivative(phi(u), u)),
}
