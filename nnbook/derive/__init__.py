"""The derivation engine: formulas as objects that are proved, printed, matched and graded.

Write a formula with :func:`sizes`, :func:`index`, :func:`tensor`, :func:`sum_over` and
:func:`define`; decide an equation with :func:`prove`; differentiate with :func:`derivative`;
show a chain of checked steps with :func:`derivation`; compare with code by :func:`matches`;
grade a reader's answer with :func:`grade`. A formula of a paper, as LaTeX, is read by
:func:`read_latex`, decided by :func:`check` and differentiated by :func:`derive`, from the command
line by ``python -m nnbook.derive``. Needs SymPy alone.
"""

from .engine.calculus import derivative
from .engine.verdict import Verdict, prove
from .page.checking import Check, Worked, check, derive
from .page.derivation import (
    Derivation,
    argued,
    definition,
    derivation,
    equation,
    sampled,
)
from .page.display import CheckError, Display
from .page.exercise import Exercise
from .page.grading import Grade, grade
from .page.inline import inline, inline_definition, numbers
from .page.matching import Match, matches
from .page.notation import other_meanings, symbols_table
from .page.sheet import formula_sheet
from .page.tables import chapter_summary, ledger_page
from .words.language import (
    as_written,
    define,
    delta,
    index,
    mean_over,
    partial,
    product_over,
    reals,
    sizes,
    sum_over,
    tensor,
)
from .words.latex import ReadError, read_latex
from .words.printing import latex_of
from .words.random import density, expectation, gaussian, random_variable, variance_of

__all__ = [
    "Check",
    "CheckError",
    "Derivation",
    "Display",
    "Exercise",
    "Grade",
    "Match",
    "ReadError",
    "Verdict",
    "Worked",
    "argued",
    "as_written",
    "chapter_summary",
    "check",
    "define",
    "definition",
    "delta",
    "density",
    "derivation",
    "derivative",
    "derive",
    "equation",
    "expectation",
    "formula_sheet",
    "gaussian",
    "grade",
    "index",
    "inline",
    "inline_definition",
    "latex_of",
    "ledger_page",
    "matches",
    "mean_over",
    "numbers",
    "other_meanings",
    "partial",
    "product_over",
    "prove",
    "random_variable",
    "read_latex",
    "reals",
    "sampled",
    "sizes",
    "sum_over",
    "symbols_table",
    "tensor",
    "variance_of",
]
