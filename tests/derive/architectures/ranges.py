"""Cumulative sums and products, closed forms, convolution and its transpose."""

from sympy import (
    Eq,
    Function,
    Heaviside,
    IndexedBase,
    Ne,
    Piecewise,
    Product,
    Sum,
    Symbol,
    binomial,
    factorial,
    log,
)

from nnbook.derive import (
    define,
    delta,
    index,
    partial,
    product_over,
    reals,
    sizes,
    sum_over,
    tensor,
)

n, K, T, L = sizes("n K T L")
i, j, a, b, c = index("i j a b c", n)
d, e = index("d e", K)
k, l, q, h = (Symbol(name, integer=True) for name in "klqh")
u, v, w = reals("u v w")
x, g, f = tensor("x", n), tensor("g", n), tensor("f", n)
p = tensor("p", n, positive=True)
X = tensor("X", n, n)
y, z, C = (IndexedBase(name, real=True) for name in ("y", "z", "C"))
W, V = tensor("W", K), tensor("V", K)
phi = Function("f", real=True)
in_n = [q >= 1, q <= n]

cum = define("c", i, Sum(x[k], (k, 1, i)))
suffix = define("s", i, Sum(x[k], (k, i, n)))
before = define("b", i, Sum(x[k], (k, 1, i - 1)))
cumprod = define("P", i, Product(x[k], (k, 1, i)))
transposed = define("y", k, sum_over(z[k - d] * W[d], d))

IDENTITIES = {
    # cumulative sums
    "cumulative sum, last": (cum[n], sum_over(x[i], i)),
    "cumulative sum, step": (cum[i], before[i] + x[i]),
    "cumulative sum, next": (Sum(x[k], (k, 1, i + 1)), cum[i] + x[i + 1], i < n),
    "cumulative sum and the rest": (cum[i] + Sum(x[k], (k, i + 1, n)), sum_over(x[j], j)),
    "cumulative sum from the end": (suffix[i] + before[i], sum_over(x[j], j)),
    "cumulative sum, gradient": (
        partial(sum_over(g[i] * cum[i], i), x[a]), Sum(g[k], (k, a, n))),
    "cumulative sum, adjoint": (sum_over(g[i] * cum[i], i),
                                sum_over(x[j] * Sum(g[k], (k, j, n)), j)),
    "exclusive cumulative sum, adjoint": (
        sum_over(g[i] * before[i], i), sum_over(x[j] * Sum(g[k], (k, j + 1, n)), j)),
    "cumulative sum, reversed": (
        Sum(x[n + 1 - k], (k, 1, i)), Sum(x[k], (k, n + 1 - i, n))),
    "difference of cumulative sums": (
        cum[j] - cum[i], Sum(x[k], (k, i + 1, j)), i <= j),
    "three parts": (
        sum_over(x[c], c), cum[i] + Sum(x[k], (k, i + 1, j)) + Sum(x[k], (k, j + 1, n)), i <= j),
    "summation by parts": (
        sum_over(y[i] * (z[i + 1] - z[i]), i),
        y[n + 1] * z[n + 1] - y[1] * z[1] - sum_over(z[i + 1] * (y[i + 1] - y[i]), i)),
    "square into triangles": (
        sum_over(x[i], i) ** 2,
        sum_over(x[i] ** 2, i) + 2 * sum_over(x[i] * before[i], i)),
    "square into triangles, of pairs": (
        sum_over(X[i, j], i, j),
        sum_over(Sum(X[i, k], (k, 1, i)), i) + sum_over(Sum(X[i, k], (k, i + 1, n)), i)),
    "triangle renamed": (
        sum_over(Sum(X[i, k], (k, 1, i)), i), sum_over(Sum(X[k, j], (k, j, n)), j)),
    "triangle of a symmetric summand": (
        sum_over(Sum(x[i] * x[k], (k, 1, i)), i),
        (sum_over(x[i], i) ** 2 + sum_over(x[i] ** 2, i)) / 2),
    "from m on": (Sum(x[k], (k, q, n)), x[q] + Sum(x[k], (k, q + 1, n)), in_n),
    "from m to one less": (Sum(y[k], (k, q, h)), Sum(y[k], (k, q, h - 1)) + y[h], q <= h),
    "shifted by a symbol": (Sum(y[k], (k, q, q + n)), Sum(y[k + q], (k, 0, n))),
    "shifted, split": (
        Sum(y[k + 1], (k, q, h)), Sum(y[k], (k, q + 1, h)) + y[h + 1], q <= h),
    "lower bound, of products": (
        Sum(y[k] * z[k - q], (k, q + 1, q + n)), sum_over(y[i + q] * z[i], i)),
    "backward between symbols": (
        Sum(y[k] * z[q + h - k], (k, q, h)), Sum(y[q + h - k] * z[k], (k, q, h))),
    "indicator of a lower part": (
        sum_over(Heaviside(q - i, 1) * x[i], i), Sum(x[k], (k, 1, q)), in_n),
    "indicator of an upper part": (
        sum_over(Heaviside(i - q, 0) * x[i], i), Sum(x[k], (k, q + 1, n)), in_n),
    "cases of a lower part": (
        sum_over(Piecewise((phi(x[i]), i <= a), (u, True)), i),
        Sum(phi(x[k]), (k, 1, a)) + (n - a) * u),
    "delta under a mask": (
        sum_over(Heaviside(a - i, 1) * delta(i, b) * x[i], i), x[b], b <= a),
    "three nested": (
        Sum(x[i] * g[j] * f[c], (c, 1, j), (j, 1, i), (i, 1, n)),
        Sum(x[i] * g[j] * f[c], (i, j, n), (j, c, n), (c, 1, n))),
    # cumulative products
    "cumulative product, step": (cumprod[i], x[i] * Product(x[k], (k, 1, i - 1))),
    "cumulative product and the rest": (
        cumprod[i] * Product(x[k], (k, i + 1, n)), product_over(x[j], j)),
    "cumulative product, quotient": (
        cumprod[j] / cumprod[i], Product(x[k], (k, i + 1, j)), i <= j),
    "product from the end": (product_over(x[i], i), Product(x[n + 1 - k], (k, 1, n))),
    "product of products": (
        product_over(x[i] * g[i], i), product_over(x[i], i) * product_over(g[i], i)),
    "product of quotients": (
        product_over(x[i] / g[i], i), product_over(x[i], i) / product_over(g[i], i)),
    "product of powers": (product_over(x[i] ** 2, i), product_over(x[i], i) ** 2),
    "constant out of a product": (product_over(u * x[i], i), u ** n * product_over(x[i], i)),
    "signs out of a product": (product_over(-x[i], i), (-1) ** n * product_over(x[i], i)),
    "product, gradient": (
        partial(product_over(x[i], i), x[a]),
        Product(x[k], (k, 1, a - 1)) * Product(x[k], (k, a + 1, n))),
    "product telescopes": (Product(p[k + 1] / p[k], (k, 1, n - 1)), p[n] / p[1]),
    "product shifted": (Product(y[k + 1], (k, 0, n - 1)), Product(y[k], (k, 1, n))),
    "log of a product": (log(product_over(p[i], i)), sum_over(log(p[i]), i)),
    # closed forms
    "arithmetic": (Sum(u + v * k, (k, 0, n)), (n + 1) * (2 * u + v * n) / 2),
    "geometric, between": (
        Sum(u ** k, (k, q, h)), (u ** q - u ** (h + 1)) / (1 - u), [Ne(u, 1), Ne(u, 0), q <= h]),
    "double geometric": (
        sum_over(Sum(u ** k, (k, 1, i)), i),
        u / (1 - u) * (n - u * (1 - u ** n) / (1 - u)), [Ne(u, 1), Ne(u, 0)]),
    "geometric times its index": (
        Sum(k * u ** k, (k, 1, n)),
        u * (1 - (n + 1) * u ** n + n * u ** (n + 1)) / (1 - u) ** 2, [Ne(u, 1), Ne(u, 0)]),
    "ramp, mean": (Sum(u + (v - u) * (k - 1) / (n - 1), (k, 1, n)) / n, (u + v) / 2, n > 1),
    "cubes": (Sum(k ** 3, (k, 1, n)), Sum(k, (k, 1, n)) ** 2),
    "pairs counted": (sum_over(Sum(1, (k, 1, i - 1)), i), n * (n - 1) / 2),
    "double sum of indices": (sum_over(Sum(k, (k, 1, i)), i), n * (n + 1) * (n + 2) / 6),
    "factorial": (Product(k, (k, 1, n)), factorial(n)),
    "factorial, next": (factorial(n + 1), (n + 1) * factorial(n)),
    "sum of factorials": (Sum(k * factorial(k), (k, 1, n)), factorial(n + 1) - 1),
    "pascal": (binomial(n + 1, i), binomial(n, i) + binomial(n, i - 1)),
    "binomial theorem": (
        Sum(binomial(n, k) * u ** k * v ** (n - k), (k, 0, n)), (u + v) ** n,
        [Ne(u, 0), Ne(v, 0), Ne(u + v, 0)]),
    "binomial row": (Sum(binomial(n, k), (k, 0, n)), 2 ** n),
    "hockey stick": (
        Sum(binomial(k, 2), (k, 2, n)), binomial(n + 1, 3), n >= 2),
    "alternating, even": (Sum((-1) ** k * k, (k, 1, 2 * n)), n),
    # convolution and its transpose
    "convolution and its transpose are adjoint": (
        sum_over(g[i] * sum_over(z[i + d] * W[d], d), i),
        Sum(z[k] * sum_over(W[d] * Sum(g[i] * delta(i + d, k), (i, 1, n)), d), (k, 2, n + K))),
    "transposed convolution, kernel": (
        partial(Sum(y[k] * transposed[k], (k, 1, n)), W[e]), Sum(y[k] * z[k - e], (k, 1, n))),
    "transposed convolution, input": (
        partial(sum_over(g[i] * sum_over(z[i + d] * W[d], d), i), z[q]),
        Sum(g[k] * W[q - k], (k, q - K, q - 1)), [q >= K + 1, q <= n]),
    "transposed convolution, stride 2, kernel": (
        partial(sum_over(g[i] * sum_over(z[2 * i + d] * W[d], d), i), W[e]),
        sum_over(g[i] * z[2 * i + e], i)),
    "kernel turned": (
        sum_over(y[q + d] * W[K + 1 - d], d), sum_over(y[q + K + 1 - d] * W[d], d)),
    "convolution commutes": (
        Sum(y[k] * z[q - k], (k, 1, q - 1)), Sum(y[q - k] * z[k], (k, 1, q - 1)), q >= 1),
    "two kernels in a row": (
        sum_over(W[d] * sum_over(V[e] * y[q + d + e], e), d),
        sum_over(V[e] * sum_over(W[d] * y[q + d + e], d), e)),
    "causal convolution": (
        Sum(y[k] * W[q + 1 - k], (k, q - K + 1, q)), sum_over(W[d] * y[q + 1 - d], d)),
    "pooling, gradient": (
        partial(sum_over(Sum(C[2 * i - k], (k, 0, 1)) * g[i] / 2, i), g[a]),
        (C[2 * a] + C[2 * a - 1]) / 2),
    "upsampled twice": (
        Sum(y[k], (k, 1, 2 * n)), sum_over(y[2 * i] + y[2 * i - 1], i)),
    "upsampling, gradient": (
        partial(sum_over(g[i] * (y[2 * i] + y[2 * i - 1]), i), g[a]), y[2 * a] + y[2 * a - 1]),
    "equal entries": (sum_over(x[i], i), n * u, Eq(x[i], u)),
}
