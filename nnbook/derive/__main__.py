r"""``python -m nnbook.derive "left" "right"``: is a formula right, and what is its derivative?"""

import argparse
import sys

PROVED, REFUTED, UNDECIDED, UNREADABLE = 0, 1, 2, 64

_EXAMPLES = r"""examples:
  python -m nnbook.derive 'sum(x[i] - mean(x[j], j), i) = 0'
  python -m nnbook.derive '\sigma'"'"'(x)' '\sigma(x)(1 - \sigma(x))'
  python -m nnbook.derive '\frac{\partial L}{\partial z_j}' 'p_j - y_j' \
      --when 'L = -\sum_{k=1}^K y_k \log p_k' --when '\sum_{k=1}^K y_k = 1' \
      --when 'p_k = \frac{e^{z_k}}{\sum_{m=1}^K e^{z_m}}'
  python -m nnbook.derive '\log \sum_{k=1}^K e^{z_k}' --by z_j

exit codes: 0 proved, 1 refuted, 2 undecided, 64 a text that cannot be read (stderr says where).
A derivation exits with 0 if all of its lines are proved."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m nnbook.derive", epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Decides whether an equation holds for all numbers and all sizes: it proves "
                    "it, refutes it with numbers, or says that it cannot. Formulas are LaTeX as "
                    "in papers, or plain: sum(x[i]^2, i) / n.")
    made.add_argument("left", help="the left side, or a whole equation with its sign =")
    made.add_argument("right", nargs="?", help="the right side")
    made.add_argument("--size", action="append", default=[], metavar="n,K",
                      help="names of positive integers, where the formula does not show it")
    made.add_argument("--when", action="append", default=[], metavar="CONDITION",
                      help="a condition (x > 0) or a definition (S = \\sum_k e^{z_k}); may be "
                           "given several times")
    made.add_argument("--by", metavar="w_{jk}",
                      help="differentiate the expression with respect to this symbol or "
                           "entry and show the steps")
    made.add_argument("--latex", action="store_true",
                      help="print also how the formula was understood, as LaTeX")
    return made


def main(arguments=None) -> int:
    """Runs the command; returns its exit code."""
    asked = parser().parse_args(arguments)
    from .page.checking import check, derive
    from .words.latex import NothingToCheck, ReadError

    try:
        if asked.by is not None:
            if asked.right is not None:
                raise ReadError(asked.right, 0, asked.right[:20],
                                "expected one expression with --by, not two")
            found = derive(asked.left, asked.by, when=asked.when, sizes=asked.size)
            shown = found.latex() if asked.latex else ""
        else:
            found = check(asked.left, asked.right, when=asked.when, sizes=asked.size)
            shown = " = ".join(found.latex) if asked.latex else ""
    except ReadError as error:
        head = "" if isinstance(error, NothingToCheck) else "cannot read this:\n"
        print(head + error.shown(), file=sys.stderr)
        return UNREADABLE
    if shown:
        print(shown)
    print(found)
    return {"proved": PROVED, "refuted": REFUTED}.get(found.status, UNDECIDED)


if __name__ == "__main__":
    sys.exit(main())
