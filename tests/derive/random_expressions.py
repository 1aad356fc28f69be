"""Random expressions of the engine's language, biased towards what is easy to get wrong."""

from sympy import (
    Abs,
    Eq,
    Heaviside,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sign,
    sqrt,
)

from nnbook.derive import index, reals, sizes, tensor

n, K = sizes("n K")
i, j = index("i j", n)
k, m = index("k m", K)
q, r = Symbol("q", integer=True), Symbol("r", integer=True)
u, v = reals("u v")
w = reals("w", positive=True)
x, y, z = tensor("x", n), IndexedBase("y", real=True), tensor("z", n, K)
p = tensor("p", n, positive=True)
BOUND = {i: n, j: n, k: K, m: K, q: None, r: None}


def subscript(rng, scope):
    """An index in scope, or one shifted, or a bound, or a number."""
    chosen = rng.choice([*scope, i, k, n, Integer(1), Integer(2)])
    return chosen + rng.choice([0, 0, 0, 1, -1])


def leaf(rng, scope):
    """An entry, a symbol, a delta or a number."""
    one, two = subscript(rng, scope), subscript(rng, scope)
    return rng.choice([
        lambda: x[one], lambda: y[one], lambda: z[one, two], lambda: p[one],
        lambda: u, lambda: v, lambda: w, lambda: KroneckerDelta(one, two), lambda: n, lambda: one,
        lambda: Integer(rng.randint(-2, 3)), lambda: Rational(1, 2),
    ])()


def limits(rng, scope):
    """Limits of a sum, some of them shifted, triangular, empty or over an index already used."""
    own = rng.choice([s for s in BOUND if s not in scope] + scope[:1])
    last = BOUND[own] or rng.choice([n, K, Integer(2)])
    triangle = [s for s in scope if s != own]
    first = Integer(1)
    shape = rng.random()
    if shape < 0.15:
        last = last - 1
    elif shape < 0.3 and triangle:
        last = rng.choice(triangle)
    elif shape < 0.4:
        first = Integer(0)
    elif shape < 0.45 and triangle:
        first = rng.choice(triangle)
    elif shape < 0.5:
        last = last + 1
    return own, first, last


def condition(rng, a, b):
    return rng.choice([a > b, a >= b, a < b, a <= b, Eq(a, b), Ne(a, b)])


def expression(rng, depth=3, scope=()):
    """A random expression; ``scope`` holds the bound symbols that it may use."""
    scope = list(scope)
    if depth == 0:
        return leaf(rng, scope)

    def part():
        return expression(rng, depth - rng.choice([1, 1, 2]) if depth > 1 else 0, scope)

    def summed(kind):
        limit = limits(rng, scope)
        return kind(expression(rng, depth - 1, [*scope, limit[0]]), limit)

    return rng.choice([
        lambda: part() + part(), lambda: part() * part(), lambda: part() - part(),
        lambda: summed(Sum), lambda: summed(Sum), lambda: summed(Sum),
        lambda: summed(Product) if rng.random() < 0.3 else part() * part(),
        lambda: part() ** rng.choice([2, 2, -1, Rational(1, 2), Rational(3, 2), -2, 3]),
        lambda: part() ** rng.choice([w, u, n, leaf(rng, scope)]),
        lambda: part() / part(), lambda: sqrt(part() ** 2), lambda: exp(part()),
        lambda: exp(part()), lambda: log(part()), lambda: log(part() ** 2), lambda: Abs(part()),
        lambda: sign(part()), lambda: Max(part(), part()), lambda: Min(part(), part(), part()),
        lambda: Heaviside(part()), lambda: KroneckerDelta(subscript(rng, scope),
                                                          subscript(rng, scope)) * part(),
        lambda: Piecewise((part(), condition(rng, part(), part())), (part(), True)),
    ])()
