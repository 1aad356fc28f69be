"""Pairs of formulas: true by rewriting, false by a small change of that, or unrelated."""

import random
from dataclasses import dataclass, field

from .changes import changed
from .grammar import SHAPES, Maker
from .points import Given, Words, points
from .rewriting import rewritten
from .trees import ONE, ZERO, free, num, power, sym, tensors, walk
from .values import NoValue, Unsure, value

KINDS = ("true", "false", "unrelated")
_KINKS = (("f", "abs"), ("f", "sign"), ("f", "relu"), ("f", "step"))
KINDS_OF = {
    "u": "real",
    "v": "real",
    "c": "positive",
    "n": "size",
    "K": "size",
    "m": "integer",
    "q": "integer",
    "i": "n",
}


@dataclass
class Pair:
    """Two formulas with what their letters are, the conditions, and how they were made."""

    kind: str
    left: tuple
    right: tuple
    words: Words
    given: list
    how: list = field(default_factory=list)

    @property
    def sides(self):
        return self.left, self.right

    @property
    def has_means(self):
        return any(a[0] == "E" for side in self.sides for a in walk(side))

    @property
    def at_kinks(self):
        """Whether a slope was worked out that holds away from kinks alone."""
        kinks = any(
            a[0] in ("max", "min", "if") or a[:2] in _KINKS
            for side in self.sides
            for a in walk(side)
        )
        return kinks and not {"derived", "under_derivative"}.isdisjoint(self.how)


def _conditions(rng, used):
    """Conditions for a pair, about what it uses."""
    letters, names = used
    found = []
    u = rng.choice(["u", "v"])
    if u in letters and rng.random() < 0.6:
        other = rng.choice([ZERO, sym("v" if u == "u" else "u"), ONE])
        found.append(Given("compare", (rng.choice([">", ">=", "<", "<=", "!="]), sym(u), other)))
    if "q" in letters and rng.random() < 0.7:
        found += [
            Given("compare", (">=", sym("q"), ONE)),
            Given("compare", ("<=", sym("q"), sym("n"))),
        ]
    if "m" in letters and rng.random() < 0.4:
        found.append(Given("compare", (">=", sym("m"), num(rng.choice([0, 1])))))
    weights = sorted({"p", "w"} & names)
    if weights and rng.random() < 0.5:
        found.append(Given("sum", (rng.choice(weights),)))
    if "A" in names and rng.random() < 0.4:
        found.append(Given(rng.choice(["symmetric", "symmetric", "antisymmetric"]), ("A",)))
    return found


def pair(seed, number) -> Pair:
    """The pair of a seed and a number; both sides have a value somewhere, if that is soon found."""
    rng = random.Random(f"{seed} {number}")
    for _ in range(6):
        made = _pair(rng, KINDS[(0, 1, 1, 0, 1, 2)[number % 6]])
        if made.has_means or _has_value(made, rng):
            break
    return made


def _has_value(made, rng):
    for point in points(made.words, made.given, made.sides, rng, 8):
        try:
            for side in made.sides:
                value(side, point)
            return True
        except (NoValue, Unsure):
            continue
    return False


def _pair(rng, kind) -> Pair:
    laws = {
        "e": (
            rng.choice(["gaussian", "moments"]),
            sym("u"),
            rng.choice([sym("c"), ONE, power(sym("v"), 2), sym("v")]),
        )
    }
    words = Words(dict(KINDS_OF), dict(SHAPES), frozenset({"p"}), laws)
    maker = Maker(rng, words)
    left = maker.whole()
    used = (free(left), tensors(left))
    given = _conditions(rng, used) if rng.random() < 0.3 else []
    if kind == "unrelated":
        right = maker.whole()
        if rng.random() < 0.5:  # of the same parts
            right, _ = rewritten(right, words, given, rng, 1)
        return Pair(kind, left, right, words, given)
    right, how = rewritten(left, words, given, rng, rng.choice([1, 1, 1, 2, 2, 3]))
    if rng.random() < 0.3:
        left, more = rewritten(left, words, given, rng, rng.choice([1, 2]))
        how = [*how, "left:", *more]
    if kind == "false":
        made = changed(right, rng, free(left) | free(right))
        if made is not None:
            right, name = made
            how.append(name)
    return Pair(kind, left, right, words, given, how)
