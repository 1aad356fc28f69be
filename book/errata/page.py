"""The errata as Markdown: the table of all entries, and the counts above it."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

from nnbook.derive import as_written, latex_of
from nnbook.derive.engine.claims import scope_in
from nnbook.derive.page.tables import Markdown

from .entry import KINDS, NOTES, Claim, Erratum, Formula

BOOK = Path(__file__).resolve().parents[1]
MANY = 6  # numbers in a counterexample that are shown without unfolding
HOW = {
    "refuted": "refuted by the engine",
    "counterexample": "counterexample computed",
    "reading": "read, nothing to prove",
}
VERDICTS = {"refuted": "refuted", "counterexample": "counterexample", "reading": "read"}
SCAN = "scan"
MATH = re.compile(r"\$([^$]+)\$")
TEX = re.compile(r"\\[a-z]+|_\{|^\(")
WORDS = re.compile(r"(?<![\\{a-z])[a-z]{3,} [a-z]{2,}|^[A-Za-z]+ ")  # of a sentence, not of TeX


def table(entries) -> Markdown:
    """All entries, checked: where, what is printed, what is right and why, how it was checked.

    The page's script finds the table by the first word of its head, and a row by its mark.
    """
    rows = ["| place | ✗ as printed, ✓ as it should be |", "|---|---|"]
    return Markdown("\n".join(rows + [f"| {' | '.join(map(_cell, row(e)))} |" for e in entries]))


def row(entry: Erratum) -> tuple[str, str]:
    """One entry: its place in the notes, and what there is to say of it."""
    entry.check.check()
    verdict = SCAN if entry.source == "ocr" else VERDICTS[entry.how]
    mark = (
        f'<span id="erratum-{entry.id}" data-kind="{entry.kind}" data-checked="{verdict}"></span>'
    )
    lines = f"line {entry.first_line}"
    if entry.last_line > entry.first_line:
        lines = f"lines {entry.first_line}–{entry.last_line}"
    place = f"{mark}{entry.letter} §{entry.section}, {lines}<br>*{entry.kind}*<br>{verdict}"
    why = f"<details><summary>why</summary>{_why(entry)}</details>"
    right = f"✓ {_right(entry.check)} · {link(entry.where)}"
    return place, f"✗ {quoted(entry.quote)}<br>{right}{why}"


def _why(entry: Erratum) -> str:
    """Why it is wrong, and the evidence, without the points that are too long for a line."""
    _, *shown = body(entry.check)
    asked = ""
    if isinstance(entry.check, Formula):
        asked = f"The engine was asked for {equation(entry.check.printed)}{_here(entry.check)}."
    return " ".join([entry.why, asked, *(s for s in shown if not s.startswith("<details"))])


def _right(check) -> str:
    """What should be printed."""
    if isinstance(check, Formula):
        return equation(check.corrected)
    return check.rather if isinstance(check, Claim) else check.corrected


def quoted(quote: str) -> str:
    """The words of the notes, verbatim: set where they can be, and else as source."""
    quote = re.sub(r"\$\$(.+?)\$\$", r"$\1$", " ".join(quote.split()))
    alone = re.fullmatch(r"\$([^$]+)\$", quote)
    formula = alone[1] if alone else quote.removeprefix("&=").strip()
    if alone or ("$" not in formula and TEX.search(formula) and not WORDS.search(formula)):
        return f"${formula}$" if _balanced(formula) else f"`{formula}`"
    outside = re.sub(r"\$[^$]+\$", "", quote)
    if re.search(r"[\\${}`]", outside) or not all(map(_balanced, MATH.findall(quote))):
        return f"`{quote}`"
    pieces = [
        f"${piece[1:-1].strip()}$" if piece.startswith("$") else re.sub(r"([_^])", r"\\\1", piece)
        for piece in re.split(r"(\$[^$]+\$)", quote)
    ]
    return f"“{''.join(pieces)}”"


def _balanced(formula: str) -> bool:
    """Whether TeX can set a part of a formula by itself."""
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", formula):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            return False
    pairs = (r"\begin", r"\end"), (r"\left", r"\right")
    whole = all(formula.count(first) == formula.count(last) for first, last in pairs)
    names = re.search(r"_\w+_", formula)
    return not depth and whole and not names and ("&" not in formula or r"\begin" in formula)


def _cell(text: str) -> str:
    """The text on one line, its bars not those of the table."""
    return " ".join(text.split()).replace("|", r"\|")


def link(where: str) -> str:
    """A link to a page, and to an equation on it or a section of it."""
    page, _, label = where.partition("#")
    text = f"[{title(page)}]({page}.ipynb)"
    if label.startswith("eq-"):
        return f"{text} {{eq}}`{label}`"
    return f"{text}, [{heading(page, label)}](#{label})" if label else text


def title(page: str) -> str:
    """The heading of a page of the book."""
    return re.search(r"^# (.+)$", _text(page), re.MULTILINE)[1]


def heading(page: str, label: str) -> str:
    """The heading of the section of a page that has this label."""
    return re.search(rf"^\({label}\)=\n#+ (.+)$", _text(page), re.MULTILINE)[1]


@cache
def _text(page: str) -> str:
    cells = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def body(check) -> list[str]:
    """What is printed and what should be, then the evidence, if there is any to show."""
    if isinstance(check, Formula):
        return _formula(check)
    if isinstance(check, Claim):
        return [_two(check.said, check.rather), _small(f"Counterexample: {check.shown}.")]
    return [_two(check.printed, check.corrected)]


def _two(printed: str, corrected: str) -> str:
    """Both, on lines of their own; apart if a formula is tall."""
    tall = any(word in printed + corrected for word in (r"\frac", r"\sum", r"\begin"))
    return f"✗ {printed}" + ("\n\n" if tall else "\\\n") + f"✓ {corrected}"


def _small(text: str) -> str:
    return f"<small>{text}</small>"


def _formula(check: Formula) -> list[str]:
    refuted = check.refutation
    left, right = (_short(value).replace("-", "−") for value in (refuted.left, refuted.right))
    values = f"the left side is {left} and the right side {right}"
    point = ", ".join(f"${latex_of(s)} = {_short(v)}$" for s, v in refuted.counterexample.items())
    text = f"Refuted: at {point} {values}. Corrected: proved {_scope(check)}."
    if len(refuted.counterexample) > MANY:
        text = f"Refuted: {values} at the point below. Corrected: proved {_scope(check)}."
        fold = f"<details>\n<summary>The point</summary>\n\n{_small(point)}\n\n</details>"
    two = _two(equation(check.printed), equation(check.corrected))
    two += f"\\\nHere{_here(check).removeprefix(', where')}." if check.letters else ""
    return [two, _small(text), *([fold] if len(refuted.counterexample) > MANY else [])]


def _here(check: Formula) -> str:
    """What the letters of a formula stand for."""
    with as_written():  # a fraction stays one
        letters = ", ".join(f"${latex_of(q)} = {latex_of(q.unfold())}$" for q in check.letters)
    return f", where {letters}" if letters else ""


def equation(sides) -> str:
    """The equation in a line of text, in two formulas, so that a narrow line can break between."""
    left, right = map(latex_of, sides)
    return f"${left}$ $= {right}$"


def _scope(check: Formula) -> str:
    """For what the corrected equation is proved: sizes, ranges, symbols, conditions."""
    scope = scope_in(check.corrected, check.given, True, lambda s: f"${latex_of(s)}$")
    return scope or "by calculation"


def _short(value) -> str:
    return f"{float(value):.4g}"


def counts(entries) -> Markdown:
    """How many errata of each kind in each of the notes, and what the kinds are."""
    letters = [letter for letter in NOTES if any(e.letter == letter for e in entries)]
    number = Counter((e.kind, e.letter) for e in entries)
    used = [kind for kind in KINDS if any(number[kind, letter] for letter in letters)]
    rows = [f"| kind | {' | '.join(letters)} | all |", "|---|" + "--:|" * (len(letters) + 1)]
    for kind in used:
        row = [number[kind, letter] for letter in letters]
        rows.append(f"| {kind} | {' | '.join(map(_count, row))} | {sum(row)} |")
    row = [sum(number[kind, letter] for kind in used) for letter in letters]
    rows.append(f"| **all** | {' | '.join(f'**{n}**' for n in row)} | **{len(entries)}** |")
    words = "\n".join(f"- *{kind}*: {KINDS[kind]}" for kind in used)
    table = "\n".join(rows)
    return Markdown(f":::{{dropdown}} The kinds, and how many of each\n{words}\n\n{table}\n:::")


def checked(entries) -> Markdown:
    """How the errata were checked, and whose they are."""
    rows = ["| | the notes' own | done by the scan | all |", "|---|--:|--:|--:|"]
    for how, words in HOW.items():
        row = [sum(e.how == how and e.source == s for e in entries) for s in ("author", "ocr")]
        rows.append(f"| {words} | {' | '.join(map(_count, row))} | {sum(row)} |")
    row = [sum(e.source == s for e in entries) for s in ("author", "ocr")]
    rows.append(f"| **all** | **{row[0]}** | **{row[1]}** | **{len(entries)}** |")
    return Markdown("\n".join(rows))


def _count(n: int) -> str:
    return str(n) if n else "·"
