"""The ledger: the list of all display equations of the book, and what was checked of each.

``python -m nnbook.derive.ledger`` collects it from what the notebooks displayed into
``book/ledger.json``.
"""

import json
import sys
from pathlib import Path

from .derivation import displayed

STATUSES = ("proved", "matched", "sampled", "definition")


class Markdown:
    """Text that shows as Markdown, with data for the ledger beside it."""

    def __init__(self, text: str, **metadata):
        self.text, self.metadata = text, metadata

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": self.text, "text/plain": self.text}, self.metadata

    def __repr__(self):
        return self.text


def chapter_summary(words=None) -> Markdown:
    """The table of all equations displayed in this session, for the end of a chapter.

    ``words`` says where the chapter teaches what it does not write as an equation: a mapping of
    slugs of the inventory to the ids (anchors) of sections.
    """
    rows = ["| equation | status | claimed | code |", "|---|---|---|---|"]
    for row in displayed.values():
        code = f"`{row['code'].removeprefix('nnbook.')}`" if row["code"] else ""
        rows.append(f"| {{eq}}`{row['id']}` | {row['status']} | {row['scope'] or '—'} | {code} |")
    counts = {s: sum(r["status"] == s for r in displayed.values()) for s in STATUSES}
    total = ", ".join(f"{n} {s}" for s, n in counts.items() if n)
    text = f"{len(displayed)} equations: {total}.\n\n" + "\n".join(rows)
    return Markdown(text, nnbook_words=dict(words or {}))


def collect(book: Path) -> dict:
    """The ledger of all notebooks below a folder, in the order of their paths and cells.

    Raises
    ------
    ValueError
        If an equation has a status that may not be printed, or an id stands twice.
    """
    equations, words = {}, {}
    for path in sorted(book.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        page = path.relative_to(book).with_suffix("").as_posix()
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                metadata = output.get("metadata", {})
                for slug, anchor in metadata.get("nnbook_words", {}).items():
                    words[slug] = f"{page}#{anchor}"
                row = metadata.get("nnbook")
                if row is None:
                    continue
                if row["status"] not in STATUSES:
                    raise ValueError(f"{page}: {row['id']} is {row['status']}")
                if row["id"] in equations:
                    raise ValueError(f"{page}: {row['id']} is displayed twice; the first place is "
                                     f"{equations[row['id']]['place']}")
                equations[row["id"]] = {**row, "place": f"{page}#{row['id']}"}
    return {"equations": list(equations.values()), "words": dict(sorted(words.items()))}


def write(book: Path) -> dict:
    """Collects the ledger and writes it to ``ledger.json`` in the folder of the book."""
    ledger = collect(book)
    (book / "ledger.json").write_text(
        json.dumps(ledger, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return ledger


def ledger_page(path="ledger.json") -> Markdown:
    """The ledger as a table for the page that shows it, with totals at its head."""
    equations = json.loads(Path(path).read_text(encoding="utf-8"))["equations"]
    counts = {s: sum(r["status"] == s for r in equations) for s in STATUSES}
    head = f"**{len(equations)} equations**: " + ", ".join(
        f"{n} {s}" for s, n in counts.items() if n) + "."
    rows = ["| equation | chapter | status | claimed | code |", "|---|---|---|---|---|"]
    for row in equations:
        chapter = row["place"].split("#")[0]
        code = f"`{row['code'].removeprefix('nnbook.')}`" if row["code"] else ""
        rows.append(f"| {{eq}}`{row['id']}` | [](/{chapter}) | {row['status']} "
                    f"| {row['scope'] or '—'} | {code} |")
    return Markdown(head + "\n\n" + "\n".join(rows))


if __name__ == "__main__":
    made = write(Path(sys.argv[1] if len(sys.argv) > 1 else "book"))
    print(f"{len(made['equations'])} equations")
