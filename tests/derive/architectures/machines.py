"""Many machines, optimizers, schedules, returns."""

from sympy import Eq, Function, IndexedBase, Max, Min, Ne, Product, Sum, Symbol, sqrt

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

n, M, T, B = sizes("n M T B")
m, l = index("m l", M)              # machines
i, a = index("i a", B)              # samples of one
t, s, q, p, r = index("t s q p r", T)
u, v, w, g, e = reals("u v w g e")
beta, gamma, eta, lam, delta_ = reals("beta gamma eta lambda delta", positive=True)
X, Y, shard = tensor("X", M, B), tensor("Y", M, B), tensor("g", M)
b, x, R = tensor("b", M), tensor("x", T), tensor("r", T)
W, G, V, H = (IndexedBase(name, real=True) for name in ("w", "G", "v", "theta"))
k, y, d = Symbol("k", integer=True), Symbol("y", integer=True), Symbol("d", integer=True)
phi = Function("f", real=True)
weight = tensor("p", T, positive=True)

full = define("L", sum_over((w * X[m, i] - Y[m, i]) ** 2, i, m) / (2 * M * B))
local = define("L", m, sum_over((w * X[m, i] - Y[m, i]) ** 2, i) / (2 * B))
below = Ne(beta, 1)
discounted = define("G", q, Sum(gamma ** (k - q) * R[k], (k, q, T)))

IDENTITIES = {
    # many machines
    "average of the shards' gradients": (
        partial(full, w), sum_over(partial(local[m], w), m) / M),
    "average of the shards' losses": (full, sum_over(local[m], m) / M),
    "shards of different sizes": (
        sum_over(b[m] * (sum_over(X[m, i], i) / b[m]), m), sum_over(X[m, i], i, m), b[l] > 0),
    "weighted by the sizes": (
        sum_over(b[m] / sum_over(b[l], l) * shard[m], m),
        sum_over(b[m] * shard[m], m) / sum_over(b[l], l)),
    "sum of squares around the mean": (
        sum_over((shard[m] - sum_over(shard[l], l) / M) ** 2, m),
        sum_over(shard[m] ** 2, m) - sum_over(shard[m], m) ** 2 / M),
    "one machine less": (
        sum_over(shard[m], m) - shard[l],
        Sum(shard[k], (k, 1, l - 1)) + Sum(shard[k], (k, l + 1, M))),
    "ring, partial sums": (
        Sum(shard[k], (k, 1, l)) + Sum(shard[k], (k, l + 1, M)), sum_over(shard[m], m)),
    "shards of a long sum": (
        sum_over(Sum(W[(m - 1) * B + k], (k, 1, B)), m),
        sum_over(sum_over(W[(m - 1) * B + i], m), i)),
    "local steps of a constant gradient": (
        W[T], W[0] - T * eta * g, [Eq(W[t], W[t - 1] - eta * g)]),
    "local steps on a quadratic": (
        W[T], (1 - eta * lam) ** T * W[0], [Eq(W[t], W[t - 1] - eta * lam * W[t - 1]),
                                            Ne(eta * lam, 1)]),
    "local steps around a minimum": (
        W[T], u + (1 - eta * lam) ** T * (W[0] - u),
        [Eq(W[t], W[t - 1] - eta * lam * (W[t - 1] - u)), Ne(eta * lam, 1)]),
    "averaged steps": (
        sum_over(u - eta * shard[m], m) / M, u - eta * sum_over(shard[m], m) / M),
    "stale gradient of a quadratic": (
        W[q] - eta * lam * W[q - d] + eta * lam * (W[q - d] - W[q]), (1 - eta * lam) * W[q]),
    "staleness as a sum of updates": (
        W[q] - W[q - d], Sum(W[k] - W[k - 1], (k, q - d + 1, q)), [d >= 0]),
    "expected update of random staleness": (
        sum_over(weight[t] * (u - v), t), u - v, Eq(sum_over(weight[t], t), 1)),
    "large batch, one step of T small": (
        sum_over(eta * x[t] / T, t), eta / T * sum_over(x[t], t)),
    # optimizers
    "momentum, unrolled": (
        V[T], Sum(beta ** (T - s) * x[s], (s, 1, T)),
        [Eq(V[t], beta * V[t - 1] + x[t]), Eq(V[0], 0)]),
    "moving average, unrolled": (
        V[T], (1 - beta) * Sum(beta ** (T - s) * x[s], (s, 1, T)),
        [Eq(V[t], beta * V[t - 1] + (1 - beta) * x[t]), Eq(V[0], 0)]),
    "adam, constant gradient": (
        (1 - beta) * Sum(beta ** (T - k) * u, (k, 1, T)) / (1 - beta ** T), u, beta < 1),
    "adam, constant gradient, by recurrence": (
        V[T] / (1 - beta ** T), u,
        [Eq(V[t], beta * V[t - 1] + (1 - beta) * u), Eq(V[0], 0), beta < 1]),
    "adam, weights sum to 1": (
        Sum((1 - beta) * beta ** (T - k) / (1 - beta ** T), (k, 1, T)), 1, beta < 1),
    "momentum, first and last gradient": (
        Sum(beta ** (T - k) * x[k], (k, 1, T)),
        beta ** (T - 1) * x[1] + Sum(beta ** (T - k) * x[k], (k, 2, T))),
    "momentum, steps summed": (
        sum_over(Sum(beta ** (t - s) * x[s], (s, 1, t)), t),
        sum_over(x[s] * Sum(beta ** (t - s), (t, s, T)), s)),
    "momentum, all steps of a gradient": (
        Sum(beta ** (k - q), (k, q, T)), (1 - beta ** (T - q + 1)) / (1 - beta), below),
    "iterates averaged": (
        sum_over(x[t], t) / T, (T - 1) / T * (Sum(x[k], (k, 1, T - 1)) / (T - 1)) + x[T] / T),
    "adagrad, constant gradient": (sqrt(Sum(delta_ ** 2, (k, 1, T))), sqrt(T) * delta_),
    "steps telescope": (sum_over(W[t] - W[t - 1], t), W[T] - W[0]),
    "steps telescope, from any time": (
        Sum(W[k] - W[k - 1], (k, q + 1, p)), W[p] - W[q], [q <= p]),
    "weight decay, unrolled": (
        W[T], beta ** T * W[0] - eta * Sum(beta ** (T - s) * x[s], (s, 1, T)),
        [Eq(W[t], beta * W[t - 1] - eta * x[t])]),
    "varying steps on a quadratic": (
        W[T], product_over(1 - x[t] * lam, t) * W[0],
        [Eq(W[t], W[t - 1] - x[t] * lam * W[t - 1])]),
    "quadratic around its minimum": (
        lam * (u - v) ** 2 / 2 - eta * (lam * (u - v)) ** 2
        + eta ** 2 * lam ** 3 * (u - v) ** 2 / 2,
        lam * ((1 - eta * lam) * (u - v)) ** 2 / 2),
    # schedules
    "linear warm-up, sum": (Sum(eta * k / T, (k, 1, T)), eta * (T + 1) / 2),
    "linear decay, sum": (Sum(eta * (1 - (k - 1) / T), (k, 1, T)), eta * (T + 1) / 2),
    "linear decay, backward": (
        Sum(eta * (1 - (k - 1) / T) * x[k], (k, 1, T)),
        Sum(eta * k / T * x[T + 1 - k], (k, 1, T))),
    "exponential decay, sum": (
        Sum(eta * beta ** (k - 1), (k, 1, T)), eta * (1 - beta ** T) / (1 - beta), below),
    "exponential decay, product": (product_over(beta * x[t], t), beta ** T * product_over(x[t], t)),
    "warm-up, then constant": (
        Sum(Min(k, d) * eta, (k, 1, d)), eta * d * (d + 1) / 2, d >= 1),
    "ramp, clipped": (Max(0, Min(1, u)), Min(1, Max(0, u))),
    # returns
    "return, one step": (discounted[q], R[q] + gamma * discounted[q + 1]),
    "return, some steps": (
        discounted[q],
        Sum(gamma ** (k - q) * R[k], (k, q, p - 1)) + gamma ** (p - q) * discounted[p], q <= p),
    "return of equal rewards": (
        Sum(gamma ** (k - q) * u, (k, q, T)), u * (1 - gamma ** (T - q + 1)) / (1 - gamma),
        Ne(gamma, 1)),
    "discounted sum of returns": (
        sum_over(gamma ** (q - 1) * discounted[q], q), sum_over(t * gamma ** (t - 1) * R[t], t)),
    "returns by rewards": (
        sum_over(x[q] * discounted[q], q),
        sum_over(R[t] * Sum(gamma ** (t - k) * x[k], (k, 1, t)), t)),
    "advantages telescope": (
        Sum(gamma ** (k - 1) * (R[k] + gamma * W[k + 1] - W[k]), (k, 1, T)),
        Sum(gamma ** (k - 1) * R[k], (k, 1, T)) + gamma ** T * W[T + 1] - W[1]),
    "policy gradient, rewards to come": (
        sum_over(x[t], t) * sum_over(R[t], t),
        sum_over(x[t] * Sum(R[k], (k, t, T)), t) + sum_over(x[t] * Sum(R[k], (k, 1, t - 1)), t)),
    "return by a reward": (
        partial(discounted[q], R[p]), gamma ** (p - q), q <= p),
    "gradient through an unrolled optimizer": (
        partial((1 - eta * lam) ** T * u, u), (1 - eta * lam) ** T),
    "gradient by the step size": (
        partial(u - eta * derivative(phi(u), u), eta), -derivative(phi(u), u)),
    "one hot machine": (sum_over(delta(m, l) * shard[m], m), shard[l]),
    "discounts of all times": (
        Product(gamma, (k, 1, q)) * Product(gamma, (k, q + 1, T)), gamma ** T),
    "decay of many steps": (
        H[T], H[0] * product_over(beta * weight[t], t), [Eq(H[t], beta * weight[t] * H[t - 1])]),
}
