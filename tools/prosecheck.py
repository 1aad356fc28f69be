"""Checks of what a chapter says in words: formulas within a line, numbers, and the form of a page.

python tools/prosecheck.py            what is wrong on the pages that are held to the laws
python tools/prosecheck.py --count    the counts of every page
"""

from __future__ import annotations

import hashlib
import json
import re
import sys

import bookcheck
import notebooks
import yaml
from inlinecheck import inline_checked, known_claims, typed_claims, unchecked
from numbercheck import EVERY_NUMBER, bound_numbers, numbers_bound, prose_numbers
from sections import ASIDE, Prose, code, markdown, sections

KEPT = notebooks.ROOT / "book" / "read.json"
GLOSSARY = notebooks.ROOT / "book" / "glossary.yml"
CHAPTER = re.compile(r"book/(?!solutions/)[a-z-]+/[a-z-]+")
MOST_WORDS, MOST_DISPLAYS, LEAST_EXERCISES, LEAST_GRADED = 4500, 25, 12, 4
LEVELS = ("recall", "derive", "run", "build", "think", "project")
OPENING = ("**After this chapter you can**", "**You need**")
UNWRITTEN = re.compile(r"^[A-Z]{2}[A-Z0-9]*(?:[-_ ][A-Z0-9]+)*$|\b(?:TODO|FIXME)\b", re.MULTILINE)
NOTES = re.compile(r"\b(?:lecture|the|these|those|all five|sets? of) notes\b|\b[Ss]ets? [A-E]\b")


def words_of(section) -> int:
    return sum(
        len(re.findall(r"[A-Za-z’'-]{2,}|\b[aI]\b", Prose(s).text)) for _, s in markdown(section)
    )


def displays_of(section) -> int:
    return sum(len(bookcheck.equations_of(cell)) for _, cell in code(section))


def exercises_of(notebook) -> list[str]:
    return [
        title
        for section in sections(notebook)
        if section.title == "Exercises"
        for _, source in markdown(section)
        for title in re.findall(r"^### (.+)$", source, flags=re.MULTILINE)
    ]


def form(notebook, ledger: dict) -> list[str]:
    """A page has the parts of a chapter, in order, and its main path is not too long."""
    parts = sections(notebook)
    titles = [section.title for section in parts]
    found = [f"no section {title!r}" for title in ASIDE if title not in titles]
    there = [titles.index(title) for title in ASIDE if title in titles]
    if there != sorted(there):
        found.append(f"the order of the last sections is {', '.join(ASIDE)}")
    opening = "\n".join(source for _, source in markdown(parts[0]))
    found += [
        f"the opening has no paragraph {start} …" for start in OPENING if start not in opening
    ]
    if not any(notebooks.pictures(cell) for _, cell in code(parts[0])):
        found.append("no picture before the first section")
    main = [section for section in parts if section.is_main]
    for count, most, what in (
        (sum(map(words_of, main)), MOST_WORDS, "words"),
        (sum(map(displays_of, main)), MOST_DISPLAYS, "displayed equations"),
    ):
        if count > most:
            found.append(f"{count} {what} on the main path, at most {most} are meant to be")
    return found + exercises_in_form(notebook)


def exercises_in_form(notebook) -> list[str]:
    found, titles = [], exercises_of(notebook)
    for number, title in enumerate(titles, 1):
        if not re.fullmatch(rf"{number}\. .+ \((?:{'|'.join(LEVELS)})\)", title):
            found.append(f"expected an exercise '{number}. … (level)', found {title!r}")
    if len(titles) < LEAST_EXERCISES:
        found.append(f"{len(titles)} exercises, at least {LEAST_EXERCISES} are wanted")
    if not any(title.endswith("(project)") for title in titles):
        found.append("no exercise is a project")
    graded = sum(".check(" in cell.source for _, cell in bookcheck.code_cells(notebook))
    if graded < LEAST_GRADED:
        found.append(f"{graded} exercises are graded, at least {LEAST_GRADED} are wanted")
    return found


def speaks_of_networks(notebook, ledger: dict) -> list[str]:
    """The running text does not speak of lecture notes, nor print a table of the ledger."""
    found = [
        f"cell {number}: speaks of notes: {match[0]!r}"
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "markdown"
        for match in NOTES.finditer(cell.source)
    ]
    found += [
        f"cell {number}: prints rows of the ledger"
        for number, cell in bookcheck.code_cells(notebook)
        if "chapter_summary" in cell.source
    ]
    return found


def written(notebook, ledger: dict) -> list[str]:
    """No line in capitals still stands for a text to come."""
    return [
        f"cell {number}: {match[0]!r} stands for a text that is not written"
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "markdown"
        for match in UNWRITTEN.finditer(cell.source)
    ]


# -- All of it -------------------------------------------------------------------------------------

EVERYWHERE = (inline_checked, numbers_bound, written)
OF_CHAPTERS = (form, speaks_of_networks)


def problems(page: str, notebook, ledger: dict) -> list[str]:
    checks = EVERYWHERE + (OF_CHAPTERS if CHAPTER.fullmatch(page) else ())
    return [text for check in checks for text in check(notebook, ledger)]


def texts() -> dict[str, str]:
    """What is written in no notebook: the entries of the glossary, and the pages in Markdown."""
    entries = yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))
    told = {
        f"glossary, {entry['term']}": "\n\n".join(
            entry[part] for part in ("definition", "beware") if part in entry
        )
        for entry in entries
    }
    pages = sorted(GLOSSARY.parent.rglob("*.md"))
    return told | {notebooks.name(page): page.read_text(encoding="utf-8") for page in pages}


def text_problems(book: dict[str, str], ledger: dict) -> list[str]:
    """What such texts claim is printed or proved on a page of the book."""
    known = set().union(*(known_claims(read(page), ledger) for page in held()))
    return [
        f"{name}: nothing checks the typed formula ${latex}$"
        for name, text in book.items()
        for latex in unchecked(text, known)
    ]


def fingerprint(typed: list[str]) -> str:
    """A few characters that say whether what is typed is still what somebody read."""
    return hashlib.sha256("\n".join(typed).encode()).hexdigest()[:12]


def typed_in(source: str) -> list[str]:
    """The formulas and numbers of a text, those too that claim nothing."""
    return Prose(source).formulas + [m[1] for m in EVERY_NUMBER.finditer(source) if m[1]]


def typed_of(notebook) -> list[str]:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [text for source in cells for text in typed_in(source)]


def kept_typed(name: str, typed: list[str], kept: dict) -> list[str]:
    """The formulas and numbers within lines are those that were kept.

    What claims something is checked; that a mere mention is the right one only a reader can say.
    """
    if fingerprint(typed) == kept["typed"].get(name, fingerprint([])):
        return []
    return ["a formula or number within a line is another than before: read it, then --write"]


def kept_numbers(page: str, notebook, kept: dict) -> list[str]:
    """The numbers of the prose are those that were kept, in their order."""
    now, before = [n.text for _, _, n, _ in prose_numbers(notebook)], kept["numbers"].get(page, [])
    pairs = list(zip(now, before, strict=False))
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), len(pairs))
    if now == before:
        return []
    found, was = (texts[at] if at < len(texts) else "nothing" for texts in (now, before))
    return [f"number {at + 1} of the prose is {found}, kept is {was}: read it, then --write"]


def read_kept() -> dict:
    return json.loads(KEPT.read_text(encoding="utf-8"))


def write_kept() -> None:
    """Keeps what is typed on all pages that are held to the laws, and in the texts."""
    numbers = {page: [n.text for _, _, n, _ in prose_numbers(read(page))] for page in held()}
    typed = {page: typed_of(read(page)) for page in held()}
    typed |= {name: typed_in(text) for name, text in texts().items()}
    kept = {
        "numbers": {page: own for page, own in numbers.items() if own},
        "typed": {name: fingerprint(own) for name, own in typed.items() if own},
    }
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def held() -> list[str]:
    """The pages that are held to the laws; those printed from the ledger have no prose to check."""
    pages = [notebooks.name(path).removesuffix(".ipynb") for path in notebooks.all_notebooks()]
    return [p for p in pages if not p.endswith(("/ledger", "/formula-sheet"))]


def read(page: str):
    return notebooks.read(notebooks.ROOT / f"{page}.ipynb")


def count(page: str, ledger: dict) -> str:
    """The counts of a page in one line."""
    notebook = read(page)
    main = [section for section in sections(notebook) if section.is_main]
    typed, bound = typed_claims(notebook, ledger), bound_numbers(notebook)
    pictures = sum(len(notebooks.pictures(cell)) for _, cell in bookcheck.code_cells(notebook))
    return (
        f"{page}: {sum(map(words_of, main))} words and {sum(map(displays_of, main))} displays on "
        f"the main path, {pictures} pictures, {len(exercises_of(notebook))} exercises, "
        f"{sum(c for *_, c in typed)} of {len(typed)} typed relations checked, "
        f"{sum(b for *_, b in bound)} of {len(bound)} numbers bound"
    )


def main() -> int:
    ledger = bookcheck.read_ledger()
    if "--count" in sys.argv:
        print("\n".join(count(page, ledger) for page in held()))
        return 0
    if "--write" in sys.argv:
        write_kept()
    kept, told = read_kept(), texts()
    found = text_problems(told, ledger)
    found += [
        f"{name}: {problem}"
        for name, text in told.items()
        for problem in kept_typed(name, typed_in(text), kept)
    ]
    for page in held():
        notebook = read(page)
        own = problems(page, notebook, ledger) + kept_numbers(page, notebook, kept)
        own += kept_typed(page, typed_of(notebook), kept)
        found += [f"{page}: {text}" for text in own]
    print("\n".join(found) or f"{len(held())} pages, nothing to complain of")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
