"""Sums and products, cases, indicators and means: pieces with a part of their own."""

from .cursor import Cursor
from .tree import Node

_MEANS = "mean over "


class Operators(Cursor):
    """What reaches over a formula that follows."""

    # Sums and products

    def plain_big(self) -> bool:
        """Whether ``sum_i`` stands here, which as a sign of summation reaches on."""
        return self.at_word_of_sums() and self.peek(1).text == "_"

    def at_word_of_sums(self) -> bool:
        token = self.peek()
        return token.kind == "word" and token.text in ("sum", "prod", "mean")

    def big(self) -> Node:
        r"""``\sum_{i=1}^{n} f``, which reaches to the next plus or minus; ``sum(f, i)``."""
        token = self.take()
        kind = token.text.lstrip("\\")
        below, last, without = None, None, None
        while self.sees("_", "^"):
            if self.take().text == "^":
                if last is not None:
                    self.fail("expected one upper limit")
                last = self.argument()
            elif below is None:
                below, without = self.limits()
            else:
                self.fail("expected one lower limit")
        if below is None:
            self.fail(f"expected the index of the {kind} below it")
        if last is not None and len(below) > 1:
            self.fail("write a sum for each index", token.at)
        body = self.product_of(kind)
        return self.over(kind, token.at, below, last, without, body)

    def product_of(self, kind) -> Node:
        with self.nested():
            if self.finished():
                self.fail(f"expected what the {kind} is of")
            return self.term()

    def over(self, kind, at, below, last, without, body) -> Node:
        for name, first in reversed(below):
            end, how = last, ""
            if without is not None and without.name in ("<", "<="):
                how = without.name   # what is above may be meant as a second index
                first, end, without = self._up_to(without, at)
            body = self.node(kind, at, name, first, end, without, body, name=how)
            without = None
        return body

    def _up_to(self, without, at) -> tuple:
        """The limits of a sum over ``s <= t``."""
        end = without.args[1]
        if without.name == "<":
            end = self.node("add", at, end, self.node("neg", at, self.node("number", at, name="1")))
        return None, end, None

    def limits(self) -> tuple[list, Node | None]:
        """([(index, first), …], condition) below a sum."""
        if not self.skip("{"):
            token = self.peek()
            names = self.index_below() if not self.latex and token.kind != "number" \
                else (self.atom(single=True),)
            parts = names[0].args if names[0].kind == "mul" else names
            return [(self.index_name(part), None) for part in parts], None
        found, without = [], None
        with self.nested():
            while not found or self.skip(","):
                left = self.expression()
                if self.skip("="):
                    found.append((self.index_name(left), self.expression()))
                elif self.sees("!=", "<", "<="):
                    if without is not None:
                        self.fail("expected one condition below a sum")
                    sign = self.take().text
                    right = self.expression()
                    without = self.node("relation", left.at, left, right, name=sign)
                    if self.sees("<", "<="):
                        self.fail("write such a range with its first and last index")
                    if not found:
                        found.append((self.index_name(left), None))
                else:
                    parts = left.args if left.kind == "mul" else (left,)
                    found += [(self.index_name(part), None) for part in parts]
        self.must("}")
        if without is not None and (len(found) > 1 or without.args[0].name != found[0][0].name):
            self.fail("expected a condition on the index of the sum", without.at)
        return found, without

    def index_name(self, node: Node) -> Node:
        if node.kind not in ("name", "known") or node.subs or node.sups or node.called:
            self.fail("expected an index, a letter by itself", node.at)
        return node

    def called_sum(self, kind, at) -> Node:
        """``sum(f, i)``, ``sum(i, f)``, ``sum(f, i, 1, n)``."""
        values = list(self.arguments())
        if len(values) == 4 and values[2].kind == "number":
            return self.node(kind, at, self.index_name(values[1]), values[2], values[3], None,
                             values[0])
        if len(values) > 1 and self._is_letter(values[0]) and not self._is_letter(values[-1]):
            values = values[::-1]
        if len(values) < 2:
            self.fail(f"expected {kind}(formula, index), such as {kind}(x[i], i)", at)
        body, *indices = values
        for index in indices:
            body = self.node(kind, at, self.index_name(index), None, None, None, body)
        return body

    def _is_letter(self, node) -> bool:
        return node.kind == "name" and not node.subs and not node.called and len(node.name) == 1

    # Cases and indicators

    def cases(self) -> Node:
        """Values with conditions, of which the last may be *otherwise*."""
        at, rows = self.take().at, []
        with self.nested():
            bars, self.bars = self.bars, []
            while not self.sees(r"\end{cases}"):
                value = self.expression()
                self.skip(",")
                self.skip("&")
                rows.append(self.node("case", value.at, value, self.case()))
                self.skip(".", ",", ";")
                if not self.skip(r"\\"):
                    break
            self.bars = bars
            self.must(r"\end{cases}")
        if not rows:
            self.fail("expected a case", at)
        return self.node("cases", at, *rows)

    def case(self) -> Node:
        """``if x > 0``, ``otherwise``."""
        at = self.peek().at
        if self.sees_word("otherwise", "else", "elsewhere"):
            self.take()
            return self.node("true", at)
        if self.sees_word("if", "for", "when"):
            self.take()
        return self.conditions()

    def at_indicator(self) -> bool:
        r"""Whether ``\mathbb{1}``, ``\mathbf 1`` or ``\mathbb{I}`` stands here."""
        token = self.peek()
        if token.kind != "command" or token.text not in (
                r"\mathbb", r"\mathbbm", r"\mathds", r"\mathbf", r"\boldsymbol", r"\bm"):
            return False
        which = self.peek(2) if self.peek(1).text == "{" else self.peek(1)
        return which.text == "1" or (which.text == "I" and token.text == r"\mathbb")

    def indicator(self) -> Node:
        r"""``\mathbb{1}[i = j]``, ``\mathbf 1_{x > 0}``: 1 where it holds, else 0."""
        at = self.take().at
        self.place += 3 if self.sees("{") else 1
        if self.skip("_"):
            self.must("{")
            with self.nested():
                brackets = self.skip("{|", "[", "(")
                inner = self.conditions()
                if brackets:
                    self.must({"{|": "|}", "[": "]", "(": ")"}[brackets])
            self.must("}")
            return self.node("indicator", at, inner)
        opening = self.skip("[", "{|", "(")
        if not opening:
            self.fail("expected a condition in brackets")
        with self.nested():
            bars, self.bars = self.bars, []
            inner = self.conditions()
            self.bars = bars
            self.must({"[": "]", "{|": "|}", "(": ")"}[opening])
        return self.node("indicator", at, inner)

    # Means, where their laws are known

    def at_mean(self) -> bool:
        return any(name.startswith(_MEANS) for name in self.names)

    def mean(self) -> Node:
        """E_{x, y}[…], of which the first variable is the outermost."""
        at = self.take().at
        if self.skip("{"):
            self.take()
            self.must("}")
        self.must("_")
        inside = self.braced(self.place)
        if not inside:
            self.fail("expected the variables of the mean in braces")
        below = [name.strip() for name in self.text[inside[0].at:inside[-1].end].split(",")]
        for name in below:
            if _MEANS + name not in self.names:
                self.fail(f"expected random variables that are known, got {name!r}")
        self.place += len(inside) + 2
        if not self.sees("["):
            self.fail("expected what the mean is of, in square brackets")
        return self.node("mean of", at, self.group(), name=",".join(below))
