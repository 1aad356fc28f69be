"""Families: ranges by conditions, quantified conditions, equations given."""

from fractions import Fraction

from sympy import (
    Abs,
    Eq,
    Heaviside,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Product,
    S,
    Sum,
    Symbol,
    log,
    sign,
    sqrt,
)

from .words import Case, family

a, b, c = (Symbol(name, integer=True) for name in "abc")
i, j, k, q, r = (Symbol(name, integer=True) for name in "ijkqr")


def spans(w, n, *indices, low=1):
    """Ranges of quantified indices; now and then one is missing, or one place short."""
    found = []
    for s in indices:
        found += w.one(*[[s >= low, s <= n]] * 6, [s >= low], [s <= n], [], [s >= low + 1, s <= n],
                       [s >= low, s < n], [s > low - 1, s < n + 1])
    return found


def clean(given):
    return [g for g in given if g is not S.true and g is not True]


@family
def order_of_integers(w):
    n, K, p = w.size("n"), w.size("K"), w.whole("p")
    given = w.one([p >= n], [p > n], [p >= n, n >= K], [p >= 1, p <= n], [p <= n, n <= K], [p < n],
                  [p >= n - 1], [n <= p, p <= K], [Ne(p, n)], [p >= n, Ne(p, n)], [Eq(p, n)])
    top = w.one(n, n, K, S(0), S(1))
    pair = w.one((Abs(p - top), p - top), (Max(p, top), p), (Min(p, top), top),
                 (sign(p - top), S(1)), (Heaviside(p - top, 1), S(1)),
                 (Heaviside(p - top, 0), S(1)),
                 (KroneckerDelta(p, top), S(0)), (Abs(p - top), top - p), (Max(p, top), top),
                 (Piecewise((1, p > top), (0, True)), S(1)), (sqrt((p - top) ** 2), p - top),
                 (KroneckerDelta(p, top + 1), S(0)), (KroneckerDelta(p, top), S(1)))
    return Case(*pair, clean(given))


@family
def contradictions(w):
    n, K, u, p = w.size("n"), w.size("K"), w.number("u"), w.whole("p")
    given = w.one([n > K, n < K], [p >= 1, p <= 0], [n <= K, n >= K], [u > 0, u < 0],
                  [u >= 0, u <= 0], [p > 0, p < 1], [p > 0, p < 2], [Eq(p, 1), Eq(p, 2)],
                  [Eq(n, K), Ne(n, K)], [n >= K, n <= K], [p >= n, p <= K, n > K],
                  [Eq(u, u + 1)], [Eq(2 * p, 1)], [p >= K, p <= n, n <= p])
    pair = w.one((n, K), (p, S(1)), (u, S(0)), (u, Abs(u)), (n - K, S(0)), (p, n), (K, p))
    return Case(*pair, clean(given))


@family
def zero_off_the_diagonal(w):
    n = w.size("n")
    W = w.tensor("W", n, n)
    apart = w.one([Ne(a, b)], [Ne(a, b)], [a < b], [b < a], [], [Ne(a, b + 1)])
    given = [Eq(W[a, b], 0), *apart, *spans(w, n, a, b)]
    trace = Sum(W[i, i], (i, 1, n))
    pair = w.one((trace, S(0)), (Sum(W[i, j], (i, 1, n), (j, 1, n)), trace),
                 (Sum(W[i, j], (i, 1, n), (j, 1, n)), S(0)),
                 (Sum(W[q, j], (j, 1, n)), W[q, q]), (Sum(W[i, q] * i, (i, 1, n)), q * W[q, q]),
                 (W[1, 2], S(0)), (W[2, 1], S(0)), (W[q, r], S(0)),
                 (W[q, r], KroneckerDelta(q, r) * W[q, q]), (W[2, 2], S(0)))
    more = []
    for s in (q, r):
        if pair[0].has(s):
            more += w.between(s, S(1), n)
    if pair[0].has(r) and w.chance(.4):
        more.append(w.one(Ne(q, r), q < r, r < q))
    return Case(*pair, clean(given + more))


@family
def lower_triangular(w):
    n = w.size("n")
    A, x = w.tensor("A", n, n), w.tensor("x", n)
    order = w.one(b < a, a < b, b <= a, a > b, a < b - 1)
    given = [Eq(A[a, b], 0), order, *spans(w, n, a, b)]
    pair = w.one(
        (Sum(A[i, j], (j, 1, i), (i, 1, n)), Sum(A[i, i], (i, 1, n))),
        (Sum(A[i, j], (i, 1, n), (j, 1, n)), Sum(A[i, j], (j, 1, i), (i, 1, n))),
        (Sum(A[i, j], (i, 1, n), (j, 1, n)), Sum(A[i, j], (j, i, n), (i, 1, n))),
        (Sum(A[q, j] * x[j], (j, 1, n)), Sum(A[q, j] * x[j], (j, 1, q))),
        (Sum(A[q, j] * x[j], (j, 1, n)), Sum(A[q, j] * x[j], (j, q, n))),
        (Sum(A[1, j], (j, 1, n)), A[1, 1]), (A[2, 1], S(0)), (A[1, 2], S(0)), (A[1, 1], S(0)))
    more = w.between(q, S(1), n) if pair[0].has(q) else []
    return Case(*pair, clean(given + more))


@family
def symmetric(w):
    n = w.size("n")
    W, x = w.tensor("W", n, n, kind="real"), w.tensor("x", n)
    minus = w.one(1, 1, -1)
    given = [Eq(W[a, b], minus * W[b, a]), *(spans(w, n, a, b) if w.chance(.7) else [])]
    if w.chance(.2):
        given.append(w.one(Ne(a, b), a < b))
    form = Sum(W[i, j] * x[i] * x[j], (i, 1, n), (j, 1, n))
    pair = w.one((Sum(W[i, q] * x[i], (i, 1, n)), Sum(W[q, i] * x[i], (i, 1, n))), (form, S(0)),
                 (W[1, 2], W[2, 1]), (W[q, q], S(0)), (W[q, r], W[r, q]),
                 (Sum(W[i, j], (j, 1, i), (i, 1, n)), Sum(W[j, i], (j, 1, i), (i, 1, n))),
                 (W[q, q], minus * W[q, q]), (Sum(W[i, i], (i, 1, n)), S(0)))
    more = []
    for s in (q, r):
        if pair[0].has(s):
            more += w.between(s, S(1), n)
    return Case(*pair, clean(given + more))


def _orthogonal(U, n, transposed):
    """A witness: a random reflection, or a permutation with signs."""
    def witness(values, rng):
        size = max(int(values.get(n, 3)), 0)
        v = [Fraction(rng.randint(-2, 2)) for _ in range(size)]
        length = sum(t * t for t in v) or 1
        order = rng.sample(range(size), size)
        signs = [rng.choice([1, -1]) for _ in range(size)]

        def entry(p, t):
            p, t = p - 1, t - 1
            if not (0 <= p < size and 0 <= t < size):
                return Fraction(rng.randint(-3, 3))
            if length == 1:
                return Fraction(signs[p] * (order[p] == t))
            return (p == t) - 2 * v[p] * v[t] / length
        return {U: entry}
    return witness


@family
def orthonormal(w):
    n, K = w.size("n"), w.size("K")
    U, x = w.tensor("U", n, n, kind="real"), w.tensor("x", n)
    m = w.one(n, n, n, K)
    by_rows = w.chance(.7)
    product = U[a, k] * U[b, k] if by_rows else U[k, a] * U[k, b]
    given = [Eq(Sum(product, (k, 1, m)), KroneckerDelta(a, b)), *spans(w, n, a, b)]
    own = U[q, k] * U[r, k] if by_rows else U[k, q] * U[k, r]
    mixed = U[j, k] * x[j] if by_rows else U[k, j] * x[j]
    pair = w.one((Sum(own, (k, 1, m)), KroneckerDelta(q, r)), (Sum(own, (k, 1, m)), S(0)),
                 (Sum(own.xreplace({r: q}), (k, 1, m)), S(1)),
                 (Sum(Sum(mixed, (j, 1, n)) ** 2, (k, 1, m)), Sum(x[j] ** 2, (j, 1, n))),
                 (Sum(own.xreplace({r: q}), (k, 1, m), (q, 1, n)), n),
                 (Sum(own, (k, 1, n)), KroneckerDelta(q, r)))
    more = []
    for s in (q, r):
        if pair[0].free_symbols & {s}:
            more += w.between(s, S(1), n)
    if w.chance(.2) and pair[0].free_symbols & {r}:
        more.append(Ne(q, r))
    return Case(*pair, clean(given + more), _orthogonal(U, n, not by_rows))


@family
def zero_at_all_but_one(w):
    n, p = w.size("n"), w.whole("p")
    y, x = w.tensor("y", n), w.tensor("x", n)
    at = w.one(p, p, S(1), n, S(2))
    apart = w.one(Ne(a, at), Ne(a, at), Ne(a, at), a < at, a > at, a >= at)
    value = w.one(S(0), S(0), S(1))
    given = [Eq(y[a], value), apart, *spans(w, n, a)]
    total = Sum(y[k], (k, 1, n))
    pair = w.one((total, S(0)), (total, y[at]), (total, y[at] + value * (n - 1)),
                 (Sum(x[k] * y[k], (k, 1, n)), x[at] * y[at]), (y[at], S(0)), (y[3], value),
                 (total, n * value), (Sum(y[k] ** 2, (k, 1, n)), total ** 2))
    more = w.between(p, S(1), n) if at == p else []
    return Case(*pair, clean(given + more))


@family
def zero_at_one_place(w):
    n, p = w.size("n"), w.whole("p")
    y = w.tensor("y", n)
    at = w.one(p, S(1), n, S(2))
    given = [Eq(y[at], w.one(S(0), S(1)))]
    total = Sum(y[k], (k, 1, n))
    pair = w.one((total, S(0)), (total, Sum(y[k], (k, 2, n))), (total * y[at], S(0)),
                 (total, Sum(y[k], (k, 1, n)) + y[at] * n), (Product(y[k], (k, 1, n)), S(0)),
                 (y[1], S(0)), (total - y[at], total))
    more = w.between(p, S(1), n) if at == p else []
    return Case(*pair, clean(given + more))


@family
def signs_of_all(w):
    n, p = w.size("n"), w.whole("p")
    x = w.tensor("x", n, kind=w.one("real", "real", "real", "nonzero", "nonnegative"))
    given = [w.one(x[a] > 0, x[a] > 0, x[a] >= 0, x[a] < 0, Ne(x[a], 0), x[a] > -1, x[a] > 1,
                   x[a] <= 1)]
    given += spans(w, n, a) if w.chance(.8) else []
    if w.chance(.2):
        given.append(w.one(Ne(a, 1), Ne(a, p), a > 1))
    low = w.one(S(1), S(1), S(0), S(2))
    total = Sum(x[k], (k, low, n))
    pair = w.one((Sum(Abs(x[k]), (k, low, n)), total), (Abs(total), total),
                 (Sum(sqrt(x[k] ** 2), (k, low, n)), total), (sign(total), S(1)),
                 (Sum(sign(x[k]), (k, low, n)), n - low + 1), (Abs(x[p]), x[p]),
                 (Sum(x[k] / x[k], (k, low, n)), n - low + 1), (x[p] / x[p], S(1)),
                 (log(Product(x[k], (k, low, n))), Sum(log(x[k]), (k, low, n))),
                 (Sum(Max(x[k], 0), (k, low, n)), total), (x[1] / Abs(x[1]), S(1)),
                 (total / total, S(1)))
    more = w.between(p, low, n) if pair[0].has(p) else []
    return Case(*pair, clean(given + more))


@family
def constant_entries(w):
    n, p, u = w.size("n"), w.whole("p"), w.number("u")
    x, y = w.tensor("x", n), w.tensor("y", n)
    value = w.one(S(1), S(0), u, y[a], 2 * y[a], a, S(2), KroneckerDelta(a, p), a ** 2, y[a] + 1)
    given = [Eq(x[a], value), *(spans(w, n, a) if w.chance(.7) else [])]
    low, high = w.one(S(1), S(1), S(0)), w.one(n, n, n, n - 1, n + 1)
    rhs = Sum(value.xreplace({a: k}), (k, low, high))
    if not value.has(a):
        rhs = value * (high - low + 1)
    if value.has(KroneckerDelta):
        rhs = S(1)
    lhs = Sum(x[k], (k, low, high))
    if w.chance(.3):
        lhs, rhs = x[p], value.xreplace({a: p})
    more = w.between(p, low, high) if lhs.has(p) or value.has(p) else []
    return Case(lhs, rhs, clean(given + more))


@family
def condition_at_one_index(w):
    n, p = w.size("n"), w.whole("p")
    x = w.tensor("x", n)
    place = w.one(p, p, S(1), n, p + 1)
    condition = w.one(Eq(x[place], 1), x[place] > 0, Eq(x[place], x[1]), Ne(x[place], 0))
    total = Sum(x[k], (k, 1, n))
    pair = w.one((x[p] * total, total), (Abs(x[p]), x[p]), (Sum(x[p] * x[k], (k, 1, n)), total),
                 (Sum(Abs(x[k]), (k, 1, n)) * x[p], total * x[p]), (x[p] / x[p], S(1)),
                 (x[p + 1], S(1)), (x[p], x[1]), (total, n + x[p] - 1), (Abs(x[p + 1]), x[p + 1]))
    return Case(*pair, clean([condition, *w.between(p, S(1), n)]))


@family
def equations_of_symbols(w):
    n, K, u, v = w.size("n"), w.size("K"), w.number("u"), w.number("v")
    x = w.tensor("x")
    kind = w.rng.randint(0, 6)
    if kind <= 2:
        given = [w.one(Eq(u, v ** 2), Eq(u, v), Eq(u + v, 1), Eq(u * v, v), Eq(u ** 2, v ** 2),
                       Eq(u, Abs(v)), Eq(u * v, 1), Eq(u, 2 * v - 1))]
        pair = w.one((u, v), (Abs(u), u), (u, v ** 2), (u, 1 - v), (u, S(1)), (u * v, v),
                     (u ** 2, v ** 2), (sqrt(u), v), (sqrt(u), Abs(v)), (u, Abs(v)), (1 / u, v),
                     (u - v, v - 1), (u ** 4, v ** 4), (Abs(u), Abs(v)))
        more = w.one([], [], [v > 0], [u >= 0], [Ne(v, 0)], [Ne(u, v)])
        return Case(*pair, clean(given + more))
    given = [w.one(Eq(n, K + 1), Eq(n, K), Eq(n + K, 5), Eq(n, 2 * K), Eq(n, K + w.whole("p")),
                   Eq(n * K, 6), Eq(n, 3))]
    total, other = Sum(x[k], (k, 1, n)), Sum(x[k], (k, 1, K))
    pair = w.one((total, other), (total, other + x[n]), (total, other + x[K + 1]),
                 (Sum(1, (k, 1, n)), K + 1), (Sum(k, (k, 1, n)), K * (2 * K + 1)),
                 (Sum(1, (k, 1, n)) + K, S(5)), (total, x[1] + x[2] + x[3]),
                 (Sum(1, (k, 1, n)), n), (Sum(1, (k, K, n)), S(2)), (Abs(n - K), n - K))
    return Case(*pair, clean(given + w.one([], [], [K >= 1], [n >= 0])))


@family
def equations_of_sums(w):
    n, K, p = w.size("n"), w.size("K"), w.whole("p")
    y, x = w.tensor("y", n), w.tensor("x", n)
    value = w.one(S(1), S(1), S(0), w.number("u"))
    high = w.one(n, n, n, K, n - 1)
    low = w.one(S(1), S(1), S(0), S(2))
    given = [Eq(Sum(y[k], (k, low, high)), value)]
    u = w.number("v")
    total = Sum(y[k], (k, low, n))
    pair = w.one((total, value), (Sum(y[k], (k, low, n - 1)), value - y[n]),
                 (Sum(y[k] * u, (k, low, n)), u * value), (Sum(y[k], (k, low + 1, n)),
                                                           value - y[low]),
                 (Sum(x[j] * y[k], (j, 1, n), (k, low, n)), value * Sum(x[j], (j, 1, n))),
                 (Sum(y[k] ** 2, (k, low, n)), value), (Sum(y[k] - value / n, (k, 1, n)), S(0)),
                 (y[1], value), (Sum(y[k], (k, 1, p)), value - Sum(y[k], (k, p + 1, n))),
                 (Sum(y[n + 1 - k], (k, 1, n)), value))
    more = w.between(p, S(1), n) if pair[0].has(p) or pair[1].has(p) else []
    return Case(*pair, clean(given + more + w.one([], [], [], [n >= 1])))


@family
def rows_that_sum(w):
    n, K, p = w.size("n"), w.size("K"), w.whole("p")
    P, x = w.tensor("P", n, K), w.tensor("x")
    given = [Eq(Sum(P[a, k], (k, 1, K)), 1), *(spans(w, n, a) if w.chance(.7) else [])]
    pair = w.one((Sum(P[j, k], (k, 1, K), (j, 1, n)), n), (Sum(P[p, k], (k, 1, K)), S(1)),
                 (Sum(x[j] * P[j, k], (k, 1, K), (j, 1, n)), Sum(x[j], (j, 1, n))),
                 (Sum(P[k, p], (k, 1, n)), S(1)), (Sum(P[j, j], (j, 1, n)), S(1)),
                 (Sum(P[j, k], (k, 1, K), (j, 1, n + 1)), n + 1),
                 (Sum(P[j, k], (k, 1, K - 1), (j, 1, n)), n - Sum(P[j, K], (j, 1, n))))
    more = w.between(p, S(1), n) if pair[0].has(p) else []
    return Case(*pair, clean(given + more))


@family
def recursions_given(w):
    n, p = w.size("n"), w.whole("p")
    h, u = w.tensor("h", kind="real"), w.number("u")
    given = [Eq(h[a], w.one(h[a - 1] + 1, h[a - 1], u * h[a - 1], h[a - 1] + a)),
             *w.one([a >= 1, a <= n], [a >= 1], [a >= 2, a <= n], [a >= 0, a <= n], [])]
    pair = w.one((h[1], h[0]), (h[1] - h[0], S(1)), (h[2], h[0] + 2), (h[p] - h[p - 1], S(1)),
                 (h[n], h[0] + n), (Sum(h[k] - h[k - 1], (k, 1, n)), n), (h[p], h[p - 1]),
                 (h[0], h[-1] + 1))
    more = w.between(p, S(1), n) if pair[0].has(p) else []
    return Case(*pair, clean(given + more))
