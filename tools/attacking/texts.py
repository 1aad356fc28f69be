"""Formulas as text: LaTeX, LaTeX with matrices, the language of typed answers."""

from fractions import Fraction

from .trees import BINDERS, ONE, TWO, fn, rebuilt, sym


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
        return f"(1/(1 + exp(-({a}))))"
    if name == "softplus":
        return f"log(1 + exp({a}))"
    return f"max(0, {a})" if name == "relu" else f"{name}({a})"


def typed(e) -> str:
    """The same with sums as an exercise has them, over an index that knows its range."""
    return plain(e).replace(", 1, n)", ")").replace(", 1, K)", ")")
