"""The canonical form: equal expressions, as far as the rules reach, become the same expression.

An expression is brought, from the leaves up, to a sum of products of *atoms*:

- symbols, entries of tensors, opaque functions, and powers of these;
- ``E(u)``, which is exp(u) for a single term u, so that exp(a + b) is E(a) E(b);
- the indicators ``IsPositive(a)`` = [a > 0] and ``IsZero(a)`` = [a = 0], to which Kronecker deltas,
  ``Piecewise``, ``Max``, ``Abs`` and ``sign`` are brought;
- ``Sum`` of one product over one connected set of indices, each running from 1, with bound
  symbols named by depth.

Every rule is an identity wherever both of its sides are defined, under the facts of the
statement. Deltas collapse only where the index is proved to be in range.
"""

from functools import reduce

from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Function,
    Ge,
    Gt,
    Heaviside,
    Indexed,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cosh,
    exp,
    expand_mul,
    factorrat,
    log,
    sign,
    sinh,
    tanh,
)
from sympy import Derivative as SympyDerivative

from .facts import Facts, unfolded
from .language import Named, Partial

_MOST_WRITTEN_OUT = 12   # a sum over at most so many numbers is written out


class E(Function):
    """exp of a single term; opaque to SymPy, so that products stay products."""

    nargs = 1
    is_positive = True


class IsPositive(Function):
    """1 where its argument is positive, else 0."""

    nargs = 1
    is_nonnegative = True
    is_integer = True


class IsZero(Function):
    """1 where its argument is 0, else 0."""

    nargs = 1
    is_nonnegative = True
    is_integer = True


def canonical(expression, facts: Facts) -> Expr:
    """The canonical form of an expression under the facts of its statement."""
    found = facts.memo.get(expression)
    if found is None:
        found = facts.memo[expression] = _canonical(expression, facts)
    return found


def _canonical(e, facts):
    if e.is_Rational or isinstance(e, Symbol):
        return _by_rule(e, facts)
    if e.is_Float:
        return Rational(str(e))
    if isinstance(e, Named | Partial | SympyDerivative):
        return canonical(_worked_out(e), facts)
    handler = next((h for kind, h in _HANDLERS if isinstance(e, kind)), None)
    if handler:
        return handler(e, facts)
    if not e.args:
        return e
    return e.func(*(canonical(a, facts) for a in e.args))


def _worked_out(e):
    from .calculus import derivative

    if isinstance(e, Named):
        return unfolded(e)
    if isinstance(e, Partial):
        return derivative(unfolded(e.args[0]), e.args[1])
    result = e.args[0]
    for variable, times in e.args[1:]:
        for _ in range(int(times)):
            result = derivative(unfolded(result), variable)
    return result


def _by_rule(atom, facts):
    """Applies an equation given, read from left to right, at the first place that fits."""
    for pattern, replacement, wildcards in facts.rules:
        binding = facts.match(pattern, atom, wildcards)
        if binding is not None:
            return canonical(replacement.xreplace(binding), facts)
    return atom


# Sums and products of terms


def _add(e, facts):
    return Add(*(canonical(a, facts) for a in e.args))


def _mul(e, facts):
    return times(facts, *(canonical(a, facts) for a in e.args))


def times(facts, *polynomials):
    """The product of canonical expressions, multiplied out."""
    return reduce(lambda p, q: _times(p, q, facts), polynomials, S.One)


def _times(p, q, facts):
    if p is S.One:
        return q
    if q is S.One:
        return p
    return Add(*(_tidy(Mul(a, b), facts)
                 for a in Add.make_args(p) for b in Add.make_args(q)))


def _tidy(term, facts):
    """Restores the canonical form of a product of two canonical terms."""
    if term.is_Add:   # a number times a sum
        return Add(*(_tidy(t, facts) for t in term.args))
    if not term.is_Mul and not term.is_Pow:
        return term
    factors, again = [], []
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if isinstance(base, IsPositive | IsZero) and exponent.is_Integer and exponent > 1:
            factor = base
        elif base.is_Add and exponent.is_Rational and exponent >= 1:
            whole = int(exponent)   # products may make (a + b)^{1/2} (a + b)^{1/2}
            again.append(times(facts, *[base] * whole))
            factor = Pow(base, exponent - whole)
        elif base.is_Rational and exponent.is_Add:
            again.append(power(base, exponent, facts))
            continue
        factors.append(factor)
    if again:
        return times(facts, Mul(*factors), *again)
    zeros = [f for f in factors if isinstance(f, IsZero)]
    for zero in zeros:
        if any(f == IsPositive(zero.args[0]) for f in factors):
            return S.Zero
    for zero in zeros:
        rest = Mul(*(f for f in factors if f is not zero))
        solved = solve_linear(zero.args[0])
        if solved and rest.has(solved[0]):
            return times(facts, canonical(rest.xreplace(dict([solved])), facts), zero)
    return Mul(*factors)


def solve_linear(a):
    """(v, value) with a = 0 ⇔ v = value, for the last entry or symbol linear in a; or None."""
    best = None
    for term in Add.make_args(a):
        coefficient, v = term.as_coeff_Mul()
        if isinstance(v, Symbol | Indexed) and not isinstance(v, Dummy) \
                and (not v.is_integer or abs(coefficient) == 1) \
                and not (a - term).has(v) \
                and (best is None or str(v) > str(best[0])):
            best = (v, -(a - term) / coefficient)
    return best


# Powers, exponentials, logarithms


def _pow(e, facts):
    return power(canonical(e.base, facts), canonical(e.exp, facts), facts)


def power(base, exponent, facts):
    if exponent is S.Zero:
        return S.One
    if exponent is S.One:
        return base
    if base.is_Rational:
        if exponent.is_Add:
            return Mul(*(Pow(base, t) for t in exponent.args))
        return Pow(base, exponent)
    if base.is_Add:
        if exponent.is_Integer and 0 < exponent <= 12:
            return times(facts, *[base] * int(exponent))
        if exponent.is_Rational:
            content, base = primitive(base, facts, signed=exponent.is_Integer)
            outside = power(content, exponent, facts)
            if not base.is_Add:
                return times(facts, outside, power(base, exponent, facts))
            return _times(outside, _tidy(Pow(base, exponent), facts), facts)
        return Pow(base, exponent)
    if base.is_Mul or base.is_Pow:
        inside, outside = [], []
        for factor in Mul.make_args(base):
            if exponent.is_Integer or positive(factor, facts):
                b, x = factor.as_base_exp()
                outside.append(Pow(b, expand_mul(x * exponent)))
            else:
                inside.append(factor)
        if inside:
            outside.append(Pow(Mul(*inside), exponent))
        return times(facts, *outside)
    return _tidy(Pow(base, exponent), facts)


def primitive(p, facts, signed=True):
    """A sum as content · primitive part: numbers, common factors and the sign taken out."""
    terms = Add.make_args(p)
    number = reduce(lambda a, b: a.gcd(b), [t.as_coeff_Mul()[0] for t in terms])
    number = abs(number)
    if signed and _leading(terms).as_coeff_Mul()[0] < 0:
        number = -number
    powers = [dict(f.as_base_exp() for f in Mul.make_args(t.as_coeff_Mul()[1])) for t in terms]
    common = []
    for base in powers[0] if not any(base is S.One for base in powers[0]) else ():
        exponents = [power.get(base, S.Zero) for power in powers]
        if all(x.is_Rational for x in exponents) and (signed or positive(base, facts)):
            lowest = min(exponents)
            if lowest != 0:
                common.append(Pow(base, lowest))
    for base in {b for power in powers for b, x in power.items()
                 if x.is_Rational and x < 0 and b is not S.One} - set(powers[0]):
        if signed or positive(base, facts):   # a common denominator
            lowest = min((power.get(base, S.Zero) for power in powers
                          if power.get(base, S.Zero).is_Rational), default=S.Zero)
            common.append(Pow(base, lowest))
    content = Mul(number, *common)
    return content, times(facts, p, _invert(content, facts))


def _invert(monomial, facts):
    return Mul(*(Pow(b, -x) for b, x in (f.as_base_exp() for f in Mul.make_args(monomial))))


def _leading(terms):
    return min(terms, key=lambda t: str(t.as_coeff_Mul()[1]))


def _exp(e, facts):
    result = []
    for term in Add.make_args(canonical(e.args[0], facts)):
        logs = [f for f in Mul.make_args(term) if isinstance(f, log)]
        if len(logs) == 1:
            exponent = Mul(*(f for f in Mul.make_args(term) if f != logs[0]))
            result.append(power(logs[0].args[0], exponent, facts))
        else:
            number, u = term.as_coeff_Mul()
            result.append(Pow(E(u), number) if u is not S.One else Pow(E(S.One), number))
    return times(facts, *result)


def _log(e, facts):
    return log_of(canonical(e.args[0], facts), facts)


def log_of(p, facts):
    from .zero import factors_of

    result, unsure = [], []
    pairs = factors_of(p, facts) if p.is_Add or p.is_Mul or p.is_Pow else [p.as_base_exp()]
    for base, exponent in pairs:
        if base.is_Rational and base > 0:
            result += [exponent * n * log(prime) for prime, n in factorrat(base).items()]
        elif isinstance(base, E):
            result.append(expand_mul(exponent * base.args[0]))
        elif positive(base, facts):
            result.append(expand_mul(exponent * log(base)))
        else:
            unsure.append(power(base, exponent, facts))
    if unsure:
        result.append(log(times(facts, *unsure)))
    return Add(*(times(facts, *Mul.make_args(r)) for r in result))


# Indicators


def _delta(e, facts):
    return zero_at(canonical(e.args[0], facts) - canonical(e.args[1], facts), facts)


def zero_at(a, facts):
    """[a = 0] for a canonical a."""
    a = expand_mul(a)
    if a.is_Rational:
        return S.One if a == 0 else S.Zero
    if positive(a, facts) or positive(-a, facts):
        return S.Zero
    a = _numeric_content(a)[1]
    for condition, wildcards in facts.nonzero:
        if facts.match(condition, a, wildcards) is not None:
            return S.Zero
    return IsZero(a)


def positive_at(a, facts):
    """[a > 0] for a canonical a."""
    a = expand_mul(a)
    if a.is_Rational:
        return S.One if a > 0 else S.Zero
    if positive(a, facts):
        return S.One
    if positive(-a, facts):
        return S.Zero
    number, part = _numeric_content(a)
    if not part.is_Add:   # only factors of either sign matter
        part = Mul(*(f for f in Mul.make_args(part) if not positive(f, facts)))
    if number > 0:
        return IsPositive(part)
    return 1 - IsPositive(part) - zero_at(part, facts)


def _numeric_content(a):
    """a = number · part, with a part whose leading term has the coefficient of a positive number."""
    terms = Add.make_args(a)
    number = abs(reduce(lambda x, y: x.gcd(y), [t.as_coeff_Mul()[0] for t in terms]))
    if _leading(terms).as_coeff_Mul()[0] < 0:
        number = -number
    return number, Add(*(t / number for t in terms))


def _sign(e, facts):
    a = canonical(e.args[0], facts)
    return expand_mul(2 * positive_at(a, facts) + zero_at(a, facts) - 1)


def _abs(e, facts):
    a = canonical(e.args[0], facts)
    return times(facts, a, expand_mul(2 * positive_at(a, facts) - 1)) \
        + times(facts, a, zero_at(a, facts))


def _max(e, facts):
    def larger(x, y):
        return y + times(facts, expand_mul(x - y), positive_at(expand_mul(x - y), facts))
    return reduce(larger, sorted((canonical(a, facts) for a in e.args), key=str))


def _min(e, facts):
    return -canonical(Max(*(-a for a in e.args), evaluate=False), facts)


def _piecewise(e, facts):
    result, remaining = [], S.One
    for value, condition in e.args:
        here = _indicator(condition, facts)
        result.append(times(facts, remaining, here, canonical(value, facts)))
        remaining = times(facts, remaining, expand_mul(1 - here))
    if remaining != 0:
        result.append(times(facts, remaining, S.NaN))
    return Add(*result)


def _indicator(condition, facts):
    if condition in (True, False):
        return S.One if condition == True else S.Zero  # noqa: E712
    if isinstance(condition, And):
        return times(facts, *(_indicator(c, facts) for c in condition.args))
    if isinstance(condition, Or):
        return 1 - times(facts, *(expand_mul(1 - _indicator(c, facts)) for c in condition.args))
    if isinstance(condition, Not):
        return expand_mul(1 - _indicator(condition.args[0], facts))
    if isinstance(condition, Gt | Lt | Ge | Le | Eq | Ne):
        a = expand_mul(canonical(condition.lhs, facts) - canonical(condition.rhs, facts))
        zero = zero_at(a, facts)
        return expand_mul({
            Gt: lambda: positive_at(a, facts),
            Ge: lambda: positive_at(a, facts) + zero,
            Lt: lambda: 1 - positive_at(a, facts) - zero,
            Le: lambda: 1 - positive_at(a, facts),
            Eq: lambda: zero,
            Ne: lambda: 1 - zero,
        }[condition.func]())
    raise TypeError(f"cannot read the condition {condition!r}")


# What is positive


def positive(p, facts) -> bool:
    """Whether a canonical expression is certainly positive; False if unsure."""
    key = ("positive", p)
    if key not in facts.memo:
        facts.memo[key] = False   # a question that comes back to itself is not answered
        facts.memo[key] = _positive(p, facts)
    return facts.memo[key]


def _positive(p, facts):
    if p.is_Rational:
        return bool(p > 0)
    if _factor_positive(p, facts) or _given_positive(p, facts):
        return True
    if p.is_Add:
        if all(_nonnegative_term(t, facts) for t in p.args) \
                and any(positive(t, facts) for t in p.args):
            return True
        if p.is_integer and facts.nonnegative(p - 1):
            return True
        from .zero import factors_of
        pairs = factors_of(p, facts)
        if len(pairs) > 1:
            return all(b.is_Rational and b > 0 or b != p and positive(b, facts)
                       for b, _ in pairs)
        return False
    return p.is_Mul and all(positive(f, facts) for f in p.args)


def _factor_positive(p, facts):
    base, exponent = p.as_base_exp()
    if base.is_positive and exponent.is_real is not False:
        return True
    if isinstance(base, Sum):
        return all(facts.nonnegative(last - 1) for _, _, last in base.limits) \
            and positive(base.function, facts)
    return exponent is not S.One and base is not S.One and positive(base, facts)


def _nonnegative_term(t, facts):
    for factor in Mul.make_args(t):
        base, exponent = factor.as_base_exp()
        if positive(factor, facts) or factor.is_nonnegative:
            continue
        if exponent.is_Integer and exponent % 2 == 0:
            continue
        if isinstance(base, Sum) and _nonnegative_term(base.function, facts):
            continue
        return False
    return True


def _given_positive(p, facts):
    number, part = p.as_coeff_Mul()
    for condition, wildcards in facts.positive:
        n, pattern = condition.as_coeff_Mul()
        if p.is_Add:
            if facts.match(condition, p, wildcards) is not None:
                return True
        elif n * number > 0 and facts.match(pattern, part, wildcards) is not None:
            return True
    return False


# The rest


def _indexed(e, facts):
    entry = e.func(e.base, *(canonical(i, facts) for i in e.indices))
    return _by_rule(entry, facts)


def _hyperbolic(e, facts):
    return canonical(e.rewrite(exp), facts)


def _product(e, facts):
    """Π f as exp Σ log f, where f is positive; otherwise it stays as it is."""
    (k, first, last), *outer = e.limits
    count = canonical(last - first + 1, facts)
    if not outer and count.is_Integer and count <= _MOST_WRITTEN_OUT:
        return times(facts, *(canonical(e.function.xreplace({k: first + j}), facts)
                              for j in range(int(count))))
    renaming, limits = {}, []
    for k, first, last in reversed(e.limits):   # outer limits may occur in inner ones
        fresh = Dummy(k.name, integer=True)
        first, last = (canonical(x.xreplace(renaming), facts) for x in (first, last))
        renaming[k] = fresh
        facts.add_range(fresh, first, last)
        limits.insert(0, (fresh, first, last))
    body = canonical(e.function.xreplace(renaming), facts)
    if not positive(body, facts):
        return e
    return canonical(exp(Sum(log_of(body, facts), *limits)), facts)


def _sum(e, facts):
    from .sums import canonical_sum

    return canonical_sum(e, facts)


def _heaviside(e, facts):
    a = canonical(e.args[0], facts)
    return expand_mul(positive_at(a, facts)
                      + zero_at(a, facts) * (e.args[1] if len(e.args) > 1 else Rational(1, 2)))


_HANDLERS = [
    (Add, _add), (Mul, _mul), (exp, _exp), (Pow, _pow), (log, _log), (Indexed, _indexed),
    (Sum, _sum), (Product, _product), (KroneckerDelta, _delta), (Piecewise, _piecewise),
    (Max, _max), (Min, _min), (Abs, _abs), (sign, _sign), (Heaviside, _heaviside),
    (tanh | sinh | cosh, _hyperbolic),
    (IsZero, lambda e, facts: zero_at(canonical(e.args[0], facts), facts)),
    (IsPositive, lambda e, facts: positive_at(canonical(e.args[0], facts), facts)),
    (E, lambda e, facts: _exp(e, facts)),
]


def read_conditions(facts: Facts):
    """Brings the conditions given to canonical form, as rules for rewriting and for signs."""
    for condition in facts.conditions():
        lhs, rhs = unfolded(condition.lhs), unfolded(condition.rhs)
        wildcards = facts.wildcards(lhs - rhs)
        left, right = canonical(lhs, facts), canonical(rhs, facts)
        facts.memo.clear()
        if isinstance(condition, Eq):
            rule = _oriented(left, right)
            if rule:
                facts.rules.append((*rule, wildcards))
        elif isinstance(condition, Ne):
            facts.nonzero.append((_numeric_content(left - right)[1], wildcards))
        elif isinstance(condition, Gt | Lt):
            difference = expand_mul(left - right if isinstance(condition, Gt) else right - left)
            facts.positive.append((difference, wildcards))
            facts.nonzero.append((_numeric_content(difference)[1], wildcards))
    facts.memo.clear()


def _oriented(left, right):
    """An equation as (atom, what to put in its place): for an entry, a symbol or a sum."""
    for atom, value in ((left, right), (right, left)):
        if isinstance(atom, Symbol | Indexed | Sum) and not value.has(atom):
            return atom, value
    difference = expand_mul(left - right)
    for term in sorted(Add.make_args(difference), key=str, reverse=True):
        number, atom = term.as_coeff_Mul()
        rest = difference - term
        if isinstance(atom, Symbol | Indexed | Sum) and not rest.has(atom):
            return atom, expand_mul(-rest / number)
    return None
