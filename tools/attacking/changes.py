"""Small changes that most often make a formula wrong: what a slip of the pen does."""

from .trees import BINDERS, ONE, TWO, ZERO, add, fn, mul, neg, num, places, power, replaced, sym

_OTHER = {
    "exp": "sigmoid",
    "log": "sqrt",
    "abs": "relu",
    "sign": "step",
    "relu": "abs",
    "sin": "cos",
    "cos": "sin",
    "tanh": "sigmoid",
    "sigmoid": "tanh",
    "softplus": "exp",
    "sqrt": "abs",
    "step": "sign",
}
_SIGNS = {">": ">=", ">=": ">", "<": "<=", "<=": "<", "=": ">=", "!=": ">"}


def _number(e, rng):
    return num(e[1] + rng.choice([-1, 1])) if e[0] == "n" else None


def _sign(e, rng):
    return neg(e) if e[0] not in ("n", "s") else None


def _dropped(e, rng):
    if e[0] not in ("+", "*") or len(e) < 3:
        return None
    j = rng.randrange(1, len(e))
    return (add if e[0] == "+" else mul)(*e[1:j], *e[j + 1 :])


def _limit(e, rng):
    if e[0] not in BINDERS:
        return None
    kind, k, first, last, body = e
    step = num(rng.choice([-1, 1]))
    return (
        (kind, k, add(first, step), last, body)
        if rng.random() < 0.5
        else (kind, k, first, add(last, step), body)
    )


def _index(e, rng):
    """Another index of the kind, or a shifted one."""
    if e[0] not in ("x", "delta"):
        return None
    start = 2 if e[0] == "x" else 1
    j = rng.randrange(start, len(e))
    if len(e) - start > 1 and rng.random() < 0.5:
        return (*e[:start], *e[start:][::-1])
    return (*e[:j], add(e[j], num(rng.choice([-1, 1]))), *e[j + 1 :])


def _function(e, rng):
    if e[0] == "f":
        return fn(_OTHER[e[1]], e[2])
    return ({"max": "min", "min": "max"}[e[0]], *e[1:]) if e[0] in ("max", "min") else None


def _comparison(e, rng):
    if e[0] != "if":
        return None
    return rng.choice([("if", _SIGNS[e[1]], *e[2:]), (*e[:4], e[5], e[4])])


def _exponent(e, rng):
    if e[0] == "^":
        return power(e[1], add(e[2], ONE))
    return power(e, TWO) if e[0] in ("s", "x") else None


def _letter(e, rng):
    return (
        sym({"u": "v", "v": "u", "n": "K", "K": "n"}[e[1]])
        if e[0] == "s" and e[1] in ("u", "v", "n", "K")
        else None
    )


def _at_a_tie(e, rng):
    """Wrong only where u is 0, or u is v."""
    other = rng.choice([ZERO, sym("v")])
    return add(e, ("if", "=", sym("u"), other, ONE, ZERO))


def _at_one_size(e, rng):
    """Wrong only at one size, or for an empty sum."""
    return add(e, ("delta", sym("n"), num(rng.choice([1, 2, 3]))))


CHANGES = (_number, _sign, _dropped, _limit, _index, _function, _comparison, _exponent, _letter)


def changed(e, rng, kinds) -> tuple:
    """(the formula with one small change, the name of the change); None where none was found."""
    if rng.random() < 0.06 and "u" in kinds:
        return _at_a_tie(e, rng), "at a tie"
    if rng.random() < 0.04 and "n" in kinds:
        return _at_one_size(e, rng), "at one size"
    for _ in range(60):
        path, part, _ = rng.choice(list(places(e)))
        change = rng.choice(CHANGES)
        new = change(part, rng)
        if new is not None and new != part:
            return replaced(e, path, new), change.__name__[1:]
    return None
