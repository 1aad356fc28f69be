"""Rules of sums and products: ranges, dummies, deltas, closed forms."""

from .trees import (
    BINDERS,
    ONE,
    TWO,
    ZERO,
    add,
    bound,
    div,
    fn,
    free,
    mul,
    num,
    power,
    put,
    sub,
    sym,
)


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
    if k in free(first) | free(last):  # the sum to i over i: within it, i is another
        return None
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
