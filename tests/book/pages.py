"""What the pages of the book hold, as the tests need it."""

import json

import notebooks

ROOT = notebooks.ROOT


def cells(page: str) -> list[dict]:
    path = ROOT / "book" / f"{page}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def has_place(where: str) -> bool:
    """Whether a page exists and has the label."""
    page, _, label = where.partition("#")
    if not (ROOT / "book" / f"{page}.ipynb").is_file():
        return False
    text = "\n".join("".join(cell["source"]) for cell in cells(page))
    if label.startswith("eq-"):
        return f'"{label}"' in text
    return not label or f"({label})=\n" in text


def printed(page: str) -> str:
    """All that the cells of a page print as Markdown."""
    outputs = [o for cell in cells(page) for o in cell.get("outputs", [])]
    return "\n".join("".join(o.get("data", {}).get("text/markdown", "")) for o in outputs)
