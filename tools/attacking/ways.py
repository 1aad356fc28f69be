"""Ways into the engine: expressions, LaTeX as a reader pastes it, answers as he types them."""

from contextlib import nullcontext
from fractions import Fraction

import sympy

from nnbook import derive as engine
from nnbook.derive.page.answers import read_answer

from .expressions import Expressions, Style
from .texts import Unspeakable, in_matrices, latex, plain, typed
from .trees import BINDERS, ONE, free, sym, tensors, walk

WAYS = ("expressions", "latex", "matrices", "plain", "typed", "graded")
REFUSED = (TypeError, ValueError)  # of which ReadError and AnswerError are kinds


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
