"""False statements that a prover may fall for: neither numbers nor forms may prove one."""

import pytest
from sympy import (
    Abs,
    And,
    Eq,
    Float,
    Function,
    Heaviside,
    Idx,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cos,
    exp,
    factorial,
    log,
    oo,
    sign,
    sin,
    sqrt,
    symbols,
)

from nnbook.derive import (
    as_written,
    define,
    derivative,
    index,
    partial,
    product_over,
    prove,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.engine.proof import proved_by_form
from nnbook.derive.words.statement import read

n, K = sizes("n K")
i, a, b = index("i a b", n)
k, m, j = index("k m j", K)
i_of_K = index("i", K)
x, t, y = tensor("x", n), tensor("t", n), tensor("y", K)
z, s = tensor("z", n, K), tensor("s", n, n)
X = IndexedBase("X", real=True)
u, v, c = reals("u v c")
w = reals("w", positive=True)
q, r = symbols("q r", integer=True)
negative = Symbol("N", integer=True, negative=True)
iota = Symbol("ι1", integer=True)
f = Function("f")

FALSE = {
    "sine and cosine": (sin(u) ** 2 - cos(u) ** 2, 1),
    "at most is not below": (KroneckerDelta(q, K), 0, [q >= 1, q <= K]),
    "at least is not above": (KroneckerDelta(q, 1), 0, [q >= 1, q <= K]),
    "a difference that may be 0": (sign(K - q), 1, [q >= 1, q <= K]),
    "above is not far above": (Sum(KroneckerDelta(r, q + 1), (r, 1, K)), 1, [q >= 1, q <= K]),
    "factors that stay in a sum": (Sum(y[q] / (K - 1), (q, 1, K - 1)),
                                   Sum(y[q] ** 2 / (K - 1), (q, 1, K - 1))),
    "factorial of 0": (factorial(q), 0, Eq(q, 0)),
    "of two angles": (sin(u) ** 2 + cos(v) ** 2, 1),
    "cubes": (sin(u) ** 3 + cos(u) ** 3, sin(u) + cos(u)),
    "factorial": (factorial(n + 2), (n + 2) * n * factorial(n)),
    "factorial below 0": (factorial(q + 1), (q + 1) * factorial(q) + Heaviside(-q - 1, 0)),
    "log of a cube": (log(u ** 3), 3 * log(Abs(u)) + Heaviside(-u)),
    "log of a square": (log(u ** 2), 2 * Abs(log(Abs(u)))),
    "partial derivatives by one": (
        partial(partial(f(u, v), u), u), partial(partial(f(u, v), v), u)),
    "shadowed": (Sum(x[i], (i, 1, n)) * x[i], Sum(x[i] ** 2, (i, 1, n))),
    "shadowed inside": (Sum(x[i] * Sum(x[i], (i, 1, n)), (i, 1, n)), Sum(x[i] ** 2, (i, 1, n))),
    "captured by a sum": (derivative(Sum(x[i] * Sum(X[i, a], (a, 1, n)), (i, 1, n)), x[a]),
                          Sum(X[a, a], (a, 1, n))),
    "captured by a product": (
        Sum(KroneckerDelta(q, a) * Product(X[q, a], (a, 1, n)), (q, 1, n)),
        Product(X[a, a], (a, 1, n))),
    "named like a bound symbol": (Sum(X[q, iota], (q, 1, n)), Sum(X[q, q], (q, 1, n))),
    "named like a bound symbol, factor": (iota * Sum(q, (q, 1, n)), Sum(q ** 2, (q, 1, n))),
    "triangle": (Sum(X[q, r], (r, 1, q), (q, 1, n)), Sum(X[q, r], (q, 1, r), (r, 1, n))),
    "backward in one factor": (
        sum_over(x[i] * x[n + 1 - i] * X[i, a], i), sum_over(x[i] * x[n + 1 - i] * X[i, i], i)),
    "backward in one index of two": (
        Sum(X[n + 1 - q, n + 1 - r] * s[q, r], (q, 1, n), (r, 1, n)),
        Sum(X[q, n + 1 - r] * s[n + 1 - q, n + 1 - r], (q, 1, n), (r, 1, n))),
    "backward in a triangle": (Sum(X[q, r], (r, 1, q), (q, 1, n)),
                               Sum(X[n + 1 - q, r], (r, 1, q), (q, 1, n))),
    "two ranges": (Sum(X[q, r], (q, 1, n), (r, 1, K)), Sum(X[r, q], (q, 1, n), (r, 1, K))),
    "two ranges of a product": (Product(X[q, r], (q, 1, n)), Product(X[r, q], (q, 1, n))),
    "empty for n = 1": (Sum(1, (q, 1, n - 2)), n - 2),
    "empty for n = 1, first": (Sum(1, (q, 3, n)), n - 2),
    "descending": (Sum(1, (q, n, 1)), 2 - n),
    "empty, triangular": (Sum(q, (q, 1, n - 3)), (n - 3) * (n - 2) / 2),
    "empty in the middle": (Sum(x[q], (q, 1, a)) + Sum(x[q], (q, a + 1, i)), Sum(x[q], (q, 1, i))),
    "negative bound": (Sum(1, (q, 1, negative)), negative),
    "delta with an index of any value": (Sum(KroneckerDelta(q, r), (q, 1, K)), 1),
    "delta of a shifted index": (sum_over(KroneckerDelta(k, j + 1) * y[k], k), y[j + 1]),
    "delta of another range": (sum_over(KroneckerDelta(k, i) * y[k], k), y[i]),
    "delta of two ranges": (sum_over(KroneckerDelta(i, k) * x[i], i, k), sum_over(x[i], i)),
    "delta of a double": (sum_over(KroneckerDelta(2 * k, m) * y[k], k), y[m / 2]),
    "delta of a real": (Sum(KroneckerDelta(q, u) * y[q], (q, 1, K)), 1),
    "derivative out of range": (
        Sum(partial(Sum(x[a] ** 2, (a, 1, n)), x[q]), (q, 1, n + 1)), Sum(2 * x[q], (q, 1, n + 1))),
    "condition on one entry": (x[2], 1, Eq(x[1], 1)),
    "condition at one index": (x[a] * x[i], 1, Eq(x[i], 1)),
    "sign at one index": (Abs(x[a]) * x[i], x[a] * x[i], x[i] > 0),
    "indices that differ": (KroneckerDelta(i, a) * x[1], 0, Ne(i, b)),
    "condition on rows for the diagonal": (sum_over(s[i, i], i), 1, Eq(sum_over(s[i, a], a), 1)),
    "condition on another range": (Sum(X[q], (q, 1, n)), 1, Eq(Sum(X[q], (q, 1, K)), 1)),
    "condition on other summands": (sum_over(y[k] ** 2, k), 1, Eq(sum_over(y[k], k), 1)),
    "condition not enough": (Abs(u), u, u > -1),
    "squares that agree": (u, v, Eq(u ** 2, v ** 2)),
    "division by zero": (u, 1, Eq(u * v, v)),
    "root of a square": (sqrt(u ** 2), u),
    "root of a square, given": (sqrt(u ** 2), u, u ** 2 > 0),
    "root of a square, not zero": (sqrt(u ** 2), u, Ne(u, 0)),
    "power 3/2": ((u ** 2) ** Rational(3, 2), u ** 3),
    "power of a power": ((u ** v) ** c, u ** (v * c)),
    "root of a product": (sqrt(u) * sqrt(v), sqrt(u * v) * sign(u + v + 1)),
    "sign of zero": (sign(u) ** 2, 1),
    "sign of a square": (sign(u ** 2), 1),
    "maximum of three": (Max(u, v, c), Max(u, v)),
    "minimum of three": (Min(u, v, c), -Max(u, v, c)),
    "square of a relu": (Max(0, u) ** 2, u ** 2),
    "cases at zero": (Piecewise((1, u > 0), (0, True)) + Piecewise((1, u < 0), (0, True)), 1),
    "case at a point": (Piecewise((u, Ne(u, 0)), (5, True)), u),
    "alternating": ((-1) ** n, 1),
    "constant in a product": (Product(w * x[i], (i, 1, n)), w * Product(x[i], (i, 1, n))),
    "indices of the same name": (x[i], x[i_of_K]),
    "symbols of the same name": (Symbol("u") + u, 2 * u),
    "tensors of the same name": (KroneckerDelta(n, K) * x[1], KroneckerDelta(n, K)
                                 * tensor("x", K)[1]),
    "a shape is no size": (KroneckerDelta(n, 1) * sum_over(x[i], i),
                           KroneckerDelta(n, 1) * tensor("x", Integer(1))[1]),
    "unknown functions": (f(u), f(v)),
    "floats": (Float("0.1") * u, Float("0.1000001") * u),
    "a sum twice as long": (Sum(x[q], (q, 1, 2 * n)), 2 * Sum(x[q], (q, 1, n))),
    "an exception at n = 3": (Sum(u ** q, (q, 0, n)),
                              (1 - u ** (n + 1)) / (1 - u) + KroneckerDelta(n, 3)),
    "sum of absolute values": (sum_over(Abs(x[i]), i), Abs(sum_over(x[i], i))),
    "sum of fractions": (sum_over(x[i] / t[i], i), sum_over(x[i], i) / sum_over(t[i], i)),
    "log of a sum": (log(sum_over(x[i], i)), sum_over(log(x[i]), i)),
    "index of a log-sum-exp": (log(Sum(exp(Sum(z[i, k], (k, 1, K))), (i, 1, n))),
                               log(Sum(exp(Sum(z[i, k], (i, 1, n))), (k, 1, K)))),
    "one at n, another at 1": (Heaviside(u) + Heaviside(-u), 1 + KroneckerDelta(q, 2)),
}

TRUE = {
    "sine and cosine": (sin(u) ** 2 + cos(u) ** 2, 1),
    "below": (KroneckerDelta(q, K), 0, [q >= 1, q < K]),
    "a difference that is positive": (sign(K - q), 1, [q >= 1, q < K]),
    "sign of a cube": (sign(u ** 3 * v), sign(u) * sign(v)),
    "fourth powers": (sin(u) ** 4 - cos(u) ** 4, sin(u) ** 2 - cos(u) ** 2),
    "factorial": (factorial(n + 2), (n + 2) * (n + 1) * factorial(n)),
    "log of a square": (log(u ** 2), 2 * log(Abs(u))),
    "log of a fourth power": (log(u ** 4), 4 * log(Abs(u))),
    "partial derivatives in either order": (
        partial(partial(f(u, v), u), v), partial(partial(f(u, v), v), u)),
    "one less": (Sum(1, (q, 1, n - 1)), n - 1),
    "delta in range": (Sum(KroneckerDelta(q, r), (q, 1, K)), 1, And(r >= 1, r <= K)),
    "delta out of range": (sum_over(KroneckerDelta(k, K + 1) * y[k], k), 0),
    "delta in a triangle": (Sum(KroneckerDelta(q, r) * X[q, r], (r, 1, q), (q, 1, n)),
                            Sum(X[q, q], (q, 1, n))),
    "triangle renamed": (Sum(X[q, r], (r, 1, q), (q, 1, n)), Sum(X[r, q], (q, 1, r), (r, 1, n))),
    "a term apart": (Sum(y[k], (k, 1, K - 1)), 1 - y[K], Eq(sum_over(y[k], k), 1)),
    "telescope": (Sum(X[q + 1] - X[q], (q, 1, n)), X[n + 1] - X[1]),
    "one summand": (Sum(x[q], (q, a, a)), x[a]),
    "alternating": (Sum((-1) ** q, (q, 1, n)), ((-1) ** n - 1) / 2),
    "constant product": (Product(w, (q, 1, n)), w ** n),
    "one hot": (sum_over(y[k], k), 1, Eq(y[k], KroneckerDelta(k, j))),
    "indices differ": (KroneckerDelta(i, a) * x[1], 0, Ne(i, a)),
    "all entries": (sum_over(x[i], i), n, Eq(x[i], 1)),
    "at least zero": (Abs(u), u, u >= 0),
    "between": (Abs(u - 1), 1 - u, And(u > 0, u < 1)),
    "logs, where defined": (log(u * v), log(u) + log(v)),
    "fourth root": ((u ** 4) ** Rational(1, 4), Abs(u)),
    "sign by division": (u / Abs(u), sign(u)),
    "sign of a product": (sign(u * v), sign(u) * sign(v)),
    "size of a product": (Abs(u * v), Abs(u) * Abs(v)),
    "maximum and minimum": (Max(u, v) + Min(u, v), u + v),
    "maximum of three": (Max(u, v, c), -Min(-u, -v, -c)),
    "maximum, scaled": (Max(w * u, w * v), w * Max(u, v)),
    "relus": (Max(u, 0) - Max(-u, 0), u),
    "heaviside": (u * Heaviside(u), Max(0, u)),
    "power of exp": (exp(u) ** v, exp(u * v)),
    "exp of a log": (exp(log(w) * u), w ** u),
    "python index": (Sum(x[Idx("e", n) + 1], Idx("e", n)), sum_over(x[i], i)),
    "plain symbols": (Sum(Symbol("k"), (Symbol("k"), 1, Symbol("N"))),
                      Symbol("N") * (Symbol("N") + 1) / 2, Symbol("N") >= 0),
    "decimals": (0.1 * u, u / 10),
    "away from kinks": (partial(Max(0, u) - Max(0, -u), u),
                        Piecewise((1, Ne(u, 0)), (0, True))),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_is_never_proved(name):
    statement = FALSE[name]
    assert prove(*statement).status != "proved"
    assert not proved_by_form(read(*statement))


@pytest.mark.parametrize("name", TRUE)
def test_true_is_proved(name):
    assert prove(*TRUE[name]).status == "proved"


@pytest.mark.parametrize("given", [
    [u > 0, u < 0], [Eq(u, 1), Eq(u, 2)], [Eq(x[i], 1), Eq(x[i], 2)], [S.false], w < 0,
    Eq(u, u + 1),
])
def test_contradictory_conditions_prove_nothing(given):
    assert prove(x[1] + u, u + x[1], given).status == "undecided"


def test_the_factorial_of_0_is_a_number():
    assert prove(factorial(q), 0, Eq(q, 0)).status == "refuted"


def test_conditions_that_call_each_other_end():
    assert prove(x[i], x[a], [Eq(x[i], x[a])])
    assert not prove(x[1], u, [Eq(x[b], t[b]), Eq(t[b], x[b])])


def test_quantities_at_equal_and_fixed_indices():
    first = define("S", i, a, x[i] * x[a])
    second = define("Q", i, a, first[i, a] + 1)
    assert prove(second[b, b], x[b] ** 2 + 1)
    assert prove(second[1, 2], x[1] * x[2] + 1)


def test_inside_as_written():
    with as_written():
        assert prove(u + u - u, u)


def test_same_names_are_pointed_out():
    assert "different symbols with the name u" in prove(Symbol("u") + u, 2 * u).hint


def test_a_condition_at_one_index_is_pointed_out():
    assert "x[i] > 0" in prove(sum_over(Abs(x[b]), b) * x[i], sum_over(x[b], b) * x[i],
                               x[i] > 0).hint
    assert "for all b" in prove(sum_over(Abs(x[i]), i), sum_over(x[i], i), x[b] > 0).scope


@pytest.mark.parametrize(("side", "error", "words"), [
    (Integral(u, (u, 0, 1)), TypeError, "cannot read Integral"),
    (oo, ValueError, "finite real numbers"),
    (sqrt(S(-1)) * u, ValueError, "finite real numbers"),
    (Symbol("A", commutative=False), TypeError, "not real"),
    (Eq(u, 1), TypeError, "expected an expression"),
    ([u], TypeError, "expected an expression"),
    (Sum(X[Symbol("h", integer=False)], (q, 1, 2)), TypeError, "integer"),
    (x.label * x[1], ValueError, "both a tensor and a number"),
])
def test_what_cannot_be_read(side, error, words):
    with pytest.raises(error, match=words):
        prove(side, u)


def test_conditions_that_cannot_be_read():
    with pytest.raises(TypeError, match="expected relations"):
        prove(u, v, given=u + v)


def test_cases_are_not_torn_out_of_an_inner_sum():
    """SymPy's Sum takes a Piecewise out of all sums, even one that depends on their index."""
    n, N = sizes("n N")
    i, b = index("i", n), index("b", N)
    x, c = tensor("x", n), tensor("c", N)
    above = sum_over(Piecewise((x[i], x[i] > c[b]), (0, True)), i)
    with pytest.raises(ValueError, match="index i of a sum and on the index of a sum around it"):
        sum_over(Abs(above), b)
    with pytest.raises(ValueError, match="write them with delta, Max or floor"):
        product_over(1 + above, b)
    A = define("A", b, above)
    with pytest.raises(ValueError, match=r"A\[b\]\): the cases depend on the index i of a sum"):
        sum_over(Abs(A[b]), b)
    total = sum_over(above, b)   # sums of one kind go together, and nothing is lost
    assert prove(total, sum_over(above, b))
