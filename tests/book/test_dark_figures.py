"""Figures in the dark theme: the colours of `nnbook.plots` after the filter of book.css."""

import math
import re

import notebooks
import pytest

from nnbook.plots.figure import ink, palette, paper

CSS = (notebooks.ROOT / "book" / "_static" / "book.css").read_text("utf-8")
PAGE = "#121212"  # of the theme


def channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def filtered(colour: str, invert: float, turn: float) -> list[float]:
    """What a browser makes of a colour by `invert(…) hue-rotate(…deg)`."""
    r, g, b = (invert + x * (1 - 2 * invert) for x in channels(colour))
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    rows = (
        (
            0.213 + c * 0.787 - s * 0.213,
            0.715 - c * 0.715 - s * 0.715,
            0.072 - c * 0.072 + s * 0.928,
        ),
        (
            0.213 - c * 0.213 + s * 0.143,
            0.715 + c * 0.285 + s * 0.140,
            0.072 - c * 0.072 - s * 0.283,
        ),
        (
            0.213 - c * 0.213 - s * 0.787,
            0.715 - c * 0.715 + s * 0.715,
            0.072 + c * 0.928 + s * 0.072,
        ),
    )
    return [min(1.0, max(0.0, x * r + y * g + z * b)) for x, y, z in rows]


def luminance(colour: list[float]) -> float:
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in colour]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def of_the_book() -> tuple[float, float]:
    found = re.search(r"filter: invert\(([\d.]+)\) hue-rotate\((\d+)deg\)", CSS)
    return float(found[1]), float(found[2])


def problems(invert: float, turn: float) -> list[str]:
    found = [
        colour for colour in palette if contrast(filtered(colour, invert, turn), channels(PAGE)) < 3
    ]
    slab = contrast(filtered(paper, invert, turn), channels(PAGE))
    found += [f"the paper shows: {slab:.2f}"] if slab > 1.05 else []
    letters = contrast(filtered(ink, invert, turn), filtered(paper, invert, turn))
    return found + ([f"letters: {letters:.1f}"] if letters < 7 else [])


def test_lines_and_letters_can_be_seen_and_the_paper_cannot():
    assert problems(*of_the_book()) == []


@pytest.mark.parametrize("slip", [(0.0, 0.0), (0.85, 180.0), (0.7, 180.0)])
def test_planted_filter(slip):
    assert problems(*slip)
