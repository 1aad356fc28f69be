"""Checking formulas of anybody's: verdicts, derivations, the command, errors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sympy import Eq, Piecewise, Sum

from nnbook.derive import (
    ReadError,
    as_written,
    check,
    delta,
    derive,
    index,
    prove,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.__main__ import main
from nnbook.derive.engine import verdict
from nnbook.derive.page import working
from nnbook.derive.words.language import Partial, cases_escaped
from nnbook.derive.words.latex import read_statement

ROOT = Path(__file__).resolve().parents[2]
SOFTMAX = r"p_k = \frac{e^{z_k}}{\sum_m e^{z_m}}"
CROSS_ENTROPY = (r"L = -\sum_{k=1}^K y_k \log p_k", SOFTMAX)


@pytest.mark.parametrize(("equation", "when", "status"), [
    (r"\sigma'(x) = \sigma(x) (1 - \sigma(x))", (), "proved"),
    (r"\sigma'(x) = \sigma(x) (1 + \sigma(x))", (), "refuted"),
    (r"\frac{\partial L}{\partial z_j} = p_j - y_j", (*CROSS_ENTROPY, r"\sum_k y_k = 1"), "proved"),
    (r"\frac{\partial L}{\partial z_j} = p_j - y_j", CROSS_ENTROPY, "refuted"),
    (r"\frac{\partial L}{\partial z_j} = y_j - p_j", (*CROSS_ENTROPY, r"\sum_k y_k = 1"),
     "refuted"),
    (r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)", SOFTMAX, "proved"),
    (r"\frac1n \sum_i (x_i - \mu)^2 = \frac1n \sum_i x_i^2 - \mu^2",
     r"\mu = \frac1n \sum_i x_i", "proved"),
    (r"\frac1n \sum_i (x_i - \mu)^2 = \frac1n \sum_i x_i^2 + \mu^2",
     r"\mu = \frac1n \sum_i x_i", "refuted"),
    (r"\|w + v\|^2 = \|w\|^2 + 2 w^\top v + \|v\|^2", (), "proved"),
    (r"\|w + v\|^2 = \|w\|^2 + w^\top v + \|v\|^2", (), "refuted"),
    (r"\frac{d}{dx} \left[ f(x) g(x) \right] = f'(x) g(x) + f(x) g'(x)", (), "proved"),
    (r"f(x) = x^2 + 1", "f(x) = 1 + x x", "proved"),
    (r"\frac{d}{dx} g(x^2) = 2 x g'(x^2)", (), "proved"),
    (r"\frac{df}{dx} = 2 x", "f(x) = x^2", "proved"),
    (r"x = |x|", "x > 0", "proved"),
    (r"x = |x|", (), "refuted"),
    (r"a = b = c", "a = 2u; b = u + u; c = 3u - u", "proved"),
    (r"a = b = c", "a = 2u; b = u + u; c = 3u", "refuted"),
    (r"n! = n (n - 1)!", (), "undecided"),
    ("sum(sum(W[i, j], i), j) = sum(W[i, j], i, j)", (), "proved"),
    (r"W_{ij} - W_{ji} = 0", r"W_{ij} = W_{ji}", "proved"),
    (r"u_t = u_t", "u_t = a u_{t-1}", "proved"),
])  # fmt: skip
def test_verdicts(equation, when, status):
    found = check(equation, when=when, sizes="n" if "!" in equation else ())
    assert found.status == status, found
    assert bool(found) == (status == "proved")
    assert status.capitalize() in found.words or f": {status}" in found.words
    assert (found.left is not None) == (status == "refuted")


def test_what_it_tells():
    found = check(r"\frac{\partial L}{\partial z_j}", "y_j - p_j",
                  when=[*CROSS_ENTROPY, r"\sum_k y_k = 1"])
    assert found.latex == (r"\frac{\partial L}{\partial z_{j}}", "y_{j} - p_{j}")
    assert found.sizes == ("K",)
    assert set(found.definitions) == {"L", "p"}
    assert found.given == (r"\sum_{k=1}^{K} y_{k} = 1",)
    assert found.counterexample["K"] == "2"
    assert found.left == -found.right
    assert "for all sizes K ≥ 1" in check("sum(z[k] - z[k], k)", "0").words
    assert "Link 2 of 2" in check("u + u = 2u = 3u").words


@pytest.mark.parametrize(("left", "right", "options", "message"), [
    ("x", None, {}, "expected an equation"),
    (r"x \le y", None, {}, "only equations are checked"),
    ("x", r"\foo", {}, "cannot be read"),
    ("x = 1", None, {"when": "x > "}, "expected a number"),
    ("x = 1", None, {"when": "x + 1 := 2"}, "expected a name"),
    ("x = 1", None, {"when": "x + y"}, "expected a relation"),
    ("x = 1", None, {"sizes": "3"}, "name of a size"),
    ("a = 1", None, {"when": ["a = b + 1", "b = a + 1"]}, "leads back to itself"),
    ("a = 1", None, {"when": ["x > 0"] * 30}, "at most 20"),
    ("x[i] = x", None, {}, "has an index here"),
    ("x[i] = i", None, {"when": "x[u + 1/2] > 0"}, "whole number|integer"),
])
def test_bad_input_is_an_error_that_says_why(left, right, options, message):
    with pytest.raises(ReadError, match=message):
        check(left, right, **options)


def test_what_is_no_text_is_a_type_error():
    for bad in ({"left": 3}, {"left": "x = 1", "when": [3]}, {"left": "x = 1", "sizes": [3]}):
        with pytest.raises(TypeError):
            check(**bad)


# Derivations

@pytest.mark.parametrize(("expression", "by", "when", "result"), [
    (r"\frac{1}{2} \sum_{i=1}^n x_i^2", "x_j", (), "x_j"),
    (r"\log \sum_k e^{z_k}", "z_j", (), r"\frac{e^{z_j}}{\sum_k e^{z_k}}"),
    (r"\frac1n \sum_i (\sum_j w_j x_{ij} + b - y_i)^2", "w_k", (),
     r"\frac2n \sum_i x_{ik} (\sum_j w_j x_{ij} + b - y_i)"),
    (r"\sigma(w x + b)", "w", (), r"x \sigma(w x + b) (1 - \sigma(w x + b))"),
    (r"f(x) g(x)", "x", (), "f'(x) g(x) + f(x) g'(x)"),
    (r"-\sum_k y_k \log p_k", "z_j", (SOFTMAX,), None),
    (r"\max(0, x)^2", "x", (), r"2 \max(0, x)"),
    (r"a", "x", (), "0"),
])
def test_a_derivation_ends_at_the_derivative(expression, by, when, result):
    worked = derive(expression, by, when=when)
    assert worked.status == "proved", worked
    assert worked.lines
    assert all(reason for _, reason, _ in worked.lines)
    assert not worked.result.has(Partial)
    if result is not None:
        both = read_statement([expression, result], when, by=by)
        assert prove(worked.result, both.sides[1]) or str(worked.result) == str(both.sides[1])


def test_a_wrong_step_would_be_marked(monkeypatch):
    """A planted error in a rule is not proved, and the derivation says so."""
    right = working._product
    monkeypatch.setattr(working, "_product", lambda f, x, reasons: -right(f, x, reasons))
    assert derive("x e^x", "x").status == "refuted"


@pytest.mark.parametrize(("expression", "by", "message"), [
    ("x = 1", "x", "not an equation"), ("x", "x + 1", "a symbol or an entry"),
    ("x", r"\foo", "cannot be read"), (r"\sum_{i=1}^n x_i", "n", "bound of"),
])
def test_what_cannot_be_derived(expression, by, message):
    with pytest.raises(ReadError, match=message):
        derive(expression, by)


# The command

@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["(a+b)^2 = a^2 + 2a b + b^2"], 0, "Proved"), (["a + b", "b + a"], 0, "Proved"),
    (["(a+b)^2", "a^2 + b^2"], 1, "Refuted: at a ="),
    (["n! = n (n-1)!", "--size", "n"], 2, "Undecided"),
    (["(-1)^(2n) = 1", "--size", "n"], 0, "for all positive integers n"),
    (["x = |x|", "--when", "x > 0"], 0, "given x > 0"),
    (["x^2", "--by", "x"], 0, "2*x"),
    (["x^2 = x x", "--latex"], 0, "x^{2} = x x"),
    ([r"\foo = 1"], 64, "^ the command"), (["x"], 64, "expected an equation"),
    (["x", "y", "--by", "x"], 64, "one expression"),
])
def test_the_command(arguments, code, said, capsys):
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert said in (err if code == 64 else out)


def test_undecided_is_a_code_of_its_own(capsys, monkeypatch):
    monkeypatch.setattr(verdict, "proof_by_form", lambda *args: None)
    assert main(["a + b", "b + a"]) == 2
    assert "Undecided" in capsys.readouterr().out


def test_the_command_runs_and_needs_sympy_alone():
    code = ("import sys; from nnbook.derive.__main__ import main; print(main(['x = x'])); "
            "print(sorted({'numpy', 'matplotlib'} & set(sys.modules)))")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split("\n")[-3:-1] == ["0", "[]"], run
    shown = subprocess.run([sys.executable, "-m", "nnbook.derive", "--help"], cwd=ROOT,
                           capture_output=True, text=True)
    assert "examples:" in shown.stdout
    assert "exit codes" in shown.stdout


# Found by tools/attack.py


@pytest.mark.parametrize(("text", "status"), [
    (r"\frac{1}{\sum_{k=1}^{n} \exp(\frac{1}{n} \cdot \sum_{j=1}^n"
     r" (\operatorname{sign}(x_k) |x_k|))} = \frac{1}{n \exp(x_1)}", "refuted"),
    (r"v + 2 = \frac{v c}{\frac{1}{n} \sum_{j=1}^n c} + 2", "proved"),
    ("u^(sign(2)*abs(sign(2)*abs(2))) = u^2", "proved"),
    (r"\mathbf{1}[\sum_{k=1}^n \mathbf{1}[x_k > 0] \ge 0] = 1", "proved"),
    (r"\mathbf{1}[\sum_{k=1}^n \mathbf{1}[x_k > 0] > 0] = 1", "refuted"),
    (r"\mathbf{1}[\prod_{g=1}^{n} (\mathbf{1}[g > 0]) > 0] = 1", "proved"),
    (r"\mathbf{1}[0 < \prod_{g=1}^{n} (\mathbf{1}[g > 1])] = 0", "proved"),
    (r"\mathbf{1}[\sum_{k=1}^n \mathbf{1}[x_k > 0] \le 0] = 1", "refuted"),
])  # fmt: skip
def test_what_sympy_stumbles_over_where_nothing_is_evaluated(text, status):
    """RecursionError and ZeroDivisionError once; a case that hangs on a sum lost its index."""
    assert check(text).status == status


@pytest.mark.parametrize(("text", "message"), [
    (r"\prod_{s=2}^K \sum_{a=1}^n \begin{cases} B_{as} & \text{if } B_{as} \ge B_{is} \\ B_{is} &"
     r" \text{otherwise} \end{cases} = \prod_{s=2}^K \sum_{a=1}^n \max(B_{as}, B_{is})",
     "the cases depend on the index a of a sum"),
    (r"\begin{cases} 1 & \text{if } \sum_{k=1}^n \mathbf{1}[x_k > 0] > 0 \\ 0 & \text{otherwise}"
     r" \end{cases} = 1", "without cases of its own"),
    (r"\mathbf{1}[\sum_{k=1}^n \mathbf{1}[x_k > 0] = u] = 1", "indicators of its own"),
    (r"\mathrm{softmax}(x)_i = \frac{\exp(x_i)}{\sum_{k=1}^n \exp(x_{n+1-k})}",
     "say how long this vector is"),
    (r"\|x\|^2 = \sum_{k=0}^{n-1} x_{k+1}^2", "say how long this vector is"),
])  # fmt: skip
def test_what_would_be_misread_is_refused(text, message):
    """The first was refuted, with an index that SymPy had taken out of its sum; the last as well,
    with a length of x that nobody had named."""
    with pytest.raises(ReadError, match=message):
        check(text)


def test_cases_in_sums_written_without_evaluation():
    """SymPy makes (0 + 0)/1 of the 0 in the case, and once divided by it."""
    n = sizes("n")
    i, k, x, u = *index("i k", n), tensor("x", n), reals("u")
    with as_written():
        left = Sum(Piecewise((x[i], Eq(u, 0)), (delta(i, k), True)), (k, 1, n))
        assert prove(left, Piecewise((n * x[i], Eq(u, 0)), (1, True)))
        assert prove(left, Piecewise((n * x[i], Eq(u, 0)), (2, True))).status == "refuted"


def test_indicators_of_sums_of_cases_are_shown_as_they_were_read():
    cases = r"\begin{cases} w_{g} & \text{if } v = 0 \\ a & \text{otherwise} \end{cases}"
    found = check(rf"\mathbf{{1}}[\sum_{{g=1}}^{{K}} {cases} > 0] = 0")
    assert found.status == "refuted"
    assert found.latex[0] == rf"\left[ \sum_{{g=1}}^{{K}} {cases} > 0 \right]"


def test_a_case_is_not_taken_out_of_the_sum_of_its_own_index():
    """``cases_escaped`` sees the index of the sum itself as well."""
    n = sizes("n")
    k, x = index("k", n), tensor("x", n)
    assert cases_escaped(x[k], x[k], [k], [n]) == {k}
    assert not cases_escaped(sum_over(x[k], k), x[k], [k], [n])


ZEROS = [r"x + 0 \cdot 5 = x", r"\max(x, 2 \cdot 0) = \max(x, 0)", r"x + 2 \cdot (1 - 1) = x",
         r"\sqrt{0 \cdot 2 + x^2} = |x|", r"\sqrt{0 \cdot x + y^2} = |y|",
         r"\sqrt{0 \cdot x_1 + y_1^2} = |y_1|",
         r"x + 0^2 \cdot 3 = x", r"\log(1 + 0 \cdot 3) = 0"]


@pytest.mark.parametrize("order", range(8))
def test_verdicts_do_not_hang_on_the_order_of_sets(order):
    """SymPy contradicts itself on whether ``2*0``, as written, is even, in some of these orders."""
    program = f"from nnbook.derive import check\nprint([check(t).status for t in {ZEROS!r}])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                         env={**os.environ, "PYTHONHASHSEED": str(order)}, check=False)
    assert run.stdout.strip() == str(["proved"] * len(ZEROS)), run.stderr[-2000:]


@pytest.mark.parametrize("text", [
    r"0 \cdot \frac{1}{x} = 0", r"(1 - 1) x^{-1} = 0", r"0 \cdot 2 \cdot \frac{u}{x} = 0",
])
def test_a_factor_of_zero_hides_nothing(text):
    verdict = check(text)
    assert verdict.status == "proved"
    assert "x != 0" in str(verdict)


def test_only_a_zero_makes_a_product_zero():
    assert check("(1 + 2) x = 3 x").status == "proved"
    assert check("(1 + 2) x = 0").status == "refuted"
    assert check("(2 - 1) x = 0").status == "refuted"
