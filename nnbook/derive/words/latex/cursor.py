"""Where a reader of formulas stands: looking at tokens, taking them, and saying what was expected.
"""

from contextlib import contextmanager

from ...limits import NESTED
from .errors import Ambiguous, ReadError
from .tokens import Token, tokens
from .tree import Node

CLOSING = {"(": ")", "[": "]", "{|": "|}", "{": "}", "lbar": "rbar", "lnorm": "rnorm"}
RELATIONS = ("=", "!=", "<", ">", "<=", ">=", ":=")
_SHOWN = {"{|": r"\{", "|}": r"\}", "rbar": r"\right|", "rnorm": r"\right\|", "norm": r"\|"}


class Cursor:
    """The tokens of one text, and the place in them."""

    def __init__(self, text: str, latex: bool, strict=False, names=None):
        self.text, self.latex, self.strict, self.names = text, latex, strict, names or {}
        written = [name for name in self.names if not name.startswith("mean over")]
        self.tokens, self.place, self.depth = tokens(text, latex, written), 0, 0
        self.in_exponent = False    # of plain language, where x^k (a + b) is a product
        self.bars: list[str] = []   # what closes the absolute values and norms that are open

    # Looking

    def peek(self, ahead: int = 0) -> Token:
        """The token here, or some tokens on; one of kind ``end`` after the last."""
        place = self.place + ahead
        if 0 <= place < len(self.tokens):
            return self.tokens[place]
        return Token("end", "", len(self.text), len(self.text))

    def sees(self, *texts: str) -> bool:
        """Whether one of these signs or commands stands here."""
        token = self.peek()
        return token.kind in ("sign", "command") and token.text in texts

    def sees_word(self, *words: str) -> bool:
        """Whether one of these words stands here, in roman or in plain letters."""
        token = self.peek()
        return token.kind in ("roman", "word") and token.text.strip(" ,.:") in words

    # Taking

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def skip(self, *texts: str) -> str:
        """The sign or command, if it is one of these; else nothing."""
        return self.take().text if self.sees(*texts) else ""

    def must(self, text: str):
        if not self.skip(text):
            self.fail(f"expected {_SHOWN.get(text, text)!r}")

    # Errors

    def fail(self, expected: str, at: int | None = None, kind=ReadError):
        token = self.peek()
        if at is None:
            raise kind(self.text, token.at, self.text[token.at:token.end], expected)
        raise kind(self.text, at, self.text[at:self.peek(-1).end][:40], expected)

    def doubt(self, expected: str, at: int | None = None):
        self.fail(expected, at, Ambiguous)

    @contextmanager
    def nested(self):
        """Counts how deep brackets, fractions and powers stand within each other."""
        self.depth += 1
        if self.depth > NESTED:
            self.fail(f"expected at most {NESTED} brackets, fractions and powers within each other")
        yield
        self.depth -= 1

    @contextmanager
    def bar(self, closing: str):
        """Within this, the sign closes what is open rather than opening another."""
        self.bars.append(closing)
        yield
        self.bars.pop()

    def node(self, kind: str, at: int, *args, **fields) -> Node:
        """A node, with its text."""
        return Node(kind, at, args, text=self.text[at:self.peek(-1).end], **fields)
