"""Rules of rewriting: each gives a formula that is equal wherever both have a value, or None.

A rule is a function of a part and its surroundings (``Around``). They are sound by the textbook;
what they make is compared with what they were given all the same, at points of ``points``.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from .points import Words
from .slopes import slope
from .trees import (
    BINDERS,
    ONE,
    TWO,
    ZERO,
    OutOfLetters,
    add,
    bound,
    children,
    div,
    fn,
    free,
    fresh,
    mul,
    neg,
    num,
    places,
    power,
    put,
    replaced,
    size,
    sub,
    sym,
)

HALF = num(Fraction(1, 2))
LARGEST = 40  # parts of a formula that is rewritten further


@dataclass
class Around:
    """Where a part stands: the whole formula, the ranges of its indices, what is given."""

    whole: tuple
    scope: dict
    words: Words
    given: list
    rng: Random

    def fresh(self, *more):
        """A letter for an index that occurs nowhere in the formula."""
        return fresh(self.whole, *map(sym, self.words.kinds), *more)

    def positive(self, e) -> bool:
        """Whether a formula is certainly above 0 where it has a value."""
        kind = e[0]
        if kind == "n":
            return e[1] > 0
        if kind == "s":
            return self.words.kinds.get(e[1]) in ("positive", "size") or e[1] in self.scope_from_1()
        if kind == "x":
            return e[1] in self.words.positive
        if kind == "f":
            return e[1] in ("exp", "sigmoid", "softplus")
        if kind in ("+", "*", "/"):
            return all(map(self.positive, e[1:]))
        return kind == "^" and self.positive(e[1])

    def scope_from_1(self):
        return {k for k, (first, _) in self.scope.items() if first == ONE}

    def size_of(self, e):
        """The size over which an index runs, if it is a letter that surely lies in its range."""
        if e[0] != "s":
            return None
        if e[1] in self.scope:
            first, last = self.scope[e[1]]
            return last if first == ONE and last[0] == "s" else None
        kind = self.words.kinds.get(e[1], "")
        return sym(kind) if self.words.kinds.get(kind) == "size" else None


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


# Sums


def linear(e, around):
    if e[0] != "sum":
        return None
    _, k, first, last, body = e
    if body[0] == "+":
        return add(*(("sum", k, first, last, t) for t in body[1:]))
    if body[0] == "*":
        out = [t for t in body[1:] if k not in free(t)]
        kept = [t for t in body[1:] if k in free(t)]
        if out:
            return mul(*out, ("sum", k, first, last, mul(*kept)))
    if body[0] == "/" and k not in free(body[2]):
        return div(("sum", k, first, last, body[1]), body[2])
    return None


def into_sum(e, around):
    """c Σ f = Σ c f."""
    if e[0] != "*":
        return None
    for j, a in enumerate(e):
        if a[0] == "sum":
            rest = mul(*e[1:j], *e[j + 1 :])
            k, body = a[1], a[4]
            if k in free(rest):
                k = around.fresh(e)
                if k is None:
                    return None
                body = put(body, a[1], sym(k))
            return ("sum", k, *a[2:4], mul(rest, body))
    return None


def rename(e, around):
    if e[0] not in BINDERS:
        return None
    used = free(e[4]) | bound(e[4])
    k = around.rng.choice(["i", "j", "k", "l", "q", "r", around.fresh(e) or "h"])
    if k in used or k in ("u", "v"):
        return None
    return (e[0], k, e[2], e[3], put(e[4], e[1], sym(k)))


def backward(e, around):
    if e[0] not in BINDERS:
        return None
    kind, k, first, last, body = e
    return (kind, k, first, last, put(body, k, sub(add(first, last), sym(k))))


def shift(e, around):
    if e[0] not in BINDERS:
        return None
    kind, k, first, last, body = e
    by = num(around.rng.choice([-1, 1, 2]))
    return (kind, k, add(first, by), add(last, by), put(body, k, sub(sym(k), by)))


def filled(first, last, around):
    """Whether a sum surely has a term."""
    return first == ONE and last[0] == "s" and around.words.kinds.get(last[1]) == "size"


def ends(e, around):
    """The first or the last term by itself."""
    if e[0] not in BINDERS:
        return None
    kind, k, first, last, body = e
    if not filled(first, last, around):
        return None
    put_together = add if kind == "sum" else mul
    if around.rng.random() < 0.5:
        return put_together((kind, k, first, sub(last, ONE), body), put(body, k, last))
    return put_together(put(body, k, first), (kind, k, add(first, ONE), last, body))


def cut(e, around):
    """Σ to n = Σ to i and Σ from i + 1, for an index i in that range."""
    if e[0] not in BINDERS:
        return None
    kind, k, first, last, body = e
    inside = [
        name
        for name in (*around.words.kinds, *around.scope)
        if first == ONE and around.size_of(sym(name)) == last and name != k
    ]
    if not inside:
        return None
    at = sym(around.rng.choice(inside))
    put_together = add if kind == "sum" else mul
    return put_together((kind, k, first, at, body), (kind, k, add(at, ONE), last, body))


def exchange(e, around):
    if e[0] not in BINDERS or e[4][0] != e[0]:
        return None
    kind, k, first, last, inner = e
    _, l, low, high, body = inner
    if k == l:
        return None
    if k in free(low) | free(high):
        if (first, low, high) == (ONE, ONE, sym(k)) and l not in free(last):  # a triangle
            return (kind, l, ONE, last, (kind, k, sym(l), last, body))
        return None
    if l in free(first) | free(last):
        return None
    return (kind, l, low, high, (kind, k, first, last, body))


def product_of_sums(e, around):
    if e[0] == "^" and e[2] == TWO and e[1][0] == "sum":
        one = two = e[1]
        rest = []
    elif e[0] == "*" and sum(a[0] == "sum" for a in e[1:]) > 1:
        one, two, *more = [a for a in e[1:] if a[0] == "sum"]
        rest = [*more, *(a for a in e[1:] if a[0] != "sum")]
    else:
        return None
    k = around.fresh(e)
    j = around.fresh(e, sym(k)) if k else None
    if j is None:
        return None
    body = mul(put(one[4], one[1], sym(k)), put(two[4], two[1], sym(j)))
    return mul(*rest, ("sum", k, *one[2:4], ("sum", j, *two[2:4], body)))


def insert_delta(e, around):
    """f(i) = Σₖ δ(k, i) f(k), for an index i in its range."""
    names = [name for name in free(e) if around.size_of(sym(name))]
    if not names or e[0] == "s":
        return None
    i = around.rng.choice(sorted(names))
    k = around.fresh(e)
    if k is None:
        return None
    return (
        "sum",
        k,
        ONE,
        around.size_of(sym(i)),
        mul(("delta", sym(k), sym(i)), put(e, i, sym(k))),
    )


def delta_away(e, around):
    """Σₖ δ(k, i) f(k) = f(i), for an index i in that range."""
    if e[0] != "sum" or e[4][0] != "*":
        return None
    _, k, first, last, body = e
    for j, a in enumerate(body):
        if a[0] == "delta" and sym(k) in a[1:]:
            i = a[2] if a[1] == sym(k) else a[1]
            if first == ONE and around.size_of(i) == last and i != sym(k):
                return put(mul(*body[1:j], *body[j + 1 :]), k, i)
    return None


def mean_of_constant(e, around):
    """a = (1/n) Σ a."""
    n = sym(around.rng.choice(["n", "K"]))
    k = around.fresh(e)
    if k is None or around.words.kinds.get(n[1]) != "size":
        return None
    return mul(div(ONE, n), ("sum", k, ONE, n, e))


def closed(e, around):
    if e[0] != "sum" or e[2] != ONE or not filled(e[2], e[3], around):
        return None
    _, k, _, n, body = e
    if k not in free(body):
        return mul(n, body)
    if body == sym(k):
        return div(mul(n, add(n, ONE)), TWO)
    if body == power(sym(k), 2):
        return div(mul(n, add(n, ONE), add(mul(TWO, n), ONE)), num(6))
    if body[0] == "^" and body[2] == sym(k) and k not in free(body[1]):
        a = body[1]
        return div(mul(a, sub(ONE, power(a, n))), sub(ONE, a))
    return None


def telescope(e, around):
    """z[n] = z[0] + Σ (z[k] - z[k - 1])."""
    if e[0] != "x" or len(e) != 3 or around.words.shapes.get(e[1]) != ():
        return None
    if e[2][0] != "s" or around.words.kinds.get(e[2][1]) != "size":
        return None
    k = around.fresh(e)
    if k is None:
        return None
    step = sub(("x", e[1], sym(k)), ("x", e[1], sub(sym(k), ONE)))
    return add(("x", e[1], ZERO), ("sum", k, ONE, e[2], step))


def product_rules(e, around):
    if e[0] != "prod":
        return None
    _, k, first, last, body = e
    if body[0] == "*":
        return mul(*(("prod", k, first, last, t) for t in body[1:]))
    if body[0] == "f" and body[1] == "exp":
        return fn("exp", ("sum", k, first, last, body[2]))
    if k not in free(body) and filled(first, last, around):
        return power(body, last)
    return None


# Derivatives, means, conditions


def derived(e, around):
    if e[0] != "d":
        return None
    try:
        return slope(e[1], e[2])
    except LookupError:
        return None


def under_derivative(e, around):
    """∂(f + g) = ∂f + ∂g, ∂(f g) by the product rule, ∂Σ = Σ∂."""
    if e[0] != "d":
        return None
    _, f, by = e
    if f[0] == "+":
        return add(*(("d", a, by) for a in f[1:]))
    if f[0] == "*":
        return add(*(mul(*f[1:j], ("d", f[j], by), *f[j + 1 :]) for j in range(1, len(f))))
    if f[0] == "sum" and f[1] not in free(by):
        return ("sum", *f[1:4], ("d", f[4], by))
    return None


def means(e, around):
    if e[0] != "E":
        return None
    _, z, body = e
    kind, mean, variance = around.words.laws[z]
    if body[0] == "+":
        return add(*(("E", z, a) for a in body[1:]))
    if z not in free(body):
        return body
    if body == sym(z):
        return mean
    if body == power(sym(z), 2):
        return add(power(mean, 2), variance)
    if body[0] == "*":
        out = [a for a in body[1:] if z not in free(a)]
        if out:
            return mul(*out, ("E", z, mul(*(a for a in body[1:] if z in free(a)))))
        if kind == "gaussian" and set(body[1:]) == {sym(z)} and len(body) == 4:
            return add(power(mean, 3), mul(num(3), mean, variance))
    if kind == "gaussian" and body[0] == "f" and body[1] == "exp" and body[2] == sym(z):
        return fn("exp", add(mean, mul(HALF, variance)))
    if kind == "gaussian" and body == power(sub(sym(z), mean), 4):
        return mul(num(3), power(variance, 2))
    return None


def differentiates(e) -> bool:
    return e[0] == "d" or any(map(differentiates, children(e)))


def use_given(e, around):
    """What is given holds at points, and says nothing of what is differentiated by."""
    if differentiates(around.whole):
        return None
    for c in around.given:
        if (
            c.kind == "sum"
            and e[0] == "sum"
            and e[2] == ONE
            and e[4] == ("x", c.about[0], sym(e[1]))
            and e[3] == sym(around.words.shapes[c.about[0]][0])
        ):
            return ONE
        if c.kind in ("symmetric", "antisymmetric") and e[0] == "x" and e[1] == c.about[0]:
            turned = ("x", e[1], e[3], e[2])
            return turned if c.kind == "symmetric" else neg(turned)
        if c.kind == "compare" and c.about[0] in (">=", ">"):
            _, a, b = c.about
            if e == a:
                return around.rng.choice([("max", a, b), add(b, fn("abs", sub(a, b)))])
            if e == b:
                return ("min", a, b)
    return None


def one_by_weights(e, around):
    """a = a Σ p, for weights p with the sum 1."""
    if differentiates(around.whole):
        return None
    for c in around.given:
        if c.kind == "sum":
            k = around.fresh(e)
            if k is not None:
                last = sym(around.words.shapes[c.about[0]][0])
                return mul(e, ("sum", k, ONE, last, ("x", c.about[0], sym(k))))
    return None


GROWING = (
    split_in_two,
    add_nothing,
    times_one,
    into_log,
    insert_delta,
    mean_of_constant,
    one_by_weights,
    conjugate,
)
RULES = (
    order,
    distribute,
    square_out,
    fraction,
    exponent,
    logarithm,
    root,
    absolute,
    extreme,
    rectifier,
    steps,
    squash,
    angle,
    linear,
    into_sum,
    rename,
    backward,
    shift,
    ends,
    cut,
    exchange,
    product_of_sums,
    delta_away,
    closed,
    telescope,
    product_rules,
    derived,
    under_derivative,
    means,
    use_given,
    *GROWING,
)


def rewritten(e, words, given, rng, times) -> tuple:
    """(the formula after so many rules at random places, their names)."""
    used = []
    for _ in range(40 * times):
        if len(used) == times or size(e) > LARGEST:
            break
        path, part, scope = rng.choice(list(places(e)))
        rule = rng.choice(RULES)
        if rule in GROWING and rng.random() < 0.7:
            continue
        around = Around(e, scope, words, given, rng)
        try:
            new = rule(part, around)
        except OutOfLetters:
            continue
        if new is not None and new != part:
            e = replaced(e, path, new)
            used.append(rule.__name__)
    return e, used


__all__ = ["RULES", "Around", "rewritten"]
