"""Families: sums, products, counts, deltas and closed forms, over bounds of all kinds."""

from sympy import (
    Abs,
    And,
    Heaviside,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Product,
    S,
    Sum,
    Symbol,
    exp,
    factorial,
    floor,
    log,
    sign,
)

from .words import Case, family

j, k, l, r, s = (Symbol(name, integer=True) for name in "jklrs")


@family
def count(w):
    n = w.size("n")
    low, high = w.first(), w.last(n)
    if w.chance(.15):
        low = w.size("m")
    c = w.one(S(1), S(1), w.number("u"), S(3))
    value = high - low + 1
    rhs = w.one(c * value, c * value, c * value, c * Max(0, value), c * Max(0, value))
    given = w.one([], [], [value >= 0], [value >= -1], [n >= 1], [n >= 0], [n >= -3], [n >= 2],
                  [w.size("K") <= n], [w.whole("q") >= -3], [w.whole("q") >= 0])
    return Case(Sum(c, (k, low, high)), rhs, [g for g in given if g != True])  # noqa: E712


@family
def count_that_cancels(w):
    n = w.size("n")
    c = w.one(n, n - 1, n + 1, floor(9 / n), floor(n / 2), w.size("K") - 1, n - w.size("K"), 2 * n,
              n ** 2, n + w.whole("q"), w.size("K"))
    form = w.rng.randint(0, 5)
    x = w.tensor("x")
    if form == 0:
        lhs, rhs = Sum(1 / c, (r, 1, c)), S(1)
    elif form == 1:
        lhs, rhs = Sum(Sum(1 / (k - 1), (s, 1, k - 1)), (k, 1, n)), w.one(n, n - 1)
    elif form == 2:
        lhs, rhs = Sum(Sum(x[j], (j, 1, n)) / c, (r, 1, c)), Sum(x[j], (j, 1, n))
    elif form == 3:
        lhs, rhs = Sum(1, (r, 1, c)) / c, S(1)
    elif form == 4:
        lhs, rhs = Sum(Sum(1 / k, (s, 1, k)), (k, 1, n)), n
    else:
        lhs, rhs = Sum((x[r] - Sum(x[j], (j, 1, c)) / c), (r, 1, c)), S(0)
    given = w.one([], [], [], [c >= 1], [c >= 0], [Ne(c, 0)], [n >= 2])
    return Case(lhs, rhs, [g for g in given if g not in (True, False)])


@family
def delta_in_a_sum(w):
    n, q = w.size("n"), w.whole("q")
    x = w.tensor("x", n)
    low, high = w.first(), w.last(n)
    at = w.one(q, q, q, q + 1, n, S(1), n - 1, w.constant(0, 3))
    delta = KroneckerDelta(k, at)
    body = w.one(x[k], x[k], S(1), k, x[k] ** 2, x[k] * k)
    given = w.between(q, low, high) if w.chance(.8) else []
    value = body.xreplace({k: at})
    if w.chance(.25):
        value = value * Piecewise((1, And(at >= low, at <= high)), (0, True))
    lhs = Sum(delta * body, (k, low, high))
    if w.chance(.3):
        lhs, value = lhs * x[q], value * x[q]
    if w.chance(.2):
        lhs, value = lhs - value, S(0)
    return Case(lhs, value, given)


@family
def range_from_a_sum(w):
    """F2: a sum beside a free index must not narrow what is claimed of the index."""
    n, q, v = w.size("n"), w.whole("q"), w.number("v")
    x = w.tensor("x", n)
    low, high = w.first(), w.last(n)
    total = Sum(x[k], (k, low, high))
    given = w.between(q, w.one(S(1), low), w.one(n, high))
    form = w.rng.randint(0, 3)
    if form == 0:
        return Case(x[q] * Sum(KroneckerDelta(k, q) * x[k], (k, low, high)), x[q] ** 2, given)
    if form == 1:
        return Case(Sum(KroneckerDelta(k, q), (k, low, high)) + total + x[q],
                    1 + total + x[q], given)
    if form == 2:
        return Case(Sum(KroneckerDelta(k, q) * x[k], (k, low, high)) - x[q], S(0), given)
    return Case(x[q] * Sum(v * KroneckerDelta(q, k), (k, low, high)), v * x[q], given)


@family
def split_a_sum(w):
    n, m = w.size("n"), w.whole("m")
    x = w.tensor("x", n)
    low, high = w.first(), w.last(n)
    body = w.body(k, x)
    middle = w.one(m, m, m, n - 1, S(1), S(2))
    kind = w.one(Sum, Sum, Sum, Product)
    join = (lambda a, b: a * b) if kind is Product else (lambda a, b: a + b)
    given = w.between(m, low, high) if w.chance(.85) else []
    if w.chance(.2):
        given = [m >= low - 1, m <= high]
    rhs = join(kind(body, (k, low, middle)), kind(body, (k, middle + 1, high)))
    return Case(kind(body, (k, low, high)), rhs, given)


@family
def one_term_apart(w):
    n, t = w.size("n"), w.one(w.whole("t"), w.size("n"))
    x = w.tensor("x")
    low = w.first()
    body = w.body(s, x)
    given = w.one(w.between(t, w.constant(-1, 2), n) if t != n else [], [t >= 0], [t >= 1], [],
                  [t >= low], [t >= low - 1])
    kind = w.one(Sum, Sum, Product)
    join = (lambda a, b: a * b) if kind is Product else (lambda a, b: a + b)
    if w.chance(.6):
        rhs = join(kind(body, (s, low, t - 1)), body.xreplace({s: t}))
    else:
        rhs = join(kind(body, (s, low + 1, t)), body.xreplace({s: low}))
    return Case(kind(body, (s, low, t)), rhs, [g for g in given if g not in (True, False)])


@family
def backwards_and_shifted(w):
    n = w.size("n")
    x = w.tensor("x", n)
    low, high = w.first(), w.last(n)
    body = w.body(k, x)
    c = w.one(S(1), S(-1), S(2), w.whole("q"))
    if w.chance(.5):
        rhs = Sum(body.xreplace({k: low + high - k}), (k, low, high))
    else:
        rhs = Sum(body.xreplace({k: k - c}), (k, low + c, high + c))
    if w.chance(.15):
        rhs = rhs.xreplace({c: c + 1})
    return Case(Sum(body, (k, low, high)), rhs)


@family
def triangles(w):
    n = w.size("n")
    X = w.tensor("X", n, n) if w.chance(.3) else w.tensor("X")
    body = w.one(X[j, k], j * k, S(1), X[j, k] * KroneckerDelta(j, k), X[j, k] * X[k, j], k)
    low = w.one(S(1), S(1), S(0), S(2))
    gap = w.one(0, 0, 1, 1, 2)
    lhs = Sum(body, (k, low, j - gap), (j, low, n))
    other = w.one(0, 0, 0, 1)
    rhs = Sum(body, (j, k + gap + other, n), (k, low, n))
    form = w.rng.randint(0, 4)
    if form == 0:
        rhs = Sum(body * Heaviside(j - k - gap, 1), (j, low, n), (k, low, n))
    elif form == 1:
        rhs = Sum(body, (j, low, n), (k, low, n)) - Sum(body, (k, j - gap + 1 + other, n),
                                                        (j, low, n))
    elif form == 2:
        body = w.one(S(1), j, k)
        lhs = Sum(body, (k, 1, j - gap), (j, 1, n))
        closed = {S(1): n * (n + 1) / 2 - gap * n, j: n * (n + 1) * (2 * n + 1) / 6,
                  k: n * (n + 1) * (n + 2) / 6}
        rhs = closed[body]
    given = w.one([], [], [], [n >= 1], [n >= 0], [n >= 2])
    return Case(lhs, rhs, [g for g in given if g not in (True, False)])


@family
def bands(w):
    n, i, h = w.size("n"), w.whole("i"), w.whole("h")
    x = w.tensor("x")
    width = w.one(1, 3, 3, 2)
    given = w.one([i <= h, h <= i + width], [i >= 1, i <= h, h <= i + width, h <= n],
                  [h >= i - width, h <= i + width], [i <= h, h <= n, i >= 1])
    form = w.rng.randint(0, 4)
    if form == 0:
        return Case(Sum(KroneckerDelta(k, h) * x[k], (k, i, i + w.one(width, width - 1))), x[h],
                    given)
    if form == 1:
        return Case(Abs(h - i), h - i, given)
    if form == 2:
        return Case(Sum(x[k], (k, i, h)), Sum(x[k], (k, i, h - 1)) + x[h], given)
    if form == 3:
        return Case(Sum(x[k], (k, i, i + width)), Sum(x[k], (k, i, h)) +
                    Sum(x[k], (k, h + 1, i + width)), given)
    return Case(Max(h - i, 0) + Min(h - i, width), w.one(2 * (h - i), h - i + width), given)


@family
def closed_forms(w):
    n, u = w.size("n"), w.number("u")
    pairs = [
        (k, n * (n + 1) / 2), (k ** 2, n * (n + 1) * (2 * n + 1) / 6),
        (2 * k - 1, n ** 2), (k ** 3, (n * (n + 1) / 2) ** 2), (k * (k + 1), n * (n + 1) * (n + 2)
                                                                / 3),
        (1 / (k * (k + 1)), n / (n + 1)), (2 ** k, 2 ** (n + 1) - 2), ((-1) ** k,
                                                                      ((-1) ** n - 1) / 2),
        (u ** k, u * (1 - u ** n) / (1 - u)), (u ** (k - 1), (u ** n - 1) / (u - 1)),
    ]
    body, closed = w.one(*pairs)
    t = w.last(n) if w.chance(.3) else n
    rhs = closed.xreplace({n: t})
    given = w.one([], [], [], [n >= 0], [n >= 1], [n >= -1], [n >= 3])
    if w.chance(.25):
        rhs = rhs + w.one(KroneckerDelta(n, 3), KroneckerDelta(n, 0), Heaviside(n - 6, 1),
                          KroneckerDelta(n, 7), KroneckerDelta(n, -1))
    return Case(Sum(body, (k, 1, t)), rhs, [g for g in given if g not in (True, False)])


@family
def induction_over_parity(w):
    """F1: what holds for the first even or odd sizes alone."""
    n = w.size("n", w.one("even positive", "odd positive", "even", "odd", "not even", "positive",
                          "even nonnegative", "nonnegative", "plain", "prime"))
    places = w.rng.sample(range(8), w.rng.randint(1, 3))
    body = w.one(1 + (-1) ** k, 1 - (-1) ** k, S(1))
    for place in places:
        body = body * (k - place)
    if w.chance(.3):
        return Case(Sum((-1) ** k, (k, 1, n)), w.one(S(0), S(-1), ((-1) ** n - 1) / 2))
    return Case(Sum(body, (k, 1, n)), S(0))


@family
def parity(w):
    n, q = w.size("n"), w.whole("q", w.one(*["plain", "even", "odd", "positive", "not even"]))
    m = w.one(n, q, n + q, 2 * q, 2 * n + 1, n - 1, q ** 2, n * (n + 1), n * q)
    rhs = w.one(S(1), S(-1), (-1) ** q, (-1) ** n, -(-1) ** (m + 1), (-1) ** (m + 2), (-1) ** -m,
                Integer(1) - 2 * (m - 2 * floor(m / 2)))
    if w.chance(.3):
        return Case(KroneckerDelta(2 * floor(m / 2), m), w.one((1 + (-1) ** m) / 2, S(1), S(0)))
    return Case((-1) ** m, rhs)


@family
def signs_over_a_range(w):
    n, m = w.size("n"), w.whole("m")
    f, g = w.one((Abs(k), k), (sign(k), S(1)), (Max(k, 0), k), (k / Abs(k), S(1)),
                 (Heaviside(k, 1), S(1)), (Max(k, m), k), (Min(k, m), m), (Abs(k - m), k - m),
                 (Abs(k - n), n - k), (Max(k, n), n), (sign(k - m + 1), S(1)))
    low = w.one(m, m, S(1), S(0), S(-1))
    given = w.one([], [m >= 0], [m >= 1], [m >= -5], [m >= -1], [m <= n], [m > 0], [m >= 1, m <= n])
    return Case(Sum(f, (k, low, n)), Sum(g, (k, low, n)), given)


@family
def halves(w):
    n = w.size("n")
    x = w.tensor("x")
    form = w.rng.randint(0, 4)
    h = floor(n / 2)
    if form == 0:
        return Case(Sum(1, (k, 1, h)), w.one(h, n / 2, (n - 1) / 2))
    if form == 1:
        return Case(Sum(x[k], (k, 1, 2 * n)),
                    Sum(x[2 * k], (k, 1, n)) + Sum(x[2 * k - w.one(1, 1, 0)], (k, 1, n)))
    if form == 2:
        return Case(Sum(x[k], (k, 1, n)), Sum(x[k], (k, 1, h)) + Sum(x[k], (k, h + 1, n)))
    if form == 3:
        return Case(h, w.one(n / 2, (n - 1) / 2, n - h))
    return Case(Sum(x[k], (k, 1, 2 * n)), Sum(x[k], (k, 1, n)) + Sum(x[n + k], (k, 1, n)))


@family
def products(w):
    n, u = w.size("n"), w.number("u")
    x = w.tensor("x", n)
    p = w.tensor("p", kind="positive")
    form = w.rng.randint(0, 8)
    low = w.one(S(1), S(1), S(0), S(2))
    if form == 0:
        return Case(Product(u, (k, low, n)), u ** (n - low + 1))
    if form == 1:
        return Case(Product(u * x[k], (k, 1, n)), u ** n * Product(x[k], (k, 1, n)))
    if form == 2:
        return Case(log(Product(p[k], (k, low, n))), Sum(log(p[k]), (k, low, n)))
    if form == 3:
        return Case(Product(exp(x[k]), (k, low, n)), exp(Sum(x[k], (k, low, n))))
    if form == 4:
        return Case(Product(k, (k, 1, n)), w.one(factorial(n), n * factorial(n - 1)))
    if form == 5:
        return Case(Product(x[k], (k, low, n)), Product(x[k], (k, low, n - 1)) * x[n])
    if form == 6:
        return Case(Product(p[k + 1] / p[k], (k, 1, n)), p[n + 1] / p[1])
    if form == 7:
        return Case(Product(1 + 1 / k, (k, 1, n)), n + 1)
    return Case(Product(x[k], (k, low, n)) * Sum(KroneckerDelta(k, low), (k, low, n)),
                Product(x[k], (k, low + 1, n)) * x[low])


@family
def two_sums(w):
    n, K = w.size("n"), w.size("K")
    A, x = w.tensor("A", n, K), w.tensor("x", n)
    form = w.rng.randint(0, 5)
    if form == 0:
        return Case(Sum(A[j, k], (j, 1, n), (k, 1, K)), Sum(A[j, k], (k, 1, K), (j, 1, n)))
    if form == 1:
        return Case(Sum(x[j], (j, 1, n), (k, 1, K)), w.one(K, n, K) * Sum(x[j], (j, 1, n)))
    if form == 2:
        return Case(Sum(x[j], (j, 1, n)) ** 2, Sum(x[j] * x[k], (j, 1, n), (k, 1, n)))
    if form == 3:
        return Case(Sum((x[j] - x[k]) ** 2, (j, 1, n), (k, 1, n)),
                    2 * n * Sum(x[j] ** 2, (j, 1, n)) - 2 * Sum(x[j], (j, 1, n)) ** 2)
    if form == 4:
        return Case(Sum(A[j, k] * KroneckerDelta(j, k), (j, 1, n), (k, 1, K)),
                    Sum(A[j, j], (j, 1, w.one(n, K, Min(n, K)))),
                    w.one([], [n <= K], [n >= K], [n < K]))
    return Case(Sum(Sum(A[j, k], (j, 1, n)) / n, (k, 1, K)) / K,
                Sum(A[j, k], (j, 1, n), (k, 1, K)) / (n * K))


@family
def odd_bounds(w):
    """Bounds that are cases, floors of reals, or sums; one bound must not change a symbol."""
    n, K, u = w.size("n"), w.size("K"), w.number("u")
    x = w.tensor("x")
    high = w.one(Piecewise((n, u > 0), (K, True)), floor(u), Max(n, K), Min(n, K), Max(n, 0),
                 n * K, n - K, Abs(w.whole("q")), w.whole("q") ** 2)
    rhs = w.one(high, high, Max(high, 0), n)
    if w.chance(.2):
        return Case(Sum(x[k], (k, 1, high)) + Abs(u), Sum(x[k], (k, 1, high)) + w.one(u, sign(u) * u
                                                                                     ))
    return Case(Sum(1, (k, 1, high)), rhs, w.one([], [], [u > 0], [u >= 0], [n >= K]))


@family
def softmax_of_nothing(w):
    n, q = w.size("n"), w.whole("q")
    z = w.tensor("z", n)
    total = Sum(exp(z[j]), (j, 1, n))
    form = w.rng.randint(0, 5)
    high = w.one(n, n, n, n - 1)
    given = w.between(q, S(1), n)
    if form == 0:
        return Case(Sum(exp(z[k]) / total, (k, 1, high)), S(1))
    if form == 1:
        return Case(total / total, S(1))
    if form == 2:
        return Case(Sum(KroneckerDelta(k, q) * log(exp(z[k]) / total), (k, 1, high)),
                    z[q] - log(total), given)
    if form == 3:
        return Case(log(Sum(exp(z[j] + w.number("u")), (j, 1, n))), w.number("u") + log(total))
    if form == 4:
        return Case(Sum((KroneckerDelta(k, q) - exp(z[k]) / total), (k, 1, high)), S(0), given)
    return Case(sign(total), S(1))
