"""Orthonormal rows and columns for the second evaluator: by Gram and Schmidt, at its precision."""

import mpmath
import sympy as sp


def orthonormal(condition, world, value) -> bool:
    """Fills in the entries of Σₖ U[a, k] U[b, k] = δ(a, b) or of U[k, a] U[k, b]; False of others.

    Raises ZeroDivisionError where there are more vectors than dimensions.
    """
    sums = [x for x in condition.args if isinstance(x, sp.Sum)] if condition.args else []
    deltas = [x for x in condition.args if type(x).__name__ == "KroneckerDelta"]
    if len(sums) != 1 or len(deltas) != 1 or len(sums[0].limits) != 1:
        return False
    entries = sp.Mul.make_args(sums[0].function)
    if len(entries) != 2 or not all(isinstance(x, sp.Indexed) and len(x.indices) == 2
                                    for x in entries):
        return False
    (k, first, last), base = sums[0].limits[0], entries[0].base
    rows = entries[0].indices[1] == k
    a = entries[0].indices[0 if rows else 1]
    if getattr(a, "size", None) is None or {*deltas[0].args} == {a}:
        return False
    count = int(value(a.size, world, {}))
    places = range(int(value(first, world, {})), int(value(last, world, {})) + 1)
    if count > len(places):
        raise ZeroDivisionError
    vectors: list = []
    for _ in range(count):
        v = [mpmath.mpf(world.rng.randint(-40, 40)) / 16 + mpmath.mpf(1) / 64 for _ in places]
        for _ in range(3):   # again, for what rounding left
            for u in vectors:
                share = mpmath.fsum(x * y for x, y in zip(u, v, strict=True))
                v = [x - share * y for x, y in zip(v, u, strict=True)]
        length = mpmath.sqrt(mpmath.fsum(x * x for x in v))
        vectors.append([x / length for x in v])
    for number, v in enumerate(vectors, start=1):
        for place, x in zip(places, v, strict=True):
            world.cells[base, (number, place) if rows else (place, number)] = x
    return True
