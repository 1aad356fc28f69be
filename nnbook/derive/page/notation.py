"""The lists of the page Notation, printed from ``book/notation.toml``."""

import json
import tomllib
from pathlib import Path

from .tables import Markdown, table_cell


def symbols_table(path="notation.toml") -> Markdown:
    """The symbols of the book: in words, with shape and name in the code."""
    rows = ["| Symbol | In words | Shape | In code |", "| --- | --- | --- | --- |"]
    for name, entry in _read(path)["symbols"].items():
        cells = f"${name}$", entry["words"], entry.get("shape", ""), entry.get("code", "")
        rows.append(f"| {' | '.join(map(table_cell, cells))} |")
    return Markdown("\n".join(rows))


def other_meanings(path="notation.toml", ledger="ledger.json") -> Markdown:
    """Where a symbol of the list stands for something else."""
    titles = json.loads(Path(ledger).read_text(encoding="utf-8"))["titles"]
    rows = ["| Symbol | Here it is | In |", "| --- | --- | --- |"]
    for entry in _read(path)["exceptions"]:
        pages = ", ".join(f"[{titles.get(p, p)}]({p}.ipynb)" for p in entry["pages"])
        rows.append(f"| ${entry['symbol']}$ | {table_cell(entry['words'])} | {pages} |")
    return Markdown("\n".join(rows))


def _read(path) -> dict:
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))
