"""Slips that teach: what the page *Ways to get it wrong* is printed from.

A :class:`Slip` is an error that anybody could make, told without its author. It is checked as an
entry of the errata is; most take the computation of an entry, by the key ``entry``.
"""

import re
from dataclasses import dataclass

from nnbook.derive.page.tables import Markdown

from .entry import Claim, Formula, one_of
from .loading import load
from .page import body, link

GROUPS = (  # in the order of the page: first what ruins a program or a proof
    "sign",
    "index",
    "sum",
    "shape",
    "derivative",
    "square",
    "probability",
    "setting",
    "practice",
    "words",
)
TELLS = re.compile(r"§|[“”]|\bnotes?\b|\b[Ss]et [A-E]\b|\bline \d")


@dataclass(frozen=True)
class Slip:
    """One way to get it wrong: its group, its title, what it is about, and the lesson.

    ``where`` is the place of this book that has it right, as in :class:`~errata.entry.Erratum`.
    """

    id: str
    group: str
    title: str
    check: Formula | Claim
    lesson: str
    where: str
    about: str = ""
    entry: str = ""

    def __post_init__(self):
        one_of("group", self.group, GROUPS)
        if found := TELLS.search(self.words):
            raise ValueError(f"a slip is anonymous, and {found[0]!r} tells where it is from")

    @property
    def words(self) -> str:
        """All that is said of it on the page, but for formulas."""
        said = ()
        if isinstance(self.check, Claim):
            said = self.check.said, self.check.rather, self.check.numbers
        return " ".join([self.title, self.about, self.lesson, *said])


SLIPS = load("slips", Slip, shared="entries")


def how_many() -> Markdown:
    """How many slips there are, and how each kind was checked."""
    formulas = sum(isinstance(slip.check, Formula) for slip in SLIPS)
    return Markdown(
        f"{len(SLIPS)} slips: {formulas} formulas, refuted and proved, and "
        f"{len(SLIPS) - formulas} statements with a counterexample."
    )


def show(group: str) -> Markdown:
    """The slips of a group, checked and shown, in the order of the file."""
    one_of("group", group, GROUPS)
    return Markdown("\n\n".join(card(slip) for slip in SLIPS if slip.group == group))


def card(slip: Slip) -> str:
    """One slip: what tempts, what is right, the lesson, and the counterexample in numbers."""
    slip.check.check()
    two_lines, *evidence = body(slip.check)
    head = f"**{slip.title}** · {link(slip.where)}"
    text = "\n\n".join(filter(None, [head, slip.about, two_lines, slip.lesson, *evidence]))
    return f"(slip-{slip.id})=\n:::{{card}}\n{text}\n:::"
