"""The number that an expression stands for at a point; shares no code with ``nnbook.derive``."""

from fractions import Fraction

from sympy import Indexed, Symbol

from . import exact
from .exact import (
    FUNCTIONS,
    Jet,
    Unclear,
    Undefined,
    add,
    at_epsilon,
    coefficient,
    mul,
    neg,
    power,
    real,
    sign_of,
    sub,
)
from .means import mean
from .reading import free, has_entries

_MOST_TERMS = 30_000   # of the sums of one evaluation


class Evaluator:
    """Evaluates expressions at one point.

    ``symbol(s)`` and ``entry(base, place)`` give the values of what is free; they may raise.
    """

    def __init__(self, symbol, entry):
        self.symbol, self.entry = symbol, entry
        self.env: dict = {}        # bound symbols
        self.random: dict = {}     # entries of random tensors, within their means
        self.lifted: dict = {}     # symbol or cell -> tags of infinitesimals added to it
        self.depth = self.terms = self.tags = 0

    def __call__(self, e, env=None):
        self.env, self.terms = dict(env or {}), 0
        return self.value(e)

    def value(self, e):
        if e.is_Rational:
            return Fraction(e.p, e.q)
        kind = type(e).__name__
        method = _KINDS.get(kind)
        if method is not None:
            return method(self, e)
        if isinstance(e, Symbol):
            x = self.env[e] if e in self.env else self._lift(self.symbol(e), e)
            return x
        if kind in FUNCTIONS:
            return FUNCTIONS[kind](*map(self.value, e.args))
        if kind == "Pi":
            return +exact.mpmath.mp.pi
        if kind == "Exp1":
            return +exact.mpmath.mp.e
        raise Unclear(kind)

    def _lift(self, x, key):
        for tag in self.lifted.get(key, ()):
            x = at_epsilon(x, tag)
        return x

    def sign(self, x, *where) -> int:
        """The sign of x; at a tie within a derivative there may be a kink."""
        s = sign_of(real(x))
        if s == 0:
            if isinstance(x, Jet):
                raise Undefined   # a kink
            if self.depth and not all(_counts(e) for e in where):
                raise Unclear
        return s

    def holds(self, c) -> bool:
        kind = type(c).__name__
        if kind in ("BooleanTrue", "BooleanFalse"):
            return kind == "BooleanTrue"
        if kind in ("And", "Or"):
            return (all if kind == "And" else any)([self.holds(a) for a in c.args])
        if kind == "Not":
            return not self.holds(c.args[0])
        if kind not in _COMPARE:
            raise Unclear(kind)
        left, right = c.args
        s = self.sign(sub(self.value(left), self.value(right)), left, right)
        return _COMPARE[kind](s)

    # Kinds of expressions

    def add(self, e):
        total = Fraction(0)
        for a in e.args:
            total = add(total, self.value(a))
        return total

    def mul(self, e):
        total = Fraction(1)
        for a in e.args:
            total = mul(total, self.value(a))
        return total

    def pow(self, e):
        return power(self.value(e.base), self.value(e.exp))

    def indexed(self, e):
        key = (e.base, self.place(e))
        if e.base in self.random:
            if key[1] not in self.random[e.base]:
                raise Unclear("outside the shape")
            return self._lift(self.random[e.base][key[1]], key)
        return self._lift(self.entry(*key), key)

    def place(self, e):
        return tuple(self.whole(i) for i in e.indices)

    def whole(self, i) -> int:
        x = real(self.value(i))
        if not isinstance(x, Fraction) or x.denominator != 1:
            raise Unclear("not an integer")
        return int(x)

    def series(self, e, start, join):
        total = Fraction(start)

        def run(limits):
            nonlocal total
            if not limits:
                self.terms += 1
                if self.terms > _MOST_TERMS:
                    raise Unclear("too many terms")
                total = join(total, self.value(e.function))
                return
            k, low, high = limits[-1]
            low, high = self.whole(low), self.whole(high)
            outer = self.env.get(k)
            for j in range(low, high + 1):
                self.env[k] = Fraction(j)
                run(limits[:-1])
            if outer is None:
                self.env.pop(k, None)
            else:
                self.env[k] = outer
        run(list(e.limits))
        return total

    def named(self, e):
        _, definition, *indices = e.args
        values = {v: self.value(i) for v, i in zip(definition.variables, indices, strict=True)}
        outer, self.env = self.env, {**self.env, **values}
        try:
            return self.value(definition.expr)
        finally:
            self.env = outer

    def partial(self, e):
        return self.slope(e.args[0], [e.args[1]])

    def derivative(self, e):
        variables = []
        for x, count in (tuple(v) for v in e.args[1:]):
            if not count.is_Integer:
                raise Unclear
            variables += [x] * int(count)
        return self.slope(e.args[0], variables)

    def slope(self, function, variables):
        if not variables:
            return self.value(function)
        *rest, x = variables
        self.tags += 1
        tag = self.tags
        if isinstance(x, Indexed):
            key = (x.base, self.place(x))
        elif x in self.env:
            key = None
        else:
            key = x
        self.depth += 1
        outer = self.env
        try:
            if key is None:
                self.env = {**outer, x: at_epsilon(outer[x], tag)}
            else:
                self.lifted.setdefault(key, []).append(tag)
            return coefficient(self.slope(function, rest), tag)
        finally:
            self.depth -= 1
            self.env = outer
            if key is not None:
                self.lifted[key].pop()

    def delta(self, e):
        left, right = map(self.value, e.args[:2])
        difference = sub(left, right)
        if isinstance(difference, Jet) and sign_of(real(difference)) == 0:
            raise Unclear
        if len(e.args) > 2:   # SymPy: zero outside this range
            low, high = map(self.value, e.args[2])
            if sign_of(sub(left, low)) < 0 or sign_of(sub(left, high)) > 0 \
                    or sign_of(sub(right, low)) < 0 or sign_of(sub(right, high)) > 0:
                return Fraction(0)
        return Fraction(int(sign_of(real(difference)) == 0))

    def piecewise(self, e):
        for result, condition in e.args:
            if self.holds(condition):
                return self.value(result)
        raise Undefined

    def extreme(self, e, which):
        best, where = self.value(e.args[0]), e.args[0]
        for a in e.args[1:]:
            x = self.value(a)
            difference = sub(x, best)
            if sign_of(real(difference)) == 0:
                self.sign(difference, a, where)
            elif sign_of(real(difference)) == which:
                best, where = x, a
        return best

    def abs(self, e):
        x = self.value(e.args[0])
        return neg(x) if self.sign(x, *e.args) < 0 else x

    def heaviside(self, e):
        s = self.sign(self.value(e.args[0]), e.args[0])
        return Fraction(int(s > 0)) if s else self.value(e.args[1])


def _counts(e) -> bool:
    """Whether an expression is of integers alone, so that a tie is no kink."""
    return not has_entries(e) and all(s.is_integer for s in free(e))


_COMPARE = {
    "Equality": lambda s: s == 0, "Unequality": lambda s: s != 0,
    "StrictGreaterThan": lambda s: s > 0, "GreaterThan": lambda s: s >= 0,
    "StrictLessThan": lambda s: s < 0, "LessThan": lambda s: s <= 0,
}
_KINDS = {
    "Add": Evaluator.add, "Mul": Evaluator.mul, "Pow": Evaluator.pow,
    "Indexed": Evaluator.indexed, "Sum": lambda self, e: self.series(e, 0, add),
    "Product": lambda self, e: self.series(e, 1, mul), "Named": Evaluator.named,
    "Partial": Evaluator.partial, "Derivative": Evaluator.derivative,
    "OverGaussian": mean, "OverMoments": mean,
    "KroneckerDelta": Evaluator.delta, "Piecewise": Evaluator.piecewise,
    "Max": lambda self, e: self.extreme(e, 1), "Min": lambda self, e: self.extreme(e, -1),
    "Abs": Evaluator.abs, "sign": lambda self, e: Fraction(
        self.sign(self.value(e.args[0]), e.args[0])),
    "Heaviside": Evaluator.heaviside,
    "Float": lambda self, e: Fraction(repr(float(e))) if e._prec == 53 else Fraction(str(e)),
}
