"""Makes the fonts of the formulas: the part of Latin Modern Math that a textbook needs.

    python tools/mathfont.py latinmodern-math.otf

writes into book/_static
* fonts/math.woff2: letters, signs and their larger forms, which every page loads;
* fonts/math-alphabets.woff2: bold, script and double-struck letters, for pages that have such;
* delimiters.css: brackets in TeX's four larger sizes, a tiny font each, within the style sheet.
  (Browsers can stretch a bracket, but Chromium leaves it the room of the largest.)

The font comes with TeX Live and with Debian's package fonts-lmodern. Needs fonttools and brotli.
Left away: other signs, hinting, and the sturdier drawings for small sizes, which would double the
file. A prime is drawn as TeX has it, for a place above.
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"
NAME = "Nnbook Math"  # the licence asks that what is derived has another name
PRIMES = "′″‴"
DELIMITERS = "()[]{}|‖∣∥⌈⌉⌊⌋⟨⟩/"
SIZES = (1.2, 1.8, 2.4, 3.0)  # of TeX, in em


def between(*ends: int) -> set[int]:
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return {code for first, last in pairs for code in range(first, last + 1)}


def signs(text: str) -> set[int]:
    return {ord(sign) for sign in text}


LETTERS = between(0x20, 0x7E, 0xA0, 0xFF, 0x391, 0x3C9) | signs("ϑϕϖϰϱϵıȷℓℏℑℜˆ˜˙ˇ˘")
ITALIC = between(0x1D434, 0x1D467, 0x1D6E2, 0x1D71B) | signs("ℎ")
ACCENTS = between(0x300, 0x308) | {0x30A, 0x30C, 0x20D7}
SIGNS = signs(
    "′″‴‵…⋯⋮⋱‖∣∥∤∀∃∄∅∇∂∈∉∋∏∐∑−∓∗∘∙·⋅√∛∝∞∠∧∨∩∪∫∬∮∴≈≃≅∼≡≠≤≥≪≫≺≻⊂⊃⊆⊇⊄⊕⊖⊗⊘⊙⊢⊤⊥⋀⋁⋂⋃⌈⌉⌊⌋⟨⟩⟦⟧"
    "←↑→↓↔↦↪⇐⇒⇔⟵⟶⟷⟸⟹⟺⟼∖∆△□✓†‡•¬∎⏜⏝⏞⏟"
)
ALPHABETS = between(
    *(0x1D400, 0x1D433, 0x1D6A8, 0x1D6E1, 0x1D7CE, 0x1D7D7),  # bold
    *(0x1D468, 0x1D49B, 0x1D71C, 0x1D755),  # bold italic
    *(0x1D49C, 0x1D4B5, 0x1D538, 0x1D551, 0x1D7D8, 0x1D7E1),  # script, double-struck
) | signs("ℬℰℱℋℐℒℳℛℂℍℕℙℚℝℤ")
PARTS = {"math": LETTERS | ITALIC | ACCENTS | SIGNS, "math-alphabets": ALPHABETS}


def draw(font: TTFont, glyphs: dict[str, str]) -> None:
    """Lets other glyphs stand for signs."""
    for table in font["cmap"].tables:
        for sign, glyph in glyphs.items():
            if ord(sign) in table.cmap:
                table.cmap[ord(sign)] = glyph


def rename(font: TTFont, name: str) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name.replace(" ", "") if record.nameID == 6 else name
    if "CFF " in font:
        font["CFF "].cff.fontNames = [name.replace(" ", "")]


def subset(font: TTFont, codes: set[int], name: str) -> bytes:
    options = Options(layout_features=[], hinting=False, notdef_outline=True)
    options.name_IDs = ["*"]
    options.drop_tables += ["FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes & set(font.getBestCmap()))
    subsetter.subset(font)
    rename(font, name)
    font["head"].modified = font["head"].created  # the same bytes whenever it is made
    font.recalcTimestamp = False
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def delimiters(source: Path, size: float) -> bytes:
    """A font that has brackets of one size, in the middle of a line as high as they are."""
    font = TTFont(source)
    table = font["MATH"].table
    variants = table.MathVariants
    glyphs, best = variants.VertGlyphCoverage.glyphs, font.getBestCmap()
    chosen = {}
    for sign in DELIMITERS:
        forms = variants.VertGlyphConstruction[glyphs.index(best[ord(sign)])]
        nearest = min(
            forms.MathGlyphVariantRecord, key=lambda f: abs(f.AdvanceMeasurement - 1000 * size)
        )
        chosen[sign] = nearest.VariantGlyph
    draw(font, chosen)
    axis = table.MathConstants.AxisHeight.Value
    up, down = round(axis + 500 * size), round(500 * size - axis)
    font["hhea"].ascent = font["OS/2"].sTypoAscender = font["OS/2"].usWinAscent = up
    font["hhea"].descent = font["OS/2"].sTypoDescender = -down
    font["OS/2"].usWinDescent, font["hhea"].lineGap, font["OS/2"].sTypoLineGap = down, 0, 0
    del font["MATH"]
    return subset(font, signs(DELIMITERS), f"Nnbook Delimiters {size}")


def style(source: Path) -> str:
    """The style sheet with the brackets in it."""
    lines = ["/* Brackets in TeX's larger sizes. Made by tools/mathfont.py. */"]
    for number, size in enumerate(SIZES, start=1):
        data = base64.b64encode(delimiters(source, size)).decode()
        lines.append(
            f'@font-face {{ font-family: "Nnbook Delimiters {number}";'
            f' src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
            f'mo.nn-d{number} {{ font-family: "Nnbook Delimiters {number}"; }}'
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    source = Path(sys.argv[1])
    for name, codes in PARTS.items():
        font = TTFont(source)
        missing = codes - set(font.getBestCmap())
        print(f"{name}: not in the font: {''.join(map(chr, sorted(missing))) or 'none'}")
        draw(font, {sign: f"{font.getBestCmap()[ord(sign)]}.st" for sign in PRIMES})
        (STATIC / "fonts" / f"{name}.woff2").write_bytes(subset(font, codes, NAME))
    (STATIC / "delimiters.css").write_text(style(source), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
