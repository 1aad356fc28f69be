r"""LaTeX and plain text of expressions, in the order in which their author wrote them.

SymPy sorts terms and pulls fractions together; a derivation must not. Expressions built inside
:func:`nnbook.derive.as_written` keep their structure, and this printer follows it: factors stand
where they were written, and a division puts under the bar what the author divided by.
"""

import re

from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Float,
    Function,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Number,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    evaluate,
    exp,
    floor,
    latex,
    log,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.core.function import AppliedUndef

from ..registry import Table
from .language import Named, Partial

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4   # how tightly the printed form holds together

_FUNCTIONS = {log: r"\log", tanh: r"\tanh", sinh: r"\sinh", cosh: r"\cosh", sin: r"\sin",
              cos: r"\cos", tan: r"\tan", asin: r"\arcsin", acos: r"\arccos",
              atan: r"\arctan", erf: r"\operatorname{erf}"}


def latex_of(expression) -> str:
    r"""The LaTeX of an expression, in the order in which it was written.

    >>> from sympy import exp
    >>> from nnbook.derive import as_written, index, sizes, sum_over, tensor
    >>> K = sizes("K"); k, m = index("k m", K); z = tensor("z", K)
    >>> with as_written():
    ...     print(latex_of(exp(z[m]) / sum_over(exp(z[k]), k)))
    \frac{e^{z_{m}}}{\sum_{k=1}^{K} e^{z_{k}}}
    """
    return tex(expression)[0]


def tex(e) -> tuple[str, int]:
    """The LaTeX of an expression and how tightly it holds together."""
    if rule := printed.of(type(e)):
        return rule(e)
    text = latex(for_sympy(e))   # SymPy's own; what it does not enclose gets brackets
    return text, ATOM if not e.args or text.endswith(("}", r"\right)")) else SUM


def for_sympy(e):
    """What SymPy prints: for a sum, a product or cases within a symbol whose name is their LaTeX.

    To put the terms around them in order SymPy evaluates them, which fails for some as written.
    """
    shown = {part: Symbol(at_level(part, ATOM)) for part in e.atoms(Sum, Product, Piecewise)}
    if not shown:
        return e
    with evaluate(False):
        return e.xreplace(shown)


def at_level(e, level, last=True) -> str:
    """The LaTeX, in parentheses if it holds less tightly than its place demands."""
    text, own = tex(e)
    open_ended = isinstance(e, Sum | Product | Piecewise) or _is_bare_log(e)
    if own < level or (open_ended and not last):
        return rf"\left( {text} \right)"
    return text


def _is_bare_log(e):
    """Whether e prints as a function without brackets, such as log x or sin² x."""
    return (type(e) in _FUNCTIONS and _simple(e.args[0])) or (_is_raised(e)
                                                              and _simple(e.base.args[0]))


def _is_raised(e):
    """Whether e prints as sin² x, with the exponent at the name."""
    return isinstance(e, Pow) and isinstance(e.base, sin | cos | tan) and e.exp.is_Integer \
        and e.exp > 1


def signed(e) -> tuple[bool, object]:
    """(whether a minus sign leads, the expression without it)."""
    if isinstance(e, Number) and e.is_negative:
        return True, -e
    if isinstance(e, Mul):
        minus, first = signed(e.args[0])
        if minus:
            rest = e.args[1:]
            if first is not S.One:
                rest = (first, *rest)
            return True, rest[0] if len(rest) == 1 else Mul(*rest, evaluate=False)
    return False, e


def _add(e):
    """Terms with their signs, in the order written."""
    text = ""
    for term in terms(e):
        minus, body = signed(term)
        shown = at_level(body, PRODUCT)
        text += (" - " if minus else " + ") + shown if text else ("-" if minus else "") + shown
    return text, SUM


def terms(e):
    """Terms from left to right; a + b + c is (a + b) + c, other nested sums keep their brackets."""
    first, *rest = e.args
    yield from terms(first) if isinstance(first, Add) else (first,)
    yield from rest


def _factors(e):
    """Factors from left to right, nested products flattened."""
    if isinstance(e, Mul):
        for arg in e.args:
            if isinstance(arg, Mul) and not signed(arg)[0]:
                yield from _factors(arg)
            elif arg is not S.One:   # SymPy puts a 1 before the summand of an unevaluated sum
                yield arg
    else:
        yield e


def _denominator(e):
    """What stands under the bar for this factor, or None."""
    if isinstance(e, Pow) and isinstance(e.exp, Number) and e.exp.is_negative:
        return e.base if e.exp == -1 else Pow(e.base, -e.exp, evaluate=False)
    return None


def _mul(e):
    """Factors, with those of negative power under bars."""
    minus, body = signed(e)
    if minus:
        return "-" + at_level(body, PRODUCT), SUM
    pieces = []          # (numerator factors, denominator factors) from left to right
    for factor in _factors(e):
        under = _denominator(factor)
        if under is not None:
            if not pieces:
                pieces.append(([], []))
            pieces[-1][1].append(under)
        elif isinstance(factor, Rational) and factor.q != 1:
            pieces.append(([Integer(factor.p)], [Integer(factor.q)]))
        elif pieces and not pieces[-1][1]:
            pieces[-1][0].append(factor)
        else:
            pieces.append(([factor], []))
    shown = []
    for place, (above, below) in enumerate(pieces):
        last = place == len(pieces) - 1
        if below:
            shown.append(rf"\frac{{{_run(above)}}}{{{_run(below)}}}")
        else:
            shown += [at_level(f, PRODUCT, last and f is above[-1]) for f in above]
    return _join(shown) if shown else "1", PRODUCT


def _run(factors) -> str:
    """Factors above or below a bar, where a single one needs no brackets."""
    if len(factors) == 1:
        return tex(factors[0])[0]
    last = len(factors) - 1
    shown = [at_level(f, PRODUCT, j == last) for j, f in enumerate(factors)]
    return _join(shown) if factors else "1"


def _join(pieces) -> str:
    """Pieces side by side, with a dot where two numbers would run together."""
    text = pieces[0]
    for piece in pieces[1:]:
        mixed = text[-1].isdigit() and re.match(r"\\frac\{\d", piece)   # 2 1/3 is no product
        text += (r" \cdot " if re.match(r"[\d-]", piece) or mixed else " ") + piece
    return text


def _pow(e):
    """A power, a root or a fraction."""
    base, exponent = e.args
    under = _denominator(e)
    if under is not None:
        return rf"\frac{{1}}{{{tex(under)[0]}}}", PRODUCT
    if exponent == Rational(1, 2):
        return rf"\sqrt{{{tex(base)[0]}}}", ATOM
    if isinstance(exponent, Rational) and exponent.p == 1 and exponent.q > 2:
        return rf"\sqrt[{exponent.q}]{{{tex(base)[0]}}}", ATOM
    if _is_raised(e):
        return _function(base, f"^{{{exponent}}}")
    text, level = tex(base)
    prime = "'" in re.sub(r"\{.*\}", "", text)   # a prime is an exponent, too, but for an index
    high = prime or ("^" in text and not text.startswith((r"\left", r"\sqrt")))
    if level < ATOM or high or isinstance(base, exp) or type(base) in _FUNCTIONS:
        text = rf"\left( {text} \right)"
    raised = rf"\left( {above} \right)" if _is_label(above := tex(exponent)[0]) else above
    return f"{text}^{{{raised}}}", POWER


def _is_label(text) -> bool:
    """Whether it would read as part of a name when raised, as in W^{[1]}."""
    return text.startswith(r"\left[")


def _exp(e):
    """e^{…}, or exp(…) where the exponent is high or would read as a label."""
    text = tex(e.args[0])[0]
    if r"\frac" in text or r"\sum" in text or _is_label(text):
        return rf"\exp\left( {text} \right)", ATOM
    return f"e^{{{text}}}", POWER


def _simple(e):
    """Whether an argument needs no brackets."""
    return isinstance(e, Symbol | Indexed | Named) or (isinstance(e, Integer) and e >= 0)


def _function(e, power=""):
    """log x, or log(…)."""
    name, (argument,) = _FUNCTIONS[type(e)] + power, e.args
    if _simple(argument):
        return f"{name} {tex(argument)[0]}", PRODUCT
    return rf"{name}\left( {tex(argument)[0]} \right)", ATOM


def _big(e):
    """Σ and Π with their limits, outermost first."""
    text = ""
    while isinstance(e, Sum | Product):
        symbol = r"\sum" if isinstance(e, Sum) else r"\prod"
        for k, first, last in reversed(e.limits):
            text += rf"{symbol}_{{{tex(k)[0]}={tex(first)[0]}}}^{{{tex(last)[0]}}} "
        factors = list(_factors(e.function))
        e = factors[0] if len(factors) == 1 else e.function
    return text + at_level(e, PRODUCT), PRODUCT


def subscript(indices) -> str:
    """Indices as a subscript: ``ij`` where all are letters, with commas where not."""
    shown = [tex(i)[0] for i in indices]
    plain = all(isinstance(i, Symbol) and re.fullmatch(r"[A-Za-z]'*|\\[a-z]+ ?", t)
                for i, t in zip(indices, shown, strict=True))
    greek = any(t.startswith("\\") for t in shown)
    return (" " if greek else "").join(shown) if plain else ", ".join(shown)


def _indexed(e):
    """x_{ij}; x^{(l)}_{j} of a tensor named ``x^``, whose first index stands above."""
    if not str(e.base.label).endswith("^"):
        return f"{latex(e.base.label)}_{{{subscript(e.indices)}}}", ATOM
    name, (above, *below) = latex(Symbol(str(e.base.label)[:-1])), e.indices
    raised = f"{name}^{{({tex(above)[0]})}}"
    return raised + (f"_{{{subscript(below)}}}" if below else ""), ATOM


def _named(e):
    """The name of a quantity, with its indices."""
    name = latex(e.label)
    return (f"{name}_{{{subscript(e.indices)}}}" if e.indices else name), ATOM


def _delta(e):
    """δ_{ij}."""
    return rf"\delta_{{{subscript(e.args)}}}", ATOM


def _partial(e):
    """∂f/∂x, or ∂/∂x [ … ] before a long expression."""
    function, variable = e.args[0], e.args[1]
    if isinstance(e, Derivative):
        variable = variable[0]
    below = rf"\partial {tex(variable)[0]}"
    if isinstance(function, Symbol | Indexed | Named | AppliedUndef | Function):
        return rf"\frac{{\partial {tex(function)[0]}}}{{{below}}}", PRODUCT
    return rf"\frac{{\partial}}{{{below}}} \left[ {tex(function)[0]} \right]", PRODUCT


_DECIMAL = 10**6   # powers of ten from here on stand under no bar: 1.050701, not 1050701/1000000


def _number(e):
    """Integers, fractions and decimals."""
    if isinstance(e, Float):
        digits, _, power = f"{float(e):.15g}".partition("e")
        if power:
            return rf"{digits} \cdot 10^{{{int(power)}}}", SUM if e.is_negative else PRODUCT
        return digits, SUM if e.is_negative else ATOM
    if isinstance(e, Rational) and e.q != 1:
        if e.q >= _DECIMAL and 10 ** (places := len(str(e.q)) - 1) == e.q:
            whole, part = divmod(abs(e.p), e.q)
            return f"{'-' if e.p < 0 else ''}{whole}.{part:0{places}}", SUM if e.p < 0 else ATOM
        return (("-" if e.p < 0 else "") + rf"\frac{{{abs(e.p)}}}{{{e.q}}}",
                SUM if e.p < 0 else PRODUCT)
    return latex(e), SUM if e.is_negative else ATOM


printed = Table("words.notations")
for _kind, _rule in [
    (Number, _number), (Indexed, _indexed), (Named, _named), (KroneckerDelta, _delta),
    (Partial, _partial), (Derivative, _partial), (Symbol, lambda e: (latex(Symbol(e.name)), ATOM)),
    (Add, _add), (Mul, _mul), (exp, _exp), (Pow, _pow), (Sum, _big), (Product, _big),
    (Abs, lambda e: (rf"\left| {tex(e.args[0])[0]} \right|", ATOM)),
    (floor, lambda e: (rf"\left\lfloor{{{tex(e.args[0])[0]}}}\right\rfloor", ATOM)),
    (sign, lambda e: (rf"\operatorname{{sign}}\left( {tex(e.args[0])[0]} \right)", ATOM)),
    *((kind, _function) for kind in _FUNCTIONS),
    (And, lambda e: (r" \text{ and } ".join(tex(a)[0] for a in e.args), 0)),
]:
    printed.rule(_kind)(_rule)
