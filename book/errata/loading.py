"""Entries from their files: the text from YAML, what is computed from the module beside it.

An entry has a :class:`Reading` if it has the keys ``printed`` and ``corrected``, a :class:`Claim`
if it has ``said``, ``rather`` and ``numbers``, and otherwise a :class:`Formula`. To a claim belongs
an example and to a formula a function that returns it, in the module beside, named as the entry's
id is, with underscores; the key ``entry`` takes it from the entry of that id instead. Whatever does
not fit is a :class:`BadEntry`.
"""

import dataclasses
import inspect
import re
import typing
from importlib import import_module
from pathlib import Path
from types import ModuleType

import yaml

from .entry import Claim, Example, Formula, Reading

HERE = Path(__file__).parent
TEXTS = {Reading: ("printed", "corrected"), Claim: ("said", "rather", "numbers"), Formula: ()}
WORDS = {Reading: "a reading", Claim: "a claim", Formula: "a formula"}
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class BadEntry(ValueError):
    """An entry that is not written as entries are, or that lacks its computation."""


def load(folder: str, make: type, shared: str = "") -> tuple:
    """The entries of all files of a folder, as objects of the dataclass ``make``.

    ``shared`` names a folder whose computations may be used by the key ``entry``.
    """
    lent = {}
    for path in sorted((HERE / shared).glob("*.py")) if shared else ():
        lent |= computations(import_module(f".{shared}.{path.stem}", __package__))
    files = sorted((HERE / folder).glob("*.yml"))
    alone = {p.stem for p in (HERE / folder).glob("*.py")} - {p.stem for p in files} - {"__init__"}
    if alone:
        raise BadEntry(f"{folder}: no .yml beside {', '.join(sorted(alone))}.py")
    found = []
    for path in files:
        functions = {}
        if path.with_suffix(".py").exists():
            functions = computations(import_module(f".{folder}.{path.stem}", __package__))
        found += read(path, functions, make, lent)
    _twice(folder, [entry.id for entry in found])
    return tuple(found)


def computations(module: ModuleType) -> dict:
    """The examples and the functions of a module, by name; names with _ are its helpers."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_") and (isinstance(thing, Example) or _made_in(module, thing))
    }


def _made_in(module: ModuleType, thing) -> bool:
    return inspect.isfunction(thing) and thing.__module__ == module.__name__


def read(path: Path, functions: dict, make: type, lent: dict | None = None) -> list:
    """The entries of a file; ``functions`` are the computations that belong to it, by name.

    ``lent`` are those of other files, for entries with the key ``entry``.
    """
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_AllText)
    except yaml.YAMLError as error:
        raise BadEntry(f"{path.name}: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadEntry(f"{path.name}: expected a list of entries, each of keys and values")
    for number, row in enumerate(rows, 1):
        if not isinstance(row.get("id"), str) or not ID.fullmatch(row["id"]):
            raise BadEntry(f"{path.name}, entry {number}: expected an id such as c-lost-sign")
    _twice(path.name, [row["id"] for row in rows])
    left, entries = dict(functions), []
    for row in rows:
        try:
            there = dict(lent or {}) if "entry" in row else left
            entries.append(_entry(row, there, make))
        except ValueError as error:
            raise BadEntry(f"{path.name}, {row['id']}: {error}") from error
    if left:
        raise BadEntry(f"{path.stem}.py: no entry of {path.name} needs {', '.join(left)}")
    return entries


def _entry(row: dict, functions: dict, make: type):
    """An entry from its keys and values; takes what it needs out of ``functions``."""
    fields = {f.name: f for f in dataclasses.fields(make)}
    sorts = typing.get_args(fields.pop("check").type)
    found = [s for s in sorts if set(TEXTS[s]) & set(row)]
    if len(found) > 1:
        raise ValueError(f"keys of {' and of '.join(WORDS[s] for s in found)}")
    sort = found[0] if found else Formula
    needed = [name for name, f in fields.items() if f.default is dataclasses.MISSING]
    needed += TEXTS[sort]
    missing = [f"missing {key}" for key in needed if key not in row]
    unknown = [f"unknown {key}" for key in row if key not in fields and key not in TEXTS[sort]]
    if missing or unknown:
        raise ValueError(f"for {WORDS[sort]}: {', '.join(missing + unknown)}")
    texts = {key: _value(key, value) for key, value in row.items()}
    own = [texts.pop(key) for key in TEXTS[sort]]
    return make(check=_check(sort, own, _name(row.get("entry", row["id"])), functions), **texts)


def _check(sort: type, texts: list[str], name: str, functions: dict):
    """What an entry is checked by, from its texts and the function of its name."""
    if sort is Reading:
        return Reading(*texts)
    computed = functions.pop(name, None)
    if sort is Claim:
        if not isinstance(computed, Example):
            raise ValueError(f"a claim needs an example named {name} in the module beside")
        said, rather, numbers = texts
        return Claim(said, rather, computed.compute, computed.claimed, computed.holds, numbers)
    if not inspect.isfunction(computed):
        raise ValueError(f"a formula needs a function named {name} in the module beside")
    made = computed()
    if not isinstance(made, Formula):
        raise ValueError(f"{name} returns no formula but {made!r}")
    return made


def _value(key: str, value):
    """A text as it is, lines as numbers, and ``remark``, which can only be declined."""
    if key == "remark":
        if value != "false":
            raise ValueError(f"remark: expected false, got {value!r}")
        return False
    if key == "lines":
        lines = value if isinstance(value, list) else [value]
        if not 0 < len(lines) < 3 or not all(isinstance(n, str) and n.isdecimal() for n in lines):
            raise ValueError(f"lines: expected a number or [first, last], got {value!r}")
        first, *last = map(int, lines)
        return (first, *last) if last else first
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key}: expected a text, got {value!r}")
    return value


def _name(id: str) -> str:
    return id.replace("-", "_")


def _twice(where: str, ids: list[str]):
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise BadEntry(f"{where}: twice: {', '.join(sorted(twice))}")


class _AllText(yaml.BaseLoader):
    """Reads every value as text, so that §1.10 is not the number 1.1, and no key twice."""

    def construct_mapping(self, node, deep=False):
        seen = []
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value} stands twice", problem_mark=key.start_mark
                )
            seen.append(key.value)
        return super().construct_mapping(node, deep)
