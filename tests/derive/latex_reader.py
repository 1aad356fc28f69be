"""A reader of the LaTeX that the book prints, written without a look at how it is printed.

It knows the conventions of the page and nothing else: a sum reaches to the next plus or minus,
factors stand side by side, a function without parentheses has one symbol or number as its argument.
What these conventions leave open it refuses to read (:class:`Ambiguous`). The names of symbols
come from the expression that was printed; brackets, order and signs come from the text alone.
"""

import re

from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Eq,
    Float,
    Ge,
    Gt,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Sum,
    Symbol,
    binomial,
    cos,
    cosh,
    erf,
    exp,
    factorial,
    floor,
    latex,
    log,
    pi,
    root,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from sympy.core.function import AppliedUndef

from nnbook.derive.words.language import Named, Partial, partial
from nnbook.derive.words.random import Expectation

FUNCTIONS = {r"\log": log, r"\tanh": tanh, r"\sinh": sinh, r"\cosh": cosh, r"\sin": sin,
             r"\cos": cos, r"\tan": tan, r"\exp": exp, r"\operatorname{erf}": erf}
RELATIONS = {"=": Eq, r"\neq": Ne, r"\ge": Ge, r"\le": Le, ">": Gt, "<": Lt}


class Ambiguous(Exception):
    """The text can be read in two ways."""


class Clash(Exception):
    """Two different things are printed with the same name."""


def names_of(expression) -> dict:
    """LaTeX name -> (what to call with the indices, number of indices) of all that is printed."""
    found = {r"\pi": (pi, None)}

    def note(name, thing, rank):
        if found.setdefault(name, (thing, rank)) != (thing, rank):
            raise Clash(f"{name}: {found[name]} and {(thing, rank)}")

    def visit(e):
        if isinstance(e, Indexed):
            note(latex(e.base.label), e.base, len(e.indices))
            parts = e.indices
        elif isinstance(e, IndexedBase):
            note(latex(e.label), e, len(e.shape))
            parts = ()
        elif isinstance(e, Named):
            note(latex(e.label), ("named", *e.args[:2]), len(e.indices))
            parts = e.indices
        elif isinstance(e, AppliedUndef):
            stem = e.func.__name__.rstrip("'")
            note(latex(Symbol(stem)) + e.func.__name__[len(stem):], e.func, "function")
            parts = e.args
        else:
            if isinstance(e, Symbol):
                note(latex(Symbol(e.name)), e, None)
            if isinstance(e, Expectation):   # the law stands beside the formula
                name = latex(Symbol(str(getattr(e.variable, "label", e.variable))))
                own = dict.fromkeys(e.args[4:5], Symbol(f"index of {name}", integer=True))
                note(f"mean over {name}", (e.func, tuple(a.xreplace(own) for a in e.args[1:])),
                     "mean")
            parts = e.args[:2] if isinstance(e, Expectation) else e.args
        for part in parts:
            visit(part)

    visit(expression)
    return found


def read(text: str, names: dict):
    """The expression that a text says."""
    reader = Reader(text, names)
    result = reader.expression()
    reader.end()
    return result


class Reader:
    def __init__(self, text, names):
        self.text, self.at, self.names = text, 0, names
        self.known = sorted((name for name, (_, rank) in names.items() if rank != "mean"),
                            key=len, reverse=True)
        self.phrases = [name for name in self.known if re.match(r"\\[a-z]+ .", name)]

    # Looking

    def space(self):
        while self.text.startswith((" ", "\n"), self.at):
            self.at += 1

    def sees(self, *words) -> str | None:
        """The first of the words that stands here; a command does not go on with a letter."""
        self.space()
        for word in words:
            if self.text.startswith(word, self.at):
                after = self.text[self.at + len(word):][:1]
                if not (re.search(r"\\[A-Za-z]+$", word) and after.isalpha()):
                    return word
        return None

    def takes(self, *words) -> str | None:
        word = self.sees(*words)
        if word is not None:
            self.at += len(word)
        return word

    def must(self, word):
        if self.takes(word) is None:
            raise SyntaxError(f"expected {word!r} at {self.text[self.at:self.at + 40]!r} "
                              f"in {self.text!r}")

    def end(self):
        self.space()
        if self.at != len(self.text):
            raise SyntaxError(f"left over: {self.text[self.at:]!r} in {self.text!r}")

    def braces(self) -> str:
        """The text within the braces that open here."""
        self.must("{")
        start, depth = self.at, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self.text[self.at], 0)
            self.at += 1
        return self.text[start:self.at - 1]

    def inside(self):
        """The expression within the braces that open here."""
        return read(self.braces(), self.names)

    def between(self, opening, closing):
        self.must(opening)
        result = self.expression()
        self.must(closing)
        return result

    # Grammar

    def expression(self):
        terms = [-self.term() if self.takes("-") else self.term()]
        while operator := self.takes("+", "-"):
            terms.append(self.term() if operator == "+" else -self.term())
        return Add(*terms)

    def finished(self) -> bool:
        """Whether the term ends here."""
        self.space()
        stop = ("+", "-", "=", "<", ">", "&", ",", "}", "]", r"\right", r"\\", r"\end", r"\text",
                r"\le", r"\ge", r"\neq")
        return self.at == len(self.text) or self.sees(*stop) is not None

    def term(self):
        factors, number = [], False
        while True:
            if big := self.sees(r"\sum", r"\prod"):
                factors.append(self.big(big))
                break
            if (bare := self.bare_function()) is not None:
                factors.append(bare)
                if not self.finished():
                    raise Ambiguous(f"what does the function take in {self.text!r}?")
                break
            here = self.sees(r"\frac")
            if number and here and self.text[self.at + len(here) + 1].isdigit():
                raise Ambiguous(f"a mixed number or a product: {self.text!r}")
            self.space()
            start = self.at
            factors.append(self.factor())
            number = bool(re.fullmatch(r"\d+ *", self.text[start:self.at]))
            if self.takes(r"\cdot"):
                number = False
            elif self.finished():
                break
            elif self.text[self.at].isdigit():
                raise Ambiguous(f"a number after a factor: {self.text!r}")
        return Mul(*factors)

    def big(self, word):
        limits = []
        kind = Sum if word == r"\sum" else Product
        self.must(word)
        self.must("_")
        below = Reader(self.braces(), self.names)
        index = below.name()
        below.must("=")
        first = below.expression()
        below.end()
        self.must("^")
        last = self.inside()
        limits.append((index, first, last))
        return kind(self.term(), *limits)

    def bare_function(self):
        word = self.sees(*FUNCTIONS)
        if word is None or self.sees(*self.phrases):
            return None
        if re.match(r" *(\^\{\d\})? *\\left\(", self.text[self.at + len(word):]):
            return None
        self.takes(word)
        power = self.raised()
        self.space()
        argument = self.number() if self.text[self.at].isdigit() else self.name()
        if self.sees("^"):
            raise Ambiguous(f"the power of the function or of its argument: {self.text!r}")
        return FUNCTIONS[word](argument) ** power

    def raised(self):
        """The exponent at the name of a function, as in sin² x."""
        return self.inside() if self.takes("^") else 1

    def factor(self):
        if "e" not in self.names and self.takes("e^"):
            base = exp(self.inside())
            if self.sees("^"):
                raise Ambiguous(self.text)
            return base
        base = self.atom()
        if self.takes("!"):
            base = factorial(base)
            if self.sees("^"):
                raise Ambiguous(f"a factorial or an exponent: {self.text!r}")
        if self.takes("^"):
            base = Pow(base, self.inside())
            if self.sees("^"):
                raise Ambiguous(f"a power of a power: {self.text!r}")
        return base

    def number(self):
        found = re.compile(r"\d+(\.\d+)?").match(self.text, self.at)
        self.at = found.end()
        return Float(found[0]) if found[1] else Integer(found[0])

    def atom(self):
        self.space()
        if self.text[self.at].isdigit():
            return self.number()
        if self.sees(r"\left("):
            return self.between(r"\left(", r"\right)")
        if self.sees(r"\left|"):
            return Abs(self.between(r"\left|", r"\right|"))
        if self.takes(r"\left\lfloor"):
            result = floor(self.inside())
            self.must(r"\right\rfloor")
            return result
        if self.takes(r"\frac"):
            return self.fraction()
        if self.takes(r"\sqrt"):
            if self.takes("["):
                degree = self.number()
                self.must("]")
                return root(self.inside(), degree)
            return sqrt(self.inside())
        if self.takes(r"\operatorname{sign}"):
            return sign(self.between(r"\left(", r"\right)"))
        if word := self.takes(r"\max", r"\min"):
            return (Max if word == r"\max" else Min)(*self.arguments())
        if self.sees(*self.phrases):   # a quantity named tanh z
            return self.name()
        if word := self.takes(*FUNCTIONS):
            power = self.raised()
            return FUNCTIONS[word](self.between(r"\left(", r"\right)")) ** power
        if self.takes(r"\mathrm{E}_"):
            return self.mean()
        if self.takes(r"\binom"):
            return binomial(self.inside(), self.inside())
        if self.takes(r"\begin{cases}"):
            return self.cases()
        if self.sees(r"\delta_") and r"\delta" not in self.names:
            self.must(r"\delta")
            self.must("_")
            return KroneckerDelta(*self.subscript(2))
        return self.name()

    def mean(self):
        """E_{x, y}[…], of which the first variable is the outermost."""
        below = [name.strip() for name in self.braces().split(",")]
        found = self.between(r"\left[", r"\right]")
        for name in reversed(below):
            kind, law = self.names[f"mean over {name}"][0]
            found = kind(found, *law)
        return found

    def arguments(self):
        self.must(r"\left(")
        found = [self.expression()]
        while self.takes(","):
            found.append(self.expression())
        self.must(r"\right)")
        return found

    def fraction(self):
        above, below = self.braces().strip(), self.braces().strip()
        if not above.startswith(r"\partial"):
            return read(above, self.names) / read(below, self.names)
        above, below = (part.removeprefix(r"\partial").strip() for part in (above, below))
        variable = read(below, self.names)
        if above:
            return partial(read(above, self.names), variable)
        return partial(self.between(r"\left[", r"\right]"), variable)

    def cases(self):
        pieces = []
        while True:
            value = self.expression()
            self.must("&")
            if self.takes(r"\text{otherwise}"):
                condition = True
            else:
                self.must(r"\text{if }")
                condition = self.condition()
            pieces.append((value, condition))
            if not self.takes(r"\\"):
                break
        self.must(r"\end{cases}")
        return Piecewise(*pieces)

    def condition(self):
        parts = [self.relation()]
        while self.takes(r"\text{ and }"):
            parts.append(self.relation())
        return And(*parts)

    def relation(self):
        left = self.expression()
        operator = self.takes(*RELATIONS)
        return RELATIONS[operator](left, self.expression())

    def name(self):
        """A symbol, an entry of a tensor, a named quantity or a function applied."""
        word = self.takes(*self.known)
        if word is None:
            raise SyntaxError(f"no name at {self.text[self.at:self.at + 40]!r} in {self.text!r}")
        thing, rank = self.names[word]
        if rank == "function":
            return thing(*self.arguments())
        if rank is None:
            return thing
        indices = ()
        if rank:
            self.must("_")
            indices = self.subscript(rank)
        if isinstance(thing, tuple):
            return Named(*thing[1:], *indices)
        return Indexed(thing, *indices)

    def subscript(self, rank):
        within = Reader(self.braces(), self.names)
        if rank == 1:
            found = [within.expression()]
        elif "," in within.text:
            found = [within.expression()]
            while within.takes(","):
                found.append(within.expression())
        else:
            found = [within.name() for _ in range(rank)]
        within.end()
        if len(found) != rank:
            raise SyntaxError(f"expected {rank} indices: {within.text!r}")
        return found


def evaluated(e):
    """The expression with all that SymPy works out by itself worked out."""
    if isinstance(e, Derivative):
        return partial(evaluated(e.args[0]), e.args[1][0])
    if isinstance(e, Named):
        return Named(*e.args[:2], *(evaluated(i) for i in e.indices))
    if isinstance(e, Partial):
        return partial(*map(evaluated, e.args))
    if not e.args or isinstance(e, Indexed):
        return e
    return e.func(*map(evaluated, e.args))
