"""Errors of other works that others found and reported, checked by the engine.

A :class:`Finding` says what a work printed, who reported it, and how long it stood where that can
be told; its ``check`` is a :class:`Formula` or a :class:`Claim`, carried out when it is shown.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median

from nnbook.derive.page.tables import Markdown

from .entry import KINDS, Claim, Formula, one_of
from .loading import load
from .page import body, link

PARTS = (
    "activations",
    "losses",
    "derivatives",
    "initialization",
    "normalization",
    "optimizers",
    "others",
)
HOW = {"refuted": "refuted by the engine", "counterexample": "counterexample computed"}


ENDS = {
    "corrected": "corrected",
    "acknowledged": "acknowledged by the authors",
    "reported": "",
    "still": "still there in the copy that we read, of",
}
CODE = {
    "beside": "beside it, code that is right",
    "itself": "in code, which ran",
    "none": "no code to run",
}


@dataclass(frozen=True)
class Finding:
    """One error of another work, in a part of the page.

    ``report`` is the key of the report in the bibliography. ``since`` and ``until`` are dates such
    as ``"2017-10-21"``; ``since`` is empty where the beginning could not be found, and ``end`` says
    what happened in ``until``. ``code`` says where code was. ``where`` is as in :class:`Erratum`.
    """

    id: str
    part: str
    work: str
    place: str
    report: str
    kind: str
    about: str
    check: Formula | Claim
    why: str
    where: str
    until: str
    end: str = "corrected"
    since: str = ""
    code: str = "none"

    def __post_init__(self):
        one_of("part", self.part, PARTS)
        one_of("kind", self.kind, KINDS)
        one_of("end", self.end, ENDS)
        one_of("code", self.code, CODE)
        for day in filter(None, (self.since, self.until)):
            date.fromisoformat(day)

    @property
    def days(self) -> int | None:
        """For how long the error stood, or None if its beginning or its end is not known."""
        if not self.since or self.end != "corrected":
            return None
        return (date.fromisoformat(self.until) - date.fromisoformat(self.since)).days

    @property
    def stood(self) -> str:
        """When the error stood there, in words."""
        if self.end == "reported":
            return "Neither the beginning nor the end is on record"
        end = f"{ENDS[self.end]} {'' if self.end == 'still' else 'in '}{_month(self.until)}"
        start = f"there since {_month(self.since)}, " if self.since else ""
        length = f", after {_time(self.days)}" if self.days else ""
        text = start + end + length
        return text[0].upper() + text[1:]

    @property
    def how(self) -> str:
        """How it was checked: ``refuted`` or ``counterexample``."""
        return {Formula: "refuted", Claim: "counterexample"}[type(self.check)]


FINDINGS = load("findings", Finding)


def show(part: str) -> Markdown:
    """The findings of a part, checked and shown, in the order of the file."""
    one_of("part", part, PARTS)
    return blocks(f for f in FINDINGS if f.part == part)


def _month(day: str) -> str:
    return f"{date.fromisoformat(day):%B %Y}"


def _time(days: int) -> str:
    if days < 60:
        return f"{days} days"
    months = round(days / 30.44)
    if months < 24:
        return f"{months} months"
    years, rest = divmod(months, 12)
    return f"{years} years" + (f" and {rest} month{'s' * (rest > 1)}" if rest else "")


def block(finding: Finding) -> str:
    """One finding: the work, what it is about, as printed, as corrected, why, and its report."""
    finding.check.check()
    two_lines, *evidence = body(finding.check)
    head = f"**{finding.work}**, {finding.place} · {finding.kind} · {link(finding.where)}"
    report = f"<small>Reported in {{cite}}`{finding.report}`. {finding.stood}.</small>"
    text = "\n\n".join([head, finding.about, two_lines, finding.why, *evidence, report])
    return f"(elsewhere-{finding.id})=\n:::{{card}}\n{text}\n:::"


def blocks(findings) -> Markdown:
    """The findings one after another, checked."""
    return Markdown("\n\n".join(map(block, findings)))


def counts(findings) -> Markdown:
    """How many of each kind, and how they were checked."""
    findings = list(findings)
    table = Counter((f.kind, f.how) for f in findings)
    rows = [f"| kind | {' | '.join(HOW.values())} | all |", "|---|--:|--:|--:|"]
    for kind in KINDS:
        row = [table[kind, how] for how in HOW]
        if any(row):
            rows.append(f"| {kind} | {' | '.join(str(n or '·') for n in row)} | {sum(row)} |")
    row = [sum(table[kind, how] for kind in KINDS) for how in HOW]
    rows.append(f"| **all** | {' | '.join(f'**{n}**' for n in row)} | **{len(findings)}** |")
    return Markdown("\n".join(rows))


def by_code(findings) -> Markdown:
    """How many stood beside code, in code, or without any, and whether running it could tell."""
    table = Counter(f.code for f in findings)
    rows = ["| | errors |", "|---|--:|", *(f"| {CODE[c]} | {table[c]} |" for c in CODE)]
    return Markdown("\n".join(rows))


def how_long(findings) -> Markdown:
    """For how long the errors stood whose beginning and end are known."""
    days = sorted(f.days for f in findings if f.days)
    return Markdown(
        f"{len(days)} of {len(list(findings))} have a beginning and an end in a history of "
        f"versions: the shortest stood for {_time(days[0])}, the longest for {_time(days[-1])}, "
        f"and half of them for {_time(int(median(days)))} or longer."
    )
