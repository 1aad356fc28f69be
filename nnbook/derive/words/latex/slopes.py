r"""Derivatives in formulas: ``\frac{\partial f}{\partial x}``, ``d(f)/d(x)``."""

from .cursor import Cursor
from .tokens import ACCENTS, ALPHABETS, FONTS, LETTERS, WORDS
from .tree import Node


class Slopes(Cursor):
    """What differentiates."""

    def at_slope(self) -> bool:
        r"""Whether the fraction whose parts stand here is a derivative, of ∂ or d."""
        above = self.braced(self.place)
        if self.peek().text != "{":
            above, start = [self.peek()], self.place + 1
        else:
            start = self.place + len(above) + 2
        below = self.braced(start)
        return bool(above) and len(below) > 1 and _is_d(above[0]) and _is_d(below[0]) \
            and (above[0].text == r"\partial") == (below[0].text == r"\partial") \
            and self._starts_name(below[1]) \
            and (len(above) == 1 or above[0].text == r"\partial" or above[1].text == "^"
                 or self._starts_name(above[1]) or above[1].text in ("(", "[", r"\sum"))

    def _starts_name(self, token) -> bool:
        return token.kind in ("letter", "roman", "known") or (token.kind == "command" and (
            token.text in FONTS or token.text in ALPHABETS or token.text in ACCENTS))

    def slope(self, at) -> Node:
        r"""``\frac{\partial f}{\partial x}``, ``\frac{d}{dx}`` before what it is of."""
        with self.nested():
            braces = self.skip("{")
            self.take()
            order = self.argument() if self.skip("^") else None
            of = None if not braces or self.sees("}") else self.expression()
            if braces:
                self.must("}")
            self.must("{")
            by = []
            while not self.sees("}"):
                if not _is_d(self.peek()):
                    self.fail("expected a differential")
                self.take()
                by += self.differential()
            self.must("}")
            wanted = 1 if order is None else _count(order)
            if wanted != len(by):
                self.fail(f"expected a derivative with respect to as many variables as its "
                          f"order says, got {len(by)}", at)
            of = self.reach(at) if of is None else of
        for variable in reversed(by):
            of = self.node("partial", at, of, variable)
        return of

    def differential(self) -> list[Node]:
        """The variable behind a ∂ below, as often as its exponent says."""
        here = self.peek()
        if here.kind == "known":
            return [self.atom()]
        if not self._starts_name(here):
            self.fail("expected a symbol or an entry to differentiate with respect to")
        variable = self.name()
        times = 1
        if variable.kind == "pow":
            variable, exponent = variable.args
            times = _count(exponent)
            if exponent.kind != "number":
                self.fail("what stands above a name is a power; write an index above in "
                          "parentheses, w^{(l)}_{jk}", here.at)
            if not 1 <= times <= 4:
                self.fail("expected a derivative of order at most 4", here.at)
        if variable.kind != "name" or variable.called is not None:
            self.fail("expected a symbol or an entry to differentiate with respect to", here.at)
        return [variable] * times

    def reach(self, at) -> Node:
        """What an operator ∂/∂x is of: the brackets behind it, or the rest of the term."""
        if self.finished():
            self.fail("expected what the derivative is of")
        if self.sees("[", "{|") or (self.strict and not self.sees("(")):
            return self.factor()
        if not self.sees("("):
            return self.term()
        inside = self.factor()
        if not self.finished():
            self.doubt("does the derivative reach beyond the parentheses? Use square brackets "
                       "around what it is of", at)
        return inside

    def slope_in_line(self) -> Node:
        r"""``\partial L / \partial w``."""
        at = self.take().at
        if self.sees("_"):
            self.fail(r"write the derivative as \frac{\partial f}{\partial x}", at)
        of = self.atom()
        self.must("/")
        self.must(r"\partial")
        (by, *more) = self.differential()
        if more:
            self.fail("expected a derivative of first order", at)
        return self.node("partial", at, of, by)

    def plain_slope(self) -> Node | None:
        """``d(f)/d(x)``, ``dL/dw`` and ``d/dx f`` in plain language."""
        if self.latex:
            return None
        if self._at_differentials():
            return self._slope_of_words()
        if self.peek().text != "d" or self.peek(1).text != "(":
            return None
        depth, end = 0, self.place + 1
        while end < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.tokens[end].text, 0)
            if depth == 0:
                break
            end += 1
        ahead = end + 1 - self.place
        if self.peek(ahead).text != "/" or not (
                [self.peek(ahead + 1).text, self.peek(ahead + 2).text] == ["d", "("]
                or self._differential_at(ahead + 1)):
            return None
        at = self.take().at
        of = self.group()
        self.must("/")
        if not (self.peek().text == "d" and self.peek(1).text == "("):
            return self.node("partial", at, of, self.scripts(self._after_d(), bare=True))
        self.take()
        return self.node("partial", at, of, self.group())


    def _at_differentials(self) -> bool:
        """Whether ``dL/dw`` or ``d/dx`` stands here, which as names would be d/(d x)."""
        above = self.peek()
        start = 1 if above.kind == "word" or self.peek(1).text == "/" else 2
        return ((above.text == "d" and start == 1) or self._differential_at(0)) \
            and self.peek(start).text == "/" and self._differential_at(start + 1)

    def _differential_at(self, ahead) -> bool:
        """Whether a d and the name behind it stand so many tokens on, as one word or two letters.
        """
        token, following = self.peek(ahead), self.peek(ahead + 1)
        if token.kind == "word":
            rest = token.text[1:]
            return token.text[:1] == "d" and token.text not in WORDS | LETTERS \
                and (len(rest) == 1 or rest in LETTERS)
        return token.text == "d" and following.kind == "letter" and following.at == token.end

    def _slope_of_words(self) -> Node:
        at, of = self.peek().at, None
        if self.peek(1).text == "/" and self.peek().text == "d":
            self.take()
        else:
            of = self._after_d()
        self.must("/")
        by = self.scripts(self._after_d(), bare=True)
        return self.node("partial", at, self.reach(at) if of is None else of, by)

    def _after_d(self) -> Node:
        """The name that stands behind a d."""
        token = self.take()
        if token.kind == "letter":
            token = self.take()
            return self.node("name", token.at, name=token.text)
        return self.node("name", token.at + 1, name=token.text[1:])


def _is_d(token) -> bool:
    return token.text == r"\partial" or (token.kind in ("letter", "roman") and token.text == "d")


def _count(node) -> int:
    return int(node.name) if node.kind == "number" and node.name.isdigit() else 0
