"""Tables of equations for the pages of the book: a chapter's own, and the whole ledger."""

import json
from pathlib import Path

from .display import displayed

_MEANING = {
    "proved": "every line was proved from the one above it, for the sizes and values named",
    "argued": "a theorem whose proof stands in words beside it; not checked by the engine",
    "matched": "equals the named code at random points; not proved",
    "sampled": "lies within the error bar of a random experiment; not proved",
    "definition": "says what a symbol means; nothing to check",
}


class Markdown:
    """Text that shows as Markdown, with data for the ledger beside it."""

    def __init__(self, text: str, **metadata):
        self.text, self.metadata = text, metadata

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": self.text, "text/plain": self.text}, self.metadata

    def __repr__(self):
        return self.text


def chapter_summary(words=None) -> Markdown:
    """The table of all equations displayed so far in this run, for the end of a chapter.

    ``words`` says where the chapter teaches what it does not write as an equation: a mapping of
    slugs of the inventory to the ids (anchors) of sections.
    """
    rows = list(displayed.values())
    text = f"{_counted(rows)}.\n\n{_table(rows)}"
    return Markdown(text, nnbook_words=dict(words or {}))


def ledger_page(path="ledger.json") -> Markdown:
    """The whole ledger: how many equations of each status, then a table for each page."""
    ledger = json.loads(Path(path).read_text(encoding="utf-8"))
    rows = ledger["equations"]
    pages = {}
    for row in rows:
        pages.setdefault(row["place"].partition("#")[0], []).append(row)
    parts = [_totals(rows)]
    for page, own in pages.items():
        title = ledger.get("titles", {}).get(page, page)
        parts.append(f"**[{title}]({page}.ipynb)**: {_counted(own)}\n\n"
                     f"{_table(own)}")
    return Markdown("\n\n".join(parts))


def _totals(rows) -> str:
    counts = {status: sum(r["status"] == status for r in rows) for status in _MEANING}
    lines = ["| status | equations | what it says |", "|---|--:|---|"]
    lines += [f"| {status} | {counts[status]} | {words} |" for status, words in _MEANING.items()]
    coded = sum(bool(r["code"]) for r in rows)
    lines.append(f"| **all** | **{len(rows)}** | {coded} of them compared with the code |")
    return "\n".join(lines)


def _counted(rows) -> str:
    """``12 equations: 9 proved, 3 definitions``."""
    total = f"{len(rows)} equation" + ("" if len(rows) == 1 else "s")
    counts = {status: sum(r["status"] == status for r in rows) for status in _MEANING}
    counts = [f"{n} {status}" + ("s" if status == "definition" and n != 1 else "")
              for status, n in counts.items() if n]
    return total + (": " + ", ".join(counts) if counts else "")


def _table(rows) -> str:
    lines = ["| equation | status | what was checked |", "|---|---|---|"]
    for row in rows:
        cells = f"{{eq}}`{row['id']}` {_formula(row)}", row["status"], _checked(row)
        lines.append(f"| {' | '.join(map(table_cell, cells))} |")
    return "\n".join(lines)


def _formula(row) -> str:
    """What an equation comes to, on one line: of a chain its two ends."""
    return ", ".join(f"${' '.join(formula)}$" for formula in row["results"])


def _checked(row) -> str:
    """For what an equation is claimed, and what it was compared with."""
    parts = []
    if row["status"] == "proved":
        parts.append(row["scope"])
    if row["code"]:
        short = row["code"].removeprefix("nnbook.")
        parts.append(f"`{short}`, {row['points']} points, difference below {row['difference']:g}")
    if row["status"] == "sampled":
        parts.append(row["scope"])
    return "; ".join(parts) or "—"


def table_cell(text: str) -> str:
    """Text that does not end a cell of a table."""
    return text.replace("|", r"\|").replace("\n", " ")
