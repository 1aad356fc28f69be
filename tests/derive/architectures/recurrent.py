"""Recurrent networks: cells, backpropagation through time, gates, clipping."""

from sympy import (
    Abs,
    Eq,
    Function,
    IndexedBase,
    Min,
    Ne,
    Piecewise,
    Product,
    Sum,
    Symbol,
    exp,
    sqrt,
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

T, n, K = sizes("T n K")
t, s, r, q, p = index("t s r q p", T)
i, a = index("i a", n)
k, c = index("k c", K)
j, l = index("j l", n)
u, v, w, b = reals("u v w b")
beta, eps, theta = reals("beta epsilon theta", positive=True)
W, U, B = tensor("W", n, n), tensor("U", n, K), tensor("b", n)
h_in, x_in, g_out = tensor("h", n), tensor("x", K), tensor("g", n)
x, g, f = tensor("x", T), tensor("g", T), tensor("f", T)
m_t = tensor("m", T)
A = tensor("A", T)
h, C, d = (IndexedBase(name, real=True) for name in ("h", "c", "d"))
z, o = tensor("z", T), tensor("o", T)
y, Q = Symbol("y", integer=True), Symbol("Q", integer=True)
phi = Function("f", real=True)
X = tensor("X", T, K)

pre = define("a", i, sum_over(W[i, j] * h_in[j], j) + sum_over(U[i, k] * x_in[k], k) + B[i])
out = sum_over(g_out[i] * tanh(pre[i]), i)


def sigma(e):
    """The logistic function."""
    return 1 / (1 + exp(-e))


def slope(e):
    """The derivative of the logistic function."""
    return sigma(e) * (1 - sigma(e))


norm = define("r", sqrt(sum_over(g_out[i] ** 2, i)))
clipped = define("e", i, g_out[i] * Min(1, theta / norm))
unrolled = sum_over(g[t] * Sum(w ** (t - s) * x[s], (s, 1, t)), t)

IDENTITIES = {
    # one step
    "cell, recurrent weights": (
        partial(sum_over(g_out[i] * phi(pre[i]), i), W[a, l]),
        g_out[a] * derivative(phi(u), u).subs(u, pre[a]) * h_in[l]),
    "cell, tanh, recurrent weights": (
        partial(out, W[a, l]), g_out[a] * (1 - tanh(pre[a]) ** 2) * h_in[l]),
    "cell, tanh, input weights": (
        partial(out, U[a, c]), g_out[a] * (1 - tanh(pre[a]) ** 2) * x_in[c]),
    "cell, tanh, bias": (partial(out, B[a]), g_out[a] * (1 - tanh(pre[a]) ** 2)),
    "cell, tanh, state": (
        partial(out, h_in[l]), sum_over(g_out[i] * (1 - tanh(pre[i]) ** 2) * W[i, l], i)),
    "cell, tanh, input": (
        partial(out, x_in[c]), sum_over(g_out[i] * (1 - tanh(pre[i]) ** 2) * U[i, c], i)),
    "cell, jacobian": (partial(tanh(pre[a]), h_in[l]), (1 - tanh(pre[a]) ** 2) * W[a, l]),
    "readout of all times": (
        partial(sum_over((sum_over(X[t, k] * x_in[k], k) - m_t[t]) ** 2, t) / 2, x_in[c]),
        sum_over((sum_over(X[t, k] * x_in[k], k) - m_t[t]) * X[t, c], t)),
    "weights shared by all times": (
        partial(sum_over(g[t] * tanh(w * x[t]), t), w),
        sum_over(g[t] * (1 - tanh(w * x[t]) ** 2) * x[t], t)),
    # backpropagation through time
    "times in either order": (
        unrolled, sum_over(x[s] * Sum(w ** (t - s) * g[t], (t, s, T)), s)),
    "times in either order, strictly before": (
        sum_over(Sum(g[t] * x[s], (s, 1, t - 1)), t),
        sum_over(Sum(g[t] * x[s], (t, s + 1, T)), s)),
    "times in either order, any summand": (
        sum_over(Sum(phi(g[t], x[s]), (s, 1, t)), t),
        sum_over(Sum(phi(g[t], x[s]), (t, s, T)), s)),
    "times by lag": (
        unrolled, Sum(Sum(w ** y * g[s + y] * x[s], (s, 1, T - y)), (y, 0, T - 1))),
    "three times": (
        sum_over(Sum(Sum(g[t] * f[s] * x[r], (r, 1, s)), (s, 1, t)), t),
        sum_over(x[r] * Sum(f[s] * Sum(g[t], (t, s, T)), (s, r, T)), r)),
    "gradient by an input": (
        partial(unrolled, x[q]), Sum(w ** (t - q) * g[t], (t, q, T))),
    "gradient by an output's weight": (
        partial(unrolled, g[q]), Sum(w ** (q - s) * x[s], (s, 1, q))),
    "gradient by the recurrent weight": (
        partial(unrolled, w),
        sum_over(x[s] * Sum((t - s) * w ** (t - s - 1) * g[t], (t, s + 1, T)), s), Ne(w, 0)),
    "cotangent of a state, one step": (
        Sum(w ** (t - q) * g[t], (t, q, T)),
        g[q] + w * Sum(w ** (t - q - 1) * g[t], (t, q + 1, T))),
    "truncated": (
        Sum(w ** (t - q) * g[t], (t, q, T)) - Sum(w ** (t - q) * g[t], (t, q, p)),
        w ** (p - q) * Sum(w ** (t - p) * g[t], (t, p + 1, T)), [q <= p]),
    "jacobian of many steps, split": (
        Product(A[s], (s, 1, T)), Product(A[s], (s, 1, q)) * Product(A[s], (s, q + 1, T))),
    "jacobian of many steps, between": (
        Product(A[s], (s, q + 1, T)),
        Product(A[s], (s, q + 1, p)) * Product(A[s], (s, p + 1, T)), [q <= p]),
    "jacobian, first factor": (
        Product(A[s], (s, q, T)), A[q] * Product(A[s], (s, q + 1, T))),
    "jacobian, last factor": (Product(A[s], (s, 1, q)), A[q] * Product(A[s], (s, 1, q - 1))),
    "jacobian of equal steps": (product_over(w * A[t], t), w ** T * product_over(A[t], t)),
    "jacobian of tanh, scalar": (
        product_over(w * (1 - tanh(x[t]) ** 2), t),
        w ** T * product_over(1 - tanh(x[t]) ** 2, t)),
    "jacobian from the end": (
        product_over(A[t], t), Product(A[T + 1 - t], (t, 1, T))),
    "gradient of a product": (
        partial(product_over(A[t], t), A[q]) * A[q], product_over(A[t], t), Ne(A[q], 0)),
    "varying jacobians, times in either order": (
        sum_over(g[t] * Sum(x[s] * Product(A[r], (r, s + 1, t)), (s, 1, t)), t),
        sum_over(x[s] * Sum(g[t] * Product(A[r], (r, s + 1, t)), (t, s, T)), s)),
    "varying jacobians, gradient": (
        partial(sum_over(g[t] * Sum(x[s] * Product(A[r], (r, s + 1, t)), (s, 1, t)), t), x[q]),
        Sum(g[t] * Product(A[r], (r, q + 1, t)), (t, q, T))),
    "varying jacobians, one step back": (
        Sum(g[t] * Product(A[r], (r, q + 1, t)), (t, q, T)),
        g[q] + A[q + 1] * Sum(g[t] * Product(A[r], (r, q + 2, t)), (t, q + 1, T)), [q < T]),
    # recurrences, by induction
    "linear recurrence": (
        h[T], w ** T * h[0] + Sum(w ** (T - s) * x[s], (s, 1, T)),
        [Eq(h[t], w * h[t - 1] + x[t]), Ne(w, 0)]),
    "linear recurrence, from 0": (
        h[T], Sum(w ** (T - s) * x[s], (s, 1, T)),
        [Eq(h[t], w * h[t - 1] + x[t]), Eq(h[0], 0), Ne(w, 0)]),
    "linear recurrence, at any time": (
        h[q], w ** q * h[0] + Sum(w ** (q - s) * x[s], (s, 1, q)),
        [Eq(h[t], w * h[t - 1] + x[t]), Ne(w, 0)]),
    "linear recurrence, without end": (
        h[T], w ** T * h[0] + Sum(w ** (T - y) * d[y], (y, 1, T)),
        [Eq(h[Q], w * h[Q - 1] + d[Q]), Q >= 1, Ne(w, 0)]),
    "linear recurrence, no input": (h[T], w ** T * h[0], [Eq(h[t], w * h[t - 1]), Ne(w, 0)]),
    "linear recurrence, varying": (
        h[T], product_over(A[t], t) * h[0] + sum_over(x[s] * Product(A[r], (r, s + 1, T)), s),
        [Eq(h[t], A[t] * h[t - 1] + x[t])]),
    "sums of a recurrence": (h[T], h[0] + sum_over(x[t], t), [Eq(h[t], h[t - 1] + x[t])]),
    "cotangents, from the end": (
        d[1], Sum(w ** (t - 1) * g[t], (t, 1, T)) + w ** T * d[T + 1],
        [Eq(d[s], g[s] + w * d[s + 1]), Ne(w, 0)]),
    "slope of a power": (partial(w ** T * u, w), T * w ** (T - 1) * u, Ne(w, 0)),
    # gates
    "lstm, cell by the forget gate": (
        partial(sigma(u) * w + sigma(v) * tanh(b), u), slope(u) * w),
    "lstm, cell by the candidate": (
        partial(sigma(u) * w + sigma(v) * tanh(b), b), sigma(v) * (1 - tanh(b) ** 2)),
    "lstm, cell by the cell before": (partial(sigma(u) * w + sigma(v) * tanh(b), w), sigma(u)),
    "lstm, output": (
        partial(sigma(v) * tanh(sigma(u) * w), w),
        sigma(v) * (1 - tanh(sigma(u) * w) ** 2) * sigma(u)),
    "lstm, output by its gate": (partial(sigma(v) * tanh(w), v), slope(v) * tanh(w)),
    "lstm, cell unrolled": (
        C[T], C[0] * product_over(f[t], t)
        + sum_over(z[s] * o[s] * Product(f[r], (r, s + 1, T)), s),
        [Eq(C[t], f[t] * C[t - 1] + z[t] * o[t])]),
    "lstm, gradient along the cell": (
        partial(sum_over(z[s] * Product(f[r], (r, s + 1, T)), s), z[q]),
        Product(f[r], (r, q + 1, T))),
    "lstm, open gates": (
        C[T], C[0] + sum_over(z[t] * o[t], t), [Eq(C[t], C[t - 1] + z[t] * o[t])]),
    "gru, state by the gate": (
        partial((1 - sigma(u)) * v + sigma(u) * w, u), slope(u) * (w - v)),
    "gru, state by the state before": (
        partial((1 - sigma(u)) * v + sigma(u) * tanh(b * v), v),
        1 - sigma(u) + sigma(u) * (1 - tanh(b * v) ** 2) * b),
    "gru, weights of the past sum to 1": (
        product_over(1 - z[t], t) + sum_over(z[s] * Product(1 - z[r], (r, s + 1, T)), s), 1),
    "gru, unrolled": (
        h[T], h[0] * product_over(1 - z[t], t)
        + sum_over(z[s] * o[s] * Product(1 - z[r], (r, s + 1, T)), s),
        [Eq(h[t], (1 - z[t]) * h[t - 1] + z[t] * o[t])]),
    "leaky unit": (
        h[T], (1 - beta) ** T * h[0] + beta * Sum((1 - beta) ** (T - s) * x[s], (s, 1, T)),
        [Eq(h[t], (1 - beta) * h[t - 1] + beta * x[t]), beta < 1]),
    # clipping
    "clipped by value": (Min(theta, u), Piecewise((u, u < theta), (theta, True))),
    "clipped by norm": (
        sqrt(sum_over(clipped[i] ** 2, i)), Min(norm, theta), norm > 0),
    "clipped by norm, its direction": (clipped[a] * norm, g_out[a] * Min(norm, theta), norm > 0),
    "one hot input": (sum_over(U[i, k] * delta(k, c), k), U[i, c]),
    "size of a scalar jacobian": (
        Abs(product_over(w * A[t], t)), Abs(w) ** T * product_over(Abs(A[t]), t)),
    "masked loss": (
        partial(sum_over(m_t[t] * (x[t] - g[t]) ** 2, t) / sum_over(m_t[t], t), x[q]),
        2 * m_t[q] * (x[q] - g[q]) / sum_over(m_t[t], t)),
}
