"""Numbers in prose: each decimal number is one that a run near it printed, or is cited."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import bookcheck
import notebooks
from sections import code, markdown, sections

NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-−]?)(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?P<power>(?:e[-+]?\d+)|(?:\s*(?:\\cdot|\\times|·|×)\s*10\^\{?-?\d+\}?))?"
    r"(?P<percent>\s?\\?%)?"
)
PICTURE = set(notebooks.PICTURES)
NEAR = 2  # cells before and after a paragraph in which its numbers are looked for
CITED = re.compile(r"<!--\s*cited:\s*(.*?)\s*-->", re.DOTALL)


# Numbers of a text, whole ones too; not those of formulas, roles, labels, addresses, code blocks.
EVERY_NUMBER = re.compile(
    r"\$[^$]*\$|\{[a-z-]+\}`[^`]*`|```.*?```|^\(.*?\)=$|\]\([^)]*\)|https?://\S+|<[^>]*>"
    r"|(?<![\w.,/#-])(\d+(?:[.,]\d+)*)(?![\w/-])",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Number:
    """A number as it is typed: its value, its last digit, and whether it is in percent."""

    text: str
    value: float
    unit: float

    @classmethod
    def of(cls, match: re.Match) -> Number:
        digits = match["digits"].replace(",", "").rstrip(".")
        power = re.search(r"-?\d+(?=\}?$)", match["power"] or "")
        scale = 10.0 ** int(power[0]) if power else 1.0
        scale /= 100 if match["percent"] else 1
        places = len(digits.partition(".")[2])
        return cls(match[0].strip(), float(digits) * scale, 10.0**-places * scale)

    def equals(self, value: float) -> bool:
        return abs(abs(value) - self.value) <= 1e-9 * self.unit

    def rounds(self, value: float) -> bool:
        """Whether the number is the value, rounded (its sign is said in words as often as not)."""
        return abs(abs(value) - self.value) <= self.unit * 0.5000001


def typed_numbers(text: str) -> list[Number]:
    """The numbers that a run must bear out: with a decimal point, a power of ten, or in percent."""
    return [
        Number.of(m)
        for m in NUMBER.finditer(text)
        if "." in m["digits"] or m["percent"] or m["power"]
    ]


def values_in(text: str) -> list[float]:
    return [Number.of(m).value for m in NUMBER.finditer(text)]


def literals(code: str) -> list[float]:
    """The numbers that code sets; not those in its strings, which are prose as well."""
    constants = (n.value for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Constant))
    return [float(v) for v in constants if isinstance(v, int | float)]


@dataclass(frozen=True)
class Source:
    """What a code cell offers to the prose: numbers that it prints, and those that it sets.

    A picture prints nothing: what stands for it in text is its own description.
    """

    printed: list[float]
    written: list[float]

    @classmethod
    def of(cls, cell) -> Source:
        shown = [o for o in cell.get("outputs", ()) if not PICTURE & set(o.get("data", ()))]
        texts = [t for output in shown for t in notebooks.texts(output)]
        named = [
            output.get("metadata", {}).get("nnbook_numbers", {})
            for output in cell.get("outputs", ())
        ]
        printed = values_in("\n".join(texts)) + [v for values in named for v in values.values()]
        return cls(printed, literals(cell["source"]))

    def has(self, number: Number, exactly=False) -> bool:
        """Whether a printed number rounds to this one, or the code has it as it is typed."""
        same = any(number.equals(value) for value in self.written + self.printed)
        return same or (not exactly and any(number.rounds(value) for value in self.printed))


def paragraphs(source: str) -> list[str]:
    """The running text of a Markdown cell in sentences, formulas in their dollars."""
    bare = re.sub(
        r"```.*?```|`[^`]*`(?!\w)",
        lambda m: m[0] if "{cite" in m[0] else " ",
        source,
        flags=re.DOTALL,
    )
    bare = CITED.sub(" ", bare)
    return re.split(r"(?<=[.!?])\s+(?=[A-Z(*$])|\n\s*\n|\n\s*[-|]", bare)


def prose_numbers(notebook):
    """The numbers of the prose and the alt texts: (section, cell, number, whether it is cited)."""
    for section in sections(notebook):
        for number, source in markdown(section):
            named = [n for text in CITED.findall(source) for n in typed_numbers(text)]
            for sentence in paragraphs(source):
                if "{cite" in sentence or re.match(r"\s*(?:<|!\[)", sentence):
                    continue
                for typed in typed_numbers(re.sub(r"https?://\S+", "", sentence)):
                    yield section, number, typed, typed in named
        for number, cell in code(section):
            for picture in notebooks.pictures(cell):
                for typed in typed_numbers(picture.get("alt", "")):
                    yield section, number, typed, False


def bound_numbers(notebook) -> list[tuple[int, str, bool]]:
    """These numbers: (cell, number, whether a run bears it out)."""
    sources = {n: Source.of(cell) for n, cell in bookcheck.code_cells(notebook)}

    def bears_out(section, number, typed):
        if section.is_wide and any(s.has(typed, exactly=True) for s in sources.values()):
            return True
        own = (n for n, _ in code(section))
        return any(sources[n].has(typed) for n in own if abs(n - number) <= NEAR)

    return [
        (number, typed.text, cited or bears_out(section, number, typed))
        for section, number, typed, cited in prose_numbers(notebook)
    ]


def numbers_bound(notebook, ledger: dict) -> list[str]:
    """Every decimal number of the prose is one that a run near it printed, or is cited."""
    return [
        f"cell {number}: no output near it has the number {text}"
        for number, text, bound in bound_numbers(notebook)
        if not bound
    ]
