"""What readers typed and the checker once misread without a word: it asks, or says what it took.

Nothing false may be proved because a letter was taken for another thing, nothing true be refuted
without a word on how it was read.
"""

import pytest

from nnbook.derive import ReadError, check
from nnbook.derive.__main__ import main
from nnbook.derive.page import checker
from nnbook.derive.words.latex import NothingToCheck

TEMPERED = (r"p_k = \frac{e^{z_k/T}}{\sum_j e^{z_j/T}}", "z_k = 0")


@pytest.mark.parametrize(("equation", "when", "status", "note"), [
    # A letter that is a quantity is not the number of terms
    (r"p_1 = \frac{1}{T}", TEMPERED, "refuted", "T as a number"),
    (r"p_1 = \frac{1}{K}", (TEMPERED[0].replace(r"_j e", "_{j=1}^K e"), TEMPERED[1]), "proved", ""),
    (r"\sum_k \frac1T = 1", (), "refuted", "T as a number"),
    (r"\sum_{k} \frac{1}{K} = 1", (), "refuted", r"\sum_{k=1}^K"),
    (r"C\sum_i x_i = \sum_i C x_i", (), "proved", "C as a number"),
    (r"\frac1n \sum_i e^{x_i/n} = \frac1n \sum_i e^{x_i/n}", (), "proved", "n as a number"),
    # … and one that divides a sum over all is, which is said
    (r"\frac1n \sum_i (x_i - \mu) = 0", r"\mu = \frac1n \sum_i x_i", "proved",
     "n was read as the number of terms"),
    (r"\frac{\sum_i x_i}{n} = \frac{1}{n} \sum_i x_i", (), "proved", "the number of terms"),
    (r"\frac{1}{nm} \sum_i \sum_j W_{ij} = \frac{1}{mn} \sum_j \sum_i W_{ij}", (), "proved",
     "m was read as the number of terms of the sum over j"),
    # Squares of functions
    (r"\sigma^2(x) = \sigma(x) \sigma(x)", (), "proved", ""),
    (r"\sigma^2(x) = \sigma(x)", (), "refuted", ""),
    ("sigma^2(x) = sigma(x)^2", (), "proved", ""),
    (r"f^2(x) = f(x)^2", (), "proved", ""),
    (r"q^2(x) = x^4", "q(x) = x^2", "proved", ""),
    (r"x^2(a+b)^2 = (x(a+b))^2", (), "proved", ""),
    (r"\sigma^2 (1 - \rho) = \sigma^2 - \rho \sigma^2", (), "proved", ""),
    # Numbers
    ("1e-8 = 1/100000000", (), "proved", "scientific"),
    ("x + 1e3 = x + 1000", (), "proved", "scientific"),
    (r"\exp(1) = e", (), "proved", "e was read as the number"),
    (r"\ln e = 1", (), "proved", "e was read as the number"),
    (r"e^2 = e \cdot e", (), "proved", "e was read as the number"),
    (r"e^2 = 4", "e = a - b; a = 3; b = 1", "proved", ""),
    (r"i^2 = -1", (), "refuted", "complex numbers"),
    # Indices
    (r"x_{12} - x_{ij} = 0", (), "refuted", "two indices 1 and 2"),
    (r"x_{12} = x_{12} + 1", (), "refuted", "one index, 12"),
    (r"\sum_{i \le n} i = \frac{n(n+1)}{2}", (), "proved", ""),
    # Unknown functions
    (r"f(x) g(x) = g(x) f(x)", (), "proved", ""),
    (r"\frac{d}{dx} f(x)^2 = 2 f(x) f'(x)", (), "proved", ""),
    (r"p(x) q(x) = q(x) p(x)", (), "proved", ""),
    # Derivatives
    ("dL/dw = 2w", "L = w^2", "proved", ""),
    ("dL/dw = w", "L = w^2", "refuted", ""),
    ("dL/dw_j = 2w_j", "L = sum(w[i]^2, i)", "proved", ""),
    ("d/dx sigma(x) = sigma(x)(1 - sigma(x))", (), "proved", ""),
    ("d(x^2)/dx = 2x", (), "proved", ""),
    (r"\sigma'(wx + b) = \sigma(wx + b)(1 - \sigma(wx + b))", (), "proved", ""),
    (r"\sigma'(wx + b) = \sigma(wx + b)", (), "refuted", ""),
    (r"\tanh'(x) = 1 - \tanh^2(x)", (), "proved", ""),
    (r"\tanh'(2x) = 2 - 2\tanh^2(2x)", (), "refuted", ""),
    # Lines, bold letters with an index
    (r"\begin{align} a + b &= b + a \\ &= a + b \end{align}", (), "proved", ""),
    (r"\mathbf q_i^\top \mathbf k_j = \mathbf k_j^\top \mathbf q_i", (), "proved", ""),
])  # fmt: skip
def test_what_is_guessed_is_said(equation, when, status, note):
    found = check(equation, when=when)
    assert found.status == status, found
    assert note in " ".join(found.notes)
    assert bool(note) == bool(found.notes)
    assert all(said in " ".join(repr(found).split()) for said in found.notes)


@pytest.mark.parametrize(("equation", "piece", "expected"), [
    ("(a+b)^2 = a^2 + 2ab + b^2", "ab", r"ab: one name or the product a\*b\?"),
    ("(wx - y)^2 = w^2 x^2 - 2wxy + y^2", "wx", r"w\*x"),
    ("((x+h)^2 - x^2)/h = 2xh + h", "xh", r"x\*h"),
    ("ab = ba", "ab", "one name"),
    ("xy + xz = x(y+z)", "xy", "one name"),
    ("dx = 2", "dx", "differential"),
    (r"f^2(x) = g", "f^2", "power of f"),
    (r"\sigma^2(1 - x) = 1", r"\sigma^2", "power of"),
    (r"\sigma^{-1}(p) = \log \frac{p}{1-p}", r"\sigma", "inverse"),
    (r"g^{-1}(x) = 2", "g", "inverse"),
    ("E[x^2] - E[x]^2 = 0", "E", "means and variances"),
    (r"\mathrm{Var}(x) = 1", r"\mathrm{Var}", "means and variances"),
    ("Var(x) = 1", "Var", "means and variances"),
    ("P(A|B) = P(B|A)", "P", "probabilities"),
    ("p(x|y) = p(y|x)", "", "bar between two"),
    (r"D_{KL}(p \| q) = D_{KL}(q \| p)", "", "bar between two"),
    ("(f*g)(t) = (g*f)(t)", "(f*g)(t)", "convolution"),
    (r"\mathrm{GELU}(x) + 1 = x", "GELU", "GELU has no definition"),
    (r"10^{2} 1e-8 = 0", "1e-8", "a product with e"),
    (r"e^{i\pi} = -1", "i", "complex numbers are not supported"),
    (r"e^{-ix} = 1", "i", "complex numbers are not supported"),
    (r"\sum_{i<j} x_i x_j = \frac12", "j", "index of the sum, too"),
    (r"\sum_{i<j} x_i x_j = \frac12 \sum_j x_j", "j", "index of the sum, too"),
    (r"\sum_m f_m g_{n-m} = \sum_m f_{n-m} g_m", r"\sum_m", "begins and ends"),
    (r"\mathbf{A}\mathbf{B} = \mathbf{B}\mathbf{A}", r"\mathbf{A}", "need indices"),
    (r"\mathbf{W}\mathbf{x} = \mathbf{x}\mathbf{W}", r"\mathbf{W}", "need indices"),
    (r"\mathbf{x}\mathbf{y} = \mathbf{y}\mathbf{x}", r"\mathbf{x}", "need indices"),
    (r"\mathbf{A}^{-1}\mathbf{A} = 1", r"\mathbf{A}", "need indices"),
    (r"(\mathbf{A} + \mathbf{B})\mathbf{C} = 0", "", "need indices"),
    ("a/2b = b/2 a", "b", "under the stroke"),
    ("1/2x = x/2", "x", "under the stroke"),
    ("theta_{t+1} = 3", "theta", r"Write \\theta"),
    (r"\frac{\partial C}{\partial w^l_{jk}} = a", "w^l_{jk}", r"w\^\{\(l\)\}"),
    (r"\log(-1) = 0", r"\log(-1)", "negative number"),
    (r"x \ge y", "y", "among the conditions"),
])  # fmt: skip
def test_what_is_doubtful_is_asked(equation, piece, expected):
    with pytest.raises(ReadError, match=expected) as raised:
        check(equation)
    assert raised.value.piece.startswith(piece)
    assert equation[raised.value.at:].startswith(piece)


def test_a_range_that_is_narrower_than_what_is_given_is_asked(capsys):
    """With i from 1 to n - 1 the first is true; the reader has said that i may be n."""
    equation = r"B_i = \sum_{j=1}^{n-1} \delta_{ji} B_j"
    for given in ("i <= n", "i < n + 1", r"n \ge i", "n + 1 > i"):
        with pytest.raises(ReadError, match="i runs from 1 to n - 1 only"):
            check(equation, when=given)
    for given in ("i <= n - 1", "i < n", "i <= n - 2", "i >= 1"):
        assert check(equation, when=given)


@pytest.mark.parametrize(("equation", "name"), [
    (r"\theta_{t+1} = \theta_t - \eta g_t", r"\theta_{t+1}"),
    (r"\bar x = \frac1n \sum_i x_i", r"\bar x"),
    (r"\hat m_t = \frac{m_t}{1 - \beta^t}", r"\hat m_t"),
    (r"y_i = 2 x_i", "y_i"), (r"\mathrm{SiLU}(x) = x \sigma(x)", r"\mathrm{SiLU}(x)"),
    ("a^2 + b^2 = c", "c"), ("L = a = b", "L"), ("e = y - p", "e"),
])
def test_a_definition_is_none_to_check(equation, name, capsys):
    with pytest.raises(NothingToCheck, match="Definitions") as raised:
        check(equation)
    assert f"This defines {name};" in str(raised.value) or name == "e"
    left, _, right = equation.partition(" = ")
    if " = " not in right:
        assert checker.check({"left": left, "right": right})["error"]["defines"]
    assert main([equation]) == 64
    assert "cannot read" not in capsys.readouterr().err


@pytest.mark.parametrize("equation", ["W_{ij} = W_{ji}", "x = |x|", "x_i = x_i + 1"])
def test_a_claim_on_one_name_is_checked(equation):
    assert check(equation).status == "refuted"


def test_a_name_of_which_something_is_given_is_checked():
    assert check("x = 1", when="2x = 2; x > 0").status == "proved"


def test_functions_nobody_sees_refute_nothing_with_numbers():
    found = check("f(x + y) = f(x) + f(y)")
    assert found.status == "refuted"
    assert "Refuted for some f" in found.words
    assert found.left is None
    assert not found.counterexample
    shown = checker.check({"left": "f(x + y)", "right": "f(x) + f(y)"})
    assert (shown["functions"], shown["values"], shown["left"]) == (["f"], [], "")
    assert check("f(x + y) = f(x) + f(y)", when="f(x) = 3x")


def test_indices_of_counterexamples_count_from_one():
    for equation in (r"x_{t+1} - x_t = 0", r"W_{ij} = W_{ji}", "y_i + 1 = 2 x_i"):
        found = check(equation).counterexample
        assert all(int(found[name]) >= 1 for name in found if name in "tij")


def test_numbers_that_differ_are_shown_to_differ():
    found = checker.check({"left": r"\pi", "right": "3.14159"})
    assert (found["left"], found["right"]) == ("3.141593", "3.14159")
    assert "3.141593" in check(r"\pi = 3.14159").words


def test_what_is_undecided_says_why():
    assert "too long to add up" in check(r"\sum_{i=1}^{100000} i = 5000050000").words
    logs = r"\sum_i p_i \log(p_i/q_i) = \sum_i p_i \log p_i - \sum_i p_i \log q_i"
    assert "try the conditions p_{i} > 0, q_{i} > 0." in check(logs).words
    assert check(logs, when="p_i > 0; q_i > 0")


def test_names_of_several_letters_are_upright():
    found = checker.preview({"left": "lr*g[i] + y_bar", "right": "sum(W[i, j], j)"})
    assert found["sides"][0] == r"\mathrm{lr} g_{i} + \bar{y}"
    assert "mathrm" not in found["sides"][1]


def test_the_page_says_what_was_guessed():
    asked = {"left": r"\frac1n \sum_i x_i", "right": r"\mu"}
    assert "n was read as" in checker.preview(asked)["notes"][0]
