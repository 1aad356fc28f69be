"""One meaning a symbol: what the displays use a letter for, and what the page Notation says of it.

book/notation.toml has the symbols with their kind (size, index, number, array or function) and the
pages on which one has another meaning; the page Notation is printed from it. The check reads the
kinds from the ledger: a letter that some page uses for another kind of thing than the list says
must be listed there as an exception.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import notebooks

NOTATION = notebooks.ROOT / "book" / "notation.toml"
LIST = r"((?:\$[^$]+\$(?:, )?)+)"
KINDS = (
    ("size", rf"all sizes {LIST} ≥ 1"),
    ("index", rf"all {LIST} from \$"),
    ("array", rf"all [a-z ]*entries of {LIST}"),
    ("function", rf"all (?:smooth )?functions {LIST}"),
    ("number", rf"all (?!sizes|smooth|functions)[a-z ]+? {LIST}(?! ≥)"),
)
CHAPTER = re.compile(r"[a-z-]+/[a-z-]+")


def read_notation(path: Path = NOTATION) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def kinds(row: dict) -> dict[str, str]:
    """What each symbol of an equation is, by its LaTeX."""
    found = {}
    scope = re.split(r", (?:given|where)|^ ?given", row["scope"])[0]
    for name in [*row["names"], *row["defines"]]:
        found[plain(name)] = "number"
    for kind, pattern in KINDS:
        for group in re.findall(pattern, scope):
            for name in re.findall(r"\$([^$]+)\$", group):
                found.setdefault(plain(name), kind)
    for shape in row["shapes"]:
        found[plain(shape.partition(r"\,(")[0])] = "array"
    return found


def plain(name: str) -> str:
    """A name without braces that change nothing: ``n_{1}`` and ``n_1`` are one."""
    return re.sub(r"_\{(\w)\}", r"_\1", name.strip())


def uses(ledger: dict) -> dict[str, dict[str, set[str]]]:
    """The kinds of things that each page uses a symbol for: symbol → page → kinds."""
    found: dict = defaultdict(lambda: defaultdict(set))
    for row in ledger["equations"]:
        page = row["place"].partition("#")[0]
        if row["status"] != "sampled" and CHAPTER.fullmatch(page):
            for name, kind in kinds(row).items():
                found[name][page].add(kind)
    return found


def one_meaning(ledger: dict, notation: dict) -> list[str]:
    """Each symbol of the list is what the list says, on every page that is no exception."""
    problems, used = [], uses(ledger)
    for name, entry in notation["symbols"].items():
        other = {page for e in notation["exceptions"] if e["symbol"] == name for page in e["pages"]}
        for page, own in sorted(used[plain(name)].items()):
            if page not in other and (wrong := own - set(entry["kind"].split(" or "))):
                problems.append(
                    f"{page}: ${name}$ is a {' and a '.join(sorted(wrong))}; the page Notation "
                    f"has it as {entry['kind']}, and lists no exception"
                )
    listed = set(notation["symbols"])
    for e in notation["exceptions"]:
        if e["symbol"] not in listed:
            problems.append(f"notation.toml: ${e['symbol']}$ has an exception and no entry")
        gone = [page for page in e["pages"] if page not in used[plain(e["symbol"])]]
        problems += [f"notation.toml: no display of {p} has ${e['symbol']}$" for p in gone]
    return problems
