"""From a tree to an expression of SymPy, in the words of the engine.

Inside ``as_written`` the expression keeps the order of the text. What numbers could make long is
refused: high powers of numbers, exponentials of large ones, factorials of large ones.
"""

from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    E,
    Eq,
    Expr,
    Float,
    Ge,
    Gt,
    Heaviside,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    atan,
    binomial,
    cos,
    cosh,
    erf,
    evaluate,
    exp,
    factorial,
    floor,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from ...limits import EXPONENT, FACTORIAL
from ..language import (
    Partial,
    cases_as_written,
    cases_escaped,
    no_cases_across_sums,
    partial,
)
from .errors import ReadError
from .tree import Node

_PLAIN = {"log": log, "exp": exp, "tanh": tanh, "sinh": sinh, "cosh": cosh, "sin": sin, "cos": cos,
          "tan": tan, "arctan": atan, "erf": erf, "sign": sign, "abs": Abs}
_GROWING = ("exp", "sinh", "cosh", "tanh", "sigmoid", "softplus", "sech")
_RELATIONS = {"=": Eq, "!=": Ne, "<": Lt, ">": Gt, "<=": Le, ">=": Ge, ":=": Eq}
_STEPS = {Gt: lambda x: Heaviside(x, 0), Ge: lambda x: Heaviside(x, 1),   # of left - right
          Lt: lambda x: Heaviside(Mul(-1, x), 0), Le: lambda x: Heaviside(Mul(-1, x), 1)}


def logistic(x):
    """σ(x) = 1 / (1 + e⁻ˣ)."""
    return Mul(1, Pow(Add(1, exp(Mul(-1, x))), -1))


class Builder:
    """Builds one tree; ``names`` says what names stand for, ``env`` what is bound around them.

    ``names`` has ``known(node, build)`` for names that were given and ``name(node, env, build)``
    for those that the statement gives a meaning, ``bind(node, env)`` for the index of a sum.
    """

    def __init__(self, text: str, names):
        self.text, self.names = text, names

    def fail(self, node: Node, expected: str):
        raise ReadError(self.text, node.at, (node.text or node.name)[:40], expected)

    def build(self, node: Node, env: dict) -> Expr:
        """The expression of a tree."""
        made = getattr(self, f"_{node.kind.replace(' ', '_')}", None)
        if made is None:
            self.fail(node, f"cannot read {node.kind} here")
        return made(node, env)

    def parts(self, node, env) -> list:
        return [self.build(a, env) for a in node.args]

    # Arithmetic

    def _number(self, node, env):
        return Integer(node.name) if node.name.isdigit() else Float(node.name)

    def _group(self, node, env):
        return self.build(node.args[0], env)

    def _neg(self, node, env):
        inner = self.build(node.args[0], env)
        return -inner if inner.is_Number else Mul(-1, inner)

    def _add(self, node, env):
        return Add(*self.parts(node, env))

    def _mul(self, node, env):
        return Mul(*self.parts(node, env))

    def _div(self, node, env):
        above, below = self.parts(node, env)
        with evaluate(True):   # what SymPy asks of itself has no end where nothing is worked out
            nothing = below == 0 or below.is_zero
        if nothing:
            self.fail(node.args[1], "expected a divisor other than zero")
        if above.is_Integer and below.is_Integer:
            return Rational(above, below)
        return Mul(above, Pow(below, -1))

    def _pow(self, node, env):
        base, exponent = node.args
        if base.kind == "name" and self.names.is_e(base):
            return self._grown("exp", self.build(exponent, env), node)
        return self.power(self.build(base, env), self.build(exponent, env), node)

    def power(self, base, exponent, node):
        """A power, if it is no number too long to write."""
        size = self.value(exponent, node)
        if size is not None and abs(size) > EXPONENT:
            self.fail(node, f"expected exponents of at most {EXPONENT}")
        if base == E:
            return exp(exponent)
        length = self.value(base, node)
        if length is not None and size is not None:
            if length == 0 and not size > 0:
                self.fail(node, "expected a power that has a value")
            if abs(length) > 1e-300 and abs(float(log(abs(length))) * size) > 10 * EXPONENT:
                self.fail(node, "expected a shorter number")
        return Pow(base, exponent)

    def value(self, e, node):
        """The number that an expression without symbols comes to; None if it has symbols."""
        if e.free_symbols or e.is_number is False:
            return None
        if e.has(Sum, Product, Piecewise, Max, Min, floor, factorial, binomial, Partial):
            self.fail(node, "expected a plain number, or symbols, in a power")
        try:
            with evaluate(True):
                found = complex(e.evalf(15))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError, ArithmeticError):
            self.fail(node, "expected a number that has a value")
        return abs(found) if found.imag else found.real

    def _root(self, node, env):
        inside = self.build(node.args[0], env)
        if len(node.args) == 1:
            return sqrt(inside)
        degree = self.build(node.args[1], env)
        if degree == 0:
            self.fail(node.args[1], "expected a root other than zero")
        return self.power(inside, Rational(1, degree) if degree.is_Integer
                          else Pow(degree, -1), node)

    def _factorial(self, node, env):
        return self.factorial(self.build(node.args[0], env), node)

    def factorial(self, inner, node):
        """n!, of a number that is not large."""
        self._small(inner, node)
        return factorial(inner)

    def _binomial(self, node, env):
        parts = self.parts(node, env)
        for part in parts:
            self._small(part, node)
        return binomial(*parts)

    def _small(self, inner, node):
        if not inner.free_symbols and not (inner.is_Integer and 0 <= inner <= FACTORIAL):
            self.fail(node, f"expected symbols, or a whole number up to {FACTORIAL}")

    # Functions

    def _function(self, node, env):
        inner = self.build(node.args[0], env)
        if node.name == "log" and inner == 0:
            self.fail(node, "expected the logarithm of something other than zero")
        # Given names come with an expression that was printed, which may be of anything.
        if node.name == "log" and inner.is_Number and inner.is_negative and not self.names.given:
            self.fail(node, "the logarithm of a negative number is not defined")
        return self._grown(node.name, inner, node)

    def _grown(self, name, inner, node):
        if name in _GROWING and (size := self.value(inner, node)) is not None \
                and abs(size) > EXPONENT:
            self.fail(node, f"expected exponents of at most {EXPONENT}")
        if name in _PLAIN:
            return _PLAIN[name](inner)
        if name == "sigmoid":
            return logistic(inner)
        if name == "ReLU":
            return Max(0, inner)
        if name == "softplus":
            return log(Add(1, exp(inner)))
        return Mul(1, Pow(cosh(inner), -1))   # sech

    def _function_slope(self, node, env):
        r"""``\tanh'(x)``: the slope worked out at a variable, for which the argument is put in."""
        if node.name in ("sign", "abs", "ReLU") or node.primes > 2:
            self.fail(node, r"write this slope as \frac{d}{dx}[…]")
        at, inner = Dummy("u", real=True), self.build(node.args[0], env)
        with evaluate(True):
            made = self._grown(node.name, at, node).doit().diff(at, node.primes)
        return made.xreplace({at: inner})

    def _abs(self, node, env):
        return Abs(self.build(node.args[0], env))

    def _floor(self, node, env):
        return floor(self.build(node.args[0], env))

    def _max(self, node, env):
        return Max(*self.parts(node, env))

    def _min(self, node, env):
        return Min(*self.parts(node, env))

    def _delta(self, node, env):
        return KroneckerDelta(*self.parts(node, env))

    # Sums, cases, derivatives

    def _sum(self, node, env, kind=Sum):
        index, first, last, without, body = node.args
        symbol, first, last = self.names.bind(node, env, self)
        inner = {**env, self.names.letter(index): symbol}
        made = self.build(body, inner)
        if without is not None:
            if kind is not Sum or without.name != "!=":
                self.fail(without, "such a range cannot be read; say the first and last index")
            left, right = (self.build(a, inner) for a in without.args)
            made = Mul(Add(1, Mul(-1, KroneckerDelta(left, right))), made)
        whole = kind(made, (symbol, first, last))
        if escaped := cases_escaped(whole, made, [symbol], [first, last]):
            self.fail(node, no_cases_across_sums(escaped, [node.text]))
        return cases_as_written(whole, made)

    def _prod(self, node, env):
        return self._sum(node, env, Product)

    def _mean(self, node, env):
        _, _, last = self.names.bind(node, env, self)
        return Mul(Pow(last, -1), self._sum(node, env))

    def _cases(self, node, env):
        rows = []
        for row in node.args:
            value, condition = self.parts(row, env)
            if condition == False:  # noqa: E712  (a SymPy truth value)
                continue
            if condition not in (True,) and condition.has(Piecewise):   # SymPy takes it apart
                self.fail(row, "expected a condition without cases of its own")
            rows.append((value, condition))
        if not rows:
            self.fail(node, "expected a case that can hold")
        if len(rows) > 1 and rows[-1][1] not in (True,) and _opposite(rows[-1][1], rows[:-1]):
            rows[-1] = (rows[-1][0], True)
        return Piecewise(*rows)

    def _true(self, node, env):
        return Integer(0) < 1

    def _indicator(self, node, env):
        condition = self.build(node.args[0], env)
        with evaluate(True):
            whole = isinstance(condition, Eq) and all(a.is_integer for a in condition.args)
        if whole:
            return KroneckerDelta(*condition.args)
        if condition in (True, False):
            return Integer(int(bool(condition)))
        if condition.has(Piecewise):   # SymPy takes it apart, also where a sum stands around it
            if type(condition) not in _STEPS:
                self.fail(node.args[0], "expected one comparison by < or >, of what has indicators "
                                        "of its own")
            return _STEPS[type(condition)](Add(condition.lhs, Mul(-1, condition.rhs)))
        return Piecewise((Integer(1), condition), (Integer(0), True))

    def _relation(self, node, env):
        left, right = self.parts(node, env)
        return _RELATIONS[node.name](left, right)

    def _and(self, node, env):
        return And(*self.parts(node, env))

    def _partial(self, node, env):
        of, by = node.args
        variable = self.build(by, env)
        function = self.names.derived(of, variable, env, self)
        if not (variable.is_Symbol or variable.is_Indexed):
            self.fail(by, "expected a symbol or an entry to differentiate with respect to")
        return partial(function, variable)

    def _mean_of(self, node, env):
        found = self.build(node.args[0], env)
        for name in reversed(node.name.split(",")):
            kind, law = self.names.given[f"mean over {name}"][0]
            found = kind(found, *law)
        return found

    # Names

    def _known(self, node, env):
        return self.names.known(node, env, self)

    def _name(self, node, env):
        return self.names.name(node, env, self)

    def _label(self, node, env):
        self.fail(node, "expected an index")


def _opposite(last, rows) -> bool:
    """Whether the last condition is what the one before it leaves."""
    return len(rows) == 1 and hasattr(last, "negated") and (
        last.negated == rows[0][1] or last.negated == rows[0][1].reversed)


def relation_of(sides, signs):
    """``a = b``, or several relations with And between them."""
    found = [_RELATIONS[sign](a, b)
             for a, b, sign in zip(sides, sides[1:], signs[1:], strict=False)]
    return found[0] if len(found) == 1 else And(*found)
