"""Derivatives of formulas by the rules of the textbook, away from kinks."""

from .trees import ONE, TWO, ZERO, add, div, fn, free, fresh, mul, neg, num, power, put, sub, sym


def slope(e, by):
    """∂e/∂by, where by is a letter or an entry; LookupError for what has no rule here."""
    kind = e[0]
    if kind == "n" or kind == "delta":
        return ZERO
    if kind == "s":
        return ONE if e == by else ZERO
    if kind == "x":
        if by[0] != "x" or by[1] != e[1]:
            return ZERO
        return mul(*(_delta(i, j) for i, j in zip(e[2:], by[2:], strict=True)))
    if kind == "+":
        return add(*(slope(a, by) for a in e[1:]))
    if kind == "*":
        return add(
            *(
                mul(*e[1:j], d, *e[j + 1 :])
                for j in range(1, len(e))
                if (d := slope(e[j], by)) != ZERO
            )
        )
    if kind == "/":
        a, b = e[1:]
        da, db = slope(a, by), slope(b, by)
        first = div(da, b) if da != ZERO else ZERO
        return first if db == ZERO else sub(first, div(mul(a, db), power(b, 2)))
    if kind == "^":
        return _of_power(*e[1:], by)
    if kind == "f":
        inner = slope(e[2], by)
        return ZERO if inner == ZERO else mul(_SLOPES[e[1]](e[2]), inner)
    if kind in ("max", "min"):
        return _of_extreme(">=" if kind == "max" else "<=", e[1:], by)
    if kind == "if":
        _, sign, a, b, then, otherwise = e
        return ("if", sign, a, b, slope(then, by), slope(otherwise, by))
    if kind == "sum":
        _, k, first, last, body = e
        if k in free(by):
            new = fresh(body, by)
            if new is None:
                raise LookupError(kind)
            k, body = new, put(body, k, sym(new))
        d = slope(body, by)
        return ZERO if d == ZERO else ("sum", k, first, last, d)
    raise LookupError(kind)


def _delta(i, j):
    if i == j:
        return ONE
    return num(int(i[1] == j[1])) if i[0] == j[0] == "n" else ("delta", i, j)


def _of_power(a, b, by):
    da, db = slope(a, by), slope(b, by)
    if db == ZERO:
        if da == ZERO:
            return ZERO
        return mul(TWO, a, da) if b == TWO else mul(b, power(a, sub(b, ONE)), da)
    whole = mul(power(a, b), db, fn("log", a))
    return whole if da == ZERO else add(whole, mul(b, power(a, sub(b, ONE)), da))


def _of_extreme(sign, arguments, by):
    first, *rest = arguments
    if not rest:
        return slope(first, by)
    kind = "max" if sign == ">=" else "min"
    other = rest[0] if len(rest) == 1 else (kind, *rest)
    return ("if", sign, first, other, slope(first, by), _of_extreme(sign, rest, by))


def _logistic_slope(a):
    return mul(fn("sigmoid", a), sub(ONE, fn("sigmoid", a)))


_SLOPES = {
    "exp": lambda a: fn("exp", a),
    "log": lambda a: div(ONE, a),
    "sin": lambda a: fn("cos", a),
    "cos": lambda a: neg(fn("sin", a)),
    "tanh": lambda a: sub(ONE, power(fn("tanh", a), 2)),
    "abs": lambda a: fn("sign", a),
    "sign": lambda a: ZERO,
    "step": lambda a: ZERO,
    "relu": lambda a: ("if", ">", a, ZERO, ONE, ZERO),
    "sigmoid": _logistic_slope,
    "softplus": lambda a: fn("sigmoid", a),
    "sqrt": lambda a: div(ONE, mul(TWO, fn("sqrt", a))),
}
