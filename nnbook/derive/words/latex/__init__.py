r"""Reading formulas: LaTeX as papers have it, and the plain language of typed answers.

Text is never run as code. What cannot be read is a :class:`ReadError` that names the place.

- ``errors``, ``tokens``, ``tree``: words and signs, the tree of a formula;
- ``cursor``, ``naming``, ``operators``, ``slopes``, ``pieces``, ``grammar``: from text to tree;
- ``vectors``, ``meaning``: what the names of a statement are;
- ``building``, ``given``, ``found``, ``statement``: from tree to expression.
"""

from .building import Builder, relation_of
from .errors import Ambiguous, NothingToCheck, ReadError
from .given import GivenNames
from .grammar import Grammar
from .statement import Read, read_statement
from .tokens import is_latex

__all__ = ["Ambiguous", "NothingToCheck", "Read", "ReadError", "is_latex", "read_latex",
           "read_statement"]


def read_latex(text: str, names=None, *, strict: bool = False, sizes=()):
    r"""The expression that a formula says, or the equation or inequality.

    Parameters
    ----------
    text
        LaTeX, or the plain language of typed answers: ``sum(x[i]^2, i) / n``. It is LaTeX if it
        holds a command or a brace.
    names
        What names stand for: ``{r"\hat{y}": (tensor, 1)}``, a mapping from LaTeX to a pair of the
        thing and the number of its indices (None for a symbol, ``"function"`` for a function).
        Without it the text itself tells: a letter below a sum is an index, where the sum ends is a
        size, a name with an index is a tensor, everything else is a real number.
    strict
        Refuse also what every reader takes in one way, such as ``\log x^2``.
    sizes
        Names of positive integers, of those that the text does not show to be sizes.

    Raises
    ------
    ReadError
        At what cannot be read, with its place, what stands there and what was expected;
        :class:`Ambiguous` if it can be read in two ways.

    Inside :func:`nnbook.derive.as_written` terms and factors keep their order.

    >>> read_latex(r"\frac{1}{n} \sum_{i=1}^n (x_i - \mu)^2")
    Sum((-mu + x[i])**2, (i, 1, n))/n
    >>> read_latex("x_i / sum(x[j], j)")
    x[i]/Sum(x[j], (j, 1, m))
    >>> read_latex(r"\int x \, dx")
    Traceback (most recent call last):
    ...
    nnbook.derive.words.latex.errors.ReadError: at character 1, '\\int': integrals cannot be read
    """
    if names is None:
        found = read_statement([text], sizes=sizes)
        sides, signs = found.sides, found.signs
    else:
        if not isinstance(text, str):
            raise TypeError(f"expected text, got {text!r}")
        parsed = Grammar(text, True, strict, names).statement()
        builder = Builder(text, GivenNames(names))
        sides, signs = [builder.build(tree, {}) for _, tree in parsed], [s for s, _ in parsed]
    if len(sides) == 1:
        return sides[0]
    return relation_of(sides, signs)
