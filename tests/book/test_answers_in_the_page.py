"""Exercises in the page: what the browser is told of an answer, and that nothing else can be said.

What comes back is set by MathJax in the reader's page, so LaTeX in it must be the engine's own.
"""

import ast
import json
import re
import subprocess
import sys

import nbformat
import notebooks
import pytest

from nnbook.derive.page import live
from nnbook.derive.page.answer_words import LONGEST
from nnbook.exercises import chapters, exercise, exercises_of

# Commands by which LaTeX makes links, classes, styles, characters or other commands.
COMMANDS = re.compile(r"\\(?:href|url|class|cssId|style|data|unicode|mmlToken|require|bbox|def|let|"
                      r"newcommand|renewcommand|includegraphics|toggle|mathtip|texttip)(?![A-Za-z])")
NAMES = [f"{chapter}.{name}" for chapter in chapters() for name in exercises_of(chapter)]


def solutions() -> dict[str, str]:
    """What the pages of solutions type."""
    found = {}
    for path in sorted((notebooks.ROOT / "book/solutions").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and ".check(" in cell.source:
                for call in ast.walk(ast.parse(cell.source)):
                    match call:
                        case ast.Call(
                            func=ast.Attribute(
                                attr="check",
                                value=ast.Call(
                                    func=ast.Name("exercise"), args=[ast.Constant(name)]
                                ),
                            ),
                            args=[ast.Constant(str(text))],
                        ):
                            found[name] = text
    return found


ANSWERS = solutions()


@pytest.mark.parametrize("name", sorted(ANSWERS)[::4])
def test_the_solution_is_right_in_the_page(name):
    result = live.check(name, ANSWERS[name])
    assert result["status"] == "right", result
    assert result["message"].startswith("Right")
    assert json.loads(json.dumps(result)) == result
    for latex in (result["latex"], result.get("form", "")):
        assert not COMMANDS.search(latex)
    assert result.get("form") != result["latex"]


@pytest.mark.parametrize("name", NAMES[::6])
def test_a_foreseen_wrong_answer_is_refused_in_the_words_of_the_notebook(name):
    """A slip planted in each sixth exercise: twice the right answer and one is not right."""
    if name not in ANSWERS:
        pytest.skip("the page itself shows its answer")
    text = f"2 ({ANSWERS[name]}) + 1"
    result = live.check(name, text)
    assert result["status"] == "wrong"
    plain = re.sub(r"\$[^$]*\$", "", result["message"])   # there a symbol is printed, here typed
    words = exercise(name).check(text).message
    assert set(re.findall(r"\w+", plain)) <= set(re.findall(r"\w+", words))
    assert plain.splitlines()[0] == words.splitlines()[0]
    assert not COMMANDS.search(result["message"] + result["latex"])
    assert "form" not in result   # another form would give the answer away


@pytest.mark.parametrize(("text", "marked"), [
    ("1/s + q", "q"),
    ("1/s + (y_hat - t", ""),
    ("1/s ! t", "!"),
    ("y_hat + \\frac{1}{q}", "q"),
    ("s − q", "q"),
    ("\\hat{y} \\cdot \\times t", "\\times"),
    ("(s))", ")"),
    ("ŷ[t]", "["),
    ("s + ", ""),
    ("s_", "_"),
    ("sum(y_hat, ", ""),
    ("t delta_", ""),
    ("1234567890123", "1234567890123"),
    ("s + ж", "ж"),
    ("s^99", "99"),
    ("t/0", "0"),
    ("x" * (LONGEST + 3), "xxx"),
    ("s + 𝑠", "𝑠"),
])
def test_what_cannot_be_read_is_shown_at_its_place(text, marked):
    result = live.check("losses.width", text)
    assert result["status"] == "unread", result
    start, end = result["span"]
    assert text[start:end] == marked
    assert live.preview("losses.width", text) == result


def test_a_tensor_of_positive_entries_is_no_size():
    """Once an error: the hint "right but for a factor of s" was tried, with s a tensor."""
    result = live.check("measures.guesser", "2 sum(s[k]^2, k) + 1")
    assert result["status"] == "wrong"


HOSTILE = [
    r"\href{javascript:alert(1)}{s}",
    r"\class{nn-status}{s}",
    r"\style{position:fixed}{s}",
    r"\cssId{answer}{s}",
    r"\unicode{x3c}",
    r"\require{html} s",
    r"\def\sum{} s",
    r"\mmlToken{mi}[href=javascript:alert(1)]{s}",
    r"\text{<img src=x onerror=alert(1)>}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "__import__('os').system('id')",
    "().__class__.__base__.__subclasses__()",
    "exec('import js')",
    "s); import js; (s",
    r"s \) <b> \(",
    "$s$",
    "s`t`",
    "\u202es",
    "s\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_answer_is_text_that_cannot_be_read(text):
    result = live.check("losses.width", text)
    assert result["status"] == "unread"
    assert not {"latex", "form"} & set(result)


def test_a_name_that_prints_a_command_would_be_noticed():
    """Planted: the pattern that the tests above rest on."""
    assert COMMANDS.search(r"\class{nn-check}{s}")
    assert not COMMANDS.search(r"\hat{y} \left( \delta \right)")


@pytest.mark.parametrize(
    "name", ["losses", "losses.", "losses.nothing", "os.system", "..", "__init__.cache"]
)
def test_only_exercises_of_the_book_are_asked(name):
    with pytest.raises(ValueError, match="expected one of"):
        live.check(name, "1")


def test_an_empty_answer_gets_the_names():
    result = live.check("losses.width", "   ")
    assert result["status"] == "empty"
    assert "`y_hat` for" in result["message"]


def test_the_question_is_no_answer():
    result = live.check("losses.width", "partial(s)")
    assert result["status"] == "unread"
    assert "that is the question" in result["message"].lower()


def test_another_form_is_proved_equal_before_it_is_shown(monkeypatch):
    """Planted: a rewriting that drops a term is not shown."""
    found = live.check("validation.how_many", ANSWERS["validation.how_many"])
    assert live.check("calibration.constant", ANSWERS["calibration.constant"])["form"]
    monkeypatch.setattr(live, "_forms", lambda answer, expected: iter([answer + 1]))
    again = live.check("calibration.constant", ANSWERS["calibration.constant"])
    assert again["status"] == "right"
    assert "form" not in again
    assert found["status"] == "right"


@pytest.mark.parametrize(("name", "answer"), [
    ("losses.poisson", "(exp(z[a]) - t[a]) / n"),
    ("losses.temperature", "(S[m] - t[m]) / τ"),
    ("losses.temperature", "(exp(z[m]/τ)/sum(exp(z[k]/τ), k) - t[m]) / τ"),
    ("expressive_power.chord", "c (b - a)^2 / 8"),
    ("splits.filled", "a v + a (1 - a) (c - μ)^2"),
])
def test_the_same_in_another_order_is_no_other_form(name, answer):
    found = live.check(name, answer)
    assert found["status"] == "right"
    assert "form" not in found


WITHOUT_NUMPY = """
import sys
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "matplotlib", "scipy"):
            raise ImportError(f"{name} is not loaded for exercises")
sys.meta_path.insert(0, Refused())
from nnbook.derive.page import live
from nnbook.exercises import chapters, exercises_of
for chapter in chapters():
    name = exercises_of(chapter)[0]
    assert live.check(f"{chapter}.{name}", "0")["status"] in ("right", "wrong"), (chapter, name)
"""


def test_exercises_need_no_numpy():
    """In the browser NumPy is not there when an exercise is graded. One of each chapter."""
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_an_import_of_numpy_would_be_noticed():
    planted = WITHOUT_NUMPY.replace("for chapter", "import numpy\nfor chapter", 1)
    run = subprocess.run([sys.executable, "-c", planted], capture_output=True, text=True)
    assert "numpy is not loaded" in run.stderr
