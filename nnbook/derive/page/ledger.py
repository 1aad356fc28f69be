"""The ledger: the list of all display equations of the book, and what was checked of each.

``python -m nnbook.derive.page.ledger`` collects it from what the notebooks displayed into
``book/ledger.json``. How it is shown is the business of :mod:`nnbook.derive.page.tables`.
"""

import json
import re
import sys
from pathlib import Path

STATUSES = ("proved", "argued", "matched", "sampled", "definition")


def collect(book: Path) -> dict:
    """The ledger of all notebooks below a folder.

    Equations stand in the order of the table of contents (``_toc.yml`` beside the folder; without
    it, of the paths) and of the cells; ``titles`` has the heading of every page that shows some.

    Raises
    ------
    ValueError
        If an equation has a status that may not be printed, or an id stands twice.
    """
    equations, words, titles = {}, _places(book), {}
    for page in _pages(book):
        path = book / f"{page}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in (output for cell in cells for output in cell.get("outputs", ())):
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
            titles[page] = _title(cells) or page
    return {"equations": list(equations.values()), "titles": titles,
            "words": dict(sorted(words.items()))}


def _places(book: Path) -> dict[str, str]:
    """Where the book teaches in words: lines ``slug: page#anchor`` of ``places.yml``, if there.

    Raises ValueError for a line of another form, a slug that stands twice, or an unknown page.
    """
    path, found = book / "places.yml", {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9-]+): ([\w/-]+)#([\w-]+)", line.rstrip())
        if not match:
            raise ValueError(f"{path.name}: expected 'slug: page#anchor', found {line!r}")
        slug, page, anchor = match.groups()
        if slug in found:
            raise ValueError(f"{path.name}: {slug} stands twice")
        if not (book / f"{page}.ipynb").exists():
            raise ValueError(f"{path.name}: {slug} leads to {page}, which is no page")
        found[slug] = f"{page}#{anchor}"
    return found


def _pages(book: Path) -> list[str]:
    """The notebooks of the book, as paths without suffix, in reading order."""
    found = [path.relative_to(book) for path in sorted(book.rglob("*.ipynb"))
             if ".ipynb_checkpoints" not in path.parts]
    pages = [path.with_suffix("").as_posix() for path in found]
    toc = book.parent / "_toc.yml"
    order = re.findall(rf"(?:file|root):\s*{book.name}/([\w/-]+)",
                       toc.read_text(encoding="utf-8")) if toc.exists() else []
    return sorted(pages, key=lambda page: order.index(page) if page in order else len(order))


def _title(cells) -> str:
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def write(book: Path) -> dict:
    """Collects the ledger and writes it to ``ledger.json`` in the folder of the book."""
    ledger = collect(book)
    (book / "ledger.json").write_text(
        json.dumps(ledger, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return ledger


if __name__ == "__main__":
    made = write(Path(sys.argv[1] if len(sys.argv) > 1 else "book"))
    print(f"{len(made['equations'])} equations")
