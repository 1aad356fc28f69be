"""Reads an answer that is typed as text: a small language of formulas, and nothing else.

    y_bar[r] + sum(y_bar[j] * dφ(z[j]) * W[r, j], j)
    \\frac{2}{n} (x_a - \\mu)

Numbers are exact (0.5 is one half), names are those of the exercise, and what is not in the grammar
is an error that says where. Text is never evaluated as code, so an answer can be graded that comes
from anywhere; limits on length, nesting and exponents keep it short.

    expression = term {("+" | "-") term};  term = factor {["*" | "/"] factor}
    factor = ("-" | "+") factor | atom ["^" factor]
    atom = number | name [indices] [arguments] | "(" expression ")" | "|" expression "|"
"""

from itertools import takewhile

from sympy import (
    Abs,
    E,
    Expr,
    IndexedBase,
    Integer,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)
from sympy.core.function import UndefinedFunction

from ..words.language import Index, Named, Quantity, delta, mean_over, product_over, sum_over
from ..words.printing import latex_of
from .answer_words import (
    DEEPEST,
    LARGEST_EXPONENT,
    LONGEST,
    AnswerError,
    Token,
    plain_name,
    run_together,
    spelled,
    tokens,
)
from .readable import readable
from .traced import Traced

FUNCTIONS = {"exp": exp, "log": log, "ln": log, "sqrt": sqrt, "tanh": tanh, "sinh": sinh,
             "cosh": cosh, "sin": sin, "cos": cos, "erf": erf, "abs": Abs, "sign": sign,
             "max": Max, "min": Min}
CONSTANTS = {"π": pi, "pi": pi, "e": E}
OVER = {"sum": sum_over, "mean": mean_over, "prod": product_over}


class Reader:
    """Reads the tokens of one answer; ``names`` says what each name stands for."""

    def __init__(self, text: str, names: dict):
        if len(text) > LONGEST:
            raise AnswerError(f"expected at most {LONGEST} characters, got {len(text)}",
                              (LONGEST, len(text)))
        self.length = len(text)
        self.tokens, self.place, self.depth = tokens(spelled(Traced(text), names)), 0, 0
        self.names = {plain_name(name): value for name, value in names.items()}
        self.shown = list(names)

    def peek(self) -> str:
        return self.tokens[self.place].text if self.place < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def found(self) -> str:
        return repr(self.peek()) if self.peek() else "the end"

    def wrong(self, message: str, back: int = 0) -> AnswerError:
        """An error at the word that comes next, or that was taken ``back`` words ago."""
        at = self.place - back
        inside = 0 <= at < len(self.tokens)
        return AnswerError(message, self.tokens[at].span if inside else (self.length, self.length))

    def take(self, expected: str = "") -> str:
        if expected and self.peek() != expected:
            raise self.wrong(f"expected {expected!r}, found {self.found()}")
        if self.place >= len(self.tokens):
            raise self.wrong("expected more, found the end")
        self.place += 1
        return self.tokens[self.place - 1].text

    def skip(self, text: str) -> bool:
        if found := self.peek() == text:
            self.place += 1
        return found

    def whole(self) -> Expr:
        if not self.tokens:
            raise self.wrong("expected a formula, got nothing")
        result = self.expression()
        if self.place < len(self.tokens):
            raise self.wrong(f"expected the end, found {self.found()}")
        return result

    def expression(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"expected at most {DEEPEST} brackets within each other")
        total = self.term()
        while self.peek() in ("+", "-"):
            total = total + self.term() if self.take() == "+" else total - self.term()
        self.depth -= 1
        return total

    def term(self) -> Expr:
        product = self.factor()
        while True:
            if self.skip("*"):
                product = product * self.factor()
            elif self.skip("/"):
                divisor = self.factor()
                if divisor == 0:
                    raise self.wrong("expected a divisor other than zero", 1)
                product = product / divisor
            elif self.kind() == "name" or self.peek() in ("(", "{"):
                product = product * self.factor()
            else:
                return product

    def factor(self) -> Expr:
        minus = False
        while self.peek() in ("-", "+"):
            minus ^= self.take() == "-"
        base = self.atom()
        while self.peek() in ("^", "**"):
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise self.wrong(f"expected at most {DEEPEST} powers within each other")
            base = self.power(base, self.factor())
            self.depth -= 1
        return -base if minus else base

    def power(self, base: Expr, exponent: Expr) -> Expr:
        if exponent.is_number and not abs(exponent) <= LARGEST_EXPONENT:
            raise self.wrong(f"expected exponents of at most {LARGEST_EXPONENT}", 1)
        if base.is_number and base != 0 and exponent.is_number and not exponent.is_Rational:
            raise self.wrong(f"expected a plain exponent, found {exponent}", 1)
        result = Pow(base, exponent)
        if result.is_finite is False:
            raise self.wrong(f"{base}^{exponent} has no value", 1)
        return result

    def atom(self) -> Expr:
        kind, text = self.kind(), self.peek()
        if kind == "number":
            return Rational(self.take())
        if kind == "name":
            return self.named(plain_name(self.take()))
        if text in ("(", "{", "["):
            self.take()
            inner = self.expression()
            self.take({"(": ")", "{": "}", "[": "]"}[text])
            return inner
        if self.skip("|"):
            inner = self.expression()
            self.take("|")
            return Abs(inner)
        raise self.wrong(f"expected a number or a name, found {self.found()}")

    def named(self, name: str) -> Expr:
        if name.endswith("'") and name not in self.names:   # φ'(z) for dφ(z)
            name = f"d{name[:-1]}"
        if name == "frac":
            above, below = self.braced(), self.braced()
            if below == 0:
                raise self.wrong("expected a divisor other than zero", 1)
            return Mul(above, Pow(below, -1))
        if name in self.names:
            return self.thing(name, self.names[name])
        if name in OVER:
            return self.over(name)
        if name in ("delta", "δ"):
            return delta(*self.exactly(2, name, self.subscripts() or self.arguments()))
        if name in FUNCTIONS:
            return self.function(name)
        if name in CONSTANTS:
            return CONSTANTS[name]
        return self.subscripted(name)

    def thing(self, name: str, value) -> Expr:
        """A name of the exercise with its indices or arguments."""
        if isinstance(value, IndexedBase | Quantity):
            rank = len(value.indices) if isinstance(value, Quantity) else len(value.shape or ())
            return value[tuple(self.exactly(rank, name, self.subscripts()))]
        if isinstance(value, UndefinedFunction | type):
            return value(*self.arguments())
        if isinstance(value, Named):
            self.no_argument(name, value)
        return value

    def no_argument(self, name: str, value: Named):
        """σ that stands for σ(βz) is not multiplied by the z of ``σ(z)``: that is no product."""
        following = [token.text for token in self.tokens[self.place:self.place + 3]]
        if following[:1] + following[2:] == ["(", ")"] and plain_name(following[1]) in self.names:
            whole = readable(latex_of(value))
            raise self.wrong(f"write {name} alone, which stands for {whole}, or "
                             f"{name}*{following[1]} for a product")

    def subscripted(self, name: str) -> Expr:
        """``x_i``, ``W_ij``, ``sum_k`` as one word: a name, an underscore and indices."""
        base, _, rest = name.rpartition("_")
        if base in OVER:
            return OVER[base](self.term(), *self.letters(rest))
        if base in self.names and isinstance(self.names[base], IndexedBase | Quantity):
            return self.names[base][tuple(self.letters(rest))]
        if name == "d" or name.startswith("partial"):
            raise self.wrong("that is the question: expected the derivative worked out", 1)
        hint = ""
        if pieces := run_together(name, {*self.names, *FUNCTIONS, *CONSTANTS}):
            hint = f"; of a product write {' '.join(pieces)} or {'*'.join(pieces)}"
        raise self.wrong(f"the exercise has no {name!r}{hint}; its names are "
                         f"{', '.join(self.shown)}", 1)

    def letters(self, text: str) -> list[Expr]:
        if text in self.names:
            return [self.names[text]]
        if text and all(letter in self.names for letter in text):
            return [self.names[letter] for letter in text]
        raise self.wrong(f"expected indices of the exercise, found {text!r}", 1)

    def subscripts(self) -> list[Expr]:
        """``[i, j]``, ``_i`` or ``_{ij}``; none if there are none."""
        if self.skip("["):
            found = [self.expression()]
            while self.skip(","):
                found.append(self.expression())
            self.take("]")
            return found
        if not self.skip("_"):
            return []
        if not self.skip("{"):
            return self.letters(plain_name(self.take()))
        if self.has_signs():
            found = [self.expression()]
            while self.skip(","):
                found.append(self.expression())
            self.take("}")
            return found
        found = []
        while not self.skip("}"):
            word = plain_name(self.take()) if self.kind() == "name" else self.expression()
            found += self.letters(word) if isinstance(word, str) else [word]
            self.skip(",")
        return found

    def has_signs(self) -> bool:
        """Whether up to the next brace something is worked out, as in ``x_{i+1}``."""
        ahead = (token.text for token in self.tokens[self.place:])
        return any(text in ("+", "-", "*", "/", "^", "(")
                   for text in takewhile(lambda text: text != "}", ahead))

    def arguments(self) -> list[Expr]:
        self.take("(")
        found = [self.expression()]
        while self.skip(","):
            found.append(self.expression())
        self.take(")")
        return found

    def braced(self) -> Expr:
        if self.kind() == "number":   # \frac12
            digits = self.take()
            if len(digits) > 1:
                self.place -= 1
                self.tokens[self.place] = Token("number", digits[1:], self.tokens[self.place].span)
            return Integer(digits[0])
        self.take("{")
        inner = self.expression()
        self.take("}")
        return inner

    def function(self, name: str) -> Expr:
        if name == "sqrt" and self.skip("["):   # \sqrt[3]{x}
            root = self.expression()
            self.take("]")
            if root.is_zero:
                raise self.wrong("expected a root other than zero", 1)
            return self.power(self.braced(), 1 / root)
        if self.peek() in ("(", "{"):
            if self.peek() == "{":
                return FUNCTIONS[name](self.braced())
            values = self.arguments()
            if name in ("max", "min"):
                return FUNCTIONS[name](*values)
            return FUNCTIONS[name](*self.exactly(1, name, values))
        return FUNCTIONS[name](self.factor())   # \log S_k

    def over(self, name: str) -> Expr:
        """``sum(f, k)``, ``sum(k, f)`` or ``\\sum_{k=1}^{K} f``, which reaches to the next sign."""
        if self.peek() == "_":
            self.take()
            indices = self.limits()
            return OVER[name](self.term(), *indices)
        values = self.arguments()
        indices = [v for v in values if isinstance(v, Index)]
        rest = [v for v in values if not isinstance(v, Index)]
        if not rest and len(indices) > 1:
            rest, indices = indices[:1], indices[1:]
        if len(rest) != 1 or not indices:
            raise self.wrong(f"expected {name}(formula, index), such as {name}(x[i], i)", 1)
        return OVER[name](rest[0], *indices)

    def limits(self) -> list[Index]:
        """The index below a sign of summation; its range is that of the index."""
        braces = self.skip("{")
        indices = self.letters(plain_name(self.take()))
        if self.skip("="):
            self.factor()
        if braces:
            self.take("}")
        if self.skip("^"):
            self.atom()
        if not all(isinstance(i, Index) for i in indices):
            raise self.wrong(f"expected an index of the exercise below the sum, found {indices}", 1)
        return indices

    def exactly(self, count: int, name: str, values: list) -> list:
        if len(values) != count:
            what = "index or argument" if count == 1 else "indices or arguments"
            raise self.wrong(f"expected {count} {what} of {name}, found {len(values)}", 1)
        return values


def read_answer(text: str, names: dict) -> Expr:
    """The formula that a text says.

    Parameters
    ----------
    text
        What the reader typed.
    names
        What each name stands for: symbols, tensors, indices, named quantities, functions.

    Raises
    ------
    AnswerError
        If the text is no formula, is too long or too deep, or has a name that is not listed.

    >>> from nnbook.derive import index, sizes, tensor
    >>> n = sizes("n"); i = index("i", n); x = tensor("x", n)
    >>> read_answer("0.5 * sum(x[i]^2, i)", {"x": x, "i": i, "n": n})
    Sum(x[i]**2, (i, 1, n))/2
    >>> read_answer("\\\\frac{1}{2} \\\\sum_{i=1}^n x_i^2", {"x": x, "i": i, "n": n})
    Sum(x[i]**2, (i, 1, n))/2
    """
    if not isinstance(text, str):
        raise TypeError(f"expected text, got {text!r}")
    return Reader(text, names).whole()
