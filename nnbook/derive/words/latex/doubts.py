"""What only the whole statement can tell to be unclear, and is asked rather than guessed.

``ab`` typed plainly is one name or a product; ``f^2(x)`` is a square or a product; the ``n`` of
``1/n`` before a sum counts its terms. What is guessed all the same is noted, for the reader to see.
"""

from dataclasses import replace

from sympy import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan, evaluate, expand

from ..language import Index
from .errors import ReadError
from .meaning import FUNCTION_NAMES, Meaning, Part, is_letter, letter_of
from .tokens import ACCENTS, LETTERS
from .tree import Node

BOUNDS = LessThan, GreaterThan, StrictLessThan, StrictGreaterThan
SHORT = 3   # a name of so many letters, one of which is used alone, is taken for a product


def no_run_together_names(parts: list[Part], known=()):
    """Refuses ``ab`` in plain typing where its letters are names, too."""
    nodes = [(part, node) for part in parts for root in (part.tree, part.head) if root is not None
             for node in root.walk() if node.kind == "name"]
    alone = {node.name for _, node in nodes if len(node.name) == 1}
    words = {node.name for part, node in nodes if _is_typed_word(node, part.text)
             and len(node.name) <= SHORT}
    heads = {part.head.name for part in parts if part.head is not None}
    for part, node in nodes:
        name = node.name
        if name in heads or name in known or not _is_typed_word(node, part.text):
            continue
        if name[0] == "d" and len(name) == 2:
            raise ReadError(part.text, node.at, name,
                            f"{name}: a differential? Write a derivative as dL/dw, d/dx f(x) or "
                            f"diff(L, w), and a product as d*{name[1]}")
        used = [letter in alone or any(letter in other for other in words - {name})
                for letter in name]
        if all(used) or (any(used) and len(name) <= SHORT and node.called is None):
            raise ReadError(part.text, node.at, name,
                            f"{name}: one name or the product {'*'.join(name)}? Write "
                            f"{'*'.join(name)} or {' '.join(name)}, or \\mathrm{{{name}}} for one "
                            "name")


def _is_typed_word(node, text) -> bool:
    """Whether several letters were typed for a name, which is no Greek letter and no x_bar."""
    name = node.name
    stem = next((name.removesuffix(mark) for mark in ACCENTS.values() if name.endswith(mark)), "")
    return len(name) > 1 and name.isalpha() and name.isascii() and name not in LETTERS \
        and not (len(stem) == 1 or stem in LETTERS) and text.startswith(name, node.at)


class Raised:
    r"""``\sigma^2(x)``, the square of a function, and ``x^2(a + b)``, a product.

    A name that is a function elsewhere is one here; a name that looks like a function and occurs
    nowhere else is asked for.
    """

    def __init__(self, parts: list[Part]):
        nodes = [node for part in parts for node in part.tree.walk()]
        self.heads = {p.head.name for p in parts if p.head is not None and p.head.called}
        self.called = {n.name for n in nodes if n.kind == "name" and n.called is not None}
        below = {id(s) for n in nodes for s in (*n.subs, *n.sups)}
        raised = {id(pow_.args[0]) for n in nodes if n.kind == "mul"
                  for pow_, _ in zip(n.args, n.args[1:], strict=False) if pow_.kind == "pow"}
        self.bare = {n.name for n in nodes if n.kind == "name" and n.called is None
                     and id(n) not in raised | below}
        self.notes: list[str] = []

    def settled(self, part: Part) -> Node:
        """The tree with each square of a function as one factor."""
        self.text = part.text
        return self._visit(part.tree)

    def _visit(self, node: Node) -> Node:
        node = node.with_parts(self._visit)
        if node.kind != "mul":
            return node
        factors = [node.args[0]]
        for factor in node.args[1:]:
            before = factors[-1]
            if (inside := self._argument(before, factor)) is None:
                factors.append(factor)
                continue
            self._no_convolution(before, inside)
            if before.kind == "pow" and self._is_function(before, inside):
                if factor.kind == "pow":
                    self._ask(before, "two powers of a function? Use brackets")
                called = replace(before.args[0], called=(inside.args[0],))
                made = replace(before, args=(called, before.args[1]))
                factors[-1] = replace(factor, args=(made, factor.args[1])) \
                    if factor.kind == "div" else made
            else:
                factors.append(factor)
        return factors[0] if len(factors) == 1 else replace(node, args=tuple(factors))

    def _argument(self, before, factor) -> Node | None:
        """The parentheses with which a factor begins, if they stand right behind the one before."""
        inside = factor.args[0] if factor.kind in ("div", "pow") else factor
        between = self.text[before.at + len(before.text):inside.at]
        return inside if inside.kind == "group" and inside.name == "(" and not between.strip() \
            else None

    def _is_function(self, before, inside) -> bool:
        name, power = before.args
        if name.kind != "name" or name.subs or name.sups:
            return False
        is_called = name.name in self.heads or (name.name in self.called
                                                and name.name not in self.bare)
        if name.name not in self.heads and (name.name in self.bare or not _looks_callable(name)):
            return False
        if power.kind == "neg":
            self._ask(before, "the inverse of the function, or one over it?")
        if not is_called and not (name.name == "sigma" and is_letter(inside.args[0])):
            own = name.text.partition("^")[0]
            self._ask(before, f"the power of {own}(…), or of {own} alone? Write "
                              rf"\left({own}(…)\right)^2, or a dot before the parentheses")
        return True

    def _no_convolution(self, before, inside):
        """Refuses ``(f*g)(t)``."""
        if before.kind == "group" and before.args[0].kind == "mul" and is_letter(inside.args[0]) \
                and all(is_letter(a) for a in before.args[0].args) \
                and any(a.name in FUNCTION_NAMES for a in before.args[0].args):
            self._ask(before, r"a convolution cannot be read; write its sum, "
                              r"\sum_{m=1}^{n} f_m g_{t-m}")

    def _ask(self, node, expected):
        raise ReadError(self.text, node.at, self.text[node.at:node.at + 12], expected)


def _looks_callable(name) -> bool:
    return name.name in FUNCTION_NAMES or name.name == "sigma" or (
        len(name.name) > 1 and name.name.isalpha() and name.name not in LETTERS
        and not any(name.name.endswith(mark) for mark in ACCENTS.values()))


def no_imaginary_unit(meaning: Meaning):
    """Refuses e^{ix}, where i would be a name, and notes where else it is one."""
    for node in (n for part in meaning.parts for n in part.tree.walk() if n.kind == "pow"):
        if node.args[0].kind == "name" and node.args[0].name == "e" and not meaning.e_is_a_name:
            for inside in node.args[1].walk():
                use = meaning.uses.get(id(inside))
                if use is not None and use.key == "i" and not use.indices and not use.below \
                        and "i" not in use.scope and "i" not in meaning.free:
                    meaning.fail(use, "i is read as a name; complex numbers are not supported")
    if "i" in meaning.scalars() - meaning.sizes:
        meaning.notes.append("i was read as a real number; complex numbers are not supported.")


def no_sum_over_pairs(meaning: Meaning):
    """Refuses a sum over i < j where j is no index of anything around it."""
    ranged = [n for part in meaning.parts for n in part.tree.walk()
              if n.kind in ("sum", "prod") and n.name]
    within = {id(inside) for node in ranged for inside in node.walk()}
    around = {letter_of(use.node) for place, use in meaning.uses.items()
              if place not in within and letter_of(use.node) not in use.scope}
    for node in ranged:
        end = next((n for n in node.args[2].walk() if n.kind == "name"), None)
        use = meaning.uses.get(id(end))
        if use is None or letter_of(end) in use.scope or letter_of(end) in around:
            continue
        i, j = letter_of(node.args[0]), letter_of(end)
        if any(n.kind == "name" and letter_of(n) == j for n in node.args[4].walk()):
            meaning.fail(use, f"is {j} an index of the sum, too? Write both sums, "
                              rf"\sum_{{{j}=1}}^n \sum_{{{i}=1}}^{{{j}-1}}, or say what {j} is")


def no_narrower_range(parts: list[Part], built: list):
    """Refuses ``i <= n`` where a sum to n - 1 lets i run no farther than that.

    What is proved would hold for fewer i than were spoken of.
    """
    for part, condition in zip(parts, built, strict=True):
        i = condition.lts if isinstance(condition, BOUNDS) else None
        if part.role == "condition" and isinstance(i, Index):
            with evaluate(True):
                last = expand(condition.gts - int(condition.rel_op in ("<", ">")))
                beyond = expand(last - i.size).is_positive
            if beyond:
                raise ReadError(part.text, part.tree.at, part.text[part.tree.at:][:20],
                                f"elsewhere {i} runs from 1 to {i.size} only: write the sum to "
                                f"{last}, or {i} <= {i.size}")
