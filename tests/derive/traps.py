"""Statements on which the engine was wrong, slow or rude once, and what is expected of it.

``expected`` is, by the reading in ``tests/derive/fuzz/reading.py``:

* ``not proved``: false; refuted, undecided and refused are all fine;
* ``refuted``: false, and a small point shows it;
* ``not refuted``: true; ``proved``: true, and the engine has what it takes;
* ``refused``: a TypeError or ValueError;
* ``any``: no more than an answer in time.

All within 10 seconds, with no exception but TypeError and ValueError.
"""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Float,
    Heaviside,
    IndexedBase,
    KroneckerDelta,
    Lt,
    Max,
    Ne,
    Piecewise,
    Product,
    S,
    Sum,
    Symbol,
    acos,
    asin,
    cos,
    cosh,
    exp,
    factorial,
    floor,
    gamma,
    log,
    loggamma,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
)

from nnbook.derive import (
    expectation,
    gaussian,
    index,
    partial,
    random_variable,
    reals,
    sizes,
    tensor,
    variance_of,
)

a, b, i, j, k, m, q, r, s = (Symbol(name, integer=True) for name in "abijkmqrs")
n, K = sizes("n K")
u, v, d = reals("u v d")
c = reals("c", positive=True)
x, y, W, A, U = (IndexedBase(name, real=True) for name in ("x", "y", "W", "A", "U"))
even = Symbol("t", even=True, positive=True)
odd = Symbol("t", odd=True, positive=True)
not_even = Symbol("t", integer=True, even=False, positive=True)
from_zero = Symbol("t", integer=True, nonnegative=True)
big = S(10) ** 50
total = Sum(x[k], (k, 1, n))
ab = [a >= 1, a <= n, b >= 1, b <= n]
in_n = [q >= 1, q <= n]
y_K, k_K, c_K = tensor("y", K), index("k", K), index("c", K)
aside = [j >= 1, j <= n, m >= 1, m <= n, q >= 1, q <= n]
long_sum = u + v + c + d + 1
softplus = log(1 + exp(-50 * Abs(u)))

F1 = {
    "induction over an even size": (Sum((1 + (-1) ** k) * (k - 2) * (k - 4), (k, 1, even)), 0),
    "induction over an odd size": (
        Sum((1 - (-1) ** k) * (k - 1) * (k - 2) * (k - 3), (k, 1, odd)), 0),
    "induction over a size that is not even": (
        Sum((1 - (-1) ** k) * (k - 1) * (k - 2) * (k - 3), (k, 1, not_even)), 0),
}

F2 = {
    "a sum from 2 narrows q": (x[q] * Sum(KroneckerDelta(k, q) * x[k], (k, 2, n)), x[q] ** 2, in_n),
    "a sum to n - 1 narrows q": (
        x[q] * Sum(KroneckerDelta(k, q) * x[k], (k, 1, n - 1)), x[q] ** 2, in_n),
    "the same, derived": (Derivative(v * x[q] + Sum(x[k], (k, 2, n)), x[q]), v + 1, in_n),
    "the same, as the book writes it": (partial(v * x[q] + Sum(x[k], (k, 2, n)), x[q]), v + 1,
                                        in_n),
    "the same, without conditions": (partial(v * x[q] + Sum(x[k], (k, 2, n)), x[q]), v + 1),
    "q anywhere": (Sum(KroneckerDelta(k, q) * x[k], (k, 1, n)), x[q]),
    "q anywhere, on one side": (Sum(KroneckerDelta(k, q) * x[k], (k, 1, n)) - x[q], 0),
}

F3 = {
    "a count by floor": (Sum(1 / floor(9 / n), (r, 1, floor(9 / n))), 1),
    "a count that is 0 at K = 1": (Sum(1 / (K - 1), (r, 1, K - 1)), 1),
    "means over predecessors": (Sum(Sum(1 / (k - 1), (s, 1, k - 1)), (k, 1, n)), n),
    "a constant over a count": (Sum(u / (K - 1), (r, 1, K - 1)), u),
}

F4 = {
    "k from 0": (Sum(KroneckerDelta(j, 1), (j, 1, k)), 1, [k >= 0]),
    "k from 0, prefix sums": (
        Sum(x[s], (s, 1, k)), Sum(x[s], (s, 1, k - 1)) + x[k], [k >= 0, k <= n]),
    "t from 0": (Sum(KroneckerDelta(j, 1), (j, 1, from_zero)), 1),
    "a bound from -5": (Sum(Abs(k), (k, m, n)), Sum(k, (k, m, n)), [m >= -5]),
    "a bound shifted below 1": (Sum(1, (k, 1, n + q)), n + q, [q >= -3]),
    "a real in a bound": (Sum(1, (k, 1, floor(u))), floor(u)),
    "cases in a bound": (Sum(1, (k, 1, Piecewise((n, u > 0), (K, True)))), n),
    "an integer as a bound": (Sum(1, (k, 1, m)), m),
    "an integer as a bound, geometric": (Sum(2 ** k, (k, 1, m)), 2 ** (m + 1) - 2),
    "one bound is not a fact elsewhere": (Abs(m) + Sum(x[k], (k, 1, m)),
                                          m + Sum(x[k], (k, 1, m))),
    "a negative number of terms": (Sum(x[k], (k, 1, m - n)) + Sum(x[k], (k, m - n + 1, m)),
                                   Sum(x[k], (k, 1, m))),
}

F5 = {"a range in a delta": (KroneckerDelta(q, r, (1, 3)), KroneckerDelta(q, r))}

F6 = {
    "zero off the diagonal": (Sum(W[i, i], (i, 1, n)), 0, [Eq(W[a, b], 0), Ne(a, b), *ab]),
    "zero but at 1": (Sum(y[k], (k, 1, n)), 0, [Eq(y[a], 0), Ne(a, 1), a >= 1, a <= n]),
    "zero but at c": (Sum(y_K[k_K], (k_K, 1, K)), 0, [Eq(y_K[m], 0), Ne(m, c_K), m >= 1, m <= K]),
    "zero but at c, with index": (
        Sum(y_K[k], (k, 1, K)), 0, [Eq(y_K[k_K], 0), Ne(k_K, c_K)]),
    "zero below the diagonal": (Sum(W[i, i], (i, 1, n)), 0, [Eq(W[a, b], 0), b < a, *ab]),
}

# An induction on an index that has a last value, by what holds at all but the last of them
TO_AN_END = {
    "a delta at the first of two": (
        Sum(KroneckerDelta(q, k) * x[k], (k, i, i)), x[q], [i <= q, q <= i + 1]),
    "a delta at the first two of three": (
        Sum(KroneckerDelta(q, k) * x[k], (k, i, i + 1)), x[q], [i <= q, q <= i + 2]),
}

# Ranges that are cut, products of what may be 0
CUTS = {
    "cut beyond the end": (
        Sum(x[k], (k, 1, q)) + Sum(x[k], (k, q + 1, n)), total, [q >= 1]),
    "cut before the start": (
        Sum(x[k], (k, 1, q)) + Sum(x[k], (k, q + 1, n)), total, [q <= n]),
    "a mask beyond the end": (Sum(Heaviside(q - k, 1) * x[k], (k, 1, n)),
                              Sum(x[k], (k, 1, q)), [q >= 1]),
    "a triangle and the strict one": (
        Sum(W[j, k], (k, 1, j), (j, 1, n)), Sum(W[j, k], (j, k + 1, n), (k, 1, n))),
    "a triangle transposed": (
        Sum(W[j, k], (k, 1, j), (j, 1, n)), Sum(W[k, j], (k, 1, j), (j, 1, n))),
    "a factor at the wrong end": (
        Product(x[k], (k, 1, n)), x[n] * Product(x[k], (k, 1, n - 1)) + KroneckerDelta(x[1], 0)),
    "a recurrence from elsewhere": (
        x[n], c ** n * x[0], [Eq(x[a], c * x[a - 1]), a >= 2, a <= n]),
    "a recurrence that ends before": (
        x[n], c ** n * x[0], [Eq(x[a], c * x[a - 1]), a >= 1, a <= n - 1]),
    "returns off by one": (
        Sum(c ** (k - q) * x[k], (k, q, n)),
        x[q] + c * Sum(c ** (k - q) * x[k], (k, q + 1, n)), in_n),
}

TRUE_ASSUMPTIONS = {   # what the same conditions do prove
    "a count from 0": (Sum(1, (k, 1, from_zero)), from_zero),
    "a triangle from 0": (Sum(k, (k, 1, from_zero)), from_zero * (from_zero + 1) / 2),
    "q in its range": (Sum(KroneckerDelta(k, q) * x[k], (k, 1, n)), x[q], in_n),
    "a size that is given": (Sum(KroneckerDelta(j, 1), (j, 1, k)), 1, [k >= 1]),
    "a count that is not 0": (Sum(1 / n, (r, 1, n)), 1),
    "prefix sums": (Sum(x[s], (s, 1, k)), Sum(x[s], (s, 1, k - 1)) + x[k], [k >= 1, k <= n]),
    "all entries": (total, n, [Eq(x[a], 1), a >= 1, a <= n]),
    "positive entries": (Sum(Abs(x[k]), (k, 1, n)), total, [x[a] > 0, a >= 1, a <= n]),
}

FALSE_REFUTATIONS = {
    "zero but at a place": (
        Sum(y[k], (k, 1, n)), y[q], [Eq(y[a], 0), Ne(a, q), a >= 1, a <= n, *in_n]),
    "cosh² - sinh²": (cosh(50 * u) ** 2 - sinh(50 * u) ** 2, 1),
    "cosh² - sinh², larger": (cosh(100 * u) ** 2 - sinh(100 * u) ** 2, 1),
    "cubes of 10⁵⁰": ((u + big) ** 3 - big ** 3 - 3 * big ** 2 * u - 3 * big * u ** 2, u ** 3),
    "SymPy's slopes by an entry that moves": (
        Sum(KroneckerDelta(q, k) * Sum(
            Derivative(Sum(A[j, i] * x[j], (i, 1, n)), A[k, k]), (j, 1, n)), (k, 1, n)),
        x[q], in_n),
    "lower triangle": (Sum(A[i, j], (j, 1, i), (i, 1, n)), Sum(A[i, i], (i, 1, n)),
                       [Eq(A[a, b], 0), Lt(b, a), b >= 1, a >= 1, a <= n]),
    "all entries, of no shape": (total, n, [Eq(x[a], 1)]),
    "symmetric, of no shape": (Sum(W[i, q] * x[i], (i, 1, n)), Sum(W[q, i] * x[i], (i, 1, n)),
                               [Eq(W[a, b], W[b, a])]),
    "orthonormal, of no shape": (
        Sum(Sum(U[j, k] * x[j], (j, 1, n)) ** 2, (k, 1, n)), Sum(x[j] ** 2, (j, 1, n)),
        [Eq(Sum(U[a, k] * U[b, k], (k, 1, n)), KroneckerDelta(a, b))]),
}

DECIMALS = {
    "a float of 20 digits": (Float("0.1", 20) * u, u / 10),
    "a float": (0.1 * u, u / 10),
}

SLOW_TRUE = {
    "10⁸ terms": (Sum(k, (k, 1, 10 ** 8)), S(10) ** 8 * (10 ** 8 + 1) / 2),
    "n²⁰ terms": (Sum(1, (k, 1, n ** 20)), n ** 20),
    "powers of a long sum": (long_sum ** 60 * (u + 1), u * long_sum ** 60 + long_sum ** 60),
    "softplus": (log(exp(50 * u) + 1) + log(exp(-50 * u) + 1), 50 * Abs(u) + 2 * softplus),
    "conditions aside, sign": (
        sign(log(c + exp(n))), 2 * Heaviside(log(c + exp(n)), 0) - 1, aside),
    "conditions aside, roots": (sqrt(u * v), sqrt(u) * sqrt(Abs(v)), aside),
}

SLOW = {
    "a tower of cosh": (cosh(cosh(cosh(10 * u))), 0),
    "a tower of cosh and itself": (cosh(cosh(cosh(10 * u))), cosh(cosh(cosh(-10 * u)))),
    "10⁸ terms without closed form": (Sum(sqrt(k), (k, 1, 10 ** 8)), 0),
    "powers that differ": (long_sum ** 40 - (long_sum + 1) ** 40, 0),
    "powers that differ, times": (long_sum ** 60 * (u + 1), u * long_sum ** 60),
}

RUDE_TRUE = {   # these ended in RecursionError, OverflowError or a stranger's ValueError
    "sizes that bound each other": (n, K, [n <= K, n >= K]),
    "sizes that contradict": (n, K, [n > K, n < K]),
    "q beyond its sum": (x[q] + total, total + x[q], [q >= n]),
    "factorial": (factorial(q), q * factorial(q - 1)),
    "gamma": (gamma(u + 1), u * gamma(u)),
    "loggamma": (loggamma(u + 1), loggamma(u) + log(u)),
    "asin in a maximum": (Max(asin(u), 0), (asin(u) + Abs(asin(u))) / 2),
    "asin": (asin(u) + 1, 1 + asin(u)),
    "acos and asin": (acos(u) + asin(u), pi / 2),
}

RUDE = {
    "a band": (i, j, [i <= j, j <= i + 3]),
    "a band, sum": (Sum(KroneckerDelta(k, j), (k, i, i + 2)), 1, [i <= j, j <= i + 3]),
    "large powers": ((n + 1) ** 200 * (n + 2) ** 200 * (n + 3) ** 200 * (n + 4) ** 200, 0),
    "a number of derivatives": (Derivative(u ** 3, (u, n)), 0),
}

ANGLES = {
    "a root of 1 - sin²": (sqrt(1 - sin(u) ** 2), cos(u)),
    "half an angle, by a root": (sqrt((1 - cos(u)) / 2), sin(u / 2)),
    "a turn that is not whole": (cos(u + pi * q), cos(u)),
    "the angle of a sine": (asin(sin(u)), u),
    "a sine over itself, at a sum of none": (Sum(sin(u) / sin(u), (k, 1, q)), q),
    "a rotation by the sum": (
        (v * cos(q * u) - d * sin(q * u)) * cos(r * u) + (v * sin(q * u) + d * cos(q * u))
        * sin(r * u), v * cos((q + r) * u) - d * sin((q + r) * u)),
    "squares at two angles": (Sum(sin(k * u) ** 2 + cos((k + 1) * u) ** 2, (k, 1, n)), n),
    "a double angle beyond the largest": (sin(40 * u), 2 * sin(20 * u) * cos(21 * u)),
}

i_n, j_n, a_n, b_n, q_n, r_n = index("i j a b q r", n)
S_n, c_K2, d_K = tensor("W", n, n), index("c'", K), index("d'", K)
U_K = tensor("U", K, n)
skew, same = Eq(S_n[a_n, b_n], -S_n[b_n, a_n]), Eq(S_n[a_n, b_n], S_n[b_n, a_n])
rows = Eq(Sum(U_K[c_K2, i_n] * U_K[d_K, i_n], (i_n, 1, n)), KroneckerDelta(c_K2, d_K))
y_n, x_n = tensor("y", n), tensor("x", n)
CONDITIONS = {
    "symmetric, but for the last": (W[q, r], W[r, q], [
        Eq(W[a, b], W[b, a]), a >= 1, a < n, b >= 1, b < n, *in_n, r >= 1, r <= n]),
    "symmetric at one place": (
        S_n[q_n, r_n] + S_n[a_n, b_n], S_n[r_n, q_n] + S_n[a_n, b_n], [same]),
    "antisymmetric is not symmetric": (S_n[q_n, r_n], S_n[r_n, q_n], [skew]),
    "antisymmetric, two vectors": (
        Sum(S_n[i_n, j_n] * x_n[i_n] * y_n[j_n], (i_n, 1, n), (j_n, 1, n)), 0, [skew]),
    "antisymmetric, squared": (Sum(S_n[i_n, j_n] ** 2, (i_n, 1, n), (j_n, 1, n)), 0, [skew]),
    "antisymmetric, products": (
        Sum(S_n[i_n, j_n] * S_n[j_n, i_n], (i_n, 1, n), (j_n, 1, n)),
        Sum(S_n[i_n, j_n] ** 2, (i_n, 1, n), (j_n, 1, n)), [skew]),
    "antisymmetric, in a function": (
        Sum(exp(S_n[i_n, j_n]), (i_n, 1, n), (j_n, 1, n)),
        Sum(exp(-S_n[i_n, j_n]) - S_n[i_n, j_n] ** 2, (i_n, 1, n), (j_n, 1, n)), [skew]),
    "no diagonal is not zero": (
        Sum(S_n[i_n, j_n], (i_n, 1, n), (j_n, 1, n)), 0, [same, Eq(S_n[a_n, a_n], 0)]),
}
ORTHONORMAL = {
    "rows are no columns": (
        Sum(U_K[k_K, i_n] * U_K[k_K, j_n], (k_K, 1, K)), KroneckerDelta(i_n, j_n), [rows]),
    "all of a vector in a plane": (
        Sum(Sum(U_K[k_K, i_n] * x_n[i_n], (i_n, 1, n)) ** 2, (k_K, 1, K)),
        Sum(x_n[i_n] ** 2, (i_n, 1, n)), [rows]),
}
MORE_CONDITIONS = {
    "a sum times what may be 0": (
        Sum(x_n[i_n], (i_n, 1, n)), 0, [Eq(u * Sum(x_n[i_n], (i_n, 1, n)), 0)]),
    "a mean is no sum": (
        Sum(x_n[i_n], (i_n, 1, n)), 1, [Eq(Sum(x_n[i_n], (i_n, 1, n)) / n, 1)]),
    "a mean of squares": (
        Sum(x_n[i_n] ** 2, (i_n, 1, n)), n, [Eq(Sum(x_n[i_n], (i_n, 1, n)) / n, 1)]),
    "one entry, by which SymPy differentiates": (
        Derivative(Sum(x_n[j_n], (j_n, 1, n)) ** 2, x_n[i_n]), 2 * n, [Eq(x_n[i_n], 1)]),
    "ahead of one only": (partial(Max(u, v, d), u), 1, [u > v]),
    "order of two pairs": (Max(u, v, d), u, [u >= v, d >= v]),
    "all equal by a circle, but one": (Max(u, v, d, c), u, [u >= v, v >= d, d >= u]),
}

z, standard = gaussian("z", u, v), gaussian("z", 0, 1)
two = random_variable("x", u, c)
doubled = gaussian("y", standard, 1)
zs, qs = gaussian("z", i_n, x_n[i_n], 1), random_variable("q", i_n, 0, 1)
MEANS = {
    "a wrong moment": (expectation(standard ** 4, standard), 2),
    "a moment of a moment": (expectation(z ** 2, z), u ** 2),
    "a dependence as independence": (
        expectation(standard * doubled, standard, doubled),
        expectation(standard, standard) * expectation(doubled, standard, doubled)),
    "a variable is not independent of itself": (
        expectation(two * two, two), expectation(two, two) ** 2),
    "a fourth moment from two": (expectation((two - u) ** 4, two), 3 * c ** 2),
    "a third moment from two": (expectation((two - u) ** 3, two), 0),
    "exponential of a mean": (expectation(exp(z), z), exp(expectation(z, z)), [u < 1, v < 1]),
    "entries that may be one": (
        expectation(zs[q_n] * zs[r_n], zs), x_n[q_n] * x_n[r_n]),
    "entries that are not always one": (
        expectation(zs[q_n] * zs[r_n], zs), x_n[q_n] * x_n[r_n] + 1),
    "fourth power of any sum": (
        expectation(Sum(qs[i_n], (i_n, 1, n)) ** 4, qs), 3 * n ** 2),
    "the variance of a sum with itself": (variance_of(2 * two, two), 2 * c),
    "the scale of a score forgotten": (
        variance_of(Sum(qs[i_n] * x_n[i_n], (i_n, 1, n)), qs), n),
    "a draw is not its mean": (z, expectation(z, z)),
    "a condition on the draw is none on the mean": (expectation(Abs(z), z), u, [z > 0]),
    "a square of a mean": (expectation(exp(2 * z), z), expectation(exp(z), z) ** 2),
    "slope by a deviation, half of it": (
        partial(expectation(gaussian("z", u, c ** 2) ** 2, gaussian("z", u, c ** 2)), c), c),
}
# With a negative variance there is no mean; the oracle integrates polynomials and exponentials, and
# it needs more than two moments.
NO_MEANS = {
    "mean of a reciprocal": (expectation(1 / (1 + standard ** 2), standard), S(1) / 2),
    "an exponential from two moments": (expectation(exp(two), two), exp(u + c / 2)),
    "a negative variance": (expectation(gaussian("z", 0, -c) ** 2, gaussian("z", 0, -c)), -c),
}

TRAPS = {
    (group, name): (statement, expected) for group, statements, expected in (
        ("F1", F1, "not proved"), ("F2", F2, "not proved"), ("F3", F3, "not proved"),
        ("F4", F4, "not proved"), ("F5", F5, "refused"), ("F6", F6, "not proved"),
        ("to an end", TO_AN_END, "not proved"),
        ("cuts", CUTS, "not proved"),
        ("assumptions", TRUE_ASSUMPTIONS, "proved"),
        ("false refutations", FALSE_REFUTATIONS, "not refuted"), ("decimals", DECIMALS, "proved"),
        ("angles", ANGLES, "not proved"), ("conditions", CONDITIONS, "not proved"),
        ("conditions", MORE_CONDITIONS, "not proved"),
        ("orthonormal", ORTHONORMAL, "not proved"), ("means", MEANS, "not proved"),
        ("no means", NO_MEANS, "not proved"),
        ("slow", SLOW_TRUE, "not refuted"), ("slow", SLOW, "any"),
        ("rude", RUDE_TRUE, "not refuted"), ("rude, false", RUDE, "not proved"))
    for name, statement in statements.items()
}

# Statements that are proved, and texts that claim too much if they are the whole scope.

even_m = Symbol("m", even=True)
minus, at_most_0, not_0 = (reals("u", **{name: True})
                           for name in ("negative", "nonpositive", "nonzero"))

SCOPES = {
    "a log of a square": (log(u ** 2), 2 * log(u), (), ["for all real u"]),
    "the geometric sum": (Sum(u ** k, (k, 0, n)), (1 - u ** (n + 1)) / (1 - u), (),
                          ["for all sizes n, all real u", "for all real u, all sizes n"]),
    "a log on both sides": (Abs(u) + log(u), u + log(u), (), ["for all real u"]),
    "a size from 0": (Sum(1, (k, 1, from_zero)), from_zero, (), ["for all sizes t"]),
    "an even size": (Sum(1, (k, 1, even)), even, (), ["for all sizes t"]),
    "negative": (Abs(minus), -minus, (), ["for all real u"]),
    "nonpositive": (Abs(at_most_0) + 1, 1 - at_most_0, (), ["for all real u"]),
    "nonzero": (Abs(not_0) / not_0, sign(not_0), (), ["for all real u"]),
    "even": ((-1) ** even_m + q, 1 + q, (), ["for all integer m, q", "for all integer q, m"]),
    "a size that is bounded": (Sum(KroneckerDelta(k, K), (k, 1, n)), 1, [n >= K],
                               ["for all sizes n, all K in range, given n >= K"]),
}
