"""The tree of a formula, before anything is known of its names."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Node:
    """A part of a formula: its kind, its place in the text, and its parts.

    Of a name: ``subs`` are the indices below and ``sups`` those above, ``(l)``; ``label`` is set
    in roman below it; ``called`` are the formulas in parentheses behind it, which may be the
    arguments of a function or factors, and ``power`` is the exponent behind these.
    """

    kind: str
    at: int
    args: tuple = ()
    name: str = ""
    subs: tuple = ()
    sups: tuple = ()
    primes: int = 0
    called: tuple | None = None
    power: "Node | None" = None
    text: str = field(default="", compare=False)

    def parts(self) -> Iterator["Node"]:
        """The nodes below this one, from left to right."""
        yield from (a for a in self.args if isinstance(a, Node))
        yield from self.subs
        yield from self.sups
        yield from self.called or ()
        if self.power is not None:
            yield self.power

    def with_parts(self, change) -> "Node":
        """The node with each part changed."""
        return replace(
            self, args=tuple(change(a) if isinstance(a, Node) else a for a in self.args),
            subs=tuple(map(change, self.subs)), sups=tuple(map(change, self.sups)),
            called=None if self.called is None else tuple(map(change, self.called)),
            power=None if self.power is None else change(self.power))

    def walk(self) -> Iterator["Node"]:
        """This node and all below it."""
        yield self
        for part in self.parts():
            yield from part.walk()
