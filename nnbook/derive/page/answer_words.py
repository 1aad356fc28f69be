"""The words and signs of a typed answer: spellings of names, LaTeX made plain, strange letters."""

import re
import unicodedata
from dataclasses import dataclass

from .traced import Traced

LONGEST, DEEPEST, DIGITS, LARGEST_EXPONENT = 400, 30, 12, 20
GREEK = {name: letter for letter in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
         for name in [unicodedata.name(letter).split()[-1].lower()]
         if "CAPITAL" not in unicodedata.name(letter)}
GREEK |= {"varphi": "φ", "phi": "φ", "lambda": "λ", "epsilon": "ε", "varepsilon": "ε"}
MARKS = {"\N{COMBINING MACRON}": "bar", "\N{COMBINING CIRCUMFLEX ACCENT}": "hat",
         "\N{COMBINING TILDE}": "tilde"}
SIGNS = {"[−–]": "-", "[·×⋅]": "*", "√": "sqrt", "[′’`´]": "'", "[∑Σ]": " sum "}
LATEX = ((r"\^\s*(?:\\prime|\{\s*\\prime\s*\})", "'"),
         (r"\\(?:left|right|displaystyle|quad|,|;|!|:| )", " "),
         (r"\\(?:cdot|times)", "*"),
         (r"\\[dt]frac", r"\\frac"), (r"\\(?:lvert|rvert)", "|"),
         (r"\\(bar|hat|tilde)\s*\{?\s*(\\?[A-Za-z]+)\s*\}?", r" \2_\1 "))
TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)"
                   r"|(?P<name>\\[A-Za-z]+'*|[^\W\d_](?:\w*[^\W_])?'*)"
                   r"|(?P<sign>\*\*|[-+*/^()\[\]{},|_=&]))")


class AnswerError(ValueError):
    """Text that is no formula of the exercise; the message says what was expected and found.

    ``span`` is where in the text, as (start, end), if there is one place.
    """

    def __init__(self, message: str, span: tuple[int, int] | None = None):
        super().__init__(message)
        self.span = span


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    span: tuple[int, int] = (0, 0)   # where it stands in what was typed


def plain_name(name: str) -> str:
    """One spelling for a name: Greek as letters, ``ȳ`` and ``bar_y`` as ``y_bar``."""
    name = name.lstrip("\\")
    parts = []
    for letter in unicodedata.normalize("NFD", name):
        parts.append(f"_{MARKS[letter]}" if letter in MARKS else letter)
    name = "".join(parts)
    word = re.match(r"(d?)([A-Za-z]+)(.*)", name, re.DOTALL)
    if word and word[2] in GREEK:
        return f"{word[1]}{GREEK[word[2]]}{word[3]}"
    if word and word[1] + word[2] in GREEK:
        return GREEK[word[1] + word[2]] + word[3]
    return name


def spelled(text: Traced, names: dict) -> Traced:
    """An answer with the names of an exercise as it writes them, and without their own argument.

    ``C_{in}`` is ``C_in``, ``\\beta_2`` is ``β_2``; if σ is named σ(z), ``σ(z)`` is ``σ``.

    >>> print(spelled(Traced("beta_{2} + C_{in} + C_in"), {"β_2": 0, "C_in": 0}))
     β_2  +  C_in  + C_in
    """
    for name, value in names.items():
        base, _, index = plain_name(name).partition("_")
        words = "|".join([re.escape(base), *(w for w, letter in GREEK.items() if letter == base)])
        start = rf"(?<![^\W\d_])(?<!\\)\\?(?:{words})"
        own = re.search(r"\((.+)\)$", str(getattr(value, "label", "")))
        endings = [rf"_(?:{index}(?!\w)|\{{\s*{index}\s*\}})"] if index else []
        endings += [rf"\s*\(\s*{_argument(own[1])}\s*\)"] if own else []
        for end in endings:
            text = text.sub(start + end,
                            lambda m, name=name: m[0] if m[0] == name else f" {name} ")
    return text


def _argument(label: str) -> str:
    """A pattern for the argument that stands in a label, however it is typed: βz, beta*z."""
    parts = re.findall(r"\\?[A-Za-z]+|\d+|\S", label)
    spellings = []
    for part in parts:
        letter = GREEK.get(part.lstrip("\\"))
        words = [w for w, sign in GREEK.items() if sign == letter] if letter else []
        ways = [part, *(f"\\{w}" for w in words), *words, *([letter] if letter else [])]
        spellings.append("(?:" + "|".join(map(re.escape, ways)) + ")")
    return r"\s*(?:[*·]|\\cdot)?\s*".join(spellings)


def run_together(word: str, names) -> list[str]:
    """The names that a word is made of if it is a product without a sign; else nothing.

    >>> run_together("zσ", {"z", "σ"}), run_together("zeta", {"z"})
    (['z', 'σ'], [])
    """
    if not word:
        return []
    for name in sorted(names, key=len, reverse=True):   # m_1 before m
        if word == name:
            return [name]
        if word.startswith(name) and (rest := run_together(word[len(name):], names)):
            return [name, *rest]
    return []


def tokens(text: Traced) -> list[Token]:
    """The words and signs of an answer."""
    for pattern, other in SIGNS.items():
        text = text.sub(pattern, other)
    for at, letter in enumerate(text.text):
        strange = not letter.isascii() and letter.isalnum() and not _is_known(letter)
        if strange:
            raise AnswerError(f"{letter!r} is the character {unicodedata.name(letter, 'unknown')}, "
                              "which no name has; type it on your own keyboard",
                              text.span(at, at + 1))
    for pattern, other in LATEX:
        text = text.sub(pattern, other)
    found, place, plain = [], 0, text.text
    while plain[place:].strip():
        match = TOKEN.match(plain, place)
        if not match:
            place += len(plain[place:]) - len(plain[place:].lstrip())
            raise AnswerError(f"expected a number, a name or a sign, found {plain[place:][:12]!r}",
                              text.span(place, place + 1))
        kind = match.lastgroup
        span = text.span(*match.span(kind))
        if kind == "number" and len(match["number"]) > DIGITS:
            raise AnswerError(f"expected numbers of at most {DIGITS} digits", span)
        found.append(Token(kind, match[kind], span))
        place = match.end()
    return found


def _is_known(letter: str) -> bool:
    decomposed = unicodedata.normalize("NFD", letter)
    return decomposed[0].isascii() or unicodedata.name(letter, "").startswith("GREEK")
