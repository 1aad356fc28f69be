r"""Names in formulas: fonts, accents, indices below and above, primes, arguments.

``\hat{\mathbf{y}}^{(i)}_{k}`` is the name *yhat* with the indices i and k. Which names are tensors,
functions or sizes is not asked here: the whole statement tells (:mod:`.meaning`).
"""

from dataclasses import replace

from .cursor import Cursor
from .tokens import ACCENTS, ALPHABETS, FONTS, LETTERS
from .tree import Node

_TRANSPOSED = (r"\top", r"\intercal", r"\mathsf", r"\transpose")
_MOMENTS = {"E", "Var", "Cov", "Corr", "Std"}
_MARKED = {"*": "*", r"\star": "*", r"\dagger": "dagger", r"\dag": "dagger"}


class Naming(Cursor):
    """What a name has at it."""

    def at_name(self) -> bool:
        """Whether a command stands here that makes a name: a font or an accent."""
        token = self.peek()
        return token.kind == "command" and (token.text in FONTS or token.text in ALPHABETS
                                            or token.text in ACCENTS)

    def known(self) -> Node:
        """A name that was given, with as many indices or arguments as it has."""
        token = self.take()
        _, rank = self.names[token.text]
        node = self.node("known", token.at, name=token.text)
        if rank == "function":
            return replace(node, called=self.arguments())
        if not rank:
            return node
        self.must("_")
        return replace(node, subs=self.index_below())

    def name(self, scripts=True) -> Node:
        """A name with its scripts; ``(…)`` behind it may be arguments or a factor."""
        node = self.bare_name()
        if not self.names:
            self.no_random_variables(node)
        return self.scripts(node) if scripts else node

    def no_random_variables(self, node: Node):
        """Refuses E[x], Var(x) and P(A | B), which as products would be something else."""
        opens = self.sees("[", "(", "{|")
        if (node.name == "E" and self.sees("[", "{|")) or (
                opens and node.name in _MOMENTS and self.peek(-1).kind in ("word", "roman", "sign")
                and self.peek(-1).text != ")"):
            self.fail(f"means and variances cannot be read; write {node.name} as a sum, "
                      r"\sum_k p_k x_k", node.at)
        if node.name in ("P", "Pr") and self.sees("("):
            inside = self.in_parentheses()
            if (len(inside) == 1 and inside[0].text.isupper()) or any(
                    token.text in ("|", ",") for token in inside):
                self.fail(r"probabilities cannot be read; for a product write P \cdot (…)", node.at)

    def in_parentheses(self) -> list:
        """The tokens within the parentheses that open here."""
        depth = 0
        for end in range(self.place, len(self.tokens)):
            depth += {"(": 1, ")": -1}.get(self.tokens[end].text, 0)
            if depth == 0:
                return self.tokens[self.place + 1:end]
        return []

    def bare_name(self) -> Node:
        """A letter or word, in its font and with its accent."""
        token = self.peek()
        if token.kind == "command" and token.text in ACCENTS:
            self.take()
            inner = self.named()
            return replace(inner, at=token.at, name=inner.name + ACCENTS[token.text])
        if token.kind == "command" and token.text in ALPHABETS:
            self.take()
            inner = self.named()
            return replace(inner, at=token.at, name=inner.name + ALPHABETS[token.text])
        if token.kind == "command" and token.text in FONTS:
            self.take()
            return replace(self.named(), at=token.at, args=("bold",))
        self.take()
        if token.kind == "roman":
            return self.node("name", token.at, name=token.text.replace(" ", "").rstrip(".,"))
        if token.kind == "word" and token.text[:1] == "d" and token.text[1:] in LETTERS:
            return self.node("name", token.at, name=token.text[1:], primes=1)   # dphi(z)
        following = self.peek()
        if not self.latex and token.text == "d" and following.kind == "letter" \
                and following.at == token.end and self.peek(1).text == "(":
            return self.node("name", token.at, name=self.take().text, primes=1)   # dφ(z)
        return self.node("name", token.at, name=token.text)

    def named(self) -> Node:
        """The name in the braces of a font or an accent, or the one letter behind it."""
        with self.nested():
            token = self.peek()
            if not self.skip("{"):
                if token.kind != "letter" and not self.at_name():
                    self.fail("expected a name")
                return self.bare_name()
            if self.peek().kind not in ("letter", "word", "roman") and not self.at_name():
                self.fail("expected a name")
            node = self.bare_name()
            while self.peek().kind == "letter" and self.peek().run >= 0:   # \mathbf{err}
                node = replace(node, name=node.name + self.take().text)
            node = self.scripts(node, bare=True)
            self.must("}")
            if node.kind != "name":
                self.fail("expected a name alone", token.at)
            return node

    # What is at a name

    def scripts(self, node: Node, bare=False) -> Node:
        """Indices, primes, marks, an exponent, arguments."""
        power = None
        while True:
            token = self.peek()
            if self.sees("'"):
                self.take()
                node = replace(node, primes=node.primes + 1)
            elif self.sees("_"):
                node = self.below(node)
            elif self.at_entry():
                self.take()
                node = replace(node, subs=node.subs + self.indices("]"))
                self.must("]")
            elif self.sees("^"):
                if (marked := self.above(node)) is not None:
                    node = marked
                elif power is not None or bare:
                    self.doubt("a power of a power; use braces")
                else:
                    self.take()
                    power = self.raised()
                    if not self.sees("_", "'"):
                        break
            else:
                break
            if node.kind == "transpose":
                return node
        end = self.peek(-1).end
        node = replace(node, text=self.text[node.at:end])
        if power is not None:
            return Node("pow", node.at, (node, power), text=node.text)
        if token.kind == "number" and not self.latex and token.at == end and not node.subs:
            digits = self.take()   # x1, in plain language, is a name
            node = replace(node, subs=(self.node("label", digits.at, name=digits.text),))
        # Of names that were given, the functions are known: (…) behind another one is a factor.
        if self.sees("(") and not bare and not self.in_exponent and not self.names:
            node = replace(node, called=self.arguments())
            if self.sees("!"):
                node = replace(node, power=self.node("bang", self.take().at))
            elif self.skip("^"):
                node = replace(node, power=self.raised())
            node = replace(node, text=self.text[node.at:self.peek(-1).end])
        return node

    def at_entry(self) -> bool:
        """Whether an index in brackets stands here, as in ``x[i]``: without a space before it."""
        token = self.peek()
        return token.kind == "sign" and self.text[token.at:token.end] == "[" \
            and token.at == self.peek(-1).end and self.peek(-1).text not in ("E", "P", "}")

    def below(self, node: Node) -> Node:
        """With the indices below it, or what is set there in roman as part of the name."""
        at = self.take().at
        accent = self.peek()
        if not self.latex and accent.text in ACCENTS.values():
            self.take()
            return replace(node, name=node.name + accent.text)
        if node.subs:
            self.fail("expected one index below a name; use braces", at)
        return replace(node, subs=self.index_below())

    def index_below(self) -> tuple:
        """The indices behind ``_``."""
        if self.skip("{"):
            with self.nested():
                found = self.indices("}")
            self.must("}")
            return found
        token = self.peek()
        if token.kind in ("roman", "word") or (not self.latex and token.kind == "letter"):
            return (self.run_below(),)
        if token.kind == "letter":
            self.take()
            if self.one_run(token):
                self.doubt(f"the index {token.text} and then factors, or all of them indices? "
                           "Use braces", token.at)
            return (self.node("name", token.at, name=token.text),)
        if token.kind == "number":
            return (self.digit() if self.latex else self.atom(),)
        if self.sees("*"):
            return (self.node("label", self.take().at, name="*"),)
        return (self.atom(single=True),)

    def one_run(self, token) -> bool:
        """Whether letters follow in one run with an index, with nothing at the last of them."""
        place = self.place
        while place < len(self.tokens) and self.tokens[place].run == token.run != -1:
            place += 1
        if place == self.place:
            return False
        after = self.tokens[place] if place < len(self.tokens) else None
        return after is None or after.at != self.tokens[place - 1].end \
            or after.text not in ("_", "^", "(", "'")

    def run_below(self) -> Node:
        """A run of letters as indices: a label if it is a word, else an index each."""
        first = self.take()
        if first.kind == "roman":
            return self.node("label", first.at, name=first.text.replace(" ", ""))
        letters = [self.node("name", first.at + p, name=letter)
                   for p, letter in enumerate(first.text)] \
            if first.kind == "word" and first.text not in LETTERS else [
            self.node("name", first.at, name=first.text)]
        while self.peek().kind == "letter" and self.peek().at == self.peek(-1).end:
            token = self.take()
            letters.append(self.node("name", token.at, name=token.text))
        return letters[0] if len(letters) == 1 else self.node("mul", first.at, *letters)

    def indices(self, closing: str) -> tuple:
        """Indices with commas between them, up to what closes them."""
        found = []
        while not found or self.skip(","):
            token = self.peek()
            if token.kind in ("roman", "word") and self.peek(1).text in (closing, ","):
                if token.kind == "word" and token.text not in ("max", "min", "sum", "mean", "prod"):
                    found.append(self.run_below())
                else:
                    self.take()
                    found.append(self.node("label", token.at, name=token.text.replace(" ", "")))
            elif self.sees("*", "+", "-") and self.peek(1).text == closing:
                found.append(self.node("label", self.take().at, name=token.text))
            else:
                found.append(self.expression())
        return tuple(found)

    def above(self, node: Node) -> Node | None:
        """With what stands above the name, unless that is an exponent."""
        inside = self.braced(self.place + 1)
        first = inside[0] if inside else self.peek(1)
        alone = len(inside) <= 1
        if alone and (first.text in _TRANSPOSED or (first.kind == "roman" and first.text == "T")):
            return self._transposed(node, inside, "top")
        if inside and len(inside) == 2 and first.text == r"\mathsf":
            return self._transposed(node, inside, "top")
        if alone and first.kind == "letter" and first.text == "T" and self.latex:
            return self._transposed(node, inside, "T")
        if alone and first.text in _MARKED:
            self._skip_script(inside)
            return replace(node, name=node.name + f"^{_MARKED[first.text]}")
        if all(token.text == "'" for token in inside or (first,)):
            self._skip_script(inside)
            return replace(node, primes=node.primes + max(1, len(inside)))
        if inside and first.text == "(" and self.is_whole(inside, "(", ")"):
            self.take()
            self.take()
            self.take()
            with self.nested():
                found = self.indices(")")
            self.must(")")
            self.must("}")
            return replace(node, sups=node.sups + found)
        if inside and first.text == "[" and self.is_whole(inside, "[", "]"):
            self._skip_script(inside)
            label = self.text[first.at:inside[-1].end].replace(" ", "")
            return replace(node, name=f"{node.name}^{label}")
        return None

    def _transposed(self, node, inside, how) -> Node:
        self._skip_script(inside)
        return self.node("transpose", node.at, replace(node, text=self.text[node.at:node.at + 1]),
                         name=how)

    def _skip_script(self, inside):
        """Past ``^`` and what stands above, braces or not."""
        self.place += 2 if not inside else 3 + len(inside)

    def braced(self, place: int) -> list:
        """The tokens within the braces that open at a place; none if none do, or none close."""
        if place >= len(self.tokens) or self.tokens[place].text != "{":
            return []
        depth = 0
        for end in range(place, len(self.tokens)):
            depth += {"{": 1, "}": -1}.get(self.tokens[end].text, 0)
            if depth == 0:
                return self.tokens[place + 1:end]
        return []

    def is_whole(self, inside, opening, closing) -> bool:
        """Whether the bracket that opens first closes last."""
        depth = 0
        for place, token in enumerate(inside):
            depth += {opening: 1, closing: -1}.get(token.text, 0)
            if depth == 0:
                return place == len(inside) - 1
        return False
