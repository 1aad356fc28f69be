"""The formula sheet: what each formula of the notes, and each that the code computes, comes to."""

import json
import re
from pathlib import Path

from .tables import Markdown

_WIDTH = 34   # letters, digits and signs that fit half a page, on paper and on a phone


def on_sheet(row: dict) -> bool:
    """Whether an equation of the ledger stands on the sheet: not if it is only a step on the way.

    It does if the notes have it, or if it was compared with the code.
    """
    return bool(row["slugs"] or row["code"])


def formula_sheet(page: str, path="ledger.json") -> Markdown:
    """The formulas of one page of the book, such as ``networks/losses``, as a list.

    A derivation shows as its first and its last expression. Named quantities that no formula of
    the page defines are told below the first one that uses them.

    Raises
    ------
    ValueError
        If the page has no formula for the sheet.
    """
    ledger = json.loads(Path(path).read_text(encoding="utf-8"))
    own = [row for row in ledger["equations"] if row["place"].partition("#")[0] == page]
    rows = [row for row in own if on_sheet(row)]
    if not rows:
        pages = sorted({row["place"].partition("#")[0] for row in ledger["equations"]})
        raise ValueError(f"no formula of {page!r} is for the sheet; pages with equations are "
                         f"{', '.join(pages)}")
    entries: dict[tuple, list] = {}   # the formulas → rows that come to them, several for a few
    for row in rows:
        entries.setdefault(tuple(map(tuple, row["results"])), []).append(row)
    told: dict[str, str] = {}   # name → its definition as last told; a letter may return
    items = []
    for formulas, same in entries.items():
        defined = [" ".join(f) for f in formulas if f[0].startswith(tuple(same[0]["defines"]))]
        told |= dict(zip(same[0]["defines"], defined, strict=False))
        new = {name: text for name, text in same[0]["names"].items() if told.get(name) != text}
        told |= new
        items.append(_item(formulas, same, new))
    return Markdown("{.nn-sheet}\n" + "\n".join(items))


def _item(formulas, rows, names) -> str:
    """One entry of the list: numbers and name, formulas, names used, shapes and code."""
    numbers = ", ".join(f"{{eq}}`{row['id']}`" for row in rows)
    code = sorted({row["code"].removeprefix("nnbook.") for row in rows} - {""})
    shapes = ", ".join(f"${shape}$" for shape in rows[0]["shapes"])
    notes = ["where " + ", ".join(f"${text}$" for text in names.values())] if names else []
    if below := [x for x in (shapes, ", ".join(f"`{name}`" for name in code)) if x]:
        notes.append(" · ".join(below))
    lines = [f"{numbers} {title(rows[0])}", *(x for f in formulas for x in _set(f))]
    return "- " + "<br>".join([*lines, *(f"<small>{note}</small>" for note in notes)])


def _set(formula) -> list[str]:
    """A formula in a line of its own, or in two if it is too wide for half a page."""
    whole = " ".join(formula)
    if len(re.sub(r"\\[A-Za-z]+|[{}_^ ]", "", whole)) > _WIDTH:
        return [rf"$\displaystyle {part}$" for part in formula]
    return [rf"$\displaystyle {whole}$"]


def in_words(path="ledger.json") -> Markdown:
    """What the notes have and the book teaches without an equation of its own, with the section."""
    ledger = json.loads(Path(path).read_text(encoding="utf-8"))
    written = {slug for row in ledger["equations"] for slug in row["slugs"]}
    entries = []
    for slug, place in sorted(ledger["words"].items()):
        anchor = place.partition("#")[2]
        if slug not in written:
            entries.append(f"[{slug.replace('-', ' ')}](#{anchor})")
    return Markdown(", ".join(entries))


def title(row: dict) -> str:
    """An equation's name in words, from its id: ``eq-mse-gradient`` → "mse gradient"."""
    return row["id"].removeprefix("eq-").replace("-", " ")
