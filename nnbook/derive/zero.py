"""Deciding whether a canonical expression is zero, by rational arithmetic over its atoms.

Canonical forms of equal expressions may still differ by fractions: x/(x + y) + y/(x + y) is 1.
Here every atom becomes a generator of a field of fractions, roots become generators with a
relation, and the numerator decides. Sums over the same range are added under one sign first.
"""

from itertools import permutations

from sympy import (
    Add,
    Dummy,
    Mul,
    Pow,
    S,
    Sum,
    expand,
    expand_mul,
    factor_list,
    ilcm,
    rem,
    together,
)

from .canonical import canonical, power, times
from .facts import Facts


class Generators:
    """Atoms of a canonical expression as symbols, so that it becomes a rational function."""

    def __init__(self, *expressions):
        self.symbols: dict = {}         # (base, symbolic exponent or 1) -> symbol
        self.relations: list = []       # (w, q, base): w**q = base
        self.roots: dict = {}
        for expression in expressions:
            self._count(expression)
        self.back = {}

    def _count(self, p):
        """Finds by how much each base must be split, for all its exponents to be whole."""
        for term in Add.make_args(p):
            for factor in Mul.make_args(term):
                base, exponent = factor.as_base_exp()
                for part in Add.make_args(exponent):
                    number, symbol = part.as_coeff_Mul()
                    key = (base, symbol)
                    self.roots[key] = ilcm(self.roots.get(key, 1), number.q)
                if base.is_Add:
                    self._count(base)

    def of(self, p):
        """The expression with symbols for atoms."""
        return Add(*(Mul(*(self._factor(f) for f in Mul.make_args(t)))
                     for t in Add.make_args(p)))

    def _factor(self, factor):
        if factor.is_Rational:
            return factor
        base, exponent = factor.as_base_exp()
        if base.is_Rational and exponent.is_Integer:
            return factor
        return Mul(*(self._power(base, *part.as_coeff_Mul()) for part in Add.make_args(exponent)))

    def _power(self, base, number, symbol):
        key = (base, symbol)
        root = self.roots.get(key, number.q)
        if base.is_Add and symbol is S.One and root == 1:
            return self.of(base) ** number
        if key not in self.symbols:
            w = self.symbols[key] = Dummy(f"g{len(self.symbols)}")
            self.back[w] = Pow(base, symbol / root)
            if symbol is S.One and root > 1 and base.is_Add | base.is_Rational:
                self.relations.append((w, root, self.of(base)))
        return self.symbols[key] ** (number * root)

    def to_expression(self, polynomial, facts):
        """Back to a canonical expression."""
        result = []
        for term in Add.make_args(expand(polynomial)):
            factors = []
            for factor in Mul.make_args(term):
                base, exponent = factor.as_base_exp()
                if base in self.back:
                    b, x = self.back[base].as_base_exp()
                    factors.append(power(b, x * exponent, facts))
                else:
                    factors.append(factor)
            result.append(times(facts, *factors))
        return Add(*result)


def factors_of(p, facts):
    """A canonical expression as a list of (canonical factor, exponent), all multiplied."""
    key = ("factors", p)
    if key in facts.memo:
        return facts.memo[key]
    if not p.is_Add:
        pairs = [f.as_base_exp() for f in Mul.make_args(p)]
    else:
        generators = Generators(p)
        number, pairs = S.One, []
        for part, power in zip(together(generators.of(p)).as_numer_denom(), (1, -1), strict=True):
            content, factors = factor_list(expand(part))
            number *= content ** power  # a rational
            pairs += [(generators.to_expression(f, facts), S(m * power)) for f, m in factors]
        if number != 1:
            pairs.append((number, S.One))
        pairs = [(base ** -1, x) if base.is_Rational and x == -1 else (base, x)
                 for base, x in pairs]
    facts.memo[key] = pairs
    return pairs


def is_zero(p, facts: Facts) -> bool:
    """Whether a canonical expression is zero wherever it is defined; False if unsure."""
    return p == 0 or _rational_zero(p, facts)


def _rational_zero(p, facts):
    if p.has(S.NaN):
        return False
    generators = Generators(p)
    numerator = expand(together(generators.of(p)).as_numer_denom()[0])
    for w, root, base in generators.relations:
        if numerator == 0:
            return True
        top, bottom = together(base).as_numer_denom()
        numerator = expand(rem(numerator, bottom * w ** root - top, w))
    if numerator == 0:
        return True
    whole = generators.to_expression(numerator, facts)
    return any(_merged_zero(q, facts) for q in dict.fromkeys((whole, p)))


def _merged_zero(p, facts):
    """Tries to bring all sums over one range under one sign, and decides by the summand."""
    terms = Add.make_args(p)
    ranges = {s.limits: s for t in terms for s in Mul.make_args(t) if isinstance(s, Sum)}
    by_shape = {}
    for s in ranges.values():
        by_shape.setdefault(tuple(last for _, _, last in s.limits), s)
    for shape in by_shape:
        fresh = [Dummy("k", integer=True) for _ in shape]
        for k, last in zip(fresh, shape, strict=True):
            facts.add_range(k, S.One, last)
        for order in permutations(range(len(shape))) if len(shape) <= 3 else [range(len(shape))]:
            body, rest = [], []
            for number, term in enumerate(terms):
                factors = list(Mul.make_args(term))
                s = next((f for f in factors if isinstance(f, Sum)
                          and tuple(last for _, _, last in f.limits) == shape), None)
                if s is not None:
                    factors.remove(s)
                    names = {limit[0]: fresh[order[j] if number else j]
                             for j, limit in enumerate(s.limits)}
                    body.append(times(facts, Mul(*factors),
                                      canonical(s.function.xreplace(names), facts)))
                elif len(shape) == 1 and shape[0].is_Symbol and shape[0] in factors:
                    factors.remove(shape[0])   # n times a constant is a sum as well
                    body.append(Mul(*factors))
                else:
                    rest.append(term)
            merged, left = expand_mul(Add(*body)), Add(*rest)
            if len(body) > 1 and is_zero(merged, facts) and is_zero(left, facts):
                return True
    return False
