"""The pieces of a formula: brackets, functions, fractions, sums, cases, derivatives."""

from .errors import Ambiguous, ReadError
from .naming import Naming
from .operators import Operators
from .slopes import Slopes
from .tokens import Token
from .tree import Node

FUNCTIONS = {"log", "exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "atan", "erf",
             "sign", "sgn", "sigmoid", "logistic", "relu", "ReLU", "softplus", "sech", "ln", "abs"}
_SAME = {"ln": "log", "sgn": "sign", "atan": "arctan", "relu": "ReLU", "logistic": "sigmoid"}
_PROSE = ("if", "for", "when", "otherwise", "else", "and", "where", "with", "or", "all", "is",
          "as", "such that", "given", "if and only if", "else if", "elsewhere")
_UNREADABLE = {
    r"\int": "integrals cannot be read", r"\lim": "limits cannot be read",
    r"\nabla": r"write the gradient by its entries, \frac{\partial f}{\partial x_j}",
    r"\dots": r"write the sum with \sum", r"\cdots": r"write the sum with \sum",
    r"\ldots": r"write the sum with \sum", r"\odot": "write a product of entries",
    r"\otimes": "write a product of entries", r"\circ": "write a product of entries",
    r"\infty": "infinite sums are not supported",
    r"\mathbb": r"the only \mathbb that is read is \mathbb{1}[…]",
    r"\pm": "write the two formulas one by one", r"\mp": "write the two formulas one by one",
    r"\det": "write a determinant by entries", r"\operatorname": "expected a function's name",
    r"\arg": "an index at which something is largest cannot be read",
    r"\argmax": "an index at which something is largest cannot be read",
    r"\approx": "only equations are checked", r"\propto": "only equations are checked",
    r"\in": "say a range with its first and last index", r"\sim": "write the law as a formula",
    r"\Pr": "probabilities cannot be read", r"\cup": "sets cannot be read",
    r"\top": "a transpose stands behind a vector", r"\langle": r"write the product with \sum",
}


class Pieces(Operators, Slopes, Naming):
    """What stands in a term; :class:`Grammar` puts the terms together."""

    @property
    def ambiguous(self):
        return Ambiguous if self.strict else ReadError

    def why_not(self) -> str:
        """What is said of a command that is known and cannot be read."""
        token = self.peek()
        if token.kind == "command":
            return _UNREADABLE.get(token.text, f"the command {token.text} cannot be read here")
        return ""

    def is_prose(self, word: str) -> bool:
        return word.strip(" ,.:") in _PROSE

    def atom(self, single=False) -> Node:
        """One factor without its exponent; ``single`` takes no index or argument with it."""
        token = self.peek()
        if token.kind == "number":
            self.take()
            return self.node("number", token.at, name=token.text)
        if token.kind == "known":
            return self.known()
        if token.kind == "sign":
            if token.text in ("(", "[", "{|", "{"):
                return self.group()
            if token.text in ("|", "lbar"):
                return self.absolute()
            if token.text in ("norm", "lnorm"):
                return self.norm()
        if (found := self.command(token)) is not None:
            return found
        if (slope := self.plain_slope()) is not None:
            return slope
        if token.kind in ("letter", "word", "roman") or self.at_name():
            return self.name(scripts=not single)
        self.fail(self.why_not() or "expected a number, a name or a bracket")

    def command(self, token: Token) -> Node | None:
        """What a command makes: a fraction, a root, cases, an indicator, a function."""
        word = self.function_word()
        if token.text == r"\frac" or (word == "frac" and self.peek(1).text == "{"):
            self.take()
            return self.fraction(token.at)
        if token.text in (r"\mathbb", "E") and self.at_mean():
            return self.mean()
        if word == "sqrt":
            return self.root()
        if word in ("max", "min"):
            self.take()
            return self.extreme(word, token.at)
        if word in ("delta", "partial", "diff") and token.kind == "word" \
                and self.peek(1).text == "(":
            return self.by_word(word)
        if self.at_word_of_sums() and self.peek(1).text == "(":
            return self.called_sum(self.take().text, token.at)
        if word == "softmax":
            return self.softmax()
        if word in FUNCTIONS:
            return self.function(word)
        if token.kind != "command":
            return self.indicator() if self.at_indicator() else None
        if token.text == r"\binom":
            self.take()
            return self.node("binomial", token.at, self.argument(), self.argument())
        if token.text == r"\lfloor":
            self.take()
            inner = self.argument() if self.sees("{") and self.strict else self.expression()
            self.must(r"\rfloor")
            return self.node("floor", token.at, inner)
        if token.text == r"\begin{cases}":
            return self.cases()
        if token.text == r"\partial":
            return self.slope_in_line()
        return self.indicator() if self.at_indicator() else None

    # Functions

    def function_word(self) -> str:
        """The name of a function that stands here, without its backslash; else nothing."""
        token = self.peek()
        if token.kind == "command":
            return token.text[1:]
        return token.text if token.kind in ("word", "roman") else ""

    def at_function(self) -> bool:
        return self.function_word() in FUNCTIONS

    def bare_function(self) -> Node | None:
        r"""``\log x``: a function without parentheses, with what it takes."""
        word, start = self.function_word(), self.place
        if word not in FUNCTIONS or self.peek(1).text == "'":
            return None
        at = self.take().at
        power, base = self.function_scripts(word)
        if self.sees("(", "[", "{|", "{"):
            self.place = start
            return None
        here = self.peek()
        if here.kind == "number" or (here.text == r"\frac" and not self.strict):
            taken = self.atom()
        elif here.text in (r"\sum", r"\prod") and not self.strict:
            taken = self.big()
        elif here.kind in ("letter", "known", "word") or self.at_name() or \
                (not self.strict and self.sees("|", "lbar")):
            taken = self.atom()
        else:
            self.fail(f"expected the argument of {word}")
        if self.sees("^"):
            if self.strict or power is not None:
                self.doubt("the power of the function or of its argument?", at)
            self.take()
            taken = self.node("pow", taken.at, taken, self.raised())
        return self.applied(word, at, taken, power, base)

    def function_scripts(self, word) -> tuple:
        r"""(power, base) at the name of a function: ``\sin^2``, ``\log_2``."""
        power = base = None
        while self.sees("^", "_"):
            if self.take().text == "_":
                if word not in ("log", "ln"):
                    self.fail(f"expected no index at {word}")
                base = self.argument()
            else:
                power = self.argument()
                if power.kind == "neg":
                    self.doubt("the inverse of the function, or one over it?", power.at)
        return power, base

    def function(self, word) -> Node:
        r"""``\log(x)``, ``\exp\{x\}``, ``\tanh^2(x)``."""
        at, primes = self.take().at, 0
        while self.skip("'"):
            primes += 1
        power, base = self.function_scripts(word)
        if not self.sees("(", "[", "{|", "{"):
            self.fail(f"expected the argument of {word} in parentheses")
        if primes and base is None:
            return self.slope_of(word, at, self.group(), primes, power)
        return self.applied(word, at, self.group(), power, base)

    def slope_of(self, word, at, taken, primes, power) -> Node:
        r"""``\tanh'(x)``: the slope of a function that is known, at what stands in parentheses."""
        made = self.node("function slope", at, taken, name=_SAME.get(word, word), primes=primes)
        return made if power is None else self.node("pow", at, made, power)

    def applied(self, word, at, taken, power, base) -> Node:
        made = self.node("function", at, taken, name=_SAME.get(word, word))
        if base is not None:
            made = self.node("div", at, made, self.node("function", at, base, name="log"))
        return made if power is None else self.node("pow", at, made, power)

    def root(self) -> Node:
        at, degree = self.take().at, None
        if self.skip("["):
            degree = self.expression()
            self.must("]")
        inner = self.group() if self.sees("(") else self.argument()
        return self.node("root", at, inner, *([] if degree is None else [degree]))

    def arguments(self) -> tuple:
        """What stands in parentheses, separated by commas."""
        if not self.sees("(", "{|", "["):
            self.fail("expected arguments in parentheses")
        with self.nested():
            self.no_bar_between()
            closing = {"(": ")", "{|": "|}", "[": "]"}[self.take().text]
            bars, self.bars = self.bars, []
            found = [self.expression()]
            while self.skip(","):
                found.append(self.expression())
            self.bars = bars
            self.must(closing)
        return tuple(found)

    def no_bar_between(self):
        """Refuses ``p(x | y)`` and ``D(p \\| q)``, whose bar parts and does not enclose."""
        for bar in ("|", "norm"):
            found, depth = [], 0
            for token in self.in_parentheses():
                depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
                if token.text == bar and not depth:
                    found.append(token)
            if len(found) == 1:
                self.fail("a bar between two arguments, as in p(x | y), cannot be read",
                          found[0].at)

    def extreme(self, word, at) -> Node:
        if self.sees("_"):
            self.fail(f"the {word} over an index cannot be read; write {word}(a, b) of two")
        return self.node(word, at, *self.arguments())

    def softmax(self) -> Node:
        r"""``\mathrm{softmax}(z)_k``."""
        at = self.take().at
        values = self.arguments()
        if len(values) != 1 or values[0].kind != "name":
            self.fail("expected the name of a vector in softmax(…)", at)
        self.must("_")
        index = self.index_below()
        return self.node("softmax", at, values[0], *index)

    def by_word(self, word) -> Node:
        """``delta(i, j)`` and ``diff(f, x)``."""
        at = self.take().at
        values = self.arguments()
        if len(values) != 2:
            self.fail(f"expected two arguments of {word}", at)
        return self.node("delta" if word == "delta" else "partial", at, *values)

    # Bars

    def absolute(self) -> Node:
        at, opening = self.peek().at, self.take().text
        with self.nested(), self.bar("|" if opening == "|" else "rbar"):
            inner = self.expression()
        self.must("|" if opening == "|" else "rbar")
        return self.node("abs", at, inner)

    def norm(self) -> Node:
        r"""``\|w\|``, with its 1 or 2 below."""
        at, opening = self.peek().at, self.take().text
        with self.nested(), self.bar("norm" if opening == "norm" else "rnorm"):
            inner = self.expression()
        self.must("norm" if opening == "norm" else "rnorm")
        which = "2"
        if self.skip("_"):
            index = self.argument()
            which = index.name if index.kind == "number" else index.text
            if which not in ("1", "2"):
                self.fail("expected a norm of 1 or 2", index.at)
        return self.node("norm", at, inner, name=which)

    # Fractions

    def fraction(self, at) -> Node:
        if self.at_slope():
            return self.slope(at)
        return self.node("div", at, self.argument(), self.argument(), name="frac")

    def digit(self) -> Node:
        r"""One digit of a number that has no braces around it: ``\frac12``."""
        token = self.take()
        if len(token.text) > 1:
            first = token.text[0]
            self.place -= 1
            self.tokens[self.place:self.place + 1] = [
                Token("number", first, token.at, token.at + 1),
                Token("number", token.text[1:], token.at + 1, token.end)]
            self.take()
            return self.node("number", token.at, name=first)
        return self.node("number", token.at, name=token.text)

    def mixed_number(self) -> bool:
        """Whether a fraction of numbers stands here, which with a number before it is no product.
        """
        ahead = 1 if self.peek(1).text != "{" else 2
        return self.peek(ahead).kind == "number"
