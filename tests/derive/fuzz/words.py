"""What the families of the generator are written in: symbols of all kinds, bounds, ranges."""

from dataclasses import dataclass, field

from sympy import (
    Abs,
    Expr,
    IndexedBase,
    Integer,
    Rational,
    S,
    Symbol,
    exp,
    floor,
)

from nnbook.derive import index, tensor

SIZES = {   # kinds of integers, and how often a size is of that kind
    "positive": ({"positive": True}, 45), "nonnegative": ({"nonnegative": True}, 12),
    "plain": ({}, 16), "even positive": ({"even": True, "positive": True}, 5),
    "odd positive": ({"odd": True, "positive": True}, 5), "even": ({"even": True}, 3),
    "odd": ({"odd": True}, 3), "even nonnegative": ({"even": True, "nonnegative": True}, 3),
    "nonzero": ({"nonzero": True}, 4), "negative": ({"negative": True}, 2),
    "nonpositive": ({"nonpositive": True}, 2), "not even": ({"even": False}, 2),
    "prime": ({"prime": True}, 1),
}
REALS = {"real": ({}, 50), "positive": ({"positive": True}, 18),
         "nonnegative": ({"nonnegative": True}, 10), "negative": ({"negative": True}, 6),
         "nonpositive": ({"nonpositive": True}, 4), "nonzero": ({"nonzero": True}, 8),
         "bare": (None, 6)}


@dataclass
class Case:
    """A statement, not known to be true or false; ``witness`` as in ``oracle.search``."""

    lhs: Expr
    rhs: Expr
    given: list = field(default_factory=list)
    witness: object = None
    family: str = ""
    note: str = ""

    def parts(self):
        return self.lhs, self.rhs, list(self.given)


def _pick(rng, table):
    kinds = list(table)
    return table[rng.choices(kinds, [table[k][1] for k in kinds])[0]][0]


class Words:
    """Draws the parts of a statement; one symbol of each name."""

    def __init__(self, rng):
        self.rng = rng
        self.made: dict = {}

    def chance(self, p):
        return self.rng.random() < p

    def one(self, *choices):
        return self.rng.choice(choices)

    def size(self, name="n", kind=None):
        if name not in self.made:
            assumed = SIZES[kind][0] if kind else _pick(self.rng, SIZES)
            self.made[name] = Symbol(name, integer=True, **assumed)
        return self.made[name]

    def whole(self, name="q", kind=None):
        """An index-like integer: mostly without assumptions."""
        if name not in self.made:
            kind = kind or ("plain" if self.chance(.75) else self.one(*SIZES))
            self.made[name] = Symbol(name, integer=True, **SIZES[kind][0])
        return self.made[name]

    def number(self, name="u", kind=None):
        if name not in self.made:
            assumed = REALS[kind][0] if kind else _pick(self.rng, REALS)
            self.made[name] = Symbol(name) if assumed is None else \
                Symbol(name, real=True, **assumed)
        return self.made[name]

    def index(self, name, size):
        return index(name, size)

    def tensor(self, name="x", *shape, kind=None):
        """A tensor; with a shape given, it has that shape or none."""
        kind = kind or ("real" if self.chance(.8) else self.one("positive", "nonnegative"))
        assumed = REALS[kind][0]
        if shape and self.chance(.45):
            return tensor(name, *shape, **assumed)
        return IndexedBase(name, real=True, **assumed)

    def constant(self, low=-2, high=4):
        return Integer(self.rng.randint(low, high))

    def first(self, *more):
        return self.one(S(1), S(1), S(1), S(2), S(0), S(3), S(-1), *more)

    def last(self, n, *more):
        rng = self.rng
        if self.chance(.45):
            return n
        return rng.choice([n - 1, n - 1, n + 1, n - 2, n + self.whole("q"), 2 * n, floor(n / 2),
                           n + self.size("K"), self.size("K"), n - self.size("K"),
                           self.constant(0, 5), n - 3, 2 * n - 1, *more])

    def body(self, k, x=None):
        """Something that depends on k."""
        rng, x = self.rng, x if x is not None else self.tensor("x")
        return rng.choice([
            lambda: x[k], lambda: x[k], lambda: x[k], lambda: k, lambda: k ** 2, lambda: Abs(k),
            lambda: S(1), lambda: exp(x[k]), lambda: x[k] ** 2, lambda: (-1) ** k,
            lambda: self.number("u") ** k, lambda: k * x[k], lambda: self.number("u") * x[k],
            lambda: 1 / k, lambda: x[k] * x[k + 1],
        ])()

    def between(self, q, low, high):
        """Conditions that q lies between low and high: at times strict, one-sided or none."""
        lower = self.one(q >= low, q >= low, q > low - 1, q >= low + 1, q > low, low <= q)
        upper = self.one(q <= high, q <= high, q < high + 1, q < high, q <= high - 1, high >= q)
        roll = self.rng.random()
        if roll < .66:
            return [lower, upper]
        if roll < .76:
            return [lower]
        if roll < .86:
            return [upper]
        if roll < .93:
            middle = self.whole("h")
            return [lower, q <= middle, middle <= high]
        return []

    def aside(self):
        """Conditions that have nothing to do with the statement."""
        i, j, N = (Symbol(s, integer=True) for s in ("ii", "jj", "NN"))
        return self.one([i >= 1, i <= N], [i <= j, j <= i + 3], [N >= 2], [i < j],
                        [i >= 1, i <= N, j >= 1, j <= N])


def half():
    return Rational(1, 2)


FAMILIES: dict = {}


def family(make):
    FAMILIES[make.__name__.replace("_", " ")] = make
    return make
