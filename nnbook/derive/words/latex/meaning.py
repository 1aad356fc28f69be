"""What the names of a statement are: indices, sizes, tensors, functions, numbers.

The whole statement tells. A letter below a sum is an index; where its sum ends is a size; a name
with an index below it is a tensor, as long as the index counts and is no label (the *max* of
``x_{\\max}``, the B of ``\\mu_B``).
"""

from dataclasses import dataclass, field

from .errors import Ambiguous, ReadError
from .tokens import ACCENTS, LETTERS
from .tree import Node

FUNCTION_NAMES = {"f", "g", "h", "F", "G", "H", "phi", "varphi", "psi", "Phi", "Psi"}
_LABELS = {"in", "out", "max", "min", "true", "pred", "old", "new", "train", "test", "val", "ref",
           "opt", "tot", "total", "reg", "data", "model", "avg", "init", "fan", "eff", "std", "var"}


@dataclass
class Part:
    """A tree of the statement: a side, a condition, or the two sides of a definition."""

    role: str
    tree: Node
    text: str
    head: Node | None = None


@dataclass
class Use:
    """A name where it stands: its key, its indices, and what is bound there."""

    node: Node
    part: Part
    key: str
    indices: tuple
    scope: dict
    below: bool = False     # it is an index itself


@dataclass
class Binder:
    """A sum with its letter, or the head of a definition."""

    letter: str
    first: Node | None = None
    last: Node | None = None
    scope: dict = field(default_factory=dict)


class Meaning:
    """The names of one statement, found from its trees."""

    def __init__(self, parts: list[Part], declared=()):
        self.parts, self.declared = parts, set(declared)
        self.notes: list[str] = []   # what was guessed, in words
        self.uses: dict[int, Use] = {}
        self.binders: dict[int, Binder] = {}
        self.sizes = set(declared)
        self.defined = {self._head_key(p): p for p in parts if p.role == "definition"}
        self.heads: set[int] = set()   # binders that are indices of a definition
        self._with_indices = set()
        self._bound = {letter_of(n.args[0]) for n in self._all()
                       if n.kind in ("sum", "prod", "mean")}
        for part in parts:
            for node in part.tree.walk():
                self._note(node)
        for part in parts:
            self._visit(part.tree, self._start(part), part)
        self.free = {letter_of(use.node) for use in self.uses.values()
                     if use.below and use.part.role == "side"
                     and letter_of(use.node) not in use.scope} - self.sizes
        self.derived = {id(n.args[0]) for n in self._all() if n.kind == "partial"}
        self.derived_by = {id(n.args[1]) for n in self._all() if n.kind == "partial"}
        self._letter_e()
        self._settle_ranks()
        self._functions()

    # What can be told at once

    def _note(self, node: Node):
        """The names with something below them, and the sizes at which sums end."""
        if node.kind == "name" and (node.subs or node.sups):
            self._with_indices.add(node.name)
        if node.kind in ("sum", "prod", "mean") and node.args[2] is not None:
            for end in node.args[2].walk():
                if end.kind == "name" and letter_of(end) not in self._bound:
                    self.sizes.add(letter_of(end) if not end.subs else label_key(end))

    def _all(self):
        return (node for part in self.parts for node in part.tree.walk())

    def _head_key(self, part) -> str:
        return part.head.name if part.head.kind == "name" else ""

    def _start(self, part) -> dict:
        """What is bound in all of a part: the indices or arguments of what it defines."""
        if part.role != "definition":
            return {}
        scope = {}
        for sub in (*part.head.sups, *part.head.subs):
            for letter in self.letters(sub):
                self.binders[id(letter)] = Binder(letter_of(letter))
                self.heads.add(id(letter))
                scope[letter_of(letter)] = id(letter)
        for argument in part.head.called or ():
            scope[letter_of(argument)] = 0   # a number, of the function's own
        return scope

    def letters(self, sub: Node) -> list[Node]:
        if sub.kind == "mul" and all(is_letter(a) for a in sub.args):
            return list(sub.args)
        return [sub] if is_letter(sub) else []

    # A walk with what is bound

    def _visit(self, node: Node, scope: dict, part: Part, below=False, limit=False):
        if node.kind in ("sum", "prod", "mean"):
            letter, first, last, without, body = node.args
            for end in (first, last):
                if end is not None:
                    self._visit(end, scope, part, limit=True)
            self.binders[id(node)] = Binder(letter_of(letter), first, last, scope)
            inner = {**scope, letter_of(letter): id(node)}
            for inside in (without, body):
                if inside is not None:
                    self._visit(inside, inner, part)
        elif node.kind == "name":
            self._name(node, scope, part, below, limit)
        else:
            for a in node.parts():
                self._visit(a, scope, part, below or node.kind == "delta", limit)

    def _name(self, node, scope, part, below, limit):
        key, indices = node.name + "'" * (node.primes if node.called is None else 0), []
        whole = bool(node.subs) and label_key(node) in self.sizes   # d_k, at which a sum ends
        for place, sub in enumerate((*node.sups, *node.subs)):
            if whole or self._is_label(sub, scope, limit):
                key += "_" + sub.text.replace(" ", "").replace("\\", "") if sub.kind != "label" \
                    else ("^" if sub.name == "*" else "_") + sub.name
            else:
                for index in self._split(sub, scope):
                    indices.append(index)
                    self._visit(index, scope, part, below=True)
                if place < len(node.sups):
                    key += "^"
        for called in (*(node.called or ()), *((node.power,) if node.power else ())):
            self._visit(called, scope, part)
        self.uses[id(node)] = Use(node, part, key, tuple(indices), scope, below)

    def _split(self, sub: Node, scope) -> list[Node]:
        """``ij`` is two indices, ``2i`` is asked for again when ranks are known."""
        if sub.kind == "mul" and all(is_letter(a) or a.kind == "number" for a in sub.args) \
                and "\\cdot" not in sub.text and "*" not in sub.text:
            return list(sub.args)
        return [sub]

    def _is_label(self, sub: Node, scope, limit) -> bool:
        """Whether what stands below a name is part of the name, and no index."""
        if sub.kind == "label":
            return True
        letters = self.letters(sub)
        if not letters:
            return False
        names = [letter_of(a) for a in letters]
        if any(name in scope for name in names):
            return False
        if limit:
            return True
        word = "".join(names)
        if len(names) == 1:
            name = names[0]
            if name in self.sizes:
                return False
            return name[:1].isupper() or len(name.rstrip("'")) > 1 or name in self._with_indices
        return word in _LABELS or len(names) > 3 \
            or (word.isupper() and not set(names) <= self.sizes)

    def _letter_e(self):
        """The letter e is the number, and a name if something is said of it or it counts."""
        bases = {id(n.args[0]): n.args[1] for n in self._all() if n.kind == "pow"}
        letters = {place: use for place, use in self.uses.items()
                   if use.key == "e" and not use.indices}
        alone = [use for place, use in letters.items() if place not in bases]
        plain = [use for place, use in letters.items()
                 if place not in bases or bases[place].kind == "number"]
        self.e_is_a_name = "e" in self.sizes | self.free or any(
            use.below or "e" in use.scope or use.part.role == "condition"
            or place in self.derived | self.derived_by for place, use in letters.items())
        if alone and any(place in bases and bases[place].kind != "number" for place in letters):
            self.fail(alone[0], r"the number e or a name? Write \exp for the number, or choose "
                                "another name", Ambiguous)
        if plain and not self.e_is_a_name and "e" not in self.defined:
            self.notes.append("e was read as the number 2.718…; for a quantity of your own use "
                              "another letter.")

    # Ranks

    def _settle_ranks(self):
        """One number of indices for each name; ``W_{11}`` and ``x_{2i}`` by the other places."""
        ranks: dict[str, set] = {}
        for use in self.uses.values():
            if not use.below and use.node.called is None and not self._unsure(use):
                ranks.setdefault(use.key, set()).add(len(use.indices))
        for use in self.uses.values():
            known = ranks.get(use.key, set())
            if self._unsure(use):
                self._decide(use, known)
                ranks.setdefault(use.key, set()).add(len(use.indices))
            elif not use.below and use.indices and len(known) > 1:
                self._two_ranks(use, known)

    def _unsure(self, use) -> bool:
        """Whether digits among the indices leave open how many there are."""
        return (len(use.indices) == 1 and use.indices[0].kind == "number" \
            and len(use.indices[0].name) == 2) \
            or (len(use.indices) == 2 and use.indices[0].kind == "number"
                and "," not in use.node.text)

    def _decide(self, use, known):
        first = use.indices[0]
        if len(use.indices) == 1:
            written = use.node.text or use.node.name
            if known == {2}:
                one, two = first.name
                self.notes.append(f"{written} was read with the two indices {one} and {two}.")
                use.indices = tuple(Node("number", first.at, name=digit) for digit in first.name)
            elif not known:
                self.notes.append(f"{written} was read with one index, {first.name}.")
        elif known == {1}:
            use.indices = (Node("mul", first.at, use.indices, text=use.node.text),)
        elif known != {2} and use.indices[1].kind != "number":
            self.fail(use, "a product or two indices? Write a comma or a dot between them",
                      Ambiguous)

    def _two_ranks(self, use, known):
        if 0 in known:
            self.fail(use, "it has an index here and none elsewhere; give one of the two another "
                           "name, or write vectors by their entries")
        self.fail(use, "it has here another number of indices than elsewhere; write commas "
                       "between them")

    def fail(self, use, expected, kind=ReadError):
        raise kind(use.part.text, use.node.at, use.node.text or use.node.name, expected)

    # Functions

    def _functions(self):
        """Which names are functions where parentheses follow them."""
        bare = {use.key for place, use in self.uses.items()
                if use.node.called is None and not use.below and place not in self.derived}
        called = {use.node.name for use in self.uses.values()
                  if use.node.called is not None and not use.indices}
        # Nobody writes a product as L(w); as L(w + v), many do.
        of_names = {name for name in called if all(
            a.kind == "name" for use in self.uses.values() if use.node.name == name
            for a in use.node.called or ())}
        heads = {p.head.name for p in self.defined.values() if p.head.called is not None}
        primed = {use.node.name for use in self.uses.values()
                  if use.node.called is not None and use.node.primes}
        self.functions = heads | {
            name for name in called if name not in bare
            and (name in FUNCTION_NAMES | of_names or name in primed or name == "sigma"
                 or (len(name) > 1 and name.isalpha() and name.isascii()
                 and not _is_greek_or_accented(name)))}

    def scalars(self) -> set:
        """Names that stand as numbers."""
        return {use.key for use in self.uses.values()
                if not use.below and not use.indices and use.node.called is None
                and use.key not in use.scope and use.key not in self.defined} - self.free


def letter_of(node: Node) -> str:
    """The name of an index, with its primes."""
    return node.name + "'" * node.primes


def label_key(node: Node) -> str:
    """A name with all that stands below it as part of it."""
    return "_".join([node.name, *(sub.name or sub.text for sub in node.subs)])


def is_letter(node: Node) -> bool:
    return node.kind == "name" and not node.subs and not node.sups and node.called is None


def _is_greek_or_accented(name) -> bool:
    return name in LETTERS or any(name.endswith(mark) for mark in ACCENTS.values())
