"""Makes book/_static/fonts/icons.woff2: those of the theme's icons that the site shows.

    python tools/iconfont.py

Of the theme's 1,400 icons (Font Awesome Free, 153 kB on every page) these are a few; an icon that
is missing here is still found in the theme's own font. Needs fonttools and brotli.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "book" / "_static" / "fonts" / "icons.woff2"
# Classes of icons in the templates of the themes and in their scripts.
NAMES = (
    *("angle-left", "angle-right", "arrow-up", "bars", "check", "chevron-down", "chevron-left"),
    *("chevron-right", "circle-half-stroke", "copy", "download", "expand", "compress", "file"),
    *("file-pdf", "file-zipper", "flag", "flask", "list", "link", "magnifying-glass", "moon"),
    *("pencil", "play", "sun", "xmark"),
)


def theme() -> Path:
    spec = importlib.util.find_spec("pydata_sphinx_theme")
    return Path(spec.origin).parent / "theme" / "pydata_sphinx_theme" / "static"


def codes(style: str) -> set[int]:
    """The characters of the icons by name, and those that the theme's own rules use."""
    found = set()
    for name in NAMES:
        match = re.search(rf'\.fa-{name}:before[^{{]*\{{content:"(?:\\([0-9a-f]+)|(.))"', style)
        if not match:
            raise SystemExit(f"FAILED  expected an icon {name} in the theme, and found none")
        found.add(int(match[1], 16) if match[1] else ord(match[2]))
    return found | {ord(sign) for sign in re.findall(r'--pst-icon-[\w-]+:\s*"(.)"', style)}


def main() -> int:
    style = (theme() / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    font = TTFont(theme() / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf")
    subsetter = Subsetter(Options(layout_features=[], hinting=False))
    subsetter.populate(unicodes=codes(style))
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    TARGET.write_bytes(made.getvalue())
    print(f"{TARGET.name}: {len(made.getvalue()) / 1000:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
