"""Reading back what is printed: the names of an expression, for the package's reader of LaTeX.

The grammar is that of ``nnbook.derive.read_latex``, which knows the conventions of the page and
nothing of how it is printed: no module of ``words/latex`` imports the printer, which a test holds.
The names of symbols come from the expression that was printed; brackets, order and signs come from
the text alone. That the reader does not forgive what the printer gets wrong is tried on planted
errors of the printer, and what it reads is compared with formulas written by hand, in
``test_reading``.
"""

from sympy import Derivative, Indexed, IndexedBase, S, Symbol, latex, pi
from sympy.core.function import AppliedUndef

from nnbook.derive import read_latex
from nnbook.derive.words.language import Named, Partial, partial
from nnbook.derive.words.random import Expectation


class Clash(Exception):
    """Two different things are printed with the same name."""


def names_of(expression) -> dict:
    """LaTeX name -> (what to call with the indices, number of indices) of all that is printed."""
    found = {r"\pi": (pi, None)}

    def note(name, thing, rank):
        if found.setdefault(name, (thing, rank)) != (thing, rank):
            raise Clash(f"{name}: {found[name]} and {(thing, rank)}")

    def visit(e):
        if isinstance(e, Indexed):
            note(latex(e.base.label), e.base, len(e.indices))
            parts = e.indices
        elif isinstance(e, IndexedBase):
            note(latex(e.label), e, len(e.shape))
            parts = ()
        elif isinstance(e, Named):
            note(latex(e.label), ("named", *e.args[:2]), len(e.indices))
            parts = e.indices
        elif isinstance(e, AppliedUndef):
            stem = e.func.__name__.rstrip("'")
            note(latex(Symbol(stem)) + e.func.__name__[len(stem):], e.func, "function")
            parts = e.args
        else:
            if isinstance(e, Symbol):
                note(latex(Symbol(e.name)), e, None)
            elif e is S.Exp1:   # a symbol e beside it would read the same
                note("e", e, None)
            if isinstance(e, Expectation):   # the law stands beside the formula
                name = latex(Symbol(str(getattr(e.variable, "label", e.variable))))
                own = dict.fromkeys(e.args[4:5], Symbol(f"index of {name}", integer=True))
                note(f"mean over {name}", (e.func, tuple(a.xreplace(own) for a in e.args[1:])),
                     "mean")
            parts = e.args[:2] if isinstance(e, Expectation) else e.args
        for part in parts:
            visit(part)

    visit(expression)
    return found


def read(text: str, names: dict):
    """The expression that a text says; refuses what can be read in two ways."""
    return read_latex(text, names, strict=True)


def evaluated(e):
    """The expression with all that SymPy works out by itself worked out."""
    if isinstance(e, Derivative):
        return partial(evaluated(e.args[0]), e.args[1][0])
    if isinstance(e, Named):
        return Named(*e.args[:2], *(evaluated(i) for i in e.indices))
    if isinstance(e, Partial):
        return partial(*map(evaluated, e.args))
    if not e.args or isinstance(e, Indexed):
        return e
    return e.func(*map(evaluated, e.args))
