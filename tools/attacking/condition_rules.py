"""Rules of derivatives, of means, and of what a condition says."""

from .rules import HALF
from .slopes import slope
from .trees import (
    ONE,
    add,
    children,
    fn,
    free,
    mul,
    neg,
    num,
    power,
    sub,
    sym,
)


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
