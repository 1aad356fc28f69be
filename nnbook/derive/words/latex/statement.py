"""Whole statements: sides, conditions and definitions, which share their names."""

from dataclasses import dataclass, field

from ...limits import DEFINITIONS
from .building import Builder
from .doubts import (
    Raised,
    no_imaginary_unit,
    no_narrower_range,
    no_run_together_names,
    no_sum_over_pairs,
)
from .errors import ReadError
from .found import FoundNames
from .grammar import Grammar
from .meaning import Meaning, Part, letter_of
from .tokens import is_latex
from .tree import Node
from .vectors import Vectors


@dataclass
class Read:
    """A statement as it was read: ``sides`` with the ``signs`` between them, and ``given``.

    ``sizes`` are the names of sizes that were found, ``definitions`` the names that were said to
    stand for something, with their expressions; ``notes`` say what was guessed.
    """

    sides: list
    signs: list
    given: list = field(default_factory=list)
    definitions: dict = field(default_factory=dict)
    sizes: list = field(default_factory=list)
    by: object = None
    notes: list = field(default_factory=list)


def parsed(text: str, latex: bool, strict=False, names=None) -> list[tuple[str, Node]]:
    """The sides of a text with the signs before them, as trees."""
    if not isinstance(text, str):
        raise TypeError(f"expected text, got {text!r}")
    return Grammar(text, latex, strict, names).statement()


def read_statement(sides, when=(), sizes=(), by=None, equations=False) -> Read:
    """Reads the sides, conditions and definitions of one statement, which share their names.

    ``by`` is what is differentiated by; ``equations`` refuses inequalities. Raises ReadError.
    """
    texts = [*sides, *when, *([] if by is None else [by])]
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"expected text, got {text!r}")
    if len(texts) > DEFINITIONS + len(sides):
        raise ReadError(texts[-1], 0, texts[-1][:20],
                        f"expected at most {DEFINITIONS} conditions and definitions")
    latex = any(map(is_latex, texts))
    parts, signs = [], []
    for text in sides:
        for sign, tree in parsed(text, latex):
            if equations and sign not in ("", "=", ":="):
                raise ReadError(text, tree.at, tree.text[:20],
                                f"only equations are checked, not {sign}; an inequality may be "
                                "among the conditions")
            parts.append(Part("side", tree, text))
            signs.append(sign or ("=" if parts[:-1] else ""))
    count = len(parts)
    if by is not None:
        parts.append(Part("side", _one(parsed(by, latex), by), by))
    mentioned = _derived_by(parts)
    for text in when:
        parts += _condition(text, latex, mentioned)
    if not latex:
        no_run_together_names(parts, sizes)
    raised = Raised(parts)
    for part in parts:
        part.tree = raised.settled(part)
    vectors = Vectors([part.tree for part in parts])
    for part in parts:
        part.tree = vectors.expanded(part.tree, part.text)
    meaning = Meaning(parts, sizes)
    no_imaginary_unit(meaning)
    no_sum_over_pairs(meaning)
    names = FoundNames(meaning)
    built = [Builder(p.text, names).build(p.tree, {}) if p.role != "definition" else None
             for p in parts]
    no_narrower_range(parts, built)
    after = count + (by is not None)
    return Read(built[:count], signs, [b for b in built[after:] if b is not None],
                dict(names.definitions), sorted(meaning.sizes),
                built[count] if by is not None else None,
                [*dict.fromkeys((*_plain_numbers(parts), *meaning.notes))])


def _plain_numbers(parts) -> list[str]:
    """Notes on numbers such as 1e-8."""
    return [f"{node.name} was read as a number in scientific notation."
            for part in parts for node in part.tree.walk()
            if node.kind == "number" and "e" in node.name.lower()]


def _one(sides, text) -> Node:
    if len(sides) != 1:
        raise ReadError(text, sides[1][1].at, text[sides[1][1].at:][:20], "expected no relation")
    return sides[0][1]


def _derived_by(parts) -> set:
    return {node.args[1].name for part in parts for node in part.tree.walk()
            if node.kind == "partial" and isinstance(node.args[1], Node)}


def _condition(text, latex, derived) -> list[Part]:
    """A condition or a definition: ``y_k >= 0``, ``p_k = e^{z_k} / S``."""
    reader = Grammar(text, latex)
    tree = reader.conditions()
    reader.skip(".", ";")
    if reader.peek().kind != "end":
        reader.fail(reader.why_not() or "expected a sign or the end of the condition")
    found = []
    for node in (tree.args if tree.kind == "and" else (tree,)):
        left, right = node.args
        if node.name in ("=", ":=") and _defines(left, right, node.name, derived):
            found.append(Part("definition", right, text, left))
        elif node.name == ":=":
            raise ReadError(text, node.at, left.text[:30],
                            "expected a name, with letters as its indices, before :=")
        else:
            found.append(Part("condition", node, text))
    return found


def _defines(left, right, sign, derived) -> bool:
    """Whether a relation says what a name stands for."""
    if left.kind != "name" or left.power is not None or left.primes:
        return False
    letters = [a for sub in (*left.sups, *left.subs)
               for a in (sub.args if sub.kind == "mul" else (sub,))]
    plain = [a for a in letters if a.kind == "name" and not a.subs]
    if len(plain) != len(letters) or len({letter_of(a) for a in plain}) != len(letters):
        return False
    heads = left.called or ()
    if any(a.kind != "name" or a.subs or a.called for a in heads):
        return False
    names = {n.name for n in right.walk() if n.kind == "name"}
    if left.name in names:
        return False
    return sign == ":=" or (right.kind != "number" and left.name not in derived) \
        or bool(heads)
