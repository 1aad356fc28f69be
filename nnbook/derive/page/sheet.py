"""The formula sheet: the formulas that one wants at hand, with their conditions.

Which they are, and what they are called, stands in ``book/formula-sheet.toml``; everything else is
printed from the ledger.
"""

import json
import re
import tomllib
from pathlib import Path

from .results import told
from .tables import Markdown

_WIDTH = 34   # letters, digits and signs that fit half a page, on paper and on a phone
_SYMBOLS = r"\$[^$]+\$(?:, \$[^$]+\$)*"
_PLAIN = (   # what a reader takes for granted of any formula; all else is a condition
    rf"all sizes {_SYMBOLS} ≥ 1",
    rf"all {_SYMBOLS} from \$[01]\$ to \$[^$]+\$",
    rf"all real {_SYMBOLS}",
    rf"all (?:smooth )?functions {_SYMBOLS}",
)


def formula_sheet(part: str, sheet="formula-sheet.toml", ledger="ledger.json") -> Markdown:
    """The formulas of one part of the sheet, as a list.

    A derivation shows as its first and its last expression. Named quantities that no formula of
    the part defines are told below the first one that uses them; so are conditions.

    Raises
    ------
    ValueError
        If the sheet has no such part, or names an equation that the ledger does not have.
    """
    parts = tomllib.loads(Path(sheet).read_text(encoding="utf-8"))
    if part not in parts:
        raise ValueError(f"the sheet has no part {part!r}; its parts are {', '.join(parts)}")
    rows = {r["id"]: r for r in json.loads(Path(ledger).read_text(encoding="utf-8"))["equations"]}
    if unknown := [id_ for id_ in parts[part].values() if id_ not in rows]:
        raise ValueError(f"not in the ledger: {', '.join(unknown)}")
    before, items = [], []
    for title, id_ in parts[part].items():
        row, known = rows[id_], told(before)
        new = [text for text in row["names"].values() if text not in known.values()]
        before.append(row)
        items.append(_item(title, row, new))
    return Markdown("{.nn-sheet}\n" + "\n".join(items))


def _item(title, row, names) -> str:
    """One entry of the list: title and number, formulas, conditions, names used, code."""
    mark = {"proved": " ✓"}.get(row["status"], "")
    lines = [f"**{title}** {{eq}}`{row['id']}`{mark}"]
    lines += [x for formula in row["results"] for x in _set(formula)]
    notes = [", ".join(f"${text}$" for text in names)] if names else []
    if words := conditions(row["scope"]):
        notes.append(words)
    if row["code"]:
        notes.append(f"`{row['code'].removeprefix('nnbook.')}`")
    return "- " + "<br>".join([*lines, *(f"<small>{note}</small>" for note in notes)])


def conditions(scope: str) -> str:
    """What of a scope is a condition: all but sizes from 1, ranges of indices and real symbols.

    >>> conditions("for all sizes $K$ ≥ 1, all real $c$, given $a = 1$")
    'given $a = 1$'
    >>> conditions("for all sizes $n$ ≥ 1, all positive $s$, where $s < 2$")
    'for all positive $s$, where $s < 2$'
    """
    whole = scope.strip()
    begin = re.search(r"(?:^|, )(?:given|where|away from kinks)\b", whole)
    head, rest = (whole[:begin.start()], whole[begin.start():]) if begin else (whole, "")
    for plain in _PLAIN:
        head = re.sub(rf"(?:^for |, |(?<=for )){plain}(?=, |$)", "", head)
    head = re.sub(r"^(?:for )?,? ?", "", head)
    return (f"for {head}" if head else "") + (rest if head else rest.removeprefix(", "))


def _set(formula) -> list[str]:
    """A formula in a line of its own, or in two if it is too wide for half a page."""
    whole = " ".join(formula)
    if len(re.sub(r"\\[A-Za-z]+|[{}_^ ]", "", whole)) > _WIDTH:
        return [rf"$\displaystyle {part}$" for part in formula]
    return [rf"$\displaystyle {whole}$"]
