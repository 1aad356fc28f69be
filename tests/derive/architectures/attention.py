"""Attention: scores, softmax, masks, online softmax, heads, norms, positions."""

from sympy import (
    Eq,
    Function,
    Heaviside,
    IndexedBase,
    Max,
    Piecewise,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    sin,
    sqrt,
)

from nnbook.derive import define, delta, index, partial, reals, sizes, sum_over, tensor

n, T, K, V, H = sizes("n T K V H")
t, a, e = index("t a e", n)          # queries
s, r, b, c = index("s r b c", T)     # keys
k, l = index("k l", K)
v, m = index("v m", V)
i, j, q, p, y = index("i j q p y", T)   # both, under a mask
u, w, x, omega, M, N, theta = reals("u w x omega M N theta")
eps = reals("epsilon", positive=True)
Q, Y, Z = tensor("Q", n, K), tensor("K", T, K), tensor("V", T, V)
G, z, g = tensor("G", n, V), tensor("z", n, T), tensor("g", T)
S2, D = tensor("S", T, T), tensor("D", T, V)
X, W = tensor("X", n, K), tensor("W", K, V)
k_, d_ = Symbol("k", integer=True), Symbol("d", integer=True)
phi = Function("f", real=True)
o, mask = IndexedBase("o", real=True), tensor("m", n, T)

score = define("s", t, s, sum_over(Q[t, k] * Y[s, k], k) / sqrt(K))
P = define("P", t, s, exp(score[t, s]) / sum_over(exp(score[t, r]), r))
P_z = define("P", t, s, exp(z[t, s]) / sum_over(exp(z[t, r]), r))
loss_V = sum_over(G[t, v] * sum_over(P_z[t, s] * Z[s, v], s), t, v)
loss = sum_over(G[t, v] * sum_over(P[t, s] * Z[s, v], s), t, v)
back = define("R", t, s, sum_over(G[t, v] * Z[s, v], v))          # the cotangent of P
back_z = define("E", t, s, P[t, s] * (back[t, s] - sum_over(P[t, r] * back[t, r], r)))

C = define("C", i, j, exp(S2[i, j]) / Sum(exp(S2[i, k_]), (k_, 1, i)))   # causal, j ≤ i
causal = sum_over(D[i, v] * Sum(C[i, k_] * Z[k_, v], (k_, 1, i)), i, v)
causal_back = define("R", i, j, sum_over(D[i, v] * Z[j, v], v))
masked = define("C", i, j, exp(S2[i, j]) * Heaviside(i - j, 1)
                / sum_over(exp(S2[i, p]) * Heaviside(i - p, 1), p))
mean = define("mu", sum_over(g[s], s) / T)
rms = define("r", sqrt(sum_over(g[s] ** 2, s) / T + eps))


def part(first, last, shift):
    """Σ exp(g[s] - shift) over a part of the keys."""
    return Sum(exp(g[k_] - shift), (k_, first, last))


IDENTITIES = {
    "weights sum to 1": (sum_over(P[t, s], s), 1),
    "attention, values": (partial(loss, Z[b, m]), sum_over(P[t, b] * G[t, m], t)),
    "attention, scores": (
        partial(loss_V, z[a, b]),
        P_z[a, b] * sum_over(G[a, v] * (Z[b, v] - sum_over(P_z[a, r] * Z[r, v], r)), v)),
    "attention, queries": (
        partial(loss, Q[a, l]), sum_over(back_z[a, s] * Y[s, l], s) / sqrt(K)),
    "attention, keys": (
        partial(loss, Y[b, l]), sum_over(back_z[t, b] * Q[t, l], t) / sqrt(K)),
    "score gradient sums to 0": (sum_over(back_z[t, s], s), 0),
    "scores shifted": (
        exp(z[t, s] - u) / sum_over(exp(z[t, r] - u), r), P_z[t, s]),
    "equal scores": (
        sum_over(P_z[t, s] * Z[s, v], s), sum_over(Z[s, v], s) / T, Eq(z[t, s], u)),
    "attention, a bias of the keys falls out": (
        exp(sum_over(Q[t, k] * (Y[s, k] + X[a, k]), k))
        / sum_over(exp(sum_over(Q[t, k] * (Y[r, k] + X[a, k]), k)), r),
        exp(sum_over(Q[t, k] * Y[s, k], k)) / sum_over(exp(sum_over(Q[t, k] * Y[r, k], k)), r)),
    "linear attention": (
        sum_over(sum_over(Q[t, k] * Y[s, k], k) * Z[s, v], s),
        sum_over(Q[t, k] * sum_over(Y[s, k] * Z[s, v], s), k)),
    "linear attention, causal": (
        Sum(sum_over(S2[i, j] * S2[k_, j], j) * Z[k_, v], (k_, 1, i)),
        sum_over(S2[i, j] * Sum(S2[k_, j] * Z[k_, v], (k_, 1, i)), j)),
    "projection, weights": (
        partial(sum_over(G[t, v] * sum_over(X[t, k] * W[k, v], k), t, v), W[l, m]),
        sum_over(X[t, l] * G[t, m], t)),
    # masks
    "causal weights sum to 1": (Sum(C[i, k_], (k_, 1, i)), 1),
    "causal, values": (
        partial(causal, Z[b, m]), Sum(C[k_, b] * D[k_, m], (k_, b, T))),
    "causal, scores": (
        partial(causal, S2[p, q]),
        C[p, q] * (causal_back[p, q] - Sum(C[p, k_] * causal_back[p, k_], (k_, 1, p))), q <= p),
    "causal, scores to come": (partial(causal, S2[p, q]), 0, q > p),
    "masked by an indicator": (masked[i, j], C[i, j], j <= i),
    "masked by an indicator, to come": (masked[i, j], 0, j > i),
    "masked, output": (
        sum_over(masked[i, j] * Z[j, v], j), Sum(C[i, k_] * Z[k_, v], (k_, 1, i))),
    "masked, cases": (
        sum_over(Piecewise((phi(g[j], g[i]), j <= i), (0, True)), j),
        Sum(phi(g[k_], g[i]), (k_, 1, i))),
    "masked, strictly": (
        sum_over(Heaviside(i - j, 0) * S2[i, j], j), Sum(S2[i, k_], (k_, 1, i - 1))),
    "masked, both ways": (
        sum_over(S2[i, j] * Heaviside(i - j, 1), j) + sum_over(S2[i, j] * Heaviside(j - i, 0), j),
        sum_over(S2[i, j], j)),
    "masked, all pairs": (
        sum_over(Heaviside(i - j, 1) * S2[i, j], j, i),
        sum_over(Sum(S2[k_, j], (k_, j, T)), j)),
    "window": (
        sum_over(Heaviside(i - j, 1) * Heaviside(j - i + d_, 0) * S2[i, j], j),
        Sum(S2[i, k_], (k_, i - d_ + 1, i)), [d_ >= 1, d_ <= i]),
    "additive mask": (
        exp(z[t, s] + log(mask[t, s])) / sum_over(exp(z[t, r] + log(mask[t, r])), r),
        mask[t, s] * exp(z[t, s]) / sum_over(mask[t, r] * exp(z[t, r]), r), mask[a, b] > 0),
    # online softmax, and a cache of keys and values
    "online softmax, two parts": (
        part(1, q, M) * exp(M - N) + part(q + 1, T, N), part(1, T, N)),
    "online softmax, one key more": (
        part(1, q - 1, M) * exp(M - N) + exp(g[q] - N), part(1, q, N)),
    "online softmax, output": (
        (Sum(exp(g[k_] - M) * o[k_], (k_, 1, q)) * exp(M - N)
         + Sum(exp(g[k_] - N) * o[k_], (k_, q + 1, T)))
        / (part(1, q, M) * exp(M - N) + part(q + 1, T, N)),
        sum_over(exp(g[s]) * o[s], s) / sum_over(exp(g[s]), s)),
    "log-sum-exp of two parts": (
        log(exp(log(Sum(exp(g[k_]), (k_, 1, q))) + u)
            + exp(log(Sum(exp(g[k_]), (k_, q + 1, T))) + u)),
        log(sum_over(exp(g[s]), s)) + u, [q < T]),
    "two parts, weighted": (
        sum_over(exp(g[s]) * o[s], s) / sum_over(exp(g[s]), s),
        (part(1, q, 0) * (Sum(exp(g[k_]) * o[k_], (k_, 1, q)) / part(1, q, 0))
         + Sum(exp(g[k_]) * o[k_], (k_, q + 1, T))) / (part(1, q, 0) + part(q + 1, T, 0))),
    "running maximum": (Max(Max(u, w), x), Max(u, Max(w, x))),
    # norms and shortcuts
    "rms norm, scaled": (
        sqrt(sum_over((u * g[s]) ** 2, s) / T), sqrt(u ** 2) * sqrt(sum_over(g[s] ** 2, s) / T)),
    "rms norm vjp": (
        partial(sum_over(o[s] * g[s], s) / rms, g[b]),
        o[b] / rms - g[b] * sum_over(o[s] * g[s], s) / (T * rms ** 3)),
    "shortcut": (
        partial(sum_over(o[s] * (g[s] + phi(g[s])), s), g[b]),
        o[b] * (1 + partial(phi(g[b]), g[b]))),
    "heads side by side": (
        sum_over(Sum(X[t, k] * W[k, v], (k, 1, K)) * G[t, v], v),
        sum_over(X[t, k] * sum_over(W[k, v] * G[t, v], v), k)),
    "variance of a score": (
        sum_over(delta(k, l) * u, k, l) / sqrt(K) ** 2, u),
    # positions
    "sinusoidal, shifted": (
        sin(omega * (u + w)), sin(omega * u) * cos(omega * w) + cos(omega * u) * sin(omega * w)),
    "sinusoidal, product depends on the distance": (
        sin(omega * u) * sin(omega * w) + cos(omega * u) * cos(omega * w), cos(omega * (u - w))),
    "rotary, norm": (
        (x * cos(u) - w * sin(u)) ** 2 + (x * sin(u) + w * cos(u)) ** 2, x ** 2 + w ** 2),
    "rotary, relative": (
        (x * cos(u * theta) - w * sin(u * theta)) * (M * cos(N * theta) - eps * sin(N * theta))
        + (x * sin(u * theta) + w * cos(u * theta)) * (M * sin(N * theta) + eps * cos(N * theta)),
        (x * M + w * eps) * cos((u - N) * theta) + (w * M - x * eps) * sin((N - u) * theta)),
    "learned positions": (
        partial(sum_over(G[t, v] * (sum_over(X[t, k] * W[k, v], k) + D[b, v]), t, v), D[b, m]),
        sum_over(G[t, m], t)),
    "embedding as a product with one hot": (
        sum_over(delta(s, b) * Z[s, v], s), Z[b, v]),
    "embedding, gradient": (
        partial(sum_over(G[t, v] * sum_over(mask[t, s] * Z[s, v], s), t, v), Z[b, m]),
        sum_over(mask[t, b] * G[t, m], t)),
}
