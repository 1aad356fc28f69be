"""Canonical expressions as rational functions of their atoms, for factors and for zero."""

from functools import reduce
from math import comb, prod

from sympy import Add, Dummy, Mul, Pow, S, cancel, expand, factor_list, ilcm, together

from ..limits import EXPANDED_TERMS, FACTORED_DEGREE, FACTORED_TERMS, FRACTION_TERMS, GaveUp
from .canonical import canonical


def expanded(polynomial):
    """The polynomial multiplied out; GaveUp if that makes too many terms."""
    if _size(polynomial) > EXPANDED_TERMS:
        raise GaveUp("multiplying out makes too many terms")
    return expand(polynomial)


def _size(e) -> int:
    """At most so many terms has a polynomial when it is multiplied out."""
    if e.is_Add:
        return sum(map(_size, e.args))
    if e.is_Mul:
        return prod(map(_size, e.args))
    if e.is_Pow and e.exp.is_Integer and e.exp > 0:
        terms, times = _size(e.base), int(e.exp)
        return comb(terms + times - 1, times)
    return 1


class Generators:
    """Atoms of a canonical expression as symbols, so that it becomes a rational function."""

    def __init__(self, *expressions):
        self.symbols: dict = {}         # (base, symbolic exponent or 1) -> symbol
        self.relations: list = []       # (w, q, base): w**q = base
        self.roots: dict = {}           # (base, symbolic exponent or 1) -> root that is the symbol
        self.back: dict = {}            # symbol -> what it stands for
        for expression in expressions:
            self._count(expression)

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
        root = self.roots[key]
        if base.is_Add and symbol is S.One and root == 1:
            return self.of(base) ** number
        if key not in self.symbols:
            w = self.symbols[key] = Dummy(f"g{len(self.symbols)}")
            self.back[w] = Pow(base, symbol / root)
            if symbol is S.One and root > 1 and (base.is_Add or base.is_Rational):
                self.relations.append((w, root, self.of(base)))
        return self.symbols[key] ** (number * root)

    def numerator_and_denominator(self, p):
        """The expression as a fraction of polynomials in the symbols."""
        if len(Add.make_args(p)) > FRACTION_TERMS:
            raise GaveUp("too many terms for a common denominator")
        top, bottom = together(self.of(p)).as_numer_denom()
        return expanded(top), expanded(bottom)

    def to_expression(self, polynomial, facts):
        """Back to a canonical expression."""
        return canonical(expand(polynomial).xreplace(self.back), facts)


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
        parts = generators.numerator_and_denominator(p)
        for part, power in zip(parts, (1, -1), strict=True):
            content, factors = _factor_list(part)
            number *= content ** power   # a rational
            pairs += [(generators.to_expression(f, facts), S(m * power)) for f, m in factors]
        if number != 1:
            pairs.append((number, S.One))
        pairs = [(base ** -1, x) if base.is_Rational and x == -1 else (base, x)
                 for base, x in pairs]
    facts.memo[key] = pairs
    return pairs


def _factor_list(polynomial):
    """SymPy's factors, or the polynomial itself where finding them may take long."""
    terms = Add.make_args(polynomial)
    degree = max(sum(f.as_base_exp()[1] for f in Mul.make_args(t) if not f.is_Rational)
                 for t in terms)
    if len(terms) > FACTORED_TERMS or degree > FACTORED_DEGREE:
        return S.One, [(polynomial, 1)]
    return factor_list(polynomial)


def quotient(a, b, facts):
    """a / b in lowest terms, if it has no denominator; None otherwise."""
    generators = Generators(a, b)
    top, bottom = cancel(generators.of(a) / generators.of(b)).as_numer_denom()
    return generators.to_expression(top / bottom, facts) if bottom.is_Rational else None


# Signs


def leading(terms):
    """The term by which the sign of a sum is told."""
    return min(terms, key=lambda t: str(t.as_coeff_Mul()[1]))


def numeric_content(a):
    """a = number · part, with a part whose leading term has a positive coefficient."""
    terms = Add.make_args(a)
    number = abs(reduce(lambda x, y: x.gcd(y), [t.as_coeff_Mul()[0] for t in terms]))
    if leading(terms).as_coeff_Mul()[0] < 0:
        number = -number
    return number, Add(*(t / number for t in terms))
