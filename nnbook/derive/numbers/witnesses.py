"""Points for conditions that no scaling of random entries meets: orthonormal rows or columns."""

from fractions import Fraction

from sympy import Eq, Indexed, KroneckerDelta, Mul, Sum

from .values import Undefined, evaluate, whole


def orthonormal(condition, point, instances) -> bool:
    """Draws the entries of Σₖ U[a, k] U[b, k] = δ(a, b), or of U[k, a] U[k, b]; False of others.

    ``instances`` are the values of a and b for which the condition is to hold.
    """
    found = _read(condition, point.reading.quantified)
    if found is None:
        return False
    base, a, b, axis, (_, first, last) = found
    lines = sorted({bound[s] for bound in instances for s in (a, b)})
    places = range(whole(evaluate(first, point)), whole(evaluate(last, point)) + 1)
    if len(lines) > len(places):
        raise Undefined("more orthonormal lines than they have entries")
    matrix = orthogonal(len(places), point.rng)
    for line, row in zip(lines, matrix, strict=False):
        for place, value in zip(places, row, strict=True):
            point.entries[base, (line, place) if axis == 0 else (place, line)] = value
    return True


def _read(condition, quantified):
    """(tensor, a, b, axis of these, limit of the sum) of such a condition; None of another."""
    if not isinstance(condition, Eq):
        return None
    for total, one in (condition.args, condition.args[::-1]):
        if not (isinstance(total, Sum) and isinstance(one, KroneckerDelta)
                and len(total.limits) == 1 and set(one.args) <= quantified):
            continue
        factors, (a, b) = Mul.make_args(total.function), one.args
        k = total.limits[0][0]
        for axis in (0, 1):
            wanted = [{axis: s, 1 - axis: k} for s in (a, b)]
            if len(factors) == 2 and all(isinstance(f, Indexed) and len(f.indices) == 2
                                         for f in factors) \
                    and factors[0].base == factors[1].base \
                    and all(dict(enumerate(f.indices)) in wanted for f in factors) and a != b \
                    and factors[0] != factors[1]:
                return factors[0].base, a, b, axis, tuple(total.limits[0])
    return None


def orthogonal(size: int, rng) -> list[list]:
    """A random orthogonal matrix of rational numbers: two reflections, rows in any order."""
    rows = [[int(i == j) for j in range(size)] for i in range(size)]
    for _ in range(2):
        v = [rng.randint(-3, 3) for _ in range(size)]
        length = sum(x * x for x in v)
        if length:
            rows = [_reflected(row, v, length) for row in rows]
    rng.shuffle(rows)
    return rows


def _reflected(row, v, length):
    """x - 2 (x·v) v / |v|²."""
    share = Fraction(2 * sum(x * y for x, y in zip(row, v, strict=True))) / length
    made = (x - share * y for x, y in zip(row, v, strict=True))
    return [x.numerator if isinstance(x, Fraction) and x.denominator == 1 else x for x in made]
