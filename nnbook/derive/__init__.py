"""The derivation engine: formulas as objects that are proved, printed, matched and graded.

Write a formula with :func:`sizes`, :func:`index`, :func:`tensor`, :func:`sum_over` and
:func:`define`; decide an equation with :func:`prove`; differentiate with :func:`derivative`;
show a chain of checked steps with :func:`derivation`; compare with code by :func:`matches`;
grade a reader's answer with :func:`grade`. Needs SymPy alone.
"""

from .calculus import derivative
from .derivation import (
    CheckError,
    Derivation,
    Display,
    definition,
    derivation,
    equation,
    sampled,
)
from .grading import Exercise, Grade, grade
from .language import (
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
from .matching import Match, matches
from .printing import latex_of
from .sheet import formula_sheet, in_words
from .tables import chapter_summary, ledger_page
from .verdict import Verdict, prove

__all__ = [
    "CheckError",
    "Derivation",
    "Display",
    "Exercise",
    "Grade",
    "Match",
    "Verdict",
    "as_written",
    "chapter_summary",
    "define",
    "definition",
    "delta",
    "derivation",
    "derivative",
    "equation",
    "formula_sheet",
    "grade",
    "in_words",
    "index",
    "latex_of",
    "ledger_page",
    "matches",
    "mean_over",
    "partial",
    "product_over",
    "prove",
    "reals",
    "sampled",
    "sizes",
    "sum_over",
    "tensor",
]
