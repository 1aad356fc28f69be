"""The ways into the engine: expressions, LaTeX as the reader pastes it, answers as he types them.

The only part of the attack that imports nnbook and SymPy.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction

import sympy

from nnbook import derive as engine
from nnbook.derive.page.answers import read_answer
from nnbook.derive.words.latex import ReadError

from .trees import BINDERS, ONE, TWO, fn, free, rebuilt, sym, tensors, walk

WAYS = ("expressions", "latex", "matrices", "plain", "typed", "graded")
REFUSED = (TypeError, ValueError)  # of which ReadError and AnswerError are kinds


@dataclass
class Style:
    """Which of several spellings a pair uses."""

    index_made: bool = True  # i = index("i", n), else an integer with 1 ≤ i ≤ n given
    unevaluated: bool = False  # built within as_written
    relu: str = "max"  # max, cases or step
    slope: str = "partial"  # or Derivative
    named: bool = False  # the first part of the left side gets a name

    @classmethod
    def of(cls, rng):
        return cls(
            rng.random() < 0.7,
            rng.random() < 0.15,
            rng.choice(["max", "cases", "step"]),
            rng.choice(["partial", "Derivative"]),
            rng.random() < 0.1,
        )


class Expressions:
    """Formulas as SymPy expressions, written with the words of ``nnbook.derive``."""

    def __init__(self, words, style):
        self.words, self.style = words, style
        self.letters, self.tensors = {}, {}
        for name, kind in words.kinds.items():
            if kind == "size":
                self.letters[name] = engine.sizes(name)
            elif kind in ("real", "positive", "nonnegative"):
                more = {} if kind == "real" else {kind: True}
                self.letters[name] = engine.reals(name, **more)
            elif kind == "integer" or not style.index_made:
                self.letters[name] = sympy.Symbol(name, integer=True)
        for name, kind in words.kinds.items():
            if name not in self.letters:
                self.letters[name] = engine.index(name, self.letters[kind])
        for name, shape in words.shapes.items():
            more = {"positive": True} if name in words.positive else {}
            self.tensors[name] = engine.tensor(name, *(self.letters[s] for s in shape), **more)
        self.random = {}
        for z, (kind, *law) in words.laws.items():
            make = engine.gaussian if kind == "gaussian" else engine.random_variable
            self.random[z] = make(z, *(self.of(a) for a in law))

    def of(self, e, env=None):
        """The expression; ``env`` has the symbols of bound indices."""
        env = env or {}
        return getattr(self, _METHODS[e[0]])(e, env)

    def number(self, e, env):
        return sympy.Rational(e[1].numerator, e[1].denominator)

    def letter(self, e, env):
        return env[e[1]] if e[1] in env else self.letters[e[1]]

    def entry(self, e, env):
        return self.tensors[e[1]][tuple(self.of(i, env) for i in e[2:])]

    def total(self, e, env):
        return sympy.Add(*(self.of(a, env) for a in e[1:]))

    def product(self, e, env):
        return sympy.Mul(*(self.of(a, env) for a in e[1:]))

    def quotient(self, e, env):
        return self.of(e[1], env) / self.of(e[2], env)

    def raised(self, e, env):
        return self.of(e[1], env) ** self.of(e[2], env)

    def function(self, e, env):
        a, name = self.of(e[2], env), e[1]
        if name == "sigmoid":
            return 1 / (1 + sympy.exp(-a))
        if name == "softplus":
            return sympy.log(1 + sympy.exp(a))
        if name == "step":
            return sympy.Heaviside(a, 0)
        if name == "relu":
            return {
                "max": lambda: sympy.Max(0, a),
                "step": lambda: a * sympy.Heaviside(a, 0),
                "cases": lambda: sympy.Piecewise((a, a > 0), (0, True)),
            }[self.style.relu]()
        return getattr(sympy, {"abs": "Abs"}.get(name, name))(a)

    def largest(self, e, env):
        return (sympy.Max if e[0] == "max" else sympy.Min)(*(self.of(a, env) for a in e[1:]))

    def cases(self, e, env):
        _, sign, a, b, then, otherwise = e
        return sympy.Piecewise(
            (self.of(then, env), self.relation(sign, a, b, env)), (self.of(otherwise, env), True)
        )

    def relation(self, sign, a, b, env=None):
        kind = {
            ">": sympy.Gt,
            ">=": sympy.Ge,
            "<": sympy.Lt,
            "<=": sympy.Le,
            "=": sympy.Eq,
            "!=": sympy.Ne,
        }[sign]
        return kind(self.of(a, env), self.of(b, env))

    def delta(self, e, env):
        return engine.delta(self.of(e[1], env), self.of(e[2], env))

    def over(self, e, env):
        kind, k, first, last, body = e
        first, end = self.of(first, env), self.of(last, env)
        if first == 1 and last[0] == "s" and self.words.kinds.get(last[1]) == "size":
            index = engine.index(k, end)
            made = engine.sum_over if kind == "sum" else engine.product_over
            return made(self.of(body, {**env, k: index}), index)
        index = sympy.Symbol(k, integer=True)
        made = sympy.Sum if kind == "sum" else sympy.Product
        return made(self.of(body, {**env, k: index}), (index, first, end))

    def slope(self, e, env):
        f, by = self.of(e[1], env), self.of(e[2], env)
        return engine.partial(f, by) if self.style.slope == "partial" else sympy.Derivative(f, by)

    def mean(self, e, env):
        z = self.random[e[1]]
        return engine.expectation(self.of(e[2], {**env, e[1]: z}), z)

    def conditions(self, given, used):
        """The conditions, with the range of a plain i."""
        found = []
        for c in given:
            if c.kind == "compare":
                found.append(self.relation(*c.about))
                continue
            name = c.about[0]
            tensor, sizes = self.tensors[name], [self.letters[s] for s in self.words.shapes[name]]
            if c.kind == "sum":
                k = engine.index("k", sizes[0])
                found.append(sympy.Eq(engine.sum_over(tensor[k], k), 1))
            else:
                a, b = engine.index("a b", sizes[0])
                sign = 1 if c.kind == "symmetric" else -1
                found.append(sympy.Eq(tensor[a, b], sign * tensor[b, a]))
        if not self.style.index_made and "i" in used:
            found += [self.letters["i"] >= 1, self.letters["i"] <= self.letters["n"]]
        return [c for c in found if c is not sympy.true]


_METHODS = {
    "n": "number",
    "s": "letter",
    "x": "entry",
    "+": "total",
    "*": "product",
    "/": "quotient",
    "^": "raised",
    "f": "function",
    "max": "largest",
    "min": "largest",
    "if": "cases",
    "delta": "delta",
    "sum": "over",
    "prod": "over",
    "d": "slope",
    "E": "mean",
}


# Text


class Unspeakable(Exception):
    """The formula has no spelling in this language."""


def latex(e) -> str:
    """The formula as LaTeX."""
    kind, parts = e[0], e[1:]
    if kind == "n":
        x = e[1]
        text = str(x) if x.denominator == 1 else rf"\frac{{{x.numerator}}}{{{x.denominator}}}"
        return rf"\left( {text} \right)" if x < 0 else text
    if kind == "s":
        return e[1]
    if kind == "x":
        return f"{e[1]}_{{{', '.join(map(_flat, e[2:]))}}}"
    if kind == "delta":
        return rf"\delta_{{{', '.join(map(_flat, parts))}}}"
    if kind == "+":
        return " + ".join(map(_term, parts))
    if kind == "*":
        return r" \cdot ".join(map(_factor, parts))
    if kind == "/":
        return rf"\frac{{{latex(e[1])}}}{{{latex(e[2])}}}"
    if kind == "^":
        base = _factor(e[1]) if e[1][0] == "s" else rf"\left( {latex(e[1])} \right)"
        return f"{base}^{{{e[2][1] if e[2][0] == 'n' else latex(e[2])}}}"  # (-1) would be a label
    if kind == "f":
        return _latex_function(*parts)
    if kind in ("max", "min"):
        return rf"\{kind}\left( {', '.join(map(latex, parts))} \right)"
    if kind == "if":
        _, sign, a, b, then, otherwise = e
        sign = {">=": r"\ge", "<=": r"\le", "!=": r"\ne"}.get(sign, sign)
        return (
            rf"\begin{{cases}} {latex(then)} & \text{{if }} {latex(a)} {sign} {latex(b)} \\ "
            rf"{latex(otherwise)} & \text{{otherwise}} \end{{cases}}"
        )
    if kind in BINDERS:
        _, k, first, last, body = e
        return (
            rf"\{kind}_{{{k}={_flat(first)}}}^{{{_flat(last)}}} "
            rf"\left( {latex(body)} \right)"
        )
    if kind == "tex":
        return rf"\left( {e[1]} \right)"
    if kind == "d":
        return rf"\frac{{\partial}}{{\partial {latex(e[2])}}} \left( {latex(e[1])} \right)"
    raise Unspeakable(kind)


def in_matrices(e):
    """The formula with xᵀy, ‖x‖², xᵀAy and softmax(x)ᵢ for what they stand for."""
    text = _matrix_product(e)
    return ("tex", text) if text else rebuilt(e, in_matrices)


def _matrix_product(e):
    if e[0] == "/" and e[1][:2] == ("f", "exp") and e[1][2][0] == "x" and len(e[1][2]) == 3:
        _, name, i = e[1][2]
        if e[2][0] == "sum" and e[2] == (
            "sum",
            e[2][1],
            ONE,
            sym("n"),
            fn("exp", ("x", name, sym(e[2][1]))),
        ):
            return rf"\mathrm{{softmax}}({name})_{{{_flat(i)}}}" if i[0] == "s" else ""
    if e[0] != "sum" or e[2:4] != (ONE, sym("n")):
        return ""
    j, body = sym(e[1]), e[4]
    if body[0] == "^" and body[2] == TWO and body[1][0] == "x" and body[1][2:] == (j,):
        return rf"\|{body[1][1]}\|^2"
    if _vectors(body, j):
        return f"{body[1][1]}^T {body[2][1]}"
    if body[0] == "sum" and body[2:4] == (ONE, sym("n")) and body[4][0] == "*":
        k = sym(body[1])
        parts = body[4][1:]
        if len(parts) == 3 and all(a[0] == "x" for a in parts) and j != k:
            by = {a[2:]: a[1] for a in parts}
            if len(by) == 3 and {(j, k), (j,), (k,)} == set(by):
                return rf"{by[j,]}^\top {by[j, k]} {by[k,]}"
    return ""


def _vectors(body, j):
    """Whether it is x_j y_j."""
    return (
        body[0] == "*" and len(body) == 3 and all(a[0] == "x" and a[2:] == (j,) for a in body[1:])
    )


def _latex_function(name, a):
    inner = latex(a)
    if name == "abs":
        return rf"\left| {inner} \right|"
    if name == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if name == "step":
        return rf"\mathbf{{1}}[{inner} > 0]"
    spelled = {
        "exp": r"\exp",
        "log": r"\log",
        "sin": r"\sin",
        "cos": r"\cos",
        "tanh": r"\tanh",
        "sigmoid": r"\sigma",
        "relu": r"\mathrm{ReLU}",
        "softplus": r"\mathrm{softplus}",
        "sign": r"\operatorname{sign}",
    }[name]
    return rf"{spelled}\left( {inner} \right)"


def _term(e):
    return rf"\left( {latex(e)} \right)" if e[0] in ("if", "+") else latex(e)


def _factor(e):
    return (
        latex(e)
        if e[0] in ("n", "s", "x", "delta", "/", "f", "max", "min")
        else rf"\left( {latex(e)} \right)"
    )


def _flat(e):
    """An index or an end: k, n - 1, k + 1."""
    if e[0] == "n":
        return str(e[1])
    if e[0] == "s":
        return e[1]
    if e[0] == "+":
        return " + ".join(map(_flat, e[1:])).replace("+ -", "- ")
    if e[0] == "*" and e[1] == ("n", Fraction(-1)):
        return "-" + (_flat(e[2]) if e[2][0] != "+" else f"({_flat(e[2])})")
    raise Unspeakable("index")


def plain(e) -> str:
    """The formula in the language of typed answers."""
    kind, parts = e[0], e[1:]
    if kind == "n":
        return str(e[1]) if e[1] >= 0 and e[1].denominator == 1 else f"({e[1]})"
    if kind == "s":
        return e[1]
    if kind == "x":
        return f"{e[1]}[{', '.join(map(_flat, e[2:]))}]"
    if kind == "delta":
        return f"delta({_flat(e[1])}, {_flat(e[2])})"
    if kind == "+":
        return "(" + " + ".join(map(plain, parts)) + ")"
    if kind == "*":
        return "*".join(map(_braced, parts))
    if kind == "/":
        return f"{_braced(e[1])}/{_braced(e[2])}"
    if kind == "^":
        return f"({plain(e[1])})^({plain(e[2])})"
    if kind == "f":
        return _plain_function(e[1], plain(e[2]))
    if kind in ("max", "min"):
        return f"{kind}({', '.join(map(plain, parts))})"
    if kind in BINDERS:
        _, k, first, last, body = e
        if first != ONE or last[0] != "s":
            raise Unspeakable("ends")
        return f"{kind}({plain(body)}, {k}, 1, {last[1]})"
    raise Unspeakable(kind)


def _braced(e):
    return f"({plain(e)})" if e[0] in ("*", "/") else plain(e)


def _plain_function(name, a):
    if name in ("step",):
        raise Unspeakable(name)
    if name == "sigmoid":
        return f"1/(1 + exp(-({a})))"
    if name == "softplus":
        return f"log(1 + exp({a}))"
    return f"max(0, {a})" if name == "relu" else f"{name}({a})"


def typed(e) -> str:
    """The same with sums as an exercise has them, over an index that knows its range."""
    return plain(e).replace(", 1, n)", ")").replace(", 1, K)", ")")


# Questions


def ask(pair, way, style):
    """(kind of verdict, the verdict or what was said): proved, refuted, undecided or refused."""
    return _ASK[way](pair, style)


def _by_expressions(pair, style):
    try:
        sides, given = _built(pair, style)
    except (ZeroDivisionError, RecursionError) as error:  # of SymPy, before it comes to us
        raise ValueError(f"SymPy cannot build it: {error}") from error
    return _told(engine.prove(*sides, given))


def _built(pair, style):
    made = Expressions(pair.words, style)
    with engine.as_written() if style.unevaluated else nullcontext():
        sides = [made.of(side) for side in pair.sides]
        if style.named and pair.left[0] in ("+", "*") and not bound_inside(pair.left):
            sides[0] = engine.define("Q", sides[0])
        for expression, side in zip(sides, pair.sides, strict=True):
            _whole(expression, side)
        return sides, made.conditions(pair.given, _used(pair)[0])


def _whole(expression, side):
    """Refuses what SymPy took a case out of, with the index of a sum, before it comes to us."""
    bound = {a[1] for a in walk(side) if a[0] in BINDERS} - free(side)
    names = {s.name for s in expression.free_symbols if isinstance(s, sympy.Symbol)}
    if escaped := names & bound:
        raise ValueError(f"SymPy took {escaped} out of a sum")


def bound_inside(e):
    return any(a[0] in (*BINDERS, "E", "d") for a in walk(e))


def _used(pair):
    return (set().union(*map(free, pair.sides)), set().union(*map(tensors, pair.sides)))


def _told(verdict):
    return verdict.status, verdict


def _spoken(pair, write):
    """(text of the equation, conditions) or Unspeakable."""
    letters, names = _used(pair)
    if "m" in letters or "q" in letters or "z" in names:
        raise Unspeakable("a letter whose range no text shows")
    when = [f"{name} > 0" for name in sorted(letters) if pair.words.kinds.get(name) == "positive"]
    when += [f"{p}_h > 0" for p in sorted(names & pair.words.positive)]
    if "i" in letters:  # which may stand where nothing says how far it runs
        when += ["i >= 1", "i <= n"]
    for c in pair.given:
        if c.kind == "compare":
            sign, a, b = c.about
            when.append(f"{plain(a)} {sign} {plain(b)}")
        elif c.kind == "sum":
            size = pair.words.shapes[c.about[0]][0]
            when.append(rf"\sum_{{k=1}}^{{{size}}} {c.about[0]}_k = 1")
        else:
            raise Unspeakable("a condition on all entries")
    return " = ".join(write(side) for side in pair.sides), when


def _by_text(write):
    def by_text(pair, style):
        text, when = _spoken(pair, write)
        letters = _used(pair)[0]
        sizes = [
            name for name in ("n", "K") if name in letters or (name, "i") == ("n", *letters & {"i"})
        ]
        checked = engine.check(text, when=when, sizes=sizes)
        verdict = checked.verdicts[checked.link]
        return verdict.status, verdict

    return by_text


def _in_matrices(pair, style):
    """The lengths of vectors are plain only if all sums run from 1 to a size over plain indices."""
    for e in (a for side in pair.sides for a in walk(side)):
        if (e[0] in BINDERS and (e[2] != ONE or e[3] not in (sym("n"), sym("K")))) or (
            e[0] == "x" and any(i[0] != "s" for i in e[2:])
        ):
            raise Unspeakable("lengths")
    return _by_text(lambda e: latex(in_matrices(e)))(pair, style)


def _by_typing(pair, style):
    style = Style(relu=style.relu)
    made = Expressions(pair.words, style)
    answer = read_answer(typed(pair.left), _names_of(pair, made))
    return _told(
        engine.prove(answer, made.of(pair.right), made.conditions(pair.given, _used(pair)[0]))
    )


def _by_grade(pair, style):
    style = Style(relu=style.relu)
    made = Expressions(pair.words, style)
    answer = read_answer(typed(pair.left), _names_of(pair, made))
    graded = engine.grade(answer, made.of(pair.right), made.conditions(pair.given, _used(pair)[0]))
    if graded.verdict is None:
        raise ValueError(graded.message)
    if graded.correct != (graded.verdict.status == "proved"):
        return "bad status", graded
    return _told(graded.verdict)


def _names_of(pair, made):
    """The names of an exercise: its letters, tensors, and an index for each sum."""
    names = {name: thing for name, thing in made.letters.items() if name != "m"}
    names |= made.tensors
    for part in (a for side in pair.sides for a in walk(side) if a[0] in BINDERS):
        _, k, first, last, _ = part
        if first != ONE or last not in (sym("n"), sym("K")) or k in pair.words.kinds:
            raise Unspeakable("ends")
        index = engine.index(k, made.letters[last[1]])
        if names.setdefault(k, index) != index:
            raise Unspeakable("an index of two ranges")
    return names


_ASK = {
    "expressions": _by_expressions,
    "latex": _by_text(latex),
    "matrices": _in_matrices,
    "plain": _by_text(plain),
    "typed": _by_typing,
    "graded": _by_grade,
}


def point_of(counterexample) -> dict:
    """The numbers of a counterexample by name: {"u": …, ("x", 1): …}."""
    found = {}
    for thing, number in counterexample.items():
        x = Fraction(int(number.p), int(number.q))
        if isinstance(thing, sympy.Indexed):
            found[(str(thing.base), *map(int, thing.indices))] = x
        else:
            found[str(thing)] = x
    return found


__all__ = ["REFUSED", "WAYS", "ReadError", "Style", "Unspeakable", "ask", "point_of"]
