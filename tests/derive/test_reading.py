"""Reading formulas: what LaTeX of papers and typed answers say, and where they stop saying it."""

import ast
import random
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from sympy import (
    Abs,
    Eq,
    Expr,
    Function,
    Indexed,
    IndexedBase,
    Max,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    binomial,
    exp,
    factorial,
    floor,
    latex,
    log,
    simplify,
    sqrt,
    sympify,
    tanh,
)
from sympy.core.function import AppliedUndef

import nnbook.derive.words.latex as reading
from nnbook.derive import (
    Exercise,
    as_written,
    index,
    latex_of,
    read_latex,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.page.answers import read_answer
from nnbook.derive.words.language import Index, Named, Partial
from nnbook.derive.words.latex import Ambiguous, ReadError, read_statement
from nnbook.derive.words.printing import printed
from nnbook.exercises import chapters, exercises_of

from .latex_reader import evaluated, names_of, read

n, K = sizes("n K")
i, j, k = index("i", n), index("j", n), index("k", K)
x, z = tensor("x", n), tensor("z", K)
a, b, p, u, v, mu, sigma = reals("a b p u v mu sigma")
s, t = Symbol("s", integer=True), Symbol("t", integer=True)
f, g = Function("f", real=True), Function("g", real=True)


# What is read, compared with formulas that are written by hand

@pytest.mark.parametrize(("text", "formula"), [
    (r"a - b", a - b),
    (r"a(b + u)", a * (b + u)),
    (r"2ab^{2}", 2 * a * b**2),
    (r"-a^2", -(a**2)),
    (r"a^{-1} b", b / a),
    (r"\frac12 a", a / 2),
    (r"\tfrac{a+b}{u}", (a + b) / u),
    (r"a/b \cdot u", a * u / b),
    (r"\left( a + b \right)^2", (a + b)**2),
    (r"\sqrt{a} + \sqrt[3]{b}", sqrt(a) + b**Rational(1, 3)),
    (r"\exp(-a) - e^{-a}", 0),
    (r"\exp\left\{ a \right\} b", b * exp(a)),
    (r"\log a - \ln(a)", 0),
    (r"\log \sigma^2", log(sigma**2)),
    (r"\log \frac{a}{b}", log(a / b)),
    (r"\log_2 a", log(a) / log(2)),
    (r"\tanh^2 u", tanh(u)**2),
    (r"\sin u \cos u", read_latex("sin(u) * cos(u)")),
    (r"|a - b| \, |u|", Abs(a - b) * Abs(u)),
    (r"\lvert a \rvert + \left| b \right|", Abs(a) + Abs(b)),
    (r"\max(0, u) + \max\{u, v\}", Max(0, u) + Max(u, v)),
    (r"\sum_{i=1}^n x_i", sum_over(x[i], i)),
    (r"\sum\limits^{n}_{i = 1} x_i + a", sum_over(x[i], i) + a),
    (r"\frac{1}{n}\sum_i x_i", sum_over(x[i], i) / n),
    (r"\sum_{i=1}^n x_i \sum_{k=1}^K z_k", sum_over(x[i] * sum_over(z[k], k), i)),
    (r"\prod_{i=1}^n (1 + x_{i})", Product(1 + x[i], (i, 1, n))),
    (r"\log \sum_{k=1}^K e^{z_k}", log(sum_over(exp(z[k]), k))),
    (r"\begin{cases} u & \text{if } u > 0 \\ a u & \text{otherwise} \end{cases}",
     Piecewise((u, u > 0), (a * u, True))),
    (r"\begin{cases} u, & u > 0, \\ 0, & u \le 0. \end{cases}",
     Piecewise((u, u > 0), (0, True))),
    (r"\begin{cases} 1 & \text{if $u = v$} \\[2pt] 0 & \text{else} \end{cases}",
     Piecewise((1, Eq(u, v)), (0, True))),
    (r"\mathbb{1}[u > 0]", Piecewise((1, u > 0), (0, True))),
    (r"\mathbf 1_{u > 0} + \mathbb{I}\{u > 0\}", 2 * Piecewise((1, u > 0), (0, True))),
    (r"\frac{\partial}{\partial u} u^2", Partial(u**2, u)),
    (r"\frac{\partial u^2 v}{\partial u}", Partial(u**2 * v, u)),
    (r"\frac{d}{du} \left[ u v \right] v", Partial(u * v, u) * v),
    (r"\frac{\mathrm{d}^2}{\mathrm{d}u^2} \tanh u", Partial(Partial(tanh(u), u), u)),
    (r"\sigma(u)", 1 / (1 + exp(-u))),
    (r"\sigma (a - \sigma)", sigma * (a - sigma)),
    (r"f(u) g(v) + a(u - v)", f(u) * g(v) + a * (u - v)),
    (r"f'(u)", Function("f'", real=True)(u)),
    (r"\binom{n}{2} + n!", binomial(Symbol("n", real=True), 2) + factorial(Symbol("n", real=True))),
    (r"a(a - 1)!", a * factorial(a - 1)),
    (r"\lfloor u \rfloor", floor(u)),
    (r"$$ a + b. $$", a + b),
    (r"\begin{align} a &+ b \label{eq:sum} \end{align}", a + b),
    (r"0.25 \cdot 10^{-3} a", Rational(1, 4000) * a),
    (r"\mathrm{softmax}(z)_1", read_latex(r"e^{z_1} / \sum_r e^{z_r}")),
    ("a^2^2 b", a**4 * b),
    ("x[i]^2 + sum(x[j], j)", None),
    ("2 x_i - u/v", None),
    ("√(u) + |v|", sqrt(u) + Abs(v)),
    ("½ μ", mu / 2),
])
def test_a_formula_is_read(text, formula):
    found = read_latex(text)
    if formula is not None:
        found, formula = evaluated(found), sympify(formula)
        assert str(found) == str(formula) or (found - formula).simplify() == 0


@pytest.mark.parametrize(("text", "names"), [
    (r"\hat{y}_k", "yhat[k]"), (r"\hat{\mathbf{y}}_{k}", "yhat[k]"), ("ŷ_k", "yhat[k]"),
    ("y_hat[k]", "yhat[k]"), (r"\hat{y_k}", "yhat[k]"), (r"\bar x", "xbar"),
    (r"\boldsymbol{\theta}_i", "theta[i]"), (r"\mathcal{L}", "Lcal"), (r"w^*", "w^*"),
    (r"W_{ij}", "W[i, j]"), (r"W_{i,j}", "W[i, j]"), ("W_ij", "W[i, j]"), ("W[i, j]", "W[i, j]"),
    (r"x^{(l)}", "x^[l]"), (r"x^{(l-1)}_{j}", "x^[l - 1, j]"), (r"W^{[1]}_{ij}", "W^[1][i, j]"),
    (r"x_{\max}", None), (r"x_{max}", "x_max"), (r"x_{\mathrm{max}}", "x_max"),
    (r"\mu_B", "mu_B"), (r"C_{in}", "C_in"), (r"x_{t+1}", "x[t + 1]"), (r"x'_i", "x'[i]"),
    (r"\delta_{ij}", "KroneckerDelta(i, j)"), (r"\delta_j", "delta[j]"),
    (r"\sigma_i^2", "sigma[i]**2"),
    (r"x^2_i", "x[i]**2"), (r"\beta_1^{t}", "beta[1]**t"), ("beta_2", "beta[2]"),
])
def test_names(text, names):
    if names is None:
        with pytest.raises(ReadError):
            read_latex(text)
    else:
        assert str(read_latex(text)) == names


def test_names_that_stand_above_print_there():
    with as_written():
        assert latex_of(read_latex(r"W^{(l)}_{jk} x^{(1)}")) == r"W^{(l)}_{jk} x^{(1)}"


def test_the_statement_tells_what_a_name_is():
    """The same text reads otherwise beside another one."""
    both = read_statement([r"\sigma_x^2", r"\frac{1}{n} \sum_i x_i"])
    assert str(both.sides[0]) == "sigma_x**2"           # x is a tensor: a label, no index
    assert str(read_latex(r"\sigma_x^2")) == "sigma[x]**2"
    free = read_statement([r"x_j + \sum_{i=1}^n x_i"]).sides[0]
    assert index("j", n) in free.free_symbols           # in the range of the sum
    assert index("j", n) not in read_latex("x_j").free_symbols
    product = read_statement([r"\sigma(1 - \sigma)"]).sides[0]
    assert str(product) == "sigma*(1 - sigma)"
    two = read_statement([r"W_{11} x_j", r"W_{ij} x_j"]).sides[0]
    assert str(two) == "W[1, 1]*x[j]"
    assert str(read_latex("W_{11}")) == "W[11]"


def test_vectors_by_their_entries():
    product = read_latex(r"\mathbf{w}^\top \mathbf{x} + b")
    assert isinstance(product.args[1], Sum) or isinstance(product.args[0], Sum)
    assert str(read_latex(r"\|\mathbf{w}\|_2^2")) == "Sum(w[r]**2, (r, 1, d))"
    form = read_latex(r"\mathbf{x}^T \mathbf{A} \mathbf{y}")
    assert str(form) == "Sum(A[r, s]*x[r]*y[s], (s, 1, S), (r, 1, d))"


# What is not read

@pytest.mark.parametrize(("text", "at", "expected"), [
    ("", 0, "expected a formula"),
    (r"a + \foo b", 4, r"\\foo cannot be read"),
    (r"a + ", 4, "expected a number, a name or a bracket"),
    (r"\frac{a}{0}", 9, "divisor other than zero"),
    (r"\int_0^1 u \, du", 0, "integrals cannot be read"),
    (r"x_1 + \dots + x_n", 6, r"with \\sum"),
    (r"\nabla_w L", 0, "by its entries"),
    (r"\mathbb{E}[x]", 0, "only"),
    (r"a \odot b", 2, "product of entries"),
    (r"\begin{pmatrix} a \end{pmatrix}", 0, "only cases"),
    (r"\log u v", 0, "parentheses"),
    (r"\frac{a}{b}/2b", None, "under the stroke"),
    (r"\mu x^23", None, "sign before this number"),
    (r"\mu x_ij", None, "all of them indices"),
    (r"W^\top + b", 0, "a vector after a transposed one"),
    (r"\mu W^T x", None, "transpose"),
    (r"(a + b", 6, r"expected '\)'"),
    (r"a + b)", 5, "sign or the end"),
    (r"\sum_i", 6, "what the sum is of"),
    (r"\sum_{i \in S} x_i", 8, r"expected '}'"),
    (r"\max_i x_i", 4, "over an index"),
    (r"x_i + x", None, "has an index here and none elsewhere"),
    (r"x_i + x_{ij}", None, "another number of indices"),
    (r"\frac{\partial L}{\partial w}", 15, "say how it depends on w"),
    (r"\frac{\partial^2 f(x)}{\partial x}", 0, "as its order says"),
    (r"9^{9^{9^{9}}}", None, "exponents of at most 300"),
    (r"e^{e^{e^{9}}}", None, "exponents of at most 300"),
    (r"(10^{300})^{300}", None, "shorter number"),
    (r"200!", None, "up to 100"),
    (r"1234567890123", 0, "at most 12 digits"),
    ("(" * 200, 30, "at most 30 brackets"),
    (r"\frac{" * 200, None, "at most 30 brackets"),
    ("x_{" * 200, None, "at most 30 brackets"),
    (r"\sum_i " * 200, None, "at most 30 brackets"),
    ("x" * 4000, 3000, "at most 3,000 characters"),
    ("__import__('os')", 0, "expected a number"),
    ("x.__class__", 1, "end of the formula"),
    (r"\href{javascript:alert(1)}{x}", 0, r"\\href cannot be read"),
    ("\N{CYRILLIC SMALL LETTER HA}", 0, "CYRILLIC SMALL LETTER HA"),
])  # fmt: skip
def test_what_is_no_formula_is_an_error_with_its_place(text, at, expected):
    start = time.perf_counter()
    with pytest.raises(ReadError, match=expected) as raised:
        read_latex(text)
    assert time.perf_counter() - start < 3
    error = raised.value
    assert at is None or error.at == at, error
    assert error.text == text
    assert -1 <= error.at <= len(text)
    assert "^" in error.shown() or error.at < 0


@pytest.mark.parametrize(("text", "way", "other"), [
    (r"\log u v", r"\log(u v)", r"v \log(u)"),
    (r"2 \frac{1}{3}", r"2 \cdot \frac{1}{3}", r"\frac{7}{3}"),
    (r"\,a/2b", r"\frac{a}{2b}", r"\frac{a}{2} b"),
    (r"\,x_ij", r"x_{ij}", r"\,x_i j"),
    (r"\frac{d}{du} (u) u", r"\frac{d}{du} [(u) u]", r"\frac{d}{du} [u] u"),
    (r"\tanh^{-1}(u)", None, None),
    (r"u^{2}^{2}", r"u^{2^2}", r"(u^2)^2"),
    (r"W_{1j} + \sum_j W_{2j}", r"W_{1,j} + \sum_j W_{2,j}", None),
])  # fmt: skip
def test_what_reads_in_two_ways_is_refused(text, way, other):
    with pytest.raises(Ambiguous):
        read_latex(text)
    for clear in (way, other):
        if clear is not None:
            read_latex(clear)


# The plain language of typed answers

def bare(e):
    """A formula by the names that it prints, without the ranges of its sums."""
    if isinstance(e, Sum | Product):
        indices = [Symbol(latex_of(k), positive=True) for k, *_ in e.limits]
        return Function(type(e).__name__)(bare(e.function), *indices)
    if isinstance(e, Named | Indexed):
        name = latex(e.label if isinstance(e, Named) else e.base.label).partition("(")[0]
        if e.indices and not all(i.is_Integer for i in e.indices):
            return Function(name)(*map(bare, e.indices))
        below = f"_{{{','.join(map(str, e.indices))}}}" if e.indices else ""
        return Symbol(name + below, positive=True)
    if isinstance(e, AppliedUndef):
        return Function(e.func.__name__.replace("var", ""))(*map(bare, e.args))
    if e.is_Symbol:
        return Symbol(latex(Symbol(e.name)), positive=True)
    return e.func(*map(bare, e.args)) if e.args else e


@pytest.mark.parametrize("chapter", chapters())
def test_the_checker_reads_the_language_of_the_exercises(chapter, monkeypatch):
    """All wrong answers of the book that are typed as text, by both readers."""
    monkeypatch.setattr(Exercise, "__post_init__", lambda self: None)
    module = import_module(f"nnbook.exercises.{chapter}")
    for name in exercises_of(chapter):
        made = getattr(module, name)()
        names = {key: read_latex(key) if isinstance(value, Expr) and not isinstance(
                 value, IndexedBase | Index) else value for key, value in made.names.items()}
        for text in (answer for answer in made.wrong if isinstance(answer, str)):
            expected, found = bare(read_answer(text, names)), bare(read_latex(text))
            assert expected == found or simplify(expected - found) == 0, text


def test_no_text_becomes_code():
    """No module of the reader evaluates text, and none knows how expressions print."""
    for path in Path(reading.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {node.func.id for node in ast.walk(tree)
                  if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not called & {"eval", "exec", "sympify", "parse_expr", "compile", "__import__"}, path
        imported = {node.module or "" for node in ast.walk(tree)
                    if isinstance(node, ast.ImportFrom)}
        assert not any("printing" in name or "notations" in name for name in imported), path


# Printed and read back: the reader does not forgive the printer

@pytest.mark.parametrize("planted", ["sign", "bracket", "order", "exponent"])
def test_an_error_of_the_printer_is_found(planted, monkeypatch):
    """With a planted error in the printer, what it prints is no longer what was printed from."""
    from sympy import Add, Mul, Pow

    formula = u - (v + a) * b**2 - (u + v) / a
    assert read(latex_of(formula), names_of(formula)) == formula
    kind = {"sign": Add, "bracket": Mul, "order": Mul, "exponent": Pow}[planted]
    right = printed.of(kind)
    change = {"sign": lambda text: text.replace("-", "+", 1),
              "bracket": lambda text: text.replace(r"\left(", "").replace(r"\right)", ""),
              "order": lambda text: text.replace("u", "v"),
              "exponent": lambda text: text.replace("{2}", "{3}")}[planted]
    monkeypatch.setitem(printed._rules, kind, lambda e: (change(right(e)[0]), right(e)[1]))
    printed._found.clear()
    try:
        text = latex_of(formula)
    finally:
        monkeypatch.undo()
        printed._found.clear()
    assert text != latex_of(formula)
    try:
        found = read(text, names_of(formula))
    except ReadError:
        return
    assert (found - formula).expand() != 0


# Mutations

SEEDS = [
    r"\frac{1}{n} \sum_{i=1}^n \left( y_i - \hat{y}_i \right)^2",
    r"\begin{cases} x & \text{if } x > 0 \\ \alpha (e^{x} - 1) & \text{otherwise} \end{cases}",
    r"\frac{\partial L}{\partial w_{ij}} = \delta_{ij} x^{(l)}_j + \mathbb{1}[i = j]",
    r"-\sum_{k=1}^K y_k \log \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}",
    r"\mathbf{w}^\top \mathbf{x} + \|w\|_2^2 - |a| \max\{0, b\}",
    r"\sigma'(x) = \sigma(x) \left(1 - \sigma(x)\right), \quad \tanh^2 x",
    r"\frac{d}{dx} \left[ f(x) g(x) \right] \binom{n}{k} \sqrt[3]{x!}",
    "y_bar[r] + sum(y_bar[j] * dφ(z[j]) * W[r, j], j) - 0.5/2^x",
    r"\beta_1^{t} m_{t-1} + (1 - \beta_1) g_t / \sqrt{\hat{v}_t + \epsilon}",
]
PIECES = [*"{}()[]|_^&+-*/=<>,.'!$\\ ixn129.", r"\frac", r"\sum", r"\left", r"\right", r"\log",
          r"\\", r"\begin{cases}", r"\end{cases}", r"\partial", r"\text{if }", r"\hat", r"\top",
          r"\mathbb{1}", "^{", "_{", "sum(", "\N{GREEK SMALL LETTER SIGMA}", r"\|", r"\sqrt", "'"]


def mutated(rng: random.Random) -> str:
    """A formula with some characters dropped, doubled, moved or put in."""
    text = rng.choice(SEEDS)
    for _ in range(rng.randint(1, 4)):
        at, to = sorted(rng.randint(0, len(text)) for _ in range(2))
        way = rng.random()
        if way < 0.3:
            text = text[:at] + text[min(at + rng.randint(1, 3), len(text)):]
        elif way < 0.7:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif way < 0.85:
            text = text[:to] + text[at:to] + text[to:]
        else:
            text = text[at:] + rng.choice(SEEDS)[:20]
    return text


def test_two_thousand_mutations_end_in_a_formula_or_an_error():
    rng, read_, slowest, unnamed = random.Random(14), 0, 0.0, []
    for _ in range(2000):
        text = mutated(rng)
        start = time.thread_time()
        try:
            read_latex(text)
            read_ += 1
        except ReadError as error:
            told = bool(error.expected) and -1 <= error.at <= len(error.text)
            unnamed += [] if told else [text]
        slowest = max(slowest, time.thread_time() - start)
    assert not unnamed
    assert read_ > 50
    assert slowest < 2, "no text may take long"


def test_the_stack_is_no_deeper_than_it_may_be():
    """At the deepest nesting allowed the reader keeps well within Python's own limit."""
    deep = r"\sqrt{" * 14 + "x" + "}" * 14
    kept = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len_of_stack() + 600)
        read_latex(deep)
    finally:
        sys.setrecursionlimit(kept)


def len_of_stack() -> int:
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth
