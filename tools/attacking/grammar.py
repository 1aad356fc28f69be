"""Formulas from the grammar of what a user may write."""

from fractions import Fraction

from .trees import LETTERS, ONE, ZERO, add, div, fn, free, mul, neg, num, power, sub, sym, tensors

_FUNCTIONS = (
    "exp",
    "log",
    "sqrt",
    "abs",
    "sign",
    "relu",
    "step",
    "sigmoid",
    "softplus",
    "tanh",
    "sin",
    "cos",
)
SHAPES = {
    "x": ("n",),
    "y": ("n",),
    "p": ("n",),
    "w": ("K",),
    "A": ("n", "n"),
    "B": ("n", "K"),
    "z": (),
}


class Maker:
    """Makes formulas from the grammar of what a user may write."""

    def __init__(self, rng, words):
        self.rng, self.words = rng, words

    def letter(self):
        return sym(self.rng.choice(["u", "u", "v", "v", "c"]))

    def number(self):
        return num(self.rng.choice([-2, -1, 1, 2, 2, 3, Fraction(1, 2), 0]))

    def index(self, size, scope):
        """An index that runs over this size, if there is one: bound, or the free i."""
        inside = [k for k, last in scope.items() if last == size]
        if size == "n":
            inside.append("i")
        return sym(self.rng.choice(inside)) if inside else None

    def entry(self, scope):
        rng = self.rng
        name = rng.choice(list(SHAPES))
        shape = SHAPES[name]
        if not shape:
            k = sym(rng.choice([*scope, *scope, "n"] if scope else ["q", "n"]))
            return ("x", name, add(k, num(rng.choice([0, 0, 0, 1, -1]))))
        indices = [self.index(size, scope) or ONE for size in shape]
        return ("x", name, *indices)

    def leaf(self, scope):
        rng = self.rng
        way = rng.random()
        if way < 0.35 or (scope and way < 0.7):
            return self.entry(scope)
        if way < 0.85:
            return self.letter()
        if scope and way < 0.92:
            one, two = (sym(rng.choice([*scope, "i"])) for _ in range(2))
            return ("delta", one, two) if one != two else one
        return rng.choice([self.number(), sym("n")])

    def formula(self, depth, scope=()):
        rng, scope = self.rng, dict(scope)
        if depth <= 0:
            return self.leaf(scope)

        def part():
            return self.formula(depth - rng.choice([1, 1, 2]), scope)

        return rng.choice(
            [
                lambda: add(part(), part()),
                lambda: mul(part(), part()),
                lambda: sub(part(), part()),
                lambda: add(part(), part(), part()),
                lambda: mul(part(), part()),
                lambda: div(part(), part()),
                lambda: power(part(), 2),
                lambda: power(part(), rng.choice([2, 3, -1, -2, Fraction(1, 2)])),
                lambda: fn(rng.choice(_FUNCTIONS), part()),
                lambda: fn(rng.choice(_FUNCTIONS), part()),
                lambda: ("max", part(), part()),
                lambda: (rng.choice(["max", "min"]), ZERO, part()),
                lambda: self.cases(part),
                lambda: self.angle(part),
                lambda: self.sum(depth, scope),
                lambda: self.sum(depth, scope),
                lambda: self.sum(depth, scope),
                lambda: self.prod(depth, scope),
            ]
        )()

    def cases(self, part):
        sign = self.rng.choice([">", ">=", "<", "<=", "=", "!="])
        return ("if", sign, self.letter(), self.rng.choice([ZERO, self.letter()]), part(), part())

    def angle(self, part):
        f = self.rng.choice(["sin", "cos"])
        return self.rng.choice([fn(f, add(part(), part())), power(fn(f, part()), 2)])

    def limits(self, scope):
        """(index, first, last, size or None): mostly 1 to a size."""
        rng = self.rng
        k = rng.choice([a for a in LETTERS if a not in scope])
        size = rng.choice(["n", "n", "n", "K"])
        way = rng.random()
        if way < 0.72:
            return k, ONE, sym(size), size
        triangle = [j for j, last in scope.items() if last == "n"]
        if way < 0.82 and triangle:
            j = sym(rng.choice(triangle))
            return rng.choice([(k, ONE, j, "n"), (k, j, sym("n"), "n")])
        if way < 0.88:
            return k, ONE, sub(sym(size), ONE), size
        if way < 0.92:
            return k, num(2), sym(size), size
        if way < 0.96:
            return k, ONE, sym("m"), None
        return k, ZERO, sym(size), None

    def sum(self, depth, scope):
        k, first, last, size = self.limits(scope)
        return ("sum", k, first, last, self.formula(depth - 1, {**scope, k: size}))

    def prod(self, depth, scope):
        k, first, last, size = self.limits(scope)
        return ("prod", k, first, last, self.formula(depth - 1, {**scope, k: size}))

    # Kinds of whole formulas

    def plain(self):
        return self.formula(self.rng.choice([1, 1, 1, 2, 2, 2, 2, 3]))

    def softmax(self):
        """A formula of the book's kind: exponentials over their sum, log-sum-exp, losses, norms."""
        rng = self.rng
        k, j = "k", "j"
        x = rng.choice(["x", "y"])
        entry = lambda a: ("x", x, sym(a))  # noqa: E731
        total = ("sum", k, ONE, sym("n"), fn("exp", entry(k)))
        share = div(fn("exp", entry("i")), total)
        mean = div(("sum", k, ONE, sym("n"), entry(k)), sym("n"))
        layer = add(
            ("sum", k, ONE, sym("n"), mul(("x", "A", sym("i"), sym(k)), entry(k))), sym("u")
        )
        return rng.choice(
            [
                share,
                fn("log", total),
                fn("log", share),
                neg(
                    (
                        "sum",
                        j,
                        ONE,
                        sym("n"),
                        mul(("x", "p", sym(j)), fn("log", div(fn("exp", entry(j)), total))),
                    )
                ),
                mean,
                ("sum", j, ONE, sym("n"), power(sub(entry(j), mean), 2)),
                div(
                    sub(entry("i"), mean),
                    fn(
                        "sqrt",
                        add(sym("c"), ("sum", j, ONE, sym("n"), power(sub(entry(j), mean), 2))),
                    ),
                ),
                layer,
                fn(rng.choice(["relu", "sigmoid", "tanh"]), layer),
                (
                    "sum",
                    j,
                    ONE,
                    sym("n"),
                    (
                        "sum",
                        k,
                        ONE,
                        sym("n"),
                        mul(("x", "A", sym(j), sym(k)), entry(j), ("x", "y", sym(k))),
                    ),
                ),
                fn("log", ("prod", k, ONE, sym("n"), ("x", "p", sym(k)))),
            ]
        )

    def derivative(self):
        """∂f/∂u, or by an entry."""
        rng = self.rng
        f = self.softmax() if rng.random() < 0.45 else self.formula(rng.choice([1, 2, 2]))
        found = sorted(name for name in tensors(f) if name != "p" and SHAPES[name])
        if found and rng.random() < 0.75:
            name = rng.choice(found)
            index = {"n": "i", "K": ONE}
            by = ("x", name, *(sym("i") if index[s] == "i" else ONE for s in SHAPES[name]))
        else:
            by = sym(rng.choice(sorted({"u", "v"} & free(f)) or ["u"]))
        return ("d", f, by)

    def mean(self):
        """E of a polynomial or an exponential of a random number."""
        rng = self.rng
        z = sym("e" if "e" in self.words.laws else next(iter(self.words.laws)))
        smooth = [
            power(z, 2),
            z,
            power(z, 3),
            power(sub(z, self.words.laws[z[1]][1]), 4),
            mul(sym("u"), z),
            mul(self.leaf({}), power(z, 2)),
            add(z, self.letter()),
        ]
        if self.words.laws[z[1]][0] == "gaussian":
            smooth += [fn("exp", z), mul(z, fn("exp", mul(sym("u"), z)))]
        else:
            smooth = smooth[:2] + smooth[4:]
        body = rng.choice(smooth)
        if rng.random() < 0.5:
            body = rng.choice([add, mul])(body, rng.choice([self.letter(), self.number()]))
        mean = ("E", z[1], body)
        return rng.choice(
            [
                mean,
                add(mean, self.letter()),
                sub(mean, power(("E", z[1], z), 2)),
                ("d", mean, sym("u")),
            ]
        )

    def whole(self):
        """A formula of a random kind."""
        way = self.rng.random()
        if way < 0.58:
            return self.plain()
        if way < 0.72:
            return self.softmax()
        return self.derivative() if way < 0.975 else self.mean()
