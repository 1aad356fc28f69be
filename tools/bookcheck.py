"""The book's own checks of its sources: what no linter and no notebook runner looks at.

    python tools/bookcheck.py        check all chapters as they are stored, without running them

Every function here takes what it needs and returns a list of problems, each a line that says where
and what; `tests/book` runs them, and plants errors to see that they are found.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from pathlib import Path

import notebooks
import yaml

ROOT = notebooks.ROOT
LEDGER = ROOT / "book" / "ledger.json"
STATUSES = ("proved", "argued", "matched", "sampled", "definition")
ROW_KEYS = ("id", "status", "scope", "place", "slugs", "notes", "code", "difference", "latex")
SHORTEST_ALT = 20


# -- The stored notebook ---------------------------------------------------------------------------


def code_cells(notebook):
    return [(n, c) for n, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def cells_executed(notebook) -> list[str]:
    """Every code cell has run, from top to bottom, in one fresh kernel."""
    found, expected = [], 0
    for number, cell in code_cells(notebook):
        if not cell.source.strip():
            found.append(f"cell {number} is empty")
            continue
        expected += 1
        if cell.execution_count is None:
            found.append(f"cell {number} was never run")
        elif cell.execution_count != expected:
            found.append(f"cell {number} ran as number {cell.execution_count}, not {expected}")
    return found


def no_errors(notebook) -> list[str]:
    """No output is an error, unless the cell says that it raises one."""
    return [
        f"cell {number} shows an error: {output.ename}"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error" and "raises-exception" not in tags(cell)
    ]


def outputs_compared(notebook) -> list[str]:
    """No cell is hidden from the comparison of stored outputs with a fresh run."""
    found = []
    for number, cell in code_cells(notebook):
        if "nbval-skip" in tags(cell) or re.search(r"#.*(NBVAL_|PYTEST_VALIDATE)", cell.source):
            found.append(f"cell {number} is hidden from nbval")
        if "nbval-ignore-output" in tags(cell) and equations_of(cell):
            found.append(f"cell {number} prints an equation and ignores its output")
    return found


def pictures_described(notebook) -> list[str]:
    """Every picture says in words what is to be seen, to JupyterLab and to the site alike."""
    found = []
    for number, cell in code_cells(notebook):
        told = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        for picture in notebooks.pictures(cell):
            alt = picture.get("alt", "")
            if len(alt.strip()) < SHORTEST_ALT:
                found.append(f"cell {number} shows a picture whose alt text is {alt!r}")
            elif told != alt:
                found.append(f"cell {number} has an alt text that the site does not get")
    return found


def no_machine_traces(notebook) -> list[str]:
    """No output says where, or by whose hands, the chapter was run."""
    return [
        f"cell {number} has an output that names something of one machine: {found.group()!r}"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        for text in notebooks.texts(output)
        if (found := notebooks.MACHINE.search(text) or notebooks.ADDRESS.search(text))
    ]


# -- Equations typed by hand -----------------------------------------------------------------------

MATH_TOKENS = ("math_block", "math_block_label", "amsmath")
MATH_DIRECTIVES = ("{math}", "{eval-rst}", "{raw}")
# Directives whose body is text of the book, not code or data.
OPAQUE = ("{code", "{literalinclude", "{bibliography", "{figure-md", "{toctree", "{mermaid", "{csv")


def typed_equations(text: str) -> list[str]:
    """Display equations in a Markdown text: the law wants them printed from checked objects."""
    found = []
    for token in markdown_parser().parse(text):
        first = token.content.strip().partition("\n")[0]
        if token.type in MATH_TOKENS:
            found.append(f"display equation typed by hand: {first}")
        elif token.type in ("fence", "colon_fence"):
            if token.info.startswith(MATH_DIRECTIVES):
                found.append(f"directive {token.info.split()[0]} typed by hand: {first}")
            elif token.info.startswith("{") and not token.info.startswith(OPAQUE):
                found += typed_equations(token.content)
        elif token.type == "html_block" and re.search(r"\$\$|\\\[|\\begin\{|<math\b", first):
            found.append(f"equation in HTML: {first}")
        elif token.type == "inline":
            found += typed_inline(token)
    return found


def typed_inline(token) -> list[str]:
    children = [c for c in token.children if c.type != "softbreak" and c.content.strip()]
    double = [c for c in children if c.type == "math_inline_double"]
    found = [f"display equation typed by hand: {c.content.strip()}" for c in double]
    if [c.type for c in children] == ["math_inline"] and token.level == 1:
        found.append(f"an equation that is a paragraph of its own: {children[0].content}")
    for child in children:
        if child.type == "math_inline" and r"\displaystyle" in child.content:
            found.append(f"display style in a line of text: {child.content}")
    plain = re.sub(r"`+.*?`+", "", token.content, flags=re.DOTALL)
    if re.search(r"(?<!\\)\\\[|\\begin\{(?:equation|align|gather|multline)", plain):
        found.append(f"display equation typed by hand: {token.content.strip()}")
    return found


@functools.cache
def markdown_parser():
    """The Markdown of the site, as _config.yml has it."""
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(config["parse"]["myst_enable_extensions"])
    settings = MdParserConfig(enable_extensions=extensions, dmath_double_inline=True)
    return create_md_parser(settings, RendererHTML)


def no_typed_equations(notebook) -> list[str]:
    return [
        f"cell {number}: {text}"
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "markdown"
        for text in typed_equations(cell.source)
    ]


# -- Equations printed by code ---------------------------------------------------------------------

DOLLARS = re.compile(r"\$\$(.+?)\$\$[ \t]*(?:\n?\(([\w.:-]+)\))?", re.DOTALL)
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{math\}[ \t]*\n"
    r"(?P<options>(?::[\w-]+:.*\n)*)(?P<body>.*?)\n(?P=fence)",
    re.DOTALL | re.MULTILINE,
)


def equations_in(text: str) -> list[tuple[str | None, str]]:
    """The display equations of a Markdown output, as pairs (label, LaTeX)."""
    found = []
    for match in DIRECTIVE.finditer(text):
        label = re.search(r":label:\s*(\S+)", match["options"])
        found.append((label and label[1], match["body"].strip()))
    rest = DIRECTIVE.sub("", text)
    return found + [(label or None, body.strip()) for body, label in DOLLARS.findall(rest)]


def equations_of(cell) -> list[tuple[str | None, str, dict]]:
    """The display equations of a code cell: (label, LaTeX, the checked object's row or {})."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        rows = rows_of(output)
        if "text/markdown" in data:
            pairs = equations_in(data["text/markdown"])
            found += [(label, latex, rows.get(label, {})) for label, latex in pairs]
        elif "text/latex" in data:
            found.append((None, data["text/latex"].strip(), {}))
        if re.search(r"\$\$|\\\[|\\begin\{(?:equation|align)", data.get("text/html", "")):
            found.append((None, "in HTML", {}))
    return found


def rows_of(output) -> dict[str, dict]:
    """What a checked object wrote beside its equation: rows of the ledger, by id."""
    rows = output.get("metadata", {}).get("nnbook", [])
    rows = [rows] if isinstance(rows, dict) else rows
    return {row["id"]: row for row in rows if "id" in row}


def equations_labelled(notebook) -> list[str]:
    """Every display equation that a cell prints has a label."""
    return [
        f"cell {number} prints an equation without a label: {latex[:60]}"
        for number, cell in code_cells(notebook)
        for label, latex, _ in equations_of(cell)
        if not (label or "").startswith("eq-")
    ]


def equations_recorded(notebook, ledger: dict) -> list[str]:
    """Every equation stands in the ledger as it is printed, and a checked object printed it."""
    rows = {row["id"]: row for row in ledger["equations"]}
    found = []
    for number, cell in code_cells(notebook):
        for label, latex, told in equations_of(cell):
            row = rows.get(label)
            where = f"cell {number}, {label}"
            if label is None:
                continue
            if row is None:
                found.append(f"{where}: not in the ledger")
            elif row["latex"].strip() != latex:
                found.append(f"{where}: printed is not what the ledger has")
            elif row["status"] != "definition" and not told:
                found.append(f"{where}: no checked object printed it")
            elif told and (told["status"], told["latex"].strip()) != (row["status"], latex):
                found.append(f"{where}: the object that printed it says otherwise")
    return found


# -- The ledger and the table of contents ----------------------------------------------------------


def read_ledger(path: Path = LEDGER) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"equations": []}


def ledger_rows(ledger: dict) -> list[str]:
    """Rows are whole, ids are unique, and no row claims more than its status allows."""
    found, seen = [], set()
    for row in ledger["equations"]:
        name = row.get("id", "a row without id")
        if missing := [key for key in ROW_KEYS if key not in row]:
            found.append(f"{name}: lacks {', '.join(missing)}")
            continue
        if name in seen:
            found.append(f"{name}: stands twice in the ledger")
        seen.add(name)
        if row["status"] not in STATUSES:
            found.append(f"{name}: no such status: {row['status']}")
        if row["status"] == "matched" and (not row["code"] or row["difference"] is None):
            found.append(f"{name}: matched, but with what, and how closely?")
        if row["status"] == "proved" and not row["scope"]:
            found.append(f"{name}: proved, but for which sizes?")
    return found


def ledger_places(ledger: dict, book: dict) -> list[str]:
    """Every row is printed once, on the page that it names; `book` maps pages to notebooks."""
    printed: dict[str, list[str]] = {}
    for page, notebook in book.items():
        for _, cell in code_cells(notebook):
            for label, _, _ in equations_of(cell):
                if label:
                    printed.setdefault(label, []).append(page)
    found = [
        f"{label}: printed more than once: {', '.join(pages)}"
        for label, pages in printed.items()
        if len(pages) > 1
    ]
    for row in ledger["equations"]:
        pages = printed.get(row["id"], [])
        if not pages:
            found.append(f"{row['id']}: in the ledger, but on no page")
        elif page_name(str(row["place"])) not in map(page_name, pages):
            found.append(f"{row['id']}: the ledger says {row['place']}, but it is in {pages[0]}")
    return found


def page_name(place: str) -> str:
    return place.partition("#")[0].removeprefix("book/").removesuffix(".ipynb").removesuffix(".md")


def toc_files(toc: dict) -> list[str]:
    """All files that a table of contents names, in order."""
    files = [toc[key] for key in ("root", "file") if key in toc]
    for key in ("parts", "chapters", "sections"):
        for item in toc.get(key, []):
            files += toc_files(item)
    return files


def table_of_contents(root: Path = ROOT) -> list[str]:
    """Every page is in the table of contents, once, and every entry is a page."""
    listed = toc_files(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))
    listed = [name.removesuffix(".ipynb").removesuffix(".md") for name in listed]
    pages = {
        path.relative_to(root).with_suffix("").as_posix()
        for pattern in ("*.ipynb", "*.md")
        for path in (root / "book").rglob(pattern)
        if not any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
    }
    twice = {name for name in listed if listed.count(name) > 1}
    return [
        *(f"{name}: not in _toc.yml" for name in sorted(pages - set(listed))),
        *(f"{name}: in _toc.yml, but no such page" for name in sorted(set(listed) - pages)),
        *(f"{name}: twice in _toc.yml" for name in sorted(twice)),
    ]


# -- All of it -------------------------------------------------------------------------------------

# Checks of one notebook, each by itself.
CHECKS = (
    cells_executed,
    no_errors,
    outputs_compared,
    pictures_described,
    no_machine_traces,
    no_typed_equations,
    equations_labelled,
)


def main() -> int:
    ledger = read_ledger()
    book = {notebooks.name(path): notebooks.read(path) for path in notebooks.all_notebooks()}
    problems = [f"_toc.yml: {text}" for text in table_of_contents()]
    problems += [f"book/ledger.json: {text}" for text in ledger_rows(ledger)]
    problems += [f"book/ledger.json: {text}" for text in ledger_places(ledger, book)]
    for page, notebook in book.items():
        found = [text for check in CHECKS for text in check(notebook)]
        found += equations_recorded(notebook, ledger)
        if not found and (text := notebooks.problem(ROOT / page)):
            found = [text]
        problems += [f"{page}: {text}" for text in found]
    for path in sorted((ROOT / "book").rglob("*.md")):
        texts = typed_equations(path.read_text(encoding="utf-8"))
        problems += [f"{notebooks.name(path)}: {text}" for text in texts]
    print("\n".join(problems) or f"{len(book)} notebooks, nothing to complain of")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
