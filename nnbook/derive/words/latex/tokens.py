r"""The words and signs of a formula, in LaTeX or in the plain language of typed answers.

Spacing, the size of brackets and the environment around a formula say nothing and are left out.
A letter by itself is a name in LaTeX, ``ab`` is a · b; in the plain language ``ab`` is one name.
"""

import re
import unicodedata
from dataclasses import dataclass

from ...limits import CHARACTERS, DIGITS, EXPONENT
from .errors import ReadError

GREEK = {letter: name for letter in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
         for name in [unicodedata.name(letter).split()[-1].capitalize()
                      if "CAPITAL" in unicodedata.name(letter)
                      else unicodedata.name(letter).split()[-1].lower()]}
GREEK |= {"φ": "phi", "ϕ": "phi", "λ": "lambda", "Λ": "Lambda", "ε": "epsilon", "ϵ": "epsilon",
          "ς": "varsigma", "ϑ": "vartheta", "ℓ": "ell"}
LETTERS = {*GREEK.values(), "varphi", "varepsilon", "vartheta", "varrho", "varsigma", "varpi"}
ACCENTS = {r"\bar": "bar", r"\hat": "hat", r"\tilde": "tilde", r"\dot": "dot", r"\ddot": "ddot",
           r"\overline": "bar", r"\widehat": "hat", r"\widetilde": "tilde", r"\check": "check",
           r"\breve": "breve", r"\acute": "acute", r"\grave": "grave"}
_MARKS = {"\N{COMBINING MACRON}": "bar", "\N{COMBINING CIRCUMFLEX ACCENT}": "hat",
          "\N{COMBINING TILDE}": "tilde", "\N{COMBINING DOT ABOVE}": "dot"}
FONTS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\pmb", r"\vec", r"\mathit", r"\bf"}
ALPHABETS = {r"\mathcal": "cal", r"\mathscr": "scr", r"\mathfrak": "frak"}
_ROMAN = (r"\mathrm", r"\text", r"\textrm", r"\textit", r"\textnormal", r"\mathsf", r"\textsf",
          r"\textup", r"\operatorname", r"\operatorname*", r"\mathop", r"\mbox", r"\rm",
          r"\texttt", r"\mathtt", r"\textbf")
# Words that are read without a backslash, too.
WORDS = {"sum", "prod", "mean", "exp", "log", "ln", "sqrt", "tanh", "sinh", "cosh", "sin", "cos",
         "tan", "max", "min", "abs", "sign", "sgn", "erf", "sigmoid", "relu", "ReLU", "softmax",
         "softplus", "delta", "partial", "diff", "arctan", "atan", "otherwise", "if", "and",
         "sech", "logistic", "frac"}
_UNICODE = {"−": "-", "–": "-", "·": r"\cdot", "×": r"\times", "⋅": r"\cdot", "∗": "*",
            "√": "sqrt", "′": "'", "’": "'", "∑": r"\sum", "∏": r"\prod", "∂": r"\partial",
            "≤": r"\le", "≥": r"\ge", "≠": r"\neq", "⊤": r"\top", "‖": r"\|", "∞": r"\infty",
            "≡": r"\equiv", "𝟙": r"\mathbb{1}", "∈": r"\in", "∇": r"\nabla", "⊙": r"\odot",
            "⌊": r"\lfloor", "⌋": r"\rfloor", "≈": r"\approx", "∝": r"\propto", "∫": r"\int",
            "²": "^2", "³": "^3", "½": r"\frac{1}{2}"}
_SPACING = re.compile(r"\s+|~|%[^\n]*(?:\n|$)|\\[,;:!> ]|\\(?:quad|qquad|displaystyle|textstyle"
                      r"|scriptstyle|limits|nolimits|nonumber|notag|thinspace)(?![A-Za-z])"
                      r"|\\(?:label|tag)\s*\{[^{}]*\}|\\hspace\*?\{[^{}]*\}|\\mathstrut(?![A-Za-z])"
                      r"|\\(?:big|Big|bigg|Bigg)[lrm]?(?![A-Za-z])")
_ENVIRONMENTS = re.compile(r"\\(?:begin|end)\s*\{(?:equation|align|aligned|split|gather|gathered"
                           r"|multline|displaymath|math)\*?\}|\$\$?|\\[\[\]()]")
_DELIMITERS = re.compile(r"\\(left|right)\s*(\\[A-Za-z]+|\\[{}|]|[(\[\])|/.<>])")
_BARS = {("left", "|"): "lbar", ("right", "|"): "rbar", ("left", r"\|"): "lnorm",
         ("right", r"\|"): "rnorm"}
_SIGNS = {r"\lvert": "lbar", r"\rvert": "rbar", r"\lVert": "lnorm", r"\rVert": "rnorm",
          r"\|": "norm", r"\Vert": "norm", r"\vert": "|", r"\mid": "|", r"\lbrace": "{|",
          r"\rbrace": "|}", r"\{": "{|", r"\}": "|}", r"\cdot": "*", r"\times": "*", r"\ast": "*",
          r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\ge": ">=", r"\geq": ">=",
          r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=", r"\lt": "<", r"\gt": ">",
          r"\coloneqq": ":=", r"\equiv": "=", r"\triangleq": ":=", r"\dfrac": r"\frac",
          r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\tbinom": r"\binom", r"\dbinom": r"\binom",
          r"\ln": r"\log", r"\lbrack": "[", r"\rbrack": "]", r"\land": r"\wedge", r"\prime": "'",
          r"\lparen": "(", r"\rparen": ")", r"\lfloor": r"\lfloor"}
_LINE_SPACE = re.compile(r"\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_SCIENTIFIC = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)[eE][-+]?\d+(?![\w.])")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_SIGN = re.compile(r":=|<=|>=|!=|==|\*\*|[-+*/^()\[\]{},|_=<>&!';:.]")


@dataclass(frozen=True)
class Token:
    """``kind`` is number, letter, word, roman, command, sign or known; ``run`` joins letters."""

    kind: str
    text: str
    at: int
    end: int
    run: int = -1


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX rather than the plain language: it has a command or a brace.

    >>> is_latex("sum(x[i]^2, i)"), is_latex(r"\\sum_i x_i^2"), is_latex("x^{2}")
    (False, True, True)
    """
    return any(sign in text for sign in ("\\", "{", "$"))


def tokens(text: str, latex: bool, known=()) -> list[Token]:
    """The words and signs of a text; ``known`` are names that are taken as they stand.

    Raises ReadError.
    """
    if len(text) > CHARACTERS:
        raise ReadError(text, CHARACTERS, text[CHARACTERS:CHARACTERS + 12],
                        f"expected at most {CHARACTERS:,} characters, got {len(text):,}")
    return _Lexer(text, latex, sorted(known, key=len, reverse=True)).run()


class _Lexer:
    def __init__(self, text, latex, known):
        self.text, self.latex, self.known = text, latex, known
        self.at, self.found, self.cases = 0, [], 0

    def add(self, kind, text, end, run=-1):
        self.found.append(Token(kind, text, self.at, end, run))
        self.at = end

    def fail(self, expected, end=None):
        raise ReadError(self.text, self.at, self.text[self.at:end or self.at + 12], expected)

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            if spacing := _SPACING.match(self.text, self.at):
                self.at = spacing.end()
            elif not self.known_name():
                self.next()
        return self.found

    def known_name(self) -> bool:
        for name in self.known:
            end = self.at + len(name)
            if self.text.startswith(name, self.at) and not (
                    re.search(r"\\[A-Za-z]+$", name) and self.text[end:end + 1].isalpha()):
                self.add("known", name, end)
                return True
        return False

    def next(self):
        text, at = self.text, self.at
        if around := _ENVIRONMENTS.match(text, at):
            self.at = around.end()
        elif delimiter := _DELIMITERS.match(text, at):
            self.delimiter(*delimiter.groups(), delimiter.end())
        elif text[at] == "\\":
            self.command()
        elif scientific := _SCIENTIFIC.match(text, at):
            self.scientific(scientific[0], scientific.end())
        elif number := _NUMBER.match(text, at):
            if len(number[0]) > DIGITS:
                self.fail(f"expected numbers of at most {DIGITS} digits", number.end())
            self.add("number", number[0], number.end())
        elif word := _WORD.match(text, at):
            self.word(word[0], word.end())
        elif not text[at].isascii():
            self.strange(text[at])
        elif sign := _SIGN.match(text, at):
            self.sign(sign[0], sign.end())
        else:
            self.fail("expected a number, a name or a sign", at + 1)

    def scientific(self, number, end):
        """``1e-8``, a number where formulas are typed plainly; in LaTeX it may be a product."""
        digits, power = re.split("[eE]", number)
        if self.latex:
            self.fail(f"a number or a product with e? Write {digits} \\cdot 10^{{{int(power)}}}, "
                      "or a space between the factors", end)
        if len(digits) > DIGITS or abs(int(power)) > EXPONENT:
            self.fail(f"expected numbers of at most {DIGITS} digits, and powers of ten up to "
                      f"{EXPONENT}", end)
        self.add("number", number, end)

    def sign(self, sign, end):
        if sign == "&" and self.latex and not self.cases:   # alignment
            self.at = end
            return
        self.add("sign", {"**": "^", "==": "="}.get(sign, sign), end)

    def delimiter(self, side, sign, end):
        if sign == ".":
            self.fail(r"cannot read \left. or \right.", end)
        sign = _BARS.get((side, _SIGNS.get(sign, sign).replace("norm", r"\|"))) \
            or _SIGNS.get(sign, sign)
        self.add("sign" if not sign.startswith("\\") else "command", sign, end)

    def command(self):
        match = _COMMAND.match(self.text, self.at)
        if match is None:
            self.fail("expected a command")
        name, end = match[0], match.end()
        if name == r"\\" and (space := _LINE_SPACE.match(self.text, end)):
            end = space.end()
        if name.endswith("*") and name[:-1] not in (r"\operatorname",):
            name, end = name[:-1], end - 1
        if name in (r"\left", r"\right", r"\middle"):
            self.fail("expected a bracket after it", end)
        if name in _ROMAN:
            self.roman(name, end)
        elif name in (r"\begin", r"\end"):
            self.environment(name, end)
        elif name[1:] in LETTERS:
            self.add("letter", name[1:], end)
        elif name in (r"\dag", r"\star", r"\dagger") or name not in _SIGNS:
            self.add("command", name, end)
        else:
            meant = _SIGNS[name]
            self.add("command" if meant.startswith("\\") else "sign", meant, end)

    def environment(self, name, end):
        kind = re.compile(r"\s*\{([^{}]*)\}").match(self.text, end)
        if kind is None or kind[1] not in ("cases", "dcases"):
            self.fail("of environments only cases can be read; write a matrix by its entries",
                      kind.end() if kind else end)
        self.cases += 1 if name == r"\begin" else -1
        self.add("command", name + "{cases}", kind.end())

    def roman(self, name, end):
        r"""``\text{if }``: one word of roman letters; a formula between dollars in it is read."""
        inside = re.compile(r"\s*\{([^{}$]*)").match(self.text, end)
        if inside is None:
            single = re.compile(r"\s*([A-Za-z])").match(self.text, end)
            if single is None:
                self.fail("expected braces after it", end)
            self.add("roman", single[1], single.end())
            return
        word = inside[1].strip()
        stop = self.text[inside.end():inside.end() + 1]
        if stop == "$":
            close = self.text.find("$", inside.end() + 1)
            brace = self.text.find("}", close + 1)
            if close < 0 or brace < 0:
                self.fail("expected a closing dollar and brace", inside.end())
            if word:
                self.add("roman", word, inside.end())
            inner = _Lexer(self.text[:close], self.latex, self.known)
            inner.at, inner.cases = inside.end() + 1, self.cases
            self.found += inner.run()
            self.at = close + 1
            if tail := self.text[close + 1:brace].strip():
                self.add("roman", tail, brace + 1)
            self.at = brace + 1
        elif stop != "}" or (word and not re.fullmatch(r"[\w ,.:'-]+", word)):
            self.fail(f"expected a word in the braces of {name}", inside.end() + 1)
        elif word:
            self.add("roman", word, inside.end() + 1)
        else:
            self.at = inside.end() + 1

    def word(self, word, end):
        if word in WORDS or (not self.latex and len(word) > 1):
            self.add("word", word, end)
            return
        if word in LETTERS and not self.known:
            self.fail(f"the Greek letter? Write \\{word}, or a space between the factors "
                      f"{' '.join(word)}", end)
        run = self.at
        for letter in word:
            self.letter(letter, self.at + 1, run)

    def letter(self, letter, end, run=-1):
        """A letter, with the accents that Unicode sets on it."""
        while (mark := _MARKS.get(self.text[end:end + 1])) is not None:
            letter, end = letter + mark, end + 1
        self.add("letter", letter, end, run)

    def strange(self, letter):
        parts = unicodedata.normalize("NFD", letter)
        if letter in GREEK:
            self.letter(GREEK[letter], self.at + 1)
        elif len(parts) > 1 and parts[0].isascii() and all(p in _MARKS for p in parts[1:]):
            self.letter(parts[0] + "".join(_MARKS[p] for p in parts[1:]), self.at + 1)
        elif letter in _UNICODE:
            start = self.at
            for token in tokens(_UNICODE[letter], True):
                self.found.append(Token(token.kind, token.text, start, start + 1))
            self.at = start + 1
        else:
            name = unicodedata.name(letter, "unknown")
            self.fail(f"expected a number, a name or a sign, found the character {name}",
                      self.at + 1)
