"""Measures the figures that move and writes the room they need: python -m tests.figures.measure

A figure is as high as its controls make it, in a narrow and in a wide column; `sizes.json` holds
both, so that the page can keep the room free before the script has come.
"""

from __future__ import annotations

import json

from .conftest import HELPERS, WEB, Desk, start

SIZES = WEB / "figures" / "sizes.json"
SPARE = 6  # pixels
STAGE_HEIGHT = "document.querySelector('.nn-stage').offsetHeight"


def heights(browser, name: str) -> list[int]:
    """What a figure needs in a narrow and in a wide window, with a little to spare for fonts."""
    found = []
    for width in (360, 1280):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            desk = Desk(context.new_page())
            desk.open(name)
            found.append(desk.page.evaluate(STAGE_HEIGHT) + SPARE)
    return found


def main() -> None:
    scripts = {path.stem for path in (WEB / "figures").glob("*.js")} - HELPERS
    with start() as browser:
        sizes = {name: heights(browser, name) for name in sorted(scripts)}
    rows = (f"  {json.dumps(name)}: {json.dumps(size)}" for name, size in sizes.items())
    SIZES.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(SIZES.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
