"""The grammar of formulas: from text to a tree.

Sums reach to the next plus or minus, factors stand side by side, a function without parentheses
takes one symbol, number or fraction. What these conventions leave open is not read but refused
(:class:`.errors.Ambiguous`); ``strict`` refuses also what every reader takes in one way, such as
``\\log x^2``: so must the book not print.
"""

from .cursor import CLOSING, RELATIONS
from .pieces import Pieces
from .tree import Node

_ENDS = {"+", "-", "&", ",", ")", "]", "}", "|}", "rbar", "rnorm", ";", r"\\", r"\end{cases}",
         r"\right", ".", ":", r"\quad", r"\wedge", r"\in", r"\sim", r"\mapsto", r"\to",
         r"\rfloor", r"\rceil", *RELATIONS}
BIG = {r"\sum": "sum", r"\prod": "prod"}


class Grammar(Pieces):
    """The parts of a formula down to factors; the pieces are in :class:`Pieces`."""

    def statement(self) -> list[tuple[str, Node]]:
        """Sides with the relation before each: ``a = b <= c`` is [("", a), ("=", b), ("<=", c)]."""
        if not self.tokens:
            self.fail("expected a formula")
        sides = [("", self.expression())]
        while self.next_line() or self.sees(*RELATIONS):
            sides.append((self.take().text, self.expression()))
        if self.sees(".", ",", ";") and self.peek(1).kind == "end":
            self.take()
        if self.peek().kind != "end":
            self.fail(self.why_not() or "expected a sign or the end of the formula")
        return sides

    def next_line(self) -> str:
        """Goes on in the next line of an aligned chain, which begins with its sign."""
        if self.sees(r"\\") and self.peek(1).text not in RELATIONS:
            self.fail("expected one formula, whose further lines begin with a sign =")
        return self.skip(r"\\")

    def expression(self) -> Node:
        at, terms = self.peek().at, []
        while True:
            minus, signs = False, 0
            while self.sees("+", "-") and (signs == 0 or not self.strict):
                minus ^= self.take().text == "-"
                signs += 1
            term = self.term()
            terms.append(self.node("neg", term.at, term) if minus else term)
            if not self.sees("+", "-"):
                return terms[0] if len(terms) == 1 else self.node("add", at, *terms)

    def finished(self) -> bool:
        """Whether the term ends here."""
        token = self.peek()
        if token.kind == "end" or (token.kind == "sign" and token.text == "|"
                                   and self.bars and self.bars[-1] == "|"):
            return True
        if token.kind == "sign" and token.text == "norm":
            return bool(self.bars) and self.bars[-1] == "norm"
        if token.kind in ("sign", "command"):
            return token.text in _ENDS
        return (token.kind == "roman" and self.is_prose(token.text)) \
            or (token.kind == "word" and token.text in ("if", "and", "otherwise"))

    def term(self) -> Node:
        at, factors, divided, number = self.peek().at, [], False, False
        while True:
            here = self.peek()
            if (here.kind == "command" and here.text in BIG) or self.plain_big():
                factors.append(self.big())
                break
            if number and self.sees(r"\frac") and self.mixed_number():
                self.doubt("a mixed number or a product? Write a dot between the factors")
            factor, bare = self.factor_or_function()
            factors.append(factor)
            number = factor.kind == "number"
            if self.skip("*"):
                number, divided = False, False
                continue
            if self.sees("/"):
                factors.append(self.division(factors.pop()))
                # Typed plainly, (a + b)/(n p) sum(…) has its divisor in parentheses.
                divided = self.latex or factors[-1].args[1].kind != "group"
                if self.skip("*"):
                    divided = False
                    continue
            if self.finished():
                break
            if bare and not self.at_function():
                self.doubt("what does the function before it take? Put its argument in parentheses",
                           factor.at)
            if self.peek().kind == "number":
                self.fail("put a sign before this number",
                          kind=self.ambiguous)
            if divided and not (factors[-1].kind == "div" and self.sees("(", "[", *BIG, r"\frac")
                                and all(a.kind == "number" for a in factors[-1].args)):
                self.doubt(r"is it under the stroke or beside it? Write \frac, parentheses or a "
                           "dot")
        return factors[0] if len(factors) == 1 else self.node("mul", at, *factors)

    def division(self, above: Node) -> Node:
        """``a / b / c``, from the left."""
        while self.skip("/"):
            below = self.big() if self.sees(*BIG) else self.factor_or_function()[0]
            above = self.node("div", above.at, above, below)
        return above

    def factor_or_function(self) -> tuple[Node, bool]:
        """(factor, whether it is a function that takes what stands beside it)."""
        bare = self.bare_function()
        return (self.factor(), False) if bare is None else (bare, True)

    def factor(self) -> Node:
        at = self.peek().at
        base = self.atom()
        if self.skip("!"):
            base = self.node("factorial", at, base)
            if self.strict and self.sees("^"):
                self.doubt("of the factorial, or an exponent within it?", at)
        while self.skip("^"):
            if base.kind == "pow":
                self.doubt("a power of a power; use braces", at)
            base = self.node("pow", at, base, self.raised())
            if self.skip("!"):
                self.doubt("the factorial of the power, or of its exponent?", at)
        return base

    def raised(self) -> Node:
        """The exponent behind ``^``; without braces it is one sign."""
        with self.nested():
            if self.latex or self.sees("{"):
                return self.argument()
            at = self.peek().at   # plain: x^-1, x^(n - 1), 2^x[i]
            if self.sees("-", "+"):
                minus = self.take().text == "-"
                inner = self.raised()
                return self.node("neg", at, inner) if minus else inner
            kept, self.in_exponent = self.in_exponent, True
            inner = self.factor()
            self.in_exponent = kept
            return inner

    def argument(self) -> Node:
        """What stands in the braces that open here, or the one sign that stands here."""
        with self.nested():
            token = self.peek()
            if self.skip("{"):
                inner = self.expression()
                self.must("}")
                return inner
            if token.kind == "number":
                return self.digit()
            if token.kind in ("letter", "known", "command"):
                return self.atom(single=True)
            self.fail("expected braces")

    def group(self) -> Node:
        """A formula in brackets; a relation in square ones is 1 where it holds."""
        opening = self.peek()
        with self.nested():
            closing = CLOSING[self.take().text]
            bars, self.bars = self.bars, []
            kept, self.in_exponent = self.in_exponent, False
            inner = self.expression()
            self.in_exponent = kept
            if opening.text in ("[", "{|") and self.sees(*RELATIONS):
                inner = self.node("indicator", opening.at, self.conditions(inner))
            self.bars = bars
            self.must(closing)
        return self.node("group", opening.at, inner, name=opening.text)

    # Conditions

    def conditions(self, first: Node | None = None) -> Node:
        """``i = j``, ``0 < x < 1``, several with *and* or a comma between them."""
        at = self.peek().at if first is None else first.at
        found = [self.relation(first)]
        while self.and_():
            found.append(self.relation())
        return found[0] if len(found) == 1 else self.node("and", at, *found)

    def and_(self) -> bool:
        if self.sees_word("and"):
            self.take()
            return True
        if self.sees(",") and self.peek(1).text in (r"\\", r"\end{cases}", ""):
            return False
        return bool(self.skip(r"\wedge", ","))

    def relation(self, left: Node | None = None) -> Node:
        left = self.expression() if left is None else left
        sides, signs = [left], []
        while self.sees(*RELATIONS):
            signs.append(self.take().text)
            sides.append(self.expression())
        if not signs:
            self.fail("expected a relation such as =, < or \\neq")
        pairs = [self.node("relation", left.at, *sides[p:p + 2], name=sign)
                 for p, sign in enumerate(signs)]
        return pairs[0] if len(pairs) == 1 else self.node("and", left.at, *pairs)
