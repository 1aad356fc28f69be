"""Rules of rewriting: each gives a formula that is equal wherever both have a value, or None.

A rule is a function of a part and its surroundings (``Around``). Rules are sound by the textbook;
what they make is compared with what they were given all the same, at points of ``points``. Those
of sums stand in ``sum_rules``, those of slopes, means and conditions in ``condition_rules``.
"""

from fractions import Fraction

from .trees import (
    ONE,
    TWO,
    ZERO,
    add,
    div,
    fn,
    mul,
    neg,
    num,
    power,
    size,
    sub,
    sym,
)

HALF = num(Fraction(1, 2))


def order(e, around):
    if e[0] not in ("+", "*", "max", "min"):
        return None
    parts = list(e[1:])
    around.rng.shuffle(parts)
    return (e[0], *parts)


def distribute(e, around):
    if e[0] != "*":
        return None
    at = [j for j, a in enumerate(e) if a[0] == "+"]
    if not at:
        return None
    j = around.rng.choice(at)
    return add(*(mul(*e[1:j], t, *e[j + 1 :]) for t in e[j][1:]))


def square_out(e, around):
    if e[0] != "^" or e[2] != TWO:
        return None
    a = e[1]
    if a[0] == "+" and len(a) == 3 and around.rng.random() < 0.7:
        return add(power(a[1], 2), mul(TWO, a[1], a[2]), power(a[2], 2))
    return mul(a, a)


def split_in_two(e, around):
    """a = 2a - a."""
    return sub(mul(TWO, e), e)


def add_nothing(e, around):
    """a = (a - v) + v, for a letter v, of which the first two are kept together."""
    v = sym(around.rng.choice(["u", "v", "c"]))
    return sub(add(e, v), v)


def times_one(e, around):
    """a = (a c) / c."""
    return div(mul(e, sym("c")), sym("c"))


def fraction(e, around):
    if e[0] == "/" and e[1][0] == "+":
        return add(*(div(a, e[2]) for a in e[1][1:]))
    if e[0] == "/":
        return mul(e[1], power(e[2], -1))
    if e[0] == "^" and e[2] == num(-1):
        return div(ONE, e[1])
    return None


def conjugate(e, around):
    """a = (a² - v²)/(a - v) + … is avoided; a + b = (a² - b²)/(a - b)."""
    if e[0] == "+" and len(e) == 3:
        return div(sub(power(e[1], 2), power(e[2], 2)), sub(e[1], e[2]))
    return None


def exponent(e, around):
    if e[0] != "f" or e[1] != "exp":
        return None
    a = e[2]
    if a[0] == "+":
        return mul(*(fn("exp", t) for t in a[1:]))
    if a[0] == "f" and a[1] == "log":
        return a[2]
    if a[0] == "sum":
        return ("prod", *a[1:4], fn("exp", a[4]))
    return around.rng.choice([div(ONE, fn("exp", neg(a))), power(fn("exp", mul(HALF, a)), 2)])


def logarithm(e, around):
    if e[0] == "f" and e[1] == "log":
        a = e[2]
        if a[0] in ("*", "/") and around.positive(a):
            first, *rest = (fn("log", t) for t in a[1:])
            return add(first, *rest) if a[0] == "*" else sub(first, rest[0])
        if a[0] == "^" and around.positive(a[1]):
            return mul(a[2], fn("log", a[1]))
        if a[0] == "^" and a[2] == TWO:
            return mul(TWO, fn("log", fn("abs", a[1])))
        if a[0] == "f" and a[1] == "exp":
            return a[2]
        if a[0] == "prod" and around.positive(a[4]):
            return ("sum", *a[1:4], fn("log", a[4]))
    return None


def into_log(e, around):
    if around.positive(e):
        return fn("exp", fn("log", e))
    return fn("log", fn("exp", e))


def root(e, around):
    if e[0] != "f" or e[1] != "sqrt":
        return None
    a = e[2]
    if a[0] == "^" and a[2] == TWO:
        return fn("abs", a[1])
    if a[0] == "*" and around.positive(a[1]):
        return mul(fn("sqrt", a[1]), fn("sqrt", mul(*a[2:])))
    return power(a, HALF)


def absolute(e, around):
    if e[0] == "f" and e[1] == "abs":
        a = e[2]
        if a[0] in ("*", "/") and around.rng.random() < 0.5:
            return (a[0], *(fn("abs", t) for t in a[1:]))
        return around.rng.choice(
            [
                ("max", a, neg(a)),
                mul(fn("sign", a), a),
                fn("sqrt", power(a, 2)),
                ("if", ">=", a, ZERO, a, neg(a)),
                ("if", "<", a, ZERO, neg(a), a),
                add(fn("relu", a), fn("relu", neg(a))),
            ]
        )
    if e[0] == "^" and e[2] == TWO:
        return power(fn("abs", e[1]), 2)
    if size(e) > 4 or around.rng.random() < 0.5:
        return None
    return mul(fn("sign", e), fn("abs", e))


def extreme(e, around):
    if e[0] not in ("max", "min"):
        return None
    a, *rest = e[1:]
    if not rest:
        return a
    b = rest[0] if len(rest) == 1 else (e[0], *rest)
    up = e[0] == "max"
    gap = fn("abs", sub(a, b))
    return around.rng.choice(
        [
            mul(HALF, add(a, b, gap if up else neg(gap))),
            ("if", ">=" if up else "<=", a, b, a, b),
            ("if", ">" if up else "<", a, b, a, b),
            neg(("min" if up else "max", neg(a), neg(b))),
            add(b, fn("relu", sub(a, b))) if up else sub(a, fn("relu", sub(a, b))),
        ]
    )


def rectifier(e, around):
    if e[0] != "f" or e[1] != "relu":
        return None
    a = e[2]
    return around.rng.choice(
        [
            ("max", ZERO, a),
            mul(HALF, add(a, fn("abs", a))),
            ("if", ">", a, ZERO, a, ZERO),
            mul(a, fn("step", a)),
            add(a, fn("relu", neg(a))),
            ("if", "<=", a, ZERO, ZERO, a),
        ]
    )


def steps(e, around):
    if e[0] == "f" and e[1] == "step":
        return ("if", ">", e[2], ZERO, ONE, ZERO)
    if e[0] == "f" and e[1] == "sign":
        a = e[2]
        return around.rng.choice([sub(fn("step", a), fn("step", neg(a))), neg(fn("sign", neg(a)))])
    if e[0] == "if" and e[1] in ("<", "<=", ">", ">="):
        _, sign, a, b, then, other = e
        turned = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[sign]
        return ("if", turned, a, b, other, then)
    if e[0] == "if":
        _, sign, a, b, then, other = e
        return ("if", "!=" if sign == "=" else "=", a, b, other, then)
    return None


def squash(e, around):
    if e[0] != "f":
        return None
    a = e[2]
    up, down = fn("exp", a), fn("exp", neg(a))
    if e[1] == "sigmoid":
        return around.rng.choice(
            [
                sub(ONE, fn("sigmoid", neg(a))),
                div(up, add(ONE, up)),
                div(ONE, add(ONE, down)),
                mul(HALF, add(ONE, fn("tanh", mul(HALF, a)))),
            ]
        )
    if e[1] == "tanh":
        return around.rng.choice(
            [
                div(sub(up, down), add(up, down)),
                neg(fn("tanh", neg(a))),
                sub(mul(TWO, fn("sigmoid", mul(TWO, a))), ONE),
            ]
        )
    if e[1] == "softplus":
        return around.rng.choice(
            [
                fn("log", add(ONE, up)),
                add(a, fn("softplus", neg(a))),
                neg(fn("log", fn("sigmoid", neg(a)))),
                add(fn("relu", a), fn("log", add(ONE, fn("exp", neg(fn("abs", a)))))),
            ]
        )
    return None


def angle(e, around):
    if e[0] == "^" and e[2] == TWO and e[1][0] == "f" and e[1][1] in ("sin", "cos"):
        other = "cos" if e[1][1] == "sin" else "sin"
        return sub(ONE, power(fn(other, e[1][2]), 2))
    if e[0] == "f" and e[1] in ("sin", "cos") and e[2][0] == "+" and len(e[2]) == 3:
        a, b = e[2][1:]
        s, c = "sin", "cos"
        if e[1] == "sin":
            return add(mul(fn(s, a), fn(c, b)), mul(fn(c, a), fn(s, b)))
        return sub(mul(fn(c, a), fn(c, b)), mul(fn(s, a), fn(s, b)))
    return None
