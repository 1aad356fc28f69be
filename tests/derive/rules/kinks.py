"""Maxima and minima of several arguments: their values and slopes where one is strictly ahead."""

from sympy import Abs, Function, Max, Min, Symbol

from nnbook.derive import define, index, partial, reals, sizes, sum_over, tensor

n, K = sizes("n K")
i, j = index("i j", n)
k, m = index("k m", K)
a, b, c, d, u = reals("a b c d u")
x, W, B = tensor("x", n), tensor("W", 3, n), tensor("b", 3)
X, G = tensor("X", K, 3), tensor("g", K)
f = Function("f", real=True)
p = Symbol("p", integer=True)

Z = define("z", p, sum_over(W[p, i] * x[i], i) + B[p])
maxout = Max(Z[1], Z[2], Z[3])
first, third = [Z[1] > Z[2], Z[1] > Z[3]], [Z[3] > Z[1], Z[3] > Z[2]]
pool = sum_over(G[k] * Max(X[k, 1], X[k, 2], X[k, 3]), k)

IDENTITIES = {
    "the largest of three": (partial(Max(a, b, c), a), 1, [a > b, a > c]),
    "not the largest of three": (partial(Max(a, b, c), b), 0, [a > b, a > c]),
    "the largest of four, by order": (partial(Max(a, b, c, d), a), 1, [a > b, b > c, c > d]),
    "the least of three": (partial(Min(a, b, c), a), 1, [a < b, a < c]),
    "not the least of three": (partial(Min(a, b, c), c), 0, [a < b, a < c]),
    "chain rule": (partial(Max(a, b, c) ** 2 / 2, a), a, [a > b, a > c]),
    "chain rule, unknown": (
        partial(f(Max(a, b, c)), b), partial(f(b), b), [b > a, b > c]),
    "slopes sum to 1": (
        partial(Max(a, b, c), a) + partial(Max(a, b, c), b) + partial(Max(a, b, c), c), 1),
    "two slopes": (partial(Max(a, b), a) + partial(Max(a, b), b), 1),
    "value by order": (Max(a, b, c), a, [a >= b, b >= c]),
    "value by order, least": (Min(a, b, c), c, [a >= b, b >= c]),
    "value at a tie": (Max(a, b, c), b, [a >= c, a <= b, b >= c]),
    "maximum and minimum": (Max(a, b) + Min(a, b), a + b),
    "clipped": (partial(Min(Max(u, -1), 1), u), 1, [u > -1, u < 1]),
    "clipped, beyond": (partial(Min(Max(u, -1), 1), u), 0, u > 1),
    "absolute value as a maximum": (partial(Max(u, -u), u), 1, u > 0),
    "distance": (Max(a, b) - Min(a, b), Abs(a - b)),
    "maxout, weights of the largest": (partial(maxout, W[1, j]), x[j], first),
    "maxout, other weights": (partial(maxout, W[2, j]), 0, first),
    "maxout, input": (partial(maxout, x[j]), W[3, j], third),
    "maxout, bias": (partial(maxout, B[3]), 1, third),
    "maxout, value": (maxout, Z[2], [Z[2] >= Z[1], Z[2] >= Z[3]]),
    "pooling, the largest": (partial(pool, X[m, 1]), G[m], [X[m, 1] > X[m, 2], X[m, 1] > X[m, 3]]),
    "pooling, the others": (partial(pool, X[m, 2]), 0, [X[m, 1] > X[m, 2], X[m, 1] > X[m, 3]]),
    "pooling, all the largest": (
        sum_over(Max(X[k, 1], X[k, 2], X[k, 3]), k), sum_over(X[k, 2], k),
        [X[m, 2] >= X[m, 1], X[m, 2] >= X[m, 3]]),
}
