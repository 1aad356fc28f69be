"""How far the indices of a statement run.

Indices that stand at one axis of a tensor have one range, so each axis is joined with the indices
that stand at it; where a sum over the range says its end, all have it. A range whose end nobody
says gets a size with the usual name.
"""

from .meaning import Meaning, Use, is_letter, letter_of
from .tree import Node

_SIZES = ("n", "N", "m", "M", "K", "B", "D", "C", "T")   # names that stand for sizes, as 1/n does
_USUAL = {"i": "n", "j": "m", "k": "K", "l": "L", "m": "M", "c": "C", "t": "T", "d": "D",
            "n": "N", "r": "d", "s": "d"}


class Axes:
    """The ranges of one statement.

    An axis is ("axis", name, place); an index is as ``reference`` has it.
    """

    def __init__(self, meaning: Meaning):
        self.meaning, self.open = meaning, set()
        self._parent, self._guesses = {}, {}
        self._join_all()
        self._guess()
        meaning.sizes |= set(self._guesses.values())

    def _join_all(self):
        """Joins the axes of tensors with the indices that stand at them."""
        for use in self.meaning.uses.values():
            if use.key == "delta" and len(use.indices) == 2:
                if all(map(is_letter, use.indices)):
                    self._join(*(self.reference(i, use) for i in use.indices))
                continue
            for place, index in enumerate(use.indices):
                axis = ("axis", use.key, place)
                if is_letter(index):
                    self._join(axis, self.reference(index, use))
                elif index.kind != "number":
                    self.open.add(axis)
        for part in self.meaning.parts:
            if part.role == "definition":
                self._join_head(part)
        for tree in (part.tree for part in self.meaning.parts):
            for node in tree.walk():
                if node.kind == "delta":
                    self._join_delta(node)
        for reference, binder in self.meaning.binders.items():
            if binder.last is not None and not self._is_plain(binder):
                self.open.add(("binder", reference))

    def _join_head(self, part):
        below = (*part.head.sups, *part.head.subs)
        letters = [letter for sub in below for letter in self.meaning.letters(sub)]
        for place, letter in enumerate(letters):
            self._join(("axis", self._head_use(part), place), ("binder", id(letter)))

    def _head_use(self, part) -> str:
        return part.head.name + ("^" if part.head.sups else "")

    def _join_delta(self, node):
        uses = [self.meaning.uses.get(id(a)) for a in node.args]
        if all(use is not None and is_letter(use.node) for use in uses):
            self._join(*(self.reference(use.node, use) for use in uses))

    def _is_plain(self, binder) -> bool:
        """Whether a sum runs from 1 to a size that is no index of another sum."""
        names = {letter_of(n) for n in binder.last.walk() if n.kind == "name"}
        from_one = binder.first is None or (binder.first.kind == "number"
                                            and binder.first.name == "1")
        return from_one and not names & set(binder.scope)

    def reference(self, letter: Node, use: Use):
        """What a letter is where it stands: the sum that binds it, or a free index."""
        name = letter_of(letter)
        if name in use.scope:
            return ("binder", use.scope[name])
        return ("free", name + ("°" if self.is_own(name, use.part) else ""))

    def is_own(self, name, part) -> bool:
        """Whether a free index of a condition is another one than that of the sides."""
        if part.role != "condition" or name not in self.meaning.free | self.meaning.sizes:
            return False
        indices = [i for use in self.meaning.uses.values() if use.part is part for i in use.indices]
        if name in self.meaning.free:
            return any(is_letter(i) and letter_of(i) == name for i in indices)
        # h_t = a h_{t-1}, a recurrence: of all t
        return any(not is_letter(i) and any(n.kind == "name" and letter_of(n) == name
                                             for n in i.walk()) for i in indices)

    def _root(self, thing):
        while (above := self._parent.get(thing, thing)) != thing:
            thing = above
        return thing

    def _join(self, one, other):
        self._parent[self._root(one)] = self._root(other)
        self._parent.setdefault(other, other)

    def size(self, thing) -> tuple[Node | None, bool]:
        """(where the range of an axis or index ends, whether entries may lie outside it)."""
        root, found = self._root(thing), {}
        for reference, binder in self.meaning.binders.items():
            if self._root(("binder", reference)) == root and binder.last is not None \
                    and self._is_plain(binder):
                found.setdefault(binder.last.text.strip(" {}"), binder.last)
        is_open = len(found) > 1 or any(self._root(axis) == root for axis in self.open)
        if len(found) == 1:
            return next(iter(found.values())), is_open
        return None, is_open

    def has_end(self, reference) -> bool:
        """Whether a sum over the same range says where it ends."""
        return any(binder.last is not None for _, binder in self._same(reference))

    def has_open_sum(self, reference) -> bool:
        """Whether a sum over the same range leaves its end unsaid; heads are no sums."""
        return any(binder.last is None and place not in self.meaning.heads
                   for place, binder in self._same(reference))

    def _same(self, reference) -> list[tuple]:
        root = self._root(reference)
        return [(place, binder) for place, binder in self.meaning.binders.items()
                if self._root(("binder", place)) == root]

    def guessed(self, reference) -> str:
        """A name for the size of an index that runs to an end that is not said."""
        return self._guesses[self._root(reference)]

    def _guess(self):
        """Names for all sizes that are not said: (1/n) Σ_i speaks of the n samples."""
        roots: dict = {}
        for reference, binder in self.meaning.binders.items():
            root = self._root(("binder", reference))
            if binder.last is None and reference not in self.meaning.heads and not any(
                    self._root(("binder", r)) == root and b.last is not None
                    for r, b in self.meaning.binders.items()):
                roots.setdefault(root, binder.letter.rstrip("'"))
        counts = {name for name in self.meaning.declared
                  if not any(binder.last is not None and name in binder.last.text
                             for binder in self.meaning.binders.values())}
        counts |= set(self._divisors(roots))
        for root, letter in roots.items():
            usual = _USUAL.get(letter, letter.upper())
            if usual in counts:
                self._count(root, letter, usual)
                counts.remove(usual)
        left = [root for root in roots if root not in self._guesses]
        if len(left) == len(counts) == 1:
            self._count(left[0], roots[left[0]], counts.pop())
        used = {use.key for use in self.meaning.uses.values()} | self.meaning.sizes \
            | {use.node.name for use in self.meaning.uses.values()}
        own = [name for name in _SIZES if name in self.meaning.scalars() - self.meaning.sizes
               - set(self._guesses.values())]
        for root in left:
            if root in self._guesses:
                continue
            letter = roots[root]
            wanted = [_USUAL.get(letter, letter.upper()), letter.upper().replace("I", "N"),
                      *"NMKPQRnmD"]
            taken = used | set(self._guesses.values())
            self._guesses[root] = next((w for w in wanted if w not in taken), f"N_{letter}")
            if own:
                self.meaning.notes.append(
                    f"The sum over {letter} was read to end at {self._guesses[root]}, and "
                    f"{', '.join(own)} as a number that has nothing to do with it; to let it end "
                    rf"at {own[0]}, write \sum_{{{letter}=1}}^{own[0]}.")

    def _count(self, root, letter, name):
        """Takes a name for the number of terms, and says so."""
        self._guesses[root] = name
        self.meaning.notes.append(f"{name} was read as the number of terms of the sum over "
                                  f"{letter}.")

    def _divisors(self, roots) -> list[str]:
        r"""The names that divide a sum over all, as in ``\frac{1}{n} \sum_i x_i``.

        A name that is used in an exponent or in a function is a quantity of its own, such as the
        T of e^{z/T}.
        """
        found: dict[str, list] = {}
        everything = [node for part in self.meaning.parts for node in part.tree.walk()]
        for node in everything:
            if node.kind == "mul":
                for place, factor in enumerate(node.args):
                    if factor.kind == "div" and any(self._is_open_sum(after, roots)
                                                    for after in node.args[place + 1:]):
                        self._note_divisor(factor.args[1], found)
            if node.kind == "div" and self._is_open_sum(node.args[0], roots):
                self._note_divisor(node.args[1], found)
        places = {place for below in found.values() for place in below}
        used = {n.name for node in everything if node.kind in ("pow", "function")
                for n in node.args[-1].walk() if n.kind == "name" and id(n) not in places}
        return [name for name in _SIZES if name in found and name not in used]

    def _is_open_sum(self, node, roots) -> bool:
        """Whether a factor is a sum whose end is not said, or holds one that is not in a term."""
        if node.kind in ("sum", "prod"):
            return self._root(("binder", id(node))) in roots \
                or self._is_open_sum(node.args[4], roots)
        return node.kind in ("group", "add", "neg", "mul", "pow", "abs", "root", "div") \
            and any(self._is_open_sum(a, roots) for a in node.args if isinstance(a, Node))

    def _note_divisor(self, below, found):
        if all(n.kind in ("name", "number", "mul", "add", "neg", "group", "pow") and not n.subs
               for n in below.walk()):
            for n in below.walk():
                if n.kind == "name" and n.name in self.meaning.scalars() - self.meaning.sizes:
                    found.setdefault(n.name, []).append(id(n))
