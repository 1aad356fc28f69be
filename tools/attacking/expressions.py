"""Formulas as SymPy expressions, written with the words of ``nnbook.derive``."""

from dataclasses import dataclass

import sympy

from nnbook import derive as engine


@dataclass
class Style:
    """Which of several spellings a pair uses."""

    index_made: bool = True  # i = index("i", n), else an integer with 1 ≤ i ≤ n given
    unevaluated: bool = False  # built within as_written
    relu: str = "max"  # max, cases or step
    slope: str = "partial"  # or Derivative
    named: bool = False  # the first part of the left side gets a name

    @classmethod
    def of(cls, rng):
        return cls(
            rng.random() < 0.7,
            rng.random() < 0.15,
            rng.choice(["max", "cases", "step"]),
            rng.choice(["partial", "Derivative"]),
            rng.random() < 0.1,
        )


class Expressions:
    """Formulas as SymPy expressions, written with the words of ``nnbook.derive``."""

    def __init__(self, words, style):
        self.words, self.style = words, style
        self.letters, self.tensors = {}, {}
        for name, kind in words.kinds.items():
            if kind == "size":
                self.letters[name] = engine.sizes(name)
            elif kind in ("real", "positive", "nonnegative"):
                more = {} if kind == "real" else {kind: True}
                self.letters[name] = engine.reals(name, **more)
            elif kind == "integer" or not style.index_made:
                self.letters[name] = sympy.Symbol(name, integer=True)
        for name, kind in words.kinds.items():
            if name not in self.letters:
                self.letters[name] = engine.index(name, self.letters[kind])
        for name, shape in words.shapes.items():
            more = {"positive": True} if name in words.positive else {}
            self.tensors[name] = engine.tensor(name, *(self.letters[s] for s in shape), **more)
        self.random = {}
        for z, (kind, *law) in words.laws.items():
            make = engine.gaussian if kind == "gaussian" else engine.random_variable
            self.random[z] = make(z, *(self.of(a) for a in law))

    def of(self, e, env=None):
        """The expression; ``env`` has the symbols of bound indices."""
        env = env or {}
        return getattr(self, _METHODS[e[0]])(e, env)

    def number(self, e, env):
        return sympy.Rational(e[1].numerator, e[1].denominator)

    def letter(self, e, env):
        return env[e[1]] if e[1] in env else self.letters[e[1]]

    def entry(self, e, env):
        return self.tensors[e[1]][tuple(self.of(i, env) for i in e[2:])]

    def total(self, e, env):
        return sympy.Add(*(self.of(a, env) for a in e[1:]))

    def product(self, e, env):
        return sympy.Mul(*(self.of(a, env) for a in e[1:]))

    def quotient(self, e, env):
        return self.of(e[1], env) / self.of(e[2], env)

    def raised(self, e, env):
        return self.of(e[1], env) ** self.of(e[2], env)

    def function(self, e, env):
        a, name = self.of(e[2], env), e[1]
        if name == "sigmoid":
            return 1 / (1 + sympy.exp(-a))
        if name == "softplus":
            return sympy.log(1 + sympy.exp(a))
        if name == "step":
            return sympy.Heaviside(a, 0)
        if name == "relu":
            return {
                "max": lambda: sympy.Max(0, a),
                "step": lambda: a * sympy.Heaviside(a, 0),
                "cases": lambda: sympy.Piecewise((a, a > 0), (0, True)),
            }[self.style.relu]()
        return getattr(sympy, {"abs": "Abs"}.get(name, name))(a)

    def largest(self, e, env):
        return (sympy.Max if e[0] == "max" else sympy.Min)(*(self.of(a, env) for a in e[1:]))

    def cases(self, e, env):
        _, sign, a, b, then, otherwise = e
        return sympy.Piecewise(
            (self.of(then, env), self.relation(sign, a, b, env)), (self.of(otherwise, env), True)
        )

    def relation(self, sign, a, b, env=None):
        kind = {
            ">": sympy.Gt,
            ">=": sympy.Ge,
            "<": sympy.Lt,
            "<=": sympy.Le,
            "=": sympy.Eq,
            "!=": sympy.Ne,
        }[sign]
        return kind(self.of(a, env), self.of(b, env))

    def delta(self, e, env):
        return engine.delta(self.of(e[1], env), self.of(e[2], env))

    def over(self, e, env):
        kind, k, first, last, body = e
        first, end = self.of(first, env), self.of(last, env)
        if first == 1 and last[0] == "s" and self.words.kinds.get(last[1]) == "size":
            index = engine.index(k, end)
            made = engine.sum_over if kind == "sum" else engine.product_over
            return made(self.of(body, {**env, k: index}), index)
        index = sympy.Symbol(k, integer=True)
        made = sympy.Sum if kind == "sum" else sympy.Product
        return made(self.of(body, {**env, k: index}), (index, first, end))

    def slope(self, e, env):
        f, by = self.of(e[1], env), self.of(e[2], env)
        return engine.partial(f, by) if self.style.slope == "partial" else sympy.Derivative(f, by)

    def mean(self, e, env):
        z = self.random[e[1]]
        return engine.expectation(self.of(e[2], {**env, e[1]: z}), z)

    def conditions(self, given, used):
        """The conditions, with the range of a plain i."""
        found = []
        for c in given:
            if c.kind == "compare":
                found.append(self.relation(*c.about))
                continue
            name = c.about[0]
            tensor, sizes = self.tensors[name], [self.letters[s] for s in self.words.shapes[name]]
            if c.kind == "sum":
                k = engine.index("k", sizes[0])
                found.append(sympy.Eq(engine.sum_over(tensor[k], k), 1))
            else:
                a, b = engine.index("a b", sizes[0])
                sign = 1 if c.kind == "symmetric" else -1
                found.append(sympy.Eq(tensor[a, b], sign * tensor[b, a]))
        if not self.style.index_made and "i" in used:
            found += [self.letters["i"] >= 1, self.letters["i"] <= self.letters["n"]]
        return [c for c in found if c is not sympy.true]


_METHODS = {
    "n": "number",
    "s": "letter",
    "x": "entry",
    "+": "total",
    "*": "product",
    "/": "quotient",
    "^": "raised",
    "f": "function",
    "max": "largest",
    "min": "largest",
    "if": "cases",
    "delta": "delta",
    "sum": "over",
    "prod": "over",
    "d": "slope",
    "E": "mean",
}
