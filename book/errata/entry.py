"""What an entry of the errata is, and how it is checked.

An :class:`Erratum` says where the notes err and why; its ``check`` is one of three (``loading.py``
reads them all from files):

- a :class:`Formula`: the equation as printed, which the engine must refute, and the corrected one,
  which it must prove;
- a :class:`Claim` in words: a counterexample, worked out by code, at which the claim must be
  false and the corrected claim true;
- a :class:`Reading`: a slip of the pen or of the scan. There is nothing to prove, only to read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import SimpleNamespace

from nnbook.derive import Verdict, prove

NOTES = dict(zip("ABCDE", ("000", "001", "002", "003", "004"), strict=True))  # as in Notation

KINDS = {
    "sign": "a sign turned or lost",
    "index": "an index that is wrong, missing, or has two meanings in one formula",
    "missing term": "a term, a sum or a factor that belongs there is not there",
    "surplus term": "a term or a factor that does not belong there",
    "bound": "the range of a sum, or of the values of a function",
    "exponent": "a power or a root",
    "brackets": "brackets that change what is multiplied or differentiated",
    "shape": "arrays that do not fit each other",
    "confused quantity": "one thing is named or printed where another is meant",
    "one symbol for two things": "a letter that changes its meaning on the way",
    "false claim": "a sentence with a counterexample",
    "too general": "a sentence that holds under conditions that it does not name",
    "wrong reason": "what is said to follow is right, what it is said to follow from is not",
    "contradiction": "two places of the same notes that cannot both be right",
    "attribution": "a name, a date or an origin",
    "misprint": "a slip of the pen, or damage done by scanning",
}
SOURCES = {"author": "the notes", "ocr": "the scan"}


class CheckFailed(Exception):
    """An erratum that is none, or a correction that is not right."""


_prove = cache(prove)


@dataclass(frozen=True)
class Formula:
    """An equation as printed and as corrected, each a pair (left side, right side).

    ``letters`` are named quantities whose definitions are shown beside the equations.

    >>> from sympy.abc import x
    >>> square = Formula(printed=(x**2 - 1, (x - 1) ** 2), corrected=(x**2 - 1, (x - 1) * (x + 1)))
    >>> square.check()
    >>> square.refutation.status
    'refuted'
    """

    printed: tuple
    corrected: tuple
    given: tuple = ()
    letters: tuple = ()

    @property
    def refutation(self) -> Verdict:
        return _prove(*self.printed, self.given)

    @property
    def proof(self) -> Verdict:
        return _prove(*self.corrected, self.given)

    def check(self):
        """Raises CheckFailed unless the printed one is refuted and the corrected one proved."""
        if self.refutation.status != "refuted":
            raise CheckFailed(f"as printed: {self.refutation!r}")
        if self.proof.status != "proved":
            raise CheckFailed(f"as corrected: {self.proof!r}")


def formula(left, printed, corrected, given=(), letters=()) -> Formula:
    """A formula whose error is on its right side."""
    return Formula((left, printed), (left, corrected), _tuple(given), _tuple(letters))


@dataclass(frozen=True)
class Claim:
    """A claim in words, as said and as it should be said, and the example that tells them apart.

    ``example`` computes the numbers; ``claimed`` and ``holds`` are the two claims, as functions of
    these; ``numbers`` is the text that shows them, with places to put them in.

    >>> claim = Claim("every prime is odd", "every prime but 2 is odd",
    ...     example=lambda: {"p": 2, "odd": False},
    ...     claimed=lambda e: e.odd, holds=lambda e: e.odd or e.p == 2,
    ...     numbers="{p} is a prime and even")
    >>> claim.check()
    >>> claim.shown
    '2 is a prime and even'
    """

    said: str
    rather: str
    example: Callable[[], dict] = field(repr=False)
    claimed: Callable[[SimpleNamespace], bool] = field(repr=False)
    holds: Callable[[SimpleNamespace], bool] = field(repr=False)
    numbers: str = ""

    @cached_property
    def measured(self) -> SimpleNamespace:
        return SimpleNamespace(**_run(self.example))

    @property
    def shown(self) -> str:
        """The example in numbers, rounded."""
        try:
            return self.numbers.format(**vars(self.measured))
        except (KeyError, IndexError) as error:
            raise CheckFailed(f"the example lacks a number, {error}: {self.numbers}") from error

    def check(self):
        """Raises CheckFailed unless the claim is false here and the corrected one true."""
        shown = self.shown
        if self.claimed(self.measured):
            raise CheckFailed(f"the claim holds: {shown}")
        if not self.holds(self.measured):
            raise CheckFailed(f"the corrected claim does not hold: {shown}")


_run = cache(lambda example: example())


@dataclass(frozen=True)
class Example:
    """What tells a claim from its correction: the numbers, and both claims as functions of them."""

    compute: Callable[[], dict]
    claimed: Callable[[SimpleNamespace], bool]
    holds: Callable[[SimpleNamespace], bool]


def example(claimed, holds) -> Callable[[Callable[[], dict]], Example]:
    """Makes the :class:`Example` of a claim out of the function that computes its numbers."""
    return lambda compute: Example(compute, claimed, holds)


@dataclass(frozen=True)
class Reading:
    """What is printed and how to read it; nothing to prove."""

    printed: str
    corrected: str

    def check(self):
        """Raises CheckFailed if nothing was corrected."""
        if self.printed == self.corrected:
            raise CheckFailed("nothing was corrected")


@dataclass(frozen=True)
class Erratum:
    """One error of the notes; its ``id`` begins with their letter.

    ``lines`` is a line of the text file of the notes, or a pair (first, last), and ``quote`` some
    characters that stand there; ``where`` names a page and, after ``#``, the label of the equation
    or section of this book that has it right, such as ``networks/losses#eq-mae-gradient``. Beside
    that equation the site sets a remark, unless ``remark`` is False.
    """

    id: str
    section: str
    lines: int | tuple[int, int]
    quote: str
    kind: str
    check: Formula | Claim | Reading
    why: str
    where: str
    source: str = "author"
    remark: bool = True

    def __post_init__(self):
        one_of("notes", self.letter, NOTES)
        one_of("kind", self.kind, KINDS)
        one_of("source", self.source, SOURCES)
        if self.first_line > self.last_line:
            raise ValueError(f"lines {self.lines} run backwards")

    @property
    def letter(self) -> str:
        return self.id[0].upper()

    @property
    def notes(self) -> str:
        """The number by which the files of the notes begin."""
        return NOTES[self.letter]

    @property
    def first_line(self) -> int:
        return self.lines if isinstance(self.lines, int) else self.lines[0]

    @property
    def last_line(self) -> int:
        return self.lines if isinstance(self.lines, int) else self.lines[1]

    @property
    def how(self) -> str:
        """How it was checked: ``refuted``, ``counterexample`` or ``reading``."""
        return {Formula: "refuted", Claim: "counterexample", Reading: "reading"}[type(self.check)]


def one_of(what: str, value: str, allowed):
    """Raises ValueError unless the value is one of those allowed."""
    if value not in allowed:
        raise ValueError(f"no such {what}: {value!r}; it is one of {', '.join(allowed)}")


def _tuple(things) -> tuple:
    return tuple(things) if isinstance(things, tuple | list) else (things,)
