"""LaTeX of what has a notation of its own: means, cases, extremes, relations, unknown functions."""

from sympy import (
    Add,
    Eq,
    Ge,
    Gt,
    Heaviside,
    Le,
    Lt,
    Max,
    Min,
    Ne,
    Piecewise,
    Symbol,
    binomial,
    factorial,
    latex,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from .printing import ATOM, POWER, PRODUCT, at_level, for_sympy, printed, signed, terms, tex
from .random import Expectation, depends

_RELATIONS = {Eq: "=", Ne: r"\neq", Gt: ">", Ge: r"\ge", Lt: "<", Le: r"\le"}


def _mean(e):
    """E_z[…], with the variables of means within means that do not depend on each other."""
    names = [e.variable]
    while isinstance(e.body, Expectation) and not any(depends(x, z) for x in e.body.args[2:]
                                                      for z in names):
        e = e.body
        names.append(e.variable)
    below = ", ".join(latex(Symbol(str(getattr(z, "label", z)))) for z in names)
    return rf"\mathrm{{E}}_{{{below}}}\left[ {tex(e.body)[0]} \right]", ATOM


def _piecewise(e):
    """Cases, one under another."""
    rows = [rf"{tex(value)[0]} & " + (r"\text{otherwise}" if condition == True  # noqa: E712
                                       else rf"\text{{if }} {tex(condition)[0]}")
            for value, condition in e.args]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", ATOM


def _step(e):
    """[a ≥ b], which is 1 where it is true and otherwise 0."""
    difference, at_zero = e.args
    if at_zero not in (0, 1):
        return latex(for_sympy(e)), ATOM
    left, right = [], []
    for term in terms(difference) if isinstance(difference, Add) else (difference,):
        minus, body = signed(term)
        (right if minus else left).append(body)
    signs = (r"\ge", r"\le") if at_zero == 1 else (">", "<")
    sides = [" + ".join(at_level(body, PRODUCT) for body in side) or "0" for side in (left, right)]
    sign = signs[0] if left else signs[1]
    return rf"\left[ {f' {sign} '.join(sides if left else sides[::-1])} \right]", ATOM


def _extreme(name):
    """The rule for max or min."""
    def rule(e):
        args = sorted(e.args, key=lambda a: (not a.is_Number, str(for_sympy(a))))
        return rf"{name}\left( {', '.join(tex(a)[0] for a in args)} \right)", ATOM
    return rule


def _factorial(e):
    """n!."""
    return f"{at_level(e.args[0], ATOM)}!", POWER


def _binomial(e):
    """n over k."""
    return rf"\binom{{{tex(e.args[0])[0]}}}{{{tex(e.args[1])[0]}}}", ATOM


def _relation(e):
    """Left side, sign, right side."""
    return f"{tex(e.lhs)[0]} {_RELATIONS[type(e)]} {tex(e.rhs)[0]}", 0


def _unknown_function(e):
    """φ'(x)."""
    name = e.func.__name__
    stem = name.rstrip("'")
    return (latex(Symbol(stem)) + name[len(stem):]
            + rf"\left( {', '.join(tex(a)[0] for a in e.args)} \right)", ATOM)


for _kind, _rule in [
    (Expectation, _mean), (Piecewise, _piecewise), (Heaviside, _step), (Max, _extreme(r"\max")),
    (Min, _extreme(r"\min")), (factorial, _factorial), (binomial, _binomial),
    (Relational, _relation), (AppliedUndef, _unknown_function),
]:
    printed.rule(_kind)(_rule)
